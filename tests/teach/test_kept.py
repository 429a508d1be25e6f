"""`mine` and `collect`: the student's own functions, kept as source; in IPython's own shell."""

import ast
import inspect
import os
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from conftest import ROOT
from IPython.core.interactiveshell import InteractiveShell
from samples import sampled
from solutions import typed_in

from course_lib import exercises
from course_lib.exercises import kept, record

ALL = {e.id: e for module in exercises.LESSONS.values() for e in module.EXERCISES}


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    return tmp_path / "state"


@pytest.fixture
def kernel(monkeypatch, capsys):
    """Return a function that runs cells in a new kernel and gives what the last one printed."""

    def start():
        monkeypatch.setattr(kept, "passed", {})
        monkeypatch.setattr(kept, "revived", {})
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance()

        def run(*cells):
            for cell in ["import numpy as np\nfrom course_lib.exercises import *", *cells]:
                capsys.readouterr()
                result = shell.run_cell(textwrap.dedent(cell), store_history=True)
                result.raise_error()
            return capsys.readouterr().out + (repr(result.result) if result.result else "")

        run.names = shell.user_ns
        return run

    yield start
    InteractiveShell.clear_instance()


RELU = '''
floor = 0.0


def larger(Z):
    return np.where(Z > floor, Z, floor)


def relu(Z):
    """Mine."""
    # what is negative counts as nothing
    return larger(np.asarray(Z)).astype(np.asarray(Z).dtype)
'''
ONE_HOT = """
def one_hot(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    for i in range(len(y)):
        Y[i, y[i]] = 1
    return Y
"""


def test_with_nothing_solved_it_is_the_courses(kernel):
    run = kernel()
    said = run('relu, relu_grad = mine("relu", "relu_grad")')
    assert said == "relu, relu_grad: the course's, until yours has passed\n"
    assert run.names["relu"] is ALL["relu"].reference
    run('softmax = mine("softmax")')
    assert run.names["softmax"] is ALL["softmax"].reference


def test_what_passed_is_found_after_a_restart_with_its_helpers_and_numbers(kernel):
    kernel()(RELU, 'check("relu", relu)')
    run = kernel()
    said = run('relu, relu_grad = mine("relu", "relu_grad")', "import inspect")
    run('relu = mine("relu")')
    assert "yours" in run('mine("relu");') and "relu_grad: the course's" not in said
    mine = run.names["relu"]
    assert mine.__doc__ == "Mine." and "counts as nothing" in inspect.getsource(mine)
    np.testing.assert_array_equal(mine(np.array([-1.0, 2.0])), [0, 2])


def test_a_helper_that_is_written_anew_does_not_change_what_passed(kernel):
    run = kernel()
    run(RELU, 'check("relu", relu)', "def larger(Z):\n    return Z\nfloor = 5.0")
    assert "yours" in run('relu = mine("relu")')
    np.testing.assert_array_equal(run.names["relu"](np.array([-1.0, 2.0])), [0, 2])


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("relu", ["relu = lambda Z: np.maximum(Z, 0)"]),
        ("relu", ["from numpy import *\ndef relu(Z):\n    return maximum(Z, 0)"]),
        ("relu", ["if True:\n    def relu(Z):\n        return np.maximum(Z, 0)"]),
        ("relu", ["import numpy\nfrom functools import partial\nrelu = partial(numpy.maximum, 0)"]),
        ("relu", ["class Relu:\n    def __call__(self, Z):\n        return np.maximum(Z, 0)",
                  "relu = Relu()"]),
        ("relu", ["from functools import wraps\ndef same(f):\n    @wraps(f)\n    def g(*a):\n"
                  "        return f(*a)\n    return g", "@same\ndef relu(Z):\n"
                  "    return np.maximum(Z, 0)"]),
        ("sigmoid", ["from scipy.special import expit as sigmoid"]),
        ("forward", ["from course_lib.activations import sigmoid as s",
                     "def forward(X, w, b):\n    return s(X @ w + b)"]),
        ("forward", ['sigmoid = mine("sigmoid")',
                     "def forward(X, w, b):\n    return sigmoid(X @ w + b)"]),
        ("should_stop", ["def best(v, k):\n    return min(v[:-k]) if len(v) > k else None",
                         "def should_stop(v, patience):\n    b = best(list(v), patience)\n"
                         "    return b is not None and min(v[-patience:]) >= b"]),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)  # fmt: skip
def test_an_answer_is_kept_however_it_is_written(kernel, name, cells):
    said = kernel()(*cells, f'check("{name}", {name})')
    assert "passed" in said and "Later lessons" not in said
    assert kernel()(f'f = mine("{name}")') == f"{name}: yours\n"


def test_an_answer_under_another_name_is_kept_under_its_own(kernel):
    kernel()("def my_relu(Z):\n    return np.maximum(Z, 0)", 'check("relu", my_relu)')
    assert "yours" in kernel()('relu = mine("relu")')


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["images = np.zeros(999)", "def relu(Z):\n    return np.maximum(Z, images[0])"], "images"),
        (["exec('def relu(Z): return np.maximum(Z, 0)')"], "no cell defines"),
    ],
    ids=["data", "no-source"],
)  # fmt: skip
def test_what_cannot_be_kept_says_why_and_serves_this_kernel(kernel, cells, why):
    run = kernel()
    said = run(*cells, 'check("relu", relu)')
    assert "passed" in said and "Later lessons will not find it" in said and why in said
    assert "yours" in run('mine("relu");')
    assert "the course's" in kernel()('mine("relu");')


def test_a_later_better_answer_takes_the_place_of_an_earlier(kernel):
    for answer in (RELU, "def relu(Z):\n    return np.maximum(Z, 0)", "def relu(Z):\n    return Z"):
        kernel()(answer, 'check("relu", relu)')
    assert "np.maximum" in record.read()["relu"]["source"]
    assert "yours" in kernel()('mine("relu");')


@pytest.mark.parametrize(
    "source",
    ["def relu(Z):\n    return Z", "def relu(Z:\n", "relu = 3", "x = 1", "while True: pass",
     "import os\nos.abort()\ndef relu(Z):\n    return np.maximum(Z, 0)"],
)  # fmt: skip
def test_a_kept_source_that_no_longer_passes_gives_way_to_the_courses(kernel, source):
    record.note("relu", passed=True, source=source)
    said = kernel()('relu = mine("relu")')
    assert said == "relu: the course's, as your earlier one no longer passes\n"


def test_a_right_loop_over_examples_steps_aside_and_can_be_insisted_on(kernel):
    run = kernel()
    run(ONE_HOT, 'check("one_hot", one_hot)')
    said = run('one_hot = mine("one_hot")')
    assert "the course's" in said and "one by one" in said and "insist=True" in said
    assert run.names["one_hot"] is ALL["one_hot"].reference
    assert run('one_hot = mine("one_hot", insist=True)') == "one_hot: yours\n"


SLOW = {
    "sigmoid": "sigmoid = np.vectorize(lambda z: 1 / (1 + np.exp(-z)) if z > -700 else 0.0)",
    "forward": """
def forward(X, w, b):
    z = b
    for j in range(len(w)):  # pixel by pixel, all examples at once
        z = z + X[:, j] * w[j]
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
    "gradients": """
def gradients(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for x, error in zip(X, y_hat - y):
        dw, db = dw + error * x, db + error
    return dw / len(y), db / len(y)
""",
    "accuracy": "def accuracy(y, P):\n"
    "    return sum(p.argmax() == k for p, k in zip(P, y)) / len(y)",
    "relu": "def relu(Z):\n    return np.array([[max(z, 0) for z in row] for row in Z])\n"
    "relu = np.vectorize(lambda z: z if z > 0 else 0 * z)",
    "minibatches": """
def minibatches(X, y, batch_size, rng):
    order = list(rng.permutation(len(X)))
    while order:
        X_batch, y_batch = [], []
        while order and len(X_batch) < batch_size:
            i = order.pop(0)
            X_batch.append(X[i])
            y_batch.append(y[i])
        yield np.array(X_batch), np.array(y_batch)
""",
    "cross_entropy": """
def cross_entropy(y, P):
    each = P[:, y]  # a column for each example
    return -np.mean(np.log(np.clip(np.diag(each), 1e-12, 1)))
""",
}


@pytest.mark.parametrize("name", SLOW)
def test_what_would_take_minutes_or_all_memory_in_a_lesson_steps_aside(name):
    names = {"np": np}
    exec(compile(SLOW[name], "<a cell>", "exec"), names)
    assert exercises.grade(name, names[name]).status == "passed"
    why = kept.takes_long(ALL[name], names[name])
    assert ("memory" if name == "cross_entropy" else "one by one") in why


@pytest.mark.parametrize("name", sampled(ALL, test=4, quick=4))
def test_the_courses_own_way_is_quick_enough(name):
    exercise = ALL[name]
    assert kept.takes_long(exercise, typed_in(exercise.reference)) is None


def test_what_is_all_at_once_but_takes_more_words_is_quick_enough():
    def softmax(Z):
        Z = np.asarray(Z)
        rows = Z if Z.ndim == 2 else Z[None, :]
        largest = rows.max(axis=1)
        largest = largest[:, None]
        shifted = rows - largest
        powers = np.exp(shifted)
        totals = powers.sum(axis=1)
        totals = totals[:, None]
        P = powers / totals
        if Z.ndim == 1:
            return P[0]
        return P

    assert exercises.grade("softmax", softmax).status == "passed"
    assert kept.takes_long(ALL["softmax"], softmax) is None


def test_answers_travel_with_the_progress(kernel, state, tmp_path):
    file = tmp_path / "progress.json"
    kernel()(RELU, 'check("relu", relu)', f"progress(save={str(file)!r})")
    (state / "progress.json").unlink()
    run = kernel()
    assert "the course's" in run('mine("relu");')
    run(f"progress(load={str(file)!r})")
    assert "yours" in run('mine("relu");')


UNKEEPABLE = "images = np.zeros(999)\ndef relu(Z):\n    return np.maximum(Z, images[0])"


def test_a_newer_answer_that_cannot_be_kept_says_that_the_earlier_one_stays(kernel, tmp_path):
    run = kernel()
    assert "earlier one" not in run(UNKEEPABLE, 'check("relu", relu)')
    run(RELU, 'check("relu", relu)')
    said = run(UNKEEPABLE, 'check("relu", relu)')
    assert "Later lessons will not find it" in said and "go on with your earlier one" in said
    run('relu = mine("relu")')
    assert "images" in inspect.getsource(run.names["relu"]), "in this kernel the newer one"
    said = run(f"collect({str(tmp_path / 'my_network.py')!r})")
    assert "relu is your earlier one, as the newer cannot be kept." in said
    assert "larger" in kernel()('relu = mine("relu")', "import inspect", "inspect.getsource(relu)")


def test_a_kernel_gets_what_another_one_has_kept_since(kernel):
    run = kernel()
    run(RELU, 'check("relu", relu)', 'relu = mine("relu")')
    newer = "def relu(Z):\n    return np.where(Z > 0, Z, 0 * Z)"
    record.note("relu", passed=True, source=newer)  # as another kernel does
    assert run('relu = mine("relu")') == "relu: yours\n"
    assert inspect.getsource(run.names["relu"]) == newer


def test_a_source_of_unreasonable_length_is_no_part_of_a_record(state):
    record.note("relu", passed=True, source="#" * (record.TOO_LONG + 1))
    assert record.read()["relu"]["source"] == "" and record.read()["relu"]["passed"]


NAMED = "from threadpoolctl import threadpool_info"

ANSWERS = [
    RELU,
    ONE_HOT,
    "from scipy.special import expit as sigmoid",
    # A helper of the same name as another answer's, and the course's function under another name.
    "from course_lib.activations import sigmoid as squash\n"
    "def larger(X, w, b):\n    return X @ w + b\n"
    "def forward(X, w, b):\n    return squash(larger(X, w, b))",
    "import math\ndef accuracy(y, P):\n    return math.fsum(P.argmax(axis=1) == y) / len(y)",
]


def collected(kernel, tmp_path):
    """Solve some exercises and collect them."""
    names = ["relu", "one_hot", "sigmoid", "forward", "accuracy"]
    cells = [f'{a}\ncheck("{n}", {n})' for a, n in zip(ANSWERS, names, strict=True)]
    said = kernel()(*cells, f"collect({str(tmp_path / 'my_network.py')!r})")
    return said, (tmp_path / "my_network.py").read_text(encoding="utf-8")


def test_collect_writes_one_file_that_imports_numpy_alone(kernel, tmp_path):
    said, text = collected(kernel, tmp_path)
    imports = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    assert imports - sys.stdlib_module_names == {"numpy"}
    assert "course_lib" not in text and '"""Mine."""' in text and "counts as nothing" in text
    assert "4 functions of yours" in said and "sigmoid is the course's: it needs scipy" in said
    places = [text.index(f"\ndef {name}(") for name in ALL]
    assert places == sorted(places), "in the order of the lessons"
    marked = re.findall(r"# the course's\ndef (\w+)", text)
    assert set(marked) == set(ALL) - {"relu", "one_hot", "forward", "accuracy"}


def test_each_function_of_the_file_passes_its_check(kernel, tmp_path):
    text = collected(kernel, tmp_path)[1]
    names = {"__name__": "my_network"}
    exec(compile(text, "my_network.py", "exec"), names)
    for name in ALL:
        assert exercises.grade(name, names[name]).status == "passed", name


def test_collect_wants_the_name_of_a_python_file(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.py"):
        exercises.collect(tmp_path / "my_network.txt")


def test_the_file_says_what_it_needs(kernel, tmp_path):
    collected(kernel, tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "my_network.py", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "four files of MNIST" in done.stderr


@pytest.mark.parametrize("wish", [None, "2"])
def test_numpy_has_one_thread_in_the_file_unless_the_user_has_wished_for_more(
    kernel, tmp_path, wish
):
    """Two wait for each other beside a busy program; an answer's own `__future__` stays first."""
    future = "from __future__ import annotations\nimport os\n" + RELU
    file, before = tmp_path / "my_network.py", os.environ.get("OMP_NUM_THREADS")
    kernel()(f'{future}\ncheck("relu", relu)', f"collect({str(file)!r})")
    assert os.environ.get("OMP_NUM_THREADS") == before, "collecting sets nothing here"
    threads = "[b['num_threads'] for b in threadpool_info() if b['user_api'] == 'blas']"
    text = file.read_text(encoding="utf-8").replace("    main()", f"    print({threads})")
    file.write_text(f"{text}".replace("import math", "import math\n" + NAMED), encoding="utf-8")
    environ = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environ |= {"OMP_NUM_THREADS": wish} if wish else {}
    done = subprocess.run(
        [sys.executable, "-I", file], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"[{min(int(wish or 1), os.cpu_count())}]\n"


@pytest.mark.long
def test_the_file_alone_learns_the_digits(kernel, tmp_path):
    """In an empty folder, the students' functions in it: 97 % of the test images."""
    data = os.environ.get("COURSE_DATA", ROOT.parent / "shared" / "data")
    if not os.path.isdir(os.path.join(data, "mnist")):
        pytest.skip("real MNIST is not at hand")
    collected(kernel, tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "my_network.py", os.path.join(data, "mnist")],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert float(re.search(r"test accuracy: ([\d.]+)%", done.stdout)[1]) >= 97


def test_a_name_is_changed_where_it_is_one_and_nowhere_else():
    source = "clip = 1\nx = a.clip + f(clip=clip, y=clip)  # clip\nprint('clip', clip)"
    changed = "clip_2 = 1\nx = a.clip + f(clip=clip_2, y=clip_2)  # clip\nprint('clip', clip_2)"
    assert kept.renamed(source, "clip", "clip_2") == changed
