"""What a student has tried, solved and looked up: one small JSON file that is sent nowhere.

It lies in the folder that COURSE_STATE names, by default the user's data folder.
"""

import json
import os
from pathlib import Path

from course_lib._files import replacing

EMPTY = {"tries": 0, "passed": False, "hints": 0, "source": ""}
TOO_LONG = 50_000  # characters of a source: a hundred times what an answer takes
unsaved = {}  # file → record, where the file cannot be written; lost with the kernel


def path():
    """Tell where the record is kept."""
    if folder := os.environ.get("COURSE_STATE"):
        return Path(folder).expanduser() / "progress.json"
    import platformdirs

    return Path(platformdirs.user_data_dir("from-one-neuron", appauthor=False)) / "progress.json"


def read(file=None):
    """Return the record as a dict from exercise id to tries, passed, hints and source.

    What is no record counts as an empty one: a damaged file must not stop a lesson.
    """
    file = Path(file or path())
    if file in unsaved:
        return unsaved[file]
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = stored.items() if isinstance(stored, dict) else ()
    return {name: _sound(entry) for name, entry in entries if isinstance(entry, dict)}


def _sound(entry):
    """Keep what has the right type and a size that people reach."""

    def fine(value):
        return len(value) <= TOO_LONG if isinstance(value, str) else 0 <= value < 1e6

    return {
        key: entry[key] if type(entry.get(key)) is type(start) and fine(entry[key]) else start
        for key, start in EMPTY.items()
    }


def write(record, file=None):
    """Write the record, whole or not at all; return whether that was possible."""
    file = Path(file or path())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as unfinished:
            unfinished.write_text(json.dumps(record, indent=1), encoding="utf-8")
    except (OSError, ValueError):
        return False
    return True


def keep(record):
    """Write the record where it belongs, or hold it in memory; return whether it was written."""
    if write(record):
        unsaved.pop(path(), None)
        return True
    unsaved[path()] = record
    return False


def note(exercise_id, **changes):
    """Add to one exercise's entry and return it.

    Numbers are added, passed stays passed, a source takes the place of an earlier one.
    """
    record = read()
    entry = record.setdefault(exercise_id, dict(EMPTY))
    for key, change in changes.items():
        if key == "source":
            entry[key] = change or entry[key]
        else:
            entry[key] = entry[key] or change if key == "passed" else entry[key] + change
    keep(record)
    return entry


def merge(other):
    """Add another record to this one: whatever was reached in either counts."""
    record = read()
    for name, entry in other.items():
        mine = record.setdefault(name, dict(EMPTY))
        record[name] = {key: max(mine[key], entry[key]) for key in EMPTY}
        record[name]["source"] = mine["source"] or entry["source"]
    return keep(record)
