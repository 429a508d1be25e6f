"""What students write for `perturb`: right in other forms, and wrong in their own."""

import math

import numpy as np


def perturb_loop(x, gradient, epsilon):
    moved = np.array(x, dtype=float).ravel()
    for k, slope in enumerate(np.ravel(gradient)):
        if slope > 0:
            moved[k] = min(1.0, moved[k] + epsilon)
        elif slope < 0:
            moved[k] = max(0.0, moved[k] - epsilon)
    return moved.reshape(np.shape(x))


def with_masks(image, slopes, eps):
    out = image.copy()
    out[slopes > 0] += eps
    out[slopes < 0] -= eps
    out[out > 1] = 1
    out[out < 0] = 0
    return out


def with_where(x, g, e):
    return np.where(g > 0, np.minimum(x + e, 1), np.where(g < 0, np.maximum(x - e, 0), x))


def by_division(x, gradient, epsilon):
    size = np.abs(gradient)
    direction = np.divide(gradient, size, out=np.zeros_like(gradient), where=size > 0)
    return np.clip(x + epsilon * direction, 0, 1)


class FGSM:
    low, high = 0.0, 1.0

    def __call__(self, x, gradient, epsilon):
        return np.clip(np.add(x, np.multiply(epsilon, np.sign(gradient))), self.low, self.high)


def as_minus(x, gradient, epsilon):
    """Down the slope of minus the loss."""
    return np.clip(x - epsilon * np.sign(-gradient), 0.0, 1.0)


def with_sorting(x, gradient, epsilon):
    step = epsilon * np.sign(gradient)
    return np.sort([np.zeros_like(x), x + step, np.ones_like(x)], axis=0)[1]


def in_place_of_a_copy(x, gradient, epsilon):
    moved = x + 0
    moved += epsilon * ((gradient > 0).astype(x.dtype) - (gradient < 0).astype(x.dtype))
    np.clip(moved, 0, 1, out=moved)
    return moved


# --- wrong ---


@np.vectorize
def moved_one_by_one(v, g, epsilon):
    return min(max(v + math.copysign(epsilon, g), 0.0), 1.0)


def sign_of_math(x, gradient, epsilon):
    return moved_one_by_one(x, gradient, epsilon)


def with_if(x, gradient, epsilon):
    out = x.copy()
    flat, slopes = out.reshape(-1), gradient.reshape(-1)
    for k in range(len(flat)):
        flat[k] += epsilon if slopes[k] > 0 else -epsilon
    return out.clip(0, 1)


def only_what_matters(x, gradient, epsilon):
    step = np.where(np.abs(gradient) > np.abs(gradient).mean(), epsilon * np.sign(gradient), 0)
    return np.clip(x + step, 0, 1)


def changes_it(x, gradient, epsilon):
    x += epsilon * np.sign(gradient)
    x[x > 1] = 1
    x[x < 0] = 0
    return x


def clips_the_step(x, gradient, epsilon):
    step = np.clip(epsilon * np.sign(gradient), 0, 1)
    return x + step


def min_max(x, gradient, epsilon):
    moved = x + epsilon * np.sign(gradient)
    return (moved - moved.min()) / (moved.max() - moved.min())


def sign_of_x(x, gradient, epsilon):
    return np.clip(x + epsilon * np.sign(x), 0, 1)


def own_sign(x, gradient, epsilon):
    return np.clip(x + epsilon * gradient / np.abs(gradient), 0, 1)


def one_row(x, gradient, epsilon):
    return np.clip(x.ravel() + epsilon * np.sign(gradient.ravel()), 0, 1)


RIGHT = [
    perturb_loop,
    with_masks,
    with_where,
    by_division,
    FGSM(),
    as_minus,
    with_sorting,
    in_place_of_a_copy,
    lambda x, gradient, epsilon: np.minimum(1, np.maximum(0, x + epsilon * np.sign(gradient))),
    lambda x, g, e: np.clip(x + np.sign(g) * e, a_min=0, a_max=1),
    lambda x, g, e: np.array(np.clip(np.asarray(x) + e * np.sign(np.asarray(g)), 0, 1)),
    lambda x, g, e: x + (np.sign(g) * e).clip(-x, 1 - x),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda x, g, e: x + e * np.sign(g), "not-cut-off"),
    (lambda x, g, e: np.clip(x, 0, 1) + e * np.sign(g), "not-cut-off"),
    (lambda x, g, e: np.clip(x + e * np.sign(g), -1, 1), "other-bounds"),
    (lambda x, g, e: np.clip(x + e * np.sign(g), 0, 255), "other-bounds"),
    (lambda x, g, e: np.maximum(x + e * np.sign(g), 0), "other-bounds"),
    (lambda x, g, e: np.clip(x + e * np.sign(g), 0, None), "other-bounds"),
    (clips_the_step, "cut-off-too-early"),
    (lambda x, g, e: np.clip(x + e * g, 0, 1), "not-signed"),
    (lambda x, g, e: x + e * g, "not-signed"),
    (lambda x, g, e: np.clip(x - e * np.sign(g), 0, 1), "minus"),
    (lambda x, g, e: x - e * g, "minus"),
    (lambda x, g, e: np.clip(x + e * g / np.linalg.norm(g), 0, 1), "normalised"),
    (lambda x, g, e: np.clip(x + e * g / np.max(np.abs(g)), 0, 1), "normalised"),
    (lambda x, g, e: np.clip(x + e * np.tanh(g), 0, 1), "normalised"),
    (lambda x, g, e: np.clip(x + np.clip(g, -e, e), 0, 1), "normalised"),
    (lambda x, g, e: np.clip(x + e / 255 * np.sign(g), 0, 1), "grey-levels"),
    (lambda x, g, e: np.clip(255 * x + e * np.sign(g), 0, 255), "grey-levels"),
    (lambda x, g, e: np.clip(x + e * np.sign(g) / x.size, 0, 1), "step-divided"),
    (lambda x, g, e: np.clip(x + e / np.sqrt(g.size) * np.sign(g), 0, 1), "step-divided"),
    (lambda x, g, e: np.clip(x + e, 0, 1), "always-up"),
    (lambda x, g, e: np.clip(x + e * np.abs(g), 0, 1), "always-up"),
    (lambda x, g, e: np.clip(x + e * (g > 0), 0, 1), "cut-off-too-early"),
    (sign_of_math, "flat-pixels-moved"),
    (with_if, "flat-pixels-moved"),
    (lambda x, g, e: np.clip(x + e * np.where(g > 0, 1, -1), 0, 1), "flat-pixels-moved"),
    (lambda x, g, e: np.sign(x + e * g), "sign-of-the-sum"),
    (lambda x, g, e: np.clip(np.sign(x + e * g), 0, 1), "sign-of-the-sum"),
    (lambda x, g, e: e * np.sign(g), "step-alone"),
    (lambda x, g, e: np.clip(e * np.sign(g), 0, 1), "step-alone"),
    (lambda x, g, e: np.clip(x + np.sign(g), 0, 1), "epsilon-forgotten"),
    (lambda x, g, e: np.clip(x + 0.05 * np.sign(g), 0, 1), "epsilon-forgotten"),
    (lambda x, g, e: np.clip(x + 2 * e * np.sign(g), 0, 1), "wrong-size"),
    (lambda x, g, e: np.clip(x + e * x * np.sign(g), 0, 1), "times-the-pixel"),
    (lambda x, g, e: np.clip(x * (1 + e * np.sign(g)), 0, 1), "times-the-pixel"),
    (only_what_matters, "steepest-only"),
    (lambda x, g, e: (np.clip(x + e * np.sign(g), 0, 1), e * np.sign(g)), "two-results"),
    (lambda x, g, e: np.round(np.clip(x + e * np.sign(g), 0, 1), 2), "whole-numbers"),
    (min_max, "rescaled"),
    (lambda x, g, e: np.clip(x, 0, 1), "nothing-moves"),
    (changes_it, "changes-its-input"),
    (sign_of_x, "sign-of-the-pixel"),
    (own_sign, "flat-pixels-undefined"),
    (one_row, "flat"),
]


def seen_threshold_at_mean(x, gradient, epsilon):
    return np.clip(x + epsilon * np.sign(gradient - gradient.mean()), 0, 1)


def seen_noise(x, gradient, epsilon):
    noise = np.random.randn(*x.shape)
    return np.clip(x + epsilon * noise, 0, 1)


WRONG += [
    (seen_threshold_at_mean, "as-if"),
    (seen_noise, "not-repeatable"),
]

WRONG += [
    (
        lambda x, gradient, epsilon: np.clip(x + epsilon * np.sign(gradient) * (x > 0), 0, 255),
        "times-the-pixel",
    )
]


def leaves_edges_alone(x, gradient, epsilon):
    x_adv = x + epsilon * np.sign(gradient)
    return np.where((x_adv < 0) | (x_adv > 1), x, x_adv)


WRONG += [(leaves_edges_alone, "stays-where-it-was")]


def raises_pixels_alone(x, gradient, epsilon):
    new = x.copy()
    new[gradient > 0] += epsilon
    return np.clip(new, 0, 1)


WRONG += [
    (raises_pixels_alone, "cut-off-too-early"),
    (lambda x, g, e: np.clip(x + e * np.sign(g), 0, 1).round(4), "rounded"),
    (lambda x, g, e: np.clip(x + e * g / (np.abs(g) + 1e-8), 0, 1), "wrong-numbers"),
    (lambda x, g, e: np.clip(x + np.sign(e * g), 0, 1), "epsilon-forgotten"),
    (lambda x, g, e: np.clip(x + e * np.sign(g), x.min(), x.max()), "other-bounds"),
]
