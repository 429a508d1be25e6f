"""What comes out where a right answer has one slip in it: a term, a sign, a mean, a line, a name.

Slips are made here, in the source of a reference and of what it calls, rather than foreseen one by
one in each exercise. Where one of them gives what an answer gave on every ordinary probe, that is
what the answer does, however it is written; and so it is with two slips together.
"""

import ast
import copy
import functools
import inspect
import itertools
import textwrap
from dataclasses import dataclass

import numpy as np

from course_lib.exercises.sandbox import numeric, run, same_values
from course_lib.exercises.words import results_named

ENOUGH = 3  # wrong numbers with a fraction, which do not agree by chance
FEW = 40  # slips of which pairs are tried
BY_HAND = "course_lib.by_hand."
# What is taken for one another, and how the sentence calls it.
KINSHIPS = (
    ("sigmoid", "tanh", "relu"),
    ("mean", "sum"),
    ("log", "log2", "log10", "log1p"),
    ("argmax", "argmin"),
    ("maximum", "minimum"),
)
PLAIN = ("sigmoid", "tanh", "relu", "softmax", "abs", "sign", "sqrt", "log", "exp", "clip")
CALLED = {
    **{"mean": "a mean", "sum": "a sum", "abs": "the absolute value", "sqrt": "the root"},
    **{"log": "the logarithm", "exp": "the exponential", "sign": "the sign", "clip": "the limit"},
    **{"argmax": "the place of the largest", "argmin": "the place of the smallest"},
    **{"maximum": "the larger", "minimum": "the smaller"},
}

# What may be done to a value on the way, once too often.
DONE_TO = {
    "wrong-sign": ("turned to its negative", "-{0}"),
    "sign-lost": ("taken without its signs", "np.abs({0})"),
    "sign-alone": ("replaced by its signs", "np.sign({0})"),
    "doubled": ("doubled", "2 * {0}"),
    "halved": ("halved", "{0} / 2"),
    "squared": ("squared", "{0} * {0}"),
    "zero": ("0", "0 * {0}"),
    "one": ("1", "0 * {0} + 1"),
    "cut-off": ("cut off at 0", "np.maximum({0}, 0)"),
    "cut-off-above": ("cut off above 0", "np.minimum({0}, 0)"),
    "averaged": ("divided by the number of its rows", "{0} / len({0})"),
    "added-up": ("multiplied by the number of its rows", "{0} * len({0})"),
    "reversed": ("in reverse order", "{0}[::-1]"),
    "rounded": ("rounded", "np.round({0})"),
    "rounded-to-two": ("rounded to two digits", "np.round({0}, 2)"),
    "normalised": ("scaled to length 1", "{0} / np.sqrt(np.sum({0} * {0}))"),
    "sigmoid": ("squashed by a sigmoid", "1 / (1 + np.exp(-{0}))"),
    "tanh": ("squashed by a tanh", "np.tanh({0})"),
    "centred": ("centred", "{0} - np.mean({0})"),
}


@dataclass(frozen=True)
class Slip:
    """One small thing that is wrong.

    Attributes
    ----------
    slug, sentence : str
        As those of a mistake.
    where : str
        The function that it is in.
    change : function of its tree
        It makes the slip there, and tells whether it could.
    pairs : bool
        Whether it is tried together with another.
    part : function
        In place of a change: what stands for the whole function.
    """

    slug: str
    sentence: str
    where: str
    change: object = None
    pairs: bool = False
    part: object = None


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
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        if ast.get_docstring(tree) is not None:
            tree.body = tree.body[1:]
        for number, node in enumerate(ast.walk(tree)):
            if isinstance(node, (ast.expr, ast.stmt)):  # others stand for many of their kind
                node.number = number
        trees[name] = tree
        names |= function.__globals__
    found = [*_of_parts(exercise, functions)]
    for name, tree in trees.items():
        found += _in_tree(name, tree, "" if name == exercise.id else name)
    return trees, names, found


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
                says = f"The fault is in what `{name}` does, called or written out. "
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


@functools.lru_cache(maxsize=5_000)
def made(exercise, slips):
    """Make the reference with these slips in it, or return None where they do not go together."""
    trees, names, _ = _workshop(exercise)
    space, changed = dict(names), {}
    for slip in slips:
        if slip.part is None:
            tree = changed.get(slip.where) or copy.deepcopy(trees[slip.where])
            if not slip.change(tree):
                return None
            changed[slip.where] = tree
    module = ast.Module([changed.get(name, tree) for name, tree in trees.items()], [])
    try:
        exec(compile(ast.fix_missing_locations(module), "<slips>", "exec"), space)
    except (SyntaxError, TypeError, ValueError):
        return None
    for slip in slips:
        if slip.part is not None:
            space[slip.where] = slip.part
    return space[exercise.id]


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


@functools.lru_cache(maxsize=20_000)
def _outcome(exercise, slips, i):
    """Run the reference with these slips on a probe, once for all answers."""
    function = made(exercise, slips)
    return None if function is None else run(function, exercise.probes[i].arguments, _Calls())


def slipped(exercise, found, wanted, probes, alone=True, pairs=False):
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
    order = [*off, *(i for i in probes if i not in off)]
    slips = _workshop(exercise)[2]

    if alone:
        return next((s for s in slips if _explains(exercise, (s,), found, order)), None)
    if not pairs:
        return _in_part(exercise, found, wanted, order)
    some = [slip for slip in slips if slip.pairs]
    both = itertools.combinations(some, 2) if len(some) <= FEW else ()
    return next((two[0] for two in both if _explains(exercise, two, found, order)), None)


def _in_part(exercise, found, wanted, order):
    """Find the slip that explains the first losses, or else one of several results.

    All other results are as in that slip, or it leaves them as they should be.
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
    if known and sum(not same_values(a, b) for a, b in firsts) >= ENOUGH:
        for slip in _workshop(exercise)[2]:
            if _explains(exercise, (slip,), found, order, _first_loss):
                return slip
    for k in range(parts):
        if sum(_fractions(g[k], w[k]) for g, w in pairs) >= 2 * ENOUGH:
            for slip in _workshop(exercise)[2]:
                if _explains(exercise, (slip,), found, order, lambda value, k=k: value[k]) and all(
                    _compatible(
                        _outcome(exercise, (slip,), i).value, found[i].value, wanted[i].value
                    )
                    for i in order
                ):
                    return slip
    return None


def _compatible(theirs, got, want):
    return all(
        same_values(a, b) or same_values(a, c) for a, b, c in zip(theirs, got, want, strict=True)
    )


def _first_loss(value):
    losses = value[-1]
    many = isinstance(losses, (list, np.ndarray)) and np.ndim(losses) == 1 and len(losses)
    return losses[0] if many and not isinstance(losses[0], (tuple, list)) else None


def _explains(exercise, slips, found, order, view=lambda value: value):
    for i in order:
        outcome = _outcome(exercise, slips, i)
        if outcome is None or outcome.error is not None:
            return False
        try:
            if not same_values(view(found[i].value), view(outcome.value)):
                return False
        except (IndexError, TypeError):
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


# The slips.


def _replace(number, make):
    """Return what puts another node in the place of one."""

    class Replace(ast.NodeTransformer):
        done = False

        def visit(self, node):
            if getattr(node, "number", None) == number:
                self.done = True
                return make(node)
            return self.generic_visit(node)

    def change(tree):
        replace = Replace()
        replace.visit(tree)
        return replace.done

    return change


def _body_of(tree, number):
    """Return the list of statements in which one stands, and its place."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for place, statement in enumerate(body if isinstance(body, list) else ()):
            if getattr(statement, "number", None) == number:
                return body, place
    return None


def _moved(number, how):
    def change(tree):
        at = _body_of(tree, number)
        return bool(at) and how(tree, *at)

    return change


def _named(node):
    """Call a part of an expression by a name, never by its formula."""
    if isinstance(node, ast.Name):
        return f"`{node.id}`"
    if isinstance(node, ast.Constant):
        return f"the number {node.value}"
    if isinstance(node, ast.Call):
        name = _callee(node)
        if name == "len":
            return "the number of examples"
        return CALLED.get(name, f"`{name}`")
    if isinstance(node, (ast.Subscript, ast.Attribute)):
        return _named(node.value)
    names = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id != "np")
    return "what is made of " + " and ".join(f"`{name}`" for name in names)


def _callee(node):
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def _in_tree(name, tree, of):
    """Yield all slips of one function."""
    for statement, loop in _statements(tree):
        targets = _targets(statement)
        where = f" in {targets}" if targets else " in what comes back"
        where = "" if isinstance(statement, (ast.For, ast.While)) else where
        where += f", in what `{of}` does" if of else ""
        yield from _of_statement(name, tree, statement, loop, where, of)
        for node in _expressions(statement):
            for slug, says, make, pairs in _of_expression(node, tree):
                says = f"It gives what comes out if {says}{where}."
                yield Slip(slug, says, name, _replace(node.number, make), pairs)


def _statements(tree):
    """Yield (statement, the loop it is in) of a function."""

    def walk(body, loop):
        for statement in body:
            yield statement, loop
            if isinstance(statement, (ast.For, ast.While)):
                yield from walk(statement.body, statement)
            elif isinstance(statement, ast.If):
                yield from walk(statement.body, loop)

    yield from walk(tree.body, None)


def _expressions(statement):
    """Yield the nodes of what a statement calculates."""
    if isinstance(statement, ast.For):
        roots = [statement.iter]
    elif isinstance(statement, (ast.If, ast.While)):
        roots = [statement.test]
    else:
        roots = [getattr(statement, "value", None)]
    for root in roots:
        if root is not None:
            yield from (node for node in ast.walk(root) if isinstance(node, ast.expr))


def _targets(statement):
    if isinstance(statement, (ast.For, ast.While)):
        return ""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    names = [n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)]
    value = getattr(statement, "value", None)
    if not names and isinstance(statement, ast.Expr) and isinstance(value, ast.Call):
        names = [n.id for n in ast.walk(value.func) if isinstance(n, ast.Name)]
    return " and ".join(f"`{name}`" for name in names)


def _of_expression(node, tree):
    """Yield (slug, words, function of the node, whether it goes with another slip)."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "wrong-sign", f"a minus is missing before {_named(node.operand)}", _operand, True
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in _stored(tree):
            if other != node.id and node.id in _stored(tree):
                said = f"`{other}` stands in place of `{node.id}`"
                yield "other-name", said, functools.partial(_as_name, other), False
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        if type(node.ops[0]) in TURNED:
            yield "comparison", "equal values count otherwise", _turned, False


TURNED = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}


def _turned(node):
    return ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)


def _operand(node):
    return node.operand


def _as_name(other, node):
    return ast.Name(other, ast.Load())


def _stored(tree):
    names = [a.arg for a in tree.args.args]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return [name for name in dict.fromkeys(names) if name != "_"]


def _left(node):
    return node.left


def _right(node):
    return node.right


def _with_operation(operation, node):
    return ast.BinOp(node.left, operation(), node.right)


def _exchanged(node):
    return ast.BinOp(node.right, node.op, node.left)


def _of_operation(node):
    op, left, right = type(node.op), _named(node.left), _named(node.right)
    if op is ast.Add:
        yield "term-missing", f"{right} is left out", _left, True
        yield "term-missing", f"{left} is left out", _right, True
        other = functools.partial(_with_operation, ast.Sub)
        yield "wrong-sign", f"{right} is subtracted, not added,", other, True
        other = functools.partial(_with_operation, ast.Mult)
        yield "other-operation", f"{left} and {right} are multiplied, not added,", other, False
    elif op is ast.Sub:
        yield (
            "wrong-sign",
            "what is subtracted and what it is subtracted from change places",
            _exchanged,
            True,
        )
        other = functools.partial(_with_operation, ast.Add)
        yield "wrong-sign", f"{right} is added, not subtracted,", other, True
        yield "term-missing", f"{right} is left out", _left, True
        yield "term-missing", f"{left} is left out", _right, True
    elif op is ast.Mult:
        yield "factor-missing", f"{right} is left out", _left, True
        yield "factor-missing", f"{left} is left out", _right, True
        other = functools.partial(_with_operation, ast.Add)
        yield "other-operation", f"{left} and {right} are added, not multiplied,", other, False
        other = functools.partial(_with_operation, ast.Div)
        yield "other-operation", f"{right} divides, where it should multiply,", other, False
    elif op is ast.Div:
        yield "division-missing", f"nothing is divided by {right}", _left, True
        other = functools.partial(_with_operation, ast.Mult)
        yield "division-missing", f"{right} multiplies, where it should divide,", other, False
        yield "turned-upside-down", "above and below change places", _exchanged, False
    elif op is ast.Pow:
        yield "power-missing", f"a power of {left} is left out", _left, True


def _called(other, node):
    func = copy.deepcopy(node.func)
    if isinstance(func, ast.Attribute):
        func.attr = other
    elif other in ("tanh",):
        func = ast.Attribute(ast.Name("np", ast.Load()), other, ast.Load())
    else:
        func.id = other
    return ast.Call(func, node.args, node.keywords)


def _in_relu(node):
    zero = ast.Constant(0)
    return ast.Call(
        ast.Attribute(ast.Name("np", ast.Load()), "maximum", ast.Load()), [node.args[0], zero], []
    )


def _argument(node):
    return node.args[0] if node.args else node.func.value


def _along(axis, node):
    kept = [k for k in node.keywords if k.arg != "axis"]
    kept += [ast.keyword("axis", ast.Constant(axis))] if axis is not None else []
    return ast.Call(node.func, node.args, kept)


def _ones_of(node):
    return ast.Constant(1.0)


def _swapped(i, j, node):
    args = list(node.args)
    args[i], args[j] = args[j], args[i]
    return ast.Call(node.func, args, node.keywords)


def _of_call(node):
    name = _callee(node)
    called = CALLED.get(name, f"`{name}`")
    for kin in KINSHIPS:
        for other in kin if name in kin else ():
            said = f"{CALLED.get(other, f'`{other}`')} stands in place of {called}"
            if other == "relu" and node.args:
                yield "other-function", said, _in_relu, True
            elif other != name and not (
                other == "sigmoid" and isinstance(node.func, ast.Attribute)
            ):
                slug = "mean-or-sum" if other in ("mean", "sum") else "other-function"
                yield slug, said, functools.partial(_called, other), True
    if name in PLAIN and (node.args or isinstance(node.func, ast.Attribute)):
        yield "function-missing", f"{called} is left out", _argument, True
    if name.endswith("_grad") and len(node.args) == 1:
        yield "slope-missing", f"`{name}` is left out", _ones_of, True
    if any(k.arg == "axis" for k in node.keywords):
        for axis, said in (
            (0, "over the rows"),
            (1, "over the columns"),
            (None, "over everything"),
        ):
            yield "other-axis", f"{called} runs {said}", functools.partial(_along, axis), False
    if name == "range" and len(node.args) == 1:
        for n, said in ((-1, "one turn less"), (1, "one turn more")):
            yield "turns", f"the loop takes {said}", functools.partial(_longer, n), True
    if len(node.args) > 1 and name.islower():
        for i, j in itertools.combinations(range(len(node.args)), 2):
            said = f"{_named(node.args[i])} and {_named(node.args[j])} change places in {called}"
            yield "arguments-exchanged", said, functools.partial(_swapped, i, j), False


def _longer(n, node):
    end = ast.BinOp(node.args[0], ast.Add(), ast.Constant(n))
    return ast.Call(node.func, [end], [])


def _of_statement(name, tree, statement, loop, where, of):
    """Yield what may be wrong with a whole line: its place, or what it keeps."""
    own, note = _targets(statement), f", in what `{of}` does" if of else ""
    targets = statement.targets[0] if isinstance(statement, ast.Assign) else None
    known = [a.arg for a in tree.args.args]
    if isinstance(targets, ast.Tuple):
        for part in targets.elts:
            if isinstance(part, ast.Name) and part.id in known:
                says = f"It gives what comes out if `{part.id}` stays as it was{note}."
                yield Slip("not-updated", says, name, _replace(part.number, _nobody), True)
    if isinstance(targets, ast.Name) and (targets.id in known or loop):
        if any(targets.id == k for k in known):
            says = f"It gives what comes out if `{targets.id}` stays as it was{note}."
            yield Slip("not-updated", says, name, _moved(statement.number, _left_out), True)
    if own and isinstance(statement, (ast.Assign, ast.AugAssign)):
        yield from _of_value(name, statement, note)
    if loop is not None:
        yield from _of_start(name, statement, known, note)
    if not own:
        return
    for by in (1, 2, 3):
        says = f"It gives what comes out if the line for {own} stands further down{note}."
        yield Slip("too-late", says, name, _moved(statement.number, _down(by)), False)
    if loop is None:
        return
    says = f"It gives what comes out if {own} is found once, before the loop{note}."
    yield Slip("before-the-loop", says, name, _moved(statement.number, _before(loop.number)), False)
    says = f"It gives what comes out if {own} is found once, after the loop{note}."
    yield Slip("after-the-loop", says, name, _moved(statement.number, _after(loop.number)), False)


def _of_value(name, statement, note):
    """Yield what may be done to a value that a line has found."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for part in (n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)):
        if isinstance(part.ctx, ast.Store):
            for slug, (said, formula) in DONE_TO.items():
                line = ast.parse(f"{part.id} = {formula.format(part.id)}").body[0]
                says = f"It gives what comes out if `{part.id}` is {said}{note}."
                yield Slip(slug, says, name, _moved(statement.number, _followed_by(line)), False)


def _of_start(name, statement, known, note):
    """Yield uses of what was given in place of what the last turn of a loop has left."""
    for node in _expressions(statement):
        if isinstance(node, ast.Name) and node.id in known:
            says = f"It gives what comes out if `{node.id}` is taken as it was given, not as the "
            says += f"last step left it{note}."
            change = _in_turn(_kept(node.id), _replace(node.number, _as_start))
            yield Slip("as-it-was-given", says, name, change, False)


def _kept(name):
    def change(tree):
        tree.body.insert(0, ast.parse(f"_{name} = {name}").body[0])
        return True

    return change


def _in_turn(*changes):
    return lambda tree: all([change(tree) for change in changes])


def _as_start(node):
    return ast.Name(f"_{node.id}", ast.Load())


def _followed_by(line):
    def how(tree, body, place):
        body.insert(place + 1, copy.deepcopy(line))
        return True

    return how


def _nobody(node):
    return ast.Name("_", ast.Store())


def _left_out(tree, body, place):
    body[place] = ast.Pass()
    return True


def _down(by):
    def how(tree, body, place):
        if place + by >= len(body):
            return False
        body.insert(place + by, body.pop(place))
        return True

    return how


def _before(loop):
    def how(tree, body, place):
        line = body.pop(place)
        at = _body_of(tree, loop)
        at[0].insert(at[1], line)
        return bool(body)

    return how


def _after(loop):
    def how(tree, body, place):
        line = body.pop(place)
        at = _body_of(tree, loop)
        at[0].insert(at[1] + 1, line)
        return bool(body)

    return how
