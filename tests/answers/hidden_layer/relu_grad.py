"""What students write for `relu_grad`: right in other forms, and wrong in their own."""

import numpy as np


def relu_grad_masks(Z):
    slope = np.zeros(np.shape(Z))
    slope[Z > 0] = 1
    return slope


RIGHT = [
    relu_grad_masks,
    lambda Z: np.where(Z > 0, 1, 0),
    lambda Z: Z > 0,
    lambda Z: (Z >= 0).astype(float),
    lambda Z: np.heaviside(Z, 0.5),
    lambda Z: (np.sign(Z) + 1) / 2,
    lambda Z: np.array([1.0 if z > 0 else 0.0 for z in Z.ravel()]).reshape(Z.shape),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda Z: 1.0 if Z > 0 else 0.0, "one-number-only"),
    (lambda Z: np.where(Z > 0, Z, 0), "relu-itself"),
    (lambda Z: Z / np.abs(Z), "minus-one"),
    (lambda Z: Z * 0 + 1, "one-everywhere"),
    (lambda Z: 1 - np.where(Z >= 0, 1, 0), "sides-swapped"),
    (lambda Z: np.where(Z == 0, 2, Z > 0), "kink"),
]
