"""A price on large weights."""

import math

import numpy as np

from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.shared import MATRIX
from course_lib.exercises.shared import float32
from course_lib.losses import l2_penalty


def _biases_too(weights, strength):
    penalty = strength / 2 * sum(float((W**2).sum()) for W in weights)
    return penalty, [strength * W for W in weights]


def _matrices(weights):
    return [W for W in weights if W.ndim == 2]


def _squares(weights):
    return sum((W**2).sum() for W in weights)


def _half_squares(weights, strength):
    return strength / 2 * _squares(weights)


def _slope(W, strength):
    return strength * W


def _l2(penalty=_half_squares, slope=_slope):
    """Make the penalty of two functions, without biases; and again where they count as well."""

    def l2_penalty(weights, strength):
        return penalty(_matrices(weights), strength), [
            slope(W, strength) if W.ndim == 2 else np.zeros_like(W) for W in weights
        ]

    def with_biases(weights, strength):
        return penalty(weights, strength), [slope(W, strength) for W in weights]

    return l2_penalty, with_biases


def _scaled(on_penalty, on_slope, power=(0, 0)):
    """Multiply penalty and gradient by factors, and by powers of the strength."""
    return _l2(
        lambda weights, s: on_penalty * s ** power[0] * _half_squares(weights, s),
        lambda W, s: on_slope * s ** power[1] * _slope(W, s),
    )


def _only(W, part):
    kept = np.zeros_like(W)
    kept[part] = W[part]
    return kept


_W2 = np.array([[0.8034152], [-1.2], [0.6]])
_b1, _b2 = np.array([3.0, -2, 1]), np.array([4.0])
_SQUARE = np.array([[1, -2], [0.5, 3]])


class L2Penalty(Exercise):
    reference = l2_penalty
    probes = [
        Probe("one matrix", ([_W2], 0.3)),
        Probe("two matrices", ([MATRIX, _W2], 0.3)),
        Probe("square matrices", ([_SQUARE, 2 * _SQUARE.T], 3.0)),
        Probe("matrices and biases", ([MATRIX, _b1, _W2, _b2], 0.1)),
        Probe("a matrix with a single row", ([_W2.T, _b1, _W2, _b2], 0.2)),
        Probe("no penalty", ([MATRIX, _b1, _W2, _b2], 0.0)),
        Probe("float32", ([*float32(MATRIX, _b1, _W2, _b2)], 0.7)),
    ]

    @mistake.also(_half_squares)
    def penalty_only(weights, s):
        """It returns the penalty only; training needs its gradients, too."""
        return _half_squares(_matrices(weights), s)

    @mistake.also(lambda weights, s: [s * W for W in weights])
    def gradients_only(weights, s):
        """It returns the gradients only; expected the penalty before them."""
        return l2_penalty(weights, s)[1]

    @mistake.also(lambda weights, s: _biases_too(weights, s)[::-1])
    def swapped_results(weights, s):
        """Penalty and gradients come in the wrong order."""
        return l2_penalty(weights, s)[::-1]

    @mistake.also(
        lambda weights, s: (l2_penalty(weights, s)[0], s * weights[0]),
        lambda weights, s: (l2_penalty(weights, s)[0], sum(s * W.sum() for W in weights)),
        lambda weights, s: (_half_squares(weights, s), s * weights[-1]),
        lambda weights, s: (_half_squares(weights, s), sum(s * W.sum() for W in weights)),
        lambda weights, s: (l2_penalty(weights, s)[0], sum(s * W for W in _matrices(weights))),
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            np.concatenate([g.ravel() for g in l2_penalty(weights, s)[1]]),
        ),
    )
    def gradients_not_listed(weights, s):
        """The gradients should be a list, with one array for each array of `weights`."""
        return (l2_penalty(weights, s)[0], s * weights[-1])

    @mistake.also(
        lambda weights, s: ([_half_squares([W], s) for W in weights], [s * W for W in weights]),
        lambda weights, s: (
            s / 2 * sum(W**2 for W in _matrices(weights)),
            l2_penalty(weights, s)[1],
        ),
    )
    def one_penalty_each(weights, s):
        """It gives several penalties; expected their sum, one number."""
        return ([_half_squares([W], s) for W in weights if W.ndim == 2], l2_penalty(weights, s)[1])

    gradient_summed = mistake(
        *_l2(slope=lambda W, s: s * W.sum()),
        *_l2(slope=lambda W, s: np.full_like(W, s * W.sum())),
        *_l2(slope=lambda W, s: s / 2 * np.sum(W**2)),
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [(s * W).sum() if W.ndim == 2 else 0 for W in weights],
        ),
        says="A gradient is one number; expected the shape of its matrix, a slope for each weight.",
    )
    same_gradient = mistake(
        lambda weights, s: (l2_penalty(weights, s)[0], [s * weights[-1] for _ in weights]),
        lambda weights, s: (l2_penalty(weights, s)[0], [s * weights[0] for _ in weights]),
        says="All entries of the list are the gradient of one and the same array.",
    )
    weights_after_step = mistake(
        *_l2(slope=lambda W, s: W - s * W),
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [W - g for W, g in zip(weights, l2_penalty(weights, s)[1], strict=True)],
        ),
        says="These are the weights after a step. Asked for are the gradients; who trains takes "
        "the step.",
    )
    negative_penalty = mistake(
        *_scaled(-1, 1),
        says="The penalty is negative: large weights would be rewarded.",
    )
    other_factor = mistake(
        *_scaled(4, 1),
        *_scaled(0.5, 1),
        *_scaled(0.25, 1),
        says="The gradient is right; the penalty is multiplied by another factor than ½.",
    )
    strength_inverted = mistake(
        *_l2(lambda weights, s: _squares(weights) / (2 * s) if s else 0),
        *_l2(lambda weights, s: _squares(weights) / s if s else 0),
        says="It divides by the strength: a stronger penalty would cost less.",
    )
    one_matrix_only = mistake(
        *_l2(lambda weights, s: _half_squares(weights[-1:], s)),
        *_l2(lambda weights, s: _half_squares(weights[:1], s)),
        lambda weights, s: l2_penalty(weights[:1], s),
        says="Only one of the matrices counts in the penalty. Does a loop overwrite its sum, or "
        "return too early?",
    )

    @mistake
    def biases_left_out(weights, s):
        """The list of gradients is shorter than `weights`: a bias has its place in it, with a
        gradient of zeros."""
        return l2_penalty(_matrices(weights), s)

    @mistake.also(
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [s * W if W.ndim == 2 else 0.0 for W in weights],
        )
    )
    def biases_without_zeros(weights, s):
        """A bias is left alone, but its gradient should be zeros of its own shape."""
        return (l2_penalty(weights, s)[0], [s * W if W.ndim == 2 else None for W in weights])

    biases_alone = mistake(
        lambda weights, s: (
            _half_squares([W for W in weights if W.ndim == 1], s),
            [s * W if W.ndim == 1 else 0 * W for W in weights],
        ),
        says="It is the other way round: biases are penalised, and matrices cost nothing.",
    )
    ones_for_biases = mistake(
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [s * W if W.ndim == 2 else np.ones_like(W) for W in weights],
        ),
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [s * W if W.ndim == 2 else np.full_like(W, s) for W in weights],
        ),
        lambda weights, s: (
            l2_penalty(weights, s)[0],
            [s * W if W.ndim == 2 else W for W in weights],
        ),
        says="The gradient of a bias is not 0. What costs nothing has no slope.",
    )
    biases_penalised = mistake(
        _biases_too,
        lambda weights, s: (_half_squares(weights, s), l2_penalty(weights, s)[1]),
        lambda weights, s: (l2_penalty(weights, s)[0], [s * W for W in weights]),
        says="Biases are penalised, too. They make nothing steep: arrays with one axis cost "
        "nothing.",
    )
    half_missing_in_penalty = mistake(
        *_scaled(2, 1),
        says="The gradient is right, but the penalty is twice too large: where is the ½?",
    )
    half_in_gradient = mistake(
        *_scaled(1, 0.5),
        says="The penalty is right, but its gradient is not: differentiating a square gives a "
        "factor 2, which takes the ½ away.",
    )
    two_in_gradient = mistake(
        *_scaled(1, 2),
        says="The penalty is right, but its gradient is not: the factor 2 of the square and the ½ "
        "cancel.",
    )
    half_misplaced = mistake(
        *_scaled(2, 0.5),
        says="The ½ stands in the gradient and not in the penalty, where it belongs. Differentiated"
        " there, it cancels with the factor 2 of the square.",
    )
    no_half = mistake(
        *_scaled(2, 2),
        says="Penalty and gradient fit each other, but both are twice as large: ours has a ½, "
        "which keeps the gradient simple.",
    )
    wrong_sign = mistake(
        *_scaled(1, -1),
        *_scaled(-1, -1),
        says="The gradient points downhill. It is that of the penalty, which grows with a weight's"
        " size; a later step subtracts it.",
    )
    strength_squared = mistake(
        *_scaled(1, 1, power=(1, 1)),
        *_scaled(1, 1, power=(1, 0)),
        *_scaled(1, 2, power=(1, 1)),
        *_scaled(1, 1, power=(0, 1)),
        says="The strength counts twice. Is it squared along with the weights?",
    )
    strength_forgotten = mistake(
        *_l2(lambda weights, s: _squares(weights) / 2, slope=lambda W, s: W),
        *_l2(slope=lambda W, s: W.copy()),
        *_l2(lambda weights, s: _squares(weights) / 2),
        *_l2(lambda weights, s: _squares(weights), slope=lambda W, s: 2 * W),
        says="The strength has no part in the penalty or in its gradient.",
    )
    matrix_norm = mistake(
        *(
            answer
            for kind in (2, 1, np.inf, "nuc")
            for power in (2, 1)
            for answer in _l2(
                lambda weights, s, kind=kind, power=power: (
                    s / 2 * sum(np.linalg.norm(np.atleast_2d(W), kind) ** power for W in weights)
                )
            )[:1]
        ),
        says="With a second argument np.linalg.norm takes another norm of a matrix: 2 is its "
        "largest stretch, not the root of the sum of squares.",
    )
    norm = mistake(
        *_l2(lambda weights, s: s / 2 * np.sqrt(_squares(weights))),
        *_l2(lambda weights, s: s / 2 * sum(math.sqrt(_squares([W])) for W in weights)),
        *_l2(lambda weights, s: s * np.sqrt(_squares(weights))),
        *_l2(lambda weights, s: s * sum(math.sqrt(_squares([W])) for W in weights)),
        *_l2(
            lambda weights, s: s * sum(math.sqrt(_squares([W])) for W in weights),
            lambda W, s: s * W / math.sqrt(_squares([W])),
        ),
        says="This is the norm, with a root; expected the sum of squares.",
    )
    absolute_values = mistake(
        *_l2(
            lambda weights, s: s * sum(np.abs(W).sum() for W in weights),
            lambda W, s: s * np.sign(W),
        ),
        *_l2(lambda weights, s: s / 2 * sum(np.abs(W).sum() for W in weights)),
        *_l2(
            lambda weights, s: s / 2 * sum(np.abs(W).sum() for W in weights),
            lambda W, s: s / 2 * np.sign(W),
        ),
        *_l2(lambda weights, s: s * sum(np.abs(W).sum() for W in weights)),
        says="It adds up sizes, not squares: that is the L1 penalty. L2 squares the weights.",
    )
    square_of_the_sum = mistake(
        *_l2(lambda weights, s: s / 2 * sum(W.sum() ** 2 for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum(W.sum() for W in weights) ** 2),
        says="It squares the sum, in which weights of different signs cancel. Square each weight "
        "first.",
    )
    matrix_product = mistake(
        _l2(lambda weights, s: s / 2 * sum((W.T @ W).sum() for W in weights))[0],
        *_l2(lambda weights, s: s / 2 * sum((W.T @ W).sum() for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum((W @ W.T).sum() for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum((W @ W).sum() for W in weights)),
        says="A matrix product multiplies different weights. Square each by itself, element by "
        "element.",
    )
    averaged = mistake(
        *_l2(lambda weights, s: s / 2 * sum((W**2).mean() for W in weights)),
        *_l2(
            lambda weights, s: s / 2 * sum((W**2).mean() for W in weights),
            lambda W, s: s * W / W.size,
        ),
        *_l2(lambda weights, s: _half_squares(weights, s) / len(weights)),
        *_l2(lambda weights, s: _half_squares(weights, s) / sum(W.size for W in weights)),
        *_l2(
            lambda weights, s: s / 2 * sum((W**2).sum(axis=1).max() for W in weights),
        ),
        *_l2(lambda weights, s: s / 2 * sum((W**2).sum() / len(W) for W in weights)),
        *_l2(
            lambda weights, s: sum(_half_squares([W], s) / len(W) for W in weights),
            lambda W, s: s * W / len(W),
        ),
        says="It averages; expected is a sum over all weights, so that a weight's price does not "
        "depend on how many there are.",
    )
    other_powers = mistake(
        *_l2(lambda weights, s: s / 2 * sum((W**3).sum() for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum(W.sum() for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum(_squares([W]) ** 2 for W in weights)),
        says="The penalty has another power in it than the square of each weight.",
    )
    spread = mistake(
        *_l2(lambda weights, s: s / 2 * sum(W.var() * W.size for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum(W.var() for W in weights)),
        says="It measures how far the weights lie from their mean. What costs is how far they lie "
        "from 0.",
    )
    largest_only = mistake(
        *_l2(lambda weights, s: s / 2 * sum(np.abs(W).max() for W in weights)),
        *_l2(lambda weights, s: s / 2 * sum((W**2).max() for W in weights)),
        says="Only the largest weight of a matrix counts; all of them cost something.",
    )
    numbers_counted = mistake(
        *_l2(lambda weights, s: s / 2 * sum(W.size for W in weights)),
        says="It counts the weights; how large they are should decide.",
    )
    row_left_out = mistake(
        *(
            answer
            for part in (np.s_[:-1], np.s_[1:], np.s_[..., 1:], np.s_[..., :-1])
            for slope in (_slope, lambda W, s, part=part: s * _only(W, part))
            for answer in _l2(
                lambda weights, s, part=part: _half_squares([W[part] for W in weights], s), slope
            )
        ),
        says="A row or a column of each matrix is left out, as if it held biases. They have arrays "
        "of their own here.",
    )
    gradient_not_of_weights = mistake(
        *_l2(slope=lambda W, s: np.zeros_like(W)),
        *_l2(slope=lambda W, s: np.full_like(W, s)),
        *_l2(slope=lambda W, s: s * np.abs(W)),
        *_l2(slope=lambda W, s: s * np.sign(W)),
        says="The penalty is right. Its gradient should grow with each weight, and have its sign.",
    )
    thin_matrices_left_out = mistake(
        lambda weights, s: (
            _half_squares([W for W in weights if 1 not in W.shape and W.ndim > 1], s),
            [s * W if 1 not in W.shape and W.ndim > 1 else 0 * W for W in weights],
        ),
        lambda weights, s: (
            _half_squares([W for W in weights if W.shape[-1] > 1 and W.ndim > 1], s),
            [s * W if W.shape[-1] > 1 and W.ndim > 1 else 0 * W for W in weights],
        ),
        lambda weights, s: (
            _half_squares([W for W in weights if W.shape[0] > 1 and W.ndim > 1], s),
            [s * W if W.shape[0] > 1 and W.ndim > 1 else 0 * W for W in weights],
        ),
        says="A matrix with a single row or column is taken for a bias. A bias has one axis, and "
        "ndim counts them.",
    )
    every_second = mistake(
        lambda weights, s: (
            _half_squares(weights[::2], s),
            [s * W if k % 2 == 0 else 0 * W for k, W in enumerate(weights)],
        ),
        says="It takes every second array for a bias. Which are biases, ndim tells.",
    )
    squares_in_gradient = mistake(
        *_l2(slope=lambda W, s: s * W**2),
        *_l2(slope=lambda W, s: s / 2 * W**2),
        says="The weights are still squared in the gradient. What is the derivative of a square?",
    )

    @mistake
    def changes_its_input(weights, strength):
        """It changes the weights, which it should only read. Make new arrays."""
        penalty = _half_squares(_matrices(weights), strength)
        for W in weights:
            W *= strength * (W.ndim == 2)
        return penalty, weights

    hints = (
        "Two results: one number, to be added to the loss, and a list as long as `weights`.",
        "Differentiate λ/2 · w² for a single weight w: what is left of the ½ and the square?",
        "Add up the squares of every array with ndim 2, and multiply by strength / 2; where ndim "
        "is 1, np.zeros_like makes the gradient.",
    )
    insight = "Large weights are pulled to 0 hardest: weight decay, though with Adam not quite."
    explanation = "Squares of all matrices, added up; each weight's slope is λ times itself."
