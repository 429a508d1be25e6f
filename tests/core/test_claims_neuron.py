"""What lesson 1 says of runs that it does not show, or shows from one start, computed again."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import Perceptron
from sklearn.metrics import f1_score, log_loss

from course_lib.data import load_images

pytestmark = pytest.mark.long
FIVE = range(5)


@pytest.fixture(scope="module")
def digits():
    images = load_images("mnist")
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real MNIST, from the network or a data folder; got {images.source}")
    return images


def descended(X, y, w, *, squared=False, steps=100, losses=None):
    """Full-batch descent at rate 1 from w and a bias of 0, on either loss: (w, b)."""
    b = 0.0
    for _ in range(steps):
        p = expit(X @ w + b)
        if losses is not None:
            losses.append(log_loss(y, p))
        slope = (p - y) * (2 * p * (1 - p) if squared else 1) / len(y)
        w, b = w - X.T @ slope, b - slope.sum()
    return w, b


def small(seed):
    return np.random.default_rng(seed).normal(0, 0.01, 784).astype(np.float32)


def test_sixty_shuffled_images_hold_four_zeros(digits):
    order = np.random.RandomState(1).permutation(60_000)[:60]
    assert np.flatnonzero(digits.y_train[order] == 0).tolist() == [37, 41, 50, 53]


def test_labels_in_another_order_teach_the_neuron_to_say_no(digits):
    y = (digits.y_train == 0).astype(np.float32)
    for seed in FIVE:
        rng = np.random.default_rng(seed)
        X = digits.X_train[rng.permutation(60_000)[::10]]
        w, b = descended(X, y[::10], small(seed))
        said = digits.X_train @ w + b > 0
        assert said.sum() < 10
        assert np.mean(said == y) == pytest.approx(0.901, abs=5e-4)


def test_pixels_up_to_255_throw_the_loss_beyond_50_000(digits):
    X, y = digits.X_train[:2000], (digits.y_train[:2000] == 0).astype(np.float32)
    for seed in FIVE:
        scaled, raw = [], []
        descended(X, y, small(seed), losses=scaled)
        # the loss itself, from the logit: a clipped one could not exceed 36
        w, b = small(seed), 0.0
        for _ in range(100):
            z = 255 * X @ w + b
            raw.append(np.mean(np.logaddexp(0, z) - y * z))
            slope = (expit(z) - y) / len(y)
            w, b = w - 255 * X.T @ slope, b - slope.sum()
        assert max(raw[:10]) > 50_000 and raw[10] > 1000
        assert max(scaled) < 2 and scaled[-1] < 0.05


def test_scikit_learns_perceptron_takes_a_sum_of_zero_for_a_mistake():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = (X @ [1, -1] + rng.normal(size=200) > 0).astype(float)
    ready_made = Perceptron(shuffle=False, max_iter=15, tol=None).fit(X, y)
    w, b = np.zeros(2), 0.0
    for _ in range(15):
        for x_i, sign in zip(X, 2 * y - 1, strict=True):
            if sign * (x_i @ w + b) <= 0:
                w, b = w + sign * x_i, b + sign
    np.testing.assert_allclose([*ready_made.coef_[0], *ready_made.intercept_], [*w, b])


@pytest.mark.parametrize(
    ("bias", "factor", "distance"), [(0, 1, 0), (0, 4, 0), (2, 1, 1.56), (2, 4, 0.39)]
)
def test_only_a_line_through_the_origin_stays_when_weights_grow(bias, factor, distance):
    w = factor * np.array([-1.0, 0.8])
    line = {"type": "eq", "fun": lambda x: x @ w + bias}
    nearest = minimize(lambda x: x @ x, np.array([0.3, 0.2]), constraints=line)
    assert np.sqrt(nearest.fun) == pytest.approx(distance, abs=0.005)


@pytest.mark.parametrize(("start", "cross_entropy", "squared"), [(-4, 5, 36), (-8, 9, 1507)])
def test_squared_error_leaves_a_wrong_answer_slowly(start, cross_entropy, squared):
    """Steps as counted in the lesson, beside the time that the smooth descent takes."""
    for slope, steps in (
        (lambda z: expit(z) - 1, cross_entropy),
        (lambda z: 2 * (expit(z) - 1) * expit(z) * expit(-z), squared),
    ):
        z, counted = float(start), 0
        while z < 0:
            z, counted = z - slope(z), counted + 1
        assert counted == steps
        smooth, _ = quad(lambda z, slope=slope: -1 / slope(z), start, 0)
        assert counted == pytest.approx(smooth, rel=0.05, abs=1.5)


def test_squared_error_learns_digits_from_small_weights(digits):
    X, y = digits.X_train, (digits.y_train == 0).astype(np.float32)
    shares = {True: [], False: []}
    for seed in FIVE:
        for squared, found in shares.items():
            w, b = descended(X[:10_000], y[:10_000], small(seed), squared=squared)
            found.append(np.mean((X[50_000:] @ w + b > 0) == y[50_000:]))
    assert min(shares[True]) == pytest.approx(0.983, abs=1e-3)
    assert max(shares[True]) == pytest.approx(0.985, abs=1e-3)
    assert shares[False] == pytest.approx([0.989] * 5, abs=1e-3)


def test_the_first_step_makes_nearly_all_weights_fall_and_every_image_no_zero(digits):
    stream, X, y = np.random.RandomState(1), digits.X_train, digits.y_train == 0
    stream.permutation(60_000)
    w = (0.01 * stream.randn(784)).astype(np.float32)
    dw = X.T @ (expit(X @ w) - y) / len(y)
    assert np.mean(dw[(X > 0).any(axis=0)] > 0) > 0.95
    w, b = descended(X, y, w, steps=1)
    assert not (X @ w + b > 0).any()
    assert np.mean(np.logaddexp(0, -(X[y] @ w + b))) == pytest.approx(15, abs=0.5)


def test_an_eight_is_hardest_for_one_neuron_and_hardest_of_all_beside_a_five(digits):
    """The model answer to the open task."""
    stream = np.random.RandomState(1)
    stream.permutation(60_000)
    w = (stream.randn(784) * 0.01).astype(np.float32)
    X, X_held = digits.X_train[:50_000], digits.X_train[50_000:]
    y, y_held = digits.y_train[:50_000], digits.y_train[50_000:]
    for digit, f1 in ((0, 0.95), (5, 0.79), (8, 0.74)):
        place = descended(X, (y == digit).astype(np.float32), w)
        said = X_held @ place[0] + place[1] > 0
        assert f1_score(y_held == digit, said) == pytest.approx(f1, abs=0.006)
    for other, right in ((0, 0.992), (5, 0.955)):
        pair, held = np.isin(y, (8, other)), np.isin(y_held, (8, other))
        place = descended(X[pair], (y[pair] == 8).astype(np.float32), w)
        said = X_held[held] @ place[0] + place[1] > 0
        assert np.mean(said == (y_held[held] == 8)) == pytest.approx(right, abs=0.001)
