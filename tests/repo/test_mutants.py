"""benchmarks/mutate_lessons.py and mutate_checks.py: a few parts, altered."""

import copy
import sys

import nbformat
import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import mutate_checks
import mutate_lessons
from lessons import lessons


@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.stem)
def test_a_mutant_differs_from_its_lesson_in_one_constant(lesson):
    """There are enough of them, and what comes out is Python that says something else."""
    every = mutate_lessons.mutants(lesson)
    assert len(every) > 50 and len(every) == len(set(every))
    stored = nbformat.read(lesson, as_version=4)
    for cell in stored.cells:
        cell.pop("outputs", None)  # megabytes, which nobody alters
    before = {cell.id: cell.source for cell in stored.cells}
    for mutant in every[::10]:
        notebook = copy.deepcopy(stored)
        mutant.apply(notebook)
        changed = [cell for cell in notebook.cells if cell.source != before[cell.id]]
        assert [cell.id for cell in changed] == [mutant.cell]
        assert float(mutant.old) != float(mutant.new)


def test_a_seed_becomes_the_next_and_what_only_looks_is_left():
    lines = "rng = default_rng(0)", "ax.plot(x, lw=3)", "rate, m = 0.5, 60_000", "X[:, 1]"
    source = "\n".join([*lines, "linspace(0, 5, 400)", "plots.boundary(f, steps=40)", "g(steps=7)"])
    source += "\np, z = linspace(0, 1, 500), linspace(0, 2, 500)"
    cell = nbformat.v4.new_code_cell(source, id="one")
    lesson = mutate_lessons.mutants_of([cell], "lesson")
    assert [(m.old, m.new) for m in lesson] == [
        ("0", "1"),
        ("0.5", "0.55"),
        ("60_000", "66000"),
        ("5", "6"),
        ("7", "8"),
    ]


def test_lessons_that_were_not_asked_for_keep_their_results():
    mutants = [mutate_lessons.mutants(lesson)[0] for lesson in lessons()[:2]]
    one, two = (
        mutate_lessons.sections([(m, "a | b", by)])
        for m, by in zip(mutants, ("it", None), strict=True)
    )
    page = mutate_lessons.page(two, mutate_lessons.page(one))
    assert "1 of 2 noticed (50.0 %)" in page and page.count("`a | b`") == 2
    assert page.index("## 01_neuron") < page.index("## 02_hidden_layer")
    assert mutate_lessons.page({}, page) == page
    assert "0 of 1 noticed" in mutate_lessons.page(two, mutate_lessons.page(two))


@pytest.mark.long
def test_altered_constants_of_a_lesson_are_noticed(tmp_path):
    """A sample; `make mutants` takes all lessons, half an hour or more."""
    drawn = list(mutate_lessons.chosen(["01"], 4, 1))
    assert len(drawn) == 4
    for mutant in drawn:
        by, line = mutate_lessons.noticed(mutant, tmp_path)
        assert by, line


@pytest.mark.parametrize("name", mutate_checks.ALL)
def test_each_part_of_the_checks_can_be_altered_and_is_put_back(name):
    """Every probe, mistake and rule, all places in the order, and the strictness."""
    exercise = mutate_checks.ALL[name]
    every = list(mutate_checks.mutants(name))
    rules = [*exercise.rules, *(rule for probe in exercise.probes for rule in probe.rules)]
    slugs = [mistake.slug for mistake in exercise.misconceptions]
    lists = len(exercise.probes) + len(slugs) + len(rules)
    assert len(every) == len(set(every)) == lists + len(slugs) - 1 + 1

    def state():
        parts = (*exercise.probes, *exercise.misconceptions, *exercise.rules)
        codes = [rule.holds.__code__ for rule in rules]
        return (*map(id, parts), *(probe.rules for probe in exercise.probes), codes)

    before = state()
    for mutant in every:
        with mutant.applied() as what:
            assert what and (state() != before or mutant.part == "strictness")
        assert state() == before


def test_a_rule_that_is_compared_less_strictly_lets_more_pass():
    namespace = {}
    exec("near = lambda x: all(abs(v) < 1e-6 for v in [x])", namespace)
    near = namespace["near"]
    assert not near(1e-4)
    near.__code__ = mutate_checks.widened(near.__code__)
    assert near(1e-4) and not near(1e-2)


@pytest.mark.long
def test_altered_checks_of_an_exercise_are_noticed():
    """A sample; `make mutants-checks` takes all exercises."""
    drawn = [m for m in mutate_checks.mutants("relu") if m.part != "order"]
    for _, what, by in mutate_checks.tried(drawn):
        assert by, what
