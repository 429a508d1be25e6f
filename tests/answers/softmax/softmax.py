"""What students write for `softmax`: right in other forms, and wrong in their own."""

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


RIGHT = [
    softmax_loop,
    softmax_in_columns,
    lambda Z: special.softmax(Z, axis=1),
    lambda Z: np.exp(Z - special.logsumexp(Z, axis=1, keepdims=True)),
    lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, np.newaxis]),
    lambda Z: np.array([special.softmax(z) for z in Z]),
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
]
