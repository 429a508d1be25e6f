"""What students write for `minibatches`: right in other forms, and wrong in their own."""

import copy
import itertools
import math
import random

import numpy as np
from sklearn.utils import gen_batches


def batches_by_yield(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    start = 0
    while start < len(X):
        places = order[start : start + batch_size]
        yield X[places], y[places]
        start += batch_size


def batches_of_copies(X, y, batch_size, rng):
    order = np.arange(X.shape[0])
    rng.shuffle(order)
    X, y = X[order], y[order]
    batches = []
    for k in range(math.ceil(len(X) / batch_size)):
        cut = slice(k * batch_size, (k + 1) * batch_size)
        batches.append([X[cut], y[cut]])
    return batches


def batches_of_pairs(X, y, batch_size, rng):
    examples = list(zip(X, y, strict=True))
    rng.shuffle(examples)
    while examples:
        batch, examples = examples[:batch_size], examples[batch_size:]
        yield np.array([x for x, _ in batch]), np.array([t for _, t in batch])


def batches_glued(X, y, batch_size, rng):
    data = rng.permutation(np.column_stack([X, y]))
    for i in range(0, len(data), batch_size):
        yield data[i : i + batch_size, :-1], data[i : i + batch_size, -1]


def batches_of_the_library(X, y, batch_size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    return [(X[order[cut]], y[order[cut]]) for cut in gen_batches(len(X), batch_size)]


def batches_or_all(X, y, batch_size, rng):
    return batches_of_copies(X, y, batch_size, rng) if batch_size < len(X) else [(X, y)]


def batches_of_islices(X, y, batch_size, rng):
    order = iter(rng.permutation(len(X)))
    while places := list(itertools.islice(order, batch_size)):
        yield X[places], y[places]


def batches(
    order=lambda m, rng: rng.permutation(m), cut=lambda i, k, m: slice(i, i + k), step=None
):
    """Return mini-batches as a student writes them, with one step another."""

    def minibatches(X, y, batch_size, rng):
        m = len(X)
        places = order(m, rng)
        for i in range(0, m, step or batch_size):
            part = places[cut(i, batch_size, m)]
            yield X[part], y[part]

    return minibatches


def naive(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


def returns_in_the_loop(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        return X[order[i : i + batch_size]], y[order[i : i + batch_size]]


def returns_in_the_loop_unshuffled(X, y, batch_size, rng):
    for i in range(0, len(X), batch_size):
        return X[i : i + batch_size], y[i : i + batch_size]


def breaks_after_one(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]
        break


def collects_and_overwrites(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        batches = [(X[order[i : i + batch_size]], y[order[i : i + batch_size]])]
    return batches


def never_yields(X, y, batch_size, rng):
    for i in range(len(X), batch_size):
        yield X[i], y[i]


def yields_and_returns(X, y, batch_size, rng):
    if batch_size > len(X):
        yield X, y
    order = rng.permutation(len(X))
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in order]


def goes_round_for_ever(X, y, batch_size, rng):
    while True:
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


def samples_for_ever(X, y, batch_size, rng):
    while True:
        places = rng.integers(0, len(X), batch_size)
        yield X[places], y[places]


def counts_one_too_many(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for k in range(len(X) // batch_size + 1):
        places = order[k * batch_size : (k + 1) * batch_size]
        yield X[places], y[places]


def squeezes(X, y, batch_size, rng):
    for X_batch, y_batch in batches_by_yield(X, y, batch_size, rng):
        yield X_batch.squeeze(), y_batch.squeeze()


def forgets_to_move_on(X, y, batch_size, rng):
    start = 0
    while start < len(X):
        yield X[start : start + batch_size], y[start : start + batch_size]


def shuffles_both(X, y, batch_size, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def shuffles_both_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


def shuffles_both_in_place_and_drops(X, y, batch_size, rng):
    rng.shuffle(y)
    rng.shuffle(X)
    for k in range(len(X) // batch_size):
        cut = slice(k * batch_size, (k + 1) * batch_size)
        yield X[cut], y[cut]


def shuffles_X_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


def shuffles_alike_in_place(X, y, batch_size, rng):
    twin = copy.deepcopy(rng)
    rng.shuffle(X)
    twin.shuffle(y)
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def forgets_y(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[i : i + batch_size]


def gives_whole_y(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y


def gives_everything(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    for _ in range(0, len(X), batch_size):
        yield X, y


def counts_whole_batches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for k in range(len(X) // batch_size):
        places = order[k * batch_size : (k + 1) * batch_size]
        yield X[places], y[places]


def counts_whole_batches_unshuffled(X, y, batch_size, rng):
    for k in range(len(X) // batch_size):
        yield X[k * batch_size :][:batch_size], y[k * batch_size :][:batch_size]


def draws_each_batch(replace):
    def minibatches(X, y, batch_size, rng):
        for _ in range(math.ceil(len(X) / batch_size)):
            places = rng.choice(len(X), batch_size, replace=replace)
            yield X[places], y[places]

    return minibatches


def shuffles_starts(X, y, batch_size, rng):
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield X[start : start + batch_size], y[start : start + batch_size]


def shuffles_within(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        places = rng.permutation(np.arange(start, min(start + batch_size, len(X))))
        yield X[places], y[places]


def array_split(count, order=lambda m, rng: rng.permutation(m)):
    def minibatches(X, y, batch_size, rng):
        parts = np.array_split(order(len(X), rng), count(len(X), batch_size))
        return [(X[part], y[part]) for part in parts]

    return minibatches


def yields_twice(X, y, batch_size, rng):
    for X_batch, y_batch in batches_by_yield(X, y, batch_size, rng):
        yield X_batch
        yield y_batch


def no_order(m, rng):
    return np.arange(m)


def batches_of_floats(X, y, batch_size, rng):
    return list(batches_by_yield(X.astype(float), 1.0 * y, batch_size, rng))


class Dealer:
    def __init__(self):
        self.epochs = 0

    def __call__(self, X, y, batch_size, rng):
        self.epochs += 1
        order = np.arange(len(X))
        rng.shuffle(order)
        for part in np.split(order, np.arange(batch_size, len(X), batch_size)):
            yield X.take(part, axis=0), y.take(part)


def batches_by_map(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    cuts = (order[i : i + batch_size] for i in range(0, len(order), batch_size))
    return map(lambda cut: (X[cut], y[cut]), cuts)


def batches_by_keys(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(y)))
    return (
        (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
        for i in range(0, len(y), batch_size)
    )


def sorts_each_batch(X, y, batch_size, rng):
    for batch, _ in batches_by_yield(np.arange(len(X))[:, None], y, batch_size, rng):
        places = batch[:, 0] // batch_size
        yield X[places], y[places]


def starts_at_one(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(1, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


def dictionaries(X, y, batch_size, rng):
    return [{"X": a, "y": b} for a, b in batches_by_yield(X, y, batch_size, rng)]


def one_array(X, y, batch_size, rng):
    data = rng.permutation(np.column_stack([X, y]))
    return [data[i : i + batch_size] for i in range(0, len(data), batch_size)]


def triples(X, y, batch_size, rng):
    for k, (a, b) in enumerate(batches_by_yield(X, y, batch_size, rng)):
        yield k, a, b


def swaps_rows(X, y, batch_size, rng):
    data = np.column_stack([X, y])
    random.Random(int(rng.integers(1000))).shuffle(data)  # rows are views
    for i in range(0, len(data), batch_size):
        yield data[i : i + batch_size, :-1], data[i : i + batch_size, -1]


def right_iterate(X, y, batch_size, rng):
    idx = np.arange(X.shape[0])
    rng.shuffle(idx)
    n = math.ceil(len(idx) / batch_size)
    return (
        (
            X[idx[k * batch_size : (k + 1) * batch_size]],
            y[idx[k * batch_size : (k + 1) * batch_size]],
        )
        for k in range(n)
    )


def wrote_last_batch_dropped(X, y, batch_size, rng):
    p = rng.permutation(len(X))
    for k in range(len(X) // batch_size):
        i = p[k * batch_size : (k + 1) * batch_size]
        yield X[i], y[i]


def wrote_with_replacement(X, y, batch_size, rng):
    for _ in range(math.ceil(len(X) / batch_size)):
        i = rng.choice(len(X), batch_size)
        yield X[i], y[i]


def wrote_changes_its_input(X, y, batch_size, rng):
    s = rng.bit_generator.state
    rng.shuffle(X)
    rng.bit_generator.state = s
    rng.shuffle(y)
    for k in range(0, len(X), batch_size):
        yield X[k : k + batch_size], y[k : k + batch_size]


def wrote_evened_out(X, y, batch_size, rng):
    p = rng.permutation(len(X))
    for part in np.array_split(p, math.ceil(len(X) / batch_size)):
        yield X[part], y[part]


def short_one_first(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    first = len(X) % batch_size or batch_size
    start, stop = 0, first
    while start < len(X):
        yield X[order[start:stop]], y[order[start:stop]]
        start, stop = stop, stop + batch_size


def shuffles_each_feature(X, y, batch_size, rng):
    X = rng.permuted(X, axis=0)
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


def keeps_whole_batches_of_y(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size]
        yield X[rows], y[order[i : i + batch_size - 1]]


def targets_first(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for i in range(0, len(y), batch_size):
        idx = order[i : i + batch_size]
        yield y[idx], X[idx]


RIGHT = [
    batches_by_yield,
    batches_of_copies,
    batches_of_pairs,
    batches_glued,
    batches_of_the_library,
    batches_of_islices,
    batches_or_all,
    lambda X, y, k, rng: (
        (X[b], y[b]) for b in np.split(rng.permutation(len(X)), range(k, len(X), k))
    ),
    lambda X, y, k, rng: (
        (X.take(b, axis=0), y.take(b))
        for o in [np.argsort(rng.random(len(y)))]
        for b in [o[i : i + k] for i in range(0, len(o), k)]
    ),
    lambda X, y, k, rng: tuple(batches_by_yield(X, y, k, rng.spawn(1)[0])),
    lambda X, y, k, rng: [
        ([X[i] for i in b], [y[i] for i in b])
        for o in [list(rng.permutation(len(X)))]
        for b in (o[i : i + k] for i in range(0, len(o), k))
    ],
    lambda X, y, k, rng: zip(
        *(
            [a[o][i : i + k] for i in range(0, len(a), k)]
            for o in [rng.permutation(len(X))]
            for a in (X, y)
        ),
        strict=True,
    ),
    batches_of_floats,
    Dealer(),
    batches_by_map,
    batches_by_keys,
    right_iterate,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (naive, "not-shuffled"),
    (batches(no_order), "not-shuffled"),
    (returns_in_the_loop, "return-for-yield"),
    (returns_in_the_loop_unshuffled, "return-for-yield"),
    (breaks_after_one, "first-batch-only"),
    (collects_and_overwrites, "first-batch-only"),
    (never_yields, "no-batches"),
    (yields_and_returns, "no-batches"),
    (goes_round_for_ever, "endless"),
    (samples_for_ever, "endless"),
    (forgets_to_move_on, "endless"),
    (shuffles_both, "shuffled-separately"),
    (shuffles_both_in_place, "shuffled-separately"),
    (shuffles_both_in_place_and_drops, "shuffled-separately"),
    (shuffles_X_in_place, "one-of-two-shuffled"),
    (shuffles_alike_in_place, "changes-its-input"),
    (forgets_y, "one-of-two-shuffled"),
    (gives_whole_y, "one-of-two-sliced"),
    (gives_everything, "everything"),
    (counts_whole_batches, "last-batch-dropped"),
    (counts_whole_batches_unshuffled, "last-batch-dropped"),
    (draws_each_batch(replace=True), "with-replacement"),
    (draws_each_batch(replace=False), "with-replacement"),
    (batches(lambda m, rng: rng.integers(0, m, m)), "with-replacement"),
    (batches(lambda m, rng: rng.choice(m, m)), "with-replacement"),
    (batches(step=1), "overlapping"),
    (batches(no_order, step=1), "overlapping"),
    (batches(cut=lambda i, k, m: slice(0, k)), "same-batch"),
    (batches(cut=lambda i, k, m: slice(i, i + k - 1)), "one-short"),
    (batches(no_order, cut=lambda i, k, m: slice(i, i + k - 1)), "one-short"),
    (batches(cut=lambda i, k, m: np.arange(i, i + k) % m), "filled-up"),
    (batches(cut=lambda i, k, m: slice(min(i, m - k), i + k)), "filled-up"),
    (batches(cut=lambda i, k, m: slice(i, k)), "examples-missing"),
    (counts_one_too_many, "empty-batch"),
    (squeezes, "one-by-one"),
    (shuffles_starts, "batches-shuffled"),
    (shuffles_within, "shuffled-inside"),
    (array_split(lambda m, k: -(-m // k)), "evened-out"),
    (array_split(lambda m, k: m // k), "evened-out"),
    (array_split(lambda m, k: k), "number-for-size"),
    (array_split(lambda m, k: k, no_order), "number-for-size"),
    (yields_twice, "one-after-the-other"),
    (lambda X, y, k, rng: [X[:k] for X, _ in naive(X, y, k, rng)], "X-only"),
    (lambda X, y, k, rng: np.split(rng.permutation(len(X)), [k]), "indices"),
    (batches(lambda m, rng: np.random.default_rng(42).permutation(m)), "own-generator"),
    (batches(lambda m, rng: np.random.RandomState(0).permutation(m)), "own-generator"),
    (batches(lambda m, rng: np.arange(m)[::-1]), "own-generator"),
    (batches(lambda m, rng: np.random.permutation(m)), "not-repeatable"),
    (batches(lambda m, rng: np.random.default_rng().permutation(m)), "not-repeatable"),
    (batches(lambda m, rng: random.sample(range(m), m)), "not-repeatable"),
    (lambda X, y, k, rng: (X, y), "return-for-yield"),
    (lambda X, y, k, rng: X.reshape(-1, 1), "wrong-type"),
    (lambda X, y, k, rng: list(zip(X, y, strict=True)), "one-by-one"),
    (
        lambda X, y, k, rng: [(a, b[:, None]) for a, b in batches_by_yield(X, y, k, rng)],
        "wrong-shape",
    ),
    (sorts_each_batch, "with-replacement"),
    (starts_at_one, "examples-missing"),
    (dictionaries, "wrong-type"),
    (one_array, "X-only"),
    (triples, "wrong-type"),
    (batches(cut=lambda i, k, m: slice(i, i + k + 1)), "one-long"),
    (batches(cut=lambda i, k, m: slice(i + 1, i + k + 1)), "examples-missing"),
    (batches(lambda m, rng: sorted(rng.permutation(m))), "not-shuffled"),
    (batches(lambda m, rng: rng.permutation(m - 1)), "examples-missing"),
    (swaps_rows, "with-replacement"),
    (wrote_last_batch_dropped, "last-batch-dropped"),
    (wrote_with_replacement, "with-replacement"),
    (wrote_changes_its_input, "changes-its-input"),
    (wrote_evened_out, "evened-out"),
    (short_one_first, "wrong-sizes"),
    (shuffles_each_feature, "rows-torn-apart"),
    (keeps_whole_batches_of_y, "unequal-lengths"),
    (targets_first, "swapped"),
]


def rolled(X, y, batch_size, rng):
    order = np.roll(np.arange(len(X)), rng.integers(len(X)))
    for i in range(0, len(X), batch_size):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


def rolled_data(X, y, batch_size, rng):
    s = int(rng.integers(1, len(X)))
    X, y = np.roll(X, -s, axis=0), np.roll(y, -s)
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def begun_anywhere(X, y, batch_size, rng):
    m = len(X)
    start = int(m * rng.random())
    for i in range(start, start + m, batch_size):
        places = np.arange(i, min(i + batch_size, start + m)) % m
        yield X[places], y[places]


WRONG += [(f, "batches-shuffled") for f in (rolled, rolled_data, begun_anywhere)]


def rest_from_minus_zero(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    full = len(X) // batch_size
    for k in range(full):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield X[batch], y[batch]
    rest = order[-(len(X) % batch_size) :]
    yield X[rest], y[rest]


def rest_once_more(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], y[batch]
    rest = len(X) % batch_size
    if rest:
        yield X[order[-rest:]], y[order[-rest:]]


def gathers_and_never_empties(X, y, batch_size, rng):
    X_batch, y_batch = [], []
    for k, i in enumerate(rng.permutation(len(X)), 1):
        X_batch.append(X[i])
        y_batch.append(y[i])
        if k % batch_size == 0 or k == len(X):
            yield np.array(X_batch), np.array(y_batch)


def empties_what_it_gave(X, y, batch_size, rng):
    X_batch, y_batch = [], []
    for k, i in enumerate(rng.permutation(len(X)), 1):
        X_batch.append(X[i])
        y_batch.append(y[i])
        if len(X_batch) == batch_size or k == len(X):
            yield X_batch, y_batch
            X_batch.clear()
            y_batch.clear()


def shuffles_batches_and_inside(X, y, batch_size, rng):
    full = len(X) // batch_size
    for k in rng.permutation(full):
        batch = rng.permutation(np.arange(k * batch_size, (k + 1) * batch_size))
        yield X[batch], y[batch]
    if full * batch_size < len(X):
        batch = rng.permutation(np.arange(full * batch_size, len(X)))
        yield X[batch], y[batch]


def of_drawn_numbers(X, y, batch_size, rng):
    number = rng.permuted(np.arange(len(X)) // batch_size)
    for k in range(number.max() + 1):
        yield X[number == k], y[number == k]


RIGHT += [of_drawn_numbers]
WRONG += [
    (rest_from_minus_zero, "again-at-the-end"),
    (rest_once_more, "again-at-the-end"),
    (gathers_and_never_empties, "never-emptied"),
    (empties_what_it_gave, "emptied"),
    (shuffles_batches_and_inside, "shuffled-inside"),
]
