"""A sprint: 98 % of MNIST's test images in as few seconds as possible: `make bench-sprint`.

784–units–10 and Adam for all, in one run, the peers taking turns; five seeds each (one for the peer
that takes longest), of which the slowest and the least accurate count; beside no other busy
process and beside one. The seconds are those of the whole training, from arrays to the network. The
engine and PyTorch lower the rate along a cosine; scikit-learn's `MLPClassifier` has none for Adam,
and keeps it.

Each peer runs with the settings that ARGS="--choose" has found for it: the fastest that named 98 %
of the last 10,000 training images after training on the others, among all combinations of UNITS,
BATCHES and RATES, with each number of EPOCHS for the two with a cosine, and up to 20 for the one
without. Here they learn from all 60,000. Prints Markdown; with ARGS="--save" it also goes to
`results/`.
"""

import argparse
import datetime
import os
import platform
import time
import warnings
from itertools import product

import numpy as np
from bench_training import (
    OWN,
    RESULTS,
    load_images,
    neighbours,
    network,
    seconds,
    table,
    threads_of_blas,
    torch,
)

from course_lib.losses import softmax_cross_entropy
from course_lib.optimizers import Adam
from course_lib.schedules import cosine
from course_lib.training import train

UNITS, BATCHES, RATES, EPOCHS = (128, 256), (128, 256), (0.002, 0.004), (4, 6, 8)
MOST = 20  # epochs of the peer without a cosine
GOAL = 0.98
SEEDS = {OWN: 5, "PyTorch": 5, "scikit-learn": 1}  # which takes longest
# Units, batch size, rate, epochs.
CHOSEN = {
    OWN: (256, 128, 0.004, 4),
    "PyTorch": (256, 128, 0.004, 6),
    "scikit-learn": (256, 256, 0.002, 20),  # none got there; this one came closest
}


# Each peer gets ready and returns `run(epochs)` and `predict(X)`; `plan` is the epochs that a
# cosine reckons with.


def ours(units, batch, rate, plan, seed, X, y):
    rng = np.random.default_rng(seed)
    net, schedule = network(units, rng), cosine(rate, plan * -(-len(X) // batch))
    recipe = dict(loss=softmax_cross_entropy, optimizer=Adam(), batch_size=batch, rng=rng)
    return lambda epochs: train(net, X, y, epochs=epochs, schedule=schedule, **recipe), net.predict


def pytorch(units, batch, rate, plan, seed, X, y):
    torch.manual_seed(seed)
    layers = torch.nn.Linear(784, units), torch.nn.ReLU(), torch.nn.Linear(units, 10)
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), rate, fused=True)
    steps = plan * -(-len(X) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def run(epochs):
        for _ in range(epochs):
            for rows in torch.randperm(len(X)).split(batch):
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
                optimizer.step()
                schedule.step()

    return run, lambda X: model(torch.from_numpy(X)).argmax(1).numpy()


def scikit_learn(units, batch, rate, plan, seed, X, y):
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (units,), alpha=0, learning_rate_init=rate, batch_size=batch, random_state=seed,
        warm_start=True, tol=0, n_iter_no_change=10**9,
    )  # fmt: skip

    def run(epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a few epochs are no convergence
            model.set_params(max_iter=epochs).fit(X, y)

    return run, model.predict


PEERS = {OWN: ours, **({"PyTorch": pytorch} if torch else {}), "scikit-learn": scikit_learn}


def choose(X, y):
    """Return what each setting comes to on held-out images, peer by peer, as Markdown."""
    n, text = (
        len(X) - 10_000,
        "## Settings on 10,000 held-out images, those that got to 98 % first\n",
    )
    for name, peer in PEERS.items():
        rows = []
        plans = EPOCHS if peer is not scikit_learn else (MOST,)
        for units, batch, rate, plan in product(UNITS, BATCHES, RATES, plans):
            run, predict = peer(units, batch, rate, plan, 0, X[:n], y[:n])
            share = spent = epochs = 0
            step = 1 if peer is scikit_learn else plan  # a cosine has to end before it is judged
            while epochs < plan and share < GOAL:
                spent, epochs = spent + seconds(run, step), epochs + step
                share = (predict(X[n:]) == y[n:]).mean()
            rows.append((share < GOAL, spent, units, batch, rate, epochs, f"{share:.2%}"))
        head = ["seconds", "units", "batch", "rate", "epochs", "held-out images right"]
        lines = [[f"{spent:.2f}", *settings] for _, spent, *settings in sorted(rows)]
        text += f"\n### {name}\n\n{table(head, lines)}"
    return text


def sprints(X, y, X_test, y_test, busy):
    """Return a row for each peer: seconds and accuracy of its seeds."""
    found = {name: [] for name in PEERS}
    with neighbours(busy):
        for seed, name in product(range(max(SEEDS.values())), PEERS):
            if seed >= SEEDS[name]:
                continue
            start = time.perf_counter()
            run, predict = PEERS[name](*CHOSEN[name], seed, X, y)
            run(CHOSEN[name][-1])
            spent = time.perf_counter() - start
            found[name].append((spent, (predict(X_test) == y_test).mean()))
    rows = []
    for name, results in found.items():
        spent, right = zip(*results, strict=True)
        units, batch, rate, epochs = CHOSEN[name]
        settings = f"{units} units, batch {batch}, rate {rate:g}, {epochs} epochs"
        figures = f"{max(spent):.2f}", f"{min(spent):.2f}", f"{min(right):.2%}"
        rows.append([name, *figures, len(results), settings])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--choose", action="store_true", help="try the settings, on held-out images"
    )
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    arguments = parser.parse_args()
    os.environ.setdefault("TQDM_DISABLE", "1")
    images = load_images(offline=True)
    X, y = images.X_train, images.y_train.astype(np.int64)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads_of_blas(cores)
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    versions += f", PyTorch {torch.__version__}" if torch else ", without PyTorch"
    if arguments.choose:
        name, text = "sprint_choice.md", choose(X, y)
    else:
        name, text = "sprint.md", "## 98 % of MNIST\n"
        head = ["", "slowest, s", "fastest, s", "least right", "seeds", "settings"]
        for busy, words in enumerate(("Nothing else running", "Beside one busy process")):
            rows = sprints(X, y, images.X_test, images.y_test, busy)
            text += f"\n### {words}\n\n{table(head, rows)}"
    text += f"\n{datetime.date.today()}; {versions}; {cores} cores.\n"
    print(text)
    if arguments.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
