"""The process in which a submission runs: ``python -m course_lib.grade_class.runner``.

It turns inputs into outputs, and says what came of each. What is right, which mistakes there are
and what the verdict is, it does not know: those are in the grader's process, where nothing of the
submission runs, and the course that can be imported here is without answers.
"""

import base64
import builtins
import json
import linecache
import marshal
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

from course_lib import exercises
from course_lib._speed import steady
from course_lib.exercises import engine, words
from course_lib.exercises.sandbox import Allowance, Exhausted, run, text_of
from course_lib.grade_class import confined, values
from course_lib.grade_class.channel import open_channel


def main():
    """Answer the request on the standard input, a line for each exercise."""
    request, say = open_channel()
    for name, source in request["modules"].items():
        path = Path(f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    sys.path.append(os.getcwd())  # last: a student's own module hides no package
    with steady():  # BLAS is looked for before nothing can be looked for any more
        pass
    if sys.platform != "linux":  # where processes do not fork, or not safely
        confined.within(confined.WORK_SECONDS * (1 + len(request["exercises"])))
    for asked in request["exercises"]:
        say(apart(asked) if sys.platform == "linux" else answer(asked))


def apart(asked):
    """Answer in a child, which takes with it whatever the submission has changed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        for number in range(3, 256):  # it can say nothing but its own answer
            with suppress(OSError):
                if number != writing:
                    os.close(number)
        confined.within(confined.WORK_SECONDS * (1 + len(asked["programs"])))
        line = json.dumps(answer(asked)).encode()
        while line:
            line = line[os.write(writing, line) :]
        os._exit(0)
    os.close(writing)
    data, end = b"", time.monotonic() + confined.PATIENCE * len(asked["programs"])
    while len(data) < confined.FILE and _ready(reading, end):
        part = os.read(reading, 2**16)
        if not part:
            break
        data += part
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return json.loads(data) | {"id": asked["id"]}
    except (ValueError, TypeError, RecursionError, MemoryError):
        return {"id": asked["id"], "crashed": True}


def _ready(reading, end):
    return select.select([reading], [], [], max(0, end - time.monotonic()))[0]


def answer(asked):
    """Return what became of the last answer that is more than what the lesson gives."""
    given = [
        SimpleNamespace(arguments=values.take(probe["arguments"]), read_only=probe["read_only"])
        for probe in asked["probes"]
    ]
    told = {name: asked[name] for name in ("id", "arguments", "on_error")}
    exercise = SimpleNamespace(**told, probes=given)
    first = None  # what became of the last that gives no function: accuracy = accuracy(y, p)
    for number, program in enumerate(asked["programs"]):
        confined.watch()
        exercises.asked_for.clear()
        found = defined(program)
        line = {"id": asked["id"], "program": number}
        if isinstance(found, Exhausted):
            line |= {"exhausted": found.endless}
        elif isinstance(found, BaseException):
            line |= {"stopped": f"{type(found).__name__}: {text_of(found)}"[:2000]}
        else:
            observed = engine.observe(exercise, found)
            steps = words.steps(found)
            untouched = observed.empty or steps == asked["given"]
            line |= {"observed": values.tell(observed), "steps": steps}
            line |= {"asked_for": sorted(exercises.asked_for)}
            if untouched:
                continue
        if program["value"] and not callable(found):
            first = first or line
            continue
        return line
    return first or line


def defined(program):
    """Run what an answer needs, and return it, or what its definition raised.

    The names that it meets are those of its cell, as in the check that follows it. Of the cells
    below only those run without which a name would be missing (they may have been run before), and
    they change no name that was there.
    """
    for file, source in program["files"].items():  # for the line that an error message quotes
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    found = _met(program, program["cells"])
    below = [cell for cell in program["cells"] if cell["below"]]
    if below and isinstance(found, NameError):  # it was run after them
        rest = [cell for cell in program["cells"] if not cell["below"]]
        again = _met(program, [*({**cell, "below": False} for cell in below), *rest])
        found = found if isinstance(again, BaseException) else again
    return found


def _met(program, cells):
    """Run cells one after the other; return the answer, or what its definition raised."""
    namespace = {"__name__": "__main__", "__builtins__": __builtins__, "get_ipython": _Kernel}
    namespace["display"] = lambda *things, **options: None
    found = None
    for cell in cells:
        missing = set(cell["binds"]) - namespace.keys() - vars(builtins).keys()
        if cell["below"] and not missing:
            continue
        kept = dict(namespace) if cell["below"] else {}
        for step in cell["steps"]:
            error = _execute(step, namespace)
            for name in step["imports"] if error else ():
                namespace.setdefault(name, _Absent(error))
            if step["answers"]:
                found = error or namespace.get(program["name"])
        namespace |= kept
    namespace[program["name"]] = found  # even if its cell binds the name once more
    return found


def _execute(step, namespace):
    """Run a statement; return what it raised, or None."""
    code = marshal.loads(base64.b64decode(step["code"]))

    def go():
        waiting = eval(code, namespace)
        while waiting is not None:  # it has an `await`, and nothing else here to wait for
            try:
                waiting.send(None)
            except StopIteration:
                return

    # Followed step by step, a library takes seconds to load; an import has no loop of theirs.
    allowance = None if step["imports"] else Allowance()
    return run(go, (), allowance).error


class _Absent:
    """Stands for what could not be imported, and says so where it is used."""

    def __init__(self, error):
        self.__dict__["why"] = text_of(error)

    def __getattr__(self, name):
        raise ImportError(self.__dict__["why"])

    def __call__(self, *arguments, **options):
        raise ImportError(self.__dict__["why"])


class _Kernel:
    """Stands for IPython, whose magics do nothing here."""

    def __getattr__(self, name):
        return lambda *arguments, **options: None


if __name__ == "__main__":
    try:
        main()
    finally:
        os._exit(0)  # even while threads of the submission still run
