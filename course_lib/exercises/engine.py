"""The engine of the exercises: run a candidate safely, compare, and name the mistake.

An `Exercise` is declared in the module of its notebook; nothing here knows a particular one.
A candidate is run on every probe beside the reference. If all results agree it has passed.
Otherwise the *misconceptions* are run as well: small wrong functions, each with its own sentence.
The one that behaves as the candidate does names the mistake; if none does, the most fundamental
difference is shown (type, shape, sign, scale, extremes). `words` puts it all into words.
"""

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from course_lib.exercises import words
from course_lib.exercises.sandbox import OutOfTime, run, same, same_ends, same_values

SECONDS = 5
NOT_ATTEMPTED, PASSED, WRONG, RAISED = "not attempted", "passed", "wrong", "raised"


@dataclass(frozen=True)
class Misconception:
    """A wrong function of the kind that students really write, and what to say about it.

    Attributes
    ----------
    slug, sentence : str
    function : function
    variants : tuple of functions
        Other ways to make the same mistake, where they behave differently.
    """

    slug: str
    sentence: str
    function: Callable
    variants: tuple = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise; its id is the name of `reference`.

    Attributes
    ----------
    reference : function
        The solution; its source and `explanation` are what `solution` shows.
    probes : list of (name, arguments)
        Inputs, the simplest first. They are passed as copies; arrays of a probe whose name
        begins with "read-only" cannot be written to; "extreme" ones are judged last.
    misconceptions : list of Misconception
        The most fundamental first.
    hints : three str, of rising strength
    insight : str
        Said when the exercise is passed.
    explanation : str
    properties : dict from a probe's name to a list of (slug, sentence, predicate, *other probes)
        Where right answers differ, as random draws do, what they have in common:
        ``predicate(value, *arguments)`` takes the place of comparing with the reference. Where
        names of other probes follow, the values there come between the two.
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

    @property
    def arguments(self):
        """The names of the arguments."""
        return self.reference.__code__.co_varnames[: self.reference.__code__.co_argcount]


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
    if candidate is None or candidate is ...:
        return Verdict(
            NOT_ATTEMPTED, f"There is no {exercise.id} yet. Define it in the cell above."
        )
    if not callable(candidate):
        message = (
            f"{exercise.id} is of type {type(candidate).__name__}, not a function. "
            "Did you give its result in place of it?"
        )
        return Verdict(WRONG, message, "not-a-function")
    found = _outcomes(exercise, candidate, time.monotonic() + SECONDS)
    if any(isinstance(outcome.error, OutOfTime) for outcome in found):
        message = f"It did not come back within {SECONDS} seconds. Does a loop never end?"
        return Verdict(RAISED, message, "never-ends")
    if verdict := _no_answer(exercise, found[0]):
        return verdict
    wanted = _outcomes(exercise, exercise.reference)
    wrong = [i for i in range(len(found)) if not _agree(exercise, i, found, wanted)]
    if not wrong:
        message = words.passed(exercise, candidate, found, wanted)
        return Verdict(PASSED, message, details={"probes": len(found)})
    names = words.names_of(candidate, exercise.arguments)
    if mistake := _misconception(exercise, found, wanted, wrong):
        shown = words.details(exercise, wrong[0], found, wanted, names)
        return Verdict(WRONG, words.wrong(mistake.sentence, shown), mistake.slug, shown)
    error = found[wrong[0]].error
    if error is not None and not found[wrong[0]].refused:
        shown = words.details(exercise, wrong[0], found, wanted, names) | {
            "error": type(error).__name__
        }
        message = words.raised(exercise, candidate, error)
        return Verdict(RAISED, f"{message}\n{shown['input']}", details=shown)
    slug, sentence, i = _difference(exercise, found, wanted, wrong, names)
    shown = words.details(exercise, i, found, wanted, names)
    return Verdict(WRONG, words.wrong(sentence, shown), slug, shown)


def _outcomes(exercise, function, deadline=np.inf):
    outcomes = []
    for name, arguments in exercise.probes:
        outcomes.append(run(function, arguments, deadline, name.startswith("read-only")))
        if isinstance(outcomes[-1].error, (OutOfTime, KeyboardInterrupt)):
            outcomes += [outcomes[-1]] * (len(exercise.probes) - len(outcomes))
            break
    return outcomes


def _no_answer(exercise, first):
    """Return a verdict where there is nothing to judge, else None."""
    parts = words.results_of(first.value) or [0]
    if first.error is None and all(p is None or p is ... or p is NotImplemented for p in parts):
        if first.printed and first.value is None:
            message = "It prints its result in place of returning it. End it with `return`."
            return Verdict(WRONG, message, "prints-in-place-of-returning")
    elif not isinstance(first.error, NotImplementedError):
        return None
    last = "yield" if inspect.isgeneratorfunction(exercise.reference) else "return"
    message = (
        "It returns nothing yet. Replace the `...`; should you have written something already, "
        f"the `{last}` is missing."
    )
    return Verdict(NOT_ATTEMPTED, message)


def _broken(exercise, i, outcomes):
    """Return (slug, sentence) of the first property that the result on probe i lacks, or None."""
    name, arguments = exercise.probes[i]
    values = {probe: o.value for (probe, _), o in zip(exercise.probes, outcomes, strict=True)}
    for slug, sentence, predicate, *others in exercise.properties.get(name, ()):
        try:
            fine = bool(predicate(*(values[probe] for probe in (name, *others)), *arguments))
        except Exception:
            fine = False
        if not fine:
            return slug, sentence
    return None


def _agree(exercise, i, ours, theirs):
    """Tell whether two functions agree on probe i: in its properties where it has some."""
    a, b = ours[i], theirs[i]
    if (
        exercise.probes[i][0] not in exercise.properties
        or a.error is not None
        or b.error is not None
    ):
        return same(a, b)
    lacks = _broken(exercise, i, ours)
    flags = lacks or (a.warned, a.changed) == (b.warned, b.changed)
    return bool(flags) and lacks == _broken(exercise, i, theirs)


def _misconception(exercise, found, wanted, wrong):
    """Find the misconception that behaves as the candidate does, best in every respect.

    Else, since mistakes come in company, in its values on all ordinary probes that went wrong.
    """
    ordinary = [
        i
        for i in wrong
        if not (exercise.probes[i][0].startswith("extreme") or found[i].refused)
        and (found[i].error is not None or not same_values(found[i].value, wanted[i].value))
    ]
    # Of yes and no, being right says as much as being wrong.
    if ordinary and all(isinstance(outcome.value, bool) for outcome in wanted):
        names = [name for name, _ in exercise.probes]
        ordinary = [i for i, name in enumerate(names) if not name.startswith("extreme")]
    behaviours = [
        (mistake, _outcomes(exercise, function))
        for mistake in exercise.misconceptions
        for function in (mistake.function, *mistake.variants)
    ]

    def loosely(exercise, i, a, b):
        if a[i].error is not None or b[i].error is not None:
            return same_ends(a[i], b[i])
        return same_values(a[i].value, b[i].value)

    for probes, alike in ((range(len(found)), _agree), (ordinary[1:] and ordinary, loosely)):
        for mistake, outcomes in behaviours:
            # Something must have come back: errors alone have too many causes.
            returned = [i for i in probes if found[i].error is None]
            if returned and all(alike(exercise, i, found, outcomes) for i in probes):
                return mistake
    return None


def _difference(exercise, found, wanted, wrong, names):
    """Return (slug, sentence, probe) of the most fundamental difference."""
    faults = []
    for i in wrong:
        if found[i].error is None:
            name, right = exercise.probes[i][0], wanted[i]
            if name in exercise.properties:  # of the values these say all
                right = replace(right, value=found[i].value, lazy=found[i].lazy)
            fault = _broken(exercise, i, found) or words.difference(found[i], right, name, names)
        elif found[i].refused:
            fault = "changes-its-input", "It changes an array that it was only lent. Make new ones."
        else:
            continue
        rank = words.ORDER.index(fault[0]) if fault[0] in words.ORDER else len(words.ORDER)
        faults.append((exercise.probes[i][0].startswith("extreme"), rank, i, *fault))
    faults.sort(key=lambda fault: fault[:3])
    # A single number looks like a matter of sign or scale where several show that it is not.
    if faults[0][3] in ("wrong-sign", "wrong-scale"):
        several = {i for i in wrong if np.size(words.results_of(wanted[i].value)[0]) > 1}
        others = [f for f in faults if f[3] == "wrong-numbers" and f[2] in several and not f[0]]
        faults = others or faults
    _, _, i, slug, sentence = faults[0]
    own = {mistake.slug: mistake.sentence for mistake in exercise.misconceptions}
    return slug, own.get(slug, sentence) if slug == "wrong-sign" else sentence, i
