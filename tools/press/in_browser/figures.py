"""What the demos of the website need beside `course_lib`: images, and trained networks.

A demo's call names what its lesson has made until then. `needs` says which files and which code
make the same on a page; `store` puts the files into a folder.
"""

import ast
import gzip
import hashlib
import shutil
import tempfile
from pathlib import Path

import numpy as np

from course_lib import FLOORS
from course_lib.data import N_BYTES, load_images
from course_lib.exercises import LESSONS
from course_lib.layers import Dense, Sigmoid, Tanh
from course_lib.losses import one_hot, sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam
from course_lib.training import train
from press import PACKAGES, ROOT

HERE = "/live/"  # where a page keeps the files
MNIST = tuple(f"mnist/{name}.gz" for name in N_BYTES)
# Demos that learn from digits, whatever their call names.
WITH_DIGITS = ("descent", "digit_neuron", "first_weights", "race")
# A name of a lesson → files, and code that makes it.
LESSON = {
    "ten_class_loss": (
        (),
        "from course_lib.losses import softmax_cross_entropy as ten_class_loss",
    ),
    "names": ((), "from course_lib.data import FASHION_NAMES as names"),
    "is_it_a_zero": (
        ("zero.npz",),
        "from course_lib.activations import sigmoid\n"
        "from course_lib.network import Network\n"
        f"zero = Network.load('{HERE}zero.npz')\n"
        "def is_it_a_zero(X):\n"
        "    return sigmoid(zero.forward(X)[:, 0])",
    ),
    "solved": (
        ("solved.npz",),
        f"from course_lib.network import Network\nsolved = Network.load('{HERE}solved.npz')",
    ),
    "lab": (
        ("lab.npz",),
        f"from course_lib.network import Network\nlab = Network.load('{HERE}lab.npz')",
    ),
    "X_test": (
        ("clothes.npz",),
        f"import numpy as np\nX_test = np.load('{HERE}clothes.npz')['X'] / 255",
    ),
    "y_test": (
        ("clothes.npz",),
        f"import numpy as np\ny_test = np.load('{HERE}clothes.npz')['y']",
    ),
}
# On a page nobody has solved an exercise: there its function is the course's.
LESSON |= {
    exercise.id: ((), f"from {exercise.reference.__module__} import {exercise.id}")
    for module in LESSONS.values()
    for exercise in module.EXERCISES
}


def needs(call):
    """Return the files and the code that a call needs, or None where a name is not known."""
    tree = ast.parse(call)
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names = [name for name in dict.fromkeys(names) if name != "demos"]
    if not LESSON.keys() >= set(names):
        return None
    files = [file for name in names for file in LESSON[name][0]]
    if tree.body[0].value.func.attr in WITH_DIGITS:
        files += MNIST
    return tuple(dict.fromkeys(files)), "\n".join(LESSON[name][1] for name in names)


def store(folder, lessons=False):
    """Put the files that pages ask for into a folder, or lessons, too; return their names.

    Networks are trained once, and again where the library has changed. Without the real images
    there are none of them.
    """
    digits, clothes = load_images("mnist", raw=True), load_images("fashion-mnist", raw=True)
    if len(digits.X_train) < 60_000 or len(clothes.X_train) < 60_000:
        return ()
    names = [*FLOORS["beneath"]["modules"], *FLOORS["engine"]["modules"], "data"]
    sources = [path for name in names if (path := ROOT / "course_lib" / f"{name}.py").exists()]
    text = b"".join(path.read_bytes() for path in [*sources, Path(__file__)])
    kept = PACKAGES / ".cache" / f"networks-{hashlib.sha256(text).hexdigest()[:32]}"
    if not kept.exists():
        (PACKAGES / ".cache").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PACKAGES / ".cache") as aside:
            for name, made in (("zero", zero), ("solved", solved), ("lab", lab)):
                made().save(f"{aside}/{name}.npz")
            y = clothes.y_test.astype(np.uint8)
            np.savez_compressed(f"{aside}/clothes.npz", X=clothes.X_test, y=y)
            write_images(Path(aside, "mnist"), digits)
            write_images(Path(aside, "fashion-mnist"), clothes)
            shutil.copytree(aside, kept)
    others = None if lessons else shutil.ignore_patterns("fashion-mnist")
    shutil.copytree(kept, folder, dirs_exist_ok=True, ignore=others)
    return tuple(path.relative_to(folder).as_posix() for path in folder.rglob("*.*z"))


def write_images(folder, images):
    """Write the four files of a data set as they are published, but for the packing."""
    folder.mkdir()
    arrays = images.X_train, images.y_train, images.X_test, images.y_test
    for name, values in zip(N_BYTES, arrays, strict=True):
        shape = (len(values), 28, 28) if "images" in name else (len(values),)
        head = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">i4").tobytes()
        # Level 9 takes ten times as long, for half a percent less.
        data = gzip.compress(head + values.astype(np.uint8).tobytes(), 7, mtime=0)
        (folder / f"{name}.gz").write_bytes(data)


# --- Networks, by the recipes of the lessons -----------------------------------------------------


def zero():
    """Lesson 1: a neuron that tells zeros from other digits."""
    digits, rng = load_images("mnist"), np.random.RandomState(1)
    rng.permutation(len(digits.X_train))
    neuron = Network([Dense(784, 1, rng=np.random.default_rng(0))])
    neuron.layers[0].params["W"] = (rng.randn(784, 1) * 0.01).astype(np.float32)
    is_zero = (digits.y_train == 0).astype(np.float32)
    recipe = dict(loss=sigmoid_cross_entropy, optimizer=SGD(1.0), epochs=100)
    train(neuron, digits.X_train, is_zero, **recipe)
    return neuron


def solved():
    """Lesson 3: ten classes, the first weights scaled and tanh."""
    digits, stream = load_images("mnist"), np.random.RandomState(1)
    m = len(digits.X_train)
    stream.permutation(m)
    for shape in [(784, 1), (64, 784), (1, 64)]:
        stream.randn(*shape)
    half = stream.permutation(m)[: m // 2]
    first, last = (Dense(*size, rng=np.random.default_rng(0)) for size in ((784, 64), (64, 10)))
    first.params["W"][:] = stream.randn(64, 784).T / 28
    last.params["W"][:] = stream.randn(10, 64).T / 8
    network = Network([first, Tanh(), last])
    recipe = dict(loss=softmax_cross_entropy, optimizer=SGD(1.0), epochs=200)
    train(network, digits.X_train[half], digits.y_train[half], **recipe)
    return network


def lab():
    """Lesson 5: the network of the laboratory, on Fashion-MNIST."""
    clothes, rng = load_images("fashion-mnist"), np.random.default_rng(0)
    network = Network([Dense(784, 25, rng=rng), Sigmoid(), Dense(25, 10, rng=rng)])
    Y = one_hot(clothes.y_train, 10, np.float32)
    recipe = dict(loss=sigmoid_cross_entropy, optimizer=Adam(0.003), epochs=10, batch_size=100)
    train(network, clothes.X_train, Y, **recipe, l2=3e-4, rng=np.random.default_rng(0))
    return network.astype(float)
