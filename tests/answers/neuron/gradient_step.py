"""What students write for `gradient_step`: right in other forms, and wrong in their own."""

import numpy as np


def step_in_place(w, b, dw, db, rate):
    dw *= rate
    return w - dw, b - rate * db


def step_loop(w, b, dw, db, learning_rate):
    new = []
    for weight, slope in zip(w, dw, strict=True):
        new.append(weight - learning_rate * slope)
    return np.array(new), b - learning_rate * db


class Descent:
    def __call__(self, w, b, dw, db, eta):
        new_w = np.copy(w)
        new_w -= eta * dw
        b = b - eta * db
        return new_w, b


def bias_once_a_weight(w, b, dw, db, eta):
    w = w.copy()
    for i in range(len(w)):
        w[i] -= eta * dw[i]
        b -= eta * db
    return w, b


def returns_in_the_loop(w, b, dw, db, eta):
    w = w.copy()
    for i in range(len(w)):
        w[i] = w[i] - eta * dw[i]
        return w, b - eta * db


def writes_into(w, b, dw, db, eta):
    np.subtract(w, eta * dw, out=w)
    return w, b - eta * db


def steps_in_place(w, b, dw, db, eta):
    w -= eta * dw
    b -= eta * db
    return w, b


def right_update(w, b, dw, db, lr):
    new_w = np.array([wi - lr * gi for wi, gi in zip(w, dw, strict=True)])
    return new_w, b - lr * db


def wrote_bias_not_updated(w, b, dw, db, learning_rate):
    w = w - learning_rate * dw
    b - learning_rate * db
    return w, b


def wrote_step_times_weights(w, b, dw, db, learning_rate):
    return w * (1 - learning_rate * dw), b * (1 - learning_rate * db)


def step_of_dictionaries(w, b, dw, db, learning_rate):
    params = {"w": w, "b": b}
    grads = {"w": dw, "b": db}
    new = {k: params[k] - learning_rate * grads[k] for k in params}
    return new["w"], new["b"]


def step_of_both(w, b, dw, db, learning_rate=0.1):
    return tuple(np.subtract(p, np.multiply(learning_rate, g)) for p, g in ((w, dw), (b, db)))


def wrote_step_minus_old(w, b, dw, db, learning_rate):
    return learning_rate * dw - w, learning_rate * db - b


def wrote_rate_subtracted(w, b, dw, db, learning_rate):
    return (w - learning_rate) * dw, (b - learning_rate) * db


RIGHT = [
    step_of_both,
    step_of_dictionaries,
    lambda w, b, dw, db, learning_rate: [w - learning_rate * dw, b - learning_rate * db],
    lambda w, b, dw, db, rate: (np.add(w, -rate * dw), b + -rate * db),
    lambda w, b, dw, db, rate: (
        np.array([w[i] - rate * dw[i] for i in range(len(w))]),
        b - rate * db,
    ),
    lambda w, b, dw, db, rate: tuple(v - rate * d for v, d in ((w, dw), (b, db))),
    step_loop,
    Descent(),
    lambda weights, bias, dweights, dbias, lr: (
        np.subtract(weights, lr * dweights),
        bias - lr * dbias,
    ),
    lambda w, b, dw, db, a: (w + a * -dw, b + a * -db),
    lambda w, b, dw, db, a: (w - np.multiply(a, dw), float(b - a * db)),
    right_update,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda w, b, dw, db, r: (w + r * dw, b + r * db), "ascent"),
    (step_in_place, "changes-its-input"),
    (lambda w, b, dw, db, r: np.append(w - r * dw, b - r * db), "wrong-type"),
    (bias_once_a_weight, "bias-once-a-weight"),
    (returns_in_the_loop, "first-weight-only"),
    (writes_into, "changes-its-input"),
    (steps_in_place, "changes-its-input"),
    (lambda w, b, dw, db, a: (a * (w - dw), a * (b - db)), "rate-times-weights"),
    (lambda w, b, dw, db, a: (w - dw, b - db), "rate-forgotten"),
    (lambda w, b, dw, db, a: (w - a * dw, b - db), "rate-forgotten"),
    (lambda w, b, dw, db, a: (w - dw, b - a * db), "rate-forgotten"),
    (lambda w, b, dw, db, a: (w - a, b - a), "rate-for-gradient"),
    (lambda w, b, dw, db, a: (w * (1 - a * dw), b * (1 - a * db)), "step-times-weights"),
    (lambda w, b, dw, db, a: (w - a * w * dw, b - a * b * db), "step-times-weights"),
    (lambda w, b, dw, db, a: (w - a * np.sign(dw), b - a * np.sign(db)), "length-of-slope-lost"),
    (
        lambda w, b, dw, db, a: (w - a * dw / np.linalg.norm(dw), b - a * db / abs(db)),
        "length-of-slope-lost",
    ),
    (lambda w, b, dw, db, a: (a * dw, a * db), "only-the-step"),
    (lambda w, b, dw, db, a: (dw - a * w, db - a * b), "gradient-and-weights-swapped"),
    (lambda w, b, dw, db, a: (w - a * dw.mean(), b - a * db), "gradients-averaged"),
    (lambda w, b, dw, db, a: (w - a * dw, b - a * dw), "bias-uses-dw"),
    (lambda w, b, dw, db, a: (w + a * dw, b - a * db), "ascent-of-weights"),
    (lambda w, b, dw, db, a: {"w": w - a * dw, "b": b - a * db}, "wrong-type"),
    (lambda w, b, dw, db, a: w - a * dw, "weights-only"),
    (lambda w, b, dw, db, a: (b - a * db, w - a * dw), "swapped-results"),
    (lambda w, b, dw, db, a: (w - 0.1 * dw, b - 0.1 * db), "own-rate"),
    (lambda w, b, dw, db, a: (w - 2 * a * dw, b - 2 * a * db), "factor-two"),
    (lambda w, b, dw, db, a: (w - a * dw / len(w), b - a * db / len(w)), "divided-by-number"),
    (lambda w, b, dw, db, a: (w - a * dw - a * db, b - a * db), "bias-step-for-all"),
    (lambda w, b, dw, db, a: (w - a + dw, b - a + db), "plus-for-times"),
    (wrote_bias_not_updated, "bias-not-updated"),
    (wrote_step_times_weights, "step-times-weights"),
    (lambda w, b, dw, db, a: (w - a * dw, b + a * db), "ascent-of-bias"),
    (lambda w, b, dw, db, a: (w - a * dw, b), "bias-not-updated"),
    (lambda w, b, dw, db, a: (w, b - a * db), "weights-not-updated"),
    (lambda w, b, dw, db, a: (w - np.divide(dw, a), b - db / a), "divided-by-rate"),
    (lambda w, b, dw, db, a: (w - a * db, b - a * db), "gradients-swapped"),
    (wrote_step_minus_old, "wrong-way-round"),
    (wrote_rate_subtracted, "rate-subtracted"),
]


def seen_updates_b_with(w, b, dw, db, lr):
    w = (1 - lr) * w - lr * dw
    b = b - lr * db
    return w, b


def seen_lr(w, b, dw, db, lr):
    return w - lr**2 * dw, b - lr**2 * db


def seen_abs(w, b, dw, db, lr):
    return w - lr * np.abs(dw), b - lr * abs(db)


def seen_dot(w, b, dw, db, lr):
    return w - lr * np.dot(w, dw), b - lr * db


def seen_int_cast(w, b, dw, db, lr):
    return (w - lr * dw).astype(int), int(b - lr * db)


def seen_w_gets_db(w, b, dw, db, lr):
    return w - lr * db, b - lr * dw


def seen_swaps_sign_on(w, b, dw, db, lr):
    w_new = w.copy()
    for i in range(len(w)):
        w_new[i] = w[0] - lr * dw[i]
    return w_new, b - lr * db


WRONG += [
    (seen_updates_b_with, "weights-shrink"),
    (seen_lr, "as-if"),
    (seen_abs, "sign-lost"),
    (seen_dot, "dot-product"),
    (seen_int_cast, "rounded"),
    (seen_w_gets_db, "gradients-exchanged"),
    (seen_swaps_sign_on, "first-only"),
]


def both_to_length_one(w, b, dw, db, learning_rate):
    length = np.sqrt(np.sum(dw**2) + db**2)
    return w - learning_rate * dw / length, b - learning_rate * db / length


WRONG += [(both_to_length_one, "normalised-together")]


def lost_under_other_names(w, b, dw, db, lr):
    w_new = w - lr * dw
    b_new = b - lr * db
    print(w_new, b_new)
    return w, b


WRONG += [
    (lost_under_other_names, "nothing-updated"),
    (lambda w, b, dw, db, lr: (w * lr - dw, b * lr - db), "rate-at-the-weights"),
]
