"""Slips that no exercise foresees: what an answer gives is what a slip in the reference gives."""

import numpy as np
import pytest
from solutions import typed_in

from course_lib.activations import sigmoid
from course_lib.by_hand.hidden_layer import backward_two_layers, train_two_layers
from course_lib.by_hand.mini_batch import adam_step
from course_lib.by_hand.neuron import train_neuron
from course_lib.exercises import LESSONS, engine, grade, slip_helpers, slips, words

ALL = {e.id: e for module in LESSONS.values() for e in module.EXERCISES}


def old_mean_square(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v_hat = v / (1 - beta2**t)
    v = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * m / (1 - beta1**t) / (np.sqrt(v_hat) + eps), m, v


def descent(hidden=np.tanh, slope=lambda A: 1 - A**2, error=lambda P, Y: P - Y):
    """Train two layers, all written out, with one part or another of its own."""

    def train(X, y, W1, b1, W2, b2, rate, steps):
        Y, m, losses = y[:, np.newaxis], len(y), []
        for _ in range(steps):
            A1 = hidden(X @ W1 + b1)
            P = sigmoid(A1 @ W2 + b2)
            losses.append(-np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P)))
            dZ2 = error(P, Y) / m
            dZ1 = dZ2 @ W2.T * slope(A1)
            W1, b1 = W1 - rate * X.T @ dZ1, b1 - rate * dZ1.sum(axis=0)
            W2, b2 = W2 - rate * A1.T @ dZ2, b2 - rate * dZ2.sum(axis=0)
        return W1, b1, W2, b2, losses

    return train


@pytest.mark.parametrize(
    ("name", "answer", "slug", "said", "alone"),
    [
        ("adam_step", old_mean_square, "too-late", "the line for `v`", True),
        pytest.param(
            "train_two_layers",
            descent(error=lambda P, Y: (P - Y) * P * (1 - P)),
            "squared-error",
            "what `backward_two_layers` does",
            True,
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "train_two_layers",
            descent(hidden=lambda Z: np.maximum(Z, 0), slope=lambda A: A > 0),
            "relu-on-hidden",
            "what `forward_two_layers` does",
            False,
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_slip_is_named_however_the_answer_is_written(name, answer, slug, said, alone):
    verdict = grade(name, answer)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
    assert said in verdict.message
    assert ("Mend this first" in verdict.message) is not alone


def test_what_is_right_and_what_is_not_is_said_by_name():
    def answer(X, y, *more):
        dW1, db1, dW2, db2 = typed_in(backward_two_layers)(X, y, *more)
        return dW1, db1, dW2, db2 / len(y)

    assert "`db2` is wrong, and nothing else" in grade("backward_two_layers", answer).message


def weight_decay(X, y, W1, b1, W2, b2, rate, steps):
    losses = []
    for _ in range(steps):
        before = W1, W2
        W1, b1, W2, b2, (loss,) = typed_in(train_two_layers)(X, y, W1, b1, W2, b2, rate, 1)
        W1, W2 = (w - 0.03 * rate * old for w, old in zip((W1, W2), before, strict=True))
        losses.append(loss)
    return W1, b1, W2, b2, losses


@pytest.mark.long
def test_what_a_single_step_did_is_said_where_it_is_simple():
    message = grade("train_two_layers", weight_decay).message
    assert "`W1` moves as it should and by a part of itself as well" in message


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_no_slip_explains_what_is_right(name):
    exercise = ALL[name]
    found = engine.outcomes(exercise, exercise.reference)
    everywhere = list(range(len(found)))
    assert slips.slipped(exercise, found, found, everywhere, alone=False, pairs=True) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gradients", "adam_step", "backward_two_layers"])
def test_what_has_a_slip_in_it_runs_and_gives_something_else(name):
    """Most of them: some cannot run, and some change nothing."""
    exercise = ALL[name]
    made = [slips.made(exercise, (slip,)) for slip in slips._workshop(exercise)[2]]
    wanted = engine.outcomes(exercise, exercise.reference)
    others = [engine.outcomes(exercise, function) for function in made if function is not None]
    differ = [
        o for o in others if any(not engine.same(a, b) for a, b in zip(o, wanted, strict=True))
    ]
    assert len(differ) > 0.7 * len(made) > 20


def test_no_slip_is_found_in_what_is_like_none():
    def answer(w, *rest):
        return np.cos(w), *typed_in(adam_step)(w, *rest)[1:]

    message = grade("adam_step", answer).message
    assert "what comes out" not in message and "The fault is in" not in message


def test_slips_that_go_on_for_ever_are_ended():
    """By the number of calls, so that it is the same on every machine."""
    whole = ALL["train_network"]
    (endless,) = (slip for slip in slips._workshop(whole)[2] if slip.slug == "endless")
    assert isinstance(slips._outcome(whole, (endless,), 0).error, TimeoutError)


def ends_below(limit):
    def train(X, y, w, b, rate, steps):
        for taken in range(steps):
            loss = typed_in(train_neuron)(X, y, w, b, rate, taken + 1)[2][-1]
            if loss < limit:
                *parameters, losses = typed_in(train_neuron)(X, y, w, b, rate, taken)
                return *parameters, [*losses, loss]
        return typed_in(train_neuron)(X, y, w, b, rate, steps)

    return train


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (0.9, "It ends too early"),
        pytest.param(
            0.6,
            "So it is on some inputs, while others come out right",
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_is_done_on_some_inputs_only_is_told_so(limit, said):
    """Where it is left before the last step alone, the weights are those before it: there."""
    message = grade("train_neuron", ends_below(limit)).message
    assert said in message and "Mend this first" not in message


@pytest.mark.parametrize("name", ["mend_neuron", "mend_epoch", "mend_backward"])
def test_what_a_repair_started_from_is_told_with_one_slip_more(name):
    exercise = ALL[name]
    given = [s for s in slips._workshop(exercise)[2] if s.where == slips.GIVEN]
    start = engine.outcomes(exercise, exercise.as_given.functions[0])
    same = [engine.outcomes(exercise, slips.made(exercise, (s,))) for s in given[:40:8]]
    assert given and all(s.sentence.startswith(words.STILL_WRONG) for s in given)
    assert any(
        not engine.same(a, b)
        for found in same
        for a, b in zip(found, start, strict=True)
        if a.error is None
    )


def test_a_step_that_is_cut_off_hides_no_argument():
    """The rate has a part in a step that is as long as it may be."""

    def answer(w, m, v, dw, t, rate, *more):
        w_new, m, v = typed_in(adam_step)(w, m, v, dw, t, rate, *more)
        return w + np.clip(w_new - w, -0.1, 0.1), m, v

    verdict = grade("adam_step", answer)
    assert verdict.misconception == "step-held"
    assert "cut off above 0.1 and below -0.1" in verdict.message


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("momentum-0.5-1", [1, 2.5, 5.25]),
        ("sum", [1, 3, 7]),
        ("mean", [1, 1.5, 7 / 3]),
        ("late", [1, 1, 2]),
        ("difference", [1, 1, 2]),
        ("adagrad", [1, 2 / 5**0.5, 4 / 21**0.5]),
    ],
)
def test_a_memory_mixes_what_comes_with_what_came_before(kind, wanted):
    memory = slip_helpers.Memory(kind)
    found = [memory((np.array([value]), [np.array([value])])) for value in (1.0, 2.0, 4.0)]
    assert np.allclose([a[0] for a, _ in found], wanted, rtol=1e-6)
    assert all(np.array_equal(a, b) for a, (b,) in found)
