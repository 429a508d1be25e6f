"""What a kernel in a browser gets beside the fast `@`, as far as it works anywhere."""

import gc
import io
import os
import warnings
import weakref
import zipfile

import numpy as np
import pytest
from conftest import ROOT
from press import in_browser
from solutions import typed_in
from verdicts import verdicts

from course_lib.browser import floats, kernel, work
from course_lib.exercises import grade, neuron, sandbox


@pytest.fixture
def watching(monkeypatch):
    """Let answers get arrays that watch, for one test."""
    monkeypatch.setattr(sandbox, "hand_over", floats.watching)
    monkeypatch.setattr(sandbox, "take_back", floats.plain)


def warnings_of(function, *arguments):
    """List what a function of watching arrays warns of, beside NumPy's own warnings."""
    arguments = floats.watching(arguments)
    with warnings.catch_warnings(record=True) as ours, np.errstate(all="warn"):
        warnings.simplefilter("always")
        function(*arguments)
    with warnings.catch_warnings(record=True) as numpys, np.errstate(all="warn"):
        warnings.simplefilter("always")
        function(*floats.plain(arguments))
    told = [str(one.message) for one in ours]
    for one in numpys:
        told.remove(str(one.message))
    return told


def test_results_that_are_too_large_or_no_number_are_told():
    """In NumPy's words, of arrays that the function was handed and those it made of them."""
    large, none = np.array([1000.0, 1.0]), np.array([0.0])
    assert warnings_of(lambda z: np.exp(z), large) == ["overflow encountered in exp"]
    assert warnings_of(lambda z: np.exp(z * 2 + 1), large) == ["overflow encountered in exp"]
    assert warnings_of(lambda z: z / z, none) == ["invalid value encountered in divide"]
    assert warnings_of(lambda zs: np.exp(zs[0]), [large]) == ["overflow encountered in exp"]


def test_what_is_no_accident_is_not_told():
    """Numbers that stay finite, and those that came in as infinite."""
    assert warnings_of(lambda z: np.exp(-z), np.array([1000.0])) == []
    assert warnings_of(lambda z: z + 1, np.array([np.inf, np.nan])) == []
    with warnings.catch_warnings(), np.errstate(over="ignore"):
        warnings.simplefilter("error")
        np.exp(floats.watching([np.array([1000.0])])[0])


def test_what_a_cell_leaves_that_refers_to_itself_is_freed_after_it(monkeypatch):
    """And nothing that was there before the first cell is searched for it."""
    from IPython.core.events import EventManager, available_events

    events, kept = EventManager(None, available_events), []
    monkeypatch.setattr(gc, "freeze", lambda: kept.append(1))
    gc.disable()
    try:
        kernel.clear_up(events)
        assert kept
        figure = type("Figure", (), {})()
        figure.itself, seen = figure, weakref.ref(figure)
        del figure
        assert seen() is not None
        events.trigger("post_run_cell", None)
        assert seen() is None
    finally:
        gc.enable()


def test_answers_get_copies_and_results_are_plain(watching):
    """Nothing of a watching array is left in what a check compares."""
    given = np.ones(3)

    def answer(z, parts):
        z += 1
        return [z, parts[0] * 2]

    outcome = sandbox.run(answer, [given, [np.ones(3)]])
    assert given.tolist() == [1, 1, 1]
    assert outcome.changed == (0,)
    assert [type(value) for value in outcome.value] == [np.ndarray] * 2


def test_verdicts_stay_the_same(watching):
    """Of an exercise in which answers overflow: right ones pass, and each mistake has its name."""
    for exercise in (one for one in neuron.EXERCISES if one.id == "sigmoid"):
        assert grade(exercise.id, typed_in(exercise.reference)).status == "passed"
        for mistake in exercise.misconceptions:
            verdict = grade(exercise.id, mistake.functions[-1])
            assert verdict.misconception == mistake.slug


def test_work_comes_out_as_one_zip(tmp_path):
    """Every file, folders too, behind a link that needs no server."""
    (tmp_path / "progress").mkdir()
    (tmp_path / "02_hidden_layer.ipynb").write_text("{}")
    (tmp_path / "progress" / "progress.json").write_text("{}\n")
    (tmp_path / work.HERE).write_text("holds the ZIP of before")
    made = work.save(tmp_path)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == ["02_hidden_layer.ipynb", "progress/progress.json"]
        assert archive.read("progress/progress.json") == b"{}\n"
    assert "2 files" in repr(made)
    assert "href='data:application/zip;base64," in made._repr_html_()


@pytest.mark.long
def test_verdicts_in_a_browser_are_those_of_here(tmp_path, monkeypatch):
    """One answer in 60 to lesson 1; `make bench-verdicts` takes all of all lessons."""
    if "COURSE_PYODIDE" not in os.environ or not in_browser.PYODIDE.exists():
        pytest.skip("there is no Pyodide, or COURSE_PYODIDE names no folder with its packages")
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from bench_verdicts import differences, in_pyodide

    in_browser.stock(tmp_path, lessons=True)
    here, there = verdicts("01", 60), in_pyodide(tmp_path, "01", 60)
    assert {"passed", "wrong"} <= {status for status, _ in there.values()}
    assert len(there) > 10
    assert differences(here, there) == []
    name = next(iter(there))
    assert differences(here, there | {name: ["wrong", "another"]})
