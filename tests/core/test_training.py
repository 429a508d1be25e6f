"""Training: against hand-written loops and scikit-learn; what stops it, and what it refuses."""

import copy
import functools
import json
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import frozen, quick, says
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from course_lib import _speed
from course_lib.batches import minibatches
from course_lib.history import History
from course_lib.layers import Activation, Dense, ReLU, Tanh
from course_lib.losses import mean_squared_error, sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam
from course_lib.range_test import range_test
from course_lib.schedules import step_decay
from course_lib.training import DIVERGED, gradient_norm, should_stop, train

rng = np.random.default_rng(21)
X, y = frozen(rng.normal(size=(10, 4))), frozen(rng.integers(3, size=10))
X_val, y_val = frozen(rng.normal(size=(7, 4))), frozen(rng.integers(3, size=7))


def network(n_out=3, n_in=4, seed=22):
    rng = np.random.default_rng(seed)
    return Network([Dense(n_in, 5, rng=rng), Tanh(), Dense(5, n_out, rng=rng)])


def values(network):
    return [value for layer in network.layers for value in layer.params.values()]


def assert_same(one, other):
    for a, b in zip(values(one), values(other), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def run(net, X=X, y=y, **arguments):
    defaults = {"loss": softmax_cross_entropy, "optimizer": SGD(0.1), "epochs": 3}
    return train(net, X, y, **(defaults | arguments))


# Batches


@quick
@given(st.integers(1, 30), st.data())
def test_an_epoch_visits_each_example_once_and_keeps_x_with_y(m, data):
    batch_size, seed = data.draw(st.integers(1, m)), data.draw(st.integers(0, 99))
    X, y = frozen(np.arange(2 * m).reshape(m, 2)), frozen(np.arange(m))
    batches = list(minibatches(X, y, batch_size, np.random.default_rng(seed)))
    seen = np.concatenate([y_batch for _, y_batch in batches])
    np.testing.assert_array_equal(np.sort(seen), y)
    for X_batch, y_batch in batches:
        np.testing.assert_array_equal(X_batch, X[y_batch])
    assert [len(y_batch) for _, y_batch in batches[:-1]] == [batch_size] * (len(batches) - 1)
    assert len(batches) == -(-m // batch_size)


def test_each_epoch_has_an_order_of_its_own():
    rng, y = np.random.default_rng(0), np.arange(100)
    orders = [np.concatenate([b for _, b in minibatches(y, y, 10, rng)]) for _ in range(2)]
    assert (orders[0] != orders[1]).any() and (orders[0] != y).any()


@pytest.mark.parametrize(
    ("arguments", "refused", "parts"),
    [
        ((X, y[:9], 2, rng), ValueError, ["y has 9 targets", "each of the 10 examples"]),
        ((X, y, 0, rng), ValueError, ["batch_size is 0"]),
        ((X, y, -1, rng), ValueError, ["batch_size is -1"]),
        ((X, y, 2, 0), TypeError, ["rng is 0", "default_rng"]),
    ],
)
def test_batches_that_cannot_be_are_refused(arguments, refused, parts):
    with pytest.raises(refused) as refusal:
        next(minibatches(*arguments))
    says(refusal, *parts)


# The loop


@pytest.mark.parametrize("rows", [_speed.SLICE, 3])
@pytest.mark.parametrize("batch_size", [None, 1, 4, 5, 10])
@pytest.mark.parametrize("momentum", [0, 0.9])
def test_training_equals_a_loop_written_by_hand(batch_size, momentum, rows, monkeypatch):
    monkeypatch.setattr(_speed, "SLICE", rows)
    net = network()
    W1, b1, W2, b2 = parameters = copy.deepcopy(values(net))
    velocities = [np.zeros_like(p) for p in parameters]
    optimizer, rng = SGD(0.2, momentum=momentum), np.random.default_rng(1)
    history = run(net, optimizer=optimizer, epochs=4, batch_size=batch_size, rng=rng)

    rng, expected = np.random.default_rng(1), []
    for _ in range(4):
        order = np.arange(10) if batch_size is None else rng.permutation(10)
        costs = []  # one for each example, before the update that it leads to
        for start in range(0, 10, batch_size or 10):
            now = order[start : start + (batch_size or 10)]
            A = np.tanh(X[now] @ W1 + b1)
            E = np.exp(A @ W2 + b2)
            P = E / E.sum(axis=1, keepdims=True)
            costs += list(-np.log(P[range(len(now)), y[now]]))
            dZ2 = (P - np.eye(3)[y[now]]) / len(now)
            dZ1 = (dZ2 @ W2.T) * (1 - A**2)
            gradients = [X[now].T @ dZ1, dZ1.sum(0), A.T @ dZ2, dZ2.sum(0)]
            for p, v, g in zip(parameters, velocities, gradients, strict=True):
                v[:] = momentum * v - 0.2 * g
                p += v
        expected.append(np.mean(costs))

    np.testing.assert_allclose(history.loss, expected, rtol=1e-12)
    for ours, by_hand in zip(values(net), parameters, strict=True):
        np.testing.assert_allclose(ours, by_hand, rtol=1e-10, atol=1e-13)


class Watched(Dense):
    """A layer that writes down how many examples it sees at once."""

    def forward(self, X):
        self.seen = [*getattr(self, "seen", []), len(X)]
        return super().forward(X)


def test_many_examples_go_through_in_slices_and_make_one_step():
    m = 2 * _speed.SLICE + 1
    net = Network([Watched(4, 3, rng=np.random.default_rng(0))])
    optimizer = Adam()
    run(net, np.resize(X, (m, 4)), np.resize(y, m), optimizer=optimizer, epochs=1)
    assert sum(net.layers[0].seen[-3:]) == m and max(net.layers[0].seen) == _speed.SLICE
    assert {memory["t"] for memory in optimizer.memory.values()} == {1}


def test_a_slice_whose_loss_is_not_finite_prevents_the_step(monkeypatch, capsys):
    def nan_at_the_end(y, Z):
        value, dZ = softmax_cross_entropy(y, Z)
        return (np.nan if len(y) == 1 else value), dZ

    monkeypatch.setattr(_speed, "SLICE", 3)  # 10 examples are 3, 3, 3 and 1
    net = network()
    history = run(net, loss=nan_at_the_end)
    assert_same(net, network())
    assert history.loss == [] and "diverged after 0 of 3" in capsys.readouterr().out


class Pairs:
    """A layer of one's own: adds neighbours, so that there are half as many outputs."""

    params, grads = {}, {}

    def forward(self, X):
        return X[:, ::2] + X[:, 1::2]

    def backward(self, dZ, *, input_gradient=False):
        return np.repeat(dZ, 2, axis=1)


def test_layers_of_ones_own_may_change_the_number_of_outputs():
    """Their width is not known before they have run: the loss then checks every batch."""
    own, plain = Network([*network(n_out=6).layers, Pairs()]), network()
    plain.layers[2].params = {
        "W": own.layers[2].params["W"].reshape(5, 3, 2).sum(axis=2),
        "b": np.zeros(3),
    }
    history = run(own, batch_size=5, rng=np.random.default_rng(1), validation=(X_val, y_val))
    start = softmax_cross_entropy(y, plain.forward(X))[0]
    assert history.loss[0] == pytest.approx(start, rel=0.05) and history.loss[2] < history.loss[0]
    before = copy.deepcopy(values(own))
    for wrong in ({"y": y + 1}, {"validation": (X_val, y_val + 1)}):
        with pytest.raises(ValueError) as refusal:
            run(own, **wrong)
        says(refusal, "y holds labels from 1", "expected 0 to 2")
        for old, new in zip(before, values(own), strict=True):
            np.testing.assert_array_equal(old, new)


def test_training_makes_no_forward_pass_but_those_of_its_steps():
    net = Network([Watched(4, 3, rng=np.random.default_rng(0))])
    run(net, batch_size=4, rng=np.random.default_rng(1), validation=(X_val, y_val), epochs=2)
    assert net.layers[0].seen == [4, 4, 2, 7] * 2


def test_a_loss_that_wraps_another_is_not_left_out():
    """Its attributes are those of the loss that it wraps; what counts is what it does."""

    @functools.wraps(softmax_cross_entropy)
    def doubled(y, Z):
        value, dZ = softmax_cross_entropy(y, Z)
        return 2 * value, 2 * dZ

    net, other = network(), network()
    twice = run(net, loss=doubled, epochs=1).loss[0]
    assert twice == pytest.approx(2 * run(other, epochs=1, optimizer=SGD(0.2)).loss[0], rel=1e-12)
    for mine, theirs in zip(values(net), values(other), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_losses_of_any_number_type_are_kept_as_numbers_that_can_be_saved():
    def own(y, Z):
        value, dZ = softmax_cross_entropy(y, Z)
        return np.float32(value), dZ

    history = run(network(), loss=own, validation=(X_val, y_val))
    assert History.from_json(history.to_json()) == history


def test_a_full_batch_draws_nothing_and_keeps_the_order():
    seen, rng = [], np.random.default_rng(1)

    def loss(y, Z):
        seen.append(y.copy())
        return softmax_cross_entropy(y, Z)

    before = copy.deepcopy(rng.bit_generator.state)
    run(network(), loss=loss, rng=rng)
    assert rng.bit_generator.state == before
    assert len(seen) == 4  # once to see whether the targets fit, then once an epoch
    for targets in seen:
        np.testing.assert_array_equal(targets, y)


def test_the_same_seed_gives_the_same_history_and_weights():
    runs = []
    for _ in range(2):
        net, rng = network(), np.random.default_rng(5)
        history = run(net, batch_size=3, rng=rng, validation=(X_val, y_val))
        runs.append((net, history))
    assert runs[0][1] == runs[1][1]
    assert_same(runs[0][0], runs[1][0])
    other = run(network(), batch_size=3, rng=np.random.default_rng(6))
    assert other.loss != runs[0][1].loss


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_training_takes_place_in_the_dtype_of_the_data(dtype, batch_size):
    net = network()
    data = frozen(X, dtype), frozen(y)
    history = run(
        net, *data, batch_size=batch_size, rng=np.random.default_rng(1), optimizer=SGD(0.1, 0.9)
    )
    grads = [g for layer in net.layers for g in layer.grads.values()]
    assert {a.dtype for a in values(net) + grads} == {np.dtype(dtype)}
    assert all(type(value) is float for value in history.loss)


def test_whole_numbers_and_lists_are_trained_on_in_float64():
    for X_ in (np.eye(10, 4, dtype=int), np.eye(10, 4, dtype=bool), np.eye(10, 4).tolist()):
        net, other = network(), network()
        assert run(net, X_, y.tolist()) == run(other, np.eye(10, 4))
        assert_same(net, other)
        assert values(net)[0].dtype == np.float64


def test_validation_is_judged_after_the_last_update_of_the_epoch():
    net, expected = network(), []

    def look(net, history):
        expected.append(softmax_cross_entropy(y_val, net.forward(X_val))[0])
        assert history.validation_loss == expected
        assert history.validation_accuracy[-1] == (net.predict(X_val) == y_val).mean()
        assert len(history.loss) == len(expected)

    history = run(
        net,
        validation=[X_val, y_val],
        on_epoch=look,
        batch_size=3,
        rng=np.random.default_rng(1),
        epochs=5,
    )
    assert len(expected) == 5
    assert history.validation_loss[-1] == softmax_cross_entropy(y_val, net.forward(X_val))[0]
    assert all(type(value) is float for value in history.validation_accuracy)
    assert len(set(history.validation_accuracy)) > 1  # else it would prove little


def test_full_batch_losses_are_those_before_each_update():
    net = network()
    history = run(net, validation=(X, y), epochs=4)
    assert history.loss[0] == softmax_cross_entropy(y, network().forward(X))[0]
    assert history.loss[1:] == history.validation_loss[:-1]


def test_one_hot_targets_train_and_are_judged_as_labels_are():
    net, other = network(), network()
    history = run(net, validation=(X_val, y_val))
    assert history == run(other, X, np.eye(3)[y], validation=(X_val, np.eye(3)[y_val]))
    assert_same(net, other)


def test_binary_networks_are_judged_at_a_half():
    net = network(n_out=1)
    history = run(net, X, y == 1, loss=sigmoid_cross_entropy, validation=(X_val, y_val == 1))
    assert history.validation_accuracy[-1] == (net.predict(X_val) == (y_val == 1)).mean()


def test_on_epoch_gets_the_network_and_the_history_once_an_epoch():
    net, calls = network(), []
    history = run(net, on_epoch=lambda *given: calls.append((*given, len(given[1].loss))))
    assert [given[2] for given in calls] == [1, 2, 3]
    assert all(given[0] is net and given[1] is history for given in calls)


def test_a_history_starts_empty_and_without_validation_holds_losses_alone():
    assert History() == History([], [], [], "")
    history = run(network())
    assert len(history.loss) == 3
    assert (history.validation_loss, history.validation_accuracy, history.stopped) == ([], [], "")


def test_training_again_goes_on_where_it_stopped():
    net, other, optimizer = network(), network(), SGD(0.1, momentum=0.9)
    first, second = (run(net, optimizer=optimizer) for _ in range(2))
    assert first.loss + second.loss == run(other, optimizer=SGD(0.1, 0.9), epochs=6).loss
    assert_same(net, other)


# Against scikit-learn


def test_one_neuron_ends_where_logistic_regression_does():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 3))
    y = (rng.random(200) < expit(X @ [1.0, -2.0, 0.5] + 0.3)).astype(int)
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(X, y)
    net = Network([Dense(3, 1, rng=rng)])
    run(net, X, y, loss=sigmoid_cross_entropy, optimizer=SGD(2.0), epochs=1000)
    np.testing.assert_allclose(values(net)[0], theirs.coef_.T, atol=1e-4)
    np.testing.assert_allclose(values(net)[1], theirs.intercept_, atol=1e-4)
    np.testing.assert_array_equal(net.predict(X), theirs.predict(X))
    np.testing.assert_allclose(net.predict_proba(X), theirs.predict_proba(X)[:, 1], atol=1e-4)


def test_softmax_ends_where_multinomial_regression_does():
    rng = np.random.default_rng(4)
    X = rng.normal(size=(300, 2))
    y = (X @ [[1.0, 0, -1], [0.5, -1, 0.5]] + rng.gumbel(size=(300, 3))).argmax(axis=1)
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(X, y)
    net = Network([Dense(2, 3, rng=rng)])
    run(net, X, y, optimizer=SGD(1.0, momentum=0.9), epochs=500)
    W, b = values(net)
    # all logits may move together: what is fixed is their distance from the first class
    np.testing.assert_allclose(W - W[:, :1], (theirs.coef_ - theirs.coef_[0]).T, atol=1e-4)
    np.testing.assert_allclose(b - b[0], theirs.intercept_ - theirs.intercept_[0], atol=1e-4)
    np.testing.assert_allclose(net.predict_proba(X), theirs.predict_proba(X), atol=1e-4)


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_a_hidden_layer_takes_the_steps_of_mlpclassifier(momentum):
    theirs = MLPClassifier(
        (5,),
        activation="tanh",
        solver="sgd",
        alpha=0,
        batch_size=10,
        learning_rate_init=0.3,
        momentum=momentum,
        nesterovs_momentum=False,
        shuffle=False,
    ).partial_fit(X, y, classes=[0, 1, 2])  # draws its weights and takes a step; both are undone
    net = network()
    W1, b1, W2, b2 = values(net)
    for mine, own in zip([W1, W2, b1, b2], theirs.coefs_ + theirs.intercepts_, strict=True):
        own[:] = mine
    for velocity in theirs._optimizer.velocities:
        velocity[:] = 0
    del theirs.loss_curve_[:]
    for _ in range(20):
        theirs.partial_fit(X, y)
    history = run(net, optimizer=SGD(0.3, momentum), epochs=20)
    np.testing.assert_allclose(history.loss, theirs.loss_curve_, rtol=1e-9)
    for mine, own in zip([W1, W2, b1, b2], theirs.coefs_ + theirs.intercepts_, strict=True):
        np.testing.assert_allclose(mine, own, rtol=1e-8, atol=1e-12)


# What stops it


def test_a_loss_that_grows_beyond_bounds_stops_and_is_reported(capsys):
    target, seen = X @ [1.0, 2, 3, 4], []
    net = Network([Dense(4, 1, rng=np.random.default_rng(0))])
    history = run(
        net,
        X,
        target,
        loss=mean_squared_error,
        optimizer=SGD(10),
        epochs=50,
        validation=(X, target),
        on_epoch=lambda network, history: seen.append(history.loss[-1]),
    )
    done = len(history.loss)
    assert 1 < done < 10
    assert history.loss[-1] > DIVERGED * history.loss[0]  # the blow-up is there to be seen
    assert history.loss[-2] <= DIVERGED * max(1, (target**2).mean(), history.loss[0])
    assert np.isfinite(history.loss).all() and history.loss == seen
    assert len(history.validation_loss) == len(history.validation_accuracy) == done
    assert f"Training diverged after {done} of 50 epochs" in history.stopped
    assert "learning rate" in history.stopped and "tenth" in history.stopped
    assert capsys.readouterr().out == history.stopped + "\n"


@pytest.mark.parametrize("zeros, epochs", [(0.1, [0.5, 1e3]), (5, [0.5, 5e3]), (0.1, [7, 7e3])])
def test_a_thousand_times_the_first_batch_or_all_zeros_or_one_is_too_much(zeros, epochs):
    values, outputs = iter([zeros, *epochs, epochs[-1] + 1e-6, 1]), []

    def loss(y, Z):
        outputs.append(Z)
        return next(values), np.zeros_like(Z)

    history = run(network(), loss=loss, epochs=4)
    assert not outputs[0].any() and outputs[1].all()
    assert history.loss == [*epochs, epochs[-1] + 1e-6] and "diverged after 3" in history.stopped


@pytest.mark.parametrize("where", ["training", "validation"])
def test_numbers_that_overflow_stop_and_never_reach_the_history(capsys, where):
    target = X @ [1.0, 2, 3, 4]
    net = Network([Dense(4, 4, rng=np.random.default_rng(0)), Dense(4, 1, rng=rng)])
    arguments = {"batch_size": 1, "rng": np.random.default_rng(0)} if where == "training" else {}
    if where == "validation":
        arguments["validation"] = (X, target)
    rate = {"training": 10, "validation": 1e80}[where]
    history = run(
        net, X, target, loss=mean_squared_error, optimizer=SGD(rate), epochs=9, **arguments
    )
    assert history.loss == history.validation_loss == history.validation_accuracy == []
    assert "Training diverged after 0 of 9 epochs" in capsys.readouterr().out
    with pytest.raises(ValueError, match="diverged"):
        for _ in range(3):
            net.predict(X * 1e300)


def test_a_loss_of_ones_own_that_gives_nan_stops_as_well(capsys):
    def naive(y, Z):
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return -np.log(P[range(len(y)), y]).mean(), (P - np.eye(3)[y]) / len(y)

    net = network()
    net.layers[2].params["W"] *= 1e5
    history = run(net, loss=naive)
    assert history.loss == []
    assert "diverged after 0 of 3" in capsys.readouterr().out


def test_small_batches_at_a_huge_rate_are_noticed(capsys):
    # softmax alone never overflows: its gradient is bounded, but its loss goes through the roof
    net = network()
    history = run(net, X * 100, y, optimizer=SGD(1e4), batch_size=2, rng=rng, epochs=5)
    assert "diverged" in history.stopped and len(history.loss) < 5
    assert "diverged" in capsys.readouterr().out


def test_a_bad_start_or_one_easy_batch_is_not_taken_for_divergence(capsys):
    net = network()
    net.layers[2].params["W"] *= 1e5  # the loss starts high and falls
    history = run(net, epochs=20, optimizer=SGD(1.0))
    assert history.loss[0] > DIVERGED and history.stopped == ""
    net = Network([Dense(4, 1, rng=np.random.default_rng(0))])
    target = np.zeros(10)
    target[int(np.random.default_rng(1).permutation(10)[-1])] = 1e3  # comes last
    history = run(
        net,
        X * 1e-3,
        target,
        loss=mean_squared_error,
        batch_size=1,
        rng=np.random.default_rng(1),
        epochs=1,
    )
    assert history.loss[0] > DIVERGED and history.stopped == ""
    assert "diverged" not in capsys.readouterr().out


def test_a_network_that_has_diverged_is_not_trained_again():
    """No rate is to blame for that: its weights were no numbers when it came."""
    net = network()
    net.layers[2].params["W"][:] = np.inf
    with pytest.raises(ValueError) as refusal:
        run(net)
    says(refusal, "the network's W holds 15 NaN or infinite values", "Make the network anew")


def test_an_interruption_with_patience_leaves_the_best_weights_and_says_so(capsys):
    """The loss on other data rises from the second epoch on; the stop button comes after it."""
    net, after = network(), []

    def stop(network, history):
        after.append(network.values())
        if len(after) == 4:
            raise KeyboardInterrupt

    opposite = X, (np.asarray(y) + 1) % 3
    history = run(net, epochs=9, patience=8, validation=opposite, on_epoch=stop)
    best = int(np.argmin(history.validation_loss))
    assert best < 3
    for mine, kept in zip(values(net), after[best], strict=True):
        np.testing.assert_array_equal(mine, kept)
    assert "the network keeps its best weights" in capsys.readouterr().out


def weighted(y, Z):
    """Squared errors, each with a weight of its own: `y` holds target, weight and a number."""
    difference = y[:, 1:2] * (Z - y[:, :1])
    return float((difference * (Z - y[:, :1])).mean()), 2 * difference / Z.size


@pytest.mark.parametrize("kind", ["loss", "derivative", "layer", "rate"])
def test_what_is_of_ones_own_is_not_in_the_way_of_a_training(kind):
    """A look at a step, and the remark at the end, take what they understand."""
    rng = np.random.default_rng(3)
    loss, y, hidden, optimizer = mean_squared_error, X[:, 0], Tanh(), SGD(1e-3)
    if kind == "loss":
        loss, y = weighted, np.c_[X[:, :1], np.ones((len(X), 1)), np.zeros((len(X), 1))]
    if kind == "derivative":
        hidden = Activation(lambda Z: Z, lambda Z: 1)
    if kind == "layer":
        hidden = Doubling()
    if kind == "rate":
        optimizer = TwoRates()
    net = Network([Dense(4, 5, rng=rng), hidden, Dense(5, 1, rng=rng)])
    history = run(net, y=y, loss=loss, optimizer=optimizer, epochs=25)
    assert len(history.loss) == 25 and history.loss[-1] < history.loss[0]


class Doubling:
    """A layer of one's own, which remembers its input under a name of its own."""

    params, grads = {}, {}

    def forward(self, z):
        self.z = z
        return 2 * z

    def f_grad(self, z):
        return np.full_like(z, 2)

    def backward(self, dA, *, input_gradient=False):
        return 2 * dA


class TwoRates:
    """An optimiser of one's own, with a rate for weights and one for biases."""

    def __init__(self):
        self.learning_rate = {"W": 1e-3, "b": 1e-4}

    def step(self, network):
        for layer, name in network.parameters():
            layer.params[name] -= self.learning_rate[name] * layer.grads[name]


class Still:
    """An optimiser that changes nothing."""

    def step(self, network):
        """Leave everything as it is."""


def test_a_loss_is_the_mean_of_the_examples_that_came():
    """Where batches of one's own leave some out, these do not count as 0."""
    net = network()
    expected, _ = softmax_cross_entropy(y[:6], net.forward(X[:6]))

    def first_six(X, y, batch_size, rng):
        return [(X[:4], y[:4]), (X[4:6], y[4:6])]

    chance = np.random.default_rng(0)
    history = run(net, batch_size=4, rng=chance, batches=first_six, optimizer=Still(), epochs=1)
    assert history.loss == pytest.approx([expected], rel=1e-12)


@pytest.mark.parametrize(
    ("batches", "parts"),
    [
        (lambda X, y, size, rng: None, ("batches gave None", "(X_batch, y_batch)")),
        (lambda X, y, size, rng: [], ("batches gave no batch",)),
        (lambda X, y, size, rng: [(X[:5], y[:4])], ("4 targets", "5 examples")),
        (lambda X, y, size, rng: [(X[:3], y[0])], ("shape (3,)", "y[start : start + batch_size]")),
    ],
)
@pytest.mark.parametrize("epochs", [0, 1])
def test_batches_of_ones_own_that_do_not_fit_are_refused(batches, parts, epochs):
    """Also in an epoch of which no step is looked at."""
    drawn, arguments = (
        iter([minibatches] * epochs),
        dict(batch_size=2, rng=np.random.default_rng(0)),
    )

    def mixed(*arguments):
        return next(drawn, batches)(*arguments)

    with pytest.raises(ValueError) as refusal:
        run(network(), batches=mixed, **arguments)
    says(refusal, *parts)


def test_augmentation_in_place_leaves_the_data_alone():
    """In a full batch, too, which is no copy."""
    mine = X.copy()

    def louder(X, rng):
        X += rng.normal(size=X.shape)
        return X

    run(network(), X=mine, augment=louder, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(mine, X)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda run: run([Dense(4, 3, rng=rng)]), ("network is of type list", "Network([…])")),
        (lambda run: run(network(), loss=lambda y, Z: 1.0), ("loss gave 1.0", "two results")),
        (
            lambda run: run(network(1), y=y > 1, loss=lambda y, Z: (1.0, Z[:, 0])),
            ("a gradient of shape (10,)", "that of the outputs, (10, 1)"),
        ),
        (
            lambda run: run(
                Network([Dense(4, 3, rng=rng, init=lambda i, o, r: np.full((i, o), np.nan))])
            ),
            ("what init gave holds 12 NaN",),
        ),
    ],
)
def test_what_cannot_train_is_refused(change, parts):
    with pytest.raises(ValueError) as refusal:
        change(run)
    says(refusal, *parts)


def test_the_range_test_refuses_what_training_refuses():
    chance = np.random.default_rng(0)
    arguments = dict(loss=softmax_cross_entropy, batch_size=4, rng=chance)
    with pytest.raises(ValueError, match="expected an object with step"):
        range_test(network(), X, y, optimizer=SGD, **arguments)
    net = network()
    net.layers[0].params["W"][0, 0] = np.nan
    with pytest.raises(ValueError, match="The loss of the first batch is not finite"):
        range_test(net, X, y, optimizer=SGD(0.1), **arguments)


def interrupting(step):
    """The softmax loss, with the stop button pressed in its step-th call from the loop."""
    calls = -1  # the first call sees whether the targets fit

    def loss(y, Z):
        nonlocal calls
        calls += 1
        if calls == step:
            raise KeyboardInterrupt
        return softmax_cross_entropy(y, Z)

    return loss


def test_an_interruption_keeps_weights_and_history_so_far_and_says_so(capsys):
    # 10 examples in batches of 4: three steps an epoch, stopped in the second step of the third
    net, other = network(), network()
    arguments = {"batch_size": 4, "epochs": 9}
    history = run(net, loss=interrupting(8), rng=np.random.default_rng(1), **arguments)
    assert "Interrupted after 2 of 9 epochs" in history.stopped
    assert "keeps its weights" in history.stopped
    assert capsys.readouterr().out == history.stopped + "\n"
    rng = np.random.default_rng(1)
    full = run(other, rng=rng, batch_size=4, epochs=2)
    assert history.loss == full.loss
    X_batch, y_batch = next(minibatches(X, y, 4, rng))
    other.backward(softmax_cross_entropy(y_batch, other.forward(X_batch))[1])
    SGD(0.1).step(other)
    assert_same(net, other)


@pytest.mark.parametrize("epoch", [1, 3])
def test_an_interruption_by_on_epoch_keeps_the_epoch_it_came_after(capsys, epoch):
    net, other = network(), network()

    def stop(network, history):
        if len(history.loss) == epoch:
            raise KeyboardInterrupt

    history = run(net, on_epoch=stop)
    assert history.loss == run(other, epochs=epoch).loss
    assert_same(net, other)
    assert f"Interrupted after {epoch} of 3 epochs" in capsys.readouterr().out


def test_an_interruption_during_validation_leaves_whole_epochs(capsys):
    # two checks, then a training and a validation loss each epoch: the second epoch's validation
    history = run(network(), loss=interrupting(5), validation=(X_val, y_val))
    assert (
        len(history.loss) == len(history.validation_loss) == len(history.validation_accuracy) == 1
    )
    assert "Interrupted after 1 of 3" in capsys.readouterr().out


def test_other_errors_come_through():
    def fail(network, history):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        run(network(), on_epoch=fail)


# What it shows


def test_quick_runs_show_nothing(capsys):
    run(network(), batch_size=2, rng=np.random.default_rng(0), validation=(X, y))
    assert capsys.readouterr() == ("", "")


@pytest.mark.long
def test_slow_runs_show_a_bar_with_loss_and_accuracy(capsys):
    run(network(), epochs=4, validation=(X, y), on_epoch=lambda *_: time.sleep(0.7))
    shown = capsys.readouterr().err
    assert "epoch 4 of 4" in shown and "loss=" in shown and "accuracy=" in shown
    assert "40.0/40.0" in shown and " images/s" in shown  # 4 epochs of 10 examples


@pytest.mark.parametrize("switched_off", [False, True])
def test_the_bar_waits_two_seconds_and_counts_images(monkeypatch, switched_off):
    shown = []
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    if switched_off:
        monkeypatch.setenv("TQDM_DISABLE", "1")

    class Bar:
        def __init__(self, **arguments):
            shown.append(arguments)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            shown.append("closed")

        def set_postfix(self, postfix, refresh):
            shown.append((postfix, refresh))

        def set_description(self, text, refresh):
            shown.append((text, refresh))

        def update(self, images):
            shown.append(images)

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    batches = dict(batch_size=4, rng=np.random.default_rng(0))
    history = run(network(), epochs=1, validation=(X, y), **batches)
    assert (shown[0]["total"], shown[0]["delay"], shown[0]["disable"]) == (10, 2, switched_off)
    assert shown[1:5] == [("epoch 1 of 1", False), 4, 4, 2]
    accuracy = f"{100 * history.validation_accuracy[0]:.2f}%"
    assert shown[5:] == [
        ({"loss": f"{history.loss[0]:.4f}", "accuracy": accuracy}, False),
        "closed",
    ]


# What it refuses


def nan_at(A, index, value=np.nan):
    A = np.array(A, dtype=float)
    A[index] = value
    return A


REFUSED = [
    ({"X": X[:, :3]}, ["X has shape (10, 3)", "expected (m, 4)"]),
    ({"X": X[0]}, ["X has shape (4,)", "X.reshape(1, -1)"]),
    ({"X": np.ones((4, 10))}, ["X has shape (4, 10)", "X.T"]),
    ({"X": np.ones((10, 2, 2))}, ["(10, 2, 2)", "X.reshape(len(X), -1)"]),
    ({"X": np.full((10, 4), 255, np.uint8)}, ["whole numbers", "X / 255"]),
    ({"X": nan_at(X, (2, 2))}, ["X holds 1 NaN or infinite value"]),
    ({"X": nan_at(X, (2, 2), np.inf)}, ["X holds 1 NaN or infinite value"]),
    ({"X": np.ones((0, 4)), "y": y[:0]}, ["X has shape (0, 4)", "at least one example"]),
    ({"X": X[:9]}, ["y has shape (10,)", "each of the 9 examples in X", "same split"]),
    ({"X": X.astype(str)}, ["X has dtype", "text"]),
    ({"y": 1}, ["y has shape ()", "each of the 10 examples"]),
    ({"y": y[:, None]}, ["y has shape (10, 1)", "expected (10,)", "y.ravel()"]),
    ({"y": y[None]}, ["y has shape (1, 10)", "one target for each"]),
    ({"y": y.astype(float)}, ["y has dtype float64", "y.astype(int)"]),
    ({"y": y - 1}, ["y holds labels from -1", "expected 0 to 2"]),
    ({"y": y + 1}, ["to 3", "expected 0 to 2", "start at 1"]),
    ({"y": y.astype(str)}, ["y has dtype", "expected numbers"]),
    ({"y": np.eye(4)[y]}, ["y has shape (10, 4)", "expected (10, 3)"]),
    ({"y": nan_at(np.eye(3)[y], (1, 1))}, ["y holds 1 NaN or infinite value"]),
    ({"y": nan_at(y, 1, np.inf)}, ["y holds 1 NaN or infinite value"]),
    ({"y": np.ones((10, 0))}, ["y has shape (10, 0)"]),
    ({"loss": sigmoid_cross_entropy}, ["Z has shape (10, 3)", "softmax_cross_entropy"]),
    ({"loss": mean_squared_error}, ["y has shape (10,)", "expected (10, 3)", "one-hot"]),
    ({"loss": "softmax"}, ["loss is 'softmax'", "expected a function", "softmax_cross_entropy"]),
    ({"optimizer": 0.1}, ["optimizer is 0.1", "step(network)", "SGD(learning_rate=0.1)"]),
    ({"optimizer": SGD}, ["optimizer is <class", "SGD(learning_rate=0.1)"]),
    ({"on_epoch": 3}, ["on_epoch is 3", "expected a function of (network, history)"]),
    ({"epochs": 0}, ["epochs is 0", "whole number of at least 1"]),
    ({"epochs": 2.5}, ["epochs is 2.5"]),
    ({"epochs": True}, ["epochs is True"]),
    ({"batch_size": 11}, ["batch_size is 11", "at most 10", "batch_size=None"]),
    ({"batch_size": 0}, ["batch_size is 0"]),
    ({"batch_size": 2.0}, ["batch_size is 2.0"]),
    ({"batch_size": 2, "rng": None}, ["rng is None", "Generator", "rng=np.random.default_rng(0)"]),
    ({"batch_size": 2, "rng": 0}, ["rng is 0", "rng=np.random.default_rng(0)"]),
    ({"smallest_gradient": "0.1"}, ["smallest_gradient is '0.1'", "at least 0"]),
    ({"smallest_gradient": -1}, ["smallest_gradient is -1", "at least 0"]),
    ({"validation": 0.1}, ["validation is of type float", "(X_validation, y_validation)"]),
    ({"validation": X_val}, ["validation is of type ndarray", "pair"]),
    ({"validation": (X_val,)}, ["validation is of type tuple", "missing"]),
    ({"validation": (X_val[:, :3], y_val)}, ["validation[0] has shape (7, 3)", "(m, 4)"]),
    ({"validation": (X_val, y_val[:6])}, ["validation[1] has shape (6,)", "validation[0]"]),
    ({"validation": (nan_at(X_val, 0), y_val)}, ["validation[0] holds 4 NaN"]),
    ({"validation": (X_val, nan_at(y_val, 0))}, ["validation[1] holds 1 NaN"]),
    ({"validation": (X_val, y_val + 1)}, ["In validation, y holds labels", "0 to 2"]),
    ({"validation": (X_val, y_val[:, None])}, ["In validation, y has shape (7, 1)", "ravel"]),
]


@pytest.mark.parametrize(("arguments", "parts"), REFUSED)
def test_arguments_that_do_not_fit_are_refused_and_nothing_is_changed(arguments, parts):
    # float32 data, so that even a change of dtype would show
    net, rng, optimizer = network(), np.random.default_rng(1), SGD(0.1, 0.9)
    before, state = copy.deepcopy(net), copy.deepcopy(rng.bit_generator.state)
    given = {"X": X.astype(np.float32), "y": y, "rng": rng, "optimizer": optimizer} | arguments
    with pytest.raises((ValueError, TypeError)) as refusal:
        run(net, **given)
    says(refusal, *parts)
    assert_same(net, before)
    assert rng.bit_generator.state == state
    assert optimizer.memory == {} and all(layer.grads == {} for layer in net.layers)


@pytest.mark.parametrize(
    ("targets", "span"),
    [(y, "from 0 to 2"), (2 * (y > 0) - 1, "from -1 to 1"), ((y > 0) + 1, "from 1 to 2")],
)
def test_binary_training_refuses_labels_other_than_zero_and_one(targets, span):
    with pytest.raises(ValueError) as refusal:
        run(network(n_out=1), X, targets, loss=sigmoid_cross_entropy)
    says(refusal, "y holds values", span, "expected 0 or 1", "Did you mean (y ==")


def test_a_network_of_relu_learns_what_no_line_separates():
    rng = np.random.default_rng(2)
    X = rng.uniform(-1, 1, (200, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    net = Network([Dense(2, 16, rng=rng), ReLU(), Dense(16, 2, rng=rng)])
    run(net, X, y, optimizer=SGD(0.2, momentum=0.9), epochs=60, batch_size=20, rng=rng)
    assert (net.predict(X) == y).mean() > 0.95


# The penalty


def test_the_penalty_pulls_weights_and_leaves_biases_alone():
    """One step with and without: they differ by rate times strength times W, in weights only."""
    free, held, before = network(), network(), network()
    histories = [run(free, epochs=1), run(held, epochs=1, l2=0.7)]
    for without, with_l2, start in zip(free.layers, held.layers, before.layers, strict=True):
        for name in start.params:
            pull = 0.1 * 0.7 * start.params[name] if name == "W" else 0.0
            expected = without.params[name] - pull
            np.testing.assert_allclose(with_l2.params[name], expected, rtol=0, atol=1e-14)
    assert histories[0].loss == histories[1].loss, "the history counts the loss without it"


def test_ridge_regression_ends_where_scikit_learn_ends():
    """Logistic regression with a penalty: C of scikit-learn is 1 / (m λ)."""
    target = (y == 1).astype(float)
    neuron = Network([Dense(4, 1, rng=np.random.default_rng(0))])
    run(neuron, y=target, loss=sigmoid_cross_entropy, optimizer=SGD(1.0), epochs=3000, l2=0.05)
    ridge = LogisticRegression(C=1 / (len(X) * 0.05), tol=1e-10, max_iter=1000).fit(X, target)
    np.testing.assert_allclose(neuron.layers[0].params["W"][:, 0], ridge.coef_[0], atol=1e-6)
    np.testing.assert_allclose(neuron.layers[0].params["b"], ridge.intercept_, atol=1e-6)


def test_float32_stays_float32_with_a_penalty():
    net = network()
    run(net, X=X.astype(np.float32), l2=0.1)
    assert {value.dtype for value in values(net)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("l2", [-0.1, np.nan, np.inf, "0.1", None])
def test_a_penalty_that_is_none_is_refused(l2):
    net, before = network(), network()
    with pytest.raises(ValueError) as refusal:
        run(net, l2=l2)
    says(refusal, "l2 is", "0 or more")
    assert_same(net, before)


# Schedules, augmentation, early stopping


def test_the_schedule_is_asked_before_each_step():
    """Two batches an epoch: the rates of six steps, and the weights of a hand-made loop."""
    asked, net, by_hand = [], network(), network()

    def schedule(step):
        asked.append(step)
        return step_decay(0.4, 0.5, 2)(step)

    run(net, schedule=schedule, batch_size=5, rng=np.random.default_rng(1))
    assert asked == list(range(6))
    rng, step = np.random.default_rng(1), 0
    for _ in range(3):
        for X_batch, y_batch in minibatches(X, y, 5, rng):
            _, dZ = softmax_cross_entropy(y_batch, by_hand.forward(X_batch))
            by_hand.backward(dZ)
            SGD(0.4 * 0.5 ** (step // 2)).step(by_hand)
            step += 1
    assert_same(net, by_hand)


def test_augmentation_changes_what_is_learned_and_not_the_data():
    seen = []

    def shift(X_batch, rng):
        seen.append(X_batch.copy())
        return X_batch + rng.normal(size=X_batch.shape)

    net, plain, before = network(), network(), X.copy()
    run(net, augment=shift, rng=np.random.default_rng(1))
    run(plain)
    assert len(seen) == 3 and all(np.array_equal(batch, X) for batch in seen)
    np.testing.assert_array_equal(X, before)
    assert any((a != b).any() for a, b in zip(values(net), values(plain), strict=True))


@pytest.mark.parametrize(
    ("losses", "patience", "stop"),
    [
        ([], 1, False),
        ([3.0], 1, False),
        ([3.0, 2.0, 2.5], 1, True),
        ([3.0, 2.0, 2.5], 2, False),
        ([3.0, 2.0, 2.5, 2.4], 2, True),
        ([3.0, 2.0, 2.0], 1, True),  # no lower one
        ([3.0, 2.0, 2.5, 1.9], 2, False),
        ([1.0, 2.0, 3.0, 0.5], 1, False),
    ],
)
def test_patience_counts_epochs_since_the_best(losses, patience, stop):
    assert should_stop(losses, patience) is stop


def test_early_stopping_leaves_the_weights_of_the_best_epoch(capsys):
    """Far too high a rate on few examples makes the validation loss rise again."""
    kept, net = [], network()

    def keep(network, history):
        kept.append([value.copy() for value in values(network)])

    recipe = dict(validation=(X_val, y_val), optimizer=SGD(0.5), epochs=500)
    history = run(net, patience=5, on_epoch=keep, **recipe)
    best = int(np.argmin(history.validation_loss))
    assert len(history.loss) == best + 1 + 5 < 500
    assert f"Stopped early after {best + 6} of 500 epochs: 5 in a row" in capsys.readouterr().out
    for value, then in zip(values(net), kept[best], strict=True):
        np.testing.assert_array_equal(value, then)
    Z = net.forward(X_val)
    assert np.isclose(softmax_cross_entropy(y_val, Z)[0], min(history.validation_loss))
    best_of_few, twin = network(), network()
    history = run(best_of_few, patience=499, **(recipe | {"epochs": 30}))
    assert not history.stopped and np.argmin(history.validation_loss) < 29
    run(twin, **(recipe | {"epochs": int(np.argmin(history.validation_loss)) + 1}))
    assert_same(best_of_few, twin)


def test_a_small_gradient_ends_training(capsys):
    target = (y == 1).astype(float)
    neuron = Network([Dense(4, 1, rng=np.random.default_rng(0))])
    recipe = dict(loss=sigmoid_cross_entropy, optimizer=SGD(1.0), epochs=9999, l2=0.1)
    history = run(neuron, y=target, smallest_gradient=1e-5, **recipe)
    assert 10 < len(history.loss) < 9999
    assert "gradient's norm fell below 1e-05" in capsys.readouterr().out
    assert gradient_norm(neuron) < 1e-5
    grads = [g.ravel() for g in neuron.layers[0].grads.values()]
    assert np.isclose(gradient_norm(neuron), np.linalg.norm(np.concatenate(grads)))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"schedule": 0.1}, "schedule is 0.1; expected a function of the step"),
        ({"augment": "shift"}, "augment is 'shift'; expected a function"),
        ({"patience": 3}, "patience needs validation"),
        ({"patience": 0, "validation": (X_val, y_val)}, "patience is 0"),
    ],
)
def test_what_cannot_be_followed_is_refused(arguments, words):
    with pytest.raises(ValueError) as refusal:
        run(network(), **arguments)
    says(refusal, words)


def test_augmentation_without_a_generator_is_refused():
    with pytest.raises(TypeError) as refusal:
        run(network(), augment=lambda X, rng: X)
    says(refusal, "rng is None")


# The history on paper, and going on with it


def test_a_history_survives_as_json():
    net, batches = network(), dict(batch_size=3, rng=np.random.default_rng(0))
    history = run(net, validation=(X_val, y_val), epochs=3, **batches)
    assert History.from_json(history.to_json()) == history
    assert json.loads(history.to_json())["loss"] == history.loss


def test_a_history_is_shown_as_a_table():
    history = History([0.51234, 0.25, 0.125], [0.6, 0.5, 0.25], [0.5, 0.75, 0.875], "Stopped.")
    assert history.table() == (
        "epoch  loss    validation  accuracy\n"
        "    1  0.5123      0.6000    50.00%\n"
        "    2  0.2500      0.5000    75.00%\n"
        "    3  0.1250      0.2500    87.50%\n"
        "Stopped."
    )
    assert [line[:5].strip() for line in history.table(every=2).splitlines()[1:3]] == ["2", "3"]
    assert History([1.0]).table() == "epoch  loss\n    1  1.0000"
    with pytest.raises(ValueError) as refusal:
        history.table(0)
    says(refusal, "every is 0")


def test_training_goes_on_with_the_history_and_leaves_it_as_it_was():
    one, other, rates = network(), network(), []
    recipe = dict(validation=(X_val, y_val), batch_size=4)
    whole = run(
        one, epochs=5, rng=np.random.default_rng(1), **recipe, schedule=step_decay(0.1, 0.5, 4)
    )

    def noted(step):
        rates.append(step)
        return step_decay(0.1, 0.5, 4)(step)

    rng = np.random.default_rng(1)
    first = run(other, epochs=2, rng=rng, **recipe, schedule=noted)
    kept = copy.deepcopy(first)
    both = run(other, epochs=3, rng=rng, **recipe, schedule=noted, history=first)
    assert_same(one, other)
    assert both == whole and first == kept and rates == list(range(15))


def test_the_best_weights_of_another_network_are_refused():
    history = run(network(), validation=(X_val, y_val), patience=3)
    other = Network([Dense(4, 3, rng=np.random.default_rng(0))])
    with pytest.raises(ValueError) as refusal:
        run(other, validation=(X_val, y_val), patience=3, history=history)
    says(refusal, "other layers", "history=None")


@pytest.mark.parametrize("history", ["yesterday", History([1.0]), SimpleNamespace(loss=[])])
def test_a_history_that_does_not_fit_is_refused(history):
    with pytest.raises(ValueError) as refusal:
        run(network(), validation=(X_val, y_val), history=history)
    says(refusal, "history is", "validation data now as then")


# The learning-rate range test


def ranged(net, **arguments):
    defaults = dict(loss=softmax_cross_entropy, optimizer=SGD(1.0), batch_size=4)
    defaults |= dict(rng=np.random.default_rng(3), low=0.001, high=1000.0, steps=60)
    return range_test(net, X, y, **(defaults | arguments))


def test_the_range_test_is_training_at_a_rising_rate():
    net = network()
    rates, losses = ranged(net, steps=5, high=1.0)
    np.testing.assert_allclose(rates, np.geomspace(0.001, 1.0, 5))
    other, rng, optimizer = network(), np.random.default_rng(3), SGD(1.0)
    batches = [b for _ in range(2) for b in minibatches(X, y, 4, rng)][:5]
    for (X_batch, y_batch), rate, noted in zip(batches, rates, losses, strict=True):
        value, dZ = softmax_cross_entropy(y_batch, other.forward(X_batch))
        other.backward(dZ)
        optimizer.learning_rate = rate
        optimizer.step(other)
        assert value == noted
    assert_same(net, network())  # the original has not moved


def test_the_range_test_leaves_the_optimizers_memory_alone():
    net, optimizer = network(), SGD(0.1, momentum=0.9)
    run(net, optimizer=optimizer, epochs=2)
    before, memory = copy.deepcopy(net), copy.deepcopy(dict(optimizer.memory))
    ranged(net, optimizer=optimizer, steps=10)
    assert_same(net, before)
    assert optimizer.learning_rate == 0.1 and len(optimizer.memory) == len(memory) > 0
    for now, then in zip(optimizer.memory.values(), memory.values(), strict=True):
        np.testing.assert_array_equal(now["v"], then["v"])


def test_the_range_test_ends_where_training_diverges():
    line = Network([Dense(4, 1, rng=np.random.default_rng(0))])
    target = X[:, :1] * 2
    recipe = dict(loss=mean_squared_error, optimizer=SGD(1.0), batch_size=10)
    rates, losses = range_test(
        line,
        X,
        target.ravel(),
        **recipe,
        rng=np.random.default_rng(0),
        low=0.01,
        high=1e9,
        steps=90,
    )
    assert len(rates) == len(losses) < 90 and np.isfinite(losses).all()
    assert losses[-1] > 100 * losses.min() and losses.min() < losses[0] / 2


def test_the_range_test_stays_in_the_dtype_of_the_data():
    net = network()
    range_test(
        net, X.astype(np.float32), y, loss=softmax_cross_entropy, optimizer=SGD(1.0),
        batch_size=4, rng=np.random.default_rng(0), steps=3,
    )  # fmt: skip
    assert {value.dtype for value in values(net)} == {np.dtype("float64")}


def test_batches_of_ones_own_take_the_place_of_the_librarys():
    """What they yield is what the network sees; the same ones give the same network."""
    X, y = np.random.default_rng(0).normal(size=(10, 2)), np.arange(10) % 2
    seen = []

    def own(X, y, batch_size, rng):
        for batch in minibatches(X, y, batch_size, rng):
            seen.append(len(batch[0]))
            yield batch

    weights = []
    for batches in (own, minibatches):
        network = Network([Dense(2, 1, rng=np.random.default_rng(0))])
        recipe = dict(loss=sigmoid_cross_entropy, optimizer=SGD(0.1), epochs=2, batch_size=4)
        train(network, X, y, **recipe, rng=np.random.default_rng(1), batches=batches)
        weights.append(network.layers[0].params["W"])
    assert seen == [4, 4, 2, 4, 4, 2]
    np.testing.assert_array_equal(*weights)
    with pytest.raises((ValueError, TypeError), match=r"batches.*of \(X, y, batch_size, rng\)"):
        train(network, X, y, **recipe, rng=np.random.default_rng(1), batches=5)
