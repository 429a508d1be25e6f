"""A race: runs of a small network, told apart by optimiser, learning rate and batch size."""

import math
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from course_lib import plots
from course_lib._checks import require, whole_number

from ._race_runs import OPTIMIZERS, M, Run, images
from .kit.controls import PLAY, RESET, Button, Choice, Whole, setting, shown
from .kit.demo import Demo
from .kit.figures import add_axes, new_figure
from .kit.marks import Line, Points, Polygons, Text

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (10, 50, 200, 1000, (M, "all"))
EPOCHS = (1, 3, 10, 30, 100, 300)
LIMITS = {"steps": (0.9, 2e5), "epochs": (0.0018, 400), "seconds": (0.001, 100)}
LOSSES = (0.1, 8)
GUESS = np.log(10)  # the loss of ten equal probabilities
SLICE = 0.04  # seconds of training from picture to picture
LOOKS = (  # of the runs, in turn: colour, marker, dash, and the marker in words
    (plots.BLUE, "o", "-", "●"),
    (plots.ORANGE, "s", "--", "■"),
    (plots.GREEN, "^", "-.", "▲"),
    (plots.PURPLE, "D", ":", "◆"),
    (plots.COLOURS[4], "v", "-", "▼"),
    ("#000000", "+", "--", "+"),
)
PALE = "#595959"
EXAMPLE = (  # for where nobody can press Start
    ("gradient descent", 0.1, 1000, 50),
    ("gradient descent", 0.1, 50, 1000),
    ("Adam", 0.001, 50, 1000),
)
# In CSS pixels: the figure, and in it (left, top, width, height).
SIZE = (820, 408)
CURVES, KEY, BAR = (62, 34, 490, 288), (568, 34, 248, 288), (60, 376, 750, 20)
ROW = KEY[3] / (len(LOOKS) + 1)  # a line of the key for each run, and for the next
BAR_WIDTH = CURVES[2]


@dataclass
class State:
    """The settings, and the runs that are kept.

    The seconds of a run are the one thing that cannot be had again, hence they are kept with it.
    """

    optimizer: str = setting("gradient descent", Choice("optimiser", tuple(OPTIMIZERS)))
    learning_rate: float = setting(0.1, Choice("learning rate", RATES, sliding=True))
    batch_size: int = setting(50, Choice("batch size", BATCHES, sliding=True))
    epochs: int = setting(30, Choice("epochs", EPOCHS, sliding=True), "Where a run ends")
    against: str = setting(
        "steps", Choice("loss against", tuple(LIMITS)), "What the loss is drawn against"
    )
    seed: int = setting(
        0,
        Whole(),
        "Of the first weights and the order of the images, the same for all runs",
    )
    runs: tuple = setting(
        (),
        about="Those that are kept, up to six, which are trained again: (optimizer, learning_rate, "
        "batch_size, steps) of each. The seconds that a run took may follow; without them it is "
        "not drawn against seconds",
    )

    def __post_init__(self):
        self.runs = tuple(_checked(run) for run in self.runs)
        require(
            len(self.runs) <= len(LOOKS),
            f"runs holds {len(self.runs)} runs; expected at most {len(LOOKS)}.",
        )


class Race(Demo):
    """Let runs of a 784–32–10 network race on 5,000 digits; up to six are kept and overlaid.

    Parameters
    ----------
    minibatches, momentum_step, adam_step : functions, optional
        Your own: batches for all runs, and the steps of "momentum" and "Adam".
    """

    name, title = "race", "A race of optimisers"
    alt = (
        "The loss on images held out of up to six training runs, on logarithmic axes, each with a "
        "colour, a marker and a dash of its own; right, for each its optimiser, learning rate, "
        "batch size and accuracy; below, a bar that fills as the present run goes on."
    )
    State, rows = State, 1 + len(LOOKS)
    controls = shown(State) | dict(
        play=PLAY, remove=Button("Remove last run"), clear=Button("Clear runs"), reset=RESET
    )
    pause = "Stop"
    is_example = False  # what stands in the picture

    def __init__(self, *, minibatches=None, momentum_step=None, adam_step=None, **state):
        self.functions = dict(
            minibatches=minibatches, momentum_step=momentum_step, adam_step=adam_step
        )
        super().__init__(**state)

    @property
    def owned(self):
        """The functions that are the student's."""
        return {name: self.own(name) for name in self.functions if self.own(name)}

    def prepare(self):
        """Do again the runs that the state keeps."""
        self.run, self.runs = None, []  # the one that is under way or was last, and all
        for *recipe, steps, seconds in (_padded(run) for run in self.state.runs):
            run = Run(*recipe, self.state.seed, self.owned)
            run.train(steps)
            run.seconds = seconds
            self.runs.append(run)

    @property
    def goal(self):
        """Where the present run ends, in steps."""
        return self.state.epochs * self.run.per_epoch

    def play(self):
        """Start a run, or go on with one that was stopped; or stop."""
        if self.playing:
            super().play()
            self.status = (
                f"Stopped at step {self.run.steps:,}. The curve so far is kept; Start goes on."
            )
            return
        s = self.state
        recipe = s.optimizer, s.learning_rate, s.batch_size
        run = next((run for run in self.runs if run.recipe == recipe), None)
        if run is None and len(self.runs) == len(LOOKS):
            self.status = f"{len(LOOKS)} runs are kept. Remove one first, or clear them."
            return
        if run is None:
            run = Run(*recipe, s.seed, self.owned)
            self.runs.append(run)
        self.run = run
        if run.diverged or run.steps >= self.goal:
            self.status = (
                "This run diverged. Choose a lower learning rate for another."
                if run.diverged
                else "This run is kept already. Choose more epochs to go on, or another recipe."
            )
            return
        self.began = perf_counter(), run.steps
        super().play()
        self.note()

    def note(self):
        """Write the runs down in the state."""
        self.state.runs = tuple(run.record() for run in self.runs)

    def advance(self):
        """Train for a moment; return whether there is more."""
        run = self.run
        run.train(self.goal, SLICE)
        self.note()
        if run.diverged:
            self.status = (
                f"Diverged at step {run.steps:,}: the loss grew beyond bounds. "
                "Try a tenth of the rate."
            )
        elif run.steps >= self.goal:
            guesses = ", no better than a guess. Is the rate too high, or too low?"
            self.status = f"Finished: {run.accuracy:.1%} right after {run.steps:,} steps" + (
                guesses if run.loss > 0.98 * GUESS else "."
            )
        return not run.diverged and run.steps < self.goal

    def changed(self, name):
        """Rule the other axis. A run that is under way keeps its recipe."""
        if name == "against":
            self.redraw()
        elif not self.playing:
            self.status = ""

    def remove(self):
        """Take the last run away."""
        self.playing = False
        self.status = "Removed the last run." if self.runs else "There is no run to remove."
        self.run, self.runs = None, self.runs[:-1]
        self.note()

    def clear(self):
        """Take all runs away."""
        self.playing = False
        self.status = "All runs are cleared." if self.runs else "There are no runs to clear."
        self.run, self.runs = None, []
        self.note()

    def reset(self):
        """Go back to the beginning, and to its axis."""
        against = self.state.against
        super().reset()
        if self.state.against != against:
            self.redraw()

    def make_figure(self):
        """Rule the axes of the curves, and the frame of the bar."""
        figure = new_figure(*SIZE, layout=None)
        curves, key, bar = (add_axes(figure, *box) for box in (CURVES, KEY, BAR))
        against = self.state.against
        curves.set(xscale="log", yscale="log", xlim=LIMITS[against], ylim=LOSSES)
        curves.set(title="Loss on images held out", ylabel="mean cross-entropy (nats)")
        curves.set_xlabel("seconds of training" if against == "seconds" else against)
        curves.set_yticks([0.1, 0.2, 0.5, 1, 2, 5])
        curves.minorticks_off()
        for axis in (curves.xaxis, curves.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,g}")
        curves.axhline(GUESS, color="black", lw=1, ls=":", zorder=1)
        place = (0.99, GUESS * 1.04)
        look = dict(transform=curves.get_yaxis_transform(), ha="right", va="bottom", fontsize=8.5)
        curves.text(*place, "ln 10: a uniform guess", **look)
        curves.grid(alpha=0.3)
        key.set(xlim=(0, KEY[2]), ylim=(KEY[3], 0), title="Runs")
        key.set_axis_off()
        bar.set(xlim=(-2, BAR[2] - 2), ylim=(-0.1, 1.1))
        bar.set_axis_off()
        bar.plot([0, BAR_WIDTH, BAR_WIDTH, 0, 0], [0, 0, 1, 1, 0], color=plots.GREY, lw=1)
        return figure, {"curves": curves, "key": key, "bar": bar}

    def marks(self):
        """Draw the curves, the key and the bar."""
        curves, key = [], []
        for k, (run, (colour, marker, dash, _)) in enumerate(zip(self.runs, LOOKS, strict=False)):
            path, y = run.curve(self.state.against), (k + 0.5) * ROW
            marked = np.concatenate([path[:-1][8 + 2 * k :: 12], path[-1:]])  # each elsewhere
            curves.append(Line(path, colour, 2, dash))
            curves.append(Points(marked, colour, marker, 4.5, colour))
            if run.diverged and len(path):
                x, top = path[-1]
                curves.append(Points([(x, min(top, 0.85 * LOSSES[1]))], colour, "x", 8))
            key += [
                Line([(0, y), (36, y)], colour, 2, dash),
                Points([(18, y)], colour, marker, 4.5, colour),
                *self._entry(y, run.recipe, _outcome(run)),
            ]
        s, y = self.state, (len(self.runs) + 0.5) * ROW
        if self.is_example:
            key.append(Text((46, y), "(an example)", PALE, align="left"))
        else:
            recipe = s.optimizer, s.learning_rate, s.batch_size
            key.append(Text((0, y - 8), "next:", PALE, align="left"))
            key += self._entry(y, recipe, f"to epoch {s.epochs}", PALE)
        bar = []
        if self.playing:
            share = min(1, self.run.steps / self.goal)
            corners = [(0, 0), (share * BAR_WIDTH, 0), (share * BAR_WIDTH, 1), (0, 1)]
            bar.append(Polygons([corners], np.array([[0, 114, 178, 160]], np.uint8)))
            bar.append(Text((BAR_WIDTH + 16, 0.5), f"{share:.0%} of this run", align="left"))
        return [(self.axes["curves"], curves), (self.axes["key"], key), (self.axes["bar"], bar)]

    def _entry(self, y, recipe, what, colour="#000000"):
        optimizer, learning_rate, batch_size = recipe
        return [
            Text((46, y - 8), f"{optimizer}, rate {learning_rate:g}", colour, 13, "left"),
            Text((46, y + 8), f"batch {_size(batch_size)}: {what}", colour, 12, "left"),
        ]

    def words(self):
        """Say how the present run goes, and give the table of all."""
        X, _, X_held_out, _ = images()
        head = (
            f"{len(X):,} images to learn from, {len(X_held_out):,} held out; "
            "every run starts from the same weights"
        )
        lines = [self._progress() if self.playing else head]
        for run, (*_, symbol) in zip(self.runs, LOOKS, strict=False):
            optimizer, learning_rate, batch_size = run.recipe
            took = "not timed" if math.isnan(run.seconds) else f"{run.seconds:.2f} s"
            lines.append(
                f"{symbol} {optimizer}, rate {learning_rate:g}, batch {_size(batch_size)}: "
                f"{_outcome(run)}, step {run.steps:,}, epoch {run.epoch:.3g}, {took}"
            )
        return "\n".join(lines if self.runs else [*lines, "Press Start."])

    def _progress(self):
        run, (clock, steps) = self.run, self.began
        took, done = perf_counter() - clock, run.steps - steps
        if not done:
            return "starting"
        speed, left = done / run.per_epoch * run.m / took, took * (self.goal - run.steps) / done
        return (
            f"epoch {run.epoch:.1f} of {self.state.epochs}: loss {run.loss:.3f} nats, accuracy "
            f"{run.accuracy:.1%}, {round(speed, -3):,.0f} images a second, {math.ceil(left)} s left"
        )

    def static(self):
        """Show a small race, where none can be held."""
        if self.runs:
            return super().static()
        s = self.state
        against = "steps" if s.against == "seconds" else s.against  # nobody took their time
        example = Race(against=against, seed=s.seed, runs=EXAMPLE, **self.functions)
        example.is_example = True
        return example.static()


def _padded(run):
    return run if len(run) == 5 else (*run, math.nan)


def _checked(run):
    require(
        isinstance(run, (tuple, list)) and len(run) in (4, 5),
        f"runs holds {run!r}; expected (optimizer, learning_rate, batch_size, steps), such as "
        "('Adam', 0.001, 50, 1000). Are the brackets around the whole missing?",
    )
    *recipe, steps = run[:4]
    names = "optimizer", "learning_rate", "batch_size"
    controls = shown(State, *names).items()
    recipe = [c.take(name, value) for (name, c), value in zip(controls, recipe, strict=True)]
    whole_number("steps", steps, at_least=0)
    most = EPOCHS[-1] * -(-M // recipe[-1])
    require(steps <= most, f"steps is {steps}; expected at most {most} of batches of {recipe[-1]}.")
    seconds = run[4:]
    require(
        all(isinstance(s, (int, float)) and 0 <= s < math.inf for s in seconds),
        f"{run!r} ends with {run[-1]!r}; expected the seconds that it took, or nothing.",
    )
    return (*recipe, steps, *seconds)


def _size(batch_size):
    return "all" if batch_size == M else str(batch_size)


def _outcome(run):
    return "diverged" if run.diverged else f"{run.accuracy:.1%} right"


race = Race.function()
