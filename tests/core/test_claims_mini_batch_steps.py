"""What lesson 4 claims of its steps, penalties and layers, computed once more in another way.

Most of it is plain NumPy without the course's optimisers and layers, and with other seeds.
"""

import json
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import reference
from autograd.scipy.special import expit

from course_lib import schedules
from course_lib.activations import sigmoid
from course_lib.data import load_images
from course_lib.layers import Dense, ReLU, he
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam
from course_lib.range_test import range_test
from course_lib.training import train

pytestmark = pytest.mark.long
LESSON = Path(__file__).parents[2] / "notebooks" / "04_mini_batch.ipynb"
STEEP = np.diag([1.0, 25.0])
TURN = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
START = np.array([-9.0, 2.0])
RATES = 10 ** (np.arange(101) / 50 - 2)


@pytest.fixture(scope="module")
def digits():
    return real("mnist")


@pytest.fixture(scope="module")
def clothes():
    return real("fashion-mnist")


def real(name):
    images = load_images(name)
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real {name}, from the network or a data folder; got {images.source}")
    return images


def cell(name):
    """Return the source of one cell of the lesson."""
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    (found,) = (c for c in cells if c["id"] == name)
    return "".join(found["source"])


def network_of(*widths, seed):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
        layers += [Dense(n_in, n_out, rng=rng, init=he), ReLU()]
    return Network(layers[:-1])


# -- five ways through the ravine


def height(A, w):
    return w @ A @ w / 2


def descent(A, w, rate, steps):
    for _ in range(steps):
        w = w - rate * A @ w
    return w


def momentum(A, w, rate, steps):
    """Polyak's form: the last move once more, at 0.9 of its length."""
    before = w
    for _ in range(steps):
        w, before = w - rate * A @ w + 0.9 * (w - before), w
    return w


def nesterov(A, w, rate, steps):
    """The slope is taken at the place ahead; what is judged is the place ahead, too."""
    ahead = before = w
    for _ in range(steps):
        w = ahead - rate * A @ ahead
        ahead, before = w + 0.9 * (w - before), w
    return ahead


def rmsprop(A, w, rate, steps):
    squares = []
    for _ in range(steps):
        squares.insert(0, (A @ w) ** 2)
        mean = sum(0.1 * 0.9**age * square for age, square in enumerate(squares))
        w = w - rate * A @ w / (np.sqrt(mean) + 1e-8)
    return w


def adam(A, w, rate, steps):
    slopes = []
    for _ in range(steps):
        slopes.insert(0, A @ w)
        ages = np.arange(len(slopes))[:, np.newaxis]
        mean = (0.9**ages * slopes).sum(axis=0) / (0.9**ages).sum()
        square = (0.999**ages * np.square(slopes)).sum(axis=0) / (0.999**ages).sum()
        w = w - rate * mean / (np.sqrt(square) + 1e-8)
    return w


def search(walk, A=STEEP, start=START):
    ends = [height(A, walk(A, start, rate, 30)) for rate in RATES]
    return RATES[np.argmin(ends)], min(ends)


@pytest.mark.parametrize(
    ("walk", "rate", "loss", "turned"),
    [
        (descent, 0.0759, 0.427, 0.427),
        (momentum, 0.0275, 0.0129, 0.0129),
        (nesterov, 0.0288, 9.13e-5, 9.13e-5),
        (rmsprop, 0.603, 3.3e-7, 0.204),
        (adam, 0.398, 0.162, 0.0479),
    ],
)
def test_the_search_in_the_ravine_finds_these_rates_and_losses(walk, rate, loss, turned):
    assert search(walk) == pytest.approx((rate, loss), rel=0.02)
    _, found = search(walk, TURN @ STEEP @ TURN.T, TURN @ START)
    assert found == pytest.approx(turned, rel=0.02)


def test_rmsprop_at_one_rate_is_1600_times_as_high_in_the_turned_ravine():
    turned = TURN @ STEEP @ TURN.T
    straight = height(STEEP, rmsprop(STEEP, START, 0.5, 30))
    assert height(turned, rmsprop(turned, TURN @ START, 0.5, 30)) / straight == pytest.approx(
        1600, rel=0.05
    )


def test_momentum_has_its_lowest_loss_in_a_notch():
    ends = [height(STEEP, momentum(STEEP, START, rate, 30)) for rate in RATES]
    best = int(np.argmin(ends))
    assert min(ends[best - 1], ends[best + 1]) > 70 * ends[best]


def test_the_way_across_shrinks_below_two_twenty_fifths_and_grows_beyond():
    across = {rate: abs(descent(STEEP, START, rate, 25)[1]) for rate in (0.079, 0.08, 0.081)}
    assert across[0.079] < 2 < across[0.081]
    assert across[0.08] == pytest.approx(2)
    for rate, end in across.items():
        assert end == pytest.approx(2 * abs(1 - 25 * rate) ** 25)


def test_adam_shrinks_two_weights_alike_by_weight_decay_and_not_by_a_penalty():
    slopes = np.outer((-1.0) ** np.arange(200), [10, 0.1])

    def left(penalty, decay):
        w, m, v = np.ones(2), 0, 0
        for t, data in enumerate(slopes, 1):
            dw = data + penalty * w
            m, v = 0.9 * m + 0.1 * dw, 0.999 * v + 0.001 * dw**2
            step = m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
            w = w - 0.01 * decay * w - 0.01 * step
        return w

    assert left(0.1, 0) == pytest.approx([0.96, 0.17], abs=0.005)
    assert left(0, 0.1) == pytest.approx([0.8, 0.8], abs=0.02)


# -- the textbook's network


def test_the_four_equations_of_the_lesson_agree_with_autograd():
    lesson = {"np": np, "sigmoid": sigmoid}
    exec(cell("four-equations-code"), lesson)
    rng = np.random.default_rng(7)
    for widths in ((5, 3), (4, 6, 2), (3, 5, 4, 4, 2)):
        pairs = zip(widths[:-1], widths[1:], strict=True)
        layers = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]
        x, y = rng.normal(size=widths[0]), rng.random(widths[-1])

        def half_squares(layers, x=x, y=y):
            for W, b in layers:
                x = expit(anp.dot(x, W) + b)
            return anp.sum((x - y) ** 2) / 2

        wanted = autograd.grad(half_squares)(layers)
        for (dW, db), (dW_wanted, db_wanted) in zip(
            lesson["backpropagate"](x, y, layers), wanted, strict=True
        ):
            np.testing.assert_allclose(dW, dW_wanted, atol=1e-12)
            np.testing.assert_allclose(db, db_wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("times", "squared", "entropy"), [(1, (0.82, 0.87), (0.90, 0.92)), (30, (0, 0.4), (0.75, 0.88))]
)
def test_squared_error_learns_from_small_first_weights_and_hardly_from_large_ones(
    digits, times, squared, entropy
):
    X, y = digits.X_train[:10_000], np.eye(10, dtype=np.float32)[digits.y_train[:10_000]]
    others, truth = digits.X_train[-10_000:], digits.y_train[-10_000:]

    def right(factor):
        rng = np.random.default_rng(5)
        W1 = rng.normal(0, times / 28, (784, 40)).astype(np.float32)
        W2 = rng.normal(0, times / np.sqrt(40), (40, 10)).astype(np.float32)
        b1, b2 = np.zeros(40, np.float32), np.zeros(10, np.float32)
        for _ in range(3):
            for batch in rng.permutation(10_000).reshape(-1, 10):
                A1 = sigmoid(X[batch] @ W1 + b1)
                A2 = sigmoid(A1 @ W2 + b2)
                d2 = (A2 - y[batch]) * factor(A2) / 10
                d1 = d2 @ W2.T * A1 * (1 - A1)
                W1 -= 0.1 * X[batch].T @ d1
                W2 -= 0.1 * A1.T @ d2
                b1 -= 0.1 * d1.sum(axis=0)
                b2 -= 0.1 * d2.sum(axis=0)
        return np.mean((sigmoid(others @ W1 + b1) @ W2 + b2).argmax(axis=1) == truth)

    assert squared[0] < right(lambda A: A * (1 - A)) < squared[1]
    assert entropy[0] < right(lambda A: 1) < entropy[1]


# -- penalties, hidden units and layers, on real images


def test_a_hidden_layer_adds_about_a_point_on_4000_clothes(clothes):
    X, y = clothes.X_train, clothes.y_train
    found = {10: [], 25: []}
    for seed in (11, 12, 13):
        for widths in ((784, 10), (784, 25, 10)):
            network, rng = network_of(*widths, seed=seed), np.random.default_rng(seed)
            train(
                network, X[:4000], y[:4000], loss=softmax_cross_entropy, optimizer=Adam(0.001),
                batch_size=100, epochs=40, rng=rng, patience=40,
                validation=(X[4000:5000], y[4000:5000]),
            )  # fmt: skip
            right = [
                100 * np.mean(network.predict(A) == b)
                for A, b in (
                    (X[4000:5000], y[4000:5000]),
                    (X[50_000:], y[50_000:]),
                    (clothes.X_test, clothes.y_test),
                )
            ]
            found[widths[1]].append(right)
    without, hidden = (np.mean(found[width], axis=0) for width in (10, 25))
    assert 0.2 < np.mean(hidden[1:] - without[1:]) < 1.8
    assert abs(hidden[0] - without[0]) < 1.5
    # The 1,000 are easy, for both.
    assert without[0] - without[1] > 2 and hidden[0] - hidden[1] > 2


def test_the_validation_images_are_easy_for_a_network_that_never_met_their_neighbours(clothes):
    X, y = clothes.X_train, clothes.y_train
    network = network_of(784, 25, 10, seed=3)
    train(
        network, X[20_000:24_000], y[20_000:24_000], loss=softmax_cross_entropy,
        optimizer=Adam(0.001), batch_size=100, epochs=30, rng=np.random.default_rng(3),
    )  # fmt: skip
    right = network.predict(X) == y
    assert right[4000:5000].mean() - right[30_000:].mean() > 0.015


@pytest.mark.parametrize("seed", [1, 2])
def test_the_penalty_has_its_valley_at_a_thousandth_or_three(clothes, seed):
    X, y = clothes.X_train, clothes.y_train

    def loss(strength):
        history = train(
            network_of(784, 40, 10, seed=seed), X[:4000], y[:4000], loss=softmax_cross_entropy,
            optimizer=Adam(0.003), batch_size=100, epochs=40, l2=strength,
            rng=np.random.default_rng(seed + 1), validation=(X[4000:5000], y[4000:5000]),
        )  # fmt: skip
        return history.validation_loss[-1]

    losses = {strength: loss(strength) for strength in (3e-4, 1e-3, 3e-3, 1e-2)}
    assert min(losses, key=losses.get) in (1e-3, 3e-3)


def test_depth_on_50000_digits(digits):
    """Two of the five seeds behind the means that the lesson states, and their order."""
    X, y = digits.X_train, digits.y_train
    means = []
    for layers in (1, 2, 3):
        right = []
        for seed in range(2):
            network = network_of(784, *layers * [128], 10, seed=seed)
            plan = schedules.cosine(0.002, 5 * -(-50_000 // 128))
            train(
                network, X[:50_000], y[:50_000], loss=softmax_cross_entropy, optimizer=Adam(),
                schedule=plan, batch_size=128, epochs=5, rng=np.random.default_rng(seed),
            )  # fmt: skip
            right.append(100 * np.mean(network.predict(X[50_000:]) == y[50_000:]))
        means.append(np.mean(right))
    assert means == pytest.approx([97.3, 97.7, 97.9], abs=0.3)
    assert means == sorted(means)


def test_sigmoids_pass_a_quarter_back_and_relu_nearly_all(digits):
    X, y = digits.X_train[:1000].astype(float), np.eye(10)[digits.y_train[:1000]]
    widths = [784, *10 * [128], 10]

    def norms(f, spread):
        rng = np.random.default_rng(9)
        weights = [
            (rng.normal(0, spread(a, b), (a, b)), np.zeros(b))
            for a, b in zip(widths[:-1], widths[1:], strict=True)
        ]
        gradients = autograd.grad(
            lambda w: reference.softmax_cross_entropy(y, reference.network(w, X, f))
        )(weights)
        return np.array([np.linalg.norm(dW) for dW, _ in gradients])

    sigmoids = norms(expit, lambda a, b: np.sqrt(2 / (a + b)))
    relus = norms(lambda z: anp.maximum(z, 0), lambda a, b: np.sqrt(2 / a))
    assert np.all(sigmoids[1:-1] / sigmoids[2:] < 0.5)
    assert 1e-7 < sigmoids[0] / sigmoids[-1] < 1e-5
    assert relus.max() / relus.min() < 10


# -- a range test is careful


@pytest.mark.parametrize(("optimizer", "low", "high", "steepest"), [
    (SGD(1), 1e-4, 30, 0.04), (Adam(), 1e-5, 3, 0.001)])  # fmt: skip
def test_the_range_test_falls_fastest_well_below_the_best_rate(
    clothes, optimizer, low, high, steepest
):
    X, y = clothes.X_train[:4000], clothes.y_train[:4000]
    curves = []
    for seed in range(3):
        rates, losses = range_test(
            network_of(784, 40, 10, seed=seed), X, y, optimizer=optimizer, low=low, high=high,
            steps=200, loss=softmax_cross_entropy, batch_size=100, rng=np.random.default_rng(seed),
        )  # fmt: skip
        curves.append(np.convolve(losses, np.ones(15) / 15, mode="valid")[:100])
    falls = np.gradient(np.mean(curves, axis=0))
    assert rates[7 + falls.argmin()] == pytest.approx(steepest, rel=0.6)


def test_56_shares_of_1000_spread_over_five_or_six_points_by_chance():
    shares = np.random.default_rng(0).binomial(1000, 0.836, size=(2000, 56)) / 10
    assert 5 < np.ptp(shares, axis=1).mean() < 6
