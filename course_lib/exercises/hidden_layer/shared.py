"""What several exercises of this lesson need."""

from course_lib.by_hand.hidden_layer import backward_two_layers, forward_two_layers
from course_lib.by_hand.neuron import binary_cross_entropy, gradient_step
from course_lib.exercises.engine import Probe
from course_lib.exercises.shared import float32, numbers

# One element that is an array: `if` and `max` can deal with it, and masks can as well.
SHAPES = [
    Probe("one element", (numbers(0.7, shape=(1, 1)),)),
    Probe("a vector", (numbers(-2, -0.5, 1.5, 3),)),
    Probe("a matrix", (numbers(-3, -1, 0.5, 2, -0.2, 12, shape=(2, 3)),)),
    Probe("read-only float32", float32(numbers(-4, -0.25, 3)), read_only=True),
]
EXAMPLES = numbers(0.5, -1, 2, 1.5, 0.3, -0.5, -2, 1, 0.8, 0.2, -1.2, 0.4, shape=(4, 3))
FIRST_W = numbers(
    *(0.4, -0.6, 1.1, 0.2, -0.9),
    *(0.7, 0.3, -0.5, 1.2, 0.1),
    *(-0.8, 0.9, 0.6, -0.3, 0.5),
    shape=(3, 5),
)
FIRST_B = numbers(0.1, -0.2, 0.3, 0.4, -0.1)
SECOND_W = numbers(1.5, -0.7, 0.8, -1.1, 0.6, shape=(5, 1))
SECOND_B = numbers(-0.4)
TARGETS = numbers(1, 0, 1, 0)


def network(m, n_in, n_hidden):
    """Give a batch and the parameters of a network, cut to size."""
    return (
        EXAMPLES[:m, :n_in],
        FIRST_W[:n_in, :n_hidden],
        FIRST_B[:n_hidden],
        SECOND_W[:n_hidden],
        SECOND_B,
    )


def begin(m, n_in, n_hidden):
    """Give what training begins with: examples, targets and the parameters of that network."""
    X, *parameters = network(m, n_in, n_hidden)
    return X, TARGETS[:m], *parameters


def cache(m, n_in, n_hidden):
    """Give the arguments of the way back for the same network."""
    X, W1, b1, W2, b2 = network(m, n_in, n_hidden)
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    return X, TARGETS[:m], W2, Z1, A1, P


def as_it_should_be(slopes, learning_rate):
    """Say what a step subtracts."""
    return tuple(learning_rate * slope for slope in slopes)


def training(
    back=backward_two_layers,
    moves=as_it_should_be,
    loss=binary_cross_entropy,
    times=lambda steps: steps,
    give=lambda parameters, losses: (*parameters, losses),
):
    """Make a function that trains a network, with one part or another of its own.

    Parameters
    ----------
    back : function of X, y, W2, Z1, A1, P
    moves : function of the four slopes and the learning rate
        What is subtracted from the four parameters.
    loss : function of y, p
    times : function of steps
    give : function of the four parameters and the losses
        What it returns.
    """

    def train(X, y, W1, b1, W2, b2, learning_rate, steps):
        losses = []
        for _ in range(times(steps)):
            Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
            losses.append(loss(y, P[:, 0]))
            dW1, db1, dW2, db2 = moves(back(X, y, W2, Z1, A1, P), learning_rate)
            W1, b1 = gradient_step(W1, b1, dW1, db1, 1.0)
            W2, b2 = gradient_step(W2, b2, dW2, db2, 1.0)
        return give((W1, b1, W2, b2), losses)

    return train
