"""The exercises: the references are right, mistakes are named, and nothing takes a lesson down."""

import builtins
import copy
import functools
import inspect
import json
import math
import os
import pdb
import subprocess
import sys
import time
import types

import lessons
import nbformat
import numpy as np
import pytest
from answers.neuron import forward
from answers.neuron.binary_cross_entropy import cut_in_place
from answers.neuron.gradient_step import step_in_place
from answers.neuron.sigmoid import naive
from conftest import ROOT
from samples import LARGE, sampled
from scipy.optimize import approx_fprime
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from solutions import typed_in

from course_lib import exercises
from course_lib.by_hand import neuron
from course_lib.exercises import (
    check,
    engine,
    exercise_ids,
    grade,
    hint,
    progress,
    quiz,
    record,
    sandbox,
    solution,
    words,
)


@pytest.fixture
def example():
    """Draw a small problem; the arrays cannot be written to."""
    rng = np.random.default_rng(7)
    X, w, y = rng.normal(size=(6, 3)), rng.normal(size=3), np.array([0.0, 1, 1, 0, 1, 0])
    for array in (X, w, y):
        array.flags.writeable = False
    return X, w, 0.3, y


def test_forward_is_the_logistic_function_of_the_weighted_sum(example):
    X, w, b, _ = example
    assert np.allclose(neuron.forward(X, w, b), expit([x @ w + b for x in X]), rtol=1e-14)
    lesson = neuron.forward(np.array([[2, 3], [0, 0]]), np.array([0, 1]), 4)
    assert lesson.round(3).tolist() == [0.999, 0.982]


def test_binary_cross_entropy_is_scikit_learns_log_loss(example):
    X, w, b, y = example
    y_hat = neuron.forward(X, w, b)
    assert np.isclose(neuron.binary_cross_entropy(y, y_hat), log_loss(y, y_hat), rtol=1e-12)
    assert np.isfinite(neuron.binary_cross_entropy(np.array([1, 0]), np.array([0.0, 1.0])))


def test_gradients_are_the_slopes_of_the_mean_loss(example):
    X, w, b, y = example
    dw, db = neuron.gradients(X, y, neuron.forward(X, w, b))
    slopes = approx_fprime(
        np.append(w, b), lambda v: log_loss(y, expit(X @ v[:3] + v[3])), epsilon=1e-7
    )
    assert np.allclose([*dw, db], slopes, atol=1e-6)
    dw, db = neuron.gradients(np.array([[1, 2], [3, 4]]), np.array([0, 1]), np.array([0.5, 0.5]))
    assert dw.tolist() == [-0.5, -0.5] and db == 0


def test_gradient_step_goes_downhill_and_leaves_its_arguments_alone():
    w, dw = np.array([1.0, 2.0]), np.array([0.1, -0.2])
    new_w, new_b = neuron.gradient_step(w, 0.5, dw, 0.3, 0.5)
    assert np.allclose(new_w, [0.95, 2.1]) and np.isclose(new_b, 0.35)
    assert w.tolist() == [1, 2] and dw.tolist() == [0.1, -0.2]


def test_training_is_gradient_descent_on_scikit_learns_log_loss(example):
    """Step by step, with slopes from differences of that loss."""
    X, w, b, y = example
    end_w, end_b, losses = neuron.train_neuron(X, y, w, b, 0.7, 5)
    place, seen = np.append(w, b), []

    def loss(v):
        return log_loss(y, expit(X @ v[:3] + v[3]))

    for _ in range(5):
        seen.append(loss(place))
        place = place - 0.7 * approx_fprime(place, loss, epsilon=1e-7)
    np.testing.assert_allclose([*end_w, end_b], place, atol=1e-5)
    np.testing.assert_allclose(losses, seen, atol=1e-5)


def test_training_ends_where_scikit_learn_ends(example):
    X, w, b, y = example
    X, y = np.concatenate([X, X + 0.3]), np.append(y, 1 - y)  # no line separates these
    end_w, end_b, losses = neuron.train_neuron(X, y, w, b, 1.0, 3000)
    best = LogisticRegression(C=np.inf, tol=1e-8).fit(X, y)
    np.testing.assert_allclose([*end_w, end_b], [*best.coef_[0], *best.intercept_], atol=1e-3)
    assert len(losses) == 3000 and losses[-1] < losses[0]


def test_what_is_mended_trains_as_training_does_and_the_same_examples_twice_change_nothing(example):
    X, w, b, y = example
    once = neuron.mend_neuron(X, y, w, b, 1.5, 8)
    twice = neuron.mend_neuron(np.tile(X, (2, 1)), np.tile(y, 2), w, b, 1.5, 8)
    for other in (twice, neuron.train_neuron(X, y, w, b, 1.5, 8)):
        for ours, theirs in zip(once, other, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    stub = ALL["mend_neuron"].as_given.functions[0]
    assert not np.allclose(
        stub(X, y, w, b, 1.5, 2)[0],
        stub(np.tile(X, (2, 1)), np.tile(y, 2), w, b, 1.5, 2)[0],
    )


def test_float32_stays_float32(example):
    X, w, _, y = (np.asarray(a, dtype=np.float32) for a in example)
    y_hat = neuron.forward(X, w, 0.0)
    dw, db = neuron.gradients(X, y, y_hat)
    new_w, _ = neuron.gradient_step(w, 0.0, dw, db, 0.1)
    assert {y_hat.dtype, dw.dtype, db.dtype, new_w.dtype} == {np.dtype(np.float32)}
    for train in (neuron.train_neuron, neuron.mend_neuron):
        assert train(X, y, w, 0.0, 0.1, 2)[0].dtype == np.float32


# --- The engine ----------------------------------------------------------------------------------

MODULES = exercises.LESSONS
ALL = {exercise.id: exercise for module in MODULES.values() for exercise in module.EXERCISES}


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    return tmp_path / "state"


def test_passing_says_what_was_verified_and_adds_one_remark():
    message = grade("forward", typed_in(ALL["forward"].reference)).message
    for word in ("float32", "extreme", "dtype", "changed", ALL["forward"].insight):
        assert word in message
    assert "loop" in grade("forward", forward.RIGHT[3]).message
    listed = grade("forward", lambda X, w, b: expit(X @ w + b).tolist())
    assert listed.status == "passed" and "list" in listed.message
    widened = grade("forward", lambda X, w, b: expit(X.astype(float) @ w + b)).message
    assert "float32 comes back as float64" in widened and "dtype" not in widened
    assert ALL["forward"].insight in widened


def test_the_message_shows_the_smallest_input_that_went_wrong():
    verdict = grade("sigmoid", lambda z: 1 / (1 + np.exp(z)))
    assert verdict.message.splitlines() == [
        "It falls where it should rise. Look at the sign of the exponent, or which formula serves "
        "which half.",
        "sigmoid(z=0.7)",
        "gave 0.3318",
        "expected 0.6682",
    ]


def test_a_changed_argument_is_named():
    assert "`dw`" in grade("gradient_step", step_in_place).message
    assert "`y_hat`" in grade("binary_cross_entropy", cut_in_place).message


@pytest.mark.parametrize(
    ("dtype", "near", "off"), [(np.float64, 1e-8, 1e-6), (np.float32, 3e-5, 3e-4)]
)
def test_results_agree_to_rounding_and_no_further(dtype, near, off):
    value = np.array([1.5, -2e-3, 4e5], dtype)
    assert sandbox.same_values(value * dtype(1 + near), value)
    assert not sandbox.same_values(value * dtype(1 + off), value)
    assert not sandbox.same_values(value[:2], value)
    assert not sandbox.same_values(value * dtype(1 + off), value.astype(np.float64))


NUMBERS = [n for n, e in ALL.items() if not e.rules and n not in ("should_stop", "most_confused")]


@pytest.mark.parametrize(
    "name",
    [
        *sampled([name for name in NUMBERS if name not in LARGE], test=4, quick=4),
        *sampled(LARGE, test=8),
    ],
)
def test_what_is_a_little_off_does_not_pass(name):
    """Wherever answers are numbers that no rule judges, a thousandth more is another answer."""
    answer = typed_in(ALL[name].reference)

    def more(value):
        if isinstance(value, (list, tuple)):
            return type(value)(map(more, value))
        return value * 1.001 if isinstance(value, (float, np.floating, np.ndarray)) else value

    assert grade(name, lambda *arguments: more(answer(*arguments))).status == "wrong"


def test_random_answers_are_judged_by_what_they_have_in_common():
    def draw(n, rng):
        return rng.normal(size=n)

    shape = engine.rule(lambda v, n, rng: np.shape(v) == (n,), slug="wrong-shape", says="Shape.")
    signs = engine.rule(lambda v, n, rng: v.min() < 0, slug="squared", says="No draw is negative.")
    again = engine.rule(
        lambda v, five, n, rng: set(five) <= set(v), slug="other", says="Others.", beside="five"
    )

    class Draw(engine.Exercise):
        reference = draw
        probes = (
            engine.Probe("five", (5, np.random.default_rng(0)), rules=[shape, signs]),
            engine.Probe("the same seed", (9, np.random.default_rng(0)), rules=[again]),
        )

        @engine.mistake
        def squared(n, rng):
            """Squares?"""
            return rng.normal(size=n) ** 2

    assert engine.grade(Draw, lambda n, rng: rng.normal(size=n)[::-1]).status == "passed"
    assert engine.grade(Draw, lambda n, rng: rng.normal(size=2)).misconception == "wrong-shape"
    assert engine.grade(Draw, lambda n, rng: abs(rng.normal(size=n))).misconception == "squared"
    another = np.random.default_rng(1)  # five draws of which one is negative
    assert engine.grade(Draw, lambda n, rng: draw(n, another)).misconception == "other"


# --- What students also do -----------------------------------------------------------------------


class Hostile(Exception):
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt

    def __eq__(self, other):
        raise SystemExit

    __repr__ = __str__ = __bool__ = __len__ = lambda self: 1 / 0
    __hash__ = None


class HostileNumber(float):
    __repr__ = __str__ = __format__ = lambda self, *_: 1 / 0


def hangs(z):
    while True: pass  # fmt: skip # noqa: E701


def hangs_lazily(z):
    while True:
        np.exp(z)
    yield


def hangs_and_catches(z):
    while True:
        try:
            while True:
                np.exp(z)
        except:  # noqa: E722
            pass


def recurses(z):
    return recurses(z)


def prints_much(z):
    for _ in range(500):
        print(z)
    return z


def raises(error):
    def function(z):
        raise error

    return function


@pytest.mark.parametrize("function", [hangs, hangs_lazily, hangs_and_catches])
def test_an_endless_loop_ends(function, monkeypatch):
    monkeypatch.setattr(sandbox, "INSTRUCTIONS", 20_000)
    monkeypatch.setattr(sandbox, "SECONDS", math.inf)
    verdict = grade("sigmoid", function)
    assert (verdict.status, verdict.misconception) == ("raised", "never-ends")


def test_a_verdict_counts_instructions_and_only_those_of_the_students_own_code():
    """As many however long each takes; importing and calling a library costs nothing of them."""

    def used(function):
        allowance = sandbox.Allowance()
        assert sandbox.run(function, (np.array([0.5, -1]),), allowance).error is None
        return sandbox.INSTRUCTIONS - allowance.left

    def imports(z):
        for name in [name for name in sys.modules if name.startswith("colorsys")]:
            del sys.modules[name]
        import colorsys

        return colorsys.ONE_SIXTH * z

    def waits(z):
        time.sleep(0.01)
        return z

    def hurries(z):
        time.sleep(0)
        return z

    def loops(z):
        for _ in range(1000):
            z = z + 1
        return z

    assert 0 < used(imports) < 100 * len(sys.modules)
    assert used(waits) == used(hurries) < 20
    assert used(lambda z: np.vectorize(abs)(np.tile(z, 5000))) < 30
    assert 5000 < used(loops) < 20_000


def test_a_machine_that_is_too_busy_to_tell_says_so_and_blames_nobody(monkeypatch, state):
    monkeypatch.setattr(sandbox, "SECONDS", -1)
    box = repr(check("sigmoid", expit_in_python))
    assert "? sigmoid: undecided" in box and "too busy" in box
    assert not state.exists(), "no try is counted"


def expit_in_python(z):
    return expit(z)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda function: function,
        functools.partial,
        lambda function: functools.wraps(function)(lambda *a: function(*a)),
        lambda function: types.FunctionType(function.__code__, function.__globals__, "mine"),
        functools.lru_cache,
        copy.deepcopy,
        lambda function: types.SimpleNamespace(f=function).f,
        lambda function: lambda *arguments: function(*arguments),
        lambda function: lambda *arguments: [function(*arguments)][0],
    ],
)
def test_the_courses_own_functions_are_nobodys_answer(wrapped, state):
    """A cell further down imports them under the same name; who calls one has not written it."""
    for name, exercise in ALL.items():
        assert grade(name, wrapped(exercise.reference)).status != "passed", name
    verdict = grade("forward", wrapped(ALL["forward"].reference))
    assert (verdict.status, verdict.misconception) == ("not attempted", None)
    assert "the course's own forward" in verdict.message
    check("forward", wrapped(ALL["forward"].reference))
    assert not state.exists(), "progress stays as it was"


def test_the_courses_function_of_another_task_may_be_called():
    assert grade("forward", lambda X, w, b: neuron.sigmoid(X @ w + b)).status == "passed"


@pytest.mark.parametrize(
    ("function", "status", "words"),
    [
        (recurses, "raised", "calls itself without end"),
        (raises(SystemExit), "raised", "exit()"),
        (raises(KeyboardInterrupt), "raised", "interrupted"),
        (raises(ZeroDivisionError("division by zero")), "raised", "divided by zero"),
        (raises(Hostile()), "raised", "Hostile"),
        (lambda z: np.zeros((10**6, 10**6)), "raised", "memory"),
        (lambda z: undefined, "raised", "misspelt"),  # noqa: F821
        (lambda: 1, "raised", "Its arguments should be sigmoid(Z)"),
        (dict, "raised", "TypeError"),
        (prints_much, "wrong", "as it came"),
        (lambda z: np.broadcast_to(0.0, 10**12), "wrong", "far too large"),
        (lambda z: Hostile(), "wrong", "of type Hostile"),
        (lambda z: [Hostile()], "wrong", "of type list"),
        (lambda z: HostileNumber(3), "wrong", "gave a number"),
        (lambda z: np.full(1, None), "wrong", "of object"),
        (lambda z: "0.5", "wrong", "of type str; expected a number"),
        (lambda z: {"a": z}, "wrong", "of type dict"),
        (lambda z: (i for i in range(3)), "wrong", "one by one"),
        (lambda z: z * np.nan, "wrong", "not finite"),
        (lambda z: 10**5000, "wrong", "of type int"),
        (lambda z: None if np.ndim(z) else expit(z), "wrong", "without `return`"),
        (abs, "wrong", "gave 0.7"),
        (0.5, "wrong", "not a function"),
        (print, "wrong", "prints its result"),
        (None, "not attempted", "Define it"),
        (..., "not attempted", "Define it"),
        (raises(NotImplementedError), "not attempted", "nothing yet"),
        (lambda z: None, "not attempted", "nothing yet"),
        (lambda z: ..., "not attempted", "nothing yet"),
        (lambda z: (..., ...), "not attempted", "nothing yet"),
    ],
)
def test_whatever_comes_gets_a_verdict(function, status, words, capsys, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", math.inf)  # all of these end by themselves
    verdict = grade("sigmoid", function)
    assert verdict.status == status, verdict
    assert words in verdict.message
    assert len(verdict.message) < 800
    assert capsys.readouterr() == ("", ""), "what it prints stays out of the notebook"


def test_an_exception_is_told_with_the_students_own_line():
    def sigmoid(z):
        e = np.exp(-z)
        return 1 / (1 + e[7])

    verdict = grade("sigmoid", sigmoid)
    assert verdict.status == "raised"
    assert "in line 3 of your function, `return 1 / (1 + e[7])`" in verdict.message
    assert verdict.details["error"] == "IndexError"


def prints(z):
    print(expit(z))


def forward_that_prints(X, w, b):
    return prints(X @ w + b)


def off_by_a_row(X, w, b):
    short = w[1:]
    return expit(X.T @ short + b)


def naive_batches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [
        (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
        for i in range(0, len(X), batch_size)
    ]


def by_math_alone(y, p):
    return -sum(math.log(b if a else 1 - b) for a, b in zip(y, p, strict=True)) / len(y)


def flat_nudges(f, w, h):
    slopes = np.array([f(w.ravel() + e) - f(w.ravel() - e) for e in h * np.eye(w.size)])
    return slopes.reshape(w.shape) / (2 * h)


def evenly_spread(n_in, n_out, rng):
    s = np.sqrt(3 / n_in)
    return rng.uniform(-s, s, (n_in, n_out)), np.zeros(n_out)


def spread(factor):
    return lambda n_in, n_out, rng: (
        factor * rng.normal(size=(n_in, n_out)) / np.sqrt(n_in),
        np.zeros(n_out),
    )


def all_patches_at_once(predict, image, c, size):
    rows = []
    for i in range(28):
        for j in range(28):
            patched, half = image.reshape(28, 28).copy(), size // 2
            patched[max(i - half, 0) : i + half + 1, max(j - half, 0) : j + half + 1] = 0
            rows.append(patched.ravel())
    return (predict(image.reshape(1, -1))[0, c] - predict(np.array(rows))[:, c]).reshape(28, 28)


def without_masks(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
    return gradients


@pytest.mark.parametrize(
    ("name", "function", "status", "said", "not_said"),
    [
        (
            "init_weights",
            lambda *a: dict(zip("Wb", spread(1)(*a), strict=True)),
            "wrong",
            "two values",
            "only",
        ),
        ("init_weights", spread(1.5), "passed", "yours is another", "number of units"),
        ("init_weights", spread(1), "passed", "1/√n_in suits", "yours is another"),
        ("init_weights", evenly_spread, "passed", "asks for normal numbers", "yours is another"),
        ("init_weights", spread(1), "passed", "1/√n_in suits", "normal numbers"),
        (
            "accuracy",
            lambda y, P: np.mean(P.argmax(1) == y.argmax(axis=1)),
            "wrong",
            "labels already",
            "fit",
        ),
        (
            "accuracy",
            lambda y, P: np.mean(P.argmax(axis=2) == y),
            "raised",
            "axis 0 alone",
            "two shapes",
        ),
        ("softmax", lambda Z: softmax(Z, axis=1) / (1 + 1e-6), "wrong", "a little off", "1 times"),
        ("relu_grad", lambda Z: Z > 0, "passed", "comes back as bool", "memory"),
        ("relu_grad", lambda Z: (Z >= 0) * 1.0, "passed", "the task asks for 0", "wrong"),
        ("relu_grad", lambda Z: (Z > 0) * 1.0, "passed", "Verified", "the task asks"),
        ("tanh_grad", lambda Z: 1 / np.cosh(Z) ** 2, "passed", "NumPy warns", "overflows"),
        ("minibatches", naive_batches, "passed", "a list passes too", "wrong"),
        ("should_stop", lambda L, p: (True, 3), "wrong", "expected True or False", "a number"),
        ("sigmoid", lambda z: 1 / (1 + math.exp(-z)), "wrong", "math.exp", "`if`"),
        ("sigmoid", functools.lru_cache(expit_in_python), "raised", "cannot be a key", "math.exp"),
        (
            "softmax",
            lambda Z: np.exp(-Z) / np.exp(-Z).sum(axis=1, keepdims=True),
            "wrong",
            "Mend this first",
            "overflow",
        ),
        ("sigmoid", lambda z: expit(-z), "wrong", "sign of the exponent", "Mend this first"),
        ("forward", forward_that_prints, "wrong", "Mend `prints` first", "It prints its"),
        ("forward", lambda X, w, b: print(X @ w), "wrong", "It prints its", "first"),
        ("forward", off_by_a_row, "raised", "X.T is (3, 1) and short is (2,)", "gufunc"),
        (
            "forward",
            lambda X, w, b: 1 + prints(X @ w),
            "raised",
            "Something is None",
            "another type",
        ),
        ("forward", lambda X, w, b: X @ w[:, 0], "raised", "more indices", "outside an array"),
        ("one_hot", lambda y, n: np.eye(n)[y / 1], "raised", "whole number", "outside an array"),
        ("one_hot", lambda y, n: np.zeros(len(y), n), "raised", "one argument", "another type"),
        ("relu", lambda Z: np.maximum(0, Z, axis=1), "raised", "a name that", "another type"),
        ("binary_cross_entropy", by_math_alone, "raised", "takes no 0", "two shapes"),
        ("numerical_gradient", flat_nudges, "raised", "in the shape of `w`", "A @ B"),
        ("tanh_grad", lambda Z: 2 - np.tanh(Z) ** 2, "wrong", "`Z`", "_float"),
        (
            "forward",
            lambda X, w, b: expit(abs(X @ w + b)),
            "wrong",
            "as if what `sigmoid`",
            "fault is",
        ),
        ("gradients", lambda X, y, p: (X.T @ (p - y), p.mean), "wrong", "is a sum", "Both"),
        ("gradients", lambda X, y, p: (X.T @ (p - y), p.mean()), "wrong", "Sums over", "sign"),
        (
            "gradients",
            lambda X, y, p: (X.T @ (p - y) / len(y), (p - y).mean),
            "wrong",
            "nobody has called",
            "of type",
        ),
        (
            "accuracy",
            lambda y, P: np.mean(P.argmax(1) * y),
            "wrong",
            "other numbers",
            "first entry",
        ),
        (
            "forward",
            lambda X, w, b: np.sum(expit(X @ w + b)),
            "wrong",
            "adds up",
            "It averages over",
        ),
        ("relu", lambda Z: np.maximum(Z, 1e-8), "wrong", "other numbers", "by 0 of itself"),
        ("occlusion_map", all_patches_at_once, "passed", "Verified", "loop"),
        (
            "saliency",
            lambda net, x, c: x[x + 0.5],
            "raised",
            "Places are whole numbers",
            "outside an array",
        ),
        (
            "saliency",
            lambda net, x, c: x[0.0],
            "raised",
            "a whole number",
            "outside an array",
        ),
        (
            "saliency",
            lambda net, x, c: x[0, c],
            "raised",
            "more indices than",
            "outside an array",
        ),
        (
            "perturb",
            lambda x, g, e: x + e * ((g > 0) - (g < 0)),
            "raised",
            "True and False cannot be subtracted",
            "A power",
        ),
        (
            "should_stop",
            lambda L, p: min(L[9:]) > 0,
            "raised",
            "nothing in it",
            "two shapes",
        ),
        (
            "l2_penalty",
            lambda weights, s: (
                s / 2 * sum((W**2).sum() for W in weights if W.ndim == 2),
                [s * W if W.ndim == 2 else np.zeros((1, len(W))) for W in weights],
            ),
            "wrong",
            "has shape (1, 3); expected (3,)",
            "The rest is right",
        ),
        (
            "backward_deep",
            lambda dZ, inputs, layers: [
                (dW / len(dZ), db / len(dZ)) for dW, db in without_masks(dZ, inputs, layers)
            ],
            "wrong",
            "no slope of the ReLU",
            "is right",
        ),
        (
            "relu",
            lambda Z: np.array([max(z, 0) for z in Z.ravel()]).reshape(Z.shape),
            "passed",
            "Python loop",
            "memory",
        ),
    ],
)
def test_a_message_says_what_is_so_and_nothing_else(name, function, status, said, not_said):
    verdict = grade(name, function)
    assert verdict.status == status, verdict.message
    assert said in verdict.message
    assert not_said not in verdict.message


def test_where_the_shape_is_wrong_shapes_are_shown_on_more_than_one_example():
    message = grade("forward", lambda X, w, b: expit(X @ w + b)[:, None]).message
    assert "gave an array of shape (4, 1)\nexpected an array of shape (4,)" in message


def test_many_numbers_are_told_as_shapes():
    arguments = ALL["backward_two_layers"].probes[2].arguments
    call = words.call("f", ALL["backward_two_layers"].arguments, arguments)
    assert "array of shape (4, 3)" in call and len(call) < 300


def test_debuggers_and_settings_stay_as_they_were(monkeypatch):
    def tracer(frame, event, argument):
        return None

    before = sys.gettrace()
    with np.errstate(all="raise"):
        sys.settrace(tracer)
        try:
            verdict = grade("sigmoid", lambda z: np.seterr(all="ignore") and naive(z))
            after = sys.gettrace()
        finally:
            sys.settrace(before)
        assert after is tracer
        assert set(np.geterr().values()) == {"raise"}
    assert verdict.status == "passed"
    assert grade("sigmoid", naive).misconception == "overflow", "settings do not leak"


@pytest.mark.parametrize("name", sampled(ALL, test=3, quick=6))
def test_a_verdict_runs_each_function_once_on_each_probe(name, monkeypatch):
    runs = []

    def run(function, *more):
        runs.append(function)
        return sandbox.run(function, *more)

    monkeypatch.setattr(engine, "run", run)
    exercise = ALL[name]
    candidate = exercise.misconceptions[-1].functions[0]
    assert grade(name, lambda *arguments: candidate(*arguments)).status == "wrong"
    functions = [f for mistake in exercise.misconceptions for f in mistake.functions]
    # Once more where it came back, to see whether it does the same.
    assert 0 <= len(runs) - len(exercise.probes) * (2 + len(functions)) <= 1


# --- Record, hints, quiz -------------------------------------------------------------------------


def test_grading_writes_nothing_and_untouched_stubs_leave_no_trace(state):
    grade("sigmoid", naive)
    check("sigmoid", lambda z: ...)
    assert not state.exists()


def test_progress_is_kept_and_what_was_passed_stays_passed(state):
    assert f"0 of {len(ALL)} " in repr(progress())
    assert "✓ sigmoid: passed" in repr(check("sigmoid", expit))
    assert "✗ sigmoid: wrong" in repr(check("sigmoid", naive))
    assert {path.name for path in state.iterdir()} == {"progress.json", "progress.json.lock"}
    ask = "from course_lib.exercises import progress; print(progress())"
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert f"1 of {len(ALL)} " in answer.stdout and "✓ sigmoid" in answer.stdout, (
        "survives a restart"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"null",
        b'{"sigmoid": 3}',
        b'{"sigmoid": {"tries": "x"}}',
        b'{"sigmoid": {"hints": Infinity, "passed": 1}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_does_not_stop_anybody(state, content):
    state.mkdir()
    (state / "progress.json").write_bytes(content)
    assert f"0 of {len(ALL)} " in repr(progress())
    assert "Hint 1 of 3" in repr(hint("sigmoid"))
    check("sigmoid", expit)
    assert f"1 of {len(ALL)} " in repr(progress())


def test_a_sound_entry_survives_a_damaged_neighbour(state):
    check("sigmoid", expit)
    stored = json.loads((state / "progress.json").read_text())
    (state / "progress.json").write_text(json.dumps(stored | {"forward": [1]}))
    assert f"1 of {len(ALL)} " in repr(progress())


def test_where_nothing_can_be_written_the_lesson_goes_on(state):
    state.write_text("a file where the folder should be")
    check("sigmoid", expit)
    assert "Hint 1" in repr(hint("forward")) and "Hint 2" in repr(hint("forward"))
    assert f"1 of {len(ALL)} " in repr(progress()) and "cannot be kept" in repr(progress())


def test_progress_can_be_carried_to_another_machine(state, tmp_path, monkeypatch):
    check("sigmoid", expit)
    file = tmp_path / "mine.json"
    assert "Saved" in repr(progress(save=file))
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "elsewhere"))
    check("forward", forward.RIGHT[0])
    assert f"2 of {len(ALL)} " in repr(progress(load=file)) and f"2 of {len(ALL)} " in repr(
        progress()
    )
    assert "no progress" in repr(progress(load=tmp_path / "nothing.json"))
    assert "Could not save" in repr(progress(save=file / "below"))


def test_hints_come_one_at_a_time_and_the_solution_after_a_try():
    hints = [repr(hint("gradients")) for _ in range(4)]
    assert [text[:11] for text in hints] == ["Hint 1 of 3", "Hint 2 of 3"] + 2 * ["Hint 3 of 3"]
    check("gradients", lambda X, y, y_hat: ...)
    assert "after a try" in repr(solution("gradients"))
    check("gradients", lambda X, y, y_hat: 0)
    told = repr(solution("gradients"))
    assert "X.T @ error / len(y), np.mean(error)" in told and ALL["gradients"].explanation in told


@pytest.mark.parametrize(
    "function", [lambda i: check(i, None), lambda i: grade(i, None), hint, solution]
)
def test_a_misspelt_id_is_answered_with_the_nearest(function):
    with pytest.raises(ValueError, match="Did you mean 'sigmoid'"):
        function("sigmod")


def test_what_students_wrote_is_escaped():
    def sigmoid(z):
        raise ValueError("<script>alert(1)</script>")

    shown = check("sigmoid", sigmoid)._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert 'role="status"' in shown


@pytest.mark.parametrize("number", MODULES)
def test_the_quiz_explains_every_option_and_reads_as_text(number):
    questions = MODULES[number].QUIZ
    assert 4 <= sum(question.picture is None for question in questions) <= 6
    for question in questions:
        assert sum(right for _, right, _ in question.options) == 1
        assert len(question.options) > 2 and all(why for _, _, why in question.options)
    bundle = quiz(number)._repr_mimebundle_()
    assert lessons.WIDGET in bundle
    for question in questions:
        assert question.text in bundle["text/plain"]
        assert all(option in bundle["text/plain"] for option, _, _ in question.options)
    output = nbformat.v4.new_output("display_data", data=bundle)
    cell = nbformat.v4.new_code_cell("quiz()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    lessons.normalise(notebook)
    assert list(notebook.cells[0].outputs[0].data) == ["text/plain"]


def test_a_quiz_that_is_not_there_says_which_are():
    with pytest.raises(ValueError, match=f"expected one of {', '.join(MODULES)}"):
        quiz(1)


# --- In the lessons ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", MODULES)
def test_untouched_stubs_score_nothing_and_references_everything(number):
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    stubs = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and "exercise" in cell["metadata"].get("tags", ())
    ]
    space = {"np": np}
    for stub in stubs:
        exec(stub, space)
    ids = [exercise.id for exercise in MODULES[number].EXERCISES]
    for name in ids:
        assert grade(name, space[name]).status == "not attempted", name
        assert (
            inspect.signature(space[name]).parameters.keys()
            == (inspect.signature(ALL[name].reference).parameters.keys())
            or name == "sigmoid"
        )  # the library's argument is a matrix, the lesson's any z
        assert space[name].__doc__
        check(name, space[name])
    assert f"0 of {len(ids)} " in repr(progress())
    for name in ids:
        check(name, typed_in(ALL[name].reference))
    assert f"{len(ids)} of {len(ids)} " in repr(progress())
    assert exercise_ids()[: len(ids)] == ids or number != "01"


def typed(z):
    return z * float(input("How much? "))


def halted(z):
    breakpoint()
    return z


def traced(z):
    pdb.set_trace()
    return z


def read(z):
    return z * float(sys.stdin.readline())


@pytest.mark.parametrize("answer", [typed, halted, traced, read])
def test_what_waits_for_the_keyboard_is_refused_at_once(answer):
    kept = builtins.input, sys.breakpointhook, sys.stdin
    verdict = grade("sigmoid", answer)
    assert verdict.status == "raised" and "waits for someone to type" in verdict.message
    assert kept == (builtins.input, sys.breakpointhook, sys.stdin)


def test_a_debugger_does_not_outlive_its_answer_where_somebody_else_traces():
    def watch(frame, event, argument):
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        verdict = grade("sigmoid", traced)
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert "waits for someone to type" in verdict.message and after is watch


@pytest.mark.parametrize("name", sampled(["train_neuron", "train_two_layers", "train_network"], 3))
def test_losses_in_lists_of_several_lengths_get_a_verdict(name):
    """NumPy makes no array of them, and refuses to say how many axes they have."""
    right = typed_in(ALL[name].reference)

    def answer(*arguments):
        *others, losses = right(*arguments)
        return *others, [losses[0], losses]

    assert grade(name, answer).status == "wrong"


@pytest.mark.parametrize("name", sampled(["train_neuron", "mend_neuron", "train_two_layers"], 3))
def test_an_empty_tuple_gets_a_verdict(name):
    """`return ()` has no losses to look at."""
    assert grade(name, lambda *arguments: ()).status == "wrong"
