"""The exercises and the quiz of notebook 01.

Shapes as in the notebook: `X` is (m, n_in), `w` is (n_in,), `b` is a number, `y` and `y_hat`
are (m,).
"""

import math

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, softmax
from course_lib.by_hand.neuron import binary_cross_entropy, forward, gradient_step, gradients
from course_lib.exercises.engine import Exercise, Misconception
from course_lib.exercises.quiz import Question


def _sequence(*values, dtype=float):
    return np.array(values, dtype=dtype)


def _column(values):
    return np.reshape(values, (-1, 1))


def _naive(z):
    return 1 / (1 + np.exp(-z))


def _exp_over_one_plus_exp(z):
    return np.exp(z) / (1 + np.exp(z))


def _both_halves(z):
    return np.where(z >= 0, _naive(z), _exp_over_one_plus_exp(z))


def _safe_half_only(z):
    return 1 / (1 + np.exp(-np.abs(z)))


def _sigmoid_of_numbers(z):
    return 1 / (1 + math.exp(-z))


def _whole_number_sigmoid(z):
    result = np.zeros_like(z)
    result[...] = sigmoid(z)
    return result


def _sigmoid_with_if(z):
    return 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))


def _sigmoid_with_masks(z):
    result = np.empty(z.shape)
    result[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    result[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return result


SIGMOID = Exercise(
    reference=sigmoid,
    probes=[
        ("a number", (0.7,)),
        ("an array", (_sequence(-2.5, -0.5, 0, 1.5, 3),)),
        ("whole numbers", (_sequence(-1, 0, 2, dtype=int),)),
        ("a matrix", (_sequence(-3, -1, 0.5, 2, 3, 4).reshape(2, 3),)),
        ("read-only float32", (_sequence(-4, -2, 3, dtype=np.float32),)),
        ("extreme: very negative", (_sequence(-1000),)),
        ("extreme: very positive", (_sequence(1000),)),
    ],
    properties={
        "extreme: very negative": [
            (
                "wrong-shape",
                "Its result has another shape than z.",
                lambda v, z: v.shape == z.shape,
            ),
            ("not-finite", "For very negative z it is not finite.", lambda v, z: np.isfinite(v[0])),
            (
                "clipped-too-early",
                "For very negative z it stops short of 0: it clips too early.",
                lambda v, z: 0 <= v[0] < 1e-12,
            ),
        ],
        "extreme: very positive": [
            (
                "wrong-shape",
                "Its result has another shape than z.",
                lambda v, z: v.shape == z.shape,
            ),
            ("not-finite", "For very positive z it is not finite.", lambda v, z: np.isfinite(v[0])),
            (
                "clipped-too-early",
                "For very positive z it stops short of 1: it clips too early.",
                lambda v, z: 1 - 1e-12 < v[0] <= 1,
            ),
        ],
    },
    misconceptions=[
        Misconception(
            "square-brackets-only",
            "It works for arrays only: a plain number has no shape and no mask.",
            _sigmoid_with_masks,
        ),
        Misconception(
            "one-number-only",
            "It works for a single number only: an `if` cannot decide for a whole array.",
            _sigmoid_with_if,
            (_sigmoid_of_numbers,),
        ),
        Misconception(
            "whole-number-result",
            "For whole numbers the result is cut down to whole "
            "numbers as well. `np.zeros_like` copies the type too.",
            _whole_number_sigmoid,
        ),
        Misconception(
            "derivative", "This is the slope of the sigmoid, not the sigmoid.", sigmoid_grad
        ),
        Misconception(
            "wrong-sign",
            "It falls where it should rise. Look at the sign of the exponent.",
            lambda z: sigmoid(-z),
        ),
        Misconception(
            "forgot-one-plus",
            "Something is missing in the denominator: without it the result has no upper limit.",
            lambda z: 1 / np.exp(-z),
        ),
        Misconception(
            "minus-for-plus",
            "There is a minus in the denominator that should be a plus.",
            lambda z: 1 / (1 - np.exp(-z)),
        ),
        Misconception(
            "brackets-missing",
            "The division ends too soon: without brackets, 1 / 1 + a is 1 + a.",
            lambda z: 1 / 1 + np.exp(-z),
        ),
        Misconception(
            "one-half-only",
            "For negative z it gives what belongs to -z: one formula serves only one half.",
            _safe_half_only,
        ),
        Misconception("tanh", "This is the hyperbolic tangent: it runs from -1 to 1.", np.tanh),
        Misconception(
            "thresholded",
            "It jumps from 0 to 1; that is the step of the perceptron.",
            lambda z: np.where(z > 0, 1.0, 0.0),
        ),
        Misconception(
            "softmax", "Its outputs add up to 1. A sigmoid looks at each element alone.", softmax
        ),
        Misconception(
            "clipped-too-early",
            "For large z the result stops short of 0 and 1: the "
            "limits that you clip at are too tight.",
            lambda z: sigmoid(np.clip(z, -5, 5)),
        ),
        Misconception(
            "computes-both-halves",
            "np.where chooses between two finished arrays: both formulas are computed "
            "everywhere, also where they overflow.",
            _both_halves,
        ),
        Misconception(
            "overflow",
            "The values are right, but for very negative z the exponential "
            "grows beyond what a float can hold.",
            _naive,
        ),
        Misconception(
            "overflow-positive",
            "For large positive z infinity is divided by infinity.",
            _exp_over_one_plus_exp,
        ),
    ],
    hints=(
        "One of the two forms above is safe for z ≥ 0, the other for z < 0.",
        "np.exp(-np.abs(z)) never overflows, whatever the sign of z. Call it e.",
        "With that e the denominator is 1 + e in both forms; only the numerator differs: 1 for "
        "z ≥ 0, e for z < 0. np.where chooses.",
    ),
    insight="In the safe form no exponent is above 0: the trick behind all stable formulas here.",
    explanation="With e = exp(-|z|) it is 1 / (1 + e) for z ≥ 0 and e / (1 + e) for z < 0.",
)

_X = _sequence(0.5, -1, 2, 1, 0, -0.5, -2, 1.5, 1, 0.3, 0.8, -1.2).reshape(4, 3)
_w = _sequence(0.4, -0.6, 1.1)

FORWARD = Exercise(
    reference=forward,
    probes=[
        ("one example", (_X[:1], _w, 0.5)),
        ("four examples", (_X, _w, 0.5)),
        ("one feature", (_sequence(-1, 0.5, 2).reshape(3, 1), _sequence(0.7), -0.2)),
        ("as many examples as features", (_X[:3], _w, 0.3)),
        ("read-only float32", (_X.astype(np.float32), _w.astype(np.float32), 0.5)),
        ("784 features", (np.linspace(-1, 1, 1568).reshape(2, 784), np.linspace(0, 0.2, 784), 0.1)),
        ("extreme", (1000 * _X, _w, 0.5)),
    ],
    misconceptions=[
        Misconception(
            "transposed",
            "The product runs along the wrong side of `X`: examples are its rows, and each row "
            "wants to meet `w`.",
            lambda X, w, b: sigmoid(X.T @ w + b),
        ),
        Misconception(
            "hard-coded-pixels",
            "It works for images of 784 pixels only. Take the number from `X`.",
            lambda X, w, b: sigmoid(X.reshape(-1, 784) @ w + b),
            (lambda X, w, b: sigmoid(sum(w[i] * X[:, i] for i in range(784)) + b),),
        ),
        Misconception(
            "not-summed",
            "It multiplies inputs with weights but does not add up the products.",
            lambda X, w, b: sigmoid(X * w + b),
        ),
        Misconception(
            "sum-over-examples",
            "It adds up over the examples; add up over the features, for each example.",
            lambda X, w, b: sigmoid((X * w).sum(axis=0) + b),
        ),
        Misconception(
            "sum-over-everything",
            "It adds up over the examples as well, to a single number; expected one each.",
            lambda X, w, b: sigmoid(np.sum(X * w) + b),
        ),
        Misconception(
            "averaged",
            "It averages over the examples; expected the output of each.",
            lambda X, w, b: np.mean(sigmoid(X @ w + b)),
        ),
        Misconception(
            "column",
            "The result is a column of shape (m, 1); expected a vector (m,).",
            lambda X, w, b: _column(sigmoid(X @ w + b)),
        ),
        Misconception(
            "row",
            "The result is a row of shape (1, m); expected a vector (m,).",
            lambda X, w, b: sigmoid(X @ w + b).reshape(1, -1),
        ),
        Misconception(
            "first-example-only",
            "It gives the output of the first example only.",
            lambda X, w, b: sigmoid(X[:1] @ w + b),
            (lambda X, w, b: sigmoid(X[0] @ w + b),),
        ),
        Misconception(
            "last-example-only",
            "It gives the output of the last example only: does each round of a loop overwrite it?",
            lambda X, w, b: sigmoid(X[-1] @ w + b),
            (lambda X, w, b: sigmoid(X[-1:] @ w + b),),
        ),
        Misconception(
            "no-activation",
            "This is the logit z. The squashing is missing.",
            lambda X, w, b: X @ w + b,
        ),
        Misconception(
            "thresholded",
            "It decides 0 or 1 at once. Return the output, not the verdict.",
            lambda X, w, b: np.where(X @ w + b > 0, 1.0, 0.0),
        ),
        Misconception(
            "bias-forgotten", "The bias `b` has no part in it.", lambda X, w, b: sigmoid(X @ w)
        ),
        Misconception(
            "bias-subtracted",
            "The bias is subtracted; it should be added.",
            lambda X, w, b: sigmoid(X @ w - b),
        ),
        Misconception(
            "bias-times-inputs",
            "The bias is added to every weight, and so multiplied by "
            "the inputs. Add it once, after the sum.",
            lambda X, w, b: sigmoid(X @ (w + b)),
        ),
        Misconception(
            "bias-after-activation",
            "The bias is added after the sigmoid; it belongs to the sum inside.",
            lambda X, w, b: sigmoid(X @ w) + b,
        ),
        Misconception(
            "softmax",
            "The outputs add up to 1 over the examples. Each should be squashed by itself.",
            lambda X, w, b: softmax(X @ w + b),
        ),
        Misconception(
            "overflow",
            "The values are right, but its sigmoid overflows for very "
            "large sums. Use your safe one.",
            lambda X, w, b: _naive(X @ w + b),
            (
                lambda X, w, b: _exp_over_one_plus_exp(X @ w + b),
                lambda X, w, b: _both_halves(X @ w + b),
            ),
        ),
    ],
    hints=(
        "First all weighted sums, one for each row of X; then the sigmoid of all of them.",
        "The matrix product X @ w adds up the 784 products for every row at once.",
        "sigmoid takes whole arrays, and adding the number b to an array adds it everywhere.",
    ),
    insight="One line, any number of examples: the loops now run inside NumPy, in compiled code.",
    explanation="X @ w gives the weighted sums of all rows, b is added to each, sigmoid squashes.",
)

_y, _p = _sequence(1, 0, 1, 1, 0), _sequence(0.9, 0.2, 0.6, 0.3, 0.7)


def _clipped(y, p, at):
    p = np.clip(p, at, 1 - at)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _clipped_in_place(y, p):
    p[p == 0] = 1e-12
    p[p == 1] = 1 - 1e-12
    return _surprises(y, p).mean()


def _surprises(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _entropy_with_if(y, p):
    return -np.log(p) if y == 1 else -np.log(1 - p)


CROSS_ENTROPY = Exercise(
    reference=binary_cross_entropy,
    probes=[
        ("one example", (_y[:1], _p[:1])),
        ("five examples", (_y, _p)),
        ("two examples", (_y[1:3], _p[1:3])),
        ("read-only float32", (_y.astype(np.float32), _p.astype(np.float32))),
        ("extreme: outputs of 0 and 1", (_sequence(1, 0, 1), _sequence(0, 1, 0.5))),
    ],
    misconceptions=[
        Misconception(
            "one-example-only",
            "It works for a single example only: an `if` cannot "
            "decide for a whole array. Let y and 1 - y be the switches.",
            _entropy_with_if,
        ),
        Misconception(
            "not-averaged",
            "It returns one loss for each example; expected their mean, a single number.",
            _surprises,
            (lambda y, p: _surprises(y, np.clip(p, 1e-12, 1 - 1e-12)),),
        ),
        Misconception(
            "broadcast",
            "A column (m, 1) met a vector (m,), and NumPy silently made a table (m, m) of them.",
            lambda y, p: _clipped(_column(y), p, 1e-12),
            (lambda y, p: _clipped(y, _column(p), 1e-12),),
        ),
        Misconception(
            "wrong-sign",
            "The sign is wrong: logarithms of probabilities are negative, a loss is not.",
            lambda y, p: -_clipped(y, p, 1e-12),
        ),
        Misconception(
            "swapped", "`y` and `y_hat` have changed places.", lambda y, p: _clipped(p, y, 1e-12)
        ),
        Misconception(
            "summed",
            "The losses are added up but not divided by their number.",
            lambda y, p: len(y) * _clipped(y, p, 1e-12),
        ),
        Misconception(
            "halved",
            "There is a factor ½ too many: that belongs to the squared error.",
            lambda y, p: 0.5 * _clipped(y, p, 1e-12),
        ),
        Misconception(
            "log2",
            "This is in bits: the logarithm is to base 2. Ours is natural.",
            lambda y, p: _clipped(y, p, 1e-12) / np.log(2),
        ),
        Misconception(
            "log10",
            "The logarithm is to base 10. Ours is natural, np.log.",
            lambda y, p: _clipped(y, p, 1e-12) / np.log(10),
        ),
        Misconception(
            "ones-only",
            "Examples with y = 0 cost nothing: the second half of the formula is missing.",
            lambda y, p: -np.mean(y * np.log(np.clip(p, 1e-12, 1))),
        ),
        Misconception(
            "zeros-only",
            "Examples with y = 1 cost nothing: the first half of the formula is missing.",
            lambda y, p: -np.mean((1 - y) * np.log(np.clip(1 - p, 1e-12, 1))),
        ),
        Misconception(
            "squared-error",
            "This is the squared error.",
            lambda y, p: np.mean((y - p) ** 2),
            (lambda y, p: np.sum((y - p) ** 2), lambda y, p: 0.5 * np.mean((y - p) ** 2)),
        ),
        Misconception(
            "absolute-error",
            "This is the distance from the target; what hurts is its logarithm.",
            lambda y, p: np.mean(np.abs(y - p)),
        ),
        Misconception(
            "thresholded",
            "The outputs are rounded to 0 or 1 first, so being nearly right costs nothing.",
            lambda y, p: _clipped(y, np.round(p), 1e-12),
        ),
        Misconception(
            "log-of-zero",
            "Right, until an output is exactly 0 or 1: then it takes the logarithm of 0.",
            lambda y, p: _surprises(y, p).mean(),
        ),
        Misconception(
            "changes-its-input",
            "It changes `y_hat`, which it was only lent. Make a new array.",
            _clipped_in_place,
        ),
        Misconception(
            "clips-too-much",
            "It clips so early that being utterly wrong costs too "
            "little. Clip much closer to 0 and 1.",
            lambda y, p: _clipped(y, p, 0.01),
        ),
    ],
    properties={
        "extreme: outputs of 0 and 1": [
            ("wrong-shape", "Its result is not a single number.", lambda v, *_: np.ndim(v) == 0),
            (
                "log-of-zero",
                "An output of exactly 0 or 1 makes it infinite.",
                lambda v, *_: np.isfinite(v),
            ),
            (
                "clips-too-much",
                "It clips so early that being utterly wrong costs too little.",
                lambda v, *_: v > 6,
            ),
        ]
    },
    hints=(
        "Where y is 1 only y * log(y_hat) counts, where y is 0 only the other half: both at once, "
        "no `if`.",
        "np.clip(y_hat, low, high) moves what is below low up to low and what is above high down "
        "to high.",
        "Clip to eps and 1 - eps with a tiny eps, put the result into the formula with np.log, "
        "take np.mean, change the sign.",
    ),
    insight="Clipping hides how wrong a hopeless output is; from the logit nothing is lost.",
    explanation="Clip to just inside 0 and 1, add both halves of the formula, take the mean.",
)


def _gradients_times(factor):
    def gradients_times(X, y, p):
        dw, db = gradients(X, y, p)
        return factor(dw, db, len(y))

    return gradients_times


def _squared_error_gradients(X, y, p):
    slope = (p - y) * p * (1 - p)
    return X.T @ slope / len(y), slope.mean()


def _slope_of_loss_alone(X, y, p):
    slope = (p - y) / (p * (1 - p))
    return X.T @ slope / len(y), slope.mean()


GRADIENTS = Exercise(
    reference=gradients,
    probes=[
        ("one example", (_X[:1], _y[:1], _p[:1])),
        ("four examples", (_X, _y[:4], _p[:4])),
        ("one feature", (_X[:, :1], _y[:4], _p[:4])),
        ("as many examples as features", (_X[:3], _y[1:4], _p[1:4])),
        ("read-only float32", tuple(a.astype(np.float32) for a in (_X, _y[:4], _p[:4]))),
        ("two examples", (_X[2:], _y[:2], _p[:2])),
    ],
    misconceptions=[
        Misconception(
            "not-transposed",
            "Without transposing `X` the shapes do not meet: the sum is to run over the examples.",
            lambda X, y, p: (X @ (p - y) / len(y), np.mean(p - y)),
        ),
        Misconception(
            "not-summed",
            "`dw` still has a row for each example. Add them up.",
            lambda X, y, p: (X * _column(p - y) / len(y), np.mean(p - y)),
            (lambda X, y, p: (X * _column(p - y), np.mean(p - y)),),
        ),
        Misconception(
            "wrong-axis",
            "`dw` has one entry for each example: it adds up over the features. Expected one slope "
            "for each weight.",
            lambda X, y, p: (np.mean(X * _column(p - y), axis=1), np.mean(p - y)),
            (lambda X, y, p: (np.sum(X * _column(p - y), axis=1) / len(y), np.mean(p - y)),),
        ),
        Misconception(
            "broadcast",
            "A column (m, 1) met a vector (m,), and NumPy silently made a table (m, m) of them.",
            lambda X, y, p: (X.T @ (p - _column(y)) / len(y), np.mean(p - _column(y))),
            (lambda X, y, p: (X.T @ (_column(p) - y) / len(y), np.mean(_column(p) - y)),),
        ),
        Misconception(
            "dw-only",
            "It returns `dw` only; the bias is learned too.",
            lambda X, y, p: X.T @ (p - y) / len(y),
        ),
        Misconception(
            "dw-one-number",
            "`dw` is averaged over the weights as well; expected one slope for each weight.",
            lambda X, y, p: (np.mean(X * _column(p - y)), np.mean(p - y)),
        ),
        Misconception(
            "dw-column",
            "`dw` is a column of shape (n_in, 1); expected (n_in,).",
            _gradients_times(lambda dw, db, m: (_column(dw), db)),
        ),
        Misconception(
            "dw-row",
            "`dw` has shape (1, n_in); expected (n_in,).",
            _gradients_times(lambda dw, db, m: (dw.reshape(1, -1), db)),
        ),
        Misconception(
            "db-not-summed",
            "`db` has an entry for each example; expected their mean, a single number.",
            lambda X, y, p: (X.T @ (p - y) / len(y), (p - y) / len(y)),
        ),
        Misconception(
            "swapped-results",
            "`dw` and `db` come in the wrong order.",
            _gradients_times(lambda dw, db, m: (db, dw)),
        ),
        Misconception(
            "bias-forgotten",
            "The gradient of the bias is missing: it is not 0.",
            _gradients_times(lambda dw, db, m: (dw, 0.0)),
        ),
        Misconception(
            "wrong-sign",
            "The sign is wrong: it points downhill, and the gradient points "
            "uphill. Is it y_hat - y?",
            _gradients_times(lambda dw, db, m: (-dw, -db)),
        ),
        Misconception(
            "missing-mean",
            "Both are sums over the examples; the loss is a mean. "
            "Something has to be divided by m.",
            _gradients_times(lambda dw, db, m: (m * dw, m * db)),
        ),
        Misconception(
            "db-missing-mean",
            "`dw` is right; `db` is a sum, not a mean.",
            _gradients_times(lambda dw, db, m: (dw, m * db)),
        ),
        Misconception(
            "dw-missing-mean",
            "`db` is right; `dw` is a sum, not a mean.",
            _gradients_times(lambda dw, db, m: (m * dw, db)),
        ),
        Misconception(
            "divided-by-features",
            "It is divided by the number of features, not by the number of examples.",
            lambda X, y, p: (X.T @ (p - y) / X.shape[1], np.sum(p - y) / X.shape[1]),
        ),
        Misconception(
            "squared-error",
            "There is a factor y_hat (1 - y_hat) too many: that would be "
            "the slope of the squared error.",
            _squared_error_gradients,
        ),
        Misconception(
            "slope-of-loss-alone",
            "This is divided by y_hat (1 - y_hat): the slope of the loss over y_hat. In the chain "
            "the slope of the sigmoid is missing.",
            _slope_of_loss_alone,
        ),
        Misconception(
            "factor-two",
            "There is a factor 2 too many.",
            _gradients_times(lambda dw, db, m: (2 * dw, 2 * db)),
        ),
        Misconception(
            "thresholded",
            "The outputs are rounded to 0 or 1 before the error is taken.",
            lambda X, y, p: gradients(X, y, np.round(p)),
        ),
        Misconception(
            "input-forgotten",
            "`dw` ignores the inputs. Error *times input*.",
            lambda X, y, p: (np.full(X.shape[1], np.mean(p - y)), np.mean(p - y)),
        ),
    ],
    hints=(
        "The error of each example is y_hat - y. Its mean is one of the two results.",
        "For dw every example's error multiplies its row of X, and the rows are averaged.",
        "X.T @ error adds up error times input over the examples. Divide by their number.",
    ),
    insight="Error times input, averaged: every layer of every network here does just this.",
    explanation="X.T @ (y_hat - y) sums error times input over the examples; / m averages.",
)


def _in_place(w, b, dw, db, learning_rate):
    w -= learning_rate * dw
    return w, b - learning_rate * db


STEP = Exercise(
    reference=gradient_step,
    probes=[
        ("two weights", (_sequence(1, 2), 0.5, _sequence(0.1, -0.2), 0.3, 0.5)),
        ("a small rate", (_sequence(-1, 0, 3), -0.4, _sequence(0.5, 0.25, -1), -0.7, 0.01)),
        ("a large rate", (_sequence(0.3), 1.5, _sequence(-2), 0.6, 4.0)),
        (
            "read-only float32",
            (_w.astype(np.float32), 0.2, _X[0].astype(np.float32), -0.1, 0.3),
        ),
    ],
    misconceptions=[
        Misconception(
            "ascent",
            "It climbs: the step goes against the gradient.",
            lambda w, b, dw, db, r: (w + r * dw, b + r * db),
        ),
        Misconception(
            "ascent-of-bias",
            "The weights step downhill, the bias climbs.",
            lambda w, b, dw, db, r: (w - r * dw, b + r * db),
        ),
        Misconception(
            "rate-forgotten",
            "The learning rate has no part in it.",
            lambda w, b, dw, db, r: (w - dw, b - db),
        ),
        Misconception(
            "bias-not-updated",
            "The bias stays where it was.",
            lambda w, b, dw, db, r: (w - r * dw, b),
        ),
        Misconception(
            "weights-not-updated",
            "The weights stay where they were.",
            lambda w, b, dw, db, r: (w, b - r * db),
        ),
        Misconception(
            "only-the-step",
            "This is the step alone. Take it from where you stand.",
            lambda w, b, dw, db, r: (-r * dw, -r * db),
        ),
        Misconception(
            "rate-times-weights",
            "The learning rate multiplies the weights as well.",
            lambda w, b, dw, db, r: (r * (w - dw), r * (b - db)),
        ),
        Misconception(
            "divided-by-rate",
            "The gradient is divided by the learning rate.",
            lambda w, b, dw, db, r: (w - dw / r, b - db / r),
        ),
        Misconception(
            "swapped-results",
            "`w` and `b` come back in the wrong order.",
            lambda w, b, dw, db, r: (b - r * db, w - r * dw),
        ),
        Misconception(
            "weights-only",
            "It returns the weights only; the bias is learned too.",
            lambda w, b, dw, db, r: w - r * dw,
        ),
        Misconception(
            "gradients-swapped",
            "The weights use the bias's gradient.",
            lambda w, b, dw, db, r: (w - r * db, b - r * db),
        ),
        Misconception(
            "changes-its-input",
            "It changes the array `w` that it was given: `-=` works in place. Make a new array.",
            _in_place,
        ),
    ],
    hints=(
        "The same move twice, once for w and once for b.",
        "New value = old value minus learning rate times gradient.",
        "w - learning_rate * dw makes a new array; return it together with the new b.",
    ),
    insight="That is all of gradient descent; everything that follows is about better gradients.",
    explanation="A step against the gradient, as long as the slope times the learning rate.",
)

EXERCISES = [SIGMOID, FORWARD, CROSS_ENTROPY, GRADIENTS, STEP]

QUIZ = [
    Question(
        "All weights and the bias are 0. What does a sigmoid neuron answer?",
        [
            ("0", False, "z is 0, but σ(0) is not."),
            ("½", True, "σ(0) = ½, for every input."),
            ("it depends on the input", False, "With all weights 0 the input has no say."),
        ],
    ),
    Question(
        "You double all weights and the bias. What happens to the line where ŷ = ½?",
        [
            ("it stays", True, "2z = 0 where z = 0; only the slope across the line gets steeper."),
            ("it moves", False, "It would, if the bias alone were changed."),
            ("it turns", False, "It would, if the ratio of the weights were changed."),
        ],
    ),
    Question(
        "Why not train a sigmoid neuron with squared error?",
        [
            ("it has no derivative", False, "It is as smooth as can be."),
            (
                "its slope vanishes where the neuron is confidently wrong",
                True,
                "Over the logit it lies flat there: no slope, no learning.",
            ),
            ("it may become negative", False, "A square never is."),
        ],
    ),
    Question(
        "In full-batch training the loss jumps up and down for many steps. What do you try first?",
        [
            ("more steps", False, "It would go on jumping."),
            ("a smaller learning rate", True, "The steps leap over the valley."),
            ("larger initial weights", False, "Where you start does not change how far you step."),
        ],
    ),
    Question(
        "Of 100 images 2 are zeros. A program says “not zero” 100 times. Its accuracy and recall?",
        [
            ("98 % and 0 %", True, "It is right 98 times and finds none of the zeros."),
            ("98 % and 98 %", False, "Recall counts the zeros only, and it found none."),
            ("2 % and 100 %", False, "That would be the program that always says “zero”."),
        ],
    ),
]
