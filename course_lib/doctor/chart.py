"""What is measured of a case, once, and only when a finding asks for it.

Everything here works on copies: neither network, data, optimiser nor history is changed. Where
something is drawn, the generator is the doctor's own, so that the same case gives the same report.
"""

import copy
from collections import defaultdict
from functools import cached_property

import numpy as np

from course_lib import losses
from course_lib._checks import function, require
from course_lib._speed import product
from course_lib._watch import ROWS, constant_loss, marks_of
from course_lib.doctor.log import marks, single
from course_lib.history import History
from course_lib.layers import Activation, Dense
from course_lib.network import Network

SAMPLE = 600  # examples that are looked at closely
OTHERS = 2000  # examples among which nearest neighbours are looked for
TRIAL = 40, 400  # steps of a trial on a copy: of a large network, of a small one
SMALL = 40_000  # weights, above which a network is not small
BATCH = 64  # examples of a step of a trial, at most
# Times the rate, each tried from fresh weights.
FACTORS = (1e-3, 1e-2, 0.1, 1, 10, 30, 100, 1e3, 1e4, 1e6)


class Chart:
    """A case: a network, its data and how it was trained, with what is measured of them."""

    def __init__(self, network, X, y, loss, optimizer=None, history=None, validation=None):
        _arguments(network, loss, optimizer, history, validation)
        self.network, self.loss, self.optimizer = network, loss, optimizer
        began = history is not None and (history.loss or history.stopped)
        self.history = history if began else None
        self.looks = list(getattr(history, "looks", ()))
        self.X, self.y = _arrays(X, y, network.n_in)
        self.m = len(self.X)
        with_rows = np.isfinite(self.X).all(axis=1) & np.isfinite(self.y.reshape(self.m, -1)).all(
            axis=1
        )
        self.finite = np.flatnonzero(with_rows)
        if validation is not None:
            validation = _arrays(*validation, network.n_in, ("validation[0]", "validation[1]"), 1)
        self.validation = validation

    # Data

    @cached_property
    def rows(self):
        """At most SAMPLE finite examples, drawn at random, in the order in which they came."""
        return np.sort(np.random.default_rng(0).permutation(self.finite)[:SAMPLE])

    @cached_property
    def others(self):
        """As many others, where there are as many."""
        return np.sort(np.random.default_rng(0).permutation(self.finite)[SAMPLE : 2 * SAMPLE])

    @cached_property
    def x(self):
        """The inputs of the sample, as float64."""
        return self.X[self.rows].astype(np.float64)

    @cached_property
    def t(self):
        """The targets of the sample."""
        return self.y[self.rows]

    @cached_property
    def kind(self):
        """The loss by its behaviour: "softmax", "sigmoid", "squared" or "other"."""
        return kind_of(self.loss)

    def classes(self, y):
        """Return targets as labels, or None where they are no classes."""
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        if y.ndim == 2:
            one_hot = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
            return y.argmax(axis=1) if one_hot else None
        if y.dtype.kind in "iub":
            return y.astype(np.int64)
        whole = np.isfinite(y).all() and (y == np.round(y)).all() and len(np.unique(y)) <= 20
        return y.astype(np.int64) if whole else None

    @cached_property
    def n_out(self):
        """The number of outputs."""
        return self.outputs[-1].shape[1]

    @cached_property
    def regression(self):
        """Whether the targets are numbers rather than classes: squared error, many values."""
        return self.kind == "squared" and self.y.ndim == 1 and len(np.unique(self.y)) > 2

    @cached_property
    def labels(self):
        """All finite examples' labels, or None."""
        return self.classes(self.y[self.finite])

    @cached_property
    def targets(self):
        """The sample's targets as columns: one-hot for classes."""
        return self.columns(self.rows)

    def columns(self, rows):
        """Return the targets of some examples as columns: one-hot for classes."""
        y = self.y[rows]
        t = self.classes(y)
        if t is None:
            return y.reshape(len(y), -1).astype(np.float64)
        return (t[:, np.newaxis] == np.unique(t)).astype(np.float64)

    # The network as it is

    @cached_property
    def twin(self):
        """A float64 copy."""
        return self.network.copy().astype(np.float64)

    @cached_property
    def dense(self):
        """The weight matrices, from the first layer to the last, and the places of their layers."""
        return [
            (i, layer.params["W"].astype(np.float64))
            for i, layer in enumerate(self.network.layers)
            if isinstance(layer, Dense)
        ]

    @cached_property
    def outputs(self):
        """What every layer gives for the sample, from the inputs to the logits."""
        A = [self.x]
        for layer in self.twin.layers:
            A.append(layer.forward(A[-1]))
        return A

    @cached_property
    def hidden(self):
        """For each hidden activation: its place and its slopes for the sample."""
        return [
            (i, np.abs(np.broadcast_to(layer.f_grad(self.outputs[i]), self.outputs[i].shape)))
            for i, layer in enumerate(self.twin.layers[:-1])
            if isinstance(layer, Activation)
        ]

    @cached_property
    def refusal(self):
        """Why the loss refuses targets and outputs, or an empty text."""
        try:
            Z = np.nan_to_num(self.outputs[-1]).clip(-1e6, 1e6)
            value, dZ = self.loss(self.t, Z)
            if not np.isfinite([value, self.loss(self.t, np.full_like(Z, 0.5))[0]]).any():
                return f"its value is {value}."
        except Exception as error:
            return str(error) or type(error).__name__
        if np.shape(dZ) != self.outputs[-1].shape:
            return f"its gradient has shape {np.shape(dZ)}, the outputs {self.outputs[-1].shape}"
        return ""

    @cached_property
    def broken(self):
        """Whether weights or outputs are not finite, or far too large to compute with."""
        weights = [layer.params[name] for layer, name in self.network.parameters()]
        return not all(np.isfinite(w).all() for w in [*weights, self.outputs[-1]]) or bool(
            np.abs(self.outputs[-1]).max() > 1e9
        )

    @cached_property
    def now(self):
        """The loss of the sample."""
        return float(self.loss(self.t, self.outputs[-1])[0])

    @cached_property
    def constant(self):
        """The loss of the best constant answer."""
        try:
            return constant_loss(self.loss, self.t, self.outputs[-1].shape[1])
        except (ValueError, TypeError, IndexError):  # a loss of one's own may want other targets
            return float(self.loss(self.t, 0 * self.outputs[-1])[0])

    @cached_property
    def first_loss(self):
        """The loss before any step, where that is known or the network looks untrained."""
        return self.looks[0]["loss"] if self.looks else self.now

    @cached_property
    def deltas(self):
        """The root mean square of the gradient at each Dense layer's output, times the sample."""
        dZ, sizes = self.loss(self.t, self.outputs[-1])[1], []
        for i in reversed(range(len(self.twin.layers))):
            layer = self.twin.layers[i]
            if isinstance(layer, Dense):
                sizes.append(float(np.sqrt((dZ**2).mean())) * len(dZ))
            layer.forward(self.outputs[i])
            dZ = layer.backward(dZ, input_gradient=True)
        return sizes[::-1]

    def guess(self, Z, y):
        """Return predicted labels from outputs, for targets like `y`."""
        if Z.shape[1] > 1:
            return Z.argmax(axis=1)
        if self.kind == "squared" or not isinstance(self.network.layers[-1], Dense):
            low, high = min(y.min(), 0), y.max()
            return np.where(Z[:, 0] >= (low + high) / 2, high, low)
        return (Z[:, 0] >= 0).astype(np.int64)

    @cached_property
    def right(self):
        """The share of the sample that is right, or None for a regression."""
        t = self.classes(self.t)
        return None if t is None else float((self.guess(self.outputs[-1], t) == t).mean())

    @cached_property
    def reachable(self):
        """The share right by the nearest other example: what the inputs tell at the least."""
        t = self.classes(self.t)
        if t is None:
            return None
        places, others = self.near
        return float((self.classes(others)[places] == t).mean())

    @cached_property
    def noise(self):
        """What a nearest neighbour leaves of the targets' variance, halved: noise, at the most.

        Where the inputs lie close together; the gamma test of Stefánsson, Končar and Jones (1997).
        """
        places, others = self.near
        variance = float(((self.t - self.t.mean(axis=0)) ** 2).mean())
        return float(((self.t - others[places]) ** 2).mean()) / (2 * variance or 1)

    @cached_property
    def near(self):
        """For each example of the sample, the place of its nearest of many, and their targets."""
        more = np.random.default_rng(0).permutation(self.finite)[SAMPLE:OTHERS]
        rows = np.concatenate([self.rows, more])
        x = self.X[rows].astype(np.float64)
        return neighbours(self.x, 1, x)[:, 0], self.y[rows]

    @cached_property
    def judged(self):
        """Loss and share right on the validation examples, or None."""
        if self.validation is None:
            return None
        X, y = self.validation
        keep = np.random.default_rng(0).permutation(len(X))[:SAMPLE]
        Z = self.twin.copy().forward(X[keep].astype(np.float64))
        t = self.classes(y[keep])
        right = None if t is None else float((self.guess(Z, t) == t).mean())
        return float(self.loss(y[keep], Z)[0]), right

    @cached_property
    def refuses_validation(self):
        """Why the loss refuses the validation targets, or an empty text."""
        if self.validation is None or self.broken or not np.isfinite(self.validation[1]).all():
            return ""
        y = self.validation[1]
        try:
            self.loss(y, np.zeros((len(y), self.n_out)))
        except Exception as error:
            return str(error) or type(error).__name__
        return ""

    @cached_property
    def doubt(self):
        """The standard error of the mean validation loss, from the losses of single examples."""
        X, y = self.validation
        keep = np.random.default_rng(0).permutation(len(X))[:SAMPLE]
        Z, t = self.twin.copy().forward(X[keep].astype(np.float64)), y[keep]
        single = [self.loss(t[i : i + 1], Z[i : i + 1])[0] for i in range(len(Z))]
        return float(np.std(single)) / np.sqrt(len(X))

    # The run

    @property
    def brought_back(self):
        """Whether early stopping has given the network the weights of its best epoch."""
        return getattr(self.history, "best", None) is not None or self.stopped.startswith(
            "Stopped early"
        )

    @property
    def trained(self):
        """Whether the network has seen training: it has a history, or beats a constant answer."""
        if self.history is not None or self.broken:
            return True
        return not self.refusal and self.now < 0.9 * self.constant

    @cached_property
    def steps(self):
        """Steps in all, as far as the history tells."""
        if self.history is None or not self.looks:
            return 0
        return len(self.history.loss) * -(-self.m // max(1, self.looks[0]["rows"]))

    @cached_property
    def poor(self):
        """Whether the network does its training examples badly, beside what the inputs tell.

        Classes: ten points fewer right than by the nearest neighbour, or more than half of the
        constant answer's loss with fewer right than the neighbour, or all of it. Numbers: more of
        the constant answer's loss than noise explains, by a tenth, both above `entropy`.
        """
        if self.now > (0.98 if self.history is not None else 1.05) * self.constant:
            return True
        if self.right is None or self.regression:
            above = self.now - self.entropy
            return above > (self.noise + 0.1) * (self.constant - self.entropy)
        return self.behind > 0.1 or (self.now > self.constant / 2 and self.behind > 0.03)

    @property
    def behind(self):
        """How many fewer are right than by the nearest neighbour, as a share; 0 for numbers."""
        return 0.0 if self.right is None else self.reachable - self.right

    @cached_property
    def entropy(self):
        """What targets between 0 and 1 cost at the least in cross-entropy: their own entropy."""
        t = self.t.astype(np.float64)
        if self.kind not in ("softmax", "sigmoid") or t.min() < 0 or np.isin(t, (0, 1)).all():
            return 0.0
        inside = t.clip(1e-12, 1 - 1e-12)
        logits = np.log(inside) - (self.kind == "sigmoid") * np.log(1 - inside)
        return float(self.loss(self.t, logits.reshape(self.outputs[-1].shape))[0])

    @cached_property
    def rate(self):
        """The learning rate: the largest that was looked at, else what the optimiser has now."""
        rates = [look["rate"] for look in self.looks if look.get("rate")]
        return max(rates, default=getattr(self.optimizer, "learning_rate", None))

    def trial(self, network, optimizer):
        """Train `network`, a copy, for some steps; return the loss of the sample after them.

        The fewer weights, the more steps, and never more than four times the run's own.
        """
        rng = np.random.default_rng(1)
        rows = min(self.looks[0]["rows"] if self.looks else BATCH, len(self.finite))
        rows = rows if rows == len(self.finite) <= SAMPLE else min(rows, BATCH)
        for _ in range(self.trial_steps):
            batch = self.finite
            if rows < len(batch):
                batch = batch[rng.integers(len(batch), size=rows)]
            try:
                x = self.X[batch].astype(np.float32)
                _, dZ = self.loss(self.y[batch], network.forward(x))
                network.backward(dZ)
                optimizer.step(network)
            except (ValueError, ArithmeticError):
                return np.inf
        try:
            value = float(self.loss(self.t, network.forward(self.x.astype(np.float32)))[0])
        except (ValueError, ArithmeticError):
            return np.inf
        return value if np.isfinite(value) else np.inf

    @cached_property
    def trial_steps(self):
        """How many steps a trial takes."""
        weights = sum(W.size for _, W in self.dense)
        few, many = TRIAL
        return int(np.clip(many * 1000 / max(weights, 1), few, many))

    def optimizer_at(self, rate):
        """Return a copy of the optimiser that remembers nothing, at another rate."""
        twin = copy.copy(self.optimizer)
        twin.memory, twin.learning_rate = defaultdict(dict), rate
        return twin

    def fresh(self):
        """Return a float32 copy of the network with new weights of the usual size."""
        network, rng = self.network.copy(), np.random.default_rng(2)
        for layer in network.layers:
            for name, value in layer.params.items():
                scale = np.sqrt(1.5 / len(value)) if value.ndim > 1 else 0
                layer.params[name] = rng.normal(0, 1, value.shape) * scale
        return network.astype(np.float32)

    @cached_property
    def rates(self):
        """The loss after a short trial from fresh weights, by the factor on the rate."""
        usable = self.rate and hasattr(self.optimizer, "memory")
        if not usable:
            return {}
        return {f: self.trial(self.fresh(), self.optimizer_at(f * self.rate)) for f in FACTORS}

    @property
    def stopped(self):
        """Why training ended early, as the history says it."""
        return getattr(self.history, "stopped", "")

    @property
    def went_wrong(self):
        """Whether there is something to explain: a bad result, or none at all."""
        return self.broken or self.stopped.startswith("Training diverged") or self.poor

    @property
    def wavers(self):
        """Whether the training loss ended a third above its lowest, as means of tenths of a run."""
        losses = self.history.loss if self.history else []
        if len(losses) < 4:
            return False
        width = max(1, len(losses) // 10)
        means = np.convolve(losses, np.full(width, 1 / width), mode="valid")
        return bool(0 < means.min() < 3 / 4 * means[-1])

    @property
    def overshot(self):
        """Whether an epoch cost twice the first loss and twice the constant answer's."""
        losses = self.history.loss if self.history else []
        first = self.looks[0]["loss"] if self.looks else np.inf
        return bool(losses and max(losses) > 2 * max(first, self.constant))

    @property
    def leaps(self):
        """In how many epochs the training loss rose by a fifth of the constant answer's."""
        losses = self.history.loss if self.history else []
        return int((np.diff(losses) > self.constant / 5).sum())

    @property
    def can_go_on(self):
        """Whether some more steps can be tried on a copy."""
        return bool(self.rate) and hasattr(self.optimizer, "memory")

    @property
    def fell_lately(self):
        """The last epoch's loss over that of a fifth of the epochs before; 1 for one epoch."""
        losses = self.history.loss if self.history else []
        back = max(1, len(losses) // 5)
        return losses[-1] / (losses[-1 - back] or 1) if len(losses) > back else 1.0

    @property
    def still_falls(self):
        """Whether more steps lower the loss by a tenth, or else the last epochs have."""
        if self.can_go_on:
            return self.onward < 0.9 * self.now
        return self.fell_lately < 0.9

    @cached_property
    def pull(self):
        """The sample's gradient and the weights, of all matrices as two vectors."""
        self.twin.forward(self.x)
        self.twin.backward(self.loss(self.t, self.outputs[-1])[1])
        layers = [self.twin.layers[i] for i, _ in self.dense]
        gradient = np.concatenate([layer.grads["W"].ravel() for layer in layers])
        return gradient, np.concatenate([layer.params["W"].ravel() for layer in layers])

    @cached_property
    def batch_facts(self):
        """What is wrong with the batches: sentence, evidence and advice, or None."""
        seen = [epoch for epoch in getattr(self.history, "seen", ()) if epoch]
        if seen:
            return _in_a_log(seen, self.m, self.looks[0]["rows"] if self.looks else 0)
        counted = [look for look in self.looks if "examples" in look]
        if counted:
            here = len(np.unique(marks_of(self.X[self.finite]))) / len(self.finite)
            examples = counted[0]["examples"]
            share = counted[0]["different"] / examples
            if share < here - 0.05:
                return _repeated(1 - share)
            if examples < self.m:
                return _left_out(examples, self.m)
        looks = [look for look in self.looks if look["rows"] < self.m]
        if len(looks) < 2 or len({look["order"] for look in looks}) > 1:
            return None
        # How likely it is that batches of a random order have the same targets each time.
        shares = np.unique(self.t, axis=0, return_counts=True)[1] / len(self.t)
        rows = min(looks[0]["rows"], ROWS)
        if float((shares**2).sum()) ** (rows * (len(looks) - 1)) > 1e-4:
            return None
        return (
            "The batches come in the same order in every epoch.",
            {"first batches looked at": len(looks), "of them different": 1},
            "Make the generator once, before the loop, and let each epoch draw a new permutation.",
        )

    @cached_property
    def paired(self):
        """The share of inputs in the batches that came with their own target; 1 if not known."""
        shares = [look["paired"] for look in self.looks if "paired" in look]
        log = getattr(self.history, "told", ())
        if log:
            own = defaultdict(set)
            for mark, target in zip(marks(self.X), single(self.y).tolist(), strict=True):
                own[mark].add(target)
            known = [
                target in own[mark]
                for mark, target in zip(self.history.seen[0], log, strict=False)
                if mark in own
            ]
            if len(known) >= 20:
                shares.append(float(np.mean(known)))
        return min(shares, default=1.0)

    @cached_property
    def onward(self):
        """The loss after going on for a short trial, without penalty, from where the run ended."""
        optimizer = self.optimizer_at(self.rate)
        return self.trial(self.network.copy().astype(np.float32), optimizer)

    def panels(self):
        """Return the numbers that `plots.checkup` draws."""
        history = self.history
        panels = {
            "loss": list(history.loss) if history else [],
            "validation": list(history.validation_loss) if history else [],
            "updates": [look["updates"] for look in self.looks],
            "epochs": [look["epoch"] + 1 for look in self.looks],
        }
        if len(self.finite) < 2 or self.refusal or self.broken:
            return panels
        return panels | {
            "first": self.first_loss if self.looks or not self.trained else None,
            "zeros": float(self.loss(self.t, 0 * self.outputs[-1])[0]),
            "spread": [float(A.std()) for A in self.outputs],
            "gradients": self.deltas,
            "places": [place + 1 for place, _ in self.dense],
        }


def _arguments(network, loss, optimizer, history, validation):
    """Refuse what is no case, and say what was expected."""
    require(
        isinstance(network, Network),
        f"network is of type {type(network).__name__}; expected a Network of course_lib.network.",
    )
    what = "(y, Z) -> (value, dZ), such as softmax_cross_entropy"
    require(
        not isinstance(loss, tuple),
        f"loss is a tuple; expected a function {what}. Did you mean it without (…)?",
    )
    function("loss", loss, f"{what}.")
    require(
        optimizer is None or (hasattr(optimizer, "step") and not isinstance(optimizer, type)),
        f"optimizer is {optimizer!r}; expected an object with step(network), such as SGD(0.1).",
    )
    require(
        history is None or isinstance(history, History),
        f"history is of type {type(history).__name__}; expected what train returned, or a Log.",
    )
    require(
        validation is None or (isinstance(validation, (tuple, list)) and len(validation) == 2),
        f"validation is of type {type(validation).__name__}; expected a pair of arrays "
        "(X_validation, y_validation). Is one of the two missing?",
    )


def _arrays(X, y, n_in, names=("X", "y"), least=2):
    arrays, (X_name, y_name) = [], names
    for name, A in ((X_name, X), (y_name, y)):
        try:
            arrays.append(np.asarray(A))
        except ValueError:
            raise ValueError(f"{name} has rows of unequal length; expected numbers.") from None
        dtype = arrays[-1].dtype
        require(dtype.kind in "fiub", f"{name} has dtype {dtype}; expected numbers.")
    X, y = arrays
    fits = X.ndim == 2 and n_in in (None, X.shape[1])
    columns = "n_in" if n_in is None else n_in
    slip = ""
    if X.ndim > 2 and n_in == np.prod(X.shape[1:]):
        slip = f" Did you mean {X_name}.reshape(len({X_name}), -1)?"
    elif X.ndim == 2 and n_in == len(X):
        slip = f" Did you mean {X_name}.T?"
    require(
        fits,
        f"{X_name} has shape {X.shape}; expected (m, {columns}), as the network was made for."
        + slip,
    )
    require(
        len(X) >= least,
        f"{X_name} has shape {X.shape}; expected examples, {least} of them at least.",
    )
    require(
        y.ndim in (1, 2) and len(y) == len(X),
        f"{y_name} has shape {y.shape}; expected one target for each of the {len(X)} examples in "
        f"{X_name}.",
    )
    return X, y


def _repeated(share):
    return (
        "Examples are drawn with replacement: in an epoch some come twice and others never.",
        {"share that came again within an epoch": share},
        "Cut one permutation into batches, such as batches.minibatches does.",
    )


def _left_out(examples, m):
    return (
        "An epoch leaves examples out, such as a last short batch.",
        {"examples an epoch": examples, "of": m},
        "Let the last batch be short: range(0, m, batch_size) reaches it.",
    )


def _in_a_log(seen, m, rows):
    """Say what is wrong with the batches, `rows` each, of logged epochs of `m` examples, if any."""
    whole = seen[:-1] or seen
    twice = [1 - len(set(epoch)) / len(epoch) for epoch in whole]
    natural = 1 - len(set().union(*map(set, seen))) / m
    if min(twice) > 0.05 + max(natural, 0):
        return _repeated(float(np.mean(twice)))
    most = max(map(len, whole))
    # The only epoch may have been cut short, by a loss that blew up or by the stop button.
    if most < m and (len(seen) > 1 or m - most < rows):
        return _left_out(most, m)
    if rows >= m:  # all at once: their order changes nothing
        return None
    if len(seen) > 1 and all(epoch == seen[0] for epoch in whole[1:] or seen[1:]):
        return (
            "The batches come in the same order in every epoch.",
            {"epochs": len(seen), "different orders": 1},
            "Draw a new permutation at the start of each epoch.",
        )
    return None


def neighbours(x, k, others=None):
    """Return for each row of `x` the places of the `k` nearest rows of `others`, nearest first.

    `others` begins with `x`, and is `x` where it is None; a row is no neighbour of itself.
    """
    others = x if others is None else others
    D = (others**2).sum(axis=1) - 2 * product(x, np.ascontiguousarray(others.T))
    np.fill_diagonal(D, np.inf)
    if k == 1:
        return D.argmin(axis=1)[:, np.newaxis]
    return np.argsort(D, axis=1)[:, :k]


def kind_of(loss, squash=None):
    """Return which loss of the course `loss` is a multiple of, seen from what it returns.

    With `squash`, a function of Z: of which loss of ``squash(Z)``.
    """
    rng = np.random.default_rng(3)
    tests = {
        "sigmoid": (losses.sigmoid_cross_entropy, np.array([0, 1, 1, 0]), 1),
        "softmax": (losses.softmax_cross_entropy, np.array([0, 2, 1, 2]), 3),
        "squared": (losses.mean_squared_error, np.array([0.5, -1.0, 0.25, 2.0]), 1),
    }
    for kind, (known, y, n_out) in tests.items():
        for targets in (y, y.astype(float), np.eye(n_out)[y] if kind == "softmax" else y[:, None]):
            ratios = []
            try:
                for _ in range(2):
                    Z = rng.normal(0, 1, (4, n_out))
                    there = Z if squash is None else squash(Z)
                    ratios.append(float(loss(targets, Z)[0]) / known(y, there)[0])
            except Exception:
                continue
            alike = np.isfinite(ratios).all() and ratios[0] > 0
            if alike and abs(ratios[1] / ratios[0] - 1) < 1e-6:
                return kind
    return "other"
