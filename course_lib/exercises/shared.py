"""What exercises of several lessons need to write probes and mistakes shortly."""

import numpy as np

from course_lib.exercises.engine import rule


def numbers(*values, dtype=float, shape=None):
    """Make an array of numbers, or of rows of numbers."""
    array = np.array(values, dtype=dtype)
    return array if shape is None else array.reshape(shape)


def labels(*values):
    """Make an array of whole numbers."""
    return np.array(values)


def column(values):
    """Make a column of a vector."""
    return np.reshape(values, (-1, 1))


def float32(*parts):
    """Return the parts of a probe, whatever has a type in float32."""
    return tuple(p.astype(np.float32) if hasattr(p, "astype") else p for p in parts)


def then(function, change):
    """Make a function that changes the results of another."""
    return lambda *arguments: change(*function(*arguments))


def finite_loss(fine, *, infinite, clipped):
    """Judge a loss near the logarithm of 0: a single number, finite, and ``fine(loss)``."""
    return [
        rule(
            lambda loss, *_: np.ndim(loss) == 0,
            slug="wrong-shape",
            says="Its result is not a single number.",
        ),
        rule(lambda loss, *_: np.isfinite(loss), slug="log-of-zero", says=infinite),
        rule(lambda loss, *_: fine(loss), slug="clips-too-much", says=clipped),
    ]
