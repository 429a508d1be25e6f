"""The ReLU."""

import numpy as np

from course_lib.activations import relu
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import SHAPES
from course_lib.exercises.shared import numbers


class Relu(Exercise):
    reference = relu
    probes = [*SHAPES, Probe("near zero", (numbers(0, 0.003, -1, 1.2345),))]

    @mistake.also(lambda Z: max(Z, 0), lambda Z: Z if Z > 0 else 0 * Z)
    def one_number_only(Z):
        """It works for a single number only: for a whole array there is no one answer to “greater
        than 0?”."""
        return max(0, Z)

    @mistake.also(np.max, lambda Z: np.max(np.append(Z, 0)))
    def largest_only(Z):
        """`np.max` looks for the largest among the elements, and takes a 0 beside them for an axis.
        Each element is to be compared by itself."""
        return np.max(Z, 0)

    @mistake
    def selected(Z):
        """It leaves the negative elements out. They become 0, each in its place."""
        return Z[Z > 0]

    @mistake
    def identity(Z):
        """It changes nothing: negative elements pass."""
        return Z

    @mistake
    def smallest(Z):
        """It keeps the negative elements and cuts off the positive ones."""
        return np.minimum(Z, 0)

    absolute = mistake(np.abs, says="It turns negative elements positive; they should become 0.")

    @mistake
    def mirrored(Z):
        """It lets the negative elements pass, and with another sign."""
        return np.maximum(-Z, 0)

    @mistake.also(lambda Z: np.clip(Z, 0, 6), lambda Z: np.clip(Z, 0, 10))
    def clipped_at_one(Z):
        """It stops at a limit. A ReLU has none above: that is why it does not saturate there."""
        return np.clip(Z, 0, 1)

    @mistake
    def derivative(Z):
        """This is the slope of the ReLU, not the ReLU."""
        return (Z > 0) * 1.0

    @mistake.also(
        lambda Z: np.where(Z > 0, Z, 0.1 * Z),
        lambda Z: np.where(Z > 0, Z, 0.2 * Z),
        lambda Z: np.where(Z > 0, Z, np.expm1(Z)),
    )
    def leaky(Z):
        """Negative elements still come through a little, as in a leaky ReLU or an ELU. A plain one
        gives exactly 0."""
        return np.where(Z > 0, Z, 0.01 * Z)

    @mistake
    def softplus(Z):
        """This is the softplus, the smooth relative of the ReLU."""
        return np.log(1 + np.exp(Z))

    @mistake
    def sigmoid(Z):
        """This is the sigmoid."""
        return 1 / (1 + np.exp(-Z))

    tanh = mistake(np.tanh, says="This is the tanh.")

    @mistake
    def silu(Z):
        """This is the SiLU, also called swish: the element times its sigmoid."""
        return Z / (1 + np.exp(-Z))

    @mistake
    def compares_with_one(Z):
        """The kink is at 1: it compares with 1. It lies at 0."""
        return np.where(Z > 1, Z, 0)

    another_floor = mistake(
        *(lambda Z, c=c: np.where(Z > 0, Z, c) for c in (1, -1)),
        says="What is negative becomes a number, but not 0.",
    )

    @mistake
    def at_least_one(Z):
        """Whatever is below 1 becomes 1. The limit is 0."""
        return np.maximum(Z, 1)

    @mistake
    def whole_numbers(Z):
        """What stands after the point is cut off: numbers have been made whole."""
        return np.maximum(Z, 0).astype(int)

    @mistake
    def first_element_only(Z):
        """It gives the first element only. Does it return from inside a loop?"""
        return max(0, Z.ravel()[0])

    @mistake.also(lambda Z: [max(element, 0) for element in Z.tolist()])
    def vectors_only(Z):
        """It loops over numbers; in a matrix these are rows. Take all elements at once."""
        return np.array([max(0, element) for element in Z])

    @mistake.also(lambda Z: np.maximum(Z, 0).mean())
    def one_number(Z):
        """It makes one number of all elements; each keeps its own place."""
        return np.maximum(Z, 0).sum()

    @mistake
    def squared(Z):
        """What is positive is squared; it should pass as it is."""
        return np.maximum(Z, 0) ** 2

    @mistake.also(lambda Z: np.maximum(Z, 0, out=Z))
    def changes_its_input(Z):
        """It changes `Z`, which it should only read: the way back needs it. Make a new array."""
        Z[Z < 0] = 0
        return Z

    hints = (
        "What is positive passes as it is; everything else becomes 0.",
        "Each element is compared with 0, and the larger of the two stays.",
        "np.max finds one maximum of a whole array; np.maximum compares two arrays, or an array "
        "and a number, element by element.",
    )
    insight = "No exponential, no saturation for z > 0: that helps to train deep networks."
    explanation = "np.maximum takes the larger of z and 0, for each element by itself."
