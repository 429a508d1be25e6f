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


RIGHT = [
    momentum_on_copies,
    momentum_loop,
    lambda w, v, dw, rate, beta: (w - (rate * dw - beta * v), v * beta - dw * rate),
    lambda w, v, dw, rate, beta: [w + (u := np.add(beta * v, -rate * dw)), u],
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
]
