"""The small change that fools a network."""

import numpy as np

from course_lib.by_hand.interpretation import perturb
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers


def _moved(step, after=lambda moved: moved.clip(0, 1), before=lambda x: x):
    """Return an answer with a step of its own, ``step(x, gradient, epsilon)``."""
    return lambda x, gradient, epsilon: after(before(x) + step(x, gradient, epsilon))


def _signed(x, gradient, epsilon):
    return epsilon * np.sign(gradient)


def _unclipped(x, gradient, epsilon):
    return x + epsilon * np.sign(gradient)


def _length(v):
    return max(float(np.sqrt((v**2).sum())), 1e-12)


def _both(step):
    """Return a wrong step, cut off and not."""
    return _moved(step), _moved(step, after=lambda moved: moved)


_x = numbers(0.41372815, 0.5, 0.3561, 0.6214, 0.55)
_gradient = numbers(0.8, -0.003, 1.7, -2.2, 0.05)
_EDGES = numbers(0, 1, 0.98, 0.03, 0.5, 0)
_EDGE_SLOPES = numbers(-0.7, 0.4, 1.3, -0.2, 0.9, 0.6)
_SOME_FLAT = numbers(0.6, 0, -0.4, 0, 0.002)
_images = np.random.default_rng(4).random((3, 6)).round(2)
_slopes = np.random.default_rng(5).normal(size=(3, 6)).round(3) * [[1], [0.01], [20]]


class Perturb(Exercise):
    reference = perturb
    probes = [
        Probe("five pixels", (_x, _gradient, 0.1)),
        Probe("pixels at the edge", (_EDGES, _EDGE_SLOPES, 0.05)),
        Probe("pixels without a slope", (_x, _SOME_FLAT, 0.1)),
        Probe("three images", (_images, _slopes, 0.003)),
        Probe("a large step", (_x, _gradient, 0.45)),
        Probe("no step", (_x, _gradient, 0.0)),
        Probe("read-only float32", (*float32(_EDGES, _EDGE_SLOPES), 0.1), read_only=True),
    ]

    not_cut_off = mistake(
        _unclipped,
        says="Some pixels are no longer from 0 to 1 after the step: nothing is darker than full "
        "ink, or lighter than blank.",
    )
    cut_off_too_early = mistake(
        lambda x, gradient, epsilon: x + (epsilon * np.sign(gradient)).clip(0, 1),
        lambda x, gradient, epsilon: (x + (epsilon * np.sign(gradient)).clip(0, 1)).clip(0, 1),
        says="No step goes down: steps are cut off, or pixels with a negative slope left out. Move "
        "them too, and cut off the picture that comes of it.",
    )
    other_bounds = mistake(
        *(
            _moved(_signed, after=lambda moved, a=a, b=b: moved.clip(a, b))
            for a, b in ((-1, 1), (0, 255), (-0.5, 0.5), (0, 0.5))
        ),
        _moved(_signed, after=lambda moved: moved % 1),
        lambda x, gradient, epsilon: _unclipped(x, gradient, epsilon).clip(x.min(), x.max()),
        _moved(_signed, after=lambda moved: np.abs(moved).clip(0, 1)),
        says="On one side, or on both, it is held in other bounds than those of a pixel, which is "
        "a number from 0 to 1.",
    )
    rescaled = mistake(
        _moved(_signed, after=lambda moved: (moved - moved.min()) / max(np.ptp(moved), 1e-12)),
        _moved(_signed, after=lambda moved: moved / max(np.abs(moved).max(), 1e-12)),
        _moved(_signed, after=lambda moved: moved / max(1, moved.max())),
        says="The picture is stretched to fit: then all its pixels change, also those that were "
        "in order.",
    )
    stays_where_it_was = mistake(
        lambda x, gradient, epsilon: np.where(
            np.abs(_unclipped(x, gradient, epsilon) - 0.5) <= 0.5,
            _unclipped(x, gradient, epsilon),
            x,
        ),
        says="Near the edge a pixel stays where it was. It moves as far as it may, to full ink or "
        "to blank.",
    )
    minus = mistake(
        _moved(lambda x, gradient, epsilon: -epsilon * np.sign(gradient)),
        lambda x, gradient, epsilon: x - epsilon * np.sign(gradient),
        *_both(lambda x, gradient, epsilon: -epsilon * gradient),
        says="It goes down the slope, as training does with weights. An attack wants the loss to "
        "rise.",
    )
    not_signed = mistake(
        *_both(lambda x, gradient, epsilon: epsilon * gradient),
        says="Steep pixels move far and flat ones hardly: the slope itself is the step. Every "
        "pixel should move by the same ε, and the slope says only which way.",
    )
    normalised = mistake(
        *_both(lambda x, gradient, epsilon: epsilon * gradient / _length(gradient)),
        *_both(
            lambda x, gradient, epsilon: epsilon * gradient / max(np.abs(gradient).max(), 1e-12)
        ),
        *_both(
            lambda x, gradient, epsilon: epsilon * gradient / max(np.abs(gradient).sum(), 1e-12)
        ),
        *_both(
            lambda x, gradient, epsilon: epsilon * gradient / max(np.abs(gradient).mean(), 1e-12)
        ),
        *_both(lambda x, gradient, epsilon: epsilon * gradient / max(gradient.std(), 1e-12)),
        *_both(
            lambda x, gradient, epsilon: (
                epsilon
                * gradient
                / np.maximum(np.linalg.norm(gradient, axis=-1, keepdims=True), 1e-12)
            )
        ),
        *_both(lambda x, gradient, epsilon: epsilon * np.tanh(gradient)),
        *_both(lambda x, gradient, epsilon: epsilon * gradient.clip(-1, 1)),
        *_both(lambda x, gradient, epsilon: gradient.clip(-epsilon, epsilon)),
        says="The slope is scaled, squeezed or cut, so pixels move by different amounts. Here each "
        "moves by the same ε, up or down.",
    )
    step_divided = mistake(
        *_both(
            lambda x, gradient, epsilon: epsilon * np.sign(gradient) / _length(np.sign(gradient))
        ),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient) / x.size),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient) / np.sqrt(x.size)),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient) / 784),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient) / len(x)),
        says="The ε is shared out among the pixels. Each of them may move by all of it.",
    )
    grey_levels = mistake(
        *_both(lambda x, gradient, epsilon: epsilon / 255 * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: epsilon / 256 * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: 255 * epsilon * np.sign(gradient)),
        _moved(
            lambda x, gradient, epsilon: epsilon * np.sign(gradient),
            before=lambda x: 255 * x,
            after=lambda moved: moved.clip(0, 255),
        ),
        _moved(
            lambda x, gradient, epsilon: epsilon * np.sign(gradient),
            before=lambda x: x / 255,
        ),
        _moved(_signed, after=lambda moved: np.rint(255 * moved.clip(0, 1))),
        _moved(_signed, after=lambda moved: np.rint(255 * moved.clip(0, 1)) / 255),
        says="It counts in grey levels, 0 to 255. Pixels and ε go from 0 to 1 here, as numbers "
        "with a fraction.",
    )
    flat_pixels_undefined = mistake(
        lambda x, gradient, epsilon: (x + epsilon * gradient / np.abs(gradient)).clip(0, 1),
        lambda x, gradient, epsilon: x + epsilon * gradient / np.abs(gradient),
        says="Where the slope is 0 it divides 0 by 0. A pixel without a slope stays as it is.",
    )
    flat = mistake(
        lambda x, gradient, epsilon: _unclipped(x, gradient, epsilon).clip(0, 1).ravel(),
        says="The picture has become one long row; expected the shape of `x`.",
    )
    sign_of_the_pixel = mistake(
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(x)),
        says="The sign is that of the pixel, which is never below 0. That of its slope says which "
        "way.",
    )
    always_up = mistake(
        *_both(lambda x, gradient, epsilon: epsilon + 0 * x),
        *_both(lambda x, gradient, epsilon: epsilon * np.abs(np.sign(gradient))),
        *_both(lambda x, gradient, epsilon: epsilon * np.abs(gradient)),
        *_both(lambda x, gradient, epsilon: epsilon * (gradient != 0)),
        says="No pixel moves down. Where the slope is negative, less ink raises the loss.",
    )
    flat_pixels_moved = mistake(
        *_both(lambda x, gradient, epsilon: epsilon * np.where(gradient > 0, 1, -1)),
        *_both(lambda x, gradient, epsilon: epsilon * np.where(gradient >= 0, 1, -1)),
        *_both(lambda x, gradient, epsilon: epsilon * (2 * (gradient > 0) - 1)),
        *_both(lambda x, gradient, epsilon: np.copysign(epsilon, gradient)),
        says="A pixel without a slope moves as well. The sign of 0 is 0: it stays.",
    )
    sign_of_the_sum = mistake(
        lambda x, gradient, epsilon: np.sign(x + epsilon * gradient).clip(0, 1),
        lambda x, gradient, epsilon: np.sign(x + epsilon * gradient),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient.sum())),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient.mean())),
        says="The sign is that of a sum. Each pixel goes by the sign of its own slope.",
    )
    step_alone = mistake(
        lambda x, gradient, epsilon: epsilon * np.sign(gradient),
        lambda x, gradient, epsilon: (epsilon * np.sign(gradient)).clip(0, 1),
        lambda x, gradient, epsilon: (epsilon * np.sign(gradient)).clip(-1, 1),
        lambda x, gradient, epsilon: np.sign(gradient),
        lambda x, gradient, epsilon: _unclipped(x, gradient, epsilon).clip(0, 1) - x,
        says="This is the change alone; the picture that it makes is asked for.",
    )
    epsilon_forgotten = mistake(
        *_both(lambda x, gradient, epsilon: np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: np.sign(epsilon * gradient)),
        *_both(lambda x, gradient, epsilon: gradient),
        *_both(lambda x, gradient, epsilon: 0.1 * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: 0.01 * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: 0.05 * np.sign(gradient)),
        says="The size of the step is not `epsilon`: it has no part in it.",
    )
    wrong_size = mistake(
        *(
            answer
            for k in (2, 0.5, 10, 0.1)
            for answer in _both(lambda x, gradient, epsilon, k=k: k * epsilon * np.sign(gradient))
        ),
        *_both(lambda x, gradient, epsilon: epsilon**2 * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: np.sqrt(epsilon) * np.sign(gradient)),
        says="The step is larger or smaller than `epsilon`.",
    )
    times_the_pixel = mistake(
        *_both(lambda x, gradient, epsilon: epsilon * x * np.sign(gradient)),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(x * gradient)),
        lambda x, gradient, epsilon: (x * (1 + epsilon * np.sign(gradient))).clip(0, 1),
        lambda x, gradient, epsilon: (x * epsilon * np.sign(gradient)).clip(0, 1),
        says="The pixel multiplies the step, or decides on it, so blank ones stay blank. An attack "
        "may put ink where there is none.",
    )
    steepest_only = mistake(
        *_both(
            lambda x, gradient, epsilon: (
                epsilon * np.sign(gradient) * (np.abs(gradient) == np.abs(gradient).max())
            )
        ),
        *_both(
            lambda x, gradient, epsilon: (
                epsilon * np.sign(gradient) * (np.abs(gradient) > np.abs(gradient).mean())
            )
        ),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(np.round(gradient))),
        *_both(lambda x, gradient, epsilon: epsilon * np.sign(gradient.astype(int))),
        says="Pixels with a small slope stay where they are. The attack moves all that have one.",
    )

    @mistake.also(
        lambda x, gradient, epsilon: (
            _unclipped(x, gradient, epsilon).clip(0, 1),
            epsilon * np.sign(gradient),
        ),
    )
    def two_results(x, gradient, epsilon):
        """It returns the change as well; the picture alone is asked for."""
        moved = _unclipped(x, gradient, epsilon).clip(0, 1)
        return moved, moved - x

    whole_numbers = mistake(
        _moved(_signed, after=lambda moved: moved.clip(0, 1).round()),
        _moved(_signed, after=lambda moved: moved.clip(0, 1).astype(int)),
        _moved(_signed, after=lambda moved: moved.clip(0, 1).round(1)),
        _moved(_signed, after=lambda moved: moved.clip(0, 1).round(2)),
        says="It is rounded, and a small step gets lost. Keep all digits.",
    )

    @mistake.also(lambda x, gradient, epsilon: x)
    def nothing_moves(x, gradient, epsilon):
        """Nothing moves: the picture comes back as it was."""
        return x.clip(0, 1)

    @mistake
    def changes_its_input(x, gradient, epsilon):
        """It changes the picture that came, which it should only read. Make a new array."""
        x += epsilon * np.sign(gradient)
        return np.clip(x, 0, 1, out=x)

    hints = (
        "The slope says for each pixel which way; ε says how far. What is left of the slope then?",
        "np.sign gives 1, 0 or -1 for each entry. And after the step, what is a pixel allowed to "
        "be?",
        "Add the step, then np.clip(…, 0, 1) on what comes of it.",
    )
    insight = "Each pixel moved by a hair. Together they all push the same way."
    explanation = (
        "The sign of each slope, times epsilon, is added; what leaves the range from 0 to 1 is "
        "cut off."
    )
