"""What students write for `train_validation_split`: right and wrong, in other forms."""

import itertools
import math
import random

import numpy as np
from answers.mini_batch.minibatches import no_order
from sklearn.model_selection import train_test_split


def split_by_mask(X, y, fraction, rng):
    chosen = np.zeros(len(X), dtype=bool)
    chosen[rng.choice(len(X), round(len(X) * fraction), replace=False)] = True
    return X[~chosen], X[chosen], y[~chosen], y[chosen]


def split_of_scikit_learn(X, y, fraction, rng):
    seed = int(rng.integers(2**32))
    return train_test_split(X, y, test_size=round(len(X) * fraction), random_state=seed)


def split_training_first(X, y, fraction, rng):
    m = X.shape[0]
    n_train = m - int(fraction * m + 0.5)
    order = np.argsort(rng.random(m))
    X, y = X[order], y[order]
    return X[:n_train], X[n_train:], y[:n_train], y[n_train:]


def split_by_deleting(X, y, fraction, rng):
    val = rng.permutation(len(X))[: int(np.round(fraction * len(X)))]
    return [np.delete(X, val, axis=0), X[val], np.delete(y, val), y[val]]


def split_by_zip(X, y, fraction, rng):
    pairs = list(zip(X, y, strict=True))
    random.Random(int(rng.integers(10**9))).shuffle(pairs)
    n = round(fraction * len(pairs))
    return tuple(
        np.array([pair[k] for pair in part]) for k in (0, 1) for part in (pairs[n:], pairs[:n])
    )


def split(order=lambda m, rng: rng.permutation(m), size=lambda f, m: round(f * m), **more):
    """Return a split as a student writes it, with one step another."""
    regroup = more.get("regroup", lambda X_train, X_val, *y: (X_train, X_val, *y))
    train = more.get("train", lambda order, n: order[n:])

    def train_validation_split(X, y, fraction, rng):
        places = order(len(X), rng)
        n = size(fraction, len(X))
        return regroup(X[train(places, n)], X[places[:n]], y[train(places, n)], y[places[:n]])

    return train_validation_split


def split_at_the_end(X, y, fraction, rng):
    n = len(X) - round(len(X) * fraction)
    return X[:n], X[n:], y[:n], y[n:]


def split_both_shuffled(X, y, fraction, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    return split_at_the_end(X, y, fraction, rng)


def split_X_shuffled(X, y, fraction, rng):
    return split_at_the_end(rng.permutation(X), y, fraction, rng)


def split_in_place(X, y, fraction, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return split_at_the_end(X, y, fraction, rng)


def split_by_coin(X, y, fraction, rng):
    val = rng.random(len(X)) < fraction
    return X[~val], X[val], y[~val], y[val]


def split_drawn_twice(X, y, fraction, rng):
    n = round(fraction * len(X))
    train = rng.choice(len(X), len(X) - n, replace=False)
    val = rng.choice(len(X), n, replace=False)
    return X[train], X[val], y[train], y[val]


def split_with_replacement(X, y, fraction, rng):
    n = round(fraction * len(X))
    val = rng.choice(len(X), n)
    train = rng.choice(len(X), len(X) - n)
    return X[train], X[val], y[train], y[val]


def split_and_all(X, y, fraction, rng):
    val = rng.permutation(len(X))[: round(fraction * len(X))]
    return X, X[val], y, y[val]


def split_of_old_habit(X, y, fraction, rng):
    return train_test_split(X, y, test_size=round(len(X) * fraction), random_state=42)


def split_every_few(X, y, fraction, rng):
    n = round(fraction * len(X))
    val = np.arange(len(X)) * n // len(X) != (np.arange(len(X)) + 1) * n // len(X)
    return X[~val], X[val], y[~val], y[val]


class Split:
    def __call__(self, X, y, fraction, rng):
        m = len(y)
        places = rng.choice(m, m, replace=False)
        n = int(np.rint(fraction * m))
        parts = places[: m - n], places[m - n :]
        return *(X[p] for p in parts), *(y[p] for p in parts)


def split_by_sets(X, y, fraction, rng):
    val = sorted(rng.permutation(len(X))[: round(fraction * len(X))].tolist())
    train = sorted(set(range(len(X))) - set(val))
    return X[train], X[val], y[train], y[val]


def split_glued(X, y, fraction, rng):
    data = rng.permutation(np.column_stack([X, y]), axis=0)
    n = round(fraction * len(data))
    return data[n:, :-1], data[:n, :-1], data[n:, -1], data[:n, -1]


def shuffles_after(X, y, fraction, rng):
    n = round(fraction * len(X))
    order = rng.permutation(len(X) - n)
    return X[n:][order], X[:n], y[n:][order], y[:n]


def dictionary(X, y, fraction, rng):
    a, b, c, d = split()(X, y, fraction, rng)
    return {"X_train": a, "X_val": b, "y_train": c, "y_val": d}


def train_twice(X, y, fraction, rng):
    a, _, c, _ = split()(X, y, fraction, rng)
    return a, a, c, c


def swaps_rows(X, y, fraction, rng):
    data = np.column_stack([X, y])
    random.Random(int(rng.integers(1000))).shuffle(data)  # rows are views
    return split_at_the_end(data[:, :-1], data[:, -1], fraction, rng)


def right_split(X, y, fraction, rng):
    mask = np.zeros(len(X), bool)
    mask[rng.choice(len(X), size=round(len(X) * fraction), replace=False)] = True
    return X[~mask], X[mask], y[~mask], y[mask]


def wrote_wrong_size(X, y, fraction, rng):
    m = rng.random(len(X)) < fraction
    return X[~m], X[m], y[~m], y[m]


def wrote_leak(X, y, fraction, rng):
    n = round(len(X) * fraction)
    v = rng.choice(len(X), n, replace=False)
    t = rng.choice(len(X), len(X) - n, replace=False)
    return X[t], X[v], y[t], y[v]


def wrote_shuffled_separately(X, y, fraction, rng):
    n = round(len(X) * fraction)
    X = rng.permutation(X)
    y = rng.permutation(y)
    return X[n:], X[:n], y[n:], y[:n]


def sorts_in_place(X, y, fraction, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    n = round(fraction * len(X))
    return X[n:], X[:n], y[n:], y[:n]


def shuffles_each_feature(X, y, fraction, rng):
    X, n = rng.permuted(X, axis=0), round(fraction * len(X))
    return X[n:], X[:n], y[n:], y[:n]


RIGHT = [
    split_by_mask,
    split_of_scikit_learn,
    split_training_first,
    split_by_deleting,
    split_by_zip,
    lambda X, y, fraction, rng: [
        a[part]
        for a, parts in itertools.product(
            (X, y), [np.split(rng.permutation(len(X)), [len(X) - round(fraction * len(X))])]
        )
        for part in parts
    ],
    Split(),
    split_by_sets,
    split_glued,
    right_split,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (split_at_the_end, "not-shuffled"),
    (split(no_order), "not-shuffled"),
    (split_both_shuffled, "shuffled-separately"),
    (split_X_shuffled, "one-of-two-shuffled"),
    (split_in_place, "shuffled-separately"),
    (split_drawn_twice, "leak"),
    (split(train=lambda o, n: o[: len(o) - n]), "leak"),
    (split(no_order, train=lambda o, n: o[: len(o) - n]), "leak"),
    (split_with_replacement, "with-replacement"),
    (split(lambda m, rng: rng.integers(m, size=m)), "with-replacement"),
    (split_and_all, "everything-for-training"),
    (split(train=lambda o, n: o), "everything-for-training"),
    (split(train=lambda o, n: o[n + 1 :]), "examples-lost"),
    (split_by_coin, "wrong-size"),
    (split(size=lambda f, m: int(0.2 * m)), "wrong-size"),
    (split(size=lambda f, m: int(f * m)), "cut-off"),
    (split(size=lambda f, m: int(m * f // 1)), "cut-off"),
    (split(size=lambda f, m: int(round(f * m, 6))), "cut-off"),
    (split(size=lambda f, m: math.ceil(f * m)), "rounded-up"),
    (split(size=lambda f, m: m - round(f * m)), "fraction-for-training"),
    (split(no_order, size=lambda f, m: m - round(f * m)), "fraction-for-training"),
    (split(regroup=lambda a, b, c, d: (b, a, d, c)), "fraction-for-training"),
    (split(regroup=lambda a, b, c, d: (a, c, b, d)), "order-of-results"),
    (split(regroup=lambda a, b, c, d: ((a, c), (b, d))), "two-pairs"),
    (split(regroup=lambda a, b, c, d: (a, b)), "X-only"),
    (split(regroup=lambda a, b, c, d: (a, b, c)), "wrong-type"),
    (lambda X, y, f, rng: np.split(rng.permutation(len(X)), [round(f * len(X))])[::-1], "indices"),
    (split_of_old_habit, "own-generator"),
    (split_every_few, "own-generator"),
    (lambda X, y, f, rng: train_test_split(X, y, test_size=round(f * len(X))), "not-repeatable"),
    (split(lambda m, rng: np.random.permutation(m)), "not-repeatable"),
    (shuffles_after, "not-shuffled"),
    (dictionary, "wrong-type"),
    (train_twice, "leak"),
    (split(size=lambda f, m: round((1 - f) * m)), "fraction-for-training"),
    (split(size=lambda f, m: round(f * 100)), "wrong-size"),
    (split(size=lambda f, m: min(m - 1, 10)), "wrong-size"),
    (split(train=lambda o, n: o[n - 1 :]), "leak"),
    (split(regroup=lambda a, b, c, d: (a, b, d, c)), "unequal-lengths"),
    (split(regroup=lambda a, b, c, d: (a, b, c[:, None], d[:, None])), "wrong-shape"),
    (split(regroup=lambda a, b, c, d: (a, c)), "X-only"),
    (swaps_rows, "with-replacement"),
    (wrote_wrong_size, "wrong-size"),
    (wrote_leak, "leak"),
    (wrote_shuffled_separately, "shuffled-separately"),
    (sorts_in_place, "changes-its-input"),
    (shuffles_each_feature, "rows-torn-apart"),
]


def splits_class_by_class(X, y, fraction, rng):
    train, val = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(fraction * len(rows))
        val.extend(rows[:n])
        train.extend(rows[n:])
    train, val = np.array(train, dtype=int), np.array(val, dtype=int)
    return X[train], X[val], y[train], y[val]


WRONG += [(splits_class_by_class, "wrong-size")]


def rolled(X, y, fraction, rng):
    s = int(rng.integers(len(X)))
    X, y, k = np.roll(X, s, axis=0), np.roll(y, s), round(fraction * len(X))
    return X[k:], X[:k], y[k:], y[:k]


def stretch_from_a_random_start(X, y, fraction, rng):
    k = round(fraction * len(X))
    s = rng.integers(0, len(X) - k + 1)
    v = np.arange(s, s + k)
    t = np.delete(np.arange(len(X)), v)
    return X[t], X[v], y[t], y[v]


def stretch_shuffled(X, y, fraction, rng):
    k = round(fraction * len(X))
    s = rng.integers(len(X))
    order = (s + np.arange(len(X))) % len(X)
    t, v = rng.permutation(order[k:]), rng.permutation(order[:k])
    return X[t], X[v], y[t], y[v]


def every_nth(X, y, fraction, rng):
    k = round(fraction * len(X))
    v = np.arange(0, len(X), len(X) // k)[:k] if k else np.arange(0)
    t = np.delete(np.arange(len(X)), v)
    return X[t], X[v], y[t], y[v]


def spread_evenly(X, y, fraction, rng):
    v = np.linspace(0, len(X) - 1, round(fraction * len(X))).astype(int)
    t = np.setdiff1d(np.arange(len(X)), v)
    return X[t], X[v], y[t], y[v]


def every_nth_by_a_mask(X, y, fraction, rng):
    k = round(fraction * len(X))
    mask = np.zeros(len(X), dtype=bool)
    if k:
        mask[:: len(X) // k] = True
        mask[np.flatnonzero(mask)[k:]] = False
    return X[~mask], X[mask], y[~mask], y[mask]


def cut_at_two_places(X, y, fraction, rng):
    p, k = rng.permutation(len(X)), round(fraction * len(X))
    return X[p[k:]], X[p[:k]], y[p[: len(y) - k]], y[p[len(y) - k :]]


def cut_at_two_places_from_behind(X, y, fraction, rng):
    p, k = rng.permutation(len(X)), round(fraction * len(X))
    return X[p[k:]], X[p[:k]], y[p[:-k]], y[p[-k:]]


WRONG += [
    (rolled, "one-stretch"),
    (stretch_from_a_random_start, "one-stretch"),
    (stretch_shuffled, "one-stretch"),
    (every_nth, "own-generator"),
    (spread_evenly, "own-generator"),
    (every_nth_by_a_mask, "own-generator"),
    (cut_at_two_places, "shuffled-separately"),
    (cut_at_two_places_from_behind, "shuffled-separately"),
    (split(size=lambda f, m: max(1, round(f * m))), "at-least-one"),
    (split(size=lambda f, m: round(f * m) or 1), "at-least-one"),
    (split(size=lambda f, m: max(1, math.ceil(f * m))), "rounded-up"),
    (split(size=lambda f, m: max(1, int(f * m))), "cut-off"),
]


def every_nth_from_a_random_start(X, y, fraction, rng):
    k = round(fraction * len(X))
    step = len(X) // k if k else 1
    mask = np.zeros(len(X), dtype=bool)
    mask[rng.integers(step) + step * np.arange(k)] = True
    return X[~mask], X[mask], y[~mask], y[mask]


def every_nth_round_the_end(X, y, fraction, rng):
    m, k = len(X), round(fraction * len(X))
    order = np.roll(np.arange(m), rng.integers(m))
    v = order[:: max(1, m // max(k, 1))][:k]
    t = np.delete(np.arange(m), v)
    return X[t], X[v], y[t], y[v]


WRONG += [
    (every_nth_from_a_random_start, "equal-steps"),
    (every_nth_round_the_end, "equal-steps"),
]
