"""Handouts and the book: each lesson, and the whole course, as PDF in both editions.

The notebooks become a page of HTML, from their stored outputs and `templates/print.html`. Chromium
sets and prints it. Each file that it asks for it gets from here; it reaches nothing else.
"""

import contextlib
import io
import logging
import mimetypes
import re
from pathlib import Path

from chromium import QUIET, find_browser
from jinja2 import Environment, FileSystemLoader
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from press import LESSONS, PACKAGES, editions, replacing, stored

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
SITE = "http://press.invalid/"  # a name that no network knows
TITLE = "From One Neuron"
COVER = "hundred"  # the cell of lesson 1 whose picture is on the cover
# All fonts: those of the margins are seen in print alone, too late to be asked for.
READY = """async () => {
  await MathJax.startup.promise;
  await Promise.all([...document.fonts].map(font => font.load()));
}"""
FILL = "n => document.querySelectorAll('.page').forEach(e => e.textContent = n[e.dataset.id])"
MINUTES = 5  # within which a machine under load must have set a book


def make(folder, handouts=True):
    """Print the book, and with it the handouts, in both editions; return the files."""
    with replacing(folder) as new, printer() as print_html:
        for instructor in (False, True):
            ending = "_instructor.pdf" if instructor else ".pdf"
            lessons = [lesson(path, instructor) for path in LESSONS]
            for one in lessons if handouts else ():
                (new / f"{one['name']}{ending}").write_bytes(print_html(html([one], instructor)))
            book = print_html(html(lessons, instructor, book=True))
            (new / f"from_one_neuron{ending}").write_bytes(book)
    return sorted(folder.glob("*.pdf"))


def lesson(path, instructor=False):
    """Read a lesson: its cells, with the HTML of their sources, and its headings."""
    notebook = stored(path)
    if instructor:
        notebook = editions.instructor(notebook, path.stem)
    headings = []

    def heading(match):
        level, text = match.groups()
        headings.append({"id": f"{path.stem}-{len(headings)}", "level": int(level), "html": text})
        return f'<h{level} id="{headings[-1]["id"]}">{text}</h{level}>'

    render = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True))
    highlight = Highlight2HTML()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            made = render.render(cell.source)
            made = re.sub(r'<a href="\d\d_\w+\.ipynb">(.*?)</a>', r"\1", made)
            cell.html = re.sub(r"<h(\d)[^>]*>(.*?)</h\1>", heading, made)
        else:
            cell.html = highlight(cell.source)
    number = int(path.stem[:2])
    return {"name": path.stem, "number": number, "cells": notebook.cells, "headings": headings}


def html(lessons, instructor=False, book=False):
    """Make one page of lessons: a handout, or the book with cover and contents."""
    first = lessons[0]
    return TEMPLATES.get_template("print.html").render(
        title=TITLE
        if book
        else f"{TITLE}, lesson {first['number']}: {first['headings'][0]['html']}",
        lessons=lessons,
        instructor=instructor,
        cover=next(cell for cell in first["cells"] if cell.id == COVER) if book else None,
        contents=[h for one in lessons for h in one["headings"] if h["level"] < 3],
    )


@contextlib.contextmanager
def printer():
    """Start the browser; give a function that makes PDF, as bytes, of HTML."""
    with opened() as browser:
        yield lambda html: _print(browser, html)


@contextlib.contextmanager
def opened():
    """Start the browser that there is."""
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            raise SystemExit("There is no Chromium, Chrome or Edge here; `make browser` gets one.")
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def _print(browser, html):
    page = browser.new_page()
    page.set_default_timeout(60_000 * MINUTES)
    faults = []

    def serve(route):
        file = PACKAGES / route.request.url.removeprefix(SITE)
        if route.request.url == SITE:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif route.request.url.startswith(SITE) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "font/woff2"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    page.route("**/*", serve)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(SITE)
    page.evaluate(READY)
    titles = page.locator("h1, h2, h3").all_text_contents()
    pdf = _pdf(page)
    # Only a printed page knows its number: print, fill in the contents, print again.
    if numbers := _numbers(pdf):
        page.evaluate(FILL, numbers)
        pdf = _pdf(page)
        if _numbers(pdf) != numbers:
            faults.append("the pages moved when their numbers were filled in")
    page.close()
    if faults:
        raise RuntimeError(f"Not printed: {'; '.join(faults)}.")
    return _tidy(pdf, titles)


def _pdf(page):
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def _numbers(pdf):
    """Find where the contents' links lead: id → page number."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def _tidy(pdf, titles):
    """Leave out when and by what it was printed: the same lesson gives the same bytes."""
    # Copying a tagged book makes more objects than Chromium counted; pypdf warns, and counts anew.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = "%PDF-1.4"
    writer.metadata = {"/Title": writer.metadata["/Title"], "/Author": f"The {TITLE} authors"}
    # Chromium says the title of a section twice where it begins a page.
    for entry, title in zip(_entries(writer.root_object["/Outlines"]), titles, strict=True):
        entry[NameObject("/Title")] = TextStringObject(title)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _entries(parent):
    """Go through a PDF's bookmarks from top to bottom."""
    entry = parent.get("/First")
    while entry:
        entry = entry.get_object()
        yield entry
        yield from _entries(entry)
        entry = entry.get("/Next")
