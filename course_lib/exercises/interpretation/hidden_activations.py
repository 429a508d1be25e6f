"""What the hidden units say."""

import numpy as np

from course_lib.activations import sigmoid, sigmoid_grad, softmax
from course_lib.by_hand.interpretation import hidden_activations
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers

_X = numbers((0.5, 0, 1), (1, 0.8, 0.2), (0.3, 1, 0.7), (0, 0.6, 0.9))
_W1 = numbers((1.2, -0.7), (-1.5, 0.4), (0.6, -1.1))
_b1 = numbers(0.5, -0.3)
_SQUARE = numbers((1.2, -0.7, 0.3), (-1.5, 0.4, 0.9), (0.6, -1.1, -0.2))


def _scores(X, W1, b1):
    return X @ W1 + b1


class HiddenActivations(Exercise):
    reference = hidden_activations
    probes = [
        Probe("one image, two units", (_X[:1], _W1, _b1)),
        Probe("four images", (_X, _W1, _b1)),
        Probe("as many images as pixels and units", (_X[:3], _SQUARE, numbers(0.5, -0.3, 0.1))),
        Probe("read-only float32", float32(_X, _W1, _b1), read_only=True),
        Probe("extreme: huge weights", (_X, 3000 * _W1, _b1), extreme=True),
    ]

    scores = mistake(
        _scores,
        lambda X, W, b: X @ W,
        says="These are scores: the sigmoid has not been applied to them.",
    )

    @mistake
    def element_by_element(X, W, b):
        """`*` multiplies element by element, and adds nothing up. A weighted sum of every row with
        every column is the matrix product."""
        return sigmoid(X * W + b)

    @mistake.also(lambda X, W, b: np.tanh(X @ W), lambda X, W, b: np.maximum(X @ W, 0))
    def bias_forgotten(X, W, b):
        """The bias is missing: each unit adds its own before the sigmoid."""
        return sigmoid(X @ W)

    @mistake
    def bias_outside(X, W, b):
        """The bias comes after the sigmoid; it belongs to the score, inside."""
        return sigmoid(X @ W) + b

    @mistake
    def bias_subtracted(X, W, b):
        """The bias is subtracted; a score is the weighted sum plus the bias."""
        return sigmoid(X @ W - b)

    @mistake
    def bias_per_image(X, W, b):
        """The biases have become a column, one for each image; each belongs to a unit, and units
        are columns. Add `b1` as it is."""
        return sigmoid(X @ W + b[:, np.newaxis])

    @mistake
    def bias_weighted(X, W, b):
        """The bias is added to the weights, so that every pixel multiplies it. It is added to the
        score, once."""
        return sigmoid(X @ (W + b))

    @mistake
    def tanh(X, W, b):
        """This is tanh, from -1 to 1; the units of this network are sigmoids, from 0 to 1."""
        return np.tanh(_scores(X, W, b))

    @mistake
    def relu(X, W, b):
        """This is a ReLU, cut off at 0 and without an upper limit; these units are sigmoids."""
        return np.maximum(_scores(X, W, b), 0)

    @mistake.also(lambda X, W, b: softmax(_scores(X, W, b).T).T)
    def softmax(X, W, b):
        """This is a softmax, whose values share a total of 1. Hidden units do not compete; each has
        a sigmoid of its own."""
        return softmax(_scores(X, W, b))

    @mistake.also(lambda X, W, b: 1 / (1 + np.exp(_scores(X, W, b))))
    def mirrored(X, W, b):
        """The sign in the exponent is wrong: a unit with a high score should be on."""
        return sigmoid(-_scores(X, W, b))

    @mistake
    def divided_by_255(X, W, b):
        """The pixels are divided by 255 once more; they go from 0 to 1 already."""
        return sigmoid(_scores(X / 255, W, b))

    @mistake.also(lambda X, W, b: np.sign(_scores(X, W, b)))
    def on_or_off(X, W, b):
        """It decides between on and off; a sigmoid says how much."""
        return (_scores(X, W, b) > 0).astype(float)

    @mistake
    def slope(X, W, b):
        """This is the slope of the sigmoid, which the way back needs."""
        return sigmoid_grad(_scores(X, W, b))

    @mistake
    def sigmoid_twice(X, W, b):
        """The sigmoid is applied twice: all comes out between ½ and 0.73."""
        return sigmoid(hidden_activations(X, W, b))

    @mistake.also(lambda X, W, b: X @ sigmoid(W) + b, lambda X, W, b: X @ sigmoid(W + b))
    def sigmoid_too_early(X, W, b):
        """The sigmoid comes too early. First the weighted sum with its bias, then the sigmoid."""
        return sigmoid(X) @ W + b

    @mistake.also(lambda X, W, b: sigmoid(W.T @ X + b), lambda X, W, b: sigmoid(W @ X + b))
    def weights_transposed(X, W, b):
        """The weights are transposed. Here `W1` is (n_in, n_hidden) already: a column for each
        unit."""
        return sigmoid(X @ W.T + b)

    @mistake
    def transposed(X, W, b):
        """Units have become rows; expected one row for each image."""
        return hidden_activations(X, W, b).T

    @mistake.also(lambda X, W, b: hidden_activations(X[-1:], W, b))
    def last_image_only(X, W, b):
        """It returns the units of the last image only: does each round of a loop overwrite them?"""
        return hidden_activations(X, W, b)[-1]

    @mistake
    def first_row_only(X, W, b):
        """Only the first row is filled. Does it return from inside the loop?"""
        return hidden_activations(X, W, b) * (np.arange(len(X))[:, np.newaxis] == 0)

    @mistake.also(lambda X, W, b: hidden_activations(X[:1], W, b))
    def first_image_only(X, W, b):
        """It returns the units of the first image only."""
        return hidden_activations(X, W, b)[0]

    @mistake.also(
        lambda X, W, b: hidden_activations(X, W, b).sum(axis=1),
        lambda X, W, b: sigmoid(_scores(X, W, b).sum(axis=1)),
    )
    def units_averaged(X, W, b):
        """It makes one number of all units; each keeps its own."""
        return hidden_activations(X, W, b).mean(axis=1)

    @mistake
    def images_averaged(X, W, b):
        """It averages over the images; each image has activations of its own."""
        return hidden_activations(X, W, b).mean(axis=0)

    @mistake
    def flat(X, W, b):
        """It is one long row; expected a row for each image."""
        return hidden_activations(X, W, b).ravel()

    @mistake
    def bias_as_factor(X, W, b):
        """The bias multiplies the weighted sum; it should be added."""
        return sigmoid(X @ W * b)

    @mistake.also(
        lambda X, W, b: sigmoid(_scores(X, W, b) / len(W)),
        lambda X, W, b: sigmoid(2 * _scores(X, W, b)),
        lambda X, W, b: sigmoid(_scores(X, W, b) / 2),
    )
    def scaled(X, W, b):
        """The score is divided, or multiplied, by a number. It is a sum, and the sigmoid takes it
        as it is."""
        return sigmoid(X @ W / len(W) + b)

    @mistake
    def sign_lost(X, W, b):
        """The scores have lost their signs: a unit with a low score should be off."""
        return sigmoid(np.abs(_scores(X, W, b)))

    @mistake.also(lambda X, W, b: np.exp(_scores(X, W, b)))
    def softplus(X, W, b):
        """It has no upper limit, as a softplus or an exponential; these units are sigmoids."""
        return np.log(1 + np.exp(_scores(X, W, b)))

    @mistake.also(lambda X, W, b: (_scores(X, W, b), hidden_activations(X, W, b)))
    def two_results(X, W, b):
        """It returns the scores as well. Return the activations alone."""
        return hidden_activations(X, W, b), _scores(X, W, b)

    @mistake.also(*(lambda X, W, b, d=d: np.round(hidden_activations(X, W, b), d) for d in (3, 4)))
    def rounded(X, W, b):
        """It is rounded. Keep all digits; format them where you print."""
        return np.round(hidden_activations(X, W, b), 2)

    @mistake.also(lambda X, W, b: np.exp(_scores(X, W, b)) / (1 + np.exp(_scores(X, W, b))))
    def overflow(X, W1, b1):
        """Right for ordinary scores, but where one is far from 0, exp overflows and NumPy has to
        warn. The sigmoid of course_lib.activations does not."""
        return 1 / (1 + np.exp(-_scores(X, W1, b1)))

    hints = (
        "Two steps for all images at once: the scores, then the activation.",
        "Each score is a weighted sum of the pixels plus the unit's bias: a matrix product.",
        "X has pixels in columns and W1 has them in rows, so X @ W1 fits. Import the sigmoid from"
        " course_lib.activations.",
    )
    insight = "These few numbers are all that the output layer ever sees of an image."
    explanation = (
        "A matrix product gives every unit's weighted sum for every image; the bias of "
        "each unit is added, and the sigmoid bends each score by itself."
    )
