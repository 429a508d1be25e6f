"""The pictures of this lesson's quiz, drawn by the lesson's own functions from a seed."""

import numpy as np

from course_lib import plots, toys
from course_lib.activations import softmax
from course_lib.by_hand.hidden_layer import init_weights
from course_lib.by_hand.mini_batch import forward_deep, momentum_step, train_network
from course_lib.by_hand.softmax import cross_entropy


def _network(units, rng):
    return [init_weights(2, units, rng), init_weights(units, 2, rng)]


def _loss(X, y, layers):
    return cross_entropy(y, softmax(forward_deep(X, layers)[1]))


def over_fitting(ax):
    """Train and validation loss of a wide network on few noisy points."""
    rng = np.random.default_rng(0)
    X, y = toys.moons(230, rng, noise=0.5)
    layers, losses = _network(50, rng), {"training": [], "validation": []}
    for _ in range(60):
        layers, _ = train_network(X[:30], y[:30], layers, 10, 0.3, 1, rng)
        losses["training"].append(_loss(X[:30], y[:30], layers))
        losses["validation"].append(_loss(X[30:], y[30:], layers))
    plots.curves(np.arange(1, 61), losses, ax)
    ax.set(title="A run", xlabel="epochs", ylabel="loss (nats)", ylim=(0, None))


def three_rates(ax):
    """Show the losses of three runs that differ in their rate alone."""
    X, y = toys.moons(200, np.random.default_rng(0), noise=0.1)
    losses = {}
    for name, rate in (("A", 0.003), ("B", 0.3), ("C", 10)):
        rng = np.random.default_rng(1)
        losses[name] = train_network(X, y, _network(10, rng), 20, rate, 25, rng)[1]
    plots.curves(np.arange(1, 26), losses, ax)
    ax.set(title="Three runs, three rates", xlabel="epochs", ylabel="loss (nats)", ylim=(0, None))


def two_paths(ax):
    """Show 30 steps through a ravine, without momentum and with it."""

    def loss(w1, w2):
        return (w1**2 + 25 * w2**2) / 2

    plots.loss_surface(loss, ax, (-10, 6, -3, 3), steps=60, levels=12)
    for k, (name, beta) in enumerate((("A", 0.0), ("B", 0.9))):
        w, v, path = np.array([-9.0, 1.0]), np.zeros(2), []
        for _ in range(30):
            path.append(w)
            w, v = momentum_step(w, v, w * [1, 25], 0.02, beta)
        plots.descent_path(np.array(path), ax, name, k)
    ax.set_title("Two paths of 30 steps at one rate")
    ax.legend(loc="upper right", fontsize=8)
