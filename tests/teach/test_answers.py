"""What students write gets the verdict that it deserves: tests/answers holds a file an exercise."""

import ast
import functools
import importlib
import inspect
import re
import textwrap

import pytest
from samples import LARGE, sample
from solutions import typed_in

from course_lib import exercises
from course_lib.exercises import grade, sandbox
from course_lib.exercises.engine import AS_GIVEN

ALL = {e.id: (m, e) for m in exercises.LESSONS.values() for e in m.EXERCISES}
ANSWERS = {
    name: importlib.import_module(f"answers.{lesson.__name__.rpartition('.')[2]}.{name}")
    for name, (lesson, _) in ALL.items()
}
RIGHT = [
    pytest.param(name, function, id=f"{name}-{number}")
    for name, answers in ANSWERS.items()
    for number, function in enumerate(answers.RIGHT)
]


WRONG = [
    pytest.param(
        name,
        function,
        slug,
        id=f"{name}-{number}-{slug}",
        marks=sample(number, test=16, quick=None if name in LARGE else 16),
    )
    for name, answers in ANSWERS.items()
    for number, (function, slug) in enumerate(answers.WRONG)
]
MISTAKES = [
    pytest.param(
        name,
        mistake.slug,
        function,
        id=f"{name}-{mistake.slug}-{number}",
        marks=sample(place + number, test=8),
    )
    for name, (_, exercise) in ALL.items()
    for place, mistake in enumerate(exercise.misconceptions)
    for number, function in enumerate(mistake.functions)
    if (mistake.slug, number) != (AS_GIVEN, 0)  # that one is not attempted: test_repairs.py
]


def squeezed(text):
    return re.sub(r"\s|`", "", text)


@functools.cache
def expressions(name, least):
    """Give what a reference calculates, part by part, as it may be quoted: parts of some size.

    A sentence that says beta where the reference has beta1 and beta2 would tell as much.
    """
    source = textwrap.dedent(inspect.getsource(ALL[name][1].reference))
    function = ast.parse(source).body[0]
    found = set()
    for statement in function.body:
        value = getattr(statement, "value", None)
        for part in ast.walk(value) if not isinstance(value, (ast.Constant, type(None))) else ():
            size = sum(isinstance(node, ast.expr) for node in ast.walk(part))
            if isinstance(part, ast.expr) and size >= least:
                text = squeezed(ast.unparse(part))
                found |= {text, text.strip("()"), re.sub(r"(?<=[a-z])[12]\b", "", text)}
    return found


def largest(name):
    """Return the number of parts of the largest expression."""
    return max(least for least in range(40) if expressions(name, least))


def given_away(name, text, least=5):
    """List the expressions of a solution that a text has in it."""
    return [part for part in expressions(name, least) if part in squeezed(text)]


pytestmark = pytest.mark.usefixtures("declared_functions_run_once")


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_in_other_forms_pass(name, function, monkeypatch):
    """With a fifth of what they may execute."""
    monkeypatch.setattr(sandbox, "INSTRUCTIONS", sandbox.INSTRUCTIONS // 5)
    verdict = grade(name, function)
    assert verdict.status == "passed", verdict.message
    assert verdict.misconception is None


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)

    def method(self, *arguments):
        return self.function(*arguments)


def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments, **named):
        return function(*arguments, **named)

    return wrapper


def with_defaults(function):
    return lambda a=None, b=None, c=None, *more: function(
        *(x for x in (a, b, c) if x is not None), *more
    )


# The same function in another dress.
DRESSES = {
    "a wrapper": decorated,
    "an object": Callable,
    "a method": lambda function: Callable(function).method,
    "a partial": functools.partial,
    "a partial with more": lambda f: functools.partial(lambda unused, *a: f(*a), "unused"),
    "default arguments": with_defaults,
    "any arguments": lambda function: lambda *anything: function(*anything),
}


@pytest.mark.parametrize(
    ("name", "dress"),
    [  # in `make test` every fourth exercise in one of them
        pytest.param(name, dress, marks=sample(place + number, test=4 * len(DRESSES), quick=None))
        for place, name in enumerate(ALL)
        for number, dress in enumerate(DRESSES)
    ],
)
def test_a_verdict_does_not_hang_on_how_a_function_is_dressed(name, dress):
    """Right ones stay right, and wrong ones keep the name of their mistake."""
    dress, answers = DRESSES[dress], ANSWERS[name]
    for function in answers.RIGHT:
        assert grade(name, dress(function)).status == "passed", inspect.getsource(function)
    for function, slug in answers.WRONG[:5]:
        verdict = grade(name, dress(function))
        assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message


@pytest.mark.parametrize(("name", "function", "slug"), WRONG)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.misconception or verdict.status) == slug, verdict.message
    assert verdict.status == "raised" or not given_away(name, verdict.message)


@pytest.mark.parametrize(("name", "slug", "function"), MISTAKES)
def test_each_misconception_is_recognised_as_itself(name, slug, function):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug)
    assert set(verdict.details) >= {"input", "got", "expected"}
    assert verdict.details["input"] in verdict.message
    assert not given_away(name, verdict.message)
    assert len(verdict.message) < 600


@pytest.mark.parametrize("name", ALL)
def test_an_exercise_is_complete(name):
    exercise = ALL[name][1]
    slugs = [mistake.slug for mistake in exercise.misconceptions]
    assert len(slugs) == len(set(slugs)) >= 5
    assert len(exercise.hints) == 3 and exercise.insight and exercise.explanation
    said = [*exercise.misconceptions, *exercise.rules, *exercise.overlooked, *exercise.symptoms]
    said += [each for probe in exercise.probes for each in probe.rules]
    for each in said:
        assert not given_away(name, each.sentence), each.sentence
    for hint in exercise.hints:  # they lead to it, part by part
        assert not given_away(name, hint, least=max(8, largest(name))), hint
    assert grade(name, typed_in(exercise.reference)).status == "passed"


@pytest.mark.parametrize("name", ALL)
def test_an_exercise_has_a_file_of_its_name_and_right_answers_of_several_kinds(name):
    lesson, exercise = ALL[name]
    assert exercise.__module__ == f"{lesson.__name__}.{name}"
    assert len(ANSWERS[name].RIGHT) >= 3


def test_probes_say_in_fields_what_their_names_say_to_students():
    for _, exercise in ALL.values():
        for probe in exercise.probes:
            assert probe.read_only == probe.name.startswith("read-only")
            assert probe.extreme == probe.name.startswith("extreme")
