"""The activations: each derivative is the slope of its curve."""

import numpy as np
import pytest

from course_lib.demos._activation_gallery import FLAT, PAIRS, Z, runs


@pytest.mark.parametrize("name", [n for n in PAIRS if n != "step"])
def test_the_derivative_shown_is_the_slope_of_the_curve_shown(name):
    f, f_grad = PAIRS[name]
    z = np.array([-3.3, -0.4, 0.6, 2.7])
    assert np.allclose(f_grad(z), (f(z + 1e-6) - f(z - 1e-6)) / 2e-6, atol=1e-6)


def test_saturation_is_marked_where_the_slope_is_small():
    low, high = runs(np.abs(PAIRS["sigmoid"][1](Z)) < FLAT)
    edge = -np.log((1 - 2 * FLAT - np.sqrt(1 - 4 * FLAT)) / (2 * FLAT))
    assert low == (-6, pytest.approx(-edge, abs=0.05)) and high == (
        pytest.approx(edge, abs=0.05),
        6,
    )
    assert not runs(np.abs(PAIRS["leaky_relu"][1](Z)) < FLAT)
