"""What students write for `saliency`: right in other forms, and wrong in their own."""

import numpy as np
from scipy import special

import course_lib.interpretation as library
from course_lib import losses


def saliency_by_hand(net, x, c):
    """The chain rule, layer by layer, without backward."""
    net.forward(x.reshape(1, -1))
    slope = np.eye(net.layers[-1].params["W"].shape[1], dtype=x.dtype)[c]
    for layer in net.layers[::-1]:
        slope = layer.params["W"] @ slope if layer.params else slope * layer.f_grad(layer.Z[0])
    return abs(slope)


def saliency_by_differences(net, x, c, h=1e-4):
    steps = h * np.eye(len(x))
    above, below = (net.forward(x.astype(float) + s)[:, c] for s in (steps, -steps))
    return np.abs(above - below) / (2 * h)


def saliency_with(dZ_of=None, then=np.abs, **more):
    """Return saliency as a student writes it, with one step another."""

    def saliency(net, x, c):
        Z = net.forward(x.reshape(1, -1))
        dZ = np.zeros(Z.shape, dtype=Z.dtype)
        dZ[:, c] = 1
        dX = net.backward(dZ if dZ_of is None else dZ_of(Z, c), **({"input_gradient": True} | more))
        return then(dX[0])

    return saliency


def loss_as_in_training(net, x, c):
    Z = net.forward(x[None])
    _, dZ = losses.softmax_cross_entropy(np.array([c]), Z)
    return np.abs(net.backward(dZ, input_gradient=True))[0]


def saliency_of_the_weights(net, x, c):
    dZ = np.zeros_like(net.forward(x[None]))
    dZ[0, c] = 1
    net.backward(dZ)
    return np.abs(net.layers[0].grads["W"]).sum(axis=1)


RIGHT = [
    saliency_with(),
    saliency_by_hand,
    saliency_by_differences,
    saliency_with(then=lambda g: np.sqrt(g**2)),
    saliency_with(then=lambda g: np.maximum(g, -g)),
    lambda net, x, c: np.abs(library.logit_gradient(net, x[None, :], c)).ravel(),
    saliency_with(lambda Z, c: (np.arange(Z.shape[1]) == c)[None].astype(Z.dtype)),
    saliency_with(lambda Z, c: -np.eye(Z.shape[1], dtype=Z.dtype)[c : c + 1]),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (loss_as_in_training, "slope-of-the-loss"),
    (saliency_with(then=lambda g: g), "absolute-forgotten"),
    (saliency_with(lambda Z, c: np.ones(Z.shape)), "all-classes"),
    (saliency_with(lambda Z, c: np.eye(10, dtype=Z.dtype)[[c]]), "hard-coded-ten"),
    (saliency_with(lambda Z, c: np.eye(Z.shape[1])[[Z.argmax()]]), "predicted-class"),
    (
        saliency_with(lambda Z, c: (p := special.softmax(Z))[0, c] * (np.eye(Z.shape[1])[[c]] - p)),
        "slope-of-the-probability",
    ),
    (saliency_with(then=lambda g: np.abs(g) / np.max(np.abs(g))), "normalised"),
    (lambda net, x, c: np.abs(x * saliency_with()(net, x, c)), "gradient-times-input"),
    (lambda net, x, c: saliency_with()(net, x, c)[None], "extra-axis"),
    (saliency_of_the_weights, "gradient-of-the-weights"),
    (lambda net, x, c: net.layers[0].params["W"], "wrong-shape"),
    (lambda net, x, c: saliency_with()(net, x.reshape(1, 784)[0], c), "hard-coded-784"),
]
