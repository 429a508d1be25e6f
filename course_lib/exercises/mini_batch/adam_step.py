"""A step of Adam."""

import numpy as np

from course_lib.by_hand.mini_batch import adam_step
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.shared import MATRIX, MATRIX_OF_SLOPES, SLOPES, WEIGHTS
from course_lib.exercises.shared import float32


def _adam(
    mean=lambda m, dw, beta: beta * m + (1 - beta) * dw,
    square=lambda v, dw, beta, m: beta * v + (1 - beta) * dw**2,
    first=lambda m, beta, t: m / (1 - beta**t),
    second=lambda v, beta, t: v / (1 - beta**t),
    step=lambda m, v, dw, eps: m / (np.sqrt(v) + eps),
    move=lambda w, step, rate: w - rate * step,
    kept=lambda m, v, *others: (m, v),
):
    """Make a step of Adam with one of its parts another."""

    def adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        new_m = mean(m, dw, beta1)
        new_v = square(v, dw, beta2, new_m)
        m_hat, v_hat = first(new_m, beta1, t), second(new_v, beta2, t)
        new_w = move(w, step(m_hat, v_hat, dw, eps), learning_rate)
        return new_w, *kept(new_m, new_v, m_hat, v_hat, m, v)

    return adam_step


def _corrected_by(w, m, v, dw, t, learning_rate, *others, betas):
    first, second = (1 - others[i] ** t for i in betas)
    _, m, v = adam_step(w, m, v, dw, t, learning_rate, *others)
    return w - learning_rate * m / first / (np.sqrt(v / second) + others[2]), m, v


def _with_old_means(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    _, new_m, new_v = adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v


def _corrected(correct):
    """Correct both means in another way."""
    return {"first": correct, "second": correct}


def _with_arguments(change):
    """Call the right function with wrong arguments."""
    return lambda w, m, v, dw, t, rate, beta1, beta2, eps: adam_step(
        *change(w, m, v, dw, t, rate, beta1, beta2, eps)
    )


_m0, _v0 = np.array([0.2, -0.1, 0.05]), np.array([0.3, 0.02, 0.5])
_USUAL = 0.001, 0.9, 0.999, 1e-8


def _root_corrected(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
    _, m, v = adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps)
    root = np.sqrt(v) / (1 - beta2**t)
    return w - learning_rate * m / (1 - beta1**t) / (root + eps), m, v


class AdamStep(Exercise):
    reference = adam_step
    probes = [
        Probe(
            "first step of one weight",
            (WEIGHTS[:1], 0 * _m0[:1], 0 * _v0[:1], SLOPES[:1], 1, 0.1, 0.9, 0.999, 1e-8),
        ),
        Probe("third step", (WEIGHTS, _m0, _v0, SLOPES, 3, 0.1, 0.9, 0.99, 1e-8)),
        Probe("large eps", (WEIGHTS, _m0, _v0, SLOPES, 2, 0.05, 0.8, 0.95, 0.3)),
        Probe("a slope of 0", (WEIGHTS, 0 * _m0, 0 * _v0, SLOPES * [1, 0, 1], 1, *_USUAL)),
        Probe("late", (WEIGHTS, _m0, _v0, SLOPES, 5000, 0.5, 0.7, 0.9, 1e-3)),
        Probe(
            "read-only float32 matrix",
            float32(MATRIX, MATRIX / 3, MATRIX**2, MATRIX_OF_SLOPES, 2, 0.2, 0.6, 0.9, 1e-6),
            read_only=True,
        ),
    ]

    @mistake.also(lambda *arguments: adam_step(*arguments)[:1])
    def weights_only(*arguments):
        """It returns the weights only. Both means are wanted for the next step."""
        return adam_step(*arguments)[0]

    swapped_results = mistake(
        _adam(kept=lambda m, v, *_: (v, m)),
        lambda *arguments: (*(result := adam_step(*arguments))[1:], result[0]),
        says="The results come in the wrong order; expected the weights, then both means.",
    )
    correction_kept = mistake(
        _adam(kept=lambda m, v, m_hat, v_hat, *_: (m_hat, v_hat)),
        _adam(kept=lambda m, v, m_hat, v_hat, *_: (m, v_hat)),
        _adam(kept=lambda m, v, m_hat, v_hat, *_: (m_hat, v)),
        says="The corrected means are handed on, and the next step would correct them again. Keep "
        "`m` and `v` as they are.",
    )
    means_not_updated = mistake(
        _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (old_m, old_v)),
        _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (m, old_v)),
        _adam(kept=lambda m, v, m_hat, v_hat, old_m, old_v: (old_m, v)),
        says="The weights are right, but `m` or `v` comes back as it was.",
    )
    weights_not_updated = mistake(
        _adam(move=lambda w, *_: w),
        says="The means are right, but the weights come back as they were.",
    )
    step_for_weights = mistake(
        _adam(move=lambda w, step, rate: -rate * step),
        _adam(move=lambda w, step, rate: rate * step),
        says="The step comes back in place of the weights. Take it from where they are.",
    )
    four_results = mistake(
        lambda *arguments: (*adam_step(*arguments), arguments[4] + 1),
        says="It returns four values; expected three, `w, m, v`. Who calls it counts the steps.",
    )
    rate_on_bracket = mistake(
        _adam(move=lambda w, step, rate: rate * (w - step)),
        says="The learning rate multiplies the whole bracket, the old weights too.",
    )
    old_means = mistake(
        _with_old_means,
        says="The weights move by the old means: the new gradient comes a step too late.",
    )
    memory_lost = mistake(
        _with_arguments(lambda w, m, v, *more: (w, 0 * m, 0 * v, *more)),
        _adam(mean=lambda m, dw, beta: dw),
        says="What was remembered is lost: a mean begins anew in every step.",
    )
    no_correction = mistake(
        _adam(**_corrected(lambda mean, *_: mean)),
        _adam(**_corrected(lambda mean, *_: mean), step=lambda m, v, dw, eps: m / np.sqrt(v + eps)),
        says="The means are not corrected for their start at 0: in the first steps they are far "
        "too small.",
    )
    m_not_corrected = mistake(
        _adam(first=lambda m, *_: m),
        says="Only `v` is corrected for its start at 0; `m` started there, too.",
    )
    v_not_corrected = mistake(
        _adam(second=lambda v, *_: v),
        says="Only `m` is corrected for its start at 0; `v` started there, too, and leaves it "
        "far more slowly, since its beta is larger.",
    )
    t_from_zero = mistake(
        _with_arguments(lambda w, m, v, dw, t, *more: (w, m, v, dw, t - 1, *more)),
        says="It counts steps from 0, and the correction divides by 0. `t` is 1 in the first step.",
    )
    t_minus_one = mistake(
        *(
            _adam(**_corrected(lambda mean, beta, t, e=e: mean / (1 - beta ** (t - 1) + e)))
            for e in (1e-12, 1e-8)
        ),
        says="It subtracts 1 from `t`, which counts from 1: the first step divides by nearly 0.",
    )
    root_multiplied = mistake(
        lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
            w
            - rate
            * (new := adam_step(w, m, v, dw, t, rate, beta1, beta2, eps))[1]
            / (1 - beta1**t)
            * np.sqrt(new[2] / (1 - beta2**t))
            + eps,
            *new[1:],
        ),
        says="The root multiplies the step. It divides: where slopes are large, the step is to be "
        "short.",
    )
    weights_decay = mistake(
        *(
            _with_arguments(lambda w, m, v, dw, *more, d=d: (w, m, v, dw + d * w, *more))
            for d in (0.01, 0.1, 0.001, 1e-4)
        ),
        says="A share of the weights is added to the gradient, as weight decay does. Here the "
        "gradient is all there is.",
    )
    largest_for_mean = mistake(
        _adam(
            square=lambda v, dw, beta, m: np.maximum(beta * v, np.abs(dw)),
            second=lambda v, beta, t: v,
            step=lambda m, v, dw, eps: m / (v + eps),
        ),
        _adam(
            square=lambda v, dw, beta, m: np.maximum(beta * v, np.abs(dw)),
            second=lambda v, beta, t: v,
            step=lambda m, v, dw, eps: m / v,
        ),
        says="`v` keeps the largest slope, as AdaMax does. Adam keeps a mean of squares.",
    )
    t_plus_one = mistake(
        _adam(first=lambda m, beta, t: m / (1 - beta ** (t + 1))),
        _adam(second=lambda v, beta, t: v / (1 - beta ** (t + 1))),
        _with_arguments(lambda w, m, v, dw, t, *more: (w, m, v, dw, t + 1, *more)),
        says="It adds 1 to `t`, which counts from 1 already.",
    )
    correction_brackets = mistake(
        _adam(**_corrected(lambda mean, beta, t: mean / (1 - beta) ** t)),
        _adam(first=lambda m, beta, t: m / 1 - beta**t),
        _adam(first=lambda m, beta, t: m / (1 - beta) ** t),
        _adam(second=lambda v, beta, t: v / (1 - beta) ** t),
        _adam(**_corrected(lambda mean, beta, t: mean / 1 - beta**t)),
        says="Brackets are missing, or in the wrong place, in a correction.",
    )
    correction_without_one = mistake(
        _adam(**_corrected(lambda mean, beta, t: mean / beta**t)),
        _adam(**_corrected(lambda mean, beta, t: mean / (1 + beta**t))),
        says="The denominator of the correction is another. It is small at first and goes to 1.",
    )
    root_corrected = mistake(
        _root_corrected,
        says="The root of `v` is corrected, and not `v` itself. First the correction, then the "
        "root.",
    )
    t_ignored = mistake(
        _adam(**_corrected(lambda mean, beta, t: mean / (1 - beta))),
        says="The correction is the same in every step; `t` is missing in it. It should fade.",
    )
    times_t = mistake(
        _adam(first=lambda m, beta, t: m / (1 - beta * t)),
        _adam(**_corrected(lambda mean, beta, t: mean / (1 - beta * t))),
        _adam(
            **_corrected(lambda mean, beta, t: mean / (1 - beta * t)),
            step=lambda m, v, dw, eps: m / (np.sqrt(np.abs(v)) + eps),
        ),
        says="A beta is multiplied by `t`; expected beta to the power of `t`.",
    )
    correction_multiplied = mistake(
        _adam(**_corrected(lambda mean, beta, t: mean * (1 - beta**t))),
        says="The correction makes the means smaller still. They start too small: divide.",
    )
    betas_swapped = mistake(
        _with_arguments(
            lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                *(w, m, v, dw, t, rate),
                *(beta2, beta1, eps),
            )
        ),
        lambda *given: _corrected_by(*given, betas=(1, 0)),
        says="`beta1` and `beta2` have changed places: the first belongs to `m`.",
    )
    one_beta_for_both = mistake(
        _with_arguments(
            lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                *(w, m, v, dw, t, rate),
                *(beta1, beta1, eps),
            )
        ),
        lambda *given: _corrected_by(*given, betas=(0, 0)),
        lambda *given: _corrected_by(*given, betas=(1, 1)),
        _with_arguments(
            lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
                *(w, m, v, dw, t, rate),
                *(beta2, beta2, eps),
            )
        ),
        says="The same beta is used for both means; `m` has beta1 and `v` has beta2.",
    )
    own_constants = mistake(
        _with_arguments(lambda w, m, v, dw, t, rate, *_: (w, m, v, dw, t, rate, *_USUAL[1:])),
        says="It has 0.9, 0.999 or 1e-8 written into it. Use the arguments.",
    )
    sums_for_means = mistake(
        _adam(
            mean=lambda m, dw, beta: beta * m + dw, square=lambda v, dw, beta, m: beta * v + dw**2
        ),
        _adam(mean=lambda m, dw, beta: beta * m + dw),
        _adam(mean=lambda m, dw, beta: m + (1 - beta) * dw),
        _adam(square=lambda v, dw, beta, m: v + (1 - beta) * dw**2),
        _adam(square=lambda v, dw, beta, m: v + dw**2),
        _adam(mean=lambda m, dw, beta: beta * m + (1 + beta) * dw),
        _adam(square=lambda v, dw, beta, m: beta * v + dw**2),
        says="It is no running mean: there old and new count by beta and 1 - beta, which make 1 "
        "together.",
    )
    mean_weights_swapped = mistake(
        _adam(
            mean=lambda m, dw, beta: (1 - beta) * m + beta * dw,
            square=lambda v, dw, beta, m: (1 - beta) * v + beta * dw**2,
        ),
        _adam(mean=lambda m, dw, beta: (1 - beta) * m + beta * dw),
        _adam(square=lambda v, dw, beta, m: (1 - beta) * v + beta * dw**2),
        says="In a mean the weights of old and new have changed places: beta is nearly 1, and the "
        "old counts most.",
    )
    new_shrunk_too = mistake(
        _adam(mean=lambda m, dw, beta: beta * (m + (1 - beta) * dw)),
        says="beta shrinks the new gradient as well; it belongs to the old mean only.",
    )
    gradient_subtracted = mistake(
        _adam(mean=lambda m, dw, beta: beta * m - (1 - beta) * dw),
        says="The new gradient is subtracted from the mean `m`; a mean takes it as it is.",
    )
    gradient_not_squared = mistake(
        _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * dw),
        _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * np.abs(dw)),
        says="`v` is a mean of the gradients, or of their sizes; expected one of their squares.",
    )
    squared_too_much = mistake(
        _adam(square=lambda v, dw, beta, m: (beta * v + (1 - beta) * dw) ** 2),
        _adam(square=lambda v, dw, beta, m: beta * v + ((1 - beta) * dw) ** 2),
        _adam(square=lambda v, dw, beta, m: beta * v**2 + (1 - beta) * dw**2),
        says="In `v` more is squared than the gradient. Are brackets in the wrong place?",
    )
    dot_product = mistake(
        _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * np.sum(dw**2)),
        says="`v` takes the sum of all squares, one number. Each weight has a mean of its own: "
        "square element by element.",
    )
    square_of_m = mistake(
        _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * m**2),
        says="`v` is a mean of m²; expected one of dw². The mean of squares is not the square of a"
        " mean.",
    )
    eps_inside_root = mistake(
        _adam(step=lambda m, v, dw, eps: m / np.sqrt(v + eps)),
        _adam(step=lambda m, v, dw, eps: m / np.sqrt(v + eps**2)),
        says="`eps` stands under the root. First the root, then `eps`.",
    )

    @mistake
    def eps_not_corrected(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        """Nearly right: both corrections are in the rate, and so `eps` is added to the root of the
        uncorrected `v`. In Kingma and Ba's algorithm 1 it is added to that of the corrected one."""
        _, m, v = adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps)
        rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        return w - rate * m / (np.sqrt(v) + eps), m, v

    eps_forgotten = mistake(
        _adam(step=lambda m, v, dw, eps: m / np.sqrt(v)),
        says="`eps` has no part in it: where the gradient has always been 0, it divides 0 by 0.",
    )
    eps_outside = mistake(
        _adam(step=lambda m, v, dw, eps: m / np.sqrt(v) + eps),
        lambda w, m, v, dw, t, rate, beta1, beta2, eps: (
            adam_step(w, m, v, dw, t, rate, beta1, beta2, 0.0)[0] + eps,
            *adam_step(w, m, v, dw, t, rate, beta1, beta2, eps)[1:],
        ),
        says="`eps` is added to the quotient: it belongs to what is divided by. Mind the brackets.",
    )
    root_forgotten = mistake(
        _adam(step=lambda m, v, dw, eps: m / (v + eps)),
        says="It divides by the mean square itself. Its root has the size of a gradient.",
    )
    eps_subtracted = mistake(
        _adam(step=lambda m, v, dw, eps: m / (np.sqrt(v) - eps)),
        _adam(step=lambda m, v, dw, eps: m / (np.sqrt(v) * eps)),
        says="`eps` is subtracted from the root, or multiplied by it. It is added, to keep the "
        "root off 0.",
    )
    squared_again = mistake(
        _adam(step=lambda m, v, dw, eps: m / (v**2 + eps)),
        says="`v` is squared once more. It is of squares already: its root has the size of a "
        "gradient.",
    )
    upside_down = mistake(
        _adam(step=lambda m, v, dw, eps: np.sqrt(v) / (m + eps)),
        _adam(step=lambda m, v, dw, eps: m * np.sqrt(v) + eps),
        _adam(step=lambda m, v, dw, eps: m * (np.sqrt(v) + eps)),
        says="It does not divide `m` by the root of `v`: a weight whose gradients are large should "
        "not step further for that.",
    )
    gradient_too = mistake(
        _adam(step=lambda m, v, dw, eps: m * dw / (np.sqrt(v) + eps)),
        says="The step is multiplied by the gradient as well, which is in `m` already.",
    )
    not_divided = mistake(
        _adam(step=lambda m, v, dw, eps: m),
        _adam(step=lambda m, v, dw, eps: dw),
        _adam(step=lambda m, v, dw, eps: np.sign(dw)),
        says="`v` has no part in the step. It is what gives each weight a rate of its own.",
    )
    gradient_for_m = mistake(
        _adam(step=lambda m, v, dw, eps: dw / (np.sqrt(v) + eps)),
        says="The weights move by the bare gradient over the root, as in RMSProp. `m` has no part "
        "in the step.",
    )
    ascent = mistake(
        _adam(move=lambda w, step, rate: w + rate * step),
        says="It walks uphill: the step's sign is wrong.",
    )
    rate_missing = mistake(
        _adam(move=lambda w, step, rate: w - step),
        says="The learning rate has no part in the step.",
    )

    @mistake
    def changes_its_input(w, m, v, dw, t, learning_rate, beta1, beta2, eps):
        """It changes its arguments, which it should only read. Make new arrays."""
        m *= beta1
        m += (1 - beta1) * dw
        v *= beta2
        v += (1 - beta2) * dw**2
        w -= learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return w, m, v

    hints = (
        "Two running means: `m` of the gradient, `v` of its square. Each takes beta of the old "
        "and 1 - beta of the new.",
        "Both started at 0. Dividing by 1 - beta**t corrects that; keep the corrected ones under "
        "names of their own.",
        "The step is the learning rate times the corrected m, over the root of the corrected v "
        "plus eps. Return the uncorrected ones.",
    )
    insight = "The very first step is as long as the learning rate, however large the gradient."
    explanation = "Momentum in the numerator, a typical size of the gradient in the denominator."
