"""How the explorer looks, and what it says: its panels and its sentences."""

from textwrap import wrap

import numpy as np

from course_lib import plots
from course_lib.handwriting import SIDE, paint

from .kit.demo import Demo
from .kit.figures import add_axes, new_figure
from .kit.marks import Image, Line, Polygons, Text, bars, ink, minus, percent, signed_image

SIZE = 820, 492  # CSS pixels, as all places in the figure; each is (left, top, width, height)
PICTURE, SEEN, SLOPES = (10, 32, 224, 224), (10, 296, 106, 106), (128, 296, 106, 106)
UNITS, FILTER, SHARES = (284, 32, 224, 224), (284, 296, 106, 106), (402, 296, 106, 106)
TOP, KEY = (284, 426, 224, 66), (10, 414, 224, 70)
BARS, VOTES = (532, 32, 280, 224), (532, 296, 280, 186)
COLUMNS = (0, 246), (250, 266), (520, 300)  # (left, width) of the columns that these are in
NAME, FULL, BOTH = 82, 60, 120  # of a row of bars: end of the name, the longest, and to both sides
N_TOP = 4  # images that excite a unit most
CELL = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
# What can be looked at on the way, and the panels where it is to be seen.
PIXELS, SCORES, ACTIVATIONS, EVIDENCE = "1 pixels", "2 scores", "3 activations", "4 votes"
LOGITS, PROBABILITIES = "5 logits", "6 probabilities"
TO_UNITS, TO_PIXELS = "7 back to units", "8 back to pixels"
STAGES = {
    PIXELS: (PICTURE, SEEN),
    SCORES: (UNITS, SHARES),
    ACTIVATIONS: (UNITS,),
    EVIDENCE: (VOTES,),
    LOGITS: (BARS,),
    PROBABILITIES: (BARS,),
    TO_UNITS: (UNITS,),
    TO_PIXELS: (SLOPES,),
}


class Panels(Demo):
    """What is drawn and said of a state and its `numbers`, which a subclass has."""

    def make_figure(self):
        """Name the panels, the classes and the rows of units."""
        figure = new_figure(*SIZE, layout=None)  # so that a pixel of the picture is eight
        axes = {}
        for name, box in (
            ("picture", PICTURE), ("seen", SEEN), ("slopes", SLOPES), ("filter", FILTER),
            ("shares", SHARES), ("units", UNITS),
        ):  # fmt: skip
            axes[name] = add_axes(figure, *box, xticks=[], yticks=[])
            side = self.side if name == "units" else SIDE
            axes[name].set(xlim=(0, side), ylim=(side, 0))
        places = ("bars", BARS, 0), ("logits", BARS, -1), ("votes", VOTES, -1), ("top", TOP, 0)
        for name, box, low in places:
            axes[name] = add_axes(figure, *box)
            axes[name].set_axis_off()
            width = (1 - low) / (BOTH if low else FULL)  # of a CSS pixel
            axes[name].set(xlim=(low - NAME * width, low + (box[2] - NAME) * width))
            axes[name].set(ylim=(len(self.names) - 0.5, -0.5))
        axes["top"].set(xlim=(0, TOP[2]), ylim=(TOP[3], 0))
        axes["page"] = figure.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(SIZE[1], 0))
        axes["page"].set_axis_off()
        self._words_that_stand_still(axes["page"])
        return figure, axes

    def parts(self):
        """Show the image's, the units' and the classes' column as a whole."""
        return [[left, 0, width, SIZE[1]] for left, width in COLUMNS]

    def _words_that_stand_still(self, page):
        for (left, top, *_), words in (
            (SEEN, "What it sees"), (SLOPES, "Slope × pixel"), (SHARES, "× pixels"),
        ):  # fmt: skip
            page.text(left, top - 9, words, fontsize=9, va="center")
        page.text(TOP[0], TOP[1] - 9, "Images that excite it most", fontsize=9, va="center")
        left, top, width, height = UNITS
        for k in range(self.side):
            middle = (k + 0.5) * width / self.side
            look = dict(ha="center", va="center", fontsize=8.5, color="#595959")
            page.text(left + middle, top + height + 11, k, **look)
            page.text(left - 11, top + middle, self.side * k, **look)
        for left, top, _, height in (BARS, VOTES):
            for k, name in enumerate(self.names):
                middle = top + (k + 0.5) * height / len(self.names)
                look = dict(ha="right", va="center", fontsize=8.6, parse_math=False)
                page.text(left + NAME - 6, middle, cut(name, 12), **look)
        left, top, *_ = KEY
        page.plot([left, left + 24], [top + 8, top + 8], color="black", lw=0.8)
        page.plot([left, left + 24], [top + 26, top + 26], "--", color="black", lw=0.8)
        page.plot(*framed(left, top + 39, 24, 10).T, color="black", lw=0.8)
        page.plot([left + 8, left + 18], [top + 57, top + 67], color="black", lw=1.2)
        page.plot([left + 8, left + 18], [top + 67, top + 57], color="black", lw=1.2)
        words = ("blue, solid line: for it", "red, dashed line: against it")
        words += ("outline: all units on, uncovered", "crossed: switched off")
        for k, word in enumerate(words):
            page.text(left + 32, top + 8 + 18 * k, word, fontsize=8.5, va="center")

    def marks(self):
        """Draw the state, panel by panel."""
        n, s = self.numbers(), self.state
        panels = dict(
            picture=self._picture(n),
            seen=[grey(n.seen, (0, SIDE, SIDE, 0)), *self._patch()],
            slopes=signed_image(n.slopes.reshape(SIDE, SIDE)),
            filter=signed_image(self.below.layers[0].params["W"][:, s.unit].reshape(SIDE, SIDE)),
            shares=signed_image(n.shares.reshape(SIDE, SIDE)),
            units=self._units(n),
            votes=self._votes(n),
            top=self._top(),
            page=self._page(n),
        )
        panels |= {"logits": self._logits(n)} if s.stage == LOGITS else {"bars": self._bars(n)}
        return [(self.axes[name], drawn) for name, drawn in panels.items()]

    def _picture(self, n):
        if not self.state.drawn:
            return [grey(n.picture, (0, SIDE, SIDE, 0)), *self._patch()]
        at = np.arange(1, SIDE)
        ends = [np.stack([at, edge + 0 * at], axis=1) for edge in (0, SIDE)]
        down = np.stack([*ends, np.full_like(ends[0], np.nan, dtype=float)], axis=1).reshape(-1, 2)
        ruled = Line(np.concatenate([down, down[:, ::-1]]), "#E8E8E8", 0.5)
        return [ruled, ink(paint(self.state.strokes))]

    def _patch(self):
        if not self.state.patch:
            return []
        row, column = self.state.at
        half = self.state.patch / 2
        around = framed(column + 0.5 - half, row + 0.5 - half, 2 * half, 2 * half)
        return [Line(around, "#FFFFFF", 3), Line(around, plots.ORANGE, 2, "--")]

    def _units(self, n):
        s, side = self.state, self.side
        shown = self._shown(n)
        middles = np.stack([np.arange(self.n_units) % side, np.arange(self.n_units) // side], 1)
        most = n.most_said if self._kind() == EVIDENCE else self.most[self._kind()]
        half = 0.28 * np.sqrt(np.minimum(np.abs(shown) / (most or 1), 1))
        xy = np.add(middles, (0.5, 0.36))[:, None] + CELL * half[:, None, None]
        for_it = np.tile(np.array([0, 114, 178, 255], np.uint8), (self.n_units, 1))
        hollow = np.full((self.n_units, 4), 255, np.uint8)
        marks = [
            Polygons(xy[shown > 0], for_it[shown > 0]),
            Polygons(xy[shown < 0], hollow[shown < 0], plots.ORANGE),
        ]
        digits, size = (2, 12) if side <= 5 else (1, min(12, 88 / side))
        signed = "" if self._kind() == ACTIVATIONS else "+"
        marks += [
            Text((x + 0.5, y + 0.82), minus(f"{value:{signed}.{digits}f}"), size=size)
            for (x, y), value in zip(middles.tolist(), shown, strict=True)
        ]
        crosses = [(0.2, 0.06), (0.8, 0.66), (np.nan, np.nan), (0.8, 0.06), (0.2, 0.66)]
        for unit in s.off:
            marks.append(Line(middles[unit] + np.array(crosses), width=2))
        x, y = middles[s.unit].tolist()
        return [*marks, Line(framed(x + 0.03, y + 0.03, 0.94, 0.94), width=2.5)]

    def _kind(self):
        return {SCORES: SCORES, TO_UNITS: EVIDENCE}.get(self.state.stage, ACTIVATIONS)

    def _shown(self, n):
        """Return a number for each unit: its score, its activation or its vote for the answer."""
        votes = n.votes[:, n.answer]
        return {SCORES: n.scores, ACTIVATIONS: n.hidden, EVIDENCE: votes}[self._kind()]

    def _bars(self, n):
        notes = []
        for k, p in enumerate(n.P):
            marks = [word for word, c in (("answer", n.answer), ("truth", n.truth)) if k == c]
            notes.append(f"{percent(p)}  {' = '.join(marks)}".rstrip())
        answer = bars(n.P * (np.arange(len(n.P)) == n.answer), plots.BLUE)
        drawn = [*bars(n.P, "#9A9A9A"), *answer, *beside(np.maximum(n.P, n.before), notes)]
        return [*drawn, outlined(n.before)] if n.changed else drawn

    def _logits(self, n):
        return signed_bars(n.logits, n.logits_before, self.most[LOGITS] or 1.0, map(two, n.logits))

    def _votes(self, n):
        words = map("({})".format if self.state.unit_off else str, map(two, n.own))
        return signed_bars(n.votes[self.state.unit], n.own, n.most_said, words)

    def _top(self):
        marks, width, side = [], TOP[2] / N_TOP, 40
        for k, i in enumerate(self.top(self.state.unit)):
            middle = (k + 0.5) * width
            marks.append(grey(self.X[i], (middle - side / 2, middle + side / 2, side, 0)))
            lines = wrap(self.names[self.y[i]].replace("/", "/ "), 9)[:2]  # "T-shirt/", "top"
            for row, words in enumerate(lines):
                marks.append(Text((middle, side + 7 + 12 * row), words, size=12))
        return marks

    def _page(self, n):
        s = self.state
        what = {SCORES: "scores", ACTIVATIONS: "activations"}.get(self._kind())
        titles = (
            (PICTURE, "Draw here" if s.drawn else f"Image {s.index}: {self.names[n.truth]}"),
            (UNITS, f"Hidden {what}" if what else f"Votes for {self.names[n.answer]}"),
            (BARS, "Logits" if s.stage == LOGITS else "Probabilities"),
            (FILTER, f"Unit {s.unit}: weights"),
            (VOTES, f"Votes of unit {s.unit}" + (", switched off" if s.unit_off else "")),
        )
        marks = [
            Text((box[0], box[1] - (12 if box[1] < 100 else 9)), title, align="left", size=size)
            for (box, title), size in zip(titles, (14, 14, 14, 12.5, 12.5), strict=True)
        ]
        for left, top, width, height in STAGES[s.stage]:
            around = framed(left - 3, top - 3, width + 6, height + 6)
            marks.append(Line(around, plots.ORANGE, 3))
        return marks

    def words(self):
        """Say what the network answers, what happens at this stage, and what the unit says."""
        n, s = self.numbers(), self.state
        name, p = self.names[n.answer], percent(n.P[n.answer])
        what = "Your drawing" if s.drawn else f"Image {s.index}, truth {self.names[n.truth]}"
        verdict = "" if s.drawn else ", right" if n.answer == n.truth else ", wrong"
        first = f"{what}. Answer: {name}, {p}{verdict}."
        if n.changed:
            best = int(n.before.argmax())
            first += f" Untouched: {self.names[best]}, {percent(n.before[best])}."
        gone = []
        if s.off:
            which = ", ".join(map(str, s.off)) if len(s.off) <= 12 else f"{len(s.off)} units"
            gone.append(f"switched off: {which}")
        if s.patch:
            row, column = s.at
            gone.append(f"covered: {s.patch} × {s.patch} pixels around row {row}, column {column}")
        last = (
            f"{'; '.join(gone).capitalize()}." if gone else "All units are on, nothing is covered."
        )
        return f"{first}\n{self._sentence(n)}\n{self._about_unit(n)}\n{last}"

    def _sentence(self, n):
        """Explain the stage with the numbers of this picture."""
        s, name, total = self.state, self.names[n.answer], self.n_units
        if s.stage == PIXELS:
            some = np.count_nonzero(n.seen)
            return f"1 Forward, pixels: {n.seen.size} numbers from 0 to 1, {some} of them not 0."
        if s.stage == SCORES:
            high, low = n.scores.argmax(), n.scores.argmin()
            return (
                f"2 Forward, scores: each unit adds up weights × pixels and its bias; the highest "
                f"is {two(n.scores[high])} (unit {high}), the lowest {two(n.scores[low])} "
                f"(unit {low})."
            )
        if s.stage == ACTIVATIONS:
            f = self.network.layers[1].f.__name__
            high, on = n.hidden.argmax(), np.count_nonzero(n.scores > 0)
            return (
                f"3 Forward, activations: {f} of each score; the largest is {n.hidden[high]:.2f} "
                f"(unit {high}). {on} of {total} scores are above 0."
            )
        if s.stage == EVIDENCE:
            return (
                f"4 Forward, votes: activation × outgoing weights, a number for each class; for "
                f"{name} unit {s.unit} says {two(n.votes[s.unit, n.answer])}."
            )
        if s.stage == LOGITS:
            sum_, b = n.votes[:, n.answer].sum(), n.b[n.answer]
            return (
                f"5 Forward, logits: all votes for a class and its bias add up; for {name} "
                f"{two(sum_)} + ({two(b)}) = {two(n.logits[n.answer])}."
            )
        if s.stage == PROBABILITIES:
            first, second = np.argsort(-n.P, kind="stable")[:2]
            return (
                f"6 Forward, probabilities: {self.probabilities.__name__} of the logits; "
                f"{self.names[first]} {percent(n.P[first])}, then {self.names[second]} "
                f"{percent(n.P[second])}."
            )
        if s.stage == TO_UNITS:
            votes = n.votes[:, n.answer]
            order = np.argsort(-votes, kind="stable")
            most = ", ".join(f"unit {j} ({two(votes[j])})" for j in order[:3])
            return (
                f"7 Back to units: most for {name} are {most}; most against it is unit {order[-1]} "
                f"({two(votes[order[-1]])})."
            )
        high, low = n.slopes.argmax(), n.slopes.argmin()
        return (
            f"8 Back to pixels: slope of the logit of {name} × pixel; most for it is row "
            f"{high // SIDE}, column {high % SIDE} ({two(n.slopes[high])}), most against it row "
            f"{low // SIDE}, column {low % SIDE} ({two(n.slopes[low])})."
        )

    def _about_unit(self, n):
        u, own = self.state.unit, n.own
        says = "would say" if self.state.unit_off else "says"
        return (
            f"Unit {u}: weights × pixels {two(n.shares.sum())} + bias ({two(n.bias)}) = score "
            f"{two(n.scores[u])}; activation {minus(f'{n.hidden[u]:.2f}')}; it {says} most for "
            f"{self.names[own.argmax()]} ({two(own.max())}) and against "
            f"{self.names[own.argmin()]} ({two(own.min())})."
        )


def grey(row, extent):
    """Return 784 pixels as a mark."""
    return Image.of(row.reshape(SIDE, SIDE), extent)


def framed(left, top, width, height):
    """Return the way around a box."""
    return np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * (width, height) + (left, top)


def signed_bars(values, before, limit, words):
    """Return bars to both sides of 0, with words beside them; in outline, what they were before."""
    rule = Line([(0, -0.5), (0, len(values) - 0.5)], "#9A9A9A", 1)
    lengths = values / limit
    both = *bars(lengths.clip(0), plots.BLUE), *bars(lengths.clip(max=0), plots.ORANGE)
    drawn = [*both, rule, *beside(np.ones(len(values)), words)]
    return drawn if np.array_equal(values, before) else [*drawn, outlined(before / limit)]


def beside(ends, words):
    """Return a word to the right of each bar's end."""
    pairs = enumerate(zip(ends, words, strict=True))
    return [Text((end + 0.06, k), word, align="left", size=12) for k, (end, word) in pairs]


def outlined(lengths):
    """Return the outlines of bars."""
    (solid,) = bars(lengths, plots.GREY)
    ways = [solid.xy, solid.xy[:, :1], np.full((len(lengths), 1, 2), np.nan)]
    return Line(np.concatenate(ways, axis=1).reshape(-1, 2), width=1)


def cut(name, most):
    """Shorten a name that is too long for its place."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def two(number):
    """Write a number with its sign and two decimals."""
    return minus(f"{number:+.2f}")
