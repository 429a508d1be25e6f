"""What a treatment changes, in words: the drugs of the clinic."""

import numpy as np

from course_lib.layers import Activation, Dense

# Name → what it does to the training; the names are those of `Case.patches`.
DRUGS = {
    "scaled-inputs": "The inputs have another scale.",
    "other-examples": "It trains on other examples.",
    "other-labels": "The labels are others.",
    "other-validation": "It is judged on other examples.",
    "more-layers": "The network is deeper.",
    "more-units": "The network is wider.",
    "fewer-units": "The network is smaller.",
    "other-activation": "The activation is another one.",
    "smaller-weights": "It begins with smaller weights.",
    "larger-weights": "It begins with larger weights.",
    "new-weights": "It begins with other weights.",
    "another-loss": "The loss is another one.",
    "another-optimizer": "The optimiser is another one.",
    "smaller-rate": "The rate is smaller.",
    "larger-rate": "The rate is larger.",
    "more-epochs": "It trains for longer.",
    "fewer-epochs": "It trains for less long.",
    "early-stopping": "It stops where validation gets no better.",
    "other-batches": "The batches have another size.",
    "penalty": "Large weights cost more.",
    "less-penalty": "Large weights cost less.",
}


def taken(before, after):
    """List the drugs in which two plans differ, in the order of DRUGS."""
    found = {*_about_data(before, after), *_about_layers(before.layers, after.layers)}
    old, new = before.optimizer.learning_rate, after.optimizer.learning_rate
    found |= {_way(new, old, "larger-rate", "smaller-rate")}
    found |= {_way(after.epochs, before.epochs, "more-epochs", "fewer-epochs")}
    found |= {_way(after.l2, before.l2, "penalty", "less-penalty")}
    if type(before.optimizer) is not type(after.optimizer):
        found |= {"another-optimizer"}
    if before.loss is not after.loss:
        found |= {"another-loss"}
    if before.batch_size != after.batch_size:
        found |= {"other-batches"}
    if after.patience and after.patience != before.patience:
        found |= {"early-stopping"}
    return [name for name in DRUGS if name in found]


def _way(new, old, more, less):
    return more if new > old else less if new < old else None


def _about_data(before, after):
    if after.X is not before.X and not np.array_equal(after.X, before.X):
        yield "scaled-inputs" if linear(before.X, after.X) else "other-examples"
    if after.y is not before.y and not np.array_equal(after.y, before.y):
        yield "other-labels"
    pairs = (after.X_val, before.X_val), (after.y_val, before.y_val)
    if not all(a is b or np.array_equal(a, b) for a, b in pairs):
        yield "other-validation"


def linear(old, new):
    """Tell whether each column of `new` is that of `old`, stretched and shifted."""
    if old.shape != new.shape:
        return False
    a, b = (
        (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1) for X in (old, new)
    )
    return bool(np.abs(np.abs(a) - np.abs(b)).max() < 1e-3)


def _about_layers(old, new):
    if old is new:
        return
    olds, news = ([layer for layer in layers if isinstance(layer, Dense)] for layers in (old, new))
    sizes = [[d.params["W"].shape for d in dense] for dense in (olds, news)]
    if len(news) > len(olds):
        yield "more-layers"
    elif sizes[0] != sizes[1]:
        count = [sum(n_in * n_out for n_in, n_out in shapes) for shapes in sizes]
        yield "more-units" if count[1] > count[0] else "fewer-units"
    else:
        pairs = list(zip(olds, news, strict=True))
        if not all(np.array_equal(a.params["W"], b.params["W"]) for a, b in pairs):
            spread = [np.sqrt(np.mean(d.params["W"] ** 2)) for pair in pairs for d in pair]
            ratios = np.array(spread[1::2]) / np.maximum(spread[::2], 1e-12)
            larger, smaller = ratios.max() > 2, ratios.min() < 0.5
            yield "larger-weights" if larger else "smaller-weights" if smaller else "new-weights"
    between = [
        [_bend(layer) for layer in layers if not isinstance(layer, Dense)] for layers in (old, new)
    ]
    if len(news) == len(olds) and between[0] != between[1]:
        yield "other-activation"


def _bend(layer):
    """Return an activation's values and slopes at a few numbers, as bytes that can be compared."""
    if not isinstance(layer, Activation):
        return type(layer).__name__
    z = np.linspace(-2, 2, 9)[np.newaxis]
    return np.asarray(layer.f(z)).tobytes(), np.asarray(layer.f_grad(z)).tobytes()
