"""The published lecture results, met to ten digits and to the last example, on real MNIST."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from course_lib.data import load_images
from course_lib.layers import Dense, Sigmoid
from course_lib.losses import sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD
from course_lib.training import train

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def images():
    images = load_images("mnist", raw=True)
    if len(images.X_train) != 60_000:
        pytest.skip(f"needs real MNIST, from the network or a data folder; got {images.source}")
    return images


@pytest.fixture(scope="module")
def drawn():
    """What the lectures drew: one stream of random numbers, in this order, through all rows."""
    stream = np.random.RandomState(1)
    return {
        "shuffle": stream.permutation(60_000),
        "neuron": [stream.randn(784, 1) * 0.01],
        "hidden": [stream.randn(64, 784).T, stream.randn(1, 64).T],
        "second shuffle": stream.permutation(60_000),
        "softmax": [stream.randn(64, 784).T, stream.randn(10, 64).T],
    }


def trained(weights, X, y, loss, epochs):
    """Full-batch descent at rate 1 from `weights`, biases zero, sigmoids in between."""
    layers = []
    for W in weights:
        layers += [Dense(*W.shape, rng=np.random.default_rng(0), init=lambda *_, W=W: W), Sigmoid()]
    network = Network(layers[:-1])
    return network, train(network, X, y, loss=loss, optimizer=SGD(1.0), epochs=epochs)


@pytest.mark.parametrize(
    ("name", "first", "last", "right", "matrix"),
    [
        # predictions in rows, as printed there: "not zero" first
        ("neuron", 0.7471125121616977, 0.041332921148394014, 9_911, [[8973, 42], [47, 938]]),
        ("hidden", 2.395166635058746, 0.08367740628296327, 9_707, [[8905, 178], [115, 802]]),
    ],
)
def test_zero_against_the_rest_is_as_published(images, drawn, name, first, last, right, matrix):
    X = (images.X_train / 255)[drawn["shuffle"]]
    y = (images.y_train == 0)[drawn["shuffle"]]
    network, history = trained(drawn[name], X, y, sigmoid_cross_entropy, epochs=100)
    assert X.dtype == np.float64 and len(history.loss) == 100
    assert history.loss[0] == pytest.approx(first, rel=1e-10, abs=0)
    assert history.loss[99] == pytest.approx(last, rel=1e-10, abs=0)
    predictions, truth = network.predict(images.X_test / 255), images.y_test == 0
    assert (predictions == truth).sum() == right
    # ours has the truth in rows: the published one is its transpose
    np.testing.assert_array_equal(confusion_matrix(truth, predictions).T, matrix)


def test_ten_digits_are_as_published(images, drawn):
    X, y = (images.X_train / 255)[drawn["second shuffle"]], images.y_train[drawn["second shuffle"]]
    network, history = trained(drawn["softmax"], X, y, softmax_cross_entropy, epochs=200)
    assert len(history.loss) == 200
    assert history.loss[0] == pytest.approx(9.359409945262723, rel=1e-10, abs=0)
    assert history.loss[199] == pytest.approx(0.5636592880338956, rel=1e-10, abs=0)
    assert (network.predict(images.X_test / 255) == images.y_test).sum() == 8_272
    # What lesson 3 says of its matrix: the five is found least often, 4 and 9 are confused most.
    matrix = confusion_matrix(images.y_test, network.predict(images.X_test / 255))
    recall = matrix.diagonal() / matrix.sum(axis=1)
    assert recall.argmin() == 5 and recall[5] == 669 / 892
    assert (matrix[4, 9], matrix[9, 4]) == (109, 106)
    both = np.triu(matrix + matrix.T, 1)
    assert divmod(int(both.argmax()), 10) == (4, 9)
