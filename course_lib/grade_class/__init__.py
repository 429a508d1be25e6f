"""Grade the exercises of a class: ``python -m course_lib.grade_class folder/ --csv marks.csv``.

`files` lists what lies there, `handed_in` tells whose it is. `process` has a notebook read
(`reader`, `submission`) and its answers run (`runner`) in processes of their own, `confined` and
with a course `withheld` of answers; what came of them, which `values` carries, it judges here.
`report` writes the marks and what to revisit, and `back` what Moodle and Canvas take in again.
"""

import hashlib
import hmac
import json
import math
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from course_lib._files import replacing
from course_lib.exercises import engine, exercise_ids, record
from course_lib.grade_class import (
    back,
    handed_in,
    process,
    report,
    roster,
    submission,
)
from course_lib.grade_class.messages import Entry, Graded, Problem, Unreadable

__all__ = ["grade_class"]

KEY = 32  # bytes
# Of what is written: the names' ends.
TABLES = "misconceptions", "items", "comments", "files", "moodle", "canvas"
ENDS = ".csv", ".html", ".jsonl", *(f"_{table}.csv" for table in TABLES)


def grade_class(folder, csv, class_list=None, points=None, *, name=None, deadline=None, pages=None):
    """Grade all notebooks below a folder; write marks, a class summary and a page beside them.

    Beside ``marks.csv`` come ``marks.html``, the page, ``marks_misconceptions.csv``,
    ``marks_items.csv``, ``marks_comments.csv``, ``marks_files.csv``: what became of every file,
    for Moodle and Canvas ``marks_moodle.csv`` and ``marks_canvas.csv``, and ``marks.jsonl``: what
    was found, for the next run, which grades only what is new.

    Parameters
    ----------
    folder : path
        Holds for each student a notebook, ``anna.ipynb``, or a folder with notebooks; or the
        folder or ZIP file that Moodle or Canvas gives.
    csv : path
        Where the marks go.
    class_list : path, optional
        A CSV with everybody's name: who is missing gets a row too.
    points : dict, optional
        Points of an exercise, by its id; the others count 1.
    name : str, optional
        How names of files or folders are made, such as ``"hw1_{name}_{id}.ipynb"``; ``*`` stands
        for anything. What Moodle and Canvas make is known.
    deadline : datetime, optional
        Local time; a file that is younger is noted.
    pages : path, optional
        A folder for a page for each student, to give back.

    Returns
    -------
    str
        What was graded and written, and on the last line how much was skipped.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, ValueError
        Where there is no such folder, or nothing to grade in it.
    process.Broken
        Where the judge does not work on this machine; nothing that it says is kept.
    """
    folder, csv = Path(folder), Path(csv)
    if csv.suffix.lower() != ".csv":
        raise ValueError(f"csv is '{csv}'; expected a name that ends in .csv, as marks.csv does.")
    for place in (folder, csv.parent):
        if not place.exists():
            raise FileNotFoundError(f"There is no folder '{place}'. Is it spelt right?")
        if not place.is_dir() and (place != folder or folder.suffix.lower() != ".zip"):
            raise NotADirectoryError(f"'{place}' is a file; expected a folder.")
    for exercise, worth in (points or {}).items():
        if exercise not in exercise_ids():
            raise ValueError(f"points names '{exercise}', which is no exercise of the course.")
        if not 0 <= worth < math.inf:
            raise ValueError(f"points of '{exercise}' are {worth}; expected 0 or more.")
    ours = _room_for(csv, pages)
    expected = roster.read(Path(class_list)) if class_list else []
    with tempfile.TemporaryDirectory() as scratch:
        found, unused = handed_in.find(folder, Path(scratch), name, ours)
        if not found:
            raise ValueError(f"'{folder}' holds no notebook and no folder with notebooks.")
        found = [one.with_its_time(deadline) for one in found]
        results, old = _results(found, csv.with_suffix(".jsonl"))
    graded = [(s, results[s]) for s in found]
    whole = report.gather(graded, points)
    whole.fences = process.fences()
    missing = roster.compare(whole, expected)
    for path, text in {
        **report.files(csv, whole),
        **back.files(csv, whole, graded, unused),
        **(report.pages(Path(pages), whole) if pages else {}),
    }.items():
        _write(path, text)
    again = f", {old} of them taken over from {csv.with_suffix('.jsonl').name}" if old else ""
    unreadable = sum("problem" in result for result in results.values())
    counts = [
        f"skipped: {sum(why not in handed_in.NO_LOSS for _, why in unused)}",
        f"unreadable: {unreadable}",
        f"renamed: {sum(s.renamed or _under_another_name(results[s]) for s in found)}",
    ]
    counts += [f"on the list and missing: {len(missing)}"] if expected else []
    return (
        f"{len(found)} submissions{again}. Wrote {csv} and {csv.with_suffix('.html')}.\n"
        f"Files {', '.join(counts)}; {csv.stem}_files.csv says why."
    )


def _room_for(csv, pages):
    """Make sure, before a class is graded, that its marks can be written; return where they go."""
    ours = [csv.with_name(f"{csv.stem}{end}") for end in ENDS]
    for place in ours:
        if place.is_dir():
            raise IsADirectoryError(f"'{place}' is a folder; a file of that name is to be written.")
    if pages:
        Path(pages).mkdir(parents=True, exist_ok=True)
        ours.append(Path(pages))
    for folder in (csv.parent, *([Path(pages)] if pages else [])):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise type(error)(f"'{folder}' cannot be written to: {error.strerror}.") from None
    return {place.absolute() for place in ours}


def _under_another_name(result):
    return any(submission.COUNTS in note for note in result.get("notes", ()))


def _results(found, kept):
    """Return what becomes of each submission, and for how many it was known."""
    shas, results = _fingerprints(found)
    key = _key()
    known = _recall(kept, key)
    taken = {sha: known[sha] for sha in shas.values() if sha in known}
    todo = {shas[s]: s for s in reversed(found) if s in shas and shas[s] not in taken}
    if todo:
        process.try_out()
    _write(kept, "".join(_line(key, sha, result) for sha, result in taken.items()))
    with kept.open("a", encoding="utf-8") as file:  # each as it comes: an interruption keeps it
        for sha, result in _graded(todo):
            taken[sha] = result
            file.write(_line(key, sha, result))
            file.flush()
    gone = Problem(problem="It went away while the class was graded.")
    results |= {s: taken.get(sha, gone) for s, sha in shas.items()}
    return results, sum(sha in known for sha in shas.values())


def _fingerprints(found):
    """Return the SHA-256 of each submission and the course, and results where there is no file."""
    course = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        course.update(path.read_bytes())
    keys, unreadable = {}, {}
    for one in found:
        try:
            digest = course.copy()
            digest.update(json.dumps([one.lesson, one.read_helpers()]).encode() + one.read())
            keys[one] = digest.hexdigest()
        except Unreadable as error:
            unreadable[one] = Problem(problem=str(error))
    return keys, unreadable


def _graded(todo):
    """Yield (key, result) of each submission as it is done."""
    from joblib import Parallel
    from tqdm import tqdm

    # Threads, which wait for processes; inside `joblib.parallel_config` something else, Dask say.
    parallel = Parallel(n_jobs=-1, prefer="threads", return_as="generator_unordered")
    return tqdm(parallel(_tasks(todo)), total=len(todo), unit="notebook", disable=not todo)


def _tasks(todo):
    from joblib import delayed

    for key, one in todo.items():
        with suppress(Unreadable):  # it was readable when its fingerprint was taken
            yield delayed(_one)(key, one.read(), one.lesson, one.read_helpers())


def _one(key, data, lesson, helpers) -> tuple[str, Problem | Graded]:
    result = process.grade(data, lesson, helpers)
    if process.has_ended(result):
        process.try_out()  # the machine's fault is nobody's mark
    return key, result


def _key():
    """Return what seals the results that are kept: it lies where no submission can read."""
    path = record.path().with_name("grading.key")
    try:
        if not path.exists() or path.stat().st_size < KEY:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as unfinished:
                unfinished.touch(0o600)
                unfinished.write_bytes(secrets.token_bytes(KEY))
        return path.read_bytes()
    except OSError:  # then nothing is taken over, and all is graded
        return secrets.token_bytes(KEY)


def _seal(key, sha, result):
    return hmac.digest(key, json.dumps([sha, result]).encode(), "sha256").hex()


def _line(key, sha, result):
    return json.dumps(Entry(sha256=sha, seal=_seal(key, sha, result), result=result)) + "\n"


def _recall(path, key) -> dict[str, Problem | Graded]:
    """Read what an earlier run has found; a line that was cut off, or forged, is no result."""
    known = {}
    lines = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    for line in lines.splitlines():
        try:
            entry = json.loads(line)
            sha, result = entry["sha256"], entry["result"]
            sealed = hmac.compare_digest(entry["seal"], _seal(key, sha, result))
            if sealed and process.is_result(result) and not _undecided(result):
                known[sha] = result
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return known


def _undecided(result):
    """Tell whether the machine was too busy for an answer of it, which is then asked for again."""
    verdicts = result.get("verdicts", {}).values()
    return any(verdict["status"] == engine.UNDECIDED for verdict in verdicts)


def _write(path, text):
    lock = path.with_name(f".~lock.{path.name}#")  # LibreOffice's, which would write over it
    try:
        if lock.exists():
            raise PermissionError
        with replacing(path) as unfinished:
            # Half of a pair of code units, as an answer may hold, is no text that can be written.
            unfinished.write_bytes(text.encode("utf-8", "backslashreplace"))
    except PermissionError:
        held = f" {lock.name} is there as long as it is." if lock.exists() else ""
        raise PermissionError(
            f"'{path}' cannot be written. Is it open in a spreadsheet?{held} Close it and run the "
            "same command again: what was graded is kept."
        ) from None
