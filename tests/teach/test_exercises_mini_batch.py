"""Lesson 4: its references against other people's code, and what its checks let pass and stop."""

import ast
import inspect
import json
import math
import textwrap

import autograd.numpy as anp
import numpy as np
import pytest
from answers.mini_batch import (
    adam_step,
    backward_deep,
    forward_deep,
    l2_penalty,
    mend_epoch,
    minibatches,
    momentum_step,
    should_stop,
    train_network,
    train_validation_split,
)
from answers.mini_batch.adam_step import adam_of
from answers.mini_batch.minibatches import batches_by_yield, naive, shuffles_alike_in_place
from answers.mini_batch.momentum_step import momentum, momentum_loop
from answers.mini_batch.should_stop import stop_in_a_loop
from answers.mini_batch.train_validation_split import split_at_the_end
from autograd import grad
from autograd.misc.optimizers import adam
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from reference import frozen, network, quick, softmax_cross_entropy
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from solutions import typed_in

import course_lib.by_hand.mini_batch as by_hand
from course_lib import losses, training
from course_lib.exercises import check, grade, mini_batch, record, sandbox
from course_lib.exercises.derivations import judge
from course_lib.exercises.mini_batch import pictures
from course_lib.exercises.mini_batch.deep import images, layers_of
from course_lib.exercises.mini_batch.shared import examples
from course_lib.layers import Dense, ReLU
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam

EXERCISES = {exercise.id: exercise for exercise in mini_batch.EXERCISES}
WRITTEN = [minibatches, train_validation_split, l2_penalty, momentum_step, adam_step, should_stop]
WRITTEN += [forward_deep, backward_deep, train_network, mend_epoch]
ANSWERS = dict(zip(EXERCISES, WRITTEN, strict=True))


def test_the_exercises_are_those_of_the_lesson_in_its_order():
    assert [(name, " ".join(exercise.arguments)) for name, exercise in EXERCISES.items()] == [
        ("minibatches", "X y batch_size rng"),
        ("train_validation_split", "X y fraction rng"),
        ("l2_penalty", "weights strength"),
        ("momentum_step", "w v dw learning_rate beta"),
        ("adam_step", "w m v dw t learning_rate beta1 beta2 eps"),
        ("should_stop", "validation_losses patience"),
        ("forward_deep", "X layers"),
        ("backward_deep", "dZ inputs layers"),
        ("train_network", "X y layers batch_size learning_rate epochs rng"),
        ("mend_epoch", "X y W b batch_size learning_rate rng"),
    ]


def test_what_the_library_has_is_not_written_twice():
    for name in ("minibatches", "should_stop"):
        assert EXERCISES[name].reference is getattr(training, name)


@quick
@given(st.integers(2, 60), st.floats(0.05, 0.95), st.integers(0, 9))
def test_a_split_gives_each_example_to_one_part(m, fraction, seed):
    X, y = frozen(np.arange(2 * m).reshape(m, 2)), frozen(np.arange(m))
    rng = np.random.default_rng(seed)
    X_train, X_val, y_train, y_val = by_hand.train_validation_split(X, y, fraction, rng)
    assert len(X_val) == len(y_val) == round(fraction * m)
    assert sorted([*y_train, *y_val]) == list(range(m))
    np.testing.assert_array_equal(X[y_train], X_train)
    np.testing.assert_array_equal(X[y_val], X_val)


def test_each_example_is_as_likely_to_be_for_validation():
    rng, y = np.random.default_rng(3), np.arange(10)
    chosen = [by_hand.train_validation_split(y[:, None], y, 0.3, rng)[3] for _ in range(2000)]
    shares = np.bincount(np.concatenate(chosen)) / 2000
    np.testing.assert_allclose(shares, 0.3, atol=5 * math.sqrt(0.3 * 0.7 / 2000))


def test_the_penalty_is_half_the_sum_of_squares_and_its_slope():
    rng = np.random.default_rng(4)
    weights = [frozen(rng.normal(size=shape)) for shape in ((3, 4), (4,), (4, 2), (2,))]
    penalty, gradients = losses.l2_penalty(weights, 0.3)
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
        w, v = by_hand.momentum_step(w, v, dw, 0.1, 0.8)
        step = library.update(dw, memory)
        np.testing.assert_allclose(w, theirs, rtol=1e-13)
        np.testing.assert_allclose(w - before, step, rtol=1e-12)


def test_on_an_even_slope_momentum_gains_what_the_insight_says():
    w, v, dw = np.zeros(2), np.zeros(2), np.array([3.0, -1])
    for _ in range(300):
        w, v = by_hand.momentum_step(w, v, dw, 0.1, 0.9)
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
        w, m, v = by_hand.adam_step(w, m, v, dw, t, *settings)
        step = library.update(dw, memory)
        np.testing.assert_allclose(w - before, step, rtol=1e-10)
    np.testing.assert_allclose(w, theirs, rtol=1e-12)


def test_adams_first_step_has_the_size_that_the_insight_says():
    dw = np.array([300.0, -2e-3])
    w, _, _ = by_hand.adam_step(0 * dw, 0 * dw, 0 * dw, dw, 1, 0.01, 0.9, 0.999, 1e-8)
    np.testing.assert_allclose(w, [-0.01, 0.01], rtol=1e-4)


@quick
@given(st.lists(st.integers(0, 5).map(float), max_size=12), st.integers(1, 5))
def test_stopping_is_what_a_loop_would_decide(validation_losses, patience):
    assert training.should_stop(validation_losses, patience) is bool(
        stop_in_a_loop(validation_losses, patience)
    )


def test_float32_stays_float32():
    W, b, dw = (np.ones(shape, np.float32) for shape in ((2, 3), (3,), (2, 3)))
    penalty, gradients = losses.l2_penalty([W, b], 0.1)
    steps = by_hand.momentum_step(W, W, dw, 0.1, 0.9)
    steps += by_hand.adam_step(W, W, W, dw, 3, 0.1, 0.9, 0.99, 1e-8)
    X, y = examples(9, np.float32)
    parts = by_hand.train_validation_split(X, y, 0.3, np.random.default_rng(0))
    arrays = [penalty, *gradients, *steps, *parts[:2]]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# --- What students write that is right -----------------------------------------------------------


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
    widened = grade("minibatches", minibatches.batches_of_floats).message
    assert "dtype" not in widened and "float32 comes back as float64" in widened
    penalty = typed_in(losses.l2_penalty)
    widened = grade(
        "l2_penalty",
        lambda weights, s: penalty([1.0 * np.float64(W) for W in weights], s),
    )
    assert widened.status == "passed" and "dtype" not in widened.message


# --- What students write that is wrong -----------------------------------------------------------


def test_most_misconceptions_are_met_in_the_words_of_students():
    named = {(name, slug) for name, written in ANSWERS.items() for _, slug in written.WRONG}
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

    monkeypatch.setattr(sandbox, "INSTRUCTIONS", 20_000)
    assert grade("minibatches", minibatches).misconception == "never-ends"


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
    penalty = typed_in(losses.l2_penalty)

    def l2_penalty(weights, strength):
        value, gradients = penalty(weights, strength)
        return value, [*gradients[:-1], gradients[-1][:1]]

    verdict = grade("l2_penalty", l2_penalty)
    assert verdict.misconception == "wrong-shape"
    assert "The first part of the second result has shape (1, 1); expected (3, 1)." in (
        verdict.message
    )
    verdict = grade("l2_penalty", lambda weights, s: (penalty(weights, s)[0], 3))
    assert "The second result should be a list of 1." in verdict.message


def test_sentences_are_told_apart_and_the_exercises_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    monkeypatch.setattr(record, "unsaved", {})
    for exercise in EXERCISES.values():
        sentences = [mistake.sentence for mistake in exercise.misconceptions]
        assert len(set(sentences)) == len(sentences) >= 8
        assert "✓" in repr(check(exercise.id, ANSWERS[exercise.id].RIGHT[0]))
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


# --- Networks of any depth -----------------------------------------------------------------------


def relu(Z):
    return anp.maximum(Z, 0)


@quick
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(0, 99))
def test_the_deep_network_and_its_gradients_are_autograds(widths, seed):
    X, layers = frozen(images(4, widths[0], seed)), layers_of(*widths, seed=seed)
    Y = np.eye(widths[-1])[np.arange(4) % widths[-1]]
    inputs, Z = by_hand.forward_deep(X, layers)
    np.testing.assert_allclose(Z, network(layers, X, relu))
    assert [A.shape[1] for A in inputs] == widths[:-1]
    slopes = by_hand.backward_deep(grad(lambda Z: softmax_cross_entropy(Y, Z))(Z), inputs, layers)
    loss = grad(lambda layers: softmax_cross_entropy(Y, network(layers, X, relu)))
    for ours, theirs in zip(slopes, loss(layers), strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], atol=1e-12)
        np.testing.assert_allclose(ours[1], theirs[1], atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 7, 20])
def test_training_by_hand_is_the_librarys(batch_size):
    X, y, start = images(20, 4), np.arange(20) % 3, layers_of(4, 6, 5, 3)
    kept = [(W.copy(), b.copy()) for W, b in start]
    layers, loss = by_hand.train_network(X, y, start, batch_size, 0.05, 4, np.random.default_rng(5))
    stack = []
    for W, b in kept:
        stack += [Dense(*W.shape, rng=np.random.default_rng(0)), ReLU()]
        stack[-2].params = {"W": W.copy(), "b": b.copy()}
    twin = Network(stack[:-1])
    run = training.train(
        twin, X, y, loss=losses.softmax_cross_entropy, optimizer=SGD(0.05), epochs=4,
        batch_size=batch_size, rng=np.random.default_rng(5),
    )  # fmt: skip
    np.testing.assert_allclose(loss, run.loss)
    for (W, b), dense in zip(layers, twin.layers[::2], strict=True):
        np.testing.assert_allclose(W, dense.params["W"])
        np.testing.assert_allclose(b, dense.params["b"])
    for one, other in zip(start, kept, strict=True):
        np.testing.assert_array_equal(one[0], other[0])


def test_a_mended_epoch_is_an_epoch_of_a_network_of_one_layer():
    X, y, ((W, b),) = images(17, 4), np.arange(17) % 3, layers_of(4, 3)
    *ours, loss = by_hand.mend_epoch(X, y, W, b, 5, 0.2, np.random.default_rng(1))
    (theirs,), told = by_hand.train_network(X, y, [(W, b)], 5, 0.2, 1, np.random.default_rng(1))
    np.testing.assert_allclose(loss, told[0])
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other)


def test_the_epoch_to_mend_is_that_of_the_lesson():
    lesson = json.loads((ROOT / "notebooks" / "04_mini_batch.ipynb").read_text(encoding="utf-8"))
    (cell,) = (c for c in lesson["cells"] if c["id"] == "mend-epoch-code")
    given_away = mini_batch.mend_epoch._as_given
    one, other = (
        ast.parse(textwrap.dedent(source)).body[0].body[1:]
        for source in ("".join(cell["source"]), inspect.getsource(given_away))
    )
    assert list(map(ast.dump, one)) == list(map(ast.dump, other))
    assert grade("mend_epoch", typed_in(given_away)).misconception == "as-given"


def test_a_draw_of_ones_own_is_as_good_as_the_courses():
    """Whatever way the order is drawn, it is read off the losses, not compared."""
    for name in ("train_network", "mend_epoch"):
        right = ANSWERS[name].RIGHT
        drawn = next(f for f in right if getattr(f, "__name__", "") == "by_keys")
        assert grade(name, drawn).status == "passed"


def test_the_derivation_is_right_and_its_mistakes_are_not():
    derivation = mini_batch.DERIVATION
    a, c = 1.3, 20.0
    eta = 2 / (a + c)
    assert 1 - eta * a == pytest.approx(-(1 - eta * c))
    for form in ("2/(c + a)", "1 / ((a + c) / 2)", "2 * (a + c)**-1"):
        assert judge(derivation, form)[0]
    for wrong, sentence in derivation.mistakes.items():
        assert judge(derivation, wrong) == (False, sentence)


def curves(name):
    ax = Figure().add_subplot()
    getattr(pictures, name)(ax)
    return ax


def test_the_pictures_show_what_the_quiz_says():
    training_loss, validation = (line.get_ydata() for line in curves("over_fitting").lines)
    assert training_loss[0] > 0.28 and training_loss[-1] < 0.22
    assert validation.argmin() < 10 and validation.min() < 0.57 and validation[-1] > 0.9
    A, B, C = (line.get_ydata() for line in curves("three_rates").lines)
    assert round(A[0], 2) == 0.74 and 0.55 < A[-1] < 0.65 and (np.diff(A) < 0).all()
    assert B[-1] < 0.21 and C.min() > 1.8 and (np.diff(C) > 0).any()
