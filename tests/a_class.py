"""A class to grade: what students hand in, right, wrong, mangled and hostile.

`write_class` makes one of any size; the tests of grading and ``make bench-grade`` use it.
"""

import ast
import inspect
import json
import re
from pathlib import Path

import numpy as np

from course_lib.exercises import LESSONS

ROOT = Path(__file__).resolve().parents[1]


def notebook(*sources):
    """Return the bytes of a notebook with these code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "source": text} for text in sources]
    cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": "def sigmoid(z): prose"})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def right(exercise):
    """Return a cell with the reference solution: its own source, and the imports it needs."""
    function = exercise.reference
    imports = []
    for name, value in inspect.getclosurevars(function).globals.items():
        where = f"import {value.__name__}" if inspect.ismodule(value) else None
        imports.append(f"{where or f'from {function.__module__} import {name}'} as {name}")
    return "\n".join([*imports, inspect.getsource(function)])


def mistakes_of(exercise):
    """List (cell, slug): wrong answers as students write them, and what becomes of them."""
    (path,) = (ROOT / "tests/answers").glob(f"*/{exercise.id}.py")
    # What one file has of another stands in the cell itself: students have no such module.
    source = re.sub(
        r"^from answers\.(\w+)\.(\w+) import (\w+)$",
        lambda found: _function(path.parents[1] / found[1] / f"{found[2]}.py", found[3]),
        path.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    (listed,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "WRONG"
    )
    pairs = [(ast.unparse(pair.elts[0]), pair.elts[1].value) for pair in listed.elts]
    return [(f"{source}\n\n{exercise.id} = {answer}", slug) for answer, slug in pairs]


def _function(path, name):
    """Return the source of a function of a file."""
    source = path.read_text(encoding="utf-8")
    (node,) = (n for n in ast.parse(source).body if getattr(n, "name", None) == name)
    return ast.get_source_segment(source, node)


def lesson(number, answers=None):
    """Return a lesson as handed in: the real notebook, with the stubs that have an answer."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    whole = json.loads(path.read_text(encoding="utf-8"))
    for cell in whole["cells"]:
        cell.pop("outputs", None)
        if "exercise" in cell["metadata"].get("tags", ()):
            name = re.search(r"^def (\w+)", "".join(cell["source"]), re.MULTILINE)[1]
            cell["source"] = (answers or {}).get(name, cell["source"])
    return json.dumps(whole).encode()


HOSTILE = (
    "while True: pass",
    "import os; os._exit(0)",
    "import os; os.kill(os.getppid(), 9)",
    "import sys; sys.exit(0)",
    "raise KeyboardInterrupt",
    "import ctypes; ctypes.string_at(0)",
    "import os; os.fork()",
    "import socket; socket.create_connection(('127.0.0.1', 9))",
    "return bytearray(10**10)",
    "open('own', 'wb').write(bytes(10**8))",
)


def mangled(rng, data):
    """Return what is left of a notebook after one of the accidents that happen on the way."""
    accidents = (
        lambda: b"",
        lambda: data[: int(rng.integers(1, len(data) - 1))],
        lambda: bytes(rng.integers(0, 256, 5000, dtype=np.uint8)),
        lambda: b"<!DOCTYPE html><title>Sign in</title>",
        lambda: notebook("def perceptron(x):\n    return x"),
    )
    return accidents[rng.integers(len(accidents))]()


def write_class(folder, size, hostile=20):
    """Write a class of so many, the lessons in turn: 5 % mangled, some hostile, the rest at work.

    Returns
    -------
    dict
        From each student to what has to become of them: "unreadable", or for each exercise
        whether it "passed" or not; of the hostile ones but the first exercise.
    """
    rng, expected = np.random.default_rng(7), {}
    folder.mkdir()
    numbers = list(LESSONS)
    wrong = {e.id: mistakes_of(e) for m in LESSONS.values() for e in m.EXERCISES}
    for i in range(size):
        exercises = LESSONS[numbers[i % len(numbers)]].EXERCISES
        kinds = rng.choice(["right", "wrong", "untouched"], len(exercises), p=[0.6, 0.3, 0.1])
        answers, wanted = {}, {}
        for exercise, kind in zip(exercises, kinds, strict=True):
            name = exercise.id
            if kind == "right":
                answers[name] = right(exercise)
            elif kind == "wrong":
                answers[name] = wrong[name][rng.integers(len(wrong[name]))][0]
            wanted[name] = kind == "right"
        name = f"student {i:04}"
        if i % (size // hostile or 1) == 3 and hostile:
            first = exercises[0]
            body = HOSTILE[i // (size // hostile or 1) % len(HOSTILE)]
            answers[first.id] = f"def {first.id}({', '.join(first.arguments)}):\n    {body}"
            wanted[first.id] = False
        answers = {n: f"{cell}\n# {name}" for n, cell in answers.items()}
        data = lesson(numbers[i % len(numbers)], answers)
        if i % 20 == 11:
            data, wanted = mangled(rng, data), "unreadable"
        (folder / f"{name}.ipynb").write_bytes(data)
        expected[name] = wanted
    return expected
