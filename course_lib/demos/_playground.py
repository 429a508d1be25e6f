"""A laboratory: small networks that learn to tell points of the plane apart."""

import contextlib
import io
from dataclasses import dataclass

import numpy as np

from course_lib import activations, layers, plots, toys
from course_lib._checks import require
from course_lib.by_hand.neuron import binary_cross_entropy
from course_lib.layers import Dense, glorot, he
from course_lib.losses import sigmoid_cross_entropy
from course_lib.network import Network, labels
from course_lib.optimizers import SGD
from course_lib.training import train

from .kit.controls import PLAY, RESET, Button, Choice, Slider, Whole, setting, shown
from .kit.demo import Demo, called
from .kit.figures import new_figure
from .kit.marks import Image, Line, Points, Polygons, Text, contour

MINE, LIBRARY, OWN = "my points", "course_lib", "mine"
DATA = ("circles", "moons", "xor", "spirals", MINE)
ACTIVATIONS = {
    "tanh": layers.Tanh,
    "relu": layers.ReLU,
    "leaky relu": layers.LeakyReLU,
    "sigmoid": layers.Sigmoid,
    "none": lambda: layers.Activation(*IDENTITY),
}
IDENTITY = (lambda Z: Z, np.ones_like)
STARTS = {  # (n_in, n_out, rng) → W
    "Xavier": glorot,
    "He": he,
    "× 0.01": lambda n_in, n_out, rng: 0.01 * rng.normal(size=(n_in, n_out)),
    "all equal": lambda n_in, n_out, rng: np.full((n_in, n_out), 0.5),
    "all zero": lambda n_in, n_out, rng: np.zeros((n_in, n_out)),
}
M = 200  # points to learn from, and as many held out
MOST_EPOCHS = 5000
MOST_STEPS = 200  # in one go: some 20 ms
EXTENT = (-1.6, 1.6, -1.6, 1.6)
FINE, COARSE = (np.linspace(-1.6, 1.6, n) for n in (61, 21))
COLUMNS = 8  # unit maps in a row, two rows a layer
CURVES = (("training", plots.BLUE, "-"), ("held out", plots.ORANGE, "--"))


@dataclass
class State:
    """What the picture shows; the network follows from it."""

    data: str = setting("circles", Choice("data", DATA))
    noise: float = setting(0.1, Slider("noise", 0.0, 0.5, 0.05), "Standard deviation of the noise")
    hidden_layers: int = setting(1, Slider("hidden layers", 1, 3, 1))
    units: int = setting(4, Slider("units in each", 1, 16, 1), "Units in each of them")
    activation: str = setting("tanh", Choice("activation", tuple(ACTIVATIONS)))
    init: str = setting("Xavier", Choice("first weights", tuple(STARTS)))
    learning_rate: float = setting(
        0.5, Choice("learning rate", (0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 3.0), sliding=True)
    )
    batch_size: int = setting(M, Choice("batch size", (1, 10, 50, (M, "all")), sliding=True))
    l2: float = setting(
        0.0,
        Choice("L2 penalty", (0.0, 0.001, 0.01, 0.1), sliding=True),
        "Strength of the penalty on weights",
    )
    pace: int = setting(
        5, Choice("epochs a picture", (1, 5, 20), sliding=True), "Epochs from picture to picture"
    )
    point_class: int = setting(
        1, Choice("class to place", ((0, "○ 0"), (1, "× 1"))), "Class of the points that you place"
    )
    code: str = setting(LIBRARY, Choice("trained by", (LIBRARY, OWN)), "Whose code trains")
    seed: int = setting(0, Whole(), "Of points and weights")
    epochs: int = setting(0, Whole(MOST_EPOCHS), "How far it is trained")
    points: tuple = setting((), about='The data of "my points": (x1, x2, class) of each')

    def __post_init__(self):
        self.points = tuple((float(x), float(y), int(k)) for x, y, k in self.points)


class Playground(Demo):
    """Train small networks on points of the plane, and watch all of it.

    Parameters
    ----------
    forward, backward : functions, optional
        Your own `forward_two_layers` and `backward_two_layers`, which may then train in place of
        `course_lib`: one hidden tanh layer, full batch.
    """

    name, title = "playground", "A laboratory for small networks"
    alt = (
        "Left, points of two classes, the output of the network as a shade and its boundary; in "
        "the middle, loss and accuracy at each epoch; right, what each hidden unit has learned, "
        "and the size of the gradients of each layer."
    )
    help = (
        "With “my points” as data, click to place a point; or move the cursor with the arrow keys "
        "and press Enter."
    )
    State, rows = State, 2
    controls = shown(State) | dict(
        play=PLAY,
        step=Button("Step"),
        new_seed=Button("Other weights"),
        clear=Button("Clear my points"),
        reset=RESET,
    )
    cursor = (150, 150, 8)

    def __init__(self, forward=None, backward=None, **state):
        require(
            (forward is None) == (backward is None),
            "Of forward and backward only one was given; expected both of your functions, or none.",
        )
        self.pair = None if forward is None else (forward, backward)
        if self.pair:
            self.controls = {"code": None} | self.controls  # on top of the page
        else:
            code = state.get("code", LIBRARY)
            require(
                code == LIBRARY, f"code is {code!r}; expected {LIBRARY!r}, since no functions came."
            )
            self.controls = {n: c for n, c in self.controls.items() if n != "code"}
        super().__init__(**state)

    @property
    def own(self):
        """The student's forward and backward, where they are to train."""
        return self.pair if self.state.code == OWN else None

    def running(self):
        """Return the student's forward and backward where they train."""
        names = "forward_two_layers", "backward_two_layers"
        return dict(zip(names, self.own or (None, None), strict=True))

    def prepare(self):
        """Draw the points, make the network and train it as far as the state says."""
        s, rng = self.state, np.random.default_rng(self.state.seed)
        if s.data == MINE:
            points = np.reshape(s.points, (-1, 3))
            self.X, self.y = points[:, :2], points[:, 2].astype(int)
            self.held_out = None
        else:
            draw = getattr(toys, s.data)
            self.X, self.y = draw(M, rng, noise=s.noise)
            self.held_out = draw(M, rng, noise=s.noise)
            if s.data == "moons":  # which are not centred
                self.X, held_out_X = (X - [0.5, 0.25] for X in (self.X, self.held_out[0]))
                self.held_out = held_out_X, self.held_out[1]
        self.rng, self.network = rng, self.make_network(rng)
        self.optimizer = SGD(s.learning_rate)
        self.history = {"loss": [], "held-out loss": [], "accuracy": [], "held-out accuracy": []}
        if s.epochs:
            self.train(s.epochs)

    def make_network(self, rng):
        """Return an untrained network; one for the student's own functions has their form."""
        s, init = self.state, STARTS[self.state.init]
        depth, kind = (1, layers.Tanh) if self.own else (s.hidden_layers, ACTIVATIONS[s.activation])
        parts, n_in = [], 2
        for _ in range(depth):
            parts += [Dense(n_in, s.units, rng=rng, init=init), kind()]
            n_in = s.units
        return Network([*parts, Dense(n_in, 1, rng=rng, init=init)])

    def train(self, epochs):
        """Go through all points so many times; return whether it may go on."""
        if len(np.unique(self.y)) < 2:
            self.status = "Place points of both classes first."
            return False
        if self.own:
            return self.train_own(epochs)

        def note(network, _):
            self.history["accuracy"].append(
                float((labels(network.forward(self.X)) == self.y).mean())
            )

        s, silence = self.state, io.StringIO()
        batch = None if s.batch_size >= len(self.X) else s.batch_size
        with contextlib.redirect_stdout(silence):  # it says there what `stopped` says
            done = train(
                self.network,
                self.X,
                self.y,
                loss=sigmoid_cross_entropy,
                optimizer=self.optimizer,
                epochs=epochs,
                batch_size=batch,
                rng=self.rng,
                l2=s.l2,
                validation=self.held_out,
                on_epoch=note,
            )
        self.history["loss"] += done.loss
        self.history["held-out loss"] += done.validation_loss
        self.history["held-out accuracy"] += done.validation_accuracy
        self.status = done.stopped
        return not done.stopped

    def train_own(self, epochs):
        """Train by the student's forward and backward, full batch; return whether they work."""
        forward, backward = self.own
        if forward(self.X, *self.parameters()) is None:
            self.status = f"{forward.__name__} returns nothing yet. Write it, and run this again."
            return False
        for _ in range(epochs):
            Z1, A1, _, P = forward(self.X, *self.parameters())
            loss = loss_of(self.y, P)
            gradients = backward(self.X, self.y, self.parameters()[2], Z1, A1, P)
            dense = self.network.layers[::2]
            for layer, dW, db in zip(dense, gradients[::2], gradients[1::2], strict=True):
                layer.grads = {"W": dW, "b": db}
            self.optimizer.step(self.network)
            P = forward(self.X, *self.parameters())[3]  # accuracies are those after the step
            self.history["loss"].append(loss)
            self.history["accuracy"].append(float(((P[:, 0] >= 0.5) == self.y).mean()))
            if self.held_out:
                P = forward(self.held_out[0], *self.parameters())[3]
                self.history["held-out loss"].append(loss_of(self.held_out[1], P))
                hits = (P[:, 0] >= 0.5) == self.held_out[1]
                self.history["held-out accuracy"].append(float(hits.mean()))
        return True

    def parameters(self):
        """Return W1, b1, W2, b2 of a network with one hidden layer."""
        return [layer.params[name] for layer in self.network.layers[::2] for name in ("W", "b")]

    def outputs(self, X):
        """Return the activations of every hidden layer, and the probability of class 1.

        What has diverged into no numbers is shown as knowing nothing.
        """
        with np.errstate(all="ignore"):
            hidden, P = self._outputs(X)
        return [np.nan_to_num(A) for A in hidden], np.nan_to_num(P, nan=0.5)

    def _outputs(self, X):
        answer = self.own and self.own[0](X, *self.parameters())
        if answer:
            _, A1, _, P = answer
            return [A1], P[:, 0]
        hidden = []
        for layer in self.network.layers:
            X = layer.forward(X)
            if not layer.params:
                hidden.append(X)
        return hidden, activations.sigmoid(X[:, 0])

    def advance(self):
        """Train for as many epochs as a picture stands for, and as buttons can wait for."""
        steps = -(-len(self.X) // self.state.batch_size)  # of one epoch
        affordable = max(1, MOST_STEPS // max(1, steps))
        epochs = min(self.state.pace, affordable, MOST_EPOCHS - self.state.epochs)
        go_on = epochs > 0 and self.train(epochs)
        self.state.epochs = len(self.history["loss"])
        return go_on and self.state.epochs < MOST_EPOCHS

    def changed(self, name):
        """Begin anew: a curve stands for one recipe. A running demo goes on."""
        if name in ("pace", "point_class"):
            return
        self.state.epochs, self.status = 0, ""
        if self.own and name in ("code", "hidden_layers", "activation", "batch_size", "l2"):
            self.status = "Your functions are for one hidden tanh layer, full batch, no penalty."
        self.prepare()

    def new_seed(self):
        """Draw other points and other weights."""
        self.state.seed += 1
        self.changed("seed")

    def clear(self):
        """Take the student's points away."""
        self.state.points = ()
        self.changed("points")
        self.status = "Your points are taken away."

    def pointed(self, ax, path, new, done):
        """Place a point."""
        if ax is not self.axes["plane"] or not new:
            return
        if self.state.data != MINE:
            self.status = f"Choose “{MINE}” as data to place your own."
            return
        x, y = (round(float(x), 2) for x in path[0])
        self.state.points = (*self.state.points, (x, y, self.state.point_class))
        self.changed("points")

    def make_figure(self):
        """Frame the plane, the curves, the units and the gradients."""
        figure = new_figure(820, 440)
        grid = figure.add_gridspec(1, 3, width_ratios=[1.25, 0.9, 1.05])
        plane = figure.add_subplot(grid[0])
        plane.set(xlim=EXTENT[:2], ylim=EXTENT[2:], aspect="equal", title="Points and boundary")
        plane.set(xlabel="$x_1$", ylabel="$x_2$")
        for name, k in (("class 0", 0), ("class 1", 1)):
            plane.plot([], [], plots.MARKERS[k], color=plots.COLOURS[k], mfc="none", label=name)
        plane.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=9)
        loss, accuracy = grid[1].subgridspec(2, 1).subplots()
        loss.set(ylim=(0.005, 3), yscale="log", title="Loss (nats)")
        accuracy.set(ylim=(0.4, 1.02), title="Accuracy", xlabel="epoch")
        for ax in (loss, accuracy):
            ax.set(xscale="log", xlim=(1, MOST_EPOCHS))
            ax.grid(alpha=0.3)
        for name, colour, dash in CURVES:
            accuracy.plot([], [], color=colour, ls=dash, label=name)
        accuracy.legend(fontsize=8.5, loc="lower right")
        units, slopes = grid[2].subgridspec(2, 1, height_ratios=[2, 1]).subplots()
        units.set(
            xlim=(0, COLUMNS),
            ylim=(6.9, -0.3),
            title="What each hidden unit says\n(blue: +, red: −)",
        )
        units.set_axis_off()
        slopes.set(xscale="log", xlim=(1e-6, 10), ylim=(4.5, 0.5), yticks=range(1, 5))
        slopes.set(title="Size of each layer's gradient", ylabel="layer")
        for ax in figure.axes:
            ax.title.set_fontsize(10)
        return figure, {
            "plane": plane, "loss": loss, "accuracy": accuracy, "units": units, "slopes": slopes,
        }  # fmt: skip

    def marks(self):
        """Draw everything that learns."""
        return [
            (self.axes["plane"], self._plane()),
            (self.axes["loss"], self._curves("loss")),
            (self.axes["accuracy"], self._curves("accuracy")),
            (self.axes["units"], self._units()),
            (self.axes["slopes"], self._slopes()),
        ]

    def _plane(self):
        P = self.outputs(_grid(FINE))[1].reshape(len(FINE), -1)
        drawn = [Image.of(0.5 + 0.4 * (P[::-1] - 0.5), EXTENT, "PuOr_r", smooth=True)]
        first = self.network.layers[0].params
        for w, b in zip(first["W"].T, first["b"], strict=True):
            length = np.linalg.norm(w)
            if 0 < length < np.inf:  # each unit's own line, where its pre-activation is 0
                foot, aside = -b / length * (w / length), np.array([-w[1], w[0]]) / length
                drawn.append(Line(foot + np.outer([-9, 9], aside), plots.GREY, 1, "--"))
        drawn.append(Line(contour(FINE, FINE, P, 0.5), width=3))
        for k in (0, 1):
            drawn.append(Points(self.X[self.y == k], plots.COLOURS[k], plots.MARKERS[k], 3.5))
        return drawn

    def _curves(self, what):
        drawn = []
        for prefix, (_, colour, dash) in zip(("", "held-out "), CURVES, strict=True):
            values = np.array(self.history[prefix + what])
            if len(values):
                # As many as the picture has dots for.
                at = np.unique(np.geomspace(1, len(values), 200).astype(int))
                drawn.append(Line(np.column_stack([at, values[at - 1]]), colour, 2, dash))
                drawn.append(Points([(at[-1], values[-1])], colour, "o", 3, colour))
        return drawn

    def _units(self):
        drawn, hidden = [], self.outputs(_grid(COARSE))[0]
        for number, A in enumerate(hidden):
            top = 2.3 * number
            drawn.append(Text((0, top - 0.02), f"layer {number + 1}", size=12, align="left"))
            columns = COLUMNS // 2 if A.shape[1] <= COLUMNS // 2 else COLUMNS
            cell = COLUMNS / columns
            for unit, a in enumerate(A.T):
                left, up = cell * (unit % columns), top + 0.15 + cell * (unit // columns)
                limit = max(np.abs(a).max(), 1e-9)
                picture = a.reshape(len(COARSE), -1)[::-1]
                box = (left, left + 0.94 * cell, up + 0.94 * cell, up)
                drawn.append(Image.of(picture, box, "RdBu", (-limit, limit), smooth=True))
        return drawn

    def _slopes(self):
        drawn = []
        dense = [layer for layer in self.network.layers if layer.grads]
        for number, layer in enumerate(dense, 1):
            with np.errstate(all="ignore"):
                size = np.nan_to_num(np.linalg.norm(layer.grads["W"]))
            end = np.clip(size, 1e-6, 10)
            corners = [(1e-6, number - 0.3), (end, number - 0.3), (end, number + 0.3),
                       (1e-6, number + 0.3)]  # fmt: skip
            drawn.append(Polygons([corners], np.array([[0, 114, 178, 160]], np.uint8)))
            drawn.append(Text((2e-6, number), f"{size:.1e}", size=12, align="left"))
        return drawn

    def words(self):
        """Give epoch, losses and accuracies."""
        n, h = self.state.epochs, self.history
        if not h["loss"]:
            return f"epoch 0: {len(self.X)} points, nothing learned yet\nPress Start."
        held = ""
        if h["held-out loss"]:
            held = (
                f"\nheld out: loss {h['held-out loss'][-1]:.4f}, "
                f"accuracy {h['held-out accuracy'][-1]:.1%}"
            )
        return f"epoch {n}: loss {h['loss'][-1]:.4f} nats, accuracy {h['accuracy'][-1]:.1%}{held}"

    def link(self):
        """Return the call; the student's functions go by their names."""
        call = super().link()
        if self.pair:
            names = ", ".join(
                called(function, name)
                for function, name in zip(self.pair, ("forward", "backward"), strict=True)
            )
            call = call.replace("(", f"({names}, ", 1).replace(", )", ")")
        return call

    def static(self):
        """Show a network that has learned, where none can."""
        if self.state.epochs:
            return super().static()
        return Playground(*self.pair or (), **vars(self.state) | {"epochs": 300}).static()


def loss_of(y, P):
    """Return the mean cross-entropy of what a student's forward returned."""
    require(
        P.min() >= 0 and P.max() <= 1,
        f"P holds values from {P.min():.4g} to {P.max():.4g}; expected probabilities from 0 to 1. "
        "Are these logits? Then apply the sigmoid.",
    )
    return binary_cross_entropy(y, P[:, 0])


def _grid(side):
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


playground = Playground.function()
