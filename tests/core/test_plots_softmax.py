"""Pictures of lesson 3 show the numbers that they are given: read back from the Axes."""

import numpy as np
from matplotlib.colors import to_hex

from course_lib import plots


def test_images_stand_over_their_own_vectors(ax):
    X = np.arange(2 * 9, dtype=float).reshape(2, 9) / 18
    V = np.array([[1.0, 0, 0], [0.25, 0, 0.75]])
    assert plots.images_over_vectors(X, V, ax, names=("a", "b", "c")) is ax
    for k, (picture, image) in enumerate(zip(ax.images, X, strict=True)):
        assert np.array_equal(picture.get_array(), image.reshape(3, 3))
        left, right, low, high = picture.get_extent()
        assert left < k < right and 0 < low < high
    cells = {(round(t.get_position()[0]), t.get_position()[1]): t.get_text() for t in ax.texts}
    heights = sorted({height for _, height in cells}, reverse=True)
    assert [[cells[k, height] for height in heights] for k in (0, 1)] == [
        ["1", "0", "0"],
        ["0.25", "0", "0.75"],
    ]
    assert [cells[-1, height] for height in heights] == ["a", "b", "c"]


def test_bars_hatch_the_largest_and_outline_what_was_before(ax):
    values, before = np.array([0.2, 0.7, 0.1]), np.array([0.5, 0.25, 0.25])
    plots.class_bars(values, ax, names="xyz", before=before)
    bars, outlines = ax.containers
    assert np.array_equal([bar.get_height() for bar in bars], values)
    assert [bar.get_hatch() for bar in bars] == [None, "///", None]
    assert np.array_equal([bar.get_height() for bar in outlines], before)
    assert not any(bar.get_fill() for bar in outlines)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["x", "y", "z"]


def test_bars_without_earlier_values_have_no_outlines(ax):
    plots.class_bars(np.array([-1.0, 2.0]), ax, names="ab")
    assert len(ax.containers) == 1
    assert [bar.get_height() for bar in ax.containers[0]] == [-1, 2]


def test_bars_hatch_nothing_where_all_are_alike(ax):
    plots.class_bars(np.full(3, 1 / 3), ax, names="abc")
    assert [bar.get_hatch() for bar in ax.containers[0]] == [None] * 3


def test_matrix_values_are_written_in_ink_that_can_be_read(ax):
    plots.matrix_values(np.array([[0.24, -0.2], [0.0, -0.24]]), ax, rows="ab", columns="cd")
    shown = {t.get_position(): (t.get_text(), t.get_color()) for t in ax.texts}
    assert shown == {
        (0, 0): ("0.24", "white"),
        (1, 0): ("−0.20", "white"),
        (0, 1): ("0.00", "black"),
        (1, 1): ("−0.24", "white"),
    }
    assert ax.images[0].get_clim() == (-0.24, 0.24)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["c", "d"]


def test_matrix_values_take_limits_and_format(ax):
    plots.matrix_values(np.array([[0.91]]), ax, rows="a", columns="b", fmt=".1%", limits=(0, 1))
    assert ax.texts[0].get_text() == "91.0%"
    assert ax.images[0].get_clim() == (0, 1)


def test_templates_share_one_scale_with_zero_in_the_middle(ax):
    W = np.zeros((16, 3))
    W[5, 0], W[10, 2] = 2.0, -4.0
    plots.templates(W, ax, columns=2, captions="abc")
    picture = ax.images[0]
    canvas = picture.get_array()
    assert picture.get_clim() == (-4, 4)
    for value in (2, 0, -4):
        assert (canvas == picture.cmap((value + 4) / 8, bytes=True)).all(axis=2).any()
    assert (canvas[..., 3] > 0).sum() == W.size
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    solid, dashed = ax.collections
    assert solid.get_linestyles() != dashed.get_linestyles()


def test_reliability_joins_each_point_to_the_honest_line(ax):
    confidence, share = np.array([0.3, 0.9]), np.array([0.5, 0.8])
    plots.reliability(confidence, share, np.array([10, 100]), ax)
    honest = ax.lines[0]
    assert np.array_equal(honest.get_xdata(), honest.get_ydata())
    gaps, points = ax.collections
    ends = np.array(gaps.get_segments())
    assert np.array_equal(ends, [[[0.3, 0.3], [0.3, 0.5]], [[0.9, 0.9], [0.9, 0.8]]])
    assert np.array_equal(points.get_offsets(), np.column_stack([confidence, share]))
    small, large = points.get_sizes()
    assert small < large
    assert to_hex(points.get_facecolor()[0]) != to_hex(gaps.get_color()[0])
