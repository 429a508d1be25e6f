"""Lesson 1: one sigmoid neuron, its loss, its gradients, a step downhill, and many of them.

`X` is (m, n_in), `w` is (n_in,), `b` is a number, `y` and `y_hat` are (m,).
"""

import numpy as np

from course_lib.activations import sigmoid


def forward(X, w, b):
    r"""Give the outputs of one sigmoid neuron for all examples, :math:`\hat y = \sigma(X w + b)`.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    w : ndarray, shape (n_in,)
    b : float

    Returns
    -------
    y_hat : ndarray, shape (m,)
    """
    return sigmoid(X @ w + b)


def binary_cross_entropy(y, y_hat):
    """Mean cross-entropy in nats, finite even where `y_hat` is 0 or 1.

    Parameters
    ----------
    y : ndarray, shape (m,)
        Targets, 0 or 1.
    y_hat : ndarray, shape (m,)
        Predicted probabilities of 1.

    Returns
    -------
    float
    """
    eps = np.finfo(float).eps
    p = np.clip(y_hat, eps, 1 - eps)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def gradients(X, y, y_hat):
    r"""Gradients of the mean cross-entropy of one sigmoid neuron.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y, y_hat : ndarray, shape (m,)

    Returns
    -------
    dw : ndarray, shape (n_in,)
        :math:`X^T (\hat y - y) / m`.
    db : float
        The mean of :math:`\hat y - y`.
    """
    error = y_hat - y
    return X.T @ error / len(y), np.mean(error)


def gradient_step(w, b, dw, db, learning_rate):
    r"""One step downhill, :math:`w - \eta\,dw` and :math:`b - \eta\,db`, as new values.

    Parameters
    ----------
    w, dw : ndarray, shape (n_in,)
    b, db : float
    learning_rate : float

    Returns
    -------
    w : ndarray, shape (n_in,)
    b : float
    """
    return w - learning_rate * dw, b - learning_rate * db


def train_neuron(X, y, w, b, learning_rate, steps):
    """Train one sigmoid neuron by full-batch gradient descent.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
        Targets, 0 or 1.
    w : ndarray, shape (n_in,)
        The weights to begin with; they stay as they are.
    b : float
    learning_rate : float
    steps : int

    Returns
    -------
    w : ndarray, shape (n_in,)
    b : float
    losses : list of float
        The mean cross-entropy before each step.
    """
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def mend_neuron(X, y, w, b, learning_rate, steps):
    """Train one sigmoid neuron, as `train_neuron` does: what the repair of lesson 1 comes to.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
    w : ndarray, shape (n_in,)
    b : float
    learning_rate : float
    steps : int

    Returns
    -------
    w : ndarray, shape (n_in,)
    b : float
    losses : list of float
    """
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        error = y_hat - y
        w = w - learning_rate * (X.T @ error) / len(y)
        b = b - learning_rate * np.mean(error)
    return w, b, losses
