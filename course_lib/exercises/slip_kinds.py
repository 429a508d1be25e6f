"""The kinds of slips that `slips` makes in the source of a reference, one function for each kind.

Each yields `Slip`s: what is changed in the tree of a function, and the sentence that says so.
"""

import ast
import copy
import functools
import itertools
from collections import defaultdict
from dataclasses import dataclass

from course_lib.exercises.slip_helpers import CUTS, FADING, MEMORIES

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


@dataclass(frozen=True, eq=False)  # thousands are looked up again and again, each as itself
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
    rare : bool
        Whether something simpler that explains it goes before.
    """

    slug: str
    sentence: str
    where: str
    change: object = None
    pairs: bool = False
    part: object = None
    rare: bool = False


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
    if isinstance(node, ast.BinOp) and type(node.op) in MADE_BY:
        if any(getattr(side, "id", "") == "learning_rate" for side in (node.left, node.right)):
            return "the step"
        made = MADE_BY[type(node.op)]
        if not any(isinstance(side, ast.BinOp) for side in (node.left, node.right)):
            return f"{made} {_named(node.left)} and {_named(node.right)}"
    names = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    names = [n for n in names if n not in ("np", "len", "max", "min") and n[0] != "_"]
    if not names:
        return "a number"
    *most, last = (f"`{name}`" for name in names)
    return f"the part with {', '.join(most)}{' and ' if most else ''}{last} in it"


MADE_BY = {
    ast.Add: "the sum of",
    ast.Sub: "the difference of",
    ast.Mult: "the product of",
    ast.MatMult: "the product of",
    ast.Div: "the quotient of",
}


def _callee(node):
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def common(name, tree, of):
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
    return " and ".join(f"`{name}`" for name in names if name != "_")


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
    verb = "are" if " and " in own else "is"
    says = f"It gives what comes out if {own} {verb} found once, before the loop{note}."
    yield Slip("before-the-loop", says, name, _moved(statement.number, _before(loop.number)), False)
    says = f"It gives what comes out if {own} {verb} found once, after the loop{note}."
    yield Slip("after-the-loop", says, name, _moved(statement.number, _after(loop.number)), False)


def _of_value(name, statement, note):
    """Yield what may be done to a value that a line has found."""
    if _fixed(statement):
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for part in (n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)):
        if isinstance(part.ctx, ast.Store):
            for slug, (said, formula) in DONE_TO.items():
                line = ast.parse(f"{part.id} = {formula.format(part.id)}").body[0]
                says = f"It gives what comes out if `{part.id}` is {said}{note}."
                yield Slip(slug, says, name, _moved(statement.number, _followed_by(line)), False)


def _fixed(statement):
    """Tell whether what a line keeps hangs on nothing that was given, as a tiny `eps` does."""
    names = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    return bool(names) and names <= {"np", "float"}


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
    if isinstance(node, ast.AugAssign):
        value = ast.BinOp(ast.Name(f"_{node.target.id}", ast.Load()), node.op, node.value)
        return ast.Assign([node.target], value)
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


# More of them, which cost more and are tried after those above.


def rarer(name, tree, of):
    """Yield slips of a function: the same in several places, in some layers, or over the steps."""
    note = f", in what `{of}` does" if of else ""
    for statement, _ in _statements(tree):
        for node in _expressions(statement):
            for slug, says, make, _ in _of_numbers(node):
                yield Slip(slug, _said(says, note), name, _replace(node.number, make))
    yield from _of_alternatives(name, tree, note)
    yield from _in_several_places(name, tree, note)
    yield from _in_some_layers(name, tree, note)
    yield from _of_divisors(name, tree, note)
    yield from _of_places(name, tree, note)
    yield from _of_starts(name, tree, note)
    yield from _of_slopes_given(name, tree, note)
    yield from _of_whole_data(name, tree, note)
    lines = [*_statements(tree)]
    for (statement, loop), (following, _) in zip(lines, [*lines[1:], (None, None)], strict=True):
        yield from _of_memory(name, statement, loop, note)
        yield from _of_several_values(name, statement, note)
        if loop is not None and isinstance(following, (ast.Assign, ast.AugAssign)):
            if isinstance(statement, (ast.Assign, ast.AugAssign)):
                names = [*_names_of(statement), *_names_of(following)]
                if names in (["W", "b"], ["w", "b"], ["dW", "db"], ["dw", "db"]):
                    yield from _done_to(names, name, following, note)
    yield from _of_rates(name, tree, note)
    yield from _of_decay(name, tree, note)
    yield from _of_returned(name, tree, note)
    for statement, _ in _statements(tree):
        for node in _expressions(statement):
            yield from _of_part(name, node, note)


def _said(what, note):
    what += note
    return f"It gives what comes out if {what.rstrip(',')}."


def _changes(nodes, tree):
    """Return kind → list of (node, slug, words, function of the node): what may happen in each."""
    found = defaultdict(list)
    for node in nodes:
        for slug, says, make, _ in (*_of_expression(node, tree), *_of_numbers(node)):
            known = isinstance(make, functools.partial)
            key = (slug, make.func, make.args) if known else (slug, make, ())
            found[key].append((node, slug, says, make))
    return found


def _all_of(places):
    """Change several places, those inside of others first."""
    return _in_turn(*(_replace(node.number, make) for node, _, _, make in reversed(places)))


def _in_several_places(name, tree, note):
    lines = [[*_expressions(statement)] for statement, _ in _statements(tree)]
    groups = [*lines, [node for line in lines for node in line]]
    tried = set()
    for group in groups:
        for places in _changes(group, tree).values():
            numbers = tuple(node.number for node, *_ in places)
            if not 1 < len(places) <= 6 or (places[0][3], numbers) in tried:
                continue
            tried.add((places[0][3], numbers))
            said = list(dict.fromkeys(says for _, _, says, _ in places))
            what = said[0] if len(said) == 1 else f"{said[0].rstrip(',')}, and {said[1]}"
            what += ", wherever it can" if len(said) == 1 or len(said) > 2 else ""
            yield Slip(places[0][1], _said(what, note), name, _all_of(places))


# Where in a loop over layers: its test, and in words.
TURNS = {
    "{turn}[0]": "in the {first} layer alone",
    "{turn}[1]": "in the {last} layer alone",
    "not {turn}[0]": "in all layers but the {first}",
    "not {turn}[1]": "in all layers but the {last}",
}


def _in_some_layers(name, tree, note):
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and _over_layers(loop.iter):
            nodes = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.expr)]
            yield from _in_turns(name, tree, loop, loop.iter, nodes, note)
        elif isinstance(loop, ast.ListComp) and _over_layers(loop.generators[0].iter):
            nodes = [n for n in ast.walk(loop.elt) if isinstance(n, ast.expr)]
            yield from _in_turns(name, tree, loop, loop.generators[0].iter, nodes, note)


def _over_layers(node):
    return any(isinstance(n, ast.Name) and n.id in ("layers", "weights") for n in ast.walk(node))


def _in_turns(name, tree, loop, over, nodes, note):
    back = any(isinstance(n, ast.Name) and n.id == "reversed" for n in ast.walk(over))
    ends = {"first": "last", "last": "first"} if back else {"first": "first", "last": "last"}
    for places in _changes([n for n in nodes if hasattr(n, "number")], tree).values():
        for some in [places[k : k + 1] for k in range(len(places))] + [places][: len(places) - 1]:
            said = list(dict.fromkeys(says.rstrip(",") for _, _, says, _ in some))[:2]
            says = ", and ".join(said)
            for test, where in TURNS.items():
                wanted = ast.parse(test.format(turn="_turn"), mode="eval").body
                parts = [(n, s, w, functools.partial(_only_if, wanted, m)) for n, s, w, m in some]
                change = _in_turn(_all_of(parts), _numbering(loop.number))
                what = f"{says.rstrip(',')}, {where.format(**ends)}"
                yield Slip(some[0][1], _said(what, note), name, change)


def _only_if(test, make, node):
    return ast.IfExp(copy.deepcopy(test), make(copy.deepcopy(node)), node)


def _numbering(number):
    """Return what makes a loop know which turn this is."""

    def change(tree):
        for node in ast.walk(tree):
            if getattr(node, "number", None) == number and isinstance(
                node, (ast.For, ast.ListComp)
            ):
                loop = node if isinstance(node, ast.For) else node.generators[0]
                turn = ast.Name("_turn", ast.Store())
                loop.target = ast.Tuple([turn, loop.target], ast.Store())
                loop.iter = ast.Call(ast.Name("_numbered", ast.Load()), [loop.iter], [])
                return True
        return False

    return change


def _of_numbers(node):
    """Yield what may be added where something is divided, and other numbers for a mean."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        for above, below, said in (
            (1, 1, "above and below"),
            (1, 2, "above, and 2 below,"),
            (0, 1, "below"),
            (1, 0, "above"),
        ):
            what = f"1 is added {said} where it divides"
            yield "one-added", what, functools.partial(_added, above, below), False
    if isinstance(node, ast.Call) and _callee(node) in ("sum", "mean"):
        for other in OTHERWISE:
            said = f"{OTHERWISE[other]} stands in place of {CALLED[_callee(node)]}"
            yield "other-function", said, functools.partial(_called, other), False


# What else may stand in place of a function, and what it is called.
ALTERNATIVES = {
    "relu": {
        **{
            f"np.where({{0}} > 0, {{0}}, {c} * {{0}})": "a leaky ReLU"
            for c in (0.01, 0.1, 0.2, 0.3)
        },
        "np.log1p(np.exp({0}))": "softplus",
        "np.where({0} > 0, {0}, np.exp({0}) - 1)": "ELU",
        "{0} / (1 + np.exp(-{0}))": "swish",
        "np.clip({0}, 0, 6)": "ReLU6",
        "np.clip({0}, 0, 1)": "a ReLU cut off at 1",
        "np.abs({0})": "the absolute value",
        "np.minimum({0}, 0)": "the smaller of the number and 0",
        "{0} ** 2": "a square",
        "-np.maximum({0}, 0)": "a negative ReLU",
        "1.0 * ({0} > 0)": "a step",
        "np.maximum({0}, 1)": "a ReLU with its kink at 1",
        "np.sin({0})": "a sine",
    },
    "relu_grad": {
        **{f"np.where({{0}} > 0, 1, {c})": "the slope of a leaky ReLU" for c in (0.01, 0.1, 0.2)},
        "np.sign({0})": "the sign",
        "1.0 * ({0} >= 0)": "a slope of 1 at 0",
        "1.0 * ({0} < 0)": "the slope upside down",
        "(1 - {0} ** 2)": "the slope of tanh",
        "({0} * (1 - {0}))": "the slope of the sigmoid",
        "np.maximum({0}, 0)": "ReLU itself",
    },
    "tanh": {
        "{0} / (1 + np.abs({0}))": "softsign",
        "np.clip({0}, -1, 1)": "a straight line cut off at -1 and 1",
        "np.arctan({0})": "arctan",
        "np.sin({0})": "a sine",
        "np.tanh(2 * {0})": "tanh of twice the number",
        "np.tanh({0} / 2)": "tanh of half the number",
        "np.sign({0})": "the sign",
        "np.maximum({0}, 0)": "ReLU",
        "np.where({0} > 0, {0}, 0.01 * {0})": "a leaky ReLU",
        "1.7159 * np.tanh({0} * 2 / 3)": "a stretched tanh",
    },
    "sigmoid": {
        "np.tanh({0})": "tanh",
        "np.clip(0.2 * {0} + 0.5, 0, 1)": "a straight line cut off at 0 and 1",
        "{0} / (1 + np.abs({0}))": "softsign",
        "1.0 * ({0} > 0)": "a step",
    },
    "softmax": {
        **{f"softmax({{0}} / {T})": f"softmax at temperature {T}" for T in (2, 0.5, 10, 0.1, 5)},
        "(1 / (1 + np.exp(-{0})))": "the sigmoid",
        "np.exp({0})": "the exponential, which is not divided by its sum",
        "{0} / np.sum({0}, axis=1, keepdims=True)": "a share without the exponential",
        "np.eye({0}.shape[1])[{0}.argmax(axis=1)]": "a 1 for the largest and 0 for the others",
    },
}


def _of_alternatives(name, tree, note):
    """Yield other functions in place of those that are called."""
    for node in ast.walk(tree):
        others = isinstance(node, ast.Call) and node.args and ALTERNATIVES.get(_callee(node))
        for formula, said in (others or {}).items():
            make = functools.partial(_formula_of_argument, formula)
            what = f"{said} stands in place of `{_callee(node)}`"
            yield Slip("other-function", _said(what, note), name, _replace(node.number, make))


def _formula_of_argument(formula, node):
    return _formula(formula, node.args[0])


OTHERWISE = {
    "max": "the largest",
    "min": "the smallest",
    "std": "the spread",
    "median": "the median",
}


def _added(above, below, node):
    left = ast.BinOp(node.left, ast.Add(), ast.Constant(above)) if above else node.left
    right = ast.BinOp(node.right, ast.Add(), ast.Constant(below)) if below else node.right
    return ast.BinOp(left, ast.Div(), right)


# What may stand in place of the number of examples, and in words.
DIVISORS = {
    "max({0} - 1, 1)": "1 less than the number of examples",
    "({0} - 1)": "1 less than the number of examples",
    "({0} + 1)": "1 more than the number of examples",
    "np.sqrt({0})": "the root of the number of examples",
    "({0}) ** 2": "the square of the number of examples",
    "(2 * {0})": "twice the number of examples",
    **{str(n): f"{n}" for n in (2, 4, 10, 32, 64, 100, 128, 255, 400, 784, 1000, 10_000, 60_000)},
}


def _of_divisors(name, tree, note):
    """Yield other numbers for the number of examples, where a mean is taken."""
    nodes = [node for s, _ in _statements(tree) for node in _expressions(s)]
    counts = [n for n in nodes if isinstance(n, ast.Call) and _callee(n) == "len"]
    means = [n for n in nodes if isinstance(n, ast.Call) and _callee(n) == "mean" and n.args]
    for group in ([n] for n in (*counts, *means)):
        yield from _divided_by_others(name, group, note)
    if len(counts + means) > 1:
        yield from _divided_by_others(name, counts + means, note)


def _divided_by_others(name, nodes, note):
    for formula, said in DIVISORS.items():
        make = functools.partial(_with_divisor, formula)
        what = f"{said} is taken " + (
            "in its place" if "number" in said else "in place of the number of examples"
        )
        change = _all_of([(node, "", "", make) for node in nodes])
        yield Slip("other-divisor", _said(what, note), name, change)


def _with_divisor(formula, node):
    if _callee(node) == "len":
        return _formula(formula, node)
    count = ast.parse("np.shape(_)[0]", mode="eval").body
    count.value.args = [copy.deepcopy(node.args[0])]
    total = ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "sum", ast.Load()), node.args, [])
    total.keywords = node.keywords
    return ast.BinOp(total, ast.Div(), _formula(formula, count))


def _formula(text, node):
    """Put a node into a formula."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, name):
            return copy.deepcopy(node) if name.id == "_E" else name

    return Put().visit(ast.parse(text.format("_E"), mode="eval").body)


def _of_places(name, tree, note):
    """Yield other places in what is indexed: one more or less, and where a slice ends."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript):
            continue
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for axis, part in enumerate(parts):
            ends = [part.lower, part.upper] if isinstance(part, ast.Slice) else [part]
            for end in (e for e in ends if isinstance(e, ast.Name)):
                array = ast.unparse(node.value)
                shifts = {1: "one further on", -1: "one before"}
                for by, said in shifts.items():
                    formula = f"({{0}} + {by})"
                    if not isinstance(part, ast.Slice):
                        formula += f" % np.shape({array})[{axis}]"
                    what = f"`{end.id}` is {said}, where it picks from `{array}`"
                    make = functools.partial(_formula, formula)
                    yield Slip("other-place", _said(what, note), name, _replace(end.number, make))


def _of_starts(name, tree, note):
    """Yield steps that all start from what was given."""
    known, used, added = [a.arg for a in tree.args.args], [], []
    for statement, loop in _statements(tree):
        if loop is not None and isinstance(statement, ast.Assign):
            names = _names_of(statement)
            nodes = [n for n in _expressions(statement) if isinstance(n, ast.Name)]
            used += [n for n in nodes if n.id in known and n.id in names]
        if loop is not None and isinstance(statement, ast.AugAssign):
            if getattr(statement.target, "id", "") in known:
                added.append(statement)
    names = dict.fromkeys([*(node.id for node in used), *(s.target.id for s in added)])
    if len(names) > 1:
        places = [(node, "", "", _as_start) for node in [*used, *added]]
        change = _in_turn(*map(_kept, names), _all_of(places))
        called = " and ".join(f"`{n}`" for n in names)
        what = f"each step starts from {called} as they were given, not as the last one left them"
        yield Slip("as-it-was-given", _said(what, note), name, change)


def _of_memory(name, statement, loop, note):
    """Yield what mixes a value with those of earlier steps."""
    if loop is None or not isinstance(statement, (ast.Assign, ast.AugAssign)):
        return
    names = _names_of(statement)
    values = [(ast.Tuple([_load(n) for n in names], ast.Load()), names)] if names[1:] else []
    values += [(_load(n), [n]) for n in names]
    for kind, (slug, _, _, says) in MEMORIES.items():
        start = ast.parse(f"_kept = _Memory({kind!r})").body[0]
        for value, group in values if isinstance(statement, ast.Assign) else ():
            line = ast.parse(f"{', '.join(group)} = _kept(_)").body[0]
            line.value.args = [value]
            change = _in_turn(_moved(statement.number, _followed_by(line)), _first(start))
            said = says.format("the values of " + " and ".join(f"`{n}`" for n in group))
            yield Slip(slug, _said(said, note), name, change)
        for node, target in _taken_off(statement) if kind == "sum" else ():  # once for all kinds
            for cut, (done, formula) in DONE_TO_ALL.items():
                if cut.startswith(("held-between", "rounded")) or cut in (
                    "normalised",
                    "sign-alone",
                ):
                    text = f"learning_rate * _each(lambda _v: {formula.format('_v')}, {{0}}"
                    make = functools.partial(_formula, text + " / learning_rate)")
                    change = _replace(node.number, make)
                    said = f"the slope in the step of `{target}` is {done}"
                    yield Slip(cut, _said(said, note), name, change)
        for node, target in _taken_off(statement):
            make = functools.partial(_formula, "_kept({0})")
            change = _in_turn(_replace(node.number, make), _first(start))
            said = says.format(f"the steps of `{target}`")
            yield Slip(slug, _said(said, note), name, change)


def _load(name):
    return ast.Name(name, ast.Load())


def _names_of(statement):
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return [n.id for n in found if isinstance(n.ctx, ast.Store)]


def _taken_off(statement):
    """Yield the steps in a line, and what they move: the right of ``w - step`` and of ``w -=``."""
    if isinstance(statement, ast.AugAssign):
        if isinstance(statement.target, ast.Name):
            yield statement.value, statement.target.id
        return
    value = statement.value
    names = _names_of(statement)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub):
        left = value.left
        if isinstance(left, ast.Name) and [left.id] == names:
            yield value.right, left.id


def _first(line):
    def change(tree):
        tree.body.insert(0, copy.deepcopy(line))
        return True

    return change


# What else may be done to all values that a line has found: slug → words, formula of each array.
DONE_TO_ALL = {
    **{f"{slug}": done for slug, done in DONE_TO.items()},
    "rounded-to-one": ("rounded to one digit", "np.round({0}, 1)"),
    "rounded-to-three": ("rounded to three digits", "np.round({0}, 3)"),
    "rounded-to-four": ("rounded to four digits", "np.round({0}, 4)"),
    "truncated": ("cut off behind the point", "np.trunc({0})"),
    "one-sum": ("the sum of all its elements, one number for all,", "0 * {0} + np.sum({0})"),
    "one-mean": ("the mean of all its elements, one number for all,", "0 * {0} + np.mean({0})"),
    "one-largest": ("the largest of its elements, for all of them,", "0 * {0} + np.max({0})"),
    "one-length": (
        "its length, the root of the sum of squares, one number for all,",
        "0 * {0} + np.sqrt(np.sum({0} * {0}))",
    ),
    "mean-of-rows": ("the mean of its rows, the same for all,", "0 * {0} + np.mean({0}, axis=0)"),
    "standardised": ("standardised", "({0} - np.mean({0})) / (np.std({0}) + 1e-12)"),
    "standardised-in-columns": (
        "standardised in each column",
        "({0} - np.mean({0}, axis=0)) / (np.std({0}, axis=0) + 1e-12)",
    ),
    "standardised-in-rows": (
        "standardised in each row",
        "({0} - np.mean({0}, axis=-1, keepdims=True))"
        " / (np.std({0}, axis=-1, keepdims=True) + 1e-12)",
    ),
    "centred-in-rows": ("centred in each row", "{0} - np.mean({0}, axis=-1, keepdims=True)"),
    "centred-in-columns": ("centred in each column", "{0} - np.mean({0}, axis=0)"),
    "divided-by-its-largest": ("divided by its largest", "{0} / (np.max(np.abs({0})) + 1e-12)"),
    "divided-by-its-sum": ("divided by its sum", "{0} / np.sum({0})"),
    "stretched": ("stretched from 0 to 1", "({0} - np.min({0})) / (np.max({0}) - np.min({0}))"),
    "one-more": ("1 larger", "{0} + 1"),
    "one-less": ("1 smaller", "{0} - 1"),
    "complement": ("1 minus what it is", "1 - {0}"),
    "reciprocal": ("turned upside down", "1 / {0}"),
    "root": ("replaced by its root", "np.sqrt(np.abs({0}))"),
    "exponential": ("replaced by its exponential", "np.exp({0})"),
    "logarithm": ("replaced by its logarithm", "np.log({0})"),
    "tenfold": ("multiplied by 10", "10 * {0}"),
    "a-tenth": ("divided by 10", "{0} / 10"),
    "a-hundredth": ("divided by 100", "{0} / 100"),
    "a-thousandth": ("divided by 1000", "{0} / 1000"),
    "mirrored": ("mirrored from left to right", "{0}[..., ::-1]"),
    "thresholded": ("replaced by 1 where it is above ½, and 0 elsewhere,", "1.0 * ({0} > 0.5)"),
    "positive-or-not": ("replaced by 1 where it is above 0, and 0 elsewhere,", "1.0 * ({0} > 0)"),
    "ranked": ("replaced by its ranks", "_ranks({0})"),
    **{
        f"held-between-{lo}-{hi}": (f"held between {lo} and {hi}", f"np.clip({{0}}, {lo}, {hi})")
        for lo, hi in CUTS
    },
}
# What is done to all of them together.
TOGETHER = {
    "normalised-together": ("scaled to length 1 together", "_jointly({0})"),
    "held-to-length-1": ("shortened to length 1 together", "_jointly({0}, 1)"),
    "held-to-length-5": ("shortened to length 5 together", "_jointly({0}, 5)"),
    "held-to-length-half": ("shortened to length ½ together", "_jointly({0}, 0.5)"),
    "held-to-length-tenth": ("shortened to length 0.1 together", "_jointly({0}, 0.1)"),
}


def _of_several_values(name, statement, note):
    """Yield what may be done to all that a line has found, or to one of them, array by array."""
    if not isinstance(statement, (ast.Assign, ast.AugAssign)) or _fixed(statement):
        return
    names = _names_of(statement)
    for group in ([names] if names[1:] else []) + [[n] for n in names]:
        yield from _done_to(group, name, statement, note)


def _done_to(group, name, statement, note):
    """Yield what may be done to the values of these names after a line."""
    if group:
        listed = ", ".join(group)
        value = f"({listed})" if group[1:] else listed
        verb = "are each" if group[1:] else "is"
        called = " and ".join(f"`{n}`" for n in group)
        for slug, (said, formula) in DONE_TO_ALL.items():
            if slug in DONE_TO and not group[1:] and group[0] not in ("gradients", "layers"):
                continue  # done above
            if slug.startswith("one-") and "one_hot" in ast.unparse(statement):
                continue  # the labels have no part in it, which says more
            text = f"{listed} = _each(lambda _v: {formula.format('_v')}, {value})"
            yield _line_after(slug, f"{called} {verb} {said}", text, name, statement, note)
        for slug, (said, formula) in (
            TOGETHER.items() if "d" in group[0][:1] + group[0][2:4] else ()
        ):
            text = f"{listed} = {formula.format(value)}"
            yield _line_after(slug, f"{called} {verb} {said}", text, name, statement, note)


def _of_slopes_given(name, tree, note):
    """Yield what may be done to all slopes together that a function is given."""
    slopes = [a.arg for a in tree.args.args if a.arg in ("dw", "db", "dW")]
    for slug, (said, formula) in TOGETHER.items() if slopes[1:] else ():
        listed = ", ".join(slopes)
        line = ast.parse(f"{listed} = {formula.format(f'({listed})')}").body[0]
        called = " and ".join(f"`{n}`" for n in slopes)
        yield Slip(slug, _said(f"{called} are {said}", note), name, _first(line))


def _of_whole_data(name, tree, note):
    """Yield steps that look at all data where a batch is at hand."""
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Tuple):
            continue
        if isinstance(loop.iter, ast.Call) and _callee(loop.iter) == "minibatches":
            wholes = {
                part.id: whole for part, whole in zip(loop.target.elts, ("X", "y"), strict=True)
            }
            used = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)]
            counted = {
                n.args[0].number
                for s in loop.body
                for n in ast.walk(s)
                if isinstance(n, ast.Call) and _callee(n) == "len" and hasattr(n.args[0], "number")
            }
            for some in (used, [n for n in used if n.number not in counted]):
                places = [
                    (n, "", "", functools.partial(_as_name, wholes[n.id]))
                    for n in some
                    if n.id in wholes
                ]
                what = "all of `X` and `y` stand in the loop, in place of the batch that it is at"
                yield Slip("all-for-the-batch", _said(what, note), name, _all_of(places))


def _line_after(slug, what, text, name, statement, note):
    line = ast.parse(text).body[0]
    change = _moved(statement.number, _followed_by(line))
    return Slip(slug, _said(what, note), name, change)


def _of_rates(name, tree, note):
    """Yield learning rates that change from turn to turn of a loop."""
    if "learning_rate" not in [a.arg for a in tree.args.args]:
        return
    loops = [s for s, _ in _statements(tree) if isinstance(s, ast.For)]
    for loop in loops:
        for how in FADING:
            start = ast.parse(f"_rate, _faded = learning_rate, _Faded({how!r})").body
            line = ast.parse("learning_rate = _faded(_rate)").body[0]
            change = _in_turn(
                _moved(loop.number, _inside(line)), *(_first(s) for s in reversed(start))
            )
            what = "the learning rate changes from turn to turn of a loop"
            yield Slip("rate-fades", _said(what, note), name, change)


def _inside(line):
    def how(tree, body, place):
        body[place].body.insert(0, copy.deepcopy(line))
        return True

    return how


SHARES = ("0.1", "0.01", "0.001", "0.0001", "0.05", "0.5")


def _of_decay(name, tree, note):
    """Yield a part of the weights that is taken off in each step."""
    steps = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            if isinstance(node.left, ast.Name) and hasattr(node.left, "number"):
                steps.append(node.left)
    if not any(a.arg == "learning_rate" for a in tree.args.args):
        return
    for statement, _ in _statements(tree):
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Sub):
            weights = getattr(statement.target, "id", "")
            what = f"a part of `{weights}` itself is taken off in each step, as with weight decay"
            for share in SHARES if weights else ():
                formula = f"{{0}} + learning_rate * {share} * {weights}"
                change = _replace(statement.value.number, functools.partial(_formula, formula))
                yield Slip("weight-decay", _said(what, note), name, change)
    for group in [[s] for s in steps] + ([steps] if steps[1:] else []):
        called = " and ".join(dict.fromkeys(f"`{s.id}`" for s in group))
        what = f"a part of {called} itself is taken off in each step, as with weight decay"
        for share in SHARES:
            for formula in (
                f"(1 - learning_rate * {share}) * {{0}}",
                f"(1 - {share}) * {{0}}",
                f"({{0}} - learning_rate * {share} * np.sign({{0}}))",
            ):
                make = functools.partial(_formula, formula)
                change = _all_of([(node, "", "", make) for node in group])
                yield Slip("weight-decay", _said(what, note), name, change)


def _of_returned(name, tree, note):
    """Yield arguments that come back as they were given."""
    known = [a.arg for a in tree.args.args]
    for statement, _ in _statements(tree):
        for node in _expressions(statement) if isinstance(statement, ast.Return) else ():
            if isinstance(node, ast.Name) and node.id in known and node.id in _stored_again(tree):
                change = _in_turn(_kept(node.id), _replace(node.number, _as_start))
                what = f"`{node.id}` comes back as it was given"
                yield Slip("given-back", _said(what, note), name, change)


def _stored_again(tree):
    return {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


# What may be done to a part of an expression, and to a name in it: slug → words, formula.
DONE_TO_A_PART = {
    slug: DONE_TO_ALL[slug]
    for slug in (
        *("wrong-sign", "sign-lost", "squared", "root", "complement", "one-more", "doubled"),
        *("halved", "one-sum", "one-mean", "one-largest", "cut-off", "exponential"),
    )
}
TO_A_NAME = ("squared", "complement", "sign-lost", "cut-off", "reversed")


def _of_part(name, node, note):
    """Yield what may be done to a part of an expression."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        kinds = TO_A_NAME if node.id not in NO_NUMBERS else ()
    else:
        is_call = isinstance(node, ast.Call) and _callee(node) not in NO_NUMBERS
        kinds = DONE_TO_A_PART if is_call or isinstance(node, ast.BinOp) else ()
    for slug in kinds:
        if slug.startswith("one-") and "one_hot" in (name, *ast.unparse(node).split("(")):
            continue
        said, formula = DONE_TO_ALL[slug]
        make = functools.partial(_formula, formula)
        what = f"{_named(node)} is {said} on the way"
        yield Slip(slug, _said(what, note), name, _replace(node.number, make))


NO_NUMBERS = (
    *("np", "layers", "rng", "len", "range", "zip", "minibatches", "append", "insert"),
    *("reversed", "enumerate", "steps", "epochs", "batch_size", "losses", "inputs", "gradients"),
)
