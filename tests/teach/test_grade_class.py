"""Grading a class: what a submission does costs its own marks, and nobody else's.

One class of small and of hostile notebooks is graded once, by the command itself; most tests look
at what became of a student in it. Anna, who is always right, is in every class.
"""

import csv
import html
import html.parser
import io
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from datetime import datetime
from urllib.parse import urlsplit

import joblib
import pytest
from a_class import lesson, mistakes_of, notebook, right, write_class
from browser import browser, wait_for
from conftest import ROOT

from course_lib import grade_class as package
from course_lib.exercises import LESSONS
from course_lib.grade_class import (
    back,
    grade_class,
    handed_in,
    process,
    reader,
    report,
    roster,
    runner,
    submission,
)
from course_lib.grade_class.files import text

pytestmark = pytest.mark.slow  # each answer is judged in a process of its own

POSIX = os.name == "posix"
FIRST = [exercise.id for exercise in LESSONS["01"].EXERCISES]
OTHERS = FIRST[1:]
ONE, BOTH = f"lesson 01 (of {len(FIRST)})", len(FIRST) + len(LESSONS["03"].EXERCISES)
BOTH = f"total (of {BOTH})"


SOLVED = {exercise.id: right(exercise) for exercise in LESSONS["01"].EXERCISES}
ANNA = lesson("01", SOLVED)
NUMPY = "import numpy as np"
GOOD = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))"
WRONG = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
STUB = 'def sigmoid(z):\n    """The sigmoid."""\n    ...'

# --- What students write: their cells, and what becomes of `sigmoid` -----------------------------

WAYS = {
    "twice, the last is right": ([NUMPY, WRONG, GOOD], "passed", None),
    "twice, the last is wrong": ([NUMPY, GOOD, WRONG], "wrong", "wrong-sign"),
    "above the stub": ([NUMPY, GOOD, STUB], "passed", None),
    "no import": ([GOOD], "raised", None),
    "an import below": ([GOOD, NUMPY], "passed", None),
    "a helper in another cell": (
        [
            "def half(z):\n    return step(z) / 2",
            "def step(z):\n    return 1 + np.tanh(z / 2)",
            f"{NUMPY}\ndef sigmoid(z):\n    return half(np.asarray(z))",
        ],
        "passed",
        None,
    ),
    "a helper that is a class": (
        [
            f"{NUMPY}\nclass Half:\n    of = staticmethod(lambda z: np.asarray(z) / 2)",
            "def sigmoid(z):\n    return (1 + np.tanh(Half.of(z))) / 2",
        ],
        "passed",
        None,
    ),
    "constants": (
        [
            "HALF, ONE = 0.5, 1\nimport numpy\nhalf = numpy.float64(HALF)",
            "def sigmoid(z):\n    return half * (ONE + numpy.tanh(half * numpy.asarray(z)))",
        ],
        "passed",
        None,
    ),
    "import star": (
        ["from numpy import *", "def sigmoid(z):\n    return (1 + tanh(asarray(z) / 2)) / 2"],
        "passed",
        None,
    ),
    "lambda": ([NUMPY, "sigmoid = lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2"], "passed", None),
    "calls itself": (
        [
            f"{NUMPY}\n{GOOD}".replace("(z)", "(z, deep=3)", 1)
            + " if not deep else sigmoid(z, deep - 1)",
            "from course_lib.activations import sigmoid_grad as sigmoid",
        ],
        "passed",
        None,
    ),
    "decorated": (
        [f"import functools\n{NUMPY}", f"@functools.lru_cache\n{GOOD}"],
        "raised",
        None,
    ),
    "imported": (["from scipy.special import expit as sigmoid"], "passed", None),
    "under a condition": (
        [f"{NUMPY}\nif True:\n    {GOOD.replace(chr(10), chr(10) + 4 * ' ')}"],
        "passed",
        None,
    ),
    "one of two names": (
        [NUMPY, "sigmoid, other = (lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2), 1"],
        "passed",
        None,
    ),
    "taken from an object": (
        [
            f"{NUMPY}\nclass My:\n    f = staticmethod(lambda z: (1 + np.tanh(z / 2)) / 2)",
            "sigmoid = My().f",
        ],
        "passed",
        None,
    ),
    "a library inside": (
        ["def sigmoid(z):\n    from scipy.special import expit\n    return expit(z)"],
        "passed",
        None,
    ),
    "the library's, called": (
        [
            "from course_lib import activations",
            "def sigmoid(z):\n    return activations.sigmoid(z)",
        ],
        "not attempted",
        None,
    ),
    "definition fails": (
        [f"@missing\n{GOOD}"],
        "raised",
        None,
    ),
    "magics": (
        ["%%time\nimport numpy as np\n!ls -l\nnp.tanh?", f"%matplotlib inline\n{GOOD}\n%timeit 1"],
        "passed",
        None,
    ),
    "written in another language": (
        [NUMPY, WRONG, f"%%writefile my.py\n{GOOD}", f"%%bash\n{GOOD}"],
        "wrong",
        "wrong-sign",
    ),
    "percent as the operator": ([NUMPY, f"x = (5\n% 3)\n{GOOD}"], "passed", None),
    "another cell is broken": ([NUMPY, "def helper(X, w, b:\n  return", GOOD], "passed", None),
    "its cell is broken": ([NUMPY, "def sigmoid(z):\nreturn 1"], "raised", "no-python"),
    "stub": ([NUMPY, STUB], "not attempted", None),
    "gives a number": ([NUMPY, "sigmoid = 3"], "wrong", "not-a-function"),
    "the library's": (
        ["from course_lib.activations import sigmoid", "def forward(X, w, b):\n    ..."],
        "not attempted",
        None,
    ),
    "a constant that never ends": (
        [
            f"{NUMPY}\nhalf = sum(x for x in iter(int, 1))",
            GOOD.replace("0.5", "half"),
        ],
        "raised",
        None,
    ),
    "what it does not need": (
        [NUMPY, "import os, time\nnext(iter(int, 1))\nos._exit(1)", GOOD, "slow = time.sleep(1e6)"],
        "passed",
        None,
    ),
    "an attribute of NumPy, as in class": (
        [NUMPY, "np.tanh = np.cos", GOOD],
        "wrong",
        "wrong-numbers",
    ),
    "an attribute of NumPy further down": ([NUMPY, GOOD, "np.tanh = np.cos"], "passed", None),
}


def test_a_repair_above_the_function_that_the_lesson_gives():
    """What counts is the repair, as the stub below an answer does not count."""
    (repair,) = (e for e in LESSONS["02"].EXERCISES if e.id == "mend_backward")
    whole = json.loads(lesson("02"))
    mended = {"cell_type": "code", "metadata": {}, "source": right(repair)}
    (place,) = (k for k, c in enumerate(whole["cells"]) if c.get("id") == "ex-mend-code")
    for cells, status in ([], "not attempted"), ([mended], "passed"):
        whole["cells"][place:place] = cells
        found = process.grade(json.dumps(whole).encode())
        assert found["verdicts"]["mend_backward"]["status"] == status


def test_a_cell_below_changes_no_name_of_the_answers():
    """It runs for the name that is missing alone."""
    cells = [
        f"{NUMPY}\ndef factor(): return 0.5",
        "def sigmoid(z):\n    return factor() * (one + np.tanh(factor() * np.asarray(z)))",
        "factor = 2.0\none = factor / 2",
    ]
    found = process.grade(notebook(*cells))
    assert found["verdicts"]["sigmoid"]["status"] == "passed"


@pytest.mark.parametrize("number", LESSONS)
def test_of_a_whole_lesson_that_is_right_little_runs(number):
    """Statements are chosen by need: those of the lesson that train for minutes are not."""
    exercises = LESSONS[number].EXERCISES
    data = lesson(number, {e.id: right(e) for e in exercises})
    code = [cell.source for cell in submission.cells(data) if cell.kind == "code"]
    found, _, _ = submission.statements(code)
    for exercise in exercises:
        place = max(i for i, s in enumerate(found) if exercise.id in s.answers)
        assert len(submission.needed(found, place)[0]) < 40, exercise.id


def test_an_answer_in_the_lessons_own_names_runs_little():
    """A helper and a variable that are called as the lesson's figures are need none of them."""
    helper = "def penalty(weights):\n    return sum(np.sum(W**2) for W in weights if W.ndim == 2)"
    answer = (
        "def l2_penalty(weights, strength):\n    axes = [W.ndim for W in weights]\n"
        "    return strength / 2 * penalty(weights), [\n"
        "        strength * W * (n == 2) for W, n in zip(weights, axes)]"
    )
    data = lesson("04", {"l2_penalty": f"{NUMPY}\n{helper}\n\n{answer}"})
    code = [cell.source for cell in submission.cells(data) if cell.kind == "code"]
    found, _, _ = submission.statements(code)
    place = max(i for i, s in enumerate(found) if "l2_penalty" in s.answers)
    assert len(submission.needed(found, place)[0]) == 3
    assert process.grade(data)["verdicts"]["l2_penalty"]["status"] == "passed"


def test_an_answer_that_executes_text_has_its_whole_cell():
    """Which names it uses cannot be read."""
    text = "exec('def made(z): return 0.5 * (1 + np.tanh(np.asarray(z) / two))', globals())"
    cell = f"{NUMPY}\ntwo = 2\ndef made_of():\n    {text}\n    return made\nsigmoid = made_of()"
    assert process.grade(notebook(cell))["verdicts"]["sigmoid"]["status"] == "passed"


# --- Hostile answers to `sigmoid`: the body of the function, and what may become of it -----------
# Harmless where the judge should fail: they ask, with signal 0, fork twice, and so on.

HOSTILE = {
    "loops for ever": (
        "while True: pass",
        {"raised"},
        "never-ends",
    ),
    "catches everything": (
        "while True:\n        try:\n            while True: pass\n        except: pass",
        {"raised"},
        "never-ends",
    ),
    "os._exit": ("import os; os._exit(0)", {"crashed"}, None),
    "sys.exit": ("import sys; sys.exit(0)", {"raised"}, None),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", {"raised"}, None),
    "recursion": ("return sigmoid(z)", {"raised"}, None),
    "recursion in C": (
        "import sys; sys.setrecursionlimit(10**9)\n    return sigmoid(z)",
        {"raised", "crashed"},
        None,
    ),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", {"crashed", "raised"}, None),
    "huge print": (
        "for _ in range(2000): print('x' * 10_000)\n    return safe(z)",
        {"passed"},
        None,
    ),
    "input": ("input('?')", {"raised"}, None),
    "patches NumPy": (
        "np.allclose = lambda *a, **k: True\n    return z * 1.5",
        {"wrong", "raised"},
        None,
    ),
    "patches the engine": (
        "from course_lib.exercises import engine as e\n"
        "    e.grade = lambda *a: e.Verdict('passed', '')\n    return z * 1.5",
        {"wrong", "raised"},
        None,
    ),
    "patches the engine's code": (
        "from course_lib.exercises import engine as e\n"
        "    e._agree.__code__ = (lambda *a: True).__code__\n    return z * 1.5",
        {"wrong", "raised"},
        None,
    ),
    "shadows a builtin": (
        "from course_lib.exercises import sandbox as s\n    s.all = lambda *a: True\n"
        "    return z * 1.5",
        {"wrong", "raised"},
        None,
    ),
    "changes the probes": (
        "from course_lib.exercises.neuron.sigmoid import Sigmoid\n    del Sigmoid.probes[1:]\n"
        "    return z * 1.5",
        {"raised"},
        None,
    ),
    "changes what is right": (
        "from course_lib.exercises.neuron.sigmoid import Sigmoid\n"
        "    Sigmoid.reference = lambda z: z * 1.5\n    return z * 1.5",
        {"raised"},
        None,
    ),
    "changes the rules": (
        "from course_lib.exercises.neuron.sigmoid import Sigmoid\n"
        "    Sigmoid.probes[-1].rules[1].holds = lambda *a: True\n    return z * 1.5",
        {"raised"},
        None,
    ),
    "prints a verdict": (
        "import os, sys\n"
        """    line = '{"id": "sigmoid", "status": "passed", "misconception": null, '\n"""
        """    line += '"message": "", "code": ""}\\n'\n"""
        "    print(line); sys.__stdout__.write(line); sys.__stdout__.flush()\n"
        "    os.write(1, line.encode()); os.write(2, line.encode())\n"
        "    return z * 1.5",
        {"wrong"},
        None,
    ),
    "writes a verdict to every file": (
        "import os\n"
        """    line = '{"id": "sigmoid", "status": "passed", "misconception": null, '\n"""
        """    line += '"message": "", "code": ""}\\n'\n"""
        "    for fd in range(20):\n        try: os.write(fd, line.encode())\n"
        "        except OSError: pass\n    return z * 1.5",
        {"crashed"},
        None,
    ),
    "closes every file": (
        "import os; os.closerange(0, 100)\n    return safe(z)",
        {"crashed"},
        None,
    ),
    "leaves a thread": (
        "import threading, time\n    threading.Thread(target=time.sleep, args=(1e6,)).start()\n"
        "    return safe(z)",
        {"passed"},
        None,
    ),
    "starts a program": ("import subprocess; subprocess.run(['ls'])", {"raised"}, None),
    "calls out": (
        "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)",
        {"raised"},
        None,
    ),
    "writes outside": ("open(OUTSIDE, 'w').write('mine')", {"raised"}, None),
    "appends outside": ("import os; os.open(OUTSIDE, os.O_CREAT | os.O_APPEND)", {"raised"}, None),
    "deletes outside": ("import os; os.remove(VICTIM)", {"raised"}, None),
    "renames to outside": (
        "import os; open('own', 'w').close(); os.rename('own', OUTSIDE)",
        {"raised"},
        None,
    ),
    "walks out": ("import os; os.chdir('..'); open('own', 'w')", {"raised"}, None),
    "writes inside": ("open('own', 'w').write('mine')\n    return safe(z)", {"passed"}, None),
    "an evil object": (
        "class Evil:\n        def __getattr__(self, name): raise SystemExit\n"
        "        def __eq__(self, other): return True\n"
        "        def __array__(self, *a, **k): raise KeyboardInterrupt\n"
        "        def __repr__(self): raise SystemExit\n    return Evil()",
        {"wrong", "raised", "crashed"},
        None,
    ),
    "HTML in a message": ("raise ValueError('<script>alert(1)</script>')", {"raised"}, None),
}
if POSIX:
    HOSTILE |= {
        "forks": ("import os; os.fork(); os.fork()\n    return safe(z)", {"raised"}, None),
        "kills its parent": ("import os; os.kill(os.getppid(), 0)", {"raised"}, None),
        "kills its group": ("import os; os.killpg(0, 0)", {"raised"}, None),
        "fills the disk": ("open('own', 'wb').write(b'x' * 10**8)", {"raised"}, None),
        "raises its limits": (
            "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
            {"raised"},
            None,
        ),
    }
if sys.platform == "linux":  # elsewhere the system does not keep the limit on memory
    HOSTILE["100 GB"] = ("return np.ones((100, 10**9 // 8))", {"raised"}, None)
    HOSTILE["6 GB, unused"] = ("return np.zeros((6, 2**27))", {"raised"}, None)

SAFE = "def safe(z):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))"


def hostile(body, outside):
    """Return lesson 1 with a hostile `sigmoid`, a wrong `forward`, and the rest right."""
    places = f"OUTSIDE, VICTIM = {str(outside / 'new')!r}, {str(outside / 'victim')!r}"
    cell = f"{places}\n{SAFE}\n\n\ndef sigmoid(z):\n    {body}\n"
    return lesson("01", SOLVED | {"sigmoid": cell, "forward": mistaken_forward()})


def mistaken_forward():
    """Return an answer that a judge who has been fooled would take for right."""
    return "def forward(X, w, b):\n    return 7 * (X @ w) + b"


# --- Files that are no notebook ------------------------------------------------------------------

BROKEN = {
    "nothing": (b"", "It is empty."),
    "a picture": (bytes(range(256)) * 100, "It is not JSON"),
    "half": (ANNA[:1000], "It is not JSON"),
    "latin-1": ('{"cells": "é"}'.encode("latin-1"), "not a notebook"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "It is not JSON"),
    "a list": (b"[1, 2]", "not a notebook"),
    "no cells": (b'{"cells": {"0": 1}}', "not a notebook"),
    "odd cells": (
        b'{"cells": [1, null, {"cell_type": "code"}, {"cell_type": "code", "source": [1, {}]}]}',
        "defines no exercise",
    ),
    "another course": (notebook("def perceptron(x):\n    return x"), "defines no exercise"),
    "nested too deep": (
        notebook("(" * 5000 + ")" * 5000),
        "defines no exercise",
    ),
}
NAMES = ["Zoë 数", "o'Hara, Mary", "-1+1", "@SUM(A1)", "＝1+1"]
if POSIX:
    NAMES += ["zoë 数"] if sys.platform == "linux" else []  # elsewhere that is the same file
    NAMES += ['=HYPERLINK("x")', "<img src=x onerror=alert(1)>", "\ttab", "line\nbreak", "%s{0}"]


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Grade the class; return the folder, the rows of marks by student, and what was printed."""
    room = tmp_path_factory.mktemp("class")
    folder, outside = room / "handed in", room / "outside"
    outside.mkdir()
    (outside / "victim").write_text("still here", encoding="utf-8")
    for name, (cells, *_) in WAYS.items():
        put(folder / f"way {name}.ipynb", notebook(*cells))
    for name, (body, *_) in HOSTILE.items():
        put(folder / f"hostile {name}" / "01_neuron.ipynb", hostile(body, outside))
    for name, (data, _) in BROKEN.items():
        put(folder / f"broken {name}.ipynb", data)
    for name in NAMES:
        put(folder / f"{name}.ipynb", notebook(NUMPY, GOOD))
    put(folder / "anna" / "lesson.ipynb", ANNA)
    put(folder / "anna" / "03_softmax.ipynb", lesson("03"))
    put(folder / "anna" / ".ipynb_checkpoints" / "01_neuron.ipynb", b"damaged")
    put(folder / "anna" / "notes.txt", b"not handed in for a mark")
    put(folder / "bob" / "01_neuron.ipynb", lesson("01"))
    put(folder / "bob" / "01_neuron-Copy1.ipynb", notebook(NUMPY, GOOD))
    put(folder / "bob" / "01_neuron-Copy2.ipynb", notebook(NUMPY, WRONG))
    put(folder / "renamed 02.ipynb", ANNA)
    put(folder / "utf-16.ipynb", ANNA.decode().encode("utf-16"))
    put(folder / "nobody" / "notes.txt", b"nothing")
    with (folder / "large.ipynb").open("wb") as file:
        file.truncate(60_000_000)
    if POSIX:
        put(outside / "anna.ipynb", ANNA)
        (folder / "link.ipynb").symlink_to(outside / "anna.ipynb")
        (folder / "linked").symlink_to(outside, target_is_directory=True)
        (folder / "inner").mkdir()
        (folder / "inner" / "link.ipynb").symlink_to(outside / "anna.ipynb")
        os.mkfifo(folder / "pipe.ipynb")
    answer = command(folder, room / "marks.csv")
    assert answer.returncode == 0, answer.stderr
    return room, rows_of(room / "marks.csv"), answer.stdout


def put(path, data):
    """Write a file, and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def command(folder, path, **options):
    """Run the command itself."""
    line = [sys.executable, "-m", "course_lib.grade_class", str(folder), "--csv", str(path)]
    options = {"capture_output": True, "text": True, "encoding": "utf-8"} | options
    return subprocess.run(line, cwd=ROOT, **options)


def rows_of(path):
    """Read marks as a dict from student to row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["student"] for row in rows}) == len(rows)
    return {row["student"]: row for row in rows}


# --- What became of them -------------------------------------------------------------------------


@pytest.mark.long
def test_who_is_right_gets_full_marks(room):
    """Among all the others; two lessons add up, and what one did not hand in is said."""
    _, rows, said = room
    anna = rows["anna"]
    assert [anna[name] for name in FIRST] == ["passed"] * len(FIRST)
    assert (anna[ONE], anna[BOTH]) == (str(len(FIRST)), str(len(FIRST)))
    assert anna["one_hot"] == "not attempted"
    assert rows["utf-16"]["one_hot"] == "not handed in"
    assert (anna["misconceptions"], anna["notes"]) == ("", "")
    assert rows["utf-16"][BOTH] == rows["renamed 02"][BOTH] == str(len(FIRST))
    assert re.match(rf"{len(rows) + 3} submissions\. Wrote .*marks\.csv", said)
    assert re.search(r"Files skipped: 3, unreadable: \d+, renamed: 0; marks_files\.csv", said)


@pytest.mark.long
@pytest.mark.parametrize("name", WAYS)
def test_ways_to_write_it(room, name):
    """An answer is found with what it needs, wherever it stands; the others count as untouched."""
    _, status, slug = WAYS[name]
    row = room[1][f"way {name}"]
    assert row["sigmoid"] == status
    assert row["misconceptions"] == (f"sigmoid: {slug}" if slug else "")
    assert row[ONE] == str(int(status == "passed"))
    assert {row[other] for other in OTHERS[1:]} == {"not attempted"}


@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_cost_their_own_marks(room, name):
    """No exercise but its own is lost, none is won, and nothing outside is touched."""
    place, rows, _ = room
    _, statuses, slug = HOSTILE[name]
    row = rows[f"hostile {name}"]
    assert row["sigmoid"] in statuses
    assert slug is None or f"sigmoid: {slug}" in row["misconceptions"]
    assert row["forward"] == "wrong"
    assert {row[other] for other in OTHERS[1:]} == {"passed"}
    assert rows["anna"][ONE] == str(len(FIRST))
    assert [path.name for path in (place / "outside").iterdir() if path.suffix == ""] == ["victim"]


@pytest.mark.long
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_notebook_gets_a_sentence(room, name):
    """And no marks."""
    row = room[1][f"broken {name}"]
    assert BROKEN[name][1] in row["notes"]
    assert row[BOTH] == "0"
    assert room[1]["anna"][ONE] == str(len(FIRST))


@pytest.mark.long
def test_only_ordinary_files_are_read(room):
    """No links, no pipes, nothing huge; an empty folder is a student who handed in nothing."""
    rows = room[1]
    assert "60 MB" in rows["large"]["notes"]
    assert "no notebook in this folder" in rows["nobody"]["notes"]
    assert rows["nobody"]["sigmoid"] == "not handed in"
    if POSIX:
        for name in ("link", "linked", "inner"):
            assert "It is a link" in rows[name]["notes"]
            assert rows[name][BOTH] == "0"
        assert "no ordinary file" in rows["pipe"]["notes"]


@pytest.mark.long
def test_of_two_copies_the_better_answer_counts(room):
    """Untouched, right and wrong: right."""
    bob = room[1]["bob"]
    assert (bob["sigmoid"], bob["forward"], bob["misconceptions"]) == (
        "passed",
        "not attempted",
        "",
    )


@pytest.mark.long
def test_names_stay_apart_and_harmless(room):
    """Letters of any kind; what a spreadsheet would take for a formula is text."""
    place, rows, _ = room
    for name in map(str.strip, NAMES):
        shown = f"'{name}" if name[0] in "=+-@＝" else name
        assert rows[shown]["sigmoid"] == "passed", name
    for path in (place / "marks.csv", place / "marks_misconceptions.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = list(itertools.chain.from_iterable(csv.reader(file)))
        assert len(cells) > 10
        assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝＋－＠") and cell]


def test_names_that_are_no_text():
    """A name's bytes need not be UTF-8: Python reads one of them so, and no file can be written."""
    assert text("z\udcff") == "z\\udcff"
    assert text("Zoë") == "Zoë"


class Reader(html.parser.HTMLParser):
    """Collects the tags of a page, their attributes, and the words between them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.pictures = set(), "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.pictures += [dict(attributes)] if tag == "img" else []
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.words += data


@pytest.mark.long
def test_the_page_says_what_to_revisit_and_escapes_the_rest(room):
    """Each misconception with its sentence; two plots with their numbers; no student's tag."""
    place, rows, _ = room
    page = Reader((place / "marks.html").read_text(encoding="utf-8"))
    assert page.tags <= set(
        "html head meta title style body main h1 h2 h3 p figure img figcaption div table thead "
        "tbody tr th td span code pre details summary a br".split()
    )
    assert len(page.pictures) == 2
    for picture in page.pictures:
        assert picture["src"].startswith("data:image/svg+xml;base64,")
    passed = sum(row["sigmoid"] == "passed" for row in rows.values())
    assert f"sigmoid: {passed} passed" in page.pictures[0]["alt"]
    assert "It falls where it should rise." in page.words
    assert "<script>alert(1)</script>" in page.words
    if POSIX:
        assert "<img src=x onerror=alert(1)>" in page.words


@pytest.mark.long
def test_the_class_summary_counts_students(room):
    """The most common first, each with the sentence that its students saw."""
    place, rows, _ = room
    with (place / "marks_misconceptions.csv").open(encoding="utf-8-sig", newline="") as file:
        summary = list(csv.DictReader(file))
    counts = [int(row["students"]) for row in summary]
    assert counts == sorted(counts, reverse=True)
    found = {(row["exercise"], row["misconception"]): row for row in summary}
    ends = sum("sigmoid: never-ends" in row["misconceptions"] for row in rows.values())
    assert int(found["sigmoid", "never-ends"]["students"]) == ends >= 2
    assert "Does a loop never end?" in found["sigmoid", "never-ends"]["sentence"]
    assert "falls where it should rise" in found["sigmoid", "wrong-sign"]["sentence"]


# --- What the kernel ran -------------------------------------------------------------------------

HALF = GOOD.replace("0.5", "half")
AS_RUN = {
    "a question in a comment": f"# is it right?\n{GOOD}\n!ls",
    "a question in a docstring": GOOD.replace(":\n", ':\n    """Is it\n    right?"""\n')
    + "\nnp.tanh?",
    "a line that begins with %": f"x = (5\n% 3)\n%matplotlib inline\n{GOOD}",
    "a line that begins with !=": f"%pylab?\nx = (5\n!= 3)\n{GOOD}",
    "a shell's answer": f"files = !ls\n{GOOD}",
    "a magic's answer": f"{GOOD}\nt = %timeit -o sigmoid(np.ones(3))",
    "a magic over two lines": f"%config InlineBackend.figure_format = \\\n    'retina'\n{GOOD}",
    "an indented cell": "    " + GOOD.replace("\n", "\n    "),
    "prompts": ">>> " + GOOD.replace("\n", "\n... "),
    "IPython's prompts": "In [3]: " + GOOD.replace("\n", "\n   ...: "),
    "%%time": f"%%time\n{GOOD}",
    "%%capture and %%time": f"%%capture out\n%%time\n{GOOD}",
    "%time": f"%time half = 0.5\n{HALF}",
    "what %time gives": f"half = %time 0.5\n{HALF}",
    "a magic inside": GOOD.replace(":\n", ":\n    %matplotlib inline\n    !ls\n"),
    "await": f"import asyncio\nawait asyncio.sleep(0)\n{GOOD}",
    "%pylab": "%pylab inline\n" + GOOD.replace("np.", ""),
    "display": GOOD.replace(":\n", ":\n    display(z)\n"),
    "a number beside a magic": f"half = 0.5\n%matplotlib inline\n{HALF}",
    "a look at the keyboard": "import sys\n" + GOOD.replace(":\n", ":\n    sys.stdin.isatty()\n"),
    "annotations": GOOD.replace("(z)", "(z: Array) -> Array", 1),
}


@pytest.fixture
def verdict_on(monkeypatch):
    """Judge `sigmoid` in this process: give its verdict."""
    monkeypatch.setattr("course_lib.grade_class.confined.watch", lambda: None)
    monkeypatch.setattr("course_lib.exercises.asked_for", set(), raising=False)
    exercise = LESSONS["01"].EXERCISES[0]

    def verdict(*cells):
        read = reader.read(notebook(*cells), process.IDS, "01")
        programs = read["programs"][exercise.id]
        line = runner.answer(process.asked(exercise, programs)) if programs else None
        return process.judged(exercise, read, line)

    return verdict


@pytest.mark.parametrize("name", AS_RUN)
def test_what_the_kernel_ran_is_what_is_judged(verdict_on, name):
    """A cell is read as Jupyter reads it."""
    first = f"from __future__ import annotations\n{NUMPY}"
    assert verdict_on(first, AS_RUN[name])["status"] == "passed"


@pytest.mark.parametrize("magic", ["bash", "writefile my.py", "javascript", "timeit", "script sh"])
def test_what_python_never_ran_is_no_answer(verdict_on, magic):
    """Not even a right one, and it is said; `%%timeit` keeps its names to itself."""
    cells = [NUMPY, STUB, f"%%{magic}\n{GOOD}"]
    assert verdict_on(*cells)["status"] == "not attempted"
    assert f"begins with %%{magic.split()[0]}" in submission.statements(cells)[2][cells[2]]


def test_a_cell_magic_below_the_first_line_stops_the_cell(verdict_on):
    """Jupyter knows no such magic there."""
    cells = [NUMPY, f"half = 0.5\n%%bash\n{GOOD}"]
    assert verdict_on(*cells, STUB)["status"] == "not attempted"
    assert "not in its first line" in submission.statements(cells)[2][cells[1]]


def test_a_package_that_is_not_there_is_named(verdict_on):
    """The name that it should have bound is not what is wrong."""
    used = verdict_on("import torch_ as t\n" + GOOD.replace("np.", "t."))
    wrapped = verdict_on(f"{NUMPY}\nimport torch_\n@torch_.jit\n{GOOD}")
    for verdict in (used, wrapped):
        assert verdict["status"] == "raised"
        assert "No module named 'torch_'" in verdict["message"]


def test_a_newer_python_is_named(verdict_on):
    """Not the student's mistake: the grader's Python does not know what it reads."""
    verdict = verdict_on(NUMPY, GOOD.replace("(z)", "<T>(z)"))
    assert verdict["misconception"] == "no-python"
    assert f"no Python {sys.version_info.major}.{sys.version_info.minor}." in verdict["message"]


def test_a_notebook_of_format_3():
    """Jupyter opens it, and so is it read."""
    cells = [{"cell_type": "code", "input": [f"{NUMPY}\n", GOOD]}]
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}, None]}).encode()
    assert process.grade(data)["verdicts"]["sigmoid"]["status"] == "passed"


def test_a_cell_that_the_kernel_refuses_is_no_answer(verdict_on):
    """As a whole, though the definition in it is right."""
    assert verdict_on(NUMPY, f"{GOOD}\nreturn 3")["misconception"] == "no-python"


def test_ipython_is_loaded_for_those_cells_alone():
    """It takes as long as all other reading."""
    code = (
        "import sys\nfrom course_lib.grade_class import submission\n"
        "submission.statements(['x = 1'])\nassert 'IPython' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


# --- Where it stands -----------------------------------------------------------------------------

ERROR = "def error(z):\n    return np.tanh(0.5 * np.asarray(z))"
BY_ERROR = "def sigmoid(z):\n    return 0.5 * (1 + error(z))"
BY_SUM = "def sigmoid(z):\n    return 0.5 * (sum([1]) + np.tanh(0.5 * np.asarray(z)))"
BY_KEY = HALF.replace("half", "k['half']")
STANDS = {
    "a helper that a later cell overwrites": ([NUMPY, ERROR, BY_ERROR, "error = 0.1"], "passed"),
    "a helper that an earlier cell overwrites": (
        [NUMPY, ERROR, "error = 0.1", BY_ERROR],
        "raised",
    ),
    "a builtin that a later cell overwrites": ([NUMPY, BY_SUM, "sum = 0"], "passed"),
    "a builtin that an earlier cell overwrites": ([NUMPY, "sum = 0", BY_SUM], "raised"),
    "a helper below, the first of its name": (
        [NUMPY, BY_ERROR, ERROR, "error = 0.1"],
        "passed",
    ),
    "a helper that a later cell deletes": ([NUMPY, ERROR, BY_ERROR, "del error"], "passed"),
    "an answer that a later cell deletes": ([NUMPY, GOOD, "del np, sigmoid"], "passed"),
    "a builtin that an earlier cell gives back": ([NUMPY, "sum = 0", "del sum", BY_SUM], "passed"),
    "a dictionary that is filled": ([NUMPY, "k = {}\nk['half'] = 0.5", BY_KEY], "passed"),
    "a dictionary that a function fills": (
        [NUMPY, "k = {}\ndef fill(d): d['half'] = 0.5", "fill(k)", BY_KEY],
        "passed",
    ),
    "a dictionary that a later cell empties": (
        [NUMPY, "k = {}\nk['half'] = 0.5", BY_KEY, "k.clear()"],
        "passed",
    ),
    "a dictionary that an earlier cell empties": (
        [NUMPY, "k = {}\nk['half'] = 0.5", "k.clear()", BY_KEY],
        "raised",
    ),
    "a list that a loop fills": (
        [NUMPY, "k = []", "for i in 1, 2:\n    k.append(i / 2)", BY_KEY.replace("'half'", "0")],
        "passed",
    ),
    "a decorator that notes": (
        [
            NUMPY,
            "k = {}\ndef note(f): k['half'] = f()",
            "@note\ndef nothing(): return 0.5",
            BY_KEY,
        ],
        "passed",
    ),
    "an attribute that is set later": (
        [NUMPY, "class k: pass", "k.half = 0.5", BY_KEY.replace("['half']", ".half")],
        "passed",
    ),
    "a function that sets what is global": (
        [NUMPY, "def prepare():\n    global half\n    half = 0.5", "prepare()", HALF],
        "passed",
    ),
    "a text that is executed": ([NUMPY, f"exec({GOOD!r})"], "passed"),
    "a name among the globals": (
        [NUMPY, f"{GOOD.replace('sigmoid', 'mine')}\nglobals()['sigmoid'] = mine"],
        "passed",
    ),
    "a helper in its own cell, below": ([NUMPY, f"{BY_ERROR}\n{ERROR}", "error = 1"], "passed"),
}


@pytest.mark.parametrize("name", STANDS)
def test_an_answer_meets_the_names_of_its_cell(verdict_on, name):
    """As it does in class, where its check follows it."""
    cells, status = STANDS[name]
    assert verdict_on(*cells)["status"] == status


def test_later_exercises_see_what_the_lesson_gives_them():
    """A right `forward` that calls a wrong `sigmoid`: the lesson has imported the tested one."""
    forward = "def forward(X, w, b):\n    return sigmoid(X @ w + b)"
    found = process.grade(lesson("01", {"sigmoid": f"{NUMPY}\n{WRONG}", "forward": forward}))
    assert found["verdicts"]["sigmoid"]["misconception"] == "wrong-sign"
    assert found["verdicts"]["forward"]["status"] == "passed"


def test_a_right_answer_that_uses_a_wrong_one_hot_passes():
    """In lesson 3 as well: it meets what the lesson gives it by then."""
    gradient = (
        "def softmax_cross_entropy_grad(y, P):\n    return (P - one_hot(y, P.shape[1])) / len(y)"
    )
    wrong = f"{NUMPY}\ndef one_hot(y, n_classes):\n    return np.eye(n_classes)[:, y]"
    answers = {"one_hot": wrong, "softmax_cross_entropy_grad": gradient}
    found = process.grade(lesson("03", answers))["verdicts"]
    assert found["one_hot"]["misconception"] == "transposed"
    assert found["softmax_cross_entropy_grad"]["status"] == "passed"


# --- Whose it is ---------------------------------------------------------------------------------


def zipped(files):
    """Return the bytes of a ZIP file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


N = b"{}"
FOLDERS = {
    "a file each": ({"mia.ipynb": N, "ben.ipynb": N}, ["ben", "mia"]),
    "a folder each": ({"mia/01_neuron.ipynb": N, "ben/lesson.ipynb": N}, ["ben", "mia"]),
    "several lessons": ({"mia/01_neuron.ipynb": N, "mia/03_softmax.ipynb": N}, ["mia"]),
    "a folder for each lesson": (
        {"lesson1/mia.ipynb": N, "lesson1/ben.ipynb": N, "lesson2/mia.ipynb": N},
        ["ben", "mia"],
    ),
    "one in a folder of a lesson": (
        {"lesson1/mia.ipynb": N, "lesson2/ben.ipynb": N},
        ["ben", "mia"],
    ),
    "a folder for each student in one for each lesson": (
        {"lesson1/mia/01_neuron.ipynb": N, "lesson2/ben/02_hidden_layer.ipynb": N},
        ["ben", "mia"],
    ),
    "a folder for each lesson in the only student's": (
        {"mia/lesson1/01_neuron.ipynb": N, "mia/lesson2/02_hidden_layer.ipynb": N},
        ["mia"],
    ),
    "the only student's ZIP file": ({"mia.zip": zipped({"work/01_neuron.ipynb": N})}, ["mia"]),
    "a group that works together": ({"group 3/work/01_neuron.ipynb": N}, ["group 3"]),
    "two groups of students": (
        {
            "group A/s01.ipynb": N,
            "group A/s02.ipynb": N,
            "group B/s03.ipynb": N,
            "group B/s04.ipynb": N,
        },
        ["s01", "s02", "s03", "s04"],
    ),
    "one of them left the file's name": (
        {"lesson1/mia.ipynb": N, "lesson1/ben.ipynb": N, "lesson1/01_neuron.ipynb": N},
        ["01_neuron", "ben", "mia"],
    ),
    "Moodle's folders": (
        {
            "Mia Miller_123_assignsubmission_file_/01_neuron.ipynb": N,
            "Ben O'Hara_124_assignsubmission_file_/whatever.ipynb": N,
        },
        ["Ben O'Hara", "Mia Miller"],
    ),
    "Moodle's flat files": (
        {"Mia Miller_123_assignsubmission_file_01_neuron.ipynb": N},
        ["Mia Miller"],
    ),
    "two of one name in Moodle": (
        {
            "Mia Miller_123_assignsubmission_file_/01_neuron.ipynb": N,
            "Mia Miller_124_assignsubmission_file_/01_neuron.ipynb": N,
        },
        ["Mia Miller (123)", "Mia Miller (124)"],
    ),
    "Canvas's files": (
        {
            "doejane_12345_678910_01_neuron.ipynb": N,
            "roerick_LATE_12346_678911_01_neuron-1.ipynb": N,
        },
        ["doejane", "roerick"],
    ),
    "Canvas's two files of one student": (
        {
            "doejane_12345_678910_01_neuron.ipynb": N,
            "doejane_12345_678912_02_hidden_layer-1.ipynb": N,
        },
        ["doejane"],
    ),
    "Brightspace's folders, one of them twice": (
        {
            "12-34 - Mia Miller - Nov 30, 2026 1159 PM/01_neuron.ipynb": N,
            "13-34 - Ben Katz - Nov 29, 2026 300 PM/01_neuron.ipynb": N,
            "13-34 - Ben Katz - Nov 30, 2026 900 AM/01_neuron.ipynb": N,
            "index.html": b"",
        },
        ["Ben Katz", "Mia Miller"],
    ),
    "Brightspace's files": (
        {"12-34 - Mia Miller- Nov 30, 2026 1159 PM - 01_neuron.ipynb": N},
        ["Mia Miller"],
    ),
    "Blackboard's files": (
        {
            "Lesson 1_mmiller_attempt_2026-11-30-18-00-00_01_neuron.ipynb": N,
            "Lesson 1_mmiller_attempt_2026-11-30-18-00-00.txt": b"",
        },
        ["mmiller"],
    ),
    "Canvas's names of two parts": ({"o'brien-liz_12_34_01_neuron.ipynb": N}, ["o'brien-liz"]),
    "a name beside the lesson's": (
        {
            "01_neuron_mia.ipynb": N,
            "02_hidden_layer - mia.ipynb": N,
            "ben_01_neuron.ipynb": N,
            "01_neuron (1).ipynb": N,
            "Copy of 01_neuron.ipynb": N,
        },
        ["01_neuron (1)", "Copy of 01_neuron", "ben", "mia"],
    ),
    "copies in other words": (
        {"mia.ipynb": N, "mia - Kopie.ipynb": N, "Copy of mia.ipynb": N},
        ["mia"],
    ),
    "weeks in another language": ({"Woche 1/mia.ipynb": N, "Woche 2/ben.ipynb": N}, ["ben", "mia"]),
    "forms that are not read": (
        {"mia.rar": b"", "ben.tar.gz": b"", "liz.7z": b""},
        ["ben", "liz", "mia"],
    ),
    "a ZIP file with nothing in it": ({"mia.zip": zipped({})}, ["mia"]),
    "a ZIP file of a notebook": ({"mia.ipynb.zip": zipped({"mia.ipynb": N})}, ["mia"]),
    "a list beside the students": (
        {
            "lesson 1/mia/01_neuron.ipynb": N,
            "lesson 1/ben/01_neuron.ipynb": N,
            "lesson 1/grades.csv": b"",
        },
        ["ben", "mia"],
    ),
    "two downloads": (
        {"mia.ipynb": N, "mia (1).ipynb": N, "ben-Copy1.ipynb": N},
        ["ben-Copy1", "mia"],
    ),
    "other endings": ({"mia.ipynb.txt": N, "ben.ipynb.json": N}, ["ben", "mia"]),
    "a script": ({"mia.py": b"", "ben/answers.py": b""}, ["ben", "mia"]),
    "a helper beside it": ({"mia/01_neuron.ipynb": N, "mia/helper.py": b""}, ["mia"]),
    "two forms of a letter": (
        {"zoe\u0308/01_neuron.ipynb": N, "zo\u00eb.ipynb": N},
        ["zo\u00eb"],
    ),
    "a ZIP file each": (
        {
            "mia.zip": zipped({"homework/01_neuron.ipynb": N}),
            "ben.zip": zipped({"01_neuron.ipynb": N, "__MACOSX/._01_neuron.ipynb": N}),
        },
        ["ben", "mia"],
    ),
    "a ZIP file of all, with a top folder": (
        {"download.zip": zipped({"all/mia/01_neuron.ipynb": N, "all/ben/01_neuron.ipynb": N})},
        ["ben", "mia"],
    ),
    "ZIP files in Moodle's": (
        {
            "download.zip": zipped(
                {
                    "Mia Miller_1_assignsubmission_file_/my.zip": zipped({"a/01_neuron.ipynb": N}),
                    "Ben_2_assignsubmission_file_/01_neuron.ipynb": N,
                }
            )
        },
        ["Ben", "Mia Miller"],
    ),
    "a ZIP file that is none": ({"mia.zip": b"PK", "ben.ipynb": N}, ["ben", "mia"]),
    "names that lead elsewhere": (
        {"class.zip": zipped({"../../mia.ipynb": N, "/etc/ben.ipynb": N})},
        ["etc", "mia"],
    ),
}


def found_in(room, files):
    """Find what was handed in among files; also return what is not used."""
    (room / "scratch").mkdir(parents=True)
    for name, data in files.items():
        put(room / "in" / name, data)
    return handed_in.find(room / "in", room / "scratch")


@pytest.mark.parametrize("name", FOLDERS)
def test_nobody_is_lost_or_merged(tmp_path, name):
    """One student each, and every file is somebody's or is named with a reason."""
    files, students = FOLDERS[name]
    found, unused = found_in(tmp_path, files)
    assert sorted({one.student for one in found}) == students
    named = {one.place for one in found} | {place for place, _ in unused}
    for file, data in files.items():
        parts = {place for place in named if place == file or place.startswith(f"{file}/")}
        is_zip = file.endswith(".zip") and data != b"PK"
        inside = len(zipfile.ZipFile(io.BytesIO(data)).namelist()) if is_zip else 1
        assert len(parts) == (inside or 1)
    assert all(why for _, why in unused)
    assert not (tmp_path / "mia.ipynb").exists()


def test_what_is_odd_is_said(tmp_path):
    """A copy, an ending, being late, a script, and what a computer has put there."""
    files = {
        "mia.ipynb": N,
        "mia (1).ipynb": N,
        "ben.ipynb.txt": N,
        "carla.py": b"",
        "roerick_LATE_12346_678911_01_neuron.ipynb": N,
        "doejane/01_neuron.ipynb": N,
        "doejane/helper.py": b"",
        ".DS_Store": b"",
    }
    found, unused = found_in(tmp_path, files)
    said = {one.place: " ".join(one.notes) + one.reason for one in found}
    assert "counts as mia's" in said["mia (1).ipynb"]
    assert "ends in .txt" in said["ben.ipynb.txt"]
    assert "late" in said["roerick_LATE_12346_678911_01_neuron.ipynb"]
    assert "no notebook" in said["carla.py"]
    assert sum(one.renamed for one in found) == 2
    why = dict(unused)
    assert why["doejane/helper.py"] == handed_in.HELPER
    assert "A computer" in why[".DS_Store"]


LISTS = {
    "Moodle's": (
        "First name,Surname,Email address\n"
        "Mia,Miller,m@x.org\nBen,Katz,ben.k@x.org\nJane,Doe,d@x.org\n"
    ),
    "Canvas's": (
        "Student,ID,SIS Login ID,Section\n    Points Possible,,,\n"
        '"Miller, Mia",1,mm,A\n"Katz, Ben",2,bk,A\n"Doe, Jane",12345,jd,A\n'
    ),
    "names alone": "Mia Miller\nBen Katz\nJane Doe\n",
    "with semicolons": "name;group\nMia Miller;1\nBen Katz;2\nJane Doe;2\n",
    "German": "\ufeffVorname;Nachname;E-Mail-Adresse\nMia;Miller;m@x\nBen;Katz;b@x\nJane;Doe;d@x\n",
    "German, name and first name": "Name;Vorname\nMiller;Mia\nKatz;Ben\nDoe;Jane\n",
    "French": "Prénom,Nom,Adresse de courriel\nMia,Miller,m@x\nBen,Katz,b@x\nJane,Doe,d@x\n",
    "Spanish": "Nombre,Apellido(s),Correo\nMia,Miller,m@x\nBen,Katz,b@x\nJane,Doe,d@x\n",
    "a language that is not known": "A,B,C\nMia,Miller,m@x\nBen,Katz,b@x\nJane,Doe,d@x\n",
    "no heading, first and last": "Mia,Miller\nBen,Katz\nJane,Doe\n",
    "addresses alone": "mia.miller@x.org\nben.katz@x.org\ndoe.jane@x.org\n",
    "empty lines": "\nsep=;\n;\nname;group\nMia Miller;1\n;;\nBen Katz;2\nJane Doe;2\n",
    "Canvas's own student": (
        'Student,ID\n"Miller, Mia",1\n"Katz, Ben",2\n"Doe, Jane",3\n"Student, Test",4\n'
    ),
}


@pytest.mark.parametrize("kind", LISTS)
def test_the_list_of_the_class_says_who_is_missing(tmp_path, kind):
    """And who is not on it; Jane's file is called doejane."""
    put(tmp_path / "list.csv", LISTS[kind].encode())
    students = {name: report.Student() for name in ("Mia Miller", "doejane", "stranger")}
    whole = report.Class(students, {})
    assert [
        re.sub("ben.katz|Katz, Ben", "Ben Katz", name)
        for name in roster.compare(whole, roster.read(tmp_path / "list.csv"))
    ] == ["Ben Katz"]
    assert "not on the list" in students["stranger"].remarks[0]
    assert not students["doejane"].remarks
    assert len(whole.students) == 4


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_in_any_form_of_text(tmp_path, form):
    """As spreadsheets save it."""
    put(tmp_path / "list.csv", "name\temail\nZoë Weiß\tz@x\n".encode(form))
    ((name, _),) = roster.read(tmp_path / "list.csv")
    assert name == "Zoë Weiß"


def test_a_workbook_is_no_list(tmp_path):
    """It says what to save."""
    put(tmp_path / "list.csv", zipped({"xl/workbook.xml": b""}))
    with pytest.raises(ValueError, match="Save it as CSV"):
        roster.read(tmp_path / "list.csv")


def test_two_of_one_name_on_the_list(tmp_path):
    """A number tells them apart; without one, who is missing has a row."""
    put(tmp_path / "list.csv", b"name,id\nMia Miller,125\nMia Miller,123\nMia Miller,124\n")
    students = {f"Mia Miller ({n})": report.Student(number=n) for n in ("123", "124")}
    whole = report.Class(students, {})
    assert roster.compare(whole, roster.read(tmp_path / "list.csv")) == ["Mia Miller"]
    assert len(whole.students) == 3 and not students["Mia Miller (123)"].remarks
    put(tmp_path / "list.csv", b"name\nMia Miller\nMia Miller\n")
    whole = report.Class({"Mia Miller": report.Student()}, {})
    roster.compare(whole, roster.read(tmp_path / "list.csv"))
    assert not whole.students["Mia Miller"].notes
    assert whole.students["Mia Miller (2)"].notes == ["Nothing was handed in."]


def test_the_cells_of_the_exercises_are_known():
    """By the ids that they have in the lessons; no cell is that of two exercises of a lesson."""
    for number, module in LESSONS.items():
        sources = {cell.id: cell.source for cell in submission.cells(lesson(number))}
        for exercise in module.EXERCISES:
            theirs = [id for id in submission.cells_of(exercise.id) if id in sources]
            assert len(theirs) == 1, exercise.id
            assert f"def {exercise.id}(" in sources[theirs[0]]


def test_a_function_of_another_name_is_known_by_its_cell():
    """Of an older version of the lesson, say; and a cell that is no code any more is named."""
    whole = json.loads(
        lesson("01", {"gradients": SOLVED["gradients"].replace("def gradients", "def grads")})
    )
    for cell in whole["cells"]:
        cell["cell_type"] = "raw" if cell["id"] == "ex-step-code" else cell["cell_type"]
    found = process.grade(json.dumps(whole).encode())
    assert found["verdicts"]["gradients"]["status"] == "passed"
    assert found["verdicts"]["gradient_step"]["status"] == "not attempted"
    assert "grads counts as gradients" in found["notes"][0]
    assert "cell of gradient_step is raw" in found["notes"][1]


# --- What stands in the files --------------------------------------------------------------------


def test_nothing_is_a_formula_whatever_separates():
    """Nor does a sign turn a name round."""
    names = ["anna;=1+1", 'a;"=1+1"', "b\n=2", "c; -3", "=4", " @5", "d\t+6", "e\u202efdp"]
    written = report.table([("student", "notes"), *((name, name) for name in names)])
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(written.lstrip("\ufeff")), delimiter=separator):
            assert not [cell for cell in row if cell.lstrip(' "')[:1] in tuple("=+-@") and cell]
    assert "\u202e" not in written


@pytest.mark.parametrize("several", [20_000, pytest.param(200_000, marks=pytest.mark.long)])
def test_many_thousand_statements(several):
    """They cost no exercise: neither beside the answers nor in one."""
    many = {"sigmoid": NUMPY + "\nx = 1" * several + f"\n{GOOD}"}
    found = process.grade(lesson("01", SOLVED | many))
    assert {verdict["status"] for verdict in found["verdicts"].values()} == {"passed"}


def test_a_second_file_of_a_lesson_is_said():
    """Two classmates of one name must not become one without a word."""
    graded = [
        (
            handed_in.Submission("mia", f"group {g}/mia.ipynb", None),
            {"lesson": lesson, "notes": [], "verdicts": {}},
        )
        for g, lesson in (("A", "01"), ("A", "02"), ("B", "01"))
    ]
    (mia,) = report.gather(graded).students.values()
    assert mia.notes == [
        "group B/mia.ipynb: Lesson 01 once more: of each exercise the better answer counts."
    ]


def test_half_a_character_stops_no_class(small):
    """The page is written, and whose answer it was is said."""
    folder, path, _ = small
    put(folder / "dora.ipynb", notebook(NUMPY, 'def sigmoid(z):\n    raise ValueError("\udc00")'))
    put(folder / "emil.ipynb", notebook(NUMPY, f"{GOOD}\n# \udc00"))
    grade_class(folder, path)
    rows = rows_of(path)
    assert "half characters" in rows["dora"]["notes"]
    assert "surrogates" in rows["emil"]["notes"]
    assert rows["anna"]["sigmoid"] == "passed"
    assert path.with_suffix(".html").exists()


def test_marks_go_back_to_moodle_and_canvas(tmp_path):
    """With the columns that their importers look for; an exercise may count more than another."""
    folder, path = tmp_path / "class", tmp_path / "marks.csv"
    put(folder / "Mia Miller_123_assignsubmission_file_" / "01.ipynb", notebook(NUMPY, GOOD))
    put(folder / "doejane_12345_678910_01_neuron.ipynb", notebook(NUMPY, WRONG))
    put(folder / "list.csv", b"name\nMia Miller\nJane Doe\nBen Katz\n")
    said = grade_class(folder, path, folder / "list.csv", {"sigmoid": 3})
    assert "on the list and missing: 1" in said.splitlines()[-1]
    tables = {}
    for kind in ("moodle", "canvas", "items", "comments", "files"):
        text = path.with_name(f"marks_{kind}.csv").read_text(encoding="utf-8-sig")
        tables[kind] = list(csv.DictReader(io.StringIO(text)))
    (mia,) = tables["moodle"]
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= mia.keys()
    assert (mia["Identifier"], mia["Grade"], mia["Maximum grade"]) == (
        "Participant 123",
        "3",
        f"{len(FIRST) + 2}",
    )
    most, jane = tables["canvas"]
    assert list(jane)[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert (most["Student"], most["Lesson 01"]) == ("Points Possible", f"{len(FIRST) + 2}")
    assert (jane["ID"], jane["Lesson 01"]) == ("12345", "0")
    first = tables["items"][0]
    assert (first["exercise"], first["handed in"], first["tried"], first["passed"]) == (
        *("sigmoid", "2", "2", "1"),
    )
    assert first["misconceptions"] == "wrong-sign (1)"
    said = {row["student"]: row["comment"] for row in tables["comments"]}
    assert "It falls where it should rise" in said["doejane"]
    assert "Nothing was handed in" in said["Ben Katz"]
    assert rows_of(path)["Mia Miller"][f"total (of {len(FIRST) + 2})"] == "3"
    assert tables["files"][-1]["file"] == "list.csv"
    page = (ROOT / "tools/press/website/teaching.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(marks\w*\.(?:csv|html))`", page))
    assert named == {p.name for p in tmp_path.glob("marks*") if p.suffix != ".jsonl"}


def test_a_zip_file_in_place_of_a_folder(tmp_path, capsys):
    """As the command takes it, with a list of the class and points."""
    from course_lib.grade_class.__main__ import main

    put(tmp_path / "all.zip", zipped({"mia.ipynb": notebook(NUMPY, GOOD), "ben.ipynb": b"no"}))
    put(tmp_path / "list.csv", b"Mia\nBen\nCarla\n")
    line = [str(tmp_path / "all.zip"), "--csv", str(tmp_path / "marks.csv")]
    assert "no exercise" in main([*line, "--points", "sigmiod=2"])
    assert main([*line, "--roster", str(tmp_path / "list.csv"), "--points", "sigmoid=0.5"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "skipped: 0, unreadable: 1, renamed: 0, on the list and missing: 1;" in last
    rows = rows_of(tmp_path / "marks.csv")
    assert {name: row[f"total (of {len(FIRST) - 0.5})"] for name, row in rows.items()} == {
        **{"ben": "0", "mia": "0.5", "Carla": "0"}
    }


def test_marks_that_are_open_in_a_spreadsheet(small, monkeypatch):
    """What was graded is kept, and what to do is said."""
    from course_lib.grade_class.__main__ import main

    folder, path, graded = small
    replace = os.replace

    def locked(old, new):
        if str(new).endswith(".csv"):
            raise PermissionError(13, "Permission denied")
        replace(old, new)

    monkeypatch.setattr(os, "replace", locked)
    said = main([str(folder), "--csv", str(path)])
    assert "open in a spreadsheet? Close it and run the same command again" in said
    monkeypatch.setattr(os, "replace", replace)
    lock = path.with_name(".~lock.marks.csv#")
    lock.touch()
    assert ".~lock.marks.csv#" in main([str(folder), "--csv", str(path)])
    assert not path.exists()
    lock.unlink()
    assert "3 of them taken over" in grade_class(folder, path)
    assert len(graded) == 3


def test_discrimination_is_a_correlation():
    """Who passes the others passes this one, and the other way round."""
    verdict = dict(misconception=None, message="", code="")
    students = {}
    for i, statuses in enumerate(itertools.product(("passed", "wrong"), repeat=2)):
        three = dict(zip(FIRST, (*statuses, statuses[0]), strict=False))
        students[str(i)] = report.Student({n: verdict | {"status": s} for n, s in three.items()})
    rows = back.items(report.Class(students, {"01": FIRST[:3]}))
    assert [row[4] for row in rows[1:]] == ["0.71", "0.00", "0.71"]


# --- A judge that does not work ------------------------------------------------------------------


def test_a_broken_judge_is_nobodys_mark(small, monkeypatch):
    """It is tried out first: the reason is said, nothing is kept, and the status is not 0."""
    from course_lib.grade_class.__main__ import main

    folder, path, graded = small
    put(path.parent / "packages" / "numpy.py", b"raise ImportError('half installed')")
    monkeypatch.setattr("course_lib.grade_class.confined.has_bubblewrap", lambda: (False, "no"))
    command = process.command

    def first(*given):
        line, environment = command(*given)
        places = [str(path.parent / "packages"), environment["PYTHONPATH"]]
        return line, environment | {"PYTHONPATH": os.pathsep.join(places)}

    monkeypatch.setattr(process, "command", first)
    said = main([str(folder), "--csv", str(path)])
    assert "no mark was written" in said
    assert "ImportError: half installed" in said
    assert not list(path.parent.glob("marks*"))
    assert not graded


def test_a_judge_that_breaks_on_the_way_is_nobodys_mark(small, monkeypatch):
    """Where a process ended it is tried out once more; what was found before is kept."""
    folder, path, _ = small
    ask, asked = process._ask, []

    def once(module, names, request):
        asked.append(module)  # twice what is known to pass, then a reader and no runner
        return ask(module, names, request) if len(asked) <= 3 else iter(())

    monkeypatch.setattr(process, "_ask", once)
    with joblib.parallel_config(n_jobs=1), pytest.raises(process.Broken, match="did not pass"):
        grade_class(folder, path)
    assert not path.exists()
    assert len(path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()) <= 1


# --- A second run --------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Make a class of three, and a list that tells what is really graded."""
    folder = tmp_path / "class"
    for name, code in {"anna": GOOD, "bob": WRONG, "carla": STUB}.items():
        put(folder / f"{name}.ipynb", notebook(NUMPY, code))
    graded, grade = [], process.grade

    def counted(data, *more):
        if process.KNOWN["source"] not in submission.cells(data)[0].source:
            graded.append(data)
        return grade(data, *more)

    monkeypatch.setattr(process, "grade", counted)
    return folder, tmp_path / "marks.csv", graded


def test_only_what_is_new_or_changed_is_graded(small):
    """The same marks and the same page, byte for byte; then one file that changed."""
    folder, path, graded = small
    assert "taken over" not in grade_class(folder, path)
    written = {p: p.read_bytes() for p in path.parent.glob("marks*") if p.suffix != ".jsonl"}
    assert len(written) == 6
    assert len(graded) == 3
    assert "3 submissions, 3 of them taken over from marks.jsonl" in grade_class(folder, path)
    assert {p: p.read_bytes() for p in written} == written
    put(folder / "bob.ipynb", notebook(NUMPY, GOOD, "# better"))
    put(folder / "dora.ipynb", notebook(NUMPY, GOOD))  # the same as Anna's
    assert "4 submissions, 3 of them taken over" in grade_class(folder, path)
    assert len(graded) == 4
    assert [row["sigmoid"] for row in rows_of(path).values()] == [
        *("passed", "passed", "not attempted", "passed")
    ]


def test_a_file_that_goes_away_costs_its_own_marks(small, monkeypatch):
    """A synchronised folder can change while the class is graded."""
    folder, path, graded = small
    fingerprints = package._fingerprints

    def then_gone(found):
        answer = fingerprints(found)
        (folder / "bob.ipynb").unlink()
        return answer

    monkeypatch.setattr(package, "_fingerprints", then_gone)
    grade_class(folder, path)
    rows = rows_of(path)
    assert "It went away" in rows["bob"]["notes"]
    assert rows["anna"]["sigmoid"] == "passed"
    assert len(graded) == 2


def test_a_damaged_record_is_no_mark(small):
    """A line that was cut off, and verdicts of no known kind, are graded again."""
    folder, path, graded = small
    grade_class(folder, path)
    record = path.with_suffix(".jsonl")
    lines = record.read_text(encoding="utf-8").splitlines()
    forged = lines[1].replace('"status": "not attempted"', '"status": "excellent"')
    assert forged != lines[1]
    odd = ["[]", "[" * 10**5, '{"sha256": "0", "result": 3}', '{"sha256": "0", "result": []}']
    odd += [json.dumps({"sha256": "0", "result": {"lesson": "01", "notes": [], "verdicts": FIRST}})]
    odd += [re.sub('"notes": .*?]', '"notes": [3]', lines[1]), "\xff", lines[2][:300]]
    record.write_text("\n".join([lines[0], forged, *odd]), encoding="latin-1")
    before = path.read_bytes()
    assert "3 submissions, 1 of them taken over" in grade_class(folder, path)
    assert len(graded) == 5
    assert path.read_bytes() == before
    assert len(record.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.long
def test_a_new_version_of_the_course_grades_anew(small, tmp_path, monkeypatch):
    """What was found belongs to the exercises that found it."""
    folder, path, graded = small
    grade_class(folder, path)
    put(tmp_path / "lib" / "grade_class" / "__init__.py", b"# another version")
    monkeypatch.setattr(package, "__file__", str(tmp_path / "lib" / "grade_class" / "__init__.py"))
    assert "taken over" not in grade_class(folder, path)
    assert len(graded) == 6


@pytest.mark.long
@pytest.mark.skipif(not POSIX, reason="Windows has no SIGINT that reaches one process alone")
def test_an_interruption_keeps_what_was_graded(tmp_path):
    """Ctrl-C: no half-written marks, and the next run goes on from there."""
    folder, path = tmp_path / "class", tmp_path / "marks.csv"
    for name in "abcdef":
        put(folder / f"{name}.ipynb", notebook(NUMPY, f"# {name}\n{GOOD}"))
    put(
        folder / "z.ipynb",
        notebook("def sigmoid(z):\n    while True: pass"),
    )
    record = path.with_suffix(".jsonl")
    line = [sys.executable, "-m", "course_lib.grade_class", str(folder), "--csv", str(path)]
    running = subprocess.Popen(
        line, cwd=ROOT, stderr=subprocess.PIPE, text=True,
        # What runs in the background is told to ignore it, and what it starts as well.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    wait_for("a result", lambda: record.exists() and record.read_text(encoding="utf-8"), every=0.02)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=300)[1]
    assert running.returncode == 1
    assert "Interrupted. What was graded is kept" in said
    assert "Traceback" not in said
    done = len(record.read_text(encoding="utf-8").splitlines())
    assert 1 <= done < 7
    assert sorted(p.name for p in tmp_path.iterdir()) == ["class", "marks.jsonl"]
    said = command(folder, path).stdout
    assert f"7 submissions, {done} of them taken over" in said
    assert [row["sigmoid"] for row in rows_of(path).values()] == ["passed"] * 6 + ["raised"]


@pytest.mark.long
def test_joblib_decides_where_it_runs(small, monkeypatch):
    """Inside `parallel_config` the work goes to another backend, as it would to Dask."""
    folder, path, graded = small
    # On one core there would be one worker, and joblib would do its work here.
    monkeypatch.setattr("joblib._parallel_backends.cpu_count", lambda *_: 2)
    with joblib.parallel_config(backend="loky", n_jobs=2):
        grade_class(folder, path)
    assert not graded  # here; other processes have done it
    assert [row["sigmoid"] for row in rows_of(path).values()] == [
        *("passed", "wrong", "not attempted")
    ]


# --- Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "path", "why"),
    [
        ("missing", "marks.csv", "There is no folder .*missing"),
        ("file", "marks.csv", "is a file; expected a folder"),
        ("empty", "marks.csv", "holds no notebook"),
        ("empty", "missing/marks.csv", "There is no folder .*missing"),
        ("empty", "marks.html", r"expected a name that ends in \.csv"),
    ],
)
def test_bad_input_gets_a_sentence(tmp_path, capsys, folder, path, why):
    """No traceback, and nothing is written."""
    from course_lib.grade_class.__main__ import main

    put(tmp_path / "file", b"")
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    said = main([str(tmp_path / folder), "--csv", str(tmp_path / path)])
    assert re.search(f"Nothing was graded: .*{why}", said)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.long
def test_untouched_lessons_are_not_attempted():
    """In no lesson does its own code pass for an answer; of a repair it is said to be as it was."""
    for number, module in LESSONS.items():
        found = process.grade(lesson(number))
        assert found["lesson"] == number
        assert not found["notes"]
        statuses = {name: v["status"] for name, v in found["verdicts"].items()}
        assert statuses == {e.id: "not attempted" for e in module.EXERCISES}
        assert not any(v["misconception"] for v in found["verdicts"].values())
        repairs = [e for e in module.EXERCISES if e.id.startswith("mend_")]
        said = [found["verdicts"][e.id]["message"] for e in repairs]
        assert said == [e.as_given.sentence for e in repairs] != []


def test_a_constant_that_ends_the_process():
    """It costs the answers that use a name which needs it, and no other."""
    ends = {"sigmoid": f"import os\nhalf = os._exit(0)\n{GOOD.replace('0.5', 'half')}"}
    calls = f"import numpy as np\n{SOLVED['forward'].partition(chr(10))[2]}"  # the one above
    for forward, status in (SOLVED["forward"], "passed"), (calls, "crashed"):
        found = process.grade(lesson("01", SOLVED | ends | {"forward": forward}))
        statuses = [verdict["status"] for verdict in found["verdicts"].values()]
        assert statuses[:5] == ["crashed", status] + 3 * ["passed"]


def test_nothing_of_the_instructors_is_in_reach(tmp_path, monkeypatch):
    """No variable of the environment but a few; the home is a folder that goes away."""
    monkeypatch.setenv("SECRET_TOKEN", "12345")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    peek = (
        "import os\ndef sigmoid(z):\n"
        "    open(os.environ['COURSE_STATE'] + '/mine', 'w').close()\n"
        "    home = os.path.expanduser('~')\n"
        '    raise ValueError(f\'{os.environ.get("SECRET_TOKEN")} {os.path.samefile(home, ".")} \''
        " + ' '.join(os.listdir()))"
    )
    verdict = process.grade(notebook(peek))["verdicts"]["sigmoid"]
    assert "None True mine" in verdict["message"]
    assert not list(tmp_path.iterdir())


# --- In a browser --------------------------------------------------------------------------------


def own_page():
    """Return the page of a student with a long name, a wrong answer and a note."""
    name = "Eva-Maria " + "von" * 20
    code = "def sigmoid(z): return " + "1 + " * 60 + "z"
    wrong = {
        "status": "wrong",
        "misconception": None,
        "message": "So it is.\nIt gave 1",
        "code": code,
    }
    student = report.Student({"sigmoid": wrong}, ["a" * 90 + ": Late."])
    return report.own_page(report.Class({name: student}, {"01": FIRST}, {"sigmoid": 2.0}), name)


def test_a_students_page_keeps_lines_apart_and_points_whole():
    """A message has its lines, as in class; 2.0 points are 2."""
    page = own_page()
    assert '<p class="said">So it is.\nIt gave 1</p>' in page and ".said { white-space: pre" in page
    assert f"<p>0 of {len(FIRST) + 1} points.</p>" in page


@pytest.mark.long
@pytest.mark.parametrize("whose", ["the class's", "a student's"])
def test_the_page_in_a_browser(room, tmp_path, whose):
    """No axe violation, no wider than the window, no request, nothing run, no complaint."""
    from axe_playwright_python.sync_playwright import Axe

    place = room[0] / "marks.html"
    if whose == "a student's":
        place = tmp_path / "own.html"
        place.write_text(own_page(), encoding="utf-8")
    with browser(tmp_path) as context:
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda line: said.append(line.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(place.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert page.evaluate("[...document.images].every(i => i.naturalWidth > 100)")
        for scheme, width in (("light", 1280), ("light", 700), ("dark", 390)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=tmp_path / f"marks-{scheme}-{width}.png")
            assert len(asked) >= 1
            assert not said
            assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}
            # Playwright's door is not barred by the page, which forbids all scripts.
            found = Axe().run(page).response["violations"]
            assert not found, [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


# --- A whole class -------------------------------------------------------------------------------


@pytest.mark.long
def test_c_code_that_never_ends_is_ended():
    """What no trace function sees costs the exercise, and the others are judged."""
    body = "import collections as c, itertools as i\n    c.deque(i.repeat(0), maxlen=0)"
    found = process.grade(
        lesson("01", SOLVED | {"gradients": f"def gradients(X, y, y_hat):\n    {body}"})
    )
    statuses = [verdict["status"] for verdict in found["verdicts"].values()]
    assert statuses == ["passed"] * 3 + ["crashed"] + ["passed"] * 3


def whole_class(folder):
    """Make 130 submissions; return for each student what each exercise has to give.

    Every eighth wrong answer of the corpus, as many as fit in a notebook; everyone who is right and
    who did nothing; and the hostile ones.
    """
    expected, outside = {}, folder.parent / "outside"
    outside.mkdir()

    def add(student, data, wanted):
        put(folder / f"{student}.ipynb", data)
        expected[student] = wanted

    for number, module in LESSONS.items():
        exercises = module.EXERCISES
        wrong = {e.id: mistakes_of(e)[::8] for e in exercises}
        for i in range(max(map(len, wrong.values()))):
            chosen = {name: mistakes[i] for name, mistakes in wrong.items() if i < len(mistakes)}
            answers = {e.id: right(e) for e in exercises} | {n: c for n, (c, _) in chosen.items()}
            wanted = {e.id: "passed" for e in exercises} | {n: s for n, (_, s) in chosen.items()}
            add(f"{number} mistake {i:02}", lesson(number, answers), wanted)
        solved = lesson(number, {e.id: right(e) for e in exercises})
        add(f"{number} right", solved, {e.id: "passed" for e in exercises})
        add(f"{number} untouched", lesson(number), {e.id: "not attempted" for e in exercises})
    for name, (body, statuses, slug) in HOSTILE.items():
        wanted = {"sigmoid": slug or statuses, "forward": {"wrong"}}
        wanted |= dict.fromkeys(OTHERS[1:], "passed")
        add(f"hostile {name}", hostile(body, outside), wanted)
    while len(expected) < 130:  # the rest are right, each in a file of its own
        number = list(LESSONS)[len(expected) % len(LESSONS)]
        exercises = LESSONS[number].EXERCISES
        answers = {e.id: f"{right(e)}\n# {len(expected)}" for e in exercises}
        add(
            f"{number} right {len(expected)}",
            lesson(number, answers),
            {e.id: "passed" for e in exercises},
        )
    return expected


@pytest.mark.long
def test_a_class_of_a_hundred_and_thirty(tmp_path):
    """Whoever is right has full marks, and what students get wrong is named as in class."""
    folder = tmp_path / "class"
    expected = whole_class(folder)
    assert len(expected) == 130
    answer = command(folder, tmp_path / "marks.csv")
    assert "130 submissions" in answer.stdout, answer.stderr
    rows = rows_of(tmp_path / "marks.csv")
    assert rows.keys() == expected.keys()
    seen = set()
    for student, wanted in expected.items():
        slugs = dict(
            pair.split(": ") for pair in rows[student]["misconceptions"].split("; ") if pair
        )
        for name, want in wanted.items():
            status = rows[student][name]
            if isinstance(want, set) or want in ("passed", "not attempted", "raised"):
                assert status in (want if isinstance(want, set) else {want}), (student, name)
            else:
                assert (status in ("wrong", "raised"), slugs.get(name)) == (True, want), student
                seen.add((name, want))
    assert len(seen) > 120


@pytest.mark.long
def test_a_cluster_that_loses_a_worker_loses_no_student(tmp_path, monkeypatch):
    """Two workers of Dask, one of which is killed half way: nobody lost, nobody graded twice."""
    pytest.importorskip("distributed")
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import bench_grade

    folder, marks = tmp_path / "class", tmp_path / "marks.csv"
    expected = write_class(folder, 16, hostile=4)
    bench_grade.grade_on_a_cluster(folder, marks, 16)
    assert not bench_grade.faults(marks, expected)


@pytest.mark.long
def test_a_class_goes_on_where_its_grader_was_killed(tmp_path, monkeypatch):
    """Mangled and hostile notebooks among them."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import bench_grade

    folder, marks = tmp_path / "class", tmp_path / "marks.csv"
    expected = write_class(folder, 16, hostile=4)
    bench_grade.grade_twice(folder, marks, 16)
    assert not bench_grade.faults(marks, expected)


# --- What an instructor asks for -----------------------------------------------------------------


def test_names_of_a_form_of_your_own(tmp_path):
    """As a flat export has them, student and number apart."""
    files = {"hw1_Mia Miller_17_final.ipynb": N, "hw1_Ben Katz_18_v2.ipynb": N, "other.ipynb": N}
    (tmp_path / "scratch").mkdir()
    for name, data in files.items():
        put(tmp_path / "in" / name, data)
    found, _ = handed_in.find(tmp_path / "in", tmp_path / "scratch", "hw1_{name}_{id}_*.ipynb")
    assert {(one.student, one.number) for one in found} == {
        *(("Mia Miller", "17"), ("Ben Katz", "18"), ("other", "")),
    }
    with pytest.raises(ValueError, match=r"expected \{name\} or \{id\}"):
        handed_in.find(tmp_path / "in", tmp_path / "scratch", "hw1.ipynb")


def test_what_stands_beside_a_notebook_can_be_imported(tmp_path):
    """A student's own module; never one that hides a package, and none of another student's."""
    helper = b"import numpy as np\n\ndef half(z):\n    return (1 + np.tanh(np.asarray(z) / 2)) / 2"
    cells = ["from tools_of_mine import half\nimport numpy", "def sigmoid(z):\n    return half(z)"]
    folder = tmp_path / "class"
    put(folder / "mia" / "01_neuron.ipynb", notebook(*cells))
    put(folder / "mia" / "tools_of_mine.py", helper)
    put(folder / "mia" / "numpy.py", b"raise ImportError")
    put(folder / "ben" / "01_neuron.ipynb", notebook(*cells, "# ben"))
    said = grade_class(folder, tmp_path / "marks.csv")
    rows = rows_of(tmp_path / "marks.csv")
    assert (rows["mia"]["sigmoid"], rows["ben"]["sigmoid"]) == ("passed", "raised")
    assert "skipped: 0" in said
    put(folder / "mia" / "tools_of_mine.py", b"half = abs")
    assert "1 of them taken over" in grade_class(folder, tmp_path / "marks.csv")
    assert rows_of(tmp_path / "marks.csv")["mia"]["sigmoid"] == "wrong"


def test_the_page_and_the_pages_to_give_back(tmp_path):
    """Mean and median, a link from each ✗ to its answer, who is late, and what kept them in."""
    folder, path, pages = tmp_path / "class", tmp_path / "marks.csv", tmp_path / "pages"
    three = [SOLVED["sigmoid"], SOLVED["gradients"], "def forward(X, w, b):\n    return b"]
    for name in ("anna", "ben"):
        put(folder / f"{name}.ipynb", notebook(*three, f"# {name}"))
    put(folder / "<carla>.ipynb", notebook(NUMPY, GOOD))
    late = datetime(2026, 1, 2, 12)
    for name, hour in (("anna", 11), ("ben", 13), ("<carla>", 12)):
        when = late.replace(hour=hour).timestamp()
        os.utime(folder / f"{name}.ipynb", (when, when))
    grade_class(folder, path, deadline=late, pages=pages)
    rows = rows_of(path)
    assert "Late: its file is of 2026-01-02 13:00" in rows["ben"]["notes"]
    assert "Late" not in rows["anna"]["notes"] + rows["<carla>"]["notes"]
    page = path.with_suffix(".html").read_text(encoding="utf-8")
    assert "mean 1.67, median 2" in page
    assert html.escape(process.fences()) in page
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert page.count(f'id="{anchor}"') == 1
    assert len(re.findall(r'href="#a\d+-forward"', page)) == 2
    assert "<td>anna<br>ben</td>" in page
    own = {p.stem: p.read_text(encoding="utf-8") for p in pages.iterdir()}
    assert sorted(own) == ["_carla_", "anna", "ben"]
    assert f"2 of {len(FIRST)} points" in own["anna"] and "&lt;carla&gt;" in own["_carla_"]
    assert "ben" not in own["anna"]


def test_solutions_wait_for_their_day(monkeypatch, tmp_path):
    """A switch for the instructor; a date that is none is named."""
    from course_lib import exercises

    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    exercises.record.note("sigmoid", tries=1)
    monkeypatch.setenv("COURSE_SOLUTIONS_FROM", "2999-12-01")
    assert "01 December 2999" in repr(exercises.solution("sigmoid"))
    assert "return" not in repr(exercises.solution("sigmoid"))
    monkeypatch.setenv("COURSE_SOLUTIONS_FROM", "2020-12-01")
    assert "def sigmoid" in repr(exercises.solution("sigmoid"))
    monkeypatch.setenv("COURSE_SOLUTIONS_FROM", "soon")
    with pytest.raises(ValueError, match=r"'soon'; expected a date such as 2026-12-01"):
        exercises.solution("sigmoid")


@pytest.mark.long
def test_grading_from_a_notebook(tmp_path, monkeypatch):
    """As the command does it."""
    import nbclient
    import nbformat

    put(tmp_path / "class" / "mia.ipynb", notebook(NUMPY, GOOD))
    monkeypatch.setenv("HANDED_IN", str(tmp_path / "class"))
    monkeypatch.setenv("MARKS", str(tmp_path / "marks.csv"))
    run = nbformat.read(ROOT / "tools" / "grade_class.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in run.cells)
    nbclient.NotebookClient(run, timeout=600, kernel_name="python3").execute()
    assert rows_of(tmp_path / "marks.csv")["mia"]["sigmoid"] == "passed"
    assert "mia" in "".join(out.get("text", "") for out in run.cells[-1].outputs)
