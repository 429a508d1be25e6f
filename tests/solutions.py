"""Whether a notebook gives a solution away: for the editions, and for what is printed of them."""

import ast
import functools
import inspect
import re
import textwrap

from course_lib import exercises

REFERENCES = {e.id: e.reference for module in exercises.LESSONS.values() for e in module.EXERCISES}


def texts(cell):
    """Give all text of a cell: its source, and what its outputs say."""
    yield cell.source
    for output in cell.get("outputs", ()):
        yield output.get("text", "")
        yield from (v for k, v in output.get("data", {}).items() if not k.startswith("image"))


def statements(tree):
    """Give the statements of a function, without its docstring, as Python writes them."""
    body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    return [ast.unparse(statement) for statement in body]


def typed_in(function):
    """Return a function of the course's as if a student had typed it into a cell."""
    names = dict(function.__globals__)
    source = textwrap.dedent(inspect.getsource(function))
    exec(compile(source, "<a student's cell>", "exec"), names)
    return names[function.__name__]


@functools.cache
def solution(exercise_id):
    """Give the statements of a reference."""
    return statements(
        ast.parse(textwrap.dedent(inspect.getsource(REFERENCES[exercise_id]))).body[0]
    )


def functions(source):
    """Find all functions in a cell, nested ones too; `%` lines are no Python."""
    tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith("%")))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def given_away(notebook):
    """List (cell, exercise) for each whole solution that a notebook holds.

    As a function of any name, as the same statements written out, or in a text. A lesson may
    build part of a function in the open, single statements of it; all of them are a solution.
    """
    found = []
    for cell in notebook.cells:
        built = [statements(f) for f in functions(cell.source)] if cell.cell_type == "code" else []
        squeezed = re.sub(r"\s", "", "\n".join(texts(cell)))
        for exercise_id in REFERENCES:
            lines = solution(exercise_id)
            said = [re.sub(r"\s|^return ", "", line) for line in lines]
            if lines in built or all(line in squeezed for line in said):
                found.append((cell.id, exercise_id))
    return found
