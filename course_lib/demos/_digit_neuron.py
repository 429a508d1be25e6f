"""One neuron, learning to tell zeros from other digits while you watch."""

from dataclasses import dataclass

import numpy as np

from course_lib import plots
from course_lib.by_hand import neuron
from course_lib.layers import Dense
from course_lib.losses import sigmoid_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD

from ._full_batch import MOST_STEPS, FullBatch
from .kit.controls import PLAY, RESET, Button, Choice, Slider, Whole, setting, shown
from .kit.digits import first_digits
from .kit.figures import new_figure
from .kit.marks import Image, Line, Points, Text, signed_image

STORED_STEPS = 40  # of the picture in a notebook: enough for the template to be seen
WORST = 3


@dataclass
class State:
    """What the picture shows; the weights follow from it."""

    learning_rate: float = setting(1.0, Choice("learning rate", (0.1, 0.3, 1.0, 3.0), sliding=True))
    threshold: float = setting(
        0.5, Slider("threshold", 0.01, 0.99, 0.01), 'From which output on it says "zero"'
    )
    seed: int = setting(0, Whole(), "Of the weights it starts with")
    steps: int = setting(0, Whole(MOST_STEPS), "Full-batch steps taken")


def small(n_in, n_out, rng):
    """Draw weights so small that what the neuron learns is soon seen above them."""
    return rng.normal(0, 0.01, (n_in, n_out))


class DigitNeuron(FullBatch):
    """Watch one neuron learn from 10,000 digits which of them are zeros.

    Parameters
    ----------
    forward, gradients, gradient_step : functions, optional
        Your own, which then answer and train in place of the course's.
    """

    name, title = "digit_neuron", "A neuron learns what a zero looks like"
    alt = (
        "Above, the 784 weights as an image, the training loss at each step, and precision against "
        "recall on held-out images with the chosen threshold marked; below, the worst mistakes so "
        "far."
    )
    State, rows = State, 2
    controls = shown(State) | dict(play=PLAY, step=Button("One step"), reset=RESET)

    def __init__(self, *, forward=None, gradients=None, gradient_step=None, **state):
        self.functions = dict(forward=forward, gradients=gradients, gradient_step=gradient_step)
        super().__init__(**state)

    def prepare(self):
        """Take the digits, and train a new neuron."""
        X, digits, *_ = first_digits(15_000, 1)
        cut = len(X) * 2 // 3  # the others are training images too: a threshold is a choice
        self.X, self.X_held, self.truth = X[:cut], X[cut:], digits[cut:]
        self.y = (digits[:cut] == 0).astype(np.float32)
        super().prepare()

    def new_network(self):
        """Return a neuron with small weights."""
        rng = np.random.default_rng(self.state.seed)
        return Network([Dense(784, 1, rng=rng, init=small)])

    def recipe(self):
        """Return loss and optimiser."""
        return dict(loss=sigmoid_cross_entropy, optimizer=SGD(self.state.learning_rate))

    def used(self, name):
        """Return the student's function of a name, or the course's."""
        return self.functions[name] or getattr(neuron, name)

    def train(self, steps):
        """Take full-batch steps, with what the student has handed in."""
        if not any(map(self.own, self.functions)):
            return super().train(steps)
        forward, gradients, gradient_step = map(self.used, self.functions)
        values = self.network.layers[0].params
        w, b = values["W"][:, 0].astype(self.X.dtype), values["b"][0]
        for _ in range(steps):
            z = self.X @ w + b
            self.losses.append(sigmoid_cross_entropy(self.y, z)[0])
            dw, db = gradients(self.X, self.y, forward(self.X, w, b))
            w, b = gradient_step(w, b, dw, db, self.state.learning_rate)
        values["W"], values["b"] = np.reshape(w, (-1, 1)), np.reshape(b, 1)
        return None

    def judge(self):
        """Try the neuron on the images held out."""
        values = self.network.layers[0].params
        self.y_hat = self.used("forward")(self.X_held, values["W"][:, 0], values["b"][0])
        zero = self.truth == 0
        # As many images as one likes are taken for zeros, from the surest one on.
        hits = np.cumsum(zero[np.argsort(-self.y_hat, kind="stable")])
        self.precision, self.recall = hits / np.arange(1, len(zero) + 1), hits / zero.sum()
        surprise = np.where(zero, 1 - self.y_hat, self.y_hat)
        self.worst = surprise.argsort()[::-1][:WORST]

    def changed(self, name):
        """Begin anew with another learning rate: a curve has one."""
        if name == "learning_rate":
            self.state.steps = 0
            self.prepare()
            self.status = "A new neuron, since a curve is drawn at one learning rate."

    def make_figure(self):
        """Frame the pictures."""
        figure = new_figure(820, 420)
        grid = figure.add_gridspec(2, 3, height_ratios=[3.2, 1])
        weights, curve, trade = (figure.add_subplot(grid[0, k]) for k in range(3))
        weights.set(xlim=(-0.5, 27.5), ylim=(27.5, -0.5), aspect="equal")
        weights.set(title="Weights (blue, solid: +;\nred, dashed: −)")
        weights.set(xlabel="column (pixel)", ylabel="row (pixel)")
        curve.set(xlim=(0, MOST_STEPS), ylim=(0.02, 10), yscale="log", title="Training loss")
        curve.set(xlabel="step", ylabel="mean cross-entropy (nats)")
        trade.set(xlim=(0, 1.02), ylim=(0, 1.02), title="Precision and recall\non held-out images")
        trade.set(xlabel="recall", ylabel="precision")
        for ax in (curve, trade):
            ax.grid(alpha=0.3)
        worst = figure.add_subplot(grid[1, :])
        worst.set(xlim=(0, 30), ylim=(0, 4), aspect="equal")
        worst.set_axis_off()
        return figure, {"weights": weights, "curve": curve, "trade": trade, "worst": worst}

    def parts(self):
        """Show the row of mistakes in two, where it does not fit."""
        *above, (left, top, width, height) = super().parts()
        second = round(self.axes["worst"].transData.transform((12.2, 0))[0])  # of the images
        first = [left, top, second - left, height]
        return [*above, first, [second, top, left + width - second, height]]

    def marks(self):
        """Draw the weights, both curves with where we are, and the worst mistakes."""
        w = self.network.layers[0].params["W"].reshape(28, 28)
        way = np.column_stack([np.arange(len(self.losses)), self.losses])
        here = [[self.scores()[2], self.scores()[1]]]
        return [
            (self.axes["weights"], signed_image(w, -0.5)),
            (self.axes["curve"], [Line(way, plots.BLUE), Points(way[-1:], plots.ORANGE, "D", 5)]),
            (
                self.axes["trade"],
                [
                    Line(np.column_stack([self.recall, self.precision]), plots.BLUE),
                    Points(here, "#000000", "D", 6, plots.ORANGE),
                ],
            ),
            (self.axes["worst"], list(self._mistakes())),
        ]

    def _mistakes(self):
        yield Text((0.2, 2), "Worst", align="left", size=13)
        yield Text((0.2, 1), "so far", align="left", size=13)
        for k, i in enumerate(self.worst):
            left = 3.4 + 9 * k
            yield Image.of(self.X_held[i].reshape(28, 28), (left, left + 4, 0, 4))
            yield Text((left + 4.4, 2.6), f"a {self.truth[i]}", align="left")
            yield Text((left + 4.4, 1.4), f"zero? {self.y_hat[i]:.1%}", align="left")

    def scores(self):
        """Return accuracy, precision and recall on the images held out at the threshold."""
        zero, said = self.truth == 0, self.y_hat >= self.state.threshold
        hits = (said & zero).sum()
        return (said == zero).mean(), hits / max(1, said.sum()), hits / zero.sum()

    def words(self):
        """Give step, loss and scores."""
        accuracy, precision, recall = self.scores()
        loss = (
            f"loss before the last step {self.losses[-1]:.4f} nats" if self.losses else "untrained"
        )
        return (
            f"step {self.state.steps} on {len(self.X):,} images: {loss}\n"
            f"{len(self.X_held):,} images held out, threshold {self.state.threshold:.2f}: "
            f"accuracy {accuracy:.2%}, precision {precision:.3f}, recall {recall:.3f}"
        )

    def static(self):
        """Show a neuron that has learned: an untrained one has no message."""
        if self.state.steps:
            return super().static()
        stored = vars(self.state) | self.functions | {"steps": STORED_STEPS}
        return _Stored(**stored).static()


class _Stored(DigitNeuron):
    """For a notebook: trained, with three thresholds on the curve where no slider moves one."""

    def marks(self):
        marks = super().marks()
        for threshold in (0.1, 0.9):
            self.state.threshold = threshold
            _, precision, recall = self.scores()
            place, words = (recall, precision), f"threshold {threshold}  "
            marks[2][1].append(Points([place], "#000000", "D", 6))
            marks[2][1].append(Text((recall, precision - 0.06), words, align="right"))
        return marks


digit_neuron = DigitNeuron.function()
