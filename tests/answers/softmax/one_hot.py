"""What students write for `one_hot`: right in other forms, and wrong in their own."""

import numpy as np
from sklearn.preprocessing import label_binarize


def one_hot_loop(y, n_classes):
    Y = np.zeros((len(y), n_classes), dtype=int)
    for i, label in enumerate(y):
        Y[i, label] = 1
    return Y


def one_hot_indexed(y, n_classes):
    Y = np.zeros((y.size, n_classes))
    Y[np.arange(y.size), y] = 1
    return Y


def one_hot_in_one_row(y, n_classes):
    Y = np.zeros(n_classes)
    Y[y] = 1
    return Y


def one_hot_columns_first(y, n_classes):
    Y = np.zeros((n_classes, len(y)))
    Y[y, np.arange(len(y))] = 1
    return Y


RIGHT = [
    one_hot_loop,
    one_hot_indexed,
    lambda y, n: np.arange(n) == y[:, None],
    lambda y, n: (y.reshape(-1, 1) == range(n)).astype(np.uint8),
    lambda y, n: np.identity(n, dtype=np.float32).take(y, axis=0),
    lambda y, n: label_binarize(y, classes=range(n)),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, n: np.eye(n)[:, y], "transposed"),
    (one_hot_columns_first, "transposed"),
    (lambda y, n: np.eye(n)[np.subtract(y, 1)], "labels-from-one"),
    (lambda y, n: np.arange(1, n + 1) == y[:, None], "labels-from-one"),
    (lambda y, n: np.eye(max(y) + 1)[y], "classes-from-labels"),
    (lambda y, n: (y[:, None] == np.unique(y)) * 1, "classes-from-labels"),
    (lambda y, n: np.eye(10)[y], "hard-coded-ten"),
    (one_hot_in_one_row, "one-row-for-all"),
    (lambda y, n: np.where(y == np.arange(n), 1, 0), "not-a-column"),
    (lambda y, n: np.eye(n)[y[:, None]], "extra-axis"),
    (lambda y, n: np.eye(n)[y].astype(str), "wrong-type"),
]
