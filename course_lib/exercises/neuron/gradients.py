"""The slopes of that loss."""

import numpy as np

from course_lib.by_hand.neuron import gradients
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.neuron.shared import EXAMPLES, OUTPUTS, TARGETS
from course_lib.exercises.shared import column, float32


def _gradients_times(factor):
    return lambda X, y, p: factor(*gradients(X, y, p), len(y))


class Gradients(Exercise):
    reference = gradients
    probes = [
        Probe("one example", (EXAMPLES[:1], TARGETS[:1], OUTPUTS[:1])),
        Probe("four examples", (EXAMPLES, TARGETS[:4], OUTPUTS[:4])),
        Probe("one feature", (EXAMPLES[:, :1], TARGETS[:4], OUTPUTS[:4])),
        Probe("as many examples as features", (EXAMPLES[:3], TARGETS[1:4], OUTPUTS[1:4])),
        Probe("read-only float32", float32(EXAMPLES, TARGETS[:4], OUTPUTS[:4]), read_only=True),
        Probe("two examples", (EXAMPLES[2:], TARGETS[:2], OUTPUTS[:2])),
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

    @mistake
    def dw_one_number(X, y, p):
        """`dw` is averaged over the weights as well; expected one slope for each weight."""
        return (np.mean(X * column(p - y)), np.mean(p - y))

    dw_column = mistake(
        _gradients_times(lambda dw, db, m: (column(dw), db)),
        says="`dw` is a column of shape (n_in, 1); expected (n_in,).",
    )
    dw_row = mistake(
        _gradients_times(lambda dw, db, m: (dw.reshape(1, -1), db)),
        says="`dw` has shape (1, n_in); expected (n_in,).",
    )

    @mistake
    def db_not_summed(X, y, p):
        """`db` has an entry for each example; expected their mean, a single number."""
        return (X.T @ (p - y) / len(y), (p - y) / len(y))

    swapped_results = mistake(
        _gradients_times(lambda dw, db, m: (db, dw)), says="`dw` and `db` come in the wrong order."
    )
    bias_forgotten = mistake(
        _gradients_times(lambda dw, db, m: (dw, 0.0)),
        says="The gradient of the bias is missing: it is not 0.",
    )
    wrong_sign = mistake(
        _gradients_times(lambda dw, db, m: (-dw, -db)),
        says="The sign is wrong: it points downhill, and the gradient points uphill. Is it y_hat -"
        " y?",
    )
    missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (m * dw, m * db)),
        says="Both are sums over the examples; the loss is a mean. Something has to be divided by "
        "m.",
    )
    db_missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (dw, m * db)),
        says="`dw` is right; `db` is a sum, not a mean.",
    )
    dw_missing_mean = mistake(
        _gradients_times(lambda dw, db, m: (m * dw, db)),
        says="`db` is right; `dw` is a sum, not a mean.",
    )

    @mistake
    def divided_by_features(X, y, p):
        """It is divided by the number of features, not by the number of examples."""
        return (X.T @ (p - y) / X.shape[1], np.sum(p - y) / X.shape[1])

    @mistake
    def squared_error(X, y, p):
        """There is a factor y_hat (1 - y_hat) too many: that would be the slope of the squared
        error."""
        slope = (p - y) * p * (1 - p)
        return X.T @ slope / len(y), slope.mean()

    @mistake
    def slope_of_loss_alone(X, y, p):
        """This is divided by y_hat (1 - y_hat): the slope of the loss over y_hat. In the chain the
        slope of the sigmoid is missing."""
        slope = (p - y) / (p * (1 - p))
        return X.T @ slope / len(y), slope.mean()

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

    hints = (
        "The error of each example is y_hat - y. Its mean is one of the two results.",
        "For dw every example's error multiplies its row of X, and the rows are averaged.",
        "X.T @ error adds up error times input over the examples. Divide by their number.",
    )
    insight = "Error times input, averaged: every layer of every network here does just this."
    explanation = "X.T @ (y_hat - y) sums error times input over the examples; / m averages."
