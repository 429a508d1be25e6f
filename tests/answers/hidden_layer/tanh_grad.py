"""What students write for `tanh_grad`: right in other forms, and wrong in their own."""

import math

import numpy as np
from scipy.special import expit

RIGHT = [
    lambda Z: (1 - np.tanh(Z)) * (1 + np.tanh(Z)),
    lambda Z: 4 * expit(2 * Z) * expit(-2 * Z),
    lambda Z: 1 / np.cosh(np.clip(Z, -300, 300)) ** 2,
    lambda Z: 1 - np.square(2 * expit(2 * Z) - 1),
    np.vectorize(lambda z: 1 - math.tanh(z) ** 2),
    lambda Z: np.cosh(Z) ** -2.0,
    lambda Z: 1 / np.cosh(Z) ** 2,
    lambda Z: 4 / (np.exp(Z) + np.exp(-Z)) ** 2,
    lambda Z: 1 - (2 / (1 + np.exp(-2 * Z)) - 1) ** 2,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda A: 1 - A * A, "takes-Z-for-A"),
    (lambda Z: np.tanh(Z) - np.tanh(Z) ** 2, "sigmoid-recipe"),
    (lambda Z: expit(Z) * (1 - expit(Z)), "sigmoid-grad"),
    (lambda Z: 1 - ((np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))) ** 2, "overflow"),
    (lambda Z: -(1 - np.tanh(Z) ** 2), "wrong-sign"),
]
