"""The exercises and the quiz of notebook 05.

Shapes as in the notebook: `X` is (m, n_in), `W1` (n_in, n_hidden) and `W2` (n_hidden, n_classes);
one image is a vector `x` for a network, or a square `image`; `c` is the number of a class.
"""

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, softmax
from course_lib.by_hand.interpretation import (
    class_evidence,
    hidden_activations,
    most_confused,
    saliency,
)
from course_lib.exercises.engine import Exercise, Misconception
from course_lib.exercises.quiz import Question
from course_lib.interpretation import logit_gradient, occlusion_map
from course_lib.layers import Dense, ReLU, Sigmoid, Tanh
from course_lib.network import Network


def _matrix(*rows, dtype=float):
    return np.array(rows, dtype=dtype)


def _float32(*arrays):
    return tuple(array.astype(np.float32) for array in arrays)


def _then(function, change):
    return lambda *arguments: change(*function(*arguments))


_X = _matrix((0.5, 0, 1), (1, 0.8, 0.2), (0.3, 1, 0.7), (0, 0.6, 0.9))
_W1 = _matrix((1.2, -0.7), (-1.5, 0.4), (0.6, -1.1))
_b1 = _matrix(0.5, -0.3)
_SQUARE = _matrix((1.2, -0.7, 0.3), (-1.5, 0.4, 0.9), (0.6, -1.1, -0.2))


def _scores(X, W1, b1):
    return X @ W1 + b1


def _naive_sigmoid(X, W1, b1):
    return 1 / (1 + np.exp(-_scores(X, W1, b1)))


HIDDEN = Exercise(
    reference=hidden_activations,
    probes=[
        ("one image, two units", (_X[:1], _W1, _b1)),
        ("four images", (_X, _W1, _b1)),
        ("as many images as pixels and units", (_X[:3], _SQUARE, _matrix(0.5, -0.3, 0.1))),
        ("read-only float32", _float32(_X, _W1, _b1)),
        ("extreme: huge weights", (_X, 3000 * _W1, _b1)),
    ],
    misconceptions=[
        Misconception(
            "scores",
            "These are the hidden scores, before the sigmoid has bent them.",
            _scores,
            (lambda X, W, b: X @ W,),
        ),
        Misconception(
            "bias-forgotten",
            "The bias is missing: each unit adds its own before the sigmoid.",
            lambda X, W, b: sigmoid(X @ W),
        ),
        Misconception(
            "bias-outside",
            "The bias comes after the sigmoid; it belongs to the score, inside.",
            lambda X, W, b: sigmoid(X @ W) + b,
        ),
        Misconception(
            "bias-subtracted",
            "The bias is subtracted; a score is the weighted sum plus the bias.",
            lambda X, W, b: sigmoid(X @ W - b),
        ),
        Misconception(
            "bias-per-image",
            "The biases have become a column, one for each image; each belongs to a unit, and "
            "units are columns. Add `b1` as it is.",
            lambda X, W, b: sigmoid(X @ W + b[:, np.newaxis]),
        ),
        Misconception(
            "bias-weighted",
            "The bias is added to the weights, so that every pixel multiplies it. It is added to "
            "the score, once.",
            lambda X, W, b: sigmoid(X @ (W + b)),
        ),
        Misconception(
            "tanh",
            "This is tanh, from -1 to 1; the units of this network are sigmoids, from 0 to 1.",
            lambda X, W, b: np.tanh(_scores(X, W, b)),
        ),
        Misconception(
            "relu",
            "This is a ReLU, cut off at 0 and without an upper limit; these units are sigmoids.",
            lambda X, W, b: np.maximum(_scores(X, W, b), 0),
        ),
        Misconception(
            "softmax",
            "This is a softmax: the units share a total of 1. Hidden units do not compete; each "
            "has a sigmoid of its own.",
            lambda X, W, b: softmax(_scores(X, W, b)),
            (lambda X, W, b: softmax(_scores(X, W, b).T).T,),
        ),
        Misconception(
            "mirrored",
            "The sign in the exponent is wrong: a unit with a high score should be on.",
            lambda X, W, b: sigmoid(-_scores(X, W, b)),
            (lambda X, W, b: 1 / (1 + np.exp(_scores(X, W, b))),),
        ),
        Misconception(
            "on-or-off",
            "It decides between on and off; a sigmoid says how much.",
            lambda X, W, b: (_scores(X, W, b) > 0).astype(float),
            (lambda X, W, b: np.sign(_scores(X, W, b)),),
        ),
        Misconception(
            "slope",
            "This is the slope of the sigmoid, which the way back needs.",
            lambda X, W, b: sigmoid_grad(_scores(X, W, b)),
        ),
        Misconception(
            "sigmoid-twice",
            "The sigmoid is applied twice: all comes out between ½ and 0.73.",
            lambda X, W, b: sigmoid(hidden_activations(X, W, b)),
        ),
        Misconception(
            "sigmoid-too-early",
            "The sigmoid comes before the weights. First the weighted sum, then the bend.",
            lambda X, W, b: sigmoid(X) @ W + b,
            (lambda X, W, b: X @ sigmoid(W) + b, lambda X, W, b: X @ sigmoid(W + b)),
        ),
        Misconception(
            "weights-transposed",
            "The weights are turned round. Here `W1` is (n_in, n_hidden) already: a column for "
            "each unit.",
            lambda X, W, b: sigmoid(X @ W.T + b),
            (lambda X, W, b: sigmoid(W.T @ X + b), lambda X, W, b: sigmoid(W @ X + b)),
        ),
        Misconception(
            "transposed",
            "Units have become rows; expected one row for each image.",
            lambda X, W, b: hidden_activations(X, W, b).T,
        ),
        Misconception(
            "first-image-only",
            "It returns the units of the first image only.",
            lambda X, W, b: hidden_activations(X, W, b)[0],
            (lambda X, W, b: hidden_activations(X[:1], W, b),),
        ),
        Misconception(
            "units-averaged",
            "It makes one number of all units; each keeps its own.",
            lambda X, W, b: hidden_activations(X, W, b).mean(axis=1),
            (
                lambda X, W, b: hidden_activations(X, W, b).sum(axis=1),
                lambda X, W, b: sigmoid(_scores(X, W, b).sum(axis=1)),
            ),
        ),
        Misconception(
            "overflow",
            "Right for ordinary scores, but where one is far below 0, exp overflows and NumPy has "
            "to warn. The sigmoid of course_lib.activations does not.",
            _naive_sigmoid,
            (lambda X, W, b: np.exp(_scores(X, W, b)) / (1 + np.exp(_scores(X, W, b))),),
        ),
    ],
    hints=(
        "Two steps for all images at once: the scores, then the activation.",
        "Each score is a weighted sum of the pixels plus the unit's bias: a matrix product.",
        "X has pixels in columns and W1 has them in rows, so X @ W1 fits. Import the sigmoid "
        "from course_lib.activations.",
    ),
    insight="These few numbers are all that the output layer ever sees of an image.",
    explanation="A matrix product gives every unit's weighted sum for every image; the bias of "
    "each unit is added, and the sigmoid bends each score by itself.",
)

_a1 = _matrix(0.9, 0, 0.4, 0.7)
_W2 = _matrix((1.4, -2.1, 0.5), (0.8, 0.3, -0.6), (-0.9, 1.6, 1.1), (0.2, 0.7, -1.3))
_b2 = _matrix(0.25, -0.4, 0.6)


def _with_score(score):
    return lambda a1, W2, b2, c: (a1 * W2[:, c], score(a1 @ W2 + b2, a1, W2, b2, c))


def _with_contributions(contributions):
    return lambda a1, W2, b2, c: (contributions(a1, W2, b2, c), a1 @ W2[:, c] + b2[c])


def _evidence_in_place(a1, W2, b2, c):
    a1 *= W2[:, c]
    return a1, a1.sum() + b2[c]


EVIDENCE = Exercise(
    reference=class_evidence,
    probes=[
        ("two units", (_a1[::2], _W2[::2], _b2, 1)),
        ("four units, one of them at 0", (_a1, _W2, _b2, 2)),
        ("as many units as classes", (_a1[[0, 2, 3]], _W2[[0, 2, 3]], _b2, 1)),
        ("read-only float32", (*_float32(_a1, _W2, _b2), 1)),
    ],
    misconceptions=[
        Misconception(
            "score-only",
            "It returns the score only; which unit gave how much is asked for as well.",
            lambda *arguments: class_evidence(*arguments)[1],
        ),
        Misconception(
            "contributions-only",
            "It returns the contributions only; what they add up to is asked for as well.",
            lambda *arguments: class_evidence(*arguments)[0],
        ),
        Misconception(
            "swapped-results",
            "Contributions and score have changed places.",
            _then(class_evidence, lambda contributions, score: (score, contributions)),
        ),
        Misconception(
            "row-in-place-of-column",
            "It reads row c of `W2`, the votes of one unit for all classes. A class is a column: "
            "what all units say for it.",
            lambda a1, W2, b2, c: class_evidence(a1, W2.T, b2, c),
            (lambda a1, W2, b2, c: (W2 @ a1, W2[c] @ a1 + b2[c]),),
        ),
        Misconception(
            "every-class",
            "It does so for all classes; asked for is class c alone.",
            lambda a1, W2, b2, c: (a1[:, np.newaxis] * W2, a1 @ W2 + b2),
            (
                lambda a1, W2, b2, c: (a1 @ W2, a1 @ W2 + b2),
                _with_score(lambda Z, *_: Z),
                _with_contributions(lambda a1, W2, b2, c: a1[:, np.newaxis] * W2),
            ),
        ),
        Misconception(
            "wrong-class",
            "These are the votes for another class than c.",
            lambda a1, W2, b2, c: class_evidence(a1, W2, b2, (a1 @ W2 + b2).argmax()),
            (
                lambda a1, W2, b2, c: class_evidence(a1, W2, b2, 0),
                lambda a1, W2, b2, c: class_evidence(a1, W2, b2, c - 1),
            ),
        ),
        Misconception(
            "bias-forgotten",
            "The score lacks the bias of the class: contributions alone do not make the logit.",
            _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c]),
        ),
        Misconception(
            "bias-of-all",
            "It adds the biases of all classes; the score of c has that of c alone.",
            _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2),
            (_with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2.sum()),),
        ),
        Misconception(
            "bias-of-another-class",
            "The bias is that of another class than c.",
            _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2[0]),
            (_with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2[c - 2]),),
        ),
        Misconception(
            "bias-in-each",
            "The bias is in every contribution, so it counts once for each unit. It is no unit's "
            "doing: add it once, to the sum.",
            lambda a1, W2, b2, c: (v := a1 * W2[:, c] + b2[c], v.sum()),
            (
                _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] + b2[c]),
                lambda a1, W2, b2, c: (v := a1 * W2[:, c] + b2[c], v.sum() + b2[c]),
            ),
        ),
        Misconception(
            "bias-spread",
            "The bias is shared out among the units; it is no unit's doing, and stays apart.",
            _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] + b2[c] / len(a1)),
        ),
        Misconception(
            "bias-as-a-unit",
            "The bias stands among the contributions; one entry for each unit is expected.",
            _with_contributions(lambda a1, W2, b2, c: np.append(a1 * W2[:, c], b2[c])),
        ),
        Misconception(
            "weights-alone",
            "These are the weights alone. A vote counts as much as its unit is on: at 0, nothing.",
            _with_contributions(lambda a1, W2, b2, c: W2[:, c].copy()),
            (lambda a1, W2, b2, c: (W2[:, c].copy(), W2[:, c].sum() + b2[c]),),
        ),
        Misconception(
            "on-or-off",
            "It counts a unit as fully on or off; its activation says how much.",
            lambda a1, W2, b2, c: class_evidence((a1 > 0.5) * 1.0, W2, b2, c),
            (
                lambda a1, W2, b2, c: class_evidence((a1 > 0) * 1.0, W2, b2, c),
                _with_contributions(lambda a1, W2, b2, c: (a1 > 0.5) * W2[:, c]),
            ),
        ),
        Misconception(
            "activations-alone",
            "These are the activations alone: how much a unit is on, not for which class it votes.",
            _with_contributions(lambda a1, *_: a1.copy()),
        ),
        Misconception(
            "activated-again",
            "It applies the sigmoid to `a1`, but these are activations already.",
            lambda a1, W2, b2, c: class_evidence(sigmoid(a1), W2, b2, c),
        ),
        Misconception(
            "probability",
            "This is the probability of the class. Contributions add up to the logit; what the "
            "softmax makes of it depends on the other classes as well.",
            _with_score(lambda Z, a1, W2, b2, c: softmax(Z[np.newaxis])[0, c]),
            (_with_score(lambda Z, a1, W2, b2, c: sigmoid(Z[c])),),
        ),
        Misconception(
            "absolute",
            "The signs are lost: a negative contribution speaks against the class.",
            _with_contributions(lambda a1, W2, b2, c: np.abs(a1 * W2[:, c])),
            (lambda a1, W2, b2, c: (v := np.abs(a1 * W2[:, c]), v.sum() + b2[c]),),
        ),
        Misconception(
            "only-positive",
            "Negative contributions are cut off. They speak against the class, and without them "
            "the sum is not the logit.",
            _with_contributions(lambda a1, W2, b2, c: np.maximum(a1 * W2[:, c], 0)),
            (lambda a1, W2, b2, c: (v := np.maximum(a1 * W2[:, c], 0), v.sum() + b2[c]),),
        ),
        Misconception(
            "shares",
            "The contributions are shares of their sum; leave them in units of the logit, in which "
            "they add up.",
            _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] / (a1 @ W2[:, c])),
            (
                _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] / (a1 @ W2[:, c] + b2[c])),
                _with_contributions(lambda a1, W2, b2, c: softmax((a1 * W2[:, c])[np.newaxis])[0]),
            ),
        ),
        Misconception(
            "averaged",
            "The score is a mean; a logit is a sum.",
            _with_score(lambda Z, a1, W2, b2, c: (a1 * W2[:, c]).mean() + b2[c]),
            (_with_score(lambda Z, a1, W2, b2, c: ((a1 * W2[:, c]).sum() + b2[c]) / len(a1)),),
        ),
        Misconception(
            "sorted",
            "The contributions are sorted, and nobody knows any more whose they are.",
            _with_contributions(lambda a1, W2, b2, c: np.sort(a1 * W2[:, c])),
            (_with_contributions(lambda a1, W2, b2, c: np.sort(a1 * W2[:, c])[::-1]),),
        ),
        Misconception(
            "changes-its-input",
            "It changes `a1`, which it was only lent: `*=` works in place. Make a new array.",
            _evidence_in_place,
        ),
    ],
    hints=(
        "What a unit says for a class is how much it is on, times its weight to that class.",
        "Which part of W2 holds the weights of all units to class c? Units are rows, classes are "
        "columns.",
        "Multiply element by element, a1 * …, and do not sum yet. The score is the sum and, once, "
        "the bias of c.",
    ),
    insight="It is exact, and tells who voted how. Why a unit was on is another question.",
    explanation="Each activation times its weight to class c; they and the bias make the logit.",
)


def _network(widths, activation, seed):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng), activation()]
        layers[-2].params["b"] = rng.normal(0, 0.3, n_out)
    return Network(layers[:-1])


def _gradient(net, x, c):
    return logit_gradient(net, x[np.newaxis], c)[0]


def _of_slope(dZ_of):
    """Return the saliency of another quantity, of slope ``dZ_of(Z, c)`` over the logits."""

    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        return np.abs(net.backward(dZ_of(Z, c), input_gradient=True)[0])

    return saliency


def _of_gradient(change):
    return lambda net, x, c: change(_gradient(net, x, c), x)


def _first_weights(change):
    def saliency(net, x, c):
        _gradient(net, x, c)
        return change(net.layers[0].grads["W"])

    return saliency


def _weights_multiplied(net, x, c):
    product = np.eye(len(x), dtype=x.dtype)
    for layer in net.layers:
        if isinstance(layer, Dense):
            product = product @ layer.params["W"]
    return product[:, c]


def _without_each_pixel(net, x, c):
    without = x * (1 - np.eye(len(x), dtype=x.dtype))
    return net.forward(x[np.newaxis])[0, c] - net.forward(without)[:, c]


def _one(Z, c):
    return np.eye(Z.shape[1], dtype=Z.dtype)[[c]]


def _hard_coded(n_in=None, n_classes=None):
    def saliency(net, x, c):
        Z = net.forward(x.reshape(1, n_in or -1))
        dZ = np.zeros((1, n_classes or Z.shape[1]))
        dZ[0, c] = 1
        return np.abs(net.backward(dZ, input_gradient=True)[0])

    return saliency


_x = _matrix(0.8, 0, 0.5, 1, 0.3)

SALIENCY = Exercise(
    reference=saliency,
    probes=[
        ("three pixels", (_network((3, 4, 3), Sigmoid, 2), _x[:3], 1)),
        ("two hidden layers", (_network((5, 4, 4, 3), Tanh, 7), _x, 2)),
        ("ReLU", (_network((5, 6, 3), ReLU, 3), _x, 1)),
        ("ten classes", (_network((5, 4, 10), Sigmoid, 4), _x, 6)),
        ("28 × 28 pixels", (_network((784, 3, 10), Sigmoid, 5), np.resize(_x, 784), 3)),
        (
            "read-only float32",
            (_network((5, 4, 3), Sigmoid, 6).astype(np.float32), _x.astype(np.float32), 1),
        ),
    ],
    misconceptions=[
        Misconception(
            "absolute-forgotten",
            "The signs are still there. How strongly a pixel acts is asked for, whichever way.",
            _gradient,
            (lambda net, x, c: -_gradient(net, x, c),),
        ),
        Misconception(
            "only-positive",
            "It cuts off negative slopes; they count as much, without their sign.",
            _of_gradient(lambda g, x: np.maximum(g, 0)),
            (_of_gradient(lambda g, x: np.maximum(-g, 0)),),
        ),
        Misconception(
            "slope-of-the-loss",
            "This is the slope of the loss, in which all classes have a part, and which fades "
            "where the network is sure. Start the way back with 1 for class c and 0 elsewhere.",
            _of_slope(lambda Z, c: softmax(Z) - _one(Z, c)),
            (
                _of_slope(lambda Z, c: sigmoid(Z) - _one(Z, c)),
                _of_slope(lambda Z, c: Z - _one(Z, c)),
            ),
        ),
        Misconception(
            "slope-of-the-probability",
            "This is the slope of the probability, which fades where the network is sure. Asked "
            "for is that of the logit.",
            _of_slope(lambda Z, c: softmax(Z)[0, c] * (_one(Z, c) - softmax(Z))),
            (_of_slope(lambda Z, c: sigmoid_grad(Z) * _one(Z, c)),),
        ),
        Misconception(
            "predicted-class",
            "It asks about the class that wins; asked for is class c.",
            _of_slope(lambda Z, c: _one(Z, Z.argmax())),
        ),
        Misconception(
            "wrong-class",
            "This is the slope of another logit than that of c: columns count from 0.",
            _of_slope(lambda Z, c: _one(Z, 0)),
            (_of_slope(lambda Z, c: _one(Z, c - 1)),),
        ),
        Misconception(
            "all-classes",
            "This is the slope of all logits together: dZ is 1 for class c alone.",
            _of_slope(lambda Z, c: np.ones_like(Z)),
            (
                _of_slope(lambda Z, c: Z),
                _of_slope(lambda Z, c: softmax(Z)),
                _of_slope(lambda Z, c: np.full_like(Z, c)),
            ),
        ),
        Misconception(
            "logit-as-slope",
            "The way back starts with the logit itself, so that a larger logit looks steeper. It "
            "starts with its slope over itself, which is 1.",
            _of_slope(lambda Z, c: Z * _one(Z, c)),
            (_of_slope(lambda Z, c: softmax(Z) * _one(Z, c)),),
        ),
        Misconception(
            "gradient-times-input",
            "This is gradient times input, which is 0 wherever the image is. Leave out the pixel.",
            _of_gradient(lambda g, x: np.abs(g * x)),
            (_of_gradient(lambda g, x: g * x),),
        ),
        Misconception(
            "gradient-of-the-weights",
            "These are slopes over the weights of the first layer, those for training. That over "
            "the pixels is what backward returns when asked for the input_gradient.",
            _first_weights(np.abs),
            (
                _first_weights(lambda dW: np.abs(dW).sum(axis=1)),
                _first_weights(lambda dW: np.abs(dW.sum(axis=1))),
                _first_weights(lambda dW: np.abs(dW).max(axis=1)),
                _first_weights(lambda dW: np.abs(dW).mean(axis=1)),
                _first_weights(lambda dW: np.abs(dW.mean(axis=1))),
                _first_weights(lambda dW: dW),
            ),
        ),
        Misconception(
            "slopes-left-out",
            "It multiplies weights alone, as if the units in between were not there: their "
            "activations have slopes, which depend on the image.",
            lambda net, x, c: np.abs(_weights_multiplied(net, x, c)),
            (_weights_multiplied,),
        ),
        Misconception(
            "pixel-taken-away",
            "It takes each pixel away and sees what that does: occlusion. A slope is what a tiny "
            "change would do.",
            lambda net, x, c: np.abs(_without_each_pixel(net, x, c)),
            (_without_each_pixel,),
        ),
        Misconception(
            "normalised",
            "It is scaled afterwards. That does for one picture, but two can no longer be "
            "compared.",
            _of_gradient(lambda g, x: np.abs(g) / np.abs(g).max()),
            (
                _of_gradient(lambda g, x: np.abs(g) / np.abs(g).sum()),
                _of_gradient(lambda g, x: np.abs(g) / np.linalg.norm(g)),
                _of_gradient(lambda g, x: (np.abs(g) - np.abs(g).min()) / np.ptp(np.abs(g))),
            ),
        ),
        Misconception(
            "squared",
            "The slopes are squared; their absolute value is asked for.",
            _of_gradient(lambda g, x: g**2),
        ),
        Misconception(
            "one-number",
            "It makes one number of all pixels; each has its own slope.",
            _of_gradient(lambda g, x: np.abs(g).sum()),
            (
                _of_gradient(lambda g, x: np.linalg.norm(g)),
                _of_gradient(lambda g, x: np.abs(g).max()),
            ),
        ),
        Misconception(
            "extra-axis",
            "Its result is still a batch of one, (1, n_in). Take its only row.",
            lambda net, x, c: saliency(net, x, c)[np.newaxis],
        ),
        Misconception(
            "hard-coded-784",
            "It works for images of 784 pixels alone. x[np.newaxis] makes one row of any.",
            _hard_coded(n_in=784),
            (_hard_coded(n_in=784, n_classes=10),),
        ),
        Misconception(
            "hard-coded-ten",
            "It counts on ten classes. np.zeros_like(Z) has as many as there are.",
            _hard_coded(n_classes=10),
        ),
    ],
    hints=(
        "Forward, then backward, but starting at the logit of c in place of the loss.",
        "backward wants the slope over all logits, shape (1, n_classes): what is that of z_c "
        "itself? And with input_gradient=True it goes on down to the pixels.",
        "net.forward(x[np.newaxis]) gives Z. Let dZ be zeros like Z, but 1 in column c; hand it to "
        "net.backward, take the only row and its absolute value.",
    ),
    insight="It says where a small change would act, not where the evidence came from.",
    explanation="Backpropagation starts with 1 at the logit of c and goes on to the pixels.",
)


def _covered(near):
    """Return (784, 784): whether a patch around pixel p (rows) covers pixel q (columns)."""
    place = np.arange(28)
    away = near(place - place[:, np.newaxis])
    return np.kron(away, away)


def _from_to(first, last):
    """Return a function of the size: covered are ``first(size)`` to ``last(size)`` from p on."""
    return lambda size: _covered(lambda d: (first(size) <= d) & (d <= last(size)))


def _half(size):
    return size // 2


def _minus_half(size):
    return -(size // 2)


_centred = _from_to(_minus_half, _half)


def _patched_with(covered, fill=lambda image: 0):
    """Return the exercise with other patches."""

    def occlusion_map(predict, image, c, size):
        X = np.where(covered(size), np.asarray(fill(image), image.dtype), image.ravel())
        return (predict(image.reshape(1, -1))[0, c] - predict(X)[:, c]).reshape(28, 28)

    return occlusion_map


def _of_probabilities(result):
    """Return the exercise with another ``result(before, after, c)`` of (n,) and (784, n)."""

    def occlusion_map(predict, image, c, size):
        X = image.ravel() * ~_centred(size)
        return result(predict(image.reshape(1, -1))[0], predict(X), c).reshape(28, 28)

    return occlusion_map


def _of_map(change):
    return lambda predict, image, c, size: change(occlusion_map(predict, image, c, size), size)


def _with_size(other):
    return lambda predict, image, c, size: occlusion_map(predict, image, c, other(size))


def _wrapping(size):
    """Return patches of which what leaves the image comes in again on the other side."""
    return _covered(lambda d: (d + size // 2) % 28 < size)


def _without_top_and_left(size):
    """Return patches as slices give them: one that starts at a negative index is empty."""
    fits = np.minimum(*np.indices((28, 28))) >= size // 2
    return _centred(size) & fits.reshape(-1, 1)


def _tiles(size):
    tile = np.arange(28) // size
    same = tile == tile[:, np.newaxis]
    return np.kron(same, same)


def _accumulated(size):
    return np.logical_or.accumulate(_centred(size), axis=0)


def _where_it_fits(border):
    def change(drop, size):
        half = size // 2
        result = np.full_like(drop, border)
        inside = slice(half, 28 - half)
        result[inside, inside] = drop[inside, inside]
        return result

    return change


def _inside(drop, size):
    return drop[size // 2 : 28 - size // 2, size // 2 : 28 - size // 2]


def _spread(average):
    """Return a change of the map: each drop is added to all pixels of its patch."""

    def change(drop, size):
        covered = _centred(size).astype(drop.dtype)
        return (drop.ravel() @ covered / (covered.sum(axis=0) if average else 1)).reshape(28, 28)

    return change


def _in_place(drops, left):
    """Return the exercise on the lent image itself, of which ``left`` times its ink remains."""

    def occlusion_map(predict, image, c, size):
        drop = drops(predict, image, c, size)
        image *= left
        return drop

    return occlusion_map


_IMAGE = np.random.default_rng(8).uniform(0.2, 1, (28, 28))
_VOTES = np.random.default_rng(9).normal(0, 0.12, (784, 3))


def three_classes(X):
    """Probabilities of a softmax on fixed weights, (m, 784) -> (m, 3)."""
    return softmax(X @ _VOTES)


def one_pixel(X):
    """Probabilities of two classes, as the pixel in row 3 and column 1 has it."""
    p = X[:, 3 * 28 + 1]
    return np.stack([1 - p, p], axis=1)


OCCLUSION = Exercise(
    reference=occlusion_map,
    probes=[
        ("a network that looks at one pixel", (one_pixel, _IMAGE, 1, 5)),
        ("three classes", (three_classes, _IMAGE, 1, 3)),
        ("another class", (three_classes, _IMAGE, 2, 7)),
        ("read-only float32", (one_pixel, _IMAGE.astype(np.float32), 1, 3)),
    ],
    misconceptions=[
        Misconception(
            "patched-with-another-grey",
            "The patch is not empty but has a grey of its own, which is ink where there was none. "
            "Set its pixels to 0.",
            _patched_with(_centred, lambda image: 1),
            (
                _patched_with(_centred, np.mean),
                _patched_with(_centred, lambda image: 0.5),
            ),
        ),
        Misconception(
            "not-centred",
            "The patch begins or ends at its pixel; the pixel should be its middle, with size // 2 "
            "on every side.",
            _patched_with(_from_to(lambda size: 0, lambda size: size - 1)),
            (_patched_with(_from_to(lambda size: 1 - size, lambda size: 0)),),
        ),
        Misconception(
            "one-too-small",
            "The patch lacks its last row and column: a slice ends before its second number. "
            "Behind the middle lie size // 2 pixels more.",
            _patched_with(_from_to(_minus_half, lambda size: size // 2 - 1)),
            (_patched_with(_from_to(lambda size: 1 - size // 2, _half)),),
        ),
        Misconception(
            "one-too-large",
            "The patch has a row and a column too many: size // 2 on every side of the middle "
            "makes it as wide as `size`.",
            _patched_with(_from_to(_minus_half, lambda size: size // 2 + 1)),
            (
                _patched_with(_from_to(lambda size: -(size // 2) - 1, _half)),
                _with_size(lambda size: size + 2),
            ),
        ),
        Misconception(
            "size-as-radius",
            "The patch reaches `size` to every side; that is how wide it should be in all.",
            _with_size(lambda size: 2 * size + 1),
            (
                _patched_with(_from_to(lambda size: -size, lambda size: size - 1)),
                _patched_with(_from_to(lambda size: 0, lambda size: size)),
            ),
        ),
        Misconception(
            "size-ignored",
            "The patch has the same size whatever is asked for. Use `size`.",
            _with_size(lambda size: 1),
            (_with_size(lambda size: 3), _with_size(lambda size: 5), _with_size(lambda size: 7)),
        ),
        Misconception(
            "wraps-around",
            "What leaves the image on one side comes in on the other, as with a negative index or "
            "np.roll. Cut the patch off at the edge.",
            _patched_with(_wrapping),
        ),
        Misconception(
            "lost-at-the-edge",
            "Near the top or the left edge there is no patch at all: a slice from a negative "
            "number counts from the other end, and is empty. max(0, …) starts it at the edge.",
            _patched_with(_without_top_and_left),
        ),
        Misconception(
            "edge-left-out",
            "Pixels near the edge are left out. There the patch is cut off, and the rest counts.",
            _of_map(_where_it_fits(0)),
            (_of_map(_where_it_fits(np.nan)), _of_map(_inside)),
        ),
        Misconception(
            "tiles",
            "The patch jumps from tile to tile; it should be centred at every single pixel.",
            _patched_with(_tiles),
        ),
        Misconception(
            "patches-accumulate",
            "One patch stays while the next is laid, until nothing is left. Take a fresh copy of "
            "the image for every pixel.",
            _patched_with(_accumulated),
            (_in_place(_patched_with(_accumulated), left=0),),
        ),
        Misconception(
            "inverted",
            "It keeps the patch and sets all the rest to 0; it should be the other way round.",
            _patched_with(lambda size: ~_centred(size)),
        ),
        Misconception(
            "wrong-sign",
            "It subtracts before from after, so that a loss becomes negative. The drop is before "
            "less after.",
            _of_map(lambda drop, size: -drop),
        ),
        Misconception(
            "probability-after",
            "This is the probability with the patch; asked for is how much it has dropped.",
            _of_probabilities(lambda before, after, c: after[:, c]),
            (_of_probabilities(lambda before, after, c: 1 - after[:, c]),),
        ),
        Misconception(
            "relative",
            "It divides by the probability before; the drop is a plain difference.",
            _of_probabilities(lambda before, after, c: (before - after)[:, c] / before[c]),
            (_of_probabilities(lambda before, after, c: after[:, c] / before[c]),),
        ),
        Misconception(
            "logarithms",
            "It compares logarithms of probabilities, as if they were logits; the drop is one of "
            "probability.",
            _of_probabilities(lambda before, after, c: _log(before)[c] - _log(after)[:, c]),
            (_of_probabilities(lambda before, after, c: _log_odds(before, after, c)),),
        ),
        Misconception(
            "only-positive",
            "Where a patch helps the class, the drop is negative: keep that sign.",
            _of_map(lambda drop, size: np.maximum(drop, 0)),
            (_of_map(lambda drop, size: np.abs(drop)),),
        ),
        Misconception(
            "wrong-class",
            "It follows another class than c.",
            _of_probabilities(lambda before, after, c: (before - after)[:, before.argmax()]),
            (
                _of_probabilities(lambda before, after, c: before.max() - after.max(axis=1)),
                _of_probabilities(lambda before, after, c: (before - after)[:, 0]),
                _of_probabilities(lambda before, after, c: (before - after)[:, 1]),
                _of_probabilities(lambda before, after, c: before[c] - after.max(axis=1)),
            ),
        ),
        Misconception(
            "all-classes",
            "It adds up the drops of all classes, and what one loses, others gain. Take class c.",
            _of_probabilities(lambda before, after, c: np.abs(before - after).sum(axis=1)),
            (_of_probabilities(lambda before, after, c: (before - after).sum(axis=1)),),
        ),
        Misconception(
            "verdict",
            "It only says whether the prediction changes; asked for is by how much the probability "
            "drops.",
            _of_probabilities(lambda before, after, c: after.argmax(axis=1) != before.argmax()),
            (_of_probabilities(lambda before, after, c: after.argmax(axis=1) != c),),
        ),
        Misconception(
            "every-class",
            "It returns the drops of all classes; asked for is class c alone.",
            lambda predict, image, c, size: np.stack(
                [occlusion_map(predict, image, k, size) for k in range(_count(predict))], axis=-1
            ),
            (
                lambda predict, image, c, size: np.stack(
                    [occlusion_map(predict, image, k, size) for k in range(_count(predict))]
                ),
            ),
        ),
        Misconception(
            "not-folded",
            "The drops stand in a row; fold them back into an image, (28, 28).",
            _of_map(lambda drop, size: drop.ravel()),
        ),
        Misconception(
            "transposed",
            "Rows and columns of the map have changed places.",
            _of_map(lambda drop, size: drop.T),
        ),
        Misconception(
            "normalised",
            "The map is scaled afterwards; leave it in units of probability.",
            _of_map(lambda drop, size: drop / np.abs(drop).max()),
            (
                _of_map(lambda drop, size: drop / drop.max()),
                _of_map(lambda drop, size: (drop - drop.min()) / np.ptp(drop)),
                _of_map(lambda drop, size: drop / size**2),
            ),
        ),
        Misconception(
            "spread-out",
            "Each drop is written to all pixels of its patch; it belongs to the one in the middle.",
            _of_map(_spread(average=False)),
            (_of_map(_spread(average=True)),),
        ),
        Misconception(
            "changes-its-input",
            "It lays the patch on the `image` that it was only lent, even if it takes it off "
            "again. Work on a copy.",
            _in_place(occlusion_map, left=1),
        ),
    ],
    hints=(
        "For every pixel: copy the image, set the square around the pixel to 0, ask predict, and "
        "compare with the probability before.",
        "size // 2 pixels lie on every side of the middle, so the rows go from i - size // 2 to "
        "i + size // 2. At the edge max(0, …) keeps a slice from starting below 0.",
        "predict takes rows of 784 pixels: patched.reshape(1, -1) for one image, and its answer "
        "has a column for each class.",
    ),
    insight="It asks about images of a kind that the network has never seen: with a hole.",
    explanation="`occluded`, of course_lib.interpretation as well, makes all 784 patched images at "
    "once, one a row. A double loop over i and j does: in a copy of the image, set the rows from "
    "max(0, i - size // 2) to i + size // 2 to 0, in the columns from max(0, j - size // 2) to "
    "j + size // 2.",
)


def _log(P):
    return np.log(np.maximum(P, 1e-12))


def _log_odds(before, after, c):
    return (_log(before) - _log(1 - before))[c] - (_log(after) - _log(1 - after))[:, c]


def _count(predict):
    return predict(np.zeros((1, 784))).shape[1]


def _pairs(matrix):
    return [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix) if i != j]


def _sorted_by(key, pairs=_pairs):
    return lambda matrix, k: sorted(pairs(matrix), key=lambda pair: key(pair, matrix))[:k]


def _each(change):
    return lambda matrix, k: [change(*pair) for pair in most_confused(matrix, k)]


def _rate(pair, matrix):
    return pair[2] / matrix[pair[0]].sum()


def _share(pair, matrix):
    return pair[2] / matrix[:, pair[1]].sum()


def _with_diagonal(matrix):
    return [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix)]


def _one_side(compare):
    return lambda matrix: [pair for pair in _pairs(matrix) if compare(*pair[:2])]


def _worst_of_each_row(matrix, k):
    rows = [
        max((p for p in _pairs(matrix) if p[0] == i), key=lambda p: p[2])
        for i in range(len(matrix))
    ]
    return sorted(rows, key=lambda pair: -pair[2])[:k]


def _both_ways(both):
    return _sorted_by(
        lambda pair, matrix: -pair[2],
        lambda matrix: [p for p in _pairs(matrix + matrix.T) if both or p[0] < p[1]],
    )


def _confused_in_place(matrix, k):
    np.fill_diagonal(matrix, 0)
    order = np.argsort(-matrix, axis=None, kind="stable")[:k]
    return [(*divmod(int(i), len(matrix)), int(matrix.flat[i])) for i in order]


def _flat_indices(matrix, k):
    return [(i * len(matrix) + j, count) for i, j, count in most_confused(matrix, k)]


def _is_most_confused(found, matrix, k):
    places = [(i, j) for i, j, _ in found]
    counts = [count for *_, count in found]
    most = sorted((count for _, _, count in _pairs(matrix)), reverse=True)[:k]
    fits = all(i != j and matrix[i, j] == count for i, j, count in found)
    return fits and len(set(places)) == k and counts == most


# Three shirts are taken for tops, and so on; every count off the diagonal comes once.
_THREE = _matrix((50, 9, 4), (2, 70, 12), (7, 3, 30), dtype=int)
# Class 3 is rare: a third of it goes wrong, and yet few examples.
_FOUR = _matrix((900, 31, 17, 5), (12, 940, 26, 8), (44, 19, 850, 3), (6, 1, 2, 18), dtype=int)
_EQUAL = _matrix((8, 5, 2), (5, 9, 5), (2, 1, 7), dtype=int)

CONFUSED = Exercise(
    reference=most_confused,
    probes=[
        ("three classes, the largest", (_THREE, 1)),
        ("the two largest", (_THREE, 2)),
        ("all six", (_THREE, 6)),
        ("four classes, one of them rare", (_FOUR, 5)),
        ("equal counts", (_EQUAL, 2)),
        ("read-only", (_FOUR, 3)),
    ],
    properties={
        "equal counts": [
            (
                "equal-counts",
                "Where counts are equal, any order is right; but each pair should come once, with "
                "its own count.",
                _is_most_confused,
            )
        ]
    },
    misconceptions=[
        Misconception(
            "diagonal-counted",
            "The diagonal is among them: those are right answers, not mistakes.",
            _sorted_by(lambda pair, matrix: -pair[2], _with_diagonal),
        ),
        Misconception(
            "transposed",
            "Truth and prediction have changed places: the truth is in the rows, the first index.",
            _each(lambda i, j, count: (j, i, count)),
            (lambda matrix, k: most_confused(matrix.T, k),),
        ),
        Misconception(
            "k-ignored",
            "It returns another number of pairs than `k`.",
            lambda matrix, k: most_confused(matrix, matrix.size),
            (
                lambda matrix, k: most_confused(matrix, 1),
                lambda matrix, k: most_confused(matrix, k + 1),
                lambda matrix, k: most_confused(matrix, k - 1),
                lambda matrix, k: most_confused(matrix, 5),
                lambda matrix, k: most_confused(matrix, 3),
            ),
        ),
        Misconception(
            "kth-only",
            "It returns the k-th pair alone; asked for are the k largest.",
            lambda matrix, k: most_confused(matrix, k)[-1:],
            (lambda matrix, k: most_confused(matrix, k)[-1],),
        ),
        Misconception(
            "smallest-first",
            "It begins with the rarest mistakes: sorting goes upwards by itself.",
            _sorted_by(lambda pair, matrix: pair[2]),
            (_sorted_by(lambda pair, matrix: pair[2], _with_diagonal),),
        ),
        Misconception(
            "ascending",
            "These are the right pairs, but the largest should come first.",
            lambda matrix, k: most_confused(matrix, k)[::-1],
        ),
        Misconception(
            "not-sorted",
            "It takes the pairs as they stand in the matrix; they should be sorted by count.",
            lambda matrix, k: _pairs(matrix)[:k],
            (lambda matrix, k: sorted(most_confused(matrix, k)),),
        ),
        Misconception(
            "sorted-by-class",
            "It sorts by class: a tuple is compared by its first entry. Sort by the count.",
            lambda matrix, k: sorted(_pairs(matrix), reverse=True)[:k],
        ),
        Misconception(
            "count-missing",
            "The count is missing: each entry has three parts, (true, predicted, count).",
            _each(lambda i, j, count: (i, j)),
        ),
        Misconception(
            "count-first",
            "The count comes first; the order is (true, predicted, count).",
            _each(lambda i, j, count: (count, i, j)),
            (_each(lambda i, j, count: (count, j, i)),),
        ),
        Misconception(
            "count-only",
            "It returns the counts alone; say which class was taken for which.",
            _each(lambda i, j, count: count),
        ),
        Misconception(
            "nested",
            "Each entry is a pair of a pair and a count; make it three numbers in a row.",
            _each(lambda i, j, count: ((i, j), count)),
        ),
        Misconception(
            "both-directions-added",
            "It adds up both directions. A taken for B is another mistake than B taken for A.",
            _both_ways(both=False),
            (_both_ways(both=True),),
        ),
        Misconception(
            "one-side-only",
            "It looks only at one side of the diagonal; mistakes stand on both.",
            _sorted_by(lambda pair, matrix: -pair[2], _one_side(lambda i, j: i < j)),
            (_sorted_by(lambda pair, matrix: -pair[2], _one_side(lambda i, j: i > j)),),
        ),
        Misconception(
            "one-for-each-class",
            "It takes one mistake from each class; a class may have several of the largest.",
            _worst_of_each_row,
        ),
        Misconception(
            "rates",
            "It divides the counts, by the class or by all examples. Asked for are counts.",
            lambda matrix, k: [
                (*pair[:2], _rate(pair, matrix))
                for pair in sorted(_pairs(matrix), key=lambda p: -_rate(p, matrix))[:k]
            ],
            (
                lambda matrix, k: [
                    (*pair[:2], _rate(pair, matrix)) for pair in most_confused(matrix, k)
                ],
                lambda matrix, k: [
                    (i, j, count / matrix.sum()) for i, j, count in most_confused(matrix, k)
                ],
                lambda matrix, k: [
                    (*pair[:2], _share(pair, matrix))
                    for pair in sorted(_pairs(matrix), key=lambda p: -_share(p, matrix))[:k]
                ],
            ),
        ),
        Misconception(
            "sorted-by-rate",
            "It sorts by rate and reports counts. By rate a rare class comes first, with few "
            "mistakes; asked for are the largest counts.",
            _sorted_by(lambda pair, matrix: -_rate(pair, matrix)),
            (_sorted_by(lambda pair, matrix: -_share(pair, matrix)),),
        ),
        Misconception(
            "flat-places",
            "The places count through the whole matrix, as argsort or argmax do unless told "
            "otherwise; np.unravel_index turns them into row and column.",
            _flat_indices,
        ),
        Misconception(
            "classes-from-one",
            "The classes count from 1; rows and columns count from 0.",
            _each(lambda i, j, count: (i + 1, j + 1, count)),
        ),
        Misconception(
            "array",
            "It returns an array; expected a list of tuples.",
            lambda matrix, k: np.array(most_confused(matrix, k)),
            (lambda matrix, k: {(i, j): count for i, j, count in most_confused(matrix, k)},),
        ),
        Misconception(
            "changes-its-input",
            "It changes the matrix that it was only lent: np.fill_diagonal works in place. Work on "
            "a copy.",
            _confused_in_place,
        ),
    ],
    hints=(
        "Every place off the diagonal is a kind of mistake. Make a list of them, and sort it.",
        "Two loops, or np.ndenumerate, give row, column and count; leave out what has row and "
        "column alike.",
        "sorted(…, key=…) sorts by what the key function returns for an entry; with a minus, the "
        "largest come first. A slice takes k of them.",
    ),
    insight="The direction matters: a shirt taken for a coat is not a coat taken for a shirt.",
    explanation="All places off the diagonal, sorted by count, the largest first; of these, k.",
)

EXERCISES = [HIDDEN, EVIDENCE, SALIENCY, OCCLUSION, CONFUSED]

QUIZ = [
    Question(
        "In a saliency map one pixel of a trouser leg is bright. What does that say?",
        [
            (
                "that pixel made the network answer “trouser”",
                False,
                "A slope says what a change would do, not what has led to the answer.",
            ),
            (
                "a small change of that pixel would move the logit much",
                True,
                "That, and for this image alone; in which direction, the absolute value hides.",
            ),
            (
                "people look there as well",
                False,
                "The map is one of the network; it knows nothing about people.",
            ),
        ],
    ),
    Question(
        "For a ReLU network the evidence of the pixels and gradient × input agree to ten digits. "
        "What does that confirm?",
        [
            (
                "nothing: the two are the same formula",
                True,
                "Between its kinks such a network is linear, so slope times pixel is the share of "
                "the pixel. Compare with something that could have come out otherwise.",
            ),
            (
                "that the map is right about what matters",
                False,
                "Two names for one computation would agree for a network of noise as well.",
            ),
            (
                "that biases do not matter",
                False,
                "They make up the rest of the logit, and belong to no pixel.",
            ),
        ],
    ),
    Question(
        "You shuffle all weights of the network, and the maps of a method stay much the same. "
        "What follows?",
        [
            (
                "the method is robust",
                False,
                "Robust against the loss of all that was learned: then it cannot show any of it.",
            ),
            (
                "the network had learned nothing",
                False,
                "Its accuracy tells that; here the method was on trial.",
            ),
            (
                "the maps show the image more than what was learned",
                True,
                "Where the picture does not change, what it shows does not come from the weights.",
            ),
        ],
    ),
    Question(
        "A hidden unit is at 0 for an image. You switch it off. What happens to the logits?",
        [
            (
                "they stay as they are",
                True,
                "Its contributions were 0 already. For another image it may be all that matters.",
            ),
            (
                "the class that it votes for loses",
                False,
                "A vote counts as much as its unit is on, and this one is not on at all.",
            ),
            (
                "the unit is of no use to the network",
                False,
                "That is no answer about this image's logits, and wrong for images where it is on.",
            ),
        ],
    ),
    Question(
        "The filter of a hidden unit, drawn as a picture, looks like a sleeve. Does the unit find "
        "sleeves?",
        [
            (
                "yes, the weights show what it looks for",
                False,
                "Pixels come together: weights on neighbours may cancel, and those where images "
                "are always empty never count.",
            ),
            (
                "see which images turn it on, and what is lost without it",
                True,
                "The picture gives an idea; images that excite the unit and ablation put it to the "
                "test.",
            ),
            (
                "no, weights never mean anything",
                False,
                "They are all that the network has. But alone, without the images, they can "
                "mislead.",
            ),
        ],
    ),
    Question(
        "Why does the fast-gradient-sign attack need only a small ε?",
        [
            (
                "it finds the few pixels that matter and changes those",
                False,
                "It moves every pixel that has a slope, each by the same ε.",
            ),
            (
                "hundreds of small steps all push the same way",
                True,
                "Each pixel moves by ε in its own worst direction; over 784 of them it adds up.",
            ),
            (
                "the network was not trained for long enough",
                False,
                "Well-trained networks fall for it, too: it uses the very slopes that training "
                "uses.",
            ),
        ],
    ),
]
