"""The network as one long vector of parameters, as general-purpose optimisers want it."""

import numpy as np

from course_lib._checks import require, strength, whole_number
from course_lib._speed import steady
from course_lib.history import History
from course_lib.losses import l2_penalty
from course_lib.training import add_penalty


def unroll(network):
    """Copy all parameters into one vector, layer by layer, each as its rows in order.

    Returns
    -------
    theta : ndarray of float64, shape (number of parameters,)
    """
    values = [layer.params[name].ravel() for layer, name in network.parameters()]
    return np.concatenate(values).astype(np.float64)


def roll(network, theta):
    """Write a vector that `unroll` gave, or one like it, back into the network's parameters."""
    theta = np.asarray(theta)
    size = sum(layer.params[name].size for layer, name in network.parameters())
    require(
        theta.shape == (size,),
        f"theta has shape {theta.shape}; expected ({size},), one number for each parameter.",
    )
    at = 0
    for layer, name in network.parameters():
        value = layer.params[name]
        value[...] = theta[at : at + value.size].reshape(value.shape)
        at += value.size


def minimize(network, X, y, *, loss, l2=0.0, method="CG", iterations=100, on_iteration=None):
    r"""Train a network, full batch, by an optimiser of `scipy.optimize`.

    What is minimised is the mean loss plus :math:`\frac{\lambda}{2} \sum W^2`, biases left alone.

    Parameters
    ----------
    network : Network
        Changed in place; it becomes float64, which line searches need.
    X, y : arrays
        All examples, and targets as the loss wants them.
    loss : function ``(y, Z) -> (value, dZ)``
    l2 : float
        :math:`\lambda`.
    method : str
        "CG" (conjugate gradient), "L-BFGS-B", "BFGS", "Newton-CG" or "SLSQP" of
        `scipy.optimize.minimize`.
    iterations : int
        At most so many; each takes a few forward and backward passes.
    on_iteration : function ``(network, history)``, optional
        Called after each iteration.

    Returns
    -------
    History
        `loss` has one entry an iteration, *after* it, without the penalty; `stopped` is the
        optimiser's own message where it ended early.

    Notes
    -----
    Nocedal and Wright (2006), "Numerical Optimization", chapters 5 and 7.
    """
    from scipy import optimize

    iterations = whole_number("iterations", iterations)
    strength("l2", l2)
    network.astype(np.float64)
    X, history = np.asarray(X, dtype=np.float64), History()

    def cost(theta):
        roll(network, theta)
        value, dZ = loss(y, network.forward(X))
        network.backward(dZ)
        penalty = add_penalty(network, l2)
        slopes = [layer.grads[name].ravel() for layer, name in network.parameters()]
        return value + penalty, np.concatenate(slopes)

    def note(intermediate_result):  # SciPy looks for this name
        nonlocal last
        last = intermediate_result.x.copy()
        roll(network, last)
        weights = [layer.params[name] for layer, name in network.parameters()]
        penalty, _ = l2_penalty(weights, l2)
        history.loss.append(float(intermediate_result.fun) - penalty)
        if on_iteration is not None:
            on_iteration(network, history)

    limits, last = {"maxiter": iterations}, unroll(network)
    try:
        with steady():
            result = optimize.minimize(
                cost, last, jac=True, method=method, callback=note, options=limits
            )
        last, message = result.x, result.message
    except KeyboardInterrupt:
        message = "Interrupted"
    roll(network, last)  # a search along a line tries others
    if len(history.loss) < iterations:
        history.stopped = f"Ended after {len(history.loss)} of {iterations} iterations: {message}"
    return history
