"""Repairs: a lesson's cell runs, trains and is wrong; the check tells a cure from a patch."""

import ast
import inspect
import json
import textwrap

import pytest
from conftest import ROOT
from solutions import functions, statements

from course_lib.exercises import LESSONS, check, exercise_ids, grade, record
from course_lib.exercises.engine import AS_GIVEN

REPAIRS = {
    exercise.id: (number, exercise)
    for number, module in LESSONS.items()
    for exercise in module.EXERCISES
    if exercise.id.startswith("mend_")
}


def cell_of(name):
    """Return the source of the lesson's cell that is to be mended."""
    (path,) = (ROOT / "notebooks").glob(f"{REPAIRS[name][0]}_*.ipynb")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if "exercise" in cell["metadata"].get("tags", ()) and f"def {name}(" in "".join(
            cell["source"]
        ):
            return "".join(cell["source"])
    raise AssertionError(f"{path.name} has no cell with {name}")


def given(name):
    """Return what a repair starts from, as the check knows it."""
    return REPAIRS[name][1].as_given.functions[0]


def test_every_repair_is_known_by_its_name():
    assert set(REPAIRS) == {name for name in exercise_ids() if name.startswith("mend_")}
    assert all(exercise.as_given.slug == AS_GIVEN for _, exercise in REPAIRS.values())


@pytest.mark.parametrize("name", REPAIRS)
def test_the_cell_of_the_lesson_is_what_the_check_takes_for_untouched(name):
    (cell,) = functions(cell_of(name))
    known = ast.parse(textwrap.dedent(inspect.getsource(given(name)))).body[0]
    assert statements(cell) == statements(known)
    assert [a.arg for a in cell.args.args] == list(REPAIRS[name][1].arguments)


@pytest.mark.parametrize("name", REPAIRS)
def test_what_nobody_touched_is_not_attempted_and_what_was_rewritten_is_wrong(name):
    space = {}
    exec(cell_of(name), space)  # without the lesson's names: it is not the check's to run it
    for untouched in (space[name], given(name)):
        verdict = grade(name, untouched)
        assert (verdict.status, verdict.misconception) == ("not attempted", AS_GIVEN)
    for rewritten in REPAIRS[name][1].as_given.functions[1:]:
        verdict = grade(name, rewritten)
        assert (verdict.status, verdict.misconception) == ("wrong", AS_GIVEN)


@pytest.mark.parametrize("name", REPAIRS)
def test_looking_at_it_is_no_try(name, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    assert "not attempted" in repr(check(name, given(name)))
    assert name not in record.read()
