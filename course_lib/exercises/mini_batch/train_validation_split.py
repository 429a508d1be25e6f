"""What to learn from and what to judge by."""

import math

import numpy as np

from course_lib.by_hand.mini_batch import train_validation_split
from course_lib.exercises.engine import Exercise, Probe, mistake, overlooked, rule
from course_lib.exercises.mini_batch.shared import (
    as_it_is,
    axes_of,
    belong,
    drawn,
    permuted,
    repeatable,
    rows_of,
)


def _validation(v):
    return rows_of(v[1])


def _both(v, k):
    """Put the training and the validation part together again: of X (k = 0) or of y (k = 2)."""
    return np.concatenate([part for part in (v[k], v[k + 1]) if len(part)])


def _in_old_order(parts, m):
    """Tell whether two parts are a cut through examples in the order given."""
    a, b = parts
    return any(np.array_equal(np.append(*pair), np.arange(m)) for pair in ((a, b), (b, a)))


def _is_block(v, m):
    """Tell whether the validation part is what stood at one end."""
    rows = sorted(_validation(v))
    return rows in (list(range(len(rows))), list(range(m - len(rows), m)))


def _step(v, m):
    """Give the one distance at which the validation examples stand, round the end as well.

    None where there is no such distance, or fewer than seven examples, which may stand so by
    chance.
    """
    rows = np.sort(_validation(v))
    if not 6 < len(rows) < m - 6:
        return None
    steps, times = np.unique(np.diff(rows, append=rows[0] + m), return_counts=True)
    return steps[times.argmax()] if max(times) >= len(rows) - 1 else None


_SAME_SPLIT, _OTHER_SPLIT = repeatable(_validation, "20 examples, 30 %")


def _split(places):
    """Make a split of a function that lists the places of both parts."""
    return lambda X, y, fraction, rng: _parts(X, y, places(len(X), round(fraction * len(X)), rng))


def _parts(X, y, places):
    train, val = places
    return X[train], X[val], y[train], y[val]


def _cut(order, n_val):
    return order[n_val:], order[:n_val]


def _cut_at(size):
    """Split as the reference does, but for the size of the validation part."""
    return lambda X, y, fraction, rng: _parts(
        X, y, _cut(rng.permutation(len(X)), size(fraction, len(X), rng))
    )


def _regrouped(regroup):
    return lambda *arguments: regroup(*train_validation_split(*arguments))


def _split_after(shuffle_X, shuffle_y):
    def train_validation_split(X, y, fraction, rng):
        n_val = round(fraction * len(X))
        return *_cut(shuffle_X(X, rng), n_val), *_cut(shuffle_y(y, rng), n_val)

    return train_validation_split


def _both_in_place(X, y, fraction, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    n_val = round(fraction * len(X))
    return *_cut(X, n_val), *_cut(y, n_val)


def _shuffled_after(m, n_val, rng):
    train, val = np.arange(m)[: m - n_val], np.arange(m)[m - n_val :]
    return rng.permutation(train), rng.permutation(val)


def _from_a_random_start(wrapping):
    """Take one stretch of the data for validation."""

    def places(m, n_val, rng):
        start = rng.integers(m if wrapping else m - n_val + 1)
        return _cut((start + np.arange(m)) % m, n_val)

    return places


def _every_so_many(at_least, start=lambda step, rng: 0):
    def places(m, n_val, rng):
        step = m // max(n_val, at_least)
        val = (start(step, rng) + step * np.arange(n_val)) % m
        return np.delete(np.arange(m), val), val

    return places


class TrainValidationSplit(Exercise):
    reference = train_validation_split
    probes = [
        Probe("20 examples, 30 %", drawn(20, 0.3, seed=1)),
        Probe("the same seed again", drawn(20, 0.3, seed=1), rules=[_SAME_SPLIT]),
        Probe("another seed", drawn(20, 0.3, seed=2), rules=[_OTHER_SPLIT]),
        Probe("a share to round up", drawn(53, 0.2, seed=3)),
        Probe("a share to round down", drawn(52, 0.2, seed=4)),
        Probe("29 % of 100", drawn(100, 0.29, seed=5)),
        Probe("a share too small for one example", drawn(20, 0.02, seed=7), may_refuse=True),
        Probe("read-only float32", drawn(24, 0.75, seed=6, dtype=np.float32), read_only=True),
    ]

    @rule
    def wrong_type(v, *_):
        """It should return four arrays."""
        return isinstance(v, (tuple, list)) and len(v) in (2, 4)

    @rule.broken_by(
        _regrouped(lambda X_train, X_val, *y: ((X_train, y[0]), (X_val, y[1]))),
        _regrouped(lambda X_train, X_val, *y: ((X_train, X_val), y)),
    )
    def two_pairs(v, *_):
        """It returns two pairs; expected four arrays side by side."""
        return len(v) == 4 or not all(isinstance(part, (tuple, list)) for part in v)

    @rule.broken_by(
        lambda X, y, fraction, rng: _cut(rng.permutation(len(X)), round(fraction * len(X)))
    )
    def indices(v, *_):
        """These are the places of the examples. Look them up, in X and in y."""
        return len(v) == 4 or axes_of(v) != [1, 1]

    @rule.broken_by(_regrouped(lambda X_train, X_val, *y: (X_train, X_val)))
    def X_only(v, *_):
        """Two parts come back; expected four: both of X and, split alike, both of y."""
        return len(v) == 4

    @rule.broken_by(
        _regrouped(lambda X_train, X_val, *y: (X_train, y[0], X_val, y[1])),
        _regrouped(lambda X_train, X_val, *y: (*y, X_train, X_val)),
    )
    def order_of_results(v, *_):
        """The results come in another order. Expected are both parts of X, then both of y."""
        return [np.ndim(part) for part in v] not in ([2, 1, 2, 1], [1, 1, 2, 2])

    @rule
    def wrong_shape(v, X, *_):
        """Both parts of X should keep their axes, (…, n_in), and both of y theirs, (…,)."""
        axes = zip(v, 2 * [X.shape[1:]] + 2 * [()], strict=True)
        return all(not len(part) or np.shape(part)[1:] == other for part, other in axes)

    @rule
    def rows_torn_apart(v, *_):
        """Its rows are no rows of X: the features of different examples are mixed. Shuffle whole
        rows."""
        return rows_of(_both(v, 0)).size >= 0

    @rule.broken_by(_regrouped(lambda X_train, X_val, *y: (X_train, X_val, y[1], y[0])))
    def unequal_lengths(v, *_):
        """A part of X and its part of y have different lengths."""
        return [len(v[0]), len(v[1])] == [len(v[2]), len(v[3])]

    @rule.broken_by(_split_after(permuted, as_it_is), _split_after(as_it_is, permuted))
    def one_of_two_shuffled(v, X, *_):
        """One of X and y is shuffled and the other is in its old order: examples get the targets of
        others. One order for both."""
        return belong(_both(v, 0), _both(v, 2)) or not any(
            _in_old_order(parts, len(X))
            for parts in (map(rows_of, v[:2]), (part / 10 for part in map(np.asarray, v[2:])))
        )

    @rule.broken_by(_split_after(permuted, permuted), _both_in_place)
    def shuffled_separately(v, *_):
        """X and y do not come in the same order: examples get the targets of others. Draw one
        order, use it for both, and cut both at the same place."""
        return belong(_both(v, 0), _both(v, 2))

    @rule.broken_by(
        _split(lambda m, n_val, rng: (np.arange(m), rng.permutation(m)[:n_val])),
        _split(lambda m, n_val, rng: (np.arange(m), np.arange(m)[m - n_val :])),
        _split(lambda m, n_val, rng: (rng.permutation(m), rng.permutation(m)[:n_val])),
    )
    def everything_for_training(v, X, *_):
        """The training part holds all examples, those for validation too: then a network is judged
        by what it has learned from."""
        return len(v[1]) == 0 or len(set(rows_of(v[0]))) < len(X)

    @rule.broken_by(
        _split(
            lambda m, n_val, rng: (rng.integers(m, size=m - n_val), rng.integers(m, size=n_val))
        ),
        _split(lambda m, n_val, rng: _cut(rng.integers(m, size=m), n_val)),
    )
    def with_replacement(v, *_):
        """Some examples come twice in the same part: they are drawn with replacement, or
        random.shuffle swaps rows of an array. Use an order in which each comes once."""
        return all(len(set(rows_of(part))) == len(part) for part in v[:2])

    @rule.broken_by(
        _split(lambda m, n_val, rng: (rng.permutation(m)[: m - n_val], rng.permutation(m)[:n_val])),
        _split(lambda m, n_val, rng: ((order := rng.permutation(m))[: m - n_val], order[:n_val])),
    )
    def leak(v, *_):
        """Some validation examples are among the training examples as well. Cut one and the same
        order into two."""
        return not set(rows_of(v[0])) & set(_validation(v))

    @rule.broken_by(
        _split(lambda m, n_val, rng: ((order := rng.permutation(m))[n_val + 1 :], order[:n_val])),
        _split(lambda m, n_val, rng: ((order := rng.permutation(m))[n_val:-1], order[:n_val])),
    )
    def examples_lost(v, X, *_):
        """Some examples are in neither part. Where one part ends, the other begins."""
        return len(_both(v, 0)) == len(X)

    @rule.broken_by(
        _split(lambda m, n_val, rng: ((order := rng.permutation(m))[:-n_val], order[-n_val:]))
    )
    def all_for_validation(v, X, y, fraction, rng):
        """Where the share is too small for a single example, all of them land in the validation
        part: a slice to or from minus 0 is not what it is for other numbers. Count from the
        front."""
        return round(fraction * len(X)) > 0 or len(v[0]) > 0

    @rule.broken_by(
        _regrouped(lambda X_train, X_val, *y: (X_val, X_train, *y[::-1])),
        _split(lambda m, n_val, rng: (np.arange(m)[:n_val], np.arange(m)[n_val:])),
    )
    def fraction_for_training(v, X, y, fraction, rng):
        """The two parts have each other's sizes. `fraction` is the share of the validation part,
        and the training part comes first."""
        return len(v[0]) != round(fraction * len(X))

    @rule.broken_by(_cut_at(lambda fraction, m, rng: int(fraction * m)))
    def cut_off(v, X, y, fraction, rng):
        """The validation part is an example too small: `int` and `//` cut off what stands after the
        point, even of 28.999…, which is 0.29 * 100 to a computer. Round."""
        return not (len(v[1]) == math.floor(fraction * len(X)) < round(fraction * len(X)))

    @rule.broken_by(_cut_at(lambda fraction, m, rng: max(1, round(fraction * m))))
    def at_least_one(v, X, y, fraction, rng):
        """Where the share is too small for a single example, the validation part holds one all the
        same. Round, and leave it empty then, or refuse such a share."""
        return not (len(v[1]) == 1 and round(fraction * len(X)) == 0)

    @rule.broken_by(_cut_at(lambda fraction, m, rng: math.ceil(fraction * m)))
    def rounded_up(v, X, y, fraction, rng):
        """The validation part is an example too large: its size is rounded up, not to the
        nearest."""
        return not (len(v[1]) == math.ceil(fraction * len(X)) > round(fraction * len(X)))

    @rule.broken_by(
        _cut_at(lambda fraction, m, rng: rng.binomial(m, fraction)),
        _cut_at(lambda fraction, m, rng: m // 5),
        _cut_at(lambda fraction, m, rng: m // 2),
    )
    def wrong_size(v, X, y, fraction, rng):
        """The validation part should have round(fraction·m) examples, neither more nor fewer by
        chance, nor always the same number."""
        return len(v[1]) == round(fraction * len(X))

    @rule.broken_by(
        _split(lambda m, n_val, rng: _cut(np.arange(m), n_val)),
        _split(lambda m, n_val, rng: (np.arange(m)[: m - n_val], np.arange(m)[m - n_val :])),
        _split(_shuffled_after),
    )
    def not_shuffled(v, X, *_):
        """The validation part is what stood at one end. Sorted data have other classes there:
        shuffle before you cut."""
        return not len(v[1]) or not _is_block(v, len(X))

    @rule.broken_by(
        _split(_from_a_random_start(wrapping=True)), _split(_from_a_random_start(wrapping=False))
    )
    def one_stretch(v, X, *_):
        """The validation part is one stretch of the data, wherever it begins: sorted data have only
        a class or two there. Draw each example by itself."""
        return _step(v, len(X)) != 1

    @rule.broken_by(
        *(
            _split(_every_so_many(least, start))
            for least in (0, 1)
            for start in (lambda step, rng: rng.integers(step), lambda step, rng: rng.integers(99))
        )
    )
    def equal_steps(v, X, *_):
        """The validation examples stand at equal distances: at most the first of them is left to
        chance. Draw each by itself."""
        return _step(v, len(X)) in (None, 1)

    not_repeatable = mistake(
        lambda X, y, fraction, rng: train_validation_split(X, y, fraction, np.random.default_rng()),
        says=_SAME_SPLIT.sentence,
    )
    own_generator = mistake(
        lambda X, y, fraction, rng: train_validation_split(
            X, y, fraction, np.random.default_rng(0)
        ),
        _split(lambda m, n_val, rng: _cut(np.argsort(np.sin(np.arange(m))), n_val)),
        _split(_every_so_many(at_least=0)),
        _split(_every_so_many(at_least=1)),
        says=_OTHER_SPLIT.sentence,
    )

    @mistake
    def changes_its_input(X, y, fraction, rng):
        """It changes `X` and `y`, which it should only read. Shuffle their places, not the
        arrays."""
        order = rng.permutation(len(X))
        X[:], y[:] = X[order], y[order]
        n_val = round(fraction * len(X))
        return X[n_val:].copy(), X[:n_val].copy(), y[n_val:].copy(), y[:n_val].copy()

    @overlooked
    def labels_as_floats(v, *_):
        """The labels were whole numbers and come as floats, by which nothing can be looked up. It
        passes; keep X and y in arrays of their own."""
        return all(np.asarray(part).dtype.kind in "iu" for part in v[2:] if len(part))

    hints = (
        "As for mini-batches, one random order serves X and y; here it is cut once.",
        "How many places of the order go to validation? A whole number: round(fraction * m).",
        "Cut the order at that number into two arrays of places, and look up both in X and in y: "
        "four results.",
    )
    insight = "Split before all else: what was looked at in training can no longer judge it."
    explanation = "One permutation, cut in two: no example is in both parts, and none in neither."
