"""The engine of the exercises: run a candidate safely, compare, and name the mistake.

An `Exercise` is a class in a file of its own; nothing here knows a particular one.
A candidate is run on every probe beside the reference. If all results agree it has passed.
Otherwise the *misconceptions* are run as well: small wrong functions, each with its own sentence.
The one that behaves as the candidate does names the mistake; if none does, the most fundamental
difference is shown (type, shape, sign, scale, extremes). `words` puts it all into words.
"""

import contextlib
import copy
import inspect
import itertools
import sys
from dataclasses import dataclass, field, replace

import numpy as np

from course_lib.exercises import words
from course_lib.exercises.as_if import as_if
from course_lib.exercises.dependence import dependence, traced
from course_lib.exercises.likeness import bent, hardly_off, kin, likeness, one_step
from course_lib.exercises.sandbox import (
    INSTRUCTIONS,
    Allowance,
    Exhausted,
    clash,
    numeric,
    run,
    same,
    same_ends,
    same_values,
)
from course_lib.exercises.slip_kinds import Slip
from course_lib.exercises.slips import slipped

if sys.flags.optimize > 1:
    raise ImportError(
        "Python runs with -OO or PYTHONOPTIMIZE=2, which takes away what the exercises say. "
        "Leave it out; -O will do."
    )

NOT_ATTEMPTED, PASSED, WRONG, RAISED = "not attempted", "passed", "wrong", "raised"
ENOUGH = 6  # numbers alike, not to be so by chance
UNDECIDED = "undecided"  # the machine was too busy to tell
# What is said where nothing better is known.
VAGUE = (
    "wrong-numbers",
    "wrong-scale",
    "zero",
    "nearly-right",
    "step-differs",
    "first-loss-differs",
)
AS_GIVEN = "as-given"  # the mistake that a repair starts from


class mistake:
    """A wrong function of the kind that students really write, and what to say about it.

    It decorates the function in the class of an exercise: the function's name is the slug, with
    hyphens, and its docstring the sentence. A function that is made elsewhere is handed over with
    its sentence: ``linear = mistake(forward_with(f=same), says="The activation is missing.")``.

    Parameters
    ----------
    function : function
    *others : functions
        Other ways to make the same mistake, where they behave differently; of a decorated function
        they stand in ``@mistake.also(...)``.
    says : str, optional
        The sentence, by default the docstring.
    """

    def __init__(self, function, *others, says=None):
        self.functions = (function, *others)
        self.sentence = " ".join((says or function.__doc__).split())

    def __set_name__(self, exercise, name):
        # An underscore at the end tells two apart that share a slug.
        self.slug = name.rstrip("_").replace("_", "-")

    @classmethod
    def also(cls, *others):
        """Decorate a mistake that is made in several ways."""
        return lambda function: cls(function, *others)


class rule(mistake):
    """What right answers have in common where they differ, as random draws do.

    It decorates ``holds(value, *arguments)``, which takes the place of comparing with the
    reference on every probe; a probe may have more rules of its own.

    Parameters
    ----------
    holds : function
    *broken_by : functions
        Mistakes that this sentence describes; of a decorated rule they stand in
        ``@rule.broken_by(...)``.
    says : str, optional
        The sentence, by default the docstring.
    slug : str, optional
        Where the rule stands outside of the exercise's class and has no name.
    beside : str or tuple of str, optional
        Other probes, whose values come second: ``holds(value, other, *arguments)``.
    """

    def __init__(self, holds, *broken_by, says=None, slug=None, beside=()):
        super().__init__(holds, says=says)
        self.holds, self.functions = holds, broken_by
        self.slug = slug
        self.beside = (beside,) if isinstance(beside, str) else tuple(beside)

    @classmethod
    def broken_by(cls, *functions):
        """Decorate a rule whose sentence names the mistake of these functions as well."""
        return lambda holds: cls(holds, *functions)


class overlooked(rule):
    """What a task asks for and its check does not insist on.

    It decorates ``holds(value, *arguments)`` as a rule does; where that does not hold, a right
    answer passes all the same and is told the sentence.
    """


class symptom(rule):
    """What is true of a wrong answer whose mistake is unknown, and says where to look.

    It decorates ``holds(value, wanted)``, the result and that of the reference.
    """


@dataclass(frozen=True)
class Probe:
    """Arguments to try a function on.

    Attributes
    ----------
    name : str
        As students read it.
    arguments : tuple
        They are passed as copies.
    read_only : bool
        Its arrays cannot be written to.
    extreme : bool
        It is judged last.
    may_warn : bool
        A warning on the way to the right result is no mistake.
    may_refuse : bool
        Who refuses it, with a ValueError or an assertion, is right as well.
    rules : list of rule
        What holds for right answers to this probe, beside the exercise's own rules.
    """

    name: str
    arguments: tuple
    read_only: bool = False
    extreme: bool = False
    may_warn: bool = False
    may_refuse: bool = False
    rules: tuple = ()


class Exercise:
    """An exercise: a class of this kind, of which nobody makes instances.

    Its mistakes stand in it one after the other, the most fundamental first, and so do the rules.

    Attributes
    ----------
    reference : function
        The solution, whose name is the exercise's; its source and `explanation` are what
        `solution` shows.
    probes : list of Probe
        The simplest first.
    hints : three str, of rising strength
    insight : str
        Said when the exercise is passed.
    explanation : str
    loops_are_slow : bool
        Whether who passes with a Python loop is to hear of it.
    on_error : dict
        Part of what an exception says → its likely cause in this exercise.
    id, arguments, misconceptions, rules, overlooked, symptoms
        Read off from the rest.
    """

    hints, insight, explanation = (), "", ""
    loops_are_slow, on_error = True, {}

    def __init_subclass__(cls):
        code = cls.reference.__code__
        cls.id, cls.arguments = cls.reference.__name__, code.co_varnames[: code.co_argcount]
        declared = [part for part in vars(cls).values() if isinstance(part, mistake)]
        cls.misconceptions = [part for part in declared if part.functions]
        cls.rules = [part for part in declared if type(part) is rule]
        cls.overlooked = [part for part in declared if isinstance(part, overlooked)]
        cls.symptoms = [part for part in declared if isinstance(part, symptom)]


@dataclass(frozen=True)
class Verdict:
    """What `grade` found: status, a message for the student, and what it rests on."""

    status: str
    message: str
    misconception: str | None = None
    details: dict = field(default_factory=dict)


@dataclass
class Observed:
    """What a candidate did, as data: `judge` needs neither its code nor the process it ran in.

    Attributes
    ----------
    kind : str
        "function", "nothing", or the name of the type of what is no function.
    outcomes : list of Outcome
        One for each probe.
    names : tuple of str
        What the candidate calls its arguments.
    loops : bool
        Whether its own code has a loop, which takes longer where there is more to do.
    borrowed, prints : str or None
        What to say where it calls the course's own, or prints, or gives None, in place of a result.
    raised : list of str
        What to say of the error on each probe.
    as_given : str or None
        What to say where it is a repair that nobody has touched.
    """

    kind: str = "function"
    outcomes: list = field(default_factory=list)
    names: tuple = ()
    loops: bool = False
    borrowed: str | None = None
    prints: str | None = None
    raised: list = field(default_factory=list)
    as_given: str | None = None

    @property
    def empty(self):
        """Whether there is nothing to judge: no more than the stub."""
        if self.as_given:
            return True
        if self.kind != "function" or isinstance(self.outcomes[-1].error, Exhausted):
            return self.kind == "nothing"
        first = self.outcomes[0]
        parts = words.results_of(first.value) or [0]
        nothing = all(p is None or p is ... or p is NotImplemented for p in parts)
        nothing = nothing and not self.prints if first.error is None else False
        return bool(self.borrowed) or nothing or isinstance(first.error, NotImplementedError)


def grade(exercise, candidate):
    """Judge a candidate, without displaying or remembering anything.

    Parameters
    ----------
    exercise : Exercise
    candidate : object
        What the student wrote, which need not be a function.

    Returns
    -------
    Verdict
    """

    def ask(arguments):  # each time with all it may use up: the clock goes on meanwhile
        return run(candidate, arguments, Allowance())

    return judge(exercise, observe(exercise, candidate), ask=ask)


def observe(exercise, candidate):
    """Run a candidate on all probes; return what is to be judged."""
    if candidate is None or candidate is ...:
        return Observed("nothing")
    if not callable(candidate):
        return Observed(type(candidate).__name__)
    allowance = Allowance(exercise.id)
    found = outcomes(exercise, candidate, allowance)
    first, errors = found[0], [outcome.error for outcome in found]
    silent = first.error is None and first.value is None
    say = words.prints if first.printed else words.gives_none
    return Observed(
        outcomes=found,
        names=words.names_of(candidate, exercise.arguments),
        loops=words.loops(candidate) and _grows(found),
        borrowed=words.borrowed(exercise, candidate, allowance),
        prints=say(candidate, allowance.empty) if silent else None,
        raised=[words.raised(exercise, candidate, e) if e is not None else "" for e in errors],
        as_given=words.as_given(exercise, candidate),
    )


def _repeats(exercise, found, ask):
    """Tell whether it gives the same when the first probe comes again, as what has no `rng` should.

    A list that is a default argument grows from call to call, and np.random draws anew.
    """
    if "rng" in exercise.arguments or found[0].error is not None:
        return True
    again = ask(exercise.probes[0].arguments)
    return again.error is not None or not _numbers_differ(again.value, found[0].value)


def _numbers_differ(a, b):
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)) and len(a) == len(b):
        return any(map(_numbers_differ, a, b))
    comparable = all(isinstance(x, list) or numeric(x) is not None for x in (a, b))
    return comparable and not same_values(a, b)


def _grows(found):
    """Tell whether it takes more steps on some probes: a loop over two parameters does not."""
    steps = [outcome.steps for outcome in found if outcome.error is None]
    return bool(steps) and max(steps) > 1.5 * min(steps)


def judge(exercise, observed, ours=None, ask=None):
    """Compare what a candidate did with what the reference and the mistakes do.

    Parameters
    ----------
    exercise : Exercise
    observed : Observed
    ours : function, optional
        ``ours(exercise, function)`` gives what those do, by default `outcomes`, which runs them.
    ask : function, optional
        ``ask(arguments)`` runs the candidate once more, where it is at hand.

    Returns
    -------
    Verdict
    """
    ours = ours or outcomes
    if observed.kind == "nothing":
        return Verdict(
            NOT_ATTEMPTED, f"There is no {exercise.id} yet. Define it in the cell above."
        )
    if observed.kind != "function":
        message = (
            f"{exercise.id} is of type {observed.kind}, not a function. "
            "Did you give its result in place of it?"
        )
        return Verdict(WRONG, message, "not-a-function")
    if observed.as_given:
        return Verdict(NOT_ATTEMPTED, observed.as_given, AS_GIVEN)
    found = observed.outcomes
    if isinstance(found[-1].error, Exhausted):
        return exhausted(found[-1].error)
    if observed.empty:
        return Verdict(NOT_ATTEMPTED, observed.borrowed or _nothing_yet(exercise))
    if observed.prints:
        slug = "prints-in-place-of-returning" if found[0].printed else "gives-none"
        return Verdict(WRONG, observed.prints, slug)
    wanted = ours(exercise, exercise.reference)
    wrong = [i for i in range(len(found)) if not _agree(exercise, i, found, wanted)]
    if not wrong:
        message = words.passed(exercise, observed.loops, found, wanted)
        return Verdict(PASSED, message, details={"probes": len(found)})
    names = observed.names
    if ask and not _repeats(exercise, found, ask):
        shown = words.details(exercise, wrong[0], found, wanted, names)
        return Verdict(WRONG, words.wrong(words.NOT_REPEATED, shown), "not-repeatable", shown)
    mistake, alone = _misconception(exercise, found, wanted, wrong, ours)
    if isinstance(mistake, Slip) and (mistake.rare or not alone):  # rather what is simpler
        with contextlib.suppress(Exception):  # arguments and results may be of any form
            if told := _as_if(exercise, found, wrong, names):
                shown = words.details(exercise, told[2], found, wanted, names)
                return Verdict(WRONG, words.wrong(told[1], shown), told[0], shown)
    if mistake:
        sentence = mistake.sentence
        if mistake.slug == AS_GIVEN and not alone:
            sentence = words.STILL_WRONG + sentence.partition(". ")[2]
        i, more = _which_are_off(exercise, wrong, found, wanted, sentence)
        i = _example(exercise, wrong, found, wanted) if i is None else i
        sentence = words.in_own_names(sentence + more, exercise.arguments, names)
        shown = words.details(exercise, i, found, wanted, names)
        message = words.wrong(sentence, shown)
        message += "" if alone else "\nMend this first, then check again."
        return Verdict(WRONG, message, mistake.slug, shown)
    error = found[wrong[0]].error
    if error is not None and not found[wrong[0]].refused:
        shown = words.details(exercise, wrong[0], found, wanted, names) | {
            "error": type(error).__name__
        }
        message = observed.raised[wrong[0]]
        return Verdict(RAISED, f"{message}\n{shown['input']}", details=shown)
    slug, sentence, i = _difference(exercise, found, wanted, wrong, names)
    if slug in VAGUE:
        with contextlib.suppress(Exception):  # arguments and results may be of any form
            told = _as_if(exercise, found, wrong, names)
            told = told or (ask and _dependence(exercise, found, wrong, names, ask))
            if not told and (slip := _slip(exercise, found, wanted, alone=False, whole=False)):
                told = slip.slug, f"{slip.sentence} Mend this first, then check again.", i
            slug, sentence, i = told or (slug, sentence, i)
    shown = words.details(exercise, i, found, wanted, names)
    return Verdict(WRONG, words.wrong(sentence, shown), slug, shown)


def exhausted(error):
    """Return the verdict on what did not come to its end."""
    if error.endless:
        message = (
            f"It had not come back after {INSTRUCTIONS:,} steps of Python. Does a loop never end?"
        )
        return Verdict(RAISED, message, "never-ends")
    message = "This machine was too busy to tell, or it waits for something. Run this cell again."
    return Verdict(UNDECIDED, message)


def outcomes(exercise, function, allowance=None):
    """Run a function on all probes; return what each call did."""
    found = []
    for probe in exercise.probes:
        found.append(run(function, probe.arguments, allowance, probe.read_only))
        if isinstance(found[-1].error, (Exhausted, KeyboardInterrupt)):
            found += [found[-1]] * (len(exercise.probes) - len(found))
            break
    return found


def _example(exercise, wrong, found, wanted):
    """Choose the input to show: the simplest; of shapes, one with which they can be told apart."""
    back = [i for i in wrong if not found[i].refused]
    telling = [
        i
        for i in back
        if found[i].error is not None or not same_values(found[i].value, wanted[i].value)
    ]
    wrong = telling or wrong
    for i in wrong:
        parts = itertools.zip_longest(
            words.shapes(found[i].value), words.shapes(wanted[i].value), fillvalue=()
        )
        several = any(max(np.prod(a), np.prod(b)) > 1 for a, b in parts if a != b)
        if found[i].error is None and several and not exercise.probes[i].extreme:
            return i
    return wrong[0]


def _as_if(exercise, found, wrong, names):
    """Say of which other arguments it would be right."""
    probes = [
        i
        for i, probe in enumerate(exercise.probes)
        if found[i].error is None and not (probe.extreme or words.rules_of(exercise, probe))
    ]
    first = next((i for i in wrong if i in probes), None)
    if first is None or len(probes) < 2:
        return None
    told = as_if(exercise, found, probes, run)
    if not told:
        return None
    return told[0], words.in_own_names(told[1], exercise.arguments, names), first


def _which_are_off(exercise, wrong, found, wanted, said=""):
    """Say which of several results are wrong, on the probe where most of them are right.

    Returns
    -------
    int or None
        That probe, if there is one, and what was said has not named them already.
    str
    """
    names = words.results_named(exercise.reference)
    if len(names) < 2 or any(f"`{name}`" in said for name in names):
        return None, ""
    off = {}
    for i in wrong:
        got, want = found[i].value, wanted[i].value
        ordinary = not (exercise.probes[i].extreme or words.rules_of(exercise, exercise.probes[i]))
        if ordinary and len(words.results_of(got)) == len(words.results_of(want)) == len(names):
            pairs = zip(names, got, want, strict=True)
            off[i] = [name for name, *pair in pairs if not same_values(*pair)]
    i = min(off, key=lambda i: len(off[i]), default=None)
    if i is None or not 0 < len(off[i]) < len(names):
        return None, ""
    listed = " and ".join(f"`{name}`" for name in off[i])
    verb = "is" if len(off[i]) == 1 else "are"
    return i, f" In the example below {listed} {verb} wrong, and nothing else."


def _what_a_step_did(exercise, wrong, found, wanted):
    """Say of each parameter what the only step of a probe did to it, where that is simple."""
    names, steps = words.results_named(exercise.reference), exercise.arguments.index("steps")
    for i in wrong:
        arguments, got, want = exercise.probes[i].arguments, found[i].value, wanted[i].value
        if arguments[steps] == 1 and len(words.results_of(got)) == len(names):
            each = zip(got, want, names, strict=True)
            said = (one_step(a, b, arguments, exercise.arguments, name) for a, b, name in each)
            if said := "".join(said):
                return f" In a single step{said}"
    return ""


def _dependence(exercise, found, wrong, names, ask):
    """Say on what it depends, or does not, in another way than the reference."""
    plain = [
        i
        for i in wrong
        if found[i].error is None
        and not (exercise.probes[i].extreme or exercise.probes[i].read_only)
        and not words.rules_of(exercise, exercise.probes[i])
    ]
    if not plain:
        return None

    def size(i):  # in a large one little is left out by chance, and in a huge one all is saturated
        arguments = map(numeric, exercise.probes[i].arguments)
        entries = sum(np.size(a) for a in arguments if a is not None)
        return entries if entries < 100 else -entries

    def traced_by_reference(given):
        return traced(lambda arguments: run(exercise.reference, arguments), given)

    told, in_steps = [], words.loops(exercise.reference)
    results = words.results_named(exercise.reference)
    for i in sorted(plain, key=size, reverse=True)[:2]:  # by chance it is so in one, hardly in two
        given = exercise.probes[i].arguments
        both = traced(ask, given), traced_by_reference(given)
        told.append(dependence(*both, names, given, in_steps, results))
    if not all(told) or (len(told) < 2 and told[0][0] == "part-left-out"):
        return None
    exact = told[0][0] in ("argument-unused", "argument-unasked")
    alike = told[0] == told[-1] if exact else told[0][0] == told[-1][0]
    return (*told[0], max(plain, key=size)) if alike else None


def _nothing_yet(exercise):
    last = "yield" if inspect.isgeneratorfunction(exercise.reference) else "return"
    return (
        "It returns nothing yet. Replace the `...`; should you have written something already, "
        f"the `{last}` is missing."
    )


def _broken(exercise, i, outcomes):
    """Return (slug, sentence) of the first rule that the result on probe i breaks, or None."""
    probe = exercise.probes[i]
    values = {p.name: o.value for p, o in zip(exercise.probes, outcomes, strict=True)}
    for each in words.rules_of(exercise, probe):
        beside = [values[name] for name in each.beside]
        try:
            fine = bool(each.holds(_in_arrays(values[probe.name]), *beside, *probe.arguments))
        except Exception:
            fine = False
        if not fine:
            return each.slug, each.sentence
    return None


def _in_arrays(value):
    """Take lists of numbers among several results for arrays, as elsewhere."""
    if not isinstance(value, tuple):
        return value
    return tuple(
        numeric(part) if isinstance(part, list) and np.ndim(numeric(part)) else part
        for part in value
    )


def _agree(exercise, i, ours, theirs, ends=same_ends):
    """Tell whether two functions agree on probe i: in its rules where it has some."""
    a, b, probe = ours[i], theirs[i], exercise.probes[i]
    if probe.may_refuse and isinstance(a.error, (ValueError, AssertionError)):
        return True
    if a.error is not None or b.error is not None:
        return ends(a, b)
    if not words.rules_of(exercise, probe):
        return same(replace(a, warned=b.warned) if probe.may_warn else a, b)
    broken = _broken(exercise, i, ours)
    flags = broken or (a.warned, a.changed) == (b.warned, b.changed)
    return bool(flags) and broken == _broken(exercise, i, theirs)


def _misconception(exercise, found, wanted, wrong, ours):
    """Find the misconception that behaves as the candidate does, best in every respect.

    Else, since mistakes come in company, in its values on all ordinary probes that went wrong; or
    on all but one, where these have numbers enough to tell.

    Returns
    -------
    mistake or None
    bool
        Whether it is all that is wrong.
    """
    ordinary = [
        i
        for i in wrong
        if not (exercise.probes[i].extreme or found[i].refused)
        and (found[i].error is not None or not same_values(found[i].value, wanted[i].value))
    ]
    # Of yes and no, being right says as much as being wrong.
    if ordinary and all(isinstance(outcome.value, bool) for outcome in wanted):
        ordinary = [i for i, probe in enumerate(exercise.probes) if not probe.extreme]
    behaviours = [
        (mistake, ours(exercise, function))
        for mistake in exercise.misconceptions
        for function in mistake.functions
    ]

    def exactly(exercise, i, a, b):
        return _agree(exercise, i, a, b, ends=lambda a, b: same_ends(a, b, kindred=False))

    def loosely(exercise, i, a, b):
        if a[i].error is not None or b[i].error is not None:
            return same_ends(a[i], b[i])
        return same_values(a[i].value, b[i].value)

    right = [
        i
        for i, probe in enumerate(exercise.probes)
        if i not in wrong and not (probe.extreme or words.rules_of(exercise, probe))
    ]

    def always(outcomes):
        return all(loosely(exercise, i, found, outcomes) for i in right)

    sometimes = None
    several, everywhere = ordinary[1:] and ordinary, range(len(found))
    for probes, alike in ((everywhere, exactly), (everywhere, _agree), (several, loosely)):
        # Something must have come back: errors alone have too many causes, but for a wrong axis
        # and for shapes that do not fit, which are known in number.
        returned = any(found[i].error is None for i in probes)
        telling = clash(found[0].error) or type(found[0].error).__name__ == "AxisError"
        returned |= alike is exactly and bool(telling)
        for mistake, outcomes in behaviours:
            if returned and all(alike(exercise, i, found, outcomes) for i in probes):
                if alike is not loosely or always(outcomes):
                    return mistake, alike is not loosely
                sometimes = sometimes or _now_and_then(mistake)
    if slip := _slip(exercise, found, wanted):
        return slip, True
    if sometimes:
        return sometimes, True
    if all(isinstance(outcome.value, bool) for outcome in wanted):
        return None, True  # what agrees in part only agrees by chance
    if any(_left_early(exercise, i, found) for i in ordinary):
        return None, True
    for mistake, outcomes in behaviours:
        kept = [i for i in ordinary if loosely(exercise, i, found, outcomes)]
        numbers = sum(
            np.prod(shape)
            for i in kept
            if found[i].error is None or clash(found[i].error)
            for shape in words.shapes(found[i].value)
        )
        # As above: errors alone have too many causes, but for shapes that never fit.
        returned = any(found[i].error is None for i in kept)
        returned |= kept[:1] == [0] and bool(clash(found[0].error))
        if len(kept) == len(ordinary) - 1 and numbers >= ENOUGH and returned:
            return (mistake if always(outcomes) else _now_and_then(mistake)), False
    comparable = [i for i in ordinary if not words.rules_of(exercise, exercise.probes[i])]
    for mistake, outcomes in behaviours:
        if _in_parts(comparable, found, wanted, outcomes):
            return mistake, False
    for mistake, outcomes in behaviours:
        if _contained(comparable, found, wanted, outcomes):
            return mistake, False
    if slip := _slip(exercise, found, wanted, alone=False):
        return slip, False
    with contextlib.suppress(Exception):  # parts may be of any form
        if ordinary and (mistake := _second_slip(exercise, found, wanted, ordinary, behaviours)):
            return mistake, False
    return _slip(exercise, found, wanted, alone=False, pairs=True), False


def _now_and_then(mistake):
    """Return a mistake that is made on some inputs and not on others."""
    other = copy.copy(mistake)
    other.sentence += " So it is on some inputs, while others come out right: is there a condition?"
    return other


def _left_early(exercise, i, found):
    """Tell whether training ended before its last step, and all is right as far as it went."""
    given, value = exercise.probes[i].arguments, found[i].value
    at = [k for k, name in enumerate(exercise.arguments) if name in ("steps", "epochs")]
    if not at or not isinstance(value, tuple) or not value:
        return False
    if not isinstance(value[-1], (list, np.ndarray)):
        return False
    losses = numeric(value[-1])
    several = len(losses) if np.ndim(losses) == 1 else 0
    for taken in (several, several - 1) if 0 < several < given[at[0]] else ():
        right = run(exercise.reference, (*given[: at[0]], taken, *given[at[0] + 1 :]))
        if right.error is None and same_values(value[:-1], right.value[:-1]):
            return True
    return False


def _slip(exercise, found, wanted, **how):
    """Find the slip in the reference that gives what the candidate gave, or the first of two."""
    ordinary = [
        i
        for i, probe in enumerate(exercise.probes)
        if not (probe.extreme or words.rules_of(exercise, probe) or found[i].refused)
    ]
    with contextlib.suppress(Exception):  # arguments and results may be of any form
        return slipped(exercise, found, wanted, ordinary, **how)
    return None


def _second_slip(exercise, found, wanted, ordinary, behaviours):
    """Find a mistake that comes with one slip more: a sign, a factor or a shape."""
    right, names = _beside(exercise, found, wanted), exercise.arguments
    if any(found[i].error is not None for i in ordinary):
        return None
    if all(words.rules_of(exercise, exercise.probes[i]) for i in ordinary):
        return None
    if hardly_off(right, names) or kin(right, names, factors=None):
        return None
    if likeness(right, names, first=True):
        return None
    behaviours = [
        (mistake, outcomes)
        for mistake, outcomes in behaviours
        if all(_may_be_in(found[i], wanted[i], outcomes[i]) for i in ordinary)
        and _shows(exercise, found, wanted, outcomes)
    ]
    for mistake, outcomes in behaviours:
        beside = _beside(exercise, found, outcomes)
        if kin(beside, names) or kin(_moves(exercise, beside), names):
            return mistake
    for mistake, outcomes in behaviours:
        if bent(_beside(exercise, found, outcomes), names):
            return mistake
    return None


def _may_be_in(found, wanted, theirs):
    """Tell whether a mistake comes back, and has no wrong shape where an answer has a right one."""
    if theirs.error is not None:
        return False
    got, right, wrong = (words.shapes(outcome.value) for outcome in (found, wanted, theirs))
    return wrong == right or got != right


def _shows(exercise, found, wanted, theirs):
    """Tell whether a mistake may be in it: some of it is wrong, and none where that is right."""
    right = _beside(exercise, wanted, theirs)
    ours = [got for got, *_ in _beside(exercise, found, theirs)]
    shown = False
    for (want, off, _), got in zip(right, ours, strict=True):
        values = [words.results_of(value) for value in (got, want, off)]
        if len(set(map(len, values))) > 1:  # other than in number they cannot be told apart
            shown = True
            continue
        for a, b, c in zip(*values, strict=True):
            if not same_values(c, b):
                shown = True
                if len(values[0]) > 1 and same_values(a, b):
                    return False
    return shown


def _moves(exercise, beside):
    """Put in place of results that are called like an argument how far they have moved from it."""
    named = words.results_named(exercise.reference)
    starts = [exercise.arguments.index(n) if n in exercise.arguments else None for n in named]
    if all(start is None for start in starts):
        return []
    if any(len(words.results_of(part)) != len(named) for *both, _ in beside for part in both):
        return []

    def moved(value, arguments):
        return tuple(
            part if at is None else np.asarray(part) - arguments[at]
            for part, at in zip(value, starts, strict=True)
        )

    return [(moved(a, given), moved(b, given), given) for a, b, given in beside]


def _reordered(right, theirs):
    """Tell whether the right results come in another order, which says nothing of single ones."""
    return (
        not all(map(same_values, theirs, right))
        and all(any(same_values(c, b) for b in right) for c in theirs)
        and all(any(same_values(c, b) for c in theirs) for b in right)
    )


def _contained(probes, found, wanted, theirs):
    """Tell whether parts of several are wrong just as in a mistake, and others besides."""
    numbers, kept = 0, 0
    for i in probes:
        values = [words.results_of(outcomes[i].value) for outcomes in (found, wanted, theirs)]
        failed = found[i].error is not None or theirs[i].error is not None
        if failed or len({len(parts) for parts in values}) > 1 or _reordered(*values[1:]):
            return False
        for a, b, c in zip(*values, strict=True):
            if same_values(c, b):
                kept += 1
            elif not same_values(a, c):
                return False
            else:
                numbers += sum(np.prod(s) for s in words.shapes(c))
    return kept > 0 and numbers >= ENOUGH


def _beside(exercise, found, theirs):
    """Put what came back from two functions side by side, with the arguments: ordinary probes."""
    return [
        (found[i].value, theirs[i].value, probe.arguments)
        for i, probe in enumerate(exercise.probes)
        if found[i].error is None
        and theirs[i].error is None
        and not (probe.extreme or words.rules_of(exercise, probe))
    ]


def _in_parts(probes, found, wanted, theirs):
    """Tell whether the same parts of several are wrong as in a mistake, and some of them alike.

    The others have another mistake in them, or suffer from one.
    """
    off, theirs_off, unlike, numbers = set(), set(), set(), {}
    for i in probes:
        values = [words.results_of(outcomes[i].value) for outcomes in (found, wanted, theirs)]
        failed = found[i].error is not None or theirs[i].error is not None
        if failed or len({len(parts) for parts in values}) > 1 or _reordered(*values[1:]):
            return False
        if any(map(callable, values[0])):
            return False
        for k, (a, b, c) in enumerate(zip(*values, strict=True)):
            off |= set() if same_values(a, b) else {k}
            if not same_values(c, b):
                theirs_off.add(k)
                numbers[k] = numbers.get(k, 0) + sum(np.prod(s) for s in words.shapes(c))
            unlike |= set() if same_values(a, c) or same_values(c, b) else {k}
            if words.shapes(a) != words.shapes(c):
                return False
    alike = theirs_off - unlike
    most = 2 * len(alike) >= len(theirs_off)
    return off == theirs_off and most and sum(numbers[k] for k in alike) >= ENOUGH


def _difference(exercise, found, wanted, wrong, names):
    """Return (slug, sentence, probe) of the most fundamental difference."""
    early = [i for i in wrong if _left_early(exercise, i, found)]
    for each in exercise.symptoms:
        if early and each.slug == "stops-early":
            return each.slug, each.sentence, early[0]
    faults = []
    for i in wrong:
        if found[i].error is None:
            probe, right = exercise.probes[i], wanted[i]
            if words.rules_of(exercise, probe):  # of the values these say all
                right = replace(right, value=found[i].value, lazy=found[i].lazy)
            fault = _broken(exercise, i, found)
            fault = fault or words.difference(found[i], right, probe.name, names)
        elif found[i].refused:
            fault = "changes-its-input", "It changes what it should only read. Make new arrays."
        else:
            continue
        rank = words.ORDER.index(fault[0]) if fault[0] in words.ORDER else len(words.ORDER)
        faults.append((exercise.probes[i].extreme, rank, i, *fault))
    faults.sort(key=lambda fault: fault[:3])
    # What has another factor each time is no matter of sign.
    if faults[0][3] == "wrong-sign":
        faults = [f for f in faults if f[3] == "wrong-scale" and not f[0]] or faults
    # A single number looks like a matter of sign or scale where several show that it is not.
    if faults[0][3] in ("wrong-sign", "wrong-scale"):
        several = {i for i in wrong if np.prod(words.shapes(wanted[i].value)[0], dtype=int) > 1}
        others = [f for f in faults if f[3] == "wrong-numbers" and f[2] in several and not f[0]]
        faults = others or faults
    _, _, i, slug, sentence = faults[0]
    if slug in ("wrong-numbers", "wrong-type"):
        for each in exercise.symptoms:
            with contextlib.suppress(Exception):  # other parts of the result may be of any type
                if each.holds(found[i].value, wanted[i].value):
                    told, more = _which_are_off(exercise, wrong, found, wanted)
                    with contextlib.suppress(Exception):  # only training has steps
                        more += _what_a_step_did(exercise, wrong, found, wanted)
                    return each.slug, each.sentence + more, i if told is None else told
    if slug in ("wrong-numbers", "wrong-scale", "wrong-shape", "zero"):
        with contextlib.suppress(Exception):  # parts may be of any form
            told = likeness(_beside(exercise, found, wanted), names)
            if told and (told[0] != "nearly-right" or slug == "wrong-numbers"):
                return *told, _example(exercise, wrong, found, wanted) if "shape" in slug else i
    # An exercise's own sentence speaks of the result as a whole.
    if slug == "wrong-sign" and not isinstance(wanted[i].value, (tuple, list)):
        own = {mistake.slug: mistake.sentence for mistake in exercise.misconceptions}
        sentence = own.get(slug, sentence)
    return slug, sentence, i
