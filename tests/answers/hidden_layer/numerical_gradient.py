"""What students write for `numerical_gradient`: right in other forms, and wrong in their own."""

import itertools

import numpy as np


def slopes_with_unit_vectors(f, w, h):
    steps = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([(f(w + e) - f(w - e)) / (2 * h) for e in steps]).reshape(w.shape)


def slopes_of_two_copies(f, w, h):
    grad = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        up, down = w.astype(float), w.astype(float)
        up[j] += h
        down[j] -= h
        grad[j] = 0.5 * (f(up) - f(down)) / h
    return grad


def slopes_of_the_flat(f, w, h):
    flat, grad = w.ravel().astype(float), []
    for j in range(len(flat)):
        before = flat[j]
        flat[j] += h
        above = f(flat.reshape(w.shape))
        flat[j] -= 2 * h
        grad.append((above - f(flat.reshape(w.shape))) / (2 * h))
        flat[j] = before
    return np.reshape(grad, w.shape)


def slopes(quotient, copy=lambda w: w.astype(float), restore=True):
    """Return a numerical gradient as a student writes it, with one step another."""

    def numerical_gradient(f, w, h):
        w, grad = copy(w), np.zeros(w.shape)
        for j in np.ndindex(w.shape):
            old = w[j]
            here = f(w)
            w[j] = old + h
            plus = f(w)
            w[j] = old - h
            minus = f(w)
            if restore:
                w[j] = old
            grad[j] = quotient(plus, here, minus, h)
        return grad

    return numerical_gradient


def slopes_of_rows(f, w, h):
    grad = np.zeros_like(w, dtype=float)
    for i in range(w.shape[0]):
        e = np.zeros_like(w, dtype=float)
        e[i] = h
        grad[i] = (f(w + e) - f(w - e)) / (2 * h)
    return grad


def slopes_of_the_first(f, w, h):
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        return (f(w + e) - f(w - e)) / (2 * h)


class Slopes:
    def __call__(self, f, w, h):
        w = np.array(w, dtype=float)
        return np.array([self.one(f, w, h, k) for k in range(w.size)]).reshape(w.shape)

    @staticmethod
    def one(f, w, h, k):
        up, down = w.copy(), w.copy()
        up.flat[k] += h
        down.flat[k] -= h
        return (f(up) - f(down)) / (2 * h)


def slopes_by_iterator(f, w, h):
    x = w.astype(np.float64)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        pos = f(x)
        x[ix] = old - h
        neg = f(x)
        x[ix] = old
        grad[ix] = (pos - neg) / (2 * h)
        it.iternext()
    return grad


def slopes_of_product(f, w, h):
    w, grad = np.asarray(w, float), {}
    for ix in itertools.product(*map(range, w.shape)):
        e = np.zeros(w.shape)
        e[ix] = h
        grad[ix] = f(w + e) / (2 * h) - f(w - e) / (2 * h)
    return np.fromiter(grad.values(), float).reshape(w.shape)


def slopes_with_lists(f, w, h):
    flat = [float(v) for v in w.ravel()]

    def value(k, d):
        return f(np.array([*flat[:k], flat[k] + d, *flat[k + 1 :]]).reshape(w.shape))

    slopes = [(value(k, h) - value(k, -h)) / h / 2 for k in range(len(flat))]
    return np.array(slopes).reshape(w.shape)


def one_level_of_loop(f, w, h):
    w, grad = w.astype(float), np.zeros(len(w))
    for i in range(len(w)):
        old = w[i]
        w[i] = old + h
        up = f(w)
        w[i] = old - h
        down = f(w)
        w[i] = old
        grad[i] = (up - down) / (2 * h)
    return grad


def two_levels_of_loop(f, w, h):
    w, grad = w.astype(float), np.zeros(w.shape)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            old = w[i, j]
            w[i, j] = old + h
            up = f(w)
            w[i, j] = old - h
            down = f(w)
            w[i, j] = old
            grad[i, j] = (up - down) / (2 * h)
    return grad


def aliases(f, w, h):
    grad = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        up = down = w.astype(float)
        up[j] += h
        down[j] -= h
        grad[j] = (f(up) - f(down)) / (2 * h)
    return grad


def nudges_twice(f, w, h):
    w, grad = w.astype(float), np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        w[j] += h
        up = f(w)
        w[j] -= h
        down = f(w)
        grad[j] = (up - down) / (2 * h)
    return grad


def overwrites(f, w, h):
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        grad = (f(w + e) - f(w - e)) / (2 * h)
    return grad


def appends(f, w, h):
    grad = []
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        grad.append((f(w + e) - f(w - e)) / (2 * h))
    return grad


def summed(f, w, h):
    grad = 0
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        grad += (f(w + e) - f(w - e)) / (2 * h)
    return grad


def slopes_of(quotient):
    def numerical_gradient(f, w, h):
        grad = np.empty(w.shape)
        for j in np.ndindex(w.shape):
            e = np.zeros(w.shape)
            e[j] = 1.0
            grad[j] = quotient(lambda t, e=e: f(w + t * e), h)
        return grad

    return numerical_gradient


def wrote_forward_difference(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(*w.shape):
        v = w.copy()
        v[i] += h
        g[i] = (f(v) - f(w)) / h
    return g


def wrote_not_restored(f, w, h):
    g = np.zeros(w.shape)
    v = w.copy()
    for i in np.ndindex(*w.shape):
        v[i] += h
        p = f(v)
        v[i] -= 2 * h
        q = f(v)
        g[i] = (p - q) / (2 * h)
    return g


def wrote_rows_at_once(f, w, h):
    g = np.zeros_like(w)
    for i in range(len(w)):
        a = w.copy()
        b = w.copy()
        a[i] += h
        b[i] -= h
        g[i] = (f(a) - f(b)) / (2 * h)
    return g


def wrote_same_array_twice(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(*w.shape):
        a = w
        a[i] = a[i] + h
        b = w
        b[i] = b[i] - h
        g[i] = (f(a) - f(b)) / (2 * h)
    return g


def step_of_its_own(f, w, h=1e-5):
    h = 1e-4
    grad = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        wp, wm = w.copy(), w.copy()
        wp[i] += h
        wm[i] -= h
        grad[i] = (f(wp) - f(wm)) / (2 * h)
    return grad


def returned_at_once(f, w, h):
    grad = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        wp, wm = w.copy(), w.copy()
        wp[i] += h
        wm[i] -= h
        grad[i] = (f(wp) - f(wm)) / (2 * h)
        return grad


def half_times_h(f, w, h):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[i] = h
        grad[i] = f(w + e) - f(w - e) / 2 * h
    return grad


RIGHT = [
    # of whole numbers it cuts off fractions, and is told so
    slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=np.copy),
    slopes_with_unit_vectors,
    slopes_of_two_copies,
    slopes_of_the_flat,
    Slopes(),
    slopes_by_iterator,
    slopes_of_product,
    slopes_with_lists,
    slopes_of(lambda at, h: (at(h) - at(-h)) / 2 / h),
    # the mean of the two one-sided slopes
    slopes_of(lambda at, h: ((at(h) - at(0)) / h + (at(0) - at(-h)) / h) / 2),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (slopes(lambda up, f, down, h: (up - f) / h), "forward-difference"),
    (slopes(lambda up, f, down, h: (f - down) / h), "forward-difference"),
    (slopes(lambda up, f, down, h: (up - f) / (2 * h)), "forward-over-two-steps"),
    (slopes(lambda up, f, down, h: (up - down) / h), "divided-by-h"),
    (slopes(lambda up, f, down, h: (up - down) / 2 * h), "brackets-missing"),
    (slopes(lambda up, f, down, h: up - down), "not-divided"),
    (slopes(lambda up, f, down, h: (up - down) / (2 * h), restore=False), "not-restored"),
    (slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=lambda w: w), "changes-its-input"),
    (slopes_of_rows, "rows-at-once"),
    (slopes_of_the_first, "first-only"),
    (lambda f, w, h: np.array([(f(w + h) - f(w - h)) / (2 * h)]), "all-at-once"),
    (lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-6), "own-step"),
    (lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-15), "step-too-small"),
    (one_level_of_loop, "one-axis-only"),
    (two_levels_of_loop, "matrices-only"),
    (aliases, "same-array-twice"),
    (nudges_twice, "forward-over-two-steps"),
    (overwrites, "last-only"),
    (appends, "flattened"),
    (summed, "summed"),
    (slopes_of(lambda at, h: (at(h) - at(0)) / h), "forward-difference"),
    (slopes_of(lambda at, h: (at(h) - at(-h)) / h), "divided-by-h"),
    (slopes_of(lambda at, h: (at(h) - at(-h)) / 2 * h), "brackets-missing"),
    (slopes_of(lambda at, h: (at(h) - at(-h)) / 2), "divided-by-two"),
    (slopes_of(lambda at, h: at(h) - at(-h) / (2 * h)), "brackets-missing-above"),
    (slopes_of(lambda at, h: (at(h) + at(-h)) / (2 * h)), "sum-for-difference"),
    (slopes_of(lambda at, h: (at(-h) - at(h)) / (2 * h)), "wrong-sign"),
    (slopes_of(lambda at, h: (at(2 * h) - at(-2 * h)) / (2 * h)), "two-steps"),
    (slopes_of(lambda at, h: (at(h / 2) - at(-h / 2)) / h), "half-steps"),
    (slopes_of(lambda at, h: (at(h) - 2 * at(0) + at(-h)) / h**2), "second-derivative"),
    (slopes_of(lambda at, h: (at(h) - at(-h)) / (2 * h**2)), "divided-by-square"),
    (slopes_of(lambda at, h: abs(at(h) - at(-h)) / (2 * h)), "absolute"),
    (slopes_of(lambda at, h: (at(h) - at(-h)) / (2 * 1e-5)), "own-distance"),
    (slopes_of(lambda at, h: (at(1e-4) - at(-1e-4)) / 2e-4), "own-step"),
    (slopes_of(lambda at, h: at(h)), "value-for-slope"),
    (slopes_of(lambda at, h: round((at(h) - at(-h)) / (2 * h), 3)), "rounded"),
    (lambda f, w, h: (f(w + h) - f(w - h)) / (2 * h), "all-at-once"),
    (lambda f, w, h: (f(w + h) - f(w)) / h, "all-at-once"),
    (lambda f, w, h: np.gradient(w, h), "neighbours-compared"),
    (lambda f, w, h: np.array([(f(v + h) - f(v - h)) / (2 * h) for v in w]), "each-alone"),
    (lambda f, w, h: (f(w * (1 + h)) - f(w * (1 - h))) / (2 * h), "wrong-shape"),
    (wrote_forward_difference, "forward-difference"),
    (wrote_not_restored, "not-restored"),
    (wrote_rows_at_once, "rows-at-once"),
    (wrote_same_array_twice, "same-array-twice"),
    (step_of_its_own, "own-step"),
    (returned_at_once, "first-only"),
    (half_times_h, "brackets-missing-above"),
]


def seen_uses_f_w(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        g[i] = ((f(w) + h) - (f(w) - h)) / (2 * h)
    return g


def seen_other_weights_zero(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[i] = h
        g[i] = (f(e) - f(-e)) / (2 * h)
    return g


def seen_h_nudges_but(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        wp, wm = w.copy(), w.copy()
        wp[i] += h / 2
        wm[i] -= h / 2
        g[i] = (f(wp) - f(wm)) / (2 * h)
    return g


def seen_own_h_ignores(f, w, h=1e-5):
    eps = 0.1
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[i] = eps
        g[i] = (f(w + e) - f(w - e)) / (2 * eps)
    return g


def seen_random_direction(f, w, h):
    d = np.random.randn(*w.shape)
    return (f(w + h * d) - f(w - h * d)) / (2 * h) * d


WRONG += [
    (seen_uses_f_w, "argument-unused"),
    (seen_other_weights_zero, "zero"),
    (seen_h_nudges_but, "half-steps"),
    (seen_own_h_ignores, "own-step"),
    (seen_random_direction, "not-repeatable"),
]


def nudges_by_a_share(f, w, h):
    grad = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        step = h * abs(w[i])
        up, down = w.copy(), w.copy()
        up[i] += step
        down[i] -= step
        grad[i] = np.float64(f(up) - f(down)) / (2 * step)
    return grad


WRONG += [(nudges_by_a_share, "nudged-by-size")]


def one_or_two_axes(f, w, h):
    g = np.zeros(w.shape)
    w = np.array(w, dtype=float)
    if w.ndim == 1:
        for i in range(len(w)):
            e = np.zeros(w.shape)
            e[i] = h
            g[i] = (f(w + e) - f(w - e)) / (2 * h)
    else:
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                e = np.zeros(w.shape)
                e[i, j] = h
                g[i, j] = (f(w + e) - f(w - e)) / (2 * h)
    return g


def one_or_two_axes_put_back(f, w, h):
    w = np.array(w, dtype=float)
    g = np.zeros(w.shape)
    places = (
        range(len(w))
        if w.ndim == 1
        else [(i, j) for i in range(w.shape[0]) for j in range(w.shape[1])]
    )
    for place in places:
        before = w[place]
        w[place] = before + h
        above = f(w)
        w[place] = before - h
        g[place] = (above - f(w)) / (2 * h)
        w[place] = before
    return g


def one_or_two_axes_by_copies(f, w, h):
    g = np.zeros(w.shape)
    if w.ndim == 2:
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                up, down = w.astype(float), w.astype(float)
                up[i][j] += h
                down[i][j] -= h
                g[i][j] = (f(up) - f(down)) / (2 * h)
    else:
        for i in range(len(w)):
            up, down = w.astype(float), w.astype(float)
            up[i] += h
            down[i] -= h
            g[i] = (f(up) - f(down)) / (2 * h)
    return g


def rows_and_columns_made_of_a_vector(f, w, h):
    shape, rows = w.shape, w.reshape(1, -1) if w.ndim == 1 else w
    n, m = rows.shape
    g = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            e = np.zeros((n, m))
            e[i, j] = h
            g[i, j] = (f(w + e.reshape(shape)) - f(w - e.reshape(shape))) / (2 * h)
    return g.reshape(shape)


def vectors_or_matrices_refused(f, w, h):
    if w.ndim > 2:
        raise ValueError("w must be a vector or a matrix")
    return one_or_two_axes(f, w, h)


def in_single_precision(f, w, h):
    w = w.astype(np.float32)
    g = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def values_in_single_precision(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.astype(float), w.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (np.float32(f(up)) - np.float32(f(down))) / (2 * h)
    return g


def on_a_copy_in_single_precision(f, w, h):
    w = np.array(w, dtype=np.float32)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        before = w[i]
        w[i] = before + h
        above = f(w)
        w[i] = before - h
        g[i] = (above - f(w)) / (2 * h)
        w[i] = before
    return g


def five_points(f, w, h):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[i] = h
        g[i] = (8 * (f(w + e) - f(w - e)) - (f(w + 2 * e) - f(w - 2 * e))) / (12 * h)
    return g


def five_points_in_other_words(f, w, h):
    return slopes_of(lambda at, h: (-at(2 * h) + 8 * at(h) - 8 * at(-h) + at(-2 * h)) / 12 / h)(
        f, w, h
    )


WRONG += [
    (one_or_two_axes, "two-axes-only"),
    (one_or_two_axes_put_back, "two-axes-only"),
    (one_or_two_axes_by_copies, "two-axes-only"),
    (rows_and_columns_made_of_a_vector, "two-axes-only"),
    (vectors_or_matrices_refused, "two-axes-only"),
    (in_single_precision, "single-precision"),
    (on_a_copy_in_single_precision, "single-precision"),
    (values_in_single_precision, "single-precision"),
    (five_points, "four-points"),
    (five_points_in_other_words, "four-points"),
    (
        slopes_of(
            lambda at, h: (4 * (at(h / 2) - at(-h / 2)) / h - (at(h) - at(-h)) / (2 * h)) / 3
        ),
        "four-points",
    ),
]


def moved_down_in_single_precision(f, w, h):
    w = np.asarray(w, dtype="float32").copy()
    g = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        w[i] += h
        above = f(w)
        w[i] -= 2 * h
        below = f(w)
        w[i] += h
        g[i] = (above - below) / (2 * h)
    return g


def beside_in_single_precision(f, w, h):
    g = np.zeros(w.shape, np.float32)
    for i in np.ndindex(w.shape):
        e = np.zeros(w.shape, np.float32)
        e[i] = h
        g[i] = (f(w.astype(np.float32) + e) - f(w.astype(np.float32) - e)) / (2 * h)
    return g


WRONG += [
    (moved_down_in_single_precision, "single-precision"),
    (beside_in_single_precision, "single-precision"),
]


def a_little_below(f, w, h):
    gradient = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        gradient[j] = (f(w + e) - f(w - e)) / (2 * h + 1e-8)
    return gradient


WRONG += [(a_little_below, "added-below")]
