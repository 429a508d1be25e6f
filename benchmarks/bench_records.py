"""How far one hidden layer gets with NumPy alone, five seeds each: `make records`.

Each run is a process of its own with one BLAS thread, and as many run side by side as there are
cores. Every run is kept as a line of `results/records.csv`, in place of an
earlier one with the same data and seed; the table is made from that file.

The recipes were chosen on images held out of the training set, its last 10,000: `--held-out` trains
on the others and judges by these, and keeps nothing. The test images judge once, each final seed.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_lib._files import replacing  # noqa: E402
from course_lib.augment import distort  # noqa: E402
from course_lib.data import load_images  # noqa: E402
from course_lib.layers import Dense, ReLU, he  # noqa: E402
from course_lib.losses import softmax_cross_entropy  # noqa: E402
from course_lib.network import Network  # noqa: E402
from course_lib.optimizers import Adam  # noqa: E402
from course_lib.schedules import cosine  # noqa: E402
from course_lib.training import train  # noqa: E402

STORED = ROOT / "benchmarks" / "results" / "records.csv"
COLUMNS = ("data", "seed", "errors", "seconds", "MB", "epochs", "date", "versions")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
SEEDS = range(5)
# Batches of 256: a step of Adam costs the same for a small batch. `scaled` holds a mean and a
# standard deviation, which pixels are shown without: those of clothes are bright, and half the
# epochs then fit them as well.
RECIPES = {
    "mnist": dict(
        hidden=1000, epochs=70, batch=256, rate=0.0015, scaled=(0, 1),
        moves=dict(shift=2, degrees=0, scale=0, alpha=36, sigma=5),
    ),
    "fashion-mnist": dict(
        hidden=1000, epochs=70, batch=256, rate=0.0015, scaled=(0.286, 0.353),
        moves=dict(shift=1, degrees=0, scale=0),
    ),
}  # fmt: skip


def champion(data, seed, held_out=False, epochs=None):
    """Train one network by its recipe; return its mistakes and the seconds of training."""
    recipe, images = RECIPES[data], load_images(data, offline=True)
    X, y, X_judge, y_judge = images.X_train, images.y_train, images.X_test, images.y_test
    if held_out:
        X, X_judge, y, y_judge = X[:-10_000], X[-10_000:], y[:-10_000], y[-10_000:]
    rng, epochs = np.random.default_rng(seed), epochs or recipe["epochs"]
    steps = epochs * -(-len(X) // recipe["batch"])
    hidden = Dense(784, recipe["hidden"], rng=rng, init=he)
    network = Network([hidden, ReLU(), Dense(recipe["hidden"], 10, rng=rng)])
    mean, deviation = np.float32(recipe["scaled"])

    def scaled(X):
        return (X - mean) / deviation

    start = time.perf_counter()
    train(
        network, X, y, loss=softmax_cross_entropy, optimizer=Adam(), epochs=epochs, rng=rng,
        batch_size=recipe["batch"], schedule=cosine(recipe["rate"], steps),
        augment=lambda X, rng: scaled(distort(X, rng, **recipe["moves"])),
    )  # fmt: skip
    seconds = time.perf_counter() - start
    return int((network.predict(scaled(X_judge)) != y_judge).sum()), seconds


def report(data, seed, held_out):
    """Train one network in this process, and print its row as JSON."""
    errors, seconds = champion(data, seed, held_out)
    row = dict(data=data, seed=seed, errors=errors, seconds=round(seconds), MB=peak_memory())
    row |= dict(epochs=RECIPES[data]["epochs"], date=datetime.date.today().isoformat())
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    print(json.dumps(row | dict(versions=versions)))


def peak_memory():
    """Return the most memory that this process has had at a time, in MB."""
    try:
        import resource
    except ImportError:  # Windows
        return ""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)


def row_of(data, seed, held_out):
    """Train one network in a process of its own; return its row."""
    code = f"import bench_records; bench_records.report({data!r}, {seed}, {held_out})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True,
        check=True, env=os.environ | ONE_THREAD | {"TQDM_DISABLE": "1"},
    )  # fmt: skip
    row = json.loads(done.stdout.splitlines()[-1])
    print(f"{data}, seed {seed}: {row['errors']} errors after {row['seconds']} s", flush=True)
    return row


def stored():
    """Return the rows of the stored results."""
    if not STORED.exists():
        return []
    with STORED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def store(row):
    """Write a row among the stored results, in place of one with its data and seed."""
    rows = {(r["data"], int(r["seed"])): r for r in [*stored(), row]}
    STORED.parent.mkdir(exist_ok=True)
    with replacing(STORED) as unfinished:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for _, row in sorted(rows.items()))


def table(rows):
    """Return rows as Markdown: for each data set the worst seed, then each seed."""
    text = ""
    for data in RECIPES:
        runs = [row for row in rows if row["data"] == data]
        if not runs:
            continue
        worst = max(int(row["errors"]) for row in runs)
        longest = max(int(row["seconds"]) for row in runs)
        text += (
            f"\n### {data}: at worst {worst} errors on 10,000 images, "
            f"{1 - worst / 10_000:.2%} right, {longest} s on one core\n\n"
            "| seed | errors | seconds | MB at the peak | epochs | date | versions |\n"
            f"|{' ---: |' * 5} --- | --- |\n"
        )
        text += "".join(f"| {' | '.join(str(row[c]) for c in COLUMNS[1:])} |\n" for row in runs)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=RECIPES, nargs="+", default=list(RECIPES))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--held-out", action="store_true", help="judge by the last 10,000 images")
    arguments = parser.parse_args()
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count()
    with ThreadPoolExecutor(cores) as pool:  # of threads that wait for processes
        runs = [
            pool.submit(row_of, data, seed, arguments.held_out)
            for data in arguments.data
            for seed in arguments.seeds
        ]
    for run in as_completed(runs):
        if not arguments.held_out:
            store(run.result())
    print(table([run.result() for run in runs] if arguments.held_out else stored()))


if __name__ == "__main__":
    main()
