"""What a student has tried, solved and looked up: one small JSON file that is sent nowhere.

It lies in the folder that COURSE_STATE names, by default the user's data folder.
"""

import json
import os
from pathlib import Path

EMPTY = {"tries": 0, "passed": False, "hints": 0}


def path():
    """Tell where the record is kept."""
    if folder := os.environ.get("COURSE_STATE"):
        return Path(folder) / "progress.json"
    import platformdirs

    return Path(platformdirs.user_data_dir("from-one-neuron", appauthor=False)) / "progress.json"


def read(file=None):
    """Return the record as a dict from exercise id to tries, passed and hints.

    What is no record counts as an empty one: a damaged file must not stop a lesson.
    """
    try:
        stored = json.loads(Path(file or path()).read_text(encoding="utf-8"))
        return {
            str(name): {key: type(start)(entry.get(key, start)) for key, start in EMPTY.items()}
            for name, entry in stored.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def write(record, file=None):
    """Write the record, whole or not at all; return whether that was possible."""
    file = Path(file or path())
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(record, indent=1), encoding="utf-8")
        os.replace(part, file)
    except OSError:
        return False
    finally:
        try:
            part.unlink(missing_ok=True)
        except OSError:
            pass
    return True


def note(exercise_id, **changes):
    """Add to one exercise's entry and return it: numbers are added, passed stays passed."""
    record = read()
    entry = record.setdefault(exercise_id, dict(EMPTY))
    for key, change in changes.items():
        entry[key] = entry[key] or change if key == "passed" else entry[key] + change
    write(record)
    return entry


def merge(other):
    """Add another record to this one: whatever was reached in either counts."""
    record = read()
    for name, entry in other.items():
        mine = record.setdefault(name, dict(EMPTY))
        record[name] = {key: max(mine[key], entry[key]) for key in EMPTY}
    return write(record)
