"""The slope of the ReLU."""

import numpy as np

from course_lib.activations import relu, relu_grad, sigmoid, sigmoid_grad
from course_lib.exercises.engine import Exercise, Probe, mistake, overlooked, rule
from course_lib.exercises.hidden_layer.shared import SHAPES
from course_lib.exercises.shared import numbers

_AT_THE_KINK = [
    rule(
        lambda v, Z: np.shape(v) == Z.shape,
        slug="wrong-shape",
        says="Its result has another shape than Z.",
    ),
    rule(
        lambda v, Z: np.all(np.isfinite(v)),
        slug="undefined-at-zero",
        says="At exactly 0 it is not finite.",
    ),
    rule(
        lambda v, Z: 0 <= v[0] <= 1,
        slug="kink",
        says="At exactly 0 any slope from 0 to 1 would do; this one lies outside.",
    ),
]


class ReluGrad(Exercise):
    reference = relu_grad
    probes = [
        *SHAPES,
        Probe("beside the kink", (numbers(0.003, -0.003, 2),)),
        Probe("the kink at 0", (numbers(0),), rules=_AT_THE_KINK),
    ]

    @overlooked
    def at_the_kink(v, Z):
        """At exactly 0 the task asks for 0, and it gives something else. It passes: there any slope
        from 0 to 1 does."""
        return not np.any(np.asarray(v)[Z == 0])

    @mistake
    def one_number_only(Z):
        """It works for a single number only: an `if` cannot decide for a whole array."""
        return 1 if Z > 0 else 0

    one_everywhere = mistake(
        np.ones_like, says="It is 1 everywhere. For negative z the ReLU lies flat."
    )
    relu_itself = mistake(
        relu,
        says="This is the ReLU itself, not its slope. How fast does it rise, left and right of 0?",
    )
    minus_one = mistake(
        np.sign,
        lambda Z: np.where(Z >= 0, 1, -1),
        lambda Z: np.where(Z > 0, 1, -1),
        lambda Z: Z / np.abs(Z),
        says="For negative z it is -1: that is the slope of the absolute value. A ReLU is flat "
        "there.",
    )

    @mistake.also(lambda Z: (Z <= 0) * 1.0)
    def sides_swapped(Z):
        """It is 1 where the ReLU is flat, and 0 where it rises."""
        return (Z < 0) * 1.0

    @mistake
    def negatives_left(Z):
        """Positive elements become 1, but the negative ones stay what they were."""
        return np.where(Z > 0, 1, Z)

    @mistake.also(
        lambda Z: (Z >= 1) * 1.0,
        lambda Z: np.clip(np.floor(Z), 0, 1),
        lambda Z: (Z > 0.5) * 1.0,
        lambda Z: (Z > 0.1) * 1.0,
        lambda Z: np.clip(np.round(Z), 0, 1),
    )
    def compares_with_one(Z):
        """For small positive elements it is 0, though the ReLU rises there too. Its kink lies at
        0."""
        return (Z > 1) * 1.0

    @mistake
    def nothing(Z):
        """It is 0 everywhere. Where z is positive the ReLU rises."""
        return np.zeros_like(Z)

    @mistake
    def positives_left(Z):
        """Positive elements stay what they were, and the others become 1. A slope is asked for."""
        return np.where(Z > 0, Z, 1)

    @mistake.also(lambda Z: np.where(Z > 0, Z**2 / 2, 0), lambda Z: np.where(Z > 0, Z**2, 0))
    def integral(Z):
        """It is squared, as an integral is. Asked for is the slope."""
        return np.where(Z > 0, Z**2 / 2, 0)

    @mistake
    def neighbours_compared(Z):
        """np.gradient compares neighbours in an array. Each element has a slope of its own,
        whatever stands beside it."""
        return np.gradient(np.maximum(Z, 0))

    @mistake
    def ramp(Z):
        """It rises from 0 to 1 with z. The slope of the ReLU jumps from one to the other at 0."""
        return np.clip(Z, 0, 1)

    identity = mistake(
        lambda Z: Z.copy(), says="It gives its argument back. How fast does the ReLU rise there?"
    )

    @mistake
    def selected(Z):
        """It leaves elements out. Each gets a slope, in its place."""
        return Z[Z > 0]

    @mistake.also(
        lambda Z: np.any(Z > 0), lambda Z: 1 if np.any(Z) else 0, lambda Z: np.mean(Z > 0)
    )
    def one_number(Z):
        """It makes one number of all elements; each has a slope of its own."""
        return np.sum(Z > 0)

    @mistake.also(lambda Z: np.where(Z > 0, 1, 0.1), lambda Z: np.where(Z > 0, 1, 0.2))
    def leaky(Z):
        """This is the slope of the leaky ReLU: a plain one has 0 on the left."""
        return np.where(Z > 0, 1, 0.01)

    sigmoid_grad = mistake(
        sigmoid_grad, says="This is the slope of the sigmoid; the ReLU has a simpler one."
    )
    sigmoid = mistake(
        sigmoid, says="This is the sigmoid, a smooth step. The slope of the ReLU jumps."
    )

    @mistake.also(lambda Z: (np.abs(Z) + Z) / (2 * Z))
    def undefined_at_zero(Z):
        """Right, until an element is exactly 0: then it divides 0 by 0."""
        return relu(Z) / Z

    @mistake
    def changes_its_input(Z):
        """It changes `Z`, which it should only read. Make a new array."""
        Z[Z <= 0] = 0
        Z[Z > 0] = 1
        return Z

    hints = (
        "Look at the curve: which slope does it have on the right of 0, and which on the left?",
        "A comparison gives True and False for each element; as numbers they are 1 and 0.",
        "Z > 0 is the whole answer but for its type: .astype(Z.dtype) makes numbers of it.",
    )
    insight = "At 0 itself the ReLU has no slope. The course takes 0 there, as PyTorch does."
    explanation = "1 where z > 0, else 0: a unit that is off passes no gradient back."
