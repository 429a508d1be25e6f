"""Losses: pure functions that return the mean over the examples and its gradient.

``loss(y, A)`` gives ``(value, dA)``, where ``dA`` has the shape and dtype of ``A`` and is the
gradient of the *mean*: the only place where anything is divided by the number of examples.
"""

import math
from functools import wraps

import numpy as np

from course_lib._checks import NotFiniteError, finite, require, targets, whole_number
from course_lib.activations import sigmoid


def behind(door):
    """Put a door before a loss: its equation can rely on what ``door(y, A)`` returns.

    The equation alone stays at hand as ``loss.equation``, for training, which goes through
    ``loss.door`` once with all its targets and not again with every batch.
    """

    def attach(equation):
        names = equation.__code__.co_varnames[:2]

        @wraps(equation)
        def loss(y, A):
            given = y, A
            # Outputs that are not finite give a loss that is not: that one number is looked at
            # and reported in a sentence, which says more than NumPy's warnings.
            with np.errstate(invalid="ignore", over="ignore"):
                y, A = door(y, A)
                value, dA = equation(y, A)
            if not math.isfinite(value):
                for name, array in zip(names, map(np.asarray, given), strict=True):
                    finite(name, array, "Are the inputs finite, or is the learning rate too large?")
                raise NotFiniteError(
                    f"The loss is {value}; expected a finite number. Are there numbers too large "
                    f"to compute with in {' or '.join(names)}?"
                )
            return value, dA

        loss.door, loss.equation = door, equation
        return loss

    return attach


def _numbers(y, a):
    a = _outputs("a", a)
    return targets(y, a.shape, of="a").astype(a.dtype), a


def _probabilities(y, p):
    p = _outputs("p", p)
    require(
        p.ndim == 1 or p.shape[1:] == (1,),
        f"p has shape {p.shape}; expected (m,) or (m, 1). "
        "For several classes, use softmax_cross_entropy.",
    )
    return _zero_to_one(y, p, "p"), p


def _yes_or_no(y, Z):
    Z = _outputs("Z", Z)
    return _zero_to_one(y, Z, "Z"), Z


def _classes(y, Z):
    Z = _outputs("Z", Z)
    require(
        Z.ndim == 2 and Z.shape[1] > 1,
        f"Z has shape {Z.shape}; expected (m, n_classes) with two classes or more. "
        "For one output, use sigmoid_cross_entropy.",
    )
    y = np.asarray(y)
    if y.ndim < 2 or y.shape[1] == 1:
        return one_hot(targets(y, (len(Z),), of="Z"), Z.shape[1], Z.dtype), Z
    Y = targets(y, Z.shape, of="Z").astype(Z.dtype)
    require(
        Y.min() >= 0 and np.allclose(Y.sum(axis=1), 1),
        "y has rows that are not probabilities; expected one-hot rows that sum to 1.",
    )
    return Y, Z


def _outputs(name, A):
    A = np.asarray(A)
    if A.dtype.kind not in "fiu":
        raise ValueError(f"{name} has dtype {A.dtype}; expected numbers.")
    if not A.size:
        raise ValueError(f"{name} has shape {A.shape}; expected at least one example.")
    return A if A.dtype.kind == "f" else A.astype(np.float64)


def _zero_to_one(y, A, name):
    slip = "For labels of several classes, use softmax_cross_entropy."
    require(
        A.ndim == 1 or (A.ndim == 2 and (A.shape[1] == 1 or np.shape(y) == A.shape)),
        f"{name} has shape {A.shape} beside y of shape {np.shape(y)}; expected one target for each "
        f"output. {slip}",
    )
    y = targets(y, A.shape, of=name).astype(A.dtype)
    require(
        y.min() >= 0 and y.max() <= 1,
        f"y holds values from {y.min():g} to {y.max():g}; expected 0 or 1. "
        "Did you mean (y == the_class_you_want)?",
    )
    return y


@behind(_numbers)
def mean_squared_error(y, a):
    r"""Mean squared error, :math:`L = \frac{1}{N} \sum (a - y)^2` over all N entries of `a`.

    Parameters
    ----------
    y : array_like, shape (m,), or (m, n_out) for n_out > 1
        Targets.
    a : array_like, shape (m,), (m, 1) or (m, n_out)
        Outputs.

    Returns
    -------
    loss : float
    da : ndarray, shape of `a`
        :math:`2 (a - y) / N`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, or something is not finite.
    """
    difference = a - y
    return float(np.vdot(difference, difference)) / a.size, 2 * difference / a.size


@behind(_probabilities)
def binary_cross_entropy(y, p):
    r"""Cross-entropy of probabilities, :math:`-\frac{1}{m} \sum y \log p + (1-y) \log(1-p)`.

    Parameters
    ----------
    y : array_like, shape (m,)
        Targets from 0 to 1.
    p : array_like, shape (m,) or (m, 1)
        Predicted probabilities that y = 1.

    Returns
    -------
    loss : float
        In nats.
    dp : ndarray, shape of `p`
        :math:`(p - y) / (p (1 - p)) / m`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, or values lie outside 0 … 1.

    Notes
    -----
    Probabilities closer to 0 or 1 than the dtype's resolution are moved there, so that log(0) is
    never met. `sigmoid_cross_entropy` needs no such rescue: prefer it where you have the logit.
    """
    require(
        p.min() >= 0 and p.max() <= 1,
        f"p holds values from {p.min():.4g} to {p.max():.4g}; expected probabilities from 0 to 1. "
        "Are these logits? Then use sigmoid_cross_entropy.",
    )
    resolution = np.finfo(p.dtype).eps
    p = p.clip(resolution, 1 - resolution)
    loss = -(y * np.log(p) + (1 - y) * np.log1p(-p)).mean()
    return float(loss), (p - y) / (p * (1 - p)) / len(p)


@behind(_yes_or_no)
def sigmoid_cross_entropy(y, Z):
    r"""Binary cross-entropy straight from the logits, :math:`\log(1 + e^z) - y z`, averaged.

    Several outputs are several yes-or-no questions about one example: their losses are summed,
    and the sums averaged over the examples.

    Parameters
    ----------
    y : array_like, shape (m,), or (m, n_out) for n_out > 1
        Targets from 0 to 1.
    Z : array_like, shape (m,), (m, 1) or (m, n_out)
        Logits.

    Returns
    -------
    loss : float
        In nats.
    dZ : ndarray, shape of `Z`
        :math:`(\sigma(z) - y) / m`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, targets lie outside 0 … 1, or logits are not finite.

    Examples
    --------
    >>> loss, dZ = sigmoid_cross_entropy([1], [-1000.0])
    >>> print(loss, dZ)
    1000.0 [-1.]
    """
    loss = (np.logaddexp(0, Z) - y * Z).sum() / len(Z)
    return float(loss), (sigmoid(Z) - y) / len(Z)


@behind(_classes)
def softmax_cross_entropy(y, Z):
    r"""Cross-entropy of the softmax of logits, :math:`\log \sum_j e^{z_j} - z_y`, averaged.

    Parameters
    ----------
    y : array_like, shape (m,) of integers, or (m, n_classes) one-hot
        Labels from 0 to n_classes - 1, or one row of probabilities each.
    Z : array_like, shape (m, n_classes)
        Logits.

    Returns
    -------
    loss : float
        In nats; ln(n_classes) for a uniform guess.
    dZ : ndarray, shape of `Z`
        :math:`(\mathrm{softmax}(z) - \mathrm{onehot}(y)) / m`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, labels are out of range, or logits are not finite.
    """
    # The largest of each row, from a transposed copy: NumPy is slow along short rows.
    shifted = Z - Z.T.copy().max(axis=0)[:, np.newaxis]
    P = np.exp(shifted)
    total = P.sum(axis=1, keepdims=True)
    P /= total
    loss = (np.log(total).sum() - np.vdot(y, shifted)) / len(Z)
    P -= y  # in place: of all examples at once, P has millions of bytes
    P /= len(Z)
    return float(loss), P


def one_hot(y, n_classes, dtype=np.float64):
    """One row for each label, with a 1 in the label's column and 0 elsewhere.

    Parameters
    ----------
    y : array_like of int, shape (m,)
        Labels from 0 to ``n_classes - 1``.
    n_classes : int
    dtype : data type of the result

    Returns
    -------
    ndarray, shape (m, n_classes)

    Raises
    ------
    ValueError
        Where labels are no vector of whole numbers, or out of range.

    Examples
    --------
    >>> print(one_hot([2, 0], 3))
    [[0. 0. 1.]
     [1. 0. 0.]]
    """
    y = np.asarray(y)
    if y.dtype.kind not in "iub" or y.ndim != 1:
        raise ValueError(
            f"y has dtype {y.dtype} and shape {y.shape}; expected whole-number labels of shape "
            "(m,). Did you mean y.astype(int)?"
        )
    n_classes = whole_number("n_classes", n_classes)
    # NumPy would let a negative label count from the end, unnoticed.
    if y.size and not 0 <= y.min() <= y.max() < n_classes:
        raise ValueError(
            f"y holds labels from {y.min()} to {y.max()}; expected 0 to {n_classes - 1} for "
            f"{n_classes} classes. Do the labels start at 1, or are there more classes?"
        )
    Y = np.zeros((len(y), n_classes), dtype)
    Y[np.arange(len(y)), y.astype(np.intp)] = 1
    return Y


def l2_penalty(weights, strength):
    r"""Penalty on large weights, :math:`\frac{\lambda}{2} \sum W^2`, and its gradient.

    Parameters
    ----------
    weights : list of ndarray
        Weight matrices, with biases between them or without. A bias, which has one axis, is left
        alone: it makes nothing steep, so it counts nothing and its gradient is 0.
    strength : float
        :math:`\lambda \ge 0`.

    Returns
    -------
    penalty : float
        To be added to a mean loss.
    gradients : list of ndarray
        :math:`\lambda W` for each matrix, zeros for each bias.

    Notes
    -----
    Ridge regression, Hoerl and Kennard (1970); as weight decay, Krogh and Hertz (1991).
    """
    penalty = strength / 2 * sum((W**2).sum() for W in weights if W.ndim == 2)
    return penalty, [strength * W if W.ndim == 2 else np.zeros_like(W) for W in weights]
