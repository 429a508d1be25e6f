"""The demo: a state, its picture and its words, kept in step with the browser.

A demo is a subclass of `Demo`: a state (a plain dataclass), controls named as its fields or as its
methods, a figure that stands still and marks that move. Whatever happens in the browser ends in
one `refresh`, which draws the state anew.

What keeps up with fast hands and slow machines: the browser tells each control's last value and
how often it was touched, so that whatever merges on the way arrives as the last; and no frame of a
running demo is sent before the browser has drawn the one before. Where nobody draws any more, since
the output is closed or its cell was run again, the demo stops by itself.
"""

import asyncio
import contextlib
import difflib
import inspect
import math
import sys
import traceback
from dataclasses import asdict, fields
from types import MappingProxyType

import numpy as np

from course_lib._checks import require
from course_lib._speed import all_ours, steady
from course_lib._widget import bundle
from course_lib.plots import paper

from .controls import Button, Upload, parameters, with_parameters
from .figures import DPI, MARGIN, axes_at, panels, png, settled, smallest_text, squeeze, to_data
from .marks import pack
from .stage import Stage

LEGIBLE = 11  # CSS pixels: no label becomes smaller in a narrow window
NARROW = 324  # CSS pixels: no part is wider there, as beside JupyterLab's files at 700 pixels
PATIENCE = 1.5  # seconds of the kernel's free time in which a browser must have drawn a frame


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
    controls : dict
        From the names of fields (with setters: properties) or methods to controls, in their order
        on the page.
    rows : int
        Lines of words.
    letters : float
        Their smallest size among marks that are not there at first, in CSS pixels.
    cursor : (x, y, step)
        Where the keyboard's cursor starts on the canvas and how far it goes, in CSS pixels.
    pause : str
        What the button that starts it says while it runs.
    functions : dict
        From names of arguments to what was handed in for them: functions that may be the
        student's own, or None for the course's.
    """

    name = title = alt = help = ""
    functions = MappingProxyType({})
    State = controls = None
    rows = 1
    letters = math.inf
    cursor = (40, 40, 8)
    pause = "Pause"

    def __init__(self, **given):
        self.state = self.State(**self._checked(given))
        self.initial = asdict(self.state)
        self.status, self.playing = "", False
        self.answered = dict.fromkeys(self.controls, 0)
        self.gesture = self.finished = self.frame = 0
        self.task = self.stage = self.loop = None
        self.prepare()
        self.figure, self.axes = self._new_figure()

    @classmethod
    def function(cls):
        """Return the function that students call; its help is the class's, and the state's."""

        def make(*given, **state):
            return cls(*given, **state)

        own = inspect.signature(cls).parameters.values()
        own = [p for p in own if p.kind is not p.VAR_KEYWORD]
        make.__signature__ = inspect.Signature([*own, *parameters(cls.State)])
        make.__doc__ = with_parameters(inspect.getdoc(cls), cls.State)
        make.__name__ = make.__qualname__ = cls.name
        make.__module__ = cls.__module__
        return make

    # What a subclass says.

    def prepare(self):
        """Make what the state implies: data, a network. Called at first and after a reset."""

    def make_figure(self):
        """Return the figure with all that stands still, and its axes by names of our choice."""
        raise NotImplementedError

    def marks(self):
        """Return what moves: pairs of an `Axes` and a list of marks."""
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
        given = {name: f"{called(f, name)}" for name, f in self.functions.items() if f is not None}
        given |= {name: f"{v!r}" for name, v in asdict(self.state).items() if v != default[name]}
        return f"demos.{self.name}({', '.join(f'{name}={v}' for name, v in given.items())})"

    def running(self):
        """Return the functions that run now, by name; None stands for the course's."""
        return self.functions

    def own(self, name):
        """Return the function that was handed in under a name if it is the student's, else None."""
        function = self.functions[name]
        return function if function is not None and is_own(function) else None

    def whose(self):
        """Say whose code is running: the student's own functions, or the course's."""
        found = {}
        for name, function in self.running().items():
            found |= exercises_in(function, name) if function is not None else {name: False}
        yours = [name for name, own in found.items() if own]
        theirs = [name for name, own in found.items() if not own]
        said = [f"your {', '.join(yours)}"] if yours else []
        said += [f"the course's {', '.join(theirs)}"] if theirs and yours else []
        return f"Runs {' and '.join(said)}." if said else "Runs the course's code."

    def static(self):
        """Return the picture of the state now, as PNG."""
        live = self.figure, self.axes
        self.figure, self.axes = self._new_figure()
        try:
            for ax, marks in self.marks():
                for k, mark in enumerate(marks):
                    mark.draw(ax, 2 + k / 1000)
            return png(self.figure)
        finally:
            self.figure, self.axes = live

    def redraw(self):
        """Draw anew what otherwise stands still."""
        self.figure, self.axes = self._new_figure()
        if self.stage is not None:
            self.put_up(self._background(), self.slim())

    def put_up(self, background, slim):
        """Show what stands still of the figure on the page, and of the one for narrow windows."""
        self.stage.panels, self.stage.background = self.unmoved(), background
        self.stage.slim = slim

    def parts(self):
        """Say what a narrow window shows one below the other, as `figures.panels` does."""
        return panels(self.figure)

    def unmoved(self):
        """Return the parts: those on the page, where all of the new ones is seen in them."""
        parts, before = np.array(self.parts()), np.array(self.stage.panels)
        if parts.shape != before.shape:
            return parts.tolist()
        parts[:, 2:] += parts[:, :2]  # now left, top, right and bottom
        before[:, 2:] += before[:, :2]
        over = np.abs(parts - np.clip(parts, before[:, [0, 1, 0, 1]], before[:, [2, 3, 2, 3]]))
        return self.stage.panels if over.max() <= MARGIN else self.parts()

    def slim(self):
        """Return what narrow windows show in the figure's place, where there are any."""
        parts, room = self.unmoved(), NARROW / self.stage.shrink
        if not self.stage.narrow or max(part[2] for part in parts) <= room:
            return {}
        live = self.figure, self.axes
        self.figure, self.axes = self._new_figure()
        try:
            with paper():
                places, panels = squeeze(self.figure, parts, room)
            return {"places": places, "panels": panels, "background": self._background()}
        finally:
            self.figure, self.axes = live

    def refresh(self):
        """Show the state."""
        if (stage := self.stage) is None:
            return
        with self._errors_shown():
            marks = [mark for ax, some in self.marks() for mark in pack(ax, some)]
            self.frame += 1
            with stage.hold_sync():  # one message, so that nothing is seen half done
                stage.scene = {"frame": self.frame, "pointer": self.finished, "marks": marks}
                stage.words, stage.status, stage.link = self.words(), self.status, self.link()
                stage.whose = self.whose()
        stage.values = {name: [self.answered[name], self._value(name)] for name in self.controls}

    # How it does it.

    def __repr__(self):
        return f"{self.link()}\n{self.words()}".rstrip()

    def _repr_mimebundle_(self, **kwargs):
        if self.stage is None:
            self._open()
        with paper():
            picture = self.static()
        return bundle(self.stage, **{"image/png": picture, "text/plain": repr(self)})

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
            panels=self.parts(),
            rows=self.rows,
            cursor=list(self.cursor),
            controls=[{"name": name} | control.spec() for name, control in self.controls.items()],
            background=self._background(),
        )
        self.refresh()
        # What moves has letters as well: they do not become smaller than legible either.
        marks = self.stage.scene.get("marks", ())
        sizes = [mark["size"] for mark in marks if mark["kind"] == "text"]
        least = min([smallest_text(self.figure), self.letters, *sizes])
        self.stage.shrink = min(1.0, LEGIBLE / least)
        self.stage.observe(self._touched, "touched")
        self.stage.observe(self._pointed, "pointer")
        self.stage.observe(self._narrowed, "narrow")

    def _narrowed(self, change):
        with self._errors_shown():
            self.stage.slim = self.slim()

    def _touched(self, change):
        self.stage.error = ""
        never = {name: (0, None) for name in self.controls if name not in change.new}
        for name, (count, value) in (never | change.new).items():  # the one touched last is last
            times = count - self.answered[name]
            self.answered[name] = count
            with self._errors_shown():
                if times > 0:
                    self._touch(name, value, times)
        self.refresh()

    def _touch(self, name, value, times):
        control = self.controls[name]
        if isinstance(control, Button):
            for _ in range(times):
                getattr(self, name)()
        elif isinstance(control, Upload):
            getattr(self, name)(bytes(self.stage.upload))
        else:
            setattr(self.state, name, control.from_browser(name, value))
            self.changed(name)

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
            with steady():
                yield
        except Exception as error:
            self.playing = False
            steps = traceback.extract_tb(error.__traceback__)
            # Where it went wrong, not where the refusal was written.
            place = [step for step in steps if not step.filename.endswith("_checks.py")][-1]
            self.stage.error = (
                f"{type(error).__name__}: {error} (in {place.name}, line {place.lineno})"
            )

    def _value(self, name):
        if isinstance(self.controls[name], (Button, Upload)):
            return self.pause if name == "play" and self.playing else None
        return getattr(self.state, name)

    def _checked(self, given):
        known = {f.name: f.metadata.get("control") for f in fields(self.State)}
        for name in given:
            near = difflib.get_close_matches(name, known, 1, cutoff=0.5)
            require(
                name in known,
                f"demos.{self.name} has no argument {name!r}; it has {', '.join(known)}."
                + (f" Did you mean {near[0]}?" if near else ""),
            )
        for name in given:
            # The control on the page may depend on the data, and know more than the field.
            for control in filter(None, (self.controls.get(name), known[name])):
                given[name] = control.take(name, given[name])
        return given

    def _background(self):
        with paper():  # the colour around the axes is looked up when a figure is saved
            return png(self.figure, 2 * DPI, compress_level=1)

    def _new_figure(self):
        with paper():
            figure, axes = self.make_figure()
            return settled(figure), axes


def exercises_in(function, name):
    """Find the exercises that a function is, or that it calls by names of its notebook.

    Returns
    -------
    dict from str to bool
        Name → whether it is the student's own. What is no exercise and calls none is `name`.
    """
    if not is_own(function):
        return {name: False}
    from course_lib.exercises import exercise_ids
    from course_lib.exercises.words import code_of

    if getattr(function, "__name__", "") not in exercise_ids():
        names, known = (
            getattr(code_of(function), "co_names", ()),
            getattr(function, "__globals__", {}),
        )
        parts = [part for part in names if part in exercise_ids() and part in known]
        if parts:
            return {part: is_own(known[part]) for part in parts}
    return {name: True}


def is_own(function):
    """Tell whether a function is the student's own, not the course's."""
    if all_ours(function):  # known without the exercises, which a page need not wait for
        return False
    from course_lib.exercises.sandbox import COURSE
    from course_lib.exercises.words import code_of

    code = code_of(function)
    return code is None or not code.co_filename.startswith(COURSE)


def called(function, otherwise):
    """Return the name by which the notebook knows a function, or `otherwise` if by none."""
    notebook = vars(sys.modules["__main__"])
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    for thing, tail in ((function, ""), (owner, f".{name}")):
        for known, value in list(notebook.items()):
            if thing is not None and value is thing and not known.startswith("_"):
                return known + tail
    return name if owner is None and name.isidentifier() else otherwise
