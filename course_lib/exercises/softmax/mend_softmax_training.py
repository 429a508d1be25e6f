"""A training to be mended: its first loss is right, and its last never gets far."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.by_hand.softmax import (
    cross_entropy,
    mend_softmax_training,
    one_hot,
    softmax_cross_entropy_grad,
)
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import FIRST_LOSS_DIFFERS, STEP_DIFFERS, float32, labels, then


def as_given(X, y, W, b, learning_rate, steps):
    """Train as the cell of the lesson does."""
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(steps):
        Z = softmax(X @ W + b)
        losses.append(cross_entropy(y, softmax(Z)))
        dZ = softmax_cross_entropy_grad(y, softmax(Z))
        W -= learning_rate * X.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.array(losses)


def _twice(P):
    return softmax(softmax(P))


def _training(
    P_of=_twice,
    loss_of=None,
    slope_of=None,
    slope=lambda y, P, Z: softmax_cross_entropy_grad(y, P),
    targets=lambda y, P: y,
    bias=lambda dZ: dZ.sum(axis=0),
    loss=cross_entropy,
    before=True,
):
    """Return the training of the cell with a step of it made another way.

    Probabilities of logits are ``P_of(Z)``; those for the loss and those for its slope may differ.
    """

    def training(X, y, W, b, learning_rate, steps):
        W, b, losses = W.copy(), b.copy(), []
        for _ in range(steps):
            Z = X @ W + b
            P, P_loss = (slope_of or P_of)(Z), (loss_of or P_of)(Z)
            said = targets(y, P)
            losses.append(loss(said, P_loss))
            dZ = slope(said, P, Z).astype(W.dtype)
            W -= learning_rate * X.T @ dZ
            b -= learning_rate * bias(dZ)
            if not before:
                losses[-1] = loss(y, (loss_of or P_of)(X @ W + b))
        return W, b, np.array(losses)

    return training


def _through_both(y, P, Z):
    """Give the true slope of the loss of two softmaxes, one after the other."""
    S, dS = softmax(Z), softmax_cross_entropy_grad(y, P)
    return S * (dS - (dS * S).sum(axis=1, keepdims=True))


def _slope_times(factor):
    return lambda y, P, Z: factor(P, Z) * softmax_cross_entropy_grad(y, P)


def _slope_then(change):
    return lambda y, P, Z: change(softmax_cross_entropy_grad(y, P))


def _without_bias(P_of):
    def training(X, y, W, b, learning_rate, steps):
        losses = []
        for _ in range(steps):
            P = P_of(X @ W)
            losses.append(cross_entropy(y, P))
            dZ = softmax_cross_entropy_grad(y, P)
            W, b = W - learning_rate * X.T @ dZ, b - learning_rate * dZ.sum(axis=0)
        return W, b, np.array(losses)

    return training


def _rate(change):
    """Return what is as it was given, but for the learning rate."""
    return lambda X, y, W, b, learning_rate, steps: as_given(
        X, y, W, b, change(learning_rate, X), steps
    )


def _steps(change):
    return lambda X, y, W, b, learning_rate, steps: as_given(
        X, y, W, b, learning_rate, change(steps)
    )


def _losses(change):
    return then(as_given, lambda W, b, losses: (W, b, change(losses)))


def _mended(change):
    return then(mend_softmax_training, change)


def _from(start):
    """Return trainings, the given one and the mended one, that start elsewhere."""
    return [
        lambda X, y, W, b, learning_rate, steps, train=train: train(
            X, y, *start(W, b), learning_rate, steps
        )
        for train in (as_given, mend_softmax_training)
    ]


def _in_place(train):
    """Return a training that changes the weights that came."""

    def training(X, y, W, b, learning_rate, steps):
        W[:], b[:], losses = train(X, y, W, b, learning_rate, steps)
        return W, b, losses

    return training


def _with_momentum(train, beta):
    """Return a training whose steps go on as they began, step by step of one that has none."""

    def training(X, y, W, b, learning_rate, steps):
        losses, vW, vb = [], 0, 0
        for _ in range(steps):
            W_new, b_new, loss = train(X, y, W, b, learning_rate, 1)
            vW, vb = beta * vW + W_new - W, beta * vb + b_new - b
            W, b = W + vW, b + vb
            losses += [*loss]
        return W, b, np.array(losses)

    return training


def _by_columns(Z):
    return softmax(Z.T).T


def _scores(Z):
    return np.clip(Z, 1e-12, 1)


_FLOOR = np.log(np.exp(1) + 9) - 1
_rng = np.random.default_rng(3)
_X, _y = _rng.random((9, 5)).round(2), labels(2, 0, 1, 1, 2, 0, 3, 3, 1)
_W, _b = _rng.normal(0, 0.8, (5, 4)).round(2), np.array([0.3, -0.2, 0.1, 0])
(_X32,) = float32(_X)
_TEN = _rng.random((12, 6)).round(2), labels(7, 4, 0, 9, 1, 1, 5, 3, 2, 8, 6, 6)


class MendSoftmaxTraining(Exercise):
    reference = mend_softmax_training
    probes = [
        Probe("one step", (_X, _y, _W, _b, 0.5, 1)),
        Probe("three steps", (_X, _y, _W, _b, 0.5, 3)),
        Probe("all weights 0", (_X[:4], _y[:4], 0 * _W, 0 * _b, 1.0, 4)),
        Probe("two classes", (_X, _y % 2, _W[:, :2], _b[:2], 0.3, 2)),
        Probe("ten classes", (*_TEN, np.zeros((6, 10)), np.zeros(10), 2.0, 5)),
        Probe("read-only float32", (_X32, _y, *float32(_W, _b), 0.5, 2), read_only=True),
    ]

    as_given = mistake(
        as_given,
        says="This is the training as it was given. It learns, and yet its loss cannot come near "
        "0. What is the largest probability that it can ever give to the truth, and why?",
    )
    rate_changed = mistake(
        *(
            _rate(lambda rate, X, k=k: k * rate)
            for k in (2, 3, 4, 5, 10, 20, 50, 100, 0.5, 0.1, 0.01)
        ),
        *(_rate(lambda rate, X, k=k: k) for k in (0.001, 0.01, 0.05, 0.1, 0.2, 1, 5, 10)),
        _rate(lambda rate, X: rate * len(X)),
        _rate(lambda rate, X: rate / len(X)),
        says="The step, or its slope, has another size. That changes how fast it gets to where it "
        "cannot get further, and not where that is. The cause is still there.",
    )
    sign_changed = mistake(
        _rate(lambda rate, X: -rate),
        says="Now it walks uphill, against what the slope says: the sign was right. The cause is "
        "still there.",
    )
    more_steps = mistake(
        *(_steps(lambda steps, k=k: k * steps) for k in (2, 3, 5, 10)),
        *(_steps(lambda steps, k=k: k) for k in (10, 20, 50, 100, 200)),
        _steps(lambda steps: steps + 1),
        _steps(lambda steps: steps - 1),
        says="It takes another number of steps than `steps`. However many there are, the loss "
        "stops at the same height: the cause is still there.",
    )
    loss_made_up = mistake(
        *(
            _losses(lambda losses, f=f: f(losses))
            for f in (
                lambda v: v - _FLOOR,
                lambda v: v - 1.46,
                lambda v: v - 1.461,
                lambda v: v - 1.4612,
                lambda v: v - 1.5,
                lambda v: v - v.min(initial=9),
                lambda v: np.maximum(v - _FLOOR, 0),
                lambda v: np.minimum(v, 1),
                lambda v: np.minimum(v, 1.46),
                lambda v: np.clip(v, 0, 1),
                lambda v: v / 2,
                lambda v: v / 10,
                lambda v: v / np.log(10),
                lambda v: v / v.max(initial=1e-9),
                lambda v: 0 * v,
            )
        ),
        says="The losses are made to look better after the fact, and the training is as it was. "
        "Find what keeps them up.",
    )
    loss_alone = mistake(
        _training(loss_of=softmax),
        says="The loss is mended, and the weights still move as before: its slope belongs to other "
        "probabilities.",
    )
    slope_alone = mistake(
        _training(slope_of=softmax),
        says="The weights move as they should, and the loss is still that of other probabilities.",
    )
    stretched = mistake(
        *(
            _training(lambda Z, k=k: softmax(k * softmax(Z)))
            for k in (2, 3, 5, 10, 20, 30, 50, 100, 1000)
        ),
        *(_training(lambda Z, k=k: softmax(softmax(k * Z))) for k in (2, 5, 10, 100)),
        _training(lambda Z: softmax(softmax(Z) ** 2)),
        _training(lambda Z: softmax(np.exp(softmax(Z)))),
        says="Something is stretched, so that the truth can get more. That hides the cause, which "
        "is still there: what goes into a softmax should be free to be of any size.",
    )
    enlarged = mistake(
        _training(lambda Z: (P := _twice(Z)) / P.max(axis=1, keepdims=True)),
        _training(lambda Z: np.minimum(_twice(Z) * (np.e + Z.shape[1] - 1) / np.e, 1)),
        _training(lambda Z: np.minimum(4.3 * _twice(Z), 1)),
        _training(lambda Z: _twice(Z) ** 2),
        says="The probabilities are made larger afterwards, and a row no longer adds up to 1.",
    )
    squashed_otherwise = mistake(
        *(
            _training(lambda Z, f=f: softmax(f(Z)))
            for f in (
                sigmoid,
                np.tanh,
                lambda Z: np.maximum(Z, 0),
                lambda Z: Z / np.abs(Z).max(initial=1e-9),
                lambda Z: Z / np.maximum(1e-12, np.linalg.norm(Z, axis=1, keepdims=True)),
                lambda Z: Z / np.maximum(1e-12, Z.sum(axis=1, keepdims=True)),
                np.round,
                lambda Z: softmax(Z.ravel()).reshape(Z.shape),
                lambda Z: Z.clip(0, 1),
                lambda Z: Z.clip(-1, 1),
            )
        ),
        says="One function that holds the scores in narrow bounds has given way to another.",
    )
    softmax_left_out = mistake(
        _training(lambda Z: Z),
        _training(_scores),
        _training(loss_of=lambda Z: Z, slope_of=softmax),
        _training(loss_of=softmax, slope_of=lambda Z: Z),
        _training(loss_of=_twice, slope_of=lambda Z: Z),
        _training(loss_of=lambda Z: Z, slope_of=_twice),
        says="Now scores stand where probabilities should: too much was taken away.",
    )
    by_columns = mistake(
        _training(_by_columns),
        _training(loss_of=_by_columns, slope_of=softmax),
        _training(lambda Z: softmax(_by_columns(Z))),
        _training(lambda Z: _by_columns(softmax(Z))),
        _training(lambda Z: softmax(Z.ravel()).reshape(Z.shape)),
        says="The shares are taken over the examples. Each row, one example, should add up to 1.",
    )
    sigmoids = mistake(
        _training(sigmoid),
        says="This is a sigmoid for each class, and these need not add up to 1. The task is one "
        "softmax.",
    )
    labels_replaced = mistake(
        *(
            _training(f, **changed)
            for f in (_twice, softmax)
            for changed in (
                dict(targets=lambda y, P: P.argmax(axis=1)),
                dict(loss=lambda y, P: cross_entropy(P.argmax(axis=1), P)),
                dict(slope=lambda y, P, Z: softmax_cross_entropy_grad(P.argmax(axis=1), P)),
            )
        ),
        _training(targets=lambda y, P: np.zeros_like(y)),
        says="It is judged by its own answers, not by the labels: then any network is right.",
    )
    another_measure = mistake(
        *(
            _training(f, loss=loss)
            for f in (_twice, softmax)
            for loss in (
                lambda y, P: np.mean(P.argmax(axis=1) != y),
                lambda y, P: np.mean(P.argmax(axis=1) == y),
                lambda y, P: np.mean((P - one_hot(y, P.shape[1])) ** 2),
                lambda y, P: ((P - one_hot(y, P.shape[1])) ** 2).sum(axis=1).mean(),
                lambda y, P: cross_entropy(y, P) * len(y),
                lambda y, P: cross_entropy(y, P) / len(y),
                lambda y, P: 1 - P[np.arange(len(y)), y].mean(),
            )
        ),
        says="The losses are another measure than the mean cross-entropy, which was in order.",
    )
    slope_clipped = mistake(
        *(
            _training(f, slope=_slope_then(change))
            for f in (_twice, softmax)
            for change in (
                np.sign,
                lambda dZ: dZ / np.maximum(1e-12, np.linalg.norm(dZ)),
                lambda dZ: dZ.clip(-0.1, 0.1),
                lambda dZ: dZ.clip(-0.01, 0.01),
                lambda dZ: dZ / np.maximum(1e-12, np.abs(dZ).max(initial=0)),
            )
        ),
        says="The slope is clipped or brought to one length. It was not too large.",
    )
    slope_of_softmax_again = mistake(
        *(_training(f, slope=_slope_times(lambda P, Z: P * (1 - P))) for f in (_twice, softmax)),
        _training(slope=_slope_times(lambda P, Z: softmax(Z) * (1 - softmax(Z)))),
        _training(slope=_through_both),
        says="The slope of a softmax is multiplied in. Prediction minus target has that of its "
        "own softmax in it; a second softmax should not be there at all.",
    )
    scaled = mistake(
        *(
            _training(softmax, slope=_slope_times(lambda P, Z, k=k: k))
            for k in (2, 0.5, 10, 0.1, -1, 5, 100, 0.01)
        ),
        _training(softmax, slope=_slope_times(lambda P, Z: 1 / len(P))),
        _training(softmax, slope=_slope_times(lambda P, Z: len(P))),
        says="The cause is found, but the steps have another size or direction than before. Take "
        "the rate as it comes.",
    )
    momentum = mistake(
        *(
            _with_momentum(f, beta)
            for f in (as_given.functions[0], mend_softmax_training)
            for beta in (0.9, 0.5)
        ),
        says="Momentum has been added. It is another way to take steps, and the steps were in "
        "order.",
    )
    bias_changed = mistake(
        *(
            _training(f, bias=bias)
            for f in (_twice, softmax)
            for bias in (
                lambda dZ: 0 * dZ.sum(axis=0),
                lambda dZ: dZ.mean(axis=0),
                lambda dZ: dZ.sum(),
            )
        ),
        says="The bias moves otherwise than before, or not at all. It was in order.",
    )
    bias_left_out = mistake(
        *map(_without_bias, (_twice, softmax)),
        says="The bias has no part in the scores any more. It was in order.",
    )
    one_step_only = mistake(
        lambda X, y, W, b, rate, steps: mend_softmax_training(X, y, W, b, rate, 1),
        says="The cause is found, but it ends after the first step. Does it return from inside the "
        "loop?",
    )
    loss_after_the_step = mistake(
        _training(softmax, before=False),
        _training(before=False),
        says="Each loss is taken after its step; expected is the one before it.",
    )
    last_loss_only = mistake(
        _mended(lambda W, b, losses: (W, b, losses[-1])),
        _mended(lambda W, b, losses: (W, b, losses[-1:])),
        _mended(lambda W, b, losses: (W, b, losses.mean())),
        says="A single loss comes back; expected is one for each step.",
    )
    other_order = mistake(
        _mended(lambda W, b, losses: (losses, W, b)),
        _mended(lambda W, b, losses: (b, W, losses)),
        _mended(lambda W, b, losses: (W, b)),
        _mended(lambda W, b, losses: W),
        _mended(lambda W, b, losses: losses),
        says="Return what it returned before: `W`, `b` and the losses, in this order.",
    )
    started_elsewhere = mistake(
        *_from(lambda W, b: (0 * W, 0 * b)),
        *_from(lambda W, b: (W / 10, b)),
        *_from(lambda W, b: (W / np.sqrt(len(W)), b)),
        *_from(lambda W, b: (W / 100, b)),
        *_from(lambda W, b: (0.01 * W, 0 * b)),
        says="It starts with other weights than those that came. They were not the cause.",
    )
    changes_its_input = mistake(
        _in_place(mend_softmax_training),
        _in_place(as_given.functions[0]),
        says="It changes the weights that came, which it should only read. Work on copies, as the "
        "cell did.",
    )

    first_loss_differs, step_differs = FIRST_LOSS_DIFFERS, STEP_DIFFERS

    hints = (
        "Look at the numbers in `Z` and in softmax(Z) after training: between which bounds do they "
        "lie?",
        "cross_entropy and softmax_cross_entropy_grad want probabilities, and these come of "
        "logits: scores that may have any size. Is Z that?",
        "There is one softmax too many between the weighted sums and the probabilities.",
    )
    insight = (
        "Nothing crashed, and even the first loss was right. A loss that stops far above 0 asks "
        "what the network is able to say."
    )
    explanation = (
        "Z should be the logits, the weighted sums themselves. As given it held probabilities, "
        "and a second softmax took these for logits: from 0 to 1, so that of ten classes none "
        "could get more than e / (e + 9) = 23 %, which costs 1.461 nats."
    )
