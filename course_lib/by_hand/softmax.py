"""Lesson 3: ten classes, their labels, loss and gradient, and how many are right.

Probabilities `P` are (m, n_classes), `y` holds m labels, whole numbers from 0 to n_classes - 1.
"""

import numpy as np


def one_hot(y, n_classes):
    """One row for each label, with a 1 in the label's column and 0 elsewhere.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
    n_classes : int

    Returns
    -------
    Y : ndarray, shape (m, n_classes)
    """
    return np.eye(n_classes)[y]


def cross_entropy(y, P):
    r"""Mean cross-entropy in nats, :math:`-\frac{1}{m} \sum \log p_y`, finite even for p = 0.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
    P : ndarray, shape (m, n_classes)
        Predicted probabilities.

    Returns
    -------
    float
    """
    p = P[np.arange(len(y)), y]
    return -np.mean(np.log(np.clip(p, 1e-12, 1)))


def softmax_cross_entropy_grad(y, P):
    r"""Gradient of the mean cross-entropy over the logits whose softmax is `P`.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
    P : ndarray, shape (m, n_classes)

    Returns
    -------
    dZ : ndarray, shape (m, n_classes)
        :math:`(P - Y) / m`, with Y the one-hot rows of `y`.
    """
    Y = one_hot(y, P.shape[1]).astype(P.dtype)
    return (P - Y) / len(y)


def accuracy(y, P):
    """Share of the examples whose most probable class is the true one.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
    P : ndarray, shape (m, n_classes)

    Returns
    -------
    float
        From 0 to 1.
    """
    return np.mean(P.argmax(axis=1) == y)
