"""One step downhill."""

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
    def rate_forgotten(w, b, dw, db, r):
        """The learning rate has no part in it."""
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
    def only_the_step(w, b, dw, db, r):
        """This is the step alone. Take it from where you stand."""
        return (-r * dw, -r * db)

    @mistake
    def rate_times_weights(w, b, dw, db, r):
        """The learning rate multiplies the weights as well."""
        return (r * (w - dw), r * (b - db))

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
