"""Which parts of the exercises' checks could change without a test noticing.

python benchmarks/mutate_checks.py --save
python benchmarks/mutate_checks.py relu softmax

Of each exercise, one at a time: a probe, a mistake or a rule is removed, two neighbouring mistakes
change places, or results and rules are compared a thousand times less strictly. Then the tests of
`tests/teach/test_answers.py` grade this exercise's answers, up to the first that fails. Where none
does, `tests/teach/test_asked.py` looks at the list of what is asked. What neither notices is named.
Each answer runs once for all alterations, on the inputs of the unaltered exercise.
"""

import argparse
import contextlib
import functools
import multiprocessing
import sys
from dataclasses import dataclass
from types import CodeType

import pytest
from mutate_lessons import AT_A_TIME, RESULTS, ROOT, heading, table

from course_lib import exercises
from course_lib.exercises import engine, sandbox

ALL = {e.id: e for lesson in exercises.LESSONS.values() for e in lesson.EXERCISES}
LISTS = {"probes": "probe", "misconceptions": "mistake", "rules": "rule"}
LESS_STRICTLY = 1000
LIST = "the list"  # of what is asked, in asked.toml


@dataclass(frozen=True)
class Mutant:
    """One alteration of an exercise's checks: of its list `part`, at place `i`."""

    exercise: str
    part: str
    i: int = 0
    probe: int | None = None  # the rule is one of this probe

    @property
    def slugs(self):
        """The mistakes that are touched; none where it may be any."""
        last = {"misconceptions": self.i + 1, "order": self.i + 2}.get(self.part, 0)
        return {each.slug for each in ALL[self.exercise].misconceptions[self.i : last]}

    @contextlib.contextmanager
    def applied(self):
        """Alter the exercise for a while; give what was done, in words."""
        exercise = ALL[self.exercise]
        with pytest.MonkeyPatch.context() as patch:
            if self.part == "strictness":
                widen(exercise, patch)
                yield f"compared {LESS_STRICTLY} times less strictly"
            elif self.part == "order":
                first, second = exercise.misconceptions[self.i : self.i + 2]
                changed = list(exercise.misconceptions)
                changed[self.i : self.i + 2] = second, first
                patch.setattr(exercise, "misconceptions", changed)
                yield f"{second.slug} before {first.slug}"
            else:
                owner = exercise if self.probe is None else exercise.probes[self.probe]
                parts = list(getattr(owner, self.part))
                gone = parts.pop(self.i)
                with replaced(owner, self.part, parts):
                    name = getattr(gone, "name", None) or gone.slug
                    yield f"without the {LISTS[self.part]} “{name}”"


@contextlib.contextmanager
def replaced(owner, name, value):
    """Give an attribute another value for a while, also where its object is frozen."""
    before = getattr(owner, name)
    put = functools.partial(type.__setattr__ if isinstance(owner, type) else object.__setattr__)
    put(owner, name, value)
    try:
        yield
    finally:
        put(owner, name, before)


def widen(exercise, patch):
    """Make comparing less strict: with the reference, and within rules."""
    patch.setattr(sandbox, "WITHIN", LESS_STRICTLY * sandbox.WITHIN)
    patch.setattr(sandbox, "WITHIN_FLOAT32", LESS_STRICTLY * sandbox.WITHIN_FLOAT32)
    for each in {*exercise.rules, *(rule for probe in exercise.probes for rule in probe.rules)}:
        patch.setattr(each.holds, "__code__", widened(each.holds.__code__))


def widened(code):
    """Return the code of a rule with its small numbers larger."""

    def larger(constant):
        if isinstance(constant, CodeType):
            return widened(constant)
        small = isinstance(constant, float) and 0 < constant < 0.01
        return LESS_STRICTLY * constant if small else constant

    return code.replace(co_consts=tuple(map(larger, code.co_consts)))


def mutants(name):
    """List what could be altered in the checks of an exercise."""
    exercise = ALL[name]
    for part in LISTS:
        yield from (Mutant(name, part, i) for i in range(len(getattr(exercise, part))))
    for place, probe in enumerate(exercise.probes):
        yield from (Mutant(name, "rules", i, place) for i in range(len(probe.rules)))
    yield from (Mutant(name, "order", i) for i in range(len(exercise.misconceptions) - 1))
    yield Mutant(name, "strictness")


def remembering(outcomes):
    """Return `outcomes`, which runs a function on all probes, so that each runs once for all."""
    known = {}

    def remembered(exercise, function, allowance=None):
        if function not in known:
            found = outcomes(exercise, function, *([allowance] if allowance else []))
            by_probe = {p.name: o for p, o in zip(exercise.probes, found, strict=True)}
            known[function] = by_probe, vars(allowance) if allowance else {}
        by_probe, used = known[function]
        if allowance:
            vars(allowance).update(used)
        return [by_probe[probe.name] for probe in exercise.probes]

    return remembered


def tests_of(name):
    """Give the tests of an exercise as (name, function, arguments, expected slug or None)."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "teach")]
    import test_answers as answers
    import test_asked as asked

    by_test = (
        (answers.test_students_own_ways_to_be_wrong_get_a_sensible_name, answers.WRONG, 2),
        (answers.test_each_misconception_is_recognised_as_itself, answers.MISTAKES, 1),
        (answers.test_right_answers_in_other_forms_pass, answers.RIGHT, None),
        (asked.test_what_is_off_in_one_situation_alone_does_not_pass, asked.SITUATIONS, None),
    )
    for test, params, place in by_test:
        for param in params:
            if param.values[0] == name and not (
                params is asked.SITUATIONS and asked.has_rules(*param.values)
            ):
                slug = None if place is None else param.values[place]
                yield f"{test.__name__}[{param.id}]", test, param.values, slug
    yield LIST, asked.test_nothing_that_is_asked_got_lost_or_out_of_order, (name,), None


def first_failure(tests, mutant, slugs):
    """Return the name of the first test that fails while an exercise is altered, or None.

    A mistake that is removed, or changes its place, is no other's matter: then only tests that
    expect one of these `slugs` can fail.
    """
    known = {mistake.slug for mistake in ALL[mutant.exercise].misconceptions}
    for name, test, values, slug in tests:
        if slugs and slug not in slugs and name != LIST:
            continue
        if "as_itself" in name and slug not in known:  # the one that was removed
            continue
        if "is_off" in name and mutant.part != "strictness":  # a probe that is gone says no more
            continue
        with pytest.MonkeyPatch.context() as patch:
            more = [patch] if "right_answers" in name else []
            try:
                test(*values, *more)
            except Exception:
                return name
    return None


def tried(chosen):
    """Try mutants of one exercise; return (mutant, what was altered, by which test noticed)."""
    tests, results = list(tests_of(chosen[0].exercise)), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "outcomes", remembering(engine.outcomes))
        # A test that fails anyway would notice everything; and now each answer has run.
        unaltered = Mutant(chosen[0].exercise, "")
        if failure := first_failure(tests, unaltered, ()):
            raise RuntimeError(f"{unaltered.exercise} fails as it is: {failure}")
        for mutant in chosen:
            slugs = mutant.slugs
            with mutant.applied() as what:
                results.append((mutant, what, first_failure(tests, mutant, slugs)))
    return results


def main():
    """Read the command line, try the mutants and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("exercise", nargs="*", help="without, all of them")
    parser.add_argument("--save", action="store_true", help="write results/checks.md")
    args = parser.parse_args()
    rows, counts = [], {}
    with multiprocessing.Pool(AT_A_TIME, maxtasksperchild=1) as pool:
        for results in pool.imap(tried, [list(mutants(name)) for name in args.exercise or ALL]):
            for mutant, what, by in results:
                rows.append(((mutant.exercise, what), by))
                count = counts.setdefault(mutant.part, [0, 0, 0])
                count[0 if by is None else 1 if by == LIST else 2] += 1
            print(results[0][0].exercise, counts, flush=True)
    text = report(rows, counts)
    print(text)
    if args.save:
        (RESULTS / "checks.md").write_text(text, encoding="utf-8")


def report(rows, counts):
    """Return the result as Markdown: counts of each kind, then what nothing notices."""
    title = "Parts of the exercises' checks that were altered, and whether a test noticed"
    kinds = [
        "| altered | mutants | a verdict changes | the list alone notices | nothing notices |",
        "|---|--:|--:|--:|--:|",
    ]
    for part, (nothing, listed, verdict) in counts.items():
        kinds.append(
            f"| {part} | {nothing + listed + verdict} | {verdict} | {listed} | {nothing} |"
        )
    left = [row for row in rows if row[1] is None]
    tried_on = f"{len({cells[0] for cells, _ in rows})} of {len(ALL)} exercises"
    lines = [
        *heading(title, rows),
        "",
        f"On {tried_on}.",
        "",
        *kinds,
        "",
        *table(("exercise", "alteration"), left),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
