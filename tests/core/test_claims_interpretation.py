"""What lesson 5 says of its networks, measured on five seeds, with plain NumPy beside the library.

The lesson shows seed 0. Here each claim is asked of five networks, and must be true of all of them.
"""

import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.stats import rankdata
from sklearn.neighbors import KNeighborsClassifier

from course_lib import interpretation
from course_lib.data import load_images
from course_lib.layers import Dense, ReLU, Sigmoid
from course_lib.losses import one_hot, sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train

pytestmark = pytest.mark.long
SEEDS = range(5)
PULLOVER, COAT = 2, 4


@pytest.fixture(scope="module")
def clothes():
    images = load_images("fashion-mnist")
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real Fashion-MNIST, from the network or a folder; got {images.source}")
    return images


def trained(clothes, activation, n_hidden, seed, epochs, learning_rate, l2, augment=None):
    rng = np.random.default_rng(seed)
    network = Network([Dense(784, n_hidden, rng=rng), activation(), Dense(n_hidden, 10, rng=rng)])
    y, loss = clothes.y_train, softmax_cross_entropy
    if activation is Sigmoid:
        y, loss = one_hot(y, 10, np.float32), sigmoid_cross_entropy
    how = dict(loss=loss, optimizer=Adam(learning_rate), epochs=epochs, batch_size=100, l2=l2)
    train(network, clothes.X_train, y, augment=augment, rng=np.random.default_rng(seed), **how)
    return network


@pytest.fixture(scope="module")
def labs(clothes):
    return [trained(clothes, Sigmoid, 25, seed, 10, 0.003, 3e-4) for seed in SEEDS]


RECIPE = dict(epochs=5, learning_rate=0.0015, l2=1e-4)


@pytest.fixture(scope="module")
def references(clothes):
    return [trained(clothes, ReLU, 64, seed, **RECIPE) for seed in SEEDS]


def weights(network):
    """Return W1, b1, W2, b2."""
    return [layer.params[name] for layer in network.layers[::2] for name in "Wb"]


def right(logits, y):
    return np.mean(logits.argmax(axis=1) == y)


# --- The lab networks ----------------------------------------------------------------------------


def test_two_units_in_three_are_near_0_or_1_and_rounding_all_keeps_most_answers(clothes, labs):
    for lab in labs:
        W1, b1, W2, b2 = weights(lab)
        A = expit(clothes.X_test @ W1 + b1)
        assert np.mean((A < 0.1) | (A > 0.9)) == pytest.approx(0.68, abs=0.04)
        rounded = ((A > 0.5) @ W2 + b2).argmax(axis=1)
        assert np.mean(rounded == (A @ W2 + b2).argmax(axis=1)) == pytest.approx(0.937, abs=0.01)


def test_ten_sigmoids_add_up_to_1_on_average_and_to_far_less_or_more_for_some(clothes, labs):
    for lab in labs:
        W1, b1, W2, b2 = weights(lab)
        sums = expit(expit(clothes.X_test @ W1 + b1) @ W2 + b2).sum(axis=1)
        assert sums.mean() == pytest.approx(1, abs=0.05)
        assert sums.min() < 0.5 and sums.max() > 1.4
        assert 0.7 < np.mean(np.abs(sums - 1) < 0.1) < 0.85


def test_the_maps_of_pullover_and_coat_are_hardly_alike(labs):
    alike = [np.corrcoef(weights(lab)[2].T)[PULLOVER, COAT] for lab in labs]
    assert alike[0] == pytest.approx(0.02, abs=0.02)
    assert min(alike[1:]) > 0.05 and max(alike) < 0.3


def test_a_chessboard_on_every_filter_leaves_nine_answers_in_ten(clothes, labs):
    rows, columns = np.divmod(np.arange(784), 28)
    board = np.where((rows + columns) % 2, 1, -1).astype(np.float32)[:, None]
    for lab in labs:
        W1, b1, W2, b2 = weights(lab)
        assert 0.12 < W1.std() < 0.18
        before, after = (
            (expit(clothes.X_test @ W + b1) @ W2 + b2).argmax(axis=1) for W in (W1, W1 + board)
        )
        assert np.mean(before == after) > 0.9


# --- Dead units ----------------------------------------------------------------------------------


def test_three_to_five_of_64_units_are_0_for_every_training_image(clothes, references):
    counts = []
    for network in references:
        W, b = weights(network)[:2]
        scores = clothes.X_train @ W + b
        dead = (scores <= 0).all(axis=0)
        counts.append(dead.sum())
        assert (b[dead] < 0).all()  # what remains when the penalty has shrunk the weights
        assert np.abs(W[:, dead]).max() < 0.1 < np.abs(W[:, ~dead]).max()
    assert counts == [4, 3, 5, 3, 3]


def test_counted_on_test_images_a_unit_that_fires_in_training_looks_dead(clothes, references):
    W, b = weights(references[0])[:2]
    never = (clothes.X_test @ W + b <= 0).all(axis=0)
    fires = (clothes.X_train @ W + b > 0).sum(axis=0)
    assert sorted(fires[never]) == [0, 0, 0, 0, 4]


# --- Switched off --------------------------------------------------------------------------------


def without(lab, units, X, at=0.0):
    """Return the logits when some units are held at a value."""
    W1, b1, W2, b2 = weights(lab)
    A = expit(X @ W1 + b1)
    A[:, units] = at
    return A @ W2 + b2


def test_held_at_its_average_a_unit_is_missed_less_than_at_0(clothes, labs):
    for lab in labs:
        W1, b1 = weights(lab)[:2]
        usual = expit(clothes.X_train[:10_000] @ W1 + b1).mean(axis=0)
        whole = right(without(lab, [], clothes.X_test), clothes.y_test)
        lost = [
            [whole - right(without(lab, j, clothes.X_test, at), clothes.y_test) for at in (0, mean)]
            for j, mean in enumerate(usual)
        ]
        off, held = np.mean(lost, axis=0)
        assert 0.007 < off < 0.02 and held < 0.65 * off


def test_a_network_that_never_had_the_unit_is_as_good(clothes, labs):
    """Ablation says what this network loses, not what could be learned without the unit."""
    smaller = trained(clothes, Sigmoid, 24, 0, 10, 0.003, 3e-4)
    whole = right(labs[0].forward(clothes.X_test), clothes.y_test)
    assert right(smaller.forward(clothes.X_test), clothes.y_test) > whole - 0.005


def test_the_ranked_order_decides_how_many_units_can_go(clothes, labs):
    """Ranked on training images and judged on test images."""
    X, y = clothes.X_train[:10_000], clothes.y_train[:10_000]
    needed = []
    for lab in labs:
        alone = [right(without(lab, j, X), y) for j in range(25)]
        order = np.argsort(alone, kind="stable")
        needed.append([])
        for units in (order[::-1], order):
            curve = [
                right(without(lab, units[:n], clothes.X_test), clothes.y_test) for n in range(26)
            ]
            needed[-1].append(int(np.argmax(np.array(curve) < 0.8)))
            assert (np.diff(curve) > 0.005).any()  # it zigzags
    assert needed[0] == [8, 2]
    assert all(least >= 8 and most <= 5 for least, most in needed)


def test_few_units_have_eight_favourites_of_one_class(clothes, labs):
    for lab in labs:
        W1, b1 = weights(lab)[:2]
        favourites = clothes.y_test[np.argsort(-(clothes.X_test @ W1 + b1), axis=0)[:8]]
        assert 3 <= np.sum((favourites == favourites[0]).all(axis=0)) <= 7


# --- The reference networks: slopes by hand ------------------------------------------------------


def forward(network, X):
    W1, b1, W2, b2 = weights(network)
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def slopes(network, X, dZ):
    """Carry a gradient over the logits back to the pixels."""
    W1, b1, W2, _ = weights(network)
    return (dZ @ W2.T * (X @ W1 + b1 > 0)) @ W1.T


def test_grown_pictures_have_little_ink_and_the_network_is_sure(clothes, references):
    for seed, network in enumerate(references):
        X, want = np.random.default_rng(seed).uniform(0, 0.1, (10, 784)), np.eye(10)
        for _ in range(200):
            X = (X + 0.1 * (slopes(network, X, want) - X)).clip(0, 1)
        assert X.mean() < 0.07 < 0.2 < clothes.X_test.mean()
        own = [softmax(forward(net, X), axis=1).diagonal() for net in references]
        assert own[seed].min() > 0.65
        others = [p for k, p in enumerate(own) if k != seed]
        assert np.mean(others) > 0.85 and np.min(others) > 0.5
        library = [
            interpretation.grown_image(network, k, np.random.default_rng(0), steps=200, l2=1)
            for k in range(10)
        ]
        assert softmax(forward(network, np.array(library)), axis=1).diagonal().min() > 0.65


def test_neighbours_gain_from_the_hidden_layer_and_lose_with_random_weights(clothes, references):
    X, y = clothes.X_train[:1000], clothes.y_train[:1000]
    X_test, y_test = clothes.X_test[:2000], clothes.y_test[:2000]

    def share(see):
        return KNeighborsClassifier(5).fit(see(X), y).score(see(X_test), y_test)

    pixels = share(np.asarray)
    assert pixels == pytest.approx(0.763, abs=0.002)
    for seed, network in enumerate(references):
        W, b = weights(network)[:2]
        rng = np.random.default_rng(seed)
        W_random, b_random = rng.permuted(W), rng.permuted(b)
        assert share(lambda X, W=W, b=b: np.maximum(X @ W + b, 0)) > pixels + 0.05
        assert share(lambda X, W=W_random, b=b_random: np.maximum(X @ W + b, 0)) < pixels


def attacked(network, X, y, epsilon):
    Y = np.eye(10)[y]
    dZ = softmax(forward(network, X), axis=1) - Y
    return (X + epsilon * np.sign(slopes(network, X, dZ))).clip(0, 1)


def test_aimed_changes_fool_and_random_ones_hardly_and_noise_training_hardly_helps(
    clothes, references
):
    def noisy(X, rng):
        return (X + 0.1 * rng.standard_normal(X.shape, X.dtype)).clip(0, 1)

    X, y = clothes.X_test[:2000].astype(float), clothes.y_test[:2000]
    costs, gains = [], []
    for seed, network in enumerate(references):
        rng = np.random.default_rng(seed)
        signs, noise = rng.choice([-1, 1], X.shape), 0.3 * rng.standard_normal(X.shape)
        clean = right(forward(network, X), y)
        assert clean - right(forward(network, (X + 0.1 * signs).clip(0, 1)), y) < 0.06
        aimed = [right(forward(network, attacked(network, X, y, e)), y) for e in (0.05, 0.1)]
        assert 0.33 < aimed[0] < 0.45 and aimed[1] < 0.15
        library = interpretation.fast_gradient_sign(network, X, y, 0.05)
        assert right(forward(network, library), y) == pytest.approx(aimed[0], abs=0.002)
        hardened = trained(clothes, ReLU, 64, seed, augment=noisy, **RECIPE)
        costs.append(clean - right(forward(hardened, X), y))
        gains.append(right(forward(hardened, attacked(hardened, X, y, 0.05)), y) - aimed[0])
        under = [right(forward(net, (X + noise).clip(0, 1)), y) for net in (network, hardened)]
        assert under[1] > under[0] + 0.03
    assert max(costs) == pytest.approx(0.02, abs=0.007) and min(costs) > -0.01
    assert gains[0] == pytest.approx(0.02, abs=0.01)
    assert min(gains[1:]) > 0 and max(gains[1:]) == pytest.approx(0.07, abs=0.015)


def rank_correlation(one, two, where):
    pairs = [(rankdata(a[w]), rankdata(b[w])) for a, b, w in zip(one, two, where, strict=True)]
    return np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairs])


def test_by_strength_gradient_times_input_shows_the_picture_and_with_sign_the_network(
    clothes, references
):
    X = clothes.X_test[:100].astype(float)
    everywhere, ink = np.ones(X.shape, bool), X > 0
    for seed, network in enumerate(references):
        rng, random = np.random.default_rng(seed), network.copy()
        for layer, name in random.parameters():
            layer.params[name] = rng.permuted(layer.params[name])
        want = np.eye(10)[forward(network, X).argmax(axis=1)]
        own, twin, control = (
            slopes(net, X, want) for net in (network, references[(seed + 1) % 5], random)
        )
        strong = [rank_correlation(abs(X * own), abs(X * S), everywhere) for S in (twin, control)]
        assert min(strong) > 0.8 and strong[0] - strong[1] < 0.1
        signed = [rank_correlation(X * own, X * S, ink) for S in (twin, control)]
        assert signed[0] > 0.5 and abs(signed[1]) < 0.15
        slope = [rank_correlation(abs(own), abs(S), everywhere) for S in (twin, control)]
        assert 0.3 < slope[0] < 0.6 and abs(slope[1]) < 0.1


def test_the_patch_that_undoes_an_answer_leaves_the_twins_as_the_model_answer_says(
    clothes, references
):
    network, twin = (net.copy().astype(float) for net in references[:2])
    X, shirt, tee, side = clothes.X_test.astype(float), 6, 0, 7
    P = network.predict_proba(X)

    def covered(x):
        """Cover the place where the map of the reference is darkest."""
        drop = interpretation.occlusion_map(network.predict_proba, x.reshape(28, 28), tee, side)
        r, c = divmod(int(drop.argmax()), 28)
        image = x.reshape(28, 28).copy()
        image[max(r - 3, 0) : r + 4, max(c - 3, 0) : c + 4] = 0
        return image.ravel(), (r, c)

    picture, place = covered(X[5806])
    assert clothes.y_test[5806] == shirt and P[5806].argmax() == tee and place == (8, 21)
    both = np.array([X[5806], picture])
    before, after = network.predict_proba(both)
    assert before[tee] > 0.99 and after.argmax() != tee and 0.15 < after[tee] < 0.3
    before, after = twin.predict_proba(both)
    assert abs(before[tee] - 0.983) < 0.01 and abs(after[tee] - 0.802) < 0.05
    kind = np.flatnonzero((clothes.y_test == shirt) & (P.argmax(axis=1) == tee))[:60]
    changed = network.predict(np.array([covered(X[i])[0] for i in kind])) != tee
    assert abs(changed.mean() - 0.95) < 0.04
