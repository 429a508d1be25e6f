"""What students write for `sigmoid`: right in other forms, and wrong in their own."""

import functools
import math

import numpy as np
from scipy.special import expit


def sigmoid_masks(z):
    z = np.asarray(z)
    out = np.empty(z.shape, dtype=np.result_type(z, np.float32))
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    out[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    return out


def sigmoid_silenced(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def naive(z):
    return 1 / (1 + np.exp(-z))


RIGHT = [
    expit,
    sigmoid_masks,
    sigmoid_silenced,
    lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
    lambda z: (1 + np.tanh(z / 2)) / 2,
    lambda z: np.exp(-np.logaddexp(0, -z)),
    functools.partial(lambda scale, z: expit(scale * z), 1),
    np.vectorize(lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda z: 1 / (1 + np.e**-z), "overflow"),
    (lambda z: 1 / (1 + np.exp(z)), "wrong-sign"),
    (lambda z: np.exp(-z) / (1 + np.exp(-z)), "wrong-sign"),
    (lambda z: naive(z) * (1 - naive(z)), "derivative"),
    (lambda z: 1 / (1 + math.exp(-z)), "numbers-of-math"),
    (lambda z: 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z)), "one-number-only"),
    (lambda z: (z > 0) * 1.0, "thresholded"),
    (lambda z: naive(np.clip(z, -20, 20)), "clipped-too-early"),
    (lambda z: naive(np.clip(z, -10, 10)), "clipped-too-early"),
    (lambda z: np.where(z < 0, np.exp(z) / (np.exp(z) + 1), naive(z)), "computes-both-halves"),
    (lambda z: np.round(expit(z)).astype(int), "thresholded"),
]
