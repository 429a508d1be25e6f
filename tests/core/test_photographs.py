"""Photographs of digits: named rightly, whatever lies around the digit, by a small network.

The photographs are drawn by tests/photographs.py. Their digits are those of the test images that
the network names without doubt when they are drawn plainly, broad and thin; so what goes wrong
here is due to the picture.
"""

import io
from itertools import combinations

import numpy as np
import pytest
from photographs import KINDS, Reader
from PIL import Image, ImageDraw

from course_lib.data import load_images
from course_lib.handwriting import digit_and_rest, like_mnist, read_picture


@pytest.fixture(scope="module")
def reader():
    digits = load_images(offline=True, raw=True)
    if not digits.source.startswith("MNIST"):
        pytest.skip("the stand-in's digits are too coarse for photographs")
    return Reader(digits)


def share_named(reader, *case, **options):
    return reader.rightly_named(*case, **options).mean()


@pytest.mark.long
@pytest.mark.slow
def test_most_of_forty_photographs_are_named_whatever_is_in_them(reader):
    assert share_named(reader, 1, lambda k: (KINDS[k % len(KINDS)],), 40) >= 0.95


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_of_forty_photographs_with_one_thing_in_them_nine_in_ten_are_named(reader, kind):
    assert share_named(reader, 2, lambda k: (kind,), 40) >= 0.9


@pytest.mark.long
def test_of_photographs_with_two_things_in_them_most_are_named(reader):
    pairs = list(combinations(KINDS, 2))
    assert share_named(reader, 3, lambda k: pairs[k % len(pairs)], 56) >= 0.85


@pytest.mark.long
@pytest.mark.parametrize("plain", [True, False], ids=["scanned", "photographed"])
def test_clean_pictures_are_named(reader, plain):
    assert share_named(reader, 4, lambda k: (), 40, plain) >= 0.9


def page(*digits, things=()):
    """Return a PNG of bars, each (top, left, height, width), and other things on white paper."""
    sheet = np.full((400, 600), 250, np.uint8)
    for top, left, height, width in (*digits, *things):
        sheet[top : top + height, left : left + width] = 30
    return png(sheet)


def png(sheet):
    stream = io.BytesIO()
    Image.fromarray(np.asarray(sheet)).save(stream, "PNG")
    return stream.getvalue()


SEVEN = (100, 200, 12, 110), (100, 298, 200, 12)
FRAME = (20, 20, 3, 500), (380, 20, 3, 500), (20, 20, 363, 3), (20, 517, 363, 3)
MARKS = tuple((350, 60 + 20 * k, 5, 5) for k in range(4))
RULES = tuple((10 + 35 * k, 0, 2, 600) for k in range(11))


@pytest.mark.parametrize(
    ("things", "words"),
    [((), []), (FRAME, ["1 frame"]), (MARKS, ["4 marks"]), (RULES, ["rules"]),
     ((*FRAME, *MARKS[:1]), ["1 frame", "1 mark"])],
    ids=["nothing", "frame", "marks", "rules", "frame and mark"],
)  # fmt: skip
def test_what_is_left_out_is_said_and_the_digit_alone_remains(things, words):
    image, left_out = digit_and_rest(page(*SEVEN, things=things))
    assert left_out == words
    clean = read_picture(page(*SEVEN))
    assert np.abs(like_mnist(image).astype(int) - like_mnist(clean)).mean() < 3
    outside = image.copy()
    outside[80 * 560 // 600 : 310 * 560 // 600, 180 * 560 // 600 : 320 * 560 // 600] = 0
    assert not outside.any()


@pytest.mark.parametrize("pen", [12, 40])
@pytest.mark.parametrize("paper", [250, 15], ids=["paper", "slate"])
def test_a_sheet_that_lies_on_a_table_is_looked_at_alone(paper, pen):
    grain = 30 + 12 * np.sin(np.arange(400) / 5)
    table = np.abs(260 - paper - grain).astype(np.uint8) if paper < 99 else grain.astype(np.uint8)
    layer = Image.new("L", (400, 400))
    ImageDraw.Draw(layer).polygon([(65, 45), (335, 57), (327, 355), (75, 345)], 255)
    found = []
    for ground in (table, paper):
        sheet = np.where(np.asarray(layer) > 0, paper, ground).astype(np.uint8)
        sheet[100 : 100 + pen, 100:300] = sheet[100:310, 300 - pen : 300] = 260 - paper
        found.append(like_mnist(read_picture(png(sheet))).astype(int))
    assert np.abs(found[0] - found[1]).mean() < 3


@pytest.mark.parametrize("paper", [250, 15], ids=["ink", "chalk"])
def test_a_bold_digit_is_no_sheet(paper):
    picture = Image.new("L", (400, 400), paper)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((80, 40, 320, 360), outline=265 - paper, width=80)
    rows, columns = np.nonzero(read_picture(png(picture)))
    assert (np.ptp(rows), np.ptp(columns)) == pytest.approx((320, 240), abs=6)


def test_paper_as_even_as_a_bar_is_not_cut_off_beside_the_digit():
    picture = Image.new("L", (400, 400), 250)
    ImageDraw.Draw(picture).ellipse((70, 25, 330, 375), outline=30, width=60)
    rows, columns = np.nonzero(read_picture(png(picture)))
    assert (np.ptp(rows), np.ptp(columns)) == pytest.approx((350, 260), abs=6)


def test_what_is_much_fainter_than_the_digit_is_not_part_of_it():
    sheet = np.full((400, 600), 250, np.uint8)
    for top, left, height, width in SEVEN:
        sheet[top : top + height, left : left + width] = 30
    sheet[40:55, 200:290] = 150
    clean = read_picture(page(*SEVEN))
    assert np.array_equal(read_picture(png(sheet))[:80] > 0, clean[:80] > 0)


def test_two_digits_are_refused():
    one = (110, 450, 190, 40)
    with pytest.raises(ValueError, match=r"2 shapes as tall as a digit.*expected a single digit"):
        read_picture(page(*SEVEN, one))


@pytest.mark.parametrize("things", [FRAME, MARKS, RULES], ids=["frame", "marks", "rules"])
def test_pictures_without_a_digit_are_refused(things):
    with pytest.raises(ValueError, match=r"Nothing in the picture looks like a digit; expected"):
        read_picture(page(things=things))


def test_a_thin_pen_is_as_broad_as_others_once_it_is_scaled():
    ink = []
    for pen in (3, 8, 30):
        sheet = np.zeros((560, 560), np.uint8)
        sheet[100 : 100 + pen, 150:400] = sheet[100:480, 400 - pen : 400] = 255
        ink.append(like_mnist(sheet).sum() / 255)
    assert max(ink) < 1.35 * min(ink)


def test_the_size_of_a_picture_does_not_change_what_is_found():
    found = []
    for size in ((600, 400), (1500, 1000), (300, 200)):
        picture = Image.open(io.BytesIO(page(*SEVEN, things=(*FRAME, *MARKS)))).resize(size)
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        found.append(like_mnist(read_picture(stream.getvalue())).ravel())
    assert np.corrcoef(found).min() > 0.95


@pytest.mark.parametrize("tone", [0, 128, 255])
def test_a_picture_of_one_tone_is_empty_without_a_warning(tone):
    """Also where arithmetic that has no result raises."""
    file = io.BytesIO()
    Image.new("L", (560, 560), tone).save(file, "PNG")
    with np.errstate(all="raise"):
        assert not read_picture(file.getvalue()).any()
