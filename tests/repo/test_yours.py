"""What "Make it yours" promises: each of its recipes, done."""

import importlib.util
import json
import re
import shutil

import numpy as np
import pytest
from a_class import lesson
from conftest import ROOT
from PIL import Image

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
    with pytest.raises(ValueError, match="has 2 names; labels go up to 2"):
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
