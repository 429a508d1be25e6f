"""What a wrong result has in common with the right one: a factor, a shape, a place, a step.

It is asked where no misconception of an exercise fits. Whatever it says holds on every ordinary
probe, so that one number that happens to fit accuses nobody.
"""

from dataclasses import dataclass, field

import numpy as np

from course_lib.exercises.sandbox import numeric, same_values

ENOUGH = 3  # numbers that tell
CLOSE = 0.03  # of the largest number: nearly right
HARDLY = 1e-4  # and hardly to be told from it
NTH = ("first", "second", "third", "fourth", "fifth", "next")


@dataclass
class Case:
    """One array of a result as it came and as it should be, and what it was made from."""

    got: np.ndarray
    want: np.ndarray
    arguments: dict
    lists: dict = field(default_factory=dict)  # how long those are that are no arrays
    whole: bool = False  # whether what came can hold whole numbers only

    @property
    def right(self):
        """Whether it is as it should be."""
        return same_values(self.got, self.want)


def likeness(values, names, first=False):
    """Say what is odd about a result, as (slug, sentence), or None.

    Parameters
    ----------
    values : list of (got, wanted, arguments)
        One for each ordinary probe.
    names : sequence of str
        Of the arguments.
    first : bool
        Of several results look at the first that is wrong, and no further.
    """
    if not values:
        return None
    tuples = all(isinstance(want, (tuple, list)) for _, want, _ in values)
    parts = min(len(want) for _, want, _ in values) if tuples else 1
    if tuples and not all(_fits(got, want) for got, want, _ in values):
        return None
    if not tuples or any(len(want) != parts for _, want, _ in values):
        cases = [case for value in values for case in _cases(*value, names)]
        return _said(cases, "Its result") if None not in cases else None
    off = [k for k in range(parts) if not all(same_values(g[k], w[k]) for g, w, _ in values)]
    for k in off[:1] if first else off:
        cases = [c for g, w, arguments in values for c in _cases(g[k], w[k], arguments, names)]
        if found := _exchanged(values, k, off) or (
            None not in cases
            and _said(cases, f"The {NTH[min(k, 5)]} result", len(cases) > len(values))
        ):
            slug, sentence = found
            return slug, sentence + (" The rest is right." if len(off) == 1 else "")
    return None


def hardly_off(values, names):
    """Tell whether a result is right but for so little that anything would fit."""
    cases = [case for value in values for case in _cases(*value, names)]
    return None not in cases and all(
        c.got.shape == c.want.shape
        and np.abs(c.got - c.want).max(initial=0) <= HARDLY * np.abs(c.want).max(initial=0)
        for c in cases
    )


def _fits(got, want):
    return isinstance(got, (tuple, list)) and len(got) == len(want)


def kin(values, names, factors=(-1, 2, 0.5)):
    """Tell whether a result is that of another function but for sign, factor, or shape.

    Factors are these, or what depends on a size or an argument; any at all where `factors` is None.
    """
    if not values:
        return False
    tuples = all(isinstance(want, (tuple, list)) for _, want, _ in values)
    if not tuples:
        values = [([got], [want], arguments) for got, want, arguments in values]
    if not all(_fits(got, want) for got, want, _ in values):
        return False
    related = 0
    for k in range(min(len(want) for _, want, _ in values)):
        if all(same_values(got[k], want[k]) for got, want, _ in values):
            continue
        cases = [c for g, w, arguments in values for c in _cases(g[k], w[k], arguments, names)]
        if None in cases or not _is_kin(cases, factors):
            return False
        related += sum(case.want.size for case in cases)
    return related >= 2 * ENOUGH


def _is_kin(cases, factors):
    if any(not np.isfinite(c.got).all() or not np.isfinite(c.want).all() for c in cases):
        return False
    if any(case.got.shape != case.want.shape for case in cases):
        return all(
            _alike(c.got.T, c.want)
            or (c.got.size == c.want.size > 0 and _alike(c.got.ravel(), c.want.ravel()))
            for c in cases
        )
    ratios = [_ratio(case.got, case.want) for case in cases]
    if None in ratios:
        return False
    constant = any(np.allclose(ratios, c, rtol=1e-4) for c in factors or ratios[:1])
    return constant or bool(_multiple(ratios, cases))


def bent(values, names):
    """Tell whether a result is that of another function, with one thing more done to it."""
    if not values or any(isinstance(want, (tuple, list)) for _, want, _ in values):
        return False
    cases = [case for value in values for case in _cases(*value, names)]
    if None in cases or any(c.got.shape != c.want.shape for c in cases):
        return False
    if not all(np.isfinite(c.got).all() and np.isfinite(c.want).all() for c in cases):
        return False
    wrong = [case for case in cases if not case.right]
    if sum(case.want.size for case in wrong) < 2 * ENOUGH:
        return False
    if any(c.want.size > 1 and (_flat(c.got) or _flat(c.want)) for c in cases):
        return False  # one number is easily made of another
    with np.errstate(all="ignore"):
        ratios = [_ratio(case.got, case.want) for case in cases]
        if None not in ratios and (
            all(case.want.size > 2 * ENOUGH for case in cases)
            or any(np.allclose(ratios, c, rtol=1e-5) for c in (10, 100, 1000, 0.1, 0.01))
        ):
            return True
        for slug, (bend, _) in BENT.items():
            shares = slug.startswith("divided-by")
            if slug in OF_SEVERAL and not (shares and all(c.want.size > 1 for c in cases)):
                continue  # what shifts or ranks makes others alike
            if all(_alike(c.got, bend(c.want)) for c in cases):
                return True
            if slug in UNDONE and all(_alike(bend(c.got), c.want) for c in cases):
                return True
    return False


def _flat(a):
    return a.size > 0 and np.ptp(a) <= 1e-6 * np.abs(a).max()


# What may have been left out: done to what came, it gives what another function gives. What cuts
# off is not among them, since it makes many functions alike.
UNDONE = ("exponential", "logarithm", "squared", "rooted", "squashed", "tanh", "absolute")


def _cases(got, want, arguments, names):
    """Yield the arrays of which a result is made, side by side; None where they do not pair."""
    if isinstance(want, (tuple, list)) and any(np.ndim(numeric(part)) for part in want):
        if not isinstance(got, (tuple, list)) or len(got) != len(want):
            yield None
            return
        for a, b in zip(got, want, strict=True):
            yield from _cases(a, b, arguments, names)
        return
    x, y = numeric(got), numeric(list(want) if isinstance(want, tuple) else want)
    given = dict(zip(names, map(numeric, arguments), strict=False))
    given = {name: a for name, a in given.items() if a is not None}
    listed = zip(names, arguments, strict=False)
    lists = {n: len(a) for n, a in listed if isinstance(a, list)}
    if x is None or y is None:
        yield None
    else:
        yield Case(x.astype(float), y.astype(float), given, lists, x.dtype.kind in "iu")


def _said(cases, which, several=False):
    wrong = [case for case in cases if not case.right]
    numbers = sum(case.want.size for case in wrong)
    finite = all(np.isfinite(c.got).all() and np.isfinite(c.want).all() for c in cases)
    if not wrong or numbers < ENOUGH or not finite:
        return None
    if any(_alike(case.got, case.want) for case in wrong):  # too little off to tell
        return None
    same_shapes = all(case.got.shape == case.want.shape for case in cases)
    looks = (
        (_factor, _step, _shift, _other_place, _bent, _held, _in_part) if same_shapes else (_shape,)
    )
    if several and not same_shapes:  # of a list, which of them it is says more
        looks = (_turned,)
    for look in (*looks, _close) if same_shapes else looks:
        with np.errstate(all="ignore"):
            found = look(cases, wrong)
        if found:
            return found[0], f"{which} {found[1]}"
    return None


def _alike(a, b):
    """Compare as exactly as float32 allows where such numbers may have come into it."""
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-5, atol=1e-6 * np.abs(b).max(initial=0))


def _ratio(x, y):
    """Return the number that makes x of y, or None."""
    if not np.abs(y).max(initial=0):
        return None
    at = np.unravel_index(np.argmax(np.abs(y)), y.shape)
    ratio = x[at] / y[at]
    return float(ratio) if ratio and _alike(x, ratio * y) else None


def _sizes(case):
    """Yield (key, words, number) for what an answer may multiply or divide by."""
    for name, array in case.arguments.items():
        if array.ndim == 0:
            yield (name, "value"), f"`{name}`", float(array)
        for axis, long in enumerate(array.shape):
            kind = "entries" if array.ndim == 1 else ("rows", "columns", "layers")[min(axis, 2)]
            yield (name, axis), f"the number of {kind} of `{name}`", float(long)
        if array.ndim:
            yield (name, "size"), f"the number of all entries of `{name}`", float(array.size)
    for name, long in case.lists.items():
        yield (name, "list"), f"the number of arrays in `{name}`", float(long)


@np.errstate(invalid="ignore")  # a rate below 0 has no root
def _multiple(ratios, cases):
    """Say what a factor that differs from probe to probe is: a size or an argument."""
    known = [dict((key, (words, n)) for key, words, n in _sizes(case)) for case in cases]
    for key, (words, _) in known[0].items():
        numbers = [sizes[key][1] for sizes in known if key in sizes]
        if len(numbers) < len(cases) or len(set(numbers)) < 2 or not all(numbers):
            continue
        for power, said in (
            (1, "multiplied by"),
            (-1, "divided by"),
            (0.5, "multiplied by the root of"),
            (-0.5, "divided by the root of"),
        ):
            for c in (1, -1, 2, 0.5):
                if np.allclose(ratios, c * np.power(numbers, float(power)), rtol=1e-4):
                    more = {
                        1: "",
                        -1: ", and has the wrong sign",
                        2: ", and by 2",
                        0.5: ", and by ½",
                    }
                    return said, words, more[c]
    return None


def _factor(cases, wrong):
    cases = [case for case in cases if case.got.any() or case.want.any()]  # 0 has any factor
    ratios = [_ratio(case.got, case.want) for case in cases]
    if None in ratios or len(set(np.round(ratios, 4))) == 1:
        return None  # one and the same factor is told elsewhere
    if not (found := _multiple(ratios, cases)):
        return None
    said, words, more = found
    cause = ""
    if "number of" in words:
        cause = (
            " Is something added up that should be averaged?"
            if said == "multiplied by"
            else " Is a mean taken twice, or of the wrong axis?"
        )
    return "scaled-by-" + (
        "size" if cause else "argument"
    ), f"is {said} {words} once too often{more}.{cause}"


def one_step(got, want, arguments, names, which):
    """Say what a single step did to a parameter, on one probe, or nothing.

    Parameters
    ----------
    got, want, arguments
        What came, what should have come, and what it was made from.
    names : sequence of str
        Of the arguments.
    which : str
        The name of the parameter.
    """
    (case,) = _cases(got, want, arguments, names)
    start = case and case.arguments.get(which)
    if start is None or not case.got.shape == case.want.shape == start.shape:
        return ""
    moved, meant = case.got - start, case.want - start
    with np.errstate(all="ignore"):
        if _alike(moved, np.zeros_like(moved)):
            return f" `{which}` stays where it was."
        if ratio := _ratio(moved, meant):
            if np.isclose(ratio, 1, rtol=1e-3):
                return ""
            if np.isclose(ratio, -1, rtol=1e-4):
                return f" `{which}` moves as far as it should, the other way: a sign is wrong."
            way = ", and the other way" if ratio < 0 else ""
            return f" `{which}` moves {abs(ratio):.4g} times as far as it should{way}."
        if start.size >= ENOUGH and _ratio(moved - meant, start):
            return (
                f" `{which}` moves as it should and by a part of itself as well, as with weight "
                "decay, which is not asked for."
            )
    return ""


def _start(case):
    """Yield the arguments from which a result may have taken a step."""
    for name, array in case.arguments.items():
        if array.shape == case.want.shape and not _alike(array, case.want):
            yield name


def _step(cases, wrong):
    for name in _start(cases[0]):
        if any(name not in case.arguments for case in cases):
            continue
        starts = [case.arguments[name] for case in cases]
        if any(start.shape != case.want.shape for start, case in zip(starts, cases, strict=True)):
            continue
        if all(_alike(c.got, start) for c, start in zip(cases, starts, strict=True)):
            return "given-back", f"is `{name}` as it came: nothing has been done to it."
        moved = [
            (case.got - start, case.want - start) for case, start in zip(cases, starts, strict=True)
        ]
        if all(_alike(case.got, b) for case, (_, b) in zip(cases, moved, strict=True)):
            return "change-alone", f"is what `{name}` should change by, without `{name}` itself."
        steps = [Case(a, b, {}) for a, b in moved]
        if held := _held(steps, [case for case in steps if not case.right]):
            return "step-held", f"moves from `{name}` by a step that {held[1]}"
        ratios = [_ratio(a, b) for a, b in moved]
        if None in ratios:
            continue
        if np.allclose(ratios, 1, rtol=1e-3):
            continue
        if np.allclose(ratios, ratios[0], rtol=1e-4):
            if np.isclose(ratios[0], -1, rtol=1e-4):
                return "other-way", f"moves away from `{name}` the wrong way: a sign is wrong."
            if len(cases) > 1 and ratios[0] > 0:
                return "step-scaled", (
                    f"moves {ratios[0]:.4g} times as far from `{name}` as it should: a number "
                    "multiplies or divides the step that does not belong there, or one is missing."
                )
        elif found := _multiple(ratios, cases):
            said, words, more = found
            return (
                "step-scaled",
                f"moves from `{name}` by a step that is {said} {words} once too often{more}.",
            )
    return None


def _shift(cases, wrong):
    shifts = [case.got - case.want for case in cases]
    if all(
        np.ptp(s) <= 1e-5 * np.abs(s).max() + 1e-6 * np.abs(c.want).max()
        for s, c in zip(shifts, cases, strict=True)
    ):
        numbers = [float(shift.flat[0]) for shift in shifts]
        if len(cases) > 1 and np.allclose(numbers, numbers[0], rtol=1e-4):
            more = "more" if numbers[0] > 0 else "less"
            return "shifted", f"is {abs(numbers[0]):.4g} {more} than it should be, everywhere."
    for name in cases[0].arguments:
        arrays = [case.arguments.get(name) for case in cases]
        if any(a is None for a in arrays) or not any(np.any(a) for a in arrays):
            continue
        for sign, said in ((1, "is added once too often"), (-1, "is missing, or is subtracted")):
            if all(_spread(sign * a, s) for a, s in zip(arrays, shifts, strict=True)):
                return "argument-added", f"is right but for `{name}`, which {said}."
    return None


def _spread(array, shift):
    """Tell whether an argument, repeated where need be, is what a result is off by."""
    try:
        return _alike(np.broadcast_to(array, shift.shape), shift)
    except ValueError:
        return False


def _other_place(cases, wrong):
    turned = {
        "transposed": (lambda y: y.T, "has its rows and columns exchanged."),
        "reversed": (lambda y: y[::-1], "is in the reverse order."),
        "mirrored": (lambda y: y[..., ::-1], "is in the reverse order, from left to right."),
        "moved-by-one": (lambda y: np.roll(y, 1, axis=0), "is moved on by one place."),
        "moved-back-by-one": (lambda y: np.roll(y, -1, axis=0), "is moved back by one place."),
    }
    if all(case.want.ndim and len(case.want) for case in cases):
        for slug, (turn, said) in turned.items():
            if all(_alike(case.got, turn(case.want)) for case in cases):
                return slug, said
        if sum(case.want.size for case in wrong) > ENOUGH and all(
            _alike(np.sort(c.got, axis=None), np.sort(c.want, axis=None)) for c in cases
        ):
            return "other-places", "has the right numbers, in other places."
    return None


def _softmax(y):
    e = np.exp(y - y.max(axis=-1, keepdims=True)) if y.ndim else np.exp(y)
    return e / e.sum(axis=-1, keepdims=True) if y.ndim else e


# What may be done to a result once too often, and what it is called.
BENT = {
    "complement": (lambda y: 1 - y, "1 minus what it should be"),
    "reciprocal": (
        lambda y: 1 / y,
        "1 divided by what it should be: above and below are exchanged",
    ),
    "squared": (np.square, "the square of what it should be"),
    "rooted": (np.sqrt, "the root of what it should be"),
    "absolute": (np.abs, "what it should be without its signs"),
    "exponential": (np.exp, "the exponential of what it should be"),
    "logarithm": (np.log, "the logarithm of what it should be"),
    "squashed": (lambda y: 1 / (1 + np.exp(-y)), "the sigmoid of what it should be"),
    "tanh": (np.tanh, "the tanh of what it should be"),
    "softmax": (_softmax, "the softmax of what it should be"),
    "rectified": (lambda y: np.maximum(y, 0), "cut off at 0"),
    "held-in-bounds": (lambda y: np.clip(y, 0, 1), "held between 0 and 1"),
    "held-in-wide-bounds": (lambda y: np.clip(y, -1, 1), "held between -1 and 1"),
    "added-up": (lambda y: np.cumsum(y, axis=0), "added up from the first on"),
    "one-more": (lambda y: y + 1, "1 more than it should be"),
    "ranks": (lambda y: _ranks(y), "the rank of what it should be, from 0 for the smallest"),
    "ranks-from-one": (
        lambda y: _ranks(y) + 1,
        "the rank of what it should be, from 1 for the smallest",
    ),
    "relative-ranks": (lambda y: _ranks(y) / y.size, "the rank of what it should be, as a share"),
    "above-the-mean": (lambda y: y > y.mean(), "1 where it should be above its mean, and 0 else"),
    "divided-by-its-largest": (lambda y: y / np.abs(y).max(), "divided by its largest"),
    "divided-by-its-sum": (lambda y: y / y.sum(), "divided by its sum"),
    "stretched": (lambda y: (y - y.min()) / np.ptp(y), "stretched from 0 to 1"),
    "standardised": (lambda y: (y - y.mean()) / y.std(), "standardised"),
    "centred": (lambda y: y - y.mean(), "centred: its mean is taken off"),
}


def _ranks(y):
    return np.argsort(np.argsort(y, axis=None, kind="stable")).reshape(y.shape)


def _bent(cases, wrong):
    for digits in range(7 if any(case.whole or case.got.any() for case in cases) else 0):
        for cut in (np.round, lambda y, d: np.trunc(y * 10**d) / 10**d):
            if all(np.allclose(c.got, cut(c.want, digits), atol=1e-9) for c in cases):
                return "rounded", "is rounded, or cut off behind the point. Keep all digits."
    for slug, (bend, said) in BENT.items():
        if slug in OF_SEVERAL and any(case.want.size < 2 for case in cases):
            continue
        if all(_alike(case.got, bend(case.want)) for case in cases):
            return slug, f"is {said}."
    for slug in ("exponential", "logarithm", "squared", "rooted", "squashed", "tanh", "softmax"):
        bend, said = BENT[slug]
        if slug == "softmax" and any(case.want.ndim == 0 for case in cases):
            continue
        if all(_alike(bend(case.got), case.want) for case in cases):
            said = said.removesuffix(" of what it should be").removeprefix("the ")
            return "last-step-missing", f"lacks a step: its {said} would be right."
    return None


OF_SEVERAL = (
    *("added-up", "softmax", "ranks", "ranks-from-one", "relative-ranks", "above-the-mean"),
    *("divided-by-its-largest", "divided-by-its-sum", "stretched", "standardised", "centred"),
)


def _held(cases, wrong):
    """Say that what is too large or too small is cut off, always at the same numbers."""
    off = [~np.isclose(c.got, c.want, rtol=1e-5, atol=1e-7) for c in wrong]
    if all(o.all() for o in off) or all(_flat(case.got) for case in cases):
        return None  # one number for all is another matter
    above = [c.got[o & (c.got < c.want)] for c, o in zip(wrong, off, strict=True)]
    below = [c.got[o & (c.got > c.want)] for c, o in zip(wrong, off, strict=True)]
    ends = []
    for word, limits in (("above", np.concatenate(above)), ("below", np.concatenate(below))):
        if limits.size and not np.allclose(limits, limits[0], rtol=1e-6):
            return None
        ends += [(word, float(limits[0]))] if limits.size else []
    held = dict(ends)
    low, high = held.get("below", -np.inf), held.get("above", np.inf)
    cut = sum(map(np.sum, off))
    if (
        cut < ENOUGH
        or 4 * sum(o.size for o in off) < 5 * cut
        or not all(_alike(c.got, np.clip(c.want, low, high)) for c in cases)
    ):
        return None
    return "held", "is cut off " + " and ".join(f"{word} {n:.4g}" for word, n in held.items()) + "."


def _in_part(cases, wrong):
    masks = [np.isclose(c.got, c.want, rtol=1e-5, atol=1e-7) for c in wrong]
    if not any(mask.any() for mask in masks) or any(mask.ndim == 0 for mask in masks):
        return None
    for name in wrong[0].arguments:
        signs = [case.arguments.get(name) for case in cases]
        if any(s is None or s.shape != c.want.shape for s, c in zip(signs, cases, strict=True)):
            continue
        every = [np.isclose(c.got, c.want, rtol=1e-5, atol=1e-7) for c in cases]
        both = sum(int((s < 0).any() and (s > 0).any()) for s in signs)
        for said, where in (
            ("negative", lambda s: s >= 0),
            ("positive", lambda s: s <= 0),
            ("0", lambda s: s != 0),
        ):
            if both and all((m == where(s)).all() for m, s in zip(every, signs, strict=True)):
                return "wrong-where", f"is right but for where `{name}` is {said}."
    if lines := _lines(masks):
        return lines
    long = [mask.reshape(len(mask), -1).all(axis=1) for mask in masks if len(mask) > 1]
    if all(mask.ndim > 1 for mask in masks):
        for place, said in ((0, "first"), (-1, "last")):
            if all(np.flatnonzero(~m).tolist() == [range(m.size)[place]] for m in masks):
                return f"{said}-wrong", f"is right but for its {said} element."
    if not long or len(long) < len(masks):
        return None
    if all(rows[0] and not rows[1:].any() for rows in long):
        return "first-only", "is right at its first place only. Does a loop end too soon?"
    if all(rows[-1] and not rows[:-1].any() for rows in long):
        return (
            "last-only",
            "is right at its last place only. Does each turn of a loop undo the one before?",
        )
    if all(rows[:-1].all() for rows in long):
        return "last-wrong", "is right but for its last place. Where does a loop, or a slice, end?"
    if all(rows[1:].all() for rows in long):
        return (
            "first-wrong",
            "is right but for its first place. Where does a loop, or a slice, begin?",
        )
    return None


def _lines(masks):
    """Say which rows or columns of large matrices are wrong, where these are few."""
    for axis, kind in ((1, "row"), (0, "column")):
        off = [
            tuple(np.flatnonzero(~mask.all(axis=axis)))
            for mask in masks
            if mask.ndim == 2 and min(mask.shape) > 6
        ]
        if (
            off
            and len(off) == len(masks)
            and len(set(off)) == 1
            and 3 * len(off[0]) < len(masks[0])
        ):
            said = ", ".join(map(str, off[0][:4])) + (", …" if off[0][4:] else "")
            plural = "s" if off[0][1:] else ""
            return "lines-wrong", f"is right but for {kind}{plural} {said}, counted from 0."
    return None


def _close(cases, wrong):
    near = all(
        np.abs(case.got - case.want).max() <= CLOSE * np.abs(case.want).max() for case in wrong
    )
    if not near or any(case.want.size < 1 for case in wrong):
        return None
    off = max(float(np.abs(c.got - c.want).max() / np.abs(c.want).max()) for c in wrong)
    return "nearly-right", (
        f"is nearly right: at most {100 * off:.1g} % off. Is something small added, cut off or "
        "only approximated?"
    )


def _turned(cases, wrong):
    if all(_alike(case.got.T, case.want) for case in cases):
        return "transposed", "is transposed: rows and columns are exchanged."
    return None


def _shape(cases, wrong):
    if turned := _turned(cases, wrong):
        return turned
    if any(case.got.shape == case.want.shape for case in wrong):
        return None
    if all(c.got.size == c.want.size and _alike(c.got.ravel(), c.want.ravel()) for c in cases):
        return "wrong-shape", "has the right numbers, in another shape."
    reduced = {"added up": np.sum, "averaged": np.mean, "reduced to the largest": np.max}
    axes = ((" to a single number", None), (" over the rows", 0), (" over the columns", 1))
    for said, reduce in reduced.items():
        for along, axis in axes:
            if all(_reduces(reduce, case.want, case.got, axis) for case in cases):
                return "reduced", f"is {said}{along}; its entries should stay apart."
            for sign, more in ((1, "."), (-1, ", and its sign is wrong.")):
                if all(_reduces(reduce, sign * c.got, c.want, axis) for c in cases):
                    return "not-reduced", f"still has to be {said}{along}{more}"
    for place, said in ((0, "first"), (-1, "last")):
        if all(c.want.ndim and len(c.want) and _alike(c.got, c.want[place]) for c in cases):
            why = "end too soon?" if place == 0 else "overwrite in each turn what was there?"
            return f"{said}-only", f"is the {said} part alone. Does a loop {why}"
    if all(c.got.ndim and len(c.got) and _alike(c.got, c.want[: len(c.got)]) for c in cases):
        return "incomplete", "is incomplete: what is there is right, and the rest is missing."
    if all(_spread(case.want, case.got) for case in cases):
        return "repeated", "has the right numbers, but repeats them."
    return None


def _reduces(reduce, large, small, axis):
    if large.ndim < 1 + (axis or 0) or large.size < 2:
        return _alike(large, small)
    return _alike(np.squeeze(reduce(large, axis=axis)), np.squeeze(small))


def _exchanged(values, k, off):
    """Say whether a result is what another one should be."""
    for j in off:
        if j != k and all(same_values(got[k], want[j]) for got, want, _ in values):
            return (
                "exchanged",
                f"The {NTH[min(k, 5)]} result is what the {NTH[min(j, 5)]} should be.",
            )
    return None
