"""What a wrong answer would be right for: another learning rate, smaller inputs, names swapped.

The reference is run on arguments changed in ways that students change them. Where it then gives
what the answer gave, on every ordinary probe, that is what the answer does.
"""

import itertools

import numpy as np

from course_lib.exercises.sandbox import same_values


def _standard(a, axis=None):
    return (a - a.mean(axis=axis, keepdims=True)) / (a.std(axis=axis, keepdims=True) + 1e-8)


def _shares(a, axis=None):
    return a / a.sum(axis=axis, keepdims=True)


def _unit(a, axis=None):
    return a / np.sqrt((a**2).sum(axis=axis, keepdims=True))


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# How one argument is changed, and how that is called.
ARRAYS = {
    "negative": np.negative,
    "without its signs": np.abs,
    "0 everywhere": np.zeros_like,
    "1 everywhere": np.ones_like,
    "1 minus what it is": lambda a: 1 - a,
    "-1 and 1 where it is 0 and 1": lambda a: 2 * a - 1,
    "smoothed, 0.95 for 1 and 0.05 for 0": lambda a: 0.9 * a + 0.05,
    "smoothed, 0.9 for 1 and 0.1 for 0": lambda a: 0.8 * a + 0.1,
    "1 larger": lambda a: a + 1,
    "1 smaller": lambda a: a - 1,
    "doubled": lambda a: 2 * a,
    "halved": lambda a: a / 2,
    "multiplied by 10": lambda a: 10 * a,
    "multiplied by 100": lambda a: 100 * a,
    "divided by 10": lambda a: a / 10,
    "divided by 100": lambda a: a / 100,
    "divided by 1000": lambda a: a / 1000,
    "squared": np.square,
    "rounded": np.round,
    "cut off at 0": lambda a: np.maximum(a, 0),
    "held between 0 and 1": lambda a: np.clip(a, 0, 1),
    "held between -1 and 1": lambda a: np.clip(a, -1, 1),
    "an exponential": np.exp,
    "squashed by a sigmoid": _sigmoid,
    "squashed by a tanh": np.tanh,
    "a softmax": _softmax,
    "reversed": lambda a: a[::-1],
    "transposed": lambda a: a.T,
    "shifted to start at 0": lambda a: a - a.min(),
    "centred": lambda a: a - a.mean(),
    "centred in each column": lambda a: a - a.mean(axis=0),
    "centred in each row": lambda a: a - a.mean(axis=-1, keepdims=True),
    "divided by its largest": lambda a: a / a.max(),
    "divided by its largest size": lambda a: a / np.abs(a).max(),
    "divided by 255": lambda a: a / 255,
    "divided by its sum": _shares,
    "divided by the sum of each row": lambda a: _shares(a, -1),
    "scaled to length 1": _unit,
    "scaled to length 1 in each row": lambda a: _unit(a, -1),
    "standardised": _standard,
    "standardised in each column": lambda a: _standard(a, 0),
    "standardised in each row": lambda a: _standard(a, -1),
    "stretched from 0 to 1": lambda a: (a - a.min()) / (a.max() - a.min()),
    "its mean everywhere": lambda a: np.full_like(a, a.mean()),
    "the same for all, its first": lambda a: np.broadcast_to(a[:1], a.shape),
}
EXAMPLES = {
    "only the first half of the examples": lambda a: a[: max(1, len(a) // 2)],
    "only the first example": lambda a: a[:1],
    "only the last example": lambda a: a[-1:],
    "all examples but the first": lambda a: a[1:] if len(a) > 1 else a,
    "all examples but the last": lambda a: a[:-1] if len(a) > 1 else a,
}
NUMBERS = {
    "0": lambda s: 0 * s,
    "1": lambda s: 0 * s + 1,
    "negative": np.negative,
    "1 minus what it is": lambda s: 1 - s,
    "1 larger": lambda s: s + 1,
    "1 smaller": lambda s: s - 1,
    "doubled": lambda s: 2 * s,
    "halved": lambda s: s / 2,
    "multiplied by 10": lambda s: 10 * s,
    "multiplied by 100": lambda s: 100 * s,
    "divided by 10": lambda s: s / 10,
    "divided by 100": lambda s: s / 100,
    "squared": np.square,
    "a root": np.sqrt,
    "turned upside down": lambda s: 1 / s,
}


def as_if(exercise, found, probes, run):
    """Say of which other arguments this would be right, as (slug, sentence), or None.

    Parameters
    ----------
    exercise : Exercise
    found : list of Outcome
    probes : list of int
        The ordinary ones that came back.
    run : function
        ``run(reference, arguments)`` gives an `Outcome`.
    """
    given = [exercise.probes[i].arguments for i in probes]
    wanted = [found[i].value for i in probes]
    names = exercise.arguments
    for said, changed in _changes(names, given):
        try:
            with np.errstate(all="ignore"):
                others = changed(given)
        except (IndexError, ValueError):  # a single number has no rows
            continue
        if others is None:
            continue
        if _as_wanted(exercise.reference, others, wanted, run):
            return "as-if", f"What it gives would be right if {said}."
    return None


def _as_wanted(reference, others, wanted, run):
    """Tell whether it gives these; there may be no class beyond the last, on one of them."""
    came = 0
    for value, arguments in zip(wanted, others, strict=True):
        outcome = run(reference, arguments)
        if isinstance(outcome.error, IndexError):
            continue
        if outcome.error is not None or not same_values(value, outcome.value):
            return False
        came += 1
    return 1 < came >= len(wanted) - 1


def _changes(names, given):
    """Yield (words, function of the arguments of all probes) for each change."""
    for k, name in enumerate(names):
        values = [arguments[k] for arguments in given]
        if not all(isinstance(value, (np.ndarray, int, float)) for value in values):
            continue
        if any(isinstance(value, np.ndarray) for value in values):
            for said, change in ARRAYS.items():
                yield f"`{name}` were {said}", _each(k, change)
        else:
            for said, change in NUMBERS.items():
                yield f"`{name}` were {said}", _each(k, change)
            for size, of in _sizes(names, given):
                if size != f"`{name}`":
                    yield f"`{name}` were divided by {size}", _scaled(k, of, -1)
                    yield f"`{name}` were multiplied by {size}", _scaled(k, of, 1)
    for group in _groups(names, given):
        said = " and ".join(f"`{names[k]}`" for k in group)
        for how, change in ARRAYS.items():
            yield f"{said} were {how}", _all_of(group, change)
    if examples := _examples(names, given):
        for how, part in EXAMPLES.items():
            yield f"{how} counted", _all_of(examples, part, shape=False)
    for j, k in itertools.combinations(range(len(names)), 2):
        if all(np.shape(a[j]) == np.shape(a[k]) and type(a[j]) is type(a[k]) for a in given):
            yield f"`{names[j]}` and `{names[k]}` changed places", _swapped(j, k)
            yield f"`{names[j]}` were `{names[k]}`", _copied(j, k)
            yield f"`{names[k]}` were `{names[j]}`", _copied(k, j)


def _groups(names, given):
    """Yield the arguments that are called alike: W1 and W2, b1 and b2."""
    for letter in dict.fromkeys(name[0] for name in names):
        group = [k for k, name in enumerate(names) if name[0] == letter and name[1:].isdigit()]
        if len(group) > 1 and all(isinstance(a[k], np.ndarray) for a in given for k in group):
            yield group


def _examples(names, given):
    """List the arguments that have a row for each example: those as long as the first."""
    return [
        k
        for k in range(len(names))
        if all(
            isinstance(a[0], np.ndarray)
            and isinstance(a[k], np.ndarray)
            and a[0].ndim
            and a[k].shape[:1] == a[0].shape[:1]
            for a in given
        )
    ]


def _all_of(group, change, shape=True):
    def changed(given):
        for k in group:
            given = _each(k, change, shape)(given)
            if given is None:
                return None
        return given

    return changed


def _sizes(names, given):
    for k, name in enumerate(names):
        values = [arguments[k] for arguments in given]
        if all(isinstance(value, (int, float)) for value in values):
            yield f"`{name}`", lambda a, k=k: a[k]
        elif all(isinstance(value, np.ndarray) for value in values):
            for axis in range(min(value.ndim for value in values)):
                kind = ("number of rows", "number of columns")[min(axis, 1)]
                yield f"the {kind} of `{name}`", lambda a, k=k, axis=axis: a[k].shape[axis]


def _replaced(arguments, k, value):
    return (*arguments[:k], value, *arguments[k + 1 :])


def _each(k, change, shape=True):
    def changed(given):
        found = []
        for arguments in given:
            old = arguments[k]
            new = change(np.asarray(old))
            if np.asarray(old).dtype.kind == "f" or np.array_equal(new, np.round(new)):
                new = np.asarray(new).astype(np.asarray(old).dtype)  # labels stay labels
            new = new if isinstance(old, np.ndarray) else np.asarray(new).item()
            if (shape and np.shape(new) != np.shape(old)) or not np.isfinite(new).all():
                return None
            found.append(_replaced(arguments, k, new))
        return found

    return changed


def _scaled(k, of, power):
    return lambda given: [_replaced(a, k, a[k] * float(of(a)) ** power) for a in given]


def _swapped(j, k):
    return lambda given: [_replaced(_replaced(a, j, a[k]), k, a[j]) for a in given]


def _copied(j, k):
    return lambda given: [_replaced(a, j, a[k]) for a in given]
