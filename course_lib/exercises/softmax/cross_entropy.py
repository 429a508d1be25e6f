"""The loss of ten classes."""

import numpy as np

from course_lib.activations import softmax
from course_lib.by_hand.softmax import cross_entropy, one_hot
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import column, finite_loss, float32, labels, numbers
from course_lib.exercises.softmax.shared import (
    FLOAT32,
    LABELS,
    TEN_CLASSES,
    TWO_CLASSES,
    of_truth,
    targets,
)


def _log(P):
    return np.log(np.clip(P, 1e-12, 1))


def _summed_over_everything(y, P):
    return -np.sum(targets(y, P) * _log(P))


class CrossEntropy(Exercise):
    reference = cross_entropy
    probes = [
        Probe("one example", (LABELS[:1], FLOAT32[:1])),
        Probe("two examples", (LABELS[1:3], FLOAT32[1:3])),
        Probe("five examples", (LABELS, FLOAT32)),
        Probe("as many examples as classes", (LABELS[:3], FLOAT32[:3])),
        Probe("two classes", (TWO_CLASSES[0], *float32(TWO_CLASSES[1]))),
        Probe("ten classes", (TEN_CLASSES[0], *float32(TEN_CLASSES[1]))),
        Probe("read-only float32", (LABELS[1:], FLOAT32[1:]), read_only=True),
        Probe(
            "extreme: another class at 0",
            (labels(1), numbers((0, 0.6, 0.4), dtype=np.float32)),
            extreme=True,
        ),
        Probe(
            "extreme: the true class at 0",
            (labels(1, 0), numbers((0.6, 0, 0.4), (0, 0, 1))),
            extreme=True,
            rules=finite_loss(
                lambda loss: loss > 9,
                infinite="A true class with a probability of exactly 0 makes it infinite or NaN.",
                clipped="It clips so early that being utterly wrong costs too little.",
            ),
        ),
        Probe(
            "extreme: the true class at 1",
            (labels(1), numbers((0, 1, 0))),
            extreme=True,
            rules=finite_loss(
                lambda loss: abs(loss) < 1e-4,
                infinite="With other classes at exactly 0 it is infinite or NaN.",
                clipped="It clips so much that even being sure and right costs something.",
            ),
        ),
    ]

    @mistake
    def hard_coded_ten(y, P):
        """It works for ten classes only. Take their number from `P`."""
        return -np.sum(one_hot(y, 10) * _log(P)) / len(y)

    @mistake.also(
        lambda y, P: -np.sum(y * _log(P)) / len(y),
        lambda y, P: -np.mean(column(y) * _log(P)),
        lambda y, P: -np.mean(y * _log(of_truth(y, P))),
        lambda y, P: -np.mean(y * _log(P) + (1 - y) * _log(1 - P)),
        lambda y, P: -np.mean(column(y) * _log(P) + (1 - column(y)) * _log(1 - P)),
    )
    def labels_as_factors(y, P):
        """The labels themselves multiply the logarithms, as if a 7 were seven times a 1. Use each
        label as a column number, or its one-hot row."""
        return -np.sum(column(y) * _log(P)) / len(y)

    @mistake.also(
        lambda y, P: -targets(y, P) * np.log(P), lambda y, P: -targets(y, P) * _log(P) / len(y)
    )
    def classes_not_summed(y, P):
        """It returns one number for each example and class. Add up over the classes, then average
        over the examples."""
        return -targets(y, P) * _log(P)

    @mistake
    def not_averaged(y, P):
        """It returns one loss for each example; expected their mean, a single number."""
        return -_log(of_truth(y, P))

    @mistake
    def first_example_only(y, P):
        """It gives the loss of the first example only."""
        return -_log(P[0, y[0]])

    @mistake.also(lambda y, P: -_log(P[:, y]), lambda y, P: -np.sum(_log(P[:, y])) / len(y))
    def table(y, P):
        """It pairs every example with every label: `P[:, y]` is a table (m, m). Each row wants its
        own label only."""
        return -np.mean(_log(P[:, y]))

    @mistake.also(lambda y, P: -np.sum(_log(P[y])) / len(y), lambda y, P: -_log(P[y]))
    def rows_for_columns(y, P):
        """`P[y]` picks rows, but the labels are column numbers."""
        return -np.mean(_log(P[y]))

    @mistake
    def wrong_sign(y, P):
        """The sign is wrong: logarithms of probabilities are negative, a loss is not."""
        return -cross_entropy(y, P)

    summed = mistake(
        _summed_over_everything,
        says="The losses are added up but not divided by the number of examples.",
    )

    @mistake
    def mean_over_everything(y, P):
        """It divides by the number of all entries of `P`. Only one entry of each row counts: divide
        by the number of rows."""
        return _summed_over_everything(y, P) / P.size

    @mistake
    def divided_by_classes(y, P):
        """It is divided by the number of classes, not by the number of examples."""
        return _summed_over_everything(y, P) / P.shape[1]

    @mistake.also(
        lambda y, P: -np.mean(targets(y, P) * _log(P) + (1 - targets(y, P)) * _log(1 - P)),
        lambda y, P: -np.mean(_log(np.where(targets(y, P) == 1, P, 1 - P)).sum(axis=1)),
    )
    def binary_form(y, P):
        """It also charges for the other classes, by log(1 - p): the form for sigmoids, one for each
        class. After a softmax the true class alone counts."""
        return _summed_over_everything(y, P) / len(y) - np.sum(
            (1 - targets(y, P)) * _log(1 - P)
        ) / len(y)

    @mistake
    def largest_probability(y, P):
        """It takes the largest probability of each row; expected that of the true class."""
        return -np.mean(_log(P.max(axis=1)))

    @mistake.also(lambda y, P: -np.mean(_log(P)))
    def every_class(y, P):
        """All classes count, also the wrong ones: the labels have no part in it."""
        return -np.mean(_log(P).sum(axis=1))

    @mistake
    def entropy(y, P):
        """This is the entropy of `P` itself: the labels have no part in it."""
        return -np.mean(np.sum(P * _log(P), axis=1))

    @mistake
    def swapped(y, P):
        """The logarithm is taken of the target, not of the probability."""
        return -np.mean(np.sum(P * _log(targets(y, P)), axis=1))

    @mistake
    def labels_from_one(y, P):
        """It looks one column too far to the left: columns count from 0, as labels do."""
        return cross_entropy(y - 1, P)

    @mistake
    def log2(y, P):
        """This is in bits: the logarithm is to base 2. Ours is natural."""
        return cross_entropy(y, P) / np.log(2)

    @mistake
    def log10(y, P):
        """The logarithm is to base 10. Ours is natural, np.log."""
        return cross_entropy(y, P) / np.log(10)

    @mistake
    def log_of_the_mean(y, P):
        """This is the logarithm of a mean; expected the mean of the logarithms."""
        return -_log(of_truth(y, P).mean())

    @mistake.also(lambda y, P: 1 - np.mean(of_truth(y, P)))
    def logarithm_forgotten(y, P):
        """The logarithm is missing: being sure and wrong would cost hardly more than doubt."""
        return -np.mean(of_truth(y, P))

    @mistake.also(
        lambda y, P: np.sum((P - targets(y, P)) ** 2) / len(y),
        lambda y, P: np.sum((P - targets(y, P)) ** 2) / (2 * len(y)),
    )
    def squared_error(y, P):
        """This is the squared error."""
        return np.mean((P - targets(y, P)) ** 2)

    @mistake
    def softmax_again(y, P):
        """It takes the softmax of `P`, but these are probabilities already."""
        return cross_entropy(y, softmax(P))

    @mistake.also(
        lambda y, P: -np.mean(np.log(of_truth(y, P) + 1e-4)),
        lambda y, P: -np.mean(np.log(of_truth(y, P) + 0.01)),
        lambda y, P: -np.mean(np.log(of_truth(y, P) + 1)),
    )
    def added_inside(y, P):
        """So much is added inside the logarithm that every loss changes. Clip, or add far less."""
        return -np.mean(np.log(of_truth(y, P) + 1e-3))

    @mistake
    def zero_times_log(y, P):
        """Right, until any probability is exactly 0: the logarithm is -∞ there, and 0 times -∞ is
        NaN."""
        return -np.sum(targets(y, P) * np.log(P)) / len(y)

    @mistake
    def log_of_zero(y, P):
        """Right, until the true class has a probability of exactly 0, whose logarithm is -∞."""
        return -np.log(of_truth(y, P)).mean()

    @mistake
    def changes_its_input(y, P):
        """It changes `P`, which it should only read. Make a new array."""
        P[P == 0] = 1e-12
        return cross_entropy(y, P)

    @mistake.also(lambda y, P: -np.mean(np.log(np.clip(of_truth(y, P), 0.01, 1))))
    def clips_too_much(y, P):
        """It clips so early that being utterly wrong costs too little. Clip much closer to 0."""
        return -np.mean(np.log(np.clip(of_truth(y, P), 0.01, 0.99)))

    hints = (
        "Of each row only one number counts: the probability of the true class.",
        "P[rows, columns], with two arrays of m numbers, picks m entries: row i with column y[i]."
        " np.arange(m) counts the rows.",
        "Clip what you picked to between a tiny number and 1, take np.log and np.mean, change the"
        " sign.",
    )
    insight = "Only the true class's probability counts; what the others take, it lacks."
    explanation = (
        "Pick the true class's probability from each row, keep it off 0, average the "
        "logarithms, change the sign."
    )
