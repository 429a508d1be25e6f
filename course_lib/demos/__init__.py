"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from course_lib.demos.downhill import Descent
from course_lib.demos.one_neuron import Neuron
from course_lib.demos.zero_detector import DigitNeuron


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


def descent(**state):
    """Walk down the loss of 400 real images over two weights of a neuron.

    Parameters
    ----------
    first, second : str
        The two features whose weights are learned: ink in the "middle", "altogether", at the "top"
        or on the "left". The bias stands at its best value.
    loss : str
        "cross-entropy" (of a sigmoid) or "squared error" (of a linear unit).
    learning_rate : float
        From 0.05 to 100: one of `course_lib.demos.downhill.RATES`.
    steps : int
        How far the walk is, up to 100.
    start : (float, float)
        The two weights at the start.
    """
    return Descent(**state)


def digit_neuron(**state):
    """Watch one neuron learn from 10,000 digits which of them are zeros.

    Parameters
    ----------
    learning_rate : float
        0.1, 0.3, 1 or 3.
    threshold : float
        From which output on it says "zero": 0.01 to 0.99.
    seed : int
        Of the weights it starts with.
    steps : int
        Full-batch steps taken, up to 200.
    """
    return DigitNeuron(**state)
