"""What students write for `forward`: right in other forms, and wrong in their own."""

import math
from functools import partial

import numpy as np
from answers.neuron.sigmoid import naive
from scipy.special import expit

from course_lib.activations import sigmoid


def returns_in_the_loop(X, w, b):
    for x in X:
        return expit(x @ w + b)


def forward_rows(inputs, weights, bias=0.0):
    out = np.zeros(len(inputs))
    for i in range(len(inputs)):
        z = bias
        for j in range(len(weights)):
            z += inputs[i, j] * weights[j]
        out[i] = expit(z)
    return out


class Neuron:
    def activate(self, z):
        return np.exp(-np.logaddexp(0.0, -z))

    def __call__(self, X, w, b):
        return self.activate(np.inner(X, w) + b)


def overwrites_in_the_loop(X, w, b):
    for i in range(X.shape[0]):
        a = expit(np.dot(X[i], w) + b)
    return a


def appends_too_late(X, w, b):
    outputs = []
    for x in X:
        z = 0
        for x_j, w_j in zip(x, w, strict=True):
            z += x_j * w_j + b
        outputs.append(expit(z))
    return np.array(outputs)


def sums_never_reset(X, w, b):
    z, outputs = 0, []
    for x in X:
        for x_j, w_j in zip(x, w, strict=True):
            z += x_j * w_j
        outputs.append(expit(z + b))
    return np.array(outputs)


def with_a_list(X, w, b):
    return [float(expit(x @ w + b)) for x in X]


def right_neuron_output(X, weights, bias):
    z = np.einsum("ij,j->i", X, weights) + bias
    return expit(z)


class right_Perceptron:
    def __new__(cls, X, w, b):
        return np.array(
            [expit(sum(xi * wi for xi, wi in zip(row, w, strict=True)) + b) for row in X]
        )


def wrote_bias_after_activation(X, w, b):
    act = []
    for i in range(X.shape[0]):
        act.append(expit(np.dot(w, X[i])) + b)
    return np.asarray(act)


def wrote_bias_for_each_weight(X, w, b):
    return expit((X * w + b).sum(1))


def wrote_transposed(X, w, b):
    return expit(np.dot(w.T, X) + b)


RIGHT = [
    lambda X, w, b: expit(np.einsum("ij,j->i", X, w) + b),
    lambda X, w, b: expit((X * w).sum(axis=1) + b),
    lambda X, w, b: expit(np.dot(w, X.T) + b),
    lambda X, w, b: np.array([expit(sum(x * w) + b) for x in X]),
    lambda X, w, b: expit(np.matmul(X, w[:, None]) + b).ravel(),
    forward_rows,
    Neuron(),
    with_a_list,
    partial(lambda f, X, w, b: f(np.tensordot(X, w, axes=1) + b), expit),
    # the bias as one more weight, on an input that is always 1
    lambda X, w, b: expit(np.c_[np.ones(len(X)), X] @ np.r_[b, w]),
    np.vectorize(lambda x, w, b: expit(np.dot(x, w) + b), signature="(n),(n),()->()"),
    right_neuron_output,
    right_Perceptron,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda X, w, b: naive(np.dot(X, w)), "bias-forgotten"),
    (lambda X, w, b: naive(X @ w.reshape(-1, 1) + b), "column"),
    (lambda X, w, b: naive(np.dot(w, X) + b), "transposed"),
    (lambda X, w, b: np.dot(X, w) + b, "no-activation"),
    (lambda X, w, b: X @ w, "no-activation"),
    (returns_in_the_loop, "first-example-only"),
    (lambda X, w, b: naive(np.sum(X * w, axis=0) + b), "sum-over-examples"),
    (lambda X, w, b: (expit(X @ w + b) >= 0.5).astype(float), "thresholded"),
    (overwrites_in_the_loop, "last-example-only"),
    (appends_too_late, "bias-for-each-weight"),
    (sums_never_reset, "sum-goes-on"),
    (lambda X, w, b: expit(w.T @ X.T) + b, "bias-after-activation"),
    (lambda X, w, b: expit(np.dot(w.T, X) + b), "transposed"),
    (lambda X, w, b: expit(X * w + b), "not-summed"),
    (lambda X, w, b: expit(np.sum(X * w) + b), "sum-over-everything"),
    (lambda X, w, b: expit(np.sum(X @ w) + b), "sum-over-everything"),
    (lambda X, w, b: np.tanh(X @ w + b), "tanh"),
    (lambda X, w, b: np.maximum(X @ w + b, 0), "relu"),
    (lambda X, w, b: 1 / (1 + np.exp(X @ w + b)), "mirrored"),
    (lambda X, w, b: 1 / (1 + np.exp(-X @ w + b)), "bias-subtracted"),
    (lambda X, w, b: expit(X @ w - b), "bias-subtracted"),
    (lambda X, w, b: expit(b * (X @ w)), "bias-as-factor"),
    (lambda X, w, b: expit((X + b) @ w), "bias-times-weights"),
    (lambda X, w, b: expit(X @ w + b) * (1 - expit(X @ w + b)), "slope"),
    (lambda X, w, b: expit(X) @ w + b, "sigmoid-too-early"),
    (lambda X, w, b: expit(expit(X @ w + b)), "sigmoid-twice"),
    (lambda X, w, b: expit((X @ w + b) / len(w)), "mean-for-sum"),
    (lambda X, w, b: expit(np.mean(X * w, axis=1) + b), "mean-for-sum"),
    (lambda X, w, b: np.exp(X @ w + b) / np.sum(np.exp(X @ w + b)), "softmax"),
    (lambda X, w, b: (X @ w + b > 0).astype(int), "thresholded"),
    (lambda X, w, b: expit(X @ w[:, np.newaxis] + b), "column"),
    (lambda X, w, b: (expit(X @ w + b), X @ w + b), "two-results"),
    (lambda X, w, b: np.round(expit(X @ w + b), 3), "rounded"),
    (lambda X, w, b: expit(np.outer(X, w) + b), "not-summed"),
    (lambda X, w, b: math.exp(X @ w + b), "raised"),
    (lambda X, w, b: X.dot(w) + b, "no-activation"),
    (wrote_bias_after_activation, "bias-after-activation"),
    (wrote_bias_for_each_weight, "bias-for-each-weight"),
    (wrote_transposed, "transposed"),
    (lambda X, w, b: expit(X.reshape((-1, 28 * 28)).dot(w) + b), "hard-coded-pixels"),
    (lambda X, w, b: np.average(expit(X @ w + b)), "averaged"),
    (lambda X, w, b: expit(w.reshape(1, -1) @ X.T + b), "row"),
    (lambda X, w, b: expit(np.dot(X, w + b)), "bias-times-inputs"),
    (lambda X, w, b: np.exp(X @ w + b) / (1 + np.exp(X @ w + b)), "overflow"),
]


def seen_standardises_x_first(X, w, b):
    X = (X - X.mean()) / (X.std() + 1e-9)
    return sigmoid(X @ w + b)


def seen_appends_inside_inner(X, w, b):
    out = []
    for x in X:
        z = b
        for i in range(len(w)):
            z += x[i] * w[i]
            out.append(sigmoid(z))
    return np.array(out)


def seen_sigmoid_per_product(X, w, b):
    return np.sum(sigmoid(X * w), axis=1) + b


def seen_keeps_only_first(X, w, b):
    return sigmoid(X[:, 0] * w[0] + b)


def seen_range_len_w(X, w, b):
    z = np.full(len(X), b, dtype=float)
    for j in range(len(w) - 1):
        z += X[:, j] * w[j]
    return sigmoid(z)


def seen_weights_normalised(X, w, b):
    return sigmoid(X @ (w / np.linalg.norm(w)) + b)


def seen_w_reversed(X, w, b):
    return sigmoid(X @ w[::-1] + b)


def seen_bias_times_m(X, w, b):
    return sigmoid(X @ w + b * len(X))


WRONG += [
    (seen_standardises_x_first, "as-if"),
    (seen_appends_inside_inner, "wrong-shape"),
    (seen_sigmoid_per_product, "squashed-one-by-one"),
    (seen_keeps_only_first, "part-left-out"),
    (seen_range_len_w, "part-left-out"),
    (seen_weights_normalised, "as-if"),
    (seen_w_reversed, "as-if"),
    (seen_bias_times_m, "as-if"),
]

WRONG += [
    (lambda X, w, b: np.clip(sigmoid(X @ w + b), 0.1, 0.9), "held"),
    (lambda X, w, b: sigmoid(X**2 @ w + b), "as-if"),
]


def keeps_the_type_of_inputs(X, w, b):
    z = np.empty(len(X), dtype=X.dtype)
    for i, x in enumerate(X):
        z[i] = x @ w + b
    return sigmoid(z)


WRONG += [(keeps_the_type_of_inputs, "types-of-inputs")]

WRONG += [
    (lambda X, w, b: np.sum(sigmoid(X @ w + b)), "averaged"),
    (lambda X, w, b: np.tanh(X @ w), "other-activation-without-bias"),
    (lambda X, w, b: np.maximum(X @ w, 0), "other-activation-without-bias"),
]


def into_whole_numbers(X, w, b):
    outputs = np.zeros(len(X), dtype=int)
    outputs[:] = sigmoid(X @ w + b)
    return outputs


WRONG += [
    (lambda X, w, b: (1 / (1 + np.exp(-(X @ w + b)))).astype(int), "cut-to-whole-numbers"),
    (into_whole_numbers, "cut-to-whole-numbers"),
    (lambda X, w, b: sigmoid(X @ w + b).round(), "thresholded"),
]
