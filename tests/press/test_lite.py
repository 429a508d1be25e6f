"""The lessons in JupyterLite: a student's way through one, with no server but one for files."""

import json
import os
from functools import partial
from pathlib import Path

import lessons
import pytest
import tab
from browser import Breaking, Watch, browser, leaves_this_machine, serving, wait_for
from firefox import firefox
from press import LESSONS, PACKAGES, in_browser, lite

SLOW = 300  # seconds until a kernel runs in a page, on a machine that is busy otherwise
NEGATIVE_STAYS = "def relu(Z):\nreturn np.maximum(Z, -1)"
MINE = "from course_lib.exercises import mine\nrelu = mine('relu')"
RIGHT = "def relu(Z):\nreturn np.maximum(Z, 0)  # mine"


@pytest.fixture(scope="module")
def vendor():
    """Name the folder that has Pyodide's packages."""
    if not lite.ready():
        pytest.skip("JupyterLite is not installed: make .venv/.press (needs npm)")
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    return Path(os.environ["COURSE_PYODIDE"])


@pytest.fixture(scope="module")
def site(vendor, tmp_path_factory):
    """Build the lessons once, beside Python and images."""
    folder = tmp_path_factory.mktemp("dist") / "site"
    lite.make(folder / "lite")
    return folder


ASK = """async (code) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = kernel.requestExecute({ code, store_history: false });
    let told = "";
    asked.onIOPub = (message) => { told += message.content.text ?? message.content.evalue ?? ""; };
    await asked.done;
    return told;
}"""


class Student:
    """Somebody at a lesson in JupyterLite, with a keyboard."""

    def __init__(self, context, address, lesson):
        self.page = context.new_page()
        self.page.set_default_timeout(1000 * SLOW)
        self.page.goto(f"{address}/lite/lab/index.html?path={lesson}.ipynb")
        self.wait_for_python()

    def wait_for_python(self):
        """Wait until the kernel runs."""
        self.page.get_by_text("Python (Pyodide) | Idle").wait_for()

    def go(self, name):
        """Scroll to a cell; only what is in sight is in the page."""
        place = "jupyterapp.shell.currentWidget.content"
        self.page.evaluate(
            f"""async (id) => {{
                const at = {place}.widgets.findIndex((cell) => cell.model.id === id);
                {place}.activeCellIndex = at;
                await {place}.scrollToItem(at, 'center');
            }}""",
            name,
        )
        cell = self.page.locator(".jp-Cell.jp-mod-active")
        cell.locator(".cm-content").wait_for()
        return cell

    def write(self, name, text):
        """Replace what stands in a cell, line by line, as the editor indents."""
        self.go(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        for line in text.splitlines():
            self.page.keyboard.type(line)
            self.page.keyboard.press("Escape")  # the list of completions
            self.page.keyboard.press("Enter")

    def run(self, name):
        """Run a cell and return what it shows."""
        cell = self.go(name)
        cell.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")
        wait_for(
            f"the end of {name}",
            lambda: "*" not in cell.locator(".jp-InputPrompt").inner_text(),
            SLOW,
            pause=lambda seconds: self.page.wait_for_timeout(1000 * seconds),
        )
        return cell.locator(".jp-OutputArea").inner_text()

    def save(self):
        """Save, and wait until that is done."""
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").first.wait_for()

    def leave(self):
        """Save, and close the tab."""
        self.save()
        self.page.close()

    def asked(self):
        """Return what a box on the page says, once there is one."""
        return self.page.locator(".jp-Dialog-content").inner_text()

    def ask(self, code):
        """Ask the kernel, which answers with what is printed."""
        return self.page.evaluate(ASK, code)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_says_what_differs(path):
    """In place of what it says of Binder."""
    text = lite.lesson(path).cells[0].source
    assert text.count(lite.HERE) == 1
    assert "Binder" not in text
    assert "*From One Neuron, lesson" in text


def test_what_a_cell_prints_is_compared_as_text():
    """Streams and values, whether a line is a list of lines or not; pictures are not."""
    stored = [{"output_type": "stream", "text": ["a\n", "b\n"]}, {"data": {"image/png": "…"}}]
    told = [{"output_type": "stream", "text": "a\nb\n"}, {"data": {"text/plain": ["c"]}}]
    assert tab.printed(stored) == "a\nb"
    assert tab.printed(told) == "a\nb\nc"


def test_without_a_site_there_is_nothing_to_measure(monkeypatch, tmp_path):
    """And `make run ARGS=--browser` says what makes it."""
    monkeypatch.setattr(tab, "SITE", tmp_path)
    with pytest.raises(lessons.Refusal, match="make lite"):
        lessons.run_in_browser(["01"])


@pytest.mark.long
def test_a_student_solves_an_exercise_and_finds_it_again(site, tmp_path):
    """Wrongly, rightly, close the tab, come back; and nothing is asked of another server."""
    with serving(site) as address, browser(tmp_path) as context:
        watch = Watch(context)
        student = Student(context, address, "02_hidden_layer")
        assert "the course's" in student.run("setup")
        student.write("ex-relu-code", NEGATIVE_STAYS)
        student.run("ex-relu-code")
        assert "✗ relu: wrong" in student.run("ex-relu-check")
        student.write("ex-relu-code", RIGHT)
        student.run("ex-relu-code")
        assert "✓ relu: passed" in student.run("ex-relu-check")
        student.leave()

        again = Student(context, address, "02_hidden_layer")
        assert again.ask(MINE) == "relu: yours\n"
        again.page.reload()
        again.wait_for_python()
        assert "# mine" in again.go("ex-relu-code").inner_text()
        assert again.ask(MINE) == "relu: yours\n"
        again.page.close()
        # JupyterLite also asks for what may be there, such as lists of files in new folders.
        assert [fault for fault in watch.faults() if "404" not in fault] == []


PASSED = """
from course_lib.exercises import record
for k in range(20): record.note(f"{tab}-{k}", tries=1, passed=True)
"""
KEPT = """
from course_lib.exercises import record
print(len(record.load(record.path())), record.unsaved)
"""


@pytest.mark.whole  # beside a website that was being built it once waited in vain
@pytest.mark.long
def test_two_tabs_keep_what_was_reached_in_either(site, tmp_path):
    """Also at the same moment; of two versions of a lesson, the student says which one stays."""
    with serving(site) as address, browser(tmp_path) as context:
        one, other = (Student(context, address, "02_hidden_layer") for _ in range(2))
        for student in (one, other):
            student.run("setup")
        one.write("ex-relu-code", RIGHT)
        one.run("ex-relu-code")
        assert "✓ relu: passed" in one.run("ex-relu-check")
        one.save()
        other.write("ex-relu-code", NEGATIVE_STAYS)
        other.run("ex-relu-code")
        assert "✗ relu: wrong" in other.run("ex-relu-check")
        assert other.ask(MINE) == "relu: yours\n", "solved in the tab beside"

        other.page.keyboard.press("ControlOrMeta+s")
        assert "has changed on disk" in other.asked()
        other.page.get_by_role("button", name="Revert").click()
        wait_for("what was saved", lambda: "# mine" in other.go("ex-relu-code").inner_text())

        go = f"window.ended = ({ASK})"
        one.page.evaluate(f"(code) => {{ {go}(code); }}", f"tab = 1{PASSED}")
        other.page.evaluate(f"(code) => {{ {go}(code); }}", f"tab = 2{PASSED}")
        assert [tab.page.evaluate("() => window.ended") for tab in (one, other)] == ["", ""]
        assert one.ask(KEPT) == other.ask(KEPT) == "41 {}\n"


@pytest.mark.long
def test_a_full_disk_is_told_of_and_loses_nothing(site, tmp_path):
    """The lesson stays on the page, progress in the kernel, until there is room again."""
    with serving(site) as address, browser(tmp_path) as context:
        page = context.new_page()
        page.goto(f"{address}/live/")
        disk = context.new_cdp_session(page)
        room = {"origin": address, "quotaSize": 3_000_000}  # for one copy of the lesson
        disk.send("Storage.overrideQuotaForOrigin", room)
        student = Student(context, address, "02_hidden_layer")
        student.run("setup")
        student.write("ex-relu-code", RIGHT)
        student.run("ex-relu-code")
        student.page.keyboard.press("ControlOrMeta+s")
        assert lite.NO_ROOM in student.asked()
        student.page.get_by_role("button", name="Close").click()
        assert "# mine" in student.go("ex-relu-code").inner_text()

        # Browsers still find room for small files when they have none for large ones.
        student.page.evaluate(FULL, True)
        assert "✓ relu: passed" in student.run("ex-relu-check")
        assert student.ask(KEPT).startswith(
            "0 {PosixPath('/drive/progress/progress.json'): {'relu'"
        )
        student.page.evaluate(FULL, False)
        disk.send("Storage.overrideQuotaForOrigin", {"origin": address})
        student.run("ex-relu-check")
        assert student.ask(KEPT) == "1 {}\n"
        student.save()


FULL = """(full) => {
    const { prototype } = IDBObjectStore;
    prototype.usual ??= prototype.put;
    const refuse = () => { throw new DOMException("", "QuotaExceededError"); };
    prototype.put = full ? refuse : prototype.usual;
}"""


@pytest.mark.long
def test_a_download_that_breaks_is_started_again(site, tmp_path):
    """Python itself, a package, and images in the middle of a cell; nobody notices."""
    breaks = ["pyodide.asm.wasm", "numpy-", "course_lib-", "mnist/train-images"]
    handler = partial(Breaking, names=breaks)
    with serving(site, handler) as address, browser(tmp_path) as context:
        student = Student(context, address, "01_neuron")
        student.run("setup")
        assert student.run("load").startswith("MNIST, read from")
        assert breaks == []
        breaks += ["fashion-mnist/t10k-labels"] * 4  # as often as one opening tries it
        code = "from course_lib.data import load_images\nprint(load_images('fashion-mnist').source)"
        assert "Fashion-MNIST, read from the offline folder." in student.ask(code)
        assert breaks == []


@pytest.mark.long
def test_a_kernel_that_cannot_start_is_told_of(site, tmp_path):
    """In a box, with the reason; when the connection is back, the page runs."""
    breaks = ["pyodide.asm.wasm"] * 12
    with serving(site, partial(Breaking, names=breaks)) as address, browser(tmp_path) as context:
        page = context.new_page()
        page.goto(f"{address}/lite/lab/index.html?path=01_neuron.ipynb")
        box = page.get_by_role("dialog").filter(has_text="Python did not start in this tab")
        box.wait_for(timeout=1000 * SLOW)
        assert box.inner_text().strip().endswith("Close")
        box.get_by_role("button", name="Close").press("Enter")
        breaks.clear()
        page.close()
        assert Student(context, address, "01_neuron").run("setup") == ""


PUT = """(id, text) => {
    const { content } = jupyterapp.shell.currentWidget;
    content.widgets.find((cell) => cell.model.id === id).model.sharedModel.setSource(text);
}"""


@pytest.mark.long
def test_firefox_runs_lessons_too(site, tmp_path):
    """Its first cells, and an exercise, wrong and right, which is there again after a reload."""
    with serving(site) as address, firefox(tmp_path) as page:

        def run(name, text=None):
            if text:
                page.evaluate(PUT, name, text)
            return str(page.evaluate(tab.RUN, name))

        page.goto(f"{address}/lite/lab/index.html?path=01_neuron.ipynb")
        page.wait_for(tab.IDLE, SLOW)
        run("setup")
        assert "MNIST, read from" in run("load")
        run("ex-sigmoid-code", "def sigmoid(z):\n    return 1 / (1 + np.exp(z))")
        assert "✗ sigmoid: wrong" in run("ex-sigmoid-check")
        run("ex-sigmoid-code", "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(z / 2))")
        assert "✓ sigmoid: passed" in run("ex-sigmoid-check")
        page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        page.goto(page.evaluate("() => location.href"))
        page.wait_for(tab.IDLE, SLOW)
        assert "sigmoid: yours" in run("ex-sigmoid-code", MINE.replace("relu", "sigmoid"))


@pytest.mark.long
def test_packages_come_from_pyodides_server_by_checksum(vendor, site, tmp_path, monkeypatch):
    """Each with the address and checksum of the official release; others' bytes are refused.

    The test plays that server. It has other builds of the packages, hence other checksums; what is
    pure Python comes from the cache that `site` has filled.
    """
    monkeypatch.delenv("COURSE_PYODIDE")
    monkeypatch.setattr(in_browser, "SCIENCE", ())  # which that folder lacks
    lite.make(tmp_path / "site" / "lite")
    path = tmp_path / "site" / "python" / in_browser.LOCK
    official = json.loads((in_browser.PYODIDE / in_browser.LOCK).read_text("utf-8"))["packages"]
    lock, server = json.loads(path.read_text("utf-8")), {}
    for name, package in lock["packages"].items():
        if name in official and package["file_name"] != official[name]["file_name"]:
            release = f"https://cdn.jsdelivr.net/pyodide/v{in_browser.release()}/full/"
            assert package["file_name"] == release + official[name]["file_name"]
            assert package["sha256"] == official[name]["sha256"]
            places = vendor, PACKAGES / ".cache" / "pure"
            file = next(filter(None, (in_browser.found(official[name], at) for at in places)))
            server[package["file_name"]] = file.read_bytes()
            if name != "pytz":
                package["sha256"] = in_browser.checksum(file)
            else:
                server[package["file_name"]] += b"one byte more"
    assert {"numpy", "matplotlib", "ipython", "pytz"} <= lock["packages"].keys() & official.keys()
    path.write_text(json.dumps(lock), encoding="utf-8")

    asked = []

    def play(route):
        asked.append(route.request.url)
        headers = {"access-control-allow-origin": "*", "content-type": "application/zip"}
        route.fulfill(body=server[route.request.url], headers=headers)

    with serving(tmp_path / "site") as address, browser(tmp_path) as context:
        watch = Watch(context)
        context.route("https://cdn.jsdelivr.net/**", play)
        student = Student(context, address, "01_neuron")
        assert student.ask("import numpy; print(numpy.arange(3))") == "[0 1 2]\n"
        assert "No module named 'pytz'" in student.ask("import pytz")
        assert set(asked) == set(server)
        assert {url for url in watch.requests if leaves_this_machine(url)} == set(server)
