"""What students write for `train_network`: right in other forms, and wrong in their own."""

import math

import numpy as np

from course_lib.batches import minibatches
from course_lib.by_hand.mini_batch import backward_deep, forward_deep
from course_lib.by_hand.softmax import cross_entropy, softmax_cross_entropy_grad
from course_lib.losses import softmax_cross_entropy


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(X, layers):
    inputs, A = [], X
    for W, b in layers:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return inputs, Z


def backward(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * (A > 0)
    return gradients


def loss_and_slope(Z, y):
    P = softmax(Z)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean()
    P[rows, y] -= 1
    return float(loss), P / len(y)


def deal(X, y, size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), size):
        yield X[order[i : i + size]], y[order[i : i + size]]


def plain(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            total += loss * len(X_batch)
            new = []
            for (W, b), (dW, db) in zip(layers, backward(dZ, inputs, layers), strict=True):
                new.append((W - learning_rate * dW, b - learning_rate * db))
            layers = new
        losses.append(total / len(X))
    return layers, losses


def in_place_on_copies(X, y, layers, batch_size, learning_rate, epochs, rng):
    layers = [[W.copy(), b.copy()] for W, b in layers]
    losses = []
    for _ in range(epochs):
        each = []
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            each += [loss] * len(y_batch)
            for layer, gradient in zip(layers, backward(dZ, inputs, layers), strict=True):
                for w, dw in zip(layer, gradient, strict=True):
                    w -= learning_rate * dw
        losses.append(np.mean(each))
    return layers, losses


def shuffled_copies(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        X, y = X[order], y[order]
        total = 0.0
        for k in range(math.ceil(len(X) / batch_size)):
            cut = slice(k * batch_size, (k + 1) * batch_size)
            inputs, Z = forward(X[cut], layers)
            P = softmax(Z)
            Y = np.eye(P.shape[1], dtype=P.dtype)[y[cut]]
            total -= (Y * np.log(P)).sum()
            steps = backward((P - Y) / len(Y), inputs, layers)
            layers = [
                tuple(w - learning_rate * dw for w, dw in zip(*pair, strict=True))
                for pair in zip(layers, steps, strict=True)
            ]
        losses.append(total / len(X))
    return layers, losses


def by_keys(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        order = np.argsort(rng.random(len(X)))
        for part in np.split(order, range(batch_size, len(X), batch_size)):
            inputs, Z = forward(X[part], layers)
            loss, dZ = loss_and_slope(Z, y[part])
            losses[epoch] += loss * len(part) / len(X)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, backward(dZ, inputs, layers), strict=True)
            ]
    return layers, list(losses)


def recursive(X, y, layers, batch_size, learning_rate, epochs, rng):
    if epochs == 0:
        return layers, []
    layers, first = plain(X, y, layers, batch_size, learning_rate, 1, rng)
    layers, rest = recursive(X, y, layers, batch_size, learning_rate, epochs - 1, rng)
    return layers, first + rest


def weighted_by_numpy(X, y, layers, batch_size, learning_rate, epochs, rng):
    layers, told = list(layers), []
    for _ in range(epochs):
        losses, sizes = [], []
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            losses.append(loss)
            sizes.append(len(y_batch))
            for k, (dW, db) in enumerate(backward(dZ, inputs, layers)):
                layers[k] = layers[k][0] - learning_rate * dW, layers[k][1] - learning_rate * db
        told.append(np.average(losses, weights=sizes))
    return layers, told


class Trainer:
    def __call__(self, X, y, layers, batch_size, learning_rate, epochs, rng):
        return plain(X, y, layers, batch_size, learning_rate, epochs, rng)


def drawn_by_choice(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        order, total = rng.choice(len(X), len(X), replace=False), 0
        while len(order):
            part, order = order[:batch_size], order[batch_size:]
            inputs, Z = forward(X[part], layers)
            loss, dZ = loss_and_slope(Z, y[part])
            total += len(part) * loss
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, backward(dZ, inputs, layers), strict=True)
            ]
        losses += [total / len(y)]
    return layers, losses


def tuple_of_layers(X, y, layers, *more):
    layers, losses = plain(X, y, layers, *more)
    return tuple(layers), tuple(losses)


def spawned(X, y, layers, batch_size, learning_rate, epochs, rng):
    return plain(X, y, layers, batch_size, learning_rate, epochs, rng.spawn(1)[0])


def batch_means(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        epoch = []
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            epoch.append(loss)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=True)
            ]
        losses.append(np.mean(epoch))
    return layers, losses


def total_goes_on(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    total = 0
    for _ in range(epochs):
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            total += loss * len(yb)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses


def full_batches(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total, n = 0, 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            total += loss * batch_size
            n += batch_size
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses


def batches_gone_through(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    batches = minibatches(X, y, batch_size, rng)
    for _ in range(epochs):
        total = 0
        for Xb, yb in batches:
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            total += loss * len(yb)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses


def logits_into_loss(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            total += cross_entropy(yb, Z) * len(yb)
            dZ = softmax_cross_entropy_grad(yb, softmax(Z))
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


def softmax_before(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, softmax(Z))
            total += loss * len(yb)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


def weights_of_its_own(X, y, layers, batch_size, learning_rate, epochs, rng):
    layers = [(rng.normal(size=W.shape) / np.sqrt(len(W)), np.zeros_like(b)) for W, b in layers]
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            total += loss * len(yb)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


def turned_gradients(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            loss, dZ = softmax_cross_entropy(yb, Z)
            total += loss * len(yb)
            grads = backward_deep(dZ, inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads[::-1], strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


def plain_labels(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P)
            grads = backward_deep(P - yb[:, None], inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


RIGHT = [
    plain, in_place_on_copies, shuffled_copies, by_keys, recursive, weighted_by_numpy, Trainer(),
    drawn_by_choice, tuple_of_layers, spawned,
]  # fmt: skip


def student(
    batches=deal,
    slope=lambda Z, y: loss_and_slope(Z, y)[1],
    step=lambda w, dw, rate: w - rate * dw,
    loss=lambda Z, y: loss_and_slope(Z, y)[0],
    mean=lambda losses, sizes: np.average(losses, weights=sizes),
    bias=lambda b, db, rate: b - rate * db,
    back=backward,
    finish=lambda layers, losses: (layers, losses),
    late=False,
):
    def train_network(X, y, layers, batch_size, learning_rate, epochs, rng):
        told = []
        for _ in range(epochs):
            losses, sizes = [], []
            for X_batch, y_batch in batches(X, y, batch_size, rng):
                inputs, Z = forward(X_batch, layers)
                gradients = back(slope(Z, y_batch), inputs, layers)
                layers = [
                    (step(W, dW, learning_rate), bias(b, db, learning_rate))
                    for (W, b), (dW, db) in zip(layers, gradients, strict=True)
                ]
                losses.append(loss(forward(X_batch, layers)[1] if late else Z, y_batch))
                sizes.append(len(y_batch))
            told.append(mean(losses, sizes))
        return finish(layers, told)

    return train_network


def updates_the_given(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            total += loss * len(X_batch)
            for (W, b), (dW, db) in zip(layers, backward(dZ, inputs, layers), strict=True):
                W -= learning_rate * dW
                b -= learning_rate * db
        losses.append(total / len(X))
    return layers, losses


def replaces_in_the_given_list(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            total += loss * len(X_batch)
            for k, (dW, db) in enumerate(backward(dZ, inputs, layers)):
                layers[k] = layers[k][0] - learning_rate * dW, layers[k][1] - learning_rate * db
        losses.append(total / len(X))
    return layers, losses


def steps_while_going_back(X, y, layers, batch_size, learning_rate, epochs, rng):
    layers, losses = [[W.copy(), b.copy()] for W, b in layers], []
    for _ in range(epochs):
        total = 0
        for X_batch, y_batch in deal(X, y, batch_size, rng):
            inputs, Z = forward(X_batch, layers)
            loss, dZ = loss_and_slope(Z, y_batch)
            total += loss * len(X_batch)
            for A, layer in zip(inputs[::-1], layers[::-1], strict=True):
                layer[0] -= learning_rate * A.T @ dZ
                layer[1] -= learning_rate * dZ.sum(axis=0)
                dZ = dZ @ layer[0].T * (A > 0)
        losses.append(total / len(X))
    return layers, losses


def order_before_the_loop(X, y, layers, batch_size, learning_rate, epochs, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    return student(batches=unshuffled)(X, y, layers, batch_size, learning_rate, epochs, rng)


def unshuffled(X, y, size, rng):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


def seeded(X, y, size, rng):
    return deal(X, y, size, np.random.default_rng(0))


def unseeded(X, y, size, rng):
    return deal(X, y, size, np.random.default_rng())


def images_alone(X, y, size, rng):
    return unshuffled(X[rng.permutation(len(X))], y, size, rng)


def each_alone(X, y, size, rng):
    return unshuffled(rng.permutation(X), rng.permutation(y), size, rng)


def drawn_anew(X, y, size, rng):
    for _ in range(math.ceil(len(X) / size)):
        part = rng.integers(0, len(X), min(size, len(X)))
        yield X[part], y[part]


def whole_batches(X, y, size, rng):
    return [b for b in deal(X, y, size, rng) if len(b[0]) == min(size, len(X))]


def first_batch(X, y, size, rng):
    return [next(deal(X, y, size, rng))]


def the_whole(X, y, size, rng):
    return [(X, y)]


def returns_after_an_epoch(X, y, layers, batch_size, learning_rate, epochs, rng):
    for _ in range(epochs):
        return plain(X, y, layers, batch_size, learning_rate, 1, rng)


def starts_again(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        new, (loss,) = plain(X, y, layers, batch_size, learning_rate, 1, rng)
        losses.append(loss)
    return new, losses


def loss_of_all(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        layers, _ = plain(X, y, layers, batch_size, learning_rate, 1, rng)
        losses.append(loss_and_slope(forward(X, layers)[1], y)[0])
    return layers, losses


def total_never_reset(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses, total = [], 0
    for _ in range(epochs):
        layers, (loss,) = plain(X, y, layers, batch_size, learning_rate, 1, rng)
        total += loss
        losses.append(total)
    return layers, losses


def every_step(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []

    def noted(Z, y):
        losses.append(loss_and_slope(Z, y)[0])
        return losses[-1]

    layers, _ = student(loss=noted)(X, y, layers, batch_size, learning_rate, epochs, rng)
    return layers, losses


def times_m(Z, y):
    return len(y) * loss_and_slope(Z, y)[1]


def minus_one_hot(Z, y):
    return (Z - np.eye(Z.shape[1], dtype=Z.dtype)[y]) / len(y)


WRONG = [
    (updates_the_given, "changes-its-input"),
    (replaces_in_the_given_list, "changes-its-input"),
    (steps_while_going_back, "stepped-on-the-way"),
    (order_before_the_loop, "order-drawn-once"),
    (student(batches=unshuffled), "not-shuffled"),
    (student(batches=seeded), "own-generator"),
    (student(batches=unseeded), "not-repeatable"),
    (student(batches=images_alone), "labels-not-shuffled-along"),
    (student(batches=each_alone), "shuffled-separately"),
    (student(batches=drawn_anew), "with-replacement"),
    (student(batches=whole_batches), "last-batch-dropped"),
    (student(batches=first_batch), "one-step-an-epoch"),
    (student(batches=the_whole), "one-step-an-epoch"),
    (returns_after_an_epoch, "one-epoch"),
    (starts_again, "from-the-start"),
    (loss_of_all, "loss-at-the-end"),
    (total_never_reset, "never-reset"),
    (every_step, "a-loss-each-step"),
    (student(mean=lambda losses, sizes: losses[-1]), "last-loss"),
    (student(mean=lambda losses, sizes: losses[0]), "first-loss"),
    (student(mean=lambda losses, sizes: np.mean(losses)), "batches-averaged"),
    (student(mean=lambda losses, sizes: sum(losses)), "losses-summed"),
    (student(mean=lambda losses, sizes: sum(losses) / sum(sizes)), "divided-wrongly"),
    (student(late=True), "late-loss"),
    (student(slope=times_m), "summed-gradient"),
    (student(slope=lambda Z, y: loss_and_slope(Z, y)[1] / len(y)), "rate-scaled"),
    (student(slope=minus_one_hot), "softmax-missing"),
    (student(slope=lambda Z, y: -loss_and_slope(Z, y)[1]), "ascent"),
    (student(step=lambda w, dw, rate: w + rate * dw, bias=lambda b, db, rate: b + rate * db),
     "ascent"),
    (student(bias=lambda b, db, rate: b), "biases-not-updated"),
    (student(step=lambda w, dw, rate: w), "weights-not-updated"),
    (student(step=lambda w, dw, rate: w - 0.1 * dw, bias=lambda b, db, rate: b - 0.1 * db),
     "own-rate"),
    (student(finish=lambda layers, losses: layers), "layers-only"),
    (student(finish=lambda layers, losses: losses), "losses-only"),
    (student(finish=lambda layers, losses: (losses, layers)), "swapped-results"),
    (student(finish=lambda layers, losses: (layers, losses[-1])), "one-loss"),
    (student(loss=lambda Z, y: np.mean(Z.argmax(axis=1) != y)), "other-loss"),
    (lambda X, y, layers, size, *more: plain(X, y, layers, 1, *more), "one-by-one"),
    (batch_means, "batches-averaged"),
    (total_goes_on, "never-reset"),
    (full_batches, "divided-wrongly"),
    (batches_gone_through, "batches-used-up"),
    (logits_into_loss, "loss-of-logits"),
    (softmax_before, "softmax-twice"),
    (weights_of_its_own, "first-loss-differs"),
    (turned_gradients, "gradients-reversed"),
    (plain_labels, "labels-not-one-hot"),
]  # fmt: skip


def seen_fresh_rng_inside(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, np.random.default_rng(0)):
            inputs, Z = forward_deep(Xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / len(y))
    return layers, losses


def seen_accumulate_gradients_over(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total, acc = 0, [(0, 0)] * len(layers)
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
            acc = [(a + dW, c + db) for (a, c), (dW, db) in zip(acc, grads, strict=False)]
        layers = [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), (dW, db) in zip(layers, acc, strict=False)
        ]
        losses.append(total / len(y))
    return layers, losses


def seen_losses_returned_as(X, y, layers, batch_size, learning_rate, epochs, rng):
    accs = []
    for _ in range(epochs):
        right = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            P = softmax(Z)
            right += np.sum(P.argmax(axis=1) == yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        accs.append(right / len(y))
    return layers, accs


def seen_total_batch_size(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(Xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
            layers = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(layers, grads, strict=False)
            ]
        losses.append(total / (len(y) // batch_size))
    return layers, losses


WRONG += [
    (seen_fresh_rng_inside, "own-generator"),
    (seen_accumulate_gradients_over, "one-step-an-epoch"),
    (seen_losses_returned_as, "other-loss"),
    (seen_total_batch_size, "divided-wrongly"),
]


def own_loop(start_again=False, fade=1.0, whole=False):
    """Train with steps from the start, with a rate that fades, or on all data in each step."""

    def train(X, y, layers, batch_size, learning_rate, epochs, rng):
        start, losses = layers, []
        for epoch in range(epochs):
            total = 0.0
            for X_batch, y_batch in minibatches(X, y, batch_size, rng):
                X_used, y_used = (X, y) if whole else (X_batch, y_batch)
                inputs, Z = forward_deep(X_used, layers)
                E = np.exp(Z - Z.max(axis=1, keepdims=True))
                P = E / E.sum(axis=1, keepdims=True)
                total += len(y_batch) * cross_entropy(y_used, P)
                gradients = backward_deep(softmax_cross_entropy_grad(y_used, P), inputs, layers)
                rate = learning_rate * fade**epoch
                pairs = zip(start if start_again else layers, gradients, strict=True)
                layers = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in pairs]
            losses.append(total / len(y))
        return layers, losses

    return train


WRONG += [
    (own_loop(start_again=True), "as-it-was-given"),
    (own_loop(fade=0.5), "rate-fades"),
    (own_loop(whole=True), "all-for-the-batch"),
]


def through_the_given(X, y, layers, batch_size, learning_rate, epochs, rng):
    new, losses = [(W.copy(), b.copy()) for W, b in layers], []
    for _ in range(epochs):
        total = 0.0
        for xb, yb in minibatches(X, y, batch_size, rng):
            inp, Z = forward_deep(xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inp, layers)
            new = [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(new, grads, strict=True)
            ]
        losses.append(total / len(y))
    return new, losses


def back_through_the_given(X, y, layers, batch_size, learning_rate, epochs, rng):
    new, losses = list(layers), []
    for _ in range(epochs):
        total = 0.0
        for xb, yb in minibatches(X, y, batch_size, rng):
            inp, Z = forward_deep(xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inp, layers)
            for i, (dW, db) in enumerate(grads):
                new[i] = (new[i][0] - learning_rate * dW, new[i][1] - learning_rate * db)
        losses.append(total / len(y))
    return new, losses


def forward_through_the_given(X, y, layers, batch_size, learning_rate, epochs, rng):
    new, losses = layers, []
    for _ in range(epochs):
        total = 0.0
        for xb, yb in minibatches(X, y, batch_size, rng):
            inp, Z = forward_deep(xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inp, new)
            pairs = zip(new, grads, strict=True)
            new = [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in pairs]
        losses.append(total / len(y))
    return new, losses


def new_layers_begun_in_each_epoch(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total, new = 0.0, layers
        for xb, yb in minibatches(X, y, batch_size, rng):
            inp, Z = forward_deep(xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inp, layers)
            pairs = zip(new, grads, strict=True)
            new = [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in pairs]
        layers = new
        losses.append(total / len(y))
    return layers, losses


def steps_of(update):
    """Train with ``update(number, W, b, dW, db, rate)`` for each layer."""

    def train(X, y, layers, batch_size, learning_rate, epochs, rng):
        losses = []
        for _ in range(epochs):
            total = 0.0
            for xb, yb in minibatches(X, y, batch_size, rng):
                inputs, Z = forward_deep(xb, layers)
                P = softmax(Z)
                total += cross_entropy(yb, P) * len(yb)
                grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
                pairs = enumerate(zip(layers, grads, strict=True))
                layers = [update(i, W, b, dW, db, learning_rate) for i, ((W, b), (dW, db)) in pairs]
            losses.append(total / len(y))
        return layers, losses

    return train


def on_the_last_batch_alone(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for xb, yb in minibatches(X, y, batch_size, rng):
            inputs, Z = forward_deep(xb, layers)
            P = softmax(Z)
            total += cross_entropy(yb, P) * len(yb)
            grads = backward_deep(softmax_cross_entropy_grad(yb, P), inputs, layers)
        pairs = zip(layers, grads, strict=True)
        layers = [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in pairs]
        losses.append(total / len(y))
    return layers, losses


WRONG += [
    (through_the_given, "through-the-given"),
    (back_through_the_given, "through-the-given"),
    (forward_through_the_given, "through-the-given"),
    (
        steps_of(lambda i, W, b, dW, db, r: (W - r * dW, b - r * db) if i else (W, b)),
        "first-layer-left-out",
    ),
    (on_the_last_batch_alone, "one-step-an-epoch"),
    (new_layers_begun_in_each_epoch, "one-step-an-epoch"),
]


def rate_falls_in_steps(X, y, layers, batch_size, learning_rate, epochs, rng):
    losses, step = [], 0
    for _ in range(epochs):
        total = 0
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            step += 1
            inputs, Z = forward_deep(X_batch, layers)
            loss, dZ = softmax_cross_entropy(y_batch, Z)
            total += loss * len(y_batch)
            rate = learning_rate / step
            layers = [
                (W - rate * dW, b - rate * db)
                for (W, b), (dW, db) in zip(layers, backward_deep(dZ, inputs, layers), strict=True)
            ]
        losses.append(total / len(y))
    return layers, losses


WRONG += [(rate_falls_in_steps, "rate-falls")]
