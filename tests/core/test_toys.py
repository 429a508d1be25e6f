"""Toys: shapes, balance, order, determinism, and classes that a curve tells apart, no line does."""

import doctest

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from course_lib import toys
from course_lib.toys import circles, clouds, ink, moons, spirals, xor

CURVED = pytest.mark.parametrize("toy", [circles, moons, xor, spirals])
TOYS = pytest.mark.parametrize("toy", [circles, clouds, moons, xor, spirals])


def generator(seed=3):
    return np.random.default_rng(seed)


@TOYS
@pytest.mark.parametrize("m", [2, 7, 400, np.int64(10)])
def test_shapes_types_and_balance(toy, m):
    X, y = toy(m, generator())
    assert X.shape == (m, 2) and X.dtype == np.float64 and np.isfinite(X).all()
    assert y.shape == (m,) and y.dtype == np.int64
    assert np.bincount(y, minlength=2).tolist() == [m // 2, m - m // 2]


@TOYS
def test_order_is_shuffled(toy):
    _, y = toy(400, generator())
    changes = np.count_nonzero(np.diff(y))
    assert 150 < changes < 250  # sorted labels change once, alternating ones 399 times


@TOYS
def test_same_seed_same_data(toy):
    first, again, other = (toy(50, generator(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@TOYS
def test_generator_moves_on(toy):
    rng = generator()
    assert not np.array_equal(toy(50, rng)[0], toy(50, rng)[0])


@CURVED
def test_no_line_separates_but_neighbours_do(toy):
    X, y = toy(600, generator())
    X_test, y_test = toy(600, generator(4))
    line = LogisticRegression().fit(X, y).score(X_test, y_test)
    neighbours = KNeighborsClassifier(5).fit(X, y).score(X_test, y_test)
    assert line < 0.9 and neighbours > 0.93
    assert toy is moons or line < 0.72  # the moons are the mildest


@CURVED
def test_noise_spreads_the_points(toy):
    calm, noisy = (toy(1000, generator(), noise=noise)[0] for noise in (0, 0.5))
    assert noisy.std() > 1.1 * calm.std()


def test_circles_and_moons_are_those_of_scikit_learn():
    seed = int(generator().integers(2**32))
    for ours, theirs in [
        (
            circles(99, generator(), 0.1, 0.3),
            make_circles(99, noise=0.1, factor=0.3, random_state=seed),
        ),
        (circles(9, generator()), make_circles(9, noise=0.05, factor=0.5, random_state=seed)),
        (moons(99, generator(), 0.2), make_moons(99, noise=0.2, random_state=seed)),
    ]:
        assert np.array_equal(ours[0], theirs[0]) and np.array_equal(ours[1], theirs[1])


def test_xor_is_the_sign_of_the_product():
    X, y = xor(1000, generator(), noise=0)
    assert np.array_equal(y == 1, X[:, 0] * X[:, 1] < 0)
    assert np.abs(X).max() <= 1
    quadrants = np.bincount((X[:, 0] > 0) * 2 + (X[:, 1] > 0), minlength=4)
    assert quadrants.min() > 200


def test_spirals_are_one_turned_by_half_a_turn():
    X, y = spirals(1000, generator(), noise=0)
    radius = np.hypot(*X.T)
    assert radius.min() >= 0.1 and 0.98 < radius.max() <= 1
    share = (radius - 0.1) / 0.9
    angle = 3 * np.pi * share + np.pi * y
    assert np.allclose(X, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


@TOYS
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((2.5, generator()), ValueError, "m is 2.5; expected a whole number of at least 2"),
        ((True, generator()), ValueError, "m is True; expected a whole number"),
        ((1, generator()), ValueError, "m is 1; expected a whole number of at least 2"),
        ((10, 42), TypeError, r"rng is 42; expected .*rng=np\.random\.default_rng\(0\)"),
        ((10, np.random.RandomState(0)), TypeError, "rng is RandomState"),
        ((10, generator(), -0.1), ValueError, "(noise|distance) is -0.1; expected a .*, 0 or more"),
        ((10, generator(), np.nan), ValueError, "is nan"),
        ((10, generator(), None), ValueError, "is None"),
    ],
)
def test_bad_arguments(toy, arguments, error, says):
    with pytest.raises(error, match=says):
        toy(*arguments)


@pytest.mark.parametrize("factor", [1, 2, -0.5, np.nan, "half"])
def test_bad_factor(factor):
    with pytest.raises(ValueError, match=r"factor is .*the inner radius over the outer"):
        circles(10, generator(), factor=factor)


def test_doctests():
    assert doctest.testmod(toys).failed == 0


def test_clouds_lie_as_far_apart_as_was_said():
    X, y = clouds(20000, generator(), distance=3.0)
    centres = np.array([X[y == k].mean(axis=0) for k in (0, 1)])
    assert np.isclose(np.linalg.norm(centres[1] - centres[0]), 3.0, atol=0.05)
    assert np.allclose(X[y == 0].std(axis=0), 1, atol=0.03)
    # Two unit normal clouds d apart: the best line is right on Φ(d / 2) of the points.
    assert np.isclose(LogisticRegression().fit(X, y).score(X, y), 0.9332, atol=0.01)


def test_ink_measures_where_it_lies():
    images = np.zeros((4, 28, 28), np.uint8)
    images[0, 10:18, 10:18] = images[1, :14] = images[2, :, :14] = 255  # middle, top, left
    X = ink(images.reshape(4, -1))
    assert np.allclose(X.mean(axis=0), 0) and np.allclose(X.std(axis=0), 1)
    assert X[:, [0, 2, 3]].argmax(axis=0).tolist() == [0, 1, 2]
    assert X[:, 1].argmin() == 3, "an empty image has the least ink altogether"
