"""What students write for `most_confused`: right in other forms, and wrong in their own."""

from collections import Counter

import numpy as np


def pairs(matrix):
    return [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix) if i != j]


def confused_by_argsort(matrix, k):
    wrong = matrix.astype(float)
    np.fill_diagonal(wrong, -1)
    order = np.argsort(wrong, axis=None)[::-1][:k]
    rows, columns = np.unravel_index(order, wrong.shape)
    return [(i, j, matrix[i, j]) for i, j in zip(rows, columns, strict=True)]


def confused_by_loops(matrix, k):
    pairs = []
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            if i != j:
                pairs.append((matrix[i][j], i, j))
    pairs.sort(reverse=True)
    return [(i, j, count) for count, i, j in pairs[:k]]


def confused_by_maxima(matrix, k):
    wrong, found = matrix - np.diag(np.diag(matrix)), []
    for _ in range(k):
        i, j = divmod(wrong.argmax(), len(wrong))
        found.append([i, j, wrong[i, j]])
        wrong[i, j] = 0
    return found


def confused_by_counter(matrix, k):
    counts = Counter({(i, j): n for (i, j), n in np.ndenumerate(matrix) if i != j})
    return tuple((i, j, n) for (i, j), n in counts.most_common(k))


def confused_with_the_diagonal(matrix, k):
    order = np.argsort(matrix.ravel())[::-1][:k]
    return [(*np.unravel_index(i, matrix.shape), matrix.flat[i]) for i in order]


def confused_diagonal_removed(matrix, k):
    np.fill_diagonal(matrix, 0)
    return confused_by_argsort(matrix, k)


def confused_columns_first(matrix, k):
    n = len(matrix)
    pairs = [(t, p, matrix[p, t]) for t in range(n) for p in range(n) if t != p]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:k]


def confused_upwards(matrix, k):
    n = len(matrix)
    pairs = [(t, p, matrix[t, p]) for t in range(n) for p in range(n) if t != p]
    return sorted(pairs, key=lambda pair: pair[2])[-k:]


def confused_in_rates(matrix, k):
    rates = matrix / matrix.sum(axis=1, keepdims=True)
    return [(i, j, rates[i, j]) for i, j, _ in confused_by_argsort(rates, k)]


def confused_both_ways(matrix, k):
    both = matrix + matrix.T
    n = len(both)
    pairs = [(i, j, both[i, j]) for i in range(n) for j in range(i + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


def confused_same_pair_twice(matrix, k):
    """Looks a count up again: equal ones give the same place twice."""
    counts = sorted(count for _, _, count in pairs(matrix))[::-1][:k]
    return [(*map(int, np.argwhere(matrix == count)[0]), count) for count in counts]


RIGHT = [
    confused_by_argsort,
    confused_by_loops,
    confused_by_maxima,
    confused_by_counter,
    lambda matrix, k: sorted(pairs(matrix)[::-1], key=lambda p: p[2], reverse=True)[:k],
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (confused_with_the_diagonal, "diagonal-counted"),
    (confused_diagonal_removed, "changes-its-input"),
    (confused_columns_first, "transposed"),
    (confused_upwards, "ascending"),
    (lambda m, k: confused_by_loops(m, None), "k-ignored"),
    (lambda m, k: [p[:2] for p in confused_by_loops(m, k)], "count-missing"),
    (lambda m, k: [p[2] for p in confused_by_loops(m, k)], "count-only"),
    (lambda m, k: [p[::-1] for p in confused_by_loops(m, k)], "count-first"),
    (lambda m, k: np.array(confused_by_loops(m, k)), "array"),
    (confused_in_rates, "rates"),
    (confused_both_ways, "both-directions-added"),
    (confused_same_pair_twice, "equal-counts"),
    (lambda m, k: iter(confused_by_loops(m, k)), "wrong-type"),
]
