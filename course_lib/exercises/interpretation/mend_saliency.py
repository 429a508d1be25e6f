"""A saliency map to be mended: it goes blank where the network is sure."""

import numpy as np

from course_lib.activations import softmax
from course_lib.by_hand.interpretation import mend_saliency
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.interpretation.saliency import Saliency
from course_lib.exercises.shared import float32
from course_lib.losses import softmax_cross_entropy


def as_given(net, x, c):
    """Compute a map as the cell of the lesson does."""
    Z = net.forward(x[np.newaxis])
    _, dZ = softmax_cross_entropy(np.array([c]), Z)
    dX = net.backward(dZ, input_gradient=True)
    return np.abs(dX[0])


def _of_slope(dZ_of, give=np.abs):
    """Return a map that starts its way back with ``dZ_of(Z, c)``."""

    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        return give(net.backward(dZ_of(Z, c).astype(Z.dtype), input_gradient=True)[0])

    return saliency


def _one(Z, c):
    return np.eye(Z.shape[1])[[c]]


def _loss(Z, c):
    return softmax(Z) - _one(Z, c)


def _then(change):
    """Return the given map with something done to it afterwards."""
    return lambda net, x, c: change(as_given(net, x, c))


def _sure(net, factor):
    """Make a network surer of itself: larger logits, the same order."""
    net.layers[-1].params["W"] *= factor
    return net


def _without_the_largest(Z):
    rest = Z.copy()
    rest[0, Z.argmax()] = -np.inf
    return rest


_probes = {probe.name: probe.arguments for probe in Saliency.probes}
_net, _x, _c = _probes["two hidden layers"]


class MendSaliency(Exercise):
    reference = mend_saliency
    on_error = {
        **Saliency.on_error,
        "'float' object has no attribute 'shape'": "softmax_cross_entropy gives the loss, a "
        "number, before the slope. Which of the two goes back?",
    }
    probes = [
        *(probe for probe in Saliency.probes if not probe.read_only),
        Probe("a network that is rather sure", (_sure(float32(_net)[0].copy(), 6), _x, _c)),
        Probe("a class that loses", (_net, _x, 0)),
        Saliency.probes[-1],
    ]

    as_given = mistake(
        as_given,
        _of_slope(lambda Z, c: -_loss(Z, c)),
        says="This is the map as it was given. Where the network is sure of c it goes blank, and "
        "yet it is there that c's score stands highest. Of which quantity is this the slope, and "
        "what happens to that quantity at 99.9 %?",
    )
    still_times_the_picture = mistake(
        lambda net, x, c: as_given(net, x, c) * x,
        lambda net, x, c: as_given(net, x, c) * (x > 0),
        says="The map is multiplied by the picture, or cut out along it. It is still the slope of "
        "the same quantity, with all classes in it.",
    )
    signs_brought_back = mistake(
        _of_slope(_loss, give=lambda dX: dX),
        _of_slope(_loss, give=lambda dX: -dX),
        says="The absolute value was right. Of which quantity is this the slope, with or without "
        "its signs?",
    )
    scaled = mistake(
        *(
            _then(lambda v, f=f: f(v))
            for f in (
                lambda v: v / max(v.max(), 1e-300),
                lambda v: v / max(v.sum(), 1e-300),
                lambda v: v / max(v.mean(), 1e-300),
                lambda v: v / max(np.linalg.norm(v), 1e-300),
                lambda v: v / (v.max() + 1e-12),
                lambda v: v / (v.max() + 1e-8),
                lambda v: (v - v.min()) / max(np.ptp(v), 1e-300),
                lambda v: (v - v.mean()) / max(v.std(), 1e-300),
                lambda v: 255 * v / max(v.max(), 1e-300),
                *(lambda v, k=k: k * v for k in (2, 10, 100, 255, 1e3, 1e4, 1e6)),
            )
        ),
        says="The map is scaled up afterwards, so that there is something to be seen. It is still "
        "the slope of the same quantity, with all classes in it; and two maps can no longer be "
        "compared.",
    )
    lifted = mistake(
        *(
            _then(lambda v, f=f: f(v))
            for f in (
                np.sqrt,
                lambda v: np.log(v + 1e-12),
                lambda v: np.log1p(v),
                lambda v: v**0.25,
                lambda v: v + 1e-6,
                lambda v: v + 1e-3,
                lambda v: np.maximum(v, 1e-3),
                lambda v: np.clip(v, 1e-6, 1),
                lambda v: v > v.mean(),
                lambda v: v.argsort().argsort() / len(v),
            )
        ),
        says="Faint values are lifted afterwards, by a root, a logarithm or a constant. What they "
        "are values of has not changed.",
    )
    others_count_against = mistake(
        *Saliency.others_subtracted.functions[:1],
        says="All other classes count against c, each as much as c itself. Asked for is the logit "
        "of c alone.",
    )
    divided_by_the_error = mistake(
        _of_slope(lambda Z, c: _loss(Z, c) / max(1 - softmax(Z)[0, c], 1e-300)),
        _of_slope(lambda Z, c: _loss(Z, c) / (1 - softmax(Z)[0, c] + 1e-12)),
        _of_slope(lambda Z, c: _loss(Z, c) / np.abs(_loss(Z, c)).max()),
        _of_slope(lambda Z, c: _loss(Z, c) / np.linalg.norm(_loss(Z, c))),
        says="What made the map faint is divided out, and the other classes still have a part in "
        "it. Asked for is the logit of c alone.",
    )
    temperature = mistake(
        *(
            _of_slope(lambda Z, c, T=T: softmax(Z / T) - _one(Z, c))
            for T in (2, 3, 4, 5, 10, 20, 50, 100, 1000)
        ),
        *(_of_slope(lambda Z, c, T=T: (softmax(Z / T) - _one(Z, c)) / T) for T in (2, 5, 10, 100)),
        _of_slope(lambda Z, c: softmax(Z / max(np.abs(Z).max(), 1e-9)) - _one(Z, c)),
        _of_slope(lambda Z, c: 1 / Z.shape[1] - _one(Z, c)),
        says="The network is made less sure, by a temperature or by bounds on its logits. That "
        "hides the symptom: all classes still have a part in the slope.",
    )
    another_loss = mistake(
        _of_slope(lambda Z, c: _loss(Z, Z.argmin())),
        _of_slope(lambda Z, c: _loss(Z, _without_the_largest(Z).argmax())),
        _of_slope(lambda Z, c: _loss(Z, Z.argmax())),
        _of_slope(lambda Z, c: _loss(Z, (c + 1) % Z.shape[1])),
        _of_slope(lambda Z, c: _loss(Z, 0)),
        _of_slope(lambda Z, c: 1 / (1 + np.exp(-Z)) - _one(Z, c)),
        _of_slope(lambda Z, c: (Z - _one(Z, c)) / Z.size),
        _of_slope(lambda Z, c: 2 * (Z - _one(Z, c)) / Z.size),
        _of_slope(lambda Z, c: Z - _one(Z, c)),
        _of_slope(lambda Z, c: 2 * (softmax(Z) - _one(Z, c)) / Z.size),
        says="This is the slope of a loss still, of another one or with another label. A loss "
        "asks how wrong an answer is, not what moves the score of c.",
    )
    slope_of_the_probability = mistake(
        _of_slope(lambda Z, c: softmax(Z)[0, c] * (_one(Z, c) - softmax(Z))),
        _of_slope(lambda Z, c: softmax(Z) * (1 - softmax(Z)) * _one(Z, c)),
        says="This is the slope of the probability. It cannot rise above 1, and so it fades for "
        "the same reason.",
    )
    margin = mistake(
        _of_slope(lambda Z, c: _one(Z, c) - _one(Z, _without_the_largest(Z).argmax())),
        _of_slope(lambda Z, c: _one(Z, c) - _one(Z, (Z - 1e9 * _one(Z, c)).argmax())),
        _of_slope(lambda Z, c: _one(Z, c) - (1 - _one(Z, c)) / (Z.shape[1] - 1)),
        says="Other classes have a part in it, as rivals of c. Asked for is the logit of c alone.",
    )
    own_term_only = mistake(
        _of_slope(lambda Z, c: _loss(Z, c) * _one(Z, c)),
        _of_slope(lambda Z, c: np.minimum(_loss(Z, c), 0)),
        says="The other classes are left out now, but the way back still starts with how far c's "
        "probability is from 1: near 0 where the network is sure.",
    )
    absolute_forgotten = Saliency.absolute_forgotten
    only_positive = Saliency.only_positive
    predicted_class = Saliency.predicted_class
    wrong_class = Saliency.wrong_class
    all_classes = Saliency.all_classes
    other_classes = Saliency.other_classes
    logit_as_slope = Saliency.logit_as_slope
    gradient_times_input = Saliency.gradient_times_input
    gradient_of_the_weights = Saliency.gradient_of_the_weights
    pixel_taken_away = Saliency.pixel_taken_away
    right_but_normalised = mistake(
        *Saliency.normalised.functions,
        says="The cause is mended, but the map is scaled or shifted afterwards. Leave slopes as "
        "they are.",
    )
    compressed = Saliency.compressed
    squared = Saliency.squared
    extra_axis = Saliency.extra_axis
    hard_coded_ten = Saliency.hard_coded_ten

    hints = (
        "Print `dZ` for a picture of which the network is sure, and for one of which it is not. "
        "Where does the difference come from?",
        "The way back starts with the slope over all logits of what you ask about. Here that is a "
        "loss. What did you want to ask about?",
        "The slope of the logit of c over the logits: 1 for itself, 0 for each other one.",
    )
    insight = (
        "A map of a loss asks how to make the answer better. Where it is as good as perfect, "
        "there is nothing left to say."
    )
    explanation = (
        "The way back should start at the logit of c: 1 in its place and 0 elsewhere. As given it "
        "started with prediction minus target, the slope of the loss, which is near 0 in all "
        "places once c is as good as certain."
    )
