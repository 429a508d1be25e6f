"""What students write for `backward_two_layers`: right in other forms, and wrong in their own."""

import numpy as np
from scipy.special import expit


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


class Backward:
    def dense(self, inputs, dZ):
        return inputs.T @ dZ, np.sum(dZ, axis=0)

    def __call__(self, X, y, W2, Z1, A1, P):
        dZ2 = np.subtract(P, y.reshape(P.shape)) / y.size
        dZ1 = np.multiply(dZ2 @ W2.T, 1 - np.square(np.tanh(Z1)))
        return *self.dense(X, dZ1), *self.dense(A1, dZ2)


def backward_long_chain(X, y, W2, Z1, A1, P):
    """Through dL/dp and dp/dz, each by itself."""
    t, m = y[:, np.newaxis], len(y)
    dP = (-t / P + (1 - t) / (1 - P)) / m
    dZ2 = dP * P * (1 - P)
    dA1 = np.outer(dZ2, W2)
    dZ1 = dA1 / np.cosh(Z1) ** 2
    return np.dot(X.T, dZ1), np.ones(m) @ dZ1, np.dot(A1.T, dZ2), np.ones(m) @ dZ2


def backward_with_shapes_kept(X, targets, W2, Z1, A1, outputs):
    delta2 = (outputs.T - targets).T / targets.shape[0]
    delta1 = (1 + A1) * (1 - A1) * delta2.dot(W2.T)
    return X.T.dot(delta1), delta1.sum(0), A1.T.dot(delta2), delta2.sum(0)


def steps(
    error=lambda y, P: (P - y) / len(y),
    back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1**2),
    **more,
):
    """Return the way back as a student writes it, with one line another."""
    first = more.get("first", lambda X, d1: (X.T @ d1, d1.sum(axis=0)))
    second = more.get("second", lambda A1, d2: (A1.T @ d2, d2.sum(axis=0)))
    results = more.get("results", lambda *four: four)

    def backward_two_layers(X, y, W2, Z1, A1, P):
        d2 = error(y[:, None], P)
        dW2, db2 = second(A1, d2)
        d1 = back(d2, W2, dW2, Z1, A1)
        dW1, db1 = first(X, d1)
        return results(dW1, db1, dW2, db2)

    return backward_two_layers


def in_place(X, y, W2, Z1, A1, P):
    P -= y.reshape(-1, 1)
    P /= len(y)
    dZ1 = P @ W2.T * (1 - A1**2)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ P, P.sum(axis=0)


def one_minus_in_place(X, y, W2, Z1, A1, P):
    d2 = (P - y[:, None]) / len(y)
    dW2 = A1.T @ d2
    A1 *= A1
    d1 = d2 @ W2.T * (1 - A1)
    return X.T @ d1, d1.sum(axis=0), dW2, d2.sum(axis=0)


def first_example(X, y, W2, Z1, A1, P):
    for x, t, a, p in zip(X, y, A1, P, strict=True):
        d2 = (p - t) / len(y)
        d1 = W2[:, 0] * d2 * (1 - a**2)
        return np.outer(x, d1), d1, np.outer(a, d2), d2


def right_b2l(X, Y, W2, Z1, A1, A2):
    m = len(X)
    Y = Y.reshape(A2.shape)
    dZ2 = A2 - Y
    dW2 = 1 / m * A1.T.dot(dZ2)
    db2 = 1 / m * np.sum(dZ2, axis=0)
    dZ1 = dZ2.dot(W2.T) * (1 - np.power(A1, 2))
    return 1 / m * X.T.dot(dZ1), 1 / m * np.sum(dZ1, axis=0), dW2, db2


def wrote_broadcast(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = P - y
    dW2 = A1.T @ d2 / m
    db2 = d2.sum(0) / m
    d1 = d2 @ W2.T * (1 - A1**2)
    return X.T @ d1 / m, d1.sum(0) / m, dW2, db2


def wrote_square_of_z1(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = P - y[:, None]
    d1 = d2 @ W2.T * (1 - Z1**2)
    return X.T @ d1 / m, d1.mean(0), A1.T @ d2 / m, d2.mean(0)


def wrote_sigmoid_slope(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = (P - y.reshape(-1, 1)) / m
    d1 = np.dot(d2, W2.T) * A1 * (1 - A1)
    return X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0)


def wrote_bias_keepdims(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = (P - y.reshape(-1, 1)) / m
    d1 = np.dot(d2, W2.T) * (1 - A1**2)
    return X.T @ d1, d1.sum(0, keepdims=True), A1.T @ d2, d2.sum(0, keepdims=True)


def wrote_averaged_twice(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = (P - y.reshape(-1, 1)) / m
    d1 = np.dot(d2, W2.T) * (1 - A1**2)
    return X.T @ d1 / m, d1.mean(0), A1.T @ d2 / m, d2.mean(0)


def wrote_swapped_results(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = (P - y.reshape(-1, 1)) / m
    d1 = np.dot(d2, W2.T) * (1 - A1**2)
    return A1.T @ d2, d2.sum(0), X.T @ d1, d1.sum(0)


def wrote_weights_not_transposed(X, y, W2, Z1, A1, P):
    m = len(X)
    d2 = (P - y.reshape(-1, 1)) / m
    d1 = d2 @ W2 * (1 - A1**2)
    return X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0)


def output_layer(X, y, W2, Z1, A1, P):
    error = P - y[:, None]
    return A1.T @ error / len(y), error.mean(axis=0)


def fed_with_Z1(X, y, W2, Z1, A1, P):
    d2 = (P - y[:, None]) / len(y)
    d1 = d2 @ W2.T * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0), Z1.T @ d2, d2.sum(axis=0)


def slope_in_the_first_layer_too(X, y, W2, Z1, A1, P):
    d2 = (P - y[:, None]) / len(y)
    d1 = (d2 * P * (1 - P)) @ W2.T * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0), A1.T @ d2, d2.sum(axis=0)


RIGHT = [
    backward_averaged_last,
    backward_loop,
    backward_einsum,
    Backward(),
    backward_long_chain,
    backward_with_shapes_kept,
    steps(),
    steps(back=lambda d2, W2, dW2, Z1, A1: d2 * W2.T * (1 - A1**2)),
    steps(back=lambda d2, W2, dW2, Z1, A1: np.einsum("ik,jk,ij->ij", d2, W2, 1 - A1**2)),
    steps(results=lambda *four: list(four)),
    right_b2l,
]

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
    (in_place, "changes-its-input"),
    (one_minus_in_place, "changes-its-input"),
    (first_example, "first-example-only"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ dW2.T * (1 - A1**2)), "dW2-for-W2"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * Z1), "Z1-for-slope"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * A1), "activation-for-slope"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T), "derivative-forgotten"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - Z1**2)), "square-of-Z1"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1)), "slope-not-squared"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 + A1**2)), "slope-with-plus"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (A1**2 - 1)), "slope-negative"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * A1 * (1 - A1)), "sigmoid-slope"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1**2) * Z1), "slope-times-Z1"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1**2) * A1), "slope-times-A1"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1**2) ** 2), "slope-twice"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - np.tanh(A1) ** 2)), "slope-at-A1"),
    (
        steps(back=lambda d2, W2, dW2, Z1, A1: (d2 @ W2.T) @ (1 - A1**2).T),
        "matrix-product-with-slope",
    ),
    (
        steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T @ (1 - A1**2).T @ A1),
        "matrix-product-with-slope",
    ),
    (
        steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ (W2.T * (1 - A1**2).mean(axis=0))),
        "slope-averaged",
    ),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 * (1 - A1**2)), "W2-forgotten"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: W2.T * (1 - A1**2)), "error-left-out"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2.sum() * W2.T * (1 - A1**2)), "error-of-all"),
    (
        steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ np.abs(W2.T) * (1 - A1**2)),
        "weights-without-sign",
    ),
    (steps(back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (Z1 > 0)), "relu-slope"),
    (steps(back=lambda d2, W2, dW2, Z1, A1: (d2 + W2.T) * (1 - A1**2)), "error-added"),
    (steps(lambda y, P: (P - y) * P * (1 - P) / len(y)), "squared-error"),
    (steps(lambda y, P: 2 * (P - y) / len(y)), "factor-two"),
    (steps(lambda y, P: (P - y) ** 2 / len(y)), "squared"),
    (steps(lambda y, P: (P - y) / (P * (1 - P)) / len(y)), "slope-of-loss-alone"),
    (steps(lambda y, P: -y / P / len(y)), "ones-only"),
    (steps(lambda y, P: P / len(y)), "targets-forgotten"),
    (steps(lambda y, P: np.abs(P - y) / len(y)), "absolute"),
    (steps(lambda y, P: P - y / len(y)), "mean-of-one-part"),
    (steps(lambda y, P: (P - y).mean() + 0 * P), "errors-averaged"),
    (steps(lambda y, P: (P - y) / 2), "factor-two"),
    (steps(lambda y, P: (expit(P) - y) / len(y)), "sigmoid-again"),
    (steps(lambda y, P: y - P), "wrong-sign-and-sum"),
    (steps(second=lambda A1, d2: (A1.T @ (d2 * 0.25), d2.sum(axis=0))), "wrong-scale"),
    (steps(first=lambda X, d1: (X.T @ d1, d1)), "bias-not-summed"),
    (steps(first=lambda X, d1: (X.T @ d1, 4 * d1.sum(axis=0))), "wrong-scale"),
    (steps(first=lambda X, d1: (X.T @ d1, d1.mean(axis=0))), "averaged-twice"),
    (steps(first=lambda X, d1: (X.T @ d1, d1.sum())), "bias-one-number"),
    (steps(first=lambda X, d1: (X.T @ d1, d1.sum(axis=1))), "bias-wrong-axis"),
    (steps(first=lambda X, d1: (X.T @ d1, np.sum(d1, axis=0, keepdims=True))), "bias-keepdims"),
    (steps(second=lambda A1, d2: (A1.T @ d2, d2.sum(axis=0, keepdims=True))), "bias-keepdims"),
    (steps(second=lambda A1, d2: (A1.T @ d2, d2.sum())), "bias-one-number"),
    (steps(second=lambda A1, d2: (A1.T @ d2, d2.mean(axis=0))), "averaged-twice"),
    (steps(second=lambda A1, d2: ((A1 * d2).sum(axis=0), d2.sum(axis=0))), "flat-results"),
    (steps(first=lambda X, d1: (d1.T @ X, d1.sum(axis=0))), "transposed"),
    (steps(results=lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)), "swapped-results"),
    (steps(results=lambda dW1, db1, dW2, db2: (dW1, dW2)), "weights-only"),
    (
        steps(results=lambda dW1, db1, dW2, db2: {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}),
        "wrong-type",
    ),
    (steps(results=lambda dW1, db1, dW2, db2: (dW1, db1, dW2)), "three-results"),
    (steps(results=lambda dW1, db1, dW2, db2: (dW1, db1, dW2, -db2)), "one-part-wrong-sign"),
    (steps(results=lambda dW1, db1, dW2, db2: (-dW1, -db1, dW2, db2)), "slope-negative"),
    (steps(results=lambda dW1, db1, dW2, db2: (dW1, 0 * db1, dW2, 0 * db2)), "biases-forgotten"),
    (
        steps(
            lambda y, P: (P - y) / len(y),
            back=lambda d2, W2, dW2, Z1, A1: d2 @ W2.T * (1 - A1**2) * 0.5,
        ),
        "factor-two",
    ),
    (wrote_broadcast, "broadcast"),
    (wrote_square_of_z1, "square-of-Z1"),
    (wrote_sigmoid_slope, "sigmoid-slope"),
    (wrote_bias_keepdims, "bias-keepdims"),
    (wrote_averaged_twice, "averaged-twice"),
    (wrote_swapped_results, "swapped-results"),
    (wrote_weights_not_transposed, "weights-not-transposed"),
    (output_layer, "second-layer-only"),
    (
        steps(
            lambda y, P: (P - y) / len(y), back=lambda d2, W2, dW2, Z1, A1: d2 @ W2 * (1 - A1**2)
        ),
        "weights-not-transposed",
    ),
    (fed_with_Z1, "Z1-for-A1"),
    (slope_in_the_first_layer_too, "squared-error-in-one-layer"),
    (steps(lambda y, P: ((P > 0.5) - y) / len(y)), "thresholded"),
]


def seen_slope_missing_and(X, y, W2, Z1, A1, P):
    dZ2 = (P - y.reshape(-1, 1)) / len(y)
    dZ1 = dZ2 @ W2.T
    return X.T @ dZ1, dZ1.mean(axis=0), A1.T @ dZ2, dZ2.mean(axis=0)


def seen_first_layer_bias(X, y, W2, Z1, A1, P):
    d = (P - y[:, None]) / len(y)
    d1 = d @ W2.T * (1 - A1**2)
    return X.T @ d1, np.repeat(d.sum(axis=0), W2.shape[0]), A1.T @ d, d.sum(axis=0)


def seen_w_squared_path(X, y, W2, Z1, A1, P):
    d = (P - y[:, None]) / len(y)
    d1 = d @ (W2**2).T * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0), A1.T @ d, d.sum(axis=0)


WRONG += [
    (seen_slope_missing_and, "derivative-forgotten"),
    (seen_first_layer_bias, "argument-unused"),
    (seen_w_squared_path, "as-if"),
]


def sums_up_the_table(X, y, W2, Z1, A1, P):
    m = y.shape[0]
    dZ2 = (P - y) / m
    dW2 = A1.T @ dZ2
    db2 = np.sum(dZ2, axis=0)
    dZ1 = dZ2.sum(axis=1, keepdims=True) @ W2.T * (1 - A1**2)
    dW1 = X.T @ dZ1
    db1 = np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


WRONG += [(sums_up_the_table, "broadcast")]


def divided_by(number):
    """Write the way back with another number where that of the examples belongs."""

    def backward(X, y, W2, Z1, A1, P):
        m = number(X, A1)
        dZ2 = (P - y.reshape(-1, 1)) / m
        dZ1 = dZ2 @ W2.T * (1 - A1**2)
        return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)

    return backward


def divided_by_at_the_end(number):
    def backward(X, y, W2, Z1, A1, P):
        m = number(X, A1)
        dZ2 = P - y[:, np.newaxis]
        dZ1 = (dZ2 @ W2.T) * (1 - np.tanh(Z1) ** 2)
        return X.T @ dZ1 / m, dZ1.sum(axis=0) / m, A1.T @ dZ2 / m, dZ2.sum(axis=0) / m

    return backward


WRONG += [
    (divided_by(lambda X, A1: X.shape[1]), "divided-by-features"),
    (divided_by(lambda X, A1: X.size), "divided-by-features"),
    (divided_by(lambda X, A1: A1.shape[1]), "divided-by-features"),
    (divided_by(lambda X, A1: len(X.T)), "divided-by-features"),
    (divided_by(lambda X, A1: len(X[0])), "divided-by-features"),
    (divided_by(lambda X, A1: A1.size), "divided-by-features"),
    (divided_by_at_the_end(lambda X, A1: X.shape[1]), "divided-by-features"),
    (divided_by_at_the_end(lambda X, A1: A1.shape[-1]), "divided-by-features"),
    # Never divided: no such number has a part in it.
    (divided_by(lambda X, A1: 1), "missing-mean"),
]
