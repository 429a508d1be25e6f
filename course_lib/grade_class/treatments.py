"""A patient's treatment, as a notebook writes it, run again in the grader's own process.

Nothing of it runs as Python. A treatment comes as text; what can be written with the patient's own
examples and layers, numbers, the arithmetic of scaling and slicing, and the names of NAMES is
worked out here, step by step. Anything else is said not to have been run again.
"""

import ast
import operator

import numpy as np

from course_lib import clinic, layers, losses, optimizers
from course_lib.clinic import case

MOST = {"text": 2000, "number": 1e6, "units": 1000, "dense": 12}
STEPS, WORK = 30_000, 3e9  # of a training: steps, and examples × weights × epochs
NAMES = {
    f.__name__: f
    for f in (
        *(optimizers.SGD, optimizers.RMSProp, optimizers.Adam),
        *(layers.Dense, layers.glorot, layers.he, layers.Sigmoid, layers.Tanh, layers.ReLU),
        *(layers.LeakyReLU, layers.ELU, layers.Softplus, layers.SiLU, layers.GELU),
        *(losses.sigmoid_cross_entropy, losses.softmax_cross_entropy, losses.mean_squared_error),
        len,
    )
}
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
STATISTICS = ("mean", "std", "min", "max")
KEPT = (*case.PARTS, "X_all", "y_all")  # what may be asked of a patient


class Unreadable(Exception):
    """What is no such text; says why."""


def outcome(bed, seed, texts):
    """Return a sentence about the treatments of a patient, or an empty text.

    The last that heals is told of, else the last.

    Parameters
    ----------
    bed : str
    seed : int
    texts : list of dict
        Each with "parts", from the part of the training to an expression, and "names", from what
        these mention to the expressions that it was given by.
    """
    said = ""
    if texts:
        patient = clinic.patient(bed, seed)
    for text in texts:
        try:
            treatment = patient.tried(_given(patient, text["parts"], text["names"]))
        except Unreadable as why:
            said = f"its treatment was not run again: {why}"
        except RecursionError:
            said = "its treatment was not run again: it is too deep"
        except Exception as why:  # refused, or shapes that do not fit
            said = f"its treatment, run again, gives {type(why).__name__}"
        else:
            if treatment is None:
                continue
            drugs = ", ".join(treatment.drugs)
            if treatment.healed:
                return f"its treatment ({drugs}), run again, heals it"
            said = f"its treatment ({drugs}), run again, does not heal it"
            if treatment.patch:
                said = f"its treatment, run again, is a patch of the symptom: {treatment.patch}"
    return said


def _given(patient, parts, names):
    """Return the arguments of `Patient.treat`, or say why they cannot be worked out."""
    known, trees = {}, {}
    for name, text in [*names.items(), *parts.items()]:
        if len(text) > MOST["text"]:
            raise Unreadable("it is too long")
        try:
            trees[name if name in names else f"{name}="] = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise Unreadable("it is no expression") from None
    given = {
        part: _Reader(patient, known, trees).value(trees[f"{part}="])
        for part in parts
        if part in case.PARTS
    }
    if len(given) < len(parts):
        raise Unreadable(f"a training has no {next(name for name in parts if name not in given)}")
    _affordable(patient, given)
    return given


def _affordable(patient, given):
    """Refuse a training that takes long."""
    part = {name: given.get(name, getattr(patient, name)) for name in case.PARTS}
    m, epochs, batch = len(part["X"]), part["epochs"], part["batch_size"] or len(part["X"])
    weights = sum(d.params["W"].size for d in part["layers"] if isinstance(d, layers.Dense))
    if epochs * -(-m // max(1, batch)) > STEPS or epochs * m * weights > WORK:
        raise Unreadable("it would train for too long")


class _Reader:
    """Works out the expressions of one treatment; a name's value is worked out once."""

    def __init__(self, patient, known, trees):
        self.patient, self.known, self.trees = patient, known, trees

    def value(self, node):
        """Return what an expression stands for."""
        read = getattr(self, f"_{type(node).__name__.lower()}", None)
        if read is None:
            raise Unreadable(f"it has a {type(node).__name__}, which is not worked out here")
        return read(node)

    def _constant(self, node):
        wrong = not isinstance(node.value, (int, float, bool, type(None)))
        if wrong or abs(node.value or 0) > MOST["number"]:
            raise Unreadable("it has a number or a text that no training needs")
        return node.value

    def _name(self, node):
        if node.id in NAMES:
            return NAMES[node.id]
        if node.id not in self.known:
            if node.id not in self.trees:
                raise Unreadable(f"{node.id} cannot be worked out")
            tree = self.trees.pop(node.id)  # so that a name that means itself ends
            self.known[node.id] = self.value(tree)
        return self.known[node.id]

    def _attribute(self, node):
        if self.value(node.value) is not self.patient or node.attr not in KEPT:
            raise Unreadable(f"{ast.unparse(node)[:40]} cannot be worked out")
        return getattr(self.patient, node.attr)

    def _list(self, node):
        items = []
        for item in node.elts:
            starred = isinstance(item, ast.Starred)
            found = self.value(item.value if starred else item)
            items += list(found) if starred else [found]
        if len(items) > 2 * MOST["dense"]:
            raise Unreadable("it has too many layers")
        return items

    def _tuple(self, node):
        return tuple(self._list(node))

    def _binop(self, node):
        return self._reckoned(node.op, self.value(node.left), self.value(node.right))

    def _unaryop(self, node):
        return self._reckoned(node.op, self.value(node.operand))

    def _reckoned(self, op, *values):
        numbers = all(isinstance(v, (int, float, np.ndarray, np.number)) for v in values)
        if type(op) not in OPERATORS or not numbers:
            if isinstance(op, ast.Add) and all(isinstance(v, list) for v in values):
                return [*values[0], *values[1]][: 2 * MOST["dense"]]
            raise Unreadable("its arithmetic is not worked out here")
        with np.errstate(all="ignore"):
            return OPERATORS[type(op)](*values)

    def _subscript(self, node):
        whole, place = self.value(node.value), self.value(node.slice)
        places = place if isinstance(place, tuple) else (place,)
        if any(p is None or isinstance(p, float) for p in places):
            raise Unreadable("it adds an axis")
        return whole[place]

    def _slice(self, node):
        return slice(*(part and self.value(part) for part in (node.lower, node.upper, node.step)))

    def _call(self, node):
        name, options = _end(node.func), {}
        if name == "patient":  # the one that is treated: others' examples would not pass for its
            return self.patient
        if name == "default_rng":
            return np.random.default_rng(0)
        for keyword in node.keywords:
            if keyword.arg == "rng":
                options["rng"] = self._generator(keyword.value)
            elif keyword.arg is None:
                raise Unreadable("it has **")
            else:
                options[keyword.arg] = self.value(keyword.value)
        if name == "permutation" and isinstance(node.func, ast.Attribute):
            (m,) = map(self.value, node.args)
            if type(m) is not int or m > clinic.MOST["examples"]:
                raise Unreadable("it has a permutation of another kind")
            return self._generator(node.func.value).permutation(m)
        if name in STATISTICS and isinstance(node.func, ast.Attribute):
            array = self.value(node.func.value)
            if not isinstance(array, np.ndarray):
                raise Unreadable(f"it has the {name} of no array")
            return getattr(array, name)(*map(self.value, node.args), **options)
        if name not in NAMES:
            raise Unreadable(f"{name or 'a call'} is not worked out here")
        arguments = [self.value(argument) for argument in node.args]
        sizes = [v for v in (*arguments, *options.values()) if isinstance(v, (int, float))]
        if name == "Dense" and any(type(n) is not int or n > MOST["units"] for n in sizes):
            raise Unreadable("it has a layer of another size")
        return NAMES[name](*arguments, **options)

    def _generator(self, node):
        """Return a generator; where a notebook has drawn from it before, here it is fresh."""
        name = getattr(node, "id", ast.unparse(node)[:40])
        return self.known.setdefault(f"rng {name}", np.random.default_rng(0))


def _end(node):
    """Return the last name of a dotted one."""
    return getattr(node, "attr", None) or getattr(node, "id", None)
