"""What students write for `mend_neuron`: the cause found, or only the symptom treated."""

import numpy as np

from course_lib.activations import sigmoid
from course_lib.by_hand.neuron import binary_cross_entropy, forward, gradient_step, gradients


def divided_where_it_is_made(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = (y_hat - y) / len(y)
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.sum(error)
    return w, b, losses


def divided_at_the_step(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * X.T @ error / len(y)
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def by_shape(X, y, w, b, learning_rate, steps):
    losses, m = [], X.shape[0]
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        dw = np.dot(X.T, error) / m
        db = error.sum() / m
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


def with_means(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * np.mean(X * error[:, None], axis=0)
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def with_own_functions(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def sums_and_a_rate_of_the_mean(X, y, w, b, learning_rate, steps):
    losses, rate = [], learning_rate / len(X)
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - rate * X.T @ error
        b = b - rate * np.sum(error)
    return w, b, losses


def example_by_example(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        dw = sum(error[i] * X[i] for i in range(len(y))) / len(y)
        w, b = w - learning_rate * dw, b - learning_rate * np.mean(error)
    return w, b, losses


def with_einsum(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * np.einsum("mi,m->i", X, error) / error.size
        b = b - learning_rate * error.mean()
    return w, b, losses


def with_average(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = (
            w - learning_rate * np.average(X.T * (y_hat - y), axis=1),
            b - learning_rate * np.average(y_hat - y),
        )
    return w, b, losses


def weight_by_weight(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = np.array([w[j] - learning_rate * np.mean(X[:, j] * error) for j in range(len(w))])
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def mends_nothing_and_reports_late(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        error = y_hat - y
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
    return w, b, losses


def adds_sigmoid_slope(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = (y_hat - y) * y_hat * (1 - y_hat)
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
    return w, b, losses


RIGHT = [
    divided_where_it_is_made,
    divided_at_the_step,
    by_shape,
    with_means,
    with_own_functions,
    sums_and_a_rate_of_the_mean,
    example_by_example,
    with_einsum,
    with_average,
    weight_by_weight,
]


def mended(change, rate=lambda r, t: r, labels=lambda y: y, report=lambda loss: loss, more=1):
    """Make what a student hands in: the given function with another line in it."""

    def mend_neuron(X, y, w, b, learning_rate, steps):
        losses, y = [], labels(y)
        for t in range(more * steps):
            y_hat = sigmoid(X @ w + b)
            losses.append(report(binary_cross_entropy(y, y_hat)))
            error = y_hat - y
            dw, db = change(X, error)
            w, b = w - rate(learning_rate, t) * dw, b - rate(learning_rate, t) * db
        return w, b, losses

    return mend_neuron


def given(X, error):
    return X.T @ error, np.mean(error)


def renamed(X, y, weights, bias, eta, n):
    history = []
    for _ in range(n):
        p = sigmoid(np.dot(X, weights) + bias)
        history.append(binary_cross_entropy(y, p))
        weights, bias = weights - eta * np.dot(X.T, p - y), bias - eta * (p - y).mean()
    return weights, bias, history


def stops_at_the_first_rise(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        loss = binary_cross_entropy(y, y_hat)
        losses.append(loss)
        if len(losses) > 1 and loss > losses[-2]:
            break
        error = y_hat - y
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def halves_the_rate(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        if len(losses) > 1 and losses[-1] > losses[-2]:
            learning_rate /= 2
        error = y_hat - y
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def keeps_the_outputs_in(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = np.clip(sigmoid(X @ w + b), 0.01, 0.99)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def keeps_the_weights_in(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = np.clip(w - learning_rate * X.T @ error, -1, 1)
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def says_it_is_right(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        y = (y_hat > 0.5).astype(float)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * X.T @ error
        b = b - learning_rate * np.mean(error)
    return w, b, losses


def in_place(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = sigmoid(X @ w + b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w -= learning_rate * X.T @ error / len(y)
        b -= learning_rate * np.mean(error)
    return w, b, losses


# The function, and the mistake that is to be recognised.
WRONG = [
    (renamed, "as-given"),
    (mended(given, report=lambda loss: np.nan_to_num(loss, nan=0.0)), "as-given"),
    (mended(given, rate=lambda r, t: r / 10), "learning-rate-lowered"),
    (mended(given, rate=lambda r, t: 0.01 * r), "learning-rate-lowered"),
    (mended(given, rate=lambda r, t: r / 400), "learning-rate-lowered"),
    (mended(lambda X, e: (X.T @ e / len(e), np.mean(e) / len(e))), "learning-rate-lowered"),
    (mended(lambda X, e: (0.001 * X.T @ e, np.mean(e))), "constant-factor"),
    (mended(lambda X, e: (X.T @ e / 400, np.mean(e))), "constant-factor"),
    (mended(lambda X, e: (X.T @ e / 60_000, np.mean(e))), "constant-factor"),
    (mended(lambda X, e: (X.T @ e / 2, np.mean(e))), "constant-factor"),
    (mended(lambda X, e: (X.T @ e / X.shape[1], np.mean(e))), "divided-by-features"),
    (mended(lambda X, e: (X.T @ e / X.size, np.mean(e))), "divided-by-features"),
    (mended(lambda X, e: (X.T @ e, np.sum(e))), "both-summed"),
    (mended(lambda X, e: (X.T @ (e / len(e)) / len(e), np.mean(e))), "mean-twice"),
    (mended(lambda X, e: (np.mean(X.T @ e), np.mean(e))), "mean-over-features"),
    (mended(lambda X, e: (np.mean(X * e[:, None]), np.mean(e))), "mean-over-features"),
    (
        mended(lambda X, e: (X.T @ e / np.linalg.norm(X.T @ e), np.mean(e))),
        "gradient-normalised",
    ),
    (mended(lambda X, e: (np.sign(X.T @ e), np.sign(np.mean(e)))), "gradient-normalised"),
    (mended(lambda X, e: (np.clip(X.T @ e, -1, 1), np.mean(e))), "gradient-clipped"),
    (mended(lambda X, e: (np.clip(X.T @ e, -0.1, 0.1), np.mean(e))), "gradient-clipped"),
    (mended(given, report=lambda loss: min(loss, 1.0)), "loss-clipped"),
    (mended(given, report=lambda loss: np.clip(loss, 0, 0.7)), "loss-clipped"),
    (mended(given, labels=lambda y: np.clip(y, 0.1, 0.9)), "labels-cheated"),
    (mended(given, labels=lambda y: 1 - y), "labels-cheated"),
    (mended(given, labels=lambda y: np.zeros(len(y))), "labels-cheated"),
    (mended(given, more=10), "more-steps"),
    (mended(given, more=2), "more-steps"),
    (mended(given, rate=lambda r, t: r / (1 + t)), "rate-fades"),
    (mended(lambda X, e: (X.T @ e / len(e), 0.0)), "bias-changed"),
    (mended(lambda X, e: (X.T @ e / len(e), np.sum(e))), "bias-changed"),
    (mended(lambda X, e: (-X.T @ e, np.mean(e))), "sign-changed"),
    (mended(lambda X, e: (-X.T @ e / len(e), -np.mean(e))), "sign-changed"),
    (mended(lambda X, e: ((X / 255).T @ e, np.mean(e))), "constant-factor"),
    (stops_at_the_first_rise, "fewer-steps"),
    (halves_the_rate, "rate-fades"),
    (keeps_the_outputs_in, "outputs-clipped"),
    (keeps_the_weights_in, "weights-held-down"),
    (says_it_is_right, "labels-from-outputs"),
    (in_place, "changes-its-input"),
    (lambda X, y, w, b, r, n: renamed(X, y, w, b, r, n)[:2], "wrong-type"),
    (lambda X, y, w, b, r, n: renamed(X[:1], y[:1], w, b, r, n), "fewer-examples"),
    (lambda X, y, w, b, r, n: renamed(X, y, 0 * w, 0.0, r, n), "starts-elsewhere"),
    (lambda X, y, w, b, r, n: renamed(X / 255, y, w, b, r, n), "inputs-shrunk"),
    (mends_nothing_and_reports_late, "as-given"),
    (adds_sigmoid_slope, "squared-error"),
]


def seen_changed_b_to(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        error = y_hat - y
        w = w - learning_rate * X.T @ error / len(y)
        b = b - learning_rate * np.mean(error)
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
    return w, b, losses


WRONG += [
    (seen_changed_b_to, "loss-after-the-step"),
]


def divides_by_the_root(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        error = forward(X, w, b) - y
        losses.append(binary_cross_entropy(y, error + y))
        w = w - learning_rate * X.T @ error / np.sqrt(len(y))
        b = b - learning_rate * np.mean(error)
    return w, b, losses


WRONG += [(divides_by_the_root, "other-divisor")]
