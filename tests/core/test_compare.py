"""Whether a curve is right: what is inside the band, what is outside, and with which chance."""

import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import ROOT
from reference import says
from scipy import stats

from course_lib import plots
from course_lib.doctor import compare, curves
from course_lib.doctor.compare import chance_of, marks, strays
from course_lib.history import History

CIRCLES = "lesson-02-2-5-1"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield __import__("bench_compare")
    sys.path.remove(str(ROOT / "benchmarks"))


def stored(name=CIRCLES):
    band = curves()[name]
    return np.array(band["epochs"]), np.array(band["loss"])


def whole(losses, epochs):
    """Return a loss for each epoch from the first on."""
    return np.interp(np.arange(1, epochs[-1] + 1), epochs, losses)


def test_a_band_has_twenty_runs_of_each_lesson_that_the_bench_trains(bench):
    assert list(curves()) == list(bench.LESSONS)
    for name, band in curves().items():
        assert np.shape(band["loss"]) == (20, len(band["epochs"]))
        assert band["epochs"] == [*bench.LESSONS[name]["epochs"]]
        assert band["about"] == bench.LESSONS[name]["about"]
        assert len(band["marks"]) > 1 and {len(m) for m in band["marks"].values()} == {20}


def test_of_the_right_runs_each_against_the_others_one_in_fifty_is_outside_at_most(bench):
    chances = [c for name in curves() for c in bench.each_against_the_others(name)]
    assert np.mean(np.array(chances) < 0.005) <= 0.02


def test_runs_of_the_right_code_on_other_seeds_are_inside(bench):
    for seed in (1000, 1001):
        said = compare(bench.run(seed, bench.LESSONS[CIRCLES]), CIRCLES)
        assert said.place == "inside" and said.chance >= 0.005
    assert "no proof" in str(said)


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ("slope of tanh 1", "above"),
        ("rate, a third", "above"),
        ("rate, three times", "below"),
        ("biases never updated", "above"),
    ],
)
def test_runs_with_a_fault_are_outside(bench, fault, place):
    run = bench.run(1000, bench.faults(bench.LESSONS[CIRCLES])[fault])
    said = compare(run, CIRCLES)
    assert (said.place, said.chance < 0.005) == (place, True)
    assert said.place.capitalize() in said._repr_html_() and "diagnose" in str(said)


def test_half_of_a_gradient_is_told_by_what_the_first_step_gains(bench):
    run = bench.run(1000, bench.faults(bench.LESSONS[CIRCLES])["half of dW"])
    assert compare(run.loss, CIRCLES).place == "inside"  # the curve alone hides it
    said = compare(run, CIRCLES)
    assert said.place == "above" and "gains, over its slope" in said.of
    assert f"not by its loss but by this: {said.of}" in str(said)


def look(**changes):
    """Return a look at a step of plain descent."""
    usual = {"loss": 0.7, "gradients": [0.5], "bias": 0.0, "order": 1, "downhill": 0.25}
    return usual | changes


def test_what_looks_tell_beneath_a_curve():
    at_once = History(loss=[0.7, 0.5], looks=[look(), look(bias=0.1), look(bias=0.0)])
    assert list(marks(at_once).values()) == pytest.approx([0.5, 0.5, 0.8])
    looks = [look(order=k // 2, gradients=[0.5, 2.0], bias=1.0) for k in range(4)]
    batches = marks(History(loss=[0.6, 0.5], looks=looks))
    assert list(batches.values()) == [0.5, 2.0, 1.0, 0.5]
    assert marks(History(loss=[0.6])) == marks([0.6]) == {}
    assert len(marks(History(loss=[0.6], looks=[look(bias=None)]))) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "of"),
    [
        ("gradient of a sum of ten", "gradient of matrix"),
        ("biases never updated", "last bias is not 0"),
        ("batches always in one order", "first batches that are different"),
    ],
)
def test_what_adam_hides_from_a_curve_is_told_by_the_looks(bench, fault, of):
    name = "lesson-04-784-128-10-short"
    said = compare(bench.run(1000, bench.faults(bench.LESSONS[name])[fault]), name)
    assert said.place != "inside" and of in said.of


@pytest.mark.long
def test_each_stored_band_holds_runs_that_are_trained_today(bench):
    name = "lesson-04-784-128-10-short"
    runs = stored(name)[1]
    again = [bench.run(seed, bench.LESSONS[name]).loss for seed in (0, 19)]
    np.testing.assert_allclose(again, runs[[0, 19]], rtol=0.02)
    assert compare(bench.run(1000, bench.LESSONS[name]), name).place == "inside"


def test_the_first_stored_run_comes_out_again(bench):
    epochs, runs = stored()
    again = np.array(bench.run(0, bench.LESSONS[CIRCLES]).loss)[epochs - 1]
    np.testing.assert_allclose(again, runs[0], rtol=1e-3)


def test_the_chance_is_students_of_the_epoch_that_strays_most_times_the_epochs():
    runs = np.exp(np.random.default_rng(0).normal(0, 0.3, (20, 3)))
    mine = np.exp([0.1, -0.9, 0.2])
    logs = np.log(runs)
    t = (np.log(mine) - logs.mean(axis=0)) / (logs.std(axis=0, ddof=1) * np.sqrt(21 / 20))
    np.testing.assert_allclose(strays(mine, runs), t)
    expected = 3 * (stats.t.cdf(-abs(t).max(), 5) + 1 - stats.t.cdf(abs(t).max(), 5))
    assert chance_of(t) == pytest.approx(min(1, expected))
    assert chance_of(np.zeros(3)) == 1


def test_twins_that_agree_to_the_last_digit_still_allow_for_a_hundredth():
    t = strays(np.array([1.01]), np.ones((20, 1)))
    assert t[0] == pytest.approx(np.log(1.01) / 0.01 / np.sqrt(21 / 20))


def test_a_history_a_list_and_what_is_longer_are_the_same_run():
    epochs, runs = stored()
    losses = whole(runs[3], epochs)
    said = compare(History(loss=losses.tolist()), CIRCLES)
    assert said == compare([*losses, 99.0, 99.0], CIRCLES)
    assert said.place == "inside"
    assert compare(losses[:10], CIRCLES).panels["epochs"] == [1, 3, 10]


@pytest.mark.parametrize(
    ("losses", "place"), [([np.nan], "above"), ([np.inf], "above"), ([0.0], "below")]
)
def test_a_loss_that_is_no_number_is_outside(losses, place):
    said = compare(losses, CIRCLES)
    assert (said.place, said.chance, said.epoch) == (place, 0, 1)


def test_a_run_that_diverged_is_above_whatever_came_before():
    epochs, runs = stored()
    losses = whole(runs[3], epochs)[:9].tolist()
    assert compare(losses, CIRCLES).place == "inside"
    said = compare(History(loss=losses, stopped="Training diverged after 9 epochs."), CIRCLES)
    assert (said.place, said.epoch) == ("above", 10)
    assert compare(History(stopped="Training diverged after 0 epochs."), CIRCLES).place == "above"


@pytest.mark.parametrize(
    ("history", "name", "words"),
    [
        ([0.7], "lesson-09", ("'lesson-09'", CIRCLES)),
        ([], CIRCLES, ("no loss", "each epoch")),
        (0.7, CIRCLES, ("type float", "train")),
        ("fine", CIRCLES, ("type str", "train")),
        ([[0.7]], CIRCLES, ("type list", "losses")),
    ],
)
def test_what_cannot_be_compared_is_refused(history, name, words):
    with pytest.raises(ValueError) as refusal:
        compare(history, name)
    says(refusal, *words)


def test_the_picture_shows_the_run_over_the_band():
    epochs, runs = stored()
    _, ax = plt.subplots()
    losses = whole(runs[3], epochs)
    assert plots.over_band(compare(losses, CIRCLES).panels, ax) is ax
    median, mine = ax.lines
    np.testing.assert_allclose(mine.get_ydata(), runs[3])
    np.testing.assert_allclose(median.get_ydata(), np.median(runs, axis=0))
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.min() == runs.min() and edges.max() == runs.max()
    assert ax.get_xscale() == "log" and len(ax.get_legend().get_texts()) == 3
    plt.close("all")
