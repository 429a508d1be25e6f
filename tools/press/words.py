"""Words for the room: what stands on the slides of a path, a few words and one thing to look at.

In ``notes/NN_name.toml`` each slide has a table, named by the cell where it begins::

    [slide.noise]
    title = "A hundred times the work buys a tenth of the error"
    lines = ["at most three, short"]       # Markdown, with maths
    picture = "noise-picture"              # a cell; without it, the slide's own last picture
    stacked = true                         # a strip of panels, in two rows: larger on the slide
    parts = [[[0, 0, 0.5, 1]]]             # rows of what is cut out: left, top, right, bottom
    alt = "What is left to be seen there"
    code = "..."                           # in place of a picture: a cell, or at most ten lines
    steps = [1, 2, 1]                      # how many lines light up at each press; without, one
    formula = ['a', '= \\\\mark{b}']         # in place of a picture, by lines; mark: changed
    ask = ["2 times", "10 times"]          # a prediction: options, the right one by its place
    right = 2
    answer = "It comes with the picture, at a press."
    recall = "loss"                        # bars of a prediction that was made on another slide
    state = "learning_rate=4"              # of the figure that moves, as in a page's address
    numbers = ["train-after"]              # cells elsewhere that state numbers of this slide
    path = 90                              # on the longer path alone
    say = "..."                            # to the notes of its section, on this slide alone

A slide without a table shows its heading and its picture. ``[[exercise]]`` puts an exercise into
the path of 90 minutes, behind the slide `after`, for some `minutes`.
"""

import io
import re
import struct
import tomllib
from base64 import b64decode
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from press.notes import FOLDER, heading_of

# A slide has 1280 × 720 pixels. What is left for a picture, beside the words and below them.
BESIDE = 884, 704
WIDTH, HEIGHT = 1272, 600
EDGE = 8  # what stays blank beside and above rows of panels
LABEL = 0.025  # of the width: as much as a label and its gaps take
GAP = " {3,}"  # columns without ink between two panels; letters stand closer
NEAR = 0.012  # how far from the place that is named a part may be cut, as a share of the picture
SAME = 40  # of 255: pixels that differ by less are alike
LOUD = 16  # pixels: what a few thin lines change, and a column of letters exceeds
LINE = 40  # what a line of words takes away from the height
KEYS = {"title", "lines", "picture", "code", "steps", "formula", "ask", "right", "answer"}
KEYS |= {"state", "recall"}
ABOUT = {"numbers", "path", "stacked", "parts", "alt", "say"}  # what says something about a slide


@dataclass
class Picture:
    """A picture of the lesson: the cell that has it, its bytes, size and description."""

    cell: str
    png: bytes
    alt: str
    live: str = ""  # the call that makes it, where it is a demo's

    @property
    def size(self):
        """Width and height in pixels."""
        return struct.unpack(">II", self.png[16:24])

    def stacked(self):
        """Return a strip of panels as two rows, one below the other.

        It is cut where it is blank from top to bottom, in its middle third. A title of its own that
        stands over all panels is left out: the slide has one.
        """
        image = Image.open(io.BytesIO(self.png)).convert("RGB")
        ink, (width, height) = (np.asarray(image) < 250).any(axis=2), image.size
        top, third, cuts = 0, width // 3, []
        while not cuts:
            blank = "".join("x" if full else " " for full in ink[top:, third:-third].any(axis=0))
            cuts = [third + (gap.start() + gap.end()) // 2 for gap in re.finditer(GAP, blank)]
            if not cuts:  # on below the first line that is not blank, where it ends
                first = top + int(ink[top:].any(axis=1).argmax())
                top = first + int((~ink[first:].any(axis=1)).argmax())
        nearest = min(cuts, key=lambda x: abs(x - width / 2))
        # A label of an axis has a gap on its right as well, and stays with its panel.
        cut = min(x for x in cuts if 0 <= nearest - x < LABEL * width)
        rows = []
        for begin, end in ((0, cut), (cut, width)):  # without what is blank around it
            full = np.flatnonzero(ink[top:, begin:end].any(axis=1)) + top
            first, last = max(top, full[0] - EDGE), min(height, full[-1] + 1 + EDGE)
            full = np.flatnonzero(ink[first:last, begin:end].any(axis=0)) + begin
            rows.append([image.crop((full[0], first, full[-1] + 1, last))])
        return replace(self, cell=f"{self.cell}-stacked", png=_joined(rows))

    def cut(self, parts, name, alt):
        """Return some parts of the picture, in rows: a slide shows what it speaks of.

        Each part is left, top, right and bottom, as shares of width and height; it is cut nearest
        to there where least is cut through.
        """
        image = Image.open(io.BytesIO(self.png)).convert("RGB")
        grey, rows = np.asarray(image.convert("L")).astype(int), []
        for row in parts:
            rows.append([])
            for left, top, right, bottom in row:
                up, down = round(top * len(grey)), round(bottom * len(grey))
                x = [_quiet(grey[up:down].T, share) for share in (left, right)]
                y = [_quiet(grey[:, x[0] : x[1]], share) for share in (top, bottom)]
                rows[-1].append(image.crop((x[0], y[0], x[1], y[1])))
        return replace(self, cell=f"{self.cell}-{name}", png=_joined(rows), alt=alt)


def _joined(rows):
    """Return the bytes of one picture of rows of pictures, each row in the middle."""
    wide = [sum(part.width for part in row) for row in rows]
    tall = [max(part.height for part in row) for row in rows]
    made = Image.new("RGB", (max(wide) + 2 * EDGE, sum(tall)), "white")
    for n, row in enumerate(rows):
        x, y = (made.width - wide[n]) // 2, sum(tall[:n])
        for part in row:
            made.paste(part, (x, y))
            x += part.width
    made.save(packed := io.BytesIO(), "png")
    return packed.getvalue()


def _quiet(lines, share):
    """Return the line, near a share of all, beside which the picture changes least.

    A letter that is cut changes from one line to the next; a gap, or the edge between two cells of
    a table, has two lines alike on either side.
    """
    if share in (0, 1):
        return share * len(lines)
    place, reach = round(share * len(lines)), round(NEAR * len(lines))
    near = sorted(range(place - reach, place + reach + 1), key=lambda n: abs(n - place))
    change = (np.abs(np.diff(lines, axis=0)) > SAME).sum(axis=1)
    loud = [change[n - 3] + change[n + 1] for n in near]
    if min(loud) > LOUD:
        raise ValueError(f"A cut at {share} of the picture runs through letters; move it.")
    return near[int(np.argmin(loud))]


@dataclass
class Words:
    """What one slide says and shows."""

    title: str
    lines: list = field(default_factory=list)
    picture: Picture | None = None
    code: str = ""
    steps: list = field(default_factory=list)
    formula: list = field(default_factory=list)
    ask: list = field(default_factory=list)
    right: int = 0  # the place of the right option, from 1
    answer: str = ""
    recall: str = ""
    recalled: object = None  # the words of that slide
    state: str = ""
    own: bool = True  # whether somebody wrote it; False where the lesson's heading has to do

    @property
    def said(self):
        """All that is read: not code, formulas or what stands in the picture."""
        return [self.title, *self.lines, *self.ask, *filter(None, [self.answer])]

    @property
    def layout(self):
        """Where the picture gets most room: `beside` the words or `below` them."""
        if not self.picture:
            return "plain"
        width, height = self.picture.size
        room = HEIGHT - LINE * len(self.lines) - (78 if self.ask else 0) - LINE * bool(self.answer)
        beside, below = (min(w / width, h / height) for w, h in (BESIDE, (WIDTH, room)))
        return "beside" if beside > below else "below"

    def lit(self):
        """Return the code's lines in groups: those that light up together."""
        lines, groups = self.code.splitlines(), []
        for n in self.steps or [1] * len(lines):
            groups.append(lines[:n])
            lines = lines[n:]
        return groups


def tables(name):
    """Return the tables of a lesson's file: `section`, `slide` and `exercise`."""
    path = FOLDER / f"{name}.toml"
    read = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"section": [], "slide": {}, "exercise": []} | read


def pictures_of(cells):
    """Return the pictures of cells, by cell."""
    found = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            if png := output.get("data", {}).get("image/png"):
                demo = output.output_type == "execute_result"
                live = output.data["text/plain"].splitlines()[0] if demo else ""
                found[cell.id] = Picture(cell.id, b64decode(png), cell.metadata.alt, live)
    return found


def words_for(begin, cells, kicker, notebook, table):
    """Return the words of the slide that begins with a cell and stands for `cells`."""
    every = {cell.id: cell for cell in notebook.cells}
    if table is None:
        heading = heading_of(every[begin].source) if every[begin].source.startswith("#") else kicker
        return Words(heading, picture=_last(pictures_of(cells)), own=False)
    if unknown := set(table) - KEYS - ABOUT:
        raise ValueError(f"The slide {begin!r} has {sorted(unknown)}, which says nothing.")
    told = {key: value for key, value in table.items() if key in KEYS}
    code = told.get("code", "")
    told["code"] = every[code].source if code in every else code.strip("\n")
    shown = told.pop("picture", None)
    if shown:
        told["picture"] = pictures_of([every[shown]])[shown]
    elif shown is None and not (code or told.get("formula")):
        told["picture"] = _last(pictures_of(cells))
    if table.get("stacked"):
        told["picture"] = told["picture"].stacked()
    if "parts" in table:
        told["picture"] = told["picture"].cut(table["parts"], begin, table["alt"])
    return Words(**told)


def _last(pictures):
    return list(pictures.values())[-1] if pictures else None


def spoken(text):
    """Return the words of some Markdown: no maths, code or marks; for counting."""
    text = re.sub(r"\$[^$]+\$|`[^`]+`", " x ", text)
    return [word for word in re.findall(r"[\w'’.,%–-]+", text) if re.search(r"\w", word)]
