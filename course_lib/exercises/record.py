"""What a student has tried, solved and looked up: one small JSON file that is sent nowhere.

It lies in the folder that COURSE_STATE names, by default the user's data folder. Beside exercises
it has entries for questions of a quiz, derivations, milestones and patients of the clinic, all of
one kind.
"""

import itertools
import json
from pathlib import Path

from course_lib._files import kept_in, locked, replacing

EMPTY = {"tries": 0, "passed": False, "hints": 0, "source": ""}
TOO_LONG = 50_000  # characters of a source: a hundred times what an answer takes
unsaved = {}  # file → record, where the file cannot be written; lost with the kernel


def path():
    """Tell where the record is kept."""
    return kept_in("COURSE_STATE", _usual_folder) / "progress.json"


def _usual_folder():
    import platformdirs

    return platformdirs.user_data_path("from-one-neuron", appauthor=False)


def read():
    """Return the record as a dict from a name to tries, passed, hints and source.

    What is no record counts as an empty one: a damaged file must not stop a lesson.
    """
    return merged(unsaved.get(path(), {}), load(path()) or {})


def load(file):
    """Return the record in a file, {} where there is no file, or None where it holds no record."""
    try:
        stored = json.loads(Path(file).read_text(encoding="utf-8") or "{}")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(stored, dict) or (stored and not any(map(_is_entry, stored.values()))):
        return None  # a notebook, say
    return {name: _sound(entry) for name, entry in stored.items() if isinstance(entry, dict)}


def _is_entry(value):
    return isinstance(value, dict) and type(value.get("tries")) is int


def _sound(entry):
    """Keep what has the right type and a size that people reach."""

    def fine(value):
        return len(value) <= TOO_LONG if isinstance(value, str) else 0 <= value < 1e6

    return {
        key: entry[key] if type(entry.get(key)) is type(start) and fine(entry[key]) else start
        for key, start in EMPTY.items()
    }


def write(record, file):
    """Write a record, whole or not at all; return whether that was possible."""
    file = Path(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as unfinished:
            unfinished.write_text(json.dumps(record, indent=1), encoding="utf-8")
    except (OSError, ValueError):
        return False
    return True


def keep(change):
    """Apply ``change(record)``; keep what it returns, on the disk or else in memory, and return it.

    A kernel that wants to keep something at the same time waits: neither loses anything.
    """
    file = path()
    with locked(file):
        record = change(read())
        if set_aside(file) and write(record, file):
            unsaved.pop(file, None)
        else:
            unsaved[file] = record
    return record


def set_aside(file):
    """Rename a file that holds no record; return whether its name is free to be written."""
    if load(file) is None:
        names = (f"{file.stem}-unreadable-{n}{file.suffix}" for n in itertools.count(1))
        try:
            file.rename(next(new for name in names if not (new := file.with_name(name)).exists()))
        except OSError:
            return False
    return True


def aside():
    """List the files that were set aside."""
    return sorted(path().parent.glob(f"{path().stem}-unreadable-*"))


def note(name, **changes):
    """Add to one entry and return it.

    Numbers are added, passed stays passed, a source takes the place of an earlier one.
    """

    def added(record):
        entry = record.setdefault(name, dict(EMPTY))
        for key, change in changes.items():
            if key == "source":
                entry[key] = change or entry[key]
            else:
                entry[key] = entry[key] or change if key == "passed" else entry[key] + change
        return record

    return keep(added)[name]


def merge(other):
    """Add another record to this one."""
    keep(lambda record: merged(record, other))


def merged(mine, other):
    """Return a record that has whatever was reached in either; of two sources, mine."""
    together = {}
    for name in [*mine, *(name for name in other if name not in mine)]:
        a, b = mine.get(name, EMPTY), other.get(name, EMPTY)
        together[name] = {key: max(a[key], b[key]) for key in EMPTY}
        together[name]["source"] = a["source"] or b["source"]
    return together
