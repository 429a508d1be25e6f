"""Gradient descent on the loss of real images over two weights."""

from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from course_lib import plots, toys
from course_lib._checks import require
from course_lib.by_hand.neuron import gradient_step, gradients
from course_lib.data import load_images
from course_lib.losses import mean_squared_error, sigmoid_cross_entropy

from .kit.controls import PLAY, RESET, Button, Choice, Slider, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure, png
from .kit.marks import Line, Points, minus

LOSSES = {  # loss, how far the map reaches, and the loss's axis
    "cross-entropy": (sigmoid_cross_entropy, 10, (0.1, 100)),
    "squared error": (mean_squared_error, 5, (0.1, 1e4)),
}
MOST_STEPS = 100
RATES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 50.0, 100.0)


@dataclass
class State:
    """What the picture shows; everything else follows from it."""

    first: str = setting(
        "middle", Choice("weight of ink", toys.INK), "Where the ink of the first feature is"
    )
    second: str = setting(
        "altogether", Choice("and of ink", toys.INK), "Where that of the second is"
    )
    loss: str = setting(
        "cross-entropy",
        Choice("loss", tuple(LOSSES)),
        "Loss, of a sigmoid unit or of a linear one",
    )
    learning_rate: float = setting(4.0, Choice("learning rate", RATES, sliding=True))
    steps: int = setting(25, Slider("steps", 0, MOST_STEPS, 1), "How far the walk is")
    start: tuple = setting((4.0, -4.0), about="The two weights at the start")

    def __post_init__(self):
        require(
            np.shape(self.start) == (2,) and np.isfinite(self.start).all(),
            f"start is {self.start!r}; expected two weights, such as (4, -4).",
        )
        self.start = tuple(float(w) for w in self.start)


@cache
def _images():
    """Return 200 zeros and 200 other digits as numbers, and which they are."""
    digits = load_images("mnist")
    chosen = np.concatenate(
        [np.flatnonzero((digits.y_train == 0) == zero)[:200] for zero in (False, True)]
    )
    return toys.ink(digits.X_train[chosen]), (digits.y_train[chosen] == 0).astype(float)


class Descent(Demo):
    """Walk down the loss of 400 real images over two weights of a neuron."""

    name, title = "descent", "Gradient descent over two weights"
    alt = (
        "Left, a map of the loss over two weights with the path of gradient descent from a square "
        "to where it is now; right, the loss at each step."
    )
    help = (
        "Click or drag on the map to choose where the path starts; or move the cursor with the "
        "arrow keys and press Enter."
    )
    State, rows = State, 2
    controls = shown(State, "learning_rate", "steps", "loss", "first", "second") | dict(
        play=PLAY, step=Button("One step"), reset=RESET
    )
    cursor = (200, 160, 8)

    def prepare(self):
        """Choose the two columns of the data, and the bias that suits them best."""
        X, self.y = _images()
        columns = [toys.INK.index(self.state.first), toys.INK.index(self.state.second)]
        self.X = X[:, columns]
        self.loss, self.reach, self.range = LOSSES[self.state.loss]
        self.bias = self.best_bias()

    def best_bias(self):
        """Return the bias at the lowest point."""
        if self.loss is mean_squared_error:
            return self.y.mean()  # since the features have mean 0
        w, b = np.zeros(2), 0.0
        for _ in range(1000):
            y_hat = 1 / (1 + np.exp(-(self.X @ w + b)))
            w, b = gradient_step(w, b, *gradients(self.X, self.y, y_hat), learning_rate=2.0)
        return b

    def loss_at(self, w1, w2):
        """Return the loss of two weights."""
        return self.loss(self.y, self.X @ [w1, w2] + self.bias)[0]

    def walk(self):
        """Return the weights at each step so far and their losses, up to a loss beyond bounds."""
        path, losses = [np.array(self.state.start)], []
        with np.errstate(all="ignore"):
            while True:
                value, dz = self.loss(self.y, self.X @ path[-1] + self.bias)
                losses.append(value)
                if len(losses) > self.state.steps or not value < 1000 * max(1, losses[0]):
                    return np.array(path), np.array(losses)
                path.append(path[-1] - self.state.learning_rate * (dz @ self.X))

    @property
    def diverged(self):
        """Whether the loss of the last step is beyond bounds."""
        losses = self.walk()[1]
        return not losses[-1] < 1000 * max(1, losses[0])

    def make_figure(self):
        """Draw the map, and frame the curve."""
        figure = new_figure(820, 360, layout=None)  # constrained takes longer than all the rest
        figure.subplots_adjust(left=0.08, right=0.98, bottom=0.14, top=0.91, wspace=0.22)
        ground, curve = figure.subplots(1, 2)
        side = self.reach
        plots.loss_surface(self.loss_at, ground, (-side, side, -side, side), steps=41)
        names = f"ink: {self.state.first}", f"ink: {self.state.second}"
        ground.set(xlabel=f"weight $w_1$ ({names[0]})", ylabel=f"weight $w_2$ ({names[1]})")
        ground.set_title(f"The loss of 400 images (bias {self.bias:.2f})", fontsize=11)
        ground.legend(loc="lower left", fontsize=9)
        for height in ground.texts:  # as legible as the rest, whichever loss is drawn
            height.set_fontsize(9)
        curve.set(xlim=(0, MOST_STEPS), ylim=self.range, yscale="log", title="Loss on the way")
        unit = " (nats)" if self.state.loss == "cross-entropy" else ""
        curve.set(xlabel="step", ylabel=f"{self.state.loss}{unit}")
        curve.grid(alpha=0.3)
        return figure, {"ground": ground, "curve": curve}

    def marks(self):
        """Draw the path and its losses."""
        path, losses = self.walk()
        here = path[len(losses) - 1]
        ground = [
            Line(path[: len(losses)], plots.ORANGE, 1.5),
            Points(path[: len(losses)], plots.ORANGE, "o", 3, plots.ORANGE),
            Points(path[:1], "#000000", "s", 7),
            Points([here], "#000000", "D", 5, plots.ORANGE),
        ]
        way = np.column_stack([np.arange(len(losses)), losses])
        curve = [Line(way, plots.ORANGE), Points(way[-1:], "#000000", "D", 5, plots.ORANGE)]
        return [(self.axes["ground"], ground), (self.axes["curve"], curve)]

    def static(self):
        """Show three rates, where none can be chosen."""
        if self.state != State():
            return super().static()
        figure = new_figure(820, 300)
        near, far = (-10, 10, -10, 10), (-66, 14, -16, 64)
        rates = {0.2: near, 4.0: near, 100.0: far}
        for ax, (rate, limits) in zip(figure.subplots(1, 3), rates.items(), strict=True):
            demo = Descent(learning_rate=rate)
            plots.loss_surface(demo.loss_at, ax, limits, steps=41)
            path, losses = demo.walk()
            plots.descent_path(path, ax, f"loss {losses[-1]:.2f} after {len(path) - 1} steps")
            ax.set(title=f"learning rate {rate:g}", xlabel=f"weight of ink: {self.state.first}")
        figure.axes[0].set_ylabel(f"weight of ink: {self.state.second}")
        return png(figure)

    def words(self):
        """Say where it is, and what became of it."""
        path, losses = self.walk()
        taken = len(losses) - 1
        w1, w2 = (minus(f"{w:.3g}") for w in path[taken])
        lines = f"step {taken}: w = ({w1}, {w2}), {self.state.loss} {losses[-1]:.3g}\n"
        if self.diverged:
            return lines + f"Diverged after {taken} steps: the loss grew beyond bounds."
        if np.abs(path[taken]).max() > self.reach:
            return lines + "It has left the map."
        return lines

    def advance(self):
        """Take one more step."""
        self.state.steps = min(self.state.steps + 1, MOST_STEPS)
        return self.state.steps < MOST_STEPS and not self.diverged

    def play(self):
        """Start from the beginning where the path has come to its end."""
        if not self.playing and (self.state.steps == MOST_STEPS or self.diverged):
            self.state.steps = 0
        super().play()

    def reset(self):
        """Go back to the state in which the demo was made, its map included."""
        before = self.bias, self.reach, self.state.first, self.state.second
        super().reset()
        if before != (self.bias, self.reach, self.state.first, self.state.second):
            self.redraw()

    def changed(self, name):
        """Draw another map where the loss or a weight was chosen."""
        if name == "steps":
            self.playing = False
        if name in ("loss", "first", "second"):
            self.playing = False
            self.prepare()
            self.redraw()

    def pointed(self, ax, path, new, done):
        """Start where the pointer is."""
        if ax is self.axes["ground"]:
            limit = partial(np.clip, a_min=-self.reach, a_max=self.reach)
            self.state.start = tuple(round(float(w), 2) for w in limit(path[-1]))


descent = Descent.function()
