"""What students write for `gradients`: right in other forms, and wrong in their own."""

import numpy as np


def gradients_loop(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        dw += (y_hat[i] - y[i]) * X[i]
        db += y_hat[i] - y[i]
    return [dw / len(y), db / len(y)]


RIGHT = [
    gradients_loop,
    lambda X, y, p: (np.einsum("ij,i->j", X, p - y) / len(y), (p - y).sum() / len(y)),
    lambda X, y, p: (np.mean(X * (p - y)[:, None], axis=0), np.mean(p - y)),
    lambda X, y, p: ((p - y) @ X / X.shape[0], np.average(p - y)),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda X, y, p: (X.T @ (y - p), np.sum(y - p)), "wrong-sign"),
    (lambda X, y, p: (X.T @ (p - y), (p - y).sum()), "missing-mean"),
    (lambda X, y, p: (X.T @ (p - y)[:, None] / len(y), np.mean(p - y)), "dw-column"),
    (lambda X, y, p: (X.T @ (p - y)[:, None], np.sum(p - y)), "wrong-shape"),
    (lambda X, y, p: (np.dot(X, p - y) / len(y), np.mean(p - y)), "not-transposed"),
    (lambda X, y, p: X.T @ (p - y) / len(y), "dw-only"),
]
