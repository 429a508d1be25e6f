"""Networks to try functions of any depth on, and what the order of the examples leaves behind."""

import functools
import itertools

import numpy as np

from course_lib.by_hand.mini_batch import forward_deep, train_network
from course_lib.exercises.engine import rule
from course_lib.exercises.mini_batch.shared import repeatable


def layers_of(*widths, seed=0):
    """Make a network of these widths, with weights that are no round numbers."""
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(n_in, n_out)).round(2), rng.normal(0, 0.5, n_out).round(2))
        for n_in, n_out in itertools.pairwise(widths)
    ]


def images(m, n_in, seed=1):
    """Make m examples; some numbers are negative, which images never are."""
    return np.random.default_rng(seed).normal(size=(m, n_in)).round(2)


def deep(m, *widths, seed=0):
    """Give the arguments of a way forward."""
    return images(m, widths[0]), layers_of(*widths, seed=seed)


def way_back(m, *widths, seed=0):
    """Give the arguments of a way back through the same network."""
    X, layers = deep(m, *widths, seed=seed)
    return images(m, widths[-1], seed=2), forward_deep(X, layers)[0], layers


def in_float32(value):
    """Return the same in float32, lists of pairs too."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(in_float32, value))
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(np.float32) if is_float else value


# --- In which order did the examples come? -------------------------------------------------------


def _follow(pairs, X, y, layers, learning_rate):
    """Take a step for each pair of places, of an image and of a label; return the mean loss too."""
    total = 0.0
    for i, j in pairs:
        layers, (loss,) = train_network(
            X[[i]], y[[j]], layers, 1, learning_rate, 1, np.random.default_rng(0)
        )
        total += loss
    return layers, total / len(pairs)


def _alike(order):
    return tuple((i, i) for i in order)


def _in_order(m):
    return map(_alike, itertools.permutations(range(m)))


def _labels_left(m):
    return (tuple(zip(o, range(m), strict=True)) for o in itertools.permutations(range(m)))


def _separately(m):
    for one, other in itertools.product(itertools.permutations(range(m)), repeat=2):
        yield tuple(zip(one, other, strict=True))


def _with_replacement(m):
    return map(_alike, itertools.product(range(m), repeat=m))


class Orders:
    """The orders that explain what steps of one example each have led to.

    Every order of a handful of examples has a mean loss of its own, so the loss of an epoch tells
    the order, whichever way it was drawn.

    Parameters
    ----------
    X, y, layers, learning_rate
        What the training starts from.
    """

    def __init__(self, X, y, layers, learning_rate):
        self.X, self.y, self.layers, self.learning_rate = X, y, layers, learning_rate
        self.of = functools.cache(self._of)
        self.first_losses = functools.cache(self._first_losses)

    def _follow(self, pairs, layers):
        return _follow(pairs, self.X, self.y, layers, self.learning_rate)

    def _of(self, losses):
        """Return the orders of the epochs and the layers at the end, or None."""
        layers, orders = self.layers, []
        if not self.begins(losses[0], _in_order):
            return None
        for loss in losses:
            tried = ((pairs, *self._follow(pairs, layers)) for pairs in _in_order(len(self.X)))
            found = next((f for f in tried if np.isclose(f[2], loss, rtol=1e-9, atol=0)), None)
            if found is None:
                return None
            pairs, layers, _ = found
            orders.append([i for i, _ in pairs])
        return orders, layers

    def _first_losses(self, ways):
        return np.array([self._follow(pairs, self.layers)[1] for pairs in ways(len(self.X))])

    def begins(self, loss, ways):
        """Tell whether the first epoch can have come about in one of these ways."""
        return np.isclose(self.first_losses(ways), loss, rtol=1e-9, atol=0).any()


def order_rules(orders, read):
    """Give what right answers have in common with one example in a batch.

    Parameters
    ----------
    orders : Orders
    read : function
        Of a result: its losses and its layers.

    Returns
    -------
    list of rule
    """

    def losses(v):
        return tuple(map(float, read(v)[0]))

    def not_from(ways):
        return lambda v, *_: bool(orders.of(losses(v)) or not orders.begins(losses(v)[0], ways))

    def explained(v, *_):
        _, layers = orders.of(losses(v))
        pairs = zip(layers, read(v)[1], strict=True)
        return all(np.allclose(a, b) for one, two in pairs for a, b in zip(one, two, strict=True))

    def drawn_anew(v, *_):
        found, _ = orders.of(losses(v))
        return len(found) == 1 or any(order != found[0] for order in found)

    return [
        rule(
            not_from(_labels_left),
            slug="labels-not-shuffled-along",
            says="The images are shuffled and their labels are not: each gets the label of another."
            " Where an image goes, its label goes too.",
        ),
        rule(
            not_from(_separately),
            slug="shuffled-separately",
            says="Images and labels are shuffled, but not alike. One order for both.",
        ),
        rule(
            not_from(_with_replacement),
            slug="with-replacement",
            says="Some examples come twice in an epoch, and others not at all. In an epoch each has"
            " its turn.",
        ),
        rule(
            explained,
            slug="no-epoch",
            says="With one example in a batch, no order of the examples leads to these losses and "
            "weights. In an epoch each example has its turn, once, with a step of its own.",
        ),
        rule(
            drawn_anew,
            slug="order-drawn-once",
            says="Every epoch has the same order: it is drawn once, or a generator begins anew in "
            "every epoch. Each epoch should have one of its own.",
        ),
    ]


def chance_rules(X, y, layers, learning_rate, read, probe):
    """Give what right answers have in common where there are too many orders to try.

    Parameters
    ----------
    X, y, layers, learning_rate
        What the training starts from.
    read : function
        Of a result: its losses and its layers.
    probe : str
        The one with the first seed.

    Returns
    -------
    shuffled, same_again, other : rule
        Of all such probes, of that with the same seed, and of that with another.
    """
    _, in_given_order = _follow(_alike(range(len(X))), X, y, layers, learning_rate)
    shuffled = rule(
        lambda v, *_: not np.isclose(read(v)[0][0], in_given_order, rtol=1e-9, atol=0),
        slug="not-shuffled",
        says="The examples come in the order in which they were given. `rng` is there to draw "
        "another.",
    )
    return shuffled, *repeatable(lambda v: [float(loss) for loss in read(v)[0]], probe)
