"""Handwriting: a drawing, made as MNIST's digits were made.

A pen's strokes become pixels (`paint`), so does somebody's picture file (`read_picture`), and the
pixels get the size and the place that MNIST's digits have (`like_mnist`). Ink is 255, paper is 0.
"""

import io
import warnings

import numpy as np

from course_lib._checks import require

SIDE, BOX = 28, 20  # of an MNIST image, and of the box that its ink fits
FAINT = 0.1  # of the darkest ink; what is fainter does not count as part of the shape
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
MOST_PIXELS = 4000 * 4000
ENOUGH = 560  # pixels along a picture's longer side; more would only cost time


def paint(strokes, side=SIDE):
    r"""Paint strokes with a round brush.

    A pixel whose centre is the distance d away from a stroke of width w gets the grey value
    :math:`255 \min(1, \max(0, w / 2 - d + 1 / 2))`; where strokes cross, the darkest counts.

    Parameters
    ----------
    strokes : list of (width, points)
        In pixels; points are pairs (column, row), and (0, 0) is the upper left corner of the first
        pixel. A single point is a dot.
    side : int
        Rows and columns of the image.

    Returns
    -------
    image : ndarray of uint8, shape (side, side)
        From 0 for paper to 255 for ink.

    Raises
    ------
    ValueError
        Where `strokes` is not such a list.

    Examples
    --------
    >>> paint([(2, [(1.5, 2.5), (3.5, 2.5)])], side=5)[:, 2]
    array([  0, 128, 255, 128,   0], dtype=uint8)
    """
    ink = np.zeros(side * side, np.float32)
    centres = np.arange(side) + 0.5
    columns, rows = (c.ravel() for c in np.meshgrid(centres, centres))
    pixels = np.stack([columns, rows, np.ones(side * side)]).astype(np.float32)
    for width, points in checked_strokes(strokes):
        starts = np.array(points)
        ways = np.diff(starts, axis=0, append=starts[-1:])  # the last goes nowhere: a dot
        lengths = np.hypot(*ways.T)
        ways[lengths == 0] = [1, 0]  # any direction will do
        along = ways / np.hypot(*ways.T)[:, None]
        across = np.column_stack([-along[:, 1], along[:, 0]])
        # Seen from a segment's start in its direction, a pixel lies so far ahead and so far aside.
        ahead, aside = (
            np.column_stack([u, -(starts * u).sum(axis=1)]).astype(np.float32) @ pixels
            for u in (along, across)
        )
        beside = np.clip(ahead, 0, lengths[:, None].astype(np.float32))
        ahead -= beside  # nothing if it lies beside the segment, else how far before or behind
        ahead *= ahead
        aside *= aside
        ahead += aside
        ink = np.maximum(ink, width / 2 + 0.5 - np.sqrt(ahead.min(axis=0)))
    return np.rint(255 * ink.clip(0, 1)).astype(np.uint8).reshape(side, side)


def checked_strokes(strokes):
    """Return strokes as a list of (width, [(column, row), …]) in floats, or say what is wrong.

    Parameters
    ----------
    strokes : sequence of (width, points)

    Returns
    -------
    list of (float, list of (float, float))

    Raises
    ------
    ValueError
        Where it is none.
    """
    wanted = "expected a list of (width, [(column, row), …]), such as [(2, [(5, 5), (20, 9)])]."
    try:
        found = [(float(w), [(float(x), float(y)) for x, y in points]) for w, points in strokes]
    except (TypeError, ValueError):
        raise ValueError(f"strokes is {_brief(strokes)}; {wanted}") from None
    for k, (width, points) in enumerate(found):
        require(0 < width <= SIDE, f"Stroke {k} is {width:g} wide; expected 0 to {SIDE} pixels.")
        require(points, f"Stroke {k} has no points; expected at least one, which is a dot.")
        far = np.abs(points).max()
        require(far < 1e4, f"Stroke {k} reaches to {far:g}; expected pixels from 0 to {SIDE}.")
    return found


def like_mnist(image):
    """Give a shape the size and the place that MNIST's digits have.

    The box around the ink is scaled, keeping its proportions, so that it just fits 20×20 pixels;
    then it is moved, by whole pixels, until the centre of mass is as near as can be to the pixel in
    row 14, column 14, both counted from 0: there it lies, give or take half a pixel, in all of
    MNIST. Only a shape that would be pushed out of the image is moved less.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width)
        255 is ink.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        Blank for a blank image.

    Raises
    ------
    ValueError
        Where `image` is not such an array.

    Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", section III A. Which filter scaled their images they do not say.
    """
    from PIL import Image

    check_grey(image)
    shape = image > FAINT * image.max(initial=0)
    rows, columns = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    field = np.zeros((SIDE, SIDE), np.uint8)
    if not rows.size:
        return field
    ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(BOX * n / max(ink.shape))) for n in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
    top, left = (
        int(np.clip(np.floor(SIDE / 2 - middle + 0.5), 0, SIDE - n))
        for middle, n in zip(centre_of_mass(np.asarray(scaled)), (height, width), strict=True)
    )
    field[top : top + height, left : left + width] = scaled
    return field


def centre_of_mass(image):
    """Return row and column, counted from 0, of the centre of mass of an image that is not blank.

    Parameters
    ----------
    image : ndarray, shape (height, width)

    Returns
    -------
    (float, float)
    """
    mass = image.astype(float)
    down, across = np.arange(len(mass)), np.arange(mass.shape[1])
    return float(mass.sum(axis=1) @ down / mass.sum()), float(
        mass.sum(axis=0) @ across / mass.sum()
    )


def check_grey(image, name="image"):
    """Say so if `image` is not a grey image of bytes.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width)
    name : str
        What the caller calls it.

    Raises
    ------
    ValueError
        Naming shape and dtype.
    """
    image = np.asarray(image)
    require(
        image.ndim == 2 and image.size,
        f"{name} has shape {image.shape}; expected (height, width). "
        f"For a row of pixels, did you mean {name}.reshape(28, 28)?",
    )
    require(
        image.dtype == np.uint8,
        f"{name} has dtype {image.dtype}; expected uint8, from 0 for paper to 255 for ink. "
        f"Did you mean (255 * {name}).astype(np.uint8)?",
    )


def read_picture(data):
    """Read a picture file as ink on paper, whatever the colours.

    The paper is what the border is made of, or what is transparent; ink is whatever differs from
    it the other way, the darkest as 255. Light that falls unevenly on the paper, but without sharp
    shadows, is taken out: a surface of second degree is fitted to the paper's brightness.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG, GIF (its first picture), BMP or WebP file of up to 16 million pixels.

    Returns
    -------
    image : ndarray of uint8, shape (height, width)
        At most 560 pixels high and wide, 0 for paper; all of it where there is no ink.

    Raises
    ------
    ValueError
        Where `data` is no such file, or one that is damaged or too large. A file that would
        unpack to something huge is refused before it is unpacked.
    """
    grey, opaque = _decoded(data)
    grey = _on_paper(grey, opaque)
    border = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    if border - grey.min() < grey.max() - border:  # light ink on dark paper
        grey, border = 1 - grey, 1 - border
    light, noise = _light(grey, border)
    ink, floor = light - grey, 4 * noise
    darkest = ink.max()
    if darkest < max(0.1, 2 * floor):  # nothing but the paper's own grain
        return np.zeros(ink.shape, np.uint8)
    return np.rint(255 * ((ink - floor) / (darkest - floor)).clip(0, 1)).astype(np.uint8)


def _decoded(data):
    """Return brightness and opacity from 0 to 1, each (height, width), of a picture file."""
    from PIL import Image, ImageOps

    known = "PNG, JPEG, GIF, BMP or WebP"
    require(
        isinstance(data, (bytes, bytearray, memoryview)),
        f"data is of type {type(data).__name__}; expected the bytes of a picture file. "
        "Did you mean open(path, 'rb').read()?",
    )
    data = bytes(data)
    try:
        with warnings.catch_warnings():  # of what is refused below in any case
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        size = picture.size
    except Image.DecompressionBombError:
        size = (np.inf, np.inf)
    except Exception:  # there is no end to what a strange file can set off
        raise ValueError(
            f"data, {len(data):,} bytes that start with {data[:8]!r}, is no picture that can be "
            f"read; expected a {known} file."
        ) from None
    require(
        size[0] * size[1] <= MOST_PIXELS,
        f"data is a picture of {_pixels(size)}; expected at most 4,000 × 4,000. "
        "Save a smaller copy, or cut the digit out.",
    )
    try:
        picture = ImageOps.exif_transpose(picture)  # loads; a phone held upright
        if picture.mode.startswith("I;16"):  # Pillow would cut off all above 255
            picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
        picture = picture.convert("RGBA").convert("LA")
        picture.thumbnail((ENOUGH, ENOUGH))
    except Exception as error:
        raise ValueError(
            f"data is a {picture.format or 'picture'} file that is damaged ({error}); expected a "
            f"whole {known} file. Was it copied completely?"
        ) from None
    return np.moveaxis(np.asarray(picture) / 255, -1, 0)


def _on_paper(grey, opaque):
    """Lay a picture with transparent parts on paper, whose brightness suits the rest."""
    edge = np.s_[[0, -1], :], np.s_[:, [0, -1]]
    solid = [opaque[place] > 0.5 for place in edge]
    if sum(s.sum() for s in solid) * 2 >= sum(s.size for s in solid):  # that of the border
        seen = np.concatenate([grey[place][s] for place, s in zip(edge, solid, strict=True)])
        paper = float(np.median(seen))
    else:  # nothing but ink is there: black on white, or white on black
        paper = float((grey * opaque).sum() < 0.5 * opaque.sum())
    return grey * opaque + paper * (1 - opaque)


def _light(grey, border):
    """Return the brightness that the paper has, or would have, at each pixel, and its noise."""
    height, width = grey.shape
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([rows**0, rows, columns, rows**2, rows * columns, columns**2], axis=-1)
    step = -(-max(grey.shape) // 100)  # every pixel of a small picture, enough of a large one
    few, sample = terms[::step, ::step].reshape(-1, 6), grey[::step, ::step].ravel()
    fitted = np.full(sample.shape, border)
    for _ in range(10):  # fit, leave out what is too dark to be paper, fit again
        # The standard deviation, if distances were normal; ink adds to it at first, hence just one.
        noise = 1.4826 * np.median(np.abs(sample - fitted))
        paper = sample - fitted > -max(noise, 2 / 255)
        weights = np.linalg.lstsq(few[paper], sample[paper], rcond=None)[0]
        fitted = few @ weights
    return terms @ weights, 1.4826 * np.median(np.abs(sample - fitted)[paper])


def _pixels(size):
    return "too many pixels to count" if np.inf in size else f"{size[0]:,} × {size[1]:,} pixels"


def _brief(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
