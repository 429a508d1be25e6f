"""What "Make it yours" promises: each of its recipes, done."""

import gzip
import hashlib
import importlib.util
import json
import re
import shutil

import numpy as np
import pytest
from a_class import lesson
from conftest import ROOT
from PIL import Image

from course_lib import data
from course_lib.data import N_BYTES, load_images
from course_lib.exercises import LESSONS, engine, exercise_ids

PAGE = (ROOT / "tools/press/website/yours.md").read_text(encoding="utf-8")
PATHS = sorted((ROOT / "notebooks").glob("0*.ipynb"))


@pytest.fixture(scope="module")
def yours():
    """Import the tool."""
    spec = importlib.util.spec_from_file_location("yours", ROOT / "tools" / "yours.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_commands_are_there():
    """Files and options that the page names."""
    for path in re.findall(r"(?:tools|notebooks)/\w+\.\w+", PAGE):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_lesson_needs_no_other(path):
    """It imports the library and packages alone, and reads no file of another lesson."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            assert not re.search(r"%run|import_module|notebooks/", source)


def test_sections_say_what_they_need(yours):
    """Of a small lesson, word for word; of the real ones, that the last sections need the first."""
    cells = [
        {"cell_type": "markdown", "source": "# Title\n"},
        {"cell_type": "code", "source": "import numpy as np"},
        {"cell_type": "markdown", "source": "## Data\n"},
        {"cell_type": "code", "source": "X = np.ones(3)\ny = X + 1"},
        {"cell_type": "markdown", "source": "## Look\n"},
        {"cell_type": "code", "source": "z = 2 * y"},
        {"cell_type": "markdown", "source": "## Train\n"},
        {"cell_type": "code", "source": "y = np.sum(X)\nprint(y)"},
    ]
    assert yours.needs(cells) == {
        "the start": {},
        "Data": {"the start": ["np"]},
        "Look": {"Data": ["y"]},
        "Train": {"the start": ["np"], "Data": ["X"]},
    }
    for path in PATHS:
        found = yours.needs(json.loads(path.read_text(encoding="utf-8"))["cells"])
        assert any(found.values())


def test_a_title_of_your_own(yours, tmp_path, capsys):
    """Nothing else changes."""
    path = tmp_path / PATHS[0].name
    shutil.copy(PATHS[0], path)
    assert yours.main(["title", str(path), "One neuron, autumn term"]) == 0
    old, new = (p.read_text(encoding="utf-8").splitlines() for p in (PATHS[0], path))
    changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1
    assert "# One neuron, autumn term" in changed[0][1]
    assert "no lesson" in yours.main(["needs", str(tmp_path / "missing.ipynb")])
    assert yours.main(["needs", str(path)]) == 0
    assert "needs" in capsys.readouterr().out


def test_images_of_your_own(tmp_path):
    """Letters, a folder for each; every fifth is for testing. What does not fit is said."""
    rng = np.random.default_rng(0)
    for letter in "AB":
        (tmp_path / "letters" / letter).mkdir(parents=True)
        for i in range(10):
            pixels = rng.integers(0, 256, (28, 28), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "letters" / letter / f"{i}.png")
    images = load_images(tmp_path / "letters")
    assert (images.X_train.shape, images.X_test.shape) == ((16, 784), (4, 784))
    assert (images.class_names, images.y_test.tolist()) == (("A", "B"), [0, 0, 1, 1])
    np.testing.assert_allclose(images.X_test[-1].reshape(28, 28), pixels / 255, atol=1e-6)
    assert images.X_train.dtype == np.float32
    assert "letters" in images.source
    named = load_images(folder=tmp_path / "letters")
    assert (named.class_names, named.source) == (images.class_names, images.source)
    raw = load_images(str(tmp_path / "letters"), raw=True)
    assert raw.X_test[-1].tolist() == pixels.ravel().tolist()
    Image.fromarray(pixels[:20]).save(tmp_path / "letters" / "B" / "9.png")
    with pytest.raises(ValueError, match="has 28×20 pixels; expected 28×28"):
        load_images(tmp_path / "letters")
    shutil.rmtree(tmp_path / "letters" / "A")
    with pytest.raises(ValueError, match="a folder for each class"):
        load_images(tmp_path / "letters")
    with pytest.raises(ValueError, match="There is no folder"):
        load_images(tmp_path / "missing")


def test_idx_files_of_your_own(tmp_path, capsys):
    """Any number of images, no checksum, and never MNIST in their place."""
    pixels = np.arange(3 * 784, dtype=np.uint8).reshape(3, 28, 28)
    for name, array in zip(N_BYTES, (pixels, [1, 0, 2], pixels[:1], [2]), strict=True):
        array = np.asarray(array, np.uint8)
        head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
        (tmp_path / name).write_bytes(head + array.tobytes())
    images = load_images(tmp_path)
    assert (images.y_train.tolist(), images.class_names) == ([1, 0, 2], ("0", "1", "2"))
    (tmp_path / "class_names.txt").write_text("alpha\nbeta\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has 2 names; labels go from 0 to 2"):
        load_images(tmp_path)
    (tmp_path / "class_names.txt").write_text("alpha\nbeta\ngamma\n", encoding="utf-8")
    for images in (load_images(tmp_path), load_images(folder=str(tmp_path))):
        assert images.class_names == ("alpha", "beta", "gamma")
        assert images.X_train.shape == (3, 784)
    load_images("fashion-mnist", folder=tmp_path, offline=True)
    assert "it is a whole file, but not the published one" in capsys.readouterr().out
    (tmp_path / "train-images-idx3-ubyte").unlink()
    with pytest.raises(ValueError, match="lacks train-images-idx3-ubyte"):
        load_images(tmp_path)


def idx(values, code=8, dtype=">u1"):
    """Return the bytes of an IDX file."""
    values = np.asarray(values)
    lengths = b"".join(n.to_bytes(4, "big") for n in values.shape)
    return bytes([0, 0, code, values.ndim]) + lengths + values.astype(dtype).tobytes()


def four(m=52, t=26, classes=10, first=0):
    """Return images and labels of two sets."""
    rng = np.random.default_rng(0)
    X = [rng.integers(0, 256, (n, 28, 28)) for n in (m, t)]
    y = [np.arange(n) % classes + first for n in (m, t)]
    return X[0], y[0], X[1], y[1]


OTHER = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "test-images", "test-labels"
LETTERS = [f"emnist-letters-{name}.gz" for name in OTHER]
QMNIST = "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int"
QMNIST += "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int"
A, B, C, D = four()
NAMED = dict(zip(N_BYTES, four(), strict=True))
COLUMNS = [idx(np.repeat(y[:, None], 8, axis=1), 12, ">i4") for y in (B, D)]
# What lies in a folder, and its classes or what is said of it.
SETS = {
    "letters, counted from 1": (
        dict(zip(LETTERS, map(gzip.compress, map(idx, four(classes=26, first=1))), strict=True)),
        [str(k) for k in range(1, 27)],
    ),
    "with their names": (
        dict(zip(LETTERS, map(idx, four(classes=26, first=1)), strict=True))
        | {"class_names.txt": "\ufeff" + "\n".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
        list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ),
    "62 classes in a folder below": (
        {f"gzip/emnist-byclass-{n}": idx(a) for n, a in zip(OTHER, four(62, 62, 62), strict=True)},
        [str(k) for k in range(62)],
    ),
    "more for testing than for training, labels in eight columns of int32": (
        dict(zip(QMNIST, (idx(C), COLUMNS[1], idx(A), COLUMNS[0]), strict=True)),
        [str(k) for k in range(10)],
    ),
    "int32, and bytes behind the packing": (
        {n: gzip.compress(idx(a, 12, ">i4")) + b"extra" for n, a in NAMED.items()},
        [str(k) for k in range(10)],
    ),
    "two sets": (
        {f"{set_}-{n}": idx(a) for set_ in "ab"
         for n, a in zip(OTHER, four(), strict=True)},
        "holds 2 sets of images, a, b; expected one",
    ),
    "floats": (
        {n: idx(a / 255, 13, ">f4") if a.ndim > 1 else idx(a) for n, a in NAMED.items()},
        "pixels of type float32 from 0 to 1; expected whole numbers from 0 to 255",
    ),
    "larger images": (
        {n: idx(np.resize(a, (len(a), 32, 32)) if a.ndim > 1 else a)
         for n, a in NAMED.items()},
        r"images of shape \(52, 32, 32\).*expected \(m, 28, 28\)",
    ),
    "labels of three dimensions": (
        {n: idx(a if a.ndim > 1 else a.reshape(-1, 2, 1)) for n, a in NAMED.items()},
        r"uint8 of shape \(26, 2, 1\).*expected a whole number for each image",
    ),
    "images and labels the wrong way round": (
        dict(zip(N_BYTES, map(idx, (B, A, C, D)), strict=True)),
        "expected a whole number for each image",
    ),
    "packing that ends early": (
        {n: gzip.compress(idx(a))[:-30] for n, a in NAMED.items()},
        "ends early",
    ),
    "no IDX": (dict.fromkeys(N_BYTES, "<html>"), "is no IDX file: it starts with"),
    "no names in UTF-8": (
        dict(zip(N_BYTES, map(idx, four()), strict=True)) | {"class_names.txt": b"\xe9"},
        "is not in UTF-8",
    ),
    "arrays of NumPy": ({"kmnist.npz": b""}, "holds kmnist.npz; expected the four IDX files"),
    "pictures that are none": (
        {f"{c}/{i}.jpeg": b"x" for c in "ab" for i in range(5)},
        "is no picture that can be read",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_sets_of_other_kinds_load_or_say_what_they_hold(tmp_path, name):
    files, expected = SETS[name]
    for file, held in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(held.encode() if isinstance(held, str) else held)
    if isinstance(expected, str):
        with pytest.raises(ValueError, match=expected):
            load_images(tmp_path)
        return
    for images in (load_images(tmp_path), load_images(folder=tmp_path)):
        assert list(images.class_names) == expected
        assert set(images.y_train) <= set(range(len(expected)))
        assert images.X_train.shape == (len(images.y_train), 784)


@pytest.mark.slow
@pytest.mark.parametrize("damaged", [False, True])
def test_a_set_of_the_same_size_is_ones_own_a_damaged_copy_is_not(tmp_path, monkeypatch, damaged):
    """KMNIST has the names and the sizes of MNIST: MNIST does not take its place."""
    files = [idx(np.zeros((n, 28, 28))) for n in (60_000, 10_000)]
    files = [files[0], idx(np.arange(60_000) % 10), files[1], idx(np.arange(10_000) % 10)]
    if damaged:  # all the others are as published
        sums = [hashlib.sha256(content).hexdigest() for content in files]
        sums[2] = "0" * 64
        monkeypatch.setitem(data.SHA256, "mnist", tuple(sums))
    for name, content in zip(N_BYTES, files, strict=True):
        (tmp_path / name).write_bytes(content)
    images = load_images(folder=tmp_path, offline=True, raw=True)
    assert ("your own" in images.source) != damaged


def test_a_translated_cell_keeps_its_place():
    """A lesson whose prose is another language is graded as before."""
    from course_lib.grade_class import process, reader

    whole = json.loads(lesson("01"))
    for cell in whole["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = "Das ist ein Satz."
    read = reader.read(json.dumps(whole).encode(), process.IDS)
    assert read["lesson"] == "01"
    assert not read["notes"]


def test_ids_are_unique():
    """Of exercises, and of their cells."""
    assert len(set(exercise_ids())) == len(exercise_ids())


def test_the_recipe_of_an_exercise_works():
    """As CONTRIBUTING.md has it: a new id, what is right passes, and a mistake is named."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n( +class .*?)```", text, re.DOTALL)[1]
    code = "\n".join(line[3:] for line in code.splitlines())
    P = np.array(
        [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.5, 0.4, 0.1], [0.3, 0.6, 0.1]]
    )

    def error_rate(y, P):
        return np.mean(P.argmax(axis=1) != y)

    names = dict(
        np=np, Exercise=engine.Exercise, Probe=engine.Probe, mistake=engine.mistake,
        error_rate=error_rate, LABELS=np.array([0, 1, 1, 0, 2]), PROBABILITIES=P,
        FLOAT32=P.astype(np.float32),
    )  # fmt: skip
    exec(code, names)
    made = names["ErrorRate"]
    assert made.id not in exercise_ids()
    right = engine.grade(made, lambda y, P: 1 - np.mean(np.argmax(P, 1) == y))
    assert right.status == "passed"
    wrong = engine.grade(made, lambda y, P: np.count_nonzero(np.argmax(P, 1) - y))
    assert wrong.misconception == "counted"
    assert len(LESSONS) == 5
