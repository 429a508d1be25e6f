"""Lectures: what stands on the slides of a lesson, in which order, and for how long.

A deck is a row of slides, the path of 45 or of 90 minutes. What stands on them is told beside the
speaker's notes, in notes/*.toml, slide by slide (`press.words`). Under each hangs the lesson: first
the cells tagged `lecture` that it stands for, as they are, then what the lesson says beyond them,
and the code of its picture. So → walks the path, and ↓ answers a question. A cell of slide type
`slide` or `subslide` begins a slide; `-` continues the last one of its kind, on the path or beneath
it; `fragment` as well, but it waits for a press; `skip` leaves a cell out.
"""

import ast
import re
import struct
from base64 import b64decode
from dataclasses import dataclass, field

from press import stored, words
from press.notes import heading_of, notes
from press.words import Words


@dataclass
class Block:
    """Prose, code, text that code printed, or a picture."""

    kind: str
    content: str
    fragment: int | None = None  # with which press it appears
    alt: str = ""
    size: tuple = ()  # of a picture, in pixels
    cell: str = ""  # of a picture
    live: str = ""  # the call that makes a demo

    @property
    def png(self):
        """A picture's bytes."""
        return b64decode(self.content)

    @property
    def columns(self):
        """How wide code and what it printed are, in characters."""
        return max(map(len, self.content.splitlines()), default=0)


@dataclass
class Slide:
    """What is seen at once: the blocks of some cells."""

    name: str
    on_path: bool
    kicker: str = ""  # the heading that it continues
    blocks: list = field(default_factory=list)
    beneath: list = field(default_factory=list)
    cells: list = field(default_factory=list)  # what it is made of
    words: Words | None = None  # on the path: what is said there
    note: object = None  # of its section
    section: int = 0
    seconds: int = 0
    say: str = ""  # beside its section's note
    mistakes: list = field(default_factory=list)  # of an exercise in class
    exercise: object = None
    task: str = ""  # what the notebook asks there

    @property
    def picture(self):
        """The picture, if there is one."""
        return next((block for block in self.blocks if block.kind == "picture"), None)

    @property
    def beside(self):
        """Whether the picture is narrow enough to stand beside the words."""
        if not self.picture or len(self.blocks) == 1:
            return False
        width, height = self.picture.size
        columns = max((b.columns for b in self.blocks if b.kind == "code"), default=0)
        # The longest line of code keeps 16 px of type, a little less than ten to a character.
        return width < 1.95 * height and 10 * columns + 60 + width < 1184


def slides_of(notebook):
    """Return the slides on the path, each with those `beneath` it."""
    path, last, heading = [], {}, ""
    for cell in notebook.cells:
        kind = cell.metadata.slideshow.slide_type
        if kind in ("skip", "notes"):
            continue
        on_path = "lecture" in cell.metadata.get("tags", [])
        own = re.match(r"#+ (.*)", cell.source) if cell.cell_type == "markdown" else None
        if kind in ("slide", "subslide"):
            last[on_path] = Slide(cell.id, on_path, "" if own else heading)
            path.append(last[on_path]) if on_path else path[-1].beneath.append(last[on_path])
        slide = last[on_path]
        slide.cells.append(cell.id)
        heading = own[1] if own else heading
        shown, code = _blocks(cell)
        if kind == "fragment":
            press = 1 + max((block.fragment or 0 for block in slide.blocks), default=0)
            for block in shown:
                block.fragment = press
        slide.blocks += shown
        if code:
            name = f"{cell.id}-code"
            beneath = Slide(name, False, f"{heading}: the code of the picture", [code])
            stack = path[-1].beneath
            stack.insert(stack.index(slide) + 1 if slide in stack else 0, beneath)
    return path


def _blocks(cell):
    """Return what a cell shows, and its code if that has to stand on a slide of its own.

    A picture needs the room, and the code that draws it is not what it is about. Where it is, as in
    a loop of training, the cell has the tag `show-code`. The one line of a demo is its caption.
    """
    if cell.cell_type == "markdown":
        return [Block("prose", cell.source)], None
    code, outputs, live = Block("code", cell.source), [], ""
    for output in cell.outputs:
        data = output.get("data", {})
        if png := data.get("image/png"):
            size = struct.unpack(">II", b64decode(png)[16:24])
            live = cell.source.splitlines()[-1] if "demos." in cell.source else ""
            look = dict(alt=cell.metadata.alt, size=size, live=live, cell=cell.id)
            outputs.append(Block("picture", png.strip(), **look))
        else:
            outputs.append(Block("output", (output.get("text") or data["text/plain"]).rstrip()))
    picture = any(block.kind == "picture" for block in outputs)
    if not picture or "show-code" in cell.metadata.get("tags", []):
        return [code, *outputs], None
    return outputs, None if cell.source == live else code


# --- The path ------------------------------------------------------------------------------------

MISTAKES = 6  # of an exercise in class: as many as a speaker can look through


@dataclass
class Deck:
    """A lecture: its slides, those on the path, and the sections with their notes."""

    name: str
    title: str
    slides: list
    sections: list
    minutes: int


def deck(path, minutes=45, yours=None):
    """Return the lecture of the notebook at `path`, of 45 or of 90 minutes.

    `yours` is what a lecturer has changed, as `press.yours` reads it.
    """
    notebook = stored(path)
    long = minutes > 45
    book = [note for note in notes(path.stem, notebook) if note.minutes or long]
    slides = path_of(notebook, words.tables(path.stem), long)
    starts, section = [note.cell for note in book], -1
    for slide in slides:
        section += slide.name in starts
        slide.section, slide.note = max(0, section), book[max(0, section)]
    if yours:
        slides = yours.changed(slides, path.stem)
    said = {slide.name: slide.words for slide in slides}
    for slide in slides:
        slide.words.recalled = said.get(slide.words.recall)
    begins = 0
    for k, note in enumerate(book):
        inside = [slide for slide in slides if slide.section == k]
        own = [slide for slide in inside if not slide.seconds]
        seconds = 60 * (note.minutes + (note.more if long else 0))
        for n, slide in enumerate(own):
            slide.seconds = seconds * (n + 1) // len(own) - seconds * n // len(own)
        takes = sum(slide.seconds for slide in inside) // 60
        book[k] = note._replace(begins=begins, takes=takes)
        begins += takes
        for slide in inside:
            slide.note = book[k]
    return Deck(path.stem, heading_of(notebook.cells[0].source), slides, book, minutes)


def path_of(notebook, told, long):
    """Return the slides on the path: each with its words, and beneath it the lesson."""
    tables, exercises, found = told["slide"], told["exercise"], []
    cells = {cell.id: cell for cell in notebook.cells}
    for lesson in slides_of(notebook):
        begin = lesson.name
        found.append(_with_words(lesson, notebook, cells, tables))
        if long:  # some of what the lesson says beyond the path moves up
            found[-1].beneath, rest = [], found[-1].beneath
            for one in rest:
                if tables.get(one.name, {}).get("path") == 90:
                    found.append(_with_words(one, notebook, cells, tables))
                else:
                    found[-1].beneath.append(one)
            found += [_exercise(one, cells) for one in exercises if one["after"] == begin]
    return found


def _with_words(lesson, notebook, cells, tables):
    """Return the slide on the path that stands for one of the lesson, which hangs beneath it."""
    begin, beneath = lesson.name, lesson.beneath
    shown = [cells[name] for name in lesson.cells]
    said = words.words_for(begin, shown, lesson.kicker, notebook, tables.get(begin))
    lesson.name, lesson.beneath, lesson.on_path = f"{begin}-lesson", [], False
    say = (tables.get(begin) or {}).get("say", "")
    return Slide(begin, True, words=said, beneath=[lesson, *beneath], say=say)


def _exercise(one, cells):
    """Return the slide for an exercise in class; what goes wrong in it is for the speaker."""
    from course_lib.exercises import LESSONS

    exercises = (each for module in LESSONS.values() for each in module.EXERCISES)
    (exercise,) = (each for each in exercises if each.id == one["exercise"])
    (function,) = ast.parse(cells[one["cell"]].source).body
    head = cells[one["cell"]].source.splitlines()[0]
    said = Words(f"Now you: `{exercise.id}`", [ast.get_docstring(function)], code=head)
    slide = Slide(one["cell"], True, words=said, seconds=60 * one["minutes"], exercise=exercise)
    names = list(cells)
    slide.task = cells[names[names.index(one["cell"]) - 1]].source
    # Checks know a mistake by the ways in which people make it: what has most of them comes first.
    often = sorted(exercise.misconceptions, key=lambda mistake: -len(mistake.functions))
    slide.mistakes = [mistake.sentence for mistake in often[:MISTAKES]]
    return slide
