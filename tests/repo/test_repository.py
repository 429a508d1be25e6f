"""What a stranger meets first: README, licences, forms and workflows, held to what they promise."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import lessons
import nbformat
import pytest
import yaml
from conftest import ROOT
from prose import A_MINUTE, AN_EXERCISE

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEACHING = (ROOT / "tools" / "press" / "website" / "teaching.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md")])
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def load(path):
    """Read YAML; BaseLoader keeps every scalar as it is written, `on` included."""
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


# --- Pages: links, paths, pictures ---------------------------------------------------------------


def prose(markdown):
    """Take out fenced and inline code, in which nothing is a link, and comments."""
    markdown = re.sub(r"^(```+).*?^\1", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`|<!--.*?-->", "", markdown, flags=re.DOTALL)


def targets(markdown):
    """List where the links and pictures of a page lead."""
    text = prose(markdown)
    return (
        re.findall(r"\]\(([^()\s]+)\)", text)
        + re.findall(r"^\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE)
        + re.findall(r"<img\b[^>]*\bsrc=\"([^\"]+)\"", text)
    )


def anchors(markdown):
    """Return the fragments that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def broken(page, markdown):
    """List the relative links of a page that lead nowhere."""
    found = []
    for target in targets(markdown):
        path, _, fragment = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        there = page.parent / path if path else page
        if not there.exists():
            found.append(target)
        elif fragment and fragment not in anchors(
            there.read_text(encoding="utf-8") if path else markdown
        ):
            found.append(target)
    return found


@every_page
def test_relative_links_lead_somewhere(page):
    """Files, folders, pictures and headings; what is elsewhere is the weekly link check's."""
    assert not broken(page, page.read_text(encoding="utf-8"))


@every_page
def test_named_paths_exist(page):
    """A path in code style is one of this repository."""
    rooms = "notebooks|course_lib|tests|tools|benchmarks|binder"
    named = re.findall(rf"(?<![\w/.])((?:{rooms})/[\w./-]*)", page.read_text(encoding="utf-8"))
    wanted = {name.rstrip(".") for name in named if not name.endswith(("_", "-"))}
    assert not [name for name in sorted(wanted) if not (ROOT / name).exists()]


@every_page
def test_pictures_have_alt_text(page):
    """For those who do not see them."""
    text = prose(page.read_text(encoding="utf-8"))
    assert not re.findall(r"!\[\s*\]\([^)]*\)", text)
    assert not [tag for tag in re.findall(r"<img\b[^>]*>", text) if not re.search(r'alt="\S', tag)]


def test_broken_links_are_found():
    """The finder finds, and leaves code alone."""
    text = '# A b\n[x](#a-b) [y](#c) [z](no.md)\n`[c](no.txt)`\n<img src="no.png">\n[r]: no/\n'
    assert broken(ROOT / "README.md", text) == ["#c", "no.md", "no/", "no.png"]


@pytest.mark.parametrize("name", lessons.PICTURES)
def test_pictures_are_those_of_the_lesson(name):
    """README.md shows what a reader will get: `make notebooks` stores both together."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    drawn = lessons.pictures(notebook, name)
    assert drawn.keys() == set(lessons.PICTURES[name])
    for cell_id, png in drawn.items():
        assert f".github/pictures/{cell_id}.png" in README
        same = (lessons.PICTURE_FOLDER / f"{cell_id}.png").read_bytes() == png
        assert same, f"the cell {cell_id!r} draws another picture now: run `make notebooks`"


def test_no_picture_is_left_over():
    """What README.md does not show need not be stored."""
    shown = {cell_id for cells in lessons.PICTURES.values() for cell_id in cells}
    assert {path.stem for path in lessons.PICTURE_FOLDER.iterdir()} == shown


HALVES = (
    "one,one and a half,two,two and a half,three,three and a half,four,four and a half,"
    "five,five and a half,six,six and a half"
)
HOURS = {1 + i / 2: f"{words} hours" for i, words in enumerate(HALVES.split(","))}


def plan(path):
    """Return what a lesson says of itself at its beginning, on one line."""
    cells = nbformat.read(ROOT / path, as_version=4).cells
    return " ".join(next(cell.source for cell in cells if cell.id == "plan").split())


def test_minutes_are_those_of_the_lessons():
    """README.md lists every lesson and repeats the times that the lesson itself states."""
    row = r"^\| \[.*?\]\((notebooks/\S+)\).*\| (\d+) \+ (\d+) min \|$"
    rows = re.findall(row, README, re.MULTILINE)
    assert {path for path, *_ in rows} == {f"notebooks/{path.name}" for path in lessons.lessons()}
    for path, reading, exercises in rows:
        hours = HOURS[round((int(reading) + int(exercises)) / 30) / 2]
        said = f"About {reading} minutes to read and {exercises} for the "
        assert re.search(rf"{said}\w+ exercises, some {hours} in all", plan(path)), path


def test_the_formula_of_minutes_is_stated_as_it_is_computed():
    """The words are those of tools/prose.py, whose numbers are counted here by hand."""
    assert AN_EXERCISE == 10
    assert A_MINUTE == {
        "words": 2 * 60,
        "lines of code": 8,
        "pictures": 1 / 0.5,
        "predictions": 1,
        "questions": 1,
    }
    formula = (
        "two words a second, eight lines of code a minute, half a minute for a picture, a minute "
        "for each prediction and for each question of the quiz, and ten for an exercise"
    )
    for path in lessons.lessons():
        assert formula in plan(path), path.name


def test_the_hours_of_all_lessons_are_those_of_the_shortest_and_the_longest():
    """They are said in README.md and on the page for teachers."""
    rows = [tuple(map(int, row)) for row in re.findall(r"\| (\d+) \+ (\d+) min \|$", README, re.M)]
    least, most = (HOURS[round(f(map(sum, rows)) / 30) / 2] for f in (min, max))
    said = f"{least.removesuffix(' hours')} to {most} with its exercises"
    for text in (README, TEACHING):
        assert said in " ".join(text.split()).lower()


# --- The repository's web address ----------------------------------------------------------------

HOSTS = r"github\.com|gitlab\.com|codeberg\.org|mybinder\.org/v2/gh|\w+\.github\.io"
ADDRESS = re.compile(rf"(?:{HOSTS})/([\w.-]+/[\w.-]*\w)", re.IGNORECASE)
ONE_PLACE = re.compile(r"^\[binder\]: https://mybinder\.org/(?:v2/gh/(\S+/\S+)/HEAD)?$", re.M)
OURS = ("*.md", "*.cff", "*.toml", "*.yml", "Makefile", ".github/**/*", "binder/**/*", "tools/**/*")
LESSONS_TOO = ("notebooks/*", "course_lib/**/*.py", "tests/*", "benchmarks/*")


def texts(*patterns):
    """Yield path and text of the files that match, pictures and caches left out."""
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if {"node_modules", "package-lock.json"} & set(path.parts):  # other people's addresses
            continue
        if path.is_file() and path.suffix not in (".png", ".pyc"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_the_address_stands_in_one_place():
    """README.md's Binder link has it, once it is decided; every other file does without."""
    decided = ONE_PLACE.findall(README)
    assert len(decided) == 1, "README.md needs its line [binder]: https://mybinder.org/…"
    elsewhere = {
        name: found
        for name, text in texts(*OURS)
        if (found := ADDRESS.findall(ONE_PLACE.sub("", text)))
    }
    assert not elsewhere, "link relatively, or name the page in words"
    if decided[0]:
        own = decided[0].lower()
        assert not [name for name, text in texts(*LESSONS_TOO) if own in text.lower()]
    assert ("paste the address" in README.replace("\n", " ")) == (not decided[0])


def test_addresses_are_found():
    """The finder finds: pages, clones, Binder, Pages; no action, no host alone."""
    text = (
        "https://github.com/a/b.git git@github.com/c/d mybinder.org/v2/gh/e/f/HEAD x.github.io/g/h."
    )
    assert ADDRESS.findall(text) == ["a/b.git", "c/d", "e/f", "g/h"]
    assert not ADDRESS.findall("uses: actions/checkout@v5 on github.com, https://mybinder.org/")
    assert ONE_PLACE.findall("[binder]: https://mybinder.org/v2/gh/a/b/HEAD") == ["a/b"]


# --- Licences, citation, changelog ---------------------------------------------------------------


def test_licences_are_there_and_named():
    """BSD for code, CC BY for text, word for word, and README.md says which is which."""
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License\n")
    legal = (ROOT / "LICENSE-CC-BY-4.0").read_text(encoding="utf-8").encode()
    assert hashlib.sha256(legal).hexdigest() == (
        "fd3a263fe19ed8faa9068b43abaebafc02c77897b0c6fc09abc04bb592e5f16e"
    ), "the text of a licence is not ours to change"
    licences = README.partition("## Licences")[2]
    assert "(LICENSE)" in licences and "(LICENSE-CC-BY-4.0)" in licences
    assert "MNIST" in licences and "CC BY-SA 3.0" in licences


def test_citation_agrees_with_the_project():
    """Version and licence are those of pyproject.toml; the form is CFF 1.2.0."""
    citation = load("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(citation)
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])


def test_changelog_has_a_place_for_the_next_line():
    """Unreleased comes first, then this version with its date; headings are kinds or areas."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, second, *_ = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert (first, second) == (
        "[Unreleased]",
        f"[{PROJECT['version']}] - {load('CITATION.cff')['date-released']}",
    )
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    areas = {"Engine", "Exercises", "Demos", "Tests and tools"}
    areas |= {"Steady", "Light", "Records", "A class on one machine", "True", "Fair"}
    areas |= {"Your code runs the course", "A doctor", "In a tab", "Machines as they are"}
    areas |= {"A lecture that is a lecture"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds | areas


def test_conduct_can_be_reported():
    """A way that exists without an e-mail address."""
    text = (ROOT / "CODE_OF_CONDUCT.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "Private vulnerability reporting" in contributing
    assert "(CODE_OF_CONDUCT.md)" in contributing


# --- Forms ---------------------------------------------------------------------------------------

FORMS = sorted(p for p in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if p.stem != "config")
# GitHub's form schema: for each type what its attributes may and must be.
ATTRIBUTES = {
    "markdown": ({"value"}, {"value"}),
    "input": ({"label", "description", "placeholder", "value"}, {"label"}),
    "textarea": ({"label", "description", "placeholder", "value", "render"}, {"label"}),
    "dropdown": ({"label", "description", "multiple", "options", "default"}, {"label", "options"}),
    "checkboxes": ({"label", "description", "options"}, {"label", "options"}),
}


def form_faults(form):
    """List what GitHub would refuse in an issue form, or what would go unanswered."""
    faults = [f"no {key}" for key in ("name", "description", "body") if not form.get(key)]
    extra = set(form) - {"name", "description", "title", "labels", "assignees", "projects", "body"}
    faults += [f"unknown key {key}" for key in sorted(extra)]
    names = [field["id"] for field in form.get("body", ()) if "id" in field]
    faults += [f"id {name!r} twice" for name in sorted(set(names)) if names.count(name) > 1]
    for field in form.get("body", ()):
        kind, given = field.get("type"), set(field.get("attributes", ()))
        if kind not in ATTRIBUTES:
            faults.append(f"no such type: {kind}")
            continue
        may, must = ATTRIBUTES[kind]
        where = field.get("id", kind)
        faults += [f"{where}: {name} not allowed" for name in sorted(given - may)]
        faults += [f"{where}: no {name}" for name in sorted(must - given)]
        if kind != "markdown" and not re.fullmatch(r"[\w-]+", field.get("id", "")):
            faults.append(f"{where}: no id")
        if field.get("validations", {}).get("required", "false") not in ("true", "false"):
            faults.append(f"{where}: required is true or false")
        if extra := set(field) - {"type", "id", "attributes", "validations"}:
            faults.append(f"{where}: unknown {sorted(extra)}")
        options = field.get("attributes", {}).get("options", ())
        if len(set(map(str, options))) < len(options):
            faults.append(f"{where}: an option twice")
    if not any(field.get("validations", {}).get("required") == "true" for field in form["body"]):
        faults.append("nothing is required")
    return faults


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_are_forms(path):
    """GitHub hides a form that it cannot read, and tells nobody."""
    assert not form_faults(load(path))


def test_three_forms_for_three_needs():
    """README.md names each by its name, CONTRIBUTING.md the labels to make."""
    assert len(FORMS) == 3
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for form in map(load, FORMS):
        assert f'"{form["name"]}"' in " ".join(README.split())
        assert all(f"`{label}`" in contributing for label in form["labels"])
    assert load(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": "true"}


def test_faulty_forms_are_found():
    """The finder finds."""
    field = {"type": "input", "id": "a", "attributes": {"lable": "x"}}
    faults = form_faults({"name": "n", "body": [field, field, {"type": "text"}], "about": "x"})
    for fault in ("no description", "unknown key about", "'a' twice", "no label", "no such type"):
        assert [fault in one for one in faults].count(True) >= 1, fault
    assert "nothing is required" in faults


# --- Workflows -----------------------------------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TESTS = load(".github/workflows/tests.yml")


def steps(job):
    """Return what the steps of a job run, in order."""
    return [step["run"].strip() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_may_little_and_end(path):
    """Read access, no credentials left in the clone, a time limit, one run a branch, weekly."""
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] == "true"
    assert {"push", "pull_request", "schedule", "workflow_dispatch"} == set(workflow["on"])
    (when,) = workflow["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"]), "weekly"
    for name, job in workflow["jobs"].items():
        assert 0 < int(job["timeout-minutes"]) <= 60, name
        if job.get("permissions") == {"pages": "write", "id-token": "write"}:
            assert len(job["steps"]) == 1 and "run" not in job["steps"][0], name  # hands over alone
            continue
        assert "permissions" not in job, name
        checkout = job["steps"][0]
        assert checkout["uses"].startswith("actions/checkout@"), name
        assert checkout["with"]["persist-credentials"] == "false", name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned(path):
    """By commit, which nobody can move, with the release beside it for the reader."""
    uses = re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert not [one for one in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", one)]


def test_three_systems_meet_old_and_new():
    """Linux compares outputs; the oldest versions run on the oldest Python; the newest weekly."""
    jobs = TESTS["jobs"]
    systems = {"ubuntu-latest", "macos-latest", "windows-latest"}
    for name in ("oldest", "newest"):
        assert set(jobs[name]["strategy"]["matrix"]["os"]) == systems
    rows = jobs["locked"]["strategy"]["matrix"]["include"]
    strict = {row["os"]: row["options"] == "" for row in rows}
    assert strict == {"ubuntu-latest": True, "macos-latest": False}
    assert all((row["options"] == "") == strict[row["os"]] for row in rows)
    assert {row["os"] for row in rows} | {jobs["windows"]["runs-on"]} == systems
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert jobs["oldest"]["steps"][1]["with"]["python-version"] == lowest
    assert any("--resolution lowest-direct" in run for run in steps(jobs["oldest"]))
    assert not any("--resolution" in run for run in steps(jobs["newest"]))
    assert "schedule" in jobs["newest"]["if"] and "if" not in jobs["oldest"]


def test_windows_runs_what_the_readme_says():
    """Word for word, in order; only `lab`, which does not end, becomes a run of the lessons."""
    blocks = re.findall(r"^```powershell\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    documented = "".join(blocks).splitlines()
    job = "\n".join(steps(TESTS["jobs"]["windows"])).splitlines()
    job = [line for line in job if not line.startswith("$PSNative")]
    assert len(documented) == 6
    assert job == [line.replace("lessons.py lab", "lessons.py run") for line in documented]


# --- Before a commit -----------------------------------------------------------------------------


def test_hooks_need_no_network():
    """pre-commit calls what is in .venv, and fetches nothing."""
    (repo,) = load(".pre-commit-config.yaml")["repos"]
    assert repo["repo"] == "local"
    hooks = {hook["id"]: hook for hook in repo["hooks"]}
    assert hooks.keys() == {"ruff-check", "ruff-format", "notebooks", "quick"}
    for hook in repo["hooks"]:
        assert hook["language"] == "system"
        assert "additional_dependencies" not in hook
        assert ".venv/bin/python" in hook["entry"] and ".venv/Scripts/python" in hook["entry"]


def made_by(target):
    """Return the commands that a make target would run, with nothing installed anew."""
    command = ["make", "--dry-run", "--no-print-directory", "-C", str(ROOT)]
    command += [f"--assume-old=.venv/.{stamp}" for stamp in ("lab", "test", "press")]
    answer = subprocess.run([*command, target], capture_output=True, text=True, check=True)
    return answer.stdout.replace("\\\n", "").splitlines()


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="no make here")


@needs_make
def test_quick_is_what_runs_before_a_push_and_first_on_every_machine():
    """ruff, then the tests of make quick: in the hook, in the workflow, in .ci/run."""
    *ruff, tests = made_by("quick")
    assert [line.partition("-m ruff ")[2].split()[0] for line in ruff] == ["check", "format"]
    (hook,) = (
        h for h in load(".pre-commit-config.yaml")["repos"][0]["hooks"] if h["id"] == "quick"
    )
    assert (hook["stages"], hook["always_run"]) == (["pre-push"], "true")
    asked = hook["entry"].partition("-m pytest -q ")[2].rpartition("'")[0]
    assert asked and asked == " ".join(tests.partition("-m pytest ")[2].split())
    assert steps(TESTS["jobs"]["quick"]) == ["make quick PYTHON=python"]
    others = {name: job for name, job in TESTS["jobs"].items() if name != "quick"}
    assert {name for name, job in others.items() if job.get("needs") == "quick"} == set(others)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    order = ["make quick", "make test", "make test-long"]
    assert [line for line in script.splitlines() if line in order] == order


@needs_make
def test_every_test_has_its_loop():
    """make test takes what is not long, make test-long the rest, and quick is part of the first."""
    asked = {one: shlex.split(made_by(one)[-1]) for one in ("quick", "test", "test-long")}
    marks = {one: words[words.index("pytest") + 2] for one, words in asked.items()}
    assert marks == {
        "quick": "not slow and not long",
        "test": "not long",
        "test-long": "long and not whole",
    }
    assert not [word for word in asked["test"] if word.startswith(("tests", "notebooks"))]


def test_a_change_of_a_lesson_can_be_read(tmp_path):
    """With the line of CONTRIBUTING.md, git shows the code that changed and no picture's bytes."""
    if not shutil.which("git"):
        pytest.skip("no git here")
    driver = Path(sys.executable).with_name("git-nbdiffdriver").as_posix()
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = re.findall(r'^git (config \S+) "\.venv/bin/git-nbdiffdriver (\w+)"$', text, re.M)
    own = {name: os.devnull for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")}

    def git(*arguments):
        command = ["git", "-C", str(tmp_path), *arguments]
        environment = os.environ | own
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    lesson = tmp_path / "notebooks" / "01_neuron.ipynb"
    lesson.parent.mkdir()
    for path in (lesson, tmp_path / ".gitattributes"):
        shutil.copyfile(ROOT / path.relative_to(tmp_path), path)
    git("init", "--quiet")
    git("add", ".")
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["metadata"].get("alt"))
    cell["source"].insert(0, "new = 1\n")
    (output,) = cell["outputs"]
    output["data"]["image/png"] = stored_png(notebook)
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    git(*line[0].split(), f"{driver} {line[1]}")
    shown = git("diff").decode()
    assert "new = 1" in shown and "image/png" in shown
    assert max(map(len, shown.splitlines())) < 200 and len(shown) < 3000


def stored_png(notebook):
    """Return the last picture of a notebook, as it is stored."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    *_, png = (out["data"]["image/png"] for out in outputs if "image/png" in out.get("data", ()))
    return png
