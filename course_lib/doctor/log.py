"""A record of a training loop of one's own, for `diagnose`: one call a step, of plain arrays."""

import zlib
from dataclasses import dataclass, field

import numpy as np

from course_lib import _watch
from course_lib._checks import as_many, require, whole_number
from course_lib.history import History

KEPT = 2_000_000  # numbers of a first batch, at most, that are kept


@dataclass
class Log(History):
    """What a loop of one's own did; `diagnose` takes it as the history.

    Examples
    --------
    One call a step, between the backward pass and the update::

        log = Log()
        for epoch in range(epochs):
            for X_batch, y_batch in batches:
                ...
                log.step(epoch, X_batch, y_batch, loss, [W1, W2], [dW1, dW2], rate=learning_rate)
                W1 -= learning_rate * dW1
                ...
        diagnose(network, X, y, loss=sigmoid_cross_entropy, history=log)
    """

    seen: list = field(default_factory=list, repr=False, compare=False)
    told: list = field(default_factory=list, repr=False, compare=False)

    def step(self, epoch, X, y, loss, weights, gradients, *, slopes=(), rate=None):
        """Note one step, before its update.

        Parameters
        ----------
        epoch : int
            Counted from 0: that of the step before, or the next one.
        X, y : ndarray, shapes (rows, n_in) and (rows, …)
            The batch.
        loss : float
            Of the batch, as a mean.
        weights, gradients : lists of ndarray
            From the first layer to the last, in the same order each time.
        slopes : list of ndarray, shape (rows, units)
            f'(Z) of each hidden layer, where you have them.
        rate : float, optional
            The learning rate.

        Raises
        ------
        ValueError
            Where the loss is no number, arrays do not belong together, or an epoch does not follow
            on those before.
        """
        X, y = np.asarray(X), np.asarray(y)
        whole_number("epoch", epoch, 0)
        noted = len(self.loss)
        require(
            noted - 1 <= epoch <= noted,
            f"epoch is {epoch} beside {noted} noted so far; expected them from 0 on, one after the "
            "other. Did you mean a new Log()?",
        )
        number = np.ndim(loss) == 0 and np.asarray(loss).dtype.kind in "fiu"
        require(number, f"loss is {loss!r}; expected a number.")
        shapes = [[np.shape(A) for A in arrays] for arrays in (weights, gradients)]
        require(
            shapes[0] == shapes[1],
            f"weights and gradients have shapes {shapes[0]} and {shapes[1]}; expected one gradient "
            "for each array of weights, of its shape.",
        )
        as_many(X, y)
        if self._open is not None:
            then, before, *rest = self._open
            self.looks.append(_watch.look(*then, before, list(weights), *rest))
            self._open = None
        if epoch == noted:
            self.loss.append(0.0)
            self.seen.append([])
            weights, gradients = [np.array(W) for W in weights], [np.array(g) for g in gradients]
            self._open = (epoch, loss), weights, gradients, list(slopes), y, rate
            if epoch == 0 and X.size <= KEPT:
                self.first = np.array(X), np.array(y), float(loss), weights, gradients
        done, rows = len(self.seen[-1]), len(X)
        self.loss[-1] = (done * self.loss[-1] + rows * float(loss)) / (done + rows)
        self.seen[-1] += marks(X)
        if epoch == 0:
            self.told += single(y).tolist()

    def __post_init__(self):
        """Begin with no step that waits for its update, and none to compute again."""
        self._open = self.first = None


def marks(X):
    """Return a number for each row, to the last bit of float32, that knows it again."""
    return [zlib.crc32(row) for row in np.ascontiguousarray(X, np.float32)]


def single(y):
    """Return one number for each target, the class of a one-hot one."""
    y = np.asarray(y)
    return y.reshape(len(y), -1).argmax(axis=1) if y.ndim > 1 and y.shape[1] > 1 else y.ravel()
