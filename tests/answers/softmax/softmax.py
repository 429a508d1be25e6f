"""What students write for `softmax`: right in other forms, and wrong in their own."""

import math

import numpy as np
from scipy import special


def softmax_loop(Z):
    P = np.zeros(Z.shape)
    for i in range(len(Z)):
        e = [np.exp(z - max(Z[i])) for z in Z[i]]
        P[i] = np.array(e) / sum(e)
    return P


def softmax_in_columns(Z):
    E = np.exp(Z.T - Z.T.max(axis=0))
    return (E / E.sum(axis=0)).T


def softmax_maximum_of_all(Z):
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E, axis=1, keepdims=True)


def softmax_of_sums(Z, axis=1, top=0.0, **keep):
    E = np.exp(Z - top)
    return E / np.sum(E, axis=axis, **keep)


def softmax_subtracts_in_place(Z):
    for row in Z:
        row -= row.max()
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def softmax_returns_in_the_loop(Z):
    for z in Z:
        return np.exp(z) / sum(np.exp(z))


def softmax_of_logs(Z):
    M = np.max(Z, axis=1, keepdims=True)
    log_sum = M + np.log(np.sum(np.exp(Z - M), axis=1, keepdims=True))
    return np.exp(Z - log_sum)


def softmax_rows(logits):
    out = []
    for row in logits:
        shifted = row - np.max(row)
        e = np.exp(shifted)
        out.append(e / e.sum())
    return np.vstack(out)


class Softmax:
    axis = 1

    def forward(self, x):
        e = np.exp(x - np.expand_dims(x.max(self.axis), self.axis))
        return e / np.expand_dims(np.sum(e, self.axis), self.axis)

    __call__ = forward


def softmax_pairs(Z):
    # p_k = 1 / sum over j of math.exp(z_j - z_k)
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)


def subtracts_after(x):
    e = np.exp(x) - np.max(x, axis=1, keepdims=True)
    return e / e.sum(axis=1, keepdims=True)


def subtracts_maximum_of_exp(x):
    e = np.exp(x) - np.exp(np.max(x, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def exp_of_normalised(x):
    return np.exp(x / np.sum(x, axis=1, keepdims=True))


def exp_of_normalised_and_shared(x):
    e = np.exp(x / np.sum(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def scaled_by_the_maximum(x):
    e = np.exp(x / np.max(x, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def standardised(x):
    z = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def overwrites_rows(Z):
    for i in range(len(Z)):
        P = np.exp(Z[i] - Z[i].max()) / np.sum(np.exp(Z[i] - Z[i].max()))
    return P


def divides_as_it_goes(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    for i in range(E.shape[0]):
        for j in range(E.shape[1]):
            E[i, j] /= E[i].sum()
    return E


def in_place(Z):
    Z -= np.max(Z, axis=1).reshape(-1, 1)
    np.exp(Z, out=Z)
    Z /= Z.sum(axis=1).reshape(-1, 1)
    return Z


def right_stable(Z):
    return np.exp(special.log_softmax(Z, axis=1))


def right_stable_loop(logits):
    rows = []
    for row in logits:
        biggest = max(row)
        exps = [math.exp(v - biggest) for v in row]
        s = sum(exps)
        rows.append([e / s for e in exps])
    return np.array(rows)


def wrote_keepdims_forgotten(Z):
    e = np.exp(Z - Z.max(axis=1))
    return e / e.sum(axis=1)


def wrote_not_the_maximum(Z):
    e = np.exp(Z - Z.mean(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def wrote_divided_before_exponential(Z):
    e = np.exp(Z / Z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def keeps_the_type(Z):
    out = np.empty_like(Z)
    for i, row in enumerate(Z):
        out[i] = special.softmax(row)
    return out


RIGHT = [
    softmax_loop,
    softmax_in_columns,
    lambda Z: special.softmax(Z, axis=1),
    lambda Z: np.exp(Z - special.logsumexp(Z, axis=1, keepdims=True)),
    lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, np.newaxis]),
    lambda Z: np.array([special.softmax(z) for z in Z]),
    softmax_of_logs,
    softmax_rows,
    Softmax(),
    softmax_pairs,
    lambda Z: (E := np.exp(Z - Z.max(1, keepdims=True))) / np.einsum("ij->i", E)[:, None],
    lambda Z: np.apply_along_axis(special.softmax, 1, Z),
    lambda Z: np.exp(special.log_softmax(Z, axis=-1)),
    lambda x: (e := np.exp(x.T - np.amax(x, axis=1)).T) / (e @ np.ones((e.shape[1], 1))),
    # twice the same shift changes nothing
    lambda Z: special.softmax(Z - np.max(Z, axis=1, keepdims=True) + 3, axis=1),
    lambda Z: [list(row) for row in special.softmax(Z, axis=1)],
    lambda Z: (E := np.exp(Z - Z.max(1, keepdims=True))) / (E.sum(1, keepdims=True) + 1e-8),
    right_stable,
    right_stable_loop,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda Z: np.exp(Z) / np.sum(np.exp(Z)), "whole-matrix"),
    (lambda Z: special.softmax(Z), "whole-matrix"),
    (lambda Z: special.softmax(Z, axis=0), "wrong-axis"),
    (lambda Z: softmax_of_sums(Z, axis=0), "wrong-axis"),
    (lambda Z: softmax_of_sums(Z, axis=0, top=Z.max()), "wrong-axis"),
    (lambda Z: softmax_of_sums(Z, keepdims=True), "overflow"),
    (lambda Z: softmax_of_sums(Z.astype(np.float32), keepdims=True), "overflow"),
    (lambda Z: softmax_of_sums(Z), "keepdims-forgotten"),
    (lambda Z: softmax_of_sums(Z, top=Z.max()), "keepdims-forgotten"),
    (lambda Z: softmax_of_sums(Z, top=Z.max(axis=1)), "keepdims-forgotten"),
    (
        lambda Z: softmax_of_sums(Z, top=Z.min(axis=1, keepdims=True), keepdims=True),
        "not-the-maximum",
    ),
    (lambda Z: Z / Z.sum(axis=1, keepdims=True), "sum-of-logits"),
    (lambda Z: 1 / (1 + np.exp(-Z)), "sigmoid"),
    (lambda Z: special.log_softmax(Z, axis=1), "log-softmax"),
    (lambda Z: np.log(softmax_of_sums(Z, keepdims=True)), "log-softmax"),
    (lambda Z: np.argmax(Z, axis=1), "decides-at-once"),
    (softmax_maximum_of_all, "maximum-of-the-matrix"),
    (
        lambda Z: np.exp(Z - np.amax(Z)) / np.exp(Z - np.amax(Z)).sum(1)[:, None],
        "maximum-of-the-matrix",
    ),
    (softmax_subtracts_in_place, "changes-its-input"),
    (softmax_returns_in_the_loop, "first-example-only"),
    (lambda Z: softmax_of_sums(-Z, keepdims=True), "wrong-sign"),
    (subtracts_after, "maximum-after-exponential"),
    (subtracts_maximum_of_exp, "maximum-after-exponential"),
    (exp_of_normalised, "divided-before-exponential"),
    (exp_of_normalised_and_shared, "divided-before-exponential"),
    (scaled_by_the_maximum, "divided-before-exponential"),
    (standardised, "divided-before-exponential"),
    (overwrites_rows, "last-example-only"),
    (divides_as_it_goes, "divided-one-by-one"),
    (in_place, "changes-its-input"),
    (lambda Z: np.exp(Z), "not-normalised"),
    (lambda Z: np.exp(Z - Z.max()), "not-normalised"),
    (lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1)[None, :], "keepdims-forgotten"),
    (lambda Z: np.exp(Z) / np.sum(np.exp(Z), axis=0), "wrong-axis"),
    (lambda x: np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)), axis=0), "wrong-axis"),
    (lambda x: np.exp(x - np.max(x)) / np.exp(x - np.max(x)).sum(), "whole-matrix"),
    (lambda x: np.exp(x - x.max(axis=0)) / np.exp(x - x.max(axis=0)).sum(axis=0), "wrong-axis"),
    (
        lambda x: np.exp(x - x.max(axis=0)) / np.exp(x - x.max(axis=0)).sum(axis=1, keepdims=True),
        "maximum-of-columns",
    ),
    (lambda Z: np.exp(Z) / np.log(np.sum(np.exp(Z), axis=1, keepdims=True)), "log-of-the-sum"),
    (lambda Z: Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True)), "log-softmax"),
    (lambda Z: np.exp(Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))), "overflow"),
    (lambda Z: np.exp(Z) / (1 + np.exp(Z)), "sigmoid"),
    (lambda Z: np.exp(Z) / (1 + np.exp(Z).sum(axis=1, keepdims=True)), "one-added"),
    (lambda Z: np.exp(Z) / (np.exp(Z).sum(axis=1, keepdims=True) + 1e-6), "overflow"),
    (lambda Z: np.exp(Z) / np.linalg.norm(np.exp(Z), axis=1, keepdims=True), "norm"),
    (lambda Z: Z / np.linalg.norm(Z, axis=1, keepdims=True), "sum-of-logits"),
    (lambda Z: np.abs(Z) / np.abs(Z).sum(axis=1, keepdims=True), "sum-of-logits"),
    (
        lambda Z: (
            (Z - Z.min(1, keepdims=True)) / (Z.max(1, keepdims=True) - Z.min(1, keepdims=True))
        ),
        "sum-of-logits",
    ),
    (lambda Z: special.softmax(Z / 2, axis=1), "scaled-inside"),
    (lambda Z: special.softmax(10 * Z, axis=1), "scaled-inside"),
    (lambda Z: np.round(special.softmax(Z, axis=1), 3), "rounded"),
    (lambda Z: 1 - special.softmax(Z, axis=1), "complement"),
    (lambda Z: special.softmax(Z, axis=1).max(axis=1), "largest-only"),
    (lambda Z: np.exp(Z) / np.exp(Z).max(axis=1, keepdims=True), "not-normalised"),
    (lambda Z: np.exp(Z) / np.exp(Z).mean(axis=1, keepdims=True), "mean-for-sum"),
    (lambda Z: np.exp(Z) / sum(np.exp(Z)), "wrong-axis"),
    (lambda Z: np.exp(Z) / np.exp(np.sum(Z, axis=1, keepdims=True)), "exponential-of-the-sum"),
    (lambda Z: np.exp(-Z) / np.exp(-Z).sum(axis=1, keepdims=True), "wrong-sign"),
    (
        lambda Z: (
            np.exp(Z + Z.max(1, keepdims=True))
            / np.exp(Z + Z.max(1, keepdims=True)).sum(1, keepdims=True)
        ),
        "maximum-added",
    ),
    (lambda Z: np.sort(special.softmax(Z, axis=1), axis=1), "sorted"),
    (wrote_keepdims_forgotten, "keepdims-forgotten"),
    (wrote_not_the_maximum, "not-the-maximum"),
    (wrote_divided_before_exponential, "divided-before-exponential"),
    (keeps_the_type, "whole-number-result"),
    (lambda Z: special.softmax(Z.T, axis=0), "transposed"),
    (lambda x: special.expit(x) / special.expit(x).sum(axis=1)[:, None], "sigmoids-shared-out"),
    (lambda x: np.exp(x) / np.sum(x, axis=1, keepdims=True), "exponential-on-top-only"),
    (lambda x: np.exp(x - x.max(1)[:, None]) / np.exp(x).sum(1)[:, None], "maximum-on-top-only"),
    (lambda x: special.softmax(x * np.log(2), axis=-1), "base-two"),
    (lambda x: special.softmax(special.softmax(x, axis=1), axis=1), "twice"),
    (lambda x: special.softmax(x.clip(-500, 500), axis=1), "clipped"),
]


def seen_loop_over_rows(Z):
    out = []
    for z in Z:
        e = np.exp(z - z.max())
        out.append(e / Z.sum())
    return np.array(out)


def seen_sum_of_logits(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return np.exp(Z) / np.exp(Z.sum(axis=1, keepdims=True))


WRONG += [
    (seen_loop_over_rows, "mixed"),
    (seen_sum_of_logits, "exponential-of-the-sum"),
]


def sum_never_reset(Z):
    total, P = 0, np.zeros(Z.shape)
    for i in range(len(Z)):
        for z in Z[i]:
            total += np.exp(z)
        P[i] = np.exp(Z[i]) / total
    return P


WRONG += [(sum_never_reset, "sum-goes-on")]
