"""Training a network with one hidden layer."""

import itertools

import numpy as np

from course_lib.activations import sigmoid, tanh_grad
from course_lib.by_hand.hidden_layer import (
    backward_two_layers,
    forward_two_layers,
    train_two_layers,
)
from course_lib.by_hand.neuron import binary_cross_entropy
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.hidden_layer.shared import begin, training
from course_lib.exercises.shared import (
    FIRST_LOSS_DIFFERS,
    STEP_DIFFERS,
    STOPS_EARLY,
    column,
    float32,
)


def _given(change):
    """Change what training returns."""
    return training(give=lambda parameters, losses: change(*parameters, losses))


def _losses(keep):
    return training(give=lambda parameters, losses: (*parameters, keep(losses)))


def _shares(*shares):
    """Train with a share of each of the four moves."""
    return training(
        moves=lambda slopes, rate: tuple(
            share(rate) * slope if callable(share) else share * rate * slope
            for share, slope in zip(shares, slopes, strict=True)
        )
    )


def _back(change):
    return training(back=lambda *cache: change(*backward_two_layers(*cache), len(cache[1])))


def _looped(step):
    """Make training of a step (X, y, parameters, rate, t, memory) → parameters, loss."""

    def train(X, y, W1, b1, W2, b2, learning_rate, steps):
        parameters, losses, memory = (W1, b1, W2, b2), [], {}
        for t in range(steps):
            parameters, loss = step(X, y, parameters, learning_rate, t, memory)
            losses.append(loss)
        return *parameters, losses

    return train


def _slopes(X, y, parameters):
    Z1, A1, _, P = forward_two_layers(X, *parameters)
    return backward_two_layers(X, y, parameters[2], Z1, A1, P), binary_cross_entropy(y, P[:, 0])


def _stepped(parameters, slopes, rate):
    return tuple(w - rate * dw for w, dw in zip(parameters, slopes, strict=True))


def _with_memory(own, new, kept):
    """Step by what is kept of the earlier slopes and what is new."""

    def step(X, y, parameters, rate, t, memory):
        slopes, loss = _slopes(X, y, parameters)
        before = memory.get("slopes", (0.0,) * 4)
        memory["slopes"] = tuple(kept * v + new * dw for v, dw in zip(before, slopes, strict=True))
        return _stepped(parameters, memory["slopes"], own(t) * rate), loss

    return step


def _once(X, y, parameters, rate, t, memory):
    memory.setdefault("found", _slopes(X, y, parameters))
    slopes, loss = memory["found"]
    return _stepped(parameters, slopes, rate), loss


def _forward_once(X, y, parameters, rate, t, memory):
    if not memory:
        Z1, A1, _, P = forward_two_layers(X, *parameters)
        memory["found"] = Z1, A1, P
    Z1, A1, P = memory["found"]
    slopes = backward_two_layers(X, y, parameters[2], Z1, A1, P)
    return _stepped(parameters, slopes, rate), binary_cross_entropy(y, P[:, 0])


def _slopes_once(X, y, parameters, rate, t, memory):
    slopes, loss = _slopes(X, y, parameters)
    return _stepped(parameters, memory.setdefault("slopes", slopes), rate), loss


def _second_first(X, y, parameters, rate, t, memory):
    """Hand the error back through weights of the output that have moved already."""
    (W1, b1, W2, b2), loss = parameters, _slopes(X, y, parameters)[1]
    Z1, A1, _, P = forward_two_layers(X, *parameters)
    _, _, dW2, db2 = backward_two_layers(X, y, W2, Z1, A1, P)
    W2, b2 = W2 - rate * dW2, b2 - rate * db2
    dW1, db1, _, _ = backward_two_layers(X, y, W2, Z1, A1, P)
    return (W1 - rate * dW1, b1 - rate * db1, W2, b2), loss


def _forward_between(X, y, parameters, rate, t, memory):
    """Move one layer, go forward anew, then move the other."""
    slopes, loss = _slopes(X, y, parameters)
    W1, b1, W2, b2 = parameters
    moved = W1 - rate * slopes[0], b1 - rate * slopes[1], W2, b2
    _, _, dW2, db2 = _slopes(X, y, moved)[0]
    return (*moved[:2], W2 - rate * dW2, b2 - rate * db2), loss


def _forward_between_from_the_end(X, y, parameters, rate, t, memory):
    slopes, loss = _slopes(X, y, parameters)
    W1, b1, W2, b2 = parameters
    moved = W1, b1, W2 - rate * slopes[2], b2 - rate * slopes[3]
    dW1, db1, _, _ = _slopes(X, y, moved)[0]
    return (W1 - rate * dW1, b1 - rate * db1, *moved[2:]), loss


def _example_by_example(X, y, parameters, rate, t, memory):
    loss = _slopes(X, y, parameters)[1]
    for i in range(len(y)):
        slopes, _ = _slopes(X[i : i + 1], y[i : i + 1], parameters)
        parameters = _stepped(parameters, slopes, rate)
    return parameters, loss


def _with_sigmoids(X, y, parameters, rate, t, memory):
    W1, b1, W2, b2 = parameters
    A1 = sigmoid(X @ W1 + b1)
    P = sigmoid(A1 @ W2 + b2)
    d2 = (P - column(y)) / len(y)
    d1 = d2 @ W2.T * A1 * (1 - A1)
    slopes = X.T @ d1, d1.sum(axis=0), A1.T @ d2, d2.sum(axis=0)
    return _stepped(parameters, slopes, rate), binary_cross_entropy(y, P[:, 0])


def _with_a_table(X, y, parameters, rate, t, memory):
    Z1, A1, _, P = forward_two_layers(X, *parameters)
    dZ2 = (P - y) / len(y)
    dZ1 = dZ2 @ parameters[2].T * tanh_grad(Z1)
    slopes = X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)
    return _stepped(parameters, slopes, rate), binary_cross_entropy(y, P[:, 0])


def _twice(X, y, parameters, rate, t, memory):
    slopes, loss = _slopes(X, y, parameters)
    return _stepped(parameters, slopes, 2 * rate), loss


def _on(part):
    """Train on a part of the data, or on other labels."""
    return lambda X, y, *rest: train_two_layers(*part(X, y), *rest)


def _ends_and(steps_of_losses, steps_of_weights=lambda steps: steps, keep=lambda losses: losses):
    """Return weights and losses of different numbers of steps."""

    def train(X, y, W1, b1, W2, b2, rate, steps):
        begin = X, y, W1, b1, W2, b2, rate
        losses = train_two_layers(*begin, steps_of_losses(steps))[4]
        return *train_two_layers(*begin, steps_of_weights(steps))[:4], keep(losses)

    return train


def _stopped(keep, more=0):
    """Take steps until the loss rises, and perhaps one more."""

    def train(X, y, W1, b1, W2, b2, rate, steps):
        begin = X, y, W1, b1, W2, b2, rate
        losses = train_two_layers(*begin, steps)[4]
        rises = [t for t in range(1, steps) if losses[t] > losses[t - 1]]
        if not rises:
            return train_two_layers(*begin, steps)
        return *train_two_layers(*begin, rises[0] + more)[:4], keep(losses, rises[0])

    return train


class TrainTwoLayers(Exercise):
    reference = train_two_layers
    # Steps and examples grow together, so that a loop over examples shows.
    probes = [
        Probe("one step", (*begin(1, 2, 3), 0.5, 1)),
        Probe("three steps", (*begin(4, 3, 5), 0.8, 3)),
        Probe("two of everything", (*begin(2, 2, 2), 1.5, 2)),
        Probe("a rate at which the loss rises", (*begin(4, 2, 2), 10.0, 4)),
        Probe("steps that change little", (*begin(4, 2, 3), 1e-9, 3)),
        Probe("read-only", (*begin(3, 3, 4), 0.4, 2), read_only=True),
        Probe("float32", float32(*begin(3, 2, 4), 0.6, 2)),
    ]

    other_order = mistake(
        _given(lambda W1, b1, W2, b2, losses: (losses, W1, b1, W2, b2)),
        _given(lambda W1, b1, W2, b2, losses: (W1, W2, b1, b2, losses)),
        _given(lambda W1, b1, W2, b2, losses: (W2, b2, W1, b1, losses)),
        _given(lambda W1, b1, W2, b2, losses: (b1, W1, b2, W2, losses)),
        says="The results come in another order; expected `W1`, `b1`, `W2`, `b2` and then the "
        "losses.",
    )
    losses_not_returned = mistake(
        _given(lambda *results: results[:4]), says="The losses do not come back."
    )
    losses_alone = mistake(
        _given(lambda *results: results[4]),
        says="Only the losses come back; what has been learned is lost.",
    )
    nested = mistake(
        _given(lambda *results: (results[:4], results[4])),
        _given(lambda *results: (results[:2], results[2:4], results[4])),
        _given(lambda *results: (list(results[:4]), results[4])),
        says="Some of the results are packed together; expected five, one beside the other.",
    )
    losses_spread_out = mistake(
        _given(lambda *results: (*results[:4], *results[4])),
        says="It returns each loss as a result of its own; expected them in one list.",
    )
    biases_not_returned = mistake(
        _given(lambda W1, b1, W2, b2, losses: (W1, W2, losses)),
        says="The biases do not come back.",
    )
    flat_weights = mistake(
        _given(lambda W1, b1, W2, b2, losses: (W1, b1, W2.ravel(), b2, losses)),
        _given(lambda W1, b1, W2, b2, losses: (W1, b1, W2, b2[0], losses)),
        _given(lambda W1, b1, W2, b2, losses: (W1, b1, W2.ravel(), b2[0], losses)),
        says="`W2` or `b2` has lost a dimension; what comes back has the shape of what was given.",
    )
    returns_in_the_loop = mistake(
        training(times=lambda steps: 1),
        says="It stops after the first step. Does it return from inside the loop?",
    )
    last_loss_only = mistake(
        _losses(lambda losses: losses[-1]),
        _losses(lambda losses: losses[-1:]),
        says="Only the loss of the last step comes back; expected a list of all of them. Does each "
        "step overwrite it, or make the list anew?",
    )
    first_loss_only = mistake(
        _losses(lambda losses: losses[0]),
        _losses(lambda losses: losses[:1]),
        says="Only the loss of the first step comes back; expected a list of all of them.",
    )
    no_losses = mistake(
        _losses(lambda losses: []), says="The list of losses is empty: nothing is put into it."
    )

    @mistake
    def append_returns_nothing(X, y, W1, b1, W2, b2, learning_rate, steps):
        """The losses become None: `append` changes the list and returns nothing."""
        results = train_two_layers(X, y, W1, b1, W2, b2, learning_rate, 1)
        losses = [].append(results[4][0])
        if steps > 1:
            losses.append(results[4][0])
        return *results[:4], losses

    losses_of_examples = mistake(
        training(loss=lambda y, p: -np.log(np.abs(y - 1 + p))),
        training(loss=lambda y, p: column(-np.log(np.abs(y - 1 + p)))),
        says="Each entry of the losses is an array, with a loss for each example; expected their "
        "mean, one number a step.",
    )
    loss_broadcast = mistake(
        training(
            loss=lambda y, p: np.mean(-y * np.log(column(p)) - (1 - y) * np.log(1 - column(p)))
        ),
        says="In the loss a column (m, 1) met a vector (m,), and NumPy silently made a table (m, "
        "m) of them: each output was compared with every target.",
    )
    loss_with_its_gradient = mistake(
        training(loss=lambda y, p: (binary_cross_entropy(y, p), column((p - y) / len(y)))),
        training(loss=lambda y, p: (binary_cross_entropy(y, p), (p - y) / len(y))),
        says="Each entry is a pair: the library's losses return the mean and a gradient. Keep the "
        "mean.",
    )
    loss_in_a_box = mistake(
        _losses(lambda losses: [[loss] for loss in losses]),
        _losses(lambda losses: np.array(losses)[:, np.newaxis]),
        _losses(lambda losses: dict(enumerate(losses))),
        _losses(lambda losses: [*enumerate(losses)]),
        says="The losses are to be a plain list of numbers, one for each step.",
    )
    outputs_for_losses = mistake(
        training(loss=lambda y, p: column(p)),
        training(loss=lambda y, p: p),
        training(loss=lambda y, p: np.mean(p)),
        training(loss=lambda y, p: np.mean(p - y)),
        says="What it keeps of a step are outputs or errors, not the loss.",
    )
    loss_after_the_update = mistake(
        _ends_and(lambda steps: steps + 1, keep=lambda losses: losses[1:]),
        says="Each loss is that of the weights *after* the step; expected the one before it, so "
        "that the first loss is that of the start.",
    )
    one_loss_too_many = mistake(
        _ends_and(lambda steps: steps + 1),
        says="There is one loss too many: one for each step, taken before it, and none after the "
        "last.",
    )
    one_step_short = mistake(
        training(times=lambda steps: steps - 1),
        says="It takes one step too few. Where does your range begin, and where does it end?",
    )
    one_step_more = mistake(
        training(times=lambda steps: steps + 1),
        says="It takes one step too many. Where does your range end?",
    )
    own_number_of_steps = mistake(
        *(training(times=lambda steps, n=n: n) for n in (10, 100)),
        says="It takes a number of steps of its own. Use the number that it is given.",
    )
    weights_before_the_last_step = mistake(
        _ends_and(lambda steps: steps, lambda steps: steps - 1),
        says="The weights that come back are those before the last step.",
    )
    forward_once = mistake(
        _looped(_once),
        _looped(_forward_once),
        says="It goes forward once and for all: the losses are all the same, whatever the steps "
        "have changed. What changes in a step has to be computed anew in each.",
    )
    slopes_once = mistake(
        _looped(_slopes_once),
        says="The slopes are computed once and for all: it walks straight on where the valley "
        "bends. They change with every step.",
    )
    step_dropped = mistake(
        _ends_and(lambda steps: 1, lambda steps: 0),
        lambda *given: (*given[2:6], train_two_layers(*given[:7], 1)[4] * given[7]),
        says="The parameters come back as they were given. What becomes of the values that a step "
        "returns?",
    )
    starts_over = mistake(
        lambda *given: (
            *train_two_layers(*given[:7], 1)[:4],
            train_two_layers(*given[:7], 1)[4] * given[7],
        ),
        says="Every step starts from the weights that were given: what a step has found is not "
        "kept for the next one.",
    )

    @mistake
    def start_of_its_own(X, y, W1, b1, W2, b2, learning_rate, steps):
        """It starts from weights or biases of its own. Start from those that it is given."""
        begin = W1, np.zeros_like(b1), W2, np.zeros_like(b2)
        return train_two_layers(X, y, *begin, learning_rate, steps)

    first_layer_fixed = mistake(
        _shares(0, 0, 1, 1),
        says="The first layer does not learn: only the output's weights and bias move.",
    )
    second_layer_fixed = mistake(
        _shares(1, 1, 0, 0),
        says="The second layer does not learn: only the hidden units move.",
    )
    biases_not_updated = mistake(
        _shares(1, 0, 1, 0),
        _shares(1, 0, 1, 1),
        _shares(1, 1, 1, 0),
        says="A bias stays where it was, or both do: they are learned too.",
    )
    weights_not_updated = mistake(
        _shares(0, 1, 0, 1),
        _shares(0, 1, 1, 1),
        _shares(1, 1, 0, 1),
        says="A matrix of weights stays where it was, or both do.",
    )
    ascent = mistake(
        _shares(-1, -1, -1, -1),
        says="It climbs: each step goes along the slope, and the loss rises.",
    )
    ascent_in_part = mistake(
        *(_shares(*s) for s in itertools.product((1, -1), repeat=4) if 0 < s.count(-1) < 4),
        says="Some of the four step downhill, and others climb.",
    )
    rate_twice = mistake(
        _shares(*[lambda rate: rate * rate] * 4),
        says="The learning rate is multiplied twice: your step has it already.",
    )
    rate_forgotten = mistake(
        _shares(*[lambda rate: 1.0] * 4),
        *(
            _shares(*s)
            for s in itertools.product((1, lambda rate: 1.0), repeat=4)
            if 0 < s.count(1) < 4
        ),
        says="The learning rate has no part in the steps, or not in all of them.",
    )
    own_rate = mistake(
        *(_shares(*[lambda rate, own=own: own] * 4) for own in (0.1, 0.01, 0.001, 0.05)),
        says="It has a learning rate of its own. Use the one that it is given.",
    )
    rate_fades = mistake(
        *(
            _looped(_with_memory(own, 1.0, 0.0))
            for own in (lambda t: 1 / (t + 1), lambda t: 0.9**t, lambda t: 0.99**t)
        ),
        says="The learning rate changes from step to step; expected the same one in all of them.",
    )
    gradients_accumulated = mistake(
        _looped(_with_memory(lambda t: 1.0, 1.0, 1.0)),
        _looped(_with_memory(lambda t: 1 / (t + 1), 1.0, 1.0)),
        says="The gradients of earlier steps are added up in the later ones. A step goes by the "
        "slope at the place where it starts, and by nothing else.",
    )
    gradients_remembered = mistake(
        _looped(_with_memory(lambda t: 1.0, 1.0, 0.9)),
        _looped(_with_memory(lambda t: 1.0, 0.1, 0.9)),
        says="Part of the earlier gradients goes into the later steps. That is momentum, a matter "
        "of lesson 4; here a step goes by the slope at its own place.",
    )
    mean_twice = mistake(
        _back(lambda dW1, db1, dW2, db2, m: (dW1 / m, db1 / m, dW2 / m, db2 / m)),
        says="Something is divided by the number of examples a second time: the mean is in the "
        "gradients already.",
    )
    missing_mean = mistake(
        _back(lambda dW1, db1, dW2, db2, m: (m * dW1, m * db1, m * dW2, m * db2)),
        says="A step is taken by a sum over the examples where the slope of the mean loss is "
        "asked for: the more examples, the longer it gets.",
    )
    updated_too_early = mistake(
        _looped(_second_first),
        _looped(_forward_between),
        _looped(_forward_between_from_the_end),
        says="One layer moves before the slopes of the other are known. All four slopes belong to "
        "the same place: know them all before anything moves.",
    )
    two_updates = mistake(_looped(_twice), says="Each step updates twice.")
    one_by_one = mistake(
        _looped(_example_by_example),
        says="It takes a step for every example: that is stochastic descent. Here a step looks at "
        "all examples together.",
    )
    one_example_only = mistake(
        _on(lambda X, y: (X[:1], y[:1])),
        _on(lambda X, y: (X[-1:], y[-1:])),
        says="It learns from one example only, the first or the last of them.",
    )
    cache_swapped = mistake(
        training(back=lambda X, y, W2, Z1, A1, P: backward_two_layers(X, y, W2, A1, Z1, P)),
        says="`Z1` and `A1` have changed places on their way to `backward_two_layers`.",
    )
    gradients_in_another_order = mistake(
        training(
            back=lambda *cache: (
                *(gradients := backward_two_layers(*cache))[2:],
                *gradients[:2],
            )
        ),
        training(back=lambda *cache: backward_two_layers(*cache)[::-1]),
        *(
            training(back=lambda *cache, at=at: [backward_two_layers(*cache)[k] for k in at])
            for at in ((0, 2, 1, 3), (0, 3, 2, 3), (0, 1, 2, 1))
        ),
        says="The gradients are taken in another order than that in which they come back: `dW1`, "
        "`db1`, `dW2`, `db2`. So a parameter meets the gradient of another.",
    )
    bias_by_another_slope = mistake(
        _back(lambda dW1, db1, dW2, db2, m: (dW1, db1, dW2, np.array([db1.sum()]))),
        _back(lambda dW1, db1, dW2, db2, m: (dW1, db1, dW2, np.array([db1.mean()]))),
        _back(lambda dW1, db1, dW2, db2, m: (dW1, db1, dW2, db1[:1])),
        says="A bias moves by the slope of the other layer's bias. Each has a slope of its own.",
    )
    sigmoid_on_hidden = mistake(
        _looped(_with_sigmoids),
        says="The hidden units are sigmoids; they should be tanh, as in `forward_two_layers`.",
    )
    targets_not_a_column = mistake(
        _looped(_with_a_table),
        says="In the error a column (m, 1) met a vector (m,), and NumPy made a table (m, m) of "
        "them. The targets have to be a column as well.",
    )
    biases_averaged_twice = mistake(
        _back(lambda dW1, db1, dW2, db2, m: (dW1, db1 / m, dW2, db2 / m)),
        _back(lambda dW1, db1, dW2, db2, m: (dW1, db1 / m, dW2, db2)),
        says="The slope of a bias is divided by the number of examples twice: the mean is in the "
        "error already, and the biases' slopes are its sums.",
    )
    loss_of_squares = mistake(
        training(loss=lambda y, p: np.mean((y - p) ** 2)),
        training(loss=lambda y, p: 0.5 * np.mean((y - p) ** 2)),
        training(loss=lambda y, p: np.sum((y - p) ** 2)),
        says="It keeps the squared error; the losses asked for are cross-entropies.",
    )
    accuracy_for_loss = mistake(
        training(loss=lambda y, p: np.mean((p > 0.5) == y)),
        training(loss=lambda y, p: np.mean((p > 0.5) != y)),
        training(loss=lambda y, p: np.sum((p > 0.5) != y)),
        says="It keeps the share of right or wrong answers, not the loss.",
    )
    losses_summed = mistake(
        training(loss=lambda y, p: len(y) * binary_cross_entropy(y, p)),
        says="Each loss is a sum over the examples; expected their mean.",
    )
    losses_halved = mistake(
        training(loss=lambda y, p: binary_cross_entropy(y, p) / len(y)),
        training(loss=lambda y, p: binary_cross_entropy(y, p) / 2),
        says="The loss is divided once more: it is a mean already.",
    )
    loss_wrong_sign = mistake(
        training(loss=lambda y, p: -binary_cross_entropy(y, p)),
        says="The losses have the wrong sign: a loss is never negative.",
    )
    loss_arguments_swapped = mistake(
        training(loss=lambda y, p: binary_cross_entropy(p, y)),
        says="In the loss the targets and the outputs have changed places.",
    )
    loss_of_the_logit = mistake(
        training(loss=lambda y, p: binary_cross_entropy(y, np.log(p / (1 - p)))),
        training(loss=lambda y, p: binary_cross_entropy(y, 1 / (1 + np.exp(-p)))),
        says="The loss of a probability is taken of something else: of the logit, or of an output "
        "that has been squashed twice.",
    )
    losses_added_up = mistake(
        _losses(lambda losses: [*np.cumsum(losses)]),
        _losses(sum),
        _losses(np.mean),
        says="The losses of several steps are added up or averaged; expected each by itself.",
    )
    losses_backwards = mistake(
        _losses(lambda losses: losses[::-1]),
        _losses(sorted),
        says="The losses come in another order; expected that of the steps.",
    )
    losses_now_and_then = mistake(
        _losses(lambda losses: losses[::2]),
        _losses(lambda losses: losses[1:]),
        _losses(lambda losses: losses[:-1]),
        says="Some steps leave no loss in the list; expected one of every step.",
    )
    rounded_losses = mistake(
        *(_losses(lambda losses, d=d: [round(float(v), d) for v in losses]) for d in (2, 3, 4, 6)),
        says="The losses are rounded. Keep all digits; format them where you print.",
    )

    @mistake.also(
        _stopped(lambda losses, at: losses[: at + 1], 1), _stopped(lambda losses, at: losses[:at])
    )
    def stops_when_the_loss_rises(X, y, W1, b1, W2, b2, learning_rate, steps):
        """It stops, or steps back, when the loss rises. Take all the steps, whatever the loss
        does."""
        stopped = _stopped(lambda losses, at: losses[: at + 1])
        return stopped(X, y, W1, b1, W2, b2, learning_rate, steps)

    @mistake
    def changes_its_input(X, y, W1, b1, W2, b2, learning_rate, steps):
        """It changes the parameters that it should only read: `-=` works on the arrays that were
        given. Make new ones."""
        *ends, losses = train_two_layers(X, y, W1, b1, W2, b2, learning_rate, steps)
        for given, end in zip((W1, b1, W2, b2), ends, strict=True):
            given[...] = end
        return W1, b1, W2, b2, losses

    stops_early = STOPS_EARLY
    first_loss_differs, step_differs = FIRST_LOSS_DIFFERS, STEP_DIFFERS

    hints = (
        "`train_neuron` of lesson 1 is the pattern: forward, loss, slopes, step. Here there are "
        "two layers to go through and four parameters to move.",
        "The way back needs what the way forward returned, and the weights of the output as they "
        "were then. The output P is a column (m, 1), the targets are a vector (m,).",
        "In the loop: forward_two_layers, losses.append, backward_two_layers, then gradient_step "
        "for each of the two layers. The return stands after the loop.",
    )
    insight = "However many layers: forward, loss, backward, update. Only the lines get more."
    explanation = (
        "All four slopes are known before the first update; the loss is taken before it, so the "
        "first one is that of the start."
    )
