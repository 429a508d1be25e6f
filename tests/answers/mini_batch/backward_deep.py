"""What students write for `backward_deep`: right in other forms, and wrong in their own."""

import numpy as np


def by_number(dZ, inputs, layers):
    gradients = [None] * len(layers)
    for k in range(len(layers) - 1, -1, -1):
        gradients[k] = inputs[k].T @ dZ, np.sum(dZ, axis=0)
        if k > 0:
            dZ = (dZ @ layers[k][0].T) * (inputs[k] > 0)
    return gradients


def appended_and_turned(dZ, inputs, layers):
    found = []
    for A, (W, _) in list(zip(inputs, layers, strict=True))[::-1]:
        found.append((A.T.dot(dZ), dZ.sum(0)))
        dA = dZ.dot(W.T)
        dZ = np.where(A > 0, dA, 0)
    found.reverse()
    return found


def recursive(dZ, inputs, layers):
    A, W = inputs[-1], layers[-1][0]
    last = (A.T @ dZ, dZ.sum(axis=0))
    if len(layers) == 1:
        return [last]
    return [*recursive((dZ @ W.T) * np.sign(A), inputs[:-1], layers[:-1]), last]


def sums_recomputed(dZ, inputs, layers):
    gradients = []
    for k in reversed(range(len(layers))):
        gradients = [(inputs[k].T @ dZ, dZ.sum(axis=0)), *gradients]
        if k:
            Z = inputs[k - 1] @ layers[k - 1][0] + layers[k - 1][1]
            dZ = dZ @ layers[k][0].T * (Z > 0)
    return gradients


def errors_first(dZ, inputs, layers):
    errors = [dZ]
    for k in range(len(layers) - 1, 0, -1):
        errors.insert(0, errors[0] @ layers[k][0].T * np.heaviside(inputs[k], 0))
    return [(A.T @ e, e.sum(axis=0)) for A, e in zip(inputs, errors, strict=True)]


def masked_in_place(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
        gradients.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
        dZ[A <= 0] = 0
    return gradients[::-1]


def tuples(dZ, inputs, layers):
    return tuple(map(list, by_number(dZ, inputs, layers)))


def by_pop_of_copies(dZ, inputs, layers):
    inputs, layers, gradients = list(inputs), list(layers), []
    while layers:
        A, (W, _) = inputs.pop(), layers.pop()
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * (A != 0)
    return gradients


def ones_for_the_bias(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
        ones = np.ones(len(dZ), dtype=dZ.dtype)
        gradients.insert(0, (np.einsum("mi,mo->io", A, dZ), ones @ dZ))
        dZ = np.einsum("mo,io->mi", dZ, W) * (A > 0)
    return gradients


def dictionary_inside(dZ, inputs, layers):
    at = {}
    for k in reversed(range(len(layers))):
        at[k] = (inputs[k].T @ dZ, dZ.sum(axis=0))
        dZ = np.multiply(dZ @ layers[k][0].T, inputs[k] > 0)
    return [at[k] for k in sorted(at)]


def with_given_relu_grad(dZ, inputs, layers):
    def relu_grad(Z):
        return (Z > 0).astype(Z.dtype)

    gradients = []
    for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * relu_grad(A)
    return gradients


def onward_first(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=False):
        dZ = (dZ @ W.T) * (A > 0)
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
    return grads


def forwards_through_the_list(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(inputs, layers, strict=False):
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ W.T) * (A > 0)
    return grads


def left_unturned(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=False):
        grads.insert(0, (A @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ W.T) * (A > 0)
    return grads


def named_gradients(dZ, inputs, layers):
    grads = {}
    for i in reversed(range(len(layers))):
        A, (W, _) = inputs[i], layers[i]
        grads[f"dW{i + 1}"] = A.T @ dZ
        grads[f"db{i + 1}"] = dZ.sum(axis=0)
        dZ = (dZ @ W.T) * (A > 0)
    return grads


def three_for_each(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=False):
        dW, db = A.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ W.T) * (A > 0)
        grads.insert(0, (dW, db, dZ))
    return grads


def inputs_forwards(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(inputs, reversed(layers), strict=False):
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ W.T) * (A > 0)
    return grads


def reversed_in_place(dZ, inputs, layers):
    grads = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=False):
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ W.T) * (A > 0)
    return grads.reverse()


RIGHT = [
    by_number, appended_and_turned, recursive, sums_recomputed, errors_first, masked_in_place,
    tuples, by_pop_of_copies, ones_for_the_bias, dictionary_inside, with_given_relu_grad,
]  # fmt: skip


def student(
    dW=lambda A, dZ: A.T @ dZ,
    db=lambda dZ: dZ.sum(axis=0),
    back=lambda dZ, W: dZ @ W.T,
    mask=lambda A: A > 0,
    first=lambda dZ: dZ,
    finish=lambda gradients: gradients,
    down_to=0,
):
    def backward_deep(dZ, inputs, layers):
        gradients, dZ = [], first(dZ)
        for k in range(len(layers) - 1, down_to - 1, -1):
            A, W = inputs[k], layers[k][0]
            gradients.insert(0, (dW(A, dZ), db(dZ)))
            dZ = back(dZ, W) * mask(A)
        return finish(gradients)

    return backward_deep


def not_turned(dZ, inputs, layers):
    return by_number(dZ, inputs, layers)[::-1]


def masks_by_next(dZ, inputs, layers):
    gradients = []
    for k in reversed(range(len(layers))):
        gradients.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = dZ @ layers[k][0].T * (inputs[k - 1] > 0)
    return gradients


def masks_the_logits(dZ, inputs, layers):
    gradients = []
    for k in reversed(range(len(layers))):
        W, b = layers[k]
        dZ = dZ * (inputs[k] @ W + b > 0)
        gradients.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
    return gradients


def steps_in_between(dZ, inputs, layers):
    gradients = []
    for k in reversed(range(len(layers))):
        W, _ = layers[k]
        dW = inputs[k].T @ dZ
        gradients.insert(0, (dW, dZ.sum(axis=0)))
        W = W - 0.1 * dW
        dZ = dZ @ W.T * (inputs[k] > 0)
    return gradients


def updates_the_layers(dZ, inputs, layers):
    gradients = by_number(dZ, inputs, layers)
    for k, (dW, db) in enumerate(gradients):
        layers[k] = layers[k][0] - 0.1 * dW, layers[k][1] - 0.1 * db
    return gradients


def stops_at_once(dZ, inputs, layers):
    for A, _ in zip(inputs[::-1], layers[::-1], strict=True):
        return [(A.T @ dZ, dZ.sum(axis=0))]


def same_error(dZ, inputs, layers):
    gradients = []
    for A in inputs:
        gradients.append((A.T @ dZ, dZ.sum(axis=0)))
    return gradients


def own_gradient_back(dZ, inputs, layers):
    gradients = []
    for A in inputs[::-1]:
        dW = A.T @ dZ
        gradients.insert(0, (dW, dZ.sum(axis=0)))
        dZ = dZ @ dW.T * (A > 0)
    return gradients


def pops(dZ, inputs, layers):
    gradients = []
    while inputs:
        A, (W, _) = inputs.pop(), layers.pop()
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * (A > 0)
    return gradients


WRONG = [
    (not_turned, "reversed-order"),
    (student(mask=lambda A: 1), "slope-missing"),
    (student(mask=lambda A: A >= 0), "slope-missing"),
    (masks_by_next, "wrong-layer"),
    (masks_the_logits, "last-masked-too"),
    (student(first=lambda dZ: dZ * (dZ > 0)), "last-masked-too"),
    (student(first=lambda dZ: np.maximum(dZ, 0)), "last-masked-too"),
    (student(mask=lambda A: A), "activation-for-slope"),
    (student(mask=lambda A: np.maximum(A, 0)), "activation-for-slope"),
    (student(mask=lambda A: 1 - A**2), "other-slope"),
    (student(mask=lambda A: A * (1 - A)), "other-slope"),
    (student(mask=lambda A: A <= 0), "slope-turned"),
    (student(down_to=1), "one-too-few"),
    (student(finish=lambda gradients: gradients[:-1]), "one-too-few"),
    (student(finish=lambda gradients: gradients[1:]), "one-too-few"),
    (stops_at_once, "last-layer-alone"),
    (same_error, "never-passed-on"),
    (own_gradient_back, "through-own-gradient"),
    (steps_in_between, "steps-too-early"),
    (updates_the_layers, "changes-its-input"),
    (pops, "changes-its-input"),
    (student(dW=lambda A, dZ: dZ.T @ A), "transposed"),
    (student(dW=lambda A, dZ: A.T @ dZ / len(dZ)), "bias-averaged"),
    (student(db=lambda dZ: dZ.mean(axis=0)), "bias-averaged"),
    (student(db=lambda dZ: dZ), "bias-not-summed"),
    (student(db=lambda dZ: dZ.sum(axis=0, keepdims=True)), "bias-keepdims"),
    (student(db=lambda dZ: dZ.sum(axis=1)), "bias-wrong-axis"),
    (student(db=lambda dZ: dZ.sum()), "bias-one-number"),
    (student(back=lambda dZ, W: dZ @ W), "not-transposed"),
    (student(finish=lambda g: [part for pair in g for part in pair]), "flat-list"),
    (student(finish=lambda g: [(db, dW) for dW, db in g]), "swapped-pairs"),
    (student(finish=lambda g: [dW for dW, _ in g]), "weights-only"),
    (student(finish=lambda g: ([dW for dW, _ in g], [db for _, db in g])), "two-lists"),
    (student(first=lambda dZ: -dZ), "wrong-sign"),
    (student(finish=lambda g: [(-dW, -db) for dW, db in g]), "wrong-sign"),
    (student(first=lambda dZ: dZ / len(dZ)), "bias-averaged"),
    (onward_first, "handed-on-too-early"),
    (forwards_through_the_list, "from-the-front"),
    (left_unturned, "inputs-not-transposed"),
    (named_gradients, "wrong-type"),
    (three_for_each, "triples"),
    (inputs_forwards, "inputs-not-reversed"),
    (reversed_in_place, "gives-none"),
]


def seen_adds_l(dZ, inputs, layers):
    g = []
    for A, (W, _b) in zip(inputs[::-1], layers[::-1], strict=False):
        g.insert(0, (A.T @ dZ + W, dZ.sum(axis=0)))
        dZ = dZ @ W.T * (A > 0)
    return g


def seen_dz_not_updated(dZ, inputs, layers):
    grads = []
    for A, (W, _b) in zip(inputs[::-1], layers[::-1], strict=False):
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        (dZ @ W.T) * (A > 0)
    return grads


WRONG += [
    (seen_adds_l, "weights-added"),
    (seen_dz_not_updated, "never-passed-on"),
]


def way_back(bias=lambda dZ: dZ.sum(axis=0), error=lambda dZ: dZ):
    def backward(dZ, inputs, layers):
        gradients = []
        for A, (W, _) in zip(inputs[::-1], layers[::-1], strict=True):
            gradients.insert(0, (A.T @ dZ, bias(dZ)))
            dZ = error(dZ @ W.T) * (A > 0)
        return gradients

    return backward


WRONG += [
    (way_back(bias=lambda dZ: dZ.max(axis=0)), "other-function"),
    (way_back(error=lambda dZ: np.clip(dZ, -0.1, 0.1)), "held-between--0.1-0.1"),
]


def masks_the_whole_batch(dZ, inputs, layers):
    grads = []
    for k in reversed(range(len(layers))):
        grads.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ layers[k][0].T) * (inputs[k].sum(axis=0) > 0)
    return grads


WRONG += [(masks_the_whole_batch, "one-mask-for-all")]


def lists_of_nielsen(dZ, inputs, layers):
    nabla_b = [np.zeros(b.shape) for W, b in layers]
    nabla_w = [np.zeros(W.shape) for W, b in layers]
    for k in reversed(range(len(layers))):
        nabla_w[k], nabla_b[k] = inputs[k].T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ layers[k][0].T) * (inputs[k] > 0)
    return nabla_b, nabla_w


WRONG += [(lists_of_nielsen, "two-lists")]


def ends_before_the_first(dZ, inputs, layers):
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    for k in range(len(layers) - 1, 0, -1):
        grads[k] = inputs[k].T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ layers[k][0].T) * (inputs[k] > 0)
    return grads


WRONG += [(ends_before_the_first, "one-too-few")]


def guided(dZ, inputs, layers):
    grads = []
    for k in reversed(range(len(layers))):
        grads.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        dA = dZ @ layers[k][0].T
        dZ = dA * (inputs[k] > 0) * (dA > 0)
    return grads


WRONG += [(guided, "errors-masked")]
