"""What holds for every stored notebook, read from the file; nbval runs the cells (conftest.py)."""

import ast
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from itertools import pairwise

import lessons
import pytest
from cells import names, only_draws
from conftest import ROOT

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize(
    "notebook",
    [json.loads(path.read_text(encoding="utf-8")) for path in PATHS],
    ids=[path.stem for path in PATHS],
)


def code_cells(notebook):
    """Return the code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell):
    """Return a cell's text; the file holds it as a list of lines."""
    return "".join(cell["source"])


def ids(cells):
    """Return the ids, which is what a failing test should show."""
    return [cell["id"] for cell in cells]


def bundles(cell):
    """Return what a cell displays: one dictionary per output, MIME type to content."""
    return [output["data"] for output in cell["outputs"] if "data" in output]


def test_there_are_lessons():
    """Without this, an empty folder would pass everything below."""
    assert "01_neuron" in [path.stem for path in PATHS]


@every_notebook
def test_was_executed_in_order_and_without_error(notebook):
    """A stored lesson is one clean Run All."""
    cells = code_cells(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert outputs
    counts = {
        cell["id"]: output["execution_count"] - cell["execution_count"]
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "execute_result"
    }
    assert not any(counts.values()), counts
    assert "error" not in [output["output_type"] for output in outputs]
    assert "stderr" not in [output.get("name") for output in outputs]


@every_notebook
def test_stores_nothing_of_a_machine_or_a_moment(notebook):
    """No widget state, times, versions, paths, or program names: a change in git is a change."""
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"] == lessons.KERNELSPEC
    assert notebook["metadata"]["language_info"] == lessons.LANGUAGE_INFO
    for cell in notebook["cells"]:
        assert not set(lessons.PASSING) & set(cell["metadata"]), cell["id"]
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            text = {**output, "text": "".join(output.get("text", ""))}
            text["data"] = {kind: "".join(data) for kind, data in output.get("data", {}).items()}
            assert lessons.machine_traces(text) is None, cell["id"]
        for bundle in bundles(cell):
            assert lessons.WIDGET not in bundle, cell["id"]
            if png := bundle.get("image/png"):
                assert "".join(png).strip() == lessons.without_png_notes("".join(png)), cell["id"]


@every_notebook
def test_cells_can_be_told_apart(notebook):
    """Ids are there, unique and speak: the numbers tables and reviews refer to them."""
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
    names = ids(notebook["cells"])
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.fullmatch(r"[0-9a-f-]{8,36}", name)], "random ids"


@every_notebook
def test_code_cells_are_short(notebook):
    """15 lines at most, and half of them under 7."""
    lengths = {cell["id"]: len(source(cell).strip().splitlines()) for cell in code_cells(notebook)}
    assert not {name: length for name, length in lengths.items() if length > 15}
    assert statistics.median(lengths.values()) < 7


@every_notebook
def test_prose_stands_between_any_two_code_cells(notebook):
    """Nobody meets code without having been told what for."""
    cells = notebook["cells"]
    pairs = [
        (one["id"], other["id"])
        for one, other in pairwise(cells)
        if one["cell_type"] == other["cell_type"] == "code"
    ]
    assert not pairs
    assert not ids(cell for cell in cells if not source(cell).strip()), "empty cells"


@every_notebook
def test_figures_speak_to_those_who_do_not_see_them(notebook):
    """One figure a cell, with alt text; alt text only where there is a figure."""
    for cell in code_cells(notebook):
        images = [kind for bundle in bundles(cell) for kind in bundle if kind.startswith("image/")]
        alt = cell["metadata"].get("alt", "")
        if images:
            assert images == ["image/png"], cell["id"]
            assert len(alt.strip()) >= 30, f"{cell['id']}: alt text {alt!r}"
        else:
            assert not alt, f"{cell['id']} has alt text, but no figure"


@every_notebook
def test_code_that_only_draws_is_folded_in_jupyterlab(notebook):
    """A click opens it; `show-code` keeps open what teaches. Calls of demos are a line or two."""
    cells = code_cells(notebook)
    for k, cell in enumerate(cells):
        later = [source(other) for other in cells[k + 1 :]]
        figure = any(output["output_type"] == "display_data" for output in cell["outputs"])
        teaches = {"show-code", "exercise"} & set(cell["metadata"].get("tags", []))
        folds = figure and not teaches and only_draws(source(cell), later)
        folded = cell["metadata"].get("jupyter") == {"source_hidden": True}
        assert folded == folds, cell["id"]


@pytest.mark.parametrize(
    ("code", "draws"),
    [
        ("figure, ax = plt.subplots()\nax.plot(X[:, 0].clip(0, 1))\nplt.show()", True),
        ("figure, axes = plt.subplots(2)\nfor ax in axes:\n    ax.plot(X)", True),
        ("names = [f'{y:.0f}' for y in truth]\nplots.image_grid(X, ax, captions=names)", True),
        ("ax.plot(network.predict(X))", False),  # asks a network
        ("w = w - slope\nax.plot(w)\nprint(w)", False),
        ("for _ in range(9):\n    w = w - slope\nplots.curves(w, ax)", False),  # trains
        ("best = X.argmax()\nplots.curves(X, ax)", False),  # a later cell needs it
        ("w = X.sum()", False),
    ],
)
def test_cells_that_only_draw_are_told_from_others(code, draws):
    assert only_draws(code, ["print(best)"]) == draws


@every_notebook
def test_a_name_that_cells_share_means_one_thing(notebook):
    """So that a cell finds what it knew, whichever others were run before it once more.

    But for the name of a stub, which later stands for a function that does the same, and for what
    was put away to make room, which says what to run.
    """
    setters, lost = {}, []
    others = [cell for cell in code_cells(notebook) if "check(" not in source(cell)]
    for cell in others:
        away = set(re.findall(r"(\w+) = (?=.*put_away\(\))", source(cell)))
        stub = "exercise" in cell["metadata"].get("tags", [])
        for name in names(source(cell))[1] - away if not stub else ():
            setters.setdefault(name, []).append(cell["id"])
    for cell in others:
        for name in names(source(cell))[0]:
            if len(setters.get(name, [])) > 1:
                lost.append(f"{cell['id']} reads {name}, which {setters[name]} set")
    assert not lost


@pytest.mark.parametrize(
    ("code", "needs", "sets"),
    [
        ("w, b = w - dw, 0\nw = w + c", {"w", "dw", "c"}, {"w", "b"}),
        ("for i in X:\n    print(i, y)", {"X", "y"}, {"i"}),
        ("rows = [x @ w for x in X]\nx = rows", {"X", "w"}, {"rows", "x"}),
        ("def f(a):\n    return a * scale\nf(1)", {"scale"}, {"f"}),
        ("import numpy as np\nX = np.eye(3)", set(), {"np", "X"}),
        ("with quiet() as log:\n    print(log)", {"quiet"}, {"log"}),
        ("for x in x:\n    pass", {"x"}, {"x"}),
    ],
)
def test_what_a_cell_reads_and_sets_is_found(code, needs, sets):
    assert names(code) == (needs, sets)


@every_notebook
def test_below_what_is_stored_of_a_demo_or_a_quiz_stands_what_to_run(notebook):
    """A lesson that was opened and not run looks like one that ran, but for this line."""
    told = ids(c for c in code_cells(notebook) if any(map(lessons.is_still_note, c["outputs"])))
    live = [c for c in code_cells(notebook) if re.match(r"(demos\.|quiz\()", last_line(c))]
    assert told == ids(live)
    assert all(lessons.is_still_note(cell["outputs"][-1]) for cell in live)
    assert "Run All Above Selected Cell" in lessons.STILL["text/markdown"]


def last_line(cell):
    """Return the last line of a cell that begins at its margin."""
    return [line for line in source(cell).splitlines() if line[:1].isalpha()][-1]


@every_notebook
def test_every_cell_has_its_place_on_the_slides(notebook):
    """Every cell is tagged, - included, so that none lands on a slide by accident."""
    kinds = {"slide", "subslide", "fragment", "skip", "notes", "-"}
    tags = {
        cell["id"]: cell["metadata"].get("slideshow", {}).get("slide_type")
        for cell in notebook["cells"]
    }
    assert not {name: tag for name, tag in tags.items() if tag not in kinds}


@every_notebook
def test_randomness_is_explicit(notebook):
    """Draws come from a Generator; RandomState stays for the published runs (seeds 1 and 2)."""
    assert not [
        f"{cell['id']}: {fault}"
        for cell in code_cells(notebook)
        for fault in hidden_randomness(source(cell))
    ]


def hidden_randomness(code):
    """List the uses of NumPy's global random state, and of RandomState with a seed of our own."""
    lines = ["pass" if re.match(r"\s*[%!]", line) else line for line in code.splitlines()]
    explicit = {"default_rng", "Generator", "RandomState", "SeedSequence", "PCG64"}
    faults = []
    for node in ast.walk(ast.parse("\n".join(lines))):
        match node:
            case ast.Attribute(value=ast.Attribute(attr="random", value=ast.Name())):
                if node.attr not in explicit:
                    faults.append(ast.unparse(node))
            case ast.ImportFrom(module="numpy.random"):
                faults += [alias.name for alias in node.names if alias.name not in explicit]
            case ast.Call(func=ast.Name("RandomState") | ast.Attribute(attr="RandomState")):
                if [ast.unparse(argument) for argument in node.args] not in (["1"], ["2"]):
                    faults.append(ast.unparse(node))
    return faults


def test_hidden_randomness_is_found():
    """The finder finds."""
    assert hidden_randomness("np.random.seed(0)\n%matplotlib inline") == ["np.random.seed"]
    assert hidden_randomness("from numpy.random import rand, default_rng") == ["rand"]
    assert hidden_randomness("np.random.RandomState(3)") == ["np.random.RandomState(3)"]
    assert not hidden_randomness("np.random.RandomState(1); np.random.default_rng(4).random()")


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="other processors")
def test_outputs_are_stored_and_compared_with_the_arithmetic_that_every_x86_has():
    ask = (
        "import numpy.linalg; from threadpoolctl import threadpool_info\n"
        "from numpy._core._multiarray_umath import __cpu_features__ as can\n"
        "print({i['architecture'] for i in threadpool_info()}, can['X86_V3'], can['X86_V4'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env=os.environ | lessons.KERNEL_ENV, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[0] == "{'Haswell'} True False"


@every_notebook
def test_the_first_cell_says_how_to_get_the_library(notebook):
    """In the line that fails without it, which Python then shows."""
    lines = source(code_cells(notebook)[0]).splitlines()
    first = next(line for line in lines if "course_lib" in line)
    assert first.endswith("# missing? %pip install course_lib[data,science]@git+URL")


def lessons_by_length():
    """Make a case of each lesson; the first stands for the others where time is short."""
    first, *others = PATHS
    marks = [pytest.mark.long, pytest.mark.whole]
    return [
        pytest.param(first, marks=pytest.mark.long, id=first.stem),
        *(pytest.param(path, marks=marks, id=path.stem) for path in others),
    ]


@pytest.mark.parametrize("path", lessons_by_length())
@pytest.mark.parametrize("how", ["--orders=20", "--stopped"])
def test_cells_that_run_again_and_cells_after_a_stop_work_or_say_what_to_run(path, how, tmp_path):
    """Twenty times somebody goes back to earlier cells; or each training ends after two epochs."""
    command = [sys.executable, ROOT / "tests" / "back_and_forth.py", path, how]
    kept = {"COURSE_STATE": str(tmp_path), "TQDM_DISABLE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=os.environ | kept, capture_output=True, text=True)
    assert not done.returncode, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["cells"] > 50 and found["orders"] == (20 if "orders" in how else 0)
    assert not found["failed"]
