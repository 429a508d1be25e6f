"""Which pixels move a score."""

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, softmax
from course_lib.by_hand.interpretation import saliency
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers
from course_lib.interpretation import logit_gradient
from course_lib.layers import Dense, ReLU, Sigmoid, Tanh
from course_lib.network import Network


def _network(widths, activation, seed):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng), activation()]
        layers[-2].params["b"] = rng.normal(0, 0.3, n_out)
    return Network(layers[:-1])


def _gradient(net, x, c):
    return logit_gradient(net, x[np.newaxis], c)[0]


def _of_slope(dZ_of):
    """Return the saliency of another quantity, of slope ``dZ_of(Z, c)`` over the logits."""

    def saliency(net, x, c):
        Z = net.forward(x[np.newaxis])
        return np.abs(net.backward(dZ_of(Z, c), input_gradient=True)[0])

    return saliency


def _of_gradient(change):
    return lambda net, x, c: change(_gradient(net, x, c), x)


def _first_weights(change):
    def saliency(net, x, c):
        _gradient(net, x, c)
        return change(net.layers[0].grads["W"])

    return saliency


def _weights_multiplied(net, x, c):
    product = np.eye(len(x), dtype=x.dtype)
    for layer in net.layers:
        if isinstance(layer, Dense):
            product = product @ layer.params["W"]
    return product[:, c]


def _without_each_pixel(net, x, c):
    without = x * (1 - np.eye(len(x), dtype=x.dtype))
    return net.forward(x[np.newaxis])[0, c] - net.forward(without)[:, c]


def _differences(h):
    def saliency(net, x, c):
        steps = h * np.eye(len(x))
        return np.abs(net.forward(x + steps)[:, c] - net.forward(x[np.newaxis])[0, c])

    return saliency


def _one(Z, c):
    return np.eye(Z.shape[1], dtype=Z.dtype)[[c]]


def _hard_coded(n_in=None, n_classes=None):
    def saliency(net, x, c):
        Z = net.forward(x.reshape(1, n_in or -1))
        dZ = np.zeros((1, n_classes or Z.shape[1]))
        dZ[0, c] = 1
        return np.abs(net.backward(dZ, input_gradient=True)[0])

    return saliency


_x = numbers(0.8, 0, 0.5, 1, 0.3)


class Saliency(Exercise):
    reference = saliency
    on_error = {
        "NoneType": "Something is None. net.backward gives back a slope over the pixels only where "
        "it is asked for one, with input_gradient=True.",
        "out of bounds": "The rows of Z are images, and here is one; its columns are the classes.",
        "cannot reshape": "Images come in other sizes too. The map is wanted as a vector, (n_in,).",
    }
    probes = [
        Probe("three pixels", (_network((3, 4, 3), Sigmoid, 2), _x[:3], 1)),
        Probe("two hidden layers", (_network((5, 4, 4, 3), Tanh, 7), _x, 2)),
        Probe("ReLU", (_network((5, 6, 3), ReLU, 3), _x, 1)),
        Probe("ten classes", (_network((5, 4, 10), Sigmoid, 4), _x, 6)),
        Probe("28 × 28 pixels", (_network((784, 3, 10), Sigmoid, 5), np.resize(_x, 784), 3)),
        Probe("read-only float32", float32(_network((5, 4, 3), Sigmoid, 6), _x, 1), read_only=True),
    ]

    absolute_forgotten = mistake(
        _gradient,
        lambda net, x, c: -_gradient(net, x, c),
        says="The signs are still there. How strongly a pixel acts is asked for, whichever way.",
    )
    only_positive = mistake(
        _of_gradient(lambda g, x: np.maximum(g, 0)),
        _of_gradient(lambda g, x: np.maximum(-g, 0)),
        says="It keeps slopes of one sign only; the others count as much, without their sign.",
    )
    slope_of_the_loss = mistake(
        _of_slope(lambda Z, c: softmax(Z) - _one(Z, c)),
        _of_slope(lambda Z, c: sigmoid(Z) - _one(Z, c)),
        _of_slope(lambda Z, c: Z - _one(Z, c)),
        lambda net, x, c: net.backward(
            softmax(net.forward(x[np.newaxis])) - _one(net.forward(x[np.newaxis]), c),
            input_gradient=True,
        )[0],
        says="This is the slope of a loss, in which all classes have a part. Asked for is that of "
        "the logit of c alone.",
    )
    slope_of_the_probability = mistake(
        _of_slope(lambda Z, c: softmax(Z)[0, c] * (_one(Z, c) - softmax(Z))),
        _of_slope(lambda Z, c: sigmoid_grad(Z) * _one(Z, c)),
        says="This is the slope of the probability, which fades where the network is sure. Asked "
        "for is that of the logit.",
    )
    predicted_class = mistake(
        _of_slope(lambda Z, c: _one(Z, Z.argmax())),
        says="It asks about the class that wins; asked for is class c.",
    )
    wrong_class = mistake(
        _of_slope(lambda Z, c: _one(Z, 0)),
        _of_slope(lambda Z, c: _one(Z, c - 1)),
        _of_slope(lambda Z, c: _one(Z, -1)),
        says="This is the slope of another logit than that of c: columns count from 0.",
    )
    all_classes = mistake(
        _of_slope(lambda Z, c: np.ones_like(Z)),
        _of_slope(lambda Z, c: Z),
        _of_slope(lambda Z, c: softmax(Z)),
        _of_slope(lambda Z, c: np.full_like(Z, c)),
        _of_slope(lambda Z, c: np.where(_one(Z, c), 1, softmax(Z))),
        _of_slope(lambda Z, c: np.full_like(Z, 1 / Z.shape[1])),
        _of_slope(lambda Z, c: 1 - softmax(Z)),
        says="All logits have a part in it; asked for is the slope of that of c alone.",
    )
    others_subtracted = mistake(
        _of_slope(lambda Z, c: 2 * _one(Z, c) - 1),
        _of_slope(lambda Z, c: _one(Z, c) - (1 - _one(Z, c)) / (Z.shape[1] - 1)),
        _of_slope(lambda Z, c: _one(Z, c) - 1 / Z.shape[1]),
        _of_slope(lambda Z, c: _one(Z, c) - _one(Z, (Z - 1e9 * _one(Z, c)).argmax())),
        says="The other logits are subtracted, so all classes have a part in it; asked for is the "
        "slope of that of c alone.",
    )
    other_classes = mistake(
        _of_slope(lambda Z, c: 1 - _one(Z, c)),
        says="All logits but that of c have a part in it. It should be the other way round.",
    )
    logit_as_slope = mistake(
        _of_slope(lambda Z, c: Z * _one(Z, c)),
        _of_slope(lambda Z, c: softmax(Z) * _one(Z, c)),
        says="The way back starts with the logit's value, or with its probability, which scales "
        "the whole map. It should start with a slope, that of the logit over itself.",
    )
    not_one = mistake(
        *(_of_slope(lambda Z, c, k=k: k * _one(Z, c)) for k in (2, 0.5, 10, 100, 1000, 255, -2)),
        _of_slope(lambda Z, c: c * _one(Z, c)),
        says="The way back starts with a number of its own, which scales the whole map. It should "
        "start with the slope of the logit over itself.",
    )
    gradient_times_input = mistake(
        _of_gradient(lambda g, x: np.abs(g * x)),
        _of_gradient(lambda g, x: g * x),
        says="This is gradient times input, which is 0 wherever the image is 0. Leave out the "
        "pixel.",
    )
    gradient_of_the_weights = mistake(
        _first_weights(np.abs),
        _first_weights(lambda dW: np.abs(dW).sum(axis=1)),
        _first_weights(lambda dW: np.abs(dW.sum(axis=1))),
        _first_weights(lambda dW: np.abs(dW).max(axis=1)),
        _first_weights(lambda dW: np.abs(dW).mean(axis=1)),
        _first_weights(lambda dW: np.abs(dW.mean(axis=1))),
        _first_weights(lambda dW: dW),
        says="These are slopes over the weights of the first layer, those for training. That over "
        "the pixels is what backward returns when asked for the input_gradient.",
    )

    @mistake.also(_weights_multiplied)
    def slopes_left_out(net, x, c):
        """It multiplies weights alone, as if the units in between were not there: their activations
        have slopes, which depend on the image."""
        return np.abs(_weights_multiplied(net, x, c))

    where_there_is_ink = mistake(
        _of_gradient(lambda g, x: np.abs(g) * (x > 0)),
        _of_gradient(lambda g, x: g * (x > 0)),
        says="Blank pixels are set to 0. They would act as well, if there were ink: keep their "
        "slopes.",
    )
    approximated = mistake(
        *(
            lambda net, x, c, h=h: _differences(h)(net, x, c) / h
            for h in (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.01, 1e-3, 1e-4)
        ),
        says="It is approximated, pixel by pixel, from two values of the logit. The way back gives "
        "all slopes exactly, in one pass.",
    )

    @mistake.also(_without_each_pixel)
    def pixel_taken_away(net, x, c):
        """It takes each pixel away and sees what that does: occlusion. A slope is what a tiny
        change would do."""
        return np.abs(_without_each_pixel(net, x, c))

    normalised = mistake(
        _of_gradient(lambda g, x: np.abs(g) / np.abs(g).max()),
        _of_gradient(lambda g, x: np.abs(g) / np.abs(g).sum()),
        _of_gradient(lambda g, x: np.abs(g) / np.linalg.norm(g)),
        _of_gradient(lambda g, x: (np.abs(g) - np.abs(g).min()) / np.ptp(np.abs(g))),
        _of_gradient(lambda g, x: (g - g.min()) / np.ptp(g)),
        _of_gradient(lambda g, x: 255 * np.abs(g) / np.abs(g).max()),
        _of_gradient(lambda g, x: (g - g.mean()) / g.std()),
        _of_gradient(lambda g, x: np.abs(g - g.mean())),
        lambda net, x, c: _of_slope(lambda Z, c: _one(Z, c) / Z.shape[1])(net, x, c),
        says="It is scaled or shifted afterwards, so that two maps can no longer be compared.",
    )
    compressed = mistake(
        _of_gradient(lambda g, x: np.log1p(np.abs(g))),
        _of_gradient(lambda g, x: np.sqrt(np.abs(g))),
        says="Strong slopes are pressed together by a root or a logarithm. Leave that to the "
        "picture.",
    )
    direction_only = mistake(
        _of_gradient(lambda g, x: np.sign(g)),
        _of_gradient(lambda g, x: np.abs(np.sign(g))),
        _of_gradient(lambda g, x: np.abs(g) > np.abs(g).mean()),
        says="How strongly a pixel acts is lost: it says only whether, or in which direction.",
    )
    sorted = mistake(
        _of_gradient(lambda g, x: np.sort(np.abs(g))),
        _of_gradient(lambda g, x: np.sort(np.abs(g))[::-1]),
        _of_gradient(lambda g, x: np.argsort(np.abs(g))),
        _of_gradient(lambda g, x: np.argsort(np.abs(g))[::-1]),
        says="The pixels are sorted, and which pixel acts how strongly is lost.",
    )
    all_pixels_alike = mistake(
        _of_gradient(lambda g, x: np.full_like(g, abs(g.sum()))),
        _of_gradient(lambda g, x: np.full_like(g, np.abs(g).mean())),
        says="All pixels get the same: they are changed together, or averaged. Each has its own "
        "slope.",
    )
    weights_of_first_layer = mistake(
        lambda net, x, c: np.abs(net.layers[0].params["W"]).sum(axis=1),
        lambda net, x, c: np.abs(net.layers[0].params["W"][:, c]),
        lambda net, x, c: np.abs(net.layers[0].params["W"]).mean(axis=1),
        lambda net, x, c: net.layers[0].params["W"],
        lambda net, x, c: np.abs(net.layers[0].params["W"]),
        says="These are weights of the first layer. Between a pixel and the logit there is more.",
    )
    not_divided = mistake(
        *(_differences(h) for h in (1e-3, 1e-4, 1e-5, 1e-6)),
        says="These are changes of the logit for a small step; a slope is a change per step.",
    )
    squared = mistake(
        _of_gradient(lambda g, x: g**2),
        says="The slopes are squared; their absolute value is asked for.",
    )
    one_number = mistake(
        _of_gradient(lambda g, x: np.abs(g).sum()),
        _of_gradient(lambda g, x: np.linalg.norm(g)),
        _of_gradient(lambda g, x: np.abs(g).max()),
        says="It makes one number of all pixels; each has its own slope.",
    )

    @mistake
    def extra_axis(net, x, c):
        """Its result is still a batch of one, (1, n_in). Take its only row."""
        return saliency(net, x, c)[np.newaxis]

    hard_coded_784 = mistake(
        _hard_coded(n_in=784),
        _hard_coded(n_in=784, n_classes=10),
        says="It works for images of 784 pixels only. Take their number from `x`.",
    )
    hard_coded_ten = mistake(
        _hard_coded(n_classes=10),
        says="It works for ten classes only. The logits say how many there are.",
    )

    hints = (
        "Forward, then backward, but starting at the logit of c in place of the loss.",
        "backward wants the slope over all logits, shape (1, n_classes): what is that of z_c "
        "itself? And with input_gradient=True it goes on down to the pixels.",
        "net.forward(x[np.newaxis]) gives Z. Let dZ be zeros like Z, but 1 in column c; hand it "
        "to net.backward, take the only row and its absolute value.",
    )
    insight = "It says where a small change would act, not where the evidence came from."
    explanation = "Backpropagation starts with 1 at the logit of c and goes on to the pixels."
