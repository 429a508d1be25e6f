"""Demos: live figures to turn, drag and start, each with a picture where there is no kernel.

``demos.neuron()`` as the last line of a cell shows one. ``demo.link()`` returns the call that makes
it again in exactly the state that it has then.
"""

from course_lib.demos.detective import FirstWeights
from course_lib.demos.downhill import Descent
from course_lib.demos.drawing import DrawPad
from course_lib.demos.explorer import Explorer
from course_lib.demos.gallery import Gallery
from course_lib.demos.live_lab import Lab
from course_lib.demos.one_neuron import Neuron
from course_lib.demos.racing import Race
from course_lib.demos.ten_logits import TenLogits
from course_lib.demos.walk_through import WalkThrough
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


def activation_gallery(**state):
    """Compare ten activations and their derivatives, two at a time.

    Parameters
    ----------
    activation, beside : str
        "step", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu" or
        "gelu"; `beside` may be "nothing".
    z : float
        The pre-activation at which to look, from -6 to 6.
    """
    return Gallery(**state)


def backpropagation(**state):
    """Go forward and backward through a network of 2, 3 and 1 units, node by node.

    Parameters
    ----------
    stop : int
        How far: 0 to 3 the hidden units, 4 the output, 5 the loss, 6 the output again, on the way
        back, and 7 to 9 the hidden units.
    x1, x2 : float
        Inputs, from -2 to 2.
    y : int
        Target, 0 or 1.
    weights : sequence of 13 floats
        W1 row by row (6), b1 (3), W2 (3), b2 (1).
    parameter : str
        Which of them the slider changes.
    """
    return WalkThrough(**state)


def playground(forward=None, backward=None, **state):
    """Train small networks on points of the plane, and watch all of it.

    Parameters
    ----------
    forward, backward : functions, optional
        Your own `forward_two_layers` and `backward_two_layers`, which may then train in place of
        `course_lib`: one hidden tanh layer, full batch.
    code : str
        Who trains: "course_lib", or "mine" where functions were given.
    data : str
        "circles", "moons", "xor", "spirals" or "my points".
    noise : float
        Standard deviation, 0 to 0.5.
    hidden_layers, units : int
        1 to 3 layers of 1 to 16 units each.
    activation : str
        "tanh", "relu", "leaky relu", "sigmoid" or "none".
    init : str
        First weights: "Xavier", "He", "× 0.01", "all equal" or "all zero".
    learning_rate : float
        0.01, 0.03, 0.1, 0.3, 0.5, 1 or 3.
    batch_size : int
        1, 10, 50, or 200 for all points.
    l2 : float
        Strength of the penalty on weights: 0, 0.001, 0.01 or 0.1.
    pace : int
        Epochs from picture to picture: 1, 5 or 20.
    seed, epochs : int
        Of points and weights; how far it is trained, up to 5000.
    points : sequence of (x1, x2, class)
        The data of "my points".
    """
    return Lab(forward, backward, **state)


def softmax(presets=None, **state):
    """Move ten logits and a temperature, and see ten probabilities respond.

    Parameters
    ----------
    presets : dict from name to ten numbers, optional
        Further logits to choose from, such as those that a network gives for an image.
    logits : sequence of ten floats
    temperature : float
        0.1, 0.25, 0.5, 1, 2, 4 or 10: what the logits are divided by.
    factor : int
        1, 10, 100 or 1000: what they are multiplied with, to see the naive formula overflow.
    """
    return TenLogits(presets, **state)


def first_weights(**state):
    """Set the scales of the first weights of a 784–64–10 network, and train it on 2,000 digits.

    Parameters
    ----------
    scale_1 : float
        Standard deviation of W1: 0.01, 1/28, 0.1, 0.3 or 1.
    scale_2 : float
        Standard deviation of W2: 0.01, 1/8, 0.3 or 1.
    activation : str
        "sigmoid" or "tanh".
    seed, steps : int
        Of the weights; full-batch steps at rate 1, up to 200.
    """
    return FirstWeights(**state)


def race(**state):
    """Let runs of a 784–32–10 network race on 5,000 digits; up to six are kept and overlaid.

    Parameters
    ----------
    optimizer : str
        "gradient descent", "momentum", "Nesterov", "RMSProp" or "Adam".
    learning_rate : float
        From 0.0001 to 10: one of `course_lib.demos.racing.RATES`.
    batch_size : int
        10, 50, 200, 1000, or 5000 for all images.
    epochs : int
        Where a run ends: 1, 3, 10, 30, 100 or 300.
    against : str
        What the loss is drawn against: "steps", "epochs" or "seconds".
    seed : int
        Of the first weights and the order of the images, the same for all runs.
    runs : sequence of (optimizer, learning_rate, batch_size, steps)
        Those that are kept, up to six; they are trained again. The seconds that a run took may
        follow as a fifth; without them it is not drawn against seconds.
    """
    return Race(**state)


def draw_pad(classify, names=None, **state):
    """Draw a digit, or bring a picture of one, and see what a classifier makes of it.

    Parameters
    ----------
    classify : function
        Takes X, float32 from 0 to 1 of shape (1, 784), and returns probabilities, one for each
        class, or a single one: that of the second of two classes. For example
        ``network.predict_proba``.
    names : list of str, optional
        Of the classes; by default "no" and "yes", or numbers.
    strokes : list of (width, [(column, row), …])
        In pixels, from 0 to 28.
    brush : float
        Width of the pen, from 1 to 4 pixels.
    preprocess : bool
        Give the drawing the size and the place of MNIST's digits.
    image : array or str
        What is drawn on: 28×28 pixels, uint8 or from 0 to 1, or 784 bytes in hexadecimal; other
        sizes (uint8) are made like MNIST.

    Notes
    -----
    `link` calls the classifier as the notebook does, or ``classify`` where it has no name there.
    """
    return DrawPad(classify, names, **state)


def explore(network, X, y, class_names, **state):
    """Walk through a trained network, forward and back, and switch its units off.

    Parameters
    ----------
    network : Network
        784 inputs, one hidden layer of up to 100 units, one output for each class.
    X : ndarray, shape (m, 784)
        Images to choose from, pixels from 0 to 1.
    y : ndarray of int, shape (m,)
        Their labels.
    class_names : list of str
    probabilities : function of logits, shape (m, n_classes)
        `course_lib.activations.softmax`, unless given: `sigmoid` for a network whose outputs are
        so many neurons that answer yes or no.
    index : int
        Which image.
    of : str
        A class to which "Next image" and "Next mistake" keep, or "all images"; or "my drawing",
        made like MNIST.
    stage : str
        What the text explains: "1 pixels", "2 scores", "3 activations", "4 votes", "5 logits",
        "6 probabilities", "7 back to units" or "8 back to pixels".
    unit : int
        The hidden unit that is shown, from 0.
    off : sequence of int
        Hidden units that are switched off.
    patch : int
        Side of the patch of zeros that covers the image: 0 for none, or 3, 5, 7, 9, 11 or 15.
    at : (int, int)
        Row and column of the patch's middle.
    strokes : list of (width, [(column, row), …])
        The drawing, in pixels from 0 to 28.

    Notes
    -----
    `link` calls everything as the notebook does, or by the names of these arguments where it has
    no name there.
    """
    return Explorer(network, X, y, class_names, **state)
