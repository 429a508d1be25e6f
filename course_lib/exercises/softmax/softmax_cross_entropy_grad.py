"""The slope of that loss over the scores."""

import numpy as np

from course_lib.activations import softmax
from course_lib.by_hand.softmax import one_hot, softmax_cross_entropy_grad
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import column, labels, numbers
from course_lib.exercises.softmax.shared import (
    FLOAT32,
    LABELS,
    PROBABILITIES,
    TEN_CLASSES,
    TWO_CLASSES,
    of_truth,
    targets,
)


def _every_row_less(places):
    def less(y, P):
        dZ = P.copy()
        dZ[places(y)] -= 1
        return dZ / len(y)

    return less


def _jacobians(P):
    return P[:, :, None] * (np.eye(P.shape[1]) - P[:, None, :])


def _gradient_times(factor):
    return lambda y, P: factor(y, P) * softmax_cross_entropy_grad(y, P)


class SoftmaxCrossEntropyGrad(Exercise):
    reference = softmax_cross_entropy_grad
    probes = [
        Probe("one example", (LABELS[:1], PROBABILITIES[:1])),
        Probe("two examples", (LABELS[1:3], PROBABILITIES[1:3])),
        Probe("five examples", (LABELS, PROBABILITIES)),
        Probe("as many examples as classes", (LABELS[:3], PROBABILITIES[:3])),
        Probe("two classes", TWO_CLASSES),
        Probe("ten classes", TEN_CLASSES),
        Probe("read-only float32", (LABELS[1:], FLOAT32[1:]), read_only=True),
        Probe(
            "extreme: probabilities of 0 and 1",
            (labels(0, 1), numbers((0, 1, 0), (0.5, 0.5, 0))),
            extreme=True,
        ),
    ]

    @mistake.also(lambda y, P: P - one_hot(y, 10))
    def hard_coded_ten(y, P):
        """It works for ten classes only. Take their number from `P`."""
        return (P - one_hot(y, 10)) / len(y)

    @mistake.also(lambda y, P: (P - y) / len(y), lambda y, P: P - y, lambda y, P: P - column(y))
    def labels_not_one_hot(y, P):
        """The labels themselves are subtracted, as if a 2 were twice a 1. Subtract one-hot rows."""
        return (P - column(y)) / len(y)

    @mistake.also(
        lambda y, P: of_truth(y, P) - 1,
        lambda y, P: (P - targets(y, P)).sum(axis=1),
        lambda y, P: (P - targets(y, P)).sum(axis=1) / len(y),
        lambda y, P: _gradient_times(targets)(y, P).sum(axis=1, keepdims=True),
    )
    def one_number_for_each(y, P):
        """It returns one number for each example; expected one for each example and class."""
        return (of_truth(y, P) - 1) / len(y)

    @mistake
    def jacobian(y, P):
        """These are the Jacobians of the softmax, one (n_classes, n_classes) for each example. In
        the chain the slope of the loss is missing."""
        return _jacobians(P)

    @mistake.also(lambda y, P: _jacobians(P).sum(axis=1))
    def jacobian_summed(y, P):
        """The Jacobian of the softmax is only added up, and that is 0: what one class gains, others
        lose. In the chain the slope of the loss is missing."""
        return _jacobians(P).sum(axis=1) / len(y)

    @mistake
    def transposed(y, P):
        """Examples have become columns; expected (m, n_classes), the shape of `P`."""
        return softmax_cross_entropy_grad(y, P).T

    @mistake.also(
        lambda y, P: (P - targets(y, P)).sum(axis=0),
        lambda y, P: softmax_cross_entropy_grad(y, P).sum(axis=0, keepdims=True),
    )
    def summed_over_examples(y, P):
        """It adds up over the examples. Each example has logits of its own, and so a row of slopes
        of its own."""
        return softmax_cross_entropy_grad(y, P).sum(axis=0)

    @mistake.also(lambda y, P: (P - targets(y, P)).mean())
    def one_number(y, P):
        """It adds up everything, and since each row's slopes cancel, that is 0. Expected one slope
        for each logit."""
        return (P - targets(y, P)).sum()

    wrong_sign = mistake(
        _gradient_times(lambda y, P: -1),
        lambda y, P: targets(y, P) - P,
        says="The sign is wrong: the slope is negative for the true class, whose logit should "
        "rise.",
    )
    missing_mean = mistake(
        _gradient_times(lambda y, P: len(y)),
        says="This is the slope of the sum of the losses; ours is their mean. Something has to be "
        "divided by m.",
    )
    divided_by_everything = mistake(
        _gradient_times(lambda y, P: 1 / P.shape[1]),
        says="It divides by the number of classes as well. The loss is a mean over the examples "
        "only.",
    )
    divided_by_classes = mistake(
        _gradient_times(lambda y, P: len(y) / P.shape[1]),
        says="It is divided by the number of classes, not by the number of examples.",
    )
    divided_twice = mistake(
        _gradient_times(lambda y, P: 1 / len(y)),
        says="It is divided by the number of examples twice.",
    )
    softmax_derivative = mistake(
        _gradient_times(lambda y, P: P * (1 - P)),
        _gradient_times(lambda y, P: len(y) * P * (1 - P)),
        _gradient_times(lambda y, P: P),
        _gradient_times(lambda y, P: len(y) * P),
        says="There is a factor P, or P (1 - P), too many: the slope of the softmax is in the "
        "difference already.",
    )

    @mistake.also(
        lambda y, P: -targets(y, P) / P,
        lambda y, P: -targets(y, P) / np.clip(P, 1e-12, 1) / len(y),
        lambda y, P: -targets(y, P) / np.clip(P, 1e-12, 1),
        lambda y, P: targets(y, P) / P / len(y),
        lambda y, P: targets(y, P) / P,
    )
    def slope_over_P(y, P):
        """This is the slope of the loss over the probabilities; asked for is that over the logits.
        In the chain the softmax is missing."""
        return -targets(y, P) / P / len(y)

    @mistake.also(lambda y, P: (P - targets(y, P)) / (P * (1 - P)))
    def binary_slope(y, P):
        """It is divided by P (1 - P): the slope of binary losses, one for each class, over their
        outputs."""
        return (P - targets(y, P)) / (P * (1 - P)) / len(y)

    true_class_only = mistake(
        _gradient_times(targets),
        _gradient_times(lambda y, P: len(y) * targets(y, P)),
        says="Only the true class gets a slope. But softmax ties all logits together: when another"
        " one rises, the true class loses.",
    )

    @mistake.also(lambda y, P: np.where(targets(y, P) == 1, -1, P))
    def written_over(y, P):
        """The true class's probability is replaced by -1. Subtract 1 from it, and it still
        counts."""
        return np.where(targets(y, P) == 1, -1, P) / len(y)

    @mistake.also(lambda y, P: P - 1)
    def one_everywhere(y, P):
        """It subtracts 1 from every probability; only the true class should have been 1."""
        return (P - 1) / len(y)

    @mistake.also(lambda y, P: P * (1 - P) / len(y))
    def slope_of_softmax_alone(y, P):
        """P (1 - P) is how each probability follows its own logit. In the chain the loss is
        missing, and with it the labels."""
        return P * (1 - P)

    @mistake.also(lambda y, P: P.copy())
    def labels_forgotten(y, P):
        """The labels have no part in it, and all logits would only fall."""
        return P / len(y)

    @mistake
    def probabilities_forgotten(y, P):
        """The probabilities have no part in it, and the true class's logit would rise without
        end."""
        return -targets(y, P) / len(y)

    @mistake
    def labels_from_one(y, P):
        """The ones are subtracted one column too far to the left: columns count from 0."""
        return softmax_cross_entropy_grad(y - 1, P)

    every_row_alike = mistake(
        _every_row_less(lambda y: (slice(None), y)),
        says="Every row loses the ones of all labels. Pair each row with its own label: "
        "np.arange(m) counts the rows.",
    )
    rows_for_columns = mistake(
        _every_row_less(lambda y: y), says="`[y]` picks rows, but the labels are column numbers."
    )

    @mistake
    def softmax_again(y, P):
        """It takes the softmax of `P`, but these are probabilities already."""
        return softmax_cross_entropy_grad(y, softmax(P))

    @mistake.also(lambda y, P: softmax_cross_entropy_grad(y, np.round(P)))
    def thresholded(y, P):
        """The probabilities are rounded to 0 or 1 first: how sure the network was is lost."""
        return softmax_cross_entropy_grad(y, targets(P.argmax(axis=1), P))

    factor_two = mistake(_gradient_times(lambda *_: 2), says="There is a factor 2 too many.")
    divided_by_two = mistake(
        _gradient_times(lambda y, P: len(y) / 2),
        _gradient_times(lambda y, P: 1 / 2),
        says="It is divided by 2; a factor ½ belongs to the squared error.",
    )

    @mistake.also(
        lambda y, P: P / len(y) - targets(y, P),
        lambda y, P: targets(y, P) - P / len(y),
        lambda y, P: np.where(targets(y, P) == 1, (P - 1) / len(y), P),
    )
    def mean_of_one_part(y, P):
        """The division by m reaches only a part of it. Are brackets missing?"""
        return P - targets(y, P) / len(y)

    @mistake.also(lambda y, P: P + targets(y, P))
    def plus_for_minus(y, P):
        """Probabilities and targets are added; an error is a difference."""
        return (P + targets(y, P)) / len(y)

    @mistake.also(
        lambda y, P: -targets(y, P) * np.log(P) / len(y),
        lambda y, P: -targets(y, P) * np.log(P),
        lambda y, P: np.log(P) - targets(y, P),
    )
    def logarithms(y, P):
        """There are logarithms in it. They belong to the loss, and none is left in its slope."""
        return (np.log(P) - targets(y, P)) / len(y)

    @mistake.also(lambda y, P: np.abs(P - targets(y, P)))
    def absolute(y, P):
        """The errors have lost their signs: the true class's logit should rise, the others fall."""
        return np.abs(P - targets(y, P)) / len(y)

    @mistake
    def prediction_for_truth(y, P):
        """It takes the most probable class for the true one: the labels have no part in it."""
        return (P - targets(P.argmax(axis=1), P)) / len(y)

    @mistake.also(lambda y, P: P - targets(y, P) * (column(range(len(y))) == 0))
    def first_row_only(y, P):
        """Only the first row loses its 1. Does it return from inside the loop?"""
        return (P - targets(y, P) * (column(range(len(y))) == 0)) / len(y)

    @mistake
    def times_the_loss(y, P):
        """It is multiplied by the loss, which has no part in its own slope."""
        return -np.mean(np.log(of_truth(y, P))) * softmax_cross_entropy_grad(y, P)

    @mistake.also(lambda y, P: np.round((P - targets(y, P)) / len(y), 2))
    def rounded(y, P):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round((P - targets(y, P)) / len(y), 3)

    @mistake
    def squared(y, P):
        """The differences are squared: that is a loss, not its slope."""
        return (P - targets(y, P)) ** 2 / len(y)

    @mistake
    def changes_its_input(y, P):
        """It changes `P`, which it should only read. Make a new array."""
        P[np.arange(len(y)), y] -= 1
        return P / len(y)

    @mistake.also(
        lambda y, P: np.einsum("ik,ikj->ij", -targets(y, P) / P / len(y), _jacobians(P)),
        lambda y, P: np.einsum(
            "i,ij->ij", -1 / of_truth(y, P) / len(y), _jacobians(P)[np.arange(len(y)), y]
        ),
    )
    def through_the_loss(y, P):
        """Right, until a probability is exactly 0: it divides by what the next factor of the chain
        multiplies back. Cancel the two on paper."""
        dP = -targets(y, P) / P / len(y)
        return P * (dP - np.sum(dP * P, axis=1, keepdims=True))

    hints = (
        "All that is left of the derivation: what was predicted, minus what should have been.",
        "What should have been is the one-hot row of each label. You have written one_hot.",
        "The loss is a mean over m examples, so each of them moves it by only 1/m as much.",
    )
    insight = "Error, averaged: just what the sigmoid gave. Each row of it adds up to 0."
    explanation = "Probabilities minus one-hot targets, divided by the number of examples."
