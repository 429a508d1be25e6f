"""How fast and how well the course's engine trains, beside its peers: `make bench`.

Everything is measured side by side in one run, the peers taking turns so that a slow minute of the
machine meets them all: same data, same float32, same batches, same threads. Throughput is measured
with one thread, as on a small server, and with one for each core, beside no other busy process, one
and two; all the rest with a thread for each core and nothing else running. A ratio is the median of
the rounds' own ratios. Prints Markdown; with ARGS="--save" it also goes to `results/`, with a plot.
ARGS="--against FOLDER" lets the engine of another checkout take part.

- scikit-learn: `MLPClassifier`, plain stochastic gradient descent.
- PyTorch on the CPU, where it is installed (`make bench-torch` installs it first).
- inlined: the same step written out by hand in NumPy, without layers, checks or options. That it
  is the same step is asserted before it is timed.
- floor: the step's matrix products alone, in memory allocated beforehand.
"""

import argparse
import os
import platform
import runpy
import statistics
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_lib import _speed  # noqa: E402
from course_lib._speed import aligned  # noqa: E402
from course_lib.data import load_images  # noqa: E402
from course_lib.layers import Dense, ReLU, Sigmoid, he  # noqa: E402
from course_lib.losses import mean_squared_error, softmax_cross_entropy  # noqa: E402
from course_lib.network import Network  # noqa: E402
from course_lib.optimizers import SGD, Adam  # noqa: E402
from course_lib.training import train  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

RESULTS = ROOT / "benchmarks" / "results"
OWN = "From One Neuron"
# Hidden units, batch size (None: all), images an epoch, epochs a round: as many as a short training
# has, so that getting ready, which peers do very differently, does not pass for a step's time.
NETWORKS = (
    (40, 10, 10_000, 5),
    (128, 128, 60_000, 2),
    (800, 128, 20_000, 2),
    (64, None, 60_000, 8),
)
NEIGHBOURS = 0, 1, 2  # busy processes beside the one that trains


def network(hidden, rng=None):
    """Return 784–hidden–10 with ReLU, in float32."""
    rng = rng or np.random.default_rng(0)
    layers = [Dense(784, hidden, rng=rng, init=he), ReLU(), Dense(hidden, 10, rng=rng)]
    return Network(layers).astype(np.float32)


def engine_of(folder):
    """Return the peer `ours` of another checkout, whose course_lib is loaded beside this one."""
    here = {name: sys.modules.pop(name) for name in list(sys.modules) if "course_lib" in name}
    sys.path.insert(0, str(folder))
    there = runpy.run_path(str(Path(folder) / "benchmarks" / "bench_training.py"))
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if "course_lib" in name]:
        del sys.modules[name]
    sys.modules |= here
    return there["ours"]


# The peers. Each gets ready and returns two functions: `run(epochs)`, which is timed, and
# `predict(X)`. Batches are drawn anew each epoch; batch None takes all examples in order.


def ours(hidden, X, y, batch, rate, momentum=0):
    net, optimizer, rng = network(hidden), SGD(rate, momentum), np.random.default_rng(1)
    recipe = dict(loss=softmax_cross_entropy, optimizer=optimizer, batch_size=batch, rng=rng)
    return lambda epochs: train(net, X, y, epochs=epochs, **recipe), net.predict


def inlined(hidden, X, y, batch, rate, momentum=0):
    net, rng, m = network(hidden), np.random.default_rng(1), len(X)
    W1, b1, W2, b2 = (layer.params[name] for layer in net.layers[::2] for name in "Wb")

    def run(epochs):
        for _ in range(epochs):
            total, order = 0.0, None if batch is None else rng.permutation(m)
            for start in range(0, m, batch or m):
                rows = slice(None) if batch is None else order[start : start + batch]
                Xb, yb = X[rows], y[rows]
                each = np.arange(len(yb))
                Z1 = Xb @ W1 + b1
                A1 = np.maximum(Z1, 0)
                Z2 = A1 @ W2 + b2
                Z2 -= Z2.max(axis=1, keepdims=True)
                P = np.exp(Z2)
                sums = P.sum(axis=1, keepdims=True)
                total += np.log(sums).sum() - Z2[each, yb].sum()
                P /= sums
                P[each, yb] -= 1
                P /= len(yb)
                dZ1 = (P @ W2.T) * (Z1 > 0)
                # Not W2 -= …: these names are the outer function's.
                np.subtract(W2, rate * (A1.T @ P), out=W2)
                np.subtract(b2, rate * P.sum(axis=0), out=b2)
                np.subtract(W1, rate * (Xb.T @ dZ1), out=W1)
                np.subtract(b1, rate * dZ1.sum(axis=0), out=b1)

    return run, net.predict


def scikit_learn(hidden, X, y, batch, rate, momentum=0):
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (hidden,), solver="sgd", momentum=momentum, nesterovs_momentum=False, alpha=0,
        learning_rate_init=rate, batch_size=batch or len(X), random_state=1, warm_start=True,
        tol=0, n_iter_no_change=10**9,
    )  # fmt: skip

    def run(epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a few epochs are no convergence
            model.set_params(max_iter=epochs).fit(X, y)

    return run, lambda X: model.predict(X)


def pytorch(hidden, X, y, batch, rate, momentum=0):
    torch.manual_seed(1)
    layers = torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10)
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum)
    X, y, m = torch.from_numpy(X), torch.from_numpy(y), len(X)

    def run(epochs):
        for _ in range(epochs):
            total = 0.0
            for rows in [slice(None)] if batch is None else torch.randperm(m).split(batch):
                Xb, yb = X[rows], y[rows]
                loss = torch.nn.functional.cross_entropy(model(Xb), yb)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(yb)

    return run, lambda X: model(torch.from_numpy(X)).argmax(1).numpy()


def floor(hidden, X, y, batch, rate, momentum=0):
    W1, W2 = (layer.params["W"] for layer in network(hidden).layers[::2])
    m, size = len(X), batch or len(X)
    A1, Z2 = np.ones((size, hidden), np.float32), np.ones((size, 10), np.float32)
    dA1, dW1, dW2 = np.empty_like(A1), np.empty_like(W1), np.empty_like(W2)

    def run(epochs):
        for start in list(range(0, m, size)) * epochs:
            Xb = X[start : start + size]
            n = len(Xb)
            np.matmul(Xb, W1, out=A1[:n])
            np.matmul(A1[:n], W2, out=Z2[:n])
            np.matmul(A1[:n].T, Z2[:n], out=dW2)
            np.matmul(Z2[:n], W2.T, out=dA1[:n])
            np.matmul(Xb.T, dA1[:n], out=dW1)

    return run, None


PEERS = {"scikit-learn": scikit_learn, **({"PyTorch": pytorch} if torch else {})}
ALL = {OWN: ours, **PEERS, "inlined": inlined, "floor": floor}


def seconds(run, *arguments):
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start


def in_turns(runs, rounds):
    """Return what each of `runs`, functions that return seconds, took in each round.

    Every round has an order of its own, lest somebody always follow the one who empties the caches;
    the first, which warms up, does not count.
    """
    order, times = np.random.default_rng(0), {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name in order.permutation(list(runs)).tolist():
            times[name].append(runs[name]())
    return {name: spent[1:] for name, spent in times.items()}


def check_inlined(X, y):
    """Make sure that the inlined step is the engine's: same weights, so same answers."""
    for hidden, batch, *_ in NETWORKS:
        answers = []
        for peer in (ours, inlined):
            run, predict = peer(hidden, X[:3000], y[:3000], batch, 0.1)
            run(3)
            answers.append(predict(X))
        assert (answers[0] == answers[1]).mean() > 0.999, "the inlined step is another one"


def table(head, rows):
    """Return rows as a Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def threads_of_blas(threads):
    """Let NumPy's matrix products, and all of PyTorch, use so many threads.

    In a ``with`` statement NumPy has as many as before afterwards.
    """
    if torch:
        torch.set_num_threads(threads)
    return threadpool_limits(threads)


@contextmanager
def neighbours(number):
    """Let so many other processes be busy, as a browser that draws is, or somebody on a hub."""
    command = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(command) for _ in range(number)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def throughput(X, y, rounds, threads):
    """Images a second of everybody on each network, and how long each takes beside the engine."""
    speeds, ratios, found = [], [], {}
    for hidden, batch, m, epochs in NETWORKS:
        runs = {
            name: partial(seconds, peer(hidden, X[:m], y[:m], batch, 0.1)[0], epochs)
            for name, peer in ALL.items()
        }
        times = []
        for number in NEIGHBOURS:
            with threads_of_blas(threads), neighbours(number):
                times.append(in_turns(runs, rounds))
        label = f"784–{hidden}–10, batch {batch or 'all'}"
        found[label] = {n: m * epochs / statistics.median(spent) for n, spent in times[0].items()}
        speeds.append([label, *(f"{speed:,.0f}" for speed in found[label].values())])
        quiet = statistics.median(times[0][OWN])
        beside = {
            name: [
                statistics.median(np.divide(times[0][name], times[0][OWN])),
                *(statistics.median(busy[name]) / quiet for busy in times[1:]),
            ]
            for name in runs
        }
        ratios.append(
            [label, *(" · ".join(f"{r:.2f}" for r in three) for three in beside.values())]
        )
    return (
        f"### Images a second, nothing else running, BLAS threads: {threads}\n\n"
        + table(["network", *ALL], speeds)
        + "\n### Time for the same, nothing else running · beside one busy process · beside two; "
        f"the engine's with nothing else running = 1, BLAS threads: {threads}\n\n"
        + table(["network", *ALL], ratios)
    ), found


def tricks(X, y, rounds):
    """What the engine's tricks buy: time without each of them, the engine's = 1."""

    class Wasteful(Network):
        """Works out the gradient with respect to the pixels, which nobody wants."""

        def backward(self, dZ, *, input_gradient=False):
            return super().backward(dZ, input_gradient=True)

    def across_lines(layers):
        """Place the weights as NumPy might: 16 bytes after a line of the cache starts."""
        for layer in layers:
            for name, value in layer.params.items():
                moved = aligned(np.zeros(value.size + 4), np.float32)[4:].reshape(value.shape)
                moved[...] = value
                layer.params[name] = moved
        return Network(layers)

    def lesson_4(m, v, t, learning_rate, beta1, beta2, eps):
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return -learning_rate * m_hat / (np.sqrt(v_hat) + eps)

    changes = {
        "as it is": {},
        "all checks at every batch": {"loss": lambda y, Z: softmax_cross_entropy(y, Z)},
        "gradient of the pixels too": {"make": Wasteful},
        "weights across cache lines": {"make": across_lines},
        "all examples in one piece": {"SLICE": len(X)},
        "updates in one piece": {"BLOCK": 10**9},
        "one thread alone": {"share_out": lambda do, pieces, pure=True: [do(p) for p in pieces]},
        "products in one piece": {"LARGE": np.inf},
        "plain row maxima": {"row_max": lambda Z: Z.max(axis=1, keepdims=True)},
        "Adam as in lesson 4": {"corrected_step": lesson_4},
        "float64": {"dtype": np.float64},
    }

    names = "SLICE", "BLOCK", "LARGE", "share_out", "row_max", "corrected_step"
    usual = {name: getattr(_speed, name) for name in names}

    def run(change, optimizer, hidden, batch, m, epochs):
        parts = changes[change]
        for name, plain in usual.items():
            setattr(_speed, name, parts.get(name, plain))
        net = parts.get("make", Network)(network(hidden).layers)
        recipe = dict(loss=parts.get("loss", softmax_cross_entropy), epochs=epochs)
        recipe |= dict(optimizer=optimizer(), batch_size=batch, rng=np.random.default_rng(1))
        X_m, y_m = X[:m].astype(parts.get("dtype", np.float32), copy=False), y[:m]
        return seconds(lambda: train(net, X_m, y_m, **recipe))

    rows = []
    networks = [(partial(SGD, 0.1), *sizes) for sizes in NETWORKS] + [(Adam, *NETWORKS[2])]
    for optimizer, hidden, batch, *sizes in networks:
        runs = {c: partial(run, c, optimizer, hidden, batch, *sizes) for c in changes}
        times = in_turns(runs, rounds)
        base = times.pop("as it is")
        ratios = [statistics.median(np.divide(spent, base)) for spent in times.values()]
        label = f"784–{hidden}–10, batch {batch or 'all'}{', Adam' * (optimizer is Adam)}"
        rows.append([label, *(f"{r:.2f}" for r in ratios)])
    vars(_speed).update(usual)
    head = ["network", *(change for change in changes if change != "as it is")]
    return "### What each trick buys: time without it, the engine's = 1\n\n" + table(head, rows)


def textbook_loop(X, y):
    """Compare with the per-example loop of the textbooks on its own network.

    Column vectors, lists of layers, one example at a time, the derivative from the pre-activation:
    the form in which backpropagation is usually printed.
    """

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    m, rate, ratios = 5_000, 0.1, []
    X, Y = X[:m], np.eye(10, dtype=np.float32)[y[:m]]
    for seed in range(3):
        rng = np.random.default_rng(seed)
        net = Network([Dense(784, 40, rng=rng), Sigmoid(), Dense(40, 10, rng=rng), Sigmoid()])
        weights = [layer.params["W"].T.copy() for layer in net.layers[::2]]
        biases = [layer.params["b"][:, None].copy() for layer in net.layers[::2]]
        recipe = dict(loss=mean_squared_error, optimizer=SGD(rate), batch_size=10, rng=rng)
        batched = seconds(lambda net, how: train(net, X, Y, epochs=4, **how), net, recipe) / 4
        columns = [(x[:, None], target[:, None]) for x, target in zip(X, Y, strict=True)]
        start = time.perf_counter()
        for first in range(0, m, 10):
            dW, db = [0 * W for W in weights], [0 * b for b in biases]
            for x, target in columns[first : first + 10]:
                activations, zs = [x], []
                for W, b in zip(weights, biases, strict=True):
                    zs.append(W @ activations[-1] + b)
                    activations.append(sigma(zs[-1]))
                delta = activations[-1] - target
                for layer in (1, 0):
                    delta = delta * sigma(zs[layer]) * (1 - sigma(zs[layer]))
                    dW[layer] = dW[layer] + delta @ activations[layer].T
                    db[layer] = db[layer] + delta
                    delta = weights[layer].T @ delta
            weights = [W - rate / 10 * step for W, step in zip(weights, dW, strict=True)]
            biases = [b - rate / 10 * step for b, step in zip(biases, db, strict=True)]
        ratios.append((time.perf_counter() - start) / batched)
    return (
        "### The per-example loop of the textbooks, 784–40–10, sigmoid, squared error, batch 10\n\n"
        f"takes {statistics.median(ratios):.1f} times as long as the engine.\n"
    )


def costs(X, y):
    """Seconds an epoch by number of hidden units, and how straight the line is."""

    def epoch(hidden):
        run, _ = ours(hidden, X[:m], y[:m], 128, 0.1)
        return min(seconds(run, 1) for _ in range(4))

    m, hidden = 20_000, (64, 128, 256, 512, 1024)
    spent = [epoch(units) for units in hidden]
    head = ["hidden units", *(f"{units:,}" for units in hidden)]
    rows = [["seconds", *(f"{s:.3f}" for s in spent)]]
    straight = f"A straight line explains {np.corrcoef(hidden, spent)[0, 1] ** 2:.1%} of it."
    text = f"### Cost of an epoch of {m:,} images, batch 128\n\n{table(head, rows)}\n{straight}\n"
    return text, (hidden, spent)


def picture(speeds, line):
    """Draw the speeds and the cost of an epoch."""
    import matplotlib.pyplot as plt

    from course_lib.plots import COLOURS, MARKERS

    figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    names, places = list(ALL), np.arange(len(speeds))
    for k, name in enumerate(names):
        beside = [speed[name] / speed[OWN] for speed in speeds.values()]
        axes[0].plot(beside, places, MARKERS[k], color=COLOURS[k], label=name)
    axes[0].set_yticks(places, speeds, fontsize=8)
    title = f"Images a second, {os.cpu_count()} BLAS threads"
    axes[0].set(xlabel=f"speed ({OWN} = 1)", title=title, xlim=(0, None))
    axes[0].legend(fontsize=8)
    hidden, spent = line
    axes[1].plot(hidden, spent, "o", color=COLOURS[0])
    axes[1].plot(hidden, np.polyval(np.polyfit(hidden, spent, 1), hidden), "--", color=COLOURS[1])
    axes[1].set(xlabel="hidden units", ylabel="seconds an epoch", title="Cost", ylim=(0, None))
    for ax in axes:
        ax.grid(alpha=0.3)
    figure.savefig(RESULTS / "training.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout, whose engine takes part")
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    arguments = parser.parse_args()
    os.environ.setdefault("TQDM_DISABLE", "1")
    images = load_images(offline=True)
    X, y = images.X_train, images.y_train.astype(np.int64)
    parts = []

    def say(text):
        parts.append(text)
        print(text, flush=True)

    cores = os.cpu_count()
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    versions += f", PyTorch {torch.__version__}" if torch else ", without PyTorch"
    say(f"## Training, side by side\n\n{date.today()}; {versions}; {cores} cores; float32.\n")
    check_inlined(X, y)
    if arguments.against:
        ALL["before"] = engine_of(arguments.against.resolve())
    for threads in sorted({1, cores}):
        text, speeds = throughput(X, y, arguments.rounds, threads)
        say(text)
    threads_of_blas(cores)  # for what follows, whatever the environment says
    say(tricks(X, y, arguments.rounds))
    say(textbook_loop(X, y))
    text, line = costs(X, y)
    say(text)
    if arguments.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "training.md").write_text("\n".join(parts), encoding="utf-8")
        picture(speeds, line)


if __name__ == "__main__":
    main()
