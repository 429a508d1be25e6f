"""The exercises of lesson 3: the references are right, and so is what is said to students."""

import numpy as np
import pytest
from scipy import special
from scipy.optimize import approx_fprime
from sklearn.metrics import accuracy_score, log_loss
from sklearn.preprocessing import label_binarize

from course_lib.exercises import grade, softmax

ALL = {exercise.id: exercise for exercise in softmax.EXERCISES}


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
        P = ALL["softmax"].reference(Z)
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
    P = ALL["softmax"].reference(Z.astype(np.float32))
    results = P, softmax.cross_entropy(y, P), softmax.softmax_cross_entropy_grad(y, P)
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


# --- What students write -------------------------------------------------------------------------


def one_hot_loop(y, n_classes):
    Y = np.zeros((len(y), n_classes), dtype=int)
    for i, label in enumerate(y):
        Y[i, label] = 1
    return Y


def one_hot_indexed(y, n_classes):
    Y = np.zeros((y.size, n_classes))
    Y[np.arange(y.size), y] = 1
    return Y


def softmax_loop(Z):
    P = np.zeros(Z.shape)
    for i in range(len(Z)):
        e = [np.exp(z - max(Z[i])) for z in Z[i]]
        P[i] = np.array(e) / sum(e)
    return P


def softmax_in_columns(Z):
    E = np.exp(Z.T - Z.T.max(axis=0))
    return (E / E.sum(axis=0)).T


def softmax_maximum_of_all(Z):
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E, axis=1, keepdims=True)


def entropy_loop(y, P):
    total = 0
    for i in range(len(y)):
        total += -np.log(max(P[i][y[i]], 1e-15))
    return total / len(y)


def grad_indexed(y, P):
    dZ = P.copy()
    dZ[np.arange(len(y)), y] -= 1
    dZ /= len(y)
    return dZ


def grad_loop(y, P):
    return [
        [(p - (k == label)) / len(y) for k, p in enumerate(row)]
        for label, row in zip(y, P, strict=True)
    ]


def accuracy_loop(y, P):
    right = 0
    for label, row in zip(y, P, strict=True):
        if list(row).index(max(row)) == label:
            right += 1
    return right / len(y)


RIGHT = {
    "one_hot": [
        one_hot_loop,
        one_hot_indexed,
        lambda y, n: np.arange(n) == y[:, None],
        lambda y, n: (y.reshape(-1, 1) == range(n)).astype(np.uint8),
        lambda y, n: np.identity(n, dtype=np.float32).take(y, axis=0),
        lambda y, n: label_binarize(y, classes=range(n)),
    ],
    "softmax": [
        softmax_loop,
        softmax_in_columns,
        softmax_maximum_of_all,
        lambda Z: special.softmax(Z, axis=1),
        lambda Z: np.exp(Z - special.logsumexp(Z, axis=1, keepdims=True)),
        lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, np.newaxis]),
        lambda Z: np.array([special.softmax(z) for z in Z]),
    ],
    "cross_entropy": [
        entropy_loop,
        lambda y, P: log_loss(y, P, labels=range(P.shape[1])),
        lambda y, P: -np.sum(one_hot_indexed(y, P.shape[1]) * np.log(P + 1e-12)) / len(y),
        lambda y, P: -np.sum(np.log(P[np.arange(len(y)), y] + 1e-7)) / y.shape[0],
        lambda y, P: -np.log(np.maximum(P, 1e-15))[range(len(y)), y].mean(),
        lambda y, P: (
            -special.xlogy(np.eye(P.shape[1])[y], np.clip(P, 1e-7, 1 - 1e-7)).sum(axis=1).mean()
        ),
        lambda y, P: np.mean(
            -np.log(np.take_along_axis(P, y[:, None], axis=1).clip(np.finfo(float).tiny))
        ),
    ],
    "softmax_cross_entropy_grad": [
        grad_indexed,
        grad_loop,
        lambda y, P: (P - one_hot_loop(y, P.shape[1])) / P.shape[0],
        lambda y, P: P / len(y) - np.eye(P.shape[1])[y] / len(y),
        lambda y, P: -(np.eye(P.shape[1])[y] - P) / y.size,
    ],
    "accuracy": [
        accuracy_loop,
        lambda y, P: accuracy_score(y, P.argmax(axis=1)),
        lambda y, P: (np.argmax(P, axis=-1) == y).sum() / len(y),
        lambda y, P: 1 - np.count_nonzero(P.argmax(1) - y) / len(y),
        lambda y, P: float(sum(P[i].argmax() == y[i] for i in range(len(y)))) / y.size,
    ],
}
CORRECT = [
    pytest.param(name, f, id=f"{name}-{i}") for name, fs in RIGHT.items() for i, f in enumerate(fs)
]


@pytest.mark.parametrize(("name", "function"), CORRECT)
def test_right_answers_in_other_forms_pass(name, function):
    verdict = grade(name, function)
    assert verdict.status == "passed", verdict.message
    assert verdict.misconception is None


def test_the_maximum_of_the_whole_matrix_passes_with_advice():
    assert "each row's own" not in grade("softmax", np.exp).message
    message = grade("softmax", softmax_maximum_of_all).message
    assert "each row's own maximum" in message and "0/0" in message
    with np.errstate(invalid="ignore"):  # what the advice says is so
        P = softmax_maximum_of_all(np.array([[1000.0, 1000.0], [0.0, 0.0]]))
    assert np.isnan(P[1]).all() and not np.isnan(P[0]).any()


def softmax_of_sums(Z, axis=1, top=0.0, **keep):
    E = np.exp(Z - top)
    return E / np.sum(E, axis=axis, **keep)


def one_hot_in_one_row(y, n_classes):
    Y = np.zeros(n_classes)
    Y[y] = 1
    return Y


def one_hot_columns_first(y, n_classes):
    Y = np.zeros((n_classes, len(y)))
    Y[y, np.arange(len(y))] = 1
    return Y


def softmax_subtracts_in_place(Z):
    for row in Z:
        row -= row.max()
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def softmax_returns_in_the_loop(Z):
    for z in Z:
        return np.exp(z) / sum(np.exp(z))


def entropy_cut_in_place(y, P):
    np.clip(P, 1e-12, 1, out=P)
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def entropy_binary(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / len(y)


def grad_forgets_the_rows(y, P):
    dZ = np.copy(P)
    dZ[:, y] -= 1
    return dZ / len(y)


def grad_keeps_the_sum_in_place(y, P):
    P[range(len(y)), y] -= 1
    return P


# What students write who make these mistakes in their own way, several of them at once.
STUDENTS = [
    ("one_hot", lambda y, n: np.eye(n)[:, y], "transposed"),
    ("one_hot", one_hot_columns_first, "transposed"),
    ("one_hot", lambda y, n: np.eye(n)[np.subtract(y, 1)], "labels-from-one"),
    ("one_hot", lambda y, n: np.arange(1, n + 1) == y[:, None], "labels-from-one"),
    ("one_hot", lambda y, n: np.eye(max(y) + 1)[y], "classes-from-labels"),
    ("one_hot", lambda y, n: (y[:, None] == np.unique(y)) * 1, "classes-from-labels"),
    ("one_hot", lambda y, n: np.eye(10)[y], "hard-coded-ten"),
    ("one_hot", one_hot_in_one_row, "one-row-for-all"),
    ("one_hot", lambda y, n: np.where(y == np.arange(n), 1, 0), "not-a-column"),
    ("one_hot", lambda y, n: np.eye(n)[y[:, None]], "extra-axis"),
    ("one_hot", lambda y, n: np.eye(n)[y].astype(str), "wrong-type"),
    ("softmax", lambda Z: np.exp(Z) / np.sum(np.exp(Z)), "whole-matrix"),
    ("softmax", lambda Z: special.softmax(Z), "whole-matrix"),
    ("softmax", lambda Z: special.softmax(Z, axis=0), "wrong-axis"),
    ("softmax", lambda Z: softmax_of_sums(Z, axis=0), "wrong-axis"),
    ("softmax", lambda Z: softmax_of_sums(Z, axis=0, top=Z.max()), "wrong-axis"),
    ("softmax", lambda Z: softmax_of_sums(Z, keepdims=True), "overflow"),
    ("softmax", lambda Z: softmax_of_sums(Z.astype(np.float32), keepdims=True), "overflow"),
    ("softmax", lambda Z: softmax_of_sums(Z), "keepdims-forgotten"),
    ("softmax", lambda Z: softmax_of_sums(Z, top=Z.max()), "keepdims-forgotten"),
    ("softmax", lambda Z: softmax_of_sums(Z, top=Z.max(axis=1)), "keepdims-forgotten"),
    (
        "softmax",
        lambda Z: softmax_of_sums(Z, top=Z.min(axis=1, keepdims=True), keepdims=True),
        "not-the-maximum",
    ),
    ("softmax", lambda Z: Z / Z.sum(axis=1, keepdims=True), "sum-of-logits"),
    ("softmax", lambda Z: 1 / (1 + np.exp(-Z)), "sigmoid"),
    ("softmax", lambda Z: special.log_softmax(Z, axis=1), "log-softmax"),
    ("softmax", lambda Z: np.log(softmax_of_sums(Z, keepdims=True)), "log-softmax"),
    ("softmax", lambda Z: np.argmax(Z, axis=1), "decides-at-once"),
    ("softmax", softmax_subtracts_in_place, "changes-its-input"),
    ("softmax", softmax_returns_in_the_loop, "first-example-only"),
    ("softmax", lambda Z: softmax_of_sums(-Z, keepdims=True), "wrong-sign"),
    ("cross_entropy", lambda y, P: np.mean(np.log(P[np.arange(len(y)), y])), "wrong-sign"),
    ("cross_entropy", lambda y, P: -np.sum(np.log(P[np.arange(len(y)), y])), "summed"),
    ("cross_entropy", lambda y, P: -np.log2(P[np.arange(len(y)), y]).mean(), "log2"),
    ("cross_entropy", lambda y, P: -np.sum(y * np.log(P)) / len(y), "labels-as-factors"),
    ("cross_entropy", lambda y, P: -np.mean(y[:, None] * np.log(P)), "labels-as-factors"),
    ("cross_entropy", lambda y, P: -np.mean(np.log(P[:, y])), "table"),
    (
        "cross_entropy",
        lambda y, P: -np.mean(np.eye(P.shape[1])[y] * np.log(P)),
        "mean-over-everything",
    ),
    ("cross_entropy", lambda y, P: -np.eye(P.shape[1])[y] * np.log(P + 1e-9), "classes-not-summed"),
    (
        "cross_entropy",
        lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=1),
        "not-averaged",
    ),
    ("cross_entropy", lambda y, P: -np.log(P.max(axis=1)).mean(), "largest-probability"),
    (
        "cross_entropy",
        lambda y, P: -np.mean(np.log(P[np.arange(len(y)), y - 1])),
        "labels-from-one",
    ),
    (
        "cross_entropy",
        lambda y, P: -np.mean(np.sum(np.eye(10)[y] * np.log(P), axis=1)),
        "hard-coded-ten",
    ),
    ("cross_entropy", entropy_binary, "binary-form"),
    ("cross_entropy", entropy_cut_in_place, "changes-its-input"),
    ("cross_entropy", lambda y, P: -np.log(P[range(len(y)), y]).sum() / len(y), "log-of-zero"),
    (
        "cross_entropy",
        lambda y, P: -np.mean(np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=1)),
        "zero-times-log",
    ),
    ("softmax_cross_entropy_grad", lambda y, P: P - np.eye(P.shape[1])[y], "missing-mean"),
    ("softmax_cross_entropy_grad", lambda y, P: np.eye(P.shape[1])[y] - P, "wrong-sign"),
    ("softmax_cross_entropy_grad", lambda y, P: P - y, "labels-not-one-hot"),
    ("softmax_cross_entropy_grad", lambda y, P: (P - y[:, None]) / y.size, "labels-not-one-hot"),
    (
        "softmax_cross_entropy_grad",
        lambda y, P: (P - np.eye(P.shape[1])[y]) * P * (1 - P),
        "softmax-derivative",
    ),
    ("softmax_cross_entropy_grad", lambda y, P: -np.eye(P.shape[1])[y] / P, "slope-over-P"),
    (
        "softmax_cross_entropy_grad",
        lambda y, P: (P - np.eye(P.shape[1])[y]) / P.size,
        "divided-by-everything",
    ),
    (
        "softmax_cross_entropy_grad",
        lambda y, P: np.mean(P - np.eye(P.shape[1])[y], axis=0),
        "summed-over-examples",
    ),
    ("softmax_cross_entropy_grad", grad_forgets_the_rows, "every-row-alike"),
    ("softmax_cross_entropy_grad", grad_keeps_the_sum_in_place, "missing-mean"),
    ("softmax_cross_entropy_grad", lambda y, P: P - np.eye(10)[y], "hard-coded-ten"),
    ("accuracy", lambda y, P: sum(P.argmax(axis=1) == y), "counted"),
    ("accuracy", lambda y, P: np.mean(P.argmax(axis=1) == y) * 100, "percent"),
    ("accuracy", lambda y, P: np.mean(P.argmax(axis=1)[:, None] == y), "broadcast"),
    ("accuracy", lambda y, P: np.mean(P.argmax(axis=1) == y.reshape(-1, 1)), "broadcast"),
    ("accuracy", lambda y, P: (np.argmax(P, axis=0) == y).mean(), "wrong-axis"),
    ("accuracy", lambda y, P: (np.argmax(P) == y).mean(), "largest-of-all"),
    ("accuracy", lambda y, P: np.mean(P[np.arange(len(y)), y] >= 0.5), "above-one-half"),
    ("accuracy", lambda y, P: np.mean(np.round(P) == np.eye(P.shape[1])[y]), "every-entry"),
    ("accuracy", lambda y, P: np.mean(np.max(P, axis=1) == y), "largest-not-its-place"),
    ("accuracy", lambda y, P: np.array_equal(P.argmax(axis=1), y), "all-or-nothing"),
    ("accuracy", lambda y, P: sum(P.argmax(axis=1) == y) // len(y), "all-or-nothing"),
    ("accuracy", lambda y, P: P.argmax(axis=1) == y, "not-averaged"),
    ("accuracy", lambda y, P: np.mean(P.argmax(axis=1) != y), "error-rate"),
    ("accuracy", lambda y, P: round(float(np.mean(P.argmax(axis=1) == y)), 3), "rounded"),
]


@pytest.mark.parametrize(("name", "function", "slug"), STUDENTS)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
