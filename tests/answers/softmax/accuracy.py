"""What students write for `accuracy`: right in other forms, and wrong in their own."""

import numpy as np
from sklearn.metrics import accuracy_score


def accuracy_loop(y, P):
    right = 0
    for label, row in zip(y, P, strict=True):
        if list(row).index(max(row)) == label:
            right += 1
    return right / len(y)


RIGHT = [
    accuracy_loop,
    lambda y, P: accuracy_score(y, P.argmax(axis=1)),
    lambda y, P: (np.argmax(P, axis=-1) == y).sum() / len(y),
    lambda y, P: 1 - np.count_nonzero(P.argmax(1) - y) / len(y),
    lambda y, P: float(sum(P[i].argmax() == y[i] for i in range(len(y)))) / y.size,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, P: np.mean(np.argmax(P, axis=1) == np.argmax(y, axis=1)), "one-hot-expected"),
    (lambda y, P: (y.argmax(1) == P.argmax(1)).sum() / len(y), "one-hot-expected"),
    (lambda y, P: sum(P.argmax(axis=1) == y), "counted"),
    (lambda y, P: np.mean(P.argmax(axis=1) == y) * 100, "percent"),
    (lambda y, P: np.mean(P.argmax(axis=1)[:, None] == y), "broadcast"),
    (lambda y, P: np.mean(P.argmax(axis=1) == y.reshape(-1, 1)), "broadcast"),
    (lambda y, P: (np.argmax(P, axis=0) == y).mean(), "wrong-axis"),
    (lambda y, P: (np.argmax(P) == y).mean(), "largest-of-all"),
    (lambda y, P: np.mean(P[np.arange(len(y)), y] >= 0.5), "above-one-half"),
    (lambda y, P: np.mean(np.round(P) == np.eye(P.shape[1])[y]), "every-entry"),
    (lambda y, P: np.mean(np.max(P, axis=1) == y), "largest-not-its-place"),
    (lambda y, P: np.array_equal(P.argmax(axis=1), y), "all-or-nothing"),
    (lambda y, P: sum(P.argmax(axis=1) == y) // len(y), "all-or-nothing"),
    (lambda y, P: P.argmax(axis=1) == y, "not-averaged"),
    (lambda y, P: np.mean(P.argmax(axis=1) != y), "error-rate"),
    (lambda y, P: round(float(np.mean(P.argmax(axis=1) == y)), 3), "rounded"),
]
