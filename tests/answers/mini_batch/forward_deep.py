"""What students write for `forward_deep`: right in other forms, and wrong in their own."""

import functools

import numpy as np

from course_lib.activations import relu


def with_relu_between(X, layers):
    inputs = [X]
    for W, b in layers[:-1]:
        inputs.append(np.maximum(0, inputs[-1] @ W + b))
    W, b = layers[-1]
    return inputs, inputs[-1] @ W + b


def by_number(X, layers):
    inputs, A = [], X
    for k in range(len(layers)):
        inputs += [A]
        Z = np.dot(A, layers[k][0]) + layers[k][1]
        if k < len(layers) - 1:
            A = Z * (Z > 0)
    return inputs, Z


def recursive(X, layers):
    (W, b), *rest = layers
    Z = X @ W + b
    if not rest:
        return [X], Z
    inputs, logits = recursive(np.where(Z > 0, Z, 0), rest)
    return [X, *inputs], logits


def by_reduce(X, layers):
    A = functools.reduce(
        lambda seen, layer: [*seen, np.maximum(seen[-1] @ layer[0] + layer[1], 0)],
        layers[:-1],
        [X],
    )
    return A, A[-1] @ layers[-1][0] + layers[-1][1]


def preallocated(X, layers):
    inputs = [None] * len(layers)
    for k, (W, b) in enumerate(layers):
        inputs[k] = X
        Z = X @ W + b
        X = Z.clip(min=0)
    return inputs, Z


def pair_of_lists(X, layers):
    sums, inputs = [], [X]
    for W, b in layers:
        sums.append(inputs[-1] @ W + b)
        inputs.append(np.maximum(sums[-1], 0))
    return [inputs[:-1], sums[-1]]


def tuple_of_inputs(X, layers):
    inputs, Z = with_relu_between(X, layers)
    return tuple(inputs), Z


def in_place_on_a_copy(X, layers):
    inputs, A = [], X.copy()
    for W, b in layers:
        inputs.append(A)
        Z = A @ W
        Z += b
        A = Z.copy()
        A[A < 0] = 0
    return inputs, Z


class Net:
    def __call__(self, X, layers):
        return with_relu_between(X, layers)


def by_while(X, layers):
    left, inputs = list(layers), []
    while left:
        W, b = left.pop(0)
        inputs.append(X)
        Z = np.add(np.matmul(X, W), b)
        X = (np.abs(Z) + Z) / 2
    return inputs, Z


def einsum(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = np.einsum("mi,io->mo", X, W) + b[None, :]
        X = np.fmax(Z, 0)
    return inputs, Z


def images_everywhere(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
        np.maximum(Z, 0)
    return inputs, Z


def two_layers_written_out(X, layers):
    W1, b1 = layers[0]
    W2, b2 = layers[1]
    A1 = np.maximum(0, X @ W1 + b1)
    return [X, A1], A1 @ W2 + b2


def weights_in_front(X, layers):
    inputs, A = [], X
    for W, b in layers:
        inputs.append(A)
        Z = W @ A + b
        A = np.maximum(Z, 0)
    return inputs, Z


def named_layers(X, layers):
    inputs, A = [], X
    for layer in layers:
        inputs.append(A)
        Z = A @ layer["W"] + layer["b"]
        A = np.maximum(Z, 0)
    return inputs, Z


def first_one_linear(X, layers):
    inputs, A = [], X
    for i, (W, b) in enumerate(layers):
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0) if i > 0 else Z
    return inputs, Z


def ends_one_too_early(X, layers):
    inputs, A = [], X
    for i, (W, b) in enumerate(layers):
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0) if i < len(layers) - 2 else Z
    return inputs, Z


def decides(X, layers):
    inputs, A = [], X
    for W, b in layers:
        inputs.append(A)
        Z = A @ W + b
        A = np.maximum(Z, 0)
    return inputs, Z.argmax(axis=1)


def rectified_outputs(X, layers):
    inputs = []
    A = X
    for W, b in layers:
        A = np.maximum(A @ W + b, 0)
        inputs.append(A)
    return inputs, A


RIGHT = [
    with_relu_between, by_number, recursive, by_reduce, preallocated, pair_of_lists,
    tuple_of_inputs, in_place_on_a_copy, Net(), by_while, einsum,
]  # fmt: skip


def student(
    f=lambda Z: np.maximum(Z, 0),
    g=lambda Z: Z,
    z=lambda X, W, b: X @ W + b,
    seen=lambda X, Z, A: X,
    finish=lambda inputs, Z: (inputs, Z),
    take=lambda layers: layers,
):
    def forward_deep(X, layers):
        inputs = []
        for W, b in take(layers):
            Z = z(X, W, b)
            A = f(Z)
            inputs.append(seen(X, Z, A))
            X = A
        return finish(inputs, g(Z))

    return forward_deep


def returns_inside(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
        X = np.maximum(Z, 0)
        return inputs, Z


def relu_in_place(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        X = X @ W + b
        X[X < 0] = 0
    return inputs, X


def relu_of_images_in_place(X, layers):
    inputs = []
    for W, b in layers:
        X[X < 0] = 0
        inputs.append(X)
        X = X @ W + b
    return inputs, X


def ends_before_the_last(X, layers):
    inputs = []
    for W, b in layers[:-1]:
        inputs.append(X)
        X = np.maximum(X @ W + b, 0)
    return inputs, X


def probabilities(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def keeps_sums_and_images(X, layers):
    inputs, A = [X], X
    for W, b in layers:
        Z = A @ W + b
        inputs.append(Z)
        A = np.maximum(Z, 0)
    return inputs[:-1], Z


def keeps_everything(X, layers):
    inputs = [X]
    for W, b in layers:
        Z = inputs[-1] @ W + b
        inputs.append(np.maximum(Z, 0))
    return inputs, Z


WRONG = [
    (student(g=lambda Z: np.maximum(Z, 0)), "relu-on-logits"),
    (relu_in_place, "relu-on-logits"),
    (lambda X, layers: (lambda i, Z: (i, Z * (Z > 0)))(*by_number(X, layers)), "relu-on-logits"),
    (student(g=probabilities), "softmax-on-logits"),
    (student(g=lambda Z: 1 / (1 + np.exp(-Z))), "softmax-on-logits"),
    (student(f=lambda Z: Z), "activation-missing"),
    (student(f=np.tanh), "other-activation"),
    (student(f=lambda Z: 1 / (1 + np.exp(-Z))), "other-activation"),
    (student(f=lambda Z: np.where(Z > 0, Z, 0.01 * Z)), "other-activation"),
    (student(f=lambda Z: (Z > 0).astype(Z.dtype)), "slope-for-activation"),
    (student(z=lambda X, W, b: X @ W), "bias-missing"),
    (student(z=lambda X, W, b: X @ W - b), "bias-minus"),
    (student(finish=lambda inputs, Z: Z), "logits-only"),
    (student(finish=lambda inputs, Z: inputs), "inputs-only"),
    (student(finish=lambda inputs, Z: (Z, inputs)), "swapped-results"),
    (student(finish=lambda inputs, Z: (inputs, Z, probabilities(Z))), "inputs-and-more"),
    (student(finish=lambda inputs, Z: (inputs[1:], Z)), "images-missing"),
    (student(finish=lambda inputs, Z: (inputs[::-1], Z)), "reversed-inputs"),
    (student(finish=lambda inputs, Z: (inputs[-1], Z)), "last-input-alone"),
    (student(seen=lambda X, Z, A: A), "outputs-for-inputs"),
    (student(seen=lambda X, Z, A: Z), "sums-for-inputs"),
    (student(seen=lambda X, Z, A: (X, Z)), "pairs-for-inputs"),
    (keeps_sums_and_images, "before-relu"),
    (keeps_everything, "one-too-many"),
    (returns_inside, "first-layer-only"),
    (ends_before_the_last, "last-layer-missing"),
    (relu_of_images_in_place, "changes-its-input"),
    (student(take=lambda layers: reversed(layers)), "layers-reversed"),
    (student(z=lambda X, W, b: X @ W.T + b), "transposed"),
    (lambda X, layers: with_relu_between(np.maximum(X, 0), layers), "images-through-relu"),
    (lambda X, layers: with_relu_between(X, layers[:1]), "first-layer-only"),
    (lambda X, layers: (lambda i, Z: ([X] * len(i), Z))(*by_number(X, layers)), "same-input"),
    (images_everywhere, "not-chained"),
    (two_layers_written_out, "two-layers-only"),
    (weights_in_front, "weights-first"),
    (named_layers, "raised"),
    (first_one_linear, "first-not-rectified"),
    (ends_one_too_early, "last-hidden-not-rectified"),
    (decides, "classes-for-logits"),
    (rectified_outputs, "outputs-for-inputs"),
]


def seen_w_transposed_storage(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X.T)
        Z = X @ W + b
        X = np.maximum(0, Z)
    return inputs, Z


def seen_normalises_activations(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
        X = np.maximum(0, Z)
        X = X / (X.max() + 1e-9)
    return inputs, Z


def seen_x_always_used(X, layers):
    inputs = []
    A = X
    for W, b in layers:
        inputs.append(A)
        Z = np.dot(X, W) + b
        A = relu(Z)
    return inputs, Z


def seen_last_layer_skipped(X, layers):
    inputs = []
    for W, b in layers[:-1]:
        inputs.append(X)
        Z = X @ W + b
        X = relu(Z)
    return inputs, Z


WRONG += [
    (seen_w_transposed_storage, "transposed"),
    (seen_normalises_activations, "normalised"),
    (seen_x_always_used, "not-chained"),
    (seen_last_layer_skipped, "last-layer-skipped"),
]


def last_layer_without_bias(X, layers):
    inputs = []
    for k, (W, b) in enumerate(layers):
        inputs.append(X)
        Z = X @ W + (b if k < len(layers) - 1 else 0)
        X = relu(Z)
    return inputs, Z


def softplus_between(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
        X = np.log1p(np.exp(Z))
    return inputs, Z


def stops_before_the_last_with_all_inputs(X, layers):
    inputs, Z = [], X
    for W, b in layers[:-1]:
        inputs.append(X)
        Z = X @ W + b
        X = relu(Z)
    return [*inputs, X], Z


WRONG += [
    (last_layer_without_bias, "term-missing"),
    (softplus_between, "softplus"),
    (stops_before_the_last_with_all_inputs, "last-layer-skipped"),
]


def knows_first_and_last(X, layers):
    (W1, b1), (W2, b2) = layers[0], layers[-1]
    A1 = np.maximum(0, X @ W1 + b1)
    return [X, A1], A1 @ W2 + b2


WRONG += [(knows_first_and_last, "two-layers-only")]


def adds_what_entered(X, layers):
    inputs, A = [], X
    for k, (W, b) in enumerate(layers):
        inputs.append(A)
        Z = A @ W + b
        if W.shape[0] == W.shape[1]:
            Z = Z + A
        A = Z if k == len(layers) - 1 else np.maximum(0, Z)
    return inputs, A


WRONG += [(adds_what_entered, "skipped")]
