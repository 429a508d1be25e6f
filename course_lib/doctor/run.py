"""Findings about the training: rate, length, batches, and what came of it.

Each function takes a chart and returns None, or what is wrong, the numbers that show it and what to
try. Its name is the finding's slug; its docstring states the test, the threshold and the source.
Where curves leave a doubt, a trial on a copy decides: some steps at another rate, or some more.
"""

import numpy as np

from course_lib.doctor.build import scales
from course_lib.doctor.chart import FACTORS


def batches_all_alike(chart):
    """Batches that come in the same order, leave examples out, or repeat some in an epoch.

    From a history of `train`: the first batches of three looks or more, or of two with 20 examples
    or more, have the same targets; where `train` was given `batches` of your own, their rows are
    counted too. From a `Log`, which marks every example: an epoch's order is the last one's; it has
    fewer examples than there are; or more than 5 % came twice. Source: Bottou (2012), "Stochastic
    gradient descent tricks", section 4.2.
    """
    return chart.batch_facts


def penalty_too_strong(chart):
    r"""An L2 penalty that holds the weights down so that nothing can be learned.

    The network does badly, or gets on much better without penalty in a short trial on a copy (a
    fifth lower, from more than half of the constant answer's loss, or half, from more than a third,
    or by three tenths from more than a fifth, where the strength is known and above 0.01); and the
    loss's gradient is held in balance by the penalty: for the matrices together, the cosine between
    -dW and W is above 0.5, with a strength :math:`-\langle dW, W \rangle / \langle W, W \rangle`
    above 1e-3 (in a `Log`, which knows of no penalty, a matrix has shrunk to less than half, too);
    or the history's own strength is above 1e-3 and a matrix has shrunk to less than half; or in a
    `Log` to less than a tenth, as no loss by itself makes it, but of a single layer, which the
    trial must free. Source: at a minimum of :math:`L + \frac{\lambda}{2} \|W\|^2`, :math:`dW =
    -\lambda W`.
    """
    if chart.broken or not chart.trained:
        return None
    known, logged = getattr(chart.history, "l2", 0.0) or 0.0, hasattr(chart.history, "seen")
    mild = (1 / 5, 0.7) if known > 0.01 else (1 / 3, 0.5)
    freed = chart.can_go_on and any(
        chart.now > share * chart.constant and chart.onward < left * chart.now
        for share, left in ((1 / 2, 0.8), mild)
    )
    if not chart.poor and not freed:
        return None
    # A single layer may shrink because its best weights are small: then freedom changes nothing.
    if (
        logged
        and len(chart.dense) == 1
        and not (chart.can_go_on and chart.onward < 0.95 * chart.now)
    ):
        return None
    gradient, weights = chart.pull
    size = float(weights @ weights)
    if not size:
        return None
    strength = -float(gradient @ weights) / size
    length = float(np.linalg.norm(gradient)) * np.sqrt(size)
    cosine = strength * size / length if length else 0.0
    first, now = scales(chart)
    shrunk = min(n / f for n, f in zip(now, first, strict=True)) if first and min(first) else 1.0
    may = known or chart.history is None or (logged and shrunk < 0.5)
    held = cosine > 0.5 and strength > 1e-3 and may
    if not held and not (known > 1e-3 and shrunk < 0.5) and not (logged and shrunk < 0.1):
        return None
    return (
        "The penalty on large weights is too strong: it holds them down against the loss.",
        {"strength": known or strength, "weights now over first": shrunk, "cosine": cosine},
        "Take a hundredth of the strength, and choose it by the validation loss.",
    )


def diverged(chart):
    """A training that blew up: NaN or infinite weights or outputs, or a loss out of all bounds.

    Threshold: the history says so, a loss in it is not finite, or the last or present loss is more
    than 10 times the largest of the first loss, the constant answer's and 1. Source: arithmetic;
    `train` itself stops at 1,000 times.
    """
    losses = chart.history.loss if chart.history else []
    wild = not np.isfinite(losses).all() or chart.broken
    if chart.stopped.startswith("Training diverged") or wild:
        value = losses[-1] if losses else np.inf
    else:
        value = chart.now if chart.trained or chart.looks else 0.0
        value = max([value, *losses[-1:]])
        first = chart.looks[0]["loss"] if chart.looks else (losses or [1.0])[0]
        if np.isfinite(value) and value <= 10 * max(first, chart.constant, 1.0):
            return None
    return (
        "Training has diverged.",
        {"last loss": float(value), "epochs": len(losses)},
        "These weights are lost: make the network anew. Scale the inputs, then try a tenth of the "
        "rate.",
    )


def rate_too_high(chart):
    """A learning rate at which steps overshoot.

    Gate: the training went badly, diverged, its loss ends a third above its lowest, or some epoch
    cost twice the first loss and twice the constant answer's. Test: from fresh weights, a short
    trial at a tenth of the rate, or less, gets to less than 0.7 of the loss that the trial at the
    rate itself gets to. Or, whatever a trial tells: in three epochs or more, and one in ten, the
    loss leapt up by a fifth of the constant answer's. Source: Smith (2017), the range test; LeCun,
    Simard and Pearlmutter (1993); AUTOTRAINER's oscillating loss (Zhang et al. 2021).
    """
    epochs = len(chart.history.loss) if chart.history else 0
    if not chart.broken and chart.leaps >= max(3, epochs / 10):
        return (
            "The learning rate is too high: the loss leaps up, again and again.",
            {"rate": chart.rate or np.nan, "epochs in which it leapt": chart.leaps, "of": epochs},
            "Make the network anew and try a tenth of the rate; range_test draws the picture.",
        )
    if not (chart.went_wrong or chart.wavers or chart.overshot):
        return None
    rates = chart.rates
    if not rates:
        return None
    here = rates[1]
    best = min((f for f in rates if f <= 0.1), key=rates.get)
    lower = max(rates[best], 1e-12)
    if not (lower < 0.7 * here and lower < 0.95 * chart.constant):
        return None
    return (
        "The learning rate is too high: steps overshoot.",
        {"rate": chart.rate, "loss of a trial at it": here, f"at {best * chart.rate:.2g}": lower},
        f"Make the network anew and try {best * chart.rate:.2g}; range_test draws the picture.",
    )


def rate_too_low(chart):
    """A learning rate at which a run of this length gets nowhere.

    Gate: the training went badly, or costs more than half of the constant answer's loss, and did
    not diverge. Test: at no look was any matrix, but those of zeros, changed by a ten-thousandth of
    its size (of 0.1 at the least, see `scales`). Or, in a training that went badly, and where half
    of the looks saw no matrix changed by more than a thousandth: in short trials from fresh weights
    the best rate is at least 30 times the one used in a run of more than 200 steps; or 100 times,
    and the trial at the rate itself gets no further than one at a thousandth of it. That best trial
    reaches less than 0.7 of its loss, and less than the whole run did. Source: Smith (2017), the
    range test; updates of a thousandth of the weights are usual (Karpathy 2015).
    """
    if chart.history is None or chart.broken:
        return None
    updates = [_largest_update(look, chart) for look in chart.looks]
    if updates and 0 < max(updates) < 1e-4 and (chart.poor or chart.now > chart.constant / 2):
        return (
            "The learning rate is too low: the weights hardly move.",
            {"rate": chart.rate or np.nan, "largest update over weights": max(updates)},
            "Try ten times the rate, then ten times that, until updates are about a thousandth.",
        )
    if not chart.went_wrong or not chart.rates or (updates and np.median(updates) > 1e-3):
        return None
    rates = chart.rates
    best = min(rates, key=rates.get)
    idle = rates[1] > 0.95 * rates[FACTORS[0]]  # no further than at a thousandth of the rate
    if not (best >= 100 and idle) and not (best >= 30 and chart.steps > 200):
        return None
    if not rates[best] < 0.7 * rates[1]:
        return None
    if not rates[best] < 0.9 * chart.now:
        return None
    return (
        "The learning rate is too low: the weights hardly move.",
        {
            "rate": chart.rate,
            "loss of a trial at it": rates[1],
            f"at {best * chart.rate:.2g}": rates[best],
            "update over weights": float(np.median(updates)) if updates else 0.0,
        },
        f"Try {10 * chart.rate:.2g}, then ten times that, until the loss falls within an epoch.",
    )


def _largest_update(look, chart):
    """Return a step's largest update over its weights, or over weights of size 0.1 if smaller."""
    least = [0.1 * np.sqrt(W.shape[1]) for _, W in chart.dense]
    moves = zip(look["updates"], look["weights"], least, strict=False)
    return max((u * w / max(w, small) for u, w, small in moves), default=0.0)


def stopped_too_early(chart):
    """A training that ended while its loss was still falling.

    Gate: the training went badly, and its loss fell by a hundredth or more in the last fifth of ten
    epochs or more. Test: going on from where it ended, for a short trial on a copy, lowers the loss
    of the sample by a tenth or more; where no optimiser is given, the loss itself fell by a tenth
    in the last fifth. Or the trial halves the loss, after a run no longer than itself or one that
    costs more than a quarter of the constant answer's loss with three points fewer right than by
    the nearest neighbour. Source: Prechelt (1998), "Early stopping, but when?"; DeepFD counts too
    few epochs among its five faults.
    """
    if chart.history is None or chart.broken:
        return None
    losses, fell = chart.history.loss, chart.fell_lately
    halves = chart.can_go_on and chart.onward < chart.now / 2
    if chart.went_wrong:
        early = chart.still_falls and not (len(losses) >= 10 and fell > 0.99)
        early |= halves and chart.steps <= chart.trial_steps
    else:
        early = halves and chart.now > chart.constant / 4 and chart.behind > 0.03
    if not early:
        return None
    evidence = {"loss now": chart.now, "epochs": len(losses)}
    if chart.can_go_on:
        evidence["after some more steps on a copy"] = chart.onward
    else:
        evidence["over that of a fifth of the epochs before"] = fell
    return (
        "Training stopped while the loss was still falling.",
        evidence,
        "Train for more epochs, or wait longer before stopping early.",
    )


def under_fitting(chart):
    """A network that has stopped improving on its own training examples and still does badly.

    Gate: it is right on ten points fewer than the nearest neighbour, or costs more than a third of
    the constant answer on numbers. Test: going on for a short trial on a copy lowers the loss by
    less than a tenth; where no optimiser is given, so does the last fifth of the epochs. Source:
    Goodfellow, Bengio and Courville (2016), section 5.2; nearest neighbours, Cover and Hart (1967).
    """
    if chart.broken or not chart.trained or not chart.poor or chart.now > 1.05 * chart.constant:
        return None
    if chart.still_falls:
        return None
    evidence = {"loss now": chart.now, "constant answer": chart.constant}
    if chart.right is not None:
        evidence |= {"right": chart.right, "nearest neighbour": chart.reachable}
    return (
        "The network is too simple for its own training examples, or held too tight.",
        evidence,
        "More hidden units, or a hidden layer at all; a weaker penalty; a better start.",
    )


def over_fitting(chart):
    """A network that gets better on its training examples while it gets worse on others.

    Threshold, where the validation loss had its lowest in the first three quarters: in the last
    tenth of the epochs, two at least, it is 25 % above its lowest, and by two standard errors of
    its mean over the validation examples, or one and a tenth of the constant answer's loss, 25 %
    above the training loss, which fell by a fifth, with five points fewer right, three where it is
    40 % above its lowest, two where it has doubled; or it is 15 % above its lowest, as surely, one
    and a half times the training loss, which fell as much, with ten points fewer right. Where
    targets are numbers, it rose by that tenth in place of the points. The curve is passed over
    where early stopping has brought back the weights of the best epoch. Or, whatever the curve:
    right on 20 points fewer of the validation examples than of the training examples, at ten times
    the loss. Points of ten or more are also three standard errors of that share. Source: Prechelt
    (1998), generalisation loss; Goodfellow, Bengio and Courville (2016), section 5.2.
    """
    if not chart.validation or chart.broken:
        return None
    train = chart.now
    loss, right = chart.judged
    curve = list(getattr(chart.history, "validation_loss", ()))
    chance = 3 * np.sqrt(right * (1 - right) / len(chart.validation[1])) if right else 0.0
    advice = "Stop early (patience), more data or augmentation, a penalty, fewer units."
    if len(curve) >= 4 and not chart.brought_back:
        best, end = int(np.argmin(curve)), float(np.mean(curve[-max(2, len(curve) // 10) :]))
        up, fewer, gap = end - curve[best], 0.0, 0.1
        if right is not None and chart.right is not None:
            fewer, gap = chart.right - right, max(gap, chance)
        elif up > 0.1 * chart.constant:
            fewer = 1.0
        sure = up > 2 * chart.doubt or up > max(chart.doubt, 0.1 * chart.constant)
        rise = end / max(curve[best], 1e-12)
        much = rise > 1.25 and sure and loss > 1.25 * train
        fell = chart.history.loss[-1] / chart.history.loss[best]
        much &= fewer > (0.02 if rise > 2 else 0.03 if rise > 1.4 else 0.05) and fell < 0.8
        far = rise > 1.15 and sure and loss > 1.5 * train and fewer > gap and fell < 0.8
        if best < 0.75 * len(curve) and (much or far):
            return (
                "The network over-fits: validation gets worse while training gets better.",
                {
                    "lowest validation loss": curve[best],
                    "in epoch": best + 1,
                    "at the end": end,
                    "training loss": train,
                },
                advice,
            )
    if right is None or chart.right is None:
        return None
    if chart.right - right > max(0.2, chance) and loss > 10 * train:
        return (
            "The network over-fits: it knows its training examples, and others much less.",
            {
                "right in training": chart.right,
                "in validation": right,
                "loss": train,
                "there": loss,
            },
            advice,
        )
    return None
