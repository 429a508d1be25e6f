"""The same network, backward."""

import numpy as np

from course_lib.activations import relu_grad, sigmoid, sigmoid_grad, tanh_grad
from course_lib.by_hand.hidden_layer import backward_two_layers
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import cache
from course_lib.exercises.shared import float32, then


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


def _divided_by(number):
    def backward(X, y, W2, Z1, A1, P):
        return _back(X, W2, A1, (P - y[:, None]) / number(X, A1), tanh_grad(Z1))

    return backward


def _scaled(powers):
    """Multiply the four gradients by powers of m."""
    return lambda X, y, *more: tuple(
        g * len(y) ** k for g, k in zip(backward_two_layers(X, y, *more), powers, strict=True)
    )


def _times(factor, parts):
    """Multiply some of the four gradients by a number."""
    return lambda *arguments: tuple(
        g * factor if i in parts else g for i, g in enumerate(backward_two_layers(*arguments))
    )


def _with_biases(reduce1, reduce2):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
        return X.T @ dZ1, reduce1(dZ1), A1.T @ dZ2, reduce2(dZ2)

    return backward


def _summed(dZ):
    return dZ.sum(axis=0)


def _with_hidden(hidden):
    """Return the way back with another error of the hidden units, where its shape fits."""

    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        dZ1 = hidden(dZ2, W2, Z1)
        return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)

    return backward


def _with_own_gradient(weights):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        return _back(X, weights(dZ2, W2, A1), A1, dZ2, tanh_grad(Z1))

    return backward


def _with_errors(for_first, for_second):
    """Return the way back with one error for the hidden layer and another for the output layer."""

    def backward(X, y, W2, Z1, A1, P):
        e1, e2 = (e(y[:, None], P) / len(y) for e in (for_first, for_second))
        return *_back(X, W2, A1, e1, tanh_grad(Z1))[:2], A1.T @ e2, e2.sum(axis=0)

    return backward


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
        Probe("one example", cache(1, 2, 3)),
        Probe("three examples of one feature", cache(3, 1, 2)),
        Probe("five hidden units", cache(4, 3, 5)),
        Probe("two of everything", cache(2, 2, 2)),
        Probe("read-only float32", float32(*cache(2, 3, 4)), read_only=True),
    ]

    divided_by_features = mistake(
        _divided_by(lambda X, A1: X.shape[1]),
        _divided_by(lambda X, A1: X.size),
        _divided_by(lambda X, A1: A1.shape[1]),
        _divided_by(lambda X, A1: A1.size),
        says="The error is divided by the number of features, of hidden units, or of all entries. "
        "The mean of the loss runs over the examples: divide by how many there are.",
    )

    @mistake.also(
        lambda X, y, W2, Z1, A1, P: (
            X.T @ (dZ1 := (P - y).sum(axis=1, keepdims=True) / len(y) @ W2.T * tanh_grad(Z1)),
            dZ1.sum(axis=0),
            A1.T @ (P - y) / len(y),
            (P - y).sum(axis=0) / len(y),
        )
    )
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
    three_results = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, dW2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, dW2, db2)),
        says="It returns three gradients; expected four, `dW1, db1, dW2, db2`.",
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
        _with_biases(_summed, lambda dZ: _summed(dZ)[None]),
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
        _with_biases(np.sum, _summed),
        says="A bias gradient is a single number; expected shape (n_out,), an entry for each unit "
        "even where there is only one.",
    )
    derivative_forgotten = mistake(
        _with_slope(lambda Z1, A1: 1),
        says="On its way into the hidden units the error passes their "
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
    Z1_for_slope = mistake(
        _with_slope(lambda Z1, A1: Z1),
        says="It multiplies by `Z1`; expected the slope of the activation there.",
    )
    slope_times_Z1 = mistake(
        _with_slope(lambda Z1, A1: tanh_grad(Z1) * Z1),
        says="The slope of the activation is multiplied by `Z1` as well. Only the slope is wanted.",
    )
    slope_times_A1 = mistake(
        _with_slope(lambda Z1, A1: tanh_grad(Z1) * A1),
        says="The slope of the activation is multiplied by `A1` as well. Only the slope is wanted.",
    )
    slope_twice = mistake(
        _with_slope(lambda Z1, A1: tanh_grad(Z1) ** 2),
        says="The slope of the activation counts twice.",
    )
    slope_not_squared = mistake(
        _with_slope(lambda Z1, A1: 1 - A1),
        says="In the slope of the activation a square is missing: it is the same on both sides "
        "of 0.",
    )
    slope_with_plus = mistake(
        _with_slope(lambda Z1, A1: 1 + A1**2),
        says="The slope of the activation grows away from 0, where the tanh gets flat: a plus "
        "should be a minus.",
    )
    slope_negative = mistake(
        _with_slope(lambda Z1, A1: -tanh_grad(Z1)),
        says="The first layer has the wrong sign. The tanh rises everywhere, "
        "and its slope is positive.",
    )
    matrix_product_with_slope = mistake(
        _with_hidden(lambda dZ2, W2, Z1: dZ2 @ W2.T @ tanh_grad(Z1).T @ tanh_grad(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: dZ2 @ W2.T @ tanh_grad(Z1).T @ np.tanh(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: dZ2 @ W2.T @ tanh_grad(Z1).T),
        _with_hidden(lambda dZ2, W2, Z1: tanh_grad(Z1) @ (dZ2 @ W2.T).T),
        says="A matrix product meets the slope of the activation, and mixes examples or units. "
        "Each unit of each example has a slope of its own: multiply element by element.",
    )
    slope_averaged = mistake(
        _with_slope(lambda Z1, A1: tanh_grad(Z1).mean(axis=0)),
        _with_slope(lambda Z1, A1: tanh_grad(Z1.mean(axis=0))),
        says="The slope of the activation is averaged over the examples. Each example has its own.",
    )
    dW2_for_W2 = mistake(
        _with_own_gradient(lambda dZ2, W2, A1: A1.T @ dZ2),
        says="On its way back the error passes `dW2`, the gradient. It should pass the weights "
        "that the activations passed on their way forward.",
    )
    weights_not_transposed = mistake(
        _with_hidden(lambda dZ2, W2, Z1: dZ2 @ W2 * tanh_grad(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: W2 @ dZ2 * tanh_grad(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: W2.T @ dZ2 * tanh_grad(Z1)),
        says="On the way back `W2` is met from its other side: from the outputs to the hidden "
        "units. One row for each example has to come out.",
    )
    error_left_out = mistake(
        _with_hidden(lambda dZ2, W2, Z1: W2.T * tanh_grad(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: W2.T * tanh_grad(Z1) / len(Z1)),
        says="The error of the second layer does not reach the first: it is missing among the "
        "factors.",
    )
    error_added = mistake(
        _with_hidden(lambda dZ2, W2, Z1: (dZ2 + W2.T) * tanh_grad(Z1)),
        says="Error and weights are added on the way back; in a chain they are multiplied.",
    )
    error_of_all = mistake(
        _with_hidden(lambda dZ2, W2, Z1: dZ2.sum() * W2.T * tanh_grad(Z1)),
        _with_hidden(lambda dZ2, W2, Z1: dZ2.mean() * W2.T * tanh_grad(Z1)),
        says="The errors of all examples go back as one number. Each example sends back its own.",
    )
    weights_without_sign = mistake(
        _with_hidden(lambda dZ2, W2, Z1: dZ2 @ np.abs(W2.T) * tanh_grad(Z1)),
        says="The weights have lost their signs on the way back.",
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
    one_part_wrong_sign = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1, -db1, dW2, -db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, dW2, -db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, -db1, dW2, db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, db1, -dW2, -db2)),
        says="Some gradients are right; others have the wrong sign.",
    )
    biases_forgotten = mistake(
        _changed(lambda dW1, db1, dW2, db2: (dW1, 0 * db1, dW2, 0 * db2)),
        _changed(lambda dW1, db1, dW2, db2: (dW1, 0 * db1, dW2, db2)),
        says="A bias gradient is 0. Biases are learned too.",
    )
    wrong_sign_and_sum = mistake(
        _with_error(lambda y, P: y - P),
        says="The sign is wrong, target minus output, and the mean is missing as well: something "
        "has to be divided by m.",
    )
    missing_mean = mistake(
        *map(_scaled, ((1, 1, 1, 1), (1, 1, 0, 0), (0, 0, 1, 1), (0, 1, 0, 1), (1, 0, 1, 0))),
        *map(_scaled, ((0, 1, 0, 0), (0, 0, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0))),
        says="It adds up over the examples where the loss takes the mean: some gradient still has "
        "to be divided by m.",
    )
    averaged_twice = mistake(
        *map(_scaled, ((-1, -1, -1, -1), (-1, -1, 0, 0), (0, -1, 0, -1), (-1, 0, -1, 0))),
        *map(_scaled, ((0, -1, 0, 0), (0, 0, 0, -1), (-1, 0, 0, 0), (0, 0, -1, 0))),
        says="Some gradient is divided by m twice. The mean is in the loss once, so it enters "
        "once: most simply at the output.",
    )
    squared_error = mistake(
        _with_error(lambda y, P: (P - y) * P * (1 - P) / len(y)),
        _with_error(lambda y, P: 2 * (P - y) * P * (1 - P) / len(y)),
        says="There is a factor p (1 - p) too many: that would be the slope of the squared error.",
    )
    squared_error_in_one_layer = mistake(
        _with_errors(lambda y, P: (P - y) * P * (1 - P), lambda y, P: P - y),
        _with_errors(lambda y, P: P - y, lambda y, P: (P - y) * P * (1 - P)),
        says="One layer starts from an error with a factor p (1 - p), the other from one without. "
        "Both start from the same, in which the slope of the sigmoid is contained already.",
    )
    factor_two = mistake(
        _with_error(lambda y, P: 2 * (P - y) / len(y)),
        _with_error(lambda y, P: (P - y) / len(y) / 2),
        _with_error(lambda y, P: (P - y) / 2),
        *(_times(k, parts) for k in (2, 0.5) for parts in ((0, 1), (2, 3), (0,), (1,), (2,), (3,))),
        says="There is a factor 2, or ½, in some gradient. That of a squared error has one; here "
        "nothing gives one.",
    )
    squared = mistake(
        _with_error(lambda y, P: (P - y) ** 2 / len(y)),
        says="The errors are squared: that is a loss. A slope has a sign, and so has an error.",
    )
    absolute = mistake(
        _with_error(lambda y, P: np.abs(P - y) / len(y)),
        says="The errors have lost their signs: too much and too little would push the same way.",
    )
    ones_only = mistake(
        _with_error(lambda y, P: -y / P / len(y)),
        _with_error(lambda y, P: (P - 1) * y / len(y)),
        says="Examples with y = 0 have no part in it.",
    )
    targets_forgotten = mistake(
        _with_error(lambda y, P: P / len(y)),
        says="It takes the outputs for the errors: the targets have no part in it.",
    )
    mean_of_one_part = mistake(
        _with_error(lambda y, P: P - y / len(y)),
        _with_error(lambda y, P: P / len(y) - y),
        says="The division by m reaches only a part of the error. Are brackets missing?",
    )
    errors_averaged = mistake(
        _with_error(lambda y, P: (P - y).mean() + 0 * P),
        _with_error(lambda y, P: (P - y).mean() / len(y) + 0 * P),
        says="The errors are averaged before they meet their inputs. Each example has an error of "
        "its own: the mean comes with the division by m.",
    )
    sigmoid_again = mistake(
        _with_error(lambda y, P: (sigmoid(P) - y) / len(y)),
        says="It takes the sigmoid of `P`, which is a probability already.",
    )

    @mistake
    def first_example_only(X, y, W2, Z1, A1, P):
        """The first example alone counts. Does it return from inside the loop?"""
        m = len(y)
        return [g / m for g in backward_two_layers(X[:1], y[:1], W2, Z1[:1], A1[:1], P[:1])]

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
