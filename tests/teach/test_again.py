"""What to run is said below errors that come of the order in which cells ran."""

import os

import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course_lib import _surroundings
from course_lib._again import what_to_run


def sigmoid(z):
    """The sigmoid of each element of z."""
    ...


def bare(z): ...


def caller(x):
    return sigmoid(x) + 1


def callers_caller(x):
    return caller(x) + caller(x) or callers_caller(x)


def doubled(x):
    return x


def three():
    return 3


KNOWN = {f.__name__: f for f in (sigmoid, bare, caller, callers_caller, doubled, three)} | {
    "X": [1]
}


@pytest.mark.parametrize(
    ("error", "cell", "said"),
    [
        (
            NameError("name 'check' is not defined", name="check"),
            "check(1)",
            "sets check, choose Run",
        ),
        (NameError("no name"), "check(1)", "sets this name, choose Run → Run All Above"),
        (KeyboardInterrupt(), "train(X)", "run it again before the cells below"),
        (
            TypeError("NoneType"),
            "sigmoid(X) + 1",
            'sigmoid is empty at the moment.*mine("sigmoid")',
        ),
        (TypeError("NoneType"), "caller(X)", "sigmoid is empty"),
        (TypeError("NoneType"), "callers_caller(X)", "sigmoid is empty"),
        (TypeError("NoneType"), "bare(X)[0]", "bare is empty"),
        (TypeError("NoneType"), "doubled(X)[0] + three()", None),
        (ValueError("shapes"), "X @ X", None),
        (ZeroDivisionError(), None, None),
    ],
)
def test_an_error_is_told_with_what_to_run(error, cell, said):
    told = what_to_run(error, cell, KNOWN)
    assert told is None if said is None else all(part in told for part in said.split(".*"))


def test_only_binder_tells_of_binder(monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith("BINDER_")]:
        monkeypatch.delenv(name)
    _surroundings.on_binder()
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://mybinder.org/")
    _surroundings.on_binder()
    assert "lost after ten idle minutes" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("first", ["pass", "from course_lib.exercises import check"])
def test_a_kernel_of_make_lab_says_it_from_the_first_cell_on_and_others_after_the_imports(
    tmp_path, monkeypatch, first
):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("PYTHONSTARTUP", raising=False)
    if first == "pass":
        monkeypatch.setenv("PYTHONSTARTUP", str(ROOT / "tools" / "jupyter" / "startup.py"))
    notebook = new_notebook(cells=[new_code_cell(first), new_code_cell("progress()")])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    error, said = notebook.cells[1].outputs
    assert error.ename == "NameError"
    assert "If a cell further up sets progress, choose Run" in said.text
