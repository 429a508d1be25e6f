"""Figures of CSS pixels: made, saved, and places on them converted."""

import contextlib
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 100  # a CSS pixel is a dot of the figure


def new_figure(width, height, layout="constrained"):
    """Return an empty figure of so many CSS pixels, unknown to pyplot, which would show it."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout=layout)
    FigureCanvasAgg(figure)
    return figure


@contextlib.contextmanager
def paper():
    """Draw in matplotlib's usual colours, whatever style the user has chosen."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


def settled(figure):
    """Fix the layout of a figure as it comes out at first; return the figure."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


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
