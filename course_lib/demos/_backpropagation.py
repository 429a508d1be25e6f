"""Forward and backward through a network of two inputs, three hidden units and one output."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib._checks import require
from course_lib.activations import sigmoid, tanh, tanh_grad
from course_lib.losses import sigmoid_cross_entropy

from .kit.controls import RESET, Button, Choice, Slider, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure
from .kit.marks import Line, Polygons, Text, minus

SUB = "₁₂₃"
# In the order of State.weights: W1 row by row, b1, W2, b2.
PARAMETERS = (
    *(f"x{i} → h{j}" for i in SUB[:2] for j in SUB),
    *(f"bias of h{j}" for j in SUB),
    *(f"h{j} → p" for j in SUB),
    "bias of p",
)
STOPS = 9  # three hidden units, output, loss; back through output and three hidden units
# In CSS pixels, as all that follows: middles of boxes, and their width and height.
WIDTH, HEIGHT = 660, 430
INPUTS, HIDDEN = [(56, 146), (56, 310)], [(262, 94), (262, 228), (262, 362)]
OUTPUT, LOSS = (450, 228), (600, 228)
INPUT_BOX, UNIT_BOX, LOSS_BOX = (96, 52), (114, 78), (100, 78)
# From one layer to the next, as a narrow window shows it: left, top, width and height.
STEPS = [0, 0, 327, 410], [197, 30, 318, 380], [385, 0, 275, 280]
SMALL = 12.5  # letters on lines, which are still legible where a narrow window shrinks them
SHARES = [(0.5, 0.56, 0.24), (0.24, 0.56, 0.5)]  # of the way, where labels of lines do not meet
AMBER = np.array([[255, 229, 153, 255]], np.uint8)
WHITE = np.array([[255, 255, 255, 255]], np.uint8)


@dataclass
class State:
    """What the picture shows: where we are, the example, and the parameters."""

    stop: int = setting(
        0,
        Slider("stop", 0, STOPS, 1),
        "How far; 1 to 3 are the hidden units, 4 the output, 5 the loss, 6 the output again, on "
        "the way back, and 7 to 9 the hidden units",
    )
    x1: float = setting(1.0, Slider("input x₁", -2.0, 2.0, 0.1))
    x2: float = setting(2.0, Slider("input x₂", -2.0, 2.0, 0.1))
    y: int = setting(1, Choice("target y", (0, 1)))
    parameter: str = setting(
        PARAMETERS[0], Choice("parameter", PARAMETERS), "Which of them the slider changes"
    )
    weights: tuple = setting(
        (1.0, -0.5, 0.5, -0.5, 1.0, -0.5, 0.5, -0.5, 0.0, 1.0, -1.5, 0.5, 0.25),
        about="All thirteen parameters: W1 row by row (6), b1 (3), W2 (3), b2 (1)",
    )

    def __post_init__(self):
        self.weights = tuple(float(w) for w in self.weights)
        require(
            len(self.weights) == len(PARAMETERS) and np.isfinite(self.weights).all(),
            f"weights has {len(self.weights)} numbers; expected {len(PARAMETERS)}: W1 row by row "
            "(6), b1 (3), W2 (3), b2 (1).",
        )

    @property
    def value(self):
        """The chosen parameter."""
        return self.weights[PARAMETERS.index(self.parameter)]

    @value.setter
    def value(self, value):
        at = PARAMETERS.index(self.parameter)
        self.weights = (*self.weights[:at], value, *self.weights[at + 1 :])


class Backpropagation(Demo):
    """Go forward and backward through a network of 2, 3 and 1 units, node by node."""

    name, title = "backpropagation", "Forward and backward, node by node"
    alt = (
        "A network of two inputs, three tanh units and a sigmoid output, with the loss at its "
        "right end. Blue numbers run forward; orange ones, marked ∂, are slopes of the loss and "
        "run backward."
    )
    State, rows = State, 4
    controls = shown(State) | dict(
        value=Slider("its value", -3.0, 3.0, 0.1),
        back=Button("◀ Back"),
        step=Button("Next ▶"),
        reset=RESET,
    )

    def step(self):
        """Go to the next node."""
        self.state.stop = min(self.state.stop + 1, STOPS)

    def back(self):
        """Go to the node before."""
        self.state.stop = max(self.state.stop - 1, 0)

    def numbers(self):
        """Return all values and slopes, by name."""
        s, weights = self.state, np.array(self.state.weights)
        W1, b1, W2, b2 = weights[:6].reshape(2, 3), weights[6:9], weights[9:12], weights[12:]
        x = np.array([[s.x1, s.x2]])
        Z1 = x @ W1 + b1
        A1 = tanh(Z1)
        Z2 = A1 @ W2 + b2
        P = sigmoid(Z2)
        loss, dZ2 = sigmoid_cross_entropy(np.array([float(s.y)]), Z2)
        dA1 = dZ2[:, np.newaxis] * W2
        slope = tanh_grad(Z1)
        dZ1 = dA1 * slope
        return dict(x=x[0], W1=W1, b1=b1, W2=W2, b2=b2[0], z1=Z1[0], a1=A1[0], z2=Z2[0], p=P[0],
                    loss=loss, dz2=dZ2[0], dW2=A1[0] * dZ2[0], da1=dA1[0], slope=slope[0],
                    dz1=dZ1[0], dW1=x.T @ dZ1)  # fmt: skip

    def make_figure(self):
        """Draw what stands still: connections, boxes' names."""
        figure = new_figure(WIDTH, HEIGHT, layout=None)
        ax = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        ax.set_axis_off()
        for start in INPUTS:
            for end in HIDDEN:
                ax.plot(*zip(start, end, strict=True), color=plots.GREY, lw=1)
        for start in HIDDEN:
            ax.plot(*zip(start, OUTPUT, strict=True), color=plots.GREY, lw=1)
        ax.plot(*zip(OUTPUT, LOSS, strict=True), color=plots.GREY, lw=1)
        names = [f"$h_{j + 1}$ (tanh)" for j in range(3)]
        places = *HIDDEN, OUTPUT, LOSS
        for (x, y), name in zip(places, [*names, "output (sigmoid)", "loss"], strict=True):
            ax.text(x, y - 46, name, ha="center", fontsize=9)
        ax.text(8, 20, "values run forward →", color=plots.BLUE, fontsize=10)
        ax.text(652, 20, "← slopes ∂ run backward", color=plots.ORANGE, fontsize=10, ha="right")
        return figure, ax

    def parts(self):
        """Show each layer with the next one: what lies between two steps is seen in both."""
        return list(STEPS)

    def marks(self):
        """Draw boxes and the numbers known so far."""
        n, stop, marks = self.numbers(), self.state.stop, []
        for i, place in enumerate(INPUTS):
            marks += [*_box(place, INPUT_BOX), _value(place, f"x{SUB[i]} = {_f(n['x'][i])}", 0)]
        for j, place in enumerate(HIDDEN):
            marks += _box(place, UNIT_BOX, stop in (j + 1, j + 7))
            if stop > j:
                marks += [_value(place, f"z = {_f(n['z1'][j])}", -23)]
                marks += [_value(place, f"a = {_f(n['a1'][j])}", -1)]
            if stop > j + 6:
                marks += [_slope(place, f"∂z {_f(n['dz1'][j])}", 23)]
            for i in range(2):
                slope = n["dW1"][i, j] if stop > j + 6 else None
                marks += _weight(INPUTS[i], place, n["W1"][i, j], slope, SHARES[i][j])
            marks += _weight(place, OUTPUT, n["W2"][j], n["dW2"][j] if stop > 5 else None, 0.5)
        marks += _box(OUTPUT, UNIT_BOX, stop in (4, 6))
        if stop > 3:
            marks += [_value(OUTPUT, f"z = {_f(n['z2'])}", -23)]
            marks += [_value(OUTPUT, f"p = {_f(n['p'])}", -1)]
        if stop > 5:
            marks += [_slope(OUTPUT, f"∂z {_f(n['dz2'])}", 23)]
        marks += _box(LOSS, LOSS_BOX, stop == 5)
        marks += [_value(LOSS, f"y = {self.state.y}", -19)]
        if stop > 4:
            marks += [_value(LOSS, f"L = {_f(n['loss'])}", 7)]
        return [(self.axes, marks)]

    def words(self):
        """Say what happens at this stop, with its numbers."""
        n, stop = self.numbers(), self.state.stop
        if stop == 0:
            return (
                "The inputs are set; nothing has been computed yet. Press Next.\n"
                "Along each line stands its weight; later, beneath it, the slope of the loss."
            )
        if stop <= 3:
            j = stop - 1
            terms = _sum(n["W1"][:, j], n["x"], n["b1"][j])
            return (
                f"Forward, h{SUB[j]}: z = w·x + b = {terms} = {_f(n['z1'][j])}\na = tanh(z) = "
                + _f(n["a1"][j])
            )
        if stop == 4:
            terms = _sum(n["W2"], n["a1"], n["b2"])
            return (
                f"Forward, output: z = w·a + b = {terms} = {_f(n['z2'])}\np = σ(z) = {_f(n['p'])}"
            )
        if stop == 5:
            share = "p" if self.state.y else "(1 − p)"
            return f"The loss: y = {self.state.y}, so L = −log {share} = {_f(n['loss'])} nats"
        if stop == 6:
            p, y = n["p"], self.state.y
            return (
                f"Backward, output: ∂L/∂p = (p − y) / (p (1 − p)) = {_f((p - y) / (p * (1 - p)))}\n"
                f"local slope ∂p/∂z = p (1 − p) = {_f(p * (1 - p))}\n"
                f"product so far: ∂L/∂z = p − y = {_f(n['dz2'])}, which is also the bias's slope\n"
                f"times each a: ∂L/∂w = {', '.join(map(_f, n['dW2']))}"
            )
        j = stop - 7
        last = "  All thirteen slopes are known." if stop == STOPS else ""
        return (
            f"Backward, h{SUB[j]}: ∂L/∂a = w · ∂L/∂z of the output = ({_f(n['W2'][j])})"
            f"({_f(n['dz2'])}) = {_f(n['da1'][j])}\n"
            f"local slope ∂a/∂z = 1 − a² = {_f(n['slope'][j])}\n"
            f"product so far: ∂L/∂z = {_f(n['dz1'][j])}, which is also the bias's slope\n"
            f"times each x: ∂L/∂w = {', '.join(map(_f, n['dW1'][:, j]))}{last}"
        )

    def static(self):
        """Show the end of the walk, where nobody can walk."""
        if self.state != State():
            return super().static()
        return Backpropagation(stop=STOPS).static()


def _f(number):
    return minus(f"{number:.3f}")


def _sum(weights, inputs, bias):
    terms = [f"({_f(w)})({_f(x)})" for w, x in zip(weights, inputs, strict=True)]
    return " + ".join([*terms, f"({_f(bias)})"])


def _box(centre, size, here=False):
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * np.divide(size, 2) + centre
    frame = Line(np.vstack([corners, corners[:1]]), width=3 if here else 1)
    return [Polygons(corners[np.newaxis], AMBER if here else WHITE), frame]


def _value(centre, text, below):
    return Text((centre[0], centre[1] + below), text, plots.BLUE, 13)


def _slope(centre, text, below):
    return Text((centre[0], centre[1] + below), text, plots.ORANGE, 13)


def _weight(start, end, weight, slope, share):
    x, y = (1 - share) * np.array(start) + share * np.array(end)
    paper, _ = _box((x, y), (66, 34))
    marks = [paper, Text((x, y - 8), _f(weight), plots.BLUE, SMALL)]
    if slope is not None:
        marks.append(Text((x, y + 9), f"∂ {_f(slope)}", plots.ORANGE, SMALL))
    return marks


backpropagation = Backpropagation.function()
