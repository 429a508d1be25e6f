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
from in_lite import ASK, MINE, NEGATIVE_STAYS, RIGHT, SLOW, Student
from press import LESSONS, PACKAGES, in_browser, lite


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
        student = Student.opens(context, address, "02_hidden_layer")
        assert "the course's" in student.run("setup")
        student.write("ex-relu-code", NEGATIVE_STAYS)
        student.run("ex-relu-code")
        assert "✗ relu: wrong" in student.run("ex-relu-check")
        student.write("ex-relu-code", RIGHT)
        student.run("ex-relu-code")
        assert "✓ relu: passed" in student.run("ex-relu-check")
        student.leave()

        again = Student.opens(context, address, "02_hidden_layer")
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
        one, other = (Student.opens(context, address, "02_hidden_layer") for _ in range(2))
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
        student = Student.opens(context, address, "02_hidden_layer")
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
        student = Student.opens(context, address, "01_neuron")
        student.run("setup")
        assert student.run("load").startswith("MNIST, read from")
        assert breaks == []
        breaks += ["fashion-mnist/t10k-labels"] * 4  # as often as one opening tries it
        code = "from course_lib.data import load_images\nprint(load_images('fashion-mnist').source)"
        assert "Fashion-MNIST, read from the offline folder." in student.ask(code)
        assert breaks == []


@pytest.mark.long
@pytest.mark.parametrize("how", ["it breaks", "it is a page", "it is missing"])
def test_a_kernel_that_cannot_start_is_told_of(site, tmp_path, how):
    """In a box, with the reason; when its core is there again, the page runs."""
    breaks = ["pyodide.asm.wasm"] * 12 if how == "it breaks" else []
    with serving(site, partial(Breaking, names=breaks)) as address, browser(tmp_path) as context:
        if how == "it is a page":  # as of a hotel's network, before one has paid
            answer = dict(body="<p>Welcome", content_type="application/wasm")
            context.route("**/pyodide.asm.wasm", lambda route: route.fulfill(**answer))
        if how == "it is missing":
            context.route("**/pyodide.asm.wasm", lambda route: route.fulfill(status=404))
        page = context.new_page()
        page.goto(f"{address}/lite/lab/index.html?path=01_neuron.ipynb")
        box = page.get_by_role("dialog").filter(has_text="Python did not start in this tab")
        box.wait_for(timeout=1000 * SLOW)
        assert box.inner_text().strip().endswith("Close")
        box.get_by_role("button", name="Close").press("Enter")
        breaks.clear()
        context.unroute_all()
        page.close()
        assert Student.opens(context, address, "01_neuron").run("setup") == ""


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
        student = Student.opens(context, address, "01_neuron")
        assert student.ask("import numpy; print(numpy.arange(3))") == "[0 1 2]\n"
        assert "No module named 'pytz'" in student.ask("import pytz")
        assert set(asked) == set(server)
        assert {url for url in watch.requests if leaves_this_machine(url)} == set(server)
