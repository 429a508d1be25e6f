"""Augmentation: against SciPy's transformations, and what has to stay as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import frozen, quick, says
from scipy.ndimage import affine_transform, gaussian_filter, map_coordinates

from course_lib.augment import BLOCK, SPACING, distort

IMAGES = frozen(np.random.default_rng(5).random((6, 100)))


def generator_of(*values, noise=()):
    """Return a real Generator whose uniform() gives these arrays, one after the other.

    Its random() gives those of `noise`.
    """
    rng, left, noise = np.random.Generator(np.random.PCG64(0)), list(values), list(noise)

    class Told(np.random.Generator):
        def uniform(self, low, high, size):
            array = np.broadcast_to(left.pop(0), size)
            assert (low <= array).all() and (array <= high).all()
            return array

        def random(self, size, dtype):
            array = noise.pop(0)
            assert array.shape == size and array.dtype == dtype
            return array

    return Told(rng.bit_generator)


@quick
@given(
    st.floats(-30, 30), st.floats(0.8, 1.2), st.floats(-3, 3), st.floats(-3, 3),
)  # fmt: skip
def test_pixels_are_those_of_scipy(angle, size, down, right):
    moved = np.array([[down], [right]])
    rng = generator_of(angle, size, moved)
    ours = distort(IMAGES, rng, shift=3, degrees=30, scale=0.2)
    turn = np.deg2rad(angle)
    # output place p from the centre comes from R⁻¹ (p - t) / s
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / size
    centre = np.array([4.5, 4.5])
    offset = centre - matrix @ (centre + np.array([down, right]))
    for image, mine in zip(IMAGES, ours, strict=True):
        framed = np.pad(image.reshape(10, 10), 2)  # SciPy blends with what is outside otherwise
        theirs = affine_transform(
            framed, matrix, offset=offset + 2 - matrix @ [2, 2], order=1, mode="constant"
        )[2:-2, 2:-2]
        np.testing.assert_allclose(mine.reshape(10, 10), theirs, atol=1e-9)


def scipys_field(noise, side, sigma):
    """Return a field as Simard and others make it: noise on pixels, smoothed by a Gaussian."""
    on_pixels = np.zeros((side, side))
    on_pixels[::SPACING, ::SPACING] = SPACING * (2.0 * noise.T - 1)  # as strong as noise on all
    return gaussian_filter(on_pixels, sigma, mode="constant", truncate=20)


@quick
@given(
    st.floats(0, 60), st.floats(2, 8), st.floats(-3, 3), st.floats(-3, 3), st.floats(-30, 30),
)  # fmt: skip
def test_elastic_pixels_are_those_of_scipy_shifted_and_turned_too(alpha, sigma, down, right, angle):
    m, side = len(IMAGES), 10
    noise = np.random.default_rng(6).random((2 * m, 4, 4), np.float32)
    moved = np.array([[down], [right]])
    rng = generator_of(angle, 1.0, moved, noise=[noise])
    moves = dict(shift=3, degrees=30, scale=0, alpha=alpha, sigma=sigma)
    ours = distort(IMAGES, rng, **moves).reshape(m, side, side)
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    y, x = np.mgrid[:side, :side] - 4.5
    for k, (image, mine) in enumerate(zip(IMAGES.reshape(m, side, side), ours, strict=True)):
        y_field, x_field = (scipys_field(n, side, sigma) for n in (noise[k], noise[m + k]))
        y_from = cosine * (y - down) - sine * (x - right) + alpha * y_field + 4.5
        x_from = sine * (y - down) + cosine * (x - right) + alpha * x_field + 4.5
        framed = np.pad(image, 2)  # SciPy blends with what is outside otherwise
        theirs = map_coordinates(framed, [y_from + 2, x_from + 2], order=1, mode="constant")
        np.testing.assert_allclose(mine, theirs, atol=1e-6)  # sigma's bell is cut off by SciPy


def test_pixels_move_as_far_as_the_docstring_says_and_neighbours_alike():
    # A plane that rises by 1 a pixel: what a pixel takes tells how far its place has moved.
    side, inside = 50, slice(18, 32)
    ramp = np.tile(np.repeat(np.arange(side) + 10.0, side), (2 * BLOCK + 1, 1))
    still = dict(shift=0, degrees=0, scale=0, alpha=36, sigma=5)
    bent = distort(ramp, np.random.default_rng(0), **still) - ramp
    bent = bent.reshape(-1, side, side)[:, inside, inside]
    expected = 36 / (np.sqrt(12 * np.pi) * 5)
    assert bent.std() == pytest.approx(expected, rel=0.05)
    assert expected == pytest.approx(1.2, abs=0.05)
    assert np.diff(bent, axis=1).std() < expected / 5
    assert np.corrcoef(bent.reshape(len(bent), -1))[0, 1:].max() < 0.9  # each image its own


def test_callers_images_stay_as_they_are():
    X = np.array(IMAGES)
    distort(X, np.random.default_rng(0), alpha=30)
    np.testing.assert_array_equal(X, IMAGES)


def test_nothing_moves_where_nothing_may():
    same = distort(IMAGES, np.random.default_rng(0), shift=0, degrees=0, scale=0)
    np.testing.assert_allclose(same, IMAGES, atol=1e-12)


@pytest.mark.parametrize("moves", [{}, dict(shift=0, degrees=0, scale=0, alpha=20)])
def test_images_are_moved_each_in_its_own_way_and_repeatably(moves):
    m = 2 * BLOCK + 1
    same = np.tile(IMAGES[:1], (m, 1))
    one = distort(same, np.random.default_rng(0), **moves)
    assert len(np.unique(one.round(9), axis=0)) == m
    again = distort(same, np.random.default_rng(0), **moves)
    np.testing.assert_array_equal(one, again)
    assert (one >= 0).all() and (one <= IMAGES.max() + 1e-12).all()


def test_float32_stays_float32():
    X = IMAGES.astype(np.float32)
    moved = distort(X, np.random.default_rng(0), alpha=20)
    assert moved.dtype == np.float32
    exact = distort(IMAGES, np.random.default_rng(0), alpha=20)
    np.testing.assert_allclose(moved, exact, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"X": IMAGES[:, :99]}, "X has 99 columns; expected square images"),
        ({"shift": -1}, "shift is -1"),
        ({"shift": 10}, "shift is 10; expected a limit from 0 to below 10"),
        ({"degrees": np.nan}, "degrees is nan"),
        ({"scale": 1}, "scale is 1"),
        ({"alpha": -36}, "alpha is -36; expected a limit from 0"),
        ({"alpha": np.inf}, "alpha is inf"),
        ({"sigma": 1}, "sigma is 1; expected a width of at least 2 pixels. For a weaker"),
        ({"sigma": [4, 5]}, "sigma is [4, 5]"),
    ],
)
def test_what_makes_no_distortion_is_refused(arguments, words):
    with pytest.raises(ValueError) as refusal:
        distort(**({"X": IMAGES, "rng": np.random.default_rng(0)} | arguments))
    says(refusal, words)


def test_black_and_white_becomes_grey():
    ink = (IMAGES > 0.5).astype(np.uint8)
    moved = distort(ink, np.random.default_rng(0))
    np.testing.assert_allclose(moved, distort(ink.astype(float), np.random.default_rng(0)))
