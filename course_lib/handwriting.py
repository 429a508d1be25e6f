"""Handwriting: a drawing, made as MNIST's digits were made.

A pen's strokes become pixels (`paint`), so does somebody's picture file (`read_picture`), and the
pixels get the size and the place that MNIST's digits have (`like_mnist`). Ink is 255, paper is 0.
"""

import io
import warnings

import numpy as np

from course_lib._checks import require

SIDE, BOX = 28, 20  # of an MNIST image, and of the box that its ink fits
THIN = 2.0  # pixels; thinner strokes of a large drawing are broadened before it is scaled
FAINT = 0.1  # of the darkest ink; what is fainter does not count as part of the shape
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
MOST_PIXELS = 4000 * 4000
ROOMY = 100  # pixels along the shorter side; smaller pictures are the digit and hardly more
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
    ink = _strong(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    height, width = (max(1, round(BOX * n / max(ink.shape))) for n in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
    top, left = (
        int(np.clip(np.floor(SIDE / 2 - middle + 0.5), 0, SIDE - n))
        for middle, n in zip(centre_of_mass(np.asarray(scaled)), (height, width), strict=True)
    )
    field[top : top + height, left : left + width] = scaled
    return field


def _strong(ink):
    """Broaden strokes of a large drawing that would be thinner than MNIST's once it is scaled."""
    large = max(ink.shape)
    if large < 2 * BOX:
        return ink
    shape = np.pad(ink, large // BOX + 1) > ink.max() / 3
    down, right = np.diff(shape, axis=0)[:, 1:], np.diff(shape, axis=1)[1:]
    stroke = 2 * shape.sum() / np.hypot(down, right).sum()  # its width: area by half the outline
    lacking = (THIN - BOX * stroke / large) / (BOX - THIN) * large  # the drawing grows by it, too
    if lacking < 0.2 * large / BOX:
        return ink
    from scipy import ndimage

    away = ndimage.distance_transform_edt(~shape)
    return np.rint(255 * (lacking / 2 + 1 - away).clip(0, 1)).astype(np.uint8)


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
    """Read a picture file as ink on paper, whatever the colours, with the digit alone.

    Ink is what differs from the paper around it and is narrower than a third of the picture: so
    light may fall unevenly, and a table may lie beyond the paper, at one edge or all round. Of the
    ink, the rules of squared paper, frames, dust and whatever reaches the picture's edge are left
    out.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG, GIF (its first picture), BMP or WebP file of up to 16 million pixels.

    Returns
    -------
    image : ndarray of uint8, shape (height, width)
        At most 560 pixels high and wide, 0 for paper, 255 for the digit's darkest ink; 0 throughout
        where there is no ink at all.

    Raises
    ------
    ValueError
        Where `data` is no such file, or one that is damaged or too large. A file that would
        unpack to something huge is refused before it is unpacked. Also where nothing that looks
        like a digit is found, or several digits.
    """
    return digit_and_rest(data)[0]


def digit_and_rest(data):
    """Read a picture file as `read_picture` does, and say what was left out.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    (ndarray of uint8, list of str)
        The digit, and for example ``["rules", "3 marks"]``.

    Raises
    ------
    ValueError
        As `read_picture`.
    """
    grey, opaque = _decoded(data)
    grey = _on_paper(grey, opaque)
    seen = _within_bars(grey)
    seen = _on_sheet(grey, seen)
    ink = np.zeros(grey.shape)
    ink[seen], noise = _ink(grey[seen])
    faintest = max(0.04, 5 * noise)
    if ink.max() < max(0.1, 6 * noise):  # nothing but the paper's own grain
        return np.zeros(ink.shape, np.uint8), []
    ink[seen], ruled = _without_rules(ink[seen], faintest)
    part = np.zeros(ink.shape, bool)
    part[seen], rest = _digit(ink[seen], faintest)
    shown = np.where(part, ink, 0)
    darkest, floor = np.percentile(ink[part & (ink > faintest)], 95), 2 * noise
    image = np.rint(255 * ((shown - floor) / (darkest - floor)).clip(0, 1)).astype(np.uint8)
    return image, ["rules"] * ruled + rest


def _within_bars(grey):
    """Return the rows and columns between the bars that a screen adds, all of one tone."""
    kept = []
    for lines in (grey, grey.T):
        ends = []
        for side in (lines, lines[::-1]):
            bar = np.abs(side - np.median(side[0])).max(axis=1) < 10 / 255
            n = len(bar) if bar.all() else int(bar.argmin())
            away = np.abs(side[n + 2 : n + 2 + len(bar) // 5] - np.median(side[0]))
            # It ends along most of its length, past what JPEG blurs, and not in a line: paper that
            # is as even ends where the digit begins, but there alone.
            ends_here = away.size and min(np.percentile(away[:4], 20), np.median(away)) > 0.06
            ends.append(n + 2 if n and ends_here else 0)
        between = slice(ends[0], len(lines) - ends[1])
        kept.append(between if between.start < between.stop else slice(None))  # bars and no picture
    return tuple(kept)


def _on_sheet(grey, seen):
    """Find a sheet that lies on a table with all its sides; hide the table behind more paper.

    Parameters
    ----------
    grey : ndarray, shape (height, width)
        What is not the sheet becomes as bright as the nearest paper.
    seen : (slice, slice)
        Rows and columns to look at.

    Returns
    -------
    (slice, slice)
        Those around the sheet; `seen` where there is none.
    """
    from scipy import ndimage

    view = grey[seen]
    if min(view.shape) <= ROOMY:
        return seen
    soft = ndimage.gaussian_filter(view, min(view.shape) / 280)
    if np.ptp(soft) < 1 / 255:  # one tone all over
        return seen
    light = soft > _between(soft)
    for mask in (light, ~light):
        sheet = _largest_inside(mask)
        if sheet is None or mask[sheet].mean() < 0.5 or not _has_four_corners(sheet):
            continue
        if mask[~sheet].mean() > 0.5:
            continue  # more paper; between them is a frame
        rim = max(2, min(view.shape) // 80)  # the edge's own blur, and its shadow
        sheet = ndimage.binary_erosion(sheet, iterations=rim)
        if ndimage.distance_transform_edt(sheet).max() < 0.12 * min(view.shape):
            continue  # a stroke, or a mark
        rows, columns = ndimage.find_objects(sheet.astype(int))[0]
        part = view[rows, columns]
        nearest = ndimage.distance_transform_edt(
            ~sheet[rows, columns], return_distances=False, return_indices=True
        )
        part[...] = part[tuple(nearest)]
        top, left = (place.start or 0 for place in seen)
        return (
            slice(top + rows.start, top + rows.stop),
            slice(left + columns.start, left + columns.stop),
        )
    return seen


def _between(grey):
    """Return the brightness that parts a picture's dark pixels from its light ones best.

    Source: Otsu (1979), "A threshold selection method from gray-level histograms".
    """
    count, edges = np.histogram(grey, 64)
    middles = (edges[1:] + edges[:-1]) / 2
    below = count.cumsum()[:-1]
    mass = (count * middles).cumsum()
    apart = mass[:-1] / below - (mass[-1] - mass[:-1]) / (grey.size - below)
    return edges[1:-1][(below * (grey.size - below) * apart**2).argmax()]


def _largest_inside(mask):
    """Return the largest part of a mask that leaves the picture's edge free, its holes filled."""
    from scipy import ndimage

    labels, n = ndimage.label(mask)
    area = np.bincount(labels.ravel(), minlength=n + 1)
    rim = np.concatenate([labels[[0, -1]].ravel(), labels[:, [0, -1]].ravel()])
    area[0] = area[np.unique(rim)] = 0
    return ndimage.binary_fill_holes(labels == area.argmax()) if area.any() else None


def _has_four_corners(shape):
    """Tell whether a shape is hardly anything but the quadrilateral between its four corners."""
    from PIL import Image, ImageDraw

    rows, columns = np.nonzero(shape)
    ends = (rows + columns).argmin(), (columns - rows).argmax()
    ends += (rows + columns).argmax(), (columns - rows).argmin()
    ideal = Image.new("1", shape.shape[::-1])
    ImageDraw.Draw(ideal).polygon([(int(columns[k]), int(rows[k])) for k in ends], fill=1)
    return (shape ^ np.asarray(ideal)).sum() < 0.07 * len(rows)


def _ink(grey):
    """Return how much each pixel differs from the paper around it, and the paper's own noise."""
    from scipy import ndimage

    if min(grey.shape) > ROOMY:
        grey = ndimage.gaussian_filter(grey, min(grey.shape) / ENOUGH)  # less than a thin pen
    if _light_on_dark(grey):
        grey = 1 - grey
    ink = _narrow(grey, max(3, int(0.15 * min(grey.shape))))
    middle = np.median(ink)
    return ink - middle, middle - np.percentile(
        ink, 16
    )  # a standard deviation, on the paper's side


def _light_on_dark(grey):
    """Tell whether the ink is lighter than the paper, on a coarse grid.

    Without what is narrow and dark, dark ink is gone; without what is narrow and light, it has even
    grown. The smoother of the two pictures shows the paper.
    """
    step = -(-min(grey.shape) // 40)
    few = grey[::step, ::step]
    dark, light = (
        sum(np.abs(np.diff(_paper(x, 4), axis=axis)).sum() for axis in (0, 1))
        for x in (few, 1 - few)
    )
    return light < dark


def _narrow(grey, reach):
    """Return how much darker than the paper around it is what is narrower than twice the reach.

    This is the black top-hat of mathematical morphology, as a share of the paper's brightness.
    Beyond the picture all counts as dark: a table, seen as a strip along the edge, is not narrow.
    """
    paper = _paper(grey, reach)
    return (paper - grey) / paper.clip(max(np.median(paper) / 2, 0.05))


def _paper(grey, reach):
    """Return the brightness of a picture without what is dark and narrower than twice the reach."""
    from scipy import ndimage

    paper = np.pad(grey.astype(np.float32), reach)
    paper = ndimage.maximum_filter(paper, 2 * reach + 1, mode="constant", cval=0)
    paper = ndimage.minimum_filter(paper, 2 * reach + 1, mode="constant", cval=1)
    return paper[reach:-reach, reach:-reach]


def _without_rules(ink, faintest):
    """Take the rules out of squared or lined paper; say whether there were any."""
    ruled = np.zeros(ink.shape, bool)
    for turn in (lambda x: x, np.transpose):
        mask = turn(ink) > faintest
        rules = _rules(mask, 5)  # more than a double frame has
        if rules.any():
            turn(ruled)[...] |= rules | _rules(mask & ~rules, 2)  # a frame may be there, too
    if not ruled.any():
        return ink, False
    from scipy import ndimage

    thick = max(1, round(min(ink.shape) / 280))  # a rule's edges are fainter, and not in the mask
    near = ndimage.binary_dilation(ruled, iterations=thick)
    level, elsewhere = np.percentile(ink[ruled], 80), ink[~near & (ink > faintest)]
    dark = np.percentile(elsewhere, 75) if elsewhere.size else 0
    darker = ink > 0.4 * level + 0.6 * dark if dark > 1.25 * level else False
    free = np.where(near & ~darker, 0, ink)
    # Where a rule crossed a stroke that is no darker, the stroke is whole again once it is closed.
    closed = ndimage.grey_closing(free, 4 * thick + 3)
    return np.where(near, np.minimum(closed, ink), free), True


def _rules(mask, least):
    """Return where at least so many lines run through a mask, nearly level and parallel."""
    width = mask.shape[1]
    found = np.zeros(mask.shape, bool)
    if min(mask.shape) <= ROOMY:
        return found
    rows, columns = np.nonzero(mask)
    best, sharpest = None, 0
    for slope in np.arange(-0.12, 0.12, 1.5 / width):
        count = np.bincount((rows - slope * (columns - width) + width / 4).astype(int))
        sharpness = (count.astype(float) ** 2).sum()
        if sharpness > sharpest:
            best, sharpest = (slope, count), sharpness
    if best is None:
        return found
    slope, count = best
    from scipy import ndimage

    # A stroke of the digit is broader, or not so long, or at least there are not so many.
    thickest = max(3, min(mask.shape) // 50)
    peaks = count - ndimage.grey_opening(count, thickest + 1)
    lines, n = ndimage.label(peaks > 0.3 * width)
    if n < least:
        return found
    line = lines[(rows - slope * (columns - width) + width / 4).astype(int)]
    runs = np.zeros((n + 1, width))  # for each line, where along it there is ink
    runs[line, columns] = 1
    line[ndimage.uniform_filter1d(runs, width // 8)[line, columns] < 0.6] = 0  # a stroke across
    found[rows[line > 0], columns[line > 0]] = True
    return found


def _digit(ink, faintest):
    """Find the digit's ink, connected or nearly so; return where it is, and words for the rest."""
    from scipy import ndimage

    usual = np.percentile(np.append(ink[ink > faintest], faintest), 95)
    for share in (0.25, 0, 0.5):  # faint things may touch the digit, or be the digit
        found = _tallest(ink > max(faintest, share * usual), ink)
        if found is not None:
            break
    require(
        found is not None,
        "Nothing in the picture looks like a digit; expected one in connected strokes, with paper "
        "all round.",
    )
    # Once more, now that it is known how dark the digit is.
    level = max(faintest, 0.3 * np.percentile(ink[found[0]], 90))
    part, _, frames, marks, rivals = _tallest((ink > level) & ~found[1], ink) or found
    frames = max(frames, found[2])
    sure = _tallest((ink > 2 * level) & ~found[1], ink)  # a rival is about as dark as the digit
    rivals = min(rivals, sure[-1]) if sure else 0
    require(
        not rivals,
        f"There are {rivals + 1} shapes as tall as a digit in the picture; expected a single "
        "digit. Cut it out, or cover the others.",
    )
    rest = [f"{n} {what}{'s' * (n > 1)}" for n, what in ((frames, "frame"), (marks, "mark")) if n]
    # A stroke's edges are fainter than the level.
    return ndimage.binary_dilation(part, iterations=max(1, min(ink.shape) // 200)), rest


def _tallest(mask, ink):
    """Find the tallest connected part of a mask that may be a digit, with what belongs to it.

    Parameters
    ----------
    mask : ndarray of bool
    ink : ndarray
        How dark it is.

    Returns
    -------
    (ndarray of bool, ndarray of bool, int, int, int) or None
        Where the digit is, and where frames and what reaches the edge; how many frames, small marks
        and other shapes as tall there are. None where nothing may be a digit.
    """
    from scipy import ndimage

    labels, n = ndimage.label(mask, np.ones((3, 3)))
    if not n:
        return None
    boxes = np.array([[x.start, x.stop, y.start, y.stop] for x, y in ndimage.find_objects(labels)])
    top, bottom, left, right = boxes.T
    tall, wide = bottom - top, right - left
    size = np.maximum(tall, wide)
    tall = np.where(wide < 0.05 * tall, 0.3, 1) * tall  # a mere line is the second choice
    large, edge = size >= 0.07 * min(mask.shape), np.zeros(n, bool)
    if min(mask.shape) > ROOMY:
        rim = min(mask.shape) // 100
        edge = (np.minimum(top, left) < rim) | (bottom > len(mask) - rim)
        edge |= right > mask.shape[1] - rim
    frame = np.zeros(n, bool)
    for k in np.flatnonzero(large):  # something large is inside
        inside = (top > top[k]) & (bottom < bottom[k]) & (left > left[k]) & (right < right[k])
        frame[k] = (size[inside] > 0.3 * size[k]).any() or _is_frame(
            labels[top[k] : bottom[k], left[k] : right[k]] == k + 1
        )
    may = large & ~edge & ~frame
    if not may.any():
        return None
    digit = np.flatnonzero(may)[tall[may].argmax()]
    away = ndimage.distance_transform_edt(labels != digit + 1)
    gap = ndimage.minimum(away, labels, np.arange(1, n + 1)) / size[digit]
    share, narrow = size / size[digit], np.minimum(wide, bottom - top) < 0.05 * size
    far = (gap < 0.12) & (share > 0.2) | (gap < 0.45) & (share > 0.3) & (tall < 0.6 * tall[digit])
    dark = ndimage.mean(ink, labels, np.arange(1, n + 1))
    far &= (share < 1) & ~narrow & (dark > 0.6 * dark[digit])  # written with the same pen
    belongs = ((gap < 0.02) | far) & ~edge & ~frame
    belongs[digit] = True
    area = np.bincount(labels.ravel(), minlength=n + 1)[1:]
    rival = may & ~belongs & (tall > 0.6 * tall[digit]) & (area > 0.4 * area[digit])
    marks = ~(belongs | edge | frame | rival)
    others = (edge | frame)[labels - 1] & mask
    counts = (int(kind.sum()) for kind in (frame, marks, rival))
    return belongs[labels - 1] & mask, others, *counts


def _is_frame(shape):
    """Tell whether a shape lies along all four sides of its box and leaves the middle free."""
    rim = max(2, max(shape.shape) // 16)
    sides = shape[:rim].any(axis=0), shape[-rim:].any(axis=0)
    sides += shape[:, :rim].any(axis=1), shape[:, -rim:].any(axis=1)
    return min(side.mean() for side in sides) > 0.8 and shape.mean() < 0.5


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


def _pixels(size):
    return "too many pixels to count" if np.inf in size else f"{size[0]:,} × {size[1]:,} pixels"


def _brief(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
