"""Pictures of lesson 5 show the numbers that they are given: read back from the Axes."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_lib import plots


def spans(ax):
    """Return begin and end of each bar, from left to right."""
    bars = sorted((bar for group in ax.containers for bar in group), key=lambda bar: bar.get_x())
    return [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]


def test_a_waterfall_hands_over_from_bar_to_bar(ax):
    parts = np.array([2.0, -0.5, 0.0, -3.0, 1.25])
    assert plots.waterfall(parts, ax, start=0.75, names="abcde") is ax
    at = 0.75
    for part, (begin, end) in zip(parts, spans(ax), strict=True):
        assert begin == pytest.approx(at)
        assert end == pytest.approx(at + part)
        at += part
    (sign,) = [line for line in ax.lines if line.get_marker() == "D"]
    assert sign.get_ydata() == pytest.approx([0.5])
    assert f"sum {0.75 + parts.sum():.2f}" in [t.get_text() for t in ax.get_legend().get_texts()]
    assert [label.get_text() for label in ax.get_xticklabels()] == list("abcde")


def test_a_waterfall_tells_gain_from_loss_without_colour(ax):
    parts = np.array([1.0, -1.0, 2.0, -0.5])
    plots.waterfall(parts, ax)
    adds, takes = ax.containers
    assert (adds.get_label(), takes.get_label()) == ("adds", "takes away")
    assert [bar.get_height() for bar in adds] == [1, 2]
    assert [bar.get_height() for bar in takes] == [-1, -0.5]
    assert {bar.get_hatch() for bar in adds} == {"///"}
    assert {bar.get_hatch() for bar in takes} == {None}


def test_a_waterfall_stays_within_the_frame(ax):
    plots.waterfall(np.array([3.0, -7.0]), ax, start=1.0)
    low, high = ax.get_ylim()
    assert low < -3
    assert high > 4
    left, right = ax.get_xlim()
    assert left < -0.5
    assert right > 2


def test_each_point_carries_the_letter_of_its_class(ax):
    X = np.arange(12, dtype=float).reshape(6, 2)
    y = np.array([0, 2, 1, 0, 2, 2])
    assert plots.lettered(X, y, ax, "abc") is ax
    assert [len(group.get_offsets()) for group in ax.collections] == [2, 1, 3]
    for k, (group, mark) in enumerate(zip(ax.collections, "abc", strict=True)):
        assert np.array_equal(group.get_offsets(), X[y == k])
        assert to_hex(group.get_facecolor()[0]) == to_hex(plots.COLOURS[k])
        letter = ax.scatter([0], [0], marker=f"${mark}$").get_paths()[0]
        assert np.array_equal(group.get_paths()[0].vertices, letter.vertices)


def test_more_classes_than_colours_still_have_marks_of_their_own(ax):
    X = np.random.default_rng(0).normal(size=(20, 2))
    plots.lettered(X, np.arange(20) % 10, ax)
    shapes = {group.get_paths()[0].vertices.tobytes() for group in ax.collections}
    assert len(shapes) == 10 > len(plots.COLOURS)
