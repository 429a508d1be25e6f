"""A training set aside in a file, to be taken up again as if it had never stopped."""

from inspect import signature

import numpy as np

from course_lib import _files, optimizers
from course_lib._checks import require
from course_lib.history import History
from course_lib.network import describe, rebuild


def save(path, network, optimizer, rng, history):
    """Write everything that the next epoch depends on, whole or not at all, without pickle.

    Parameters
    ----------
    path : str or path
        Gets the suffix ``.npz`` where it has none.
    network : Network
    optimizer : SGD, RMSProp or Adam
        With what it remembers of earlier steps.
    rng : numpy.random.Generator
        As `numpy.random.default_rng` makes it.
    history : History
        What `train` returned, or hands to `on_epoch`.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Examples
    --------
    After each epoch, so that nothing is lost when the power fails::

        train(…, on_epoch=lambda network, history: save("run", network, optimizer, rng, history))
    """
    kind = type(optimizer).__name__
    require(
        type(optimizer) is getattr(optimizers, kind, None),
        f"optimizer is {optimizer!r}; expected one of course_lib.optimizers.",
    )
    require(
        isinstance(rng, np.random.Generator) and isinstance(rng.bit_generator, np.random.PCG64),
        f"rng is {rng!r}; expected a generator made by numpy.random.default_rng.",
    )
    settings = {name: getattr(optimizer, name) for name in signature(type(optimizer)).parameters}
    settings["learning_rate"] = float(optimizer.learning_rate)
    kinds, arrays = describe(network)
    names = list(arrays)  # "0.W", "0.b" and so on
    for name, parameter in zip(names, network.parameters(), strict=True):
        for what, value in optimizer.memory[parameter].items():
            arrays[f"memory.{name}.{what}"] = value
    if history.best is not None:
        arrays |= {f"best.{name}": b for name, b in zip(names, history.best, strict=True)}
    return _files.write(
        path,
        arrays,
        layers=kinds,
        optimizer=[kind, settings],
        rng=rng.bit_generator.state,
        history=history.to_json(),
    )


def load(path):
    """Read what `save` has written.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    network, optimizer, rng, history
        Hand them to `train` to go on: ``train(network, …, optimizer=optimizer, rng=rng,
        history=history)`` takes the same steps as a training that was never interrupted.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where the file is no saved training.
    """
    return _files.read(path, _rebuild, "training")


def _rebuild(file):
    network = rebuild(file)
    kind, settings = _files.header(file, "optimizer")
    require(kind in ("SGD", "RMSProp", "Adam"), f"optimizer {kind}")
    rate = settings["learning_rate"]
    require(rate >= 0, f"learning rate {rate}")
    optimizer = getattr(optimizers, kind)(**(settings | {"learning_rate": 1.0}))
    optimizer.learning_rate = rate  # at the end of a schedule it may be 0
    _, arrays = describe(network)
    for (name, value), parameter in zip(arrays.items(), network.parameters(), strict=True):
        before = f"memory.{name}."
        for full in (full for full in file if full.startswith(before)):
            array = file[full]
            require(array.shape in (value.shape, ()), "memory of another shape")
            # A count, such as Adam's t, was a plain number.
            known = array if array.ndim else array.item()
            optimizer.memory[parameter][full.removeprefix(before)] = known
    rng = np.random.Generator(np.random.PCG64())
    rng.bit_generator.state = _files.header(file, "rng")
    history = History.from_json(_files.header(file, "history"))
    if any(name.startswith("best.") for name in file):
        history.best = [file[f"best.{name}"] for name in arrays]
    return network, optimizer, rng, history
