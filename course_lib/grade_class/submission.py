"""Find what was handed in, and take the answers out of a notebook without running all of it.

What runs of a notebook is chosen by need: the definitions of its exercises, and of its other
statements (imports, helper functions, constants) those that bind a name which an answer uses.
"""

import ast
import json
import os
import re
import stat
import symtable
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.exercises import LESSONS

TOO_LARGE = 50_000_000  # bytes; the longest lesson with its outputs has 3 million
MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|.*\S\?)$", re.MULTILINE)  # %time, !pip, ?help, help?
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
    file: str
    source: str
    binds: set = field(default_factory=set)
    uses: set = field(default_factory=set)

    def __post_init__(self):
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
    def answers(self):
        """The names that it binds as an answer does: anything but an import from the course."""
        node = self.node
        ours = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib")
        return set() if ours else self.binds

    @property
    def text(self):
        """Its lines, as they were written."""
        first = min(n.lineno for n in (self.node, *getattr(self.node, "decorator_list", ())))
        return "\n".join(self.source.splitlines()[first - 1 : self.node.end_lineno])


def statements(sources):
    """Return the statements of all cells, and for each cell that is no Python, what it says.

    Returns
    -------
    list of Statement
    dict from source to str
    """
    found, broken = [], {}
    for number, source in enumerate(sources, 1):
        file = f"<code cell {number}>"
        try:
            try:
                tree = ast.parse(source)
            except SyntaxError:  # magics keep their line, so that later ones keep their number
                source = MAGIC.sub(r"\1pass", source)
                tree = ast.parse(source)
            found += [Statement(node, file, source) for node in tree.body]
        except NOT_PYTHON as error:
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            broken[source] = f"Code cell {number}{line}: {getattr(error, 'msg', error)}."
    return found, broken


def lesson_of(found, broken, hint=None):
    """Tell the lesson: of which most exercises are defined; where it is a draw, the `hint`."""
    names = set().union(*(statement.answers for statement in found))
    names |= {name for source in broken for name in re.findall(r"def (\w+)", source)}
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


def needed(found, ids):
    """Choose, in the notebook's order, the statements that the definitions of `ids` need."""
    chosen = {i for i, statement in enumerate(found) if statement.answers & set(ids)}
    names = set().union(*(found[i].uses for i in chosen))
    while True:
        more = {
            i
            for i, statement in enumerate(found)
            if i not in chosen and (statement.binds & names or _imports_all(statement.node))
        }
        if not more:
            return [found[i] for i in sorted(chosen)]
        chosen |= more
        names |= set().union(*(found[i].uses for i in more))


def _imports_all(node):
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
