"""The ReLU."""

import numpy as np

from course_lib.activations import relu
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import SHAPES
from course_lib.exercises.shared import numbers


class Relu(Exercise):
    reference = relu
    probes = [*SHAPES, Probe("zero", (numbers(0, -1, 1),))]

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

    @mistake
    def clipped_at_one(Z):
        """It stops at 1. A ReLU has no upper limit: that is why it does not saturate there."""
        return np.clip(Z, 0, 1)

    @mistake
    def derivative(Z):
        """This is the slope of the ReLU, not the ReLU."""
        return (Z > 0) * 1.0

    @mistake.also(lambda Z: np.where(Z > 0, Z, 0.1 * Z))
    def leaky(Z):
        """This is the leaky ReLU: for negative elements a plain one gives exactly 0."""
        return np.where(Z > 0, Z, 0.01 * Z)

    @mistake
    def softplus(Z):
        """This is the softplus, the smooth relative of the ReLU."""
        return np.log(1 + np.exp(Z))

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
