"""Derivations on paper: the formula found is read, not run, and tried on numbers."""

import ast
import operator
from dataclasses import dataclass, field

import numpy as np

TOO_LONG = 500  # characters of a formula
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
FUNCTIONS = {name: getattr(np, name) for name in ("exp", "log", "sqrt", "tanh", "cosh", "sinh")}
# What is typed from paper, and how Python writes it.
TYPED = str.maketrans({"−": "-", "·": "*", "×": "*", "²": "**2", "ŷ": "y_hat", "η": "eta"})


@dataclass(frozen=True)
class Derivation:
    """What is to be derived.

    Attributes
    ----------
    task : str
    variables : dict from str to (low, high)
        The names that the formula may use, and from where to where it is tried.
    answer : str
    mistakes : dict from str to str
        Wrong formula → the sentence that names the mistake.
    """

    task: str
    variables: dict
    answer: str
    mistakes: dict = field(default_factory=dict)


class Unreadable(ValueError):
    """Why a formula cannot be read."""


def judge(derivation, formula):
    """Compare a formula with the right one at random points.

    Parameters
    ----------
    derivation : Derivation
    formula : str

    Returns
    -------
    bool
        Whether it is right, in whatever form.
    str
        What there is to say.
    """
    rng = np.random.default_rng(0)
    points = {
        name: rng.uniform(low, high, 50) for name, (low, high) in derivation.variables.items()
    }
    try:
        found = evaluate(formula, points)
    except Unreadable as reason:
        return False, str(reason)
    wanted = evaluate(derivation.answer, points)
    if _alike(found, wanted):
        return True, "It agrees with the derivation at 50 random points."
    for wrong, sentence in derivation.mistakes.items():
        if _alike(found, evaluate(wrong, points)):
            return False, sentence
    if _alike(-found, wanted):
        return False, "It is right except for the sign."
    ratio = found[0] / wanted[0]
    if np.isfinite(ratio) and _alike(found, ratio * wanted):
        return False, f"It is {ratio:.4g} times what it should be."
    i = int(np.argmax(~np.isclose(found, wanted, rtol=1e-6)))
    place = ", ".join(f"{name} = {values[i]:.3f}" for name, values in points.items())
    return False, f"At {place} it gives {found[i]:.4g}; expected {wanted[i]:.4g}."


def _alike(a, b):
    return np.allclose(a, b, rtol=1e-6, atol=1e-9)


def evaluate(formula, points):
    """Return the values of a formula at points.

    Parameters
    ----------
    formula : str
        In Python, with ``+ - * / **``, exp, log, sqrt, tanh and the names of the points. Nothing
        of it is run.
    points : dict from str to ndarray

    Raises
    ------
    Unreadable
    """
    formula = formula.strip().translate(TYPED)
    if len(formula) > TOO_LONG:
        raise Unreadable(f"It has {len(formula):,} characters; expected a formula of one line.")
    try:
        tree = ast.parse(formula, mode="eval").body
        with np.errstate(all="ignore"):
            values = np.broadcast_to(_value(tree, points), next(iter(points.values())).shape)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(
            "Python cannot read it as a formula. Multiply with *, and close each bracket."
        ) from None
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values)))
        place = ", ".join(f"{name} = {x[i]:.3f}" for name, x in points.items())
        raise Unreadable(f"At {place} it gives no finite number.")
    return values


def _value(node, points):
    """Return the value of a part of a formula."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return np.float64(node.value)
        case ast.Name(id=name) if name in points:
            return points[name]
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(node.left, points), _value(node.right, points))
        case ast.UnaryOp(op=op) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(node.operand, points))
        case ast.Call(func=function, args=[argument], keywords=[]):
            if (name := _name(function)) in FUNCTIONS:
                return FUNCTIONS[name](_value(argument, points))
            raise Unreadable(
                f"{ast.unparse(function)}(…) is no function that it knows. It knows "
                f"{', '.join(FUNCTIONS)}; a product needs its *."
            )
        case ast.Name(id=name):
            known = ", ".join(points)
            raise Unreadable(f"It uses {name}, which the task does not have. Use {known}.")
        case ast.BinOp(op=ast.BitXor()):
            raise Unreadable("In Python a power is written **; ^ is something else.")
    raise Unreadable(f"{ast.unparse(node)} is more than a formula needs: use + - * / ** and names.")


def _name(function):
    """Return the name of a function, also of np.exp and math.exp."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id in ("np", "numpy", "math") else None
    return getattr(function, "id", None)
