"""What a training shows while it runs, a bar, and what it leaves for `doctor`: looks at some steps.

A look is a dictionary of plain numbers and lists, so that a history of looks can be written as
JSON. It costs less than a step does; `due` takes one step in 50, or fewer, so that looks stay below
3 % of an epoch (`make bench-doctor` measures it).
"""

import math
import os
import zlib
from numbers import Real

import numpy as np

from course_lib import _speed
from course_lib._checks import DOCTOR, as_many, require

STEPS = 20  # the least to judge by
SAME = 0.99  # the share of a constant answer's loss that is no better than it
ROWS = 256  # of a batch, at most, that slopes and the mark of the order are taken from
APART = 50  # steps from one look to the next, at least
UNITS = 16  # that are compared with each other, at most
FLAT = 0.01  # a unit whose slope is smaller is saturated


def bar(images):
    """Return tqdm's progress bar, which appears after two seconds."""
    from tqdm.auto import tqdm

    hidden = "TQDM_DISABLE" in os.environ  # tqdm's notebook bar overlooks its own switch
    return tqdm(total=images, unit=" images", unit_scale=True, delay=2, disable=hidden)


def remark(run, losses):
    """Return a sentence where a training ends no better than a constant answer, else nothing.

    After fewer than `STEPS` steps nothing can be said.
    """
    if len(losses) * run.steps() < STEPS or losses[-1] < run.untrained / 20:
        return ""
    n_out = run.network.n_out or run.network.forward(run.X[:1]).shape[1]
    try:
        with np.errstate(all="ignore"):
            constant = constant_loss(run.loss, run.y, n_out)
    except Exception:  # a loss of one's own may want targets of another kind
        return ""
    if losses[-1] < SAME * constant:
        return ""
    return f"The loss ends at {losses[-1]:.4f}, as it would with one answer for all. {DOCTOR}"


def constant_loss(loss, y, n_out):
    """Loss of the best outputs that are the same for all examples: what is learned costs less.

    The best one for squared error is the mean target, for cross-entropy its logarithm or its logit.

    Parameters
    ----------
    loss : function ``(y, A) -> (value, dA)``
    y : ndarray
        Targets, as the loss wants them.
    n_out : int
        The number of outputs.

    Returns
    -------
    float
        In the unit of `loss`; for K classes that are equally common, cross-entropy gives ln K.
    """
    zeros, mean = np.zeros(n_out), np.asarray(y, dtype=np.float64).reshape(len(y), -1).mean(axis=0)
    if len(mean) != n_out:  # labels
        mean = np.bincount(y.astype(int), minlength=n_out) / len(y)
    inside = mean.clip(1e-12, 1 - 1e-12)
    answers = zeros, mean, np.log(inside), np.log(inside / (1 - inside))
    return min(float(loss(y, np.tile(a, (len(y), 1)))[0]) for a in answers)


def due(epoch, steps):
    """Tell whether the first step of this epoch, counted from 0 and of `steps`, is looked at."""
    return epoch % math.ceil(APART / steps) == 0


def batches(run, epoch):
    """Yield the batches of an epoch; where students make them, add to its look what came in them.

    ``examples`` counts them, ``different`` counts those that are not twice among them, ``paired``
    is the share of known inputs that came with a target of theirs.
    """
    drawn, marks, n_batches = run.an_epoch(), [], 0
    if run.batch_size is None or _speed.all_ours(run.batches):
        yield from drawn
        return
    require(drawn is not None, "batches gave None; expected pairs (X_batch, y_batch). Empty still?")
    for X, y in drawn:
        as_many(X, y)
        require(
            np.ndim(y) == run.y.ndim,
            f"batches gave targets of shape {np.shape(y)}; expected some of those that it got, of "
            f"shape {run.y.shape}. Is a slice missing, as in y[start : start + batch_size]?",
        )
        n_batches += 1
        if due(epoch, run.steps()):
            marks.append((marks_of(X), marks_of(X, y)))
        yield X, y
    require(n_batches, "batches gave no batch; expected every example once an epoch.")
    if not marks:
        return
    looks, (marks, pairs) = run.history.looks, map(np.concatenate, zip(*marks, strict=True))
    if looks and looks[-1]["epoch"] == epoch:
        known = np.isin(marks, marks_of(run.X))
        paired = float(np.isin(pairs, marks_of(run.X, run.y))[known].mean()) if known.any() else 1.0
        looks[-1] |= {"examples": len(marks), "different": len(np.unique(marks)), "paired": paired}


def marks_of(X, y=None):
    """Return a number for each row, the same for equal rows and hardly ever for others.

    With targets, equal rows that have other ones get another number.
    """
    Y = np.empty((len(X), 0)) if y is None else np.asarray(y).reshape(len(X), -1)
    direction = np.random.default_rng(0).normal(0, 1, Y.shape[1] + X.shape[1])
    starts = range(0, max(len(X), 1), _speed.SLICE)  # in float64 all of MNIST has 376 MB
    parts = [slice(start, start + _speed.SLICE) for start in starts]
    rows = (np.concatenate([Y[part], X[part]], axis=1, dtype=np.float64) for part in parts)
    return np.concatenate([some @ direction for some in rows]).round(7)


def step(epoch, network, optimizer, before, X, y, loss):
    """Look at the step that `network` has just taken from the parameters `before`."""
    parameters = network.parameters()
    after = [layer.params[name] for layer, name in parameters]
    gradients = [layer.grads[name] for layer, name in parameters]
    rate = getattr(optimizer, "learning_rate", None)
    rate = rate if isinstance(rate, Real) else None  # an optimiser of one's own may have several
    return look(epoch, loss, before, after, gradients, slopes(network, X), y, rate)


def slopes(network, X):
    """Return f'(Z) of each hidden activation, for the first rows of the batch `X`."""
    hidden = [layer for layer in network.layers[:-1] if hasattr(layer, "f_grad")]
    kinds = [getattr(layer, "f", type(layer)) for layer in network.layers]
    # The step has left Z in the layers, but where many examples went through in slices. Layers of
    # one's own, in which a further pass might count or draw, are not asked again.
    if len(X) > _speed.SLICE and _speed.all_ours(*kinds, *map(type, network.layers)):
        network.forward(X[:ROWS])
    remembered = [(layer, getattr(layer, "Z", None)) for layer in hidden]
    pairs = [(layer, Z[:ROWS]) for layer, Z in remembered if Z is not None]
    return [np.broadcast_to(layer.f_grad(Z), Z.shape) for layer, Z in pairs]


def look(epoch, loss, before, after, gradients, slopes, y, rate=None):
    r"""Return what one step did, in a few numbers.

    Parameters
    ----------
    epoch : int
        Counted from 0.
    loss : float
        Of the batch, before the step.
    before, after, gradients : lists of ndarray
        Parameters and their gradients, from the first layer to the last; biases are passed over.
    slopes : list of ndarray, shape (rows, units)
        f'(Z) of each hidden activation.
    y : ndarray
        Targets of the batch.
    rate : float, optional
        The learning rate of the step.

    Returns
    -------
    dict
        ``epoch``; ``loss``; ``rate``; ``rows`` of the batch; ``order``, a mark of its targets; for
        each weight matrix ``weights`` :math:`\|W\|`, ``gradients`` :math:`\|dW\|`, ``updates``
        :math:`\|\Delta W\| / \|W\|`; for each hidden activation the shares of units that are
        ``dead``, flat for every row, and of values that are ``saturated``, on a flat part; for each
        weight matrix its ``spread`` over the units; the largest last ``bias``, if biases are given;
        ``downhill``, what the step lowers the loss by on a straight slope,
        :math:`-\langle dW, \Delta W \rangle`.
    """
    # Counts for means and a product for sums: a look comes rarely, and every call that does costs
    # several times what it would in a loop.
    matrices = [i for i, W in enumerate(before) if np.ndim(W) > 1]
    biases = [b for b in before if np.ndim(b) == 1]
    moves = [new - old for new, old in zip(after, before, strict=True)]
    moved = [_norm(moves[i]) for i in matrices]
    weights = [_norm(before[i]) for i in matrices]
    slopes = [np.abs(slope) for slope in slopes]
    return {
        "epoch": epoch,
        "loss": float(loss),
        "rate": None if rate is None else float(rate),
        "rows": len(y),
        "order": zlib.crc32(np.ascontiguousarray(y[:ROWS])),
        "weights": weights,
        "gradients": [_norm(gradients[i]) for i in matrices],
        "updates": [move / w if w else 0.0 for move, w in zip(moved, weights, strict=True)],
        "dead": [_share(np.ones(len(slope)) @ slope == 0) for slope in slopes],
        "saturated": [_share(slope < FLAT) for slope in slopes],
        "spread": [spread(before[i][:, :UNITS]) for i in matrices],
        "bias": float(np.abs(biases[-1]).max()) if biases else None,
        "downhill": -float(sum(np.vdot(g, move) for g, move in zip(gradients, moves, strict=True))),
    }


def spread(W):
    """Return how far the units' weights are from their mean, over the largest; 0 for one unit."""
    if W.shape[1] == 1:
        return 0.0
    largest = float(np.abs(W).max())
    return float(np.abs(W - W.mean(axis=1, keepdims=True)).max()) / (largest or 1.0)


def _share(yes):
    return int(np.count_nonzero(yes)) / yes.size


def _norm(A):
    return math.sqrt(np.vdot(A, A))
