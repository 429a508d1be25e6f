"""What students write for `forward_two_layers`: right in other forms, and wrong in their own."""

import numpy as np
from answers.neuron.sigmoid import naive
from scipy.special import expit


def forward_loop(X, W1, b1, W2, b2):
    rows = []
    for x in X:
        z1 = np.array([sum(x * W1[:, j]) + b1[j] for j in range(len(b1))])
        z2 = np.array([sum(np.tanh(z1) * W2[:, 0]) + b2[0]])
        rows.append((z1, np.tanh(z1), z2, expit(z2)))
    return tuple(map(np.array, zip(*rows, strict=True)))


def forward_overwrites(X, W1, b1, W2, b2):
    Z1 = X @ W1
    Z1 += b1
    A1 = np.tanh(Z1, out=Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def forward_with_own_tanh(X, W1, b1, W2, b2):
    Z1 = X.dot(W1) + b1
    A1 = (np.exp(Z1) - np.exp(-Z1)) / (np.exp(Z1) + np.exp(-Z1))
    Z2 = A1.dot(W2) + b2
    return Z1, A1, Z2, expit(Z2)


RIGHT = [
    forward_loop,
    lambda X, W1, b1, W2, b2: [
        Z1 := np.dot(X, W1) + b1.reshape(1, -1),
        A1 := 2 * expit(2 * Z1) - 1,
        Z2 := np.dot(A1, W2) + b2,
        expit(Z2),
    ],
    lambda X, W1, b1, W2, b2: (
        Z1 := np.einsum("ij,jk->ik", X, W1) + b1,
        A1 := np.tanh(Z1),
        Z2 := (A1 @ W2[:, 0] + b2)[:, None],
        (1 + np.tanh(Z2 / 2)) / 2,
    ),
    lambda X, W1, b1, W2, b2: (
        Z1 := (W1.T @ X.T + b1[:, None]).T,
        A1 := np.tanh(Z1),
        Z2 := np.sum(A1 * W2.T, axis=1, keepdims=True) + b2,
        np.exp(-np.logaddexp(0, -Z2)),
    ),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (forward_with_own_tanh, "tanh-overflows"),
    (
        lambda X, W1, b1, W2, b2: (
            Z1 := W1.T @ X.T + b1.reshape(-1, 1),
            A1 := np.tanh(Z1),
            Z2 := W2.T @ A1 + b2,
            expit(Z2),
        ),
        "examples-in-columns",
    ),
    (
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := expit(Z1),
            Z2 := A1 @ W2 + b2,
            expit(Z2),
        ),
        "sigmoid-on-hidden",
    ),
    (
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := A1 @ W2 + b2,
            naive(Z2),
        ),
        "overflow",
    ),
    (
        lambda X, W1, b1, W2, b2: (Z1 := X @ W1, A1 := np.tanh(Z1), Z2 := A1 @ W2, naive(Z2)),
        "biases-forgotten",
    ),
    (
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := A1 @ W2 + b2,
            np.tanh(Z2),
        ),
        "tanh-on-output",
    ),
    (
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := (A1 @ W2 + b2).ravel(),
            expit(Z2),
        ),
        "flat-output",
    ),
    (forward_overwrites, "A1-for-Z1"),
]
