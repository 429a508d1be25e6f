"""What students write for `forward`: right in other forms, and wrong in their own."""

import numpy as np
from answers.neuron.sigmoid import naive
from scipy.special import expit


def returns_in_the_loop(X, w, b):
    for x in X:
        return expit(x @ w + b)


RIGHT = [
    lambda X, w, b: expit(np.einsum("ij,j->i", X, w) + b),
    lambda X, w, b: expit((X * w).sum(axis=1) + b),
    lambda X, w, b: expit(np.dot(w, X.T) + b),
    lambda X, w, b: np.array([expit(sum(x * w) + b) for x in X]),
    lambda X, w, b: expit(np.matmul(X, w[:, None]) + b).ravel(),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda X, w, b: naive(np.dot(X, w)), "bias-forgotten"),
    (lambda X, w, b: naive(X @ w.reshape(-1, 1) + b), "column"),
    (lambda X, w, b: naive(np.dot(w, X) + b), "transposed"),
    (lambda X, w, b: np.dot(X, w) + b, "no-activation"),
    (lambda X, w, b: X @ w, "wrong-numbers"),
    (returns_in_the_loop, "first-example-only"),
    (lambda X, w, b: naive(np.sum(X * w, axis=0) + b), "sum-over-examples"),
    (lambda X, w, b: (expit(X @ w + b) >= 0.5).astype(float), "thresholded"),
]
