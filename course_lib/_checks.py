"""The door: arguments are checked once, where they come in, and refused in a sentence that helps.

Every sentence names the argument, what came, what was expected and the likely slip.
"""

import math
from numbers import Real

import numpy as np


class NotFiniteError(ValueError):
    """A number came out as NaN or infinite."""


def require(condition, sentence):
    """Raise ``ValueError(sentence)`` unless `condition` holds.

    The sentence is put together either way, which takes about a microsecond: what is checked at
    every step of a training writes ``if … raise`` in its place.
    """
    if not condition:
        raise ValueError(sentence)


def whole_number(name, value, at_least=1):
    """Return `value` as an int, or say why it is no whole number of at least `at_least`."""
    right_type = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    require(
        right_type and value >= at_least,
        f"{name} is {value!r}; expected a whole number of at least {at_least}.",
    )
    return int(value)


def positive_number(name, value, slip=""):
    """Return `value` as a float, or say why it is no finite number above 0."""
    right_type = isinstance(value, Real) and not isinstance(value, bool)
    require(
        right_type and 0 < value < math.inf,
        f"{name} is {value!r}; expected a number above 0. {slip}".rstrip(),
    )
    return float(value)


def generator(name, rng):
    """Say so if `rng` is not a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} is {rng!r}; expected a numpy.random.Generator. "
            f"Did you mean {name}=np.random.default_rng(0)?"
        )


def _sum_of_squares(A):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.vdot(A, A)


def finite(name, A, slip="Look for missing values or a division by zero."):
    """Say so if the array `A` holds NaN or infinity."""
    if A.dtype.kind != "f" or np.isfinite(_sum_of_squares(A)):
        return  # NaN and infinity would have survived in the sum, a single pass over A
    if count := int(A.size - np.isfinite(A).sum()):  # else the squares alone were too large
        raise NotFiniteError(
            f"{name} holds {count} NaN or infinite value{'s' * (count > 1)}; "
            f"expected finite numbers. {slip}"
        )


def features(X, n_in=None, name="X"):
    """Return `X` as a finite array of numbers, examples in rows, or say what is wrong with it.

    Parameters
    ----------
    X : array_like, shape (m, n_in)
        One example a row.
    n_in : int, optional
        The number of columns that is expected.
    name : str
        What the caller calls the argument.

    Returns
    -------
    ndarray, shape (m, n_in)
        `X` itself where it is an array of numbers.
    """
    X = np.asarray(X)
    require(
        X.dtype.kind in "fiub",
        f"{name} has dtype {X.dtype}; expected numbers. Is there text among them?",
    )
    if X.ndim != 2:
        wanted = "(m, n_in)" if n_in is None else f"(m, {n_in})"
        slip = {
            1: f"For one example, did you mean {name}.reshape(1, -1)?",
            3: f"For images, did you mean {name}.reshape(len({name}), -1)?",
        }.get(X.ndim, "One example a row, one feature a column.")
        raise ValueError(f"{name} has shape {X.shape}; expected {wanted}. {slip}")
    require(X.size, f"{name} has shape {X.shape}; expected at least one example and one feature.")
    if n_in is not None and X.shape[1] != n_in:
        transposed = X.shape[0] == n_in
        slip = f"Did you mean {name}.T?" if transposed else "Do the data fit this first layer?"
        raise ValueError(f"{name} has shape {X.shape}; expected (m, {n_in}). {slip}")
    if X.dtype.kind in "iu" and (X.max() > 1 or X.min() < -1):
        raise ValueError(
            f"{name} holds whole numbers from {X.min()} to {X.max()}; expected numbers of size "
            f"about 1. For images, did you mean {name} / 255? "
            f"To use them as they are, pass {name}.astype(float)."
        )
    finite(name, X)
    return X


def targets(y, shape, name="y", of="the second argument"):
    """Return `y` reshaped to `shape`, or say why that would broadcast or mix up examples.

    A vector `y` of shape (m,) goes with (m,) and with a column (m, 1): left to broadcasting,
    the latter would quietly make an (m, m) matrix.
    """
    y = np.asarray(y)
    if y.dtype.kind not in "fiub":
        raise ValueError(f"{name} has dtype {y.dtype}; expected numbers.")
    m = shape[0] if shape else 0
    if not m:
        raise ValueError(f"{of} has shape {shape}; expected at least one example.")
    n_out = shape[1] if len(shape) == 2 else 1
    wanted = (m,) if n_out == 1 else (m, n_out)
    if y.shape != wanted or len(shape) > 2:
        if n_out == 1 and y.size == m:
            slip = f"Did you mean {name}.ravel()?"
        elif y.shape == (m,):
            slip = "Did you mean one target for each output, such as one-hot rows?"
        else:
            slip = f"Does each of the {m} examples have its own target?"
        raise ValueError(
            f"{name} has shape {y.shape}; expected {wanted} beside {of} of shape {shape}. {slip}"
        )
    return y.reshape(shape)
