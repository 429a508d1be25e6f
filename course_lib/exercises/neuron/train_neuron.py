"""The five functions put to work: training."""

import numpy as np

from course_lib.by_hand.neuron import (
    binary_cross_entropy,
    forward,
    gradient_step,
    gradients,
    train_neuron,
)
from course_lib.exercises.engine import Exercise, mistake
from course_lib.exercises.neuron.shared import TRAININGS, training
from course_lib.exercises.shared import FIRST_LOSS_DIFFERS, STEP_DIFFERS, STOPS_EARLY, then


def _given(change):
    """Change what training returns."""
    return then(train_neuron, change)


def _step(change):
    """Train with a step of its own, made from the gradients as they should be."""
    return training(step=change)


def _losses(keep):
    return training(give=lambda w, b, losses: (w, b, keep(losses)))


def _without(part):
    """Train as if a part of the data had no say."""
    return lambda X, y, w, b, rate, steps: train_neuron(*part(X, y), w, b, rate, steps)


def _scaled(scale):
    """Multiply both gradients by what depends on X alone."""
    return training(slopes=lambda X, y, p: tuple(scale(X) * d for d in gradients(X, y, p)))


def _rate(change):
    return _step(lambda w, b, dw, db, rate: gradient_step(w, b, dw, db, change(rate)))


def _sample(X, y, p, i):
    return (p[i] - y[i]) * X[i], p[i] - y[i]


def _one_by_one(X, y, w, b, rate, steps, average=True, keep_all=False):
    losses = []
    for _ in range(steps):
        losses += [] if keep_all else [binary_cross_entropy(y, forward(X, w, b))]
        for i in range(len(y)):
            y_hat = forward(X[i : i + 1], w, b)
            losses += [binary_cross_entropy(y[i : i + 1], y_hat)] if keep_all else []
            dw, db = gradients(X[i : i + 1], y[i : i + 1], y_hat)
            share = rate / len(y) if average else rate
            w, b = gradient_step(w, b, dw, db, share)
    return w, b, losses


def _faded(X, y, w, b, rate, steps, fade):
    losses = []
    for t in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), rate * fade(t))
    return w, b, losses


def _accumulated(X, y, w, b, rate, steps, share):
    losses, dw, db = [], 0.0, 0.0
    for t in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        more = gradients(X, y, y_hat)
        dw, db = dw + more[0], db + more[1]
        w, b = gradient_step(w, b, share(t) * dw, share(t) * db, rate)
    return w, b, losses


def _remembered(X, y, w, b, rate, steps, kept, new, kept_of_bias):
    losses, dw, db = [], 0.0, 0.0
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        more = gradients(X, y, y_hat)
        share = new if kept_of_bias else 1.0
        dw, db = kept * dw + new * more[0], kept_of_bias * db + share * more[1]
        w, b = gradient_step(w, b, dw, db, rate)
    return w, b, losses


def _loss_times_step(X, y, w, b, rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), rate * losses[-1])
    return w, b, losses


def _linear(loss):
    """Train a unit without a sigmoid."""

    def train(X, y, w, b, learning_rate, steps):
        losses = []
        for _ in range(steps):
            z = X @ w + b
            losses.append(loss(y, z))
            w, b = gradient_step(w, b, *gradients(X, y, z), learning_rate)
        return w, b, losses

    return train


class TrainNeuron(Exercise):
    reference = train_neuron
    probes = TRAININGS

    other_order = mistake(
        _given(lambda w, b, losses: (losses, w, b)),
        _given(lambda w, b, losses: (b, w, losses)),
        _given(lambda w, b, losses: (w, losses, b)),
        _given(lambda w, b, losses: (losses, b, w)),
        says="The results come in another order; expected `w`, `b` and then the losses.",
    )
    losses_not_returned = mistake(
        _given(lambda w, b, losses: (w, b)), says="The losses do not come back."
    )
    losses_alone = mistake(
        _given(lambda w, b, losses: losses),
        says="Only the losses come back; what has been learned is lost.",
    )
    nested = mistake(
        _given(lambda w, b, losses: ((w, b), losses)),
        says="It returns two things, of which the first is a pair; expected three.",
    )
    losses_spread_out = mistake(
        _given(lambda w, b, losses: (w, b, *losses)),
        says="It returns each loss as a result of its own; expected them in one list.",
    )

    @mistake.also(
        lambda X, y, w, b, r, steps: (
            *train_neuron(X, y, w, b, r, 1)[:2],
            train_neuron(X, y, w, b, r, 1)[2][0],
        )
    )
    def returns_in_the_loop(X, y, w, b, learning_rate, steps):
        """It stops after the first step. Does it return from inside the loop?"""
        return train_neuron(X, y, w, b, learning_rate, 1)

    last_loss_only = mistake(
        _losses(lambda losses: losses[-1]),
        _losses(lambda losses: losses[-1:]),
        says="Only the loss of the last step comes back; expected a list of all of them. Does each "
        "step overwrite it?",
    )
    first_loss_only = mistake(
        _losses(lambda losses: losses[0]),
        _losses(lambda losses: losses[:1]),
        says="Only the loss of the first step comes back; expected a list of all of them.",
    )
    no_losses = mistake(
        _losses(lambda losses: []), says="The list of losses is empty: nothing is put into it."
    )

    @mistake
    def append_returns_nothing(X, y, w, b, learning_rate, steps):
        """The losses become None: `append` changes the list and returns nothing."""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses = losses.append(binary_cross_entropy(y, y_hat))
            w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        return w, b, losses

    @mistake
    def losses_of_examples(X, y, w, b, learning_rate, steps):
        """Each entry of the losses is an array, with a loss for each example; expected their mean,
        one number a step."""

        def surprises(y, p):
            return np.array(
                [binary_cross_entropy(y[i : i + 1], p[i : i + 1]) for i in range(len(y))]
            )

        return training(loss=surprises)(X, y, w, b, learning_rate, steps)

    loss_in_a_box = mistake(
        _losses(lambda losses: [[loss] for loss in losses]),
        _losses(lambda losses: [np.array([loss]) for loss in losses]),
        _losses(lambda losses: np.array(losses)[:, np.newaxis]),
        _losses(lambda losses: [(step, loss) for step, loss in enumerate(losses)]),
        _losses(lambda losses: dict(enumerate(losses))),
        says="The losses are to be a plain list of numbers, one for each step.",
    )
    outputs_for_losses = mistake(
        training(loss=lambda y, p: p),
        training(loss=lambda y, p: np.mean(p)),
        training(loss=lambda y, p: np.mean(p - y)),
        training(loss=lambda y, p: p - y),
        says="What it keeps of a step are outputs or errors, not the loss.",
    )

    @mistake.also(
        lambda X, y, w, b, r, steps: (
            *train_neuron(X, y, w, b, r, steps)[:2],
            train_neuron(X, y, w, b, r, steps + 1)[2][-1],
        )
    )
    def loss_after_the_update(X, y, w, b, learning_rate, steps):
        """Each loss is that of the weights *after* the step; expected the one before it, so that
        the first loss is that of the start."""
        w_end, b_end, _ = train_neuron(X, y, w, b, learning_rate, steps)
        return w_end, b_end, train_neuron(X, y, w, b, learning_rate, steps + 1)[2][1:]

    @mistake.also(*(_losses(lambda losses, v=v: [v, *losses]) for v in (0.0, 1.0, np.inf)))
    def one_loss_too_many(X, y, w, b, learning_rate, steps):
        """There is one loss too many: one for each step, taken before it, and no other before the
        first or after the last."""
        w_end, b_end, _ = train_neuron(X, y, w, b, learning_rate, steps)
        return w_end, b_end, train_neuron(X, y, w, b, learning_rate, steps + 1)[2]

    one_step_short = mistake(
        training(times=lambda steps: steps - 1),
        training(times=lambda steps: steps - 1, give=lambda w, b, losses: (w, b, losses or [0.0])),
        says="It takes one step too few. Where does your range begin, and where does it end?",
    )
    one_step_more = mistake(
        training(times=lambda steps: steps + 1),
        training(times=lambda steps: steps + 1, give=lambda w, b, losses: (w, b, losses[:-1])),
        says="It takes one step too many. Where does your range end?",
    )
    own_number_of_steps = mistake(
        *(training(times=lambda steps, n=n: n) for n in (10, 100)),
        training(times=lambda steps: 2 * steps),
        says="It takes a number of steps of its own. Use the number that it is given.",
    )

    @mistake.also(
        lambda X, y, w, b, r, steps: (
            *train_neuron(X, y, w, b, r, steps - 1)[:2],
            train_neuron(X, y, w, b, r, steps)[2],
        )
    )
    def weights_before_the_last_step(X, y, w, b, learning_rate, steps):
        """The weights that come back are those before the last step."""
        w_end, b_end, _ = train_neuron(X, y, w, b, learning_rate, max(steps - 1, 0))
        return w_end, b_end, train_neuron(X, y, w, b, learning_rate, steps)[2]

    @mistake
    def forward_once(X, y, w, b, learning_rate, steps):
        """The outputs are computed once and for all, and so no step knows of the step before it:
        the losses are all the same. What changes in a step has to be computed anew in each."""
        y_hat, losses = forward(X, w, b), []
        for _ in range(steps):
            losses.append(binary_cross_entropy(y, y_hat))
            w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        return w, b, losses

    @mistake
    def gradients_once(X, y, w, b, learning_rate, steps):
        """The slopes are computed once and for all: it walks straight on where the valley bends.
        They change with every step."""
        slopes, losses = gradients(X, y, forward(X, w, b)), []
        for _ in range(steps):
            losses.append(binary_cross_entropy(y, forward(X, w, b)))
            w, b = gradient_step(w, b, *slopes, learning_rate)
        return w, b, losses

    step_dropped = mistake(
        lambda X, y, w, b, r, steps: (w, b, train_neuron(X, y, w, b, r, 1)[2] * steps),
        says="The weights and the bias come back as they were given. What becomes of the values "
        "that a step returns?",
    )

    @mistake
    def starts_over(X, y, w, b, learning_rate, steps):
        """Every step starts from the weights that were given: what a step has found is not kept
        for the next one."""
        w_1, b_1, losses = train_neuron(X, y, w, b, learning_rate, 1)
        return w_1, b_1, losses * steps

    @mistake.also(
        lambda X, y, w, b, r, steps: train_neuron(X, y, w, 0.0, r, steps),
        lambda X, y, w, b, r, steps: train_neuron(X, y, np.zeros(X.shape[1]), b, r, steps),
        lambda X, y, w, b, r, steps: train_neuron(
            X, y, np.random.default_rng(0).normal(size=X.shape[1]), 0.0, r, steps
        ),
    )
    def start_of_its_own(X, y, w, b, learning_rate, steps):
        """It starts from weights or a bias of its own. Start from those that it is given."""
        return train_neuron(X, y, np.zeros(X.shape[1]), 0.0, learning_rate, steps)

    loss_multiplied = mistake(
        _loss_times_step,
        says="The step is multiplied by the loss. The slopes are those of the loss already.",
    )
    first_weight_only = mistake(
        _step(lambda w, b, dw, db, r: (np.append(w[:1] - r * dw[:1], w[1:]), b - r * db)),
        says="Only the first weight moves. Each has a slope of its own, and a step.",
    )
    bias_by_dw = mistake(
        _step(lambda w, b, dw, db, r: (w - r * dw, b - r * dw.mean())),
        _step(lambda w, b, dw, db, r: (w - r * dw, b - r * dw.sum())),
        _step(lambda w, b, dw, db, r: (w - r * dw, b - r * dw[0])),
        says="The bias moves by the slopes of the weights. It has one of its own, `db`.",
    )
    slopes_exchanged = mistake(
        _step(lambda w, b, dw, db, r: (w - r * db, b - r * dw)),
        says="`dw` and `db` have changed places: `gradients` returns `dw` first. So the bias has "
        "become as many numbers as there are weights.",
    )
    not_squashed = mistake(
        _linear(lambda y, z: np.mean((z - y) ** 2)),
        _linear(lambda y, z: np.mean((z - y) ** 2) / 2),
        _linear(binary_cross_entropy),
        says="The outputs are the weighted sums themselves: the sigmoid is missing. That is "
        "Adaline.",
    )
    bias_not_updated = mistake(
        _step(lambda w, b, dw, db, r: (w - r * dw, b)),
        says="The bias stays where it was: it is learned too.",
    )
    weights_not_updated = mistake(
        _step(lambda w, b, dw, db, r: (w, b - r * db)), says="The weights stay where they were."
    )
    ascent = mistake(
        _step(lambda w, b, dw, db, r: (w + r * dw, b + r * db)),
        says="It climbs, and the loss rises: a step goes along the slope, or targets and outputs "
        "have changed places in it.",
    )
    ascent_in_part = mistake(
        _step(lambda w, b, dw, db, r: (w - r * dw, b + r * db)),
        _step(lambda w, b, dw, db, r: (w + r * dw, b - r * db)),
        says="One of the two, weights or bias, steps downhill, and the other climbs.",
    )
    rate_twice = mistake(
        _rate(lambda r: r * r),
        _step(lambda w, b, dw, db, r: (w - r * r * dw, b - r * db)),
        _step(lambda w, b, dw, db, r: (w - r * dw, b - r * r * db)),
        says="The learning rate is multiplied twice: your step has it already.",
    )
    rate_forgotten = mistake(
        _rate(lambda r: 1.0),
        _step(lambda w, b, dw, db, r: (w - dw, b - r * db)),
        _step(lambda w, b, dw, db, r: (w - r * dw, b - db)),
        says="The learning rate has no part in the steps, or not in all of them.",
    )
    own_rate = mistake(
        *(_rate(lambda r, own=own: own) for own in (0.1, 0.01, 0.001, 0.05, 0.5)),
        says="It has a learning rate of its own. Use the one that it is given.",
    )

    @mistake.also(
        *(
            lambda X, y, w, b, rate, steps, fade=fade: _faded(X, y, w, b, rate, steps, fade)
            for fade in (
                lambda t: 0.9**t,
                lambda t: 0.99**t,
                lambda t: 0.5**t,
                lambda t: 0.95**t,
                lambda t: 1 / np.sqrt(t + 1),
                lambda t: 1 / (1 + 0.1 * t),
                lambda t: 1 / (1 + 0.01 * t),
            )
        )
    )
    def rate_fades(X, y, w, b, learning_rate, steps):
        """The learning rate changes from step to step; expected the same one in all of them."""
        return _faded(X, y, w, b, learning_rate, steps, lambda t: 1 / (t + 1))

    mean_twice = mistake(
        _scaled(lambda X: 1 / len(X)),
        training(slopes=lambda X, y, p: (gradients(X, y, p)[0] / len(y), np.mean(p - y))),
        training(slopes=lambda X, y, p: (gradients(X, y, p)[0], np.mean(p - y) / len(y))),
        says="Something is divided by the number of examples a second time: the mean is in the "
        "gradients already.",
    )
    missing_mean = mistake(
        _scaled(len),
        training(slopes=lambda X, y, p: (len(y) * gradients(X, y, p)[0], np.mean(p - y))),
        training(slopes=lambda X, y, p: (gradients(X, y, p)[0], np.sum(p - y))),
        says="A step is taken by a sum over the examples where the slope of the mean loss is "
        "asked for: the more examples, the longer it gets.",
    )

    @mistake.also(lambda X, y, w, b, r, n: _accumulated(X, y, w, b, r, n, lambda t: 1 / (t + 1)))
    def gradients_accumulated(X, y, w, b, learning_rate, steps):
        """The gradients of earlier steps are added up in the later ones. A step goes by the slope
        at the place where it starts, and by nothing else."""
        return _accumulated(X, y, w, b, learning_rate, steps, lambda t: 1)

    gradients_remembered = mistake(
        lambda *arguments: _remembered(*arguments, 0.9, 1.0, 0.0),
        lambda *arguments: _remembered(*arguments, 0.9, 1.0, 0.9),
        lambda *arguments: _remembered(*arguments, 0.9, 0.1, 0.9),
        lambda *arguments: _remembered(*arguments, 0.5, 0.5, 0.5),
        says="Part of the earlier gradients goes into the later steps. That is momentum, a matter "
        "of lesson 4; here a step goes by the slope at its own place.",
    )

    @mistake
    def bias_after_the_weights(X, y, w, b, learning_rate, steps):
        """The slope of the bias is taken after the weights have moved. Both slopes belong to the
        same place: know them both before anything moves."""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses.append(binary_cross_entropy(y, y_hat))
            w = w - learning_rate * gradients(X, y, y_hat)[0]
            b = b - learning_rate * gradients(X, y, forward(X, w, b))[1]
        return w, b, losses

    @mistake
    def weights_after_the_bias(X, y, w, b, learning_rate, steps):
        """The slope of the weights is taken after the bias has moved. Both slopes belong to the
        same place: know them both before anything moves."""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses.append(binary_cross_entropy(y, y_hat))
            b = b - learning_rate * gradients(X, y, y_hat)[1]
            w = w - learning_rate * gradients(X, y, forward(X, w, b))[0]
        return w, b, losses

    @mistake
    def two_updates(X, y, w, b, learning_rate, steps):
        """Each step updates twice."""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses.append(binary_cross_entropy(y, y_hat))
            for _ in range(2):
                w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        return w, b, losses

    one_by_one = mistake(
        _one_by_one,
        lambda *arguments: _one_by_one(*arguments, average=False),
        lambda *arguments: _one_by_one(*arguments, average=False, keep_all=True),
        says="It takes a step for every example: that is stochastic descent. Here a step looks at "
        "all examples together.",
    )

    @mistake.also(
        training(slopes=lambda X, y, p: _sample(X, y, p, -1)),
        _without(lambda X, y: (X[:1], y[:1])),
        _without(lambda X, y: (X[-1:], y[-1:])),
    )
    def one_example_only(X, y, w, b, learning_rate, steps):
        """It learns from one example only, the first or the last of them."""
        return training(slopes=lambda X, y, p: _sample(X, y, p, 0))(
            X, y, w, b, learning_rate, steps
        )

    @mistake
    def another_example_each_step(X, y, w, b, learning_rate, steps):
        """Each step looks at one example, the next one each time. Here a step looks at all of
        them."""
        losses = []
        for step in range(steps):
            p, i = forward(X, w, b), step % len(y)
            losses.append(binary_cross_entropy(y, p))
            w, b = gradient_step(w, b, *_sample(X, y, p, i), learning_rate)
        return w, b, losses

    squared_error_slopes = mistake(
        training(slopes=lambda X, y, p: gradients(X, y, y + (p - y) * p * (1 - p))),
        training(slopes=lambda X, y, p: gradients(X, y, y + 2 * (p - y) * p * (1 - p))),
        says="The slopes are those of the squared error: a factor y_hat (1 - y_hat) too many.",
    )
    squared_error_losses = mistake(
        training(loss=lambda y, p: np.mean((y - p) ** 2)),
        training(loss=lambda y, p: 0.5 * np.mean((y - p) ** 2)),
        training(loss=lambda y, p: np.sum((y - p) ** 2)),
        training(loss=lambda y, p: 0.5 * np.sum((y - p) ** 2)),
        says="It keeps the squared error; the losses asked for are cross-entropies.",
    )
    accuracy_for_loss = mistake(
        training(loss=lambda y, p: np.mean((p > 0.5) == y)),
        training(loss=lambda y, p: np.mean((p > 0.5) != y)),
        training(loss=lambda y, p: np.sum((p > 0.5) != y)),
        says="It keeps the share of right or wrong answers, not the loss.",
    )
    losses_summed = mistake(
        training(loss=lambda y, p: len(y) * binary_cross_entropy(y, p)),
        says="Each loss is a sum over the examples; expected their mean.",
    )
    losses_halved = mistake(
        training(loss=lambda y, p: binary_cross_entropy(y, p) / len(y)),
        training(loss=lambda y, p: binary_cross_entropy(y, p) / 2),
        says="The loss is divided once more: it is a mean already.",
    )
    loss_wrong_sign = mistake(
        training(loss=lambda y, p: -binary_cross_entropy(y, p)),
        says="The losses have the wrong sign: a loss is never negative.",
    )
    loss_arguments_swapped = mistake(
        training(loss=lambda y, p: binary_cross_entropy(p, y)),
        says="In the loss the targets and the outputs have changed places.",
    )
    losses_added_up = mistake(
        _losses(lambda losses: [*np.cumsum(losses)]),
        _losses(sum),
        _losses(np.mean),
        _losses(lambda losses: [*(np.cumsum(losses) / np.arange(1, len(losses) + 1))]),
        says="The losses of several steps are added up or averaged; expected each by itself.",
    )
    losses_backwards = mistake(
        _losses(lambda losses: losses[::-1]),
        _losses(sorted),
        says="The losses come in another order; expected that of the steps.",
    )
    losses_now_and_then = mistake(
        _losses(lambda losses: losses[::2]),
        _losses(lambda losses: losses[1:]),
        _losses(lambda losses: losses[:-1]),
        says="Some steps leave no loss in the list; expected one of every step.",
    )
    rounded_losses = mistake(
        *(_losses(lambda losses, d=d: [round(float(v), d) for v in losses]) for d in (2, 3, 4, 6)),
        says="The losses are rounded. Keep all digits; format them where you print.",
    )

    @mistake.also(
        lambda X, y, w, b, r, steps: min(
            (
                (*train_neuron(X, y, w, b, r, n)[:2], train_neuron(X, y, w, b, r, steps)[2])
                for n in range(steps)
            ),
            key=lambda end: binary_cross_entropy(y, forward(X, *end[:2])),
        )
    )
    def stops_when_the_loss_rises(X, y, w, b, learning_rate, steps):
        """It stops, or steps back, when the loss rises. Take all the steps, whatever the loss
        does."""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses.append(binary_cross_entropy(y, y_hat))
            if losses[1:] and losses[-1] > losses[-2]:
                break
            w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        return w, b, losses

    thresholded = mistake(
        training(slopes=lambda X, y, p: gradients(X, y, np.round(p))),
        says="The outputs are rounded to 0 or 1 before the slopes are taken: that is the "
        "perceptron's rule.",
    )
    bias_forgotten = mistake(
        lambda X, y, w, b, r, steps: (
            train_neuron(X, y, w, 0.0, r, steps)[0],
            b,
            train_neuron(X, y, w, 0.0, r, steps)[2],
        ),
        says="The bias has no part in it.",
    )

    @mistake
    def changes_its_input(X, y, w, b, learning_rate, steps):
        """It changes `w`, which it should only read: `-=` works on the array that was given. Make a
        new one."""
        w_end, b, losses = train_neuron(X, y, w, b, learning_rate, steps)
        w[...] = w_end
        return w, b, losses

    stops_early = STOPS_EARLY
    first_loss_differs, step_differs = FIRST_LOSS_DIFFERS, STEP_DIFFERS

    hints = (
        "Adaline's loop above has the same three parts: outputs, loss, update. You have a function "
        "for each of them.",
        "Before the loop an empty list. In it, in this order: the outputs, their loss into the "
        "list, the two slopes, the step, which gives the next `w` and `b`.",
        "Four lines in the loop: forward, losses.append of binary_cross_entropy, gradients, "
        "gradient_step. The return stands after the loop, not in it.",
    )
    insight = "Everything that learns in this course learns in a loop like this one."
    explanation = (
        "Forward, loss, slopes, step, as often as asked; the loss is taken before the step, so the "
        "first one is that of the start."
    )
