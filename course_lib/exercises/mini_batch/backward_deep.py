"""The same network, backward."""

import numpy as np

from course_lib.activations import relu_grad
from course_lib.by_hand.mini_batch import backward_deep
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.mini_batch.deep import in_float32, way_back


def _product(A, dZ):
    return A.T @ dZ


def _summed(dZ):
    return dZ.sum(axis=0)


def _back(dW=_product, db=_summed, onward=lambda dZ, W: dZ @ W.T, slope=relu_grad):
    """Run back with one part another: a gradient, the way through the weights, the slope."""

    def backward_deep(dZ, inputs, layers):
        gradients = []
        for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
            gradients.insert(0, (dW(A, dZ), db(dZ)))
            dZ = onward(dZ, W) * slope(A)
        return gradients

    return backward_deep


def _changed(change):
    return lambda *arguments: change(backward_deep(*arguments))


def _each(change):
    """Change the gradients of each layer."""
    return _changed(lambda gradients: [change(dW, db) for dW, db in gradients])


def _masked_by(place):
    """Return the way back with the slope taken at the input of another layer."""

    def backward_deep(dZ, inputs, layers):
        gradients = []
        for k in reversed(range(len(layers))):
            gradients.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
            if k:
                dZ = dZ @ layers[k][0].T * relu_grad(inputs[place(k, len(layers))])
        return gradients

    return backward_deep


def _own_sums(dZ, inputs, layers):
    """Mask each error by the layer's own sums, the logits' too."""
    gradients = []
    for k in reversed(range(len(layers))):
        W, b = layers[k]
        dZ = dZ * relu_grad(inputs[k] @ W + b)
        gradients.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
    return gradients


def _through_own_gradient(dZ, inputs, layers):
    gradients = []
    for A in reversed(inputs):
        dW = A.T @ dZ
        gradients.insert(0, (dW, dZ.sum(axis=0)))
        dZ = dZ @ dW.T * relu_grad(A)
    return gradients


def _never_passed_on(dZ, inputs, layers):
    return [(A.T @ dZ, dZ.sum(axis=0)) for A in inputs]


def _computed_and_dropped(dZ, inputs, layers):
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        dZ @ W.T * (A > 0)
    return _never_passed_on(dZ, inputs, layers)


def _from_the_front(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(inputs, layers, strict=True):
        gradients.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * relu_grad(A)
    return gradients


def _handed_on_too_early(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        dZ = dZ @ W.T * relu_grad(A)
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
    return gradients


def _stepped(learning_rate):
    """Take a step in each layer before the error passes it."""

    def backward_deep(dZ, inputs, layers):
        gradients = []
        for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
            dW = A.T @ dZ
            gradients.insert(0, (dW, dZ.sum(axis=0)))
            dZ = dZ @ (W - learning_rate * dW).T * relu_grad(A)
        return gradients

    return backward_deep


def _updated(dZ, inputs, layers):
    pairs = zip(layers, backward_deep(dZ, inputs, layers), strict=True)
    return [(W - dW, b - db) for (W, b), (dW, db) in pairs]


def _wrong_weights(dZ, inputs, layers):
    """Pass the weights of the layer before."""
    gradients = []
    for k in reversed(range(len(layers))):
        gradients.insert(0, (inputs[k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = dZ @ layers[k - 1][0].T * relu_grad(inputs[k])
    return gradients


def _in_place(dZ, inputs, layers):
    dZ /= 1
    dZ *= 2
    return backward_deep(dZ / 2, inputs, layers)


def _inputs_used_up(dZ, inputs, layers):
    gradients = []
    for W, _ in reversed(layers):
        A = inputs.pop()
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T * relu_grad(A)
    return gradients


class BackwardDeep(Exercise):
    reference = backward_deep
    probes = [
        Probe("one layer", way_back(2, 2, 3)),
        Probe("one hidden layer", way_back(3, 2, 4, 3, seed=1)),
        Probe("two hidden layers", way_back(4, 3, 5, 2, 3, seed=2)),
        Probe("three of everything", way_back(3, 3, 3, 3, 3, seed=3)),
        Probe("read-only float32", in_float32(way_back(3, 4, 3, 5, 2, seed=4)), read_only=True),
    ]

    flat_list = mistake(
        _changed(lambda gradients: [g for pair in gradients for g in pair]),
        says="The gradients come one after the other; expected a pair for each layer.",
    )
    two_lists = mistake(
        _changed(lambda gradients: tuple(map(list, zip(*gradients, strict=True)))),
        _changed(lambda gradients: tuple(map(list, zip(*gradients, strict=True)))[::-1]),
        _changed(lambda gradients: list(map(list, zip(*gradients, strict=True)))),
        says="It returns two lists, one of all weights' gradients and one of all biases'; expected "
        "a pair for each layer.",
    )
    images_too = mistake(
        lambda dZ, inputs, layers: (
            backward_deep(dZ, inputs, layers),
            _onward(dZ, inputs, layers),
        ),
        says="The slope over the images comes back as well. Expected are the gradients of the "
        "layers alone.",
    )
    reversed_order = mistake(
        _changed(lambda gradients: gradients[::-1]),
        says="The list stands in the order of the way back. Expected is that of the layers, so "
        "that each gradient meets its own weights.",
    )
    last_layer_alone = mistake(
        _changed(lambda gradients: gradients[-1:]),
        _changed(lambda gradients: gradients[-1]),
        says="The gradients of the last layer alone come back. Does it return from inside the "
        "loop?",
    )
    one_too_few = mistake(
        _changed(lambda gradients: gradients[1:]),
        _changed(lambda gradients: gradients[:-1]),
        _changed(lambda g: [tuple(0 * d for d in g[0]), *g[1:]]),
        _changed(lambda g: [*g[:-1], tuple(0 * d for d in g[-1])]),
        says="A layer has got no gradient: the loop ends one turn too early, or begins one too "
        "late.",
    )
    weights_only = mistake(
        _each(lambda dW, db: dW),
        says="The biases have got no gradients.",
    )
    swapped_pairs = mistake(
        _each(lambda dW, db: (db, dW)),
        says="In each pair the bias's gradient stands first; expected the weights', then the "
        "bias's.",
    )
    transposed = mistake(
        _back(dW=lambda A, dZ: dZ.T @ A),
        says="A `dW` is transposed; each has the shape of its `W`.",
    )
    bias_not_summed = mistake(
        _back(db=lambda dZ: dZ),
        says="A bias gradient still has a row for each example. Add them up over the examples.",
    )
    bias_keepdims = mistake(
        _back(db=lambda dZ: _summed(dZ)[None]),
        says="A bias gradient has an axis too many; expected (n_out,), as its bias has. Is it "
        "`keepdims`?",
    )
    bias_wrong_axis = mistake(
        _back(db=lambda dZ: dZ.sum(axis=1)),
        says="A bias gradient is added up over the units. Add up over the examples.",
    )
    bias_one_number = mistake(
        _back(db=np.sum),
        says="A bias gradient is a single number; each unit has a bias of its own.",
    )
    bias_averaged = mistake(
        _back(db=lambda dZ: dZ.mean(axis=0)),
        _back(dW=lambda A, dZ: A.T @ dZ / len(A)),
        _back(dW=lambda A, dZ: A.T @ dZ / len(A), db=lambda dZ: dZ.mean(axis=0)),
        says="Some gradient is divided by m. The mean is in the `dZ` that came in: it counts once.",
    )
    averaged_in_each_layer = mistake(
        _back(onward=lambda dZ, W: dZ @ W.T / len(dZ)),
        says="The error is divided by m on its way. The mean is in the `dZ` that came in: it "
        "counts once.",
    )
    slope_missing = mistake(
        _back(slope=lambda A: 1),
        _back(slope=lambda A: A >= 0),
        says="On its way into the layer before, the error meets no slope of the ReLU, or one that "
        "is 1 everywhere: no activation is below 0.",
    )
    wrong_layer = mistake(
        _masked_by(lambda k, depth: (k + 1) % depth),
        _masked_by(lambda k, depth: k - 1),
        _masked_by(lambda k, depth: -1),
        _masked_by(lambda k, depth: 0),
        says="The slope of the ReLU is that of another layer. The error that leaves a layer meets "
        "what had entered that same layer.",
    )
    last_masked_too = mistake(
        _own_sums,
        lambda dZ, inputs, layers: backward_deep(dZ * (dZ > 0), inputs, layers),
        says="The `dZ` that came in goes through a ReLU's slope. There is none behind the logits.",
    )
    one_mask_for_all = mistake(
        _back(slope=lambda A: (A > 0).any(axis=0)),
        _back(slope=lambda A: (A > 0).all(axis=0)),
        _back(slope=lambda A: A.mean(axis=0) > 0),
        _back(slope=lambda A: (A > 0).mean(axis=0)),
        _back(slope=lambda A: A[0] > 0),
        says="All examples share one slope of the ReLU. A unit that is on for one example may be "
        "off for the next: each has a mask of its own.",
    )
    errors_masked = mistake(
        _back(onward=lambda dZ, W: np.maximum(dZ @ W.T, 0)),
        lambda dZ, inputs, layers: _masked_errors(dZ, inputs, layers),
        says="Negative errors are set to 0. What switches an error off is the activation that was "
        "0, not the error's own sign.",
    )
    activation_for_slope = mistake(
        _back(slope=lambda A: A),
        says="The error is multiplied by the activation itself; expected the slope, 0 or 1.",
    )
    other_slope = mistake(
        _back(slope=lambda A: 1 - A**2),
        _back(slope=lambda A: A * (1 - A)),
        _back(slope=lambda A: np.where(A > 0, 1, 0.01)),
        says="This is the slope of another activation; between these layers stands ReLU.",
    )
    slope_turned = mistake(
        _back(slope=lambda A: A <= 0),
        says="The slope is turned round: 1 where a unit was off, and 0 where it was on.",
    )
    never_passed_on = mistake(
        _never_passed_on,
        _computed_and_dropped,
        says="Every layer gets the error of the logits. It changes on its way back: it passes the "
        "weights that the activations passed on their way forward, then the slope.",
    )
    inputs_not_transposed = mistake(
        _back(dW=lambda A, dZ: A @ dZ),
        says="`dW` is the input times the error without a transpose. It is to add up over the "
        "examples, and to have the shape of its `W`.",
    )
    triples = mistake(
        lambda dZ, inputs, layers: _triples(dZ, inputs, layers),
        says="Each layer gets three gradients; expected two, that of its weights and that of its "
        "bias.",
    )
    inputs_not_reversed = mistake(
        lambda dZ, inputs, layers: backward_deep(dZ, inputs[::-1], layers),
        says="The layers are passed from the last to the first, and their inputs from the first to "
        "the last: a layer meets the input of another.",
    )
    from_the_front = mistake(
        _from_the_front,
        says="It begins with the first layer. `dZ` belongs to the last, and from there it goes "
        "back.",
    )
    handed_on_too_early = mistake(
        _handed_on_too_early,
        says="The error is handed on before it has been used: a layer gets that of the layer before"
        " it. First the two gradients, then the next `dZ`.",
    )
    weights_forgotten = mistake(
        _back(onward=lambda dZ, W: dZ.sum(axis=1, keepdims=True) * np.ones(len(W))),
        says="The error reaches all units alike: the weights have no part in its way back.",
    )
    not_transposed = mistake(
        _back(onward=lambda dZ, W: dZ @ W),
        says="The error passes the weights as on the way forward. Back, it has as many columns as "
        "the layer has units, and is to get as many as it has inputs.",
    )
    wrong_weights = mistake(
        _wrong_weights,
        says="The error passes the weights of another layer than the one that it leaves.",
    )
    through_own_gradient = mistake(
        _through_own_gradient,
        says="On its way back the error passes `dW`, the gradient, in place of the weights.",
    )
    steps_too_early = mistake(
        *map(_stepped, (1, 0.1, 0.01)),
        says="A layer's weights are changed before the error has passed them. All gradients belong "
        "to the same weights; steps come after them.",
    )
    weights_for_gradients = mistake(
        _updated,
        says="New weights come back; expected the gradients. Who calls it takes the step.",
    )
    wrong_sign = mistake(
        _each(lambda dW, db: (-dW, -db)),
        _back(onward=lambda dZ, W: -dZ @ W.T),
        says="Some sign is wrong. `dZ` is a slope already, and on its way back nothing turns it.",
    )
    biases_zero = mistake(
        _each(lambda dW, db: (dW, 0 * db)),
        says="The gradients of the biases are 0. Biases are learned, too.",
    )
    changes_its_input = mistake(
        _in_place,
        _inputs_used_up,
        says="It changes what it should only read. Make new arrays, and leave the lists as they "
        "are.",
    )

    weights_added = mistake(
        *(
            lambda dZ, inputs, layers, d=d: [
                (dW + d * W, db)
                for (dW, db), (W, _) in zip(backward_deep(dZ, inputs, layers), layers, strict=True)
            ]
            for d in (1.0, 0.01, 0.1, 0.001)
        ),
        says="The weights are added to their gradient, as weight decay does. Here the loss has no "
        "penalty.",
    )

    hints = (
        "Go through the layers from the last to the first. In each turn `dZ` belongs to the layer "
        "that you are at.",
        "Two gradients in each turn, as in lesson 2: the layer's input, transposed, times dZ; and "
        "dZ, summed over the examples.",
        "Then make the dZ of the layer before: through W.T, and 0 where this layer's input is 0, "
        "since there the ReLU was off. At the end, put the list in the order of the layers.",
    )
    insight = "The same lines for every layer: depth costs a loop, and no new mathematics."
    explanation = (
        "From the last layer to the first: input.T @ dZ and the sum of dZ; then dZ passes W.T and "
        "the slope of the ReLU, which is 1 where the input is above 0."
    )


def _onward(dZ, inputs, layers):
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        dZ = dZ @ W.T * relu_grad(A)
    return dZ


def _triples(dZ, inputs, layers):
    found = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        dW, db = A.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ W.T * relu_grad(A)
        found.insert(0, (dW, db, dZ))
    return found


def _masked_errors(dZ, inputs, layers):
    gradients = []
    for A, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        gradients.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        dZ = dZ @ W.T
        dZ = dZ * (dZ > 0)
    return gradients
