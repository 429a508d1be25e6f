"""A website of the course, from the lessons as they are stored: nothing runs again.

Sphinx reads a folder that is put together here: the pages of `website/`, written by hand; the
lessons, with what the website needs in their metadata; and pages that are made of what stands
elsewhere: the lessons' glossaries, the library's docstrings, the mistakes of the exercises and
what the doctor can say.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from pkgutil import iter_modules

import nbformat
from nbformat.v4 import new_markdown_cell

from course_lib import FLOORS
from course_lib._widget import script
from press import LESSONS, PACKAGES, ROOT, in_browser, lecture, lite, replacing, stored, why
from press.in_browser import figures
from press.notes import notes

PAGES = Path(__file__).parent / "website"
MATHJAX = PACKAGES / "mathjax" / "es5" / "tex-svg.js"
QRCODE = PACKAGES / "qrcode-generator" / "dist" / "qrcode.mjs"


def make(folder):
    """Build the site in a folder, replaced as a whole once it is ready; return its files."""
    if not MATHJAX.exists():
        sys.exit("MathJax is not here yet: `make site` installs it, with npm.")
    if not (in_browser.PYODIDE.exists() and QRCODE.exists()):
        sys.exit("Pyodide is not here yet: `make site` installs it, with npm.")
    with tempfile.TemporaryDirectory() as aside, replacing(folder) as ready:
        source = Path(aside, "source")
        for_lite = stage(source, folder.parent)
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
        paths = [str(ROOT), str(ROOT / "tools"), os.environ.get("PYTHONPATH")]
        # Sphinx prints addresses of objects and sets in the order of their hashes.
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        done = subprocess.run(
            [*command, "-d", str(Path(aside, "doctrees")), str(source), str(ready)],
            env=env | {"PYTHONHASHSEED": "0"},
            check=False,
        )
        if done.returncode:
            sys.exit("The website was not built; the lines above say why.")
        # Sphinx's note for a next build in the same place, which never comes.
        (ready / ".buildinfo").unlink()
        if lite.ready():
            lite.build(ready / "lite", *for_lite)
        else:
            print("Without the lessons in JupyterLite, which is not installed: `make lite` does.")
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def stage(source, made):
    """Put together what Sphinx reads; `made` is where handouts and slides are, once made.

    What it returns `lite.build` wants: Python's packages, and the files beside them.
    """
    shutil.copytree(PAGES, source)
    shutil.copytree(ROOT / ".github" / "pictures", source / ".github" / "pictures")
    write(source / "README.md", readme())
    files, names = figures.store(source / "extra" / "live", lessons=lite.ready()), []
    for path in LESSONS:
        notebook = lesson(path, files, names)
        write(source / "notebooks" / path.name, nbformat.writes(notebook))
        for cell in notebook.cells:
            if cell.id.endswith("-live") and (page := alone(path.stem, cell.source)):
                write(source / "extra" / "demos" / f"{page[0]}.html", page[1])
    write(source / "glossary.md", glossary())
    write(source / "parts" / "timetables.md", timetables())
    write(source / "parts" / "ninety.md", ninety())
    write(source / "mistakes.md", mistakes())
    write(source / "why.md", why.page(source / "why"))
    for name, text in reference().items():
        write(source / "reference" / f"{name}.md", text)
    (source / "_static" / "mathjax").mkdir()
    shutil.copyfile(MATHJAX, source / "_static" / "mathjax" / MATHJAX.name)
    kit = ROOT / "course_lib" / "demos" / "kit"
    write(source / "_static" / "stage.js", script(kit / "stage.js"))
    shutil.copyfile(QRCODE, source / "_static" / "qrcode.js")
    shutil.copyfile(kit / "stage.css", source / "_static" / "stage.css")
    extra = source / "extra"
    packages = in_browser.stock(extra / "python", lessons=lite.ready())
    (extra / "pdf").mkdir(parents=True)
    # By name, for the instructor's handouts lie beside them and hold the solutions.
    for name in [*(path.stem for path in LESSONS), "from_one_neuron"]:
        if (handout := made / "pdf" / f"{name}.pdf").exists():
            shutil.copyfile(handout, extra / "pdf" / handout.name)
    if (made / "slides").exists():
        shutil.copytree(made / "slides", extra / "slides", ignore=lambda *_: {"figures"})
        for page in (extra / "slides").glob("*.html"):  # their figures are the site's
            text = re.sub(r'data-figures="[^"]*"', 'data-figures="../"', page.read_text("utf-8"))
            write(page, text)
    return packages, files


def write(path, text):
    """Write a file of the staged folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


# --- README and Binder ---------------------------------------------------------------------------

README = (ROOT / "README.md").read_text(encoding="utf-8")
# README's last line is the one place for the repository's address.
BINDER = re.search(r"^\[binder\]: (\S+)$", README, re.MULTILINE)[1]


def launch(name):
    """Say where Binder starts a lesson: its own page, while this repository has no address."""
    return f"{BINDER}?labpath=notebooks/{name}.ipynb" if "/v2/" in BINDER else BINDER


def elsewhere(name):
    """Say where Colab and Kaggle open a lesson; nowhere, while this repository has no address."""
    if not (place := re.search(r"/v2/gh/([^/]+/[^/]+)/", BINDER)):
        return {}
    path = f"{place[1]}/blob/HEAD/notebooks/{name}.ipynb"
    return {
        "Open in Colab": f"https://colab.research.google.com/github/{path}",
        "Open in Kaggle": f"https://kaggle.com/kernels/welcome?src=https://github.com/{path}",
    }


def readme():
    """Return README with sections that can be pages, and no picture from elsewhere."""
    text = re.sub(r"\[!\[(Launch on Binder)\]\(\S+\)\]\[binder\]", rf"[\1]({BINDER})", README)
    text = re.sub(r"\*\*Three ways in:\*\*.*?\n\n", "", text, flags=re.DOTALL)  # pages have links
    return re.sub(r"^#(#+ )", r"\1", text, flags=re.MULTILINE)


# --- Lessons -------------------------------------------------------------------------------------


def lesson(path, files, names):
    """Return a lesson whose metadata say what the website shows, its outputs as they are stored.

    `files` are those that demos may ask for; `names` gets the names of the lesson's demos behind
    those of the lessons before.
    """
    notebook = stored(path)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        alt = cell.metadata.get("alt")
        demo = any(is_demo(output) for output in cell.outputs)
        # Code that draws, or only sets up, waits behind its button; what teaches stands open.
        folded = (alt and not demo) or cell.id == "setup"
        cell.metadata.tags = ["hide-input", *(["fold"] if folded else [])]
        if alt:
            cell.metadata.mystnb = {"image": {"alt": alt}}
        if demo:
            call = next(map(link, filter(is_demo, cell.outputs)))
            name = re.match(r"demos\.(\w+)", call)[1]
            names.append(name)
            figure = name if names.count(name) == 1 else f"{name}-{names.count(name)}"
            text = live(figure, call, path.stem, files)
            cells.append(new_markdown_cell(text, id=f"{cell.id}-live"))
    notebook.cells = cells
    return notebook


def link(output):
    """Return the call that makes a demo as its picture shows it: the first line of its text."""
    return output.data["text/plain"].splitlines()[0]


def live(figure, call, lesson, files):
    """Return what stands below a demo's picture; `live.js` gives it a button that starts it."""
    data, needed = {}, figures.needs(call)
    if needed and set(needed[0]) <= set(files):
        data = {"figure": figure, "call": call, "files": " ".join(needed[0]), "setup": needed[1]}
    # As JSON, for Markdown ends a block of HTML at an empty line.
    told = f" data-live='{html.escape(json.dumps(data))}'" if data else ""
    alone = f"<a href='../demos/{figure}.html'>On a page of its own</a>" if data else ""
    return (
        f"<div class='live'{told}><span class='choices'>{alone}"
        f"<a href='{html.escape(launch(lesson))}'>Run the lesson on Binder</a></span></div>"
    )


def alone(name, line):
    """Return the page that holds a demo alone, for a lecturer's screen, and its name; or None."""
    from course_lib import demos

    if not (told := re.search(r" data-live='([^']+)'", line)):
        return None
    figure = json.loads(html.unescape(told[1]))["figure"]
    title = getattr(demos, figure.split("-")[0]).__doc__.split("\n")[0].removesuffix(".")
    template = (Path(__file__).parent / "templates" / "demo.html").read_text(encoding="utf-8")
    return figure, template.format(title=title, told=told[0], lesson=name)


def is_demo(output):
    """Tell a demo's picture from a figure: the demo is the value of its cell."""
    return output.output_type == "execute_result" and "image/png" in output.data


def glossary():
    """Merge the lessons' glossaries into one, with links to the lessons that explain a term."""
    entries = defaultdict(list)
    for path in LESSONS:
        for term, meaning in terms(path):
            where = f"[lesson {int(path.stem[:2])}](notebooks/{path.name}#which-words-are-new)"
            entries[term].append(f"{meaning} ({where})")
    lines = ["# Glossary", "", "Each word, and the lesson that explains it.", "", "```{glossary}"]
    for term in sorted(entries, key=lambda term: (term.lower(), term)):
        lines += [term, *(f"  {meaning}\n" for meaning in entries[term])]
    return "\n".join([*lines, "```", ""])


def terms(path):
    """List (term, meaning) of a lesson, from the table in its cell `glossary`."""
    cells = stored(path).cells
    (table,) = (cell.source for cell in cells if cell.id == "glossary")
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", table, re.MULTILINE)
    return [row for row in rows if row != ("term", "meaning")]


# --- Library -------------------------------------------------------------------------------------


def reference():
    """Return the pages of the reference: one for each module, and one that leads to them."""
    floors = {
        floor: [name for name in plan["modules"] if not name.startswith("_")]
        for floor, plan in FLOORS.items()
    }
    names = [name for rooms in floors.values() for name in rooms]
    pages = {name: f"# course_lib.{name}\n" for name in names}
    for name in names:
        for part in parts(f"course_lib.{name}"):
            pages[name] += f"\n```{{eval-rst}}\n.. automodule:: {part}\n```\n"
    index = ["# Library", "", "What `course_lib` offers, from the ground up: each module builds on"]
    index += ["those before it. A lesson builds in the open what it then imports from here.", ""]
    for floor, rooms in floors.items():
        if rooms:
            index += [f"## {floor.capitalize()}", "", "| module | what it is for |", "|---|---|"]
        for name in rooms:
            about = import_module(f"course_lib.{name}").__doc__.splitlines()[0]
            index.append(f"| [{name}]({name}.md) | {about} |")
        index.append("")
    index += ["```{toctree}", ":hidden:", *names, "```", ""]
    return pages | {"index": "\n".join(index)}


def parts(name):
    """Name a module, and where it is a package that offers nothing of its own, also its files."""
    module = import_module(name)
    inside = () if hasattr(module, "__all__") else getattr(module, "__path__", ())
    return [name, *(f"{name}.{file.name}" for file in iter_modules(inside))]


# --- Teaching ------------------------------------------------------------------------------------


def timetables():
    """Return a table for each lesson that has speaker's notes: its sections and their minutes."""
    lines = []
    for path in LESSONS:
        if book := [note for note in notes(path.stem, stored(path)) if note.minutes]:
            lines += [f"### Lesson {int(path.stem[:2])}", "", "| from | minutes | section |"]
            lines.append("|--:|--:|---|")
            begins = accumulate((note.minutes for note in book), initial=0)
            lines += [
                f"| {begin} | {note.minutes} | {note.heading} |"
                for begin, note in zip(begins, book, strict=False)
            ]
            lines.append("")
    return "\n".join(lines)


def ninety():
    """Return a table of the path of 90 minutes: what each lesson has there beside the 45."""
    lines = ["| lesson | slides | exercises in class | also |", "|--:|--:|---|---|"]
    for path in LESSONS:
        short = {slide.name for slide in lecture.deck(path).slides}
        slides = lecture.deck(path, 90).slides
        more = [slide for slide in slides if slide.name not in short]
        own = [
            f"{slide.words.title.split()[-1]}, {slide.seconds // 60} minutes"
            for slide in more
            if slide.mistakes
        ]
        also = [slide.words.title for slide in more if not slide.mistakes]
        row = f"| {int(path.stem[:2])} | {len(slides)} | {'; '.join(own)} | {'; '.join(also)} |"
        lines.append(row)
    return "\n".join([*lines, ""])


def mistakes():
    """List, lesson by lesson, the mistakes that the exercises know, in their own sentences."""
    from course_lib.exercises import LESSONS as EXERCISES

    lines = ["# What goes wrong", "", "The mistakes that the checks of the exercises recognise, in"]
    lines += [
        "the words with which they name them. Read those of a lesson before you teach it: they"
    ]
    lines += ["are the questions you will get.", ""]
    for number, module in EXERCISES.items():
        lines += [f"## Lesson {int(number)}", ""]
        for exercise in module.EXERCISES:
            lines += [f"### `{exercise.id}`", ""]
            lines += [f"- {mistake.sentence}" for mistake in exercise.misconceptions]
            lines.append("")
    return "\n".join(lines)
