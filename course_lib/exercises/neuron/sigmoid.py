"""The logistic function, safe for every z."""

import math

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, softmax
from course_lib.exercises.engine import Exercise, Probe, mistake, rule
from course_lib.exercises.neuron.shared import both_halves, exp_over_one_plus_exp, naive_sigmoid
from course_lib.exercises.shared import numbers


def _sigmoid_of_numbers(z):
    return 1 / (1 + math.exp(-z))


def _loop_over(z, f=np.exp):
    return np.array([1 / (1 + f(-element)) for element in z])


def _scaled_inside(factor):
    return lambda z: sigmoid(factor * z)


SHAPE_OF_Z = rule(
    lambda v, z: v.shape == z.shape,
    slug="wrong-shape",
    says="Its result has another shape than z.",
)


def _near(limits, where):
    """Judge by the limit what is far out: no two right answers have the same last digits there."""
    return [
        SHAPE_OF_Z,
        rule(
            lambda v, z: np.all(np.isfinite(v)),
            slug="not-finite",
            says=f"For very {where} z it is not finite.",
        ),
        rule(
            lambda v, z: np.all((0 <= v) & (v <= 1)),
            slug="out-of-range",
            says=f"For very {where} z it leaves the range from 0 to 1.",
        ),
        rule(
            lambda v, z: np.all(abs(v - np.array(limits)) < 1e-12),
            slug="clipped-too-early",
            says=f"For very {where} z it is not {' or '.join(map(str, limits))}. Does it clip too "
            "early?",
        ),
    ]


class Sigmoid(Exercise):
    reference = sigmoid
    probes = [
        Probe("a number", (0.7,)),
        Probe("an array", (numbers(-2.5, -0.5, 0, 1.5, 3),)),
        Probe("whole numbers", (numbers(-1, 0, 2, dtype=int),)),
        Probe("a matrix", (numbers(-3, -1, 0.5, 2, 3, 4).reshape(2, 3),)),
        Probe("read-only float32", (numbers(-4, -2, 3, dtype=np.float32),), read_only=True),
        Probe(
            "extreme: very negative", (numbers(-1000),), extreme=True, rules=_near([0], "negative")
        ),
        Probe(
            "extreme: very positive", (numbers(1000),), extreme=True, rules=_near([1], "positive")
        ),
        Probe(
            "extreme: both in one array",
            (numbers(-1000, 1000),),
            extreme=True,
            rules=_near([0, 1], "negative or very positive"),
        ),
        Probe(
            "extreme: beside one in the middle",
            (numbers(-1000, 0),),
            extreme=True,
            rules=[
                SHAPE_OF_Z,
                rule(
                    lambda v, z: abs(v - np.array([0, 0.5])).max() < 1e-9,
                    slug="type-of-the-first",
                    says="After a very negative z the next result is wrong. Does np.vectorize, or "
                    "an array, take its type from the first? Make that 0.0, not 0.",
                ),
            ],
        ),
    ]

    @mistake
    def square_brackets_only(z):
        """It works for arrays only: a plain number has no shape and no mask."""
        result = np.empty(z.shape)
        result[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
        result[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
        return result

    numbers_of_math = mistake(
        _sigmoid_of_numbers,
        says="It works for a single number only: math.exp takes no arrays, nor does float(). "
        "np.exp does.",
    )

    @mistake
    def one_number_only(z):
        """It works for a single number only: an `if` cannot decide for a whole array."""
        return 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))

    @mistake
    def whole_number_result(z):
        """For whole numbers the result is cut down to whole numbers as well. `np.zeros_like` copies
        the type too."""
        result = np.zeros_like(z)
        result[...] = sigmoid(z)
        return result

    derivative = mistake(sigmoid_grad, says="This is the slope of the sigmoid, not the sigmoid.")

    @mistake
    def wrong_sign(z):
        """It falls where it should rise. Look at the sign of the exponent, or which formula serves
        which half."""
        return sigmoid(-z)

    @mistake
    def forgot_one_plus(z):
        """Something is missing in the denominator: without it the result has no upper limit."""
        return 1 / np.exp(-z)

    @mistake
    def minus_for_plus(z):
        """There is a minus in the denominator that should be a plus."""
        return 1 / (1 - np.exp(-z))

    @mistake
    def brackets_missing(z):
        """This is 1 + exp(-z): the division is missing, or it ends too soon. Without brackets,
        1 / 1 + a is 1 + a."""
        return 1 / 1 + np.exp(-z)

    @mistake
    def one_half_only(z):
        """For negative z it gives what belongs to -z: one formula serves only one half."""
        return 1 / (1 + np.exp(-np.abs(z)))

    sum_of_all = mistake(
        lambda z: np.exp(z - np.max(z)) / (1 + np.exp(z - np.max(z))),
        lambda z: (e := np.exp(z - np.max(z))) / (1 + np.sum(e)),
        lambda z: (e := np.exp(np.atleast_1d(z) - np.max(z))) / (1 + e.sum()),
        says="The largest number of all, or a sum, has a part in each result, as in a softmax. "
        "Here each number goes by itself.",
    )
    other_curve = mistake(
        lambda z: np.clip(0.2 * np.asarray(z) + 0.5, 0, 1),
        lambda z: np.clip(np.asarray(z) / 6 + 0.5, 0, 1),
        lambda z: np.clip(0.25 * np.asarray(z) + 0.5, 0, 1),
        lambda z: 0.5 + 0.5 * np.asarray(z) / (1 + np.abs(z)),
        lambda z: 0.5 + np.arctan(z) / np.pi,
        says="It is another curve of that shape, of straight lines or made without exponentials. "
        "The logistic sigmoid is asked for.",
    )
    tanh = mistake(np.tanh, says="This is the hyperbolic tangent: it runs from -1 to 1.")

    @mistake.also(lambda z: round(float(sigmoid(z))) if np.ndim(z) == 0 else round(z))
    def thresholded(z):
        """It jumps from 0 to 1; that is the step of the perceptron."""
        return np.where(z > 0, 1.0, 0.0)

    softmax = mistake(
        softmax,
        lambda z: np.exp(z) / np.sum(np.exp(z)),
        lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z))),
        says="Its outputs add up to 1. A sigmoid looks at each element alone.",
    )

    @mistake.also(_loop_over)
    def one_axis_only(z):
        """It loops over the elements of a list, but a single number has none, and those of a matrix
        are rows. Take them all at once."""
        return _loop_over(z, math.exp)

    @mistake
    def first_element_only(z):
        """It gives the value of the first element only. Does it return from inside a loop?"""
        return sigmoid(np.ravel(z)[0])

    @mistake.also(lambda z: 2 * sigmoid(z) - 1, lambda z: sigmoid(z) - 0.5)
    def zero_at_zero(z):
        """It is 0 at z = 0. A sigmoid is ½ there: it runs from 0 to 1."""
        return z / (1 + np.abs(z))

    scaled_inside = mistake(
        *map(_scaled_inside, (2, 0.5, 3, 0.1)),
        lambda z: 1 / (1 + 10**-z),
        lambda z: 1 / (1 + 2**-z),
        says="The curve is right, but z is stretched in it. The exponential is to base e, and of z "
        "itself.",
    )

    @mistake.also(lambda z: np.log(z) - np.log(1 - z))
    def inverse(z):
        """This is the logit, the inverse: it makes z of a probability."""
        return np.log(z / (1 - z))

    @mistake
    def silu(z):
        """This is the SiLU, also called swish: z times its sigmoid. The sigmoid alone is asked
        for."""
        return z / (1 + np.exp(-z))

    @mistake
    def softplus(z):
        """This is the softplus, which has no upper limit."""
        return np.log(1 + np.exp(z))

    @mistake
    def log_sigmoid(z):
        """This is the logarithm of the sigmoid."""
        return -np.log(1 + np.exp(-z))

    @mistake
    def relu(z):
        """This is the ReLU: straight, and without an upper limit."""
        return np.maximum(z, 0)

    @mistake.also(*(lambda z, d=d: np.round(sigmoid(z), d) for d in (1, 2, 4, 5, 6)))
    def rounded(z):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(sigmoid(z), 3)

    @mistake.also(*(lambda z, e=e: 1 / (1 + e**-z) for e in (2.7, 2.72, 2.7183, 2.71828)))
    def coarse_e(z):
        """The base is e, but to a few digits only. np.exp knows all of them."""
        return 1 / (1 + 2.718**-z)

    @mistake
    def clipped_too_early(z):
        """For z far from 0 the result stops short of 0 and 1: the limits that you clip at are too
        tight."""
        return sigmoid(np.clip(z, -5, 5))

    one_form_for_all = mistake(
        *(
            lambda z, whether=whether: (
                naive_sigmoid(z) if whether(np.asarray(z) >= 0) else exp_over_one_plus_exp(z)
            )
            for whether in (np.all, np.any, lambda right: np.ravel(right)[0])
        ),
        *(
            lambda z, of=of: naive_sigmoid(z) if of(z) >= 0 else exp_over_one_plus_exp(z)
            for of in (np.sum, np.mean)
        ),
        says="One of the two forms is chosen for the whole array. Each element needs its own: one "
        "array may hold very large and very negative numbers.",
    )
    computes_both_halves = mistake(
        both_halves,
        says="np.where chooses between two finished arrays: both formulas are computed everywhere,"
        " also where they overflow.",
    )
    overflow = mistake(
        naive_sigmoid,
        np.vectorize(_sigmoid_of_numbers),
        says="The values are right, but for very negative z the exponential grows beyond what a "
        "float can hold.",
    )
    overflow_positive = mistake(
        exp_over_one_plus_exp, says="For large positive z infinity is divided by infinity."
    )

    hints = (
        "One of the two forms above is safe for z ≥ 0, the other for z < 0.",
        "np.exp(-np.abs(z)) never overflows, whatever the sign of z. Call it e.",
        "With that e the denominator is 1 + e in both forms; only the numerator differs: 1 for z "
        "≥ 0, e for z < 0. np.where chooses.",
    )
    insight = "In the safe form no exponent is above 0: the trick behind all stable formulas here."
    explanation = "With e = exp(-|z|) it is 1 / (1 + e) for z ≥ 0 and e / (1 + e) for z < 0."
