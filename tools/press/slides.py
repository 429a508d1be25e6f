"""Decks of slides: the files that a lecturer opens, made of the lectures.

A deck is one page and the folder `assets` beside it. It asks no network for anything and opens by a
double click. Where Python for browsers was at hand when it was made, its figures move, from files
as from a server.
"""

import base64
import json
import os
import re
import shutil
from pathlib import Path

import jinja2
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib._widget import script
from press import LESSONS, PACKAGES, ROOT, in_browser, lecture, replacing
from press.in_browser import figures
from press.yours import Yours

HERE = Path(__file__).parent
# What a deck loads, from node_modules to the folder `assets`.
ASSETS = {
    "reveal.js/dist/reveal.css": "reveal.css",
    "reveal.js/dist/reveal.js": "reveal.js",
    "reveal.js/LICENSE": "LICENSE-reveal.js",
    "reveal.js/dist/theme/fonts/source-sans-pro": "fonts",
    "mathjax/es5/tex-svg.js": "tex-svg.js",
    "mathjax/LICENSE": "LICENSE-MathJax",
}
OWN = ("deck.css", "deck.js", "packed.js", "speaker.css", "speaker.js", "votes.js")
# What is printed of a deck: the end of the file's name, and what the page is asked for.
PRINTED = {"": "", "_notes": "&showNotes=separate-page"}
NO_EMPTY_PAGE = """() => {
  const last = [...document.querySelectorAll(".pdf-page, .speaker-notes-pdf")].at(-1);
  last.style.setProperty("break-after", "avoid", "important");
}"""
PATIENCE = 5  # minutes, for a machine under load
STYLE = HtmlFormatter(cssclass="code")  # Pygments' own style keeps to WCAG's contrast


def _prose(source):
    """Markdown to HTML; formulas stay as they are for MathJax, other lessons become decks."""
    source = re.sub(r"\]\((\d\d_\w+)\.ipynb", r"](\1.html", source)
    source = re.sub(r"(?<=\d) %", "\u00a0%", source)  # no line begins with the sign
    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def _inline(source):
    """Markdown of one line to HTML, without a paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", _prose(source), flags=re.DOTALL)


def _spoken(option):
    """Return an option of a prediction as a screen reader says it, formulas with common signs."""
    text = jinja2.filters.do_striptags(_inline(option))
    for typeset, said in ((r"\sqrt ", "√"), (r"\hat y", "ŷ"), (r"\log", "log"), ("$", "")):
        text = text.replace(typeset, said)
    return text


def _coloured(line):
    """Code of one line to HTML."""
    return highlight(line, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n")


def _template(name):
    """Return a template that can write prose and code."""
    loader = jinja2.FileSystemLoader(HERE / "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"prose": _prose, "inline": _inline, "coloured": _coloured}
    environment.filters["spoken"] = _spoken
    environment.filters["highlighted"] = lambda code: highlight(code, PythonLexer(), STYLE)
    return environment.get_template(name)


def make(folder, names=(), minutes=45, yours=None, alive=True, printed=False):
    """Write a deck for each lesson, a page that lists them, and what they load, into `folder`.

    `names` begin with a lesson's number, all lessons where there are none; `minutes` is 45 or 90;
    `yours` is the file with what a lecturer changed. With `printed` there are three PDF files of
    each: the slides of the path, the same with notes, and the plan on a page. Figures move where
    `alive` is true and COURSE_PYODIDE names a folder with Python for browsers. Returns the paths
    of the files.
    """
    if not PACKAGES.is_dir():
        raise SystemExit("reveal.js and MathJax are not there yet: `make slides` installs them.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "assets/deck.js").exists():
        raise SystemExit(f"{folder} is not a folder of decks; it stays as it is. Name a new one.")
    if minutes not in (45, 90):
        raise SystemExit(f"There are paths of 45 and of 90 minutes, none of {minutes}.")
    chosen = [path for path in LESSONS if not names or path.stem.startswith(tuple(names))]
    if not chosen:
        known = ", ".join(path.stem[:2] for path in LESSONS)
        raise SystemExit(f"There is no lesson {' '.join(names)}. Lessons: {known}.")
    yours = Yours.read(yours)
    decks = [lecture.deck(path, minutes, yours) for path in chosen]
    with replacing(folder) as new:
        (new / "assets" / "pictures").mkdir(parents=True)
        for source, target in ASSETS.items():
            copy = shutil.copytree if (PACKAGES / source).is_dir() else shutil.copyfile
            copy(PACKAGES / source, new / "assets" / target)
        for name in OWN:
            shutil.copyfile(HERE / "templates" / name, new / "assets" / name)
        (new / "assets" / "code.css").write_text(STYLE.get_style_defs(".code"), encoding="utf-8")
        (new / "assets" / "yours.css").write_text(yours.css(), encoding="utf-8")
        if yours.logo:
            shutil.copyfile(yours.logo, new / "assets" / yours.logo.name)
        files = _figures(new / "figures") if alive else None
        for deck in decks:
            _write_pictures(deck, new / "assets" / "pictures")
            page = _template("deck.html").render(
                deck=deck,
                yours=yours,
                alive=files is not None,
                told=lambda words: _told(words, files),
                sections=[
                    dict(heading=n.heading, begins=n.begins, takes=n.takes, optional=n.optional)
                    for n in deck.sections
                ],
            )
            (new / f"{deck.name}.html").write_text(page, encoding="utf-8")
            page = _template("plan.html").render(deck=deck, yours=yours)
            (new / f"{deck.name}_plan.html").write_text(page, encoding="utf-8")
        page = _template("decks.html").render(decks=decks, minutes=minutes, alive=files is not None)
        (new / "index.html").write_text(page, encoding="utf-8")
        if printed:
            _print(new, decks)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write_pictures(deck, folder):
    """Write the pictures of a deck as files, each once, named by lesson and cell."""
    for slide in deck.slides:
        shown = [slide.words.picture] if slide.words.picture else []
        for picture in shown:
            picture.file = f"{deck.name}-{picture.cell}.png"
            (folder / picture.file).write_bytes(picture.png)
        for one in slide.beneath:
            for block in one.blocks:
                if block.kind == "picture":
                    block.file = f"{deck.name}-{block.cell}.png"
                    (folder / block.file).write_bytes(block.png)


# --- On paper -----------------------------------------------------------------------------------


def _print(folder, decks):
    """Print the path of each deck, without notes and with them, and its plan."""
    from press.pdf import opened

    with opened() as browser:
        page = browser.new_page()
        page.set_default_timeout(60_000 * PATIENCE)
        for deck in decks:
            address = (folder / f"{deck.name}.html").as_uri()
            for ending, query in PRINTED.items():
                page.goto(f"{address}?print-pdf&path{query}")
                page.wait_for_function("document.querySelector('.pdf-page') && window.deck")
                page.evaluate(NO_EMPTY_PAGE)
                path = folder / f"{deck.name}{ending}.pdf"
                page.pdf(path=path, prefer_css_page_size=True, print_background=True, tagged=True)
            page.goto((folder / f"{deck.name}_plan.html").as_uri())
            page.evaluate("document.fonts.ready")
            page.pdf(path=folder / f"{deck.name}_plan.pdf", prefer_css_page_size=True, tagged=True)


# --- Figures that move ---------------------------------------------------------------------------


def _figures(folder):
    """Put Python, the demos' files and the scripts that run them into a folder, as the site does.

    Returns the names of the files that demos may ask for, or None where there is no Python at hand.
    """
    if not (os.environ.get("COURSE_PYODIDE") and in_browser.PYODIDE.exists()):
        return None
    files = figures.store(folder / "live")
    in_browser.stock(folder / "python")
    static, kit = folder / "_static", ROOT / "course_lib" / "demos" / "kit"
    static.mkdir()
    for name in ("worker.js", "python.js", "figure.js"):
        shutil.copyfile(HERE / "website" / "_static" / name, static / name)
    (static / "stage.js").write_text(script(kit / "stage.js"), encoding="utf-8")
    shutil.copyfile(kit / "stage.css", static / "stage.css")
    _pack(folder)
    return files


def _pack(folder):
    """Put each file of the figures into a script, for decks that are opened by a double click."""
    here = HERE / "templates"
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    packs = {name: _text(path) for name, path in files.items()}
    packs["_static/worker.mjs"] = packs["_static/worker.js"]
    packs["_static/worker.js"] = _text(here / "packed.js") + _text(here / "handed.js")
    for name, text in packs.items():
        target = folder / "packed" / f"{name}.js"
        target.parent.mkdir(parents=True, exist_ok=True)
        script = f"packed.take({json.dumps(name)}, {json.dumps(text)});\n"
        target.write_text(script, encoding="utf-8")


def _text(path):
    """Return a script or a style as it is, and what else a file holds in base64."""
    if path.suffix in (".js", ".mjs", ".css"):
        return path.read_text(encoding="utf-8")
    return base64.b64encode(path.read_bytes()).decode()


def _told(words, files):
    """Return what a page has to know to run the demo of a slide, as JSON; nothing where it cannot.

    The files of a demo are those that the site has: whether they are here, the page finds out.
    """
    if not (words.picture and words.picture.live):
        return ""
    needed = figures.needs(words.picture.live)
    if needed is None or (files is not None and not set(needed[0]) <= set(files)):
        return ""
    told = {"call": words.picture.live, "files": " ".join(needed[0]), "setup": needed[1]}
    return json.dumps(told | {"query": words.state})
