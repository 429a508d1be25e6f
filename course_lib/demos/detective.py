"""The scales of a network's first weights, and what becomes of its training."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib._checks import require, whole_number
from course_lib.demos.kit import PLAY, RESET, Button, Choice, Demo, first_digits, new_figure
from course_lib.demos.layers import Line, Points, Polygons, Text
from course_lib.layers import Dense, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD
from course_lib.training import train

N_HIDDEN, M, MOST_STEPS = 64, 2000, 200
KEPT = 4  # curves of earlier runs that stay in the picture
SIGMOID, TANH = "sigmoid", "tanh"


@dataclass
class State:
    """What the picture shows; the weights follow from it."""

    scale_1: float = 1.0
    scale_2: float = 1.0
    activation: str = SIGMOID
    seed: int = 0
    steps: int = 0

    def __post_init__(self):
        whole_number("seed", self.seed, at_least=0)
        whole_number("steps", self.steps, at_least=0)
        require(self.steps <= MOST_STEPS, f"steps is {self.steps}; expected at most {MOST_STEPS}.")


class FirstWeights(Demo):
    """See `course_lib.demos.first_weights`."""

    name, title = "first_weights", "The scales of the first weights"
    alt = (
        "Left, a histogram of the activations of 64 hidden units over 2,000 images; right, the "
        "training loss at each step, with curves of earlier runs and a line at ln 10."
    )
    State, rows = State, 2
    controls = (
        Choice(
            "scale_1",
            "scale of W₁",
            ((0.01, "0.01"), (1 / 28, "1/√784"), (0.1, "0.1"), (0.3, "0.3"), (1.0, "1")),
            sliding=True,
        ),
        Choice(
            "scale_2",
            "scale of W₂",
            ((0.01, "0.01"), (1 / 8, "1/√64"), (0.3, "0.3"), (1.0, "1")),
            sliding=True,
        ),
        Choice("activation", "hidden units", (SIGMOID, TANH)),
        PLAY,
        Button("step", "One step"),
        Button("forget", "Forget earlier runs"),
        RESET,
    )

    def __init__(self, **state):
        self.earlier = []
        super().__init__(**state)

    def prepare(self):
        """Make the network, and train it as far as the state says."""
        self.X, self.y, self.X_test, self.y_test = first_digits(M, M)
        s, rng = self.state, np.random.default_rng(self.state.seed)
        scaled = {1: s.scale_1, 2: s.scale_2}
        parts = [
            Dense(
                n_in,
                n_out,
                rng=rng,
                init=lambda *n, rng=rng, k=k: scaled[k] * rng.normal(size=n[:2]),
            )
            for k, (n_in, n_out) in enumerate([(784, N_HIDDEN), (N_HIDDEN, 10)], 1)
        ]
        hidden = Sigmoid() if s.activation == SIGMOID else Tanh()
        self.network = Network([parts[0], hidden, parts[1]])
        self.losses = []
        if s.steps:
            self.train(s.steps)
        self.judge()

    def train(self, steps):
        """Take full-batch steps at rate 1."""
        recipe = dict(loss=softmax_cross_entropy, optimizer=SGD(1.0))
        self.losses += train(self.network, self.X, self.y, epochs=steps, **recipe).loss

    def judge(self):
        """Look at the hidden activations, and try the network on the test images."""
        Z1 = self.network.layers[0].forward(self.X)
        self.hidden = self.network.layers[1].forward(Z1)
        self.slope = float(np.abs(self.network.layers[1].f_grad(Z1)).mean())
        self.loss_now = softmax_cross_entropy(self.y, self.network.layers[2].forward(self.hidden))[
            0
        ]
        self.accuracy = float((self.network.predict(self.X_test) == self.y_test).mean())

    def advance(self):
        """Take one step."""
        if self.state.steps < MOST_STEPS:
            self.state.steps += 1
            self.train(1)
            self.judge()
        return self.state.steps < MOST_STEPS

    def changed(self, name):
        """Begin anew with the new weights; the curve so far stays."""
        if len(self.losses) > 1:
            self.earlier = [*self.earlier, self.losses][-KEPT:]
        self.state.steps = 0
        self.prepare()

    def reset(self):
        """Go back to the beginning, earlier curves forgotten."""
        self.earlier = []
        super().reset()

    def forget(self):
        """Take earlier curves away."""
        self.earlier = []

    def make_figure(self):
        """Frame the histogram and the curve."""
        figure = new_figure(820, 330)
        spread, curve = figure.subplots(1, 2)
        spread.set(xlim=(-1.05, 1.05), ylim=(0, 1), title="What the hidden units say")
        spread.set(xlabel="hidden activation", ylabel="share of all activations")
        curve.set(xlim=(0, MOST_STEPS), ylim=(0.1, 30), yscale="log", title="Training loss")
        curve.set(xlabel="step", ylabel="mean cross-entropy (nats)")
        curve.axhline(np.log(10), color="black", lw=1, ls=":")
        curve.text(MOST_STEPS, 2.5, "ln 10: a uniform guess", ha="right", va="bottom", fontsize=8)
        for ax in (spread, curve):
            ax.grid(alpha=0.3)
        return figure, {"spread": spread, "curve": curve}

    def layers(self):
        """Draw both."""
        counts, edges = np.histogram(self.hidden, bins=42, range=(-1.05, 1.05))
        shares = counts / self.hidden.size
        low, high = edges[:-1], edges[1:]
        corners = [(low, 0 * low), (high, 0 * low), (high, shares), (low, shares)]
        tiles = np.stack([np.stack(corner, axis=1) for corner in corners], axis=1)
        blue = np.tile(np.array([0, 114, 178, 255], np.uint8), (len(tiles), 1))
        drawn = []
        for losses in self.earlier:
            way = np.column_stack([np.arange(len(losses)), losses])
            drawn += [Line(way, plots.GREY, 1.2, "--"), Points(way[-1:], plots.GREY, "o", 3)]
        way = np.column_stack([np.arange(len(self.losses) + 1), [*self.losses, self.loss_now]])
        drawn += [Line(way, plots.BLUE, 2.5), Points(way[-1:], plots.ORANGE, "D", 5, plots.ORANGE)]
        aside, align = (4, "left") if len(way) < MOST_STEPS / 2 else (-4, "right")
        place = (way[-1, 0] + aside, way[-1, 1] * 1.25)
        drawn.append(Text(place, f"{self.loss_now:.3f}", align=align, size=12))
        return [(self.axes["spread"], [Polygons(tiles, blue)]), (self.axes["curve"], drawn)]

    def words(self):
        """Give loss, accuracy, and how alive the hidden layer is."""
        return (
            f"step {self.state.steps}: loss {self.loss_now:.3f} nats, test accuracy "
            f"{self.accuracy:.1%} ({len(self.X):,} images to learn from)\n"
            f"mean slope of the hidden activations: {self.slope:.3f}"
        )

    def static(self):
        """Show the published scales after training, where nothing can be set."""
        if self.state.steps:
            return super().static()
        good = FirstWeights(scale_1=1 / 28, scale_2=1 / 8, steps=MOST_STEPS)
        shown = FirstWeights(**vars(self.state) | {"steps": MOST_STEPS})
        shown.earlier = [good.losses]
        return shown.static()
