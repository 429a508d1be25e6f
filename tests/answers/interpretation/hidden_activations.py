"""What students write for `hidden_activations`: right in other forms, and wrong in their own."""

import numpy as np
from scipy import special


def activations_loop(X, W1, b1):
    A1 = np.zeros((len(X), W1.shape[1]))
    for i, x in enumerate(X):
        for j in range(W1.shape[1]):
            A1[i, j] = special.expit(sum(x * W1[:, j]) + b1[j])
    return A1


RIGHT = [
    activations_loop,
    lambda X, W, b: special.expit(np.dot(X, W) + b),
    lambda X, W, b: 1 / (1 + np.exp(-np.clip(X @ W + b, -500, 500))),
    lambda X, W, b: np.array([special.expit(W.T @ x + b) for x in X]),
    lambda X, W, b: special.expit(W.T @ X.T + b[:, None]).T,
    lambda X, W, b: 0.5 + 0.5 * np.tanh((np.einsum("ij,jk->ik", X, W) + b.reshape(1, -1)) / 2),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda X, W, b: np.dot(X, W) + b, "scores"),
    (lambda X, W, b: np.matmul(X, W), "scores"),
    (lambda X, W, b: 1 / (1 + np.exp(-X @ W + b)), "bias-subtracted"),
    (lambda X, W, b: 1 / (1 + np.exp(-X @ W)) + b, "bias-outside"),
    (lambda X, W, b: special.expit(X.dot(W)), "bias-forgotten"),
    (lambda X, W, b: np.tanh(X.dot(W) + b), "tanh"),
    (lambda X, W, b: np.maximum(0, X.dot(W) + b), "relu"),
    (lambda X, W, b: special.softmax(X @ W + b, axis=1), "softmax"),
    (lambda X, W, b: special.expit(X @ W + b) > 0.5, "on-or-off"),
    (lambda X, W, b: np.round(special.expit(X @ W + b)), "on-or-off"),
    (lambda X, W, b: special.expit(W.T @ X.T + b[:, None]), "transposed"),
    (lambda X, W, b: special.expit(np.dot(X, W.T) + b), "weights-transposed"),
    (lambda X, W, b: 1 / (1 + np.exp(-(X @ W + b))), "overflow"),
    (lambda X, W, b: 1 / (1 + np.exp(X @ W + b)), "mirrored"),
    (lambda X, W, b: special.expit(X @ W + b) * special.expit(-X @ W - b), "slope"),
]
