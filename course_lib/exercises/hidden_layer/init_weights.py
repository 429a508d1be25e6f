"""How a layer starts."""

import numpy as np

from course_lib.by_hand.hidden_layer import init_weights
from course_lib.exercises.engine import Exercise, Probe, mistake, overlooked, rule
from course_lib.exercises.shared import then


def _spread(W, n_in):
    """Give the standard deviation of the weights, as a multiple of 1/√n_in."""
    return np.std(W) * np.sqrt(n_in)


def _drawn(spread):
    return lambda n_in, n_out, rng: (
        rng.normal(0, spread(n_in, n_out), (n_in, n_out)),
        np.zeros(n_out),
    )


def _spread_as(*spreads, says):
    """Declare wrong spreads that have a name, by their standard deviations in two layers."""

    def another(v, first, wider, n_in, *_):
        layers = [W for W, _ in (first, wider)]
        return 0.7 < _spread(v[0], n_in) < 1.6 or not any(
            all(np.isclose(np.std(W), spread(*W.shape), rtol=0.08) for W in layers)
            for spread in spreads
        )

    return rule(
        another, *map(_drawn, spreads), says=says, beside=("60 inputs", "more units than inputs")
    )


def _with_generator(generator):
    return lambda n_in, n_out, rng: init_weights(n_in, n_out, generator())


_SAME_SEED = rule(
    lambda v, first, *_: np.array_equal(v[0], first[0]),
    slug="not-repeatable",
    says="A generator with the same seed gives other weights the second time: they are not drawn "
    "from `rng` but from NumPy's global state, or from a generator without seed.",
    beside="60 inputs",
)
_OTHER_SEED = rule(
    lambda v, first, *_: not np.array_equal(v[0], first[0]),
    slug="own-generator",
    says="Whatever `rng` it is given, the weights are the same: it has a seed of its own, or no "
    "chance in it. Then all layers of one size start alike.",
    beside="60 inputs",
)


class InitWeights(Exercise):
    reference = init_weights
    probes = [
        Probe("60 inputs", (60, 20, np.random.default_rng(1))),
        Probe("the same seed again", (60, 20, np.random.default_rng(1)), rules=[_SAME_SEED]),
        Probe("another seed", (60, 20, np.random.default_rng(2)), rules=[_OTHER_SEED]),
        Probe("more units than inputs", (40, 60, np.random.default_rng(3))),
        Probe("400 inputs", (400, 12, np.random.default_rng(4))),
    ]

    @overlooked
    def asked_spread(v, n_in, *_):
        """The task asks for a standard deviation of 1/√n_in; yours is another. It passes: the sums
        stay in reach all the same."""
        return abs(_spread(v[0], n_in) - 1) < 0.15

    @overlooked
    def asked_normal(v, *_):
        """The task asks for normal numbers; yours all stay near 0, as evenly spread ones do. It
        passes: the sums are hardly different."""
        return np.abs(v[0]).max() > 2 * np.std(v[0])

    # What right answers have in common; where a mistake below has the slug as well, it says more.
    weights_only_ = rule(
        lambda v, *_: not isinstance(v, np.ndarray),
        says="It returns the weights only; a layer has biases, too.",
    )
    wrong_type_ = rule(
        lambda v, *_: isinstance(v, (tuple, list)) and len(v) == 2,
        says="It should return two values, as `return W, b` does.",
    )
    swapped_results_ = rule(
        lambda v, *_: not (np.ndim(v[0]) == 1 and np.ndim(v[1]) == 2),
        says="`W` and `b` come in the wrong order.",
    )
    transposed_ = rule(
        lambda v, n_in, n_out, rng: np.shape(v[0]) != (n_out, n_in),
        says="`W` has shape (n_out, n_in); expected (n_in, n_out). Inputs count rows, units "
        "columns.",
    )
    wrong_shape_ = rule(
        lambda v, n_in, n_out, rng: np.shape(v[0]) == (n_in, n_out),
        says="`W` should have shape (n_in, n_out).",
    )
    b_shape_ = rule(
        lambda v, n_in, n_out, rng: np.shape(v[1]) == (n_out,),
        says="`b` has one entry for each unit: its shape should be (n_out,).",
    )
    not_finite_ = rule(lambda v, *_: np.all(np.isfinite(v[0])), says="Some weights are not finite.")
    b_not_zero_ = rule(
        lambda v, *_: not np.any(v[1]),
        says="The biases should start at 0: the weights alone tell the units apart.",
    )
    all_zero_ = rule(
        lambda v, *_: np.any(v[0]),
        says="All weights are 0: all units would stay alike, and no gradient gets through.",
    )
    all_equal_ = rule(
        lambda v, *_: np.ptp(v[0]) > 0,
        says="All weights are equal: all units would compute the same, for ever.",
    )
    units_alike_ = rule(
        lambda v, *_: np.any(np.ptp(v[0], axis=1)),
        says="All columns are the same: all units would start as one. Draw for each weight.",
    )
    inputs_alike = rule(
        lambda v, *_: np.any(np.ptp(v[0], axis=0)),
        lambda n_in, n_out, rng: (
            np.tile(rng.normal(0, n_in**-0.5, n_out), (n_in, 1)),
            np.zeros(n_out),
        ),
        says="All rows are the same: every input has the same weights. Draw for each weight.",
    )
    not_centred_ = rule(
        lambda v, *_: abs(np.mean(v[0])) < 0.3 * np.std(v[0]),
        says="The weights are not drawn around 0, so that the sums all lean to one side.",
    )

    @mistake
    def weights_only(n_in, n_out, rng):
        """It returns the weights only; a layer has biases, too."""
        return init_weights(n_in, n_out, rng)[0]

    swapped_results = mistake(
        then(init_weights, lambda W, b: (b, W)), says="`W` and `b` come in the wrong order."
    )
    transposed = mistake(
        then(init_weights, lambda W, b: (W.T, b)),
        says="`W` has shape (n_out, n_in), that of books with examples in columns; here inputs "
        "count rows and units columns.",
    )
    b_shape = mistake(
        then(init_weights, lambda W, b: (W, b[None])),
        then(init_weights, lambda W, b: (W, 0.0)),
        then(init_weights, lambda W, b: (W, np.zeros(len(W)))),
        says="`b` has one entry for each unit and no more dimensions: shape (n_out,).",
    )

    @mistake
    def b_not_zero(n_in, n_out, rng):
        """The biases should start at 0: the weights alone tell the units apart."""
        return (init_weights(n_in, n_out, rng)[0], rng.normal(size=n_out))

    all_zero = mistake(
        then(init_weights, lambda W, b: (0 * W, b)),
        says="All weights are 0. That is enough for one neuron; here all units would stay alike, "
        "and no gradient gets through.",
    )
    all_equal = mistake(
        then(init_weights, lambda W, b: (np.full_like(W, 0.1), b)),
        says="All weights are equal: all units would compute the same, for ever.",
    )
    units_alike = mistake(
        then(init_weights, lambda W, b: (W[:, :1] + 0 * W, b)),
        says="One column was drawn for all units, so that all would start as one. Draw for each "
        "weight.",
    )
    not_centred = mistake(
        then(init_weights, lambda W, b: (np.abs(W), b)),
        says="The weights are not drawn around 0: `rng.random`, for one, gives numbers from 0 to "
        "1, and the sums would all lean to one side.",
    )
    not_scaled = _spread_as(
        lambda n_in, n_out: 1,
        says="The weights spread as standard normal ones do, by 1. Then a sum over many inputs is "
        "large, and the unit saturated: scale them.",
    )
    fixed_scale = _spread_as(
        lambda n_in, n_out: 0.01,
        says="The weights × 0.01 are small whatever the layer: the signal fades, and learning "
        "starts on a plateau. The scale should depend on the number of inputs.",
    )
    same_scale = _spread_as(
        *(lambda n_in, n_out, s=s: s for s in (0.1, 0.05, 0.001, 0.5, 2, 3)),
        *(lambda n_in, n_out, s=s: s / np.sqrt(3) for s in (1, 0.5, 0.1)),
        says="The weights spread by the same amount whatever the layer, and here by too much or "
        "too little. How large a sum gets depends on how many inputs there are.",
    )
    same_scale_everywhere = rule(
        lambda v, few, many, n_in, *_: (
            0.7 < _spread(v[0], n_in) < 1.6 or not np.isclose(np.std(few[0]), np.std(many[0]), 0.08)
        ),
        *map(_drawn, (lambda n_in, n_out: 0.12, lambda n_in, n_out: 0.15, lambda n_in, n_out: 0.2)),
        says="The weights spread by the same amount in a layer of 400 inputs as in one of 60. How "
        "large a sum gets depends on how many inputs there are.",
        beside=("60 inputs", "400 inputs"),
    )
    variance_for_deviation = _spread_as(
        lambda n_in, n_out: 1 / n_in,
        lambda n_in, n_out: 2 / n_in,
        lambda n_in, n_out: 2 / (n_in + n_out),
        says="The weights are far too small: that would be their variance. Drawing takes the "
        "standard deviation, which is its root.",
    )
    scaled_by_units = _spread_as(
        lambda n_in, n_out: 1 / np.sqrt(n_out),
        lambda n_in, n_out: np.sqrt(2 / n_out),
        says="The scale goes with the number of units. How large a unit's sum gets depends on how "
        "many inputs it adds up.",
    )
    scaled_by_both = _spread_as(
        lambda n_in, n_out: 1 / np.sqrt(n_in + n_out),
        lambda n_in, n_out: 1 / np.sqrt(n_in * n_out),
        says="The scale goes with the numbers of inputs and of units together, and gets too small "
        "where there are many units. How large a sum gets depends on the inputs alone.",
    )
    limit_for_deviation = _spread_as(
        lambda n_in, n_out: 1 / np.sqrt(3 * n_in),
        says="Numbers drawn evenly from -s to s have a standard deviation of s/√3, not s. The "
        "limits can be wider.",
    )
    multiplied = _spread_as(
        lambda n_in, n_out: np.sqrt(n_in),
        lambda n_in, n_out: np.sqrt(n_in / 2),
        says="The weights grow with the number of inputs; they should get smaller.",
    )
    too_wide = rule(
        lambda v, n_in, *_: _spread(v[0], n_in) < 1.6,
        says="The weights spread too widely: sums over many inputs would saturate the units.",
    )
    too_narrow = rule(
        lambda v, n_in, *_: _spread(v[0], n_in) > 0.7,
        says="The weights spread too little: the signal would fade from layer to layer.",
    )
    not_repeatable = mistake(
        _with_generator(np.random.default_rng),
        says="The same seed gives other weights the second time: they are not drawn from `rng` but"
        " from NumPy's global state, or from a generator without a seed.",
    )
    own_generator = mistake(
        _with_generator(lambda: np.random.default_rng(0)),
        lambda n_in, n_out, rng: (np.eye(n_in, n_out), np.zeros(n_out)),
        says=_OTHER_SEED.sentence,
    )

    hints = (
        "Two things to return: random weights of shape (n_in, n_out), and a zero for each unit.",
        "A sum of n_in products with standard-normal weights has variance n_in, for inputs of "
        "size 1. Which factor makes that 1?",
        "Draw from rng.normal or rng.standard_normal, with standard deviation one over the root "
        "of n_in; np.zeros makes the biases.",
    )
    insight = "1/√n_in suits tanh; for ReLU, which passes half, He takes √2 times that."
    explanation = "n_in products of variance 1/n_in add up to variance 1: the sums stay in reach."
