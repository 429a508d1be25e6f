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


RIGHT = [
    stop_in_a_loop,
    stop_by_index,
    lambda L, patience: len(L) > 0 and (len(L) - 1 - np.argmin(L)) >= patience,
    lambda L, patience: len(L) > patience and min(L[-patience:]) >= min(L[:-patience]),
    lambda L, patience: (
        len(L) > patience and all(loss >= min(L[:-patience]) for loss in L[-patience:])
    ),
    lambda L, patience: int(bool(L) and np.array(L).argmin() < len(L) - patience),
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
    (lambda L, p: False, "wrong-answer"),
]
