"""Submissions of strangers: what people write, save and hand in, each with what has to come of it.

Cells are judged in this process, as in class: what had run when the check below an answer ran.
"""

import csv
import sys
import zipfile

import nbformat
import numpy as np
import pytest
from a_class import lesson, notebook, right
from nbconvert import ScriptExporter

from course_lib.exercises import LESSONS
from course_lib.grade_class import grade_class, handed_in, process, reader, runner

pytestmark = pytest.mark.slow

N = "import numpy as np"
G = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))"
H = G.replace("0.5", "half")
B = G.split("\n")[1].strip()
W = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
S = 'def sigmoid(z):\n    """The sigmoid."""\n    ...'
PASSED = "passed"
WRITTEN = {"mytools", "answers", "my", "my.answers"}  # modules that cells write
TANH = np.tanh
CELLS = {
    "wrap": ([N, G, "old = sigmoid\nsigmoid = lambda z: old(z)"], PASSED),
    "wrap in def": ([N, G, "inner = sigmoid\ndef sigmoid(z):\n    return inner(z)"], PASSED),
    "method": (
        [N, "class M:\n    def sigmoid(self, z):\n        " + B, "m = M()\nsigmoid = m.sigmoid"],
        PASSED,
    ),
    "callable obj": (
        [N, "class S:\n    def __call__(self, z):\n        " + B, "sigmoid = S()"],
        PASSED,
    ),
    "partial": (
        [
            N,
            "from functools import partial\n"
            + H.replace("sigmoid(", "f(half, ")
            + "\nsigmoid = partial(f, 0.5)",
        ],
        PASSED,
    ),
    "global counter": (
        [N, "count = 0", G.replace(":\n", ":\n    global count\n    count += 1\n", 1)],
        PASSED,
    ),
    "future mid": (
        [N, "from __future__ import annotations\nx = 1", G.replace("(z)", "(z: Foo) -> Bar", 1)],
        PASSED,
    ),
    "np alias": (["import numpy", "np = numpy", G], PASSED),
    "np shadow after": ([N, G, "np = 5"], PASSED),
    "np shadow before, reimport": ([N, "np = 5", N + "\n" + G], PASSED),
    "np shadow before": ([N, "np = 5", G], "raised"),
    "try import": (
        [
            "try:\n    import torch_x as torch\nexcept ImportError:\n    torch = None\n" + N,
            G.replace(":\n", ":\n    if torch: return 1\n", 1),
        ],
        PASSED,
    ),
    "factory": (
        [
            N,
            "def make(half):\n    f = lambda z: half * (1 + np.tanh(half * z))\n    return f",
            "sigmoid = make(0.5)",
        ],
        PASSED,
    ),
    "in for": ([N, "for half in (1, 0.5):\n    " + H.replace("\n", "\n    ")], PASSED),
    "pip line": (["!pip install -q numpy\n" + N + "\n" + G], PASSED),
    "many magics": (
        [
            "%load_ext autoreload\n%autoreload 2\n%config Foo.x=1\n%env A=1\n%cd ..\n"
            "%matplotlib widget\n%pip install x\n%precision 4\n" + N,
            G,
        ],
        PASSED,
    ),
    "capture opts": ([N, "%%capture --no-stderr out\n" + G], PASSED),
    "prun": ([N, "%%prun -s time\n" + G], PASSED),
    "memit": ([N, "%%html\n<b>", G], PASSED),
    "cython": ([N, "%load_ext cython", "%%cython\n" + G], "not attempted"),
    "capture bash": ([N, "%%capture\n%%bash\n" + G], "not attempted"),
    "writefile helper": (
        [
            "%%writefile mytools.py\nimport numpy as np\n" + G.replace("sigmoid", "half"),
            "from mytools import half\ndef sigmoid(z):\n    return half(z)",
        ],
        PASSED,
    ),
    "writefile append": (
        [
            "%%writefile mytools.py\nimport numpy as np\n",
            "%%writefile -a mytools.py\n" + G.replace("sigmoid", "half"),
            "import mytools\ndef sigmoid(z):\n    return mytools.half(z)",
        ],
        PASSED,
    ),
    "writefile run": (["%%file mytools.py\nimport numpy as np\n" + G, "%run mytools.py"], PASSED),
    "blank then %%time": ([N, "\n\n%%time\n" + G], PASSED),
    "pasted session": (
        [">>> " + N + "\n>>> " + G.replace("\n", "\n... ") + "\n>>> sigmoid(0)\n0.5"],
        PASSED,
    ),
    "out line": (["In [1]: " + N, "In [2]: " + G.replace("\n", "\n   ...: ")], PASSED),
    "tabs and spaces": ([N, "def sigmoid(z):\n\tz = np.asarray(z)\n        return 1"], "raised"),
    "smart quotes": ([N, G + "\nprint(“x”)"], "raised"),
    "nbsp": ([N, G.replace("    ", "\u00a0\u00a0\u00a0\u00a0")], "raised"),
    "unclosed": ([N, G + "\nprint((1)"], "raised"),
    "empty cells": (["", "   ", "\n\n# only\n", N, "", G, ""], PASSED),
    "dup cells": ([N, N, G, G, S], PASSED),
    "augmented": ([N, "half = 1\nhalf /= 2", H], PASSED),
    "aug later cell": ([N, "half = 1", "half /= 2", H, "half *= 7"], PASSED),
    "walrus": ([N, "print(half := 0.5)", H], PASSED),
    "unpack": ([N, "half, *rest = [0.5, 1]", H], PASSED),
    "annotated": ([N, "half: float = 0.5", H], PASSED),
    "with": ([N, "with np.errstate(over='ignore'):\n    half = 0.5", H], PASSED),
    "match": ([N, "match [0.5]:\n    case [half]:\n        pass", H], PASSED),
    "exec nospace": ([N, "exec('half=0.5')", H], PASSED),
    "globals update kw": ([N, "globals().update(half=0.5)", H], PASSED),
    "globals update dict": ([N, "globals().update({'half': 0.5})", H], PASSED),
    "tqdm notebook": (
        [
            N,
            "from tqdm.notebook import tqdm",
            G.replace(":\n", ":\n    for _ in tqdm(range(3)): pass\n", 1),
        ],
        PASSED,
    ),
    "seterr": ([N + "\nnp.seterr(all='raise')", G], PASSED),
    "unicode names": ([N, "ｈａｌｆ = 0.5", "σ = 1\n" + H], PASSED),
    "fullwidth def": ([N, G.replace("sigmoid", "ｓｉｇｍｏｉｄ")], PASSED),
    "crlf": ([N + "\r\n" + G.replace("\n", "\r\n")], PASSED),
    "py2 print": ([N, G + "\nprint 'x'"], "raised"),
    "help": ([N, "?np", "np.tanh??", G, "help(sigmoid)"], PASSED),
    "patched in a function": ([N, "def patch():\n    np.tanh = np.cos", "patch()", G], "wrong"),
    "setattr np": ([N, "setattr(np, 'tanh', np.cos)", G], "wrong"),
    "patched and back": ([N, "old = np.tanh\nnp.tanh = np.cos", "np.tanh = old", G], PASSED),
    "np.float": ([N, "np.float = float", G.replace("0.5 *", "np.float(0.5) *", 1)], PASSED),
    "np.sig": (
        [
            N,
            "np.sig = lambda z: 0.5*(1+np.tanh(0.5*np.asarray(z)))",
            "def sigmoid(z):\n    return np.sig(z)",
        ],
        PASSED,
    ),
    "list shadow": ([N, "list = [1]", G.replace(":\n", ":\n    list((1,))\n", 1)], "raised"),
    "default arg": ([N, "half = 0.5", H.replace("(z)", "(z, half=half)", 1), "half = 3"], PASSED),
    "errstate deco": ([N, "@np.errstate(all='ignore')\n" + G], PASSED),
    "own deco": (
        [
            N,
            "import functools\ndef log(f):\n    return functools.wraps(f)(lambda *a: f(*a))",
            "@log\n" + G,
        ],
        PASSED,
    ),
    "own deco below": ([N, "@log\n" + G, "def log(f):\n    return f"], PASSED),
    "staticmethod": ([N, "@staticmethod\n" + G], PASSED),
    "doc set": ([N, G, "sigmoid.__doc__ = 'x'\nsigmoid.calls = 0"], PASSED),
    "fn attribute": (
        [N, "def sigmoid(z):\n    sigmoid.calls += 1\n    " + B + "\nsigmoid.calls = 0"],
        PASSED,
    ),
    "fn attribute other cell": (
        [N, "def sigmoid(z):\n    sigmoid.calls += 1\n    " + B, "sigmoid.calls = 0"],
        "raised",
    ),
    "filled below in its cell": (
        [N, "k = {}\n" + H.replace("half", "k['h']") + "\nk['h'] = 0.5"],
        PASSED,
    ),
    "star from written": (
        ["%%writefile answers.py\nimport numpy as np\n" + G, "from answers import *"],
        PASSED,
    ),
    "star from written pkg": (
        ["%%writefile my/answers.py\nimport numpy as np\n" + G, "from my.answers import *"],
        PASSED,
    ),
    "run written pkg": (
        ["%%writefile my/answers.py\nimport numpy as np\n" + G, "%run my/answers.py"],
        PASSED,
    ),
    "pop": ([N, "k = [0.5, 7]\nlast = k.pop()", H.replace("half", "k[-1]")], PASSED),
    "self": ([N, G, "sigmoid = sigmoid"], PASSED),
    "name reused for value": ([N, G, "sigmoid = sigmoid(np.zeros(3))"], PASSED),
    "name reused for value, missing": ([N, G, "sigmoid = sigmoid(Z_nowhere)"], PASSED),
    "name reused in loop": ([N, G, "for sigmoid in (1, 2): pass"], PASSED),
    "name as plot label": (
        [N, G, "sigmoid = [sigmoid(z) for z in range(3)]\nprint(sigmoid)"],
        PASSED,
    ),
    "only value": ([N, S, "sigmoid = 3"], "wrong"),
    "only raising": ([N, S, "sigmoid = nowhere(3)"], "raised"),
    "singledispatch": (
        [
            N,
            "from functools import singledispatch\n@singledispatch\n" + G,
            "@sigmoid.register(int)\ndef _(z):\n    " + B,
        ],
        PASSED,
    ),
    "singledispatch needed": (
        [
            N,
            "from functools import singledispatch\n@singledispatch\ndef sigmoid(z):\n"
            "    raise TypeError('no')\n@sigmoid.register(np.ndarray)\n@sigmoid.register(float)\n"
            "@sigmoid.register(int)\n@sigmoid.register(np.generic)\ndef _(z):\n    " + B,
        ],
        PASSED,
    ),
    "if False": ([N, "if False:\n    " + G.replace("\n", "\n    ")], "not attempted"),
    "helper class order": (
        [
            N,
            "def sigmoid(z):\n    return T().f(z)",
            "class U:\n    def f(self, z):\n        " + B,
            "class T(U):\n    pass",
        ],
        PASSED,
    ),
    "mutual": (
        [
            N,
            "def a(z, n=2): return b(z, n-1) if n else np.tanh(z/2)\ndef b(z, n): return a(z, n)",
            "def sigmoid(z):\n    return (1+a(np.asarray(z)))/2",
        ],
        PASSED,
    ),
    "helper redefined after": (
        [
            N,
            "def t(z): return np.tanh(z/2)",
            "def sigmoid(z): return (1+t(np.asarray(z)))/2",
            "def t(z): return z",
        ],
        PASSED,
    ),
    "import at end used as helper": (
        [
            "def sigmoid(z): return expit(np.asarray(z, float))",
            N,
            "from scipy.special import expit",
        ],
        PASSED,
    ),
    "star clobbers": (
        [
            "from numpy import *\nfrom math import *",
            "def sigmoid(z):\n    return (1 + tanh(asarray(z)/2))/2",
        ],
        "wrong",
    ),
    "nested stub": ([N, G, "# again\n" + S, "sigmoid = mine('sigmoid')"], PASSED),
    "imports given": ([N, "from course_lib.activations import sigmoid", G], PASSED),
    "semicolons": (
        [N + "; half = 0.5; " + "sigmoid = lambda z: half*(1+np.tanh(half*np.asarray(z)))"],
        PASSED,
    ),
    "backslash": ([N, "sigmoid = \\\n    lambda z: 0.5*(1+np.tanh(0.5*np.asarray(z)))"], PASSED),
    "comprehension helper": (
        [N, "hs = [k/2 for k in range(3)]", H.replace("half", "hs[1]")],
        PASSED,
    ),
    "dict ior": ([N, "k = {}\nk |= {'h': 0.5}", H.replace("half", "k['h']")], PASSED),
    "list extend in other fn": (
        [N, "k = []\ndef add(x):\n    k.append(x)", "add(0.5)", H.replace("half", "k[0]")],
        PASSED,
    ),
    "np fill": ([N, "k = np.zeros(1)\nk[:] = 0.5", H.replace("half", "k[0]")], PASSED),
    "np fill out": (
        [N, "k = np.zeros(1)\nnp.add(k, 0.5, out=k)", H.replace("half", "k[0]")],
        PASSED,
    ),
    "np copyto": ([N, "k = np.zeros(1)\nnp.copyto(k, 0.5)", H.replace("half", "k[0]")], PASSED),
    "loop var fill": (
        [N, "k = {}\nfor n in ('a',):\n    k[n] = 0.5", H.replace("half", "k['a']")],
        PASSED,
    ),
    "alias fill": ([N, "k = {}\nd = k\nd['a'] = 0.5", H.replace("half", "k['a']")], PASSED),
    "object attr in init": (
        [
            N,
            "class Cfg:\n    def __init__(self): self.h = 1\ncfg = Cfg()",
            "cfg.h = 0.5",
            H.replace("half", "cfg.h"),
        ],
        PASSED,
    ),
    "result assigned": ([N, "k = []\nr = k.append(0.5)", H.replace("half", "k[0]")], PASSED),
    "method fill": (
        [
            N,
            "class A:\n    def set(self): self.h = 0.5\na = A()",
            "a.set()",
            H.replace("half", "a.h"),
        ],
        PASSED,
    ),
    "await helper": ([N, "import asyncio\nasync def g(): return 0.5\nhalf = await g()", H], PASSED),
    "dataclass": (
        [
            N,
            "from dataclasses import dataclass\n@dataclass\nclass K:\n    h: float = 0.5\nk = K()",
            H.replace("half", "k.h"),
        ],
        PASSED,
    ),
    "enum": (
        [N, "from enum import Enum\nclass K(Enum):\n    H = 0.5", H.replace("half", "K.H.value")],
        PASSED,
    ),
    "input prompt": ([N, "name = input('?')", G], PASSED),
    "training loop between": ([N, "import time\nwhile True:\n    time.sleep(1)", G], PASSED),
    "plot cell uses answer": (
        [N, G, "import matplotlib.pyplot as plt\nz = np.linspace(-5,5)\nplt.plot(z, sigmoid(z))"],
        PASSED,
    ),
    "timeit inline": ([N, G, "%timeit sigmoid(0)\n%timeit -n 10 sigmoid(1)"], PASSED),
    "cell of two, second stub": ([N, G + "\n\n" + S], PASSED),
    "comment magic inside def": (
        [N, G.replace(":\n", ":\n    # %matplotlib inline ? !ls\n", 1)],
        PASSED,
    ),
    "docstring triple": (
        [N, G.replace(":\n", ':\n    r"""$\\sigma(z)$ %d ? \n\n    !ls\n    """\n', 1)],
        PASSED,
    ),
    "f-string nested": ([N, G.replace(":\n", ":\n    s = f\"{'a'}\"\n", 1)], PASSED),
    "type params": (
        [N, "def sigmoid[T](z: T) -> T:\n    " + B],
        PASSED if sys.version_info >= (3, 12) else "raised",
    ),
}


@pytest.fixture
def verdict_on(monkeypatch, tmp_path):
    """Judge `sigmoid` in this process: give its verdict."""
    monkeypatch.setattr("course_lib.grade_class.confined.watch", lambda: None)
    monkeypatch.setattr("course_lib.exercises.asked_for", set(), raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    exercise = LESSONS["01"].EXERCISES[0]

    def verdict(data):
        read = reader.read(data, process.IDS, "01")
        for name, source in read["written"].items():
            put(tmp_path / f"{name}.py", source.encode())
        programs = read["programs"][exercise.id]
        line = runner.answer(process.asked(exercise, programs)) if programs else None
        return process.judged(exercise, read, line)

    yield verdict
    for name in WRITTEN & sys.modules.keys():
        del sys.modules[name]
    np.tanh = TANH
    vars(np).pop("sig", None), vars(np).pop("float", None)


def put(path, data):
    """Write a file, and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize("name", CELLS)
def test_what_strangers_write_is_judged_as_in_class(verdict_on, name):
    cells, status = CELLS[name]
    assert verdict_on(notebook(*cells))["status"] == status


# --- A notebook that was saved as a script --------------------------------------------------------

MARKED = "#!/usr/bin/env python\n# coding: utf-8\n\n# # Lesson 1\n\n# In[1]:\n\n\n"
MAGIC = f"get_ipython().run_cell_magic('time', '', {G!r})\n"
SCRIPTS = {
    "JupyterLab's": (f"{MARKED}{N}\n\n\n# In[ ]:\n\n\n{G}\n", PASSED),
    "its magics": (
        f"{MARKED}get_ipython().run_line_magic('matplotlib', 'inline')\n{N}\n"
        f"get_ipython().system('ls')\n\n\n# In[2]:\n\n\n{MAGIC}\n\n# ## Words below\n",
        PASSED,
    ),
    "its cell of another language": (
        f"{MARKED}{N}\n\n\n# In[2]:\n\n\nget_ipython().run_cell_magic('bash', '', {G!r})\n",
        "not attempted",
    ),
    "a line that %time ran": (
        f"{MARKED}{N}\nget_ipython().run_line_magic('time', 'half = 0.5')\n# In[2]:\n{H}",
        PASSED,
    ),
    "VS Code's": (f"# %%\n{N}\n\n# %% [markdown]\n# def sigmoid(z)\n\n# %%\n{G}\n", PASSED),
    "Spyder's": (f"#%% imports\r\n{N}\r\n#%%\r\n{G}\r\n".replace("\n    ", "\r\n    "), PASSED),
    "jupytext's": (f"# ---\n# jupyter: x\n# ---\n\n# %%\n{N}\n# %%time\n\n# %% one\n{G}", PASSED),
    "a cell that is broken": (f"# %%\n{N}\n# %%\ndef f(:\n# %%\n{G}", PASSED),
    "its own cell is broken": (f"# %%\n{N}\n# %%\n{G}\nreturn 1", "raised"),
    "what a later cell overwrites": (
        f"# %%\n{N}\nhalf = 0.5\n# %%\n{H}\n# %%\nhalf = 7",
        PASSED,
    ),
    "Colab's, without marks": (
        f'# -*- coding: utf-8 -*-\n"""01_neuron.ipynb\n\ndef sigmoid(z): words\n"""\n\n'
        f"!pip install numpy\n# %matplotlib inline\n{N}\nhalf = 0.5\n\n@np.errstate()\n{H}\n\n"
        "half = 7\n",
        PASSED,
    ),
    "by hand": (f"{N}\n\n\n{G}\n\n\nprint(sigmoid(0))\n", PASSED),
    "the stub": (f"{MARKED}{N}\n\n\n# In[2]:\n\n\n{S}\n", "not attempted"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_read_cell_by_cell(verdict_on, name, encoding):
    text, status = SCRIPTS[name]
    assert verdict_on(text.encode(encoding))["status"] == status


def test_what_jupyterlab_saves_as_a_script_has_full_marks():
    """Its own exporter, on a whole lesson with magics in the cells of two answers."""
    solved = {e.id: right(e) for e in LESSONS["01"].EXERCISES}
    solved |= {"sigmoid": f"%%time\n{solved['sigmoid']}", "forward": f"!ls\n{solved['forward']}"}
    whole = nbformat.reads(lesson("01", solved).decode(), 4)
    for cell in whole.cells:
        if cell.cell_type == "code":
            cell["outputs"] = []
    text, _ = ScriptExporter().from_notebook_node(whole)
    found = process.grade(text.encode())
    assert {v["status"] for v in found["verdicts"].values()} == {PASSED}


# --- Files and folders ----------------------------------------------------------------------------

X = f"# %%\n{N}\n# %%\n{G}".encode()
NB = notebook(N, G)
# What lies in a folder; whose row each file that is graded counts in; whose modules go along.
FILES = {
    "a script each": ({"mia.py": X, "ben.py": X}, {"mia.py": "mia", "ben.py": "ben"}, {}),
    "a script without marks": ({"mia.py": G.encode(), "ben.ipynb": NB},
                               {"mia.py": "mia", "ben.ipynb": "ben"}, {}),
    "a folder with scripts": ({"mia/01_neuron.py": X, "mia/02_hidden_layer.py": X},
                              {"mia/01_neuron.py": "mia", "mia/02_hidden_layer.py": "mia"},
                              {}),
    "Moodle's": ({"Mia M_12_assignsubmission_file_/01_neuron.py": X},
                 {"Mia M_12_assignsubmission_file_/01_neuron.py": "Mia M"}, {}),
    "Canvas's": ({"doejane_LATE_12_34_01_neuron.py": X},
                 {"doejane_LATE_12_34_01_neuron.py": "doejane"}, {}),
    "in a ZIP file": ({"mia.zip": [("work/01_neuron.py", X), ("work/my/f.py", b"")]},
                      {"mia.zip/work/01_neuron.py": "mia"}, {"my/f": "mia"}),
    "a script that is no answer": ({"mia/01_neuron.ipynb": NB, "mia/plots.py": b"# %%\nx = 1"},
                                   {"mia/01_neuron.ipynb": "mia"}, {"plots": "mia"}),
    "an answer to import": ({"mia/01_neuron.ipynb": NB, "mia/answers.py": G.encode()},
                            {"mia/01_neuron.ipynb": "mia"}, {"answers": "mia"}),
    "a package": ({"mia/01_neuron.ipynb": NB, "mia/utils/helpers.py": b"", "mia/a/b/c.py": b""},
                  {"mia/01_neuron.ipynb": "mia"}, {"utils/helpers": "mia", "a/b/c": "mia"}),
    "with __init__": ({"mia/01_neuron.ipynb": NB, "mia/u/__init__.py": b"", "mia/u/h.py": b""},
                      {"mia/01_neuron.ipynb": "mia"}, {"u/__init__": "mia", "u/h": "mia"}),
    "a folder beside": ({"mia/work/01.ipynb": NB, "mia/utils/h.py": b"", "ben.ipynb": NB},
                        {"mia/work/01.ipynb": "mia", "ben.ipynb": "ben"}, {"utils/h": "mia"}),
    "no name of a package": ({"mia/01_neuron.ipynb": NB, "mia/my utils/h.py": b""},
                             {"mia/01_neuron.ipynb": "mia"}, {}),
    "another student's": ({"mia/01_neuron.ipynb": NB, "ben/01.ipynb": NB, "ben/u/h.py": b""},
                          {"mia/01_neuron.ipynb": "mia", "ben/01.ipynb": "ben"}, {"u/h": "ben"}),
    "too large": ({"mia/01_neuron.ipynb": NB, "mia/big.py": b"#" * 1_000_001},
                  {"mia/01_neuron.ipynb": "mia"}, {}),
}  # fmt: skip


def found_in(room, files):
    """Find what was handed in among files; also return what is not used."""
    (room / "scratch").mkdir(parents=True)
    for name, data in files.items():
        put(room / "in" / name, b"" if isinstance(data, list) else data)
        if isinstance(data, list):
            with zipfile.ZipFile(room / "in" / name, "w") as archive:
                for inner, content in data:
                    archive.writestr(inner, content)
    return handed_in.find(room / "in", room / "scratch")


@pytest.mark.parametrize("name", FILES)
def test_scripts_are_handed_in_and_packages_go_along(tmp_path, name):
    files, whose, modules = FILES[name]
    found, unused = found_in(tmp_path, files)
    assert {one.place: one.student for one in found} == whose
    assert not any(one.reason for one in found)
    assert {module: one.student for one in found for module, _ in one.helpers} == modules
    assert all(why for _, why in unused)


def test_a_student_has_no_more_than_twenty_modules(tmp_path):
    files = {f"mia/u/h{k:02}.py": b"" for k in range(25)} | {"mia/near.py": b""}
    found, unused = found_in(tmp_path, files | {"mia/01_neuron.ipynb": NB})
    (mia,) = (one for one in found)
    assert [name for name, _ in mia.helpers] == ["near", *(f"u/h{k:02}" for k in range(19))]
    assert [why for _, why in unused].count(handed_in.TOO_MANY) == 6


def test_packages_and_scripts_in_a_class(tmp_path):
    """From the folder to the marks: what each imports is its own."""
    half = f"{N}\nfrom .more import two\ndef half(z): return (1 + np.tanh(np.divide(z, two))) / 2"
    cells = ["from utils.helpers import half", "def sigmoid(z):\n    return half(z)"]
    folder = tmp_path / "class"
    put(folder / "mia" / "01_neuron.ipynb", notebook(*cells))
    put(folder / "mia" / "utils" / "helpers.py", half.encode())
    put(folder / "mia" / "utils" / "more.py", b"two = 2")
    put(folder / "ben" / "01_neuron.ipynb", notebook(*cells, "# ben"))
    put(folder / "liz" / "01_neuron.ipynb", notebook("import sys\nsys.path.append('src')", *cells))
    put(folder / "liz" / "utils" / "__init__.py", b"")
    put(folder / "liz" / "utils" / "helpers.py", half.replace(".more", "utils.more").encode())
    put(folder / "liz" / "utils" / "more.py", b"two = 3")
    put(folder / "tom.py", X)
    said = grade_class(folder, tmp_path / "marks.csv")
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: row["sigmoid"] for name, row in rows.items()} == {
        "mia": "passed", "ben": "raised", "liz": "wrong", "tom": "passed",
    }  # fmt: skip
    assert handed_in.AS_SCRIPT in rows["tom"]["notes"]
    assert "skipped: 0" in said
