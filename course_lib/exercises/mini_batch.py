"""The exercises and the quiz of notebook 04.

Shapes as in the notebook: `X` is (m, n_in), `y` is (m,); in a step of an optimiser the weights, the
gradient and whatever is remembered have one shape, any.
"""

import itertools
import math

import numpy as np

from course_lib.batches import minibatches
from course_lib.by_hand.mini_batch import adam_step, momentum_step, train_validation_split
from course_lib.exercises.engine import Exercise, Misconception
from course_lib.exercises.quiz import Question
from course_lib.exercises.sandbox import TOO_MANY
from course_lib.losses import l2_penalty
from course_lib.training import should_stop


def _examples(m, dtype=float):
    """Give m examples, each with its own target: row i is (i, i + ½), its target 10 i."""
    i = np.arange(m)
    return np.column_stack([i, i + 0.5]).astype(dtype), 10 * i


def _mistakes(rules, forms):
    """Declare the misconceptions whose sentences stand in the rules that they break."""
    sentences = {slug: sentence for slug, sentence, *_ in rules}
    return [
        Misconception(slug, sentences[slug], function, tuple(variants))
        for slug, (function, *variants) in forms.items()
    ]


def _rows(array):
    """Read off which examples these are; an error, for the engine a no, where they are none."""
    rows = np.asarray(array)
    found = rows[:, 0].astype(int)
    if not np.array_equal(rows[:, 1], found + 0.5):
        raise ValueError
    return found


def _belong(X, y):
    return np.array_equal(10 * _rows(X), y)


def _repeatable(key, probe):
    """Judge two draws: the same from the same seed, and others from another."""
    same_again = (
        "not-repeatable",
        "The same seed gives another order the second time: it does not come from `rng` but from "
        "NumPy's global state, or from a generator without a seed.",
        lambda v, first, *_: np.array_equal(key(v), key(first)),
        probe,
    )
    other = (
        "own-generator",
        "Whatever `rng` it is given, the order is the same: it has a seed of its own, or no chance "
        "in it. A second epoch, or a second split, would be like the first.",
        lambda v, first, *_: not np.array_equal(key(v), key(first)),
        probe,
    )
    return same_again, other


# --- minibatches ---------------------------------------------------------------------------------


def _dealt(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def _axes(parts):
    """Count the axes of each part that is an array."""
    return [part.ndim if isinstance(part, np.ndarray) else None for part in parts]


def _sizes(v):
    return [len(X_batch) for X_batch, _ in v]


def _order(v):
    return np.concatenate([_rows(X_batch) for X_batch, _ in v])


def _targets(v):
    return np.concatenate([y_batch for _, y_batch in v])


def _expected_sizes(m, batch_size):
    return [len(batch) for batch in _dealt(range(m), batch_size)]


def _is_window(v, batch_size):
    """Tell whether each batch is the one before, moved on by a single example."""
    rows = [list(_rows(X_batch)) for X_batch, _ in v]
    pairs = list(zip(rows, rows[1:], strict=False))
    return batch_size > 1 and pairs and all(a[1:] == b[: len(a) - 1] for a, b in pairs)


def _is_filled_up(v, m, batch_size):
    """Tell whether the short batch was made full with examples that had come already."""
    order = _order(v)
    whole = m - m % batch_size
    return len(order) == whole + batch_size and len(set(order[:whole])) == whole < m


def _runs(v):
    """Tell whether every batch is a run of neighbours in the given order."""
    return all((np.diff(_rows(X_batch)) == 1).all() for X_batch, _ in v)


# What holds for every epoch, the most fundamental first.
_EPOCH = [
    (
        "return-for-yield",
        "It gives the first batch and ends: a `return` in the loop ends the whole function. "
        "`yield` hands a batch over and goes on.",
        lambda v, *_: not isinstance(v, tuple) or _axes(v) != [2, 1],
    ),
    (
        "wrong-type",
        "It should hand over batches: `yield` each, or return a list of them.",
        lambda v, *_: isinstance(v, (tuple, list)),
    ),
    (
        "no-batches",
        "It gives no batch at all. Does the loop run, and does it reach the `yield`? What a "
        "function with a `yield` in it returns is lost.",
        lambda v, *_: len(v) > 0,
    ),
    (
        "endless",
        "It hands over batches without end. An epoch is over when every example has come once.",
        lambda v, *_: len(v) < TOO_MANY,
    ),
    (
        "indices",
        "These are the places of the examples. Look them up: a batch holds rows of X and y.",
        lambda v, X, *_: set(_axes(v)) != {1} or max(map(max, v)) >= len(X),
    ),
    (
        "X-only",
        "A batch has X in it but no y. Hand over both, as a pair.",
        lambda v, *_: set(_axes(v)) != {2},
    ),
    (
        "one-after-the-other",
        "The X and the y of a batch come one after the other. Hand them over together, as a pair.",
        lambda v, *_: _axes(v)[:2] != [2, 1],
    ),
    (
        "wrong-type",
        "Each batch should be a pair, the rows of X and their targets.",
        lambda v, *_: all(isinstance(b, (tuple, list)) and len(b) == 2 for b in v),
    ),
    (
        "one-by-one",
        "These are single examples; a batch keeps the axis of examples, even where it holds one.",
        lambda v, *_: {(np.ndim(a), np.ndim(b)) for a, b in v} != {(1, 0)},
    ),
    (
        "wrong-shape",
        "In a batch of k examples, X should be (k, n_in) and y (k,).",
        lambda v, X, *_: all(np.shape(a)[1:] == X.shape[1:] and np.ndim(b) == 1 for a, b in v),
    ),
    (
        "everything",
        "Every batch holds all the examples. Slice X and y: from where, and to where?",
        lambda v, X, *_: len(v) == 1 or any(len(part) < len(X) for b in v for part in b),
    ),
    (
        "one-of-two-sliced",
        "One of X and y is cut into batches; the other comes whole with every batch.",
        lambda v, X, *_: (
            len(v) == 1 or not any(max(map(len, b)) == len(X) > min(map(len, b)) for b in v)
        ),
    ),
    (
        "unequal-lengths",
        "The X and the y of a batch have different lengths.",
        lambda v, *_: all(len(a) == len(b) for a, b in v),
    ),
    (
        "rows-torn-apart",
        "Its rows are no rows of X: the features of different examples are mixed. Shuffle whole "
        "rows.",
        lambda v, *_: _order(v).size >= 0,
    ),
    (
        "one-of-two-shuffled",
        "One of X and y is shuffled and the other is in its old order: examples get the targets "
        "of others. One order for both.",
        lambda v, *_: (
            all(_belong(a, b) for a, b in v)
            or not any(
                np.array_equal(rows, np.arange(len(rows))) for rows in (_order(v), _targets(v) / 10)
            )
        ),
    ),
    (
        "shuffled-separately",
        "X and y are shuffled, but not alike: examples get the targets of others. Draw one order "
        "and use it for both.",
        lambda v, *_: all(_belong(a, b) for a, b in v),
    ),
    (
        "same-batch",
        "It is the same batch again and again. Should the slice not begin where the last one "
        "ended?",
        lambda v, *_: len(v) == 1 or any(set(_rows(a)) != set(_rows(v[0][0])) for a, _ in v),
    ),
    (
        "first-batch-only",
        "There is one batch and no more. Does the loop go on after it?",
        lambda v, X, *_: len(v) > 1 or len(v[0][0]) == len(X),
    ),
    (
        "overlapping",
        "Each batch moves on by a single example, and nearly all come again. The next one begins "
        "where the last one ended.",
        lambda v, X, y, batch_size, rng: not _is_window(v, batch_size),
    ),
    (
        "filled-up",
        "The last batch is filled up with examples that have come already. Let it be short.",
        lambda v, X, y, batch_size, rng: not _is_filled_up(v, len(X), batch_size),
    ),
    (
        "last-batch-dropped",
        "The examples that do not fill a whole batch are left out. Let the last batch be short.",
        lambda v, X, y, batch_size, rng: (
            not (
                len(_order(v)) == len(X) - len(X) % batch_size < len(X)
                and set(_sizes(v)) == {batch_size}
            )
        ),
    ),
    (
        "one-short",
        "Each batch has an example less than asked for: a slice ends before its second number.",
        lambda v, X, y, batch_size, rng: (
            not (len(_order(v)) < len(X) and max(_sizes(v)) == batch_size - 1)
        ),
    ),
    (
        "with-replacement",
        "Some examples come again in the same epoch, and others not at all. Do not draw each "
        "batch anew: shuffle once, then deal all out.",
        lambda v, *_: len(set(_order(v))) == len(_order(v)),
    ),
    (
        "examples-missing",
        "Not every example comes. In an epoch each has its turn.",
        lambda v, X, *_: len(_order(v)) == len(X),
    ),
    (
        "empty-batch",
        "An empty batch comes at the end. Where `batch_size` divides m, nothing is left over.",
        lambda v, *_: len(v[-1][0]) > 0,
    ),
    (
        "batches-shuffled",
        "The batches come in a random order, but the same examples always stand together. Shuffle "
        "the examples.",
        lambda v, X, y, batch_size, rng: (
            not 1 < batch_size < len(X)
            or not _runs(v)
            or np.array_equal(_order(v), np.arange(len(X)))
        ),
    ),
    (
        "number-for-size",
        "`batch_size` is the number of examples in a batch; here it has become the number of "
        "batches.",
        lambda v, X, y, batch_size, rng: (
            len(v) == len(_expected_sizes(len(X), batch_size)) or len(v) != batch_size
        ),
    ),
    (
        "evened-out",
        "All batches are made nearly equal, as np.array_split does. Expected are whole batches of "
        "`batch_size`, then what is left.",
        lambda v, X, y, batch_size, rng: (
            np.ptp(_sizes(v)) > 1 or _sizes(v) == _expected_sizes(len(X), batch_size)
        ),
    ),
    (
        "wrong-sizes",
        "Each batch should have `batch_size` examples; only the last may be shorter.",
        lambda v, X, y, batch_size, rng: _sizes(v) == _expected_sizes(len(X), batch_size),
    ),
    (
        "not-shuffled",
        "The examples come in the order in which they were given, in every epoch. Let `rng` draw "
        "another.",
        lambda v, X, *_: len(v) == 1 or not np.array_equal(_order(v), np.arange(len(X))),
    ),
    (
        "shuffled-inside",
        "It shuffles inside each batch only; the same examples always stand together. Shuffle "
        "before you cut.",
        lambda v, X, y, batch_size, rng: (
            not 1 < batch_size < len(X)
            or [set(_rows(a)) for a, _ in v] != list(map(set, _dealt(range(len(X)), batch_size)))
        ),
    ),
]
_SAME_EPOCH, _OTHER_EPOCH = _repeatable(_order, "13 examples, 5 at a time")


def _in_batches(batches_of):
    """Make minibatches of a function that lists the places of each batch."""
    return lambda X, y, batch_size, rng: [
        (X[batch], y[batch]) for batch in batches_of(len(X), batch_size, rng)
    ]


def _shuffled(m, batch_size, rng):
    return _dealt(rng.permutation(m), batch_size)


def _one_after_the_other(X, y, batch_size, rng):
    for batch in minibatches(X, y, batch_size, rng):
        yield from batch


def _returned_after_yield(X, y, batch_size, rng):
    if len(X) < 0:
        yield
    return list(minibatches(X, y, batch_size, rng))


def _epoch_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [(X[b].copy(), y[b].copy()) for b in _dealt(np.arange(len(X)), batch_size)]


def _shuffled_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return [(X[b], y[b]) for b in _dealt(np.arange(len(X)), batch_size)]


def _zipped(shuffle_X, shuffle_y):
    """Shuffle X and y each in its own way and cut both."""

    def minibatches(X, y, batch_size, rng):
        X, y = shuffle_X(X, rng), shuffle_y(y, rng)
        return list(zip(_dealt(X, batch_size), _dealt(y, batch_size), strict=True))

    return minibatches


def _permuted(array, rng):
    return array[rng.permutation(len(array))]


def _as_it_is(array, rng):
    return array


def _filled_up(m, batch_size, rng):
    order = rng.permutation(m)
    return _dealt(np.append(order, order[: -m % batch_size]), batch_size)


def _last_ones_again(m, batch_size, rng):
    order = rng.permutation(m)
    return [*_dealt(order, batch_size)[:-1], order[-batch_size:]]


def _whole_batches(m, batch_size, rng):
    return _shuffled(m, batch_size, rng)[: m // batch_size]


def _drawn_anew(replace):
    return lambda m, batch_size, rng: [
        rng.choice(m, len(batch), replace=replace) for batch in _dealt(range(m), batch_size)
    ]


def _slices(longer, step=0):
    """Cut slices that are longer than they should be, at steps of the batch size or another."""

    def places(m, batch_size, rng):
        order = rng.permutation(m)
        starts = range(0, m, step or batch_size)
        return [order[i : max(i + batch_size + longer, 0)] for i in starts]

    return places


MINIBATCHES = Exercise(
    reference=minibatches,
    probes=[
        ("13 examples, 5 at a time", (*_examples(13), 5, np.random.default_rng(1))),
        ("the same seed again", (*_examples(13), 5, np.random.default_rng(1))),
        ("another seed", (*_examples(13), 5, np.random.default_rng(2))),
        ("batches that fit", (*_examples(12), 4, np.random.default_rng(3))),
        ("all at once", (*_examples(12), 12, np.random.default_rng(4))),
        ("one at a time", (*_examples(11), 1, np.random.default_rng(5))),
        ("read-only float32", (*_examples(14, np.float32), 3, np.random.default_rng(6))),
    ],
    properties=dict.fromkeys(
        [
            "13 examples, 5 at a time",
            "batches that fit",
            "all at once",
            "one at a time",
            "read-only float32",
        ],
        _EPOCH,
    )
    | {
        "the same seed again": [*_EPOCH, _SAME_EPOCH],
        "another seed": [*_EPOCH, _OTHER_EPOCH],
    },
    misconceptions=[
        *_mistakes(
            [*_EPOCH, _SAME_EPOCH, _OTHER_EPOCH],
            {
                "return-for-yield": [
                    lambda *arguments: next(minibatches(*arguments)),
                    lambda X, y, batch_size, rng: (X[:batch_size], y[:batch_size]),
                ],
                "no-batches": [lambda *arguments: [], _returned_after_yield],
                "endless": [lambda X, y, k, rng: itertools.repeat((X[:k], y[:k]))],
                "indices": [lambda X, y, batch_size, rng: _shuffled(len(X), batch_size, rng)],
                "X-only": [lambda *arguments: [X for X, _ in minibatches(*arguments)]],
                "one-after-the-other": [_one_after_the_other],
                "one-by-one": [
                    lambda X, y, _, rng: list(
                        zip(*next(minibatches(X, y, len(X), rng)), strict=True)
                    )
                ],
                "everything": [
                    lambda X, y, batch_size, rng: [
                        (X, y) for _ in _expected_sizes(len(X), batch_size)
                    ],
                    lambda X, y, batch_size, rng: [
                        (X[order], y[order])
                        for order in [rng.permutation(len(X))]
                        for _ in _expected_sizes(len(X), batch_size)
                    ],
                ],
                "one-of-two-sliced": [
                    lambda X, *more: [(a, more[0]) for a, _ in minibatches(X, *more)],
                    lambda X, *more: [(X, b) for _, b in minibatches(X, *more)],
                ],
                "one-of-two-shuffled": [
                    _zipped(_permuted, _as_it_is),
                    _zipped(_as_it_is, _permuted),
                ],
                "shuffled-separately": [_zipped(_permuted, _permuted), _shuffled_in_place],
                "empty-batch": [
                    _in_batches(
                        lambda m, k, rng: [*_dealt(rng.permutation(m), k), []][: m // k + 1]
                    ),
                ],
                "same-batch": [
                    _in_batches(
                        lambda m, batch_size, rng: (
                            [_shuffled(m, batch_size, rng)[0]] * len(_expected_sizes(m, batch_size))
                        )
                    ),
                    _in_batches(
                        lambda m, batch_size, rng: (
                            [range(batch_size)] * len(_expected_sizes(m, batch_size))
                        )
                    ),
                ],
                "first-batch-only": [lambda *arguments: [next(minibatches(*arguments))]],
                "overlapping": [
                    _in_batches(_slices(0, step=1)),
                    _in_batches(
                        lambda m, batch_size, rng: _slices(0, step=1)(m, batch_size, rng)[
                            : m - batch_size + 1
                        ]
                    ),
                ],
                "filled-up": [_in_batches(_filled_up), _in_batches(_last_ones_again)],
                "last-batch-dropped": [
                    _in_batches(_whole_batches),
                    _in_batches(lambda m, k, rng: _dealt(np.arange(m), k)[: m // k]),
                ],
                "one-short": [_in_batches(_slices(-1))],
                "with-replacement": [
                    _in_batches(_drawn_anew(True)),
                    _in_batches(_drawn_anew(False)),
                    _in_batches(lambda m, k, rng: _dealt(rng.integers(m, size=m), k)),
                ],
                "number-for-size": [
                    _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), k)),
                    _in_batches(lambda m, k, rng: np.array_split(np.arange(m), k)),
                ],
                "evened-out": [
                    _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), -(-m // k))),
                    _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), m // k)),
                ],
                "wrong-sizes": [
                    _in_batches(lambda m, k, rng: _shuffled(m, k, rng)[::-1]),
                    _in_batches(lambda m, k, rng: np.split(rng.permutation(m), range(m % k, m, k))),
                ],
                "not-shuffled": [_in_batches(lambda m, k, rng: _dealt(np.arange(m), k))],
                "batches-shuffled": [
                    _in_batches(
                        lambda m, k, rng: [
                            range(i, min(i + k, m)) for i in rng.permutation(range(0, m, k))
                        ]
                    )
                ],
                "shuffled-inside": [
                    _in_batches(
                        lambda m, k, rng: [rng.permutation(b) for b in _dealt(np.arange(m), k)]
                    )
                ],
                "not-repeatable": [
                    lambda X, y, k, rng: minibatches(X, y, k, np.random.default_rng())
                ],
                "own-generator": [
                    lambda X, y, k, rng: minibatches(X, y, k, np.random.default_rng(0)),
                    _in_batches(lambda m, k, rng: _dealt(np.arange(m)[::-1], k)),
                ],
            },
        ),
        Misconception(
            "changes-its-input",
            "It changes `X` and `y`, which it was only lent. Shuffle their places, not the arrays.",
            _epoch_in_place,
        ),
    ],
    hints=(
        "Shuffle once at the start, then deal out from the top until nothing is left.",
        "rng.permutation(m) is a random order of the places 0 to m - 1; an array of places between "
        "square brackets picks rows, of X and of y alike.",
        "Let `start` run over range(0, m, batch_size). A slice of the order from there picks one "
        "batch; at the end it is short by itself.",
    ),
    insight="In each epoch it draws on: an `rng` handed in from outside gives a new order.",
    explanation="One permutation for X and y together, cut into slices; each example comes once.",
)


# --- train_validation_split ----------------------------------------------------------------------


def _validation(v):
    return _rows(v[1])


def _both(v, k):
    """Put the training and the validation part together again: of X (k = 0) or of y (k = 2)."""
    return np.concatenate([v[k], v[k + 1]])


def _in_old_order(parts, m):
    """Tell whether two parts are a cut through examples in the order given."""
    a, b = parts
    return any(np.array_equal(np.append(*pair), np.arange(m)) for pair in ((a, b), (b, a)))


def _is_block(v, m):
    """Tell whether the validation part is what stood at one end."""
    rows = sorted(_validation(v))
    return rows in (list(range(len(rows))), list(range(m - len(rows), m)))


_SPLIT = [
    (
        "wrong-type",
        "It should return four arrays.",
        lambda v, *_: isinstance(v, (tuple, list)) and len(v) in (2, 4),
    ),
    (
        "two-pairs",
        "It returns two pairs; expected four arrays side by side.",
        lambda v, *_: len(v) == 4 or not all(isinstance(part, (tuple, list)) for part in v),
    ),
    (
        "indices",
        "These are the places of the examples. Look them up, in X and in y.",
        lambda v, *_: len(v) == 4 or _axes(v) != [1, 1],
    ),
    (
        "X-only",
        "It splits X only; `y` must be split alike.",
        lambda v, *_: len(v) == 4,
    ),
    (
        "order-of-results",
        "The results come in another order. Expected are both parts of X, then both of y.",
        lambda v, *_: [np.ndim(part) for part in v] not in ([2, 1, 2, 1], [1, 1, 2, 2]),
    ),
    (
        "wrong-shape",
        "Both parts of X should keep their axes, (…, n_in), and both of y theirs, (…,).",
        lambda v, X, *_: [np.shape(part)[1:] for part in v] == 2 * [X.shape[1:]] + 2 * [()],
    ),
    (
        "rows-torn-apart",
        "Its rows are no rows of X: the features of different examples are mixed. Shuffle whole "
        "rows.",
        lambda v, *_: _rows(_both(v, 0)).size >= 0,
    ),
    (
        "unequal-lengths",
        "A part of X and its part of y have different lengths.",
        lambda v, *_: [len(v[0]), len(v[1])] == [len(v[2]), len(v[3])],
    ),
    (
        "one-of-two-shuffled",
        "One of X and y is shuffled and the other is in its old order: examples get the targets "
        "of others. One order for both.",
        lambda v, X, *_: (
            _belong(_both(v, 0), _both(v, 2))
            or not any(
                _in_old_order(parts, len(X))
                for parts in (map(_rows, v[:2]), (part / 10 for part in map(np.asarray, v[2:])))
            )
        ),
    ),
    (
        "shuffled-separately",
        "X and y are shuffled, but not alike: examples get the targets of others. Draw one order "
        "and use it for both.",
        lambda v, *_: _belong(_both(v, 0), _both(v, 2)),
    ),
    (
        "everything-for-training",
        "The training part holds all examples, those for validation too: then it is judged by "
        "what it has learned by heart.",
        lambda v, X, *_: len(set(_rows(v[0]))) < len(X),
    ),
    (
        "with-replacement",
        "Some examples come twice in the same part: they are drawn with replacement. Use an order "
        "in which each comes once.",
        lambda v, *_: all(len(set(_rows(part))) == len(part) for part in v[:2]),
    ),
    (
        "leak",
        "Some validation examples are among the training examples as well. Cut one and the same "
        "order into two.",
        lambda v, *_: not set(_rows(v[0])) & set(_validation(v)),
    ),
    (
        "examples-lost",
        "Some examples are in neither part. Where one part ends, the other begins.",
        lambda v, X, *_: len(_both(v, 0)) == len(X),
    ),
    (
        "fraction-for-training",
        "The two parts have each other's sizes. `fraction` is the share of the validation part, "
        "and the training part comes first.",
        lambda v, X, y, fraction, rng: len(v[0]) != round(fraction * len(X)),
    ),
    (
        "cut-off",
        "The validation part is an example too small: `int` and `//` cut off what stands after the "
        "point, even of 28.999…, which is 0.29 * 100 to a computer. Round.",
        lambda v, X, y, fraction, rng: (
            not (len(v[1]) == math.floor(fraction * len(X)) < round(fraction * len(X)))
        ),
    ),
    (
        "rounded-up",
        "The validation part is an example too large: its size is rounded up, not to the nearest.",
        lambda v, X, y, fraction, rng: (
            not (len(v[1]) == math.ceil(fraction * len(X)) > round(fraction * len(X)))
        ),
    ),
    (
        "wrong-size",
        "The validation part should have round(fraction·m) examples, neither more nor fewer by "
        "chance, nor always the same number.",
        lambda v, X, y, fraction, rng: len(v[1]) == round(fraction * len(X)),
    ),
    (
        "not-shuffled",
        "The validation part is what stood at one end. Sorted data have other classes there: "
        "shuffle before you cut.",
        lambda v, X, *_: not _is_block(v, len(X)),
    ),
]
_SAME_SPLIT, _OTHER_SPLIT = _repeatable(_validation, "20 examples, 30 %")


def _split(places):
    """Make a split of a function that lists the places of both parts."""

    def train_validation_split(X, y, fraction, rng):
        train, val = places(len(X), round(fraction * len(X)), rng)
        return X[train], X[val], y[train], y[val]

    return train_validation_split


def _cut(order, n_val):
    return order[n_val:], order[:n_val]


def _cut_at(size):
    """Split as the reference does, but for the size of the validation part."""

    def train_validation_split(X, y, fraction, rng):
        train, val = _cut(rng.permutation(len(X)), size(fraction, len(X), rng))
        return X[train], X[val], y[train], y[val]

    return train_validation_split


def _regrouped(regroup):
    return lambda *arguments: regroup(*train_validation_split(*arguments))


def _split_after(shuffle_X, shuffle_y):
    def train_validation_split(X, y, fraction, rng):
        n_val = round(fraction * len(X))
        return *_cut(shuffle_X(X, rng), n_val), *_cut(shuffle_y(y, rng), n_val)

    return train_validation_split


def _split_in_place(X, y, fraction, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    n_val = round(fraction * len(X))
    return X[n_val:].copy(), X[:n_val].copy(), y[n_val:].copy(), y[:n_val].copy()


def _both_in_place(X, y, fraction, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    n_val = round(fraction * len(X))
    return *_cut(X, n_val), *_cut(y, n_val)


def _shuffled_after(m, n_val, rng):
    train, val = np.arange(m)[: m - n_val], np.arange(m)[m - n_val :]
    return rng.permutation(train), rng.permutation(val)


SPLIT = Exercise(
    reference=train_validation_split,
    probes=[
        ("20 examples, 30 %", (*_examples(20), 0.3, np.random.default_rng(1))),
        ("the same seed again", (*_examples(20), 0.3, np.random.default_rng(1))),
        ("another seed", (*_examples(20), 0.3, np.random.default_rng(2))),
        ("a share to round up", (*_examples(53), 0.2, np.random.default_rng(3))),
        ("a share to round down", (*_examples(52), 0.2, np.random.default_rng(4))),
        ("29 % of 100", (*_examples(100), 0.29, np.random.default_rng(5))),
        ("read-only float32", (*_examples(24, np.float32), 0.75, np.random.default_rng(6))),
    ],
    properties={
        "20 examples, 30 %": _SPLIT,
        "the same seed again": [*_SPLIT, _SAME_SPLIT],
        "another seed": [*_SPLIT, _OTHER_SPLIT],
        "a share to round up": _SPLIT,
        "a share to round down": _SPLIT,
        "29 % of 100": _SPLIT,
        "read-only float32": _SPLIT,
    },
    misconceptions=[
        *_mistakes(
            [*_SPLIT, _SAME_SPLIT, _OTHER_SPLIT],
            {
                "two-pairs": [
                    _regrouped(lambda X_train, X_val, *y: ((X_train, y[0]), (X_val, y[1]))),
                    _regrouped(lambda X_train, X_val, *y: ((X_train, X_val), y)),
                ],
                "indices": [
                    lambda X, y, fraction, rng: _cut(
                        rng.permutation(len(X)), round(fraction * len(X))
                    )
                ],
                "X-only": [_regrouped(lambda X_train, X_val, *y: (X_train, X_val))],
                "order-of-results": [
                    _regrouped(lambda X_train, X_val, *y: (X_train, y[0], X_val, y[1])),
                    _regrouped(lambda X_train, X_val, *y: (*y, X_train, X_val)),
                ],
                "unequal-lengths": [
                    _regrouped(lambda X_train, X_val, *y: (X_train, X_val, y[1], y[0]))
                ],
                "one-of-two-shuffled": [
                    _split_after(_permuted, _as_it_is),
                    _split_after(_as_it_is, _permuted),
                ],
                "shuffled-separately": [_split_after(_permuted, _permuted), _both_in_place],
                "everything-for-training": [
                    _split(lambda m, n_val, rng: (np.arange(m), rng.permutation(m)[:n_val])),
                    _split(lambda m, n_val, rng: (np.arange(m), np.arange(m)[m - n_val :])),
                    _split(lambda m, n_val, rng: (rng.permutation(m), rng.permutation(m)[:n_val])),
                ],
                "with-replacement": [
                    _split(
                        lambda m, n_val, rng: (
                            rng.integers(m, size=m - n_val),
                            rng.integers(m, size=n_val),
                        )
                    ),
                    _split(lambda m, n_val, rng: _cut(rng.integers(m, size=m), n_val)),
                ],
                "leak": [
                    _split(
                        lambda m, n_val, rng: (
                            rng.permutation(m)[: m - n_val],
                            rng.permutation(m)[:n_val],
                        )
                    ),
                    _split(
                        lambda m, n_val, rng: (
                            (order := rng.permutation(m))[: m - n_val],
                            order[:n_val],
                        )
                    ),
                ],
                "examples-lost": [
                    _split(
                        lambda m, n_val, rng: (
                            (order := rng.permutation(m))[n_val + 1 :],
                            order[:n_val],
                        )
                    ),
                    _split(
                        lambda m, n_val, rng: (
                            (order := rng.permutation(m))[n_val:-1],
                            order[:n_val],
                        )
                    ),
                ],
                "fraction-for-training": [
                    _regrouped(lambda X_train, X_val, *y: (X_val, X_train, *y[::-1])),
                    _split(lambda m, n_val, rng: (np.arange(m)[:n_val], np.arange(m)[n_val:])),
                ],
                "cut-off": [_cut_at(lambda fraction, m, rng: int(fraction * m))],
                "rounded-up": [_cut_at(lambda fraction, m, rng: math.ceil(fraction * m))],
                "wrong-size": [
                    _cut_at(lambda fraction, m, rng: rng.binomial(m, fraction)),
                    _cut_at(lambda fraction, m, rng: m // 5),
                    _cut_at(lambda fraction, m, rng: m // 2),
                ],
                "not-shuffled": [
                    _split(lambda m, n_val, rng: _cut(np.arange(m), n_val)),
                    _split(
                        lambda m, n_val, rng: (np.arange(m)[: m - n_val], np.arange(m)[m - n_val :])
                    ),
                    _split(_shuffled_after),
                ],
                "not-repeatable": [
                    lambda X, y, fraction, rng: train_validation_split(
                        X, y, fraction, np.random.default_rng()
                    )
                ],
                "own-generator": [
                    lambda X, y, fraction, rng: train_validation_split(
                        X, y, fraction, np.random.default_rng(0)
                    ),
                    _split(lambda m, n_val, rng: _cut(np.argsort(np.sin(np.arange(m))), n_val)),
                ],
            },
        ),
        Misconception(
            "changes-its-input",
            "It changes `X` and `y`, which it was only lent. Shuffle their places, not the arrays.",
            _split_in_place,
        ),
    ],
    hints=(
        "As for mini-batches, one random order serves X and y; here it is cut once.",
        "How many places of the order go to validation? A whole number: round(fraction * m).",
        "Cut the order at that number into two arrays of places, and look up both in X and in y: "
        "four results.",
    ),
    insight="Split before all else: what was looked at in training can no longer judge it.",
    explanation="One permutation, cut in two: no example is in both parts, and none in neither.",
)


# --- l2_penalty ----------------------------------------------------------------------------------


def _biases_too(weights, strength):
    penalty = strength / 2 * sum(float((W**2).sum()) for W in weights)
    return penalty, [strength * W for W in weights]


def _matrices(weights):
    return [W for W in weights if W.ndim == 2]


def _squares(weights):
    return sum((W**2).sum() for W in weights)


def _half_squares(weights, strength):
    return strength / 2 * _squares(weights)


def _slope(W, strength):
    return strength * W


def _l2(penalty=_half_squares, slope=_slope):
    """Make the penalty of two functions, without biases; and again where they count as well."""

    def l2_penalty(weights, strength):
        return penalty(_matrices(weights), strength), [
            slope(W, strength) if W.ndim == 2 else np.zeros_like(W) for W in weights
        ]

    def with_biases(weights, strength):
        return penalty(weights, strength), [slope(W, strength) for W in weights]

    return l2_penalty, with_biases


def _wrongly_scaled(slug, sentence, *factors):
    """Declare a mistake of factors: on penalty and gradient, as functions of the strength."""
    functions = [
        function
        for on_penalty, on_slope in factors
        for function in _l2(
            lambda weights, s, f=on_penalty: f(s) * _half_squares(weights, s),
            lambda W, s, f=on_slope: f(s) * _slope(W, s),
        )
    ]
    return Misconception(slug, sentence, functions[0], tuple(functions[1:]))


def _mistaken(slug, sentence, *forms):
    functions = [function for form in forms for function in _l2(**form)]
    return Misconception(slug, sentence, functions[0], tuple(functions[1:]))


def _penalty_in_place(weights, strength):
    penalty = _half_squares(_matrices(weights), strength)
    for W in weights:
        W *= strength * (W.ndim == 2)
    return penalty, weights


def _one(s):
    return 1


_W1 = np.array([[0.5, -1, 2], [1.5, 0.3, -0.4]])
_W2 = np.array([[0.8], [-1.2], [0.6]])
_b1, _b2 = np.array([3.0, -2, 1]), np.array([4.0])
_SQUARE = np.array([[1, -2], [0.5, 3]])

L2 = Exercise(
    reference=l2_penalty,
    probes=[
        ("one matrix", ([_W2], 0.3)),
        ("two matrices", ([_W1, _W2], 0.3)),
        ("square matrices", ([_SQUARE, 2 * _SQUARE.T], 3.0)),
        ("matrices and biases", ([_W1, _b1, _W2, _b2], 0.1)),
        ("no penalty", ([_W1, _b1, _W2, _b2], 0.0)),
        ("float32", ([A.astype(np.float32) for A in (_W1, _b1, _W2, _b2)], 0.7)),
    ],
    misconceptions=[
        Misconception(
            "penalty-only",
            "It returns the penalty only; training needs its gradients, too.",
            lambda weights, s: _half_squares(_matrices(weights), s),
            (_half_squares,),
        ),
        Misconception(
            "gradients-only",
            "It returns the gradients only; expected the penalty before them.",
            lambda weights, s: l2_penalty(weights, s)[1],
            (lambda weights, s: [s * W for W in weights],),
        ),
        Misconception(
            "swapped-results",
            "Penalty and gradients come in the wrong order.",
            lambda weights, s: l2_penalty(weights, s)[::-1],
            (lambda weights, s: _biases_too(weights, s)[::-1],),
        ),
        Misconception(
            "gradients-not-listed",
            "The gradients should be a list, with one array for each array of `weights`.",
            lambda weights, s: (l2_penalty(weights, s)[0], s * weights[-1]),
            (
                lambda weights, s: (l2_penalty(weights, s)[0], s * weights[0]),
                lambda weights, s: (l2_penalty(weights, s)[0], sum(s * W.sum() for W in weights)),
                lambda weights, s: (_half_squares(weights, s), s * weights[-1]),
                lambda weights, s: (
                    l2_penalty(weights, s)[0],
                    np.concatenate([g.ravel() for g in l2_penalty(weights, s)[1]]),
                ),
            ),
        ),
        Misconception(
            "one-penalty-each",
            "It gives a penalty for each matrix; expected their sum, one number.",
            lambda weights, s: (
                [_half_squares([W], s) for W in weights if W.ndim == 2],
                l2_penalty(weights, s)[1],
            ),
            (
                lambda weights, s: (
                    [_half_squares([W], s) for W in weights],
                    [s * W for W in weights],
                ),
            ),
        ),
        Misconception(
            "one-matrix-only",
            "Only one of the matrices counts in the penalty. Does a loop overwrite its sum, or "
            "return too early?",
            _l2(lambda weights, s: _half_squares(weights[-1:], s))[0],
            (
                _l2(lambda weights, s: _half_squares(weights[-1:], s))[1],
                *_l2(lambda weights, s: _half_squares(weights[:1], s)),
                lambda weights, s: l2_penalty(weights[:1], s),
            ),
        ),
        Misconception(
            "biases-left-out",
            "The list of gradients is shorter than `weights`: a bias has its place in it, with a "
            "gradient of zeros.",
            lambda weights, s: l2_penalty(_matrices(weights), s),
        ),
        Misconception(
            "biases-without-zeros",
            "A bias is left alone, but its gradient should be zeros of its own shape.",
            lambda weights, s: (
                l2_penalty(weights, s)[0],
                [s * W if W.ndim == 2 else None for W in weights],
            ),
            (
                lambda weights, s: (
                    l2_penalty(weights, s)[0],
                    [s * W if W.ndim == 2 else 0.0 for W in weights],
                ),
            ),
        ),
        Misconception(
            "biases-penalised",
            "Biases are penalised, too. They make nothing steep: arrays with one axis count "
            "nothing.",
            _biases_too,
            (
                lambda weights, s: (_half_squares(weights, s), l2_penalty(weights, s)[1]),
                lambda weights, s: (l2_penalty(weights, s)[0], [s * W for W in weights]),
            ),
        ),
        _wrongly_scaled(
            "half-missing-in-penalty",
            "The gradient is right, but the penalty is twice too large: where is the ½?",
            (lambda s: 2, _one),
        ),
        _wrongly_scaled(
            "half-in-gradient",
            "The penalty is right, but its gradient is not: differentiating a square gives a "
            "factor 2, which takes the ½ away.",
            (_one, lambda s: 0.5),
        ),
        _wrongly_scaled(
            "two-in-gradient",
            "The penalty is right, but its gradient is not: the factor 2 of the square and the ½ "
            "cancel.",
            (_one, lambda s: 2),
        ),
        _wrongly_scaled(
            "no-half",
            "Penalty and gradient fit each other, but both are twice as large: ours has a ½, "
            "which keeps the gradient simple.",
            (lambda s: 2, lambda s: 2),
        ),
        _wrongly_scaled(
            "wrong-sign",
            "The gradient points downhill. It is that of the penalty, which grows with a weight's "
            "size; a later step subtracts it.",
            (_one, lambda s: -1),
            (lambda s: -1, lambda s: -1),
        ),
        _wrongly_scaled(
            "strength-squared",
            "The strength counts twice. Is it squared along with the weights?",
            (lambda s: s, lambda s: s),
            (lambda s: s, _one),
            (lambda s: s, lambda s: 2 * s),
            (_one, lambda s: s),
        ),
        _mistaken(
            "strength-forgotten",
            "The strength has no part in the penalty or in its gradient.",
            {"penalty": lambda weights, s: _squares(weights) / 2, "slope": lambda W, s: W},
            {"slope": lambda W, s: W.copy()},
            {"penalty": lambda weights, s: _squares(weights) / 2},
            {"penalty": lambda weights, s: _squares(weights), "slope": lambda W, s: 2 * W},
        ),
        _mistaken(
            "norm",
            "This is the norm, with a root; expected the sum of squares.",
            {"penalty": lambda weights, s: s / 2 * np.sqrt(_squares(weights))},
            {"penalty": lambda weights, s: s / 2 * sum(math.sqrt(_squares([W])) for W in weights)},
            {"penalty": lambda weights, s: s * np.sqrt(_squares(weights))},
            {"penalty": lambda weights, s: s * sum(math.sqrt(_squares([W])) for W in weights)},
        ),
        _mistaken(
            "absolute-values",
            "It adds up sizes, not squares: that is the L1 penalty. L2 squares the weights.",
            {
                "penalty": lambda weights, s: s * sum(np.abs(W).sum() for W in weights),
                "slope": lambda W, s: s * np.sign(W),
            },
            {"penalty": lambda weights, s: s / 2 * sum(np.abs(W).sum() for W in weights)},
            {"penalty": lambda weights, s: s * sum(np.abs(W).sum() for W in weights)},
        ),
        _mistaken(
            "square-of-the-sum",
            "It squares the sum, in which weights of different signs cancel. Square each weight "
            "first.",
            {"penalty": lambda weights, s: s / 2 * sum(W.sum() ** 2 for W in weights)},
            {"penalty": lambda weights, s: s / 2 * sum(W.sum() for W in weights) ** 2},
        ),
        Misconception(
            "matrix-product",
            "A matrix product multiplies different weights. Square each by itself, element by "
            "element.",
            _l2(lambda weights, s: s / 2 * sum((W.T @ W).sum() for W in weights))[0],
            tuple(
                f
                for square in (lambda W: W.T @ W, lambda W: W @ W.T)
                for f in _l2(lambda weights, s, f=square: s / 2 * sum(f(W).sum() for W in weights))
            )
            + tuple(
                _l2(lambda weights, s: s / 2 * sum((W @ W).sum() for W in weights)),
            ),
        ),
        _mistaken(
            "averaged",
            "It averages over the weights; expected is their sum, so that a weight's price does "
            "not depend on how many there are.",
            {"penalty": lambda weights, s: s / 2 * sum((W**2).mean() for W in weights)},
            {
                "penalty": lambda weights, s: s / 2 * sum((W**2).mean() for W in weights),
                "slope": lambda W, s: s * W / W.size,
            },
            {
                "penalty": lambda weights, s: _half_squares(weights, s) / len(weights),
                "slope": lambda W, s: s * W,
            },
            {
                "penalty": lambda weights, s: sum(_half_squares([W], s) / len(W) for W in weights),
                "slope": lambda W, s: s * W / len(W),
            },
        ),
        _mistaken(
            "squares-in-gradient",
            "The weights are still squared in the gradient. What is the derivative of a square?",
            {"slope": lambda W, s: s * W**2},
            {"slope": lambda W, s: s / 2 * W**2},
        ),
        Misconception(
            "changes-its-input",
            "It changes the weights, which it was only lent: `*=` works in place.",
            _penalty_in_place,
        ),
    ],
    hints=(
        "Two results: one number, to be added to the loss, and a list as long as `weights`.",
        "Differentiate λ/2 · w² for a single weight w: what is left of the ½ and the square?",
        "Add up the squares of every array with ndim 2, and multiply by strength / 2; where ndim "
        "is 1, np.zeros_like makes the gradient.",
    ),
    insight="The larger a weight, the harder it is pulled towards 0: hence the name weight decay.",
    explanation="Squares of all matrices, added up; each weight's slope is λ times itself.",
)


# --- momentum_step -------------------------------------------------------------------------------


def _momentum(
    velocity=lambda v, dw, rate, beta: beta * v - rate * dw,
    weights=lambda w, v, old, dw, rate, beta: w + v,
    kept=lambda v, old: v,
):
    """Make a step of momentum with one of its parts another."""

    def momentum_step(w, v, dw, rate, beta):
        new = velocity(v, dw, rate, beta)
        return weights(w, new, v, dw, rate, beta), kept(new, v)

    return momentum_step


def _momentum_in_place(w, v, dw, rate, beta):
    v *= beta
    v -= rate * dw
    w += v
    return w, v


_w = np.array([1, -2, 0.5])
_dw = np.array([0.4, -0.2, 1.5])
_v = np.array([-0.3, 0.1, 0.6])
_SLOPES = np.array([[2, -1, 0.5], [-0.3, 1.2, 0.7]])

MOMENTUM = Exercise(
    reference=momentum_step,
    probes=[
        ("one weight", (_w[:1], _v[:1], _dw[:1], 0.5, 0.9)),
        ("three weights", (_w, _v, _dw, 0.05, 0.8)),
        ("no momentum", (_w, _v, _dw, 0.2, 0.0)),
        (
            "read-only float32 matrix",
            (*(A.astype(np.float32) for A in (_W1, _W1 / 3, _SLOPES)), 0.1, 0.6),
        ),
    ],
    misconceptions=[
        Misconception(
            "weights-only",
            "It returns the weights only. The velocity is wanted for the next step, too.",
            lambda *arguments: momentum_step(*arguments)[0],
        ),
        Misconception(
            "swapped-results",
            "`w` and `v` come in the wrong order.",
            lambda *arguments: momentum_step(*arguments)[::-1],
        ),
        Misconception(
            "ascent",
            "It walks uphill: the gradient's sign is wrong. The slope should brake or push "
            "downhill.",
            _momentum(lambda v, dw, rate, beta: beta * v + rate * dw),
        ),
        Misconception(
            "velocity-subtracted",
            "The velocity is right, but the weights go the other way: it is to be added.",
            _momentum(weights=lambda w, v, *_: w - v),
        ),
        Misconception(
            "velocity-uphill",
            "`v` points uphill and is subtracted. Some books do so; in ours the velocity points "
            "the way that the weights go.",
            _momentum(
                lambda v, dw, rate, beta: beta * v + rate * dw, weights=lambda w, v, *_: w - v
            ),
        ),
        Misconception(
            "rate-outside",
            "`v` adds up bare gradients, and the learning rate comes later. Some libraries do so; "
            "in ours it is part of the velocity.",
            _momentum(
                lambda v, dw, rate, beta: beta * v + dw,
                weights=lambda w, v, old, dw, rate, beta: w - rate * v,
            ),
            (
                _momentum(
                    lambda v, dw, rate, beta: beta * v - dw,
                    weights=lambda w, v, old, dw, rate, beta: w + rate * v,
                ),
            ),
        ),
        Misconception(
            "beta-missing",
            "The old velocity is kept whole: without friction it never comes to rest. Where is "
            "`beta`?",
            _momentum(lambda v, dw, rate, beta: v - rate * dw),
        ),
        Misconception(
            "beta-on-everything",
            "`beta` shrinks the new push as well; it belongs to the old velocity only.",
            _momentum(lambda v, dw, rate, beta: beta * (v - rate * dw)),
        ),
        Misconception(
            "averaged",
            "The gradient is multiplied by 1 - beta, as in a running mean. Here the whole push "
            "counts.",
            _momentum(lambda v, dw, rate, beta: beta * v - (1 - beta) * rate * dw),
            (
                _momentum(
                    lambda v, dw, rate, beta: beta * v + (1 - beta) * dw,
                    weights=lambda w, v, old, dw, rate, beta: w - rate * v,
                ),
                _momentum(lambda v, dw, rate, beta: beta * v - (1 - beta) * dw),
            ),
        ),
        Misconception(
            "one-minus-beta-on-v",
            "The old velocity keeps a share 1 - beta; expected `beta`: with 0.9, nearly all.",
            _momentum(lambda v, dw, rate, beta: (1 - beta) * v - rate * dw),
        ),
        Misconception(
            "rate-and-beta-swapped",
            "`learning_rate` and `beta` have changed places.",
            _momentum(lambda v, dw, rate, beta: rate * v - beta * dw),
        ),
        Misconception(
            "rate-twice",
            "The learning rate counts twice: it is in the velocity already.",
            _momentum(weights=lambda w, v, old, dw, rate, beta: w + rate * v),
        ),
        Misconception(
            "rate-missing",
            "The learning rate has no part in it.",
            _momentum(lambda v, dw, rate, beta: beta * v - dw),
        ),
        Misconception(
            "old-velocity",
            "The weights move by the old velocity: the new gradient comes a step too late.",
            _momentum(weights=lambda w, v, old, dw, rate, beta: w + old),
            (_momentum(weights=lambda w, v, old, dw, rate, beta: w + beta * old),),
        ),
        Misconception(
            "velocity-not-updated",
            "The weights are right, but the velocity comes back as it was. It would forget every "
            "gradient at once.",
            _momentum(kept=lambda v, old: old),
        ),
        Misconception(
            "weights-not-updated",
            "The velocity is right, but the weights come back as they were.",
            _momentum(weights=lambda w, *_: w),
        ),
        Misconception(
            "no-memory",
            "The old velocity has no part in it: this is plain gradient descent.",
            _momentum(lambda v, dw, rate, beta: -rate * dw),
            (
                _momentum(lambda v, dw, rate, beta: rate * dw, lambda w, v, *_: w - v),
                _momentum(
                    weights=lambda w, v, old, dw, rate, beta: w - rate * dw,
                    kept=lambda v, old: old,
                ),
                _momentum(weights=lambda w, v, old, dw, rate, beta: w - rate * dw),
            ),
        ),
        Misconception(
            "gradient-forgotten",
            "The gradient has no part in it: the weights roll on as they did, and slow down.",
            _momentum(lambda v, dw, rate, beta: beta * v),
        ),
        Misconception(
            "gradient-twice",
            "The gradient counts twice: it is in the velocity already.",
            _momentum(weights=lambda w, v, old, dw, rate, beta: w + v - rate * dw),
        ),
        Misconception(
            "nesterov",
            "The velocity is right, but the weights look a step ahead: that is Nesterov's way. "
            "Here they move by the velocity.",
            _momentum(weights=lambda w, v, old, dw, rate, beta: w + beta * v - rate * dw),
        ),
        Misconception(
            "changes-its-input",
            "It changes its arguments, which it was only lent: `*=`, `-=` and `+=` work in place.",
            _momentum_in_place,
        ),
    ],
    hints=(
        "A ball on a slope: first its speed changes, then its place.",
        "The new velocity: what friction leaves of the old, `beta` times it, and a push downhill.",
        "The push is the step that gradient descent would take, minus sign and learning rate "
        "included. Then w moves by the new velocity.",
    ),
    insight="On an even slope it reaches 1/(1 - beta) times the step of gradient descent.",
    explanation="The velocity remembers past steps, each beta times as much as the one after it.",
)


# --- adam_step -----------------------------------------------------------------------------------


def _adam(
    mean=lambda m, dw, beta: beta * m + (1 - beta) * dw,
    square=lambda v, dw, beta, m: beta * v + (1 - beta) * dw**2,
    first=lambda m, beta, t: m / (1 - beta**t),
    second=lambda v, beta, t: v / (1 - beta**t),
    step=lambda m, v, dw, eps: m / (np.sqrt(v) + eps),
    move=lambda w, step, rate: w - rate * step,
    kept=lambda m, v, *others: (m, v),
):
    """Make a step of Adam with one of its parts another."""

    def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        new_m = mean(m, dw, beta1)
        new_v = square(v, dw, beta2, new_m)
        m_hat, v_hat = first(new_m, beta1, t), second(new_v, beta2, t)
        new_w = move(w, step(m_hat, v_hat, dw, eps), learning_rate)
        return new_w, *kept(new_m, new_v, m_hat, v_hat, m, v)

    return adam_step


def _corrected(correct):
    """Correct both means in another way."""
    return {"first": correct, "second": correct}


def _adam_in_place(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * dw**2
    w -= learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


def _uncorrected_eps(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    _, m, v = adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps)
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), m, v


def _with_arguments(change):
    """Call the right function with wrong arguments."""
    return lambda w, m, v, dw, t, rate, beta1, beta2, eps: adam_step(
        *change(w, m, v, dw, t, rate, beta1, beta2, eps)
    )


_m0, _v0 = np.array([0.2, -0.1, 0.05]), np.array([0.3, 0.02, 0.5])
_USUAL = 0.001, 0.9, 0.999, 1e-8

ADAM = Exercise(
    reference=adam_step,
    probes=[
        (
            "first step of one weight",
            (_w[:1], 0 * _m0[:1], 0 * _v0[:1], _dw[:1], 1, 0.1, 0.9, 0.999, 1e-8),
        ),
        ("third step", (_w, _m0, _v0, _dw, 3, 0.1, 0.9, 0.99, 1e-8)),
        ("large eps", (_w, _m0, _v0, _dw, 2, 0.05, 0.8, 0.95, 0.3)),
        ("a slope of 0", (_w, 0 * _m0, 0 * _v0, _dw * [1, 0, 1], 1, *_USUAL)),
        ("late", (_w, _m0, _v0, _dw, 5000, 0.5, 0.7, 0.9, 1e-3)),
        (
            "read-only float32 matrix",
            (
                *(A.astype(np.float32) for A in (_W1, _W1 / 3, _W1**2, _SLOPES)),
                2,
                0.2,
                0.6,
                0.9,
                1e-6,
            ),
        ),
    ],
    misconceptions=[
        Misconception(
            "weights-only",
            "It returns the weights only. Both means are wanted for the next step.",
            lambda *arguments: adam_step(*arguments)[0],
        ),
        Misconception(
            "swapped-results",
            "The results come in the wrong order; expected the weights, then both means.",
            _adam(kept=lambda m, v, *_: (v, m)),
            (lambda *arguments: (*(result := adam_step(*arguments))[1:], result[0]),),
        ),
        Misconception(
            "correction-kept",
            "The corrected means are handed on, and the next step would correct them again. Keep "
            "`m` and `v` as they are.",
            _adam(kept=lambda m, v, m_hat, v_hat, *_: (m_hat, v_hat)),
        ),
        Misconception(
            "means-not-updated",
            "The weights are right, but `m` or `v` comes back as it was.",
            _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (old_m, old_v)),
            (
                _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (m, old_v)),
                _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (old_m, v)),
            ),
        ),
        Misconception(
            "weights-not-updated",
            "The means are right, but the weights come back as they were.",
            _adam(move=lambda w, *_: w),
        ),
        Misconception(
            "no-correction",
            "The means are not corrected for their start at 0: in the first steps they are far too "
            "small.",
            _adam(**_corrected(lambda mean, *_: mean)),
        ),
        Misconception(
            "m-not-corrected",
            "Only `v` is corrected for its start at 0; `m` started there, too.",
            _adam(first=lambda m, *_: m),
        ),
        Misconception(
            "v-not-corrected",
            "Only `m` is corrected for its start at 0; `v` started there, too, and with its larger "
            "beta it is far slower to leave.",
            _adam(second=lambda v, *_: v),
        ),
        Misconception(
            "t-from-zero",
            "It counts steps from 0, and the correction divides by 0. `t` is 1 in the first step.",
            _with_arguments(lambda w, m, v, dw, t, *more: (w, m, v, dw, t - 1, *more)),
        ),
        Misconception(
            "t-plus-one",
            "It adds 1 to `t`, which counts from 1 already.",
            _with_arguments(lambda w, m, v, dw, t, *more: (w, m, v, dw, t + 1, *more)),
        ),
        Misconception(
            "t-ignored",
            "The correction is the same in every step; `t` is missing in it. It should fade.",
            _adam(**_corrected(lambda mean, beta, t: mean / (1 - beta))),
        ),
        Misconception(
            "times-t",
            "Beta is multiplied by `t`; expected beta to the power of `t`.",
            _adam(**_corrected(lambda mean, beta, t: mean / (1 - beta * t))),
        ),
        Misconception(
            "correction-multiplied",
            "The correction makes the means smaller still. They start too small: divide.",
            _adam(**_corrected(lambda mean, beta, t: mean * (1 - beta**t))),
        ),
        Misconception(
            "betas-swapped",
            "`beta1` and `beta2` have changed places: the first belongs to `m`.",
            _with_arguments(
                lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                    *(w, m, v, dw, t, rate),
                    *(beta2, beta1, eps),
                )
            ),
            (
                _adam(
                    mean=lambda m, dw, beta: (1 - beta) * m + beta * dw,
                    square=lambda v, dw, beta, m: (1 - beta) * v + beta * dw**2,
                ),
            ),
        ),
        Misconception(
            "one-beta-for-both",
            "The same beta is used for both means; `m` has beta1 and `v` has beta2.",
            _with_arguments(
                lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                    *(w, m, v, dw, t, rate),
                    *(beta1, beta1, eps),
                )
            ),
            (
                _with_arguments(
                    lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                        *(w, m, v, dw, t, rate),
                        *(beta2, beta2, eps),
                    )
                ),
            ),
        ),
        Misconception(
            "own-constants",
            "It has 0.9, 0.999 or 1e-8 written into it. Use the arguments.",
            _with_arguments(lambda w, m, v, dw, t, rate, *_: (w, m, v, dw, t, rate, *_USUAL[1:])),
        ),
        Misconception(
            "sums-for-means",
            "A mean takes the old with weight beta and the new with 1 - beta; here the new counts "
            "in full.",
            _adam(
                mean=lambda m, dw, beta: beta * m + dw,
                square=lambda v, dw, beta, m: beta * v + dw**2,
            ),
            (
                _adam(mean=lambda m, dw, beta: beta * m + dw),
                _adam(square=lambda v, dw, beta, m: beta * v + dw**2),
            ),
        ),
        Misconception(
            "gradient-not-squared",
            "`v` is a mean of the gradients; expected one of their squares, which are never "
            "negative.",
            _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * dw),
            (_adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * np.abs(dw)),),
        ),
        Misconception(
            "square-of-m",
            "`v` is a mean of m²; expected one of dw². The mean of squares is not the square of a "
            "mean.",
            _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * m**2),
        ),
        Misconception(
            "eps-inside-root",
            "`eps` stands under the root, where it weighs far more. First the root, then `eps`.",
            _adam(step=lambda m, v, dw, eps: m / np.sqrt(v + eps)),
            (_adam(step=lambda m, v, dw, eps: m / np.sqrt(v + eps**2)),),
        ),
        Misconception(
            "eps-not-corrected",
            "Nearly: both corrections have been drawn together into the rate, and `eps` is now "
            "added to another root. In algorithm 1 it stands beside the corrected one.",
            _uncorrected_eps,
        ),
        Misconception(
            "eps-forgotten",
            "`eps` has no part in it: where the gradient has always been 0, it divides 0 by 0.",
            _adam(step=lambda m, v, dw, eps: m / np.sqrt(v)),
        ),
        Misconception(
            "eps-outside",
            "`eps` is added to the quotient: it belongs to what is divided by. Mind the brackets.",
            _adam(step=lambda m, v, dw, eps: m / np.sqrt(v) + eps),
        ),
        Misconception(
            "root-forgotten",
            "It divides by the mean square itself. Its root has the size of a gradient.",
            _adam(step=lambda m, v, dw, eps: m / (v + eps)),
        ),
        Misconception(
            "not-divided",
            "`v` has no part in the step, so all weights share one rate: this is momentum.",
            _adam(step=lambda m, v, dw, eps: m),
        ),
        Misconception(
            "gradient-for-m",
            "The weights move by the bare gradient over the root: that is RMSProp. `m` has no part "
            "in the step.",
            _adam(step=lambda m, v, dw, eps: dw / (np.sqrt(v) + eps)),
        ),
        Misconception(
            "ascent",
            "It walks uphill: the step's sign is wrong.",
            _adam(move=lambda w, step, rate: w + rate * step),
        ),
        Misconception(
            "rate-missing",
            "The learning rate has no part in the step.",
            _adam(move=lambda w, step, rate: w - step),
        ),
        Misconception(
            "changes-its-input",
            "It changes its arguments, which it was only lent: `*=`, `-=` and `+=` work in place.",
            _adam_in_place,
        ),
    ],
    hints=(
        "Two running means: `m` of the gradient, `v` of its square. Each takes beta of the old and "
        "1 - beta of the new.",
        "Both started at 0. Dividing by 1 - beta**t corrects that; keep the corrected ones under "
        "names of their own.",
        "The step is the learning rate times the corrected m, over the root of the corrected v "
        "plus eps. Return the uncorrected ones.",
    ),
    insight="The very first step has the size of the learning rate, whatever the gradient's.",
    explanation="Momentum in the numerator, a typical size of the gradient in the denominator.",
)


# --- should_stop ---------------------------------------------------------------------------------


def _ago(validation_losses):
    """Count the epochs since the first lowest loss."""
    return len(validation_losses) - 1 - int(np.argmin(validation_losses))


def _unless_empty(function):
    return lambda losses, patience: len(losses) > 0 and function(losses, patience)


def _in_a_row(losses, patience):
    worse = 0
    for before, after in zip(losses, losses[1:], strict=False):
        worse = worse + 1 if after >= before else 0
    return worse >= patience


def _without_reset(losses, patience):
    best, worse = math.inf, 0
    for loss in losses:
        if loss < best:
            best = loss
        else:
            worse += 1
    return worse >= patience


def _sorts(losses, patience):
    """Look at the right thing, but in a list that it has put in order."""
    stop = should_stop(losses, patience)
    losses.sort()
    return stop


SHOULD_STOP = Exercise(
    reference=should_stop,
    probes=[
        ("patience at its end", ([0.9, 0.5, 0.6, 0.7], 2)),
        ("one epoch to go", ([0.9, 0.5, 0.6, 0.7], 3)),
        ("falling", ([2.3, 1.9, 1.7, 1.6, 1.5], 2)),
        ("a new best at last", ([0.9, 0.95, 0.8, 0.85, 0.82, 0.7], 3)),
        ("better, but not the best", ([0.9, 0.4, 0.7, 0.6, 0.5], 3)),
        ("worse than before, soon after the best", ([0.6, 0.4, 0.65], 2)),
        ("as good as the best", ([0.9, 0.5, 0.6, 0.5], 2)),
        ("level", ([0.5, 0.5, 0.5], 2)),
        ("long after the best", ([0.9, 0.3, 0.5, 0.6, 0.5, 0.6, 0.4], 2)),
        ("longer after it, and level", ([0.9, 0.3, 0.6, 0.6, 0.6, 0.6], 3)),
        ("rising from the start", ([1.4, 1.5, 1.6, 1.7], 3)),
        ("one bad epoch", ([0.8, 0.6, 0.7, 0.5, 0.55], 2)),
        ("patience 1", ([0.6, 0.5, 0.55], 1)),
        ("the first epoch", ([0.7], 1)),
        ("extreme: no epoch yet", ([], 2)),
    ],
    misconceptions=[
        Misconception(
            "none-for-false",
            "Where it should go on it returns nothing: say False there.",
            lambda L, patience: should_stop(L, patience) or None,
        ),
        Misconception(
            "a-number",
            "It returns a number of epochs, or an epoch's place; expected True or False.",
            _unless_empty(lambda L, patience: _ago(L)),
            (
                _unless_empty(lambda L, patience: int(np.argmin(L))),
                lambda L, patience: _ago(L),
                lambda L, patience: int(np.argmin(L)),
            ),
        ),
        Misconception(
            "inverted",
            "True and False have changed places: True means stop.",
            lambda L, patience: not should_stop(L, patience),
            (_unless_empty(lambda L, patience: not should_stop(L, patience)),),
        ),
        Misconception(
            "too-patient",
            "It waits an epoch too long: after `patience` epochs without a lower loss, stop.",
            _unless_empty(lambda L, patience: _ago(L) > patience),
        ),
        Misconception(
            "too-impatient",
            "It stops an epoch too early. The epoch of the lowest loss is not one of those that "
            "are waited for.",
            _unless_empty(lambda L, patience: _ago(L) + 1 >= patience),
            (lambda L, patience: len(L) >= patience and _ago(L) + 1 >= patience,),
        ),
        Misconception(
            "exactly",
            "It says True in a single epoch. Whoever asks later should hear it, too: at least, not "
            "exactly.",
            _unless_empty(lambda L, patience: _ago(L) == patience),
        ),
        Misconception(
            "highest",
            "It looks for the highest loss; a loss is good where it is low.",
            _unless_empty(lambda L, patience: len(L) - 1 - int(np.argmax(L)) >= patience),
        ),
        Misconception(
            "patience-ignored",
            "It stops as soon as one epoch is no better. Losses go up and down: have patience.",
            _unless_empty(lambda L, patience: L[-1] > min(L)),
            (
                _unless_empty(lambda L, patience: _ago(L) > 0),
                lambda L, patience: len(L) > 1 and L[-1] > L[-2],
                lambda L, patience: len(L) > 1 and L[-1] >= L[-2],
            ),
        ),
        Misconception(
            "compares-with-the-epoch-before",
            "It compares each epoch with the one before. A loss may fall again for a while and "
            "stay far above the best: compare with that.",
            _in_a_row,
            (
                lambda L, patience: (
                    len(L) > patience
                    and all(a < b for a, b in zip(L[-patience - 1 :], L[-patience:], strict=False))
                ),
            ),
        ),
        Misconception(
            "two-epochs-only",
            "It compares the last epoch with a single earlier one. The best may be elsewhere.",
            lambda L, patience: len(L) > patience and L[-1] >= L[-1 - patience],
            (lambda L, patience: len(L) > patience and L[-1] > L[-1 - patience],),
        ),
        Misconception(
            "counts-all",
            "It counts every epoch that was no better; a new best should start the count again.",
            _without_reset,
            (
                lambda L, patience: sum(b >= a for a, b in zip(L, L[1:], strict=False)) >= patience,
                lambda L, patience: sum(b > a for a, b in zip(L, L[1:], strict=False)) >= patience,
            ),
        ),
        Misconception(
            "epochs-in-all",
            "It stops after so many epochs in all, however good the last.",
            lambda L, patience: len(L) >= patience,
            (lambda L, patience: len(L) > patience,),
        ),
        Misconception(
            "recent-only",
            "It looks at the last few epochs only and forgets the best where it lies further back.",
            lambda L, patience: len(L) > patience and _ago(L[-patience - 1 :]) >= patience,
            (
                lambda L, patience: (
                    len(L) > patience and min(L[-patience:]) > min(L[-patience - 1 :])
                ),
            ),
        ),
        Misconception(
            "ties",
            "An epoch as good as the best starts the count again. It is not lower, so keep on "
            "counting.",
            _unless_empty(lambda L, patience: int(np.argmin(L[::-1])) >= patience),
        ),
        Misconception(
            "stops-before-the-start",
            "It stops before the first epoch. Where there is no loss yet, go on.",
            lambda L, patience: not len(L) or should_stop(L, patience),
        ),
        Misconception(
            "empty",
            "Right, but for an empty list, which has no lowest loss: before the first epoch go on.",
            lambda L, patience: _ago(L) >= patience,
        ),
        Misconception(
            "changes-its-input",
            "It changes the list, which it was only lent. The epochs' order would be lost.",
            _sorts,
        ),
    ],
    hints=(
        "In which epoch was the loss lowest, and how many have come after it?",
        "np.argmin gives the place of the lowest loss, the first of equals; the last epoch's place "
        "is one less than their number.",
        "Stop where the number of epochs since then is at least `patience`. Treat the empty list "
        "first.",
    ),
    insight="Stopping is half of it: go back to the weights of the best epoch, not the last.",
    explanation="The epochs after the lowest loss are counted; before the first there is none.",
)

EXERCISES = [MINIBATCHES, SPLIT, L2, MOMENTUM, ADAM, SHOULD_STOP]

QUIZ = [
    Question(
        "60,000 images, 128 in a batch. How many steps does an epoch take?",
        [
            ("128", False, "That is how many images a step sees."),
            (
                "468",
                False,
                "So many batches are full. The images that are left make another, short one.",
            ),
            ("469", True, "468 full batches, and one with the 96 images that are left."),
            ("60,000", False, "Only where a batch holds a single image."),
        ],
    ),
    Question(
        "The images are sorted by class, and nobody shuffles them. What will mini-batch descent "
        "suffer from most?",
        [
            (
                "an epoch takes more steps",
                False,
                "Their number depends on the batch size, not on the order.",
            ),
            (
                "each batch pulls towards the class it holds, and the next away from it",
                True,
                "A batch's gradient should be a noisy copy of the whole one. Of a single class it "
                "is not.",
            ),
            (
                "the loss can no longer be computed",
                False,
                "It can, batch by batch; it only speaks of one class at a time.",
            ),
        ],
    ),
    Question(
        "You try 20 values of λ and ship the network with the best validation accuracy, 87 %. What "
        "may you promise for new images?",
        [
            (
                "87 %",
                False,
                "It is the best of 20, and luck had a part in that: these images have been used "
                "to choose.",
            ),
            ("its training accuracy", False, "Those images it has learned from."),
            (
                "what it gets on test images that had no part in training or choosing",
                True,
                "That is what they are kept for, and the reason to look at them once.",
            ),
        ],
    ),
    Question(
        "The training loss falls to the end. The validation loss is lowest after epoch 12, then "
        "rises; patience 5 ends it after epoch 17. Which weights do you keep?",
        [
            (
                "those after epoch 12",
                True,
                "From then on it got better at the training images alone: it over-fits. Hence the "
                "copy of the best weights.",
            ),
            (
                "those after epoch 17",
                False,
                "They have the lower training loss, but do worse on images that they never saw.",
            ),
            (
                "none: it has not learned enough",
                False,
                "Under-fitting looks different: there both losses stay high.",
            ),
        ],
    ),
    Question(
        "4,000 images. One method adds λ/(2·4000)·ΣW² to the mean loss; another, with batches of "
        "200, adds λ/(2·200)·ΣW² in every step. Is λ = 1 the same for both?",
        [
            ("yes: λ is λ", False, "What counts is the factor that ΣW² has beside a mean loss."),
            (
                "no: in the second the penalty is 20 times as strong",
                True,
                "4000/200 = 20. Compare the two at λ = 1 and λ = 0.05, and the race is fair.",
            ),
            (
                "no: in the second it is 20 times as weak",
                False,
                "It divides by the smaller number.",
            ),
            (
                "yes: 20 batches of 200 make up for it",
                False,
                "Each of the 20 steps has a mean loss and a penalty of its own: their ratio stays.",
            ),
        ],
    ),
    Question(
        "Adam without bias correction, β₁ = 0.9, β₂ = 0.999. How long is its first step?",
        [
            (
                "a tenth of the learning rate",
                False,
                "m is a tenth of the gradient; but the root of v, which divides it, is far too "
                "small as well.",
            ),
            (
                "as long as the learning rate",
                False,
                "With the correction it is, whatever the gradient.",
            ),
            (
                "about three times the learning rate",
                True,
                "0.1/√0.001 = 3.2: v is much slower to leave 0 than m, so the first steps are too "
                "long.",
            ),
        ],
    ),
]
