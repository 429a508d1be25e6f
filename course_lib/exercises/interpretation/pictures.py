"""The pictures of the quiz of lesson 5, drawn by its own code on small digits that come along."""

from functools import cache

import numpy as np

from course_lib import interpretation, plots
from course_lib.by_hand.interpretation import perturb
from course_lib.layers import Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train

# What each of six units adds to the score of a class; the last part is the class's bias.
VOTES = np.array([2.5, 0.0, 1.0, -1.75, 0.5, -0.75, 0.25])


@cache
def _digits():
    """Train a network on scikit-learn's 8 × 8 digits; return it with 400 images held out."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X, rng = X / 16, np.random.default_rng(0)
    network = Network([Dense(64, 24, rng=rng), ReLU(), Dense(24, 10, rng=rng)])
    recipe = dict(optimizer=Adam(0.01), epochs=15, batch_size=100, rng=rng)
    train(network, X[:1200], y[:1200], loss=softmax_cross_entropy, **recipe)
    return network, X[-400:], y[-400:]


def votes(ax):
    """Draw the contributions of six units to one score, step by step."""
    names = [*(f"unit {k}" for k in range(6)), "bias"]
    plots.waterfall(VOTES, ax, names=names)
    ax.set(ylabel="score so far", title="Six units and a bias make a score")


def two_networks(ax):
    """Draw gradient × input of a trained network, and of one with shuffled weights."""
    network, X, _ = _digits()
    x, maps = X[:4], []
    for net in (network, interpretation.randomised(network, np.random.default_rng(1))):
        found = np.abs(interpretation.gradient_times_input(net, x, net.predict(x)))
        maps.append(found / found.max(axis=1, keepdims=True))
    rows = np.concatenate([x, *maps]).reshape(-1, 8, 8)
    captions = ["digit"] * 4 + ["network A"] * 4 + ["network B"] * 4
    enlarged = rows.repeat(3, axis=1).repeat(3, axis=2).reshape(-1, 24 * 24)
    plots.image_grid(enlarged, ax, columns=4, captions=captions)
    ax.set_title("Strength of gradient × input")


def under_attack(ax):
    """Draw how many answers stay right under steps that are aimed, and at random."""
    network, X, y = _digits()
    rng, eps = np.random.default_rng(2), np.linspace(0, 0.3, 13)
    _, dZ = softmax_cross_entropy(y, network.forward(X))
    slope = network.backward(dZ, input_gradient=True)
    coins = rng.choice([-1.0, 1.0], X.shape)
    lines = {
        name: [np.mean(network.predict(perturb(X, way, e)) == y) for e in eps]
        for name, way in {"A": coins, "B": slope}.items()
    }
    plots.curves(eps, lines, ax)
    ax.set(xlabel="ε (of 0 to 1)", ylabel="share right", ylim=(0, 1), title="Two kinds of change")
