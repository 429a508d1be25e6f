"""Every file below a folder and in its ZIP files, with the reason where it is not to be used.

Nothing that a name or a ZIP file says is trusted: where it leads, how much it is, what is in it.
"""

import io
import os
import re
import stat
import struct
import tempfile
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_lib.exercises import LESSONS
from course_lib.grade_class.submission import MODULES, as_text, in_letters, is_in_cells

TOO_LARGE = 50_000_000  # bytes; the longest lesson with its outputs has 3 million
DEEP = 3  # ZIP files in ZIP files
# What a ZIP file may unpack to: bytes, or times its own size, which is more for a whole class; and
# what each of its files counts at least.
ROOM, TIMES, EACH = 200_000_000, 20, 10_000
# With what browsers, mail programs and other editors add: .ipynb.txt, .ipynb (1), .ipynb.part
NOTEBOOK = re.compile(
    r"\.ipynb(\.(?:ipynb|txt|json|download|crdownload|part|bak)|[~_]| ?\(\d+\))*$", re.IGNORECASE
)
KEYS = re.compile(r'"(cells|nbformat|worksheets)"')
LOOKED_INTO = "", ".txt", ".json"  # a notebook may be under such a name as well
EVERY = "|".join(exercise.id for module in LESSONS.values() for exercise in module.EXERCISES)
AN_ANSWER = re.compile(rf"\bdef ({EVERY})\b|^({EVERY}) *=[^=]", re.MULTILINE)
HIDDEN = "A computer has put it there, no student."


@dataclass(frozen=True)
class File:
    """A file that lies somewhere below the folder, or what stands for it."""

    parts: tuple  # the names on the way to it
    path: Path
    reason: str = ""  # why it is not used

    @cached_property
    def is_notebook(self):
        """Whether its name tells so, or, where that tells nothing, how it begins."""
        if self.reason or NOTEBOOK.search(self.parts[-1]):
            return not self.reason
        looks = Path(self.parts[-1]).suffix.lower() in LOOKED_INTO and self.path.is_file()
        return looks and not self.path.is_symlink() and _begins_as_notebook(self.path)

    @cached_property
    def script(self):
        """What a Python script with an answer holds, and of any other file nothing."""
        held = ""
        if self.parts[-1].lower().endswith(".py") and self.is_small:
            with suppress(OSError):
                held = as_text(self.path.read_bytes())
        return held if AN_ANSWER.search(held) else ""

    @cached_property
    def is_small(self):
        """Whether it is an ordinary file, as small as scripts are."""
        with suppress(OSError):
            about = os.lstat(self.path)
            return not self.reason and stat.S_ISREG(about.st_mode) and about.st_size <= MODULES[1]
        return False

    @property
    def is_export(self):
        """Whether a notebook was saved as a script, cell by cell."""
        return is_in_cells(self.script)


def _begins_as_notebook(path):
    with suppress(OSError), path.open("rb") as file:
        begins = as_text(file.read(4096))
        return bool(re.match(r"\ufeff?\s*\{", begins)) and bool(KEYS.search(begins))
    return False


def below(folder, scratch, parts=()):
    """Yield the files below a folder and in its ZIP files; an empty folder stands for itself."""
    try:
        paths = sorted(folder.iterdir(), key=lambda path: order(text(path.name)))
    except OSError as error:
        if not parts:
            raise
        yield File(parts, folder, f"It cannot be read: {error.strerror}.")
        return
    if parts and all(_hidden(path.name) for path in paths):
        yield File(parts, folder, "There is no notebook in this folder.")
    for path in paths:
        here = (*parts, text(path.name))
        if _hidden(path.name):
            yield File(here, path, HIDDEN)
        elif path.is_dir() and not path.is_symlink():
            yield from below(path, scratch, here)
        elif _is_zip(path):
            yield from inside(path, scratch, here)
        else:
            yield File(here, path)


def _is_zip(path):
    """Tell whether a file is to be unpacked: a notebook's name may hide a ZIP file."""
    if path.is_symlink() or not path.is_file():
        return False
    if path.suffix.lower() in ("", *LOOKED_INTO) or NOTEBOOK.search(path.name):
        with suppress(OSError), path.open("rb") as file:
            return file.read(4) == b"PK\3\4"
    return path.suffix.lower() == ".zip"


def inside(archive, scratch, parts=(), deep=1):
    """Yield every file in a ZIP file, written under a number: its name may lead anywhere."""
    path = archive if isinstance(archive, Path) else scratch
    whole = parts or (path.name,)
    try:
        with zipfile.ZipFile(archive) as file:
            named = [(entry, _name_in(entry)) for entry in file.infolist() if not entry.is_dir()]
            room = max(ROOM, TIMES * sum(entry.compress_size for entry, _ in named))
            if parts and all(any(map(_hidden, names)) for _, names in named):
                yield File(parts, path, "There is nothing in this ZIP file.")
            for entry, names in named:
                here = (*parts, *map(text, names)) if names else whole
                reason = HIDDEN if any(map(_hidden, names)) else _refused(entry, room)
                if reason:
                    yield File(here, path, reason)
                    continue
                room -= max(entry.file_size, EACH)
                try:
                    data = file.read(entry)
                except Exception as error:  # each way to pack has errors of its own
                    yield File(here, path, f"It is damaged in its ZIP file: {error}.")
                    continue
                if here[-1].lower().endswith(".zip") or _hides_zip(here[-1], data):
                    if deep == DEEP:
                        yield File(here, path, f"ZIP files are unpacked {DEEP} deep, no deeper.")
                    else:
                        yield from inside(io.BytesIO(data), scratch, here, deep + 1)
                    continue
                number, name = tempfile.mkstemp(dir=scratch)
                with open(number, "wb") as unpacked:
                    unpacked.write(data)
                with suppress(ValueError, OverflowError):  # a date that there is not
                    written = _written(entry)
                    os.utime(name, (written, written))
                yield File(here, Path(name))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        yield File(whole, path, "It is no ZIP file that can be read.")


def _refused(entry, room):
    """Return why a file in a ZIP file is not unpacked, or nothing."""
    if entry.flag_bits & 1:
        return "It is locked with a password. Ask for it without one."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link, not a file."
    if entry.file_size > TOO_LARGE:
        return f"It has more than {TOO_LARGE // 10**6} MB."
    if max(entry.file_size, EACH) > room:
        return f"What its ZIP file holds is too much: more than {ROOM // 10**6} MB."
    return ""


def _hides_zip(name, data):
    return data[:4] == b"PK\3\4" and bool(NOTEBOOK.search(name))


def _name_in(entry):
    """Return the names on the way to a file in a ZIP file.

    A Mac writes UTF-8 and does not say so, and Windows may write anything.
    """
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            data = name.encode("cp437")
            try:
                name = data.decode("utf-8")
            except UnicodeError:
                name = in_letters(data, "cp437", "cp1252")
    names = name.replace("\\", "/").split("/")
    return [name for name in names if name not in ("", ".", "..")]


def _written(entry):
    """Return when a file was written: in universal time where that is told, else as seen here."""
    left = entry.extra
    while len(left) >= 4:
        kind, size = struct.unpack("<HH", left[:4])
        if kind == 0x5455 and size >= 5 and left[4] & 1:
            return struct.unpack("<i", left[5:9])[0]
        left = left[4 + size :]
    return time.mktime((*entry.date_time, 0, 0, -1))


def _hidden(name):
    # .ipynb_checkpoints holds older copies; __MACOSX and ._name what a Mac adds to a ZIP.
    return name.startswith((".", "__MACOSX", "__pycache__"))


def text(name):
    """Return a file's name as text that can be printed, even where its bytes are no UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def order(place):
    """Return what places are sorted by: capitals beside small letters."""
    return place.casefold(), place
