"""The neuron with two inputs, and with it what every argument, link and picture promises."""

import math

import numpy as np
import pytest
from hands import Hand

from course_lib import demos
from course_lib.activations import sigmoid
from course_lib.demos.kit.marks import Line


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


@pytest.mark.long
def test_the_picture_is_that_of_the_state():
    """The same state gives the same bytes, another state other ones."""
    first, same, other = demos.neuron(), demos.neuron(), demos.neuron(w2=0.9)
    assert first.static() == same.static() == first.static()
    assert first.static() != other.static()
    hand = Hand(first)
    hand.touch(w2=0.9)
    assert first.static() == other.static()


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
    assert not [one for one in hand.stage.scene["marks"] if one["kind"] == "line"]


@pytest.mark.parametrize("activation", ["step", "linear", "sigmoid"])
def test_the_line_is_where_the_output_is_one_half(activation):
    """On one side of it the points count as 1, on the other as 0."""
    demo = demos.neuron(w1=1.5, w2=0.5, b=-0.4, activation=activation)
    (_, plane), _ = demo.marks()
    line = next(one for one in plane if isinstance(one, Line)).xy
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
