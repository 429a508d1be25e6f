"""Run a student's function so that nothing it does takes the notebook down, and compare results."""

import builtins
import contextlib
import copy
import io
import itertools
import os
import re
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_lib._speed import steady
from course_lib._surroundings import USUAL

WITHIN, WITHIN_FLOAT32 = 1e-7, 1e-4  # of a number: as far as results may differ
TOO_LARGE = 1_000_000  # elements of a result
TOO_MANY = 1000  # items of an iterator that may never end
# What a candidate may use up on all probes together: instructions of Python's in its own code, of
# which right answers need at most a fifth. Seconds are there for what no count sees.
INSTRUCTIONS = 3_000_000
SECONDS = 60
COURSE = str(Path(__file__).parents[1]) + os.sep
# Code that is not a student's: Python's own, that of packages, and the course's.
NOT_THEIRS = (
    COURSE,
    "<frozen",
    str(Path(os.__file__).parent),
    str(Path(np.__file__).parents[1]),
    *(place for place in sys.path if place.endswith(("site-packages", "dist-packages"))),
)
# Several exceptions can come of one mistake: which one depends on how the line was written.
KINDRED = (ValueError, TypeError, IndexError, AttributeError)


def take_back(value):
    """Return what a function gave; `course_lib.browser.floats` has another for this."""
    return value


hand_over = copy.deepcopy  # arguments to a function; and for this


@dataclass
class Outcome:
    """What one call did: returned, raised, warned, printed, or changed its arguments."""

    value: object = None
    error: BaseException | None = None
    warned: bool = False
    printed: str = ""
    changed: tuple = ()  # positions of the arguments that are no longer what they were
    lazy: bool = False  # returned an iterator, whose items are now in `value`
    steps: int = 0  # instructions of its own code, counted where there is an allowance

    @property
    def refused(self):
        """Whether it tried to change an array that cannot be written to."""
        return isinstance(self.error, ValueError) and "read-only" in text_of(self.error)


class Exhausted(BaseException):
    """An allowance is used up: its instructions, if `endless`, or else its time.

    Not an Exception, so that a candidate's `except Exception` does not catch it.
    """

    def __init__(self, endless, when_dropped):
        self.endless, self.when_dropped = endless, when_dropped

    def __del__(self):
        # Python drops a trace function that raises. A candidate that caught this one with a bare
        # `except:` and went on meets the next when the handler ends, outside of its `try`.
        self.when_dropped()


def is_the_courses(code, task):
    """Tell whether this is the code of the course's own function for a task."""
    return code.co_qualname == task and code.co_filename.startswith(COURSE)


class Allowance:
    """What a candidate may still use up; `task` is the id of the exercise that it answers.

    Instructions have the same number on every machine, however busy that is. They are those of the
    student's own code: what it imports and calls costs nothing.
    """

    def __init__(self, task=None):
        self.task, self.borrowed = task, False  # whether it called the course's own function
        self.empty = []  # the student's functions that came back with None
        self.left, self.end = INSTRUCTIONS, time.monotonic() + SECONDS
        self.watching = False

    def watch(self, frame, event, argument):
        """Count what happens in a frame, and end it when nothing is left: a trace function."""
        if event == "opcode":
            self.left -= 1
            if self.left > 0 and self.left % 64:
                return self.watch  # soon: this is what happens a million times
        if self.left < 0 or time.monotonic() > self.end:
            raise Exhausted(self.left < 0, self._again)  # without a name, which keeps it alive
        code, caller = frame.f_code, frame.f_back.f_code
        if is_the_courses(code, self.task):
            self.borrowed |= caller is run.__code__ or not caller.co_filename.startswith(COURSE)
        if code.co_filename.startswith(NOT_THEIRS):
            return None  # its calls are watched, its lines would only be slowed down
        if event == "return" and argument is None and code not in self.empty:
            self.empty.append(code)
        frame.f_trace_opcodes = True  # in Python 3.11 a loop on a single line counts no lines
        return self.watch

    def _again(self):
        frame = self.watching and sys._getframe(2)  # beyond this one and `__del__`
        while frame and frame.f_code is not run.__code__:
            frame.f_trace, frame = self.watch, frame.f_back
        if self.watching:
            sys.settrace(self.watch)


class _Notes(io.StringIO):
    """Keeps the first characters that are printed and drops the rest."""

    def write(self, text):
        super().write(text[: max(0, 500 - self.tell())])
        return len(text)


class _Nobody:
    """Stands for the keyboard: whatever asks it is refused in a sentence."""

    encoding, errors, closed = "utf-8", "strict", False  # a library may look, when it is loaded

    def isatty(self):
        """Tell that nobody sits there."""
        return False

    def __call__(self, *_, **__):
        raise RuntimeError(
            "it waits for someone to type, which nobody can do while it is checked. Take out "
            "input() or breakpoint(): all it needs are its arguments"
        )

    def __getattr__(self, name):
        return self()


@contextlib.contextmanager
def _nobody_types():
    """Refuse what would leave the kernel waiting for ever."""
    kept = builtins.input, sys.breakpointhook, sys.stdin
    builtins.input = sys.breakpointhook = sys.stdin = _Nobody()
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook, sys.stdin = kept


def run(function, arguments, allowance=None, read_only=False):
    """Call `function` on copies of `arguments`, whatever it does, and say what that was.

    Without an `allowance` it is one of the course's own, which end.
    """
    given = hand_over(arguments)  # a random generator starts anew for everyone as well
    for array in _arrays(given):
        array.flags.writeable = not read_only
    tracer, traces = sys.gettrace(), _traces()
    left = allowance.left if allowance is not None else 0
    outcome, notes = Outcome(), _Notes()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(notes),
        contextlib.redirect_stderr(_Notes()),
        _nobody_types(),
        np.errstate(**USUAL),  # whatever was set in the notebook
        steady(),
    ):
        warnings.simplefilter("always")
        try:
            if allowance is not None:
                allowance.watching = True
                # It works on every system and in every thread, unlike an alarm.
                sys.settrace(allowance.watch)
            outcome.value = function(*given)
            if isinstance(outcome.value, Iterator):
                outcome.value, outcome.lazy = list(itertools.islice(outcome.value, TOO_MANY)), True
            outcome.value = take_back(_as_it_is_now(outcome.value))
        except BaseException as error:
            outcome.error = error
        finally:
            if allowance is not None:
                allowance.watching = False
                outcome.steps = left - allowance.left
            sys.settrace(None)
            for frame, trace in traces:  # a debugger that the answer started sits in all of them
                frame.f_trace = trace
            sys.settrace(tracer)
    outcome.warned = any(issubclass(w.category, RuntimeWarning) for w in caught)
    outcome.printed = notes.getvalue()
    outcome.changed = tuple(
        i for i, pair in enumerate(zip(given, arguments, strict=True)) if not _unchanged(*pair)
    )
    return outcome


def _as_it_is_now(value):
    """Copy the lists of a result: one that is a default argument would go on growing."""
    if type(value) is tuple:
        return tuple(map(_as_it_is_now, value))
    return value[:] if type(value) is list and len(value) <= TOO_LARGE else value


def _traces():
    """Return the frames from the caller's outwards, each with what watches it."""
    frame, found = sys._getframe(1), []
    while frame:
        found.append((frame, frame.f_trace))
        frame = frame.f_back
    return found


def _arrays(value):
    """Yield each array, those in lists of lists as well."""
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, np.ndarray):
        yield value


def _unchanged(new, old):
    if isinstance(old, (list, tuple)):
        return len(new) == len(old) and all(map(_unchanged, new, old))
    if isinstance(old, float):
        return new == old
    return not isinstance(old, np.ndarray) or np.array_equal(
        new, old, equal_nan=old.dtype.kind == "f"
    )


def same(a, b):
    """Tell whether two results agree: in shape, in rounded numbers, and in what else happened."""
    flags = [(o.warned, o.changed, o.lazy) for o in (a, b)]
    return flags[0] == flags[1] and same_values(a.value, b.value)


def same_ends(a, b, kindred=True):
    """Tell whether two functions both returned, or both raised what may be the same mistake."""
    errors = a.error, b.error
    said = [clash(error) or re.sub(r"\(.*", "", text_of(error)) for error in errors]
    # By its name: it may have been raised in another process.
    if type(errors[0]).__name__ == type(errors[1]).__name__ and said[0] == said[1]:
        return True
    # What cannot be hashed is not the arithmetic's fault.
    unhashable = any("unhashable" in text for text in said)
    return kindred and not unhashable and all(isinstance(error, KINDRED) for error in errors)


def same_values(a, b, coarse=False):
    """Compare results; a list may stand for a tuple or an array, a NumPy number for another.

    So may an array for a list of numbers. Where something in one of them is of float32, or `coarse`
    says so, all is as exact as that.
    """
    if (
        isinstance(a, np.ndarray)
        and isinstance(b, list)
        and not any(isinstance(x, (list, tuple)) or np.ndim(x) for x in b)
    ):
        a = list(np.atleast_1d(a))
    if isinstance(b, (tuple, list)) and isinstance(a, (tuple, list)) and len(a) == len(b):
        coarse = coarse or _in_float32(a) or _in_float32(b)
        return all(same_values(x, y, coarse) for x, y in zip(a, b, strict=True))
    if isinstance(b, (tuple, list)):
        return False
    x, y = numeric(a), numeric(b)
    if y is None:  # a string, say; the reference's own type is one that can be trusted
        try:
            return type(a) is type(b) and bool(a == b)
        except Exception:
            return False
    if x is None or x.shape != y.shape:
        return False
    coarse = coarse or np.float32 in (x.dtype, y.dtype)
    within, near_zero = (WITHIN_FLOAT32 if coarse else WITHIN), 1e-12
    sizes = np.abs(y, dtype=float)
    if y.size > 1 and np.isfinite(sizes).all():  # what is left where large numbers cancel
        if coarse:
            near_zero = max(near_zero, WITHIN * sizes.max())
        elif sizes.min() > 1e-5 * sizes.max():  # some of it may have been float32
            near_zero = max(near_zero, WITHIN / 3 * sizes.max())
    return _close(x, y, within, near_zero)


def _close(x, y, within, near_zero):
    """Compare as `np.allclose` does, in a third of its time, which a search for slips waits for."""
    y = y.astype(np.result_type(y, 1.0), copy=False)
    if not np.isfinite(y).all():
        return np.allclose(x, y, rtol=within, atol=near_zero, equal_nan=True)
    with np.errstate(invalid="ignore"):
        return bool((abs(x - y) <= near_zero + within * abs(y)).all())


def _in_float32(value):
    if isinstance(value, (tuple, list)):
        return any(map(_in_float32, value[:100]))
    return getattr(value, "dtype", None) == np.float32


def numeric(value):
    """Return `value` as an array of numbers, or None where it is not one."""
    if not isinstance(value, (np.ndarray, np.generic, int, float, list)):
        return None
    if isinstance(value, list) and len(value) > TOO_LARGE:
        return None
    if type(value) is np.ndarray:
        array = value
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                array = np.asarray(value)
        except BaseException:  # __array__ of a student's own class may raise anything
            return None
    return array if array.dtype.kind in "fiub" and array.size <= TOO_LARGE else None


def clash(error):
    """Return which lengths or shapes did not fit, however the line was written; else None.

    ``A @ B`` and ``np.dot(A, B)`` say it in words of their own, and ``a * b`` as ``b * a`` in
    another order.
    """
    text = text_of(error)
    for said in (r"size (\d+) is different from (\d+)", r"(\d+) \(dim \d\) != (\d+) \(dim"):
        if lengths := re.search(said, text):
            return {"a product", *lengths.groups()}
    return set(re.findall(r"\([\d,]+\)", text)) if "broadcast together" in text else None


def text_of(error):
    """Return the message of an exception, whose own `__str__` may raise."""
    try:
        return str(error)[:200]
    except BaseException:
        return ""
