"""The network as a vector: there and back, against scikit-learn, and slopes at the end.

And lesson 4's own cost, gradient and prediction of one vector, against autograd.
"""

import copy
import json
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import reference
from reference import DEFINITIONS, error, frozen, says
from scipy.optimize import approx_fprime
from sklearn.linear_model import LogisticRegression

from course_lib.activations import sigmoid
from course_lib.layers import Dense, Sigmoid, Tanh
from course_lib.losses import sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.unrolled import minimize, roll, unroll

rng = np.random.default_rng(31)
X, y = frozen(rng.normal(size=(40, 3))), frozen(rng.integers(4, size=40))


def network(n_out=4):
    rng = np.random.default_rng(5)
    return Network([Dense(3, 6, rng=rng), Tanh(), Dense(6, n_out, rng=rng)])


def test_there_and_back():
    net = network()
    theta = unroll(net)
    assert theta.shape == (3 * 6 + 6 + 6 * 4 + 4,)
    np.testing.assert_array_equal(theta[:18].reshape(3, 6), net.layers[0].params["W"])
    np.testing.assert_array_equal(theta[-4:], net.layers[2].params["b"])
    roll(net, theta + 1)
    np.testing.assert_array_equal(unroll(net), theta + 1)
    theta[:] = 0  # the network has copies
    assert unroll(net).any()


@pytest.mark.parametrize("shape", [(51,), (53,), (52, 1), ()])
def test_a_vector_of_another_length_is_refused(shape):
    net = network()
    with pytest.raises(ValueError) as refusal:
        roll(net, np.zeros(shape))
    says(refusal, "theta has shape", "expected (52,)")


@pytest.mark.parametrize("method", ["CG", "L-BFGS-B"])
def test_it_ends_where_scikit_learn_ends(method):
    """Logistic regression has one lowest point: C of scikit-learn is 1 / (m λ)."""
    target = (y == 1).astype(float)
    neuron = Network([Dense(3, 1, rng=np.random.default_rng(0))])
    history = minimize(
        neuron, X, target, loss=sigmoid_cross_entropy, l2=0.02, method=method, iterations=500
    )
    ridge = LogisticRegression(C=1 / (len(X) * 0.02), tol=1e-12, max_iter=5000).fit(X, target)
    np.testing.assert_allclose(neuron.layers[0].params["W"][:, 0], ridge.coef_[0], atol=1e-4)
    np.testing.assert_allclose(neuron.layers[0].params["b"], ridge.intercept_, atol=1e-4)
    assert history.stopped.startswith(f"Ended after {len(history.loss)} of 500 iterations: ")
    assert np.isclose(history.loss[-1], sigmoid_cross_entropy(target, neuron.forward(X))[0])


def test_at_its_end_what_is_minimised_has_no_slope():
    net = network()
    minimize(net, X, y, loss=softmax_cross_entropy, l2=0.1, method="L-BFGS-B", iterations=2000)

    def cost(theta):
        twin = copy.deepcopy(net)
        roll(twin, theta)
        weights = [layer.params["W"] for layer in twin.layers[::2]]
        squares = sum((W**2).sum() for W in weights)
        return softmax_cross_entropy(y, twin.forward(X))[0] + 0.05 * squares

    assert np.abs(approx_fprime(unroll(net), cost, 1e-6)).max() < 1e-3


def test_iterations_are_counted_and_float32_becomes_float64():
    net, seen = network().astype(np.float32), []
    history = minimize(
        net,
        X.astype(np.float32),
        y,
        loss=softmax_cross_entropy,
        iterations=7,
        on_iteration=lambda network, history: seen.append(len(history.loss)),
    )
    assert seen == [1, 2, 3, 4, 5, 6, 7] and not history.stopped
    assert history.loss[-1] < history.loss[0]
    assert {v.dtype for layer in net.layers for v in layer.params.values()} == {np.dtype("f8")}


@pytest.fixture(scope="module")
def lesson():
    """What the cells of lesson 4 define that treat the lab's network as one vector."""
    path = Path(__file__).parents[2] / "notebooks" / "04_mini_batch.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = {"np": np, "sigmoid": sigmoid}
    for cell in cells:
        if cell["id"] in ("lab-rolled", "lab-cost", "lab-gradient", "lab-predict"):
            exec("".join(cell["source"]), names)
    return names


def lab_cost(theta, X, Y, strength):
    """Ten binary cross-entropies an image, summed, and λ/2m ΣW²: by definition, for autograd."""
    sizes = 784 * 25, 25, 25 * 10
    W1, b1 = anp.reshape(theta[: sizes[0]], (784, 25)), theta[sizes[0] : sum(sizes[:2])]
    W2, b2 = anp.reshape(theta[sum(sizes[:2]) : sum(sizes)], (25, 10)), theta[sum(sizes) :]
    Z = reference.network([(W1, b1), (W2, b2)], X, DEFINITIONS["sigmoid"])
    squares = anp.sum(W1**2) + anp.sum(W2**2)
    return reference.sigmoid_cross_entropy(Y, Z) + strength / (2 * len(X)) * squares


@pytest.mark.parametrize("strength", [0, 1, 20])
def test_the_lessons_cost_and_gradient_of_one_vector_are_those_of_autograd(lesson, strength):
    rng = np.random.default_rng(2)
    X, Y = frozen(rng.random((30, 784))), frozen(np.eye(10)[rng.integers(10, size=30)])
    theta = frozen(rng.uniform(-0.12, 0.12, 19_885))
    cost, slopes = lesson["lab_cost"], lesson["lab_gradient"]
    assert np.isclose(cost(theta, X, Y, strength), lab_cost(theta, X, Y, strength), rtol=1e-12)
    by_autograd = autograd.grad(lab_cost)(theta, X, Y, strength)
    assert error(slopes(theta, X, Y, strength), by_autograd) < 1e-10
    # Each of the four parts by itself: the largest entry of all must not hide a small one.
    ends = np.cumsum([784 * 25, 25, 25 * 10])
    parts = np.split(slopes(theta, X, Y, strength), ends), np.split(by_autograd, ends)
    assert max(map(error, *parts)) < 1e-9


def test_the_lessons_cost_of_one_vector_is_safe_where_outputs_are_large(lesson):
    X, Y, theta = np.ones((2, 784)), np.eye(10)[[3, 3]], np.zeros(19_885)
    theta[-10:] = 1000.0
    with np.errstate(all="raise", under="ignore"):
        assert lesson["lab_cost"](theta, X, Y, 1) == pytest.approx(9 * 1000)


def test_the_lessons_prediction_of_one_vector_is_the_networks(lesson):
    rng = np.random.default_rng(3)
    X = rng.random((200, 784))
    net = Network([Dense(784, 25, rng=rng), Sigmoid(), Dense(25, 10, rng=rng)])
    np.testing.assert_array_equal(lesson["lab_predict"](unroll(net), X), net.predict(X))
    first, last = net.layers[0].params, net.layers[2].params
    wanted = first["W"], first["b"], last["W"], last["b"]
    for piece, values in zip(lesson["rolled"](unroll(net)), wanted, strict=True):
        np.testing.assert_array_equal(piece, values)


def test_an_interruption_leaves_the_last_iteration(capsys):
    """And not a point that a search along a line has tried."""
    net, calls = network(), 0

    def loss(y, Z):
        nonlocal calls
        calls += 1
        if calls == 30:
            raise KeyboardInterrupt
        return softmax_cross_entropy(y, Z)

    history = minimize(net, X, y, loss=loss, iterations=60)
    assert history.stopped == f"Ended after {len(history.loss)} of 60 iterations: Interrupted"
    value, _ = softmax_cross_entropy(y, net.forward(X))
    assert len(history.loss) > 5 and value == pytest.approx(history.loss[-1], rel=1e-12)


def test_a_penalty_that_is_none_is_refused():
    with pytest.raises(ValueError) as refusal:
        minimize(network(), X, y, loss=softmax_cross_entropy, l2=-1.0)
    says(refusal, "l2 is -1.0", "0 or more")
