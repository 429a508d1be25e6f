"""What students write for `softmax_cross_entropy_grad`: right and wrong, in other forms."""

import numpy as np
from answers.softmax.one_hot import one_hot_loop
from scipy import special


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


def grad_forgets_the_rows(y, P):
    dZ = np.copy(P)
    dZ[:, y] -= 1
    return dZ / len(y)


def grad_keeps_the_sum_in_place(y, P):
    P[range(len(y)), y] -= 1
    return P


def grad_rows(labels, probs):
    rows = []
    for k, p in zip(labels, probs, strict=True):
        row = p.astype(float)
        row[k] = row[k] - 1.0
        rows.append(row / len(labels))
    return np.stack(rows)


class Gradient:
    def __call__(self, y, P):
        ones = np.zeros_like(P)
        np.put_along_axis(ones, y[:, np.newaxis], 1, axis=1)
        return np.true_divide(np.subtract(P, ones), np.size(y))


def grad_through_jacobian(y, P):
    # dL/dp_k = -1/p_k for the true class only, and p_k cancels
    m, K = P.shape
    dZ = np.empty((m, K))
    for i in range(m):
        for j in range(K):
            dZ[i, j] = (P[i, j] - (j == y[i])) / m
    return dZ


def jacobian_summed(y, P):
    J = P[:, :, None] * (np.eye(P.shape[1]) - P[:, None, :])
    return J.sum(axis=1) / len(y)


def in_place(y, P):
    for i in range(len(y)):
        P[i, y[i]] -= 1
    P /= len(y)
    return P


def divides_true_class_only(y, P):
    dZ = P.copy()
    dZ[np.arange(len(y)), y] = (dZ[np.arange(len(y)), y] - 1) / len(y)
    return dZ


def first_row(y, P):
    dZ = P.copy()
    for i in range(len(y)):
        dZ[i, y[i]] -= 1
        return dZ / len(y)


def times_loss(y, P):
    loss = -np.mean(np.log(P[np.arange(len(y)), y]))
    return (P - np.eye(P.shape[1])[y]) / len(y) * loss


def right_sg(y, P):
    dZ = P.copy()
    dZ[range(len(y)), y] -= 1
    return np.divide(dZ, len(y))


def wrote_changes_its_input(y, P):
    P[range(len(y)), y] -= 1
    return P / len(y)


def wrote_true_class_only(y, P):
    d = np.zeros(P.shape)
    for i in range(len(y)):
        d[i, y[i]] = P[i, y[i]] - 1
    return d / len(y)


def wrote_softmax_derivative(y, P):
    return (P - np.eye(P.shape[1])[y]) * P * (1 - P) / len(y)


def subtracts_from_rows(y, P):
    dZ = P.copy()
    dZ[y] -= 1
    return dZ / len(y)


def through_both(y, P):
    rows = []
    for p, t in zip(P, one_hot_loop(y, P.shape[1]), strict=True):
        rows.append((np.diag(p) - np.outer(p, p)) @ (-t / p))
    return np.array(rows) / len(y)


def set_to_minus_one(y, P):
    G = P.copy()
    G[np.arange(len(y)), y] = -1
    return G / len(y)


RIGHT = [
    grad_indexed,
    grad_loop,
    lambda y, P: (P - one_hot_loop(y, P.shape[1])) / P.shape[0],
    lambda y, P: P / len(y) - np.eye(P.shape[1])[y] / len(y),
    lambda y, P: -(np.eye(P.shape[1])[y] - P) / y.size,
    grad_rows,
    Gradient(),
    grad_through_jacobian,
    lambda y, P: (P - (y[:, None] == np.arange(P.shape[1]))) / y.shape[0],
    lambda y, P: np.where(np.arange(P.shape[1]) == y[:, None], P - 1, P) / len(P),
    lambda y, P: np.multiply(1 / len(y), P - np.identity(P.shape[1]).take(y, axis=0)),
    lambda y, P: np.einsum("ik->ik", P - np.eye(P.shape[1])[y]) * len(y) ** -1,
    right_sg,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, P: P - np.eye(P.shape[1])[y], "missing-mean"),
    (lambda y, P: np.eye(P.shape[1])[y] - P, "wrong-sign"),
    (lambda y, P: P - y, "labels-not-one-hot"),
    (lambda y, P: (P - y[:, None]) / y.size, "labels-not-one-hot"),
    (lambda y, P: (P - np.eye(P.shape[1])[y]) * P * (1 - P), "softmax-derivative"),
    (lambda y, P: -np.eye(P.shape[1])[y] / P, "slope-over-P"),
    (lambda y, P: (P - np.eye(P.shape[1])[y]) / P.size, "divided-by-everything"),
    (lambda y, P: np.mean(P - np.eye(P.shape[1])[y], axis=0), "summed-over-examples"),
    (grad_forgets_the_rows, "every-row-alike"),
    (grad_keeps_the_sum_in_place, "missing-mean"),
    (lambda y, P: P - np.eye(10)[y], "hard-coded-ten"),
    (jacobian_summed, "jacobian-summed"),
    (in_place, "changes-its-input"),
    (divides_true_class_only, "mean-of-one-part"),
    (first_row, "first-row-only"),
    (times_loss, "times-the-loss"),
    (lambda y, P: np.eye(P.shape[1])[y] - P / len(y), "mean-of-one-part"),
    (lambda y, P: P - np.eye(P.shape[1])[y] / len(y), "mean-of-one-part"),
    (lambda y, P: P / len(y) - np.eye(P.shape[1])[y], "mean-of-one-part"),
    (lambda y, P: (P + np.eye(P.shape[1])[y]) / len(y), "plus-for-minus"),
    (lambda y, P: (np.eye(P.shape[1])[y] - P) / len(y), "wrong-sign"),
    (lambda y, P: P - np.eye(P.shape[1])[y], "missing-mean"),
    (lambda y, P: (P - np.eye(P.shape[1])[y]) / P.shape[1], "divided-by-classes"),
    (lambda y, P: (P - np.eye(P.shape[1])[y]) / 2, "divided-by-two"),
    (lambda y, P: (P - y.reshape(-1, 1)) / len(y), "labels-not-one-hot"),
    (lambda y, P: (np.log(P) - np.eye(P.shape[1])[y]) / len(y), "logarithms"),
    (lambda y, P: -np.eye(P.shape[1])[y] * np.log(P) / len(y), "logarithms"),
    (lambda y, P: np.abs(P - np.eye(P.shape[1])[y]) / len(y), "absolute"),
    (lambda y, P: P * (P - np.eye(P.shape[1])[y]) / len(y), "softmax-derivative"),
    (lambda y, P: (special.softmax(P, axis=1) - np.eye(P.shape[1])[y]) / len(y), "softmax-again"),
    (lambda y, P: np.mean(P - np.eye(P.shape[1])[y]), "one-number"),
    (lambda y, P: np.sum(P - np.eye(P.shape[1])[y], axis=1) / len(y), "one-number-for-each"),
    (lambda y, P: P[np.arange(len(y)), y] - 1, "one-number-for-each"),
    (lambda y, P: (P[np.arange(len(y)), y] - 1) / len(y), "one-number-for-each"),
    (lambda y, P: (P - 1) / len(y), "one-everywhere"),
    (lambda y, P: (P - np.eye(P.shape[1])[P.argmax(axis=1)]) / len(y), "prediction-for-truth"),
    (lambda y, P: 2 * (P - np.eye(P.shape[1])[y]) / len(y), "factor-two"),
    (lambda y, P: (P - np.eye(P.shape[1])[y]) * P * (1 - P) / len(y), "softmax-derivative"),
    (lambda y, P: (np.eye(P.shape[1])[y] / P) / len(y), "slope-over-P"),
    (lambda y, P: (P - np.eye(P.shape[1])[y - 1]) / len(y), "labels-from-one"),
    (lambda y, P: np.round((P - np.eye(P.shape[1])[y]) / len(y), 3), "rounded"),
    (wrote_changes_its_input, "changes-its-input"),
    (wrote_true_class_only, "true-class-only"),
    (wrote_softmax_derivative, "softmax-derivative"),
    (lambda y, P: np.array([np.diag(p) - np.outer(p, p) for p in P]), "jacobian"),
    (lambda y, P: (P.T - one_hot_loop(y, P.shape[1]).T) / len(y), "transposed"),
    (lambda y, P: (P - one_hot_loop(y, P.shape[1])) / len(y) ** 2, "divided-twice"),
    (lambda y, P: (P - one_hot_loop(y, P.shape[1])) / (P - P**2) / len(y), "binary-slope"),
    (lambda y, P: one_hot_loop(y, P.shape[1]) * (P - 1) / len(y), "true-class-only"),
    (lambda y, P: P - P * P, "slope-of-softmax-alone"),
    (lambda y, P: np.true_divide(P, len(y)), "labels-forgotten"),
    (lambda y, P: -one_hot_loop(y, P.shape[1]) / len(y), "probabilities-forgotten"),
    (subtracts_from_rows, "rows-for-columns"),
    (lambda y, P: (np.round(P) - one_hot_loop(y, P.shape[1])) / len(y), "thresholded"),
    (lambda y, P: (P - one_hot_loop(y, P.shape[1])) ** 2 / len(y), "squared"),
    (through_both, "through-the-loss"),
    (set_to_minus_one, "written-over"),
]


def seen_only_m_first(y, P):
    dZ = P.copy()
    for i in range(len(y) - 1):
        dZ[i, y[i]] -= 1
    return dZ / len(y)


def seen_centred(y, P):
    return (P - P.mean(axis=1, keepdims=True)) / len(y)


WRONG += [
    (seen_only_m_first, "one-label-left-out"),
    (seen_centred, "argument-unused"),
]
