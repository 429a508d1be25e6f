"""What students write for `train_two_layers`: right in other forms, and wrong in their own."""

import numpy as np

from course_lib.activations import sigmoid
from course_lib.by_hand.hidden_layer import backward_two_layers, forward_two_layers
from course_lib.by_hand.neuron import binary_cross_entropy, gradient_step
from course_lib.losses import sigmoid_cross_entropy


def as_in_lesson_1(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P.ravel()))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
    return W1, b1, W2, b2, losses


def from_the_logit(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(sigmoid_cross_entropy(y, Z2)[0])
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


def in_a_comprehension(X, y, W1, b1, W2, b2, eta, n):
    weights, losses = [W1, b1, W2, b2], []
    for _ in range(n):
        Z1, A1, _, P = forward_two_layers(X, *weights)
        losses.append(-np.mean(np.log(np.where(y == 1, P[:, 0], 1 - P[:, 0]))))
        slopes = backward_two_layers(X, y, weights[2], Z1, A1, P)
        weights = [w - eta * dw for w, dw in zip(weights, slopes, strict=True)]
    return (*weights, losses)


def on_copies(X, y, W1, b1, W2, b2, learning_rate, steps):
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        for w, dw in zip((W1, b1, W2, b2), backward_two_layers(X, y, W2, Z1, A1, P), strict=True):
            w -= learning_rate * dw
    return W1, b1, W2, b2, losses


def with_while(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = np.zeros(steps)
    t = 0
    while t < steps:
        cache = forward_two_layers(X, W1, b1, W2, b2)
        losses[t] = binary_cross_entropy(y[:, None], cache[3])
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, cache[0], cache[1], cache[3])
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        t += 1
    return W1, b1, W2, b2, losses


def written_out(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses, m, target = [], len(X), y.reshape(-1, 1)
    for _ in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        P = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
        losses.append(float(-np.mean(target * np.log(P) + (1 - target) * np.log(1 - P))))
        dZ2 = (P - target) / m
        dZ1 = (dZ2 @ W2.T) * (1 - A1**2)
        W1, b1 = W1 - learning_rate * X.T @ dZ1, b1 - learning_rate * dZ1.sum(axis=0)
        W2, b2 = W2 - learning_rate * A1.T @ dZ2, b2 - learning_rate * dZ2.sum(axis=0)
    return [W1, b1, W2, b2, losses]


def calls_itself(X, y, W1, b1, W2, b2, learning_rate, steps):
    if not steps:
        return W1, b1, W2, b2, []
    *ends, losses = as_in_lesson_1(X, y, W1, b1, W2, b2, learning_rate, 1)
    *ends, more = calls_itself(X, y, *ends, learning_rate, steps - 1)
    return *ends, losses + more


def in_a_dictionary(X, y, W1, b1, W2, b2, learning_rate, steps):
    p, losses = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, **p)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        slopes = backward_two_layers(X, y, p["W2"], Z1, A1, P)
        p = {name: p[name] - learning_rate * dw for name, dw in zip(p, slopes, strict=True)}
    return p["W1"], p["b1"], p["W2"], p["b2"], losses


def loss_last_but_of_before(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
        losses.append(binary_cross_entropy(y, P[:, 0]))
    return W1, b1, W2, b2, losses


def example_by_example(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses, m = [], len(y)
    for _ in range(steps):
        total, loss = [0.0] * 4, 0.0
        for i in range(m):
            Z1, A1, _, P = forward_two_layers(X[i : i + 1], W1, b1, W2, b2)
            slopes = backward_two_layers(X[i : i + 1], y[i : i + 1], W2, Z1, A1, P)
            total = [a + dw / m for a, dw in zip(total, slopes, strict=True)]
            loss += binary_cross_entropy(y[i : i + 1], P[:, 0]) / m
        losses.append(loss)
        W1, b1, W2, b2 = (
            w - learning_rate * dw for w, dw in zip((W1, b1, W2, b2), total, strict=True)
        )
    return W1, b1, W2, b2, losses


def other_layer_first(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW2, db2, dW1, db1 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


def start_drawn_anew(X, y, W1, b1, W2, b2, learning_rate, steps):
    rng = np.random.default_rng(0)
    W1 = rng.normal(size=W1.shape)
    W2 = rng.normal(size=W2.shape)
    b1, b2 = np.zeros_like(b1), np.zeros_like(b2)
    losses = []
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


def cache_exchanged(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, A1, Z1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


def sigmoids_written_out(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        A1 = sigmoid(X @ W1 + b1)
        P = sigmoid(A1 @ W2 + b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        d2 = (P - y[:, None]) / len(y)
        d1 = d2 @ W2.T * A1 * (1 - A1)
        W1 = W1 - learning_rate * X.T @ d1
        b1 = b1 - learning_rate * d1.sum(0)
        W2 = W2 - learning_rate * A1.T @ d2
        b2 = b2 - learning_rate * d2.sum(0)
    return W1, b1, W2, b2, losses


def no_column_in_the_error(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        P = sigmoid(A1 @ W2 + b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        d2 = (P - y) / len(y)
        d1 = d2 @ W2.T * (1 - A1**2)
        W1 = W1 - learning_rate * X.T @ d1
        b1 = b1 - learning_rate * d1.sum(0)
        W2 = W2 - learning_rate * A1.T @ d2
        b2 = b2 - learning_rate * d2.sum(0)
    return W1, b1, W2, b2, losses


def means_of_means(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        P = sigmoid(A1 @ W2 + b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        d2 = (P - y[:, None]) / len(y)
        d1 = d2 @ W2.T * (1 - A1**2)
        W1 = W1 - learning_rate * X.T @ d1
        b1 = b1 - learning_rate * d1.mean(0)
        W2 = W2 - learning_rate * A1.T @ d2
        b2 = b2 - learning_rate * d2.mean(0)
    return W1, b1, W2, b2, losses


def bias_by_the_other(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P.ravel()))
        dW1, _db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db2
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


RIGHT = [
    as_in_lesson_1,
    from_the_logit,
    in_a_comprehension,
    on_copies,
    with_while,
    written_out,
    calls_itself,
    in_a_dictionary,
    loss_last_but_of_before,
    example_by_example,
]


def written(
    first="W1 = W1 - rate * dW1; b1 = b1 - rate * db1",
    second="W2 = W2 - rate * dW2; b2 = b2 - rate * db2",
    loss="binary_cross_entropy(y, P[:, 0])",
    rounds="range(steps)",
    back="backward_two_layers(X, y, W2, Z1, A1, P)",
    before="losses = []",
    result="W1, b1, W2, b2, losses",
    last="",
):
    """Write down a function with lines of a student's in it."""
    lines = [
        "def train_two_layers(X, y, W1, b1, W2, b2, rate, steps):",
        f"    {before}",
        f"    for t in {rounds}:",
        "        Z1, A1, Z2, P = forward_two_layers(X, W1, b1, W2, b2)",
        f"        losses.append({loss})",
        f"        dW1, db1, dW2, db2 = {back}",
        f"        {first}",
        f"        {second}",
        f"        {last or 'pass'}",
        f"    return {result}",
    ]
    names = dict(globals())
    exec("\n".join(lines), names)
    return names["train_two_layers"]


def update_first(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
        P = forward_two_layers(X, W1, b1, W2, b2)[3]
        losses.append(binary_cross_entropy(y, P[:, 0]))
    return W1, b1, W2, b2, losses


def w2_before_dz1(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses, m = [], len(y)
    for _ in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        P = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dZ2 = (P - y[:, None]) / m
        W2 = W2 - learning_rate * A1.T @ dZ2
        b2 = b2 - learning_rate * dZ2.sum(axis=0)
        dZ1 = dZ2 @ W2.T * (1 - A1**2)
        W1 = W1 - learning_rate * X.T @ dZ1
        b1 = b1 - learning_rate * dZ1.sum(axis=0)
    return W1, b1, W2, b2, losses


def forward_before_the_loop(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
    for _ in range(steps):
        losses.append(binary_cross_entropy(y, P[:, 0]))
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
    return W1, b1, W2, b2, losses


def return_indented(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
        return W1, b1, W2, b2, losses


def no_derivative(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses, m = [], len(y)
    for _ in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        P = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dZ2 = (P - y[:, None]) / m
        dZ1 = dZ2 @ W2.T
        W1, b1 = W1 - learning_rate * X.T @ dZ1, b1 - learning_rate * dZ1.sum(axis=0)
        W2, b2 = W2 - learning_rate * A1.T @ dZ2, b2 - learning_rate * dZ2.sum(axis=0)
    return W1, b1, W2, b2, losses


def new_names(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        new_W1, new_b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        new_W2, new_b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
    return new_W1, new_b1, new_W2, new_b2, losses


IN_PLACE = {
    "first": "W1 -= rate * dW1; b1 -= rate * db1",
    "second": "W2 -= rate * dW2; b2 -= rate * db2",
}

# The function, and the mistake that is to be recognised.
WRONG = [
    (update_first, "loss-after-the-update"),
    (w2_before_dz1, "updated-too-early"),
    (forward_before_the_loop, "forward-once"),
    (return_indented, "returns-in-the-loop"),
    (no_derivative, "derivative-forgotten"),
    (new_names, "starts-over"),
    (written(back="backward_two_layers(X, y, W2, A1, A1, P)"), "slope-at-A1"),
    (written(**IN_PLACE), "changes-its-input"),
    (written(first="W1 = W1 - rate * dW1"), "biases-not-updated"),
    (written(first="W1 = W1 - rate * dW1", second="W2 = W2 - rate * dW2"), "biases-not-updated"),
    (written(first="pass"), "first-layer-fixed"),
    (written(second="pass"), "second-layer-fixed"),
    (written(first="W1 = W1 + rate * dW1; b1 = b1 + rate * db1"), "ascent-in-part"),
    (
        written(
            first="W1 = W1 + rate * dW1; b1 = b1 + rate * db1",
            second="W2 = W2 + rate * dW2; b2 = b2 + rate * db2",
        ),
        "ascent",
    ),
    (
        written(
            first="W1, b1 = gradient_step(W1, b1, rate * dW1, rate * db1, rate)",
            second="W2, b2 = gradient_step(W2, b2, rate * dW2, rate * db2, rate)",
        ),
        "rate-twice",
    ),
    (
        written(first="W1 = W1 - dW1; b1 = b1 - db1", second="W2 = W2 - dW2; b2 = b2 - db2"),
        "rate-forgotten",
    ),
    (written(before="losses = []; rate = 0.1"), "own-rate"),
    (written(rounds="range(1, steps)"), "one-step-short"),
    (written(rounds="range(steps + 1)"), "one-step-more"),
    (written(rounds="range(100)"), "own-number-of-steps"),
    (written(loss="binary_cross_entropy(y, P)"), "loss-broadcast"),
    (written(loss="np.mean((P[:, 0] - y) ** 2)"), "loss-of-squares"),
    (written(loss="np.mean((P[:, 0] > 0.5) == y)"), "accuracy-for-loss"),
    (written(loss="-(y * np.log(P[:, 0]) + (1 - y) * np.log(1 - P[:, 0]))"), "losses-of-examples"),
    (written(loss="P"), "outputs-for-losses"),
    (written(loss="len(y) * binary_cross_entropy(y, P[:, 0])"), "losses-summed"),
    (written(loss="binary_cross_entropy(P[:, 0], y)"), "loss-arguments-swapped"),
    (written(result="losses, W1, b1, W2, b2"), "other-order"),
    (written(result="W1, W2, b1, b2, losses"), "other-order"),
    (written(result="(W1, b1, W2, b2), losses"), "nested"),
    (written(result="W1, b1, W2, b2, losses[-1]"), "last-loss-only"),
    (written(result="W1, b1, W2, b2"), "losses-not-returned"),
    (written(result="losses"), "losses-alone"),
    (
        written(before="losses = []; W1 = W1.copy(); b1 = 0 * b1; W2 = W2.copy(); b2 = 0 * b2"),
        "start-of-its-own",
    ),
    (written(last="rate = rate * 0.9"), "rate-fades"),
    (written(last="if t and losses[-1] > losses[-2]: break"), "stops-when-the-loss-rises"),
    (
        written(back="[dw / len(y) for dw in backward_two_layers(X, y, W2, Z1, A1, P)]"),
        "mean-twice",
    ),
    (written(loss="sigmoid_cross_entropy(y, Z2)"), "loss-with-its-gradient"),
    (other_layer_first, "gradients-in-another-order"),
    (start_drawn_anew, "argument-unused"),
    (cache_exchanged, "cache-swapped"),
    (sigmoids_written_out, "sigmoid-on-hidden"),
    (no_column_in_the_error, "targets-not-a-column"),
    (means_of_means, "biases-averaged-twice"),
    (bias_by_the_other, "gradients-in-another-order"),
]


def seen_learning_rate_divided(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    lr = learning_rate / steps
    for _ in range(steps):
        Z1, A1, _Z2, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, lr)
        W2, b2 = gradient_step(W2, b2, dW2, db2, lr)
    return W1, b1, W2, b2, losses


WRONG += [
    (seen_learning_rate_divided, "as-if"),
]


def bias_by_the_other(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, _ = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, np.sum(db1), learning_rate)
    return W1, b1, W2, b2, losses


def weights_decay(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = W1 - learning_rate * (dW1 + 0.01 * W1), b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * (dW2 + 0.01 * W2), b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


WRONG += [(bias_by_the_other, "bias-by-another-slope"), (weights_decay, "weight-decay")]


def forward_stands_before_the_loop(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    for _ in range(steps):
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = gradient_step(W1, b1, dW1, db1, learning_rate)
        W2, b2 = gradient_step(W2, b2, dW2, db2, learning_rate)
    return W1, b1, W2, b2, losses


def forward_and_loss_stand_before_the_loop(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
    loss = binary_cross_entropy(y, P[:, 0])
    for _ in range(steps):
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
        losses.append(loss)
    return W1, b1, W2, b2, losses


WRONG += [
    (forward_stands_before_the_loop, "forward-once"),
    (forward_and_loss_stand_before_the_loop, "forward-once"),
]


def output_bias_from_the_first(X, y, W1, b1, W2, b2, learning_rate, steps):
    """Copies a line, and leaves a name as it was."""
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b1 - learning_rate * db2
    return W1, b1, W2, b2, losses


def output_bias_from_the_old_first(X, y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        Z1, A1, _, P = forward_two_layers(X, W1, b1, W2, b2)
        losses.append(binary_cross_entropy(y, P[:, 0]))
        dW1, db1, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
        W2, b2 = W2 - learning_rate * dW2, b1 - learning_rate * db2
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
    return W1, b1, W2, b2, losses


WRONG += [
    (output_bias_from_the_first, "wrong-shape"),
    (output_bias_from_the_old_first, "wrong-shape"),
]
