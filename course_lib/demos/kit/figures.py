"""Figures of CSS pixels: made, saved, and places on them converted."""

import io
import itertools
import math
import textwrap

import matplotlib.text
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

MARGIN = 8  # CSS pixels around a part of a figure
BOUNDS = min, min, max, max
DPI = 100  # a CSS pixel is a dot of the figure


def new_figure(width, height, layout="constrained"):
    """Return an empty figure of so many CSS pixels, unknown to pyplot, which would show it."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def settled(figure):
    """Fix the layout of a figure as it comes out at first; return the figure."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


def panels(figure):
    """Cut a figure along its blank lines: [left, top, width, height] of each part, in CSS pixels.

    First into rows, then each row into columns, and so on, so that a narrow window can show the
    parts one below the other.
    """
    renderer, (width, height) = figure.canvas.get_renderer(), figure.bbox.size
    boxes = []
    for thing in (*figure.axes, *figure.texts, *figure.legends):
        ends = [box for box in (thing.get_tightbbox(renderer), getattr(thing, "bbox", None)) if box]
        left, right = min(b.x0 for b in ends), max(b.x1 for b in ends)
        boxes.append(
            (left, height - max(b.y1 for b in ends), right, height - min(b.y0 for b in ends))
        )
    return _cut(boxes, (0, 0, width, height), across=False)


def _cut(boxes, place, across, last=False):
    """Cut a place between boxes, all (left, top, right, bottom), across or down."""
    low, high = (0, 2) if across else (1, 3)
    groups = []
    for box in sorted(boxes, key=lambda box: box[low]):
        if groups and box[low] <= max(other[high] for other in groups[-1]):
            groups[-1].append(box)
        else:
            groups.append([box])
    if len(groups) < 2 and last:  # nothing left to cut: blank paper around it goes
        left, top, right, bottom = (f(box[k] for box in boxes) for k, f in enumerate(BOUNDS))
        left, top = max(place[0], left - MARGIN), max(place[1], top - MARGIN)
        right, bottom = min(place[2], right + MARGIN), min(place[3], bottom + MARGIN)
        return [
            [math.floor(left), math.floor(top), math.ceil(right - left), math.ceil(bottom - top)]
        ]
    found, start = [], place[low]
    for group, following in zip(groups, [*groups[1:], None], strict=True):
        end = place[high]
        if following:
            end = (max(box[high] for box in group) + following[0][low]) / 2
        part = list(place)
        part[low], part[high] = start, end
        found += _cut(group, part, not across, last=len(groups) < 2)
        start = end
    return found


def squeeze(figure, parts, room):
    """Make axes narrower that stand alone in a part wider than `room`; letters keep their size.

    Returns
    -------
    places : list
        [left, top, width, height] of each `Axes` before and after, in CSS pixels.
    parts : list
        The parts, each as wide as it is now.
    """
    before = _places(figure)
    middles = np.array(before) @ [[1, 0], [0, 1], [0.5, 0], [0, 0.5]]
    now = [list(part) for part in parts]
    for (left, top, width, height), part in zip(parts, now, strict=True):
        within = (middles >= [left, top]) & (middles < [left + width, top + height])
        inside = np.flatnonzero(within.all(axis=1))
        if width > room and len(inside) == 1:
            part[2] = math.floor(room)
            _narrow(figure.axes[inside[0]], left + MARGIN / 2, left + part[2] - MARGIN / 2)
    figure.draw_without_rendering()  # where scales are equal, axes find their place
    return list(zip(before, _places(figure), strict=True)), now


def _places(figure):
    height, boxes = figure.bbox.height, [ax.bbox for ax in figure.axes]
    return np.array([[box.x0, height - box.y1, box.width, box.height] for box in boxes]).tolist()


def _narrow(ax, left, right):
    """Fit axes between two places: letters keep their distance, the title wraps, ticks thin out."""
    figure, title, top = ax.figure, ax.title, ax.bbox.y1
    (width, height), renderer = figure.bbox.size, figure.canvas.get_renderer()
    line, room = title.get_window_extent(renderer), right - left - MARGIN
    if line.width > room:
        fit = int(0.95 * len(title.get_text()) * room / line.width)
        title.set_text(textwrap.fill(title.get_text(), fit))
        top -= title.get_window_extent(renderer).height - line.height  # its lines grow upwards
    for _ in range(3):  # other ticks may need another margin
        box, around = ax.bbox.frozen(), ax.get_tightbbox(renderer, for_layout_only=True)
        labels = [label for label in ax.get_xticklabels() if label.get_text()]
        words = [label.get_window_extent(renderer) for label in labels]
        if any(one.x1 + MARGIN / 2 > other.x0 for one, other in itertools.pairwise(words)):
            low, high = ax.get_xlim()
            ax.set_xticks([x for x in ax.get_xticks() if low <= x <= high][::2])
        start, end = left + box.x0 - around.x0, right + box.x1 - around.x1
        place = start / width, box.y0 / height, (end - start) / width, (top - box.y0) / height
        ax.set_position(place)
    ax.get_tightbbox(renderer)  # the title goes along
    over = title.get_window_extent(renderer)
    # Off the middle, but inside, also where finer pixels make letters a little wider.
    aside = max(0, left + MARGIN / 2 - over.x0) - max(0, over.x1 - right + MARGIN / 2)
    title.set_x(title.get_position()[0] + aside / ax.bbox.width)


def smallest_text(figure):
    """Return the size of the smallest text of a figure, in CSS pixels."""
    texts = [t for t in figure.findobj(matplotlib.text.Text) if t.get_visible() and t.get_text()]
    return min((text.get_fontsize() * DPI / 72 for text in texts), default=DPI)


def png(figure, dpi=DPI, compress_level=6):
    """Render a figure as PNG; for the browser next door, hardly compressed is sooner there."""
    stream = io.BytesIO()
    how = {"compress_level": compress_level}
    figure.savefig(stream, dpi=dpi, format="png", pil_kwargs=how)
    return stream.getvalue()


def add_axes(figure, left, top, width, height, **look):
    """Add axes at a place given in CSS pixels from the upper left corner."""
    across, down = figure.bbox.size.round()
    place = left / across, 1 - (top + height) / down, width / across, height / down
    return figure.add_axes(place, **look)


def axes_at(figure, place):
    """Return the `Axes` under a place in CSS pixels, or None."""
    x, y = place[0], figure.bbox.height - place[1]
    return next((ax for ax in figure.axes if ax.bbox.contains(x, y)), None)


def to_data(ax, places):
    """Convert places in CSS pixels to data coordinates of `ax`."""
    places = np.array(places, dtype=float)
    places[:, 1] = ax.figure.bbox.height - places[:, 1]
    return ax.transData.inverted().transform(places)


def to_pixels(ax):
    """Return the function that converts data coordinates of `ax` to CSS pixels, as float32."""
    height = ax.figure.bbox.height
    transform = ax.transData.frozen().transform  # put together once, not for every mark

    def pixels(xy):
        places = transform(np.reshape(xy, (-1, 2)).astype(float))
        places[:, 1] = height - places[:, 1]
        return places.clip(-1e5, 1e5).astype(np.float32)  # what lies far outside stays outside

    return pixels
