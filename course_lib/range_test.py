"""The learning-rate range test: which rates a training can stand."""

import copy
from itertools import chain, islice, repeat

import numpy as np

from course_lib._checks import NotFiniteError, examples, loss_and_optimizer, require
from course_lib._speed import steady
from course_lib.batches import minibatches
from course_lib.schedules import exponential
from course_lib.training import DIVERGED, loss_and_gradients


def range_test(network, X, y, *, loss, optimizer, batch_size, rng, low=1e-5, high=10.0, steps=100):
    """Learning-rate range test: the loss of each batch while the rate rises step by step.

    Copies of the network and the optimiser are trained; the originals stay as they are. A good
    rate lies where the loss falls fastest, well below where it turns.

    Parameters
    ----------
    network, X, y, loss, optimizer, batch_size, rng
        As for `train`.
    low, high : float
        The first rate and the last; each step multiplies it by the same factor.
    steps : int
        At most so many; the test ends where training diverges.

    Returns
    -------
    rates, losses : ndarray, shape (steps made,)
        The rate of each step, and the loss of its batch before that step.

    Notes
    -----
    Smith (2017), "Cyclical learning rates for training neural networks", section 3.3. There the
    rate rises in a straight line; equal factors show small and large rates alike.
    """
    loss_and_optimizer(loss, optimizer)
    X, y = examples(X, y, network.n_in)
    network, optimizer = copy.deepcopy((network, optimizer))  # together: memory is by layer
    network.astype(X.dtype)
    rate, losses = exponential(low, high, steps), []
    batches = chain.from_iterable(minibatches(X, y, batch_size, rng) for _ in repeat(None))
    with steady(), np.errstate(all="ignore"):
        for step, (X_batch, y_batch) in enumerate(islice(batches, steps)):
            try:
                value = loss_and_gradients(network, loss, X_batch, y_batch)
            except NotFiniteError:
                break
            losses.append(value)
            if value > DIVERGED * max(1.0, losses[0]):
                break
            optimizer.learning_rate = rate(step)
            optimizer.step(network)
    slip = "Has the network's training diverged? Make it anew."
    require(losses, f"The loss of the first batch is not finite. {slip}")
    return np.array([rate(step) for step in range(len(losses))]), np.array(losses)
