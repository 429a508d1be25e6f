"""Take the answers out of a notebook without running all of it.

What runs of a notebook is chosen by need: an answer, and of the other statements (imports, helper
functions, constants) those that bind a name which it uses.
"""

import __future__

import ast
import builtins
import json
import re
import symtable
from contextlib import suppress
from dataclasses import dataclass, field

from course_lib.grade_class.messages import Unreadable

# An exercise's cell is called after it, ex-one-hot-code; these have shorter names.
SHORT = {
    "binary_cross_entropy": "loss",
    "gradient_step": "step",
    "init_weights": "init",
    "forward_two_layers": "forward",
    "backward_two_layers": "backward",
    "numerical_gradient": "numerical",
    "softmax_cross_entropy_grad": "grad",
}
COUNTS = "counts as"
STOPS = "Jupyter stopped there, and what follows never ran."
# Magics that run what they are given among the notebook's own names.
RUN_IT = ("time", "prun", "capture")
CELL_MAGIC, LINE_MAGIC = "get_ipython().run_cell_magic", "get_ipython().run_line_magic"
PYLAB = "import numpy as np\nimport matplotlib.pyplot as plt\nfrom pylab import *"
A_FILE = re.compile(r"(?:\./)?(\w+(?:/\w+)*)(?:\.py)?")  # utils/helpers.py
WRITES = re.compile(r"%%(?:writefile|file) +(?P<more>-a +)?[\"']?(?P<name>[^\s\"']+\.py)[\"']? *\n")
MODULES = 20, 1_000_000  # of a student's own, and bytes of each
TEXT_RUNS = {"exec", "eval"}
# exec("def f(): ..."), globals()["f"] = g
MAKES_NAMES = {"exec", "globals", "locals", "vars"}
IN_TEXT = re.compile(r"^def (\w+)|^(\w+)(?: *=|$)", re.MULTILINE)
# Methods that change what they are called on, wherever they are called.
CHANGING = set("add append clear extend fill insert pop remove setdefault sort update".split())
FUNCTIONS = ast.FunctionDef, ast.AsyncFunctionDef
NEW_SCOPE = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
CONFLICT = re.compile(rb"^<{7} .*^={7}\s.*^>{7} ", re.MULTILINE | re.DOTALL)
# What begins other files, and no notebook.
NO_JSON = {
    re.compile(rb"(\xef\xbb\xbf)?\s*<"): "It is a web page, not the notebook that it shows. On "
    "GitHub, Raw or Download gives the notebook.",
    re.compile(rb"PK\x03\x04"): "It is a ZIP file or a document of an office, not a notebook.",
    re.compile(rb"%PDF"): "It is a PDF, not a notebook.",
    re.compile(rb"\{\\rtf"): "A word processor has saved it, as RTF.",
    re.compile(rb"version https://git-lfs"): "It is a pointer of git LFS, not the notebook itself.",
}
# What begins a cell of a script: of JupyterLab's and nbconvert's, and of VS Code's and jupytext's.
MARK = re.compile(r"^# ?(?:In ?\[[\d ]*\]:|%%(?=[ \t]|$)(.*))[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook; its kind is "code", "markdown" or "raw"."""

    kind: str
    id: str
    source: str


def cells(data):
    """Return a notebook's cells.

    Raises
    ------
    Unreadable
        Where the bytes are no notebook.
    """
    if not data.strip(b"\0\t\n\r "):
        raise Unreadable("It is empty.")
    if said := next((said for begins, said in NO_JSON.items() if begins.match(data)), None):
        raise Unreadable(said)
    try:
        notebook = json.loads(_in_unicode(data))
    except (ValueError, RecursionError, MemoryError):
        if CONFLICT.search(data):
            raise Unreadable(
                "It has marks of a conflict in git (<<<<<<<): two versions in one file."
            ) from None
        if found := _cells_of_script(as_text(data)):
            return found
        raise Unreadable("It is not JSON: damaged, or another format.") from None
    # Format 3, which Jupyter still opens, has cells on sheets.
    sheets = _list_in(notebook, "worksheets")
    found = [
        *_list_in(notebook, "cells"),
        *(c for sheet in sheets for c in _list_in(sheet, "cells")),
    ]
    if not found:
        if isinstance(notebook, dict) and notebook.get("cells") == []:
            raise Unreadable("It is a notebook without cells.")
        raise Unreadable("It is JSON, but not a notebook with cells, as JupyterLab saves it.")
    found = [cell for cell in found if isinstance(cell, dict)]
    return [
        Cell(
            str(cell.get("cell_type")),
            str(cell.get("id")),
            "".join(map(str, source)) if isinstance(source, list) else str(source or ""),
        )
        for cell in found
        for source in [cell.get("source", cell.get("input"))]
    ]


def _in_unicode(data):
    """Return bytes as they are where they are Unicode, else what an older editor meant."""
    with suppress(UnicodeDecodeError):
        data.decode(json.detect_encoding(data))
        return data
    return in_letters(data)


def in_letters(data, *encodings):
    """Return bytes as text in the encoding that makes most letters of them.

    By default one of those that older programs for Windows and Macs write in Europe.
    """
    encodings = encodings or ("cp1252", "cp1250", "mac_roman")
    texts = [data.decode(encoding, "replace") for encoding in encodings]
    return max(texts, key=_likely)


def _likely(text):
    """Tell how much like names a text looks: O’Hara, Müller, and not OíHara, MŸller."""
    letters, signs = sum(map(str.isalpha, text)), len(re.findall(r"(?<=\w)’(?=[A-Z])", text))
    inside = re.findall(r"(?<=[a-z])[^\W\d_a-z]|(?<=[A-Z])[^\W\d_a-zA-Z](?=[a-z])", text)
    return letters + 2 * signs - 2 * sum(map(str.isupper, inside))


def as_text(data):
    """Return bytes as text, whichever form of Unicode they are in."""
    return data.decode(json.detect_encoding(data), "replace").replace("\r\n", "\n")


def is_in_cells(text):
    """Tell whether a script is a notebook that was saved as one, cell by cell."""
    return bool(MARK.search(text))


def _cells_of_script(text):
    """Return the cells of a script; without marks each statement is one, as it ran by itself."""
    if is_in_cells(text):
        before, *rest = MARK.split(text)
        titles, sources = ["", *rest[::2]], [before, *rest[1::2]]
        kinds = [re.match(r" *(?:.*\[)?(markdown|md|raw)\]", title or "") for title in titles]
        return [
            Cell("markdown" if kind else "code", "", source.strip("\n"))
            for kind, source in zip(kinds, sources, strict=True)
        ]
    if not re.search(r"^(def \w+\(|\w+ *=)", text, re.MULTILINE):
        return []
    starts = [1]
    with suppress(*NOT_PYTHON):
        tree, text, _ = as_run(text)
        starts = sorted({1, *map(_first_line, tree.body if tree else ())})
    lines = text.split("\n")
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    return [
        Cell("code", "", "\n".join(lines[start - 1 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]


def _list_in(what, name):
    found = what.get(name) if isinstance(what, dict) else None
    return found if isinstance(found, list) else []


@dataclass
class Statement:
    """A statement at the top of a cell, and the names that it binds, uses and changes."""

    node: ast.stmt
    cell: int
    source: str
    flags: int = 0  # what was imported from __future__ by then
    binds: set = field(default_factory=set)
    uses: set = field(default_factory=set)
    changes: set = field(default_factory=set)  # the values of these names, without binding them

    def __post_init__(self):
        parts = list(ast.walk(self.node))
        self._look_for_changes(parts)
        self._look_for_names(parts)
        self.changes &= self.uses  # what only a function knows is its own
        if self.uses & MAKES_NAMES and not self.waits:
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    self.binds |= {m[m.lastindex] for m in IN_TEXT.finditer(part.value)}
                    self.uses |= set(re.findall(r"\w+", part.value))
                elif isinstance(part, ast.keyword) and part.arg:  # globals().update(half=0.5)
                    self.binds.add(part.arg)

    def _look_for_names(self, parts):
        if any(isinstance(part, NEW_SCOPE) for part in parts):
            with suppress(SyntaxError):  # an `await` outside of a function: the kernel allows it
                return self._look_inside()
        for part in parts:
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

    def _look_for_changes(self, parts):
        self.changes |= {_root(part) for part in getattr(self.node, "decorator_list", ())}
        for part in parts:
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                if part.func.attr in CHANGING:  # last = l.pop()
                    self.changes.add(_root(part.func))
            call = part.value if isinstance(part, ast.Expr) else None
            if isinstance(part, ast.Global):
                self.changes |= set(part.names)
            elif isinstance(part, (ast.Subscript, ast.Attribute)):
                if not isinstance(part.ctx, ast.Load):  # d["k"] = 1
                    self.changes.add(_root(part))
            elif isinstance(call, ast.Call):  # l.append(1), fill(l)
                method = isinstance(call.func, ast.Attribute)
                self.changes |= {
                    _root(n)
                    for n in [call.func] * method + call.args[:1]
                    if not isinstance(n, ast.Call)  # f(len(x)) changes no len
                }

    @property
    def waits(self):
        """Whether it is a function, which does nothing before it is called."""
        return isinstance(self.node, FUNCTIONS) and not self.node.decorator_list

    @property
    def file(self):
        """The name under which an error message quotes its lines."""
        return f"<code cell {self.cell}>"

    @property
    def defines(self):
        """Whether it is a function, a class or an import, and no assignment."""
        return self.imports or isinstance(self.node, (*FUNCTIONS, ast.ClassDef))

    @property
    def imports(self):
        """Whether it is an import."""
        return isinstance(self.node, (ast.Import, ast.ImportFrom))

    def compiled(self):
        """Return its code; of what cannot run by itself, code that says why."""
        try:
            flags = self.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            return compile(ast.Module([self.node], []), self.file, "exec", flags, True)
        except NOT_PYTHON as error:
            return compile(f"raise SyntaxError({str(error)!r})", self.file, "exec")

    @property
    def answers(self):
        """The names that it binds as an answer does: anything but what the course gives."""
        node = self.node
        if isinstance(node, ast.Delete):
            return set()
        ours = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib")
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            ours |= ast.unparse(node.value.func) == "mine"
        return set() if ours else self.binds

    @property
    def text(self):
        """Its lines, as they were written."""
        first = _first_line(self.node)
        return "\n".join(self.source.splitlines()[first - 1 : self.node.end_lineno])


def _first_line(node):
    return min(n.lineno for n in (node, *getattr(node, "decorator_list", ())))


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
            tree, python, magic = as_run(source)
            if magic:
                other[source] = f"Code cell {number} begins with %%{magic}: Python never ran it."
                continue
            # The kernel refuses a cell as a whole.
            compile(tree, "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            nodes = tree.body
            if python is not source or LINE_MAGIC in source:
                nodes = [part for node in nodes for part in _instead(node)]
                late = [magic for magic in map(_late, nodes) if magic]
                if late:  # Jupyter knows no such magic below the first line, and stops there
                    other[source] = (
                        f"Code cell {number}: {late[0]} is not in its first line. {STOPS}"
                    )
                    nodes = nodes[: [*map(_late, nodes)].index(late[0])]
            for node in nodes:
                if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                    for name in node.names:
                        flags |= getattr(__future__, name.name).compiler_flag
                found.append(Statement(node, number, python, flags))
        except NOT_PYTHON as error:
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            broken[source] = f"Code cell {number}{line}: {getattr(error, 'msg', error)}."
    return found, broken, other


def written(sources):
    """Return the modules that cells write with ``%%writefile``, from path to source."""
    files = {}
    for source in sources:
        match = WRITES.match(source.lstrip())
        if match and (name := A_FILE.fullmatch(match["name"])):
            before = files.get(name[1], "") if match["more"] else ""
            files[name[1]] = before + source.lstrip()[match.end() :] + "\n"
    small = [name for name, source in files.items() if len(source) <= MODULES[1]]
    return {name: files[name] for name in small[: MODULES[0]]}


def open_stars(found, modules):
    """Let ``from tools import *`` bind what a student's own module of that name does."""
    for statement in found:
        if _imports_all(statement.node):
            source = modules.get((statement.node.module or "").replace(".", "/"), "")
            with suppress(*NOT_PYTHON):
                for node in ast.parse(source).body:
                    statement.binds |= Statement(node, statement.cell, source).binds


def as_run(source):
    """Return what the kernel makes of a cell, as tree and text, or the magic that hands it on.

    What is Python already stays as it is; IPython, which takes a while to load, reads the rest.
    """
    python = source.lstrip()
    if not python.startswith(CELL_MAGIC):  # as it stands in a script that was a notebook
        with suppress(SyntaxError):
            return ast.parse(source), source, None
    from IPython.core.inputtransformer2 import TransformerManager

    python = TransformerManager().transform_cell(source)
    if not python.startswith(CELL_MAGIC):
        return ast.parse(python), python, None
    magic, _, body = ast.literal_eval(python.removeprefix(CELL_MAGIC))
    return as_run(body) if magic in RUN_IT else (None, source, magic)


def _late(node):
    """Return the cell magic that is not in the first line of its cell, or None."""
    magic, _ = _line_magic(node)
    return f"%{magic}" if magic.startswith("%") else None


def _instead(node):
    """Return the statements that a line such as ``%time x = 1`` runs, or the node as it is."""
    magic, line = _line_magic(node)
    if magic == "pylab":
        return ast.parse(PYLAB).body
    if magic == "run" and (module := A_FILE.fullmatch(line.rpartition(" ")[2])):
        return ast.parse(f"from {module[1].replace('/', '.')} import *").body
    with suppress(*NOT_PYTHON, LookupError, AttributeError):  # %time alone, or what is no Python
        if magic in RUN_IT:
            inner = ast.parse(line).body
            for part in inner:
                ast.increment_lineno(part, node.lineno - 1)
            if not isinstance(node, ast.Assign):
                return inner
            node.value = inner[-1].value  # of t = %time f(1)
    return [node]


def _line_magic(node):
    """Return the name and the line of the magic that a statement calls, or two empty texts."""
    call = getattr(node, "value", None)
    if isinstance(call, ast.Call) and ast.unparse(call.func) == LINE_MAGIC:
        with suppress(ValueError):  # a call that a student wrote may hold anything
            magic, line = (str(ast.literal_eval(argument)) for argument in call.args)
            return magic, line
    return "", ""


def lesson_of(lessons, found, unread, ids=frozenset(), hint=None):
    """Tell the lesson: of which most exercises are there; where it is a draw, the `hint`.

    `lessons` has the ids of the exercises by the number of the lesson.
    """
    names = set().union(*(statement.answers for statement in found))
    names |= {name for source in unread for name in re.findall(r"def (\w+)", source)}
    known = {
        number: sum(exercise in names or bool(cells_of(exercise) & ids) for exercise in exercises)
        for number, exercises in lessons.items()
    }
    most = max(known.values())
    best = [number for number, count in known.items() if count == most]
    if hint in best:
        return hint
    if not most:
        raise Unreadable("It defines no exercise of this course.")
    return best[0]


def cells_of(exercise):
    """Return the ids that the cell of an exercise has in its lesson, or had in an older one."""
    whole = exercise.replace("_", "-")
    first = whole.partition("-")[0]  # of mend_neuron, say: there is one of them in a lesson
    names = {whole, SHORT.get(exercise, whole)}
    if first not in ("mend", "train"):
        return {f"ex-{name}-code" for name in names}
    return {f"{start}{name}-code" for start in ("ex-", "") for name in {*names, first}}


def other_names(found, every, exercises):
    """Find answers under another name, by the id of their cell, and cells that are no code.

    Returns
    -------
    dict from an exercise's id to the function's name
    list of str
    """
    code = [cell for cell in every if cell.kind == "code"]
    bound = set().union(*(statement.answers for statement in found))
    names, notes = {}, []
    for exercise in exercises:
        ids = cells_of(exercise)
        if exercise in bound:
            continue
        for statement in found:
            if code[statement.cell - 1].id in ids and isinstance(statement.node, ast.FunctionDef):
                names[exercise] = statement.node.name
        if exercise in names:
            notes.append(f"{names[exercise]} {COUNTS} {exercise}, in whose cell it stands.")
            continue
        written = any(f"def {exercise}(" in cell.source for cell in code)
        for cell in () if written else every:
            if cell.kind != "code" and (
                cell.id in ids or re.search(rf"^def {exercise}\(", cell.source, re.MULTILINE)
            ):
                notes.append(f"The cell of {exercise} is {cell.kind} and no code: it never ran.")
    return names, notes


def needed(found, place):
    """Choose the statements that the one at a place may need; return them, and the names used."""
    binders = {}
    for i, statement in enumerate(found):
        for name in ("*",) if _imports_all(statement.node) else statement.binds:
            binders.setdefault(name, []).append(i)
    # In class the whole cell has run when its answer is checked.
    end = place + 1
    while end < len(found) and found[end].cell == found[place].cell:
        end += 1
    changers = _changers(found[:end])
    whole = [[s for s in found if s.cell == number] for number in range(found[-1].cell + 1)]
    fresh = [_made_anew(cell) for cell in whole]
    chosen, names, todo = set(), set(), [place, *binders.get("*", ())]
    todo += [i for name in found[place].binds for i in changers(name) if i > place]
    while todo:
        i = todo.pop()
        if i in chosen:
            continue
        chosen.add(i)
        names |= found[i].uses
        cell = found[i].cell
        for name in found[i].uses:
            those, changing = binders.get(name, ()), changers(name)
            if cell >= found[place].cell and name in fresh[cell]:
                todo += [j for j in (*those, *changing) if found[j].cell == cell]
            else:  # what stands below is asked for what nothing above binds
                todo += [j for j in those if found[j].cell <= found[place].cell] or those
                todo += changing
        if found[i].uses & TEXT_RUNS:  # which names it uses stands in a text
            todo += [j for j, other in enumerate(found) if other.cell == cell]
    return [found[i] for i in sorted(chosen)], names


def _made_anew(cell):
    """Return the names that a cell's statements make in any case, and before they use them."""
    made, used = set(), set()
    for statement in cell:
        used |= set() if statement.waits else statement.uses
        if statement.waits or statement.imports or isinstance(statement.node, ast.Assign):
            made |= statement.binds - used
    return made


def _changers(found):
    """Return a function that tells which statements change what a name stands for.

    A function changes nothing until a statement uses it: by calling it, or as a decorator.
    """
    changing, using, modules, others = {}, {}, set(), {}
    bound = set().union(*(statement.binds for statement in found))
    for i, statement in enumerate(found):
        modules |= statement.binds if statement.imports else set()
        if isinstance(getattr(statement.node, "value", None), ast.Name):  # d = k
            others.setdefault(statement.node.value.id, set()).update(statement.binds)
        for kind, names in ((changing, statement.changes), (using, statement.uses)):
            for name in names:
                kind.setdefault(name, []).append(i)

    def changers(name):
        built_in = name in vars(builtins) and name not in bound  # print(len) changes no len
        seen, todo = set(), [] if built_in else [*changing.get(name, ())]
        todo += [i for other in others.get(name, ()) for i in changing.get(other, ())]
        if name in modules:  # np.x = 1 and no more: x = np.zeros(3) changes no np
            todo = [i for i in todo if _sets_part_of(name, found[i].node)]
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                names = found[i].binds if found[i].waits else ()
                todo += [j for each in names for j in using.get(each, ())]
        return [i for i in seen if not found[i].waits]

    return changers


def _sets_part_of(name, node):
    """Tell whether a statement, or a function in it, sets np.x, or setattr(np, "x", ...)."""
    for part in ast.walk(node):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load):
            if _root(part) == name:
                return True
        elif isinstance(part, ast.Call) and ast.unparse(part.func) == "setattr" and part.args:
            if _root(part.args[0]) == name:
                return True
    return False


def _root(node):
    """Return the name in front of d["a"].b, or None."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _imports_all(node):
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
