"""A trained network to walk through, forward and back, with units to switch off."""

from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace

import numpy as np

from course_lib._checks import features, finite_outputs, require, targets, whole_number
from course_lib.activations import sigmoid, softmax
from course_lib.handwriting import SIDE, like_mnist, paint
from course_lib.interpretation import (
    activations_of,
    below,
    gradient_times_input,
    most_exciting,
    occluded,
    pixel_evidence,
    switched_off,
    unit_evidence,
)
from course_lib.layers import Activation, Dense
from course_lib.network import Network, labels

from ._draw_pad import rounded, thinned
from ._explore_panels import ACTIVATIONS, LOGITS, N_TOP, PICTURE, PIXELS, SCORES, STAGES, Panels
from .kit.controls import RESET, Button, Check, Choice, Slider, Whole, setting, shown
from .kit.demo import called

MOST_UNITS, MOST_CLASSES = 100, 12
ALL, DRAWING = "all images", "my drawing"
PATCHES = ((0, "none"), *((size, f"{size} × {size}") for size in (3, 5, 7, 9, 11, 15)))
USUAL = 7  # the patch that comes with the pointer
PEN = 2.0


@dataclass
class State:
    """What is looked at, and what is switched off, covered or drawn."""

    index: int = setting(0, Whole(), "Which image")
    of: str = setting(
        ALL,
        about='A class to which "Next image" and "Next mistake" keep, or "all images"; or "my '
        'drawing", made like MNIST',
    )
    stage: str = setting(PIXELS, Choice("stage", tuple(STAGES)), "What the text explains")
    unit: int = setting(0, Whole(), "The hidden unit that is shown, from 0")
    off: tuple = setting((), about="Hidden units that are switched off")
    patch: int = setting(
        0, Choice("patch", PATCHES), "Side of the patch of zeros that covers the image"
    )
    at: tuple = setting((SIDE // 2, SIDE // 2), about="Row and column of the patch's middle")
    strokes: list = setting(  # noqa: RUF009
        list, about="The drawing: list of (width, [(column, row), …]), in pixels from 0 to 28"
    )

    def __post_init__(self):
        self.off = tuple(sorted({whole_number("off", unit, at_least=0) for unit in self.off}))
        place = [whole_number("at", number, at_least=0) for number in self.at]
        require(
            len(place) == 2 and max(place) < SIDE,
            f"at is {self.at}; expected row and column of a pixel, each from 0 to {SIDE - 1}.",
        )
        self.at, self.strokes = tuple(place), rounded(self.strokes)

    @property
    def drawn(self):
        """Whether the picture is a drawing."""
        return self.of == DRAWING

    @property
    def unit_off(self):
        """Whether the chosen unit is switched off."""
        return self.unit in self.off

    @unit_off.setter
    def unit_off(self, off):
        self.off = tuple(sorted({*self.off, self.unit} if off else {*self.off} - {self.unit}))


class Explore(Panels):
    """Walk through a trained network, forward and back, and switch its units off.

    Parameters
    ----------
    network : Network
        784 inputs, one hidden layer of up to 100 units, one output for each class.
    X : ndarray, shape (m, 784)
        Images to choose from, pixels from 0 to 1.
    y : ndarray of int, shape (m,)
        Their labels.
    class_names : list of str
    probabilities : function of logits, shape (m, n_classes)
        `course_lib.activations.softmax`, unless given: `sigmoid` for a network whose outputs are
        so many neurons that answer yes or no.
    hidden_activations, class_evidence : functions, optional
        Your own, which then give a network of sigmoid units its activations and its votes.

    Notes
    -----
    `link` calls everything as the notebook does, or by the names of these arguments where it has
    no name there.
    """

    name, title = "explore", "A network, forward and back"
    alt = (
        "From left to right: an image, with what the network sees of it and its slope for each "
        "pixel; the hidden units in a grid, with the weights of one of them, its share of this "
        "image and the images that excite it most; a bar for each class, and the votes of that "
        "unit. An orange frame marks the stage that the text explains."
    )
    help = (
        "Drag over the picture to cover it with a patch, or, if it is yours, to draw. Click a unit "
        "to choose it, and once more to switch it off or on. With the keyboard: move the cursor "
        "with the arrow keys, click with Enter, and put the pointer down and lift it with Space."
    )
    State, rows = State, 6
    cursor = (PICTURE[0] + 8 * 14 + 4, PICTURE[1] + 8 * 14 + 4, 8)  # pixel by pixel

    def __init__(
        self, network, X, y, class_names, *, probabilities=softmax, hidden_activations=None,
        class_evidence=None, **state,
    ):  # fmt: skip
        check(network, probabilities, class_names)
        require(
            hidden_activations is None or network.layers[1].f is sigmoid,
            "hidden_activations is for sigmoid units; this network has others. Leave it out.",
        )
        self.functions = dict(hidden_activations=hidden_activations, class_evidence=class_evidence)
        things = dict(network=network, X=X, y=y, class_names=class_names)
        self.given = [called(thing, name) for name, thing in things.items()]
        if probabilities is not softmax:
            self.given.append(f"probabilities={called(probabilities, 'probabilities')}")
        self.network, self.probabilities = network, probabilities
        self.names = tuple(map(str, class_names))
        self.X = features(X, SIDE**2)
        self.y = targets(y, (len(self.X),), of="X").astype(int)
        require(
            0 <= self.y.min() <= self.y.max() < len(self.names),
            f"y holds labels from {self.y.min()} to {self.y.max()}; expected 0 to "
            f"{len(self.names) - 1}, as class_names has {len(self.names)} names.",
        )
        self.below = below(network, -2)
        # By the thousand: a network of float64 copies float32 images to twice their size.
        parts = [activations_of(network, self.X[i : i + 1000]) for i in range(0, len(self.X), 1000)]
        scores, hidden, logits = map(np.concatenate, zip(*parts, strict=True))
        finite_outputs(logits)
        self.wrong = labels(logits) != self.y
        stages = (SCORES, scores), (ACTIVATIONS, hidden), (LOGITS, logits)
        self.most = {stage: np.abs(A).max() for stage, A in stages}
        # Its inputs are the scores of all images, which no click has to work out anew.
        as_they_are = Network([Activation(np.asarray, np.ones_like)])
        self.top = cache(lambda unit: most_exciting(as_they_are, scores, unit, N_TOP))
        self.n_units = len(network.layers[-1].params["W"])
        self.side = int(np.ceil(self.n_units**0.5))
        self.controls = dict(
            index=Slider("image", 0, len(self.X) - 1, 1),
            of=Choice("pick from", (ALL, *self.names, DRAWING)),
            **shown(State),
            unit=Slider("unit", 0, self.n_units - 1, 1),
            unit_off=Check("this unit is switched off"),
            back=Button("◀ Back"),
            forward=Button("Forward ▶"),
            next_image=Button("Next image"),
            next_mistake=Button("Next mistake"),
            strongest=Button("Strongest unit"),
            all_on=Button("All units on"),
            empty=Button("Empty sheet"),
            reset=RESET,
        )
        super().__init__(**state)

    def prepare(self):
        """Lift the pen, and know where the slider was."""
        off = self.state.off
        require(
            not off or off[-1] < self.n_units,
            f"off is {off}; expected units from 0 to {self.n_units - 1}.",
        )
        self.pen, self.was = False, self.state.index

    # What there is to see.

    def picture(self):
        """Return the picture before anything covers it, shape (1, 784)."""
        if not self.state.drawn:
            return self.X[[self.state.index]]
        seen = like_mnist(paint(self.state.strokes)).reshape(1, -1)
        return np.divide(seen, np.float32(255), dtype=np.float32)  # as load_images

    def numbers(self):
        """Return all that the network makes of the picture, by name."""
        s, n = self.state, SimpleNamespace()
        n.picture = n.seen = self.picture()
        if s.patch:
            n.seen = occluded(n.picture[0], s.patch)[[SIDE * s.at[0] + s.at[1]]]
        n.network = switched_off(self.network, s.off)
        Z = self.network.forward(n.picture)
        (n.logits_before,), (n.before,) = Z, self.probabilities(Z)
        (n.scores,), (n.hidden,), Z = activations_of(n.network, n.seen)
        (n.logits,), (n.P,), (n.answer,) = Z, self.probabilities(Z), labels(Z)
        (n.votes,), n.b = unit_evidence(n.network, n.seen)
        first, last = (layer.params for layer in n.network.layers[::2])
        if own := self.functions["hidden_activations"]:
            (n.hidden,) = own(n.seen, first["W"], first["b"])
        if own := self.functions["class_evidence"]:
            votes = [own(n.hidden, last["W"], last["b"], c)[0] for c in range(len(n.b))]
            n.votes = np.stack(votes, axis=1)
        (said,), _ = unit_evidence(self.network, n.seen)  # with no unit switched off
        n.own, n.most_said = said[s.unit], np.abs(said).max() or 1.0
        n.shares, n.bias = pixel_evidence(self.below, n.seen[0], s.unit)
        (n.slopes,) = gradient_times_input(n.network, n.seen, n.answer)
        n.changed = bool(s.off or s.patch)
        n.truth = None if s.drawn else self.y[s.index]
        return n

    def static(self):
        """Show what the strongest unit was good for, where nobody can switch one off."""
        if self.state.off or self.state.patch or self.state.drawn:
            return super().static()
        state, self.state = self.state, replace(self.state)
        try:
            self.strongest()
            self.state.unit_off = True
            return super().static()
        finally:
            self.state = state

    def link(self):
        """Return the call that makes this demo, with everything as the notebook calls it."""
        _, _, rest = super().link().partition("(")
        return f"demos.explore({', '.join([*self.given, *([rest[:-1]] if rest != ')' else [])])})"

    # What is done to it.

    def pointed(self, ax, path, new, done):
        """Cover the picture, draw on it, or choose a unit."""
        self.status, s = "", self.state
        row, column = np.floor(path[-1, ::-1]).clip(0, SIDE - 1).astype(int).tolist()
        if ax is self.axes["units"]:
            column, row = np.floor(path[0]).astype(int).tolist()
            unit = self.side * row + column
            if new and unit < self.n_units:
                if unit == s.unit:
                    s.unit_off = not s.unit_off
                s.unit = unit
        elif ax is self.axes["picture"] and s.drawn:
            if new:
                s.strokes, self.pen = [*s.strokes, (PEN, [])], True
            if self.pen:  # and no new sheet has come meanwhile
                s.strokes[-1] = (PEN, thinned(path))
        elif ax in (self.axes["picture"], self.axes["seen"]):
            s.patch, s.at = s.patch or USUAL, (row, column)

    def changed(self, name):
        """Keep to the class that was chosen."""
        self.status, s = "", self.state
        if name == "of" and s.of in self.names and self.names[self.y[s.index]] != s.of:
            self._show_next(self._listed(), "image")
        if name == "index":
            self._put_drawing_away()
            places = self._listed()
            up = s.index >= self.was  # to the image of this class next on the slider's way
            k = np.searchsorted(places, s.index, "left" if up else "right") - (not up)
            if places.size:
                s.index = int(places[np.clip(k, 0, len(places) - 1)])
        self.was = s.index

    def next_image(self):
        """Go to the next image, of the class that was chosen."""
        self._show_next(self._listed(), "image")

    def next_mistake(self):
        """Go to the next image that the whole network gets wrong."""
        places = self._listed()
        self._show_next(places[self.wrong[places]], "mistake")

    def forward(self):
        """Go to the next stage."""
        self._walk(1)

    def back(self):
        """Go to the stage before."""
        self._walk(-1)

    def strongest(self):
        """Choose the unit without which the answer loses most of its probability."""
        n = self.numbers()
        without = [
            self.probabilities(switched_off(n.network, unit).forward(n.seen))[0, n.answer]
            for unit in range(self.n_units)
        ]
        self.state.unit, self.status = int(np.argmin(without)), ""

    def all_on(self):
        """Switch all units on."""
        self.state.off, self.status = (), ""

    def empty(self):
        """Take an empty sheet to draw on."""
        self.state.of, self.state.strokes = DRAWING, []
        self.pen, self.status = False, ""

    def _listed(self):
        if self.state.of not in self.names:
            return np.arange(len(self.y))
        return np.flatnonzero(self.y == self.names.index(self.state.of))

    def _show_next(self, places, what):
        s = self.state
        self.status = "" if places.size else f"There is no {what} among {s.of}."
        if places.size:
            k = np.searchsorted(places, s.index, "right") % len(places)
            s.index = int(places[k])
            self._put_drawing_away()
        self.was = s.index

    def _put_drawing_away(self):
        if self.state.drawn:
            self.state.of = ALL

    def _walk(self, way):
        stages = list(STAGES)
        k = stages.index(self.state.stage) + way
        self.state.stage, self.status = stages[min(max(k, 0), len(stages) - 1)], ""


def check(network, probabilities, class_names):
    """Say what is wrong with the network, or with what goes with it."""
    kinds = [type(layer) for layer in getattr(network, "layers", ())]
    require(
        kinds == [Dense, Activation, Dense],
        f"network has the layers {[kind.__name__ for kind in kinds]}; expected one hidden layer: "
        "Dense, an activation, Dense.",
    )
    (n_in, n_units), (_, n_out) = (layer.params["W"].shape for layer in network.layers[::2])
    require(
        n_in == SIDE**2 and n_units <= MOST_UNITS and 2 <= n_out <= MOST_CLASSES,
        f"network has {n_in} inputs, {n_units} hidden units and {n_out} outputs; expected 784, up "
        f"to {MOST_UNITS}, and 2 to {MOST_CLASSES}.",
    )
    require(
        not isinstance(class_names, str) and len(class_names) == n_out,
        f"class_names is {class_names!r}; expected a list of {n_out} names, one for each output.",
    )
    require(
        callable(probabilities),
        f"probabilities is {probabilities!r}; expected a function of logits such as "
        "activations.softmax or activations.sigmoid.",
    )


explore = Explore.function()
