"""Values as JSON between the grader and the process in which a submission runs; no pickle.

`give` writes the arguments of a probe, functions and networks among them, and `take` makes them
again there. `tell` writes whatever an answer did, and `hear` reads it here: as data, of bounded
size, of which nothing is run.
"""

import base64
import importlib
import marshal
import types
from functools import partial

import numpy as np

from course_lib.exercises.engine import Observed
from course_lib.exercises.sandbox import KINDRED, Exhausted, Outcome, text_of

ELEMENTS, PARTS, BYTES, DEEP, WORDS = 100_000, 50_000, 3_000_000, 20, 2000
NUMBERS, OTHERS = "fiubc", "OSUVMm"
SINGLE = {"none": None, "...": ..., "not implemented": NotImplemented}
BASES = {kind.__name__: kind for kind in (*KINDRED, NotImplementedError)}


# --- From the grader to the submission -----------------------------------------------------------


def give(value):
    """Write an argument, whatever it is made of, as JSON."""
    if isinstance(value, dict):
        return ["dict", [[give(key), give(part)] for key, part in value.items()]]
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, [give(part) for part in value]]
    if isinstance(value, types.ModuleType):
        return ["module", value.__name__]
    if isinstance(value, np.random.Generator):
        return ["generator", give(value.bit_generator.state)]
    if isinstance(value, (type, types.BuiltinFunctionType, np.ufunc)) or _is_shipped(value):
        module = getattr(value, "__module__", None) or "numpy"  # of a ufunc
        return ["name", module, getattr(value, "__qualname__", value.__name__)]
    if isinstance(value, types.FunctionType):
        inside = [cell.cell_contents for cell in value.__closure__ or ()]
        used = {n: value.__globals__[n] for n in _names(value.__code__) if n in value.__globals__}
        code = _text(marshal.dumps(value.__code__))
        return ["function", code, give([value.__name__, value.__defaults__, inside, used])]
    if hasattr(value, "__dict__") and type(value).__module__.startswith("course_lib"):
        return ["object", give(type(value)), give(vars(value))]
    return _Teller().write(value)


def take(written):
    """Make an argument again."""
    kind, *parts = written
    if kind == "dict":
        return {take(key): take(part) for key, part in parts[0]}
    if kind in ("tuple", "list"):
        return (tuple if kind == "tuple" else list)(map(take, parts[0]))
    if kind == "module":
        return importlib.import_module(parts[0])
    if kind == "generator":
        state = take(parts[0])
        bits = getattr(np.random, state["bit_generator"])()
        bits.state = state
        return np.random.Generator(bits)
    if kind == "name":
        found = importlib.import_module(parts[0])
        for name in parts[1].split("."):
            found = getattr(found, name)
        return found
    if kind == "function":
        name, defaults, inside, used = take(parts[1])
        cells = tuple(map(types.CellType, inside))
        code = marshal.loads(base64.b64decode(parts[0]))
        return types.FunctionType(
            code, used | {"__builtins__": __builtins__}, name, defaults, cells
        )
    if kind == "object":
        made = object.__new__(take(parts[0]))
        vars(made).update(take(parts[1]))
        return made
    value = hear(written)
    return value.copy() if isinstance(value, np.ndarray) else value


def _is_shipped(value):
    """Tell whether it is a function that the submission's process has under its name as well."""
    module = getattr(value, "__module__", "") or ""
    ours = module.startswith("course_lib") and not module.startswith("course_lib.exercises")
    return isinstance(value, types.FunctionType) and ours and "<" not in value.__qualname__


def _names(code):
    inner = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


# --- From the submission to the grader -----------------------------------------------------------


def tell(observed):
    """Write what was observed as JSON; what is too large is written as its shape."""
    write = _Teller().write
    outcomes = [
        {
            "value": write(outcome.value),
            "error": _error(outcome.error),
            "warned": bool(outcome.warned),
            "printed": bool(outcome.printed),
            "changed": list(outcome.changed),
            "lazy": bool(outcome.lazy),
        }
        for outcome in observed.outcomes
    ]
    return {
        "kind": _short(observed.kind),
        "outcomes": outcomes,
        "names": [_short(name) for name in observed.names],
        "loops": bool(observed.loops),
        "borrowed": _short(observed.borrowed),
        "prints": _short(observed.prints),
        "raised": [_short(words) for words in observed.raised],
    }


def listen(told, probes, arguments):
    """Read what was observed on so many probes, and refuse what is not of that form."""
    outcomes = [
        Outcome(
            hear(one["value"]),
            _as_error(one["error"]),
            one["warned"] is True,
            "yes" if one["printed"] is True else "",
            tuple(i for i in one["changed"] if i in range(len(arguments))),
            one["lazy"] is True,
        )
        for one in told["outcomes"]
    ]
    names = tuple(map(_short, told["names"]))
    if told["kind"] == "function" and len(outcomes) != probes:
        raise ValueError("other probes than were asked")
    return Observed(
        kind=_short(told["kind"]),
        outcomes=outcomes,
        names=names if len(names) == len(arguments) else arguments,
        loops=told["loops"] is True,
        borrowed=_short(told["borrowed"]),
        prints=_short(told["prints"]),
        raised=[*map(_short, told["raised"]), *[""] * probes][:probes],
    )


def _error(error):
    if error is None:
        return None
    names = [_short(kind.__name__) for kind in type(error).__mro__[:DEEP]]
    return {"names": names, "text": text_of(error), "endless": getattr(error, "endless", None)}


def _as_error(told):
    """Return an error that says and is called as the one that was raised."""
    if told is None:
        return None
    names, said = [_short(name) for name in told["names"]], _short(told["text"])
    if names[0] == "Exhausted":
        return Exhausted(told["endless"] is True, lambda: None)
    base = next((BASES[name] for name in names if name in BASES), Exception)
    parts = {"__init__": lambda self: None, "__str__": lambda self: said}
    return type(names[0], (base,), parts)()


class _Teller:
    """Writes values until what may be written of them is used up."""

    def __init__(self):
        self.parts, self.bytes = PARTS, BYTES

    def write(self, value, deep=0):
        self.parts -= 1
        for name, single in SINGLE.items():
            if value is single:
                return [name]
        try:
            return self._write(value, deep)
        except BaseException:  # the methods of a student's own class may raise anything
            return ["other", _short(type(value).__name__), ""]

    def _write(self, value, deep):
        kind = type(value)
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if isinstance(value, np.generic):
            return ["scalar", *self._array(np.asarray(value))[1:]]
        if isinstance(value, bool):
            return ["bool", value]
        if isinstance(value, int):
            number = int.__int__(value)
            return ["int", hex(number)] if number.bit_length() < WORDS else ["float", "inf"]
        if isinstance(value, float):
            return ["float", float.__float__(value).hex()]
        if kind is str:
            return ["str", _short(value)]
        if isinstance(value, (tuple, list)):
            base = tuple if isinstance(value, tuple) else list
            if deep < DEEP and base.__len__(value) <= self.parts:
                parts = [self.write(part, deep + 1) for part in base.__iter__(value)]
                return [base.__name__, parts]
        elif kind is dict:
            return ["dictionary", _short(repr(value)[:200])]
        said = value.__name__ if kind is types.FunctionType else repr(value)[:200]
        return ["other", _short(kind.__name__), _short(said)]

    def _array(self, array):
        large = array.size > ELEMENTS or array.nbytes > self.bytes
        if large or array.dtype.kind not in NUMBERS:
            dtype = array.dtype.str if array.dtype.kind in NUMBERS + OTHERS else "|O"
            return ["shape", dtype, list(array.shape)]
        self.bytes -= array.nbytes
        data = np.ascontiguousarray(array).tobytes()
        return ["array", array.dtype.str, list(array.shape), _text(data)]


def hear(told, deep=0):
    """Read a value."""
    kind, *parts = told
    if kind in SINGLE:
        return SINGLE[kind]
    if kind in ("array", "scalar", "shape"):
        value = _as_array(*parts)
        return value[()] if kind == "scalar" else value
    if kind == "bool":
        return parts[0] is True
    if kind == "int":
        return int(parts[0][: 2 * WORDS], 16)
    if kind == "float":
        return float.fromhex(parts[0])
    if kind == "str":
        return _short(parts[0])
    if kind in ("tuple", "list") and deep <= DEEP:
        return (tuple if kind == "tuple" else list)(map(partial(hear, deep=deep + 1), parts[0]))
    name, base = ("dict", dict) if kind == "dictionary" else (_short(parts[0]), object)
    said = _short(parts[-1])
    return type(name, (base,), {"__repr__": lambda self: said, "__hash__": object.__hash__})()


def _as_array(dtype, shape, data=None):
    dtype, shape = np.dtype(str(dtype)), tuple(map(int, shape))
    if data is None:  # of this shape, without its memory
        if dtype.hasobject or dtype.kind not in NUMBERS:
            dtype = np.dtype(object)
        return np.broadcast_to(np.zeros((), dtype), shape)
    if dtype.kind not in NUMBERS:
        raise ValueError("no numbers")
    return np.frombuffer(base64.b64decode(data), dtype).reshape(shape)


def _text(data):
    return base64.b64encode(data).decode()


def _short(words):
    return words if words is None else str(words)[:WORDS]
