"""A network: an ordered list of layers, from pixels up to logits and back."""

from itertools import pairwise

import numpy as np

from course_lib import _files, activations
from course_lib._checks import NotFiniteError, features, require
from course_lib.activations import sigmoid, softmax
from course_lib.layers import Activation, Dense, aligned


class Network:
    """Layers in order, each fed with the output of the one before.

    Parameters
    ----------
    layers : list of layers
        For example ``[Dense(784, 64, rng=rng), ReLU(), Dense(64, 10, rng=rng)]``. The last one
        gives logits: sigmoid or softmax belong to the loss and to `predict_proba`.
    """

    def __init__(self, layers):
        self.layers = list(layers)
        require(self.layers, "layers is empty; expected at least one layer.")
        for layer in self.layers:
            require(
                all(hasattr(layer, name) for name in ("forward", "backward", "params", "grads")),
                f"layers holds {layer!r}; expected layers such as Dense(…) and ReLU(). "
                "Are the brackets missing?",
            )
        require(
            len(set(map(id, self.layers))) == len(self.layers),
            "layers holds the same layer twice; expected a layer of its own for each place, since "
            "a layer remembers its input for backward. Write ReLU() each time?",
        )
        widths = [d.params["W"].shape for d in self.layers if isinstance(d, Dense)]
        for (_, n_out), (n_in, _) in pairwise(widths):
            require(
                n_out == n_in,
                f"layers holds a Dense layer with {n_out} units below one with {n_in} inputs; "
                "expected the two to be equal.",
            )

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
            dZ = layer.backward(dZ)
        return self.layers[0].backward(dZ, input_gradient=input_gradient)

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
        with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is reported below
            Z = self.forward(features(X, self.n_in))
        if not np.isfinite(Z).all():
            raise NotFiniteError(
                "The network gives outputs that are NaN or infinite; expected numbers. "
                "Has its training diverged? Make it anew and lower the learning rate."
            )
        return Z

    @property
    def n_in(self):
        """The number of inputs, or None for a network without a `Dense` layer."""
        widths = [len(layer.params["W"]) for layer in self.layers if isinstance(layer, Dense)]
        return widths[0] if widths else None

    def astype(self, dtype):
        """Turn all parameters into `dtype`, in place, and return the network."""
        for layer in self.layers:
            for name, value in layer.params.items():
                if value.dtype != dtype:
                    layer.params[name] = aligned(value, dtype)
        return self

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
        kinds.append("Dense" if isinstance(layer, Dense) else _activation_name(layer))
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


def _activation_name(layer):
    name = getattr(getattr(layer, "f", None), "__name__", None)
    pair = [getattr(activations, f"{name}{suffix}", None) for suffix in ("", "_grad")]
    require(
        name and pair == [layer.f, layer.f_grad],
        f"layers holds {layer!r}, which has no name to save it under; expected Dense layers and "
        "activations of course_lib.",
    )
    return name


def _layer(kind, i, file):
    if kind != "Dense":
        f, f_grad = getattr(activations, kind), getattr(activations, f"{kind}_grad")
        return Activation(f, f_grad)
    W, b = file[f"{i}.W"], file[f"{i}.b"]
    require(
        W.ndim == 2 and b.shape == W.shape[1:] and W.dtype.kind == b.dtype.kind == "f",
        f"weights of shape {W.shape} beside biases of shape {b.shape}",
    )
    layer = Dense(*W.shape, rng=np.random.default_rng(0), init=lambda *_: W)
    layer.params = {"W": W, "b": b}
    return layer
