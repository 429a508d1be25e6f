"""The exercises of lesson 5: the references are right, and so is what is said to students."""

import itertools
from collections import Counter

import numpy as np
import pytest
from answers.interpretation.saliency import saliency_with
from autograd import grad
from reference import DEFINITIONS, frozen, network
from scipy import special
from scipy.optimize import approx_fprime
from sklearn.metrics import confusion_matrix

import course_lib.by_hand.interpretation as by_hand
import course_lib.interpretation as library
from course_lib.exercises import derivations, grade
from course_lib.exercises import interpretation as lesson
from course_lib.exercises.interpretation import pictures
from course_lib.layers import Dense, ReLU, Sigmoid
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network

ALL = {exercise.id: exercise for exercise in lesson.EXERCISES}
rng = np.random.default_rng(17)
X = frozen(rng.uniform(size=(4, 6)))


def built(widths, layer=Sigmoid):
    """A network whose parameters cannot be written to, and the same as pairs (W, b)."""
    draw, layers = np.random.default_rng(3), []
    for n_in, n_out in itertools.pairwise(widths):
        W, b = frozen(draw.normal(size=(n_in, n_out))), frozen(draw.normal(size=n_out))
        layers += [Dense(n_in, n_out, rng=draw), layer()]
        layers[-2].params = {"W": W, "b": b}
    net = Network(layers[:-1])
    return net, [tuple(layer.params.values()) for layer in net.layers[::2]]


def test_the_exercises_are_those_of_the_lesson_in_its_order():
    assert {name: " ".join(exercise.arguments) for name, exercise in ALL.items()} == {
        "hidden_activations": "X W1 b1",
        "class_evidence": "a1 W2 b2 c",
        "saliency": "net x c",
        "mend_saliency": "net x c",
        "occlusion_map": "predict image c size",
        "most_confused": "matrix k",
        "perturb": "x gradient epsilon",
    }
    assert list(ALL)[::6] == ["hidden_activations", "perturb"]


def test_what_the_library_has_is_not_written_twice():
    assert ALL["occlusion_map"].reference is library.occlusion_map


def test_hidden_activations_are_logistic_functions_of_weighted_sums():
    net, weights = built((6, 5, 3))
    (W1, b1), _ = weights
    A1 = by_hand.hidden_activations(X, W1, b1)
    for i, j in np.ndindex(4, 5):
        assert np.isclose(A1[i, j], special.expit(sum(X[i] * W1[:, j]) + b1[j]), rtol=1e-13)
    np.testing.assert_array_equal(A1, library.activations_of(net, X)[1])
    assert special.expit(0) == 0.5 and special.expit(1).round(2) == 0.73, "what a message says"


def test_evidence_adds_up_to_the_logit_of_the_network():
    net, weights = built((6, 5, 3))
    votes, b = library.unit_evidence(net, X)
    for i, c in np.ndindex(4, 3):
        a1 = special.expit(X[i] @ weights[0][0] + weights[0][1])
        contributions, score = by_hand.class_evidence(a1, *weights[1], c)
        np.testing.assert_allclose(contributions, votes[i, :, c], atol=1e-14)
        assert abs(contributions.sum() + b[c] - score) <= 1e-10
        assert abs(score - net.forward(X)[i, c]) <= 1e-10


@pytest.mark.parametrize(("name", "layer"), [("sigmoid", Sigmoid), ("relu", ReLU)])
def test_saliency_is_the_size_of_the_slope_of_the_logit(name, layer):
    net, weights = built((6, 5, 4, 3), layer)
    for c, x in enumerate(X[:3]):

        def logit(x, c=c):
            return network(weights, x[np.newaxis], DEFINITIONS[name])[0, c]

        found = by_hand.saliency(net, x, c)
        assert np.abs(found - np.abs(grad(logit)(np.array(x)))).max() <= 1e-8
        np.testing.assert_allclose(found, np.abs(approx_fprime(x, logit, 1e-7)), atol=1e-5)
        np.testing.assert_array_equal(found, library.saliency(net, x[np.newaxis], c)[0])


def test_the_most_confused_are_the_most_common_pairs():
    y, predicted = rng.integers(5, size=400), rng.integers(5, size=400)
    counts = Counter((t, p) for t, p in zip(y, predicted, strict=True) if t != p)
    found = by_hand.most_confused(frozen(confusion_matrix(y, predicted)), 7)
    assert [count for *_, count in found] == [count for _, count in counts.most_common(7)]
    assert all(counts[t, p] == count for t, p, count in found)
    assert by_hand.most_confused(np.array([[5, 2], [3, 6]]), 2) == [(1, 0, 3), (0, 1, 2)]
    assert {type(value) for entry in found for value in entry} == {int}


def test_float32_stays_float32():
    net, weights = built((6, 5, 3))
    (W1, b1), (W2, b2) = [[a.astype(np.float32) for a in pair] for pair in weights]
    A1 = by_hand.hidden_activations(X.astype(np.float32), W1, b1)
    results = A1, *by_hand.class_evidence(A1[0], W2, b2, 1)
    results += (by_hand.saliency(net, X[0].astype(np.float32), 1),)
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


# --- What students write -------------------------------------------------------------------------


def without_the_hidden_layer(net, x, c):
    return np.abs(net.layers[0].params["W"] @ net.layers[-1].params["W"][:, c])


def test_without_the_input_gradient_the_line_is_shown():
    verdict = grade("saliency", saliency_with(input_gradient=False))
    assert verdict.status == "raised" and "then(dX[0])" in verdict.message


# --- What fools, what is mended, and what is asked beside ----------------------------------------


def test_perturb_is_what_the_library_does_and_raises_the_loss():
    net, _ = built((6, 5, 3))
    y = np.array([0, 2, 1, 1])
    _, dZ = softmax_cross_entropy(y, net.forward(X))
    slope = net.backward(dZ, input_gradient=True)
    for epsilon in (0, 0.001, 0.3, 2):
        moved = by_hand.perturb(X, slope, epsilon)
        np.testing.assert_array_equal(moved, library.fast_gradient_sign(net, X, y, epsilon))
        for one, way, was in zip(moved.ravel(), slope.ravel(), X.ravel(), strict=True):
            assert np.isclose(one, min(max(was + epsilon * np.sign(way), 0), 1))
    little = by_hand.perturb(X, slope, 1e-4)
    assert (
        softmax_cross_entropy(y, net.forward(little))[0]
        > softmax_cross_entropy(y, net.forward(X))[0]
    )


def test_the_mended_map_is_that_of_finite_differences_and_the_given_one_fades():
    net, _ = built((6, 5, 3))
    c = int(net.predict(X[:1])[0])
    slope = approx_fprime(X[0], lambda x: net.forward(x[None])[0, c], 1e-7)
    np.testing.assert_allclose(by_hand.mend_saliency(net, X[0], c), np.abs(slope), atol=1e-5)
    sure = Network(list(net.copy().layers))
    W, b = (200 * value for value in net.layers[-1].params.values())
    sure.layers[-1].params = {"W": W, "b": b}
    assert sure.predict_proba(X[:1])[0, c] > 1 - 1e-9
    given = lesson.MendSaliency.as_given.functions[0]
    assert given(sure, X[0], c).max() < 1e-9 < 1 < by_hand.mend_saliency(sure, X[0], c).max()


def test_the_derivation_is_what_coins_say():
    n, g, eps = 400, 0.7, 0.05
    draw = np.random.default_rng(0)
    slopes = g * draw.choice([-1, 1], n)
    aimed = eps * np.abs(slopes).sum()
    random = (eps * draw.choice([-1, 1], (20_000, n)) @ slopes).std()
    points = {"n": np.array([n]), "g": np.array([g]), "eps": np.array([eps])}
    wanted = derivations.evaluate(lesson.DERIVATION.answer, points)[0]
    assert np.isclose(wanted, aimed / random, rtol=0.02)


def test_the_pictures_of_the_quiz_show_what_its_words_say():
    from matplotlib.figure import Figure

    assert pictures.VOTES.sum() == 1.75 and np.delete(pictures.VOTES, 3).sum() == 3.5
    assert pictures.VOTES[1] == 0
    ax = Figure().add_subplot()
    pictures.under_attack(ax)
    A, B = (line.get_ydata() for line in ax.lines[:2])
    assert 0.85 < A[0] == B[0] < 0.95 and 0.65 < A[-1] < 0.8
    assert 0.4 < B[4] < 0.6 and B[9] < 0.03  # at 0.1 and at 0.225
    pictures.two_networks(Figure().add_subplot())  # two networks, and one of them knows nothing
    net, digits, y = pictures._digits()
    noise = library.randomised(net, np.random.default_rng(1))
    assert np.mean(net.predict(digits) == y) > 0.85 > 0.3 > np.mean(noise.predict(digits) == y)
