"""What students write for `class_evidence`: right in other forms, and wrong in their own."""

import numpy as np
from scipy import special

from course_lib.activations import sigmoid


def evidence_loop(a1, W2, b2, c):
    contributions, score = [], b2[c]
    for a, w in zip(a1, W2, strict=True):
        contributions.append(a * w[c])
        score += a * w[c]
    return contributions, score


class Evidence:
    def __call__(self, activations, weights, biases, label):
        votes = np.multiply(activations, weights[:, label])
        return votes, np.add.reduce(votes, initial=biases[label])


def evidence_through_one_hot(a1, W2, b2, c):
    chosen = np.eye(len(b2))[c]
    column = W2 @ chosen
    return a1 * column, a1 @ column + b2 @ chosen


def sums_in_the_loop(a1, W2, b2, c):
    score = 0
    for j in range(len(a1)):
        score += a1[j] * W2[j, c] + b2[c]
    return a1 * W2[:, c], score


def last_unit(a1, W2, b2, c):
    for j in range(len(a1)):
        contribution = a1[j] * W2[j, c]
    return contribution, contribution + b2[c]


def right_cev(a1, W2, b2, c):
    contributions = np.array([a1[j] * W2[j][c] for j in range(len(a1))])
    return contributions, sum(contributions) + b2[c]


def wrote_bias_in_each(a1, W2, b2, c):
    k = a1 * W2[:, c] + b2[c]
    return k, k.sum()


def wrote_probability(a1, W2, b2, c):
    z = a1 @ W2 + b2
    p = np.exp(z - z.max())
    p /= p.sum()
    return a1 * W2[:, c], p[c]


def multiplies_in_place(a1, W2, b2, c):
    a1 *= W2[:, c]
    return a1, a1.sum() + b2[c]


def all_the_scores(a1, W2, b2, c):
    e = a1 @ W2
    return e, e[c] + b2[c]


RIGHT = [
    evidence_loop,
    lambda a1, W2, b2, c: (a1 * W2[:, c], (a1 @ W2 + b2)[c]),
    lambda a1, W2, b2, c: [W2.T[c] * a1, float(np.dot(a1, W2[:, c]) + b2[c])],
    lambda a1, W2, b2, c: ((np.diag(a1) @ W2)[:, c], sum(a1 * W2[:, c]) + b2[c]),
    lambda a1, W2, b2, c: (np.multiply(a1, W2.take(c, axis=1)), b2[c] + W2[:, c].dot(a1)),
    Evidence(),
    evidence_through_one_hot,
    lambda a1, W2, b2, c: ((v := np.einsum("j,j->j", a1, W2[:, c])), np.sum(v) + b2[c]),
    lambda a1, W2, b2, c: (
        np.array([a * w for a, w in zip(a1, W2[:, c], strict=True)]),
        np.dot(W2.T, a1)[c] + b2[c],
    ),
    right_cev,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda a, W, b, c: (a * W[:, c], a @ W[:, c]), "bias-forgotten"),
    (lambda a, W, b, c: (a * W[:, c], np.sum(a * W[:, c]) + b), "bias-of-all"),
    (lambda a, W, b, c: (a * W[:, c] + b[c], a @ W[:, c] + b[c]), "bias-in-each"),
    (lambda a, W, b, c: (a * W[c], sum(a * W[c]) + b[c]), "row-in-place-of-column"),
    (lambda a, W, b, c: (a * W.T[c], special.softmax(a @ W + b)[c]), "probability"),
    (lambda a, W, b, c: (a[:, None] * W, (a @ W + b)[c]), "every-class"),
    (lambda a, W, b, c: (a @ W[:, c] + b[c], a * W[:, c]), "swapped-results"),
    (lambda a, W, b, c: a * W[:, c], "contributions-only"),
    (lambda a, W, b, c: a @ W[:, c] + b[c], "score-only"),
    (lambda a, W, b, c: (W[:, c], a @ W[:, c] + b[c]), "weights-alone"),
    (lambda a, W, b, c: (abs(a * W[:, c]), sum(a * W[:, c]) + b[c]), "absolute"),
    (sums_in_the_loop, "bias-once-a-unit"),
    (last_unit, "last-unit-only"),
    (lambda a, W, b, c: (a * W[:, c], np.sum(a * W[:, c]) - b[c]), "bias-subtracted"),
    (lambda a, W, b, c: (a * W[:, c], np.sum(a * W[:, c]) * b[c]), "bias-subtracted"),
    (lambda a, W, b, c: (a + W[:, c], np.sum(a + W[:, c]) + b[c]), "plus-for-times"),
    (lambda a, W, b, c: (a * W[:, c], 1 / (1 + np.exp(-(a @ W[:, c] + b[c])))), "probability"),
    (lambda a, W, b, c: (a * W[:, c], np.tanh(a @ W[:, c] + b[c])), "probability"),
    (lambda a, W, b, c: (a * W[:, c], np.max(a @ W + b)), "score-of-winner"),
    (lambda a, W, b, c: (a * W[:, c], a @ W + b), "every-class"),
    (lambda a, W, b, c: (a * W[:, c], np.mean(a * W[:, c]) + b[c]), "averaged"),
    (lambda a, W, b, c: (a @ W[:, c], a @ W[:, c] + b[c]), "added-up"),
    (lambda a, W, b, c: (a * W[:, c], a * W[:, c] + b[c]), "score-for-each-unit"),
    (lambda a, W, b, c: ((a * W[:, c])[:, None], a @ W[:, c] + b[c]), "column"),
    (lambda a, W, b, c: (np.outer(a, W[:, c]), a @ W[:, c] + b[c]), "each-with-each"),
    (lambda a, W, b, c: (a**2 * W[:, c], a @ W[:, c] + b[c]), "slope-too"),
    (lambda a, W, b, c: (-a * W[:, c], a @ W[:, c] + b[c]), "sign-turned"),
    (lambda a, W, b, c: (np.round(a * W[:, c], 2), a @ W[:, c] + b[c]), "rounded"),
    (lambda a, W, b, c: (a * (1 - a) * W[:, c], a @ W[:, c] + b[c]), "slope-too"),
    (lambda a, W, b, c: {"contributions": a * W[:, c], "score": a @ W[:, c] + b[c]}, "wrong-type"),
    (lambda a, W, b, c: (a * W[:, c + 1], a @ W[:, c + 1] + b[c + 1]), "wrong-class"),
    (lambda a, W, b, c: (a * W[:, -1], a @ W[:, -1] + b[-1]), "wrong-class"),
    (lambda a, W, b, c: (W[:, c] * a.mean(), a @ W[:, c] + b[c]), "mean-activation"),
    (wrote_bias_in_each, "bias-in-each"),
    (wrote_probability, "probability"),
    (lambda a, W, b, c: (a * W[:, c], a @ W[:, c] + b[0]), "bias-of-another-class"),
    (lambda a, W, b, c: (a * W[:, c] + b[c] / a.size, a @ W[:, c] + b[c]), "bias-spread"),
    (lambda a, W, b, c: ([*(a * W[:, c]), b[c]], a @ W[:, c] + b[c]), "bias-as-a-unit"),
    (lambda a, W, b, c: (np.where(a > 0.5, W[:, c], 0), a @ W[:, c] + b[c]), "on-or-off"),
    (lambda a, W, b, c: (np.array(a), a @ W[:, c] + b[c]), "activations-alone"),
    (lambda a, W, b, c: ((e := special.expit(a)) * W[:, c], e @ W[:, c] + b[c]), "activated-again"),
    (lambda a, W, b, c: ((a * W[:, c]).clip(0), a @ W[:, c] + b[c]), "only-positive"),
    (lambda a, W, b, c: ((v := a * W[:, c]) / v.sum(), v.sum() + b[c]), "shares"),
    (lambda a, W, b, c: (sorted(a * W[:, c]), a @ W[:, c] + b[c]), "sorted"),
    (multiplies_in_place, "changes-its-input"),
    (all_the_scores, "scores-for-contributions"),
]


def seen_sigmoid_of_contributions(a1, W2, b2, c):
    e = sigmoid(a1 * W2[:, c])
    return e, e.sum() + b2[c]


def seen_minus_mean_over(a1, W2, b2, c):
    e = a1 * (W2[:, c] - W2.mean(axis=1))
    return e, e.sum() + b2[c]


WRONG += [
    (seen_sigmoid_of_contributions, "sigmoid"),
    (seen_minus_mean_over, "against-the-others"),
]


def against_the_mean(a1, W2, b2, c):
    parts = a1 * (W2[:, c] - W2.mean(axis=1))
    return parts, a1 @ W2[:, c] + b2[c]


WRONG += [(against_the_mean, "against-the-others")]


def takes_what_fits_of_a_row(a1, W2, b2, c):
    w = W2[c]
    n = min(len(a1), len(w))
    contributions = a1[:n] * w[:n]
    return contributions, contributions.sum() + b2[c]


WRONG += [(takes_what_fits_of_a_row, "row-in-place-of-column")]

WRONG += [
    (lambda a, W, b, c: (np.round(v := a * W[:, c], 5), v.sum() + b[c]), "wrong-numbers"),
]
