"""What students write for `class_evidence`: right in other forms, and wrong in their own."""

import numpy as np
from scipy import special


def evidence_loop(a1, W2, b2, c):
    contributions, score = [], b2[c]
    for a, w in zip(a1, W2, strict=True):
        contributions.append(a * w[c])
        score += a * w[c]
    return contributions, score


RIGHT = [
    evidence_loop,
    lambda a1, W2, b2, c: (a1 * W2[:, c], (a1 @ W2 + b2)[c]),
    lambda a1, W2, b2, c: [W2.T[c] * a1, float(np.dot(a1, W2[:, c]) + b2[c])],
    lambda a1, W2, b2, c: ((np.diag(a1) @ W2)[:, c], sum(a1 * W2[:, c]) + b2[c]),
    lambda a1, W2, b2, c: (np.multiply(a1, W2.take(c, axis=1)), b2[c] + W2[:, c].dot(a1)),
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
]
