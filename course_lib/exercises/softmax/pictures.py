"""The pictures of the quiz of lesson 3, drawn by its own code on points from a seed."""

import numpy as np

from course_lib import plots
from course_lib.layers import Dense, Sigmoid
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD
from course_lib.training import train

MATRIX = np.array([[48, 1, 1, 0], [6, 41, 3, 0], [9, 8, 33, 0], [12, 5, 3, 30]])


def first_losses(ax):
    """Draw the losses of three networks that differ in the size of their first weights."""
    rng = np.random.default_rng(1)
    centres, y = rng.normal(size=(10, 64)), np.arange(200) % 10
    X, curves = centres[y] + 0.6 * rng.normal(size=(200, 64)), {}
    for name, size in {"A": 1.4, "B": 0.125, "C": 0.001}.items():
        start = np.random.default_rng(0)
        network = Network([Dense(64, 32, rng=start), Sigmoid(), Dense(32, 10, rng=start)])
        for layer in network.layers[::2]:
            layer.params["W"][:] = size * start.normal(size=layer.params["W"].shape)
        recipe = dict(optimizer=SGD(0.5), epochs=80)
        curves[name] = train(network, X, y, loss=softmax_cross_entropy, **recipe).loss
    plots.curves(np.arange(80), curves, ax)
    ax.axhline(np.log(10), color=plots.GREY, ls=":")
    ax.annotate("ln 10", (72, np.log(10)), (0, 3), textcoords="offset points", color="black")
    ax.set(xlabel="step", ylabel="training loss (nats)", ylim=(0, None), title="Three beginnings")


def four_classes(ax):
    """Draw a confusion matrix in which one class is called too often, and one too rarely."""
    plots.confusion(MATRIX, "ABCD", ax)
    ax.set_title("200 images of four classes")


def sure_of_itself(ax):
    """Draw the reliability of a network whose logits are twice as large as they should be."""
    rng = np.random.default_rng(2)
    Z = rng.normal(scale=1.5, size=(4000, 10))
    y = np.argmax(Z + rng.gumbel(size=Z.shape), axis=1)  # a draw from softmax(Z)
    E = np.exp(2 * Z)
    P = E / E.sum(axis=1, keepdims=True)
    confidence, hits = P.max(axis=1), P.argmax(axis=1) == y
    bins = np.minimum((10 * confidence).astype(int), 9)
    used = np.unique(bins)
    means, shares = (np.array([v[bins == k].mean() for k in used]) for v in (confidence, hits))
    plots.reliability(means, shares, np.bincount(bins)[used], ax)
    ax.set_title("Another network for ten classes")
