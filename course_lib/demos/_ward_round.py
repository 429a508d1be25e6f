"""A round of the ward: one patient of the clinic, its instruments, and drugs that run."""

import asyncio
from dataclasses import dataclass

import numpy as np

from course_lib import clinic, plots
from course_lib.layers import Activation, Dense, Tanh, glorot
from course_lib.network import labels
from course_lib.optimizers import Adam

from .kit.controls import RESET, Button, Choice, Whole, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure
from .kit.marks import Image, Line, Points, Text, coloured

BEDS = tuple(bed for ward in clinic.beds().values() for bed in ward)
LOSSES, FIRST, LAYERS, UPDATES = "losses", "first loss", "layer by layer", "updates over weights"
NONE, SIDE = "none", 41
# Title, what is across and what is up of each instrument.
LOOKS = {
    LOSSES: ("Loss: training solid, validation dashed", "share of the training", "loss (nats)"),
    FIRST: ("The first loss, beside that of zero outputs", "", "loss (nats)"),
    LAYERS: ("Gradient at each layer of weights", "layer of weights", "gradient"),
    UPDATES: ("Updates over weights, a line for each layer", "share of the training", "ratio"),
}


# --- Drugs ---------------------------------------------------------------------------------------


def _at_rate(factor):
    return lambda p: {"optimizer": type(p.optimizer)(factor * p.optimizer.learning_rate)}


def _scaled(p):
    mean, spread = p.X.mean(axis=0), p.X.std(axis=0)
    return {"X": (p.X - mean) / spread, "X_val": (p.X_val - mean) / spread}


def _shuffled(p):
    """Shuffle the file, X and y together, and cut it once."""
    order, m = np.random.default_rng(1).permutation(len(p.X_all)), len(p.X)
    X, y = p.X_all[order], p.y_all[order]
    return {"X": X[:m], "y": y[:m], "X_val": X[m:], "y_val": y[m:]}


def _drawn(p):
    """Draw new weights for the same layers."""
    rng = np.random.default_rng(1)
    return {
        "layers": [
            Dense(*layer.params["W"].shape, rng=rng, init=glorot)
            if isinstance(layer, Dense)
            else layer
            for layer in p.layers
        ]
    }


def _bent(p):
    """Put tanh between the first two layers of weights."""
    layers = p.layers
    return {"layers": [layers[0], Tanh(), *layers[2:]]}


def _without_last(p):
    """Leave out an activation behind the last layer of weights."""
    layers = p.layers
    return {"layers": layers[:-1] if isinstance(layers[-1], Activation) else layers}


# Name → label of the button, and what is given to `treat`.
DRUGS = {
    "tenth": ("A tenth of the rate", _at_rate(0.1)),
    "usual": ("Adam at 0.02", lambda p: {"optimizer": Adam(0.02)}),
    "longer": ("Ten times the epochs", lambda p: {"epochs": min(10 * p.epochs, 1000)}),
    "in_time": ("Stop in time", lambda p: {"patience": 10}),
    "no_penalty": ("No penalty", lambda p: {"l2": 0.0}),
    "scale": ("Scale the inputs", _scaled),
    "shuffle": ("Shuffle the file and cut it once", _shuffled),
    "from_0": ("Labels from 0", lambda p: {"y": p.y - p.y.min()}),
    "weights": ("New weights", _drawn),
    "tanh": ("A tanh between the layers", _bent),
    "bare": ("No last activation", _without_last),
}


@dataclass
class State:
    """What the picture shows; patient and treatment follow from it."""

    bed: str = setting("11", Choice("bed", BEDS), "Whose turn it is")
    instrument: str = setting(LOSSES, Choice("instrument", tuple(LOOKS), tabs=True))
    drug: str = setting(NONE, Choice("drug", (NONE, *DRUGS)), "What was given last")
    seed: int = setting(0, Whole(), "Of the patients")


def _button(name):
    def give(self):
        self.give(name)

    give.__doc__ = f"Give the drug: {DRUGS[name][0]}."
    return give


class WardRound(Demo):
    """Look at a patient of the clinic through each instrument, give a drug, and see what it does.

    The old curve stays, in grey. Nothing that is tried here is noted for `progress`.
    """

    name, title, rows = "ward_round", "The ward round", 6
    alt = (
        "Left, a patient's examples in the plane, over what its network answers; right, an "
        "instrument: losses, first loss, gradients or updates, before a treatment in grey and "
        "after it in blue."
    )
    State = State
    letters = 12
    controls = shown(State, "bed", "instrument") | {
        **{name: Button(label) for name, (label, _) in DRUGS.items()},
        "reset": RESET,
    }

    patient, due = None, False

    def prepare(self):
        """Fetch the patient, and give what the state says was given."""
        s = self.state
        if self.patient is None or (self.patient.bed, self.patient.seed) != (s.bed, s.seed):
            self.patient = clinic.patient(s.bed, s.seed)
        give = DRUGS[s.drug][1] if s.drug != NONE else None
        self.treatment = self.patient.tried(give(self.patient)) if give else None
        self.due, self.pictures = False, {}

    def changed(self, name):
        """Go to another bed, or look through another instrument."""
        if name == "bed":
            self.state.drug = NONE
            self.train()
        else:
            self.redraw()

    def give(self, name):
        """Treat with a drug; each is tried on the patient as it came."""
        self.state.drug = name
        self.train()

    def reset(self):
        """Go back to the first patient, untreated."""
        self.state, self.status = self.State(**self.initial), ""
        self.train()

    def train(self):
        """Train, where a page shows it after it has shown that the button was pressed."""
        self.due = True
        if self.loop is None:
            self.advance()
        elif self.task is None or self.task.done():
            self.task = self.loop.create_task(self._later())

    def advance(self):
        """Do the training that is due."""
        try:
            self.prepare()
        finally:
            self.due = False
        self.redraw()

    async def _later(self):
        while self.due:  # another button may have been pressed meanwhile
            with self._errors_shown():
                self.advance()
            self.refresh()

    # What is seen

    def redraw(self):
        """Show the instrument. A page has it at once, since it was drawn before."""
        if self.stage is None:
            return super().redraw()
        self.figure, self.axes, *drawn = self.picture()
        self.put_up(*drawn)
        self.draw_ahead()

    def picture(self):
        """Return what stands still of this instrument, drawn once for a patient and its drug."""
        which = self.state.instrument
        if which not in self.pictures:
            self.figure, self.axes = self._new_figure()
            self.pictures[which] = self.figure, self.axes, self._background(), self.slim()
        return self.pictures[which]

    def draw_ahead(self):
        """Let the other instruments be drawn while nobody presses anything."""
        if self.loop is not None:
            self.ahead = self.loop.create_task(self._others())

    async def _others(self):
        for which in LOOKS:
            await asyncio.sleep(0.05)
            live = self.figure, self.axes, self.state.instrument
            self.state.instrument = which
            with self._errors_shown():
                self.picture()
            self.figure, self.axes, self.state.instrument = live

    def _open(self):
        super()._open()
        self.draw_ahead()

    def _narrowed(self, change):
        self.pictures = {}  # which were drawn for wide windows alone
        super()._narrowed(change)
        self.draw_ahead()

    @property
    def stages(self):
        """The patient, and after a treatment the treated one."""
        return [self.patient, *([self.treatment.after] if self.treatment else [])]

    def curves(self):
        """Return what the instrument shows: for each stage, lists of (x, y) and a dash."""
        return [list(self._lines(p.panels)) for p in self.stages]

    def _lines(self, panels):
        def line(values, dash="-"):
            values = np.asarray(values, dtype=float)
            x = np.linspace(0, 1, len(values)) if len(values) > 1 else np.zeros(len(values))
            return np.column_stack([x, values]), dash

        which = self.state.instrument
        if which == LOSSES:
            yield line(panels["loss"])
            yield line(panels["validation"], "--")
        elif which == FIRST and panels.get("first") is not None:
            yield np.array([[0.15, panels["first"]]]), "-"
            yield np.array([[0.85, panels["zeros"]]]), "-"
        elif which == LAYERS:
            places = np.arange(1, 1 + len(panels.get("gradients", ())))
            yield np.column_stack([places, panels.get("gradients", [])]), "-"
        elif which == UPDATES:
            ratios = np.array(panels["updates"]).reshape(len(panels["updates"]), -1)
            for k, ratio in enumerate(ratios.T):
                yield line(ratio, ("-", "--", ":")[k % 3])

    def make_figure(self):
        """Frame the plane and the instrument."""
        figure = new_figure(820, 340)
        plane, look = figure.subplots(1, 2)
        here = self.stages[-1].X
        low, high = here.min(axis=0), here.max(axis=0)
        edge = 0.08 * (high - low)
        self.limits = np.stack([low - edge, high + edge])
        (left, bottom), (right, top) = self.limits
        plane.set(xlim=(left, right), ylim=(bottom, top), xlabel="$x_1$", ylabel="$x_2$")
        plane.set_title("Its examples, and what it answers", fontsize=11)
        title, across, up = LOOKS[self.state.instrument]
        look.set_title(title, fontsize=11)
        look.set(xlabel=across, ylabel=up, xlim=(-0.03, 1.03))
        values = np.concatenate([xy[:, 1] for some in self.curves() for xy, _ in some] or [[1.0]])
        values = values[np.isfinite(values)]
        values = values if len(values) else np.ones(1)
        if self.state.instrument in (LAYERS, UPDATES):
            positive = values[values > 0] if (values > 0).any() else np.ones(1)
            small, large = positive.min(), positive.max()
            if self.state.instrument == UPDATES:
                small, large = min(small, 1e-3), max(large, 1e-3)
                look.axhline(1e-3, color="black", lw=1, ls=":")
            look.set(yscale="log", ylim=(small / 2, large * 2))
        else:
            # A loss that runs away may leave the picture; what the training mostly is stays inside.
            look.set(ylim=(0, 1.1 * min(values.max(), max(20, 2 * np.median(values)))))
        if self.state.instrument == LAYERS:
            most = max(len(xy) for some in self.curves() for xy, _ in some)
            look.set(xlim=(0.5, most + 0.5), xticks=range(1, most + 1))
        if self.state.instrument == FIRST:
            look.set(xticks=[0.15, 0.85], xticklabels=["first batch", "zero outputs"])
        look.grid(alpha=0.3)
        return figure, {"plane": plane, "look": look}

    def marks(self):
        """Draw the answers over the plane, the examples, and both curves."""
        seen, curves = self.stages[-1], self.curves()
        drawn = []
        for k, some in enumerate(curves):
            last = k == len(curves) - 1
            colour = plots.BLUE if last else plots.GREY
            for xy, dash in some:
                xy = xy[np.isfinite(xy).all(axis=1)]
                drawn.append(Line(xy, colour, 2.5 if last else 1.5, dash))
                few = len(xy) < 12
                drawn.append(Points(xy if few else xy[-1:], colour, "D" if last else "o", 4))
                if self.state.instrument == FIRST and len(xy):
                    aside = 0.06 if last else -0.06
                    place = (xy[0, 0] + aside, xy[0, 1])
                    align = "left" if last else "right"
                    drawn.append(Text(place, f"{xy[0, 1]:.3g}", colour, self.letters, align))
        return [(self.axes["plane"], self._plane(seen)), (self.axes["look"], drawn)]

    def _plane(self, seen):
        (left, bottom), (right, top) = self.limits
        x, y = np.linspace(left, right, SIDE), np.linspace(bottom, top, SIDE)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            answers = labels(np.nan_to_num(seen.network.forward(grid)))
        shade = coloured(answers.reshape(SIDE, SIDE)[::-1] / 4, "Blues", (-0.2, 1.6))
        half = np.array([right - left, top - bottom]) / (SIDE - 1) / 2
        extent = (left - half[0], right + half[0], bottom - half[1], top + half[1])
        marks = [Image(shade, extent)]
        for k, label in enumerate(np.unique(seen.y)):
            xy = seen.X[seen.y == label][:120]
            marks.append(Points(xy, plots.COLOURS[k], ("o", "x", "s", "^")[k % 4], 3.2))
        return marks

    def words(self):
        """Give the complaint, the shares right, and what the drug has done."""
        first = self.patient
        if self.due:
            return f"Bed {self.state.bed}: training …\n\n\n"
        said = [f"Bed {first.bed}: “{first.complaint}”", self._right("as it came", first)]
        if self.state.drug == NONE:
            return "\n".join([*said, "Give it something: each drug is tried on it as it came.", ""])
        label = DRUGS[self.state.drug][0]
        if self.treatment is None:
            return "\n".join([*said, f"{label}: it has that already, so nothing changed.", ""])
        verdict = f"{label}: {self.treatment.title.partition(': ')[2]}."
        told = self.treatment.message.partition("\n")[0].partition(" And what")[0]
        return "\n".join([*said, self._right("treated", self.treatment.after), f"{verdict} {told}"])

    @staticmethod
    def _right(when, who):
        here, there = who.right
        return f"{when}: {here:.0%} right in training, {there:.0%} in validation"


for _name in DRUGS:
    setattr(WardRound, _name, _button(_name))

ward_round = WardRound.function()
