"""What comes out where a right answer has one slip in it: a term, a sign, a mean, a line, a name.

Slips are made here, in the source of a reference and of what it calls, rather than foreseen one by
one in each exercise. Where one of them gives what an answer gave on every ordinary probe, that is
what the answer does, however it is written; and so it is with two slips together.
"""

import ast
import functools
import inspect
import itertools
import textwrap
from dataclasses import replace

import numpy as np

from course_lib.exercises import slip_helpers
from course_lib.exercises.sandbox import numeric, run, same_values
from course_lib.exercises.slip_kinds import Slip, common, rarer
from course_lib.exercises.words import STILL_WRONG, results_named

ENOUGH = 3  # wrong numbers with a fraction, which do not agree by chance
FEW = 40  # slips of which pairs are tried
MANY = 2000  # slips, of which the rare ones need more than one situation to be looked for
BY_HAND = "course_lib.by_hand."
GIVEN = "as_it_was_given"
# What a slip may call.
HELPERS = {
    "_each": slip_helpers.each,
    "_Memory": slip_helpers.Memory,
    "_Faded": slip_helpers.Faded,
    "_jointly": slip_helpers.jointly,
    "_numbered": slip_helpers.numbered,
    "_ranks": slip_helpers.ranks,
}


def _functions(exercise):
    """Return name → function of a reference and all that it calls of what exercises ask for."""
    asked = {other.reference for other in exercise.__base__.__subclasses__()}
    found, new = {}, [exercise.reference]
    while new:
        function = new.pop()
        found[function.__name__] = function
        names = [function.__globals__.get(name) for name in function.__code__.co_names]
        functions = [f for f in names if inspect.isfunction(f) and f.__name__ not in found]
        new += [f for f in functions if f in asked or f.__module__.startswith(BY_HAND)]
    return found


@functools.cache
def _workshop(exercise):
    """Return the trees and the names that functions with slips are made of, and the slips."""
    functions = _functions(exercise)
    trees, names = {}, {}
    for name, function in functions.items():
        if function is not exercise.reference and not function.__module__.startswith(BY_HAND):
            continue
        trees[name] = _tree(function)
        names |= function.__globals__
    found = [*_of_parts(exercise, functions)]
    for kinds in (common, rarer):
        for name, tree in trees.items():
            slips = kinds(name, tree, "" if name == exercise.id else name)
            found += [replace(slip, rare=kinds is rarer) for slip in slips]
    if given := getattr(exercise, "as_given", None):  # and what a repair starts from
        trees[GIVEN] = _tree(given.functions[0])
        trees[GIVEN].name = GIVEN
        names = given.functions[0].__globals__ | names
        for kinds in (common, rarer):
            for slip in kinds(GIVEN, trees[GIVEN], ""):
                found.append(replace(slip, sentence=STILL_WRONG + slip.sentence))
    codes = {name: _compiled(tree) for name, tree in trees.items()}
    return trees, names | HELPERS, found, codes


def _tree(function):
    """Return the tree of a function, numbered."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    tree.decorator_list = []
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, (ast.expr, ast.stmt)):  # others stand for many of their kind
            node.number = number
    return tree


def _copied(node):
    """Copy a tree: many times faster than `copy.deepcopy`, which makes up for most of a search."""
    new = type(node).__new__(type(node))
    for key, value in vars(node).items():
        if isinstance(value, ast.AST):
            value = _copied(value)
        elif isinstance(value, list):
            value = [_copied(v) if isinstance(v, ast.AST) else v for v in value]
        new.__dict__[key] = value
    return new


def _compiled(tree):
    return compile(ast.fix_missing_locations(ast.Module([tree], [])), "<slips>", "exec")


def _of_parts(exercise, functions):
    """Yield the mistakes of other exercises that this one is made of, or that ask for the same."""
    others = {other.reference: other for other in exercise.__base__.__subclasses__()}
    for other in others.values():
        if (
            other is not exercise
            and not hasattr(other, "as_given")
            and _ask_for_the_same(exercise, other)
        ):
            for mistake in other.misconceptions:
                for wrong in mistake.functions:
                    yield Slip(mistake.slug, mistake.sentence, exercise.id, part=wrong)
    for name, function in functions.items():
        other = others.get(function)
        if other is None or other is exercise:
            continue
        for mistake in other.misconceptions:
            for wrong in mistake.functions:
                says = f"It is as if what `{name}` does, called or written out, had this fault. "
                yield Slip(mistake.slug, says + mistake.sentence, name, part=wrong)


def _ask_for_the_same(exercise, other):
    """Tell whether the task of another exercise is this one, as that of a repair may be."""
    if other.arguments != exercise.arguments:
        return False
    given = [probe.arguments for probe in exercise.probes if not probe.extreme]
    both = ([run(e.reference, arguments) for arguments in given] for e in (exercise, other))
    return all(
        a.error is b.error is None and same_values(b.value, a.value)
        for a, b in zip(*both, strict=True)
    )


@functools.lru_cache(maxsize=500)
def made(exercise, slips):
    """Make the reference with these slips in it, or return None where they do not go together."""
    trees, names, _, codes = _workshop(exercise)
    space, changed = dict(names), {}
    for slip in slips:
        if slip.part is None:
            tree = changed.get(slip.where) or _copied(trees[slip.where])
            if not slip.change(tree):
                return None
            changed[slip.where] = tree
    try:
        for name, code in codes.items():
            exec(_compiled(changed[name]) if name in changed else code, space)
    except Exception:  # what does not compile is no slip
        return None
    for slip in slips:
        if slip.part is not None:
            space[slip.where] = slip.part
    return space[GIVEN if any(slip.where == GIVEN for slip in slips) else exercise.id]


class _Calls:
    """The allowance of a slip, which may go on for ever: calls, that cost next to nothing to count.

    References make some hundreds.
    """

    def __init__(self):
        self.left, self.watching = 20_000, False

    def watch(self, frame, event, argument):
        """End it where it has made too many."""
        self.left -= 1
        if self.left < 0 and self.watching:
            raise TimeoutError


@functools.lru_cache(maxsize=50_000)
def _outcome(exercise, slips, i):
    """Run the reference with these slips on a probe, once for all answers."""
    function = made(exercise, slips)
    return None if function is None else run(function, exercise.probes[i].arguments, _Calls())


def slipped(exercise, found, wanted, probes, alone=True, pairs=False, whole=True):
    """Find the slip that explains what an answer gave, or the first of two.

    Parameters
    ----------
    exercise : Exercise
    found, wanted : list of Outcome
        Of the candidate and of the reference.
    probes : list of int
        The ordinary ones, all of which came back.
    alone : bool
        Look for one that explains everything, or else the first losses or one of the results.
    pairs : bool
        Then look for two together.
    whole : bool
        Of one of the results the others have to be as in the slip, or right; else the slip has to
        leave right what is so.

    Returns
    -------
    Slip or None
    """
    if any(found[i].error is not None for i in probes):
        return None
    off = [i for i in probes if not same_values(found[i].value, wanted[i].value)]
    telling = sum(_fractions(found[i].value, wanted[i].value) for i in off)
    if not off or telling < ENOUGH:
        return None
    slips = _workshop(exercise)[2]
    if len(off) == 1 < len(probes) - 2 and len(slips) > MANY:  # right but for a single situation
        slips = [slip for slip in slips if not slip.rare]
    if alone:
        return next((s for s in slips if _explains(exercise, (s,), found, probes)), None)
    if not pairs:
        return _in_part(exercise, slips, found, wanted, probes, whole)
    some = [slip for slip in slips if slip.pairs]
    both = itertools.combinations(some, 2) if len(some) <= FEW else ()
    return next((two[0] for two in both if _explains(exercise, two, found, probes)), None)


def _in_part(exercise, slips, found, wanted, order, whole=True):
    """Find the slip that explains the first losses, or else one of several results.

    If `whole`, all other results are as in that slip, or it leaves them as they should be; else it
    leaves those alone that are right.
    """
    pairs = [(found[i].value, wanted[i].value) for i in order]
    parts = min(len(want) if isinstance(want, tuple) else 0 for _, want in pairs)
    if parts < 2 or any(not isinstance(g, (tuple, list)) or len(g) != len(w) for g, w in pairs):
        return None
    firsts = [(_first_loss(got), _first_loss(want)) for got, want in pairs]
    known = "losses" in results_named(exercise.reference)
    known = known and all(
        np.ndim(a) == np.ndim(b) == 0 and a is not None is not b for a, b in firsts
    )
    if known and sum(_fractions(a, b) for a, b in firsts) >= ENOUGH:
        for slip in slips:
            if _explains(exercise, (slip,), found, order, _first_loss):
                return slip
    for k in range(parts):
        if sum(_fractions(g[k], w[k]) for g, w in pairs) >= 2 * ENOUGH:
            for slip in slips:
                if _explains(exercise, (slip,), found, order, lambda value, k=k: value[k]) and (
                    _compatible(exercise, slip, order, found, wanted, whole)
                ):
                    return slip
    return None


def _compatible(exercise, slip, order, found, wanted, whole):
    """Tell whether each result is as in a slip, or as it should be in that."""
    for i in order:
        theirs = _outcome(exercise, (slip,), i).value
        for a, b, c in zip(theirs, found[i].value, wanted[i].value, strict=True):
            if same_values(a, b) or same_values(a, c):
                continue
            if whole or same_values(b, c):
                return False
    return True


def _first_loss(value):
    losses = value[-1]
    many = isinstance(losses, (list, np.ndarray)) and np.ndim(numeric(losses)) == 1 and len(losses)
    return losses[0] if many and not isinstance(losses[0], (tuple, list)) else None


def _explains(exercise, slips, found, order, view=lambda value: value):
    for i in order:
        outcome = _outcome(exercise, slips, i)
        if outcome is None or outcome.error is not None:
            return False
        try:
            if not same_values(view(found[i].value), view(outcome.value)):
                return False
        except Exception:  # a slip may give anything, a list that has itself in it too
            return False
    return True


def _fractions(value, want):
    """Count the numbers that are wrong, and have a fraction."""
    if isinstance(value, (tuple, list)) and isinstance(want, (tuple, list)):
        return sum(map(_fractions, value, want))
    array = None if same_values(value, want) else numeric(value)
    if array is None or array.dtype.kind != "f":
        return 0
    return int(np.sum(np.isfinite(array) & (array != np.round(array))))
