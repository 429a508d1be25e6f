"""The network to explore: it shows what NumPy and SciPy say of the same weights."""

import dataclasses

import numpy as np
import pytest
from hands import Hand
from scipy.special import expit, softmax

from course_lib import activations, demos
from course_lib.data import load_images
from course_lib.demos import _explore
from course_lib.demos._explore_panels import PICTURE, SEEN, SIZE, STAGES, UNITS
from course_lib.demos.kit import marks
from course_lib.handwriting import like_mnist, paint
from course_lib.layers import Dense, ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.network import Network
from course_lib.optimizers import Adam
from course_lib.training import train

DIGITS = load_images("digits", offline=True)
X, y, NAMES = DIGITS.X_test, DIGITS.y_test, tuple(f"the {k}" for k in range(10))
STROKE = [(8.0, 6.0), (19.0, 6.0), (12.0, 22.0)]


def trained(n_units, hidden):
    rng = np.random.default_rng(0)
    network = Network([Dense(784, n_units, rng=rng), hidden, Dense(n_units, 10, rng=rng)])
    how = dict(loss=softmax_cross_entropy, optimizer=Adam(0.01), epochs=2, batch_size=32, rng=rng)
    train(network, DIGITS.X_train[:600], DIGITS.y_train[:600], **how)
    return network


FEW, MANY = trained(23, Sigmoid()), trained(64, ReLU())  # the few leave cells of the grid empty


@pytest.fixture(params=[FEW, MANY], ids=["23 sigmoid", "64 relu"])
def network(request):
    return request.param


@pytest.fixture
def hand(network):
    return Hand(demos.explore(network, X, y, NAMES, index=5))


def by_hand(network, x, off=()):
    """Return scores, activations, votes and logits of one image, from the weights alone."""
    (W1, b1), (W2, b2) = (
        [layer.params[k].astype(float) for k in "Wb"] for layer in network.layers[::2]
    )
    z = x.astype(float) @ W1 + b1
    a = expit(z) if network.layers[1].f is activations.sigmoid else np.maximum(z, 0)
    told = a.copy()
    told[list(off)] = 0
    return z, a, told[:, None] * W2, told @ W2 + b2


def drawn(demo, panel, kind=marks.Text):
    """Return what a panel shows: its words, or its marks of another kind."""
    found = [one for ax, some in demo.marks() if ax is demo.axes[panel] for one in some]
    found = [one for one in found if isinstance(one, kind)]
    return [one.text for one in found] if kind is marks.Text else found


def number(text):
    return float(text.strip("()").replace("−", "-"))


def shares(P):
    """Probabilities as they are written beside the bars."""
    return ["< 1 %" if p < 0.005 else "> 99 %" if p > 0.995 else f"{100 * p:.0f} %" for p in P]


def on(box, x, y, side=28):
    """Return a place of a panel, in its own units, as a place on the canvas."""
    left, top, width, height = box
    return [left + width * x / side, top + height * y / side]


# --- Forward -------------------------------------------------------------------------------------


def test_the_grid_and_the_bars_show_what_the_weights_give(hand, network):
    z, a, votes, logits = by_hand(network, X[5])
    demo, digits = hand.demo, 2 if len(a) <= 25 else 1
    c = logits.argmax()
    for stage, shown in (("2 scores", z), ("3 activations", a), ("7 back to units", votes[:, c])):
        hand.touch(stage=stage)
        cells = [number(text) for text in drawn(demo, "units")]
        assert np.allclose(cells, shown, atol=0.501 * 10**-digits), stage
    assert [text.split("  ")[0] for text in drawn(demo, "bars")] == shares(softmax(logits))
    marked = [k for k, text in enumerate(drawn(demo, "bars")) if "answer" in text]
    assert marked == [c] and "truth" in drawn(demo, "bars")[y[5]]
    hand.touch(stage="5 logits")
    assert np.allclose([number(t) for t in drawn(demo, "logits")], logits, atol=0.00501)
    assert not drawn(demo, "bars")


def test_the_votes_of_all_units_add_up_to_the_logits(hand, network):
    total = network.layers[-1].params["b"].astype(float)
    for unit in range(len(network.layers[-1].params["W"])):
        hand.touch(unit=unit)
        votes = [number(text) for text in drawn(hand.demo, "votes")]
        assert np.allclose(votes, by_hand(network, X[5])[2][unit], atol=0.00501)
        total = total + votes
        n = hand.demo.numbers()
        assert np.isclose(n.shares.sum() + n.bias, n.scores[unit], atol=1e-4)
    assert np.allclose(total, by_hand(network, X[5])[3], atol=0.005 * 64)


def test_the_size_of_a_square_grows_with_its_number(hand):
    squares = drawn(hand.demo, "units", marks.Polygons)[0]
    areas = np.ptp(squares.xy[:, :, 0], axis=1) ** 2
    a = hand.demo.numbers().hidden
    assert np.allclose(areas / areas.max(), a[a > 0] / a.max(), atol=1e-5)


def test_sigmoid_outputs_are_told_apart_one_by_one(network):
    demo = demos.explore(network, X, y, NAMES, probabilities=activations.sigmoid)
    P = expit(by_hand(network, X[0])[3])
    assert [text.split("  ")[0] for text in drawn(demo, "bars")] == shares(P)
    assert demo.link().endswith("class_names, probabilities=sigmoid)")


@pytest.mark.parametrize("unit", [0, 7])
def test_the_top_images_are_those_of_the_largest_scores(hand, network, unit):
    hand.touch(unit=unit)
    W, b = network.layers[0].params["W"], network.layers[0].params["b"]
    best = np.argsort(-(X @ W + b)[:, unit], kind="stable")[:4]
    assert np.array_equal(hand.demo.top(unit), best)
    assert drawn(hand.demo, "top") == [NAMES[k] for k in y[best]]
    for image, i in zip(drawn(hand.demo, "top", marks.Image), best, strict=True):
        assert np.array_equal(image.rgba, marks.coloured(X[i].reshape(28, 28), "gray_r"))


def test_weights_are_shown_and_what_they_make_of_the_pixels(hand, network):
    hand.touch(unit=6)
    w = network.layers[0].params["W"][:, 6]
    n = hand.demo.numbers()
    for panel, values in (("filter", w), ("shares", w * X[5]), ("slopes", n.slopes)):
        limit = np.abs(values).max()
        expected = marks.coloured(values.reshape(28, 28), "RdBu", (-limit, limit))
        (image,) = drawn(hand.demo, panel, marks.Image)
        assert np.abs(image.rgba.astype(int) - expected).max() <= 3, panel


# --- Back ----------------------------------------------------------------------------------------


def test_the_slopes_are_those_of_the_answer_s_logit(hand, network):
    n, x = hand.demo.numbers(), X[5].astype(float)
    c = by_hand(network, x)[3].argmax()
    for pixel in np.argsort(-np.abs(n.slopes))[:5]:
        step = np.zeros(784)
        step[pixel] = 1e-6
        ends = [by_hand(network, x + sign * step)[3][c] for sign in (1, -1)]
        assert np.isclose(n.slopes[pixel], x[pixel] * (ends[0] - ends[1]) / 2e-6, atol=1e-4)


def test_every_stage_is_framed_and_explained(hand):
    seen = set()
    hand.press("back")
    assert hand.demo.state.stage == "1 pixels"
    panels = "picture seen, units shares, units, votes, bars, bars, units, slopes".split(", ")
    for stage, names in zip(STAGES, panels, strict=True):
        assert hand.demo.state.stage == stage and hand.value("stage")[1] == stage
        frames = drawn(hand.demo, "page", marks.Line)
        for frame, name in zip(frames, names.split(), strict=True):
            box = hand.demo.axes[name].bbox
            sides = [box.x0 - 3, SIZE[1] - box.y1 - 3, box.x1 + 3, SIZE[1] - box.y0 + 3]
            assert np.allclose([*frame.xy.min(axis=0), *frame.xy.max(axis=0)], sides)
        sentence = hand.stage.words.splitlines()[1]
        assert sentence.startswith(stage[0]) and any(c.isdigit() for c in sentence[1:])
        seen.add(sentence)
        hand.press("forward")
    assert hand.demo.state.stage == "8 back to pixels" and len(seen) == len(STAGES)


# --- Interventions -------------------------------------------------------------------------------


def test_switching_off_is_what_a_unit_at_0_would_give(hand, network):
    hand.touch(unit=3, unit_off=True)
    hand.touch(unit=8, unit_off=True)
    logits = by_hand(network, X[5], off=(3, 8))[3]
    bars = [text.split("  ")[0] for text in drawn(hand.demo, "bars")]
    assert bars == shares(softmax(logits)) and hand.demo.state.off == (3, 8)
    before = by_hand(network, X[5])[3]
    assert f"Untouched: {NAMES[before.argmax()]}" in hand.stage.words
    outline = drawn(hand.demo, "bars", marks.Line)[0].xy.reshape(10, 6, 2)
    assert np.allclose(outline[:, 1, 0], softmax(before), atol=1e-5)
    # What it would say stays to be seen, in brackets; what it says is 0.
    assert np.allclose(
        [number(text) for text in drawn(hand.demo, "votes")],
        by_hand(network, X[5])[2][8],
        atol=0.00501,
    )
    assert all(text.startswith("(") for text in drawn(hand.demo, "votes"))
    assert not hand.demo.numbers().votes[8].any()
    assert "Switched off: 3, 8." in hand.stage.words
    hand.touch(unit_off=False)
    assert hand.demo.state.off == (3,) and hand.value("unit_off")[1] is False
    hand.press("all_on")
    assert hand.demo.state.off == () and not drawn(hand.demo, "bars", marks.Line)


def test_a_click_chooses_a_unit_and_another_one_switches_it(hand):
    side = hand.demo.side
    place = on(UNITS, 2.5, 1.5, side)
    hand.point(place)
    assert hand.demo.state.unit == side + 2 and hand.demo.state.off == ()
    hand.point(place, [place[0] + 3, place[1]])
    assert hand.demo.state.off == (side + 2,) and hand.value("unit_off")[1] is True
    hand.point(place)
    assert hand.demo.state.off == ()
    if hand.demo.n_units < side**2:
        hand.point(on(UNITS, side - 0.5, side - 0.5, side))
        assert hand.demo.state.unit == side + 2 and not hand.stage.error


@pytest.mark.parametrize("box", [PICTURE, SEEN], ids=["picture", "what it sees"])
@pytest.mark.parametrize(("row", "column"), [(14, 9), (0, 0), (27, 20)])
def test_what_is_under_the_pointer_is_covered(hand, network, box, row, column):
    hand.point(on(box, 20.5, 20.5), on(box, column + 0.5, row + 0.5))
    state = hand.demo.state
    assert (state.patch, state.at) == (_explore.USUAL, (row, column))
    covered = X[5].reshape(28, 28).copy()
    covered[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0
    image = drawn(hand.demo, "seen", marks.Image)[0].rgba
    assert np.array_equal(image, marks.coloured(covered, "gray_r"))
    whole = drawn(hand.demo, "picture", marks.Image)[0].rgba
    assert np.array_equal(whole, marks.coloured(X[5].reshape(28, 28), "gray_r"))
    logits = by_hand(network, covered.ravel())[3]
    assert [t.split("  ")[0] for t in drawn(hand.demo, "bars")] == shares(softmax(logits))
    assert f"row {row}, column {column}" in hand.stage.words
    hand.touch(patch=0)
    assert not hand.demo.numbers().changed


def test_a_drag_beyond_the_edge_stays_on_the_picture(hand):
    hand.point(on(PICTURE, 3, 3), [-50, 900])
    assert hand.demo.state.at == (27, 0) and not hand.stage.error


def test_the_strongest_unit_is_the_one_most_missed(hand, network):
    hand.press("strongest")
    logits = by_hand(network, X[5])[3]
    without = [
        softmax(by_hand(network, X[5], off=[unit])[3])[logits.argmax()]
        for unit in range(hand.demo.n_units)
    ]
    assert hand.demo.state.unit == np.argmin(without)


# --- Which picture -------------------------------------------------------------------------------


def test_mistakes_are_mistakes_and_all_of_them(hand, network):
    P = np.array([by_hand(network, x)[3] for x in X])
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    seen = []
    for _ in wrong:
        hand.press("next_mistake")
        seen.append(hand.demo.state.index)
        assert ", wrong" in hand.stage.words.splitlines()[0]
    assert sorted(seen) == wrong.tolist()
    kind = int(np.bincount(y[wrong]).argmax())
    hand.touch(of=NAMES[kind])
    hand.press("next_mistake")
    assert hand.demo.state.index in wrong and y[hand.demo.state.index] == kind


def test_no_mistake_is_said(network):
    right = network.predict(X) == y
    hand = Hand(demos.explore(network, X[right], y[right], NAMES))
    hand.press("next_mistake")
    assert hand.stage.status == "There is no mistake among all images."
    assert hand.demo.state.index == 0


def test_a_class_is_kept_to_in_both_directions(hand):
    hand.touch(of="the 7")
    sevens = np.flatnonzero(y == 7)
    assert hand.demo.state.index == sevens[sevens > 5][0]
    for _ in range(3):
        hand.press("next_image")
    k = sevens.tolist().index(hand.demo.state.index)
    for step, expected in ((1, k + 1), (1, k + 2), (-1, k + 1), (-1, k)):
        hand.touch(index=hand.demo.state.index + step)
        assert hand.demo.state.index == sevens[expected]
        assert hand.value("index")[1] == sevens[expected]
    hand.touch(index=len(X) - 1)
    assert hand.demo.state.index == sevens[-1]
    hand.press("next_image")
    assert hand.demo.state.index == sevens[0], "around the end"


def test_a_class_without_images_is_said(network):
    hand = Hand(demos.explore(network, X[y > 0], y[y > 0], NAMES))
    hand.touch(of="the 0")
    assert hand.stage.status == "There is no image among the 0." and not hand.stage.error
    hand.touch(index=9)
    assert hand.demo.state.index == 9 and not hand.stage.error


def test_a_drawing_is_seen_as_mnist_would_have_it(hand, network):
    hand.press("empty")
    assert hand.demo.state.of == _explore.DRAWING and not hand.demo.numbers().seen.any()
    path = [on(PICTURE, x, y) for x, y in STROKE]
    hand.point(*path[:2], done=False)
    hand.point(*path, new=False)
    assert hand.demo.state.strokes == [(_explore.PEN, STROKE)]
    seen = like_mnist(paint([(_explore.PEN, STROKE)])).ravel() / np.float32(255)
    assert seen.any() and np.array_equal(hand.demo.numbers().seen[0], seen)
    P = network.predict_proba(seen[np.newaxis])[0]
    assert [text.split("  ")[0] for text in drawn(hand.demo, "bars")] == shares(P)
    assert not any("truth" in text for text in drawn(hand.demo, "bars"))
    assert hand.stage.words.startswith(f"Your drawing. Answer: {NAMES[P.argmax()]}, ")
    hand.point(on(SEEN, 14, 14))  # where a drawing is covered
    assert hand.demo.state.patch and len(hand.demo.state.strokes) == 1
    hand.touch(index=9)
    assert hand.demo.state.of == _explore.ALL and hand.stage.words.startswith("Image 9")
    hand.touch(of=_explore.DRAWING)
    assert hand.demo.state.strokes == [(_explore.PEN, STROKE)], "it was only put away"


def test_a_new_sheet_while_the_pen_is_down(hand):
    hand.press("empty")
    hand.point(on(PICTURE, 5, 5), done=False)
    hand.press("empty")
    hand.point(on(PICTURE, 5, 5), on(PICTURE, 9, 9), new=False)
    assert hand.demo.state.strokes == [] and not hand.stage.error


# --- As every demo -------------------------------------------------------------------------------


@pytest.mark.long
def test_the_link_makes_the_same_picture_again(network):
    state = dict(index=3, of="the 4", stage="7 back to units", unit=2, off=(2, 9))
    for given in (state, dict(patch=5, at=(3, 27)), dict(of="my drawing", strokes=[(2, STROKE)])):
        demo = demos.explore(network, X, y, NAMES, **given)
        names = dict(demos=demos, network=network, X=X, y=y, class_names=NAMES)
        again = eval(demo.link(), names)
        assert again.state == demo.state and again.words() == demo.words()
        assert again.static() == demo.static()
    plain = demos.explore(network, X, y, NAMES)
    assert plain.link() == "demos.explore(network, X, y, class_names)"


def test_every_control_is_taken_and_reset_undoes_it(hand):
    before = hand.demo.words()
    for name, control in hand.demo.controls.items():
        spec = control.spec()
        if spec["kind"] == "button":
            hand.press(name)
        elif spec["kind"] == "check":
            hand.touch(**{name: True})
        elif "options" in spec:
            hand.touch(**{name: spec["options"][-1][0]})
        else:
            hand.touch(**{name: spec["high"]})
        assert not hand.stage.error, name
        assert hand.value(name)[0] == 1
    hand.press("reset")
    assert hand.demo.words() == before


def test_the_stored_picture_is_that_without_the_strongest_unit(hand):
    demo, before = hand.demo, dataclasses.asdict(hand.demo.state)
    picture = demo.static()
    assert dataclasses.asdict(demo.state) == before and picture == demo.static()
    hand.press("strongest")
    unit = demo.state.unit
    off = demos.explore(demo.network, X, y, NAMES, index=5, unit=unit, off=(unit,))
    assert off.static() == picture


def test_neither_network_nor_images_are_changed(network):
    kept = [value.copy() for layer in network.layers for value in layer.params.values()]
    images = X.copy()
    hand = Hand(demos.explore(network, X, y, NAMES, off=(1, 2), patch=9))
    for stage in STAGES:
        hand.touch(stage=stage)
    now = [value for layer in network.layers for value in layer.params.values()]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))
    assert np.array_equal(images, X)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (dict(network=3), r"network has the layers \[\]; expected one hidden layer"),
        (dict(X=X[:, :9]), r"X has shape \(297, 9\); expected \(m, 784\)"),
        (dict(y=y[:9]), r"y has shape \(9,\)"),
        (dict(y=y + 1), "y holds labels from 1 to 10; expected 0 to 9"),
        (dict(class_names="0123456789"), "class_names is '0123456789'; expected a list of 10"),
        (dict(class_names=NAMES[:9]), "expected a list of 10 names"),
        (dict(probabilities=3), "probabilities is 3; expected a function of logits"),
        (dict(index=297), "index is 297; expected a number from 0 to 296"),
        (dict(index=1.5), "index is 1.5; expected a whole number"),
        (dict(of="the 11"), "of is 'the 11'; expected one of 'all images'.*Did you mean"),
        (dict(stage="votes"), "stage is 'votes'.*Did you mean '4 votes'"),
        (dict(off=(99,)), r"off is \(99,\); expected units from 0 to"),
        (dict(patch=4), "patch is 4; expected one of 0, 3, 5"),
        (dict(at=(3, 28)), r"at is \(3, 28\); expected row and column"),
        (dict(strokes=[3]), "strokes is"),
    ],
    ids=str,
)
def test_what_makes_no_explorer_is_refused_in_a_sentence(change, sentence):
    given = dict(network=FEW, X=X, y=y, class_names=NAMES) | change
    with pytest.raises(ValueError, match=sentence):
        demos.explore(**given)


def test_deeper_and_wider_networks_are_refused():
    rng = np.random.default_rng(0)
    deep = [Dense(784, 9, rng=rng), Tanh(), Dense(9, 9, rng=rng), Tanh(), Dense(9, 10, rng=rng)]
    with pytest.raises(ValueError, match="expected one hidden layer"):
        demos.explore(Network(deep), X, y, NAMES)
    wide = [Dense(784, 101, rng=rng), ReLU(), Dense(101, 10, rng=rng)]
    with pytest.raises(ValueError, match=r"101 hidden units.*up to 100"):
        demos.explore(Network(wide), X, y, NAMES)
