"""The demos as a student holds them: real JupyterLab and Notebook, a real browser."""

import io
import json
import re
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import TOKEN, Watch, browser, choose_theme, open_notebook, small_lab, wait_for
from demo_pages import (
    CASES,
    Shown,
    by_keyboard,
    by_mouse,
    cells,
    draw,
    every_control_moves,
    label,
    nudge,
)
from PIL import Image, ImageDraw

THEMES = ("Light", "Dark")
TRAINING = [name for name, case in CASES.items() if case.trains]


def each(names):
    """Make a test's cases of demos; all but the one that stands for the others are long."""
    return [pytest.param(n, marks=() if n == "draw_pad" else pytest.mark.long) for n in names]


def only(*names):
    """Run a test for these demos alone, those that there are."""
    return pytest.mark.parametrize("demo", each(names), indirect=True, scope="module")


# --- Fixtures ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Start one lab, one browser with a page for all demos, and a watch on it."""
    folder = tmp_path_factory.mktemp("demos")
    one = {"neuron": CASES["neuron"]}
    notebooks = {"demos": cells(CASES), "one": cells(one)}
    with browser(folder, height=1200) as context:
        watch, page = Watch(context), context.new_page()
        with small_lab(folder, notebooks) as lab:
            open_notebook(lab, page, "demos")
            yield lab, page, watch


@pytest.fixture(scope="module", params=each(CASES))
def demo(request, room):
    """Show a demo; all of them are in one notebook, and in turn they are `demo`."""
    demo = Shown(room[1], request.param)
    demo.show()
    return demo


@pytest.fixture(autouse=True)
def quiet(room):
    """After every test: no console error, no request beyond loopback."""
    yield
    assert not room[2].faults()


@contextmanager
def beside_files(demo):
    """Look at a demo beside the open file browser, in a window of 700 pixels."""
    canvas = demo.root.locator("canvas")
    as_it_was = canvas.evaluate("e => e.style.width")
    demo.page.set_viewport_size({"width": 700, "height": 1200})
    try:
        assert demo.page.locator(".jp-FileBrowser").is_visible()
        fits = "e => e.querySelector('canvas').clientWidth <= e.clientWidth - 8"
        demo.wait("the canvas fits", lambda: demo.root.evaluate(fits))
        demo.settled()
        yield canvas
    finally:
        demo.page.set_viewport_size({"width": 1280, "height": 1200})
    demo.wait("it is as it was", lambda: canvas.evaluate("e => e.style.width") == as_it_was)


# --- Every demo ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "move",
    [by_keyboard, pytest.param(by_mouse, marks=pytest.mark.long)],
    ids=lambda move: move.__name__,
)
def test_every_control_moves_the_picture_and_the_state(demo, move):
    """And nothing else: every element stays where it is."""
    demo.show()
    every_control_moves(demo, move)
    assert demo.run("print(demo.link())") == demo.settled()["link"]


@pytest.mark.long
def test_in_a_narrow_window_too(demo):
    """Where sentences take several lines, and figures are drawn anew."""
    demo.show()
    with beside_files(demo):
        every_control_moves(demo, by_keyboard)
    assert demo.run("print(demo.link())") == demo.settled()["link"]


def test_in_a_narrow_window_the_figures_parts_stand_one_below_the_other(demo):
    """Nothing is scrolled; labels are legible, and there is room to draw."""
    before = demo.settled()
    with beside_files(demo) as canvas:
        assert demo.root.evaluate("e => e.scrollWidth <= e.clientWidth"), "it is scrolled"
        parts = "demo.stage.slim.get('panels', demo.stage.panels)"
        wide, panels = demo.run(f"print(demo.stage.size[0], {parts})").split(" ", 1)
        shown = "e => [e.clientWidth, e.clientHeight, parseFloat(e.style.width)]"
        width, height, natural = canvas.evaluate(shown)
        assert natural < int(wide)
        assert height > 0.75 * sum(part[3] for part in json.loads(panels)), "side by side"
        demo.run("from course_lib.demos.kit.figures import smallest_text")
        least = float(demo.run("print(smallest_text(demo.figure))"))
        marks = "[m['size'] for m in demo.stage.scene['marks'] if m['kind'] == 'text']"
        moving = json.loads(demo.run(f"print({marks})"))
        assert min([least, *moving]) * width / natural >= 11 - 0.1
        if demo.name == "draw_pad":
            assert 280 * width / natural >= 220
            demo.case.before(demo)  # the pen is where the pointer is
            demo.changed(before, "picture", "link")
            first = json.loads(demo.run("print(list(demo.state.strokes[-1][1][0]))"))
            assert first == pytest.approx([9.2, 9.0], abs=0.2), "(100, 120) on the pad"
        if demo.name == "descent":
            of_map = "demo.stage.slim['places'][0][1], demo.stage.slim['panels'][0][:2]"
            (x, y, across, down), (left, top) = json.loads(demo.run(f"print([{of_map}])"))
            draw((x + across / 2 - left, y + down / 4 - top))(demo)
            demo.changed(before, "picture", "link")
            start = json.loads(demo.run("print(list(demo.state.start))"))
            assert start == pytest.approx([0, 5], abs=0.2), "half across, a quarter down"


def keys_are_left_alone(demo):
    """Press "a", which inserts a cell wherever Jupyter thinks that it is meant."""
    cells = demo.page.locator(".jp-Cell")
    before = cells.count()
    for place in demo.root.locator("input, select, button, canvas, code").all():
        place.focus()
        demo.page.keyboard.press("a")
    demo.page.wait_for_timeout(200)
    assert cells.count() == before


@only("neuron")
def test_keys_are_the_demos_own(demo):
    """JupyterLab's shortcuts do not run away with them."""
    keys_are_left_alone(demo)


@only("neuron", "draw_pad")
def test_two_views_stay_in_step(demo):
    """Whichever is moved; closing one leaves the other alone."""
    demo.run("demo")
    other = Shown(demo.page, demo.name, below=1)
    other.root.wait_for()
    for one, another in ((demo, other), (other, demo)):
        before = one.settled()
        nudge(one)
        one.changed(before, "link")
        assert one.settled() == another.settled()
    demo.run("1")
    assert other.root.count() == 0
    before = demo.settled()
    nudge(demo)
    demo.changed(before, "link")


@only("neuron")
def test_an_error_is_shown_and_then_forgotten(demo):
    """In the demo, not in a log that nobody reads."""
    alert = demo.root.get_by_role("alert")
    assert not alert.inner_text()
    demo.run("def broken(name): raise ValueError('no such luck')\ndemo.changed = broken")
    nudge(demo)
    demo.wait("the error is shown", lambda: "ValueError: no such luck" in alert.inner_text())
    demo.run("del demo.changed")
    nudge(demo)
    demo.wait("the error is gone", lambda: not alert.inner_text())


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(demo, theme, tmp_path):
    """In both themes, of which a picture is kept; a demo has the same size in both."""
    choose_theme(demo.page, theme)
    demo.root.scroll_into_view_if_needed()
    demo.settled()
    demo.page.screenshot(path=tmp_path / f"{theme}.png")
    found = Axe().run(demo.page, context=".course-demo").response["violations"]
    bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not [(fault["id"], [n["html"] for n in fault["nodes"]]) for fault in bad]
    choose_theme(demo.page, "Light")


@only("neuron")
def test_a_restarted_kernel_is_told_of(demo):
    """The demo says so, in the place kept for it; its cell, run again, gives one that works."""
    boxes, page = demo.boxes(), demo.page
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel…").first.click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    note = demo.root.get_by_role("note")
    assert not note.is_visible()
    nudge(demo)
    demo.wait("it says that Python is silent", note.is_visible)
    moved = {old.split()[0] for old, new in zip(boxes, demo.boxes(), strict=True) if old != new}
    assert moved <= {"DIV.status", "DIV.error", "DIV.wait"}, "the note takes the status's place"
    canvas, panel = demo.root.locator("canvas"), demo.root.locator(".controls")
    assert note.bounding_box()["y"] < canvas.bounding_box()["y"], "it stands beside the controls"
    assert float(panel.evaluate("e => getComputedStyle(e).opacity")) < 1, "which turn grey"
    before = demo.show()
    nudge(demo)
    demo.changed(before, "link", "picture")
    assert demo.run("print(demo.link())") == demo.settled()["link"]
    assert not note.is_visible()


# --- Training ------------------------------------------------------------------------------------


@only(*TRAINING)
def test_training_leaves_the_kernel_free(demo):
    """Cells run meanwhile, and buttons answer."""
    before = demo.show()
    demo.button("Start").click()
    demo.changed(before, "picture", "labels")
    assert demo.run("print(demo.playing)") == "True"
    demo.button(demo.case.pause).click()
    demo.wait("pause answers", lambda: demo.button("Start").count() == 1)
    assert demo.run("print(demo.playing, demo.link())") == f"False {demo.settled()['link']}"
    demo.button("Reset").click()
    demo.wait("reset answers", lambda: demo.look()["link"] == before["link"])


@only("digit_neuron")
def test_training_ends_by_itself(demo):
    """When its cell is run again, and when its output is cleared."""
    demo.show()
    ended = "import asyncio; await asyncio.wrap_future({0}.task); print({0}.playing)".format
    demo.button("Start").click()
    demo.wait("start answers", lambda: demo.button("Pause").count() == 1)
    demo.run("first = demo")
    demo.show()
    assert demo.run(ended("first")) == "False"
    demo.button("Start").click()
    demo.wait("start answers", lambda: demo.button("Pause").count() == 1)
    demo.cells[0].locator(".jp-InputPrompt").first.click()
    demo.page.get_by_role("menuitem", name="Edit", exact=True).click()
    demo.page.get_by_role("menuitem", name="Clear Cell Output").click()
    demo.root.wait_for(state="detached")
    assert demo.run(ended("demo")) == "False"
    demo.show()


# --- One demo each -------------------------------------------------------------------------------


WHERE = """
x, y = demo.axes["plane"].transData.transform({})
print([float(x), float(demo.figure.bbox.height - y)])
"""


@only("neuron")
def test_points_are_dragged_by_mouse_and_by_keyboard(demo):
    """Both ways move a point, and the call that makes the demo again knows where it is."""
    before = demo.show()
    canvas = demo.root.locator("canvas")
    demo.root.locator("select").last.focus()
    demo.page.keyboard.press("Tab")
    while not canvas.evaluate("e => e === document.activeElement"):
        demo.page.keyboard.press("Tab")
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        demo.page.keyboard.press(key)
    demo.changed(before, "picture", "link", "status")
    assert "moved={" in demo.settled()["link"]
    (number, place) = re.search(r"moved={(\d+): (.*?)}", link := demo.look()["link"]).groups()
    x, y = json.loads(demo.run(WHERE.format(place)))
    draw((x, y), (x + 30, y - 30))(demo)
    demo.wait("the same point has moved", lambda: f"{{{number}: (" in demo.look()["link"] != link)
    assert demo.run("print(demo.link())") == demo.settled()["link"]


@only("digit_neuron")
def test_the_threshold_moves_along_the_curve(demo):
    """And the counts below with it."""
    before = demo.show()
    by_mouse(demo.root.get_by_role("slider", name="threshold"))
    demo.changed(before, "picture", "words", "link")


RING = [
    (148, 90),
    (100, 120),
    (90, 175),
    (110, 235),
    (148, 255),
    (190, 235),
    (210, 175),
    (195, 115),
]


@only("draw_pad")
def test_a_ring_is_a_zero_and_a_stroke_is_not(demo, tmp_path):
    """Drawn with the mouse; with the keyboard; and taken from a picture."""
    demo.show()
    draw(*RING, (195, 115), RING[0])(demo)
    demo.wait("zero", lambda: "I see: zero" in demo.look()["words"])
    demo.button("Clear").click()
    draw((150, 70), (148, 280))(demo)
    demo.wait("not zero", lambda: "I see: other" in demo.look()["words"])
    demo.button("Clear").click()
    demo.wait("empty", lambda: "Draw" in demo.look()["words"])

    canvas = demo.root.locator("canvas")
    canvas.focus()
    for key in ("Space", *["ArrowDown"] * 8, "Space"):
        demo.page.keyboard.press(key)
    demo.wait("not zero", lambda: "I see: other" in demo.look()["words"])
    demo.button("Clear").click()

    image, stream = Image.new("L", (90, 120), 255), io.BytesIO()
    ImageDraw.Draw(image).ellipse((20, 20, 70, 100), outline=0, width=12)
    image.save(stream, "PNG")
    upload = demo.root.locator("input[type=file]")
    assert label(upload)
    picture = {"name": "ring.png", "mimeType": "image/png", "buffer": stream.getvalue()}
    upload.set_input_files(picture)
    demo.wait("zero", lambda: "I see: zero" in demo.look()["words"])


@only("race")
def test_runs_are_kept_and_overlaid(demo):
    """A second with another optimiser lies over the first, until both are cleared."""
    demo.show()
    words = lambda: demo.look()["words"]  # noqa: E731
    for symbol, name in (("●", "gradient descent"), ("■", "Adam")):
        demo.root.get_by_label("optimiser", exact=True).select_option(name)
        demo.wait("it may start", lambda: demo.button("Start").count() == 1)
        demo.button("Start").press("Enter")
        demo.wait("it trains", lambda: "images a second" in words())
        demo.button("Stop").press("Enter")
        demo.wait("it stops", lambda: "Stopped at step" in demo.look()["status"])
        demo.wait("it is kept", lambda s=symbol, n=name: f"{s} {n}, rate 0.1" in words())
    assert "● gradient descent" in words() and demo.look()["link"].count("0.1, 10, ") == 2
    demo.button("Clear runs").click()
    demo.wait("all are gone", lambda: "●" not in words() and "runs=" not in demo.look()["link"])


@only("explore")
def test_a_patch_a_unit_and_a_pen_without_a_slider(demo):
    """The patch by keyboard, a unit by two clicks, a drawing with the mouse."""
    demo.show()
    demo.root.locator("canvas").focus()
    for key in ("Space", "ArrowRight", "ArrowDown", "ArrowDown", "Space"):
        demo.page.keyboard.press(key)
    demo.wait("the patch", lambda: "patch=7, at=(16, 15)" in demo.look()["link"])
    for off in ("off=(3,)", "off=(3, 7)"):  # the first click only chooses
        draw((396, 99))(demo)
        demo.wait("the unit", lambda off=off: f"unit=7, {off}" in demo.look()["link"])
    demo.button("Empty sheet").click()
    demo.wait("the sheet", lambda: "of='my drawing'" in demo.look()["link"])
    draw((60, 60), (180, 200), (200, 80))(demo)
    demo.wait("the drawing", lambda: "strokes=[(2.0, [" in demo.look()["link"])


# --- Elsewhere -----------------------------------------------------------------------------------


def idle(lab):
    """List the notebooks whose kernels have nothing to do."""
    sessions = lab.ask("api/sessions")
    return [s["path"] for s in sessions if s["kernel"]["execution_state"] == "idle"]


@pytest.mark.long
def test_notebook_7_shows_it_too(room):
    """The other front end of Jupyter, from the same server."""
    lab, page, watch = room
    page = page.context.new_page()
    page.goto(f"{lab.url}/notebooks/one.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.locator(".jp-Toolbar-kernelName").get_by_text("Python 3 (ipykernel)").wait_for()
    wait_for("its kernel runs", lambda: "one.ipynb" in str(idle(lab)))
    watch.complaints.clear()  # Notebook's own, about its file browser
    demo = Shown(page, "neuron", {"neuron": CASES["neuron"]})
    for move in (by_keyboard, by_mouse):
        before = demo.show() if move is by_keyboard else demo.settled()
        move(demo.controls()[0])
        demo.changed(before, "link", "picture")
    assert demo.run("print(demo.link())") == demo.settled()["link"]
    keys_are_left_alone(demo)
    page.close()
