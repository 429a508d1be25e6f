"""Losses: values against scikit-learn, gradients against autograd and differences, and the door."""

import autograd
import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference import differences, error, frozen, quick, says
from scipy import special
from sklearn.metrics import log_loss

from course_lib._checks import NotFiniteError
from course_lib.losses import (
    l2_penalty,
    mean_squared_error,
    one_hot,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)

rng = np.random.default_rng(3)
CASES = {  # loss: its definition, targets as the loss and as the definition takes them, outputs
    "squared, (m,)": (mean_squared_error, (y := rng.normal(size=7)), y, rng.normal(size=7)),
    "squared, (m, 1)": (mean_squared_error, y, y[:, None], rng.normal(size=(7, 1))),
    "squared, (m, n)": (mean_squared_error, (Y := rng.normal(size=(7, 3))), Y, Y[::-1] + 1),
    "squared, m=1": (mean_squared_error, [[1.0, 2.0]], [[1.0, 2.0]], np.array([[3.0, 5.0]])),
    "sigmoid, (m,)": (
        sigmoid_cross_entropy,
        (t := np.array([0, 1, 1, 0])),
        t,
        rng.normal(size=4) * 3,
    ),
    "sigmoid, (m, 1)": (sigmoid_cross_entropy, t, t[:, None], rng.normal(size=(4, 1)) * 3),
    "sigmoid, m=1": (sigmoid_cross_entropy, [1], np.array([[1]]), np.array([[-0.3]])),
    "sigmoid, bool": (sigmoid_cross_entropy, t == 1, t, rng.normal(size=4)),
    "sigmoid, (m, n)": (sigmoid_cross_entropy, Y > 0, (Y > 0) * 1.0, Y[::-1]),
    "softmax, labels": (softmax_cross_entropy, [2, 0, 1, 2], np.eye(3)[[2, 0, 1, 2]], Z := Y[:4]),
    "softmax, one-hot": (
        softmax_cross_entropy,
        np.eye(3)[[2, 0, 1, 2]],
        np.eye(3)[[2, 0, 1, 2]],
        Z,
    ),
    "softmax, soft": (softmax_cross_entropy, (S := special.softmax(Z[::-1], axis=1)), S, Z),
    "softmax, m=1": (softmax_cross_entropy, [1], np.array([[0, 1]]), np.array([[0.2, 0.9]])),
}


@pytest.fixture(params=CASES)
def case(request):
    loss, y, y_defined, A = CASES[request.param]
    return loss, frozen(y), frozen(y_defined), frozen(A)


def test_value_and_gradient_are_what_autograd_makes_of_the_definition(case):
    loss, y, y_defined, A = case
    definition = getattr(reference, loss.__name__)
    value, gradient = loss(y, A)
    assert isinstance(value, float)
    assert value == pytest.approx(definition(y_defined, A), abs=1e-12)
    expected = autograd.grad(definition, 1)(y_defined, np.array(A))
    assert gradient.shape == A.shape
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-10)


def test_gradient_is_what_differences_of_the_loss_say(case):
    loss, y, _, A = case
    assert error(loss(y, A)[1], differences(lambda a: loss(y, a)[0], A)) <= 1e-6


def test_prepared_targets_give_what_the_whole_loss_gives(case):
    """What training relies on: targets once, then the equation alone, batch by batch."""
    loss, y, _, A = case
    Y = loss.targets(y, A.shape, A.dtype)
    assert Y.shape == A.shape and Y.dtype == A.dtype
    value, gradient = loss(y, A)
    assert loss.equation(Y, A)[0] == value
    np.testing.assert_array_equal(loss.equation(Y, A)[1], gradient)
    few = slice(0, max(1, len(A) // 2))
    assert loss.equation(Y[few], A[few])[0] == pytest.approx(loss(np.asarray(y)[few], A[few])[0])


def test_float32_stays_float32_and_gives_the_same_within_its_digits(case):
    loss, y, _, A = case
    value, gradient = loss(y, A)
    value32, gradient32 = loss(y, frozen(A, np.float32))
    assert gradient32.dtype == np.float32
    assert isinstance(value32, float)
    assert value32 == pytest.approx(value, rel=1e-5)
    np.testing.assert_allclose(gradient32, gradient, rtol=1e-4, atol=1e-6)


def test_mean_over_repeated_examples_is_the_same_and_their_gradient_shared(case):
    loss, y, _, A = case
    value, gradient = loss(y, A)
    twice, gradient_twice = loss(np.concatenate([y, y]), np.concatenate([A, A]))
    assert twice == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(2 * gradient_twice, np.concatenate([gradient, gradient]), rtol=1e-12)


@quick
@given(st.integers(2, 6), st.integers(1, 8), st.data())
def test_cross_entropies_are_those_of_scikit_learn(n_classes, m, data):
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    Z, y = rng.normal(size=(m, n_classes)) * 5, rng.integers(n_classes, size=m)
    P = special.softmax(Z, axis=1)
    expected = log_loss(y, P, labels=range(n_classes))
    assert softmax_cross_entropy(y, Z)[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    picked = -special.log_softmax(Z, axis=1)[np.arange(m), y].mean()
    assert softmax_cross_entropy(y, Z)[0] == pytest.approx(picked, rel=1e-12, abs=1e-14)
    t, z = y % 2, Z[:, 0]
    expected = log_loss(t, special.expit(z), labels=[0, 1])
    assert sigmoid_cross_entropy(t, z)[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)


@quick
@given(hnp.arrays(np.float64, (4, 3), elements=st.sampled_from([-1e4, -745.0, 0.0, 89.0, 1e4])))
def test_huge_logits_cost_what_they_should_without_a_warning(Z):
    y = np.array([0, 1, 2, 0])
    for dtype, digits in [(np.float64, 1e-12), (np.float32, 1e-6)]:
        value, gradient = softmax_cross_entropy(y, frozen(Z, dtype))
        expected = (special.logsumexp(Z, axis=1) - Z[np.arange(4), y]).mean()
        assert value == pytest.approx(expected, rel=digits)
        assert np.isfinite(gradient).all()
        value, gradient = sigmoid_cross_entropy(y % 2, frozen(Z[:, 0], dtype))
        signs = np.where(y % 2, 1, -1)
        assert value == pytest.approx(-special.log_expit(signs * Z[:, 0]).mean(), rel=digits)
        np.testing.assert_allclose(gradient, (special.expit(Z[:, 0]) - y % 2) / 4, atol=1e-7)


@quick
@given(st.integers(2, 40), st.integers(1, 5), st.floats(-1e4, 1e4))
def test_a_uniform_guess_costs_the_logarithm_of_the_number_of_classes(n_classes, m, level):
    Z = np.full((m, n_classes), level)
    assert softmax_cross_entropy(np.zeros(m, int), Z)[0] == pytest.approx(np.log(n_classes))
    assert sigmoid_cross_entropy(np.ones(m), np.zeros(m))[0] == pytest.approx(np.log(2))


def test_whole_number_outputs_are_counted_as_float64():
    value, gradient = mean_squared_error([1, 2], np.array([3, 3]))
    assert value == 2.5
    np.testing.assert_array_equal(gradient, [2.0, 1.0])
    assert sigmoid_cross_entropy([1], np.array([0]))[1].dtype == np.float64


def test_one_hot_puts_a_one_in_the_column_of_the_label():
    np.testing.assert_array_equal(one_hot([2, 0, 1], 4), np.eye(4)[[2, 0, 1]])
    assert one_hot(np.array([1, 0], np.uint8), 2, np.float32).dtype == np.float32
    np.testing.assert_array_equal(one_hot([True, False], 2), [[0, 1], [1, 0]])
    assert one_hot(np.array([], int), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("y", "n_classes", "parts"),
    [
        ([-1, 0], 3, ["y holds labels from -1 to 0", "expected 0 to 2", "start at 1"]),
        (np.array([-1], np.int8), 3, ["-1 to -1"]),
        ([0, 3], 3, ["from 0 to 3", "expected 0 to 2 for 3 classes"]),
        (np.array([2**63 + 1], np.uint64), 3, ["expected 0 to 2"]),
        ([0.0, 1.0], 3, ["dtype float64", "y.astype(int)"]),
        ([[0], [1]], 3, ["shape (2, 1)", "(m,)"]),
        (["a"], 3, ["whole-number labels"]),
        ([0], 2.5, ["n_classes is 2.5"]),
        ([], 3, ["shape (0,)", "whole-number"]),
    ],
)
def test_one_hot_refuses_what_is_no_label(y, n_classes, parts):
    with pytest.raises(ValueError) as refusal:
        one_hot(y, n_classes)
    says(refusal, *parts)


ALL = [mean_squared_error, sigmoid_cross_entropy]
ones, halves = np.ones, lambda *shape: np.full(shape, 0.5)


@pytest.mark.parametrize("loss", ALL)
@pytest.mark.parametrize(
    ("y", "A", "parts"),
    [
        # (3, 1) against (3,) would broadcast to (3, 3)
        (ones((3, 1)), halves(3), ["y has shape (3, 1)", "expected (3,)", "y.ravel()"]),
        (ones((3, 1)), halves(3, 1), ["y has shape (3, 1)", "expected (3,)", "y.ravel()"]),
        (ones((1, 3)), halves(3), ["y has shape (1, 3)", "expected (3,)", "y.ravel()"]),
        (ones(1), halves(3), ["y has shape (1,)", "expected (3,)", "its own target"]),
        (1.0, halves(3), ["y has shape ()", "expected (3,)"]),
        (ones(4), halves(3, 1), ["y has shape (4,)", "expected (3,)", "its own target"]),
        (ones((2, 3)), halves(3), ["y has shape (2, 3)", "expected (3,)"]),
        (["x", "y", "z"], halves(3), ["y has dtype", "expected numbers"]),
        ([1, 1j], halves(2), ["y has dtype complex128", "expected numbers"]),
        (ones(1), np.array(["a"]), ["has dtype", "expected numbers"]),
        ([], [], ["has shape (0,)", "at least one example"]),
        (1.0, 0.5, ["has shape ()", "expected"]),
    ],
)
def test_targets_that_would_broadcast_are_refused(loss, y, A, parts):
    with pytest.raises(ValueError) as refusal:
        loss(y, A)
    says(refusal, *parts)


@pytest.mark.parametrize(("loss", "name"), list(zip(ALL, "aZ", strict=True)))
def test_a_refusal_names_the_argument_beside_the_targets(loss, name):
    with pytest.raises(ValueError, match=rf"expected \(3,\) beside {name} of shape \(3, 1\)"):
        loss(ones(4), halves(3, 1))


@pytest.mark.parametrize(
    ("loss", "y", "A", "parts"),
    [
        (mean_squared_error, ones(3), halves(3, 2), ["expected (3, 2)", "one-hot rows"]),
        (mean_squared_error, ones((3, 1)), halves(3, 2), ["(3, 1)", "expected (3, 2)", "its own"]),
        (mean_squared_error, ones(2), halves(2, 2), ["y has shape (2,)", "expected (2, 2)"]),
        (mean_squared_error, ones((3, 2)), halves(3, 1), ["(3, 2)", "expected (3,)"]),
        (mean_squared_error, ones((3, 2, 1)), halves(3, 2, 1), ["y has shape (3, 2, 1)"]),
        (mean_squared_error, [1, np.nan], halves(2), ["y holds 1 NaN or infinite value;"]),
        (mean_squared_error, ones(2), [np.inf, np.nan], ["a holds 2 NaN or infinite values"]),
        (mean_squared_error, ones(2), [1e200, 0], ["loss is inf", "too large", "a?"]),
        (mean_squared_error, [1e300], np.float32([0]), ["loss is inf", "in y or a"]),
        (sigmoid_cross_entropy, [1, 0], halves(2, 2), ["Z has shape (2, 2)", "softmax_cross"]),
        (sigmoid_cross_entropy, [1, 0], halves(2, 1, 1), ["Z has shape (2, 1, 1)"]),
        (sigmoid_cross_entropy, [1, 0], [np.nan, 0], ["Z holds 1 NaN", "size about 1", "diagnose"]),
        (sigmoid_cross_entropy, [1, 0], [np.inf, 0], ["Z holds 1 NaN or infinite value"]),
        (sigmoid_cross_entropy, [1, 0], [-np.inf, 0], ["Z holds 1 NaN or infinite value"]),
        (softmax_cross_entropy, [1, 0], ones(2), ["Z has shape (2,)", "(m, n_classes)"]),
        (softmax_cross_entropy, [1, 0], ones((2, 1)), ["(2, 1)", "sigmoid_cross_entropy"]),
        (softmax_cross_entropy, [[1], [0]], ones((2, 3)), ["(2, 1)", "(2,)", "y.ravel()"]),
        (softmax_cross_entropy, [1, 0, 1], ones((2, 3)), ["(3,)", "expected (2,)", "beside Z"]),
        (softmax_cross_entropy, [0], ones((2, 3)), ["(1,)", "expected (2,)"]),
        (softmax_cross_entropy, np.eye(2), ones((2, 3)), ["(2, 2)", "(2, 3) beside Z"]),
        (softmax_cross_entropy, np.eye(3)[:1], ones((2, 3)), ["(1, 3)", "expected (2, 3)"]),
        (softmax_cross_entropy, [1.0, 0.0], ones((2, 3)), ["float64", "y.astype(int)"]),
        (softmax_cross_entropy, [1, -1], ones((2, 3)), ["-1 to 1", "expected 0 to 2"]),
        (softmax_cross_entropy, [1, 3], ones((2, 3)), ["1 to 3", "expected 0 to 2"]),
        (softmax_cross_entropy, ones((2, 3)), ones((2, 3)), ["not probabilities", "one-hot"]),
        (softmax_cross_entropy, [[2, -1, 0]], ones((1, 3)), ["not probabilities"]),
        (softmax_cross_entropy, [[np.nan, 1, 0]], ones((1, 3)), ["not probabilities"]),
        (softmax_cross_entropy, [0], [[0, np.nan]], ["Z holds 1 NaN", "size about 1", "diagnose"]),
        (softmax_cross_entropy, [0], [[0, np.inf]], ["Z holds 1 NaN or infinite value"]),
        (softmax_cross_entropy, [0], [[0, -np.inf]], ["Z holds 1 NaN or infinite value"]),
        (softmax_cross_entropy, [0], [[1.7e308, -1.7e308]], ["too large", "Z"]),
        (softmax_cross_entropy, [], ones((0, 3)), ["Z has shape (0, 3)", "at least one example"]),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence_that_helps(loss, y, A, parts):
    with pytest.raises(ValueError) as refusal:
        loss(y, np.asarray(A))
    says(refusal, *parts)


@pytest.mark.parametrize(
    ("y", "span"),
    [([-1, 1], "-1 to 1"), ([1, 2], "1 to 2"), ([0, 9], "0 to 9"), ([np.nan, 0], "nan")],
)
def test_labels_that_are_not_zero_and_one_are_refused_by_binary_losses(y, span):
    with pytest.raises(ValueError) as refusal:
        sigmoid_cross_entropy(y, np.array([0.5, 0.5]))
    says(refusal, "y holds values from", span, "expected 0 or 1", "Did you mean (y ==")


def test_a_loss_that_is_not_finite_has_an_error_of_its_own():
    # training tells divergence from wrong arguments by it
    with pytest.raises(NotFiniteError):
        softmax_cross_entropy([0], np.array([[0, np.nan]]))


@quick
@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.just(1.0)),
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.just(0.5)),
)
def test_no_pair_of_shapes_broadcasts(y, A):
    for loss in ALL:
        try:
            _, gradient = loss(y, A)
        except ValueError:
            continue
        assert gradient.shape == A.shape
        assert y.size == A.size
        assert y.shape == A.shape or (y.ndim == 1 and A.shape == (len(y), 1))


def test_the_penalty_is_half_the_sum_of_squares_and_its_gradient_the_slope():
    weights = [frozen(rng.normal(size=(3, 2))), frozen(rng.normal(size=(2, 1)))]
    value, gradients = l2_penalty(weights, 0.3)
    assert np.isclose(
        value, 0.15 * np.linalg.norm(np.concatenate([W.ravel() for W in weights])) ** 2
    )
    for k, W in enumerate(weights):

        def of(changed, k=k):
            return l2_penalty([changed if i == k else V for i, V in enumerate(weights)], 0.3)[0]

        assert error(gradients[k], differences(of, W)) < 1e-7
    assert l2_penalty(weights, 0)[0] == 0
    assert l2_penalty([W.astype(np.float32) for W in weights], 0.3)[1][0].dtype == np.float32
