"""What an exercise says to a student: values, differences and exceptions in plain words."""

import dis
import functools
import hashlib
import itertools
import linecache
import re
import traceback
import types

import numpy as np

from course_lib.exercises.sandbox import (
    COURSE,
    WITHIN,
    is_the_courses,
    numeric,
    same_values,
    text_of,
)

# Differences, the most fundamental first.
ORDER = (
    "wrong-type",
    "wrong-shape",
    "not-finite",
    "zero",
    "wrong-sign",
    "wrong-scale",
    "wrong-numbers",
    "changes-its-input",
    "warns",
)
# In place of what a repair says that does what it did.
STILL_WRONG = "What was wrong when you got it still is, and something else is as well. "
NOT_REPEATED = (
    "Called twice with the same arguments, it gives two different results. Does something stay "
    "from one call to the next, as a list does that is a default argument, or is something drawn?"
)
NTH = ("first", "second", "third", "fourth", "fifth", "next")
LONG = 100  # characters of arguments, beyond which their shapes say more
CAUSES = {
    "NameError": "A name is misspelt, or defined in a cell that has not run.",
    "UnboundLocalError": "A name is used before it gets its value.",
    "RecursionError": "It calls itself without end. Does it use a function of its own name?",
    "MemoryError": "It asked for an array larger than the memory. Do the shapes fit?",
    "AxisError": "It asks for an axis that the array has not: a vector (m,) has axis 0 alone.",
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


# What a message has in it says more than its type.
SAID = {
    "boolean subtract": "True and False cannot be subtracted. Make numbers of them first, as with "
    "`1.0 * (a > 0)`.",
    "bitwise_xor": "`^` compares bits. A power is written `**`.",
    "unhashable": "An array cannot be a key: no cache, set or dictionary can look one up.",
    "NoneType": "Something is None: so is what comes back from a function without `return`, even "
    "if it prints, and from `sort`, `append` and `shuffle`, which change what is there.",
    "scalar index": "An array stands where one whole number is wanted: an index, a size, an axis. "
    "`np.max(a, b)` takes b for an axis.",
    "used as indices": "Places are whole numbers, or True and False. Does an array of values stand "
    "where one of places is wanted?",
    **dict.fromkeys(
        ("empty sequence", "argument is empty", "zero-size array"),
        "There is nothing in it of which one could be the smallest or largest.",
    ),
    "item assignment": "Only arrays, lists and dictionaries have places to write into; a single "
    "number has none.",
    "values to unpack": "There are more names on the left than values on the right, or fewer.",
    "cannot reshape": "reshape keeps every element: the new shape must hold as many as the old.",
    "Generator' object has no": "A Generator has other names than np.random: rng.standard_normal, "
    "rng.random, rng.integers.",
    "0-dimensional": "Functions of `math`, and float(), take one number; this is an array.",
    "positional argument": "A function got more arguments than it takes, or fewer.",
    "numerical gradient": "np.gradient compares neighbours in an array; the slope at each single "
    "element is asked for.",
    "must be of ArrayType": "`out=` writes into an array, and this is none. Make a new one.",
    "enough dimensions": "`@` multiplies matrices; a single number has no axis to add up over.",
    "not iterable": "A single number has no elements to loop over.",
    "not callable": "Round brackets call a function, and what stands before them is none. Is a "
    "name, a dot or an operator missing?",
    "truth value": "An `if`, `and` or `max` was asked about a whole array: there is no one answer.",
    "non-broadcastable output": "`+=` and `-=` cannot change the shape of what they work on. Is "
    "something not yet added up?",
    "could not be broadcast": "Element by element, two axes fit where they are equal or one is 1.",
    "too many indices": "There are more indices than the array has axes: a vector (m,) has one.",
    "valid indices": "An index is a whole number. A division gives fractions, and a loop over an "
    "array gives its numbers, not their places.",
    "boolean index": "True and False pick from an array that is as long as they are.",
    "invalid index to scalar": "A single number has no elements: there is an index too many.",
    "math domain error": "`math.log` takes no 0 and nothing below it, and `math.sqrt` nothing "
    "below 0.",
    "keyword argument": "A function was given an argument under a name that it does not know.",
    "as a data type": "A shape is one argument, in brackets of its own: np.zeros((2, 3)). What "
    "comes after it is taken for a type.",
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
    a, b, which, several = got.value, want.value, "Its result", False
    while not same_values(a, b) and isinstance(b, (tuple, list)):
        inside = which != "Its result"
        if isinstance(a, dict):
            kind = f"a list of {len(b)}" if isinstance(b, list) else f"{len(b)} values in order"
            return "wrong-type", f"{which} is a dictionary; expected {kind}."
        if not isinstance(a, (tuple, list)) or len(a) != len(b):
            if inside and isinstance(a, (tuple, list)):
                return "wrong-type", f"{which} has {len(a)} parts; expected {len(b)}."
            if inside:
                return "wrong-type", f"{which} should be a list of {len(b)}."
            if isinstance(b, list):
                return "wrong-type", f"It should return a list of {len(b)}."
            return "wrong-type", f"It should return {len(b)} values, as `return a, b` does."
        off = [
            (i, *pair) for i, pair in enumerate(zip(a, b, strict=True)) if not same_values(*pair)
        ]
        several |= inside and len(off) > 1
        place, a, b = off[0]
        nth = NTH[min(place, 5)]
        which = f"The {nth} part of {which.lower()}" if inside else f"The {nth} result"
    if not same_values(a, b):
        fault = slug, sentence = _values_differ(a, b, which, probe)
        if isinstance(want.value, (tuple, list)) and not several:
            sentence += _of_the_others(got.value, want.value, which, fault, probe)
        return slug, sentence
    if got.changed:
        changed = " and ".join(f"`{names[i]}`" for i in got.changed)
        return (
            "changes-its-input",
            f"It changes {changed}, which it should only read. Make new arrays.",
        )
    return "warns", f"The numbers are right, but NumPy had to warn on the way ({probe} input)."


def _of_the_others(got, want, which, fault, probe):
    """Say whether the other results are right, or wrong in the same way; else nothing."""
    off = [k for k, pair in enumerate(zip(got, want, strict=True)) if not same_values(*pair)]
    if len(off) == 1 < len(want):
        return " The rest is right."
    alike = [
        NTH[min(k, 5)]
        for k in off[1:]
        if fault[0] in ("wrong-sign", "wrong-scale", "zero")
        and not isinstance(want[k], (tuple, list))
        and _values_differ(got[k], want[k], which, probe) == fault
    ]
    return f" So it is with the {' and the '.join(alike)}." if alike else ""


def _values_differ(a, b, which, probe):
    if a is None:
        return "wrong-type", f"{which} is None: is there a way through it without `return`?"
    if callable(a) and not callable(b):
        return "wrong-type", f"{which} is a function that nobody has called: brackets are missing."
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
        return "not-finite", f"{which} is not finite (input: {probe})."
    if np.allclose(x, 0, atol=1e-12) and y.size > 1:
        return "zero", f"{which} is 0 everywhere."
    if np.allclose(x, -1.0 * y):
        return "wrong-sign", f"{which} is right, except for the sign."
    ratio = _ratio(x, y) if np.count_nonzero(y) > 1 else None
    if ratio is not None and abs(ratio - 1) > WITHIN:
        if ratio < 0:
            return "wrong-sign", f"{which} has the wrong sign, and is not of the right size either."
        if abs(ratio - 1) < 1e-3:
            return (
                "wrong-scale",
                f"{which} is a little off, by {abs(ratio - 1):.1g} of itself. Is something "
                "small added where it does not belong?",
            )
        return (
            "wrong-scale",
            f"{which} is {ratio:.4g} times what it should be: a number multiplies or divides it "
            "that does not belong there, or one is missing.",
        )
    if y.dtype.kind == "b" and y.ndim == 0:
        return "wrong-answer", f"{which} should be {y} here."
    return "wrong-numbers", f"{which} has the right type and shape, but other numbers."


def _ratio(x, y):
    """Return the number that makes x of y, as far as their precision can tell, or None."""
    largest = np.unravel_index(np.argmax(np.abs(y)), y.shape)
    ratio = float(x[largest]) / float(y[largest])
    within = 1e-4 if np.float32 in (x.dtype, y.dtype) else 1e-6
    off = np.abs(x - ratio * y.astype(float)).max()
    return ratio if off <= within * abs(float(x[largest])) and ratio else None


def _kind(value):
    array = numeric(value)
    if array is None:
        return type(value).__name__
    if array.ndim:
        return f"an array of shape {array.shape}"
    return "True or False" if array.dtype.kind == "b" else "a number"


def raised(exercise, candidate, error):
    """Say in plain words what was raised, where, and the likely cause."""
    code = code_of(candidate)
    frames = [
        (line, frame)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if code is not None and frame.f_code.co_filename == code.co_filename
    ]
    where, text = "", ""
    if frames:
        line, frame = frames[-1]
        text = linecache.getline(code.co_filename, line).strip()[:80]
        number = f"line {line - code.co_firstlineno + 1} of your function"
        where = f" in {number if line >= code.co_firstlineno else 'your code'}"
        where += f", `{text}`" if text else ""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    cause = next((CAUSES[kind] for kind in kinds if kind in CAUSES), "")
    message = text_of(error)
    told = (*exercise.on_error.items(), *SAID.items())
    said = next((said for part, said in told if part in message), "")
    cause = said or cause
    if kinds[0] == "TypeError" and not frames and (not said or "argument" in message):
        cause = f"Its arguments should be {exercise.id}({', '.join(exercise.arguments)})."
    if "core dimension" in message or "not aligned" in message:  # in NumPy's own language
        message = shapes_in(text, frame.f_locals) if frames else "two shapes do not fit"
        cause = said or "In A @ B, A needs as many columns as B has rows."
    elif frames and not said and kinds[0] == "ValueError" and _refused_by_the_course(error):
        return f"It stopped with {kinds[0]}{where}: {message}"
    cause = cause or "Read the message from its end: the last words say most."
    return f"It stopped with {kinds[0]}{where}{f': {message}' if message else '.'}\n{cause}"


def _refused_by_the_course(error):
    """Tell whether one of the course's functions raised it, which then has said all."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code.co_filename.startswith(COURSE)


def shapes_in(line, values):
    """Say the shapes of the arrays that a line of code names: ``X is (4, 3) and w is (2,)``."""
    said = {}
    line = re.split(r" [-+*/@]?= ", line, maxsplit=1)[-1]  # what it calculates, not where it goes
    for name, turned in re.findall(r"\b([A-Za-z_]\w*)((?:\.T)?)\b", line):
        if isinstance(values.get(name), np.ndarray):
            array = values[name]
            said[name + turned] = array.T.shape if turned else array.shape
    return " and ".join(f"{name} is {shape}" for name, shape in said.items()) or "shapes do not fit"


def shapes(value):
    """List the shapes of the parts of a result."""
    return [np.shape(numeric(part)) for part in results_of(value)] or [()]


def prints(candidate, empty):
    """Say that nothing came back, since something printed: the answer, or what it calls."""
    own = code_of(candidate)
    if own is not None and _returns(own):
        for code in empty:
            if code is not own and not _returns(code):
                return (
                    f"It returns what `{code.co_name}` gives it, and that is nothing: "
                    f"`{code.co_name}` prints in place of returning. Mend `{code.co_name}` first."
                )
    return "It prints its result in place of returning it. End it with `return`."


def gives_none(candidate, empty):
    """Say that None came back although there is a `return` with something behind it, or None."""
    own = code_of(candidate)
    if own is None or not _returns(own):
        return None
    for code in empty:
        if code is not own and not _returns(code):
            return (
                f"It returns what `{code.co_name}` gives it, and that is nothing: "
                f"`{code.co_name}` has no `return`. Mend `{code.co_name}` first."
            )
    return (
        "It returns None. `sort`, `reverse`, `append` and `shuffle` change what is there and return"
        " nothing. Or is there a way through it without `return`?"
    )


def _returns(code):
    """Tell whether a function has a `return` with a value that is not None."""
    steps = list(dis.get_instructions(code))
    return any(
        now.opname == "RETURN_VALUE" and (before.opname, before.argval) != ("LOAD_CONST", None)
        for before, now in itertools.pairwise(steps)
    )


def code_of(candidate):
    """Return the code of a function, also of one in a partial, a method, a wrapper or a class."""
    for _ in range(5):
        if isinstance(candidate, (functools.partial, types.MethodType)):
            candidate = getattr(candidate, "func", None) or candidate.__func__
            continue
        try:
            inner = vars(candidate)
        except TypeError:
            inner = {}
        wrapped = inner.get("__wrapped__") or inner.get("pyfunc")  # functools.wraps, np.vectorize
        if wrapped is None and isinstance(candidate, types.FunctionType):
            return candidate.__code__
        candidate = wrapped or vars(type(candidate)).get("__call__")
    return None


def as_given(exercise, candidate):
    """Say what a repair still does where its code is what it was; None where it is not so."""
    given = getattr(exercise, "as_given", None)
    if given is None or steps(candidate) != steps(given.functions[0]):
        return None
    return given.sentence


def steps(candidate):
    """Digest what a function loads, stores and calculates, without what a compiler arranges."""
    code = code_of(candidate)
    found = [
        (step.opname.replace("METHOD", "ATTR"), None if "JUMP" in step.opname else step.argval)
        for step in (dis.get_instructions(code) if code else ())
        if step.opname.startswith(
            ("LOAD_", "STORE_", "BINARY_", "UNARY_", "COMPARE_", "JUMP_BACKWARD")
        )
    ]
    return hashlib.sha256(ascii(found).encode()).hexdigest()


def borrowed(exercise, candidate, allowance):
    """Say that an answer is the course's own function, or calls it; None where it is not so."""
    code = code_of(candidate)
    if code is not None and is_the_courses(code, exercise.id):
        return (
            f"This is the course's own {exercise.id}: a cell further down puts it under this name. "
            "Run the cell with yours first, then this one."
        )
    if allowance.borrowed:
        return (
            f"It calls the course's own {exercise.id}, which is what you are to write. "
            "Write that part yourself."
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


def passed(exercise, looping, found, wanted):
    """Say what was verified, and one remark."""
    probes = [probe.name for probe in exercise.probes]
    other = next(filter(None, map(other_than_float32, found, wanted)), None)
    looked_at = "values, shapes and dtype"
    if other is not None:
        looked_at = f"values and shapes (float32 comes back as {other})"
    remark = exercise.insight
    arrays = any(isinstance(part, np.ndarray) for p in exercise.probes for part in p.arguments)
    slow = exercise.loops_are_slow and arrays
    if slow and looping and not loops(exercise.reference):
        remark = "It works with a Python loop; NumPy does it for all elements at once, far faster."
    elif any(
        isinstance(f.value, list) and not isinstance(w.value, (list, tuple))
        for f, w in zip(found, wanted, strict=True)
    ):
        remark = "It returns a list; one cannot calculate with it. np.array makes it an array."
    return "\n".join(
        (
            f"Verified on {len(probes)} inputs ({', '.join(probes)}): {looked_at}; no argument was "
            "changed.",
            *_let_pass(exercise, found, wanted),
            remark,
        )
    )


def _let_pass(exercise, found, wanted):
    """Say what a task asked for and its check overlooked."""
    for each in exercise.overlooked:
        pairs = zip(found, exercise.probes, strict=True)
        came = [(outcome.value, probe.arguments) for outcome, probe in pairs if not outcome.error]
        if not all(each.holds(value, *arguments) for value, arguments in came):
            yield each.sentence
    if any(b.lazy and not a.lazy for a, b in zip(found, wanted, strict=True)):
        yield "The task asks for an iterator; a list passes too. `yield` would hold one batch only."
    if any(a.warned and not b.warned for a, b in zip(found, wanted, strict=True)):
        yield "NumPy warns on the way, of a number too large for a float; the result is right."


def wrong(sentence, shown):
    """Say what the mistake is, with the input that shows it."""
    if shown["got"] == shown["expected"]:  # it is not the result that is wrong
        return f"{sentence}\n{shown['input']}"
    return f"{sentence}\n{shown['input']}\ngave {shown['got']}\nexpected {shown['expected']}"


def details(exercise, i, found, wanted, names):
    """Write probe i, what came back and what should have."""
    probe = exercise.probes[i]
    came, right = outcome(found[i]), outcome(wanted[i])
    ours, theirs = shapes(found[i].value), shapes(wanted[i].value)
    if found[i].error is None and len(ours) == len(theirs) and ours != theirs:
        came, right = shown_shapes(found[i].value), shown_shapes(wanted[i].value)
    if came == right:  # but not to the last digit
        came, right = outcome(found[i], 10), outcome(wanted[i], 10)
    several = len(ours) == len(theirs) > 2 and found[i].error is None
    if several and len(came + right) > LONG and not rules_of(exercise, probe):
        came, right = one_part(results_of(found[i].value), results_of(wanted[i].value))
    if rules_of(exercise, probe) and came != right:
        right = f"for example {right}"
    shown = call(exercise.id, names, probe.arguments)
    shown += ", with arrays that cannot be written to" if found[i].refused else ""
    return {"probe": probe.name, "input": shown, "got": came, "expected": right}


def rules_of(exercise, probe):
    """Return what right answers to a probe have in common; where nothing, the reference decides."""
    return [*exercise.rules, *probe.rules]


def names_of(candidate, arguments):
    """Return the candidate's own names for its arguments, where it has as many as are asked for.

    There may be more, if these have defaults.
    """
    code = code_of(candidate)
    own = code.co_varnames[: code.co_argcount] if isinstance(code, types.CodeType) else ()
    own = own[1:] if own[:1] == ("self",) else own
    is_function = isinstance(candidate, types.FunctionType)
    optional = len(candidate.__defaults__ or ()) if is_function else 0
    fit = len(arguments) <= len(own) <= len(arguments) + optional
    return own[: len(arguments)] if fit else arguments


def in_own_names(sentence, arguments, names):
    """Put the candidate's own names for its arguments into what a sentence has in backticks."""
    own = dict(zip(arguments, names, strict=True))

    def renamed(quoted):
        return re.sub(r"[A-Za-z_]\w*", lambda name: own.get(name[0], name[0]), quoted[0])

    return re.sub("`[^`]*`", renamed, sentence)


def call(name, names, arguments):
    """Write a call on one line: ``f(x=[1, 2], b=0.5)``."""
    values = [short(argument) for argument in arguments]
    if len("".join(values)) > LONG:  # what matters would drown in numbers
        values = [
            f"array of shape {a.shape}" if hasattr(a, "shape") and np.size(a) > 2 else text
            for a, text in zip(arguments, values, strict=True)
        ]
    return f"{name}({', '.join(f'{n}={text}' for n, text in zip(names, values, strict=False))})"


def one_part(ours, theirs):
    """Write the shortest of the parts that differ, and the others as dots."""
    pairs = [(short(a), short(b)) for a, b in zip(ours, theirs, strict=True)]
    differ = [pair for pair in pairs if pair[0] != pair[1]]
    shown = min(differ or pairs, key=lambda pair: len("".join(pair)))
    at = pairs.index(shown)
    return tuple(
        f"({', '.join(text if i == at else '…' for i in range(len(pairs)))})" for text in shown
    )


def shown_shapes(value):
    """Write what came back where its shapes are what counts."""
    parts = [_kind(part) for part in results_of(value)]
    return parts[0] if not isinstance(value, (tuple, list)) else f"({', '.join(parts)})"


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
    if (layers := _layers(value)) and sum(W.size for W, _ in layers) > 12:
        return "layers of shapes " + ", ".join(f"{W.shape}" for W, _ in layers)
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


def _layers(value):
    """Return the layers (W, b) of a network, or their gradients; None where it is neither."""
    pairs = [pair for pair in results_of(value) if isinstance(pair, (tuple, list))]
    fit = len(pairs) == len(results_of(value)) and all(
        [np.ndim(part) for part in pair if isinstance(part, np.ndarray)] == [2, 1]
        and len(pair) == 2
        and pair[0].shape[1:] == pair[1].shape
        for pair in pairs
    )
    return pairs if fit else None


@functools.cache
def results_named(reference):
    """List what the docstring of a reference calls its results."""
    _, _, returns = (reference.__doc__ or "").partition("Returns\n")
    returns = returns.partition("\n\n")[0]
    lines = re.findall(r"^    (\w+(?:, \w+)*) :", returns, flags=re.M)
    return tuple(name for line in lines for name in line.split(", "))


def results_of(value):
    """Return the parts of a result: those of a tuple, or the one."""
    return value if isinstance(value, (tuple, list)) else (value,)


def other_than_float32(found, wanted):
    """Name the type of a part that should be float32 and is not, in the outcomes of one probe."""
    return _other(found.value, wanted.value)


def _other(got, want):
    if isinstance(want, (tuple, list)):
        return next(filter(None, map(_other, results_of(got), want)), None)
    is_float32 = getattr(want, "dtype", None) == np.float32 and np.ndim(want) > 0
    dtype = getattr(got, "dtype", type(got).__name__)
    return str(dtype) if is_float32 and dtype != np.float32 else None
