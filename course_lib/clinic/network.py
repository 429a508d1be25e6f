"""The ward of networks: what was built wrong, or begun wrong."""

import numpy as np

from course_lib.activations import tanh
from course_lib.clinic.case import Plan, illness
from course_lib.layers import Activation, Dense, ReLU, Sigmoid, Tanh
from course_lib.losses import sigmoid_cross_entropy
from course_lib.optimizers import Adam, RMSProp
from course_lib.toys import circles


@illness(
    "weights-equal",
    "However many hidden units I am given, I do as well as with one.",
    (
        "Look at what the first layer holds: layers[0].params['W'], before and after training.",
        "How many different columns does the first W have? np.unique(W, axis=1) counts them.",
        "Two units with equal weights get equal gradients. What, then, ever makes them differ?",
    ),
    0.9,
    {
        "more-units": "More copies of one unit are one unit.",
        "more-epochs": "Equal units get equal gradients, in every epoch.",
        "larger-rate": "Larger steps, and the same for every unit.",
        "smaller-rate": "Smaller steps, and the same for every unit.",
        "another-optimizer": "Every optimiser gives equal units equal steps.",
        "other-activation": "Copies of another unit are copies.",
    },
)
def _alike(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, value = int(rng.choice([8, 12, 16])), rng.choice([0.1, 0.3, 0.5])
    first = Dense(2, units, rng=rng, init=lambda n_in, n_out, rng: np.full((n_in, n_out), value))
    last = Dense(units, 1, rng=rng, init=lambda n_in, n_out, rng: np.full((n_in, n_out), value))
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all,
        layers=[first, Tanh(), last], loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "weights-too-large",
    "I began with a terrible loss, and my hidden units hardly move.",
    (
        "What does a network that knows nothing cost? Compare with the first loss.",
        "What share of the hidden units' slopes 1 - tanh(Z)**2 is almost 0 before any step?",
        "What is the spread of the first W, beside 1 / sqrt(n_in)?",
    ),
    0.9,
    {
        "more-epochs": "It climbs out of the hole that it began in, in time. New weights begin "
        "outside.",
        "larger-rate": "A larger step multiplies a slope of almost 0.",
        "smaller-rate": "Slower, from the same bad start.",
        "another-optimizer": "Adam divides the small slopes by their size, which hides the start "
        "and does not mend it.",
        "more-units": "More units, as saturated as the others.",
        "other-activation": "ReLU has no flat end above 0; the outputs are as large as before.",
        "penalty": "A penalty shrinks the weights slowly, all through training. Begin with small "
        "ones.",
    },
)
def _outsize(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, spread = int(rng.choice([8, 12, 16])), rng.choice([15.0, 20.0, 30.0])
    first = Dense(
        2, units, rng=rng, init=lambda n_in, n_out, rng: rng.normal(0, spread, (n_in, n_out))
    )
    last = Dense(
        units, 1, rng=rng, init=lambda n_in, n_out, rng: rng.normal(0, spread, (n_in, n_out))
    )
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all,
        layers=[first, Tanh(), last], loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "no-nonlinearity",
    "I have two layers and draw a straight line, like a single neuron.",
    (
        "Draw the boundary, or compare with one neuron on the same data: is there a difference?",
        "Read the layers one after the other. What does each do to a straight line?",
        "(X W1 + b1) W2 + b2 can be written with one matrix. What would have to stand between?",
    ),
    0.9,
    {
        "more-units": "A product of matrices is a matrix, however wide they are.",
        "more-layers": "Any number of straight layers make one straight layer.",
        "more-epochs": "It has found the best straight line already.",
        "larger-rate": "It has found the best straight line already.",
        "smaller-rate": "No rate bends a line.",
        "another-optimizer": "No optimiser bends a line.",
        "new-weights": "From any start it ends at the best straight line.",
    },
)
def _straight(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, slope = int(rng.choice([8, 12, 16])), float(rng.choice([0.5, 1.0, 2.0]))
    hidden = Activation(lambda Z: slope * Z, lambda Z: np.full_like(Z, slope))
    layers = [Dense(2, units, rng=rng), hidden, Dense(units, 1, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "output-squashed",
    "My loss falls a little and stops, and I give one answer to everything.",
    (
        "Look at the outputs themselves, network.forward(X): what is the smallest, the largest?",
        "The loss takes logits, any number from minus to plus. Which of them can this network "
        "give?",
        "Count how often the sigmoid is taken between X and the loss.",
    ),
    0.9,
    {
        "more-epochs": "The outputs stay between the same bounds.",
        "larger-rate": "The outputs stay between the same bounds.",
        "more-units": "The hidden layer is not what holds the outputs back.",
        "new-weights": "From any start the outputs stay between the same bounds.",
        "another-loss": "Squared error of a sigmoid is a loss that fits these outputs. Labels are "
        "still told by the sign of a logit.",
        "other-activation": "Another last activation has other bounds.",
    },
)
def _squashed(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    units, last = int(rng.choice([8, 12, 16])), [Sigmoid(), ReLU()][rng.integers(2)]
    layers = [Dense(2, units, rng=rng), Tanh(), Dense(units, 1, rng=rng), last]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=100,
    )  # fmt: skip


@illness(
    "wrong-gradient",
    "I do learn, but not as I should: my neighbour with the same layers gets further, and faster.",
    (
        "No curve shows this one for certain. Which test of lesson 2 does not need a curve?",
        "gradcheck.check_gradients compares each gradient with centred differences. Which layer "
        "lies above the first parameter that is wrong?",
        "Derive the slope of each activation again and compare it with the code, at Z = 0.5, say.",
    ),
    0.9,
    {
        "more-epochs": "It may get there in time, by steps in the wrong direction.",
        "smaller-rate": "Smaller steps in the wrong direction.",
        "larger-rate": "Larger steps in the wrong direction.",
        "another-optimizer": "An optimiser trusts the gradient that it is given.",
        "more-units": "More units, each with the wrong slope.",
        "new-weights": "From another start, with the same wrong slope.",
    },
)
def _slipped(rng):
    X_all, y_all = circles(400, rng)
    X, X_val = X_all[:250], X_all[250:]
    y, y_val = y_all[:250], y_all[250:]
    slope = [lambda Z: 1 - Z**2, lambda Z: 1 - tanh(Z), lambda Z: np.ones_like(Z)][rng.integers(3)]
    units = int(rng.choice([8, 12, 16]))
    layers = [Dense(2, units, rng=rng), Activation(tanh, slope), Dense(units, 1, rng=rng)]
    optimizer = Adam(0.02) if rng.random() < 0.5 else RMSProp(0.01)
    return Plan(
        X=X, y=y, X_val=X_val, y_val=y_val, X_all=X_all, y_all=y_all, layers=layers,
        loss=sigmoid_cross_entropy, optimizer=optimizer, epochs=60,
    )  # fmt: skip


ILLNESSES = (_alike, _outsize, _straight, _squashed, _slipped)
