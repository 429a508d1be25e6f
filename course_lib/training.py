"""Training: batches, the loop, and the history of what it did."""

import copy
import json
import math
import os
from dataclasses import dataclass, field, replace
from itertools import chain, islice, repeat
from numbers import Real

import numpy as np

from course_lib._checks import NotFiniteError, features, finite, generator, require, whole_number
from course_lib.losses import l2_penalty
from course_lib.network import labels
from course_lib.schedules import exponential

# A loss this many times that of the first batch, of all-zero outputs, and 1, is on its way to
# infinity.
DIVERGED = 1000
# More examples than this go through the network in slices, whose gradients add up to that of all:
# what the layers remember of a slice stays in the processor's cache, and the memory it takes does
# not grow with the examples.
SLICE = 2048


@dataclass
class History:
    """What happened, one entry an epoch.

    Attributes
    ----------
    loss : list of float
        Mean training loss over the epoch's examples, each counted *before* the update that its
        batch leads to. Full batch, ``loss[0]`` is the loss of the initial weights and ``loss[-1]``
        the loss *before* the last update.
    validation_loss, validation_accuracy : list of float
        Taken *after* the epoch's last update; empty without validation data.
    stopped : str
        Why training ended early, as a sentence; empty where it did not.
    best : list of dict or None
        With early stopping, the parameters of the best epoch so far, layer by layer.
    """

    loss: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    stopped: str = ""
    best: list | None = field(default=None, repr=False, compare=False)

    def table(self, every=1):
        """Return a line of text for each epoch, or for one in `every` and the last.

        Parameters
        ----------
        every : int

        Returns
        -------
        str
        """
        every, last = whole_number("every", every), len(self.loss)
        lines = ["epoch  loss    validation  accuracy" if self.validation_loss else "epoch  loss"]
        for epoch in range(1, last + 1):
            if epoch % every == 0 or epoch == last:
                line = f"{epoch:5}  {self.loss[epoch - 1]:.4f}"
                if self.validation_loss:
                    line += f"  {self.validation_loss[epoch - 1]:10.4f}"
                    line += f"  {self.validation_accuracy[epoch - 1]:8.2%}"
                lines.append(line)
        return "\n".join(lines + [self.stopped] * bool(self.stopped))

    def to_json(self):
        """Return everything but `best` as JSON text."""
        return json.dumps({name: value for name, value in vars(self).items() if name != "best"})

    @classmethod
    def from_json(cls, text):
        """Return the history that `to_json` has written."""
        return cls(**json.loads(text))


def minibatches(X, y, batch_size, rng):
    """Yield ``(X_batch, y_batch)`` until every example came exactly once, in a fresh order.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m, …)
    batch_size : int
        From 1 to m; the last batch is short where it does not divide m.
    rng : numpy.random.Generator
        Draws the order, one permutation an epoch, the same for `X` and `y`.
    """
    require(
        len(X) == len(y),
        f"y has {len(y)} targets; expected one for each of the {len(X)} examples in X.",
    )
    batch_size = whole_number("batch_size", batch_size)
    generator("rng", rng)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        # The rows X[batch] and y[batch], which `take` fetches sooner where they are few.
        yield X.take(batch, axis=0), y.take(batch, axis=0)


def loss_and_gradients(network, loss, X, y):
    """Forward, loss, backward: fill every layer's `grads` and return the loss.

    More than `SLICE` examples go through the network in slices, whose mean losses and gradients
    are added up by their share.

    Parameters
    ----------
    network : Network
    loss : function ``(y, Z) -> (value, dZ)``
        A mean over the examples and its gradient.
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m, …)

    Returns
    -------
    float
        The mean loss of all examples.

    Raises
    ------
    NotFiniteError
        Where the loss is not finite.
    """
    if len(X) <= SLICE:
        value, dZ = loss(y, network.forward(X))
        if not math.isfinite(value):
            raise NotFiniteError(
                f"The loss is {value}; expected a finite number. "
                "Are the inputs finite, or is the learning rate too large?"
            )
        network.backward(dZ)
        return value
    mean, sums = 0.0, [{} for _ in network.layers]
    for start in range(0, len(X), SLICE):
        rows = slice(start, start + SLICE)
        share = len(X[rows]) / len(X)
        mean += share * loss_and_gradients(network, loss, X[rows], y[rows])
        for layer, total in zip(network.layers, sums, strict=True):
            for name, gradient in layer.grads.items():
                total[name] = total.get(name, 0) + share * gradient
    for layer, total in zip(network.layers, sums, strict=True):
        layer.grads = total
    return mean


def train(
    network,
    X,
    y,
    *,
    loss,
    optimizer,
    epochs,
    batch_size=None,
    rng=None,
    l2=0.0,
    schedule=None,
    augment=None,
    validation=None,
    patience=None,
    smallest_gradient=0.0,
    on_epoch=None,
    history=None,
):
    """Train `network` in place: forward, loss, backward, step, over and over.

    A progress bar appears where it takes more than two seconds. Interrupting (the stop button)
    keeps the weights and the history so far; so does a loss that blows up, which ends training.

    Parameters
    ----------
    network : Network
        Its parameters take the dtype of `X`.
    X : array_like, shape (m, n_in)
        Training examples, scaled to about 1.
    y : array_like, shape (m,) or (m, n_out)
        Targets, as the loss wants them.
    loss : function ``(y, Z) -> (value, dZ)``
        A mean over the examples and its gradient, such as `losses.softmax_cross_entropy`.
    optimizer : object with ``step(network)``
        For example ``SGD(learning_rate=0.1)``.
    epochs : int
        How often to go through all examples, after those that `history` holds.
    batch_size : int, optional
        Examples a step. None is the full batch, in order, and draws nothing. More than
        `SLICE` go through the network in slices (`loss_and_gradients`), the same but for rounding.
    rng : numpy.random.Generator, optional
        Shuffles the mini-batches; needed where `batch_size` is given.
    l2 : float
        Strength of the penalty on large weights (`losses.l2_penalty`), biases left alone. The
        history counts the loss without it, so that it compares with that of held-out data.
    schedule : function ``step -> learning rate``, optional
        Sets the optimiser's learning rate before each step, counted from 0; see `schedules`.
    augment : function ``(X_batch, rng) -> X_batch``, optional
        Changes the examples of each batch; needs `rng`.
    validation : pair of arrays ``(X, y)``, optional
        Held-out data to judge the network on after each epoch.
    patience : int, optional
        Early stopping: end when so many epochs have brought no lower validation loss, and in any
        case leave the network with the weights of its best epoch. Needs `validation`.
    smallest_gradient : float
        End when the norm of the whole gradient at an epoch's last step is below this.
    on_epoch : function ``(network, history)``, optional
        Called after each epoch, to draw, to look or to save (`checkpoint.save`).
    history : History, optional
        Of an earlier training, to go on with: epochs, the schedule's steps and the wait for a
        better epoch count on from there. It is copied.

    Returns
    -------
    History

    Raises
    ------
    ValueError, TypeError
        Where arguments do not fit together; nothing has been changed then.
    """
    from tqdm.auto import tqdm

    require(callable(loss), f"loss is {loss!r}; expected a function such as softmax_cross_entropy.")
    require(
        hasattr(optimizer, "step") and not isinstance(optimizer, type),
        f"optimizer is {optimizer!r}; expected an object with step(network), such as "
        "SGD(learning_rate=0.1).",
    )
    require(
        on_epoch is None or callable(on_epoch),
        f"on_epoch is {on_epoch!r}; expected a function of (network, history). "
        "Did you call it where its name was meant?",
    )
    X, y = _examples(network, X, y, "X", "y")
    if validation is not None:
        require(
            isinstance(validation, (tuple, list)) and len(validation) == 2,
            f"validation is of type {type(validation).__name__}; expected a pair of arrays "
            "(X_validation, y_validation). Is one of the two missing?",
        )
        validation = _examples(network, *validation, "validation[0]", "validation[1]")
    epochs = whole_number("epochs", epochs)
    require(
        isinstance(l2, Real) and 0 <= l2 < math.inf,
        f"l2 is {l2!r}; expected the strength of a penalty, 0 or more.",
    )
    require(
        schedule is None or callable(schedule),
        f"schedule is {schedule!r}; expected a function of the step, such as cosine(0.1, 1000).",
    )
    require(
        augment is None or callable(augment),
        f"augment is {augment!r}; expected a function (X_batch, rng) -> X_batch.",
    )
    if patience is not None:
        patience = whole_number("patience", patience)
        require(validation is not None, "patience needs validation=(X, y) to judge by.")
    if augment is not None:
        generator("rng", rng)
    if batch_size is not None:
        batch_size = whole_number("batch_size", batch_size)
        require(
            batch_size <= len(X),
            f"batch_size is {batch_size}; expected at most {len(X)}, the number of examples. "
            "Did you mean batch_size=None, all of them at once?",
        )
        generator("rng", rng)
    require(
        history is None
        or (
            isinstance(history, History)
            and len(history.validation_loss) == (len(history.loss) if validation else 0)
        ),
        f"history is {history!r}; expected what an earlier training returned, with validation data "
        "now as then.",
    )
    untrained = loss(y, _zeros(network, X))[0]  # the loss refuses targets that do not fit
    if validation is not None:
        try:
            loss(validation[1], _zeros(network, validation[0]))
        except ValueError as error:
            raise ValueError(f"In validation, {error}") from None
    network.astype(X.dtype)
    # All targets have been through the loss's door: batches need not go through it again.
    equation = loss
    if hasattr(loss, "door"):
        equation, y = loss.equation, loss.door(y, _zeros(network, X))[0]

    history = _copy(history or History())
    epochs += len(history.loss)
    steps = len(history.loss) * (1 if batch_size is None else math.ceil(len(X) / batch_size))
    bound = None
    hidden = "TQDM_DISABLE" in os.environ  # tqdm's notebook bar overlooks its own switch
    left = (epochs - len(history.loss)) * len(X)
    bar = tqdm(total=left, unit=" images", unit_scale=True, delay=2, disable=hidden)
    with bar, np.errstate(all="ignore"):
        try:
            for epoch in range(len(history.loss) + 1, epochs + 1):
                bar.set_description(f"epoch {epoch} of {epochs}", refresh=False)
                batches = [(X, y)] if batch_size is None else minibatches(X, y, batch_size, rng)
                total = 0.0
                for X_batch, y_batch in batches:
                    if augment is not None:
                        X_batch = augment(X_batch, rng)
                    if schedule is not None:
                        optimizer.learning_rate = schedule(steps)
                    value = loss_and_gradients(network, equation, X_batch, y_batch)
                    bound = bound or DIVERGED * max(1.0, untrained, value)
                    if l2:
                        _add_penalty(network, l2)
                    optimizer.step(network)
                    steps, total = steps + 1, total + value * len(X_batch)
                    bar.update(len(X_batch))
                _record(history, total / len(X), network, loss, validation)
                shown = {"loss": f"{history.loss[-1]:.4f}"}
                if validation is not None:
                    shown["accuracy"] = f"{history.validation_accuracy[-1]:.2%}"
                bar.set_postfix(shown, refresh=False)
                if patience and np.argmin(history.validation_loss) == epoch - 1:
                    history.best = [_copies(layer.params) for layer in network.layers]
                if on_epoch is not None:
                    on_epoch(network, history)
                if history.loss[-1] > bound:
                    raise NotFiniteError
                if patience and should_stop(history.validation_loss, patience):
                    history.stopped = (
                        f"Stopped early after {epoch} of {epochs} epochs: "
                        f"{patience} in a row brought no lower validation loss."
                    )
                    break
                if smallest_gradient and gradient_norm(network) < smallest_gradient:
                    history.stopped = (
                        f"Stopped after {epoch} of {epochs} epochs: "
                        f"the gradient's norm fell below {smallest_gradient:g}."
                    )
                    break
        except NotFiniteError:
            history.stopped = (
                f"Training diverged after {len(history.loss)} of {epochs} epochs: "
                "the loss grew beyond bounds. "
                "The learning rate is the first suspect: make the network anew and try a tenth."
            )
        except KeyboardInterrupt:
            history.stopped = (
                f"Interrupted after {len(history.loss)} of {epochs} epochs: "
                "the network keeps its weights and the history these epochs."
            )
    if patience and history.best is not None:
        for layer, params in zip(network.layers, history.best, strict=True):
            layer.params.update(_copies(params))
    if history.stopped:
        print(history.stopped)
    return history


def range_test(network, X, y, *, loss, optimizer, batch_size, rng, low=1e-5, high=10.0, steps=100):
    """Learning-rate range test: the loss of each batch while the rate rises step by step.

    Copies of the network and the optimiser are trained; the originals stay as they are. A good
    rate lies where the loss falls fastest, well below where it turns.

    Parameters
    ----------
    network, X, y, loss, optimizer, batch_size, rng
        As for `train`.
    low, high : float
        The first rate and the last; each step multiplies it by the same factor.
    steps : int
        At most so many; the test ends where training diverges.

    Returns
    -------
    rates, losses : ndarray, shape (steps made,)
        The rate of each step, and the loss of its batch before that step.

    Notes
    -----
    Smith (2017), "Cyclical learning rates for training neural networks", section 3.3.
    """
    X, y = _examples(network, X, y, "X", "y")
    network, optimizer = copy.deepcopy((network, optimizer))
    network.astype(X.dtype)
    rate, losses = exponential(low, high, steps), []
    batches = chain.from_iterable(minibatches(X, y, batch_size, rng) for _ in repeat(None))
    with np.errstate(all="ignore"):
        for step, (X_batch, y_batch) in enumerate(islice(batches, steps)):
            try:
                value = loss_and_gradients(network, loss, X_batch, y_batch)
            except NotFiniteError:
                break
            losses.append(value)
            if value > DIVERGED * max(1.0, losses[0]):
                break
            optimizer.learning_rate = rate(step)
            optimizer.step(network)
    return np.array([rate(step) for step in range(len(losses))]), np.array(losses)


def should_stop(validation_losses, patience):
    """Tell whether the lowest loss so far is at least `patience` epochs ago.

    Parameters
    ----------
    validation_losses : sequence of float
        One an epoch; lower is better.
    patience : int
        Epochs to wait for a lower one.

    Returns
    -------
    bool
    """
    if not len(validation_losses):
        return False
    return len(validation_losses) - 1 - int(np.argmin(validation_losses)) >= patience


def gradient_norm(network):
    r"""Norm of the last backward pass's whole gradient, :math:`\sqrt{\sum dW^2 + \sum db^2}`."""
    grads = [gradient for layer in network.layers for gradient in layer.grads.values()]
    return math.sqrt(sum(float((gradient**2).sum()) for gradient in grads))


def _examples(network, X, y, X_name, y_name):
    X = features(X, network.n_in, X_name)
    X = X if X.dtype.kind == "f" else X.astype(np.float64)
    y = np.asarray(y)
    require(
        y.ndim and len(y) == len(X),
        f"{y_name} has shape {y.shape}; expected one target for each of the {len(X)} examples in "
        f"{X_name}. Do both come from the same split?",
    )
    finite(y_name, y)
    return X, y


def _zeros(network, X):
    with np.errstate(all="ignore"):  # of weights that are not finite, the first step will tell
        n_out = network.forward(X[:1]).shape[1]
    return np.zeros((len(X), n_out), X.dtype)


def _copy(history):
    lists = {name: list(v) for name, v in vars(history).items() if isinstance(v, list)}
    return replace(history, **lists, stopped="")


def _copies(params):
    return {name: value.copy() for name, value in params.items()}


def _add_penalty(network, strength):
    layers = [layer for layer in network.layers if "W" in layer.params]
    _, gradients = l2_penalty([layer.params["W"] for layer in layers], strength)
    for layer, gradient in zip(layers, gradients, strict=True):
        layer.grads["W"] += gradient


def _record(history, mean_loss, network, loss, validation):
    if not math.isfinite(mean_loss):  # from a loss that does not look, unlike those of this course
        raise NotFiniteError
    if validation is not None:
        X, y = validation
        Z = network.forward(X)
        validation_loss = loss(y, Z)[0]  # may find that it diverged: an epoch is recorded whole
        truth = y if y.ndim == 1 else y.argmax(axis=1)
        history.validation_loss.append(validation_loss)
        history.validation_accuracy.append(float((labels(Z) == truth).mean()))
    history.loss.append(mean_loss)
