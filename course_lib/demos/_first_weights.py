"""The scales of a network's first weights, and what becomes of its training."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib.layers import Dense, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD

from ._full_batch import MOST_STEPS, FullBatch
from .kit.controls import PLAY, RESET, Button, Choice, Whole, setting, shown
from .kit.digits import first_digits
from .kit.figures import new_figure
from .kit.marks import Line, Points, Polygons, Text

N_HIDDEN, M = 64, 2000
SCALES_1 = ((0.01, "0.01"), (1 / 28, "1/√784"), (0.1, "0.1"), (0.3, "0.3"), (1.0, "1"))
SCALES_2 = ((0.01, "0.01"), (1 / 8, "1/√64"), (0.3, "0.3"), (1.0, "1"))
KEPT = 4  # curves of earlier runs that stay in the picture
SIGMOID, TANH = "sigmoid", "tanh"


@dataclass
class State:
    """What the picture shows; the weights follow from it."""

    scale_1: float = setting(
        1.0, Choice("scale of W₁", SCALES_1, sliding=True), "Standard deviation of W1"
    )
    scale_2: float = setting(
        1.0, Choice("scale of W₂", SCALES_2, sliding=True), "Standard deviation of W2"
    )
    activation: str = setting(SIGMOID, Choice("hidden units", (SIGMOID, TANH)))
    seed: int = setting(0, Whole(), "Of the weights")
    steps: int = setting(0, Whole(MOST_STEPS), "Full-batch steps taken, at rate 1")


class FirstWeights(FullBatch):
    """Set the scales of the first weights of a 784–64–10 network, and train it on 2,000 digits.

    Parameters
    ----------
    loss : function ``(y, Z) -> (value, dZ)``, optional
        Your own, which then trains in place of `softmax_cross_entropy`.
    """

    name, title = "first_weights", "The scales of the first weights"
    alt = (
        "Left, a histogram of the activations of 64 hidden units over 2,000 images; right, the "
        "training loss at each step, with curves of earlier runs and a line at ln 10."
    )
    State, rows = State, 2
    controls = shown(State) | dict(
        play=PLAY, step=Button("One step"), forget=Button("Forget earlier runs"), reset=RESET
    )

    def __init__(self, *, loss=None, **state):
        self.earlier, self.functions = [], {"loss": loss}
        super().__init__(**state)

    def prepare(self):
        """Take the digits, and train a new network."""
        X, y, *_ = first_digits(2 * M, 1)
        m = len(X) // 2  # the other half is held out: who compares scales here makes a choice
        self.X, self.y, self.X_held, self.y_held = X[:m], y[:m], X[m:], y[m:]
        super().prepare()

    def new_network(self):
        """Return the network with first weights of the chosen scales."""
        s, rng = self.state, np.random.default_rng(self.state.seed)

        def dense(n_in, n_out, scale):
            return Dense(n_in, n_out, rng=rng, init=lambda *n: scale * rng.normal(size=n[:2]))

        hidden = Sigmoid() if s.activation == SIGMOID else Tanh()
        return Network([dense(784, N_HIDDEN, s.scale_1), hidden, dense(N_HIDDEN, 10, s.scale_2)])

    def recipe(self):
        """Return loss and optimiser."""
        loss = self.functions["loss"] or softmax_cross_entropy
        return dict(loss=loss, optimizer=SGD(1.0))

    def judge(self):
        """Look at the hidden activations, and try the network on the images held out."""
        Z1 = self.network.layers[0].forward(self.X)
        self.hidden = self.network.layers[1].forward(Z1)
        self.slope = float(np.abs(self.network.layers[1].f_grad(Z1)).mean())
        Z2 = self.network.layers[2].forward(self.hidden)
        self.loss_now = softmax_cross_entropy(self.y, Z2)[0]
        self.accuracy = float((self.network.predict(self.X_held) == self.y_held).mean())

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
        curve.text(MOST_STEPS, 2.5, "ln 10: a uniform guess", ha="right", va="bottom", fontsize=8.5)
        for ax in (spread, curve):
            ax.grid(alpha=0.3)
        return figure, {"spread": spread, "curve": curve}

    def marks(self):
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
            f"step {self.state.steps}: loss {self.loss_now:.3f} nats, {self.accuracy:.1%} right of "
            f"{len(self.X_held):,} images held out ({len(self.X):,} to learn from)\n"
            f"mean slope of the hidden activations: {self.slope:.3f}"
        )

    def static(self):
        """Show the published scales after training, where nothing can be set."""
        if self.state.steps:
            return super().static()
        good = FirstWeights(scale_1=1 / 28, scale_2=1 / 8, steps=MOST_STEPS, **self.functions)
        shown = FirstWeights(**vars(self.state) | {"steps": MOST_STEPS}, **self.functions)
        shown.earlier = [good.losses]
        return shown.static()


first_weights = FirstWeights.function()
