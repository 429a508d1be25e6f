"""One step downhill."""

import numpy as np

from course_lib.by_hand.neuron import gradient_step
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.neuron.shared import EXAMPLES, WEIGHTS
from course_lib.exercises.shared import float32, numbers


class GradientStep(Exercise):
    reference = gradient_step
    probes = [
        Probe("two weights", (numbers(1, 2), 0.5, numbers(0.1, -0.2), 0.3, 0.5)),
        Probe("a small rate", (numbers(-1, 0, 3), -0.4, numbers(0.5, 0.25, -1), -0.7, 0.01)),
        Probe("a large rate", (numbers(0.3), 1.5, numbers(-2), 0.6, 4.0)),
        Probe("read-only float32", float32(WEIGHTS, 0.2, EXAMPLES[0], -0.1, 0.3), read_only=True),
    ]

    @mistake
    def ascent(w, b, dw, db, r):
        """It climbs: the step goes along the gradient, which points uphill."""
        return (w + r * dw, b + r * db)

    @mistake
    def ascent_of_bias(w, b, dw, db, r):
        """The weights step downhill, the bias climbs."""
        return (w - r * dw, b + r * db)

    @mistake
    def ascent_of_weights(w, b, dw, db, r):
        """The bias steps downhill, the weights climb."""
        return (w + r * dw, b - r * db)

    @mistake.also(
        lambda w, b, dw, db, r: (w - r * dw, b - db), lambda w, b, dw, db, r: (w - dw, b - r * db)
    )
    def rate_forgotten(w, b, dw, db, r):
        """The learning rate has no part in one of the steps, or in both."""
        return (w - dw, b - db)

    @mistake
    def bias_not_updated(w, b, dw, db, r):
        """The bias stays where it was."""
        return (w - r * dw, b)

    @mistake
    def weights_not_updated(w, b, dw, db, r):
        """The weights stay where they were."""
        return (w, b - r * db)

    @mistake
    def nothing_updated(w, b, dw, db, r):
        """Both come back as they were given. Are the new values returned, or do they get lost under
        another name?"""
        return (w, b)

    @mistake.also(lambda w, b, dw, db, r: (r * dw, r * db))
    def only_the_step(w, b, dw, db, r):
        """This is the step alone. Take it from where you stand."""
        return (-r * dw, -r * db)

    @mistake
    def rate_times_weights(w, b, dw, db, r):
        """The learning rate multiplies all of the bracket, the old weights too. It belongs to the
        gradient alone."""
        return (r * (w - dw), r * (b - db))

    @mistake
    def rate_at_the_weights(w, b, dw, db, r):
        """The learning rate multiplies the old values, and the gradient goes without it. It belongs
        to the gradient."""
        return (r * w - dw, r * b - db)

    @mistake.also(
        lambda w, b, dw, db, r: ((1 - r) * w - r * dw, (1 - r) * b - r * db),
        lambda w, b, dw, db, r: (0.99 * w - r * dw, b - r * db),
        lambda w, b, dw, db, r: ((1 - r) * w + r * dw, (1 - r) * b + r * db),
    )
    def weights_shrink(w, b, dw, db, r):
        """The old weights are shrunk as well, as weight decay does. They are kept as they are, and
        the step is taken from there."""
        return ((1 - r) * w - r * dw, b - r * db)

    @mistake.also(lambda w, b, dw, db, r: (w - r * np.dot(w, dw), b - r * b * db))
    def dot_product(w, b, dw, db, r):
        """A dot product makes one number of all slopes. Each weight goes by its own."""
        return (w - r * np.dot(w, dw), b - r * db)

    @mistake
    def rate_subtracted(w, b, dw, db, r):
        """The learning rate is subtracted from the old value, and the gradient multiplies the rest.
        Multiply rate and gradient, and subtract that."""
        return ((w - r) * dw, (b - r) * db)

    @mistake
    def wrong_way_round(w, b, dw, db, r):
        """The old values are subtracted from the step. It should be the other way round."""
        return (r * dw - w, r * db - b)

    @mistake
    def rate_for_gradient(w, b, dw, db, r):
        """The gradient has no part in it: everything goes down by the same amount."""
        return (w - r, b - r)

    @mistake
    def step_times_weights(w, b, dw, db, r):
        """The step is multiplied by what it starts from. It is subtracted, and that is all."""
        return (w - r * dw * w, b - r * db * b)

    @mistake.also(
        lambda w, b, dw, db, r: (w - r * dw / np.linalg.norm(dw), b - r * db / abs(db)),
        lambda w, b, dw, db, r: (w - r * dw / np.linalg.norm(dw), b - r * db),
    )
    def length_of_slope_lost(w, b, dw, db, r):
        """Only the direction of the gradient counts. Where it is steep the step is to be long."""
        return (w - r * np.sign(dw), b - r * np.sign(db))

    @mistake
    def gradient_and_weights_swapped(w, b, dw, db, r):
        """The gradient and the weights have changed places."""
        return (dw - r * w, db - r * b)

    @mistake.also(lambda w, b, dw, db, r: (w - r * dw.sum(), b - r * db))
    def gradients_averaged(w, b, dw, db, r):
        """All weights take the same step. Each has a slope of its own."""
        return (w - r * dw.mean(), b - r * db)

    @mistake.also(
        *(
            lambda w, b, dw, db, r, own=own: (w - own * dw, b - own * db)
            for own in (0.01, 0.5, 0.001)
        )
    )
    def own_rate(w, b, dw, db, r):
        """It has a learning rate of its own written into it. Use the one that it is given."""
        return (w - 0.1 * dw, b - 0.1 * db)

    @mistake.also(lambda w, b, dw, db, r: (w - r / 2 * dw, b - r / 2 * db))
    def factor_two(w, b, dw, db, r):
        """There is a factor 2, or ½, in the step. The learning rate is all that scales it."""
        return (w - 2 * r * dw, b - 2 * r * db)

    @mistake.also(lambda w, b, dw, db, r: (w - r * dw / len(w), b - r * db))
    def divided_by_number(w, b, dw, db, r):
        """The step is divided by the number of weights. The mean is in the gradient already."""
        return (w - r * dw / len(w), b - r * db / len(w))

    @mistake
    def bias_step_for_all(w, b, dw, db, r):
        """The weights take the step of the bias as well as their own."""
        return (w - r * dw - r * db, b - r * db)

    @mistake
    def bias_once_a_weight(w, b, dw, db, r):
        """The bias steps once for every weight. There is one bias: move it once, outside of the
        loop."""
        return (w - r * dw, b - len(w) * r * db)

    @mistake
    def first_weight_only(w, b, dw, db, r):
        """Only the first weight moves. Does it return from inside the loop?"""
        return (np.append(w[:1] - r * dw[:1], w[1:]), b - r * db)

    @mistake
    def plus_for_times(w, b, dw, db, r):
        """Learning rate and gradient are added, or subtracted; expected their product."""
        return (w - (r - dw), b - (r - db))

    @mistake
    def divided_by_rate(w, b, dw, db, r):
        """The gradient is divided by the learning rate."""
        return (w - dw / r, b - db / r)

    @mistake
    def swapped_results(w, b, dw, db, r):
        """`w` and `b` come back in the wrong order."""
        return (b - r * db, w - r * dw)

    @mistake
    def weights_only(w, b, dw, db, r):
        """It returns the weights only; the bias is learned too."""
        return w - r * dw

    @mistake
    def gradients_swapped(w, b, dw, db, r):
        """The weights use the bias's gradient."""
        return (w - r * db, b - r * db)

    @mistake
    def gradients_exchanged(w, b, dw, db, r):
        """The gradients have changed places: the weights use the bias's, and the bias theirs."""
        return (w - r * db, b - r * dw)

    @mistake
    def bias_uses_dw(w, b, dw, db, r):
        """The bias uses the weights' gradient, and has become as many numbers."""
        return (w - r * dw, b - r * dw)

    @mistake
    def changes_its_input(w, b, dw, db, learning_rate):
        """It changes `w`, which it should only read. Make a new array."""
        w -= learning_rate * dw
        return w, b - learning_rate * db

    hints = (
        "The same move twice, once for w and once for b.",
        "New value = old value minus learning rate times gradient.",
        "w - learning_rate * dw makes a new array; return it together with the new b.",
    )
    insight = "That is one step of gradient descent: training takes it again and again."
    explanation = "A step against the gradient, as long as the slope times the learning rate."
