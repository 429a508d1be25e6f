"""The website: it shows what the repository holds, leads nowhere wrong, and works for everyone."""

import base64
import inspect
import json
import os
import re
import subprocess
from functools import partial
from importlib import import_module
from pathlib import PurePosixPath
from pkgutil import iter_modules
from urllib.parse import unquote, urljoin, urlsplit

import lessons
import pytest
from browser import Breaking, Watch, browser, serving, wait_for
from bs4 import BeautifulSoup
from conftest import ROOT
from demo_pages import LOOK, OnSite, by_keyboard, every_control_moves, sample
from firefox import firefox
from in_lite import MINE, NEGATIVE_STAYS, RIGHT, Student
from press import LESSONS, in_browser, lite, notes, site
from press.in_browser import figures

import course_lib
from course_lib import clinic
from course_lib.doctor import FINDINGS
from course_lib.exercises import LESSONS as EXERCISES

NAMES = [path.stem for path in LESSONS]
MODULES = [m.name for m in iter_modules(course_lib.__path__) if not m.name.startswith("_")]
# One page of each kind.
KINDS = [
    *("index", "start", "notebooks/01_neuron", "glossary", "teaching", "mistakes"),
    *("why", "reference/index", "reference/optimizers", "reference/interpretation", "genindex"),
]
# Formulas that MathJax could not read.
UNSET = "mjx-merror, [data-mjx-error]"
SLOW = 300_000  # milliseconds until Python runs in a page, on a machine that is busy otherwise
every_lesson = pytest.mark.parametrize("name", NAMES)


def cells(name):
    """Read the cells of a lesson as JSON, as it was committed, but for what only Jupyter shows."""
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    found = json.loads(text)["cells"]
    for cell in found:
        if "outputs" in cell:
            cell["outputs"] = [o for o in cell["outputs"] if not lessons.is_still_note(o)]
    return found


def outputs(name):
    """List what the code of a lesson left behind."""
    return [output for cell in cells(name) for output in cell.get("outputs", ())]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Build the site once, beside a handout of lesson 1 and a folder of slides."""
    if not site.MATHJAX.exists():
        pytest.skip("the website needs MathJax, which `make site` installs where there is npm")
    if not (in_browser.PYODIDE.exists() and site.QRCODE.exists()):
        pytest.skip("the website needs Pyodide, which `make site` installs where there is npm")
    made = tmp_path_factory.mktemp("dist")
    (made / "pdf").mkdir()
    for handout in ("01_neuron.pdf", "01_neuron_instructor.pdf"):
        (made / "pdf" / handout).write_bytes(b"%PDF-")
    (made / "slides").mkdir()
    (made / "slides" / "02_hidden_layer.html").write_text(
        "<!doctype html><html lang='en'><title>A deck</title><body data-figures=\"figures/\">"
    )
    (made / "slides" / "figures").mkdir()
    (made / "slides" / "figures" / "left_behind.txt").write_text("the site has its own")
    files = site.make(made / "site")
    assert {path for path in (made / "site").rglob("*") if path.is_file()} == set(files)
    return made / "site"


@pytest.fixture(scope="module")
def pages(folder):
    """Read every page that a visitor can open, by its address in the site."""
    others = {"_static", "lite"}  # JupyterLite's pages are its own
    paths = (path for path in folder.rglob("*.html") if not others & set(path.parts))
    return {
        path.relative_to(folder).as_posix(): BeautifulSoup(path.read_bytes(), "html.parser")
        for path in paths
    }


def lesson(pages, name):
    """Return the page of a lesson."""
    return pages[f"notebooks/{name}.html"]


def prose(page):
    """Return the text of a page without code and formulas, white space made one."""
    copy = BeautifulSoup(str(page.select_one("article")), "html.parser")
    for element in copy.select("script, style, pre, code, .math"):
        element.decompose()
    return " ".join(copy.get_text().split())


# --- Links and resources -------------------------------------------------------------------------


def broken(pages, folder):
    """List the links and resources within the site that lead nowhere, anchors included."""
    ids = {
        address: {"", *(tag["id"] for tag in page.select("[id]"))}
        for address, page in pages.items()
    }
    found = []
    for address, page in pages.items():
        for tag in page.select("[href], [src]"):
            target = tag.get("href", tag.get("src"))
            if urlsplit(target).scheme:
                continue
            parts = urlsplit(urljoin(f"/{address}", target))
            there = unquote(parts.path).lstrip("/")
            fragments = ids.get(there, {""})
            if not (folder / there).is_file() or unquote(parts.fragment) not in fragments:
                found.append(f"{address}: {target}")
    return found


def test_links_and_anchors_lead_somewhere(pages, folder):
    """Every one on every page; elsewhere is the weekly link check's."""
    assert len(pages) >= len(NAMES) + len(MODULES) + 7
    assert not broken(pages, folder)


def test_broken_links_are_found(tmp_path):
    """The finder finds."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.html").write_text("")
    text = '<i id="x"></i><a href="#x"></a><a href="#y"></a><img src="../no.png"><a href="b.html">'
    pages = {"a/b.html": BeautifulSoup(text, "html.parser")}
    assert broken(pages, tmp_path) == ["a/b.html: #y", "a/b.html: ../no.png"]


def test_nothing_loads_from_elsewhere(pages, folder):
    """No script, style, font or picture of another server, in no page and no style sheet."""
    loads = "script[src], link[href], img[src], iframe[src], source[src], object[data]"
    for address, page in pages.items():
        for tag in page.select(loads):
            target = tag.get("src") or tag.get("href") or tag.get("data")
            assert urlsplit(target).netloc == "", f"{address}: {tag}"
    for sheet in folder.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), sheet


# --- Lessons -------------------------------------------------------------------------------------


@every_lesson
def test_pictures_are_the_stored_ones_with_their_alt_text(name, pages, folder):
    """In the order of the lesson, bit for bit: nothing was run or drawn again."""
    stored = [
        (cell["metadata"]["alt"], output["data"]["image/png"])
        for cell in cells(name)
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    images = lesson(pages, name).select(".cell_output img")
    assert len(stored) > 10
    assert [image["alt"] for image in images] == [alt for alt, _ in stored]
    for image, (_, png) in zip(images, stored, strict=True):
        shown = folder / "notebooks" / PurePosixPath(image["src"])
        assert shown.read_bytes() == base64.b64decode("".join(png))


@every_lesson
def test_outputs_are_the_stored_ones(name, pages):
    """What was printed, the quiz's text and the boxes of checks."""
    texts, boxes = [], []
    for output in outputs(name):
        data = output.get("data", {})
        if output["output_type"] == "stream":
            texts.append("".join(output["text"]).rstrip())
        elif "text/html" in data:
            boxes.append(BeautifulSoup("".join(data["text/html"]), "html.parser").get_text())
        elif "image/png" not in data:
            texts.append("".join(data["text/plain"]).rstrip())
    page = lesson(pages, name)
    assert len(texts) > 10
    assert len(boxes) > 4
    assert [pre.get_text().rstrip() for pre in page.select(".cell_output pre")] == texts
    assert [box.get_text().strip() for box in page.select(".cell_output .text_html")] == boxes
    assert "Error displaying widget" not in page.get_text()


@every_lesson
def test_code_folds(name, pages):
    """All of it can be; what draws or sets up is, and what teaches stands open."""
    page = lesson(pages, name)
    code = [cell for cell in cells(name) if cell["cell_type"] == "code"]
    details = page.select("div.cell > details.course-code")
    assert len(details) == len(code)
    assert [one.select_one("pre").get_text().rstrip() for one in details] == [
        "".join(cell["source"]) for cell in code
    ]
    is_open = {cell["id"]: one.has_attr("open") for cell, one in zip(code, details, strict=True)}
    assert not is_open["setup"]
    for cell in code:
        if "exercise" in cell["metadata"].get("tags", ()) or not cell["metadata"].get("alt"):
            assert is_open[cell["id"]] or cell["id"] == "setup"
        elif "plt.subplots(" in "".join(cell["source"]):
            assert not is_open[cell["id"]]


@every_lesson
def test_demos_are_pictures_with_ways_to_run_them(name, pages):
    """Beside each: its call, for the page itself, and a link to Binder."""
    demos = [cell for cell in cells(name) if cell["source"][-1].startswith("demos.")]
    lines = lesson(pages, name).select(".live")
    assert len(lines) == len(demos) > 0
    told = [json.loads(line["data-live"]) for line in lines if line.has_attr("data-live")]
    assert len({one["figure"] for one in told}) == len(told)
    for line, cell in zip(lines, demos, strict=True):
        if line.has_attr("data-live"):
            call = json.loads(line["data-live"])["call"]
            assert call == "".join(cell["outputs"][-1]["data"]["text/plain"]).splitlines()[0]
        assert site.launch(name) in [link["href"] for link in line.select("a")]
        assert line.find_previous("div", class_="cell").select_one(".cell_output img")


@every_lesson
def test_what_a_demo_needs_is_known(name):
    """Each name in its call: else the page would have no button for it."""
    texts = ["".join(output.get("data", {}).get("text/plain", "")) for output in outputs(name)]
    calls = [text.splitlines()[0] for text in texts if text.startswith("demos.")]
    assert calls
    assert not [call for call in calls if figures.needs(call) is None]
    assert figures.needs("demos.draw_pad(something_new)") is None


@pytest.mark.parametrize("address", [*KINDS, *(f"notebooks/{name}" for name in NAMES)])
def test_no_formula_stands_raw(address, pages):
    """Every dollar was read as a formula's begin or end."""
    text = prose(pages[f"{address}.html"])
    assert len(text) > 300
    assert not re.findall(r".{20}(?:\$|\\[a-z]+\{).{20}", text)


# --- Forms of a page -----------------------------------------------------------------------------


def forms(page):
    """Return what a page offers of itself: name and address."""
    return {link.get_text(): link["href"] for link in page.select(".course-forms a")}


def test_handouts_and_slides_are_offered_where_they_are(pages, folder):
    """Never a link to what was not made, and never the instructor's handout."""
    assert forms(lesson(pages, "01_neuron"))["PDF"] == "../pdf/01_neuron.pdf"
    assert forms(lesson(pages, "02_hidden_layer"))["Slides"] == "../slides/02_hidden_layer.html"
    ways = {"Run on Binder", *(["Open in the browser"] if lite.ready() else [])}
    assert set(forms(lesson(pages, "03_softmax"))) == ways
    assert [path.name for path in (folder / "pdf").iterdir()] == ["01_neuron.pdf"]


def test_each_lesson_opens_in_the_browser(pages, folder):
    """In JupyterLite, which lies beside the pages."""
    if not lite.ready():
        pytest.skip("JupyterLite is not installed: make .venv/.press (needs npm)")
    for name in NAMES:
        page, _, asked = forms(lesson(pages, name))["Open in the browser"].partition("?")
        assert (folder / "notebooks" / page).is_file()
        assert asked == f"path={name}.ipynb"
        assert (folder / "lite" / "files" / f"{name}.ipynb").is_file()


def test_binder_is_where_readme_says(pages, monkeypatch):
    """One place for the address; with one, each lesson opens itself."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    address = re.search(r"^\[binder\]: (.*)$", readme, re.MULTILINE)[1]
    assert forms(pages["index.html"])["Run on Binder"].startswith(address)
    monkeypatch.setattr(site, "BINDER", "https://mybinder.org/v2/gh/owner/course/HEAD")
    assert site.launch("02_hidden_layer") == (
        "https://mybinder.org/v2/gh/owner/course/HEAD?labpath=notebooks/02_hidden_layer.ipynb"
    )


def test_colab_and_kaggle_hang_on_the_same_address(monkeypatch):
    """Each in the form that it documents, for a lesson; without an address there is no button."""
    monkeypatch.setattr(site, "BINDER", "https://mybinder.org/")
    assert site.elsewhere("02_hidden_layer") == {}
    monkeypatch.setattr(site, "BINDER", "https://mybinder.org/v2/gh/owner/course/HEAD")
    path = "owner/course/blob/HEAD/notebooks/02_hidden_layer.ipynb"
    assert [*site.elsewhere("02_hidden_layer").values()] == [
        f"https://colab.research.google.com/github/{path}",
        f"https://kaggle.com/kernels/welcome?src=https://github.com/{path}",
    ]


@pytest.mark.parametrize("asked", ["site slides pdf", "slides site", "site pdf"])
def test_make_builds_the_site_last(asked):
    """In whichever order they are asked for together; alone it waits for nothing."""
    command = ["make", "-n", "-C", str(ROOT)]
    for names in (asked, "site"):
        run = subprocess.run([*command, *names.split()], capture_output=True, text=True, check=True)
        order = re.findall(r"-m press (\w+)", run.stdout)
        assert sorted(order) == sorted(names.split())
        assert order[-1] == "site"


# --- Library, glossary, teaching -----------------------------------------------------------------


def own_names(module):
    """List what a module lists in `__all__`, or else the functions and classes that it defines."""
    own = (
        key
        for key, value in vars(module).items()
        if not key.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    )
    return getattr(module, "__all__", None) or list(own)


@pytest.mark.parametrize("name", MODULES)
def test_reference_has_every_public_name(name, pages):
    """Of a module, or where a package has none, of its files."""
    module = import_module(f"course_lib.{name}")
    modules = [module]
    if not own_names(module):
        inside = iter_modules(module.__path__, f"{module.__name__}.")
        modules = [import_module(file.name) for file in inside]
    page = pages[f"reference/{name}.html"]
    ids = {tag["id"] for tag in page.select("dt[id]")}
    names = {
        f"{one.__name__}.{key}": getattr(one, key) for one in modules for key in own_names(one)
    }
    assert names
    assert names.keys() <= ids
    for key, value in names.items():
        first = inspect.getdoc(value).split("\n\n")[0]
        words = re.sub(r":math:`[^`]*`|`+[^`]*`+", " ", first).split()
        # Quotes and dots are set as a printer would.
        plain = [word for word in words if re.fullmatch(r"\w+", word)]
        shown = page.find(id=key).find_next("dd").get_text()
        assert set(plain) <= set(re.findall(r"\w+", shown)), key
    assert f"{name}.html" in [link["href"] for link in pages["reference/index.html"].select("td a")]


def test_glossary_has_every_term(pages):
    """Each with its meaning and the lesson, and no other."""
    wanted = set()
    for name in NAMES:
        (cell,) = (cell for cell in cells(name) if cell["id"] == "glossary")
        rows = [line.split("|")[1].strip() for line in cell["source"] if line.startswith("|")]
        assert rows[:2] == ["term", "---"]
        rows = [row.replace("'", "’") for row in rows]  # as a printer would set it
        wanted |= {(term, f"notebooks/{name}.html#which-words-are-new") for term in rows[2:]}
    found = {
        (term.contents[0].strip(), link["href"])
        for term in pages["glossary.html"].select("dl.glossary > dt")
        for link in term.find_next("dd").select("a")
    }
    assert len(wanted) > 80
    assert found == wanted


def test_a_term_of_two_lessons_keeps_both_meanings(monkeypatch):
    """One entry, and a link to each lesson."""
    monkeypatch.setattr(site, "terms", lambda path: [("step", f"as in {path.stem}")])
    text = site.glossary()
    assert len(re.findall("^step$", text, re.MULTILINE)) == 1
    assert re.findall(r"as in (\w+) \(\[lesson (\d)\]\(notebooks/(\w+)", text) == [
        (name, str(int(name[:2])), name) for name in NAMES
    ]


def letters(text):
    """Return a text's letters and digits, which no typography changes."""
    return "".join(re.findall(r"\w", text))


def test_teachers_see_the_mistakes_of_the_exercises(pages):
    """Every sentence that a check can say about one."""
    shown = letters(pages["mistakes.html"].select_one("article").get_text())
    for module in EXERCISES.values():
        for exercise in module.EXERCISES:
            for mistake in exercise.misconceptions:
                assert letters(mistake.sentence) in shown, mistake.sentence


def test_figures_of_slides_are_those_of_the_site(folder):
    """A deck finds Python and the scripts where the pages have them, and brings none along."""
    page = (folder / "slides" / "02_hidden_layer.html").read_text(encoding="utf-8")
    assert 'data-figures="../"' in page
    assert (folder / "_static" / "figure.js").is_file() and (folder / "python").is_dir()
    assert not (folder / "slides" / "figures").exists()


def test_why_it_does_not_learn_is_said_in_the_doctors_words(pages):
    """Each finding has its place, and each illness of the clinic its sentence and its picture."""
    article = pages["why.html"].select_one("article")
    shown = letters(article.get_text())
    sources = [image["src"] for image in article.select("img[alt]")]
    pictures = {source.rpartition("/")[2].removesuffix(".png") for source in sources}
    causes = {illness.cause for ward in clinic.WARDS.values() for illness in ward}
    for find in FINDINGS:
        slug = find.__name__.replace("_", "-")
        assert letters(find.__doc__.partition("\n")[0]) in shown, slug
        assert (slug in pictures) == (slug in causes), slug


def test_readme_repeats_the_figures_of_the_page():
    """What a server needs is measured once, and said twice."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(r"\*\*Run it for a class\.\*\*.*?\n\n", readme, re.DOTALL)
    said = re.findall(r"[\d.]+ (?:GB|MB|s)\b", paragraph)
    text = (site.PAGES / "teaching.md").read_text(encoding="utf-8")
    assert len(said) == 5
    assert not [figure for figure in said if not re.search(rf"(?<![\d.]){re.escape(figure)}", text)]


def test_timetables_follow_the_notes(monkeypatch, tmp_path):
    """Sections by name, each beginning where the one before ended."""
    monkeypatch.setattr(notes, "FOLDER", tmp_path)
    assert site.timetables() == ""
    text = '[[section]]\ncell = "data"\nminutes = 4\n[[section]]\ncell = "scale"\nminutes = 5\n'
    (tmp_path / "01_neuron.toml").write_text(text)
    assert site.timetables().splitlines()[4:] == [
        "| 0 | 4 | Meet the data |",
        "| 4 | 5 | Scale the pixels |",
    ]


# --- Building ------------------------------------------------------------------------------------


def test_each_page_is_put_together_before_it_is_built(monkeypatch, tmp_path):
    """What Sphinx reads, but for figures and pictures; what it makes of that `test-long` sees."""
    monkeypatch.setattr(lite, "ready", lambda: False)
    monkeypatch.setattr(figures, "store", lambda *_, **__: {})
    monkeypatch.setattr(in_browser, "stock", lambda *_, **__: None)
    monkeypatch.setattr(site.why, "page", lambda _: "# Why does it not learn?")
    for name in ("MATHJAX", "QRCODE"):  # npm brings them
        monkeypatch.setattr(site, name, tmp_path / name)
        (tmp_path / name).touch()
    source = tmp_path / "source"
    site.stage(source, tmp_path)
    for name in NAMES:
        staged = json.loads((source / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
        code = {"".join(cell["source"]) for cell in staged}
        assert code >= {"".join(c["source"]) for c in cells(name) if c["cell_type"] == "code"}
    for module in MODULES:
        assert f"course_lib.{module}" in (source / "reference" / f"{module}.md").read_text("utf-8")
    for page in ("index", "start", "teaching", "mistakes", "why", "glossary"):
        assert (source / f"{page}.md").read_text("utf-8").strip(), page


def test_without_mathjax_a_sentence_and_the_old_site(monkeypatch, tmp_path):
    """Nothing is touched where nothing can be built."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old").touch()
    monkeypatch.setattr(site, "MATHJAX", tmp_path / "no.js")
    with pytest.raises(SystemExit, match="make site"):
        site.make(tmp_path / "site")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["old"]


@pytest.mark.long
def test_a_dead_link_stops_the_build_and_the_old_site_stays(folder, monkeypatch, tmp_path):
    """Warnings are errors, and what was there is replaced by a whole site or not at all."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old").touch()
    monkeypatch.setattr(site, "glossary", lambda: "# Glossary\n\n[nowhere](nowhere.md)\n")
    with pytest.raises(SystemExit, match="not built"):
        site.make(tmp_path / "site")
    assert [path.name for path in tmp_path.rglob("*")] == ["site", "old"]


@pytest.mark.long
def test_the_same_bytes_again(folder):
    """Two builds of the same lessons are one."""
    again = folder.with_name("again")
    site.make(again)
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert {path.relative_to(again) for path in again.rglob("*") if path.is_file()} == set(names)
    unlike = [name for name in names if (again / name).read_bytes() != (folder / name).read_bytes()]
    assert not unlike


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(folder):
    """Serve the site on this machine."""
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """Open a browser and watch what its pages ask for and complain about."""
    with browser(tmp_path_factory.mktemp("profile")) as context:
        yield context.new_page(), Watch(context)


@pytest.fixture
def page(window):
    """Hand out the browser's page; afterwards nothing may have gone wrong on it."""
    page, watch = window
    page.set_viewport_size({"width": 1280, "height": 900})
    yield page
    assert watch.faults() == []


def visit(page, address, name, scheme="light"):
    """Open a page of the site, and wait until its formulas are set."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{address}/{name}.html")
    page.evaluate("window.MathJax && window.MathJax.startup.promise")
    theme = page.locator("html").get_attribute("data-theme")
    # A demo's own page has no button for it, and follows the browser.
    assert theme == (None if name.startswith("demos/") else scheme)


def violations(page):
    """List what axe finds serious or critical on the page that is open."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # axe would fetch style sheets once more, and asks for those they import in the wrong place.
    found = axe.run(page, options={"preload": False}).response["violations"]
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("index", "dark"),
        ("reference/optimizers", "light"),
        pytest.param("notebooks/01_neuron", "light", marks=pytest.mark.long),
        pytest.param("reference/optimizers", "dark", marks=pytest.mark.long),
    ],
)
def test_page_is_accessible(name, scheme, page, address):
    """Nothing serious by axe, at a desk; the long tests look at every page."""
    visit(page, address, name, scheme)
    assert not violations(page)


def overflowing(page):
    """Return by how much a page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("name", KINDS)
def test_page_fits_a_phone(name, page, address):
    """Nothing scrolls sideways but boxes of their own."""
    page.set_viewport_size({"width": 360, "height": 780})
    visit(page, address, name)
    assert overflowing(page) == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("width", "scheme", "every"),
    [
        *((1280, "light", 3), (360, "dark", 3)),
        *(
            pytest.param(*look, 1, marks=pytest.mark.whole)
            for look in ((1280, "light"), (360, "dark"))
        ),
    ],
)
def test_every_page(width, scheme, every, page, pages, address):
    """All of it, or one page in three: at a desk in the light, and on a phone in the dark."""
    page.set_viewport_size({"width": width, "height": 780})
    wrong = []
    for name in sorted(set(pages) - {"slides/02_hidden_layer.html"})[::every]:
        visit(page, address, name.removesuffix(".html"), scheme)
        wrong += [(name, one) for one in violations(page)]
        wrong += [(name, "too wide")] * (overflowing(page) > 0)
        wrong += [(name, "a formula that cannot be set")] * page.locator(UNSET).count()
    assert not wrong


def test_formulas_are_set(page, address):
    """By the script that came along, with words for those who do not see them."""
    visit(page, address, "notebooks/01_neuron")
    assert page.locator("mjx-container svg").count() > 50
    assert page.locator("mjx-container mjx-assistive-mml").count() > 50
    assert page.locator(UNSET).count() == 0


def test_search_finds_momentum(page, address):
    """From the field, by keyboard, to the lesson that explains it."""
    visit(page, address, "index")
    page.keyboard.press("Control+k")
    page.keyboard.type("momentum")
    page.keyboard.press("Enter")
    results = page.locator("#search-results li a")
    results.first.wait_for()
    wait_for(
        "the lesson among the results",
        lambda: "Mini-batch" in " ".join(results.all_inner_texts()),
        15,
    )


def test_theme_switches(page, address):
    """A button turns light into dark, and the colours follow."""
    visit(page, address, "glossary")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    for theme, alike in (("Dark", False), ("Light", True)):
        page.get_by_role("button", name="Color mode").click()
        page.get_by_role("button", name=theme, exact=True).click()
        assert page.locator("html").get_attribute("data-theme") == theme.lower()
        assert (page.evaluate(ground) == light) == alike
    page.evaluate("localStorage.clear()")


def test_code_unfolds_from_the_keyboard(page, address):
    """Enter on its name opens it, Enter again closes it."""
    visit(page, address, "notebooks/01_neuron")
    closed = page.locator("details.course-code:not([open])").first
    handle = closed.element_handle()
    code = handle.query_selector("pre")
    for shown in (True, False):
        handle.query_selector("summary").focus()
        page.keyboard.press("Enter")
        assert code.is_visible() == shown


# --- Demos in the page ---------------------------------------------------------------------------


@pytest.mark.long
def test_a_demo_runs_in_its_page(page, address, window):
    """Python starts when it is asked for; what is turned stands in the address, which opens it."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    requests = window[1].requests
    before = len(requests)
    page.goto(f"{address}/notebooks/01_neuron.html")
    line = page.locator(".live", has_text="Run it here").first
    line.get_by_role("button", name="Run it here").wait_for()
    assert not [url for url in requests[before:] if "/python/" in url or "worker" in url]
    line.get_by_role("button", name="Run it here").click()
    line.get_by_role("progressbar").wait_for()
    demo = page.locator(".course-demo")
    demo.locator("canvas").wait_for(timeout=SLOW)
    assert demo.locator(".link code").inner_text() == "demos.neuron()"
    assert line.get_by_role("progressbar").count() == 0
    demo.get_by_label("bias b").press("ArrowRight")
    demo.get_by_text("demos.neuron(b=0.1)").wait_for()
    wait_for("the address", lambda: page.url.endswith("#neuron?b=0.1"), pause=pausing(page))
    words = demo.locator(".words").inner_text()
    page.goto("about:blank")
    page.goto(f"{address}/notebooks/01_neuron.html#neuron?b=0.1")
    demo.get_by_text("demos.neuron(b=0.1)").wait_for(timeout=SLOW)
    assert demo.locator(".words").inner_text() == words


def test_how_soon_figures_are_there_is_as_it_was_measured():
    """What "How to teach it" says of them stands in the stored table, and reaches the goals."""
    text = (ROOT / "benchmarks" / "results" / "pages.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| (\d+\.\d) s \| (\d+\.\d) s \| \d+ ms \| (\d+) ms \|", text)
    first, second, keys = (max(map(float, column)) for column in zip(*rows, strict=True))
    assert first <= 9 and second <= 4.5 and keys < 60
    teaching = (site.PAGES / "teaching.md").read_text(encoding="utf-8")
    assert "after 4 to 5 s, and answers a key within 50 ms" in " ".join(teaching.split())
    assert all(3.5 <= float(seconds) < 5.5 for row in rows for seconds in row[:2]) and keys <= 50


@pytest.mark.long
def test_a_demo_that_plays_starts_again(page, address, window):
    """The new one is there whole, what the old one still says is not shown; the focus stays."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    page.goto(f"{address}/demos/playground.html#playground?units=3")
    demo = page.locator(".course-demo")
    demo.get_by_role("button", name="Start", exact=True).click(timeout=SLOW)
    demo.get_by_role("button", name="Pause").wait_for()
    again = page.get_by_role("button", name="Start again")
    for _ in range(3):
        again.press("Enter")
        page.get_by_text("It runs above.").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Start again"
        demo.get_by_role("button", name="Start", exact=True).click()
        demo.get_by_role("button", name="Pause").wait_for()
    assert page.locator(".course-demo").count() == 1
    assert window[1].faults() == []


@pytest.mark.long
def test_a_file_that_is_missing_ends_one_figure_alone(page, address):
    """Another one goes on; when it is there again, so does this."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    page.goto(f"{address}/notebooks/01_neuron.html")
    lines = page.locator(".live", has_text="Run it here")
    files = [json.loads(line.get_attribute("data-live"))["files"] for line in lines.all()]
    needs = next(k for k, names in enumerate(files) if names)
    needs_none = files.index("")
    lines.nth(needs_none).get_by_role("button").click()
    demo = page.locator(".course-demo").first
    demo.locator("canvas").wait_for(timeout=SLOW)
    page.context.route("**/live/**", lambda route: route.fulfill(status=404))
    lines = page.locator(".live", has=page.get_by_role("button"))
    lines.nth(needs).get_by_role("button").click()
    lines.nth(needs).get_by_text("did not come: 404").wait_for(timeout=SLOW)
    before = demo.locator(".link code").inner_text()
    demo.get_by_role("slider").first.press("ArrowRight")
    wait_for(
        "an answer", lambda: demo.locator(".link code").inner_text() != before, pause=pausing(page)
    )
    page.context.unroute_all()
    lines.nth(needs).get_by_role("button").click()
    page.locator(".course-demo canvas").nth(1).wait_for(timeout=SLOW)


@pytest.mark.long
def test_a_student_reads_plays_solves_and_comes_back(address, window):
    """One way through one folder: lesson 2, its playground, the lesson in a tab, an exercise."""
    if "COURSE_PYODIDE" not in os.environ or not lite.ready():
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages, or there is no npm")
    context, watch = window[0].context, window[1]
    page = context.new_page()
    page.goto(f"{address}/notebooks/02_hidden_layer.html")
    assert "Hidden layer" in page.get_by_role("heading", level=1).inner_text()
    line = page.locator('.live[data-live*=\'"figure": "playground"\']')
    line.get_by_role("button", name="Run it here").click()
    demo = page.locator(".course-demo")
    demo.get_by_role("button", name="Start", exact=True).click(timeout=SLOW)
    demo.get_by_role("button", name="Pause").click()
    page.get_by_role("link", name="Open in the browser").click()
    student = Student(page)
    student.run("setup")
    for answer, verdict in ((NEGATIVE_STAYS, "✗ relu: wrong"), (RIGHT, "✓ relu: passed")):
        student.write("ex-relu-code", answer)
        student.run("ex-relu-code")
        assert verdict in student.run("ex-relu-check")
    student.leave()
    again = Student.opens(context, address, "02_hidden_layer")
    assert again.ask(MINE) == "relu: yours\n"
    assert "# mine" in again.go("ex-relu-code").inner_text()
    again.page.close()
    # JupyterLite also asks for what may be there, such as lists of files in new folders.
    assert [fault for fault in watch.faults() if "404" not in fault] == []


@pytest.mark.long
def test_a_demo_outlives_a_connection_that_breaks(folder, window):
    """What came by half comes again; where that does not help, the button does."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    breaks = ["pyodide.asm.wasm", "snapshot.bin", "numpy-", "train-images"]
    breaks += ["matplotlib-"] * 8  # as often as it is tried
    page, watch = window
    with serving(folder, partial(Breaking, names=breaks)) as address:
        page.goto(f"{address}/demos/first_weights.html")
        page.get_by_text("To try again, press “Run it here”.").wait_for(timeout=SLOW)
        assert breaks == ["train-images"]
        page.get_by_role("button", name="Run it here").click()
        page.locator(".course-demo canvas").wait_for(timeout=SLOW)
        assert breaks == []
        page.goto("about:blank")
    assert watch.faults()  # each was told on the console


@pytest.mark.long
@pytest.mark.parametrize("name", sample())
def test_every_control_of_a_demo_moves_it(name, page, address):
    """As in JupyterLab and JupyterLite: the same steps, on the page that it has to itself."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    every_control_moves(OnSite(page, address, name), by_keyboard)


FIT = """async (root) => {
    const { figures } = await import(new URL("../_static/python.js", location.href));
    const told = root.closest(".live-figure").nextElementSibling.dataset.live;
    const { model } = figures.get(JSON.parse(told).figure), canvas = root.querySelector("canvas");
    const scale = canvas.clientWidth / parseFloat(canvas.style.width);
    const marks = model.get("scene").marks.filter(({ kind }) => kind === "text");
    const page = document.documentElement;
    return {
        narrow: model.get("narrow"),
        legible: scale >= model.get("shrink") && marks.every(({ size }) => scale * size >= 11),
        fits: root.scrollWidth <= root.clientWidth && page.scrollWidth <= page.clientWidth,
    };
}"""


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [n if "01" in n else pytest.param(n, marks=pytest.mark.whole) for n in NAMES],
)
def test_each_demo_works_on_a_phone(name, window, address):
    """By touch, at 390 pixels: parts below each other, labels of 11 pixels, nothing for axe."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, watch = window
    page.set_viewport_size({"width": 390, "height": 844})
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
    page.goto(f"{address}/notebooks/{name}.html")
    buttons = page.get_by_role("button", name="Run it here")
    buttons.first.wait_for()
    for k in range(buttons.count()):
        buttons.first.click()
        demo = page.locator(".course-demo").nth(k)
        demo.locator("canvas").wait_for(timeout=SLOW)
        wait_for(
            "a narrow figure", lambda d=demo: all(d.evaluate(FIT).values()), pause=pausing(page)
        )
        before = demo.evaluate(LOOK)
        control = demo.locator("input[type=range]:enabled, select:enabled").first
        if control.get_attribute("type"):
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            high = control.evaluate("e => e.value - e.min > (e.max - e.min) / 2")
            at = {
                "x": box["x"] + box["width"] * (0.2 if high else 0.8),
                "y": box["y"] + box["height"] / 2,
            }
            for kind, points in (("touchStart", [at]), ("touchEnd", [])):
                touch = {"type": kind, "touchPoints": points}
                phone.send("Input.dispatchTouchEvent", touch)
        else:  # the list of a choice is the system's, where no test can tap
            control.press("ArrowDown")
        wait_for(
            f"touched demo {k} of {name}",
            lambda d=demo, was=before: d.evaluate(LOOK) != was,
            pause=pausing(page),
        )
        demo.evaluate("e => { e.id = 'judged'; }")
        found = axe.run(page, context="#judged", options={"preload": False})
        demo.evaluate("e => { e.removeAttribute('id'); }")
        assert found.response["violations"] == []
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert watch.faults() == []


@pytest.mark.long
def test_a_demo_runs_in_firefox(address, tmp_path):
    """Moved by a key, it draws another picture, and its state stands in the address."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    look = f"() => ({LOOK})(document.querySelector('.course-demo'))"
    with firefox(tmp_path) as page:
        page.goto(f"{address}/demos/neuron.html")
        page.wait_for("document.querySelector('.course-demo canvas')", SLOW / 1000)
        before = page.evaluate(look)
        page.evaluate("() => document.querySelector('.course-demo input').focus()")
        page.press("\ue014")  # the arrow to the right
        page.wait_for("location.hash.startsWith('#neuron?w1=')", SLOW / 1000)
        after = page.evaluate(look)
        assert after["picture"] != before["picture"]
        assert after["link"] != before["link"]
        page.screenshot(tmp_path / "neuron.png")


@pytest.mark.long
@every_lesson
def test_each_demo_of_a_page_runs_in_it(name, page, address):
    """One after the other, in one worker; a key on a control changes what is shown."""
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    page.goto(f"{address}/notebooks/{name}.html")
    buttons = page.get_by_role("button", name="Run it here")
    buttons.first.wait_for()
    for k in range(buttons.count()):
        buttons.first.click()  # the one before has given way to its demo
        demo = page.locator(".course-demo").nth(k)
        demo.locator("canvas").wait_for(timeout=SLOW)
        before = demo.evaluate(LOOK)
        control = demo.locator("input[type=range]:enabled, select:enabled").first
        control.press("ArrowRight" if control.get_attribute("type") else "ArrowDown")
        wait_for(
            f"demo {k} of {name}",
            lambda demo=demo, before=before: demo.evaluate(LOOK) != before,
            pause=pausing(page),
        )


def pausing(page):
    """Return what waits and lets the page go on."""
    return lambda seconds: page.wait_for_timeout(1000 * seconds)
