"""A student's path through an exercise and a quiz in a real browser, in the lab of test_lab."""

import json
import shutil

import lessons
import nbformat
import pytest
from conftest import NO_BROWSER, ROOT
from test_lab import BROWSERS, QUIET, SECONDS, TOKEN, running_lab

from course_lib.exercises import neuron

WRONG = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
RIGHT = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))"
CELLS = [
    "import numpy as np\nfrom course_lib.exercises import check, hint, progress, quiz",
    f'{WRONG}\n\n\ncheck("sigmoid", sigmoid)',
    'hint("sigmoid")',
    f'{RIGHT}\n\n\ncheck("sigmoid", sigmoid)',
    "progress()",
    'quiz("01")',
]


@pytest.fixture(params=["Light", "Dark"])
def page(request, tmp_path, monkeypatch):
    """Open a small notebook of our own in the lab, in the browser that there is."""
    sync_api = pytest.importorskip("playwright.sync_api")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    settings = tmp_path / "jupyter_config_dir" / "lab" / "user-settings" / "@jupyterlab"
    (settings / "apputils-extension").mkdir(parents=True)
    theme = json.dumps({"theme": f"JupyterLab {request.param}"})
    (settings / "apputils-extension" / "themes.jupyterlab-settings").write_text(theme)
    course = tmp_path / "course"
    shutil.copytree(ROOT / "tools", course / "tools")
    (course / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": lessons.KERNELSPEC})
    nbformat.write(notebook, course / "notebooks" / "01_path.ipynb")
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        browser = next(filter(None, map(shutil.which, (*BROWSERS, own))), None)
        if browser is None:
            pytest.skip(NO_BROWSER)
        with running_lab(course, tmp_path) as lab:
            context = playwright.chromium.launch_persistent_context(
                tmp_path / "browser",
                executable_path=browser,
                args=QUIET,
                viewport={"width": 1280, "height": 1000},
            )
            try:
                page = context.new_page()
                page.set_default_timeout(SECONDS * 1000)
                page.goto(f"{lab.url}/lab/tree/01_path.ipynb?token={TOKEN}")
                page.locator(".jp-Notebook .jp-Cell").first.wait_for()
                page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
                yield page
            finally:
                context.close()


def run_next(page):
    """Run the selected cell and go on to the next, as Shift+Enter does."""
    page.keyboard.press("Shift+Enter")


def box(page, text):
    """Wait for a box with these words and return it; nothing of it may be cut off."""
    found = page.locator(".jp-OutputArea-output [role=status]").filter(has_text=text)
    found.wait_for()
    assert found.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    return found


def test_from_a_wrong_answer_to_progress(page, tmp_path):
    """Wrong, hint, passed, progress; then a quiz, with the keyboard alone."""
    page.locator(".jp-Cell").first.click()
    run_next(page)
    run_next(page)
    assert "gave 0.3318" in box(page, "It falls where it should rise").inner_text()
    run_next(page)
    box(page, "Hint 1 of 3 for sigmoid")
    run_next(page)
    box(page, "sigmoid: passed")
    run_next(page)
    box(page, "exercises done")
    record = json.loads((tmp_path / "state" / "progress.json").read_text(encoding="utf-8"))
    assert record["sigmoid"] == {"tries": 2, "passed": True, "hints": 1}

    run_next(page)
    first = page.get_by_role("group", name="1. All weights and the bias are 0.")
    first.wait_for()
    assert page.get_by_role("group").filter(has=page.get_by_role("radio")).count() == len(
        neuron.QUIZ
    )
    radios = first.get_by_role("radio")
    assert first.get_by_role("radio", name="½").count() == 1
    height = first.bounding_box()["height"]
    radios.first.focus()
    page.keyboard.press("Space")
    answer = first.get_by_role("status")
    assert answer.inner_text().startswith("✗ Not quite. z is 0")
    page.keyboard.press("ArrowDown")
    assert radios.nth(1).is_checked()
    assert answer.inner_text().startswith("✓ Right.")
    assert first.bounding_box()["height"] == height, "the page jumps"
    page.keyboard.press("Tab")
    second = page.get_by_role("group", name="2. You double")
    assert second.get_by_role("radio").first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Space")
    assert "✓ Right." in second.get_by_role("status").inner_text()

    first.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "quiz.png")
    page.locator(".jp-Cell").first.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "boxes.png")
