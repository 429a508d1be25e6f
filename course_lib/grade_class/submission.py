"""Find what was handed in, and take the answers out of a notebook without running all of it.

What runs of a notebook is chosen by need: an answer, and of the other statements (imports, helper
functions, constants) those that bind a name which it uses.
"""

import __future__

import ast
import json
import os
import re
import stat
import symtable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.exercises import LESSONS

TOO_LARGE = 50_000_000  # bytes; the longest lesson with its outputs has 3 million
# Magics that run what they are given among the notebook's own names.
RUN_IT = ("time", "prun", "capture")
CELL_MAGIC, LINE_MAGIC = "get_ipython().run_cell_magic", "get_ipython().run_line_magic"
NEW_SCOPE = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


class Unreadable(ValueError):
    """A file that is no notebook; the message says why, for the instructor."""


@dataclass(frozen=True)
class Submission:
    """A file of a student; `place` is its path below the folder, or what stands for it."""

    student: str
    place: str
    path: Path

    def read(self):
        """Return the bytes of the file; nothing but a regular file is opened."""
        try:
            about = os.lstat(self.path)
            if stat.S_ISLNK(about.st_mode):
                raise Unreadable("It is a link; only files that lie in the folder are read.")
            if stat.S_ISDIR(about.st_mode):
                raise Unreadable("There is no notebook in this folder.")
            if not stat.S_ISREG(about.st_mode):
                raise Unreadable("It is no ordinary file.")
            if about.st_size > TOO_LARGE:
                size = f"{about.st_size / 1e6:.0f} MB"
                raise Unreadable(f"It has {size}; more than {TOO_LARGE // 10**6} MB are not read.")
            return self.path.read_bytes()
        except OSError as error:
            raise Unreadable(f"It cannot be read: {error.strerror}.") from None

    @property
    def lesson(self):
        """The lesson that the file's name tells, or None; its content has the last word."""
        numbers = re.findall(r"(?<!\d)\d\d(?!\d)", self.path.name)
        return next((number for number in numbers if number in LESSONS), None)


def find(folder):
    """List the submissions below a folder, sorted: a file or a folder for each student."""
    found = []
    for top in sorted(Path(folder).iterdir(), key=_by_name):
        if top.name.startswith("."):
            continue
        if top.is_dir() and not top.is_symlink():
            inside = sorted(_notebooks(top), key=_by_name)
            found += [Submission(text(top.name), _place(p, folder), p) for p in inside or [top]]
        elif top.suffix.lower() == ".ipynb" or (top.is_symlink() and top.is_dir()):
            found.append(Submission(text(top.stem), _place(top, folder), top))
    return found


def _notebooks(folder):
    for place, folders, names in os.walk(folder):  # does not follow links
        # .ipynb_checkpoints holds older copies; __MACOSX and ._name what a Mac adds to a ZIP.
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        yield from (
            Path(place, name)
            for name in names
            if name.lower().endswith(".ipynb") and not name.startswith(".")
        )


def _by_name(path):
    return text(str(path)).casefold(), os.fsencode(path)


def _place(path, folder):
    return text(path.relative_to(folder).as_posix())


def text(name):
    """Return a file's name as text that can be printed, even where its bytes are no UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def cells(data):
    """Return the sources of a notebook's code cells.

    Raises
    ------
    Unreadable
        Where the bytes are no notebook.
    """
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError, MemoryError):
        what = "It is empty." if not data.strip() else "It is not JSON: damaged, or another format."
        raise Unreadable(what) from None
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(found, list):
        raise Unreadable("It is JSON, but not a notebook (of format 4, as JupyterLab saves it).")
    code = [cell for cell in found if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    sources = (cell.get("source") for cell in code)
    return ["".join(map(str, s)) if isinstance(s, list) else str(s or "") for s in sources]


@dataclass
class Statement:
    """A statement at the top of a cell, the names that it binds and those that it uses."""

    node: ast.stmt
    cell: int
    source: str
    flags: int = 0  # what was imported from __future__ by then
    binds: set = field(default_factory=set)
    uses: set = field(default_factory=set)

    def __post_init__(self):
        try:
            if any(isinstance(part, NEW_SCOPE) for part in ast.walk(self.node)):
                return self._look_inside()
        except SyntaxError:  # an `await` outside of a function, which the kernel allows
            pass
        for part in ast.walk(self.node):
            if isinstance(part, ast.Name):
                loads = isinstance(part.ctx, ast.Load)
                (self.uses if loads else self.binds).add(part.id)
            elif isinstance(part, ast.alias):
                self.binds.add(part.asname or part.name.partition(".")[0])
            elif isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
                self.uses.add(part.target.id)
            elif getattr(part, "name", None):  # of an exception, or what a pattern binds
                self.binds.add(part.name)

    def _look_inside(self):
        table = symtable.symtable(ast.unparse(self.node), self.file, "exec")
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported():
                self.binds.add(symbol.get_name())
            if symbol.is_referenced():
                self.uses.add(symbol.get_name())
        inner = table.get_children()
        while inner:
            table = inner.pop()
            inner += table.get_children()
            self.uses |= {s.get_name() for s in table.get_symbols() if s.is_global()}

    @property
    def file(self):
        """The name under which an error message quotes its lines."""
        return f"<code cell {self.cell}>"

    @property
    def answers(self):
        """The names that it binds as an answer does: anything but what the course gives."""
        node = self.node
        ours = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib")
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            ours |= ast.unparse(node.value.func) == "mine"
        return set() if ours else self.binds

    @property
    def text(self):
        """Its lines, as they were written."""
        first = min(n.lineno for n in (self.node, *getattr(self.node, "decorator_list", ())))
        return "\n".join(self.source.splitlines()[first - 1 : self.node.end_lineno])


def statements(sources):
    """Return the statements of all cells, and what is to be said of cells that Python did not run.

    Returns
    -------
    list of Statement
    broken, other : dict from source to str
        Cells that are no Python, and those that a cell magic hands to something else.
    """
    found, broken, other, flags = [], {}, {}, 0
    for number, source in enumerate(sources, 1):
        try:
            python, magic = as_run(source)
            if magic:
                other[source] = f"Code cell {number} begins with %%{magic}: Python never ran it."
                continue
            tree = ast.parse(python)
            # The kernel refuses a cell as a whole.
            compile(tree, "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            nodes = tree.body
            if python is not source:
                nodes = [part for node in nodes for part in _timed(node)]
            for node in nodes:
                if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                    for name in node.names:
                        flags |= getattr(__future__, name.name).compiler_flag
                found.append(Statement(node, number, python, flags))
        except NOT_PYTHON as error:
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            broken[source] = f"Code cell {number}{line}: {getattr(error, 'msg', error)}."
    return found, broken, other


def as_run(source):
    """Return the Python that the kernel makes of a cell, and the magic that keeps it from running.

    What is Python already stays as it is; IPython, which takes a while to load, reads the rest.
    """
    with suppress(SyntaxError):
        ast.parse(source)
        return source, None
    from IPython.core.inputtransformer2 import TransformerManager

    python = TransformerManager().transform_cell(source)
    if not python.startswith(CELL_MAGIC):
        return python, None
    magic, _, body = ast.literal_eval(python.removeprefix(CELL_MAGIC))
    return as_run(body) if magic in RUN_IT else (source, magic)


def _timed(node):
    """Return the statements that a line such as ``%time x = 1`` runs, or the node as it is."""
    call = ast.unparse(getattr(node, "value", None) or ast.Pass())
    with suppress(*NOT_PYTHON, LookupError, AttributeError):  # %time alone, or what is no Python
        magic, line = ast.literal_eval(call.removeprefix(LINE_MAGIC))
        if call.startswith(LINE_MAGIC) and magic in RUN_IT:
            inner = ast.parse(line).body
            for part in inner:
                ast.increment_lineno(part, node.lineno - 1)
            if not isinstance(node, ast.Assign):
                return inner
            node.value = inner[-1].value  # of t = %time f(1)
    return [node]


def lesson_of(found, unread, hint=None):
    """Tell the lesson: of which most exercises are defined; where it is a draw, the `hint`."""
    names = set().union(*(statement.answers for statement in found))
    names |= {name for source in unread for name in re.findall(r"def (\w+)", source)}
    known = {
        number: sum(exercise.id in names for exercise in module.EXERCISES)
        for number, module in LESSONS.items()
    }
    most = max(known.values())
    best = [number for number, count in known.items() if count == most]
    if hint in best:
        return hint
    if not most:
        raise Unreadable("It defines no exercise of this course.")
    return best[0]


def needed(found, place):
    """Choose the statements that the one at a place may need; return them, and the names used."""
    binders = {}
    for i, statement in enumerate(found):
        for name in ("*",) if _imports_all(statement.node) else statement.binds:
            binders.setdefault(name, []).append(i)
    chosen, names, todo = set(), set(), [place, *binders.get("*", ())]
    while todo:
        i = todo.pop()
        if i not in chosen:
            chosen.add(i)
            new = found[i].uses - names
            names |= new
            todo += [j for name in new for j in binders.get(name, ())]
    return [found[i] for i in sorted(chosen)], names


def _imports_all(node):
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
