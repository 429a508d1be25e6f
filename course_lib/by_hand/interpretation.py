"""Lesson 5: what a trained network looks at, and what it takes for what.

`X` is (m, n_in), `W1` (n_in, n_hidden) and `W2` (n_hidden, n_classes); one image is a vector `x`;
`c` is the number of a class.
"""

import numpy as np

from course_lib.activations import sigmoid


def hidden_activations(X, W1, b1):
    r"""Activations of a hidden layer of sigmoid units, :math:`A_1 = \sigma(X W_1 + b_1)`.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
    W1 : ndarray, shape (n_in, n_hidden)
    b1 : ndarray, shape (n_hidden,)

    Returns
    -------
    A1 : ndarray, shape (m, n_hidden)
    """
    return sigmoid(X @ W1 + b1)


def class_evidence(a1, W2, b2, c):
    r"""Split the logit of a class into what each hidden unit says for it.

    :math:`z_c = \sum_j a_j W_{jc} + b_c`

    Parameters
    ----------
    a1 : ndarray, shape (n_hidden,)
        Hidden activations of one image.
    W2 : ndarray, shape (n_hidden, n_classes)
    b2 : ndarray, shape (n_classes,)
    c : int

    Returns
    -------
    contributions : ndarray, shape (n_hidden,)
        :math:`a_j W_{jc}`
    score : float
        :math:`z_c`
    """
    contributions = a1 * W2[:, c]
    return contributions, contributions.sum() + b2[c]


def saliency(net, x, c):
    r"""How steeply the logit of a class changes with each pixel, :math:`|\partial z_c/\partial x|`.

    Parameters
    ----------
    net : Network
    x : ndarray, shape (n_in,)
        One image.
    c : int

    Returns
    -------
    ndarray, shape (n_in,)
    """
    Z = net.forward(x[np.newaxis])
    dZ = np.zeros_like(Z)
    dZ[0, c] = 1
    dX = net.backward(dZ, input_gradient=True)
    return np.abs(dX[0])


def most_confused(matrix, k):
    """Find the k mistakes that are made most often.

    Parameters
    ----------
    matrix : ndarray of int, shape (n_classes, n_classes)
        Confusion matrix, the truth in rows and the prediction in columns.
    k : int

    Returns
    -------
    list of (true, predicted, count)
        The largest count first; equal ones in any order.
    """
    pairs = [(i, j, int(count)) for (i, j), count in np.ndenumerate(matrix) if i != j]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


def mend_saliency(net, x, c):
    r"""How steeply the logit of a class changes with each pixel; what `saliency` computes.

    Parameters
    ----------
    net : Network
    x : ndarray, shape (n_in,)
        One image.
    c : int

    Returns
    -------
    ndarray, shape (n_in,)
    """
    Z = net.forward(x[np.newaxis])
    dZ = np.eye(Z.shape[1], dtype=Z.dtype)[[c]]
    dX = net.backward(dZ, input_gradient=True)
    return np.abs(dX[0])


def perturb(x, gradient, epsilon):
    r"""Move each pixel by ε in the direction that raises the loss, and keep it from 0 to 1.

    :math:`x + \varepsilon\, \mathrm{sign}(\partial L / \partial x)`

    Parameters
    ----------
    x : ndarray
        Pixels from 0 to 1, of one image or of many.
    gradient : ndarray, shape of `x`
        Slope of the loss for each pixel.
    epsilon : float

    Returns
    -------
    ndarray, shape of `x`

    Notes
    -----
    Goodfellow, Shlens and Szegedy (2015), "Explaining and harnessing adversarial examples".
    """
    return (x + epsilon * np.sign(gradient)).clip(0, 1)
