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


class Adam:
    def mean(self, old, new, beta):
        return beta * old + (1.0 - beta) * new

    def __call__(self, w, m, v, grad, t, lr, beta1, beta2, eps):
        m, v = self.mean(m, grad, beta1), self.mean(v, np.power(grad, 2), beta2)
        corrected = [np.divide(x, 1.0 - np.power(b, t)) for x, b in ((m, beta1), (v, beta2))]
        return w - lr * np.divide(corrected[0], np.sqrt(corrected[1]) + eps), m, v


def adam_flat(w, m, v, g, t, a, b1, b2, e):
    rows = []
    for x, y, z, s in zip(w.flat, m.flat, v.flat, g.flat, strict=True):
        y, z = b1 * y + (1 - b1) * s, b2 * z + (1 - b2) * s * s
        rows.append([x - a * (y / (1 - b1**t)) / ((z / (1 - b2**t)) ** 0.5 + e), y, z])
    return tuple(column.reshape(w.shape) for column in np.array(rows).T)


def adam_with_correction_in_rate(w, m, v, g, t, a, b1, b2, e):
    """Corrections as factors, that of eps as well."""
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * np.square(g)
    rate = a * (1 - b2**t) ** 0.5 / (1 - b1**t)
    return w - rate * m / (np.sqrt(v) + e * (1 - b2**t) ** 0.5), m, v


def returns_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    w = learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


def returns_negative_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return -learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def book_order(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    """Adds eps to the uncorrected root."""
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    step = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - step * m / (np.sqrt(v) + eps), m, v


def uses_old_means(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    new = w - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return new, beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2


def starts_again(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m, v = np.zeros_like(w), np.zeros_like(w)
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def t_in_place(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    t = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def four_results(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    return *adam_loop(w, m, v, dw, t, learning_rate, beta1, beta2, eps), t + 1


def right_adam(w, m, v, g, t, lr, b1, b2, e):
    m = m + (1 - b1) * (g - m)
    v = v + (1 - b2) * (g * g - v)
    return w - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + e), m, v


def wrote_correction_kept(w, m, v, g, t, lr, b1, b2, e):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m = m / (1 - b1**t)
    v = v / (1 - b2**t)
    return w - lr * m / (np.sqrt(v) + e), m, v


def wrote_gradient_not_squared(w, m, v, g, t, lr, b1, b2, e):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(np.abs(v / (1 - b2**t))) + e), m, v


def wrote_t_plus_one(w, m, v, g, t, lr, b1, b2, e):
    t = t + 1
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + e), m, v


def forgets_to_keep(w, m, v, g, t, a, b1, b2, e):
    m_hat = (b1 * m + (1 - b1) * g) / (1 - b1**t)
    v_hat = (b2 * v + (1 - b2) * g * g) / (1 - b2**t)
    return w - a * m_hat / (v_hat**0.5 + e), m, v


def computes_and_drops(w, m, v, g, t, a, b1, b2, e):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    w - a * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e)
    return w, m, v


def rate_outside(w, m, v, g, t, a, b1, b2, e):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return a * (w - m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e)), m, v


def corrects_downwards(w, m, v, g, t, a, b1, b2, e):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return w - a * m * (1 - b1**t) / (np.sqrt(v * (1 - b2**t)) + e), m, v


def same_beta(w, m, v, g, t, a, b1, b2, e):
    m, v = b1 * m + (1 - b1) * g, b1 * v + (1 - b1) * g * g
    return w - a * m / (1 - b1**t) / (np.sqrt(v / (1 - b1**t)) + e), m, v


def squares_the_mean(w, m, v, g, t, a, b1, b2, e):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * m * m
    return w - a * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e), m, v


def without_the_rate(w, m, v, g, t, a, b1, b2, e):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return w - m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e), m, v


def beta_times_t(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1 * t)
    v_hat = v / (1 - beta2 * t)
    return w - learning_rate * m_hat / (np.sqrt(np.abs(v_hat)) + eps), m, v


def eps_behind(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - learning_rate * m_hat / np.sqrt(v_hat) + eps, m, v


def neither_corrected_nor_outside(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * m / np.sqrt(v + eps), m, v


def root_before_correction(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = np.sqrt(v) / (1 - beta2**t)
    return w - learning_rate * m_hat / (v_hat + eps), m, v


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
    Adam(),
    adam_flat,
    adam_with_correction_in_rate,
    adam_of(step=lambda M, V, g, eps: M * (V**0.5 + eps) ** -1),
    adam_of(
        m_hat=lambda m, b, t: m * (1 / (1 - b**t)), second=lambda v, g, b: v - (1 - b) * (v - g**2)
    ),
    right_adam,
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
    (returns_step, "step-for-weights"),
    (returns_negative_step, "step-for-weights"),
    (book_order, "eps-not-corrected"),
    (uses_old_means, "old-means"),
    (starts_again, "memory-lost"),
    (t_in_place, "t-plus-one"),
    (four_results, "four-results"),
    (adam_of(lambda m, g, b: b * m + (1 + b) * g), "sums-for-means"),
    (adam_of(lambda m, g, b: b * m - (1 - b) * g), "gradient-subtracted"),
    (adam_of(lambda m, g, b: (1 - b) * m + b * g), "mean-weights-swapped"),
    (adam_of(lambda m, g, b: m + (1 - b) * g), "sums-for-means"),
    (adam_of(lambda m, g, b: b * (m + (1 - b) * g)), "new-shrunk-too"),
    (adam_of(lambda m, g, b: g), "memory-lost"),
    (adam_of(second=lambda v, g, b: (b * v + (1 - b) * g) ** 2), "squared-too-much"),
    (adam_of(second=lambda v, g, b: b * v + (1 - b) ** 2 * g**2), "squared-too-much"),
    (adam_of(second=lambda v, g, b: b * v + ((1 - b) * g) ** 2), "squared-too-much"),
    (adam_of(second=lambda v, g, b: b * v**2 + (1 - b) * g**2), "squared-too-much"),
    (adam_of(second=lambda v, g, b: b * v + (1 - b) * np.dot(g.ravel(), g.ravel())), "dot-product"),
    (adam_of(second=lambda v, g, b: v + g**2), "sums-for-means"),
    (adam_of(second=lambda v, g, b: (1 - b) * v + b * g**2), "mean-weights-swapped"),
    (
        adam_of(m_hat=lambda m, b, t: m / (1 - b) ** t, v_hat=lambda v, b, t: v / (1 - b) ** t),
        "correction-brackets",
    ),
    (adam_of(m_hat=lambda m, b, t: m / (1 - b), v_hat=lambda v, b, t: v / (1 - b)), "t-ignored"),
    (
        adam_of(m_hat=lambda m, b, t: m / (1 - b * t), v_hat=lambda v, b, t: v / (1 - b * t)),
        "times-t",
    ),
    (
        adam_of(m_hat=lambda m, b, t: m / 1 - b**t, v_hat=lambda v, b, t: v / (1 - b**t)),
        "correction-brackets",
    ),
    (
        adam_of(m_hat=lambda m, b, t: m / b**t, v_hat=lambda v, b, t: v / b**t),
        "correction-without-one",
    ),
    (
        adam_of(m_hat=lambda m, b, t: m / (1 + b**t), v_hat=lambda v, b, t: v / (1 + b**t)),
        "correction-without-one",
    ),
    (adam_of(step=lambda M, V, g, eps: M / (np.sqrt(V) - eps)), "eps-subtracted"),
    (adam_of(step=lambda M, V, g, eps: M / (np.sqrt(V) * eps)), "eps-subtracted"),
    (adam_of(step=lambda M, V, g, eps: M / (np.sqrt(V + eps))), "eps-inside-root"),
    (adam_of(step=lambda M, V, g, eps: M / (V**2 + eps)), "squared-again"),
    (adam_of(step=lambda M, V, g, eps: M * np.sqrt(V) + eps), "upside-down"),
    (adam_of(step=lambda M, V, g, eps: np.sqrt(V) / (M + eps)), "upside-down"),
    (adam_of(step=lambda M, V, g, eps: M * g / (np.sqrt(V) + eps)), "gradient-too"),
    (adam_of(step=lambda M, V, g, eps: np.sign(g)), "not-divided"),
    (adam_of(step=lambda M, V, g, eps: g), "not-divided"),
    (adam_of(sign=1), "ascent"),
    (adam_of(keep=lambda m, v, M, V: (v, m)), "swapped-results"),
    (adam_of(keep=lambda m, v, M, V: (m, V)), "correction-kept"),
    (adam_of(keep=lambda m, v, M, V: ()), "weights-only"),
    (wrote_correction_kept, "correction-kept"),
    (wrote_gradient_not_squared, "gradient-not-squared"),
    (wrote_t_plus_one, "t-plus-one"),
    (forgets_to_keep, "means-not-updated"),
    (computes_and_drops, "weights-not-updated"),
    (rate_outside, "rate-on-bracket"),
    (corrects_downwards, "correction-multiplied"),
    (same_beta, "one-beta-for-both"),
    (squares_the_mean, "square-of-m"),
    (without_the_rate, "rate-missing"),
    (beta_times_t, "times-t"),
    (eps_behind, "eps-outside"),
    (neither_corrected_nor_outside, "no-correction"),
    (root_before_correction, "root-corrected"),
]


def seen_v_uses_abs(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = np.maximum(beta2 * v, np.abs(dw))
    return w - learning_rate / (1 - beta1**t) * m / (v + eps), m, v


def seen_sqrt_of_m(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * mh * np.sqrt(vh) + eps, m, v


def seen_t_from_zero(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    mh, vh = m / (1 - beta1 ** (t - 1) + 1e-12), v / (1 - beta2 ** (t - 1) + 1e-12)
    return w - learning_rate * mh / (np.sqrt(vh) + eps), m, v


def seen_weight_decay(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    dw = dw + 0.01 * w
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * mh / (np.sqrt(vh) + eps), m, v


def seen_weights_of_averages(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = (1 - beta1) * m + beta1 * dw
    v = (1 - beta2) * v + beta2 * dw**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * mh / (np.sqrt(vh) + eps), m, v


WRONG += [
    (seen_v_uses_abs, "largest-for-mean"),
    (seen_sqrt_of_m, "root-multiplied"),
    (seen_t_from_zero, "t-minus-one"),
    (seen_weight_decay, "weights-decay"),
    (seen_weights_of_averages, "mean-weights-swapped"),
]


def own_step(move):
    """Take a step ``move(w, m_hat, v_hat, rate, eps)``."""

    def adam(w, m, v, dw, t, rate, beta1, beta2, eps):
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
        return move(w, m / (1 - beta1**t), v / (1 - beta2**t), rate, eps), m, v

    return adam


WRONG += [
    (own_step(lambda w, m, v, r, eps: w - r * m / (np.sqrt(v.sum()) + eps)), "one-sum"),
    (own_step(lambda w, m, v, r, eps: w - r * (m / (np.sqrt(v) + eps) + 0.01 * w)), "weight-decay"),
    (
        own_step(lambda w, m, v, r, eps: w - np.clip(r * m / (np.sqrt(v) + eps), -0.1, 0.1)),
        "step-held",
    ),
    (
        lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
            w
            + rate
            * (beta1 * m + (1 - beta1) * dw)
            / (np.sqrt(beta2 * v + (1 - beta2) * dw**2) + eps),
            beta1 * m + (1 - beta1) * dw,
            beta2 * v + (1 - beta2) * dw**2,
        ),
        "no-correction",
    ),
]


def swaps_betas_in_the_hats(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


WRONG += [(swaps_betas_in_the_hats, "betas-swapped")]


WRONG += [
    (adam_of(m_hat=lambda m, b, t: m / (1 - b * t)), "times-t"),
    (adam_of(m_hat=lambda m, b, t: m / (1 - b ** (t + 1))), "t-plus-one"),
    (adam_of(v_hat=lambda v, b, t: v / (1 - b ** (t + 1))), "t-plus-one"),
    (adam_of(m_hat=lambda m, b, t: m / (1 - b) ** t), "correction-brackets"),
]
