"""Decks of slides from the lessons, with notes for the speaker.

A deck is a row of slides, the 45-minute path: the cells tagged `lecture`. Under each hangs what the
lesson says beyond it: the cells without the tag, and the code of its picture. So → walks the path,
and ↓ answers a question. A cell of slide type `slide` or `subslide` begins a slide; `-` continues
the last one of its kind, on the path or beneath it; `fragment` as well, but it waits for a press;
`skip` leaves a cell out.
"""

import re
import shutil
import struct
from base64 import b64decode
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import jinja2
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from press import LESSONS, PACKAGES, replacing, stored
from press.notes import heading_of, notes

HERE = Path(__file__).parent
# What a deck loads, from node_modules to the folder `assets`.
ASSETS = {
    "reveal.js/dist/reveal.css": "reveal.css",
    "reveal.js/dist/reveal.js": "reveal.js",
    "reveal.js/plugin/notes/notes.js": "notes.js",
    "reveal.js/LICENSE": "LICENSE-reveal.js",
    "reveal.js/dist/theme/fonts/source-sans-pro": "fonts",
    "mathjax/es5/tex-svg.js": "tex-svg.js",
    "mathjax/LICENSE": "LICENSE-MathJax",
}
STYLE = HtmlFormatter(cssclass="code")  # Pygments' own style keeps to WCAG's contrast


# --- From cells to slides ------------------------------------------------------------------------


@dataclass
class Block:
    """Prose, code, text that code printed, or a picture."""

    kind: str
    content: str
    fragment: int | None = None  # with which press it appears
    alt: str = ""
    size: tuple = ()  # of a picture, in pixels
    live: str = ""  # the call that makes a demo

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
    note: str = ""
    seconds: int = 0

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
        return width < 1.95 * height


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
            look = dict(alt=cell.metadata.alt, size=size, live=live)
            outputs.append(Block("picture", png.strip(), **look))
        else:
            outputs.append(Block("output", (output.get("text") or data["text/plain"]).rstrip()))
    picture = any(block.kind == "picture" for block in outputs)
    if not picture or "show-code" in cell.metadata.get("tags", []):
        return [code, *outputs], None
    return outputs, None if cell.source == live else code


def deck(path):
    """Return the slides of the notebook at `path`, with the notes and the time of their section."""
    notebook = stored(path)
    slides, book = slides_of(notebook), notes(path.stem, notebook)
    section, groups = -1, {}
    starts = [note.cell for note in book]
    for slide in slides:
        section += slide.name in starts
        groups.setdefault(section, []).append(slide)
    begins = [0, *accumulate(note.minutes for note in book)]
    for k, group in groups.items():
        for n, slide in enumerate(group):
            slide.seconds = 60 * book[k].minutes * (n + 1) // len(group)
            slide.seconds -= 60 * book[k].minutes * n // len(group)
            clock = f"**{book[k].heading}**: minutes {begins[k]} to {begins[k + 1]} of {begins[-1]}"
            slide.note = f"{clock}, slide {n + 1} of {len(group)}\n\n{book[k].markdown}"
    return slides


# --- From slides to files ------------------------------------------------------------------------


def _prose(source):
    """Markdown to HTML; formulas stay as they are for MathJax, other lessons become decks."""
    source = re.sub(r"\]\((\d\d_\w+)\.ipynb", r"](\1.html", source)
    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def _template(name):
    """Return a template that can write prose and code."""
    loader = jinja2.FileSystemLoader(HERE / "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = _prose
    environment.filters["highlighted"] = lambda code: highlight(code, PythonLexer(), STYLE)
    return environment.get_template(name)


def make(folder):
    """Write a deck for each lesson, a page that lists them, and what they load, into `folder`.

    Returns the paths of the files. The decks ask no network for anything and open from a file.
    """
    if not PACKAGES.is_dir():
        raise SystemExit("reveal.js and MathJax are not there yet: `make slides` installs them.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "assets/deck.js").exists():
        raise SystemExit(f"{folder} is not a folder of decks; it stays as it is. Name a new one.")
    decks = {path.stem: deck(path) for path in LESSONS}
    titles = {name: slides[0].blocks[0].content for name, slides in decks.items()}
    titles = {name: heading_of(source) for name, source in titles.items()}
    with replacing(folder) as new:
        assets = new / "assets"
        assets.mkdir()
        for source, target in ASSETS.items():
            copy = shutil.copytree if (PACKAGES / source).is_dir() else shutil.copyfile
            copy(PACKAGES / source, assets / target)
        for name in ("deck.css", "deck.js"):
            shutil.copyfile(HERE / "templates" / name, assets / name)
        (assets / "code.css").write_text(STYLE.get_style_defs(".code"), encoding="utf-8")
        for name, slides in decks.items():
            page = _template("deck.html").render(title=titles[name], slides=slides)
            (new / f"{name}.html").write_text(page, encoding="utf-8")
        page = _template("decks.html").render(decks=decks, titles=titles)
        (new / "index.html").write_text(page, encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())
