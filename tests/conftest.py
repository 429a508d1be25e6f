"""Notebooks as tests: nbval runs the cells; what it cannot see is judged in the same kernel.

With real data every stored output must be what the code gives (nbval's strict mode), then every
number in the prose must hold (tools/prose.py) and every stored picture must be drawn again. On the
stand-in the outputs are different by nature: there the cells only have to run.

One notebook by itself: pytest tests/conftest.py notebooks/01_neuron.ipynb
"""

import ast
import base64
import functools
import gc
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import zip_longest
from pathlib import Path

import lessons
import numpy as np
import prose
import pytest
from hypothesis import settings
from nbval import plugin as nbval_plugin
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

ROOT = Path(__file__).resolve().parents[1]

# Root mean square difference per channel, of 255, up to which two pictures are the same. The
# locked matplotlib draws bit for bit the same; another processor may move a curve by a fraction of
# a pixel. One other digit in a title changes some 60 pixels of 300,000 and gives more than 2.
SAME_PICTURE = 1.0

# What takes longest, the longest first, so that no worker is left with a long file at the end.
# xdist keeps this order with --no-loadscope-reorder alone; it prefers many tests to long ones.
LONGEST = (
    *("test_published", "04_mini_batch", "test_grade_class", "03_softmax", "02_hidden_layer"),
    *("test_site", "test_binder", "test_pdf", "test_demos_browser", "05_interpretation"),
    *("test_editions", "test_demo", "test_answers", "01_neuron", "test_slides", "test_project"),
)

# What takes a minute to make, by file: `make test` has something small in its place.
WHOLE = {"test_site.py": "folder", "test_pdf.py": "handout"}

NO_BROWSER = "no Chromium, Chrome or Edge on this machine, so nothing was tried in a browser"
NO_FIREFOX = "no Firefox on this machine, so nothing was tried in it"

SOURCE = pytest.StashKey[str]()

settings.register_profile("the same everywhere", derandomize=True, deadline=None)
settings.load_profile("the same everywhere")


def pytest_configure(config):
    """Point lessons and tests at the data at hand, and choose nbval's mode once for all workers."""
    config.pluginmanager.register(Notebooks())
    folder = ROOT.parent / "shared" / "data"
    if folder.is_dir():
        os.environ.setdefault("COURSE_DATA", str(folder))
    if hasattr(config, "workerinput"):
        vars(config.option).update(config.workerinput["nbval"])
    else:
        ask = (
            "from course_lib.data import TITLES, load_images\n"
            "sources = (load_images(name, raw=True, offline=True).source for name in TITLES)\n"
            "print(*sources, sep='; ')"
        )
        answer = subprocess.run(
            [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
        )
        config.stash[SOURCE] = answer.stdout.strip().splitlines()[-1]
        # --nbval-lax is for other versions than the locked ones: they word and draw differently.
        config.option.nbval_lax |= "standing in for" in answer.stdout
        config.option.nbval = not config.option.nbval_lax
        config.option.nbval_current_env = True
    if config.option.nbval_lax:
        os.environ["COURSE_OFFLINE"] = "1"  # tests neither need the network nor wait for it


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Hand nbval's mode to a worker of xdist, which otherwise knows the command line alone."""
    options = vars(node.config.option).items()
    node.workerinput["nbval"] = {name: mode for name, mode in options if name.startswith("nbval")}


def pytest_unconfigure():
    """Look for what nobody closed once: pytest and Python would look through all objects again."""
    gc.collect()
    gc.freeze()


def pytest_report_header(config):
    """Say which data the notebooks run on."""
    mode = "lax: cells only have to run" if config.option.nbval_lax else "strict"
    return f"notebooks ({mode}) on: {config.stash.get(SOURCE, None)}"


def pytest_terminal_summary(terminalreporter):
    """Say what ran, floor by floor, what was measured, and in full view what a skip means."""
    count, seconds, measured = Counter(), Counter(), []
    for kind in ("passed", "failed", ""):  # the last are setting up and tearing down
        for report in terminalreporter.stats.get(kind, ()):
            path = Path(getattr(report, "nodeid", "").partition("::")[0])
            floor = path.name if path.suffix == ".ipynb" else str(path.parent)
            count[floor] += report.when == "call"
            seconds[floor] += report.duration
            measured += report.user_properties if report.when == "call" else ()
    if count:
        terminalreporter.section("what ran")
    for floor in sorted(count):
        terminalreporter.line(f"{floor:28}{count[floor]:6} in {seconds[floor]:4.0f} s")
    for name, value in measured:
        terminalreporter.line(f"{name}: {value}")
    for report in terminalreporter.stats.get("skipped", ()):
        for why in (NO_BROWSER, NO_FIREFOX):
            if why in str(report.longrepr):
                terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
                terminalreporter.line(f"{report.nodeid}: {why}", red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Put the judges behind a notebook's cells, so that they find its kernel still running."""
    judged = []
    for item in items:
        if WHOLE.get(item.path.name) in getattr(item, "fixturenames", ()):
            item.add_marker("long")
    for item, following in zip_longest(items, items[1:]):
        judged.append(item)
        if not isinstance(item, IPyNbCell) or item.config.option.nbval_lax:
            continue
        if "outputs" in item.cell:  # no code writes that note
            item.cell.outputs = [o for o in item.cell.outputs if not lessons.is_still_note(o)]
        if pictures(item.cell.outputs):
            name = f"pictures of {item.cell.id}"
            judged.append(PicturesItem.from_parent(item.parent, name=name, drawn_by=item))
        if following is None or following.parent is not item.parent:
            judged.append(NumbersItem.from_parent(item.parent, name="numbers in prose"))
    for item in judged:  # elsewhere it would take half the time again
        if "core" not in item.path.parts:
            item.add_marker("no_cover")
    items[:] = sorted(judged, key=place_in_line)
    return (yield)


def place_in_line(item):
    """Say when a test's turn is: with its file, by how long that takes."""
    return next((i for i, name in enumerate(LONGEST) if name in item.path.name), len(LONGEST))


@pytest.fixture(autouse=True)
def _draws_of_its_own(request):
    """Let each test draw the same from its module's generator, whatever ran before it."""
    if "rng" in vars(request.module):
        request.module.rng = np.random.default_rng(0)


class Notebooks:
    """Hooks for items outside tests/, which this conftest itself is not asked about."""

    def __init__(self):
        self.ipython = tempfile.TemporaryDirectory(prefix="ipython-")

    def pytest_unconfigure(self):
        """Remove the kernels' profile and history."""
        self.ipython.cleanup()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        """Start kernels in the environment in which outputs are stored."""
        with pytest.MonkeyPatch.context() as patch:
            if isinstance(item.parent, IPyNbFile):
                for name, value in lessons.KERNEL_ENV.items():
                    patch.setenv(name, value)
                patch.setenv("IPYTHONDIR", self.ipython.name)  # nobody's own start-up files
                patch.setenv("COURSE_STATE", self.ipython.name)  # nor anybody's progress
            return (yield)


def execute_cell_input(kernel, cell_input, allow_stdin=None):
    """Run a cell as nbval does, but with history: IPython looks there for the `;` after a value."""
    return kernel.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


get_message = RunningKernel.get_message


def get_latest_message(kernel, stream, timeout=None):
    """Get a message as nbval does, and keep what became of pictures that were drawn again.

    nbval overlooks updates of an output, with which a live curve is drawn; the stored notebook
    has the last one.
    """
    message = get_message(kernel, stream, timeout)
    content = message["content"]
    png = content.get("data", {}).get("image/png")
    if png and (display_id := content.get("transient", {}).get("display_id")):
        first = vars(kernel).setdefault("first", {}).setdefault(display_id, png)
        vars(kernel).setdefault("latest", {})[first] = png
    return message


# The coverage asked for is that of the tests; lessons would fill it without checking anything.
nbval_plugin.setup_coverage = nbval_plugin.teardown_coverage = lambda *_: None
RunningKernel.execute_cell_input = execute_cell_input
RunningKernel.get_message = get_latest_message


class Judge(pytest.Item):
    """An item of a notebook that reports in sentences, without a traceback."""

    def runtest(self):
        """Fail with all faults at once."""
        if faults := self.faults():
            raise Faults(faults)

    def repr_failure(self, excinfo):
        """List the faults."""
        if isinstance(excinfo.value, Faults):
            return "\n".join([f"{self.path.name}, {self.name}:", *excinfo.value.args[0]])
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Name the notebook and the judge."""
        return self.path, None, f"{self.path.name}::{self.name}"


class Faults(Exception):
    """What a judge found, as a list of sentences."""


class NumbersItem(Judge):
    """Every number in the prose is listed in tests/numbers/ and holds after the last cell."""

    def faults(self):
        """Ask the notebook's own kernel for every value."""
        return prose.faults(self.parent.nb.cells, prose.table(self.path), self.evaluate)

    def evaluate(self, expressions):
        """Evaluate in the kernel; repr keeps all digits, also where the notebook prints fewer."""
        client = self.parent.kernel.kc
        names = {str(i): f"repr(float({expression}))" for i, expression in enumerate(expressions)}
        reply = client.execute(
            "", silent=True, user_expressions=names, reply=True, timeout=300, allow_stdin=False
        )
        answers = reply["content"]["user_expressions"]
        return [
            float(ast.literal_eval(answer["data"]["text/plain"]))
            if answer["status"] == "ok"
            else f"{answer['ename']}: {answer['evalue']}"
            for answer in (answers[name] for name in names)
        ]


class PicturesItem(Judge):
    """A cell's stored pictures are what its code draws; nbval compares all outputs but these."""

    def __init__(self, *, drawn_by, **kwargs):
        super().__init__(**kwargs)
        self.drawn_by = drawn_by

    def faults(self):
        """Compare what the cell drew in this run with what is stored."""
        cell, outputs = self.drawn_by.cell, self.drawn_by.test_outputs or []
        stored, drawn = (
            pictures(cell.outputs),
            pictures(outputs, vars(self.parent.kernel).get("latest")),
        )
        if len(stored) != len(drawn):
            return [f"[{cell.id}] {len(stored)} stored, {len(drawn)} drawn"]
        if "nbval-ignore-output" in cell.metadata.get("tags", ()):
            return []  # a picture of seconds is another one each time
        differences = map(unlike, stored, drawn)
        return [f"[{cell.id}] {difference}" for difference in differences if difference]


def pictures(outputs, latest=None):
    """Return the PNG images among the outputs of a cell, each in its latest form, as bytes."""
    data = [output.get("data", {}) for output in outputs]
    images = [bundle["image/png"] for bundle in data if "image/png" in bundle]
    return [base64.b64decode((latest or {}).get(image, image)) for image in images]


def unlike(old, new):
    """Say how two PNG images differ, or return None where they are the same picture."""
    import numpy as np
    from PIL import Image

    old, new = (Image.open(io.BytesIO(png)).convert("RGBA") for png in (old, new))
    if old.size != new.size:
        return f"stored at {old.size}, drawn at {new.size}"
    difference = np.subtract(*(np.asarray(image, dtype=float) for image in (old, new)))
    rms = np.sqrt(np.mean(difference**2))
    return None if rms <= SAME_PICTURE else f"differs by {rms:.2f} (RMS of 255)"


@pytest.fixture
def ax():
    """Give an empty Axes, closed afterwards."""
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    figure, ax = plt.subplots()
    yield ax
    figure.canvas.draw()  # whatever was drawn can be rendered
    plt.close(figure)


@pytest.fixture(scope="module")
def declared_functions_run_once():
    """Run the reference and the mistakes, which each verdict needs, once for all verdicts."""
    from course_lib.exercises import engine

    run, remembered = engine.outcomes, functools.cache(engine.outcomes)

    def outcomes(exercise, function, *allowance):  # only a candidate has one
        return (run if allowance else remembered)(exercise, function, *allowance)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "outcomes", outcomes)
        yield
