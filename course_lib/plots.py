"""Pictures: each function takes numbers and an `Axes`, draws, and returns the `Axes`.

Nothing here trains or decides anything. Whatever style the user has chosen, a picture is drawn in
matplotlib's usual one: black lines on a dark ground would not be seen. Colours come from Okabe and
Ito's colour-blind safe palette, and whatever a colour says, a marker, a line style or a word says
too.
"""

import contextlib
import functools
import weakref

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7F7F7F"
# For class or line number k: colour, marker and line style change together.
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, "#E69F00", "#56B4E9", "black")
MARKERS = ("o", "x", "s", "^", "D", "v", "P")
DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)))


@contextlib.contextmanager
def paper():
    """Draw in matplotlib's usual colours, whatever style the user has chosen."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


# Settings that say how a picture looks.
LOOK = "axes. figure.facecolor font. grid. hatch. image. legend. lines. patch. text. xtick. ytick."
_dressed = weakref.WeakSet()


def _usual_look(draw):
    """Let a function draw in matplotlib's usual style; settings and other figures stay."""

    @functools.wraps(draw)
    def drawn(*arguments, **named):
        usual, here = matplotlib.rcParamsDefault, matplotlib.rcParams
        look = [name for name in usual if name.startswith(tuple(LOOK.split()))]
        other = {name: usual[name] for name in look if here[name] != usual[name]}
        if not other:
            return draw(*arguments, **named)
        given = [*arguments, *named.values()]
        given += [ax for thing in given if isinstance(thing, (np.ndarray, list)) for ax in thing]
        with matplotlib.rc_context(other):
            for ax in given:
                if isinstance(ax, Axes):
                    _dress(ax.figure, usual)
            return draw(*arguments, **named)

    return drawn


def _dress(figure, usual):
    """Give a figure and its axes, which were made in another style, the usual one."""
    figure.set_facecolor(usual["figure.facecolor"])
    for ax in figure.axes:
        if ax in _dressed:
            continue
        _dressed.add(ax)
        ax.set(facecolor=usual["axes.facecolor"], prop_cycle=usual["axes.prop_cycle"])
        ax.grid(False)
        ax.spines[:].set(edgecolor=usual["axes.edgecolor"], linewidth=usual["axes.linewidth"])
        ax.spines[:].set_visible(True)
        ax.tick_params("both", which="both", reset=True, top=False, right=False)
        for axis in (ax.xaxis, ax.yaxis):
            axis.label.set(color=usual["axes.labelcolor"], size=usual["axes.labelsize"])
        ax.title.set(color=usual["text.color"], size=usual["axes.titlesize"])


def _mosaic(X, columns, captions):
    """Put images of one size side by side, NaN around them: canvas, (top, left) of each, side."""
    side = round(X.shape[1] ** 0.5)
    gap, head = 2, 10 if captions else 0
    rows = -(-len(X) // columns)
    tall, wide = side + gap + head, side + gap
    canvas = np.full((rows * tall, min(columns, len(X)) * wide), np.nan)
    corners = [(k // columns * tall + head + 1, k % columns * wide + 1) for k in range(len(X))]
    for image, (top, left) in zip(X, corners, strict=True):
        canvas[top : top + side, left : left + side] = image.reshape(side, side)
    return canvas, corners, side


@_usual_look
def image_grid(X, ax, *, columns=10, captions=None, right=None, limits=(0, 1), cmap="gray_r"):
    """Show images side by side in one picture.

    Parameters
    ----------
    X : ndarray, shape (m, height * width)
        Square images, one a row.
    ax : matplotlib.axes.Axes
    columns : int
        Images in a row of the grid.
    captions : sequence of str, optional
        A word above each image.
    right : ndarray of bool, shape (m,), optional
        Verdicts: what is not right gets a frame and a cross.
    limits : pair of float
        The values shown as white and black.
    cmap : str
        Colour map.
    """
    canvas, corners, side = _mosaic(X, columns, captions is not None)
    # Coloured here, at the images' own size: matplotlib would do it at that of the picture, and
    # take 70 MB for a hundred images. A colour bar still finds map and limits.
    look = ScalarMappable(Normalize(*limits), cmap)
    colours = look.to_rgba(canvas, bytes=True)
    ax.imshow(colours, cmap=look.cmap, norm=look.norm, interpolation="nearest")
    for k, (top, left) in enumerate(corners):
        wrong = right is not None and not right[k]
        if captions is not None:
            place = (left + side / 2, top - 1.5)
            ax.annotate(captions[k], place, ha="center", va="bottom", fontsize=8, color="black")
        frame = dict(fill=False, lw=2 if wrong else 0.4, ec=ORANGE if wrong else GREY)
        ax.add_patch(Rectangle((left - 0.5, top - 0.5), side, side, **frame))
        if wrong:
            ax.plot(left + side - 4, top + 3, "x", color=ORANGE, ms=7, mew=2.5)
    ax.set_axis_off()
    return ax


@_usual_look
def pixel_values(image, ax):
    """Show a small image with the number of each pixel written into it.

    Parameters
    ----------
    image : ndarray, shape (height, width)
        Whole numbers from 0 to 255.
    ax : matplotlib.axes.Axes
    """
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    for (row, column), value in np.ndenumerate(image):
        ink = "white" if value > 127 else "black"
        ax.text(column, row, value, ha="center", va="center", fontsize=8, color=ink)
    ax.set(xticks=[], yticks=[])
    return ax


@_usual_look
def weights_image(w, ax):
    """Show weights as a picture: blue and outlined solid for positive, red and dashed for negative.

    Parameters
    ----------
    w : ndarray, shape (side * side,)
    ax : matplotlib.axes.Axes
    """
    side, limit = round(w.size**0.5), np.abs(w).max()
    picture = ax.imshow(w.reshape(side, side), cmap="RdBu", vmin=-limit, vmax=limit)
    ax.figure.colorbar(picture, ax=ax, label="weight", shrink=0.8)
    for sign, dashes in ((1, "solid"), (-1, "dashed")):  # the sign without the colour
        ax.contour(sign * w.reshape(side, side), [0.2 * limit], colors="black", linewidths=0.8,
                   linestyles=dashes)  # fmt: skip
    ax.set(xlabel="column (pixel)", ylabel="row (pixel)")
    return ax


@_usual_look
def classes(X, y, ax, names=("0", "1"), *, size=18, legend=True):
    """Scatter points of two features, a colour and a marker for each class.

    Parameters
    ----------
    X : ndarray, shape (m, 2)
    y : ndarray of int, shape (m,)
    ax : matplotlib.axes.Axes
    names : sequence of str
        A word for each class.
    size : float
        Area of a marker, in square points.
    legend : bool
        Whether the words are shown.
    """
    for k, name in enumerate(names):
        style = dict(s=size, c=COLOURS[k], marker=MARKERS[k], lw=min(1, size / 8))
        ax.scatter(*X[y == k].T, alpha=0.7, label=name, **style)
    if legend:
        ax.legend(loc="best", fontsize=8)
    return ax


@_usual_look
def boundary(probability, ax, limits, *, steps=200):
    """Shade the plane by a neuron's or network's output, and draw where it is one half.

    Parameters
    ----------
    probability : function of an (n, 2) array, returns (n,) numbers from 0 to 1
    ax : matplotlib.axes.Axes
    limits : (x_low, x_high, y_low, y_high)
    steps : int
        Points along each side at which to ask.
    """
    across, up = np.linspace(*limits[:2], steps), np.linspace(*limits[2:], steps)
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    P = probability(grid.reshape(-1, 2)).reshape(steps, steps)
    shades = ax.contourf(
        across, up, P, levels=np.linspace(0, 1, 11), cmap="PuOr_r", alpha=0.4, vmin=0, vmax=1
    )
    if P.min() < 0.5 < P.max():
        ax.contour(across, up, P, levels=[0.5], colors="black", linewidths=1.5)
    ax.set(xlim=limits[:2], ylim=limits[2:])
    ax.shades = shades  # for a colour bar
    return ax


@_usual_look
def curves(x, lines, ax):
    """Draw several curves over the same x, told apart by colour and dash, with a legend.

    Parameters
    ----------
    x : ndarray, shape (n,)
    lines : dict from name to ndarray of shape (n,)
        Or shorter, as the history of a run that was stopped: it is drawn as far as it goes.
    ax : matplotlib.axes.Axes
    """
    for k, (name, values) in enumerate(lines.items()):
        ax.plot(x[: len(values)], values, color=COLOURS[k], ls=DASHES[k], lw=2, label=name)
    ax.legend(fontsize=8)
    ax.grid(alpha=0.3)
    return ax


@_usual_look
def dots(values, names, ax):
    """Draw each of several runs as a dot, by group, and a bar at the mean of a group.

    Parameters
    ----------
    values : ndarray, shape (runs, groups)
    names : sequence of str
        Of the groups.
    ax : matplotlib.axes.Axes
    """
    runs, groups = values.shape
    places = np.arange(groups) + np.linspace(-0.12, 0.12, runs)[:, np.newaxis]
    ax.plot(places.ravel(), values.ravel(), "o", color=BLUE, alpha=0.7, label="one run")
    ax.plot(np.arange(groups), values.mean(axis=0), "_", color="black", ms=34, label="mean")
    ax.set_xticks(range(groups), names)
    ax.set_xlim(-0.5, groups - 0.5)
    ax.legend(fontsize=8, markerscale=0.5)
    ax.grid(alpha=0.3)
    return ax


@_usual_look
def loss_curve(losses, ax, label="training loss (nats)"):
    """Draw a loss against the number of the step at which it was taken.

    Parameters
    ----------
    losses : sequence of float
    ax : matplotlib.axes.Axes
        Cleared first, so that the same one can be drawn again while training goes on.
    label : str
        What the loss is, and its unit.
    """
    ax.clear()
    ax.plot(losses, color=BLUE, lw=2)
    if len(losses):
        ax.plot(len(losses) - 1, losses[-1], "o", color=ORANGE)
        ax.annotate(f"{losses[-1]:.4f}", (len(losses) - 1, losses[-1]), (-4, 8),
                    textcoords="offset points", ha="right")  # fmt: skip
    ax.set(xlabel="step", ylabel=label, title="Loss while training", ylim=(0, None))
    ax.grid(alpha=0.3)
    return ax


@_usual_look
def history(h, ax, *, accuracy=None):
    """Draw the learning curves of a training: losses, and accuracies where there is room for them.

    The epoch of the lowest validation loss carries a diamond and its number.

    Parameters
    ----------
    h : course_lib.training.History
    ax : matplotlib.axes.Axes
    accuracy : matplotlib.axes.Axes, optional
        Gets the validation accuracy, in percent.
    """
    epochs = np.arange(1, len(h.loss) + 1)
    ax.plot(epochs, h.loss, color=BLUE, lw=2, label="training")
    panels = [ax]
    if h.validation_loss:
        best = int(np.argmin(h.validation_loss))
        ax.plot(epochs, h.validation_loss, "--", color=ORANGE, lw=2, label="validation")
        label = f"lowest: epoch {best + 1}"
        ax.plot(best + 1, h.validation_loss[best], "D", color=ORANGE, label=label)
    ax.set(title="Learning curves", ylabel="loss (nats)")
    if accuracy is not None:
        percent = 100 * np.array(h.validation_accuracy)
        accuracy.plot(epochs, percent, "--", color=ORANGE, lw=2, label="validation")
        accuracy.set(title="Accuracy", ylabel="right answers (%)")
        panels.append(accuracy)
    for panel in panels:
        panel.set(xlabel="epoch", xlim=(0.5, max(len(epochs), 2) + 0.5))
        panel.grid(alpha=0.3)
        panel.legend()
    return ax


@_usual_look
def loss_surface(loss, ax, limits, *, steps=61, levels=20):
    """Contours of a loss of two weights.

    Parameters
    ----------
    loss : function of two numbers, returns a number
    ax : matplotlib.axes.Axes
    limits : (w1_low, w1_high, w2_low, w2_high)
    steps, levels : int
        Points along each side; contours.
    """
    w1, w2 = np.linspace(*limits[:2], steps), np.linspace(*limits[2:], steps)
    L = np.array([[loss(across, up) for across in w1] for up in w2])
    # Low ground matters: contours crowd there when they are spaced evenly in the logarithm.
    heights = np.geomspace(L.min() * 1.001, L.max(), levels)
    lines = ax.contour(w1, w2, L, levels=heights, cmap="cividis", linewidths=0.9)
    ax.clabel(lines, lines.levels[1::4], fmt="%.2g", fontsize=7)
    row, column = np.unravel_index(L.argmin(), L.shape)
    ax.plot(w1[column], w2[row], "*", color="black", ms=12, label="lowest point")
    ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal", xlim=limits[:2], ylim=limits[2:])
    return ax


@_usual_look
def descent_path(path, ax, label, k=0):
    """Draw the way of two weights over a loss surface, a marker each step.

    Parameters
    ----------
    path : ndarray, shape (steps, 2)
    ax : matplotlib.axes.Axes
    label : str
    k : int
        Which colour and marker.
    """
    ax.plot(*path.T, color=COLOURS[k], marker=MARKERS[k], ms=4, lw=1.2, label=label)
    ax.plot(*path[0], "s", color="black", ms=7, mfc="none")
    ax.legend(fontsize=8, loc="lower left")
    return ax


@_usual_look
def confusion(matrix, names, ax, *, darkest=1.0):
    """Show a confusion matrix: truth in rows, prediction in columns.

    Parameters
    ----------
    matrix : ndarray of int, shape (n_classes, n_classes)
    names : sequence of str
    ax : matplotlib.axes.Axes
    darkest : float
        The share of its row from which a cell is fully dark: less than 1 where mistakes are rare.
    """
    # Colour by share of the row: counts would drown a rare class.
    shares = matrix / matrix.sum(axis=1, keepdims=True)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=darkest)
    for (row, column), count in np.ndenumerate(matrix):
        ink = "white" if shares[row, column] > darkest / 2 else "black"
        ax.text(column, row, f"{count:,}", ha="center", va="center", color=ink)
    ticks = range(len(names))
    ax.set(xlabel="predicted", ylabel="truth", xticks=ticks, yticks=ticks)
    ax.set_xticklabels(names)
    ax.set_yticklabels(names)
    return ax


@_usual_look
def neuron_diagram(inputs, weights, bias, output, ax, activation="activation"):
    """Draw one neuron: inputs, weights, sum, activation, output.

    Parameters
    ----------
    inputs, weights : sequence of str
        A word for each input and its weight.
    bias, output : str
    ax : matplotlib.axes.Axes
    activation : str
        What stands in the second half of the neuron.
    """
    heights = np.linspace(1, -1, len(inputs)) if len(inputs) > 1 else np.zeros(1)
    for height, name, weight in zip(heights, inputs, weights, strict=True):
        _box(ax, (0, height), name, width=0.8)
        _arrow(ax, (0.42, height), (1.6, 0.25 * height), weight)
    _box(ax, (1.95, 0), "sum", "#DCEAF5", width=0.62)
    _box(ax, (1.95, 1.1), bias)
    _arrow(ax, (1.95, 0.92), (1.95, 0.22))
    _box(ax, (3.0, 0), activation, "#F8E3D6", width=0.9)
    _arrow(ax, (2.3, 0), (2.52, 0))
    _box(ax, (4.35, 0), output, width=0.95, height=0.6)
    _arrow(ax, (3.48, 0), (3.85, 0))
    ax.set(xlim=(-0.5, 4.95), ylim=(-1.35, 1.45))
    ax.set_axis_off()
    return ax


@_usual_look
def computation_graph(values, local, ax, parameters=None):
    """Draw a chain of quantities: values forward above, local derivatives backward below.

    Parameters
    ----------
    values : sequence of str
        One box each, from the input to the loss.
    local : sequence of str
        The derivative of each box's right neighbour with respect to it, one fewer.
    ax : matplotlib.axes.Axes
    parameters : dict from int to str, optional
        What enters the chain from above at the box of that number, such as its weights.
    """
    for k, text in enumerate(values):
        _box(ax, (2 * k, 0), text, width=1.25, height=0.6)
    for k, text in enumerate(local):
        left, right = 2 * k + 0.66, 2 * k + 1.34
        _arrow(ax, (left, 0.12), (right, 0.12), colour=BLUE)
        _arrow(ax, (right, -0.12), (left, -0.12), colour=ORANGE, style="--")
        ax.text(2 * k + 1, -0.62, text, ha="center", va="center", fontsize=12, color=ORANGE)
    for k, text in (parameters or {}).items():
        _box(ax, (2 * k, 1.25), text, "#DCEAF5", width=1.25, height=0.5)
        _arrow(ax, (2 * k - 0.12, 1.0), (2 * k - 0.12, 0.31), colour=BLUE)
        _arrow(ax, (2 * k + 0.12, 0.31), (2 * k + 0.12, 1.0), colour=ORANGE, style="--")
    ax.text(0, 0.62, "forward: values →", color=BLUE, fontsize=9)
    right_end = 2 * len(local) + 0.6
    ax.text(right_end, -1.25, "← backward: derivatives", ha="right", color=ORANGE, fontsize=9)
    ax.set(xlim=(-0.8, right_end + 0.2), ylim=(-1.45, 1.6 if parameters else 0.95))
    ax.set_axis_off()
    return ax


@_usual_look
def shapes(arrays, signs, ax):
    """Draw arrays as boxes whose sides show their shapes, with signs between them.

    Sides of the same name are of the same length, so that what has to match can be seen to.

    Parameters
    ----------
    arrays : sequence of (name, rows, columns)
        Rows and columns as words; a vector has ``""`` for its missing side.
    signs : sequence of str
        What stands between neighbours, one fewer.
    ax : matplotlib.axes.Axes
    """
    at, lengths = 0.0, {"": 0.35}
    for k, (name, rows, columns) in enumerate(arrays):
        for side in (rows, columns):
            lengths.setdefault(side, 1.8 - 0.35 * len(lengths))
        wide, tall = lengths[columns], lengths[rows]
        ax.add_patch(Rectangle((at, -tall / 2), wide, tall, fc="#DCEAF5", ec=BLUE, lw=1.5))
        ax.text(at + wide / 2, 0, name, ha="center", va="center", fontsize=12, weight="bold")
        ax.text(at + wide / 2, tall / 2 + 0.1, columns, ha="center", va="bottom", fontsize=9)
        ax.text(at - 0.08, 0, rows, ha="right", va="center", fontsize=9)
        at += wide
        if k < len(signs):
            ax.text(at + 0.45, 0, signs[k], ha="center", va="center", fontsize=15)
            at += 1.0
    ax.set(xlim=(-0.5, at + 0.2), ylim=(-0.9, 1.1), aspect="equal")
    ax.set_axis_off()
    return ax


@_usual_look
def unit_lines(W, b, ax, limits):
    """Draw where each unit of a layer with two inputs has pre-activation 0, with its number.

    Parameters
    ----------
    W : ndarray, shape (2, n_units)
    b : ndarray, shape (n_units,)
    ax : matplotlib.axes.Axes
    limits : (x_low, x_high, y_low, y_high)
        A line that stays outside is not drawn.
    """
    left, right, low, high = limits
    for k, ((w_x, w_y), b_k) in enumerate(zip(W.T, b, strict=True)):
        ends = []  # where the line w_x x + w_y y + b = 0 meets the frame
        if w_y:
            ends += [(x, -(w_x * x + b_k) / w_y) for x in (left, right)]
        if w_x:
            ends += [(-(w_y * y + b_k) / w_x, y) for y in (low, high)]
        ends = sorted({(x, y) for x, y in ends if left <= x <= right and low <= y <= high})
        if len(ends) > 1:
            ax.plot(*zip(ends[0], ends[-1], strict=True), color=COLOURS[k % len(COLOURS)],
                    ls=DASHES[k % len(DASHES)], lw=1.3)  # fmt: skip
            place = (0.88 * ends[0][0] + 0.12 * ends[-1][0], 0.88 * ends[0][1] + 0.12 * ends[-1][1])
            ax.annotate(str(k + 1), place, ha="center", va="center", fontsize=8,
                        bbox=dict(fc="white", ec="none", pad=0.5))  # fmt: skip
    ax.set(xlim=(left, right), ylim=(low, high))
    return ax


@_usual_look
def network_diagram(layers, ax, names=()):
    """Draw a fully connected network: a circle for each unit, a line for each weight.

    Parameters
    ----------
    layers : sequence of sequences of str
        A word in each unit, layer by layer; ``""`` for an empty circle.
    ax : matplotlib.axes.Axes
    names : sequence of str, optional
        A word above each layer.
    """
    places = _unit_places([len(layer) for layer in layers])
    for left, right in zip(places, places[1:], strict=False):
        for start in left:
            for end in right:
                ax.plot(*zip(start, end, strict=True), color=GREY, lw=0.9, zorder=1)
    for place, layer in zip(places, layers, strict=True):
        for (x, y), text in zip(place, layer, strict=True):
            ax.plot(x, y, "o", ms=30, mfc="white", mec="black", zorder=2)
            ax.text(x, y, text, ha="center", va="center", fontsize=11, zorder=3)
    top = max(y for place in places for _, y in place)
    for place, name in zip(places, names, strict=False):
        ax.text(place[0][0], top + 0.6, name, ha="center", va="bottom", fontsize=9)
    lines = max((name.count("\n") + 1 for name in names), default=0)
    right_end = places[-1][0][0]
    ax.set(xlim=(-0.6, right_end + 0.6), ylim=(-top - 0.5, top + 0.5 + 0.45 * lines))
    ax.set_axis_off()
    return ax


@_usual_look
def images_over_vectors(X, V, ax, *, names):
    """Show images in a row and below each one the vector that belongs to it, as numbered cells.

    Parameters
    ----------
    X : ndarray, shape (m, side * side)
        Square images, one a row, from 0 to 1.
    V : ndarray, shape (m, n_classes)
        Targets or probabilities, one row for each image.
    ax : matplotlib.axes.Axes
    names : sequence of str
        A word for each entry of a vector.
    """
    side, tall = round(X.shape[1] ** 0.5), 0.4
    for k, (image, vector) in enumerate(zip(X, V, strict=True)):
        frame = (k - 0.45, k + 0.45, 0.15, 1.05)
        ax.imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=1, extent=frame)
        ax.add_patch(Rectangle((k - 0.45, 0.15), 0.9, 0.9, fill=False, ec=GREY, lw=0.5))
        for j, value in enumerate(vector):
            colour, ink = (BLUE, "white") if value > 0.5 else ("white", "black")
            corner = (k - 0.45, -(j + 1) * tall)
            ax.add_patch(Rectangle(corner, 0.9, tall, fc=colour, ec=GREY, lw=0.5))
            ax.text(k, -(j + 0.5) * tall, f"{value:g}", ha="center", va="center", color=ink)
    for j, name in enumerate(names):
        ax.text(-0.6, -(j + 0.5) * tall, name, ha="right", va="center")
    ax.set(xlim=(-1.0, len(X) - 0.4), ylim=(-len(names) * tall - 0.1, 1.15), aspect="equal")
    ax.set_axis_off()
    return ax


@_usual_look
def class_bars(values, ax, *, names="0123456789", before=None):
    """Draw a bar for each class; the largest is hatched, if there is one.

    Parameters
    ----------
    values : ndarray, shape (n_classes,)
        Logits or probabilities.
    ax : matplotlib.axes.Axes
    names : sequence of str
        A word for each class.
    before : ndarray, shape (n_classes,), optional
        Earlier values, drawn as dashed outlines.
    """
    places, largest = np.arange(len(values)), np.argmax(values)
    bars = ax.bar(places, values, color=BLUE, width=0.75)
    if np.sum(values == values[largest]) == 1:
        bars[largest].set(facecolor=ORANGE, hatch="///", edgecolor="white")
    if before is not None:
        ax.bar(places, before, width=0.75, fill=False, ec="black", ls="--", lw=1.2)
    ax.axhline(0, color="black", lw=0.8)
    ax.set(xlabel="class", xticks=places)
    ax.set_xticklabels(names)
    return ax


@_usual_look
def matrix_values(A, ax, *, rows, columns, fmt=".2f", cmap="RdBu", limits=None):
    """Show a small matrix as shaded cells with the numbers written into them.

    Parameters
    ----------
    A : ndarray, shape (len(rows), len(columns))
    ax : matplotlib.axes.Axes
    rows, columns : sequence of str
        A word for each.
    fmt : str
        How to write a number.
    cmap : str
        Colour map.
    limits : pair of float, optional
        The values at the ends of the colour map; by default 0 is in its middle.
    """
    low, high = (-np.abs(A).max(), np.abs(A).max()) if limits is None else limits
    picture = ax.imshow(A, cmap=cmap, vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(A):
        # Luminance says whether black or white can be read on the cell.
        shade = np.dot(picture.to_rgba(value)[:3], (0.299, 0.587, 0.114))
        ink = "black" if shade > 0.5 else "white"
        ax.text(column, row, f"{value:{fmt}}".replace("-", "−"), ha="center", va="center",
                color=ink, fontsize=12)  # fmt: skip
    ax.set(xticks=range(len(columns)), yticks=range(len(rows)))
    ax.set_xticklabels(columns)
    ax.set_yticklabels(rows)
    return ax


@_usual_look
def templates(W, ax, *, columns=5, captions=None):
    """Show each unit's weights as an image: blue, solid for positive; red, dashed for negative.

    Parameters
    ----------
    W : ndarray, shape (side * side, n_out)
        One column for each unit; all share one scale.
    ax : matplotlib.axes.Axes
    columns : int
        Images in a row of the grid.
    captions : sequence of str, optional
        A word above each.
    """
    limit = np.abs(W).max()
    image_grid(W.T, ax, columns=columns, captions=captions, limits=(-limit, limit), cmap="RdBu")
    canvas = np.nan_to_num(_mosaic(W.T, columns, captions is not None)[0])
    for sign, dashes in ((1, "solid"), (-1, "dashed")):  # the sign without the colour
        ax.contour(sign * canvas, [0.25 * limit], colors="black", linewidths=0.7,
                   linestyles=dashes)  # fmt: skip
    ax.figure.colorbar(ax.images[0], ax=ax, label="weight", shrink=0.8)
    return ax


@_usual_look
def reliability(confidence, share_right, counts, ax):
    """Draw how often a classifier is right against how sure it says it is, and the gap between.

    Parameters
    ----------
    confidence, share_right : ndarray, shape (n_bins,)
        Mean probability of the predicted class in each bin, and share of right predictions.
    counts : ndarray of int, shape (n_bins,)
        Examples in each bin; each point's area grows with it.
    ax : matplotlib.axes.Axes
    """
    ax.plot([0, 1], [0, 1], "--", color=GREY, label="honest: as right as it is sure")
    ax.vlines(confidence, confidence, share_right, color=ORANGE, lw=3, alpha=0.6, label="gap")
    sizes = 30 + 300 * np.asarray(counts) / np.max(counts)
    ax.scatter(confidence, share_right, s=sizes, color=BLUE, alpha=0.8, zorder=3, label="one bin")
    ax.set(xlabel="confidence (mean probability of the answer)", ylabel="share that is right",
           xlim=(0, 1.05), ylim=(0, 1.05), aspect="equal")  # fmt: skip
    ax.legend(fontsize=8, loc="upper left")
    return ax


@_usual_look
def waterfall(parts, ax, *, start=0.0, names=None):
    """Draw how parts add up: each bar begins where the one before it ended.

    What adds is hatched, what takes away is plain.

    Parameters
    ----------
    parts : ndarray, shape (n,)
        In the order in which they are added.
    ax : matplotlib.axes.Axes
    start : float
        What the first part is added to.
    names : sequence of str, optional
        A word below each part.
    """
    ends = start + np.cumsum(parts)
    begins = ends - parts
    ax.axhline(0, color="black", lw=0.8)
    for adds, looks in ((True, dict(fc=BLUE, hatch="///")), (False, dict(fc=ORANGE))):
        k = np.flatnonzero((parts >= 0) == adds)
        label = "adds" if adds else "takes away"
        ax.bar(k, parts[k], bottom=begins[k], width=0.8, ec="white", label=label, **looks)
    # The height at which each bar hands over to the next.
    heights = np.append(start, ends)
    ax.hlines(heights, np.arange(-1, len(parts)) - 0.4, np.arange(len(parts) + 1) + 0.4,
              color=GREY, lw=0.8)  # fmt: skip
    ax.plot(len(parts), heights[-1], "D", color="black", label=f"sum {heights[-1]:.2f}")
    ax.use_sticky_edges = False  # else the first and the highest bar touch the frame
    ax.set(xlim=(-1.5, len(parts) + 0.7), xticks=range(len(parts)))
    ax.set_xticklabels(range(len(parts)) if names is None else names)
    ax.legend(fontsize=8)
    return ax


@_usual_look
def lettered(X, y, ax, marks="0123456789", *, size=22):
    """Scatter points of two features, each as the letter or digit of its class.

    Parameters
    ----------
    X : ndarray, shape (m, 2)
    y : ndarray of int, shape (m,)
    ax : matplotlib.axes.Axes
    marks : sequence of str
        One character for each class.
    size : float
        Area of a mark, in square points.
    """
    for k, mark in enumerate(marks):
        colour = COLOURS[k % len(COLOURS)]
        ax.scatter(*X[y == k].T, marker=f"${mark}$", s=size, color=colour, lw=0.2)
    ax.set(xticks=[], yticks=[])
    return ax


@_usual_look
def checkup(panels, axes):
    """Draw what the doctor measured: losses, the first loss, layer by layer, and updates.

    Parameters
    ----------
    panels : dict
        `doctor.Report.panels`.
    axes : sequence of four matplotlib.axes.Axes
        What was not measured, as of a network that was never trained, leaves its panel empty.
    """
    losses, first, layers, updates = axes
    epochs = np.arange(1, len(panels["loss"]) + 1)
    losses.plot(epochs, panels["loss"], color=BLUE, lw=2, label="training")
    if panels["validation"]:
        losses.plot(epochs, panels["validation"], "--", color=ORANGE, lw=2, label="validation")
    losses.set(title="Loss", xlabel="epoch", ylabel="loss (nats)")
    if panels.get("first") is not None:
        heights = [panels["first"], panels["zeros"]]
        bars = first.bar(["first batch", "zero outputs"], heights, color=[BLUE, GREY], width=0.6)
        first.bar_label(bars, fmt="%.3g")
        first.margins(y=0.15)
    first.set(title="First loss", ylabel="loss (nats)")
    for k, (name, label) in enumerate(
        (("spread", "spread of what a layer gives"), ("gradients", "gradient at a weight layer"))
    ):
        values = np.array(panels.get(name, ()))
        places = np.arange(len(values)) if name == "spread" else panels.get("places", ())
        layers.plot(places, values, MARKERS[k], ls=DASHES[k], color=COLOURS[k], label=label)
    layers.set(title="Layer by layer", xlabel="layer (0: inputs)", ylabel="size", yscale="log")
    layers.margins(y=0.4)  # room for the legend
    ratios = np.array(panels["updates"]).reshape(len(panels["updates"]), -1)
    for k, ratio in enumerate(ratios.T):
        label, style = f"weights {k + 1}", DASHES[k % len(DASHES)]
        updates.plot(panels["epochs"], ratio, MARKERS[k % 7], ls=style, color=COLOURS[k % 7],
                     label=label)  # fmt: skip
    updates.axhline(1e-3, color=GREY, lw=1, label="a thousandth")
    updates.set(title="Updates over weights", xlabel="epoch", ylabel="ratio", yscale="log")
    updates.set_xlim(losses.get_xlim())
    for ax in (losses, layers, updates):
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for ax in axes:
        ax.grid(alpha=0.3)
        if ax.get_legend_handles_labels()[0] and ax is not first:
            ax.legend(fontsize=7)
    return axes


@_usual_look
def over_band(panels, ax):
    """Draw a run's losses over those of the right code.

    Parameters
    ----------
    panels : dict
        `doctor.Comparison.panels`.
    ax : matplotlib.axes.Axes
    """
    epochs, runs = np.array(panels["epochs"]), np.array(panels["runs"])
    ax.fill_between(epochs, runs.min(axis=0), runs.max(axis=0), color=GREY, alpha=0.35, lw=0,
                    label=f"{len(runs)} runs of the right code")  # fmt: skip
    ax.plot(epochs, np.median(runs, axis=0), "--", color=GREY, lw=1.5, label="their median")
    ax.plot(epochs, panels["loss"], "o-", color=BLUE, lw=2, ms=4, label="this run")
    ax.set(title=panels["name"], xlabel="epoch", ylabel="loss (nats)", yscale="log")
    if epochs[-1] > 100:
        ax.set_xscale("log")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return ax


def _unit_places(sizes):
    return [[(2.1 * k, 1.15 * ((n - 1) / 2 - j)) for j in range(n)] for k, n in enumerate(sizes)]


def _box(ax, centre, text, colour="white", width=0.6, height=0.36):
    x, y = centre
    ax.add_patch(
        Rectangle((x - width / 2, y - height / 2), width, height, fc=colour, ec="black", lw=1)
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=10)


def _arrow(ax, start, end, text="", colour="black", style="-"):
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11,
                                 color=colour, ls=style, lw=1.3, shrinkA=0, shrinkB=0))  # fmt: skip
    if text:
        middle = (0.55 * start[0] + 0.45 * end[0], 0.55 * start[1] + 0.45 * end[1])
        ax.annotate(text, middle, ha="center", va="center", fontsize=9,
                    bbox=dict(fc="white", ec="none", pad=1))  # fmt: skip
