"""Augmentation: against SciPy's affine transformation, and what has to stay as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import frozen, quick, says
from scipy.ndimage import affine_transform

from course_lib.augment import distort

IMAGES = frozen(np.random.default_rng(5).random((6, 100)))


def generator_of(*values):
    """Return a real Generator whose uniform() gives these arrays, one after the other."""
    rng, left = np.random.Generator(np.random.PCG64(0)), list(values)

    class Told(np.random.Generator):
        def uniform(self, low, high, size):
            array = np.broadcast_to(left.pop(0), size)
            assert (low <= array).all() and (array <= high).all()
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


def test_nothing_moves_where_nothing_may():
    same = distort(IMAGES, np.random.default_rng(0), shift=0, degrees=0, scale=0)
    np.testing.assert_allclose(same, IMAGES, atol=1e-12)


def test_images_are_moved_each_in_its_own_way_and_repeatably():
    one = distort(np.tile(IMAGES[:1], (5, 1)), np.random.default_rng(0))
    assert len(np.unique(one.round(9), axis=0)) == 5
    again = distort(np.tile(IMAGES[:1], (5, 1)), np.random.default_rng(0))
    np.testing.assert_array_equal(one, again)
    assert (one >= 0).all() and (one <= IMAGES.max() + 1e-12).all()


def test_float32_stays_float32():
    X = IMAGES.astype(np.float32)
    moved = distort(X, np.random.default_rng(0))
    assert moved.dtype == np.float32
    np.testing.assert_allclose(moved, distort(IMAGES, np.random.default_rng(0)), atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"X": IMAGES[:, :99]}, "X has 99 columns; expected square images"),
        ({"shift": -1}, "shift is -1"),
        ({"shift": 10}, "shift is 10; expected a limit from 0 to below 10"),
        ({"degrees": np.nan}, "degrees is nan"),
        ({"scale": 1}, "scale is 1"),
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
