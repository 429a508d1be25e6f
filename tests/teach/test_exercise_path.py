"""A student's path through an exercise and a quiz in a real browser, in the lab."""

import json
import shutil

import pytest
from browser import browser, choose_theme, open_notebook, small_lab, wait_for

from course_lib.exercises import neuron

pytestmark = pytest.mark.slow
THEMES = ("Light", "Dark")
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


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Start the lab on two copies of a small notebook, and the browser that there is."""
    folder = tmp_path_factory.mktemp("path")
    with browser(folder) as context, small_lab(folder, dict.fromkeys(THEMES, CELLS)) as lab:
        yield lab, context, folder


@pytest.fixture(params=[THEMES[0], pytest.param(THEMES[1], marks=pytest.mark.long)])
def page(request, room):
    """Open a copy of the notebook in a theme, with no progress so far."""
    lab, context, folder = room
    shutil.rmtree(folder / "state", ignore_errors=True)
    page = context.new_page()
    open_notebook(lab, page, request.param)
    choose_theme(page, request.param)
    yield page
    page.close()


def run_next(page):
    """Run the selected cell and go on to the next, as Shift+Enter does."""
    page.keyboard.press("Shift+Enter")


def box(page, text):
    """Wait for a box with these words and return it; nothing of it may be cut off."""
    found = page.locator(".jp-OutputArea-output [role=status]").filter(has_text=text)
    found.wait_for()
    assert found.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    return found


def test_from_a_wrong_answer_to_progress(page, room, tmp_path):
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
    record = json.loads((room[2] / "state" / "progress.json").read_text(encoding="utf-8"))
    kept = record["sigmoid"].pop("source")
    assert record["sigmoid"] == {"tries": 2, "passed": True, "hints": 1}
    assert "def sigmoid(z):" in kept and "import numpy as np" in kept

    run_next(page)
    first = page.get_by_role("group", name="1. All weights and the bias are 0.")
    first.wait_for(timeout=120_000)  # its pictures are drawn first
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

    def answers():
        text = (room[2] / "state" / "progress.json").read_text(encoding="utf-8")
        kept = {name: e for name, e in json.loads(text).items() if name.startswith("quiz 01: ")}
        return kept if len(kept) == 2 else None

    kept = wait_for(
        "both answers are kept", answers, pause=lambda s: page.wait_for_timeout(1e3 * s)
    )
    assert [e["source"] for e in kept.values()] == ["½", "it stays"]
    page.locator(".jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.locator(".jp-Cell .jp-InputPrompt").nth(len(CELLS) - 1).click()
    run_next(page)  # anew, as after a reload
    again = page.get_by_role("group", name="1. All weights and the bias are 0.")
    again.get_by_role("radio", name="½", checked=True).wait_for()
    assert again.get_by_role("status").inner_text().startswith("✓ Right.")

    first.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "quiz.png")
    page.locator(".jp-Cell").first.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "boxes.png")
