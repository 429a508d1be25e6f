"""Threads: whatever their number, numbers stay; and who else uses BLAS finds it as it was."""

import functools
import os
import re
import subprocess
import sys
import time
from collections import Counter
from threading import Barrier, get_ident

import numpy as np
import pytest
import scipy.optimize  # noqa: F401  brings its BLAS before anyone counts
from threadpoolctl import threadpool_info, threadpool_limits

from course_lib import _speed
from course_lib._speed import product, share_out, steady
from course_lib.layers import Activation, Dense, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Optimizer
from course_lib.range_test import range_test
from course_lib.training import train
from course_lib.unrolled import minimize

BIG = 2 * _speed.SLICE + 100


def examples(m=BIG):
    rng = np.random.default_rng(3)
    return rng.random((m, 784), dtype=np.float32), rng.integers(0, 10, m)


def network(hidden=32, activation=None):
    rng = np.random.default_rng(4)
    layers = [Dense(784, hidden, rng=rng), activation or ReLU(), Dense(hidden, 10, rng=rng)]
    return Network(layers).astype(np.float32)


def blas_threads():
    return [blas["num_threads"] for blas in threadpool_info() if blas["user_api"] == "blas"]


def train_once(**changes):
    X, y = examples()
    recipe = dict(loss=softmax_cross_entropy, optimizer=SGD(0.1), epochs=1)
    return train(network(), X, y, **recipe | changes)


ALL_KINDS = """
import hashlib, sys
sys.path.insert(0, "tests/core")
from test_speed import *
from course_lib.optimizers import Adam
from course_lib._speed import product

X, y = examples()
for hidden, kwargs in (
    (800, dict(optimizer=Adam(), batch_size=128, epochs=1, rng=np.random.default_rng(1))),
    (800, dict(optimizer=SGD(0.1, 0.9), batch_size=500, epochs=1, rng=np.random.default_rng(1))),
    (64, dict(optimizer=SGD(0.5), epochs=2)),
    (64, dict(optimizer=SGD(0.5), epochs=2, loss=lambda y, Z: softmax_cross_entropy(y, Z))),
):
    net = network(hidden)
    history = train(net, X, y, **dict(loss=softmax_cross_entropy) | kwargs)
    parts = [*net.values(), net.predict_proba(X), np.array(history.loss)]
    print(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
net = network(30)
minimize(net, X, y, loss=softmax_cross_entropy, iterations=20)
print(hashlib.sha256(b"".join(part.tobytes() for part in net.values())).hexdigest())
"""


@pytest.mark.slow
def test_weights_losses_and_predictions_do_not_depend_on_the_number_of_threads():
    """Five kinds of training, one, two and three threads: the same bits."""
    runs = []
    for threads in "123":
        wish = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        command = [sys.executable, "-c", ALL_KINDS]
        done = subprocess.run(
            command, env=os.environ | wish, capture_output=True, text=True, check=True
        )
        runs.append(re.findall("^[0-9a-f]{64}$", done.stdout, re.MULTILINE))
    assert len(runs[0]) == 5
    assert runs[0][2] == runs[0][3]  # with a loss of one's own as with the course's
    assert runs[0] == runs[1] == runs[2]


@pytest.mark.parametrize("shape", [(801, 300, 150), (150, 300, 803), (784, 128, 400)])
@pytest.mark.parametrize("transposed", [False, True])
def test_a_product_in_pieces_is_the_product(shape, transposed):
    """Compared with NumPy's in double precision, odd sizes among them."""
    (m, k, n), rng = shape, np.random.default_rng(0)
    A = rng.normal(size=(k, m)).T if transposed else rng.normal(size=(m, k))
    B = rng.normal(size=(k, n))
    assert m * k * n >= _speed.LARGE
    assert np.allclose(product(A, B), np.einsum("ik,kj->ij", A, B, optimize=False), rtol=1e-10)
    A, B = A.astype(np.float32), B.astype(np.float32)
    assert product(A, B).dtype == np.float32
    assert np.allclose(product(A, B), A @ B, atol=1e-3)


def test_a_product_of_two_dtypes_is_numpys():
    """Integers with floats, say, are NumPy's business."""
    A, B = np.ones((400, 400), np.int64), np.full((400, 400), 0.5, np.float32)
    assert product(A, B).dtype == (A @ B).dtype
    assert (product(A, B) == 200).all()


@pytest.mark.parametrize(
    "use",
    [
        train_once,
        lambda: network().predict(examples()[0]),
        lambda: network(800).forward(examples(600)[0]),
        lambda: minimize(network(), *examples(500), loss=softmax_cross_entropy, iterations=2),
        lambda: range_test(
            network(), *examples(500), loss=softmax_cross_entropy, optimizer=SGD(1), batch_size=50,
            rng=np.random.default_rng(0), steps=5,
        ),
    ],
    ids=["train", "predict", "forward", "minimize", "range_test"],
)  # fmt: skip
def test_blas_has_its_threads_back_afterwards(use):
    """As many as the user had, whatever that was."""
    for wish in (2, 3, 1):
        with threadpool_limits(wish):
            had = blas_threads()  # never more than there are cores
            use()
            assert blas_threads() == had


def test_blas_works_with_one_thread_while_a_network_trains():
    """Threads of BLAS would wait for each other in a loop."""
    seen = []

    def f(Z):
        seen.extend(blas_threads())
        return np.maximum(Z, 0)

    net = network(activation=Activation(f, lambda Z: Z > 0))
    with threadpool_limits(2):
        train(net, *examples(), loss=softmax_cross_entropy, optimizer=SGD(0.1), epochs=1)
    assert set(seen) == {1}


def test_blas_has_its_threads_back_after_an_error():
    """A loss of one's own that fails does not keep them."""

    def loss(y, Z):
        raise RuntimeError("a slip")

    with threadpool_limits(2):
        had = blas_threads()
        with pytest.raises(RuntimeError, match="a slip"):
            train_once(loss=loss)
        assert blas_threads() == had


class Blas:
    """Threads to set and count, as many as a test wants, on whatever machine it runs."""

    user_api = "blas"

    def __init__(self, threads):
        self.num_threads = threads

    def set_num_threads(self, threads):
        self.num_threads = threads


@pytest.fixture
def blas(monkeypatch):
    blas = Blas(2)
    monkeypatch.setattr(_speed, "_libraries", lambda: (blas,))
    return blas


def together(barrier, seen):
    """Return work that ends only when two threads are at it at once."""

    def do(piece):
        barrier.wait()
        seen.append((piece, np.geterr()["over"]))

    return do


def test_pieces_are_shared_by_as_many_threads_as_blas_had(blas):
    """Two pieces wait for each other here: one thread alone would never end."""
    seen = []
    with steady(), np.errstate(over="raise"):
        share_out(together(Barrier(2, timeout=300), seen), range(6))
    assert sorted(seen) == [(piece, "raise") for piece in range(6)]  # helpers keep np.errstate


def test_one_thread_is_one_thread():
    """Where the user has set one, nobody helps: pieces come in order."""
    seen = []
    with threadpool_limits(1), steady():
        share_out(seen.append, range(20))
    assert seen == list(range(20))


def test_a_limit_set_inside_counts(blas):
    """Whoever sets three threads within a steady part gets three, and has them afterwards."""
    with steady():
        assert blas.num_threads == 1
        blas.set_num_threads(3)
        with steady():
            seen = []
            share_out(together(Barrier(3, timeout=300), seen), range(3))
            assert blas.num_threads == 1
        assert blas.num_threads == 3
    assert blas.num_threads == 2
    assert len(seen) == 3


def test_no_piece_is_begun_after_one_has_failed(blas):
    """Whoever met the error, it comes out, and the others stop: they would write into arrays."""
    begun, both = [], Barrier(2, timeout=300)

    def do(piece):
        begun.append(piece)
        if piece < 2:
            both.wait()
        if piece == 0:
            raise FloatingPointError(piece)
        time.sleep(0.01)

    with steady(), pytest.raises(FloatingPointError):
        share_out(do, range(1000))
    assert len(begun) < 500
    assert len(begun) == len(set(begun))


def test_functions_of_ones_own_are_called_in_order():
    """An activation that remembers its calls, or draws numbers, must not meet two threads."""
    rows = []

    def f(Z):
        rows.append(Z[0, 0])
        return np.maximum(Z, 0)

    def ordered(threads):
        rows.clear()
        net = network(activation=Activation(f, lambda Z: Z > 0))
        with threadpool_limits(threads):
            train(net, *examples(), loss=softmax_cross_entropy, optimizer=SGD(0.1), epochs=2)
        return list(rows), net.values()

    (one, weights), (two, others) = ordered(1), ordered(2)
    assert one == two
    assert len(one) == 2 * 3  # three slices an epoch
    assert all((a == b).all() for a, b in zip(weights, others, strict=True))


def test_a_loss_of_ones_own_is_called_in_order_by_this_thread_and_layers_have_helpers(blas):
    """It may print, count or draw; four slices go forward at once before it sees the first."""
    calls, forward, X = [], [], np.random.default_rng(3).random((9 * _speed.SLICE + 7, 5))

    class Noted(Dense):
        def forward(self, X):
            if len(X) in (_speed.SLICE, 7):
                forward.append(len(calls))
            return super().forward(X)

    Noted.__module__ = "course_lib.layers"
    labels = np.arange(len(X)) % 3

    def loss(y, Z):
        calls.append((get_ident(), y[:2].argmax(axis=1).tolist(), len(y)))
        return softmax_cross_entropy(y, Z)

    net = Network([Noted(5, 3, rng=np.random.default_rng(0))])
    targets = np.eye(3)[labels]
    train(net, X, targets, loss=loss, optimizer=SGD(0.1), epochs=1)
    slices = [call for call in calls if call[2] in (_speed.SLICE, 7)][-10:]
    starts = range(0, len(X), _speed.SLICE)
    assert [call[1] for call in slices] == [labels[start : start + 2].tolist() for start in starts]
    assert {call[0] for call in calls} == {get_ident()}
    assert sorted(Counter(forward[:10]).values()) == [2, 4, 4]


def test_an_optimiser_of_ones_own_is_asked_in_order():
    """It may draw noise: the same numbers for any number of threads."""

    class Langevin(Optimizer):
        def __init__(self):
            super().__init__(0.1)
            self.rng = np.random.default_rng(7)

        def update(self, gradient, memory):
            return -self.learning_rate * gradient + self.rng.normal(0, 1e-3, gradient.shape)

    def weights(threads):
        net = network(400)
        with threadpool_limits(threads):
            train(net, *examples(300), loss=softmax_cross_entropy, optimizer=Langevin(), epochs=2)
        return net.values()

    assert all((a == b).all() for a, b in zip(weights(1), weights(2), strict=True))


def test_threads_of_openmp_are_put_aside_as_well_and_do_not_count(blas, monkeypatch):
    """They wait in a loop like those of BLAS; as many helpers as BLAS had, whatever OpenMP has."""
    openmp = Blas(5)
    openmp.user_api = "openmp"
    monkeypatch.setattr(_speed, "_libraries", lambda: (blas, openmp))
    with steady():
        assert (blas.num_threads, openmp.num_threads, _speed._aside[-1]) == (1, 1, 2)
    assert (blas.num_threads, openmp.num_threads) == (2, 5)


@pytest.mark.slow
@pytest.mark.parametrize("wish", [None, "2"])
def test_what_a_cell_loads_begins_with_one_thread_unless_the_user_has_wished_for_more(wish):
    """scikit-learn brings OpenMP: t-SNE in the cell that imports it must not collapse."""
    code = """
import os
from threadpoolctl import threadpool_info
from IPython.core.interactiveshell import InteractiveShell
def openmp():
    print({b["num_threads"] for b in threadpool_info() if b["user_api"] == "openmp"})
shell = InteractiveShell.instance()
shell.push({"openmp": openmp})
shell.run_cell("import course_lib.layers")
openmp()
shell.run_cell("import sklearn.manifold; openmp()")
openmp()
shell.run_cell("openmp()")
print({os.environ.get("OMP_NUM_THREADS")})
shell.run_cell("os = __import__('os'); os.environ['OMP_NUM_THREADS'] = '3'")
print({os.environ.get("OMP_NUM_THREADS")})
"""
    environ = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    if wish:
        environ["OMP_NUM_THREADS"] = wish
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    said = [line for line in done.stdout.splitlines() if line.startswith(("{", "set"))]
    if wish is None:
        assert said == ["set()", "{1}", "{1}", "{1}", "{None}", "{'3'}"]
    else:  # for the cell that loads it as wished, from then on put aside
        assert said == ["set()", "{2}", "{2}", "{1}", "{'2'}", "{'3'}"]


def test_cells_of_a_notebook_are_steady_and_what_is_between_them_is_not():
    """From the cell that imports the library on; each cell gives the threads back."""
    code = """
from threadpoolctl import threadpool_info
from IPython.core.interactiveshell import InteractiveShell
import numpy
threads = lambda: {b["num_threads"] for b in threadpool_info() if b["user_api"] == "blas"}
shell = InteractiveShell.instance()
shell.push({"threads": threads})
print(threads())
shell.run_cell("from course_lib.layers import Dense; print(threads())")
print(threads())
shell.run_cell("print(threads())")
shell.run_cell("1 / 0; print('not reached')")
print(threads())
"""
    wish = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2")
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=os.environ | wish, capture_output=True, text=True, check=True
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("{")]
    had = said[0]  # 2 where there are two cores
    assert said[1:] == ["{1}", had, "{1}", had]


def test_blas_has_its_threads_back_where_setting_them_fails(monkeypatch):
    """As where the stop button comes between two libraries."""

    class Library:
        user_api = "blas"

        def __init__(self, fails):
            self.num_threads, self.fails = 2, fails

        def set_num_threads(self, threads):
            if self.fails and threads == 1:
                raise KeyboardInterrupt
            self.num_threads = threads

    libraries = [Library(False), Library(True)]
    monkeypatch.setattr(_speed, "_libraries", lambda: libraries)
    with pytest.raises(KeyboardInterrupt), steady():
        pass
    assert [library.num_threads for library in libraries] == [2, 2] and not _speed._aside


def test_a_function_that_wraps_one_of_ours_is_not_ours():
    """It may count its calls, so it is called in order."""

    @functools.wraps(softmax_cross_entropy)
    def counted(y, Z):
        return softmax_cross_entropy(y, Z)

    assert _speed.all_ours(softmax_cross_entropy, SGD(0.1).update, Dense)
    assert not _speed.all_ours(counted) and not _speed.all_ours(functools.partial(counted))
