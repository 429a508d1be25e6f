"""A student in a real browser: wrong, right, a new kernel, the next lesson; still theirs."""

import json

import pytest
from browser import browser, open_notebook, small_lab
from conftest import ROOT

pytestmark = pytest.mark.long
WRONG = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
RIGHT = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))  # mine"


def cells_of(name, *wanted):
    """Return the sources of some cells of a lesson, by their ids."""
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    sources = {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}
    return [sources[one] for one in wanted]


FIRST = cells_of("01_neuron", "setup", "ex-sigmoid-code", "ex-sigmoid-check", "sigmoid-safe")
SECOND = [*cells_of("02_hidden_layer", "setup"), 'sigmoid = mine("sigmoid")', "sigmoid??"]


@pytest.fixture
def room(tmp_path):
    """Start the lab on two small lessons, and the browser that there is."""
    notebooks = {"first": FIRST, "second": SECOND}
    with browser(tmp_path) as context, small_lab(tmp_path, notebooks) as lab:
        yield lab, context.new_page()


def write(page, number, text):
    """Put a text into a code cell, as by pasting it."""
    page.locator(".jp-Cell .cm-content").nth(number).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def run_from(page, number, cells):
    """Run so many cells, one after the other."""
    page.locator(".jp-Cell .jp-InputPrompt").nth(number).click()
    for _ in range(cells):
        page.keyboard.press("Shift+Enter")


def says(page, text):
    """Wait until an output says something."""
    page.locator(".jp-OutputArea-output").filter(has_text=text).first.wait_for()


def test_what_a_student_solved_is_theirs_in_the_next_lesson(room):
    """In another kernel, and after the first one began anew."""
    lab, page = room
    open_notebook(lab, page, "first")
    run_from(page, 0, 4)
    says(page, "sigmoid: not attempted")
    says(page, "sigmoid: the course's, until yours has passed")
    write(page, 1, WRONG)
    run_from(page, 1, 3)
    says(page, "sigmoid: wrong")
    says(page, "sigmoid: the course's, until yours has passed")
    write(page, 1, RIGHT)
    run_from(page, 1, 3)
    says(page, "sigmoid: passed")
    says(page, "sigmoid: yours")

    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    item = "Restart Kernel and Clear Outputs of All Cells…"
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.locator(".jp-OutputArea-output").first.wait_for(state="detached")
    # Not the cell that defines it: what is found is what was kept.
    run_from(page, 0, 1)
    run_from(page, 3, 1)
    says(page, "sigmoid: yours")
    page.keyboard.press("ControlOrMeta+s")

    open_notebook(lab, page, "second")
    run_from(page, 0, 3)
    says(page, "sigmoid: yours")
    page.get_by_text("# mine").first.wait_for()
