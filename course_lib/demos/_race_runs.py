"""The runs of a race: what each trains, and its curve."""

import math
from functools import cache, partial
from time import perf_counter

import numpy as np

from course_lib._checks import NotFiniteError
from course_lib.batches import minibatches
from course_lib.layers import Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network, labels
from course_lib.optimizers import SGD, Adam, RMSProp
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
# Steps after which a run is judged, 24 a decade: on a logarithmic axis, equally far apart.
JUDGED = frozenset(np.geomspace(1, 1e6, 145).round().astype(int).tolist())


@cache
def images():
    """Return images to learn from and held-out ones, all of them training images of MNIST."""
    X, y, *_ = first_digits(M * 6 // 5, 1)
    cut = len(X) * 5 // 6
    return X[:cut], y[:cut], X[cut:], y[cut:]


def _forever(X, y, batch_size, rng):
    while True:
        yield from minibatches(X, y, batch_size, rng)


class Run:
    """A recipe, the network that it trains, and its curve.

    Every run draws from a generator of the same seed, so that the first weights are the same, and
    the order of the images.
    """

    def __init__(self, optimizer, learning_rate, batch_size, seed):
        X, y, *self.held_out = images()
        rng, size = np.random.default_rng(seed), min(batch_size, len(X))
        self.recipe, self.per_epoch = (optimizer, learning_rate, batch_size), -(-len(X) // size)
        self.m = len(X)
        self.network = Network(
            [Dense(784, N_HIDDEN, rng=rng), ReLU(), Dense(N_HIDDEN, 10, rng=rng)]
        ).astype(X.dtype)
        self.optimizer = OPTIMIZERS[optimizer](learning_rate)
        self.batches = _forever(X, y, size, rng)
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
