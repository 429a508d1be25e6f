"""Layers: each turns the output of the one below into its own, and gradients back.

A layer has `params` and `grads`, two dictionaries with the same keys, ``forward(X)`` and
``backward(dZ)``. `backward` fills `grads` and hands on the gradient with respect to the layer's
input; it never changes `params`: that is the optimiser's work.
"""

import numpy as np

from course_lib import activations
from course_lib._checks import generator, require, whole_number


def glorot(n_in, n_out, rng):
    r"""Draw uniform weights of variance :math:`2 / (n_{in} + n_{out})`, for tanh and sigmoid.

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


def aligned(A, dtype=np.float64):
    """Copy `A` to where a line of the processor's cache starts: a multiple of 64 bytes.

    NumPy's own arrays start at any multiple of 16. Numbers that the processor handles together may
    then straddle two lines: on two cores, 784 × 128 weights take twice as long to update in place.

    Parameters
    ----------
    A : array_like, any shape
    dtype : data type of the result

    Returns
    -------
    ndarray, shape of `A`
        In memory of its own.
    """
    A = np.asarray(A, dtype)
    memory = np.empty(A.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    copy = memory[start : start + A.nbytes].view(A.dtype).reshape(A.shape)
    copy[...] = A
    return copy


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
        ``"W"`` of shape (n_in, n_out) and ``"b"`` of shape (n_out,), float64 and zero for b.
    grads : dict
        The gradients of the mean loss with the same keys and shapes, after `backward`.
    """

    def __init__(self, n_in, n_out, *, rng, init=glorot):
        n_in, n_out = whole_number("n_in", n_in), whole_number("n_out", n_out)
        generator("rng", rng)
        W = aligned(init(n_in, n_out, rng))
        require(
            W.shape == (n_in, n_out),
            f"init gave weights of shape {W.shape}; expected ({n_in}, {n_out}). "
            "Inputs count rows, units count columns.",
        )
        self.params = {"W": W, "b": np.zeros(n_out)}
        self.grads = {}

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
            raise ValueError(
                f"X has shape {X.shape}; expected (m, {len(W)}), one example a row. Does the layer "
                f"below have {len(W)} units, and did you mean X.reshape(len(X), -1) or X.T?"
            )
        self.X = X
        if X.dtype != W.dtype and X.dtype.kind == "f":  # float32 in, float32 out
            W, b = W.astype(X.dtype), b.astype(X.dtype)
        Z = X @ W
        Z += b  # in place: a second array of this size would cost more than the addition
        return Z

    def backward(self, dZ, *, input_gradient=True):
        r"""Gradients :math:`dW = X^T dZ`, :math:`db = \sum_i dZ_i` and :math:`dX = dZ\,W^T`.

        Parameters
        ----------
        dZ : ndarray, shape (m, n_out)
            Gradient of the mean loss with respect to this layer's output.
        input_gradient : bool
            Whether `dX` is wanted; the first layer of a network in training can do without.

        Returns
        -------
        dX : ndarray, shape (m, n_in), or None
        """
        W = self.params["W"]
        if not hasattr(self, "X"):
            raise ValueError("backward came before forward; run forward on a batch first.")
        if dZ.shape != (len(self.X), W.shape[1]):
            raise ValueError(
                f"dZ has shape {dZ.shape}; expected {(len(self.X), W.shape[1])}, the shape of the "
                "layer's output. Did another forward pass come in between?"
            )
        # np.add.reduce(dZ) is dZ.sum(axis=0) without the detour, which a small batch would feel.
        self.grads = {"W": self.X.T @ dZ, "b": np.add.reduce(dZ)}
        if not input_gradient:
            return None
        # The dtype of dZ; but whole numbers would cut the weights down to whole numbers.
        if dZ.dtype != W.dtype and dZ.dtype.kind == "f":
            W = W.astype(dZ.dtype)
        return dZ @ W.T


class Activation:
    r"""An activation layer, :math:`A = f(Z)`, with :math:`dZ = dA \odot f'(Z)` on the way back.

    Parameters
    ----------
    f, f_grad : functions of the pre-activation
        For example `activations.tanh` and `activations.tanh_grad`.
    """

    def __init__(self, f, f_grad):
        require(
            callable(f) and callable(f_grad),
            f"Activation got {f!r} and {f_grad!r}; expected two functions, f and its derivative.",
        )
        self.f, self.f_grad = f, f_grad
        self.params, self.grads = {}, {}

    def forward(self, Z):
        """Apply f element by element; shape and dtype of `Z` are kept."""
        self.Z = Z
        return self.f(Z)

    def backward(self, dA, *, input_gradient=True):
        """Gradient with respect to `Z`, from `dA` of the same shape."""
        if not hasattr(self, "Z"):
            raise ValueError("backward came before forward; run forward on a batch first.")
        if dA.shape != self.Z.shape:
            raise ValueError(
                f"dA has shape {dA.shape}; expected {self.Z.shape}, the shape of the output."
            )
        # f'(Z) first: NumPy then puts the product into its memory, and large batches gain.
        return self.f_grad(self.Z) * dA if input_gradient else None


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
