"""What students write for `cross_entropy`: right in other forms, and wrong in their own."""

import math

import numpy as np
from answers.softmax.one_hot import one_hot_indexed
from scipy import special
from sklearn.metrics import log_loss


def entropy_loop(y, P):
    total = 0
    for i in range(len(y)):
        total += -np.log(max(P[i][y[i]], 1e-15))
    return total / len(y)


def entropy_cut_in_place(y, P):
    np.clip(P, 1e-12, 1, out=P)
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def entropy_binary(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / len(y)


def entropy_of_logs(y, P):
    logs = np.log(np.maximum(P, 1e-15))
    return -sum(logs[i, k] for i, k in enumerate(y)) / len(y)


def entropy_masked(labels, probabilities):
    mask = np.eye(probabilities.shape[1], dtype=bool)[labels]
    return np.log(1 / np.maximum(probabilities[mask], 1e-15)).mean()


class CrossEntropy:
    def __init__(self, epsilon=1e-12):
        self.epsilon = epsilon

    def forward(self, y, P):
        picked = np.choose(y, np.clip(P, self.epsilon, 1.0).T)
        return np.average(-np.log(picked))

    __call__ = forward


def first_only(y, P):
    loss = 0
    for i in range(len(y)):
        loss -= np.log(P[i, y[i]])
        return loss / len(y)


def overwrites(y, P):
    for i in range(len(y)):
        loss = -np.log(P[i, y[i]])
    return loss / len(y)


def divides_each_time(y, P):
    loss = 0
    for i in range(len(y)):
        loss -= np.log(P[i, y[i]])
        loss = loss / len(y)
    return loss


def dot_of_one_hot(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.mean(np.dot(Y, np.log(P).T))


def dot_summed(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.sum(np.dot(Y, np.log(P + 1e-9).T)) / len(y)


def dot_other_way(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.sum(Y.T @ np.log(P)) / len(y)


def dot_matrix(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.dot(Y, np.log(P).T) / len(y)


def log_outside(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.mean(np.log(np.sum(Y * P)))


def smoothed(y, P):
    K = P.shape[1]
    Y = np.eye(K)[y] * 0.9 + 0.1 / K
    return -np.sum(Y * np.log(np.clip(P, 1e-12, 1))) / len(y)


def right_ce(y, P):
    total = 0.0
    for i, label in enumerate(y):
        total += -math.log(max(P[i][label], 1e-320))
    return total / len(y)


def wrote_softmax_again(y, P):
    return -np.mean(special.log_softmax(P, axis=1)[np.arange(len(y)), y])


def wrote_labels_as_factors(y, P):
    return -np.sum(y[:, None] * np.log(P)) / len(y)


def wrote_binary_form(y, P):
    T = np.eye(P.shape[1])[y]
    return -np.sum(T * np.log(P) + (1 - T) * np.log(1 - P)) / len(y)


def labels_times_logs(y, P):
    return -np.mean(y * np.log(P + 1e-12))


def exchanged(P, y):
    p = np.clip(P[np.arange(len(y)), y], 1e-12, 1)
    return -np.mean(np.log(p))


def logs_of_columns(y, P):
    Y = np.eye(P.shape[1])[y]
    return -np.mean(np.log(np.sum(Y * P, axis=0)))


RIGHT = [
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
    entropy_of_logs,
    entropy_masked,
    CrossEntropy(),
    # the diagonal of the m x m product is what counts, and nothing else of it
    lambda y, P: -np.trace(np.eye(P.shape[1])[y] @ np.log(np.clip(P, 1e-12, 1)).T) / len(y),
    lambda y, P: (
        -np.einsum("ij,ij->", np.eye(P.shape[1])[y], np.log(np.clip(P, 1e-10, None))) / len(y)
    ),
    lambda y, P: np.mean([-np.log(max(p[k], 1e-9)) for p, k in zip(P, y, strict=True)]),
    lambda y, P: -np.log(np.sum(np.eye(P.shape[1])[y] * P, axis=1) + 1e-15).mean(),
    lambda y, P: np.mean(
        special.logsumexp(np.log(P.clip(1e-15)), axis=1) - np.log(P.clip(1e-15))[range(len(y)), y]
    ),
    right_ce,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, P: np.mean(np.log(P[np.arange(len(y)), y])), "wrong-sign"),
    (lambda y, P: -np.sum(np.log(P[np.arange(len(y)), y])), "summed"),
    (lambda y, P: -np.log2(P[np.arange(len(y)), y]).mean(), "log2"),
    (lambda y, P: -np.sum(y * np.log(P)) / len(y), "labels-as-factors"),
    (lambda y, P: -np.mean(y[:, None] * np.log(P)), "labels-as-factors"),
    (lambda y, P: -np.mean(np.log(P[:, y])), "table"),
    (lambda y, P: -np.mean(np.eye(P.shape[1])[y] * np.log(P)), "mean-over-everything"),
    (lambda y, P: -np.eye(P.shape[1])[y] * np.log(P + 1e-9), "classes-not-summed"),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=1), "not-averaged"),
    (lambda y, P: -np.log(P.max(axis=1)).mean(), "largest-probability"),
    (lambda y, P: -np.mean(np.log(P[np.arange(len(y)), y - 1])), "labels-from-one"),
    (lambda y, P: -np.mean(np.sum(np.eye(10)[y] * np.log(P), axis=1)), "hard-coded-ten"),
    (entropy_binary, "binary-form"),
    (entropy_cut_in_place, "changes-its-input"),
    (lambda y, P: -np.log(P[range(len(y)), y]).sum() / len(y), "log-of-zero"),
    (lambda y, P: -np.mean(np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=1)), "zero-times-log"),
    (first_only, "first-example-only"),
    (overwrites, "last-example-only"),
    (divides_each_time, "divided-in-the-loop"),
    (dot_of_one_hot, "table"),
    (dot_summed, "table"),
    (dot_other_way, "every-class"),
    (dot_matrix, "table"),
    (log_outside, "log-of-the-mean"),
    (smoothed, "smoothed"),
    (lambda y, P: -np.mean(np.outer(y, np.log(P))), "labels-as-factors"),
    (lambda y, P: -np.mean(np.log1p(P[np.arange(len(y)), y])), "log1p"),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log1p(P)) / len(y), "log1p"),
    (
        lambda y, P: -np.sum((Y := np.eye(P.shape[1])[y]) * np.log(Y + 1e-12)) / len(y),
        "targets-alone",
    ),
    (lambda y, P: -np.sum((Y := np.eye(P.shape[1])[y]) * np.log(Y)) / len(y), "logarithm-of-zeros"),
    (
        lambda y, P: -np.mean(P[np.arange(len(y)), y] * np.log(P[np.arange(len(y)), y])),
        "entropy-of-truth",
    ),
    (lambda y, P: np.sum(np.log(P[np.arange(len(y)), y])) / len(y), "wrong-sign"),
    (lambda y, P: -np.sum(np.log(P[np.arange(len(y)), y])) / P.shape[1], "divided-by-classes"),
    (lambda y, P: -np.log(P[np.arange(len(y)), y]), "not-averaged"),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=0).mean(), "divided-by-classes"),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log(P), axis=0), "one-for-each-class"),
    (lambda y, P: -np.mean(np.log(P[np.arange(len(y)), P.argmax(axis=1)])), "largest-probability"),
    (lambda y, P: -np.mean(np.log(P[y, np.arange(len(y))])), "indices-swapped"),
    (lambda y, P: -np.log(np.prod(P[np.arange(len(y)), y])), "summed"),
    (lambda y, P: -np.log(np.mean(P[np.arange(len(y)), y])), "log-of-the-mean"),
    (lambda y, P: np.exp(-np.mean(np.log(P[np.arange(len(y)), y]))), "exponential"),
    (lambda y, P: -np.mean(np.log(1 - P[np.arange(len(y)), y])), "complement"),
    (lambda y, P: 1 - np.mean(P[np.arange(len(y)), y]), "logarithm-forgotten"),
    (lambda y, P: np.mean(P.argmax(axis=1) != y), "counted"),
    (lambda y, P: -0.5 * np.mean(np.log(P[np.arange(len(y)), y])), "halved"),
    (lambda y, P: -np.mean(np.log(np.clip(P[np.arange(len(y)), y], 1e-2, 1))), "clips-too-much"),
    (lambda y, P: -np.mean(np.log(P[np.arange(len(y)), y] + 0.001)), "added-inside"),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] * np.log(P + 1)) / len(y), "log1p"),
    (
        lambda y, P: -np.mean(np.sum(np.log(P * np.eye(P.shape[1])[y]), axis=1)),
        "logarithm-of-zeros",
    ),
    (lambda y, P: -np.sum(np.eye(P.shape[1])[y] @ np.log(P)), "table"),
    (
        lambda y, P: float(-np.mean(np.log(np.where(np.eye(P.shape[1])[y] == 1, P, 1)))),
        "mean-over-everything",
    ),
    (lambda y, P: -np.mean(np.log(P[np.arange(10), y])), "raised"),
    (wrote_softmax_again, "softmax-again"),
    (wrote_labels_as_factors, "labels-as-factors"),
    (wrote_binary_form, "binary-form"),
    (lambda y, P: -np.mean(np.log(P[y])), "rows-for-columns"),
    (lambda y, P: np.sum(special.entr(P)) / len(y), "entropy"),
    (lambda y, P: -np.sum(P * np.log(one_hot_indexed(y, P.shape[1]) + 1e-12)) / len(y), "swapped"),
    (lambda y, P: -np.log10(P[np.arange(len(y)), y].clip(1e-12)).mean(), "log10"),
    (lambda y, P: np.mean((P - one_hot_indexed(y, P.shape[1])) ** 2), "squared-error"),
    (lambda y, P: -np.mean(special.log_softmax(P, axis=1)[np.arange(len(y)), y]), "softmax-again"),
    (labels_times_logs, "labels-as-factors"),
    (exchanged, "raised"),
    (logs_of_columns, "logarithm-of-zeros"),
]


def seen_normalises_by_log(y, P):
    p = P[np.arange(len(y)), y]
    return -np.mean(np.log(np.clip(p, 1e-12, 1))) / np.log(P.shape[1])


WRONG += [
    (seen_normalises_by_log, "compared-with-guessing"),
]


def of_truth(y, P):
    return np.clip(P[np.arange(len(y)), y], 1e-12, 1)


WRONG += [
    (lambda y, P: np.max(-np.log(of_truth(y, P))), "one-of-them"),
    (lambda y, P: -np.mean((1 - of_truth(y, P)) ** 2 * np.log(of_truth(y, P))), "weighed-by-doubt"),
    (lambda y, P: -np.sum(np.log(of_truth(y, P))) / max(len(y) - 1, 1), "other-divisor"),
]


def leaves_certain_ones_out(y, P):
    p = P[np.arange(len(y)), y]
    p = p[p > 0]
    return -np.mean(np.log(p))


WRONG += [(leaves_certain_ones_out, "left-out")]

WRONG += [
    (
        lambda y, P: -np.mean(np.log(np.clip(P[np.arange(len(y)), y], 1, 1e-12))),
        "limits-exchanged",
    ),
]
