"""The same network, backward."""

import numpy as np

from course_lib.activations import relu_grad, sigmoid_grad, tanh_grad
from course_lib.by_hand.hidden_layer import backward_two_layers, forward_two_layers
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import network
from course_lib.exercises.shared import float32, numbers, then

_y = numbers(1, 0, 1, 0)


def _cache(m, n_in, n_hidden):
    """Give the arguments of the way back for the same network."""
    X, W1, b1, W2, b2 = network(m, n_in, n_hidden)
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    return X, _y[:m], W2, Z1, A1, P


def _error(y, P):
    return (P - y[:, None]) / len(y)


def _back(X, W2, A1, dZ2, slope):
    dZ1 = dZ2 @ W2.T * slope
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def _changed(change):
    return then(backward_two_layers, change)


def _with_slope(slope):
    return lambda X, y, W2, Z1, A1, P: _back(X, W2, A1, _error(y, P), slope(Z1, A1))


def _with_error(error):
    return lambda X, y, W2, Z1, A1, P: _back(X, W2, A1, error(y[:, None], P), tanh_grad(Z1))


def _scaled(powers):
    """Multiply the four gradients by powers of m."""
    return lambda X, y, *more: tuple(
        g * len(y) ** k for g, k in zip(backward_two_layers(X, y, *more), powers, strict=True)
    )


def _with_biases(reduce1, reduce2):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
        return X.T @ dZ1, reduce1(dZ1), A1.T @ dZ2, reduce2(dZ2)

    return backward


def _summed(dZ):
    return dZ.sum(axis=0)


def _stepped_first(learning_rate):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        return _back(X, W2 - learning_rate * A1.T @ dZ2, A1, dZ2, tanh_grad(Z1))

    return backward


def _stepped_in_place(X, y, W2, Z1, A1, P):
    W2 -= A1.T @ _error(y, P)
    return backward_two_layers(X, y, W2, Z1, A1, P)


class BackwardTwoLayers(Exercise):
    reference = backward_two_layers
    probes = [
        Probe("one example", _cache(1, 2, 3)),
        Probe("three examples of one feature", _cache(3, 1, 2)),
        Probe("five hidden units", _cache(4, 3, 5)),
        Probe("two of everything", _cache(2, 2, 2)),
        Probe("read-only float32", float32(*_cache(2, 3, 4)), read_only=True),
    ]

    @mistake
    def broadcast(X, y, W2, Z1, A1, P):
        """A vector (m,) met a column (m, 1), and NumPy silently made a table (m, m) of them."""
        return _back(X, W2, A1, (P - y) / len(y), tanh_grad(Z1))

    flat_results = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, dW2.ravel(), db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, dW2.ravel(), db2[0])),
        says="`dW2` has lost a dimension; expected the shape of `W2`, (n_hidden, 1).",
    )
    transposed = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2.T, db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2, db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, dW2.T, db2)),
        says="A `dW` is transposed; each has the shape of its `W`, since it will be subtracted "
        "from it.",
    )
    swapped_results = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, dW2, db1, db2)),
        says="The gradients come in the wrong order; expected `dW1, db1, dW2, db2`.",
    )
    weights_only = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1, dW2)),
        says="It returns the gradients of the weights only; the biases are learned too.",
    )
    second_layer_only = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW2, db2)),
        says="It stops after the second layer. The first learns as well: that is the point.",
    )
    bias_not_summed = mistake(
        _with_biases(lambda dZ: dZ, lambda dZ: dZ),
        _with_biases(lambda dZ: dZ, _summed),
        _with_biases(_summed, lambda dZ: dZ),
        says="A bias gradient still has a row for each example. Add them up over the examples.",
    )
    bias_keepdims = mistake(
        _with_biases(lambda dZ: _summed(dZ)[None], lambda dZ: _summed(dZ)[None]),
        _with_biases(lambda dZ: _summed(dZ)[None], _summed),
        says="A bias gradient has shape (1, n_out); expected (n_out,), that of its bias. Is it "
        "`keepdims`?",
    )
    bias_wrong_axis = mistake(
        _with_biases(lambda dZ: dZ.sum(axis=1), lambda dZ: dZ.sum(axis=1)),
        _with_biases(lambda dZ: dZ.sum(axis=1), _summed),
        says="A bias gradient is added up over the units. Each unit has a bias of its own: add up "
        "over the examples.",
    )
    bias_one_number = mistake(
        _with_biases(np.sum, np.sum),
        _with_biases(_summed, np.sum),
        says="A bias gradient is a single number; expected shape (n_out,), an entry for each unit "
        "even where there is only one.",
    )
    derivative_forgotten = mistake(
        _with_slope(lambda Z1, A1: 1),
        says="`dW2` and `db2` are right. On its way into the hidden units the error passes their "
        "activation: its slope is missing.",
    )
    slope_at_A1 = mistake(
        _with_slope(lambda Z1, A1: tanh_grad(A1)),
        says="The slope of tanh is taken at `A1`: the tanh has been applied twice. It belongs to "
        "the pre-activation.",
    )
    square_of_Z1 = mistake(
        _with_slope(lambda Z1, A1: 1 - Z1**2),
        says="It squares `Z1` where the formula wants the activation.",
    )
    sigmoid_slope = mistake(
        _with_slope(lambda Z1, A1: A1 * (1 - A1)),
        _with_slope(lambda Z1, A1: sigmoid_grad(Z1)),
        says="It uses the slope of the sigmoid for the hidden units, which are tanh.",
    )
    relu_slope = mistake(
        _with_slope(lambda Z1, A1: relu_grad(Z1)),
        says="It uses the slope of the ReLU for the hidden units, which are tanh.",
    )
    activation_for_slope = mistake(
        _with_slope(lambda Z1, A1: A1),
        says="It multiplies by the activation itself; expected its slope.",
    )

    @mistake
    def W2_forgotten(X, y, W2, Z1, A1, P):
        """The error reaches all hidden units alike: on its way back it should pass the weights that
        the activations passed on their way forward."""
        return _back(X, W2 / W2, A1, _error(y, P), tanh_grad(Z1))

    @mistake
    def Z1_for_A1(X, y, W2, Z1, A1, P):
        """`dW2` is computed from `Z1`. What the second layer was given is `A1`."""
        return _back(X, W2, Z1, _error(y, P), tanh_grad(Z1))

    steps_too_early = mistake(
        _stepped_first(1),
        _stepped_first(0.1),
        _stepped_in_place,
        says="`W2` has already been changed when the error passes it. All gradients belong to the "
        "same weights; the step comes after them, outside of this function.",
    )
    wrong_sign = mistake(
        _with_error(lambda y, P: (y - P) / len(y)),
        says="The sign is wrong: it points downhill, and the gradient points uphill. Is the error "
        "output minus target?",
    )
    missing_mean = mistake(
        *map(_scaled, ((1, 1, 1, 1), (1, 1, 0, 0), (0, 0, 1, 1), (0, 1, 0, 1), (1, 0, 1, 0))),
        says="It adds up over the examples where the loss takes the mean: some gradient still has "
        "to be divided by m.",
    )
    averaged_twice = mistake(
        *map(_scaled, ((-1, -1, -1, -1), (-1, -1, 0, 0), (0, -1, 0, -1), (-1, 0, -1, 0))),
        says="Some gradient is divided by m twice. The mean is in the loss once, so it enters "
        "once: most simply at the output.",
    )
    squared_error = mistake(
        _with_error(lambda y, P: (P - y) * P * (1 - P) / len(y)),
        says="There is a factor p (1 - p) too many: that would be the slope of the squared error.",
    )
    slope_of_loss_alone = mistake(
        _with_error(lambda y, P: (P - y) / (P * (1 - P)) / len(y)),
        says="This starts from the slope of the loss over p, and the slope of the sigmoid is "
        "missing. Together they are simpler than either.",
    )
    thresholded = mistake(
        _with_error(lambda y, P: (np.round(P) - y) / len(y)),
        says="The outputs are rounded to 0 or 1 before the error is taken.",
    )

    @mistake
    def changes_its_input(X, y, W2, Z1, A1, P):
        """It changes an array that it should only read. Make a new array."""
        P -= y[:, None]
        P /= len(y)
        return _back(X, W2, A1, P, tanh_grad(Z1))

    hints = (
        "Start at the output: over Z2 the loss of one example has the slope p - y, as in lesson "
        "1. Divide by m here, once and for all.",
        "Each layer does the same: dW is its input, transposed, times dZ; db is the sum of dZ "
        "over the examples. y needs a second dimension: y[:, None].",
        "Between the layers: dA1 = dZ2 @ W2.T, and dZ1 is dA1 times the slope of tanh at Z1, "
        "element by element.",
    )
    insight = "Error times input for every layer; more layers repeat the same three lines."
    explanation = "The error (P - y)/m passes W2.T and the slope of tanh; dW = input.T @ dZ, twice."
