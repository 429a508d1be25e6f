"""The exercises of lesson 3: the references are right, and so is what is said to students."""

import numpy as np
import pytest
from answers.softmax.softmax import softmax_maximum_of_all
from scipy import special
from scipy.optimize import approx_fprime
from sklearn.metrics import accuracy_score, log_loss
from sklearn.preprocessing import label_binarize

from course_lib import activations
from course_lib.by_hand import softmax
from course_lib.exercises import grade


@pytest.fixture
def example():
    """Draw labels of four classes and logits; the arrays cannot be written to."""
    rng = np.random.default_rng(7)
    y, Z = np.array([3, 0, 1, 1, 2, 0, 3]), rng.normal(scale=2, size=(7, 4))
    for array in (y, Z):
        array.flags.writeable = False
    return y, Z


def test_one_hot_is_scikit_learns_label_binarize(example):
    y, _ = example
    Y = softmax.one_hot(y, 6)
    assert Y.tolist() == label_binarize(y, classes=range(6)).tolist()
    assert softmax.one_hot(np.array([1]), 3).tolist() == [[0, 1, 0]]


def test_softmax_is_scipys(example):
    for Z in (example[1], 1000 * example[1], np.array([[-1000.0, 0, 1000], [0, 0, 0]])):
        P = activations.softmax(Z)
        assert np.allclose(P, special.softmax(Z, axis=1), rtol=1e-12, atol=0)
        assert np.allclose(P.sum(axis=1), 1, rtol=1e-12)


def test_cross_entropy_is_scikit_learns_log_loss(example):
    y, Z = example
    P = special.softmax(Z, axis=1)
    assert np.isclose(softmax.cross_entropy(y, P), log_loss(y, P), rtol=1e-12)
    from_logits = -special.log_softmax(Z, axis=1)[range(7), y].mean()
    assert np.isclose(softmax.cross_entropy(y, P), from_logits, rtol=1e-12)
    assert softmax.cross_entropy(y, np.full((7, 10), 0.1)).round(3) == 2.303
    certain = np.eye(4)[(y + 1) % 4]
    assert 20 < softmax.cross_entropy(y, certain) < 40
    assert softmax.cross_entropy(y, np.eye(4)[y]) == 0


def test_gradient_is_the_slope_of_the_mean_loss(example):
    y, Z = example

    def loss(z):
        return log_loss(y, special.softmax(z.reshape(Z.shape), axis=1))

    dZ = softmax.softmax_cross_entropy_grad(y, special.softmax(Z, axis=1))
    assert np.allclose(dZ.ravel(), approx_fprime(Z.ravel(), loss, 1e-7), atol=1e-6)
    by_hand = softmax.softmax_cross_entropy_grad(
        np.array([1, 0]), np.array([[0.5, 0.25, 0.25], [1, 0, 0]])
    )
    assert by_hand.tolist() == [[0.25, -0.375, 0.125], [0, 0, 0]]


def test_accuracy_is_scikit_learns_accuracy_score(example):
    P = special.softmax(example[1], axis=1)
    for wrong in range(8):
        y = P.argmax(axis=1) ^ (np.arange(7) < wrong)
        assert softmax.accuracy(y, P) == accuracy_score(y, P.argmax(axis=1)) == (7 - wrong) / 7


def test_float32_stays_float32(example):
    y, Z = example
    P = activations.softmax(Z.astype(np.float32))
    results = P, softmax.cross_entropy(y, P), softmax.softmax_cross_entropy_grad(y, P)
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


# --- What students write -------------------------------------------------------------------------


def test_the_maximum_of_the_whole_matrix_is_told_what_becomes_of_a_row_far_below():
    verdict = grade("softmax", softmax_maximum_of_all)
    assert verdict.misconception == "maximum-of-the-matrix" and "NaN" in verdict.message
    with np.errstate(invalid="ignore"):  # what it says is so
        P = softmax_maximum_of_all(np.array([[1000.0, 1000.0], [0.0, 0.0]]))
    assert np.isnan(P[1]).all() and not np.isnan(P[0]).any()
