"""On which arguments a result depends, found out by changing them a little, one part at a time.

What an answer computes may be unlike any known mistake; that a bias has no part in it, or that one
example's result hangs on the others, shows all the same.
"""

import copy

import numpy as np

from course_lib.exercises.sandbox import numeric

SHORT = 6  # rows or columns that are tried one by one
FEW = 80  # calls
FAR = "far"  # in place of a place: changed so much that rounding shows


def changes(arguments):
    """List ((argument, axis, place), other arguments), each with one thing changed."""
    found = []
    for position, value in enumerate(arguments):
        if isinstance(value, bool) or not isinstance(value, (np.ndarray, float)):
            continue
        array = np.asarray(value)
        if array.dtype.kind not in "fiu" or not array.size:
            continue
        for at, turned in ((..., False), ((-1,) * array.ndim, False), (..., True)):
            found.append(((position, None, None), _replaced(arguments, position, at, turned)))
        for factor in _factors(array):  # what is rounded or cut off shows large changes alone
            others = (*arguments[:position], factor * value, *arguments[position + 1 :])
            found.append(((position, None, FAR), copy.deepcopy(others)))
        for axis, long in enumerate(array.shape[:2]):
            if 1 < long <= SHORT:
                for place in range(long):
                    at = (slice(None),) * axis + (place,)
                    for turned in (False, True):
                        others = _replaced(arguments, position, at, turned)
                        found.append(((position, axis, place), others))
    return found[:FEW]


def _factors(array):
    if array.dtype.kind != "f":
        return ()
    return (0.01, 0.3) if 0 <= array.min() and array.max() <= 1 else (-3, 10, 100, 0.01)


def _replaced(arguments, position, at, turned=False):
    """Change something of an argument, each entry in its own way: no mean makes up for it.

    Where only signs or ranks count, a small change does nothing: it is `turned` as well.
    """
    given = list(copy.deepcopy(arguments))
    array = np.array(given[position])
    part, own = array[at], np.sin(np.arange(1, array.size + 1)).reshape(array.shape)[at]
    if array.dtype.kind in "iu" and array.ndim == 1:  # labels stay labels
        array[at] = (part + 1) % (array.max() + 1)
    elif array.dtype.kind in "iu":
        array[at] = part + 1 + np.round(own + 1).astype(int)
    elif np.isin(array, (0, 1)).all() and array.ndim == 1:  # targets stay targets
        array[at] = 1 - part
    elif 0 <= array.min() and array.max() <= 1:
        array[at] = 0.93 - 0.87 * part if turned else part * (0.8 + 0.1 * own) + 0.05
    elif turned:
        array[at] = 0.3 * own - 1.7 * part
    else:
        array[at] = part + 0.1 + 0.05 * own
    given[position] = array if array.ndim else float(array)
    return tuple(given)


def traced(run, arguments):
    """Tell for each change which entries of which results change: key → list of arrays of bool.

    Parameters
    ----------
    run : function of arguments
        It gives an `Outcome`.
    arguments : tuple
    """
    first = run(arguments)
    parts = _parts(first)
    if parts is None:
        return None
    found = {}
    for key, others in changes(arguments):
        other = _parts(run(others))
        if other is None or [a.shape for a in parts] != [b.shape for b in other]:
            continue
        changed = [
            ~np.isclose(a, b, rtol=1e-3 if key[2] == FAR else 1e-9, atol=1e-12)
            for a, b in zip(parts, other, strict=True)
        ]
        own = () if key[2] == FAR else (key,)
        for known in dict.fromkeys((*own, (key[0], None, None))):
            before = found.get(known, changed)
            found[known] = [a | b for a, b in zip(before, changed, strict=True)]
    return found


def _parts(outcome):
    value = outcome.value
    if outcome.error is not None or value is None or isinstance(value, list):
        return None
    parts = [numeric(part) for part in (value if isinstance(value, tuple) else (value,))]
    if any(part is None or not np.isfinite(part).all() for part in parts):
        return None
    return [part.astype(float) for part in parts]


def _twins(arguments):
    """List the arguments that stand for one another: in the same shape, large where it is large."""
    found = set()
    for i, a in enumerate(arguments):
        for j, b in enumerate(arguments[:i]):
            if np.ndim(a) and np.shape(a) == np.shape(b) and np.size(a) > 1:
                orders = [np.argsort(x, axis=None, kind="stable") for x in (a, b)]
                if np.array_equal(*orders):
                    found |= {i, j}
    return found


def dependence(ours, theirs, names, arguments, in_steps=False, results=()):
    """Compare what two functions depend on; say the difference as (slug, sentence), or None.

    Parameters
    ----------
    ours, theirs : dict
        Of `traced`: the candidate's and the reference's.
    names : sequence of str
        Of the arguments.
    arguments : tuple
        Those of the probe.
    in_steps : bool
        One step follows another: of single rows nothing can be said.
    results : sequence of str, optional
        What the results are called, where there are several.
    """
    if not ours or not theirs:
        return None
    alike, shapes = _twins(arguments), [np.shape(numeric(a)) for a in arguments]
    keys = [key for key in ours if key in theirs and key[0] not in alike]
    if any(len(ours[key]) != len(theirs[key]) for key in keys):
        return None
    for look in (_unused, _unasked, *(() if in_steps else (_left_out, _mixed))):
        if found := look(ours, theirs, keys, names, shapes):
            slug, says, k, parts = found
            return slug, says.format(_which(k, parts, results))
    return None


def _which(k, parts, results):
    if 1 < parts == len(results):
        return f"`{results[k]}`"
    nth = ("first", "second", "third", "fourth", "fifth", "next")[min(k, 5)]
    return f"the {nth} result" if parts > 1 else "the result"


def _unused(ours, theirs, keys, names, shapes):
    for key in keys:
        if key[1] is None:
            for k, (a, b) in enumerate(zip(ours[key], theirs[key], strict=True)):
                if b.any() and not a.any():
                    says = f"Here `{names[key[0]]}` has no part in {{}}."
                    return "argument-unused", says, k, len(ours[key])
    return None


def _unasked(ours, theirs, keys, names, shapes):
    for key in keys:
        if key[1] is None:
            for k, (a, b) in enumerate(zip(ours[key], theirs[key], strict=True)):
                if a.any() and not b.any():
                    says = f"Here `{names[key[0]]}` has a part in {{}}, and should have none."
                    return "argument-unasked", says, k, len(ours[key])
    return None


def _left_out(ours, theirs, keys, names, shapes):
    """Say which rows or columns of an argument have no part in it."""
    for position, axis in dict.fromkeys(key[:2] for key in keys if key[1] is not None):
        places = [key for key in keys if key[:2] == (position, axis)]
        for k, entries in enumerate(ours[places[0]]):
            if entries.shape == shapes[position]:  # one by one: a value may leave it as it is
                continue
            needed = [key[2] for key in places if theirs[key][k].any()]
            used = [key[2] for key in places if ours[key][k].any()]
            missing = [place for place in needed if place not in used]
            if not missing or not used or len(needed) < 2:
                continue
            ends = {places[0][2]: "first", places[-1][2]: "last"}
            kind = "entry" if len(shapes[position]) < 2 else "row"
            kind = "column" if axis == 1 else kind
            parts, name = len(ours[places[0]]), names[position]
            if len(used) == 1 and used[0] in ends:
                says = f"Here only the {ends[used[0]]} {kind} of `{name}` has a part in {{}}."
                return "part-left-out", says, k, parts
            if len(missing) == 1 and missing[0] in ends:
                says = f"Here the {ends[missing[0]]} {kind} of `{name}` has no part in {{}}."
                return "part-left-out", says, k, parts
    return None


def _mixed(ours, theirs, keys, names, shapes):
    """Say where what belongs to one row, of a result and an argument, hangs on other rows too."""
    for position, axis in dict.fromkeys(key[:2] for key in keys if key[1] is not None):
        places = [key for key in keys if key[:2] == (position, axis)]
        for k, (mask, right) in enumerate(zip(ours[places[0]], theirs[places[0]], strict=True)):
            if mask.shape != right.shape or mask.ndim <= axis:
                continue
            own = all(_changed(theirs[key][k], axis) <= {key[2]} for key in places)
            more = any(_changed(ours[key][k], axis) - {key[2]} for key in places)
            if own and more and any(theirs[key][k].any() for key in places):
                key = places[0]
                single = len(shapes[key[0]]) < 2
                kind = "column" if key[1] else "entry" if single else "row"
                says = (
                    f"When one {kind} of `{names[key[0]]}` changes, so does what belongs to "
                    "others: in {} each should be computed by itself."
                )
                return "mixed", says, k, len(ours[key])
    return None


def _changed(mask, axis):
    """Return the rows, or the columns, in which something has changed."""
    return set(np.flatnonzero(np.moveaxis(mask, axis, 0).reshape(mask.shape[axis], -1).any(axis=1)))
