"""The outputs of one neuron for all examples."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.by_hand.neuron import forward
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.neuron.shared import (
    EXAMPLES,
    WEIGHTS,
    both_halves,
    exp_over_one_plus_exp,
    naive_sigmoid,
)
from course_lib.exercises.shared import column, float32, numbers


class Forward(Exercise):
    reference = forward
    probes = [
        Probe("one example", (EXAMPLES[:1], WEIGHTS, 0.5)),
        Probe("four examples", (EXAMPLES, WEIGHTS, 0.5)),
        Probe("one feature", (numbers(-1, 0.5, 2).reshape(3, 1), numbers(0.7), -0.2)),
        Probe("as many examples as features", (EXAMPLES[:3], WEIGHTS, 0.3)),
        Probe("read-only float32", float32(EXAMPLES, WEIGHTS, 0.5), read_only=True),
        Probe(
            "784 features",
            (np.linspace(-1, 1, 1568).reshape(2, 784), np.linspace(0, 0.2, 784), 0.1),
        ),
        Probe(
            "extreme: whole-number inputs",
            (np.round(2 * EXAMPLES).astype(int), WEIGHTS, 0.5),
            extreme=True,
        ),
        Probe("extreme", (1000 * EXAMPLES, WEIGHTS, 0.5), extreme=True),
    ]

    @mistake
    def types_of_inputs(X, w, b):
        """For inputs that are whole numbers the sums are cut to whole numbers as well: an array of
        their type holds them."""
        return sigmoid((X @ w + b).astype(X.dtype))

    @mistake
    def transposed(X, w, b):
        """The product runs along the wrong side of `X`: examples are its rows, and each row is to
        meet `w`."""
        return sigmoid(X.T @ w + b)

    @mistake.also(lambda X, w, b: sigmoid(sum(w[i] * X[:, i] for i in range(784)) + b))
    def hard_coded_pixels(X, w, b):
        """It works for images of 784 pixels only. Take the number from `X`."""
        return sigmoid(X.reshape(-1, 784) @ w + b)

    @mistake.also(lambda X, w, b: sigmoid(np.outer(X, w) + b))
    def not_summed(X, w, b):
        """It multiplies inputs with weights but does not add up the products."""
        return sigmoid(X * w + b)

    @mistake
    def sum_over_examples(X, w, b):
        """It adds up over the examples; add up over the features, for each example."""
        return sigmoid((X * w).sum(axis=0) + b)

    @mistake
    def sum_over_everything(X, w, b):
        """It adds up over the examples as well, to a single number; expected one each."""
        return sigmoid(np.sum(X * w) + b)

    @mistake.also(lambda X, w, b: np.sum(sigmoid(X @ w + b)))
    def averaged(X, w, b):
        """It averages, or adds up, the outputs of the examples; expected each by itself."""
        return np.mean(sigmoid(X @ w + b))

    @mistake
    def column(X, w, b):
        """The result is a column of shape (m, 1); expected a vector (m,)."""
        return column(sigmoid(X @ w + b))

    @mistake
    def row(X, w, b):
        """The result is a row of shape (1, m); expected a vector (m,)."""
        return sigmoid(X @ w + b).reshape(1, -1)

    @mistake.also(lambda X, w, b: sigmoid(X[0] @ w + b))
    def first_example_only(X, w, b):
        """It gives the output of the first example only."""
        return sigmoid(X[:1] @ w + b)

    @mistake.also(lambda X, w, b: sigmoid(X[-1:] @ w + b))
    def last_example_only(X, w, b):
        """It gives the output of the last example only: does each round of a loop overwrite it?"""
        return sigmoid(X[-1] @ w + b)

    @mistake.also(lambda X, w, b: X @ w)
    def no_activation(X, w, b):
        """This is a weighted sum. The squashing is missing."""
        return X @ w + b

    @mistake
    def thresholded(X, w, b):
        """It decides 0 or 1 at once. Return the output, not the verdict."""
        return np.where(X @ w + b > 0, 1.0, 0.0)

    @mistake
    def cut_to_whole_numbers(X, w, b):
        """The outputs are cut to whole numbers, which makes 0.97 a 0: by `astype(int)`, or in an
        array that holds whole numbers only."""
        return sigmoid(X @ w + b).astype(int)

    @mistake
    def bias_forgotten(X, w, b):
        """The bias `b` has no part in it."""
        return sigmoid(X @ w)

    @mistake
    def bias_subtracted(X, w, b):
        """The bias is subtracted; it should be added."""
        return sigmoid(X @ w - b)

    @mistake
    def bias_times_inputs(X, w, b):
        """The bias is added to every weight, and so multiplied by the inputs. Add it once, after
        the sum."""
        return sigmoid(X @ (w + b))

    @mistake
    def bias_after_activation(X, w, b):
        """The bias is added after the sigmoid; it belongs to the sum inside."""
        return sigmoid(X @ w) + b

    @mistake
    def bias_times_weights(X, w, b):
        """The bias is added to every input, and so multiplied by the weights. Add it once, after
        the sum."""
        return sigmoid((X + b) @ w)

    @mistake
    def bias_for_each_weight(X, w, b):
        """The bias is added with every product, as often as there are weights. Add it once, after
        the sum."""
        return sigmoid(X @ w + b * len(w))

    @mistake
    def bias_as_factor(X, w, b):
        """The bias multiplies the sum; it should be added."""
        return sigmoid(b * (X @ w))

    @mistake.also(lambda X, w, b: sigmoid(np.cumsum(X @ w + b)))
    def sum_goes_on(X, w, b):
        """Each example's sum goes on from the one before. Start at 0 for every row of `X`."""
        return sigmoid(np.cumsum(X @ w) + b)

    @mistake.also(lambda X, w, b: sigmoid((X @ w + b) / len(w)))
    def mean_for_sum(X, w, b):
        """It divides by the number of features; a neuron adds up its inputs and divides by
        nothing."""
        return sigmoid((X * w).mean(axis=1) + b)

    @mistake
    def tanh(X, w, b):
        """The activation is tanh, from -1 to 1; this neuron has a sigmoid, from 0 to 1."""
        return np.tanh(X @ w + b)

    other_activation_without_bias = mistake(
        lambda X, w, b: np.tanh(X @ w),
        lambda X, w, b: np.maximum(X @ w, 0),
        lambda X, w, b: np.where(X @ w > 0, 1.0, 0.0),
        lambda X, w, b: np.round(sigmoid(X @ w)),
        says="The bias `b` has no part in it, and the sums do not go through a sigmoid, or not "
        "through that alone.",
    )

    @mistake
    def relu(X, w, b):
        """The activation is a ReLU, without an upper limit; this neuron has a sigmoid."""
        return np.maximum(X @ w + b, 0)

    @mistake.also(lambda X, w, b: 1 / (1 + np.exp(X @ w + b)))
    def mirrored(X, w, b):
        """The output falls where the sum rises: look at the sign in the exponent."""
        return sigmoid(-(X @ w + b))

    @mistake
    def slope(X, w, b):
        """This is the slope of the sigmoid, not its value."""
        return sigmoid(X @ w + b) * sigmoid(-(X @ w + b))

    @mistake
    def sigmoid_too_early(X, w, b):
        """It squashes the inputs. First the sum with its bias, then the sigmoid."""
        return sigmoid(X) @ w + b

    @mistake
    def sigmoid_twice(X, w, b):
        """The sigmoid is applied twice: all comes out between ½ and 0.73."""
        return sigmoid(sigmoid(X @ w + b))

    @mistake.also(lambda X, w, b: (X @ w + b, sigmoid(X @ w + b)))
    def two_results(X, w, b):
        """It returns the sums as well. Return the outputs alone."""
        return sigmoid(X @ w + b), X @ w + b

    @mistake.also(
        lambda X, w, b: np.round(sigmoid(X @ w + b), 2),
        lambda X, w, b: np.round(sigmoid(X @ w + b), 4),
    )
    def rounded(X, w, b):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(sigmoid(X @ w + b), 3)

    @mistake
    def softmax(X, w, b):
        """The outputs add up to 1 over the examples. Each should be squashed by itself."""
        return softmax(X @ w + b)

    @mistake.also(
        lambda X, w, b: exp_over_one_plus_exp(X @ w + b), lambda X, w, b: both_halves(X @ w + b)
    )
    def overflow(X, w, b):
        """The values are right, but its sigmoid overflows for sums far from 0. Use your safe
        one."""
        return naive_sigmoid(X @ w + b)

    squashed_one_by_one = mistake(
        lambda X, w, b: np.sum(sigmoid(X * w), axis=1) + b,
        lambda X, w, b: np.sum(sigmoid(X * w + b), axis=1),
        lambda X, w, b: np.mean(sigmoid(X * w + b), axis=1),
        lambda X, w, b: sigmoid(np.sum(sigmoid(X * w), axis=1) + b),
        lambda X, w, b: sigmoid(sigmoid(X) @ w + b),
        says="The sigmoid is applied before the sum. First add up all products and the bias, then "
        "squash.",
    )

    hints = (
        "First all weighted sums, one for each row of X; then the sigmoid of all of them.",
        "The matrix product X @ w adds up the 784 products for every row at once.",
        "sigmoid takes whole arrays, and adding the number b to an array adds it everywhere.",
    )
    insight = "One line, any number of examples: the loops now run inside NumPy, in compiled code."
    explanation = "X @ w gives the weighted sums of all rows, b is added to each, sigmoid squashes."
