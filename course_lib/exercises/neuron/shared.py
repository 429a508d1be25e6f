"""What several exercises of this lesson need."""

import numpy as np

from course_lib.by_hand.neuron import binary_cross_entropy, forward, gradient_step, gradients
from course_lib.exercises.engine import Probe
from course_lib.exercises.shared import float32, numbers


def naive_sigmoid(z):
    """The formula that overflows for very negative z."""
    return 1 / (1 + np.exp(-z))


def exp_over_one_plus_exp(z):
    """The formula that overflows for very positive z."""
    return np.exp(z) / (1 + np.exp(z))


def both_halves(z):
    """Both formulas, computed everywhere."""
    return np.where(z >= 0, naive_sigmoid(z), exp_over_one_plus_exp(z))


EXAMPLES = numbers(0.5, -1, 2, 1, 0, -0.5, -2, 1.5, 1, 0.3, 0.8, -1.2).reshape(4, 3)
WEIGHTS = numbers(0.4, -0.6, 1.1)
TARGETS, OUTPUTS = numbers(1, 0, 1, 1, 0), numbers(0.9, 0.2, 0.6, 0.3, 0.7)


def features(*rows):
    """Make an example of each row of features."""
    return np.array(rows, dtype=float)


# What functions that train are tried on: the given values that `train_neuron` takes. Steps and
# examples grow together, so that a loop over examples shows.
TRAININGS = [
    Probe("one step", (EXAMPLES[:1], TARGETS[:1], WEIGHTS, 0.5, 0.5, 1)),
    Probe("three steps", (EXAMPLES, TARGETS[:4], WEIGHTS, -0.3, 0.2, 3)),
    Probe("as many examples as features", (EXAMPLES[:3], TARGETS[1:4], WEIGHTS, 0.2, 0.8, 2)),
    Probe(
        "a rate at which the loss rises",
        (features([1], [2], [1.5], [-1]), numbers(0, 1, 0, 1), numbers(0.3), -0.2, 5.0, 5),
    ),
    Probe("steps that change little", (EXAMPLES, TARGETS[:4], WEIGHTS, 0.3, 1e-9, 3)),
    Probe("read-only", (EXAMPLES[1:], TARGETS[1:4], WEIGHTS, 0.4, 0.3, 2), read_only=True),
    Probe("float32", float32(EXAMPLES, TARGETS[:4], WEIGHTS, 0.1, 0.6, 3)),
]


def training(
    slopes=gradients,
    step=gradient_step,
    loss=binary_cross_entropy,
    times=lambda steps: steps,
    give=lambda w, b, losses: (w, b, losses),
):
    """Make a function that trains a neuron, with one part or another of its own.

    Parameters
    ----------
    slopes : function of X, y, y_hat
    step : function of w, b, dw, db, learning_rate
    loss : function of y, y_hat
    times : function of steps
    give : function of w, b, losses
        What it returns.
    """

    def train(X, y, w, b, learning_rate, steps):
        losses = []
        for _ in range(times(steps)):
            y_hat = forward(X, w, b)
            losses.append(loss(y, y_hat))
            w, b = step(w, b, *slopes(X, y, y_hat), learning_rate)
        return give(w, b, losses)

    return train
