"""Run a student's function so that nothing it does takes the notebook down, and compare results."""

import contextlib
import dis
import io
import sys
import time
import types
import warnings
from dataclasses import dataclass

import numpy as np

TOO_LARGE = 1_000_000  # elements of a result


@dataclass
class Outcome:
    """What one call did: returned, raised, warned, printed, or changed its arguments."""

    value: object = None
    error: BaseException | None = None
    warned: bool = False
    printed: str = ""
    changed: bool = False


class OutOfTime(BaseException):
    """Not an Exception, so that a candidate's `except Exception` does not catch it."""


class _Notes(io.StringIO):
    """Keeps the first characters that are printed and drops the rest."""

    def write(self, text):
        super().write(text[: max(0, 500 - self.tell())])
        return len(text)


def run(function, arguments, deadline, read_only=False):
    """Call `function` on copies of `arguments`, whatever it does, and say what that was."""
    given = [np.array(a) if isinstance(a, np.ndarray) else a for a in arguments]
    for array in given:
        if isinstance(array, np.ndarray):
            array.flags.writeable = not read_only

    def watch(frame, event, argument):
        frame.f_trace_opcodes = True  # a loop in a single line counts no lines
        if time.monotonic() > deadline:
            raise OutOfTime
        return watch

    outcome, notes, tracer = Outcome(), _Notes(), sys.gettrace()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(notes):
        warnings.simplefilter("always")
        try:
            sys.settrace(watch)  # works on every system and in every thread, unlike an alarm
            outcome.value = function(*given)
        except BaseException as error:
            outcome.error = error
        finally:
            sys.settrace(tracer)
    outcome.warned = any(issubclass(w.category, RuntimeWarning) for w in caught)
    outcome.printed = notes.getvalue()
    outcome.changed = not all(
        np.array_equal(new, old, equal_nan=True)
        for new, old in zip(given, arguments, strict=True)
        if isinstance(old, np.ndarray)
    )
    return outcome


def same(a, b):
    """Tell whether two outcomes agree: the same kind of end, shape and, to rounding, numbers."""
    if a.error is not None or b.error is not None:
        return type(a.error) is type(b.error)
    return (a.warned, a.changed) == (b.warned, b.changed) and same_values(a.value, b.value)


def same_values(a, b):
    """Compare results; a list may stand for a tuple, a NumPy number for a Python one."""
    if isinstance(b, (tuple, list)):
        return isinstance(a, (tuple, list)) and len(a) == len(b) and all(map(same_values, a, b))
    a, b = numeric(a), numeric(b)
    if a is None or b is None or a.shape != b.shape:
        return a is None and b is None
    tolerance = 1e-4 if np.float32 in (a.dtype, b.dtype) else 1e-7
    return np.allclose(a, b, rtol=tolerance, atol=1e-12, equal_nan=True)


def numeric(value):
    """Return `value` as an array of numbers, or None where it is not one."""
    if not isinstance(value, (np.ndarray, np.generic, int, float, list)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "fiub" and array.size <= TOO_LARGE else None


def loops(candidate):
    """Tell whether a function's own code has a `for` or `while` loop."""
    codes = [getattr(candidate, "__code__", None)]
    while codes:
        code = codes.pop()
        if code is not None:
            if any(i.opname in ("FOR_ITER", "JUMP_BACKWARD") for i in dis.get_instructions(code)):
                return True
            codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return False


def short(value):
    """Write a value in a line or three, with its shape where it is an array."""
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(map(short, value[:5])) + ")"
    if isinstance(value, np.ndarray):
        if value.size > 12:
            return f"array of shape {value.shape}"
        text = np.array2string(value, precision=4, separator=", ")
        return text if value.ndim < 2 else f"{text} of shape {value.shape}"
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    return repr(value)[:100]
