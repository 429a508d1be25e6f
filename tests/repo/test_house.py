"""The house: imports run one way, and floors stay short, as course_lib/__init__.py lays out."""

import ast
import io
import subprocess
import sys
import tokenize

import pytest
from conftest import ROOT

from course_lib import FLOORS

# Floors whose modules build on those before them; elsewhere neighbours do not know each other.
IN_ORDER = ("beneath", "engine", "look and teach")
HEIGHT = {
    module: (height, place if floor in IN_ORDER else 0)
    for height, (floor, plan) in enumerate(FLOORS.items())
    for place, module in enumerate(plan["modules"])
}
NOWHERE = (len(FLOORS), 0)
MAY_LOAD = {module: plan["loads"] for plan in FLOORS.values() for module in plan["modules"]}
# What builds networks may use these inside a function; what stands above, whatever it needs.
MAY_BORROW = ("scipy", "threadpoolctl", "tqdm")


def imported(tree, package):
    """Yield (dotted name, whether it is loaded when the module is) for each import."""
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            # `from course_lib import losses` names the module in its second half.
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from ((name, node not in inside) for name in names)


def wrong_ways(path):
    """List what a file of course_lib imports and must not."""
    room, *below = path.relative_to(ROOT / "course_lib").with_suffix("").parts
    if room == "__init__":
        return [name for name, _ in imported(ast.parse(path.read_text(encoding="utf-8")), [])]
    if room not in HEIGHT:
        return [f"{room} has no place in course_lib/__init__.py: give it one in FLOORS"]
    package = ["course_lib", *([room, *below[:-1]] if below else [])]
    wrong = []
    for name, at_import in imported(ast.parse(path.read_text(encoding="utf-8")), package):
        top, _, rest = name.partition(".")
        if top == "course_lib":
            other = rest.split(".")[0]
            if other != room and not HEIGHT.get(other, NOWHERE) < HEIGHT[room]:
                wrong.append(f"{name}, which is not below {room}")
        elif top not in sys.stdlib_module_names:
            allowed = MAY_LOAD[room] if at_import else (*MAY_LOAD[room], *MAY_BORROW)
            if top not in allowed and (at_import or is_core(room)):
                wrong.append(f"{name}{'' if at_import else ' inside a function'}")
    return wrong


def is_core(module):
    """Tell whether a module is one of those that build and train networks."""
    return HEIGHT[module][0] <= list(FLOORS).index("beyond")


MODULES = sorted((ROOT / "course_lib").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    """class → play → look and teach → by hand → images → beyond → engine → NumPy."""
    assert not wrong_ways(path)


@pytest.mark.parametrize(
    ("room", "line", "is_wrong"),
    [
        ("layers", "from course_lib import activations", False),
        ("activations", "from course_lib import layers", True),
        ("activations", "from course_lib.layers import Dense", True),
        ("network", "from .training import train", True),
        ("losses", "import scipy.special", True),
        ("range_test", "from course_lib.training import train", False),
        ("training", "from course_lib.range_test import range_test", True),
        ("unrolled", "from course_lib import augment", True),
        ("_speed", "from course_lib.training import train", True),
        ("losses", "def f():\n    import scipy.special", False),
        ("losses", "def f():\n    import pooch", True),
        ("losses", "def f():\n    from course_lib.plots import curve", True),
        ("_checks", "from course_lib.activations import sigmoid", True),
        ("data", "def f():\n    import pooch", False),
        ("data", "import pooch", True),
        ("toys", "from course_lib.data import load_images", True),
        ("plots", "import matplotlib.pyplot as plt\nfrom course_lib.network import Network", False),
        ("plots", "from course_lib.exercises import neuron", True),
        ("demos/neuron", "from course_lib.plots import curve\nfrom . import canvas", False),
        ("demos/neuron", "import sklearn", True),
        ("helpers", "", True),
    ],
)
def test_wrong_ways_are_seen(room, line, is_wrong, tmp_path, monkeypatch):
    """The reader of imports reads."""
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "course_lib" / f"{room}.py"
    path.parent.mkdir(parents=True)
    path.write_text(line, encoding="utf-8")
    assert bool(wrong_ways(path)) == is_wrong


def test_each_module_that_is_named_is_there():
    """Nothing in the plan of the house that nobody built."""
    there = {path.relative_to(ROOT / "course_lib").parts[0].removesuffix(".py") for path in MODULES}
    assert set(HEIGHT) == there - {"__init__"}


def lines_of_code(text):
    """Count the lines that say something to Python: no docstring, comment or blank."""
    quiet = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (*quiet, tokenize.ENDMARKER):
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def floor_in_lines(floor):
    """List the lines of code of each file of a floor, as text, and count them together."""
    found = {}
    for path in MODULES:
        name, *_ = path.relative_to(ROOT / "course_lib").with_suffix("").parts
        if name in FLOORS[floor]["modules"]:
            found[path.name] = lines_of_code(path.read_text(encoding="utf-8"))
    return ", ".join(f"{name} {n}" for name, n in found.items()), sum(found.values())


@pytest.mark.parametrize("floor", [name for name, plan in FLOORS.items() if "lines" in plan])
def test_a_floor_keeps_to_its_lines(floor):
    """Short enough to read; says which file has how many."""
    files, together = floor_in_lines(floor)
    assert 0 < together <= FLOORS[floor]["lines"], f"{floor} has {together} lines of code: {files}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("# a comment\n\nx = 1  # another\n", 1),
        ('"""A docstring\nof two lines."""\nx = """a\nstring"""\n', 2),
        ('def f(\n    a,\n):\n    """What."""\n    return a\n', 4),
    ],
)
def test_lines_of_code_are_those_that_say_something(text, lines):
    """The counter counts."""
    assert lines_of_code(text) == lines


@pytest.mark.parametrize(
    ("module", "may_load"),
    [("course_lib", set()), ("course_lib.activations", {"numpy"})],
)
def test_importing_is_light(module, may_load):
    """What a fresh interpreter really loads from outside the standard library."""
    code = f"import sys; before = set(sys.modules); import {module}; print(*sys.modules - before)"
    code = code.replace("sys.modules - before", "(set(sys.modules) - before)")
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in answer.stdout.split()}
    assert "course_lib" in loaded
    # Compiled parts of NumPy show up under names of their own, all of them private.
    loaded = {name for name in loaded if not name.startswith("_")}
    assert loaded - sys.stdlib_module_names == {"course_lib"} | may_load
