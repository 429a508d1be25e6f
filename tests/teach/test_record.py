"""The record of progress: what is kept is kept, whoever else writes and whatever lies there."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT
from scipy.special import expit

from course_lib.exercises import check, collect, hint, mine, progress, quiz, record, solution

DAMAGED = '{"sigmoid": {"tries": 3, "passed": tru'


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def test_kernels_that_write_at_once_lose_nothing(state):
    code = (
        "import sys; from course_lib.exercises import record\n"
        "for i in range(40): record.note('sigmoid', tries=1); record.note(f'{sys.argv[1]} {i}',"
        " tries=1, source='x')"
    )
    names = ("a", "b", "c")
    kernels = [subprocess.Popen([sys.executable, "-c", code, name], cwd=ROOT) for name in names]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0]
    kept = record.read()
    assert kept["sigmoid"]["tries"] == 120
    assert {f"{name} {i}" for name in names for i in range(40)} < kept.keys()


def test_who_cannot_get_the_lock_goes_on_all_the_same(state, monkeypatch):
    from course_lib import _files

    monkeypatch.setattr(_files, "_lock", lambda file: False)
    with _files.locked(state / "progress.json", seconds=0):
        pass
    monkeypatch.setattr(_files, "_lock", raises(OSError("no locks on this disk")))
    record.note("sigmoid", tries=1)
    assert record.read()["sigmoid"]["tries"] == 1


def raises(error):
    """Make a function that raises."""

    def function(*arguments):
        raise error

    return function


def test_an_unreadable_record_is_kept_aside_and_never_overwritten(state):
    file = state / "progress.json"
    for number in (1, 2):
        file.write_text(DAMAGED + str(number), encoding="utf-8")
        assert not record.aside() or number == 2, "reading moves nothing"
        check("sigmoid", expit)
        aside = state / f"progress-unreadable-{number}.json"
        assert aside.read_text(encoding="utf-8") == DAMAGED + str(number)
        assert f"could not be read; it is kept as {aside}" in repr(progress())
    (state / "progress-unreadable-1.json").unlink()
    file.write_text(DAMAGED + "3", encoding="utf-8")
    check("sigmoid", expit)
    told = [path.read_text(encoding="utf-8")[-1] for path in record.aside()]
    assert told == ["3", "2"], "none takes the place of another"


def test_what_was_held_in_memory_and_what_others_wrote_come_together(state, monkeypatch):
    monkeypatch.setattr(record, "write", lambda *arguments: False)
    record.note("sigmoid", tries=1)
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_STATE", str(state))
    record.unsaved[record.path()] = {"sigmoid": record.EMPTY | {"tries": 1}}
    (state / "progress.json").write_text(json.dumps({"forward": record.EMPTY | {"tries": 5}}))
    record.note("relu", tries=1)
    stored = json.loads((state / "progress.json").read_text())
    assert {name: entry["tries"] for name, entry in stored.items()} == {
        "sigmoid": 1, "forward": 5, "relu": 1,
    }  # fmt: skip
    assert not record.unsaved


NO_RECORDS = {
    "01_neuron.ipynb": '{"cells": [], "metadata": {"kernelspec": {}}, "nbformat": 4}',
    "package.json": '{"name": "x", "scripts": {"test": "y"}}',
    "list.json": "[1, 2]",
    "text.txt": "my notes",
    "damaged.json": DAMAGED,
    "picture.png": "\x89PNG\x00",
}


@pytest.mark.parametrize("name", NO_RECORDS)
def test_what_is_no_record_is_refused_and_never_overwritten(name, tmp_path):
    check("sigmoid", expit)
    file = tmp_path / name
    file.write_text(NO_RECORDS[name], encoding="utf-8")
    before = record.read()
    assert f"{file} holds no progress" in repr(progress(load=file))
    assert f"Could not save {file}: it holds something else" in repr(progress(save=file))
    assert file.read_text(encoding="utf-8") == NO_RECORDS[name] and record.read() == before


def test_saving_adds_to_the_record_that_is_there(tmp_path, monkeypatch):
    file = tmp_path / "mine.json"
    check("sigmoid", expit)
    progress(save=file)
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "a new session"))
    hint("forward")
    assert "Saved as" in repr(progress(save=str(file)))
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["sigmoid"]["passed"] and stored["forward"]["hints"] == 1


def test_a_file_that_is_not_there_is_told_from_one_that_holds_nothing(tmp_path):
    assert "There is no file" in repr(progress(load=tmp_path / "nothing.json"))
    assert "Could not save" in repr(progress(save=tmp_path))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: progress(save=""), 'save is \'\'; expected the name of a file, such as "progress'),
        (lambda: progress(save=True), "save is True; expected the name of a file"),
        (lambda: progress(load=False), "load is False; expected the name of a file"),
        (lambda: progress(load=3), "load is 3; expected the name of a file"),
        (lambda: progress(save="  "), "expected the name of a file"),
        (lambda: progress("progress.json"), r"progress\(save='progress.json'\).*progress\(load="),
        (lambda: progress(True), "To write it to a file"),
        (lambda: collect(""), "path is ''; expected the name of a file"),
        (lambda: collect(True), "path is True; expected the name of a file"),
        (lambda: collect(), "path is None; expected the name of a file"),
        (lambda: check("sigmoid"), 'needs your function as well.*"sigmoid", sigmoid'),
        (lambda: check(expit), "The name of the exercise comes first, in quotes"),
        (lambda: check(expit, "sigmoid"), "The name of the exercise comes first, in quotes"),
        (lambda: check(), 'needs the name of an exercise, in quotes: "sigmoid"'),
        (lambda: hint(), "needs the name of an exercise"),
        (lambda: hint(expit), "The name of the exercise comes first"),
        (lambda: solution(), "needs the name of an exercise"),
        (lambda: mine(), r'mine\("sigmoid"\)'),
        (lambda: mine(expit), "The name of the exercise comes first"),
        (lambda: mine(["sigmoid", "relu"]), "names no exercise"),
        (lambda: quiz(), "lesson is None; expected one of 01, 02, 03, 04, 05, as a string"),
        (lambda: quiz(1), "lesson is 1; expected one of 01, 02, 03, 04, 05, as a string"),
        (lambda: quiz([]), r"lesson is \[\]; expected one of"),
    ],
)  # fmt: skip
def test_a_call_that_lacks_something_gets_a_sentence(call, says, state):
    with pytest.raises(ValueError, match=says):
        call()
    assert not [path for path in state.iterdir() if path.suffix == ".json"]
