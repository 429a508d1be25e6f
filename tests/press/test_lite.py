"""The lessons in JupyterLite: a student's way through one, with no server but one for files."""

import os

import pytest
from browser import Watch, browser, serving, wait_for
from press import lite

SLOW = 300  # seconds until a kernel runs in a page, on a machine that is busy otherwise
NEGATIVE_STAYS = "def relu(Z):\nreturn np.maximum(Z, -1)"
RIGHT = "def relu(Z):\nreturn np.maximum(Z, 0)  # mine"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the lessons once, beside Python and images."""
    if not lite.ready():
        pytest.skip("JupyterLite is not installed: make .venv/.press (needs npm)")
    if "COURSE_PYODIDE" not in os.environ:
        pytest.skip("COURSE_PYODIDE names no folder with Pyodide's packages")
    folder = tmp_path_factory.mktemp("dist") / "site"
    lite.make(folder / "lite")
    return folder


class Student:
    """Somebody at a lesson in JupyterLite, with a keyboard."""

    def __init__(self, context, address, lesson):
        self.page = context.new_page()
        self.page.set_default_timeout(1000 * SLOW)
        self.page.goto(f"{address}/lite/lab/index.html?path={lesson}.ipynb")
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

    def leave(self):
        """Save, and close the tab."""
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").first.wait_for()
        self.page.close()


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
        assert "# mine" in again.go("ex-relu-code").inner_text()
        again.run("setup")
        again.page.close()
        # JupyterLite also asks for what may be there, such as lists of files in new folders.
        assert [fault for fault in watch.faults() if "404" not in fault] == []
