"""The verdicts on all answers that tests/answers and the exercises know, as plain lists.

It runs wherever `course_lib` does, also in Pyodide, where verdicts have to be the same. Answers
that need SciPy or scikit-learn are left out where there is none.
"""

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

from solutions import typed_in

from course_lib import exercises
from course_lib.exercises import engine, grade

used = []  # what was lacking, in the order of its use


class Lacking(types.ModuleType):
    """A package that is not there, and anything in it: importing works, calling does not."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Lacking(f"{self.__name__}.{name}")

    def __call__(self, *_, **__):
        used.append(self.__name__)
        raise ImportError(self.__name__)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what is lacking."""

    def find_spec(self, name, path, target=None):
        """Say that this is one of them."""
        if name.split(".")[0] in ("scipy", "sklearn"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        """Make it."""
        return Lacking(spec.name)

    def exec_module(self, module):
        """There is nothing to run."""


if not importlib.util.find_spec("scipy"):
    sys.meta_path.append(Finder())


def answers(lesson):
    """Yield (name, exercise, function) for each known answer to the exercises of a lesson."""
    module = exercises.LESSONS[lesson]
    room = module.__name__.rpartition(".")[2]
    for exercise in module.EXERCISES:
        known = importlib.import_module(f"answers.{room}.{exercise.id}")
        yield f"{exercise.id}: the course's", exercise.id, typed_in(exercise.reference)
        for number, function in enumerate(known.RIGHT):
            yield f"{exercise.id}: right {number}", exercise.id, function
        for number, (function, _) in enumerate(known.WRONG):
            yield f"{exercise.id}: wrong {number}", exercise.id, function
        for mistake in exercise.misconceptions:
            for number, function in enumerate(mistake.functions):
                yield f"{exercise.id}: {mistake.slug} {number}", exercise.id, function


def verdicts(lesson, every=1):
    """Return the verdict on each answer, or on one in so many: name → [status, mistake]."""
    run, remembered = engine.outcomes, functools.cache(engine.outcomes)

    def outcomes(exercise, function, *allowance):  # only a candidate has one
        return (run if allowance else remembered)(exercise, function, *allowance)

    engine.outcomes, found = outcomes, {}
    try:
        for name, exercise, function in list(answers(lesson))[::every]:
            lacked = len(used)
            verdict = grade(exercise, function)
            if len(used) == lacked:
                found[name] = [verdict.status, verdict.misconception]
    finally:
        engine.outcomes = run
    return found
