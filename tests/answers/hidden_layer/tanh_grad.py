"""What students write for `tanh_grad`: right in other forms, and wrong in their own."""

import math

import numpy as np
from scipy.special import expit


def tanh_grad_loop(z):
    flat = [1 - math.tanh(v) ** 2 for v in np.ravel(z)]
    return np.reshape(flat, np.shape(z))


class Tanh:
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def __call__(self, Z):
        A = self.forward(Z)
        return np.subtract(1, np.power(A, 2))


def tanh_grad_by_differences(Z, h=1e-6):
    return (np.tanh(Z - 2 * h) - 8 * np.tanh(Z - h) + 8 * np.tanh(Z + h) - np.tanh(Z + 2 * h)) / (
        12 * h
    )


def on_the_activation(A):
    """Slope of tanh, given its value."""
    return 1 - np.power(A, 2)


def squares_in_place(Z):
    Z = np.tanh(Z, out=Z)
    return 1 - Z**2


def first_of_all(Z):
    for z in np.ravel(Z):
        return 1 - np.tanh(z) ** 2


def right_dtanh(Z):
    return 1 / np.square(np.cosh(np.clip(Z, -300, 300)))


def wrote_sigmoid_grad(Z):
    s = 1 / (1 + np.exp(-Z))
    return s * (1 - s)


def wrote_sigmoid_recipe(Z):
    t = np.tanh(Z)
    return t * (1 - t)


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
    tanh_grad_loop,
    Tanh(),
    lambda z: np.square(1 / np.cosh(np.clip(z, -350, 350))),
    lambda z: 1.0 - np.multiply(np.tanh(z), np.tanh(z)),
    lambda z: -(np.tanh(z) - 1) * (np.tanh(z) + 1),
    lambda z: (lambda a: 1 - a * a)(2 / (1 + np.exp(-2 * np.clip(z, -300, 300))) - 1),
    lambda z: 1 - np.float_power(np.tanh(z), 2),
    right_dtanh,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda A: 1 - A * A, "takes-Z-for-A"),
    (lambda Z: np.tanh(Z) - np.tanh(Z) ** 2, "sigmoid-recipe"),
    (lambda Z: expit(Z) * (1 - expit(Z)), "sigmoid-grad"),
    (lambda Z: 1 - ((np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))) ** 2, "overflow"),
    (lambda Z: -(1 - np.tanh(Z) ** 2), "wrong-sign"),
    (on_the_activation, "takes-Z-for-A"),
    (squares_in_place, "raised"),
    (first_of_all, "first-element-only"),
    (lambda z: z * (1 - np.tanh(z) ** 2), "inner-factor"),
    (lambda z: np.tanh(z) * (1 - np.tanh(z) ** 2), "value-times-slope"),
    (lambda z: 1 - np.tanh(z), "not-squared"),
    (lambda z: (1 - np.tanh(z)) ** 2, "bracket-squared"),
    (lambda z: 1 - np.tanh(z**2), "square-inside"),
    (lambda z: 1 + np.tanh(z) ** 2, "plus-for-minus"),
    (lambda z: np.tanh(z) ** 2, "one-minus-missing"),
    (lambda z: 1 - 1 / (1 + np.exp(-z)) ** 2, "slope-of-another"),
    (lambda z: 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))), "sigmoid-grad"),
    (lambda z: z * (1 - z), "sigmoid-recipe"),
    (lambda z: 1 / np.cosh(z), "root-of-slope"),
    (lambda z: np.cosh(z) ** 2, "inverted"),
    (lambda z: 1 - np.tan(z) ** 2, "tangent"),
    (lambda z: 1 + np.tan(z) ** 2, "tangent"),
    (lambda z: 1 - np.arctan(z) ** 2, "tangent"),
    (lambda z: 1 - np.sinh(z) / np.cosh(z) ** 2, "brackets-missing"),
    (lambda z: np.sqrt(1 - np.tanh(z) ** 2), "root-of-slope"),
    (lambda z: 1 - 2 * np.tanh(z), "not-squared"),
    (lambda z: 1 - np.tanh(2 * z), "not-squared"),
    (lambda z: 0.5 * (1 - np.tanh(z) ** 2), "factor"),
    (lambda z: 4 * (1 - np.tanh(z) ** 2), "factor"),
    (lambda z: 1 - math.tanh(z) ** 2, "one-number-only"),
    (lambda z: np.array([1 - math.tanh(v) ** 2 for v in z]), "one-axis-only"),
    (lambda z: 1 - (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)) ** 2, "brackets-missing"),
    (lambda z: np.gradient(np.tanh(z)), "neighbours-compared"),
    (lambda z: 1 - np.tanh(z) @ np.tanh(z), "raised"),
    (lambda z: np.round(1 - np.tanh(z) ** 2, 3), "rounded"),
    (wrote_sigmoid_grad, "sigmoid-grad"),
    (wrote_sigmoid_recipe, "sigmoid-recipe"),
    (lambda Z: 1 - np.tanh(np.tanh(Z)) ** 2, "tanh-twice"),
    (lambda Z: np.tanh(Z).copy(), "tanh-itself"),
    (lambda x: 1 / (1 + np.square(x)), "arctan"),
    (lambda z: -2 * np.tanh(z) / np.cosh(np.clip(z, -99, 99)) ** 2, "second-derivative"),
]


def seen_tanh_of_half(Z):
    return 1 - np.tanh(Z / 2) ** 2


def seen_cube(Z):
    return 1 - np.tanh(Z) ** 3


def seen_cosh_squared_inverse(Z):
    return np.cosh(Z) ** 2 - np.sinh(Z) ** 2


def seen_wrong_precedence_in(Z):
    t = np.exp(Z) - np.exp(-Z) / np.exp(Z) + np.exp(-Z)
    return 1 - t**2


def seen_numerically_one_sided(Z):
    h = 0.01
    return (np.tanh(Z + h) - np.tanh(Z)) / h


WRONG += [
    (seen_tanh_of_half, "as-if"),
    (seen_cube, "other-formula"),
    (seen_cosh_squared_inverse, "as-if"),
    (seen_wrong_precedence_in, "quotient-without-brackets"),
    (seen_numerically_one_sided, "approximated"),
]


def cuts_off_before_cosh(Z):
    return 1 / np.cosh(np.clip(Z, -5, 5)) ** 2


WRONG += [(cuts_off_before_cosh, "cut-off")]
