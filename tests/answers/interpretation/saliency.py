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


class Saliency:
    def __call__(self, net, x, c):
        logits = net.forward(np.expand_dims(x, 0))
        start = np.zeros(logits.shape, logits.dtype)
        start[..., c] = 1.0
        return np.absolute(net.backward(start, input_gradient=True)).reshape(-1)


def saliency_by_complex_name(net, x, c):
    Z = net.forward(x[None, :])
    dZ = np.array([[1.0 if k == c else 0.0 for k in range(Z.shape[1])]], dtype=Z.dtype)
    (row,) = net.backward(dZ, input_gradient=True)
    return np.where(row < 0, -row, row)


def saliency_one_sided(net, x, c, h=1e-3):
    """Differences that are too coarse to be slopes."""
    base = net.forward(x[None])[0, c]
    return np.array([abs(net.forward((x + h * e)[None])[0, c] - base) for e in np.eye(len(x))])


def backward_without_forward(net, x, c):
    dZ = np.zeros((1, net.layers[-1].params["b"].size))
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


def right_sal(net, x, c):
    logits = net.forward(x[np.newaxis])
    seed = np.zeros_like(logits)
    seed[0][c] = 1.0
    return np.absolute(net.backward(seed, input_gradient=True)).ravel()


def wrote_slope_of_the_loss(net, x, c):
    z = net.forward(x[None])
    p = np.exp(z - z.max())
    p /= p.sum()
    p[0, c] -= 1
    return np.abs(net.backward(p, input_gradient=True)[0])


def wrote_logit_as_slope(net, x, c):
    z = net.forward(x[None])
    d = np.zeros_like(z)
    d[0, c] = z[0, c]
    return np.abs(net.backward(d, input_gradient=True)[0])


def wrote_not_one(net, x, c):
    z = net.forward(x[None])
    d = np.zeros_like(z)
    d[0, c] = c
    return np.abs(net.backward(d, input_gradient=True)[0])


def weights_only(net, x, c):
    path = None
    for layer in net.layers:
        if "W" in layer.params:
            path = layer.params["W"] if path is None else path @ layer.params["W"]
    return np.abs(path[:, c])


def without_one_at_a_time(net, x, c):
    drops = np.zeros(len(x))
    for j in range(len(x)):
        less = x.copy()
        less[j] = 0
        drops[j] = net.forward(x[None])[0, c] - net.forward(less[None])[0, c]
    return np.abs(drops)


def whole_row(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


def nothing_back(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[0, c] = 1
    return np.abs(net.backward(dZ))[0]


def as_a_picture(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0]).reshape(28, 28)


def loss_with_signs(net, x, c):
    Z = net.forward(x[np.newaxis])
    _, dZ = losses.softmax_cross_entropy(np.array([c]), Z)
    return net.backward(dZ, input_gradient=True)[0]


RIGHT = [
    saliency_with(),
    saliency_by_hand,
    saliency_by_differences,
    saliency_with(then=lambda g: np.sqrt(g**2)),
    saliency_with(then=lambda g: np.maximum(g, -g)),
    lambda net, x, c: np.abs(library.logit_gradient(net, x[None, :], c)).ravel(),
    saliency_with(lambda Z, c: (np.arange(Z.shape[1]) == c)[None].astype(Z.dtype)),
    saliency_with(lambda Z, c: -np.eye(Z.shape[1], dtype=Z.dtype)[c : c + 1]),
    Saliency(),
    saliency_by_complex_name,
    saliency_with(then=lambda g: np.hypot(g, 0)),
    saliency_with(then=lambda g: np.sign(g) * g),
    saliency_with(then=lambda g: [abs(float(v)) for v in g]),
    right_sal,
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
    (lambda net, x, c: net.layers[0].params["W"], "weights-of-first-layer"),
    (lambda net, x, c: saliency_with()(net, x.reshape(1, 784)[0], c), "hard-coded-784"),
    (saliency_one_sided, "not-divided"),
    (backward_without_forward, "raised"),
    (
        saliency_with(
            then=lambda g: (np.abs(g) - np.abs(g).min()) / (np.abs(g).max() - np.abs(g).min())
        ),
        "normalised",
    ),
    (saliency_with(then=lambda g: (g - g.min()) / (g.max() - g.min())), "normalised"),
    (saliency_with(then=lambda g: np.abs(g) / np.abs(g).sum()), "normalised"),
    (saliency_with(then=lambda g: 255 * np.abs(g) / np.abs(g).max()), "normalised"),
    (saliency_with(then=lambda g: (g - g.mean()) / g.std()), "normalised"),
    (saliency_with(then=lambda g: np.abs(g - g.mean())), "normalised"),
    (saliency_with(then=lambda g: np.log1p(np.abs(g))), "compressed"),
    (saliency_with(then=lambda g: np.sqrt(np.abs(g))), "compressed"),
    (saliency_with(then=lambda g: g**2), "squared"),
    (saliency_with(then=lambda g: np.maximum(g, 0)), "only-positive"),
    (saliency_with(then=lambda g: np.sign(g)), "direction-only"),
    (saliency_with(then=lambda g: np.abs(np.sign(g))), "direction-only"),
    (saliency_with(then=lambda g: np.abs(g) > np.abs(g).mean()), "direction-only"),
    (saliency_with(then=lambda g: np.sort(np.abs(g))), "sorted"),
    (saliency_with(then=lambda g: np.argsort(np.abs(g))), "sorted"),
    (saliency_with(then=lambda g: np.abs(g).sum()), "one-number"),
    (saliency_with(then=lambda g: abs(g.sum()) * np.ones_like(g)), "all-pixels-alike"),
    (saliency_with(lambda Z, c: np.ones_like(Z)), "all-classes"),
    (saliency_with(lambda Z, c: Z), "all-classes"),
    (saliency_with(lambda Z, c: Z * np.eye(Z.shape[1])[[c]]), "logit-as-slope"),
    (saliency_with(lambda Z, c: np.full_like(Z, 1 / Z.shape[1])), "all-classes"),
    (saliency_with(lambda Z, c: 2 * np.eye(Z.shape[1], dtype=Z.dtype)[[c]]), "not-one"),
    (saliency_with(lambda Z, c: special.softmax(Z) - np.eye(Z.shape[1])[[c]]), "slope-of-the-loss"),
    (saliency_with(lambda Z, c: 1 - np.eye(Z.shape[1], dtype=Z.dtype)[[c]]), "other-classes"),
    (lambda net, x, c: np.abs(net.layers[0].params["W"][:, c]), "weights-of-first-layer"),
    (lambda net, x, c: np.abs(net.layers[0].params["W"]).sum(axis=1), "weights-of-first-layer"),
    (wrote_slope_of_the_loss, "slope-of-the-loss"),
    (wrote_logit_as_slope, "logit-as-slope"),
    (wrote_not_one, "not-one"),
    (saliency_with(lambda Z, c: np.eye(Z.shape[1], dtype=Z.dtype)[[c - 1]]), "wrong-class"),
    (weights_only, "slopes-left-out"),
    (without_one_at_a_time, "pixel-taken-away"),
    (whole_row, "raised"),
    (nothing_back, "raised"),
    (as_a_picture, "raised"),
    (loss_with_signs, "slope-of-the-loss"),
]


def seen_x_zero_where(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[0, c] = 1
    g = np.abs(net.backward(dZ, input_gradient=True)[0])
    return g * (x > 0)


def seen_numeric_with_coarse(net, x, c):
    g = np.zeros_like(x)
    for i in range(len(x)):
        a = x.copy()
        a[i] += 0.1
        g[i] = (net.forward(a[None])[0, c] - net.forward(x[None])[0, c]) / 0.1
    return np.abs(g)


def seen_dz_for_others(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = -np.ones_like(Z)
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


WRONG += [
    (seen_x_zero_where, "where-there-is-ink"),
    (seen_numeric_with_coarse, "approximated"),
    (seen_dz_for_others, "others-subtracted"),
]


def of_gradient(change, column=lambda Z, c: c):
    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        dZ = np.zeros_like(Z)
        dZ[0, column(Z, c)] = 1
        return change(np.abs(net.backward(dZ, input_gradient=True)[0]))

    return saliency


WRONG += [
    (of_gradient(lambda g: g, lambda Z, c: (c + 1) % Z.shape[1]), "as-if"),
    (of_gradient(lambda g: np.argsort(np.argsort(g))), "ranks"),
    (of_gradient(lambda g: g / g.max(), lambda Z, c: Z.argmax()), "predicted-class"),
]


def lets_others_pull(net, x, c):
    Z = net.forward(x[np.newaxis])
    dZ = np.full_like(Z, -1 / (Z.shape[1] - 1))
    dZ[0, c] = 1
    return np.abs(net.backward(dZ, input_gradient=True)[0])


WRONG += [(lets_others_pull, "others-subtracted")]


def slope_of(dZ_of, change=np.abs):
    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        return change(net.backward(dZ_of(Z, c), input_gradient=True)[0])

    return saliency


def last_of_all_classes(net, x, c):
    Z = net.forward(x[np.newaxis])
    for k in range(Z.shape[1]):
        dZ = np.zeros_like(Z)
        dZ[0, k] = 1
        slopes = net.backward(dZ, input_gradient=True)[0]
    return np.abs(slopes)


WRONG += [
    (last_of_all_classes, "wrong-class"),
    (slope_of(lambda Z, c: np.eye(Z.shape[1])[[c]] / Z[0, c]), "wrong-scale"),
]
