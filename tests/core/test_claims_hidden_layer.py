"""What lesson 2 says of other starts, other points and other people's runs, computed again.

Written with examples in columns, as the published pages have them; no line of it is the lesson's.
"""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.datasets import make_circles
from sklearn.linear_model import LogisticRegression

from course_lib import toys
from course_lib.by_hand.hidden_layer import init_weights
from course_lib.data import load_images
from course_lib.layers import Dense

pytestmark = pytest.mark.long
FIVE = range(5)


def descended(X, y, W1, W2, rate, steps):
    """Full-batch descent of tanh units and one sigmoid: the losses, and a function that answers."""
    A0, t, m = np.ascontiguousarray(X.T), y[None, :], len(y)
    W1, W2 = W1.T.copy(), W2.T.copy()
    b1, b2, losses = np.zeros((len(W1), 1)), np.zeros((1, 1)), []
    for _ in range(steps):
        A1 = np.tanh(W1 @ A0 + b1)
        z = W2 @ A1 + b2
        losses.append(np.mean(np.logaddexp(0, z) - t * z))
        dZ2 = (expit(z) - t) / m
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2, b2 = W2 - rate * dZ2 @ A1.T, b2 - rate * dZ2.sum(axis=1, keepdims=True)
        W1, b1 = W1 - rate * dZ1 @ A0.T, b1 - rate * dZ1.sum(axis=1, keepdims=True)
    return losses, lambda X: (W2 @ np.tanh(W1 @ X.T + b1) + b2)[0] > 0


def right(X, y, units, seed, *, steps, factor=1.0):
    """The share of points that such a network has right, from weights of a seed."""
    rng = np.random.default_rng(seed)
    (W1, _), (W2, _) = init_weights(2, units, rng), init_weights(units, 1, rng)
    losses, says = descended(X, y, factor * W1, factor * W2, 1.0, steps)
    return np.mean(says(X) == y), losses[-1]


@pytest.fixture(scope="module")
def clouds():
    rng = np.random.default_rng(0)
    X, y = toys.circles(1000, rng, noise=0.05, factor=0.5)
    return {
        "circles": (X, y),
        "XOR": toys.xor(300, rng),
        "moons": toys.moons(300, rng),
        "spirals": toys.spirals(300, rng),
    }


# --- Points in the plane -------------------------------------------------------------------------


def test_one_neuron_fails_on_the_points_however_they_are_drawn():
    found = {"circles": [], "XOR": [], "moons": []}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        draws = {"XOR": toys.xor(300, np.random.default_rng(seed))}
        if seed in FIVE:
            draws["circles"] = toys.circles(1000, rng, noise=0.05, factor=0.5)
            toys.xor(300, rng)
            draws["moons"] = toys.moons(300, rng)
        for name, (X, y) in draws.items():
            found[name].append(LogisticRegression(C=np.inf).fit(X, y).score(X, y))
    assert 0.48 < min(found["circles"]) and max(found["circles"]) < 0.52
    assert min(found["XOR"]) == pytest.approx(0.48, abs=0.005)
    assert max(found["XOR"]) == pytest.approx(0.66, abs=0.005)
    assert np.median(found["XOR"]) == pytest.approx(0.53, abs=0.005)
    assert 0.86 < min(found["moons"]) and max(found["moons"]) < 0.90


def test_random_weights_of_the_right_size_close_the_ring_from_ten_starts(clouds):
    X, y = clouds["circles"]
    for seed in range(10):
        assert right(X, y, 5, seed, steps=1000)[0] > 0.99
        _, loss = right(X, y, 5, seed, steps=1000, factor=0.01)
        assert loss == pytest.approx(np.log(2), abs=1e-3)


def test_not_all_starts_of_three_units_close_the_ring(clouds):
    X, y = clouds["circles"]
    shares = []
    for seed in range(2, 12):
        rng = np.random.default_rng(seed)
        W1, W2 = (Dense(*size, rng=rng).params["W"] for size in ((2, 3), (3, 1)))
        answers = [descended(X, y, W1, W2, 1.0, steps)[1] for steps in (200, 1000)]
        shares.append([np.mean(says(X) == y) for says in answers])
    early, late = np.transpose(shares)
    assert sorted(early)[:2] == pytest.approx([0.79, 0.835], abs=0.01) and sorted(early)[2] > 0.99
    assert sorted(late)[0] == pytest.approx(0.805, abs=0.01) and sorted(late)[1] > 0.99


def test_equal_weights_leave_most_of_the_loss(clouds):
    X, y = clouds["circles"]
    losses, says = descended(X, y, np.full((2, 5), 0.5), np.full((5, 1), 0.5), 1.0, 1000)
    assert losses[-1] == pytest.approx(0.618, abs=0.002)
    assert np.mean(says(X) == y) < 0.7


def test_what_the_laboratory_shows_is_so_from_five_starts(clouds):
    spirals = []
    for seed in FIVE:
        for name in ("circles", "moons"):
            X, y = (part[:200] for part in clouds[name])
            assert right(X, y, 4, seed, steps=3000)[0] > 0.99
            assert right(X, y, 2, seed, steps=3000)[0] < 0.9
        X, y = (part[:200] for part in clouds["spirals"])
        spirals.append(right(X, y, 8, seed, steps=3000)[0])
    assert min(spirals) == pytest.approx(0.93, abs=0.01)
    assert max(spirals) == pytest.approx(0.97, abs=0.01)


# --- The page that could not be reproduced -------------------------------------------------------


@pytest.fixture(scope="module")
def near():
    return make_circles(1000, noise=0.05, factor=0.8, random_state=3)


def tiny(units):
    stream = np.random.RandomState(2)
    return 0.01 * stream.randn(units, 2).T, 0.01 * stream.randn(1, units).T


def test_the_published_cost_on_the_circles_is_not_met(near):
    losses, says = descended(*near, *tiny(5), 1.2, 10_000)
    assert losses[5000] == pytest.approx(np.log(2), abs=1e-5)
    assert 7000 < np.flatnonzero(np.array(losses) < 0.69)[0] < 8000
    assert min(losses) > 0.25, "the page states 0.218607 at step 9,000"
    assert np.mean(says(near[0]) == near[1]) == pytest.approx(0.89, abs=0.015)


def test_no_radius_separates_those_circles_better_than_97_9_per_cent(near):
    X, y = near
    inner_first = y[np.argsort((X**2).sum(axis=1))]
    shares = (
        np.cumsum(inner_first) + np.cumsum(1 - inner_first[::-1])[::-1] - 1 + inner_first
    ) / 1000
    assert shares.max() == pytest.approx(0.979, abs=5e-4)


def test_the_published_cost_is_that_of_four_units_on_a_flower():
    """400 points, two colours of petals; the list is what solutions of that exercise print."""
    stream, X, y = np.random.RandomState(1), [], np.repeat([0.0, 1.0], 200)
    for half in (0, 1):
        turn = np.linspace(3.12 * half, 3.12 * (half + 1), 200) + 0.2 * stream.randn(200)
        reach = 4 * np.sin(4 * turn) + 0.2 * stream.randn(200)
        X.append(np.column_stack([reach * np.sin(turn), reach * np.cos(turn)]))
    losses, _ = descended(np.concatenate(X), y, *tiny(4), 1.2, 9_001)
    published = [0.693048, 0.288083, 0.254385, 0.233864, 0.226792, 0.222644, 0.219731, 0.217504]
    assert losses[0:8000:1000] == pytest.approx(published, abs=2e-6)
    # From here on the rounding of each machine shows.
    assert losses[9000] == pytest.approx(0.218607, abs=2e-4)


# --- Zero against the rest -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    images = load_images("mnist")
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real MNIST, from the network or a data folder; got {images.source}")
    y = (images.y_train == 0).astype(np.float32)
    return images.X_train[:10_000], y[:10_000], images.X_train[50_000:], y[50_000:]


THREE = range(3)
SIGMOID = expit, lambda A: A * (1 - A)
TANH = np.tanh, lambda A: 1 - A**2
RELU = (lambda Z: np.maximum(Z, 0)), (lambda A: A > 0)
WITH_THE_BUG = np.tanh, lambda A: np.float32(1)


def held_out(digits, W1, W2, activation, steps=100):
    """Train three networks of 64 units side by side at rate 1; their shares of held-out images."""
    (X, y, X_held, y_held), (f, slope), n = digits, activation, len(THREE)
    W1, b1, b2 = W1.reshape(784, -1), np.zeros(n * 64, np.float32), np.zeros(n, np.float32)
    for _ in range(steps):
        A1 = f(X @ W1 + b1)
        z = np.einsum("mdk,dk->md", A1.reshape(-1, n, 64), W2) + b2
        dZ2 = (expit(z) - y[:, None]) / len(y)
        dZ1 = (dZ2[:, :, None] * W2).reshape(-1, n * 64) * slope(A1)
        W2 = W2 - np.einsum("mdk,md->dk", A1.reshape(-1, n, 64), dZ2)
        W1, b1, b2 = W1 - X.T @ dZ1, b1 - dZ1.sum(axis=0), b2 - dZ2.sum(axis=0)
    z = np.einsum("mdk,dk->md", f(X_held @ W1 + b1).reshape(-1, n, 64), W2) + b2
    return np.mean((z > 0) == y_held[:, None], axis=0)


@pytest.fixture(scope="module")
def shares(digits):
    """What each start gets right of the images held out, for three draws of the weights."""
    rngs = [np.random.default_rng(seed) for seed in THREE]
    pairs = [(rng.normal(size=(784, 64)), rng.normal(size=(64, 1))[:, 0]) for rng in rngs]
    W1 = np.stack([W1 for W1, _ in pairs], axis=1).astype(np.float32)
    W2 = np.stack([W2 for _, W2 in pairs]).astype(np.float32)
    X, y, X_held, y_held = digits
    he, neurons = np.float32(np.sqrt(2)), []
    for draw in THREE:
        w, b = 0.01 * W1[:, draw, 0], 0.0
        for _ in range(100):
            error = (expit(X @ w + b) - y) / len(y)
            w, b = w - X.T @ error, b - error.sum()
        neurons.append(np.mean((X_held @ w + b > 0) == y_held))
    return {
        "published start": held_out(digits, W1, W2, SIGMOID),
        "scaled sigmoid": held_out(digits, W1 / 28, W2 / 8, SIGMOID),
        "neuron": np.array(neurons),
        "tanh": held_out(digits, W1 / 28, W2 / 8, TANH),
        "ReLU": held_out(digits, W1 * he / 28, W2 * he / 8, RELU),
        "with the bug": held_out(digits, W1 / 28, W2 / 8, WITH_THE_BUG),
    }


def test_scale_and_activation_beat_the_neuron_in_every_draw(shares):
    found = np.array([share for name, share in shares.items() if name != "with the bug"])
    assert found.min(axis=1) == pytest.approx([0.975, 0.986, 0.989, 0.990, 0.991], abs=1e-3)
    assert found.max(axis=1) == pytest.approx([0.978, 0.987, 0.989, 0.991, 0.992], abs=1e-3)
    assert (np.diff(found, axis=0) > 0).all(), shares


def test_the_missing_slope_of_tanh_costs_a_tenth_of_a_point_at_most(shares):
    assert np.abs(shares["tanh"] - shares["with the bug"]).max() < 0.0015, shares


def test_eight_units_solve_the_spirals_from_four_starts_of_five_and_seven_from_none():
    """The model answer to the open task."""
    rng = np.random.default_rng(0)
    toys.circles(1000, rng, noise=0.05, factor=0.5)  # what the lesson draws before its spirals
    toys.xor(300, rng)
    toys.moons(300, rng)
    seen, others = toys.spirals(300, rng), toys.spirals(1000, np.random.default_rng(99))
    solved = dict.fromkeys((7, 8, 12), 0)
    for units in solved:
        for seed in FIVE:
            rng = np.random.default_rng(seed)
            W1, W2 = init_weights(2, units, rng)[0], init_weights(units, 1, rng)[0]
            _, says = descended(*seen, W1, W2, 1.0, 10_000)
            right = [np.mean(says(X) == y) for X, y in (seen, others)]
            solved[units] += right[0] == 1 and right[1] >= 0.985
    assert solved == {7: 0, 8: 4, 12: 5}
