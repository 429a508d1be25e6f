"""When to stop."""

import math

import numpy as np

from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.training import should_stop


def _ago(validation_losses):
    """Count the epochs since the first lowest loss."""
    return len(validation_losses) - 1 - int(np.argmin(validation_losses))


def _falling_by(least):
    """Count a loss as lower where it has fallen by something."""

    def stop(losses, patience):
        best, worse = math.inf, 0
        for loss in losses:
            if loss < best - least:
                best, worse = loss, 0
            else:
                worse += 1
        return worse >= patience

    return stop


def _unless_empty(function):
    return lambda losses, patience: len(losses) > 0 and function(losses, patience)


class ShouldStop(Exercise):
    reference = should_stop
    probes = [
        Probe("patience at its end", ([0.9, 0.5, 0.6, 0.7], 2)),
        Probe("one epoch to go", ([0.9, 0.5, 0.6, 0.7], 3)),
        Probe("falling", ([2.3, 1.9, 1.7, 1.6, 1.5], 2)),
        Probe("a new best at last", ([0.9, 0.95, 0.8, 0.85, 0.82, 0.7], 3)),
        Probe("better, but not the best", ([0.9, 0.4, 0.7, 0.6, 0.5], 3)),
        Probe("worse than before, soon after the best", ([0.6, 0.4, 0.65], 2)),
        Probe("as good as the best", ([0.9, 0.5, 0.6, 0.5], 2)),
        Probe("level", ([0.5, 0.5, 0.5], 2)),
        Probe("worse, as good, worse", ([0.5, 0.6, 0.5, 0.6], 2)),
        Probe("long after the best", ([0.9, 0.3, 0.5, 0.6, 0.5, 0.6, 0.4], 2)),
        Probe("longer after it, and level", ([0.9, 0.3, 0.6, 0.6, 0.6, 0.6], 3)),
        Probe("rising from the start", ([1.4, 1.5, 1.6, 1.7], 3)),
        Probe("one bad epoch", ([0.8, 0.6, 0.7, 0.5, 0.55], 2)),
        Probe("patience 1", ([0.6, 0.5, 0.55], 1)),
        Probe("the first epoch", ([0.7], 1)),
        Probe("a new best, later than it had to be", ([0.9, 0.95, 0.96, 0.97, 0.5], 2)),
        Probe("falling slowly", ([0.0005, 0.00049, 0.00048, 0.00047], 2)),
        Probe("first good, then best, then bad", ([0.4, 0.9, 0.2, 0.8, 0.9], 3)),
        Probe("worse than the first, which was not the best", ([0.5, 0.3, 0.6, 0.7, 0.8], 3)),
        Probe("better than the first, long after the best", ([0.9, 0.3, 0.5, 0.6, 0.7], 3)),
        Probe("better than the first, worse than the best", ([0.6, 0.55, 0.1, 0.5, 0.52], 2)),
        Probe("level, then worse", ([0.5, 0.5, 0.6], 2)),
        Probe("the highest soon after the best", ([0.5, 0.3, 0.7, 0.6], 2)),
        Probe("extreme: no epoch yet", ([], 2), extreme=True),
    ]

    @mistake
    def none_for_false(L, patience):
        """Where it should go on it returns nothing: say False there."""
        return should_stop(L, patience) or None

    a_number = mistake(
        _unless_empty(lambda L, patience: _ago(L)),
        _unless_empty(lambda L, patience: int(np.argmin(L))),
        lambda L, patience: _ago(L),
        lambda L, patience: int(np.argmin(L)),
        says="It returns a number of epochs, or an epoch's place; expected True or False.",
    )

    always = mistake(lambda L, patience: True, says="It always says True: it would stop at once.")
    never = mistake(
        lambda L, patience: False,
        says="It said True for none of these. Does it return from inside the loop, after the first "
        "epoch, or compare a loss with a number of epochs?",
    )

    @mistake.also(_unless_empty(lambda L, patience: not should_stop(L, patience)))
    def inverted(L, patience):
        """True and False have changed places: True means stop."""
        return not should_stop(L, patience)

    too_patient = mistake(
        _unless_empty(lambda L, patience: _ago(L) > patience),
        says="It waits an epoch too long: after `patience` epochs without a lower loss, stop.",
    )
    looks_late = mistake(
        *(
            lambda L, patience, more=more: len(L) > patience + more and should_stop(L, patience)
            for more in (1, 2)
        ),
        lambda L, patience: len(L) >= 2 * patience and should_stop(L, patience),
        lambda L, patience: len(L) > 2 * patience and should_stop(L, patience),
        says="With few losses it goes on without a look at them. One epoch and `patience` worse "
        "ones after it are enough to stop.",
    )
    too_impatient = mistake(
        _unless_empty(lambda L, patience: _ago(L) + 1 >= patience),
        lambda L, patience: len(L) >= patience and _ago(L) + 1 >= patience,
        says="It stops an epoch too early. The epoch of the lowest loss is not one of those that "
        "are waited for.",
    )
    place_of_best = mistake(
        _unless_empty(lambda L, patience: int(np.argmin(L)) >= patience),
        lambda L, patience: int(np.argmin(L)) >= patience,
        says="It compares the place of the best epoch with `patience`. Count the epochs after it.",
    )
    standing_still = mistake(
        *(
            lambda L, patience, e=e: len(L) > patience and abs(L[-1] - L[-patience - 1]) < e
            for e in (1e-3, 1e-4, 0.01)
        ),
        says="It waits for the loss to stand still. A loss that rises is no better either.",
    )
    progress_too_small = mistake(
        *map(_falling_by, (0.01, 1e-3, 1e-4, 0.05, 0.1)),
        says="A loss counts as lower only where it has fallen by a margin. However little it "
        "falls, lower is lower.",
    )

    @mistake.also(
        lambda L, patience: any(should_stop(L[: k + 1], patience) for k in range(len(L))),
        lambda L, patience: (
            should_stop(L, patience)
            or any(should_stop(L[: k + 1], patience + 1) for k in range(len(L)))
        ),
    )
    def stays_stopped(losses, patience):
        """It says True as soon as it once was time, though a lower loss came later. All losses are
        to be judged together: does it return from inside the loop?"""
        best, worse = math.inf, 0
        for loss in losses:
            worse = worse + 1 if loss > best else 0
            best = min(best, loss)
            if worse >= patience:
                return True
        return False

    first_counted = mistake(
        *(
            lambda L, patience, empty=empty: (
                _ago(L) + (int(np.argmin(L)) == 0) >= patience if len(L) else empty(L)
            )
            for empty in (bool, min)
        ),
        says="Where the first loss is the lowest, its epoch counts as one without progress: it is "
        "compared with itself. Start from infinity, or with the second loss.",
    )
    with_the_first = mistake(
        lambda L, patience: len(L) > patience and all(a > L[0] for a in L[-patience:]),
        lambda L, patience: len(L) > patience and all(a >= L[0] for a in L[-patience:]),
        lambda L, patience: len(L) > patience and L[-1] > L[0],
        says="It compares with the first epoch. The best so far may be a later one.",
    )
    worst_of_last = mistake(
        lambda L, patience: len(L) > patience and max(L[-patience:]) >= min(L[:-patience]),
        lambda L, patience: len(L) > patience and max(L[-patience:]) > min(L[:-patience]),
        says="It asks whether one of the last epochs is worse than the best. It is time to stop "
        "when none of them is better.",
    )
    to_the_highest = mistake(
        _unless_empty(lambda L, patience: int(np.argmax(L)) - int(np.argmin(L)) >= patience),
        _unless_empty(lambda L, patience: abs(int(np.argmax(L)) - int(np.argmin(L))) >= patience),
        says="It counts the epochs between the lowest loss and the highest. Count from the lowest "
        "to the last.",
    )
    counts_those_before = mistake(
        *(
            _unless_empty(
                lambda L, patience, more=more: sum(a > min(L) for a in L) >= patience + more
            )
            for more in (0, 1)
        ),
        says="It counts the epochs that were worse than the best wherever they stand, those before "
        "it as well. Count the epochs after it.",
    )
    mean_of_last = mistake(
        lambda L, patience: len(L) > patience and np.mean(L[-patience:]) > min(L),
        lambda L, patience: len(L) > patience and np.mean(L[-patience:]) > np.mean(L[:-patience]),
        lambda L, patience: len(L) > patience and np.mean(L[-patience:]) >= np.mean(L[:-patience]),
        lambda L, patience: len(L) > patience and np.mean(L[-patience:]) > min(L[:-patience]),
        says="It makes one number of the last epochs, such as their mean; each of them is to be "
        "compared with the best.",
    )
    exactly = mistake(
        _unless_empty(lambda L, patience: _ago(L) == patience),
        says="It says True in a single epoch only. Asked later, it should still say so.",
    )
    highest = mistake(
        _unless_empty(lambda L, patience: len(L) - 1 - int(np.argmax(L)) >= patience),
        _unless_empty(lambda L, patience: int(np.argmax(L)) >= patience),
        says="It looks for the highest loss; a loss is good where it is low.",
    )
    patience_ignored = mistake(
        _unless_empty(lambda L, patience: L[-1] > min(L)),
        _unless_empty(lambda L, patience: _ago(L) > 0),
        lambda L, patience: len(L) > 1 and L[-1] > L[-2],
        lambda L, patience: len(L) > 1 and L[-1] >= L[-2],
        says="It stops as soon as one epoch is no better. Losses go up and down: have patience.",
    )

    @mistake.also(
        lambda L, patience: (
            len(L) > patience
            and all(a < b for a, b in zip(L[-patience - 1 :], L[-patience:], strict=False))
        )
    )
    def compares_with_the_epoch_before(losses, patience):
        """It compares each epoch with the one before. A loss may fall again for a while and stay
        far above the best: compare with that."""
        worse = 0
        for before, after in zip(losses, losses[1:], strict=False):
            worse = worse + 1 if after >= before else 0
        return worse >= patience

    @mistake.also(lambda L, patience: len(L) > patience and L[-1] > L[-1 - patience])
    def two_epochs_only(L, patience):
        """It compares the last epoch with a single earlier one. The best may be elsewhere."""
        return len(L) > patience and L[-1] >= L[-1 - patience]

    @mistake.also(
        lambda L, patience: sum(b >= a for a, b in zip(L, L[1:], strict=False)) >= patience,
        lambda L, patience: sum(b > a for a, b in zip(L, L[1:], strict=False)) >= patience,
    )
    def counts_all(losses, patience):
        """It counts every epoch that was no better; a new best should start the count again."""
        best, worse = math.inf, 0
        for loss in losses:
            if loss < best:
                best = loss
            else:
                worse += 1
        return worse >= patience

    @mistake.also(lambda L, patience: len(L) > patience)
    def epochs_in_all(L, patience):
        """It stops after so many epochs in all, however good the last."""
        return len(L) >= patience

    @mistake.also(
        lambda L, patience: len(L) > patience and min(L[-patience:]) > min(L[-patience - 1 :])
    )
    def recent_only(L, patience):
        """It looks at the last few epochs only and forgets the best where it lies further back."""
        return len(L) > patience and _ago(L[-patience - 1 :]) >= patience

    @mistake
    def ties_not_counted(losses, patience):
        """An epoch as good as the best is not counted. It is not lower, so it counts as one without
        progress."""
        best, worse = math.inf, 0
        for loss in losses:
            if loss < best:
                best, worse = loss, 0
            elif loss > best:
                worse += 1
        return worse >= patience

    ties = mistake(
        _unless_empty(lambda L, patience: int(np.argmin(L[::-1])) >= patience),
        says="An epoch as good as the best starts the count again. It is not lower, so keep on "
        "counting.",
    )

    @mistake
    def stops_before_the_start(L, patience):
        """It stops before the first epoch. Where there is no loss yet, go on."""
        return not len(L) or should_stop(L, patience)

    @mistake
    def empty(L, patience):
        """Right, but for an empty list, which has no lowest loss: before the first epoch go on."""
        return _ago(L) >= patience

    @mistake
    def changes_its_input(losses, patience):
        """It changes the list, which it should only read: the order of the epochs would be lost."""
        stop = should_stop(losses, patience)
        losses.sort()
        return stop

    hints = (
        "In which epoch was the loss lowest, and how many have come after it?",
        "np.argmin gives the place of the lowest loss, the first of equals; the last epoch's "
        "place is one less than their number.",
        "Stop where the number of epochs since then is at least `patience`. Treat the empty list "
        "first.",
    )
    insight = "Stopping is half of it: go back to the weights of the best epoch, not the last."
    explanation = "The epochs after the lowest loss are counted; before the first there is none."
