"""Pictures show the numbers that they are given: read back from the Axes, not from the code."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

from course_lib import plots
from course_lib.history import History


def test_image_grid_shows_every_image_in_its_place_and_marks_what_is_wrong(ax):
    X = np.arange(3 * 16, dtype=float).reshape(3, 16)
    right = np.array([True, False, True])
    captions = ["a", "b", "c"]
    back = plots.image_grid(X, ax, columns=2, captions=captions, right=right, limits=(0, 48))
    assert back is ax
    canvas, shades = ax.images[0].get_array(), plt.get_cmap("gray_r")(X / 48, bytes=True)
    frames = [(p.get_x() + 0.5, p.get_y() + 0.5, p.get_linewidth()) for p in ax.patches]
    for image, (left, top, _) in zip(shades, frames, strict=True):
        left, top = round(left), round(top)
        assert np.array_equal(canvas[top : top + 4, left : left + 4], image.reshape(4, 4, 4))
    assert (canvas[..., 3] > 0).sum() == X.size  # nothing is drawn where no image is
    assert ax.images[0].get_clim() == (0, 48)  # as a colour bar says
    widths = [width for *_, width in frames]
    assert widths[1] > 2 * widths[0] == 2 * widths[2]
    assert len(ax.lines) == 1  # one cross, for the one mistake
    assert [text.get_text() for text in ax.texts] == captions


def test_pixel_values_writes_each_number_in_legible_ink(ax):
    plots.pixel_values(np.array([[0, 255], [127, 128]]), ax)
    shown = {(t.get_position(), t.get_text(), t.get_color()) for t in ax.texts}
    assert shown == {
        ((0, 0), "0", "black"),
        ((1, 0), "255", "white"),
        ((0, 1), "127", "black"),
        ((1, 1), "128", "white"),
    }


def test_weights_image_puts_zero_in_the_middle_of_the_colours(ax):
    w = np.zeros(16)
    w[5], w[10] = -3.0, 1.0
    plots.weights_image(w, ax)
    picture = ax.images[0]
    assert np.array_equal(picture.get_array(), w.reshape(4, 4))
    assert picture.get_clim() == (-3, 3)
    red, _, blue, _ = picture.to_rgba(w.reshape(4, 4))[1, 1]
    assert red > 2 * blue  # the negative weight


def test_classes_differ_in_marker_as_well_as_colour(ax):
    X, y = np.array([[0.0, 0], [1, 1], [2, 2]]), np.array([0, 1, 1])
    plots.classes(X, y, ax, names=("no", "yes"))
    no, yes = ax.collections
    assert np.array_equal(no.get_offsets(), X[y == 0])
    assert np.array_equal(yes.get_offsets(), X[y == 1])
    assert no.get_paths()[0].vertices.shape != yes.get_paths()[0].vertices.shape
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["no", "yes"]


def test_classes_can_be_small_and_without_legend(ax):
    plots.classes(np.zeros((2, 2)), np.array([0, 1]), ax, size=4, legend=False)
    assert ax.get_legend() is None
    assert [collection.get_sizes().item() for collection in ax.collections] == [4, 4]


def test_boundary_is_drawn_where_the_output_is_one_half(ax):
    plots.boundary(lambda X: 1 / (1 + np.exp(-(X[:, 0] - 0.7))), ax, (-2, 2, -1, 3))
    line = ax.collections[-1].get_paths()[0].vertices
    assert np.allclose(line[:, 0], 0.7, atol=0.01)
    assert np.isclose(line[:, 1].min(), -1) and np.isclose(line[:, 1].max(), 3)


def test_boundary_of_a_constant_output_has_no_line(ax):
    before = plots.boundary(lambda X: np.full(len(X), 0.2), ax, (0, 1, 0, 1))
    assert len(before.collections) == 1  # the shading alone


def test_curves_differ_in_dash_as_well_as_colour(ax):
    x = np.linspace(0, 1, 5)
    plots.curves(x, {"up": x, "down": -x}, ax)
    up, down = ax.lines
    assert np.array_equal(down.get_ydata(), -x)
    assert up.get_linestyle() != down.get_linestyle()
    assert up.get_color() != down.get_color()


def test_loss_curve_can_be_drawn_again_while_training_goes_on(ax):
    for losses in ([], [3.0], [3.0, 2.0, 1.5]):
        plots.loss_curve(losses, ax)
    assert np.array_equal(ax.lines[0].get_ydata(), [3, 2, 1.5])
    assert [text.get_text() for text in ax.texts] == ["1.5000"]


def test_dots_stand_beside_each_other_in_their_group_with_the_mean_across(ax):
    values = np.array([[1.0, 5.0], [3.0, 6.0], [2.0, 10.0]])
    plots.dots(values, ("few", "many"), ax)
    runs, means = ax.lines
    assert np.array_equal(runs.get_ydata(), values.ravel())
    assert np.array_equal(runs.get_xdata().round(), [0, 1] * 3)
    assert len(set(runs.get_xdata())) == values.size  # none hides another
    assert means.get_ydata().tolist() == [2, 7]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["few", "many"]


def test_learning_curves_show_both_losses_and_mark_the_best_epoch(ax):
    h = History([0.9, 0.5, 0.3], [0.8, 0.6, 0.7], [0.5, 0.75, 0.7])
    figure, accuracy = plt.subplots()
    assert plots.history(h, ax, accuracy=accuracy) is ax
    training, validation, best = (np.transpose(line.get_data()) for line in ax.lines)
    assert np.array_equal(training, [(1, 0.9), (2, 0.5), (3, 0.3)])
    assert np.array_equal(validation, [(1, 0.8), (2, 0.6), (3, 0.7)])
    assert np.array_equal(best, [(2, 0.6)])
    assert np.array_equal(accuracy.lines[0].get_ydata(), [50, 75, 70])
    assert len({line.get_linestyle() for line in ax.lines}) == 3  # no meaning by colour alone
    assert "lowest: epoch 2" in [text.get_text() for text in ax.get_legend().get_texts()]
    plt.close(figure)


def test_learning_curves_without_validation_are_one_line(ax):
    plots.history(History([2.0]), ax)
    assert len(ax.lines) == 1


def test_loss_surface_puts_its_star_on_the_lowest_point_and_keeps_axes_apart(ax):
    plots.loss_surface(lambda w1, w2: (w1 - 1) ** 2 + (w2 + 2) ** 2 + 1, ax, (-3, 3, -4, 2))
    assert np.allclose(np.ravel(ax.lines[0].get_data()), [1, -2])


def test_descent_path_starts_at_the_open_square(ax):
    path = np.array([[1.0, 2], [3, 4], [5, 6]])
    plots.descent_path(path, ax, "way", 1)
    way, start = ax.lines
    assert np.array_equal(np.transpose(way.get_data()), path)
    assert np.array_equal(np.ravel(start.get_data()), [1, 2])


def test_confusion_has_truth_in_rows(ax):
    plots.confusion(np.array([[9000, 20], [5, 975]]), ["other", "zero"], ax)
    shown = {text.get_position(): text.get_text() for text in ax.texts}
    assert shown == {(0, 0): "9,000", (1, 0): "20", (0, 1): "5", (1, 1): "975"}
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("truth", "predicted")
    assert ax.images[0].get_array()[1, 1] == 975 / 980


def test_counts_of_a_confusion_matrix_stand_out_from_their_cells(ax):
    plots.confusion(np.array([[90, 10], [1, 99]]), "01", ax, darkest=0.05)
    picture, shares = ax.images[0], np.array([[0.9, 0.1], [0.01, 0.99]])
    for text in ax.texts:
        column, row = text.get_position()
        cell = np.mean(to_rgb(picture.to_rgba(shares[row, column])))
        assert abs(cell - np.mean(to_rgb(text.get_color()))) > 0.4


def test_diagrams_say_what_they_are_given(ax):
    plots.neuron_diagram(["x"], ["w"], "b", "out", ax)
    assert {"x", "w", "b", "out"} <= {text.get_text() for text in ax.texts}
    ax.clear()
    plots.computation_graph(["w", "z", "L"], ["x", "g"], ax)
    assert {"w", "z", "L", "x", "g"} <= {text.get_text() for text in ax.texts}
    ax.clear()
    plots.shapes([("X", "m", "n"), ("w", "n", ""), ("z", "m", "")], ["@", "="], ax)
    wide, narrow, _ = (patch.get_width() for patch in ax.patches)
    assert wide > narrow
    assert {"X", "w", "z", "@", "="} <= {text.get_text() for text in ax.texts}


def test_computation_graph_has_a_box_for_what_enters_from_above(ax):
    plots.computation_graph(["x", "z", "L"], ["w", "g"], ax, {1: "W, b"})
    (box,) = (text for text in ax.texts if text.get_text() == "W, b")
    (below,) = (text for text in ax.texts if text.get_text() == "z")
    assert box.get_position()[0] == below.get_position()[0]
    assert box.get_position()[1] > below.get_position()[1]


def test_unit_lines_are_where_the_pre_activation_is_zero(ax):
    # Along x = 0.5, along y = -x, and one that never comes into the frame.
    W, b = np.array([[2.0, 1, 1], [0, 1, 0]]), np.array([-1.0, 0, 50])
    plots.unit_lines(W, b, ax, (-2, 2, -1, 1))
    upright, slanted = (np.transpose(line.get_data()) for line in ax.lines)
    assert np.allclose(upright, [[0.5, -1], [0.5, 1]])
    assert np.allclose(slanted, [[-1, 1], [1, -1]])
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-2, 2, -1, 1)


def test_a_unit_without_weights_has_no_line(ax):
    plots.unit_lines(np.zeros((2, 1)), np.zeros(1), ax, (-1, 1, -1, 1))
    assert not ax.lines


def test_network_diagram_joins_every_unit_to_every_unit_of_the_next_layer(ax):
    plots.network_diagram([["a", "b"], ["c", "", "d"], ["e"]], ax, ["in", "middle", "out"])
    joins = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(joins) == 2 * 3 + 3 * 1
    assert {text.get_text() for text in ax.texts} == {*"abcde", "", "in", "middle", "out"}


NETWORK = (
    [{"x": np.array([1.0, 2])}, {"z": np.array([0.5, np.nan, -0.25])}, {"p": np.array([0.75])}],
    [np.array([[0.1, 0.2, 0.3], [0.4, 0.5, -0.6]]), np.array([[1.0], [2], [np.nan]])],
    [np.array([7.0, 8, 9]), np.array([-10.0])],
)


def test_colours_are_told_apart_without_red_and_green():
    """Seen with deuteranopia (Viénot, Brettel and Mollon 1999), neighbours still differ."""
    to_lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714],
                       [0.0299566, 0.184309, 1.46709]])  # fmt: skip
    blind = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])
    seen = np.linalg.inv(to_lms) @ blind @ to_lms
    linear = np.array([to_rgb(c) for c in plots.COLOURS]) ** 2.2 @ seen.T
    for k, colour in enumerate(linear):
        for other in linear[k + 1 :]:
            assert np.abs(colour - other).max() > 0.05
    n = len(plots.COLOURS)
    assert len(set(plots.MARKERS[:n])) == len(set(map(str, plots.DASHES[:n]))) == n
