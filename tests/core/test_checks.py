"""The door itself: every check lets the right thing through, unchanged, and names the wrong one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from reference import frozen, quick, says

from course_lib import _checks


def test_require_raises_its_sentence_and_nothing_else():
    _checks.require(True, "no")
    with pytest.raises(ValueError, match=r"^no$"):
        _checks.require(False, "no")


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(7)])
def test_whole_numbers_pass(value):
    assert _checks.whole_number("epochs", value) == value
    assert type(_checks.whole_number("epochs", value)) is int


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, True, "1", None, np.float64(1), [1]])
def test_what_is_no_whole_number_is_named(value):
    with pytest.raises(ValueError) as refusal:
        _checks.whole_number("epochs", value)
    says(refusal, f"epochs is {value!r}", "expected a whole number of at least 1")


def test_the_least_whole_number_can_be_chosen():
    assert _checks.whole_number("k", 0, at_least=0) == 0
    with pytest.raises(ValueError, match="k is 1; expected a whole number of at least 2"):
        _checks.whole_number("k", 1, at_least=2)


def test_positive_numbers_pass_as_float():
    for value in (1, 0.5, np.float32(0.5), 5e-324):
        assert _checks.positive_number("h", value) == value
        assert type(_checks.positive_number("h", value)) is float
    with pytest.raises(ValueError, match=r"^h is 0; expected a number above 0\.$"):
        _checks.positive_number("h", 0)
    with pytest.raises(ValueError, match=r"above 0\. Often it is 1\.$"):
        _checks.positive_number("h", 0, "Often it is 1.")


@pytest.mark.parametrize("value", [None, 0, np.random.RandomState(0), np.random])
def test_what_is_no_generator_is_named(value):
    _checks.generator("rng", np.random.default_rng(0))
    with pytest.raises(TypeError) as refusal:
        _checks.generator("rng", value)
    says(refusal, "rng is ", "expected a numpy.random.Generator", "rng=np.random.default_rng(0)?")


@quick
@given(hnp.arrays(np.float32, hnp.array_shapes(min_side=0, max_side=4)))
def test_numbers_are_finite_unless_one_of_them_is_not(A):
    bad = int((~np.isfinite(A)).sum())
    if not bad:
        assert _checks.finite("X", A) is None
    else:
        with pytest.raises(_checks.NotFiniteError) as refusal:
            _checks.finite("X", A)
        says(refusal, f"X holds {bad} NaN or infinite value{'s' if bad > 1 else ''};", "division")


@pytest.mark.parametrize(
    "A", [np.full((3, 2), 1e30, np.float32), np.full(4, -1e300), np.array(1e200)]
)
def test_numbers_too_large_to_square_are_finite(A):
    assert _checks.finite("X", A) is None
    with pytest.raises(_checks.NotFiniteError, match="X holds 1 NaN or infinite value;"):
        _checks.finite("X", np.append(A, np.nan).astype(A.dtype))


def test_whole_numbers_and_text_are_no_matter_of_finite():
    _checks.finite("y", np.array([1, 2]))
    _checks.finite("y", np.array(["a"]))


@pytest.mark.parametrize(
    "X",
    [
        np.array([[0.5, 200.0]]),  # whoever made it a float has thought about it
        np.array([[0, 1], [-1, 1]]),
        np.array([[0, 1]], np.uint8),
        np.array([[True, False]]),
        np.array([[0.5]], np.float32),
    ],
)
def test_features_are_handed_back_as_they_are(X):
    X = frozen(X, X.dtype)
    assert _checks.features(X) is X
    assert _checks.features(X, X.shape[1]) is X
    np.testing.assert_array_equal(_checks.features(X.tolist()), X)


@pytest.mark.parametrize(
    ("X", "n_in", "parts"),
    [
        (np.ones(3), None, ["X has shape (3,)", "expected (m, n_in)", "X.reshape(1, -1)?"]),
        (np.ones(3), 3, ["X has shape (3,)", "expected (m, 3)"]),
        (np.ones((2, 4, 4)), None, ["(2, 4, 4)", "For images", "X.reshape(len(X), -1)?"]),
        (np.ones((2, 4, 4, 3)), None, ["(2, 4, 4, 3)", "One example a row"]),
        (1.0, None, ["X has shape ()", "One example a row"]),
        (np.ones((0, 3)), None, ["(0, 3)", "at least one example and one feature"]),
        (np.ones((3, 0)), None, ["(3, 0)", "at least one example and one feature"]),
        (np.ones((3, 2)), 3, ["(3, 2)", "expected (m, 3)", "Did you mean X.T?"]),
        (np.ones((5, 2)), 3, ["(5, 2)", "expected (m, 3)", "fit this first layer?"]),
        (np.array([[0, 2]]), 2, ["whole numbers from 0 to 2", "X / 255?", "X.astype(float)"]),
        (np.array([[-2, 0]]), 2, ["whole numbers from -2 to 0", "size about 1"]),
        (np.array([[0, 255]], np.uint8), 2, ["whole numbers from 0 to 255"]),
        ([["a", "b"]], None, ["X has dtype <U1", "expected numbers", "text"]),
        ([[None, 1]], None, ["X has dtype object", "expected numbers"]),
        ([[1j, 1]], None, ["X has dtype complex128", "expected numbers"]),
        ([[np.nan, 1.0]], None, ["X holds 1 NaN or infinite value;", "missing values"]),
        ([[-np.inf, np.inf]], None, ["X holds 2 NaN or infinite values;"]),
    ],
)
def test_features_that_do_not_fit_are_named(X, n_in, parts):
    with pytest.raises(ValueError) as refusal:
        _checks.features(X, n_in)
    says(refusal, *parts)


def test_features_are_called_what_the_caller_calls_them():
    with pytest.raises(ValueError, match=r"^images has shape.*images\.reshape\(1, -1\)"):
        _checks.features(np.ones(3), name="images")
    with pytest.raises(ValueError, match=r"^images holds 1 NaN"):
        _checks.features([[np.nan]], name="images")


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 2), (1,), (1, 1)])
def test_targets_take_the_shape_that_belongs_beside_them(shape):
    y = np.arange(np.prod(shape)).reshape(shape if shape[1:] == (2,) else -1)
    np.testing.assert_array_equal(_checks.targets(frozen(y), shape), y.reshape(shape))


def test_targets_name_both_sides():
    with pytest.raises(ValueError) as refusal:
        _checks.targets(np.ones(2), (3, 1), name="labels", of="Z")
    says(
        refusal, "labels has shape (2,)", "expected (3,) beside Z of shape (3, 1)", "each of the 3"
    )
    with pytest.raises(ValueError, match=r"^Z has shape \(0, 2\); expected at least one example"):
        _checks.targets(np.ones((0, 2)), (0, 2), of="Z")
    with pytest.raises(ValueError, match=r"the second argument has shape \(\)"):
        _checks.targets(1, ())
