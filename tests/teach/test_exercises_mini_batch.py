"""Lesson 4: its references against other people's code, and what its checks let pass and stop."""

import copy
import itertools
import math
import random
import time

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.misc.optimizers import adam
from hypothesis import given
from hypothesis import strategies as st
from reference import frozen, quick
from sklearn.model_selection import train_test_split
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from sklearn.utils import gen_batches

from course_lib import losses, training
from course_lib.exercises import check, engine, grade, mini_batch, record
from course_lib.optimizers import SGD, Adam

EXERCISES = {exercise.id: exercise for exercise in mini_batch.EXERCISES}


def test_the_exercises_are_those_of_the_lesson_in_its_order():
    assert [(name, " ".join(exercise.arguments)) for name, exercise in EXERCISES.items()] == [
        ("minibatches", "X y batch_size rng"),
        ("train_validation_split", "X y fraction rng"),
        ("l2_penalty", "weights strength"),
        ("momentum_step", "w v dw learning_rate beta"),
        ("adam_step", "w m v dw t learning_rate beta1 beta2 eps"),
        ("should_stop", "validation_losses patience"),
    ]


def test_what_the_library_has_is_not_written_twice():
    for name in ("minibatches", "should_stop"):
        assert EXERCISES[name].reference is getattr(training, name)


@quick
@given(st.integers(2, 60), st.floats(0.05, 0.95), st.integers(0, 9))
def test_a_split_gives_each_example_to_one_part(m, fraction, seed):
    X, y = frozen(np.arange(2 * m).reshape(m, 2)), frozen(np.arange(m))
    rng = np.random.default_rng(seed)
    X_train, X_val, y_train, y_val = mini_batch.train_validation_split(X, y, fraction, rng)
    assert len(X_val) == len(y_val) == round(fraction * m)
    assert sorted([*y_train, *y_val]) == list(range(m))
    np.testing.assert_array_equal(X[y_train], X_train)
    np.testing.assert_array_equal(X[y_val], X_val)


def test_each_example_is_as_likely_to_be_for_validation():
    rng, y = np.random.default_rng(3), np.arange(10)
    chosen = [mini_batch.train_validation_split(y[:, None], y, 0.3, rng)[3] for _ in range(2000)]
    shares = np.bincount(np.concatenate(chosen)) / 2000
    np.testing.assert_allclose(shares, 0.3, atol=5 * math.sqrt(0.3 * 0.7 / 2000))


def test_the_penalty_is_half_the_sum_of_squares_and_its_slope():
    rng = np.random.default_rng(4)
    weights = [frozen(rng.normal(size=shape)) for shape in ((3, 4), (4,), (4, 2), (2,))]
    penalty, gradients = mini_batch.l2_penalty(weights, 0.3)
    assert penalty == pytest.approx(0.15 * np.linalg.norm(np.append(weights[0], weights[2])) ** 2)
    for k, (W, gradient) in enumerate(zip(weights, gradients, strict=True)):
        slope = grad(
            lambda W, k=k: (
                0.15
                * sum(anp.sum(V**2) for V in (*weights[:k], W, *weights[k + 1 :]) if V.ndim > 1)
                + 0 * anp.sum(W)
            )
        )(np.array(W))
        np.testing.assert_allclose(gradient, slope, rtol=1e-14)


def test_momentum_is_that_of_scikit_learn_and_of_the_library():
    rng = np.random.default_rng(5)
    w, library = rng.normal(size=(3, 2)), SGD(0.1, momentum=0.8)
    theirs, v, memory = w.copy(), np.zeros((3, 2)), {}
    other = SGDOptimizer([theirs], learning_rate_init=0.1, momentum=0.8, nesterov=False)
    for _ in range(5):
        before, dw = w, rng.normal(size=(3, 2))
        other.update_params([theirs], [dw])
        w, v = mini_batch.momentum_step(w, v, dw, 0.1, 0.8)
        step = library.update(dw, memory)
        np.testing.assert_allclose(w, theirs, rtol=1e-13)
        np.testing.assert_allclose(w - before, step, rtol=1e-12)


def test_on_an_even_slope_momentum_gains_what_the_insight_says():
    w, v, dw = np.zeros(2), np.zeros(2), np.array([3.0, -1])
    for _ in range(300):
        w, v = mini_batch.momentum_step(w, v, dw, 0.1, 0.9)
    np.testing.assert_allclose(v, -0.1 * dw / (1 - 0.9), rtol=1e-10)


@pytest.mark.parametrize("eps", [1e-8, 0.1])
def test_adam_is_that_of_autograd_and_of_the_library(eps):
    slopes = np.random.default_rng(6).normal(size=(6, 4))
    settings = 0.05, 0.8, 0.95, eps
    start = np.arange(4.0)
    theirs = adam(lambda w, t: slopes[t], start, None, 6, *settings)
    library, memory = Adam(*settings), {}
    w, m, v = start, np.zeros(4), np.zeros(4)
    for t, dw in enumerate(slopes, 1):
        before = w
        w, m, v = mini_batch.adam_step(w, m, v, dw, t, *settings)
        step = library.update(dw, memory)
        np.testing.assert_allclose(w - before, step, rtol=1e-10)
    np.testing.assert_allclose(w, theirs, rtol=1e-12)


def test_adams_first_step_has_the_size_that_the_insight_says():
    dw = np.array([300.0, -2e-3])
    w, _, _ = mini_batch.adam_step(0 * dw, 0 * dw, 0 * dw, dw, 1, 0.01, 0.9, 0.999, 1e-8)
    np.testing.assert_allclose(w, [-0.01, 0.01], rtol=1e-4)


@quick
@given(st.lists(st.integers(0, 5).map(float), max_size=12), st.integers(1, 5))
def test_stopping_is_what_a_loop_would_decide(validation_losses, patience):
    assert training.should_stop(validation_losses, patience) is bool(
        stop_in_a_loop(validation_losses, patience)
    )


def test_float32_stays_float32():
    W, b, dw = (np.ones(shape, np.float32) for shape in ((2, 3), (3,), (2, 3)))
    penalty, gradients = mini_batch.l2_penalty([W, b], 0.1)
    steps = mini_batch.momentum_step(W, W, dw, 0.1, 0.9)
    steps += mini_batch.adam_step(W, W, W, dw, 3, 0.1, 0.9, 0.99, 1e-8)
    X, y = mini_batch._examples(9, np.float32)
    parts = mini_batch.train_validation_split(X, y, 0.3, np.random.default_rng(0))
    arrays = [penalty, *gradients, *steps, *parts[:2]]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# --- What students write that is right -----------------------------------------------------------


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


def penalty_loop(weights, strength):
    total, gradients = 0.0, []
    for W in weights:
        if W.ndim == 1:
            gradients.append(np.zeros(W.shape))
            continue
        for row in W:
            for value in row:
                total += value**2
        gradients.append(strength * W)
    return 0.5 * strength * total, gradients


def penalty_masked(weights, strength):
    kept = [(len(W.shape) == 2) * W for W in weights]
    return strength * sum(np.vdot(W, W) for W in kept) / 2, tuple(W * strength for W in kept)


def momentum_on_copies(w, v, dw, learning_rate, beta):
    w, v = w.copy(), v.copy()
    v *= beta
    v -= learning_rate * dw
    w += v
    return w, v


def momentum_loop(w, v, dw, learning_rate, beta):
    new_w, new_v = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_v[i] = beta * v[i] - learning_rate * dw[i]
        new_w[i] = w[i] + new_v[i]
    return new_w, new_v


def adam_in_one(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (np.square(dw) - v)
    root = math.sqrt(1 - beta2**t)
    return w - learning_rate * root / (1 - beta1**t) * m / (v**0.5 + eps * root), m, v


def adam_loop(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * dw[i]
        v[i] = beta2 * v[i] + (1 - beta2) * dw[i] ** 2
        m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        w[i] -= learning_rate * m_hat / (math.sqrt(v_hat) + eps)
    return w, m, v


def stop_in_a_loop(validation_losses, patience):
    best, since = math.inf, 0
    for loss in validation_losses:
        since += 1
        if loss < best:
            best, since = loss, 0
    return best < math.inf and since >= patience


def stop_by_index(validation_losses, patience):
    if validation_losses:
        best = validation_losses.index(min(validation_losses))
        return len(validation_losses) - best > patience
    return False


RIGHT = {
    "minibatches": [
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
        lambda X, y, k, rng: list(batches_by_yield(X.astype(float), 1.0 * y, k, rng)),
    ],
    "train_validation_split": [
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
    ],
    "l2_penalty": [
        penalty_loop,
        penalty_masked,
        lambda weights, strength: (
            strength / 2 * sum(np.linalg.norm(W) ** 2 for W in weights if np.ndim(W) > 1),
            [strength * W * (W.ndim > 1) for W in weights],
        ),
        lambda weights, strength: [
            float(0.5 * strength * np.sum([np.sum(np.square(W)) for W in weights if W.ndim == 2])),
            [np.multiply(W, strength) if W.ndim == 2 else np.zeros(len(W)) for W in weights],
        ],
        lambda weights, strength: (
            sum(strength * np.einsum("ij,ij->", W, W) / 2 if W.ndim == 2 else 0.0 for W in weights),
            [strength * W if W.ndim == 2 else b * 0 for W, b in zip(weights, weights, strict=True)],
        ),
    ],
    "momentum_step": [
        momentum_on_copies,
        momentum_loop,
        lambda w, v, dw, rate, beta: (w - (rate * dw - beta * v), v * beta - dw * rate),
        lambda w, v, dw, rate, beta: [w + (u := np.add(beta * v, -rate * dw)), u],
    ],
    "adam_step": [
        adam_in_one,
        adam_loop,
        lambda w, m, v, dw, t, a, b1, b2, eps: [
            np.subtract(
                w,
                a
                * ((M := b1 * m + dw - b1 * dw) / (1 - np.power(b1, t)))
                / (np.sqrt((V := b2 * v + dw * dw * (1 - b2)) / (1 - np.power(b2, t))) + eps),
            ),
            M,
            V,
        ],
    ],
    "should_stop": [
        stop_in_a_loop,
        stop_by_index,
        lambda L, patience: len(L) > 0 and (len(L) - 1 - np.argmin(L)) >= patience,
        lambda L, patience: len(L) > patience and min(L[-patience:]) >= min(L[:-patience]),
        lambda L, patience: (
            len(L) > patience and all(loss >= min(L[:-patience]) for loss in L[-patience:])
        ),
        lambda L, patience: int(bool(L) and np.array(L).argmin() < len(L) - patience),
    ],
}
CORRECT = [
    pytest.param(name, f, id=f"{name}-{i}") for name, fs in RIGHT.items() for i, f in enumerate(fs)
]


@pytest.mark.parametrize(("name", "function"), CORRECT)
def test_right_answers_in_other_forms_pass(name, function):
    verdict = grade(name, function)
    assert verdict.status == "passed", verdict.message
    assert verdict.misconception is None


@quick
@given(st.integers(0, 2**32))
def test_whatever_order_is_drawn_from_rng_will_do(key):
    def order(m, rng):
        return np.random.default_rng([key, int(rng.integers(2**32))]).permutation(m)

    def minibatches(X, y, batch_size, rng):
        o = order(len(X), rng)
        for i in range(0, len(X), batch_size):
            yield X[o[i : i + batch_size]], y[o[i : i + batch_size]]

    def train_validation_split(X, y, fraction, rng):
        val, train = np.split(order(len(X), rng), [round(fraction * len(X))])
        return X[train], X[val], y[train], y[val]

    for function in (minibatches, train_validation_split):
        verdict = grade(function.__name__, function)
        assert verdict.status == "passed", verdict.message


def test_a_loop_is_only_advised_against_where_there_are_arrays():
    assert EXERCISES["should_stop"].insight in grade("should_stop", stop_in_a_loop).message
    assert "Python loop" in grade("momentum_step", momentum_loop).message


def test_a_pass_speaks_of_dtype_only_where_it_is_kept():
    insight = EXERCISES["minibatches"].insight
    kept = grade("minibatches", batches_by_yield).message
    assert "shapes and dtype" in kept and insight in kept
    widened = grade("minibatches", RIGHT["minibatches"][-1]).message
    assert "dtype" not in widened and "float32" in widened.splitlines()[-1]
    widened = grade(
        "l2_penalty",
        lambda weights, s: mini_batch.l2_penalty([1.0 * np.float64(W) for W in weights], s),
    )
    assert widened.status == "passed" and "dtype" not in widened.message


# --- What students write that is wrong -----------------------------------------------------------


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


def penalty(total=lambda W: np.sum(W**2), scale=lambda s: s / 2, slope=lambda W, s: s * W, **more):
    """Return a penalty as a student writes it, with one step another."""
    biases = more.get("biases", False)

    def l2_penalty(weights, strength):
        value, gradients = 0, []
        for W in weights:
            if W.ndim == 1 and not biases:
                gradients.append(np.zeros_like(W))
            else:
                value = value * (not more.get("overwrites")) + total(W)
                gradients.append(slope(W, strength))
        return scale(strength) * value, gradients

    return l2_penalty


def penalty_returns_too_early(weights, strength):
    total, gradients = 0, []
    for W in weights:
        total += np.sum(W**2)
        gradients.append(strength * W)
        return strength / 2 * total, gradients


def penalty_shrinks_in_place(weights, strength):
    total, gradients = 0, []
    for W in weights:
        if W.ndim == 2:
            total += np.sum(W**2)
            W *= strength
            gradients.append(W)
        else:
            gradients.append(np.zeros_like(W))
    return strength / 2 * total, gradients


def penalty_divided(weights, strength):
    value = sum(strength / (2 * len(W)) * np.sum(W**2) for W in weights if W.ndim == 2)
    return value, [strength / len(W) * W if W.ndim == 2 else 0 * W for W in weights]


def momentum(velocity=lambda v, dw, a, b: b * v - a * dw, move=lambda w, v, old, dw, a, b: w + v):
    """Return a step of momentum as a student writes it, with one line another."""

    def momentum_step(w, v, dw, learning_rate, beta):
        old, v = v, velocity(v, dw, learning_rate, beta)
        return move(w, v, old, dw, learning_rate, beta), v

    return momentum_step


def momentum_in_place(w, v, dw, learning_rate, beta):
    v *= beta
    v += -learning_rate * dw
    w += v
    return w, v


def momentum_forgets_velocity(w, v, dw, learning_rate, beta):
    w = w + beta * v - learning_rate * dw
    return w, v


def adam_of(first=lambda m, g, b: b * m + (1 - b) * g, **more):
    """Return a step of Adam as a student writes it, with one line another."""
    second = more.get("second", lambda v, g, b: b * v + (1 - b) * g**2)
    m_hat = more.get("m_hat", lambda m, b, t: m / (1 - b**t))
    v_hat = more.get("v_hat", lambda v, b, t: v / (1 - b**t))
    step = more.get("step", lambda M, V, g, eps: M / (np.sqrt(V) + eps))
    keep = more.get("keep", lambda m, v, M, V: (m, v))
    sign = more.get("sign", -1)

    def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        m, v = first(m, dw, beta1), second(v, dw, beta2)
        M, V = m_hat(m, beta1, t), v_hat(v, beta2, t)
        return w + sign * learning_rate * step(M, V, dw, eps), *keep(m, v, M, V)

    return adam_step


def adam_overwrites(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = (beta1 * m + (1 - beta1) * dw) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * dw**2) / (1 - beta2**t)
    w = w - learning_rate * m / (np.sqrt(v) + eps)
    return w, m, v


def adam_of_defaults(w, m, v, dw, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_loop(w, m, v, dw, t, learning_rate, 0.9, 0.999, 1e-8)


def adam_updates_in_place(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m[:] = beta1 * m + (1 - beta1) * dw
    v[:] = beta2 * v + (1 - beta2) * dw**2
    w -= learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


def stop_without_else(validation_losses, patience):
    if len(validation_losses) > patience:
        if min(validation_losses[-patience:]) >= min(validation_losses[:-patience]):
            return True


def stop_counts_rises(validation_losses, patience):
    count = 0
    for k in range(1, len(validation_losses)):
        if validation_losses[k] > validation_losses[k - 1]:
            count += 1
    return count >= patience


def stop_counts_rises_in_a_row(validation_losses, patience):
    count = 0
    for k in range(1, len(validation_losses)):
        if validation_losses[k] >= validation_losses[k - 1]:
            count += 1
        else:
            count = 0
    return count >= patience


def stop_never_resets(validation_losses, patience):
    best, count = float("inf"), 0
    for loss in validation_losses:
        if loss < best:
            best = loss
        else:
            count += 1
            if count >= patience:
                return True
    return False


def stop_at_ties_again(validation_losses, patience):
    best, since = float("inf"), 0
    for loss in validation_losses:
        if loss <= best:
            best, since = loss, 0
        else:
            since += 1
    return since >= patience and len(validation_losses) > 0


def stop_sorts(validation_losses, patience):
    last = list(validation_losses)
    validation_losses.sort()
    return bool(last) and len(last) - 1 - last.index(validation_losses[0]) >= patience


def no_order(m, rng):
    return np.arange(m)


# What students write who make these mistakes in their own way, several of them at once.
STUDENTS = [
    ("minibatches", naive, "not-shuffled"),
    ("minibatches", batches(no_order), "not-shuffled"),
    ("minibatches", returns_in_the_loop, "return-for-yield"),
    ("minibatches", returns_in_the_loop_unshuffled, "return-for-yield"),
    ("minibatches", breaks_after_one, "first-batch-only"),
    ("minibatches", collects_and_overwrites, "first-batch-only"),
    ("minibatches", never_yields, "no-batches"),
    ("minibatches", yields_and_returns, "no-batches"),
    ("minibatches", goes_round_for_ever, "endless"),
    ("minibatches", samples_for_ever, "endless"),
    ("minibatches", forgets_to_move_on, "endless"),
    ("minibatches", shuffles_both, "shuffled-separately"),
    ("minibatches", shuffles_both_in_place, "shuffled-separately"),
    ("minibatches", shuffles_both_in_place_and_drops, "shuffled-separately"),
    ("minibatches", shuffles_X_in_place, "one-of-two-shuffled"),
    ("minibatches", shuffles_alike_in_place, "changes-its-input"),
    ("minibatches", forgets_y, "one-of-two-shuffled"),
    ("minibatches", gives_whole_y, "one-of-two-sliced"),
    ("minibatches", gives_everything, "everything"),
    ("minibatches", counts_whole_batches, "last-batch-dropped"),
    ("minibatches", counts_whole_batches_unshuffled, "last-batch-dropped"),
    ("minibatches", draws_each_batch(replace=True), "with-replacement"),
    ("minibatches", draws_each_batch(replace=False), "with-replacement"),
    ("minibatches", batches(lambda m, rng: rng.integers(0, m, m)), "with-replacement"),
    ("minibatches", batches(lambda m, rng: rng.choice(m, m)), "with-replacement"),
    ("minibatches", batches(step=1), "overlapping"),
    ("minibatches", batches(no_order, step=1), "overlapping"),
    ("minibatches", batches(cut=lambda i, k, m: slice(0, k)), "same-batch"),
    ("minibatches", batches(cut=lambda i, k, m: slice(i, i + k - 1)), "one-short"),
    ("minibatches", batches(no_order, cut=lambda i, k, m: slice(i, i + k - 1)), "one-short"),
    ("minibatches", batches(cut=lambda i, k, m: np.arange(i, i + k) % m), "filled-up"),
    ("minibatches", batches(cut=lambda i, k, m: slice(min(i, m - k), i + k)), "filled-up"),
    ("minibatches", batches(cut=lambda i, k, m: slice(i, k)), "examples-missing"),
    ("minibatches", counts_one_too_many, "empty-batch"),
    ("minibatches", squeezes, "one-by-one"),
    ("minibatches", shuffles_starts, "batches-shuffled"),
    ("minibatches", shuffles_within, "shuffled-inside"),
    ("minibatches", array_split(lambda m, k: -(-m // k)), "evened-out"),
    ("minibatches", array_split(lambda m, k: m // k), "evened-out"),
    ("minibatches", array_split(lambda m, k: k), "number-for-size"),
    ("minibatches", array_split(lambda m, k: k, no_order), "number-for-size"),
    ("minibatches", yields_twice, "one-after-the-other"),
    ("minibatches", lambda X, y, k, rng: [X[:k] for X, _ in naive(X, y, k, rng)], "X-only"),
    ("minibatches", lambda X, y, k, rng: np.split(rng.permutation(len(X)), [k]), "indices"),
    (
        "minibatches",
        batches(lambda m, rng: np.random.default_rng(42).permutation(m)),
        "own-generator",
    ),
    (
        "minibatches",
        batches(lambda m, rng: np.random.RandomState(0).permutation(m)),
        "own-generator",
    ),
    ("minibatches", batches(lambda m, rng: np.arange(m)[::-1]), "own-generator"),
    ("minibatches", batches(lambda m, rng: np.random.permutation(m)), "not-repeatable"),
    (
        "minibatches",
        batches(lambda m, rng: np.random.default_rng().permutation(m)),
        "not-repeatable",
    ),
    ("minibatches", batches(lambda m, rng: random.sample(range(m), m)), "not-repeatable"),
    ("minibatches", lambda X, y, k, rng: (X, y), "return-for-yield"),
    ("minibatches", lambda X, y, k, rng: X.reshape(-1, 1), "wrong-type"),
    ("minibatches", lambda X, y, k, rng: list(zip(X, y, strict=True)), "one-by-one"),
    (
        "minibatches",
        lambda X, y, k, rng: [(a, b[:, None]) for a, b in batches_by_yield(X, y, k, rng)],
        "wrong-shape",
    ),
    ("train_validation_split", split_at_the_end, "not-shuffled"),
    ("train_validation_split", split(no_order), "not-shuffled"),
    ("train_validation_split", split_both_shuffled, "shuffled-separately"),
    ("train_validation_split", split_X_shuffled, "one-of-two-shuffled"),
    ("train_validation_split", split_in_place, "shuffled-separately"),
    ("train_validation_split", split_drawn_twice, "leak"),
    ("train_validation_split", split(train=lambda o, n: o[: len(o) - n]), "leak"),
    ("train_validation_split", split(no_order, train=lambda o, n: o[: len(o) - n]), "leak"),
    ("train_validation_split", split_with_replacement, "with-replacement"),
    (
        "train_validation_split",
        split(lambda m, rng: rng.integers(m, size=m)),
        "with-replacement",
    ),
    ("train_validation_split", split_and_all, "everything-for-training"),
    ("train_validation_split", split(train=lambda o, n: o), "everything-for-training"),
    ("train_validation_split", split(train=lambda o, n: o[n + 1 :]), "examples-lost"),
    ("train_validation_split", split_by_coin, "wrong-size"),
    ("train_validation_split", split(size=lambda f, m: int(0.2 * m)), "wrong-size"),
    ("train_validation_split", split(size=lambda f, m: int(f * m)), "cut-off"),
    ("train_validation_split", split(size=lambda f, m: int(m * f // 1)), "cut-off"),
    ("train_validation_split", split(size=lambda f, m: int(round(f * m, 6))), "cut-off"),
    ("train_validation_split", split(size=lambda f, m: math.ceil(f * m)), "rounded-up"),
    (
        "train_validation_split",
        split(size=lambda f, m: m - round(f * m)),
        "fraction-for-training",
    ),
    (
        "train_validation_split",
        split(no_order, size=lambda f, m: m - round(f * m)),
        "fraction-for-training",
    ),
    (
        "train_validation_split",
        split(regroup=lambda a, b, c, d: (b, a, d, c)),
        "fraction-for-training",
    ),
    ("train_validation_split", split(regroup=lambda a, b, c, d: (a, c, b, d)), "order-of-results"),
    ("train_validation_split", split(regroup=lambda a, b, c, d: ((a, c), (b, d))), "two-pairs"),
    ("train_validation_split", split(regroup=lambda a, b, c, d: (a, b)), "X-only"),
    ("train_validation_split", split(regroup=lambda a, b, c, d: (a, b, c)), "wrong-type"),
    (
        "train_validation_split",
        lambda X, y, f, rng: np.split(rng.permutation(len(X)), [round(f * len(X))])[::-1],
        "indices",
    ),
    ("train_validation_split", split_of_old_habit, "own-generator"),
    ("train_validation_split", split_every_few, "own-generator"),
    (
        "train_validation_split",
        lambda X, y, f, rng: train_test_split(X, y, test_size=round(f * len(X))),
        "not-repeatable",
    ),
    (
        "train_validation_split",
        split(lambda m, rng: np.random.permutation(m)),
        "not-repeatable",
    ),
    ("l2_penalty", penalty(biases=True), "biases-penalised"),
    ("l2_penalty", penalty(scale=lambda s: s), "half-missing-in-penalty"),
    ("l2_penalty", penalty(scale=lambda s: s, biases=True), "half-missing-in-penalty"),
    ("l2_penalty", penalty(slope=lambda W, s: 2 * s * W), "two-in-gradient"),
    ("l2_penalty", penalty(slope=lambda W, s: s / 2 * W), "half-in-gradient"),
    ("l2_penalty", penalty(slope=lambda W, s: s / 2 * W, biases=True), "half-in-gradient"),
    ("l2_penalty", penalty(scale=lambda s: s, slope=lambda W, s: 2 * s * W), "no-half"),
    ("l2_penalty", penalty(scale=lambda s: s**2 / 2), "strength-squared"),
    ("l2_penalty", penalty(scale=lambda s: 0.5, slope=lambda W, s: 1 * W), "strength-forgotten"),
    ("l2_penalty", penalty(slope=lambda W, s: 1 * W), "strength-forgotten"),
    ("l2_penalty", penalty(np.linalg.norm), "norm"),
    ("l2_penalty", penalty(np.linalg.norm, biases=True), "norm"),
    ("l2_penalty", penalty(lambda W: np.abs(W).sum()), "absolute-values"),
    (
        "l2_penalty",
        penalty(lambda W: np.abs(W).sum(), lambda s: s, lambda W, s: s * np.sign(W)),
        "absolute-values",
    ),
    ("l2_penalty", penalty(lambda W: np.sum(W) ** 2), "square-of-the-sum"),
    ("l2_penalty", penalty(lambda W: np.sum(W.T @ W)), "matrix-product"),
    ("l2_penalty", penalty(lambda W: np.mean(W**2)), "averaged"),
    ("l2_penalty", penalty_divided, "averaged"),
    ("l2_penalty", penalty(overwrites=True), "one-matrix-only"),
    ("l2_penalty", penalty(overwrites=True, biases=True), "one-matrix-only"),
    ("l2_penalty", penalty_returns_too_early, "one-matrix-only"),
    ("l2_penalty", penalty(slope=lambda W, s: -s * W), "wrong-sign"),
    ("l2_penalty", penalty(slope=lambda W, s: s * W**2), "squares-in-gradient"),
    ("l2_penalty", penalty(lambda W: W**2), "wrong-shape"),
    ("l2_penalty", penalty_shrinks_in_place, "changes-its-input"),
    ("l2_penalty", lambda weights, s: s / 2 * sum(np.sum(W**2) for W in weights), "penalty-only"),
    ("l2_penalty", lambda weights, s: [s * W for W in weights], "gradients-only"),
    (
        "l2_penalty",
        lambda weights, s: losses.l2_penalty([W for W in weights if W.ndim > 1], s),
        "biases-left-out",
    ),
    ("momentum_step", momentum(lambda v, dw, a, b: b * v + a * dw), "ascent"),
    (
        "momentum_step",
        momentum(lambda v, dw, a, b: b * v + a * dw, lambda w, v, *_: w - v),
        "velocity-uphill",
    ),
    ("momentum_step", momentum(move=lambda w, v, *_: w - v), "velocity-subtracted"),
    ("momentum_step", momentum(lambda v, dw, a, b: v - a * dw), "beta-missing"),
    (
        "momentum_step",
        momentum(lambda v, dw, a, b: b * v + (1 - b) * dw, lambda w, v, old, dw, a, b: w - a * v),
        "averaged",
    ),
    ("momentum_step", momentum(lambda v, dw, a, b: b * v - (1 - b) * a * dw), "averaged"),
    (
        "momentum_step",
        momentum(lambda v, dw, a, b: b * v + dw, lambda w, v, old, dw, a, b: w - a * v),
        "rate-outside",
    ),
    ("momentum_step", momentum(move=lambda w, v, old, dw, a, b: w + a * v), "rate-twice"),
    ("momentum_step", momentum(move=lambda w, v, old, dw, a, b: w + b * v - a * dw), "nesterov"),
    ("momentum_step", momentum(move=lambda w, v, old, dw, a, b: w + old), "old-velocity"),
    ("momentum_step", momentum_forgets_velocity, "velocity-not-updated"),
    ("momentum_step", momentum(lambda v, dw, a, b: -a * dw), "no-memory"),
    ("momentum_step", momentum_in_place, "changes-its-input"),
    ("momentum_step", lambda w, v, dw, a, b: w + b * v - a * dw, "weights-only"),
    ("adam_step", adam_of(m_hat=lambda m, *_: m, v_hat=lambda v, *_: v), "no-correction"),
    ("adam_step", adam_of(v_hat=lambda v, *_: v), "v-not-corrected"),
    ("adam_step", adam_of(m_hat=lambda m, *_: m), "m-not-corrected"),
    ("adam_step", adam_overwrites, "correction-kept"),
    ("adam_step", adam_of(keep=lambda m, v, M, V: (M, V)), "correction-kept"),
    (
        "adam_step",
        adam_of(
            m_hat=lambda m, b, t: m / (1 - b ** (t + 1)),
            v_hat=lambda v, b, t: v / (1 - b ** (t + 1)),
        ),
        "t-plus-one",
    ),
    (
        "adam_step",
        adam_of(
            m_hat=lambda m, b, t: m / (1 - b ** (t - 1)),
            v_hat=lambda v, b, t: v / (1 - b ** (t - 1)),
        ),
        "t-from-zero",
    ),
    ("adam_step", adam_of(step=lambda M, V, g, eps: M / np.sqrt(V + eps)), "eps-inside-root"),
    ("adam_step", adam_of(step=lambda M, V, g, eps: M / (V + eps)), "root-forgotten"),
    ("adam_step", adam_of(step=lambda M, V, g, eps: M / np.sqrt(V)), "eps-forgotten"),
    ("adam_step", adam_of(step=lambda M, V, g, eps: M / np.sqrt(V) + eps), "eps-outside"),
    ("adam_step", adam_of(step=lambda M, V, g, eps: g / (np.sqrt(V) + eps)), "gradient-for-m"),
    (
        "adam_step",
        adam_of(second=lambda v, g, b: b * v + (1 - b) * g),
        "gradient-not-squared",
    ),
    (
        "adam_step",
        lambda w, m, v, dw, t, a, b1, b2, eps: adam_loop(w, m, v, dw, t, a, b2, b1, eps),
        "betas-swapped",
    ),
    ("adam_step", adam_of(lambda m, g, b: b * m + g), "sums-for-means"),
    ("adam_step", adam_of(sign=1), "ascent"),
    ("adam_step", adam_of_defaults, "own-constants"),
    ("adam_step", adam_updates_in_place, "changes-its-input"),
    ("adam_step", lambda *a: adam_loop(*a)[0], "weights-only"),
    ("adam_step", lambda *a: [(r := adam_loop(*a))[0], r[2], r[1]], "swapped-results"),
    ("should_stop", lambda L, p: bool(L) and len(L) - 1 - L.index(min(L)) > p, "too-patient"),
    ("should_stop", lambda L, p: len(L) - 1 - L.index(min(L)) > p, "too-patient"),
    ("should_stop", lambda L, p: len(L) - np.argmin(L) >= p, "too-impatient"),
    ("should_stop", lambda L, p: len(L) > 0 and len(L) - np.argmin(L) >= p, "too-impatient"),
    ("should_stop", lambda L, p: len(L) - 1 - np.argmin(L) >= p, "empty"),
    ("should_stop", lambda L, p: len(L) - 1 - L.index(min(L)) == p, "exactly"),
    ("should_stop", lambda L, p: bool(L) and len(L) - 1 - np.argmax(L) >= p, "highest"),
    ("should_stop", lambda L, p: len(L) - 1 - np.argmax(L) >= p, "highest"),
    ("should_stop", lambda L, p: L[-1] > min(L), "patience-ignored"),
    ("should_stop", lambda L, p: len(L) > 1 and L[-1] > L[-2], "patience-ignored"),
    ("should_stop", stop_counts_rises, "counts-all"),
    ("should_stop", stop_counts_rises_in_a_row, "compares-with-the-epoch-before"),
    ("should_stop", stop_never_resets, "counts-all"),
    ("should_stop", stop_at_ties_again, "ties"),
    (
        "should_stop",
        lambda L, p: len(L) > p and min(L[-p:]) > min(L[:-p]),
        "ties",
    ),
    ("should_stop", lambda L, p: len(L) > p and L[-1] > L[-1 - p], "two-epochs-only"),
    ("should_stop", lambda L, p: len(L) >= p, "epochs-in-all"),
    ("should_stop", stop_without_else, "none-for-false"),
    ("should_stop", lambda L, p: int(np.argmin(L)) if L else 0, "a-number"),
    ("should_stop", lambda L, p: not L or stop_in_a_loop(L, p), "stops-before-the-start"),
    ("should_stop", lambda L, p: not stop_in_a_loop(L, p), "inverted"),
    ("should_stop", stop_sorts, "changes-its-input"),
    ("should_stop", lambda L, p: False, "wrong-answer"),
]


@pytest.mark.parametrize(("name", "function", "slug"), STUDENTS)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
    assert len(verdict.message) < 600


def test_most_misconceptions_are_met_in_the_words_of_students():
    named = {(name, slug) for name, _, slug in STUDENTS}
    all_of_them = {(e.id, m.slug) for e in EXERCISES.values() for m in e.misconceptions}
    assert len(named & all_of_them) > 0.75 * len(all_of_them)


def test_nothing_shuffled_from_the_global_state_by_judging():
    _, before, place, *_ = np.random.get_state()
    grade("minibatches", naive)  # which is compared with every misconception
    grade("train_validation_split", split_at_the_end)
    _, after, now, *_ = np.random.get_state()
    np.testing.assert_array_equal(before, after)
    assert place == now


def test_a_loop_without_yield_is_told_of_yield():
    def minibatches(X, y, batch_size, rng):
        for i in range(0, len(X), batch_size):
            X[i : i + batch_size], y[i : i + batch_size]

    verdict = grade("minibatches", minibatches)
    assert verdict.status == "not attempted" and "`yield` is missing" in verdict.message
    assert "`return` is missing" in grade("l2_penalty", lambda weights, strength: None).message


def test_a_generator_that_hangs_between_two_batches_ends(monkeypatch):
    def minibatches(X, y, batch_size, rng):
        yield X[:batch_size], y[:batch_size]
        while len(X):
            X = X[:]

    monkeypatch.setattr(engine, "SECONDS", 0.3)
    start = time.monotonic()
    assert grade("minibatches", minibatches).misconception == "never-ends"
    assert time.monotonic() - start < 3


def test_what_stops_half_way_is_told_with_its_line():
    def minibatches(X, y, batch_size, rng):
        for i in range(0, len(X), batch_size):
            yield X[i : i + batch_size], y[[i + batch_size]]

    verdict = grade("minibatches", minibatches)
    assert verdict.status == "raised" and "line 3 of your function" in verdict.message


def test_an_example_of_a_right_answer_is_called_an_example():
    message = grade("minibatches", naive).message
    assert "expected for example ((" in message and "…, " in message
    assert "expected (" in grade("momentum_step", momentum(lambda v, dw, a, b: v)).message


def test_a_shuffled_input_is_named_where_the_batches_are_right():
    message = grade("minibatches", shuffles_alike_in_place).message
    assert "It changes `X` and `y`" in message


def test_a_difference_deep_in_a_result_is_located():
    def l2_penalty(weights, strength):
        value, gradients = mini_batch.l2_penalty(weights, strength)
        return value, [*gradients[:-1], gradients[-1][:1]]

    verdict = grade("l2_penalty", l2_penalty)
    assert verdict.misconception == "wrong-shape"
    assert "The first part of the second result has shape (1, 1); expected (3, 1)." in (
        verdict.message
    )
    verdict = grade("l2_penalty", lambda weights, s: (mini_batch.l2_penalty(weights, s)[0], 3))
    assert "The second result should be a list of 1." in verdict.message


def test_sentences_are_told_apart_and_the_exercises_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    monkeypatch.setattr(record, "unsaved", {})
    for exercise in EXERCISES.values():
        sentences = [mistake.sentence for mistake in exercise.misconceptions]
        assert len(set(sentences)) == len(sentences) >= 8
        assert "✓" in repr(check(exercise.id, RIGHT[exercise.id][0]))
    assert record.read().keys() == EXERCISES.keys()


# --- The quiz ------------------------------------------------------------------------------------


def right_answer(words):
    (question,) = (q for q in mini_batch.QUIZ if words in q.text)
    return next((option, why) for option, right, why in question.options if right)


def test_the_numbers_of_the_quiz_are_counted():
    X = np.zeros((60_000, 1), np.int8)
    sizes = [len(a) for a, _ in training.minibatches(X, X[:, 0], 128, np.random.default_rng(0))]
    option, why = right_answer("60,000 images")
    assert option == str(len(sizes)) == "469"
    assert f"{sizes.count(128)} full batches" in why and f"the {sizes[-1]} images" in why

    W = [np.array([[0.5, -2]])]
    whole, batch, matched = (losses.l2_penalty(W, s)[0] for s in (1 / 4000, 1 / 200, 0.05 / 200))
    assert f"{batch / whole:.0f} times as strong" in right_answer("4,000 images")[0]
    assert matched == pytest.approx(whole)

    dw = np.array([4.0])
    no_correction = adam_of(m_hat=lambda m, *_: m, v_hat=lambda v, *_: v)
    w, *_ = no_correction(0 * dw, 0 * dw, 0 * dw, dw, 1, 1.0, 0.9, 0.999, 1e-8)
    assert f"0.1/√0.001 = {-w[0]:.1f}" in right_answer("Adam")[1]


def test_patience_of_the_quiz_ends_when_it_says():
    falling_then_rising = [*np.linspace(1, 0.5, 12), *np.linspace(0.55, 0.8, 20)]
    epochs = next(n for n in range(1, 40) if training.should_stop(falling_then_rising[:n], 5))
    assert epochs == 17 and "patience 5 ends it after epoch 17" in mini_batch.QUIZ[3].text
    assert "12" in right_answer("patience 5")[0]


def test_the_right_answers_of_the_quiz_stand_in_different_places():
    places = [[right for _, right, _ in q.options].index(True) for q in mini_batch.QUIZ]
    assert max(map(places.count, places)) <= len(places) / 2
