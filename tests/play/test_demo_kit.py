"""The kit of the demos without a browser: the real widget's values are moved."""

import asyncio
import io
import subprocess
import sys
import threading
from dataclasses import dataclass

import matplotlib
import numpy as np
import pytest
from browser import ROOT
from hands import Hand, live, until
from matplotlib.colors import to_rgba
from PIL import Image as Picture
from samples import sampled

from course_lib import demos
from course_lib.demos.kit import demo as kit
from course_lib.demos.kit import marks
from course_lib.demos.kit.controls import (
    PLAY,
    RESET,
    Button,
    Check,
    Choice,
    Slider,
    Upload,
    setting,
    shown,
)
from course_lib.demos.kit.demo import Demo
from course_lib.demos.kit.figures import add_axes, new_figure, panels, png, smallest_text, squeeze
from course_lib.demos.kit.stage import Stage


@dataclass
class CounterState:
    n: int = setting(0)
    far: float = setting(0.0, Slider("how far", -1.0, 1.0, 0.1))
    kind: str = setting("plain", Choice("kind", ("plain", ("odd", "rather odd"))))
    loud: bool = setting(False, Check("loud"))


class Counter(Demo):
    """A demo that counts: what is tested here is the kit's alone."""

    name, title, alt, help = "counter", "A counter", "A point.", "Click."
    State = CounterState
    controls = shown(CounterState) | dict(
        upload=Upload("file", ".txt"),
        more=Button("More"),
        step=Button("Step"),
        play=PLAY,
        reset=RESET,
    )
    last = 10**9

    def prepare(self):
        self.gestures, self.files = [], []

    def make_figure(self):
        figure = new_figure(300, 200)
        return figure, figure.add_subplot(xlim=(0, 1), ylim=(0, 1))

    def marks(self):
        return [(self.axes, [marks.Points([[0.5 + self.state.far / 2, 0.5]])])]

    def words(self):
        return f"n = {self.state.n}"

    def advance(self):
        self.state.n += 1
        if self.state.n == 13:
            raise ArithmeticError("thirteen")
        return self.state.n < self.last

    def more(self):
        self.state.n += 1

    def upload(self, content):
        self.files.append(content)

    def pointed(self, ax, path, new, done):
        self.gestures.append((path, new, done))


@pytest.fixture
def hand():
    return Hand(Counter())


# --- Touches -------------------------------------------------------------------------------------


def test_of_merged_slides_the_last_counts_and_of_presses_each(hand):
    """Three slides on the way are one value; three presses are three."""
    hand.touch(far=0.3, times=3)
    assert hand.demo.state.far == 0.3
    assert hand.value("far") == [3, 0.3]
    hand.press("more", times=3)
    assert hand.demo.state.n == 3
    assert hand.value("more") == [3, None]
    hand.touch(far=0.4)
    assert hand.demo.state.n == 3, "old presses are not done again"


def test_what_comes_in_one_message_is_done_in_the_order_of_the_touches(hand):
    """Whichever control stands first: Reset, and then a slider, is not a slider and then Reset."""
    hand.touch(reset=None, far=0.4)
    assert hand.demo.state.far == 0.4
    hand.touch(far=0.2, reset=None)
    assert hand.demo.state.far == 0


def test_several_controls_may_come_in_one_message(hand):
    """As they do while Python was busy."""
    hand.touch(far=-0.5, kind="odd", loud=True, more=None)
    state = hand.demo.state
    assert (state.far, state.kind, state.loud, state.n) == (-0.5, "odd", True, 1)
    assert hand.stage.words == "n = 1"
    assert hand.stage.link == hand.demo.link()


def test_binary_dust_is_wiped_off(hand):
    """0.1 + 0.2 is 0.3 on a slider of steps of 0.1."""
    hand.touch(far=0.1 + 0.2)
    assert hand.demo.link() == "demos.counter(far=0.3)"


@pytest.mark.parametrize(("step", "digits"), [(1, 0), (5, 0), (0.5, 1), (0.1, 1), (0.01, 2)])
def test_a_slider_shows_as_many_decimals_as_its_step(step, digits):
    """Neither 0.30000 nor 0."""
    assert Slider("x", 0, 10, step).spec()["digits"] == digits


def test_one_wrong_value_does_not_stop_the_others(hand):
    """It is refused with a sentence; the count is answered all the same."""
    hand.touch(far=7, more=None)
    assert hand.stage.error.startswith("ValueError: far is 7; expected a number from -1 to 1.")
    assert hand.demo.state.n == 1
    assert hand.value("far") == [1, 0.0]
    hand.press("more")
    assert hand.stage.error == ""


def test_reset_goes_back_to_how_it_was_made():
    """Not to the defaults, and as often as one likes."""
    hand = Hand(Counter(far=0.5, n=4))
    for _ in range(2):
        hand.touch(far=-1.0, more=None)
        hand.press("reset")
        assert hand.demo.link() == "demos.counter(n=4, far=0.5)"
    assert hand.value("far") == [2, 0.5]


def test_a_file_arrives_as_bytes(hand):
    """Even where the message brings a view into it."""
    assert Stage.upload.metadata["from_json"](memoryview(b"abc"), None) == b"abc"
    hand.stage.upload = b"abc"
    hand.touch(upload="a.txt")
    assert hand.demo.files == [b"abc"]


# --- Gestures ------------------------------------------------------------------------------------


def test_a_gesture_comes_in_data_coordinates(hand):
    """Its path, whether it is new, whether it is done."""
    demo = hand.demo
    box, height = demo.axes.bbox, demo.figure.bbox.height
    middle = [(box.x0 + box.x1) / 2, height - (box.y0 + box.y1) / 2]
    corner = [box.x1, height - box.y1]
    hand.point(middle, done=False)
    hand.point(middle, corner, new=False)
    (start, *firsts), (path, *seconds) = demo.gestures
    assert np.allclose(start, [[0.5, 0.5]])
    assert np.allclose(path, [[0.5, 0.5], [1, 1]])
    assert (firsts, seconds) == ([True, False], [False, True])
    assert hand.stage.scene["pointer"] == 1, "the browser is told which gesture this answers"


def test_outside_the_axes_nothing_happens(hand):
    """No error either."""
    hand.point([1, 1])
    assert hand.demo.gestures == []
    assert hand.stage.error == ""
    assert hand.stage.scene["pointer"] == 1


# --- Errors --------------------------------------------------------------------------------------


def test_an_exception_is_shown_and_then_forgotten(hand):
    """With its kind and its place; whatever was running stops."""
    hand.demo.state.n = 12
    hand.press("step")
    assert hand.stage.error.startswith("ArithmeticError: thirteen (in advance, line ")
    hand.press("more")
    assert hand.stage.error == ""
    hand.demo.words = lambda: 1 / 0
    hand.touch(far=0.1)
    assert "ZeroDivisionError" in hand.stage.error
    del hand.demo.words
    hand.touch(far=0.2)
    assert hand.stage.error == ""
    hand.demo.pointed = lambda *args: {}["no"]
    hand.point([150, 100])
    assert hand.stage.error.startswith("KeyError: 'no'")


# --- States --------------------------------------------------------------------------------------


def test_checks_take_yes_and_no():
    """And nothing that merely looks so."""
    assert Counter(loud=True).state.loud is True
    with pytest.raises(ValueError, match="loud is 1; expected True or False"):
        Counter(loud=1)


# --- What a notebook stores ----------------------------------------------------------------------


def test_a_bundle_has_widget_picture_and_text(hand):
    """The front end that can shows the widget, others the picture or the words."""
    bundle = hand.bundle
    assert set(bundle) >= {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert Picture.open(io.BytesIO(bundle["image/png"])).size == (300, 200)
    assert bundle["text/plain"] == "demos.counter()\nn = 0"


def test_two_displays_are_views_of_one_stage(hand):
    """So they stay in step."""
    again = hand.demo._repr_mimebundle_()
    view = "application/vnd.jupyter.widget-view+json"
    assert again[view]["model_id"] == hand.bundle[view]["model_id"]


@pytest.mark.parametrize("make", [Counter, demos.neuron])
def test_every_control_has_a_label_and_the_canvas_a_description(make):
    """What screen readers say, and the browser tests find."""
    stage = Hand(make()).stage
    labels = [control["label"] for control in stage.controls]
    assert all(labels) and len(set(labels)) == len(labels)
    assert stage.title and stage.alt.endswith(".")


# --- Running -------------------------------------------------------------------------------------


def test_it_runs_frame_by_frame_and_pauses():
    """The loop stays free: this very code runs meanwhile."""

    async def scenario(hand):
        hand.press("play")
        assert hand.value("play")[1] == "Pause"
        await until(lambda: hand.demo.state.n >= 5)
        hand.press("play")
        assert hand.value("play")[1] is None
        n = hand.demo.state.n
        await until(hand.demo.task.done)
        assert hand.demo.state.n == n
        assert hand.demo.status == ""
        hand.press("play")
        await until(lambda: hand.demo.state.n > n)
        hand.press("reset")
        assert (hand.demo.state.n, hand.demo.playing) == (0, False)

    live(scenario, Counter)


def test_pause_and_start_in_one_moment_run_one_task():
    """Two tasks would step twice as fast."""

    async def scenario(hand):
        hand.press("play")
        task = hand.demo.task
        await until(lambda: hand.demo.state.n >= 2)
        hand.press("play", times=2)
        assert hand.demo.playing and hand.demo.task is task

    live(scenario, Counter)


def test_no_frame_is_sent_before_the_last_one_was_drawn(monkeypatch):
    """And where nobody draws any more it pauses, and says so."""
    monkeypatch.setattr(kit, "PATIENCE", 0.1)

    async def scenario(hand):
        hand.watched = False
        hand.press("play")
        await until(lambda: hand.demo.state.n)
        await asyncio.sleep(0.02)
        assert hand.demo.state.n == 1
        await until(hand.demo.task.done)
        assert hand.demo.state.n == 1
        assert hand.stage.status == "Paused, since nobody was looking."
        assert hand.value("play")[1] is None
        monkeypatch.setattr(kit, "PATIENCE", 60)
        hand.watched = True
        hand.press("play")
        assert hand.stage.status == ""
        await until(lambda: hand.demo.state.n > 3)

    live(scenario, Counter)


def test_it_stops_at_its_end():
    """When there is nothing more to do the button says Start again."""

    async def scenario(hand):
        hand.demo.last = 4
        hand.press("play")
        await until(hand.demo.task.done)
        assert hand.demo.state.n == 4
        assert hand.value("play")[1] is None

    live(scenario, Counter)


def test_an_exception_while_running_is_shown_and_stops_it():
    """The button says Start again, and a start forgets the error."""

    async def scenario(hand):
        hand.press("play")
        await until(hand.demo.task.done)
        assert hand.demo.state.n == 13
        assert hand.stage.error.startswith("ArithmeticError: thirteen")
        assert hand.value("play")[1] is None
        hand.press("play")
        assert hand.stage.error == ""
        await until(lambda: hand.demo.state.n > 14)

    live(scenario, Counter, n=9)


def test_a_step_while_running_stops_it():
    """One more slice, by hand."""

    async def scenario(hand):
        hand.press("play")
        await until(lambda: hand.demo.state.n >= 3)
        n = hand.demo.state.n
        hand.press("step")
        await until(hand.demo.task.done)
        assert hand.demo.state.n == n + 1

    live(scenario, Counter)


def test_messages_on_another_thread_are_handled_on_the_loop():
    """JupyterLab sends them to a subshell's thread, where they would meet a step half done."""
    threads = []

    class Watched(Counter):
        def more(self):
            threads.append(threading.get_ident())
            super().more()

    async def main():
        demo = Watched()
        demo._repr_mimebundle_()
        data = {"method": "update", "state": {"touched": {"more": [1, None]}}, "buffer_paths": []}
        message = {"content": {"data": data}, "buffers": [], "header": {"msg_id": "1"}}
        await asyncio.to_thread(demo.stage._handle_msg, message)
        before = demo.state.n
        await asyncio.sleep(0.01)
        return before, demo.state.n

    before, after = asyncio.run(main())
    assert after == 1 and threads == [threading.get_ident()]
    assert before in (0, 1)  # whichever came first: the loop's turn or ours


def test_without_a_loop_nothing_runs(hand):
    """As in a script: no task, and no exception."""
    hand.press("play")
    assert hand.demo.task is None
    assert hand.stage.error == ""


# --- Marks --------------------------------------------------------------------------------------


@pytest.fixture(params=["linear", "log"])
def axes(request):
    """Return a plane of 200 × 100 CSS pixels, 30 from the left and 20 from the bottom."""
    figure = new_figure(300, 200)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.1, 0.1, 2 / 3, 0.5), xlim=(0, 10), ylim=(1, 100), yscale=request.param)
    ax.set_axis_off()
    return ax


def by_hand(ax, xy):
    """Convert data to CSS pixels from the top left corner, without matplotlib."""
    x, y = np.transpose(xy)
    up = np.log10(y) / 2 if ax.get_yscale() == "log" else (y - 1) / 99
    return np.column_stack([30 + 20 * x, 200 - 20 - 100 * up])


def packed(ax, mark):
    """Pack one mark as for the browser."""
    (one,) = marks.pack(ax, [mark])
    assert np.allclose(one["clip"], [30, 80, 200, 100])
    return one


def places(packet):
    """Unpack the places of a mark."""
    return np.frombuffer(packet["xy"], np.float32).reshape(-1, 2)


def drawn(ax, mark):
    """Draw a mark by matplotlib, and return the pixels, rows from the top."""
    mark.draw(ax, 2)
    return np.asarray(Picture.open(io.BytesIO(png(ax.figure))).convert("RGB"))


def where(pixels, colour):
    """Return left, top, right and bottom of what has a colour."""
    match = np.abs(pixels.astype(int) - np.multiply(to_rgba(colour)[:3], 255)).sum(axis=-1) < 60
    rows, columns = np.nonzero(match)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


XY = np.array([[1.0, 5.0], [4.0, 50.0], [9.0, 20.0]])


def test_points_are_where_matplotlib_has_them(axes):
    """And so is their middle in its picture."""
    assert np.allclose(places(packed(axes, marks.Points(XY))), by_hand(axes, XY), atol=1e-3)
    one = marks.Points(XY[:1], "#FF0000", "s", 6, "#FF0000")
    left, top, right, bottom = where(drawn(axes, one), "red")
    assert np.allclose([(left + right) / 2, (top + bottom) / 2], by_hand(axes, XY[:1])[0], atol=1)
    assert abs((right - left) - 12) <= 3


def test_nan_lifts_the_pen(axes):
    """It arrives as NaN, and matplotlib leaves a gap as well."""
    xy = np.array([[1, 10], [3, 10], [np.nan, np.nan], [6, 10], [8, 10]])
    line = marks.Line(xy, "#FF0000", 4, "-")
    packet = packed(axes, line)
    assert np.isnan(places(packet)).any(axis=1).tolist() == [False, False, True, False, False]
    assert packet["width"] == 4 and packet["dash"] == []
    pixels = drawn(axes, line)
    row = round(by_hand(axes, [[1, 10]])[0, 1])
    red = (pixels[row - 1 : row + 2] < [300, 90, 90]).all(axis=-1).any(axis=0)
    assert red[55:85].all() and not red[100:140].any() and red[155:185].all()


@pytest.mark.parametrize("dash", marks.DASHES)
def test_dashes_are_dashed(axes, dash):
    """In both: whole, or with gaps."""
    line = marks.Line([[0, 10], [10, 10]], "#FF0000", 3, dash)
    assert bool(packed(axes, line)["dash"]) == (dash != "-")
    row = round(by_hand(axes, [[1, 10]])[0, 1])
    red = (drawn(axes, line)[row - 1 : row + 2, 40:220] < [300, 90, 90]).all(axis=-1).any(axis=0)
    assert red.all() == (dash == "-")


@pytest.mark.parametrize("axes", ["linear"], indirect=True)
def test_an_image_fills_its_extent(axes):
    """First row on top, four bytes a pixel."""
    values = np.array([[1.0, 0.0], [0.0, 0.0]])
    image = marks.Image.of(values, (2, 6, 1, 50.5), cmap="gray")
    packet = packed(axes, image)
    (left, top), (right, bottom) = by_hand(axes, [(2, 50.5), (6, 1)])
    assert np.allclose(packet["at"], [left, top, right - left, bottom - top], atol=1e-3)
    data = np.frombuffer(packet["data"], np.uint8).reshape(*packet["size"][::-1], 4)
    assert data[..., 0].tolist() == [[255, 0], [0, 0]] and (data[..., 3] == 255).all()
    pixels = drawn(axes, image)
    assert np.allclose(where(pixels[:, :220], "black"), [left, top, right, bottom], atol=1)
    assert pixels[int(top) + 5, int(left) + 5].min() > 250


def test_polygons_keep_their_order_and_colours(axes):
    """The last is on top."""
    square = np.array([(2, 10), (6, 10), (6, 60), (2, 60)], dtype=float)
    colours = np.array([[0, 0, 255, 255], [255, 0, 0, 255]], np.uint8)
    both = marks.Polygons(np.stack([square, square]), colours)
    packet = packed(axes, both)
    assert packet["count"] == 4 and packet["colours"] == colours.tobytes()
    assert np.allclose(places(packet)[:4], by_hand(axes, square), atol=1e-3)
    (left, bottom), (right, top) = by_hand(axes, square[[0, 2]])
    pixels = drawn(axes, both)
    assert np.allclose(where(pixels, "red"), [left, top, right, bottom], atol=1.5)


def test_text_stands_where_it_is_said(axes):
    """Its middle line at its height, its left end or its middle at its place."""
    at = (5, 30)
    x, y = by_hand(axes, [at])[0]
    for align in ("left", "center", "right"):
        text = marks.Text(at, "HHHH", "#FF0000", 14, align)
        assert np.allclose(packed(axes, text)["at"], [x, y], atol=1e-3)
        artists = set(axes.get_children())
        left, top, right, bottom = where(drawn(axes, text), "red")
        edge = {"left": left, "center": (left + right) / 2, "right": right}[align]
        assert abs(edge - x) < 4 and abs((top + bottom) / 2 - y) < 4
        next(iter(set(axes.get_children()) - artists)).remove()


def test_colours_keep_to_their_limits():
    """What is beyond them has the colour at the end."""
    map_ = matplotlib.colormaps["PuOr"]
    got = marks.coloured(np.array([-9.0, 0.0, 0.5, 9.0]), "PuOr", (0, 1))
    expected = np.multiply([map_(x) for x in (0.0, 0.0, 0.5, 1.0)], 255)
    assert got.dtype == np.uint8 and np.abs(got - expected).max() <= 1


def test_a_surface_is_drawn_from_the_far_side():
    """As matplotlib projects it; a tile has the colour of its mean."""
    figure = new_figure(300, 300)
    ax = figure.add_subplot(projection="3d", xlim=(0, 1), ylim=(0, 1), zlim=(0, 1))
    ax.view_init(30, -90)  # from the front: what has a large y is far
    side = np.linspace(0, 1, 3)
    tiles = marks.surface(ax, side, side, np.tile(side[:, None], 3), "gray")
    assert tiles.xy.shape == (4, 4, 2)
    assert np.allclose(tiles.rgba[:, 0], [191, 191, 64, 64], atol=2)


# --- Start-up ------------------------------------------------------------------------------------


def test_importing_the_demos_is_light():
    """They start in the browser as well: scikit-learn and SciPy wait until they are needed."""
    code = "import sys; from course_lib.demos import *; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in answer.stdout.split()}
    assert {"anywidget", "matplotlib", "numpy"} <= loaded
    assert not loaded & {"sklearn", "scipy", "pandas", "pooch", "tqdm"}


LOADED = """
import sys
from course_lib import demos
print(demos.{call}.whose(), *(name for name in sys.modules if name.startswith("course_lib")))
"""


CALLS = "neuron()", "descent()", "softmax()", "backpropagation()"


@pytest.mark.parametrize("call", sampled(CALLS, test=2))
def test_a_demo_waits_for_no_other(call):
    """A page shows one: other demos, the exercises and the clinic stay where they are."""
    answer = subprocess.run(
        [sys.executable, "-c", LOADED.format(call=call)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Runs the course's code." in answer.stdout
    loaded = {name for name in answer.stdout.split() if name.startswith("course_lib.")}
    assert f"course_lib.demos._{call[:-2]}" in loaded
    drawn = {name for name in loaded if name.startswith("course_lib.demos._")}
    assert len(drawn) == 1, drawn
    assert not loaded & {"course_lib.exercises", "course_lib.clinic", "course_lib.doctor"}


def test_a_demo_that_is_not_there_is_said():
    assert set(demos.__all__) <= set(dir(demos))
    with pytest.raises(AttributeError, match="no attribute 'neurons'"):
        demos.neurons  # noqa: B018


def test_a_figure_is_cut_along_its_blank_lines():
    figure = new_figure(400, 300, layout=None)
    for box in ((20, 20, 100, 100), (160, 20, 100, 40), (20, 200, 360, 80)):
        add_axes(figure, *box, xticks=[], yticks=[])
    figure.draw_without_rendering()
    assert panels(figure) == pytest.approx(
        np.array([[12, 12, 116, 116], [152, 12, 116, 56], [12, 192, 376, 96]]), abs=1.5
    )
    whole = add_axes(figure, 0, 0, 400, 300, xticks=[], yticks=[])  # nothing is cut through
    figure.draw_without_rendering()
    assert panels(figure) == pytest.approx(np.array([[0, 0, 400, 300]]), abs=1.5)
    assert smallest_text(figure) == 100
    whole.text(0.5, 0.5, "small", fontsize=9)
    assert smallest_text(figure) == pytest.approx(12.5)


def test_axes_that_are_too_wide_become_narrower_and_their_letters_do_not():
    """Ticks keep their distance, a long title takes two lines, and the rest stays as it is."""
    figure = new_figure(900, 300, layout=None)
    wide = add_axes(figure, 60, 40, 500, 200, xscale="log", xlim=(0.9, 2e5), xlabel="steps")
    wide.set_title("What a title says that is longer than a narrow window is wide")
    wide.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    add_axes(figure, 700, 40, 150, 200, aspect="equal")
    figure.draw_without_rendering()
    parts, size = panels(figure), smallest_text(figure)
    places, narrow = squeeze(figure, parts, 300)
    assert narrow == [[*parts[0][:2], 300, parts[0][3]], parts[1]]
    (before, now), (other, same) = places
    assert before == pytest.approx([60, 40, 500, 200]) and other == same
    assert now[2] < 270 and now[3] < 200 and smallest_text(figure) == size
    renderer, left = figure.canvas.get_renderer(), parts[0][0]
    around = wide.get_tightbbox(renderer)
    assert left <= around.x0 and around.x1 <= left + 300 and "\n" in wide.get_title()
    words = [label.get_window_extent(renderer) for label in wide.get_xticklabels()]
    words = [box for box in words if wide.bbox.x0 <= (box.x0 + box.x1) / 2 <= wide.bbox.x1]
    assert len(words) > 2 and wide.get_xlim() == (0.9, 2e5)
    assert all(one.x1 < other.x0 for one, other in zip(words, words[1:], strict=False))


@pytest.mark.parametrize("name", ["race", "activation_gallery", "ward_round", "playground"])
def test_narrower_axes_have_the_same_limits(name):
    """Marks are put on them by their box: nothing else would tell that ticks are wrong."""
    demo = getattr(demos, name)()
    parts = demo.parts()

    def limits():
        return [(ax.get_xlim(), ax.get_ylim()) for ax in demo.figure.axes]

    before = limits()
    _, narrow = squeeze(demo.figure, parts, 340)
    assert narrow != parts and limits() == before


def test_only_a_narrow_window_has_a_slim_figure(hand):
    """It is asked for; a window that is wide costs nothing more, and gestures are the figure's."""
    assert hand.demo.stage.panels and hand.stage.slim == {}
    hand.stage.narrow = True
    assert hand.stage.slim == {}, "300 pixels are narrow enough"
    hand = Hand(Wide())
    assert hand.stage.slim == {}
    hand.stage.narrow = True
    ((_, now),) = hand.stage.slim["places"]
    ((*_, width, _),) = hand.stage.slim["panels"]
    assert now[2] < width == pytest.approx(kit.NARROW / hand.stage.shrink, abs=1)
    assert hand.stage.size == [700, 200] and hand.stage.slim["background"].startswith(b"\x89PNG")
    hand.stage.slim = {}
    hand.demo.redraw()
    assert hand.stage.slim["places"][0][1] == pytest.approx(now)


class Wide(Counter):
    """A counter as wide as a desk."""

    def make_figure(self):
        figure = new_figure(700, 200)
        return figure, figure.add_subplot(xlim=(0, 1), ylim=(0, 1))
