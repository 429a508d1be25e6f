"""What exercises of several lessons need to write probes and mistakes shortly."""

import numpy as np

from course_lib.exercises.engine import rule, symptom


def numbers(*values, dtype=float, shape=None):
    """Make an array of numbers, or of rows of numbers."""
    array = np.array(values, dtype=dtype)
    return array if shape is None else array.reshape(shape)


def labels(*values):
    """Make an array of whole numbers."""
    return np.array(values)


def column(values):
    """Make a column of a vector."""
    return np.reshape(values, (-1, 1))


def float32(*parts):
    """Return the parts of a probe, whatever has a type in float32."""
    return tuple(p.astype(np.float32) if hasattr(p, "astype") else p for p in parts)


def then(function, change):
    """Make a function that changes the results of another."""
    return lambda *arguments: change(*function(*arguments))


def finite_loss(fine, *, infinite, clipped, left_out=()):
    """Judge a loss near the logarithm of 0: a single number, finite, and ``fine(loss)``.

    `left_out` are the losses where examples that are sure and wrong do not count.
    """
    return [
        rule(
            lambda loss, *_: np.ndim(loss) == 0,
            slug="wrong-shape",
            says="Its result is not a single number.",
        ),
        rule(lambda loss, *_: np.isfinite(loss), slug="log-of-zero", says=infinite),
        rule(
            lambda loss, *_: not np.isclose(loss, left_out).any(),
            slug="left-out",
            says="Examples that are sure and wrong are left out, or cost nothing: they should cost "
            "most. Clip instead.",
        ),
        rule(lambda loss, *_: fine(loss), slug="clips-too-much", says=clipped),
    ]


def _fewer_losses(got, want):
    losses, all_losses = got[-1], want[-1]
    return 0 < len(losses) < len(all_losses) and np.allclose(
        losses, all_losses[: len(losses)], rtol=1e-12, atol=0
    )


STOPS_EARLY = symptom(
    _fewer_losses,
    says="It ends too early: the losses are right as far as they go, and then there are no more. "
    "Is there a condition that leaves the loop? Go on, however little a step changes.",
)


def _first_losses(got, want):
    return got[-1][0], want[-1][0]


FIRST_LOSS_DIFFERS = symptom(
    lambda got, want: (
        np.shape(got[-1]) == np.shape(want[-1])
        and not np.isclose(*_first_losses(got, want), rtol=1e-4)
    ),
    says="Already the first loss is another. Is it the mean cross-entropy, and that of the weights "
    "that were given?",
)
STEP_DIFFERS = symptom(
    lambda got, want: (
        np.shape(got[-1]) == np.shape(want[-1]) and np.isclose(*_first_losses(got, want))
    ),
    says="The first loss is right, and what comes of the first step is not. Look at the slopes, "
    "and at what the step makes of them.",
)
