"""A step with momentum."""

import numpy as np

from course_lib.by_hand.mini_batch import momentum_step
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.shared import MATRIX, MATRIX_OF_SLOPES, SLOPES, WEIGHTS
from course_lib.exercises.shared import float32


def _momentum(
    velocity=lambda v, dw, rate, beta: beta * v - rate * dw,
    weights=lambda w, v, old, dw, rate, beta: w + v,
    kept=lambda v, old: v,
):
    """Make a step of momentum with one of its parts another."""

    def momentum_step(w, v, dw, rate, beta):
        new = velocity(v, dw, rate, beta)
        return weights(w, new, v, dw, rate, beta), kept(new, v)

    return momentum_step


_v = np.array([-0.31415927, 0.10355339, 0.61803399])


class MomentumStep(Exercise):
    reference = momentum_step
    probes = [
        Probe("one weight", (WEIGHTS[:1], _v[:1], SLOPES[:1], 0.5, 0.9)),
        Probe("three weights", (WEIGHTS, _v, SLOPES, 0.05, 0.8)),
        Probe("no momentum", (WEIGHTS, _v, SLOPES, 0.2, 0.0)),
        Probe(
            "read-only float32 matrix",
            float32(MATRIX, MATRIX / 3, MATRIX_OF_SLOPES, 0.1, 0.6),
            read_only=True,
        ),
    ]

    @mistake
    def weights_only(*arguments):
        """It returns the weights only. The velocity is wanted for the next step, too."""
        return momentum_step(*arguments)[0]

    @mistake
    def swapped_results(*arguments):
        """`w` and `v` come in the wrong order."""
        return momentum_step(*arguments)[::-1]

    weights_fade = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: beta * w + v),
        _momentum(weights=lambda w, v, old, dw, rate, beta: (1 - beta) * w + v),
        _momentum(weights=lambda w, v, old, dw, rate, beta: beta * (w + v)),
        says="The velocity is right, but the old weights are shrunk by `beta` as well. Only the "
        "velocity fades.",
    )
    beta_squared = mistake(
        _momentum(lambda v, dw, rate, beta: beta**2 * v - rate * dw),
        _momentum(lambda v, dw, rate, beta: np.sqrt(beta) * v - rate * dw),
        says="`beta` has a power or a root: it counts once.",
    )
    weights_for_velocity = mistake(
        lambda w, v, dw, rate, beta: (w + (new := beta * w - rate * dw), new),
        lambda w, v, dw, rate, beta: ((new := beta * w - rate * dw), new),
        lambda w, v, dw, rate, beta: (beta * w + v - rate * dw, beta * v - rate * dw),
        says="`beta` multiplies the weights. What fades from step to step is the velocity.",
    )
    ascent = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v + rate * dw),
        says="It walks uphill: the gradient's sign is wrong. The velocity is to be pushed "
        "downhill.",
    )
    velocity_subtracted = mistake(
        _momentum(weights=lambda w, v, *_: w - v),
        says="The velocity is right, but the weights go the other way: it should be added.",
    )
    velocity_uphill = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v + rate * dw, weights=lambda w, v, *_: w - v),
        says="`v` points uphill and is subtracted. Some books do so; in ours the velocity points "
        "the way that the weights go.",
    )
    rate_outside = mistake(
        _momentum(
            lambda v, dw, rate, beta: beta * v + dw,
            weights=lambda w, v, old, dw, rate, beta: w - rate * v,
        ),
        _momentum(
            lambda v, dw, rate, beta: beta * v - dw,
            weights=lambda w, v, old, dw, rate, beta: w + rate * v,
        ),
        says="`v` adds up bare gradients, and the learning rate comes later. Some libraries do so;"
        " in ours it is part of the velocity.",
    )
    beta_missing = mistake(
        _momentum(lambda v, dw, rate, beta: v - rate * dw),
        _momentum(lambda v, dw, rate, beta: v + rate * dw, weights=lambda w, v, *_: w - v),
        says="The old velocity is kept whole: without friction it never comes to rest. Where is "
        "`beta`?",
    )
    beta_on_everything = mistake(
        _momentum(lambda v, dw, rate, beta: beta * (v - rate * dw)),
        says="`beta` shrinks the new push as well; it belongs to the old velocity only.",
    )
    beta_on_the_push = mistake(
        _momentum(lambda v, dw, rate, beta: v - beta * rate * dw),
        says="`beta` shrinks the new push; it belongs to the old velocity, which is kept whole "
        "here.",
    )
    velocity_only = mistake(
        lambda *arguments: momentum_step(*arguments)[1],
        says="It returns the velocity only; the weights that it moves are asked for as well.",
    )
    step_for_weights = mistake(
        _momentum(weights=lambda w, v, *_: v),
        says="The step comes back in place of the weights: it has not been added to them.",
    )
    rate_on_bracket = mistake(
        _momentum(lambda v, dw, rate, beta: rate * (beta * v - dw)),
        _momentum(lambda v, dw, rate, beta: rate * (beta * v + dw), weights=lambda w, v, *_: w - v),
        says="The learning rate multiplies the whole bracket, the old velocity too. It belongs to "
        "the gradient alone.",
    )
    rate_missing_uphill = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v + dw, weights=lambda w, v, *_: w - v),
        says="The learning rate has no part in it, and `v` points uphill.",
    )
    mean_of_gradients = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v + (1 - beta) * dw),
        _momentum(
            lambda v, dw, rate, beta: beta * v + (1 - beta) * dw, weights=lambda w, v, *_: w - v
        ),
        _momentum(
            lambda v, dw, rate, beta: (1 - beta) * v + beta * dw,
            weights=lambda w, v, old, dw, rate, beta: w - rate * v,
        ),
        says="`v` is a running mean of gradients. Here it is a velocity: the old one, slowed down, "
        "and a whole push downhill.",
    )
    push_outside = mistake(
        _momentum(
            lambda v, dw, rate, beta: beta * v,
            weights=lambda w, v, old, dw, rate, beta: w + v - rate * dw,
        ),
        says="The weights are right, but the push downhill is not in the velocity that comes back: "
        "the next step would know nothing of it.",
    )
    own_constants = mistake(
        *(_momentum(lambda v, dw, rate, beta, b=b: b * v - rate * dw) for b in (0.9, 0.5, 0.99)),
        *(_momentum(lambda v, dw, rate, beta, a=a: beta * v - a * dw) for a in (0.1, 0.01, 0.001)),
        says="It has a learning rate or a beta of its own written into it. Use the arguments.",
    )
    plus_for_times = mistake(
        _momentum(lambda v, dw, rate, beta: beta - rate * dw),
        _momentum(lambda v, dw, rate, beta: beta + v - rate * dw),
        says="`beta` does not multiply the old velocity.",
    )
    gradient_without_size = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v - rate * np.sign(dw)),
        _momentum(lambda v, dw, rate, beta: beta * v - rate),
        says="How large the gradient is has no part in the push.",
    )
    gradient_squared = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v - rate * dw**2),
        says="The gradient is squared, which loses its sign. That belongs to Adam.",
    )
    multiplied = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v * rate * dw),
        says="Old velocity and push are multiplied; the velocity is their sum.",
    )
    weights_multiplied = mistake(
        _momentum(weights=lambda w, v, *_: w * v),
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + v * dw),
        says="The velocity is right, but the weights are not moved by it alone: it is added, and "
        "nothing is multiplied.",
    )
    slowed_twice = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + beta * v),
        says="The velocity is right, but the weights move by beta times it.",
    )
    restarted = mistake(
        _momentum(lambda v, dw, rate, beta: beta * np.where(v * dw > 0, 0, v) - rate * dw),
        _momentum(lambda v, dw, rate, beta: beta * np.where(v * dw < 0, 0, v) - rate * dw),
        _momentum(lambda v, dw, rate, beta: (np.vdot(v, dw) <= 0) * beta * v - rate * dw),
        says="Where the velocity points up or down the slope it is dropped first. Here it always "
        "stays, only smaller by `beta`.",
    )
    old_velocity_too = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + v + old),
        says="The weights move by the new velocity and the old one. The new one has it in it.",
    )
    averaged = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v - (1 - beta) * rate * dw),
        _momentum(
            lambda v, dw, rate, beta: beta * v + (1 - beta) * dw,
            weights=lambda w, v, old, dw, rate, beta: w - rate * v,
        ),
        _momentum(lambda v, dw, rate, beta: beta * v - (1 - beta) * dw),
        says="The gradient is multiplied by 1 - beta, as in a running mean. Here the whole push "
        "counts.",
    )
    one_minus_beta_on_v = mistake(
        _momentum(lambda v, dw, rate, beta: (1 - beta) * v - rate * dw),
        _momentum(lambda v, dw, rate, beta: (1 - beta) * v - beta * rate * dw),
        _momentum(
            lambda v, dw, rate, beta: (1 - beta) * v + rate * dw, weights=lambda w, v, *_: w - v
        ),
        says="The old velocity keeps a share 1 - beta; expected `beta`: with 0.9, nearly all.",
    )
    rate_and_beta_swapped = mistake(
        _momentum(lambda v, dw, rate, beta: rate * v - beta * dw),
        says="`learning_rate` and `beta` have changed places.",
    )
    rate_twice = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + rate * v),
        says="The learning rate counts twice: it is in the velocity already.",
    )
    rate_missing = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v - dw),
        says="The learning rate has no part in it.",
    )
    old_velocity = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + old),
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + beta * old),
        says="The weights move by the old velocity: the new gradient comes a step too late.",
    )
    velocity_not_updated = mistake(
        _momentum(kept=lambda v, old: old),
        says="The weights are right, but the velocity comes back as it was. It would forget every "
        "gradient at once.",
    )
    weights_not_updated = mistake(
        _momentum(weights=lambda w, *_: w),
        says="The velocity is right, but the weights come back as they were.",
    )
    no_memory = mistake(
        _momentum(lambda v, dw, rate, beta: -rate * dw),
        _momentum(lambda v, dw, rate, beta: rate * dw, lambda w, v, *_: w - v),
        _momentum(weights=lambda w, v, old, dw, rate, beta: w - rate * dw, kept=lambda v, old: old),
        _momentum(weights=lambda w, v, old, dw, rate, beta: w - rate * dw),
        says="The old velocity has no part in the step: this is plain gradient descent.",
    )
    gradient_forgotten = mistake(
        _momentum(lambda v, dw, rate, beta: beta * v),
        says="The gradient has no part in it: the weights roll on as they did, and slow down.",
    )
    gradient_twice = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + v - rate * dw),
        says="The gradient counts twice: it is in the velocity already.",
    )
    nesterov = mistake(
        _momentum(weights=lambda w, v, old, dw, rate, beta: w + beta * v - rate * dw),
        says="The velocity is right, but the weights look a step ahead: that is Nesterov's way. "
        "Here they move by the velocity.",
    )

    @mistake
    def changes_its_input(w, v, dw, rate, beta):
        """It changes its arguments, which it should only read. Make new arrays."""
        v *= beta
        v -= rate * dw
        w += v
        return w, v

    hints = (
        "A ball on a slope: first its speed changes, then its place.",
        "The new velocity: what friction leaves of the old, `beta` times it, and a push downhill.",
        "The push is the step that gradient descent would take, minus sign and learning rate "
        "included. Then w moves by the new velocity.",
    )
    insight = "On an even slope it reaches 1/(1 - beta) times the step of gradient descent."
    explanation = "The velocity remembers past steps, each beta times as much as the one after it."
