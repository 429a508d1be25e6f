"""The sprint: a small network to 98 % of held-out digits in as few seconds as possible.

`sprint` trains it and gives a line to hand in; `board` makes a class's lines a table:
``python -m course_lib.sprint lines.txt``.
"""

import json
import math
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from course_lib._checks import positive_number, require, whole_number
from course_lib.layers import Dense, ReLU, he
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train

GOAL = 0.98
HELD_OUT = 6  # every sixth image judges: 10,000 of 60,000
SEEDS = 3  # the slowest of so many counts, so that luck with the first weights does not
FIELDS = (
    "sprint", "name", "units", "batch_size", "rate", "schedule", "epochs", "images",
    "epochs_to_goal", "seconds", "accuracy",
)  # fmt: skip
LONGEST = 1_000_000  # characters of a file with lines: more than any class has
LARGEST = 10**7  # units, images and so on in a line that is to be believed
FASTEST = 1e12  # multiplications a second: more than any student's machine does


def sprint(images, name, *, units=128, batch_size=128, rate=0.001, schedule=None, epochs=10):
    """Train networks with one hidden layer until they name 98 of 100 held-out images.

    The first five sixths of the training images are learned from, with Adam; the others judge after
    each epoch, while the clock stands still. Three networks are trained, with other first
    weights each, and the slowest counts.

    Parameters
    ----------
    images : Images
        Of which the training set alone is used.
    name : str
        Yours, or your team's: up to 40 characters.
    units, batch_size, epochs : int
        Hidden units, images a step, passes over the images.
    rate : float
        The learning rate.
    schedule : function ``(rate, steps) -> (step -> rate)``, optional
        Such as `schedules.cosine`; without one the rate stays.
    epochs : int
        Where training ends in any case.

    Returns
    -------
    str
        The line to hand in, as JSON: the settings, the epochs and seconds to 98 %, which are null
        where it was not reached, and the accuracy at the end.

    Raises
    ------
    ValueError
        Where a setting is none.
    """
    name = _name(name)
    rate = positive_number("rate", rate)
    for what, value in (("units", units), ("batch_size", batch_size), ("epochs", epochs)):
        whole_number(what, value)
    n = len(images.X_train) - len(images.X_train) // HELD_OUT
    runs = [
        _run(images, n, seed, units, batch_size, rate, schedule, epochs) for seed in range(SEEDS)
    ]
    took, seconds, accuracy = max(runs, key=lambda run: (run[1], -run[2]))
    plan = "constant" if schedule is None else getattr(schedule, "__name__", "")
    plan = plan if plan.isidentifier() else "own"
    took, seconds = (took, round(seconds, 3)) if math.isfinite(seconds) else (None, None)
    values = (
        1, name, units, batch_size, rate, plan, epochs, n, took, seconds, round(accuracy, 4)
    )  # fmt: skip
    return json.dumps(dict(zip(FIELDS, values, strict=True)), ensure_ascii=False)


def _run(images, n, seed, units, batch_size, rate, schedule, epochs):
    """Train one network; return epochs and seconds to the goal, and the last accuracy."""
    X, y = images.X_train, images.y_train
    rng = np.random.default_rng(seed)
    hidden, last = Dense(X.shape[1], units, rng=rng, init=he), Dense(units, 10, rng=rng)
    network, spent, judged = Network([hidden, ReLU(), last]), [0.0], []
    if schedule is not None:
        schedule = schedule(rate, epochs * math.ceil(n / batch_size))

    def judge(network, history):
        spent[-1] += perf_counter()
        judged.append((network.predict(X[n:]) == y[n:]).mean())
        spent.append(spent[-1] - perf_counter())

    spent[0] -= perf_counter()  # a stretch counts from minus its start to plus its end
    train(
        network, X[:n], y[:n], loss=softmax_cross_entropy, optimizer=Adam(rate), epochs=epochs,
        batch_size=batch_size, rng=rng, schedule=schedule, on_epoch=judge,
    )  # fmt: skip
    accuracy = float(judged[-1]) if judged else 0.0  # none where the first epoch blew up
    for epoch, (share, seconds) in enumerate(zip(judged, spent, strict=False), start=1):
        if share >= GOAL:
            return epoch, seconds, accuracy
    return math.inf, math.inf, accuracy


def _name(name):
    require(
        isinstance(name, str) and 0 < len(name.strip()) <= 40 and name.isprintable(),
        f"name is {name!r}; expected yours, or your team's: up to 40 characters in quotes.",
    )
    return name.strip()


def read_line(text):
    """Return what a line says as a dictionary, or refuse it.

    Parameters
    ----------
    text : str
        As `sprint` returns it; spaces around it do not matter.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With a sentence for whoever handed it in.
    """
    try:
        line = json.loads(text, parse_constant=lambda constant: None)
    except (ValueError, RecursionError):
        raise ValueError(
            "This is no line of a sprint. Was it cut off, or copied with the quotes around it?"
        ) from None
    require(
        isinstance(line, dict) and line.keys() == set(FIELDS) and line["sprint"] == 1,
        "The line has other fields than those that sprint writes. Is it from another version?",
    )
    _name(line["name"])
    for what in ("units", "batch_size", "epochs", "images"):
        require(whole_number(what, line[what]) <= LARGEST, f"{what} is beyond belief.")
    positive_number("rate", line["rate"])
    require(
        isinstance(line["schedule"], str) and line["schedule"].isidentifier(),
        f"schedule is {line['schedule']!r}; expected the name of a function.",
    )
    accuracy = line["accuracy"]
    require(
        type(accuracy) in (int, float) and 0 <= accuracy <= 1,
        f"accuracy is {accuracy!r}; expected a share from 0 to 1.",
    )
    if line["seconds"] is None and line["epochs_to_goal"] is None:
        return line
    seconds, took = line["seconds"], whole_number("epochs_to_goal", line["epochs_to_goal"])
    positive_number("seconds", seconds)
    require(
        took <= line["epochs"],
        f"epochs_to_goal is {took}; expected at most the {line['epochs']} epochs of the run.",
    )
    require(
        work(line) < FASTEST * seconds,
        f"seconds is {seconds}, for {work(line):.2g} multiplications: no machine is so fast. "
        "Was the line edited?",
    )
    return line


def work(line):
    """Return the multiplications that training to the goal took, whatever the machine.

    Two for each weight from pixels and image, forward and for the gradient; three in the last
    layer, which hands its gradient down.
    """
    return line["epochs_to_goal"] * line["images"] * line["units"] * (2 * 784 + 3 * 10)


def board(text):
    """Return the lines of a class as a table in Markdown, the fastest first.

    Of each name the fastest line counts; lines that did not get to 98 % come last. What is no line
    of a sprint is named below the table, with the reason. A line says what its sender's machine
    measured, and does not prove it.

    Parameters
    ----------
    text : str
        One line each, in any order; empty ones do not matter.
    """
    best, refused = {}, []
    for number, text_line in enumerate(text.splitlines(), start=1):
        if not text_line.strip():
            continue
        try:
            line = read_line(text_line)
        except ValueError as error:
            refused.append(f"- line {number}: {error}")
            continue
        who = line["name"].casefold()
        if who not in best or _rank(line) < _rank(best[who]):
            best[who] = line
    rows = [_row(place, line) for place, line in enumerate(sorted(best.values(), key=_rank), 1)]
    head = (
        "| place | name | seconds to 98 % | epochs | 10⁹ multiplications | settings | right |\n"
        "| ---: | --- | ---: | ---: | ---: | --- | ---: |\n"
    )
    return head + "".join(rows) + "".join(f"\n{reason}" for reason in refused)


def _rank(line):
    seconds = line["seconds"]
    return (math.inf if seconds is None else seconds, -line["accuracy"])


def _row(place, line):
    settings = (
        f"{line['units']} units, batch {line['batch_size']}, rate {line['rate']:g}, "
        f"{line['schedule']}, {line['epochs']} epochs"
    )
    took = ("–",) * 3
    if line["seconds"] is not None:
        took = f"{line['seconds']:.2f}", line["epochs_to_goal"], f"{work(line) / 1e9:,.0f}"
    name = line["name"].replace("|", "\\|").replace("<", "&lt;")
    cells = (place, name, *took, settings, f"{line['accuracy']:.2%}")
    return f"| {' | '.join(map(str, cells))} |\n"


def main(arguments=None):
    """Read the files of the command line and print their board; return the exit status."""
    names = sys.argv[1:] if arguments is None else arguments
    if not names:
        return "Which lines? Say for example: python -m course_lib.sprint lines.txt"
    texts = []
    try:
        for name in names:
            with Path(name).open(encoding="utf-8", errors="replace") as file:
                texts.append(file.read(LONGEST + 1))
            require(len(texts[-1]) <= LONGEST, f"'{name}' is longer than the lines of any class.")
    except (OSError, ValueError) as error:
        return f"No board: {error}"
    print(board("\n".join(texts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
