"""The maps of output weights: every number is a weight, every sentence what NumPy says of it."""

import re

import numpy as np
import pytest
from hands import Hand

from course_lib import demos
from course_lib.demos.kit import marks
from course_lib.layers import Dense, ReLU, Sigmoid
from course_lib.network import Network

NAMES = [f"the {k}" for k in range(10)]


def network(n_units, n_classes=10):
    rng = np.random.default_rng(0)
    layers = [Dense(784, n_units, rng=rng), Sigmoid(), Dense(n_units, n_classes, rng=rng)]
    layers[-1].params["W"] *= 3
    return Network(layers)


net = network(25)
W = net.layers[-1].params["W"]


def cells(demo, panel):
    """Return the numbers of a map, and the word above them."""
    (found,) = (some for ax, some in demo.marks() if ax is demo.axes[panel])
    *numbers, title = [one for one in found if isinstance(one, marks.Text)]
    return [float(one.text.replace("−", "-")) for one in numbers], title.text


def test_the_maps_hold_the_weights_of_the_chosen_classes_and_their_difference():
    hand = Hand(demos.output_maps(net, NAMES))
    for of, beside in ((0, 1), (4, 2), (7, 7)):
        hand.touch(of=of, beside=beside)
        expected = W[:, of], W[:, beside], W[:, of] - W[:, beside]
        for panel, values in zip(hand.demo.axes, expected, strict=True):
            assert np.allclose(cells(hand.demo, panel)[0], values, atol=0.0501)
        titles = [cells(hand.demo, panel)[1] for panel in hand.demo.axes]
        assert titles == [NAMES[of], NAMES[beside], "difference"]


def test_unit_by_unit_the_cells_lie_along_the_rows_and_blue_is_for():
    demo = demos.output_maps(net, NAMES, of=3)
    tiles = next(one for one in demo.marks()[0][1] if isinstance(one, marks.Polygons))
    middles = tiles.xy.mean(axis=1)
    assert np.allclose(middles[[0, 4, 5, 24]], [(0, 0), (4, 0), (0, 1), (4, 4)])
    red, blue = tiles.rgba[:, 0].astype(int), tiles.rgba[:, 2].astype(int)
    seen = np.abs(W[:, 3]) > 0.2  # paler cells are nearly white
    assert seen.sum() > 10 and ((blue > red) == (W[:, 3] > 0))[seen].all()


def test_the_words_name_the_loudest_units():
    words = demos.output_maps(net, NAMES, of=4, beside=2).words().replace("−", "-")
    order = np.argsort(W[:, 4])
    for_it, against, between = words.splitlines()
    assert [int(k) for k in re.findall(r"unit (\d+)", for_it)] == list(order[::-1][:3])
    assert [int(k) for k in re.findall(r"unit (\d+)", against)] == list(order[:3])
    assert f"unit {np.abs(W[:, 4] - W[:, 2]).argmax()} tells most" in between
    assert f"({W[order[0], 4]:+.2f})" in against


def test_where_no_class_can_be_chosen_the_picture_shows_all_of_them(monkeypatch):
    shown = []
    monkeypatch.setattr("course_lib.demos._output_maps.png", lambda figure: shown.append(figure))
    demos.output_maps(net, NAMES).static()
    (figure,) = shown
    assert [ax.get_title() for ax in figure.axes] == NAMES
    for ax, values in zip(figure.axes, W.T, strict=True):
        numbers = [float(text.get_text().replace("−", "-")) for text in ax.texts]
        assert np.allclose(numbers, values, atol=0.0501)


@pytest.mark.parametrize(
    ("n_units", "n_classes"), [pytest.param(23, 10, marks=pytest.mark.long), (64, 10), (4, 3)]
)
def test_any_number_of_units_and_classes_has_maps(n_units, n_classes):
    demo = demos.output_maps(network(n_units, n_classes), NAMES[:n_classes])
    assert len(cells(demo, "difference")[0]) == n_units
    assert demo.static().startswith(b"\x89PNG")


def test_link_controls_and_reset_hold_together():
    hand = Hand(demos.output_maps(net, NAMES))
    first = hand.demo.link()
    hand.touch(of=9)
    hand.touch(beside=5)
    assert hand.demo.link() == "demos.output_maps(network, class_names, of=9, beside=5)"
    again = eval(hand.demo.link(), {"demos": demos, "network": net, "class_names": NAMES})
    assert again.words() == hand.demo.words() and again.static() == hand.demo.static()
    hand.press("reset")
    assert hand.demo.link() == first == "demos.output_maps(network, class_names)"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (dict(network=3), r"network has the layers \[\]; expected one hidden layer"),
        (dict(class_names=NAMES[:9]), "expected a list of 10 names"),
        (dict(of=10), "of is 10; expected one of 0, 1"),
        (dict(beside=1.5), "beside is 1.5; expected one of 0, 1"),
    ],
    ids=str,
)
def test_what_makes_no_maps_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        demos.output_maps(**dict(network=net, class_names=NAMES) | given)


def test_networks_that_are_too_deep_or_too_wide_are_refused():
    rng = np.random.default_rng(0)
    wide = [Dense(784, 101, rng=rng), ReLU(), Dense(101, 10, rng=rng)]
    with pytest.raises(ValueError, match=r"101 hidden units.*up to 100"):
        demos.output_maps(Network(wide), NAMES)
