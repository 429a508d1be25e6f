"""The two editions of each lesson: the student's as it is stored, the instructor's derived from it.

The instructor's has the reference solutions in place of the empty functions, what each check then
says, explanations, hints, the mistakes that a check knows with what it says to them, the answers of
the quiz and of the derivation, a model answer to the open task, and what `notes/` holds about a
lesson: timing, likely questions, prompts to discuss.
Every cell that it adds is tagged ``instructor``.
"""

import ast
import inspect
import os
import re
import shutil
import tempfile
import textwrap
import types
from importlib.resources import files
from unittest.mock import patch

import nbformat

from course_lib import exercises
from press import LESSONS, replacing
from press.notes import notes

OPEN_TASK = "open-task"  # the cell that asks for what no check can judge
BANNER = (
    "**Instructor's edition: do not hand out.** It holds the solutions of all exercises, the "
    "answers of the quiz and notes for teaching."
)


def make(folder):
    """Write both editions of all lessons; return the files."""
    with replacing(folder) as new:
        for edition in ("student", "instructor"):
            (new / edition).mkdir()
        for path in LESSONS:
            shutil.copyfile(path, new / "student" / path.name)
            notebook = instructor(nbformat.read(path, as_version=4), path.stem)
            nbformat.write(notebook, new / "instructor" / path.name)
    return sorted(folder.rglob("*.ipynb"))


def instructor(notebook, name):
    """Return the instructor's edition of a lesson; the notebook that came stays as it is.

    Its checks, its derivation and `progress()` are run, with a record of their own, and show what
    they gave.
    """
    notebook = nbformat.from_dict(notebook)
    lesson = exercises.LESSONS[name[:2]]
    by_id = {exercise.id: exercise for exercise in lesson.EXERCISES}
    sections = {note.cell: note for note in notes(name, notebook)}
    shown = ("check", "progress", "derivation")
    space = {call: getattr(exercises, call) for call in shown}
    cells = []
    with tempfile.TemporaryDirectory() as state, patch.dict(os.environ, COURSE_STATE=state):
        for cell in notebook.cells:
            cells.append(cell)
            if section := sections.get(cell.id):  # beneath the heading
                cells.append(_added(f"{cell.id}-notes", _teaching(section)))
            if "exercise" in cell.metadata.get("tags", ()):
                cell.source = solved(cell.source, by_id)
                exec(cell.source, space)
            elif cell.source.startswith(tuple(f"{call}(" for call in shown)):
                if cell.source.startswith("derivation("):
                    cell.source = f'derivation("{name[:2]}", "{lesson.DERIVATION.answer}")'
                show(cell, eval(cell.source, space))
            if match := re.match(r'check\("(\w+)"', cell.source):
                cells.append(_added(f"{cell.id}-answer", _about(by_id[match[1]])))
            elif cell.source.startswith("quiz("):
                cells.append(_added(f"{cell.id}-answers", _answers(lesson.QUIZ)))
            elif cell.source.startswith("derivation("):
                cells.append(_added(f"{cell.id}-answer", _derived(lesson.DERIVATION)))
            elif cell.id == OPEN_TASK:
                cells.append(_added(f"{cell.id}-answer", model_answer(lesson)))
    cells.insert(1, _added("banner", BANNER))
    notebook.cells = cells
    return notebook


def solved(source, by_id):
    """Fill an exercise's cell: the reference under the docstring that the exercise has."""
    function = ast.parse(source).body[-1]
    reference = by_id[function.name].reference
    text = textwrap.dedent(inspect.getsource(reference))
    lines, docstring = text.rstrip().splitlines(), ast.parse(text).body[0].body[0]
    asked = ast.get_source_segment(source, function.body[0])
    modules, names = _imports(text, reference)
    # Names are imported within: the lesson may have others by the same name, and goes on with them.
    lines[docstring.lineno - 1 : docstring.end_lineno] = [f"    {line}" for line in (asked, *names)]
    return "\n".join([*modules, *([""] * 2 if modules else []), *lines])


def _imports(text, function):
    """Write imports of what the function has from outside: of modules, and of names from them."""
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    modules, values = [], {}
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        if isinstance(value, types.ModuleType):
            modules.append(f"import {value.__name__} as {name}")
        else:
            values.setdefault(value.__module__, []).append(name)
    return modules, [f"from {module} import {', '.join(v)}" for module, v in values.items()]


def show(cell, box):
    """Store a box as the output of a cell, in the forms that Jupyter stores."""
    for output in cell.outputs:
        output.data = {"text/html": box._repr_html_(), "text/plain": repr(box)}


def _added(name, markdown):
    return nbformat.v4.new_markdown_cell(
        markdown,
        id=name[:64],
        metadata={"slideshow": {"slide_type": "skip"}, "tags": ["instructor"]},
    )


def plain(text):
    """Write plain text as Markdown that shows it; what stands in backticks is code in both."""
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_$<>\[\]#~^|])", r"\\\1", part)
        for part in re.split(r"(`[^`]*`)", text)
    )


def _about(exercise):
    hints = [f"{number}. {plain(hint)}" for number, hint in enumerate(exercise.hints, 1)]
    rows = [f"| {m.slug} | {plain(m.sentence)} |" for m in exercise.misconceptions]
    return "\n".join(
        [
            f"**A solution of `{exercise.id}`** is in the cell of the exercise. "
            + plain(exercise.explanation),
            "\n**Hints**, in the order in which `hint` gives them:\n",
            *hints,
            "\n**Mistakes** that the check knows, and what it says:\n",
            "| mistake | the check says |\n|---|---|",
            *rows,
        ]
    )


def _answers(questions):
    lines = ["**Answers of the quiz**, with what it says to each option:\n"]
    for number, question in enumerate(questions, 1):
        picture = f" (Picture: {plain(question.alt)})" if question.picture else ""
        lines.append(f"{number}. {plain(question.text)}{picture}")
        for option, right, why in question.options:
            sign = f"✓ **{plain(option)}**" if right else plain(option)
            lines.append(f"    - {sign}: {plain(why)}")
    return "\n".join(lines)


def _derived(derivation):
    rows = [f"| `{wrong}` | {plain(says)} |" for wrong, says in derivation.mistakes.items()]
    return "\n".join(
        [
            f"**The derivation** leads to `{derivation.answer}`; every other form of it passes.\n",
            "| what comes instead | it says |\n|---|---|",
            *rows,
        ]
    )


def model_answer(lesson):
    """Return the model answer to a lesson's open task, which its package has as a text."""
    return (files(lesson) / "model_answer.md").read_text(encoding="utf-8")


def _teaching(note):
    time = f"{note.minutes} minute{'' if note.minutes == 1 else 's'}"
    if not note.minutes:
        time = f"{note.more} minutes in a lecture of 90"
    return f"**Teaching: {time}.** {note.markdown}"
