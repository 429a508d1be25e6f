"""How many are right."""

import numpy as np

from course_lib.by_hand.softmax import accuracy
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import labels, numbers
from course_lib.exercises.softmax.shared import (
    FLOAT32,
    LABELS,
    PROBABILITIES,
    TWO_CLASSES,
    of_truth,
    targets,
)

# Two are right; the largest of all stands where its flat index is that of the largest label.
_FOUR = numbers((0.04, 0.9, 0.06), (0.3, 0.3, 0.4), (0.2, 0.6, 0.2), (0.5, 0.4, 0.1))


def _wrong(y, P):
    return np.sum(P.argmax(axis=1) != y)


class Accuracy(Exercise):
    reference = accuracy
    probes = [
        Probe("one example, wrong", (LABELS[:1], PROBABILITIES[:1])),
        Probe("one example, right", (LABELS[1:2], PROBABILITIES[1:2])),
        Probe("two examples", (LABELS[:2], PROBABILITIES[:2])),
        Probe("five examples", (LABELS, PROBABILITIES)),
        Probe("as many examples as classes", (LABELS[:3], PROBABILITIES[:3])),
        Probe("two classes", TWO_CLASSES),
        Probe("four examples", (labels(0, 2, 1, 1), _FOUR)),
        Probe("read-only float32", (LABELS[1:], FLOAT32[1:]), read_only=True),
    ]

    @mistake
    def not_averaged(y, P):
        """It returns a yes or no for each example; expected the share of yes, one number."""
        return P.argmax(axis=1) == y

    @mistake
    def counted(y, P):
        """It counts; expected the share, from 0 to 1."""
        return np.sum(P.argmax(axis=1) == y)

    @mistake.also(
        lambda y, P: np.round(100 * accuracy(y, P), 1),
        lambda y, P: np.round(100 * accuracy(y, P), 2),
    )
    def percent(y, P):
        """This is in percent; expected a number from 0 to 1."""
        return 100 * accuracy(y, P)

    @mistake
    def error_rate(y, P):
        """This is the share of mistakes; expected that of right answers."""
        return 1 - accuracy(y, P)

    @mistake
    def all_or_nothing(y, P):
        """It is 1 only where every single example is right, as with `all` or `//`; expected the
        share."""
        return np.all(P.argmax(axis=1) == y)

    @mistake.also(
        lambda y, P: np.sum(P.argmax(axis=0) == y) / len(y),
        lambda y, P: sum(a == b for a, b in zip(P.argmax(axis=0), y, strict=False)) / len(y),
    )
    def wrong_axis(y, P):
        """It looks for the largest in each column; each row belongs to an example."""
        return np.mean(P.argmax(axis=0) == y)

    @mistake.also(lambda y, P: np.mean(P.argmax() == y.argmax()))
    def largest_of_all(y, P):
        """It looks for the largest of the whole matrix; each row has its own."""
        return np.mean(P.argmax() == y)

    @mistake
    def broadcast(y, P):
        """A column (m, 1) met a vector (m,), and NumPy silently compared each with each, in a table
        (m, m)."""
        return np.mean(P.argmax(axis=1, keepdims=True) == y)

    @mistake.also(lambda y, P: np.mean(P.argmax(axis=1) == y.argmax(axis=1)))
    def one_hot_expected(y, P):
        """It takes `y` for one-hot rows; these are labels already."""
        return np.mean(P.argmax(axis=1) == y.argmax())

    @mistake.also(
        lambda y, P: np.mean((P > 0.5) == targets(y, P)),
        lambda y, P: np.mean(np.round(P) == y[:, np.newaxis]),
    )
    def every_entry(y, P):
        """It compares entry by entry, so a wrong answer still scores with the zeros that happen to
        agree. Compare one class with one label."""
        return np.mean(targets(P.argmax(axis=1), P) == targets(y, P))

    @mistake.also(lambda y, P: np.mean((P > 0.5).argmax(axis=1) == y))
    def above_one_half(y, P):
        """It asks for a probability above ½; with several classes the largest may be below ½."""
        return np.mean(of_truth(y, P) > 0.5)

    @mistake
    def probability_of_the_truth(y, P):
        """This is the mean probability of the true class: how sure it is, not how often right."""
        return np.mean(of_truth(y, P))

    @mistake
    def largest_not_its_place(y, P):
        """Nothing is ever equal: it compares labels with what is no class, such as a probability,
        or arrays as a whole. What counts is the column in which a row's largest stands."""
        return np.mean(P.max(axis=1) == y)

    @mistake
    def least_probable(y, P):
        """It takes the least probable class."""
        return np.mean(P.argmin(axis=1) == y)

    compared_by_size = mistake(
        *(
            lambda y, P, compare=compare: np.mean(compare(P.argmax(axis=1), y))
            for compare in (np.greater_equal, np.less_equal)
        ),
        says="It asks which class has the larger number. Their numbers are names: only whether "
        "they are equal counts.",
    )
    set_to_one = mistake(
        lambda y, P: np.any(P.argmax(axis=1) == y) / len(y),
        says="The count never gets beyond 1. Does a round of the loop set it, in place of adding "
        "to it?",
    )
    begins_at_one = mistake(
        lambda y, P: (1 + np.sum(P.argmax(axis=1) == y)) / len(y),
        says="It counts one more than are right: the count begins at 0.",
    )

    @mistake.also(lambda y, P: np.mean(P.argmax(axis=1) == y + 1))
    def labels_from_one(y, P):
        """The classes are one off: columns count from 0, as labels do."""
        return np.mean(P.argmax(axis=1) + 1 == y)

    @mistake.also(
        lambda y, P: np.sum(P.argmax(axis=1) == y) / P.size,
        lambda y, P: np.sum(P.argmax(axis=1) == y) / 10,
        lambda y, P: np.sum(P.argmax(axis=1) == y) / 100,
    )
    def wrong_total(y, P):
        """The count is divided, but not by the number of examples."""
        return np.sum(P.argmax(axis=1) == y) / P.shape[1]

    @mistake.also(lambda y, P: np.sum(P.argmax(axis=1) == y) / max(_wrong(y, P), 1))
    def odds(y, P):
        """It divides those that are right by those that are wrong. A share compares with all."""
        return np.sum(P.argmax(axis=1) == y) / _wrong(y, P)

    @mistake.also(
        lambda y, P: len(np.intersect1d(P.argmax(axis=1), y)) / len(y),
        lambda y, P: len(np.intersect1d(P.argmax(axis=1), y)) / P.shape[1],
        lambda y, P: np.mean(np.isin(P.argmax(axis=1), y)),
        lambda y, P: np.mean(np.sort(P.argmax(axis=1)) == np.sort(y)),
    )
    def sets_compared(y, P):
        """It compares which classes occur, as sets do. Compare example by example."""
        return len(np.intersect1d(P.argmax(axis=1), y)) / len(np.unique(y))

    @mistake.also(
        lambda y, P: np.mean(np.abs(P.argmax(axis=1) - y)),
        lambda y, P: 1 - np.mean(np.abs(P.argmax(axis=1) - y)),
    )
    def differences(y, P):
        """It averages how far apart the classes are, but their numbers are names: an 8 is no nearer
        to a 7 than to a 1. Count where they are equal."""
        return np.mean(P.argmax(axis=1) - y)

    @mistake.also(
        lambda y, P: np.mean(
            [np.mean(y[P.argmax(axis=1) == k] == k) for k in np.unique(P.argmax(axis=1))]
        )
    )
    def mean_recall(y, P):
        """This is a mean over the classes, of their recalls or precisions: a rare class weighs as
        much as a frequent one. Here all examples weigh alike."""
        right = P.argmax(axis=1) == y
        return np.mean([right[y == k].mean() for k in np.unique(y)])

    @mistake.also(lambda y, P: P[0].argmax() == y[0])
    def first_example_only(y, P):
        """The first example alone counts. Does it return from inside the loop?"""
        return (P[0].argmax() == y[0]) / len(y)

    @mistake.also(lambda y, P: P[-1].argmax() == y[-1])
    def last_example_only(y, P):
        """The last example alone counts: does each round of a loop overwrite the count?"""
        return (P[-1].argmax() == y[-1]) / len(y)

    @mistake.also(lambda y, P: np.sum(P.argmax(axis=1)[1:] == y[1:]) / len(y))
    def one_left_out(y, P):
        """An example is left out, the last or the first: where does the loop end, and where does it
        begin?"""
        return np.sum(P.argmax(axis=1)[:-1] == y[:-1]) / len(y)

    @mistake
    def divided_in_the_loop(y, P):
        """It divides in every round of the loop, the first examples again and again. Divide once,
        after it."""
        share = 0
        for right in P.argmax(axis=1) == y:
            share = (share + right) / len(y)
        return share

    @mistake
    def divided_twice(y, P):
        """It is divided by the number of examples twice: a mean is divided already."""
        return accuracy(y, P) / len(y)

    @mistake
    def one_is_enough(y, P):
        """It is 1 as soon as a single example is right, as with `any`; expected the share."""
        return np.any(P.argmax(axis=1) == y)

    @mistake
    def always_one(y, P):
        """It is 1 whatever the labels are: they have no part in what is counted or compared."""
        return 1.0

    @mistake
    def every_class(y, P):
        """Every class of a row is compared with the label, and one of them always fits. Only the
        most probable counts."""
        return 1 / P.shape[1]

    @mistake
    def top_two(y, P):
        """It counts an example where the label is among the two most probable classes. The most
        probable alone counts."""
        return np.mean((P.argsort(axis=1)[:, -2:] == y[:, np.newaxis]).any(axis=1))

    @mistake
    def confidence(y, P):
        """This is the mean of the largest probabilities: how sure the network is, right or
        wrong."""
        return np.mean(P.max(axis=1))

    @mistake.also(
        lambda y, P: np.round(accuracy(y, P), 1),
        lambda y, P: np.round(accuracy(y, P), 3),
        lambda y, P: np.round(accuracy(y, P), 4),
    )
    def rounded(y, P):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(accuracy(y, P), 2)

    hints = (
        "First which class is predicted for each row, then how often that is the label.",
        "argmax says in which column the largest number stands; axis=1 asks each row.",
        "Comparing two arrays of shape (m,) gives m times True or False; their mean is the share "
        "of True.",
    )
    insight = "The loss sees how sure each answer was; accuracy sees only whether it was right."
    explanation = (
        "The column of each row's largest probability is compared with the label, and "
        "True and False are averaged as 1 and 0."
    )
