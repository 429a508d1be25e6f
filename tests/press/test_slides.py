"""The decks of slides: what is on them, and how they look in a real browser."""

import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib

import browser as real
import lessons
import nbformat
import numpy as np
import prose
import pytest
from PIL import Image
from press import LESSONS, PACKAGES, ROOT, in_browser, lecture, notes, slides, words
from samples import sampled

if not PACKAGES.is_dir():
    pytest.skip(
        "needs reveal.js and MathJax, which npm installs: make slides", allow_module_level=True
    )

NAMES = [path.stem for path in LESSONS]
every_lesson = pytest.mark.parametrize("name", NAMES)
SIZES = real.SIZES


@pytest.fixture(scope="module")
def decks():
    """The slides of each lesson, before they are written."""
    return {path.stem: lecture.deck(path).slides for path in LESSONS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of decks, as `make slides` writes it."""
    target = tmp_path_factory.mktemp("slides") / "dist" / "slides"
    slides.make(target, alive=False)
    return target


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    """A browser with the size of the smaller projector."""
    with real.browser(tmp_path_factory.mktemp("profile"), height=720, seconds=120) as context:
        yield context


def open_deck(screen, folder, name):
    """Open a deck from its file, as a double click does, and wait until it can be used."""
    page = screen.new_page()
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("window.deck && deck.isReady()")
    return page


# --- What is on them -----------------------------------------------------------------------------


@every_lesson
def test_the_path_is_a_lecture_of_45_minutes(decks, name):
    """Sections begin where slides of the path begin, and have their time, notes and questions."""
    sections = tomllib.loads((notes.FOLDER / f"{name}.toml").read_text("utf-8"))["section"]
    path = [slide.name for slide in decks[name]]
    assert 30 <= len(path) <= 36
    starts = [section["cell"] for section in sections if section["minutes"]]
    assert all(section["minutes"] or section["more"] for section in sections)
    assert starts[0] == path[0] and starts == [cell for cell in path if cell in starts]
    assert sum(section["minutes"] for section in sections) == 45
    assert sum(slide.seconds for slide in decks[name]) == 45 * 60
    for section in sections:
        keys = set(section) - {"title", "more", "optional"}
        assert keys == {"cell", "minutes", "say", "questions", "discuss"}, section["cell"]
        assert len(section["say"]) > 80 and section["discuss"], section["cell"]
        for question in section["questions"]:
            assert set(question) == {"ask", "answer"} and "?" in question["ask"]
    assert len([question for section in sections for question in section["questions"]]) >= 12
    # Nobody speaks to a slide in less than half a minute, or to one for longer than four.
    assert not [slide.name for slide in decks[name] if not 30 <= slide.seconds <= 240]


@every_lesson
def test_every_cell_is_somewhere(decks, name):
    """What is not skipped is on exactly one slide: prose, code, output and picture."""
    notebook = json.loads(next(p for p in LESSONS if p.stem == name).read_text("utf-8"))
    every = [block for s in decks[name] for one in (s, *s.beneath) for block in one.blocks]
    shown = {kind: [] for kind in ("prose", "code", "output", "picture")}
    for block in every:
        shown[block.kind].append(block.content)
    live = [block.live for block in every if block.live]
    wanted = {kind: [] for kind in shown}
    for cell in notebook["cells"]:
        if cell["metadata"]["slideshow"]["slide_type"] == "skip":
            continue
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            wanted["prose"].append(source)
        elif source not in live:  # a demo of one line is its picture's caption
            wanted["code"].append(source)
        for output in cell.get("outputs", []):
            if lessons.is_still_note(output):
                continue
            data = output.get("data", {})
            kind = "picture" if "image/png" in data else "output"
            text = data.get("image/png") or output.get("text") or data.get("text/plain")
            wanted[kind].append("".join(text))
    for kind, contents in wanted.items():
        assert sorted(text.strip() for text in contents) == sorted(t.strip() for t in shown[kind])


@every_lesson
def test_slides_are_either_on_the_path_or_not(decks, name):
    """What is on the path has words for the room, and the lesson hangs beneath, in one row."""
    for slide in decks[name]:
        assert slide.on_path and slide.note and slide.words and not slide.blocks
        assert slide.beneath[0].name == f"{slide.name}-lesson"
        assert not any(below.on_path or below.beneath for below in slide.beneath)


@every_lesson
def test_words_for_the_room_are_few(decks, name):
    """A claim, at most three lines and one thing to look at; some twenty words."""
    counts = {}
    for slide in decks[name]:
        said, shows = slide.words, slide.words
        assert said.own, f"[slide.{slide.name}] is missing in notes/{name}.toml"
        counts[slide.name] = sum(len(words.spoken(text)) for text in said.said)
        assert len(said.lines) <= 3 and len(shows.code.splitlines()) <= 10, slide.name
        assert sum(map(bool, (shows.picture, shows.code, shows.formula))) <= 1, slide.name
        assert sum(map(len, shows.lit())) == len(shows.code.splitlines()), slide.name
        assert not said.ask or 0 <= said.right <= len(said.ask), slide.name
    assert max(counts.values()) <= 45, counts
    assert statistics.mean(counts.values()) <= 22
    told = set(words.tables(name)["slide"])
    # Words for a slide that is no more are worth nothing, and nobody would see it.
    assert told == {slide.name for slide in lecture.deck(path_of(name), 90).slides} & told


def path_of(name):
    """Return the notebook of a lesson."""
    return next(path for path in LESSONS if path.stem == name)


def stated(cells):
    """List the numbers in prose, printed outputs and descriptions of pictures, as in prose."""
    found = set()
    for cell in cells:
        texts = [cell.source if cell.cell_type == "markdown" else cell.metadata.get("alt", "")]
        # What differs from machine to machine is no number for a slide.
        own = "nbval-ignore-output" in cell.metadata.get("tags", ())
        for output in () if own else cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            texts.append(re.sub(r"(?<=\d)%", " %", text))
        found |= {number for text in texts for number, _ in prose.numbers(text)}
    return found


def not_held(slide, cells, elsewhere):
    """List the numbers on a slide that neither its cells nor those that it names state."""
    names = [name for one in slide.beneath[:1] for name in one.cells]
    known = stated(cells[name] for name in [*names, *elsewhere])
    said = slide.words
    texts = [said.title, *said.lines, said.answer, *(f"$${line}$$" for line in said.formula)]
    if said.picture and said.picture.cell.endswith(f"-{slide.name}"):  # a part, told here
        texts.append(said.picture.alt)
    about = said.ask[said.right - 1] if said.right else ""  # wrong options are guesses
    missing = [
        n for text in texts for n, _ in prose.numbers(text) if plain(n) not in map(plain, known)
    ]
    values = [float(re.sub("[,% ]", "", plain(n))) / (100 if "%" in n else 1) for n in known]
    return missing + [
        n
        for n, _ in prose.numbers(about)
        if plain(n) not in map(plain, known) and not any(prose.holds(n, v) for v in values)
    ]


def plain(number):
    """Return a number with the signs of a keyboard, and none between thousands."""
    return number.replace("−", "-").replace(" %", "%").replace(",", "")


def not_the_lessons(texts, cells):
    """List the numbers in the speaker's notes that no cell of the lesson says or shows."""
    known = {plain(n).lstrip("-") for n in stated(cells)}
    known |= {plain(n).lstrip("-") for c in cells for n, _ in prose.numbers(c.source)}
    values = {float(re.sub("[,%]", "", n)) for n in known if re.fullmatch(r"[\d.,]+%?", n)}
    found = [plain(n).lstrip("-") for text in texts for n, _ in prose.numbers(text)]
    return [n for n in found if n not in known and float(re.sub("[,%]", "", n)) not in values]


@every_lesson
def test_numbers_in_the_notes_are_those_of_the_lesson(name):
    """What a lecturer says aloud, the lesson says, prints or has in its code."""
    notebook = nbformat.read(path_of(name), as_version=4)
    book = notes.notes(name, notebook)
    assert len({note.say for note in book}) > 12
    for note in book:
        asked = (word for question in note.questions for word in question.values())
        texts = [note.say, *note.discuss, *asked]
        assert not not_the_lessons(texts, notebook.cells), note.cell
    assert not_the_lessons(["99.11 % and 98.77 %"], notebook.cells)[-1] == "98.77%"


@every_lesson
def test_numbers_on_slides_are_those_of_the_lesson(decks, name):
    """Each stands in the prose or the stored outputs of the cells that the slide stands for.

    There tests/numbers and the strict run hold it. A slide may name other cells of its lesson.
    """
    cells = {cell.id: cell for cell in nbformat.read(path_of(name), as_version=4).cells}
    tables = words.tables(name)["slide"]
    found = {
        slide.name: not_held(slide, cells, tables.get(slide.name, {}).get("numbers", ()))
        for slide in decks[name]
    }
    assert not {slide: numbers for slide, numbers in found.items() if numbers}


def test_a_number_that_the_lesson_has_not_is_found(decks):
    """The reader of numbers reads: titles, lines, formulas and right options."""
    cells = {cell.id: cell for cell in nbformat.read(LESSONS[0], as_version=4).cells}
    slide = next(slide for slide in decks["01_neuron"] if slide.name == "train")
    kept = slide.words
    for wrong in (dict(title="97 %"), dict(lines=["0.0417"]), dict(formula=["x = 3.5"])):
        slide.words = words.Words(**{"title": "One"} | wrong)
        assert not_held(slide, cells, ()), wrong
    slide.words = words.Words("One", ask=["about 9", "about 12"], right=2)
    assert not_held(slide, cells, ()) == ["12"]
    slide.words = kept


def test_a_cell_without_words_shows_its_heading_and_picture(monkeypatch):
    """A lesson may grow before its slides do: the deck is whole, and a test says what it lacks."""
    told = words.tables("01_neuron")
    for gone in ("confusion", "judge", "neuron-picture"):
        del told["slide"][gone]
    monkeypatch.setattr(words, "tables", lambda name: told)
    slides = {slide.name: slide for slide in lecture.deck(LESSONS[0]).slides}
    assert slides["judge"].words.title == "Judge it honestly" and not slides["judge"].words.own
    assert slides["confusion"].words.title == "Judge it honestly"
    assert slides["confusion"].words.picture.cell == "confusion"
    assert slides["neuron-picture"].words.title == "Why neurons?"
    told["slide"]["judge"] = {"titel": "A slip of the pen"}
    with pytest.raises(ValueError, match="titel"):
        lecture.deck(LESSONS[0])


def test_a_strip_in_two_rows_loses_nothing_but_its_title():
    """It is cut between panels, and the title that stands over all of them is left out."""
    pixels = np.full((60, 200), 255, np.uint8)
    pixels[5:9, 30:170:2] = 0  # a title
    for panel in range(4):
        pixels[20:50, 10 + 48 * panel : 40 + 48 * panel] = 0
    Image.fromarray(pixels).save(packed := io.BytesIO(), "png")
    made = words.Picture("toy", packed.getvalue(), "Four squares in a row, under a title").stacked()
    rows = np.asarray(Image.open(io.BytesIO(made.png)).convert("L"))
    assert made.cell == "toy-stacked" and made.size == (rows.shape[1], rows.shape[0])
    assert (rows == 0).sum() == 4 * 30 * 30
    half = rows.shape[0] // 2
    assert all((part == 0).sum() == 2 * 30 * 30 for part in (rows[:half], rows[half:]))


def test_a_label_of_an_axis_stays_with_its_panel():
    """Where it stands left of the middle, and its gap nearest to that is on its right."""
    pixels = np.full((60, 800), 255, np.uint8)
    for left, right in ((10, 180), (200, 388), (410, 590), (610, 790)):
        pixels[20:50, left:right] = 0
    pixels[30:40, 392:395] = 0  # the label of the third
    Image.fromarray(pixels).save(packed := io.BytesIO(), "png")
    made = words.Picture("toy", packed.getvalue(), "Four panels, one with a label").stacked()
    rows = np.asarray(Image.open(io.BytesIO(made.png)).convert("L")) == 0
    half = rows.shape[0] // 2
    assert rows[:half].sum() == 30 * (170 + 188)
    assert rows[half:].sum() == 30 * (180 + 180) + 30


def test_parts_of_a_picture_keep_their_places_and_their_letters():
    """They are cut beside what stands near the place that is named, or not at all."""
    pixels = np.full((100, 200), 255, np.uint8)
    for y in (10, 60):
        for x in (10, 60, 110, 160):
            pixels[y : y + 20, x : x + 30 : 2] = 0  # letters
    Image.fromarray(pixels).save(packed := io.BytesIO(), "png")
    whole = words.Picture("toy", packed.getvalue(), "Eight words in two rows")
    parts = [[[0, 0, 0.245, 0.5], [0.5, 0, 0.745, 0.5]], [[0, 0.5, 0.245, 1]]]  # in the gaps
    made = whole.cut(parts, "some", "Three of them")
    rows = np.asarray(Image.open(io.BytesIO(made.png)).convert("L")) == 0
    assert (made.cell, made.alt) == ("toy-some", "Three of them") and rows.sum() == 3 * 20 * 15
    half = rows.shape[1] // 2
    assert rows[:50, :half].sum() == rows[:50, half:].sum() == rows[50:].sum() == 20 * 15
    close = whole.cut([[[0, 0, 0.2, 1]]], "close", "")  # at 40, where a word ends
    assert (np.asarray(Image.open(io.BytesIO(close.png)).convert("L")) == 0).sum() == 2 * 20 * 15
    with pytest.raises(ValueError, match="letters"):
        whole.cut([[[0.37, 0, 1, 1]]], "torn", "")


def test_html_in_prose_stays_text():
    """And a link to another lesson leads to its deck."""
    assert "<script" not in slides._prose("Hello <script>alert(1)</script> and\n\n<b>bold</b>")
    assert 'href="01_neuron.html"' in slides._prose("[lesson 1](01_neuron.ipynb)")


def contents(folder):
    """Return what each file in a folder holds."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_made_again_it_is_the_same_and_a_failure_leaves_it_alone(folder, monkeypatch, tmp_path):
    """Same lessons, same bytes; and no half a folder."""
    before, again = contents(folder), tmp_path / "again"
    shutil.copytree(folder, again)
    (again / "06_old.html").write_text("a lesson that is no more", encoding="utf-8")
    written = slides.make(again, alive=False)
    assert contents(again) == before
    assert {path.relative_to(again) for path in written} == set(before)
    monkeypatch.setattr(slides, "_template", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        slides.make(folder, alive=False)
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["slides"]


def test_it_replaces_nothing_but_decks(tmp_path):
    """A wrong folder, once named, keeps what is in it."""
    (tmp_path / "thesis.tex").write_text("my life", encoding="utf-8")
    with pytest.raises(SystemExit, match="is not a folder of decks"):
        slides.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_without_npm_it_says_what_to_do(monkeypatch, tmp_path):
    """And writes nothing."""
    monkeypatch.setattr(slides, "PACKAGES", tmp_path / "none")
    with pytest.raises(SystemExit, match="make slides"):
        slides.make(tmp_path / "slides")
    assert not (tmp_path / "slides").exists()


@pytest.mark.parametrize("name", sampled(NAMES, test=5, quick=1))
def test_the_longer_path_has_exercises_in_class(decks, name):
    """The same slides and some more, and exercises with their mistakes for the speaker."""
    long = lecture.deck(path_of(name), 90)
    assert sum(slide.seconds for slide in long.slides) == 90 * 60
    assert sum(note.takes for note in long.sections) == 90
    names = [slide.name for slide in long.slides]
    assert [one for one in names if one in {s.name for s in decks[name]}] == [
        slide.name for slide in decks[name]
    ]
    exercises = [slide for slide in long.slides if slide.mistakes]
    assert 20 <= sum(slide.seconds for slide in exercises) // 60 <= 35 and len(exercises) >= 3
    for slide in exercises:
        assert slide.exercise.id in slide.words.title and len(slide.task) > 80
        assert len(slide.mistakes) == lecture.MISTAKES and slide.words.code.startswith("def ")
    further = set(names) - {s.name for s in decks[name]} - {slide.name for slide in exercises}
    assert len(further) >= 2
    # What the shorter path has not, its notes do not speak of.
    cells = {cell.id: cell for cell in nbformat.read(path_of(name), as_version=4).cells}
    for slide in long.slides:
        assert bool(slide.say) == (slide.name in further and slide.name != slide.note.cell)
        assert not not_the_lessons([slide.say], cells.values()), slide.name
    tables = words.tables(name)["slide"]
    held = {
        s.name: not_held(s, cells, tables[s.name].get("numbers", ()))
        for s in long.slides
        if s.name in further
    }
    assert not any(held.values()), held
    counts = [sum(len(words.spoken(text)) for text in slide.words.said) for slide in long.slides]
    assert max(counts) <= 45 and statistics.mean(counts) <= 22


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_ward_of_the_clinic_has_a_slide_in_ninety_minutes(decks, name):
    """With a complaint, a vote, a note and minutes of its own, and the patient's code beneath."""
    ward = "round" if name == "04_mini_batch" else "clinic"
    long = lecture.deck(path_of(name), 90)
    (slide,) = (slide for slide in long.slides if slide.name == ward)
    assert ward not in {one.name for one in decks[name]}
    assert slide.words.title.startswith("“") and slide.words.right and slide.words.picture
    assert slide.note.cell == ward and slide.note.takes == slide.seconds // 60 >= 4
    assert "patch" in slide.note.say and slide.note.optional
    short = [note.cell for note in lecture.deck(path_of(name)).sections]
    assert ward not in short and len(short) == len(long.sections) - 1
    code = [block.content for one in slide.beneath for block in one.blocks]
    assert slide.words.picture.live or any("plan = Plan(" in text for text in code)


CHANGED = """
[title]
lecturer = "Ada Lovelace"
logo = "mark.png"
logo_alt = "A mark"
[colours]
accent = "#5b2c83"
[lesson.01]
leave_out = ["why", "perceptron-train"]
move = { scale = "title" }
[[lesson.01.add]]
after = "data"
title = "What you already know"
lines = ["A line of yours with $x^2$"]
"""


def test_a_lecturer_changes_slides_in_one_file(tmp_path, screen, decks):
    """Title slide, colour and logo; a slide less, one moved, one more."""
    (tmp_path / "my.toml").write_text(CHANGED, encoding="utf-8")
    picture = next(s.words.picture for s in decks["01_neuron"] if s.words.picture)
    (tmp_path / "mark.png").write_bytes(picture.png)
    target = tmp_path / "slides"
    slides.make(target, names=["01"], yours=tmp_path / "my.toml", alive=False)
    page = open_deck(screen, target, "01_neuron")
    names = page.evaluate("deck.getHorizontalSlides().map(s => s.querySelector('section').id)")
    assert names[:5] == ["title", "scale", "neuron-picture", "data", "added-1"]
    assert "why" not in names and "perceptron-train" not in names
    assert page.get_by_text("Ada Lovelace", exact=True).is_visible()
    assert page.get_by_alt_text("A mark", exact=True).evaluate("image => image.naturalWidth") > 0
    colour = "h1 => getComputedStyle(h1).color"
    assert page.locator("h1").first.evaluate(colour) == "rgb(91, 44, 131)"
    page.close()
    assert sum(one.seconds for one in lecture.deck(LESSONS[0], 45).slides) == 45 * 60
    for wrong, told in (
        ('[lesson.01]\nleave_out = ["nowhere"]', "no slide 'nowhere'"),
        ('[title]\nlogos = "x"', "'logos'"),
        ('[title]\nlogo = "none.png"', "none.png"),
    ):
        (tmp_path / "my.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(SystemExit, match=told):
            slides.make(target, names=["01"], yours=tmp_path / "my.toml", alive=False)


@pytest.mark.parametrize(
    ("options", "told"), [({"names": ["07"]}, "no lesson 07"), ({"minutes": 60}, "none of 60")]
)
def test_what_is_not_there_is_said(options, told, tmp_path):
    """A lesson, or a length."""
    with pytest.raises(SystemExit, match=told):
        slides.make(tmp_path / "slides", **options, alive=False)


def test_path_means_minutes_and_commands_are_still_found(tmp_path):
    """`make slides NB=02 PATH=90`, though PATH is where the shell looks for commands."""
    (tmp_path / "Makefile").write_text(
        f'include {ROOT / "Makefile"}\nshow:\n\t@echo "$$PATH" $(MINUTES)\n', encoding="utf-8"
    )
    for given, minutes in ([], "45"), (["PATH=90"], "90"):
        done = subprocess.run(
            ["make", "--no-print-directory", "-f", tmp_path / "Makefile", "show", *given],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        assert done.stdout.strip() == f"{os.environ['PATH']} {minutes}"


# --- In a browser --------------------------------------------------------------------------------

TURN_TO = real.TURN_TO

# What a deck shows to the eye and to a screen reader, once MathJax is done.
LOOK = r"""() => {
  const prose = [...document.querySelectorAll(".prose, .kicker")].map((box) => {
    const copy = box.cloneNode(true);
    copy.querySelectorAll("code, mjx-container").forEach((part) => part.remove());
    return copy.textContent;
  });
  return {
    raw: prose.filter((text) => /\$|\\\(|\\[a-z]{3}/.test(text)),
    formulas: document.querySelectorAll("mjx-container > svg").length,
    spoken: document.querySelectorAll("mjx-container math").length,
    broken: document.querySelectorAll("mjx-merror, [data-mjx-error]").length,
    alts: [...document.images].map((image) => image.alt),
    sizes: [...document.images].map((image) => image.naturalWidth),
  };
}"""


@pytest.mark.parametrize("name", sampled(NAMES, test=3, quick=1))
def test_it_needs_nothing_but_its_folder(screen, folder, name):
    """No request beyond the files beside it, no complaint, all formulas set, all pictures told."""
    asked, complaints = [], []
    page = screen.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("window.deck && deck.isReady()")
    look = page.evaluate(LOOK)
    page.close()
    assert not complaints
    files = [url for url in asked if not url.startswith("data:")]
    assert len(files) > 8 and all(url.startswith(folder.as_uri()) for url in files), files
    assert not look["raw"] and not look["broken"]
    assert look["formulas"] > 10 and look["spoken"] == look["formulas"]
    assert all(look["sizes"]) and len(look["alts"]) > 15
    assert not [alt for alt in look["alts"] if len(alt) < 30]


@pytest.mark.long
@every_lesson
def test_the_keyboard_reaches_every_slide(screen, folder, decks, name):
    """Nothing but two is needed: Space along the path, then ↓ beneath each of its slides."""
    page = open_deck(screen, folder, name)
    here = "() => deck.getCurrentSlide().id"
    seen = [page.evaluate(here)]
    for slide in decks[name][1:]:
        for _ in range(12):  # steps of code and the like come first
            page.keyboard.press("Space")
            if page.evaluate(here) != seen[-1]:
                break
        seen.append(page.evaluate(here))
        assert seen[-1] == slide.name
    page.keyboard.press("Home")
    beneath = []
    for slide in decks[name]:
        page.evaluate(TURN_TO, slide.name)
        for _ in slide.beneath:
            for _ in range(12):
                page.keyboard.press("ArrowDown")
                if page.evaluate(here) not in (slide.name, *beneath):
                    break
            beneath.append(page.evaluate(here))
    page.close()
    assert beneath == [below.name for slide in decks[name] for below in slide.beneath]


# For the slide that is shown: what sticks out of it, what is cut off, what is too small to read.
# Text is measured glyph run by glyph run, which no `overflow` can hide.
MEASURE = r"""() => {
  const slide = deck.getCurrentSlide(), scale = deck.getScale(), faults = [];
  const room = slide.querySelector(".room");
  const [frame, body, foot] = [".frame", room ? ".room" : ".body", room ? ".number" : ".foot"].map(
    (part) => slide.querySelector(part).getBoundingClientRect());
  const PARTS = "mjx-container > svg, img, .source pre, .output, .steps pre, .formula, .votes";
  const end = room ? frame.bottom : foot.top;
  const arrows = [...document.querySelectorAll(".controls button.enabled")];
  const inside = (rect, what) => {
    const out = Math.max(body.left - rect.left, rect.right - body.right,
      frame.top - rect.top, rect.bottom - end);
    if (out > 1) faults.push(`${what} sticks out by ${out.toFixed(1)}`);
    for (const arrow of arrows) {
      const { left, right, top, bottom } = arrow.getBoundingClientRect();
      if (rect.right > left && rect.left < right && rect.bottom > top && rect.top < bottom)
        faults.push(`${what} lies under an arrow`);
    }
  };
  const walker = document.createTreeWalker(slide.querySelector(".frame"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, parent = text.parentElement;
    if (!text.data.trim() || parent.closest("mjx-container, .kicker, .foot")) continue;
    if (parent.closest("li:not(.right) > .tick")) continue; // only the right one's
    const range = document.createRange(), said = JSON.stringify(text.data.slice(0, 30));
    range.selectNodeContents(text);
    for (const rect of range.getClientRects()) inside(rect, said);
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const least = room ? (parent.closest(".steps") ? 20 : 24) : parent.closest(".output") ? 14 : 16;
    if (size < least) faults.push(`${said} is ${size} px`);
    if (getComputedStyle(parent).visibility !== "visible") faults.push(`${said} is hidden`);
  }
  for (const part of slide.querySelectorAll(PARTS)) {
    inside(part.getBoundingClientRect(), part.nodeName);
    if (part.matches("pre") && part.scrollWidth > part.clientWidth) faults.push("code is cut off");
  }
  for (const image of slide.querySelectorAll("img")) {
    const { width, height } = image.getBoundingClientRect();
    const shown = Math.min(width / image.naturalWidth, height / image.naturalHeight) / scale;
    const least = Math.min(1, 1184 / image.naturalWidth) - 0.02;
    if (shown < least) faults.push(`picture at ${shown.toFixed(2)} of its size`);
    const share = (width * height) / (frame.width * frame.height); // half is the picture's
    if (room && share < 0.5 && !image.matches(".logo"))
      faults.push(`picture on ${(100 * share).toFixed(0)} % of the slide`);
  }
  const sides = slide.querySelectorAll(".words, .said, .room > figure, .beside > figure");
  const [words, figure] = [...sides].map((part) => part.getBoundingClientRect());
  if (figure && words.right > figure.left + 1 && (!room || words.bottom > figure.top + 1))
    faults.push("words run into the picture");
  return faults;
}"""


def faults_of(page):
    """List what is wrong on any slide of the deck, all fragments shown."""
    places = page.evaluate(
        "deck.getSlides().map(s => [s.id, deck.getIndices(s).h, deck.getIndices(s).v])"
    )
    found = []
    for name, h, v in places:
        page.evaluate("([h, v]) => deck.slide(h, v, 99)", [h, v])
        found += [f"{name}: {fault}" for fault in page.evaluate(MEASURE)]
    return found, len(places)


def everything_fits(screen, folder, name, size):
    """Open each slide of a deck in a window of this size."""
    page = screen.new_page()
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("window.deck && deck.isReady()")
    found, n = faults_of(page)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.body')].map(body => getComputedStyle(body).fontSize)"
    )
    page.close()
    assert n > 60
    assert not found, "\n".join(found)
    # Beneath the path small type is the exception: it fits because it has to.
    assert statistics.median(float(size.removesuffix("px")) for size in sizes) >= 28


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.long)], ids=str
)
def test_everything_fits_on_the_slides_of_lesson_1(screen, folder, size):
    """Neither cut off, nor over the edge, nor too small to read from the last row."""
    everything_fits(screen, folder, "01_neuron", size)


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", NAMES[1:])
def test_everything_fits_on_every_slide(screen, folder, name, size):
    """The same for the other lessons."""
    everything_fits(screen, folder, name, size)


@pytest.mark.whole
@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=str)
@every_lesson
def test_everything_fits_on_the_longer_path(screen, tmp_path, name, size):
    """Its exercises, and what moved up from beneath."""
    slides.make(tmp_path / "slides", names=[name[:2]], minutes=90, alive=False)
    everything_fits(screen, tmp_path / "slides", name, size)


SPOIL = {
    "sticks out": ".body { padding-top: 600px; }",
    "code is cut off": ".source pre { overflow: hidden; width: 200px; }",
    "is 12 px": ".prose { font-size: 12px; }",
    "is 23 px": ".room h2 { font-size: 23px !important; }",
    "% of the slide": ".room img { max-height: 300px !important; }",
    "of its size": "img { max-height: 100px; }",
    "is hidden": ".prose { visibility: hidden; }",
    "run into the picture": ".words { margin-right: -100px; }",
    "under an arrow": ".controls { bottom: 200px !important; right: 300px !important; }",
}


def test_what_does_not_fit_is_found(screen, folder):
    """The measure measures: each fault, made on purpose, is reported."""
    page = open_deck(screen, folder, "01_neuron")
    for fault, style in SPOIL.items():
        found = []
        spoiled = page.add_style_tag(content=style)
        for name in ("overflow-predict-lesson", "template-intro-lesson", "template-intro"):
            page.evaluate(TURN_TO, name)
            found += page.evaluate(MEASURE)
        spoiled.evaluate("style => style.remove()")
        assert [line for line in found if fault in line], (fault, found)
    page.close()


def test_the_speaker_sees_notes_next_slide_and_plan(screen, folder, decks):
    """S opens a second window, from a file too; each window turns the slides of both."""
    page = open_deck(screen, folder, "01_neuron")
    view = real.speaker_of(page)
    assert view.locator("tr[aria-current=true]").inner_text().startswith("0\t1 min")
    page.keyboard.press("ArrowRight")
    view.get_by_text("Is that how the brain works?").wait_for()
    assert view.locator("tr[aria-current=true]").inner_text().startswith("1\t2 min")
    now, after = (view.locator(f".{name} h2").inner_text() for name in ("now", "after"))
    words_now, words_after = (slide.words.title for slide in decks["01_neuron"][1:3])
    assert (now, after) == (words_now, words_after)
    # The lesson's own words are at hand, formulas set.
    assert "Warren McCulloch" in view.locator(".lesson").inner_text()
    view.keyboard.press("PageDown")
    assert page.evaluate("deck.getCurrentSlide().id") == "neuron-picture"
    assert view.locator(".after img").evaluate("image => image.naturalWidth") > 100
    assert view.locator("table tr").count() == len({slide.section for slide in decks["01_neuron"]})
    view.close()
    page.close()


def test_the_speaker_counts_hands_and_sees_what_the_room_does_not_see_yet(screen, folder):
    """In the speaker's window alone; the bars stand on the slide."""
    page = open_deck(screen, folder, "01_neuron")
    view = real.speaker_of(page)
    page.evaluate("deck.slide(deck.getIndices(document.getElementById('training')).h)")
    view.locator(".presses", has_text="1 press to come").wait_for()
    boxes = view.locator(".hands input")
    boxes.first.focus()
    view.keyboard.type("12")
    view.keyboard.press("ArrowUp")  # a key of the box, not of the deck
    assert page.locator("#training input").first.input_value() == "13"
    assert page.locator("#training .bar span").first.evaluate("bar => bar.style.width") == "100%"
    view.keyboard.press("PageDown")
    view.locator(".presses", has_text="all is shown").wait_for()
    assert boxes.first.input_value() == "13"
    view.keyboard.press("PageUp")
    view.locator(".presses", has_text="1 press to come").wait_for()
    view.close()
    page.close()


@pytest.mark.long
def test_the_speakers_clock_says_how_far_behind(screen, folder):
    """Against the plan, to the second, with what to leave out; on a clock of the test's own."""
    page = open_deck(screen, folder, "01_neuron")
    page.evaluate("window.passed = 0; Date.now = () => 1e12 + 1000 * window.passed")
    view = real.speaker_of(page)
    view.get_by_role("button", name="Start the clock").click()
    for passed, told in ((59, "on time"), (90, "0:30 behind")):
        page.evaluate("passed => (window.passed = passed)", passed)
        view.locator(".against", has_text=told).wait_for()
    assert not view.locator(".out").inner_text()
    page.evaluate("window.passed = 150")
    view.locator(".out", has_text="Leave out: Its worst mistakes (1 min)").wait_for()
    for _ in range(3):
        page.keyboard.press("PageDown")
    view.locator(".against", has_text="0:30 ahead").wait_for()
    assert not view.locator(".out").inner_text()
    # Stopped, it stays; and the type grows without end for nobody.
    view.get_by_role("button", name="Stop the clock").click()
    page.evaluate("window.passed = 1000")
    view.wait_for_timeout(700)
    assert view.locator(".clock").inner_text() == "2:30 of 45:00"
    before = view.locator(".notes").evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    for _ in range(30):
        view.get_by_role("button", name="Larger type").click()
    size = view.locator(".notes").evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    assert before < size == 48
    view.close()
    page.close()


def test_hands_become_bars_that_stay_beside_the_answer(screen, folder):
    """Typed by the lecturer, and nobody is asked; a clicker turns the slide all the same."""
    page = open_deck(screen, folder, "01_neuron")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("deck.slide(deck.getIndices(document.getElementById('training')).h)")
    boxes = page.locator("#training input")
    assert (
        page.locator("#training .right .tick").evaluate("t => getComputedStyle(t).opacity") == "0"
    )
    boxes.first.focus()
    for hands in ("12", "6", "3"):
        page.keyboard.type(hands)
        page.keyboard.press("Enter")
    widths = "bars => bars.map(bar => bar.style.width)"
    assert page.locator("#training .bar span").evaluate_all(widths) == ["100%", "50%", "25%"]
    page.get_by_role("button", name="about 95 %").click()
    assert page.get_by_role("button", name="about 95 %").get_attribute("aria-pressed") == "true"
    boxes.first.focus()
    page.keyboard.press("PageDown")
    assert (
        page.locator("#training .right .tick").evaluate("t => getComputedStyle(t).opacity") == "1"
    )
    page.evaluate("deck.slide(deck.getIndices(document.getElementById('test-accuracy')).h)")
    assert page.locator("#test-accuracy .bar span").evaluate_all(widths) == ["100%", "50%", "25%"]
    assert page.locator("#test-accuracy output").all_inner_texts() == ["12", "6", "3"]
    page.close()
    assert not asked


def test_without_python_the_picture_stands_and_says_why(screen, folder):
    """Where it was not at hand when the decks were made, or is not beside this one."""
    page = open_deck(screen, folder, "01_neuron")
    page.evaluate(TURN_TO, "two-inputs")
    assert page.locator("#two-inputs img").is_visible()
    told = page.locator("#two-inputs .whose-keys")
    assert told.inner_text() == "Moves in the notebook"
    page.evaluate("document.body.dataset.figures = 'figures/'; figures(deck.getIndices().h)")
    page.get_by_text("Moves where a server shows this deck").wait_for()
    assert told.inner_text() == "Moves where a server shows this deck"
    page.close()


@pytest.fixture(scope="module")
def alive(tmp_path_factory):
    """The decks of lessons 1 and 2 with Python beside them."""
    if not (os.environ.get("COURSE_PYODIDE") and in_browser.PYODIDE.exists()):
        pytest.skip("needs Python for browsers: COURSE_PYODIDE=folder")
    target = tmp_path_factory.mktemp("alive") / "slides"
    slides.make(target, names=["01", "02"])
    return target


@pytest.mark.long
def test_figures_move_from_a_file(screen, alive):
    """Opened by a double click: nothing is asked of a network, and nothing before its time.

    With reduced motion nothing moves by itself: a figure is still until somebody moves a control.
    """
    page, asked, failed = screen.new_page(), [], []
    page.emulate_media(reduced_motion="reduce")
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto((alive / "01_neuron.html").as_uri() + "#/sigmoid")
    page.wait_for_function("window.deck && deck.isReady()")
    page.wait_for_timeout(500)
    assert not [url for url in asked if "packed/" in url]  # it is three slides ahead
    page.evaluate(TURN_TO, "overflow-predict")
    page.locator("#two-inputs .whose-keys", has_text="Python is on its way").wait_for(
        state="attached"
    )
    canvas = page.locator("#two-inputs .living canvas")
    canvas.wait_for(state="attached")
    page.evaluate(TURN_TO, "two-inputs")
    slider = page.locator("#two-inputs .living input[type=range]").first
    slider.focus()
    page.wait_for_timeout(500)
    shown = canvas.evaluate("canvas => canvas.toDataURL()")
    page.wait_for_timeout(1000)
    assert canvas.evaluate("canvas => canvas.toDataURL()") == shown
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "old => document.querySelector('#two-inputs canvas').toDataURL() !== old", arg=shown
    )
    page.close()
    assert not failed
    assert all(url.startswith((alive.as_uri(), "data:", "blob:")) for url in asked)


# What moves at this moment: transitions and animations that have not come to rest.
MOVING = """() => document.getAnimations().filter((one) => one.playState === "running").map(
  ({ effect, transitionProperty, animationName }) =>
    `${effect.target.className} ${transitionProperty ?? animationName}`)"""


@pytest.mark.long
def test_with_reduced_motion_nothing_moves_by_itself(screen, folder):
    """Neither slides nor arrows, progress, code that lights up or bars of a prediction."""
    moved = {}
    for motion in ("no-preference", "reduce"):
        page = screen.new_page()
        page.emulate_media(reduced_motion=motion)
        page.goto((folder / "01_neuron.html").as_uri())
        page.wait_for_function("window.deck && deck.isReady()")
        found = page.evaluate(MOVING)
        for key in ["Space"] * 40 + ["ArrowDown", "ArrowUp", "o", "o"]:
            page.keyboard.press(key)
            found += page.evaluate(MOVING)
        moved[motion] = found
        page.close()
    assert moved["no-preference"]  # the test sees what moves
    assert not moved["reduce"]


@pytest.mark.long
def test_figures_move_where_a_server_shows_the_deck(screen, alive):
    """In the state that the note names, two slides ahead; arrow keys for one at a time."""
    with real.serving(alive) as address:
        page, asked, failed = screen.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(f"{address}/01_neuron.html#/sigmoid")
        page.wait_for_function("window.deck && deck.isReady()")
        page.wait_for_timeout(500)
        assert not [url for url in asked if "worker.js" in url]  # it is three slides ahead
        page.evaluate(TURN_TO, "overflow-predict")
        canvas = page.locator("#two-inputs .living canvas")
        canvas.wait_for(state="attached")
        page.evaluate(TURN_TO, "two-inputs")
        here, keys = "deck.getCurrentSlide().id", page.locator("#two-inputs .whose-keys")
        assert keys.inner_text() == "Keys: the deck. Tab: into the figure"
        slider = page.locator("#two-inputs .living input[type=range]").first
        before = slider.input_value()
        slider.focus()
        assert keys.inner_text() == "Keys: the figure. Esc: back to the deck"
        page.keyboard.press("ArrowRight")
        assert slider.input_value() != before and page.evaluate(here) == "two-inputs"
        page.keyboard.press("Escape")
        assert keys.inner_text() == "Keys: the deck. Tab: into the figure"
        page.keyboard.press("ArrowRight")
        assert page.evaluate(here) == "forward-shapes"
        page.keyboard.press("ArrowLeft")
        slider.focus()
        page.keyboard.press("PageDown")  # a clicker's key, from inside the figure
        assert page.evaluate(here) == "forward-shapes"
        page.evaluate(TURN_TO, "choose-rate")
        rate = page.locator("#choose-rate .living input[type=range]").first
        rate.wait_for(state="attached")
        assert rate.get_attribute("aria-valuetext") == "0.2"
        box, inside = page.locator("#choose-rate figure"), page.locator("#choose-rate .living")
        assert inside.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert box.locator("canvas").bounding_box()["width"] > 800
        assert not real.axe_on_slides(page, names=["choose-rate"])
        # Beside words the canvas is as large, and the buttons are in sight without scrolling.
        page.goto(f"{address}/02_hidden_layer.html#/walk-intro")
        page.wait_for_function("window.deck && deck.isReady()")
        page.evaluate(TURN_TO, "walk-intro")
        figure = page.locator("#walk-intro figure")
        figure.locator(".living canvas").wait_for()
        outer = figure.bounding_box()
        for part in ("canvas", ".buttons"):
            inner = figure.locator(f".living {part}").bounding_box()
            assert inner["x"] + inner["width"] <= outer["x"] + outer["width"], part
            assert inner["y"] + inner["height"] <= outer["y"] + outer["height"], part
            assert part == ".buttons" or inner["width"] > 800
        page.close()
        assert not failed
        assert all(url.startswith((address, "data:", "blob:")) for url in asked)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, marks=() if (n, k) == (1, 0) else pytest.mark.whole)
        for n, name in enumerate(NAMES)
        for k, size in enumerate(SIZES)
    ],
    ids=str,
)
def test_axe_finds_nothing_on_any_slide(screen, tmp_path, name, size):
    """Nor in the speaker's view; those of 90 minutes, which have all that the others have."""
    pytest.importorskip("axe_playwright_python")
    slides.make(tmp_path / "slides", names=[name[:2]], minutes=90, alive=False)
    page = screen.new_page()
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto((tmp_path / "slides" / f"{name}.html").as_uri())
    page.wait_for_function("window.deck && deck.isReady()")
    assert not real.axe_on_slides(page)
    view = real.speaker_of(page)
    some = page.evaluate(SOME)
    assert len(some) == 3
    assert not real.axe_on_slides(page, view, some)
    view.close()
    page.close()


# A prediction, a derivation and an exercise in class.
SOME = """[".votes", ".formula", ".steps"].map(
  (kind) => document.querySelector(`.path:has(${kind})`).id)"""


@pytest.mark.long
def test_make_prints_slides_notes_and_a_plan(tmp_path, decks):
    """The path alone, a page for each slide; with notes one more each; the plan fits on one."""
    pypdf = pytest.importorskip("pypdf")
    code = "import sys; from pathlib import Path; from press import slides\n"
    code += "slides.make(Path(sys.argv[1]), names=['03'], alive=False, printed=True)"
    env = os.environ | {"PYTHONPATH": str(ROOT / "tools")}
    # In a process of its own: this one has a browser open already.
    subprocess.run([sys.executable, "-c", code, tmp_path / "slides"], env=env, check=True)
    pages = {
        path.stem.removeprefix("03_softmax"): pypdf.PdfReader(path).pages
        for path in (tmp_path / "slides").glob("*.pdf")
    }
    n = len(decks["03_softmax"])
    assert {name: len(found) for name, found in pages.items()} == {
        "": n,
        "_notes": 2 * n,
        "_plan": 1,
    }
    plan = pages["_plan"][0].extract_text()
    assert "45 minutes" in plan and "Measure the surprise" in plan and "*" in plan


@pytest.mark.long
def test_it_prints_a_page_for_each_slide(screen, folder, decks, tmp_path):
    """With ?print-pdf, fragments shown."""
    pypdf = pytest.importorskip("pypdf")
    page = screen.new_page()
    page.goto((folder / "01_neuron.html").as_uri() + "?print-pdf")
    page.wait_for_function("document.querySelectorAll('.pdf-page').length > 0")
    page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True, print_background=True)
    page.close()
    pages = pypdf.PdfReader(tmp_path / "deck.pdf").pages
    assert len(pages) == sum(1 + len(slide.beneath) for slide in decks["01_neuron"])
    assert float(pages[0].mediabox.width) / float(pages[0].mediabox.height) == pytest.approx(16 / 9)
    assert "overflow encountered" in "".join(page.extract_text() for page in pages)


@pytest.mark.long
def test_axe_finds_nothing_in_the_list_of_decks_and_in_a_plan(screen, folder):
    """And on a slide it finds what was spoilt."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name in ("index", "01_neuron_plan"):
        page = screen.new_page()
        page.goto((folder / f"{name}.html").as_uri())
        assert page.get_by_role("link").count() == (2 * len(NAMES) if name == "index" else 0)
        assert not axe.run(page).response["violations"], name
        page.close()
    page = open_deck(screen, folder, "01_neuron")
    page.add_style_tag(content=".room h2 { color: #ccc !important; }")
    page.evaluate("document.querySelector('#two-inputs img').removeAttribute('alt')")
    found = real.axe_on_slides(page, names=["two-inputs", "overflow-predict-lesson"])
    page.close()
    spoilt = "two-inputs"
    assert [one[:2] for one in found] == [(spoilt, "color-contrast"), (spoilt, "image-alt")]


def test_the_list_of_decks_says_how_long_they_are(folder, decks):
    """It counts slides and minutes."""
    text = re.sub(r"\s+", " ", (folder / "index.html").read_text("utf-8"))
    for name, path in decks.items():
        assert f'href="{name}.html"' in text
        assert f"{len(path)} slides in 45 minutes" in text
