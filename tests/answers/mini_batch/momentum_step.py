"""What students write for `momentum_step`: right in other forms, and wrong in their own."""

import numpy as np


def momentum_on_copies(w, v, dw, learning_rate, beta):
    w, v = w.copy(), v.copy()
    v *= beta
    v -= learning_rate * dw
    w += v
    return w, v


def momentum_loop(w, v, dw, learning_rate, beta):
    new_w, new_v = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_v[i] = beta * v[i] - learning_rate * dw[i]
        new_w[i] = w[i] + new_v[i]
    return new_w, new_v


def momentum(velocity=lambda v, dw, a, b: b * v - a * dw, move=lambda w, v, old, dw, a, b: w + v):
    """Return a step of momentum as a student writes it, with one line another."""

    def momentum_step(w, v, dw, learning_rate, beta):
        old, v = v, velocity(v, dw, learning_rate, beta)
        return move(w, v, old, dw, learning_rate, beta), v

    return momentum_step


def momentum_in_place(w, v, dw, learning_rate, beta):
    v *= beta
    v += -learning_rate * dw
    w += v
    return w, v


def momentum_forgets_velocity(w, v, dw, learning_rate, beta):
    w = w + beta * v - learning_rate * dw
    return w, v


class Momentum:
    def __call__(self, w, v, dw, lr, momentum):
        velocity = np.multiply(momentum, v) - np.multiply(lr, dw)
        return np.add(w, velocity), velocity


def momentum_of_pairs(w, v, dw, eta, beta):
    pairs = [
        (a + beta * s - eta * g, beta * s - eta * g)
        for a, s, g in zip(w.ravel(), v.ravel(), dw.ravel(), strict=True)
    ]
    new = np.array(pairs).T
    return new[0].reshape(w.shape), new[1].reshape(w.shape)


def momentum_uphill_kept_apart(w, v, dw, eta, beta):
    push = beta * -v + eta * dw
    return w - push, -push


def returns_step(w, v, dw, eta, beta):
    v = beta * v - eta * dw
    return v, v


def in_place_of_v(w, v, dw, eta, beta):
    v[:] = beta * v - eta * dw
    return w + v, v


def out_argument(w, v, dw, eta, beta):
    new = beta * v - eta * dw
    np.add(w, new, out=w)
    return w, new


def right_mom(w, v, dw, lr, mu):
    v = np.add(np.multiply(mu, v), np.multiply(-lr, dw))
    return np.add(w, v), v


def wrote_averaged(w, v, dw, lr, beta):
    v = beta * v + (1 - beta) * dw
    return w - lr * v, v


def wrote_changes_its_input(w, v, dw, lr, beta):
    v *= beta
    v -= lr * dw
    w += v
    return w, v


def wrote_nesterov(w, v, dw, lr, beta):
    v = beta * v - lr * dw
    return w + beta * v - lr * dw, v


def beta_on_push(w, v, dw, learning_rate, beta):
    v = v - learning_rate * beta * dw
    w = w + v
    return w, v


def nesterov_elsewhere(w, v, dw, learning_rate, beta):
    v = beta * v + dw
    w = w - learning_rate * (dw + beta * v)
    return w, v


RIGHT = [
    momentum_on_copies,
    momentum_loop,
    lambda w, v, dw, rate, beta: (w - (rate * dw - beta * v), v * beta - dw * rate),
    lambda w, v, dw, rate, beta: [w + (u := np.add(beta * v, -rate * dw)), u],
    Momentum(),
    momentum_of_pairs,
    momentum_uphill_kept_apart,
    lambda w, v, g, eta, mu: (w + mu * v - eta * g, mu * v - eta * g),
    lambda w, v, g, eta, mu: tuple(np.array([w + (s := mu * v - eta * g), s])),
    lambda weights, velocity, gradient, learning_rate, beta: [
        weights - (learning_rate * gradient - beta * velocity),
        -(learning_rate * gradient - beta * velocity),
    ],
    right_mom,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (momentum(lambda v, dw, a, b: b * v + a * dw), "ascent"),
    (momentum(lambda v, dw, a, b: b * v + a * dw, lambda w, v, *_: w - v), "velocity-uphill"),
    (momentum(move=lambda w, v, *_: w - v), "velocity-subtracted"),
    (momentum(lambda v, dw, a, b: v - a * dw), "beta-missing"),
    (
        momentum(lambda v, dw, a, b: b * v + (1 - b) * dw, lambda w, v, old, dw, a, b: w - a * v),
        "averaged",
    ),
    (momentum(lambda v, dw, a, b: b * v - (1 - b) * a * dw), "averaged"),
    (
        momentum(lambda v, dw, a, b: b * v + dw, lambda w, v, old, dw, a, b: w - a * v),
        "rate-outside",
    ),
    (momentum(move=lambda w, v, old, dw, a, b: w + a * v), "rate-twice"),
    (momentum(move=lambda w, v, old, dw, a, b: w + b * v - a * dw), "nesterov"),
    (momentum(move=lambda w, v, old, dw, a, b: w + old), "old-velocity"),
    (momentum_forgets_velocity, "velocity-not-updated"),
    (momentum(lambda v, dw, a, b: -a * dw), "no-memory"),
    (momentum_in_place, "changes-its-input"),
    (lambda w, v, dw, a, b: w + b * v - a * dw, "weights-only"),
    (returns_step, "step-for-weights"),
    (in_place_of_v, "changes-its-input"),
    (out_argument, "changes-its-input"),
    (momentum(lambda v, dw, a, b: b * (v - a * dw)), "beta-on-everything"),
    (momentum(lambda v, dw, a, b: a * (b * v - dw)), "rate-on-bracket"),
    (momentum(lambda v, dw, a, b: a * (b * v + dw), lambda w, v, *_: w - v), "rate-on-bracket"),
    (momentum(lambda v, dw, a, b: b * v + (1 - b) * dw), "mean-of-gradients"),
    (
        momentum(lambda v, dw, a, b: b * v + (1 - b) * dw, lambda w, v, *_: w - v),
        "mean-of-gradients",
    ),
    (momentum(lambda v, dw, a, b: (1 - b) * v - a * dw), "one-minus-beta-on-v"),
    (
        momentum(lambda v, dw, a, b: (1 - b) * v + b * dw, lambda w, v, old, dw, a, b: w - a * v),
        "mean-of-gradients",
    ),
    (momentum(lambda v, dw, a, b: (1 - b) * v - b * a * dw), "one-minus-beta-on-v"),
    (
        momentum(lambda v, dw, a, b: (1 - b) * v + a * dw, lambda w, v, *_: w - v),
        "one-minus-beta-on-v",
    ),
    (momentum(lambda v, dw, a, b: b * v - dw), "rate-missing"),
    (momentum(lambda v, dw, a, b: b * v + dw, lambda w, v, *_: w - v), "rate-missing-uphill"),
    (momentum(lambda v, dw, a, b: v - a * dw), "beta-missing"),
    (momentum(lambda v, dw, a, b: v + a * dw, lambda w, v, *_: w - v), "beta-missing"),
    (
        momentum(lambda v, dw, a, b: b * v, lambda w, v, old, dw, a, b: w + v - a * dw),
        "push-outside",
    ),
    (momentum(lambda v, dw, a, b: b - a * dw), "plus-for-times"),
    (momentum(lambda v, dw, a, b: b * v - a), "gradient-without-size"),
    (momentum(lambda v, dw, a, b: b * v * a * dw), "multiplied"),
    (momentum(lambda v, dw, a, b: 0.9 * v - a * dw), "own-constants"),
    (momentum(lambda v, dw, a, b: b * v - 0.1 * dw), "own-constants"),
    (momentum(lambda v, dw, a, b: b * v - a * dw**2), "gradient-squared"),
    (momentum(lambda v, dw, a, b: b * v - a * np.sign(dw)), "gradient-without-size"),
    (momentum(move=lambda w, v, old, dw, a, b: w + old), "old-velocity"),
    (momentum(move=lambda w, v, old, dw, a, b: w - a * dw), "no-memory"),
    (momentum(move=lambda w, v, old, dw, a, b: w * v), "weights-multiplied"),
    (momentum(move=lambda w, v, old, dw, a, b: w + v * dw), "weights-multiplied"),
    (momentum(move=lambda w, v, old, dw, a, b: w + b * v), "slowed-twice"),
    (momentum(move=lambda w, v, old, dw, a, b: w + v + old), "old-velocity-too"),
    (momentum(move=lambda w, v, old, dw, a, b: v), "step-for-weights"),
    (momentum(move=lambda w, v, old, dw, a, b: w), "weights-not-updated"),
    (lambda w, v, dw, a, b: (b * v - a * dw, w + b * v - a * dw), "swapped-results"),
    (lambda w, v, dw, a, b: b * v - a * dw, "velocity-only"),
    (lambda w, v, dw, a, b: (w - a * dw, v), "no-memory"),
    (lambda w, v, dw, a, b: {"w": w + b * v - a * dw, "v": b * v - a * dw}, "wrong-type"),
    (wrote_averaged, "averaged"),
    (wrote_changes_its_input, "changes-its-input"),
    (wrote_nesterov, "nesterov"),
    (momentum(lambda v, dw, a, b: a * v - b * dw), "rate-and-beta-swapped"),
    (momentum(lambda v, dw, a, b: b * v), "gradient-forgotten"),
    (momentum(move=lambda w, v, old, dw, a, b: w + v - a * dw), "gradient-twice"),
    (beta_on_push, "beta-on-the-push"),
    (nesterov_elsewhere, "rate-outside"),
]


def seen_w_scaled(w, v, dw, learning_rate, beta):
    v = beta * v - learning_rate * dw
    return beta * w + v, v


def seen_beta_power(w, v, dw, learning_rate, beta):
    v = beta**2 * v - learning_rate * dw
    return w + v, v


def seen_beta_times_w(w, v, dw, learning_rate, beta):
    v = beta * w - learning_rate * dw
    return w + v, v


WRONG += [
    (seen_w_scaled, "weights-fade"),
    (seen_beta_power, "beta-squared"),
    (seen_beta_times_w, "weights-for-velocity"),
]


def restarts_uphill(w, v, dw, learning_rate, beta):
    v = np.where(v * dw > 0, 0.0, v)
    v = beta * v - learning_rate * dw
    return w + v, v


WRONG += [(restarts_uphill, "restarted")]


WRONG += [
    (momentum(lambda v, dw, a, b: np.round(b * v - a * dw, 3)), "rounded-to-three"),
    (lambda w, v, dw, a, b: (w + b * v - a * dw, np.zeros_like(v)), "zero"),
]
