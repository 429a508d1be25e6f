"""Each situation that an exercise asks about, and each mistake in its turn: asked.toml lists them.

The list stands apart from the exercises, so that none of it gets lost there without a word.
After a change that is meant: python tests/teach/test_asked.py > tests/teach/asked.toml
"""

import itertools
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from samples import LARGE, sample
from solutions import typed_in

from course_lib import exercises
from course_lib.exercises import grade
from course_lib.exercises.words import rules_of

ALL = {e.id: e for module in exercises.LESSONS.values() for e in module.EXERCISES}
LIST = Path(__file__).with_name("asked.toml")
ASKED = tomllib.loads(LIST.read_text(encoding="utf-8")) if LIST.exists() else {}
SITUATIONS = [
    pytest.param(
        name,
        situation,
        id=f"{name}-{situation.replace(' ', '-')}",
        marks=pytest.mark.long if name in LARGE else sample(number, test=24, quick=None),
    )
    for name, asked in ASKED.items()
    for number, situation in enumerate(asked["situations"])
]


pytestmark = pytest.mark.usefixtures("declared_functions_run_once")


def probe_of(name, situation):
    """Find a probe by its name, None where it has gone."""
    return next((probe for probe in ALL[name].probes if probe.name == situation), None)


def has_rules(name, situation):
    """Tell whether right answers may differ here."""
    probe = probe_of(name, situation)
    return probe is not None and bool(rules_of(ALL[name], probe))


def off(value):
    """Return a result of the same kind that is a little off, or False for True.

    It is less than a thousand times what rounding is granted, so that no check may grant as much.
    """
    if isinstance(value, tuple | list):
        return type(value)(map(off, value))
    if isinstance(value, bool | np.bool_):
        return not value
    value = np.asarray(value)
    if value.dtype.kind == "f":
        little = 1e-3 if value.dtype == np.float32 else 1e-5
        return (value + little * (value if value.any() else 1)).astype(value.dtype)[()]
    return (~value if value.dtype.kind == "b" else value + 1)[()]


def slipping(name, situation, slip):
    """Return a right answer, but for one situation."""
    right, calls = typed_in(ALL[name].reference), itertools.count()
    at = ALL[name].probes.index(probe_of(name, situation))

    def answer(*arguments):
        value = right(*arguments)  # a verdict tries each situation once, in this order
        return slip(value) if next(calls) == at else value

    return answer


def fails(_):
    raise ArithmeticError("here alone")


@pytest.mark.parametrize(("name", "situation"), SITUATIONS)
def test_what_fails_in_one_situation_alone_does_not_pass(name, situation):
    verdict = grade(name, slipping(name, situation, fails))
    assert verdict.status in ("raised", "wrong"), verdict.message


# What random draws have in common says nothing of so little.
@pytest.mark.parametrize(("name", "situation"), [s for s in SITUATIONS if not has_rules(*s.values)])
def test_what_is_off_in_one_situation_alone_does_not_pass(name, situation):
    verdict = grade(name, slipping(name, situation, off))
    assert verdict.status == "wrong", verdict.message


def as_it_is():
    """Return what asked.toml has to say of the exercises as they are."""
    return {
        name: {
            "situations": [probe.name for probe in exercise.probes],
            "rules": [
                each.slug or each.sentence
                for source in (exercise.rules, *(probe.rules for probe in exercise.probes))
                for each in source
            ],
            "overlooked": [each.slug for each in exercise.overlooked],
            "mistakes": [mistake.slug for mistake in exercise.misconceptions],
        }
        for name, exercise in ALL.items()
    }


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_is_asked_got_lost_or_out_of_order(name):
    """The first of two mistakes is the one that is named, so their order is part of a verdict."""
    assert ASKED[name] == as_it_is()[name]


def main():
    """Print the list."""
    for name, asked in as_it_is().items():
        print(f"[{name}]")
        for kind, entries in asked.items():
            lines = "".join(f'\n  "{entry}",' for entry in map(str, entries))
            print(f"{kind} = [{lines}\n]" if entries else f"{kind} = []")
        print()


if __name__ == "__main__":
    sys.exit(main())
