"""Warnings of overflow and the like for answers under check: WebAssembly's arithmetic has none.

Elsewhere the processor notes that a result was too large or no number, and NumPy warns. Here the
arrays that an answer gets look at what comes of them, and warn in the same words.
"""

import warnings

import numpy as np

from course_lib.exercises import sandbox


def install():
    """Give answers such arrays from now on."""
    sandbox.hand_over, sandbox.take_back = watching, plain


class Watching(np.ndarray):
    """An array that warns when finite numbers give a result that is not."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """Compute as NumPy does, and look at the result."""
        inputs = [plain(value) for value in inputs]
        options = {name: plain(value) for name, value in options.items()}
        results = getattr(ufunc, method)(*inputs, **options)
        if all(map(_finite, inputs)):
            for result in results if isinstance(results, tuple) else (results,):
                _warn(ufunc, result)
        return watching_parts(results)


def watching(arguments):
    """Return a copy of an answer's arguments whose arrays watch."""
    return watching_parts(_copy(arguments))


def watching_parts(value):
    """Return a value with arrays of numbers that watch, also in lists of them."""
    if type(value) in (list, tuple):
        return type(value)(map(watching_parts, value))
    numbers = type(value) is np.ndarray and value.dtype.kind in "fiu"
    return value.view(Watching) if numbers else value


def plain(value):
    """Return a value with NumPy's own arrays, also in lists of them."""
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return value.view(np.ndarray) if isinstance(value, Watching) else value


_copy = sandbox.hand_over


def _finite(value):
    floats = getattr(value, "dtype", np.dtype(type(value) if type(value) is float else int))
    return floats.kind != "f" or bool(np.isfinite(value).all())


def _warn(ufunc, result):
    if _finite(result):
        return
    no_number, settings = bool(np.isnan(result).any()), np.geterr()
    kinds = ("invalid",) if no_number else ("over", "divide")
    if all(settings[kind] != "ignore" for kind in kinds):
        what = "invalid value" if no_number else "overflow"
        warnings.warn(f"{what} encountered in {ufunc.__name__}", RuntimeWarning, stacklevel=3)
