"""What checks say of an answer that is like no known mistake: only what is so, on every probe."""

import numpy as np
import pytest
from solutions import typed_in

from course_lib.activations import sigmoid
from course_lib.by_hand.hidden_layer import forward_two_layers, train_two_layers
from course_lib.by_hand.mini_batch import momentum_step
from course_lib.by_hand.neuron import forward, gradients, train_neuron
from course_lib.exercises import LESSONS, engine, grade
from course_lib.exercises.as_if import as_if
from course_lib.exercises.dependence import dependence, traced
from course_lib.exercises.likeness import kin, likeness
from course_lib.exercises.sandbox import run

ALL = {e.id: e for module in LESSONS.values() for e in module.EXERCISES}
X = np.array([[0.5, -1.0, 2.0], [1.0, 0.3, -0.5], [-2.0, 1.5, 1.0], [0.3, 0.8, -1.2]])
Y, W = np.array([0.0, 1, 1, 0]), np.array([0.4, -0.6, 1.1])


def compared(got, *wanted):
    """Return what is said of results, of which each was wanted of X with more rows or fewer."""
    return likeness([(got(w), w, (X[: len(w)], 0.7)) for w in wanted], ("X", "rate"))


@pytest.mark.parametrize(
    ("got", "slug", "said"),
    [
        (lambda v: v * len(v), "scaled-by-size", "the number of rows of `X`"),
        (lambda v: v / np.sqrt(len(v)), "scaled-by-size", "the root of"),
        (lambda v: v + 0.7, "shifted", "0.7 more"),
        (lambda v: v**2, "squared", "the square"),
        (lambda v: np.log(v), "logarithm", "the logarithm"),
        (lambda v: 1 - v, "complement", "1 minus"),
        (lambda v: np.round(v, 1), "rounded", "Keep all digits"),
        (lambda v: v[::-1], "reversed", "reverse order"),
        (lambda v: np.roll(v, 1), "moved-by-one", "one place"),
        (lambda v: v.sum(), "reduced", "added up to a single number"),
        (lambda v: v[:, np.newaxis], "wrong-shape", "in another shape"),
        (lambda v: v[:-1], "incomplete", "the rest is missing"),
        (lambda v: np.append(v[:-1], 9.0), "last-wrong", "its last place"),
        (lambda v: v * 1.004 + 0.001 * v**2, "nearly-right", "nearly right"),
    ],
)
def test_what_a_result_has_in_common_with_the_right_one_is_said(got, slug, said):
    found = compared(got, np.array([0.2, 1.3, 2.1]), np.array([0.4, 0.15, 3.7, 2.2]))
    assert found[0] == slug
    assert said in found[1]


@pytest.mark.parametrize(
    "got",
    [
        lambda v: v.copy(),
        lambda v: v * (2 if len(v) == 3 else 5.3),  # a factor on one probe, another on the next
        lambda v: v + np.cos(np.arange(len(v)) * len(v)),
        lambda v: v * np.nan,
        lambda v: "text",
    ],
)
def test_nothing_is_said_where_nothing_holds_everywhere(got):
    assert compared(got, np.array([0.2, 1.3, 2.1]), np.array([0.4, 0.15, 3.7, 2.2])) is None


def test_another_function_is_recognised_but_for_a_sign_and_not_for_any_factor():
    values = [np.array([0.2, 1.3, 2.1]), np.array([0.4, 0.15, 3.7, 2.2])]
    assert kin([(-v, v, (X,)) for v in values], ("X",))
    assert not kin([(3 * v, v, (X,)) for v in values], ("X",))
    assert not kin([(np.cos(v), v, (X,)) for v in values], ("X",))


def depends(candidate, reference, arguments, names):
    both = [traced(lambda given, f=f: run(f, given), arguments) for f in (candidate, reference)]
    return dependence(*both, names, arguments)


@pytest.mark.parametrize(
    ("candidate", "slug", "said"),
    [
        (lambda X, w, b: sigmoid(X @ w), "argument-unused", "`b` has no part"),
        (lambda X, w, b: sigmoid(X[:, :-1] @ w[:-1] + b), "part-left-out", "last column of `X`"),
        (lambda X, w, b: sigmoid(X[:, 0] * w[0] + b), "part-left-out", "only the first column"),
        (lambda X, w, b: sigmoid((X - X.mean()) @ w + b), "mixed", "one row of `X`"),
    ],
)
def test_it_is_seen_on_what_a_result_depends(candidate, slug, said):
    found = depends(candidate, forward, (X, W, 0.5), ("X", "w", "b"))
    assert found[0] == slug
    assert said in found[1]


def test_a_result_that_hangs_on_the_same_says_nothing_of_it():
    assert (
        depends(lambda X, w, b: np.tanh(X @ w + b), forward, (X, W, 0.5), ("X", "w", "b")) is None
    )


def test_of_arguments_that_stand_for_one_another_nothing_is_said():
    """The slope of tanh may be taken from the activation or from what it was made of."""
    Z = np.array([[0.3, -1.2], [2.0, 0.1]])
    names = ("Z", "A")
    by_Z, by_A = lambda Z, A: 1 - np.tanh(Z) ** 2, lambda Z, A: 1 - A**2
    assert depends(by_A, by_Z, (Z, np.tanh(Z)), names) is None
    assert depends(by_A, by_Z, (Z, np.cos(9 * Z)), names)[0] == "argument-unused"


# As students have them: the course's own may not be called.
own = {
    f.__name__: typed_in(f)
    for f in (forward_two_layers, gradients, momentum_step, train_neuron, train_two_layers)
}


def train_with(change):
    return lambda *arguments: own["train_two_layers"](*change(*arguments))


@pytest.mark.parametrize(
    ("name", "candidate", "slug", "said"),
    [
        (
            "forward",
            lambda X, w, b: sigmoid((X - X.mean()) / X.std() @ w + b),
            "as-if",
            "`X` were standardised",
        ),
        pytest.param(
            "train_two_layers",
            train_with(lambda *given: (*given[:6], given[6] / given[7], given[7])),
            "as-if",
            "`learning_rate` were divided by `steps`",
            marks=pytest.mark.long,
        ),
        (
            "forward_two_layers",
            lambda X, V, b, U, c: own["forward_two_layers"](X, abs(V), b, abs(U), c),
            "as-if",
            "`V` and `U` were",  # their own names; W1 and W2 are a pair all the same
        ),
        pytest.param(
            "train_neuron",
            lambda X, y, *more: own["train_neuron"](
                X[: len(y) // 2 or 1], y[: len(y) // 2 or 1], *more
            ),
            "as-if",
            "only the first half of the examples counted",
            marks=pytest.mark.slow,
        ),
        (
            "momentum_step",
            lambda w, v, dw, r, beta: own["momentum_step"](w, v, dw, r, beta**3),
            "wrong-numbers",
            "other numbers",
        ),
    ],
)
def test_for_which_arguments_it_would_be_right_is_said_where_it_is_so(name, candidate, slug, said):
    verdict = grade(name, candidate)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
    assert said in verdict.message


def test_two_slips_are_named_by_the_one_that_is_known():
    verdict = grade("forward", lambda X, w, b: 2 * np.tanh(X @ w + b))
    assert verdict.misconception == "tanh"
    assert "Mend this first" in verdict.message


def growing(X, y, w, b, learning_rate, steps, losses=[]):  # noqa: B006
    w, b, more = own["train_neuron"](X, y, w, b, learning_rate, steps)
    losses.extend(more)
    return w, b, losses


@pytest.mark.parametrize(
    ("name", "function"),
    [("train_neuron", growing), ("relu", lambda Z: Z + np.random.random(Z.shape))],
)
def test_what_gives_something_else_the_second_time_is_told_so(name, function):
    verdict = grade(name, function)
    assert verdict.misconception == "not-repeatable"


@pytest.mark.parametrize("name", ALL)
def test_right_answers_are_right_for_the_arguments_as_they_are(name):
    """No change of arguments is found where none is needed to explain anything."""
    exercise = ALL[name]
    assert grade(name, typed_in(exercise.reference)).status == "passed"
    found = engine.outcomes(exercise, exercise.reference)
    right = engine._beside(exercise, found, found)
    assert likeness(right, exercise.arguments) is None
    assert not kin(right, exercise.arguments)


def test_a_change_of_arguments_has_to_hold_on_every_probe():
    exercise = ALL["forward"]
    probes = [i for i, probe in enumerate(exercise.probes) if not probe.extreme]
    found = engine.outcomes(exercise, lambda X, w, b: sigmoid(X @ w + b * (len(X) > 1)))
    assert as_if(exercise, found, probes, run) is None
