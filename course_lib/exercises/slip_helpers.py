"""What functions with a slip in them call: values that are remembered, cut off, or changed in part.

`slip_kinds` writes these names into the source of a reference; `slips` puts them beside it.
"""

import numpy as np

# What a step may mix with those before it: the share of the old, that of the new, and in words.
MEMORIES = {
    **{
        f"momentum-{old}-{new}": (
            "remembered",
            old,
            new,
            "part of {0} stays in the later ones, as momentum does",
        )
        for old, new in (
            *((0.9, 1), (0.9, 0.1), (0.5, 1), (0.5, 0.5), (0.8, 1), (0.8, 0.2)),
            *((0.99, 1), (0.99, 0.01), (0.95, 1), (0.95, 0.05)),
        )
    },
    "sum": ("added-up-over-steps", 1, 1, "{0} are added up from turn to turn"),
    "mean": (
        "averaged-over-steps",
        None,
        None,
        "{0} are averaged over all turns so far",
    ),
    "late": ("one-step-late", None, None, "{0} come one turn late"),
    "adagrad": (
        "divided-by-what-was",
        None,
        None,
        "{0} are divided by the root of the sum of their earlier squares, as in AdaGrad",
    ),
    **{
        f"rmsprop-{old}": (
            "divided-by-what-was",
            old,
            1 - old,
            "{0} are divided by the root of their mean square, as in RMSProp",
        )
        for old in (0.9, 0.99)
    },
    "difference": (
        "less-the-one-before",
        None,
        None,
        "from {0} those of the turn before are subtracted",
    ),
}
# How a learning rate may change with the number t of a turn, from 0.
FADING = {
    **{f"times {c}": (lambda t, c=c: c**t) for c in (0.5, 0.9, 0.95, 0.99, 0.1, 0.8, 0.999, 1.1)},
    "1/(1+t)": lambda t: 1 / (1 + t),
    "1/root": lambda t: 1 / np.sqrt(1 + t),
    "1/(1+t/10)": lambda t: 1 / (1 + 0.1 * t),
    "1/(1+t/100)": lambda t: 1 / (1 + 0.01 * t),
}
FADING |= {f"{how}, from 1": (lambda t, f=f: f(t + 1)) for how, f in FADING.items()}
# Between what a value may be held.
CUTS = (
    *((-1, 1), (-0.5, 0.5), (-0.1, 0.1), (-5, 5), (-0.01, 0.01), (0, 1)),
    *((-0.05, 0.05), (-0.2, 0.2), (-2, 2), (-10, 10), (-0.001, 0.001), (0, 6)),
    *((0.01, 0.99), (0.1, 0.9), (0.05, 0.95), (0.4, 0.6), (0.001, 0.999), (0.2, 0.8)),
)


def each(change, value, *more):
    """Change each array of lists of lists, with those that stand in the same place of others."""
    if isinstance(value, (list, tuple)):
        return type(value)(each(change, *parts) for parts in zip(value, *more, strict=True))
    return change(value, *more)


class Memory:
    """What gives a value mixed with those of the calls before."""

    def __init__(self, kind):
        self.kind, self.calls, self.kept = kind, 0, None
        _, self.old, self.new, _ = MEMORIES[kind]

    def __call__(self, value):
        """Take a value, or several in a list; return what a step goes by."""
        self.calls, before = self.calls + 1, self.kept
        if self.kind in ("late", "difference"):
            self.kept = value
            if before is None:
                return value
            late = self.kind == "late"
            return before if late else each(lambda a, b: a - b, value, before)
        if self.kind == "mean":
            self.kept = value if before is None else each(np.add, before, value)
            return each(lambda a: a / self.calls, self.kept)
        if self.kind[:3] in ("ada", "rms"):
            old, new = (self.old, self.new) if self.old else (1, 1)
            before = each(np.zeros_like, value) if before is None else before
            self.kept = each(lambda a, b: old * a + new * b**2, before, value)
            return each(lambda a, b: a / (np.sqrt(b) + 1e-8), value, self.kept)
        if before is None:
            self.kept = each(lambda a: self.new * a, value)
        else:
            self.kept = each(lambda a, b: self.old * a + self.new * b, before, value)
        return self.kept


class Faded:
    """What gives a learning rate that changes from call to call."""

    def __init__(self, how):
        self.how, self.calls = FADING[how], 0

    def __call__(self, rate):
        """Take the rate that was given; return that of this turn."""
        self.calls += 1
        return rate * self.how(self.calls - 1)


def jointly(value, longest=None):
    """Scale several arrays by their common length to 1, or to the longest that is allowed."""
    squares = []
    each(lambda a: squares.append(np.sum(np.square(a))), value)
    length = np.sqrt(sum(squares))
    factor = 1 / length if longest is None else min(1, longest / length)
    return each(lambda a: a * factor, value)


def numbered(items):
    """Yield (whether it is the first, whether it is the last), and the item."""
    items = list(items)
    for place, item in enumerate(items):
        yield (place == 0, place == len(items) - 1), item


def ranks(value):
    """Give the rank of each element, from 0."""
    order = np.argsort(np.argsort(value, axis=None))
    return order.reshape(np.shape(value))
