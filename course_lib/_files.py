"""Files that are written whole or not at all, and arrays in ``.npz``, read without pickle."""

import contextlib
import json
import os
import time
import uuid
import zipfile
from pathlib import Path

import numpy as np

from course_lib._checks import require

# The locks of the system: fcntl's on Linux and macOS, msvcrt's on Windows, none in a browser, whose
# fcntl lacks them.
try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:
    flock = None
try:
    import msvcrt
except ImportError:
    msvcrt = None


def kept_in(setting, usual):
    """Return the folder that a setting names, or else the usual one.

    Without a home there is none: then it is one in which nothing can be written, as on a disk that
    is read-only.
    """
    try:
        named = os.environ.get(setting)
        return Path(named).expanduser() if named else usual()
    except RuntimeError:
        return Path(os.devnull, "no home")


@contextlib.contextmanager
def replacing(path):
    """Hand out the path of a new file beside `path`, which takes its place if all goes well.

    Parameters
    ----------
    path : Path
        Where nothing but a whole file will ever stand: the old one until the new one is finished.
    """
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path, seconds=10):
    """Hold the lock of a file, which one process has at a time, while the file is read and written.

    The system takes it back when a process ends. Where there are no locks, nothing can be written,
    or nobody gives it back in time, the work goes on without.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(open(path.with_name(f"{path.name}.lock"), "ab"))
            end = time.monotonic() + seconds
            while not _lock(file) and time.monotonic() < end:
                time.sleep(0.01)
        yield


def _lock(file):
    """Take the lock of an open file if nobody has it; return whether that is settled."""
    if flock is not None:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
    elif msvcrt is not None:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
    return True


def npz(path):
    """Return `path` with the suffix ``.npz`` where it has none."""
    return Path(path).with_suffix(Path(path).suffix or ".npz")


def write(path, arrays, **headers):
    """Write arrays, and headers as JSON text, to one file; return its path.

    Raises
    ------
    FileNotFoundError
        Where the folder does not exist.
    """
    path = npz(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"path is '{path}'; there is no folder '{path.parent}'. Is it spelt right?"
        )
    texts = {name: np.array(json.dumps(value)) for name, value in headers.items()}
    with replacing(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, **texts, **arrays)
        file.flush()
        os.fsync(file.fileno())  # or a failing power could leave the new name without content
    return path


def read(path, build, what):
    """Return what ``build(file)`` makes of the arrays in a file that `write` has written.

    Parameters
    ----------
    path : str or path
    build : function
        Takes the open file, a mapping from names to arrays.
    what : str
        What the file should hold, for the refusal: "network".

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where the file is damaged or holds something else.
    """
    path = npz(path)
    if not path.exists():
        raise FileNotFoundError(f"path is '{path}'; there is no such file. Save a {what} first.")
    try:
        with zipfile.ZipFile(path) as archive:  # what `write` writes is not compressed,
            stored = all(i.compress_type == zipfile.ZIP_STORED for i in archive.infolist())
        require(stored, "compressed")  # so a small file can't inflate into a huge one
        with np.load(path, allow_pickle=False) as file:
            return build(file)
    except Exception as error:  # there is no end to what a damaged file can set off
        raise ValueError(
            f"path is '{path}', which holds no {what} that this course saved ({error}). "
            "Is it damaged, or another kind of file?"
        ) from None


def header(file, name):
    """Return a header of an open file."""
    return json.loads(str(file[name]))
