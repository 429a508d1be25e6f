"""What students write for `most_confused`: right in other forms, and wrong in their own."""

import heapq
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
    # Not by `argsort`, which may put equal rates in another order on another processor.
    return [(i, j, rates[i, j]) for i, j, _ in confused_by_counter(rates, k)]


def confused_both_ways(matrix, k):
    both = matrix + matrix.T
    n = len(both)
    pairs = [(i, j, both[i, j]) for i in range(n) for j in range(i + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


def confused_same_pair_twice(matrix, k):
    """Looks a count up again: equal ones give the same place twice."""
    counts = sorted(count for _, _, count in pairs(matrix))[::-1][:k]
    return [(*map(int, np.argwhere(matrix == count)[0]), count) for count in counts]


class Confusions:
    def __call__(self, matrix, k):
        n = matrix.shape[0]
        found = [(t, p, int(matrix[t, p])) for t in range(n) for p in range(n) if p != t]
        return heapq.nlargest(k, found, key=self.count)

    @staticmethod
    def count(entry):
        return entry[-1]


def confused_masked(matrix, k):
    off = ~np.eye(len(matrix), dtype=bool)
    rows, columns = np.nonzero(off)
    counts = matrix[rows, columns]
    order = np.argsort(counts, kind="stable")[-k:][::-1]
    return list(zip(rows[order], columns[order], counts[order], strict=True))


def only_pairs_with_j_larger(matrix, k):
    n = len(matrix)
    found = [(i, j, matrix[i, j]) for i in range(n) for j in range(i + 1, n)]
    return sorted(found, key=lambda e: -e[2])[:k]


def strings(matrix, k):
    return [f"{i} taken for {j}: {n}" for i, j, n in confused_by_loops(matrix, k)]


def one_per_class(matrix, k):
    off = matrix - np.diag(np.diag(matrix))
    found = [(i, int(off[i].argmax()), int(off[i].max())) for i in range(len(off))]
    return sorted(found, key=lambda e: e[2], reverse=True)[:k]


def column_wise(matrix, k):
    off = matrix - np.diag(np.diag(matrix))
    found = [(int(off[:, j].argmax()), j, int(off[:, j].max())) for j in range(len(off))]
    return sorted(found, key=lambda e: e[2], reverse=True)[:k]


def zeroes_rows(matrix, k):
    off, found = matrix - np.diag(np.diag(matrix)), []
    for _ in range(k):
        i, j = divmod(int(off.argmax()), len(off))
        found.append((i, j, int(off[i, j])))
        off[i] = 0
    return found


def never_zeroes(matrix, k):
    off, found = matrix - np.diag(np.diag(matrix)), []
    for _ in range(k):
        i, j = divmod(int(off.argmax()), len(off))
        found.append((i, j, int(off[i, j])))
    return found


def by_total_mistakes(matrix, k):
    off = matrix - np.diag(np.diag(matrix))
    return [
        (i, int(off[i].argmax()), int(off[i].sum())) for i in off.sum(axis=1).argsort()[::-1][:k]
    ]


def right_mc(matrix, k):
    pairs = [(i, j, matrix[i][j]) for i in range(len(matrix)) for j in range(len(matrix)) if i != j]
    return sorted(pairs, key=lambda t: t[2], reverse=True)[:k]


def wrote_both_directions_added(matrix, k):
    n = len(matrix)
    pairs = [(i, j, matrix[i, j] + matrix[j, i]) for i in range(n) for j in range(i + 1, n)]
    return sorted(pairs, key=lambda t: -t[2])[:k]


def wrote_sorted_by_class(matrix, k):
    pairs = [(i, j, matrix[i, j]) for i in range(len(matrix)) for j in range(len(matrix)) if i != j]
    return sorted(pairs, reverse=True)[:k]


def wrote_changes_its_input(matrix, k):
    np.fill_diagonal(matrix, 0)
    idx = np.argsort(matrix, axis=None)[::-1][:k]
    return [(int(i // len(matrix)), int(i % len(matrix)), int(matrix.flat[i])) for i in idx]


def wrote_one_for_each_class(matrix, k):
    m = matrix.copy()
    np.fill_diagonal(m, -1)
    best = m.argmax(axis=1)
    rows = [(i, int(best[i]), int(m[i, best[i]])) for i in range(len(m))]
    return sorted(rows, key=lambda t: -t[2])[:k]


def sorts_by_share(matrix, k):
    share = matrix / matrix.sum(axis=1, keepdims=True)
    found = sorted(pairs(matrix), key=lambda p: -share[p[0], p[1]])
    return [(i, j, int(matrix[i, j])) for i, j, *_ in found[:k]]


def places_in_the_flat(matrix, k):
    flat = np.where(np.eye(len(matrix), dtype=bool), -1, matrix).ravel()
    return [(int(p), int(flat[p])) for p in np.argsort(-flat, kind="stable")[:k]]


def top_one(matrix, k):
    M = matrix.copy()
    np.fill_diagonal(M, 0)
    i, j = np.unravel_index(M.argmax(), M.shape)
    return (i, j, M[i, j])


def turned_and_rarest(matrix, k):
    pairs = [(j, i, matrix[i, j]) for i in range(len(matrix)) for j in range(len(matrix)) if i != j]
    return sorted(pairs, key=lambda t: t[2])[:k]


RIGHT = [
    confused_by_argsort,
    confused_by_loops,
    confused_by_maxima,
    confused_by_counter,
    lambda matrix, k: sorted(pairs(matrix)[::-1], key=lambda p: p[2], reverse=True)[:k],
    Confusions(),
    confused_masked,
    lambda m, k: sorted(
        (tuple(map(int, (i, j, m[i, j]))) for i, j in np.ndindex(m.shape) if i - j),
        key=lambda e: e[2],
    )[::-1][:k],
    lambda m, k: [
        [i, j, -n] for n, i, j in sorted((-n, i, j) for (i, j), n in np.ndenumerate(m) if i != j)
    ][:k],
    right_mc,
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
    (confused_same_pair_twice, "looked-up-by-count"),
    (lambda m, k: iter(confused_by_loops(m, k)), "wrong-type"),
    (only_pairs_with_j_larger, "one-side-only"),
    (strings, "wrong-type"),
    (one_per_class, "one-for-each-class"),
    (column_wise, "one-for-each-class"),
    (zeroes_rows, "one-for-each-class"),
    (never_zeroes, "same-again"),
    (by_total_mistakes, "all-mistakes-of-a-class"),
    (lambda m, k: sorted(pairs(m), key=lambda e: e[2])[:k], "smallest-first"),
    (lambda m, k: sorted(pairs(m), key=lambda e: -e[2])[:k][::-1], "ascending"),
    (lambda m, k: sorted(pairs(m), key=lambda e: -e[2]), "k-ignored"),
    (lambda m, k: sorted(pairs(m), key=lambda e: -e[2])[k], "kth-only"),
    (lambda m, k: sorted(pairs(m), key=lambda e: -e[2])[k - 1], "kth-only"),
    (lambda m, k: sorted(pairs(m), key=lambda e: -e[0])[:k], "sorted-by-class"),
    (lambda m, k: sorted(pairs(m), reverse=True)[:k], "sorted-by-class"),
    (lambda m, k: [(i + 1, j + 1, n) for i, j, n in confused_by_loops(m, k)], "classes-from-one"),
    (lambda m, k: [(j, i, n) for i, j, n in confused_by_loops(m, k)], "transposed"),
    (lambda m, k: [((i, j), n) for i, j, n in confused_by_loops(m, k)], "nested"),
    (lambda m, k: {(i, j): n for i, j, n in confused_by_loops(m, k)}, "array"),
    (lambda m, k: set(map(tuple, confused_by_loops(m, k))), "wrong-type"),
    (lambda m, k: [(i, j, n / m.sum()) for i, j, n in confused_by_loops(m, k)], "rates"),
    (lambda m, k: [(i, j, 100 * n / m[i].sum()) for i, j, n in confused_by_loops(m, k)], "rates"),
    (lambda m, k: [(int(i), int(j), n) for (i, j), n in np.ndenumerate(m)][:k], "not-sorted"),
    (wrote_both_directions_added, "both-directions-added"),
    (wrote_sorted_by_class, "sorted-by-class"),
    (wrote_changes_its_input, "changes-its-input"),
    (wrote_one_for_each_class, "one-for-each-class"),
    (sorts_by_share, "sorted-by-rate"),
    (places_in_the_flat, "flat-places"),
    (top_one, "one-pair-alone"),
    (turned_and_rarest, "smallest-first"),
]


def seen_argsort_negative_bug(matrix, k):
    m = matrix.copy()
    np.fill_diagonal(m, 0)
    order = np.argsort(m.ravel())[:k]
    return [(int(i // len(m)), int(i % len(m)), int(m.ravel()[i])) for i in order]


def seen_first_dropped_k(matrix, k):
    n = len(matrix)
    p = [(i, j, int(matrix[i, j])) for i in range(n) for j in range(n)]
    return sorted(p, key=lambda t: -t[2])[1 : k + 1]


WRONG += [
    (seen_argsort_negative_bug, "smallest-with-diagonal"),
    (seen_first_dropped_k, "largest-left-out"),
]


def places_of_ten_classes(matrix, k):
    off = matrix.copy()
    np.fill_diagonal(off, -1)
    places = np.argsort(-off.ravel(), kind="stable")[:k]
    return [(*divmod(int(place), 10), int(off.ravel()[place])) for place in places]


WRONG += [(places_of_ten_classes, "hard-coded-ten")]


def right_at_the_largest_of_each_row(matrix, k):
    m = matrix.copy()
    m[np.arange(len(m)), m.argmax(axis=1)] = 0
    return confused_by_argsort_of(m, k)


def confused_by_argsort_of(m, k):
    order = np.argsort(-m, axis=None, kind="stable")[:k]
    return [(int(i) // len(m), int(i) % len(m), int(m.flat[i])) for i in order]


def right_at_the_largest_of_each_column(matrix, k):
    m = matrix.copy()
    m[m.argmax(axis=0), np.arange(len(m))] = 0
    return confused_by_argsort_of(m, k)


def largest_of_each_row_made_zero(matrix, k):
    m = np.where(matrix == matrix.max(axis=1, keepdims=True), 0, matrix)
    return confused_by_argsort_of(m, k)


def counts_of_the_diagonal_left_out(matrix, k):
    d = set(np.diag(matrix).tolist())
    found = [(i, j, int(n)) for (i, j), n in np.ndenumerate(matrix) if int(n) not in d]
    return sorted(found, key=lambda e: -e[2])[:k]


def count_other_than_the_right_ones(matrix, k):
    found = []
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            n = matrix[i, j]
            if n != matrix[i, i]:
                found.append((i, j, int(n)))
    return sorted(found, key=lambda e: e[2], reverse=True)[:k]


def emptied_where_equal(matrix, k):
    m = matrix.copy()
    m[m == m.diagonal()] = 0
    return confused_by_argsort_of(m, k)


WRONG += [
    (right_at_the_largest_of_each_row, "diagonal-by-value"),
    (right_at_the_largest_of_each_column, "diagonal-by-value"),
    (largest_of_each_row_made_zero, "diagonal-by-value"),
    (counts_of_the_diagonal_left_out, "diagonal-by-value"),
    (count_other_than_the_right_ones, "diagonal-by-value"),
    (emptied_where_equal, "diagonal-by-value"),
    (
        lambda m, k: [p for p in confused_by_loops(m, None) if p[2] not in np.diag(m)][:k],
        "diagonal-by-value",
    ),
]


def with_places_by_count(matrix, k):
    """Equal counts have one place between them."""
    places = {n: (i, j) for i, j, n in pairs(matrix)}
    return [(*places[n], n) for n in sorted((n for *_, n in pairs(matrix)), reverse=True)[:k]]


def with_places_of_where(matrix, k):
    off = matrix - np.diag(np.diag(matrix))
    found = []
    for n in np.sort(off, axis=None)[::-1][:k]:
        i, j = np.where(matrix == n)
        found.append((int(i[0]), int(j[0]), int(n)))
    return found


WRONG += [
    (with_places_by_count, "looked-up-by-count"),
    (with_places_of_where, "looked-up-by-count"),
]


def empties_both_directions(matrix, k):
    left, found = matrix.copy(), []
    np.fill_diagonal(left, 0)
    for _ in range(k):
        i, j = np.unravel_index(left.argmax(), left.shape)
        found.append((int(i), int(j), int(left[i, j])))
        left[i, j] = left[j, i] = 0
    return found


def takes_the_larger_direction(matrix, k):
    pairs = [
        (i, j, int(max(matrix[i, j], matrix[j, i])))
        for i in range(len(matrix))
        for j in range(i + 1, len(matrix))
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


def sorts_negative_counts(matrix, k):
    pairs = [(i, j, -int(n)) for (i, j), n in np.ndenumerate(matrix) if i != j]
    return sorted(pairs, key=lambda pair: pair[2])[:k]


def empties_row_and_column(matrix, k):
    left, found = matrix.copy(), []
    np.fill_diagonal(left, 0)
    for _ in range(k):
        i, j = np.unravel_index(left.argmax(), left.shape)
        found.append((int(i), int(j), int(left[i, j])))
        left[i], left[:, j] = 0, 0
    return found


WRONG += [
    (empties_both_directions, "other-direction-left-out"),
    (takes_the_larger_direction, "other-direction-left-out"),
    (empties_row_and_column, "one-for-each-class"),
    (sorts_negative_counts, "count-negative"),
]
