"""Load the images of the course: MNIST, Fashion-MNIST, or the small digits that stand in for them.

Four sources, in this order: a folder on disk (a classroom's USB stick), the cache, a download, and
at last scikit-learn's bundled digits, so that a notebook runs whatever happens. Nothing that came
from outside is used or kept before its SHA-256 checksum is right. A cache folder looks exactly
like a folder on a stick: `mnist/` and `fashion-mnist/` with four IDX files each, `.gz` or not.
It also holds the images unpacked and scaled, which are mapped into memory: all notebooks of a
machine share them, and loading them a second time takes no time.

`python -m course_lib.data mnist fashion-mnist` fetches both ahead of a lesson.
"""

import difflib
import hashlib
import http.client
import io
import itertools
import math
import mmap
import os
import re
import sys
import time
import weakref
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from course_lib._files import kept_in, replacing
from course_lib._surroundings import printable

printable()

DIGIT_NAMES = tuple("0123456789")
FASHION_NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt")
FASHION_NAMES += ("Sneaker", "Bag", "Ankle boot")
CLASS_NAMES = {"mnist": DIGIT_NAMES, "fashion-mnist": FASHION_NAMES, "digits": DIGIT_NAMES}
TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
STAND_IN = "scikit-learn's bundled 8×8 digits, resampled to 28×28"

PIECE = 2**18  # bytes that are unpacked at once
ROWS = 1_000  # images that are scaled at once

# The four files of a data set, and the bytes that each holds once unpacked.
N_BYTES = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
# A browser's memory grows in steps, and never shrinks: there the largest file of a folder is last.
IN_TURN = sorted(N_BYTES, key=N_BYTES.get) if sys.platform == "emscripten" else list(N_BYTES)
# Of the unpacked bytes, because the same data may be packed in many ways. In the order of N_BYTES.
SHA256 = {
    "mnist": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    "fashion-mnist": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}
MIRRORS = {
    "mnist": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "fashion-mnist": (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
}
# Code of an IDX file → the type of its values.
TYPES = {8: np.uint8, 9: np.int8, 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
KINDS = (".png", ".jpg", ".jpeg", ".bmp")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # settings that name a file of certificates
CONNECT_SECONDS = 5  # to reach a server
STALL_SECONDS = 10  # with nothing arriving; a slow download that moves may take as long as it likes
PAUSE_SECONDS = 1  # before the second round over the mirrors
DEEPEST = 3  # levels of folders beneath the one that was named
DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Images:
    """Images in rows, their labels, and where they came from; see `load_images`."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    image_shape: tuple[int, int]
    source: str

    def __repr__(self):
        return (
            f"<Images: {len(self.X_train):,} for training, {len(self.X_test):,} for testing, "
            f"{len(self.class_names)} classes; {self.source}>"
        )


class _PutAway:
    """Stands for what made room in memory: whoever uses it is told how to get it back."""

    TELL = (
        "This was put away further down in the lesson, to make room in memory. To go back, click "
        "into the cell that you want to run and choose Run → Run All Above Selected Cell."
    )

    def __repr__(self):
        return f"<{self.TELL}>"

    def __getattr__(self, name):
        if name.startswith("_"):  # what Python and Jupyter ask of any object
            raise AttributeError(name)
        raise RuntimeError(self.TELL)

    def _refuse(self, *_, **__):
        raise RuntimeError(self.TELL)

    __array__ = __call__ = __getitem__ = __iter__ = __len__ = __matmul__ = __or__ = _refuse


class _Unusable(Exception):
    """Bytes that are not the published data; the message completes "Could not use it (…)"."""


def load_images(name="mnist", *, folder=None, raw=False, offline=False):
    """Load 28×28 grey images, one per row, split into training and test set as published.

    Whatever fails on the way is said in one printed sentence, and the next source is tried.

    Parameters
    ----------
    name : {"mnist", "fashion-mnist", "digits"}, or path of a folder
        "digits" asks for the stand-in itself: 1,500 and 297 images. A folder, here or as `folder`,
        holds your own, 28×28 grey pixels, ink bright on dark: a folder of pictures for each class,
        whose name it bears, of which every fifth is for testing; or four IDX files, called as those
        of MNIST (``emnist-letters-train-images-idx3-ubyte.gz`` as well), and ``class_names.txt``
        with a line for each label, if you like. Labels count from 0, whatever they begin with.
    folder : str or path, optional
        A folder holding `mnist/` and `fashion-mnist/`, or the published files under other usual
        names, such as `MNIST/raw/train-images.idx3-ubyte`: their bytes decide. By default the
        one that the environment variable COURSE_DATA names, if any. The cache is in COURSE_CACHE,
        or where the system keeps caches.
    raw : bool
        Keep the pixels as they are stored, uint8 from 0 to 255.
    offline : bool
        Never touch the network; COURSE_OFFLINE=1 does the same everywhere.

    Returns
    -------
    Images
        `X_train` (m, 784) float32 from 0 to 1, `y_train` (m,) int64, `X_test`, `y_test`,
        `class_names`, `image_shape` (28, 28) and `source`, a sentence. Float32 images are mapped
        from a file in the cache where that can be, copy on write: they cost no memory of your
        own until you change them, and the file stays as it is. In a browser, all who load them
        share them, read-only.

    Raises
    ------
    ValueError, TypeError
        If the name is unknown, an argument has the wrong type, or images of your own have another
        form; never for missing data.

    Examples
    --------
    >>> images = load_images("digits")
    >>> images.X_train.shape, images.y_train[:5].tolist(), images.class_names[7]
    ((1500, 784), [0, 1, 2, 3, 4], '7')
    """
    if isinstance(name, os.PathLike) or (isinstance(name, str) and os.path.isdir(name)):
        if name not in CLASS_NAMES:
            return _own(Path(name).expanduser(), raw)
    _check_arguments(name, folder)
    if folder and name == "mnist" and _is_own(Path(folder).expanduser()):
        return _own(Path(folder).expanduser(), raw)
    folder = folder or os.environ.get("COURSE_DATA")
    offline = offline or os.environ.get("COURSE_OFFLINE", "0") not in ("", "0")
    found = None
    if name != "digits":
        found = folder and _from_folder(name, folder, raw)
        found = found or _from_cache_or_mirrors(name, offline, raw)
    if found:
        arrays, source = found
    else:
        images, y_train, test_images, y_test = _stand_in()
        arrays = _as_rows(images, raw), y_train, _as_rows(test_images, raw), y_test
        source = f"{STAND_IN}."
        if name != "digits":
            why = "downloads are switched off" if offline else "no mirror delivered it"
            source = f"{STAND_IN}, standing in for {TITLES[name]}: no copy was found and {why}."
            print(source)
        name = "digits"
    X_train, y_train, X_test, y_test = arrays
    y_train, y_test = y_train.astype(np.int64), y_test.astype(np.int64)
    return Images(X_train, y_train, X_test, y_test, CLASS_NAMES[name], (28, 28), source)


def put_away():
    """Return what takes the place of large arrays that a lesson needs no more.

    Setting their names to it frees their memory; whoever uses one of them then is told which cells
    to run again.

    Examples
    --------
    >>> X_train = put_away()
    >>> X_train[:5]  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    RuntimeError: This was put away further down in the lesson, to make room in memory. ...
    """
    return _PutAway()


def parse_idx(content):
    """Turn the bytes of an IDX file into an array of uint8.

    The file opens with two zero bytes, a code for the type of its values (8 stands for unsigned
    bytes) and the number of dimensions; then comes the length along each dimension as a
    big-endian 32-bit integer, then the values, last dimension fastest.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    ndarray of uint8, read-only
        For example (60000, 28, 28) for images, (60000,) for labels.

    Raises
    ------
    ValueError
        If the bytes are not such a file.

    Examples
    --------
    >>> parse_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9]))
    array([[7, 8, 9]], dtype=uint8)
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, 8]):
        raise ValueError(f"content starts with bytes {list(content[:4])}; expected [0, 0, 8, …]")
    return _values(content, np.uint8)


def _values(content, dtype):
    """Return what follows the head of an IDX file, which says how long each dimension is."""
    n_dims = content[3]
    start = 4 + 4 * n_dims
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
    if len(content) != start + math.prod(shape) * np.dtype(dtype).itemsize:
        raise ValueError(f"content has {len(content):,} bytes; its header promises shape {shape}")
    return np.frombuffer(content, dtype, offset=start).reshape(shape)


def _check_arguments(name, folder):
    known = ", ".join(map(repr, CLASS_NAMES))
    if not isinstance(name, str):
        raise TypeError(f"name is of type {type(name).__name__}; expected one of {known}.")
    if name not in CLASS_NAMES:
        close = difflib.get_close_matches(name.lower(), CLASS_NAMES, n=1, cutoff=0.5)
        meant = f"folder={name!r}" if {"/", "\\"} & set(name) else repr((close or ["mnist"])[0])
        raise ValueError(f"name is {name!r}; expected one of {known}. Did you mean {meant}?")
    if folder is not None and not isinstance(folder, (str, os.PathLike)):
        raise TypeError(
            f"folder is of type {type(folder).__name__}; expected the path of a folder that holds "
            "mnist/ and fashion-mnist/, as a string. Did you mean raw= or offline=?"
        )


def _is_own(folder):
    """Tell whether a folder holds images of your own: a folder for each class, or IDX files."""
    try:
        sets = _own_sets(folder)
        if sets:
            labels = [files[1] for files in sets.values() if files[1]]
            there = (*labels, *_alike(folder, "train-labels-idx1-ubyte", ""))
            if any(_is_published(_unpacked(path)) for path in there):
                return False
            # A file that was damaged, or ends early, is none of your own.
            if all(len(_own_file(path)) == 60_000 for path in labels):
                # As many as are published: a set of the same size, or one that was damaged.
                paths = [path for files in sets.values() for path in files]
                return all(paths) and not any(_is_published(_unpacked(path)) for path in paths)
            return True
        places = [path for path in folder.iterdir() if path.is_dir() and path.name not in MIRRORS]
        return any(_pictures(place) for place in places)
    except (OSError, ValueError):
        return False


def _own_sets(folder):
    """Return the four files, or None for one, of each set beneath a folder, by what it is called.

    The names are those of MNIST with something in front, as in ``emnist-letters-train-images``.
    """
    usual = [_find(folder, file) or next(_alike(folder, file, ""), None) for file in N_BYTES]
    if any(usual):
        return {(folder, ""): usual}
    sets = {}
    for i, file in enumerate(N_BYTES):
        kind, what = re.match(r"(\w+)-(\w+)s-", file).groups()
        kind = "(?:t10k|test)" if kind == "t10k" else kind
        usual = re.compile(rf"(.*?)[\W_]*{kind}\W?{what}s?\W?(idx\d)?\W?(ubyte|int)?(\.gz)?")
        for path in _beneath(folder):
            if match := usual.fullmatch(path.name.lower()):
                files = sets.setdefault((path.parent, match[1]), [None] * 4)
                files[i] = files[i] or path
    return sets


def _beneath(folder):
    """Yield the files beneath a folder, sorted, packed ones first."""
    for place, folders, files in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) == DEEPEST:
            folders.clear()
        folders.sort()
        yield from (Path(place, f) for f in sorted(files, key=lambda f: (not f.endswith("gz"), f)))


def _is_published(content):
    return any(hashlib.sha256(content).hexdigest() in sums for sums in SHA256.values())


def _own(folder, raw):
    """Load the images of a folder that is none of the published sets."""
    if not folder.is_dir():
        raise ValueError(f"There is no folder '{folder}'. Is it spelt right?")
    sets = _own_sets(folder)
    if len(sets) > 1:
        names = ", ".join(str(path.relative_to(folder) / name) for path, name in list(sets)[:6])
        raise ValueError(
            f"'{folder}' holds {len(sets)} sets of images, {names}; expected one. Give the folder "
            "of one, or move its four files to a folder of their own."
        )
    if sets:
        (files,) = sets.values()
        if not all(files):
            missing = [name for name, path in zip(N_BYTES, files, strict=True) if path is None]
            raise ValueError(f"'{folder}' lacks {' and '.join(missing)} (.gz or not).")
        X_train, y_train, X_test, y_test = map(_own_file, files)
        y_train, y_test = (_own_labels(*pair) for pair in ((files[1], y_train), (files[3], y_test)))
        first = int(min(y_train.min(), y_test.min()))  # 1 where letters are counted from 1
        y_train, y_test = y_train - first, y_test - first
        listed = folder / "class_names.txt"
        try:
            names = listed.read_text(encoding="utf-8-sig").split("\n") if listed.exists() else []
        except UnicodeError:
            raise ValueError(f"'{listed}' is not in UTF-8; expected a name on each line.") from None
        names = [name.strip() for name in names if name.strip()]
        labels = int(max(y_train.max(), y_test.max())) + 1
        names = tuple(names) or tuple(str(first + k) for k in range(labels))
        if len(names) < labels:
            raise ValueError(
                f"'{listed}' has {len(names)} names; labels go from {first} to "
                f"{first + labels - 1}."
            )
    else:
        X_train, y_train, X_test, y_test, names = _own_pictures(folder)
    for X, y in ((X_train, y_train), (X_test, y_test)):
        if X.shape[1:] != (28, 28) or y.shape != X.shape[:1]:
            raise ValueError(
                f"'{folder}' holds images of shape {X.shape} and labels of shape {y.shape}; "
                "expected (m, 28, 28) and (m,)."
            )
        if X.dtype != np.uint8 and not (X.dtype.kind == "i" and 0 <= X.min() <= X.max() <= 255):
            raise ValueError(
                f"'{folder}' holds pixels of type {X.dtype.name} from {X.min():g} to {X.max():g}; "
                "expected whole numbers from 0 to 255."
            )
    rows = [_as_rows(X.astype(np.uint8, copy=False), raw) for X in (X_train, X_test)]
    labels = [y.astype(np.int64) for y in (y_train, y_test)]
    source = f"your own images, from {folder.name}."
    return Images(rows[0], labels[0], rows[1], labels[1], names, (28, 28), source)


def _own_labels(path, y):
    """Return labels as whole numbers in a row; those of QMNIST are the first of 8 columns."""
    if y.ndim == 2 and y.shape[1] in (1, 8):
        y = y[:, 0]
    if y.dtype.kind not in "iu" or y.ndim != 1 or not len(y) or y.min() < 0 or np.ptp(y) > 1000:
        found = f"{y.dtype.name} of shape {y.shape}"
        found += f" from {y.min():g} to {y.max():g}" if y.size else ""
        raise ValueError(f"'{path}' holds {found}; expected a whole number for each image.")
    return y.astype(np.int64)


def _unpacked(path):
    content = path.read_bytes()
    if content[:2] != b"\x1f\x8b":
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(content)  # what may follow is left alone
    except zlib.error as error:
        raise ValueError(f"the gzip packing of '{path}' is damaged: {error}") from None
    if not unpacker.eof:
        raise ValueError(f"the gzip packing of '{path}' ends early.")
    return content


def _own_file(path):
    content = _unpacked(path)
    dtype = TYPES.get(content[2]) if len(content) > 3 and content[:2] == b"\0\0" else None
    if dtype is None:
        start = list(content[:4])
        raise ValueError(f"'{path}' is no IDX file: it starts with {start}; expected [0, 0, 8, …].")
    try:
        return _values(content, dtype)
    except ValueError as error:
        raise ValueError(f"'{path}' is no whole IDX file: {error}.") from None


def _pictures(place):
    return sorted(p for p in place.iterdir() if p.suffix.lower() in KINDS)


def _own_pictures(folder):
    """Read a folder of pictures for each class; every fifth of a class is for testing."""
    from PIL import Image

    classes = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    if len(classes) < 2:
        raise ValueError(
            f"{_holds(folder)}; expected the four IDX files, called as those of MNIST, or a folder "
            "for each class, two at least."
        )
    train, test = ([], []), ([], [])
    for label, place in enumerate(classes):
        paths = _pictures(place)
        if len(paths) < 5:
            raise ValueError(
                f"'{place}' holds {len(paths)} pictures ({', '.join(KINDS)}); "
                "expected five at least."
            )
        for i, path in enumerate(paths):
            try:
                with Image.open(path, formats=("PNG", "JPEG", "BMP")) as picture:
                    (wide, high), pixels = picture.size, np.asarray(picture.convert("L"))
            except (OSError, SyntaxError, Image.DecompressionBombError) as error:
                raise ValueError(f"'{path}' is no picture that can be read: {error}.") from None
            if (wide, high) != (28, 28):
                raise ValueError(f"'{path}' has {wide}×{high} pixels; expected 28×28.")
            X, y = test if i % 5 == 4 else train
            X.append(pixels)
            y.append(label)
    names = tuple(place.name for place in classes)
    return (*map(np.array, train), *map(np.array, test), names)


def _as_rows(pixels, raw, out=None):
    rows = pixels.reshape(len(pixels), -1)
    # Dividing straight into float32 spares a float64 copy of 376 MB.
    return rows.copy() if raw else np.divide(rows, np.float32(255), out, dtype=np.float32)


def _verified(blob, name, file, room=None):
    """Unpack `blob` where it is packed, and return its content if that is the published one.

    It is unpacked into the end of `room`, if that is given.
    """
    n_bytes, complete, content = N_BYTES[file], True, blob
    if blob[:2] == b"\x1f\x8b":  # gzip; asked of the content, since some browsers unpack silently
        unpacker, at = zlib.decompressobj(wbits=31), 0
        content = memoryview(bytearray(n_bytes + 1) if room is None else room)[-n_bytes - 1 :]
        try:  # One byte too many is enough to know a bomb: the rest is never unpacked.
            for start in range(0, len(blob), PIECE):
                piece = unpacker.decompress(blob[start : start + PIECE], n_bytes + 1 - at)
                content[at : at + len(piece)] = piece
                at += len(piece)
                if at > n_bytes or unpacker.eof:
                    break
        except zlib.error:
            raise _Unusable("its gzip packing is damaged") from None
        complete, content = unpacker.eof, content[:at].toreadonly()
    if bytes(content[:64]).lstrip().startswith(b"<"):
        raise _Unusable("it is a web page, not data")
    if max(len(blob), len(content)) > n_bytes:
        raise _Unusable(f"it holds more than the {n_bytes:,} bytes of the published file")
    if complete and len(content) < n_bytes and _is_whole(content):
        raise _Unusable("it is a whole file, but not the published one: it holds fewer values")
    if len(content) < n_bytes or not complete:
        raise _Unusable(f"it ends early, after {len(content):,} of {n_bytes:,} bytes")
    if hashlib.sha256(content).hexdigest() != dict(zip(N_BYTES, SHA256[name], strict=True))[file]:
        raise _Unusable("its checksum is not that of the published file")
    return content


def _is_whole(content):
    try:
        return parse_idx(content) is not None
    except ValueError:
        return False


def _find(folder, file):
    paths = (folder / f"{file}.gz", folder / file)
    return next((path for path in paths if os.path.isfile(path)), None)


def _alike(folder, file, name):
    """Yield the files beneath a folder that bear one of the usual names of this one.

    Some call it train-images.idx3-ubyte, or keep it in MNIST/raw/. Whether it is the one, its bytes
    say; those of the other data set come last.
    """
    kind, what = re.match(r"(\w+)-(\w+)s-", file).groups()
    kind = "(t10k|test)" if kind == "t10k" else kind
    usual = re.compile(rf"(fashion|mnist)*{kind}{what}s?(idx[13])?(ubyte)?(gz|bin|copy|\d)*")
    found = []
    for place, folders, files in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) == DEEPEST:
            folders.clear()
        paths = [Path(place, f) for f in files if usual.fullmatch(re.sub(r"\W|_", "", f.lower()))]
        found += paths
    fashion = name == "fashion-mnist"
    yield from sorted(found, key=lambda path: (("fashion" in str(path).lower()) != fashion, path))


def _holds(folder):
    """Say in a few words what a folder holds."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return "there is no such folder" if not folder.exists() else "which cannot be listed"
    shown, more = ", ".join(names[:5]), len(names) - 5
    shown += f" and {more:,} more" if more > 0 else ""
    return f"{folder} holds {shown or 'nothing'}"


def _read(path, name, file, raw):
    with path.open("rb") as stream:  # in a browser a file has its size once it is open
        # Python makes room for as much as it may read.
        most = min(path.stat().st_size, N_BYTES[file]) + 1
        return _array(stream.read(most), name, file, raw)


def _array(blob, name, file, raw):
    """Return what a file holds, labels or images in rows, if that is the published content."""
    if "labels" in file:
        return parse_idx(_verified(blob, name, file))
    if raw:
        return _as_rows(parse_idx(_verified(blob, name, file)), raw)
    m = (N_BYTES[file] - 16) // 784
    # What is called after these very bytes was made when they had passed the checks.
    key = f"{file}.{hashlib.sha256(blob).hexdigest()[:32]}.float32"
    if sys.platform == "emscripten":  # a browser has nothing to map a file into

        def scaled():
            # Bytes are unpacked into the end of the room for the result, and scaled from its start
            # on: each is read before its own place is written, and a browser's memory, which never
            # shrinks, need not hold both.
            room = np.empty(4 * m * 784 + 32, np.uint8)
            pixels = parse_idx(_verified(blob, name, file, room))
            X = room[:-32].view(np.float32).reshape(m, 784)
            for start in range(0, m, ROWS):
                some = slice(start, start + ROWS)
                _as_rows(pixels[some], raw, X[some])
            return X

        return _shared(key, scaled)
    path = _cache_folder() / name / key
    X = _mapped(path, m)
    if X is None:
        pixels = parse_idx(_verified(blob, name, file))
        try:
            _write_rows(path, pixels)
            why = "it does not come back as it was written"
        except OSError as error:  # no room, no right; on Windows also: another kernel was quicker
            why = _brief(error)
        X = _mapped(path, len(pixels))
    if X is None:
        X = _as_rows(pixels, raw)
        megabytes = f"{X.nbytes / 1e6:.0f} MB"
        print(
            f"Could not share {file} through the cache ({why}); it takes {megabytes} of memory. "
            "The setting COURSE_CACHE names another folder."
        )
    return X


def _mapped(path, m):
    """Return the `m` rows in a file of `_write_rows`, as they are on the disk, or None.

    Pages are read when they are used, shared by all processes that only read them, and copied for
    the one that writes. The size is checked and 64 rows: damage between those goes unnoticed.
    """
    try:
        if path.stat().st_size != m * 784 * 4 + 32:
            return None
        content = np.memmap(path, np.uint8, mode="c")
    except (OSError, ValueError):
        return None
    X = np.asarray(content)[:-32].view(np.float32).reshape(m, 784)
    if content[-32:].tobytes() != _mark(X):
        return None
    _addresses[content.base] = content.ctypes.data
    return X


_addresses = weakref.WeakKeyDictionary()  # of the files that this process has mapped
_in_use = weakref.WeakValueDictionary()  # images in memory, where no file can be mapped


def _shared(key, make):
    """Return the images of a key, read-only: those in use, if any. Two would not always fit."""
    X = _in_use.get(key)
    if X is None:
        X = _in_use[key] = make()
        X.flags.writeable = False
    return X


def give_back_pages(_=None):
    """Give pages of images that were read back to the system, which keeps them in its cache.

    So a lesson holds the images of one cell, not of all that ran before. Whoever reads a page again
    has it in microseconds. A file with a page that was written, which this process alone has, is
    left as it is. Linux tells the two apart, by three bits a page: in memory, swapped, of a file.
    """
    for mapped, address in list(_addresses.items()):
        pages, offset = -(-len(mapped) // mmap.PAGESIZE), 8 * (address // mmap.PAGESIZE)
        with suppress(OSError):  # another system; a container that hides its processes
            bits = np.fromfile("/proc/self/pagemap", np.uint64, pages, offset=offset) >> 61
            if np.isin(bits, (0b000, 0b101)).all():
                mapped.madvise(mmap.MADV_DONTNEED)


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    _shell.events.register("post_run_cell", give_back_pages)


def _write_rows(path, pixels):
    """Write images as rows of float32, then their mark; a few at a time, for the memory's sake."""
    _make_folder(path.parent)
    with replacing(path) as unfinished, unfinished.open("wb") as stream:
        for start in range(0, len(pixels), ROWS):
            stream.write(_as_rows(pixels[start : start + ROWS], raw=False))
        stream.write(_mark(pixels))


def _mark(images):
    """Digest 64 images, spread over all, whether they are scaled already or not."""
    some = images[:: max(1, len(images) // 64)]
    some = some if some.dtype == np.float32 else _as_rows(some, raw=False)
    return hashlib.sha256(np.ascontiguousarray(some)).digest()


def _make_folder(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.glob("*.part"):  # what a killed process left, never one at work
        with suppress(OSError):
            if other.stat().st_mtime < time.time() - DAY_SECONDS:
                other.unlink()


def _from_folder(name, folder, raw):
    root = Path(folder).expanduser()
    place = root / name if os.path.isdir(root / name) else root  # mnist/ itself will do as well
    arrays = {}
    for file in IN_TURN:
        known, array, refused = _find(place, file), None, []
        for path in itertools.chain([known] if known else [], _alike(root, file, name)):
            try:
                array = _read(path, name, file, raw)
                break
            except (OSError, _Unusable) as error:
                refused.append((path, _brief(error)))
        if array is None:
            why = f"no such file; give the folder that holds {name}/; {_holds(place)}"
            path, why = (refused or [(root / name / f"{file}.gz", why)])[0]
            print(f"Could not use {path} ({why}); looking in the cache next.")
            return None
        arrays[file] = array
    return [arrays[file] for file in N_BYTES], f"{TITLES[name]}, read from the offline folder."


def _from_cache_or_mirrors(name, offline, raw):
    folder, mirrors = _cache_folder() / name, () if offline else MIRRORS[name]
    following = "downloads are switched off" if offline else "downloading it again"
    keep, hosts, arrays = True, [], []
    for file in N_BYTES:
        array = _from_cache(folder, name, file, raw, following)
        if array is None:
            blob, array, mirror = _download(name, file, raw, mirrors)
            if array is None:
                return None
            keep = keep and _keep(folder, file, blob)
            hosts.append(_host(mirror))
            # The mirror that delivered goes first, so that a broken one is asked only once.
            mirrors = sorted(mirrors, key=lambda other, best=mirror: other != best)
        arrays.append(array)
    from_hosts = f"downloaded from {' and '.join(dict.fromkeys(hosts))}"
    return arrays, f"{TITLES[name]}, {from_hosts if hosts else 'read from the cache'}."


def _cache_folder():
    return kept_in("COURSE_CACHE", _usual_folder)


def _usual_folder():
    import platformdirs

    return platformdirs.user_cache_path("from-one-neuron")


def _from_cache(folder, name, file, raw, following):
    path = _find(folder, file)
    try:
        return _read(path, name, file, raw) if path else None
    except (OSError, _Unusable) as error:
        print(f"Could not use the cached {path.name} ({_brief(error)}); {following}.")
        if isinstance(error, _Unusable):
            with suppress(OSError):
                path.unlink()
    return None


def _keep(folder, file, blob):
    """Put a verified file in the cache, whole or not at all; say whether that worked."""
    try:
        _make_folder(folder)
        with replacing(folder / f"{file}.gz") as unfinished:
            unfinished.write_bytes(blob)
    except OSError as error:
        print(
            f"Could not keep the data in the cache ({_brief(error)}); using it just this once. "
            "The setting COURSE_CACHE names another folder."
        )
        return False
    return True


def _download(name, file, raw, mirrors):
    """Fetch one file from the first mirror that has it; return its bytes, array, and from where.

    A fault that may pass earns the mirror one more try, after all the others had theirs.
    """
    queue = [(mirror, 1) for mirror in mirrors]
    while queue:
        mirror, attempt = queue.pop(0)
        try:
            blob = _get(f"{mirror}{file}.gz", N_BYTES[file])
            return blob, _array(blob, name, file, raw), mirror
        except Exception as error:  # whatever a server does, the lesson goes on
            reason, may_pass = _diagnosis(error)
        if may_pass and attempt == 1:
            queue.append((mirror, 2))
        following = f"trying {_host(queue[0][0])} next" if queue else "no mirror is left"
        print(f"Could not fetch {file}.gz from {_host(mirror)} ({reason}); {following}.")
        if queue and queue[0][1] > attempt:
            time.sleep(PAUSE_SECONDS)
    return None, None, None


def _get(url, limit):
    from pooch import HTTPDownloader
    from tqdm.auto import tqdm

    responses = []

    def opened(response, **_):
        responses.append(response)
        bar.reset(int(response.headers.get("Content-Length", 0)))

    with tqdm(total=limit, unit="B", unit_scale=True, leave=False, desc=url.split("/")[-1]) as bar:
        body = _Body(limit, bar)
        download = HTTPDownloader(
            chunk_size=8192,
            timeout=(CONNECT_SECONDS, STALL_SECONDS),
            headers={"Accept-Encoding": "identity"},  # the file as it is stored, not unpacked
            hooks={"response": opened},
        )
        try:
            download(url, body, None)
        finally:  # pooch leaves the connection open when a download fails
            for response in responses:
                response.close()
    return body.getvalue()


class _Body(io.BytesIO):
    """Collects a download in memory, so that nothing unverified ever lies on the disk."""

    def __init__(self, limit, bar):
        super().__init__()
        self.limit, self.bar = limit, bar

    def write(self, chunk):
        if self.tell() + len(chunk) > self.limit:  # packed, it cannot be longer than unpacked
            raise _Unusable(f"it goes on after {self.limit:,} bytes")
        self.bar.update(len(chunk))
        return super().write(chunk)


def _host(url):
    return urlsplit(url).netloc


def _brief(error):
    return getattr(error, "strerror", None) or error


def _diagnosis(error):
    """Say in a few words why a download failed, and whether another try may cure it."""
    if isinstance(error, ModuleNotFoundError):
        return f"for that, this Python needs {error.name}", False
    import requests
    from urllib3.exceptions import MaxRetryError, ReadTimeoutError

    cause = error.args[0] if error.args else None
    if isinstance(error, _Unusable):
        return str(error), False
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code
        return f"HTTP {status} {http.client.responses.get(status, '')}".strip(), status >= 500
    if isinstance(error, requests.exceptions.InvalidSchema) and "SOCKS" in str(error):
        return f"{_proxy()} names a SOCKS proxy, which needs the package PySocks", False
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return f"the proxy that {_proxy()} names does not work", False
    if isinstance(error, OSError) and "CA certificate bundle" in str(error):
        named = [name for name in BUNDLES if os.environ.get(name)]
        return f"{(named or BUNDLES)[0]} names a file of certificates that is not there", False
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {CONNECT_SECONDS} s", False
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection", False
    if isinstance(cause, MaxRetryError):  # no such name, no route, refused: no network, most likely
        return "it cannot be reached", False
    if isinstance(error, requests.ReadTimeout) or isinstance(cause, ReadTimeoutError):
        return f"nothing came for {STALL_SECONDS} s", True
    if isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return "the connection dropped", True
    return type(error).__name__, False


def _proxy():
    """Name the setting that a download takes its proxy from."""
    names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name)), "the system's setting")


def _stand_in():
    """Make MNIST-shaped arrays of scikit-learn's digits, which come with it on every computer."""
    try:
        from scipy.ndimage import zoom
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        error.msg += (
            ". Images that stand in for others are made with scikit-learn and SciPy. To get them, "
            "and what downloads the others: %pip install scikit-learn pooch"
        )
        raise

    digits = load_digits()
    # MNIST's own digits sit in a box of 20×20 within their 28×28. Cubic interpolation is smooth but
    # overshoots at sharp edges, hence the clip.
    boxes = zoom(digits.images / 16, (1, 2.5, 2.5), order=3, mode="grid-constant", grid_mode=True)
    images = np.pad(np.clip(boxes, 0, 1), ((0, 0), (4, 4), (4, 4)))
    images, y = np.rint(255 * images).astype(np.uint8), digits.target
    return images[:1500], y[:1500], images[1500:], y[1500:]


def main(names):
    """Fetch the named data sets ("mnist" if none is named) and say where each came from."""
    try:
        for name in names or ["mnist"]:
            source = load_images(name).source
            if not source.startswith(f"{STAND_IN}, standing in"):  # that was said already
                print(source)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
