"""What students write for `adam_step`: right in other forms, and wrong in their own."""

import math

import numpy as np


def adam_in_one(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (np.square(dw) - v)
    root = math.sqrt(1 - beta2**t)
    return w - learning_rate * root / (1 - beta1**t) * m / (v**0.5 + eps * root), m, v


def adam_loop(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * dw[i]
        v[i] = beta2 * v[i] + (1 - beta2) * dw[i] ** 2
        m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        w[i] -= learning_rate * m_hat / (math.sqrt(v_hat) + eps)
    return w, m, v


def adam_of(first=lambda m, g, b: b * m + (1 - b) * g, **more):
    """Return a step of Adam as a student writes it, with one line another."""
    second = more.get("second", lambda v, g, b: b * v + (1 - b) * g**2)
    m_hat = more.get("m_hat", lambda m, b, t: m / (1 - b**t))
    v_hat = more.get("v_hat", lambda v, b, t: v / (1 - b**t))
    step = more.get("step", lambda M, V, g, eps: M / (np.sqrt(V) + eps))
    keep = more.get("keep", lambda m, v, M, V: (m, v))
    sign = more.get("sign", -1)

    def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        m, v = first(m, dw, beta1), second(v, dw, beta2)
        M, V = m_hat(m, beta1, t), v_hat(v, beta2, t)
        return w + sign * learning_rate * step(M, V, dw, eps), *keep(m, v, M, V)

    return adam_step


def adam_overwrites(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = (beta1 * m + (1 - beta1) * dw) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * dw**2) / (1 - beta2**t)
    w = w - learning_rate * m / (np.sqrt(v) + eps)
    return w, m, v


def adam_of_defaults(w, m, v, dw, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_loop(w, m, v, dw, t, learning_rate, 0.9, 0.999, 1e-8)


def adam_updates_in_place(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m[:] = beta1 * m + (1 - beta1) * dw
    v[:] = beta2 * v + (1 - beta2) * dw**2
    w -= learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


RIGHT = [
    adam_in_one,
    adam_loop,
    lambda w, m, v, dw, t, a, b1, b2, eps: [
        np.subtract(
            w,
            a
            * ((M := b1 * m + dw - b1 * dw) / (1 - np.power(b1, t)))
            / (np.sqrt((V := b2 * v + dw * dw * (1 - b2)) / (1 - np.power(b2, t))) + eps),
        ),
        M,
        V,
    ],
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (adam_of(m_hat=lambda m, *_: m, v_hat=lambda v, *_: v), "no-correction"),
    (adam_of(v_hat=lambda v, *_: v), "v-not-corrected"),
    (adam_of(m_hat=lambda m, *_: m), "m-not-corrected"),
    (adam_overwrites, "correction-kept"),
    (adam_of(keep=lambda m, v, M, V: (M, V)), "correction-kept"),
    (
        adam_of(
            m_hat=lambda m, b, t: m / (1 - b ** (t + 1)),
            v_hat=lambda v, b, t: v / (1 - b ** (t + 1)),
        ),
        "t-plus-one",
    ),
    (
        adam_of(
            m_hat=lambda m, b, t: m / (1 - b ** (t - 1)),
            v_hat=lambda v, b, t: v / (1 - b ** (t - 1)),
        ),
        "t-from-zero",
    ),
    (adam_of(step=lambda M, V, g, eps: M / np.sqrt(V + eps)), "eps-inside-root"),
    (adam_of(step=lambda M, V, g, eps: M / (V + eps)), "root-forgotten"),
    (adam_of(step=lambda M, V, g, eps: M / np.sqrt(V)), "eps-forgotten"),
    (adam_of(step=lambda M, V, g, eps: M / np.sqrt(V) + eps), "eps-outside"),
    (adam_of(step=lambda M, V, g, eps: g / (np.sqrt(V) + eps)), "gradient-for-m"),
    (adam_of(second=lambda v, g, b: b * v + (1 - b) * g), "gradient-not-squared"),
    (
        lambda w, m, v, dw, t, a, b1, b2, eps: adam_loop(w, m, v, dw, t, a, b2, b1, eps),
        "betas-swapped",
    ),
    (adam_of(lambda m, g, b: b * m + g), "sums-for-means"),
    (adam_of(sign=1), "ascent"),
    (adam_of_defaults, "own-constants"),
    (adam_updates_in_place, "changes-its-input"),
    (lambda *a: adam_loop(*a)[0], "weights-only"),
    (lambda *a: [(r := adam_loop(*a))[0], r[2], r[1]], "swapped-results"),
]
