"""What students write for `forward_two_layers`: right in other forms, and wrong in their own."""

import numpy as np
from answers.neuron.sigmoid import naive
from scipy.special import expit

from course_lib.activations import sigmoid


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


class TwoLayers:
    def layer(self, A, W, b, f):
        Z = np.dot(A, W) + b
        return Z, f(Z)

    def __call__(self, X, W1, b1, W2, b2):
        Z1, A1 = self.layer(X, W1, b1, np.tanh)
        Z2, P = self.layer(A1, W2, b2, expit)
        return Z1, A1, Z2, P


def forward_by_list(X, W1, b1, W2, b2):
    cache, A = [], X
    for W, b, f in ((W1, b1, np.tanh), (W2, b2, expit)):
        Z = A @ W + b[np.newaxis, :]
        A = f(Z)
        cache += [Z, A]
    return cache


def same_input_twice(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = Z1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def network(
    f=np.tanh, g=expit, first=lambda X, W, b: X @ W + b, second=lambda A, W, b: A @ W + b, **more
):
    """Return the way forward as a student writes it, with one step another."""

    def forward_two_layers(X, W1, b1, W2, b2):
        Z1 = first(X, W1, b1)
        A1 = f(Z1)
        Z2 = second(A1, W2, b2)
        P = g(Z2)
        return more.get("results", lambda *four: four)(Z1, A1, Z2, P)

    return forward_two_layers


def biases_added_late(X, W1, b1, W2, b2):
    Z1 = X @ W1
    Z2 = np.tanh(Z1 + b1) @ W2
    return Z1, np.tanh(Z1 + b1), Z2, expit(Z2 + b2)


def dictionary(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": expit(Z2)}


def adds_in_place(X, W1, b1, W2, b2):
    Z1 = np.dot(X, W1) + b1
    A1 = np.tanh(Z1)
    b2 += 0
    Z2 = np.dot(A1, W2) + b2
    return Z1, A1, Z2, expit(Z2)


def right_f2l(X, W1, b1, W2, b2):
    cache = []
    A = X
    for W_, b_, g in ((W1, b1, np.tanh), (W2, b2, expit)):
        Z = np.matmul(A, W_) + b_[None]
        A = g(Z)
        cache += [Z, A]
    return tuple(cache)


def wrote_bypassed(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = Z1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def wrote_flat_output(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = (A1 @ W2 + b2).squeeze()
    return Z1, A1, Z2, expit(Z2)


def wrote_wrong_way_round(X, W1, b1, W2, b2):
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    return Z1, A1, Z2, expit(Z2)


def wrote_softmax(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    e = np.exp(Z2)
    return Z1, A1, Z2, e / e.sum(axis=1, keepdims=True)


def adds_biases_last(X, W1, b1, W2, b2):
    Z1 = X @ W1
    A1 = np.tanh(Z1) + b1
    Z2 = A1 @ W2
    return Z1, A1, Z2, expit(Z2) + b2


def layers_in_a_loop(X, W1, b1, W2, b2):
    layers = [(W1, b1, np.tanh), (W2, b2, lambda z: 0.5 * (1 + np.tanh(z / 2)))]
    out, a = [], X
    for W, b, f in layers:
        z = np.dot(a, W) + b
        a = f(z)
        out += [z, a]
    return tuple(out)


def squashed_in_Z2(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = sigmoid(A1 @ W2 + b2)
    P = sigmoid(Z2)
    return Z1, A1, Z2, P


def both_exchanged(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    P = np.tanh(Z2)
    return Z1, A1, Z2, P


def same_bias_again(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b1
    return Z1, A1, Z2, sigmoid(Z2)


RIGHT = [
    layers_in_a_loop,
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
    TwoLayers(),
    forward_by_list,
    network(first=lambda X, W, b: np.c_[X, np.ones(len(X))] @ np.vstack([W, b])),
    network(second=lambda A, W, b: np.add(np.tensordot(A, W, axes=1), b)),
    network(
        g=lambda Z: np.where(Z >= 0, 1 / (1 + np.exp(-np.abs(Z))), 1 - 1 / (1 + np.exp(-np.abs(Z))))
    ),
    network(f=lambda Z: np.sinh(np.clip(Z, -20, 20)) / np.cosh(np.clip(Z, -20, 20))),
    right_f2l,
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
    (same_input_twice, "bypassed"),
    (biases_added_late, "biases-not-in-Z"),
    (dictionary, "wrong-type"),
    (adds_in_place, "changes-its-input"),
    (network(f=expit), "sigmoid-on-hidden"),
    (network(f=lambda Z: np.maximum(Z, 0)), "relu-on-hidden"),
    (network(f=lambda Z: Z), "no-hidden-activation"),
    (network(g=np.tanh), "tanh-on-output"),
    (network(g=lambda Z: Z), "no-output-activation"),
    (network(g=lambda Z: (Z > 0).astype(float)), "thresholded"),
    (network(g=lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)), "softmax"),
    (network(g=lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)), "softmax-over-examples"),
    (network(g=lambda Z: np.maximum(Z, 0)), "relu-on-output"),
    (network(g=lambda Z: 1 / (1 + np.exp(Z))), "mirrored-output"),
    (network(f=lambda Z: expit(2 * Z)), "sigmoid-on-hidden"),
    (network(f=lambda Z: 1 - np.tanh(Z) ** 2), "slope-on-hidden"),
    (network(f=lambda Z: np.tanh(np.tanh(Z))), "tanh-twice"),
    (network(g=lambda Z: expit(expit(Z))), "sigmoid-twice"),
    (network(f=np.tan), "tangent-on-hidden"),
    (network(f=np.arctan), "tangent-on-hidden"),
    (network(f=lambda Z: np.tanh(Z / 2)), "stretched-tanh"),
    (network(first=lambda X, W, b: X @ W), "biases-forgotten"),
    (network(second=lambda A, W, b: A @ W), "biases-forgotten"),
    (network(first=lambda X, W, b: X @ W - b), "biases-subtracted"),
    (network(first=lambda X, W, b: X @ (W + b)), "biases-times-inputs"),
    (network(first=lambda X, W, b: X @ W, second=lambda A, W, b: A @ W), "biases-forgotten"),
    (network(results=lambda Z1, A1, Z2, P: (A1, P)), "activations-only"),
    (network(results=lambda Z1, A1, Z2, P: P), "output-only"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, P)), "three-results"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, Z2, A1, P)), "swapped-results"),
    (network(results=lambda Z1, A1, Z2, P: (A1, Z1, P, Z2)), "swapped-results"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, Z2, Z2)), "no-output-activation"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, P, P)), "P-for-Z2"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, Z1, Z2, P)), "Z1-for-A1"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.ravel())), "flat-output"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.mean())), "averaged"),
    (network(results=lambda Z1, A1, Z2, P: (Z1, A1, Z2, np.round(P, 3))), "rounded"),
    (network(first=lambda X, W, b: W.T @ X + b), "wrong-way-round"),
    (network(first=lambda X, W, b: X * W + b), "element-by-element"),
    (network(g=lambda Z: 1 / (1 + np.exp(-Z))), "overflow"),
    (wrote_bypassed, "bypassed"),
    (wrote_flat_output, "flat-output"),
    (wrote_wrong_way_round, "wrong-way-round"),
    (wrote_softmax, "softmax"),
    (adds_biases_last, "bias-after-activation"),
    (squashed_in_Z2, "sigmoid-in-Z2"),
    (both_exchanged, "sigmoid-on-hidden"),
    (same_bias_again, "first-bias-again"),
]


def seen_b_b_swapped(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b2
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


def seen_tanh_of_a(X, W1, b1, W2, b2):
    Z1 = np.tanh(X @ W1 + b1)
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


def seen_sum_of_hidden(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1.sum(axis=1, keepdims=True) + b2
    return Z1, A1, Z2, sigmoid(Z2)


def seen_z_from_x(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(X @ W1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


def seen_abs_w(X, W1, b1, W2, b2):
    Z1 = X @ np.abs(W1) + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ np.abs(W2) + b2
    return Z1, A1, Z2, sigmoid(Z2)


WRONG += [
    (seen_b_b_swapped, "other-name"),
    (seen_tanh_of_a, "tanh"),
    (seen_sum_of_hidden, "as-if"),
    (seen_z_from_x, "argument-unused"),
    (seen_abs_w, "as-if"),
]


def standardises_first(X, W1, b1, W2, b2):
    Xn = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)
    Z1 = Xn @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


WRONG += [(standardises_first, "as-if")]
