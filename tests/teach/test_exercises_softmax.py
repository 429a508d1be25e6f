"""The exercises of lesson 3: the references are right, and so is what is said to students."""

import numpy as np
import pytest
from answers.softmax.softmax import softmax_maximum_of_all
from scipy import special
from scipy.optimize import approx_fprime
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    log_loss,
    precision_score,
    recall_score,
)
from sklearn.preprocessing import label_binarize

from course_lib import activations
from course_lib.by_hand import softmax
from course_lib.exercises import derivations, grade
from course_lib.exercises import softmax as lesson
from course_lib.exercises.softmax import pictures


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


@pytest.mark.parametrize("seed", range(3))
def test_precision_and_recall_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    y, said = rng.integers(0, 5, 60), rng.integers(0, 4, 60)  # nothing is called a 4
    matrix = confusion_matrix(y, said, labels=range(6))  # and nothing is a 5
    for c in range(6):
        options = dict(labels=[c], average="macro", zero_division=0)
        theirs = precision_score(y, said, **options), recall_score(y, said, **options)
        assert np.allclose(softmax.precision_recall(matrix, c), theirs, rtol=1e-12)


def loss_at(W, b, X, y):
    return log_loss(y, special.softmax(X @ W + b, axis=1), labels=range(len(b)))


def test_the_mended_training_goes_down_the_slope_of_scikit_learns_log_loss():
    rng = np.random.default_rng(1)
    X, y = rng.random((12, 3)), np.arange(12) % 4
    W, b = rng.normal(size=(3, 4)), rng.normal(size=4)
    now = W, b
    for steps in range(4):
        found = softmax.mend_softmax_training(X, y, W, b, 0.5, steps)
        assert all(
            np.allclose(ours, step, atol=1e-6) for ours, step in zip(found, now, strict=False)
        )
        assert found[2].shape == (steps,)
        assert np.isclose(
            softmax.mend_softmax_training(X, y, *now, 0.5, 1)[2][0], loss_at(*now, X, y)
        )
        slope_W = approx_fprime(
            now[0].ravel(), lambda w, b=now[1]: loss_at(w.reshape(3, 4), b, X, y), 1e-7
        )
        slope_b = approx_fprime(now[1], lambda b, W=now[0]: loss_at(W, b, X, y), 1e-7)
        now = now[0] - 0.5 * slope_W.reshape(3, 4), now[1] - 0.5 * slope_b


def test_as_given_it_cannot_give_the_truth_more_than_its_explanation_says():
    given = lesson.MendSoftmaxTraining.as_given.functions[0]
    X, y = np.eye(10), np.arange(10)
    *_, losses = given(X, y, 100 * np.eye(10), np.zeros(10), 1.0, 3)
    assert np.allclose(losses, np.log(1 + 9 / np.e), rtol=1e-6)  # sure and right, all ten
    assert np.log(1 + 9 / np.e).round(3) == 1.461 and round(np.e / (np.e + 9), 2) == 0.23
    assert softmax.mend_softmax_training(X, y, 100 * np.eye(10), np.zeros(10), 1.0, 1)[2] < 1e-9


def test_the_derivation_is_what_finite_differences_say(example):
    (_, Z), answer = example, lesson.DERIVATION.answer
    for T, k in ((0.5, 0), (3.0, 0), (3.0, 2)):  # the true class, and another
        slope = approx_fprime(Z[0], lambda z, T=T: -special.log_softmax(z / T)[0], 1e-7)
        p = special.softmax(Z[0] / T)
        points = {"p": p[[k]], "y": np.array([k == 0]) * 1.0, "T": np.array([T])}
        assert np.allclose(derivations.evaluate(answer, points), slope[k], atol=1e-5)


def test_the_pictures_of_the_quiz_show_what_its_words_say():
    """The quiz speaks of beginnings, of precision and recall, and of confidence."""
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    pictures.first_losses(ax)
    A, B, C = (line.get_ydata() for line in ax.lines[:3])
    assert 9 < A[0] < 11 and 2.3 < B[0] < 2.6 and B[10] < 2
    assert abs(C[:40] - np.log(10)).max() < 0.15 and C[-1] < 1
    precision, recall = np.transpose(
        [softmax.precision_recall(pictures.MATRIX, c) for c in range(4)]
    )
    assert precision[3] == 1 and recall.argmin() == 3 and recall[3] == 30 / 50
    assert (pictures.MATRIX.sum(axis=1) == 50).all()
    ax = Figure().add_subplot()
    pictures.sure_of_itself(ax)
    confidence, share = ax.collections[1].get_offsets().T
    assert (share < confidence).all() and abs(confidence[-1] - 0.95) < 0.02
    assert abs(share[-1] - 0.7) < 0.05


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
