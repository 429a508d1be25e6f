"""Toy data in the plane, in two classes; but for `clouds`, no straight line tells them apart."""

from numbers import Real

import numpy as np

from course_lib._checks import generator, require, share, whole_number


def circles(m, rng, noise=0.05, factor=0.5):
    """Draw a circle of radius 1 (class 0) and, inside it, one of radius `factor` (class 1).

    Parameters
    ----------
    m : int
        Examples in all, half of each class; of an odd number, class 1 has the extra one.
    rng : numpy.random.Generator
    noise : float
        Standard deviation of the normal noise added to each coordinate.
    factor : float
        Inner radius over outer radius, from 0 up to, but not including, 1.

    Returns
    -------
    X : ndarray of float64, (m, 2)
    y : ndarray of int64, (m,)
        0 or 1, in random order.

    Raises
    ------
    TypeError
        If `rng` is not a generator.
    ValueError
        If another argument is not such a number, or out of range.

    Examples
    --------
    >>> X, y = circles(1000, np.random.default_rng(0))
    >>> X.shape, np.bincount(y).tolist()
    ((1000, 2), [500, 500])
    """
    _check(m, rng, noise)
    share("factor", factor, "It is the inner radius over the outer one. Did you mean 1 / factor?")
    outer, inner = (np.linspace(0, 2 * np.pi, n, endpoint=False) for n in (m // 2, m - m // 2))
    return _mixed(_on_circle(outer), factor * _on_circle(inner), noise, rng)


def clouds(m, rng, distance=2.5):
    """Draw two round clouds, which a straight line tells apart but for a few points.

    The centres are `distance` standard deviations of a cloud apart; class 1 lies to the upper
    left. Other arguments and results are as in `circles`.

    Examples
    --------
    >>> X, y = clouds(40, np.random.default_rng(0))
    >>> bool(X[y == 1, 1].mean() > X[y == 0, 1].mean())
    True
    """
    _check(m, rng, distance, "distance", "a distance")
    y = _labels(m, rng)
    centres = distance / 2 * np.array([[1, -1], [-1, 1]]) / np.sqrt(2)
    return centres[y] + rng.normal(0, 1, (m, 2)), y


def moons(m, rng, noise=0.1):
    """Draw two half circles that reach into each other; arguments and results as in `circles`.

    Examples
    --------
    >>> X, y = moons(6, np.random.default_rng(0))
    >>> X.shape, sorted(y.tolist())
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    _check(m, rng, noise)
    outer, inner = (np.linspace(0, np.pi, n) for n in (m // 2, m - m // 2))
    return _mixed(_on_circle(outer), 1 - _on_circle(inner) - [0, 0.5], noise, rng)


def xor(m, rng, noise=0.05):
    """Draw points of the square from -1 to 1; class 1 where just one coordinate is positive.

    The label is settled before the noise, so that a little noise blurs the borders. Arguments and
    results are as in `circles`.

    Examples
    --------
    >>> X, y = xor(100, np.random.default_rng(0), noise=0)
    >>> bool(np.all(y == (X[:, 0] * X[:, 1] < 0)))
    True
    """
    _check(m, rng, noise)
    y = _labels(m, rng)
    X = rng.uniform(0, 1, (m, 2)) * rng.choice([-1, 1], (m, 1))  # both signs alike: class 0
    X[:, 1] *= 1 - 2 * y
    return X + rng.normal(0, noise, (m, 2)), y


def spirals(m, rng, noise=0.03):
    """Draw two spirals wound around each other, from near the centre out to radius 1.

    Each makes one and a half turns: at the share s of its way, from 0 to 1, a point of class 0 lies
    at radius 0.1 + 0.9 s in the direction 3π s, a point of class 1 opposite. Arguments and results
    are as in `circles`.

    Examples
    --------
    >>> X, y = spirals(100, np.random.default_rng(0), noise=0)
    >>> bool(np.hypot(X[:, 0], X[:, 1]).max() <= 1)
    True
    """
    _check(m, rng, noise)
    y = _labels(m, rng)
    # A turn further out is longer; the square root draws more points there, about evenly spaced.
    share = np.sqrt(rng.uniform(0, 1, m))
    radius, angle = 0.1 + 0.9 * share, 3 * np.pi * share + np.pi * y
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X + rng.normal(0, noise, (m, 2)), y


INK = ("middle", "altogether", "top", "left")


def ink(images):
    """Measure how much ink images carry: a few numbers in place of all pixels.

    Parameters
    ----------
    images : ndarray, shape (m, 28 * 28)

    Returns
    -------
    ndarray of float64, (m, 4)
        Mean ink in the middle (8 × 8 pixels), altogether, in the top half and in the left half,
        as `INK` names them, each shifted and stretched to mean 0 and standard deviation 1.
    """
    square = np.asarray(images, dtype=float).reshape(-1, 28, 28)
    places = [np.s_[:, 10:18, 10:18], np.s_[:], np.s_[:, :14], np.s_[:, :, :14]]
    X = np.column_stack([square[place].mean(axis=(1, 2)) for place in places])
    return (X - X.mean(axis=0)) / X.std(axis=0)


def _labels(m, rng):
    return rng.permutation(np.arange(m, 2 * m) % 2)  # starts at m: class 1 gets the odd one


def _on_circle(angles):
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _mixed(X_0, X_1, noise, rng):
    """Mix two classes and add noise, as scikit-learn draws them from a seed."""
    stream = np.random.RandomState(rng.integers(2**32))
    X, y = np.vstack([X_0, X_1]), np.repeat([0, 1], [len(X_0), len(X_1)])
    order = np.arange(len(X))
    stream.shuffle(order)
    return X[order] + stream.normal(0, noise, X.shape), y[order]


def _check(m, rng, spread, name="noise", what="a standard deviation"):
    whole_number("m", m, at_least=2)
    generator("rng", rng)
    right_type = isinstance(spread, Real) and not isinstance(spread, bool)
    require(
        right_type and 0 <= spread < np.inf, f"{name} is {spread!r}; expected {what}, 0 or more."
    )
