"""The engine of the exercises: run a candidate safely, compare, and name the mistake.

An `Exercise` is declared in the module of its notebook; nothing here knows a particular one.
A candidate is run on every probe beside the reference. If all results agree it has passed.
Otherwise the *misconceptions* are run as well: small wrong functions, each with its own sentence.
The one that behaves as the candidate does names the mistake; if none does, the most fundamental
difference is shown (type, shape, sign, scale, extremes).
"""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from course_lib.exercises.sandbox import (
    Outcome,
    OutOfTime,
    loops,
    numeric,
    run,
    same,
    same_values,
    short,
)

SECONDS = 5
NOT_ATTEMPTED, PASSED, WRONG, RAISED = "not attempted", "passed", "wrong", "raised"


@dataclass(frozen=True)
class Misconception:
    """A wrong function of the kind that students really write, and what to say about it."""

    slug: str
    sentence: str
    function: Callable


@dataclass(frozen=True)
class Exercise:
    """An exercise; its id is the name of `reference`.

    Attributes
    ----------
    reference : function
        The solution; its source and `explanation` are what `solution` shows.
    probes : list of (name, arguments)
        Inputs, the simplest first. Arrays are passed as copies; those of a probe whose name
        begins with "read-only" cannot be written to.
    misconceptions : list of Misconception
        The most fundamental first.
    hints : three str, of rising strength
    insight : str
        Said when the exercise is passed.
    explanation : str
    properties : dict from a probe's name to a list of (slug, sentence, predicate)
        Where right answers differ, as random draws do, what they have in common:
        ``predicate(value, *arguments)`` takes the place of comparing with the reference.
    """

    reference: Callable
    probes: list
    misconceptions: list
    hints: tuple
    insight: str
    explanation: str
    properties: dict = field(default_factory=dict)

    @property
    def id(self):
        """The name under which the exercise is known."""
        return self.reference.__name__


@dataclass(frozen=True)
class Verdict:
    """What `grade` found: status, a message for the student, and for whom it may concern, why."""

    status: str
    message: str
    misconception: str | None = None
    details: dict = field(default_factory=dict)


def grade(exercise, candidate):
    """Judge a candidate, without displaying or remembering anything.

    Parameters
    ----------
    exercise : Exercise
    candidate : object
        What the student wrote: a function, it is hoped.

    Returns
    -------
    Verdict
    """
    name = exercise.id
    if candidate is None or candidate is ...:
        return Verdict(NOT_ATTEMPTED, f"There is no {name} yet. Define it in the cell above.")
    if not callable(candidate):
        kind = type(candidate).__name__
        message = (
            f"{name} is of type {kind}, not a function. Did you give its result in place of it?"
        )
        return Verdict(WRONG, message, "not-a-function")
    deadline = time.monotonic() + SECONDS
    wanted = _outcomes(exercise, exercise.reference, np.inf)
    found = _outcomes(exercise, candidate, deadline)
    if any(isinstance(o.error, OutOfTime) for o in found):
        message = f"It did not come back within {SECONDS} seconds. Does a loop never end?"
        return Verdict(RAISED, message, "never-ends")
    first = found[0]
    if isinstance(first.error, NotImplementedError) or (
        first.error is None and (first.value is None or first.value is ...)
    ):
        if first.printed:
            message = "It prints its result in place of returning it. End it with `return`."
            return Verdict(WRONG, message, "prints-in-place-of-returning")
        message = (
            "It returns nothing yet. Replace the `...`; should you have written something "
            "already, the `return` is missing."
        )
        return Verdict(NOT_ATTEMPTED, message)
    wrong = [i for i in range(len(found)) if not _agree(exercise, i, found, wanted)]
    if not wrong:
        return Verdict(PASSED, _praise(exercise, candidate, found), details={"probes": len(found)})
    shown = _details(exercise, wrong[0], found, wanted)
    if mistake := _name(exercise, found, wrong):
        return Verdict(WRONG, _sentences(mistake.sentence, shown), mistake.slug, shown)
    if found[wrong[0]].error is not None:
        return Verdict(RAISED, *_plain_words(exercise, candidate, found[wrong[0]].error, shown))
    broken = _broken(exercise, wrong[0], found)
    slug, sentence = broken or difference(
        found[wrong[0]], wanted[wrong[0]], exercise.probes[wrong[0]][0]
    )
    return Verdict(WRONG, _sentences(sentence, shown), slug, shown)


def _outcomes(exercise, function, deadline):
    outcomes = []
    for name, arguments in exercise.probes:
        outcomes.append(run(function, arguments, deadline, name.startswith("read-only")))
        if isinstance(outcomes[-1].error, OutOfTime):
            outcomes += [outcomes[-1]] * (len(exercise.probes) - len(outcomes))
            break
    return outcomes


def _broken(exercise, i, outcomes):
    """Return (slug, sentence) of the first property that a result lacks, or None."""
    name, arguments = exercise.probes[i]
    for slug, sentence, predicate in exercise.properties.get(name, ()):
        try:
            fine = bool(predicate(outcomes[i].value, *arguments))
        except Exception:
            fine = False
        if not fine:
            return slug, sentence
    return None


def _agree(exercise, i, ours, theirs):
    """Tell whether two functions agree on probe i: in its properties where it has some."""
    a, b = ours[i], theirs[i]
    if exercise.probes[i][0] not in exercise.properties or a.error or b.error:
        return same(a, b)
    alike = (a.warned, a.changed) == (b.warned, b.changed)
    return alike and _broken(exercise, i, ours) == _broken(exercise, i, theirs)


def _name(exercise, found, wrong):
    """Find the misconception that behaves as the candidate does.

    Best on every probe; else, since mistakes come in company, on all ordinary ones that went wrong.
    """
    ordinary = [i for i in wrong if not exercise.probes[i][0].startswith("extreme")]
    behaviours = [
        (mistake, _outcomes(exercise, mistake.function, time.monotonic() + SECONDS))
        for mistake in exercise.misconceptions
    ]
    for probes in (range(len(found)), ordinary if len(ordinary) > 1 else ()):
        for mistake, outcomes in behaviours:
            if probes and all(_agree(exercise, i, found, outcomes) for i in probes):
                return mistake
    return None


def difference(got, want, probe):
    """Describe the most fundamental difference of two results as (slug, sentence)."""
    if got.changed:
        return "changes-its-input", "It changes the arrays that it was given. Make new ones."
    if isinstance(want.value, (tuple, list)):
        if not isinstance(got.value, (tuple, list)) or len(got.value) != len(want.value):
            return (
                "wrong-type",
                f"It should return {len(want.value)} values, as `return a, b` does.",
            )
        pairs = [
            (g, w) for g, w in zip(got.value, want.value, strict=True) if not same_values(g, w)
        ]
        got, want = Outcome(pairs[0][0]), Outcome(pairs[0][1])
    a, b = numeric(got.value), numeric(want.value)
    if a is None:
        return "wrong-type", "Its result is no array of numbers of a reasonable size."
    if a.shape != b.shape:
        return "wrong-shape", f"Its result has shape {a.shape}; expected {b.shape}."
    if not np.isfinite(a).all():
        return "not-finite", "Its result is not finite."
    if got.warned:
        return "warns", "The numbers are right, but NumPy had to warn on the way."
    if np.allclose(a, -b):
        return "wrong-sign", "Right, but for the sign."
    nonzero = b != 0
    if nonzero.sum() > 1 and np.ptp(a[nonzero] / b[nonzero]) < 1e-6:
        factor = (a[nonzero] / b[nonzero]).mean()
        return "wrong-scale", f"Every number is {factor:.4g} times what it should be."
    return "wrong-numbers", f"Type and shape are right, the numbers are not ({probe} input)."


def _details(exercise, i, found, wanted):
    probe, arguments = exercise.probes[i]
    values = ", ".join(map(short, arguments))
    got = found[i]
    came = type(got.error).__name__ if got.error is not None else short(got.value)
    return {
        "probe": probe,
        "input": f"{exercise.id}({values})",
        "got": came + (" and a warning" if got.warned else ""),
        "expected": short(wanted[i].value),
    }


def _sentences(sentence, shown):
    return f"{sentence}\n{shown['input']}\ngave {shown['got']}\nexpected {shown['expected']}"


def _plain_words(exercise, candidate, error, shown):
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == getattr(getattr(candidate, "__code__", None), "co_filename", "")
    ]
    start = getattr(getattr(candidate, "__code__", None), "co_firstlineno", 1)
    where = f" in line {lines[-1] - start + 1} of your function" if lines else ""
    kind = type(error).__name__
    cause = CAUSES.get(kind, "Read the message from its end: the last words say most.")
    if kind == "TypeError" and not lines:
        names = ", ".join(exercise.reference.__code__.co_varnames[: len(exercise.probes[0][1])])
        cause = f"Its arguments should be {exercise.id}({names})."
    message = f"It stopped with {kind}{where}: {str(error)[:200]}\n{cause}\n{shown['input']}"
    return message, None, shown | {"error": kind}


CAUSES = {
    "NameError": "A name is misspelt, or defined in a cell that has not run.",
    "RecursionError": "It calls itself without end. Does it use a function of its own name?",
    "IndexError": "An index lies outside an array. Arrays count from 0.",
    "ValueError": "Often two shapes do not fit, or an `if` was asked about a whole array.",
    "TypeError": "Something has another type than the line expects.",
    "ZeroDivisionError": "Something was divided by zero.",
    "AttributeError": "The object has no part of that name. Is it an array?",
    "SystemExit": "It tried to end Python. Leave out exit().",
    "KeyboardInterrupt": "It was interrupted.",
}


def _praise(exercise, candidate, found):
    probes = ", ".join(name for name, _ in exercise.probes)
    remark = exercise.insight
    if loops(candidate):
        remark = (
            "It works with a Python loop; NumPy can do it for all elements at once, far faster."
        )
    return f"Verified on these inputs: {probes}; nothing that you were given was changed.\n{remark}"
