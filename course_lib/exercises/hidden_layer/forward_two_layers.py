"""A network with one hidden layer, forward."""

import numpy as np

from course_lib.activations import relu, sigmoid, softmax, tanh_grad
from course_lib.by_hand.hidden_layer import forward_two_layers
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import (
    EXAMPLES,
    FIRST_B,
    FIRST_W,
    SECOND_B,
    SECOND_W,
    network,
)
from course_lib.exercises.shared import float32, then


def _changed(change):
    return then(forward_two_layers, change)


def _forward_with(f=np.tanh, g=sigmoid):
    def forward(X, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        A1 = f(Z1)
        Z2 = A1 @ W2 + b2
        return Z1, A1, Z2, g(Z2)

    return forward


def _without_biases(first, second):
    """Leave the bias of a layer out of what comes back as its pre-activation."""

    def forward(X, W1, b1, W2, b2):
        Z1, A1, Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        return Z1 - first * b1, A1, Z2 - second * b2, P

    return forward


def _with_sum(first, second=lambda A, W, b: A @ W + b):
    """Return the exercise with another weighted sum in a layer."""

    def forward(X, W1, b1, W2, b2):
        Z1 = first(X, W1, b1)
        A1 = np.tanh(Z1)
        Z2 = second(A1, W2, b2)
        return Z1, A1, Z2, sigmoid(Z2)

    return forward


class ForwardTwoLayers(Exercise):
    reference = forward_two_layers
    probes = [
        Probe("one example", network(1, 2, 3)),
        Probe("three examples of one feature", network(3, 1, 2)),
        Probe("five hidden units", network(4, 3, 5)),
        Probe("two of everything", network(2, 2, 2)),
        Probe("read-only float32", float32(*network(2, 3, 4)), read_only=True),
        Probe(
            "extreme: huge output weights",
            (EXAMPLES, FIRST_W, FIRST_B, 1000 * SECOND_W, SECOND_B),
            extreme=True,
        ),
        Probe(
            "extreme: huge hidden weights",
            (EXAMPLES, 5000 * FIRST_W, FIRST_B, SECOND_W, SECOND_B),
            extreme=True,
            may_warn=True,
        ),
    ]

    examples_in_columns = mistake(
        _changed(lambda *results: tuple(A.T for A in results)),
        says="This is the layout of books with examples in columns, (n, m). Here they are rows: "
        "the inputs come first, and nothing needs transposing.",
    )

    @mistake.also(
        _with_sum(lambda X, W, b: W @ X + b),
        _with_sum(lambda X, W, b: W.T @ X + b),
        _with_sum(lambda X, W, b: X.T @ W + b),
        _with_sum(*2 * (lambda X, W, b: W @ X + b,)),
        _with_sum(*2 * (lambda X, W, b: W.T @ X + b,)),
    )
    def wrong_way_round(X, W1, b1, W2, b2):
        """The product runs along the wrong side of `W1`: each row of `X` is to meet each of its
        columns."""
        return forward_two_layers(X, W1.T, b1, W2, b2)

    element_by_element = mistake(
        _with_sum(lambda X, W, b: X * W + b),
        says="`*` multiplies element by element, and adds nothing up. A weighted sum of every row "
        "with every column is the matrix product.",
    )

    @mistake
    def output_only(*arguments):
        """It returns the output alone; the way back needs what came in between as well."""
        return forward_two_layers(*arguments)[-1]

    activations_only = mistake(
        _changed(lambda Z1, A1, Z2, P: (A1, P)),
        says="It returns two values; expected four, with the pre-activations `Z1` and `Z2`.",
    )
    three_results = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, P)),
        _changed(lambda Z1, A1, Z2, P: (A1, Z2, P)),
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2)),
        says="It returns three values; expected four, `Z1, A1, Z2, P`.",
    )
    swapped_results = mistake(
        _changed(lambda Z1, A1, Z2, P: (A1, Z1, P, Z2)),
        _changed(lambda Z1, A1, Z2, P: (Z1, Z2, A1, P)),
        _changed(lambda Z1, A1, Z2, P: (Z2, P, Z1, A1)),
        _changed(lambda Z1, A1, Z2, P: (P, Z2, A1, Z1)),
        says="The results come in the wrong order; expected `Z1, A1, Z2, P`.",
    )
    A1_for_Z1 = mistake(
        _changed(lambda Z1, A1, Z2, P: (A1, A1, Z2, P)),
        _changed(lambda Z1, A1, Z2, P: (A1, A1, P, P)),
        says="The first result is `A1`; expected `Z1`, before the activation. Was it overwritten?",
    )
    flat_output = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.ravel())),
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2.ravel(), P.ravel())),
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2.squeeze(), P.squeeze())),
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.squeeze())),
        says="`Z2` or `P` is a vector (m,); expected columns of shape (m, 1).",
    )
    averaged = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.mean())),
        says="`P` is averaged over the examples; each has an output of its own.",
    )
    P_for_Z2 = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, P, P)),
        says="The third result is `P`; expected `Z2`, before the sigmoid. Was it overwritten?",
    )
    Z1_for_A1 = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, Z1, Z2, P)),
        says="The second result is `Z1` again; expected `A1`, after the activation.",
    )
    biases_not_in_Z = mistake(
        *(_without_biases(*layers) for layers in ((1, 1), (1, 0), (0, 1))),
        says="`Z1` or `Z2` comes back without its bias, which is a part of it, wherever else it is "
        "added.",
    )
    no_hidden_activation = mistake(
        _forward_with(f=lambda Z: Z),
        says="The hidden layer has no activation: two layers without one are no more than one.",
    )

    @mistake
    def bypassed(X, W1, b1, W2, b2):
        """The second layer is fed with `Z1`: the activation has no effect."""
        Z1 = X @ W1 + b1
        Z2 = Z1 @ W2 + b2
        return Z1, np.tanh(Z1), Z2, sigmoid(Z2)

    sigmoid_on_hidden = mistake(
        _forward_with(f=sigmoid),
        _forward_with(f=lambda Z: sigmoid(2 * Z)),
        says="The hidden units are sigmoids; expected tanh, from -1 to 1.",
    )
    stretched_tanh = mistake(
        *(_forward_with(f=lambda Z, k=k: np.tanh(k * Z)) for k in (0.5, 2)),
        says="The tanh of the hidden units is stretched: it should be that of `Z1` itself.",
    )
    tanh_twice = mistake(
        _forward_with(f=lambda Z: np.tanh(np.tanh(Z))),
        says="The tanh is applied twice to the hidden units.",
    )
    slope_on_hidden = mistake(
        _forward_with(f=tanh_grad), says="`A1` is the slope of tanh; expected the tanh."
    )
    tangent_on_hidden = mistake(
        _forward_with(f=np.tan),
        _forward_with(f=np.arctan),
        says="`A1` is a tangent, or its inverse; the hyperbolic tangent is np.tanh.",
    )
    relu_on_hidden = mistake(
        _forward_with(f=relu), says="The hidden units are ReLUs; expected tanh."
    )
    tanh_on_output = mistake(
        _forward_with(g=np.tanh),
        says="The output goes through tanh, from -1 to 1; a probability needs the sigmoid.",
    )
    no_output_activation = mistake(
        _forward_with(g=lambda Z: Z),
        says="`P` is the logit `Z2`: the squashing of the output is missing.",
    )
    relu_on_output = mistake(
        _forward_with(g=relu),
        says="The output goes through a ReLU, without an upper limit; a probability needs the "
        "sigmoid.",
    )
    mirrored_output = mistake(
        _forward_with(g=lambda Z: sigmoid(-Z)),
        _forward_with(g=lambda Z: 1 / (1 + np.exp(Z))),
        says="`P` falls where `Z2` rises: look at the sign in the exponent.",
    )
    sigmoid_twice = mistake(
        _forward_with(g=lambda Z: sigmoid(sigmoid(Z))),
        says="The sigmoid is applied twice to the output, which leaves it between ½ and 0.73.",
    )
    sigmoid_in_Z2 = mistake(
        _changed(lambda Z1, A1, Z2, P: (Z1, A1, P, sigmoid(P))),
        says="The sigmoid is in `Z2` already, and `P` is the sigmoid of that. `Z2` is the sum "
        "before the sigmoid.",
    )
    softmax_over_examples = mistake(
        _forward_with(g=lambda Z: softmax(Z.T).T),
        _forward_with(g=lambda Z: np.exp(Z) / np.exp(Z).sum()),
        says="The outputs of the examples share a total of 1. Each example has a probability of "
        "its own: a sigmoid.",
    )
    rounded = mistake(
        *(_changed(lambda Z1, A1, Z2, P, d=d: (Z1, A1, Z2, np.round(P, d))) for d in (2, 3, 4)),
        says="`P` is rounded. Keep all digits; format them where you print.",
    )
    softmax = mistake(
        _forward_with(g=softmax),
        says="`P` is 1 for every example: a softmax over a single output has nothing to compare.",
    )
    thresholded = mistake(
        _forward_with(g=lambda Z: (Z > 0) * 1.0),
        says="`P` decides 0 or 1 at once. Return the probability, not the verdict.",
    )

    @mistake.also(
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, 0 * b1, W2, b2),
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, b1, W2, 0 * b2),
    )
    def biases_forgotten(X, W1, b1, W2, b2):
        """A bias has no part in it; each of the two layers adds its own."""
        return forward_two_layers(X, W1, 0 * b1, W2, 0 * b2)

    @mistake
    def first_bias_again(X, W1, b1, W2, b2):
        """The second layer adds `b1` again; it has a bias of its own."""
        Z1 = X @ W1 + b1
        Z2 = np.tanh(Z1) @ W2 + b1
        return Z1, np.tanh(Z1), Z2, sigmoid(Z2)

    @mistake.also(
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, -b1, W2, b2),
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, b1, W2, -b2),
    )
    def biases_subtracted(X, W1, b1, W2, b2):
        """A bias is subtracted; it should be added."""
        return forward_two_layers(X, W1, -b1, W2, -b2)

    @mistake.also(
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1 + b1, 0 * b1, W2, b2),
        lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, b1, W2 + b2, 0 * b2),
    )
    def biases_times_inputs(X, W1, b1, W2, b2):
        """A bias is added to the weights, and so multiplied by the inputs. Add it after the
        product."""
        return forward_two_layers(X, W1 + b1, 0 * b1, W2 + b2, 0 * b2)

    @mistake
    def bias_after_activation(X, W1, b1, W2, b2):
        """The biases are added after the activations; they belong to the sums inside."""
        Z1 = X @ W1
        A1 = np.tanh(Z1) + b1
        Z2 = A1 @ W2
        return Z1, A1, Z2, sigmoid(Z2) + b2

    tanh_overflows = mistake(
        _forward_with(f=lambda Z: (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))),
        _forward_with(f=lambda Z: (np.exp(2 * Z) - 1) / (np.exp(2 * Z) + 1)),
        says="Right, until `Z1` is large: then its own tanh divides infinity by infinity, which is "
        "NaN. np.tanh is safe.",
    )
    overflow = mistake(
        _forward_with(g=lambda Z: 1 / (1 + np.exp(-Z))),
        _forward_with(g=lambda Z: np.exp(Z) / (1 + np.exp(Z))),
        says="The values are right, but its sigmoid overflows for logits far from 0. Use the safe "
        "one of lesson 1.",
    )

    hints = (
        "Two layers, one after the other: what the first gives out is what the second takes in.",
        "Each layer is a product, a bias and an activation: np.tanh in the first, sigmoid in the "
        "second. Give every step a name.",
        "Z1 comes from X with W1 and b1, A1 is its tanh; Z2 comes from A1 with W2 and b2 in the "
        "same way, and P is its sigmoid.",
    )
    insight = "What is kept on the way forward, the way back need not compute again."
    explanation = "Twice the same: product, bias, activation. W2 has one column, and so has P."
