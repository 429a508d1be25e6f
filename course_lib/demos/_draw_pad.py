"""A pad to draw on, before the eyes of any classifier of 28×28 images."""

import math
import textwrap
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgb

from course_lib import plots
from course_lib._checks import require
from course_lib.handwriting import (
    BOX,
    SIDE,
    centre_of_mass,
    checked_strokes,
    digit_and_rest,
    like_mnist,
    paint,
)

from .kit.controls import RESET, Button, Check, Slider, Upload, setting, shown
from .kit.demo import Demo, called
from .kit.figures import add_axes, new_figure
from .kit.marks import Line, Points, Polygons, Text, ink, percent

SIZE = 820, 330  # CSS pixels, as all places in the figure; each is (left, top, width, height)
PAD, SEEN, BARS = (8, 34, 280, 280), (312, 34, 196, 196), (520, 34, 292, 280)
MIDDLE = SIDE // 2 + 0.5  # in the plane, the centre of the pixel where MNIST puts that of mass
APART = 0.5  # pixels between points of a stroke; more of them would show nothing more
MOST_CLASSES = 26
LINE, MOST_LINES = 42, 14  # of an error in the place of the bars: characters, and lines
WANTED = (
    "expected probabilities from 0 to 1: one for each of 2 to 26 classes, or a single one, that of "
    'the second class, "yes"'
)
# A ring, neither in the middle nor of MNIST's size: for where nobody can draw.
ANGLES = np.linspace(-1.7, 4.7, 25)
RING = np.column_stack([11 + 6 * np.cos(ANGLES), 12.5 + 7.5 * np.sin(ANGLES)]).round(1)
EXAMPLE = [(2.5, [tuple(place) for place in RING.tolist()])]


@dataclass
class State:
    """The drawing: strokes over an image, which is None or 784 bytes in hexadecimal."""

    strokes: list = setting(  # noqa: RUF009
        list, about="List of (width, [(column, row), …]), in pixels, from 0 to 28"
    )
    brush: float = setting(2.0, Slider("pen width", 1.0, 4.0, 0.5), "Width of the pen, in pixels")
    preprocess: bool = setting(
        True,
        Check("as MNIST: its size and place"),
        "Give the drawing the size and the place of MNIST's digits",
    )
    image: str | None = setting(
        None,
        about="What is drawn on: 28×28 pixels, uint8 or from 0 to 1, as an array or as 784 bytes "
        "in hexadecimal; other sizes (uint8) are made like MNIST",
    )

    def __post_init__(self):
        self.strokes = rounded(self.strokes)
        self.image = _as_text(self.image)


class DrawPad(Demo):
    """Draw a digit, or bring a picture of one, and see what a classifier makes of it.

    Parameters
    ----------
    classify : function
        Takes X, float32 from 0 to 1 of shape (1, 784), and returns probabilities, one for each
        class, or a single one: that of the second of two classes. For example
        ``network.predict_proba``.
    names : list of str, optional
        Of the classes; by default "no" and "yes", or numbers.

    Notes
    -----
    `link` calls the classifier as the notebook does, or ``classify`` where it has no name there.
    """

    name, title = "draw_pad", "A pad to draw on"
    alt = (
        "Left, the drawing, 28 by 28 pixels; in the middle, what the classifier sees of it, with "
        "its box and its centre of mass; right, a bar for the probability of each class."
    )
    help = (
        "Draw in the left square with a mouse, a pen or a finger; or move the cursor with the "
        "arrow keys, put the pen down with Space, move it, and lift it with Space."
    )
    State = State
    controls = shown(State) | dict(
        upload=Upload("your picture", ".png,.jpg,.jpeg,.gif,.bmp,.webp"),
        clear=Button("Clear"),
        undo=Button("Undo"),
        reset=RESET,
    )
    is_example = False  # what stands on the pad
    cursor = (PAD[0] + 145, PAD[1] + 145, PAD[2] // SIDE)  # a pixel's centre; pixel by pixel

    def __init__(self, classify, names=None, **state):
        slip = ""
        if hasattr(classify, "predict_proba"):
            slip = " Did you mean its method predict_proba?"
        elif isinstance(classify, np.ndarray):
            slip = " Did you call the function where its name was meant?"
        require(
            callable(classify),
            f"classify is of type {type(classify).__name__}; expected a function of X, shape "
            f"(1, 784), that returns probabilities, such as network.predict_proba.{slip}",
        )
        self.classify, self.called = classify, called(classify, "classify")
        try:
            answer = self.answer(like_mnist(paint(EXAMPLE)))
        except Exception as error:
            raise ValueError(
                f"classify, tried on an X of shape (1, 784) and dtype float32, failed: {error} "
                f"({type(error).__name__})"
            ) from error
        self.given_names, self.names = names, _names(names, len(answer))
        super().__init__(**state)

    def running(self):
        """Return the classifier."""
        return {"classify": self.classify}

    def prepare(self):
        """Paint the drawing; undo takes it back stroke by stroke."""
        strokes, image = self.state.strokes, self.state.image
        self.past = [([], None)] if image else []
        self.past += [(strokes[:k], image) for k in range(len(strokes))]
        self.repaint()

    def repaint(self):
        """Paint all that there is, and look at it."""
        self.drawing = False
        self.raw = paint(self.state.strokes)
        if self.state.image:
            self.raw = np.maximum(self.raw, _as_pixels(self.state.image))
        self.look()

    def look(self):
        """Show the drawing to the classifier."""
        self.seen = like_mnist(self.raw) if self.state.preprocess else self.raw
        # Stays so if the classifier fails: the drawing is to be seen all the same, and why.
        self.P, self.complaint = None, ""
        if self.raw.any():
            try:
                P = self.answer(self.seen)
                require(
                    len(P) == len(self.names),
                    f"classify returned {len(P)} probabilities; expected {len(self.names)}, as "
                    "before.",
                )
            except Exception as error:
                self.complaint = f"{type(error).__name__}: {error}"
                raise
            self.P = P

    def answer(self, image):
        """Return the probabilities that the classifier gives to an image."""
        X = np.divide(image.reshape(1, -1), np.float32(255), dtype=np.float32)  # as load_images
        answer = self.classify(X)
        try:
            P = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(
                f"classify returned something of type {type(answer).__name__}; {WANTED}."
            ) from None
        one_row = P.shape[:-1] in ((), (1,))
        require(
            one_row and 1 <= P.size <= MOST_CLASSES,
            f"classify returned an array of shape {P.shape}; {WANTED}.",
        )
        P = P.ravel()
        require(
            np.isfinite(P).all() and P.min() > -1e-6 and P.max() < 1 + 1e-6,
            f"classify returned numbers from {P.min():g} to {P.max():g}; {WANTED}. "
            "Are they logits or labels? Did you mean predict_proba?",
        )
        P = P.clip(0, 1)
        return P if P.size > 1 else np.array([1 - P[0], P[0]])

    def make_figure(self):
        """Rule the pad, frame what is seen, and name the classes."""
        figure = new_figure(*SIZE, layout=None)  # so that a pixel of the pad is ten on the screen
        pad, seen, bars = (add_axes(figure, *box) for box in (PAD, SEEN, BARS))
        for ax, title in ((pad, "Draw here"), (seen, "What it sees"), (bars, "What it says")):
            ax.set_title(title)
            ax.set(xlim=(0, SIDE), ylim=(SIDE, 0), xticks=[], yticks=[])
        for k in range(1, SIDE):
            pad.axvline(k, color="#E8E8E8", lw=0.5, zorder=0)
            pad.axhline(k, color="#E8E8E8", lw=0.5, zorder=0)
        for line in (seen.axvline, seen.axhline):
            line(MIDDLE, color=plots.GREY, lw=0.6, zorder=0)
        self._key(figure)

        names = [name if len(name) <= 16 else f"{name[:15]}…" for name in self.names]
        n, span = len(names), max(len(names), 5)  # a few stand together in the middle
        before, after = max(24, 7 * max(map(len, names)) + 8), 62  # for name and number, CSS pixels
        full = BARS[2] - before - after
        bars.set_axis_off()
        bars.set(xlim=(-before / full, 1 + after / full))
        bars.set(ylim=((n - 1 + span) / 2, (n - 1 - span) / 2))
        bars.barh(range(n), 1, height=0.6, color="#F0F0F0", ec="#BBBBBB", lw=0.5, zorder=0)
        for k, name in enumerate(names):
            look = dict(ha="right", va="center", fontsize=9 if n <= 16 else 7, parse_math=False)
            bars.text(-5 / full, k, name, **look)
        return figure, {"pad": pad, "seen": seen, "bars": bars}

    def _key(self, figure):
        left, top, width, height = SEEN
        key = add_axes(figure, left, top + height + 8, width, 60)
        key.set(xlim=(0, width), ylim=(60, 0))
        key.set_axis_off()
        key.plot([2, 26], [10, 10], "--", color=plots.ORANGE, lw=1.5)
        key.plot([14], [32], "x", color=plots.ORANGE, ms=8, mew=2)
        key.plot([2, 26], [54, 54], color=plots.GREY, lw=0.6)
        words = ("box of 20 × 20 pixels", "centre of mass of the ink", "MNIST's middle")
        for y, text in zip((10, 32, 54), words, strict=True):
            key.text(36, y, text, va="center", fontsize=9)

    def marks(self):
        """Ink, marks, bars."""
        pad, seen = [ink(self.raw)], [ink(self.seen), *self._marks()]
        if self.is_example:
            pad.append(Text((0.8, 26.8), "an example", "#595959", align="left"))
        bars = self._why_none() if self.P is None else self._bars()
        return [(self.axes["pad"], pad), (self.axes["seen"], seen), (self.axes["bars"], bars)]

    def _marks(self):
        if not self.seen.any():
            return []
        row, column = centre_of_mass(self.seen)
        marks = [Points(np.array([[column + 0.5, row + 0.5]]), plots.ORANGE, "x", size=5)]
        if self.state.preprocess:
            rows, columns = np.nonzero(self.seen)
            left, top = (c.min() + (c.max() + 1 - c.min() - BOX) / 2 for c in (columns, rows))
            around = [(0, 0), (BOX, 0), (BOX, BOX), (0, BOX), (0, 0)]
            marks.append(Line(np.add(around, [left, top]), plots.ORANGE, 1.5, "--"))
        return marks

    def _bars(self):
        n, best = len(self.P), int(self.P.argmax())
        corners = np.array([(0, -0.3), (1, -0.3), (1, 0.3), (0, 0.3)])
        places = np.zeros((n, 1, 2))
        places[:, 0, 1] = np.arange(n)
        xy = places + corners * np.stack([self.P, np.ones(n)], axis=-1)[:, None]
        colours = np.full((n, 4), 255, np.uint8)
        colours[:, :3] = 0x9A
        colours[best, :3] = np.multiply(to_rgb(plots.BLUE), 255)
        marks = [Polygons(xy, colours), Polygons(xy[[best]], colours[[best]], edge="#000000")]
        right = self.axes["bars"].get_xlim()[1]
        pixel = (right - self.axes["bars"].get_xlim()[0]) / BARS[2], max(n, 5) / BARS[3]
        size = 12 if n <= 16 else 9
        for k, p in enumerate(self.P):
            marks.append(Text((1 + 6 * pixel[0], k), percent(p), size=size, align="left"))
        arrow = np.array([(-10, 0), (-1, -5), (-1, 5)])  # says without colour which bar it is
        marks.append(Polygons((arrow * pixel + [right, best])[None], colours[[best]]))
        return marks

    def _why_none(self):
        """Say in the place of the bars what went wrong."""
        if not self.complaint:
            return []
        bars = self.axes["bars"]
        (left, right), (bottom, top) = bars.get_xlim(), bars.get_ylim()
        paper = np.array([[(left, bottom), (right, bottom), (right, top), (left, top)]])
        lines = ["No answer, since it failed:", *textwrap.wrap(self.complaint, LINE)][:MOST_LINES]
        at = np.linspace(top, bottom, MOST_LINES + 2)[1:]
        return [
            Polygons(paper, np.full((1, 4), 255, np.uint8)),
            *(
                Text((left, y), line, "#B00020", align="left")
                for y, line in zip(at, lines, strict=False)
            ),
        ]

    def words(self):
        """Say what the classifier sees."""
        if not self.raw.any():
            return "Draw a digit."
        if self.P is None:
            return "No answer."
        best = int(self.P.argmax())
        return f"I see: {self.names[best]}, {percent(self.P[best])}."

    def static(self):
        """Return the picture, of an example if there is no drawing."""
        if self.raw.any():
            return super().static()
        state, self.state = self.state, State(EXAMPLE, preprocess=self.state.preprocess)
        self.is_example = True
        try:
            self.repaint()
            return super().static()
        finally:
            self.state, self.is_example = state, False
            self.repaint()

    def link(self):
        """Return the call that makes this pad, with the classifier as the notebook calls it."""
        head, _, rest = super().link().partition("(")
        names = [] if self.given_names is None else [f"names={list(self.names)!r}"]
        return f"{head}({', '.join([self.called, *names, *([rest[:-1]] if rest != ')' else [])])})"

    # What is done to the drawing.

    def pointed(self, ax, path, new, done):
        """Draw a stroke, point by point as the path grows."""
        if ax is not self.axes["pad"]:
            return
        if new:
            self._remember()
            self.state.strokes.append((self.state.brush, []))
            self.drawing, self.below = True, self.raw
        if not self.drawing:  # cleared, say, while the pen was down
            return
        self.state.strokes[-1] = (self.state.strokes[-1][0], thinned(path))
        self.drawing = not done
        self.raw = np.maximum(self.below, paint(self.state.strokes[-1:]))
        self.look()

    def changed(self, name):
        """Show the classifier the other picture."""
        self.status = ""
        if name == "preprocess":
            self.look()

    def clear(self):
        """Take a new sheet."""
        self._remember()
        self.state.strokes, self.state.image = [], None
        self.repaint()

    def undo(self):
        """Take back the last stroke, or whatever was done to the drawing."""
        if not self.past:
            self.status = "There is nothing to undo."
            return
        self.status = ""
        self.state.strokes, self.state.image = self.past.pop()
        self.repaint()

    def upload(self, data):
        """Put a picture file in the place of the drawing."""
        picture, left_out = digit_and_rest(data)
        require(picture.any(), "The picture is all paper; expected a digit in ink on it.")
        self._remember()
        self.state.strokes, self.state.image = [], _as_text(picture)
        self.status = "This is your picture; you can draw on it."
        if left_out:
            self.status += f" Left out: {', '.join(left_out)}."
        self.repaint()

    def _remember(self):
        self.status = ""
        self.past.append((list(self.state.strokes), self.state.image))


def rounded(strokes):
    """Return strokes, checked, with their places rounded as `thinned` rounds them."""
    return [
        (width, [(round(x, 1), round(y, 1)) for x, y in points])
        for width, points in checked_strokes(strokes)
    ]


def thinned(path):
    """Return a gesture's path as the points of a stroke, without those that would show nothing."""
    points = []
    for x, y in (path.round(1) + 0.0).tolist():
        if len(points) > 1 and math.dist(points[-2], (x, y)) < APART:
            points[-1] = (x, y)
        elif points[-1:] != [(x, y)]:
            points.append((x, y))
    return points


def _names(names, n):
    if names is None:
        return ("no", "yes") if n == 2 else tuple(map(str, range(n)))
    fits = not isinstance(names, str) and np.ndim(names) == 1
    require(
        fits and len(names) == n,
        f"names is {names!r}; expected a list of {n} names, as classify tells {n} classes apart.",
    )
    return tuple(map(str, names))


def _as_text(image):
    """Return an image as 784 bytes in hexadecimal; None stays None."""
    if image is None:
        return None
    wanted = (
        "expected 28×28 pixels, uint8 from 0 to 255 or float from 0 to 1, as an array or as 784 "
        "bytes in hexadecimal"
    )
    if isinstance(image, str):
        try:
            pixels = np.frombuffer(bytes.fromhex(image), np.uint8)
        except ValueError:
            raise ValueError(f"image is text that is not hexadecimal; {wanted}.") from None
    else:
        pixels = np.asarray(image)
    if pixels.size == SIDE**2:
        pixels = pixels.reshape(SIDE, SIDE)
    if pixels.dtype.kind == "f" and pixels.size and 0 <= pixels.min() <= pixels.max() <= 1:
        pixels = np.rint(255 * pixels).astype(np.uint8)
    require(
        pixels.dtype == np.uint8 and pixels.ndim == 2 and pixels.size,
        f"image has shape {pixels.shape} and dtype {pixels.dtype}; {wanted}. "
        "Is it one image, and are its numbers in that range?",
    )
    return (pixels if pixels.shape == (SIDE, SIDE) else like_mnist(pixels)).tobytes().hex()


def _as_pixels(text):
    return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(SIDE, SIDE)


draw_pad = DrawPad.function()
