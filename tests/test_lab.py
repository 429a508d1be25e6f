"""`make lab` as a student meets it: the real server, and where there is one, a real browser.

Everything happens in a copy of the lessons, so that my_notebooks/ stays as it is, and on the
stand-in, because the data have tests of their own and a lesson on the stand-in runs in seconds.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from conftest import NO_BROWSER, ROOT

TOKEN = "only-for-this-test"
SECONDS = 90
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# --no-sandbox: Chromium refuses to run as root, as CI does, with its sandbox.
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps"
).split()


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

    def notebook(self):
        """Read the student's copy of the first lesson, once JupyterLab is not just writing it."""
        return wait_for("a whole notebook", self._saved)

    def _saved(self):
        with suppress(ValueError):  # cut off, in mid-JSON or mid-character
            return json.loads((self.folder / "01_neuron.ipynb").read_text(encoding="utf-8"))

    def kernels(self):
        """Return the executables of the kernels that run."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        lines = [child.cmdline() for child in children]
        return [line[0] for line in lines if "ipykernel_launcher" in line]


def wait_for(what, condition, seconds=SECONDS):
    """Ask until the condition holds, and return what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.2)
    pytest.fail(f"{what}: not within {seconds} s")


@pytest.fixture
def lab(tmp_path):
    """Start the lab in a copy of the course, and stop it on any outcome."""
    course = tmp_path / "course"
    for folder in ("notebooks", "tools"):
        shutil.copytree(
            ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    for path in (course / "notebooks").glob("*.ipynb"):
        clear(path)
    with running_lab(course, tmp_path) as lab:
        yield lab


def clear(path):
    """Remove outputs and counts, so that what stands there after Run All comes from this run."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    path.write_text(json.dumps(notebook), encoding="utf-8")


@contextmanager
def running_lab(course, tmp_path):
    """Run `tools/lessons.py lab` with nothing of the user's, no data and no network."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    env = os.environ | {name: str(tmp_path / name.lower()) for name in (*own, "COURSE_CACHE")}
    env |= {"COURSE_OFFLINE": "1", "COURSE_DATA": ""}
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
        if process.poll() is not None:
            pytest.fail(f"The server ended at once:\n{log.read_text()}")
        try:
            return lab.ask("api/status")
        except OSError:
            return None

    try:
        wait_for("server answers", answers, 60)
        yield lab
    finally:
        process.terminate()  # the server then ends its kernels
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL) if os.name != "nt" else process.kill()
            process.wait()


def test_the_lab_serves_the_first_lesson_with_our_kernel(lab):
    """By HTTP: the lesson is there, and its kernel is this environment's Python."""
    assert lab.ask("api/contents/01_neuron.ipynb")["type"] == "notebook"
    assert lab.ask("api/kernelspecs")["default"] == "python3"
    lab.ask("api/kernels", "POST")
    (kernel,) = wait_for("kernel starts", lab.kernels, 30)
    assert Path(kernel).resolve() == Path(sys.executable).resolve()
    assert Path(kernel).parent == Path(sys.executable).parent, "the Python of another environment"
    log = (lab.folder.parents[1] / "server.log").read_text(encoding="utf-8")
    assert "standing in for MNIST" in log, "without data the student is told so"


def test_run_all_in_a_browser(lab, tmp_path):
    """Open the lesson as a student does, Run All: no error, nothing asked of the wide world."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        browser = next(filter(None, map(shutil.which, (*BROWSERS, own))), None)
        if browser is None:
            pytest.skip(NO_BROWSER)
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "browser",
            executable_path=browser,
            args=QUIET,
            viewport={"width": 1280, "height": 900},
        )
        try:
            requests, complaints = [], []
            context.on("request", lambda request: requests.append(request.url))
            context.on("websocket", lambda websocket: requests.append(websocket.url))
            context.on(
                "console", lambda line: line.type == "error" and complaints.append(line.text)
            )
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            page = context.new_page()
            page.set_default_timeout(SECONDS * 1000)
            page.goto(f"{lab.url}/lab/tree/01_neuron.ipynb?token={TOKEN}")
            try:
                run_all(lab, page)
            finally:
                page.screenshot(path=tmp_path / "run_all.png")
            outputs = [output for cell in code_cells(lab) for output in cell["outputs"]]
            assert outputs
            assert not [output for output in outputs if output.get("name") == "stderr"]
            for kind in ("stderr", "error"):
                shown = f"[data-mime-type='application/vnd.jupyter.{kind}']"
                assert page.locator(shown).count() == 0
            assert page.get_by_text("official Jupyter news").count() == 0
        finally:
            context.close()
    assert len(requests) > 10, "the watch on requests saw none"
    assert not [url for url in requests if leaves_this_machine(url)]
    assert not complaints


def code_cells(lab):
    """Return the code cells of the student's copy as it was last saved."""
    return [cell for cell in lab.notebook()["cells"] if cell["cell_type"] == "code"]


def run_all(lab, page):
    """Run All from the menu; done when the kernel is idle and every cell has its number."""
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    # In the status bar. Run All before there is a kernel makes JupyterLab ask which one to use.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def finished():
        # Asked of the saved file: JupyterLab keeps cells that are out of sight out of the page.
        page.keyboard.press("ControlOrMeta+s")
        page.wait_for_timeout(300)
        (kernel,) = lab.ask("api/kernels")
        cells = code_cells(lab)
        counts = [cell["execution_count"] for cell in cells]
        errors = [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]
        assert not errors, errors[0]["evalue"]  # Run All stops there
        return kernel["execution_state"] == "idle" and None not in counts

    wait_for("Run All ends", finished)


def leaves_this_machine(url):
    """Tell whether a request goes beyond loopback."""
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1"
