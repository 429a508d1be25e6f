"""Where speed asks for more than the equation says: threads, memory, blocks and slices.

What stands here buys at least 5 % of an epoch, or it goes. Each function says what it bought when
it was measured, on two cores in float32; the table of tricks of `make bench` measures it again.

BLAS, which multiplies NumPy's matrices, has threads that wait for each other by turning in a loop.
Beside one busy program, a browser that draws for example, that made a training four times as slow.
So in here BLAS works with one thread, and large products are cut into pieces that threads of Python
take one after the other. The pieces depend on shapes alone: whatever the number of threads, numbers
are the same to the last bit.
"""

import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from copy import copy
from functools import cache, wraps
from threading import Lock

import numpy as np

from course_lib._checks import finite_loss

# Multiplications from which a product is cut, and into how many pieces. BLAS prepares its input for
# each piece anew: on one thread, four pieces of 784 × 128 × 800 take 1.12 times as long as one.
LARGE = 2**25
PIECES = 4

# Numbers of a parameter that are updated at once, and examples that go through a network at once:
# what is computed for them stays in the processor's cache.
BLOCK = 2**16
SLICE = 2048


def normal_distribution(Z):
    r"""Give :math:`\Phi(z)` of each number of a float array, in its dtype.

    By SciPy where it is installed, fourteen times as fast as one by one, as in a browser; to 12
    digits the same.
    """
    try:
        from scipy.special import ndtr
    except ImportError:
        ndtr = np.vectorize(lambda z: math.erfc(-z / math.sqrt(2)) / 2, otypes=[Z.dtype])
    return ndtr(Z).astype(Z.dtype, copy=False)  # SciPy's gives float64 for float16


def aligned(A, dtype=np.float64):
    """Copy `A` to where a line of the processor's cache starts: a multiple of 64 bytes.

    NumPy's own arrays start at any multiple of 16. Numbers that are handled together may then
    straddle two lines: without it 784–128–10 with batches of 128 takes 1.15 times as long.

    Parameters
    ----------
    A : array_like, any shape
    dtype : data type of the result

    Returns
    -------
    ndarray, shape of `A`
        In memory of its own.
    """
    A = np.asarray(A, dtype)
    memory = np.empty(A.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    copy = memory[start : start + A.nbytes].view(A.dtype).reshape(A.shape)
    copy[...] = A
    return copy


def row_max(Z):
    """Return the largest number of each row, as a column.

    NumPy is slow along short rows; along the columns of a transposed copy it is not: 3.3 ms in
    place of 8.7 for 60,000 × 10, of some 87 ms that 784–64–10 takes for all of them. The copy pays
    from some two dozen rows on.
    """
    if len(Z) < 24:
        return Z.max(axis=1, keepdims=True)
    return Z.T.copy().max(axis=0)[:, np.newaxis]


def in_slices(loss_and_gradients):
    """Let more than `SLICE` examples through a network in slices, and add up what they give.

    Mean losses and gradients count by each slice's share of the examples, so that the result is
    that of all at once, but for rounding; what layers remember no longer grows with the examples.
    784–64–10 with 60,000 examples at once takes 1.06 to 1.09 times as long without.

    Threads take one slice after the other, each with layers of its own around the same weights: all
    of MNIST at once takes 1.1 times as long where they share each product out instead. A loss of
    one's own is called in the order of slices by the thread that trains; the others then take
    `PIECES` slices forward, wait for it, and take them back.
    """

    @wraps(loss_and_gradients)
    def sliced(network, loss, X, y):
        if len(X) <= SLICE:
            return loss_and_gradients(network, loss, X, y)
        starts, done, lock = range(0, len(X), SLICE), {}, Lock()
        mean, sums, order = 0.0, [0] * len(network.parameters()), list(starts)
        pure = _built_of_ours(network)

        def part(start):
            twin = _forgetful(network) if pure else copy(network)
            return twin, X[start : start + SLICE], y[start : start + SLICE]

        def add(start, value, twin):
            nonlocal mean, sums
            share = len(X[start : start + SLICE]) / len(X)
            gradients = [share * layer.grads[name] for layer, name in twin.parameters()]
            done[start] = share * value, gradients
            with lock:  # sums are in the order of slices, whichever is ready first
                while order and order[0] in done:
                    value, gradients = done.pop(order.pop(0))
                    mean += value
                    sums = [a + b for a, b in zip(sums, gradients, strict=True)]

        def one(start):
            twin, *examples = part(start)
            add(start, loss_and_gradients(twin, loss, *examples), twin)

        def some(starts):
            parts = {start: part(start) for start in starts}
            logits, slopes = {}, {}

            def forward(start):
                twin, X, _ = parts[start]
                logits[start] = twin.forward(X)

            def backward(start):
                twin, (value, dZ) = parts[start][0], slopes[start]
                twin.backward(dZ)
                add(start, float(value), twin)

            share_out(forward, starts)
            for start in starts:
                slopes[start] = loss(parts[start][2], logits[start])
                finite_loss(slopes[start][0])
            share_out(backward, starts)

        with steady():
            if pure and not all_ours(loss):
                for first in range(0, len(starts), PIECES):
                    some(starts[first : first + PIECES])
            else:
                share_out(one, starts, pure)
        for (layer, name), gradient in zip(network.parameters(), sums, strict=True):
            layer.grads[name] = gradient
        return mean

    return sliced


def logits(network, X):
    """Return ``network.forward(X)``, but let its layers remember nothing for a way back.

    10,000 images would leave 31 MB behind in a network of three times 128 hidden units. Many go
    through in slices, as in training: all of MNIST at once takes 1.08 times as long. A layer of
    one's own may count its calls, so it gets all at once.
    """
    if not _built_of_ours(network):
        return network.forward(X)
    if len(X) <= SLICE:
        return _forgetful(network).forward(X)
    starts, parts = range(0, len(X), SLICE), {}

    def part(start):
        parts[start] = _forgetful(network).forward(X[start : start + SLICE])

    with steady():
        share_out(part, starts)
    return np.concatenate([parts[start] for start in starts])


def _built_of_ours(network):
    kinds = [getattr(layer, "f", type(layer)) for layer in network.layers]
    return all_ours(*kinds, *map(type, network.layers))


def _forgetful(network):
    """Return a network around the same weights, which keeps to itself what its layers remember."""
    twin = copy(network)
    twin.layers = [copy(layer) for layer in network.layers]
    return twin


def corrected_step(m, v, t, learning_rate, beta1, beta2, eps):
    r"""Return Adam's step, :math:`-\eta\, \hat m / (\sqrt{\hat v} + \epsilon)`.

    Both corrections, :math:`\hat m = m / (1 - \beta_1^t)` and :math:`\hat v = v / (1 - \beta_2^t)`,
    go into one number and one term, so that two passes over arrays fewer are made. 784–800–10
    and 784–128–10 with batches of 128 take 1.06 times as long without.
    """
    root = math.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return -rate * m / (np.sqrt(v) + eps * root)


def update_in_blocks(value, update, gradient, memory):
    """Add ``update(gradient, memory)`` to a parameter, in place, some rows after the other.

    Without it a step of 784 × 800 weights takes 417 µs in place of 291, with Adam 2,261 in place of
    1,518.

    Parameters
    ----------
    value, gradient : ndarray, shape (n_in, n_out) or (n_out,)
    update : function ``(gradient, memory) -> step``
        Works number by number.
    memory : dict
        What the update remembers of this parameter: arrays of its shape, or plain numbers.
    """
    before, rows_at_once = dict(memory), max(1, BLOCK * len(value) // value.size)
    half = -(-len(value) // 2)

    def update_half(first):
        for start in range(first, min(first + half, len(value)), rows_at_once):
            rows = slice(start, min(start + rows_at_once, first + half))
            part = {name: a[rows] if _is_cut(a) else a for name, a in before.items()}
            value[rows] += update(gradient[rows], part)
            for name, a in part.items():
                if not _is_cut(a):
                    memory[name] = a
                    continue
                if name not in memory:
                    memory.setdefault(name, np.zeros_like(value))  # the other half may be first
                memory[name][rows] = a

    with steady():
        share_out(update_half, (0, half), all_ours(update))


def _is_cut(remembered):
    return isinstance(remembered, np.ndarray) and remembered.ndim > 0


@cache
def _libraries():
    """Return the libraries whose threads can be counted and set: BLAS, and OpenMP.

    Threads of OpenMP wait in a loop as well: scikit-learn's t-SNE of 1,000 images takes some 1.5 s
    with two and nothing beside, 2.4 s with one, and 25 to 45 s with two beside busy programs.
    """
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return ()
    return ThreadpoolController().lib_controllers


_aside = []  # numbers of BLAS threads that `steady` has put aside, the innermost last


@contextmanager
def steady():
    """Let BLAS and OpenMP work with one thread, and give them back those they had.

    As many threads of Python work in place of those of BLAS: one, where the user has set one.
    """
    libraries = _libraries()
    had = [library.num_threads for library in libraries]
    if max(had, default=1) == 1:  # the user's wish, or `steady` already
        yield
        return
    pairs = zip(had, libraries, strict=True)
    blas = max((threads for threads, library in pairs if library.user_api == "blas"), default=1)
    _aside.append(blas)
    try:
        for library in libraries:
            library.set_num_threads(1)
        yield
    finally:
        _aside.remove(blas)
        for library, threads in zip(libraries, had, strict=True):
            library.set_num_threads(threads)


@contextmanager
def _wish():
    """Let what is loaded now begin with one thread, unless the user has wished for some."""
    name = "OMP_NUM_THREADS"  # BLAS follows it, too
    if name in os.environ:
        yield
        return
    os.environ[name] = "1"
    try:
        yield
    finally:
        if os.environ.get(name) == "1":  # the cell itself may have wished for another number
            del os.environ[name]


def steady_cells(shell):
    """Keep whatever the cells of a notebook compute `steady`, this one's and all that follow."""
    cell = ExitStack()

    def begin(_=None):
        _libraries.cache_clear()  # SciPy, say, brings a BLAS of its own
        cell.enter_context(steady())
        cell.enter_context(_wish())

    begin()
    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", lambda _: cell.close())


@cache
def _helpers():
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="course_lib")


_inside = ContextVar("inside", default=False)  # whether `share_out` is at work around here


def share_out(do, pieces, pure=True):
    """Call ``do(piece)`` for each piece: this thread and its helpers take one after the other.

    Helpers work within `steady` alone, where the threads of BLAS stand aside.
    784–800–10 with batches of 128 takes 1.4 times as long without helpers, and all of MNIST at once
    through 784–64–10 1.8 times. A helper that has not begun when no piece is left, since another
    program has its core, is not waited for. What is not `pure`, where a function of one's own may
    count its calls or draw random numbers, is done in order, by this thread alone.
    """
    if not pure or _inside.get() or not _aside:  # a piece of a piece is not shared out again
        for piece in pieces:
            do(piece)
        return
    waiting = iter(pieces)

    def work():
        _inside.set(True)
        try:
            for piece in waiting:
                do(piece)
        finally:
            for _ in waiting:  # where `do` failed, or was interrupted, nobody begins another
                pass

    threads = min(_aside[-1], len(pieces))
    # In a copy of this context, a helper keeps to the same np.errstate.
    helpers = [_helpers().submit(copy_context().run, work) for _ in range(threads - 1)]
    try:
        copy_context().run(work)
    finally:
        for helper in helpers:
            helper.cancel() or helper.result()


def all_ours(*functions):
    """Tell whether functions and classes are of this package, which count and draw nothing."""
    # What only wraps one of them bears its module's name, but has globals of its own.
    homes = [
        getattr(f, "__globals__", {}).get("__name__", getattr(f, "__module__", ""))
        for f in functions
    ]
    return all(str(home).startswith("course_lib.") for home in homes)


def product(A, B):
    """Return ``A @ B``, a large one in pieces: rows of the result, or columns if it has more."""
    (m, n), k = (len(A), B.shape[1]), len(B)
    if m * n * k < LARGE or A.dtype != B.dtype:
        return A @ B
    C, length = np.empty((m, n), A.dtype), -(-max(m, n) // PIECES)

    def piece(start):
        part = slice(start, start + length)
        if m >= n:
            np.matmul(A[part], B, out=C[part])
        else:
            np.matmul(A, B[:, part], out=C[:, part])

    with steady():
        share_out(piece, range(0, max(m, n), length))
    return C


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    steady_cells(_shell)
