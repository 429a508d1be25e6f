"""The slope of tanh."""

import math

import numpy as np

from course_lib.activations import sigmoid_grad, tanh_grad
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

    tanh_itself = mistake(np.tanh, says="This is the tanh itself, not its slope.")

    @mistake
    def not_squared(Z):
        """The square is missing: the slope is the same on both sides of 0."""
        return 1 - np.tanh(Z)

    @mistake
    def square_inside(Z):
        """It takes the tanh of the square; expected the square of the tanh."""
        return 1 - np.tanh(Z**2)

    @mistake
    def wrong_sign(Z):
        """It is negative, though the tanh rises everywhere."""
        return np.tanh(Z) ** 2 - 1

    @mistake
    def plus_for_minus(Z):
        """It grows away from 0, where the tanh gets flat: a plus should be a minus."""
        return 1 + np.tanh(Z) ** 2

    @mistake
    def sigmoid_recipe(Z):
        """a (1 - a) is the recipe of the sigmoid. The tanh has one of its own."""
        return np.tanh(Z) * (1 - np.tanh(Z))

    sigmoid_grad = mistake(sigmoid_grad, says="This is the slope of the sigmoid.")

    @mistake
    def arctan(Z):
        """This is the slope of the arc tangent, a curve that looks alike."""
        return 1 / (1 + Z**2)

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
