"""What students write for `relu`: right in other forms, and wrong in their own."""

import numpy as np


def relu_masks(Z):
    A = np.array(Z)
    A[A < 0] = 0
    return A


def relu_in_a_loop(Z):
    for row in np.atleast_2d(Z):
        for j in range(len(row)):
            if row[j] < 0:
                row[j] = 0
    return Z


def relu_listed(x):
    return np.array([[v if v > 0 else 0.0 for v in row] for row in np.atleast_2d(x)]).reshape(
        x.shape
    )


class ReLU:
    def __call__(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out


def multiplies_in_place(Z):
    Z *= Z > 0
    return Z


def first_only(x):
    for v in x.ravel():
        return max(0, v)


def for_vectors(x):
    return np.array([max(0, v) for v in x])


def right_relu(x):
    return (np.abs(x) + x) / 2


def right_relu_list(Z):
    flat = [v if v > 0 else 0.0 for v in Z.ravel()]
    return np.array(flat, dtype=Z.dtype).reshape(Z.shape)


def wrote_changes_its_input(x):
    x[x < 0] = 0
    return x


def wrote_one_number_only(x):
    if x > 0:
        return x
    return 0


def npmax(Z):
    return np.max(0, Z)


RIGHT = [
    relu_masks,
    lambda Z: np.where(Z > 0, Z, 0),
    lambda Z: Z * (Z > 0),
    lambda Z: (Z + np.abs(Z)) / 2,
    lambda Z: np.clip(Z, 0, None),
    lambda Z: np.maximum(0, Z),
    np.vectorize(lambda z: max(0.0, z)),
    relu_listed,
    ReLU(),
    lambda x: np.fmax(x, 0),
    lambda x: x.clip(min=0),
    lambda x: np.select([x > 0], [x], default=0),
    lambda x: x * np.heaviside(x, 0),
    lambda x: np.maximum(x, np.zeros_like(x)),
    lambda x: x - np.minimum(x, 0),
    lambda x: np.einsum("...,...", x, x > 0),
    right_relu,
    right_relu_list,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda Z: 0 if Z < 0 else Z, "one-number-only"),
    (lambda Z: Z.max(), "largest-only"),
    (lambda Z: Z.clip(0, 1), "clipped-at-one"),
    (lambda Z: np.sqrt(Z**2), "absolute"),
    (lambda Z: np.where(Z < 0, Z, 0), "smallest"),
    (lambda Z: np.logaddexp(0, Z), "softplus"),
    (relu_in_a_loop, "changes-its-input"),
    (np.tanh, "tanh"),
    (multiplies_in_place, "changes-its-input"),
    (first_only, "first-element-only"),
    (for_vectors, "vectors-only"),
    (lambda x: x if x > 0 else 0, "one-number-only"),
    (lambda x: max(0, x), "one-number-only"),
    (lambda x: max(0.0, np.max(x)), "largest-only"),
    (lambda x: np.maximum(x), "raised"),
    (lambda x: np.maximum(1, x), "at-least-one"),
    (lambda x: np.maximum(x, -x), "absolute"),
    (lambda x: np.maximum(0.01 * x, x), "leaky"),
    (lambda x: np.maximum(0.2 * x, x), "leaky"),
    (lambda x: np.where(x > 0, x, np.exp(x) - 1), "leaky"),
    (lambda x: x / (1 + np.exp(-x)), "silu"),
    (lambda x: 1 / (1 + np.exp(-x)), "sigmoid"),
    (lambda x: np.where(x > 0, 1, 0), "derivative"),
    (lambda x: np.where(x > 0, 0, x), "smallest"),
    (lambda x: np.where(x > 1, x, 0), "compares-with-one"),
    (lambda x: np.minimum(np.maximum(x, 0), 6), "clipped-at-one"),
    (lambda x: np.maximum(0, x).astype(int), "whole-numbers"),
    (lambda x: [max(v, 0) for v in x.tolist()], "vectors-only"),
    (lambda x: x[x > 0], "selected"),
    (lambda x: np.sum(np.maximum(x, 0)), "one-number"),
    (lambda x: np.maximum(x, 0) ** 2, "squared"),
    (wrote_changes_its_input, "changes-its-input"),
    (wrote_one_number_only, "one-number-only"),
    (lambda Z: np.maximum(Z, Z), "identity"),
    (lambda Z: np.maximum(-Z, 0), "mirrored"),
    (npmax, "raised"),
]


def seen_shifts_z_min(Z):
    return Z - Z.min()


def seen_z_z_without(Z):
    return Z + np.abs(Z)


def seen_uses_mean_as(Z):
    return np.maximum(Z, Z.mean())


def seen_z_z_precedence(Z):
    return Z * Z > 0


def seen(Z):
    return np.maximum(0, 1 - Z)


WRONG += [
    (seen_shifts_z_min, "as-if"),
    (seen_z_z_without, "as-if"),
    (seen_uses_mean_as, "mixed"),
    (seen_z_z_precedence, "argument-unused"),
    (seen, "as-if"),
]

WRONG += [
    (lambda Z: np.where(Z > 0, Z, -1), "another-floor"),
    (lambda Z: Z * (Z > 0.1), "nearly-right"),
    (lambda Z: Z * (Z > -1), "wrong-numbers"),
]
