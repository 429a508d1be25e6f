"""Attacks on the grader, each by an answer to `sigmoid`: none wins a mark or costs another's.

Every attack is tried behind bubblewrap, where it is to be had, and without it. Those that would do
harm if they worked ask for something harmless: signal 0, say, or a file that a test has made.
"""

import json
import os
import sys

import pytest
from conftest import ROOT
from samples import sampled

from course_lib import grade_class as package
from course_lib.exercises import record
from course_lib.grade_class import confined, process, values, withheld

pytestmark = pytest.mark.slow

LINUX = sys.platform == "linux"
NUMPY = "import numpy as np"
SAFE = "def safe(z):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))"
FORWARD = "def forward(X, w, b):\n    return 7 * (X @ w) + b"
STEP = (
    "def gradient_step(w, b, dw, db, learning_rate):\n"
    "    return w - learning_rate * dw, b - learning_rate * db"
)

# Attack → the body of the answer. With OUT, a folder that is none of its business; ROOT, the
# course's; `wrong`, what it hopes to get a mark for; `safe`, a right answer.
FAILS = {
    # The answers
    "walks the stack": (
        "import sys\nframe = sys._getframe()\nwhile frame:\n"
        "    for found in [*frame.f_locals.values(), *frame.f_globals.values()]:\n"
        "        found = getattr(found, 'reference', None) or getattr(found, 'exercise', None)\n"
        "        if callable(found): return found(z)\n"
        "    frame = frame.f_back"
    ),
    "looks through all objects": (
        "import gc\nfor found in gc.get_objects():\n"
        "    if getattr(found, '__name__', '') == 'Sigmoid': return found.reference(z)"
    ),
    "imports the exercise": (
        "from course_lib.exercises.neuron.sigmoid import Sigmoid\nreturn Sigmoid.reference(z)"
    ),
    "asks for the lesson's own": "from course_lib.exercises import mine\nreturn mine('sigmoid')(z)",
    "reads the course": (
        "names = {}\nexec(open(ROOT + '/course_lib/activations.py').read(), names)\n"
        "return names['sigmoid'](z)"
    ),
    "asks for the source": (
        "import inspect\nfrom course_lib import activations\nnames = {'np': np}\n"
        "exec(inspect.getsource(activations.sigmoid), names)\nreturn names['sigmoid'](z)"
    ),
    "takes the code out of the archive": (
        "import marshal, sys, types, zipfile\nfile = zipfile.ZipFile(sys.path[0])\n"
        "code = marshal.loads(file.read('course_lib/activations.pyc')[16:])\nnames = {}\n"
        "exec(code, names)\nreturn names['sigmoid'](z)"
    ),
    "puts the course on the path": (
        "import importlib, sys\nsys.path.insert(0, ROOT)\n"
        "for name in [n for n in sys.modules if 'course_lib' in n]: del sys.modules[name]\n"
        "return importlib.import_module('course_lib.activations').sigmoid(z)"
    ),
    # The verdict
    "makes every verdict a pass": (
        "from course_lib.exercises.engine import Verdict\nold = Verdict.__init__\n"
        "def new(self, *a, **k):\n    old(self, *a, **k)\n"
        "    object.__setattr__(self, 'status', 'passed')\n"
        "Verdict.__init__ = new\nreturn wrong(z)"
    ),
    "changes every outcome": (
        "from course_lib.exercises.sandbox import Outcome\n"
        "Outcome.__setattr__ = lambda self, name, value: "
        "object.__setattr__(self, name, safe if name == 'error' else None)\nreturn wrong(z)"
    ),
    "replaces the judge": (
        "from course_lib.exercises import engine\n"
        "engine.judge = engine.grade = lambda *a: engine.Verdict('passed', '')\nreturn wrong(z)"
    ),
    "says that it passed": (
        "from course_lib.grade_class import values\n"
        "values.tell = lambda observed: {'status': 'passed', 'observed': 'passed'}\nreturn wrong(z)"
    ),
    "tells of no probe": (
        "from course_lib.grade_class import values\nold = values.tell\n"
        "values.tell = lambda observed: old(observed) | {'outcomes': []}\nreturn wrong(z)"
    ),
    "is equal to everything": (
        "class Same(np.ndarray):\n    __eq__ = lambda self, other: True\n"
        "    __sub__ = __rsub__ = lambda self, other: np.zeros(1)\n"
        "return np.asarray(wrong(z)).view(Same)"
    ),
    "compares as close": "np.allclose = np.isclose = lambda *a, **k: True\nreturn wrong(z)",
    "speaks for another exercise": (
        "import sys\nframe = sys._getframe()\n"
        "while 'say' not in frame.f_locals: frame = frame.f_back\n"
        "frame.f_locals['say']({'id': 'forward', 'program': 0, 'exhausted': False})\n"
        "return wrong(z)"
    ),
    # The grader's process
    "gives a list in itself": "a = []\na.append(a)\nreturn a",
    "gives a tower of lists": "a = []\nfor _ in range(10**5): a = [a]\nreturn a",
    "gives a huge number": "return 1 << 10**7",
    "gives an array as large as the world": "return np.broadcast_to(1.0, (10**6, 10**6))",
    "gives an array of objects": "return np.array([wrong, None, {}], dtype=object)",
    "gives a type without a name": 'return type("\\udc00" * 10**5, (), {})()',
    "raises half characters": 'raise type("\\udc00", (ValueError,), {})("\\ud800" * 10**5)',
    "raises a tower": "raise type('E', (*type('F', (KeyError,), {}).__mro__[:1],), {})(z)",
    "kills its parent": "import os\nos.kill(os.getppid(), 0)\nreturn wrong(z)",
    "kills everybody": "import os\nos.kill(-1, 0)\nreturn wrong(z)",
    "interrupts the grader": (
        "import os, signal\nparent = os.pidfd_open(os.getppid())\n"
        "signal.pidfd_send_signal(parent, 0)\nreturn wrong(z)"
    ),
    "ends while it is defined": "import atexit\natexit.register(safe, 1)\nraise SystemExit(0)",
    # Files
    "opens beside a folder's number": (
        "import os\nfolder = os.open(OUT, os.O_RDONLY)\n"
        "os.write(os.open('new', os.O_WRONLY | os.O_CREAT, dir_fd=folder), b'x')\nreturn wrong(z)"
    ),
    "unlinks beside a folder's number": (
        "import os\nos.unlink('victim', dir_fd=os.open(OUT, os.O_RDONLY))\nreturn wrong(z)"
    ),
    "renames to a folder's number": (
        "import os\nopen('own', 'w').close()\n"
        "os.rename('own', 'new', dst_dir_fd=os.open(OUT, os.O_RDONLY))\nreturn wrong(z)"
    ),
    "links to what is outside": (
        "import os\nos.symlink(OUT, 'out')\nopen('out/new', 'w').close()\nreturn wrong(z)"
    ),
    "opens a database outside": (
        "import sqlite3\nbase = sqlite3.connect(OUT + '/new')\nbase.execute('create table t (a)')\n"
        "base.commit()\nreturn wrong(z)"
    ),
    "saves an array outside": "np.zeros(3).tofile(OUT + '/new')\nreturn wrong(z)",
    "reads what others wrote": "return safe(z) if open(OUT + '/victim').read() else 0",
    "lists where it runs": "import os\nreturn safe(z) if os.listdir('..') else 0",
    "reads the key": "return safe(z) if open(KEY, 'rb').read() else 0",
    "reads its parent's environment": (
        "import os\nfound = open(f'/proc/{os.getppid()}/environ').read()\n"
        "return safe(z) if 'SECRET_TOKEN' in found else wrong(z)"
    ),
    "fills the disk": "open('own', 'wb').write(bytes(10**8))\nreturn safe(z)",
    # Other processes and the network
    "forks": "import os\nos.fork()\nreturn safe(z)",
    "forks in C": "import ctypes\nctypes.CDLL(None).fork()\nreturn safe(z)",
    "forks below Python's events": (
        "import _posixsubprocess as p, os\nr, w = os.pipe()\n"
        "if sys_is_linux: p.fork_exec([b'/bin/true'], [b'/bin/true'], True, (), None, None, -1, -1,"
        " -1, -1, -1, -1, r, w, True, False, -1, None, None, None, -1, None, False)\n"
        "raise OSError(open('/proc/self/status').read()[:1])"
    ),
    "has a pool of processes": (
        "import multiprocessing as m\nreturn m.get_context('fork').Pool(2).map(safe, [z])[0]"
    ),
    "leaves the group": "import os\nos.fork() or os.setsid()\nreturn safe(z)",
    "sends a message": (
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.sendmsg([b'x'], [], 0, ('127.0.0.1', 9))\nreturn safe(z)"
    ),
    "listens": "import socket\nsocket.socket().listen()\nreturn safe(z)",
    "makes a server": "import socket\nsocket.create_server(('127.0.0.1', 0))\nreturn safe(z)",
    "asks for an address": "import socket\nsocket.gethostbyname('localhost')\nreturn safe(z)",
    "loads a page": (
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')\nreturn safe(z)"
    ),
    "raises its limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\nreturn safe(z)"
    ),
}
WORKS = {
    "n_jobs=2": (
        "from joblib import Parallel, delayed\n"
        "return safe(sum(Parallel(n_jobs=2)(delayed(np.multiply)(z, 0.5) for _ in range(2))))"
    ),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(2) as pool: return list(pool.map(safe, [z]))[0]"
    ),
    "a file of its own": "np.save('own.npy', z)\nreturn safe(np.load('own.npy'))",
    "SciPy": "from scipy.special import expit\nreturn expit(z)",
}
TRIES = [*FAILS, *WORKS]


@pytest.fixture(
    scope="module", params=["without", pytest.param("bubblewrap", marks=pytest.mark.long)]
)
def graded(request, tmp_path_factory):
    """Return a function that gives the verdicts on an attack, each graded once."""
    if request.param == "bubblewrap" and not confined.has_bubblewrap()[0]:
        pytest.skip(confined.has_bubblewrap()[1])
    out = tmp_path_factory.mktemp("outside")
    (out / "victim").write_text("still here", encoding="utf-8")
    key = out / "grading.key"
    key.write_bytes(b"0" * package.KEY)
    places = f"OUT, KEY, ROOT = {str(out)!r}, {str(key)!r}, {str(ROOT)!r}"
    places += f"\nsys_is_linux = {LINUX}\n\ndef wrong(z):\n    return np.asarray(z) * 1.5"

    def grade(body):
        body = body.replace("\n", "\n    ")
        cells = [NUMPY, places, SAFE, f"def sigmoid(z):\n    {body}", FORWARD, STEP]
        code = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
        return process.grade(json.dumps({"cells": code}).encode())["verdicts"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_TOKEN", "12345")
        if request.param == "without":
            patch.setattr(confined, "has_bubblewrap", lambda: (False, "for a test"))
        yield grade, out


@pytest.mark.parametrize("name", sampled(FAILS, test=3))
def test_an_attack_wins_nothing(graded, name):
    """Not its own mark and not another's; what is right beside it passes; no file is touched."""
    grade, out = graded
    found = grade(FAILS[name])
    assert found["sigmoid"]["status"] in ("wrong", "raised", "crashed", "not attempted")
    assert found["forward"]["status"] in ("wrong", "raised", "undecided")
    assert found["gradient_step"]["status"] == "passed"
    assert sorted(path.name for path in out.iterdir()) == ["grading.key", "victim"]
    json.dumps(found).encode()  # it can be written


@pytest.mark.parametrize("name", WORKS)
def test_what_is_harmless_works(graded, name):
    """Packages, threads, files of its own, and `n_jobs=2`."""
    assert graded[0](WORKS[name])["sigmoid"]["status"] == "passed"


def test_there_are_more_than_thirty():
    """Each is tried in two ways, with bubblewrap and without."""
    assert len(FAILS) > 30


@pytest.mark.skipif(not confined.can_filter(), reason="no filter of system calls here")
def test_the_filter_stands_without_pythons_events(graded, monkeypatch, tmp_path):
    """What code in C would do: no process, no signal, no socket, though no hook says a word."""
    code = (
        "import os, socket, signal\nfrom course_lib.grade_class import confined\n"
        "confined._filter()\n"
        "def refused(do):\n    try: do()\n    except PermissionError: return True\n"
        "assert refused(os.fork) and refused(socket.socket)\n"
        "assert refused(lambda: os.kill(os.getppid(), 0))\n"
        "assert refused(lambda: os.execv('/bin/true', ['true']))\n"
        "assert refused(lambda: os.pidfd_open(os.getpid()))\n"
        "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n"
    )
    line, env = process.command("runner", process.EVERY, tmp_path)
    done = process.subprocess.run([*line[:-2], "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_course_without_answers_can_be_imported():
    """Every module of it, and no function that is asked for does more than say so."""
    archive = withheld.archive(process.EVERY)
    code = (
        "import importlib, sys, zipfile\n"
        f"for place in zipfile.ZipFile({str(archive)!r}).namelist():\n"
        "    name = place.removesuffix('.pyc').removesuffix('/__init__').replace('/', '.')\n"
        "    module = importlib.import_module(name)\n"
        "    assert module.__spec__.origin.startswith(sys.path[0]), module\n"
        "from course_lib.exercises import REFERENCES\n"
        "for name, module in REFERENCES.items():\n"
        "    function = getattr(importlib.import_module(module), name)\n"
        "    try: function(*[None] * function.__code__.co_argcount)\n"
        "    except NotImplementedError: continue\n"
        "    raise SystemExit(name)\n"
        "assert len(REFERENCES) >= 28\n"
    )
    line, env = process.command("runner", process.EVERY, os.getcwd())
    line = [sys.executable, "-P", "-c", code]
    done = process.subprocess.run(line, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_arguments_arrive_as_they_are():
    """Of every probe: arrays to the last bit, functions and networks by what they give."""
    import numpy as np

    def same(a, b):
        if isinstance(a, (list, tuple)):
            return len(a) == len(b) and all(map(same, a, b))
        if isinstance(a, np.ndarray):
            return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        if isinstance(a, np.random.Generator):
            return a.bit_generator.state == b.bit_generator.state
        if type(a).__name__ == "Network":
            parts = [[layer.params for layer in net.layers] for net in (a, b)]
            return same([list(p.values()) for p in parts[0]], [list(p.values()) for p in parts[1]])
        return callable(b) if callable(a) else a == b

    for module in process.LESSONS.values():
        for exercise in module.EXERCISES:
            for probe in exercise.probes:
                sent = json.loads(json.dumps(values.give(probe.arguments)))
                assert same(probe.arguments, values.take(sent)), (exercise.id, probe.name)


def test_a_line_without_its_seal_is_no_result(tmp_path, monkeypatch):
    """Whoever writes into what is kept does not know the key."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path))
    verdict = dict(status="passed", misconception=None, message="", code="")
    result = dict(lesson="01", notes=[], verdicts=dict.fromkeys(process.IDS["01"], verdict))
    key, kept = package._key(), tmp_path / "marks.jsonl"
    assert key == package._key() == (tmp_path / "grading.key").read_bytes()
    honest = package._line(key, "a", result)
    forged = [package._line(b"another", "b", result), honest.replace('"a"', '"c"')]
    forged.append(json.dumps({"sha256": "d", "result": result}) + "\n")
    kept.write_text("".join([honest, *forged]), encoding="utf-8")
    assert package._recall(kept, key) == {"a": result}
    (tmp_path / "grading.key").write_bytes(b"")
    assert len(package._key()) == package.KEY
    assert record.path().parent == tmp_path
