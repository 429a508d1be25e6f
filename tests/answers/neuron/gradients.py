"""What students write for `gradients`: right in other forms, and wrong in their own."""

import numpy as np


def gradients_loop(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        dw += (y_hat[i] - y[i]) * X[i]
        db += y_hat[i] - y[i]
    return [dw / len(y), db / len(y)]


def gradients_by_weight(X, y, p):
    m, n = X.shape
    dw = np.empty(n)
    for j in range(n):
        dw[j] = sum((p[i] - y[i]) * X[i, j] for i in range(m)) / m
    return dw, sum(p - y) / m


def gradients_of_columns(inputs, targets, outputs):
    error = (outputs - targets).reshape(-1, 1)
    dw = np.dot(inputs.T, error) / error.size
    return dw.flatten(), error.mean()


def averages_after_one(X, y, p):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        dw += (p[i] - y[i]) * X[i]
        db += p[i] - y[i]
        return dw / len(y), db / len(y)


def overwrites(X, y, p):
    for i in range(len(y)):
        dw = (p[i] - y[i]) * X[i]
        db = p[i] - y[i]
    return dw / len(y), db / len(y)


def bias_once_a_weight(X, y, p):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            dw[j] += X[i, j] * (p[i] - y[i])
            db += p[i] - y[i]
    return dw / len(y), db / len(y)


def multiplies_after_the_loop(X, y, p):
    error, inputs = 0, np.zeros(X.shape[1])
    for i in range(len(y)):
        error += p[i] - y[i]
        inputs += X[i]
    return error * inputs / len(y), error / len(y)


def times_the_loss(X, y, p):
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return X.T @ (p - y) / len(y) * loss, np.mean(p - y) * loss


def shifts_in_place(X, y, p):
    p -= y
    return X.T @ p / len(y), p.mean()


def right_grads(X, y, y_hat):
    m, n = X.shape
    error = y_hat - y
    return (np.array([np.mean(error * X[:, j]) for j in range(n)]), sum(error) / m)


def right_grads_avg(X, y, y_hat):
    d = np.subtract(y_hat, y)
    return np.average(X * d[:, np.newaxis], axis=0), np.average(d)


def wrote_squared_error(X, y, y_hat):
    delta = (y_hat - y) * y_hat * (1 - y_hat)
    return X.T.dot(delta) / X.shape[0], delta.mean()


def wrote_divided_by_features(X, y, y_hat):
    m = X.shape[1]
    dz = y_hat - y
    return X.T @ dz / m, dz.sum() / m


def wrote_last_example_only(X, y, y_hat):
    dw = np.zeros(X.shape[1])
    db = 0
    for i in range(len(y)):
        dw = (y_hat[i] - y[i]) * X[i]
        db = y_hat[i] - y[i]
    return dw / len(y), db / len(y)


def down_and_summed(X, y, y_hat):
    return X.T @ (y - y_hat), np.sum(y - y_hat)


RIGHT = [
    gradients_loop,
    lambda X, y, p: (np.einsum("ij,i->j", X, p - y) / len(y), (p - y).sum() / len(y)),
    lambda X, y, p: (np.mean(X * (p - y)[:, None], axis=0), np.mean(p - y)),
    lambda X, y, p: ((p - y) @ X / X.shape[0], np.average(p - y)),
    gradients_by_weight,
    gradients_of_columns,
    lambda X, y, p: ((g := np.c_[X, np.ones(len(y))].T @ (p - y) / len(y))[:-1], g[-1]),
    lambda X, y, p: (np.average(X.T * (p - y), axis=1), np.average(p - y)),
    lambda X, y, p: (np.tensordot(p - y, X, axes=1) / y.size, np.add.reduce(p - y) / y.size),
    lambda X, y, p: [-np.dot(y - p, X) / len(y), -np.mean(y - p)],
    right_grads,
    right_grads_avg,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda X, y, p: (X.T @ (y - p), np.sum(y - p)), "wrong-sign-and-sum"),
    (lambda X, y, p: (X.T @ (p - y), (p - y).sum()), "missing-mean"),
    (lambda X, y, p: (X.T @ (p - y)[:, None] / len(y), np.mean(p - y)), "dw-column"),
    (lambda X, y, p: (X.T @ (p - y)[:, None], np.sum(p - y)), "dw-column"),
    (lambda X, y, p: (np.dot(X, p - y) / len(y), np.mean(p - y)), "not-transposed"),
    (lambda X, y, p: X.T @ (p - y) / len(y), "dw-only"),
    (averages_after_one, "first-example-only"),
    (overwrites, "last-example-only"),
    (bias_once_a_weight, "bias-once-a-weight"),
    (multiplies_after_the_loop, "multiplied-too-late"),
    (times_the_loss, "times-the-loss"),
    (shifts_in_place, "changes-its-input"),
    (lambda X, y, p: (np.dot(X.T, y - p) / len(y), np.mean(y - p)), "wrong-sign"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), np.mean(y - p)), "db-wrong-sign"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), np.sum(p - y)), "db-missing-mean"),
    (lambda X, y, p: (X.T @ (p - y), np.mean(p - y)), "dw-missing-mean"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), p - y), "db-not-summed"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), X.T @ (p - y) / len(y)), "db-for-each-weight"),
    (lambda X, y, p: (X.T @ (p - y[:, None]) / len(y), np.mean(p - y[:, None])), "broadcast"),
    (lambda X, y, p: (X.T @ (p - y) ** 2 / len(y), np.mean((p - y) ** 2)), "squared"),
    (lambda X, y, p: (X.T @ np.abs(p - y) / len(y), np.mean(np.abs(p - y))), "absolute"),
    (lambda X, y, p: (X.T @ (y * np.log(p)) / len(y), np.mean(y * np.log(p))), "loss-for-error"),
    (
        lambda X, y, p: (X.T @ ((p - y) * p * (1 - p)) / len(y), np.mean((p - y) * p * (1 - p))),
        "squared-error",
    ),
    (
        lambda X, y, p: (
            2 * X.T @ ((p - y) * p * (1 - p)) / len(y),
            2 * np.mean((p - y) * p * (1 - p)),
        ),
        "squared-error",
    ),
    (
        lambda X, y, p: (
            X.T @ (-(y / p) + (1 - y) / (1 - p)) / len(y),
            np.mean(-(y / p) + (1 - y) / (1 - p)),
        ),
        "slope-of-loss-alone",
    ),
    (
        lambda X, y, p: (X.T @ (p * (1 - p)) / len(y), np.mean(p * (1 - p))),
        "slope-of-sigmoid-alone",
    ),
    (lambda X, y, p: (X.T @ p / len(y), np.mean(p)), "targets-forgotten"),
    (lambda X, y, p: (X.T @ (p - y) / 2, np.sum(p - y) / 2), "divided-by-two"),
    (lambda X, y, p: (X.T @ (p - y) / len(X.T), np.mean(p - y)), "divided-by-features"),
    (lambda X, y, p: (X.T @ (p - y) / X.size, np.mean(p - y)), "divided-by-features"),
    (lambda X, y, p: (X.T @ (p - y) / len(y) ** 2, np.mean(p - y) / len(y)), "divided-twice"),
    (lambda X, y, p: (X.mean(axis=0) * np.mean(p - y), np.mean(p - y)), "multiplied-too-late"),
    (lambda X, y, p: ((p - y) * X.sum(axis=0) / len(y), np.mean(p - y)), "paired-with-inputs"),
    (lambda X, y, p: np.mean((p - y) * X.T, axis=1), "dw-only"),
    (lambda X, y, p: {"dw": X.T @ (p - y) / len(y), "db": np.mean(p - y)}, "wrong-type"),
    (lambda X, y, p: (X @ (p - y) / len(y), np.mean(p - y)), "not-transposed"),
    (lambda X, y, p: (np.sum(X.T @ (p - y)) / len(y), np.mean(p - y)), "dw-one-number"),
    (lambda X, y, p: (np.mean(X.T @ (p - y)), np.mean(p - y)), "dw-one-number"),
    (wrote_squared_error, "squared-error"),
    (wrote_divided_by_features, "divided-by-features"),
    (wrote_last_example_only, "last-example-only"),
    (lambda X, y, p: (X * (p - y)[:, None] / len(y), np.mean(p - y)), "not-summed"),
    (lambda X, y, p: ((X * (p - y)[:, None]).mean(axis=1), (p - y).mean()), "wrong-axis"),
    (lambda X, y, p: ((p - y)[None, :] @ X / len(y), np.mean(p - y)), "dw-row"),
    (lambda X, y, p: (np.mean(p - y), np.dot(p - y, X) / len(X)), "swapped-results"),
    (lambda X, y, p: (np.dot(p - y, X) / len(X), 0.0), "bias-forgotten"),
    (lambda X, y, p: (np.dot(y - p, X) / len(X), np.mean(p - y)), "dw-wrong-sign"),
    (lambda X, y, p: (2 * np.dot(p - y, X) / len(X), 2 * np.mean(p - y)), "factor-two"),
    (lambda X, y, p: ((np.rint(p) - y) @ X / len(X), (np.rint(p) - y).mean()), "thresholded"),
    (lambda X, y, p: (np.full(X.shape[1], (p - y).mean()), (p - y).mean()), "input-forgotten"),
    (down_and_summed, "wrong-sign-and-sum"),
]


def seen_dot_of_x(X, y, y_hat):
    e = y_hat - y
    dw = X.T @ e / len(y)
    return dw, dw.mean()


def seen_normalised_unit_length(X, y, y_hat):
    e = y_hat - y
    g = X.T @ e / len(y)
    return g / np.linalg.norm(g), e.mean()


def seen_x_standardised(X, y, y_hat):
    Xc = X - X.mean(axis=0)
    e = y_hat - y
    return Xc.T @ e / len(y), e.mean()


def seen_regularised_with_y(X, y, y_hat):
    e = y_hat - y
    return X.T @ e / len(y) + 0.01, e.mean()


WRONG += [
    (seen_dot_of_x, "db-from-dw"),
    (seen_normalised_unit_length, "length-of-slope-lost"),
    (seen_x_standardised, "as-if"),
    (seen_regularised_with_y, "shifted"),
]


def errors_in_the_type_of_y(X, y, y_hat):
    error = np.zeros_like(y)
    for i in range(len(y)):
        error[i] = y_hat[i] - y[i]
    return X.T @ error / len(y), error.mean()


def errors_beside_inputs(X, y, y_hat):
    return np.mean(X * (y_hat - y), axis=0), np.mean(y_hat - y)


def one_example_less(X, y, y_hat):
    n = max(len(y) - 1, 1)
    return X.T @ (y_hat - y) / n, np.sum(y_hat - y) / n


WRONG += [
    (errors_in_the_type_of_y, "whole-number-errors"),
    (errors_beside_inputs, "paired-with-inputs"),
    (one_example_less, "other-divisor"),
    (
        lambda X, y, p: (np.clip(X.T @ (p - y) / len(y), -0.1, 0.1), np.mean(p - y)),
        "held",
    ),
    (lambda X, y, p: ((X - X.mean(axis=0)).T @ (p - y) / len(y), np.mean(p - y)), "as-if"),
]


def forgets_to_call(X, y, y_hat):
    db = y_hat - y
    return X.T @ db, db.mean


def others_order_and_sign(X, y, y_hat):
    return np.mean(y - y_hat), X.T @ (y_hat - y) / len(y)


WRONG += [
    (forgets_to_call, "dw-missing-mean"),
    (others_order_and_sign, "swapped-results"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), np.sum(p - y) / X.shape[1]), "divided-by-features"),
    (lambda X, y, p: (X.T @ (y - p) / len(y), -np.sum(p - y)), "wrong-sign-and-sum"),
    (lambda X, y, p: (X.T @ (y - p), np.mean(p - y)), "one-wrong-sign-and-a-sum"),
    (lambda X, y, p: (X.T @ (p - y) / len(y), np.round(np.mean(p - y), 2)), "wrong-numbers"),
]
