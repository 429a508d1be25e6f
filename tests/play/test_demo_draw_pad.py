"""The draw pad: its real widget, told what a browser tells it, and a neuron that learned zeros."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from hands import Hand
from PIL import Image

from course_lib.data import load_images
from course_lib.demos import _draw_pad
from course_lib.demos._draw_pad import EXAMPLE, DrawPad
from course_lib.handwriting import like_mnist, paint
from course_lib.layers import Dense
from course_lib.losses import sigmoid_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import SGD
from course_lib.training import train

NAMES = ["another digit", "zero"]
PIXEL, LEFT, TOP = 10, 8, 34  # of the pad, in CSS pixels
RING = [
    (round(14 + 6 * np.cos(t), 1), round(14 + 8 * np.sin(t), 1)) for t in np.linspace(-1.5, 4.9, 40)
]
STROKE = [(14.0, y / 2) for y in range(8, 49)]


@pytest.fixture(scope="module")
def neuron():
    digits = load_images(offline=True)
    X, y = digits.X_train[:5000], (digits.y_train[:5000] == 0).astype(np.float32)
    network = Network([Dense(784, 1, rng=np.random.default_rng(0))])
    how = dict(loss=sigmoid_cross_entropy, optimizer=SGD(learning_rate=0.1), epochs=5)
    train(network, X, y, **how, batch_size=32, rng=np.random.default_rng(0))
    return network


@pytest.fixture
def pad(neuron):
    return Hand(DrawPad(neuron.predict_proba, names=NAMES)).demo


def constant(*P):
    return lambda X: np.array(P)


def shown(demo):
    assert {"image/png", "text/plain"} < set(demo._repr_mimebundle_())
    return demo


def touch(demo, name, value=None):
    count = demo.stage.touched.get(name, [0, None])[0]
    demo.stage.touched = {**demo.stage.touched, name: [count + 1, value]}


def draw(demo, points, *, steps=4, lift=True):
    """Tell the demo of a gesture as the browser does: the whole path each time."""
    path = [[round(LEFT + PIXEL * x, 1), round(TOP + PIXEL * y, 1)] for x, y in points]
    count = demo.stage.pointer["count"] + 1
    for k in range(1, steps + 1):
        part = path[: max(1, len(path) * k // steps)]
        demo.stage.pointer = {"count": count, "path": part, "done": False}
    if lift:
        demo.stage.pointer = {"count": count, "path": path, "done": True}


def upload(demo, data):
    demo.stage.upload = data
    touch(demo, "upload", "digit.png")


def picture(image, kind="PNG"):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, kind)
    return stream.getvalue()


def marks(demo, kind):
    return [mark for mark in demo.stage.scene["marks"] if mark["kind"] == kind]


def inks(demo):
    """What the browser is given to show: the drawing, and what the classifier sees."""
    images = marks(demo, "image")
    return [np.frombuffer(i["data"], np.uint8).reshape(28, 28, 4)[..., 3] for i in images]


def percents(demo):
    return [mark["text"] for mark in marks(demo, "text")]


# --- Drawing -------------------------------------------------------------------------------------


def test_a_drawn_ring_is_a_zero_and_a_stroke_is_not(pad):
    assert pad.stage.words == "Draw a digit." and not percents(pad)
    draw(pad, RING)
    assert pad.stage.words.startswith("I see: zero, ")
    touch(pad, "clear")
    assert pad.stage.words == "Draw a digit." and not percents(pad)
    draw(pad, STROKE)
    assert pad.stage.words.startswith("I see: another digit, ")
    assert not pad.stage.error


def test_the_browser_is_shown_what_the_classifier_gets(neuron):
    seen = []

    def classify(X):
        seen.append(X.copy())
        X[:] = 0  # bad manners change nothing
        return neuron.predict_proba(seen[-1])

    pad = shown(DrawPad(classify))
    draw(pad, RING)
    drawing, made = inks(pad)
    expected = paint([(2.0, RING)])
    assert np.corrcoef(drawing.ravel(), expected.ravel())[0, 1] > 0.98
    assert np.array_equal(made, like_mnist(drawing))
    assert seen[-1].shape == (1, 784) and seen[-1].dtype == np.float32
    assert np.array_equal(seen[-1][0], made.ravel() / np.float32(255))
    p = neuron.predict_proba(seen[-1])[0]
    assert percents(pad) == [f"{q:.0%}".replace("%", " %") for q in (1 - p, p)]
    assert pad.stage.words == f"I see: yes, {p:.0%}.".replace("%", " %")


def test_pixels_are_where_the_pen_was(pad):
    draw(pad, [(20.5, 3.5)])
    drawing, _ = inks(pad)
    assert drawing[3, 20] == 255 and drawing.argmax() == 3 * 28 + 20
    assert pad.state.strokes == [(2.0, [(20.5, 3.5)])]
    x, y, step = pad.cursor  # the keyboard's too is the centre of a pixel
    assert ((x - LEFT) / PIXEL % 1, (y - TOP) / PIXEL % 1, step) == (0.5, 0.5, PIXEL)


def test_the_drawing_is_that_of_its_strokes(pad):
    """However it came in: painted bit by bit or all at once."""
    draw(pad, RING, steps=len(RING))
    draw(pad, STROKE, steps=7)
    assert np.array_equal(inks(pad)[0], paint(pad.state.strokes))
    assert [width for width, _ in pad.state.strokes] == [2.0, 2.0]
    other = shown(DrawPad(pad.classify, names=NAMES, strokes=pad.state.strokes))
    assert other.stage.words == pad.stage.words


def test_dense_paths_are_thinned_but_keep_their_ends(pad):
    crawl = [(round(5 + k / 50, 2), 14.0) for k in range(911)]
    draw(pad, crawl, steps=300)
    (_, points), *_ = pad.state.strokes
    assert len(points) < 100 and points[0] == (5, 14) and points[-1] == (23.2, 14)
    straight = paint([(2, [(5, 14), (23.2, 14)])])
    assert np.abs(inks(pad)[0].astype(int) - straight).max() <= 2


def test_gestures_elsewhere_and_off_the_edge(pad):
    pad.stage.pointer = {"count": 1, "path": [[400, 100], [150, 150]], "done": True}
    pad.stage.pointer = {"count": 2, "path": [[2, 2], [150, 150]], "done": True}
    assert pad.state.strokes == []
    draw(pad, [(20, 20), (60, 20), (90, -30)])
    assert not pad.stage.error and inks(pad)[0][20, 27] > 0


def test_events_that_merged_on_the_way(pad):
    """The first that is heard of a stroke may be its end, and so of the next."""
    draw(pad, STROKE, steps=0)
    draw(pad, RING, steps=1, lift=False)
    draw(pad, [(3, 3)], steps=1)
    assert [len(points) > 1 for _, points in pad.state.strokes] == [True, True, False]


def test_clearing_while_the_pen_is_down(pad):
    draw(pad, STROKE[:10], lift=False)
    touch(pad, "clear")
    path = [[LEFT + PIXEL * x, TOP + PIXEL * y] for x, y in STROKE]
    pad.stage.pointer = {"count": 1, "path": path, "done": True}
    assert pad.state.strokes == [] and not pad.stage.error
    draw(pad, STROKE)
    assert len(pad.state.strokes) == 1


# --- Controls ------------------------------------------------------------------------------------


def test_pen_width(pad):
    draw(pad, STROKE)
    thin = inks(pad)[0]
    touch(pad, "clear")
    touch(pad, "brush", 4.0)
    draw(pad, STROKE)
    assert pad.state.strokes[0][0] == 4.0 and inks(pad)[0].sum() > 1.7 * thin.sum()


def test_as_mnist_decides_what_is_seen(pad):
    small = [(x / 3, y / 3) for x, y in RING]
    draw(pad, small)
    drawing, seen = inks(pad)
    assert not np.array_equal(drawing, seen) and len(marks(pad, "line")) == 1
    said = percents(pad)
    touch(pad, "preprocess", False)
    drawing, seen = inks(pad)
    assert np.array_equal(drawing, seen) and not marks(pad, "line")
    assert percents(pad) != said
    touch(pad, "preprocess", True)
    assert percents(pad) == said


def test_marks_are_at_the_centre_of_mass_and_around_the_ink(pad):
    draw(pad, [(x / 2, y / 2) for x, y in RING])
    mark = np.frombuffer(marks(pad, "points")[0]["xy"], np.float32)
    assert np.abs(mark - [312 + 14.5 * 7, 34 + 14.5 * 7]).max() <= 3.6  # half a pixel
    corners = np.frombuffer(marks(pad, "line")[0]["xy"], np.float32).reshape(-1, 2)
    assert np.ptp(corners, axis=0).tolist() == pytest.approx([140, 140])
    rows, _ = np.nonzero(inks(pad)[1])
    assert corners[:, 1].min() == pytest.approx(34 + 7 * rows.min(), abs=3.6)


def test_undo_takes_back_one_thing_at_a_time(pad):
    draw(pad, STROKE)
    draw(pad, RING)
    touch(pad, "clear")
    upload(pad, picture(255 - paint(EXAMPLE)))
    states = []
    for _ in range(5):
        states.append((len(pad.state.strokes), pad.state.image is not None))
        touch(pad, "undo")
    assert states == [(0, True), (0, False), (2, False), (1, False), (0, False)]
    assert "nothing to undo" in pad.stage.status
    draw(pad, STROKE)
    assert not pad.stage.status


def test_undo_in_a_pad_from_a_link(neuron):
    pad = shown(
        DrawPad(
            neuron.predict_proba, strokes=[(2, STROKE), (2, RING)], image=np.eye(28, dtype=np.uint8)
        )
    )
    seen = []
    for _ in range(4):
        seen.append((len(pad.state.strokes), bool(pad.state.image)))
        touch(pad, "undo")
    assert seen == [(2, True), (1, True), (0, True), (0, False)]


def test_reset_goes_back_to_the_beginning(neuron):
    pad = shown(DrawPad(neuron.predict_proba, strokes=[(2, STROKE)], brush=3.0))
    link, words = pad.stage.link, pad.stage.words
    draw(pad, RING)
    touch(pad, "brush", 1.5)
    touch(pad, "preprocess", False)
    assert pad.stage.link != link
    touch(pad, "reset")
    assert (pad.stage.link, pad.stage.words) == (link, words)
    draw(pad, RING)
    touch(pad, "reset")
    assert pad.stage.link == link


# --- Pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_an_uploaded_zero_is_a_zero(pad, kind):
    draw(pad, STROKE)
    large = np.asarray(Image.fromarray(255 - paint([(2.0, RING)])).resize((300, 300)))
    wide = np.pad(large, ((0, 0), (200, 100)), constant_values=255)
    upload(pad, picture(wide, kind))
    assert pad.state.strokes == [] and pad.stage.words.startswith("I see: zero, ")
    assert "your picture" in pad.stage.status and not pad.stage.error
    draw(pad, [(2, 2)])
    assert inks(pad)[0][1:3, 1:3].min() > 0 and len(pad.state.image) == 2 * 784


def test_a_frame_in_a_picture_is_left_out_and_said(pad):
    large = np.asarray(Image.fromarray(255 - paint([(2.0, RING)])).resize((300, 300)))
    alone = np.pad(large, 60, constant_values=255)
    framed = alone.copy()
    framed[[20, -20]] = framed[:, [20, -20]] = 40
    framed[:20] = framed[-19:] = framed[:, :20] = framed[:, -19:] = 255
    upload(pad, picture(framed))
    assert "Left out: 1 frame." in pad.stage.status and pad.stage.words.startswith("I see: zero, ")
    seen = inks(pad)[0].astype(int)
    upload(pad, picture(alone))
    assert "Left out" not in pad.stage.status and np.abs(inks(pad)[0] - seen).max() <= 3


def test_a_picture_of_28_by_28_stays_as_it_is(pad):
    image = paint(EXAMPLE)
    upload(pad, picture(255 - image))
    assert np.array_equal(inks(pad)[0], image)
    touch(pad, "clear")
    assert not inks(pad)[0].any() and pad.state.image is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no picture", "is no picture that can be read"),
        (picture(np.full((40, 40), 200, np.uint8)), "all paper"),
        (picture(paint(EXAMPLE))[:200], "damaged"),
    ],
    ids=["text", "paper", "cut off"],
)
def test_bad_uploads_are_said_and_change_nothing(pad, data, sentence):
    draw(pad, STROKE)
    link = pad.stage.link
    upload(pad, data)
    assert sentence in pad.stage.error and pad.stage.link == link
    draw(pad, RING)
    assert not pad.stage.error


def test_images_may_be_given_in_several_ways(neuron):
    image = paint(EXAMPLE)
    ways = [image, image.ravel(), image / 255, (image / np.float32(255)).ravel()]
    ways.append(image.tobytes().hex())
    pads = [DrawPad(neuron.predict_proba, image=way) for way in ways]
    assert all(np.array_equal(pad.raw, image) for pad in pads)
    large = np.kron(image, np.ones((3, 4), np.uint8))
    assert np.array_equal(DrawPad(neuron.predict_proba, image=large).raw, like_mnist(large))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"image": np.zeros(783)}, r"image has shape \(783,\) .*; expected 28×28 pixels"),
        ({"image": np.zeros((28, 28), int)}, "dtype int64"),
        ({"image": np.full((28, 28), 1.5)}, "float from 0 to 1"),
        ({"image": np.zeros((2, 28, 28), np.uint8)}, "Is it one image"),
        ({"image": "xyz"}, "not hexadecimal"),
        ({"image": "00ff"}, r"shape \(2,\)"),
        ({"strokes": [(2, 3)]}, "strokes is"),
        ({"brush": 9}, "brush is 9; expected a number from 1 to 4"),
        ({"preprocess": 1}, "expected True or False"),
        ({"stroke": []}, "Did you mean strokes"),
    ],
)
def test_strange_states_are_refused(neuron, state, sentence):
    with pytest.raises(ValueError, match=sentence):
        DrawPad(neuron.predict_proba, **state)


# --- Classifiers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("P", [0.75, (0.75,), [[0.75]], (0.25, 0.75), [[0.25, 0.75]]])
def test_two_classes_in_every_shape(P):
    pad = shown(DrawPad(lambda X: P, strokes=[(2, STROKE)]))
    assert pad.stage.words == "I see: yes, 75 %." and percents(pad) == ["25 %", "75 %"]


@pytest.mark.parametrize("n", [2, 3, 10, 26])
def test_any_number_of_classes(n):
    P = np.full(n, 0.4 / (n - 1))
    P[-1] = 0.6
    pad = shown(DrawPad(constant(*P), names=[f"class {k}" for k in range(n)], strokes=EXAMPLE))
    bars, best, arrow = marks(pad, "polygons")
    xy = np.frombuffer(bars["xy"], np.float32).reshape(n, 4, 2)
    widths = np.ptp(xy[..., 0], axis=1)
    assert widths / widths[-1] == pytest.approx(P / 0.6, rel=1e-4)
    assert np.array_equal(np.frombuffer(best["xy"], np.float32).reshape(4, 2), xy[-1])
    middle = np.frombuffer(arrow["xy"], np.float32).reshape(3, 2)[0, 1]
    assert middle == pytest.approx(xy[-1, :, 1].mean(), abs=0.1)  # the arrow is beside it
    assert pad.stage.words == f"I see: class {n - 1}, 60 %."


@pytest.mark.parametrize(
    ("p", "text"), [(0, "0 %"), (0.001, "< 1 %"), (0.01, "1 %"), (0.999, "> 99 %"), (1, "100 %")]
)
def test_nothing_is_rounded_to_certainty(p, text):
    pad = shown(DrawPad(constant(p), strokes=EXAMPLE))
    assert percents(pad)[1] == text


def fails(X):
    raise KeyError("weights")


@pytest.mark.parametrize(
    ("classify", "names", "sentence"),
    [
        (3, None, "classify is of type int; expected a function"),
        (np.array([0.5]), None, "call the function where its name was meant"),
        (Network([Dense(784, 1, rng=np.random.default_rng(0))]), None, "predict_proba?"),
        (fails, None, r"failed: 'weights' \(KeyError\)"),
        (constant(*np.zeros(784)), None, r"shape \(784,\); expected probabilities"),
        (lambda X: np.zeros((2, 5)), None, r"shape \(2, 5\)"),
        (lambda X: [], None, r"shape \(0,\)"),
        (lambda X: "zero", None, "something of type str"),
        (lambda X: None, None, "expected probabilities"),
        (constant(-3.0, 7.0), None, "from -3 to 7.*logits"),
        (lambda X: 7, None, "labels"),
        (constant(np.nan, 0.5), None, "nan"),
        (constant(0.5), ["zero"], r"names is \['zero'\]; expected a list of 2"),
        (constant(0.1, 0.2, 0.7), "abc", "names is 'abc'; expected a list of 3"),
    ],
)
def test_wrong_classifiers_get_a_sentence(classify, names, sentence):
    with pytest.raises(ValueError, match=sentence):
        DrawPad(classify, names)


def test_a_classifier_that_fails_later_is_shown_and_the_drawing_stays():
    answers = iter([[0.4, 0.6], [0.3, 0.7]])  # for the trial, and for the static picture
    pad = shown(DrawPad(lambda X: next(answers, [0.2, 0.3, 0.5])))
    draw(pad, STROKE, steps=0)
    assert "3 probabilities; expected 2, as before" in pad.stage.error
    assert inks(pad)[0].any() and pad.stage.words == "No answer."
    beside = " ".join(percents(pad))
    assert beside.endswith("ValueError: classify returned 3 probabilities; expected 2, as before.")
    pad.classify = lambda X: 1 / 0
    touch(pad, "preprocess", False)
    assert "ZeroDivisionError" in pad.stage.error
    assert percents(pad) == ["No answer, since it failed:", "ZeroDivisionError: division by zero"]
    pad.classify = lambda X: 0.9
    touch(pad, "preprocess", True)
    assert not pad.stage.error and pad.stage.words == "I see: yes, 90 %."


# --- Pictures that stand still, and links --------------------------------------------------------


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_the_static_picture_shows_an_example_only_where_nothing_is_drawn(neuron):
    blank = DrawPad(neuron.predict_proba, names=NAMES)
    drawn = DrawPad(neuron.predict_proba, names=NAMES, strokes=EXAMPLE)
    example = pixels(blank.static())
    assert example.shape == (330, 820, 3)
    assert np.array_equal(example, pixels(blank.static()))  # the same each time
    different = np.argwhere((example != pixels(drawn.static())).any(axis=-1))
    assert len(different) and (different >= [280, 8]).all() and (different <= [316, 160]).all()
    assert blank.state.strokes == [] and not blank.raw.any() and blank.words() == "Draw a digit."


def link_back(pad, **notebook):
    demos = SimpleNamespace(draw_pad=DrawPad)
    return eval(pad.link(), {"demos": demos, **notebook})


def test_the_link_makes_the_same_pad(pad, neuron):
    draw(pad, RING)
    upload(pad, picture(255 - paint(EXAMPLE)))
    draw(pad, STROKE)
    touch(pad, "brush", 3.5)
    touch(pad, "preprocess", False)
    again = link_back(pad, classify=neuron.predict_proba)
    assert again.state == pad.state and again.names == pad.names
    assert np.array_equal(again.raw, pad.raw) and repr(again) == repr(pad)
    assert pad.stage.link == pad.link()


def test_the_link_calls_the_classifier_as_the_notebook_does(neuron, monkeypatch):
    import __main__

    def mine(X):
        return 0.5

    assert DrawPad(mine).link() == "demos.draw_pad(mine)"
    assert DrawPad(lambda X: 0.5).link() == "demos.draw_pad(classify)"
    assert DrawPad(neuron.predict_proba).link() == "demos.draw_pad(classify)"
    monkeypatch.setattr(__main__, "my_neuron", neuron, raising=False)
    pad = DrawPad(neuron.predict_proba, names=("no zero", "zero"), brush=1.5)
    assert pad.link() == (
        "demos.draw_pad(my_neuron.predict_proba, names=['no zero', 'zero'], brush=1.5)"
    )
    assert link_back(pad, my_neuron=neuron).state == pad.state
    short = monkeypatch.setattr(__main__, "guess", lambda X: 0.5, raising=False) or __main__.guess
    assert DrawPad(short).link() == "demos.draw_pad(guess)"


def test_an_event_paints_its_own_stroke_alone(neuron, monkeypatch):
    """However much is drawn already: else a long drawing would lag behind the pen."""
    rng = np.random.default_rng(0)
    many = [(2.0, rng.uniform(4, 24, (100, 2)).tolist()) for _ in range(10)]
    pad = shown(DrawPad(neuron.predict_proba, strokes=many))
    painted, path = [], []

    def counted(strokes):
        painted.append(sum(len(points) for _, points in strokes))
        return paint(strokes)

    monkeypatch.setattr(_draw_pad, "paint", counted)
    for k in range(200):
        path.append([150 + 100 * np.cos(k / 15), 170 + 100 * np.sin(k / 15)])
        pad.stage.pointer = {"count": 1, "path": list(path), "done": False}
    assert len(painted) == 200 and painted == sorted(painted) and painted[-1] <= len(path)
    assert len(pad.state.strokes) == 11 and not pad.stage.error
