"""What students write for `sigmoid`: right in other forms, and wrong in their own."""

import functools
import math
import warnings

import numpy as np
from scipy import stats
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


def sigmoid_in_a_loop(x):
    x = np.asarray(x, dtype=float)
    values = []
    for element in x.ravel():
        if element >= 0:
            values.append(1 / (1 + math.exp(-element)))
        else:
            e = math.exp(element)
            values.append(e / (1 + e))
    return np.array(values).reshape(x.shape)


def sigmoid_warnings_off(z):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.divide(1, 1 + np.exp(np.negative(z)))


def sigmoid_pieces(z):
    z = np.asarray(z, dtype=float)
    return np.piecewise(
        z, [z >= 0], [lambda t: 1 / (1 + np.exp(-t)), lambda t: np.exp(t) / (1 + np.exp(t))]
    )


class Squash:
    """A neuron's squashing, as an object."""

    def __init__(self, steepness=1.0):
        self.steepness = steepness

    def __call__(self, z):
        return stats.logistic.cdf(self.steepness * np.asarray(z))


def loops_over_elements(z):
    return np.array([1 / (1 + math.exp(-x)) for x in z])


def all_or_none(z):
    if np.all(z >= 0):
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


def calls_itself(z):
    return calls_itself(z) * (1 - calls_itself(z))


def negates_in_place(z):
    z = np.asarray(z)
    z[z < -500] = -500
    return 1 / (1 + np.exp(-z))


def returns_in_loop(z):
    for x in np.ravel(z):
        return 1 / (1 + np.exp(-x))


def right_sigmoid(x):
    x = np.asarray(x)
    positive = x >= 0
    result = np.zeros_like(x, dtype=float)
    e_neg = np.exp(-x[positive])
    result[positive] = 1.0 / (1.0 + e_neg)
    e_pos = np.exp(x[~positive])
    result[~positive] = e_pos / (1.0 + e_pos)
    return result


def right_logistic(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def wrote_wrong_sign(z):
    return np.piecewise(
        z, [z > 0], [lambda v: 1 / (1 + np.exp(v)), lambda v: np.exp(-v) / (1 + np.exp(-v))]
    )


def wrote_thresholded(z):
    return np.round(expit(z))


def wrote_scaled_inside(z):
    return 1 / (1 + np.power(2.0, -np.clip(z, -700, 700)))


def for_arrays_alone(x):
    out = np.zeros(x.shape)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    e = np.exp(x[x < 0])
    out[x < 0] = e / (1 + e)
    return out


def keeps_the_type(x):
    out = np.array(x)
    out[...] = np.where(x > 0, 1 / (1 + np.exp(-np.abs(x))), 1 - 1 / (1 + np.exp(-np.abs(x))))
    return out


def caught_by_vectorize(z):
    def one(v):
        try:
            return 1 / (1 + math.exp(-v))
        except OverflowError:
            return 0.0

    return np.vectorize(one, otypes=[float])(z)


def with_a_switch(z, deriv=True):
    z = np.clip(z, -500, 500)
    s = 1 / (1 + np.exp(-z))
    if deriv:
        return s * (1 - s)
    return s


def written_into(z):
    z[z > 100] = 100
    z[z < -100] = -100
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
    sigmoid_in_a_loop,
    sigmoid_warnings_off,
    sigmoid_pieces,
    Squash(),
    # e = math.exp(-|z|) <= 1, so nothing can overflow
    lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))),
    lambda z: 0.5 * np.tanh(0.5 * z) + 0.5,
    lambda z: 1.0 / (1.0 + np.exp(-np.maximum(z, -700.0))),
    right_sigmoid,
    right_logistic,
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
    (lambda z: 1 / 1 + np.exp(-z), "brackets-missing"),
    (lambda x: 1 + np.exp(-x), "brackets-missing"),
    (lambda x: np.exp(x), "forgot-one-plus"),
    (lambda x: 1 / np.exp(-x), "forgot-one-plus"),
    (lambda x: 1 / (1 - np.exp(-x)), "minus-for-plus"),
    (lambda z: np.exp(z) / np.sum(np.exp(z)), "softmax"),
    (lambda z: z / (1 + np.abs(z)), "zero-at-zero"),
    (lambda z: 2 / (1 + np.exp(-z)) - 1, "zero-at-zero"),
    (lambda z: (1 + np.tanh(z)) / 2, "scaled-inside"),
    (lambda z: 1 / (1 + np.exp(-2 * z)), "scaled-inside"),
    (lambda z: np.log(z / (1 - z)), "inverse"),
    (lambda z: np.log(1 + np.exp(z)), "softplus"),
    (lambda z: -np.log(1 + np.exp(-z)), "log-sigmoid"),
    (lambda z: np.maximum(0, z), "relu"),
    (lambda z: np.round(1 / (1 + np.exp(-z)), 4), "rounded"),
    (lambda z: round(1 / (1 + np.exp(-z))), "thresholded"),
    (lambda z: 1 / (1 + np.exp(-z)) - 0.5, "zero-at-zero"),
    (lambda z: 1 / (1 + 2.718**-z), "coarse-e"),
    (lambda z: 1 / (1 + 10**-z), "scaled-inside"),
    (loops_over_elements, "one-axis-only"),
    (all_or_none, "one-form-for-all"),
    (calls_itself, "raised"),
    (negates_in_place, "changes-its-input"),
    (returns_in_loop, "first-element-only"),
    (np.vectorize(lambda v: 1 / (1 + math.exp(-v))), "overflow"),
    (lambda z: 1 / (1 + np.exp(-float(z))), "numbers-of-math"),
    (
        lambda z: np.where(z > 0, 1 / (1 + np.exp(-z)), 1 - 1 / (1 + np.exp(z))),
        "computes-both-halves",
    ),
    (wrote_wrong_sign, "wrong-sign"),
    (wrote_thresholded, "thresholded"),
    (wrote_scaled_inside, "scaled-inside"),
    (for_arrays_alone, "square-brackets-only"),
    (keeps_the_type, "whole-number-result"),
    (lambda z: expit(np.abs(z)), "one-half-only"),
    (lambda x: np.sinh(x) / np.cosh(x), "tanh"),
    (lambda z: np.exp(z) / (np.exp(z) + 1), "overflow-positive"),
    (caught_by_vectorize, "overflow"),
    (with_a_switch, "derivative"),
    (written_into, "raised"),
]


def seen_hard_sigmoid_piecewise(z):
    return np.clip(0.2 * np.asarray(z) + 0.5, 0, 1)


def seen_shifted_exp_z(z):
    return 1 / (1 + np.exp(1 - np.clip(z, -500, 500)))


def seen_z_z_softsign(z):
    z = np.asarray(z, float)
    return 0.5 * (1 + z / (1 + np.abs(z)))


def seen_max_subtract_trick(z):
    e = np.exp(z - np.max(z))
    return e / (1 + e)


def seen_second_branch_forgotten(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e)


WRONG += [
    (seen_hard_sigmoid_piecewise, "other-curve"),
    (seen_shifted_exp_z, "as-if"),
    (seen_z_z_softsign, "other-curve"),
    (seen_max_subtract_trick, "sum-of-all"),
    (seen_second_branch_forgotten, "wrong-where"),
]


def types_by_the_first(z):
    def one(v):
        if v < -700:
            return 0
        return 1 / (1 + math.exp(-v))

    return np.vectorize(one)(z)


WRONG += [(types_by_the_first, "type-of-the-first")]


def divides_by_one_plus_all(z):
    z = np.atleast_1d(np.asarray(z, dtype=float))
    e = np.exp(z - z.max())
    return e / (1 + e.sum())


WRONG += [(divides_by_one_plus_all, "sum-of-all")]


def chooses_one_form_by_the_sum(z):
    z = np.asarray(z, dtype=float)
    if z.sum() >= 0:
        a = 1 / (1 + np.exp(-z))
    else:
        a = np.exp(z) / (1 + np.exp(z))
    return a


WRONG += [(chooses_one_form_by_the_sum, "one-form-for-all")]

WRONG += [
    (lambda z: np.where(np.abs(z) > 100, z, expit(z)), "out-of-range"),
    (lambda z: z / (1 + np.exp(-z)), "silu"),
]
