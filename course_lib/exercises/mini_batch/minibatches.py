"""An epoch, dealt out in batches."""

import itertools

import numpy as np

from course_lib.batches import minibatches
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
from course_lib.exercises.sandbox import TOO_MANY


def _dealt(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def _sizes(v):
    return [len(X_batch) for X_batch, _ in v]


def _order(v):
    return np.concatenate([rows_of(X_batch) for X_batch, _ in v])


def _targets(v):
    return np.concatenate([y_batch for _, y_batch in v])


def _expected_sizes(m, batch_size):
    return [len(batch) for batch in _dealt(range(m), batch_size)]


def _is_window(v, batch_size):
    """Tell whether each batch is the one before, moved on by a single example."""
    rows = [list(rows_of(X_batch)) for X_batch, _ in v]
    pairs = list(zip(rows, rows[1:], strict=False))
    return batch_size > 1 and pairs and all(a[1:] == b[: len(a) - 1] for a, b in pairs)


def _is_filled_up(v, m, batch_size):
    """Tell whether the short batch was made full with examples that had come already."""
    order = _order(v)
    whole = m - m % batch_size
    return len(order) == whole + batch_size and len(set(order[:whole])) == whole < m


def _runs(v, m):
    """Tell whether every batch is a run of neighbours in the given order, round its end as well."""
    return all((np.diff(rows_of(X_batch)) % m == 1).all() for X_batch, _ in v)


_SAME_EPOCH, _OTHER_EPOCH = repeatable(_order, "13 examples, 5 at a time")


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


def _shuffled_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return [(X[b], y[b]) for b in _dealt(np.arange(len(X)), batch_size)]


def _zipped(shuffle_X, shuffle_y):
    """Shuffle X and y each in its own way and cut both."""
    return lambda X, y, batch_size, rng: list(
        zip(
            _dealt(shuffle_X(X, rng), batch_size),
            _dealt(shuffle_y(y, rng), batch_size),
            strict=True,
        )
    )


def _filled_up(m, batch_size, rng):
    order = rng.permutation(m)
    return _dealt(np.append(order, order[: -m % batch_size]), batch_size)


def _last_ones_again(m, batch_size, rng):
    order = rng.permutation(m)
    return [*_dealt(order, batch_size)[:-1], order[-batch_size:]]


def _drawn_anew(replace):
    return lambda m, batch_size, rng: [
        rng.choice(m, len(batch), replace=replace) for batch in _dealt(range(m), batch_size)
    ]


def _same_lists_again(X, y, batch_size, rng):
    """Fill the same lists for each batch, and empty them once it has been handed over."""
    X_batch, y_batch = [], []
    for place in rng.permutation(len(X)):
        X_batch.append(X[place])
        y_batch.append(y[place])
        if len(X_batch) == batch_size:
            yield X_batch, y_batch
            X_batch.clear()
            y_batch.clear()


def _once_more(rest):
    """Deal all out, and then what `rest` takes of the order."""
    return lambda m, k, rng: [*_dealt(order := rng.permutation(m), k), order[rest(m, k)]]


def _slices(longer, step=0):
    """Cut slices that are longer than they should be, at steps of the batch size or another."""

    def places(m, batch_size, rng):
        order = rng.permutation(m)
        starts = range(0, m, step or batch_size)
        return [order[i : max(i + batch_size + longer, 0)] for i in starts]

    return places


class Minibatches(Exercise):
    reference = minibatches
    probes = [
        Probe("13 examples, 5 at a time", drawn(13, 5, seed=1)),
        Probe("the same seed again", drawn(13, 5, seed=1), rules=[_SAME_EPOCH]),
        Probe("another seed", drawn(13, 5, seed=2), rules=[_OTHER_EPOCH]),
        Probe("batches that fit", drawn(12, 4, seed=3)),
        Probe("all at once", drawn(12, 12, seed=4)),
        Probe("one at a time", drawn(11, 1, seed=5)),
        Probe("read-only float32", drawn(14, 3, seed=6, dtype=np.float32), read_only=True),
    ]

    @rule.broken_by(
        lambda *arguments: next(minibatches(*arguments)),
        lambda X, y, batch_size, rng: (X[:batch_size], y[:batch_size]),
    )
    def return_for_yield(v, *_):
        """It gives the first batch and ends: a `return` in the loop ends the whole function.
        `yield` hands a batch over and goes on."""
        return not isinstance(v, tuple) or axes_of(v) != [2, 1]

    @rule
    def wrong_type(v, *_):
        """It should hand over batches: `yield` each, or return a list of them."""
        return isinstance(v, (tuple, list))

    @rule.broken_by(lambda *arguments: [], _returned_after_yield)
    def no_batches(v, *_):
        """It gives no batch at all. Does the loop run, and does it reach the `yield`? What a
        function with a `yield` in it returns is lost."""
        return len(v) > 0

    @rule.broken_by(lambda X, y, k, rng: itertools.repeat((X[:k], y[:k])))
    def endless(v, *_):
        """It hands over batches without end. An epoch is over when every example has come once."""
        return len(v) < TOO_MANY

    @rule.broken_by(lambda X, y, batch_size, rng: _shuffled(len(X), batch_size, rng))
    def indices(v, X, *_):
        """These are the places of the examples. Look them up: a batch holds rows of X and y."""
        return set(axes_of(v)) != {1} or max(map(max, v)) >= len(X)

    @rule.broken_by(lambda *arguments: [X for X, _ in minibatches(*arguments)])
    def X_only(v, *_):
        """A batch has X in it but no y. Hand over both, as a pair."""
        return set(axes_of(v)) != {2}

    @rule.broken_by(_one_after_the_other)
    def one_after_the_other(v, *_):
        """The X and the y of a batch come one after the other. Hand them over together, as a
        pair."""
        return axes_of(v)[:2] != [2, 1]

    @rule
    def wrong_type_(v, *_):
        """Each batch should be a pair, the rows of X and their targets."""
        return all(isinstance(b, (tuple, list)) and len(b) == 2 for b in v)

    @rule.broken_by(
        lambda X, y, _, rng: list(zip(*next(minibatches(X, y, len(X), rng)), strict=True))
    )
    def one_by_one(v, *_):
        """These are single examples; a batch keeps the axis of examples, even where it holds
        one."""
        return {(np.ndim(a), np.ndim(b)) for a, b in v} != {(1, 0)}

    @rule.broken_by(lambda *arguments: [(b, a) for a, b in minibatches(*arguments)])
    def swapped(v, *_):
        """In each pair y comes first; expected X, then y."""
        return not all(np.ndim(a) == 1 and np.ndim(b) == 2 for a, b in v)

    @rule.broken_by(_same_lists_again)
    def emptied(v, *_):
        """All its batches are empty in the end: it hands over the same lists each time and empties
        them afterwards. Make new ones for each batch."""
        return any(np.size(part) for batch in v for part in batch)

    @rule
    def wrong_shape(v, X, *_):
        """In a batch of k examples, X should be (k, n_in) and y (k,)."""
        return all(np.shape(a)[1:] == X.shape[1:] and np.ndim(b) == 1 for a, b in v)

    @rule.broken_by(
        lambda X, y, batch_size, rng: [(X, y) for _ in _expected_sizes(len(X), batch_size)],
        lambda X, y, batch_size, rng: [
            (X[order], y[order])
            for order in [rng.permutation(len(X))]
            for _ in _expected_sizes(len(X), batch_size)
        ],
    )
    def everything(v, X, *_):
        """Every batch holds all the examples. Slice X and y: from where, and to where?"""
        return len(v) == 1 or any(len(part) < len(X) for b in v for part in b)

    @rule.broken_by(
        lambda X, *more: [(a, more[0]) for a, _ in minibatches(X, *more)],
        lambda X, *more: [(X, b) for _, b in minibatches(X, *more)],
    )
    def one_of_two_sliced(v, X, *_):
        """One of X and y is cut into batches; the other comes whole with every batch."""
        return len(v) == 1 or not any(max(map(len, b)) == len(X) > min(map(len, b)) for b in v)

    @rule
    def unequal_lengths(v, *_):
        """The X and the y of a batch have different lengths."""
        return all(len(a) == len(b) for a, b in v)

    @rule
    def rows_torn_apart(v, *_):
        """Its rows are no rows of X: the features of different examples are mixed. Shuffle whole
        rows."""
        return _order(v).size >= 0

    @rule.broken_by(_zipped(permuted, as_it_is), _zipped(as_it_is, permuted))
    def one_of_two_shuffled(v, *_):
        """One of X and y is shuffled and the other is in its old order: examples get the targets of
        others. One order for both."""
        return all(belong(a, b) for a, b in v) or not any(
            np.array_equal(rows, np.arange(len(rows))) for rows in (_order(v), _targets(v) / 10)
        )

    @rule.broken_by(_zipped(permuted, permuted), _shuffled_in_place)
    def shuffled_separately(v, *_):
        """X and y are shuffled, but not alike: examples get the targets of others. Draw one order
        and use it for both."""
        return all(belong(a, b) for a, b in v)

    empty_batch = mistake(
        _in_batches(lambda m, k, rng: [*_dealt(rng.permutation(m), k), []][: m // k + 1]),
        says="An empty batch comes at the end. Where `batch_size` divides m, nothing is left over.",
    )

    @rule.broken_by(
        _in_batches(lambda m, k, rng: [_shuffled(m, k, rng)[0]] * len(_expected_sizes(m, k))),
        _in_batches(lambda m, k, rng: [range(k)] * len(_expected_sizes(m, k))),
    )
    def same_batch(v, *_):
        """It is the same batch again and again. Should the slice not begin where the last one
        ended?"""
        return len(v) == 1 or any(set(rows_of(a)) != set(rows_of(v[0][0])) for a, _ in v)

    @rule.broken_by(
        _in_batches(lambda m, k, rng: [*itertools.accumulate(_shuffled(m, k, rng), np.append)])
    )
    def never_emptied(v, *_):
        """Each batch has those before it in it as well. What was handed over has to go before the
        next is gathered."""
        rows = [list(rows_of(a)) for a, _ in v]
        return len(v) == 1 or any(b[: len(a)] != a for a, b in itertools.pairwise(rows))

    @rule.broken_by(lambda *arguments: [next(minibatches(*arguments))])
    def first_batch_only(v, X, *_):
        """There is one batch and no more. Does the loop go on after it?"""
        return len(v) > 1 or len(v[0][0]) == len(X)

    @rule.broken_by(
        _in_batches(_slices(0, step=1)),
        _in_batches(lambda m, k, rng: _slices(0, step=1)(m, k, rng)[: m - k + 1]),
    )
    def overlapping(v, X, y, batch_size, rng):
        """Each batch moves on by a single example, and nearly all come again. The next one begins
        where the last one ended."""
        return not _is_window(v, batch_size)

    @rule.broken_by(_in_batches(_filled_up), _in_batches(_last_ones_again))
    def filled_up(v, X, y, batch_size, rng):
        """The last batch is filled up with examples that have come already. Let it be short."""
        return not _is_filled_up(v, len(X), batch_size)

    @rule.broken_by(
        _in_batches(lambda m, k, rng: _shuffled(m, k, rng)[: m // k]),
        _in_batches(lambda m, k, rng: _dealt(np.arange(m), k)[: m // k]),
    )
    def last_batch_dropped(v, X, y, batch_size, rng):
        """The examples that do not fill a whole batch are left out. Let the last batch be short."""
        return not (
            len(_order(v)) == len(X) - len(X) % batch_size < len(X)
            and set(_sizes(v)) == {batch_size}
        )

    @rule.broken_by(_in_batches(_slices(-1)))
    def one_short(v, X, y, batch_size, rng):
        """Each batch has one example too few: a slice ends before its second number."""
        return not (len(_order(v)) < len(X) and max(_sizes(v)) == batch_size - 1)

    @rule.broken_by(_in_batches(_slices(1)))
    def one_long(v, X, y, batch_size, rng):
        """Each batch has one example too many, which comes again as the first of the next."""
        return not (
            batch_size < len(X)
            and max(_sizes(v)) == batch_size + 1
            and all(rows_of(a)[-1] == rows_of(b)[0] for (a, _), (b, _) in itertools.pairwise(v))
        )

    @rule.broken_by(
        _in_batches(_once_more(lambda m, k: slice(-(m % k), None))),
        _in_batches(_once_more(lambda m, k: slice(None))),
        _in_batches(
            lambda m, k, rng: [*_dealt(o := rng.permutation(m), k)[: m // k], o[-(m % k) :]]
        ),
    )
    def again_at_the_end(v, X, *_):
        """All examples have come, and then some come again. What is handed over after the loop?
        Where nothing is left over, a slice from minus 0 is all."""
        order = _order(v)
        return len(order) == len(X) or len(set(order[: len(X)])) < len(X)

    @rule.broken_by(
        _in_batches(_drawn_anew(True)),
        _in_batches(_drawn_anew(False)),
        _in_batches(lambda m, k, rng: _dealt(rng.integers(m, size=m), k)),
    )
    def with_replacement(v, *_):
        """Some examples come more than once in an epoch. Is each batch drawn anew, or does
        random.shuffle swap rows of an array? Shuffle once, with `rng`, then deal all out, once."""
        return len(set(_order(v))) == len(_order(v))

    @rule
    def examples_missing(v, X, *_):
        """Not every example comes. In an epoch each has its turn."""
        return len(_order(v)) == len(X)

    empty_batch_ = rule(lambda v, *_: len(v[-1][0]) > 0, says=empty_batch.sentence)

    @rule
    def batches_shuffled_(v, X, y, batch_size, rng):
        """Neighbours always stand together: each batch is a run of examples in the order in which
        they were given. Shuffle the examples themselves."""
        return (
            not 1 < batch_size < len(X)
            or not _runs(v, len(X))
            or np.array_equal(_order(v), np.arange(len(X)))
        )

    @rule.broken_by(
        _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), k)),
        _in_batches(lambda m, k, rng: np.array_split(np.arange(m), k)),
    )
    def number_for_size(v, X, y, batch_size, rng):
        """`batch_size` is the number of examples in a batch; here it has become the number of
        batches."""
        return len(v) == len(_expected_sizes(len(X), batch_size)) or len(v) != batch_size

    @rule.broken_by(
        _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), -(-m // k))),
        _in_batches(lambda m, k, rng: np.array_split(rng.permutation(m), m // k)),
    )
    def evened_out(v, X, y, batch_size, rng):
        """All batches are made nearly equal, as np.array_split does. Expected are whole batches of
        `batch_size`, then what is left."""
        return np.ptp(_sizes(v)) > 1 or _sizes(v) == _expected_sizes(len(X), batch_size)

    @rule.broken_by(
        _in_batches(lambda m, k, rng: _shuffled(m, k, rng)[::-1]),
        _in_batches(lambda m, k, rng: np.split(rng.permutation(m), range(m % k, m, k))),
    )
    def wrong_sizes(v, X, y, batch_size, rng):
        """Each batch should have `batch_size` examples; only the last may be shorter."""
        return _sizes(v) == _expected_sizes(len(X), batch_size)

    @rule.broken_by(_in_batches(lambda m, k, rng: _dealt(np.arange(m), k)))
    def not_shuffled(v, X, *_):
        """The examples come in the order in which they were given, in every epoch. Let `rng` draw
        another."""
        return len(v) == 1 or not np.array_equal(_order(v), np.arange(len(X)))

    batches_shuffled = mistake(
        _in_batches(
            lambda m, k, rng: [range(i, min(i + k, m)) for i in rng.permutation(range(0, m, k))]
        ),
        _in_batches(lambda m, k, rng: _dealt(np.roll(np.arange(m), rng.integers(m)), k)),
        says=batches_shuffled_.sentence,
    )

    @rule.broken_by(
        _in_batches(lambda m, k, rng: [rng.permutation(b) for b in _dealt(np.arange(m), k)])
    )
    def shuffled_inside(v, X, y, batch_size, rng):
        """The same examples always stand together: it shuffles inside each batch, or the batches
        as well. Shuffle before you cut."""
        return not 1 < batch_size < len(X) or sorted(sorted(rows_of(a)) for a, _ in v) != list(
            map(list, _dealt(range(len(X)), batch_size))
        )

    not_repeatable = mistake(
        lambda X, y, k, rng: list(minibatches(X, y, k, np.random.default_rng())),
        says=_SAME_EPOCH.sentence,
    )
    own_generator = mistake(
        lambda X, y, k, rng: list(minibatches(X, y, k, np.random.default_rng(0))),
        _in_batches(lambda m, k, rng: _dealt(np.arange(m)[::-1], k)),
        says=_OTHER_EPOCH.sentence,
    )

    @mistake
    def changes_its_input(X, y, batch_size, rng):
        """It changes `X` and `y`, which it should only read. Shuffle their places, not the
        arrays."""
        order = rng.permutation(len(X))
        X[:], y[:] = X[order], y[order]
        return [(X[b].copy(), y[b].copy()) for b in _dealt(np.arange(len(X)), batch_size)]

    @overlooked
    def labels_as_floats(v, *_):
        """The labels were whole numbers and come as floats, by which nothing can be looked up. It
        passes; keep X and y in arrays of their own."""
        return all(np.asarray(b).dtype.kind in "iu" for _, b in v)

    hints = (
        "Shuffle once at the start, then deal out from the top until nothing is left.",
        "rng.permutation(m) is a random order of the places 0 to m - 1; an array of places "
        "between square brackets picks rows, of X and of y alike.",
        "Let `start` run over range(0, m, batch_size). A slice of the order from there picks one "
        "batch; at the end it is short by itself.",
    )
    insight = "The same `rng` goes on drawing, so each epoch gets an order of its own."
    explanation = "One permutation for X and y together, cut into slices; each example comes once."
