"""A training that was set aside and taken up again, against one that was never interrupted."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from reference import frozen, says

from course_lib import _speed, checkpoint
from course_lib.history import History
from course_lib.layers import Dense, ReLU, Sigmoid
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam, Optimizer, RMSProp
from course_lib.schedules import cosine
from course_lib.training import train

rng = np.random.default_rng(5)
X, y = frozen(rng.normal(size=(30, 6)).astype(np.float32)), frozen(rng.integers(3, size=30))
X_val, y_val = X[20:], y[20:][::-1]
OPTIMIZERS = {
    "plain": lambda: SGD(0.3),
    "momentum": lambda: SGD(0.3, momentum=0.9),
    "nesterov": lambda: SGD(0.3, momentum=0.8, nesterov=True),
    "rmsprop": lambda: RMSProp(0.01, decay=0.8),
    "adam": lambda: Adam(0.01, beta2=0.99),
}


def network(seed=1):
    rng = np.random.default_rng(seed)
    layers = [Dense(6, 5, rng=rng), Sigmoid(), Dense(5, 4, rng=rng), ReLU(), Dense(4, 3, rng=rng)]
    return Network(layers)


def shaken(X, rng):
    return X + rng.normal(0, 0.1, X.shape).astype(X.dtype)


RECIPE = dict(loss=softmax_cross_entropy, batch_size=7, l2=0.01, augment=shaken)
RECIPE |= dict(validation=(X_val, y_val), patience=50)


@pytest.mark.parametrize("block", [8, _speed.BLOCK])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_was_set_aside_goes_on_bit_for_bit(tmp_path, monkeypatch, name, block):
    monkeypatch.setattr(_speed, "BLOCK", block)
    schedule = cosine(0.05, 60)
    net, optimizer, rng = network(), OPTIMIZERS[name](), np.random.default_rng(2)
    whole = train(
        net, X, y, epochs=9, optimizer=optimizer, rng=rng, schedule=schedule,
        on_epoch=lambda net, history: len(history.loss) == 4
        and checkpoint.save(tmp_path / "run", net, optimizer, rng, history), **RECIPE,
    )  # fmt: skip
    net2, optimizer2, rng2, history = checkpoint.load(tmp_path / "run")
    assert len(history.loss) == 4
    both = train(
        net2, X, y, epochs=5, optimizer=optimizer2, rng=rng2, history=history, schedule=schedule,
        **RECIPE,
    )  # fmt: skip
    assert both == whole
    assert rng2.bit_generator.state == rng.bit_generator.state
    assert optimizer2.learning_rate == optimizer.learning_rate
    for one, other in zip(net.layers, net2.layers, strict=True):
        for key, value in one.params.items():
            assert value.dtype == other.params[key].dtype == np.float32
            np.testing.assert_array_equal(value, other.params[key])
            remembered, again = optimizer.memory[one, key], optimizer2.memory[other, key]
            assert remembered.keys() == again.keys()
            for what in remembered:
                np.testing.assert_array_equal(remembered[what], again[what])


def test_memory_is_whole_in_the_file_however_it_was_updated(tmp_path, monkeypatch):
    """So that a file outlives the size of blocks."""
    schedule, runs = cosine(0.05, 60), []
    for first, then in ((8, 8), (8, 11), (8, 10**6), (10**6, 8)):
        monkeypatch.setattr(_speed, "BLOCK", first)
        net, optimizer, rng = network(), Adam(0.01), np.random.default_rng(2)
        recipe = dict(schedule=schedule, **RECIPE)
        history = train(net, X, y, epochs=2, optimizer=optimizer, rng=rng, **recipe)
        checkpoint.save(tmp_path / "run", net, optimizer, rng, history)
        monkeypatch.setattr(_speed, "BLOCK", then)
        net, optimizer, rng, history = checkpoint.load(tmp_path / "run")
        train(net, X, y, epochs=2, optimizer=optimizer, rng=rng, history=history, **recipe)
        runs.append([value for layer in net.layers for value in layer.params.values()])
    for run in runs[1:]:
        for mine, first in zip(run, runs[0], strict=True):
            np.testing.assert_array_equal(mine, first)


def test_a_first_step_that_was_cut_off_can_be_saved(tmp_path, monkeypatch):
    """Between two blocks of one parameter: where the second has no memory yet, it is 0."""
    monkeypatch.setattr(_speed, "BLOCK", 8)
    net, optimizer, rng = network(), Adam(0.01), np.random.default_rng(2)
    update, calls = optimizer.update, iter([True, False])

    def once(gradient, memory):
        if next(calls):
            return update(gradient, memory)
        raise KeyboardInterrupt

    optimizer.update = once
    monkeypatch.setattr(_speed, "all_ours", lambda *functions: True)
    monkeypatch.setattr(_speed, "share_out", lambda do, pieces, pure: [*map(do, pieces)])
    history = train(net, X, y, epochs=2, optimizer=optimizer, rng=rng, **RECIPE)
    del optimizer.update
    assert "Interrupted" in history.stopped
    checkpoint.save(tmp_path / "run", net, optimizer, rng, history)
    again, other, *_ = checkpoint.load(tmp_path / "run")
    first, *rest = (other.memory[layer, name] for layer, name in again.parameters())
    assert first["t"] == 1 and first["m"].shape == (6, 5) and not any(rest)
    assert (first["m"] != 0).any() and (first["m"] == 0).any()


def test_a_file_of_an_earlier_version_still_loads_and_goes_on():
    """Version 0.1.0 wrote it after four epochs, and got these losses from five more."""
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(30, 6)).astype(np.float32), rng.integers(3, size=30)
    path = Path(__file__).parent / "kept" / "training_0.1.0.npz"
    net, optimizer, rng, history = checkpoint.load(path)
    assert {memory["t"] for memory in optimizer.memory.values()} == {20}
    recipe = dict(loss=softmax_cross_entropy, batch_size=7, l2=0.01, patience=50)
    recipe |= dict(validation=(X[20:], y[20:][::-1]), optimizer=optimizer, rng=rng)
    history = train(net, X, y, epochs=5, history=history, **recipe)
    then = [1.0351548, 1.0151251, 1.0081118, 1.0045698, 1.0121250, 1.0074780, 1.0031116, 0.9991619]
    np.testing.assert_allclose(history.loss, [*then, 0.9897946], rtol=1e-6)
    # The first epoch was the best: its weights come back, which the file had kept.
    loss, _ = softmax_cross_entropy(y[20:][::-1], net.forward(X[20:]))
    assert loss == pytest.approx(0.9490868, rel=1e-6) == min(history.validation_loss)


def test_a_rate_that_a_schedule_brought_to_zero_comes_back(tmp_path):
    net, optimizer, rng = network(), SGD(0.3), np.random.default_rng(2)
    recipe = RECIPE | {"batch_size": 10, "schedule": lambda step: np.float32(max(0, 3 - step))}
    history = train(net, X, y, epochs=2, optimizer=optimizer, rng=rng, **recipe)
    checkpoint.save(tmp_path / "run", net, optimizer, rng, history)
    assert checkpoint.load(tmp_path / "run")[1].learning_rate == optimizer.learning_rate == 0


def test_the_best_weights_of_before_are_kept(tmp_path):
    net, optimizer, rng = network(), SGD(0.3), np.random.default_rng(2)
    history = train(net, X, y, epochs=2, optimizer=optimizer, rng=rng, **RECIPE)
    best = [{k: v.copy() for k, v in layer.params.items()} for layer in net.layers]
    history.validation_loss[-1] = 0.0  # nothing to come is as good
    checkpoint.save(tmp_path / "run", net, optimizer, rng, history)
    net, optimizer, rng, history = checkpoint.load(tmp_path / "run")
    again = train(net, X, y, epochs=3, optimizer=optimizer, rng=rng, history=history, **RECIPE)
    assert len(again.loss) == 5
    for layer, params in zip(net.layers, best, strict=True):
        for key in params:
            np.testing.assert_array_equal(layer.params[key], params[key])


def test_nothing_in_the_file_is_pickled(tmp_path):
    path = checkpoint.save(tmp_path / "run", network(), Adam(), np.random.default_rng(0), History())
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file)
        assert json.loads(str(file["optimizer"]))[0] == "Adam"


class Own(Optimizer):
    def update(self, gradient):
        return (-gradient,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"optimizer": Own(0.1)}, ["optimizer is", "course_lib.optimizers"]),
        ({"optimizer": SGD}, ["optimizer is", "course_lib.optimizers"]),
        ({"rng": 0}, ["rng is 0", "default_rng"]),
        ({"rng": np.random.Generator(np.random.MT19937(0))}, ["rng is", "default_rng"]),
        ({"path": "nowhere/run"}, ["there is no folder"]),
    ],
)
def test_what_cannot_be_set_aside_is_refused(tmp_path, arguments, words):
    given = dict(path="run", network=network(), optimizer=SGD(0.1), history=History())
    given |= dict(rng=np.random.default_rng(0)) | arguments
    given["path"] = tmp_path / given["path"]
    with pytest.raises((ValueError, FileNotFoundError)) as refusal:
        checkpoint.save(**given)
    says(refusal, *words)
    assert not list(tmp_path.iterdir())


def changed(path, **changes):
    """Write the file anew, with other entries."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    np.savez(path, **(arrays | changes))


STATE = np.random.default_rng(0).bit_generator.state
FOREIGN = {
    "a network alone": lambda path: network().save(path),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(STATE)),
    "another optimiser": lambda path: changed(path, optimizer=np.array('["os", {}]')),
    "a base class": lambda path: changed(
        path, optimizer=np.array('["Optimizer", {"learning_rate": 1}]')
    ),
    "a rate below 0": lambda path: changed(
        path, optimizer=np.array('["SGD", {"learning_rate": -1}]')
    ),
    "no settings": lambda path: changed(path, optimizer=np.array('["SGD", {}]')),
    "another generator": lambda path: changed(
        path, rng=np.array(json.dumps(STATE | {"bit_generator": "MT19937"}))
    ),
    "memory of another shape": lambda path: changed(path, **{"memory.0.W.v": np.ones(3)}),
    "half a history": lambda path: changed(path, history=np.array('{"lost": 1}')),
    "half a best network": lambda path: changed(path, **{"best.0.W": np.ones((6, 5))}),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_files_that_hold_no_training_are_refused(tmp_path, kind):
    net, optimizer, rng = network(), SGD(0.1, momentum=0.9), np.random.default_rng(0)
    train(net, X, y, epochs=1, optimizer=optimizer, rng=rng, **RECIPE | {"patience": None})
    path = checkpoint.save(tmp_path / "run", net, optimizer, rng, History())
    FOREIGN[kind](path)
    with pytest.raises(ValueError) as refusal:
        checkpoint.load(path)
    says(refusal, f"path is '{path}'", "no training that this course saved", "damaged")


def test_a_file_that_is_not_there_is_missed(tmp_path):
    with pytest.raises(FileNotFoundError) as refusal:
        checkpoint.load(tmp_path / "run")
    says(refusal, "there is no such file", "Save a training first")


def test_notes_and_rates_of_other_kinds_do_no_harm(tmp_path):
    """What somebody hung on an optimiser stays out; a rate may be a number of NumPy's."""
    net, optimizer = network(), SGD(0.5, momentum=0.9)
    optimizer.note, optimizer.learning_rate = "tried on Monday", np.float32(0.25)
    checkpoint.save(tmp_path / "run", net, optimizer, np.random.default_rng(0), History())
    _, other, *_ = checkpoint.load(tmp_path / "run")
    assert (other.learning_rate, other.momentum) == (0.25, 0.9) and not hasattr(other, "note")
