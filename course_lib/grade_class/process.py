"""Have a submission run in processes of their own, and judge here what came of it."""

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from threading import Lock

from course_lib.exercises import LESSONS, engine, words
from course_lib.exercises.sandbox import Exhausted
from course_lib.grade_class import confined, patients, values, withheld
from course_lib.grade_class.messages import Graded, Problem, Verdict

CRASHED = "crashed"
# The best first: where a student hands in a lesson twice, the better answer counts.
STATUSES = (
    engine.PASSED,
    engine.WRONG,
    engine.RAISED,
    CRASHED,
    engine.UNDECIDED,
    engine.NOT_ATTEMPTED,
)
STOPPED = Verdict(
    status=CRASHED,
    misconception=None,
    message="It ended the process that it runs in, tampered with it, or never came back.",
    code="",
)
ENDED = "It ended the process that read it."
SECONDS = 10 * confined.PATIENCE
# One thread of BLAS each: the submissions run side by side, and threads count as memory.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
IDS = {number: [one.id for one in module.EXERCISES] for number, module in LESSONS.items()}
EVERY = frozenset(name for names in IDS.values() for name in names)
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)

# Known to pass, and read with IPython: where it does not, it is the grader that is broken.
KNOWN = {
    "cell_type": "code",
    "source": "%matplotlib inline\nimport numpy as np\n\n"
    "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))",
}


class Broken(RuntimeError):
    """The judge does not work here, which says nothing about anybody's answers."""


def try_out():
    """Judge what is known to pass.

    Raises
    ------
    Broken
        Where that fails, with the reason.
    """
    result = grade(json.dumps({"cells": [KNOWN]}).encode(), "01")
    answer = result.get("verdicts", {}).get("sigmoid", {})
    if answer.get("status") in (engine.PASSED, engine.UNDECIDED):
        return
    with tempfile.TemporaryDirectory() as folder:
        line, environment = command("runner", EVERY, folder)
        started = subprocess.run(
            line, cwd=folder, env=environment, input=b"{}", capture_output=True
        )
    said = started.stderr.decode(errors="replace").strip().splitlines()
    known = answer.get("message") if answer.get("status") != CRASHED else result.get("problem")
    why = known or (said or ["it ended without a word."])[-1]
    raise Broken(
        "The judge does not work on this machine: an answer that is known to be right did not "
        f"pass. {why}\nIt runs in a process of its own, {sys.executable}, without your environment "
        "variables: what it needs has to be installed there, not found by PYTHONPATH."
    )


def fences():
    """Say what keeps submissions in: for the instructor."""
    works, why = confined.has_bubblewrap()
    held = [confined.BUBBLEWRAP] if works else []
    held += [confined.FILTER] if confined.can_filter() else []
    held += [confined.EVENTS]
    return f"{'; '.join(held)}{'' if works else f' ({why})'}"


def grade(data, hint=None, helpers=None) -> Problem | Graded:
    """Grade the notebook in `data`; nothing that it does stops the grader.

    Parameters
    ----------
    data : bytes
    hint : str, optional
        The lesson that the file's name tells.
    helpers : dict, optional
        Modules that it may import, from path (``utils/helpers``) to source.

    Returns
    -------
    Problem or Graded
        Dictionaries that can be written as JSON; `messages` says what is in them.
    """
    request = {"notebook": base64.b64encode(data).decode(), "lessons": IDS, "hint": hint}
    request |= {"modules": helpers or {}}
    read: dict = next(_ask("reader", EVERY, request), {})
    if "problem" in read:
        return Problem(problem=str(read["problem"]))
    if read.get("lesson") not in LESSONS:
        return Problem(problem=ENDED)
    exercises = LESSONS[read["lesson"]].EXERCISES
    there = [exercise for exercise in exercises if read["programs"][exercise.id]]
    modules = (helpers or {}) | read["written"]
    found = _run_all(there, read["programs"], modules)
    verdicts = {e.id: judged(e, read, found.get(e.id)) for e in exercises}
    notes = read["notes"]
    with suppress(*MALFORMED):
        notes = [*notes, *patients.judged(read["patients"])]
    return Graded(lesson=read["lesson"], notes=notes, verdicts=verdicts)


def _run_all(exercises, programs, modules):
    """Return what came of each exercise, by its id; `STOPPED` where nothing came.

    They run together, without any of the answers. One that asks for another exercise's, as the
    lesson gives it by then, runs once more by itself, without its own alone.
    """
    found = _run(exercises, EVERY, programs, modules)
    for exercise in exercises:
        line = found[exercise.id]
        if line is not STOPPED and set(line.get("asked_for", ())) - {exercise.id}:
            found |= _run([exercise], frozenset([exercise.id]), programs, modules)
    return found


def _run(exercises, names, programs, modules):
    found, left = {}, list(exercises)
    while left:
        questions = [asked(exercise, programs[exercise.id]) for exercise in left]
        request = {"modules": modules, "exercises": questions}
        for exercise, line in zip(list(left), _ask("runner", names, request), strict=False):
            if line.get("id") != exercise.id:
                break
            found[exercise.id] = line
            left.remove(exercise)
        if left:  # where it ended, that one had its chance
            found[left.pop(0).id] = STOPPED
    return found


def asked(exercise, programs):
    """Return what `runner` is asked about an exercise: its inputs, and words for errors."""
    return {
        "id": exercise.id,
        "arguments": list(exercise.arguments),
        "on_error": exercise.on_error,
        "programs": programs,
        "probes": _probes(exercise),
        "given": _given(exercise),
    }


def _given(exercise):
    """Return how a repair is told that is still as the lesson gives it."""
    given = getattr(exercise, "as_given", None)
    return given and words.steps(given.functions[0])


@cache
def _probes(exercise):
    return [
        {"arguments": values.give(probe.arguments), "read_only": probe.read_only}
        for probe in exercise.probes
    ]


# --- The verdict ---------------------------------------------------------------------------------

_one_at_a_time = Lock()  # warnings and printing, which the engine redirects, are the process's


@cache
def _remembered(exercise, function):
    """Return what the reference or a mistake does, which is the same for everybody."""
    return engine.outcomes(exercise, function)


def judged(exercise, read, line) -> Verdict:
    """Judge what came of an exercise.

    Parameters
    ----------
    exercise : Exercise
    read : dict
        What `reader` found in the notebook.
    line : dict or None
        What `runner` said; None where there was nothing to run.
    """
    verdict = STOPPED if line is STOPPED else _verdict(exercise, line, read["programs"])
    if verdict["status"] == engine.NOT_ATTEMPTED and exercise.id in read["unread"]:
        why, code = read["unread"][exercise.id]
        return _written(engine.RAISED, f"It is no Python {PYTHON}. {why}", "no-python", code)
    return verdict


def _verdict(exercise, line, programs) -> Verdict:
    if line is None:
        verdict = engine.grade(exercise, None)
        return _written(verdict.status, verdict.message)
    if "crashed" in line:
        return STOPPED
    try:
        code = programs[exercise.id][line["program"]]["text"]
        if "exhausted" in line:
            verdict = engine.exhausted(Exhausted(line["exhausted"] is True, lambda: None))
        elif "stopped" in line:
            message = f"Its definition stopped with {line['stopped']}"
            verdict = engine.Verdict(engine.RAISED, message[:2000])
        else:
            told = values.listen(line["observed"], len(exercise.probes), exercise.arguments)
            if (given := _given(exercise)) and line["steps"] == given:
                told = replace(told, as_given=exercise.as_given.sentence)
            with _one_at_a_time:
                verdict = engine.judge(exercise, told, _remembered)
    except MALFORMED:
        return STOPPED
    if verdict.status == engine.NOT_ATTEMPTED:  # a repair as it was given is nobody's mistake
        return _written(verdict.status, verdict.message, code=code)
    return _written(verdict.status, verdict.message, verdict.misconception, code)


def _written(status, message, misconception=None, code=""):
    message = message[:2000]
    return Verdict(status=status, misconception=misconception, message=message, code=code)


def has_ended(result):
    """Tell whether the process of the judge ended early, whoever is to blame."""
    statuses = [verdict["status"] for verdict in result.get("verdicts", {}).values()]
    return result.get("problem") == ENDED or CRASHED in statuses


def is_verdict(line):
    """Tell whether a line is a whole verdict of a known kind."""
    return (
        line.get("status") in STATUSES
        and isinstance(line.get("misconception"), (str, type(None)))
        and isinstance(line.get("message"), str)
        and isinstance(line.get("code"), str)
    )


def is_result(result):
    """Tell whether this is what `grade` returns."""
    if "problem" in result:
        return isinstance(result["problem"], str)
    verdicts, notes = result["verdicts"], result["notes"]
    whole = list(verdicts) == IDS[result["lesson"]] and all(map(is_verdict, verdicts.values()))
    return whole and isinstance(notes, list) and all(isinstance(note, str) for note in notes)


# --- Processes -----------------------------------------------------------------------------------


def _ask(module, names, request) -> Iterator[dict]:
    """Run a process; yield the lines of its answer up to the first that is not its own."""
    secret = secrets.token_hex()
    request = json.dumps(request | {"secret": secret}).encode()
    # A file and no pipe: its size is limited, and a process that keeps it open holds nothing up.
    with (
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as folder,
    ):
        line, environment = command(module, names, folder)
        with subprocess.Popen(
            line,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own, to end its children with it
        ) as process:
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(request, timeout=SECONDS)
            finally:
                _end(process)
        answer.seek(0)
        lines = answer.read(confined.FILE).splitlines()
    for line in lines:
        try:
            line = json.loads(line)
            if line.pop("secret") != secret:
                return
        except (*MALFORMED, MemoryError):
            return
        yield line


def command(module, names, folder):
    """Return the command and the environment of a process: nothing of the user's is in it.

    No folder, no key, no record of progress, no network.
    """
    archive = withheld.archive(names)
    passed = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "COURSE_DATA")
    env = {name: os.environ[name] for name in passed if name in os.environ}
    env |= dict.fromkeys(("HOME", "USERPROFILE", "COURSE_STATE", "COURSE_CACHE"), str(folder))
    env |= {"PYTHONPATH": str(archive), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    # `n_jobs=2` works, one after the other: there is no second process.
    env |= {"COURSE_OFFLINE": "1", "PYTHONHASHSEED": "0", "JOBLIB_MULTIPROCESSING": "0"}
    env |= dict.fromkeys(THREADS, "1")
    line = [*confined.around(archive, folder), sys.executable, "-P", "-m"]
    return [*line, f"course_lib.grade_class.{module}"], env


def _end(process):
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
