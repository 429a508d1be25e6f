"""The race: its runs are what `train` does, whatever the machine's speed."""

import numpy as np
import pytest
from hands import Hand, live, until
from scipy.special import softmax
from sklearn.metrics import accuracy_score, log_loss

from course_lib import demos
from course_lib.data import load_images
from course_lib.demos import _race, _race_runs
from course_lib.demos.kit.marks import Line, Points, Text
from course_lib.layers import Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam, RMSProp
from course_lib.training import train


def start(hand, slices=1, **settings):
    """Choose the settings, press Start, and let the demo do so many slices."""
    hand.touch(**settings)
    hand.press("play")
    for _ in range(slices):
        hand.demo.playing = hand.demo.playing and hand.demo.advance()
    hand.demo.refresh()


def drawn(demo, name, kind):
    """Return what of a kind the picture has in one of its parts."""
    marks = next(marks for ax, marks in demo.marks() if ax is demo.axes[name])
    return [mark for mark in marks if isinstance(mark, kind)]


@pytest.mark.parametrize("batch_size", [200, _race_runs.M])
@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("gradient descent", SGD(0.01)),
        ("momentum", SGD(0.01, momentum=0.9)),
        ("Nesterov", SGD(0.01, momentum=0.9, nesterov=True)),
        ("RMSProp", RMSProp(0.01)),
        ("Adam", Adam(0.01)),
    ],
)
def test_a_run_is_what_train_does_weight_by_weight(name, optimizer, batch_size):
    X, y, *held_out = _race_runs.images()
    rng, size = np.random.default_rng(3), min(batch_size, len(X))
    network = Network([Dense(784, 32, rng=rng), ReLU(), Dense(32, 10, rng=rng)])
    recipe = dict(loss=softmax_cross_entropy, optimizer=optimizer, batch_size=size, rng=rng)
    history = train(network, X, y, epochs=2, validation=held_out, **recipe)
    steps = 2 * -(-len(X) // size)
    (run,) = demos.race(seed=3, runs=[(name, 0.01, batch_size, steps)]).runs
    for ours, theirs in zip(run.network.layers, network.layers, strict=True):
        assert all(np.array_equal(ours.params[k], theirs.params[k]) for k in theirs.params)
    assert run.loss == history.validation_loss[-1] and run.epoch == 2
    X, y = held_out
    P = softmax(run.network.forward(X).astype(float), axis=1)
    assert np.isclose(run.loss, log_loss(y, P, labels=range(10)), rtol=1e-4)
    assert run.accuracy == accuracy_score(y, P.argmax(axis=1))


def test_all_runs_start_from_the_same_weights_and_see_the_same_images():
    one, other = (_race_runs.Run(name, 0.1, 50, 0) for name in ("gradient descent", "Adam"))
    for a, b in zip(one.network.layers, other.network.layers, strict=True):
        assert all(np.array_equal(a.params[k], b.params[k]) for k in a.params)
    for _ in range(3):
        assert np.array_equal(next(one.batches)[0], next(other.batches)[0])
    large = next(_race_runs.Run("Adam", 0.1, 200, 0).batches)[1]
    small = _race_runs.Run("Adam", 0.1, 50, 0).batches
    assert np.array_equal(np.concatenate([next(small)[1] for _ in range(4)]), large)
    assert not np.array_equal(next(_race_runs.Run("Adam", 0.1, 200, 1).batches)[1], large)


def test_no_run_is_judged_on_what_it_learned_from_or_on_test_images():
    X, y, X_held_out, y_held_out = _race_runs.images()
    both = np.concatenate([X, X_held_out]), np.concatenate([y, y_held_out])
    digits = load_images("mnist", raw=True)
    assert len(both[0]) == min(6000, len(digits.X_train)) and len(X) == 5 * len(X_held_out)
    assert np.array_equal(both[0], digits.X_train[: len(both[0])] / np.float32(255))
    assert np.array_equal(both[1], digits.y_train[: len(both[0])])


@pytest.mark.long
def test_how_fast_the_machine_is_changes_no_curve(monkeypatch):
    """Slices of a step each, or one for all: the same run, which the link makes again."""
    curves = []
    for seconds in (1e-9, 1e9):
        monkeypatch.setattr(_race, "SLICE", seconds)
        hand = Hand(demos.race(epochs=1, batch_size=200))
        start(hand, 25)
        assert hand.stage.status.startswith("Finished") and not hand.demo.playing
        curves.append(hand.demo.runs[0].curve("steps"))
    assert np.array_equal(*curves)
    again = eval(hand.demo.link(), {"demos": demos})
    assert np.array_equal(again.runs[0].curve("steps"), curves[0])
    assert again.state == hand.demo.state and again.static() == hand.demo.static()


def test_stop_keeps_the_curve_and_start_goes_on():
    async def scenario(hand):
        hand.press("play")
        assert hand.value("play")[1] == "Stop"
        await until(lambda: hand.demo.runs[0].steps > 1)
        assert "images a second" in hand.stage.words and drawn(hand.demo, "bar", Text)
        hand.press("play")
        assert hand.value("play")[1] is None
        await until(hand.demo.task.done)
        (run,), steps = hand.demo.runs, hand.demo.runs[0].steps
        assert hand.stage.status.startswith(f"Stopped at step {steps:,}.")
        assert f"step {steps:,}," in hand.stage.words and not drawn(hand.demo, "bar", Text)
        assert len(drawn(hand.demo, "curves", Line)) == 1
        assert hand.demo.state.runs == (run.record(),) and run.record()[:4] == (
            *run.recipe,
            steps,
        )
        hand.press("play")
        await until(lambda: run.steps > steps)
        hand.press("clear")
        await until(hand.demo.task.done)
        assert not hand.demo.runs and hand.demo.link() == ("demos.race(batch_size=10, epochs=300)")

    live(scenario, demos.race, batch_size=10, epochs=300)


def test_runs_are_overlaid_each_with_a_look_of_its_own(monkeypatch):
    monkeypatch.setattr(_race, "SLICE", 1e-9)
    hand = Hand(demos.race())
    for k, name in enumerate(_race_runs.OPTIMIZERS, 1):
        start(hand, 2, optimizer=name)
        hand.press("play")
        assert len(drawn(hand.demo, "curves", Line)) == k
        said = [text.text for text in drawn(hand.demo, "key", Text)]
        assert f"{name}, rate 0.1" in said and hand.stage.words.count("step 2,") == k
    start(hand, 2, batch_size=10)
    hand.press("play")
    for name in ("curves", "key"):
        lines, marks = drawn(hand.demo, name, Line), drawn(hand.demo, name, Points)
        assert len({line.colour for line in lines}) == len({mark.marker for mark in marks}) == 6
        assert [line.colour for line in lines] == [mark.colour for mark in marks]
    start(hand, 1, batch_size=50)  # one that is kept: it goes on
    assert len(hand.demo.runs) == 6 and hand.demo.runs[4].steps == 3
    hand.press("play")
    start(hand, 1, learning_rate=1.0)
    assert "6 runs are kept" in hand.stage.status and not hand.demo.playing
    hand.press("remove")
    start(hand, 1)
    assert [run.steps for run in hand.demo.runs] == [2, 2, 2, 2, 3, 1]


def test_divergence_ends_the_curve_and_is_said():
    hand = Hand(demos.race(optimizer="Nesterov", learning_rate=10.0))
    start(hand, 500)
    (run,) = hand.demo.runs
    assert hand.stage.status.startswith(f"Diverged at step {run.steps}:") and not hand.stage.error
    assert not hand.demo.playing and run.steps < 500
    assert np.isfinite(run.curve("steps")).all()
    assert "batch 50: diverged" in [text.text for text in drawn(hand.demo, "key", Text)]
    assert [mark.marker for mark in drawn(hand.demo, "curves", Points)] == ["o", "x"]
    assert eval(hand.demo.link(), {"demos": demos}).static() == hand.demo.static()
    start(hand, 1)
    assert "This run diverged" in hand.stage.status and not hand.demo.playing


def test_a_run_that_only_guesses_is_told_so(monkeypatch):
    """All hidden units dead: no divergence, and nothing learned."""
    monkeypatch.setattr(_race, "SLICE", 1e9)
    hand = Hand(demos.race(learning_rate=3.0, batch_size=10, epochs=1))
    start(hand)
    guess = log_loss(range(10), np.full((10, 10), 0.1))
    assert np.isclose(_race.GUESS, guess) and abs(hand.demo.runs[0].loss - guess) < 0.1
    assert "no better than a guess" in hand.stage.status
    start(hand, learning_rate=0.1)
    assert "guess" not in hand.stage.status and hand.stage.status.startswith("Finished: ")


def test_a_finished_run_goes_on_where_more_epochs_are_asked_for(monkeypatch):
    monkeypatch.setattr(_race, "SLICE", 1e9)
    hand = Hand(demos.race(batch_size=1000, epochs=1))
    start(hand)
    steps = hand.demo.runs[0].steps
    start(hand)
    assert "kept already" in hand.stage.status and hand.demo.runs[0].steps == steps
    start(hand, epochs=3)
    assert [run.steps for run in hand.demo.runs] == [3 * steps]


def test_the_same_run_against_steps_epochs_and_seconds():
    timed, not_timed = demos.race(
        runs=[("Adam", 0.001, 200, 30, 1.5), ("Adam", 0.01, 200, 30)]
    ).runs
    steps, losses = timed.curve("steps").T
    assert steps[0] == 1 and steps[-1] == 30 and losses[-1] == timed.loss < losses[0]
    per_epoch = -(-len(_race_runs.images()[0]) // 200)
    for against, end in (("epochs", 30 / per_epoch), ("seconds", 1.5)):
        x, again = timed.curve(against).T
        assert np.allclose(x, steps * end / 30) and np.array_equal(again, losses)
    assert np.isnan(not_timed.curve("seconds")[:, 0]).all()


@pytest.mark.long
def test_nothing_that_a_notebook_stores_was_timed():
    """The same on every machine, however often it is run: the example, and runs without times."""
    demo = demos.race(runs=[("Adam", 0.001, 200, 5)])
    assert "not timed" in repr(demo) and " s\n" not in repr(demo) + "\n"
    assert demos.race().static() == demos.race(optimizer="Adam", against="seconds").static()
    assert demos.race().static() != demos.race(against="epochs").static()
