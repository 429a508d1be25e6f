"""Training: forward, loss, backward, step, over and over, until there is a reason to stop."""

import math
from collections import namedtuple

import numpy as np

from course_lib import _checks, _speed, _watch
from course_lib._checks import NotFiniteError
from course_lib.batches import minibatches
from course_lib.history import History
from course_lib.losses import Loss, l2_penalty, parts
from course_lib.network import labels
from course_lib.optimizers import Optimizer
from course_lib.schedules import Schedule

# Training has diverged where an epoch's loss is more than so many times the largest of three: the
# loss of the first batch, that of all-zero outputs, and 1.
DIVERGED = 1000


@_speed.in_slices
def loss_and_gradients(network, loss, X, y):
    """Forward, loss, backward: fill every layer's `grads` and return the loss.

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
    value, dZ = loss(y, network.forward(X))
    _checks.finite_loss(value)
    network.backward(dZ)
    return float(value)


def one_epoch(run, epoch, bar):
    """Take a step for each batch; return the mean loss of the examples, and the first batch's."""
    network, optimizer, steps, losses, sizes = run.network, run.optimizer, run.steps(), [], []
    for step, (X, y) in enumerate(_watch.batches(run, epoch), start=epoch * steps):
        before = network.values() if not losses and _watch.due(epoch, steps) else None
        if run.augment is not None:
            X = run.augment(X.copy() if X is run.X else X, run.rng)
        if run.schedule is not None:
            optimizer.learning_rate = float(run.schedule(step))
        losses.append(loss_and_gradients(network, run.loss, X, y))
        if run.l2:
            add_penalty(network, run.l2)
        optimizer.step(network)
        if before:
            run.history.looks += [_watch.step(epoch, network, optimizer, before, X, y, losses[0])]
        sizes.append(len(X))
        bar.update(len(X))
    return float(np.average(losses, weights=sizes)), losses[0]


def reason_to_stop(run, history, ceiling):
    """Return how and why training ends after this epoch, or None where it goes on."""
    if history.loss[-1] > ceiling:
        return "Training diverged", _checks.suspect(run.X)
    if run.patience and should_stop(history.validation_loss, run.patience):
        return "Stopped early", f"{run.patience} in a row brought no lower validation loss"
    if run.smallest_gradient and gradient_norm(run.network) < run.smallest_gradient:
        return "Stopped", f"the gradient's norm fell below {run.smallest_gradient:g}"
    return None


def train(
    network, X, y, *, loss: Loss, optimizer: Optimizer, epochs, batch_size=None, rng=None, l2=0.0,
    schedule: Schedule | None = None, augment=None, validation=None, patience=None,
    smallest_gradient=0.0, on_epoch=None, history=None, batches=minibatches,
):  # fmt: skip
    """Train `network` in place: forward, loss, backward, step, over and over.

    A progress bar appears where it takes more than two seconds. Interrupting (the stop button)
    keeps the history so far and the weights, with `patience` the best; so does a loss that blows
    up, which ends training.

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
        Examples a step. None is the full batch, in order, and draws nothing.
    rng : numpy.random.Generator, optional
        Shuffles the mini-batches; needed where `batch_size` is given.
    l2 : float
        Strength of the penalty on large weights (`losses.l2_penalty`), biases left alone. The
        history counts the loss without it, so that it compares with that of held-out data.
    schedule : function ``step -> learning rate``, optional
        Sets the optimiser's learning rate before each step, counted from 0; see `schedules`. The
        optimiser keeps the last one.
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
    batches : function ``(X, y, batch_size, rng) -> pairs (X_batch, y_batch)``
        Makes the batches of an epoch where `batch_size` is given: yours, in place of
        `batches.minibatches`.

    Returns
    -------
    History

    Raises
    ------
    ValueError, TypeError
        Where arguments do not fit together; nothing has been changed then.
    """
    run = _ready(Run(
        network, X, y, loss, optimizer, epochs, batch_size, rng, l2, schedule, augment, validation,
        patience, smallest_gradient, on_epoch, history, batches,
    ))  # fmt: skip
    history, ceiling, reason = run.history, None, None
    with _watch.bar(run.epochs * len(run.X)) as bar, _speed.steady(), np.errstate(all="ignore"):
        epochs = len(history.loss) + run.epochs
        try:
            while reason is None and len(history.loss) < epochs:
                bar.set_description(f"epoch {len(history.loss) + 1} of {epochs}", refresh=False)
                mean, first = one_epoch(run, len(history.loss), bar)
                ceiling = ceiling or DIVERGED * max(1.0, run.untrained, first)
                history.record(mean, run.judge())
                bar.set_postfix(history.latest(), refresh=False)
                if run.patience and np.argmin(history.validation_loss) == len(history.loss) - 1:
                    history.best = network.values()
                reason = reason_to_stop(run, history, ceiling)
                if on_epoch is not None:
                    on_epoch(network, history)
        except NotFiniteError:
            reason = "Training diverged", _checks.suspect(run.X)
        except KeyboardInterrupt:
            its = "its best" if history.best else "its"
            reason = "Interrupted", f"the network keeps {its} weights and the history these epochs"
    if run.patience and history.best is not None:
        network.restore(history.best)
    if reason is not None:
        history.stopped = f"{reason[0]} after {len(history.loss)} of {epochs} epochs: {reason[1]}."
        print(history.stopped)
    elif remark := _watch.remark(run, history.loss):
        print(remark)
    return history


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
    squares = [(layer.grads[name] ** 2).sum() for layer, name in network.parameters()]
    return math.sqrt(sum(map(float, squares)))


def add_penalty(network, strength):
    """Add the gradient of `losses.l2_penalty` to every layer's `grads`; return the penalty."""
    _checks.gradients(network.layers)
    parameters = network.parameters()
    penalty, slopes = l2_penalty([layer.params[name] for layer, name in parameters], strength)
    for (layer, name), slope in zip(parameters, slopes, strict=True):
        layer.grads[name] += slope
    return penalty


class Run(
    namedtuple(
        "Arguments",
        "network X y loss optimizer epochs batch_size rng l2 schedule augment validation patience "
        "smallest_gradient on_epoch history batches untrained",
        defaults=(None,),
    )
):
    """The arguments of `train`, which do not change while it runs.

    Once they are ready, `y` and the targets in `validation` are prepared for `loss`, which then
    checks nothing; `validation` has labels for a third, and `untrained` is the loss of all-zero
    outputs.
    """

    def steps(self):
        """Return how many batches an epoch has."""
        return math.ceil(len(self.X) / (self.batch_size or len(self.X)))

    def an_epoch(self):
        """Return the batches of an epoch: all examples at once, or some in a fresh order."""
        if self.batch_size is None:
            return [(self.X, self.y)]
        return self.batches(self.X, self.y, self.batch_size, self.rng)

    def judge(self):
        """Return loss and accuracy on the validation data, if there are any."""
        if self.validation is None:
            return None
        X, y, truth = self.validation
        Z = _speed.logits(self.network, X)
        value, _ = self.loss(y, Z)
        _checks.finite_loss(value)
        return float(value), float((labels(Z) == truth).mean())


def _ready(run):
    """Return a run whose arguments are checked and prepared, or say what is wrong with one."""
    run = _checks.arguments(run, History)
    network, dtype, validation = run.network, run.X.dtype, run.validation
    # What layers of one's own give shows when they run.
    n_out = network.n_out or network.forward(run.X[:1]).shape[1]
    Y, untrained = _prepared(run.loss, run.y, n_out, dtype)
    if validation is not None:
        X_val, y_val = validation
        with _checks.within("In validation"):
            Y_val, _ = _prepared(run.loss, y_val, n_out, dtype)
        validation = X_val, Y_val, y_val if y_val.ndim == 1 else y_val.argmax(axis=1)
    network.astype(dtype)
    history = History() if run.history is None else run.history.copy()
    history.l2 = float(run.l2)
    loss = parts(run.loss)[1]
    return run._replace(y=Y, loss=loss, validation=validation, history=history, untrained=untrained)


def _prepared(loss, y, n_out, dtype):
    """Return targets as the loss's equation takes them, and the loss of all-zero outputs."""
    zeros = np.zeros((len(y), n_out), dtype)
    untrained = _checks.value_of(loss(y, zeros), zeros)  # refuses targets that do not fit
    return parts(loss)[0](y, zeros.shape, dtype), untrained
