"""What students write for `softmax_cross_entropy_grad`: right and wrong, in other forms."""

import numpy as np
from answers.softmax.one_hot import one_hot_loop


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


RIGHT = [
    grad_indexed,
    grad_loop,
    lambda y, P: (P - one_hot_loop(y, P.shape[1])) / P.shape[0],
    lambda y, P: P / len(y) - np.eye(P.shape[1])[y] / len(y),
    lambda y, P: -(np.eye(P.shape[1])[y] - P) / y.size,
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
]
