"""What a student has passed: kept as source, run again elsewhere, collected in one file.

An answer is gathered from the cells that the kernel has run: the statement that made it and what
that one needs, which are imports, helper functions and numbers. What is kept is text and no more;
before it is used again it has to pass its check again.
"""

import ast
import contextlib
import inspect
import io
import linecache
import symtable
import sys
import textwrap
import tokenize
import tracemalloc
import types

import numpy as np

from course_lib.exercises import engine, record, sandbox

COURSE = "course_lib"
PLAIN = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)

passed = {}  # exercise id → the function that passed in this kernel, and its source if it has one
revived = {}  # a function that was kept → its source
in_use = set()  # ids of the exercises for which `mine` gave the student's own function last


class Unkeepable(ValueError):
    """Why an answer cannot be kept."""


def keep(exercise, candidate):
    """Hold an answer that has passed for this kernel, and return its source for later ones.

    What is held is the function as its source makes it: a helper that is written anew for another
    exercise, under the same name, does not change it.

    Raises
    ------
    Unkeepable
        Where this kernel alone has it.
    """
    passed[exercise.id] = candidate, ""
    source = gather(exercise.id, candidate)
    if source is None:
        return ""
    function = revive(exercise.id, source)
    if function is None or engine.grade(exercise, function).status != engine.PASSED:
        raise Unkeepable("without the rest of the notebook it does something else.")
    passed[exercise.id] = function, source
    return source


# --- Gathering -----------------------------------------------------------------------------------


def gather(exercise_id, candidate):
    """Return the source of an answer with all that it needs.

    Parameters
    ----------
    exercise_id : str
    candidate : function

    Returns
    -------
    str or None
        None outside of a notebook, where there are no cells.

    Raises
    ------
    Unkeepable
    """
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    if not shell:
        return None
    if _plain(candidate) and candidate in revived:
        return revived[candidate]
    parts = Parts(shell.user_ns, last_statements(shell.user_ns.get("In", [])))
    bound = [n for n, v in shell.user_ns.items() if v is candidate and not n.startswith("_")]
    if not bound:
        raise Unkeepable("it has no name in this notebook.")
    name = exercise_id if exercise_id in bound else bound[0]
    parts.need(name)
    source = parts.text() + ("" if name == exercise_id else f"\n\n{exercise_id} = {name}")
    if len(source) > record.TOO_LONG:
        raise Unkeepable(f"with all that it needs it has {len(source):,} characters.")
    return source


def last_statements(cells):
    """Map each name to the source of the statement that bound it last."""
    found = {}
    for cell in cells:
        try:
            nodes = ast.parse(cell).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it did not run either
        for node in nodes:
            source = segment(cell, node)
            found |= dict.fromkeys(names_in(source)[0], source)
    return found


def segment(text, node):
    """Return the lines of a statement, decorators included."""
    first = min(n.lineno for n in (node, *getattr(node, "decorator_list", ())))
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def names_in(source):
    """Return the names that a statement binds at the top, and those that it takes from there."""
    table = symtable.symtable(source, "<cell>", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    uses = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    inner = table.get_children()
    while inner:
        table = inner.pop()
        inner += table.get_children()
        uses |= {s.get_name() for s in table.get_symbols() if s.is_global()}
    return binds, uses


class Parts:
    """Statements in an order in which they can be run, one for each name that is needed."""

    def __init__(self, names, statements):
        self.names, self.statements = names, statements
        self.found, self.begun = [], set()

    def need(self, name):
        """Add what defines a name, and before it what that needs."""
        if name in self.begun or name not in self.names:
            return  # a builtin, or a name that nobody has defined
        self.begun.add(name)
        source = self.source(name, self.names[name])
        # A function may call itself, or one that calls it: what it uses is there by then.
        for used in sorted(names_in(source)[1] - {name}):
            self.need(used)
        self.found.append(source)

    def source(self, name, value):
        """Return a statement that gives a value its name."""
        if isinstance(value, types.ModuleType):
            return f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
        if origin := imported(name, value):
            return origin
        if _plain(value) and value in revived:
            return revived[value]
        if callable(value):
            if name not in self.statements:
                raise Unkeepable(f"no cell defines {name}.")
            return self.statements[name]
        return f"{name} = {literal(name, value)}"

    def text(self):
        """Return the source of all."""
        return "\n\n".join(dict.fromkeys(self.found))


def _plain(value):
    return isinstance(value, types.FunctionType | type)


def imported(name, value):
    """Return the import of an object from the module that has it; None for a student's own."""
    home = getattr(value, "__module__", None) or "numpy"
    home = "numpy" if isinstance(value, np.ufunc) else home
    known = getattr(value, "__name__", name)
    if home in ("__main__", "yours") or getattr(sys.modules.get(home), known, None) is not value:
        return None
    if not callable(value):
        return None
    return f"from {home} import {known}" + (f" as {name}" if known != name else "")


def literal(name, value):
    """Write a value out, where that is a matter of a line or two."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size <= 100:
        return f"np.array({value.tolist()!r}, dtype=np.{value.dtype})"
    with contextlib.suppress(Exception):
        if len(written := repr(value)) <= 1000 and ast.literal_eval(written) == value:
            return written
    raise Unkeepable(f"it uses {name}, which the notebook has computed; make it an argument.")


# --- Running again -------------------------------------------------------------------------------


def revive(exercise_id, source):
    """Return the function that a kept source defines, or None where it defines none.

    Only definitions, imports and assignments are run.
    """
    file = f"<your {exercise_id}>"
    names = {"__name__": "yours", "np": np}
    with contextlib.suppress(Exception):
        tree = ast.parse(source)
        if all(map(_defines, tree.body)):
            exec(compile(source, file, "exec"), names)
            # So that an error shows the student's own line.
            linecache.cache[file] = (len(source), None, source.splitlines(True), file)
            function = names[exercise_id]
            if _plain(function):
                revived[function] = source
            return function
    return None


def _defines(node):
    """Tell whether a statement does no more than give names."""
    if isinstance(node, ast.If | ast.Try):
        parts = [*node.body, *node.orelse]
        parts += [part for handler in getattr(node, "handlers", ()) for part in handler.body]
        return all(map(_defines, parts))
    return isinstance(node, PLAIN)


def takes_long(exercise, function):
    """Say why an answer is too slow, or too large, for a lesson's 60,000 images; else None.

    It runs on a probe that has become longer: there an answer that goes through examples or pixels
    needs far more instructions of Python than the course's function does, and one that compares
    each example with each far more memory. Both are the same on every machine.
    """
    if not exercise.loops_are_slow:
        return None
    theirs = _as_a_students(exercise.reference)
    arguments = _longer(exercise, theirs, 400, pixels=True)
    if arguments is not None:
        needed = _instructions(theirs, arguments, 100_000)
        if needed is None:  # the course's goes through them one by one itself
            return None
        if _instructions(function, arguments, 10 * needed + 1000) is None:
            return "goes through examples or pixels one by one, which takes long with 60,000 images"
    arguments = _longer(exercise, theirs, 2000, pixels=False)
    if arguments is not None and _peak(function, arguments) > 20 * _peak(theirs, arguments) + 2e6:
        return "compares each example with each, which takes too much memory with 60,000 images"
    return None


def _instructions(function, arguments, most):
    """Count the instructions of Python that a call takes; None where it takes more than so many."""
    allowance = sandbox.Allowance()
    allowance.left = most
    error = sandbox.run(function, arguments, allowance).error
    return None if isinstance(error, sandbox.Exhausted) else most - allowance.left


def _longer(exercise, theirs, length, pixels):
    """Return the arguments of a probe with about so many examples, or None where there is none.

    All axes grow that are as long as there are examples (or, if so wanted, pixels, which are the
    columns of `X`), and a batch does.
    """
    for probe in exercise.probes:
        named = dict(zip(exercise.arguments, probe.arguments, strict=False))
        arrays = [v for v in probe.arguments if isinstance(v, np.ndarray) and v.ndim]
        sizes = {len(array) for array in arrays[:1]}
        if pixels and arrays and arrays[0] is named.get("X"):
            sizes |= {*arrays[0].shape[1:]}
        if not sizes or min(sizes) < 2 or probe.extreme:
            continue
        times = max(1, length // max(sizes))
        arguments = tuple(
            value * times if name == "batch_size" and value else _tiled(value, sizes, times)
            for name, value in named.items()
        )
        if sandbox.run(theirs, arguments).error is None:
            return arguments
    return None


def _tiled(value, sizes, times):
    """Repeat arrays, also those in lists, along each axis that has one of these sizes."""
    if isinstance(value, (list, tuple)):
        return type(value)(_tiled(part, sizes, times) for part in value)
    if not isinstance(value, np.ndarray):
        return value
    return np.tile(value, [times if length in sizes else 1 for length in value.shape])


def _peak(function, arguments):
    """Measure the largest amount of memory, in bytes, that a call takes."""
    tracing = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        sandbox.run(function, arguments)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()


def _as_a_students(function):
    """Return the function with code that counts, as a student's does."""
    code = _elsewhere(function.__code__)
    return types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__)


def _elsewhere(code):
    inner = [_elsewhere(c) if isinstance(c, types.CodeType) else c for c in code.co_consts]
    return code.replace(co_filename="<cell>", co_consts=tuple(inner))


# --- Collecting ----------------------------------------------------------------------------------

HEAD = '''"""My network: what I built in *From One Neuron*, in the order of the lessons.

python my_network.py FOLDER    trains on the four files of MNIST in a folder

Functions with the remark "the course's" I have not solved yet.
"""'''
# Threads of NumPy's products wait for each other: beside one busy program this file took four times
# as long. They have to be fewer before NumPy is loaded.
ONE_THREAD = """import os

if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # steady, whatever else the machine does"""


def collect(lessons, own):
    """Return one file with a function for each exercise; it imports NumPy alone.

    Parameters
    ----------
    lessons : dict from str to module
        Number → lesson.
    own : dict from str to str
        Exercise id → source of the student's answer.

    Returns
    -------
    str
        The file.
    dict from str to str
        Exercise id → why the course's function stands there, though there is an answer.
    """
    refused = {}
    while True:
        taken = {name: source for name, source in own.items() if name not in refused}
        text = _one_file(lessons, taken, refused)
        names = {"__name__": "my_network"}
        exec(compile(text, "<my network>", "exec"), names)
        # In company an answer may not be what it was: a helper of the same name, say.
        wrong = {
            name: "in this file it no longer passes"
            for module in lessons.values()
            for exercise in module.EXERCISES
            if (name := exercise.id) in taken
            and name not in refused
            and engine.grade(exercise, names[name]).status != engine.PASSED
        }
        if not wrong:
            return text, refused
        refused |= wrong


def _one_file(lessons, own, refused):
    from course_lib.by_hand import my_network

    ids = [exercise.id for module in lessons.values() for exercise in module.EXERCISES]
    book = Book(ids)
    for number, module in lessons.items():
        book.lines.append(f"# --- Lesson {int(number)} " + "-" * 60)
        for exercise in module.EXERCISES:
            try:
                if exercise.id not in own:
                    raise Unkeepable("")
                book.add(exercise.id, own[exercise.id])
            except Unkeepable as reason:
                if exercise.id in own:
                    refused[exercise.id] = str(reason)
                book.add(exercise.id, course_source(exercise.reference), mark="# the course's")
    book.lines.append("# --- Training " + "-" * 60)
    for function in (my_network.read, my_network.train, my_network.main):
        book.add(function.__name__, course_source(function))
    return book.text()


def course_source(function):
    """Return the source of a function of the course's, with what it needs."""
    parts = Parts(function.__globals__, {})
    for used in sorted(names_in(_definition(function))[1]):
        value = function.__globals__.get(used)
        if used != function.__name__ and value is not None:
            parts.begun.add(used)
            parts.found.append(parts.source(used, value))
    return "\n\n".join([*parts.found, _definition(function)])


def _definition(function):
    return textwrap.dedent(inspect.getsource(function)).strip()


class Book:
    """A file in the making: what it imports, its definitions, and second names at its end."""

    def __init__(self, ids):
        self.ids, self.imports, self.lines, self.second = ids, ["import numpy as np"], [], []
        self.defined = {}  # name → the source that defined it

    def add(self, name, source, mark=None):
        """Add an answer; of what it needs, what is not there yet."""
        lines, imports, second = [], [], []
        defined = {}
        for node in ast.parse(source).body:
            text = segment(source, node)
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    self._import(node, alias, imports, second, lines, defined)
                continue
            for bound in names_in(text)[0] & {*self.ids} - {name}:
                if bound not in names_in(text)[1]:
                    text = ""  # another exercise, which has its own place
            if not text or text in self.defined.values():
                continue
            defined |= dict.fromkeys(names_in(text)[0], text)
            if mark and name in names_in(text)[0]:
                text = f"{mark}\n{text}"
            lines.append(text)
        text = "\n\n\n".join(lines)
        for taken in set(defined) & set(self.defined) - {name}:
            new = next(n for i in range(2, 99) if (n := f"{taken}_{i}") not in self.defined)
            text = renamed(text, taken, new)
            defined[new] = defined.pop(taken)
        self.defined |= defined
        self.lines.append(text)
        self.imports += imports
        self.second += second

    def _import(self, node, alias, imports, second, lines, defined):
        module = getattr(node, "module", None) or alias.name
        here = alias.asname or alias.name
        if module.split(".")[0] == COURSE:
            value = getattr(sys.modules.get(module), alias.name, None)
            if alias.name not in self.ids:
                if not isinstance(value, types.FunctionType):
                    raise Unkeepable(f"it needs {alias.name} of {module}")
                source = course_source(value)
                for inner in ast.parse(source).body:
                    text = segment(source, inner)
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        for deeper in inner.names:
                            self._import(inner, deeper, imports, second, lines, defined)
                    elif text not in self.defined.values() and text not in lines:
                        defined |= dict.fromkeys(names_in(text)[0], text)
                        lines.append(text)
            if here != alias.name:
                second.append(f"{here} = {alias.name}")
        elif module.split(".")[0] in {"numpy", *sys.stdlib_module_names}:
            whole = isinstance(node, ast.Import)
            one = ast.Import([alias]) if whole else ast.ImportFrom(module, [alias], 0)
            imports.append(ast.unparse(one))
        else:
            raise Unkeepable(f"it needs {module.split('.')[0]}, and this file has NumPy alone")

    def text(self):
        """Return the file."""
        imports = sorted({*self.imports} - {"import os"})
        first = [line for line in imports if line.startswith("from __future__")]
        imports = "\n".join(line for line in imports if line not in first)
        own = [line for line in self.lines if line.strip()]
        second = ["\n".join(dict.fromkeys(self.second))] if self.second else []
        run = 'if __name__ == "__main__":\n    main()'
        head = "\n\n".join([HEAD, *first, ONE_THREAD, imports])
        return "\n\n\n".join([head, *own, *second, run]) + "\n"


def renamed(source, old, new):
    """Give a name of a source another one, but not where it is an attribute or an argument's."""
    lines = source.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    # From the end, so that earlier places stay where they are.
    around = zip([tokens[-1], *tokens], tokens, tokens[1:], strict=False)
    for before, token, after in reversed(list(around)):
        keyword = after.string == "=" and before.string in ("(", ",")
        if token.string == old and before.string != "." and not keyword:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + new + line[start + len(old) :]
    return "".join(lines)
