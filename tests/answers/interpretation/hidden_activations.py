"""What students write for `hidden_activations`: right in other forms, and wrong in their own."""

import numpy as np
from scipy import special

from course_lib.activations import sigmoid


def activations_loop(X, W1, b1):
    A1 = np.zeros((len(X), W1.shape[1]))
    for i, x in enumerate(X):
        for j in range(W1.shape[1]):
            A1[i, j] = special.expit(sum(x * W1[:, j]) + b1[j])
    return A1


class HiddenLayer:
    def activate(self, z):
        return np.exp(-np.logaddexp(0, -z))

    def __call__(self, images, weights, biases):
        return self.activate(np.matmul(images, weights) + biases[np.newaxis])


def last_image(X, W1, b1):
    for x in X:
        A1 = special.expit(x @ W1 + b1)
    return A1


def returns_early(X, W1, b1):
    A1 = np.zeros((len(X), len(b1)))
    for i, x in enumerate(X):
        A1[i] = special.expit(x @ W1 + b1)
        return A1


def in_place(X, W1, b1):
    W1 += b1
    return special.expit(X @ W1)


def right_ha(X, W1, b1):
    hidden = np.empty((len(X), W1.shape[1]))
    for j, (col, bias) in enumerate(zip(W1.T, b1, strict=True)):
        hidden[:, j] = special.expit(X @ col + bias)
    return hidden


def wrote_element_by_element(X, W1, b1):
    return special.expit(X * W1 + b1)


def wrote_overflow(X, W1, b1):
    z = X @ W1 + b1
    return np.exp(z) / (1 + np.exp(z))


def scaled_pixels(X, W1, b1):
    return sigmoid(X / 255 @ W1 + b1)


RIGHT = [
    activations_loop,
    lambda X, W, b: special.expit(np.dot(X, W) + b),
    lambda X, W, b: 1 / (1 + np.exp(-np.clip(X @ W + b, -500, 500))),
    lambda X, W, b: np.array([special.expit(W.T @ x + b) for x in X]),
    lambda X, W, b: special.expit(W.T @ X.T + b[:, None]).T,
    lambda X, W, b: 0.5 + 0.5 * np.tanh((np.einsum("ij,jk->ik", X, W) + b.reshape(1, -1)) / 2),
    HiddenLayer(),
    lambda X, W, b: special.expit(np.c_[X, np.ones(len(X))] @ np.vstack([W, b])),
    lambda X, W, b: np.stack(
        [special.expit(X @ w + t) for w, t in zip(W.T, b, strict=True)], axis=1
    ),
    lambda X, W, b: np.where(
        (Z := X @ W + b) > 0, 1 / (1 + np.exp(-abs(Z))), np.exp(-abs(Z)) / (1 + np.exp(-abs(Z)))
    ),
    right_ha,
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
    (last_image, "last-image-only"),
    (returns_early, "first-row-only"),
    (in_place, "bias-weighted"),
    (lambda X, W, b: special.expit(X @ W * b), "bias-as-factor"),
    (lambda X, W, b: special.expit((X @ W + b) / len(W)), "scaled"),
    (lambda X, W, b: special.expit(X @ W / len(W) + b), "scaled"),
    (lambda X, W, b: special.expit(2 * (X @ W + b)), "scaled"),
    (lambda X, W, b: special.expit(np.abs(X @ W + b)), "sign-lost"),
    (lambda X, W, b: np.log1p(np.exp(X @ W + b)), "softplus"),
    (lambda X, W, b: np.exp(X @ W + b), "softplus"),
    (lambda X, W, b: 1 - special.expit(X @ W + b), "mirrored"),
    (lambda X, W, b: np.tanh(X @ W + b), "tanh"),
    (lambda X, W, b: np.maximum(X @ W + b, 0), "relu"),
    (lambda X, W, b: special.expit(X @ W + b).mean(axis=0), "images-averaged"),
    (lambda X, W, b: special.expit(X @ W + b).ravel(), "flat"),
    (lambda X, W, b: np.round(special.expit(X @ W + b), 2), "rounded"),
    (lambda X, W, b: (special.expit(X @ W + b), X @ W + b), "two-results"),
    (lambda X, W, b: special.expit(X * W + b), "element-by-element"),
    (wrote_element_by_element, "element-by-element"),
    (wrote_overflow, "overflow"),
    (lambda X, W, b: special.expit(X @ W + b.reshape(-1, 1)), "bias-per-image"),
    (lambda X, W, b: special.expit(special.expit(X @ W + b)), "sigmoid-twice"),
    (lambda X, W, b: special.expit(X) @ W + b, "sigmoid-too-early"),
    (lambda X, W, b: special.expit(X[0] @ W + b), "first-image-only"),
    (lambda X, W, b: np.average(special.expit(X @ W + b), axis=1), "units-averaged"),
    (scaled_pixels, "divided-by-255"),
]


def seen_x_normalised_per(X, W1, b1):
    X = X / (np.linalg.norm(X, axis=1, keepdims=True) + 1e-12)
    return sigmoid(X @ W1 + b1)


def seen_b_only(X, W1, b1):
    return sigmoid(X @ W1 + b1[0])


WRONG += [
    (seen_x_normalised_per, "as-if"),
    (seen_b_only, "as-if"),
]
