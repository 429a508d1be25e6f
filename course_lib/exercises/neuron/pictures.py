"""What the quiz of lesson 1 shows: runs of the lesson's own code, from fixed seeds."""

import numpy as np

from course_lib import plots
from course_lib.by_hand.neuron import forward, train_neuron


def _two_clouds():
    """Draw 60 points of each of two classes that overlap."""
    rng = np.random.default_rng(1)
    X = np.concatenate([rng.normal(-1, 1.2, (60, 2)), rng.normal(1, 1.2, (60, 2))])
    return X, np.repeat([0.0, 1.0], 60)


def three_rates(ax):
    """Draw the loss of three runs that differ in the learning rate."""
    X, y = _two_clouds()
    start = np.array([-1.0, 1.5]), 0.5
    rates = {"A": 60.0, "B": 0.005, "C": 0.5}
    losses = {name: train_neuron(X, y, *start, rate, 60)[2] for name, rate in rates.items()}
    plots.curves(np.arange(60), losses, ax)
    ax.set(xlabel="step", ylabel="training loss (nats)", title="Three learning rates", ylim=(0, 2))


def rare_class(ax):
    """Draw the confusion matrix of a neuron that is right on 94 of 100 images."""
    plots.confusion(np.array([[890, 10], [50, 50]]), ["not zero", "zero"], ax)
    ax.set(title="1,000 test images")


def whose_weights(ax):
    """Draw the weights of a neuron that has learned one digit of scikit-learn's 8 × 8 images."""
    from sklearn.datasets import load_digits

    images = load_digits()
    X, y = images.data / 16, (images.target == 1).astype(float)
    w, _, _ = train_neuron(X, y, np.zeros(64), 0.0, 1.0, 300)
    plots.weights_image(w, ax)
    ax.set(title="64 weights")


def two_histograms(ax):
    """Draw how often a neuron gives which output to either class."""
    X, y = _two_clouds()
    w, b, _ = train_neuron(X, y, np.zeros(2), 0.0, 0.5, 200)
    y_hat, bins = forward(X, w, b), np.linspace(0, 1, 11)
    looks = (plots.BLUE, "/", "y = 0"), (plots.ORANGE, "\\", "y = 1")
    for k, (colour, hatch, label) in enumerate(looks):
        ax.hist(y_hat[y == k], bins, color=colour, alpha=0.5, hatch=hatch, label=label)
    ax.set(xlabel=r"output $\hat y$", ylabel="number of images", title="What it answers")
    ax.legend(fontsize=8)
