"""How students mend `mend_saliency`: rightly in other forms, and the symptom alone."""

import numpy as np
from scipy import special

import course_lib.interpretation as library
from course_lib.losses import softmax_cross_entropy


def mended(dZ_of=None, then=np.abs, before=lambda Z: Z):
    """Return the map of the cell with one step of it another."""

    def saliency(net, x, c):
        Z = before(net.forward(x[np.newaxis]))
        _, dZ = softmax_cross_entropy(np.array([c]), Z)
        if dZ_of is not None:
            dZ = dZ_of(Z, c)
        return then(net.backward(np.asarray(dZ, dtype=Z.dtype), input_gradient=True)[0])

    return saliency


def one(Z, c):
    row = np.zeros_like(Z)
    row[0, c] = 1
    return row


def zeros_and_one(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


def layer_by_layer(net, x, c):
    net.forward(x[None])
    slope = np.eye(net.layers[-1].params["b"].size, dtype=x.dtype)[c]
    for layer in reversed(net.layers):
        slope = layer.params["W"] @ slope if layer.params else slope * layer.f_grad(layer.Z[0])
    return np.abs(slope)


def by_differences(net, x, c, h=1e-4):
    steps = h * np.eye(len(x))
    up, down = (net.forward(x.astype(float) + s)[:, c] for s in (steps, -steps))
    return np.abs(up - down) / (2 * h)


class Map:
    def __init__(self, power=1):
        self.power = power

    def __call__(self, net, x, c):
        Z = net.forward(np.atleast_2d(x))
        start = np.array([[float(k == c) for k in range(Z.shape[1])]], dtype=Z.dtype)
        return np.abs(net.backward(start, input_gradient=True)).ravel() ** self.power


def from_two_losses(net, x, c):
    """The slope of z_c is that of log-sum-exp, less that of the loss."""
    Z = net.forward(x[None])
    loss = net.backward(special.softmax(Z, axis=1).astype(Z.dtype) - one(Z, c), input_gradient=True)
    net.forward(x[None])
    total = net.backward(special.softmax(Z, axis=1).astype(Z.dtype), input_gradient=True)
    return np.abs(total - loss)[0]


def in_float32(net, x, c):
    batch = x.reshape(1, -1)
    logits = net.forward(batch)
    seed = np.zeros(logits.shape, dtype=np.float32)
    seed[:, c] = 1
    return np.fabs(net.backward(seed, input_gradient=True)).reshape(x.shape)


def one_written_into_loss(net, x, c):
    Z = net.forward(x[np.newaxis])
    _, dZ = softmax_cross_entropy(np.array([c]), Z)
    dZ[0, c] = 1
    dX = net.backward(dZ, input_gradient=True)
    return np.abs(dX[0])


RIGHT = [
    in_float32,
    zeros_and_one,
    layer_by_layer,
    by_differences,
    Map(),
    from_two_losses,
    mended(one),
    mended(lambda Z, c: -one(Z, c)),
    mended(lambda Z, c: np.arange(Z.shape[1])[None] == c),
    mended(one, then=lambda g: np.sqrt(g * g)),
    mended(one, then=lambda g: np.where(g < 0, -g, g)),
    lambda net, x, c: np.abs(library.logit_gradient(net, x[np.newaxis], c)[0]),
    lambda net, x, c: library.saliency(net, x[np.newaxis], c).squeeze(),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (mended(), "as-given"),
    (mended(lambda Z, c: special.softmax(Z, axis=1) - one(Z, c)), "as-given"),
    (mended(then=lambda g: np.nan_to_num(np.abs(g))), "as-given"),
    (mended(then=lambda g: np.abs(g) / np.abs(g).max()), "scaled"),
    (mended(then=lambda g: np.abs(g) / np.abs(g).sum()), "scaled"),
    (mended(then=lambda g: np.abs(g) / (np.abs(g).max() + 1e-12)), "scaled"),
    (mended(then=lambda g: 1000 * np.abs(g)), "scaled"),
    (mended(then=lambda g: 1e6 * np.abs(g)), "scaled"),
    (mended(then=lambda g: np.abs(g) / np.linalg.norm(g)), "scaled"),
    (mended(then=lambda g: np.sqrt(np.abs(g))), "lifted"),
    (mended(then=lambda g: np.log(np.abs(g) + 1e-12)), "lifted"),
    (mended(then=lambda g: np.abs(g) + 1e-6), "lifted"),
    (mended(then=lambda g: np.maximum(np.abs(g), 1e-3)), "lifted"),
    (
        mended(
            lambda Z, c: (special.softmax(Z) - one(Z, c)) / (1 - special.softmax(Z)[0, c] + 1e-12)
        ),
        "divided-by-the-error",
    ),
    (mended(lambda Z, c: np.sign(special.softmax(Z) - one(Z, c))), "others-count-against"),
    (mended(before=lambda Z: Z / 10), "temperature"),
    (mended(before=lambda Z: Z / 100), "temperature"),
    (mended(before=lambda Z: 0 * Z), "temperature"),
    (mended(lambda Z, c: special.softmax(Z) - one(Z, Z.argmin())), "another-loss"),
    (mended(lambda Z, c: special.softmax(Z) - one(Z, Z.argmax())), "another-loss"),
    (mended(lambda Z, c: special.expit(Z) - one(Z, c)), "another-loss"),
    (mended(lambda Z, c: Z - one(Z, c)), "another-loss"),
    (
        mended(lambda Z, c: special.softmax(Z)[0, c] * (one(Z, c) - special.softmax(Z))),
        "slope-of-the-probability",
    ),
    (
        mended(lambda Z, c: special.softmax(Z) * (1 - special.softmax(Z)) * one(Z, c)),
        "slope-of-the-probability",
    ),
    (
        mended(lambda Z, c: one(Z, c) - (1 - one(Z, c)) / (Z.shape[1] - 1)),
        "margin",
    ),
    (mended(lambda Z, c: (special.softmax(Z) - one(Z, c)) * one(Z, c)), "own-term-only"),
    (mended(one, then=lambda g: g), "absolute-forgotten"),
    (mended(one, then=lambda g: np.maximum(g, 0)), "only-positive"),
    (mended(lambda Z, c: one(Z, Z.argmax())), "predicted-class"),
    (mended(lambda Z, c: one(Z, c - 1)), "wrong-class"),
    (mended(lambda Z, c: np.ones_like(Z)), "all-classes"),
    (mended(lambda Z, c: Z), "all-classes"),
    (mended(lambda Z, c: 1 - one(Z, c)), "other-classes"),
    (mended(lambda Z, c: Z * one(Z, c)), "logit-as-slope"),
    (lambda net, x, c: x * zeros_and_one(net, x, c), "gradient-times-input"),
    (mended(one, then=lambda g: np.abs(g) / np.abs(g).max()), "right-but-normalised"),
    (mended(one, then=lambda g: np.log1p(np.abs(g))), "compressed"),
    (Map(power=2), "squared"),
    (lambda net, x, c: zeros_and_one(net, x, c)[np.newaxis], "extra-axis"),
    (mended(lambda Z, c: np.eye(10)[[c]]), "hard-coded-ten"),
    (one_written_into_loss, "all-classes"),
]


def seen_multiplies_dx_by(net, x, c):
    Z = net.forward(x[np.newaxis])
    _, dZ = softmax_cross_entropy(np.array([c]), Z)
    dX = net.backward(dZ, input_gradient=True)
    return np.abs(dX[0] * x)


def seen_abs_removed_only(net, x, c):
    Z = net.forward(x[np.newaxis])
    _, dZ = softmax_cross_entropy(np.array([c]), Z)
    dX = net.backward(dZ, input_gradient=True)
    return dX[0]


WRONG += [
    (seen_multiplies_dx_by, "still-times-the-picture"),
    (seen_abs_removed_only, "signs-brought-back"),
]


def way_back_from(dZ_of, give=np.abs):
    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        return give(net.backward(dZ_of(Z, c), input_gradient=True)[0])

    return saliency


def against_the_best_other(Z, c):
    dZ, others = np.zeros_like(Z), Z.copy()
    others[0, c] = -1e9
    dZ[0, c], dZ[0, others.argmax()] = 1, -1
    return dZ


def of_the_winner(Z, c):
    return np.eye(Z.shape[1], dtype=Z.dtype)[[Z.argmax()]]


WRONG += [
    (way_back_from(against_the_best_other), "margin"),
    (way_back_from(lambda Z, c: 1 - special.softmax(Z, axis=1)), "all-classes"),
    (
        way_back_from(lambda Z, c: 2 * np.eye(Z.shape[1], dtype=Z.dtype)[[c]] - 1),
        "others-count-against",
    ),
    (way_back_from(of_the_winner, give=lambda g: g), "predicted-class"),
]
