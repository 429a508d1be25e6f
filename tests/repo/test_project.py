"""What holds the project together: locks, the house's one-way imports, and the tools."""

import ast
import base64
import io
import json
import os
import re
import subprocess
import sys
import tomllib

import lessons
import nbformat
import prose
import pytest
import yaml
from conftest import LONGEST, ROOT, SAME_PICTURE, unlike
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# --- Locks and environments ----------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LIGHT = [Requirement(line) for line in PROJECT["dependencies"]]
# What `make lab` installs.
DIRECT = [
    *LIGHT,
    *(Requirement(line) for name in ("data", "science", "lab") for line in EXTRAS[name]),
]
FOR_TESTS = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
FOR_PRESS = [Requirement(line) for line in PROJECT["optional-dependencies"]["press"]]
FOR_HUB = [Requirement(line) for line in PROJECT["optional-dependencies"]["hub"]]
LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
PRESS_LOCK = ROOT / "tools" / "press" / "requirements.lock"
HUB_LOCK = ROOT / "benchmarks" / "requirements.lock"
# Each with those that it begins with, the lowest first.
LOCKS = {LOCK: [], TEST_LOCK: [LOCK], PRESS_LOCK: [LOCK, TEST_LOCK]}
LOCKS[HUB_LOCK] = [*LOCKS[PRESS_LOCK], PRESS_LOCK]


def locked(path):
    """Read what a lock file itself lists: each requirement with the number of its hashes."""
    text = re.sub(r"^(?:\s*#|-r ).*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = []
    for entry in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        entries.append((Requirement(requirement), len(hashes)))
    return entries


def installed(path, python, system="linux"):
    """Return what a lock and those below it install on a Python and a system: {name: version}.

    A package that two of them list has to have one version.
    """
    place = {"python_version": python, "python_full_version": f"{python}.9"}
    place |= {"sys_platform": system, "os_name": "nt" if system == "win32" else "posix"}
    versions = {}
    for requirement, _ in [entry for lock in (*LOCKS[path], path) for entry in locked(lock)]:
        if requirement.marker is None or requirement.marker.evaluate(place):
            version = str(requirement.specifier).removeprefix("==")
            name = canonicalize_name(requirement.name)
            assert versions.setdefault(name, version) == version, name
    return versions


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_locks_meet_what_the_project_asks_for(python, system):
    """Every direct dependency has one version for every Python and system, in its range."""
    asked = {LOCK: DIRECT, TEST_LOCK: DIRECT + FOR_TESTS, PRESS_LOCK: DIRECT + FOR_PRESS}
    asked[HUB_LOCK] = DIRECT + FOR_HUB
    for lock, requirements in asked.items():
        versions = installed(lock, python, system)
        for requirement in requirements:
            assert versions[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.parent.name)
def test_locks_are_complete_and_portable(path):
    """Versions and hashes for everything; no place, no GPU packages."""
    entries = locked(path)
    assert len(entries) > (15 if LOCKS[path] else 90)
    assert not [str(requirement) for requirement, hashes in entries if not hashes]
    assert not [str(r) for r, _ in entries if not re.fullmatch(r"==[\w.]+", str(r.specifier))]
    heavy = r"torch|nvidia|cuda|triton|tensorflow|jax"
    assert not [requirement.name for requirement, _ in entries if re.match(heavy, requirement.name)]
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r".*(?:://| @ |file:|--index|--find-links| /\w+/).*", text)


@pytest.mark.parametrize("path", [TEST_LOCK, PRESS_LOCK, HUB_LOCK], ids=["tests", "press", "hub"])
def test_a_further_lock_begins_with_those_below_and_repeats_nothing(path):
    """So that tests run on what students get, and a new version is a change in one place."""
    first, *others = re.findall(r"^-r (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert (path.parent / first).resolve() == LOCKS[path][-1] and not others
    below = {str(requirement) for lock in LOCKS[path] for requirement, _ in locked(lock)}
    assert not below & {str(requirement) for requirement, _ in locked(path)}


def test_nothing_that_is_installed_lacks_another():
    """pip installs what the locks list and nothing else, so they have to list all of it."""
    check = [sys.executable, "-m", "pip", "check"]
    answer = subprocess.run(check, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_jupyterlab_loads_no_grammar_of_addresses():
    """`make lock` leaves out what was more than half of the time to import it."""
    ask = "import jupyterlab.labapp, sys; print({'lark', 'rfc3987_syntax'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True).strip() == "set()"


def test_conda_gets_the_same():
    """environment.yml has the direct dependencies, in the versions locked for its Python."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "from-one-neuron"
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    *packages, pip = environment["dependencies"]
    assert pip == {"pip": ["--editable ."]}
    pins = dict(line.partition("=")[::2] for line in packages)
    python = pins.pop("python")
    assert python in ("3.12", "3.13")
    assert pins.pop("pip") == ""
    versions = installed(LOCK, python)
    names = [canonicalize_name(requirement.name) for requirement in DIRECT]
    assert pins == {name: versions[name] for name in names}


def test_the_library_alone_is_light():
    """No Jupyter of its own, which would replace that of Colab or Kaggle."""
    names = {canonicalize_name(requirement.name) for requirement in LIGHT}
    assert names == {"numpy", "matplotlib", "anywidget", "pillow", "platformdirs", "tqdm"}


def test_readme_names_commands_that_exist():
    """The two commands and the conda way are in the README, and every make target it names is."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    # Where a command stands: at the start of a line, or of a piece of code in a sentence.
    named = set(re.findall(r"(?:^ *|`)make ([a-z-]+)", readme, re.MULTILINE))
    assert {"lab", "test"} <= named <= targets
    assert "conda env create -f environment.yml" in readme
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1]
    assert set(phony.split()) == targets


# --- Tests ---------------------------------------------------------------------------------------


def test_no_test_file_imports_another():
    """So that each floor runs by itself; what several need stands beside conftest.py."""
    files = sorted(ROOT.glob("tests/*/*.py"))
    names = {path.stem for path in files}
    found = []
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [f"{path.name} imports {module}" for module in modules if module in names]
    assert not found


# --- Notebooks as tests (conftest.py) ------------------------------------------------------------


@pytest.mark.long
def test_workers_run_the_cells_of_notebooks(tmp_path, request):
    """`make test` shares its tests out to workers: there, too, a wrong stored output is found."""
    cell = new_code_cell("1 + 1", id="sum", execution_count=1)
    cell.outputs = [new_output("execute_result", {"text/plain": "3"}, execution_count=1)]
    path = tmp_path / "wrong.ipynb"
    nbformat.write(new_notebook(cells=[cell]), path)
    run = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider"]
    run += ["-n", "1", "--cov", "--cov-fail-under=0", "tests/conftest.py", path]
    own = {"COVERAGE_FILE": str(tmp_path / "coverage")}  # not that of the tests around it
    answer = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, env=os.environ | own)
    lax = request.config.option.nbval_lax  # on the stand-in a cell only has to run
    assert ("1 passed" if lax else "Cell outputs differ") in answer.stdout, answer.stdout


# --- tools/lessons.py ----------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Give lessons.py a course of its own, and a way to put lessons into it."""
    monkeypatch.setattr(lessons, "LESSONS", tmp_path / "notebooks")
    monkeypatch.setattr(lessons, "MINE", tmp_path / "my_notebooks")
    lessons.LESSONS.mkdir()

    def put(name, *sources):
        cells = [new_code_cell(text, id=f"cell-{i}") for i, text in enumerate(sources)]
        path = lessons.LESSONS / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return put


def test_copies_never_overwrite(course, capsys):
    """A student's file stays; fresh keeps it under a free name, again and again."""
    course("01_neuron", "1")
    course("02_hidden", "2")
    lessons.copy()
    mine = lessons.MINE / "02_hidden.ipynb"
    mine.write_text("my work", encoding="utf-8")
    lessons.copy()
    assert mine.read_text(encoding="utf-8") == "my work"
    for name in ("02", "2", "02_hidden", "notebooks/02_hidden.ipynb"):
        lessons.fresh(name)
    assert (lessons.MINE / "02_hidden_old1.ipynb").read_text(encoding="utf-8") == "my work"
    assert mine.read_bytes() == (lessons.LESSONS / mine.name).read_bytes()
    assert len(list(lessons.MINE.iterdir())) == 6
    assert "Your file is now my_notebooks/02_hidden_old4.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["7", "", "02_other"])
def test_unknown_lessons_get_a_sentence(course, name):
    """It lists what there is."""
    course("01_neuron")
    with pytest.raises(lessons.Refusal, match="Lessons: 01_neuron"):
        lessons.fresh(name)


def test_no_lessons_is_no_success(course):
    """An empty folder is an incomplete copy, not a finished run."""
    with pytest.raises(lessons.Refusal, match="complete copy"):
        lessons.run_all([])


def test_run_names_the_cell_that_fails_and_goes_on(course, capsys):
    """The table has a line for each lesson, and the exit is not zero."""
    before = course("01_bad", "x = 1", "1 / 0").read_bytes()
    course("02_good", "print('fine')")
    with pytest.raises(lessons.Refusal, match=r"Failed: 01_bad.ipynb\."):
        lessons.run_all([])
    table = capsys.readouterr().out
    assert re.search(r"01_bad .*'cell-1'.*ZeroDivisionError: division by zero", table)
    assert re.search(
        r"02_good +1 .* of 35 .* of 12 in cell-0 .* of 450 MB in cell-0 .* of 650 MB", table
    )
    assert (lessons.LESSONS / "01_bad.ipynb").read_bytes() == before


def test_run_names_the_cell_of_the_peak_that_was_given_back(course, monkeypatch, capsys, tmp_path):
    """Memory that a cell takes and frees counts; a mapped file that is only read does not."""
    seen, measure = tmp_path / "seen", lessons.own_megabytes

    def measured(pid):
        megabytes = measure(pid)
        if megabytes > 150:
            seen.touch()
        return megabytes

    monkeypatch.setattr(lessons, "own_megabytes", measured)
    hold = (
        "import os, time\nX = bytearray(b'1') * 150_000_000\n"
        f"while not os.path.exists({str(seen)!r}):\n    time.sleep(0.01)\ndel X"
    )
    mapped = (
        "import mmap, tempfile\nfile = tempfile.TemporaryFile()\nfor _ in range(300):\n"
        "    file.write(bytes(1_000_000))\nfile.flush()\n"
        "X = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)\nprint(sum(X[::4096]))"
    )
    # Only Linux tells mapped files apart.
    course("01_peak", "pass", hold, *[mapped] * sys.platform.startswith("linux"))
    lessons.run_all([])
    assert "MB in cell-1 " in capsys.readouterr().out
    monkeypatch.setattr(lessons, "OWN_MEGABYTES", 100)
    with pytest.raises(lessons.Refusal, match=r"Failed: 01_peak.ipynb\."):
        lessons.run_all([])
    assert "TOO MUCH MEMORY" in capsys.readouterr().out


@pytest.mark.long
def test_execute_stores_the_same_bytes_twice(course):
    """Streams in one piece, pictures without notes, no times, the counts of one clean run."""
    path = course(
        "01_good",
        "import sys\nprint(1); sys.stdout.flush(); print(2)",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import ipywidgets\nipywidgets.IntSlider()",
    )
    lessons.execute_all([])
    first = path.read_bytes()
    lessons.execute_all([])
    assert path.read_bytes() == first
    notebook = json.loads(first)
    assert [cell["execution_count"] for cell in notebook["cells"]] == [1, 2, 3]
    assert notebook["cells"][0]["outputs"][0]["text"] == ["1\n", "2\n"]
    png = notebook["cells"][1]["outputs"][0]["data"]["image/png"]
    assert b"Software" not in base64.b64decode(png)
    assert list(notebook["cells"][2]["outputs"][0]["data"]) == ["text/plain"]
    assert not list(path.parent.glob(".*"))


def test_execute_renews_the_pictures_of_the_readme(course, monkeypatch, tmp_path):
    """Those of the named cells, with the lesson that draws them."""
    monkeypatch.setattr(lessons, "PICTURE_FOLDER", tmp_path)
    monkeypatch.setattr(lessons, "PICTURES", {"01_good": ("cell-1",)})
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    path = course("01_good", plot, plot)
    lessons.execute_all([])
    assert [png.name for png in tmp_path.glob("*.png")] == ["cell-1.png"]
    data = json.loads(path.read_bytes())["cells"][1]["outputs"][0]["data"]
    assert (tmp_path / "cell-1.png").read_bytes() == base64.b64decode("".join(data["image/png"]))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import os; os.getcwd()", "names this machine"),
        ("import warnings; warnings.warn('careful')", "names this machine"),
        ("object()", "names this machine"),
        (
            "import os; os.environ |= {'COURSE_OFFLINE': '1', 'COURSE_DATA': ''}\n"
            "os.environ['COURSE_CACHE'] = os.getcwd()\n"
            "from course_lib.data import load_images; images = load_images()",
            "stand-in",
        ),
    ],
)
def test_execute_refuses_and_leaves_the_file(course, code, why, capsys):
    """What must not be stored is not."""
    path = course("01_bad", code)
    before = path.read_bytes()
    with pytest.raises(lessons.Refusal):
        lessons.execute_all([])
    assert path.read_bytes() == before
    assert why in capsys.readouterr().out


def test_execute_says_which_numbers_do_not_hold(course, monkeypatch, tmp_path, capsys):
    """Asked of the run that is stored; no helper stands in the way of the lesson's own names."""
    path = course("01_good", "values = [41, 1]\nexpression = json = 7")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_markdown_cell("Of 42 zeros and 7 ones 1 is missed.", id="said"))
    nbformat.write(notebook, path)
    monkeypatch.setattr(prose, "TABLES", tmp_path)
    rows = '[said]\n"42" = "values[0]"\n"7" = "expression"\n"1" = "min(v for v in values)"\n'
    (tmp_path / "01_good.toml").write_text(rows, encoding="utf-8")
    with pytest.raises(lessons.Refusal, match="number"):
        lessons.execute_all([])
    said = capsys.readouterr().out
    assert "01_good.ipynb: stored" in said and "values[0] gives 41" in said
    assert said.count("[said]") == 1
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.id for cell in cells] == ["cell-0", "said"], "what was asked is not stored"


def test_execute_names_the_cells_that_gave_something_else(course, capsys):
    """So that a change is looked at where it is."""
    path = course("01_good", "print(1)", "print(2)")
    lessons.execute_all([])
    path.write_text(path.read_text(encoding="utf-8").replace('"2\\n"', '"3\\n"'), encoding="utf-8")
    capsys.readouterr()
    lessons.execute_all([])
    assert "stored; other outputs: cell-1 (" in capsys.readouterr().out


def test_prove_asks_for_the_form_of_the_one_lesson(course, monkeypatch, tmp_path):
    """What these tests say is what it says."""
    monkeypatch.setattr(prose, "TABLES", tmp_path)
    course("01_neuron", "print(1)")
    asked = []

    def run(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, 3)

    with monkeypatch.context() as patch:
        patch.setattr(lessons, "execute_all", lambda names: asked.append(names))
        patch.setattr(lessons.subprocess, "run", run)
        assert lessons.prove("1") == 3
    assert asked[0] == ["1"] and asked[1][-2:] == ["-k", "01_neuron"]


@pytest.mark.long
def test_prove_also_tests_the_form(course, monkeypatch, tmp_path, capfd):
    """With the tests for stored lessons, those of the one lesson alone."""
    monkeypatch.setattr(prose, "TABLES", tmp_path)
    course("01_neuron", "print(1)")
    assert lessons.prove("1") == 0
    forms = re.search(r"(\d+) passed, (\d+) deselected", capfd.readouterr().out)
    assert int(forms[1]) > 5 and int(forms[2]) > 4 * int(forms[1]) - 5


def test_widgets_need_something_beside_them():
    """A bundle that would be empty without its widget is refused."""
    output = new_output("display_data", data={lessons.WIDGET: {"model_id": "1"}})
    with pytest.raises(lessons.Refusal, match="widget"):
        lessons.normalise(new_notebook(cells=[new_code_cell(outputs=[output])]))


# --- tools/prose.py ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("The 60,000 images reach **99.11 %** at 0.0413.", "60,000|99.11 %|0.0413"),
        ("In 1943, and 1958. Costs ln 10 = 2.303; 1e-6", "1943|1958|10|2.303|1e-6"),
        ("below z ≈ −709 and -88.7, (−3), ±0.12, 1/√5, ~7", "−709|-88.7|−3|0.12|1|5|7"),
        ("0–255, 784-64-10, 5 − 3, 9,911 of 10,000", "0|255|784|64|10|5|3|9,911|10,000"),
        ("28×28, 8x8, 450MB", "28|28|8|8|450"),
        ("L2, x1, w_1, float32, 2-D, 3D, 1st, 22nd, v3.11", ""),
        ("12\u202f%, 13\xa0%, 14%.", "12 %|13 %|14%"),
        ("1, 2 and 3,45 | 42 |", "1|2|3|45|42"),
        ("`code 7`, ``a ` 8`` and\n```python\n9\n```\n6", "6"),
        ('[text 3](a/4.html "5") ![6](7.png) https://x.y/8', "3|6"),
        ("[a]: b/3.html\n<img src='5.png' width=6> 4 &#8203; <!-- 9 -->", "4"),
        ("a < 5 and b > 6, $x<y$ at 97 %, $z>8$", "5|6|97 %|8"),
        ("1. one\n2. two\n   - 3 apples\n> 4. x\n## 5. Why\n## 100 steps", "3|100"),
        ("see notebook 02, Notebooks 3 and 4, [notebook 5](05.ipynb)", ""),
        (r"$x_{12}^{34} + 2x + 0.5 \cdot 10^{-6}$ and \$5 and \$6", "0.5|10|5|6"),
        (r"$\frac{1}{2}\sum_{i=3} (y-a)^2$, $\frac12$, $\tfrac{3}{40}$", "3|40"),
        (r"$99.11\,\%$, $60{,}000$, $1\%$", "99.11 %|60,000|1%"),
        ("$$w=[0,1],\\ b=4,\\\\[2pt] x=[2,3]\\tag{9}$$ so\n$\\sigma(7)=0.999$", "4|3|7|0.999"),
        (r"$e^{-7}$ $-88.7$ $y=-3$ $a-3$ $2-5$ $W_{k^{10}}$", "-88.7|-3|3|5"),
        ("\\begin{align} x &= 2 + 17 \\end{align} 2", "17|2"),
    ],
)
def test_numbers_are_found_in_prose(markdown, expected):
    """One case for each rule of tools/prose.py."""
    assert "|".join(number for number, _ in prose.numbers(markdown)) == expected


def test_a_number_brings_its_sentence():
    """That is what a failing test quotes."""
    assert prose.numbers("First. It takes\n100 steps! Then.") == [("100", "It takes 100 steps!")]


@pytest.mark.parametrize(
    ("number", "value", "expected"),
    [
        ("0.0413", 0.041332921148394014, True),
        ("0.0414", 0.041332921148394014, False),
        ("99.11 %", 0.9911, True),
        ("99.12 %", 0.9911, False),
        ("99.1%", 0.9911, True),
        ("60,000", 60000, True),
        ("60,000", 60001, False),
        ("−709", -709.2, True),
        ("709", -709.2, False),
        ("2.5", 2.45, True),  # half way: both neighbours are right
        ("2.4", 2.45, True),
        ("1e-6", 1.4e-6, True),
        ("1e-6", 1.6e-6, False),
        ("5", float("nan"), False),
    ],
)
def test_numbers_hold_at_the_precision_they_show(number, value, expected):
    """The value must round to what the prose prints."""
    assert prose.holds(number, value) is expected


def test_every_kind_of_fault_is_named():
    """No row, a stale row, a wrong value, an expression that fails, a row that explains nothing."""
    cells = [
        new_markdown_cell(
            "In 1943 one of 10, so 97 % at 0.5, 6 and 7 stay; 20 and 30; -8 and 9.", id="a"
        ),
        new_code_cell("%timeit -n 9\nx = -8", id="eight", metadata={"tags": ["exercise"]}),
        *[new_code_cell("8")] * 160,
    ]
    rows = {
        "a": {
            "1943": {"cite": "McCulloch & Pitts (1943)"},
            "97 %": "right",
            "0.5": "wrong",
            "6": "broken",
            "7": {"given": ""},
            "20": {"minutes": "reading"},
            "30": {"minutes": "exercises"},
            "-8": {"code": "eight"},
            "9": {"code": "eight"},
            "11": "right",
        },
        "gone": {"5": "right"},
    }
    values = {"right": 0.9701, "wrong": 0.61, "broken": "NameError: no such name"}
    found = prose.faults(cells, rows, lambda expressions: [values[e] for e in expressions])
    marks = ["'10'", "not {'given': ''}", "'11' has a row", "[gone] '5'", "gives 0.61", "NameError"]
    marks += ["our estimate is 10", "the code of eight has no such constant"]
    assert len(found) == len(marks), found
    for mark in marks:
        assert [mark in fault for fault in found].count(True) == 1, mark
    assert not prose.faults(cells[1:], {}, lambda expressions: [])


def test_minutes_count_words_code_pictures_predictions_questions_and_exercises():
    """Ten minutes of reading of each kind, and a question and two exercises, counted by hand."""
    picture, text = {"image/png": ""}, {"text/plain": "1. Why?\n   (a) 2. So.\n2. How?"}
    cells = [
        new_markdown_cell("word " * 1198 + "**Predict, then** go", id="ten-and-a-prediction"),
        *[new_markdown_cell("> **Predict.**")] * 9,
        *[new_code_cell("a = 1\n\n# b\nb = 2")] * 26,
        *[new_code_cell("", outputs=[new_output("display_data", data=picture)])] * 20,
        new_code_cell('quiz("01")', outputs=[new_output("display_data", data=text)]),
        *[new_code_cell("...", metadata={"tags": ["exercise", "lecture"]})] * 2,
    ]
    # 1,219 words: 10.2; 81 lines: 10.1; 10 predictions; 20 pictures: 10; 2 questions: 42.3 in all.
    assert prose.minutes(cells) == {"reading": 40, "exercises": 20}
    more = [*cells, *[new_markdown_cell("> **Predict.**")] * 3]
    assert prose.minutes(more)["reading"] == 50, "45.3"
    without_quiz = [cell for cell in more if cell.source != 'quiz("01")']
    assert prose.minutes(without_quiz)["reading"] == 40, "43.2"


# --- tests/conftest.py ---------------------------------------------------------------------------


def test_what_takes_longest_is_known_by_its_name():
    """A file that was renamed would lose its place at the front without a word."""
    files = [path.name for path in (*ROOT.glob("tests/*/*.py"), *ROOT.glob("notebooks/*.ipynb"))]
    assert not [name for name in LONGEST if not any(name in file for file in files)]


def test_pictures_are_told_apart():
    """One digit of a title is seen, the last bit of a pixel is not."""
    import matplotlib.pyplot as plt
    import numpy as np
    from PIL import Image

    def draw(title):
        figure, axes = plt.subplots()
        axes.set_title(title)
        stream = io.BytesIO()
        figure.savefig(stream, dpi=100)
        plt.close(figure)
        return stream.getvalue()

    one, other = draw("loss 0.0413"), draw("loss 0.0414")
    assert unlike(one, one) is None
    assert "RMS" in unlike(one, other)
    faint = np.asarray(Image.open(io.BytesIO(one)).convert("RGBA")) ^ 1
    stream = io.BytesIO()
    Image.fromarray(faint).save(stream, format="PNG")
    assert unlike(one, stream.getvalue()) is None
    assert SAME_PICTURE < 2
    assert "drawn at (32, 32)" in unlike(one, _tiny_png())


def _tiny_png():
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (32, 32)).save(stream, format="PNG")
    return stream.getvalue()
