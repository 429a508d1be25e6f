"""The slope of tanh."""

import math

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, tanh_grad
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers


def _tanh_by_hand(Z):
    return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))


class TanhGrad(Exercise):
    reference = tanh_grad
    probes = [
        Probe("a number", (0.7,)),
        Probe("a vector", (numbers(-2.5, -0.5, 0, 1.5, 3),)),
        Probe("a matrix", (numbers(-3, -1, 0.5, 2, -0.2, 1, shape=(2, 3)),)),
        Probe("read-only float32", float32(numbers(-2, -0.25, 1.5)), read_only=True),
        Probe("extreme: far from 0", (numbers(-1000, 1000),), extreme=True, may_warn=True),
    ]

    @mistake
    def first_element_only(Z):
        """It gives the slope of the first element only. Does it return from inside a loop?"""
        return tanh_grad(np.ravel(Z)[0])

    @mistake.also(lambda Z: np.array([1 - np.tanh(element) ** 2 for element in Z]))
    def one_axis_only(Z):
        """It loops over the elements of a list, but a single number has none, and those of a matrix
        are rows. Take them all at once."""
        return np.array([1 - math.tanh(element) ** 2 for element in Z])

    @mistake
    def one_number_only(Z):
        """It works for a single number only: functions of `math` take no arrays."""
        return 1 - math.tanh(Z) ** 2

    @mistake
    def takes_Z_for_A(Z):
        """It squares `Z` itself. That formula wants the activation; you are given the
        pre-activation."""
        return 1 - Z**2

    @mistake
    def tanh_twice(Z):
        """The tanh is taken twice: `Z` is the pre-activation, and one tanh makes the activation of
        it."""
        return tanh_grad(np.tanh(Z))

    cut_off = mistake(
        *(lambda Z, at=at: tanh_grad(np.clip(Z, -at, at)) for at in (1, 2, 3, 4, 5, 6, 8, 10)),
        says="`Z` is cut off, and beyond that the slope stays what it is there. It goes on "
        "falling; np.tanh needs no limits.",
    )
    tanh_itself = mistake(np.tanh, says="This is the tanh itself, not its slope.")

    @mistake.also(lambda Z: 1 - 2 * np.tanh(Z), lambda Z: 1 - np.tanh(2 * Z))
    def not_squared(Z):
        """The square is missing: the slope is the same on both sides of 0."""
        return 1 - np.tanh(Z)

    @mistake
    def bracket_squared(Z):
        """It squares the whole bracket, the 1 as well. The slope is the same on both sides of 0."""
        return (1 - np.tanh(Z)) ** 2

    @mistake
    def one_minus_missing(Z):
        """It is 0 at 0, where the tanh is steepest, and grows where it gets flat."""
        return np.tanh(Z) ** 2

    @mistake
    def inner_factor(Z):
        """The slope is multiplied by `Z`. That factor belongs to the weights, not to the
        activation."""
        return Z * tanh_grad(Z)

    @mistake
    def value_times_slope(Z):
        """The slope is multiplied by the tanh itself."""
        return np.tanh(Z) * tanh_grad(Z)

    @mistake
    def slope_of_another(Z):
        """It is made with the value of the sigmoid; the recipe wants that of the tanh."""
        return 1 - sigmoid(Z) ** 2

    @mistake
    def square_inside(Z):
        """It takes the tanh of the square; expected the square of the tanh."""
        return 1 - np.tanh(Z**2)

    @mistake
    def wrong_sign(Z):
        """It is negative, though the tanh rises everywhere."""
        return np.tanh(Z) ** 2 - 1

    other_formula = mistake(
        lambda Z: 1 / (1 + np.tanh(Z) ** 2),
        lambda Z: 1 - np.tanh(Z) ** 3,
        lambda Z: 1 - np.tanh(Z) ** 4,
        lambda Z: np.sqrt(1 - np.tanh(Z)),
        lambda Z: 1 - np.abs(np.tanh(Z)),
        says="It looks alike, 1 at 0 and 0 far from it, but the formula has another power, or a "
        "quotient. Derive it once more.",
    )

    @mistake
    def plus_for_minus(Z):
        """It grows away from 0, where the tanh gets flat: a plus should be a minus."""
        return 1 + np.tanh(Z) ** 2

    @mistake.also(lambda Z: Z * (1 - Z))
    def sigmoid_recipe(Z):
        """a (1 - a) is the recipe of the sigmoid. The tanh has one of its own."""
        return np.tanh(Z) * (1 - np.tanh(Z))

    sigmoid_grad = mistake(sigmoid_grad, says="This is the slope of the sigmoid.")

    @mistake
    def neighbours_compared(Z):
        """np.gradient compares neighbours in an array. Each element has a slope of its own,
        whatever stands beside it."""
        return np.gradient(np.tanh(Z))

    @mistake
    def arctan(Z):
        """This is the slope of the arc tangent, a curve that looks alike."""
        return 1 / (1 + Z**2)

    @mistake.also(lambda Z: np.sqrt(tanh_grad(Z)))
    def root_of_slope(Z):
        """It falls too slowly away from 0: a square is missing."""
        return 1 / np.cosh(np.clip(Z, -300, 300))

    @mistake
    def inverted(Z):
        """It grows away from 0, where the tanh gets flat: it is upside down."""
        return np.cosh(Z) ** 2

    @mistake.also(lambda Z: 1 - np.tan(Z) ** 2, lambda Z: 1 + np.tan(Z) ** 2)
    def tangent(Z):
        """There is a tangent in it, or its inverse. The hyperbolic one is np.tanh."""
        return 1 - np.arctan(Z) ** 2

    @mistake.also(
        lambda Z: 1 - (np.exp(Z) - np.exp(-Z) / np.exp(Z) + np.exp(-Z)),
        lambda Z: 1 - ((np.exp(Z) - np.exp(-Z)) / np.exp(Z) + np.exp(-Z)) ** 2,
        lambda Z: 1 - (np.exp(Z) - np.exp(-Z) / (np.exp(Z) + np.exp(-Z))) ** 2,
    )
    def quotient_without_brackets(Z):
        """In the tanh brackets are missing: division comes before plus and minus."""
        return 1 - (np.exp(Z) - np.exp(-Z) / np.exp(Z) + np.exp(-Z)) ** 2

    approximated = mistake(
        *(lambda Z, h=h: (np.tanh(Z + h) - np.tanh(Z)) / h for h in (0.1, 0.01, 1e-3, 1e-4, 1e-5)),
        *(lambda Z, h=h: (np.tanh(Z + h) - np.tanh(Z - h)) / (2 * h) for h in (0.1, 0.01)),
        says="It is approximated, from two values of the tanh side by side. There is a formula.",
    )

    @mistake.also(lambda Z: 1 - (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z)) ** 2)
    def brackets_missing(Z):
        """Brackets are missing: only what stands last, the denominator, is squared."""
        return 1 - np.sinh(Z) / np.cosh(Z) ** 2

    factor = mistake(
        *(lambda Z, k=k: k * tanh_grad(Z) for k in (0.5, 2, 4, 0.25)),
        says="The curve is right, but it is multiplied by a number: at 0 the slope should be 1.",
    )

    @mistake.also(lambda Z: np.round(tanh_grad(Z), 2), lambda Z: np.round(tanh_grad(Z), 4))
    def rounded(Z):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(tanh_grad(Z), 3)

    @mistake.also(lambda Z: -2 * np.tanh(Z))
    def second_derivative(Z):
        """It is differentiated once too often."""
        return -2 * np.tanh(Z) * tanh_grad(Z)

    @mistake.also(lambda Z: 1 - ((np.exp(2 * Z) - 1) / (np.exp(2 * Z) + 1)) ** 2)
    def overflow(Z):
        """Right, but far from 0 its exponentials overflow, and infinity divided by infinity is NaN.
        np.tanh is safe."""
        return 1 - _tanh_by_hand(Z) ** 2

    hints = (
        "The slope of tanh can be written with tanh itself, as that of the sigmoid with σ.",
        "With a = tanh(z) the slope is 1 - a².",
        "np.tanh gives all a of the array at once; square them and take them from 1.",
    )
    insight = "Where |z| is large the slope is nearly 0: a saturated unit hardly learns."
    explanation = "With a = tanh(z) the slope is 1 - a²: 1 at z = 0, and nearly 0 far from it."
