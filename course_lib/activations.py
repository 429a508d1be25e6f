"""Activations and their derivatives, as pairs of pure functions of the pre-activation ``Z``.

Each works element by element on a number or an array of any shape, keeps float32 as float32,
turns whole numbers into float64, and never changes its argument. Only `softmax` looks at more than
one element at a time.
"""

import numpy as np

from course_lib._speed import normal_distribution


def _float(Z):
    Z = np.asarray(Z)
    return Z if Z.dtype.kind == "f" else Z.astype(np.float64)


def sigmoid(Z):
    r"""Logistic sigmoid, :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Parameters
    ----------
    Z : array_like, any shape
        Pre-activations.

    Returns
    -------
    ndarray, shape of `Z`
        Values from 0 to 1.

    Notes
    -----
    For negative z it is written as :math:`e^{z} / (1 + e^{z})`, so that the exponent is never
    positive and nothing overflows.

    Examples
    --------
    >>> print(sigmoid(0.0), sigmoid(-1000.0))
    0.5 0.0
    """
    e = np.exp(-np.abs(_float(Z)))  # at most 1; np.where would choose ten times as slowly
    return np.maximum(e, np.greater_equal(Z, 0)) / (1 + e)


def sigmoid_grad(Z):
    r""":math:`\sigma'(z) = \sigma(z)\,(1 - \sigma(z))`; at most 1/4, at z = 0.

    See `sigmoid` for shapes and dtypes.
    """
    e = np.exp(-np.abs(_float(Z)))
    return e / (1 + e) ** 2  # the same product, without the cancellation in 1 - σ


def tanh(Z):
    r"""Hyperbolic tangent, :math:`\tanh z = 2\,\sigma(2z) - 1`, from -1 to 1."""
    return np.tanh(_float(Z))


def tanh_grad(Z):
    r""":math:`\tanh'(z) = 1 - \tanh^2 z`; at most 1, at z = 0."""
    return 1 - np.tanh(_float(Z)) ** 2


def relu(Z):
    """Rectified linear unit, :math:`max(0, z)` (Nair and Hinton 2010)."""
    return np.maximum(_float(Z), 0)


def relu_grad(Z):
    """1 where z > 0, else 0; at the kink z = 0 we choose 0."""
    Z = _float(Z)
    return (Z > 0).astype(Z.dtype)


def leaky_relu(Z, slope=0.01):
    """Leaky ReLU: z where z > 0, else ``slope * z`` (Maas, Hannun and Ng 2013)."""
    Z = _float(Z)
    return np.where(Z > 0, Z, slope * Z)


def leaky_relu_grad(Z, slope=0.01):
    """1 where z > 0, else `slope`."""
    Z = _float(Z)
    return np.where(Z > 0, 1, slope).astype(Z.dtype)


def elu(Z, alpha=1.0):
    r"""Exponential linear unit: z where z > 0, else :math:`\alpha (e^z - 1)`.

    Source: Clevert, Unterthiner and Hochreiter (2016).
    """
    Z = _float(Z)
    return np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))  # both sides are computed


def elu_grad(Z, alpha=1.0):
    r"""1 where z > 0, else :math:`\alpha e^z`."""
    Z = _float(Z)
    return np.where(Z > 0, 1, alpha * np.exp(np.minimum(Z, 0)))


def softplus(Z):
    r"""Smooth ReLU, :math:`\log(1 + e^z)` (Dugas et al. 2001); its derivative is the sigmoid."""
    Z = _float(Z)
    # np.logaddexp(0, Z) is four times as slow, 5 % of a step of lesson 4's lab.
    return np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z)))


def softplus_grad(Z):
    r""":math:`\sigma(z)`, see `sigmoid`."""
    return sigmoid(Z)


def silu(Z):
    r"""Sigmoid linear unit, :math:`z\,\sigma(z)`, also called swish (Elfwing et al. 2018)."""
    return _float(Z) * sigmoid(Z)


def silu_grad(Z):
    r""":math:`\sigma(z) + z\,\sigma'(z)`."""
    return sigmoid(Z) + _float(Z) * sigmoid_grad(Z)


def gelu(Z):
    r"""Gaussian error linear unit, :math:`z\,\Phi(z)`, with Φ the standard normal distribution.

    Source: Hendrycks and Gimpel (2016), in its exact form.
    """
    Z = _float(Z)
    return Z * normal_distribution(Z)


def gelu_grad(Z):
    r""":math:`\Phi(z) + z\,\varphi(z)`, with φ the standard normal density."""
    Z = _float(Z)
    return normal_distribution(Z) + Z * np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi, dtype=Z.dtype)


def softmax(Z):
    r"""Turn each row of logits into probabilities, :math:`p_k = e^{z_k} / \sum_j e^{z_j}`.

    Parameters
    ----------
    Z : array_like, shape (m, n_classes) or (n_classes,)
        Logits.

    Returns
    -------
    ndarray, shape of `Z`
        Rows of numbers from 0 to 1 that sum to 1.

    Notes
    -----
    Adding a constant to a row changes nothing, so its maximum is subtracted first: the largest
    exponent is then 0 and nothing overflows.

    Examples
    --------
    >>> print(softmax([1000.0, 1000.0]))
    [0.5 0.5]
    """
    Z = _float(Z)
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)
