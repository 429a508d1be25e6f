"""Activations: values against SciPy, derivatives against autograd and differences."""

import sys

import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference import DEFINITIONS, NAMES, differences, error, frozen, quick
from scipy import special

from course_lib import activations

PAIRS = [name + suffix for name in NAMES for suffix in ("", "_grad")]
# Off zero, where ReLU and its kin have a kink that no difference sees.
Z = np.concatenate([np.linspace(-8, 8, 40), [1e-3, -1e-3]])
# Where naive formulas overflow: exp(710) in float64, exp(89) in float32, and numbers next to 0.
EXTREMES = {
    np.float64: [0.0, -0.0, 745, -745, 746, -746, 1e4, -1e4, 5e-324, -5e-324, 1e100, -1e100],
    np.float32: [0.0, -0.0, 88, -88, 89, -89, 104, -104, 1e4, -1e4, 1e-45, -1e-45, 1e15, -1e15],
}


@pytest.mark.parametrize("name", NAMES)
def test_derivative_is_what_differences_say(name):
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    assert error(f_grad(Z), differences(lambda z: f(z).sum(), Z)) <= 1e-6
    for z in Z:  # one by one too: a small derivative must not hide behind a large one
        centred = (f(z + 1e-5) - f(z - 1e-5)) / 2e-5
        assert f_grad(z) == pytest.approx(centred, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", ["gelu", "gelu_grad"])
@pytest.mark.parametrize("dtype", EXTREMES)
def test_gelu_is_the_same_without_scipy(name, dtype, monkeypatch):
    """As in a browser, or where the library is installed alone; silent far out, too."""
    f, some = getattr(activations, name), np.concatenate([Z, EXTREMES[dtype]]).astype(dtype)
    with np.errstate(all="ignore"):
        expected = f(some)
        monkeypatch.setitem(sys.modules, "scipy.special", None)
        found = f(some)
    assert found.dtype == dtype and f(2).dtype == float and f(np.zeros((0, 3))).shape == (0, 3)
    np.testing.assert_allclose(found, expected, rtol=1e-12 if dtype is np.float64 else 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_derivatives_are_what_autograd_makes_of_the_definition(name):
    definition = DEFINITIONS[name]
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    np.testing.assert_allclose(f(Z), definition(Z), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(f_grad(Z), elementwise_grad(definition)(Z), rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("sigmoid", special.expit),
        ("tanh", lambda z: 2 * special.expit(2 * z) - 1),
        ("softplus", lambda z: -special.log_expit(-z)),
        ("silu", lambda z: z * special.expit(z)),
        ("gelu", lambda z: z * special.erfc(-z / np.sqrt(2)) / 2),
        ("elu", lambda z: np.where(z > 0, z, special.expm1(np.minimum(z, 0)))),
        ("sigmoid_grad", lambda z: special.expit(z) * special.expit(-z)),
        ("softplus_grad", special.expit),
        ("tanh_grad", lambda z: 4 * special.expit(2 * z) * special.expit(-2 * z)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_values_are_those_of_scipy_at_extremes_as_well(name, theirs, dtype):
    z = np.array([*EXTREMES[dtype], *np.linspace(-30, 30, 61)], dtype)
    expected = theirs(z.astype(np.float64))
    ours = getattr(activations, name)(z)
    tolerance = 100 * np.finfo(dtype).eps
    # 1 - tanh² is the lesson's formula; its last digits cancel where it is next to 0. For all
    # others, only below the normal numbers of float32 are few digits left, or none.
    smallest = tolerance if name == "tanh_grad" else 1e-37
    np.testing.assert_allclose(ours, expected, rtol=tolerance, atol=smallest)


def test_sigmoid_keeps_small_probabilities_where_naive_forms_lose_them():
    # exp(-745) is the smallest positive float64: σ still tells it from 0
    assert activations.sigmoid(-745.0) == 5e-324
    assert activations.sigmoid(-40.0) == pytest.approx(np.exp(-40), rel=1e-15)
    assert activations.sigmoid_grad(40.0) == pytest.approx(np.exp(-40), rel=1e-15)
    assert activations.softplus(-40.0) == pytest.approx(np.exp(-40), rel=1e-15)
    assert activations.elu(-1e-20) == -1e-20


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extremes_give_finite_values_of_the_same_dtype_without_a_warning(name, dtype):
    z = frozen(EXTREMES[dtype], dtype)
    value = getattr(activations, name)(z)
    assert value.dtype == dtype
    assert value.shape == z.shape
    assert np.isfinite(value).all()
    if name in ("sigmoid", "sigmoid_grad", "softplus_grad"):
        assert (value >= 0).all() and (value <= 1).all()


@pytest.mark.parametrize("name", PAIRS)
def test_any_shape_goes_and_whole_numbers_turn_into_float64(name):
    f = getattr(activations, name)
    grid = f(np.linspace(-3, 3, 24).reshape(2, 3, 4))
    assert grid.shape == (2, 3, 4)
    np.testing.assert_array_equal(f(np.linspace(-3, 3, 24)), grid.ravel())
    for whole in (np.array([-2, 0, 3]), np.array([0, 1, 3], np.uint8), [-2, 0, 3], [True, False]):
        value = f(whole)
        assert value.dtype == np.float64
        np.testing.assert_array_equal(value, f(np.array(whole, np.float64)))
    for number in (2, 2.0, np.float32(2)):
        assert np.shape(f(number)) == ()
        assert f(number) == pytest.approx(f(np.array([2.0]))[0], rel=1e-6)
    assert np.asarray(f(np.float32(2))).dtype == np.float32


# The other two are steps: they know only on which side of 0 their argument lies.
@pytest.mark.parametrize("name", sorted(set(PAIRS) - {"relu_grad", "leaky_relu_grad"}))
def test_not_a_number_stays_visible(name):
    with np.errstate(invalid="ignore"):
        value = getattr(activations, name)(np.array([np.nan, 1.0]))
    assert np.isnan(value[0]) and np.isfinite(value[1])


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("relu_grad", 0), ("leaky_relu_grad", 0.01), ("elu_grad", 1), ("relu", 0), ("elu", 0)],
)
def test_at_the_kink_the_value_is_the_documented_one(name, at_zero):
    assert getattr(activations, name)(0.0) == at_zero


def test_slope_and_alpha_are_used_on_the_negative_side_alone():
    z = np.array([-2.0, 0.0, 0.5, 3.0])
    np.testing.assert_array_equal(activations.leaky_relu(z, slope=0.5), [-1, 0, 0.5, 3])
    np.testing.assert_array_equal(activations.leaky_relu_grad(z, slope=0.5), [0.5, 0.5, 1, 1])
    np.testing.assert_allclose(activations.elu(z, alpha=2), [2 * np.expm1(-2), 0, 0.5, 3])
    np.testing.assert_allclose(activations.elu_grad(z, alpha=2), [2 * np.exp(-2), 2, 1, 1])
    assert activations.elu(np.float32(-1), alpha=2.0).dtype == np.float32


def rows(elements):
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
    return hnp.arrays(np.float64, shapes, elements=elements)


@quick
@given(rows(st.floats(-1e4, 1e4, width=32)))
def test_softmax_rows_are_probabilities_that_sum_to_one(Z):
    P = activations.softmax(Z)
    assert P.shape == Z.shape
    assert (P >= 0).all()
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=0, atol=1e-12)


@quick
@given(rows(st.floats(-50, 50)), st.floats(-1e4, 1e4))
def test_softmax_does_not_see_a_constant_added_to_a_row(Z, shift):
    np.testing.assert_allclose(activations.softmax(Z + shift), activations.softmax(Z), atol=1e-10)


@quick
@given(rows(st.sampled_from([-1e4, -745.0, 0.0, 745.0, 1e4])))
def test_softmax_of_huge_logits_is_that_of_scipy(Z):
    Z = frozen(Z)
    np.testing.assert_allclose(activations.softmax(Z), special.softmax(Z, axis=1), atol=1e-15)
    P = activations.softmax(frozen(Z, np.float32))
    assert P.dtype == np.float32
    np.testing.assert_allclose(P, special.softmax(Z, axis=1), atol=1e-6)


def test_softmax_takes_one_row_or_whole_numbers_and_generalises_the_sigmoid():
    np.testing.assert_allclose(activations.softmax([1, 2, 3]), special.softmax([1.0, 2, 3]))
    two = activations.softmax(np.stack([Z, np.zeros_like(Z)], axis=1))
    np.testing.assert_allclose(two[:, 0], activations.sigmoid(Z), atol=1e-15)


def test_gelu_keeps_half_precision():
    assert activations.gelu(np.zeros(3, np.float16)).dtype == np.float16
