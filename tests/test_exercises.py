"""The exercises: the references are right, mistakes are named, and nothing takes a lesson down."""

import functools
import inspect
import json
import math
import os
import subprocess
import sys
import time

import lessons
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from scipy.optimize import approx_fprime
from scipy.special import expit, xlog1py, xlogy
from sklearn.metrics import log_loss

from course_lib import exercises
from course_lib.exercises import (
    check,
    engine,
    exercise_ids,
    grade,
    hint,
    neuron,
    progress,
    quiz,
    record,
    solution,
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


def test_float32_stays_float32(example):
    X, w, _, y = (np.asarray(a, dtype=np.float32) for a in example)
    y_hat = neuron.forward(X, w, 0.0)
    dw, db = neuron.gradients(X, y, y_hat)
    new_w, _ = neuron.gradient_step(w, 0.0, dw, db, 0.1)
    assert {y_hat.dtype, dw.dtype, db.dtype, new_w.dtype} == {np.dtype(np.float32)}


# --- The engine ----------------------------------------------------------------------------------

MODULES = exercises.LESSONS
ALL = {exercise.id: exercise for module in MODULES.values() for exercise in module.EXERCISES}
MISTAKES = [
    pytest.param(exercise.id, mistake.slug, function, id=f"{exercise.id}-{mistake.slug}-{number}")
    for exercise in ALL.values()
    for mistake in exercise.misconceptions
    for number, function in enumerate((mistake.function, *mistake.variants))
]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    return tmp_path / "state"


def one_line(name):
    """Return what stands after the last `return` of a reference."""
    source = inspect.getsource(ALL[name].reference)
    return source.rsplit("return ", 1)[1].strip()


@pytest.mark.parametrize(("name", "slug", "function"), MISTAKES)
def test_each_misconception_is_recognised_as_itself(name, slug, function):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug)
    assert set(verdict.details) >= {"input", "got", "expected"}
    assert verdict.details["input"] in verdict.message
    assert one_line(name) not in verdict.message, "gives the solution away"
    assert len(verdict.message) < 600


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
def test_an_exercise_is_complete(exercise):
    slugs = [mistake.slug for mistake in exercise.misconceptions]
    assert len(slugs) == len(set(slugs)) >= 5
    assert len(exercise.hints) == 3 and exercise.insight and exercise.explanation
    for text in [*exercise.hints, *(mistake.sentence for mistake in exercise.misconceptions)]:
        assert one_line(exercise.id) not in text
    assert grade(exercise.id, exercise.reference).status == "passed"


def entropy_loop(y, y_hat):
    total = 0.0
    for t, p in zip(y, y_hat, strict=True):
        p = min(max(p, 1e-15), 1 - 1e-15)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return total / len(y)


def gradients_loop(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        dw += (y_hat[i] - y[i]) * X[i]
        db += y_hat[i] - y[i]
    return [dw / len(y), db / len(y)]


def sigmoid_masks(z):
    z = np.asarray(z)
    out = np.empty(z.shape, dtype=np.result_type(z, np.float32))
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    out[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    return out


def sigmoid_silenced(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


RIGHT = {
    "sigmoid": [
        expit,
        sigmoid_masks,
        sigmoid_silenced,
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: np.exp(-np.logaddexp(0, -z)),
        functools.partial(lambda scale, z: expit(scale * z), 1),
        np.vectorize(lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0),
    ],
    "forward": [
        lambda X, w, b: expit(np.einsum("ij,j->i", X, w) + b),
        lambda X, w, b: expit((X * w).sum(axis=1) + b),
        lambda X, w, b: expit(np.dot(w, X.T) + b),
        lambda X, w, b: np.array([expit(sum(x * w) + b) for x in X]),
        lambda X, w, b: expit(np.matmul(X, w[:, None]) + b).ravel(),
    ],
    "binary_cross_entropy": [
        entropy_loop,
        lambda y, p: float(log_loss(y, p, labels=[0, 1])),
        lambda y, p: (
            -np.mean(
                np.where(y == 1, np.log(np.maximum(p, 1e-15)), np.log(np.maximum(1 - p, 1e-15)))
            )
        ),
        lambda y, p: -np.sum(np.log(np.where(y == 1, p, 1 - p) + 1e-12)) / y.size,
    ],
    "gradients": [
        gradients_loop,
        lambda X, y, p: (np.einsum("ij,i->j", X, p - y) / len(y), (p - y).sum() / len(y)),
        lambda X, y, p: (np.mean(X * (p - y)[:, None], axis=0), np.mean(p - y)),
        lambda X, y, p: ((p - y) @ X / X.shape[0], np.average(p - y)),
    ],
    "gradient_step": [
        lambda w, b, dw, db, learning_rate: [w - learning_rate * dw, b - learning_rate * db],
        lambda w, b, dw, db, rate: (np.add(w, -rate * dw), b + -rate * db),
        lambda w, b, dw, db, rate: (
            np.array([w[i] - rate * dw[i] for i in range(len(w))]),
            b - rate * db,
        ),
        lambda w, b, dw, db, rate: tuple(v - rate * d for v, d in ((w, dw), (b, db))),
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


def test_every_exercise_has_right_answers_of_several_kinds():
    assert RIGHT.keys() == ALL.keys() and min(map(len, RIGHT.values())) >= 3


def test_passing_says_what_was_verified_and_adds_one_remark():
    message = grade("forward", ALL["forward"].reference).message
    for word in ("float32", "extreme", "dtype", "changed", ALL["forward"].insight):
        assert word in message
    assert "loop" in grade("forward", RIGHT["forward"][3]).message
    listed = grade("forward", lambda X, w, b: expit(X @ w + b).tolist())
    assert listed.status == "passed" and "list" in listed.message
    widened = grade("forward", lambda X, w, b: expit(X.astype(float) @ w + b)).message
    assert "float32" in widened.splitlines()[-1] and "dtype" not in widened


def naive(z):
    return 1 / (1 + np.exp(-z))


def step_in_place(w, b, dw, db, rate):
    dw *= rate
    return w - dw, b - rate * db


def returns_in_the_loop(X, w, b):
    for x in X:
        return expit(x @ w + b)


def cut_in_place(y, y_hat):
    np.clip(y_hat, 1e-12, 1 - 1e-12, out=y_hat)
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


# What students write who make these mistakes in their own way, several of them at once.
STUDENTS = [
    ("sigmoid", lambda z: 1 / (1 + np.e**-z), "overflow"),
    ("sigmoid", lambda z: 1 / (1 + np.exp(z)), "wrong-sign"),
    ("sigmoid", lambda z: np.exp(-z) / (1 + np.exp(-z)), "wrong-sign"),
    ("sigmoid", lambda z: naive(z) * (1 - naive(z)), "derivative"),
    ("sigmoid", lambda z: 1 / (1 + math.exp(-z)), "one-number-only"),
    ("sigmoid", lambda z: (z > 0) * 1.0, "thresholded"),
    ("sigmoid", lambda z: naive(np.clip(z, -20, 20)), "clipped-too-early"),
    ("sigmoid", lambda z: naive(np.clip(z, -10, 10)), "clipped-too-early"),
    (
        "sigmoid",
        lambda z: np.where(z < 0, np.exp(z) / (np.exp(z) + 1), naive(z)),
        "computes-both-halves",
    ),
    ("sigmoid", lambda z: np.round(expit(z)).astype(int), "thresholded"),
    ("forward", lambda X, w, b: naive(np.dot(X, w)), "bias-forgotten"),
    ("forward", lambda X, w, b: naive(X @ w.reshape(-1, 1) + b), "column"),
    ("forward", lambda X, w, b: naive(np.dot(w, X) + b), "transposed"),
    ("forward", lambda X, w, b: np.dot(X, w) + b, "no-activation"),
    ("forward", lambda X, w, b: X @ w, "wrong-numbers"),
    ("forward", returns_in_the_loop, "first-example-only"),
    ("forward", lambda X, w, b: naive(np.sum(X * w, axis=0) + b), "sum-over-examples"),
    ("forward", lambda X, w, b: (expit(X @ w + b) >= 0.5).astype(float), "thresholded"),
    (
        "binary_cross_entropy",
        lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
        "wrong-sign",
    ),
    ("binary_cross_entropy", lambda y, p: -sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "summed"),
    (
        "binary_cross_entropy",
        lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)),
        "log2",
    ),
    ("binary_cross_entropy", lambda y, p: -np.mean(y * np.log(p)), "ones-only"),
    (
        "binary_cross_entropy",
        lambda y, p: -(xlogy(y, p) + xlog1py(1 - y, -p)).mean(),
        "log-of-zero",
    ),
    ("binary_cross_entropy", cut_in_place, "changes-its-input"),
    ("gradients", lambda X, y, p: (X.T @ (y - p), np.sum(y - p)), "wrong-sign"),
    ("gradients", lambda X, y, p: (X.T @ (p - y), (p - y).sum()), "missing-mean"),
    ("gradients", lambda X, y, p: (X.T @ (p - y)[:, None] / len(y), np.mean(p - y)), "dw-column"),
    ("gradients", lambda X, y, p: (X.T @ (p - y)[:, None], np.sum(p - y)), "wrong-shape"),
    ("gradients", lambda X, y, p: (np.dot(X, p - y) / len(y), np.mean(p - y)), "not-transposed"),
    ("gradients", lambda X, y, p: X.T @ (p - y) / len(y), "dw-only"),
    ("gradient_step", lambda w, b, dw, db, r: (w + r * dw, b + r * db), "ascent"),
    ("gradient_step", step_in_place, "changes-its-input"),
    ("gradient_step", lambda w, b, dw, db, r: np.append(w - r * dw, b - r * db), "wrong-type"),
]


@pytest.mark.parametrize(("name", "function", "slug"), STUDENTS)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
    assert one_line(name) not in verdict.message


def test_the_message_shows_the_smallest_input_that_went_wrong():
    verdict = grade("sigmoid", lambda z: 1 / (1 + np.exp(z)))
    assert verdict.message.splitlines() == [
        "It falls where it should rise. Look at the sign of the exponent.",
        "sigmoid(z=0.7)",
        "gave 0.3318",
        "expected 0.6682",
    ]


def test_a_changed_argument_is_named():
    assert "`dw`" in grade("gradient_step", step_in_place).message
    assert "`y_hat`" in grade("binary_cross_entropy", cut_in_place).message


def test_random_answers_are_judged_by_what_they_have_in_common():
    def draw(n, rng):
        return rng.normal(size=n)

    exercise = engine.Exercise(
        reference=draw,
        probes=[("five", (5, np.random.default_rng(0)))],
        misconceptions=[
            engine.Misconception("squared", "Squares?", lambda n, rng: rng.normal(size=n) ** 2)
        ],
        hints=("", "", ""),
        insight="",
        explanation="",
        properties={
            "five": [
                ("wrong-shape", "Wrong shape.", lambda v, n, rng: np.shape(v) == (n,)),
                ("squared", "No draw is negative.", lambda v, n, rng: v.min() < 0),
            ]
        },
    )
    assert engine.grade(exercise, lambda n, rng: rng.normal(size=n)[::-1]).status == "passed"
    assert engine.grade(exercise, lambda n, rng: rng.normal(size=2)).misconception == "wrong-shape"
    assert engine.grade(exercise, lambda n, rng: abs(rng.normal(size=n))).misconception == "squared"


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
    for _ in range(5000):
        print(z)
    return z


def raises(error):
    def function(z):
        raise error

    return function


@pytest.mark.parametrize("function", [hangs, hangs_lazily, hangs_and_catches])
def test_an_endless_loop_ends(function, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    start = time.monotonic()
    verdict = grade("sigmoid", function)
    assert (verdict.status, verdict.misconception) == ("raised", "never-ends")
    assert time.monotonic() - start < 2


def test_students_get_five_seconds():
    assert engine.SECONDS == 5


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
        (prints_much, "wrong", "other numbers"),
        (lambda z: np.broadcast_to(0.0, 10**12), "wrong", "far too large"),
        (lambda z: Hostile(), "wrong", "of type Hostile"),
        (lambda z: [Hostile()], "wrong", "of type list"),
        (lambda z: HostileNumber(3), "wrong", "gave 3"),
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
def test_whatever_comes_gets_a_verdict(function, status, words, capsys):
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


def test_a_verdict_comes_at_once():
    start = time.perf_counter()
    for name, exercise in ALL.items():
        grade(name, exercise.misconceptions[-1].function)
    assert time.perf_counter() - start < 0.3 * len(ALL)


# --- Record, hints, quiz -------------------------------------------------------------------------


def test_grading_writes_nothing_and_untouched_stubs_leave_no_trace(state):
    grade("sigmoid", naive)
    check("sigmoid", lambda z: ...)
    assert not state.exists()


def test_progress_is_kept_and_what_was_passed_stays_passed(state):
    assert f"0 of {len(ALL)} " in repr(progress())
    assert "✓ sigmoid: passed" in repr(check("sigmoid", expit))
    assert "✗ sigmoid: wrong" in repr(check("sigmoid", naive))
    assert [path.name for path in state.iterdir()] == ["progress.json"]
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
    check("forward", RIGHT["forward"][0])
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
    assert one_line("gradients") in told and ALL["gradients"].explanation in told


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
    assert 4 <= len(questions) <= 6
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
    with pytest.raises(ValueError, match="expected one of 01"):
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
        check(name, ALL[name].reference)
    assert f"{len(ids)} of {len(ids)} " in repr(progress())
    assert exercise_ids()[: len(ids)] == ids or number != "01"
