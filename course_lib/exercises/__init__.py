"""The exercises of the course: ``check``, ``hint``, ``solution``, ``mine``, ``progress``, ``quiz``.

A lesson ends with a ``milestone``, and what is derived on paper is entered as a ``derivation``.

There is a package for each notebook, with a file for each exercise; `engine` judges, `record`
remembers, and what is shown is text and HTML of the same words.
"""

import difflib
import html
import inspect
import os
import textwrap
from datetime import date
from pathlib import Path

from course_lib import _again, _surroundings
from course_lib._files import replacing
from course_lib.exercises import (
    derivations,
    engine,
    hidden_layer,
    interpretation,
    kept,
    milestones,
    mini_batch,
    neuron,
    record,
    softmax,
)
from course_lib.exercises.engine import Verdict

__all__ = [
    "Verdict",
    "check",
    "collect",
    "derivation",
    "exercise_ids",
    "grade",
    "hint",
    "milestone",
    "mine",
    "progress",
    "quiz",
    "solution",
]

# Number of the notebook → its exercises and quiz.
LESSONS = {
    "01": neuron,
    "02": hidden_layer,
    "03": softmax,
    "04": mini_batch,
    "05": interpretation,
}
# Status → (sign, colour of the bar); the sign and the word say what the colour does.
LOOKS = {
    engine.NOT_ATTEMPTED: ("○", "#7F7F7F"),
    engine.PASSED: ("✓", "#0072B2"),
    engine.WRONG: ("✗", "#D55E00"),
    engine.RAISED: ("!", "#D55E00"),
    engine.UNDECIDED: ("?", "#7F7F7F"),
}


_surroundings.printable()
_surroundings.usual_arithmetic()
_surroundings.on_binder()
_again.tell()

_NOTHING = object()  # what stands for an argument that nobody gave


class Box:
    """A message in a box with a coloured bar; plain text where there is no HTML."""

    def __init__(self, title, text, colour="#7F7F7F"):
        self.title, self.text, self.colour = title, text, colour

    def __repr__(self):
        return f"{self.title}\n{textwrap.indent(self.text, '  ')}" if self.text else self.title

    def _repr_html_(self):
        # Everything is escaped: part of it comes from the student's own code.
        body = html.escape(self.text)
        return (
            f'<div role="status" style="border-left: 6px solid {self.colour}; '
            'padding: 4px 12px; white-space: pre-wrap; overflow-x: auto">'
            f"<strong>{html.escape(self.title)}</strong>\n{body}</div>"
        )


def exercise_ids():
    """List the ids of all exercises, in the order of the course."""
    return [exercise.id for module in LESSONS.values() for exercise in module.EXERCISES]


def grade(exercise_id, candidate=_NOTHING):
    """Judge a function without showing or remembering anything.

    Parameters
    ----------
    exercise_id : str
        The name of the function that was asked for.
    candidate : function

    Returns
    -------
    Verdict
        With `status` "passed", "wrong", "raised", "not attempted" or, where the machine was too
        busy to tell, "undecided"; a `message`, the slug of the `misconception` that was recognised,
        or None, and `details`.
    """
    exercise = _find(exercise_id)
    if candidate is _NOTHING:
        raise ValueError(
            "It needs your function as well, without quotes and without brackets behind it: "
            f'"{exercise.id}", {exercise.id}.'
        )
    return engine.grade(exercise, candidate)


def check(exercise_id=None, candidate=_NOTHING):
    """Judge a function, show the verdict, and remember it for `progress`."""
    verdict = grade(exercise_id, candidate)
    message, passed = verdict.message, verdict.status == engine.PASSED
    if verdict.status not in (engine.NOT_ATTEMPTED, engine.UNDECIDED):
        source = ""
        if passed:
            try:
                source = kept.keep(_find(exercise_id), candidate)
            except kept.Unkeepable as reason:
                message += f"\nLater lessons will not find it: {reason}"
                if record.read().get(exercise_id, record.EMPTY)["source"]:
                    message += " They go on with your earlier one."
        record.note(exercise_id, tries=1, passed=passed, source=source)
    sign, colour = LOOKS[verdict.status]
    return Box(f"{sign} {exercise_id}: {verdict.status}", message, colour)


def mine(*exercise_ids, insist=False):
    """Give your own function for each exercise that you have passed, else the course's.

    It prints a line that says which is whose. Yours is what passed in this notebook or in an
    earlier one; it is checked anew before it is used.

    Parameters
    ----------
    *exercise_ids : str
    insist : bool
        Take yours also where it goes through examples one by one, which the lessons' 60,000 images
        make long.

    Returns
    -------
    function, or tuple of functions where there are several ids
    """
    if not exercise_ids:
        raise ValueError('mine() wants the name of an exercise, or several: mine("sigmoid").')
    chosen = [_choose(_find(name), insist) for name in exercise_ids]
    for name, (_, words) in zip(exercise_ids, chosen, strict=True):
        (kept.in_use.add if words == "yours" else kept.in_use.discard)(name)
    whose = {}
    for name, (_, words) in zip(exercise_ids, chosen, strict=True):
        whose.setdefault(words, []).append(name)
    print("\n".join(f"{', '.join(names)}: {words}" for words, names in whose.items()))
    functions = tuple(function for function, _ in chosen)
    return functions[0] if len(functions) == 1 else functions


def _choose(exercise, insist):
    """Return the student's function or the course's, and whose it is, in words."""
    name = exercise.id
    source = record.read().get(name, record.EMPTY)["source"]
    function, its_source = kept.passed.get(name, (None, ""))
    # Another kernel may have kept a later answer; one that cannot be kept lives in this kernel.
    if source and (function is None or its_source not in ("", source)):
        function, its_source = kept.revive(name, source), source
    if function is None and not source:
        return exercise.reference, "the course's, until yours has passed"
    if function is None or engine.grade(exercise, function).status != engine.PASSED:
        return exercise.reference, "the course's, as your earlier one no longer passes"
    kept.passed[name] = function, its_source
    if not insist and (why := kept.takes_long(exercise, function)):
        insisting = f'mine("{name}", insist=True) gives yours'
        return exercise.reference, f"the course's, as yours {why}; {insisting}"
    return function, "yours"


def collect(path=None):
    """Write what you have passed into one file that needs nothing but NumPy.

    What you have not solved is the course's there, and marked. ``python my_network.py FOLDER``
    then trains a network with these functions on the MNIST files of a folder.

    Parameters
    ----------
    path : path
        Where to write, such as "my_network.py".
    """
    path = _file("path", path, "my_network.py")
    if path.suffix != ".py":
        raise ValueError(f"path is {str(path)!r}; expected a name that ends in .py.")
    known = record.read()
    own = {name: known[name]["source"] for name in exercise_ids() if name in known}
    own = {name: source for name, source in own.items() if source}
    text, refused = kept.collect(LESSONS, own)
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    yours = [name for name in exercise_ids() if name in own and name not in refused]
    lines = [f"Yours: {', '.join(yours) or 'none yet'}; the rest is the course's."]
    lines += [f"{name} is the course's: {reason}." for name, reason in refused.items()]
    lines += [
        f"{name} is your earlier one, as the newer cannot be kept."
        for name in yours
        if kept.passed.get(name, (None, own[name]))[1] == ""
    ]
    return Box(f"{path.name}: {len(yours)} functions of yours", "\n".join(lines), "#0072B2")


def milestone(number, **figures):
    """Show what a lesson's functions reach together, and keep it where all of them are yours.

    Parameters
    ----------
    number : int
        The number of the milestone, which is that of its lesson.
    **figures : float
        What was reached, under the names that the milestone has for it: losses, and accuracies as
        shares from 0 to 1.
    """
    goals = {int(n): m.MILESTONE for n, m in LESSONS.items() if hasattr(m, "MILESTONE")}
    if type(number) is not int or number not in goals:
        having = ", ".join(map(str, goals))
        raise ValueError(f"number is {number!r}; expected one of {having}, a whole number.")
    goal = goals[number]
    met, lines = milestones.judge(goal, figures)
    theirs = [name for name in goal.needs if name not in kept.in_use]
    if theirs:
        lines.append(_whose(theirs))
    elif met:
        said = milestones.summary(figures)
        record.note(f"milestone {number}", tries=1, passed=True, source=said)
    title = "met" if met else "not met yet"
    if met:
        title += f" with the course's {_listed(theirs)}" if theirs else " by your own code"
    sign, colour = LOOKS[
        engine.WRONG if not met else engine.NOT_ATTEMPTED if theirs else engine.PASSED
    ]
    return Box(f"{sign} Milestone {number}: {title}", "\n".join(lines), colour)


def _whose(theirs):
    """Say what is missing until a milestone is met by the student's own code."""
    known = record.read()
    passed = [name for name in theirs if known.get(name, record.EMPTY)["passed"]]
    unsolved = [name for name in theirs if name not in passed]
    said = []
    if unsolved:
        said.append(
            f"It is yours once {_listed(unsolved)} of your own passed and this ran with yours."
        )
    if passed:
        names = ", ".join(f'"{name}"' for name in passed)
        said.append(
            f"{_listed(passed)} of yours passed, but the course's ran here: "
            f"see what mine({names}) says, then run the training again."
        )
    return "\n".join(said)


def _listed(names):
    """Write names in a row: ``a, b and c``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def derivation(lesson, formula=...):
    """Compare a formula that you derived on paper with the right one, in whatever form.

    Parameters
    ----------
    lesson : str
        Its number, such as "01".
    formula : str
        In Python, such as "a * (1 - a)".
    """
    asked = _of_lesson("DERIVATION", lesson)
    if formula is ... or (isinstance(formula, str) and formula.strip() in ("", "...", "…")):
        return Box(f"○ derivation {lesson}: not attempted", asked.task)
    if not isinstance(formula, str):
        raise ValueError(
            f"formula is of type {type(formula).__name__}; expected a text. "
            'Put the formula in quotes: "a * (1 - a)".'
        )
    right, message = derivations.judge(asked, formula)
    source = formula.strip() if right else ""
    record.note(f"derivation {lesson}", tries=1, passed=right, source=source)
    sign, colour = LOOKS[engine.PASSED if right else engine.WRONG]
    word = engine.PASSED if right else engine.WRONG
    return Box(f"{sign} derivation {lesson}: {word}", f"{formula.strip()}\n{message}", colour)


def hint(exercise_id=None):
    """Show the next of three hints; after the last it stays at the last."""
    hints = _find(exercise_id).hints
    number = min(record.note(exercise_id, hints=1)["hints"], len(hints))
    return Box(f"Hint {number} of {len(hints)} for {exercise_id}", hints[number - 1])


def solution(exercise_id=None):
    """Show the reference and an explanation, once you have tried.

    Where the environment variable COURSE_SOLUTIONS_FROM holds a date, such as 2026-12-01, not
    before that day.
    """
    exercise = _find(exercise_id)
    if opens := _not_yet():
        ask = f'hint("{exercise_id}") helps until then.'
        return Box(f"Solutions open on {opens:%d %B %Y}", ask)
    if not record.read().get(exercise_id, record.EMPTY)["tries"]:
        ask = (
            f'Try it first: run check("{exercise_id}", {exercise_id}). hint("{exercise_id}") helps.'
        )
        return Box(f"The solution of {exercise_id} comes after a try", ask)
    function = textwrap.dedent(inspect.getsource(exercise.reference))
    return Box(f"A solution of {exercise_id}", f"{exercise.explanation}\n\n{function}")


def _not_yet():
    """Return the day from which solutions are shown, if it is still to come."""
    written = os.environ.get("COURSE_SOLUTIONS_FROM")
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise ValueError(
            f"COURSE_SOLUTIONS_FROM is {written!r}; expected a date such as 2026-12-01."
        ) from None
    return day if date.today() < day else None


def progress(file=None, *, save=None, load=None):
    """Show what is done in each lesson.

    Parameters
    ----------
    save, load : path, optional
        Add the record to that of a file, or that of a file to the record: so it survives a session
        on Binder.
    """
    if file is not None:
        raise ValueError(
            f"To write it to a file: progress(save={file!r}). To read one: progress(load={file!r})."
        )
    notes = []
    if load is not None:
        notes.append(_loaded(_file("load", load)))
    known = record.read()
    if save is not None:
        notes.append(_saved(known, _file("save", save)))
    lines, done, total = [], 0, 0
    for number, module in LESSONS.items():
        ids = [exercise.id for exercise in module.EXERCISES]
        passed = [name for name in ids if known.get(name, record.EMPTY)["passed"]]
        marks = "  ".join(f"{'✓' if name in passed else '○'} {name}" for name in ids)
        lines.append(f"lesson {number}  {len(passed)} of {len(ids)}  {marks}")
        lines.append("           " + "  ".join(_beside(number, module, known)))
        done, total = done + len(passed), total + len(ids)
    if record.path() in record.unsaved:
        notes.append(
            f"It cannot be kept in {record.path().parent}. The setting COURSE_STATE names another "
            'folder; progress(save="progress.json") makes a copy.'
        )
    notes += [
        f"An earlier record could not be read; it is kept as {aside}." for aside in record.aside()
    ]
    return Box(f"{done} of {total} exercises done", "\n".join(lines + notes), "#0072B2")


def _file(argument, value, example="progress.json"):
    """Return the name of a file as a path, or say what is wrong with it."""
    if not isinstance(value, (str, os.PathLike)) or not str(value).strip():
        raise ValueError(
            f'{argument} is {value!r}; expected the name of a file, such as "{example}".'
        )
    return Path(value)


def _loaded(file):
    """Add the record in a file, and say so."""
    loaded = record.load(file)
    if loaded is None:
        return f"{file} holds no progress that one can read: progress(save=…) writes such a file."
    if not file.exists():
        return f"There is no file {file}, so no progress was loaded."
    record.merge(loaded)
    return f"Loaded {file}."


def _saved(known, file):
    """Add the record to that of a file, and say so; what is no record stays as it is."""
    there = record.load(file)
    if there is None and file.is_file():
        return f"Could not save {file}: it holds something else. Choose another name."
    written = record.write(record.merged(known, there or {}), file)
    return f"Saved as {file}." if written else f"Could not save {file}."


def _beside(number, module, known):
    """Yield what a lesson asks for beside its exercises, and what of it is done."""
    from course_lib.exercises.quiz import entry

    def done(name):
        return known.get(name, record.EMPTY)["passed"]

    right = sum(done(entry(number, question)) for question in module.QUIZ)
    yield f"quiz {right} of {len(module.QUIZ)}"
    if hasattr(module, "PATIENTS"):
        cured = sum(done(f"patient {bed}") for bed in module.PATIENTS)
        yield f"patients {cured} of {len(module.PATIENTS)}"
    if hasattr(module, "DERIVATION"):
        yield f"{'✓' if done(f'derivation {number}') else '○'} derivation"
    if hasattr(module, "MILESTONE"):
        name = f"milestone {int(number)}"
        reached = f": {known[name]['source']}" if done(name) else ""
        yield f"{'✓' if reached else '○'} {name}{reached}"


def quiz(lesson=None):
    """Show the questions of a lesson, with an explanation for each option.

    Parameters
    ----------
    lesson : str
        Its number, such as "01".
    """
    from course_lib.exercises.quiz import Quiz

    _of_lesson("QUIZ", lesson)
    return Quiz(LESSONS[lesson], lesson)


def _of_lesson(part, lesson):
    """Return a part of a lesson, or say that there is none."""
    having = {number: module for number, module in LESSONS.items() if hasattr(module, part)}
    if not isinstance(lesson, str) or lesson not in having:
        raise ValueError(f"lesson is {lesson!r}; expected one of {', '.join(having)}, as a string.")
    return getattr(having[lesson], part)


def _find(exercise_id):
    if exercise_id is None:
        raise ValueError('It needs the name of an exercise, in quotes: "sigmoid".')
    if callable(exercise_id):
        name = getattr(exercise_id, "__name__", "sigmoid")
        raise ValueError(f'The name of the exercise comes first, in quotes: "{name}".')
    for module in LESSONS.values():
        for exercise in module.EXERCISES:
            if exercise.id == exercise_id:
                return exercise
    close = difflib.get_close_matches(str(exercise_id), exercise_ids(), n=1, cutoff=0)
    raise ValueError(
        f"exercise_id is {exercise_id!r}, which names no exercise. Did you mean {close[0]!r}?"
    )
