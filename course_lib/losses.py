"""Losses: pure functions that return the mean over the examples and its gradient.

``loss(y, A)`` gives ``(value, dA)``, where ``dA`` has the shape and dtype of ``A`` and is the
gradient of the *mean*: the only place where anything is divided by the number of examples.

A loss has two parts, which it keeps as attributes. ``loss(y, A)`` uses one after the other;
training uses the first once, with all of its targets, and the second with every batch:

- ``loss.targets(y, shape, dtype)`` returns ``y`` as an array like the outputs, of that shape and
  dtype, or says what is wrong with it;
- ``loss.equation(Y, A)`` computes, and checks nothing.
"""

from functools import wraps
from typing import Protocol

import numpy as np

from course_lib import _checks, _speed
from course_lib.activations import sigmoid, softplus


class Loss(Protocol):
    """What training asks of a loss; one without the two parts checks every batch by itself."""

    def __call__(self, y, A) -> tuple[float, np.ndarray]:
        """Return a mean over the examples and its gradient, of the shape of `A`."""


def loss_function(name, targets):
    """Decorate an equation: the loss prepares the targets before it, and looks at its result after.

    Parameters
    ----------
    name : str
        What the equation calls its outputs, for refusals.
    targets : function ``(y, shape, dtype) -> Y``
        Prepares the targets.
    """

    def decorate(equation):
        @wraps(equation)
        def checked(y, A):
            A = _checks.outputs(name, A)
            with np.errstate(invalid="ignore", over="ignore"):  # what comes of it is reported below
                value, dA = equation(targets(y, A.shape, A.dtype), A)
            _checks.finite_result(value, y, name, A)
            return value, dA

        checked.targets, checked.equation = targets, equation
        return checked

    return decorate


def parts(loss):
    """Return how a loss prepares targets, and its equation; one of your own does all by itself."""
    # What only wraps one of these losses has its attributes, too, but wraps no equation.
    if getattr(loss, "equation", None) is getattr(loss, "__wrapped__", loss):
        return loss.targets, loss.equation
    return lambda y, shape, dtype: y, loss


def _numbers(y, shape, dtype):
    return _checks.targets(y, shape, of="a").astype(dtype)


def _yes_or_no(y, shape, dtype):
    return _checks.yes_or_no(y, shape).astype(dtype)


def _classes(y, shape, dtype):
    _checks.several_classes(shape)
    if np.ndim(y) == 2 and np.shape(y)[1] > 1:
        return _checks.probabilities(y, shape).astype(dtype)
    return one_hot(_checks.targets(y, shape[:1], of="Z"), shape[1], dtype)


@loss_function("a", _numbers)
def mean_squared_error(y, a):
    r"""Mean squared error, :math:`L = \frac{1}{N} \sum (a - y)^2` over all N entries of `a`.

    Parameters
    ----------
    y : array_like, shape (m,), or (m, n_out) for n_out > 1
        Targets.
    a : array_like, shape (m,), (m, 1) or (m, n_out)
        Outputs.

    Returns
    -------
    loss : float
    da : ndarray, shape of `a`
        :math:`2 (a - y) / N`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, or something is not finite.
    """
    difference = a - y
    return float((difference**2).mean()), 2 * difference / a.size


@loss_function("Z", _yes_or_no)
def sigmoid_cross_entropy(y, Z):
    r"""Binary cross-entropy straight from the logits, :math:`\log(1 + e^z) - y z`, averaged.

    Several outputs are several yes-or-no questions about one example: their losses are summed,
    and the sums averaged over the examples.

    Parameters
    ----------
    y : array_like, shape (m,), or (m, n_out) for n_out > 1
        Targets from 0 to 1.
    Z : array_like, shape (m,), (m, 1) or (m, n_out)
        Logits.

    Returns
    -------
    loss : float
        In nats.
    dZ : ndarray, shape of `Z`
        :math:`(\sigma(z) - y) / m`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, targets lie outside 0 … 1, or logits are not finite.

    Examples
    --------
    >>> loss, dZ = sigmoid_cross_entropy([1], [-1000.0])
    >>> print(loss, dZ)
    1000.0 [-1.]
    """
    loss = (softplus(Z) - y * Z).sum() / len(Z)
    return float(loss), (sigmoid(Z) - y) / len(Z)


@loss_function("Z", _classes)
def softmax_cross_entropy(y, Z):
    r"""Cross-entropy of the softmax of logits, :math:`\log \sum_j e^{z_j} - z_y`, averaged.

    Parameters
    ----------
    y : array_like, shape (m,) of integers, or (m, n_classes) one-hot
        Labels from 0 to n_classes - 1, or one row of probabilities each.
    Z : array_like, shape (m, n_classes)
        Logits.

    Returns
    -------
    loss : float
        In nats; ln(n_classes) for a uniform guess.
    dZ : ndarray, shape of `Z`
        :math:`(\mathrm{softmax}(z) - \mathrm{onehot}(y)) / m`.

    Raises
    ------
    ValueError
        Where shapes do not belong together, labels are out of range, or logits are not finite.
    """
    shifted = Z - _speed.row_max(Z)
    E = np.exp(shifted)
    total = E.sum(axis=1, keepdims=True)
    P = E / total
    loss = (np.log(total).sum() - np.vdot(y, shifted)) / len(Z)  # vdot adds up each row's own z_y
    return float(loss), (P - y) / len(Z)


def one_hot(y, n_classes, dtype=np.float64):
    """One row for each label, with a 1 in the label's column and 0 elsewhere.

    Parameters
    ----------
    y : array_like of int, shape (m,)
        Labels from 0 to ``n_classes - 1``.
    n_classes : int
    dtype : data type of the result

    Returns
    -------
    ndarray, shape (m, n_classes)

    Raises
    ------
    ValueError
        Where labels are no vector of whole numbers, or out of range.

    Examples
    --------
    >>> print(one_hot([2, 0], 3))
    [[0. 0. 1.]
     [1. 0. 0.]]
    """
    n_classes = _checks.whole_number("n_classes", n_classes)
    y = _checks.labels(y, n_classes)
    Y = np.zeros((len(y), n_classes), dtype)
    Y[np.arange(len(y)), y.astype(np.intp)] = 1
    return Y


def l2_penalty(weights, strength):
    r"""Penalty on large weights, :math:`\frac{\lambda}{2} \sum W^2`, and its gradient.

    Parameters
    ----------
    weights : list of ndarray
        Weight matrices, with biases between them or without. A bias, which has one axis, is left
        alone: it makes nothing steep, so it costs nothing and its gradient is 0.
    strength : float
        :math:`\lambda \ge 0`.

    Returns
    -------
    penalty : float
        To be added to a mean loss.
    gradients : list of ndarray
        :math:`\lambda W` for each matrix, zeros for each bias.

    Notes
    -----
    Ridge regression, Hoerl and Kennard (1970); in networks, Krogh and Hertz (1991). With plain
    gradient descent it is weight decay; with Adam, which divides this gradient like any other, it
    is not (Loshchilov and Hutter 2019, "Decoupled weight decay regularization").
    """
    penalty = strength / 2 * sum((W**2).sum() for W in weights if W.ndim > 1)
    return penalty, [strength * W if W.ndim > 1 else np.zeros_like(W) for W in weights]
