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
    on_error = {
        "arrays used as indices": "Probabilities stand where labels should. `y` comes first, then "
        "`P`: have they changed places?",
        "out of bounds": "`P` has a row for each example, and a column for each class. Which of "
        "the two numbers is too large?",
    }
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
            (labels(1, 0, 2), numbers((0.6, 0, 0.4), (0, 0, 1), (0.3, 0.2, 0.5))),
            extreme=True,
            rules=finite_loss(
                lambda loss: loss > 6.24,
                infinite="A true class with a probability of exactly 0 makes it infinite or NaN.",
                clipped="It clips so early that being utterly wrong costs too little.",
                left_out=(0, np.log(2), np.log(2) / 3),
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
        lambda y, P: -np.mean(y * _log(P)),
        lambda y, P: -np.mean(column(y) * _log(P)),
        lambda y, P: -np.mean(y * _log(of_truth(y, P))),
        lambda y, P: -np.mean(y * _log(P) + (1 - y) * _log(1 - P)),
        lambda y, P: -np.mean(column(y) * _log(P) + (1 - column(y)) * _log(1 - P)),
        lambda y, P: -np.mean(np.outer(y, np.log(P))),
        lambda y, P: -np.sum(np.outer(y, np.log(P))) / len(y),
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

    @mistake.also(
        lambda y, P: -np.sum(targets(y, P) * _log(P), axis=0),
        lambda y, P: -np.sum(targets(y, P) * _log(P), axis=0) / len(y),
        lambda y, P: -np.mean(targets(y, P) * _log(P), axis=0),
    )
    def one_for_each_class(y, P):
        """It returns a number for each class; expected one for all."""
        return -np.sum(targets(y, P) * _log(P), axis=0)

    @mistake.also(lambda y, P: -_log(P[0, y[0]]) / len(y))
    def first_example_only(y, P):
        """The first example alone counts. Does it return from inside the loop?"""
        return -_log(P[0, y[0]])

    @mistake.also(lambda y, P: -_log(P[-1, y[-1]]) / len(y))
    def last_example_only(y, P):
        """The last example alone counts: does each round of a loop overwrite the sum?"""
        return -_log(P[-1, y[-1]])

    one_of_them = mistake(
        lambda y, P: np.max(-_log(of_truth(y, P))),
        lambda y, P: np.min(-_log(of_truth(y, P))),
        lambda y, P: np.median(-_log(of_truth(y, P))),
        says="It takes one of the losses, the largest, the smallest or the one in the middle; "
        "expected their mean.",
    )
    weighed_by_doubt = mistake(
        lambda y, P: np.mean((1 - of_truth(y, P)) ** 2 * -_log(of_truth(y, P))),
        lambda y, P: np.mean((1 - of_truth(y, P)) * -_log(of_truth(y, P))),
        says="Examples of which it is sure count for less, as in the focal loss. Here each loss "
        "counts the same.",
    )

    @mistake
    def divided_in_the_loop(y, P):
        """It divides in every round of the loop, the first examples again and again. Divide once,
        after it."""
        loss = 0
        for p in of_truth(y, P):
            loss = (loss - np.log(p)) / len(y)
        return loss

    @mistake.also(
        lambda y, P: -_log(P[:, y]),
        lambda y, P: -np.sum(_log(P[:, y])) / len(y),
        lambda y, P: -(targets(y, P) @ _log(P).T),
        lambda y, P: -(targets(y, P) @ _log(P).T) / len(y),
        lambda y, P: -np.sum(targets(y, P) @ _log(P)) / len(y),
    )
    def table(y, P):
        """It pairs every example with every label, in a table (m, m): so does `P[:, y]`, and so
        does a matrix product of targets and logarithms. Each row wants its own label only."""
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

    @mistake.also(
        lambda y, P: -np.mean(np.sum(np.log(P * targets(y, P)), axis=1)),
        lambda y, P: -np.sum(targets(y, P) * np.log(targets(y, P))) / len(y),
        lambda y, P: -np.mean(np.log(np.sum(targets(y, P) * P, axis=0))),
    )
    def logarithm_of_zeros(y, P):
        """It takes the logarithm of zeros: those of the targets, or of what has been multiplied by
        the targets. Take it of the probabilities."""
        return -np.mean(np.sum(P * np.log(targets(y, P)), axis=1))

    @mistake.also(*(lambda y, P, e=e: -np.log(1 + e) for e in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7)))
    def targets_alone(y, P):
        """The probabilities have no part in it: it compares the targets with themselves, which
        costs nothing."""
        return 0.0

    limits_exchanged = mistake(
        *(lambda y, P, e=e: -np.log(e) for e in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)),
        says="It is the same for all `P`, which has no part in it. np.clip takes the lower limit "
        "first, and then the upper one.",
    )

    @mistake
    def entropy_of_truth(y, P):
        """Each logarithm is multiplied by its own probability, as in an entropy. The truth counts
        in full."""
        return -np.mean(of_truth(y, P) * _log(of_truth(y, P)))

    @mistake
    def swapped(y, P):
        """The logarithm is taken of the target, not of the probability."""
        return -np.mean(np.sum(P * _log(targets(y, P)), axis=1))

    @mistake
    def labels_from_one(y, P):
        """It looks one column too far to the left: columns count from 0, as labels do."""
        return cross_entropy(y - 1, P)

    @mistake
    def indices_swapped(y, P):
        """The two indices have changed places: the first says which row, the second which
        column."""
        return -np.mean(_log(P[y, np.arange(len(y))]))

    @mistake.also(lambda y, P: -np.sum(np.log1p(of_truth(y, P))))
    def log1p(y, P):
        """It takes the logarithm of 1 more than it should: np.log1p(p) is log(1 + p)."""
        return -np.mean(np.log1p(of_truth(y, P)))

    @mistake
    def complement(y, P):
        """It takes the logarithm of what the true class lacks, and is the larger the surer the
        network was and right."""
        return -np.mean(_log(1 - of_truth(y, P)))

    @mistake.also(
        *(
            lambda y, P, e=e: -np.sum(((1 - e) * targets(y, P) + e / P.shape[1]) * _log(P)) / len(y)
            for e in (0.2, 0.05)
        )
    )
    def smoothed(y, P):
        """The other classes count a little as well, which is called label smoothing. Here the true
        class alone counts."""
        return -np.sum((0.9 * targets(y, P) + 0.1 / P.shape[1]) * _log(P)) / len(y)

    @mistake
    def exponential(y, P):
        """This is the exponential of the loss, the perplexity."""
        return np.exp(cross_entropy(y, P))

    @mistake
    def halved(y, P):
        """There is a factor ½ too many: that belongs to the squared error."""
        return 0.5 * cross_entropy(y, P)

    @mistake
    def counted(y, P):
        """This is the share of wrong answers; a loss says how sure they were as well."""
        return np.mean(P.argmax(axis=1) != y)

    @mistake
    def log2(y, P):
        """This is in bits: the logarithm is to base 2. Ours is natural."""
        return cross_entropy(y, P) / np.log(2)

    @mistake.also(
        lambda y, P: cross_entropy(y, P) * np.log(P.shape[1]),
        lambda y, P: cross_entropy(y, P) - np.log(P.shape[1]),
    )
    def compared_with_guessing(y, P):
        """It is measured against guessing, by the logarithm of the number of classes. Asked for is
        the loss in nats, as it is."""
        return cross_entropy(y, P) / np.log(P.shape[1])

    @mistake
    def log10(y, P):
        """The logarithm is to base 10. Ours is natural, np.log."""
        return cross_entropy(y, P) / np.log(10)

    @mistake.also(lambda y, P: -np.log(of_truth(y, P).sum()))
    def log_of_the_mean(y, P):
        """This is the logarithm of a mean, or of a sum; expected the mean of the logarithms."""
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
