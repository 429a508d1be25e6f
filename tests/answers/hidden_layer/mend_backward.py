"""What students write for `mend_backward`: the cause found, or only the symptom treated."""

import numpy as np

from course_lib.activations import tanh_grad
from course_lib.by_hand.hidden_layer import backward_two_layers


def written(
    dZ2="(P - y[:, None]) / m",
    dW2="A1.T @ dZ2",
    db2="np.sum(dZ2, axis=0)",
    dZ1="dZ2 @ W2.T * tanh_grad(Z1)",
    dW1="X.T @ dZ1 / m",
    db1="np.mean(dZ1, axis=0)",
    m="len(y)",
    result="dW1, db1, dW2, db2",
    before="pass",
):
    """Write down the lesson's function with lines of a student's in it."""
    lines = [
        "def mend_backward(X, y, W2, Z1, A1, P):",
        f"    {before}",
        f"    m = {m}",
        f"    dZ2 = {dZ2}",
        f"    dW2, db2 = {dW2}, {db2}",
        f"    dZ1 = {dZ1}",
        f"    dW1, db1 = {dW1}, {db1}",
        f"    return {result}",
    ]
    names = dict(globals())
    exec("\n".join(lines), names)
    return names["mend_backward"]


def two_sums(X, y, W2, Z1, A1, P):
    dZ2 = (P - y.reshape(-1, 1)) / len(X)
    dZ1 = np.dot(dZ2, W2.T) * (1 - A1**2)
    return [np.dot(X.T, dZ1), dZ1.sum(0), np.dot(A1.T, dZ2), dZ2.sum(0)]


def mean_at_the_end(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = P - y[:, None]
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    return X.T @ dZ1 / m, dZ1.mean(axis=0), A1.T @ dZ2 / m, dZ2.mean(axis=0)


def mean_of_every_example(X, y, W2, Z1, A1, P):
    slopes = [
        backward_two_layers(
            X[i : i + 1], y[i : i + 1], W2, Z1[i : i + 1], A1[i : i + 1], P[i : i + 1]
        )
        for i in range(len(y))
    ]
    return tuple(np.mean(part, axis=0) for part in zip(*slopes, strict=True))


def with_einsum(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = np.einsum("mo,ho,mh->mh", dZ2, W2, tanh_grad(Z1))
    return np.einsum("mi,mh->ih", X, dZ1), dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def times_m(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1 * m, np.sum(dZ1, axis=0) * m
    return dW1, db1, dW2, db2


def times_the_sums(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * Z1
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


def only_the_output_averaged(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = P - y[:, None]
    dW2, db2 = A1.T @ dZ2 / m, np.sum(dZ2, axis=0) / m
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


RIGHT = [
    written(dW1="X.T @ dZ1", db1="np.sum(dZ1, axis=0)"),
    written(dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)", m="X.shape[0]"),
    written(dW1="m * X.T @ dZ1 / m", db1="m * np.mean(dZ1, axis=0)"),
    written(dZ1="dZ2 @ W2.T * (1 - A1**2)", dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)"),
    written(dZ2="P - y[:, None]", dW2="A1.T @ dZ2 / m", db2="np.mean(dZ2, axis=0)"),
    written(dZ1="m * dZ2 @ W2.T * tanh_grad(Z1)"),
    two_sums,
    mean_at_the_end,
    mean_of_every_example,
    with_einsum,
    lambda X, y, W2, Z1, A1, P: backward_two_layers(X, y, W2, Z1, A1, P),
]


def names_of_ones_own(X, y, V, Z, A, out):
    delta = (out - y.reshape(-1, 1)) / y.size
    back = delta.dot(V.T) * (1 - A * A)
    return X.T.dot(back) / y.size, back.mean(0), A.T.dot(delta), delta.sum(0)


# The function, and the mistake that is to be recognised.
WRONG = [
    (names_of_ones_own, "as-given"),
    (written(result="[np.nan_to_num(d) for d in (dW1, db1, dW2, db2)]"), "as-given"),
    (written(dW1="X.T @ dZ1"), "half-mended"),
    (written(db1="np.sum(dZ1, axis=0)"), "half-mended"),
    (written(dW1="1000 * X.T @ dZ1 / m", db1="1000 * np.mean(dZ1, axis=0)"), "constant-factor"),
    (written(dW1="X.T @ dZ1 / m * 100"), "constant-factor"),
    (written(dW1="10 * X.T @ dZ1 / m", db1="10 * np.mean(dZ1, axis=0)"), "constant-factor"),
    (written(result="[1000 * d for d in (dW1, db1, dW2, db2)]"), "learning-rate-raised"),
    (written(result="[10 * d for d in (dW1, db1, dW2, db2)]"), "learning-rate-raised"),
    (written(result="[d / 10 for d in (dW1, db1, dW2, db2)]"), "learning-rate-raised"),
    (written(dZ2="P - y[:, None]"), "learning-rate-raised"),
    (written(dZ2="P - y[:, None]", dW1="X.T @ dZ1", db1="np.sum(dZ1, axis=0)"), "all-summed"),
    (written(dW2="A1.T @ dZ2 / m", db2="np.mean(dZ2, axis=0)"), "output-divided"),
    (
        written(
            dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)", dW2="A1.T @ dZ2 / m", db2="dZ2.mean(axis=0)"
        ),
        "output-divided",
    ),
    (written(dW1="X.T @ dZ1 / X.shape[1]", db1="dZ1.sum(axis=0)"), "divided-by-something-else"),
    (
        written(dW1="X.T @ dZ1 / np.sqrt(m)", db1="dZ1.sum(axis=0) / np.sqrt(m)"),
        "divided-by-something-else",
    ),
    (written(dZ1="dZ2 @ W2.T"), "slope-dropped"),
    (written(dZ1="dZ2 @ W2.T", dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)"), "slope-dropped"),
    (
        written(dZ1="dZ2 @ W2.T * tanh_grad(A1)", dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)"),
        "slope-of-the-activation",
    ),
    (written(dZ1="dZ2 @ W2.T * tanh_grad(A1)"), "slope-of-the-activation"),
    (
        written(result="dW1 / np.linalg.norm(dW1), db1 / np.linalg.norm(db1), dW2, db2"),
        "gradient-normalised",
    ),
    (written(result="np.sign(dW1), np.sign(db1), dW2, db2"), "gradient-normalised"),
    (written(result="[np.clip(d, -0.01, 0.01) for d in (dW1, db1, dW2, db2)]"), "gradient-clipped"),
    (written(result="dW1 + 0.01, db1 + 0.01, dW2, db2"), "floor-under-the-slopes"),
    (written(dZ1="dZ2 @ W2.T * np.maximum(tanh_grad(Z1), 0.1)"), "floor-under-the-slopes"),
    (written(result="dW1, db1, dW2 / 1000, db2 / 1000"), "output-slowed"),
    (written(result="0 * dW1, 0 * db1, dW2, db2"), "first-layer-given-up"),
    (written(dZ2="(P - np.clip(y[:, None], 0.1, 0.9)) / m"), "labels-cheated"),
    (written(dZ2="(P - np.round(P)) / m"), "labels-cheated"),
    (written(dZ2="(np.clip(P, 0.1, 0.9) - y[:, None]) / m"), "outputs-cheated"),
    (written(dZ2="(P - y[:, None]) * P * (1 - P) / m"), "squared-error"),
    (written(dZ2="(y[:, None] - P) / m"), "sign-changed"),
    (
        written(dZ2="(y[:, None] - P) / m", dW1="X.T @ dZ1", db1="dZ1.sum(axis=0)"),
        "sign-changed",
    ),
    (written(dW1="X.T @ dZ1", db1="dZ1"), "biases-not-summed"),
    (written(dW1="X.T @ dZ1", db1="dZ1.sum(axis=1)"), "bias-wrong-axis"),
    (written(dW1="X.T @ dZ1", db1="dZ1.sum()"), "bias-one-number"),
    (written(dW1="dZ1.T @ X", db1="dZ1.sum(axis=0)"), "transposed"),
    (times_m, "first-layer-summed"),
    (times_the_sums, "another-slope"),
    (only_the_output_averaged, "first-layer-summed"),
]


def seen_y_reshape_removed(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y) / m
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


def seen_db_changed_to(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = A1.T @ dZ2, np.mean(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


def seen_z_in_dw(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = Z1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1, np.sum(dZ1, axis=0)
    return dW1, db1, dW2, db2


WRONG += [
    (seen_y_reshape_removed, "broadcast"),
    (seen_db_changed_to, "averaged-twice"),
    (seen_z_in_dw, "Z1-for-A1"),
]


def scales_to_the_second_layer(X, y, W2, Z1, A1, P):
    m = len(y)
    dZ2 = (P - y[:, None]) / m
    dW2, db2 = A1.T @ dZ2, np.sum(dZ2, axis=0)
    dZ1 = dZ2 @ W2.T * tanh_grad(Z1)
    dW1, db1 = X.T @ dZ1 / m, np.mean(dZ1, axis=0)
    scale = np.linalg.norm(dW2) / (np.linalg.norm(dW1) + 1e-12)
    return dW1 * scale, db1 * scale, dW2, db2


WRONG += [(scales_to_the_second_layer, "gradient-normalised")]
