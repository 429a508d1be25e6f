"""A network of any depth, forward."""

import numpy as np

from course_lib.activations import leaky_relu, relu, relu_grad, sigmoid, softmax, tanh
from course_lib.by_hand.mini_batch import forward_deep
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.deep import deep, in_float32
from course_lib.exercises.shared import then


def _as_it_is(Z):
    return Z


def _affine(A, W, b):
    return A @ W + b


def _forward(f=relu, last=_as_it_is, layer=_affine, seen=lambda A, Z: A):
    """Run forward with one part another: activation, end, layer, or what is kept of each."""

    def forward_deep(X, layers):
        inputs = []
        for W, b in layers:
            Z = layer(X, W, b)
            inputs.append(seen(X, Z))
            X = f(Z)
        return inputs, last(Z)

    return forward_deep


def _rectified(where):
    """Run forward with a ReLU behind some layers only: where ``where(k, depth)``."""

    def forward_deep(X, layers):
        inputs = []
        for k, (W, b) in enumerate(layers):
            inputs.append(X)
            Z = X @ W + b
            X = relu(Z) if where(k, len(layers)) else Z
        return inputs, Z

    return forward_deep


def _changed(change):
    return then(forward_deep, change)


def _in_place(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W
        Z += b
        X = np.maximum(Z, 0, out=Z)
    return inputs, Z


def _bias_in_place(X, layers):
    X *= X > 0
    return forward_deep(X, layers)


def _later_written_over(X, layers):
    inputs, Z = _forward(seen=lambda A, Z: Z)(X, layers)
    return [X, *inputs[:-1]], Z


def _kept_but_not_used(X, layers):
    inputs, A = [], X
    for W, b in layers:
        inputs.append(A)
        Z = X @ W + b
        A = relu(Z)
    return inputs, Z


def _up_to_the_last(X, layers):
    inputs = []
    for W, b in layers[:-1]:
        inputs.append(X)
        Z = X @ W + b
        X = relu(Z)
    return inputs, Z


class ForwardDeep(Exercise):
    reference = forward_deep
    on_error = {"indices must be integers": "Each layer is a pair, `W` and `b`; it has no names."}
    probes = [
        Probe("one layer", deep(2, 2, 3)),
        Probe("one hidden layer", deep(2, 2, 3, 2, seed=1)),
        Probe("two hidden layers", deep(4, 3, 5, 2, 3, seed=2)),
        Probe("two of everything", deep(2, 2, 2, 2, 2, seed=3)),
        Probe("read-only float32", in_float32(deep(3, 4, 3, 5, 2, seed=4)), read_only=True),
    ]

    logits_only = mistake(
        lambda *arguments: forward_deep(*arguments)[1],
        says="It returns the logits only. What entered each layer is wanted as well, for the way "
        "back.",
    )
    inputs_only = mistake(
        lambda *arguments: forward_deep(*arguments)[0],
        says="It returns what entered the layers, but not what the last one gave.",
    )
    swapped_results = mistake(
        lambda *arguments: forward_deep(*arguments)[::-1],
        says="The results come in the wrong order; expected `inputs`, then the logits.",
    )
    inputs_and_more = mistake(
        lambda *arguments: (*forward_deep(*arguments), softmax(forward_deep(*arguments)[1])),
        says="It returns three values; expected two, `inputs` and the logits.",
    )
    skipped = mistake(
        _forward(layer=lambda A, W, b: A @ W + b + (A if W.shape[0] == W.shape[1] else 0)),
        _forward(
            layer=lambda A, W, b: A @ W + b + (relu(A) if W.shape[0] == W.shape[1] else 0),
        ),
        says="What enters a layer is added to what leaves it, as in a residual network. Here it "
        "goes through the weights and nowhere else.",
    )
    relu_on_logits = mistake(
        _forward(last=relu),
        _in_place,
        says="The logits have gone through the ReLU as well: negative ones are lost, and with them "
        "what tells a bad answer from a worse one. ReLU stands between layers.",
    )
    softmax_on_logits = mistake(
        _forward(last=softmax),
        _forward(last=sigmoid),
        _forward(last=tanh),
        says="It ends with probabilities, or something else between bounds; expected the logits as "
        "the last layer gives them. Softmax comes with the loss.",
    )
    last_layer_skipped = mistake(
        _up_to_the_last,
        lambda X, layers: (
            (inputs := forward_deep(X, layers)[0]),
            inputs[-2] @ layers[-2][0] + layers[-2][1] if len(layers) > 1 else X,
        ),
        says="The last layer has no part in it: the loop ends before it. Where there is only one "
        "layer, nothing has happened at all.",
    )
    last_layer_missing = mistake(
        lambda X, layers: (
            (inputs := forward_deep(X, layers)[0])[:-1],
            inputs[-1],
        ),
        lambda X, layers: ((inputs := forward_deep(X, layers)[0]), inputs[-1]),
        says="The last layer has no part in it: what entered it comes back as the result.",
    )
    first_layer_only = mistake(
        lambda X, layers: forward_deep(X, layers[:1]),
        says="It ends after the first layer. Does it return from inside the loop?",
    )
    activation_missing = mistake(
        _forward(f=_as_it_is),
        says="The layers are there, but nothing between them: without an activation they collapse "
        "into a single one.",
    )
    slope_for_activation = mistake(
        _forward(f=relu_grad),
        says="What goes on is the slope of the ReLU, 0 or 1; expected the ReLU itself.",
    )
    other_activation = mistake(
        _forward(f=tanh),
        _forward(f=sigmoid),
        _forward(f=leaky_relu),
        _forward(f=np.abs),
        _forward(f=softmax),
        says="Between the layers stands another activation; expected ReLU.",
    )
    bias_missing = mistake(
        _forward(layer=lambda A, W, b: A @ W),
        says="The biases have no part in it.",
    )
    bias_minus = mistake(
        _forward(layer=lambda A, W, b: A @ W - b),
        says="The biases are subtracted; expected a sum.",
    )
    bias_twice = mistake(
        _forward(layer=lambda A, W, b: A @ W + 2 * b),
        says="The biases count twice.",
    )
    bias_after_relu = mistake(
        lambda X, layers: _bias_after(X, layers),
        says="The bias is added after the ReLU; it belongs to the sum that the ReLU is taken of.",
    )
    images_through_relu = mistake(
        lambda X, layers: forward_deep(relu(X), layers),
        lambda X, layers: ([X, *forward_deep(relu(X), layers)[0][1:]],
                           forward_deep(relu(X), layers)[1]),
        says="`X` goes through the ReLU before the first layer. It enters as it is.",
    )  # fmt: skip
    images_missing = mistake(
        _changed(lambda inputs, Z: (inputs[1:], Z)),
        says="`inputs` lacks the first: what entered the first layer is `X`.",
    )
    outputs_for_inputs = mistake(
        _forward(seen=lambda A, Z: relu(Z)),
        _changed(lambda inputs, Z: ([*inputs[1:], Z], Z)),
        _changed(lambda inputs, Z: ([*inputs[1:], relu(Z)], relu(Z))),
        says="`inputs` holds what came out of each layer. Expected is what went in: `X` first.",
    )
    one_too_many = mistake(
        _changed(lambda inputs, Z: ([*inputs, relu(Z)], Z)),
        _changed(lambda inputs, Z: ([*inputs, Z], Z)),
        _changed(lambda inputs, Z: ([*inputs, softmax(Z)], Z)),
        says="`inputs` has one entry too many: what the last layer gave enters no other.",
    )
    sums_for_inputs = mistake(
        _forward(seen=lambda A, Z: Z),
        says="`inputs` holds the pre-activations; expected what entered each layer, `X` first.",
    )
    before_relu = mistake(
        _later_written_over,
        says="`inputs` has what it was before the ReLU. What enters the next layer comes after it.",
    )
    first_not_rectified = mistake(
        _rectified(lambda k, depth: k > 0),
        says="The first layer's sums go on without a ReLU. It stands behind every layer but the "
        "last.",
    )
    last_hidden_not_rectified = mistake(
        _rectified(lambda k, depth: k < depth - 2),
        says="The layer before the last has no ReLU: the count ends one too early. Only the last "
        "layer has none.",
    )
    weights_first = mistake(
        _forward(layer=lambda A, W, b: W @ A + b),
        _forward(layer=lambda A, W, b: W.T @ A + b),
        says="The weights stand on the wrong side of the product: examples are rows, and each row "
        "is to meet the columns of W.",
    )
    classes_for_logits = mistake(
        _forward(last=lambda Z: Z.argmax(axis=1)),
        _forward(last=lambda Z: Z.max(axis=1)),
        says="It decides for one class, or keeps one number of each row; expected all the logits.",
    )
    not_chained = mistake(
        lambda X, layers: _all_from_images(X, layers),
        lambda X, layers: (forward_deep(X, layers)[0], [X @ W + b for W, b in layers][-1]),
        lambda X, layers: ([X] * len(layers), [X @ W + b for W, b in layers][-1]),
        _kept_but_not_used,
        says="Every layer gets `X`; expected what the one before has made of it.",
    )
    two_layers_only = mistake(
        lambda X, layers: (
            [X, relu(X @ layers[0][0] + layers[0][1])],
            relu(X @ layers[0][0] + layers[0][1]) @ layers[1][0] + layers[1][1],
        ),
        lambda X, layers: (
            [X, relu(X @ layers[0][0] + layers[0][1])],
            relu(X @ layers[0][0] + layers[0][1]) @ layers[-1][0] + layers[-1][1],
        ),
        says="It has two layers written into it. A network may have one, or many: go through the "
        "list.",
    )
    same_input = mistake(
        _changed(lambda inputs, Z: ([inputs[0]] * len(inputs), Z)),
        says="`inputs` has `X` again and again; each layer gets what the one before has made of "
        "it.",
    )
    last_input_alone = mistake(
        _changed(lambda inputs, Z: (inputs[-1:], Z)),
        _changed(lambda inputs, Z: (inputs[-1], Z)),
        says="Of the inputs the last alone is left. Keep that of every layer.",
    )
    reversed_inputs = mistake(
        _changed(lambda inputs, Z: (inputs[::-1], Z)),
        says="`inputs` stands in reverse order; expected that of the layers.",
    )
    pairs_for_inputs = mistake(
        _forward(seen=lambda A, Z: (A, Z)),
        says="`inputs` holds a pair for each layer; expected one array, what entered it.",
    )
    layers_reversed = mistake(
        lambda X, layers: forward_deep(X, layers[::-1]),
        says="The layers are passed from the last to the first.",
    )
    transposed = mistake(
        _forward(layer=lambda A, W, b: A @ W.T + b),
        says="The weights are transposed. Here examples are rows, and W is (n_in, n_out).",
    )
    scaled = mistake(
        _forward(layer=lambda A, W, b: (A @ W + b) / len(A)),
        says="Something is divided by the number of examples. A mean comes with the loss.",
    )
    changes_its_input = mistake(
        _bias_in_place,
        says="It changes `X`, which it should only read. Make new arrays.",
    )

    normalised = mistake(
        _forward(lambda Z: relu(Z) / (relu(Z).max() + 1e-9)),
        _forward(lambda Z: relu(Z) / max(relu(Z).max(), 1e-300)),
        _forward(lambda Z: relu((Z - Z.mean(axis=0)) / (Z.std(axis=0) + 1e-8))),
        _forward(lambda Z: relu((Z - Z.mean()) / (Z.std() + 1e-8))),
        says="What comes out of a layer is scaled before the next one. It enters as the ReLU leaves"
        " it.",
    )

    hints = (
        "A loop over the layers, in which one name stands for what enters the next.",
        "Two things in each turn: append what enters to `inputs`, and compute what the layer gives "
        "of it.",
        "ReLU makes the next layer's input of it. After the loop the last pre-activation is still "
        "there, without ReLU: that is `Z`.",
    )
    insight = "However many layers there are, it is the same three lines."
    explanation = (
        "Each turn keeps what enters, takes the weighted sums, and hands their ReLU on; the last "
        "sums are the logits."
    )


def _all_from_images(X, layers):
    inputs = []
    for W, b in layers:
        inputs.append(X)
        Z = X @ W + b
    return inputs, Z


def _bias_after(X, layers):
    inputs = []
    for k, (W, b) in enumerate(layers):
        inputs.append(X)
        Z = X @ W + b if k == len(layers) - 1 else relu(X @ W) + b
        X = Z
    return inputs, Z
