"""Gradient checking: compare what backpropagation says with what the loss does."""

import numpy as np

from course_lib._checks import all_gradients, features, finite, positive_number


def numerical_gradient(f, w, h=1e-5):
    r"""Centred differences, an independent estimate of the gradient of `f` at `w`.

    .. math:: \frac{\partial f}{\partial w_j} \approx \frac{f(w + h e_j) - f(w - h e_j)}{2h}

    with e_j the j-th unit vector: one number is nudged up and down, all others stay.

    Parameters
    ----------
    f : function of an array like `w`, returns a number
    w : array_like, any shape
        Where to take the gradient; not changed.
    h : float
        Half the distance of the two points. The error of the formula shrinks with h², that of the
        arithmetic grows with 1/h: around 1e-5 both are small in float64.

    Returns
    -------
    ndarray of float64, shape of `w`

    Examples
    --------
    >>> print(numerical_gradient(lambda w: (w**2).sum(), [1.0, 3.0]).round(6))
    [2. 6.]
    """
    positive_number("h", h, "Often it is 1e-5.")
    w = np.array(w, dtype=np.float64)  # a copy, in the precision that small differences need
    gradient = np.empty_like(w)
    for j in np.ndindex(w.shape):
        before = w[j]
        w[j] = before + h
        above = f(w)
        w[j] = before - h
        below = f(w)
        w[j] = before
        gradient[j] = (above - below) / (2 * h)
    return gradient


def relative_error(a, b):
    r"""How far apart two gradients are, :math:`\|a - b\| / (\|a\| + \|b\|)`; 0 for two zeros.

    A rule of thumb, in float64: below 1e-7 they agree; above 1e-3 one of them is wrong, unless a
    kink lies between the two points of a difference.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"b has shape {b.shape}; expected that of a, {a.shape}.")
    finite("a", a)  # a NaN would slip through every comparison with a bound
    finite("b", b)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0


def check_gradients(network, loss, X, y, h=1e-5):
    """Compare backpropagation through `network` with centred differences of `loss`.

    Takes two forward passes for each parameter: meant for small networks and a few examples.

    Parameters
    ----------
    network : Network
        Checked in a float64 copy; not changed.
    loss : function ``(y, Z) -> (value, dZ)``
        For example `losses.softmax_cross_entropy`.
    X : array_like, shape (m, n_in)
    y : array_like
        Targets, as the loss wants them.
    h : float
        See `numerical_gradient`.

    Returns
    -------
    float
        The largest `relative_error` among all weight matrices and bias vectors.
    """
    network = network.copy().astype(np.float64)
    X = features(X, network.n_in).astype(np.float64)
    network.backward(loss(y, network.forward(X))[1])
    errors = [0.0]
    for layer, name in network.parameters():
        all_gradients(layer)
        kept, gradient = layer.params[name], layer.grads[name]

        def mean_loss(w, layer=layer, name=name):
            layer.params[name] = w
            return loss(y, network.forward(X))[0]

        errors.append(relative_error(gradient, numerical_gradient(mean_loss, kept, h)))
        layer.params[name] = kept
    return max(errors)
