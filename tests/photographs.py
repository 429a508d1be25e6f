"""Photographs of handwritten digits, and what gets into them, drawn from a seeded generator.

A digit of MNIST becomes either the filled shape that it is, or a pen's stroke along its middle. It
is laid on paper of some tone, under light that falls unevenly, and seen by a camera that is not
quite level. All lengths are shares of the picture's shorter side, so that they suit any size.
"""

import io
from itertools import islice

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from course_lib.handwriting import like_mnist, read_picture
from course_lib.layers import Dense, ReLU, he
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train

FINE = 140  # pixels along the field in which a digit's middle is looked for
PEN = 560  # pens are measured in pixels of a picture of this size


def middle_line(image):
    """Thin a digit to lines of one pixel, as Zhang and Suen (1984) do, in FINE x FINE pixels."""
    shape = np.pad(ndimage.zoom(image.astype(float), FINE / len(image), order=3) > 110, 1)
    while True:
        before = shape.sum()
        for first in (True, False):
            p = [
                np.roll(shape, (-down, -right), (0, 1))
                for down, right in (
                    *((-1, 0), (-1, 1), (0, 1), (1, 1)),
                    *((1, 0), (1, -1), (0, -1), (-1, -1)),
                )
            ]
            around = sum(x.astype(int) for x in p)
            starts = sum(~a & b for a, b in zip(p, p[1:] + p[:1], strict=True))
            north, east, south, west = p[::2]
            if first:
                inside = (north & east & south) | (east & south & west)
            else:
                inside = (north & east & west) | (north & south & west)
            shape = shape & ~((around >= 2) & (around <= 6) & (starts == 1) & ~inside)
        if shape.sum() == before:
            return shape[1:-1, 1:-1]


def drawn_line(image, width=12):
    """Draw a digit as a line along its middle, in FINE x FINE pixels: uint8, 255 for ink."""
    away = ndimage.distance_transform_edt(~middle_line(image))
    return np.rint(255 * (width / 2 - away + 0.5).clip(0, 1)).astype(np.uint8)


def turned(field, size, degrees, order=1):
    """Scale a square field to `size` pixels and turn it; outside it goes on as at its edge."""
    angle = np.deg2rad(degrees)
    way = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = len(field) / size
    middle = (np.array(field.shape) - 1) / 2
    offset = middle - scale * way @ (np.array([size, size]) - 1) / 2
    return ndimage.affine_transform(
        field, scale * way, offset, (size, size), order=order, mode="nearest"
    )


class Photograph:
    """A sheet of paper with a digit, to which things are added before `file` takes the picture.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    rng : numpy.random.Generator
    pen : float or None
        Width in pixels of 560; None for a stroke as broad as in MNIST.
    plain : bool
        No tone, light, tilt or noise.
    """

    def __init__(self, image, rng, pen=None, plain=False, largest=2000):
        self.rng, self.plain = rng, plain
        side = int(np.exp(rng.uniform(np.log(200), np.log(largest))))
        long = int(side * rng.choice([1, 1, 4 / 3, 3 / 2]))
        self.shape = (side, long) if rng.random() < 0.6 else (long, side)
        self.side = side
        self.paper = 1.0 if plain else rng.uniform(0.6, 0.98)
        self.dark = 0.0 if plain else self.paper * rng.uniform(0.08, 0.5)  # the ink's brightness
        self.sheet = np.full(self.shape, self.paper, np.float32)
        self._write(image, pen)

    def _write(self, image, pen):
        rng, side = self.rng, self.side
        size = int(side * rng.uniform(0.5, 0.9))  # of the whole field; the digit fills 20 of 28
        degrees = 0 if self.plain else rng.uniform(-7, 7)
        if pen is None:
            field = turned(image / 255, size, degrees, order=3)
            ink = ((field - 0.5) * 2 * size / side * 6 + 0.5).clip(0, 1)
        else:
            away = ndimage.distance_transform_edt(~middle_line(image))
            away = (ndimage.gaussian_filter(away, 1) - 0.8) * size / FINE  # 0.8: 0, once blurred
            ink = (max(1.0, pen * side / PEN) / 2 - turned(away, size, degrees) + 0.5).clip(0, 1)
        top = rng.integers(side // 20, self.shape[0] - size - side // 20 + 1)
        left = rng.integers(side // 20, self.shape[1] - size - side // 20 + 1)
        self.ink = np.zeros(self.shape, np.float32)
        self.ink[top : top + size, left : left + size] = ink
        rows, columns = np.nonzero(self.ink > 0.5)
        self.box = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        self.blend(self.ink, self.dark)

    def blend(self, share, tone):
        """Lay something of the brightness `tone` over the sheet, where `share` is 1."""
        self.sheet = self.sheet * (1 - share) + tone * share

    def free(self, far=0.03):
        """Return rows and columns of a place that is not the digit's, nor quite near it."""
        top, bottom, left, right = self.box
        far *= self.side
        while True:
            row, column = (self.rng.uniform(0, n) for n in self.shape)
            if not (top - far < row < bottom + far and left - far < column < right + far):
                return row, column

    def grid(self):
        """Return rows and columns of all pixels."""
        return np.mgrid[: self.shape[0], : self.shape[1]].astype(np.float32)

    def slanted(self, degrees):
        """Return how far down and across each pixel lies on axes turned by so many degrees."""
        rows, columns = self.grid()
        c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        return c * rows + s * columns, c * columns - s * rows

    def file(self):
        """Let light fall on it, look at it with a camera, and return the file's bytes."""
        rng, picture = self.rng, self.sheet
        if self.plain:
            stream = io.BytesIO()
            Image.fromarray(np.rint(255 * picture).astype(np.uint8)).save(stream, "PNG")
            return stream.getvalue()
        rows, columns = self.grid()
        down, across = 2 * rows / self.shape[0] - 1, 2 * columns / self.shape[1] - 1
        way = rng.uniform(0, 2 * np.pi)
        slope = rng.uniform(0, 0.25) * (np.cos(way) * down + np.sin(way) * across)
        light = 1 - rng.uniform(0, 0.15) * (down**2 + across**2) / 2 + slope
        picture = picture * light / light.max()
        if rng.random() < 0.15:  # chalk on a board
            picture = 1 - picture
        picture = ndimage.gaussian_filter(picture, rng.uniform(0, 0.8) * self.side / PEN)
        noise = rng.normal(0, rng.choice([0, 1, 3, 6]) / 255, self.shape)
        tint = 1 - rng.uniform(0, 0.08, 3) * (rng.random() < 0.5)
        colour = ((picture + noise)[..., None] * tint).clip(0, 1)
        if hasattr(self, "after"):
            colour = self.after(colour)
        stream, kind = io.BytesIO(), rng.choice(["PNG", "JPEG", "JPEG"])
        options = (
            {"quality": int(rng.integers(60, 96))} if kind == "JPEG" else {"compress_level": 1}
        )
        Image.fromarray(np.rint(255 * colour).astype(np.uint8)).save(stream, str(kind), **options)
        return stream.getvalue()


# --- What gets into a picture ---------------------------------------------------------------------


def blot(photo, radius, far=0.03):
    """Lay a spot of irregular outline somewhere beside the digit."""
    rng = photo.rng
    row, column = photo.free(far + radius / photo.side)
    rows, columns = photo.grid()
    rows, columns = rows - row, columns - column
    stretch = rng.uniform(0.6, 1)
    angle = np.arctan2(rows, columns)
    wobble = 1 + 0.2 * np.sin(rng.integers(2, 5) * angle + rng.uniform(0, 6))
    away = np.hypot(rows, columns * stretch) / wobble
    photo.blend((radius - away + 0.5).clip(0, 1), photo.paper * rng.uniform(0.05, 0.7))


def speck(photo):
    """One to three spots, of up to 6 % of the side."""
    for _ in range(photo.rng.integers(1, 4)):
        blot(photo, photo.side * photo.rng.uniform(0.004, 0.03))


def dust(photo):
    """Dozens or hundreds of grains, all over, on the digit too; and hairs."""
    rng = photo.rng
    grain = np.zeros(photo.shape)
    for _ in range(rng.integers(30, 300)):
        row, column = (rng.integers(0, n) for n in photo.shape)
        size = max(1, int(photo.side * rng.uniform(0.001, 0.007)))
        grain[row : row + size, column : column + int(size * rng.uniform(0.5, 2)) + 1] = 1
    if rng.random() < 0.3:
        row, column = photo.free()
        end = photo.side * rng.uniform(0.02, 0.08)
        layer = Image.new("L", photo.shape[::-1])
        ImageDraw.Draw(layer).arc(
            (column, row, column + end, row + end), 0, int(rng.integers(60, 200)), 255,
            max(1, photo.side // 400),
        )  # fmt: skip
        grain = np.maximum(grain, np.asarray(layer) / 255)
    photo.blend(grain, photo.paper * rng.uniform(0.1, 0.75))


def squared(photo):
    """Squares or lines, level or not quite, faint or as dark as a pencil, under the ink."""
    rng = photo.rng
    apart = photo.side * rng.uniform(0.035, 0.12)
    width = max(1.0, photo.side * rng.uniform(0.0015, 0.006))
    both = rng.random() < 0.75
    shift = rng.uniform(0, apart, 2)
    rules = np.zeros(photo.shape, np.float32)
    for axis, start in zip(photo.slanted(rng.choice([0, rng.uniform(-5, 5)])), shift, strict=True):
        off = np.abs((axis + start) % apart - apart / 2)
        rules = np.maximum(rules, (width / 2 - off + 0.5).clip(0, 1))
        if not both:
            break
    tone = photo.paper * rng.uniform(0.5, 0.92)
    photo.blend(rules * (1 - photo.ink), tone)


def table(photo, edges=None):
    """Beyond one edge of the sheet, or two, lies a table, dark or light, plain or grained."""
    rng = photo.rng
    if edges is None:
        edges = rng.permutation(4)[: rng.choice([1, 1, 2])]
    top, bottom, left, right = photo.box
    room = {0: top, 1: photo.shape[0] - bottom, 2: left, 3: photo.shape[1] - right}
    tone = rng.uniform(0.02, 0.85) * photo.paper if rng.random() < 0.85 else rng.uniform(0.9, 1)
    wood = tone + rng.uniform(0, 0.06) * np.sin(
        photo.grid()[rng.integers(2)] * 2 * np.pi / (photo.side * rng.uniform(0.01, 0.1))
    )
    for edge in edges:
        degrees = rng.choice([0, rng.uniform(-3, 3)])
        down, across = photo.slanted(degrees)
        away = down if edge < 2 else across
        inside = away[top:bottom, left:right]
        reach = room[edge] * rng.uniform(0.1, 0.9)
        if edge % 2:
            share = (away - (inside.max() + room[edge] - reach)).clip(0, 1)
        else:
            share = (inside.min() - room[edge] + reach - away).clip(0, 1)
        photo.blend(share, wood.clip(0, 1))


def whole_sheet(photo):
    """The sheet lies on a table with all its edges."""
    table(photo, range(4))


def stamp(photo):
    """A camera writes date or time into a corner or along an edge."""
    rng = photo.rng
    text = str(rng.choice(["2026-11-29", "29.11.2026 08:15", "12:45", "'26 7 14", "IMG_0417"]))
    height = int(photo.side * rng.uniform(0.025, 0.07))
    layer = Image.new("L", photo.shape[::-1])
    pen = ImageDraw.Draw(layer)
    from PIL import ImageFont

    font = ImageFont.load_default(height)
    _, _, wide, high = pen.textbbox((0, 0), text, font=font)
    rest = int(photo.side * rng.uniform(0.01, 0.03))
    rows = [rest, photo.shape[0] - high - rest]
    columns = [rest, photo.shape[1] - wide - rest]
    top, bottom, left, right = photo.box
    places = [
        (row, column)
        for row in rows
        for column in columns
        if row + high < top or row > bottom or column + wide < left or column > right
    ]
    if not places:
        places, pen = [(0, 0)], None
    row, column = places[rng.integers(len(places))]
    if pen:
        pen.text((column, row), text, fill=255, font=font)
    share = np.asarray(layer)[..., None] / 255
    colour = np.array([(0.95, 0.5, 0.1), (0, 0, 0), (0.8, 0.1, 0.1), (0.2,) * 3][rng.integers(4)])
    photo.after = lambda picture: picture * (1 - share) + colour * share


def frame(photo):
    """A line all round the digit, single or double, or along the picture's edge."""
    rng = photo.rng
    top, bottom, left, right = photo.box
    ends = np.array([top, photo.shape[0] - bottom, left, photo.shape[1] - right])
    reach = ends * (1 - rng.uniform(0.1, 0.8, 4))  # from the digit outwards
    if rng.random() < 0.2:
        reach = ends - photo.side * rng.uniform(0, 0.02)
    width = max(1.0, photo.side * rng.uniform(0.002, 0.02))
    degrees = rng.choice([0, rng.uniform(-1.5, 1.5)])
    down, across = photo.slanted(degrees)
    tone = photo.paper * rng.uniform(0.05, 0.6)
    inside_down, inside_across = down[top:bottom, left:right], across[top:bottom, left:right]
    for shrink in (1, 0.6)[: rng.choice([1, 1, 2])]:
        out = np.maximum.reduce(
            [
                inside_down.min() - shrink * reach[0] - down,
                down - inside_down.max() - shrink * reach[1],
                inside_across.min() - shrink * reach[2] - across,
                across - inside_across.max() - shrink * reach[3],
            ]
        )  # 0 on the line
        photo.blend((width / 2 - np.abs(out) + 0.5).clip(0, 1), tone)


def letterbox(photo):
    """Bars above and below, or at both sides, as a screen adds them; mostly black."""
    rng = photo.rng
    tone = rng.choice([0.0, 0.0, 0.05, 0.15, 1.0])
    axis = rng.integers(2)
    wide = (photo.shape[axis] * rng.uniform(0.04, 0.25, 2)).astype(int)
    if rng.random() < 0.7:
        wide[1] = wide[0]
    ways = [(0, 0), (0, 0), (0, 0)]
    ways[axis] = tuple(wide)
    photo.after = lambda picture: np.pad(picture, ways, constant_values=tone)


def thin(photo):
    """Nothing is added; the pen is thin (see `photograph`)."""


DISTURBANCES = (speck, dust, squared, table, whole_sheet, stamp, frame, letterbox)
KINDS = (*DISTURBANCES, thin)


def photograph(image, rng, *disturbances, plain=False, largest=2000):
    """Return the file of a photograph of a digit, with some disturbances.

    The pen is 3 to 5 pixels of 560 wide where `thin` is one of them; otherwise 3 to 20, or as broad
    as in MNIST for one digit of three.
    """
    pen = rng.uniform(3, 20) if rng.random() < 2 / 3 else None
    if thin in disturbances:
        pen = rng.uniform(3, 5)
    if plain:
        pen = None
    photo = Photograph(image, rng, pen, plain, largest)
    for disturb in disturbances:
        before = getattr(photo, "after", None)
        disturb(photo)
        if before and photo.after is not before:
            photo.after = lambda picture, a=before, b=photo.after: b(a(picture))
    return photo.file()


# --- Who reads them -------------------------------------------------------------------------------


class Reader:
    """A small network, and test digits that it names without doubt, drawn broad and thin.

    What goes wrong with their photographs is then due to the picture.

    Parameters
    ----------
    digits : Images
        MNIST, raw.
    """

    def __init__(self, digits):
        rng = np.random.default_rng(0)
        network = Network([Dense(784, 64, rng=rng, init=he), ReLU(), Dense(64, 10, rng=rng)])
        train(
            network, digits.X_train / np.float32(255), digits.y_train, loss=softmax_cross_entropy,
            optimizer=Adam(0.002), epochs=4, batch_size=256, rng=rng,
        )  # fmt: skip
        self.network, self.chosen, self.more = network, [], self._easy(digits)

    def _probabilities(self, images):
        return self.network.predict_proba(np.reshape(images, (-1, 784)) / np.float32(255))

    def _easy(self, digits):
        for image, label in zip(digits.X_test.reshape(-1, 28, 28), digits.y_test, strict=True):
            P = self._probabilities([image, like_mnist(drawn_line(image))])
            if (P[:, label] > 0.95).all():
                yield image, label

    def choose(self, n):
        """Return the first n of those digits, with their labels."""
        self.chosen.extend(islice(self.more, max(0, n - len(self.chosen))))
        return self.chosen[:n]

    def name(self, data):
        """Return which digit it sees in a picture's file, or None where there is none to see."""
        try:
            return int(self._probabilities([like_mnist(read_picture(data))])[0].argmax())
        except ValueError:
            return None

    def rightly_named(self, seed, disturb, n, plain=False):
        """Tell which of n photographs are named rightly; `disturb` says what is in the k-th."""
        digits, right = self.choose(min(n, 200)), np.zeros(n, bool)
        for k in range(n):
            image, label = digits[k % len(digits)]
            largest = 2000 if k % 10 == 0 else 700
            rng = np.random.default_rng([seed, k])
            data = photograph(image, rng, *disturb(k), plain=plain, largest=largest)
            right[k] = self.name(data) == label
        return right
