"""Lesson 3: ten classes, their labels, loss and gradient, training, and how many are right.

Probabilities `P` are (m, n_classes), `y` holds m labels, whole numbers from 0 to n_classes - 1.
"""

import numpy as np

from course_lib.activations import softmax


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


def mend_softmax_training(X, y, W, b, learning_rate, steps):
    r"""Train ten neurons under one softmax: full-batch gradient descent.

    :math:`P = \mathrm{softmax}(XW + b)`, then a step down the slope of the mean loss.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray of int, shape (m,)
    W : ndarray, shape (n_in, n_classes)
    b : ndarray, shape (n_classes,)
        Where to start.
    learning_rate : float
    steps : int

    Returns
    -------
    W, b : ndarrays
        After the last step; those that came stay as they were.
    losses : ndarray, shape (steps,)
        Mean cross-entropy, each taken before its step.
    """
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = X @ W + b
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def precision_recall(matrix, c):
    """Precision and recall of one class.

    Parameters
    ----------
    matrix : ndarray of int, shape (n_classes, n_classes)
        Confusion matrix, the truth in rows and the prediction in columns.
    c : int

    Returns
    -------
    precision : float
        Of those called c, the share that are; 0 where none is called so.
    recall : float
        Of those that are c, the share that is found; 0 where there is none.
    """
    right, called, there = matrix[c, c], matrix[:, c].sum(), matrix[c].sum()
    return right / max(called, 1), right / max(there, 1)
