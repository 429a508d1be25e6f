"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from course_lib.demos.one_neuron import Neuron


def neuron(**state):
    """Turn the weights and the bias of a neuron with two inputs, and drag its points.

    Parameters
    ----------
    w1, w2, b : float
        From -5 to 5.
    activation : str
        "step", "linear" or "sigmoid".
    learning_rate : float
        Of the gradient step: 0.1, 0.3, 1, 3 or 10.
    seed : int
        Which points.
    at : int
        The point that the perceptron's rule looks at first.
    moved : dict
        Points that were dragged: number → (x1, x2).
    """
    return Neuron(**state)
