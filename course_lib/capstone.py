"""The capstone: a small network for Fashion-MNIST, saved so that a class can compare.

`save` writes what is handed in, `load` reads it with all the distrust that a stranger's file
deserves, and ``python -m course_lib.grade_class networks/ --capstone`` judges a folder of them.
"""

import hashlib
import zipfile
from pathlib import Path

import numpy as np

from course_lib._checks import require
from course_lib.network import Network

BUDGET = 100_000  # parameters
SHAPE = 784, 10  # pixels, classes
LARGEST = 2_000_000  # bytes of a file: more than twice what the budget fills in float64
MOST_LAYERS = 40


def parameters(network):
    """Count the numbers that a network has learned.

    Parameters
    ----------
    network : Network

    Returns
    -------
    int
    """
    return sum(layer.params[name].size for layer, name in network.parameters())


def save(network, path):
    """Write a network to hand in, in float32, and say what it is.

    Parameters
    ----------
    network : Network
        From 784 pixels to 10 classes, with at most 100,000 parameters.
    path : path
        Such as "anna.npz".

    Returns
    -------
    str
        The file, its parameters, and the code that stands for it on the board.

    Raises
    ------
    ValueError
        Where the network is too large, does not fit the images, or has weights that are no numbers.
    """
    require(
        isinstance(network, Network),
        f"network is of type {type(network).__name__}; expected a Network.",
    )
    _refuse(network)
    file = network.copy().astype(np.float32).save(path)
    return f"{file.name}: {parameters(network):,} parameters, code {code(file.read_bytes())}"


def load(path):
    """Read a network that was handed in; nothing in the file is run.

    Parameters
    ----------
    path : path

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        Where the file is too large, damaged or no network of the capstone's kind.
    """
    path = Path(path)
    require(path.is_file() and not path.is_symlink(), "It is no file.")
    size = path.stat().st_size
    require(size <= LARGEST, f"The file has {size:,} bytes; at most {LARGEST:,} are read.")
    _look_inside(path)
    try:
        network = Network.load(path)
    except ValueError:
        raise ValueError("It holds no network that this course saved.") from None
    require(
        len(network.layers) <= MOST_LAYERS,
        f"It has {len(network.layers)} layers; at most {MOST_LAYERS} are read.",
    )
    _refuse(network)
    return network


def code(data):
    """Return what stands for a file on the board, without telling whose it is."""
    return hashlib.sha256(data).hexdigest()[:8]


def _look_inside(path):
    """Refuse an archive whose arrays say that they are larger than the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            require(len(parts) <= 2 * MOST_LAYERS + 1, "It has too many parts.")
            for part in parts:
                require(part.compress_type == zipfile.ZIP_STORED, "It is compressed.")
                require(part.file_size <= LARGEST, "A part of it is too large.")
                with archive.open(part) as file:
                    _look_at(file, part.file_size)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError):
        raise ValueError("It is damaged, or another kind of file.") from None


def _look_at(file, size):
    """Compare what the head of an array says with the bytes that there are."""
    version = np.lib.format.read_magic(file)
    require(version == (1, 0), "It holds no arrays that this course saved.")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    require(not dtype.hasobject and dtype.kind in "fU", "It holds something else than numbers.")
    count = 1
    for length in shape:
        count *= length
    require(count * dtype.itemsize <= size, "An array of it is not all there.")


def _refuse(network):
    """Refuse a network that does not take part."""
    came = network.n_in, network.n_out
    require(
        came == SHAPE,
        f"The network goes from {came[0]} inputs to {came[1]} outputs; expected 784 and 10.",
    )
    number = parameters(network)
    require(
        number <= BUDGET,
        f"The network has {number:,} parameters; the budget is {BUDGET:,}. Fewer hidden units?",
    )
    finite = all(np.isfinite(layer.params[name]).all() for layer, name in network.parameters())
    require(finite, "The network has weights that are no numbers. Did the training diverge?")
