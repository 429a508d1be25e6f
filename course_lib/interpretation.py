r"""Taking a network apart: evidence, saliency, occlusion, ablation, what a unit wants, and attacks.

Pure functions of a `Network` and images. None changes the network's parameters or an array that it
is given; what the layers remember of their last pass, input and `grads`, does change.

Networks may have any number of layers and any activation. An output ``c`` is a column of what
``network.forward`` gives: of the whole network a class with its logit, be it softmax or sigmoids
that follow. For a hidden unit, hand in the part of the network that ends there: see `below`.
"""

import numpy as np

from course_lib._checks import (
    features,
    finite_outputs,
    generator,
    positive_number,
    require,
    strength,
    targets,
    whole_number,
)
from course_lib.activations import leaky_relu, relu
from course_lib.layers import Activation, Dense
from course_lib.losses import one_hot, softmax_cross_entropy
from course_lib.network import Network, labels


def activations_of(network, X):
    """List the outputs of every layer, bottom up; the last are the logits.

    Parameters
    ----------
    network : Network
    X : array_like, shape (m, n_in)

    Returns
    -------
    list of ndarray
        One for each of ``network.layers``, of shape (m, number of units).

    Raises
    ------
    ValueError
        Where `X` does not fit the network, or the logits are not finite.
    """
    outputs = [features(X, network.n_in)]
    for layer in network.layers:
        outputs.append(layer.forward(outputs[-1]))
    finite_outputs(outputs[-1])
    return outputs[1:]


def below(network, layer=-1):
    """Cut a network off below one of its layers: its outputs are what that layer is given.

    So a hidden unit becomes an output, and every function here can be asked about it.

    Parameters
    ----------
    network : Network
    layer : int
        Place in ``network.layers``. The last, -1, is given the last hidden activations; -2, the
        activation, is given the hidden scores, which rank images alike and do not saturate.

    Returns
    -------
    Network
        Shares its layers with `network`.

    Raises
    ------
    ValueError
        Where there is no such layer, or nothing below it.
    """
    n = len(network.layers)
    require(
        layer in range(-n, n),
        f"layer is {layer!r}; expected a whole number from {-n} to {n - 1}, a place in "
        "network.layers.",
    )
    layers = network.layers[:layer]
    require(layers, f"There is nothing below layer {layer} of {n}; pick a higher one.")
    return Network(layers)


def unit_evidence(network, X):
    r"""Split each logit into what every unit of the last hidden layer says for that class.

    :math:`z_c = \sum_j a_j W_{jc} + b_c`: the contributions :math:`a_j W_{jc}` and the bias add up
    to the logit. A unit at 0 says nothing.

    Parameters
    ----------
    network : Network
        With a `Dense` layer above a hidden one.
    X : array_like, shape (m, n_in)

    Returns
    -------
    contributions : ndarray, shape (m, n_hidden, n_classes)
    b : ndarray, shape (n_classes,)
        What is added whatever the image.

    Raises
    ------
    ValueError
        Where the network has no hidden layer; then see `pixel_evidence`.
    """
    W, b = _votes(network)
    A = activations_of(network, X)[-2]
    return A[:, :, np.newaxis] * W.astype(A.dtype), b.astype(A.dtype)


def logit_gradient(network, X, c):
    r"""Gradient of one output with respect to the image, :math:`\partial z_c / \partial x`.

    Parameters
    ----------
    network : Network
    X : array_like, shape (m, n_in)
    c : int, or array_like of int, shape (m,)
        Which output; an array gives each image its own.

    Returns
    -------
    dX : ndarray, shape (m, n_in), dtype of `X`
    """
    Z = activations_of(network, X)[-1]
    m, c = len(Z), _places("c", c, Z.shape[1])
    require(
        c.shape in ((), (m,)),
        f"c has shape {c.shape}; expected one output, or one for each of the {m} images."
        + " Did you mean c.ravel()?" * (c.size == m),
    )
    dZ = np.zeros_like(Z)
    dZ[np.arange(m), c] = 1
    return network.backward(dZ, input_gradient=True)


def saliency(network, X, c):
    r"""How steeply one output changes with each pixel, :math:`|\partial z_c / \partial x|`.

    See `logit_gradient` for arguments and shapes.

    Notes
    -----
    Simonyan, Vedaldi and Zisserman (2014), "Deep inside convolutional networks: visualising image
    classification models and saliency maps", section 3.
    """
    return np.abs(logit_gradient(network, X, c))


def gradient_times_input(network, X, c):
    r"""Slope times pixel, :math:`x \odot \partial z_c / \partial x`; 0 wherever the image is 0.

    See `logit_gradient` for arguments and shapes.

    Notes
    -----
    Shrikumar, Greenside, Shcherbina and Kundaje (2016), "Not just a black box: learning important
    features through propagating activation differences".
    """
    return np.asarray(X) * logit_gradient(network, X, c)


def pixel_evidence(network, x, c):
    r"""Split a logit into what each pixel says, exactly, in a network of ReLU or leaky ReLU.

    Such a network is linear around the image, so that with all its biases b

    .. math:: z_c = \sum_i x_i \frac{\partial z_c}{\partial x_i}
              + \sum_k b_k \frac{\partial z_c}{\partial b_k}.

    The first terms are `gradient_times_input`: the same thing, not a second opinion.

    Parameters
    ----------
    network : Network
    x : array_like, shape (n_in,)
    c : int

    Returns
    -------
    contributions : ndarray, shape (n_in,)
    bias : float
        The second sum. Contributions and bias add up to the logit.

    Raises
    ------
    ValueError
        Where an activation is another one, or `x` is not one image.

    Notes
    -----
    Srinivas and Fleuret (2019), "Full-gradient representation for neural network visualization",
    proposition 1.
    """
    for layer in network.layers:
        name = getattr(getattr(layer, "f", None), "__name__", type(layer).__name__)
        require(
            isinstance(layer, Dense)
            or (isinstance(layer, Activation) and layer.f in (relu, leaky_relu)),
            f"network has {name} for an activation; expected ReLU or leaky ReLU. Others bend, and "
            "what bends does not split into pixels; did you mean unit_evidence?",
        )
    x = np.asarray(x)
    n_in = network.n_in or x.size
    require(
        x.shape == (n_in,),
        f"x has shape {x.shape}; expected ({n_in},), one image."
        + " Did you mean x[0] or x.ravel()?" * (x.ndim > 1),
    )
    contributions = gradient_times_input(network, x[np.newaxis], c)[0]
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    return contributions, float(sum(layer.params["b"] @ layer.grads["b"] for layer in dense))


def occluded(image, size):
    """Copy an image once for each pixel, with a patch of zeros centred there.

    Parameters
    ----------
    image : array_like, shape (side, side) or (side * side,)
    size : int
        Side of the patch, odd, so that one pixel is its middle. It is cut off at the edge.

    Returns
    -------
    ndarray, shape (side * side, side * side), dtype of `image`
        Row p has its patch around pixel p, counted along the rows.
    """
    image = np.asarray(image)
    side = round(image.size**0.5)
    require(
        image.shape in ((side, side), (side * side,)),
        f"image has shape {image.shape}; expected one square image, (28, 28) or (784,).",
    )
    require(
        whole_number("size", size) % 2,
        f"size is {size}; expected an odd number, so that the patch has a pixel in its middle.",
    )
    place = np.arange(side)
    near = np.abs(place - place[:, np.newaxis]) <= size // 2
    # A patch around (i, j) covers (row, column) where row is near i and column near j.
    return image.ravel() * ~np.kron(near, near)


def occlusion_map(predict, image, c, size):
    """How much of a class's probability is lost when a patch around each pixel is set to 0.

    Parameters
    ----------
    predict : function, (m, 784) -> (m, n_classes)
        Probabilities of rows of pixels, such as ``network.predict_proba``.
    image : array_like, shape (28, 28) or (784,)
    c : int
        The class.
    size : int
        Side of the patch, odd. At the edge, what lies outside the image is cut off.

    Returns
    -------
    ndarray, shape (28, 28)
        Probability before minus probability after; negative where the patch helps the class.

    Notes
    -----
    Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks", section 4.2;
    they cover with grey.
    """
    patched = occluded(image, size)
    P = predict(np.reshape(image, (1, -1)))
    require(
        P.ndim == 2,
        f"predict gives shape {P.shape} for one image; expected (1, n_classes). "
        "For one output p of shape (m,), did you mean np.column_stack([1 - p, p])?",
    )
    c = _place("c", c, P.shape[1])
    return (P[0, c] - predict(patched)[:, c]).reshape(round(np.size(image) ** 0.5), -1)


def switched_off(network, units):
    """Copy a network in which some units of the last hidden layer have no say.

    Their outgoing weights are 0, which gives what units at 0 would give.

    Parameters
    ----------
    network : Network
    units : int or array_like of int

    Returns
    -------
    Network
        Shares nothing with `network`.
    """
    units, network = _places("units", units, len(_votes(network)[0])), network.copy()
    network.layers[-1].params["W"][units] = 0
    return network


def ablation(network, X, y):
    """Accuracy without each unit of the last hidden layer in turn, over all and class by class.

    Parameters
    ----------
    network : Network
    X : array_like, shape (m, n_in)
    y : array_like of int, shape (m,)

    Returns
    -------
    accuracy : ndarray, shape (n_hidden,)
    per_class : ndarray, shape (n_hidden, n_classes)
        Among the examples of each class, its recall; NaN for a class without examples. A network
        with one yes-or-no output has two classes, 0 and 1.
    """
    W, _ = _votes(network)
    *_, A, Z = activations_of(network, X)
    Y = one_hot(targets(y, (len(Z),), of="X"), max(Z.shape[1], 2))
    right = np.array([labels(Z - np.outer(a, w)) == y for a, w in zip(A.T, W, strict=True)])
    with np.errstate(invalid="ignore"):
        return right.mean(axis=1), right @ Y / Y.sum(axis=0)


def most_exciting(network, X, unit, k):
    """Which images give an output of the network its largest values.

    Parameters
    ----------
    network : Network
        For a unit of the last hidden layer ``below(network, -2)``.
    X : array_like, shape (m, n_in)
    unit : int
    k : int

    Returns
    -------
    ndarray of int, shape (k,)
        Rows of `X`, the most exciting first.
    """
    Z = activations_of(network, X)[-1]
    order = np.argsort(-Z[:, _place("unit", unit, Z.shape[1])], kind="stable")
    return order[: whole_number("k", k)]


def grown_image(network, unit, rng, *, steps=100, learning_rate=0.1, l2=0.1):
    r"""Grow an image that excites an output, by gradient ascent from faint noise.

    Each step climbs :math:`z(x) - \frac{\lambda}{2} \|x\|^2` and puts the pixels back into 0 … 1.

    Parameters
    ----------
    network : Network
        For a unit of the last hidden layer ``below(network, -2)``.
    unit : int
    rng : numpy.random.Generator
        Draws the first image, uniform from 0 to 0.1.
    steps : int
    learning_rate : float
        Above 0.
    l2 : float
        :math:`\lambda`: what ink costs; 0 or more.

    Returns
    -------
    ndarray, shape (n_in,)

    Notes
    -----
    Erhan, Bengio, Courville and Vincent (2009), "Visualizing higher-layer features of a deep
    network"; the penalty is that of Simonyan, Vedaldi and Zisserman (2014), section 2.
    """
    generator("rng", rng)
    whole_number("unit", unit, 0)
    positive_number("learning_rate", learning_rate)
    strength("l2", l2)
    X = rng.uniform(0, 0.1, (1, network.n_in))
    for _ in range(whole_number("steps", steps)):
        X = (X + learning_rate * (logit_gradient(network, X, unit) - l2 * X)).clip(0, 1)
    return X[0]


def confident_mistakes(P, y, k):
    """Find the wrong answers that were given with the largest probability.

    Parameters
    ----------
    P : ndarray, shape (m, n_classes)
    y : array_like of int, shape (m,)
    k : int

    Returns
    -------
    ndarray of int, shape (k,), or shorter where there are fewer mistakes
        Rows of `P`, the most confident first.
    """
    require(
        P.ndim == 2 and P.shape[1] > 1,
        f"P has shape {P.shape}; expected (m, n_classes) with two classes or more. "
        "For one output p of shape (m,), did you mean np.column_stack([1 - p, p])?",
    )
    wrong = np.flatnonzero(P.argmax(axis=1) != targets(y, (len(P),), of="P"))
    order = np.argsort(-P[wrong].max(axis=1), kind="stable")
    return wrong[order[: whole_number("k", k)]]


def fast_gradient_sign(network, X, y, epsilon, *, loss=softmax_cross_entropy):
    r"""Move every pixel by ε in the direction that raises the loss.

    :math:`x + \varepsilon \, \mathrm{sign}(\partial L / \partial x)`, put back into 0 … 1.

    Parameters
    ----------
    network : Network
    X : array_like, shape (m, n_in)
        Pixels from 0 to 1.
    y : array_like
        True labels, as the loss wants them.
    epsilon : float
        In pixel values, at least 0.
    loss : function ``(y, Z) -> (value, dZ)``

    Returns
    -------
    ndarray, shape and dtype of `X`

    Notes
    -----
    Goodfellow, Shlens and Szegedy (2015), "Explaining and harnessing adversarial examples",
    section 4.
    """
    X = features(X, network.n_in)
    require(
        X.min() >= 0 and X.max() <= 1,
        f"X holds values from {X.min():.4g} to {X.max():.4g}; expected pixels from 0 to 1.",
    )
    require(epsilon >= 0, f"epsilon is {epsilon!r}; expected a number of at least 0.")
    Z = network.forward(X)
    finite_outputs(Z)
    _, dZ = loss(y, Z)
    step = float(epsilon) * np.sign(network.backward(dZ, input_gradient=True))
    return (X + step).clip(0, 1)


def smallest_epsilon(network, X, y, epsilons, *, loss=softmax_cross_entropy):
    """Find the smallest ε, of those to try, at which the attack makes each answer wrong.

    Parameters
    ----------
    network, X, y, loss
        As for `fast_gradient_sign`, with labels `y` of shape (m,).
    epsilons : array_like of float
        0 among them finds what is wrong without an attack.

    Returns
    -------
    ndarray, shape (m,)
        Infinite where none of them is enough.
    """
    epsilons = np.sort(epsilons)
    require(epsilons.size, "epsilons is empty; expected at least one number to try.")
    X = features(X, network.n_in)
    y = targets(y, (len(X),), of="X")
    attacks = (fast_gradient_sign(network, X, y, epsilon, loss=loss) for epsilon in epsilons)
    fooled = np.array([network.predict(attack) != y for attack in attacks])
    return np.where(fooled.any(axis=0), epsilons[fooled.argmax(axis=0)], np.inf)


def randomised(network, rng):
    """Copy a network and shuffle the numbers of each weight matrix and bias vector.

    The numbers stay, and so does their size; what was learned is gone. A picture that looks the
    same for this network says nothing about what the other one has learned.

    Parameters
    ----------
    network : Network
    rng : numpy.random.Generator

    Returns
    -------
    Network

    Notes
    -----
    Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (2018), "Sanity checks for saliency maps",
    section 3; they draw the weights anew, which changes their size as well.
    """
    generator("rng", rng)
    network = network.copy()
    for layer, name in network.parameters():
        layer.params[name] = rng.permuted(layer.params[name])
    return network


def _votes(network):
    require(
        len(network.layers) > 1 and isinstance(network.layers[-1], Dense),
        "network has no Dense layer above a hidden one; expected one, whose weights are the votes "
        "of hidden units. Without a hidden layer, did you mean pixel_evidence?",
    )
    return network.layers[-1].params["W"], network.layers[-1].params["b"]


def _place(name, place, n):
    return _places(name, whole_number(name, place, 0), n)


def _places(name, places, n):
    places = np.asarray(places)
    require(
        not places.size or (places.dtype.kind in "iu" and 0 <= places.min() <= places.max() < n),
        f"{name} is {places.tolist()}; expected whole numbers from 0 to {n - 1}.",
    )
    return places.astype(np.intp)
