"""The doctor: what it names, what it leaves alone, and that it only reads."""

import copy
import json
import sys
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import ROOT
from reference import frozen, says
from samples import sampled

from course_lib import _watch, plots
from course_lib.activations import relu, sigmoid, softmax, tanh
from course_lib.checkpoint import load, save
from course_lib.doctor import FINDINGS, Log, build, diagnose
from course_lib.doctor.chart import Chart, kind_of
from course_lib.history import History
from course_lib.layers import Activation, Dense, LeakyReLU, ReLU, Sigmoid, Tanh, he
from course_lib.losses import mean_squared_error, sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam
from course_lib.toys import circles
from course_lib.training import loss_and_gradients, train

SLUGS = (
    *("inputs-unscaled", "inputs-not-finite", "inputs-constant", "labels-out-of-step"),
    *("labels-one-class", "labels-off-by-one", "sorted-by-class", "validation-overlaps-training"),
    *("initial-loss-off", "weights-equal", "weights-too-large", "weights-too-small"),
    *("no-nonlinearity", "output-squashed", "loss-does-not-fit", "wrong-gradient"),
    *("vanishing-gradients", "exploding-gradients", "units-dead", "units-saturated"),
    *("rate-too-high", "rate-too-low", "diverged", "stopped-too-early", "over-fitting"),
    *("under-fitting", "penalty-too-strong", "batches-all-alike", "metric-misleads"),
)
rng = np.random.default_rng(2)
X, y = (frozen(A) for A in circles(400, rng))


def network(*layers, seed=0, n_in=2, units=8):
    rng = np.random.default_rng(seed)
    layers = layers or (Tanh(),)
    return Network([Dense(n_in, units, rng=rng), *layers, Dense(units, 1, rng=rng)])


def trained(net, X=X, y=y, optimizer=None, **options):
    optimizer = optimizer or Adam(0.01)
    terms = dict(loss=sigmoid_cross_entropy, epochs=60, batch_size=32, optimizer=optimizer)
    history = train(net, X, y, **terms | {"rng": np.random.default_rng(1)} | options)
    return dict(network=net, X=X, y=y, loss=terms["loss"], optimizer=optimizer, history=history)


def states(text, *words):
    assert not [word for word in words if word not in text], text


def slugs(sick):
    sick = dict(sick)
    arrays = sick.pop("network"), sick.pop("X"), sick.pop("y")
    return [finding.slug for finding in diagnose(*arrays, **sick).findings]


@pytest.fixture(scope="module")
def healthy():
    return trained(network())


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield __import__("bench_doctor")
    sys.path.remove(str(ROOT / "benchmarks"))


def test_every_finding_that_was_promised_has_a_function_and_states_its_source():
    assert {find.__name__.replace("_", "-") for find in FINDINGS} == set(SLUGS)
    assert len(FINDINGS) == len(SLUGS) == 29
    for find in FINDINGS:
        assert "Source:" in find.__doc__, find


@pytest.mark.parametrize("slug", sampled(SLUGS, test=3, quick=30))
def test_a_planted_fault_is_named(bench, slug):
    kind = "images of zeros" if slug in ("metric-misleads", "stopped-too-early") else "toy"
    found = slugs(bench.case((slug,), kind, 103))
    assert slug in found[:3], found


def test_nothing_is_found_in_a_healthy_training(healthy):
    assert slugs(healthy) == []
    del healthy["network"].layers[0].grads["W"]  # what backward left behind is not needed
    assert slugs(healthy | {"history": None, "optimizer": None}) == []


def test_nothing_is_found_in_a_network_before_its_training():
    for layers in ((Tanh(),), (ReLU(),), (Sigmoid(),)):
        arrays = network(*layers), X, y
        assert diagnose(*arrays, loss=sigmoid_cross_entropy).healthy


@pytest.mark.long
def test_nothing_is_found_in_healthy_trainings_of_many_kinds(bench):
    found = {k: slugs(bench.case((), bench.KINDS[k % 3], 200 + k // 3)) for k in range(12)}
    assert {k: f for k, f in found.items() if f} == {}


def test_it_only_reads(healthy):
    kept = copy.deepcopy(healthy)
    slugs(healthy)
    for name in ("X", "y"):
        np.testing.assert_array_equal(healthy[name], kept[name])
    for a, b in zip(healthy["network"].values(), kept["network"].values(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert healthy["history"] == kept["history"]
    assert healthy["history"].looks == kept["history"].looks
    assert healthy["optimizer"].learning_rate == kept["optimizer"].learning_rate
    memories = zip(
        healthy["optimizer"].memory.values(), kept["optimizer"].memory.values(), strict=True
    )
    for one, other in memories:
        assert {k: str(v) for k, v in one.items()} == {k: str(v) for k, v in other.items()}


@pytest.mark.slow
def test_the_same_case_gets_the_same_report(healthy):
    sick = dict(healthy, X=100 * X)
    assert slugs(sick) == slugs(sick)
    assert slugs(sick)[0] == "inputs-unscaled"


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("name", ["W", "b"])
def test_a_wrong_gradient_is_named_with_its_layer_and_parameter(place, name):
    class Wrong(Dense):
        def backward(self, dZ, *, input_gradient=False):
            dX = super().backward(dZ, input_gradient=input_gradient)
            self.grads[name] = 1.05 * self.grads[name]
            return dX

    rng = np.random.default_rng(0)
    kinds = [Wrong if k == place else Dense for k in (0, 2, 4)]
    net = Network(
        [kinds[0](2, 6, rng=rng), ReLU(), kinds[1](6, 6, rng=rng), Tanh(), kinds[2](6, 1, rng=rng)]
    )
    first = diagnose(net, X, y, loss=sigmoid_cross_entropy).findings[0]
    assert first.slug == "wrong-gradient"
    states(first.sentence, f"Layer {place} (Wrong)", f"of {name}")


@pytest.mark.parametrize(
    "wrong", [lambda Z: np.ones_like(Z), lambda Z: 1 - tanh(Z), lambda Z: 1 / np.cosh(Z)]
)
def test_a_wrong_derivative_of_an_activation_is_named_with_its_layer(wrong):
    finding = diagnose(network(Activation(tanh, wrong)), X, y, loss=sigmoid_cross_entropy)
    assert finding.findings[0].slug == "wrong-gradient"
    states(finding.findings[0].sentence, "Layer 1", "tanh", "of its input")


def test_a_loss_whose_gradient_is_not_its_derivative_is_named():
    def loss(y, Z):
        value, dZ = sigmoid_cross_entropy(y, Z)
        return value, dZ * len(Z)

    finding = diagnose(network(), X, y, loss=loss).findings[0]
    assert finding.slug == "wrong-gradient" and "The loss" in finding.sentence


def test_a_layer_that_draws_is_not_taken_for_a_wrong_one():
    class Dropout:
        params, grads = {}, {}

        def __init__(self):
            self.rng = np.random.default_rng(0)

        def forward(self, A):
            self.mask = self.rng.random(A.shape) < 0.8
            return A * self.mask / 0.8

        def backward(self, dA, *, input_gradient=False):
            return dA * self.mask / 0.8

    assert "wrong-gradient" not in [
        finding.slug
        for finding in diagnose(
            network(Tanh(), Dropout()), X, y, loss=sigmoid_cross_entropy
        ).findings
    ]


@pytest.mark.parametrize(
    ("loss", "kind"),
    [
        (softmax_cross_entropy, "softmax"),
        (sigmoid_cross_entropy, "sigmoid"),
        (mean_squared_error, "squared"),
        (lambda y, Z: sigmoid_cross_entropy(y, Z), "sigmoid"),
        (lambda y, Z: (3 * softmax_cross_entropy(y, Z)[0], Z), "softmax"),
        (lambda y, Z: (float(np.abs(Z).mean()), np.sign(Z) / Z.size), "other"),
    ],
)
def test_a_loss_is_known_by_what_it_returns(loss, kind):
    assert kind_of(loss) == kind


def test_two_faults_are_both_named(healthy):
    net = network(Activation(lambda Z: 2 * Z, lambda Z: np.full_like(Z, 2)))
    found = slugs(trained(net, 50 * X, y, epochs=5))
    assert {"inputs-unscaled", "no-nonlinearity"} <= set(found)


def test_labels_whose_network_knows_other_examples_are_not_out_of_step():
    few, taught = X[:60], np.where(np.random.default_rng(0).random(60) < 0.4, 1 - y[:60], y[:60])
    untold = Network([Dense(2, 1, rng=np.random.default_rng(0))])
    case = dict(network=untold, X=few, y=taught, loss=sigmoid_cross_entropy)
    assert "labels-out-of-step" in slugs(case | {"validation": (X[60:], y[60:])})
    knows = trained(network())["network"]
    assert "labels-out-of-step" not in slugs(
        case | {"network": knows, "validation": (X[60:], y[60:])}
    )
    # What it has by heart tells nothing.
    assert "labels-out-of-step" in slugs(case | {"network": knows, "validation": (few, y[:60])})


@pytest.mark.parametrize(("leaps", "named"), [(5, False), (6, True)])
def test_a_loss_that_leaps_again_and_again_has_too_high_a_rate(healthy, leaps, named):
    history = healthy["history"].copy()
    for k in range(leaps):  # once it is low; that of a constant answer is ln 2
        history.loss[-20 + 3 * k] = history.loss[-21 + 3 * k] + 0.15
    found = slugs(healthy | {"history": history})
    assert ("rate-too-high" in found) == named


@pytest.mark.parametrize(("m", "batch_size"), [(400, None), (400, 40), (2400, 40), (1900, 1900)])
def test_one_step_in_fifty_is_looked_at_or_one_an_epoch(m, batch_size):
    net = Network([Dense(2, 1, rng=np.random.default_rng(0))])
    X_, y_ = np.resize(X, (m, 2)), np.resize(y, m)
    looks = trained(net, X_, y_, batch_size=batch_size)["history"].looks
    steps = -(-m // (batch_size or m))
    apart = {1: 50, 10: 5, 60: 1}[steps]  # epochs
    assert [look["epoch"] for look in looks] == [*range(0, 60, apart)]


def test_a_table_says_on_which_seeds_it_stands_and_whether_it_is_the_whole(bench):
    tasks = bench.tasks(bench.JUDGED, bench.HEALTHY)
    whole = [(task, list(task[0]), 0.1) for task in tasks]
    states(bench.header(whole), "none of these cases")
    assert "partial" not in bench.header(whole)
    some = [((("diverged",), "toy", seed), ["diverged"], 0.1) for seed in (0, 1, 2, 999)]
    states(
        bench.report(some), "seeds 0 to 2, 999", "3 of these", f"4 cases were run, of {len(tasks)}"
    )
    assert "diverged" not in bench.header(some) and "units-dead" in bench.header(some)


# Faults as a stranger would plant them


def first(*arrays, **options):
    """Return the first finding's slug, or nothing."""
    options = {"loss": sigmoid_cross_entropy} | options
    return next((f.slug for f in diagnose(*arrays, **options).findings), "")


def waves(m=200, noise=0.0, turns=1):
    rng = np.random.default_rng(5)
    x = rng.uniform(-3, 3, (m, 1))
    return x, np.sin(turns * x[:, 0]) + noise * rng.normal(0, 1, m)


@pytest.mark.parametrize(
    ("X_", "word"),
    [(X * [1, 1e-3], "unlike each other"), (X / 1000, "too small"), (X + 100, "too large")],
)
def test_unscaled_inputs_are_large_small_or_unlike(X_, word):
    finding = diagnose(network(), X_, y, loss=sigmoid_cross_entropy).findings[0]
    assert finding.slug == "inputs-unscaled" and word in finding.sentence


def test_no_input_is_finite_or_one_of_the_validation_is_not():
    found = diagnose(network(), X * np.nan, y, loss=sigmoid_cross_entropy)
    assert [f.slug for f in found.findings] == ["inputs-not-finite"]
    X_ = X[:50].copy()
    X_[3, 1] = np.inf
    assert first(network(), X, y, validation=(X_, y[:50])) == "inputs-not-finite"


def test_weights_outputs_and_losses_that_are_not_finite_stop_nothing():
    net = network()
    net.layers[0].params["W"][:] = np.nan
    assert first(net, X, y) == "diverged"
    assert first(network(), X, y, history=History(loss=[0.7, np.nan])) == "diverged"
    nan = lambda y, Z: (np.nan, Z * np.nan)  # noqa: E731
    assert first(network(), X, y, loss=nan) == "loss-does-not-fit"
    text = lambda y, Z: "not a pair"  # noqa: E731
    assert first(network(), X, y, loss=text) == "loss-does-not-fit"


def test_constant_columns_and_rows_are_found_and_a_column_of_ones_is_a_bias():
    still, ones = (np.column_stack([X, np.full(len(X), v)]) for v in (0.3, 1.0))
    assert first(network(n_in=3), still, y) == "inputs-constant"
    assert first(network(n_in=3), ones, y) == ""
    assert first(network(), np.tile(X[:1], (400, 1)), y) == "inputs-constant"


@pytest.mark.parametrize(
    ("labels", "n_out", "named"),
    [
        (np.arange(400) % 4 + 1, 4, True),
        (np.arange(400) % 4 + 1, 5, True),
        (np.arange(400) % 4 - 1, 4, True),
        (np.arange(400) % 4, 4, False),
        (np.arange(400) % 10 + 1, 11, True),
    ],
)
def test_labels_that_count_from_one_or_minus_one_are_named(labels, n_out, named):
    net = Network([Dense(2, n_out, rng=np.random.default_rng(0))])
    assert (first(net, X, labels, loss=softmax_cross_entropy) == "labels-off-by-one") == named


def test_labels_shifted_in_training_alone_are_told_by_the_validation():
    rng = np.random.default_rng(0)
    centres = 2 * np.array([[0, 1], [1, 0], [0, -1], [-1, 0]])
    t = rng.integers(4, size=400)
    X_ = centres[t] + 0.3 * rng.normal(0, 1, (400, 2))
    net = Network([Dense(2, 4, rng=rng)])
    terms = dict(loss=softmax_cross_entropy, optimizer=Adam(0.05), epochs=40)
    sick = trained(net, X_[:300], (t[:300] + 1) % 4, **terms)
    assert slugs(sick | {"loss": softmax_cross_entropy})[:1] != ["labels-off-by-one"]
    sick |= {"loss": softmax_cross_entropy, "validation": (X_[300:], t[300:])}
    assert slugs(sick)[0] == "labels-off-by-one"


@pytest.mark.parametrize("squash", [softmax, sigmoid, tanh, relu])
def test_a_loss_that_squashes_before_it_squashes_is_named(squash):
    def loss(y, Z):
        P = squash(Z)
        value, dP = softmax_cross_entropy(y, P)
        slope = {sigmoid: P * (1 - P), tanh: 1 - P**2, relu: (Z > 0) * 1.0}.get(squash)
        if slope is None:
            return value, P * (dP - (dP * P).sum(axis=1, keepdims=True))
        return value, dP * slope

    net = Network([Dense(2, 2, rng=np.random.default_rng(0))])
    finding = diagnose(net, X, y, loss=loss).findings[0]
    assert finding.slug == "output-squashed" and squash.__name__ in finding.advice
    assert finding.evidence["loss of perfect outputs"] >= 0


def test_squared_error_on_class_numbers_and_targets_out_of_reach_do_not_fit():
    t = np.arange(400) % 5
    assert first(network(), X, t, loss=mean_squared_error) == "loss-does-not-fit"
    net = network()
    net.layers.append(Sigmoid())
    assert first(net, X, 2.0 * y - 1, loss=mean_squared_error) == "loss-does-not-fit"
    assert first(net, X, 1.0 * y, loss=mean_squared_error) == ""
    total = lambda y, Z: [len(Z) * v for v in sigmoid_cross_entropy(y, Z)]  # noqa: E731
    assert first(network(), X, y, loss=total) == "loss-does-not-fit"


def test_units_that_began_equal_are_named_when_they_have_come_apart():
    net = network()
    net.layers[0].params["W"][:] = 0.1
    sick = trained(net)
    assert np.ptp(net.layers[0].params["W"], axis=1).max() > 0.01
    assert slugs(sick)[0] == "weights-equal"


def test_weights_of_one_input_to_many_units_are_small_by_nature():
    x, t = waves()
    for factor, slug in ((1, ""), (1e-3, "weights-too-small")):
        net = network(n_in=1, units=200)
        for layer in net.layers[::2]:
            layer.params["W"] *= factor
        assert first(net, x, t, loss=mean_squared_error) == slug


def test_a_network_whose_own_backward_is_wrong_is_named_as_a_whole():
    class Forgets(Network):
        def backward(self, dZ, **options):
            result = super().backward(dZ, **options)
            self.layers[0].grads["W"] = 0 * self.layers[0].grads["W"]
            return result

    finding = diagnose(Forgets(network().layers), X, y, loss=sigmoid_cross_entropy).findings[0]
    assert finding.slug == "wrong-gradient" and "the network" in finding.sentence


def test_a_gradient_of_another_shape_or_none_is_wrong():
    class Lost(Dense):
        def backward(self, dZ, *, input_gradient=False):
            dX = super().backward(dZ, input_gradient=input_gradient)
            self.grads["b"] = None
            return dX

    rng = np.random.default_rng(0)
    net = Network([Lost(2, 4, rng=rng), Tanh(), Dense(4, 1, rng=rng)])
    assert first(net, X, y) == "wrong-gradient"


def test_a_kink_near_small_values_is_no_wrong_gradient():
    for seed in range(5):
        net = network(LeakyReLU(), seed=seed, units=64)
        for layer in net.layers[::2]:
            layer.params["W"] *= 1e-3
        assert first(net, X, y) == "weights-too-small"


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", [SGD(1e-6), SGD(1e-4), Adam(1e-6)])
def test_a_rate_that_moves_no_weight_by_a_ten_thousandth_is_too_low(optimizer):
    assert slugs(trained(network(), optimizer=optimizer, epochs=20))[0] == "rate-too-low"


def test_a_rate_is_too_low_for_weights_that_are_too_small_as_well():
    net = network()
    for layer in net.layers[::2]:
        layer.params["W"] *= 1e-4
    assert slugs(trained(net, optimizer=SGD(1e-4), epochs=40))[:2] == [
        "weights-too-small", "rate-too-low"
    ]  # fmt: skip


@pytest.mark.slow
def test_too_few_epochs_are_told_from_too_few_units():
    assert slugs(trained(network(units=16), epochs=3)) == ["stopped-too-early"]
    one = Network([Dense(2, 1, rng=np.random.default_rng(0))])
    assert slugs(trained(one, epochs=60)) == ["under-fitting"]


def test_four_points_have_no_neighbours_to_learn_from():
    X_, y_ = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0])
    terms = dict(optimizer=SGD(1.0), epochs=1000, batch_size=None)
    one = Network([Dense(2, 1, rng=np.random.default_rng(0))])
    assert slugs(trained(one, X_, y_, **terms)) == ["under-fitting"]
    assert slugs(trained(network(seed=1), X_, y_, **terms)) == []


@pytest.mark.parametrize(
    ("noise", "turns", "units", "found"), [(0.5, 1, 16, []), (0.0, 2, 0, ["under-fitting"])]
)
def test_noise_in_numbers_is_told_from_a_bad_fit(noise, turns, units, found):
    x, t = waves(400, noise, turns)
    rng = np.random.default_rng(0)
    net = network(n_in=1, units=units) if units else Network([Dense(1, 1, rng=rng)])
    sick = trained(net, x, t, loss=mean_squared_error, epochs=150)
    assert slugs(sick | {"loss": mean_squared_error}) == found


def memorised(history=True):
    rng = np.random.default_rng(0)
    X_ = rng.normal(0, 1, (400, 6))
    right = (X_.sum(axis=1) > 0).astype(int)
    few, taught = X_[:60], np.where(rng.random(60) < 0.2, 1 - right[:60], right[:60])
    others = X_[100:], right[100:]
    net = network(ReLU(), n_in=6, units=64)
    sick = trained(net, few, taught, epochs=200, batch_size=10, validation=others)
    return sick | {"validation": others} | ({} if history else {"history": None})


@pytest.mark.parametrize("history", [True, False])
def test_labels_learned_by_heart_are_over_fitting_and_not_out_of_step(history):
    assert slugs(memorised(history))[0] == "over-fitting"


def test_over_fitting_is_seen_where_the_validation_loss_never_rose():
    sick = memorised()
    loss, _ = sick["loss"](sick["validation"][1], sick["network"].forward(sick["validation"][0]))
    sick["history"] = History(
        loss=[0.6, 0.3, 0.1, 0.01], validation_loss=[loss] * 4, validation_accuracy=[0.7] * 4
    )
    arrays = [sick.pop(name) for name in ("network", "X", "y")]
    found = {f.slug: f for f in diagnose(*arrays, **sick).findings}
    assert "others much less" in found["over-fitting"].sentence


@pytest.mark.parametrize(("rare", "named"), [(6, False), (40, True)])
def test_a_handful_of_a_rare_class_proves_no_labels_out_of_step(rare, named):
    """Six of a hundred can't tell whether labels were shuffled, not even where they were."""
    rng = np.random.default_rng(0)
    t = (np.arange(110) < rare).astype(int)
    X_ = rng.normal(0, 1, (110, 2))  # nothing in it tells the class
    found = slugs(dict(network=network(), X=X_, y=t, loss=sigmoid_cross_entropy))
    assert ("labels-out-of-step" in found) == named


@pytest.mark.parametrize(("end", "named"), [(0.36, False), (0.40, True)])
def test_a_rise_of_a_sixth_is_over_fitting_where_ten_points_fewer_are_right(end, named):
    """Right in training: all; of the others: 84 %, at more than one and a half times the loss."""
    rng = np.random.default_rng(0)
    X_, others = rng.normal(0, 1, (200, 2)), rng.normal(0, 1, (1000, 2))
    net = Network([Dense(2, 1, rng=rng, init=lambda *_: np.array([[4.0], [0]]))])
    t, right = (X_[:, 0] > 0).astype(int), (others[:, 0] + rng.normal(0, 0.55, 1000) > 0) * 1
    history = History(
        loss=[0.6, 0.3, 0.25, 0.2, 0.18, 0.16],
        validation_loss=[0.5, 0.335, 0.35, 0.36, end, end],
        validation_accuracy=[0.84] * 6,
    )
    case = dict(network=net, X=X_, y=t, loss=sigmoid_cross_entropy, history=history)
    assert ("over-fitting" in slugs(case | {"validation": (others, right)})) == named


@pytest.mark.parametrize(
    ("rise", "examples", "best", "named"),
    [(0.13, 1000, None, True), (0.01, 1000, None, False), (0.13, 15, None, False),
     (0.13, 1000, [], False)],
)  # fmt: skip
def test_a_rise_of_the_validation_loss_has_to_be_more_than_chance(rise, examples, best, named):
    rng = np.random.default_rng(0)
    X_, others = rng.normal(0, 1, (200, 2)), rng.normal(0, 1, (examples, 2))
    net = Network([Dense(2, 1, rng=rng, init=lambda *_: np.array([[4.0], [0]]))])
    t, right = (X_[:, 0] > 0).astype(int), (others[:, 0] + rng.normal(0, 0.35, examples) > 0) * 1
    history = History(
        loss=[0.6, 0.3, 0.2, 0.15, 0.1, 0.06],
        validation_loss=[0.5, 0.33, 0.36, 0.38, 0.4, 0.33 + rise],
        validation_accuracy=[0.9] * 6,
        best=best,
    )
    case = dict(network=net, X=X_, y=t, loss=sigmoid_cross_entropy, history=history)
    assert ("over-fitting" in slugs(case | {"validation": (others, right)})) == named


def test_examples_copied_before_a_split_are_an_overlap_where_rows_are_long():
    rng = np.random.default_rng(0)
    for n_in, named in ((30, True), (4, False)):
        A = rng.normal(0, 1, (300, n_in)) if n_in == 30 else rng.integers(0, 3, (300, n_in)) * 1.0
        t = (A.sum(axis=1) > A.sum(axis=1).mean()).astype(int)
        rows = np.concatenate([np.arange(300), rng.choice(np.flatnonzero(t), 150)])
        rows = rng.permutation(rows)
        A, t = A[rows], t[rows]
        found = slugs(dict(network=network(n_in=n_in), X=A[:360], y=t[:360],
                           loss=sigmoid_cross_entropy, validation=(A[360:], t[360:])))  # fmt: skip
        assert ("validation-overlaps-training" in found) == named


def test_small_first_weights_that_did_no_harm_are_let_pass():
    small = lambda n_in, n_out, rng: rng.normal(0, 0.03, (n_in, n_out))  # noqa: E731
    rng = np.random.default_rng(0)
    net = Network([Dense(2, 8, rng=rng, init=small), Tanh(), Dense(8, 1, rng=rng, init=small)])
    above = (X[:, 0] > 0.2 * X[:, 1]).astype(int)  # a line does it, without a long plateau
    assert first(net, X, above) == "weights-too-small"
    assert slugs(trained(net, y=above)) == []


@pytest.mark.slow
def test_a_first_loss_that_he_gives_by_chance_is_let_pass_and_one_of_the_last_layer_is_not():
    rng = np.random.default_rng(0)
    t = rng.integers(3, size=120)
    X_ = rng.normal(0, 1, (120, 4)) + 1.5 * np.eye(4)[t]
    X_ = (X_ - X_.mean(axis=0)) / X_.std(axis=0)
    losses, found = [], []
    for seed in range(40):
        r = np.random.default_rng(seed)
        net = Network([Dense(4, 10, rng=r, init=he), ReLU(), Dense(10, 3, rng=r, init=he)])
        losses.append(softmax_cross_entropy(t, net.forward(X_))[0])
        found += slugs(dict(network=net, X=X_, y=t, loss=softmax_cross_entropy))
    assert max(losses) > np.log(3) + 1.5 and not found
    net.layers[2].params["b"][0] = 5
    sick = dict(network=net, X=X_, y=t, loss=softmax_cross_entropy)
    assert "initial-loss-off" in slugs(sick)
    run = trained(net, X_, t, loss=softmax_cross_entropy, epochs=5)
    assert run["history"].looks[0]["bias"] == 5
    assert "initial-loss-off" in slugs(run | {"loss": softmax_cross_entropy})


@pytest.mark.parametrize(("rate", "slug"), [(0.003, None), (3.0, "diverged")])
def test_large_numbers_to_be_learned_have_large_gradients_which_are_no_fault(rate, slug):
    rng = np.random.default_rng(0)
    X_ = rng.normal(0, 1, (300, 3))
    t = X_ @ [1, 2, -3] + 1
    net = Network([Dense(3, 20, rng=rng, init=he), ReLU(), Dense(20, 1, rng=rng, init=he)])
    sick = trained(net, X_, t, loss=mean_squared_error, optimizer=SGD(rate))
    look = sick["history"].looks[0]
    assert max(np.divide(look["gradients"], look["weights"])) > 5
    assert slugs(sick | {"loss": mean_squared_error})[:1] == ([slug] if slug else [])


@pytest.mark.parametrize("kind", [ReLU, Tanh, Sigmoid])
def test_what_first_weights_leave_of_a_gradient_is_what_backward_measures(kind):
    rng = np.random.default_rng(0)
    small = lambda n_in, n_out, rng: rng.normal(0, 0.5 / np.sqrt(n_in), (n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[200] * 4, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, init=small), kind()]
    net = Network(layers[:-1])
    history = trained(net, optimizer=SGD(1e-9), epochs=1)["history"]
    chart = Chart(net, X, y, sigmoid_cross_entropy, history=history)
    assert 1 / 3 < build.fades(chart) / (chart.deltas[0] / chart.deltas[-1]) < 3


def test_a_deep_network_whose_signals_fade_both_ways_has_vanishing_gradients():
    rng = np.random.default_rng(0)
    small = lambda n_in, n_out, rng: rng.normal(0, 0.4 / np.sqrt(n_in), (n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[16] * 8, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, init=small), ReLU()]
    sick = trained(Network(layers[:-1]), optimizer=SGD(0.1), epochs=10)
    assert slugs(sick)[0] == "vanishing-gradients"


def test_targets_between_0_and_1_cost_their_entropy_and_no_less():
    rng = np.random.default_rng(0)
    A = rng.normal(0, 1, (300, 4))
    soft = sigmoid(A @ rng.normal(0, 0.5, (4, 3)))
    net = Network([Dense(4, 3, rng=rng)])
    sick = trained(net, A, soft, epochs=150)
    chart = Chart(net, A, soft, sigmoid_cross_entropy)
    expected = -(soft * np.log(soft) + (1 - soft) * np.log(1 - soft)).sum(axis=1).mean()
    assert chart.entropy == pytest.approx(expected)
    assert chart.now > 0.6 * chart.constant and slugs(sick) == []


@pytest.mark.parametrize(("spike", "found"), [(1.3, []), (1.5, ["rate-too-high"])])
def test_an_epoch_that_cost_twice_as_much_as_knowing_nothing_asks_for_a_trial(
    healthy, spike, found
):
    history = copy.deepcopy(healthy["history"])
    history.loss[0] = spike  # ln 2 is the constant answer's loss
    history.looks = [look | {"rate": 100.0, "loss": 0.7} for look in history.looks]
    assert slugs(healthy | {"history": history, "optimizer": SGD(100.0)}) == found


def test_batches_of_one_class_do_not_tell_their_order():
    found = slugs(trained(network(), y=np.zeros(400, dtype=int)))
    assert found[0] == "labels-one-class" and "batches-all-alike" not in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "bias", "slug"), [(ReLU, -10, "units-dead"), (Tanh, 8, "units-saturated")]
)
def test_units_off_from_the_start_come_before_the_rate(layer, bias, slug):
    net = network(layer(), units=16)
    net.layers[0].params["b"][:] = bias
    assert slugs(trained(net, optimizer=SGD(0.1), epochs=30))[0] == slug
    untrained = network(layer(), units=16)
    untrained.layers[0].params["b"][:] = bias
    assert first(untrained, X, y) == slug


def test_signals_that_fade_forwards_fade_backwards_too():
    rng = np.random.default_rng(0)
    small = lambda n_in, n_out, rng: rng.normal(0, 0.3 / np.sqrt(n_in), (n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[16] * 8, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, init=small), Tanh()]
    sick = trained(Network(layers[:-1]), optimizer=SGD(0.1), epochs=20)
    assert slugs(sick)[0] == "vanishing-gradients"


@pytest.mark.parametrize(("size", "slug"), [(2.5, "exploding-gradients"), (1.4, "")])
def test_weights_a_little_too_large_add_up_where_layers_are_many(size, slug):
    rng = np.random.default_rng(0)
    init = lambda n_in, n_out, rng: rng.normal(0, size / np.sqrt(n_in), (n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[16] * 6, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, init=init), ReLU()]
    assert first(Network(layers[:-1]), X, y) == slug


def test_a_line_tells_labels_that_no_neighbour_does():
    rng = np.random.default_rng(0)
    X_ = rng.normal(0, 1, (300, 80))
    t = (X_.sum(axis=1) > 0).astype(int)
    assert first(network(n_in=80), X_, t) == ""
    assert first(network(n_in=80), X_, rng.permutation(t)) == "labels-out-of-step"


def test_numbers_are_judged_on_others_without_counting_right_ones():
    x, t = waves(300)
    case = dict(network=network(n_in=1), X=x[:200], y=t[:200], loss=mean_squared_error)
    others = {"validation": (x[200:], t[200:])}
    assert slugs(case | others) == []
    assert slugs(case | others | {"y": np.random.default_rng(0).permutation(t[:200])}) == [
        "labels-out-of-step"
    ]
    sick = trained(*(case[k] for k in ("network", "X", "y")), loss=mean_squared_error, **others)
    assert slugs(sick | others | {"loss": mean_squared_error}) == []


@pytest.mark.parametrize(("times", "found"), [(5, ""), (100, "sorted-by-class")])
def test_few_in_a_row_are_not_sorted_by_class(times, found):
    t = np.repeat([0, 1, 0, 1], times)
    X_ = np.random.default_rng(0).normal(0, 0.5, (len(t), 2)) + 2 * t[:, np.newaxis]
    assert first(network(), X_, t) == found


def test_zeros_everywhere_are_constant_and_not_unscaled_and_hold_no_penalty():
    assert first(network(), 0 * X, y) == "inputs-constant"
    zeros = Network([Dense(2, 1, rng=np.random.default_rng(0), init=lambda *_: np.zeros((2, 1)))])
    found = slugs(dict(network=zeros, X=X, y=y, loss=sigmoid_cross_entropy,
                       history=History(loss=[0.7] * 3)))  # fmt: skip
    assert "penalty-too-strong" not in found and "rate-too-low" not in found


def test_gradients_that_grow_are_named_after_training_too():
    rng = np.random.default_rng(0)
    init = lambda n_in, n_out, rng: rng.normal(0, 3.5 / np.sqrt(n_in), (n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[16] * 6, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng, init=init), ReLU()]
    sick = trained(Network(layers[:-1]), optimizer=SGD(1e-3), epochs=3)
    assert slugs(sick)[0] == "exploding-gradients"


def test_an_empty_network_and_a_gradient_of_another_shape_do_not_fit():
    assert first(Network([Tanh()]), X, y) == "loss-does-not-fit"
    turned = lambda y, Z: (0.5, np.ones((1, len(Z))))  # noqa: E731
    finding = diagnose(network(), X, y, loss=turned).findings[0]
    assert finding.slug == "loss-does-not-fit" and "shape (1, 400)" in finding.advice


def test_a_column_of_labels_is_taken_as_labels():
    own = lambda y, Z: sigmoid_cross_entropy(y.ravel(), Z)  # noqa: E731
    assert first(network(), X, y[:, np.newaxis], loss=own) == ""
    shuffled = np.random.default_rng(0).permutation(y)[:, np.newaxis]
    assert first(network(), X, shuffled, loss=own) == "labels-out-of-step"


def test_a_penalty_that_holds_everything_down_is_named():
    assert slugs(trained(network(), l2=1.0, epochs=20))[0] == "penalty-too-strong"


def test_an_accuracy_of_the_commonest_class_misleads():
    rng = np.random.default_rng(0)
    t = (np.arange(400) % 20 == 0).astype(int)
    X_ = rng.normal(0, 1, (400, 2)) + 1.2 * t[:, np.newaxis]
    sick = trained(network(Sigmoid()), X_, t, optimizer=SGD(0.05), epochs=3)
    assert "metric-misleads" in slugs(sick)[:2]


def test_layers_of_ones_own_and_one_hot_targets_are_measured():
    class Soft:
        def __init__(self):
            self.params, self.grads = {}, {}

        def forward(self, Z):
            self.P = softmax(Z)
            return self.P

        def backward(self, dP, *, input_gradient=True):
            return self.P * (dP - (dP * self.P).sum(axis=1, keepdims=True))

    net = Network([Dense(2, 2, rng=np.random.default_rng(0)), Soft()])
    assert first(net, X, np.eye(2)[y], loss=softmax_cross_entropy) == "output-squashed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"network": "net"}, ("network is of type str", "Network")),
        ({"X": None}, ("X has dtype object", "numbers")),
        ({"X": [[1, 2], [3]]}, ("X has rows of unequal length",)),
        ({"X": X[:1], "y": y[:1]}, ("X has shape (1, 2)", "2 of them")),
        ({"y": 3}, ("y has shape ()", "one target for each")),
        ({"loss": "mse"}, ("loss is 'mse'", "function")),
        ({"loss": 0.3}, ("loss is 0.3", "function")),
        ({"loss": (0.3, X)}, ("loss is a tuple", "without (…)")),
        ({"X": X.reshape(400, 1, 2)}, ("X has shape (400, 1, 2)", "X.reshape(len(X), -1)")),
        ({"X": X[:300].T}, ("X has shape (2, 300)", "X.T")),
        ({"optimizer": SGD}, ("optimizer is <class", "step(network)")),
        ({"optimizer": 0.1}, ("optimizer is 0.1", "step(network)")),
        ({"history": [0.7, 0.6]}, ("history is of type list", "train")),
        ({"validation": X}, ("validation is of type ndarray", "pair")),
        ({"validation": (X, y[:3])}, ("validation[1] has shape (3,)", "validation[0]")),
        ({"validation": (X[:0], y[:0])}, ("validation[0] has shape (0, 2)",)),
        ({"validation": (X[:, :1], y)}, ("validation[0] has shape (400, 1)", "(m, 2)")),
    ],
)
def test_arguments_that_are_no_case_are_refused(change, words):
    case = dict(network=network(), X=X, y=y, loss=sigmoid_cross_entropy) | change
    with pytest.raises(ValueError) as refusal:
        slugs(case)
    says(refusal, *words)


# What a history keeps, and what train says


def test_looks_hold_the_first_loss_and_the_sizes_of_a_step():
    net = network()
    start, before = net.copy(), net.values()
    sick = trained(net, optimizer=SGD(0.5), batch_size=None, epochs=1)
    (look,) = sick["history"].looks
    value = loss_and_gradients(start, sigmoid_cross_entropy, X, y)
    assert look["loss"] == value and look["rate"] == 0.5 and look["rows"] == len(X)
    for k, place in enumerate((0, 2)):
        W, dW = before[2 * k], start.layers[place].grads["W"]
        np.testing.assert_allclose(look["weights"][k], np.sqrt((W**2).sum()))
        np.testing.assert_allclose(look["gradients"][k], np.sqrt((dW**2).sum()))
        np.testing.assert_allclose(
            look["updates"][k], 0.5 * np.sqrt((dW**2).sum()) / np.sqrt((W**2).sum())
        )
    assert look["dead"] == [0.0] and 0 <= look["saturated"][0] < 1


def test_dead_and_saturated_units_are_counted():
    S = np.array([[0.0, 0.2, 0.001], [0.0, 0.0, 0.002]])
    look = _watch.look(0, 1.0, [], [], [], [S], np.zeros(2))
    assert look["dead"] == [1 / 3] and look["saturated"] == [5 / 6]


def test_looking_does_not_change_a_training(monkeypatch):
    looked = network(ReLU())
    one = trained(looked)["history"]
    monkeypatch.setattr(_watch, "due", lambda epoch, run: False)
    other = trained(unseen := network(ReLU()))["history"]
    assert one == other and one.looks and not other.looks
    for a, b in zip(looked.values(), unseen.values(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_was_looked_at_survives_a_checkpoint(tmp_path, healthy):
    history = copy.deepcopy(healthy["history"])
    again = History.from_json(history.to_json())
    assert again.looks == history.looks and json.loads(history.to_json())["looks"]
    path = save(tmp_path / "run", network(), SGD(0.1), np.random.default_rng(0), history)
    assert load(path)[3].looks == history.looks


@pytest.mark.parametrize(
    ("X_", "words"),
    [
        (1e4 * X, ("as large as", "Scale")),
        ((30 * X).astype(np.float16), ("half precision", "float32")),
        (X, ("learning rate", "tenth")),
    ],
)
def test_what_diverges_ends_with_the_likely_cause_and_the_doctor(X_, words, capsys):
    train(network(), X_, y, loss=mean_squared_error, optimizer=SGD(1e4), epochs=40)
    said = capsys.readouterr().out
    states(said, "Training diverged", "diagnose", *words)
    assert ("learning rate" in said) == ("learning rate" in words)


def test_a_training_that_learns_nothing_points_to_the_doctor_and_others_do_not(capsys):
    trained(network(), optimizer=SGD(1e-9), epochs=3)
    states(capsys.readouterr().out, "one answer for all", "diagnose")
    trained(network())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("share", "expected"), [(0.5, np.log(2)), (0.1, 0.325083)])
def test_the_best_constant_answer_costs_the_entropy(share, expected):
    labels = np.arange(1000) < 1000 * share
    assert _watch.constant_loss(sigmoid_cross_entropy, labels, 1) == pytest.approx(expected, 1e-5)
    two = _watch.constant_loss(softmax_cross_entropy, labels.astype(int), 2)
    assert two == pytest.approx(expected, 1e-5)
    variance = share * (1 - share)
    assert _watch.constant_loss(mean_squared_error, labels, 1) == pytest.approx(variance)


# A loop of one's own


def logged(order, batch=20, epochs=4, drop=False):
    net, log, optimizer = network(), Log(), Adam(0.01)
    for epoch in range(epochs):
        rows = order(epoch)
        for start in range(0, len(rows) - (batch - 1 if drop else 0), batch):
            part = rows[start : start + batch]
            value = loss_and_gradients(net, sigmoid_cross_entropy, X[part], y[part])
            W, dW = ([getattr(n, a)["W"] for n in net.layers[::2]] for a in ("params", "grads"))
            log.step(epoch, X[part], y[part], value, W, dW, rate=0.01)
            optimizer.step(net)
    terms = dict(loss=sigmoid_cross_entropy, history=log, optimizer=optimizer)
    return log, [f for f in diagnose(net, X, y, **terms).findings if f.slug.startswith("batches")]


@pytest.mark.slow
def test_a_log_tells_fresh_orders_from_the_same_and_finds_what_is_missing_or_doubled():
    m = len(X)
    log, found = logged(lambda epoch: np.random.default_rng(epoch).permutation(m))
    assert not found and len(log.loss) == 4 and len(log.looks) == 4
    assert log.looks[0]["updates"][0] > 0 and log.looks[0]["rate"] == 0.01
    for order, options, word in (
        (lambda epoch: np.arange(m), {}, "same order"),
        (lambda epoch: np.random.default_rng(epoch).integers(m, size=m), {}, "replacement"),
        (lambda epoch: np.random.default_rng(epoch).permutation(m), {"batch": 30, "drop": True},
         "leaves examples out"),
    ):  # fmt: skip
        _, found = logged(order, **options)
        assert word in found[0].sentence


def own_loop(change=lambda dW: dW, targets=lambda rows: y[rows], biases=True):
    """Train by hand on batches, log it, and return what the doctor says."""
    net, log, rng = network(), Log(), np.random.default_rng(0)
    names = ("W", "b") if biases else ("W",)
    for epoch in range(3):
        order = rng.permutation(len(X))
        for rows in np.split(order, 20):
            value = loss_and_gradients(net, sigmoid_cross_entropy, X[rows], targets(rows))
            for layer in net.layers[::2]:
                layer.grads.update({n: change(g) for n, g in layer.grads.items()})
            parameters = [(n.params[a], n.grads[a]) for n in net.layers[::2] for a in names]
            log.step(epoch, X[rows], targets(rows), value, *zip(*parameters, strict=True))
            SGD(0.1).step(net)
    return diagnose(net, X, y, loss=sigmoid_cross_entropy, history=log).findings


@pytest.mark.parametrize("biases", [True, False])
def test_a_loop_s_own_wrong_gradient_is_named_though_the_network_s_is_right(biases):
    bent = lambda g: g * np.linspace(0.5, 1.5, 8) if g.shape == (2, 8) else g  # noqa: E731
    found = own_loop(bent, biases=biases)[0]
    assert found.slug == "wrong-gradient" and "W in layer 0" in found.sentence
    for fine in (lambda g: g, lambda g: 0.3 * g):  # as it is, and clipped
        assert "wrong-gradient" not in [f.slug for f in own_loop(fine, biases=biases)]


def test_a_loop_that_shuffles_inputs_alone_is_found_though_the_data_are_in_step():
    found = own_loop(targets=lambda rows: y[np.sort(rows)])[0]
    assert found.slug == "labels-out-of-step" and "batches" in found.sentence
    assert "labels-out-of-step" not in [f.slug for f in own_loop()]


@pytest.mark.parametrize("shuffled", [True, False])
def test_batches_of_one_s_own_that_shuffle_inputs_alone_are_found(shuffled):
    def batches(X, y, batch_size, rng):
        order = rng.permutation(len(X))
        for rows in np.split(order, len(X) // batch_size):
            yield X[rows], y[np.sort(rows) if shuffled else rows]

    case = trained(network(), batches=batches, batch_size=20, epochs=4)
    assert ("labels-out-of-step" in slugs(case)[:1]) == shuffled


def test_a_row_that_was_lost_on_the_way_is_found_in_the_part_after_it():
    report = diagnose(network(), np.delete(X, 300, axis=0), y[:-1], loss=sigmoid_cross_entropy)
    assert report.findings[0].slug == "labels-out-of-step"
    told = list(report.findings[0].evidence.values())
    assert max(told[:3]) > 8 and told[3] <= 2.5
    assert "quarter" in report.findings[0].sentence


def test_groups_of_classes_that_follow_each_other_are_sorted():
    rng = np.random.default_rng(0)
    X_6, y_6 = rng.normal(0, 1, (600, 2)), rng.permutation(np.arange(600) % 6)
    order = np.argsort(y_6 // 2, kind="stable")
    net = Network([Dense(2, 6, rng=rng)])
    for rows, expected in ((order, True), (np.arange(600), False)):
        report = diagnose(net, X_6[rows], y_6[rows], loss=softmax_cross_entropy)
        assert ("sorted-by-class" in [f.slug for f in report.findings]) == expected


def test_a_log_can_be_written_down_and_read_again():
    log, _ = logged(lambda epoch: np.arange(len(X)))
    again = Log.from_json(log.to_json())
    assert (again.loss, again.looks, again.seen) == (log.loss, log.looks, log.seen)


def test_a_log_of_all_examples_at_once_has_no_order():
    _, found = logged(lambda epoch: np.arange(len(X)), batch=len(X))
    assert not found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({0: "1"}, ("epoch is '1'", "whole number")),
        ({2: y[:3]}, ("400", "3")),
        ({3: None}, ("loss is None", "number")),
        ({3: [0.7, 0.6]}, ("loss is [0.7, 0.6]", "number")),
        ({5: [np.ones((2, 8))]}, ("weights and gradients", "one gradient for each")),
        ({5: [np.ones((2, 8)), np.ones(8)]}, ("(8, 1)", "(8,)")),
    ],
)
def test_a_log_says_what_it_cannot_note(change, words):
    W = [layer.params["W"] for layer in network().layers[::2]]
    step = [0, X, y, 0.7, W, W]
    Log().step(*step)
    for place, value in change.items():
        step[place] = value
    with pytest.raises(ValueError) as refusal:
        Log().step(*step)
    says(refusal, *words)


@pytest.mark.parametrize("epochs", [[1], [0, 2], [0, 1, 1, 3], [0, 1, 2, 0], [0, 1, 2, 1]], ids=str)
def test_a_log_takes_epochs_from_0_on_one_after_the_other(epochs):
    log, W = Log(), [layer.params["W"] for layer in network().layers[::2]]
    *fine, strange = epochs
    for epoch in fine:
        log.step(epoch, X, y, 0.7, W, W)
    before = log.to_json()
    with pytest.raises(ValueError) as refusal:
        log.step(strange, X, y, 0.7, W, W)
    says(
        refusal, f"epoch is {strange}", f"beside {len(set(fine))} noted", "Did you mean a new Log()"
    )
    assert log.to_json() == before
    assert [len(epoch) // len(X) for epoch in log.seen] == [fine.count(e) for e in sorted({*fine})]


def test_validation_targets_that_the_loss_refuses_are_said(healthy):
    case = healthy | {"validation": (X + 0.1, y + 1)}
    arrays = [case.pop(name) for name in ("network", "X", "y")]
    finding = diagnose(*arrays, **case).findings[0]
    assert finding.slug == "loss-does-not-fit" and "validation" in finding.sentence
    states(finding.advice, "It says: ", "0")


def test_a_log_that_ends_within_its_first_epoch_left_nothing_out():
    _, found = logged(lambda epoch: np.arange(len(X))[:300], epochs=1)
    assert not found
    _, found = logged(lambda epoch: np.arange(len(X))[:390], epochs=1)
    assert "leaves examples out" in found[0].sentence


@pytest.mark.parametrize(("penalty", "found"), [(0.0, []), (0.3, ["penalty-too-strong"])])
def test_a_penalty_of_a_loop_of_ones_own_is_seen_by_its_balance(penalty, found):
    net, log, rate, rng = network(), Log(), 0.3, np.random.default_rng(0)
    for epoch in range(100):
        for part in np.array_split(rng.permutation(len(X)), 20):
            value = loss_and_gradients(net, sigmoid_cross_entropy, X[part], y[part])
            log.step(epoch, X[part], y[part], value, *(
                [getattr(n, a)["W"] for n in net.layers[::2]] for a in ("params", "grads")
            ), rate=rate)  # fmt: skip
            for layer in net.layers[::2]:
                layer.params["W"] -= rate * (layer.grads["W"] + penalty * layer.params["W"])
                layer.params["b"] -= rate * layer.grads["b"]
    assert slugs(dict(network=net, X=X, y=y, loss=sigmoid_cross_entropy, history=log))[:1] == found


@pytest.mark.parametrize(
    ("losses", "slug"),
    [([0.69, 0.6, 0.5, 0.4, 0.3], "stopped-too-early"),
     ([0.69, 0.6, 0.59, 0.58, 0.58], "under-fitting")],
)  # fmt: skip
def test_without_an_optimiser_the_curve_tells_whether_the_loss_was_still_falling(losses, slug):
    case = dict(network=network(), X=X, y=y, loss=sigmoid_cross_entropy)
    assert slugs(case | {"history": History(loss=losses)}) == [slug]


def test_the_picture_shows_what_was_measured(healthy):
    sick = dict(healthy)
    arrays = sick.pop("network"), sick.pop("X"), sick.pop("y")
    panels = diagnose(*arrays, **sick).panels
    _, axes = plt.subplots(1, 4)
    plots.checkup(panels, axes)
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), healthy["history"].loss)
    assert [bar.get_height() for bar in axes[1].patches] == [panels["first"], panels["zeros"]]
    assert panels["first"] == healthy["history"].looks[0]["loss"]
    assert panels["zeros"] == pytest.approx(np.log(2))
    assert len(axes[2].lines[0].get_ydata()) == 4 and len(axes[2].lines[1].get_ydata()) == 2
    plt.close("all")


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (lambda rng: np.random.default_rng(3).permutation(400), "same order"),
        (lambda rng: rng.integers(400, size=400), "replacement"),
        (lambda rng: rng.permutation(400)[:384], "leaves examples out"),
        (lambda rng: rng.permutation(400), ""),
    ],
)
def test_batches_of_ones_own_are_counted_while_train_takes_them(rows, word):
    def batches(X, y, batch_size, rng):
        for part in np.array_split(rows(rng), 13):
            yield X[part], y[part]

    sick = trained(network(), batches=batches)
    arrays = sick.pop("network"), sick.pop("X"), sick.pop("y")
    found = [f for f in diagnose(*arrays, **sick).findings if f.slug == "batches-all-alike"]
    assert [word in finding.sentence for finding in found] == [True] * bool(word)


# The report


def test_a_report_shows_itself_as_a_box_and_as_text():
    report = diagnose(network(), 300 * X, y, loss=sigmoid_cross_entropy)
    assert not report.healthy
    html, text = report._repr_html_(), str(report)
    for part in (report.findings[0].sentence, "inputs-unscaled"):
        assert part in html and part in text
    assert "Nothing found" in str(diagnose(network(), X, y, loss=sigmoid_cross_entropy))


def test_a_report_shows_itself_where_no_rate_is_known():
    leaping = History(loss=[0.2, 0.7] * 4)
    report = diagnose(network(), X, y, loss=sigmoid_cross_entropy, history=leaping)
    assert "rate-too-high" in [finding.slug for finding in report.findings]
    states(str(report), "rate nan", "leapt 4, of 8")
    states(report._repr_html_(), "rate nan")


def test_a_network_without_weights_is_examined():
    found = diagnose(Network([Tanh()]), 1000 * X, y, loss=softmax_cross_entropy).findings
    assert {"inputs-unscaled", "output-squashed"} <= {finding.slug for finding in found}


def test_what_comes_from_outside_is_escaped_in_the_box():
    def loss(y, Z):
        raise ValueError("<script>alert(1)</script>")

    html = diagnose(network(), X, y, loss=loss)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("X_", "y_", "words"),
    [
        (X[:, :1], y, ("X has shape (400, 1)", "(m, 2)")),
        (X, y[:9], ("y has shape (9,)", "400 examples")),
        (X.astype(str), y, ("X has dtype", "numbers")),
    ],
)
def test_what_is_no_case_is_refused(X_, y_, words):
    with pytest.raises(ValueError) as refusal:
        diagnose(network(), X_, y_, loss=sigmoid_cross_entropy)
    says(refusal, *words)


def test_batches_of_ones_own_are_counted_without_a_copy_of_all_images():
    rng = np.random.default_rng(0)
    X, y = rng.random((5 * _watch._speed.SLICE, 784), np.float32), rng.integers(10, size=10_240)
    X[3], y[3] = X[9_999], y[9_999]

    def own(X, y, batch_size, rng):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]

    network = Network([Dense(784, 10, rng=rng)]).astype(np.float32)
    tracemalloc.start()
    try:
        ran = train(network, X, y, loss=softmax_cross_entropy, optimizer=SGD(0.1), epochs=1,
                    batches=own, batch_size=128, rng=rng)  # fmt: skip
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    look = ran.looks[0]
    assert (look["examples"], look["different"], look["paired"]) == (len(X), len(X) - 1, 1)
    assert most < 1.2 * X.nbytes
