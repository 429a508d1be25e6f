"""The exercises and the quiz of notebook 02.

Shapes as in the notebook: `X` is (m, n_in), `W` is (n_in, n_out), `b` is (n_out,), `y` is (m,);
the network of two layers has one output, so `Z2` and `P` are (m, 1).
"""

import math

import numpy as np

from course_lib.activations import relu, relu_grad, sigmoid, sigmoid_grad, softmax, tanh_grad
from course_lib.by_hand.hidden_layer import backward_two_layers, forward_two_layers, init_weights
from course_lib.exercises.engine import Exercise, Misconception
from course_lib.exercises.quiz import Question
from course_lib.gradcheck import numerical_gradient


def _numbers(*values, shape=-1, dtype=float):
    return np.array(values, dtype=dtype).reshape(shape)


def _float32(*arrays):
    return tuple(array.astype(np.float32) for array in arrays)


def _then(function, change):
    return lambda *arguments: change(*function(*arguments))


# One element that is an array: `if` and `max` can deal with it, and masks can as well.
_SHAPES = [
    ("one element", (_numbers(0.7, shape=(1, 1)),)),
    ("a vector", (_numbers(-2, -0.5, 1.5, 3),)),
    ("a matrix", (_numbers(-3, -1, 0.5, 2, -0.2, 4, shape=(2, 3)),)),
    ("read-only float32", _float32(_numbers(-4, -0.25, 3))),
]


def _relu_in_place(Z):
    Z[Z < 0] = 0
    return Z


RELU = Exercise(
    reference=relu,
    probes=[*_SHAPES, ("zero", (_numbers(0, -1, 1),))],
    misconceptions=[
        Misconception(
            "one-number-only",
            "It works for a single number only: for a whole array there is no one answer to "
            "“greater than 0?”.",
            lambda Z: max(0, Z),
            (lambda Z: max(Z, 0), lambda Z: Z if Z > 0 else 0 * Z),
        ),
        Misconception(
            "largest-only",
            "`np.max` looks for the largest among the elements, and takes a 0 beside them for an "
            "axis. Compare each element by itself.",
            lambda Z: np.max(Z, 0),
            (np.max, lambda Z: np.max(np.append(Z, 0))),
        ),
        Misconception(
            "selected",
            "It leaves the negative elements out. They become 0, each in its place.",
            lambda Z: Z[Z > 0],
        ),
        Misconception("identity", "It changes nothing: negative elements pass.", lambda Z: Z),
        Misconception(
            "smallest",
            "It keeps the negative elements and cuts off the positive ones.",
            lambda Z: np.minimum(Z, 0),
        ),
        Misconception(
            "absolute", "It turns negative elements positive; they should become 0.", np.abs
        ),
        Misconception(
            "mirrored",
            "It lets the negative elements pass, and with another sign.",
            lambda Z: np.maximum(-Z, 0),
        ),
        Misconception(
            "clipped-at-one",
            "It stops at 1. A ReLU has no upper limit: that is why it does not saturate there.",
            lambda Z: np.clip(Z, 0, 1),
        ),
        Misconception(
            "derivative", "This is the slope of the ReLU, not the ReLU.", lambda Z: (Z > 0) * 1.0
        ),
        Misconception(
            "leaky",
            "This is the leaky ReLU: for negative elements a plain one gives exactly 0.",
            lambda Z: np.where(Z > 0, Z, 0.01 * Z),
            (lambda Z: np.where(Z > 0, Z, 0.1 * Z),),
        ),
        Misconception(
            "softplus",
            "This is the softplus, the smooth relative of the ReLU.",
            lambda Z: np.log(1 + np.exp(Z)),
        ),
        Misconception(
            "changes-its-input",
            "It changes `Z`, which it was only lent and which the way back needs. Make a new "
            "array.",
            _relu_in_place,
            (lambda Z: np.maximum(Z, 0, out=Z),),
        ),
    ],
    hints=(
        "What is positive passes as it is; everything else becomes 0.",
        "Each element is compared with 0, and the larger of the two stays.",
        "np.max finds one maximum of a whole array; np.maximum compares two arrays, or an array "
        "and a number, element by element.",
    ),
    insight="No exponential, no saturation for z > 0: that made deep networks trainable.",
    explanation="np.maximum takes the larger of z and 0, for each element by itself.",
)


def _relu_grad_in_place(Z):
    Z[Z <= 0] = 0
    Z[Z > 0] = 1
    return Z


RELU_GRAD = Exercise(
    reference=relu_grad,
    probes=[*_SHAPES, ("the kink at 0", (_numbers(0),))],
    misconceptions=[
        Misconception(
            "one-number-only",
            "It works for a single number only: an `if` cannot decide for a whole array.",
            lambda Z: 1 if Z > 0 else 0,
        ),
        Misconception(
            "one-everywhere",
            "It is 1 everywhere. For negative z the ReLU lies flat.",
            np.ones_like,
        ),
        Misconception(
            "relu-itself",
            "This is the ReLU itself, not its slope. How fast does it rise, left and right of 0?",
            relu,
        ),
        Misconception(
            "minus-one",
            "For negative z it is -1: that is the slope of the absolute value. A ReLU is flat "
            "there.",
            np.sign,
            (lambda Z: np.where(Z >= 0, 1, -1), lambda Z: Z / np.abs(Z)),
        ),
        Misconception(
            "sides-swapped",
            "It is 1 where the ReLU is flat, and 0 where it rises.",
            lambda Z: (Z < 0) * 1.0,
            (lambda Z: (Z <= 0) * 1.0,),
        ),
        Misconception(
            "negatives-left",
            "Positive elements become 1, but the negative ones stay what they were.",
            lambda Z: np.where(Z > 0, 1, Z),
        ),
        Misconception(
            "compares-with-one",
            "Between 0 and 1 it is 0, though the ReLU rises there too. Its kink lies at 0.",
            lambda Z: (Z > 1) * 1.0,
            (lambda Z: (Z >= 1) * 1.0, lambda Z: np.clip(np.floor(Z), 0, 1)),
        ),
        Misconception(
            "leaky",
            "This is the slope of the leaky ReLU: a plain one has 0 on the left.",
            lambda Z: np.where(Z > 0, 1, 0.01),
            (lambda Z: np.where(Z > 0, 1, 0.1),),
        ),
        Misconception(
            "sigmoid-grad",
            "This is the slope of the sigmoid; the ReLU has a simpler one.",
            sigmoid_grad,
        ),
        Misconception(
            "sigmoid",
            "This is the sigmoid, a smooth step. The slope of the ReLU jumps.",
            sigmoid,
        ),
        Misconception(
            "undefined-at-zero",
            "Right, until an element is exactly 0: then it divides 0 by 0.",
            lambda Z: relu(Z) / Z,
            (lambda Z: (np.abs(Z) + Z) / (2 * Z),),
        ),
        Misconception(
            "changes-its-input",
            "It changes `Z`, which it was only lent. Make a new array.",
            _relu_grad_in_place,
        ),
    ],
    properties={
        "the kink at 0": [
            (
                "wrong-shape",
                "Its result has another shape than Z.",
                lambda v, Z: np.shape(v) == Z.shape,
            ),
            (
                "undefined-at-zero",
                "At exactly 0 it is not finite.",
                lambda v, Z: np.all(np.isfinite(v)),
            ),
            (
                "kink",
                "At exactly 0 any slope from 0 to 1 would do; this one lies outside.",
                lambda v, Z: 0 <= v[0] <= 1,
            ),
        ]
    },
    hints=(
        "Look at the curve: which slope does it have on the right of 0, and which on the left?",
        "A comparison gives True and False for each element; as numbers they are 1 and 0.",
        "Z > 0 is the whole answer but for its type: .astype(Z.dtype) makes numbers of it.",
    ),
    insight="At exactly 0 every slope from 0 to 1 is a subgradient: all of them are accepted.",
    explanation="1 where z > 0, else 0: a unit that is off passes no gradient back.",
)


def _tanh_by_hand(Z):
    return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))


TANH_GRAD = Exercise(
    reference=tanh_grad,
    probes=[
        ("a number", (0.7,)),
        ("a vector", (_numbers(-2.5, -0.5, 0, 1.5, 3),)),
        ("a matrix", (_numbers(-3, -1, 0.5, 2, -0.2, 1, shape=(2, 3)),)),
        ("read-only float32", _float32(_numbers(-2, -0.25, 1.5))),
        ("extreme: far from 0", (_numbers(-1000, 1000),)),
    ],
    misconceptions=[
        Misconception(
            "one-number-only",
            "It works for a single number only: functions of `math` take no arrays.",
            lambda Z: 1 - math.tanh(Z) ** 2,
        ),
        Misconception(
            "takes-Z-for-A",
            "It squares `Z` itself. That formula wants the activation; you are given the "
            "pre-activation.",
            lambda Z: 1 - Z**2,
        ),
        Misconception(
            "tanh-twice",
            "The tanh is taken twice: `Z` is the pre-activation, and one tanh makes the activation "
            "of it.",
            lambda Z: tanh_grad(np.tanh(Z)),
        ),
        Misconception("tanh-itself", "This is the tanh itself, not its slope.", np.tanh),
        Misconception(
            "not-squared",
            "The square is missing: the slope is the same on both sides of 0.",
            lambda Z: 1 - np.tanh(Z),
        ),
        Misconception(
            "square-inside",
            "It takes the tanh of the square; expected the square of the tanh.",
            lambda Z: 1 - np.tanh(Z**2),
        ),
        Misconception(
            "wrong-sign",
            "It is negative, though the tanh rises everywhere.",
            lambda Z: np.tanh(Z) ** 2 - 1,
        ),
        Misconception(
            "plus-for-minus",
            "It grows away from 0, where the tanh gets flat: a plus should be a minus.",
            lambda Z: 1 + np.tanh(Z) ** 2,
        ),
        Misconception(
            "sigmoid-recipe",
            "a (1 - a) is the recipe of the sigmoid. The tanh has one of its own.",
            lambda Z: np.tanh(Z) * (1 - np.tanh(Z)),
        ),
        Misconception("sigmoid-grad", "This is the slope of the sigmoid.", sigmoid_grad),
        Misconception(
            "arctan",
            "This is the slope of the arc tangent, a curve that looks alike.",
            lambda Z: 1 / (1 + Z**2),
        ),
        Misconception(
            "second-derivative",
            "It is differentiated once too often.",
            lambda Z: -2 * np.tanh(Z) * tanh_grad(Z),
            (lambda Z: -2 * np.tanh(Z),),
        ),
        Misconception(
            "overflow",
            "The values are right, but far from 0 an exponential in it overflows. np.tanh is safe.",
            lambda Z: 1 / np.cosh(Z) ** 2,
            (
                lambda Z: 1 - _tanh_by_hand(Z) ** 2,
                lambda Z: 4 / (np.exp(Z) + np.exp(-Z)) ** 2,
                lambda Z: 1 - (2 / (1 + np.exp(-2 * Z)) - 1) ** 2,
                lambda Z: 1 - ((np.exp(2 * Z) - 1) / (np.exp(2 * Z) + 1)) ** 2,
            ),
        ),
    ],
    hints=(
        "The slope of tanh can be written with tanh itself, as that of the sigmoid with σ.",
        "With a = tanh(z) the slope is 1 - a².",
        "np.tanh gives all a of the array at once; square them and take them from 1.",
    ),
    insight="Where |z| is large the slope is 0: a saturated unit learns nothing.",
    explanation="With a = tanh(z) the slope is 1 - a²: 1 at z = 0, and nearly 0 far from it.",
)


def _spread(W, n_in):
    """Give the standard deviation of the weights, as a multiple of 1/√n_in."""
    return np.std(W) * np.sqrt(n_in)


def _drawn(spread):
    return lambda n_in, n_out, rng: (
        rng.normal(0, spread(n_in, n_out), (n_in, n_out)),
        np.zeros(n_out),
    )


# Wrong spreads that have a name: (slug, sentence, standard deviations).
_SPREADS = [
    (
        "not-scaled",
        "The weights are standard normal, as they are drawn. Then a sum over many inputs is large, "
        "and the unit saturated: scale them.",
        [lambda n_in, n_out: 1],
    ),
    (
        "fixed-scale",
        "The weights × 0.01 are small whatever the layer: the signal fades, and learning starts on "
        "a plateau. The scale depends on the number of inputs.",
        [lambda n_in, n_out: 0.01],
    ),
    (
        "variance-for-deviation",
        "The weights are far too small: that would be their variance. Drawing takes the standard "
        "deviation, which is its root.",
        [
            lambda n_in, n_out: 1 / n_in,
            lambda n_in, n_out: 2 / n_in,
            lambda n_in, n_out: 2 / (n_in + n_out),
        ],
    ),
    (
        "scaled-by-units",
        "The scale goes with the number of units. How large a unit's sum gets depends on how many "
        "inputs it adds up.",
        [lambda n_in, n_out: 1 / np.sqrt(n_out), lambda n_in, n_out: np.sqrt(2 / n_out)],
    ),
    (
        "limit-for-deviation",
        "Numbers drawn evenly from -s to s have a standard deviation of s/√3, not s. The limits "
        "can be wider.",
        [lambda n_in, n_out: 1 / np.sqrt(3 * n_in)],
    ),
    (
        "multiplied",
        "The weights grow with the number of inputs; they should get smaller.",
        [lambda n_in, n_out: np.sqrt(n_in), lambda n_in, n_out: np.sqrt(n_in / 2)],
    ),
]


def _is_none_of(spreads):
    return lambda v, n_in, n_out, rng: (
        0.7 < _spread(v[0], n_in) < 1.6
        or not any(np.isclose(np.std(v[0]), s(n_in, n_out), rtol=0.08) for s in spreads)
    )


_LAYER = [
    (
        "wrong-type",
        "It should return two values, as `return W, b` does.",
        lambda v, *_: isinstance(v, (tuple, list)) and len(v) == 2,
    ),
    (
        "swapped-results",
        "`W` and `b` come in the wrong order.",
        lambda v, *_: not (np.ndim(v[0]) == 1 and np.ndim(v[1]) == 2),
    ),
    (
        "transposed",
        "`W` has shape (n_out, n_in); expected (n_in, n_out). Inputs count rows, units columns.",
        lambda v, n_in, n_out, rng: np.shape(v[0]) != (n_out, n_in),
    ),
    (
        "wrong-shape",
        "`W` should have shape (n_in, n_out).",
        lambda v, n_in, n_out, rng: np.shape(v[0]) == (n_in, n_out),
    ),
    (
        "b-shape",
        "`b` has one entry for each unit: its shape should be (n_out,).",
        lambda v, n_in, n_out, rng: np.shape(v[1]) == (n_out,),
    ),
    ("not-finite", "Some weights are not finite.", lambda v, *_: np.all(np.isfinite(v[0]))),
    (
        "b-not-zero",
        "The biases should start at 0: the weights alone tell the units apart.",
        lambda v, *_: not np.any(v[1]),
    ),
    (
        "all-zero",
        "All weights are 0: all units would stay alike, and no gradient gets through.",
        lambda v, *_: np.any(v[0]),
    ),
    (
        "all-equal",
        "All weights are equal: all units would compute the same, for ever.",
        lambda v, *_: np.ptp(v[0]) > 0,
    ),
    (
        "units-alike",
        "All columns are the same: the units would never become different. Draw for each weight.",
        lambda v, *_: np.any(np.ptp(v[0], axis=1)),
    ),
    (
        "not-centred",
        "The weights are not drawn around 0, so that the sums all lean to one side.",
        lambda v, *_: abs(np.mean(v[0])) < 0.3 * np.std(v[0]),
    ),
    *((slug, sentence, _is_none_of(spreads)) for slug, sentence, spreads in _SPREADS),
    (
        "too-wide",
        "The weights spread too widely: sums over many inputs would saturate the units.",
        lambda v, n_in, *_: _spread(v[0], n_in) < 1.6,
    ),
    (
        "too-narrow",
        "The weights spread too little: the signal would fade from layer to layer.",
        lambda v, n_in, *_: _spread(v[0], n_in) > 0.7,
    ),
]


def _with_generator(generator):
    return lambda n_in, n_out, rng: init_weights(n_in, n_out, generator())


INIT = Exercise(
    reference=init_weights,
    probes=[
        ("60 inputs", (60, 20, np.random.default_rng(1))),
        ("the same seed again", (60, 20, np.random.default_rng(1))),
        ("another seed", (60, 20, np.random.default_rng(2))),
        ("more units than inputs", (40, 60, np.random.default_rng(3))),
    ],
    properties={
        "60 inputs": _LAYER,
        "the same seed again": [
            *_LAYER,
            (
                "not-repeatable",
                "A generator with the same seed gives other weights the second time: they are not "
                "drawn from `rng` but from NumPy's global state, or from a generator without seed.",
                lambda v, first, *_: np.array_equal(v[0], first[0]),
                "60 inputs",
            ),
        ],
        "another seed": [
            *_LAYER,
            (
                "own-generator",
                "Whatever `rng` it is given, the weights are the same: they come from a generator "
                "with a seed of its own. Then all layers of one size start alike.",
                lambda v, first, *_: not np.array_equal(v[0], first[0]),
                "60 inputs",
            ),
        ],
        "more units than inputs": _LAYER,
    },
    misconceptions=[
        Misconception(
            "weights-only",
            "It returns the weights only; a layer has biases, too.",
            lambda n_in, n_out, rng: init_weights(n_in, n_out, rng)[0],
        ),
        Misconception(
            "swapped-results",
            "`W` and `b` come in the wrong order.",
            _then(init_weights, lambda W, b: (b, W)),
        ),
        Misconception(
            "transposed",
            "`W` has shape (n_out, n_in), that of books with examples in columns; here inputs "
            "count rows and units columns.",
            _then(init_weights, lambda W, b: (W.T, b)),
        ),
        Misconception(
            "b-shape",
            "`b` has one entry for each unit and no more dimensions: shape (n_out,).",
            _then(init_weights, lambda W, b: (W, b[None])),
            (_then(init_weights, lambda W, b: (W, 0.0)),),
        ),
        Misconception(
            "b-not-zero",
            "The biases should start at 0: the weights alone tell the units apart.",
            lambda n_in, n_out, rng: (init_weights(n_in, n_out, rng)[0], rng.normal(size=n_out)),
        ),
        Misconception(
            "all-zero",
            "All weights are 0. That does for one neuron; here all units would stay alike, and no "
            "gradient gets through.",
            _then(init_weights, lambda W, b: (0 * W, b)),
        ),
        Misconception(
            "all-equal",
            "All weights are equal: all units would compute the same, for ever.",
            _then(init_weights, lambda W, b: (np.full_like(W, 0.1), b)),
        ),
        Misconception(
            "units-alike",
            "One column was drawn for all units, so they would never become different. Draw for "
            "each weight.",
            _then(init_weights, lambda W, b: (W[:, :1] + 0 * W, b)),
        ),
        Misconception(
            "not-centred",
            "The weights are not drawn around 0: `rng.random` gives numbers from 0 to 1, and the "
            "sums would all lean to one side.",
            _then(init_weights, lambda W, b: (np.abs(W), b)),
        ),
        *(
            Misconception(slug, sentence, _drawn(spreads[0]), tuple(map(_drawn, spreads[1:])))
            for slug, sentence, spreads in _SPREADS
        ),
        Misconception(
            "not-repeatable",
            "The same seed gives other weights the second time: they are not drawn from `rng` but "
            "from NumPy's global state, or from a generator without a seed.",
            _with_generator(np.random.default_rng),
        ),
        Misconception(
            "own-generator",
            "Whatever `rng` it is given, the weights are the same: it makes a generator with a "
            "seed of its own. Then all layers of one size start alike.",
            _with_generator(lambda: np.random.default_rng(0)),
        ),
    ],
    hints=(
        "Two things to return: random weights of shape (n_in, n_out), and a zero for each unit.",
        "A sum of n_in products with standard-normal weights has variance n_in, for inputs of size "
        "1. Which factor makes that 1?",
        "Draw from rng.normal or rng.standard_normal, with standard deviation one over the root of "
        "n_in; np.zeros makes the biases.",
    ),
    insight="1/√n_in suits tanh; for ReLU, which passes half, He takes √2 times that. Both pass.",
    explanation="n_in products of variance 1/n_in add up to variance 1: the sums stay in reach.",
)

_X = _numbers(0.5, -1, 2, 1.5, 0.3, -0.5, -2, 1, 0.8, 0.2, -1.2, 0.4, shape=(4, 3))
_y = _numbers(1, 0, 1, 0)
_W1 = _numbers(
    *(0.4, -0.6, 1.1, 0.2, -0.9),
    *(0.7, 0.3, -0.5, 1.2, 0.1),
    *(-0.8, 0.9, 0.6, -0.3, 0.5),
    shape=(3, 5),
)
_b1 = _numbers(0.1, -0.2, 0.3, 0.4, -0.1)
_W2 = _numbers(1.5, -0.7, 0.8, -1.1, 0.6, shape=(5, 1))
_b2 = _numbers(-0.4)


def _network(m, n_in, n_hidden):
    """Give a batch and the parameters of a network, cut to size."""
    return _X[:m, :n_in], _W1[:n_in, :n_hidden], _b1[:n_hidden], _W2[:n_hidden], _b2


def _forward_with(f=np.tanh, g=sigmoid):
    def forward(X, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        A1 = f(Z1)
        Z2 = A1 @ W2 + b2
        return Z1, A1, Z2, g(Z2)

    return forward


def _bypassed(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    Z2 = Z1 @ W2 + b2
    return Z1, np.tanh(Z1), Z2, sigmoid(Z2)


def _bias_late(X, W1, b1, W2, b2):
    Z1 = X @ W1
    A1 = np.tanh(Z1) + b1
    Z2 = A1 @ W2
    return Z1, A1, Z2, sigmoid(Z2) + b2


def _weights_first(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, sigmoid(Z2)


FORWARD = Exercise(
    reference=forward_two_layers,
    probes=[
        ("one example", _network(1, 2, 3)),
        ("three examples of one feature", _network(3, 1, 2)),
        ("five hidden units", _network(4, 3, 5)),
        ("two of everything", _network(2, 2, 2)),
        ("read-only float32", _float32(*_network(2, 3, 4))),
        ("extreme: huge output weights", (_X, _W1, _b1, 1000 * _W2, _b2)),
    ],
    misconceptions=[
        Misconception(
            "examples-in-columns",
            "This is the layout of books with examples in columns, (n, m). Here they are rows: the "
            "inputs come first, and nothing needs transposing.",
            _then(forward_two_layers, lambda *results: tuple(A.T for A in results)),
        ),
        Misconception(
            "wrong-way-round",
            "The product runs along the wrong side of `W1`: each row of `X` is to meet each of its "
            "columns.",
            lambda X, W1, b1, W2, b2: forward_two_layers(X, W1.T, b1, W2, b2),
            (_weights_first,),
        ),
        Misconception(
            "output-only",
            "It returns the output alone; the way back needs what came in between as well.",
            lambda *arguments: forward_two_layers(*arguments)[-1],
        ),
        Misconception(
            "activations-only",
            "It returns two values; expected four, with the pre-activations `Z1` and `Z2`.",
            _then(forward_two_layers, lambda Z1, A1, Z2, P: (A1, P)),
        ),
        Misconception(
            "swapped-results",
            "The results come in the wrong order; expected `Z1, A1, Z2, P`.",
            _then(forward_two_layers, lambda Z1, A1, Z2, P: (A1, Z1, P, Z2)),
            (
                _then(forward_two_layers, lambda Z1, A1, Z2, P: (Z1, Z2, A1, P)),
                _then(forward_two_layers, lambda Z1, A1, Z2, P: (Z2, P, Z1, A1)),
                _then(forward_two_layers, lambda Z1, A1, Z2, P: (P, Z2, A1, Z1)),
            ),
        ),
        Misconception(
            "A1-for-Z1",
            "The first result is `A1`; expected `Z1`, before the activation. Was it overwritten?",
            _then(forward_two_layers, lambda Z1, A1, Z2, P: (A1, A1, Z2, P)),
            (_then(forward_two_layers, lambda Z1, A1, Z2, P: (A1, A1, P, P)),),
        ),
        Misconception(
            "flat-output",
            "`Z2` or `P` is a vector (m,); expected columns of shape (m, 1).",
            _then(forward_two_layers, lambda Z1, A1, Z2, P: (Z1, A1, Z2, P.ravel())),
            (_then(forward_two_layers, lambda Z1, A1, Z2, P: (Z1, A1, Z2.ravel(), P.ravel())),),
        ),
        Misconception(
            "no-hidden-activation",
            "The hidden layer has no activation: two layers without one are no more than one.",
            _forward_with(f=lambda Z: Z),
        ),
        Misconception(
            "bypassed",
            "`A1` is right, but the second layer is fed with `Z1`: the activation has no effect.",
            _bypassed,
        ),
        Misconception(
            "sigmoid-on-hidden",
            "The hidden units are sigmoids; expected tanh, from -1 to 1.",
            _forward_with(f=sigmoid),
        ),
        Misconception(
            "relu-on-hidden", "The hidden units are ReLUs; expected tanh.", _forward_with(f=relu)
        ),
        Misconception(
            "tanh-on-output",
            "The output goes through tanh, from -1 to 1; a probability needs the sigmoid.",
            _forward_with(g=np.tanh),
        ),
        Misconception(
            "no-output-activation",
            "`P` is the logit `Z2`: the squashing of the output is missing.",
            _forward_with(g=lambda Z: Z),
        ),
        Misconception(
            "softmax",
            "`P` is 1 for every example: a softmax over a single output has nothing to compare.",
            _forward_with(g=softmax),
        ),
        Misconception(
            "thresholded",
            "`P` decides 0 or 1 at once. Return the probability, not the verdict.",
            _forward_with(g=lambda Z: (Z > 0) * 1.0),
        ),
        Misconception(
            "biases-forgotten",
            "A bias has no part in it; each of the two layers adds its own.",
            lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, 0 * b1, W2, 0 * b2),
            (
                lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, 0 * b1, W2, b2),
                lambda X, W1, b1, W2, b2: forward_two_layers(X, W1, b1, W2, 0 * b2),
            ),
        ),
        Misconception(
            "bias-after-activation",
            "The biases are added after the activations; they belong to the sums inside.",
            _bias_late,
        ),
        Misconception(
            "overflow",
            "The values are right, but its sigmoid overflows for very large logits. Use the safe "
            "one of lesson 1.",
            _forward_with(g=lambda Z: 1 / (1 + np.exp(-Z))),
            (_forward_with(g=lambda Z: np.exp(Z) / (1 + np.exp(Z))),),
        ),
    ],
    hints=(
        "Two neurons' worth of work: what the first layer gives out is what the second takes in.",
        "Each layer is a product, a bias and an activation: np.tanh in the first, sigmoid in the "
        "second. Give every step a name.",
        "Z1 comes from X with W1 and b1, A1 is its tanh; Z2 comes from A1 with W2 and b2 in the "
        "same way, and P is its sigmoid.",
    ),
    insight="What is kept on the way forward is all that the way back will need.",
    explanation="Twice the same: product, bias, activation. W2 has one column, and so has P.",
)


def _cache(m, n_in, n_hidden):
    """Give the arguments of the way back for the same network."""
    X, W1, b1, W2, b2 = _network(m, n_in, n_hidden)
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    return X, _y[:m], W2, Z1, A1, P


def _error(y, P):
    return (P - y[:, None]) / len(y)


def _back(X, W2, A1, dZ2, slope):
    dZ1 = dZ2 @ W2.T * slope
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def _with_slope(slope):
    return lambda X, y, W2, Z1, A1, P: _back(X, W2, A1, _error(y, P), slope(Z1, A1))


def _with_error(error):
    return lambda X, y, W2, Z1, A1, P: _back(X, W2, A1, error(y[:, None], P), tanh_grad(Z1))


def _scaled(scales):
    """Multiply the four gradients by powers of m."""

    def scaled(X, y, *more):
        gradients = backward_two_layers(X, y, *more)
        return tuple(g * len(y) ** power for g, power in zip(gradients, scales, strict=True))

    return scaled


def _with_biases(reduce1, reduce2):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
        return X.T @ dZ1, reduce1(dZ1), A1.T @ dZ2, reduce2(dZ2)

    return backward


def _summed(dZ):
    return dZ.sum(axis=0)


def _stepped_first(learning_rate):
    def backward(X, y, W2, Z1, A1, P):
        dZ2 = _error(y, P)
        return _back(X, W2 - learning_rate * A1.T @ dZ2, A1, dZ2, tanh_grad(Z1))

    return backward


def _stepped_in_place(X, y, W2, Z1, A1, P):
    W2 -= A1.T @ _error(y, P)
    return backward_two_layers(X, y, W2, Z1, A1, P)


def _error_in_place(X, y, W2, Z1, A1, P):
    P -= y[:, None]
    P /= len(y)
    return _back(X, W2, A1, P, tanh_grad(Z1))


BACKWARD = Exercise(
    reference=backward_two_layers,
    probes=[
        ("one example", _cache(1, 2, 3)),
        ("three examples of one feature", _cache(3, 1, 2)),
        ("five hidden units", _cache(4, 3, 5)),
        ("two of everything", _cache(2, 2, 2)),
        ("read-only float32", _float32(*_cache(2, 3, 4))),
    ],
    misconceptions=[
        Misconception(
            "broadcast",
            "A vector (m,) met a column (m, 1), and NumPy silently made a table (m, m) of them. "
            "Make a column of `y` first.",
            lambda X, y, W2, Z1, A1, P: _back(X, W2, A1, (P - y) / len(y), tanh_grad(Z1)),
        ),
        Misconception(
            "flat-results",
            "`dW2` has lost a dimension; expected the shape of `W2`, (n_hidden, 1).",
            _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1, db1, dW2.ravel(), db2)),
            (
                _then(
                    backward_two_layers,
                    lambda dW1, db1, dW2, db2: (dW1, db1, dW2.ravel(), db2[0]),
                ),
            ),
        ),
        Misconception(
            "transposed",
            "A `dW` is transposed; each has the shape of its `W`, since it is to be taken from it.",
            _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2.T, db2)),
            (
                _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2, db2)),
                _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1, db1, dW2.T, db2)),
            ),
        ),
        Misconception(
            "swapped-results",
            "The gradients come in the wrong order; expected `dW1, db1, dW2, db2`.",
            _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
            (_then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1, dW2, db1, db2)),),
        ),
        Misconception(
            "weights-only",
            "It returns the gradients of the weights only; the biases are learned too.",
            _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW1, dW2)),
        ),
        Misconception(
            "second-layer-only",
            "It stops after the second layer. The first learns as well: that is the point.",
            _then(backward_two_layers, lambda dW1, db1, dW2, db2: (dW2, db2)),
        ),
        Misconception(
            "bias-not-summed",
            "A bias gradient still has a row for each example. Add them up over the examples.",
            _with_biases(lambda dZ: dZ, lambda dZ: dZ),
            (_with_biases(lambda dZ: dZ, _summed), _with_biases(_summed, lambda dZ: dZ)),
        ),
        Misconception(
            "bias-keepdims",
            "A bias gradient has shape (1, n_out); expected (n_out,), that of its bias. Is it "
            "`keepdims`?",
            _with_biases(lambda dZ: _summed(dZ)[None], lambda dZ: _summed(dZ)[None]),
            (_with_biases(lambda dZ: _summed(dZ)[None], _summed),),
        ),
        Misconception(
            "bias-wrong-axis",
            "A bias gradient is added up over the units. Each unit has a bias of its own: add up "
            "over the examples.",
            _with_biases(lambda dZ: dZ.sum(axis=1), lambda dZ: dZ.sum(axis=1)),
            (_with_biases(lambda dZ: dZ.sum(axis=1), _summed),),
        ),
        Misconception(
            "bias-one-number",
            "A bias gradient is a single number; expected shape (n_out,), an entry for each unit "
            "even where there is only one.",
            _with_biases(np.sum, np.sum),
            (_with_biases(_summed, np.sum),),
        ),
        Misconception(
            "derivative-forgotten",
            "`dW2` and `db2` are right. On its way into the hidden units the error passes their "
            "activation: its slope is missing.",
            _with_slope(lambda Z1, A1: 1),
        ),
        Misconception(
            "slope-at-A1",
            "The slope of tanh is taken at `A1`: the tanh has been applied twice. It belongs to "
            "the pre-activation.",
            _with_slope(lambda Z1, A1: tanh_grad(A1)),
        ),
        Misconception(
            "square-of-Z1",
            "It squares `Z1` where the formula wants the activation.",
            _with_slope(lambda Z1, A1: 1 - Z1**2),
        ),
        Misconception(
            "sigmoid-slope",
            "It uses the slope of the sigmoid for the hidden units, which are tanh.",
            _with_slope(lambda Z1, A1: A1 * (1 - A1)),
            (_with_slope(lambda Z1, A1: sigmoid_grad(Z1)),),
        ),
        Misconception(
            "relu-slope",
            "It uses the slope of the ReLU for the hidden units, which are tanh.",
            _with_slope(lambda Z1, A1: relu_grad(Z1)),
        ),
        Misconception(
            "activation-for-slope",
            "It multiplies by the activation itself; expected its slope.",
            _with_slope(lambda Z1, A1: A1),
        ),
        Misconception(
            "W2-forgotten",
            "The error reaches all hidden units alike: on its way back it passes the same weights "
            "as on its way there.",
            lambda X, y, W2, Z1, A1, P: _back(X, W2 / W2, A1, _error(y, P), tanh_grad(Z1)),
        ),
        Misconception(
            "Z1-for-A1",
            "`dW2` is computed from `Z1`. What the second layer was given is `A1`.",
            lambda X, y, W2, Z1, A1, P: _back(X, W2, Z1, _error(y, P), tanh_grad(Z1)),
        ),
        Misconception(
            "steps-too-early",
            "`W2` has already been stepped when the error passes it. First all gradients, of the "
            "same weights; then the step, and not in here.",
            _stepped_first(1),
            (_stepped_first(0.1), _stepped_in_place),
        ),
        Misconception(
            "wrong-sign",
            "The sign is wrong: it points downhill, and the gradient points uphill. Is the error "
            "output minus target?",
            _with_error(lambda y, P: (y - P) / len(y)),
        ),
        Misconception(
            "missing-mean",
            "It adds up over the examples where the loss takes the mean: some gradient still has "
            "to be divided by m.",
            _scaled((1, 1, 1, 1)),
            (
                _scaled((1, 1, 0, 0)),
                _scaled((0, 0, 1, 1)),
                _scaled((0, 1, 0, 1)),
                _scaled((1, 0, 1, 0)),
            ),
        ),
        Misconception(
            "averaged-twice",
            "Some gradient is divided by m twice. The mean is in the loss once, so it enters once: "
            "most simply at the output.",
            _scaled((-1, -1, -1, -1)),
            (
                _scaled((-1, -1, 0, 0)),
                _scaled((0, -1, 0, -1)),
                _scaled((-1, 0, -1, 0)),
            ),
        ),
        Misconception(
            "squared-error",
            "There is a factor p (1 - p) too many: that would be the slope of the squared error.",
            _with_error(lambda y, P: (P - y) * P * (1 - P) / len(y)),
        ),
        Misconception(
            "slope-of-loss-alone",
            "This starts from the slope of the loss over p, and the slope of the sigmoid is "
            "missing. Together they are simpler than either.",
            _with_error(lambda y, P: (P - y) / (P * (1 - P)) / len(y)),
        ),
        Misconception(
            "thresholded",
            "The outputs are rounded to 0 or 1 before the error is taken.",
            _with_error(lambda y, P: (np.round(P) - y) / len(y)),
        ),
        Misconception(
            "changes-its-input",
            "It changes an array that it was only lent: `-=` works in place. Make a new array.",
            _error_in_place,
        ),
    ],
    hints=(
        "Start at the output: over Z2 the loss of one example has the slope p - y, as in lesson 1. "
        "Divide by m here, once and for all.",
        "Each layer does the same: dW is its input, transposed, times dZ; db is the sum of dZ over "
        "the examples. y needs a second dimension: y[:, None].",
        "Between the layers: dA1 = dZ2 @ W2.T, and dZ1 is dA1 times the slope of tanh at Z1, "
        "element by element.",
    ),
    insight="Error times input for every layer; more layers repeat the same three lines.",
    explanation="The error (P - y)/m passes W2.T and the slope of tanh; dW = input.T @ dZ, twice.",
)


def sum_of_cubes(w):
    """Give the sum of w³."""
    return np.sum(w**3)


def product(w):
    """Give the product of all w."""
    return np.prod(w)


def sum_of_tanh(W):
    """Give the sum of all activations of a layer with two units."""
    return np.sum(np.tanh(_X @ W + _b1[:2]))


def _nudged(quotient):
    """Nudge each weight by itself; `quotient(at, h)` may ask for f ``at(t)``, t beside w."""

    def gradient_of(f, w, h):
        gradient = np.empty(w.shape)
        for j in np.ndindex(w.shape):
            e = np.zeros(w.shape)
            e[j] = 1
            gradient[j] = quotient(lambda t, e=e: f(w + t * e), h)
        return gradient

    return gradient_of


def _with_step(step):
    return _nudged(lambda at, h: (at(step) - at(-step)) / (2 * step))


def _all_at_once(f, w, h):
    return (f(w + h) - f(w - h)) / (2 * h)


def _rows_at_once(f, w, h):
    w, gradient = np.array(w, dtype=float), np.empty(w.shape)
    for j in range(len(w)):
        before = w[j].copy()
        w[j] = before + h
        above = f(w)
        w[j] = before - h
        gradient[j] = (above - f(w)) / (2 * h)
        w[j] = before
    return gradient


def _not_restored(f, w, h):
    gradient = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        w[j] += h
        above = f(w)
        w[j] -= 2 * h
        gradient[j] = (above - f(w)) / (2 * h)
    return gradient


def _in_place(f, w, h):
    gradient = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        before = w[j]
        w[j] = before + h
        above = f(w)
        w[j] = before - h
        gradient[j] = (above - f(w)) / (2 * h)
        w[j] = before
    return gradient


def _nudge_of_whole_numbers(f, w, h):
    gradient = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        e = np.zeros_like(w)
        e[j] = h
        gradient[j] = (f(w + e) - f(w - e)) / (2 * h)
    return gradient


def _gradient_of_whole_numbers(f, w, h):
    gradient = np.zeros_like(w)
    gradient[...] = numerical_gradient(f, w, h)
    return gradient


NUMERICAL = Exercise(
    reference=numerical_gradient,
    probes=[
        ("one number", (sum_of_cubes, _numbers(2), 0.1)),
        ("three numbers", (product, _numbers(1, -2, 3), 0.1)),
        ("a smaller step", (sum_of_cubes, _numbers(0.5, -1, 2), 0.001)),
        ("a matrix", (sum_of_tanh, _W1[:, :2], 0.01)),
        # exact in float32, in whatever order it is computed
        ("read-only float32", (product, *_float32(_numbers(0.5, -1.5, 2)), 0.25)),
        ("whole numbers", (sum_of_cubes, _numbers(1, -2, 3, dtype=int), 0.5)),
    ],
    misconceptions=[
        Misconception(
            "all-at-once",
            "All numbers are nudged together, which gives one slope for all of them. Nudge one, "
            "and leave the others where they are.",
            _all_at_once,
            (
                lambda f, w, h: np.full(w.shape, _all_at_once(f, w, h)),
                lambda f, w, h: _numbers(_all_at_once(f, w, h)),
            ),
        ),
        Misconception(
            "rows-at-once",
            "In a matrix `w[j]` is a whole row, whose numbers are nudged together. Visit each "
            "single entry.",
            _rows_at_once,
        ),
        Misconception(
            "first-only",
            "It gives the slope of the first number only. Does it return from inside the loop?",
            lambda f, w, h: numerical_gradient(f, w, h).ravel()[0],
        ),
        Misconception(
            "flattened",
            "The result is one long vector; expected the shape of `w`.",
            lambda f, w, h: numerical_gradient(f, w, h).ravel(),
        ),
        Misconception(
            "not-restored",
            "Each number stays nudged while the next is measured. Put it back first.",
            lambda f, w, h: _not_restored(f, np.array(w, dtype=float), h),
            (_not_restored,),
        ),
        Misconception(
            "forward-over-two-steps",
            "It looks h ahead and divides by 2h. From w to w + h is one step; 2h belongs to the "
            "two points on either side.",
            _nudged(lambda at, h: (at(h) - at(0)) / (2 * h)),
        ),
        Misconception(
            "divided-by-h",
            "Twice too large: from w - h to w + h the distance is not h.",
            _nudged(lambda at, h: (at(h) - at(-h)) / h),
        ),
        Misconception(
            "brackets-missing",
            "/ 2 * h divides by 2 and then multiplies by h. The denominator needs brackets.",
            _nudged(lambda at, h: (at(h) - at(-h)) / 2 * h),
        ),
        Misconception(
            "not-divided",
            "This is the difference of the two values; a slope is a difference per distance.",
            _nudged(lambda at, h: at(h) - at(-h)),
        ),
        Misconception(
            "forward-difference",
            "It looks to one side only, at w and w + h: its error is of order h. Look to both "
            "sides.",
            _nudged(lambda at, h: (at(h) - at(0)) / h),
            (_nudged(lambda at, h: (at(0) - at(-h)) / h),),
        ),
        Misconception(
            "wrong-sign",
            "The two values have changed places: the upper one comes first.",
            _nudged(lambda at, h: (at(-h) - at(h)) / (2 * h)),
        ),
        Misconception(
            "half-steps",
            "Its two points lie h apart; expected one h on each side.",
            _nudged(lambda at, h: (at(h / 2) - at(-h / 2)) / h),
        ),
        Misconception(
            "own-step",
            "It takes a step of its own in place of the `h` that it is given.",
            _with_step(1e-5),
        ),
        Misconception(
            "step-too-small",
            "Its step is so small that the two values differ in their last digits only, and the "
            "rest is rounding. Take the `h` that it is given.",
            _with_step(1e-12),
            tuple(map(_with_step, (1e-10, 1e-13, 1e-14, 1e-15, 1e-16))),
        ),
        Misconception(
            "whole-numbers",
            "For whole numbers the nudge, or the result, is cut down to a whole number: copies and "
            "`np.zeros_like` keep the type. Make floats.",
            lambda f, w, h: _in_place(f, w.copy(), h),
            (_nudge_of_whole_numbers, _gradient_of_whole_numbers),
        ),
        Misconception(
            "changes-its-input",
            "It nudges `w` itself, which it was only lent: should `f` stop with an error, the "
            "network stays bent. Work on a copy.",
            _in_place,
        ),
    ],
    hints=(
        "For each number in w: nudge it up, ask f; nudge it down, ask f; put it back.",
        "np.ndindex(w.shape) visits every entry of an array of any shape, and w[j] is a single "
        "number then. Work on a copy of w, in floats.",
        "An entry of the result is the value of f above minus that below, over the distance of the "
        "two points, twice h.",
    ),
    insight="Two runs of f for every weight: too slow to train with, but it knows no chain rule.",
    explanation="One number at a time, up by h and down by h: the difference over 2h is its slope.",
)

EXERCISES = [RELU, RELU_GRAD, TANH_GRAD, INIT, FORWARD, BACKWARD, NUMERICAL]

QUIZ = [
    Question(
        "One neuron cannot tell an inner circle from an outer one. What does a hidden layer add?",
        [
            (
                "more training data",
                False,
                "The data stay what they are; they are only looked at in another way.",
            ),
            (
                "a better loss",
                False,
                "The loss is the same cross-entropy.",
            ),
            (
                "features that are learned",
                True,
                "The output is still one neuron, but its inputs are now made to measure: in them a "
                "plane does separate.",
            ),
        ],
    ),
    Question(
        "Ten layers of 100 units each, none with an activation, then a sigmoid. Its boundary?",
        [
            (
                "a straight line, or a plane",
                True,
                "A product of matrices is one matrix: all of it is a single neuron.",
            ),
            (
                "a curve with up to ten bends",
                False,
                "Bends come from activations, and there is none between the layers.",
            ),
            ("any curve", False, "With activations between the layers, nearly any."),
        ],
    ),
    Question(
        "All weights of a hidden layer start at the same number. What happens in training?",
        [
            ("it is slow at first, then as usual", False, "Nothing ever makes the units differ."),
            (
                "all its units stay alike",
                True,
                "Same weights, same gradients, same steps: together they are worth one unit.",
            ),
            (
                "nothing: every gradient is 0",
                False,
                "Nearly so where all are 0; other equal ones do move, but all alike.",
            ),
        ],
    ),
    Question(
        "How many numbers does a network 784–40–10 learn?",
        [
            ("31,760", False, "These are the weights: 784·40 + 40·10. Add the biases."),
            (
                "31,800",
                False,
                "The ten output units have a bias each, too.",
            ),
            ("32,594", False, "A bias belongs to a unit: the 784 inputs have none."),
            ("31,810", True, "40·(784 + 1) + 10·(40 + 1): each unit has its weights and a bias."),
        ],
    ),
    Question(
        "Hidden sigmoid units on 784 pixels, weights standard normal. Why do they hardly learn?",
        [
            (
                "their sums are large, and there the sigmoid is flat",
                True,
                "Saturated: the slope is nearly 0, and the gradient passes through it.",
            ),
            (
                "their sums are nearly 0, so all units answer ½",
                False,
                "That comes of weights that are too small.",
            ),
            (
                "the learning rate is too small for so many weights",
                False,
                "A larger one would not bring back a slope that is lost.",
            ),
        ],
    ),
    Question(
        "Your backpropagation has a factor f′(Z1) missing. What tells you?",
        [
            ("the loss, which rises", False, "It may well fall: the direction is roughly right."),
            (
                "the test accuracy, which is poor",
                False,
                "On zero against the rest it is as good as that of the right code.",
            ),
            (
                "centred differences of the loss",
                True,
                "They know nothing of your chain rule, and they disagree with it.",
            ),
        ],
    ),
]
