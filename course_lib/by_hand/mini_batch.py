"""Lesson 4: what to learn from and judge by, steps that remember, networks of any depth.

`X` is (m, n_in), `y` is (m,). In a step the weights, the gradient and whatever is remembered have
one shape, any. A network is a list of its layers `(W, b)`, with ReLU between them.
"""

import numpy as np

from course_lib.activations import relu, relu_grad, softmax
from course_lib.batches import minibatches
from course_lib.by_hand.softmax import cross_entropy, softmax_cross_entropy_grad


def train_validation_split(X, y, fraction, rng):
    """Split examples at random into those to learn from and those to judge by.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray, shape (m,)
    fraction : float
        Share of the validation part, which gets round(fraction·m) examples.
    rng : numpy.random.Generator

    Returns
    -------
    X_train, X_val, y_train, y_val : ndarray
        Every example once, with its own target.
    """
    order = rng.permutation(len(X))
    n_val = round(fraction * len(X))
    val, train = order[:n_val], order[n_val:]
    return X[train], X[val], y[train], y[val]


def momentum_step(w, v, dw, learning_rate, beta):
    r"""Let velocity build up, and move by it.

    .. math:: v \leftarrow \beta v - \eta\, dw, \qquad w \leftarrow w + v

    Parameters
    ----------
    w, v, dw : ndarray
        Weights, velocity and gradient, of one shape.
    learning_rate, beta : float

    Returns
    -------
    w, v : ndarray
        The new ones.
    """
    v = beta * v - learning_rate * dw
    return w + v, v


def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    r"""Take a step of Adam (Kingma and Ba 2015, algorithm 1).

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1)\, dw, \qquad
              v \leftarrow \beta_2 v + (1 - \beta_2)\, dw^2, \qquad
              w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}
                                           {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    w, m, v, dw : ndarray
        Weights, running means of the gradient and of its square, and gradient, of one shape.
    t : int
        Number of this step, from 1.
    learning_rate, beta1, beta2, eps : float

    Returns
    -------
    w, m, v : ndarray
        The new ones; the means are kept as they are, uncorrected.
    """
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
    """Train ten neurons with softmax, no hidden layer, for one epoch of mini-batches.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray of int, shape (m,)
    W : ndarray, shape (n_in, n_classes)
    b : ndarray, shape (n_classes,)
    batch_size : int
    learning_rate : float
    rng : numpy.random.Generator
        Draws the order of the examples.

    Returns
    -------
    W, b : ndarray
        The new ones.
    loss : float
        Mean over the examples, each as its batch came, before that batch's step.
    """
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW, db = X_batch.T @ dZ, dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def forward_deep(X, layers):
    r"""Run a network of any depth forward: ReLU between its layers, logits at its end.

    .. math:: Z_l = A_{l-1} W_l + b_l, \qquad A_l = \max(0, Z_l), \qquad A_0 = X

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    layers : list of (W, b)
        Shapes (n_in, n_out) and (n_out,); each layer takes what the one before gives.

    Returns
    -------
    inputs : list of ndarray
        What entered each layer: `X` first.
    Z : ndarray, shape (m, n_classes)
        What the last layer gave.
    """
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
        X = relu(Z)
    return inputs, Z


def backward_deep(dZ, inputs, layers):
    r"""Gradients of that network, by backpropagation.

    .. math:: dW_l = A_{l-1}^T\, dZ_l, \qquad db_l = \sum dZ_l, \qquad
              dZ_{l-1} = dZ_l W_l^T \odot \mathrm{relu}'(A_{l-1})

    An activation is positive where its pre-activation is, so the slope of ReLU is the same at both.

    Parameters
    ----------
    dZ : ndarray, shape (m, n_classes)
        Slope of the mean loss over the logits.
    inputs : list of ndarray
        What entered each layer, from `forward_deep`.
    layers : list of (W, b)

    Returns
    -------
    list of (dW, db)
        In the order of the layers.
    """
    gradients = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * relu_grad(A)  # once too often, at the images
    return gradients


def train_network(X, y, layers, batch_size, learning_rate, epochs, rng):
    """Train that network by mini-batch gradient descent on the mean cross-entropy.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    y : ndarray of int, shape (m,)
    layers : list of (W, b)
        Where it starts; they stay as they are.
    batch_size : int
        The last batch of an epoch is short where it does not divide m.
    learning_rate : float
    epochs : int
    rng : numpy.random.Generator
        Draws a new order in each epoch.

    Returns
    -------
    layers : list of (W, b)
    losses : list of float
        For each epoch the mean over its examples, each as its batch came, before that batch's step.
    """
    losses = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(X_batch, layers)
            P = softmax(Z)
            total += len(y_batch) * cross_entropy(y_batch, P)
            gradients = backward_deep(softmax_cross_entropy_grad(y_batch, P), inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, gradients, strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses
