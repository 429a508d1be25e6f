"""The lab in a real browser: what the browser tests and benchmarks/bench_demos.py share."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from chromium import QUIET, find_browser

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "only-for-this-test"
SECONDS = 300
SIZES = [(1280, 720), (1920, 1080)]  # of projectors


def wait_for(what, condition, seconds=SECONDS, every=0.2, pause=time.sleep):
    """Ask until the condition holds, and return what it returned."""
    end = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        pause(every)


# --- The server ----------------------------------------------------------------------------------


def free_port():
    """Find a port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Quiet(SimpleHTTPRequestHandler):
    """A server that keeps its log to itself."""

    def log_message(self, *args):
        """Say nothing."""


class Breaking(Quiet):
    """A server whose connection breaks in the middle of files, those with these names."""

    def __init__(self, *args, names, **options):
        self.names = names
        super().__init__(*args, **options)

    def copyfile(self, source, outputfile):
        """Send half of what was promised where a name is in the list, and take it off."""
        name = next((name for name in self.names if name in self.path), None)
        if name is None:
            super().copyfile(source, outputfile)
        else:
            self.names.remove(name)
            content = source.read()
            outputfile.write(content[: len(content) // 2])


@contextmanager
def serving(folder, handler=Quiet):
    """Serve the files of a folder on this machine; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Lab:
    """A running server: its process, its address, and the folder that it serves."""

    def __init__(self, process, url, folder):
        self.process, self.url, self.folder = process, url, folder

    def ask(self, path, method="GET"):
        """Ask the server's API and return its answer."""
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def forget(self, path):
        """Delete what stands at a path of the server's API, such as a session with its kernel."""
        request = urllib.request.Request(
            f"{self.url}/{path}", method="DELETE", headers={"Authorization": f"token {TOKEN}"}
        )
        urllib.request.urlopen(request, timeout=30).close()

    def notebook(self, name="01_neuron"):
        """Read a notebook of the student's, once JupyterLab is not just writing it."""
        return wait_for("a whole notebook", lambda: self._saved(name))

    def _saved(self, name):
        with suppress(ValueError):  # cut off, in mid-JSON or mid-character
            return json.loads((self.folder / f"{name}.ipynb").read_text(encoding="utf-8"))

    def kernels(self):
        """Return the executables of the kernels that run."""
        import psutil

        children = psutil.Process(self.process.pid).children(recursive=True)
        lines = [child.cmdline() for child in children]
        return [line[0] for line in lines if "ipykernel_launcher" in line]


@contextmanager
def running_lab(course, tmp_path, data="", **more):
    """Run `tools/lessons.py lab` with nothing of the user's, no network, and data where given.

    `more` are settings of the environment; None takes one away.
    """
    port = free_port()
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    env = os.environ | {name: str(tmp_path / name.lower()) for name in (*own, "COURSE_CACHE")}
    env |= {"COURSE_OFFLINE": "1", "COURSE_DATA": data, "COURSE_STATE": str(tmp_path / "state")}
    env = {name: value for name, value in (env | more).items() if value is not None}
    command = [sys.executable, str(course / "tools" / "lessons.py"), "lab", "--no-browser"]
    options = [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    log = tmp_path / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command + options,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=os.name != "nt",
        )
    lab = Lab(process, f"http://127.0.0.1:{port}", course / "my_notebooks")

    def answers():
        assert process.poll() is None, f"The server ended at once:\n{log.read_text()}"
        try:
            return lab.ask("api/status")
        except OSError:
            return None

    try:
        wait_for("server answers", answers)
        yield lab
    finally:
        process.terminate()  # the server then ends its kernels
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL) if os.name != "nt" else process.kill()
            process.wait()


@contextmanager
def small_lab(folder, notebooks):
    """Run the lab on small notebooks of our own: for each name, what is in its code cells."""
    import lessons
    import nbformat

    others = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "tools", folder / "course" / "tools", ignore=others)
    (folder / "course" / "notebooks").mkdir()
    for name, sources in notebooks.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        metadata = {"kernelspec": lessons.KERNELSPEC}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
        nbformat.write(notebook, folder / "course" / "notebooks" / f"{name}.ipynb")
    with running_lab(folder / "course", folder) as lab:
        yield lab


def clear(path):
    """Remove outputs and counts, so that what stands there after Run All comes from this run."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    path.write_text(json.dumps(notebook), encoding="utf-8")


# --- The browser ---------------------------------------------------------------------------------


@contextmanager
def browser(folder, height=1000, seconds=30):
    """Start the browser that there is, with a profile of its own; skip where there is none."""
    import pytest
    from conftest import NO_BROWSER

    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            pytest.skip(NO_BROWSER)
        context = playwright.chromium.launch_persistent_context(
            folder / "browser",
            executable_path=path,
            args=QUIET,
            viewport={"width": 1280, "height": height},
        )
        context.set_default_timeout(1000 * seconds)
        try:
            yield context
        finally:
            context.close()


class Watch:
    """What the pages of a browser ask for, and what they complain about."""

    def __init__(self, context):
        self.requests, self.complaints = [], []
        context.on("request", lambda request: self.requests.append(request.url))
        # Only pages know of their web sockets.
        context.on("page", lambda page: page.on("websocket", self._websocket))
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _websocket(self, websocket):
        self.requests.append(websocket.url)

    def _console(self, line):
        if line.type == "error":
            self.complaints.append(line.text)

    def faults(self):
        """List complaints, and requests that leave this machine; and forget them."""
        assert len(self.requests) > 10, "the watch on requests saw none"
        found = [*self.complaints, *filter(leaves_this_machine, self.requests)]
        self.complaints.clear()
        return found


def leaves_this_machine(url):
    """Tell whether a request goes beyond loopback."""
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1"


def open_notebook(lab, page, name):
    """Open a notebook in JupyterLab, in a workspace of its own, and wait for its kernel."""
    page.goto(f"{lab.url}/lab/workspaces/{name}/tree/{name}.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    # In the status bar. Run All before there is a kernel makes JupyterLab ask which one to use.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def code_cells(lab, name):
    """Return the code cells of the student's copy as it was last saved."""
    return [cell for cell in lab.notebook(name)["cells"] if cell["cell_type"] == "code"]


def run_all(lab, page, name, seconds=SECONDS):
    """Run All from the menu; done when the kernel is idle and every cell has its number."""
    choose(page, "Run", "Run All Cells")

    def finished():
        # Asked of the saved file: JupyterLab keeps cells that are out of sight out of the page.
        page.keyboard.press("ControlOrMeta+s")
        page.wait_for_timeout(300)
        kernels = [s["kernel"] for s in lab.ask("api/sessions") if s["path"] == f"{name}.ipynb"]
        cells = code_cells(lab, name)
        counts = [cell["execution_count"] for cell in cells]
        errors = [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]
        assert not errors, errors[0]["evalue"]  # Run All stops there
        return kernels[0]["execution_state"] == "idle" and None not in counts

    wait_for("Run All ends", finished, seconds)


def choose(page, menu, item):
    """Choose an item of a menu."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def choose_theme(page, theme):
    """Choose the light or the dark theme in the menu."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", f"JupyterLab {theme}"):  # JupyterLab gives them no role
        page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
    light = "true" if theme == "Light" else "false"
    page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")


# --- Slides --------------------------------------------------------------------------------------


def speaker_of(page):
    """Press S in a deck; return the speaker's window."""
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.locator(".clock").wait_for()
    return popup.value


# Axe does not judge the contrast of text that anything overlaps, if only by its empty box; and it
# walks through all of a page, hidden or not. So what is not shown is away meanwhile.
ALONE = ".backgrounds, .reveal > .controls, .progress { display: none !important; }"
AWAY = """name => {
  const slide = document.getElementById(name), beside = [...slide.parentNode.children];
  const stacks = [...document.querySelectorAll(".slides > section")];
  const others = [...stacks, ...beside].filter((one) => !one.contains(slide));
  window.away = others.map((one) => {
    const mark = document.createComment("");
    one.replaceWith(mark);
    return [mark, one];
  });
}"""
BACK = "() => window.away.forEach(([mark, one]) => mark.replaceWith(one))"
TURN_TO = """name => {
  const { h, v } = deck.getIndices(document.getElementById(name));
  deck.slide(h, v, 9);
}"""


def axe_on_slides(page, view=None, names=None):
    """List what axe finds on the slides of a deck: the slide, the rule, its impact, the element.

    With a speaker's `view` it is judged in place of the page, for the slides of the path.
    """
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    page.add_style_tag(content=ALONE)
    path = "deck.getHorizontalSlides().map(stack => stack.querySelector('section').id)"
    names = names or page.evaluate(path if view else "deck.getSlides().map(slide => slide.id)")
    for name in names:
        page.evaluate(TURN_TO, name)
        if not view:
            page.evaluate(AWAY, name)
        rules = axe.run(view or page).response
        if not view:
            page.evaluate(BACK)
        assert "color-contrast" in [rule["id"] for rule in rules["passes"]], name
        for rule in rules["violations"]:
            found += [(name, rule["id"], rule["impact"], n["html"][:100]) for n in rule["nodes"]]
    return found
