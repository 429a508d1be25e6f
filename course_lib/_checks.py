"""Refusals: arguments are checked where they come in, and refused in a sentence that helps.

What `train` is given is checked once, before anything changes; what only a batch can show, such as
the shape of a gradient, with each batch.

Every sentence names the argument, what came, what was expected and the likely slip.
"""

import math
from contextlib import contextmanager
from itertools import pairwise
from numbers import Real

import numpy as np


class NotFiniteError(ValueError):
    """A number came out as NaN or infinite."""


# Where what is said can only guess at the cause.
DOCTOR = "`diagnose` of course_lib.doctor looks for the cause."


def require(condition, sentence):
    """Raise ``ValueError(sentence)`` unless `condition` holds.

    The sentence is put together either way, which takes about a microsecond: what is checked at
    every step of a training writes ``if … raise`` in its place.
    """
    if not condition:
        raise ValueError(sentence)


def whole_number(name, value, at_least=1):
    """Return `value` as an int, or say why it is no whole number of at least `at_least`."""
    right_type = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    require(
        right_type and value >= at_least,
        f"{name} is {value!r}; expected a whole number of at least {at_least}.",
    )
    return int(value)


def positive_number(name, value, slip=""):
    """Return `value` as a float, or say why it is no finite number above 0."""
    right_type = isinstance(value, Real) and not isinstance(value, bool)
    require(
        right_type and 0 < value < math.inf,
        f"{name} is {value!r}; expected a number above 0. {slip}".rstrip(),
    )
    return float(value)


def share(name, value, hint):
    """Return `value` as a float, or say why it is no number from 0 to below 1."""
    right_type = isinstance(value, Real) and not isinstance(value, bool)
    require(
        right_type and 0 <= value < 1,
        f"{name} is {value!r}; expected a number from 0 to below 1. {hint}",
    )
    return float(value)


def function(name, value, expected):
    """Say so if `value` is not a function, such as `expected` describes."""
    require(callable(value), f"{name} is {value!r}; expected a function {expected}")


def generator(name, rng):
    """Say so if `rng` is not a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} is {rng!r}; expected a numpy.random.Generator. "
            f"Did you mean {name}=np.random.default_rng(0)?"
        )


def finite(name, A, slip="Look for missing values or a division by zero."):
    """Say so if the array `A` holds NaN or infinity."""
    if A.dtype.kind != "f":
        return
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.vdot(A, A)  # a single pass, in which NaN and infinity survive
    if np.isfinite(squares):
        return
    if count := int(A.size - np.isfinite(A).sum()):  # else the squares alone were too large
        raise NotFiniteError(
            f"{name} holds {count} NaN or infinite value{'s' * (count > 1)}; "
            f"expected finite numbers. {slip}"
        )


def finite_loss(value):
    """Say so if the loss of a training step is NaN or infinite."""
    if not math.isfinite(value):
        raise NotFiniteError(
            f"The loss is {value}; expected a finite number. Are the inputs finite and of size "
            f"about 1, in float32 or float64? {DOCTOR}"
        )


# Inputs of a larger root mean square are unscaled: standardised ones have 1, pixels up to 255 some
# 80 to 110 (LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp", section 4.3). Irises in
# centimetres have 4, and are learned as they are.
LARGE = 5


def root_mean_square(A):
    """Return the size of a typical element."""
    return float(np.sqrt(np.mean(np.square(A, dtype=np.float64))))


def suspect(X):
    """Return why a training on the examples `X` may have diverged: the first thing to look at."""
    if X.dtype == np.float16:
        cause = "half precision ends at 65504. Train on X.astype(np.float32)"
    elif root_mean_square(X) > LARGE:
        largest = f"the inputs are as large as {np.abs(X).max():.4g}"
        cause = f"{largest}. Scale them to about 1 and make the network anew"
    else:
        cause = "the learning rate is the first suspect. Make the network anew and try a tenth"
    return f"{cause}. {DOCTOR}".removesuffix(".")  # whoever says it ends the sentence


def features(X, n_in=None, name="X"):
    """Return `X` as a finite array of numbers, examples in rows, or say what is wrong with it.

    Parameters
    ----------
    X : array_like, shape (m, n_in)
        One example a row.
    n_in : int, optional
        The number of columns that is expected.
    name : str
        What the caller calls the argument.

    Returns
    -------
    ndarray, shape (m, n_in)
        `X` itself where it is an array of numbers.
    """
    X = np.asarray(X)
    require(
        X.dtype.kind in "fiub",
        f"{name} has dtype {X.dtype}; expected numbers. Is there text among them?",
    )
    if X.ndim != 2:
        wanted = "(m, n_in)" if n_in is None else f"(m, {n_in})"
        slip = {
            1: f"For one example, did you mean {name}.reshape(1, -1)?",
            3: f"For images, did you mean {name}.reshape(len({name}), -1)?",
        }.get(X.ndim, "One example a row, one feature a column.")
        raise ValueError(f"{name} has shape {X.shape}; expected {wanted}. {slip}")
    require(X.size, f"{name} has shape {X.shape}; expected at least one example and one feature.")
    if n_in is not None and X.shape[1] != n_in:
        transposed = X.shape[0] == n_in
        slip = f"Did you mean {name}.T?" if transposed else "Do the data fit this first layer?"
        raise ValueError(f"{name} has shape {X.shape}; expected (m, {n_in}). {slip}")
    if X.dtype.kind in "iu" and (X.max() > 1 or X.min() < -1):
        raise ValueError(
            f"{name} holds whole numbers from {X.min()} to {X.max()}; expected numbers of size "
            f"about 1. For images, did you mean {name} / 255? "
            f"To use them as they are, pass {name}.astype(float)."
        )
    finite(name, X)
    return X


def targets(y, shape, name="y", of="the second argument"):
    """Return `y` reshaped to `shape`, or say why that would broadcast or mix up examples.

    A vector `y` of shape (m,) goes with (m,) and with a column (m, 1): left to broadcasting,
    the latter would quietly make an (m, m) matrix.
    """
    y = np.asarray(y)
    if y.dtype.kind not in "fiub":
        raise ValueError(f"{name} has dtype {y.dtype}; expected numbers.")
    m = shape[0] if shape else 0
    if not m:
        raise ValueError(f"{of} has shape {shape}; expected at least one example.")
    n_out = shape[1] if len(shape) == 2 else 1
    wanted = (m,) if n_out == 1 else (m, n_out)
    if y.shape != wanted or len(shape) > 2:
        if n_out == 1 and y.size == m:
            slip = f"Did you mean {name}.ravel()?"
        elif y.shape == (m,):
            slip = "Did you mean one target for each output, such as one-hot rows?"
        else:
            slip = f"Does each of the {m} examples have its own target?"
        raise ValueError(
            f"{name} has shape {y.shape}; expected {wanted} beside {of} of shape {shape}. {slip}"
        )
    return y.reshape(shape)


def outputs(name, A):
    """Return `A` as an array of floats with at least one example, or say what is wrong with it."""
    A = np.asarray(A)
    require(A.dtype.kind in "fiu", f"{name} has dtype {A.dtype}; expected numbers.")
    require(A.size, f"{name} has shape {A.shape}; expected at least one example.")
    return A if A.dtype.kind == "f" else A.astype(np.float64)


def examples(X, y, n_in, X_name="X", y_name="y"):
    """Return features as floats, and targets with one for each example, or say what is wrong."""
    X = features(X, n_in, X_name)
    X = X if X.dtype.kind == "f" else X.astype(np.float64)
    y = np.asarray(y)
    require(
        y.ndim and len(y) == len(X),
        f"{y_name} has shape {y.shape}; expected one target for each of the {len(X)} examples in "
        f"{X_name}. Do both come from the same split?",
    )
    finite(y_name, y)
    return X, y


def weights(W, n_in, n_out):
    """Say so if drawn weights are of another shape than asked for, or not finite."""
    require(
        W.shape == (n_in, n_out),
        f"init gave weights of shape {W.shape}; expected ({n_in}, {n_out}). "
        "Inputs count rows, units count columns.",
    )
    finite("what init gave", W)


def derivative(f, f_grad):
    """Say so if `f` and `f_grad` are not two functions."""
    require(
        callable(f) and callable(f_grad),
        f"Activation got {f!r} and {f_grad!r}; expected two functions, f and its derivative.",
    )


def finite_result(value, y, name, A):
    """Say so if a loss of targets `y` and outputs `A`, called `name`, is NaN or infinite."""
    if math.isfinite(value):
        return
    for what, array in (("y", np.asarray(y)), (name, A)):
        finite(what, array, f"Are the inputs finite and of size about 1? {DOCTOR}")
    raise NotFiniteError(
        f"The loss is {value}; expected a finite number. Are there numbers too large to compute "
        f"with in y or {name}?"
    )


def finite_outputs(Z):
    """Say so if the outputs of a network are not finite."""
    if not np.isfinite(Z).all():
        raise NotFiniteError(
            "The network gives outputs that are NaN or infinite; expected numbers. "
            f"Has its training diverged? {DOCTOR}"
        )


def several_classes(shape):
    """Say so if logits of this shape are not those of several classes."""
    require(
        len(shape) == 2 and shape[1] > 1,
        f"Z has shape {shape}; expected (m, n_classes) with two classes or more. "
        "For one output, use sigmoid_cross_entropy.",
    )


def as_many(X, y):
    """Say so if there is not one target for each example."""
    require(
        len(X) == len(y),
        f"y has {len(y)} targets; expected one for each of the {len(X)} examples in X.",
    )


def yes_or_no(y, shape):
    """Return targets from 0 to 1 in a given shape, or say what is wrong with them."""
    require(
        len(shape) == 1 or (len(shape) == 2 and (shape[1] == 1 or np.shape(y) == shape)),
        f"Z has shape {shape} beside y of shape {np.shape(y)}; expected one target for each "
        "output. For labels of several classes, use softmax_cross_entropy.",
    )
    y = targets(y, shape, of="Z")
    require(
        y.min() >= 0 and y.max() <= 1,
        f"y holds values from {y.min():g} to {y.max():g}; expected 0 or 1. "
        "Did you mean (y == the_class_you_want)?",
    )
    return y


def probabilities(y, shape):
    """Return rows of probabilities in a given shape, or say what is wrong with them."""
    Y = targets(y, shape, of="Z")
    require(
        Y.min() >= 0 and np.allclose(Y.sum(axis=1), 1),
        "y has rows that are not probabilities; expected one-hot rows that sum to 1.",
    )
    return Y


# What is checked at every step is checked where it stands, without a call and without a sentence
# that nobody needs; these return what is raised then.


def misfit(X, n_in):
    """Return the refusal of what is no batch of examples with `n_in` features."""
    return ValueError(
        f"X has shape {X.shape}; expected (m, {n_in}), one example a row. Does the layer "
        f"below have {n_in} units, and did you mean X.reshape(len(X), -1) or X.T?"
    )


def misfit_gradient(name, gradient, remembered, n_out=None):
    """Return the refusal of a gradient that has not the shape of the layer's last output.

    Rows are those of the input that it remembers, columns its `n_out` units, or as many as before.
    """
    if remembered is None:
        return ValueError("backward came before forward; run forward on a batch first.")
    shape = remembered.shape if n_out is None else (len(remembered), n_out)
    return ValueError(
        f"{name} has shape {gradient.shape}; expected {shape}, the shape of the layer's output. "
        "Did another forward pass come in between?"
    )


def gradients(layers):
    """Say so if a layer lacks the gradient of one of its parameters."""
    for i, layer in enumerate(layers):
        if layer.grads.keys() != layer.params.keys():
            raise ValueError(
                f"layer {i} has no gradients yet; run network.backward(dZ) before a step."
            )


def all_gradients(layer):
    """Say so if a layer's `backward` left out the gradient of one of its parameters."""
    require(
        layer.grads.keys() == layer.params.keys(),
        f"{layer!r} has grads {list(layer.grads)} after backward; expected one for each of its "
        f"params {list(layer.params)}.",
    )


def name_of(layer, activations):
    """Return the name of an activation layer, or say why it cannot be saved under one."""
    name = getattr(getattr(layer, "f", None), "__name__", "")
    pair = [getattr(activations, f"{name}{suffix}", None) for suffix in ("", "_grad")]
    require(  # a subclass may compute something else
        name and pair == [layer.f, layer.f_grad] and type(layer).__module__ == "course_lib.layers",
        f"layers holds {layer!r}, which has no name to save it under; expected Dense layers and "
        "activations of course_lib.",
    )
    return name


@contextmanager
def within(place):
    """Begin a refusal with the place that it is about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{place}, {error}") from None


def layers(value, dense):
    """Return layers as a list, or say why they make no network."""
    require(
        not hasattr(value, "forward"),
        f"layers is {value!r}; expected a list of layers. Are the brackets missing?",
    )
    value = list(value)
    require(value, "layers is empty; expected at least one layer.")
    for layer in value:
        require(
            all(hasattr(layer, name) for name in ("forward", "backward", "params", "grads")),
            f"layers holds {layer!r}; expected layers such as Dense(…) and ReLU(). "
            "Are the brackets missing?",
        )
    require(
        len(set(map(id, value))) == len(value),
        "layers holds the same layer twice; expected a layer of its own for each place, since "
        "a layer remembers its input for backward. Write ReLU() each time?",
    )
    widths = [layer.params["W"].shape for layer in value if isinstance(layer, dense)]
    for (_, n_out), (n_in, _) in pairwise(widths):
        require(
            n_out == n_in,
            f"layers holds a Dense layer with {n_out} units below one with {n_in} inputs; "
            "expected the two to be equal.",
        )
    return value


def labels(y, n_classes):
    """Return `y` as an array, or say why it holds no labels from 0 to ``n_classes - 1``."""
    y = np.asarray(y)
    if y.dtype.kind not in "iub" or y.ndim != 1:
        raise ValueError(
            f"y has dtype {y.dtype} and shape {y.shape}; expected whole-number labels of shape "
            "(m,). Did you mean y.astype(int)?"
        )
    # NumPy would let a negative label count from the end, unnoticed.
    if y.size and not 0 <= y.min() <= y.max() < n_classes:
        raise ValueError(
            f"y holds labels from {y.min()} to {y.max()}; expected 0 to {n_classes - 1} for "
            f"{n_classes} classes. Do the labels start at 1, or are there more classes?"
        )
    return y


def strength(name, value):
    """Say so if `value` is no strength of a penalty."""
    require(
        isinstance(value, Real) and 0 <= value < math.inf,
        f"{name} is {value!r}; expected the strength of a penalty, 0 or more.",
    )


def loss_and_optimizer(loss, optimizer):
    """Say so if one of the two is not what it has to be."""
    function("loss", loss, "such as softmax_cross_entropy.")
    require(
        hasattr(optimizer, "step") and not isinstance(optimizer, type),
        f"optimizer is {optimizer!r}; expected an object with step(network), such as "
        "SGD(learning_rate=0.1).",
    )


def value_of(given, A):
    """Return the value from what a loss gave for outputs `A`, or say why that is none."""
    require(
        isinstance(given, (tuple, list)) and len(given) == 2,
        f"loss gave {given!r:.60}; expected two results, the mean loss and its gradient.",
    )
    value, dA = given
    require(
        np.shape(dA) == A.shape,
        f"loss gave a gradient of shape {np.shape(dA)}; expected that of the outputs, {A.shape}.",
    )
    return value


def arguments(run, history):
    """Return the arguments of `training.train` with their data as arrays, or refuse one of them.

    `history` is the class of what an earlier training returned.
    """
    loss_and_optimizer(run.loss, run.optimizer)
    require(
        hasattr(run.network, "parameters"),
        f"network is of type {type(run.network).__name__}; expected a Network. Did you mean "
        "Network([…])?",
    )
    for layer, name in run.network.parameters():
        slip = "Has its training diverged? Make the network anew."
        finite(f"the network's {name}", layer.params[name], slip)
    X, y = examples(run.X, run.y, run.network.n_in)
    for name, expected in (
        ("schedule", "of the step, such as cosine(0.1, 1000)."),
        ("augment", "(X_batch, rng) -> X_batch."),
        ("batches", "of (X, y, batch_size, rng) that yields pairs, such as minibatches."),
        ("on_epoch", "of (network, history). Did you call it where its name was meant?"),
    ):
        if getattr(run, name) is not None:
            function(name, getattr(run, name), expected)
    whole_number("epochs", run.epochs)
    strength("l2", run.l2)
    if run.batch_size is not None:
        require(
            whole_number("batch_size", run.batch_size) <= len(X),
            f"batch_size is {run.batch_size}; expected at most {len(X)}, the number of examples. "
            "Did you mean batch_size=None, all of them at once?",
        )
    if run.batch_size is not None or run.augment is not None:
        generator("rng", run.rng)
    validation = run.validation
    if validation is not None:
        require(
            isinstance(validation, (tuple, list)) and len(validation) == 2,
            f"validation is of type {type(validation).__name__}; expected a pair of arrays "
            "(X_validation, y_validation). Is one of the two missing?",
        )
        names = "validation[0]", "validation[1]"
        validation = examples(*validation, run.network.n_in, *names)
    if run.patience is not None:
        whole_number("patience", run.patience)
        require(run.validation is not None, "patience needs validation=(X, y) to judge by.")
    require(
        isinstance(run.smallest_gradient, Real) and 0 <= run.smallest_gradient < math.inf,
        f"smallest_gradient is {run.smallest_gradient!r}; expected a number of at least 0.",
    )
    if run.history is not None:
        require(
            isinstance(run.history, history)
            and bool(run.history.validation_loss) == bool(run.history.loss and validation),
            f"history is {run.history!r}; expected what an earlier training returned, with "
            "validation data now as then.",
        )
        shapes = [layer.params[name].shape for layer, name in run.network.parameters()]
        require(
            run.history.best is None or [best.shape for best in run.history.best] == shapes,
            "history holds the best weights of a network with other layers; expected that of this "
            "network. Did you mean history=None?",
        )
    return run._replace(X=X, y=y, validation=validation)
