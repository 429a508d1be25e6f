"""Lesson 4: what to learn from and what to judge by, and steps that remember earlier ones.

`X` is (m, n_in), `y` is (m,). In a step the weights, the gradient and whatever is remembered have
one shape, any.
"""

import numpy as np


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
