"""The runs of a race: what each trains, and its curve."""

import math
from functools import cache, partial
from time import perf_counter
from types import MappingProxyType

import numpy as np

from course_lib._checks import NotFiniteError
from course_lib._speed import steady
from course_lib.batches import minibatches
from course_lib.layers import Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network, labels
from course_lib.optimizers import SGD, Adam, Optimizer, RMSProp
from course_lib.training import DIVERGED, loss_and_gradients

from .kit.digits import first_digits

M, N_HIDDEN = 5000, 32  # images to learn from (and a fifth of that held out), hidden units
OPTIMIZERS = {  # learning rate → optimiser
    "gradient descent": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "Nesterov": partial(SGD, momentum=0.9, nesterov=True),
    "RMSProp": RMSProp,
    "Adam": Adam,
}


class OwnMomentum(Optimizer):
    """Momentum by a student's ``momentum_step(w, v, dw, learning_rate, beta)``."""

    def __init__(self, learning_rate, *, momentum_step):
        super().__init__(learning_rate)
        self.momentum_step = momentum_step

    def update(self, gradient, memory):
        """Return where the student's step leads from 0; its velocity is remembered."""
        still = np.zeros_like(gradient)
        step, memory["v"] = self.momentum_step(
            still, memory.get("v", still), gradient, self.learning_rate, 0.9
        )
        return step


class OwnAdam(Optimizer):
    """Adam by a student's ``adam_step(w, m, v, dw, t, learning_rate, beta1, beta2, eps)``."""

    def __init__(self, learning_rate, *, adam_step):
        super().__init__(learning_rate)
        self.adam_step = adam_step

    def update(self, gradient, memory):
        """Return where the student's step leads from 0; its means and its number are remembered."""
        still, t = np.zeros_like(gradient), memory.get("t", 0) + 1
        means = memory.get("m", still), memory.get("v", still)
        step, m, v = self.adam_step(
            still, *means, gradient, t, self.learning_rate, 0.9, 0.999, 1e-8
        )
        memory |= dict(t=t, m=m, v=v)
        return step


# Steps after which a run is judged, 24 a decade: on a logarithmic axis, equally far apart.
JUDGED = frozenset(np.geomspace(1, 1e6, 145).round().astype(int).tolist())


@cache
def images():
    """Return images to learn from and held-out ones, all of them training images of MNIST."""
    X, y, *_ = first_digits(M * 6 // 5, 1)
    cut = len(X) * 5 // 6
    return X[:cut], y[:cut], X[cut:], y[cut:]


def _forever(batches, X, y, batch_size, rng):
    while True:
        yield from batches(X, y, batch_size, rng)


class Run:
    """A recipe, the network that it trains, and its curve.

    Every run draws from a generator of the same seed, so that the first weights are the same, and
    the order of the images. `own` are functions of the student's, by the names of their exercises.
    """

    def __init__(self, optimizer, learning_rate, batch_size, seed, own=MappingProxyType({})):
        X, y, *self.held_out = images()
        rng, size = np.random.default_rng(seed), min(batch_size, len(X))
        self.recipe, self.per_epoch = (optimizer, learning_rate, batch_size), -(-len(X) // size)
        self.m = len(X)
        self.network = Network(
            [Dense(784, N_HIDDEN, rng=rng), ReLU(), Dense(N_HIDDEN, 10, rng=rng)]
        ).astype(X.dtype)
        make = OPTIMIZERS[optimizer]
        if optimizer == "momentum" and "momentum_step" in own:
            make = partial(OwnMomentum, momentum_step=own["momentum_step"])
        if optimizer == "Adam" and "adam_step" in own:
            make = partial(OwnAdam, adam_step=own["adam_step"])
        self.optimizer = make(learning_rate)
        self.batches = _forever(own.get("minibatches", minibatches), X, y, size, rng)
        self.steps, self.seconds, self.bound, self.judged = 0, 0.0, None, []
        self.diverged = False
        self.judge()

    def step(self):
        """Forward, loss, backward, update."""
        start = perf_counter()
        X, y = next(self.batches)
        with np.errstate(all="ignore"):
            try:
                value = loss_and_gradients(self.network, softmax_cross_entropy, X, y)
                self.bound = self.bound or DIVERGED * max(1.0, value)
                self.diverged = value > self.bound
            except NotFiniteError:
                self.diverged = True
            if not self.diverged:
                self.optimizer.step(self.network)
        self.steps += 1
        self.seconds += perf_counter() - start
        if self.steps in JUDGED and not self.diverged:
            self.judge()
            self.judged.append((self.steps, self.loss))

    def judge(self):
        """Try the network on the images held out."""
        X, y = self.held_out
        with np.errstate(all="ignore"):
            Z = self.network.forward(X)
            try:
                self.loss = softmax_cross_entropy(y, Z)[0]
            except NotFiniteError:
                self.loss, self.diverged = math.nan, True
        self.accuracy = float((labels(Z) == y).mean())

    def train(self, steps, seconds=math.inf):
        """Take steps up to the number `steps`, while there is time, and judge what came of it."""
        end = perf_counter() + seconds
        while self.steps < steps and not self.diverged:
            with steady():
                self.step()
            if perf_counter() > end:
                break
        self.judge()

    @property
    def epoch(self):
        """How often all images have come."""
        return self.steps / self.per_epoch

    def record(self):
        """Return what makes the run again, and the seconds that it took, if they are known."""
        took = () if math.isnan(self.seconds) else (round(self.seconds, 3),)
        return (*self.recipe, self.steps, *took)

    def curve(self, against):
        """Return the loss against steps, epochs or seconds, ready to draw."""
        # A step takes as long as any other: what differs is what else the machine does.
        end = {"steps": self.steps, "epochs": self.epoch, "seconds": self.seconds}[against]
        path = np.reshape([*self.judged, (self.steps, self.loss)], (-1, 2))
        return path[np.isfinite(path[:, 1])] * [end / max(1, self.steps), 1]
