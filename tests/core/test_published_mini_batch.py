"""What lesson 4 states without running it, on real data.

Our runs of the lab are in test_claims_mini_batch_lab.py.
"""

from pathlib import Path

import numpy as np
import pytest

from course_lib.activations import sigmoid
from course_lib.batches import minibatches
from course_lib.data import load_images
from course_lib.layers import Dense, ReLU, Sigmoid, he
from course_lib.losses import one_hot, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD
from course_lib.training import train

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def digits():
    return real("mnist")


def real(name):
    images = load_images(name)
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real {name}, from the network or a data folder; got {images.source}")
    return images


def network_of(*sizes, activation=ReLU, init=he):
    rng, layers = np.random.default_rng(0), []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [Dense(n_in, n_out, rng=rng, init=init), activation()]
    return Network(layers[:-1])


def accuracy(network, X, y):
    return np.mean(network.predict(X) == y)


def squared_error_of_sigmoids(y, Z):
    """½Σ(a − y)² over the outputs, mean over the examples, as the textbooks have it."""
    A = sigmoid(Z)
    dZ = (A - y) * A * (1 - A) / len(Z)
    return ((A - y) ** 2).sum() / 2 / len(Z), dZ


def test_textbook_recipe_as_stored(digits):
    def small(n_in, n_out, rng):
        return rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))

    network = network_of(784, 40, 10, activation=Sigmoid, init=small)
    X, Y = digits.X_train[:50_000], one_hot(digits.y_train[:50_000], 10, np.float32)
    steps = dict(optimizer=SGD(0.1), batch_size=10, rng=np.random.default_rng(1))
    X_judge, y_judge, log = digits.X_train[50_000:], digits.y_train[50_000:], []

    def note(network, history):
        log.append(accuracy(network, X_judge, y_judge))

    train(network, X, Y, loss=squared_error_of_sigmoids, epochs=30, on_epoch=note, **steps)
    marks = [log[k] for k in (0, 9, 19, 29)]
    assert marks == pytest.approx([0.893, 0.943, 0.955, 0.960], abs=0.002)


@pytest.mark.parametrize(
    ("size", "steps", "best"),
    [
        (1, 10_000, 0.01),
        (10, 6000, 0.1),
        (100, 1800, 0.3),
        (1000, 300, 1.0),
        (60_000, 12, 0.3),
    ],
)
def test_batch_sizes_get_their_best_rate(digits, size, steps, best):
    X, y = digits.X_train, digits.y_train

    def after(rate):
        network, optimizer, rng = network_of(784, 40, 10), SGD(rate), np.random.default_rng(1)
        left = steps
        while left:
            for X_batch, y_batch in minibatches(X, y, size, rng):
                _, dZ = softmax_cross_entropy(y_batch, network.forward(X_batch))
                network.backward(dZ)
                optimizer.step(network)
                left -= 1
                if not left:
                    break
        return softmax_cross_entropy(y[:2000], network.forward(X[:2000]))[0]

    losses = {rate: after(rate) for rate in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)}
    assert min(losses, key=losses.get) == best


def test_champion_is_on_its_way_to_the_stored_record_after_15_of_its_epochs(digits, monkeypatch):
    """The stored runs have 70 epochs, and end between 55 and 66 mistakes."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    champion = __import__("bench_records").champion
    errors, _ = champion("mnist", seed=0, epochs=15)
    assert errors < 120
