"""The ward of data: what went wrong before any network saw it."""

import numpy as np

from course_lib.clinic.case import Plan, dartboard, illness
from course_lib.layers import Dense, Tanh
from course_lib.losses import sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.optimizers import Adam, RMSProp
from course_lib.toys import moons

# In the complaint of a patient the cause has no name; in the code it has no comment.


@illness(
    "inputs-unscaled",
    "My inputs are places on a photograph, in pixels from its middle. I get stuck far too early.",
    (
        "Print X.min(), X.max() and X.mean() before you look at any curve.",
        "How large are the pre-activations X @ W + b of the first layer? Where is tanh flat?",
        "An input of 200 moves its weights 200 times as far as an input of 1. Which size of input "
        "does a first layer expect?",
    ),
    0.85,
    {
        "smaller-rate": "A smaller rate makes each step smaller, and the inputs stay as large.",
        "larger-rate": "Where tanh is flat, a larger rate multiplies a slope of almost 0.",
        "more-epochs": "More of the same steps: the first layer stays where it is flat.",
        "more-units": "More units are saturated units as well, by the same inputs.",
        "other-activation": "ReLU has no flat end there, so the curve looks better. The inputs "
        "still decide how large each step is.",
        "smaller-weights": "Small first weights undo the size of the inputs at the start only: "
        "the gradient of these weights is still as large as the inputs.",
    },
)
def _unscaled(rng):
    X_all, y_all = dartboard(450, rng)
    X_all = np.round(255 * X_all)
    X, X_val = X_all[:300], X_all[300:]
    y, y_val = y_all[:300], y_all[300:]
    units = int(rng.choice([16, 20, 24]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 3, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=softmax_cross_entropy, optimizer=optimizer, epochs=120,
    )  # fmt: skip


@illness(
    "labels-out-of-step",
    "I learn nothing that holds: on other examples I am as good as a guess.",
    (
        "Look at rows of X beside their labels. Do points near each other have one label?",
        "Follow one example through the code, by its row. Where is it after each line, and where "
        "is its label?",
        "Compare X[0], y[0] with the row of X_all that is X[0]. Which label did it have there?",
    ),
    0.85,
    {
        "more-epochs": "With time it learns these labels by heart, and validation shows it.",
        "more-units": "A larger network has more room to learn wrong labels by heart.",
        "penalty": "A penalty keeps it from learning by heart. There is nothing else to learn.",
        "early-stopping": "It stops before it has learned the wrong labels by heart, knowing as "
        "little as at the start.",
        "smaller-rate": "No rate finds what the labels do not tell.",
    },
)
def _out_of_step(rng):
    X_all, y_all = dartboard(450, rng)
    order = rng.permutation(450)
    X, X_val = X_all[order[:300]], X_all[order[300:]]
    y, y_val = y_all[:300], y_all[300:]
    units = int(rng.choice([16, 20, 24]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 3, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=softmax_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "labels-off-by-one",
    "In training I get almost everything right, in validation almost nothing.",
    (
        "Over-fitting makes validation worse than training. Does it make it worse than a guess?",
        "Print np.unique(y) and np.unique(y_val), and count the outputs.",
        "Make a table of predicted label against true label on the validation examples. What do "
        "its entries have in common?",
    ),
    0.85,
    {
        "penalty": "This is no over-fitting: validation is worse than a guess.",
        "early-stopping": "This is no over-fitting: validation is worse than a guess from the "
        "first epochs on.",
        "fewer-units": "This is no over-fitting: a small network learns the same shift.",
        "other-validation": "Now both count in the same way, from 1, so the curve looks right. "
        "Whoever uses the network counts from 0.",
        "more-epochs": "It learns the shifted labels better and better.",
    },
)
def _off_by_one(rng):
    X_all, y_all = dartboard(450, rng)
    X, X_val = X_all[:300], X_all[300:]
    y, y_val = y_all[:300] + 1, y_all[300:]
    units = int(rng.choice([16, 20, 24]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 4, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=softmax_cross_entropy, optimizer=optimizer, epochs=120,
    )  # fmt: skip


@illness(
    "sorted-by-class",
    "I learn my examples quickly, and fail completely on those that were held out.",
    (
        "Over-fitting makes validation worse than training. Does it make it worse than a guess?",
        "Which classes are in y, and which in y_val? np.bincount counts them.",
        "Plot y_all against its row. What does a cut at row 300 do to the classes?",
    ),
    0.75,
    {
        "penalty": "This is no over-fitting: the held-out classes were never shown.",
        "early-stopping": "This is no over-fitting: the held-out classes were never shown.",
        "fewer-units": "This is no over-fitting: a small network does not know a class "
        "that it has never seen.",
        "more-epochs": "No number of epochs shows it classes that are not there.",
        "other-validation": "Validation from the classes that were trained looks fine. The "
        "others are missing still.",
    },
)
def _in_order(rng):
    X_all, y_all = dartboard(600, rng, rings=4)
    order = np.argsort(y_all, kind="stable")[:: rng.choice([1, -1])]
    X_all, y_all = X_all[order], y_all[order]
    X, X_val = X_all[:300], X_all[300:]
    y, y_val = y_all[:300], y_all[300:]
    units = int(rng.choice([16, 20, 24]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 4, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=softmax_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "validation-overlaps-training",
    "My validation looks better than I am: with new examples I do worse.",
    (
        "Nothing is wrong with the curves, so look at what they were measured on.",
        "Which rows of X_all are training, and which validation? Write both ranges down.",
        "For a few rows of X_val, count (X == row).all(axis=1).sum(): how often is it in X?",
    ),
    0.7,
    {
        "early-stopping": "It waits for a rise of the validation loss, which measures memory here.",
        "penalty": "A penalty chosen by this validation is chosen by what was trained on.",
        "fewer-units": "A smaller network remembers less. Validation still cannot tell.",
        "fewer-epochs": "Less training remembers less. Validation still cannot tell.",
        "more-epochs": "The more it remembers, the better this validation looks.",
    },
)
def _overlapping(rng):
    X_all, y_all = moons(400, rng, noise=0.3)
    first = int(rng.choice([100, 150, 200]))
    X, X_val = X_all[:250], X_all[first:]
    y, y_val = y_all[:250], y_all[first:]
    units = int(rng.choice([16, 20, 24]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng)]
    optimizer = Adam(0.01) if rng.random() < 0.5 else RMSProp(0.005)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


ILLNESSES = (_unscaled, _out_of_step, _off_by_one, _in_order, _overlapping)
