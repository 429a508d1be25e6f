"""The repair of lesson 2: a way back that trains, and is wrong in one place."""

import numpy as np

from course_lib.activations import tanh_grad
from course_lib.by_hand.hidden_layer import backward_two_layers, mend_backward
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import cache
from course_lib.exercises.shared import float32

NUMBERS = (2, 3, 4, 5, 10, 20, 50, 100, 200, 300, 400, 500, 1000, 10_000)


def _from(dZ2_of=lambda P, y: (P - y) / len(y), slope=tanh_grad, dW=None, db=None):
    """Make the given function, with another line in it."""

    def backward(X, y, W2, Z1, A1, P):
        dZ2 = dZ2_of(P, y[:, None])
        dZ1 = dZ2 @ W2.T * slope(Z1)
        m = len(y)
        dW1 = dW(X.T @ dZ1, m) if dW else X.T @ dZ1 / m
        db1 = db(dZ1.sum(axis=0), m) if db else dZ1.sum(axis=0) / m
        return dW1, db1, A1.T @ dZ2, dZ2.sum(axis=0)

    return backward


def _all_times(number):
    """Multiply all slopes of the given function."""
    return lambda *given: tuple(number * slope for slope in _from()(*given))


def _first_times(*numbers):
    """Multiply the slopes of the first layer by fixed numbers."""
    return _from(dW=lambda d, m: numbers[0] * d / m, db=lambda d, m: numbers[-1] * d / m)


def _right(change):
    """Change the right gradients; `m` comes last."""
    return lambda X, y, *rest: change(*backward_two_layers(X, y, *rest), len(y))


def _given(change):
    return lambda X, y, *rest: change(*_from()(X, y, *rest), len(y))


def _unit(slope):
    size = np.linalg.norm(slope)
    return slope / size if size else slope


def _as_long_as(one, other, slope):
    size = np.linalg.norm(other)
    return slope * np.linalg.norm(one) / size if size else slope


def _of_table(X, y, W2, Z1, A1, P):
    dZ2 = (P - y) / len(y)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


class MendBackward(Exercise):
    reference = mend_backward
    probes = [
        Probe("one example", cache(1, 2, 3)),
        Probe("three examples of one feature", cache(3, 1, 2)),
        Probe("five hidden units", cache(4, 3, 5)),
        Probe("two of everything", cache(2, 2, 2)),
        Probe("read-only float32", float32(*cache(2, 3, 4)), read_only=True),
    ]

    @mistake.also(
        _given(lambda dW1, db1, dW2, db2, m: tuple(map(np.nan_to_num, (dW1, db1, dW2, db2))))
    )
    def as_given(X, y, W2, Z1, A1, P):
        """It still does what it did when you got it. Compare each of the four with centred
        differences: which of them are wrong, and by which factor? Try other numbers of
        examples."""
        m = len(y)
        dZ2 = (P - y[:, None]) / m
        dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
        dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
        dW1, db1 = X.T @ dZ1 / m, np.mean(dZ1, axis=0)
        return dW1, db1, dW2, db2

    half_mended = mistake(
        _from(dW=lambda d, m: d),
        _from(db=lambda d, m: d),
        says="One of the two slopes of the first layer is right now, the other has the same fault "
        "still.",
    )
    constant_factor = mistake(
        *(_first_times(number) for number in NUMBERS),
        *(_first_times(number, 1) for number in NUMBERS),
        says="The slopes of the first layer are scaled by a fixed number. It fits one number of "
        "examples at best: the factor that is missing depends on what the function is given.",
    )
    learning_rate_raised = mistake(
        *(_all_times(number) for number in NUMBERS),
        *(_all_times(1 / number) for number in NUMBERS),
        lambda X, y, *rest: tuple(len(y) * slope for slope in _from()(X, y, *rest)),
        says="All four slopes are scaled, compared with what was given: that is another learning "
        "rate. Two of them were right, and are so no longer.",
    )
    all_summed = mistake(
        _right(lambda dW1, db1, dW2, db2, m: (m * dW1, m * db1, m * dW2, m * db2)),
        says="All four are sums over the examples; the loss is a mean.",
    )
    output_divided = mistake(
        _right(lambda dW1, db1, dW2, db2, m: (dW1 / m, db1 / m, dW2 / m, db2 / m)),
        _right(lambda dW1, db1, dW2, db2, m: (dW1, db1, dW2 / m, db2 / m)),
        _right(lambda dW1, db1, dW2, db2, m: (dW1 / m, db1, dW2 / m, db2)),
        _right(lambda dW1, db1, dW2, db2, m: (dW1, db1 / m, dW2, db2 / m)),
        says="Now the output layer is divided by the number of examples twice as well, or instead: "
        "it was right.",
    )
    divided_by_something_else = mistake(
        lambda X, y, W2, Z1, A1, P: _from(dW=lambda d, m: d / X.shape[1], db=lambda d, m: d)(
            X, y, W2, Z1, A1, P
        ),
        lambda X, y, W2, Z1, A1, P: _from(
            dW=lambda d, m: d / A1.shape[1], db=lambda d, m: d / A1.shape[1]
        )(X, y, W2, Z1, A1, P),
        _from(dW=lambda d, m: d / np.sqrt(m), db=lambda d, m: d / np.sqrt(m)),
        says="The first layer is divided by something else: by a number of units or features, or "
        "by a root. Does anything have to be divided there?",
    )
    first_layer_summed = mistake(
        _right(lambda dW1, db1, dW2, db2, m: (m * dW1, m * db1, dW2, db2)),
        says="The first layer goes by sums over the examples now: its slopes were too small by "
        "their number, and are as many times too large.",
    )
    another_slope = mistake(
        *(
            _from(slope=slope, dW=lambda d, m: d, db=lambda d, m: d)
            for slope in (lambda Z: Z, np.tanh, lambda Z: 1 - Z**2, lambda Z: Z > 0)
        ),
        says="In place of the slope of tanh stands something else now. That slope was right.",
    )
    slope_dropped = mistake(
        _from(slope=np.ones_like),
        _from(slope=np.ones_like, dW=lambda d, m: d, db=lambda d, m: d),
        says="The slope of tanh has gone: more arrives at the first layer, but not what belongs "
        "there. That slope was right.",
    )
    slope_of_the_activation = mistake(
        lambda X, y, W2, Z1, A1, P: _from(slope=lambda Z: tanh_grad(A1))(X, y, W2, Z1, A1, P),
        lambda X, y, W2, Z1, A1, P: backward_two_layers(X, y, W2, A1, A1, P),
        says="The slope of tanh is taken at the activations; it belongs to the pre-activations, as "
        "it was.",
    )
    gradient_normalised = mistake(
        _given(lambda dW1, db1, dW2, db2, m: (_unit(dW1), _unit(db1), dW2, db2)),
        _given(lambda dW1, db1, dW2, db2, m: (_unit(dW1), db1, dW2, db2)),
        _given(lambda dW1, db1, dW2, db2, m: tuple(map(_unit, (dW1, db1, dW2, db2)))),
        *(
            _given(
                lambda dW1, db1, dW2, db2, m, together=together: (
                    _as_long_as(dW2, dW1, dW1),
                    _as_long_as(dW2, dW1, db1) if together else _as_long_as(db2, db1, db1),
                    dW2,
                    db2,
                )
            )
            for together in (True, False)
        ),
        _given(lambda dW1, db1, dW2, db2, m: (np.sign(dW1), np.sign(db1), dW2, db2)),
        says="The slopes have lost their length. The first layer moves, and is still not told how "
        "far.",
    )
    gradient_clipped = mistake(
        *(
            _given(lambda *g, c=c: tuple(np.clip(slope, -c, c) for slope in g[:4]))
            for c in (0.001, 0.01, 0.05, 0.1)
        ),
        says="It cuts off what is too long of a slope. Nothing here was too long; something was "
        "too short.",
    )
    floor_under_the_slopes = mistake(
        *(
            _given(lambda dW1, db1, dW2, db2, m, e=e: (dW1 + e, db1 + e, dW2, db2))
            for e in (1e-3, 1e-2, 0.1)
        ),
        *(_from(slope=lambda Z, e=e: np.maximum(tanh_grad(Z), e)) for e in (0.1, 0.5)),
        *(_from(slope=lambda Z, e=e: tanh_grad(Z) + e) for e in (0.01, 0.1)),
        says="Something is added, so that the first layer moves at all. That is no slope of the "
        "loss: it would move even at the bottom.",
    )
    output_slowed = mistake(
        *(
            _given(lambda dW1, db1, dW2, db2, m, k=k: (dW1, db1, dW2 / k, db2 / k))
            for k in (2, 10, 100, 1000)
        ),
        _given(lambda dW1, db1, dW2, db2, m: (dW1, db1, 0 * dW2, 0 * db2)),
        says="The output layer is slowed down, so that the first can follow. The output layer was "
        "right.",
    )
    first_layer_given_up = mistake(
        _given(lambda dW1, db1, dW2, db2, m: (0 * dW1, 0 * db1, dW2, db2)),
        says="The first layer does not learn at all any more.",
    )
    labels_cheated = mistake(
        *(_from(dZ2_of=lambda P, y, e=e: (P - np.clip(y, e, 1 - e)) / len(y)) for e in (0.1, 0.2)),
        _from(dZ2_of=lambda P, y: (P - np.round(P)) / len(y)),
        _from(dZ2_of=lambda P, y: (P - 0.5) / len(y)),
        _from(dZ2_of=lambda P, y: (P - 1 + y) / len(y)),
        says="The labels are no longer those that were given. Training on other labels says "
        "nothing.",
    )
    outputs_cheated = mistake(
        *(_from(dZ2_of=lambda P, y, e=e: (np.clip(P, e, 1 - e) - y) / len(y)) for e in (0.1, 0.3)),
        _from(dZ2_of=lambda P, y: (np.round(P) - y) / len(y)),
        says="The outputs are changed before the error is taken. The error at the output was "
        "right.",
    )
    squared_error = mistake(
        _from(dZ2_of=lambda P, y: (P - y) * P * (1 - P) / len(y)),
        _from(dZ2_of=lambda P, y: 2 * (P - y) * P * (1 - P) / len(y)),
        _from(dZ2_of=lambda P, y: (P - y) / (P * (1 - P)) / len(y)),
        says="The error at the output is that of another loss; it was right.",
    )
    sign_changed = mistake(
        _given(lambda dW1, db1, dW2, db2, m: (-dW1, -db1, dW2, db2)),
        _given(lambda dW1, db1, dW2, db2, m: (-dW1, -db1, -dW2, -db2)),
        _right(lambda dW1, db1, dW2, db2, m: (-dW1, -db1, dW2, db2)),
        _right(lambda dW1, db1, dW2, db2, m: (-dW1, -db1, -dW2, -db2)),
        says="A sign has changed; the signs were right.",
    )
    biases_not_summed = mistake(
        lambda X, y, W2, Z1, A1, P: (
            *backward_two_layers(X, y, W2, Z1, A1, P)[:1],
            (P - y[:, None]) / len(y) @ W2.T * tanh_grad(Z1),
            *backward_two_layers(X, y, W2, Z1, A1, P)[2:],
        ),
        says="`db1` has a row for each example now. A bias is one number a unit.",
    )
    broadcast = mistake(
        lambda X, y, W2, Z1, A1, P: _of_table(X, y, W2, Z1, A1, P),
        says="A vector (m,) met a column (m, 1), and NumPy silently made a table (m, m) of them. "
        "The targets were a column, and that was right.",
    )
    first_example_only = mistake(
        lambda X, y, W2, Z1, A1, P: _from(dW=lambda d, m: d, db=lambda d, m: d)(
            X[:1], y[:1], W2, Z1[:1], A1[:1], P[:1]
        ),
        says="It looks at the first example only: then there is no mean that could be wrong.",
    )

    hints = (
        "The lines of the hidden units hardly move: look at the slopes of the first layer. Those "
        "of the output layer agree with centred differences.",
        "By which factor are they too small? Print it for 2, 4 and 8 examples.",
        "The mean over the examples is taken in the first line already. Where is it taken again?",
    )
    insight = "The mean belongs into one line, the first; after that there are only sums."
    explanation = (
        "The error at the output has 1/m in it, and the error handed back inherits it. Dividing by "
        "m again makes the first layer's slopes m times too small."
    )
