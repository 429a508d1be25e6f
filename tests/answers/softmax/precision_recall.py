"""What students write for `precision_recall`: right in other forms, and wrong in their own."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import precision_score, recall_score


def precision_recall_loops(matrix, c):
    TP, FP, FN = 0, 0, 0
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            if i == c and j == c:
                TP = matrix[i][j]
            elif j == c:
                FP += matrix[i][j]
            elif i == c:
                FN += matrix[i][j]
    precision = TP / (TP + FP) if TP + FP > 0 else 0
    recall = TP / (TP + FN) if TP + FN > 0 else 0
    return precision, recall


def by_labels(matrix, c):
    """Lay the images out again, and let scikit-learn count them."""
    rows, columns = np.indices(matrix.shape)
    y, said = rows.repeat(1).repeat(matrix.ravel()), columns.repeat(1).repeat(matrix.ravel())
    options = dict(labels=[c], average="macro", zero_division=0)
    return precision_score(y, said, **options), recall_score(y, said, **options)


def with_try(confusion, cls):
    hits = int(confusion[cls, cls])
    try:
        precision = hits / int(confusion[:, cls].sum())
    except ZeroDivisionError:
        precision = 0.0
    try:
        recall = hits / int(confusion[cls, :].sum())
    except ZeroDivisionError:
        recall = 0.0
    return precision, recall


def nan_to_num(m, k):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(m[k, k] / m.sum(axis=0)[k]), np.nan_to_num(m[k, k] / m.sum(axis=1)[k])


def nan_to_num_with_a_warning(m, k):
    return np.nan_to_num(m[k, k] / m[:, k].sum()), np.nan_to_num(m[k, k] / m[k, :].sum())


class Pair(NamedTuple):
    precision: float
    recall: float


def share(part, whole):
    return part / whole if whole != 0 else 0.0


def with_helper(matrix, c):
    return Pair(share(matrix[c, c], sum(matrix[:, c])), share(matrix[c, c], sum(matrix[c])))


class PerClass:
    def __call__(self, matrix, c):
        diagonal = np.diag(matrix)
        columns, rows = matrix.sum(axis=0), matrix.sum(axis=1)
        precision = np.divide(diagonal, columns, out=np.zeros(len(matrix)), where=columns > 0)
        recall = np.divide(diagonal, rows, out=np.zeros(len(matrix)), where=rows > 0)
        return precision[c], recall[c]


def with_vectors(matrix, c):
    one = np.eye(len(matrix))[c]
    hit = one @ matrix @ one
    called, there = np.ones(len(matrix)) @ matrix @ one, one @ matrix @ np.ones(len(matrix))
    return hit and hit / called, hit and hit / there


def normalised(matrix, c):
    by_column = matrix / np.where(matrix.sum(axis=0) == 0, 1, matrix.sum(axis=0))
    by_row = matrix / np.where(matrix.sum(axis=1, keepdims=True) == 0, 1, matrix.sum(1)[:, None])
    return by_column[c, c], by_row[c, c]


def early(matrix, c):
    if matrix[c, c] == 0:
        return 0, 0
    return matrix[c, c] / matrix[:, c].sum(), matrix[c, c] / matrix[c, :].sum()


# --- wrong ---


def rows_for_columns(matrix, c):
    precision = matrix[c, c] / sum(matrix[c])
    recall = matrix[c, c] / sum(matrix[i, c] for i in range(len(matrix)))
    return precision, recall


def columns_only(matrix, c):
    TP = matrix[c, c]
    FP = matrix[:, c].sum() - TP
    FN = matrix[:, c].sum() - TP
    return TP / max(TP + FP, 1), TP / max(TP + FN, 1)


def counts_the_diagonal_twice(matrix, c):
    TP, FP, FN = matrix[c, c], matrix[:, c].sum(), matrix[c, :].sum()
    return TP / max(1, TP + FP), TP / max(1, TP + FN)


def f_one(matrix, c):
    p, r = early(matrix, c)
    return 2 * p * r / (p + r) if p + r else 0.0


def with_f_one(matrix, c):
    p, r = early(matrix, c)
    return p, r, (2 * p * r / (p + r) if p + r else 0.0)


def specificity(matrix, c):
    TP, FP, FN = matrix[c, c], matrix[:, c].sum() - matrix[c, c], matrix[c].sum() - matrix[c, c]
    TN = matrix.sum() - TP - FP - FN
    return TP / max(1, TP + FP), TN / (TN + FP)


def two_by_two(cm, c):
    _, fp, fn, tp = cm[0, 0], cm[0, 1], cm[1, 0], cm[1, 1]
    return tp / max(tp + fp, 1), tp / max(tp + fn, 1)


def overwrites(matrix, c):
    for i in range(len(matrix)):
        called = matrix[i, c]
        there = matrix[c, i]
    return matrix[c, c] / max(called, 1), matrix[c, c] / max(there, 1)


def empties_the_diagonal(matrix, c):
    right = matrix[c, c]
    np.fill_diagonal(matrix, 0)
    return right / max(1, right + matrix[:, c].sum()), right / max(1, right + matrix[c].sum())


def none_where_zero(matrix, c):
    called, there = matrix[:, c].sum(), matrix[c].sum()
    return (
        matrix[c, c] / called if called else None,
        matrix[c, c] / there if there else None,
    )


def prints_them(matrix, c):
    print("precision", matrix[c, c] / max(1, matrix[:, c].sum()))
    print("recall", matrix[c, c] / max(1, matrix[c].sum()))


def shares_of_both(matrix, c):
    return [matrix[c, c] / max(1, matrix.sum(axis=a)[c]) for a in (0, 1)]


def unpacked_two_by_two(matrix, c):
    tp, fn = matrix[0]
    fp, _tn = matrix[1]
    return tp / (tp + fp), tp / (tp + fn)


def a_little_below(matrix, c):
    tp = matrix[c, c]
    return tp / (matrix[:, c].sum() + 1e-6), tp / (matrix[c].sum() + 1e-6)


RIGHT = [
    shares_of_both,
    precision_recall_loops,
    by_labels,
    with_try,
    nan_to_num,
    nan_to_num_with_a_warning,
    with_helper,
    PerClass(),
    with_vectors,
    normalised,
    early,
    lambda matrix, c: [matrix[c, c] / max(1, s) for s in (matrix[:, c].sum(), matrix[c].sum())],
    lambda matrix, c: tuple(matrix[c, c] / max(1, m.sum(axis=0)[c]) for m in (matrix, matrix.T)),
    lambda matrix, c: (
        float(matrix[c][c]) / (sum(row[c] for row in matrix) or 1),
        float(matrix[c][c]) / (sum(matrix[c]) or 1),
    ),
    lambda matrix, c: (
        1 - np.delete(matrix[:, c], c).sum() / s if (s := matrix[:, c].sum()) else 0.0,
        1 - np.delete(matrix[c], c).sum() / s if (s := matrix[c].sum()) else 0.0,
    ),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (rows_for_columns, "swapped"),
    (lambda cm, k: tuple(cm[k, k] / max(1, cm.sum(axis=a)[k]) for a in (1, 0)), "swapped"),
    (lambda cm, k: early(cm.T, k), "swapped"),
    (columns_only, "same-twice"),
    (lambda cm, k: (cm[k, k] / max(1, cm[k].sum()),) * 2, "same-twice"),
    (counts_the_diagonal_twice, "diagonal-twice"),
    (f_one, "f1"),
    (with_f_one, "f1"),
    (lambda cm, k: (early(cm, k)[0], f_one(cm, k)), "f1"),
    (specificity, "other-classes"),
    (two_by_two, "two-classes-only"),
    (lambda cm, k: (cm[k, k] / cm.sum(), cm[k, k] / cm.sum()), "divided-by-the-whole"),
    (lambda cm, k: (early(cm, k)[0], cm[k, k] / cm.sum()), "divided-by-the-whole"),
    (lambda cm, k: (cm[:, k].sum() / cm.sum(), cm[k].sum() / cm.sum()), "divided-by-the-whole"),
    (lambda cm, k: (np.diag(cm).sum() / cm.sum(), early(cm, k)[1]), "accuracy"),
    (lambda cm, k: np.trace(cm) / np.sum(cm), "accuracy"),
    (
        lambda cm, k: (np.trace(cm) / max(1, cm[:, k].sum()), np.trace(cm) / max(1, cm[k].sum())),
        "accuracy",
    ),
    (
        lambda cm, k: (cm[0, 0] / max(1, cm[:, k].sum()), cm[0, 0] / max(1, cm[k].sum())),
        "not-the-diagonal",
    ),
    (
        lambda cm, k: (cm[:, k].max() / max(1, cm[:, k].sum()), cm[k].max() / max(1, cm[k].sum())),
        "not-the-diagonal",
    ),
    (lambda cm, k: early(cm, k - 1), "wrong-class"),
    (lambda cm, k: early(cm, 0), "wrong-class"),
    (lambda cm, k: early(cm, k)[0], "precision-only"),
    (lambda cm, k: early(cm, k)[1], "recall-only"),
    (lambda cm, k: tuple(100 * v for v in early(cm, k)), "percent"),
    (lambda cm, k: tuple(round(100 * float(v), 1) for v in early(cm, k)), "percent"),
    (lambda cm, k: tuple(round(float(v), 3) for v in early(cm, k)), "rounded"),
    (
        lambda cm, k: (cm[k, k] // max(1, cm[:, k].sum()), cm[k, k] // max(1, cm[k].sum())),
        "whole-numbers",
    ),
    (
        lambda cm, k: (int(cm[k, k] / max(1, cm[:, k].sum())), int(cm[k, k] / max(1, cm[k].sum()))),
        "whole-numbers",
    ),
    (lambda cm, k: (cm[k, k], cm[k, k]), "not-divided"),
    (lambda cm, k: (cm[:, k].sum(), cm[k].sum()), "not-divided"),
    (
        lambda cm, k: (
            (cm[:, k].sum() - cm[k, k]) / max(1, cm[:, k].sum()),
            (cm[k].sum() - cm[k, k]) / max(1, cm[k].sum()),
        ),
        "mistakes-in-place-of-right",
    ),
    (lambda cm, k: tuple(1 - v for v in early(cm, k)), "mistakes-in-place-of-right"),
    (
        lambda cm, k: (
            cm[k, k] / max(1e-9, cm[:, k].sum() - cm[k, k]),
            cm[k, k] / max(1e-9, cm[k].sum() - cm[k, k]),
        ),
        "diagonal-left-out",
    ),
    (
        lambda cm, k: (cm.diagonal() / cm.sum(axis=0), cm.diagonal() / cm.sum(axis=1)),
        "every-class",
    ),
    (lambda cm, k: (cm[:, k].sum() / cm[k, k], cm[k].sum() / cm[k, k]), "upside-down"),
    (
        lambda cm, k: (cm[k, k] / (cm[:, k].sum() + 1), cm[k, k] / (cm[k].sum() + 1)),
        "one-added",
    ),
    (lambda cm, k: (cm[k, k] / cm[:, k].sum(), cm[k, k] / cm[k].sum()), "undefined"),
    (none_where_zero, "undefined"),
    (
        lambda cm, k: (
            cm[k, k] / cm[:, k].sum() if cm[:, k].any() else 1.0,
            cm[k, k] / cm[k].sum() if cm[k].any() else 1.0,
        ),
        "never-is-one",
    ),
    (
        lambda cm, k: cm[k, k] / (cm[k].sum() + cm[:, k].sum() - cm[k, k]),
        "mixed",
    ),
    (overwrites, "one-side-only"),
    (empties_the_diagonal, "changes-its-input"),
    (prints_them, "prints-in-place-of-returning"),
    (lambda cm, k: {"precision": early(cm, k)[0], "recall": early(cm, k)[1]}, "wrong-type"),
    (unpacked_two_by_two, "raised"),
    (a_little_below, "one-added"),
]


def seen_sum_of_whole(matrix, c):
    tp = matrix[c, c]
    fp = matrix.sum() - np.trace(matrix)
    return tp / max(tp + fp, 1), tp / max(tp + fp, 1)


def seen_neighbours_only_matrix(matrix, c):
    tp = matrix[c, c]
    o = (c + 1) % len(matrix)
    return tp / max(tp + matrix[o, c], 1), tp / max(tp + matrix[c, o], 1)


def seen_binary_only_and(matrix, c):
    tp, fn, fp, _tn = matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]
    return tp / max(tp + fp, 1), tp / max(tp + fn, 1)


WRONG += [
    (seen_sum_of_whole, "all-mistakes"),
    (seen_neighbours_only_matrix, "two-classes-only"),
    (seen_binary_only_and, "two-classes-only"),
]

WRONG += [
    (
        lambda M, c: (
            (M[c, c] + 1) / (max(M[:, c].sum(), 1) + 1),
            (M[c, c] + 1) / (max(M[c].sum(), 1) + 1),
        ),
        "one-added",
    )
]


def in_an_array(matrix, c):
    right, called, there = matrix[c, c], matrix[:, c].sum(), matrix[c].sum()
    return np.array([right / called if called else 0, right / there if there else 0])


def in_an_array_unguarded(matrix, c):
    return np.array([matrix[c, c] / matrix[:, c].sum(), matrix[c, c] / matrix[c].sum()])


def divided_as_arrays(matrix, c):
    whole = np.array([matrix[:, c].sum(), matrix[c].sum()])
    return matrix[c, c] / np.maximum(whole, 1)


WRONG += [
    (in_an_array, "array"),
    (in_an_array_unguarded, "array"),
    (divided_as_arrays, "array"),
]

WRONG += [
    (lambda M, c: [(M[c, c] / max(1, M[:, c].sum()), M[c, c] / max(1, M[c].sum()))], "array"),
    (lambda M, c: (M[c, c] / max(1, M[:, c].max()), M[c, c] / M[c].max()), "largest-for-sum"),
]
