"""What moves in a demo's picture: five kinds of marks over the axes of a matplotlib figure.

Each can be drawn twice, by matplotlib for the picture that a notebook stores, and, packed in CSS
pixels, by the browser's canvas for the one that moves. The axes themselves, with titles, ticks and
whatever else stands still, are matplotlib's in both.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from contourpy import contour_generator
from matplotlib import colormaps
from matplotlib.collections import PolyCollection
from mpl_toolkits.mplot3d import proj3d

from .figures import to_pixels

INK = "#000000"
colour_map = cache(colormaps.__getitem__)  # which makes its table anew each time
DASHES = {"-": [], "--": [7, 5], ":": [2, 4], "-.": [8, 4, 2, 4]}  # in CSS pixels


@dataclass(frozen=True)
class Image:
    """An image, its first row on top.

    Attributes
    ----------
    rgba : ndarray of uint8, shape (rows, columns, 4)
    extent : (left, right, bottom, top), in data coordinates
    smooth : bool
        Blend between pixels.
    """

    rgba: np.ndarray
    extent: tuple
    smooth: bool = False

    @classmethod
    def of(cls, values, extent, cmap="gray_r", limits=(0, 1), smooth=False):
        """Colour the numbers of a matrix by a colour map between two limits."""
        return cls(coloured(values, cmap, limits), extent, smooth)

    def draw(self, ax, z):
        """Draw with matplotlib."""
        look = dict(interpolation="bilinear" if self.smooth else "nearest", zorder=z)
        ax.imshow(self.rgba, extent=self.extent, aspect=ax.get_aspect(), **look)

    def pack(self, pixels):
        """Return what the canvas draws."""
        left, right, bottom, top = self.extent
        (x0, y0), (x1, y1) = pixels([(left, top), (right, bottom)]).tolist()
        size = [self.rgba.shape[1], self.rgba.shape[0]]
        data = np.ascontiguousarray(self.rgba).tobytes()
        at = [x0, y0, x1 - x0, y1 - y0]
        return {"kind": "image", "data": data, "size": size, "at": at, "smooth": self.smooth}


@dataclass(frozen=True)
class Points:
    """Markers, one of ``o s D ^ v x +``; `fill` is a colour, or "" for hollow ones."""

    xy: np.ndarray
    colour: str = INK
    marker: str = "o"
    size: float = 4.5  # radius, CSS pixels
    fill: str = ""

    def draw(self, ax, z):
        """Draw with matplotlib."""
        points = 2 * self.size * 72 / ax.figure.dpi
        look = dict(ms=points, mec=self.colour, mfc=self.fill or "none", mew=1.2, zorder=z)
        ax.plot(*np.reshape(self.xy, (-1, 2)).T, self.marker, **look)

    def pack(self, pixels):
        """Return what the canvas draws."""
        look = dict(colour=self.colour, marker=self.marker, size=self.size, fill=self.fill)
        return {"kind": "points", "xy": pixels(self.xy).tobytes()} | look


@dataclass(frozen=True)
class Line:
    """A line through points; NaN lifts the pen."""

    xy: np.ndarray
    colour: str = INK
    width: float = 2.0  # CSS pixels
    dash: str = "-"

    def draw(self, ax, z):
        """Draw with matplotlib."""
        look = dict(color=self.colour, lw=self.width * 72 / ax.figure.dpi, ls=self.dash, zorder=z)
        ax.plot(*np.reshape(self.xy, (-1, 2)).T, **look)

    def pack(self, pixels):
        """Return what the canvas draws."""
        look = dict(colour=self.colour, width=self.width, dash=DASHES[self.dash])
        return {"kind": "line", "xy": pixels(self.xy).tobytes()} | look


@dataclass(frozen=True)
class Polygons:
    """Filled polygons of equally many corners, the last on top.

    Attributes
    ----------
    xy : ndarray, shape (n, corners, 2)
    rgba : ndarray of uint8, shape (n, 4)
    edge : str
        A colour, or "" for that of the inside.
    """

    xy: np.ndarray
    rgba: np.ndarray
    edge: str = ""

    def draw(self, ax, z):
        """Draw with matplotlib."""
        colours = self.rgba / 255
        look = dict(edgecolors=self.edge or colours, linewidths=0.4, zorder=z)
        # 3-D axes want to project whatever they own; ours are projected already.
        owner = ax.figure if ax.name == "3d" else ax
        owner.add_artist(
            PolyCollection(self.xy, facecolors=colours, transform=ax.transData, **look)
        )

    def pack(self, pixels):
        """Return what the canvas draws."""
        count = np.shape(self.xy)[1]
        corners = pixels(np.reshape(self.xy, (-1, 2))).tobytes()
        colours = np.ascontiguousarray(self.rgba, dtype=np.uint8).tobytes()
        return {
            "kind": "polygons",
            "xy": corners,
            "count": count,
            "colours": colours,
            "edge": self.edge,
        }


@dataclass(frozen=True)
class Text:
    """A word, its middle line at the height of `xy`; `align` is left, center or right."""

    xy: tuple
    text: str
    colour: str = INK
    size: float = 12.0  # CSS pixels
    align: str = "center"

    def draw(self, ax, z):
        """Draw with matplotlib."""
        points = self.size * 72 / ax.figure.dpi
        look = dict(color=self.colour, fontsize=points, ha=self.align, va="center", zorder=z)
        ax.text(*self.xy, self.text, clip_on=True, **look)

    def pack(self, pixels):
        """Return what the canvas draws."""
        look = dict(text=self.text, colour=self.colour, size=self.size, align=self.align)
        return {"kind": "text", "at": pixels([self.xy])[0].tolist()} | look


def coloured(values, cmap, limits=(0, 1)):
    """Return the colours of numbers, uint8 in a last dimension of 4."""
    low, high = limits
    return colour_map(cmap)(np.clip((values - low) / (high - low), 0, 1), bytes=True)


def ink(image):
    """Return an image of bytes as a mark: its ink, on whatever the figure has below."""
    height, width = image.shape
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., 3] = image
    return Image(rgba, (0, width, height, 0))


def bars(lengths, colour):
    """Return horizontal bars, one a class, from 0."""
    rows = np.arange(len(lengths))
    x = np.stack([0 * lengths, lengths, lengths, 0 * lengths], axis=1)
    y = rows[:, np.newaxis] + np.array([-0.35, -0.35, 0.35, 0.35])
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return [
        Polygons(np.stack([x, y], axis=2), np.tile(np.array([*rgb, 255], np.uint8), (len(rows), 1)))
    ]


def surface(ax, x, y, Z, cmap, limits=(0, 1)):
    """Return the surface ``Z[i, j]`` over ``x[j], y[i]`` as `Polygons`, seen as 3-D axes see it."""
    X, Y = np.meshgrid(x, y)
    across, up, depth = proj3d.proj_transform(X.ravel(), Y.ravel(), Z.ravel(), ax.get_proj())
    places = np.column_stack([across, up, depth, Z.ravel()]).reshape(*Z.shape, 4)
    corners = [places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]]
    tiles = np.stack(corners, axis=2).reshape(-1, 4, 4)
    means = tiles.mean(axis=1)
    tiles, means = tiles[order := means[:, 2].argsort()[::-1]], means[order]  # the farthest first
    return Polygons(tiles[..., :2], coloured(means[:, 3], cmap, limits), edge="#00000040")


def contour(x, y, Z, level):
    """Return the lines where ``Z[i, j]`` over ``x[j], y[i]`` has a value, NaN between them."""
    lines = contour_generator(x, y, Z).lines(level)
    gap = np.full((1, 2), np.nan)
    return np.concatenate([part for line in lines for part in (line, gap)] or [gap])


def signed_image(w, corner=0.0):
    """Show numbers of both signs: blue, outlined solid, for positive; red, dashed, for negative.

    Parameters
    ----------
    w : ndarray, shape (side, side)
    corner : float
        Both coordinates of the upper left corner; a number is one wide.

    Returns
    -------
    list of marks
    """
    limit, end = np.abs(w).max() or 1.0, corner + len(w)
    middles = corner + 0.5 + np.arange(len(w))
    lines = [
        Line(contour(middles, middles, sign * w, 0.35 * limit), width=1, dash=dash)
        for sign, dash in ((1, "-"), (-1, "--"))  # the sign without the colour
    ]
    return [Image.of(w, (corner, end, end, corner), "RdBu", (-limit, limit)), *lines]


def pack(ax, marks):
    """Pack the marks of one `Axes` for the canvas, cut off at its frame."""
    box, height = ax.bbox, ax.figure.bbox.height
    clip = [box.x0, height - box.y1, box.width, box.height]
    pixels = to_pixels(ax)
    which = {"axes": ax.figure.axes.index(ax), "clip": clip}
    return [mark.pack(pixels) | which for mark in marks]


# --- Numbers in words ----------------------------------------------------------------------------


def percent(p):
    """Round to whole percents, but never to certainty."""
    if 0 < p < 0.005 or 0.995 < p < 1:
        return "< 1 %" if p < 0.5 else "> 99 %"
    return f"{p:.0%}".replace("%", " %")


def minus(text):
    """Write a minus, which is longer than a hyphen."""
    return text.replace("-", "−")
