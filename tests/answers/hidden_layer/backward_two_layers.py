"""What students write for `backward_two_layers`: right in other forms, and wrong in their own."""

import numpy as np


def backward_averaged_last(X, y, W2, Z1, A1, P):
    m = X.shape[0]
    dZ2 = P - y.reshape(-1, 1)
    dZ1 = np.multiply(np.outer(dZ2, W2), 1 - np.power(A1, 2))
    dW1, dW2 = np.dot(X.T, dZ1) / m, np.dot(A1.T, dZ2) / m
    return dW1, np.sum(dZ1, axis=0) / m, dW2, np.mean(dZ2, axis=0)


def backward_loop(X, y, W2, Z1, A1, P):
    dW1, db1 = np.zeros((X.shape[1], len(W2))), np.zeros(len(W2))
    dW2, db2 = np.zeros(W2.shape), np.zeros(1)
    for x, t, z, a, p in zip(X, y, Z1, A1, P, strict=True):
        dz2 = p - t
        dz1 = W2[:, 0] * dz2 / np.cosh(z) ** 2
        dW2 += a[:, None] * dz2
        db2 += dz2
        dW1 += np.outer(x, dz1)
        db1 += dz1
    return [g / len(y) for g in (dW1, db1, dW2, db2)]


def backward_einsum(X, y, W2, Z1, A1, P):
    d2 = (P[:, 0] - y) / y.size
    d1 = np.einsum("i,j,ij->ij", d2, W2[:, 0], 1 - A1 * A1)
    return np.einsum("ij,ik->jk", X, d1), np.einsum("ij->j", d1), A1.T @ d2[:, None], [d2.sum()]


def backward(dZ2=lambda y, P: (P - y) / len(y), dA1=lambda dZ2, W2: dZ2 @ W2.T, **more):
    """Return backpropagation as a student writes it, with one step another."""
    slope = more.get("slope", lambda Z1, A1: 1 - A1**2)
    db = more.get("db", lambda dZ: np.sum(dZ, axis=0))

    def backward_two_layers(X, y, W2, Z1, A1, P):
        d2 = dZ2(y.reshape(-1, 1), P)
        d1 = dA1(d2, W2) * slope(Z1, A1)
        return np.dot(X.T, d1), db(d1), np.dot(A1.T, d2), db(d2)

    return backward_two_layers


def backward_with_a_vector(X, y, W2, Z1, A1, P):
    d2 = (P - y) / len(y)
    d1 = np.dot(d2, W2.T) * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0), A1.T @ d2, d2.sum(axis=0)


def backward_that_steps(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dW2, db2 = A1.T @ dZ2, dZ2.sum(axis=0)
    W2 = W2 - dW2
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, dZ1.sum(axis=0), dW2, db2


def backward_averages_biases(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, np.mean(dZ1, axis=0), A1.T @ dZ2, np.mean(dZ2, axis=0)


RIGHT = [backward_averaged_last, backward_loop, backward_einsum]

# The function, and the mistake that is to be recognised.
WRONG = [
    (backward(slope=lambda Z1, A1: 1), "derivative-forgotten"),
    (backward(slope=lambda Z1, A1: 1 - Z1**2), "square-of-Z1"),
    (backward(slope=lambda Z1, A1: 1 - np.tanh(A1) ** 2), "slope-at-A1"),
    (backward(slope=lambda Z1, A1: Z1 > 0), "relu-slope"),
    (backward(slope=lambda Z1, A1: A1 - A1**2), "sigmoid-slope"),
    (backward(dZ2=lambda y, P: P - y), "missing-mean"),
    (backward(dZ2=lambda y, P: (y - P) / len(y)), "wrong-sign"),
    (backward(dZ2=lambda y, P: ((1 - y) / (1 - P) - y / P) / len(y)), "slope-of-loss-alone"),
    (backward(dA1=lambda dZ2, W2: dZ2), "W2-forgotten"),
    (backward(db=np.sum), "bias-one-number"),
    (backward(db=lambda dZ: dZ), "bias-not-summed"),
    (backward(db=lambda dZ: np.sum(dZ, axis=0, keepdims=True)), "bias-keepdims"),
    (backward(db=lambda dZ: np.sum(dZ, axis=1)), "bias-wrong-axis"),
    (backward_averages_biases, "averaged-twice"),
    (backward_with_a_vector, "broadcast"),
    (backward_that_steps, "steps-too-early"),
]
