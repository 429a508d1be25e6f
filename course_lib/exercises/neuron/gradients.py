"""The slopes of that loss."""

import numpy as np

from course_lib.by_hand.neuron import gradients
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.neuron.shared import EXAMPLES, OUTPUTS, TARGETS
from course_lib.exercises.shared import column, float32, labels, numbers, then


def _gradients_times(factor):
    return lambda X, y, p: factor(*gradients(X, y, p), len(y))


def _with_errors(error):
    return lambda X, y, p: (X.T @ error(y, p) / len(y), np.mean(error(y, p)))


class Gradients(Exercise):
    reference = gradients
    probes = [
        Probe("one example", (EXAMPLES[:1], TARGETS[:1], OUTPUTS[:1])),
        Probe("four examples", (EXAMPLES, TARGETS[:4], OUTPUTS[:4])),
        Probe("one feature", (EXAMPLES[:, :1], TARGETS[:4], OUTPUTS[:4])),
        Probe("as many examples as features", (EXAMPLES[:3], TARGETS[1:4], OUTPUTS[1:4])),
        Probe("read-only float32", float32(EXAMPLES, TARGETS[:4], OUTPUTS[:4]), read_only=True),
        Probe("two examples", (EXAMPLES[2:], TARGETS[:2], OUTPUTS[:2])),
        Probe("three examples", (EXAMPLES[1:], numbers(1, 0, 1), numbers(0.2143, 0.648, 0.871))),
        Probe("whole-number targets", (EXAMPLES, labels(1, 0, 0, 0), OUTPUTS[:4])),
    ]

    @mistake
    def not_transposed(X, y, p):
        """Without transposing `X` the shapes do not meet: the sum is to run over the examples."""
        return (X @ (p - y) / len(y), np.mean(p - y))

    @mistake.also(lambda X, y, p: (X * column(p - y), np.mean(p - y)))
    def not_summed(X, y, p):
        """`dw` still has a row for each example. Add them up."""
        return (X * column(p - y) / len(y), np.mean(p - y))

    @mistake.also(lambda X, y, p: (np.sum(X * column(p - y), axis=1) / len(y), np.mean(p - y)))
    def wrong_axis(X, y, p):
        """`dw` has one entry for each example: it adds up over the features. Expected one slope for
        each weight."""
        return (np.mean(X * column(p - y), axis=1), np.mean(p - y))

    @mistake.also(lambda X, y, p: (X.T @ (column(p) - y) / len(y), np.mean(column(p) - y)))
    def broadcast(X, y, p):
        """A column (m, 1) met a vector (m,), and NumPy silently made a table (m, m) of them."""
        return (X.T @ (p - column(y)) / len(y), np.mean(p - column(y)))

    @mistake
    def dw_only(X, y, p):
        """It returns `dw` only; the bias is learned too."""
        return X.T @ (p - y) / len(y)

    @mistake.also(
        _gradients_times(lambda dw, db, m: (dw.sum(), db)),
        _gradients_times(lambda dw, db, m: (dw.mean(), db)),
        _gradients_times(lambda dw, db, m: (m * dw.sum(), m * db)),
        _gradients_times(lambda dw, db, m: (m * dw.mean(), db)),
    )
    def dw_one_number(X, y, p):
        """`dw` is a single number, over all weights; expected one slope for each weight."""
        return (np.mean(X * column(p - y)), np.mean(p - y))

    dw_column = mistake(
        _gradients_times(lambda dw, db, m: (column(dw), db)),
        _gradients_times(lambda dw, db, m: (m * column(dw), m * db)),
        says="`dw` is a column of shape (n_in, 1); expected (n_in,).",
    )
    dw_row = mistake(
        _gradients_times(lambda dw, db, m: (dw.reshape(1, -1), db)),
        says="`dw` has shape (1, n_in); expected (n_in,).",
    )

    @mistake.also(
        lambda X, y, p: (X.T @ (p - y) / len(y), p - y), lambda X, y, p: (X.T @ (p - y), p - y)
    )
    def db_not_summed(X, y, p):
        """`db` has an entry for each example; expected their mean, a single number."""
        return (X.T @ (p - y) / len(y), (p - y) / len(y))

    swapped_results = mistake(
        *(
            _gradients_times(lambda dw, db, m, j=j, k=k, n=n: (k * m**n * db, j * m**n * dw))
            for n in (0, 1)
            for j in (1, -1)
            for k in (1, -1)
        ),
        says="`dw` and `db` come in the wrong order.",
    )
    bias_forgotten = mistake(
        _gradients_times(lambda dw, db, m: (dw, 0.0)),
        says="The gradient of the bias is missing: it is not 0.",
    )
    wrong_sign_and_sum = mistake(
        _gradients_times(lambda dw, db, m: (-m * dw, -m * db)),
        _gradients_times(lambda dw, db, m: (-dw, -m * db)),
        _gradients_times(lambda dw, db, m: (-m * dw, -db)),
        says="The sign is wrong, and a sum over the examples stands where the loss has a mean: "
        "something has to be divided by m as well.",
    )
    wrong_sign = mistake(
        _gradients_times(lambda dw, db, m: (-dw, -db)),
        says="The sign is wrong: it points downhill, and the gradient points uphill. Is it y_hat -"
        " y?",
    )
    dw_wrong_sign = mistake(
        _gradients_times(lambda dw, db, m: (-dw, db)),
        says="`dw` has the wrong sign.",
    )
    db_wrong_sign = mistake(
        _gradients_times(lambda dw, db, m: (dw, -db)),
        says="`db` has the wrong sign.",
    )
    missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (m * dw, m * db)),
        says="Sums over the examples come back, where the loss is a mean. Something has to be "
        "divided by m.",
    )
    db_missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (dw, m * db)),
        says="`db` is a sum, not a mean.",
    )
    dw_missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (m * dw, db)),
        says="`dw` is a sum, not a mean.",
    )
    one_wrong_sign_and_a_sum = mistake(
        _gradients_times(lambda dw, db, m: (-m * dw, db)),
        _gradients_times(lambda dw, db, m: (dw, -m * db)),
        _gradients_times(lambda dw, db, m: (-dw, m * db)),
        _gradients_times(lambda dw, db, m: (m * dw, -db)),
        says="One of the two has the wrong sign, and a sum over the examples stands where the loss "
        "has a mean.",
    )

    @mistake.also(
        lambda X, y, p: (X.T @ (p - y) / X.shape[1], np.mean(p - y)),
        lambda X, y, p: (X.T @ (p - y) / X.size, np.mean(p - y)),
        lambda X, y, p: (X.T @ (p - y) / X.size, np.sum(p - y) / X.size),
        lambda X, y, p: (X.T @ (p - y) / len(y), np.sum(p - y) / X.shape[1]),
    )
    def divided_by_features(X, y, p):
        """It is divided by the number of features; the loss is a mean over the examples only."""
        return (X.T @ (p - y) / X.shape[1], np.sum(p - y) / X.shape[1])

    squared_error = mistake(
        _with_errors(lambda y, p: (p - y) * p * (1 - p)),
        _with_errors(lambda y, p: 2 * (p - y) * p * (1 - p)),
        says="There is a factor y_hat (1 - y_hat) too many: that would be the slope of the squared "
        "error.",
    )

    slope_of_loss_alone = mistake(
        _with_errors(lambda y, p: (p - y) / (p * (1 - p))),
        says="This is divided by y_hat (1 - y_hat): the slope of the loss over y_hat. In the chain "
        "the slope of the sigmoid is missing.",
    )
    slope_of_sigmoid_alone = mistake(
        _with_errors(lambda y, p: p * (1 - p)),
        says="This is the slope of the sigmoid. In the chain the slope of the loss is missing, and "
        "with it the targets.",
    )
    targets_forgotten = mistake(
        _with_errors(lambda y, p: p),
        says="It takes the outputs for the errors: the targets have no part in it.",
    )
    squared = mistake(
        _with_errors(lambda y, p: (p - y) ** 2),
        says="The errors are squared: that is a loss. A slope has a sign, and so has an error.",
    )
    absolute = mistake(
        _with_errors(lambda y, p: np.abs(p - y)),
        says="The errors have lost their signs: too much and too little would push the same way.",
    )
    loss_for_error = mistake(
        _with_errors(lambda y, p: y * np.log(p)),
        _with_errors(lambda y, p: -y * np.log(p)),
        _with_errors(lambda y, p: y * np.log(p) + (1 - y) * np.log(1 - p)),
        _with_errors(lambda y, p: -y * np.log(p) - (1 - y) * np.log(1 - p)),
        says="It multiplies the inputs by losses; a gradient takes their slopes, which have no "
        "logarithm any more.",
    )
    divided_twice = mistake(
        _gradients_times(lambda dw, db, m: (dw / m, db / m)),
        _gradients_times(lambda dw, db, m: (dw / m, db)),
        _gradients_times(lambda dw, db, m: (dw, db / m)),
        says="Something is divided by the number of examples twice.",
    )
    divided_by_two = mistake(
        _gradients_times(lambda dw, db, m: (m * dw / 2, m * db / 2)),
        _gradients_times(lambda dw, db, m: (dw / 2, db / 2)),
        says="It is divided by 2; a factor ½ belongs to the squared error.",
    )
    bias_once_a_weight = mistake(
        lambda X, y, p: (X.T @ (p - y) / len(y), X.shape[1] * np.mean(p - y)),
        lambda X, y, p: (X.T @ (p - y), X.shape[1] * np.sum(p - y)),
        says="`db` counts each error as often as there are weights. There is one bias: an example "
        "adds to it once.",
    )

    @mistake
    def db_for_each_weight(X, y, p):
        """`db` has an entry for each weight: it is multiplied by the inputs. The bias has none."""
        return X.T @ (p - y) / len(y), X.T @ (p - y) / len(y)

    whole_number_errors = mistake(
        _with_errors(lambda y, p: (p - y).astype(y.dtype)),
        _with_errors(
            lambda y, p: np.round(p - y).astype(y.dtype) if y.dtype.kind == "i" else p - y
        ),
        says="Where `y` is of whole numbers, the errors have become so as well: `np.zeros_like(y)` "
        "copies the type, too, and cuts off what stands behind the point.",
    )
    paired_with_inputs = mistake(
        lambda X, y, p: ((p - y) * X.sum(axis=0) / len(y), np.mean(p - y)),
        lambda X, y, p: ((p - y) * X.sum(axis=0), np.mean(p - y)),
        lambda X, y, p: ((p - y) * X.sum(axis=0), np.sum(p - y)),
        says="Each error meets a column of `X`, an input, where it should meet a row: its own "
        "example. That works only where there are as many inputs as examples.",
    )
    multiplied_too_late = mistake(
        lambda X, y, p: (np.sum(p - y) * X.sum(axis=0) / len(y), np.mean(p - y)),
        lambda X, y, p: (np.mean(p - y) * X.mean(axis=0), np.mean(p - y)),
        lambda X, y, p: (np.sum(p - y) * X.sum(axis=0), np.sum(p - y)),
        says="Errors and inputs are added up apart and multiplied at the end. An error belongs to "
        "the inputs of its own example: multiply first, then add up.",
    )

    @mistake
    def times_the_loss(X, y, p):
        """The gradients are multiplied by the loss, which has no part in its own slope."""
        loss = -np.mean(np.log(np.abs(y - 1 + p)))
        dw, db = gradients(X, y, p)
        return loss * dw, loss * db

    first_example_only = mistake(
        lambda X, y, p: (X[0] * (p[0] - y[0]) / len(y), (p[0] - y[0]) / len(y)),
        lambda X, y, p: (X[0] * (p[0] - y[0]), p[0] - y[0]),
        says="The first example alone counts. Does it return from inside the loop?",
    )
    last_example_only = mistake(
        lambda X, y, p: (X[-1] * (p[-1] - y[-1]) / len(y), (p[-1] - y[-1]) / len(y)),
        lambda X, y, p: (X[-1] * (p[-1] - y[-1]), p[-1] - y[-1]),
        says="The last example alone counts: does each round of a loop overwrite the sum?",
    )

    factor_two = mistake(
        _gradients_times(lambda dw, db, m: (2 * dw, 2 * db)), says="There is a factor 2 too many."
    )

    @mistake
    def thresholded(X, y, p):
        """The outputs are rounded to 0 or 1 before the error is taken."""
        return gradients(X, y, np.round(p))

    @mistake
    def input_forgotten(X, y, p):
        """`dw` ignores the inputs. Error *times input*."""
        return (np.full(X.shape[1], np.mean(p - y)), np.mean(p - y))

    @mistake.also(
        lambda X, y, p: (np.median(X.T * (p - y), axis=1), np.median(p - y)),
        lambda X, y, p: (X.T @ (p - y) / len(y), np.median(p - y)),
    )
    def one_of_them(X, y, p):
        """One example counts, that with the largest error, or the one in the middle. Expected is
        the mean over all."""
        i = np.abs(p - y).argmax()
        return (p[i] - y[i]) * X[i], p[i] - y[i]

    length_of_slope_lost = mistake(
        then(gradients, lambda dw, db: (dw / np.linalg.norm(dw), db)),
        then(gradients, lambda dw, db: (dw / np.linalg.norm(dw), np.sign(db))),
        then(gradients, lambda dw, db: (np.sign(dw), np.sign(db))),
        says="Only the direction of the gradient is left: its length, or its size, is lost. Where "
        "it is steep a step is to be long.",
    )
    db_from_dw = mistake(
        then(gradients, lambda dw, db: (dw, dw.mean())),
        then(gradients, lambda dw, db: (dw, dw.sum())),
        says="`db` is made of `dw`. The slope of the bias hangs on the errors alone: no input "
        "multiplies it.",
    )

    hints = (
        "The error of each example is y_hat - y. Its mean is one of the two results.",
        "For dw every example's error multiplies its row of X, and the rows are averaged.",
        "X.T @ error adds up error times input over the examples. Divide by their number.",
    )
    insight = "Error times input, averaged: every layer of every network here does just this."
    explanation = "X.T @ (y_hat - y) sums error times input over the examples; / m averages."
