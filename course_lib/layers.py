"""Layers: each turns the output of the one below into its own, and gradients back.

A layer has `params` and `grads`, two dictionaries with the same keys, ``forward(X)`` and
``backward(dZ, *, input_gradient=False)``. `backward` fills `grads` and, where it is asked to,
returns the gradient with respect to the layer's input; it never changes `params`: that is the
optimiser's work.
"""

import numpy as np

from course_lib import _checks, activations
from course_lib._speed import aligned, product


def glorot(n_in, n_out, rng):
    r"""Draw uniform weights of variance :math:`2 / (n_{in} + n_{out})`, made for tanh units.

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward
    neural networks", equation 16.
    """
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def he(n_in, n_out, rng):
    r"""Draw Gaussian weights of variance :math:`2 / n_{in}`, for ReLU and its kin.

    Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", equation 10.
    """
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


class Dense:
    r"""A fully connected layer, :math:`Z = X W + b`.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and of units.
    rng : numpy.random.Generator
        Draws the weights.
    init : function ``(n_in, n_out, rng) -> W``
        How to draw them: `glorot`, `he`, or your own.

    Attributes
    ----------
    params : dict
        ``"W"`` of shape (n_in, n_out) and ``"b"`` of shape (n_out,), zero for b; float64 until
        `train` gives them the dtype of the data.
    grads : dict
        The gradients of the mean loss with the same keys and shapes, after `backward`.
    """

    def __init__(self, n_in, n_out, *, rng, init=glorot):
        n_in, n_out = _checks.whole_number("n_in", n_in), _checks.whole_number("n_out", n_out)
        _checks.generator("rng", rng)
        W = aligned(init(n_in, n_out, rng))
        _checks.weights(W, n_in, n_out)
        self.params = {"W": W, "b": np.zeros(n_out)}
        self.grads, self.X = {}, None

    def forward(self, X):
        """Pre-activations of a batch.

        Parameters
        ----------
        X : ndarray, shape (m, n_in)

        Returns
        -------
        Z : ndarray, shape (m, n_out), dtype of `X`
        """
        W, b = self.params["W"], self.params["b"]
        if X.ndim != 2 or X.shape[1] != len(W):
            raise _checks.misfit(X, len(W))
        self.X = X
        if X.dtype != W.dtype and X.dtype.kind == "f":  # float32 in, float32 out
            W, b = W.astype(X.dtype), b.astype(X.dtype)
        Z = product(X, W)
        Z += b  # in place: another array of this size would cost more than the addition
        return Z

    def backward(self, dZ, *, input_gradient=False):
        r"""Gradients :math:`dW = X^T dZ`, :math:`db = \sum_i dZ_i` and :math:`dX = dZ\,W^T`.

        Parameters
        ----------
        dZ : ndarray, shape (m, n_out)
            Gradient of the mean loss with respect to this layer's output.
        input_gradient : bool
            Whether `dX` is wanted: the layer below needs it, but the lowest has nobody below.

        Returns
        -------
        dX : ndarray, shape (m, n_in), or None
        """
        W = self.params["W"]
        if self.X is None or dZ.shape != (len(self.X), W.shape[1]):
            raise _checks.misfit_gradient("dZ", dZ, self.X, W.shape[1])
        self.grads = {"W": product(self.X.T, dZ), "b": dZ.sum(axis=0)}
        if not input_gradient:
            return None
        if dZ.dtype != W.dtype and dZ.dtype.kind == "f":
            W = W.astype(dZ.dtype)
        return product(dZ, W.T)


class Activation:
    r"""An activation layer, :math:`A = f(Z)`, with :math:`dZ = dA \odot f'(Z)` on the way back.

    Parameters
    ----------
    f, f_grad : functions of the pre-activation
        For example `activations.tanh` and `activations.tanh_grad`.
    """

    def __init__(self, f, f_grad):
        _checks.derivative(f, f_grad)
        self.f, self.f_grad = f, f_grad
        self.params, self.grads, self.Z = {}, {}, None

    def forward(self, Z):
        """Apply f element by element; shape and dtype of `Z` are kept."""
        self.Z = Z
        return self.f(Z)

    def backward(self, dA, *, input_gradient=False):
        """Gradient with respect to `Z`, of its shape, where it is wanted; else None."""
        if self.Z is None or dA.shape != self.Z.shape:
            raise _checks.misfit_gradient("dA", dA, self.Z)
        return dA * self.f_grad(self.Z) if input_gradient else None


def Sigmoid():
    """Activation layer of `activations.sigmoid`."""
    return Activation(activations.sigmoid, activations.sigmoid_grad)


def Tanh():
    """Activation layer of `activations.tanh`."""
    return Activation(activations.tanh, activations.tanh_grad)


def ReLU():
    """Activation layer of `activations.relu`."""
    return Activation(activations.relu, activations.relu_grad)


def LeakyReLU():
    """Activation layer of `activations.leaky_relu`, slope 0.01."""
    return Activation(activations.leaky_relu, activations.leaky_relu_grad)


def ELU():
    """Activation layer of `activations.elu`, alpha 1."""
    return Activation(activations.elu, activations.elu_grad)


def Softplus():
    """Activation layer of `activations.softplus`."""
    return Activation(activations.softplus, activations.softplus_grad)


def SiLU():
    """Activation layer of `activations.silu`."""
    return Activation(activations.silu, activations.silu_grad)


def GELU():
    """Activation layer of `activations.gelu`."""
    return Activation(activations.gelu, activations.gelu_grad)
