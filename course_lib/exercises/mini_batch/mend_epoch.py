"""An epoch that learns and is wrong: to be mended."""

import itertools

import numpy as np

from course_lib.activations import softmax
from course_lib.batches import minibatches
from course_lib.by_hand.mini_batch import mend_epoch
from course_lib.by_hand.softmax import cross_entropy, softmax_cross_entropy_grad
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.deep import (
    Orders,
    chance_rules,
    images,
    in_float32,
    layers_of,
    order_rules,
)


def _as_given(X, y, W, b, batch_size, learning_rate, rng):
    """Train for one epoch: the lesson's cell, word for word."""
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def _epoch(
    batches=minibatches,
    slopes=lambda old, new, step: new,
    move=lambda w, dw, rate, step: w - rate * dw,
    error=softmax_cross_entropy_grad,
    loss=cross_entropy,
    mean=lambda losses, sizes: float(np.dot(losses, sizes) / sum(sizes)),
    late=False,
):
    """Make an epoch with one part another; `slopes` has the sums of earlier steps as well."""

    def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
        dW, db, losses, sizes = 0 * W, 0 * b, [], []
        for step, (X_batch, y_batch) in enumerate(batches(X, y, batch_size, rng)):
            P = softmax(X_batch @ W + b)
            dZ = error(y_batch, P)
            dW = slopes(dW, X_batch.T @ dZ, step)
            db = slopes(db, dZ.sum(axis=0), step)
            W, b = move(W, dW, learning_rate, step), move(b, db, learning_rate, step)
            P = softmax(X_batch @ W + b) if late else P
            losses.append(loss(y_batch, P))
            sizes.append(len(y_batch))
        return W, b, mean(losses, sizes)

    return mend_epoch


def _adding_up(old, new, step):
    return old + new


def _patched(**parts):
    """Patch the epoch as it was given."""
    return _epoch(slopes=_adding_up, **parts)


def _rates(change, epoch=_as_given):
    """Run an epoch with another learning rate."""
    return lambda X, y, W, b, size, rate, rng: epoch(
        X, y, W, b, size, change(rate, len(X), size), rng
    )


def _clipped(limit):
    return lambda w, dw, rate, step: w - rate * np.clip(dw, -limit, limit)


def _shortened(w, dw, rate, step):
    return w - rate * dw / max(0.1, np.linalg.norm(dw))


def _one_cleared(weights):
    """Clear the sum of the weights and not that of the biases, or the other way round."""

    def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
        total, dW, db = 0.0, 0 * W, 0 * b
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            P = softmax(X_batch @ W + b)
            total += len(y_batch) * cross_entropy(y_batch, P)
            dZ = softmax_cross_entropy_grad(y_batch, P)
            dW = X_batch.T @ dZ + (0 if weights else dW)
            db = dZ.sum(axis=0) + (db if weights else 0)
            W, b = W - learning_rate * dW, b - learning_rate * db
        return W, b, total / len(y)

    return mend_epoch


def _after_the_loop(summed):
    """Take one step, at the end, by the sum of all slopes or by those of the last batch."""

    def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
        total, dW, db = 0.0, 0 * W, 0 * b
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            P = softmax(X_batch @ W + b)
            total += len(y_batch) * cross_entropy(y_batch, P)
            dZ = softmax_cross_entropy_grad(y_batch, P)
            dW, db = summed * dW + X_batch.T @ dZ, summed * db + dZ.sum(axis=0)
        return W - learning_rate * dW, b - learning_rate * db, total / len(y)

    return mend_epoch


def _returned_too_early(X, y, W, b, batch_size, learning_rate, rng):
    one = _epoch(batches=lambda *arguments: itertools.islice(minibatches(*arguments), 1))
    W, b, loss = one(X, y, W, b, batch_size, learning_rate, rng)
    return W, b, loss * min(batch_size, len(y)) / len(y)


def _on_all(X, y, W, b, batch_size, learning_rate, rng):
    """Take as many steps as there are batches, each by all examples."""
    total = 0.0
    for size in (min(batch_size, len(y) - i) for i in range(0, len(y), batch_size)):
        W, b, loss = mend_epoch(X, y, W, b, len(y), learning_rate, rng)
        total += size * loss
    return W, b, total / len(y)


def _biases_averaged(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        W, b = W - learning_rate * X_batch.T @ dZ, b - learning_rate * dZ.mean(axis=0)
    return W, b, total / len(y)


def _weights_averaged(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        W = W - learning_rate * X_batch.T @ dZ / len(y_batch)
        b = b - learning_rate * dZ.sum(axis=0)
    return W, b, total / len(y)


def _results(change):
    return lambda *arguments: change(*mend_epoch(*arguments))


def _cheated(X, y, W, b, batch_size, learning_rate, rng):
    """Give the images the labels that the network would say."""
    W, b, _ = _as_given(X, y, W, b, batch_size, learning_rate, rng)
    return W, b, cross_entropy((X @ W + b).argmax(axis=1), softmax(X @ W + b))


def _best_of(X, y, W, b, batch_size, learning_rate, rng):
    """Keep whichever weights are better after the epoch."""
    after = _as_given(X, y, W, b, batch_size, learning_rate, rng)
    losses = [cross_entropy(y, softmax(X @ V + c)) for V, c in ((W, b), after[:2])]
    return after if losses[1] < losses[0] else (W, b, losses[0])


def _judged_on_all(X, y, W, b, batch_size, learning_rate, rng):
    W, b, _ = mend_epoch(X, y, W, b, batch_size, learning_rate, rng)
    return W, b, cross_entropy(y, softmax(X @ W + b))


def _in_place(X, y, W, b, batch_size, learning_rate, rng):
    new_W, new_b, loss = mend_epoch(X, y, W, b, batch_size, learning_rate, rng)
    W[:], b[:] = new_W, new_b
    return W, b, loss


def _given_order(X, y, batch_size, rng):
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def _whole_batches(X, y, batch_size, rng):
    return [p for p in minibatches(X, y, batch_size, rng) if len(p[1]) == min(batch_size, len(X))]


def _one_order(draw):
    def batches(X, y, size, rng):
        order = draw(len(X), rng)
        return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]

    return batches


def _examples(m, seed=1):
    return images(m, 3, seed), np.arange(m) % 3


def _the_same(m):
    X, y = _examples(1)
    return np.repeat(X, m, axis=0), np.repeat(y, m)


(_START,) = layers_of(3, 3, seed=3)


def _read(v):
    """Give losses and layers of a result."""
    return [v[2]], [v[:2]]


_FEW = *_examples(4), *_START, 1, 0.3
_MANY = *_examples(12), *_START, 1, 0.3
_ORDERS = order_rules(Orders(*_examples(4), [_START], 0.3), _read)
_SHUFFLED, _SAME, _OTHER = chance_rules(
    *_examples(12), [_START], 0.3, _read, "twelve examples, one by one"
)
_SAYS = {each.slug: each.sentence for each in (*_ORDERS, _SHUFFLED, _SAME, _OTHER)}


def _drawn(seed):
    return np.random.default_rng(seed)


class MendEpoch(Exercise):
    reference = mend_epoch
    probes = [
        Probe("one step", (*_examples(3), *_START, 3, 0.5, _drawn(0))),
        Probe(
            "the same example six times, two in a batch",
            (*_the_same(6), *_START, 2, 0.4, _drawn(1)),
        ),
        Probe(
            "the same example eight times, three in a batch",
            (*_the_same(8), *_START, 3, 0.2, _drawn(1)),
        ),
        Probe("a batch larger than the data", (*_examples(4), *_START, 9, 0.3, _drawn(2))),
        Probe("sixty examples at once", (*_examples(60), *_START, 60, 0.3, _drawn(2))),
        Probe("twelve examples, one by one", (*_MANY, _drawn(3)), rules=[_SHUFFLED]),
        Probe("the same seed again", (*_MANY, _drawn(3)), rules=[_SHUFFLED, _SAME]),
        Probe("another seed", (*_MANY, _drawn(4)), rules=[_SHUFFLED, _OTHER]),
        Probe("four examples, one by one", (*_FEW, _drawn(5)), rules=_ORDERS),
        Probe(
            "read-only float32",
            (*in_float32((*_the_same(6), *_START)), 2, 0.2, _drawn(5)),
            read_only=True,
        ),
    ]

    as_given = mistake(
        _as_given,
        says="It does what it did: the first step of an epoch is right, and the second is not. "
        "Print `dW` before each step of two: what is in it?",
    )
    rate_lowered = mistake(
        *(
            _rates(lambda rate, m, size, by=by: rate / by, epoch)
            for by in (2, 5, 10, 100, 1000)
            for epoch in (_as_given, mend_epoch)
        ),
        _rates(lambda rate, m, size: rate / -(-m // size)),
        _rates(lambda rate, m, size: rate * size / m),
        _rates(lambda rate, m, size: min(rate, 0.01)),
        _rates(lambda rate, m, size: min(rate, 0.1)),
        _rates(lambda rate, m, size: 0.01),
        says="The steps are made shorter, by the rate or by a factor, which hides the symptom: "
        "they are still not what the gradient of a batch says. Leave that as it was given, and "
        "look for the cause.",
    )
    rate_falls = mistake(
        _patched(move=lambda w, dw, rate, step: w - rate / (step + 1) * dw),
        says="The step is divided by its number, which makes a mean of all gradients so far. Those "
        "of earlier steps belong to weights that are gone.",
    )
    gradient_clipped = mistake(
        *(_patched(move=_clipped(limit)) for limit in (0.2, 0.1, 0.01)),
        _patched(move=_shortened),
        says="The gradient is clipped, which hides the symptom. Why does it grow?",
    )
    momentum = mistake(
        *(
            _epoch(slopes=lambda old, new, step, beta=beta: beta * old + new)
            for beta in (0.9, 0.5, 0.99)
        ),
        *(
            _epoch(slopes=lambda old, new, step, beta=beta: beta * old + (1 - beta) * new)
            for beta in (0.9, 0.5)
        ),
        says="Gradients of earlier steps fade now, but are still in it. Here each step is to go by "
        "its own batch alone.",
    )
    weights_alone = mistake(
        _one_cleared(weights=True),
        says="The weights are mended and the biases are not: their slope has the same fault.",
    )
    biases_alone = mistake(
        _one_cleared(weights=False),
        says="The biases are mended and the weights are not: their slope has the same fault.",
    )
    biases_averaged = mistake(
        _biases_averaged,
        says="The slope of the biases is divided by the size of the batch. It was a sum of `dZ`, "
        "in which the mean is already, and that was right.",
    )
    cleared_too_early = mistake(
        _epoch(slopes=lambda old, new, step: 0 * new),
        says="Now nothing is learned: the weights come back as they were. Are the slopes set to 0 "
        "between being computed and being used?",
    )
    learns_now_and_then = mistake(
        _epoch(slopes=lambda old, new, step: new if step % 2 == 0 else old + new),
        says="The slopes are set back in some steps only.",
    )
    one_step = mistake(
        _epoch(batches=lambda *arguments: itertools.islice(minibatches(*arguments), 1)),
        lambda X, y, W, b, size, rate, rng: mend_epoch(X, y, W, b, len(X), rate, rng),
        _after_the_loop(summed=False),
        _returned_too_early,
        says="There is a single step now. The first was right, but an epoch has one for each "
        "batch.",
    )
    after_the_loop = mistake(
        _after_the_loop(summed=True),
        says="All slopes are those at the first weights: the step stands behind the loop, or the "
        "loop does not use what it has found. It was one step for each batch, from where the last "
        "one led.",
    )
    all_for_the_batch = mistake(
        _on_all,
        says="Each step looks at all of `X` and `y` now. The batch that is at hand was right.",
    )
    counted_twice = mistake(
        _epoch(move=lambda w, dw, rate, step: w - 2 * rate * dw),
        says="Each slope counts twice in its step now. Once was right.",
    )
    more_steps = mistake(
        lambda X, y, W, b, size, rate, rng: mend_epoch(
            X, y, *mend_epoch(X, y, W, b, size, rate, rng)[:2], size, rate, rng
        ),
        lambda X, y, W, b, size, rate, rng: _as_given(
            X, y, *_as_given(X, y, W, b, size, rate, rng)[:2], size, rate, rng
        ),
        says="It goes through the examples more than once. More steps do not make wrong ones right,"
        " and one epoch is asked for.",
    )
    loss_clipped = mistake(
        *(_patched(mean=lambda losses, sizes, top=top: min(top, *losses, top)) for top in (1, 2.3)),
        _patched(mean=lambda losses, sizes: float(np.nan_to_num(0 * sum(losses)))),
        _patched(mean=lambda losses, sizes: min(losses)),
        says="The steps are as wrong as before; only the loss that is shown looks better. Mend "
        "what the loss shows, not the loss.",
    )
    labels_cheated = mistake(
        _cheated,
        says="The loss is taken with labels that the network has chosen itself. Of course it looks "
        "good.",
    )
    best_kept = mistake(
        _best_of,
        says="Whatever got worse is thrown away. The steps that made it worse are still wrong.",
    )
    averaged_twice = mistake(
        _epoch(error=lambda y, P: softmax_cross_entropy_grad(y, P) / len(y)),
        _patched(error=lambda y, P: softmax_cross_entropy_grad(y, P) / len(y)),
        _weights_averaged,
        says="The gradient is averaged twice: it is divided by the number of examples, and the "
        "mean is in `dZ` already.",
    )
    gradient_scaled = mistake(
        *(_patched(move=lambda w, dw, rate, step, c=c: w - rate * c * dw) for c in (0.25, 0.05)),
        says="The gradient is multiplied by a number of your own. It was a mean before, and its "
        "size was right.",
    )
    summed = mistake(
        _epoch(error=lambda y, P: len(y) * softmax_cross_entropy_grad(y, P)),
        says="The gradient of a batch is now a sum over its examples; it was the mean, and that was"
        " right.",
    )
    last_loss = mistake(
        _epoch(mean=lambda losses, sizes: losses[-1]),
        _epoch(mean=lambda losses, sizes: losses[-1] * sizes[-1] / sum(sizes)),
        says="The weights are right. The loss was the mean over the examples, and that was right; "
        "now it is the last batch's.",
    )
    batches_averaged = mistake(
        _epoch(mean=lambda losses, sizes: float(np.mean(losses))),
        says="The weights are right. In the loss a short batch counts as much as a full one; it was"
        " the mean over the examples before, and that was right.",
    )
    losses_summed = mistake(
        _epoch(mean=lambda losses, sizes: float(np.dot(losses, sizes))),
        _epoch(mean=lambda losses, sizes: float(np.sum(losses))),
        says="The weights are right. The loss is a sum now; it was the mean over the examples, and "
        "that was right.",
    )
    divided_wrongly = mistake(
        _epoch(mean=lambda losses, sizes: sum(losses) / sum(sizes)),
        _epoch(mean=lambda losses, sizes: np.dot(losses, sizes) / len(sizes)),
        says="The weights are right. The loss is divided by the wrong number now: a sum over "
        "examples belongs to the number of examples, as it was.",
    )
    late_loss = mistake(
        _epoch(late=True),
        _judged_on_all,
        says="The weights are right. The loss is taken after the steps now; it was that of each "
        "batch as it came, and that was right.",
    )
    loss_missing = mistake(
        _results(lambda W, b, loss: (W, b)),
        says="The loss is gone; expected `W, b`, and the loss.",
    )
    uphill = mistake(
        _rates(lambda rate, *_: -rate, mend_epoch),
        _rates(lambda rate, *_: -rate),
        says="A sign is wrong now: it walks uphill.",
    )
    last_batch_dropped = mistake(
        _epoch(batches=_whole_batches),
        says="The short batch at the end is left out now.",
    )
    not_shuffled = mistake(_epoch(batches=_given_order), says=_SAYS["not-shuffled"])
    with_replacement = mistake(
        _epoch(batches=_one_order(lambda m, rng: rng.integers(m, size=m))),
        says=_SAYS["with-replacement"],
    )
    not_repeatable = mistake(
        _epoch(batches=_one_order(lambda m, rng: np.random.default_rng().permutation(m))),
        says=_SAYS["not-repeatable"],
    )
    own_generator = mistake(
        _epoch(batches=_one_order(lambda m, rng: np.random.default_rng(0).permutation(m))),
        says=_SAYS["own-generator"],
    )
    changes_its_input = mistake(
        _in_place,
        says="It changes the `W` and `b` that it was given, which it should only read.",
    )

    hints = (
        "The first step of each epoch is right. What is different in the second?",
        "Follow `dW` through two turns of the loop, on paper: what does it hold after the first, "
        "and what after the second?",
        "Each step should know the slope of its own batch alone. Which line still has the earlier "
        "ones in it, or which should come once in each turn?",
    )
    insight = (
        "PyTorch adds gradients up by itself: that is why its loops call optimizer.zero_grad()."
    )
    explanation = (
        "`dW +=` kept the slopes of all batches before. Taken at weights that are gone, they push "
        "on and on, like momentum without friction."
    )
