"""What students write for `relu_grad`: right in other forms, and wrong in their own."""

import numpy as np


def relu_grad_masks(Z):
    slope = np.zeros(np.shape(Z))
    slope[Z > 0] = 1
    return slope


class Slope:
    def __call__(self, x):
        dx = np.ones(x.shape)
        dx[x <= 0] = 0
        return dx


def slope_by_differences(x):
    x, h = x.astype(float), 1e-6
    return np.round((np.maximum(x + h, 0) - np.maximum(x, 0)) / h, 3) * (x != 0)


def in_place(x):
    x[x <= 0] = 0
    x[x > 0] = 1
    return x


def forgets_ones(x):
    dx = np.array(x)
    dx[dx < 0] = 0
    return dx


def forgets_zeros(x):
    dx = np.array(x)
    dx[dx > 0] = 1
    return dx


def if_any(x):
    if x.any() > 0:
        return 1
    return 0


def right_drelu(Z):
    dZ = np.ones_like(Z)
    dZ[Z <= 0] = 0
    return dZ


def wrote_undefined_at_zero(Z):
    return np.maximum(0, Z) / Z


def wrote_leaky(Z):
    g = np.full_like(Z, 0.01)
    g[Z > 0] = 1
    return g


RIGHT = [
    relu_grad_masks,
    lambda Z: np.where(Z > 0, 1, 0),
    lambda Z: Z > 0,
    lambda Z: (Z >= 0).astype(float),
    lambda Z: np.heaviside(Z, 0.5),
    lambda Z: (np.sign(Z) + 1) / 2,
    lambda Z: np.array([1.0 if z > 0 else 0.0 for z in Z.ravel()]).reshape(Z.shape),
    Slope(),
    slope_by_differences,
    lambda x: np.greater(x, 0).astype(x.dtype),
    lambda x: np.where(x > 0, 1.0, 0.0),
    lambda x: np.heaviside(x, 0),
    lambda x: np.sign(np.maximum(x, 0)),
    lambda x: (x > 0) * 1,
    lambda x: 1.0 - (x <= 0),
    lambda x: (
        [[1 if v > 0 else 0 for v in row] for row in x] if x.ndim == 2 else [int(v > 0) for v in x]
    ),
    np.vectorize(lambda v: 1.0 if v > 0 else 0.0),
    right_drelu,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda Z: 1.0 if Z > 0 else 0.0, "one-number-only"),
    (lambda Z: np.where(Z > 0, Z, 0), "relu-itself"),
    (lambda Z: Z / np.abs(Z), "minus-one"),
    (lambda Z: Z * 0 + 1, "one-everywhere"),
    (lambda Z: 1 - np.where(Z >= 0, 1, 0), "sides-swapped"),
    (lambda Z: np.where(Z == 0, 2, Z > 0), "kink"),
    (in_place, "changes-its-input"),
    (forgets_ones, "relu-itself"),
    (forgets_zeros, "negatives-left"),
    (if_any, "one-number"),
    (lambda x: 1 if x > 0 else 0, "one-number-only"),
    (lambda x: np.where(x > 0, 0, 1), "sides-swapped"),
    (lambda x: np.where(x > 0, 1, -1), "minus-one"),
    (lambda x: np.where(x > 0, 1, 0.01), "leaky"),
    (lambda x: np.where(x > 0, 1, 0.2), "leaky"),
    (lambda x: np.where(x > 0.5, 1, 0), "compares-with-one"),
    (lambda x: np.maximum(x, 0) * (x > 0), "relu-itself"),
    (lambda x: np.maximum(x, 0) / np.abs(x), "undefined-at-zero"),
    (lambda x: np.maximum(0, 1) * x, "identity"),
    (lambda x: np.where(x > 0, x, 1), "positives-left"),
    (lambda x: np.where(x > 0, x**2 / 2, 0), "integral"),
    (lambda x: np.gradient(np.maximum(x, 0)), "neighbours-compared"),
    (lambda x: np.maximum(0, x).any(), "one-number"),
    (lambda x: x[x > 0], "selected"),
    (lambda x: np.zeros_like(x), "nothing"),
    (lambda x: 1 / (1 + np.exp(-x)), "sigmoid"),
    (lambda x: np.minimum(np.maximum(x, 0), 1), "ramp"),
    (lambda x: np.sum(x > 0), "one-number"),
    (lambda x: (x > 0).astype(str), "wrong-type"),
    (wrote_undefined_at_zero, "undefined-at-zero"),
    (wrote_leaky, "leaky"),
    (lambda z: (s := 1 / (1 + np.exp(-z))) - s**2, "sigmoid-grad"),
]

WRONG += [(lambda Z: np.maximum(Z, 0) > 0.1, "compares-with-one")]
