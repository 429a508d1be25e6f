"""Scores made probabilities."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.by_hand.softmax import one_hot
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers


def _exponentials(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


def _share(E):
    return E / E.sum(axis=1, keepdims=True)


_SMALL = 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1
_Z = numbers((2, 1, 0.1), (0.5, -0.3, 2.4), (-0.7, 0.9, 1.6), (1.1, -2, 0.4))


class Softmax(Exercise):
    reference = softmax
    probes = [
        Probe("one example", (_Z[:1],)),
        Probe("two examples", (_Z[:2],)),
        Probe("as many examples as classes", (_Z[:3],)),
        Probe("whole numbers", (numbers((1, 0, 2), (3, -1, 0), dtype=int),)),
        Probe("read-only float32", float32(_Z), read_only=True),
        Probe(
            "extreme: large logits", (numbers((1000, 1002, 1001), (1001, 999, 1000)),), extreme=True
        ),
        Probe(
            "extreme: very negative logits",
            (numbers((-1000, -1002, -1001), (-1001, -999, -1000)),),
            extreme=True,
        ),
        Probe(
            "extreme: logits far apart",
            (numbers((0, 1000, -1000), (1000, 998, -1000)),),
            extreme=True,
        ),
        Probe(
            "extreme: one row far below the others",
            (numbers((2, 1, 0), (1000, 1001, 1000)),),
            extreme=True,
        ),
    ]

    @mistake
    def whole_number_result(Z):
        """For whole numbers the result is cut down to whole numbers as well. `np.zeros_like` copies
        the type too."""
        P = np.zeros_like(Z)
        P[...] = softmax(Z)
        return P

    @mistake.also(lambda Z: Z.argmax(axis=1))
    def decides_at_once(Z):
        """It decides for one class at once. Return the probabilities, not the verdict."""
        return one_hot(Z.argmax(axis=1), Z.shape[1])

    @mistake.also(lambda Z: softmax(Z[:1]))
    def first_example_only(Z):
        """It gives the probabilities of the first example only."""
        return softmax(Z[0])

    @mistake
    def transposed(Z):
        """The result is transposed: expected (m, n_classes), one row for each example."""
        return softmax(Z).T

    @mistake.also(
        lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1),
        lambda Z: _share(np.exp(Z - Z.max(axis=1))),
        lambda Z: (E := np.exp(Z - Z.max(axis=1))) / E.sum(axis=1),
    )
    def keepdims_forgotten(Z):
        """The sum or the maximum of each row has lost its axis: as a vector (m,) it no longer
        stands beside its row, and meets the columns. `keepdims` keeps it a column."""
        return _exponentials(Z) / _exponentials(Z).sum(axis=1)

    @mistake.also(lambda Z: _exponentials(Z) / _exponentials(Z).sum(axis=0))
    def wrong_axis(Z):
        """It shares out over the examples: the columns add up to 1. Each row should."""
        return softmax(Z.T).T

    @mistake.also(lambda Z: _exponentials(Z) / _exponentials(Z).sum())
    def whole_matrix(Z):
        """All examples share one sum: the whole matrix adds up to 1. Each row should."""
        return softmax(Z.ravel()).reshape(Z.shape)

    @mistake
    def maximum_of_columns(Z):
        """It subtracts each column's maximum, and so something else from each logit of a row. Only
        one and the same number leaves a row's probabilities as they are."""
        return _share(np.exp(Z - Z.max(axis=0)))

    @mistake.also(lambda Z: np.log(softmax(Z)))
    def log_softmax(Z):
        """These are the logarithms of the probabilities."""
        shifted = Z - Z.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    sigmoid = mistake(
        sigmoid,
        says="It squashes each logit by itself, and the rows do not add up to 1: these are "
        "sigmoids.",
    )

    @mistake
    def sigmoids_shared_out(Z):
        """These are sigmoids, divided by their sum: in them large logits are all alike. Share out
        exponentials."""
        return _share(sigmoid(Z))

    sum_of_logits = mistake(
        _share,
        lambda Z: _share(Z - Z.max(axis=1, keepdims=True)),
        lambda Z: _share(np.abs(Z)),
        lambda Z: Z / np.linalg.norm(Z, axis=1, keepdims=True),
        lambda Z: (Z - Z.min(axis=1, keepdims=True)) / np.ptp(Z, axis=1, keepdims=True),
        says="It shares out, or scales, the logits themselves. The exponential is missing.",
    )
    not_normalised = mistake(
        np.exp,
        _exponentials,
        lambda Z: np.exp(Z - Z.max()),
        says="Its rows do not add up to 1: nothing divides the exponentials by their sum.",
    )

    @mistake.also(
        lambda Z: _exponentials(Z) / (Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    )
    def exponential_on_top_only(Z):
        """The denominator adds up the logits; the exponential comes first, there too."""
        return np.exp(Z) / Z.sum(axis=1, keepdims=True)

    @mistake.also(
        lambda Z: np.exp(Z - Z.sum(axis=1, keepdims=True)),
        lambda Z: (
            np.exp(Z - Z.max(axis=1, keepdims=True))
            / np.exp((Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
        ),
    )
    def exponential_of_the_sum(Z):
        """The denominator is the exponential of a sum; expected the sum of exponentials."""
        return np.exp(Z) / np.exp(Z.sum(axis=1, keepdims=True))

    @mistake
    def sum_goes_on(Z):
        """Each row's sum goes on from that of the row before. Start at 0 for every row."""
        return np.exp(Z) / np.cumsum(np.exp(Z).sum(axis=1))[:, np.newaxis]

    @mistake
    def maximum_on_top_only(Z):
        """The maximum is subtracted in the numerator only, so it does not cancel."""
        return _exponentials(Z) / np.exp(Z).sum(axis=1, keepdims=True)

    @mistake
    def mean_for_sum(Z):
        """The rows add up to the number of classes: it divides by the mean, not by the sum."""
        return Z.shape[1] * softmax(Z)

    @mistake
    def wrong_sign(Z):
        """The exponent has the wrong sign: the larger a logit, the smaller its exponential."""
        return softmax(-Z)

    @mistake
    def base_two(Z):
        """These are powers of 2; the exponential has base e."""
        return softmax(np.log(2) * Z)

    @mistake
    def twice(Z):
        """The softmax is taken twice, which makes all classes nearly alike."""
        return softmax(softmax(Z))

    @mistake
    def last_example_only(Z):
        """It gives the probabilities of the last example only: does each round of a loop overwrite
        them?"""
        return softmax(Z[-1:])[0]

    @mistake
    def largest_only(Z):
        """It keeps the largest probability of each row; all of them are asked for."""
        return softmax(Z).max(axis=1)

    @mistake.also(
        lambda Z: _share(np.exp(Z) - np.exp(Z.max(axis=1, keepdims=True))),
        lambda Z: np.exp(Z) - Z.max(axis=1, keepdims=True),
    )
    def maximum_after_exponential(Z):
        """The maximum is subtracted from the exponentials. It belongs inside, before the
        exponential is taken."""
        return _share(np.exp(Z) - Z.max(axis=1, keepdims=True))

    @mistake.also(
        lambda Z: _share(np.exp(_share(Z))),
        lambda Z: _share(np.exp(Z / Z.max(axis=1, keepdims=True))),
        lambda Z: _share(np.exp((Z - Z.mean(1, keepdims=True)) / Z.std(1, keepdims=True))),
        lambda Z: _share(np.exp(Z / np.linalg.norm(Z, axis=1, keepdims=True))),
    )
    def divided_before_exponential(Z):
        """The logits are divided, by their sum, their maximum or their spread, before the
        exponential: their differences change, and with them the probabilities."""
        return np.exp(_share(Z))

    scaled_inside = mistake(
        *(lambda Z, k=k: softmax(k * Z) for k in (2, 0.5, 10, 0.1)),
        says="The logits are multiplied by a number first, which makes the network more or less "
        "sure than it is.",
    )

    @mistake
    def divided_one_by_one(Z):
        """It divides the entries of a row one after the other by a sum that changes on the way.
        Take the sum first."""
        E = _exponentials(Z)
        for i, j in np.ndindex(E.shape):
            E[i, j] /= E[i].sum()
        return E

    @mistake
    def log_of_the_sum(Z):
        """It divides by the logarithm of the sum; expected the sum."""
        return np.exp(Z) / np.log(np.exp(Z).sum(axis=1, keepdims=True))

    @mistake
    def one_added(Z):
        """There is 1 too much in the denominator, as in a sigmoid. The rows should add up to 1."""
        return np.exp(Z) / (1 + np.exp(Z).sum(axis=1, keepdims=True))

    added_below = mistake(
        *(lambda Z, e=e: np.exp(Z) / (np.exp(Z).sum(1, keepdims=True) + e) for e in _SMALL[1:]),
        *(
            lambda Z, e=e: _exponentials(Z) / (_exponentials(Z).sum(1, keepdims=True) + e)
            for e in _SMALL
        ),
        says="Something small is added to the sum, so that the rows no longer add up to 1. The sum "
        "of exponentials is not 0, if they are taken of numbers that are not far below 0.",
    )

    @mistake.also(
        lambda Z: _exponentials(Z) / np.sqrt((_exponentials(Z) ** 2).sum(1, keepdims=True))
    )
    def norm(Z):
        """It divides by the root of a sum of squares; expected the sum."""
        return np.exp(Z) / np.linalg.norm(np.exp(Z), axis=1, keepdims=True)

    @mistake.also(lambda Z: np.round(softmax(Z), 2), lambda Z: np.round(softmax(Z), 4))
    def rounded(Z):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(softmax(Z), 3)

    @mistake
    def complement(Z):
        """These are the probabilities of not being in a class."""
        return 1 - softmax(Z)

    @mistake.also(lambda Z: np.sort(softmax(Z), axis=1)[:, ::-1])
    def sorted(Z):
        """The probabilities are sorted, and which class has which is lost."""
        return np.sort(softmax(Z), axis=1)

    @mistake
    def maximum_added(Z):
        """The row's largest logit is added, which makes large ones overflow even sooner."""
        return _share(np.exp(Z + Z.max(axis=1, keepdims=True)))

    @mistake
    def changes_its_input(Z):
        """It changes `Z`, which it should only read. Make a new array."""
        Z -= Z.max(axis=1, keepdims=True)
        return _share(np.exp(Z))

    @mistake
    def clipped(Z):
        """Large logits are clipped, and then they are all alike. Shift a row as a whole: its
        differences must stay."""
        return softmax(np.clip(Z, -500, 500))

    @mistake
    def maximum_of_the_matrix(Z):
        """It subtracts the largest logit of the whole matrix: in a row far below all exponentials
        are 0, and 0 divided by 0 is NaN. Each row has a largest logit of its own."""
        return _share(np.exp(Z - Z.max()))

    @mistake.also(
        lambda Z: _share(np.exp(Z - Z.min(axis=1, keepdims=True))),
        lambda Z: _share(np.exp(Z - np.abs(Z).max(axis=1, keepdims=True))),
        lambda Z: _share(np.exp(Z - Z.mean())),
        lambda Z: _share(np.exp(Z - Z.min())),
    )
    def not_the_maximum(Z):
        """It subtracts something, but not the row's largest logit: where logits are very large,
        very negative or far apart, the exponentials still leave the range of a float."""
        return _share(np.exp(Z - Z.mean(axis=1, keepdims=True)))

    @mistake.also(
        lambda Z: np.exp(Z) / (np.exp(Z).sum(axis=1, keepdims=True) + 1e-12),
        lambda Z: np.exp(Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))),
        lambda Z: np.nan_to_num(_share(np.exp(Z))),
        lambda Z: np.nan_to_num(_share(np.nan_to_num(np.exp(Z)))),
    )
    def overflow(Z):
        """The values are right, but exponentials of large logits overflow, and those of very
        negative ones are all 0: sums of such numbers are of no use."""
        return _share(np.exp(Z))

    hints = (
        "Subtract each row's largest logit first: it changes no probability, and no exponent is "
        "above 0.",
        "axis=1 runs along a row, and keepdims=True leaves its result a column (m, 1), which "
        "stands beside the matrix.",
        "Three lines: subtract the rows' maxima, take np.exp, divide by the rows' sums.",
    )
    insight = (
        "Take each row's own maximum: with one of the whole matrix, a row of far smaller "
        "logits would end as 0/0."
    )
    explanation = (
        "Adding a constant to a row changes nothing, so its maximum is subtracted: a "
        "row's own, since one of the whole matrix may turn the exponentials of other "
        "rows into 0."
    )
