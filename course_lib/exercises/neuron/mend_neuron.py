"""The repair of lesson 1: training that trains, and is wrong in one place."""

import numpy as np

from course_lib.by_hand.neuron import binary_cross_entropy, forward, mend_neuron
from course_lib.exercises.engine import Exercise, mistake
from course_lib.exercises.neuron.shared import TRAININGS, training
from course_lib.exercises.shared import FIRST_LOSS_DIFFERS, STEP_DIFFERS, STOPS_EARLY, then

SMALLER = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 0.5, 0.25, 0.2, 0.05, 0.02, 0.005, 0.002)
NUMBERS = (400, 255, 60_000, 10_000, 5_000, 1_000, 800, 784, 100, 50, 10, 4, 3, 2)


def _summed(X, y, p):
    """Give the slopes as the given function has them."""
    return X.T @ (p - y), np.mean(p - y)


def _stub(change=lambda dw, db, X: (dw, db), **parts):
    """Make the given function, with its gradients changed, or other parts of it."""
    return training(slopes=lambda X, y, p: change(*_summed(X, y, p), X), **parts)


def _times(number):
    return _stub(lambda dw, db, X: (number * dw, db))


def _on(part):
    """Make the given function on other data."""
    return lambda X, y, w, b, rate, steps: _stub()(*part(X, y), w, b, rate, steps)


def _given(change):
    return then(_stub(), change)


def _bounded(low, high):
    return training(
        slopes=lambda X, y, p: _summed(X, y, np.clip(p, low, high)),
        loss=lambda y, p: binary_cross_entropy(y, np.clip(p, low, high)),
    )


def _halving(X, y, w, b, rate, steps, give_up=False):
    """Step as the given function does, but less far, or no further, where the loss would rise."""
    losses = []
    for _ in range(steps):
        p = forward(X, w, b)
        losses.append(binary_cross_entropy(y, p))
        if losses[1:] and losses[-1] > losses[-2]:
            if give_up:
                break
            rate = rate / 2
        dw, db = _summed(X, y, p)
        w, b = w - rate * dw, b - rate * db
    return w, b, losses


def _fading(X, y, w, b, rate, steps):
    losses = []
    for t in range(steps):
        p = forward(X, w, b)
        losses.append(binary_cross_entropy(y, p))
        dw, db = _summed(X, y, p)
        w, b = w - rate / (t + 1) * dw, b - rate / (t + 1) * db
    return w, b, losses


class MendNeuron(Exercise):
    reference = mend_neuron
    probes = TRAININGS

    @mistake.also(
        _given(lambda w, b, losses: (w, b, [float(np.nan_to_num(loss)) for loss in losses]))
    )
    def as_given(X, y, w, b, learning_rate, steps):
        """It still does what it did when you got it. Print its steps for a few examples, then for
        the same examples twice over: what changes, and should it?"""
        losses = []
        for _ in range(steps):
            y_hat = forward(X, w, b)
            losses.append(binary_cross_entropy(y, y_hat))
            error = y_hat - y
            w = w - learning_rate * X.T @ error
            b = b - learning_rate * np.mean(error)
        return w, b, losses

    learning_rate_lowered = mistake(
        *(_stub(lambda dw, db, X, s=s: (s * dw, s * db)) for s in SMALLER),
        *(_stub(lambda dw, db, X, n=n: (dw / n, db / n)) for n in NUMBERS),
        _stub(lambda dw, db, X: (dw / len(X), db / len(X))),
        says="This lowers the learning rate: the curve gets calm, but the bias, which was right, "
        "now hardly learns. Of the two steps only one was wrong.",
    )
    constant_factor = mistake(
        *(_times(s) for s in SMALLER),
        *(_times(1 / n) for n in NUMBERS),
        says="The step of the weights is scaled by a fixed number. It fits these data at best: "
        "what it should be divided by depends on what the function is given.",
    )

    divided_by_features = mistake(
        _stub(lambda dw, db, X: (dw / X.shape[1], db)),
        _stub(lambda dw, db, X: (dw / X.size, db)),
        says="It is divided by the number of features, or of all entries of `X`. Over what does "
        "the mean of the loss run?",
    )
    both_summed = mistake(
        _stub(lambda dw, db, X: (dw, len(X) * db)),
        says="Now both steps go by sums over the examples: they agree, but both are as many times "
        "too long as there are examples.",
    )
    mean_twice = mistake(
        _stub(lambda dw, db, X: (dw / len(X) ** 2, db)),
        _stub(lambda dw, db, X: (dw / len(X) ** 2, db / len(X))),
        says="It is divided by the number of examples twice.",
    )
    loss_after_the_step = mistake(
        lambda X, y, w, b, rate, steps: (
            *mend_neuron(X, y, w, b, rate, steps)[:2],
            mend_neuron(X, y, w, b, rate, steps + 1)[2][1:],
        ),
        says="The steps are mended, but each loss is taken after its step now. It was taken before "
        "it, and that was right.",
    )
    mean_over_features = mistake(
        _stub(lambda dw, db, X: (np.mean(dw), db)),
        _stub(lambda dw, db, X: (np.mean(dw) / len(X), db)),
        _stub(lambda dw, db, X: (np.sum(dw) / len(X), db)),
        says="All weights take the same step: the mean runs over the weights as well.",
    )

    gradient_normalised = mistake(
        _stub(lambda dw, db, X: (dw / np.linalg.norm(dw), db)),
        _stub(lambda dw, db, X: (dw / np.linalg.norm(dw), db / abs(db))),
        _stub(lambda dw, db, X: (np.sign(dw), db)),
        _stub(lambda dw, db, X: (np.sign(dw), np.sign(db))),
        _stub(lambda dw, db, X: (dw / np.abs(dw).max(), db)),
        says="The slope has lost its length: steps near the bottom are as long as at the start. "
        "That tames the symptom; the slope itself is still not that of the loss.",
    )
    gradient_clipped = mistake(
        *(_stub(lambda dw, db, X, c=c: (np.clip(dw, -c, c), db)) for c in (0.01, 0.1, 0.5, 1)),
        *(
            _stub(lambda dw, db, X, c=c: (np.clip(dw, -c, c), np.clip(db, -c, c)))
            for c in (0.01, 0.1)
        ),
        *(
            _stub(lambda dw, db, X, c=c: (dw * min(1, c / np.linalg.norm(dw)), db))
            for c in (0.1, 0.5, 1)
        ),
        says="It cuts off what is too long of a slope. That tames the symptom; why is it so long?",
    )
    loss_clipped = mistake(
        *(
            _given(lambda w, b, ls, c=c: (w, b, [min(v, c) for v in ls]))
            for c in (0.5, 0.6, 0.7, 0.8, 1)
        ),
        _given(lambda w, b, losses: (w, b, [*np.minimum.accumulate(losses)])),
        _given(lambda w, b, losses: (w, b, sorted(losses)[::-1])),
        _given(lambda w, b, losses: (w, b, [*(np.cumsum(losses) / np.arange(1, len(losses) + 1))])),
        _given(lambda w, b, losses: (w, b, [v / len(losses) for v in losses])),
        says="Only the report is mended: the losses look better, and the weights are as wrong as "
        "before.",
    )
    labels_cheated = mistake(
        *(_on(lambda X, y, e=e: (X, np.clip(y, e, 1 - e))) for e in (0.01, 0.05, 0.1, 0.2)),
        _on(lambda X, y: (X, np.full(len(y), 0.5))),
        _on(lambda X, y: (X, np.full(len(y), np.mean(y)))),
        _on(lambda X, y: (X, 1 - y)),
        _on(lambda X, y: (X, np.zeros(len(y)))),
        says="The labels are no longer those that were given. A loss that falls on other labels "
        "says nothing.",
    )

    @mistake
    def labels_from_outputs(X, y, w, b, learning_rate, steps):
        """It learns from its own answers in place of the labels: then it is always right."""
        return training(
            slopes=lambda X, y, p: _summed(X, np.round(p), p),
            loss=lambda y, p: binary_cross_entropy(np.round(p), p),
        )(X, y, w, b, learning_rate, steps)

    outputs_clipped = mistake(
        *(_bounded(e, 1 - e) for e in (0.01, 0.05, 0.1, 0.2)),
        says="The outputs are cut off, so that the loss cannot grow. The steps are as wrong as "
        "before.",
    )
    weights_held_down = mistake(
        *(
            training(
                slopes=_summed,
                step=lambda w, b, dw, db, r, c=c: (np.clip(w - r * dw, -c, c), b - r * db),
            )
            for c in (1, 2, 5, 10)
        ),
        *(
            training(
                slopes=_summed, step=lambda w, b, dw, db, r, k=k: (k * (w - r * dw), b - r * db)
            )
            for k in (0.9, 0.99, 0.5)
        ),
        says="The weights are held small after each step. That hides steps that are too long; why "
        "are they?",
    )
    more_steps = mistake(
        *(_stub(times=lambda steps, k=k: k * steps) for k in (2, 5, 10)),
        *(_stub(times=lambda steps, n=n: n) for n in (50, 100)),
        says="It takes more steps than it was asked for. The cause stays, however many there are.",
    )
    fewer_steps = mistake(
        lambda *arguments: _halving(*arguments, give_up=True),
        _stub(times=lambda steps: 1),
        _stub(times=lambda steps: min(steps, 2)),
        _stub(times=lambda steps: steps // 2),
        says="It stops early, before the loss can leap. Take all the steps, each of the right "
        "length.",
    )
    rate_fades = mistake(
        _halving,
        _fading,
        says="The learning rate shrinks on the way. That calms the curve in the end; the first "
        "step is as wrong as before, and the bias learns too little.",
    )
    squared_error = mistake(
        *(
            training(
                slopes=lambda X, y, p, f=f: f(*_summed(X, p * (1 - p) * (y - p), 0 * p), len(y))
            )
            for f in (
                lambda dw, db, m: (dw, db),
                lambda dw, db, m: (dw / m, db),
                lambda dw, db, m: (dw, m * db),
            )
        ),
        says="The error is multiplied by the slope of the sigmoid now: that belongs to the squared "
        "error. With the cross-entropy the two cancel, and the error was right.",
    )
    bias_changed = mistake(
        _stub(lambda dw, db, X: (dw / len(X), len(X) * db)),
        _stub(lambda dw, db, X: (dw / len(X), 0 * db)),
        _stub(lambda dw, db, X: (dw, 0 * db)),
        _stub(lambda dw, db, X: (dw, db / len(X))),
        says="The step of the bias was right, and is so no longer.",
    )
    sign_changed = mistake(
        _stub(lambda dw, db, X: (-dw, db)),
        _stub(lambda dw, db, X: (-dw, -db)),
        _stub(lambda dw, db, X: (-dw / len(X), db)),
        _stub(lambda dw, db, X: (-dw / len(X), -db)),
        says="The sign was right: a step goes against the slope.",
    )
    inputs_shrunk = mistake(
        *(_on(lambda X, y, k=k: (X / k, y)) for k in (255, 100, 10)),
        _on(lambda X, y: (X / len(X), y)),
        _on(lambda X, y: (X / np.abs(X).max(), y)),
        says="It changes the inputs, and learns weights that do not fit those that it was given.",
    )
    fewer_examples = mistake(
        _on(lambda X, y: (X[:1], y[:1])),
        training(slopes=lambda X, y, p: _summed(X[:1], y[:1], p[:1])),
        training(slopes=lambda X, y, p: ((p[0] - y[0]) * X[0], np.mean(p - y))),
        says="It looks at one example in place of all: then a sum is as short as a mean, and the "
        "rest of the data has no say.",
    )
    starts_elsewhere = mistake(
        lambda X, y, w, b, r, steps: _stub()(X, y, np.zeros(X.shape[1]), 0.0, r, steps),
        lambda X, y, w, b, r, steps: _stub()(X, y, 0.01 * w, 0.01 * b, r, steps),
        says="It starts elsewhere. The start was not to blame.",
    )

    stops_early = STOPS_EARLY
    first_loss_differs, step_differs = FIRST_LOSS_DIFFERS, STEP_DIFFERS

    hints = (
        "Lowering the learning rate calms the curve, and is no cure: which of the two, weights or "
        "bias, learns far too slowly then?",
        "Give it 4 examples, then the same 4 twice over, and compare the first step of `w` and of "
        "`b`. The loss is a mean, so nothing should change.",
        "One of the two steps goes by a sum over the examples, the other by a mean.",
    )
    insight = (
        "A calm curve would have hidden it. What does not depend on the number of examples has the "
        "right slope."
    )
    explanation = (
        "The bias steps by a mean, the weights stepped by a sum: X.T @ error adds up over the "
        "examples. Divide it by their number."
    )
