"""The loss of one neuron."""

import numpy as np

from course_lib.by_hand.neuron import binary_cross_entropy
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.neuron.shared import OUTPUTS, TARGETS
from course_lib.exercises.shared import column, finite_loss, float32, numbers

# How near to 0 and 1 books and libraries clip, besides 1e-12.
_TINY = (np.finfo(float).eps, 1e-15, 1e-10, 1e-9, 1e-8, 1e-7)


def _clipped(y, p, at):
    p = np.clip(np.asarray(p, dtype=float), at, 1 - at)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _surprises(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _with_more_inside(more):
    return lambda y, p: -np.mean(y * np.log(p + more) + (1 - y) * np.log(1 - p + more))


def _swapped_with(more):
    return lambda y, p: _with_more_inside(more)(p, y)


def _loss_of(p, gain):
    return -np.mean(gain(np.clip(p, 1e-15, 1 - 1e-15)))


def _losses_of(y, p):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.where(y == 1, np.log(q), np.log(1 - q))


def _class_means(y, p, together):
    losses = _losses_of(y, p)
    return together([losses[y == c].mean() for c in (0, 1) if (y == c).any()])


class BinaryCrossEntropy(Exercise):
    reference = binary_cross_entropy
    probes = [
        Probe("one example", float32(TARGETS[:1], OUTPUTS[:1])),
        Probe("five examples", float32(TARGETS, OUTPUTS)),
        Probe("two examples", float32(TARGETS[1:3], OUTPUTS[1:3])),
        Probe("three examples", float32(numbers(0, 1, 1), numbers(0.8125, 0.3467, 0.9021))),
        Probe("read-only float32", float32(TARGETS, OUTPUTS), read_only=True),
        Probe(
            "extreme: outputs of 0 and 1",
            (numbers(1, 0, 1), numbers(0, 1, 0.5)),
            extreme=True,
            rules=finite_loss(
                lambda loss: loss > 6,
                infinite="An output of exactly 0 or 1 makes it infinite.",
                clipped="It clips so early that being utterly wrong costs too little.",
                left_out=(0, np.log(2), np.log(2) / 3),
            ),
        ),
        Probe(
            "extreme: right outputs of 0 and 1",
            (numbers(1, 0, 1), numbers(1, 0, 0.5)),
            extreme=True,
            rules=finite_loss(
                lambda loss: 0.2 < loss < 0.3,
                infinite="An output of exactly 0 or 1 makes it infinite, or NaN.",
                clipped="An output of exactly 0 or 1 costs something even where it is right.",
            ),
        ),
    ]

    @mistake.also(lambda y, p: np.mean(-np.log(p) if y == 1 else -np.log(1 - p)))
    def one_example_only(y, p):
        """It works for a single example only: an `if` cannot decide for a whole array."""
        return -np.log(p) if y == 1 else -np.log(1 - p)

    not_averaged = mistake(
        _surprises,
        lambda y, p: _surprises(y, np.clip(p, 1e-12, 1 - 1e-12)),
        says="It returns one loss for each example; expected their mean, a single number.",
    )

    @mistake.also(
        lambda y, p: _clipped(y, column(p), 1e-12),
        lambda y, p: len(y) * _clipped(column(y), p, 1e-12),
    )
    def broadcast(y, p):
        """Each target meets each output, as in a table (m, m): an outer product makes one, a column
        (m, 1) with a vector (m,) does, and so it is where targets and logarithms are averaged
        apart. A target belongs to its own output."""
        return _clipped(column(y), p, 1e-12)

    @mistake
    def wrong_sign(y, p):
        """The sign is wrong: logarithms of probabilities are negative, a loss is not."""
        return -_clipped(y, p, 1e-12)

    @mistake
    def wrong_sign_and_sum(y, p):
        """The sign is wrong, since logarithms of probabilities are negative, and the losses are
        added up, where their mean is asked for."""
        return -len(y) * _clipped(y, p, 1e-12)

    logarithm_of_targets = mistake(
        lambda y, p: _surprises(p, y).mean(),
        says="Whatever the outputs are, it is infinite: a logarithm is taken of a target, or of "
        "something multiplied by one, which may be 0. Have `y` and `y_hat` changed places?",
    )

    @mistake.also(*map(_swapped_with, (1e-12, *_TINY)))
    def swapped(y, p):
        """`y` and `y_hat` have changed places."""
        return _clipped(p, y, 1e-12)

    @mistake
    def summed(y, p):
        """The losses are added up but not divided by their number."""
        return len(y) * _clipped(y, p, 1e-12)

    @mistake
    def divided_twice(y, p):
        """It is divided by the number of examples twice: a mean is divided already."""
        return _clipped(y, p, 1e-12) / len(y)

    @mistake
    def halved(y, p):
        """There is a factor ½ too many: that belongs to the squared error."""
        return 0.5 * _clipped(y, p, 1e-12)

    @mistake
    def log2(y, p):
        """This is in bits: the logarithm is to base 2. Ours is natural."""
        return _clipped(y, p, 1e-12) / np.log(2)

    @mistake
    def log10(y, p):
        """The logarithm is to base 10. Ours is natural, np.log."""
        return _clipped(y, p, 1e-12) / np.log(10)

    @mistake.also(
        lambda y, p: -np.mean(np.log(np.clip(p[y == 1], 1e-12, 1))),
        lambda y, p: -np.sum(y * np.log(np.clip(p, 1e-12, 1))),
    )
    def ones_only(y, p):
        """Examples with y = 0 cost nothing: the second half of the formula is missing."""
        return -np.mean(y * np.log(np.clip(p, 1e-12, 1)))

    @mistake
    def zeros_only(y, p):
        """Examples with y = 1 cost nothing: the first half of the formula is missing."""
        return -np.mean((1 - y) * np.log(np.clip(1 - p, 1e-12, 1)))

    @mistake.also(
        lambda y, p: np.sum((y - p) ** 2),
        lambda y, p: 0.5 * np.mean((y - p) ** 2),
        lambda y, p: np.sqrt(np.mean((y - p) ** 2)),
    )
    def squared_error(y, p):
        """This is made of squared errors; the loss asked for takes a logarithm."""
        return np.mean((y - p) ** 2)

    @mistake
    def absolute_error(y, p):
        """This is the distance from the target; the loss asked for takes a logarithm."""
        return np.mean(np.abs(y - p))

    @mistake.also(
        lambda y, p: -np.mean(y * np.log1p(p) + (1 - y) * np.log(1 - p)),
        lambda y, p: -np.mean(y * np.log1p(p)),
    )
    def log1p(y, p):
        """It takes the logarithm of 1 more than it should: np.log1p(p) is log(1 + p)."""
        return -np.mean(y * np.log1p(p) + (1 - y) * np.log1p(1 - p))

    @mistake.also(lambda y, p: _surprises(y, np.round(p)).mean())
    def logarithm_of_certainties(y, p):
        """It is NaN: a logarithm is taken of a target, of an output that has been rounded, or of
        something below 0. How sure the neuron was, `y_hat`, is to stand in it, and what is left of
        1."""
        return _surprises(y, y).mean()

    @mistake.also(*(lambda y, p, at=at: _clipped(y, y, at) for at in _TINY))
    def targets_alone(y, p):
        """It is 0, or next to it, whatever the outputs are. Does it compare `y` with itself, or is
        a whole number made of it?"""
        return _clipped(y, y, 1e-12)

    @mistake
    def entropy(y, p):
        """This is the entropy of the outputs: the targets have no part in it."""
        return _clipped(p, p, 1e-12)

    @mistake.also(lambda y, p: np.sum((1 - 2 * y) * -np.log(np.abs(y - 1 + p))))
    def halves_subtracted(y, p):
        """One half of the formula is subtracted from the other, and then losses cancel. Examples of
        both kinds cost something."""
        return -np.mean((2 * y - 1) * np.log(np.abs(y - 1 + p)))

    @mistake
    def brackets_missing(y, p):
        """Brackets are missing: 1 - y * a is 1 - (y * a)."""
        return -np.mean(y * np.log(p) + 1 - y * np.log(1 - p))

    @mistake
    def one_logarithm_twice(y, p):
        """The same logarithm counts for both kinds of examples. Where y is 0, it is the probability
        of 0 that counts."""
        return -np.mean(np.log(p))

    @mistake
    def one_minus_logarithm(y, p):
        """“1 minus” stands outside of the logarithm; it belongs inside."""
        return -np.mean(y * np.log(p) + (1 - y) * (1 - np.log(p)))

    @mistake
    def halves_swapped(y, p):
        """The halves have changed places: where y is 1 it counts the probability of 0."""
        return _clipped(1 - y, p, 1e-12)

    @mistake
    def log_of_the_mean(y, p):
        """This is the logarithm of a mean; expected the mean of the logarithms."""
        return -np.log(np.mean(y * p + (1 - y) * (1 - p)))

    @mistake
    def logarithm_forgotten(y, p):
        """The logarithm is missing: being sure and wrong would cost hardly more than doubt."""
        return -np.mean(y * p + (1 - y) * (1 - p))

    @mistake
    def exponential(y, p):
        """This is the exponential of the loss, the perplexity."""
        return np.exp(_clipped(y, p, 1e-12))

    @mistake.also(lambda y, p: _surprises(y, p)[0])
    def first_example_only(y, p):
        """The first example alone counts. Does it return from inside the loop?"""
        return _surprises(y, p)[0] / len(y)

    @mistake.also(lambda y, p: _surprises(y, p)[-1])
    def last_example_only(y, p):
        """The last example alone counts: does each round of a loop overwrite the sum?"""
        return _surprises(y, p)[-1] / len(y)

    @mistake
    def divided_in_the_loop(y, p):
        """It divides in every round of the loop, the first examples again and again. Divide once,
        after it."""
        loss = 0
        for surprise in _surprises(y, p):
            loss = (loss + surprise) / len(y)
        return loss

    @mistake
    def counted(y, p):
        """This is the share of wrong decisions; a loss says how sure they were as well."""
        return np.mean(y != np.round(p))

    @mistake
    def sigmoid_again(y, p):
        """It takes the sigmoid of `y_hat`, which is a probability already."""
        return _clipped(y, 1 / (1 + np.exp(-p)), 1e-12)

    @mistake.also(*(lambda y, p, at=at: _clipped(y, np.round(p), at) for at in _TINY))
    def thresholded(y, p):
        """The outputs are rounded to 0 or 1 first: how sure the neuron was is lost."""
        return _clipped(y, np.round(p), 1e-12)

    added_inside = mistake(
        *map(_with_more_inside, (1e-3, 1e-4, 1e-5, 0.01, 0.1)),
        says="So much is added inside the logarithm that every loss changes. Clip, or add far "
        "less.",
    )

    @mistake
    def log_of_zero(y, p):
        """Right, until an output is exactly 0 or 1: then it takes the logarithm of 0."""
        return _surprises(y, p).mean()

    @mistake
    def changes_its_input(y, p):
        """It changes `y_hat`, which it should only read. Make a new array."""
        p[p == 0] = 1e-12
        p[p == 1] = 1 - 1e-12
        return _surprises(y, p).mean()

    @mistake
    def clips_too_much(y, p):
        """It clips so early that being utterly wrong costs too little. Clip much closer to 0 and
        1."""
        return _clipped(y, p, 0.01)

    complement_forgotten = mistake(
        lambda y, p: _loss_of(p, lambda q: y * np.log(q) + y * np.log(1 - q)),
        lambda y, p: _loss_of(p, lambda q: np.log(q) + np.log(1 - q)),
        lambda y, p: _loss_of(p, lambda q: y * np.log(q) + np.log(1 - q)),
        lambda y, p: _loss_of(p, lambda q: np.log(q) + (1 - y) * np.log(1 - q)),
        says="Each example pays for both halves, or for the wrong one. For y = 1 the first half "
        "counts alone, for y = 0 the second: what multiplies them sees to it.",
    )
    one_of_them = mistake(
        lambda y, p: np.max(_losses_of(y, p)),
        lambda y, p: np.min(_losses_of(y, p)),
        lambda y, p: np.median(_losses_of(y, p)),
        says="It takes one of the losses, the largest, the smallest or the one in the middle; "
        "expected their mean.",
    )
    weighed_by_doubt = mistake(
        lambda y, p: np.mean((1 - np.exp(-_losses_of(y, p))) ** 2 * _losses_of(y, p)),
        lambda y, p: np.mean((1 - np.exp(-_losses_of(y, p))) * _losses_of(y, p)),
        lambda y, p: np.mean(((p > 0.5) != (y == 1)) * _losses_of(y, p)),
        says="Examples that are right count less, as in a focal loss, or not at all. Each counts "
        "in full.",
    )
    divided_by_a_class = mistake(
        lambda y, p: np.sum(_losses_of(y, p)) / max(np.sum(y), 1),
        lambda y, p: np.sum(_losses_of(y, p)) / max(np.sum(1 - y), 1),
        lambda y, p: np.sum(_losses_of(y, p)) / 2,
        says="It divides by the examples of one class, or by the number of classes. Divide by all "
        "examples.",
    )
    hinge = mistake(
        lambda y, p: np.mean(np.maximum(0, 1 - (2 * y - 1) * (2 * p - 1))),
        lambda y, p: np.mean(np.maximum(0, 1 - (2 * y - 1) * p)),
        says="This is a hinge loss; the cross-entropy takes logarithms.",
    )
    bits_turned = mistake(
        lambda y, p: np.mean(y * _losses_of(1, p) - (1 + y) * _losses_of(0, p)),
        says="`~` turns the bits of a whole number: it makes -1 of 0 and -2 of 1. What is left of "
        "1 is asked for.",
    )
    mean_of_each_class = mistake(
        lambda y, p: _class_means(y, p, np.mean),
        lambda y, p: _class_means(y, p, np.sum),
        lambda y, p: _class_means(y, p, np.sum) / 2,
        lambda y, p: np.mean(_losses_of(y, p)[y == 1]) + np.mean(_losses_of(y, p)[y == 0]),
        lambda y, p: (np.mean(_losses_of(y, p)[y == 1]) + np.mean(_losses_of(y, p)[y == 0])) / 2,
        says="The examples of each class are averaged by themselves. Here one mean goes over all "
        "examples, whatever their class.",
    )
    one_less = mistake(
        lambda y, p: binary_cross_entropy(y, p) * len(y) / max(len(y) - 1, 1),
        lambda y, p: binary_cross_entropy(y, p) * len(y) / (len(y) + 1),
        says="It divides by one more, or one less, than there are examples.",
    )

    hints = (
        "Where y is 1 only y * log(y_hat) counts, where y is 0 only the other half: both at once,"
        " no `if`.",
        "np.clip(y_hat, low, high) moves what is below low up to low and what is above high down "
        "to high.",
        "Clip to eps and 1 - eps with a tiny eps, put the result into the formula with np.log, "
        "take np.mean, change the sign.",
    )
    insight = "Clipping hides how wrong a hopeless output is; from the logit nothing is lost."
    explanation = "Clip to just inside 0 and 1, add both halves of the formula, take the mean."
