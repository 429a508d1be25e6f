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


RIGHT = [
    relu_masks,
    lambda Z: np.where(Z > 0, Z, 0),
    lambda Z: Z * (Z > 0),
    lambda Z: (Z + np.abs(Z)) / 2,
    lambda Z: np.clip(Z, 0, None),
    lambda Z: np.maximum(0, Z),
    np.vectorize(lambda z: max(0.0, z)),
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
    (np.tanh, "wrong-numbers"),
]
