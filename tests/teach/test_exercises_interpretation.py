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
from course_lib.exercises import grade
from course_lib.exercises import interpretation as lesson
from course_lib.layers import Dense, ReLU, Sigmoid
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
        "occlusion_map": "predict image c size",
        "most_confused": "matrix k",
    }
    assert list(ALL)[::4] == ["hidden_activations", "most_confused"]


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
