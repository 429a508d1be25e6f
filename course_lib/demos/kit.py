"""The kit: what a demo is made of, and how it stays in step with the browser.

A demo is a subclass of `Demo`: a state (a plain dataclass), controls named as its fields or as its
methods, a figure that stands still and layers that move. Whatever happens in the browser ends in
one `refresh`, which draws the state anew.

What keeps up with fast hands and slow machines: the browser tells each control's last value and
how often it was touched, so that whatever merges on the way arrives as the last; and no frame of a
running demo is sent before the browser has drawn the one before. Where nobody draws any more, since
the output is closed or its cell was run again, the demo stops by itself.
"""

import asyncio
import contextlib
import difflib
import io
import math
import sys
import threading
import traceback
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_lib._checks import require
from course_lib._widget import script
from course_lib.data import load_images
from course_lib.demos.layers import axes_at, pack, to_data

HERE = Path(__file__).parent
DPI = 100  # a CSS pixel is a dot of the figure
PATIENCE = 1.5  # seconds of the kernel's free time in which a browser must have drawn a frame


class Stage(anywidget.AnyWidget):
    """The front end of a demo: what the browser is shown, and what it tells back."""

    _esm = script(HERE / "stage.js")
    _css = (HERE / "stage.css").read_text(encoding="utf-8")
    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    help = traitlets.Unicode().tag(sync=True)  # how to use the canvas; "" if it is only to look at
    size = traitlets.List().tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)  # of words, so that nothing below them jumps
    cursor = traitlets.List().tag(sync=True)  # where the keyboard starts, and its step
    controls = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)  # control → [touches that this answers, value]
    background = traitlets.Bytes().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    link = traitlets.Unicode().tag(sync=True)
    # What the browser says.
    touched = traitlets.Dict().tag(sync=True)  # control → [touches so far, value]
    # The gesture now: its number, path, and whether it is done; and those before it, unanswered.
    pointer = traitlets.Dict({"count": 0}).tag(sync=True)
    # from_json: a view into a message, which is no bytes, would be refused without a word.
    upload = traitlets.Bytes().tag(sync=True, from_json=lambda value, widget: bytes(value))
    seen = traitlets.Int(0).tag(sync=True)  # the last frame drawn

    def __init__(self, loop=None, **traits):
        self.loop, self.thread = loop, threading.get_ident()
        super().__init__(**traits)

    def _handle_msg(self, msg):
        # JupyterLab may send messages to a thread of their own, a subshell of the kernel. There
        # they would draw a network in the middle of its training step on the main thread.
        if self.loop is None or threading.get_ident() == self.thread:
            super()._handle_msg(msg)
        else:
            self.loop.call_soon_threadsafe(super()._handle_msg, msg)


# --- Controls ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`, moved by `step`."""

    name: str
    label: str
    low: float
    high: float
    step: float
    kind: str = "slider"

    @property
    def digits(self):
        """Decimals that the step needs."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    def spec(self):
        """Describe the control to the browser."""
        return vars(self) | {"digits": self.digits}

    def take(self, value):
        """Return the value, or say why it is none."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        require(
            number and self.low <= value <= self.high,
            f"{self.name} is {value!r}; expected a number from {self.low:g} to {self.high:g}.",
        )
        return value

    def from_browser(self, value):
        """Drop the binary dust of 0.1 + 0.2."""
        return round(self.take(value), self.digits)


@dataclass(frozen=True)
class Choice:
    """One of some options: a list (``sliding=True``: a slider over it).

    `options` holds values, or pairs of a value and the words for it.
    """

    name: str
    label: str
    options: tuple
    sliding: bool = False

    @property
    def pairs(self):
        """Values with their words."""
        return [o if isinstance(o, tuple) else (o, _words(o)) for o in self.options]

    def spec(self):
        """Describe the control to the browser."""
        kind = "slider" if self.sliding else "choice"
        pairs = [list(pair) for pair in self.pairs]
        return {"kind": kind, "name": self.name, "label": self.label, "options": pairs}

    def take(self, value):
        """Return the value, or say why it is none."""
        values = [option for option, _ in self.pairs]
        if isinstance(value, str):
            near = difflib.get_close_matches(value, map(str, values), 1)
        else:
            near = []
        hint = f" Did you mean {near[0]!r}?" if near else ""
        known = ", ".join(map(repr, values))
        require(value in values, f"{self.name} is {value!r}; expected one of {known}.{hint}")
        return values[values.index(value)]

    from_browser = take


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    name: str
    label: str
    kind: str = "check"

    def spec(self):
        """Describe the control to the browser."""
        return vars(self)

    def take(self, value):
        """Return the value, or say why it is none."""
        require(isinstance(value, bool), f"{self.name} is {value!r}; expected True or False.")
        return value

    from_browser = take


@dataclass(frozen=True)
class Button:
    """Something to do: the method of its name."""

    name: str
    label: str
    kind: str = "button"

    def spec(self):
        """Describe the control to the browser."""
        return vars(self)


@dataclass(frozen=True)
class Upload:
    """A file of the user's: the method of its name gets the bytes."""

    name: str
    label: str
    accept: str
    limit: int = 5_000_000
    kind: str = "file"

    def spec(self):
        """Describe the control to the browser."""
        return vars(self)


PLAY, RESET = Button("play", "Start"), Button("reset", "Reset")


def _words(value):
    return f"{value:g}" if isinstance(value, float) else str(value)


# --- Demos ---------------------------------------------------------------------------------------


class Demo:
    """A live figure: controls, a picture and words, all of one state.

    A subclass says what it is in the attributes and the first group of methods; `Demo` does the
    rest.

    Attributes
    ----------
    name : str
        Of the function in `course_lib.demos` that makes it.
    title, alt, help : str
        What it is, what its picture shows, and how its canvas is used (empty: only to look at).
    State : dataclass
        Every field has a default and a `repr` that Python can read.
    controls : sequence of controls
    rows : int
        Lines of words.
    cursor : (x, y, step)
        Where the keyboard's cursor starts on the canvas and how far it goes, in CSS pixels.
    pause : str
        What the button that starts it says while it runs.
    """

    name = title = alt = help = ""
    State = None
    controls = ()
    rows = 1
    cursor = (40, 40, 8)
    pause = "Pause"

    def __init__(self, **given):
        self.state = self.State(**self._checked(given))
        self.initial = asdict(self.state)
        self.status, self.playing = "", False
        self.answered = {control.name: 0 for control in self.controls}
        self.gesture = self.finished = self.frame = 0
        self.task = self.stage = self.loop = None
        self.prepare()
        self.figure, self.axes = self._settled_figure()

    # What a subclass says.

    def prepare(self):
        """Make what the state implies: data, a network. Called at first and after a reset."""

    def make_figure(self):
        """Return the figure with all that stands still, and its axes by names of our choice."""
        raise NotImplementedError

    def layers(self):
        """Return what moves: pairs of an `Axes` and a list of layers."""
        raise NotImplementedError

    def words(self):
        """Return the read-out below the picture."""
        return ""

    def advance(self):
        """Do one short slice of what runs while playing; return whether there is more."""
        raise NotImplementedError

    def changed(self, name):
        """React to the control `name`, whose field has its new value."""

    def pointed(self, ax, path, new, done):
        """React to a gesture: its path in data coordinates of the `Axes` where it began."""

    # What every demo can do.

    def play(self):
        """Start, or pause."""
        self.playing = not self.playing
        self.status = ""
        if self.playing and (self.task is None or self.task.done()) and self.loop is not None:
            self.task = self.loop.create_task(self._run())

    def step(self):
        """Do one slice and stop."""
        self.playing = False
        self.advance()

    def reset(self):
        """Go back to the state in which the demo was made."""
        self.playing, self.status = False, ""
        self.state = self.State(**self.initial)
        self.prepare()

    def link(self):
        """Return the Python call that makes a demo in exactly this state."""
        default = asdict(self.State())
        given = {name: v for name, v in asdict(self.state).items() if v != default[name]}
        return f"demos.{self.name}({', '.join(f'{name}={v!r}' for name, v in given.items())})"

    def static(self):
        """Return the picture of the state now, as PNG."""
        live = self.figure, self.axes
        self.figure, self.axes = self._settled_figure()
        try:
            for ax, layers in self.layers():
                for k, layer in enumerate(layers):
                    layer.draw(ax, 2 + k / 1000)
            return png(self.figure, DPI)
        finally:
            self.figure, self.axes = live

    def redraw(self):
        """Draw anew what otherwise stands still."""
        self.figure, self.axes = self._settled_figure()
        if self.stage is not None:
            self.stage.background = png(self.figure, 2 * DPI, compress_level=1)

    def refresh(self):
        """Show the state."""
        if (stage := self.stage) is None:
            return
        with self._errors_shown():
            layers = [layer for ax, some in self.layers() for layer in pack(ax, some)]
            self.frame += 1
            with stage.hold_sync():  # one message, so that nothing is seen half done
                stage.scene = {"frame": self.frame, "pointer": self.finished, "layers": layers}
                stage.words, stage.status, stage.link = self.words(), self.status, self.link()
        stage.values = {c.name: [self.answered[c.name], self._value(c)] for c in self.controls}

    # How it does it.

    def __repr__(self):
        return f"{self.link()}\n{self.words()}".rstrip()

    def _repr_mimebundle_(self, **kwargs):
        if self.stage is None:
            self._open()
        bundle = self.stage._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return data | {"image/png": self.static(), "text/plain": repr(self)}

    def _open(self):
        with contextlib.suppress(RuntimeError):  # no loop runs: nobody will press a button either
            self.loop = asyncio.get_running_loop()
        width, height = self.figure.bbox.size
        self.stage = Stage(
            loop=self.loop,
            title=self.title,
            alt=self.alt,
            help=self.help,
            size=[round(width), round(height)],
            rows=self.rows,
            cursor=list(self.cursor),
            controls=[control.spec() for control in self.controls],
            background=png(self.figure, 2 * DPI, compress_level=1),
        )
        self.refresh()
        self.stage.observe(self._touched, "touched")
        self.stage.observe(self._pointed, "pointer")

    def _touched(self, change):
        self.stage.error = ""
        for control in self.controls:
            count, value = change.new.get(control.name, (0, None))
            times = count - self.answered[control.name]
            self.answered[control.name] = count
            with self._errors_shown():
                if times > 0:
                    self._touch(control, value, times)
        self.refresh()

    def _touch(self, control, value, times):
        if isinstance(control, Button):
            for _ in range(times):
                getattr(self, control.name)()
        elif isinstance(control, Upload):
            getattr(self, control.name)(bytes(self.stage.upload))
        else:
            setattr(self.state, control.name, control.from_browser(value))
            self.changed(control.name)

    def _pointed(self, change):
        self.stage.error = ""
        for gesture in (*change.new.get("earlier", ()), change.new):
            if gesture["count"] <= self.finished:
                continue
            new, self.gesture = gesture["count"] > self.gesture, gesture["count"]
            if gesture["done"]:
                self.finished = self.gesture
            with self._errors_shown():
                if (ax := axes_at(self.figure, gesture["path"][0])) is not None:
                    self.pointed(ax, to_data(ax, gesture["path"]), new, gesture["done"])
        self.refresh()

    async def _run(self):
        while self.playing:
            with self._errors_shown():
                self.playing = self.advance() and self.playing
            self.refresh()
            if not await self._drawn():
                self.playing, self.status = False, "Paused, since nobody was looking."
                self.refresh()

    async def _drawn(self):
        # Counted, not timed: while another cell keeps the kernel busy, no time passes here.
        for _ in range(round(PATIENCE / 0.005)):
            await asyncio.sleep(0.005)
            if self.stage.seen >= self.frame:
                return True
        return False

    @contextlib.contextmanager
    def _errors_shown(self):
        """Show an exception in the demo, which otherwise ends in a log that nobody reads."""
        try:
            yield
        except Exception as error:
            self.playing = False
            steps = traceback.extract_tb(error.__traceback__)
            # Where it went wrong, not where the door said so.
            place = [step for step in steps if not step.filename.endswith("_checks.py")][-1]
            self.stage.error = (
                f"{type(error).__name__}: {error} (in {place.name}, line {place.lineno})"
            )

    def _value(self, control):
        if isinstance(control, (Button, Upload)):
            return self.pause if control.name == "play" and self.playing else None
        return getattr(self.state, control.name)

    def _checked(self, given):
        names = [field.name for field in fields(self.State)]
        for name in given:
            near = difflib.get_close_matches(name, names, 1, cutoff=0.5)
            require(
                name in names,
                f"demos.{self.name} has no argument {name!r}; it has {', '.join(names)}."
                + (f" Did you mean {near[0]}?" if near else ""),
            )
        takers = {c.name: c.take for c in self.controls if not isinstance(c, (Button, Upload))}
        return {k: takers[k](v) if k in takers else v for k, v in given.items()}

    def _settled_figure(self):
        figure, axes = self.make_figure()
        if figure.get_layout_engine() is not None:
            figure.draw_without_rendering()  # settles the layout, which then stays
            figure.set_layout_engine("none")
        return figure, axes


def called(function, otherwise):
    """Return the name by which the notebook knows a function, or `otherwise` if by none."""
    notebook = vars(sys.modules["__main__"])
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    for thing, tail in ((function, ""), (owner, f".{name}")):
        for known, value in list(notebook.items()):
            if thing is not None and value is thing and not known.startswith("_"):
                return known + tail
    return name if owner is None and name.isidentifier() else otherwise


@cache
def first_digits(m, m_test):
    """Return the first images of MNIST, from 0 to 1, with their labels: X, y, X_test, y_test."""
    digits = load_images("mnist", raw=True)
    X, X_test = digits.X_train[:m] / np.float32(255), digits.X_test[:m_test] / np.float32(255)
    return X, digits.y_train[:m], X_test, digits.y_test[:m_test]


def new_figure(width, height, layout="constrained"):
    """Return an empty figure of so many CSS pixels, unknown to pyplot, which would show it."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def png(figure, dpi, compress_level=6):
    """Render a figure as PNG; for the browser next door, hardly compressed is sooner there."""
    stream = io.BytesIO()
    how = {"compress_level": compress_level}
    figure.savefig(stream, dpi=dpi, format="png", pil_kwargs=how)
    return stream.getvalue()
