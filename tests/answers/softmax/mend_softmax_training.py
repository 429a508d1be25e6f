"""How students mend `mend_softmax_training`: rightly in other forms, and the symptom alone."""

import numpy as np
from scipy import special

from course_lib.activations import softmax
from course_lib.by_hand.softmax import cross_entropy, one_hot, softmax_cross_entropy_grad
from course_lib.losses import softmax_cross_entropy


def probabilities_once(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        P = softmax(X @ W + b)
        losses.append(cross_entropy(y, P))
        dZ = softmax_cross_entropy_grad(y, P)
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def from_the_logits(X, y, W, b, learning_rate, steps):
    losses = np.empty(steps)
    for step in range(steps):
        losses[step], dZ = softmax_cross_entropy(y, X @ W + b)
        W = W - learning_rate * (X.T @ dZ)
        b = b - learning_rate * np.sum(dZ, axis=0)
    return W, b, losses


def all_by_hand(X, y, W, b, learning_rate, steps):
    m, losses = len(X), []
    Y = one_hot(y, len(b))
    for _ in range(steps):
        E = np.exp(X @ W + b)
        P = E / E.sum(axis=1, keepdims=True)
        losses.append(-(Y * np.log(P)).sum() / m)
        W = W - learning_rate * X.T @ (P - Y) / m
        b = b - learning_rate * (P - Y).mean(axis=0)
    return W, b, losses


def logarithm_between(X, y, W, b, learning_rate, steps):
    """softmax(log p) is p."""
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = np.log(softmax(X @ W + b))
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def with_scipy(inputs, labels, weights, bias, rate, n):
    weights, bias, history = np.array(weights), np.array(bias), []
    while len(history) < n:
        log_p = special.log_softmax(inputs @ weights + bias, axis=1)
        history += [-np.mean(log_p[range(len(labels)), labels])]
        slope = np.exp(log_p)
        slope[range(len(labels)), labels] -= 1
        slope /= len(labels)
        weights -= rate * inputs.T.dot(slope)
        bias -= rate * slope.sum(0)
    return weights, bias, history


def recursive(X, y, W, b, learning_rate, steps):
    if not steps:
        return W, b, []
    loss, dZ = softmax_cross_entropy(y, X @ W + b)
    dW, db = X.T @ dZ, dZ.sum(axis=0)
    W, b, losses = (
        recursive(X, y, W - learning_rate * dW, b - learning_rate * db, 0, 0)
        if (steps == 1)
        else recursive(
            X, y, W - learning_rate * dW, b - learning_rate * db, learning_rate, steps - 1
        )
    )
    return W, b, [loss, *losses]


def bias_as_a_weight(X, y, W, b, learning_rate, steps):
    X1, V, losses = np.column_stack([X, np.ones(len(X))]), np.vstack([W, b]), []
    for _ in range(steps):
        P = softmax(X1 @ V)
        losses.append(cross_entropy(y, P))
        V = V - learning_rate * X1.T @ softmax_cross_entropy_grad(y, P)
    return V[:-1], V[-1], losses


class Neurons:
    def __init__(self, W, b):
        self.W, self.b = W + 0, b + 0

    def logits(self, X):
        return X @ self.W + self.b

    def step(self, X, dZ, rate):
        self.W = self.W - rate * X.T @ dZ
        self.b = self.b - rate * dZ.sum(axis=0)


def with_a_class(X, y, W, b, learning_rate, steps):
    neurons, losses = Neurons(W, b), []
    for _ in range(steps):
        P = softmax(neurons.logits(X))
        losses.append(cross_entropy(y, P))
        neurons.step(X, softmax_cross_entropy_grad(y, P), learning_rate)
    return neurons.W, neurons.b, losses


def lists_of_all(X, y, W, b, learning_rate, steps):
    every = [(W, b)]
    for _ in range(steps):
        dZ = softmax_cross_entropy_grad(y, softmax(X @ every[-1][0] + every[-1][1]))
        W_now, b_now = every[-1]
        every.append((W_now - learning_rate * X.T @ dZ, b_now - learning_rate * dZ.sum(0)))
    return *every[-1], [cross_entropy(y, softmax(X @ W + b)) for W, b in every[:-1]]


def with_einsum(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), np.zeros(steps)
    for i in range(steps):
        Z = np.einsum("mi,ik->mk", X, W) + b
        Z -= Z.max(axis=1, keepdims=True)
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        losses[i] = np.mean(-np.log(P[np.arange(len(y)), y]))
        P[np.arange(len(y)), y] -= 1
        W -= (learning_rate / len(y)) * np.einsum("mi,mk->ik", X, P)
        b -= (learning_rate / len(y)) * P.sum(axis=0)
    return W, b, losses


# --- wrong ---


def mended(
    Z_of=softmax,
    P_of=softmax,
    dZ_of=lambda y, P: softmax_cross_entropy_grad(y, P),
    loss_of=cross_entropy,
    rate=lambda r: r,
    n=lambda n: n,
    then=lambda W, b, losses: (W, b, np.array(losses)),
    copies=True,
):
    """Return the training of the cell with one thing changed, as a student would."""

    def training(X, y, W, b, learning_rate, steps):
        if copies:
            W, b = W.copy(), b.copy()
        losses = []
        for _ in range(n(steps)):
            P = P_of(Z_of(X @ W + b))
            losses.append(loss_of(y, P))
            dZ = dZ_of(y, P)
            W -= rate(learning_rate) * X.T @ dZ
            b -= rate(learning_rate) * dZ.sum(axis=0)
        return then(W, b, losses)

    return training


def same(Z):
    return Z


def momentum(X, y, W, b, learning_rate, steps):
    W, b, losses, vW, vb = W.copy(), b.copy(), [], 0, 0
    for _ in range(steps):
        Z = softmax(X @ W + b)
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        vW, vb = 0.9 * vW + X.T @ dZ, 0.9 * vb + dZ.sum(axis=0)
        W = W - learning_rate * vW
        b = b - learning_rate * vb
    return W, b, np.array(losses)


def report_mended(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = softmax(X @ W + b)
        losses.append(cross_entropy(y, Z))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def slope_mended(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = softmax(X @ W + b)
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, Z)
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def other_place_removed(X, y, W, b, learning_rate, steps):
    """Takes away the softmaxes below, and the one above as well."""
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = X @ W + b
        losses.append(cross_entropy(y, Z))
        dZ = softmax_cross_entropy_grad(y, Z)
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def nothing_but_names(X, y, W, b, lr, n):
    W, b, history = W.copy(), b.copy(), []
    for _ in range(n):
        S = softmax(X @ W + b)
        P = softmax(S)
        history.append(np.nan_to_num(cross_entropy(y, P)))
        dZ = (P - one_hot(y, P.shape[1])) / len(y)
        W = W - lr * X.T @ dZ
        b = b - lr * dZ.sum(axis=0)
    return W, b, np.array(history)


def takes_the_loss_last(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        dZ = softmax_cross_entropy_grad(y, softmax(X @ W + b))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
        losses.append(cross_entropy(y, softmax(X @ W + b)))
    return W, b, np.array(losses)


def starts_at_zero(X, y, W, b, learning_rate, steps):
    return mended(same)(X, y, np.zeros_like(W), np.zeros_like(b), learning_rate, steps)


def turned_uphill(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = softmax(X @ W + b)
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W += learning_rate * X.T @ dZ
        b += learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def not_added_up(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = X @ W + b
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ
    return W, b, np.array(losses)


def no_bias_left(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = X @ W
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def out_at_once(X, y, W, b, learning_rate, steps):
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        P = softmax(X @ W + b)
        losses.append(cross_entropy(y, P))
        dZ = softmax_cross_entropy_grad(y, P)
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
        return W, b, np.array(losses)


RIGHT = [
    probabilities_once,
    from_the_logits,
    all_by_hand,
    logarithm_between,
    with_scipy,
    recursive,
    bias_as_a_weight,
    with_a_class,
    lists_of_all,
    with_einsum,
    mended(same),
    mended(softmax, same),
    mended(lambda Z: Z - Z.max(axis=1, keepdims=True)),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (mended(), "as-given"),
    (nothing_but_names, "as-given"),
    (mended(lambda Z: (P := softmax(Z)) - P.max(axis=1, keepdims=True)), "as-given"),
    (mended(rate=lambda r: 10 * r), "rate-changed"),
    (mended(rate=lambda r: r / 10), "rate-changed"),
    (mended(rate=lambda r: 0.01), "rate-changed"),
    (mended(rate=lambda r: 2 * r), "rate-changed"),
    (mended(n=lambda n: 10 * n), "more-steps"),
    (mended(n=lambda n: 100), "more-steps"),
    (mended(then=lambda W, b, v: (W, b, np.array(v) - 1.461)), "loss-made-up"),
    (mended(then=lambda W, b, v: (W, b, np.clip(v, 0, 1))), "loss-made-up"),
    (mended(then=lambda W, b, v: (W, b, np.zeros(len(v)))), "loss-made-up"),
    (mended(then=lambda W, b, v: (W, b, np.array(v) / 10)), "loss-made-up"),
    (report_mended, "loss-alone"),
    (slope_mended, "slope-alone"),
    (mended(lambda Z: 10 * softmax(Z)), "stretched"),
    (mended(lambda Z: 100 * softmax(Z)), "stretched"),
    (mended(lambda Z: softmax(Z) / 0.1), "stretched"),
    (mended(lambda Z: special.expit(Z)), "squashed-otherwise"),
    (mended(np.tanh), "squashed-otherwise"),
    (mended(lambda Z: np.maximum(0, Z)), "squashed-otherwise"),
    (other_place_removed, "softmax-left-out"),
    (mended(same, lambda Z: softmax(Z.T).T), "by-columns"),
    (mended(same, special.expit), "sigmoids"),
    (
        mended(dZ_of=lambda y, P: softmax_cross_entropy_grad(P.argmax(axis=1), P)),
        "labels-replaced",
    ),
    (
        mended(
            loss_of=lambda y, P: cross_entropy(P.argmax(axis=1), P),
            dZ_of=lambda y, P: softmax_cross_entropy_grad(P.argmax(axis=1), P),
        ),
        "labels-replaced",
    ),
    (mended(loss_of=lambda y, P: np.mean(P.argmax(axis=1) != y)), "another-measure"),
    (mended(same, loss_of=lambda y, P: np.mean(P.argmax(axis=1) == y)), "another-measure"),
    (mended(same, loss_of=lambda y, P: len(y) * cross_entropy(y, P)), "another-measure"),
    (
        mended(dZ_of=lambda y, P: softmax_cross_entropy_grad(y, P) * P * (1 - P)),
        "slope-of-softmax-again",
    ),
    (
        mended(same, dZ_of=lambda y, P: softmax_cross_entropy_grad(y, P) * P * (1 - P)),
        "slope-of-softmax-again",
    ),
    (mended(same, dZ_of=lambda y, P: P - one_hot(y, P.shape[1])), "scaled"),
    (mended(same, rate=lambda r: r / 10), "scaled"),
    (mended(same, rate=lambda r: -r), "scaled"),
    (takes_the_loss_last, "loss-after-the-step"),
    (mended(same, then=lambda W, b, v: (W, b, v[-1])), "last-loss-only"),
    (mended(same, then=lambda W, b, v: (v, W, b)), "other-order"),
    (mended(same, then=lambda W, b, v: (W, b)), "other-order"),
    (starts_at_zero, "started-elsewhere"),
    (mended(same, copies=False), "changes-its-input"),
    (mended(copies=False), "changes-its-input"),
    (mended(P_of=lambda Z: softmax(Z) / softmax(Z).max(axis=1, keepdims=True)), "enlarged"),
    (momentum, "momentum"),
    (turned_uphill, "sign-changed"),
    (not_added_up, "raised"),
    (no_bias_left, "bias-left-out"),
    (out_at_once, "one-step-only"),
]


def weights_with_momentum(X, y, W, b, learning_rate, steps):
    W, b, losses, v = W.copy(), b.copy(), [], 0
    for _ in range(steps):
        P = softmax(X @ W + b)
        losses.append(cross_entropy(y, P))
        dZ = softmax_cross_entropy_grad(y, P)
        v = 0.9 * v + X.T @ dZ
        W -= learning_rate * v
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


WRONG += [(weights_with_momentum, "remembered")]
