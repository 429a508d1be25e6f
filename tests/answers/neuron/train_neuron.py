"""What students write for `train_neuron`: right in other forms, and wrong in their own."""

import numpy as np

from course_lib.activations import sigmoid
from course_lib.by_hand.neuron import binary_cross_entropy, forward, gradient_step, gradients


def out_of_the_five(X, y, weights, bias, eta, n):
    history = []
    for _ in range(n):
        outputs = forward(X, weights, bias)
        history.append(binary_cross_entropy(y, outputs))
        slopes = gradients(X, y, outputs)
        weights, bias = gradient_step(weights, bias, slopes[0], slopes[1], eta)
    return weights, bias, history


def with_while(X, y, w, b, learning_rate, steps):
    losses, step = [], 0
    while step < steps:
        y_hat = forward(X, w, b)
        losses += [binary_cross_entropy(y, y_hat)]
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        step += 1
    return w, b, losses


def on_a_copy(X, y, w, b, learning_rate, steps):
    w = w.copy()
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, losses


def into_an_array(X, y, w, b, learning_rate, steps):
    losses = np.zeros(steps)
    for i in range(steps):
        y_hat = forward(X, w, b)
        losses[i] = binary_cross_entropy(y, y_hat)
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def from_the_formulas(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        losses.append(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        error = p - y
        w, b = w - learning_rate * X.T @ error / len(y), b - learning_rate * error.mean()
    return w, b, losses


def from_the_logit(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        z = X @ w + b
        losses.append(float(np.mean(np.logaddexp(0, z) - y * z)))
        dw, db = gradients(X, y, forward(X, w, b))
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return [w, b, losses]


def calls_itself(X, y, w, b, learning_rate, steps):
    if steps == 0:
        return w, b, []
    y_hat = forward(X, w, b)
    new = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    w, b, losses = calls_itself(X, y, *new, learning_rate, steps - 1)
    return w, b, [binary_cross_entropy(y, y_hat), *losses]


def bias_as_a_weight(X, y, w, b, learning_rate, steps):
    with_one, v = np.column_stack([X, np.ones(len(X))]), np.append(w, b)
    losses = []
    for _ in range(steps):
        p = forward(with_one, v, 0.0)
        losses.append(binary_cross_entropy(y, p))
        v = v - learning_rate * gradients(with_one, y, p)[0]
    return v[:-1], v[-1], losses


def example_after_example(X, y, w, b, learning_rate, steps):
    m, n = X.shape
    losses = []
    for _ in range(steps):
        dw, db, loss = np.zeros(n), 0.0, 0.0
        for i in range(m):
            p = 1 / (1 + np.exp(-(np.sum(X[i] * w) + b)))
            loss -= np.log(p) if y[i] == 1 else np.log(1 - p)
            dw += (p - y[i]) * X[i] / m
            db += (p - y[i]) / m
        losses.append(loss / m)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


def with_a_helper(X, y, w, b, learning_rate, steps):
    def one_step(w, b):
        y_hat = forward(X, w, b)
        dw, db = gradients(X, y, y_hat)
        return *gradient_step(w, b, dw, db, learning_rate), binary_cross_entropy(y, y_hat)

    losses = []
    for _ in range(steps):
        w, b, loss = one_step(w, b)
        losses.append(loss)
    return w, b, losses


def keeps_all_weights(X, y, w, b, learning_rate, steps):
    path = [(w, b)]
    for _ in range(steps):
        slopes = gradients(X, y, forward(X, *path[-1]))
        path.append(gradient_step(*path[-1], *slopes, learning_rate))
    losses = [binary_cross_entropy(y, forward(X, *place)) for place in path[:-1]]
    return *path[-1], losses


def sums_in_both(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        p = forward(X, w, b)
        losses.append(-np.sum(y * np.log(p + 1e-15) + (1 - y) * np.log(1 - p + 1e-15)))
        w = w - learning_rate * X.T @ (p - y)
        b = b - learning_rate * np.sum(p - y)
    return w, b, losses


def joined_weights(X, y, w, b, learning_rate, steps):
    Xb = np.c_[X, np.ones(len(X))]
    theta = np.append(np.asarray(w, float), b)
    J = []
    while len(J) < steps:
        h = sigmoid(Xb @ theta)
        J.append(-np.mean(np.log(np.clip(np.where(y == 1, h, 1 - h), 1e-16, 1))))
        theta = theta - learning_rate / len(y) * Xb.T @ (h - y)
    return theta[:-1], theta[-1], J


def reduced(X, y, w, b, learning_rate, steps):
    import functools

    def one(state, _):
        w, b, losses = state
        y_hat = forward(X, w, b)
        dw, db = gradients(X, y, y_hat)
        return (
            w - learning_rate * dw,
            b - learning_rate * db,
            [*losses, binary_cross_entropy(y, y_hat)],
        )

    return functools.reduce(one, range(steps), (w, b, []))


def slopes_unpacked_wrongly(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        db, dw = gradients(X, y, y_hat)
        w = w - learning_rate * dw
        b = b - learning_rate * db
    return w, b, losses


def adaline(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = X @ w + b
        losses.append(np.mean((y_hat - y) ** 2))
        w = w - learning_rate * X.T @ (y_hat - y) / len(y)
        b = b - learning_rate * np.mean(y_hat - y)
    return w, b, losses


def thrown_away(X, y, w, b, learning_rate, steps):
    w = np.random.randn(X.shape[1]) * 0.01
    b = 0.0
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def begins_with_one(X, y, w, b, learning_rate, steps):
    losses = [1.0]
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


RIGHT = [
    reduced,
    joined_weights,
    out_of_the_five,
    with_while,
    on_a_copy,
    into_an_array,
    from_the_formulas,
    from_the_logit,
    calls_itself,
    bias_as_a_weight,
    example_after_example,
    with_a_helper,
    keeps_all_weights,
]


def update_first(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
    return w, b, losses


def loss_at_both_ends(X, y, w, b, learning_rate, steps):
    losses = [binary_cross_entropy(y, forward(X, w, b))]
    for _ in range(steps):
        dw, db = gradients(X, y, forward(X, w, b))
        w, b = gradient_step(w, b, dw, db, learning_rate)
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
    return w, b, losses


def return_indented(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        return w, b, losses


def outputs_before_the_loop(X, y, w, b, learning_rate, steps):
    losses = []
    y_hat = forward(X, w, b)
    for _ in range(steps):
        loss = binary_cross_entropy(y, y_hat)
        losses.append(loss)
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def slopes_before_the_loop(X, y, w, b, learning_rate, steps):
    losses = []
    dw, db = gradients(X, y, forward(X, w, b))
    for _ in range(steps):
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def new_names(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        new_w, new_b = gradient_step(w, b, dw, db, learning_rate)
    return new_w, new_b, losses


def forgets_what_the_step_returns(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def list_made_in_the_loop(X, y, w, b, learning_rate, steps):
    for _ in range(steps):
        losses = []
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def one_number(X, y, w, b, learning_rate, steps):
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses = binary_cross_entropy(y, y_hat)
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def range_from_one(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(1, steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def up_to_and_with(X, y, w, b, learning_rate, steps):
    losses, step = [], 0
    while step <= steps:
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
        step += 1
    return w, b, losses


def w_before_db(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
        w = w - learning_rate * X.T @ (forward(X, w, b) - y) / len(y)
        b = b - learning_rate * np.mean(forward(X, w, b) - y)
    return w, b, losses


def no_bias(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, _ = gradients(X, y, y_hat)
        w = w - learning_rate * dw
    return w, b, losses


def rate_in_both(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, learning_rate * dw, learning_rate * db, learning_rate)
    return w, b, losses


def divides_again(X, y, w, b, learning_rate, steps):
    losses, m = [], len(y)
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = gradient_step(w, b, dw / m, db / m, learning_rate)
    return w, b, losses


def sums(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w = w - learning_rate * X.T @ (y_hat - y)
        b = b - learning_rate * np.sum(y_hat - y)
    return w, b, losses


def adds_up_gradients(X, y, w, b, learning_rate, steps):
    losses, dw, db = [], np.zeros_like(w), 0.0
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        slopes = gradients(X, y, y_hat)
        dw += slopes[0]
        db += slopes[1]
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def begins_at_zero(X, y, w, b, learning_rate, steps):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def in_place(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, losses


def loss_each(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(-(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def keeps_squares(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(np.mean((y_hat - y) ** 2))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def climbs(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        w, b = w + learning_rate * dw, b + learning_rate * db
    return w, b, losses


def y_minus_y_hat(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y_hat, y), learning_rate)
    return w, b, losses


def one_image_at_a_time(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        losses.append(binary_cross_entropy(y, forward(X, w, b)))
        for x_i, y_i in zip(X, y, strict=True):
            a_i = forward(x_i, w, b)
            w, b = w - learning_rate * (a_i - y_i) * x_i, b - learning_rate * (a_i - y_i)
    return w, b, losses


def a_hundred(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(100):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def stops_when_it_rises(X, y, w, b, learning_rate, steps):
    losses = []
    for step in range(steps):
        y_hat = forward(X, w, b)
        loss = binary_cross_entropy(y, y_hat)
        losses.append(loss)
        if step > 0 and loss > losses[-2]:
            break
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def shares(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(np.mean((y_hat > 0.5) == (y == 1)))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def shrinking(X, y, w, b, learning_rate, steps):
    losses = []
    for step in range(1, steps + 1):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate / step)
    return w, b, losses


def prints(X, y, w, b, learning_rate, steps):
    for _ in range(steps):
        y_hat = forward(X, w, b)
        print(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b


def append_of_append(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses = losses.append(binary_cross_entropy(y, y_hat))
        w, b = gradient_step(w, b, *gradients(X, y, y_hat), learning_rate)
    return w, b, losses


def adam_of_a_kind(X, y, w, b, learning_rate, steps):
    losses, v = [], np.zeros_like(w)
    for _ in range(steps):
        y_hat = forward(X, w, b)
        losses.append(binary_cross_entropy(y, y_hat))
        dw, db = gradients(X, y, y_hat)
        v = 0.9 * v + dw
        w, b = gradient_step(w, b, v, db, learning_rate)
    return w, b, losses


# The function, and the mistake that is to be recognised.
WRONG = [
    (update_first, "loss-after-the-update"),
    (loss_at_both_ends, "one-loss-too-many"),
    (return_indented, "returns-in-the-loop"),
    (outputs_before_the_loop, "forward-once"),
    (slopes_before_the_loop, "gradients-once"),
    (new_names, "starts-over"),
    (forgets_what_the_step_returns, "step-dropped"),
    (list_made_in_the_loop, "last-loss-only"),
    (one_number, "last-loss-only"),
    (range_from_one, "one-step-short"),
    (up_to_and_with, "one-step-more"),
    (w_before_db, "bias-after-the-weights"),
    (no_bias, "bias-not-updated"),
    (rate_in_both, "rate-twice"),
    (divides_again, "mean-twice"),
    (sums, "missing-mean"),
    (adds_up_gradients, "gradients-accumulated"),
    (begins_at_zero, "start-of-its-own"),
    (in_place, "changes-its-input"),
    (loss_each, "losses-of-examples"),
    (keeps_squares, "squared-error-losses"),
    (climbs, "ascent"),
    (y_minus_y_hat, "ascent"),
    (one_image_at_a_time, "one-by-one"),
    (a_hundred, "own-number-of-steps"),
    (stops_when_it_rises, "stops-when-the-loss-rises"),
    (shares, "accuracy-for-loss"),
    (shrinking, "rate-fades"),
    (prints, "losses-not-returned"),
    (append_of_append, "append-returns-nothing"),
    (adam_of_a_kind, "gradients-remembered"),
    (lambda X, y, w, b, r, n: out_of_the_five(X, y, w, b, r, n)[::-1], "other-order"),
    (lambda X, y, w, b, r, n: out_of_the_five(X, y, w, b, r, n)[2], "losses-alone"),
    (
        lambda X, y, w, b, r, n: (
            *out_of_the_five(X, y, w, b, r, n)[:2],
            out_of_the_five(X, y, w, b, r, n)[2][-1],
        ),
        "last-loss-only",
    ),
    (
        lambda X, y, w, b, r, n: (
            *out_of_the_five(X, y, w, b, r, n)[:2],
            np.cumsum(out_of_the_five(X, y, w, b, r, n)[2]),
        ),
        "losses-added-up",
    ),
    (sums_in_both, "missing-mean"),
    (slopes_unpacked_wrongly, "slopes-exchanged"),
    (adaline, "not-squashed"),
    (thrown_away, "not-repeatable"),
    (begins_with_one, "one-loss-too-many"),
]


def seen_learning_rate_decays(X, y, w, b, learning_rate, steps):
    losses = []
    for t in range(steps):
        p = forward(X, w, b)
        losses.append(binary_cross_entropy(y, p))
        dw, db = gradients(X, y, p)
        lr = learning_rate / (1 + 0.1 * t)
        w = w - lr * dw
        b = b - lr * db
    return w, b, losses


def seen_default_list_argument(X, y, w, b, learning_rate, steps, losses=[]):  # noqa: B006
    for _t in range(steps):
        p = forward(X, w, b)
        losses.append(binary_cross_entropy(y, p))
        dw, db = gradients(X, y, p)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def seen_stops_early_when(X, y, w, b, learning_rate, steps):
    losses = []
    for _i in range(steps):
        a = forward(X, w, b)
        losses.append(binary_cross_entropy(y, a))
        if len(losses) > 1 and abs(losses[-2] - losses[-1]) < 0.01:
            break
        dw, db = gradients(X, y, a)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def seen_shuffled_subset_half(X, y, w, b, learning_rate, steps):
    losses = []
    h = max(len(y) // 2, 1)
    for _t in range(steps):
        p = forward(X[:h], w, b)
        losses.append(binary_cross_entropy(y[:h], p))
        dw, db = gradients(X[:h], y[:h], p)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


WRONG += [
    (seen_learning_rate_decays, "rate-fades"),
    (seen_default_list_argument, "not-repeatable"),
    (seen_stops_early_when, "stops-early"),
    (seen_shuffled_subset_half, "as-if"),
]


def own_steps(step, look=lambda p: p):
    """Train with a step of its own, from both slopes and the rate, and the number of the step."""

    def train(X, y, w, b, learning_rate, steps):
        losses, kept = [], {}
        for _ in range(steps):
            p = look(forward(X, w, b))
            losses.append(binary_cross_entropy(y, p))
            w, b = step(w, b, *gradients(X, y, p), learning_rate, kept)
        return w, b, losses

    return train


def both_to_length_one(w, b, dw, db, rate, kept):
    length = np.sqrt(np.sum(dw**2) + db**2)
    return w - rate * dw / length, b - rate * db / length


def by_their_mean_squares(w, b, dw, db, rate, kept):
    kept["w"] = 0.9 * kept.get("w", 0) + 0.1 * dw**2
    kept["b"] = 0.9 * kept.get("b", 0) + 0.1 * db**2
    return w - rate * dw / (np.sqrt(kept["w"]) + 1e-8), b - rate * db / (np.sqrt(kept["b"]) + 1e-8)


def divides_by_one_less(X, y, w, b, learning_rate, steps):
    losses, n = [], max(len(y) - 1, 1)
    for _ in range(steps):
        error = forward(X, w, b) - y
        losses.append(binary_cross_entropy(y, error + y))
        w, b = w - learning_rate * X.T @ error / n, b - learning_rate * error.mean()
    return w, b, losses


def gives_the_first_bias_back(X, y, w, b, learning_rate, steps):
    first, losses = b, []
    for _ in range(steps):
        p = forward(X, w, b)
        losses.append(binary_cross_entropy(y, p))
        w, b = gradient_step(w, b, *gradients(X, y, p), learning_rate)
    return w, first, losses


def ends_below(limit):
    def train(X, y, w, b, learning_rate, steps):
        losses = []
        for _ in range(steps):
            p = forward(X, w, b)
            losses.append(binary_cross_entropy(y, p))
            if losses[-1] < limit:
                break
            w, b = gradient_step(w, b, *gradients(X, y, p), learning_rate)
        return w, b, losses

    return train


WRONG += [
    (divides_by_one_less, "other-divisor"),
    (gives_the_first_bias_back, "given-back"),
    (ends_below(0.6), "weights-before-the-last-step"),  # there it is so
    (ends_below(0.9), "stops-early"),
    (own_steps(both_to_length_one), "normalised-together"),
    (own_steps(by_their_mean_squares), "divided-by-what-was"),
    (
        own_steps(lambda w, b, dw, db, r, kept: (np.round(w - r * dw, 2), round(b - r * db, 2))),
        "rounded-to-two",
    ),
    (
        own_steps(
            lambda w, b, dw, db, r, kept: (w - r * dw, b - r * db),
            look=lambda p: np.clip(p, 0.4, 0.6),
        ),
        "held-between-0.4-0.6",
    ),
    (
        own_steps(lambda w, b, dw, db, r, kept: (w - r * (dw + 0.01 * w), b - r * db)),
        "weight-decay",
    ),
]


def a_loss_for_every_example(X, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        for i in range(len(X)):
            y_hat = forward(X[i : i + 1], w, b)
            losses.append(binary_cross_entropy(y[i : i + 1], y_hat))
            dw, db = gradients(X[i : i + 1], y[i : i + 1], y_hat)
            w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


def from_zero_and_divided(X, y, w, b, learning_rate, steps):
    begin = X, y, np.zeros(X.shape[1]), 0.0
    return out_of_the_five(*begin, learning_rate / len(y), steps)


def losses_in_a_column(X, y, w, b, learning_rate, steps):
    w, b, losses = out_of_the_five(X, y, w, b, learning_rate, steps)
    return w, b, np.array(losses)[:, None]


WRONG += [
    (a_loss_for_every_example, "one-by-one"),
    (from_zero_and_divided, "first-loss-differs"),
    (losses_in_a_column, "loss-in-a-box"),
]
