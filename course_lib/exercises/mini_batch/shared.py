"""What several exercises of this lesson need."""

import numpy as np

from course_lib.exercises.engine import rule


def examples(m, dtype=float):
    """Give m examples, each with its own target: row i is (i, i + ½), its target 10 i."""
    i = np.arange(m)
    return np.column_stack([i, i + 0.5]).astype(dtype), 10 * i


def drawn(m, *settings, seed, dtype=float):
    """Give the arguments of a probe: m examples, settings, and a generator."""
    return *examples(m, dtype), *settings, np.random.default_rng(seed)


def rows_of(array):
    """Read off which examples these are; an error, for the engine a no, where they are none."""
    rows = np.asarray(array)
    if not len(rows):
        return np.array([], dtype=int)
    found = rows[:, 0].astype(int)
    if not np.array_equal(rows[:, 1], found + 0.5):
        raise ValueError
    return found


def belong(X, y):
    """Tell whether each example has its own target."""
    return np.array_equal(10 * rows_of(X), y)


def repeatable(key, probe):
    """Judge two draws: the same from the same seed, and others from another."""
    same_again = rule(
        lambda v, first, *_: np.array_equal(key(v), key(first)),
        slug="not-repeatable",
        says="The same seed gives another order the second time: it does not come from `rng` but "
        "from NumPy's global state, or from a generator without a seed.",
        beside=probe,
    )
    other = rule(
        lambda v, first, *_: not np.array_equal(key(v), key(first)),
        slug="own-generator",
        says="Whatever `rng` it is given, the order is the same: it has a seed of its own, or no "
        "chance in it. A second epoch, or a second split, would be like the first.",
        beside=probe,
    )
    return same_again, other


def axes_of(parts):
    """Count the axes of each part that is an array."""
    return [part.ndim if isinstance(part, np.ndarray) else None for part in parts]


def permuted(array, rng):
    """Shuffle."""
    return array[rng.permutation(len(array))]


def as_it_is(array, rng):
    """Forget to shuffle."""
    return array


MATRIX = np.array([[0.5, -1, 2], [1.5, 0.3, -0.4]])
WEIGHTS = np.array([1, -2, 0.5])
SLOPES = np.array([0.4, -0.2, 1.5])
MATRIX_OF_SLOPES = np.array([[2, -1, 0.5], [-0.3, 1.2, 0.7]])
