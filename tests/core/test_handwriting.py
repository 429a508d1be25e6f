"""Handwriting: against distances taken one by one, MNIST itself, and files that mean no good."""

import doctest
import gc
import io
import struct
import sys
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import center_of_mass

from course_lib import handwriting
from course_lib.data import load_images
from course_lib.handwriting import like_mnist, paint, read_picture

places = st.floats(0, 28).map(lambda x: round(x, 1))
strokes = st.lists(
    st.tuples(
        st.sampled_from([1.0, 2.0, 3.5]),
        st.lists(st.tuples(places, places), min_size=1, max_size=6),
    ),
    max_size=4,
)
# Not symmetric: with the centre of mass just between two pixels a trifle would decide.
turns = np.linspace(0, 7, 40)
a_ring = [(2.0, [(13.5 + 6 * np.cos(t) + 0.2 * t, 13.2 + 8 * np.sin(t)) for t in turns])]


@pytest.fixture(scope="module")
def digits():
    return load_images(offline=True, raw=True)


def box(image):
    rows, columns = np.nonzero(image)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def test_doctests():
    assert doctest.testmod(handwriting).failed == 0


# --- paint ---------------------------------------------------------------------------------------


def painted_one_by_one(strokes, side):
    image = np.zeros((side, side))
    for width, points in strokes:
        for p, q in zip(points, points[1:] or points, strict=False):
            p, way = np.array(p), np.subtract(q, p)
            for row, column in np.ndindex(side, side):
                pixel = np.array([column + 0.5, row + 0.5])
                share = ((pixel - p) @ way / (way @ way)) if way.any() else 0
                distance = np.linalg.norm(pixel - p - min(1, max(0, share)) * way)
                ink = min(1, max(0, width / 2 - distance + 0.5))
                image[row, column] = max(image[row, column], ink)
    return 255 * image


@pytest.mark.long
@settings(max_examples=25)
@given(strokes=strokes)
def test_paint_is_the_distance_to_the_stroke(strokes):
    image = paint(strokes)
    assert image.shape == (28, 28) and image.dtype == np.uint8
    assert np.abs(image - painted_one_by_one(strokes, 28)).max() < 0.6


def test_paint_knows_dots_columns_and_wide_brushes():
    dot = paint([(3, [(20.5, 4.5)])])
    assert dot[4, 20] == 255 and box(dot) == (3, 3)  # the corners are 1.41 away: still some ink
    assert not paint([]).any()
    assert paint([(1, [(2, 2), (7, 2)])], side=9).shape == (9, 9)
    thin, thick = (paint([(width, [(5, 14), (23, 14)])]).sum() for width in (1, 4))
    assert 3 < thick / thin < 5


def test_the_order_of_strokes_and_points_does_not_matter():
    some = [(2, [(3, 4), (20, 9), (6, 25)]), (1.5, [(25, 3), (2, 20)])]
    other_way = [(width, points[::-1]) for width, points in some[::-1]]
    assert np.abs(paint(some).astype(int) - paint(other_way)).max() <= 1


@pytest.mark.long
def test_paint_takes_all_points_of_a_stroke_at_once():
    """It calls NumPy as often for a hundred points as for two; each event of the pen is painted."""

    def calls(n_points):
        points, seen = np.random.default_rng(0).uniform(0, 28, (n_points, 2)).tolist(), []
        before = sys.getprofile()
        gc.collect()
        gc.disable()  # what earlier tests have left would be cleared away between the calls
        sys.setprofile(lambda frame, event, function: seen.append(event))
        try:
            paint([(2.0, points)])
        finally:
            sys.setprofile(before)
            gc.enable()
        return seen.count("call") + seen.count("c_call")

    assert 0 < calls(2) == calls(100)


@pytest.mark.parametrize(
    ("strokes", "sentence"),
    [
        (3, "strokes is 3; expected a list of"),
        ([[(1, 2), (3, 4)]], "expected a list of"),
        ([(2, [(1, 2, 3)])], "expected a list of"),
        ([(2, [])], "Stroke 0 has no points"),
        ([(2, [(1, 2)]), (0, [(1, 2)])], "Stroke 1 is 0 wide"),
        ([(float("nan"), [(1, 2)])], "Stroke 0 is nan wide"),
        ([(2, [(1, float("nan"))])], "Stroke 0 reaches to nan"),
        ([(2, [(1, -1e9)])], "Stroke 0 reaches to 1e"),
    ],
)
def test_strange_strokes_are_refused(strokes, sentence):
    with pytest.raises(ValueError, match=sentence):
        paint(strokes)


# --- like_mnist ----------------------------------------------------------------------------------


def test_mnist_stays_as_it_is(digits):
    images = digits.X_test[:1000].reshape(-1, 28, 28)
    alike = [np.corrcoef(like_mnist(x).ravel(), x.ravel())[0, 1] for x in images]
    if digits.source.startswith("MNIST"):
        assert np.mean(np.array(alike) > 0.98) > 0.99
        assert np.mean([np.array_equal(like_mnist(x), x) for x in images]) > 0.75
    else:  # those were never centred by their mass
        assert np.mean(np.array(alike) > 0.3) > 0.9


def test_mnist_has_the_middle_that_we_give(digits):
    """Measured, since the paper does not say which of 28 pixels is in the middle."""
    if not digits.source.startswith("MNIST"):
        pytest.skip("the stand-in is not centred")
    centres = [center_of_mass(x) for x in digits.X_test[:1000].reshape(-1, 28, 28).astype(float)]
    assert np.abs(np.array(centres) - 14).max() < 0.51


@settings(max_examples=100)
@given(strokes=strokes.filter(len))
def test_size_and_place(strokes):
    image = paint(strokes)
    if not image.any():  # a dot on the very edge
        return
    made = like_mnist(image)
    assert made.shape == (28, 28) and made.dtype == np.uint8
    shape = made >= 0.05 * made.max()
    height, width = box(shape)
    assert abs(max(height, width) - 20) <= 1
    # In the middle, or as near to it as the frame allows.
    for centre, lines in zip(center_of_mass(made.astype(float)), (made, made.T), strict=True):
        at_the_frame = lines[0].any() or lines[-1].any()
        assert abs(centre - 14) <= 0.51 or at_the_frame


@pytest.mark.parametrize(("rows", "columns"), [(20, 10), (7, 21), (12, 12), (26, 2), (100, 40)])
def test_proportions_are_kept(rows, columns):
    image = np.zeros((rows + 3, columns + 9), np.uint8)
    image[2 : 2 + rows, 5 : 5 + columns] = 200
    height, width = box(like_mnist(image))
    longer = max(rows, columns)
    assert (height, width) == (round(20 * rows / longer), max(1, round(20 * columns / longer)))


@settings(max_examples=50)
@given(down=st.integers(-4, 4), right=st.integers(-6, 6))
def test_a_shifted_drawing_gives_the_same(down, right):
    shifted = [(w, [(x + right, y + down) for x, y in points]) for w, points in a_ring]
    difference = like_mnist(paint(shifted)).astype(int) - like_mnist(paint(a_ring))
    assert np.abs(difference).max() <= 2


def test_a_smaller_drawing_becomes_alike():
    small = [(w / 2, [(x / 2, y / 2) for x, y in points]) for w, points in a_ring]
    raw = [paint(s) for s in (small, a_ring)]
    assert np.corrcoef([x.ravel() for x in raw])[0, 1] < 0.2
    assert np.corrcoef([like_mnist(x).ravel() for x in raw])[0, 1] > 0.6  # a soft edge grows


def test_twice_is_once():
    once = like_mnist(paint(a_ring))
    assert np.corrcoef(once.ravel(), like_mnist(once).ravel())[0, 1] > 0.95


def test_blank_faint_and_single_pixels():
    blank = np.zeros((28, 28), np.uint8)
    assert not like_mnist(blank).any()
    image = blank.copy()
    image[3, 4] = 90
    assert box(like_mnist(image)) == (20, 20)
    image[20:25, 20:25] = 255
    image[3, 4] = 20  # less than a tenth of the rest: dust
    assert box(like_mnist(image)) == (20, 20) and like_mnist(image).min() == 0
    assert (like_mnist(image) > 0).sum() == 400


def test_like_mnist_leaves_its_argument_alone():
    image = paint(a_ring)
    image.flags.writeable = False
    like_mnist(image)


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (np.zeros(784, np.uint8), r"shape \(784,\).*reshape\(28, 28\)"),
        (np.zeros((28, 28)), "dtype float64; expected uint8"),
        (np.zeros((0, 5), np.uint8), r"shape \(0, 5\)"),
        (None, "shape"),
    ],
)
def test_what_is_no_image_is_refused(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        like_mnist(image)


# --- read_picture --------------------------------------------------------------------------------


def file(picture, kind="PNG", **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


INK = paint(a_ring)
PAPER = Image.fromarray(255 - INK)
LOSSLESS = {
    "dark on light": (PAPER, {}),
    "light on dark": (Image.fromarray(INK), {}),
    "colour": (PAPER.convert("RGB"), {}),
    "palette": (PAPER.convert("P"), {}),
    "16 bits": (Image.fromarray(INK.astype(np.uint16) * 257), {}),
    "black on nothing": (Image.merge("LA", (Image.new("L", (28, 28)), Image.fromarray(INK))), {}),
    "white on nothing": (
        Image.merge("LA", (Image.new("L", (28, 28), 255), Image.fromarray(INK))),
        {},
    ),
    "GIF": (PAPER, {"kind": "GIF"}),
    "BMP": (PAPER, {"kind": "BMP"}),
    "WebP": (PAPER, {"kind": "WEBP", "lossless": True}),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_pictures_without_loss_come_back_exactly(name):
    picture, options = LOSSLESS[name]
    image = read_picture(file(picture, **options))
    assert image.dtype == np.uint8 and image.shape == (28, 28)
    assert np.abs(image.astype(int) - INK).max() <= 1


def test_a_card_with_transparent_corners():
    alpha = np.full((28, 28), 255, np.uint8)
    alpha[:3, :3] = alpha[-3:, :3] = 0
    image = read_picture(file(Image.merge("LA", (PAPER, Image.fromarray(alpha)))))
    assert np.abs(image.astype(int) - INK).max() <= 1


def test_jpeg_of_grey_ink_on_grey_paper():
    grey = np.rint(90 + 80 * (1 - INK / 255)).astype(np.uint8)
    image = read_picture(file(Image.fromarray(grey).resize((280, 280)), "JPEG", quality=85))
    small = np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BOX))
    assert image.max() == 255 and np.corrcoef(small.ravel(), INK.ravel())[0, 1] > 0.97


@pytest.mark.parametrize(("turned", "pen"), [(False, 2.0), (True, 2.0), (False, 6.0)])
def test_a_photograph_in_uneven_light(turned, pen):
    """The far corner of the paper is darker than the ink next to the lamp."""
    ring = paint([(pen, a_ring[0][1])])
    rows, columns = np.mgrid[-1:1:600j, -1:1:800j]
    light = 150 + 75 * columns - 25 * rows - 25 * (rows**2 + columns**2)
    ink = np.zeros((600, 800))
    side = 300 if pen == 2 else 560  # the thick one covers a third of the paper
    ink[20 : 20 + side, 220 : 220 + side] = (
        np.asarray(Image.fromarray(ring).resize((side, side))) / 255
    )
    noise = np.random.default_rng(0).normal(0, 4, ink.shape)
    photo = (light * (1 - 0.6 * ink) + noise).clip(0, 255).astype(np.uint8)
    assert photo[-50:, :50].mean() < photo[ink > 0.9].mean()
    picture, options = Image.fromarray(photo), {}
    if turned:  # the camera stores it lying, and says so
        picture, exif = picture.transpose(Image.Transpose.ROTATE_90), Image.Exif()
        exif[0x0112] = 6
        options["exif"] = exif
    image = read_picture(file(picture, "JPEG", quality=90, **options))
    assert image.shape == (420, 560)
    assert np.corrcoef(like_mnist(image).ravel(), like_mnist(ring).ravel())[0, 1] > 0.9


@pytest.mark.parametrize("shade", [0, 77, 255])
def test_paper_alone_is_blank(shade):
    assert not read_picture(file(Image.new("L", (50, 40), shade))).any()
    grain = np.random.default_rng(0).normal(shade, 4, (200, 200)).clip(0, 255)
    assert not read_picture(file(Image.fromarray(grain.astype(np.uint8)))).any()
    assert not read_picture(file(Image.new("LA", (50, 40), (shade, 0)))).any()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width, height):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(width + 1)) for _ in range(min(height, 5000)))
    data += rows.flush()
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5000, 5000), (13000, 13000), (60000, 60000)])
def test_bombs_are_refused_before_they_go_off(size, monkeypatch):
    """Also those for which Pillow would only warn, or not even that."""
    bomb = png_of(size[0], size[1] if size[0] == 5000 else 1)
    assert len(bomb) < 30_000
    monkeypatch.setattr(Image.Image, "load", None)  # nobody decodes anything
    tracemalloc.start()
    try:
        if size[0] > 5000:
            bomb = bomb.replace(struct.pack(">II", size[0], 1), struct.pack(">II", *size))
            at = bomb.index(b"IHDR")
            crc = struct.pack(">I", zlib.crc32(bomb[at : at + 17]))
            bomb = bomb[: at + 17] + crc + bomb[at + 21 :]
        with pytest.raises(ValueError, match=r"pixels.*at most 4,000 × 4,000"):
            read_picture(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_largest_picture_is_read():
    picture = Image.new("L", (4032, 3024), 255)  # a phone's
    picture.paste(0, (500, 500, 900, 2000))
    assert read_picture(file(picture)).shape == (420, 560)


@pytest.mark.parametrize("width", [1, 2, 5, 8, 600])
@pytest.mark.parametrize("height", [1, 3, 3000])
def test_slivers_are_read_or_get_a_sentence(width, height):
    rng = np.random.default_rng(0)
    for _ in range(10):
        noise = rng.integers(0, 256, (height, width), dtype=np.uint8)
        try:
            assert max(read_picture(file(Image.fromarray(noise))).shape) <= 560
        except ValueError as error:
            assert "expected" in str(error)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_cut_off_files_get_a_sentence(kind):
    rng = np.random.default_rng(0)
    whole = file(Image.fromarray(rng.integers(0, 255, (60, 60), dtype=np.uint8)), kind)
    for part in (0.02, 0.3, 0.9):
        with pytest.raises(ValueError, match=r"expected a (whole )?PNG, JPEG, GIF, BMP or WebP"):
            read_picture(whole[: int(part * len(whole))])


@settings(max_examples=150)
@example(kind="WEBP", at=0.21875, byte=1)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]),
    at=st.floats(0, 0.999),
    byte=st.integers(0, 255),
)
def test_a_wrong_byte_gives_a_picture_or_a_sentence(kind, at, byte):
    data = bytearray(file(PAPER, kind))
    data[int(at * len(data))] = byte
    try:
        assert read_picture(bytes(data)).dtype == np.uint8
    except ValueError as error:
        assert "expected" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"I am no picture.",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        file(PAPER, "TIFF"),  # a picture, but not one of ours
        file(PAPER, "PPM"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_other_files_get_a_sentence(data):
    with pytest.raises(ValueError, match="no picture that can be read; expected a PNG"):
        read_picture(data)


def test_a_path_is_not_bytes():
    with pytest.raises(ValueError, match=r"type str.*open\(path, 'rb'\)"):
        read_picture("digit.png")
