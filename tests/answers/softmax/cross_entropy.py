"""What students write for `cross_entropy`: right in other forms, and wrong in their own."""

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
]
