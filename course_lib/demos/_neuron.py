"""A neuron with two inputs, to be turned, stepped and surrounded with other points."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib._checks import require
from course_lib.activations import sigmoid
from course_lib.by_hand.neuron import gradient_step, gradients
from course_lib.losses import mean_squared_error, sigmoid_cross_entropy
from course_lib.toys import clouds

from .kit.controls import RESET, Button, Choice, Slider, Whole, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure, png
from .kit.marks import Image, Line, Points, minus, surface

EXTENT = (-4.0, 4.0, -4.0, 4.0)
SIDE = np.linspace(-4, 4, 61)
TURNS = {  # for the picture in a notebook: what is done, and what it leads to
    "$w = [-1, 0.8]$, $b = 0$": dict(w1=-1.0, w2=0.8, b=0.0),
    "weights × 4": dict(w1=-4.0, w2=3.2, b=0.0),
    "and the bias at 4": dict(w1=-4.0, w2=3.2, b=4.0),
}
LOOKS = list(zip(plots.COLOURS, plots.MARKERS, strict=True))[:2]  # of the classes
NEAR = 0.4  # of a point, in its own units: near enough to be meant
ACTIVATIONS = {
    "step": (lambda z: (z > 0).astype(float), "1 if z > 0, else 0"),
    "linear": (lambda z: z, "z"),
    "sigmoid": (sigmoid, "σ(z)"),
}


@dataclass
class State:
    """What the picture shows."""

    w1: float = setting(-1.0, Slider("weight w₁", -5.0, 5.0, 0.1))
    w2: float = setting(0.8, Slider("weight w₂", -5.0, 5.0, 0.1))
    b: float = setting(0.0, Slider("bias b", -5.0, 5.0, 0.1))
    activation: str = setting("sigmoid", Choice("activation", tuple(ACTIVATIONS)))
    learning_rate: float = setting(
        1.0,
        Choice("learning rate", (0.1, 0.3, 1.0, 3.0, 10.0), sliding=True),
        "Of the gradient step",
    )
    seed: int = setting(0, Whole(), "Which points")
    at: int = setting(0, Whole(), "The point that the perceptron's rule looks at first")
    moved: dict = setting(  # noqa: RUF009
        dict, about="Points that were dragged: number → (x1, x2)"
    )

    def __post_init__(self):
        require(
            isinstance(self.moved, dict)
            and all(np.shape(xy) == (2,) for xy in self.moved.values()),
            f"moved is {self.moved!r}; expected places by number, such as {{3: (0.5, -1)}}.",
        )


class Neuron(Demo):
    """Turn the weights and the bias of a neuron with two inputs, and drag its points."""

    name, title = "neuron", "A neuron with two inputs"
    alt = (
        "Left, points of two classes and the straight line where the output is one half; right, "
        "the output as a surface over the same plane."
    )
    help = (
        "Drag a point with the mouse; or move the cursor with the arrow keys, pick the nearest "
        "point up with Space, move it, and put it down with Space."
    )
    State, rows = State, 2
    controls = shown(State) | dict(
        perceptron_step=Button("Perceptron step"),
        gradient_step=Button("Gradient step"),
        new_points=Button("New points"),
        reset=RESET,
    )
    cursor = (200, 170, 8)

    def prepare(self):
        """Draw the points, and put those that were dragged where they were left."""
        self.X, self.y = clouds(40, np.random.default_rng(self.state.seed))
        for i, place in self.state.moved.items():
            self.X[i % len(self.X)] = place
        self.held = None

    def make_figure(self):
        """Frame the plane and the surface."""
        figure = new_figure(820, 350)
        plane = _frame(figure.add_subplot(1, 2, 1), "Where it draws the line")
        _legend(figure, plane)
        cliff = figure.add_subplot(1, 2, 2, projection="3d")
        cliff.set(xlim=EXTENT[:2], ylim=EXTENT[2:], zlim=(0, 1))
        cliff.set(xlabel="$x_1$", ylabel="$x_2$", zlabel=r"output $\hat y$")
        cliff.set_title("Its output as a landscape")
        cliff.view_init(25, -60)
        return figure, {"plane": plane, "cliff": cliff}

    def static(self):
        """Show what weights and bias do, where nothing can be turned."""
        if self.state != State():
            return super().static()
        figure = new_figure(820, 350)
        axes = figure.subplots(1, len(TURNS))
        for ax, (words, weights) in zip(axes, TURNS.items(), strict=True):
            demo = Neuron(**weights)
            for k, mark in enumerate(demo.plane()):
                mark.draw(_frame(ax, words), 2 + k / 1000)
        _legend(figure, axes[0])
        return png(figure)

    def output(self, X):
        """Return the pre-activation and the output for points in rows."""
        z = X @ [self.state.w1, self.state.w2] + self.state.b
        return z, ACTIVATIONS[self.state.activation][0](z)

    def marks(self):
        """Draw the plane, and the output over it as a surface."""
        tiles = surface(
            self.axes["cliff"], SIDE[::3], SIDE[::3], self._shares()[::3, ::3], "PuOr_r"
        )
        return [(self.axes["plane"], self.plane()), (self.axes["cliff"], [tiles])]

    def plane(self):
        """Return shade, line and points."""
        pale = 0.5 + 0.4 * (self._shares()[::-1] - 0.5)
        marks = [Image.of(pale, EXTENT, "PuOr_r", smooth=True), *self._line()]
        for k, (colour, marker) in enumerate(LOOKS):
            marks.append(Points(self.X[self.y == k], colour, marker))
        return [*marks, Points(self.X[~self.right()], "#000000", "D", size=8)]

    def _shares(self):
        grid = np.stack(np.meshgrid(SIDE, SIDE), axis=-1)
        return self.output(grid)[1].clip(0, 1)

    def _line(self):
        w = np.array([self.state.w1, self.state.w2])
        if not w.any():
            return []
        # The linear unit is asked whether its output is nearer to 1 than to 0.
        half = 0.5 if self.state.activation == "linear" else 0.0
        foot = (half - self.state.b) * w / (w @ w)
        across = w / np.linalg.norm(w)  # the direction in which z grows
        aside = np.array([-across[1], across[0]])
        ends = foot + np.outer([-20, 20], aside)
        tip, back = foot + 0.9 * across, foot + 0.6 * across
        arrow = [foot, tip, [np.nan] * 2, back + 0.15 * aside, tip, back - 0.15 * aside]
        return [Line(ends), Line(arrow, width=3)]

    def right(self):
        """Tell which points are on the right side."""
        return (self.output(self.X)[1] > 0.5) == (self.y == 1)

    def words(self):
        """Give the equation with its numbers, and how good it is."""
        s, (z, y_hat) = self.state, self.output(self.X)
        terms = minus(f"z = {s.w1:.2f} · x₁ {_signed(s.w2)} · x₂ {_signed(s.b)}")
        lines = f"{terms},   ŷ = {ACTIVATIONS[s.activation][1]}\n"
        lines += f"{self.right().sum()} of {len(self.y)} points on the right side"
        if s.activation == "sigmoid":
            lines += f", mean cross-entropy {sigmoid_cross_entropy(self.y, z)[0]:.3f} nats"
        if s.activation == "linear":
            lines += f", mean squared error {mean_squared_error(self.y, y_hat)[0]:.3f}"
        return lines

    def perceptron_step(self):
        """Correct the next point that is on the wrong side of z = 0, as Rosenblatt's rule does."""
        state, fires = self.state, ACTIVATIONS["step"][0]
        for i in (np.arange(len(self.y)) + state.at) % len(self.y):
            x, y = self.X[i : i + 1], self.y[i : i + 1]
            a = fires(self.output(x)[0])
            if a != y:
                self._step_by(x, y, a, 1.0)
                verb = "missed: w + x" if y else "taken in by mistake: w − x"
                self.status = f"Point {i} was {verb}."
                state.at = int(i + 1) % len(self.y)
                return
        self.status = "All points are on the right side: the perceptron's rule has ended."

    def gradient_step(self):
        """Take one full-batch step downhill."""
        if self.state.activation == "step":
            self.status = "The step is flat on both sides: no slope, so a gradient moves nothing."
            return
        _, y_hat = self.output(self.X)
        self._step_by(self.X, self.y, y_hat, self.state.learning_rate)
        self.status = "One step against the slope of the loss, from all points together."

    def _step_by(self, X, y, y_hat, rate):
        # Rosenblatt's rule, Adaline's and logistic regression's gradient are one formula.
        s, slopes = self.state, gradients(X, y, y_hat)
        w, b = gradient_step(np.array([s.w1, s.w2]), s.b, *slopes, rate)
        s.w1, s.w2, s.b = float(w[0]), float(w[1]), float(b)

    def new_points(self):
        """Draw other points."""
        self.state.seed, self.state.moved, self.state.at = self.state.seed + 1, {}, 0
        self.status = ""
        self.prepare()

    def changed(self, name):
        """Forget what was said about the last step."""
        self.status = ""

    def pointed(self, ax, path, new, done):
        """Drag the point nearest to where the gesture began."""
        if ax is not self.axes["plane"]:
            return
        if new:
            distances = np.linalg.norm(self.X - path[0], axis=1)
            self.held = int(distances.argmin()) if distances.min() < NEAR else None
        if self.held is not None:
            place = tuple(round(float(x), 2) for x in path[-1].clip(-4, 4))
            self.X[self.held] = self.state.moved[self.held] = place
            self.status = f"Point {self.held} is at ({place[0]:.2f}, {place[1]:.2f})."
        if done:
            self.held = None


def _frame(ax, title):
    ax.set(xlim=EXTENT[:2], ylim=EXTENT[2:], xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.set_title(title)
    return ax


def _legend(figure, ax):
    looks = [("y = 0", *LOOKS[0]), ("y = 1", *LOOKS[1]), ("on the wrong side", "black", "D")]
    for name, colour, marker in looks:
        ax.plot([], [], marker, color=colour, label=name, mfc="none")
    figure.legend(loc="outside lower center", fontsize=9, ncols=3)


def _signed(number):
    return f"{'−' if number < 0 else '+'} {abs(number):.2f}"


neuron = Neuron.function()
