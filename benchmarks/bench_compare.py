"""The right curves of the lessons' main trainings, and whether `compare` tells right from wrong.

`make curves` trains each recipe with 20 seeds and writes what `course_lib.doctor.compare` draws a
run over (ten minutes). `make bench-compare` plants faults in the cheap recipes, trains others
without fault on seeds that the band has not seen, and prints what was said of them; with
ARGS="--save" it also goes to `results/`.
"""

import argparse
import contextlib
import datetime
import io
import json
from functools import cache, partial
from pathlib import Path

import numpy as np

from course_lib import schedules, toys
from course_lib.activations import relu, tanh
from course_lib.data import load_images
from course_lib.doctor import compare, curves
from course_lib.doctor.compare import CURVES, OUTSIDE, chance_of, marks, strays
from course_lib.layers import Activation, Dense, ReLU, Sigmoid, Tanh, he
from course_lib.losses import one_hot, sigmoid_cross_entropy, softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD, Adam
from course_lib.training import train

RESULTS = Path(__file__).parent / "results"
SEEDS = range(20)  # of the band
RIGHT = range(100, 150)  # of the runs without fault, for each cheap recipe
CHEAP = ("lesson-02-2-5-1", "lesson-04-784-128-10-short")


@cache
def images(name):
    """Load a set of images once."""
    return load_images(name, offline=True)


def circles(seed):
    """Return the circles of lesson 2."""
    return toys.circles(1000, np.random.default_rng(0), noise=0.05, factor=0.5)


def half(seed):
    """Return half of MNIST, another one for each seed."""
    data = images("mnist")
    rows = np.random.default_rng([seed, 2]).permutation(60_000)[:30_000]
    return data.X_train[rows], data.y_train[rows]


def some(name, m, seed):
    """Return the first `m` images of a set."""
    data = images(name)
    return data.X_train[:m], data.y_train[:m]


def yes_or_no(seed):
    """Return Fashion-MNIST with a yes or no for each class."""
    X, y = some("fashion-mnist", 60_000, seed)
    return X, one_hot(y, 10, np.float32)


def zeros(n_in, n_out, rng):
    """Return weights of zero."""
    return np.zeros((n_in, n_out))


# What the lessons train, as they train it; a fault changes an entry. What varies with the seed is
# said in `about`, which is stored beside the curves.
PLAIN = dict(
    hidden=ReLU, dense=Dense, init=None, loss=softmax_cross_entropy, optimizer=SGD, rate=0.1,
    batch_size=None, l2=0.0, cosine=False, options={},
)  # fmt: skip
DIGITS = PLAIN | dict(
    sizes=(784, 128, 10), init=he, optimizer=Adam, rate=0.002, batch_size=128, cosine=True
)
CLOTHES = PLAIN | dict(optimizer=Adam, batch_size=100)
LESSONS = {
    "lesson-02-2-5-1": PLAIN | dict(
        about="1,000 points in circles, all at once, 1,000 epochs at rate 1; other weights",
        sizes=(2, 5, 1), hidden=Tanh, loss=sigmoid_cross_entropy, rate=1.0, data=circles,
        epochs=(1, 3, 10, 30, 100, 200, 300, 500, 700, 1000),
    ),
    "lesson-03-784-10": PLAIN | dict(
        about="half of MNIST, ten neurons from zeros, batches of 100, rate 0.1; other halves and "
        "orders",
        sizes=(784, 10), init=zeros, batch_size=100, data=half, epochs=range(1, 11),
    ),
    "lesson-04-784-128-10": DIGITS | dict(
        about="MNIST, batches of 128, Adam on a cosine from 0.002, ten epochs; other weights and "
        "orders",
        data=partial(some, "mnist", 60_000), epochs=range(1, 11),
    ),
    "lesson-04-784-128-10-short": DIGITS | dict(
        about="the first 10,000 of MNIST, batches of 128, Adam on a cosine from 0.002, five "
        "epochs; other weights and orders",
        data=partial(some, "mnist", 10_000), epochs=range(1, 6),
    ),
    "lesson-05-784-25-10": CLOTHES | dict(
        about="Fashion-MNIST, a yes or no for each class, sigmoid units, batches of 100, Adam at "
        "0.003, penalty 0.0003, ten epochs; other weights and orders",
        sizes=(784, 25, 10), hidden=Sigmoid, loss=sigmoid_cross_entropy, rate=0.003, l2=3e-4,
        data=yes_or_no, epochs=range(1, 11),
    ),
    "lesson-05-784-64-10": CLOTHES | dict(
        about="Fashion-MNIST, ReLU, batches of 100, Adam at 0.0015, penalty 0.0001, five epochs; "
        "other weights and orders",
        sizes=(784, 64, 10), rate=0.0015, l2=1e-4,
        data=partial(some, "fashion-mnist", 60_000), epochs=range(1, 6),
    ),
}  # fmt: skip


def run(seed, r):
    """Train by the recipe `r`; return the history."""
    rng, layers = np.random.default_rng([seed, 0]), []
    options = {"init": r["init"]} if r["init"] else {}
    for n_in, n_out in zip(r["sizes"], r["sizes"][1:], strict=False):
        layers += [r["dense"](n_in, n_out, rng=rng, **options), r["hidden"]()]
    (X, y), epochs = r["data"](seed), r["epochs"][-1]
    options = dict(r["options"])
    if r["cosine"]:
        steps = epochs * -(-len(X) // (r["batch_size"] or len(X)))
        options["schedule"] = schedules.cosine(r["rate"], steps)
    return train(
        Network(layers[:-1]), X, y, loss=r["loss"], optimizer=r["optimizer"](r["rate"]),
        epochs=epochs, batch_size=r["batch_size"], l2=r["l2"],
        rng=np.random.default_rng([seed, 1]), **options,
    )  # fmt: skip


class Halved(Dense):
    """A slip: half of the gradient of the weights."""

    def backward(self, dZ, *, input_gradient=False):
        """Return the gradient of the input, as it is."""
        dX = super().backward(dZ, input_gradient=input_gradient)
        self.grads["W"] = self.grads["W"] / 2
        return dX


class Still(Dense):
    """A slip: a bias that is never updated."""

    def backward(self, dZ, *, input_gradient=False):
        """Return the gradient of the input, as it is."""
        dX = super().backward(dZ, input_gradient=input_gradient)
        self.grads["b"] = 0 * self.grads["b"]
        return dX


def summed(loss, y, Z):
    """Give the loss's mean with the gradient of its sum over ten examples."""
    value, dZ = loss(y, Z)
    return value, 10 * dZ


def normal(size, n_in, n_out, rng):
    """Return normal weights of one size, whatever the number of inputs."""
    return rng.normal(0, size, (n_in, n_out))


def in_order(X, y, batch_size, rng):
    """Yield batches in the same order in every epoch."""
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


def few(X, y, batch_size, rng):
    """Yield batches of the first half of the examples alone."""
    rows = rng.permutation(len(X) // 2)
    for start in range(0, len(rows), batch_size):
        yield X[rows[start : start + batch_size]], y[rows[start : start + batch_size]]


def changed(change, data, seed):
    """Return a recipe's data after a change."""
    X, y = data(seed)
    return change(X, y, np.random.default_rng([seed, 3]))


def noisy(X, y, rng):
    """Give one label in 20 at random."""
    flip = rng.random(len(y)) < 0.05
    return X, np.where(flip, rng.permutation(y), y)


def wrong(f, slope):
    """Return an activation whose slope is wrong."""
    return lambda: Activation(f, slope)


def faults(r):
    """Return recipes with one fault each, by what was done."""
    found = {
        "rate, three times": {"rate": 3 * r["rate"]},
        "rate, a third": {"rate": r["rate"] / 3},
        "rate, a tenth": {"rate": r["rate"] / 10},
        "half of dW": {"dense": Halved},
        "biases never updated": {"dense": Still},
        "gradient of a sum of ten": {"loss": partial(summed, r["loss"])},
        "first weights of a hundredth": {"init": partial(normal, 0.01)},
        "first weights of 1": {"init": partial(normal, 1.0)},
        "first weights all zero": {"init": zeros},
        "penalty of 0.01": {"l2": 0.01},
        "inputs of ten times the size": {
            "data": partial(changed, lambda X, y, rng: (10 * X, y), r["data"])
        },
        "one label in 20 wrong": {"data": partial(changed, noisy, r["data"])},
        "labels out of step": {
            "data": partial(changed, lambda X, y, rng: (X, rng.permutation(y)), r["data"])
        },
        "no activation": {"hidden": wrong(lambda Z: 1.0 * Z, np.ones_like)},
    }
    if r["batch_size"] is None:
        found |= {
            "slope of tanh 1": {"hidden": wrong(tanh, np.ones_like)},
            "slope of tanh without square": {"hidden": wrong(tanh, lambda Z: 1 - tanh(Z))},
        }
    else:
        found |= {
            "slope of ReLU 1": {"hidden": wrong(relu, np.ones_like)},
            "batches half the size": {"batch_size": r["batch_size"] // 2},
            "batches four times the size": {"batch_size": 4 * r["batch_size"]},
            "batches always in one order": {"options": {"batches": in_order}},
            "half of the examples alone": {"options": {"batches": few}},
            "a rate that stays": {"cosine": False},
            "half of the hidden units": {"sizes": (r["sizes"][0], r["sizes"][1] // 2, 10)},
        }
    return {name: r | change for name, change in found.items()}


def digits(number):
    """Return a number with four digits, which keep the file small."""
    return float(f"{number:.4g}")


def band(name):
    """Train a recipe with 20 seeds; return what is stored of them."""
    recipe = LESSONS[name]
    histories = [run(seed, recipe) for seed in SEEDS]
    found = [marks(history) for history in histories]
    return {
        "about": recipe["about"],
        "epochs": [*recipe["epochs"]],
        "loss": [[digits(h.loss[e - 1]) for e in recipe["epochs"]] for h in histories],
        "marks": {mark: [digits(one[mark]) for one in found] for mark in found[0]},
    }


def store(bands):
    """Write bands by name, in the order of the lessons."""
    text = ",\n".join(f" {json.dumps(n)}: {json.dumps(bands[n])}" for n in LESSONS if n in bands)
    CURVES.write_text("{\n" + text + "\n}\n", encoding="utf-8")


def each_against_the_others(name):
    """Return the chance of each stored run, its losses and its marks, by the 19 others."""
    stored = curves()[name]
    runs = np.column_stack([stored["loss"], *stored["marks"].values()])
    return [chance_of(strays(run, np.delete(runs, i, axis=0))) for i, run in enumerate(runs)]


def judge(task):
    """Run one training and compare it; return the task and what was said."""
    name, what, seed = task
    recipe = faults(LESSONS[name])[what] if what else LESSONS[name]
    with contextlib.redirect_stdout(io.StringIO()):
        said = compare(run(seed, recipe), name)
    return task, said.place, said.chance


def report(answers):
    """Return what was said of faulty and of right runs as Markdown."""
    faulty = [a for a in answers if a[0][1]]
    right = [a for a in answers if not a[0][1]]
    flagged, alarms = (sum(place != "inside" for _, place, _ in of) for of in (faulty, right))
    wider = sum(chance < 0.01 for _, _, chance in right)
    text = [
        "## Is my curve right?", "",
        f"{datetime.date.today()}. Bands of {len(SEEDS)} runs; outside is a chance below "
        f"{OUTSIDE:.1%}, by Student's distribution, as the docstring of `compare` states it.", "",
        f"- Faulty: {len(faulty)} runs with one fault each, {flagged} flagged.",
        f"- Right: {len(right)} runs of seeds that no band has seen, {alarms} flagged; at 1 % "
        f"it would be {wider}. (The bound was chosen when a third of them were known.)",
    ]  # fmt: skip
    for name in curves():
        chances = each_against_the_others(name)
        low = sum(chance < OUTSIDE for chance in chances)
        text.append(f"- {name}: of the band's own runs, each by the 19 others, {low} flagged.")
    text += ["", "| training | fault | said | chance, at most |", "|---|---|---|--:|"]
    for (name, what, _), place, chance in sorted(faulty):
        text.append(f"| {name} | {what} | {place} | {chance:.4f} |")
    text += [
        "",
        "Adam divides each gradient by its own size: a factor on it leaves no trace in a curve, "
        "but in the first look.",
    ]
    return "\n".join(text) + "\n"


def main():
    """Make the curves, or judge by them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--curves", nargs="*", help="train and store the bands: all, or those named"
    )
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    if options.curves is not None:
        for name in options.curves or LESSONS:
            store(curves() | {name: band(name)})  # one by one, so that a break loses little
        return
    tasks = [(name, "", seed) for name in CHEAP for seed in RIGHT]
    for name in CHEAP:
        tasks += [(name, what, 300 + k) for k, what in enumerate(faults(LESSONS[name]))]
    text = report([judge(task) for task in tasks])
    print(text)
    if options.save:
        (RESULTS / "compare.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
