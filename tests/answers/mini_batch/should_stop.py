"""What students write for `should_stop`: right in other forms, and wrong in their own."""

import math

import numpy as np


def stop_in_a_loop(validation_losses, patience):
    best, since = math.inf, 0
    for loss in validation_losses:
        since += 1
        if loss < best:
            best, since = loss, 0
    return best < math.inf and since >= patience


def stop_by_index(validation_losses, patience):
    if validation_losses:
        best = validation_losses.index(min(validation_losses))
        return len(validation_losses) - best > patience
    return False


def stop_without_else(validation_losses, patience):
    if len(validation_losses) > patience:
        if min(validation_losses[-patience:]) >= min(validation_losses[:-patience]):
            return True


def stop_counts_rises(validation_losses, patience):
    count = 0
    for k in range(1, len(validation_losses)):
        if validation_losses[k] > validation_losses[k - 1]:
            count += 1
    return count >= patience


def stop_counts_rises_in_a_row(validation_losses, patience):
    count = 0
    for k in range(1, len(validation_losses)):
        if validation_losses[k] >= validation_losses[k - 1]:
            count += 1
        else:
            count = 0
    return count >= patience


def stop_never_resets(validation_losses, patience):
    best, count = float("inf"), 0
    for loss in validation_losses:
        if loss < best:
            best = loss
        else:
            count += 1
            if count >= patience:
                return True
    return False


def stop_at_ties_again(validation_losses, patience):
    best, since = float("inf"), 0
    for loss in validation_losses:
        if loss <= best:
            best, since = loss, 0
        else:
            since += 1
    return since >= patience and len(validation_losses) > 0


def stop_overlooks_ties(validation_losses, patience):
    best, waited = float("inf"), 0
    for loss in validation_losses:
        if loss > best:
            waited += 1
        elif loss < best:
            best = loss
            waited = 0
    return waited >= patience


def stop_sorts(validation_losses, patience):
    last = list(validation_losses)
    validation_losses.sort()
    return bool(last) and len(last) - 1 - last.index(validation_losses[0]) >= patience


class Patience:
    def __call__(self, losses, patience):
        waited, best = 0, None
        for loss in losses:
            if best is None or loss < best:
                waited, best = 0, loss
            else:
                waited += 1
        return best is not None and waited >= patience


def stop_by_recursion(losses, patience):
    if len(losses) <= patience:
        return False
    return (
        min(losses) < min(losses[-patience:]) or losses.index(min(losses)) < len(losses) - patience
    )


def stop_by_minima(losses, patience):
    lowest = np.minimum.accumulate(losses) if len(losses) else np.array([])
    return bool(len(lowest) > patience and lowest[-1] == lowest[-1 - patience])


def stops_and_forgets(losses, patience):
    best, waited = losses[0] if losses else 0, 0
    for loss in losses:
        if loss < best:
            best = loss
        waited = waited + 1 if loss >= best else 0
    return waited >= patience


def returns_in_loop(losses, patience):
    best, waited = float("inf"), 0
    for loss in losses:
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
        return waited >= patience
    return False


def mean_of_last(losses, patience):
    return len(losses) > patience and np.mean(losses[-patience:]) > min(losses)


def strings(losses, patience):
    return "stop" if stop_in_a_loop(losses, patience) else "go on"


def pops(losses, patience):
    if not losses:
        return False
    best = min(losses)
    waited = 0
    while losses.pop() != best:
        waited += 1
    return waited >= patience


def right_early(losses, patience):
    best, wait = float("inf"), 0
    for loss in losses:
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
    return wait >= patience


def wrote_compares_with_the_epoch_before(losses, patience):
    return len(losses) > patience and all(
        losses[-i] > losses[-i - 1] for i in range(1, patience + 1)
    )


def wrote_highest(losses, patience):
    return bool(len(losses) - 1 - np.argmax(losses) >= patience)


def wrote_none_for_false(losses, patience):
    if len(losses) - np.argmin(losses) - 1 >= patience:
        return True


def place_of_the_highest(validation_losses, patience):
    if len(validation_losses) == 0:
        return False
    best_epoch = validation_losses.index(max(validation_losses))
    return best_epoch >= patience


RIGHT = [
    stop_in_a_loop,
    stop_by_index,
    lambda L, patience: len(L) > 0 and (len(L) - 1 - np.argmin(L)) >= patience,
    lambda L, patience: len(L) > patience and min(L[-patience:]) >= min(L[:-patience]),
    lambda L, patience: (
        len(L) > patience and all(loss >= min(L[:-patience]) for loss in L[-patience:])
    ),
    lambda L, patience: int(bool(L) and np.array(L).argmin() < len(L) - patience),
    Patience(),
    stop_by_recursion,
    stop_by_minima,
    lambda losses, patience: (
        bool(losses) and losses[::-1].index(min(losses)) >= patience
        if len(set(losses)) == len(losses)
        else stop_in_a_loop(losses, patience)
    ),
    lambda losses, patience: (
        not all(
            min(losses[k:], default=math.inf) < min(losses[:k], default=math.inf)
            for k in [len(losses) - patience]
            if k > 0
        )
    ),
    right_early,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda L, p: bool(L) and len(L) - 1 - L.index(min(L)) > p, "too-patient"),
    (lambda L, p: len(L) - 1 - L.index(min(L)) > p, "too-patient"),
    (lambda L, p: len(L) - np.argmin(L) >= p, "too-impatient"),
    (lambda L, p: len(L) > 0 and len(L) - np.argmin(L) >= p, "too-impatient"),
    (lambda L, p: len(L) - 1 - np.argmin(L) >= p, "empty"),
    (lambda L, p: len(L) - 1 - L.index(min(L)) == p, "exactly"),
    (lambda L, p: bool(L) and len(L) - 1 - np.argmax(L) >= p, "highest"),
    (lambda L, p: len(L) - 1 - np.argmax(L) >= p, "highest"),
    (lambda L, p: L[-1] > min(L), "patience-ignored"),
    (lambda L, p: len(L) > 1 and L[-1] > L[-2], "patience-ignored"),
    (stop_counts_rises, "counts-all"),
    (stop_counts_rises_in_a_row, "compares-with-the-epoch-before"),
    (stop_never_resets, "counts-all"),
    (stop_at_ties_again, "ties"),
    (stop_overlooks_ties, "ties-not-counted"),
    (lambda L, p: (stop_in_a_loop(L, p), len(L)), "wrong-type"),
    (lambda L, p: len(L) > p and min(L[-p:]) > min(L[:-p]), "ties"),
    (lambda L, p: len(L) > p and L[-1] > L[-1 - p], "two-epochs-only"),
    (lambda L, p: len(L) >= p, "epochs-in-all"),
    (stop_without_else, "none-for-false"),
    (lambda L, p: int(np.argmin(L)) if L else 0, "a-number"),
    (lambda L, p: not L or stop_in_a_loop(L, p), "stops-before-the-start"),
    (lambda L, p: not stop_in_a_loop(L, p), "inverted"),
    (stop_sorts, "changes-its-input"),
    (lambda L, p: False, "never"),
    (stops_and_forgets, "epochs-in-all"),
    (returns_in_loop, "never"),
    (mean_of_last, "mean-of-last"),
    (strings, "wrong-type"),
    (pops, "ties"),
    (lambda L, p: len(L) > p and all(loss > L[-p - 1] for loss in L[-p:]), "recent-only"),
    (lambda L, p: len(L) > p and all(loss >= L[-p - 1] for loss in L[-p:]), "recent-only"),
    (lambda L, p: len(L) > p and min(L) not in L[-p:], "ties"),
    (lambda L, p: len(L) > p and L[-1] > min(L), "patience-ignored"),
    (lambda L, p: len(L) > 1 and L[-1] - L[-2] > p, "never"),
    (lambda L, p: len(L) > p and abs(L[-1] - L[-p - 1]) < 1e-3, "standing-still"),
    (lambda L, p: len(L) > 0 and len(L) - 1 - np.argmin(L) >= p - 1, "too-impatient"),
    (lambda L, p: len(L) > 0 and len(L) - np.argmin(L) > p + 1, "too-patient"),
    (lambda L, p: len(L) > 0 and np.argmin(L) >= p, "place-of-best"),
    (lambda L, p: True, "always"),
    (wrote_compares_with_the_epoch_before, "compares-with-the-epoch-before"),
    (wrote_highest, "highest"),
    (wrote_none_for_false, "none-for-false"),
    (place_of_the_highest, "highest"),
]


def seen_patience_in_terms(losses, patience):
    return len(losses) > 1 and losses[-1] - min(losses) >= patience


def seen_min_of_the(losses, patience):
    if len(losses) <= patience:
        return False
    return np.mean(losses[-patience:]) > np.mean(losses[:-patience])


def seen_returns_when_any(losses, patience):
    best, wait = float("inf"), 0
    for loss in losses:
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
            if wait >= patience:
                return True
    return False


def seen_min_delta(losses, patience):
    best, wait = float("inf"), 0
    for loss in losses:
        if loss < best - 0.01:
            best, wait = loss, 0
        else:
            wait += 1
    return wait >= patience


WRONG += [
    (seen_patience_in_terms, "never"),
    (seen_min_of_the, "mean-of-last"),
    (seen_returns_when_any, "stays-stopped"),
    (seen_min_delta, "progress-too-small"),
]


def looks_an_epoch_late(validation_losses, patience):
    if len(validation_losses) <= patience + 1:
        return False
    return bool(len(validation_losses) - 1 - np.argmin(validation_losses) >= patience)


WRONG += [(looks_an_epoch_late, "looks-late")]


def counts_those_worse_than_the_best(losses, patience):
    if not losses:
        return False
    best = min(losses)
    return sum(loss > best for loss in losses) >= patience


def counts_them_in_a_loop(validation_losses, patience):
    count = 0
    for loss in validation_losses:
        if loss > min(validation_losses):
            count += 1
    return count >= patience


def counts_all_but_one(losses, patience):
    return len(losses) > 0 and sum(loss >= min(losses) for loss in losses) - 1 >= patience


def counts_all_with_the_best(losses, patience):
    return len(losses) > 0 and len([v for v in losses if v > min(losses)]) > patience


def from_the_lowest_to_the_highest(L, patience):
    return bool(L) and L.index(max(L)) - L.index(min(L)) >= patience


def from_the_lowest_to_the_highest_by_numpy(L, patience):
    if len(L) == 0:
        return False
    return bool(np.argmax(L) - np.argmin(L) >= patience)


WRONG += [
    (counts_those_worse_than_the_best, "counts-those-before"),
    (counts_them_in_a_loop, "counts-those-before"),
    (counts_all_but_one, "epochs-in-all"),
    (counts_all_with_the_best, "counts-those-before"),
    (from_the_lowest_to_the_highest, "to-the-highest"),
    (from_the_lowest_to_the_highest_by_numpy, "to-the-highest"),
    (
        lambda L, patience: bool(L) and abs(L.index(max(L)) - L.index(min(L))) >= patience,
        "to-the-highest",
    ),
]


def leaves_the_loop_when_it_is_late(losses, patience):
    best, waited = math.inf, 0
    for loss in losses:
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
        if waited > patience:
            break
    return waited >= patience


def compares_the_first_with_itself(losses, patience):
    best, waited = losses[0], 0
    for loss in losses:
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
    return waited >= patience


def compares_the_first_with_itself_if_there_is_one(losses, patience):
    return len(losses) > 0 and compares_the_first_with_itself(losses, patience)


def starts_again_at_ties_and_waits_too_long(losses, patience):
    best, waited = math.inf, 0
    for loss in losses:
        if loss <= best:
            best, waited = loss, 0
        else:
            waited += 1
    return waited > patience


def longer_than_from_the_best(losses, patience):
    try:
        return len(losses) - losses.index(min(losses)) > patience
    except ValueError:
        return False


RIGHT += [longer_than_from_the_best]
WRONG += [
    (leaves_the_loop_when_it_is_late, "stays-stopped"),
    (compares_the_first_with_itself, "first-counted"),
    (compares_the_first_with_itself_if_there_is_one, "first-counted"),
    (starts_again_at_ties_and_waits_too_long, "wrong-answer"),
]
