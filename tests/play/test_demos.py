"""The kit of the demos and the neuron without a browser: the real widget's values are moved."""

import asyncio
import io
import math
import subprocess
import sys
import threading
from dataclasses import dataclass

import matplotlib
import numpy as np
import pytest
from browser import ROOT
from matplotlib.colors import to_rgba
from PIL import Image as Picture

from course_lib import demos
from course_lib.activations import sigmoid
from course_lib.demos import kit, layers
from course_lib.demos.kit import PLAY, RESET, Button, Check, Choice, Demo, Slider, Upload


@dataclass
class CounterState:
    n: int = 0
    far: float = 0.0
    kind: str = "plain"
    loud: bool = False


class Counter(Demo):
    """A demo that counts: what is tested here is the kit's alone."""

    name, title, alt, help = "counter", "A counter", "A point.", "Click."
    State = CounterState
    controls = (
        Slider("far", "how far", -1.0, 1.0, 0.1),
        Choice("kind", "kind", ("plain", ("odd", "rather odd"))),
        Check("loud", "loud"),
        Upload("upload", "file", ".txt"),
        Button("more", "More"),
        Button("step", "Step"),
        PLAY,
        RESET,
    )
    last = 10**9

    def prepare(self):
        self.gestures, self.files = [], []

    def make_figure(self):
        figure = kit.new_figure(300, 200)
        return figure, figure.add_subplot(xlim=(0, 1), ylim=(0, 1))

    def layers(self):
        return [(self.axes, [layers.Points([[0.5 + self.state.far / 2, 0.5]])])]

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


class Hand:
    """What the browser does: it counts touches, and tells each control's last value."""

    def __init__(self, demo):
        self.demo, self.bundle = demo, demo._repr_mimebundle_()
        self.stage = demo.stage

    def touch(self, *, times=1, **values):
        """Touch controls, each so many times before the message is on its way."""
        touched = dict(self.stage.touched)
        for name, value in values.items():
            touched[name] = [touched.get(name, [0])[0] + times, value]
        self.stage.touched = touched

    def press(self, name, times=1):
        """Press a button."""
        self.touch(times=times, **{name: None})

    def point(self, *path, new=True, done=True):
        """Make a gesture in CSS pixels."""
        count = self.stage.pointer["count"] + new
        self.stage.pointer = {"count": count, "path": [list(p) for p in path], "done": done}

    def value(self, name):
        """Return what the browser is told of a control: [touches that this answers, value]."""
        return self.stage.values[name]


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
    assert Slider("x", "x", 0, 10, step).spec()["digits"] == digits


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
    assert kit.Stage.upload.metadata["from_json"](memoryview(b"abc"), None) == b"abc"
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


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"w3": 1}, "no argument 'w3'; it has w1, w2, b, activation, learning_rate, "),
        ({"learningrate": 1}, "Did you mean learning_rate?"),
        ({"w1": "a"}, "w1 is 'a'; expected a number from -5 to 5"),
        ({"w1": 99}, "w1 is 99; expected a number from -5 to 5"),
        ({"w1": True}, "w1 is True; expected a number"),
        ({"w1": math.nan}, "w1 is nan; expected a number"),
        ({"activation": "relu"}, "activation is 'relu'; expected one of 'step', 'linear'"),
        ({"activation": "sigmod"}, "Did you mean 'sigmoid'?"),
        ({"learning_rate": 0.2}, "learning_rate is 0.2; expected one of 0.1, 0.3"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"moved": {3: 1}}, "moved is {3: 1}; expected places by number"),
    ],
)
def test_wrong_arguments_get_a_sentence(given, sentence):
    """It names what came, what was expected, and the near miss."""
    with pytest.raises(ValueError, match=sentence):
        demos.neuron(**given)


def test_checks_take_yes_and_no():
    """And nothing that merely looks so."""
    assert Counter(loud=True).state.loud is True
    with pytest.raises(ValueError, match="loud is 1; expected True or False"):
        Counter(loud=1)


def test_the_link_leaves_defaults_out():
    """What is to be pasted for a class should be short."""
    assert demos.neuron().link() == "demos.neuron()"
    assert demos.neuron(w1=2, b=-1, seed=3).link() == "demos.neuron(w1=2, b=-1, seed=3)"


def test_the_link_makes_the_same_state_again():
    """After sliders, steps, other points and a dragged one: same numbers, same picture."""
    hand = Hand(demos.neuron())
    hand.touch(w1=2.5, activation="linear", learning_rate=0.3)
    hand.press("new_points")
    hand.press("gradient_step", times=3)
    hand.press("perceptron_step", times=2)
    demo = hand.demo
    x, y = demo.axes["plane"].transData.transform(demo.X[5])
    hand.point([x, demo.figure.bbox.height - y], [x + 20, demo.figure.bbox.height - y + 9])
    assert "moved" in hand.stage.link
    again = eval(hand.stage.link, {"demos": demos})
    assert again.state == demo.state
    assert np.array_equal(again.X, demo.X)
    assert again.static() == demo.static()


# --- What a notebook stores ----------------------------------------------------------------------


def test_a_bundle_has_widget_picture_and_text(hand):
    """The front end that can shows the widget, others the picture or the words."""
    bundle = hand.bundle
    assert set(bundle) >= {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert Picture.open(io.BytesIO(bundle["image/png"])).size == (300, 200)
    assert bundle["text/plain"] == "demos.counter()\nn = 0"


def test_the_picture_is_that_of_the_state():
    """The same state gives the same bytes, another state other ones."""
    first, same, other = demos.neuron(), demos.neuron(), demos.neuron(w2=0.9)
    assert first.static() == same.static() == first.static()
    assert first.static() != other.static()
    hand = Hand(first)
    hand.touch(w2=0.9)
    assert first.static() == other.static()


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


def live(scenario, make=Counter, **state):
    """Run a scenario on an event loop: a hand, and a browser that draws whatever it gets."""

    async def main():
        hand = Hand(make(**state))
        hand.watched = True

        def drawn(change):
            if hand.watched:
                hand.stage.seen = change.new["frame"]

        hand.stage.observe(drawn, "scene")
        await asyncio.wait_for(scenario(hand), 20)

    asyncio.run(main())


async def until(condition):
    """Let others go on until it holds."""
    while not condition():
        await asyncio.sleep(0.001)


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

    live(scenario)


def test_pause_and_start_in_one_moment_run_one_task():
    """Two tasks would step twice as fast."""

    async def scenario(hand):
        hand.press("play")
        task = hand.demo.task
        await until(lambda: hand.demo.state.n >= 2)
        hand.press("play", times=2)
        assert hand.demo.playing and hand.demo.task is task

    live(scenario)


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
        hand.watched = True
        hand.press("play")
        assert hand.stage.status == ""
        await until(lambda: hand.demo.state.n > 3)

    live(scenario)


def test_it_stops_at_its_end():
    """When there is nothing more to do the button says Start again."""

    async def scenario(hand):
        hand.demo.last = 4
        hand.press("play")
        await until(hand.demo.task.done)
        assert hand.demo.state.n == 4
        assert hand.value("play")[1] is None

    live(scenario)


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

    live(scenario, n=9)


def test_a_step_while_running_stops_it():
    """One more slice, by hand."""

    async def scenario(hand):
        hand.press("play")
        await until(lambda: hand.demo.state.n >= 3)
        n = hand.demo.state.n
        hand.press("step")
        await until(hand.demo.task.done)
        assert hand.demo.state.n == n + 1

    live(scenario)


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


# --- Layers --------------------------------------------------------------------------------------


@pytest.fixture(params=["linear", "log"])
def axes(request):
    """Return a plane of 200 × 100 CSS pixels, 30 from the left and 20 from the bottom."""
    figure = kit.new_figure(300, 200)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.1, 0.1, 2 / 3, 0.5), xlim=(0, 10), ylim=(1, 100), yscale=request.param)
    ax.set_axis_off()
    return ax


def by_hand(ax, xy):
    """Convert data to CSS pixels from the top left corner, without matplotlib."""
    x, y = np.transpose(xy)
    up = np.log10(y) / 2 if ax.get_yscale() == "log" else (y - 1) / 99
    return np.column_stack([30 + 20 * x, 200 - 20 - 100 * up])


def packed(ax, layer):
    """Pack one layer as for the browser."""
    (one,) = layers.pack(ax, [layer])
    assert np.allclose(one["clip"], [30, 80, 200, 100])
    return one


def places(packet):
    """Unpack the places of a layer."""
    return np.frombuffer(packet["xy"], np.float32).reshape(-1, 2)


def drawn(ax, layer):
    """Draw a layer by matplotlib, and return the pixels, rows from the top."""
    layer.draw(ax, 2)
    return np.asarray(Picture.open(io.BytesIO(kit.png(ax.figure, kit.DPI))).convert("RGB"))


def where(pixels, colour):
    """Return left, top, right and bottom of what has a colour."""
    match = np.abs(pixels.astype(int) - np.multiply(to_rgba(colour)[:3], 255)).sum(axis=-1) < 60
    rows, columns = np.nonzero(match)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


XY = np.array([[1.0, 5.0], [4.0, 50.0], [9.0, 20.0]])


def test_points_are_where_matplotlib_has_them(axes):
    """And so is their middle in its picture."""
    assert np.allclose(places(packed(axes, layers.Points(XY))), by_hand(axes, XY), atol=1e-3)
    one = layers.Points(XY[:1], "#FF0000", "s", 6, "#FF0000")
    left, top, right, bottom = where(drawn(axes, one), "red")
    assert np.allclose([(left + right) / 2, (top + bottom) / 2], by_hand(axes, XY[:1])[0], atol=1)
    assert abs((right - left) - 12) <= 3


def test_nan_lifts_the_pen(axes):
    """It arrives as NaN, and matplotlib leaves a gap as well."""
    xy = np.array([[1, 10], [3, 10], [np.nan, np.nan], [6, 10], [8, 10]])
    line = layers.Line(xy, "#FF0000", 4, "-")
    packet = packed(axes, line)
    assert np.isnan(places(packet)).any(axis=1).tolist() == [False, False, True, False, False]
    assert packet["width"] == 4 and packet["dash"] == []
    pixels = drawn(axes, line)
    row = round(by_hand(axes, [[1, 10]])[0, 1])
    red = (pixels[row - 1 : row + 2] < [300, 90, 90]).all(axis=-1).any(axis=0)
    assert red[55:85].all() and not red[100:140].any() and red[155:185].all()


@pytest.mark.parametrize("dash", layers.DASHES)
def test_dashes_are_dashed(axes, dash):
    """In both: whole, or with gaps."""
    line = layers.Line([[0, 10], [10, 10]], "#FF0000", 3, dash)
    assert bool(packed(axes, line)["dash"]) == (dash != "-")
    row = round(by_hand(axes, [[1, 10]])[0, 1])
    red = (drawn(axes, line)[row - 1 : row + 2, 40:220] < [300, 90, 90]).all(axis=-1).any(axis=0)
    assert red.all() == (dash == "-")


@pytest.mark.parametrize("axes", ["linear"], indirect=True)
def test_an_image_fills_its_extent(axes):
    """First row on top, four bytes a pixel."""
    values = np.array([[1.0, 0.0], [0.0, 0.0]])
    image = layers.Image.of(values, (2, 6, 1, 50.5), cmap="gray")
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
    both = layers.Polygons(np.stack([square, square]), colours)
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
        text = layers.Text(at, "HHHH", "#FF0000", 14, align)
        assert np.allclose(packed(axes, text)["at"], [x, y], atol=1e-3)
        artists = set(axes.get_children())
        left, top, right, bottom = where(drawn(axes, text), "red")
        edge = {"left": left, "center": (left + right) / 2, "right": right}[align]
        assert abs(edge - x) < 4 and abs((top + bottom) / 2 - y) < 4
        next(iter(set(axes.get_children()) - artists)).remove()


def test_colours_keep_to_their_limits():
    """What is beyond them has the colour at the end."""
    map_ = matplotlib.colormaps["PuOr"]
    got = layers.coloured(np.array([-9.0, 0.0, 0.5, 9.0]), "PuOr", (0, 1))
    expected = np.multiply([map_(x) for x in (0.0, 0.0, 0.5, 1.0)], 255)
    assert got.dtype == np.uint8 and np.abs(got - expected).max() <= 1


def test_a_surface_is_drawn_from_the_far_side():
    """As matplotlib projects it; a tile has the colour of its mean."""
    figure = kit.new_figure(300, 300)
    ax = figure.add_subplot(projection="3d", xlim=(0, 1), ylim=(0, 1), zlim=(0, 1))
    ax.view_init(30, -90)  # from the front: what has a large y is far
    side = np.linspace(0, 1, 3)
    tiles = layers.surface(ax, side, side, np.tile(side[:, None], 3), "gray")
    assert tiles.xy.shape == (4, 4, 2)
    assert np.allclose(tiles.rgba[:, 0], [191, 191, 64, 64], atol=2)


# --- Start-up ------------------------------------------------------------------------------------


def test_importing_the_demos_is_light():
    """They start in the browser as well: scikit-learn and SciPy wait until they are needed."""
    code = "import sys; from course_lib import demos; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in answer.stdout.split()}
    assert {"anywidget", "matplotlib", "numpy"} <= loaded
    assert not loaded & {"sklearn", "scipy", "pandas", "pooch", "tqdm"}


# --- The neuron ----------------------------------------------------------------------------------


def test_the_neuron_counts_as_scikit_learn_does():
    """Right side and loss, of its own points, by another implementation."""
    from sklearn.metrics import accuracy_score, log_loss

    demo = demos.neuron(w1=0.7, w2=-1.2, b=0.3, seed=5)
    P = sigmoid(demo.X @ [0.7, -1.2] + 0.3)
    right, loss = accuracy_score(demo.y, P > 0.5), log_loss(demo.y, P)
    assert demo.right().mean() == right
    assert f"{round(40 * right)} of 40" in demo.words()
    assert f"mean cross-entropy {loss:.3f} nats" in demo.words()


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_a_gradient_step_goes_down_the_slope_of_the_shown_loss(activation):
    """The slope by centred differences, for the loss in the read-out."""

    def loss(w1, w2, b):
        z = demo.X @ [w1, w2] + b
        if activation == "linear":
            return np.mean((z - demo.y) ** 2)
        return np.mean(np.logaddexp(0, z) - demo.y * z)

    start = np.array([0.4, -0.3, 0.2])
    demo = demos.neuron(**dict(zip(("w1", "w2", "b"), start, strict=True)), activation=activation)
    shown = loss(*start)
    assert f" {shown:.3f}" in demo.words()
    h = 1e-5 * np.eye(3)
    slope = np.array([(loss(*(start + e)) - loss(*(start - e))) / 2e-5 for e in h])
    demo.state.learning_rate = 0.1
    demo.gradient_step()
    step = np.array([demo.state.w1, demo.state.w2, demo.state.b]) - start
    # The usual half in front of the squared error may be left out of the rate.
    ratio = step / (-0.1 * slope)
    assert np.allclose(ratio, ratio[0], rtol=1e-6)
    assert ratio[0] == pytest.approx(1.0 if activation == "sigmoid" else 0.5, rel=1e-6)
    assert loss(*(start + step)) < shown


def test_the_perceptrons_rule_ends_where_points_can_be_separated():
    """Each step corrects one mistake by the point itself; at the end there is none."""
    demo = demos.neuron(seed=1)
    demo.X = np.where(demo.y[:, None] == 1, [2.0, 1.0], [-2.0, -1.0]) + 0.3 * np.sin(
        np.arange(80.0).reshape(40, 2)
    )
    demo.state.w1, demo.state.w2, demo.state.b = -3.0, 2.0, 1.0
    for _ in range(200):
        before = np.array([demo.state.w1, demo.state.w2, demo.state.b])
        wrong = (demo.X @ before[:2] + before[2] > 0) != (demo.y == 1)
        demo.perceptron_step()
        change = np.array([demo.state.w1, demo.state.w2, demo.state.b]) - before
        if not wrong.any():
            break
        (i,) = np.flatnonzero(np.isclose(np.abs(change[:2]), np.abs(demo.X)).all(axis=1))
        assert wrong[i] and str(i) in demo.status
        assert np.allclose(change, (2 * demo.y[i] - 1) * np.append(demo.X[i], 1))
    assert not change.any()
    assert "the perceptron's rule has ended" in demo.status


def test_a_flat_step_has_no_gradient():
    """It says so, and nothing moves."""
    demo = demos.neuron(activation="step")
    before = demo.link()
    demo.gradient_step()
    assert "no slope" in demo.status and demo.link() == before


def test_a_neuron_without_weights_has_no_line():
    """Neither division by zero nor a line of NaN."""
    hand = Hand(demos.neuron(w1=0, w2=0))
    assert hand.stage.error == ""
    assert not [one for one in hand.stage.scene["layers"] if one["kind"] == "line"]


@pytest.mark.parametrize("activation", ["step", "linear", "sigmoid"])
def test_the_line_is_where_the_output_is_one_half(activation):
    """On one side of it the points count as 1, on the other as 0."""
    demo = demos.neuron(w1=1.5, w2=0.5, b=-0.4, activation=activation)
    (_, plane), _ = demo.layers()
    line = next(one for one in plane if isinstance(one, layers.Line)).xy
    across = np.array([1.5, 0.5])
    half = 0.5 if activation == "linear" else 0.0
    assert np.allclose(line @ across - 0.4, half)


def test_only_a_point_near_enough_is_dragged():
    """And not beyond the frame."""
    hand = Hand(demos.neuron())
    demo = hand.demo
    demo.X[:] = [[3.0, 3.0]]
    demo.X[7] = [0.0, 0.0]

    def at(*xy):
        x, y = demo.axes["plane"].transData.transform(xy)
        return [x, demo.figure.bbox.height - y]

    hand.point(at(-2, -2), at(1, 1))
    assert demo.link() == "demos.neuron()"
    hand.point(at(0.1, 0.1), at(-3.9, 0), [0, 0])
    ((number, (x, y)),) = demo.state.moved.items()
    assert number == 7 and (x, y) == (-4.0, 4.0)
    hand.press("new_points")
    assert demo.state.moved == {}
