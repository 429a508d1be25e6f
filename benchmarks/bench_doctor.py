"""How often does the doctor name what is wrong, and how often what is not? `make bench-doctor`.

Plants each fault in trainings of many kinds (MNIST, Fashion-MNIST, the stand-in and the toys; from
2–1–1 to 784–800–10; three optimisers, float32 and float64), and leaves 100 alone. Thresholds were
chosen on the seeds of CHOSEN; the table counts those of JUDGED, which nobody looked at before.
A table of fewer cases than these says so. With ARGS="--kept FILE" each answer is added to the file
as it comes, and cases that are in it are not run again. Prints Markdown; with ARGS="--save" it also
goes to `results/`; ARGS="--cost" measures the looks, which needs a quiet machine.
"""

import argparse
import contextlib
import copy
import datetime
import io
import json
import os
import time
from collections import Counter, defaultdict
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from course_lib import _watch, activations, losses, toys
from course_lib.data import load_images
from course_lib.doctor import FINDINGS, Log, diagnose
from course_lib.layers import ELU, GELU, Activation, Dense, LeakyReLU, ReLU, Sigmoid, SiLU, Tanh, he
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam, RMSProp
from course_lib.training import loss_and_gradients, train

RESULTS = Path(__file__).parent / "results"
COST = "### What the looks cost"
PAIRED = 25  # trainings with looks and without
# Seeds of the cases that somebody has looked at while choosing or mending a threshold; and others.
CHOSEN = (
    *range(5), 100, 103, 200, 300, *range(700, 707), 800, *range(900, 905), *range(910, 915),
    *range(930, 935), *range(940, 945), *range(950, 955), *range(960, 965),
)  # fmt: skip
JUDGED = range(970, 975)
HEALTHY = 105  # trainings without a fault, of the kinds; the lessons' own recipes come beside
KINDS = ("toy", "images of zeros", "images")  # the quick ones first
ORDER = ("images", "images of zeros", "toy")  # in which seeds count them
SLUGS = tuple(find.__name__.replace("_", "-") for find in FINDINGS)
ACTIVATIONS = {f.__name__: f for f in (Sigmoid, Tanh, ReLU, LeakyReLU, ELU, SiLU, GELU)}


@cache
def images(name):
    """Load a set of images once."""
    return load_images(name, offline=True)


class Plan:
    """A training that goes well, drawn at random; a fault changes it, and `run` carries it out."""

    def __init__(self, kind, seed, **given):
        self.rng = rng = np.random.default_rng([seed, ORDER.index(kind)])
        self.kind, self.batch_size, self.loss = kind, int(rng.choice([32, 64, 100])), None
        self.after, self.l2, self.init = [], 0.0, None
        dtype = rng.choice([np.float32, np.float64])
        if kind == "toy":
            self._toy(rng)
        else:
            self._images(rng)
        vars(self).update(given)
        self.X, self.Xv = self.X.astype(dtype), self.Xv.astype(dtype)
        self.wants_validation = rng.random() < 0.6

    def _toy(self, rng):
        name = str(rng.choice(["circles", "moons", "xor", "spirals", "clouds"]))
        m = int(rng.choice([200, 300, 500]))
        X, y = getattr(toys, name)(m + 150, rng)
        self.X, self.y, self.Xv, self.yv = X[:m], y[:m], X[m:], y[m:]
        width = int(rng.choice([8, 12, 20]))
        self.sizes = [2, 24, 24, 1] if name == "spirals" else [2, width, 1]
        if name == "clouds":
            self.sizes = [[2, 1, 1], [2, 1], [2, 4, 1]][rng.integers(3)]
        self.activation = str(rng.choice(["Tanh", "ReLU", "ELU", "GELU", "SiLU", "LeakyReLU"]))
        if self.sizes == [2, 1, 1]:
            self.activation = "Tanh"
        self.loss, self.batch_size = losses.sigmoid_cross_entropy, int(rng.choice([10, 20]))
        self.epochs = 200 if name == "spirals" else 100
        self.optimizer = [Adam(0.02), RMSProp(0.01), SGD(0.3, momentum=0.9)][rng.integers(3)]
        if name in ("circles", "moons") and rng.random() < 0.3:  # as in lesson 2
            self.batch_size, self.epochs, self.optimizer = None, 400, SGD(1.0)

    def _images(self, rng):
        name = str(rng.choice(["mnist", "fashion-mnist", "digits"]))
        if self.kind == "images of zeros" and name == "fashion-mnist":
            name = "mnist"
        data, m = images(name), int(rng.choice([700, 1000, 1400]))
        m = min(m, len(data.X_train) - 300)
        rows = rng.permutation(len(data.X_train))[: m + 300]
        self.X, self.Xv = data.X_train[rows[:m]], data.X_train[rows[m:]]
        self.y, self.yv = data.y_train[rows[:m]], data.y_train[rows[m:]]
        hidden = [[16], [32], [64], [128], [64, 32], []][rng.integers(6)]
        if self.kind == "images of zeros":
            self.y, self.yv = (self.y == 0).astype(int), (self.yv == 0).astype(int)
        self.sizes = [784, *hidden, 10 if self.kind == "images" else 1]
        self.activation = str(rng.choice(list(ACTIVATIONS)))
        softmax = self.kind == "images"
        self.loss = losses.softmax_cross_entropy if softmax else losses.sigmoid_cross_entropy
        self.optimizer = [Adam(0.003), RMSProp(0.002), SGD(0.1, momentum=0.9)][rng.integers(3)]
        self.epochs = 14

    def build(self):
        """Return the network."""
        init = self.init or (he if self.activation in ("ReLU", "LeakyReLU", "GELU") else None)
        layers, options = [], {"rng": self.rng} | ({"init": init} if init else {})
        for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False):
            layers += [Dense(n_in, n_out, **options), self.hidden()]
        network = Network(layers[:-1])
        for change in self.after:
            change(network)
        return network

    def hidden(self):
        """Return a hidden activation."""
        made = ACTIVATIONS.get(self.activation, self.activation)
        return made()

    def run(self):
        """Train, where `train` lets it; return the arguments of `diagnose`."""
        network = self.build()
        validation = (self.Xv, self.yv) if self.wants_validation else None
        history = None
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(ValueError):
            history = self.train(network, validation)
        return dict(
            network=network, X=self.X, y=self.y, loss=self.loss, optimizer=self.optimizer,
            history=history, validation=validation,
        )  # fmt: skip

    def train(self, network, validation):
        """Train with the library."""
        return train(
            network, self.X, self.y, loss=self.loss, optimizer=self.optimizer, epochs=self.epochs,
            batch_size=self.batch_size, rng=self.rng, l2=self.l2, validation=validation,
        )  # fmt: skip

    def variety(self, k):
        """Turn a healthy plan into another kind of healthy plan, by number."""
        if self.kind == "images" and k % 4 == 1:  # one yes or no for each class
            self.y, self.yv = np.eye(10)[self.y], np.eye(10)[self.yv]
            self.loss = losses.sigmoid_cross_entropy
        if self.kind == "images" and k % 4 == 2 and len(self.sizes) > 2:  # least squares
            self.y, self.yv = np.eye(10)[self.y], np.eye(10)[self.yv]
            self.loss, self.optimizer = losses.mean_squared_error, Adam(0.002)
            self.activation, self.epochs = "Tanh", 15
            if k % 8 == 2:
                self.after.append(lambda network: network.layers.append(Sigmoid()))
        if self.kind == "images" and k % 5 == 3:  # standardised by column
            mean, std = self.X.mean(axis=0), self.X.std(axis=0) + 1e-3
            self.X, self.Xv = (self.X - mean) / std, (self.Xv - mean) / std
        if self.kind == "toy" and k % 4 == 1:  # numbers in place of classes
            at = lambda X: np.sin(2 * X[:, 0]) + X[:, 1] ** 2  # noqa: E731
            self.y, self.yv = at(self.X), at(self.Xv)
            self.loss, self.sizes, self.epochs = losses.mean_squared_error, [2, 20, 1], 150
            self.optimizer, self.activation, self.batch_size = Adam(0.01), "Tanh", 32
        if self.kind == "images" and k % 9 == 4:  # the largest
            self.sizes, self.epochs, self.optimizer = [784, 800, 10], 5, Adam(0.001)
        return self


class _Fault(dict):
    """Fault by slug; each takes a plan and a number, and changes the plan."""

    def __call__(self, function):
        self[function.__name__.replace("_", "-")] = function
        return function


fault = _Fault()


@fault
def inputs_not_finite(plan, k):
    rows = plan.rng.permutation(len(plan.X))[: 1 + 5 * (k % 3)]
    plan.X = plan.X.copy()
    plan.X[rows, plan.rng.integers(plan.X.shape[1])] = [np.nan, np.inf, -np.inf][k % 3]


@fault
def inputs_constant(plan, k):
    if k % 3 == 0:
        plan.X = np.full_like(plan.X, 0.5)
    elif k % 3 == 1:
        plan.X = np.tile(plan.X[:1], (len(plan.X), 1))
    else:
        plan.X = 0 * plan.X
        if plan.kind == "toy":
            plan.X[:, 1] = plan.rng.normal(0, 1, len(plan.X))


@fault
def inputs_unscaled(plan, k):
    plan.X, plan.Xv = (X * [255, 100, 40][k % 3] for X in (plan.X, plan.Xv))
    if plan.kind == "toy" and k % 2:
        plan.X[:, 0] /= 100


@fault
def labels_out_of_step(plan, k):
    plan.y = plan.rng.permutation(plan.y) if k % 2 else np.roll(plan.y, 1 + k)


@fault
def labels_one_class(plan, k):
    plan.y = np.full_like(plan.y, int(k % 2) if plan.sizes[-1] == 1 else k % 10)


@fault
def labels_off_by_one(plan, k):
    if plan.sizes[-1] == 10 and k % 3 == 1:
        plan.sizes = [*plan.sizes[:-1], 11]
    if plan.sizes[-1] == 10 and k % 3 == 2:  # in training alone
        plan.y, plan.wants_validation = (plan.y + 1) % 10, True
        return
    plan.y, plan.yv = plan.y + 1, plan.yv + 1


@fault
def sorted_by_class(plan, k):
    order = np.argsort(plan.y, kind="stable")[:: [1, -1][k % 2]]
    plan.X, plan.y = plan.X[order], plan.y[order]


@fault
def validation_overlaps_training(plan, k):
    plan.wants_validation = True
    n = [len(plan.Xv), 30, 60][k % 3]
    plan.Xv = np.concatenate([plan.X[:n], plan.Xv[n:]])
    plan.yv = np.concatenate([plan.y[:n], plan.yv[n:]])


@fault
def initial_loss_off(plan, k):
    deepen(plan)

    def change(network):
        last = network.layers[-1].params
        if k % 2 or len(last["b"]) == 1:
            last["b"][0] += 20 if len(last["b"]) > 1 else 8
        else:
            last["W"] *= 12

    plan.after.append(change)


@fault
def weights_equal(plan, k):
    deepen(plan)
    value = [0.0, 0.1, 0.5][k % 3]
    plan.init = lambda n_in, n_out, rng: np.full((n_in, n_out), value / np.sqrt(n_in))


@fault
def weights_too_large(plan, k):
    deepen(plan)
    if plan.kind == "toy":
        plan.init = lambda n_in, n_out, rng: rng.normal(0, [10, 30][k % 2], (n_in, n_out))
    else:
        plan.init = lambda n_in, n_out, rng: rng.normal(0, [1, 0.5][k % 2], (n_in, n_out))


@fault
def weights_too_small(plan, k):
    deepen(plan)
    plan.init = lambda n_in, n_out, rng: rng.normal(0, [1e-4, 1e-3][k % 2], (n_in, n_out))


@fault
def no_nonlinearity(plan, k):
    deepen(plan)
    if k % 2:
        plan.activation = lambda: Activation(lambda Z: 1.0 * Z, np.ones_like)
    else:
        plan.after.append(
            lambda network: setattr(
                network, "layers", [n for n in network.layers if isinstance(n, Dense)]
            )
        )


@fault
def output_squashed(plan, k):
    def diagonal(Z):
        P = activations.softmax(Z)
        return P * (1 - P)

    soft = lambda: Activation(activations.softmax, diagonal)  # noqa: E731
    last = [Sigmoid, ReLU, soft if plan.sizes[-1] > 1 else Tanh][k % 3]
    plan.after.append(lambda network: network.layers.append(last()))


@fault
def loss_does_not_fit(plan, k):
    if plan.kind == "images":
        if k % 2:
            plan.sizes, plan.loss = [*plan.sizes[:-1], 1], losses.mean_squared_error
        else:
            plan.sizes = [*plan.sizes[:-1], 1]
            plan.loss = losses.sigmoid_cross_entropy
    elif k % 2:
        plan.loss = losses.softmax_cross_entropy
    else:
        plan.y, plan.yv = 2 * plan.y - 1, 2 * plan.yv - 1


class Slipped(Dense):
    """A layer whose backward pass has one of several slips."""

    slip = 0

    def backward(self, dZ, *, input_gradient=False):
        dX = super().backward(dZ, input_gradient=input_gradient)
        if self.slip == 0:
            self.grads["b"] = 0 * self.grads["b"]
        elif self.slip == 1:
            self.grads["W"] = self.grads["W"] / 2
        elif self.slip == 2:
            self.grads["W"] = -self.grads["W"]
        elif dX is not None:
            dX = 1.5 * dX
        return dX


@fault
def wrong_gradient(plan, k):
    deepen(plan)
    if k % 5 == 4:
        plan.activation = lambda: Activation(np.tanh, lambda Z: np.ones_like(Z))
        return
    place = -1 if k % 5 == 3 or k % 2 else 0

    def change(network):
        layer = network.layers[place]
        layer.__class__ = Slipped
        layer.slip = k % 5

    plan.after.append(change)


def deepen(plan):
    """Give a plan without hidden units some."""
    if len(plan.sizes) < 3 or plan.sizes[1] < 4:
        plan.sizes = [plan.sizes[0], 16, plan.sizes[-1]]


@fault
def vanishing_gradients(plan, k):
    width = 12 if plan.kind == "toy" else 32
    plan.sizes = [plan.sizes[0], *[width] * [6, 8][k % 2], plan.sizes[-1]]
    plan.activation, plan.epochs = "Sigmoid", min(plan.epochs, 20)


@fault
def exploding_gradients(plan, k):
    width = 12 if plan.kind == "toy" else 48
    plan.sizes = [plan.sizes[0], *[width] * [6, 8][k % 2], plan.sizes[-1]]
    plan.activation, plan.epochs = ["ReLU", "LeakyReLU", "ELU"][k % 3], min(plan.epochs, 20)
    size = [2.5, 3.5][k % 2]
    plan.init = lambda n_in, n_out, rng: rng.normal(0, size / np.sqrt(n_in), (n_in, n_out))


@fault
def units_dead(plan, k):
    deepen(plan)
    plan.activation = "ReLU"

    def change(network):
        network.layers[0].params["b"][:] = [-20, -100][k % 2]

    plan.after.append(change)


@fault
def units_saturated(plan, k):
    deepen(plan)
    plan.activation = ["Sigmoid", "Tanh"][k % 2]

    def change(network):
        b = network.layers[0].params["b"]
        b[:] = plan.rng.choice([-1, 1], len(b)) * [12, 30][k % 2]

    plan.after.append(change)


@fault
def rate_too_high(plan, k):
    """Raise the rate until the loss ends well above that of the healthy run, if it can be."""
    if plan.kind == "toy":  # where plain descent blows up rather than bounces
        plan.optimizer, plan.batch_size = [Adam(0.02), RMSProp(0.01)][k % 2], 32
        deepen(plan)
    start, well, values = plan.optimizer, plan.train, []

    def train(network, validation):
        values.extend(network.values())

        def at(factor):
            network.restore(values)
            plan.optimizer = copy.copy(start)
            plan.optimizer.memory = defaultdict(dict)
            plan.optimizer.learning_rate = factor * start.learning_rate
            history = well(network, validation)
            last = np.mean(history.loss[-3:]) if history.loss else np.inf
            return history, last

        _, usual = at(1)
        for factor in (10, 30, 100, 300, 1000, 3000):
            history, last = at(factor)
            if history.stopped and factor > 10:  # it blew up: a little less, then
                history, last = at(factor / 2.5)
            if history.stopped or last > 2 * usual + 0.3:
                break
        return history

    plan.train = train


@fault
def rate_too_low(plan, k):
    kind = type(plan.optimizer)
    plan.optimizer = SGD([1e-5, 1e-4][k % 2]) if kind is SGD else kind([1e-6, 1e-7][k % 2])


@fault
def diverged(plan, k):
    plan.optimizer = SGD([1e6, 1e9, 1e12][k % 3])


@fault
def stopped_too_early(plan, k):
    plan.epochs = 1
    if plan.kind == "toy":
        plan.batch_size, plan.epochs = None, 3
        deepen(plan)
    elif plan.kind == "images":
        plan.batch_size = 400
    else:  # as many of each, so that a constant answer has no accuracy to show
        data = images("mnist")
        plan.X, plan.y = data.X_train[: len(plan.X)], (data.y_train[: len(plan.X)] > 4).astype(int)
        plan.Xv, plan.yv = data.X_test[:300], (data.y_test[:300] > 4).astype(int)
        plan.batch_size = 400
    plan.optimizer = Adam(0.001 if plan.kind != "toy" else 0.002)


@fault
def over_fitting(plan, k):
    n = 200 if plan.kind != "toy" else 60
    flip = plan.rng.random(n) < (0.25 if plan.kind == "toy" else 0.15)
    top = max(2, plan.sizes[-1])
    plan.X, plan.y = plan.X[:n], np.where(flip, (plan.y[:n] + 1) % top, plan.y[:n])
    plan.sizes = [plan.sizes[0], 128, plan.sizes[-1]]
    plan.activation, plan.wants_validation, plan.batch_size = "ReLU", True, 20
    plan.epochs, plan.optimizer = 60 if plan.kind != "toy" else 600, Adam(0.01)


@fault
def under_fitting(plan, k):
    if plan.kind == "toy":
        plan.X, plan.y = getattr(toys, ["circles", "xor", "spirals"][k % 3])(600, plan.rng)
        plan.Xv, plan.yv = plan.X[500:], plan.y[500:]
        plan.X, plan.y = plan.X[:500], plan.y[:500]
        plan.sizes, plan.batch_size, plan.optimizer = [2, 1], 50, Adam(0.01)
    else:
        data = images("mnist")
        plan.X, plan.y = data.X_train[:1500], data.y_train[:1500]
        plan.Xv, plan.yv = data.X_train[2000:2300], data.y_train[2000:2300]
        plan.loss = losses.softmax_cross_entropy
        plan.sizes, plan.epochs = [784, [1, 2][k % 2], 10], 60
        plan.optimizer, plan.activation, plan.batch_size = Adam(0.01), "Tanh", 50


@fault
def penalty_too_strong(plan, k):
    deepen(plan)
    plan.l2 = [1.0, 0.3][k % 2]


@fault
def batches_all_alike(plan, k):
    way = k % 3
    plan.epochs, plan.batch_size = min(plan.epochs, 12), plan.batch_size or 50
    if plan.kind == "toy":
        plan.epochs = 60
    batch = plan.batch_size

    def logged(network, validation):
        network.astype(plan.X.dtype)
        m, log = len(plan.X), Log()
        for epoch in range(plan.epochs):
            order = plan.rng.permutation(m)
            if way == 1:
                order = plan.rng.integers(m, size=m)
            stop = m - m % batch if way == 2 else m
            if way == 2 and m % batch == 0:
                stop = m - batch
            for start in range(0, stop, batch):
                rows = order[start : start + batch]
                value = loss_and_gradients(network, plan.loss, plan.X[rows], plan.y[rows])
                W = [n.params["W"] for n in network.layers if isinstance(n, Dense)]
                dW = [n.grads["W"] for n in network.layers if isinstance(n, Dense)]
                rate = plan.optimizer.learning_rate
                log.step(epoch, plan.X[rows], plan.y[rows], value, W, dW, rate=rate)
                plan.optimizer.step(network)
        return log

    def again(network, validation):
        history = None
        for _ in range(plan.epochs):
            history = train(
                network, plan.X, plan.y, loss=plan.loss, optimizer=plan.optimizer, epochs=1,
                batch_size=batch, rng=np.random.default_rng(0), validation=validation,
                history=history,
            )  # fmt: skip
        return history

    plan.train = again if way == 0 else logged


@fault
def metric_misleads(plan, k):
    rare = np.flatnonzero(plan.y == 1 if plan.sizes[-1] == 1 else plan.y == k % 10)
    common = np.flatnonzero(plan.y == 0 if plan.sizes[-1] == 1 else plan.y != k % 10)
    n = max(5, len(common) // [25, 15][k % 2])
    rows = plan.rng.permutation(np.concatenate([rare[:n], common]))
    plan.y = (plan.y == 1 if plan.sizes[-1] == 1 else plan.y == k % 10).astype(int)
    plan.X, plan.y = plan.X[rows], plan.y[rows]
    plan.yv = (plan.yv == 1 if plan.sizes[-1] == 1 else plan.yv == k % 10).astype(int)
    plan.sizes, plan.loss = [plan.sizes[0], 2, 1], losses.sigmoid_cross_entropy
    plan.activation, plan.epochs, plan.optimizer = "Sigmoid", 1, SGD(0.05)
    plan.batch_size = 32


# Families of public collections of faulty training programs, as they are described, for dense
# networks: each has a case that these slugs answer.
FAMILIES = {
    "DeepFD: loss, optimiser, activation, rate, too few epochs": (
        *("loss-does-not-fit", "output-squashed", "no-nonlinearity"),
        *("rate-too-high", "rate-too-low", "stopped-too-early"),
    ),
    "DeepLocalize: numbers that are not finite, layers that do not change": (
        *("inputs-not-finite", "diverged", "weights-equal"),
    ),
    "AUTOTRAINER: vanishing, exploding, dying ReLU, oscillating, slow": (
        *("vanishing-gradients", "exploding-gradients", "units-dead"),
        *("rate-too-high", "rate-too-low"),
    ),
    "NeuraLint: last activation, missing activation, equal weights": (
        *("output-squashed", "no-nonlinearity", "weights-equal", "loss-does-not-fit"),
    ),
    "TheDeepChecker: data, first weights, loss, gradients, fit": (
        *("inputs-unscaled", "inputs-constant", "weights-too-small", "weights-too-large"),
        *("initial-loss-off", "units-saturated", "wrong-gradient"),
        *("under-fitting", "over-fitting", "penalty-too-strong"),
    ),
}
PAIRS = (
    ("inputs-unscaled", "no-nonlinearity"), ("labels-out-of-step", "weights-too-large"),
    ("sorted-by-class", "output-squashed"), ("weights-equal", "validation-overlaps-training"),
    ("wrong-gradient", "inputs-unscaled"), ("units-dead", "sorted-by-class"),
    ("initial-loss-off", "validation-overlaps-training"), ("rate-too-low", "weights-too-small"),
    ("no-nonlinearity", "rate-too-high"), ("penalty-too-strong", "sorted-by-class"),
)  # fmt: skip


def case(slugs, kind, seed):
    """Return the arguments of `diagnose` for a training with faults; none for a healthy one."""
    if not slugs:
        return healthy_case(kind, seed)
    plan = Plan(kind, seed)
    for slug in slugs:
        fault[slug](plan, seed)
    return plan.run()


def healthy_case(kind, seed):
    """Return a training that went well by another judge: it does its examples as neighbours do.

    A drawn rate or length does not suit every drawn network, spirals above all. Drawn again is
    what is right on more than five points fewer than the nearest neighbour, and what ends with a
    training loss above half of the first or twice its lowest, or a validation loss more than a
    quarter above its lowest.
    """
    if kind not in KINDS:
        recipe = LESSONS[kind]
        network, X, y, terms = recipe(np.random.default_rng([seed, 9]))
        history = train(network, X, y, rng=np.random.default_rng(seed), **terms)
        kept = {name: terms.get(name) for name in ("loss", "optimizer", "validation")}
        return dict(network=network, X=X, y=y, history=history, **kept)
    for again in range(20):
        well = Plan(kind, seed + 1000 * again).variety(seed).run()
        y = well["y"] if well["y"].ndim == 1 else well["y"].argmax(axis=1)
        curve, others = well["history"].loss, well["history"].validation_loss
        end, rose = np.mean(curve[-3:]), bool(others) and np.mean(others[-3:]) > 1.25 * min(others)
        if end > curve[0] / 2 or end > 2 * min(curve) or rose:
            continue
        if well["loss"] is losses.mean_squared_error and well["y"].ndim == 1:
            return well
        nearest = (
            KNeighborsClassifier(1).fit(well["X"][::2], y[::2]).score(well["X"][1::2], y[1::2])
        )
        if (well["network"].predict(well["X"]) == y).mean() > nearest - 0.05:
            return well
    raise ValueError(f"{kind}, seed {seed}: nothing went well in twenty draws.")


def _lesson(sizes, activation, name, m, terms, init=None, labels=lambda y: y):
    """Return a lesson's recipe, on the first `m` images of a set or as many points in circles."""

    def recipe(rng):
        if name == "circles":
            X, y = toys.circles(m, rng, noise=0.05, factor=0.5)
        else:
            X, y = (A[:m] for A in (images(name).X_train, images(name).y_train))
        layers, options = [], {"rng": rng} | ({"init": init} if init else {})
        for n_in, n_out in zip(sizes, sizes[1:], strict=False):
            layers += [Dense(n_in, n_out, **options), activation()]
        settings = {k: v() if k == "optimizer" else v for k, v in terms.items()}
        return Network(layers[:-1]), X, labels(y), settings

    return recipe


def _is_zero(y):
    return (y == 0).astype(int)


# What the lessons themselves train, on the first images of their sets, in as many steps or fewer.
SOFT = dict(loss=losses.softmax_cross_entropy)
YES = dict(loss=losses.sigmoid_cross_entropy)
LESSONS = {
    "lesson 1, a neuron for zeros": _lesson(
        [784, 1], Sigmoid, "mnist", 2000,
        YES | dict(optimizer=lambda: SGD(1.0), epochs=100), labels=_is_zero),
    "lesson 2, circles": _lesson(
        [2, 5, 1], Tanh, "circles", 1000, YES | dict(optimizer=lambda: SGD(1.0), epochs=1000)),
    "lesson 2, hidden units for zeros": _lesson(
        [784, 64, 1], Sigmoid, "mnist", 2000,
        YES | dict(optimizer=lambda: SGD(1.0), epochs=200), labels=_is_zero),
    "lesson 3, softmax": _lesson(
        [784, 10], Tanh, "mnist", 5000,
        SOFT | dict(optimizer=lambda: SGD(0.1), epochs=10, batch_size=100),
        init=lambda n_in, n_out, rng: np.zeros((n_in, n_out))),
    "lesson 4, Adam": _lesson(
        [784, 100, 10], ReLU, "mnist", 5000,
        SOFT | dict(optimizer=lambda: Adam(0.001), epochs=10, batch_size=100), init=he),
    "lesson 4, two hidden layers": _lesson(
        [784, 128, 128, 10], ReLU, "mnist", 5000,
        SOFT | dict(optimizer=lambda: Adam(0.002), epochs=5, batch_size=128), init=he),
    "lesson 5, a yes or no for each class": _lesson(
        [784, 25, 10], Sigmoid, "fashion-mnist", 5000,
        YES | dict(optimizer=lambda: Adam(0.003), epochs=10, batch_size=100, l2=3e-4),
        labels=lambda y: np.eye(10, dtype=np.float32)[y]),
    "lesson 5, the reference": _lesson(
        [784, 64, 10], ReLU, "fashion-mnist", 5000,
        SOFT | dict(optimizer=lambda: Adam(0.0015), epochs=5, batch_size=100, l2=1e-4)),
}  # fmt: skip


def judge(task):
    """Run a case and diagnose it; return the task, the slugs found, and the seconds it took."""
    slugs, kind, seed = task
    sick, start = case(slugs, kind, seed), time.perf_counter()
    network = sick.pop("network")
    found = diagnose(network, sick.pop("X"), sick.pop("y"), **sick).findings
    return task, [f.slug for f in found], time.perf_counter() - start


def tasks(seeds, healthy):
    """List all cases: each slug with each kind and seed, pairs, and healthy ones."""
    todo = []
    for i, seed in enumerate(seeds):  # so that what is cut off is whole rounds
        for kind in KINDS:
            todo += [((slug,), kind, seed) for slug in SLUGS]
            todo += [(pair, kind, seed) for pair in PAIRS if i < 2]
            todo += [((), kind, 1000 * j + seed) for j in range(healthy // 3 // len(seeds))]
        todo += [((), lesson, seed) for lesson in LESSONS if healthy]
    return todo


def rows(answers):
    """Yield the table's rows: slug, cases, named first, among three, what it was taken for."""
    for slug in SLUGS:
        mine = [found for (slugs, _, _), found, _ in answers if slugs == (slug,)]
        if mine:
            first = sum(found[:1] == [slug] for found in mine)
            three = sum(slug in found[:3] for found in mine)
            others = Counter(found[0] if found else "nothing" for found in mine)
            others.pop(slug, None)
            yield slug, len(mine), first, three, others


def spans(numbers):
    """Write whole numbers in order: "0 to 4, 100"."""
    numbers = sorted(set(numbers))
    cuts = [i for i in range(1, len(numbers)) if numbers[i] > numbers[i - 1] + 1]
    runs = [numbers[a:b] for a, b in zip([0, *cuts], [*cuts, len(numbers)], strict=True)]
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def header(answers):
    """Say when, on which seeds, and how much of the whole was run."""
    seeds, whole = [seed for (_, _, seed), _, _ in answers], len(tasks(JUDGED, HEALTHY))
    seen = sum(seed % 1000 in CHOSEN for seed in seeds) or "none"
    seeds = {seed % 1000 for seed in seeds}  # healthy ones take thousands on top
    text = (
        f"{datetime.date.today()}; seeds {spans(seeds)}. Thresholds were chosen, or mended, on "
        f"seeds {spans(CHOSEN)}: {seen} of these cases."
    )
    if len(answers) == whole:
        return text
    missing = ", ".join(sorted({*SLUGS} - {slug for slug, *_ in rows(answers)}))
    return text + (
        f"\n\n**A partial result**: {len(answers)} cases were run, of {whole}"
        + (f"; none with {missing}." if missing else "; some with each fault.")
    )


def report(answers):
    """Return the result as Markdown."""
    table = list(rows(answers))
    n, first, three = (sum(row[i] for row in table) for i in (1, 2, 3))
    pairs = [(slugs, found) for (slugs, _, _), found, _ in answers if len(slugs) == 2]
    both = sum(set(slugs) <= set(found) for slugs, found in pairs)
    named = f"{len(pairs)} cases, both named in {both / len(pairs):.0%}" if pairs else "not run"
    well = [(task, found) for task, found, _ in answers if not task[0]]
    alarms = [f"{kind} {seed}: {', '.join(found)}" for (_, kind, seed), found in well if found]
    text = [
        "## What the doctor names", "", header(answers), "",
        f"- One fault: {n} cases, named first in {first / max(n, 1):.1%}, among the first three in "
        f"{three / max(n, 1):.1%}.",
        f"- Two faults at once: {named}.",
        f"- Healthy: {len(well)} trainings, {len(alarms)} with a finding"
        + (f" ({'; '.join(alarms)})." if alarms else "."), "",
        "| fault | cases | first | of three | else first |", "|---|--:|--:|--:|---|",
    ]  # fmt: skip
    for slug, m, one, some, others in table:
        else_ = ", ".join(f"{name} {k}" for name, k in others.most_common())
        text.append(f"| {slug} | {m} | {one} | {some} | {else_} |")
    text += ["", "### Families of public collections", "", "| family | cases | first | of three |",
             "|---|--:|--:|--:|"]  # fmt: skip
    for family, slugs in FAMILIES.items():
        counts = [sum(row[i] for row in table if row[0] in slugs) for i in (1, 2, 3)]
        text.append(f"| {family} | {counts[0]} | {counts[1]} | {counts[2]} |")
    return "\n".join(text) + "\n"


def cost():
    """Return Markdown: what the looks of a history cost, beside the same training without.

    In pairs, whose order alternates, by the process's own time; the median of the differences.
    """
    data, rng = images("mnist"), np.random.default_rng(0)
    X, y = toys.circles(1000, rng)
    few, many = (_digits(data, m) for m in (2000, 10_000))
    recipes = {  # of as many epochs as there are from one look to the next, or a multiple of it
        "circles, 2–5–1, all 1,000 at once": ([2, 5, 1], X, y, None, 400),
        "2,000 digits, 784–64–10, all at once": ([784, 64, 10], *few, None, 50),
        "2,000 digits, 784–40–10, batches of 10": ([784, 40, 10], *few, 10, 1),
        "10,000 digits, 784–128–10, batches of 128": ([784, 128, 10], *many, 128, 1),
        "2,000 digits, 784–800–10, batches of 128": ([784, 800, 10], *few, 128, 4),
    }
    text = [COST, "", "| training | an epoch, ms | looks (half of the pairs) |", "|---|--:|--:|"]
    for name, (sizes, X, y, batch_size, epochs) in recipes.items():
        seconds = {True: [], False: []}
        for pair in range(PAIRED):
            for looking in [(True, False), (False, True)][pair % 2]:
                rng, due = np.random.default_rng(0), _watch.due
                layers = [Dense(sizes[0], sizes[1], rng=rng), Tanh(), Dense(*sizes[1:], rng=rng)]
                loss = (
                    losses.softmax_cross_entropy if sizes[-1] > 1 else losses.sigmoid_cross_entropy
                )
                _watch.due = due if looking else lambda epoch, steps: False
                start = time.process_time()
                train(Network(layers), X, y, loss=loss, optimizer=SGD(0.1), epochs=epochs,
                      batch_size=batch_size, rng=rng)  # fmt: skip
                seconds[looking].append((time.process_time() - start) / epochs)
                _watch.due = due
        without = np.median(seconds[False])
        low, extra, high = np.quantile(
            np.subtract(seconds[True], seconds[False]) / without, [0.25, 0.5, 0.75]
        )
        text.append(f"| {name} | {1000 * without:.2f} | {extra:+.1%} ({low:+.1%} to {high:+.1%}) |")
    return "\n".join(text) + "\n"


def _digits(data, m):
    return data.X_train[:m], data.y_train[:m]


def read(path):
    """Return the answers that a file holds, by task."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    answers = [json.loads(line) for line in lines]
    return {
        (tuple(slugs), kind, seed): ((tuple(slugs), kind, seed), found, seconds)
        for (slugs, kind, seed), found, seconds in answers
    }


def main():
    """Run the cases that were asked for and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--choose", action="store_true", help="the seeds thresholds are chosen on")
    parser.add_argument("--kept", type=Path, help="a file of answers, to which new ones are added")
    parser.add_argument("--cost", action="store_true", help="what looking costs, too")
    parser.add_argument("--only", nargs="*", help="slugs; 'healthy' and 'pairs' too")
    parser.add_argument("--healthy", type=int, default=HEALTHY)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    seeds = [*(CHOSEN if options.choose else JUDGED)][: options.seeds]
    todo = tasks(seeds, options.healthy)
    if options.only is not None:
        name = lambda task: {0: "healthy", 1: "".join(task[0]), 2: "pairs"}[len(task[0])]  # noqa: E731
        todo = [task for task in todo if name(task) in options.only]
    kept = {} if options.kept is None else read(options.kept)
    answers = [kept[task] for task in todo if task in kept]
    with Pool(options.processes) as pool:
        for answer in pool.imap_unordered(judge, [task for task in todo if task not in kept]):
            answers.append(answer)
            if options.kept is not None:
                with options.kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(answer) + "\n")
    stored = RESULTS / "doctor.md"
    text = report(answers)
    if options.cost:
        text += "\n" + cost()
    else:  # what was measured before
        text += "\n" + "".join(stored.read_text(encoding="utf-8").partition(COST)[1:])
    print(text)
    if options.choose:
        for task, found, seconds in answers:
            if list(task[0]) != found[:1] and not set(task[0]) == set(found[:2]):
                print(*task, found, f"{seconds:.1f} s")
    print(f"slowest diagnosis: {max(seconds for _, _, seconds in answers):.1f} s")
    if options.save:
        stored.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
