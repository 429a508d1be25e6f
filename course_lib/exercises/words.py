"""What an exercise says to a student: values, differences and exceptions in plain words."""

import dis
import linecache
import traceback
import types

import numpy as np

from course_lib.exercises.sandbox import numeric, same_values, text_of

# Differences, the most fundamental first.
ORDER = (
    "wrong-type",
    "wrong-shape",
    "not-finite",
    "wrong-sign",
    "wrong-scale",
    "wrong-numbers",
    "changes-its-input",
    "warns",
)
CAUSES = {
    "NameError": "A name is misspelt, or defined in a cell that has not run.",
    "UnboundLocalError": "A name is used before it gets its value.",
    "RecursionError": "It calls itself without end. Does it use a function of its own name?",
    "MemoryError": "It asked for an array larger than the memory. Do the shapes fit?",
    "IndexError": "An index lies outside an array. Arrays count from 0.",
    "KeyError": "It looks something up that is not there.",
    "ValueError": "Often two shapes do not fit, or an `if` was asked about a whole array.",
    "TypeError": "Something has another type than the line expects.",
    "ZeroDivisionError": "Something was divided by zero.",
    "OverflowError": "A number grew too large; functions of `math` do not return infinity.",
    "AttributeError": "The object has no part of that name. Is it an array?",
    "UFuncTypeError": "Often an array of whole numbers is to take fractions. Make a new array.",
    "AssertionError": "Your own `assert` did not hold.",
    "SystemExit": "It tried to end Python. Leave out exit().",
    "KeyboardInterrupt": "It was interrupted.",
}


def difference(got, want, probe, names):
    """Describe the most fundamental difference of two outcomes as (slug, sentence).

    Parameters
    ----------
    got, want : Outcome
    probe : str
    names : sequence of str
        Of the arguments.
    """
    if got.lazy and not want.lazy:
        return "wrong-type", "It gives its results one by one; return them all at once."
    a, b, which = got.value, want.value, "Its result"
    while not same_values(a, b) and isinstance(b, (tuple, list)):
        inside = which != "Its result"
        if not isinstance(a, (tuple, list)) or len(a) != len(b):
            if inside:
                return "wrong-type", f"{which} should be a list of {len(b)}."
            return "wrong-type", f"It should return {len(b)} values, as `return a, b` does."
        place, a, b = next(
            (i, x, y) for i, (x, y) in enumerate(zip(a, b, strict=True)) if not same_values(x, y)
        )
        nth = ("first", "second", "third", "fourth", "fifth", "next")[min(place, 5)]
        which = f"The {nth} part of {which.lower()}" if inside else f"The {nth} result"
    if not same_values(a, b):
        return _values_differ(a, b, which, probe)
    if got.changed:
        changed = " and ".join(f"`{names[i]}`" for i in got.changed)
        return (
            "changes-its-input",
            f"It changes {changed}, which it was only lent. Make new arrays.",
        )
    return "warns", f"The numbers are right, but NumPy had to warn on the way ({probe} input)."


def _values_differ(a, b, which, probe):
    if a is None:
        return "wrong-type", f"{which} is None: is there a way through it without `return`?"
    x, y = numeric(a), numeric(b)
    if y is None or x is None:
        size = np.size(a) if isinstance(a, np.ndarray) else 0
        if size > 1e6:
            return "wrong-shape", f"{which} is far too large: shape {np.shape(a)}."
        dtype = f" of {a.dtype}" if isinstance(a, np.ndarray) else ""
        return "wrong-type", f"{which} is of type {type(a).__name__}{dtype}; expected {_kind(b)}."
    if x.shape != y.shape:
        return "wrong-shape", f"{which} has shape {x.shape}; expected {y.shape}."
    if not np.isfinite(x).all():
        return "not-finite", f"{which} is not finite ({probe} input)."
    if np.allclose(x, -1.0 * y):
        return "wrong-sign", f"{which} is right, except for the sign."
    ratios = x[y != 0] / y[y != 0]
    if ratios.size > 1 and np.ptp(ratios) < 1e-6 and np.allclose(x[y == 0], 0):
        if ratios[0] < 0:
            return "wrong-sign", f"{which} has the wrong sign, and is not of the right size either."
        if ratios[0] > 0:
            return "wrong-scale", f"{which} is {ratios[0]:.4g} times what it should be."
    if y.dtype.kind == "b" and y.ndim == 0:
        return "wrong-answer", f"{which} should be {y} here."
    return "wrong-numbers", f"{which} has the right type and shape, but other numbers."


def _kind(value):
    array = numeric(value)
    if array is None:
        return type(value).__name__
    return f"an array of shape {array.shape}" if array.ndim else "a number"


def raised(exercise, candidate, error):
    """Say in plain words what was raised, where, and the likely cause."""
    code = code_of(candidate)
    frames = [
        (line, frame.f_code)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if code is not None and frame.f_code.co_filename == code.co_filename
    ]
    where = ""
    if frames:
        line, inner = frames[-1]
        text = linecache.getline(inner.co_filename, line).strip()[:80]
        number = f"line {line - code.co_firstlineno + 1} of your function"
        where = f" in {number if line >= code.co_firstlineno else 'your code'}"
        where += f", `{text}`" if text else ""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    cause = next((CAUSES[kind] for kind in kinds if kind in CAUSES), "")
    if kinds[0] == "TypeError" and not frames:
        cause = f"Its arguments should be {exercise.id}({', '.join(exercise.arguments)})."
    cause = cause or "Read the message from its end: the last words say most."
    message = text_of(error)
    return f"It stopped with {kinds[0]}{where}{f': {message}' if message else '.'}\n{cause}"


def code_of(candidate):
    """Return the code of a function, also of one wrapped in a partial or by `np.vectorize`."""
    for _ in range(5):
        try:
            inner = vars(candidate)
        except TypeError:
            inner = {}
        if isinstance(candidate, types.FunctionType):
            return candidate.__code__
        candidate = (
            getattr(candidate, "func", None)
            if type(candidate).__name__ == "partial"
            else (inner.get("pyfunc") or inner.get("__wrapped__"))
        )
    return None


def loops(candidate):
    """Tell whether a function's own code has a `for` or `while` loop."""
    if isinstance(candidate, np.vectorize):
        return True
    codes = [code_of(candidate)]
    while codes:
        code = codes.pop()
        if code is not None:
            if any(i.opname in ("FOR_ITER", "JUMP_BACKWARD") for i in dis.get_instructions(code)):
                return True
            codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return False


def passed(exercise, candidate, found, wanted):
    """Say what was verified, and one remark."""
    probes = [probe.name for probe in exercise.probes]
    kept = all(keeps_float32(*pair) for pair in zip(found, wanted, strict=True))
    looked_at = "values, shapes and dtype" if kept else "values and shapes"
    remark = exercise.insight
    arrays = any(isinstance(part, np.ndarray) for p in exercise.probes for part in p.arguments)
    if arrays and loops(candidate) and not loops(exercise.reference):
        remark = "It works with a Python loop; NumPy does it for all elements at once, far faster."
    elif any(
        isinstance(f.value, list) and not isinstance(w.value, (list, tuple))
        for f, w in zip(found, wanted, strict=True)
    ):
        remark = "It returns a list; one cannot calculate with it. np.array makes it an array."
    elif not kept:
        remark = "For float32 it answers in another type: twice the memory, without being asked."
    return (
        f"Verified on {len(probes)} inputs ({', '.join(probes)}): {looked_at}; nothing that you "
        f"were lent was changed.\n{remark}"
    )


def wrong(sentence, shown):
    """Say what the mistake is, with the input that shows it."""
    if shown["got"] == shown["expected"]:  # it is not the result that is wrong
        return f"{sentence}\n{shown['input']}"
    return f"{sentence}\n{shown['input']}\ngave {shown['got']}\nexpected {shown['expected']}"


def details(exercise, i, found, wanted, names):
    """Write probe i, what came back and what should have."""
    probe = exercise.probes[i]
    came, right = outcome(found[i]), outcome(wanted[i])
    if came == right:  # but not to the last digit
        came, right = outcome(found[i], 10), outcome(wanted[i], 10)
    if rules_of(exercise, probe) and came != right:
        right = f"for example {right}"
    shown = call(exercise.id, names, probe.arguments)
    return {"probe": probe.name, "input": shown, "got": came, "expected": right}


def rules_of(exercise, probe):
    """Return what right answers to a probe have in common; where nothing, the reference decides."""
    return [*exercise.rules, *probe.rules]


def names_of(candidate, arguments):
    """Return the candidate's own names for its arguments, where it has as many as are asked for."""
    code = code_of(candidate)
    own = code.co_varnames[: code.co_argcount] if isinstance(code, types.CodeType) else ()
    return own if len(own) == len(arguments) else arguments


def call(name, names, arguments):
    """Write a call on one line: ``f(x=[1, 2], b=0.5)``."""
    values = ", ".join(f"{n}={short(a)}" for n, a in zip(names, arguments, strict=False))
    return f"{name}({values})"


def outcome(result, digits=4):
    """Write what came back."""
    if result.error is not None:
        return type(result.error).__name__
    return short(result.value, digits) + (" and a warning" if result.warned else "")


def short(value, digits=4):
    """Write a value on one line, or its shape where it is long."""
    try:
        text = _short(value, digits)
        return text if len(text) <= 200 else f"{text[:200]}…"
    except BaseException:  # __repr__ of a student's own class may raise anything
        return f"an object of type {type(value).__name__}"


def _short(value, digits):
    if isinstance(value, (np.ndarray, list)) and numeric(value) is not None:
        array = numeric(value)
        if array.size > 12:
            return f"array of shape {array.shape}"
        if array.ndim:
            return "[" + ", ".join(_short(part, digits) for part in array) + "]"
        value = array[()]
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, (tuple, list)):
        parts = [short(part, digits) for part in value[:5]]
        if len(value) > 2 and isinstance(value[0], (tuple, list)):  # batches, say
            parts = [parts[0], "…", short(value[-1], digits)]
        elif len(value) > 5:
            parts.append("…")
        return "(" + ", ".join(parts) + ")"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.{digits}g}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, types.FunctionType):
        return value.__name__
    text = repr(value)
    return text if len(text) < 60 and " at 0x" not in text else f"{type(value).__name__} object"


def results_of(value):
    """Return the parts of a result: those of a tuple, or the one."""
    return value if isinstance(value, (tuple, list)) else (value,)


def keeps_float32(found, wanted):
    """Tell whether every part that should be float32 is, in the outcomes of one probe."""
    return _keeps(found.value, wanted.value)


def _keeps(got, want):
    if isinstance(want, (tuple, list)):
        return all(map(_keeps, results_of(got), want))
    is_float32 = getattr(want, "dtype", None) == np.float32 and np.ndim(want) > 0
    return not is_float32 or getattr(got, "dtype", None) == np.float32
