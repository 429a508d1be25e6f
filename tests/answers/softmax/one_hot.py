"""What students write for `one_hot`: right in other forms, and wrong in their own."""

import numpy as np
import scipy.sparse
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


def one_hot_by_lists(labels, n_classes):
    return [[1.0 if k == label else 0.0 for k in range(n_classes)] for label in labels]


def one_hot_put(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    np.put_along_axis(Y, y.reshape(-1, 1), 1, axis=1)
    return Y


class Encoder:
    def __call__(self, y, n_classes):
        return self.table(n_classes)[y, :]

    def table(self, n):
        return np.diag(np.ones(n))


def one_hot_flat(y, n_classes):
    Y = np.zeros(y.size * n_classes)
    Y[np.arange(y.size) * n_classes + y] = 1
    return Y.reshape(y.size, n_classes)


def appends_the_same_row(y, n_classes):
    rows, row = [], np.zeros(n_classes)
    for label in y:
        row[label] = 1
        rows.append(row)
    return np.array(rows)


def appends_and_keeps(y, n_classes):
    rows, row = [], np.zeros(n_classes)
    for label in y:
        row[label] = 1
        rows.append(row.copy())
    return np.array(rows)


def returns_in_the_loop(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i, label in enumerate(y):
        Y[i, label] = 1
        return Y


def counts_from_the_row(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i in range(len(y)):
        Y[i, i] = 1
    return Y


def indices_swapped(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i, label in enumerate(y):
        Y[label, i] = 1
    return Y


def through_unique(y, n_classes):
    _, places = np.unique(y, return_inverse=True)
    return np.eye(n_classes)[places]


def shifts_in_place(y, n_classes):
    y += 0
    y -= 1
    y += 1
    Y = np.zeros((len(y), n_classes))
    Y[range(len(y)), y] = 1
    return Y


def right_to_categorical(labels, num_classes):
    return (np.arange(num_classes)[None, :] == labels[:, None]).astype(np.float64)


def right_one_hot_put(y, n_classes):
    out = np.zeros((y.size, n_classes))
    np.put_along_axis(out, y.reshape(-1, 1), 1, axis=1)
    return out


def wrote_every_row_alike(y, n_classes):
    out = np.zeros((len(y), n_classes))
    out[:, y] = 1
    return out


def wrote_label_in_place_of_one(y, n_classes):
    out = np.zeros((len(y), n_classes))
    for i in range(len(y)):
        out[i, y[i]] = y[i]
    return out


def wrote_one_row_for_all(y, n_classes):
    v = np.zeros(n_classes)
    v[y] = 1
    return v


def whole_rows(y, n_classes):
    out = np.zeros((len(y), n_classes))
    out[y] = 1
    return out


def filled_by_classes(y, n_classes):
    out = np.zeros((n_classes, n_classes))
    out[np.arange(n_classes), y] = 1
    return out


def loop_over_classes(y, n_classes):
    out = np.zeros((len(y), n_classes))
    for i in range(n_classes):
        out[i, y[i]] = 1
    return out


RIGHT = [
    one_hot_loop,
    one_hot_indexed,
    lambda y, n: np.arange(n) == y[:, None],
    lambda y, n: (y.reshape(-1, 1) == range(n)).astype(np.uint8),
    lambda y, n: np.identity(n, dtype=np.float32).take(y, axis=0),
    lambda y, n: label_binarize(y, classes=range(n)),
    one_hot_by_lists,
    one_hot_put,
    Encoder(),
    one_hot_flat,
    lambda y, n: np.equal.outer(y, np.arange(n)).astype(float),
    lambda y, n: np.array([np.bincount([k], minlength=n) for k in y]),
    lambda y, n: scipy.sparse.csr_matrix(
        (np.ones(len(y)), (range(len(y)), y)), (len(y), n)
    ).toarray(),
    lambda labels, n_classes: np.vstack([np.eye(n_classes)[k] for k in labels]),
    right_to_categorical,
    right_one_hot_put,
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
    (appends_the_same_row, "every-row-alike"),
    (appends_and_keeps, "ones-left-from-before"),
    (returns_in_the_loop, "first-label-only"),
    (counts_from_the_row, "row-number-for-label"),
    (indices_swapped, "row-and-column-swapped"),
    (through_unique, "numbered-anew"),
    (shifts_in_place, "changes-its-input"),
    (lambda y, n: np.eye(n)[np.unique(y, return_inverse=True)[1]], "numbered-anew"),
    (lambda y, n: np.eye(len(np.unique(y)))[y], "classes-from-labels"),
    (lambda y, n: (y[:, None] == np.arange(y.max() + 1)).astype(int), "classes-from-labels"),
    (lambda y, n: np.eye(n)[y.T].T, "transposed"),
    (lambda y, n: np.eye(n)[y - 1], "labels-from-one"),
    (lambda y, n: np.eye(n + 1)[y], "one-class-too-many"),
    (lambda y, n: np.eye(n, k=1)[y], "labels-from-one"),
    (lambda y, n: np.eye(len(y), n), "row-number-for-label"),
    (lambda y, n: np.ones((len(y), n)), "all-columns-alike"),
    (lambda y, n: np.zeros((len(y), n)), "all-columns-alike"),
    (lambda y, n: np.tile(y[:, None], (1, n)), "all-columns-alike"),
    (lambda y, n: np.where(np.arange(n) == y[:, None], y[:, None], 0), "label-in-place-of-one"),
    (lambda y, n: np.where(y[:, None] == np.arange(n), 0, 1), "inverted"),
    (lambda y, n: np.where(y[:, None] == np.arange(n), 1, -1), "minus-ones"),
    (lambda y, n: y / n, "labels-again"),
    (lambda y, n: np.eye(n)[[y]], "extra-axis"),
    (lambda y, n: np.eye(n)[y].ravel(), "flat"),
    (lambda y, n: [np.eye(n)[y]], "extra-axis"),
    (lambda y, n: np.eye(n)[y].argmax(axis=1), "labels-again"),
    (lambda y, n: np.eye(n)[y][0], "first-label-only"),
    (lambda y, n: (np.arange(n) < y[:, None]).astype(int), "filled-up"),
    (lambda y, n: (y == np.arange(n)[:, None]).astype(int), "transposed"),
    (lambda y, n: np.arange(n) == y, "not-a-column"),
    (lambda y, n: np.eye(n)[y] * 0.9 + 0.1 / n, "smoothed"),
    (lambda y, n: [format(k, "0" + str(n) + "b") for k in y], "wrong-type"),
    (wrote_every_row_alike, "every-row-alike"),
    (wrote_label_in_place_of_one, "label-in-place-of-one"),
    (wrote_one_row_for_all, "one-row-for-all"),
    (whole_rows, "whole-rows"),
    (lambda y, n: np.identity(n), "not-picked"),
    (filled_by_classes, "rows-of-classes"),
    (loop_over_classes, "rows-of-classes"),
]


def seen_reversed_columns(y, n_classes):
    return np.eye(n_classes)[::-1][y]


def seen_rows_counts_of(y, n_classes):
    out = np.zeros((len(y), n_classes))
    for c in range(n_classes):
        out[:, c] = np.sum(y == c)
    return out


WRONG += [
    (seen_reversed_columns, "mirrored"),
    (seen_rows_counts_of, "mixed"),
]


def counts_in_the_flat_array(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    Y.flat[y] = 1
    return Y


WRONG += [(counts_in_the_flat_array, "first-row-only")]


def columns_of_nielsen(y, n_classes):
    def vectorized_result(j):
        e = np.zeros((n_classes, 1))
        e[j] = 1.0
        return e

    return np.array([vectorized_result(j) for j in y])


WRONG += [(columns_of_nielsen, "extra-axis")]


def one_label_short(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i in range(len(y) - 1):
        Y[i, y[i]] = 1
    return Y


def from_class_one_on(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for c in range(1, n_classes):
        Y[y == c, c] = 1
    return Y


WRONG += [
    (one_label_short, "one-label-left-out"),
    (from_class_one_on, "one-class-left-out"),
    (lambda y, n: np.eye(n)[y] * (y[:, None] + 1), "label-in-place-of-one"),
]
