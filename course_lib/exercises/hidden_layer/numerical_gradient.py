"""Slopes by experiment."""

import numpy as np

from course_lib.exercises.engine import Exercise, Probe, mistake, overlooked, rule
from course_lib.exercises.hidden_layer.shared import EXAMPLES, FIRST_B, FIRST_W
from course_lib.exercises.shared import float32, numbers
from course_lib.gradcheck import numerical_gradient


def sum_of_cubes(w):
    """Give the sum of w³."""
    return np.sum(w**3)


def product(w):
    """Give the product of all w."""
    return np.prod(w)


def sum_of_fifth_powers(w):
    """Give the sum of w⁵."""
    return np.sum(w**5)


def sum_of_tanh(W):
    """Give the sum of all activations of a layer with two units."""
    return np.sum(np.tanh(EXAMPLES @ W + FIRST_B[:2]))


def _nudged(quotient):
    """Nudge each weight by itself; `quotient(at, h)` may ask for f ``at(t)``, t beside w."""

    def gradient_of(f, w, h):
        gradient = np.empty(w.shape)
        for j in np.ndindex(w.shape):
            e = np.zeros(w.shape)
            e[j] = 1
            gradient[j] = quotient(lambda t, e=e: f(w + t * e), h)
        return gradient

    return gradient_of


def _with_step(step):
    return _nudged(lambda at, h: (at(step) - at(-step)) / (2 * step))


def _with_step_of(size):
    """Return an answer whose step depends on the number that it nudges."""

    def gradient_of(f, w, h):
        gradient = np.empty(w.shape)
        for j in np.ndindex(w.shape):
            e = np.zeros(w.shape)
            e[j] = size(h, w[j])
            gradient[j] = np.float64(f(w + e) - f(w - e)) / (2 * e[j])
        return gradient

    return gradient_of


def _all_at_once(f, w, h):
    return (f(w + h) - f(w - h)) / (2 * h)


def _not_restored(f, w, h):
    gradient = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        w[j] += h
        above = f(w)
        w[j] -= 2 * h
        gradient[j] = (above - f(w)) / (2 * h)
    return gradient


def _two_not_restored(f, w, h):
    gradient, up, down = np.empty(w.shape), np.array(w, dtype=float), np.array(w, dtype=float)
    for j in np.ndindex(w.shape):
        up[j] += h
        down[j] -= h
        gradient[j] = (f(up) - f(down)) / (2 * h)
    return gradient


def _in_place(f, w, h):
    gradient = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        before = w[j]
        w[j] = before + h
        above = f(w)
        w[j] = before - h
        gradient[j] = (above - f(w)) / (2 * h)
        w[j] = before
    return gradient


def _along_one_axis_without_copies(f, w, h):
    w, gradient = np.array(w, dtype=float), np.zeros(len(w))
    for j in range(len(w)):
        before = w[j]  # of a matrix a view, which the nudges change as well
        w[j] = before + h
        above = f(w)
        w[j] = before - h
        gradient[j] = (above - f(w)) / (2 * h)
        w[j] = before
    return gradient


def _rows_and_columns(visit, other_than_vectors):
    """Go through rows and columns of a matrix, or of all but vectors; else along the first axis."""

    def gradient_of(f, w, h):
        w, gradient = np.array(w, dtype=float), np.empty(w.shape)
        two = w.ndim > 1 if other_than_vectors else w.ndim == 2
        for j in np.ndindex(w.shape[:2]) if two else range(len(w)):
            gradient[j] = visit(f, w, j, h)
        return gradient

    return gradient_of


def _beside(f, w, j, h):
    e = np.zeros(w.shape)
    e[j] = h
    return (f(w + e) - f(w - e)) / (2 * h)


def _put_back(f, w, j, h):
    before = w[j]  # of three axes a view, which the nudges change as well
    w[j] = before + h
    above = f(w)
    w[j] = before - h
    below, w[j] = f(w), before
    return (above - below) / (2 * h)


def _columns_counted(function):
    """Stop where there are no columns."""

    def gradient_of(f, w, h):
        range(w.shape[1])
        return function(f, w, h)

    return gradient_of


def _unpacked(f, w, h):
    if w.ndim > 1:
        _rows, _columns = w.shape
    return numerical_gradient(f, w, h)


def _in_float32(dtype, put_back=False):
    """Work on a copy in float32, and give the result in a type."""

    def gradient_of(f, w, h):
        gradient = np.empty(w.shape, dtype)
        for j in np.ndindex(w.shape):
            up, down = w.astype(np.float32), w.astype(np.float32)
            up[j] += h
            down[j] -= h
            if put_back:
                down[j] = up[j] - np.float32(2 * h)
            gradient[j] = (f(up) - f(down)) / (2 * h)
        return gradient

    return gradient_of


_WHOLE = rule(
    lambda v, f, w, h: np.shape(v) == w.shape,
    slug="wrong-shape",
    says="The result has another shape than `w`.",
)


class NumericalGradient(Exercise):
    reference = numerical_gradient
    on_error = {
        "core dimension": "`f` wants an array in the shape of `w`, with one number nudged.",
    }
    probes = [
        Probe("one number", (sum_of_cubes, numbers(2), 0.1)),
        Probe("three numbers", (product, numbers(1, -2, 3), 0.1)),
        Probe("a smaller step", (sum_of_cubes, numbers(0.5, -1, 2), 0.001)),
        Probe("a matrix", (sum_of_tanh, FIRST_W[:, :2], 0.01)),
        Probe(
            "three axes",
            (sum_of_fifth_powers, numbers(0.5, -1, 2, 1.5, -0.5, 1, 3, -2).reshape(2, 2, 2), 0.5),
        ),
        Probe("a very small step", (sum_of_cubes, numbers(0.5, -1, 2), 1e-5)),
        Probe("read-only float32", float32(product, numbers(0.5, -1.5, 2), 0.25), read_only=True),
        Probe("whole numbers", (sum_of_cubes, numbers(1, -2, 3, dtype=int), 0.5), rules=[_WHOLE]),
    ]

    @overlooked
    def whole_numbers(v, f, w, h):
        """It passes, but for whole numbers the nudge, or the result, is cut down to a whole number:
        copies and `np.zeros_like` keep the type."""
        return w.dtype.kind == "f" or np.allclose(v, numerical_gradient(f, w, h))

    all_at_once = mistake(
        _all_at_once,
        lambda f, w, h: (f(w + h) - f(w)) / h,
        lambda f, w, h: np.full(w.shape, _all_at_once(f, w, h)),
        lambda f, w, h: numbers(_all_at_once(f, w, h)),
        says="All numbers are nudged together, which gives one slope for all of them. Nudge one, "
        "and leave the others where they are.",
    )

    @mistake
    def rows_at_once(f, w, h):
        """In a matrix `w[j]` is a whole row, whose numbers are nudged together. Visit each single
        entry."""
        w, gradient = np.array(w, dtype=float), np.empty(w.shape)
        for j in range(len(w)):
            before = w[j].copy()
            w[j] = before + h
            above = f(w)
            w[j] = before - h
            gradient[j] = (above - f(w)) / (2 * h)
            w[j] = before
        return gradient

    @mistake.also(_along_one_axis_without_copies)
    def one_axis_only(f, w, h):
        """It counts along one axis only: in a matrix `w[j]` is a whole row, and a slope is wanted
        for each single entry."""
        w, gradient = np.array(w, dtype=float), np.zeros(len(w))
        for j in range(len(w)):
            before = w[j].copy()
            w[j] = before + h
            above = f(w)
            w[j] = before - h
            gradient[j] = (above - f(w)) / (2 * h)
            w[j] = before
        return gradient

    @mistake.also(
        *(_columns_counted(_rows_and_columns(visit, True)) for visit in (_beside, _put_back))
    )
    def matrices_only(f, w, h):
        """It counts rows and columns, but a vector has no columns. Visit the entries of an array
        of any shape."""
        gradient = np.zeros(w.shape)
        for i in range(w.shape[0]):
            for _ in range(w.shape[1]):
                gradient[i] = 0
        return numerical_gradient(f, w, h)

    two_axes_only = mistake(
        _rows_and_columns(_beside, other_than_vectors=True),
        _rows_and_columns(_beside, other_than_vectors=False),
        _rows_and_columns(_put_back, other_than_vectors=True),
        _rows_and_columns(_put_back, other_than_vectors=False),
        _unpacked,
        says="It takes `w` for a vector or a matrix, but there may be more than two axes. Visit "
        "the entries of an array of any shape.",
    )

    @mistake
    def last_only(f, w, h):
        """It gives the slope of the last number only: does each round of the loop overwrite the
        result?"""
        return numerical_gradient(f, w, h).ravel()[-1]

    @mistake.also(lambda f, w, h: np.gradient(w), lambda f, w, h: np.gradient(f(w), h))
    def neighbours_compared(f, w, h):
        """np.gradient compares neighbours in an array, and does not call `f`. Ask `f` at two points
        for every number."""
        return np.gradient(w, h)

    @mistake
    def summed(f, w, h):
        """It adds up all slopes; each number of `w` has one of its own."""
        return numerical_gradient(f, w, h).sum()

    @mistake
    def each_alone(f, w, h):
        """`f` is given single numbers. It wants all of `w`, of which one is nudged."""
        return np.array([(f(v + h) - f(v - h)) / (2 * h) for v in w])

    @mistake
    def same_array_twice(f, w, h):
        """Up and down are one and the same array, and the two nudges cancel. `a = b = …` makes no
        copy."""
        return np.zeros(w.shape)

    @mistake.also(
        lambda f, w, h: np.append(
            numerical_gradient(f, w, h).flat[0], np.zeros(w.size - 1)
        ).reshape(w.shape)
    )
    def first_only(f, w, h):
        """It gives the slope of the first number only. Does it return from inside the loop?"""
        return numerical_gradient(f, w, h).ravel()[0]

    @mistake
    def flattened(f, w, h):
        """The result is one long vector; expected the shape of `w`."""
        return numerical_gradient(f, w, h).ravel()

    @mistake.also(_not_restored, _two_not_restored)
    def not_restored(f, w, h):
        """Each number stays nudged while the next is measured. Put it back first."""
        return _not_restored(f, np.array(w, dtype=float), h)

    nudged_by_size = mistake(
        _with_step_of(lambda h, w: h * abs(w)),
        _with_step_of(lambda h, w: h * max(abs(w), 1e-8)),
        _with_step_of(lambda h, w: h * max(abs(w), 1)),
        _with_step_of(lambda h, w: h * (1 + abs(w))),
        _with_step_of(lambda h, w: h * w),
        says="How far a number is nudged depends on its own size. Nudge each by `h`.",
    )
    forward_over_two_steps = mistake(
        _nudged(lambda at, h: (at(h) - at(0)) / (2 * h)),
        says="It compares w + h with w itself, and divides by 2h. That is the distance of two "
        "points on either side of w. Was the lower one meant to be h further down?",
    )
    divided_by_h = mistake(
        _nudged(lambda at, h: (at(h) - at(-h)) / h),
        says="Twice too large: from w - h to w + h the distance is not h.",
    )
    brackets_missing = mistake(
        _nudged(lambda at, h: (at(h) - at(-h)) / 2 * h),
        says="/ 2 * h divides by 2 and then multiplies by h. The denominator needs brackets.",
    )
    not_divided = mistake(
        _nudged(lambda at, h: at(h) - at(-h)),
        says="This is the difference of the two values; a slope is a difference per distance.",
    )
    brackets_missing_above = mistake(
        _nudged(lambda at, h: at(h) - at(-h) / (2 * h)),
        _nudged(lambda at, h: at(h) - at(-h) / 2 * h),
        says="Only the second value is divided. The numerator needs brackets.",
    )
    divided_by_two = mistake(
        _nudged(lambda at, h: (at(h) - at(-h)) / 2),
        says="The difference is halved, but not divided by h. A slope is a difference per "
        "distance.",
    )
    sum_for_difference = mistake(
        _nudged(lambda at, h: (at(h) + at(-h)) / (2 * h)),
        _nudged(lambda at, h: (at(h) + at(-h)) / 2),
        says="The two values are added; a slope is made of their difference.",
    )
    two_steps = mistake(
        _nudged(lambda at, h: (at(2 * h) - at(-2 * h)) / (2 * h)),
        _nudged(lambda at, h: (at(2 * h) - at(-2 * h)) / (4 * h)),
        says="Its two points lie 4h apart; expected one h on each side.",
    )
    second_derivative = mistake(
        _nudged(lambda at, h: (at(h) - 2 * at(0) + at(-h)) / h**2),
        says="This is the second derivative: how the slope changes.",
    )
    divided_by_square = mistake(
        _nudged(lambda at, h: (at(h) - at(-h)) / (2 * h**2)),
        _nudged(lambda at, h: (at(h) - at(-h)) / h**2),
        says="It divides by h²; a slope is a difference per distance.",
    )
    absolute = mistake(
        _nudged(lambda at, h: abs(at(h) - at(-h)) / (2 * h)),
        says="The slopes have lost their signs.",
    )
    own_distance = mistake(
        *(_nudged(lambda at, h, d=d: (at(h) - at(-h)) / (2 * d)) for d in (1e-4, 1e-5, 1e-6)),
        says="It nudges by the `h` that it is given, and divides by another of its own.",
    )
    value_for_slope = mistake(
        _nudged(lambda at, h: at(h)),
        _nudged(lambda at, h: at(0)),
        says="This is a value of `f`; a slope is made of the difference of two.",
    )
    rounded = mistake(
        *(_nudged(lambda at, h, d=d: round((at(h) - at(-h)) / (2 * h), d)) for d in (2, 3, 4)),
        says="It is rounded. Keep all digits; format them where you print.",
    )
    forward_difference = mistake(
        _nudged(lambda at, h: (at(h) - at(0)) / h),
        _nudged(lambda at, h: (at(0) - at(-h)) / h),
        says="It looks to one side of `w` only, and its error is of order h. Look to both sides.",
    )
    wrong_sign = mistake(
        _nudged(lambda at, h: (at(-h) - at(h)) / (2 * h)),
        says="The two values have changed places: the upper one comes first.",
    )
    half_steps = mistake(
        _nudged(lambda at, h: (at(h / 2) - at(-h / 2)) / h),
        says="Its two points lie h apart; expected one h on each side.",
    )
    added_below = mistake(
        *(_nudged(lambda at, h, e=e: (at(h) - at(-h)) / (2 * h + e)) for e in (1e-8, 1e-6)),
        says="Something small is added to the distance, and each slope gets a little too small. "
        "`h` is not 0.",
    )
    single_precision = mistake(
        _in_float32(np.float32),
        _in_float32(float),
        _in_float32(np.float32, put_back=True),
        _in_float32(float, put_back=True),
        _nudged(lambda at, h: (np.float32(at(h)) - np.float32(at(-h))) / (2 * h)),
        says="It calculates in float32, which keeps some seven digits: where `h` is small, the two "
        "values differ in the last of them only, and the rest is rounding. Take floats of double "
        "precision.",
    )
    four_points = mistake(
        _nudged(lambda at, h: (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)),
        _nudged(lambda at, h: (8 * (at(h / 2) - at(-h / 2)) - (at(h) - at(-h))) / (6 * h)),
        says="Four points are asked, two on each side: closer to the slope, but not what is asked "
        "for. One `h` on each side.",
    )
    own_step = mistake(
        *map(_with_step, (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0)),
        says="It takes a step of its own in place of the `h` that it is given.",
    )
    step_too_small = mistake(
        *map(_with_step, (1e-12, 1e-10, 1e-13, 1e-14, 1e-15, 1e-16)),
        says="Its step is so small that the two values differ in their last digits only, and the "
        "rest is rounding. Take the `h` that it is given.",
    )

    changes_its_input = mistake(
        _in_place,
        says="It nudges `w` itself, which it should only read: if `f` stops with an error, the "
        "weights stay nudged. Work on a copy.",
    )

    loops_are_slow = False  # the task is one, over weights

    hints = (
        "For each number in w: nudge it up, ask f; nudge it down, ask f; put it back.",
        "np.ndindex(w.shape) visits every entry of an array of any shape, and w[j] is a single "
        "number then. Work on a copy of w, in floats.",
        "An entry of the result is the value of f above minus that below, over the distance of "
        "the two points, twice h.",
    )
    insight = "Two runs of f for each weight: too slow to train with, but free of the chain rule."
    explanation = (
        "One number at a time, up by h and down by h: the difference over 2h is its slope."
    )
