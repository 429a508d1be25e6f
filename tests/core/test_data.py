"""Data: every source, and every fault that a student's network or disk can have.

The faults are real: an HTTP server on loopback misbehaves as asked. The files are the real ones
where they are at hand (COURSE_DATA, or ../shared/data), otherwise small ones made up here; every
test runs either way.
"""

import contextlib
import dataclasses
import doctest
import errno
import functools
import gc
import gzip
import hashlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import weakref
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from image_server import SLOW, ImageServer

from course_lib import data
from course_lib.data import load_images, parse_idx

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("COURSE_DATA") or ROOT.parent / "shared" / "data")
IS_REAL = all((REAL / "mnist" / f"{file}.gz").is_file() for file in data.N_BYTES)
FILES = tuple(data.N_BYTES)
FIRST = FILES[0]


def idx(values):
    header = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes()
    return header + values.tobytes()


@functools.cache
def made_up():
    rng = np.random.default_rng(7)
    arrays = []
    for m in (600, 200):
        images = 17 * rng.integers(0, 16, (m, 28, 28), np.uint8)  # packs to about half
        images[0, 0, :2] = 0, 255
        arrays += [images, (np.arange(m) % 10).astype(np.uint8)]
    return {file: gzip.compress(idx(a), mtime=0) for file, a in zip(FILES, arrays, strict=True)}


@functools.cache
def real():
    return {file: (REAL / "mnist" / f"{file}.gz").read_bytes() for file in FILES}


@functools.cache
def unpacked(blob):
    return gzip.decompress(blob)


@pytest.fixture
def small():
    """Ask for the made-up files even where the real ones are at hand: quicker."""


@pytest.fixture
def files(request):
    """Packed bytes of the four files of MNIST, real or made up."""
    return real() if IS_REAL and "small" not in request.fixturenames else made_up()


@pytest.fixture
def expected(files):
    """What `load_images(raw=True)` must return, read here in another way."""
    starts = (16, 8, 16, 8)
    return [
        np.frombuffer(unpacked(files[f]), np.uint8)[s:] for f, s in zip(FILES, starts, strict=True)
    ]


make_stand_in = functools.cache(data._stand_in)  # the same each time, and a third of a second


def patient(get, url, limit):
    """Give up soon on servers that stall on purpose alone; a busy machine makes others slow too."""
    with pytest.MonkeyPatch.context() as patch:
        if not url.split("/")[3].startswith(("hang", "stall", "slow")):
            patch.setattr(data, "STALL_SECONDS", 300)
        return get(url, limit)


@pytest.fixture(autouse=True)
def settings(files, monkeypatch, tmp_path):
    """No settings from outside, a cache of one's own, short waits, and the files' checksums."""
    for name in ("COURSE_DATA", "COURSE_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    for name, seconds in (("CONNECT", 2), ("STALL", 0.5), ("PAUSE", 0.01)):
        monkeypatch.setattr(data, f"{name}_SECONDS", seconds)
    monkeypatch.setattr(data, "_get", functools.partial(patient, data._get))
    monkeypatch.setattr(data, "MIRRORS", {"mnist": (), "fashion-mnist": ()})
    monkeypatch.setattr(data, "_stand_in", make_stand_in)
    if files is made_up():
        content = [unpacked(files[file]) for file in FILES]
        hashes = tuple(hashlib.sha256(c).hexdigest() for c in content)
        monkeypatch.setattr(data, "N_BYTES", dict(zip(FILES, map(len, content), strict=True)))
        monkeypatch.setattr(data, "SHA256", {"mnist": hashes, "fashion-mnist": hashes})


@pytest.fixture
def server(files):
    with ImageServer(files, data.N_BYTES) as running:
        yield running


@pytest.fixture
def mirrors(server, monkeypatch):
    """Call it with behaviours to make them the mirrors of MNIST, in this order."""

    def use(*behaviours):
        urls = tuple(b if "://" in b else server.url(b) for b in behaviours)
        monkeypatch.setattr(data, "MIRRORS", {"mnist": urls})

    return use


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "mnist"


@pytest.fixture
def stick(files, tmp_path):
    """A classroom's folder, packed."""
    return write(tmp_path / "stick", files)


def write(root, files, packed=True):
    for file, blob in files.items():
        path = root / "mnist" / (f"{file}.gz" if packed else file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob if packed else unpacked(blob))
    return root


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def assert_only_good(cache, files):
    """Whatever is in the cache, is whole and right; no leftovers."""
    for path in cache.rglob("*"):
        assert path.name.removesuffix(".gz") in FILES, path
        assert path.read_bytes() == files[path.name.removesuffix(".gz")]


def assert_same(images, expected):
    arrays = (images.X_train, images.y_train, images.X_test, images.y_test)
    for array, values in zip(arrays, expected, strict=True):
        assert array.size == values.size
        assert np.array_equal(array.ravel(), values)


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def asked(server):
    """The requests, without what all of them share."""
    return [entry.removesuffix("-ubyte.gz") for entry in server.asked]


def every(behaviour):
    return [f"{behaviour}/{file}".removesuffix("-ubyte") for file in FILES]


# --- what comes back -----------------------------------------------------------------------------


def test_float_images(stick, expected):
    images = load_images("mnist", folder=stick)
    m, m_test = len(expected[1]), len(expected[3])
    assert images.X_train.shape == (m, 784) and images.X_test.shape == (m_test, 784)
    assert images.y_train.shape == (m,) and images.y_test.shape == (m_test,)
    for X in (images.X_train, images.X_test):
        assert X.dtype == np.float32 and X.min() == 0 and X.max() == 1
        assert X.flags.writeable and X.flags.c_contiguous
    assert images.y_train.dtype == images.y_test.dtype == np.int64
    head = expected[0].reshape(-1, 784)[:20]
    assert np.array_equal(images.X_train[:20], head.astype(np.float32) / np.float32(255))
    assert images.class_names == tuple("0123456789") and images.image_shape == (28, 28)


def test_raw_images_are_uint8_and_may_be_changed(stick, expected):
    images = load_images(folder=stick, raw=True)
    assert images.X_train.dtype == images.X_test.dtype == np.uint8
    assert images.X_train.shape == (len(expected[1]), 784)
    assert_same(images, expected)
    images.X_train[0] = 0  # a student may shuffle in place


@pytest.mark.usefixtures("small")
def test_value_is_frozen_and_its_repr_short(stick):
    images = load_images(folder=stick, raw=True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        images.source = "elsewhere"
    assert "for training" in repr(images) and images.source in repr(images)
    assert len(repr(images)) < 200


@pytest.mark.skipif(not IS_REAL, reason="no folder with the real data, and no network to get them")
def test_real_counts():
    """The published sizes and class counts."""
    images = load_images(folder=REAL, raw=True)
    assert (len(images.y_train), len(images.y_test)) == (60_000, 10_000)
    assert np.sum(images.y_train == 0) == 5_923 and np.sum(images.y_test == 0) == 980
    clothes = load_images("fashion-mnist", folder=REAL, raw=True)
    assert np.bincount(clothes.y_train).tolist() == [6_000] * 10
    assert clothes.class_names[:2] == ("T-shirt/top", "Trouser")
    assert len(clothes.class_names) == 10 and clothes.class_names[9] == "Ankle boot"
    assert clothes.source == "Fashion-MNIST, read from the offline folder."


# --- the folder ----------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
def test_folder_packed_or_not(files, tmp_path, expected, server, mirrors, capsys, packed):
    mirrors("good")
    folder = write(tmp_path / "folder", files, packed)
    images = load_images(folder=str(folder), raw=True)
    assert_same(images, expected)
    assert images.source == "MNIST, read from the offline folder."
    assert lines(capsys) == [] and server.asked == [] and not (tmp_path / "cache").exists()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("piece", [1, 7])
def test_pieces_that_are_unpacked_fit_together(stick, expected, monkeypatch, piece):
    monkeypatch.setattr(data, "PIECE", piece)
    assert_same(load_images(folder=stick, raw=True), expected)


@pytest.mark.usefixtures("small")
def test_course_data_names_the_folder(stick, expected, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(stick))
    images = load_images(raw=True)
    assert_same(images, expected)
    assert images.source == "MNIST, read from the offline folder."


@pytest.mark.usefixtures("small")
def test_explicit_folder_beats_course_data(stick, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nowhere"))
    assert "offline folder" in load_images(folder=stick, raw=True).source
    assert lines(capsys) == []


@pytest.mark.usefixtures("small")
def test_folder_may_be_the_inner_one(stick, capsys):
    assert "offline folder" in load_images(folder=stick / "mnist", raw=True).source
    assert lines(capsys) == []


USUAL = {
    "torchvision": lambda file: f"MNIST/raw/{file}",
    "torchvision, named by its inner folder": lambda file: f"raw/{file}.gz",
    "Kaggle, flat": lambda file: file.replace("-idx", ".idx"),
    "Kaggle, a folder for each": lambda file: f"archive/{file}/{file}",
    "a browser's second download": lambda file: f"Downloads/{file} (1).gz",
    "capitals and test": lambda file: f"MNIST/{file.upper().replace('T10K', 'Test')}",
    "underscores": lambda file: f"{file.replace('-', '_')}.gz",
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("source", USUAL)
def test_published_bytes_are_taken_under_any_usual_name(source, files, tmp_path, expected, capsys):
    for file, blob in files.items():
        path = tmp_path / "somewhere" / USUAL[source](file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob if path.suffix == ".gz" else unpacked(blob))
    images = load_images(folder=tmp_path / "somewhere", raw=True, offline=True)
    assert_same(images, expected)
    assert images.source == "MNIST, read from the offline folder." and lines(capsys) == []
    assert_same(load_images(tmp_path / "somewhere", raw=True), expected)  # as images of one's own


@pytest.mark.usefixtures("small")
def test_of_two_data_sets_under_usual_names_the_bytes_decide(files, tmp_path, expected, capsys):
    for folder in ("A/raw", "FashionMNIST/raw", "Z/raw"):
        for file, blob in files.items():
            path = tmp_path / folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(unpacked(blob))
            if folder != "Z/raw":
                flip(path)
    assert_same(load_images(folder=tmp_path, raw=True, offline=True), expected)
    assert lines(capsys) == []


@pytest.mark.parametrize("held", [(), ("mnist.npz", "notes.txt"), tuple(map(str, range(9)))])
def test_what_a_folder_holds_instead_is_said(held, tmp_path, capsys):
    for name in held:
        (tmp_path / name).touch()
    load_images(folder=tmp_path, offline=True)
    first = lines(capsys)[0]
    shown = ", ".join(held[:5]) or "nothing"
    more = " and 4 more" if len(held) > 5 else ""
    assert f"{tmp_path} holds {shown}{more})" in first


@pytest.mark.usefixtures("small")
def test_home_is_expanded(stick, monkeypatch):
    monkeypatch.setenv("HOME", str(stick.parent))
    monkeypatch.setenv("USERPROFILE", str(stick.parent))
    assert "offline folder" in load_images(folder="~/stick", raw=True).source


def flip(path):
    blob = bytearray(path.read_bytes())
    blob[len(blob) // 2] ^= 1
    path.write_bytes(blob)


def spoil_folder(path, how):
    if how == "absent":
        path.unlink()
    elif how == "flipped":
        flip(path)
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif how == "bomb":
        path.write_bytes(gzip.compress(bytes(20_000_000)))
    elif how == "page":
        path.write_bytes(b"\n<html>")
    elif how == "huge":
        path.unlink()
        with path.with_suffix("").open("wb") as stream:
            stream.truncate(10**12)  # sparse: a terabyte to the reader, nothing on the disk
    else:
        path.write_bytes(b"")


SPOILT = {
    "absent": "no such file",
    "flipped": "(checksum|packing|ends early)",
    "truncated": "ends early",
    "bomb": "holds more than the",
    "page": "web page",
    "huge": "holds more than the",
    "empty": "ends early, after 0 of",
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", SPOILT)
def test_bad_folder_is_named_and_the_mirrors_help(stick, how, mirrors, files, cache, capsys):
    mirrors("good")
    path = stick / "mnist" / f"{FILES[3]}.gz"
    spoil_folder(path, how)
    images = load_images(folder=stick, raw=True)
    assert "downloaded" in images.source
    (line,) = lines(capsys)
    named = path.with_suffix("") if how == "huge" else path
    assert line.startswith(f"Could not use {named} (")
    assert re.search(SPOILT[how], line)
    assert line.endswith("; looking in the cache next.")
    assert names(cache) == sorted(f"{file}.gz" for file in FILES)
    assert_only_good(cache, files)


def test_missing_folder_is_said(tmp_path, capsys):
    load_images(folder=tmp_path / "nowhere", offline=True)
    first, second = lines(capsys)
    assert str(tmp_path / "nowhere" / "mnist") in first and "holds mnist/" in first
    assert second.startswith(data.STAND_IN)


@pytest.mark.usefixtures("small")
def test_big_file_is_read_no_further_than_needed(stick, monkeypatch):
    sizes = []

    class Big(io.BytesIO):
        def read(self, size=-1):
            sizes.append(size)
            return super().read(size)

    big = stick / "mnist" / FIRST
    big.write_bytes(bytes(10**7))
    monkeypatch.setattr(Path, "open", lambda *_: Big(bytes(10**7)))
    with pytest.raises(data._Unusable, match="holds more than"):
        data._read(big, "mnist", FIRST, raw=True)
    assert sizes == [data.N_BYTES[FIRST] + 1]


@pytest.mark.usefixtures("small")
def test_folder_is_never_changed(stick, capsys):
    path = stick / "mnist" / f"{FIRST}.gz"
    flip(path)
    before = path.read_bytes()
    load_images(folder=stick, offline=True)
    assert path.read_bytes() == before and len(names(stick)) == 4


def refuse_to_open(folder, monkeypatch):
    """Permissions would not do: the tests may run as root, who may read everything."""
    opened = Path.open

    def refuse(path, *arguments, **options):
        if folder in path.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)


@pytest.mark.usefixtures("small")
def test_unreadable_file_is_said(stick, monkeypatch, capsys):
    refuse_to_open(stick, monkeypatch)
    load_images(folder=stick, offline=True)
    assert "(Permission denied); looking in the cache next." in lines(capsys)[0]


# --- the cache -----------------------------------------------------------------------------------


def test_download_then_cache(server, mirrors, files, cache, expected, capsys):
    mirrors("good")
    images = load_images(raw=True)
    assert_same(images, expected)
    assert images.source == f"MNIST, downloaded from {server.host}."
    assert asked(server) == every("good")
    assert names(cache) == sorted(f"{file}.gz" for file in FILES)
    assert_only_good(cache, files)
    again = load_images(raw=True)
    assert_same(again, expected)
    assert again.source == "MNIST, read from the cache."
    assert len(server.asked) == 4 and lines(capsys) == []


@pytest.mark.usefixtures("small")
def test_cache_serves_as_folder(mirrors, tmp_path, monkeypatch):
    mirrors("good")
    load_images(raw=True)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "other"))
    assert "offline folder" in load_images(folder=tmp_path / "cache", raw=True).source


@pytest.mark.usefixtures("small")
def test_cache_may_hold_unpacked_files(files, tmp_path, expected):
    write(tmp_path / "cache", files, packed=False)
    assert_same(load_images(raw=True), expected)


@pytest.mark.usefixtures("small")
def test_cache_is_where_the_system_keeps_caches(monkeypatch, files, tmp_path):
    import platformdirs

    monkeypatch.delenv("COURSE_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: write(tmp_path / name, files))
    assert load_images(raw=True).source == "MNIST, read from the cache."
    assert (tmp_path / "from-one-neuron").is_dir()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", [how for how in SPOILT if how not in ("absent", "huge")])
def test_bad_cache_is_said_and_replaced(server, mirrors, files, cache, expected, capsys, how):
    mirrors("good")
    write(cache.parent, files)
    spoil_folder(cache / f"{FILES[1]}.gz", how)
    assert_same(load_images(raw=True), expected)
    (line,) = lines(capsys)
    assert line.startswith(f"Could not use the cached {FILES[1]}.gz (")
    assert line.endswith("; downloading it again.")
    assert server.asked == [f"good/{FILES[1]}.gz"]
    assert_only_good(cache, files)
    assert load_images(raw=True).source == "MNIST, read from the cache."


@pytest.mark.usefixtures("small")
def test_bad_cache_is_removed_offline(files, cache, capsys):
    write(cache.parent, files)
    flip(cache / f"{FIRST}.gz")
    assert load_images(offline=True).source.startswith(data.STAND_IN)
    assert lines(capsys)[0].endswith("; downloads are switched off.")
    assert_only_good(cache, files)


@pytest.mark.usefixtures("small")
def test_unreadable_cache_is_kept(files, cache, monkeypatch, capsys):
    """What could not be read may be good: it stays."""
    write(cache.parent, files)
    refuse_to_open(cache, monkeypatch)
    load_images(offline=True)
    assert "(Permission denied); downloads are" in lines(capsys)[0] and len(names(cache)) == 4


@pytest.mark.usefixtures("small")
def test_cache_that_cannot_be_made(server, mirrors, tmp_path, monkeypatch, expected, capsys):
    mirrors("good")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    assert_same(load_images(raw=True), expected)
    (line,) = lines(capsys)
    assert line.startswith("Could not keep the data in the cache (Not a directory);")
    assert asked(server) == every("good")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), None),
        (PermissionError(errno.EACCES, "Permission denied"), None),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_write_that_fails_half_way(mirrors, cache, files, monkeypatch, capsys, fault, raised):
    mirrors("good")

    def half(path, content):
        with path.open("wb") as stream:
            stream.write(content[: len(content) // 2])
        raise fault

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(raised) if raised else contextlib.nullcontext():
        load_images(raw=True)
    if not raised:
        (line,) = lines(capsys)
        assert (
            fault.strerror in line and "; using it just this once. The setting COURSE_CACHE" in line
        )
    assert names(cache) == []


def test_file_appears_whole(mirrors, files, cache, monkeypatch):
    """Up to the moment of the one atomic step nothing is there under the file's name."""
    mirrors("good")
    replace, seen = os.replace, []

    def watched(source, target):
        assert not Path(target).exists()
        assert Path(source).parent == Path(target).parent  # else not atomic
        assert Path(source).read_bytes() == files[Path(target).name.removesuffix(".gz")]
        seen.append(Path(target).name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    load_images(raw=True)
    assert seen == [f"{file}.gz" for file in FILES]


# --- images that are mapped ----------------------------------------------------------------------


def kept_rows(cache):
    return sorted(cache.glob("*.float32"))


@pytest.mark.usefixtures("small")
def test_images_loaded_again_are_mapped_and_not_unpacked(stick, cache, monkeypatch, capsys):
    first, verified, verify = load_images(folder=stick), [], data._verified
    monkeypatch.setattr(data, "_verified", lambda *a: verified.append(a[2]) or verify(*a))
    again = load_images(folder=stick)
    assert verified == [FILES[1], FILES[3]]  # the labels alone
    for name in ("X_train", "X_test"):
        assert np.array_equal(getattr(again, name), getattr(first, name))
        assert type(getattr(again, name)) is np.ndarray
    assert len(kept_rows(cache)) == 2 and lines(capsys) == []


@pytest.mark.usefixtures("small")
def test_who_changes_an_image_changes_it_for_nobody_else(stick, cache):
    images, same = load_images(folder=stick), load_images(folder=stick)
    before = [path.read_bytes() for path in kept_rows(cache)]
    untouched = same.X_train.copy()
    images.X_train[3] = 7
    np.multiply(images.X_train, 2, out=images.X_train)
    assert images.X_train[3, 0] == 14
    assert np.array_equal(same.X_train, untouched)
    assert np.array_equal(load_images(folder=stick).X_train, untouched)
    assert [path.read_bytes() for path in kept_rows(cache)] == before


@pytest.mark.usefixtures("small")
def test_a_source_that_is_damaged_later_is_noticed_all_the_same(stick, capsys):
    load_images(folder=stick)
    flip(stick / "mnist" / f"{FIRST}.gz")
    assert load_images(folder=stick, offline=True).source.startswith(data.STAND_IN)
    assert lines(capsys)[0].endswith("; looking in the cache next.")


@pytest.mark.usefixtures("small")
def test_a_source_with_other_bytes_is_verified_anew(stick, files, cache):
    load_images(folder=stick)
    path = stick / "mnist" / f"{FIRST}.gz"
    path.write_bytes(gzip.compress(unpacked(files[FIRST]), compresslevel=1))
    images = load_images(folder=stick)
    assert "offline folder" in images.source and len(kept_rows(cache)) == 3


def spoil_rows(path, how):
    content = bytearray(path.read_bytes())
    if how == "cut":
        content = content[:-1]
    elif how == "longer":
        content += b"0"
    elif how == "zeros":
        content = bytes(len(content))
    elif how == "row":
        content[600] ^= 1  # in the first image
    elif how == "mark":
        content[-1] ^= 1
    else:
        content = b""
    path.unlink()
    path.write_bytes(content)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", ["cut", "longer", "zeros", "row", "mark", "empty"])
def test_a_spoilt_file_of_rows_is_made_again(stick, cache, how, capsys):
    right = load_images(folder=stick).X_train.copy()
    path = kept_rows(cache)[1]
    whole = path.read_bytes()
    spoil_rows(path, how)
    assert np.array_equal(load_images(folder=stick).X_train, right)
    assert path.read_bytes() == whole and lines(capsys) == []


FULL = OSError(errno.ENOSPC, "No space left on device")
LOCKED = PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("fault", [FULL, LOCKED])
def test_images_that_cannot_be_kept_are_used_from_memory(
    stick, cache, expected, monkeypatch, capsys, fault
):
    def fail(*_):
        raise fault

    monkeypatch.setattr(os, "replace", fail)
    images = load_images(folder=stick)
    assert np.array_equal(np.rint(images.X_train.ravel() * 255), expected[0])
    assert names(cache) == []  # what was half done is gone
    assert lines(capsys) == [
        f"Could not share {file} through the cache ({fault.strerror}); "
        f"it takes {megabytes} MB of memory. The setting COURSE_CACHE names another folder."
        for file, megabytes in ((FILES[0], 2), (FILES[2], 1))
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell pages apart")
@pytest.mark.usefixtures("small")
def test_pages_that_were_read_are_given_back_and_written_ones_are_kept(stick, cache, expected):
    def kilobytes():
        """Count what the system holds in memory of the mapped training images."""
        (name,) = (path.name for path in kept_rows(cache) if "train" in path.name)
        maps = Path("/proc/self/smaps").read_text(encoding="utf-8")
        return int(re.search(rf"{re.escape(name)}\n(?:.*\n)*?Rss: +(\d+) kB", maps)[1])

    X = load_images(folder=stick).X_train
    X = load_images(folder=stick).X_train  # mapped, and nothing of it was written
    assert np.array_equal(np.rint(X.ravel() * 255), expected[0]) and kilobytes() > 1000
    data.give_back_pages()
    assert kilobytes() == 0
    assert np.array_equal(np.rint(X.ravel() * 255), expected[0])
    X[3, 5] = 7
    data.give_back_pages()
    assert X[3, 5] == 7 and kilobytes() > 1000


@pytest.mark.usefixtures("small")
def test_a_system_that_maps_no_files_gets_its_images(stick, expected, monkeypatch, capsys):
    def fail(*_, **__):
        raise OSError(errno.ENODEV, "No such device")

    monkeypatch.setattr(np, "memmap", fail)
    images = load_images(folder=stick)
    assert np.array_equal(np.rint(images.X_train.ravel() * 255), expected[0])
    images.X_train[0] = 1
    assert "does not come back as it was written" in lines(capsys)[0]


@pytest.mark.usefixtures("small")
def test_the_one_who_comes_second_takes_the_file_of_the_first(stick, cache, monkeypatch, capsys):
    """On Windows a file that another kernel has mapped can't be replaced."""
    replace = os.replace

    def too_late(source, target):
        replace(source, target)  # the other kernel's, as it were
        raise LOCKED

    monkeypatch.setattr(os, "replace", too_late)
    assert load_images(folder=stick).X_train.base is not None
    assert lines(capsys) == [] and len(kept_rows(cache)) == 2


@pytest.mark.usefixtures("small")
def test_a_cache_that_another_has_filled_need_not_be_writable(stick, monkeypatch, capsys):
    load_images(folder=stick)

    def refuse(*_):
        raise LOCKED

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    load_images(folder=stick)
    assert lines(capsys) == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_a_browser_keeps_images_in_memory_once(stick, cache, monkeypatch, capsys, rows):
    raw = load_images(folder=stick, raw=True)
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(data, "ROWS", rows)
    images = load_images(folder=stick)
    for X, pixels in ((images.X_train, raw.X_train), (images.X_test, raw.X_test)):
        assert np.array_equal(X, pixels / np.float32(255))
    assert images.X_train.dtype == np.float32 and not cache.exists() and lines(capsys) == []
    assert load_images(folder=stick).X_train is images.X_train
    with pytest.raises(ValueError, match="read-only"):
        images.X_train[0] = 1
    assert load_images(folder=stick, raw=True).X_train.max() == 255
    in_use = weakref.ref(images.X_train)
    del images
    assert in_use() is None, "they stay in memory after their last use"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells so exactly")
@pytest.mark.skipif(not IS_REAL, reason="no folder with the real data, and no network to get them")
def test_reading_every_pixel_takes_no_memory_of_its_own():
    code = (
        "import re\nfrom course_lib.data import load_images\n"
        "def own():\n"
        "    text = open('/proc/self/smaps_rollup').read()\n"
        "    return int(re.search(r'Anonymous: +(\\d+)', text)[1]) / 1024\n"
        f"load_images(folder={str(REAL)!r})\n"
        "before = own()\n"
        f"images = load_images(folder={str(REAL)!r})\n"
        "total = float(images.X_train.sum())\n"
        "print(total > 0, own() - before < 20)"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout.split() == ["True", "True"], answer.stderr


# --- several processes ---------------------------------------------------------------------------

CHILD = """
import json, os, signal, sys
from pathlib import Path
from course_lib import data
for name, value in json.loads(sys.argv[1]).items():
    setattr(data, name, value)
if sys.argv[2:] == ["die while writing"]:
    def die(path, content):
        with path.open("wb") as stream:
            stream.write(content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    Path.write_bytes = die
images = data.load_images(raw=sys.argv[2:] != ["float32"])
print(images.source, len(images.y_train), int(images.y_train.sum()))
"""


def start(*arguments):
    shared = {name: getattr(data, name) for name in ("MIRRORS", "N_BYTES", "SHA256")}
    shared["STALL_SECONDS"] = 300
    command = [sys.executable, "-W", "error", "-c", CHILD, json.dumps(shared), *arguments]
    environ = {**os.environ, "PYTHONUTF8": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.slow
def test_four_processes_at_once(server, mirrors, files, cache, expected):
    mirrors("together")
    children = [start() for _ in range(4)]
    outputs = [child.communicate(timeout=300) for child in children]
    total = f"{len(expected[1])} {int(expected[1].sum())}"
    for child, (out, err) in zip(children, outputs, strict=True):
        assert child.returncode == 0, err
        assert out == f"MNIST, downloaded from {server.host}. {total}\n"
    assert server.asked.count(f"together/{FIRST}.gz") == 4 and not server.four.broken
    assert names(cache) == sorted(f"{file}.gz" for file in FILES)
    assert_only_good(cache, files)


@pytest.mark.usefixtures("small")
def test_four_processes_make_one_file_of_rows(stick, cache, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(stick))
    children = [start("float32") for _ in range(4)]
    for child in children:
        out, err = child.communicate(timeout=300)
        assert child.returncode == 0, err
        assert out.startswith("MNIST, read from the offline folder.")
    assert [path.suffix for path in cache.iterdir()] == [".float32", ".float32"]


def test_process_killed_while_downloading(server, mirrors, files, cache, expected, capsys):
    mirrors("stall")
    child = start()
    assert server.half_sent.wait(300)
    child.kill()
    child.communicate(timeout=300)
    assert names(cache.parent) == []
    mirrors("good")
    assert_same(load_images(raw=True), expected)
    assert lines(capsys) == []
    assert_only_good(cache, files)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_process_killed_while_writing(mirrors, files, cache, expected, capsys):
    mirrors("good")
    child = start("die while writing")
    child.communicate(timeout=300)
    assert child.returncode == -signal.SIGKILL
    (left,) = names(cache)
    assert left.endswith(".part")
    assert_same(load_images(raw=True), expected)  # the half file is not taken for data
    assert lines(capsys) == []
    assert left in names(cache)  # it might belong to a process still at work
    old = time.time() - 2 * 24 * 60 * 60
    os.utime(cache / left, (old, old))
    (cache / f"{FIRST}.gz").unlink()
    load_images(raw=True)
    assert_only_good(cache, files)


# --- mirrors that fail ---------------------------------------------------------------------------

FAULTS = {  # behaviour: (what is said, how often the mirror is asked when there is no other)
    "html": ("it is a web page, not data", 1),
    "flipped": ("", 1),
    "altered": ("its checksum is not that of the published file", 1),
    "truncated": ("it ends early, after", 1),
    "trailerless": ("it ends early, after", 1),
    "bomb": ("it holds more than the", 1),
    "endless": ("it goes on after", 1),
    "403": ("HTTP 403 Forbidden", 1),
    "404": ("HTTP 404 Not Found", 1),
    "500": ("HTTP 500 Internal Server Error", 2),
    "503": ("HTTP 503 Service Unavailable", 2),
    "hang": ("nothing came for 0.5 s", 2),
    "stall": ("nothing came for 0.5 s", 2),
    "drop": ("the connection dropped", 2),
    "hangup": ("the connection dropped", 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_next_mirror_helps(server, mirrors, files, cache, expected, capsys, fault):
    mirrors(fault, "good")
    assert_same(load_images(raw=True), expected)
    (line,) = lines(capsys)
    assert line.startswith(f"Could not fetch {FIRST}.gz from {server.host} ({FAULTS[fault][0]}")
    assert line.endswith(f"); trying {server.host} next.")
    # The bad mirror is asked once; the good one then goes on with the other files.
    assert asked(server) == [every(fault)[0], *every("good")]
    assert names(cache) == sorted(f"{file}.gz" for file in FILES)
    assert_only_good(cache, files)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("fault", FAULTS)
def test_no_mirror_helps(server, mirrors, cache, monkeypatch, capsys, fault):
    mirrors(fault, f"{fault}-too")
    if fault in ("hang", "stall"):
        monkeypatch.setattr(data, "STALL_SECONDS", 0.2)
    images = load_images(raw=True)
    assert images.source.startswith(f"{data.STAND_IN}, standing in for MNIST")
    said = lines(capsys)
    assert said.pop() == images.source
    assert all(line.startswith(f"Could not fetch {FIRST}.gz from ") for line in said)
    assert said[-1].endswith("; no mirror is left.")
    both = [f"{fault}/{FIRST}.gz", f"{fault}-too/{FIRST}.gz"]
    assert server.asked == both * FAULTS[fault][1]
    assert len(said) == len(server.asked)
    assert names(cache.parent) == []


@pytest.mark.slow
@pytest.mark.usefixtures("small")
@pytest.mark.filterwarnings("error")
def test_connections_are_closed(mirrors, monkeypatch):
    """Whatever fails, no socket is left for the garbage collector to complain about."""
    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    mirrors("403", "503", "html", "endless", "stall", "drop", "hangup")
    load_images()
    gc.collect()
    assert complaints == []


@pytest.mark.usefixtures("small")
def test_one_more_round_cures_a_passing_fault(server, mirrors, expected, capsys):
    mirrors("flaky", "404")
    assert_same(load_images(raw=True), expected)
    tag = FIRST.removesuffix("-ubyte")
    assert asked(server)[:3] == [f"flaky/{tag}", f"404/{tag}", f"flaky/{tag}"]
    assert len(server.asked) == 4 * 3 and len(lines(capsys)) == 4 * 2


@pytest.mark.usefixtures("small")
def test_pause_is_taken_once_before_the_second_round(server, mirrors, monkeypatch):
    mirrors("503", "hangup")
    naps = []
    monkeypatch.setattr(time, "sleep", naps.append)
    load_images()
    assert naps == [data.PAUSE_SECONDS]
    assert asked(server) == [every("503")[0], every("hangup")[0]] * 2


@pytest.mark.usefixtures("small")
def test_fault_at_a_later_file_keeps_the_first_ones(server, mirrors, files, cache, capsys):
    mirrors("good")
    del server.files  # so that the fixture's own files stay as they are
    server.files = {FILES[0]: files[FILES[0]], FILES[1]: files[FILES[0]][:50]}
    assert load_images(raw=True).source.startswith(data.STAND_IN)
    assert asked(server) == every("good")[:2]  # the third and fourth are not asked for
    assert names(cache) == [f"{FIRST}.gz"]
    server.files = files
    assert "downloaded" in load_images(raw=True).source
    assert asked(server)[2:] == every("good")[1:]  # the first is there already
    assert_only_good(cache, files)


def test_bomb_is_never_unpacked(mirrors, monkeypatch):
    """At most one byte more than the published file has is ever inflated."""
    mirrors("bomb")
    inflated = []

    class Counting:
        def __init__(self, **options):
            self.inner = zlib.decompressobj(**options)

        def decompress(self, *arguments):
            out = self.inner.decompress(*arguments)
            inflated.append(len(out))
            return out

        @property
        def eof(self):
            return self.inner.eof

    counting = SimpleNamespace(decompressobj=Counting, error=zlib.error)
    monkeypatch.setattr(data, "zlib", counting)
    assert load_images().source.startswith(data.STAND_IN)
    assert 0 < sum(inflated) <= data.N_BYTES[FIRST] + 1


def test_endless_body_is_cut(server, mirrors):
    mirrors("endless")
    load_images()
    assert server.sent < data.N_BYTES[FIRST] + 32_000_000  # the rest sits in the system's buffers


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_slow_but_moving_goes_on(server, mirrors, expected, capsys, monkeypatch):
    """Longer in all than the limit, in pieces that come long before it, on a busy machine too."""
    monkeypatch.setattr(data, "STALL_SECONDS", 4)
    mirrors("slow")
    assert data.STALL_SECONDS < 8 * SLOW
    assert_same(load_images(raw=True), expected)
    assert asked(server) == every("slow") and lines(capsys) == []


@pytest.mark.usefixtures("small")
def test_body_of_unknown_length(mirrors, expected, files, cache):
    mirrors("unsized")
    assert_same(load_images(raw=True), expected)
    assert_only_good(cache, files)


@pytest.mark.usefixtures("small")
def test_mirrors_that_cannot_be_reached(server, mirrors, expected, capsys):
    """No such host, refused, not speaking TLS: each is asked once, as no second try would help."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        mirrors("http://no-such-host.invalid/", refused)
        load_images()
        assert len(lines(capsys)) == 2 + 1
        mirrors("http://no-such-host.invalid/", refused, f"https://{server.host}/", "good")
        assert_same(load_images(raw=True), expected)
    said = lines(capsys)
    reasons = [line.split("(")[1].split(")")[0] for line in said]
    assert reasons == ["it cannot be reached", "it cannot be reached", "no secure connection"]
    assert f"trying {server.host} next" in said[-1]


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_server_that_does_not_answer_the_door(mirrors, expected, monkeypatch, capsys):
    """A full queue of connections: on Linux, further ones wait without an answer."""
    monkeypatch.setattr(data, "CONNECT_SECONDS", 1)
    with contextlib.ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        mirrors(f"http://127.0.0.1:{deaf.getsockname()[1]}/", "good")
        assert_same(load_images(raw=True), expected)
    (line,) = lines(capsys)
    assert "no connection within 1 s" in line or not sys.platform.startswith("linux")


@pytest.mark.usefixtures("small")
def test_limits_reach_the_downloader(mirrors, monkeypatch):
    import pooch

    made, original = [], pooch.HTTPDownloader

    def downloader(**options):
        made.append((options["timeout"], (data.CONNECT_SECONDS, data.STALL_SECONDS)))
        return original(**options)

    monkeypatch.setattr(pooch, "HTTPDownloader", downloader)
    mirrors("good")
    load_images()
    assert len(made) == 4 and all(given == promised for given, promised in made)


def test_limits_are_the_promised_ones():
    fresh = "from course_lib.data import *; print(CONNECT_SECONDS, STALL_SECONDS, PAUSE_SECONDS)"
    out = subprocess.run([sys.executable, "-c", fresh], cwd=ROOT, capture_output=True, text=True)
    assert out.stdout.split() == ["5", "10", "1"]


@pytest.mark.usefixtures("small")
def test_interrupted_download_leaves_nothing(mirrors, cache, monkeypatch):
    mirrors("good")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(data._Body, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_images()
    assert names(cache.parent) == []


@pytest.mark.usefixtures("small")
def test_progress_is_shown(mirrors, files, monkeypatch):
    import tqdm.auto

    bars = {}

    class Recorded(tqdm.auto.tqdm):
        def close(self):
            bars[id(self)] = self
            super().close()

    monkeypatch.setattr(tqdm.auto, "tqdm", Recorded)
    mirrors("good")
    load_images(raw=True)
    shown = list(bars.values())
    sizes = [len(blob) for blob in files.values()]
    assert [bar.n for bar in shown] == [bar.total for bar in shown] == sizes
    assert [bar.desc.removesuffix(": ") for bar in shown] == [f"{file}.gz" for file in FILES]


# --- offline, and the stand-in -------------------------------------------------------------------


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", ["environment", "argument", "environment beats argument"])
def test_offline_never_touches_the_network(server, mirrors, monkeypatch, capsys, how):
    mirrors("good")

    def refuse(*_):
        raise AssertionError("touched the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    if how.startswith("environment"):
        monkeypatch.setenv("COURSE_OFFLINE", "1")
    images = load_images(offline=how == "argument")
    assert server.asked == []
    assert lines(capsys) == [images.source]
    assert (
        "standing in for MNIST: no copy was found and downloads are switched off" in images.source
    )


@pytest.mark.usefixtures("small")
def test_offline_zero_is_online(server, mirrors, monkeypatch):
    mirrors("good")
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    assert "downloaded" in load_images(raw=True).source


@pytest.mark.usefixtures("small")
def test_offline_still_reads_the_cache(server, mirrors, expected, monkeypatch):
    mirrors("good")
    load_images(raw=True)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert_same(load_images(raw=True), expected)
    assert len(server.asked) == 4


@pytest.mark.usefixtures("small")
def test_stand_in_for_fashion_keeps_digit_names(capsys):
    images = load_images("fashion-mnist", offline=True)
    assert images.class_names == tuple("0123456789")
    assert "standing in for Fashion-MNIST" in images.source and len(lines(capsys)) == 1


def test_stand_in(server, mirrors, capsys):
    mirrors("good")
    images = load_images("digits")
    assert images.source == "scikit-learn's bundled 8×8 digits, resampled to 28×28."
    assert images.X_train.shape == (1500, 784) and images.X_test.shape == (297, 784)
    assert images.y_train.shape == (1500,) and images.y_test.shape == (297,)
    assert images.X_train.dtype == np.float32 and images.y_train.dtype == np.int64
    assert images.X_train.min() == 0 and images.X_train.max() == 1
    inside = np.zeros((28, 28), bool)
    inside[4:24, 4:24] = True
    assert not images.X_train.reshape(-1, 28, 28)[:, ~inside].any()
    assert set(images.y_train) == set(images.y_test) == set(range(10))
    raw = load_images("digits", raw=True)
    assert raw.X_train.dtype == np.uint8
    assert np.array_equal(raw.X_train / np.float32(255), images.X_train)
    assert lines(capsys) == [] and server.asked == []


def test_stand_in_looks_like_its_8x8_digits():
    """Shrunk again to 8×8, every picture is close to the one it came from."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    boxes = load_images("digits").X_train.reshape(-1, 28, 28)[:, 4:24, 4:24]
    weights = np.repeat(np.eye(8), 5, axis=0).reshape(20, 2, 8).mean(axis=1) / 2.5
    small = np.einsum("ia,mij,jb->mab", weights, boxes, weights).reshape(1500, 64)
    wanted = digits.data[:1500] / 16
    assert np.abs(small - wanted).mean() < 0.06
    assert min(np.corrcoef(a, b)[0, 1] for a, b in zip(small, wanted, strict=True)) > 0.9
    assert np.array_equal(load_images("digits").y_test, digits.target[1500:])


def test_stand_in_can_be_learnt():
    from sklearn.linear_model import LogisticRegression

    images = load_images("digits")
    model = LogisticRegression(tol=1e-3).fit(images.X_train, images.y_train)
    assert model.score(images.X_test, images.y_test) > 0.9


# --- IDX, arguments, the command, imports --------------------------------------------------------


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 28, 28), (0, 28, 28), (300, 1)])
def test_parse_idx(shape):
    values = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert np.array_equal(parse_idx(idx(values)), values)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        b"\0\0\x0d\x01\0\0\0\x01aaaa",  # floats
        b"\x01\0\x08\x01\0\0\0\x01a",
        b"\0\0\x08\x01\0\0\0\x02a",  # too short
        b"\0\0\x08\x01\0\0\0\x01ab",  # too long
        b"\0\0\x08\x01\x01\0\0\0a",  # little-endian
        b"\0\0\x08\xff\0\0\0\x01",
        b"<html></html>",
    ],
)
def test_parse_idx_refuses(content):
    with pytest.raises(ValueError, match=r"content (starts with|has)"):
        parse_idx(content)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MNIST", "'mnist'"),
        ("minst", "'mnist'"),
        ("fashion_mnist", "'fashion-mnist'"),
        ("Fashion MNIST", "'fashion-mnist'"),
        ("digit", "'digits'"),
        ("usb/data", "folder='usb/data'"),
        ("", "'mnist'"),
    ],
)
def test_unknown_name(name, meant):
    with pytest.raises(ValueError, match="expected one of 'mnist', 'fashion-mnist', 'digits'") as e:
        load_images(name)
    assert f"name is {name!r}" in str(e.value) and f"Did you mean {meant}?" in str(e.value)


def test_arguments_of_the_wrong_type():
    with pytest.raises(TypeError, match="name is of type int; expected one of 'mnist'"):
        load_images(42)
    for folder in (True, 3, ["usb"]):
        kind = type(folder).__name__
        with pytest.raises(TypeError, match=f"folder is of type {kind}; expected the path"):
            load_images(folder=folder)


@pytest.mark.usefixtures("small")
def test_command(server, mirrors, capsys):
    mirrors("good")
    assert data.main([]) == 0
    assert lines(capsys) == [f"MNIST, downloaded from {server.host}."]
    assert data.main(["mnist", "digits"]) == 0
    assert lines(capsys) == ["MNIST, read from the cache.", f"{data.STAND_IN}."]
    assert data.main(["mnits"]) == 2
    assert "Did you mean 'mnist'?" in capsys.readouterr().err


@pytest.mark.slow
def test_command_on_the_stand_in(tmp_path):
    environ = {**os.environ, "COURSE_OFFLINE": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", "-m", "course_lib.data", "mnist", "fashion-mnist"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and done.stderr == ""
    said = done.stdout.splitlines()
    assert len(said) == 2 and all(line.startswith(data.STAND_IN) for line in said)


def test_import_loads_numpy_alone():
    ask = "import sys, course_lib.data, course_lib.toys; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in out.stdout.split()}
    assert "numpy" in loaded
    assert not loaded & {"pooch", "tqdm", "sklearn", "scipy", "requests", "urllib3", "matplotlib"}


def test_mirrors_are_several_and_secure():
    ask = "import json; from course_lib.data import MIRRORS; print(json.dumps(MIRRORS))"
    out = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True)
    for urls in json.loads(out.stdout).values():
        assert len(urls) >= 2 and len(set(urls)) == len(urls)
        assert all(url.startswith("https://") and url.endswith("/") for url in urls)


def test_doctests():
    assert doctest.testmod(data).failed == 0
