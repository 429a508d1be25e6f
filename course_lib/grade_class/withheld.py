"""The course without answers: what a submission can import while it is graded.

A ZIP file of compiled modules: no exercise, no mistake, and of each function that is asked for no
more than its name. One that another exercise needs, as `forward` needs the lesson's `sigmoid`, is
there when that one is judged by itself.
"""

import ast
import atexit
import importlib.util
import marshal
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from course_lib import exercises
from course_lib.exercises import LESSONS

COURSE = Path(__file__).parents[1]
EXERCISES = "exercises/__init__.py"
# Of these folders only this; the rest of the course goes as it is.
ONLY = {
    "browser": (),
    "clinic": (),
    "demos": (),
    "exercises": (
        *("engine.py", "words.py", "sandbox.py"),
        *("as_if.py", "dependence.py", "likeness.py"),
        *("slips.py", "slip_kinds.py", "slip_helpers.py"),
    ),
    "grade_class": (
        *("channel.py", "confined.py", "messages.py", "patients.py", "reader.py", "runner.py"),
        *("submission.py", "values.py"),
    ),
}


@cache
def archive(names):
    """Return the path of the course without the functions of these names, a frozenset."""
    path = _folder() / f"course-{len(list(_folder().iterdir()))}.zip"
    unfinished = path.with_suffix(f".{id(names)}")
    with zipfile.ZipFile(unfinished, "w") as file:
        for place, source in _sources().items():
            tree = ast.parse(source)
            tree.body = [_without_body(node, names) for node in tree.body]
            # Where its lines stood is part of no answer, and what is quoted of errors.
            code = compile(tree, f"{path}/course_lib/{place}", "exec", dont_inherit=True)
            data = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
            file.writestr(f"course_lib/{place}c", data)
    return unfinished.replace(path)


@cache
def _folder():
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _sources():
    """Return the source of each module that goes along, by its place below the course."""
    sources = {}
    for path in COURSE.rglob("*.py"):
        place = path.relative_to(COURSE)
        if len(place.parts) == 1 or place.name in ONLY.get(place.parts[0], (place.name,)):
            sources[place.as_posix()] = path.read_text(encoding="utf-8")
    references = {
        exercise.id: exercise.reference.__module__
        for module in LESSONS.values()
        for exercise in module.EXERCISES
    }
    in_class = (COURSE / "grade_class" / "in_class.py").read_text(encoding="utf-8")
    nothing = f"for _name in {exercises.__all__!r}:\n    globals().setdefault(_name, check)\n"
    sources[EXERCISES] = f"{in_class}\nREFERENCES |= {references!r}\n{nothing}"
    sources["grade_class/__init__.py"] = ""
    return sources


def _without_body(node, names):
    if isinstance(node, ast.FunctionDef) and node.name in names:
        ask = f"from course_lib.exercises import withheld\nwithheld({node.name!r})"
        node.body = ast.parse(ask).body
        node.decorator_list = []
        for part in node.body:
            for inner in ast.walk(part):
                ast.copy_location(inner, node)
    return node
