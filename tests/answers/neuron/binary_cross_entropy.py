"""What students write for `binary_cross_entropy`: right in other forms, and wrong in their own."""

import math

import numpy as np
from scipy.special import logit, rel_entr, xlog1py, xlogy
from sklearn.metrics import log_loss


def entropy_loop(y, y_hat):
    total = 0.0
    for t, p in zip(y, y_hat, strict=True):
        p = min(max(p, 1e-15), 1 - 1e-15)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return total / len(y)


def cut_in_place(y, y_hat):
    np.clip(y_hat, 1e-12, 1 - 1e-12, out=y_hat)
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def entropy_with_logits(y, p):
    z = logit(np.clip(p, 1e-15, 1 - 1e-15))
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


def entropy_by_class(targets, outputs, tiny=1e-10):
    ones, zeros = targets == 1, targets == 0
    total = np.log(outputs[ones] + tiny).sum() + np.log(1 - outputs[zeros] + tiny).sum()
    return -total / len(targets)


def entropy_as_dots(y, y_hat):
    p = np.clip(y_hat, 1e-9, 1 - 1e-9)
    return -(np.dot(y, np.log(p)) + np.dot(1 - y, np.log(1 - p))) / y.shape[0]


class Loss:
    eps = 1e-12

    def __call__(self, y, p):
        p = np.minimum(np.maximum(p, self.eps), 1 - self.eps)
        return np.average(-np.log(y * p + (1 - y) * (1 - p)))


def divides_after_the_first(y, p):
    loss = 0
    for i in range(len(y)):
        loss += -(y[i] * np.log(p[i]) + (1 - y[i]) * np.log(1 - p[i]))
        return loss / len(y)


def divides_in_the_loop(y, p):
    loss = 0
    for t, q in zip(y, p, strict=True):
        loss += -(t * np.log(q) + (1 - t) * np.log(1 - q))
        loss /= len(y)
    return loss


def overwrites(y, p):
    for t, q in zip(y, p, strict=True):
        loss = -(t * np.log(q) + (1 - t) * np.log(1 - q))
    return loss


def of_a_product(y, p):
    return -np.log(np.prod(np.where(y == 1, p, 1 - p)))


def wrong_half(y, p):
    return -np.mean(np.where(y == 0, np.log(p), np.log(1 - p)))


def clips_in_place(y, p):
    p[p > 1 - 1e-9] = 1 - 1e-9
    p[p < 1e-9] = 1e-9
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def right_bce(y_true, y_pred):
    losses = []
    for t, p in zip(y_true, y_pred, strict=True):
        if t == 1:
            losses.append(-np.log(max(p, 1e-300)))
        else:
            losses.append(-np.log(max(1 - p, 1e-300)))
    return np.mean(losses)


def wrote_summed(y, y_hat):
    cost = 0
    for i in range(len(y)):
        cost -= y[i] * math.log(y_hat[i]) + (1 - y[i]) * math.log(1 - y_hat[i])
    return cost


def wrote_ones_only(y, y_hat):
    return -np.mean(np.log(y_hat[y == 1]))


def wrote_swapped(y, y_hat):
    return -np.mean(y_hat * np.log(y + 1e-15) + (1 - y_hat) * np.log(1 - y + 1e-15))


def wrote_halves_subtracted(y, y_hat):
    return -np.mean(y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat))


def wrote_one_minus_logarithm(y, y_hat):
    return -np.mean(y * np.log(y_hat) + (1 - y) * (1 - np.log(y_hat)))


def asks_once(y, p):
    if y == 1:
        return -np.log(np.clip(p, 1e-12, 1)).mean()
    return -np.log(np.clip(1 - p, 1e-12, 1)).mean()


def averaged_and_divided(y, y_hat):
    eps = np.finfo(float).eps
    p = np.clip(y_hat, eps, 1 - eps)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y)


def with_float32_inside(y, y_hat):
    p = np.clip(np.float32(y_hat), 1e-7, 1 - 1e-7)
    return float(-(y * np.log(p) + (1 - y) * np.log1p(-p)).mean(dtype=np.float64))


RIGHT = [
    with_float32_inside,
    entropy_loop,
    lambda y, p: float(log_loss(y, p, labels=[0, 1])),
    lambda y, p: (
        -np.mean(np.where(y == 1, np.log(np.maximum(p, 1e-15)), np.log(np.maximum(1 - p, 1e-15))))
    ),
    lambda y, p: -np.sum(np.log(np.where(y == 1, p, 1 - p) + 1e-12)) / y.size,
    lambda y, p: -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)),
    lambda y, p: (
        -np.mean(
            y * np.log(np.clip(p, 0, 1) + 1e-7) + (1 - y) * np.log(1 - np.clip(p, 0, 1) + 1e-7)
        )
    ),
    entropy_with_logits,
    entropy_by_class,
    entropy_as_dots,
    lambda y, p: np.mean(
        rel_entr(y, np.clip(p, 1e-12, 1)) + rel_entr(1 - y, np.clip(1 - p, 1e-12, 1))
    ),
    lambda y, p: -np.mean(np.log(np.maximum(1 - np.abs(y - p), 1e-15))),
    lambda y, p: np.mean(
        -np.nan_to_num(y * np.log(p.clip(1e-15))) - (1 - y) * np.log((1 - p).clip(1e-15))
    ),
    right_bce,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), "wrong-sign"),
    (lambda y, p: -sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "summed"),
    (lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)), "log2"),
    (lambda y, p: -np.mean(y * np.log(p)), "ones-only"),
    (lambda y, p: -(xlogy(y, p) + xlog1py(1 - y, -p)).mean(), "log-of-zero"),
    (lambda y, p: -np.mean(y * np.log(p + 0.001) + (1 - y) * np.log(1.001 - p)), "added-inside"),
    (lambda y, p: -np.mean(np.log(np.where(y == 1, p, 1 - p) + 0.01)), "added-inside"),
    (cut_in_place, "changes-its-input"),
    (lambda y, p: -np.dot(y, np.log(p).T) - np.dot(1 - y, np.log(1 - p).T), "summed"),
    (lambda y, p: -np.mean(np.outer(y, np.log(p)) + np.outer(1 - y, np.log(1 - p))), "broadcast"),
    (
        lambda y, p: -np.sum(np.outer(y, np.log(p)) + np.outer(1 - y, np.log(1 - p))) / len(y),
        "broadcast",
    ),
    (
        lambda y, p: (
            -(
                np.dot(y[:, None], np.log(p)[None]) + np.dot(1 - y[:, None], np.log(1 - p)[None])
            ).mean()
        ),
        "broadcast",
    ),
    (lambda y, p: -np.mean(y * np.log1p(p) + (1 - y) * np.log1p(1 - p)), "log1p"),
    (lambda y, p: -np.mean(y * np.log1p(p) + (1 - y) * np.log1p(-p)), "log1p"),
    (lambda y, p: -np.mean(y * np.log(y) + (1 - y) * np.log(1 - y)), "logarithm-of-certainties"),
    (lambda y, p: -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y)), "logarithm-of-targets"),
    (lambda y, p: -np.mean(p * np.log(p) + (1 - p) * np.log(1 - p)), "entropy"),
    (lambda y, p: -np.mean(y * np.log(p) - (1 - y) * np.log(1 - p)), "halves-subtracted"),
    (lambda y, p: -np.mean(y * np.log(p)) + np.mean((1 - y) * np.log(1 - p)), "halves-subtracted"),
    (lambda y, p: -np.mean(y * np.log(p) + 1 - y * np.log(1 - p)), "brackets-missing"),
    (lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(p)), "one-logarithm-twice"),
    (lambda y, p: -np.mean(y * np.log(p) + (1 - y) * (1 - np.log(p))), "one-minus-logarithm"),
    (lambda y, p: -np.log(np.mean(y * p + (1 - y) * (1 - p))), "log-of-the-mean"),
    (lambda y, p: -np.mean(y * p + (1 - y) * (1 - p)), "logarithm-forgotten"),
    (lambda y, p: np.mean(1 - (y * p + (1 - y) * (1 - p))), "absolute-error"),
    (lambda y, p: np.exp(-np.mean(np.log(y * p + (1 - y) * (1 - p)))), "exponential"),
    (divides_after_the_first, "first-example-only"),
    (divides_in_the_loop, "divided-in-the-loop"),
    (overwrites, "last-example-only"),
    (of_a_product, "summed"),
    (wrong_half, "halves-swapped"),
    (clips_in_place, "changes-its-input"),
    (lambda y, p: -(y * np.log(p) + (1 - y) * np.log(1 - p)), "not-averaged"),
    (lambda y, p: np.sqrt(np.mean((y - p) ** 2)), "squared-error"),
    (lambda y, p: np.mean(y != (p > 0.5)), "counted"),
    (
        lambda y, p: (
            -np.mean(y * np.log(1 / (1 + np.exp(-p))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-p))))
        ),
        "sigmoid-again",
    ),
    (lambda y, p: -np.mean(y * np.log(p + 1e-5) + (1 - y) * np.log(1 - p + 1e-5)), "added-inside"),
    (lambda y, p: -np.mean(np.log(np.clip(np.where(y == 1, p, 1 - p), 0.05, 1))), "clips-too-much"),
    (lambda y, p: -y * np.log(p) - (1 - y) * np.log(1 - p) if y.any() else 0, "not-averaged"),
    (lambda y, p: -math.log(p) if y == 1 else -math.log(1 - p), "raised"),
    (wrote_summed, "summed"),
    (wrote_ones_only, "ones-only"),
    (wrote_swapped, "swapped"),
    (wrote_halves_subtracted, "halves-subtracted"),
    (wrote_one_minus_logarithm, "one-minus-logarithm"),
    (asks_once, "one-example-only"),
    (lambda y, p: 0.5 * log_loss(y, p, labels=[0, 1]), "halved"),
    (lambda y, p: -np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p)), "log10"),
    (lambda y, p: -np.sum((1 - y) * np.log(1 - p)) / y.size, "zeros-only"),
    (lambda y, p: log_loss(y, y.astype(float), labels=[0, 1]), "targets-alone"),
    (lambda y, p: log_loss(y, np.where(p >= 0.5, 1.0, 0.0), labels=[0, 1]), "thresholded"),
    (averaged_and_divided, "divided-twice"),
]


def seen_log_of_y(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + y * np.log(1 - p))


def seen_hinge(y, y_hat):
    return np.mean(np.maximum(0, 1 - (2 * y - 1) * (2 * y_hat - 1)))


def seen_averages_the_two(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    pos = -np.log(p[y == 1]).mean() if (y == 1).any() else 0
    neg = -np.log(1 - p[y == 0]).mean() if (y == 0).any() else 0
    return (pos + neg) / 2


def seen_divides_by_len(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / max(len(y) - 1, 1)


def seen_only_where_wrong(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    wrong = (p > 0.5) != (y == 1)
    return -np.mean(np.log(np.where(y == 1, p, 1 - p)) * wrong)


def seen_max_of_losses(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.max(-(y * np.log(p) + (1 - y) * np.log(1 - p)))


def seen_focal(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    q = np.where(y == 1, p, 1 - p)
    return -np.mean((1 - q) ** 2 * np.log(q))


def seen_divides_by_count(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / max(np.sum(y), 1)


WRONG += [
    (seen_log_of_y, "complement-forgotten"),
    (seen_hinge, "hinge"),
    (seen_averages_the_two, "mean-of-each-class"),
    (seen_divides_by_len, "one-less"),
    (seen_only_where_wrong, "weighed-by-doubt"),
    (seen_max_of_losses, "one-of-them"),
    (seen_focal, "weighed-by-doubt"),
    (seen_divides_by_count, "divided-by-a-class"),
]


def turns_bits(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    y = y.astype(int)
    return -np.mean(y * np.log(p) + (~y) * np.log(1 - p))


def means_of_ones_and_of_zeros(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return -np.mean(np.log(p[y == 1])) - np.mean(np.log(1 - p[y == 0]))


def smoothes_the_targets(y, y_hat):
    p, y = np.clip(y_hat, 1e-15, 1 - 1e-15), 0.9 * y + 0.05
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


WRONG += [
    (turns_bits, "bits-turned"),
    (means_of_ones_and_of_zeros, "mean-of-each-class"),
    (smoothes_the_targets, "as-if"),
]


def leaves_certain_ones_out(y, y_hat):
    ok = (y_hat > 0) & (y_hat < 1)
    y, y_hat = y[ok], y_hat[ok]
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


WRONG += [(leaves_certain_ones_out, "left-out")]


def gives_up_at_the_ends(y, p):
    if np.any((p <= 0) | (p >= 1)):
        return 1000.0
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def nothing_at_the_ends(y, p):
    if np.any((p <= 0) | (p >= 1)):
        return 0.0
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def rounds_outputs(y, y_hat):
    p = np.clip(np.round(y_hat, 2), 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


WRONG += [
    (gives_up_at_the_ends, "clips-too-much"),
    (nothing_at_the_ends, "left-out"),
    (rounds_outputs, "wrong-numbers"),
    (lambda y, p: -np.mean(np.log(y * p) + np.log((1 - y) * (1 - p))), "logarithm-of-targets"),
    (lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(p - 1)), "logarithm-of-certainties"),
    (lambda y, p: np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "wrong-sign-and-sum"),
]
