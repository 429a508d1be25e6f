"""Lesson 2: a network with one hidden layer, forward, backward, and trained.

`X` is (m, n_in), `W` is (n_in, n_out), `b` is (n_out,), `y` is (m,). There is one output, so `Z2`
and `P` are (m, 1).
"""

import numpy as np

from course_lib.activations import sigmoid, tanh_grad
from course_lib.by_hand.neuron import binary_cross_entropy, gradient_step


def init_weights(n_in, n_out, rng):
    r"""Draw the weights of a layer with variance :math:`1 / n_{in}`; its biases are 0.

    Source: LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp", equation 16.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and of units.
    rng : numpy.random.Generator

    Returns
    -------
    W : ndarray, shape (n_in, n_out)
    b : ndarray, shape (n_out,)
    """
    return rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out)), np.zeros(n_out)


def forward_two_layers(X, W1, b1, W2, b2):
    r"""Run a network with one hidden layer forward: tanh units, then one sigmoid output.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    W1 : ndarray, shape (n_in, n_hidden)
    b1 : ndarray, shape (n_hidden,)
    W2 : ndarray, shape (n_hidden, 1)
    b2 : ndarray, shape (1,)

    Returns
    -------
    Z1, A1 : ndarray, shape (m, n_hidden)
        :math:`Z_1 = X W_1 + b_1` and :math:`A_1 = \tanh Z_1`.
    Z2, P : ndarray, shape (m, 1)
        :math:`Z_2 = A_1 W_2 + b_2` and :math:`P = \sigma(Z_2)`.
    """
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


def backward_two_layers(X, y, W2, Z1, A1, P):
    r"""Gradients of the mean cross-entropy of that network, by backpropagation.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
        Targets, 0 or 1.
    W2 : ndarray, shape (n_hidden, 1)
    Z1, A1 : ndarray, shape (m, n_hidden)
    P : ndarray, shape (m, 1)

    Returns
    -------
    dW1 : ndarray, shape (n_in, n_hidden)
        :math:`X^T dZ_1` with :math:`dZ_1 = dZ_2 W_2^T \odot \tanh'(Z_1)`.
    db1 : ndarray, shape (n_hidden,)
    dW2 : ndarray, shape (n_hidden, 1)
        :math:`A_1^T dZ_2` with :math:`dZ_2 = (P - y) / m`.
    db2 : ndarray, shape (1,)
    """
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def mend_backward(X, y, W2, Z1, A1, P):
    """Gradients of that network, as `backward_two_layers` gives them: the repair of lesson 2.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
    W2 : ndarray, shape (n_hidden, 1)
    Z1, A1 : ndarray, shape (m, n_hidden)
    P : ndarray, shape (m, 1)

    Returns
    -------
    dW1, db1, dW2, db2 : ndarray
        In the shapes of the parameters.
    """
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


def train_two_layers(X, y, W1, b1, W2, b2, learning_rate, steps):
    """Train that network by full-batch gradient descent.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
        Targets, 0 or 1.
    W1 : ndarray, shape (n_in, n_hidden)
    b1 : ndarray, shape (n_hidden,)
    W2 : ndarray, shape (n_hidden, 1)
    b2 : ndarray, shape (1,)
        What to begin with; they stay as they are.
    learning_rate : float
    steps : int

    Returns
    -------
    W1, b1, W2, b2 : ndarray
    losses : list of float
        The mean cross-entropy before each step.
    """
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
    return W1, b1, W2, b2, losses
