"""The exercises and the quiz of notebook 03.

Shapes as in the notebook: logits `Z` and probabilities `P` are (m, n_classes), `y` holds m labels,
whole numbers from 0 to n_classes - 1.
"""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.by_hand.softmax import accuracy, cross_entropy, one_hot, softmax_cross_entropy_grad
from course_lib.exercises.engine import Exercise, Misconception
from course_lib.exercises.quiz import Question


def _matrix(*rows, dtype=float):
    return np.array(rows, dtype=dtype)


def _labels(*values):
    return np.array(values)


def _column(values):
    return np.reshape(values, (-1, 1))


def _with_ones_at(places):
    def with_ones(y, n):
        Y = np.zeros((len(y), n))
        Y[places(y)] = 1
        return Y

    return with_ones


def _labels_in_place_of_ones(y, n):
    Y = np.zeros((len(y), n))
    Y[np.arange(len(y)), y] = y
    return Y


ONE_HOT = Exercise(
    reference=one_hot,
    probes=[
        ("one label", (_labels(2), 3)),
        ("four labels", (_labels(2, 0, 1, 0), 3)),
        ("as many labels as classes", (_labels(1, 2, 0), 3)),
        ("classes that do not come", (_labels(0, 3, 0, 1), 6)),
        ("read-only labels of digits", (_labels(7, 2, 1, 0, 4, 1, 4, 9), 10)),
    ],
    misconceptions=[
        Misconception(
            "hard-coded-ten",
            "It has ten columns whatever comes. Take their number from `n_classes`.",
            lambda y, n: one_hot(y, 10),
        ),
        Misconception(
            "classes-from-labels",
            "It counts the classes in `y`, and one that does not come gets no column. "
            "`n_classes` tells how many there are.",
            lambda y, n: one_hot(y, y.max() + 1),
            (
                lambda y, n: one_hot(np.unique(y, return_inverse=True)[1], len(np.unique(y))),
                lambda y, n: one_hot(y, len(np.unique(y))),
                lambda y, n: one_hot(y, len(y)),
            ),
        ),
        Misconception(
            "transposed",
            "Examples have become columns; expected one row for each label.",
            lambda y, n: one_hot(y, n).T,
        ),
        Misconception(
            "row-and-column-swapped",
            "The two indices have changed places: the first says which row, the second which "
            "column.",
            _with_ones_at(lambda y: (y, np.arange(len(y)))),
        ),
        Misconception(
            "labels-from-one",
            "The ones are a column off: labels and columns both count from 0.",
            lambda y, n: one_hot(y - 1, n),
            (
                lambda y, n: one_hot(y + 1, n),
                lambda y, n: one_hot(y, n + 1)[:, 1:],
                lambda y, n: one_hot(y + 1, n + 2)[:, :n],
            ),
        ),
        Misconception(
            "one-class-too-many",
            "There is a column too many: the labels run from 0 to n_classes - 1.",
            lambda y, n: one_hot(y, n + 1),
            (lambda y, n: one_hot(y + 1, n + 1),),
        ),
        Misconception(
            "one-row-for-all",
            "All labels share a single row; each wants one of its own.",
            lambda y, n: one_hot(y, n).max(axis=0),
            (lambda y, n: one_hot(y, n).sum(axis=0),),
        ),
        Misconception(
            "first-label-only",
            "It looks at the first label only.",
            lambda y, n: one_hot(y[0], n),
            (lambda y, n: one_hot(y[:1], n),),
        ),
        Misconception(
            "whole-rows",
            "It fills whole rows with ones. Besides the row, say which column.",
            _with_ones_at(lambda y: y),
        ),
        Misconception(
            "every-row-alike",
            "Every row gets the ones of all labels. Pair each row with its own label: "
            "np.arange(m) counts the rows.",
            _with_ones_at(lambda y: (slice(None), y)),
        ),
        Misconception(
            "not-picked",
            "This is the whole identity matrix. Pick from its rows, one for each label.",
            lambda y, n: np.eye(n),
        ),
        Misconception(
            "not-a-column",
            "Labels and column numbers are compared one to one. Make the labels a column (m, 1), "
            "and each meets all numbers.",
            lambda y, n: (y == np.arange(n)).astype(float),
        ),
        Misconception(
            "extra-axis",
            "Its result has three axes; expected two, (m, n_classes).",
            lambda y, n: one_hot(_column(y), n),
        ),
        Misconception(
            "label-in-place-of-one",
            "The columns are right, but it writes the label there. Write a 1.",
            _labels_in_place_of_ones,
        ),
        Misconception(
            "inverted",
            "Zeros and ones have changed places.",
            lambda y, n: 1 - one_hot(y, n),
        ),
        Misconception(
            "minus-ones",
            "Where the label is not, it writes -1; expected 0.",
            lambda y, n: 2 * one_hot(y, n) - 1,
        ),
        Misconception(
            "filled-up",
            "It goes on writing ones beside the label's column; only that one is hot.",
            lambda y, n: (np.arange(n) <= _column(y)).astype(float),
            (
                lambda y, n: (np.arange(n) < _column(y)).astype(float),
                lambda y, n: (np.arange(n) >= _column(y)).astype(float),
            ),
        ),
    ],
    hints=(
        "Each of the n_classes possible rows stands in the identity matrix, np.eye(n_classes).",
        "An array of whole numbers between square brackets picks rows, in its order and as often "
        "as they are named.",
        "Which row of the identity matrix has its 1 at k? Pick that row for every label at once.",
    ),
    insight="Seen as a distribution, such a row is sure: all the probability is on one class.",
    explanation="Row k of the identity matrix has its 1 in column k; the labels pick the rows.",
)


def _exponentials(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


def _share(E):
    return E / E.sum(axis=1, keepdims=True)


def _whole_number_softmax(Z):
    P = np.zeros_like(Z)
    P[...] = softmax(Z)
    return P


def _log_softmax(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _softmax_in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return _share(np.exp(Z))


_Z = _matrix((2, 1, 0.1), (0.5, -0.3, 2.4), (-0.7, 0.9, 1.6), (1.1, -2, 0.4))

SOFTMAX = Exercise(
    reference=softmax,
    probes=[
        ("one example", (_Z[:1],)),
        ("two examples", (_Z[:2],)),
        ("as many examples as classes", (_Z[:3],)),
        ("whole numbers", (_matrix((1, 0, 2), (3, -1, 0), dtype=int),)),
        ("read-only float32", (_Z.astype(np.float32),)),
        ("extreme: large logits", (_matrix((1000, 1002, 1001), (1001, 999, 1000)),)),
        ("extreme: very negative logits", (_matrix((-1000, -1002, -1001), (-1001, -999, -1000)),)),
        ("extreme: logits far apart", (_matrix((0, 1000, -1000), (1000, 998, -1000)),)),
    ],
    misconceptions=[
        Misconception(
            "whole-number-result",
            "For whole numbers the result is cut down to whole numbers as well. `np.zeros_like` "
            "copies the type too.",
            _whole_number_softmax,
        ),
        Misconception(
            "decides-at-once",
            "It decides for one class at once. Return the probabilities, not the verdict.",
            lambda Z: one_hot(Z.argmax(axis=1), Z.shape[1]),
            (lambda Z: Z.argmax(axis=1),),
        ),
        Misconception(
            "first-example-only",
            "It gives the probabilities of the first example only.",
            lambda Z: softmax(Z[0]),
            (lambda Z: softmax(Z[:1]),),
        ),
        Misconception(
            "transposed",
            "The result is turned round: expected (m, n_classes), one row for each example.",
            lambda Z: softmax(Z).T,
        ),
        Misconception(
            "keepdims-forgotten",
            "The sum or the maximum of each row has lost its axis: as a vector (m,) it no longer "
            "stands beside its row, and meets the columns. `keepdims` keeps it a column.",
            lambda Z: _exponentials(Z) / _exponentials(Z).sum(axis=1),
            (
                lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1),
                lambda Z: _share(np.exp(Z - Z.max(axis=1))),
                lambda Z: (E := np.exp(Z - Z.max(axis=1))) / E.sum(axis=1),
            ),
        ),
        Misconception(
            "wrong-axis",
            "It shares out over the examples: the columns add up to 1. Each row should.",
            lambda Z: softmax(Z.T).T,
            (lambda Z: _exponentials(Z) / _exponentials(Z).sum(axis=0),),
        ),
        Misconception(
            "whole-matrix",
            "All examples share one sum: the whole matrix adds up to 1. Each row should.",
            lambda Z: softmax(Z.ravel()).reshape(Z.shape),
            (lambda Z: _exponentials(Z) / _exponentials(Z).sum(),),
        ),
        Misconception(
            "maximum-of-columns",
            "It subtracts each column's maximum, and so something else from each logit of a row. "
            "Only one and the same number leaves a row's probabilities as they are.",
            lambda Z: _share(np.exp(Z - Z.max(axis=0))),
        ),
        Misconception(
            "log-softmax",
            "These are the logarithms of the probabilities.",
            _log_softmax,
            (lambda Z: np.log(softmax(Z)),),
        ),
        Misconception(
            "sigmoid",
            "It squashes each logit by itself, and the rows do not add up to 1: these are "
            "sigmoids.",
            sigmoid,
        ),
        Misconception(
            "sigmoids-shared-out",
            "These are sigmoids, divided by their sum: large logits are all alike in it. Share out "
            "exponentials.",
            lambda Z: _share(sigmoid(Z)),
        ),
        Misconception(
            "sum-of-logits",
            "It shares out the logits themselves, which may be negative. The exponential is "
            "missing.",
            _share,
            (lambda Z: _share(Z - Z.max(axis=1, keepdims=True)),),
        ),
        Misconception(
            "not-normalised",
            "Its rows do not add up to 1: nothing divides the exponentials by their sum.",
            np.exp,
            (_exponentials,),
        ),
        Misconception(
            "exponential-on-top-only",
            "The denominator adds up the logits; the exponential comes first, there too.",
            lambda Z: np.exp(Z) / Z.sum(axis=1, keepdims=True),
            (
                lambda Z: (
                    _exponentials(Z) / (Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
                ),
            ),
        ),
        Misconception(
            "exponential-of-the-sum",
            "The denominator is the exponential of a sum; expected the sum of exponentials.",
            lambda Z: np.exp(Z) / np.exp(Z.sum(axis=1, keepdims=True)),
            (lambda Z: np.exp(Z - Z.sum(axis=1, keepdims=True)),),
        ),
        Misconception(
            "maximum-on-top-only",
            "The maximum is subtracted in the numerator only, so it does not cancel.",
            lambda Z: _exponentials(Z) / np.exp(Z).sum(axis=1, keepdims=True),
        ),
        Misconception(
            "mean-for-sum",
            "The rows add up to the number of classes: it divides by the mean, not by the sum.",
            lambda Z: Z.shape[1] * softmax(Z),
        ),
        Misconception(
            "wrong-sign",
            "The largest logit gets the smallest probability. Look at the sign of the exponent.",
            lambda Z: softmax(-Z),
        ),
        Misconception(
            "base-two",
            "These are powers of 2; the exponential has base e.",
            lambda Z: softmax(np.log(2) * Z),
        ),
        Misconception(
            "twice",
            "The softmax is taken twice, which makes all classes nearly alike.",
            lambda Z: softmax(softmax(Z)),
        ),
        Misconception(
            "changes-its-input",
            "It changes `Z`, which it was only lent: `-=` works in place. Make a new array.",
            _softmax_in_place,
        ),
        Misconception(
            "clipped",
            "Large logits are clipped, and then they are all alike. Shift a row as a whole: "
            "its differences must stay.",
            lambda Z: softmax(np.clip(Z, -500, 500)),
        ),
        Misconception(
            "not-the-maximum",
            "It subtracts something, but not the row's largest logit: where logits are very large, "
            "very negative or far apart, the exponentials still leave the range of a float.",
            lambda Z: _share(np.exp(Z - Z.mean(axis=1, keepdims=True))),
            (
                lambda Z: _share(np.exp(Z - Z.min(axis=1, keepdims=True))),
                lambda Z: _share(np.exp(Z - np.abs(Z).max(axis=1, keepdims=True))),
                lambda Z: _share(np.exp(Z - Z.mean())),
                lambda Z: _share(np.exp(Z - Z.min())),
            ),
        ),
        Misconception(
            "overflow",
            "The values are right, but large logits overflow, and infinity divided by infinity is "
            "NaN. Very negative ones end as 0 divided by 0.",
            lambda Z: _share(np.exp(Z)),
            (lambda Z: np.exp(Z) / (np.exp(Z).sum(axis=1, keepdims=True) + 1e-12),),
        ),
    ],
    hints=(
        "Subtract each row's largest logit first: it changes no probability, and no exponent is "
        "above 0.",
        "axis=1 runs along a row, and keepdims=True leaves its result a column (m, 1), which "
        "stands beside the matrix.",
        "Three lines: subtract the rows' maxima, take np.exp, divide by the rows' sums.",
    ),
    insight="Take each row's own maximum: with one of the whole matrix, a row of far smaller "
    "logits would end as 0/0.",
    explanation="Adding a constant to a row changes nothing, so its maximum is subtracted: a row's "
    "own, since one of the whole matrix may turn the exponentials of other rows into 0.",
)

_P = _matrix(
    (0.2, 0.5, 0.3), (0.7, 0.2, 0.1), (0.2, 0.35, 0.45), (0.25, 0.3, 0.45), (0.2, 0.1, 0.7)
)
_y = _labels(2, 0, 2, 1, 0)
_TWO_CLASSES = _labels(0, 1, 1), _matrix((0.8, 0.2), (0.4, 0.6), (0.9, 0.1))
_TEN_CLASSES = _labels(7, 4), softmax(np.sin(np.arange(20.0)).reshape(2, 10))
# Losses of float32 are compared less strictly: log(p + 1e-7), as some books have it, passes.
_P32 = _P.astype(np.float32)


def _true(y, P):
    return P[np.arange(len(y)), y]


def _log(P):
    return np.log(np.clip(P, 1e-12, 1))


def _Y(y, P):
    return one_hot(y, P.shape[1])


def _summed_over_everything(y, P):
    return -np.sum(_Y(y, P) * _log(P))


def _clipped_in_place(y, P):
    P[P == 0] = 1e-12
    return cross_entropy(y, P)


CROSS_ENTROPY = Exercise(
    reference=cross_entropy,
    probes=[
        ("one example", (_y[:1], _P32[:1])),
        ("two examples", (_y[1:3], _P32[1:3])),
        ("five examples", (_y, _P32)),
        ("as many examples as classes", (_y[:3], _P32[:3])),
        ("two classes", (_TWO_CLASSES[0], _TWO_CLASSES[1].astype(np.float32))),
        ("ten classes", (_TEN_CLASSES[0], _TEN_CLASSES[1].astype(np.float32))),
        ("read-only float32", (_y[1:], _P32[1:])),
        ("extreme: another class at 0", (_labels(1), _matrix((0, 0.6, 0.4), dtype=np.float32))),
        ("extreme: the true class at 0", (_labels(1, 0), _matrix((0.6, 0, 0.4), (0, 0, 1)))),
        ("extreme: the true class at 1", (_labels(1), _matrix((0, 1, 0)))),
    ],
    properties={
        "extreme: the true class at 0": [
            ("wrong-shape", "Its result is not a single number.", lambda v, *_: np.ndim(v) == 0),
            (
                "log-of-zero",
                "A true class with a probability of exactly 0 makes it infinite or NaN.",
                lambda v, *_: np.isfinite(v),
            ),
            (
                "clips-too-much",
                "It clips so early that being utterly wrong costs too little.",
                lambda v, *_: v > 9,
            ),
        ],
        "extreme: the true class at 1": [
            ("wrong-shape", "Its result is not a single number.", lambda v, *_: np.ndim(v) == 0),
            (
                "log-of-zero",
                "With other classes at exactly 0 it is infinite or NaN.",
                lambda v, *_: np.isfinite(v),
            ),
            (
                "clips-too-much",
                "It clips so much that even being sure and right costs something.",
                lambda v, *_: abs(v) < 1e-4,
            ),
        ],
    },
    misconceptions=[
        Misconception(
            "hard-coded-ten",
            "It works for ten classes only. Take their number from `P`.",
            lambda y, P: -np.sum(one_hot(y, 10) * _log(P)) / len(y),
        ),
        Misconception(
            "labels-as-factors",
            "The labels themselves multiply the logarithms: a 7 would count seven times, a 0 "
            "never. Use each label as a column number, or its one-hot row.",
            lambda y, P: -np.sum(_column(y) * _log(P)) / len(y),
            (
                lambda y, P: -np.sum(y * _log(P)) / len(y),
                lambda y, P: -np.mean(_column(y) * _log(P)),
                lambda y, P: -np.mean(y * _log(_true(y, P))),
                lambda y, P: -np.mean(y * _log(P) + (1 - y) * _log(1 - P)),
                lambda y, P: -np.mean(_column(y) * _log(P) + (1 - _column(y)) * _log(1 - P)),
            ),
        ),
        Misconception(
            "classes-not-summed",
            "It returns one number for each example and class. Add up over the classes, then "
            "average over the examples.",
            lambda y, P: -_Y(y, P) * _log(P),
            (lambda y, P: -_Y(y, P) * np.log(P), lambda y, P: -_Y(y, P) * _log(P) / len(y)),
        ),
        Misconception(
            "not-averaged",
            "It returns one loss for each example; expected their mean, a single number.",
            lambda y, P: -_log(_true(y, P)),
        ),
        Misconception(
            "first-example-only",
            "It gives the loss of the first example only.",
            lambda y, P: -_log(P[0, y[0]]),
        ),
        Misconception(
            "table",
            "It pairs every example with every label: `P[:, y]` is a table (m, m). Each row wants "
            "its own label only.",
            lambda y, P: -np.mean(_log(P[:, y])),
            (lambda y, P: -_log(P[:, y]), lambda y, P: -np.sum(_log(P[:, y])) / len(y)),
        ),
        Misconception(
            "rows-for-columns",
            "`P[y]` picks rows, but the labels are column numbers.",
            lambda y, P: -np.mean(_log(P[y])),
            (lambda y, P: -np.sum(_log(P[y])) / len(y), lambda y, P: -_log(P[y])),
        ),
        Misconception(
            "wrong-sign",
            "The sign is wrong: logarithms of probabilities are negative, a loss is not.",
            lambda y, P: -cross_entropy(y, P),
        ),
        Misconception(
            "summed",
            "The losses are added up but not divided by the number of examples.",
            _summed_over_everything,
        ),
        Misconception(
            "mean-over-everything",
            "It divides by the number of all entries of `P`. Only one entry of each row counts: "
            "divide by the number of rows.",
            lambda y, P: _summed_over_everything(y, P) / P.size,
        ),
        Misconception(
            "divided-by-classes",
            "It is divided by the number of classes, not by the number of examples.",
            lambda y, P: _summed_over_everything(y, P) / P.shape[1],
        ),
        Misconception(
            "binary-form",
            "It also charges for the other classes, by log(1 - p): the form for ten sigmoids. "
            "With softmax, the true class alone says it all.",
            lambda y, P: (
                _summed_over_everything(y, P) / len(y)
                - np.sum((1 - _Y(y, P)) * _log(1 - P)) / len(y)
            ),
            (
                lambda y, P: -np.mean(_Y(y, P) * _log(P) + (1 - _Y(y, P)) * _log(1 - P)),
                lambda y, P: -np.mean(_log(np.where(_Y(y, P) == 1, P, 1 - P)).sum(axis=1)),
            ),
        ),
        Misconception(
            "largest-probability",
            "It takes the largest probability of each row; expected that of the true class.",
            lambda y, P: -np.mean(_log(P.max(axis=1))),
        ),
        Misconception(
            "every-class",
            "All classes count, also the wrong ones: the labels have no part in it.",
            lambda y, P: -np.mean(_log(P).sum(axis=1)),
            (lambda y, P: -np.mean(_log(P)),),
        ),
        Misconception(
            "entropy",
            "This is the entropy of `P` itself: the labels have no part in it.",
            lambda y, P: -np.mean(np.sum(P * _log(P), axis=1)),
        ),
        Misconception(
            "swapped",
            "The logarithm is taken of the target, not of the probability.",
            lambda y, P: -np.mean(np.sum(P * _log(_Y(y, P)), axis=1)),
        ),
        Misconception(
            "labels-from-one",
            "It looks one column too far to the left: columns count from 0, as labels do.",
            lambda y, P: cross_entropy(y - 1, P),
        ),
        Misconception(
            "log2",
            "This is in bits: the logarithm is to base 2. Ours is natural.",
            lambda y, P: cross_entropy(y, P) / np.log(2),
        ),
        Misconception(
            "log10",
            "The logarithm is to base 10. Ours is natural, np.log.",
            lambda y, P: cross_entropy(y, P) / np.log(10),
        ),
        Misconception(
            "log-of-the-mean",
            "First the logarithm, then the mean: the other way round gives another number.",
            lambda y, P: -_log(_true(y, P).mean()),
        ),
        Misconception(
            "logarithm-forgotten",
            "The logarithm is missing: being sure and wrong would cost hardly more than doubt.",
            lambda y, P: -np.mean(_true(y, P)),
            (lambda y, P: 1 - np.mean(_true(y, P)),),
        ),
        Misconception(
            "squared-error",
            "This is the squared error.",
            lambda y, P: np.mean((P - _Y(y, P)) ** 2),
            (
                lambda y, P: np.sum((P - _Y(y, P)) ** 2) / len(y),
                lambda y, P: np.sum((P - _Y(y, P)) ** 2) / (2 * len(y)),
            ),
        ),
        Misconception(
            "softmax-again",
            "It takes the softmax of `P`, but these are probabilities already.",
            lambda y, P: cross_entropy(y, softmax(P)),
        ),
        Misconception(
            "added-inside",
            "What is added inside the logarithm is so much that every loss moves. Clip, or add far "
            "less.",
            lambda y, P: -np.mean(np.log(_true(y, P) + 1e-3)),
            (
                lambda y, P: -np.mean(np.log(_true(y, P) + 1e-4)),
                lambda y, P: -np.mean(np.log(_true(y, P) + 0.01)),
                lambda y, P: -np.mean(np.log(_true(y, P) + 1)),
            ),
        ),
        Misconception(
            "zero-times-log",
            "Right, until any probability is exactly 0: the logarithm is -∞ there, and 0 times "
            "-∞ is NaN.",
            lambda y, P: -np.sum(_Y(y, P) * np.log(P)) / len(y),
        ),
        Misconception(
            "log-of-zero",
            "Right, until the true class has a probability of exactly 0, whose logarithm is -∞.",
            lambda y, P: -np.log(_true(y, P)).mean(),
        ),
        Misconception(
            "changes-its-input",
            "It changes `P`, which it was only lent. Make a new array.",
            _clipped_in_place,
        ),
        Misconception(
            "clips-too-much",
            "It clips so early that being utterly wrong costs too little. Clip much closer to 0.",
            lambda y, P: -np.mean(np.log(np.clip(_true(y, P), 0.01, 0.99))),
            (lambda y, P: -np.mean(np.log(np.clip(_true(y, P), 0.01, 1))),),
        ),
    ],
    hints=(
        "Of each row only one number counts: the probability of the true class.",
        "P[rows, columns], with two arrays of m numbers, picks m entries: row i with column y[i]. "
        "np.arange(m) counts the rows.",
        "Clip what you picked to between a tiny number and 1, take np.log and np.mean, change the "
        "sign.",
    ),
    insight="Only the true class's probability counts. What the other nine take, it lacks: all add "
    "up to 1.",
    explanation="Pick the true class's probability from each row, keep it off 0, average the "
    "logarithms, change the sign.",
)


def _every_row_less(places):
    def less(y, P):
        dZ = P.copy()
        dZ[places(y)] -= 1
        return dZ / len(y)

    return less


def _gradient_in_place(y, P):
    P[np.arange(len(y)), y] -= 1
    return P / len(y)


def _jacobians(P):
    return P[:, :, None] * (np.eye(P.shape[1]) - P[:, None, :])


def _through_the_loss(y, P):
    dP = -_Y(y, P) / P / len(y)
    return P * (dP - np.sum(dP * P, axis=1, keepdims=True))


def _gradient_times(factor):
    def gradient_times(y, P):
        return factor(y, P) * softmax_cross_entropy_grad(y, P)

    return gradient_times


GRADIENT = Exercise(
    reference=softmax_cross_entropy_grad,
    probes=[
        ("one example", (_y[:1], _P[:1])),
        ("two examples", (_y[1:3], _P[1:3])),
        ("five examples", (_y, _P)),
        ("as many examples as classes", (_y[:3], _P[:3])),
        ("two classes", _TWO_CLASSES),
        ("ten classes", _TEN_CLASSES),
        ("read-only float32", (_y[1:], _P32[1:])),
        ("extreme: probabilities of 0 and 1", (_labels(0, 1), _matrix((0, 1, 0), (0.5, 0.5, 0)))),
    ],
    misconceptions=[
        Misconception(
            "hard-coded-ten",
            "It works for ten classes only. Take their number from `P`.",
            lambda y, P: (P - one_hot(y, 10)) / len(y),
            (lambda y, P: P - one_hot(y, 10),),
        ),
        Misconception(
            "labels-not-one-hot",
            "The labels themselves are subtracted, as if a 2 were twice a 1. Subtract one-hot "
            "rows.",
            lambda y, P: (P - _column(y)) / len(y),
            (
                lambda y, P: (P - y) / len(y),
                lambda y, P: P - y,
                lambda y, P: P - _column(y),
            ),
        ),
        Misconception(
            "one-number-for-each",
            "It returns one number for each example; expected one for each example and class.",
            lambda y, P: (_true(y, P) - 1) / len(y),
            (
                lambda y, P: _true(y, P) - 1,
                lambda y, P: (P - _Y(y, P)).sum(axis=1),
                lambda y, P: _gradient_times(_Y)(y, P).sum(axis=1, keepdims=True),
            ),
        ),
        Misconception(
            "jacobian",
            "These are the Jacobians of the softmax, one (n_classes, n_classes) for each example. "
            "In the chain the slope of the loss is missing.",
            lambda y, P: _jacobians(P),
        ),
        Misconception(
            "transposed",
            "Examples have become columns; expected (m, n_classes), the shape of `P`.",
            lambda y, P: softmax_cross_entropy_grad(y, P).T,
        ),
        Misconception(
            "summed-over-examples",
            "It adds up over the examples. Each example has logits of its own, and so a row of "
            "slopes of its own.",
            lambda y, P: softmax_cross_entropy_grad(y, P).sum(axis=0),
            (
                lambda y, P: (P - _Y(y, P)).sum(axis=0),
                lambda y, P: softmax_cross_entropy_grad(y, P).sum(axis=0, keepdims=True),
            ),
        ),
        Misconception(
            "one-number",
            "It adds up everything, and since each row's slopes cancel, that is 0. Expected one "
            "slope for each logit.",
            lambda y, P: (P - _Y(y, P)).sum(),
        ),
        Misconception(
            "wrong-sign",
            "The sign is wrong: the slope is negative for the true class, whose logit should rise.",
            _gradient_times(lambda y, P: -1),
            (lambda y, P: _Y(y, P) - P,),
        ),
        Misconception(
            "missing-mean",
            "This is the slope of the sum of the losses; ours is their mean. Something has to be "
            "divided by m.",
            _gradient_times(lambda y, P: len(y)),
        ),
        Misconception(
            "divided-by-everything",
            "It divides by the number of classes as well. The loss is a mean over the examples "
            "only.",
            _gradient_times(lambda y, P: 1 / P.shape[1]),
        ),
        Misconception(
            "divided-by-classes",
            "It is divided by the number of classes, not by the number of examples.",
            _gradient_times(lambda y, P: len(y) / P.shape[1]),
        ),
        Misconception(
            "divided-twice",
            "It is divided by the number of examples twice.",
            _gradient_times(lambda y, P: 1 / len(y)),
        ),
        Misconception(
            "softmax-derivative",
            "There is a factor P (1 - P) too many: the slope of the softmax is in the difference "
            "already.",
            _gradient_times(lambda y, P: P * (1 - P)),
            (_gradient_times(lambda y, P: len(y) * P * (1 - P)),),
        ),
        Misconception(
            "slope-over-P",
            "This is the slope of the loss over the probabilities; asked for is that over the "
            "logits. In the chain the softmax is missing.",
            lambda y, P: -_Y(y, P) / P / len(y),
            (
                lambda y, P: -_Y(y, P) / P,
                lambda y, P: -_Y(y, P) / np.clip(P, 1e-12, 1) / len(y),
                lambda y, P: -_Y(y, P) / np.clip(P, 1e-12, 1),
            ),
        ),
        Misconception(
            "binary-slope",
            "It is divided by P (1 - P): the slope of ten binary losses over their outputs.",
            lambda y, P: (P - _Y(y, P)) / (P * (1 - P)) / len(y),
            (lambda y, P: (P - _Y(y, P)) / (P * (1 - P)),),
        ),
        Misconception(
            "true-class-only",
            "Only the true class gets a slope. But softmax ties all logits together: when another "
            "one rises, the true class loses.",
            _gradient_times(_Y),
            (_gradient_times(lambda y, P: len(y) * _Y(y, P)),),
        ),
        Misconception(
            "one-everywhere",
            "It subtracts 1 from every probability; only the true class should have been 1.",
            lambda y, P: (P - 1) / len(y),
            (lambda y, P: P - 1,),
        ),
        Misconception(
            "slope-of-softmax-alone",
            "P (1 - P) is how each probability follows its own logit. In the chain the loss is "
            "missing, and with it the labels.",
            lambda y, P: P * (1 - P),
            (lambda y, P: P * (1 - P) / len(y),),
        ),
        Misconception(
            "labels-forgotten",
            "The labels have no part in it, and all logits would only fall.",
            lambda y, P: P / len(y),
            (lambda y, P: P.copy(),),
        ),
        Misconception(
            "probabilities-forgotten",
            "The probabilities have no part in it, and it would never stop pushing.",
            lambda y, P: -_Y(y, P) / len(y),
        ),
        Misconception(
            "labels-from-one",
            "The ones are subtracted one column too far to the left: columns count from 0.",
            lambda y, P: softmax_cross_entropy_grad(y - 1, P),
        ),
        Misconception(
            "every-row-alike",
            "Every row loses the ones of all labels. Pair each row with its own label: "
            "np.arange(m) counts the rows.",
            _every_row_less(lambda y: (slice(None), y)),
        ),
        Misconception(
            "rows-for-columns",
            "`[y]` picks rows, but the labels are column numbers.",
            _every_row_less(lambda y: y),
        ),
        Misconception(
            "softmax-again",
            "It takes the softmax of `P`, but these are probabilities already.",
            lambda y, P: softmax_cross_entropy_grad(y, softmax(P)),
        ),
        Misconception(
            "thresholded",
            "Each row is rounded to its most probable class first, so being nearly right "
            "teaches nothing.",
            lambda y, P: softmax_cross_entropy_grad(y, _Y(P.argmax(axis=1), P)),
            (lambda y, P: softmax_cross_entropy_grad(y, np.round(P)),),
        ),
        Misconception("factor-two", "There is a factor 2 too many.", _gradient_times(lambda *_: 2)),
        Misconception(
            "squared",
            "The differences are squared: that is a loss, not its slope.",
            lambda y, P: (P - _Y(y, P)) ** 2 / len(y),
        ),
        Misconception(
            "changes-its-input",
            "It changes `P`, which it was only lent: `-=` works in place. Make a new array.",
            _gradient_in_place,
        ),
        Misconception(
            "through-the-loss",
            "Right, until a probability is exactly 0: it divides by what the next factor of the "
            "chain multiplies back. Cancel the two on paper.",
            _through_the_loss,
            (
                lambda y, P: np.einsum("ik,ikj->ij", -_Y(y, P) / P / len(y), _jacobians(P)),
                lambda y, P: np.einsum(
                    "i,ij->ij", -1 / _true(y, P) / len(y), _jacobians(P)[np.arange(len(y)), y]
                ),
            ),
        ),
    ],
    hints=(
        "All that is left of the derivation: what was predicted, minus what should have been.",
        "What should have been is the one-hot row of each label. You have written one_hot.",
        "The loss is a mean over m examples, so each of them moves it by only 1/m as much.",
    ),
    insight="Error, averaged: just what the sigmoid gave. Each row of it adds up to 0.",
    explanation="Probabilities minus one-hot targets, divided by the number of examples.",
)


def _mean_recall(y, P):
    right = P.argmax(axis=1) == y
    return np.mean([right[y == k].mean() for k in np.unique(y)])


ACCURACY = Exercise(
    reference=accuracy,
    probes=[
        ("one example, wrong", (_y[:1], _P[:1])),
        ("one example, right", (_y[1:2], _P[1:2])),
        ("two examples", (_y[:2], _P[:2])),
        ("five examples", (_y, _P)),
        ("as many examples as classes", (_y[:3], _P[:3])),
        ("two classes", _TWO_CLASSES),
        ("read-only float32", (_y[1:], _P32[1:])),
    ],
    misconceptions=[
        Misconception(
            "not-averaged",
            "It returns a yes or no for each example; expected the share of yes, one number.",
            lambda y, P: P.argmax(axis=1) == y,
        ),
        Misconception(
            "counted",
            "It counts; expected the share, from 0 to 1.",
            lambda y, P: np.sum(P.argmax(axis=1) == y),
        ),
        Misconception(
            "percent",
            "This is in percent; expected a number from 0 to 1.",
            lambda y, P: 100 * accuracy(y, P),
        ),
        Misconception(
            "error-rate",
            "This is the share of mistakes; expected that of right answers.",
            lambda y, P: 1 - accuracy(y, P),
        ),
        Misconception(
            "all-or-nothing",
            "It is 1 only where every single example is right, as with `all` or `//`; expected "
            "the share.",
            lambda y, P: np.all(P.argmax(axis=1) == y),
        ),
        Misconception(
            "wrong-axis",
            "It looks for the largest in each column; each row belongs to an example.",
            lambda y, P: np.mean(P.argmax(axis=0) == y),
        ),
        Misconception(
            "largest-of-all",
            "It looks for the largest of the whole matrix; each row has its own.",
            lambda y, P: np.mean(P.argmax() == y),
        ),
        Misconception(
            "broadcast",
            "A column (m, 1) met a vector (m,), and NumPy silently compared each with each, in a "
            "table (m, m).",
            lambda y, P: np.mean(P.argmax(axis=1, keepdims=True) == y),
        ),
        Misconception(
            "one-hot-expected",
            "It takes `y` for one-hot rows; these are labels already.",
            lambda y, P: np.mean(P.argmax(axis=1) == y.argmax()),
        ),
        Misconception(
            "every-entry",
            "It compares entry by entry, so a wrong answer still scores with the zeros that "
            "happen to agree. Compare one class with one label.",
            lambda y, P: np.mean(_Y(P.argmax(axis=1), P) == _Y(y, P)),
            (lambda y, P: np.mean((P > 0.5) == _Y(y, P)),),
        ),
        Misconception(
            "above-one-half",
            "It asks for a probability above ½; with several classes less can be the largest.",
            lambda y, P: np.mean(_true(y, P) > 0.5),
            (lambda y, P: np.mean((P > 0.5).argmax(axis=1) == y),),
        ),
        Misconception(
            "probability-of-the-truth",
            "This is the mean probability of the true class: how sure it is, not how often right.",
            lambda y, P: np.mean(_true(y, P)),
        ),
        Misconception(
            "largest-not-its-place",
            "It compares probabilities with labels; what counts is the column in which a row's "
            "largest stands.",
            lambda y, P: np.mean(P.max(axis=1) == y),
        ),
        Misconception(
            "least-probable",
            "It takes the least probable class.",
            lambda y, P: np.mean(P.argmin(axis=1) == y),
        ),
        Misconception(
            "labels-from-one",
            "The classes are one off: columns count from 0, as labels do.",
            lambda y, P: np.mean(P.argmax(axis=1) + 1 == y),
            (lambda y, P: np.mean(P.argmax(axis=1) == y + 1),),
        ),
        Misconception(
            "wrong-total",
            "The count is divided, but not by the number of examples.",
            lambda y, P: np.sum(P.argmax(axis=1) == y) / P.shape[1],
            (lambda y, P: np.sum(P.argmax(axis=1) == y) / P.size,),
        ),
        Misconception(
            "differences",
            "It averages how far apart the classes are, but their numbers are names: an 8 is no "
            "nearer to a 7 than to a 1. Count where they are equal.",
            lambda y, P: np.mean(P.argmax(axis=1) - y),
            (
                lambda y, P: np.mean(np.abs(P.argmax(axis=1) - y)),
                lambda y, P: 1 - np.mean(np.abs(P.argmax(axis=1) - y)),
            ),
        ),
        Misconception(
            "mean-recall",
            "This is the mean of the classes' recalls, in which a rare class weighs as much as a "
            "frequent one. Here all examples weigh alike.",
            _mean_recall,
        ),
        Misconception(
            "rounded",
            "It is rounded. Keep all digits; format them where you print.",
            lambda y, P: np.round(accuracy(y, P), 2),
            (
                lambda y, P: np.round(accuracy(y, P), 1),
                lambda y, P: np.round(accuracy(y, P), 3),
                lambda y, P: np.round(accuracy(y, P), 4),
            ),
        ),
    ],
    hints=(
        "First which class is predicted for each row, then how often that is the label.",
        "argmax says in which column the largest number stands; axis=1 asks each row.",
        "Comparing two arrays of shape (m,) gives m times True or False; their mean is the share "
        "of True.",
    ),
    insight="The loss sees how sure each answer was; accuracy sees only whether it was right.",
    explanation="The column of each row's largest probability is compared with the label, and "
    "True and False are averaged as 1 and 0.",
)

EXERCISES = [ONE_HOT, SOFTMAX, CROSS_ENTROPY, GRADIENT, ACCURACY]

QUIZ = [
    Question(
        "You divide all logits by a temperature of 10 before the softmax. What happens?",
        [
            ("another class may win", False, "The order of the logits stays, and so the winner."),
            ("the probabilities add up to less", False, "They add up to 1 at any temperature."),
            (
                "the probabilities move closer together",
                True,
                "Differences shrink; a very high temperature leaves 1/10 for each of ten classes.",
            ),
        ],
    ),
    Question(
        "Before the first step, the loss of a network for ten digits is 9.36. What does that say?",
        [
            (
                "it is very sure, and mostly wrong",
                True,
                "Not knowing costs ln 10 = 2.303; more takes large logits that are wrong.",
            ),
            ("it has not learned anything yet", False, "Then 1/10 each would cost ln 10 = 2.303."),
            ("the learning rate is too large", False, "No step has been taken yet."),
        ],
    ),
    Question(
        "What does softmax buy over ten sigmoids, each for one digit against the rest?",
        [
            ("fewer weights", False, "Both have one column of W and one bias for each digit."),
            (
                "ten probabilities that add up to 1",
                True,
                "The digits compete: one can only gain what others lose. Sigmoids may all say no.",
            ),
            ("a loss without logarithms", False, "Its cross-entropy has one as well."),
        ],
    ),
    Question(
        "Two classes have the logits z and 0. What does softmax give the first?",
        [
            ("1, for it is z / (z + 0)", False, "It shares out exponentials, not logits."),
            ("½", False, "Only where z = 0."),
            ("σ(z)", True, "It is e^z / (e^z + 1): the sigmoid is a softmax of two."),
        ],
    ),
    Question(
        "Truth in rows: 8 of the 10 images in the row of the fives stand in the column of the "
        "fives, which holds 16 images. What is 8/10?",
        [
            ("recall", True, "Along a row: the share of the true fives that were found."),
            (
                "precision",
                False,
                "That runs down the column: of 16 called a five, 8 were, so 8/16.",
            ),
            ("accuracy", False, "That takes the diagonals of all ten rows."),
        ],
    ),
    Question(
        "100 images each get an answer with probability 0.9; 75 of the answers are right. "
        "What is this network?",
        [
            ("well calibrated", False, "Then about 90 of the 100 would be right."),
            ("overconfident", True, "It promises 90 % and keeps 75 %."),
            ("not confident enough", False, "Then more than 90 would be right."),
        ],
    ),
]
