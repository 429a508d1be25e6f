"""The process in which one submission runs: ``python -m course_lib.grade_class.judge``.

It reads a secret and a notebook from its standard input and answers in lines of JSON, each with
the secret, over a channel that the submission's prints do not reach. This keeps accidents and
pranks apart from marks. It is no security sandbox: code that walks the stack can forge a pass.
"""

import ast
import builtins
import faulthandler
import gc
import io
import itertools
import json
import linecache
import os
import signal
import sys
import types
from contextlib import suppress

import numpy as np

from course_lib.exercises import LESSONS, engine
from course_lib.exercises.sandbox import SECONDS, Allowance, Exhausted, run, text_of
from course_lib.exercises.words import rules_of
from course_lib.grade_class import submission
from course_lib.grade_class.messages import About, Answer, Problem

# Beyond the engine's own limits: C code, which these do not stop, ends the process, after seconds
# of its own work where the system tells them from waiting for its turn, and at last by the clock.
WORK_SECONDS = 30
PATIENCE = 2 * SECONDS
MEMORY = 4 * 2**30  # bytes
FILE = 10 * 2**20
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# https://docs.python.org/3/library/audit_events.html
FORBIDDEN = (
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.system", "os.kill", "os.killpg", "os.chdir", "os.fchdir", "subprocess.Popen"),
    *("signal.pthread_kill", "resource.prlimit", "resource.setrlimit"),
    *("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"),
)
CHANGES_FILES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.rmtree"),
)


def main(hint, *done):
    """Grade the notebook's exercises but those `done`; `hint` is the lesson its name tells."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    secret = sys.stdin.buffer.readline().decode().strip()
    data = sys.stdin.buffer.read()
    sys.stdin = io.StringIO()  # input() finds an end

    def say(message: Problem | About | Answer):
        channel.write(json.dumps({"secret": secret, **message}) + "\n")
        channel.flush()

    _limit()
    _watch()
    original = _parts()
    try:
        every = submission.cells(data)
        code = [cell.source for cell in every if cell.kind == "code"]
        gc.disable()  # it would look through the trees of many statements again and again
        found, broken, other = submission.statements(code)
        gc.enable()
        ids = {cell.id for cell in every}
        lesson = submission.lesson_of(found, broken | other, ids, hint)
    except submission.Unreadable as error:
        return say(Problem(problem=str(error)))
    exercises = LESSONS[lesson].EXERCISES
    names, notes = submission.other_names(found, every, lesson)
    # Only what hides an answer is worth a word.
    notes += [
        why for cell, why in other.items() if any(f"def {one.id}(" in cell for one in exercises)
    ]
    say(About(lesson=lesson, notes=[*broken.values(), *notes][:20]))
    for exercise in exercises:
        if exercise.id in done:
            continue
        verdict, code = judge(exercise, found, broken, names.get(exercise.id))
        if _replaced(original):
            return None  # without a verdict: what it put there would judge itself
        say(
            Answer(
                id=exercise.id,
                status=verdict.status,
                misconception=verdict.misconception,
                message=verdict.message[:2000],
                code=code[:2000],
            )
        )


def judge(exercise, found, broken, name=None):
    """Judge the last answer that is more than a stub; return the verdict and the code."""
    verdict, code, name = engine.grade(exercise, None), "", name or exercise.id
    places = [i for i, statement in enumerate(found) if name in statement.answers]
    for place in reversed(places):
        _watch()
        answer, code = answer_at(found, place, name), found[place].text
        if isinstance(answer, Exhausted):
            return engine.exhausted(answer), code
        if isinstance(answer, BaseException):
            message = f"Its definition stopped with {type(answer).__name__}: {text_of(answer)}"
            return engine.Verdict(engine.RAISED, message), code
        verdict = engine.grade(exercise, answer)
        if verdict.status != engine.NOT_ATTEMPTED:
            return verdict, code
    for source, why in broken.items():
        if f"def {exercise.id}(" in source:
            return engine.Verdict(engine.RAISED, f"It is no Python. {why}", "no-python"), source
    return verdict, code


def answer_at(found, place, name):
    """Run what an answer needs, and return it, or what its definition raised.

    The names that it meets are those of its cell, as in the check that follows it. Of the cells
    below only those run without which a name would be missing: they may have been run before.
    """
    namespace = {"__name__": "__main__", "__builtins__": __builtins__, "get_ipython": _Kernel}
    chosen, names = submission.needed(found, place)
    answer = None
    for cell, statements in itertools.groupby(chosen, key=lambda statement: statement.cell):
        statements = list(statements)
        bound = set().union(*(statement.binds for statement in statements)) & names
        missing = bound - namespace.keys() - vars(builtins).keys()
        if cell > found[place].cell and not missing:
            continue
        for statement in statements:
            error = _execute(statement, namespace)
            if statement is found[place]:
                answer = error or namespace.get(name)
    namespace[name] = answer  # even if its cell binds the name once more
    return answer


def _execute(statement, namespace):
    """Run a statement; return what it raised, or None."""
    if statement.file not in linecache.cache:  # for the line that an error message quotes
        lines = statement.source.splitlines(keepends=True)
        linecache.cache[statement.file] = (len(statement.source), None, lines, statement.file)
    # Followed step by step, a library takes seconds to load; an import has no loop of theirs.
    imports = isinstance(statement.node, (ast.Import, ast.ImportFrom))

    def execute():
        module = ast.Module([statement.node], [])
        exec(compile(module, statement.file, "exec", statement.flags, True), namespace)

    return run(execute, (), None if imports else Allowance()).error


class _Kernel:
    """Stands for IPython, whose magics do nothing here."""

    def __getattr__(self, name):
        return lambda *arguments, **options: None


def _watch():
    """End this process unless called again in time."""
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_PROF, WORK_SECONDS)
    faulthandler.dump_traceback_later(PATIENCE, exit=True, file=2)  # which is nowhere


def _limit():
    """Limit memory and files where the system can, and refuse what no exercise needs."""
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        for what, most in (("AS", MEMORY), ("FSIZE", FILE), ("CORE", 0)):
            kind = getattr(resource, f"RLIMIT_{what}")
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(ValueError, OSError):  # macOS does not limit memory
                resource.setrlimit(kind, (most, most))
    here, real, nowhere = os.path.realpath("."), os.path.realpath, os.devnull

    def refuse(event, arguments):
        paths = ()
        if event == "open":
            paths = arguments[:1] if arguments[2] & WRITES else ()
        elif event in CHANGES_FILES:
            paths = arguments[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1]
        elif event in FORBIDDEN:
            raise PermissionError(f"{event} is not for submissions")
        for path in paths:
            if isinstance(path, (str, bytes)) or hasattr(path, "__fspath__"):
                path = os.fsdecode(path)
                if path != nowhere and not real(path).startswith(here + os.sep):
                    raise PermissionError("a submission may write to its own folder only")

    sys.addaudithook(refuse)


def _parts():
    """Return what judges: the names of the course's modules and of NumPy, and the measures."""
    parts = {}
    for module in TRUSTED:
        for key, value in list(vars(module).items()):
            # NumPy loads some of its modules late.
            if not isinstance(value, types.ModuleType) and key != "__warningregistry__":
                parts[module.__name__, key] = value
            if isinstance(value, types.FunctionType):
                parts[module.__name__, key, "code"] = value.__code__
    return parts, [_measure(exercise) for m in LESSONS.values() for exercise in m.EXERCISES]


def _measure(exercise):
    """Return what an exercise judges by."""
    rules = [rule.holds for probe in exercise.probes for rule in rules_of(exercise, probe)]
    arrays = (a for probe in exercise.probes for a in probe.arguments if isinstance(a, np.ndarray))
    names = [probe.name for probe in exercise.probes]
    return exercise.reference, rules, names, [array.tobytes() for array in arrays]


def _replaced(original):
    """Tell whether anything that judges is no longer what it was."""
    (parts, measures), (now, measures_now) = original, _parts()
    return (
        parts.keys() != now.keys()
        or any(now[key] is not value for key, value in parts.items())
        or measures != measures_now
    )


# What takes part in judging; a submission may import more of the course.
TRUSTED = [
    module
    for name, module in sys.modules.items()
    if name.startswith("course_lib") or name in ("builtins", "copy", "itertools", "numpy", "time")
]

if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    finally:
        os._exit(0)  # even while threads of the submission still run
