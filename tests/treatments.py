"""What students give the clinic's patients: cures by the cause, patches by their name."""

import copy

import numpy as np

from course_lib.layers import Activation, Dense, ReLU, Tanh, he
from course_lib.losses import mean_squared_error
from course_lib.optimizers import SGD, Adam


def generator():
    return np.random.default_rng(1)


def network(p, activation=Tanh, **init):
    """Give new layers of the same widths, drawn as lesson 2 does."""
    rng, dense = generator(), [layer for layer in p.layers if isinstance(layer, Dense)]
    (n_in, units), n_out = dense[0].params["W"].shape, dense[-1].params["W"].shape[1]
    return [
        Dense(n_in, units, rng=rng, **init),
        activation(),
        Dense(units, n_out, rng=rng, **init),
    ]


def split(X, y, m):
    return {"X": X[:m], "y": y[:m], "X_val": X[m:], "y_val": y[m:]}


def shuffled(p):
    order = generator().permutation(len(p.X_all))
    return split(p.X_all[order], p.y_all[order], len(p.X))


def standardised(p):
    mean, std = p.X.mean(axis=0), p.X.std(axis=0)
    return {"X": (p.X - mean) / std, "X_val": (p.X_val - mean) / std}


def with_bend(bend):
    return lambda p: {"layers": [p.layers[0], bend, p.layers[2]]}


CURES = {
    "inputs-unscaled": [
        lambda p: {"X": p.X / 255, "X_val": p.X_val / 255},
        standardised,
        lambda p: {"X": p.X / 100, "X_val": p.X_val / 100},
    ],
    "labels-out-of-step": [lambda p: split(p.X_all, p.y_all, len(p.X))],
    "labels-off-by-one": [
        lambda p: {"y": p.y - 1},
        lambda p: {"y": p.y - 1, "layers": [*p.layers[:-1], smaller_last(p)]},
    ],
    "sorted-by-class": [shuffled],
    "validation-overlaps-training": [
        lambda p: {"X_val": p.X_all[250:], "y_val": p.y_all[250:]},
        lambda p: {"X": p.X_all[:100], "y": p.y_all[:100]},
    ],
    "weights-equal": [
        lambda p: {"layers": network(p)},
        lambda p: {"layers": network(p, ReLU, init=he)},
    ],
    "weights-too-large": [
        lambda p: {"layers": network(p)},
        lambda p: {"layers": network(p, init=he)},
    ],
    "no-nonlinearity": [
        lambda p: {"layers": network(p)},
        with_bend(ReLU()),
        with_bend(Tanh()),
    ],
    "output-squashed": [lambda p: {"layers": p.layers[:-1]}],
    "wrong-gradient": [with_bend(Tanh()), lambda p: {"layers": network(p, ReLU, init=he)}],
    "rate-too-high": [
        lambda p: {"optimizer": Adam(0.02)},
        lambda p: {"optimizer": SGD(0.5)},
        lambda p: {"optimizer": type(p.optimizer)(p.optimizer.learning_rate / 1000)},
    ],
    "rate-too-low": [lambda p: {"optimizer": Adam(0.02)}, lambda p: {"optimizer": SGD(0.3)}],
    "stopped-too-early": [
        lambda p: {"epochs": 200},
        lambda p: {"epochs": 100, "batch_size": 20},
    ],
    "over-fitting": [
        lambda p: {"patience": 10},
        lambda p: {"l2": 0.02},
        lambda p: {"epochs": 20},
        lambda p: split(p.X_all, p.y_all, 400),
    ],
    "penalty-too-strong": [lambda p: {"l2": 0}, lambda p: {"l2": 1e-4}],
}


def smaller_last(p):
    """Give a last layer with an output less."""
    units, n_out = p.layers[-1].params["W"].shape
    return Dense(units, n_out - 1, rng=generator())


def grown(p, factor):
    """Give layers of another width, with weights of the same size."""
    first, bend, last, *rest = p.layers
    n_in, units, n_out = *first.params["W"].shape, last.params["W"].shape[1]
    units = int(factor * units)

    def like(W):
        if np.ptp(W) == 0:
            return lambda n_in, n_out, rng: np.full((n_in, n_out), W[0, 0])
        spread = np.sqrt((W**2).mean())
        return lambda n_in, n_out, rng: rng.normal(0, spread, (n_in, n_out))

    rng = generator()
    first = Dense(n_in, units, rng=rng, init=like(first.params["W"]))
    return [first, bend, Dense(units, n_out, rng=rng, init=like(last.params["W"])), *rest]


def resized(p, factor):
    """Give first weights of another size."""
    layers = p.layers
    layers[0].params["W"] = factor * layers[0].params["W"]
    return layers


def deeper(p):
    first, bend, last = p.layers
    rng, units = generator(), len(last.params["W"])
    return [first, bend, Dense(units, 8, rng=rng), copy.deepcopy(bend), Dense(8, 1, rng=rng)]


def with_relu(p):
    return [
        ReLU() if k == 1 and isinstance(layer, Activation) else layer
        for k, layer in enumerate(p.layers)
    ]


def elsewhere(p):
    """Judge on examples that hide the trouble."""
    if len(np.unique(p.y)) == 3:  # labels that count from 1
        return {"y_val": p.y_val + 1}
    if len(p.X_all) == 600 and len(p.X) == 300:  # half of the classes
        return {"X_val": p.X_all[200:300], "y_val": p.y_all[200:300]}
    return {"X_val": p.X_val[:300], "y_val": p.y_val[:300]}


def at_rate(factor):
    return lambda p: {"optimizer": type(p.optimizer)(factor * p.optimizer.learning_rate)}


PATCHES = {
    "smaller-rate": at_rate(0.1),
    "larger-rate": at_rate(5),
    "another-optimizer": lambda p: {"optimizer": SGD(p.optimizer.learning_rate)},
    "more-epochs": lambda p: {"epochs": 3 * p.epochs},
    "fewer-epochs": lambda p: {"epochs": p.epochs // 2},
    "early-stopping": lambda p: {"patience": 5},
    "penalty": lambda p: {"l2": 3 * p.l2 + 0.01},
    "other-batches": lambda p: {"batch_size": 50},
    "more-units": lambda p: {"layers": grown(p, 2)},
    "fewer-units": lambda p: {"layers": grown(p, 0.5)},
    "new-weights": lambda p: {"layers": grown(p, 1)},
    "smaller-weights": lambda p: {"layers": resized(p, 1 / 300)},
    "larger-weights": lambda p: {"layers": resized(p, 3)},
    "more-layers": lambda p: {"layers": deeper(p)},
    "other-activation": lambda p: {"layers": with_relu(p)},
    "another-loss": lambda p: {"loss": mean_squared_error},
    "other-validation": elsewhere,
}
