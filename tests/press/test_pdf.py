"""Handouts and the book, read back from the PDF: nothing is lost, cut off or out of place."""

import io
import re
from types import SimpleNamespace

import nbformat
import pytest
from chromium import find_browser
from conftest import NO_BROWSER
from press import LESSONS, PACKAGES, ROOT
from solutions import given_away, solution

from course_lib import exercises

pdf = pytest.importorskip("press.pdf", reason="what prints is not installed: `make pdf` does that")
from pypdf import PdfReader  # noqa: E402  (comes with it)

OURS = {"SourceSerif4", "DejaVuSans", "DejaVuSansMono"}
SMALLEST_HEADING = 12  # points; all other text is smaller
POINTS = 72 / 25.4  # in a millimetre
LEFT, RIGHT, FOOT = 20 * POINTS, 190 * POINTS, 23 * POINTS
ALMOST = 1  # point
PIXEL = 0.75  # points


def squeeze(text):
    """Leave out white space, which a PDF does not keep."""
    return re.sub(r"\s", "", text)


class Sheet:
    """What is on a page: text, that of code apart, and where its glyphs and pictures are."""

    def __init__(self, page):
        self.code, self.prose, self.glyphs, self.boxes = [], [], [], []
        self.scales = set()
        self.fonts = {
            name: font.get_object().get("/DescendantFonts", [font])[0].get_object()
            for name, font in page["/Resources"].get("/Font", {}).items()
        }
        self.widths = {name: _widths(font) for name, font in self.fonts.items()}
        self.text = page.extract_text(
            visitor_text=self._text, visitor_operand_before=self._operator
        )
        self.code, self.prose = "".join(self.code), "".join(self.prose)

    def _text(self, text, cm, tm, font, size):
        mono = "Mono" in (font or {}).get("/BaseFont", "")
        (self.code if mono else self.prose).append(text)

    def _operator(self, operator, operands, cm, tm):
        if operator == b"Tf":
            self.font, size = operands
            self.size = float(size)
        elif operator in (b"Tj", b"TJ"):
            parts = operands[0] if operator == b"TJ" else operands
            glyphs = b"".join(part for part in parts if isinstance(part, bytes))
            x = tm[4] * cm[0] + cm[4]
            y = tm[5] * cm[3] + cm[5]
            self.scales.add(round(cm[0], 3))
            size = self.size * abs(cm[0])
            for glyph in (glyphs[i : i + 2] for i in range(0, len(glyphs), 2)):
                width = self.widths[self.font].get(int.from_bytes(glyph), 0) * size
                self.glyphs.append((x, x + width, y, size, glyph))
                x += width
        elif operator == b"Do":
            self.boxes.append((cm[4], cm[5], cm[4] + cm[0], cm[5] + cm[3]))


def _widths(font):
    """Read how wide the glyphs of a font are: number of a glyph → width for a size of 1."""
    widths, entries = {}, iter(font.get("/W", ()))
    for first in entries:
        last = next(entries)
        if isinstance(last, list):
            widths |= {first + i: float(width) / 1000 for i, width in enumerate(last)}
        else:
            widths |= dict.fromkeys(range(first, last + 1), float(next(entries)) / 1000)
    return widths


class Document:
    """A PDF, read."""

    def __init__(self, data):
        self.data = data
        self.reader = PdfReader(io.BytesIO(data))
        self.sheets = [Sheet(page) for page in self.reader.pages]
        self.text = squeeze("".join(sheet.text for sheet in self.sheets))
        self.code = squeeze("".join(sheet.code for sheet in self.sheets))
        self.prose = "".join(sheet.prose for sheet in self.sheets)

    def bookmarks(self):
        """List (title, page) of all bookmarks."""

        def flat(entries):
            for entry in entries:
                if isinstance(entry, list):
                    yield from flat(entry)
                else:
                    yield entry.title, self.reader.get_destination_page_number(entry)

        return list(flat(self.reader.outline))


def faults(document, lessons):
    """List what is wrong with a printed document of these lessons."""
    return [
        *_lost(document, lessons),
        *_misplaced(document),
        *_misset(document),
        *_foreign(document),
    ]


def _lost(document, lessons):
    """Every heading on the page that its bookmark names, every line of code, every alt text."""
    headings = [re.sub("<.*?>", "", h["html"]) for one in lessons for h in one["headings"]]
    bookmarks = document.bookmarks()
    if [title for title, _ in bookmarks] != headings:
        yield f"bookmarks are not the headings: {bookmarks}"
    for title, number in bookmarks:
        if squeeze(title) not in squeeze(document.sheets[number].text):
            yield f"{title!r} is not on page {number + 1}"
    alts = set(re.findall(rb"/Alt \((.*?)(?<!\\)\)", document.data, flags=re.DOTALL))
    yield from () if alts else ["no picture says what is to be seen"]
    for one in lessons:
        for cell in one["cells"]:
            if cell.cell_type == "code":
                for line in cell.source.splitlines():
                    if squeeze(line) not in document.code:
                        yield f"[{cell.id}] {line!r} is not printed"


def _misplaced(document):
    """Nothing beyond the margins, where it would be cut off; no heading at the foot of a page."""
    for number, sheet in enumerate(document.sheets, 1):
        spans = [(left, right) for left, right, *_ in sheet.glyphs]
        spans += [(left, right) for left, _, right, _ in sheet.boxes]
        if out := [s for s in spans if s[0] < LEFT - ALMOST or s[1] > RIGHT + ALMOST]:
            yield f"page {number}: {out[0]} is beyond the margins"
        if sheet.scales - {PIXEL}:
            yield f"page {number} was shrunk, since something is too wide for it"
        lows = [(y, size >= SMALLEST_HEADING) for *_, y, size, _ in sheet.glyphs if y > FOOT]
        lows += [(min(bottom, top), False) for _, bottom, _, top in sheet.boxes]
        if not lows:
            yield f"page {number} is empty"
        elif min(lows)[1]:
            yield f"page {number} ends in a heading"


def _misset(document):
    """No formula or sign that was not set."""
    for raw in ("$", "\\", "{", "�", "□"):
        if raw in document.prose:
            place = document.prose.index(raw)
            yield f"{raw!r} in the prose: {document.prose[place - 30 : place + 30]!r}"
    for number, sheet in enumerate(document.sheets, 1):
        if any(glyph == b"\0\0" for *_, glyph in sheet.glyphs):
            yield f"page {number} has a sign that its font lacks"
        for name, font in sheet.fonts.items():
            title = font.get("/BaseFont", "a font drawn by Chromium")
            embedded = {"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].keys()
            if title.split("+")[-1].split("-")[0] not in OURS or not embedded:
                yield f"page {number}: {name} is {title}"


def _foreign(document):
    """Nothing of this machine or day, and no address that leads nowhere."""
    for trace in (b"press.invalid", b"file:", str(ROOT).encode(), b"CreationDate", b"Skia"):
        if trace in document.data:
            yield f"{trace} is in the file"
    root = document.reader.trailer["/Root"]
    if root["/Lang"] != "en-GB" or not root["/MarkInfo"]["/Marked"]:
        yield "it is not tagged, or in no language"
    if "From One Neuron" not in document.reader.metadata.title:
        yield "it has no title"


@pytest.fixture(scope="module")
def ready():
    """Skip where there is nothing to print with."""
    if not PACKAGES.is_dir():
        pytest.skip("MathJax and the fonts are not installed: `make pdf` gets them, with npm")
    with pdf.sync_playwright() as playwright:
        if find_browser(playwright) is None:
            pytest.skip(NO_BROWSER)


# These two start a browser of their own, and so come before the one that the others share.


def test_no_browser_gets_a_sentence(monkeypatch, tmp_path):
    """And no folder."""
    monkeypatch.setattr(pdf, "find_browser", lambda playwright: None)
    with pytest.raises(SystemExit, match="make browser"):
        pdf.make(tmp_path / "pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.long
@pytest.mark.parametrize(
    "handouts", [False, pytest.param(True, marks=pytest.mark.whole)], ids=["books", "all"]
)
def test_all_that_is_printed(handouts, ready, tmp_path):
    """Both books, or every handout as well, page by page; the contents name the pages."""
    made = pdf.make(tmp_path / "pdf", handouts)
    names = [*(path.stem for path in LESSONS if handouts), "from_one_neuron"]
    assert {path.name for path in made} == {
        f"{n}{e}.pdf" for n in names for e in ("", "_instructor")
    }
    for path in made:
        instructor = path.stem.endswith("_instructor")
        paths = [p for p in LESSONS if p.stem == path.stem.removesuffix("_instructor")] or LESSONS
        lessons = [pdf.lesson(p, instructor) for p in paths]
        document = Document(path.read_bytes())
        assert not faults(document, lessons), path.name
        if len(lessons) > 1:
            chapters = [h for one in lessons for h in one["headings"]]
            expected = [
                (squeeze(title), page + 1)
                for (title, page), h in zip(document.bookmarks(), chapters, strict=True)
                if h["level"] < 3
            ]
            assert list(_contents(document).items()) == list(dict(expected).items())


@pytest.fixture(scope="module")
def print_html(ready):
    """Start the browser once."""
    with pdf.printer() as printer:
        yield printer


@pytest.fixture(scope="module")
def handout(print_html):
    """Print the student's handout of a lesson."""
    lesson = pdf.lesson(LESSONS[1])
    return Document(print_html(pdf.html([lesson]))), lesson


@pytest.fixture
def small(tmp_path):
    """Give a function that writes cells into a notebook and reads it as a lesson."""

    def write(*cells, name="01_small"):
        notebook = nbformat.v4.new_notebook(cells=list(cells))
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        return pdf.lesson(tmp_path / f"{name}.ipynb")

    return write


def markdown(*lines):
    """Make a cell of prose."""
    return nbformat.v4.new_markdown_cell("\n".join(lines))


def code(source, *outputs):
    """Make a cell of code with what it printed."""
    streams = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in outputs]
    return nbformat.v4.new_code_cell(source, outputs=streams)


def test_handout_is_whole(handout):
    """Headings, code, pictures, formulas and fonts of a lesson."""
    document, lesson = handout
    assert not faults(document, [lesson])
    pictures = sum(
        "image/png" in o.get("data", ()) for c in lesson["cells"] for o in c.get("outputs", ())
    )
    assert sum(len(sheet.boxes) for sheet in document.sheets) == pictures
    assert "not attempted" not in document.prose  # says nothing to a reader of paper


def test_handout_gives_nothing_away(handout):
    """The student's has the tasks and no solution of them."""
    document, _ = handout
    for exercise in exercises.LESSONS["02"].EXERCISES:
        lines = [squeeze(line).removeprefix("return") for line in solution(exercise.id)]
        assert not all(line in document.text for line in lines), exercise.id
        assert squeeze(exercise.explanation) not in document.text
        assert f"def{exercise.id}(" in document.code
    assert "Instructor" not in document.text


@pytest.mark.long
def test_instructors_handout_has_the_solutions(print_html):
    """Every line of them, and everything that the checks know."""
    lesson = pdf.lesson(LESSONS[0], instructor=True)
    document = Document(print_html(pdf.html([lesson], instructor=True)))
    assert not faults(document, [lesson])
    shown = given_away(SimpleNamespace(cells=lesson["cells"]))
    ids = {exercise.id for exercise in exercises.LESSONS["01"].EXERCISES}
    assert {exercise for _, exercise in shown} == ids
    for exercise in exercises.LESSONS["01"].EXERCISES:
        assert squeeze(f"✓ {exercise.id}: passed") in document.text
        for mistake in exercise.misconceptions:
            assert squeeze(mistake.sentence.replace("`", "")) in document.text
    marked = squeeze("Instructor's edition: do not hand out")
    assert all(marked in squeeze(sheet.text) for sheet in document.sheets)


def test_contents_name_the_pages(print_html, small):
    """Chapters begin on new pages, and the contents say on which."""
    lesson = nbformat.read(LESSONS[0], as_version=4)
    cover = next(cell for cell in lesson.cells if cell.id == pdf.COVER)
    filler = ["A line.\n"] * 60
    first = small(markdown("# First", "## Begin", *filler, "## Go on"), markdown("### In"), cover)
    second = small(markdown("# Last"), markdown("End."), name="02_small")
    document = Document(print_html(pdf.html([first, second], book=True)))
    assert _contents(document) == {"First": 3, "Begin": 3, "Goon": 5, "Last": 6}
    assert [page + 1 for _, page in document.bookmarks()] == [3, 3, 5, 5, 6]
    numbers = [re.match(r"(From One Neuron · lesson \d)?\s*(\d+)", s.text) for s in document.sheets]
    assert [number[2] for number in numbers[1:]] == list("23456")
    assert not numbers[0]  # the cover


def _contents(document):
    """Read the contents: squeezed title → page number."""
    pages = [sheet.text for sheet in document.sheets]
    first = next(i for i, text in enumerate(pages) if "Contents" in text)
    last = next(i for i, text in enumerate(pages[first:], first) if "lesson 1" in text)
    lines = re.findall(r"^(.+?)\s*?(\d+)$", "\n".join(pages[first:last]), flags=re.MULTILINE)
    return {squeeze(title): int(number) for title, number in lines}


def test_long_lines_are_not_cut_off(print_html, small):
    """A hundred signs of code fit; longer output goes on in the next line."""
    lesson = small(markdown("# Wide"), code("x" * 100, "y" * 180))
    document = Document(print_html(pdf.html([lesson])))
    assert not [fault for fault in faults(document, [lesson]) if "picture" not in fault]
    assert document.code == "x" * 100 + "y" * 180
    lesson = small(markdown("# Too wide"), code("x" * 103))
    fault = faults(Document(print_html(pdf.html([lesson]))), [lesson])
    assert any("too wide" in line for line in fault)


@pytest.mark.long
def test_headings_stay_with_what_follows(print_html, small):
    """On whichever line the page ends."""
    for lines in range(26, 38, 3):
        cells = [markdown("# Top", *["A line.\n"] * lines), markdown("## Second", "### Third")]
        lesson = small(*cells, code("\n".join(["x"] * 5)))
        document = Document(print_html(pdf.html([lesson])))
        assert not [f for f in faults(document, [lesson]) if "picture" not in f]


def test_the_same_bytes_twice(print_html, small):
    """Nothing in a PDF says when or where it was made."""
    lesson = small(markdown("# Title", "A formula, $x^2$."), code("print(1)", "1"))
    assert print_html(pdf.html([lesson])) == print_html(pdf.html([lesson]))


def test_nothing_is_fetched(print_html, small):
    """A picture of elsewhere is refused by name, and nothing is printed without it."""
    lesson = small(markdown("# Title", "![](http://example.org/a.png)"))
    with pytest.raises(RuntimeError, match=r"asked for http://example\.org/a\.png"):
        print_html(pdf.html([lesson]))
