"""Lesson 2: its references against other people's code, and what its checks let pass and stop."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad
from reference import DEFINITIONS, differences, error, frozen, network, sigmoid_cross_entropy
from scipy.optimize import approx_fprime
from scipy.special import expit
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from solutions import typed_in

from course_lib import activations, gradcheck
from course_lib.by_hand import hidden_layer as by_hand
from course_lib.by_hand import neuron
from course_lib.exercises import grade, hidden_layer, hint, record
from course_lib.exercises.hidden_layer.init_weights import InitWeights
from course_lib.exercises.hidden_layer.numerical_gradient import NumericalGradient

IDS = [exercise.id for exercise in hidden_layer.EXERCISES]


@pytest.fixture
def example():
    """Draw a small problem whose sizes all differ; the arrays cannot be written to."""
    rng = np.random.default_rng(11)
    shapes = (7, 3), (3, 4), (4,), (4, 1), (1,)
    return [frozen(rng.normal(size=shape)) for shape in shapes], frozen([0.0, 1, 1, 0, 1, 0, 0])


def test_the_exercises_are_those_of_the_lesson_in_its_order():
    assert IDS == [
        *("relu", "relu_grad", "tanh_grad", "init_weights"),
        *("forward_two_layers", "backward_two_layers", "numerical_gradient"),
        *("train_two_layers", "mend_backward"),
    ]
    arguments = [" ".join(exercise.arguments) for exercise in hidden_layer.EXERCISES]
    assert arguments == [
        *("Z", "Z", "Z", "n_in n_out rng"),
        *("X W1 b1 W2 b2", "X y W2 Z1 A1 P", "f w h"),
        *("X y W1 b1 W2 b2 learning_rate steps", "X y W2 Z1 A1 P"),
    ]


def test_what_the_library_has_is_not_written_twice():
    references = {exercise.id: exercise.reference for exercise in hidden_layer.EXERCISES}
    for name in ("relu", "relu_grad", "tanh_grad"):
        assert references[name] is getattr(activations, name)
    assert references["numerical_gradient"] is gradcheck.numerical_gradient


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_the_slopes_are_those_of_autograd(name):
    Z = frozen(np.linspace(-3, 3, 20).reshape(4, 5))
    slope = getattr(activations, f"{name}_grad")(Z)
    np.testing.assert_allclose(slope, elementwise_grad(DEFINITIONS[name])(Z), atol=1e-14)
    np.testing.assert_array_equal(activations.relu(Z), DEFINITIONS["relu"](Z))


def test_forward_is_two_layers_of_logistic_functions(example):
    (X, W1, b1, W2, b2), _ = example
    Z1, A1, Z2, P = by_hand.forward_two_layers(X, W1, b1, W2, b2)
    for i, x in enumerate(X):
        for j in range(4):
            z = sum(x[k] * W1[k, j] for k in range(3)) + b1[j]
            np.testing.assert_allclose([Z1[i, j], A1[i, j]], [z, 2 * expit(2 * z) - 1], atol=1e-14)
        z = sum(A1[i, j] * W2[j, 0] for j in range(4)) + b2[0]
        np.testing.assert_allclose([Z2[i, 0], P[i, 0]], [z, expit(z)], atol=1e-14)
    assert Z1.shape == A1.shape == (7, 4) and Z2.shape == P.shape == (7, 1)
    np.testing.assert_allclose(Z2, network([(W1, b1), (W2, b2)], X, anp.tanh), atol=1e-14)
    alone = neuron.forward(A1, W2[:, 0], b2[0])
    np.testing.assert_allclose(P[:, 0], alone, rtol=1e-14, err_msg="a neuron on hidden features")


def test_forward_is_that_of_scikit_learn(example):
    (X, *weights), y = example
    model = MLPClassifier((4,), activation="tanh", max_iter=1, random_state=0)
    with pytest.warns(match="Maximum iterations"):
        model.fit(X, y)
    model.coefs_, model.intercepts_ = list(weights[::2]), list(weights[1::2])
    *_, P = by_hand.forward_two_layers(X, *weights)
    np.testing.assert_allclose(P[:, 0], model.predict_proba(X)[:, 1], rtol=1e-12)


def test_backward_gives_the_slopes_of_the_mean_loss(example):
    (X, *weights), y = example
    W2 = weights[2]
    Z1, A1, _, P = by_hand.forward_two_layers(X, *weights)
    gradients = by_hand.backward_two_layers(X, y, W2, Z1, A1, P)
    for place, gradient in enumerate(gradients):

        def loss_of(w, place=place):
            W1, b1, W2, b2 = (*weights[:place], w, *weights[place + 1 :])
            return sigmoid_cross_entropy(
                y[:, None], network([(W1, b1), (W2, b2)], X, DEFINITIONS["tanh"])
            )

        def scikit_learns(v, place=place, loss_of=loss_of):
            parts = (*weights[:place], v.reshape(weights[place].shape), *weights[place + 1 :])
            return log_loss(y, by_hand.forward_two_layers(X, *parts)[-1][:, 0])

        w = np.array(weights[place])
        assert gradient.shape == w.shape
        assert error(gradient, grad(loss_of)(w)) < 1e-12
        assert error(gradient, differences(loss_of, w)) < 1e-9
        slopes = approx_fprime(w.ravel(), scikit_learns, epsilon=1e-7)
        np.testing.assert_allclose(gradient.ravel(), slopes, atol=1e-6)


def test_training_is_gradient_descent_with_the_slopes_of_autograd(example):
    (X, *weights), y = example
    *ends, losses = by_hand.train_two_layers(X, y, *weights, 0.6, 4)

    def loss_of(weights):
        W1, b1, W2, b2 = weights
        layers = [(W1, b1), (W2, b2)]
        return sigmoid_cross_entropy(y[:, None], network(layers, X, DEFINITIONS["tanh"]))

    place, seen = [np.array(w) for w in weights], []
    for _ in range(4):
        seen.append(loss_of(place))
        place = [w - 0.6 * dw for w, dw in zip(place, grad(loss_of)(place), strict=True)]
    np.testing.assert_allclose(losses, seen, rtol=1e-10)
    for end, expected in zip(ends, place, strict=True):
        np.testing.assert_allclose(end, expected, rtol=1e-10)


def test_what_is_mended_is_backpropagation_and_the_same_examples_twice_change_nothing(example):
    (X, *weights), y = example

    def slopes(back, times):
        X_times, y_times = np.tile(X, (times, 1)), np.tile(y, times)
        Z1, A1, _, P = by_hand.forward_two_layers(X_times, *weights)
        return back(X_times, y_times, weights[2], Z1, A1, P)

    right = slopes(by_hand.backward_two_layers, 1)
    for times in (1, 2):
        for ours, expected in zip(slopes(by_hand.mend_backward, times), right, strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-12)
    given = next(e for e in hidden_layer.EXERCISES if e.id == "mend_backward").as_given.functions[0]
    dW1, _, dW2, _ = slopes(given, 2)
    np.testing.assert_allclose(dW1, right[0] / 14, rtol=1e-12)
    np.testing.assert_allclose(dW2, right[2], rtol=1e-12)


def test_backward_of_the_last_layer_is_the_neuron_of_lesson_1(example):
    (X, *weights), y = example
    Z1, A1, _, P = by_hand.forward_two_layers(X, *weights)
    _, _, dW2, db2 = by_hand.backward_two_layers(X, y, weights[2], Z1, A1, P)
    dw, db = neuron.gradients(A1, y, P[:, 0])
    np.testing.assert_allclose([*dW2[:, 0], *db2], [*dw, db], rtol=1e-13)


def test_float32_stays_float32(example):
    (X, *weights), y = example
    X, y, *weights = (a.astype(np.float32) for a in (X, y, *weights))
    Z1, A1, Z2, P = by_hand.forward_two_layers(X, *weights)
    results = (Z1, A1, Z2, P, *by_hand.backward_two_layers(X, y, weights[2], Z1, A1, P))
    results += by_hand.mend_backward(X, y, weights[2], Z1, A1, P)
    results += by_hand.train_two_layers(X, y, *weights, 0.1, 2)[:4]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


def test_initial_weights_keep_the_size_of_the_signal():
    rng = np.random.default_rng(5)
    A = rng.normal(size=(2000, 300))
    for n_out in (300, 100, 400):
        W, b = by_hand.init_weights(A.shape[1], n_out, rng)
        assert W.shape == (A.shape[1], n_out) and b.shape == (n_out,) and not b.any()
        assert A.shape[1] * W.var() == pytest.approx(1, abs=0.03)
        A = A @ W + b
        assert A.std() == pytest.approx(1, abs=0.1)
    one, other = (by_hand.init_weights(3, 2, np.random.default_rng(8))[0] for _ in range(2))
    np.testing.assert_array_equal(one, other)
    rng = np.random.default_rng(8)
    again, next_one = (by_hand.init_weights(3, 2, rng)[0] for _ in range(2))
    np.testing.assert_array_equal(one, again)
    assert not np.any(next_one == one)


# --- What the checks let pass, and what they stop ------------------------------------------------


@pytest.mark.parametrize("scale", [0.75, np.sqrt(2 / 3), 1, np.sqrt(4 / 3), np.sqrt(2), 1.5])
def test_scales_from_lecun_to_he_are_accepted(scale):
    def init(n_in, n_out, rng):
        return rng.normal(0, scale / np.sqrt(n_in), (n_in, n_out)), np.zeros(n_out)

    assert grade("init_weights", init).status == "passed"


@pytest.mark.parametrize(
    ("scale", "slug"), [(0.3, "too-narrow"), (2, "too-wide"), (30, "too-wide")]
)
def test_other_scales_are_told_their_direction(scale, slug):
    def init(n_in, n_out, rng):
        return rng.normal(0, scale / np.sqrt(n_in), (n_in, n_out)), np.zeros(n_out)

    assert grade("init_weights", init).misconception == slug


@pytest.mark.parametrize(
    ("draw", "slug"),
    [
        (lambda shape: np.random.default_rng().normal(size=shape), "not-repeatable"),
        (lambda shape: np.random.RandomState(1).normal(size=shape), "own-generator"),
        (lambda shape: np.resize(np.sin(np.arange(1, 1e4)) * 1.4, shape), "own-generator"),
    ],
)
def test_numbers_that_are_not_from_the_given_generator_are_noticed(draw, slug):
    def init(n_in, n_out, rng):
        return draw((n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out)

    verdict = grade("init_weights", init)
    assert (verdict.status, verdict.misconception) == ("wrong", slug)
    assert "rng" in verdict.message


def test_judging_draws_nothing_from_the_global_state():
    _, before, place, *_ = np.random.get_state()
    for mistake in InitWeights.misconceptions:
        grade("init_weights", mistake.functions[0])
    _, after, now, *_ = np.random.get_state()
    np.testing.assert_array_equal(before, after)
    assert place == now


@pytest.mark.parametrize(
    ("at_zero", "fine"), [(0, True), (0.5, True), (1, True), (-1, False), (2, False)]
)
def test_at_the_kink_every_subgradient_of_the_relu_will_do(at_zero, fine):
    verdict = grade("relu_grad", lambda Z: np.where(Z == 0, at_zero, Z > 0))
    assert (verdict.status == "passed") is fine
    assert verdict.misconception == (None if fine else "kink")


def test_backward_may_take_the_slope_from_A1_or_from_Z1():
    def backward_two_layers(X, y, W2, Z1, A1, P):
        dZ2 = (P - y[:, None]) / len(y)
        dZ1 = dZ2 @ W2.T * (1 - A1**2)
        return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)

    assert grade("backward_two_layers", backward_two_layers).status == "passed"


def test_where_there_is_no_way_without_a_loop_none_is_asked_for():
    exercise = NumericalGradient
    assert exercise.insight in grade(exercise.id, typed_in(exercise.reference)).message
    looped = grade("relu_grad", lambda Z: [1.0 * (z > 0) for z in Z.ravel()])
    assert looped.status == "wrong", "a list of another shape"
    looped = grade("relu", lambda Z: np.reshape([max(z, 0) for z in Z.ravel()], Z.shape))
    assert looped.status == "passed" and "Python loop" in looped.message


def test_the_message_says_which_function_was_differentiated():
    forward = next(m for m in NumericalGradient.misconceptions if m.slug == "divided-by-h")
    assert (
        "f=sum_of_cubes, w=[2], h=0.1" in grade("numerical_gradient", forward.functions[0]).message
    )


@pytest.mark.slow
def test_mistakes_in_company_are_named_one_after_the_other():
    def backward_two_layers(X, y, W2, Z1, A1, P):  # no slope, no mean, and changes P
        P -= y[:, None]
        dZ1 = P @ W2.T
        return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ P, P.sum(axis=0)

    def init_weights(n_in, n_out, rng):  # standard normal, and of a seed of its own
        W = np.random.default_rng(3).normal(size=(n_in, n_out))
        return W, np.zeros(n_out)

    assert grade("backward_two_layers", backward_two_layers).status == "wrong"
    assert grade("init_weights", init_weights).misconception == "not-scaled"


@pytest.mark.parametrize("exercise", hidden_layer.EXERCISES, ids=IDS)
def test_hints_grow_stronger_and_no_two_mistakes_share_a_sentence(exercise, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    monkeypatch.setattr(record, "unsaved", {})
    assert [repr(hint(exercise.id))[:11] for _ in range(3)] == [f"Hint {i} of 3" for i in (1, 2, 3)]
    sentences = [mistake.sentence for mistake in exercise.misconceptions]
    assert len(set(sentences)) == len(sentences)


def test_the_number_of_parameters_in_the_quiz_is_counted():
    (question,) = (q for q in hidden_layer.QUIZ if "784–40–10" in q.text)
    sizes = [(784, 40), (40, 10)]
    layers = [by_hand.init_weights(*size, np.random.default_rng(0)) for size in sizes]
    (right,) = (option for option, is_right, _ in question.options if is_right)
    assert right == f"{sum(W.size + b.size for W, b in layers):,}" == "31,810"


def test_the_right_answers_of_the_quiz_stand_in_different_places():
    places = [[right for _, right, _ in q.options].index(True) for q in hidden_layer.QUIZ]
    assert max(map(places.count, places)) <= len(places) / 2
