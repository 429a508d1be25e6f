"""Does an epoch cost in proportion to its images, and memory nothing? `make bench-scale`.

Up to eight times MNIST: the digits are distorted anew for each copy and written, piece by piece, to
one file in a temporary folder (1.5 GB), of which each training maps the first part. Each training
is a process of its own, 784–128–10 with batches of 128. Its own memory is what no file stands
behind; mapped pages can be dropped at any time. Prints Markdown; with ARGS="--save" it also goes to
`results/`, with a plot.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_training import RESULTS, load_images, network, softmax_cross_entropy, table, train

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from lessons import own_megabytes

from course_lib.augment import distort
from course_lib.optimizers import SGD

COPIES = 1, 2, 4, 8
PIECE = 5_000  # images that are distorted and written at a time
EPOCHS = 4  # of which the fastest counts


def write(folder):
    """Write the distorted copies and their labels; return the seconds that it took."""
    images, rng, start = load_images(offline=True), np.random.default_rng(0), time.perf_counter()
    m = len(images.X_train)
    shape = (max(COPIES) * m, images.X_train.shape[1])
    file = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float32, shape)
    for first in range(0, len(file), PIECE):
        rows = slice(first % m, first % m + PIECE)
        file[first : first + PIECE] = distort(images.X_train[rows], rng, alpha=36)
    file.flush()
    np.save(folder / "y.npy", np.tile(images.y_train, max(COPIES)))
    return time.perf_counter() - start


def report(folder, m):
    """Train on the first m images of the file; print seconds an epoch and own memory in MB."""
    X, y = np.load(Path(folder) / "X.npy", mmap_mode="r")[:m], np.load(Path(folder) / "y.npy")[:m]
    ends, memory = [], []

    def note(network, history):
        ends.append(time.perf_counter())
        memory.append(own_megabytes(os.getpid()))

    recipe = dict(loss=softmax_cross_entropy, optimizer=SGD(0.1), batch_size=128)
    train(
        network(128), X, y, epochs=EPOCHS, rng=np.random.default_rng(0), on_epoch=note, **recipe
    )  # fmt: skip
    print(json.dumps([float(np.diff(ends).min()), max(memory)]))


def measure(folder, m):
    """Train in a process of its own; return seconds an epoch and own memory in MB."""
    code = f"import bench_scale; bench_scale.report({str(folder)!r}, {m})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True,
        check=True, env=os.environ | {"TQDM_DISABLE": "1"},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def picture(images, seconds, memory):
    """Draw both against the number of images, with the straight line beside the seconds."""
    import matplotlib.pyplot as plt

    from course_lib.plots import COLOURS

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.plot(images, np.polyval(np.polyfit(images, seconds, 1), images), "--", color=COLOURS[1])
    left.plot(images, seconds, "o", color=COLOURS[0])
    left.set(title="Time of an epoch", ylabel="seconds", ylim=(0, None))
    right.plot(images, memory, "o", color=COLOURS[0])
    right.set(title="Memory of its own", ylabel="MB", ylim=(0, 1.5 * max(memory)))
    for ax in (left, right):
        ax.set(xlabel="images", xlim=(0, None))
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.grid(alpha=0.3)
    figure.savefig(RESULTS / "scale.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spent = write(Path(folder))
        images = [copies * len(np.load(Path(folder) / "y.npy")) // max(COPIES) for copies in COPIES]
        seconds, memory = zip(*(measure(folder, m) for m in images), strict=True)
    each = np.divide(seconds, images)
    text = f"## An epoch of 784–128–10, batch 128, up to {max(COPIES)} × MNIST\n\n"
    text += f"{datetime.date.today()}. Distorted and written in {spent:.0f} s.\n\n"
    text += table(
        ["images", *(f"{m:,}" for m in images)],
        [
            ["seconds", *(f"{s:.2f}" for s in seconds)],
            ["µs an image", *(f"{1e6 * s:.2f}" for s in each)],
            ["own memory, MB", *(f"{mb:.0f}" for mb in memory)],
        ],
    )
    text += (
        f"\nA straight line explains {np.corrcoef(images, seconds)[0, 1] ** 2:.2%} of the time.\n"
    )
    print(text)
    if arguments.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "scale.md").write_text(text, encoding="utf-8")
        picture(images, seconds, memory)


if __name__ == "__main__":
    main()
