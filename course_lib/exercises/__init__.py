"""The exercises of the course: ``check``, ``hint``, ``solution``, ``mine``, ``progress``, ``quiz``.

There is a package for each notebook, with a file for each exercise; `engine` judges, `record`
remembers, and what is shown is text and HTML of the same words.
"""

import difflib
import html
import inspect
import textwrap
from pathlib import Path

from course_lib._files import replacing
from course_lib.exercises import (
    engine,
    hidden_layer,
    interpretation,
    kept,
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
    "exercise_ids",
    "grade",
    "hint",
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


def grade(exercise_id, candidate):
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
    return engine.grade(_find(exercise_id), candidate)


def check(exercise_id, candidate):
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
    chosen = [_choose(_find(name), insist) for name in exercise_ids]
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
    function = kept.passed.get(name) or (kept.revive(name, source) if source else None)
    if function is None and not source:
        return exercise.reference, "the course's, until yours has passed"
    if function is None or engine.grade(exercise, function).status != engine.PASSED:
        return exercise.reference, "the course's, as your earlier one no longer passes"
    kept.passed[name] = function
    if not insist and kept.goes_through_elements(exercise, function):
        return exercise.reference, (
            "the course's, as yours goes through the examples one by one, which takes long with "
            f'60,000 of them; mine("{name}", insist=True) gives yours'
        )
    return function, "yours"


def collect(path):
    """Write what you have passed into one file that needs nothing but NumPy.

    What you have not solved is the course's there, and marked. ``python my_network.py FOLDER``
    then trains a network with these functions on the MNIST files of a folder.

    Parameters
    ----------
    path : path
        Where to write, such as "my_network.py".
    """
    path = Path(path)
    if path.suffix != ".py":
        raise ValueError(f"path is {str(path)!r}; expected a name that ends in .py.")
    own = {name: entry["source"] for name, entry in record.read().items() if entry["source"]}
    text, refused = kept.collect(LESSONS, own)
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    yours = [name for name in exercise_ids() if name in own and name not in refused]
    lines = [f"Yours: {', '.join(yours) or 'none yet'}; the rest is the course's."]
    lines += [f"{name} is the course's: {reason}." for name, reason in refused.items()]
    return Box(f"{path.name}: {len(yours)} functions of yours", "\n".join(lines), "#0072B2")


def hint(exercise_id):
    """Show the next of three hints; after the last it stays at the last."""
    hints = _find(exercise_id).hints
    number = min(record.note(exercise_id, hints=1)["hints"], len(hints))
    return Box(f"Hint {number} of {len(hints)} for {exercise_id}", hints[number - 1])


def solution(exercise_id):
    """Show the reference and an explanation, once you have tried."""
    exercise = _find(exercise_id)
    if not record.read().get(exercise_id, record.EMPTY)["tries"]:
        ask = (
            f'Try it first: run check("{exercise_id}", {exercise_id}). hint("{exercise_id}") helps.'
        )
        return Box(f"The solution of {exercise_id} comes after a try", ask)
    function = textwrap.dedent(inspect.getsource(exercise.reference))
    return Box(f"A solution of {exercise_id}", f"{exercise.explanation}\n\n{function}")


def progress(*, save=None, load=None):
    """Show what is done in each lesson.

    Parameters
    ----------
    save, load : path, optional
        Write the record to a file, or add that of a file: so it survives a session on Binder.
    """
    notes = []
    if load is not None:
        loaded = record.read(load)
        if loaded:
            record.merge(loaded)
        notes.append(
            f"Loaded {load}." if loaded else f"{load} holds no progress that one can read."
        )
    known = record.read()
    if save is not None:
        notes.append(
            f"Saved as {save}." if record.write(known, save) else f"Could not save {save}."
        )
    lines, done, total = [], 0, 0
    for number, module in LESSONS.items():
        ids = [exercise.id for exercise in module.EXERCISES]
        passed = [name for name in ids if known.get(name, record.EMPTY)["passed"]]
        marks = "  ".join(f"{'✓' if name in passed else '○'} {name}" for name in ids)
        lines.append(f"lesson {number}  {len(passed)} of {len(ids)}  {marks}")
        done, total = done + len(passed), total + len(ids)
    if record.path() in record.unsaved:
        notes.append('It cannot be kept on this disk: progress(save="progress.json") makes a copy.')
    return Box(f"{done} of {total} exercises done", "\n".join(lines + notes), "#0072B2")


def quiz(lesson):
    """Show the questions of a lesson, with an explanation for each option.

    Parameters
    ----------
    lesson : str
        Its number, such as "01".
    """
    from course_lib.exercises.quiz import Quiz

    if lesson not in LESSONS:
        raise ValueError(
            f"lesson is {lesson!r}; expected one of {', '.join(LESSONS)}, as a string."
        )
    return Quiz(LESSONS[lesson].QUIZ)


def _find(exercise_id):
    for module in LESSONS.values():
        for exercise in module.EXERCISES:
            if exercise.id == exercise_id:
                return exercise
    close = difflib.get_close_matches(str(exercise_id), exercise_ids(), n=1, cutoff=0)
    raise ValueError(
        f"exercise_id is {exercise_id!r}, which names no exercise. Did you mean {close[0]!r}?"
    )
