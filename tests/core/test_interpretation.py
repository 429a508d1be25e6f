"""Interpretation: against autograd, SciPy and scikit-learn, closed forms, and what must add up."""

import itertools

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from reference import DEFINITIONS, NAMES, frozen, network, says, softmax_cross_entropy
from scipy import ndimage, special
from sklearn.metrics import accuracy_score, recall_score

from course_lib import activations, losses
from course_lib import interpretation as ip
from course_lib._checks import NotFiniteError
from course_lib.layers import Activation, Dense, ReLU
from course_lib.network import Network

WIDTHS = [(6, 3), (6, 5, 3), (6, 5, 4, 3), (6, 5, 5, 4, 3)]  # none to three hidden layers
rng = np.random.default_rng(23)
X, y = frozen(rng.uniform(size=(8, 6))), frozen(rng.integers(3, size=8))


def built(widths, name="sigmoid", seed=3):
    """A network whose parameters cannot be written to, and the same as pairs (W, b)."""
    rng, layers = np.random.default_rng(seed), []
    function = getattr(activations, name), getattr(activations, f"{name}_grad")
    for n_in, n_out in itertools.pairwise(widths):
        layers += [Dense(n_in, n_out, rng=rng), Activation(*function)]
        layers[-2].params = {
            "W": frozen(rng.normal(size=(n_in, n_out))),
            "b": frozen(rng.normal(size=n_out)),
        }
    net = Network(layers[:-1])
    return net, [tuple(layer.params.values()) for layer in net.layers[::2]]


def linear(W, b):
    """A network without a hidden layer, of given weights."""
    layer = Dense(*np.shape(W), rng=np.random.default_rng(0))
    layer.params = {"W": frozen(W), "b": frozen(b)}
    return Network([layer])


def slopes(weights, name, x, c):
    """∂z_c/∂x of one image, by autograd."""
    return grad(lambda x: network(weights, x[np.newaxis], DEFINITIONS[name])[0, c])(np.array(x))


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_autograd(widths, name):
    net, weights = built(widths, name)
    classes = np.arange(8) % 3
    for c in (0, 2, classes):
        expected = np.array(
            [slopes(weights, name, x, k) for x, k in zip(X, np.broadcast_to(c, 8), strict=True)]
        )
        assert np.abs(ip.logit_gradient(net, X, c) - expected).max() <= 1e-8
        assert np.abs(ip.saliency(net, X, c) - np.abs(expected)).max() <= 1e-8
        assert np.abs(ip.gradient_times_input(net, X, c) - X * expected).max() <= 1e-8
    assert (expected < 0).any(), "else the absolute value would not show"


def test_activations_are_those_of_the_definition_bottom_up():
    net, weights = built((6, 5, 4, 3), "tanh")
    outputs = ip.activations_of(net, X)
    assert [A.shape[1] for A in outputs] == [5, 5, 4, 4, 3]
    for depth in (1, 2, 3):
        Z = network(weights[:depth], X, anp.tanh)
        np.testing.assert_allclose(outputs[2 * depth - 2], Z, atol=1e-14)
        if depth < 3:
            np.testing.assert_allclose(outputs[2 * depth - 1], np.tanh(Z), atol=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("widths", WIDTHS[1:], ids=str)
def test_a_units_evidence_is_what_the_logits_lose_without_it(widths, name):
    net, weights = built(widths, name)
    contributions, b = ip.unit_evidence(net, X)
    Z = network(weights, X, DEFINITIONS[name])
    assert contributions.shape == (8, widths[-2], 3) and b.shape == (3,)
    assert np.abs(contributions.sum(axis=1) + b - Z).max() <= 1e-10
    for j in range(widths[-2]):
        without = ip.switched_off(net, j).forward(X)
        np.testing.assert_allclose(contributions[:, j], Z - without, atol=1e-12)
    if name == "relu":  # a unit at 0 says nothing
        off = ip.activations_of(net, X)[-2] == 0
        assert off.any() and not contributions[off].any()


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_pixels_and_biases_add_up_to_the_logit(widths, name):
    net, weights = built(widths, name)
    for x, c in itertools.product(X, range(3)):
        contributions, bias = ip.pixel_evidence(net, x, c)
        logit = network(weights, x[np.newaxis], DEFINITIONS[name])[0, c]
        assert abs(contributions.sum() + bias - logit) <= 1e-10
        assert np.abs(contributions - x * slopes(weights, name, x, c)).max() <= 1e-10
        # In steps: what the biases give is what the linear pieces give for no pixels at all.
        W, b = np.eye(6), np.zeros(6)
        Z = x[np.newaxis]
        for (V, v), last in zip(weights, [False] * (len(weights) - 1) + [True], strict=True):
            Z, W, b = Z @ V + v, W @ V, b @ V + v
            slope = np.where(last | (Z[0] > 0), 1, 0.0 if name == "relu" else 0.01)
            Z, W, b = Z * slope, W * slope, b * slope
        assert abs(bias - b[c]) <= 1e-10
        assert np.abs(contributions - x * W[:, c]).max() <= 1e-10


def test_without_a_layer_of_weights_a_pixel_speaks_for_itself_alone():
    contributions, bias = ip.pixel_evidence(Network([ReLU()]), X[0], 2)
    np.testing.assert_array_equal(contributions, X[0] * np.eye(6)[2])
    assert bias == 0


@pytest.mark.parametrize("name", [name for name in NAMES if "relu" not in name])
def test_pixel_evidence_is_refused_where_it_would_not_add_up(name):
    net, weights = built((6, 5, 3), name)
    gap = network(weights, X[:1], DEFINITIONS[name])[0, 1] - X[0] @ slopes(weights, name, X[0], 1)
    ip.logit_gradient(net, X[:1], 1)
    biases = sum(layer.params["b"] @ layer.grads["b"] for layer in net.layers[::2])
    assert abs(gap - biases) > 1e-3, "the refusal has a reason"
    with pytest.raises(ValueError) as refusal:
        ip.pixel_evidence(net, X[0], 1)
    says(refusal, f"network has {name}", "expected ReLU", "unit_evidence")


# --- Occlusion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (3, 3), (6, 2), (6, 6)])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_who_looks_at_one_pixel_loses_it_just_around_it(place, size):
    image = frozen(rng.uniform(0.5, 1, size=(7, 7)))

    def predict(X):
        p = X[:, 7 * place[0] + place[1]]
        return np.stack([1 - p, p], axis=1)

    drop = ip.occlusion_map(predict, image, 1, size)
    for i, j in np.ndindex(7, 7):
        near = abs(i - place[0]) <= size // 2 and abs(j - place[1]) <= size // 2
        assert np.isclose(drop[i, j], image[place] if near else 0)
    np.testing.assert_allclose(ip.occlusion_map(predict, image, 0, size), -drop)


@pytest.mark.parametrize("size", [1, 3, 7, 13])
def test_for_a_sum_of_pixels_the_drop_is_scipys_convolution(size):
    image, w = frozen(rng.uniform(size=(28, 28))), rng.normal(size=784)
    drop = ip.occlusion_map(lambda X: (X @ w)[:, np.newaxis], image.ravel(), 0, size)
    window = np.ones((size, size))
    lost = ndimage.convolve(image * w.reshape(28, 28), window, mode="constant")
    np.testing.assert_allclose(drop, lost, atol=1e-10)


def test_the_drop_is_one_of_probability_patch_by_patch():
    net, _ = built((36, 4, 3), "relu")
    image = frozen(rng.uniform(size=(6, 6)))
    drop = ip.occlusion_map(net.predict_proba, image, 2, 3)
    for i, j in np.ndindex(6, 6):
        patched = image.copy()
        patched[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2] = 0
        np.testing.assert_array_equal(ip.occluded(image, 3)[6 * i + j], patched.ravel())
        before, after = special.softmax(net.forward(np.stack([image.ravel(), patched.ravel()])), 1)
        assert np.isclose(drop[i, j], before[2] - after[2], atol=1e-14)
    flat = ip.occlusion_map(net.predict_proba, image.ravel(), 2, 3)
    np.testing.assert_array_equal(flat, drop)
    assert ip.occluded(image.astype(np.float32), 3).dtype == np.float32


# --- Ablation ------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [0, [], [4], [1, 3], np.array([0, 1, 2, 3, 4])], ids=str)
def test_a_unit_switched_off_is_a_unit_that_is_not_there(units):
    net, weights = built((6, 4, 5, 3), "tanh")
    kept = np.delete(np.arange(5), np.asarray(units, dtype=int))
    (W1, b1), (W2, b2), (W3, b3) = weights
    smaller = [(W1, b1), (W2[:, kept], b2[kept]), (W3[kept], b3)]
    off = ip.switched_off(net, units)
    np.testing.assert_allclose(off.forward(X), network(smaller, X, anp.tanh), atol=1e-13)
    np.testing.assert_allclose(net.forward(X), network(weights, X, anp.tanh), atol=1e-13)


@pytest.mark.parametrize(
    "copied", [lambda n: ip.switched_off(n, 0), lambda n: ip.randomised(n, rng)]
)
def test_copies_share_nothing_with_the_network(copied):
    net, _ = built((6, 5, 3))
    net.forward(X)
    net.backward(np.ones((8, 3)))
    twin = copied(net)
    for mine, other in zip(net.layers, twin.layers, strict=True):
        assert mine is not other and not other.grads
        for name, value in other.params.items():
            assert not np.shares_memory(value, mine.params[name])
            value += 1  # it can be written to
    twin.forward(X[:2])
    assert len(net.layers[0].X) == 8, "what the network remembers is its own as well"


@pytest.mark.parametrize(("n_out", "n_classes"), [(3, 3), (1, 2)])
def test_ablation_is_accuracy_and_recall_of_scikit_learn(n_out, n_classes):
    """One yes-or-no output has two classes."""
    net, _ = built((6, 5, 4, n_out), "tanh")
    X, y = rng.normal(size=(200, 6)), rng.integers(n_classes, size=200)
    accuracy, per_class = ip.ablation(net, X, y)
    assert accuracy.shape == (4,) and per_class.shape == (4, n_classes)
    for j in range(4):
        predicted = ip.switched_off(net, j).predict(X)
        assert np.isclose(accuracy[j], accuracy_score(y, predicted))
        np.testing.assert_allclose(per_class[j], recall_score(y, predicted, average=None))
    assert len(set(accuracy)) > 1
    _, per_class = ip.ablation(net, X[y != 1], y[y != 1])
    assert (np.isnan(per_class) == (np.arange(n_classes) == 1)).all()


# --- What a unit wants ---------------------------------------------------------------------------


def test_a_hidden_unit_is_an_output_of_what_is_below():
    net, weights = built((6, 5, 4, 3), "tanh")
    Z = network(weights[:2], X, anp.tanh)
    np.testing.assert_allclose(ip.below(net).forward(X), np.tanh(Z), atol=1e-14)
    np.testing.assert_allclose(ip.below(net, -2).forward(X), Z, atol=1e-14)
    assert ip.below(net).layers[0] is net.layers[0] and len(net.layers) == 5
    expected = [slopes(weights[:2], "tanh", x, 3) for x in X]
    np.testing.assert_allclose(ip.logit_gradient(ip.below(net, -2), X, 3), expected, atol=1e-10)


def test_the_most_exciting_come_first():
    net, weights = built((6, 5, 3))
    a = special.expit(X @ weights[0][0] + weights[0][1])[:, 2]
    for part in (ip.below(net), ip.below(net, -2)):
        assert ip.most_exciting(part, X, 2, 8).tolist() == sorted(range(8), key=lambda i: -a[i])
        assert ip.most_exciting(part, X, 2, 1) == [a.argmax()]


def test_what_one_neuron_wants_is_its_weights_between_black_and_white():
    """Of w·x - l2/2 |x|² on the pixels' range the highest point is known: w / l2, cut off."""
    W = np.random.default_rng(1).normal(size=(6, 3))
    grown = ip.grown_image(linear(W, np.zeros(3)), 1, np.random.default_rng(0), steps=400, l2=0.8)
    wanted = np.clip(W[:, 1] / 0.8, 0, 1)
    np.testing.assert_allclose(grown, wanted, atol=1e-6)
    assert ((wanted > 0) & (wanted < 1)).any() and {0, 1} <= set(wanted)


def test_an_image_is_grown_until_nothing_more_is_to_be_gained():
    net, weights = built((6, 5, 4, 3), "tanh")
    grown = ip.grown_image(net, 0, np.random.default_rng(1), steps=3000, learning_rate=0.05, l2=0.5)
    uphill = slopes(weights, "tanh", grown, 0) - 0.5 * grown
    np.testing.assert_allclose(np.clip(grown + uphill, 0, 1), grown, atol=1e-6)
    # A step so small that it leaves every bit as it was.
    first = ip.grown_image(net, 0, np.random.default_rng(1), steps=1, learning_rate=1e-300)
    np.testing.assert_array_equal(first, np.random.default_rng(1).uniform(0, 0.1, 6))
    assert net.forward(grown[np.newaxis])[0, 0] > net.forward(first[np.newaxis])[0, 0]


# --- Mistakes and attacks ------------------------------------------------------------------------


def test_the_most_confident_mistakes():
    P = special.softmax(rng.normal(size=(60, 4)), axis=1)
    y = rng.integers(4, size=60)
    wrong = [i for i in range(60) if P[i].tolist().index(max(P[i])) != y[i]]
    wrong.sort(key=lambda i: -max(P[i]))
    assert ip.confident_mistakes(P, y, 7).tolist() == wrong[:7]
    assert ip.confident_mistakes(P, y, 60).tolist() == wrong
    assert ip.confident_mistakes(P, P.argmax(axis=1), 5).size == 0


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_the_attack_follows_the_sign_of_autograds_slope(name):
    net, weights = built((6, 5, 4, 3), name)

    def loss(X):
        return softmax_cross_entropy(np.eye(3)[y], network(weights, X, DEFINITIONS[name]))

    slope = grad(loss)(np.array(X))
    for epsilon in (0, 0.01, 0.3, 2):
        moved = ip.fast_gradient_sign(net, X, y, epsilon)
        expected = np.clip(X + epsilon * np.sign(slope), 0, 1)
        np.testing.assert_allclose(moved, expected, atol=1e-14)
    assert loss(ip.fast_gradient_sign(net, X, y, 0.01)) > loss(X)


def test_for_a_linear_model_no_attack_of_that_size_is_worse():
    W, b = rng.normal(size=(6, 2)), rng.normal(size=2)
    net, X, y = linear(W, b), rng.uniform(0.4, 0.6, size=(5, 6)), np.array([0, 1, 1, 0, 1])
    moved = ip.fast_gradient_sign(net, X, y, 0.25)
    away = np.sign(W[:, 1] - W[:, 0]) * np.where(y == 0, 1, -1)[:, np.newaxis]
    np.testing.assert_allclose(moved, X + 0.25 * away, atol=1e-14)
    worst = [losses.softmax_cross_entropy(y[[i]], net.forward(moved[[i]]))[0] for i in range(5)]
    for signs in itertools.product((-1, 1), repeat=6):
        Z = net.forward(X + 0.25 * np.array(signs))
        each = [losses.softmax_cross_entropy(y[[i]], Z[[i]])[0] for i in range(5)]
        assert (np.array(each) <= np.array(worst) + 1e-12).all()


def test_the_attack_goes_through_the_loss_it_is_given():
    net, weights = built((6, 5, 3))
    Y = np.eye(3)[y]

    def ten_sigmoids(Y, Z):
        return np.logaddexp(0, Z).sum() - (Y * Z).sum(), special.expit(Z) - Y

    def same(X):
        Z = network(weights, X, DEFINITIONS["sigmoid"])
        return anp.sum(anp.log(1 + anp.exp(Z)) - Y * Z)

    moved = ip.fast_gradient_sign(net, X, Y, 0.1, loss=ten_sigmoids)
    np.testing.assert_allclose(moved, np.clip(X + 0.1 * np.sign(grad(same)(np.array(X))), 0, 1))
    assert not np.allclose(moved, ip.fast_gradient_sign(net, X, y, 0.1))


def test_the_smallest_epsilon_of_a_linear_model_is_its_margin():
    """The margin z_y - z_other shrinks by ε times the sum of |w_y - w_other|."""
    W, b = rng.normal(size=(6, 2)), np.zeros(2)
    net, X = linear(W, b), rng.uniform(0.45, 0.55, size=(40, 6))
    y = np.where(np.arange(40) < 35, net.predict(X), 1 - net.predict(X))  # five are wrong at once
    Z, rows = X @ W, np.arange(40)
    needed = (Z[rows, y] - Z[rows, 1 - y]) / np.abs(W[:, 0] - W[:, 1]).sum()
    epsilons = np.linspace(0, 0.9 * needed.max(), 200)
    found = ip.smallest_epsilon(net, X, y, epsilons[::-1])
    expected = [min((e for e in epsilons if e > n), default=np.inf) for n in needed]
    np.testing.assert_array_equal(found, expected)
    assert np.isinf(found).any() and (found[35:] == 0).all() and np.isfinite(found).sum() > 10


def test_the_smallest_epsilon_with_and_without_is_what_it_says():
    net, _ = built((6, 5, 4, 3), "tanh")
    y, epsilons = net.predict(X), [0.02, 0.1, 0.3, 0.6]
    found = ip.smallest_epsilon(net, X, y, epsilons)
    fooled = {e: net.predict(ip.fast_gradient_sign(net, X, y, e)) != y for e in epsilons}
    uphill = ip.smallest_epsilon(net, X, y, epsilons, loss=lambda y, Z: (0.0, np.eye(3)[y]))
    assert not np.array_equal(found, uphill), "it goes through the loss it is given"
    for i in range(8):
        assert found[i] == next((e for e in epsilons if fooled[e][i]), np.inf)
    assert np.isfinite(found).any()


def test_randomised_keeps_the_numbers_and_loses_their_places():
    net, weights = built((6, 5, 4, 3))
    other = ip.randomised(net, np.random.default_rng(4))
    again = ip.randomised(net, np.random.default_rng(4))
    for mine, theirs, same in zip(weights, other.layers[::2], again.layers[::2], strict=True):
        for a, name in zip(mine, ("W", "b"), strict=True):
            b = theirs.params[name]
            assert a.shape == b.shape and not np.array_equal(a, b)
            np.testing.assert_array_equal(np.sort(a, axis=None), np.sort(b, axis=None))
            np.testing.assert_array_equal(b, same.params[name])
    rows = [set(row) for row in weights[0][0]]
    assert not {frozenset(row) for row in other.layers[0].params["W"]} & set(map(frozenset, rows))


# --- Pure, and careful at the door ---------------------------------------------------------------

IMAGE = frozen(rng.uniform(size=(3, 3)))
CALLS = {
    "activations_of": lambda net, X: ip.activations_of(net, X)[-1],
    "unit_evidence": lambda net, X: ip.unit_evidence(net, X)[0],
    "logit_gradient": lambda net, X: ip.logit_gradient(net, X, 1),
    "saliency": lambda net, X: ip.saliency(net, X, 1),
    "gradient_times_input": lambda net, X: ip.gradient_times_input(net, X, 1),
    "pixel_evidence": lambda net, X: ip.pixel_evidence(net, X[0], 1)[0],
    "occlusion_map": lambda net, X: ip.occlusion_map(net.predict_proba, X[0], 1, 3),
    "switched_off": lambda net, X: ip.switched_off(net, 1).forward(X),
    "ablation": lambda net, X: ip.ablation(net, X, np.array([0, 1]))[0],
    "below": lambda net, X: ip.below(net).forward(X),
    "most_exciting": lambda net, X: ip.most_exciting(net, X, 1, 2),
    "grown_image": lambda net, X: ip.grown_image(net, 1, np.random.default_rng(0), steps=3),
    "fast_gradient_sign": lambda net, X: ip.fast_gradient_sign(net, X, np.array([0, 1]), 0.1),
    "smallest_epsilon": lambda net, X: ip.smallest_epsilon(net, X, np.array([0, 1]), [0.1, 0.2]),
    "randomised": lambda net, X: ip.randomised(net, np.random.default_rng(0)).forward(X),
}
NOT_OF_IMAGES = {"ablation", "most_exciting", "grown_image", "smallest_epsilon"}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_that_was_lent_is_changed(name):
    net, _ = built((9, 5, 3), "relu")  # its parameters cannot be written to
    before = [dict(layer.params) for layer in net.layers]
    X = frozen(rng.uniform(size=(2, 9)))
    result = CALLS[name](net, X)
    for params, layer in zip(before, net.layers, strict=True):
        assert all(layer.params[key] is value for key, value in params.items())
        assert params.keys() == layer.params.keys()
    result[...] = 0  # neither is it a window on anything
    np.testing.assert_array_equal(CALLS[name](net, X), CALLS[name](net, X.copy()))


@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"switched_off", "below", "randomised"}))
@pytest.mark.parametrize("place", [0, 2])
def test_a_network_of_nan_is_refused(name, place):
    net, _ = built((9, 5, 3), "relu")
    net.layers[place].params["W"] = np.full_like(net.layers[place].params["W"], np.nan)
    with pytest.raises(NotFiniteError) as refusal:
        CALLS[name](net, frozen(rng.uniform(size=(2, 9))))
    says(refusal, "The network gives outputs that are NaN", "Has its training diverged")


def test_an_attack_through_a_loss_of_ones_own_finds_a_network_of_nan():
    net = linear(np.full((6, 3), np.nan), np.zeros(3))
    with pytest.raises(NotFiniteError) as refusal:
        ip.fast_gradient_sign(net, X, y, 0.1, loss=lambda y, Z: (0.0, Z))
    says(refusal, "The network gives outputs that are NaN")


@pytest.mark.parametrize("name", sorted(CALLS.keys() - NOT_OF_IMAGES))
@pytest.mark.parametrize("kept", [np.float64, np.float32])
def test_float32_stays_float32(name, kept):
    net, _ = built((9, 5, 3), "relu")
    X = frozen(rng.uniform(size=(2, 9)), np.float32)
    assert CALLS[name](net.astype(kept), X).dtype == np.float32


def test_the_attack_keeps_float32_for_any_kind_of_epsilon():
    net, _ = built((6, 5, 3))
    X32 = X.astype(np.float32)
    assert ip.fast_gradient_sign(net, X32, y, np.float64(0.1)).dtype == np.float32
    assert ip.unit_evidence(net, X32)[1].dtype == np.float32


NET, RELU = built((6, 5, 3))[0], built((6, 5, 3), "relu")[0]
RELU_9, YES_NO = built((9, 5, 3), "relu")[0], built((9, 5, 1), "relu")[0]
REFUSED = [
    (lambda: ip.activations_of(NET, X[0]), "X has shape (6,)", "X.reshape(1, -1)"),
    (lambda: ip.logit_gradient(NET, X, 3), "c is 3", "from 0 to 2"),
    (lambda: ip.logit_gradient(NET, X, -1), "c is -1", "from 0 to 2"),
    (lambda: ip.saliency(NET, X, 1.0), "c is 1.0", "whole numbers"),
    (lambda: ip.saliency(NET, X, True), "c is True", "whole numbers"),
    (lambda: ip.logit_gradient(NET, X, y[:, np.newaxis]), "c has shape (8, 1)", "c.ravel()"),
    (lambda: ip.gradient_times_input(NET, X, [0, 1]), "c has shape (2,)", "each of the 8 images"),
    (lambda: ip.saliency(NET, X, np.eye(3, dtype=int)[y]), "c has shape (8, 3)", "one output"),
    (lambda: ip.pixel_evidence(RELU, X[:1], 0), "x has shape (1, 6)", "expected (6,)", "x[0]"),
    (lambda: ip.pixel_evidence(RELU, X[0, :5], 0), "x has shape (5,)", "expected (6,), one image."),
    (lambda: ip.switched_off(NET, [1, 5]), "units is [1, 5]", "from 0 to 4"),
    (lambda: ip.switched_off(linear(np.eye(6), np.zeros(6)), 0), "no Dense layer", "pixel_ev"),
    (lambda: ip.unit_evidence(ip.below(NET), X), "no Dense layer above a hidden one"),
    (lambda: ip.below(NET, 0), "nothing below layer 0 of 3"),
    (lambda: ip.below(NET, 99), "layer is 99", "from -3 to 2"),
    (lambda: ip.below(NET, -4), "layer is -4", "from -3 to 2"),
    (lambda: ip.below(NET, 1.5), "layer is 1.5", "whole number"),
    (lambda: ip.below(linear(np.eye(6), np.zeros(6))), "nothing below layer -1 of 1"),
    (lambda: ip.occluded(np.zeros((4, 5)), 3), "image has shape (4, 5)", "square"),
    (lambda: ip.occluded(np.zeros(20), 3), "image has shape (20,)", "square"),
    (lambda: ip.occluded(np.zeros((1, 16)), 3), "image has shape (1, 16)", "square"),
    (lambda: ip.occlusion_map(NET.predict_proba, IMAGE, 0, 4), "size is 4", "odd"),
    (lambda: ip.occlusion_map(NET.predict_proba, IMAGE, 0, 0), "size is 0", "at least 1"),
    (lambda: ip.occlusion_map(RELU_9.predict_proba, IMAGE, -1, 3), "c is -1", "at least 0"),
    (lambda: ip.occlusion_map(RELU_9.predict_proba, IMAGE, 3, 3), "c is 3", "from 0 to 2"),
    (lambda: ip.occlusion_map(RELU_9.predict_proba, IMAGE, [0, 1], 3), "c is [0, 1]"),
    (lambda: ip.occlusion_map(YES_NO.predict_proba, IMAGE, 0, 3), "predict gives shape (1,)"),
    (lambda: ip.most_exciting(NET, X, 3, 2), "unit is 3", "from 0 to 2"),
    (lambda: ip.most_exciting(NET, X, [0, 1], 2), "unit is [0, 1]", "at least 0"),
    (lambda: ip.most_exciting(NET, X, 1, 0), "k is 0"),
    (lambda: ip.confident_mistakes(np.eye(3), [0, 1, 0], 1.5), "k is 1.5"),
    (lambda: ip.confident_mistakes(np.eye(3), [[0], [1], [2]], 1), "y has shape", "y.ravel()"),
    (lambda: ip.confident_mistakes(np.eye(3)[0], [0, 1, 0], 1), "P has shape (3,)", "n_classes"),
    (lambda: ip.confident_mistakes(np.ones((3, 1)), [0, 1, 0], 1), "P has shape (3, 1)", "two"),
    (lambda: ip.confident_mistakes(np.eye(3), [0, 1], 1), "y has shape (2,)", "beside P"),
    (lambda: ip.ablation(NET, X, y[:, np.newaxis]), "y has shape (8, 1)", "y.ravel()"),
    (lambda: ip.ablation(NET, X, y[:4]), "y has shape (4,)", "beside X"),
    (lambda: ip.ablation(linear(np.eye(6), np.zeros(6)), X, y), "no Dense layer", "pixel_ev"),
    (lambda: ip.ablation(NET, X, y + 1), "y holds labels", "0 to 2"),
    (lambda: ip.fast_gradient_sign(NET, X * 255, y, 0.1), "X holds values", "from 0 to 1"),
    (lambda: ip.fast_gradient_sign(NET, X - 1, y, 0.1), "X holds values", "from 0 to 1"),
    (lambda: ip.fast_gradient_sign(NET, X, y, -0.1), "epsilon is -0.1", "at least 0"),
    (lambda: ip.fast_gradient_sign(NET, X, y, np.nan), "epsilon is nan", "at least 0"),
    (lambda: ip.smallest_epsilon(NET, X, y, []), "epsilons is empty"),
    (lambda: ip.smallest_epsilon(NET, X, np.eye(3)[y], [0.1]), "y has shape (8, 3)", "beside X"),
    (lambda: ip.smallest_epsilon(NET, X[:3], np.eye(3), [0.1]), "y has shape (3, 3)", "beside X"),
    (lambda: ip.grown_image(NET, 0, np.random.default_rng(0), steps=0), "steps is 0"),
    (lambda: ip.grown_image(NET, 0, np.random.default_rng(0), l2=np.nan), "l2 is nan"),
    (lambda: ip.grown_image(NET, [0, 1], np.random.default_rng(0)), "unit is [0, 1]"),
    *(
        (lambda r=r: ip.grown_image(NET, 0, np.random.default_rng(0), learning_rate=r), f"is {r}")
        for r in (np.nan, -1, 0)
    ),
]


@pytest.mark.parametrize(("call", "parts"), [(call, parts) for call, *parts in REFUSED])
def test_bad_input_is_refused_in_a_sentence_that_helps(call, parts):
    with pytest.raises(ValueError) as refusal:
        call()
    says(refusal, *parts)


@pytest.mark.parametrize("call", [lambda: ip.randomised(NET, 0), lambda: ip.grown_image(NET, 0, 1)])
def test_randomness_is_a_generator(call):
    with pytest.raises(TypeError) as refusal:
        call()
    says(refusal, "expected a numpy.random.Generator")
