"""A network: an ordered list of layers, from pixels up to logits and back."""

import copy

import numpy as np

from course_lib import _checks, _files, activations
from course_lib._speed import aligned, logits, steady
from course_lib.activations import sigmoid, softmax
from course_lib.layers import Activation, Dense


class Network:
    """Layers in order, each fed with the output of the one before.

    Parameters
    ----------
    layers : list of layers
        For example ``[Dense(784, 64, rng=rng), ReLU(), Dense(64, 10, rng=rng)]``. The last one
        gives logits: sigmoid or softmax belong to the loss and to `predict_proba`.
    """

    def __init__(self, layers):
        self.layers = _checks.layers(layers, Dense)

    def forward(self, X):
        """Logits of a batch; every layer remembers what `backward` needs.

        Parameters
        ----------
        X : ndarray, shape (m, n_in)

        Returns
        -------
        Z : ndarray, shape (m, n_out), dtype of `X`
        """
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, dZ, *, input_gradient=False):
        """Fill every layer's `grads` from the gradient with respect to the logits.

        Parameters
        ----------
        dZ : ndarray, shape (m, n_out)
        input_gradient : bool
            Whether the gradient with respect to the network's input is wanted as well.

        Returns
        -------
        dX : ndarray, shape (m, n_in), or None
        """
        for layer in reversed(self.layers[1:]):
            dZ = layer.backward(dZ, input_gradient=True)
        return self.layers[0].backward(dZ, input_gradient=input_gradient)

    def parameters(self):
        """List (layer, name) for each parameter, from the first layer to the last.

        Its value is ``layer.params[name]``, and its gradient after `backward`
        ``layer.grads[name]``.
        """
        return [(layer, name) for layer in self.layers for name in layer.params]

    def predict_proba(self, X):
        """Probabilities: of class 1 for a network with one output, else one column a class.

        Parameters
        ----------
        X : array_like, shape (m, n_in)

        Returns
        -------
        P : ndarray, shape (m,) or (m, n_classes)

        Raises
        ------
        ValueError
            Where `X` does not fit the network, or the network's weights are not finite.
        """
        Z = self._checked_logits(X)
        return sigmoid(Z[:, 0]) if Z.shape[1] == 1 else softmax(Z)

    def predict(self, X):
        """Labels: the most probable class; for a network with one output, 1 where p >= 0.5.

        Parameters
        ----------
        X : array_like, shape (m, n_in)

        Returns
        -------
        y : ndarray of int, shape (m,)

        Raises
        ------
        ValueError
            As `predict_proba`.
        """
        return labels(self._checked_logits(X))

    def _checked_logits(self, X):
        # What overflows is reported below; with several threads BLAS may round in another way.
        with steady(), np.errstate(over="ignore", invalid="ignore"):
            Z = logits(self, _checks.features(X, self.n_in))
        _checks.finite_outputs(Z)
        return Z

    @property
    def n_in(self):
        """The number of inputs, or None for a network without a `Dense` layer."""
        return next((len(d.params["W"]) for d in self.layers if isinstance(d, Dense)), None)

    @property
    def n_out(self):
        """The number of outputs, or None where layers of one's own decide it."""
        for layer in reversed(self.layers):
            if not isinstance(layer, Activation):
                return layer.params["W"].shape[1] if isinstance(layer, Dense) else None
        return None

    def astype(self, dtype):
        """Turn all parameters into `dtype`, in place, and return the network."""
        for layer, name in self.parameters():
            if layer.params[name].dtype != dtype:
                layer.params[name] = aligned(layer.params[name], dtype)
        return self

    def copy(self):
        """Return a network that shares nothing with this one, and has no gradients yet."""
        twin = copy.deepcopy(self)
        for layer in twin.layers:
            layer.grads = {}
        return twin

    def values(self):
        """Copy the values of all parameters, in the order of `parameters`."""
        return [layer.params[name].copy() for layer, name in self.parameters()]

    def restore(self, values):
        """Put back what `values` has copied."""
        for (layer, name), value in zip(self.parameters(), values, strict=True):
            layer.params[name][...] = value

    def save(self, path):
        """Write the network to an ``.npz`` file, whole or not at all, without pickle.

        Parameters
        ----------
        path : str or path
            Gets the suffix ``.npz`` where it has none.

        Returns
        -------
        pathlib.Path
            The file that was written.
        """
        kinds, arrays = describe(self)
        return _files.write(path, arrays, layers=kinds)

    @classmethod
    def load(cls, path):
        """Read a network that `save` has written.

        Parameters
        ----------
        path : str or path
            Gets the suffix ``.npz`` where it has none, as in `save`.

        Returns
        -------
        Network

        Raises
        ------
        FileNotFoundError
            Where there is no such file.
        ValueError
            Where the file is no saved network.
        """
        return _files.read(path, rebuild, "network")


def describe(network):
    """Return a network as the names of its layers and a dictionary of its parameters."""
    kinds, arrays = [], {}
    for i, layer in enumerate(network.layers):
        kinds.append("Dense" if type(layer) is Dense else _checks.name_of(layer, activations))
        arrays |= {f"{i}.{name}": value for name, value in layer.params.items()}
    return kinds, arrays


def rebuild(file):
    """Return the network that was described in a file."""
    kinds = _files.header(file, "layers")
    return Network([_layer(kind, i, file) for i, kind in enumerate(kinds)])


def labels(Z):
    """Labels from logits: the largest column, or z >= 0, which is p >= 0.5, for a single one.

    Parameters
    ----------
    Z : ndarray, shape (m, n_classes) or (m, 1)

    Returns
    -------
    y : ndarray of int, shape (m,)
    """
    return (Z[:, 0] >= 0).astype(np.int64) if Z.shape[1] == 1 else Z.argmax(axis=1)


def _layer(kind, i, file):
    if kind != "Dense":
        return Activation(getattr(activations, kind), getattr(activations, f"{kind}_grad"))
    W, b = file[f"{i}.W"], file[f"{i}.b"]
    _checks.require(W.dtype.kind == b.dtype.kind == "f" and b.shape == W.shape[1:], "odd weights")
    layer = Dense(*W.shape, rng=np.random.default_rng(0), init=lambda *_: np.zeros_like(W))
    layer.params = {"W": W, "b": b}
    return layer
