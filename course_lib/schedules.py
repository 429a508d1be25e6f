"""Schedules: the learning rate as a function of the step, counted from 0."""

import math
from collections.abc import Callable

from course_lib._checks import positive_number, require, whole_number

Schedule = Callable[[int], float]


def constant(learning_rate):
    r"""Keep to one rate, :math:`\eta_t = \eta`."""
    learning_rate = positive_number("learning_rate", learning_rate)
    return lambda step: learning_rate


def step_decay(learning_rate, factor, every):
    r"""Multiply the rate by a factor every n steps, :math:`\eta_t = \eta f^{\lfloor t/n \rfloor}`.

    Parameters
    ----------
    learning_rate : float
        At the start.
    factor : float
        From above 0 to below 1.
    every : int
        Steps from one drop to the next.
    """
    learning_rate = positive_number("learning_rate", learning_rate)
    factor = positive_number("factor", factor)
    require(factor < 1, f"factor is {factor:g}; expected below 1, like {min(1 / factor, 0.5):g}.")
    every = whole_number("every", every)
    return lambda step: learning_rate * factor ** (step // every)


def cosine(learning_rate, steps, warm_up=0):
    r"""Let the rate glide to 0 along half a cosine.

    .. math:: \eta_t = \tfrac{\eta}{2} (1 + \cos \pi \tfrac{t - w}{T - w})

    from step w on, after a warm-up of w steps in which it is :math:`\eta\, (t + 1) / (w + 1)`.

    Parameters
    ----------
    learning_rate : float
        The highest.
    steps : int
        T, after which the rate stays at 0: epochs times batches.
    warm_up : int
        Steps at the start in which the rate first rises in a straight line.

    Notes
    -----
    Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts",
    equation 5, without restarts.
    """
    learning_rate = positive_number("learning_rate", learning_rate)
    steps, warm_up = whole_number("steps", steps), whole_number("warm_up", warm_up, at_least=0)
    require(warm_up < steps, f"warm_up is {warm_up}; expected fewer than the {steps} steps in all.")

    def rate(step):
        if step < warm_up:
            return learning_rate * (step + 1) / (warm_up + 1)
        share = min(1.0, (step - warm_up) / (steps - warm_up))
        return learning_rate / 2 * (1 + math.cos(math.pi * share))

    return rate


def exponential(low, high, steps):
    r"""Raise the rate by the same factor each step, from `low` at step 0 to `high` at the last.

    For a learning-rate range test: Smith (2017), "Cyclical learning rates for training neural
    networks", whose own rate rises in a straight line.
    """
    low, high = positive_number("low", low), positive_number("high", high)
    require(low < high, f"low is {low:g} and high {high:g}; expected low to be the smaller one.")
    steps = whole_number("steps", steps, at_least=2)
    return lambda step: low * (high / low) ** (step / (steps - 1))
