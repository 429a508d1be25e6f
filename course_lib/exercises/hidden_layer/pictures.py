"""What the quiz of lesson 2 shows: runs of the lesson's own code, from fixed seeds."""

import numpy as np

from course_lib import gradcheck, plots, toys
from course_lib.by_hand.hidden_layer import (
    backward_two_layers,
    forward_two_layers,
    init_weights,
    train_two_layers,
)
from course_lib.losses import sigmoid_cross_entropy


def crowded_histogram(ax):
    """Draw what 50 tanh units answer whose weights are standard normal, of 100 inputs."""
    rng = np.random.default_rng(0)
    A = np.tanh(rng.normal(size=(400, 100)) @ rng.normal(size=(100, 50)))
    ax.hist(A.ravel(), 40, weights=np.full(A.size, 100 / A.size), color=plots.BLUE)
    ax.set(xlabel="activation $a_1$", ylabel="share of answers (percent)")
    ax.set(title="50 tanh units before training")


def level_then_falling(ax):
    """Draw the loss of a run that starts from weights a hundred times smaller than ours."""
    X, y = toys.circles(200, np.random.default_rng(0), noise=0.05, factor=0.5)
    rng = np.random.default_rng(1)
    (W1, b1), (W2, b2) = init_weights(2, 5, rng), init_weights(5, 1, rng)
    losses = train_two_layers(X, y, 0.01 * W1, b1, 0.01 * W2, b2, 1.0, 6000)[4]
    plots.curves(np.arange(6000), {"training loss": losses}, ax)
    ax.set(xlabel="step", ylabel="loss (nats)", title="6,000 steps", ylim=(0, 0.9))


def four_errors(ax):
    """Draw how far the four gradients are from centred differences, for a wrong way back."""
    rng = np.random.default_rng(3)
    X, y = toys.circles(20, rng, noise=0.05, factor=0.5)
    named = dict(zip(("W1", "b1"), init_weights(2, 5, rng), strict=True))
    named |= dict(zip(("W2", "b2"), init_weights(5, 1, rng), strict=True))
    _, A1, _, P = forward_two_layers(X, **named)
    found = backward_two_layers(X, y, named["W2"], A1, A1, P)  # tanh's slope, taken at A1
    errors = []
    for name, slope in zip(named, found, strict=True):

        def loss(w, name=name):
            return sigmoid_cross_entropy(y, forward_two_layers(X, **named | {name: w})[2])[0]

        numerical = gradcheck.numerical_gradient(loss, named[name])
        errors.append(gradcheck.relative_error(slope, numerical))
    ax.bar(["dW1", "db1", "dW2", "db2"], errors, color=plots.BLUE)
    ax.axhline(1e-7, color="black", ls="--", lw=1, label="agree below this")
    ax.set(yscale="log", ylim=(1e-13, 10), ylabel="relative error", title="Gradient check")
    ax.legend(fontsize=8)
