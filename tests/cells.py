"""What a code cell reads and sets, and whether it only draws: for tests of whole lessons."""

import ast
import builtins
import symtable
from functools import cache

# What a cell that only draws may call: NumPy, functions of one array, what arrays and containers
# can do by themselves, and whatever begins with one of `CANVAS`.
CANVAS = {"plots", "plt", "figure"}
FUNCTIONS = {*dir(builtins), "sigmoid", "softmax", "tanh", "relu"}
METHODS = {name for kind in (dict, list) for name in dir(kind)} | {
    "argmax", "argsort", "astype", "clip", "max", "mean", "min", "ravel", "reshape", "std", "sum",
}  # fmt: skip


@cache
def names(code):
    """Return what a cell needs from earlier cells and what it sets, two sets of names."""
    needs, sets = set(), set()
    for statement in ast.parse(code).body:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        symbols = table.get_symbols()
        read = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
        for child in table.get_children():
            read |= globals_of(child)
        binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
        if isinstance(statement, (ast.For, ast.If, ast.With)):  # which may bind before they read
            read -= binds - {name for name in binds if is_read_first(statement, name)}
        needs |= read - sets - set(dir(builtins))
        sets |= binds
    return needs, sets


def globals_of(table):
    """Return the global names that a function, and what is defined in it, reads."""
    found = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return found.union(*map(globals_of, table.get_children()))


def is_read_first(statement, name):
    """Tell whether a statement reads a name on an earlier line than it binds it."""
    uses = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == name]
    order = sorted(uses, key=lambda n: (n.lineno, isinstance(n.ctx, ast.Load), n.col_offset))
    same_line = [n for n in uses if n.lineno == order[0].lineno]
    if isinstance(statement, ast.For) and order[0] in ast.walk(statement.target):
        return name in {n.id for n in ast.walk(statement.iter) if isinstance(n, ast.Name)}
    return any(isinstance(n.ctx, ast.Load) for n in same_line)


def only_draws(code, later=()):
    """Tell whether a cell draws and does nothing else that the rest of its lesson needs.

    It defines, imports and prints nothing; it sets no name that a cell of `later` needs; each of
    its loops draws, or goes over what is drawn on; and to compute it calls no more than NumPy and
    functions of one array. What trains, asks a network or tries out a student's function does more.
    """
    tree = ast.parse(code)
    sets = names(code)[1]
    for cell in later:
        needs, again = names(cell)
        if needs & sets:
            return False
        sets = sets - again
    canvas = drawn_on(tree)
    return (
        any(root(node) in canvas for node in ast.walk(tree) if isinstance(node, ast.Call))
        and all(draws_or_prepares(statement, canvas) for statement in tree.body)
        and all(is_harmless(n, canvas) for n in ast.walk(tree) if isinstance(n, ast.Call))
    )


def root(node):
    """Return the name that a chain of attributes, places and calls begins with, or None."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def bound(target):
    """Return the names in the target of an assignment or a loop."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def drawn_on(tree):
    """Return the names of figures, of axes, and of what draws."""
    found = set(CANVAS)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and root(node.value) in found:
            found |= bound(node.targets[0])
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and bound(node.iter) & found:
            found |= bound(node.target)
    return found


def draws_or_prepares(statement, canvas):
    """Tell whether a statement draws, or sets names; a loop has to draw."""
    match statement:
        case ast.Assign():
            return True
        case ast.AugAssign(target=ast.Name()):
            return True
        case ast.Expr(value=ast.Call()):
            return root(statement.value) in canvas
        case ast.For():
            draws = any(isinstance(inner, ast.Expr) for inner in statement.body)
            return draws and all(draws_or_prepares(inner, canvas) for inner in statement.body)
    return False


def is_harmless(call, canvas):
    """Tell whether a call draws, or is arithmetic that needs no explanation."""
    if root(call) in canvas | {"np"}:
        return True
    if isinstance(call.func, ast.Name):
        return call.func.id in FUNCTIONS
    return isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
