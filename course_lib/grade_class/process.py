"""Run the judge on one submission in a process of its own, and believe only whole verdicts."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from course_lib.exercises import LESSONS, engine
from course_lib.grade_class import judge
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
    message="It ended the process that judges it, changed what judges it, or never came back.",
    code="",
)
ENDED = "It ended the process that read it."
SECONDS = 10 * judge.PATIENCE
ANSWER = 2_000_000  # characters that are read of an answer
ROOT = Path(__file__).parents[2]
# One thread of BLAS each: the submissions run side by side, and threads count as memory.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


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
    others = [exercise.id for exercise in LESSONS["01"].EXERCISES if exercise.id != "sigmoid"]
    lines = list(_ask(json.dumps({"cells": [KNOWN]}).encode(), ["01", *others]))
    answer = lines[-1] if lines else {}
    if answer.get("status") in (engine.PASSED, engine.UNDECIDED):
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-c", "import course_lib.grade_class.judge"]
        started = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True)
    said = started.stderr.decode(errors="replace").strip().splitlines()
    why = (
        answer.get("message") or answer.get("problem") or (said or ["it ended without a word."])[-1]
    )
    raise Broken(
        "The judge does not work on this machine: an answer that is known to be right did not "
        f"pass. {why}\nIt runs in a process of its own, {sys.executable}, without your environment "
        "variables: what it needs has to be installed there, not found by PYTHONPATH."
    )


def grade(data, hint=None) -> Problem | Graded:
    """Grade the notebook in `data`; nothing that it does stops the grader.

    Parameters
    ----------
    data : bytes
    hint : str, optional
        The lesson that the file's name tells.

    Returns
    -------
    Problem or Graded
        Dictionaries that can be written as JSON; `messages` says what is in them.
    """
    first: dict = {}
    verdicts: dict[str, Verdict] = {}
    while True:
        lines = _ask(data, [hint or "", *verdicts])
        about = next(lines, {})
        if "problem" in about:
            return Problem(problem=str(about["problem"]))
        first = first or about
        if first.get("lesson") not in LESSONS:
            return Problem(problem=ENDED)
        ids = [exercise.id for exercise in LESSONS[first["lesson"]].EXERCISES]
        for name, line in zip([n for n in ids if n not in verdicts], lines, strict=False):
            if line.get("id") != name or not is_verdict(line):
                break
            verdicts[name] = Verdict(
                status=line["status"],
                misconception=line["misconception"],
                message=line["message"],
                code=line["code"],
            )
        missing = [name for name in ids if name not in verdicts]
        verdicts |= dict.fromkeys(missing[:1], STOPPED)  # where it ended, that one had its chance
        if len(verdicts) == len(ids):
            verdicts = {name: verdicts[name] for name in ids}
            notes = [str(note) for note in first["notes"]]
            return Graded(lesson=first["lesson"], notes=notes, verdicts=verdicts)


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
    ids = [exercise.id for exercise in LESSONS[result["lesson"]].EXERCISES]
    verdicts, notes = result["verdicts"], result["notes"]
    whole = list(verdicts) == ids and all(map(is_verdict, verdicts.values()))
    return whole and isinstance(notes, list) and all(isinstance(note, str) for note in notes)


def _ask(data, arguments) -> Iterator[dict]:
    """Run the judge once; yield the lines of its answer up to the first that is not its own."""
    secret = secrets.token_hex()
    command = [sys.executable, "-P", "-m", "course_lib.grade_class.judge", *arguments]
    # A file and no pipe: its size is limited, and a process that keeps it open holds nothing up.
    with (
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as folder,
    ):
        with subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own, to end its children with it
        ) as process:
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(secret.encode() + b"\n" + data, timeout=SECONDS)
            finally:
                _end(process)
        answer.seek(0)
        lines = answer.read(ANSWER).splitlines()
    for line in lines:
        try:
            line = json.loads(line)
            if line.pop("secret") != secret:
                return
        except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
            return
        yield line


def _environment(folder):
    """Nothing of the user's: no folder, no key, no record of progress; and no network."""
    names = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "COURSE_DATA")
    env = {name: os.environ[name] for name in names if name in os.environ}
    places = dict.fromkeys(("HOME", "USERPROFILE", "COURSE_STATE", "COURSE_CACHE"), folder)
    env |= places | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    env |= {"COURSE_OFFLINE": "1", "PYTHONHASHSEED": "0"}
    return env | dict.fromkeys(THREADS, "1")


def _end(process):
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
