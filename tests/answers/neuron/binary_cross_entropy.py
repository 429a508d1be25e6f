"""What students write for `binary_cross_entropy`: right in other forms, and wrong in their own."""

import math

import numpy as np
from scipy.special import xlog1py, xlogy
from sklearn.metrics import log_loss


def entropy_loop(y, y_hat):
    total = 0.0
    for t, p in zip(y, y_hat, strict=True):
        p = min(max(p, 1e-15), 1 - 1e-15)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return total / len(y)


def cut_in_place(y, y_hat):
    np.clip(y_hat, 1e-12, 1 - 1e-12, out=y_hat)
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


RIGHT = [
    entropy_loop,
    lambda y, p: float(log_loss(y, p, labels=[0, 1])),
    lambda y, p: (
        -np.mean(np.where(y == 1, np.log(np.maximum(p, 1e-15)), np.log(np.maximum(1 - p, 1e-15))))
    ),
    lambda y, p: -np.sum(np.log(np.where(y == 1, p, 1 - p) + 1e-12)) / y.size,
    lambda y, p: -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)),
    lambda y, p: (
        -np.mean(
            y * np.log(np.clip(p, 0, 1) + 1e-7) + (1 - y) * np.log(1 - np.clip(p, 0, 1) + 1e-7)
        )
    ),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), "wrong-sign"),
    (lambda y, p: -sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "summed"),
    (lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)), "log2"),
    (lambda y, p: -np.mean(y * np.log(p)), "ones-only"),
    (lambda y, p: -(xlogy(y, p) + xlog1py(1 - y, -p)).mean(), "log-of-zero"),
    (lambda y, p: -np.mean(y * np.log(p + 0.001) + (1 - y) * np.log(1.001 - p)), "added-inside"),
    (lambda y, p: -np.mean(np.log(np.where(y == 1, p, 1 - p) + 0.01)), "added-inside"),
    (cut_in_place, "changes-its-input"),
]
