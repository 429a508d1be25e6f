"""The ward of training: data and network are sound, and what is done with them is not."""

import numpy as np

from course_lib.clinic.case import Plan, illness
from course_lib.layers import Dense, ReLU, Tanh
from course_lib.losses import sigmoid_cross_entropy
from course_lib.optimizers import SGD, Adam, RMSProp
from course_lib.toys import circles, moons


@illness(
    "rate-too-high",
    "My loss jumps up and down and does not settle.",
    (
        "Look at the size of an update over the size of the weights. About a thousandth is usual.",
        "Does the loss fall within the first epoch, before it jumps?",
        "From the same first weights, try a tenth of the rate for a few epochs.",
    ),
    0.9,
    {
        "more-epochs": "More jumps.",
        "more-units": "A larger network jumps as well.",
        "early-stopping": "It keeps the best of the jumps, which is luck and no training.",
        "fewer-epochs": "It ends at an earlier jump.",
        "other-batches": "Quieter gradients, and steps as large as before.",
        "new-weights": "The first jump loses any start.",
        "penalty": "It pulls the weights back after each jump, and the next jump follows.",
    },
)
def _jumping(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, rate = int(rng.choice([8, 12, 16])), float(rng.choice([15, 20, 30]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng)]
    optimizer = Adam(rate) if rng.random() < 0.5 else RMSProp(rate)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=80,
    )  # fmt: skip


@illness(
    "rate-too-low",
    "I train and train, and my loss stays where it began.",
    (
        "Look at the size of an update over the size of the weights. About a thousandth is usual.",
        "Compare the first weights with the last ones: by how much has the largest moved?",
        "How many epochs would it take at this speed? And at a hundred times the rate?",
    ),
    0.85,
    {
        "more-epochs": "At this speed it would take thousands of times as many.",
        "more-units": "More weights that hardly move.",
        "new-weights": "Another start that it hardly leaves.",
        "larger-weights": "A start with larger weights makes the curve look steeper, not the "
        "steps.",
        "other-batches": "Some more steps, each as small as before.",
        "other-activation": "Another activation that hardly moves.",
    },
)
def _creeping(rng):
    X_all, y_all = moons(400, rng, noise=0.15)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, rate = int(rng.choice([8, 12, 16])), float(rng.choice([2, 3, 5]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng)]
    optimizer = Adam(1e-6 * rate) if rng.random() < 0.5 else SGD(1e-4 * rate)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "stopped-too-early",
    "I was getting better with every epoch, and I am not good yet.",
    (
        "Look at the end of the curve: is it flat?",
        "How many steps were taken in all: epochs times batches in an epoch?",
        "Go on from where it ended for as long again. Does the loss fall by a tenth?",
    ),
    0.97,
    {
        "more-units": "More to learn in as few steps.",
        "new-weights": "Another start, and as few steps.",
        "other-activation": "Another shape, and as few steps.",
        "penalty": "A penalty does not take the steps that are missing.",
        "early-stopping": "It stops as early, or earlier.",
    },
)
def _hurried(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, epochs = int(rng.choice([8, 12, 16])), int(rng.choice([10, 15, 20]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=epochs, batch_size=None,
    )  # fmt: skip


@illness(
    "over-fitting",
    "The longer I train, the worse I do on examples that I have not seen.",
    (
        "Draw both curves, training and validation, into one picture.",
        "In which epoch was the validation loss lowest, and how high is it now?",
        "Compare the number of weights with the number of training examples.",
    ),
    0.66,
    {
        "more-epochs": "More of what did the harm.",
        "more-units": "More room to learn by heart.",
        "new-weights": "Another start, the same end.",
        "fewer-units": "Fewer units have less room, and this many still find it.",
        "other-validation": "What is measured is not changed by measuring elsewhere.",
    },
)
def _by_heart(rng):
    X_all, y_all = moons(600, rng, noise=0.25)
    flip = rng.random(600) < 0.15
    y_all = np.where(flip, 1 - y_all, y_all)
    X, X_val = X_all[:60], X_all[60:]
    y, y_val = y_all[:60], y_all[60:]
    units, epochs = int(rng.choice([96, 128])), int(rng.choice([500, 600]))
    layers = [Dense(2, units, rng=rng), ReLU(), Dense(units, 1, rng=rng)]
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=Adam(0.02), epochs=epochs,
    )  # fmt: skip


@illness(
    "penalty-too-strong",
    "My weights get smaller and smaller, and I answer one half to everything.",
    (
        "How large are the weights now, beside the first ones?",
        "Two things pull at each weight: the slope of the loss, and what else?",
        "At rest both pulls are equal: dW = -l2 * W. Which number in the code decides how far "
        "from 0 that is?",
    ),
    0.9,
    {
        "more-epochs": "Both pulls are in balance already.",
        "larger-rate": "It gets to the same balance faster.",
        "smaller-rate": "It gets to the same balance more slowly.",
        "more-units": "More weights, held as tight.",
        "larger-weights": "Large first weights are pulled down within some epochs.",
        "new-weights": "Any first weights are pulled down within some epochs.",
        "another-optimizer": "Another way to the same balance.",
        "early-stopping": "It ends before the weights are all gone, having learned little.",
    },
)
def _held(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, l2 = int(rng.choice([8, 12, 16])), float(rng.choice([0.3, 0.5, 1.0]))
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100, l2=l2,
    )  # fmt: skip


ILLNESSES = (_jumping, _creeping, _hurried, _by_heart, _held)
