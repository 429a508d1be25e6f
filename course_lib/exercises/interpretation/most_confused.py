"""The most common mistakes of a network."""

import numpy as np

from course_lib.by_hand.interpretation import most_confused
from course_lib.exercises.engine import Exercise, Probe, mistake, rule
from course_lib.exercises.shared import numbers


def _pairs(matrix):
    return [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix) if i != j]


def _sorted_by(key, pairs=_pairs):
    return lambda matrix, k: sorted(pairs(matrix), key=lambda pair: key(pair, matrix))[:k]


def _each(change):
    return lambda matrix, k: [change(*pair) for pair in most_confused(matrix, k)]


def _rate(pair, matrix):
    return pair[2] / matrix[pair[0]].sum()


def _share(pair, matrix):
    return pair[2] / matrix[:, pair[1]].sum()


def _with_diagonal(matrix):
    return [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix)]


def _one_side(compare):
    return lambda matrix: [pair for pair in _pairs(matrix) if compare(*pair[:2])]


def _both_ways(both):
    return _sorted_by(
        lambda pair, matrix: -pair[2],
        lambda matrix: [p for p in _pairs(matrix + matrix.T) if both or p[0] < p[1]],
    )


def _one_for_each(pairs, which):
    """Give the largest pair of each class, true (0) or predicted (1)."""
    largest = {}
    for pair in sorted(pairs, key=lambda pair: -pair[2]):
        largest.setdefault(pair[which], pair)
    return list(largest.values())


def _row_emptied(matrix, k, columns=False):
    off, found = matrix - np.diag(np.diag(matrix)), []
    for _ in range(k):
        i, j = divmod(int(off.argmax()), len(off))
        found.append((i, j, int(off[i, j])))
        off[i] = 0
        off[:, j] *= not columns
    return found


def _mirror_emptied(matrix, k):
    off, found = _off(matrix), []
    for _ in range(k):
        i, j = divmod(int(off.argmax()), len(off))
        found.append((i, j, int(off[i, j])))
        off[i, j] = off[j, i] = 0
    return found


def _is_most_confused(found, matrix, k):
    places = [(i, j) for i, j, _ in found]
    counts = [count for *_, count in found]
    most = sorted((count for _, _, count in _pairs(matrix)), reverse=True)[:k]
    fits = all(i != j and matrix[i, j] == count for i, j, count in found)
    return fits and len(set(places)) == k and counts == most


# Three shirts are taken for tops, and so on; every count off the diagonal comes once.
_THREE = numbers((50, 9, 4), (2, 70, 12), (7, 3, 30), dtype=int)
# Class 3 is rare: a third of it goes wrong, and yet few examples.
_FOUR = numbers((900, 31, 17, 5), (12, 940, 26, 8), (44, 19, 850, 3), (6, 1, 2, 18), dtype=int)
# Some mistakes are as frequent as what is right in their row or column, and some are more so.
_FREQUENT = numbers((12, 2, 12, 1), (3, 9, 4, 6), (7, 9, 30, 25), (0, 8, 20, 5), dtype=int)
_EQUAL = numbers((8, 5, 2), (5, 9, 5), (2, 1, 7), dtype=int)
_EQUAL_COUNTS = rule(
    _is_most_confused,
    slug="equal-counts",
    says="Where counts are equal, any order is right; but each pair should come once, with its own "
    "count.",
)


def _off(matrix):
    return matrix - np.diag(np.diag(matrix))


def _leaving_out(is_right):
    """Set to 0 what is taken for right, and sort the rest."""

    def most_confused(matrix, k):
        off = np.where(is_right(matrix), 0, matrix)
        places = np.argsort(-off, axis=None, kind="stable")[:k]
        return [(*divmod(int(p), len(matrix)), int(off.flat[p])) for p in places]

    return most_confused


def _first_largest(matrix, axis):
    """Mark the largest count along an axis, of equal ones the first."""
    places = np.expand_dims(matrix.argmax(axis=axis), axis)
    return np.indices(matrix.shape)[axis] == places


def _looked_up(which):
    """Find the place of each of the largest counts, one of several where they are equal."""

    def most_confused(matrix, k):
        counts = sorted((n for _, _, n in _pairs(matrix)), reverse=True)[:k]
        return [(*map(int, np.argwhere(matrix == n)[which]), n) for n in counts]

    return most_confused


def _flat(matrix, places):
    return [(*divmod(int(p), len(matrix)), int(_off(matrix).flat[p])) for p in places]


class MostConfused(Exercise):
    reference = most_confused
    probes = [
        Probe("three classes, the largest", (_THREE, 1)),
        Probe("the two largest", (_THREE, 2)),
        Probe("all six", (_THREE, 6)),
        Probe("four classes, one of them rare", (_FOUR, 5)),
        Probe("mistakes as frequent as what is right, or more so", (_FREQUENT, 4)),
        Probe("equal counts", (_EQUAL, 2), rules=[_EQUAL_COUNTS]),
        Probe("read-only", (_FOUR, 3), read_only=True),
    ]

    diagonal_counted = mistake(
        _sorted_by(lambda pair, matrix: -pair[2], _with_diagonal),
        says="The diagonal is among them: those are right answers, not mistakes.",
    )
    transposed = mistake(
        _each(lambda i, j, count: (j, i, count)),
        lambda matrix, k: most_confused(matrix.T, k),
        # Of equal counts another one, which is wrong when transposed.
        lambda matrix, k: [
            (j, i, n) for n, i, j in sorted(((n, i, j) for i, j, n in _pairs(matrix)), reverse=True)
        ][:k],
        says="Truth and prediction have changed places: the truth is in the rows, the first index.",
    )

    @mistake.also(
        lambda matrix, k: most_confused(matrix, 1),
        lambda matrix, k: most_confused(matrix, k + 1),
        lambda matrix, k: most_confused(matrix, k - 1),
        lambda matrix, k: most_confused(matrix, 5),
        lambda matrix, k: most_confused(matrix, 3),
    )
    def k_ignored(matrix, k):
        """It returns another number of pairs than `k`."""
        return most_confused(matrix, matrix.size)

    @mistake.also(
        lambda matrix, k: most_confused(matrix, k)[-1],
        lambda matrix, k: most_confused(matrix, matrix.size)[k],
    )
    def kth_only(matrix, k):
        """It returns the k-th pair alone; asked for are the k largest."""
        return most_confused(matrix, k)[-1:]

    hard_coded_ten = mistake(
        lambda matrix, k: [
            (*divmod(i * len(matrix) + j, 10), n) for i, j, n in most_confused(matrix, k)
        ],
        says="It takes a place apart as if there were ten classes. Take their number from "
        "`matrix`.",
    )
    one_pair_alone = mistake(
        lambda matrix, k: most_confused(matrix, k)[0],
        says="It returns a single mistake, as three values; expected a list of `k` of them, even "
        "where `k` is 1.",
    )
    smallest_with_diagonal = mistake(
        lambda matrix, k: _flat(matrix, np.argsort(_off(matrix), axis=None)[:k]),
        says="It begins with the smallest counts, and the diagonal, set to 0, is among them: "
        "sorting goes upwards by itself.",
    )
    largest_left_out = mistake(
        lambda matrix, k: sorted(_with_diagonal(matrix), key=lambda p: -p[2])[1 : k + 1],
        lambda matrix, k: sorted(_pairs(matrix), key=lambda p: -p[2])[1 : k + 1],
        lambda matrix, k: sorted(_with_diagonal(matrix), key=lambda p: -p[2])[
            len(matrix) : len(matrix) + k
        ],
        says="A fixed number of the largest is left out, wherever they stand. Only the diagonal is "
        "no mistake, and its counts need not be the largest.",
    )
    diagonal_by_value = mistake(
        _leaving_out(lambda matrix: np.isin(matrix, np.diag(matrix))),
        _leaving_out(lambda matrix: matrix == np.diag(matrix)),
        _leaving_out(lambda matrix: matrix == np.diag(matrix)[:, None]),
        _leaving_out(lambda matrix: matrix >= np.diag(matrix)),
        _leaving_out(lambda matrix: matrix >= np.diag(matrix)[:, None]),
        _leaving_out(lambda matrix: _first_largest(matrix, axis=1)),
        _leaving_out(lambda matrix: _first_largest(matrix, axis=0)),
        _leaving_out(lambda matrix: matrix == matrix.max(axis=1, keepdims=True)),
        _leaving_out(lambda matrix: matrix == matrix.max(axis=0)),
        says="What is right stands on the diagonal, whatever its count: leave out places (i, i), "
        "not counts.",
    )
    looked_up_by_count = mistake(
        *(_looked_up(which) for which in (0, -1)),
        says="It finds a place by its count, and an equal count may stand elsewhere. Keep each "
        "count together with its place.",
    )
    smallest_first = mistake(
        _sorted_by(lambda pair, matrix: pair[2]),
        lambda matrix, k: [
            (j, i, n) for i, j, n in _sorted_by(lambda pair, matrix: pair[2])(matrix, k)
        ],
        _sorted_by(lambda pair, matrix: pair[2], _with_diagonal),
        says="It begins with the rarest mistakes: sorting goes upwards by itself.",
    )

    @mistake
    def ascending(matrix, k):
        """These are the right pairs, but the largest should come first."""
        return most_confused(matrix, k)[::-1]

    @mistake.also(
        lambda matrix, k: sorted(most_confused(matrix, k)),
        lambda matrix, k: _with_diagonal(matrix)[:k],
    )
    def not_sorted(matrix, k):
        """The pairs come in the order of the matrix; they should be sorted by count."""
        return _pairs(matrix)[:k]

    @mistake.also(
        lambda matrix, k: sorted(_pairs(matrix), key=lambda pair: -pair[0])[:k],
        lambda matrix, k: sorted(_pairs(matrix), key=lambda pair: pair[1])[:k],
    )
    def sorted_by_class(matrix, k):
        """It sorts by class. A tuple is compared by its first entry, unless a key says otherwise:
        sort by the count."""
        return sorted(_pairs(matrix), reverse=True)[:k]

    count_missing = mistake(
        _each(lambda i, j, count: (i, j)),
        says="The count is missing: each entry has three parts, (true, predicted, count).",
    )
    count_first = mistake(
        _each(lambda i, j, count: (count, i, j)),
        _each(lambda i, j, count: (count, j, i)),
        says="The count comes first; the order is (true, predicted, count).",
    )
    count_only = mistake(
        _each(lambda i, j, count: count),
        says="It returns the counts alone; say which class was taken for which.",
    )
    nested = mistake(
        _each(lambda i, j, count: ((i, j), count)),
        says="Each entry is a pair of a pair and a count; make it three numbers in a row.",
    )
    both_directions_added = mistake(
        _both_ways(both=False),
        _both_ways(both=True),
        says="It adds up both directions. A taken for B is another mistake than B taken for A.",
    )
    one_side_only = mistake(
        _sorted_by(lambda pair, matrix: -pair[2], _one_side(lambda i, j: i < j)),
        _sorted_by(lambda pair, matrix: -pair[2], _one_side(lambda i, j: i > j)),
        says="It looks only at one side of the diagonal; mistakes stand on both.",
    )

    other_direction_left_out = mistake(
        _mirror_emptied,
        lambda matrix, k: _sorted_by(
            lambda pair, matrix: -pair[2],
            lambda matrix: [p for p in _pairs(np.maximum(matrix, matrix.T)) if p[0] < p[1]],
        )(matrix, k),
        says="Of A taken for B and B taken for A it keeps the more frequent alone. They are two "
        "mistakes, and both may be among the largest.",
    )

    @mistake
    def same_again(matrix, k):
        """It is the same mistake again and again. Once found it should not be looked at again."""
        return most_confused(matrix, 1) * k

    @mistake
    def all_mistakes_of_a_class(matrix, k):
        """It counts all the mistakes of a class together; a kind of mistake has two classes, a true
        one and a predicted one."""
        off = matrix - np.diag(np.diag(matrix))
        order = np.argsort(-off.sum(axis=1), kind="stable")[:k]
        return [(int(i), int(off[i].argmax()), int(off[i].sum())) for i in order]

    @mistake.also(
        _row_emptied,
        lambda matrix, k: _row_emptied(matrix, k, columns=True),
        lambda matrix, k: _one_for_each(_pairs(matrix), 1)[:k],
    )
    def one_for_each_class(matrix, k):
        """It takes one mistake from each class; a class may have several of the largest."""
        return _one_for_each(_pairs(matrix), 0)[:k]

    @mistake.also(
        lambda matrix, k: [(*pair[:2], _rate(pair, matrix)) for pair in most_confused(matrix, k)],
        lambda matrix, k: [
            (i, j, count / matrix.sum()) for i, j, count in most_confused(matrix, k)
        ],
        lambda matrix, k: [
            (*pair[:2], 100 * _rate(pair, matrix)) for pair in most_confused(matrix, k)
        ],
        lambda matrix, k: [
            (*pair[:2], _share(pair, matrix))
            for pair in sorted(_pairs(matrix), key=lambda p: -_share(p, matrix))[:k]
        ],
    )
    def rates(matrix, k):
        """It divides the counts, by the class or by all examples. Asked for are counts."""
        return [
            (*pair[:2], _rate(pair, matrix))
            for pair in sorted(_pairs(matrix), key=lambda p: -_rate(p, matrix))[:k]
        ]

    sorted_by_rate = mistake(
        _sorted_by(lambda pair, matrix: -_rate(pair, matrix)),
        _sorted_by(lambda pair, matrix: -_share(pair, matrix)),
        says="It sorts by rate and reports counts. By rate a rare class comes first, with few "
        "mistakes; asked for are the largest counts.",
    )

    @mistake
    def flat_places(matrix, k):
        """The places count through the whole matrix, as argsort or argmax do unless told otherwise;
        np.unravel_index turns them into row and column."""
        return [(i * len(matrix) + j, count) for i, j, count in most_confused(matrix, k)]

    classes_from_one = mistake(
        _each(lambda i, j, count: (i + 1, j + 1, count)),
        says="The classes count from 1; rows and columns count from 0.",
    )

    count_negative = mistake(
        _each(lambda i, j, count: (i, j, -count)),
        says="The counts are negative. A minus that is there for sorting has to go again.",
    )

    @mistake.also(lambda matrix, k: {(i, j): count for i, j, count in most_confused(matrix, k)})
    def array(matrix, k):
        """It returns an array or a dictionary; expected a list of tuples."""
        return np.array(most_confused(matrix, k))

    @mistake
    def changes_its_input(matrix, k):
        """It changes the matrix, which it should only read. Work on a copy."""
        np.fill_diagonal(matrix, 0)
        order = np.argsort(-matrix, axis=None, kind="stable")[:k]
        return [(*divmod(int(i), len(matrix)), int(matrix.flat[i])) for i in order]

    hints = (
        "Every place off the diagonal is a kind of mistake. Make a list of them, and sort it.",
        "Two loops, or np.ndenumerate, give row, column and count; leave out what has row and "
        "column alike.",
        "sorted(…, key=…) sorts by what the key function returns for an entry; with a minus, the "
        "largest come first. A slice takes k of them.",
    )
    insight = "The direction matters: a shirt taken for a coat is not a coat taken for a shirt."
    explanation = "All places off the diagonal, sorted by count, the largest first; of these, k."
