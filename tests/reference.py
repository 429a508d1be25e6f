"""What the library is compared with: mathematical definitions, written without course_lib.

Derivatives of these come from autograd, or from differences of a higher order than gradcheck's.
"""

import autograd.numpy as anp
import numpy as np
from autograd.scipy.special import erf
from hypothesis import settings

NAMES = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu"]

DEFINITIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": lambda z: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z)),
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "gelu": lambda z: z * (1 + erf(z / anp.sqrt(2.0))) / 2,
}

# So many examples are quick enough; tests/conftest.py makes them the same in every run.
quick = settings(max_examples=60)


def mean_squared_error(y, A):
    """Mean over all entries; `y` in the shape of `A`."""
    return anp.sum((A - y) ** 2) / A.size


def binary_cross_entropy(y, p):
    """Mean of -log of the probability of what was seen."""
    return anp.sum(-y * anp.log(p) - (1 - y) * anp.log(1 - p)) / len(p)


def sigmoid_cross_entropy(y, Z):
    """The same, of logits."""
    return binary_cross_entropy(y, 1 / (1 + anp.exp(-Z)))


def softmax_cross_entropy(Y, Z):
    """Mean of -log of the probability of the right class; `Y` one-hot."""
    E = anp.exp(Z)
    P = E / anp.sum(E, axis=1, keepdims=True)
    return -anp.sum(Y * anp.log(P)) / len(Z)


def network(weights, X, f):
    """Logits of a network with `f` between any two of the `weights`, pairs (W, b)."""
    for W, b in weights[:-1]:
        X = f(anp.dot(X, W) + b)
    W, b = weights[-1]
    return anp.dot(X, W) + b


def differences(f, w, h=1e-4):
    """Gradient of `f` at `w` by five-point differences, whose error is of order h to the fourth."""
    w = np.array(w, dtype=np.float64)
    gradient = np.zeros(w.size)
    for j in range(w.size):

        def at(step, j=j):
            moved = w.ravel().copy()
            moved[j] += step * h
            return f(moved.reshape(w.shape))

        gradient[j] = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
    return gradient.reshape(w.shape)


def error(a, b):
    """Relative error of two gradients, by their largest entries."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    return np.abs(a - b).max() / np.abs(b).max()


def frozen(A, dtype=None):
    """A copy of `A` that nobody can write to."""
    A = np.array(A, dtype=dtype)
    A.flags.writeable = False
    return A


def says(error_info, *parts):
    """Assert that the sentence of a raised error holds every one of the parts."""
    for part in parts:
        assert part in str(error_info.value), f"{part!r} is missing from: {error_info.value}"
