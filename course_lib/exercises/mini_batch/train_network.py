"""A network, trained in mini-batches."""

import itertools

import numpy as np

from course_lib.activations import relu, softmax
from course_lib.batches import minibatches
from course_lib.by_hand.mini_batch import backward_deep, forward_deep, train_network
from course_lib.by_hand.softmax import cross_entropy, one_hot, softmax_cross_entropy_grad
from course_lib.exercises.engine import Exercise, Probe, mistake, symptom
from course_lib.exercises.mini_batch.deep import (
    Orders,
    chance_rules,
    images,
    in_float32,
    layers_of,
    order_rules,
)
from course_lib.exercises.shared import STOPS_EARLY


def _descend(layers, gradients, learning_rate):
    pairs = zip(layers, gradients, strict=True)
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in pairs]


def _gradients(y, Z, inputs, layers):
    return backward_deep(softmax_cross_entropy_grad(y, softmax(Z)), inputs, layers)


def _loss(y, Z):
    return cross_entropy(y, softmax(Z))


def _unclipped(y, Z):
    """Take the loss without care for log(0), which steps uphill come to."""
    return -np.mean(np.log(softmax(Z)[np.arange(len(y)), y]))


def _mean_of_examples(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


def _train(
    batches=lambda X, y, size, rng, epoch: minibatches(X, y, size, rng),
    gradients=_gradients,
    step=_descend,
    loss=_loss,
    mean=_mean_of_examples,
    late=False,
    count=lambda epochs: epochs,
):
    """Train with one part another; `late` takes each loss after its step."""

    def train_network(X, y, layers, batch_size, learning_rate, epochs, rng):
        told = []
        for epoch in range(count(epochs)):
            losses, sizes = [], []
            for X_batch, y_batch in batches(X, y, batch_size, rng, epoch):
                inputs, Z = forward_deep(X_batch, layers)
                layers = step(layers, gradients(y_batch, Z, inputs, layers), learning_rate)
                if late:
                    Z = forward_deep(X_batch, layers)[1]
                losses.append(loss(y_batch, Z))
                sizes.append(len(y_batch))
            told.append(mean(losses, sizes))
        return layers, told

    return train_network


def _with_gradients(change):
    return _train(gradients=lambda *arguments: change(_gradients(*arguments)))


def _with_error(error):
    """Start the way back from another slope over the logits."""
    return _train(gradients=lambda y, Z, inputs, layers: backward_deep(error(y, Z), inputs, layers))


def _with_batches(places):
    """Train on batches of other places: of the images and of the labels."""

    def batches(X, y, size, rng, epoch):
        for i, j in places(len(X), size, rng, epoch):
            yield X[i], y[j]

    return _train(batches=batches)


def _dealt(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def _one_order(order):
    """Deal out one order for images and labels."""
    return _with_batches(
        lambda m, size, rng, epoch: [(b, b) for b in _dealt(order(m, rng, epoch), size)]
    )


def _two_orders(one, other):
    return _with_batches(
        lambda m, size, rng, epoch: zip(
            _dealt(one(m, rng), size), _dealt(other(m, rng), size), strict=True
        )
    )


def _permuted(m, rng, *_):
    return rng.permutation(m)


def _as_given(m, rng, *_):
    return np.arange(m)


def _integers(m, size, rng, epoch):
    """Draw every batch anew."""
    for _ in range(0, m, size):
        part = rng.integers(0, m, min(size, m))
        yield part, part


def _choice(replace):
    def places(m, size, rng, epoch):
        for _ in range(0, m, size):
            part = rng.choice(m, min(size, m), replace=replace)
            yield part, part

    return places


def _by_example(X, y, layers, size, rate, epochs, rng):
    return train_network(X, y, layers, 1, rate, epochs, rng)


def _drawn_once(X, y, layers, size, rate, epochs, rng):
    order = rng.permutation(len(X))
    return _one_order(lambda *_: order)(X, y, layers, size, rate, epochs, rng)


def _rates(change):
    """Train with another learning rate."""
    return lambda X, y, layers, size, rate, epochs, rng: train_network(
        X, y, layers, size, change(rate, len(X), size), epochs, rng
    )


def _summed_gradient(y, Z):
    return len(y) * softmax_cross_entropy_grad(y, softmax(Z))


def _divided_by_all(X, y, *rest):
    error = _with_error(lambda y_batch, Z: _summed_gradient(y_batch, Z) / len(y))
    return error(X, y, *rest)


def _results(change):
    return lambda *arguments: change(*train_network(*arguments))


def _all_steps(X, y, layers, size, rate, epochs, rng):
    told = []

    def noted(y, Z):
        told.append(_loss(y, Z))
        return told[-1]

    return _train(loss=noted)(X, y, layers, size, rate, epochs, rng)[0], told


def _on_all(X, y, layers, size, rate, epochs, rng):
    """Take as many steps as there are batches, each by all examples."""
    losses = []
    for _ in range(epochs):
        total = 0.0
        for _, y_batch in minibatches(X, y, size, rng):
            inputs, Z = forward_deep(X, layers)
            total += len(y_batch) * _loss(y, Z)
            layers = _descend(layers, _gradients(y, Z, inputs, layers), rate)
        losses.append(total / len(y))
    return layers, losses


def _judged_on_all(after):
    """Take the loss of all examples at an epoch's end, or at its start."""

    def train(X, y, layers, size, rate, epochs, rng):
        losses = []
        for _ in range(epochs):
            before = layers
            layers, _ = train_network(X, y, layers, size, rate, 1, rng)
            losses.append(_loss(y, forward_deep(X, layers if after else before)[1]))
        return layers, losses

    return train


def _never_reset(X, y, layers, size, rate, epochs, rng):
    layers, losses = train_network(X, y, layers, size, rate, epochs, rng)
    return layers, [float(total) for total in np.cumsum(losses)]


def _used_up(empty):
    """Go through the same iterator in every epoch; `empty` is the loss where nothing comes."""

    def train(X, y, layers, size, rate, epochs, rng):
        layers, losses = train_network(X, y, layers, size, rate, min(1, epochs), rng)
        return layers, losses + [empty] * (epochs - 1)

    return train


def _each_epoch_from_the_start(X, y, layers, size, rate, epochs, rng):
    runs = [train_network(X, y, layers, size, rate, 1, rng) for _ in range(epochs)]
    return runs[-1][0], [losses[0] for _, losses in runs]


def _stepping_on_the_way(X, y, layers, size, rate, epochs, rng):
    """Pass back through weights that have taken their step already."""

    def gradients(y, Z, inputs, layers):
        dZ, found = softmax_cross_entropy_grad(y, softmax(Z)), []
        for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
            found.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
            dZ = dZ @ (W - rate * found[0][0]).T * (A > 0)
        return found

    return _train(gradients=gradients)(X, y, layers, size, rate, epochs, rng)


def _falling(X, y, layers, size, rate, epochs, rng):
    losses = []
    for epoch in range(epochs):
        layers, (loss,) = train_network(X, y, layers, size, rate / (1 + epoch), 1, rng)
        losses.append(loss)
    return layers, losses


def _falling_in_steps(X, y, layers, size, rate, epochs, rng):
    steps = itertools.count(1)

    def step(layers, gradients, learning_rate):
        return _descend(layers, gradients, learning_rate / next(steps))

    return _train(step=step)(X, y, layers, size, rate, epochs, rng)


def _adding_up(X, y, layers, size, rate, epochs, rng):
    """Never clear the gradients."""
    sums = [(0 * W, 0 * b) for W, b in layers]

    def gradients(y, Z, inputs, layers):
        for k, (dW, db) in enumerate(_gradients(y, Z, inputs, layers)):
            sums[k] = sums[k][0] + dW, sums[k][1] + db
        return sums

    return _train(gradients=gradients)(X, y, layers, size, rate, epochs, rng)


def _with_momentum(X, y, layers, size, rate, epochs, rng):
    velocity = [(0 * W, 0 * b) for W, b in layers]

    def gradients(y, Z, inputs, layers):
        for k, (dW, db) in enumerate(_gradients(y, Z, inputs, layers)):
            velocity[k] = 0.9 * velocity[k][0] + dW, 0.9 * velocity[k][1] + db
        return velocity

    return _train(gradients=gradients)(X, y, layers, size, rate, epochs, rng)


def _in_place(X, y, layers, size, rate, epochs, rng):
    def step(layers, gradients, learning_rate):
        for (W, b), (dW, db) in zip(layers, gradients, strict=True):
            W -= learning_rate * dW
            b -= learning_rate * db
        return layers

    return _train(step=step)(X, y, layers, size, rate, epochs, rng)


def _list_in_place(X, y, layers, size, rate, epochs, rng):
    for _ in range(epochs):
        layers[:], losses = train_network(X, y, layers, size, rate, epochs, rng)
        return layers, losses


def _through_the_given(back):
    """Go forward through the layers that were given; back through them as well, or through the
    newest."""

    def train(X, y, layers, size, rate, epochs, rng):
        given, losses = layers, []
        for _ in range(epochs):
            total = 0.0
            for X_batch, y_batch in minibatches(X, y, size, rng):
                inputs, Z = forward_deep(X_batch, given)
                total += len(y_batch) * _loss(y_batch, Z)
                found = _gradients(y_batch, Z, inputs, given if back else layers)
                layers = _descend(layers, found, rate)
            losses.append(total / len(y))
        return layers, losses

    return train


def _examples(m, n_in=3, classes=3):
    return images(m, n_in), np.arange(m) % classes


def _the_same(m, classes=3):
    """Give one example m times: whatever the order, every batch is like the others."""
    X, y = _examples(1)
    return np.repeat(X, m, axis=0), np.repeat(y, m)


def _read(v):
    """Give losses and layers of a result."""
    return v[1], v[0]


_FEW = *_examples(4), layers_of(3, 4, 3, seed=5), 1, 0.3, 4
_MANY = *_examples(12), layers_of(3, 4, 3, seed=5), 1, 0.3, 1
_ORDERS = order_rules(Orders(*_FEW[:3], 0.3), _read)
_SHUFFLED, _SAME, _OTHER = chance_rules(*_MANY[:3], 0.3, _read, "twelve examples, one by one")
_SAYS = {each.slug: each.sentence for each in (*_ORDERS, _SHUFFLED, _SAME, _OTHER)}


def _drawn(seed):
    return np.random.default_rng(seed)


def _one_step_of_all(X, y, layers, size, rate, epochs, rng):
    """Add up the gradients of an epoch, and take one step by the sum."""
    told = []
    for _ in range(epochs):
        total, sums = 0, [(0, 0)] * len(layers)
        for X_batch, y_batch in minibatches(X, y, size, rng):
            inputs, Z = forward_deep(X_batch, layers)
            total += len(y_batch) * _loss(y_batch, Z)
            more = _gradients(y_batch, Z, inputs, layers)
            sums = [(a + c, b + d) for (a, b), (c, d) in zip(sums, more, strict=True)]
        layers = _descend(layers, sums, rate)
        told.append(total / len(y))
    return layers, told


class TrainNetwork(Exercise):
    reference = train_network
    probes = [
        Probe("one step", (*_examples(3), layers_of(3, 4, 3), 3, 0.5, 1, _drawn(0))),
        Probe(
            "six steps on all examples", (*_examples(4), layers_of(3, 4, 3), 4, 0.5, 6, _drawn(0))
        ),
        Probe(
            "the same example five times, two in a batch",
            (*_the_same(5), layers_of(3, 4, 3, seed=2), 2, 0.2, 2, _drawn(1)),
        ),
        Probe(
            "sixty examples and two hidden layers",
            (*_examples(60, 4), layers_of(4, 5, 3, 3, seed=3), 60, 0.1, 5, _drawn(2)),
        ),
        Probe(
            "a batch larger than the data",
            (*_examples(4), layers_of(3, 2, 3, seed=4), 10, 0.3, 5, _drawn(2)),
        ),
        Probe(
            "steps that change little",
            (*_examples(4), layers_of(3, 4, 3, seed=6), 4, 1e-9, 3, _drawn(2)),
        ),
        Probe(
            "a rate at which the loss rises",
            (*_examples(4), layers_of(3, 4, 3, seed=3), 4, 2.0, 4, _drawn(0)),
        ),
        Probe("twelve examples, one by one", (*_MANY, _drawn(3)), rules=[_SHUFFLED]),
        Probe("the same seed again", (*_MANY, _drawn(3)), rules=[_SHUFFLED, _SAME]),
        Probe("another seed", (*_MANY, _drawn(4)), rules=[_SHUFFLED, _OTHER]),
        Probe("four epochs, one by one", (*_FEW, _drawn(5)), rules=_ORDERS),
        Probe(
            "read-only float32",
            (*in_float32((*_the_same(5), layers_of(3, 4, 3, seed=6))), 3, 0.2, 3, _drawn(5)),
            read_only=True,
        ),
    ]

    layers_only = mistake(
        _results(lambda layers, losses: layers),
        says="It returns the layers only. The losses are wanted as well, one for each epoch.",
    )
    losses_only = mistake(
        _results(lambda layers, losses: losses),
        says="It returns the losses only. What has it learned? The layers are wanted first.",
    )
    swapped_results = mistake(
        _results(lambda layers, losses: (losses, layers)),
        says="The results come in the wrong order; expected the layers, then the losses.",
    )
    one_loss = mistake(
        _results(lambda layers, losses: (layers, losses[-1])),
        _results(lambda layers, losses: (layers, float(np.mean(losses)))),
        says="It returns a single loss; expected a list, one for each epoch.",
    )
    a_loss_each_step = mistake(
        _all_steps,
        says="There is a loss for every step; expected one for every epoch.",
    )
    through_the_given = mistake(
        _through_the_given(back=True),
        _through_the_given(back=False),
        says="Every batch goes forward through the layers that were given, whatever the steps "
        "before it have found. Go forward and back through the newest ones.",
    )
    nothing_learned = mistake(
        _train(step=lambda layers, *_: layers),
        says="The layers come back as they were. If a step is taken, what comes of it is not put "
        "into the list.",
    )
    ascent = mistake(
        _rates(lambda rate, *_: -rate),
        _train(
            step=lambda layers, gradients, rate: _descend(layers, gradients, -rate), loss=_unclipped
        ),
        says="It walks uphill: its steps go along the slope, and the loss rises.",
    )
    biases_not_updated = mistake(
        _with_gradients(lambda gradients: [(dW, 0 * db) for dW, db in gradients]),
        says="The biases stay as they were. They learn, too.",
    )
    weights_not_updated = mistake(
        _with_gradients(lambda gradients: [(0 * dW, db) for dW, db in gradients]),
        says="The biases learn, but the weights stay as they were.",
    )
    last_layer_alone = mistake(
        _with_gradients(
            lambda gradients: [(0 * dW, 0 * db) for dW, db in gradients[:-1]] + gradients[-1:]
        ),
        says="The last layer alone learns. The step is for all of them.",
    )
    first_layer_alone = mistake(
        _with_gradients(
            lambda gradients: gradients[:1] + [(0 * dW, 0 * db) for dW, db in gradients[1:]]
        ),
        says="The first layer alone learns. The step is for all of them.",
    )
    first_layer_left_out = mistake(
        _with_gradients(
            lambda gradients: [(0 * dW, 0 * db) for dW, db in gradients[:1]] + gradients[1:]
        ),
        says="The first layer stays as it was. The step is for all of them.",
    )
    batches_used_up = mistake(
        _used_up(0.0),
        _used_up(np.nan),
        says="From the second epoch on there are no batches: an iterator is empty once it has been "
        "gone through. Make a new one in each epoch.",
    )
    one_epoch = mistake(
        _train(count=lambda epochs: 1),
        says="It ends after one epoch. Does it return from inside the loop?",
    )
    one_epoch_less = mistake(
        _train(count=lambda epochs: epochs - 1),
        _train(count=lambda epochs: epochs + 1),
        says="It trains an epoch too few, or one too many.",
    )
    one_step_an_epoch = mistake(
        _train(batches=lambda X, y, size, rng, epoch: [next(minibatches(X, y, size, rng))]),
        lambda X, y, layers, size, *more: train_network(X, y, layers, len(X), *more),
        _one_step_of_all,
        says="Each epoch has a single step, on one batch alone or on all examples at once. "
        "Expected is one for every batch.",
    )
    last_batch_dropped = mistake(
        _train(
            batches=lambda X, y, size, rng, epoch: [
                batch
                for batch in minibatches(X, y, size, rng)
                if len(batch[0]) == min(size, len(X))
            ]
        ),
        says="The short batch at the end of an epoch is left out.",
    )
    one_by_one = mistake(
        _by_example,
        says="It takes a step after each single example, whatever `batch_size` says.",
    )
    late_loss = mistake(
        _train(late=True),
        says="Each loss is taken after the step. Expected is that of the batch as it came, before "
        "the network has learned from it.",
    )
    last_loss = mistake(
        _train(mean=lambda losses, sizes: losses[-1]),
        _train(mean=lambda losses, sizes: losses[-1] * sizes[-1] / sum(sizes)),
        says="An epoch's loss is that of its last batch; expected the mean over all its examples.",
    )
    first_loss = mistake(
        _train(mean=lambda losses, sizes: losses[0]),
        says="An epoch's loss is that of its first batch; expected the mean over all its examples.",
    )
    batches_averaged = mistake(
        _train(mean=lambda losses, sizes: float(np.mean(losses))),
        says="A short batch counts as much as a full one in the epoch's loss. Expected is the mean "
        "over the examples: each counts the same.",
    )
    losses_summed = mistake(
        _train(mean=lambda losses, sizes: sum(losses)),
        _train(mean=lambda losses, sizes: sum(np.multiply(losses, sizes))),
        says="The losses of an epoch are added up; expected their mean over the examples.",
    )
    divided_wrongly = mistake(
        _train(mean=lambda losses, sizes: sum(losses) / sum(sizes)),
        _train(mean=lambda losses, sizes: sum(np.multiply(losses, sizes)) / len(sizes)),
        _train(mean=lambda losses, sizes: sum(losses) * max(sizes) / sum(sizes)),
        _train(mean=lambda losses, sizes: sum(losses) / (sum(sizes) // max(sizes))),
        _train(
            mean=lambda losses, sizes: np.dot(losses, sizes) / (len(sizes) * max(sizes)),
        ),
        says="An epoch's loss is divided by the wrong number: a sum over examples belongs to the "
        "number of examples, and one over batches to that of batches.",
    )
    loss_at_the_end = mistake(
        _judged_on_all(after=True),
        says="The loss is taken of all examples at the end of the epoch. Expected is what the "
        "batches had on their way, each before its step: it costs nothing more.",
    )
    loss_at_the_start = mistake(
        _judged_on_all(after=False),
        says="The loss is taken of all examples at the start of the epoch. Expected is what the "
        "batches had on their way, each before its step.",
    )
    never_reset = mistake(
        _never_reset,
        says="The sum of losses is never set back: every epoch has those of the earlier ones in "
        "it.",
    )
    other_loss = mistake(
        _train(loss=lambda y, Z: _loss(y, Z) / np.log(2)),
        _train(loss=lambda y, Z: float(np.mean((softmax(Z) - one_hot(y, Z.shape[1])) ** 2))),
        _train(loss=lambda y, Z: float(np.mean(softmax(Z).argmax(axis=1) != y))),
        _train(loss=lambda y, Z: len(y) * _loss(y, Z)),
        _train(loss=lambda y, Z: np.mean(Z.argmax(axis=1) == y)),
        says="The layers are right, but the loss is another; expected the mean cross-entropy.",
    )
    from_the_start = mistake(
        _each_epoch_from_the_start,
        says="Every epoch begins with the layers that were given: what the last one learned is "
        "lost.",
    )
    stepped_on_the_way = mistake(
        _stepping_on_the_way,
        says="Some weights have taken their step before all gradients are known. Every gradient of "
        "a step belongs to the same weights.",
    )
    gradients_reversed = mistake(
        _with_gradients(lambda gradients: gradients[::-1]),
        says="The gradients stand in reverse order, and a layer meets those of another. They come "
        "in the order of the layers.",
    )
    labels_not_one_hot = mistake(
        _with_error(lambda y, Z: (softmax(Z) - y[:, np.newaxis]) / len(y)),
        _with_error(lambda y, Z: softmax(Z) - y[:, np.newaxis]),
        says="The labels themselves are subtracted from the probabilities; one-hot rows should be.",
    )
    summed_gradient = mistake(
        _with_error(_summed_gradient),
        _rates(lambda rate, m, size: rate * min(size, m)),
        says="The gradient of a batch is a sum; expected the mean over its examples, or the step "
        "grows with the batch.",
    )
    divided_by_all = mistake(
        _divided_by_all,
        says="The gradient of a batch is divided by the number of all examples; its mean runs over "
        "the examples of the batch.",
    )
    rate_scaled = mistake(
        _rates(lambda rate, m, size: rate / m),
        _rates(lambda rate, m, size: rate / size),
        _with_error(lambda y, Z: softmax_cross_entropy_grad(y, softmax(Z)) / len(y)),
        says="The step is divided by a number of examples once too often. The mean is in the "
        "gradient: it counts once.",
    )
    rate_twice = mistake(
        _rates(lambda rate, *_: rate**2),
        says="The learning rate counts twice.",
    )
    own_rate = mistake(
        *(_rates(lambda rate, *_, own=own: own) for own in (1, 0.1, 0.01)),
        says="The learning rate is another than the one that it is given.",
    )
    rate_falls = mistake(
        _falling,
        _falling_in_steps,
        says="The learning rate changes on the way; expected a constant one.",
    )
    gradients_add_up = mistake(
        _adding_up,
        says="Gradients of earlier steps are still in it: they are added up and never set back to "
        "0.",
    )
    momentum = mistake(
        _with_momentum,
        says="Steps remember earlier ones. Here plain gradient descent is asked for.",
    )
    softmax_missing = mistake(
        _with_error(softmax_cross_entropy_grad),
        _train(
            gradients=lambda y, Z, *more: backward_deep(softmax_cross_entropy_grad(y, Z), *more),
            loss=_unclipped,
        ),
        says="The way back starts from the logits minus the targets: softmax is missing.",
    )
    loss_of_logits = mistake(
        _train(loss=cross_entropy),
        says="The layers are right, but the loss is taken of the logits. It wants probabilities: "
        "softmax is missing there.",
    )
    softmax_twice = mistake(
        _train(
            gradients=lambda y, Z, *more: _gradients(y, softmax(Z), *more),
            loss=lambda y, Z: _loss(y, softmax(Z)),
        ),
        _with_error(lambda y, Z: softmax_cross_entropy_grad(y, softmax(softmax(Z)))),
        says="Softmax is applied twice before the way back begins.",
    )
    relu_on_logits = mistake(
        _train(
            gradients=lambda y, Z, *more: _gradients(y, relu(Z), *more),
            loss=lambda y, Z: _loss(y, relu(Z)),
        ),
        says="The logits have gone through the ReLU. It stands between layers alone.",
    )
    squared_error = mistake(
        _with_error(lambda y, Z: 2 * (softmax(Z) - one_hot(y, Z.shape[1])) * softmax(Z) / len(y)),
        _with_error(lambda y, Z: 2 * (softmax(Z) - one_hot(y, Z.shape[1])) / len(y)),
        says="The slope has a factor in it that belongs to a squared error; expected that of the "
        "cross-entropy.",
    )
    labels_not_shuffled_along = mistake(
        _two_orders(_permuted, _as_given),
        _two_orders(_as_given, _permuted),
        says=_SAYS["labels-not-shuffled-along"],
    )
    shuffled_separately = mistake(
        _two_orders(_permuted, _permuted), says=_SAYS["shuffled-separately"]
    )
    with_replacement = mistake(
        _one_order(lambda m, rng, epoch: rng.integers(m, size=m)),
        *map(_with_batches, (_integers, _choice(True), _choice(False))),
        says=_SAYS["with-replacement"],
    )
    not_shuffled = mistake(_one_order(_as_given), says=_SAYS["not-shuffled"])
    order_drawn_once = mistake(_drawn_once, says=_SAYS["order-drawn-once"])
    not_repeatable = mistake(
        _one_order(lambda m, *_: np.random.default_rng().permutation(m)),
        says=_SAYS["not-repeatable"],
    )
    own_generator = mistake(
        _one_order(lambda m, rng, epoch: np.random.default_rng(epoch).permutation(m)),
        says=_SAYS["own-generator"],
    )
    changes_its_input = mistake(
        _in_place,
        _list_in_place,
        says="It changes the layers that it was given. Who calls it wants to start from them "
        "again: make new arrays.",
    )

    all_for_the_batch = mistake(
        _on_all,
        says="Each step looks at all of `X` and `y`, though a batch is at hand: the loop takes "
        "batches and does not use them.",
    )

    stops_early = STOPS_EARLY
    first_loss_differs = symptom(
        lambda got, want: (
            len(got[-1]) == len(want[-1]) == 1
            and not np.isclose(got[-1][0], want[-1][0], rtol=1e-4)
        ),
        says="Already the loss of the first batch is another. Is it the mean cross-entropy, and "
        "that of the layers that were given?",
    )

    hints = (
        "Two loops: over the epochs, and inside over the batches that `minibatches` deals out.",
        "In the inner one: forward, the loss as it is now, the slope over the logits, backward, "
        "and only then new weights and biases for every layer.",
        "For the epoch's loss add up the loss of each batch times its number of examples, and "
        "divide by all examples in the end. New layers: a list of new pairs, from the old ones and "
        "their gradients side by side.",
    )
    insight = "That is the whole of training. What else there is makes it faster, or safer."
    explanation = (
        "For each batch: forward, loss, backward, and a step of every layer along its own gradient;"
        " the loss of an epoch is the mean over its examples."
    )
