"""Optimisers: updates against formulas and scikit-learn, and the door."""

import copy

import numpy as np
import pytest
from autograd.misc.optimizers import rmsprop
from reference import says
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from course_lib import _speed
from course_lib.layers import Dense, Tanh
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam, Optimizer, RMSProp


def network(seed=0, widths=(3, 4, 2)):
    rng = np.random.default_rng(seed)
    n_in, n_hidden, n_out = widths
    return Network([Dense(n_in, n_hidden, rng=rng), Tanh(), Dense(n_hidden, n_out, rng=rng)])


def set_gradients(network, rng, dtype=np.float64):
    for layer in network.layers:
        layer.grads = {k: rng.normal(size=v.shape).astype(dtype) for k, v in layer.params.items()}


def values(network):
    return [value for layer in network.layers for value in layer.params.values()]


def gradients(network):
    return [value for layer in network.layers for value in layer.grads.values()]


@pytest.mark.parametrize("momentum", [0, 0.5, 0.9])
def test_updates_are_those_of_scikit_learn(momentum):
    ours, rng = network(), np.random.default_rng(1)
    theirs = copy.deepcopy(values(ours))
    reference = SGDOptimizer(theirs, learning_rate_init=0.1, momentum=momentum, nesterov=False)
    optimizer = SGD(0.1, momentum=momentum)
    for _ in range(5):
        set_gradients(ours, rng)
        reference.update_params(theirs, gradients(ours))
        optimizer.step(ours)
        for mine, other in zip(values(ours), theirs, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-13, atol=1e-15)


def test_momentum_sums_past_gradients_with_falling_weights():
    net, rng = network(), np.random.default_rng(1)
    start, past, optimizer = copy.deepcopy(values(net)), [], SGD(0.3, 0.8)
    for _ in range(4):
        set_gradients(net, rng)
        past.append(gradients(net))
        optimizer.step(net)
    # the update at step t is -η Σ βˢ dW(t - s), and the weights have moved by the sum of these
    for i, value in enumerate(values(net)):
        moves = [sum(0.8 ** (t - s) * past[s][i] for s in range(t + 1)) for t in range(4)]
        np.testing.assert_allclose(value, start[i] - 0.3 * sum(moves), rtol=1e-12)


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_parameters_change_in_place_and_gradients_do_not(momentum):
    net, optimizer = network().astype(np.float32), SGD(np.float64(0.1), np.float64(momentum))
    held = values(net)
    for _ in range(3):
        set_gradients(net, np.random.default_rng(1), np.float32)
        before = copy.deepcopy(gradients(net))
        optimizer.step(net)
        for mine, now in zip(held, values(net), strict=True):
            assert mine is now and now.dtype == np.float32
        for old, new in zip(before, gradients(net), strict=True):
            np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    "make", [lambda: SGD(0.1), lambda: SGD(0.1, 0.9, nesterov=True), RMSProp, Adam]
)
def test_blocks_change_nothing(monkeypatch, make):
    one, other = (network(widths=(402, 400, 2)).astype(np.float32) for _ in range(2))
    rng, in_blocks, at_once = np.random.default_rng(1), make(), make()
    for _ in range(3):
        set_gradients(one, rng, np.float32)
        for layer, twin in zip(one.layers, other.layers, strict=True):
            twin.grads = layer.grads
        in_blocks.step(one)
        with monkeypatch.context() as patch:
            patch.setattr(_speed, "BLOCK", 10**9)
            at_once.step(other)
    for mine, theirs in zip(values(one), values(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for (layer, name), (twin, _) in zip(one.parameters(), other.parameters(), strict=True):
        remembered, whole = in_blocks.memory[layer, name], at_once.memory[twin, name]
        assert remembered.keys() == whole.keys()
        for key, value in whole.items():
            np.testing.assert_array_equal(remembered[key], value)


@pytest.mark.parametrize("shape", [(1,), (7,), (35,), (1, 20), (5, 3), (4, 8), (41, 2)])
def test_blocks_are_all_rows_once_and_small(monkeypatch, shape):
    monkeypatch.setattr(_speed, "BLOCK", 8)
    value, gradient, seen = np.zeros(shape), np.arange(1.0, np.prod(shape) + 1).reshape(shape), []

    def update(gradient, memory):
        seen.append(gradient.copy())
        return gradient

    _speed.update_in_blocks(value, update, gradient, {})
    np.testing.assert_array_equal(value, gradient)
    np.testing.assert_array_equal(np.concatenate(seen), gradient)
    assert all(part.size < 16 or len(part) == 1 for part in seen)
    assert len(seen) > 1 or value.size < 16 or len(value) == 1


def test_plain_descent_remembers_nothing():
    net, optimizer = network(), SGD(0.1)
    set_gradients(net, np.random.default_rng(1))
    optimizer.step(net)
    assert not any(optimizer.memory.values())
    assert (optimizer.learning_rate, optimizer.momentum) == (0.1, 0)


@pytest.mark.parametrize("widths", [(3, 4, 2), (3, 4, 1), (3, 1, 4)])
def test_a_second_network_starts_at_rest(widths):
    # the first one's velocities would fit, or broadcast
    optimizer, first = SGD(0.1, momentum=0.9), network()
    for net in (first, second := network(2, widths)):
        set_gradients(net, np.random.default_rng(1))
        before = copy.deepcopy(values(net))
        optimizer.step(net)
    for old, new, gradient in zip(before, values(second), gradients(second), strict=True):
        np.testing.assert_allclose(new, old - 0.1 * gradient, rtol=1e-13)


@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "0.1", None, True, [0.1], 1j])
def test_learning_rates_that_are_none_are_refused(rate):
    with pytest.raises(ValueError) as refusal:
        SGD(rate)
    says(refusal, f"learning_rate is {rate!r}", "expected a number above 0", "climb the loss")


@pytest.mark.parametrize("momentum", [1, 1.5, -0.1, np.nan, "0.9", None, True])
def test_momenta_that_never_slow_down_are_refused(momentum):
    with pytest.raises(ValueError) as refusal:
        SGD(0.1, momentum=momentum)
    says(refusal, f"momentum is {momentum!r}", "from 0 to below 1", "0.9")


def test_numbers_of_any_kind_are_taken():
    optimizer = SGD(np.float32(0.5), momentum=np.float32(0.5))
    assert (optimizer.learning_rate, optimizer.momentum) == (0.5, 0.5)
    assert type(optimizer.learning_rate) is type(optimizer.momentum) is float
    assert SGD(1).learning_rate == 1
    assert SGD(1e-300, momentum=0.999).momentum == 0.999


@pytest.mark.parametrize("names", [{}, {"w": "W", "b": "b"}], ids=["none", "misnamed"])
def test_a_step_before_backward_is_refused_and_changes_nothing(names):
    net = network()
    set_gradients(net, np.random.default_rng(1))
    there = net.layers[2].grads
    net.layers[2].grads = {wrong: there[name] for wrong, name in names.items()}
    before = copy.deepcopy(values(net))
    with pytest.raises(ValueError) as refusal:
        SGD(0.1).step(net)
    says(refusal, "layer 2 has no gradients yet", "network.backward(dZ)")
    for old, new in zip(before, values(net), strict=True):
        np.testing.assert_array_equal(old, new)


def assert_steps_agree(ours, theirs, optimizer, reference, steps=100):
    """Feed the same gradients to both, and compare the weights after each step."""
    rng = np.random.default_rng(1)
    for _ in range(steps):
        set_gradients(ours, rng)
        reference.update_params(theirs, gradients(ours))
        optimizer.step(ours)
        for mine, other in zip(values(ours), theirs, strict=True):
            np.testing.assert_allclose(mine, other, rtol=0, atol=1e-12)


def test_nesterov_is_that_of_scikit_learn():
    ours = network()
    theirs = copy.deepcopy(values(ours))
    reference = SGDOptimizer(theirs, learning_rate_init=0.1, momentum=0.9, nesterov=True)
    assert_steps_agree(ours, theirs, SGD(0.1, momentum=0.9, nesterov=True), reference)


def test_adam_is_that_of_scikit_learn():
    """scikit-learn adds ε before the correction; with ε at 1e-15 the two places are one."""
    ours = network()
    theirs = copy.deepcopy(values(ours))
    settings = dict(beta_1=0.8, beta_2=0.99, epsilon=1e-15)
    reference = AdamOptimizer(theirs, learning_rate_init=0.01, **settings)
    assert_steps_agree(ours, theirs, Adam(0.01, beta1=0.8, beta2=0.99, eps=1e-15), reference)


def test_adams_first_step_is_the_learning_rate_whatever_the_gradient():
    """Both corrections at t = 1 undo the averaging, and ε stands outside of the root."""
    net, eps = network(), 0.5
    set_gradients(net, np.random.default_rng(1))
    before = copy.deepcopy(values(net))
    Adam(0.01, eps=eps).step(net)
    for old, new, g in zip(before, values(net), gradients(net), strict=True):
        np.testing.assert_allclose(new, old - 0.01 * g / (np.abs(g) + eps), rtol=1e-12)


def test_rmsprop_is_that_of_autograd():
    """Which starts its mean squares at 1, so ours start there too."""
    net, optimizer = network(), RMSProp(0.01, decay=0.8, eps=1e-3)
    drawn = [np.random.default_rng(seed) for seed in range(100)]
    start = np.concatenate([v.ravel() for v in values(net)])
    steps = [rng.normal(size=start.size) for rng in drawn]
    theirs = rmsprop(lambda x, i: steps[i], start, None, 100, 0.01, 0.8, 1e-3)
    for layer in net.layers:
        for name, value in layer.params.items():
            optimizer.memory[layer, name]["s"] = np.ones_like(value)
    for step in steps:
        at = 0
        for layer in net.layers:
            layer.grads = {}
            for name, value in layer.params.items():
                layer.grads[name] = step[at : at + value.size].reshape(value.shape)
                at += value.size
        optimizer.step(net)
    np.testing.assert_allclose(
        np.concatenate([v.ravel() for v in values(net)]), theirs, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("make", [lambda: SGD(0.1, 0.9, nesterov=True), RMSProp, Adam])
def test_float32_stays_float32_and_another_network_starts_anew(make):
    optimizer, alone = make(), make()
    first, second, twin = (network().astype(np.float32) for _ in range(3))
    for net in (first, second, twin):
        set_gradients(net, np.random.default_rng(1), np.float32)
    for _ in range(3):
        optimizer.step(first)
    optimizer.step(second)
    alone.step(twin)
    for value, other in zip(values(second), values(twin), strict=True):
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, other)
    arrays = [a for memory in optimizer.memory.values() for a in memory.values() if np.ndim(a)]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RMSProp(0.1, decay=1), "decay is 1"),
        (lambda: RMSProp(0.1, eps=0), "eps is 0"),
        (lambda: Adam(0.1, beta1=-0.1), "beta1 is -0.1"),
        (lambda: Adam(0.1, beta2=True), "beta2 is True"),
        (lambda: SGD(0.1, nesterov=True), "expected momentum to look ahead by"),
    ],
)
def test_settings_that_are_none_are_refused(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    says(refusal, words)


def test_an_update_of_ones_own_sees_the_whole_gradient():
    """A step of length 1, however many weights there are: no block is scaled by itself."""

    class Unit(Optimizer):
        def update(self, gradient, memory):
            return gradient / np.linalg.norm(gradient)

    layer = Dense(784, 400, rng=np.random.default_rng(0))
    layer.grads = {name: np.ones_like(value) for name, value in layer.params.items()}
    before = layer.params["W"].copy()
    Unit(0.1).step(Network([layer]))
    assert np.linalg.norm(layer.params["W"] - before) == pytest.approx(1)
