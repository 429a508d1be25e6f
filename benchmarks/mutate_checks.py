"""Which parts of the exercises' checks could change without a test noticing.

python benchmarks/mutate_checks.py --draw 160 --save
python benchmarks/mutate_checks.py relu softmax

Of each exercise, one at a time: a probe, a mistake or a rule is removed, two neighbouring mistakes
change places, or results and rules are compared a thousand times less strictly. Each alteration has
a process of its own. There, the students' answers of this exercise are graded
(`tests/teach/test_answers.py`) up to the first verdict that is another; where all are as before,
the list of what is asked is looked at (`tests/teach/test_asked.py`). What neither notices is named.
"""

import argparse
import contextlib
import io
import multiprocessing
import sys
from dataclasses import dataclass
from types import CodeType

import numpy as np
import pytest
from mutate_lessons import AT_A_TIME, RESULTS, ROOT, table

from course_lib import exercises
from course_lib.exercises import sandbox

ALL = {e.id: e for lesson in exercises.LESSONS.values() for e in lesson.EXERCISES}
LISTS = ("probes", "misconceptions", "rules")
LESS_STRICTLY = 1000


@dataclass(frozen=True)
class Mutant:
    """One alteration of the checks of an exercise: of its list `part`, at place `i`."""

    exercise: str
    part: str
    i: int
    probe: int | None = None  # the rule is one of this probe

    def apply(self):
        """Alter the exercise in this process, and say what was done."""
        exercise = ALL[self.exercise]
        if self.part == "strictness":
            widen(exercise)
            return f"compared {LESS_STRICTLY} times less strictly"
        if self.part == "order":
            first, second = exercise.misconceptions[self.i : self.i + 2]
            exercise.misconceptions[self.i : self.i + 2] = second, first
            return f"{second.slug} before {first.slug}"
        if self.probe is None:
            gone = getattr(exercise, self.part).pop(self.i)
        else:
            probe = exercise.probes[self.probe]
            gone = probe.rules[self.i]
            rules = (*probe.rules[: self.i], *probe.rules[self.i + 1 :])
            object.__setattr__(probe, "rules", rules)
        what = {"probes": "probe", "misconceptions": "mistake", "rules": "rule"}[self.part]
        return f"without the {what} “{getattr(gone, 'name', None) or gone.slug}”"


def widen(exercise):
    """Make comparing less strict: with the reference, and within rules."""
    sandbox.WITHIN *= LESS_STRICTLY
    sandbox.WITHIN_FLOAT32 *= LESS_STRICTLY
    for each in [*exercise.rules, *(rule for probe in exercise.probes for rule in probe.rules)]:
        each.holds.__code__ = widened(each.holds.__code__)


def widened(code):
    """Return the code of a rule with its small numbers larger."""

    def larger(constant):
        if isinstance(constant, CodeType):
            return widened(constant)
        small = isinstance(constant, float) and 0 < constant < 0.01
        return LESS_STRICTLY * constant if small else constant

    return code.replace(co_consts=tuple(map(larger, code.co_consts)))


def mutants(names=()):
    """List what could be altered."""
    for name in names or ALL:
        exercise = ALL[name]
        for part in LISTS:
            yield from (Mutant(name, part, i) for i in range(len(getattr(exercise, part))))
        for place, probe in enumerate(exercise.probes):
            yield from (Mutant(name, "rules", i, place) for i in range(len(probe.rules)))
        yield from (Mutant(name, "order", i) for i in range(len(exercise.misconceptions) - 1))
        yield Mutant(name, "strictness", 0)


class FirstFailure:
    """A plugin that keeps the name of the first test that failed."""

    test = None

    def pytest_runtest_logreport(self, report):
        """Keep it."""
        if report.failed and self.test is None:
            self.test = report.nodeid.rpartition("::")[2]


def first_failure(name, *files):
    """Run the tests of an exercise in this process up to the first that fails; return its name."""
    failure, output = FirstFailure(), io.StringIO()
    options = ["-x", "-q", "--no-cov", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    # `[forward-` is the exercise, and neither another nor a mistake of that name.
    options += ["-k", f"([{name}- or [{name}]) and not dressed"]
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main([*options, *(str(ROOT / "tests/teach" / f) for f in files)], [failure])
    if code not in (0, 1):  # neither passed nor failed: nothing was tested
        raise RuntimeError(output.getvalue())
    return failure.test


def noticed(mutant):
    """Apply a mutant in this process; return what was altered and which test noticed, or None."""
    what = mutant.apply() if mutant.part else "nothing"
    for file in ("test_answers.py", "test_asked.py"):
        if test := first_failure(mutant.exercise, file):
            return what, test
    return what, None


def tried(drawn):
    """Try mutants, each in a process of its own, and yield (mutant, what, by)."""
    with multiprocessing.Pool(AT_A_TIME, maxtasksperchild=1) as pool:
        for mutant, (what, by) in zip(drawn, pool.imap(noticed, drawn), strict=True):
            yield mutant, what, by


def chosen(names, draw, seed):
    """Draw some of the mutants at random, in their order; all where there are no more."""
    every = list(mutants(names))
    places = np.random.default_rng(seed).permutation(len(every))[: draw or None]
    return [every[i] for i in sorted(places.tolist())]


def main():
    """Read the command line, try the mutants and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("exercise", nargs="*", help="all of their mutants; without, all exercises'")
    parser.add_argument("--draw", type=int, default=0, help="so many at random (all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument("--save", action="store_true", help="write results/checks.md")
    args = parser.parse_args()
    rows = []
    names = args.exercise or ALL
    # A test that fails anyway would notice everything.
    for mutant, _, by in tried([Mutant(name, "", 0) for name in names]):
        if by:
            raise SystemExit(f"{mutant.exercise} fails as it is: {by}")
    for mutant, what, by in tried(chosen(args.exercise, args.draw, args.seed)):
        rows.append(((mutant.exercise, what), by))
        print(f"{mutant.exercise}, {what}: {by or 'NOT NOTICED'}", flush=True)
    answers = sum(by is not None and "got_lost" not in by for _, by in rows)
    print(
        text := table(
            "Parts of the exercises' checks that were altered, and whether a test noticed",
            ("exercise", "alteration"),
            rows,
        )
        + f"\n{answers} of {len(rows)} change the verdict on some answer; the list of what is asked"
        " alone notices the others.\n"
    )
    if args.save:
        (RESULTS / "checks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
