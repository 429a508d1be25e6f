"""What students write for `mend_epoch`: right in other forms, and wrong in their own."""

import numpy as np

from course_lib.batches import minibatches
from course_lib.by_hand.softmax import softmax_cross_entropy_grad


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def batches_drawn(X, y, size, rng):
    order = rng.permutation(len(X))
    for i in range(0, len(X), size):
        yield X[order[i : i + size]], y[order[i : i + size]]


def cross_entropy(y, P):
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def slope(y, P):
    return (P - np.eye(P.shape[1], dtype=P.dtype)[y]) / len(y)


def set_to_zero_in_each_turn(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        dW, db = np.zeros_like(W), np.zeros_like(b)
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def assigned(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW = X_batch.T @ dZ
        db = dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def cleared_at_the_end(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
        dW[:], db[:] = 0, 0
    return W, b, total / len(y)


def old_part_subtracted(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        before_W, before_b = dW, db
        dW = dW + X_batch.T @ dZ
        db = db + dZ.sum(axis=0)
        W = W - learning_rate * (dW - before_W)
        b = b - learning_rate * (db - before_b)
    return W, b, total / len(y)


def in_place_on_copies(X, y, W, b, batch_size, learning_rate, rng):
    W, b, losses = W.copy(), b.copy(), []
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        losses.extend(-np.log(P[np.arange(len(y_batch)), y_batch]))
        dZ = slope(y_batch, P)
        W -= learning_rate * (X_batch.T @ dZ)
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, np.mean(losses)


def one_step(X, y, W, b, learning_rate):
    P = softmax(X @ W + b)
    dZ = slope(y, P)
    return W - learning_rate * X.T @ dZ, b - learning_rate * dZ.sum(0), cross_entropy(y, P)


def by_a_helper(X, y, W, b, batch_size, learning_rate, rng):
    total = 0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        W, b, loss = one_step(X_batch, y_batch, W, b, learning_rate)
        total += loss * len(X_batch) / len(X)
    return W, b, total


def by_keys(X, y, W, b, batch_size, learning_rate, rng):
    total, order = 0, np.argsort(rng.random(len(y)))
    for part in np.split(order, range(batch_size, len(y), batch_size)):
        W, b, loss = one_step(X[part], y[part], W, b, learning_rate)
        total += loss * len(part)
    return [W, b, total / len(y)]


def dictionaries(X, y, W, b, batch_size, learning_rate, rng):
    w, losses, sizes = {"W": W, "b": b}, [], []
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ w["W"] + w["b"])
        losses.append(cross_entropy(y_batch, P))
        sizes.append(len(y_batch))
        dZ = slope(y_batch, P)
        dw = {"W": X_batch.T @ dZ, "b": dZ.sum(axis=0)}
        w = {name: w[name] - learning_rate * dw[name] for name in w}
    return w["W"], w["b"], np.average(losses, weights=sizes)


def filled_with_zero(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        dW.fill(0)
        db.fill(0)
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W, b = W - learning_rate * dW, b - learning_rate * db
    return W, b, total / len(y)


def bias_as_a_weight(X, y, W, b, batch_size, learning_rate, rng):
    V, total = np.vstack([W, b]), 0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        one = np.column_stack([X_batch, np.ones(len(X_batch), X_batch.dtype)])
        P = softmax(one @ V)
        total += len(y_batch) * cross_entropy(y_batch, P)
        V = V - learning_rate * one.T @ slope(y_batch, P)
    return V[:-1], V[-1], total / len(y)


def behind_the_loop(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
    W = W - learning_rate * dW
    b = b - learning_rate * db
    return W, b, total / len(y)


def counted_alike(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    n = 0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += cross_entropy(y_batch, P)
        n += 1
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / n


def divided_again(X, y, W, b, batch_size, learning_rate, rng):
    total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW += X_batch.T @ dZ / len(y_batch)
        db += dZ.sum(axis=0) / len(y_batch)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def divided_by_all(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        W = W - learning_rate * X_batch.T @ dZ
        b = b - learning_rate * dZ.sum(axis=0)
    return W, b, total / len(y)


def total_begins_anew(X, y, W, b, batch_size, learning_rate, rng):
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        total, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW += X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def mean_of_the_errors(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        W = W - learning_rate * X_batch.T @ dZ
        b = b - learning_rate * dZ.mean(axis=0)
    return W, b, total / len(y)


RIGHT = [
    set_to_zero_in_each_turn, assigned, cleared_at_the_end, old_part_subtracted,
    in_place_on_copies, by_a_helper, by_keys, dictionaries, filled_with_zero, bias_as_a_weight,
]  # fmt: skip


def patched(
    rate=lambda rate, step, m, size: rate,
    keep=lambda old, new: old + new,
    use=lambda dW: dW,
    batches=batches_drawn,
    told=lambda losses, sizes: np.average(losses, weights=sizes),
    grad=slope,
):
    def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
        dW, db, losses, sizes = np.zeros_like(W), np.zeros_like(b), [], []
        for step, (X_batch, y_batch) in enumerate(batches(X, y, batch_size, rng)):
            P = softmax(X_batch @ W + b)
            losses.append(cross_entropy(y_batch, P))
            sizes.append(len(y_batch))
            dZ = grad(y_batch, P)
            dW = keep(dW, X_batch.T @ dZ)
            db = keep(db, dZ.sum(axis=0))
            eta = rate(learning_rate, step, len(X), batch_size)
            W = W - eta * use(dW)
            b = b - eta * use(db)
        return W, b, told(losses, sizes)

    return mend_epoch


def new_alone(old, new):
    return new


def weights_mended(X, y, W, b, batch_size, learning_rate, rng):
    total, db = 0.0, np.zeros_like(b)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW = X_batch.T @ dZ
        db += dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def biases_mended(X, y, W, b, batch_size, learning_rate, rng):
    total, dW = 0.0, np.zeros_like(W)
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW += X_batch.T @ dZ
        db = dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def cleared_before_use(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        dW = X_batch.T @ dZ
        db = dZ.sum(axis=0)
        dW, db = 0 * dW, 0 * db
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def own_labels(X, y, W, b, batch_size, learning_rate, rng):
    W, b, _ = patched()(X, y, W, b, batch_size, learning_rate, rng)
    P = softmax(X @ W + b)
    return W, b, cross_entropy(P.argmax(axis=1), P)


def whole_epoch_at_once(X, y, W, b, batch_size, learning_rate, rng):
    return one_step(X, y, W, b, learning_rate)


def two_epochs(X, y, W, b, batch_size, learning_rate, rng):
    for _ in range(2):
        W, b, loss = assigned(X, y, W, b, batch_size, learning_rate, rng)
    return W, b, loss


def written_over(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in batches_drawn(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = slope(y_batch, P)
        W -= learning_rate * X_batch.T @ dZ
        b -= learning_rate * dZ.sum(axis=0)
    return W, b, total / len(y)


def unshuffled(X, y, size, rng):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


def with_own_seed(X, y, size, rng):
    return batches_drawn(X, y, size, np.random.default_rng(42))


def judged_late(X, y, W, b, batch_size, learning_rate, rng):
    W, b, _ = assigned(X, y, W, b, batch_size, learning_rate, rng)
    return W, b, cross_entropy(y, softmax(X @ W + b))


def first_alone(X, y, size, rng):
    return [next(batches_drawn(X, y, size, rng))]


def without_the_short(X, y, size, rng):
    return [p for p in batches_drawn(X, y, size, rng) if len(p[1]) == min(size, len(X))]


WRONG = [
    (patched(), "as-given"),
    (patched(rate=lambda rate, step, m, size: rate / 10), "rate-lowered"),
    (patched(rate=lambda rate, step, m, size: rate / 100), "rate-lowered"),
    (patched(rate=lambda rate, step, m, size: 0.01), "rate-lowered"),
    (patched(rate=lambda rate, step, m, size: rate * size / m), "rate-lowered"),
    (patched(rate=lambda rate, step, m, size: rate / 10, keep=new_alone), "rate-lowered"),
    (patched(rate=lambda rate, step, m, size: rate / (step + 1)), "rate-falls"),
    (patched(use=lambda dW: np.clip(dW, -0.1, 0.1)), "gradient-clipped"),
    (patched(use=lambda dW: np.clip(dW, -0.01, 0.01)), "gradient-clipped"),
    (patched(keep=lambda old, new: 0.9 * old + new), "momentum"),
    (patched(keep=lambda old, new: 0.5 * old + new), "momentum"),
    (patched(keep=lambda old, new: 0.9 * old + 0.1 * new), "momentum"),
    (weights_mended, "weights-alone"),
    (biases_mended, "biases-alone"),
    (cleared_before_use, "cleared-too-early"),
    (whole_epoch_at_once, "one-step"),
    (patched(batches=first_alone), "one-step"),
    (two_epochs, "more-steps"),
    (own_labels, "labels-cheated"),
    (patched(told=lambda losses, sizes: min(losses)), "loss-clipped"),
    (patched(told=lambda losses, sizes: min(1, *losses, 1)), "loss-clipped"),
    (patched(told=lambda losses, sizes: 0.0), "loss-clipped"),
    (patched(keep=new_alone, told=lambda losses, sizes: losses[-1]), "last-loss"),
    (patched(keep=new_alone, told=lambda losses, sizes: np.mean(losses)), "batches-averaged"),
    (patched(keep=new_alone, told=lambda losses, sizes: sum(losses)), "losses-summed"),
    (judged_late, "late-loss"),
    (patched(keep=new_alone, batches=unshuffled), "not-shuffled"),
    (patched(keep=new_alone, batches=with_own_seed), "own-generator"),
    (patched(keep=new_alone, batches=without_the_short), "last-batch-dropped"),
    (patched(keep=new_alone, grad=lambda y, P: len(y) * slope(y, P)), "summed"),
    (patched(keep=new_alone, grad=lambda y, P: -slope(y, P)), "uphill"),
    (written_over, "changes-its-input"),
    (lambda *arguments: assigned(*arguments)[:2], "loss-missing"),
    (behind_the_loop, "after-the-loop"),
    (counted_alike, "as-given"),
    (divided_again, "averaged-twice"),
    (divided_by_all, "divided-wrongly"),
    (total_begins_anew, "last-loss"),
    (mean_of_the_errors, "biases-averaged"),
]


def own_epoch(step, keep=False):
    """Train for an epoch with ``step(W, b, dW, db, rate, first)``, sums kept or made anew."""

    def epoch(X, y, W, b, batch_size, learning_rate, rng):
        total, first, dW, db = 0.0, (W, b), np.zeros_like(W), np.zeros_like(b)
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            P = softmax(X_batch @ W + b)
            total += len(y_batch) * cross_entropy(y_batch, P)
            dZ = softmax_cross_entropy_grad(y_batch, P)
            dW, db = dW * keep + X_batch.T @ dZ, db * keep + dZ.sum(axis=0)
            if keep:
                dW, db = np.clip(dW, -0.05, 0.05), np.clip(db, -0.05, 0.05)
            W, b = step(W, b, dW, db, learning_rate, first)
        return W, b, total / len(y)

    return epoch


WRONG += [
    (own_epoch(lambda W, b, dW, db, r, v: (v[0] - r * dW, v[1] - r * db)), "as-it-was-given"),
    (
        own_epoch(lambda W, b, dW, db, r, v: (W - r * dW, b - r * db), keep=True),
        "held-between--0.05-0.05",
    ),
]


def averaged_twice(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW = X_batch.T @ dZ / len(y_batch)
        db = dZ.sum(axis=0) / len(y_batch)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


def weights_averaged_twice(X, y, W, b, batch_size, learning_rate, rng):
    total = 0.0
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        P = softmax(X_batch @ W + b)
        total += len(y_batch) * cross_entropy(y_batch, P)
        dZ = softmax_cross_entropy_grad(y_batch, P)
        dW = X_batch.T @ dZ / len(y_batch)
        db = dZ.sum(axis=0)
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return W, b, total / len(y)


WRONG += [(averaged_twice, "averaged-twice"), (weights_averaged_twice, "averaged-twice")]


def student_epoch(slope, all_of_it=False, early=False):
    """Train with slopes of its own, on batches or on all examples, or return in the loop."""

    def mend_epoch(X, y, W, b, batch_size, learning_rate, rng):
        total, start = 0.0, (W, b)
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            size = len(y_batch)
            if all_of_it:
                X_batch, y_batch = X, y
            V, c = start if slope == "start" else (W, b)
            P = softmax(X_batch @ V + c)
            total += size * cross_entropy(y_batch, P)
            dZ = softmax_cross_entropy_grad(y_batch, P) * (2 if slope == "twice" else 1)
            W, b = W - learning_rate * X_batch.T @ dZ, b - learning_rate * dZ.sum(axis=0)
            if early:
                return W, b, total / len(y)
        return W, b, total / len(y)

    return mend_epoch


WRONG += [
    (student_epoch("new", all_of_it=True), "all-for-the-batch"),
    (student_epoch("twice"), "counted-twice"),
    (student_epoch("new", early=True), "one-step"),
    (student_epoch("start"), "after-the-loop"),
]
