"""The laboratory: what learns in it, by the library or by a student's own functions."""

import numpy as np
import pytest
from hands import Hand
from scipy.special import expit

from course_lib import demos
from course_lib.demos import _playground


def forward(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def backward(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def without_derivative(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T
    return X.T @ dZ1, dZ1.sum(axis=0), A1.T @ dZ2, dZ2.sum(axis=0)


def test_the_students_functions_train_as_the_library_does():
    ours = demos.playground(epochs=60)
    theirs = demos.playground(forward, backward, code="mine", epochs=60)
    for name, values in ours.history.items():
        assert np.allclose(values, theirs.history[name]), name
    wrong = demos.playground(forward, without_derivative, code="mine", epochs=60)
    assert not np.allclose(ours.history["loss"], wrong.history["loss"])
    assert theirs.link() == "demos.playground(forward, backward, code='mine', epochs=60)"


def test_functions_that_return_nothing_are_told_so():
    def not_yet(*arguments): ...

    hand = Hand(demos.playground(not_yet, not_yet))
    hand.touch(code="mine")
    hand.press("step")
    assert "not_yet returns nothing yet" in hand.stage.status and not hand.stage.error


@pytest.mark.long
def test_a_function_that_fails_is_shown():
    hand = Hand(demos.playground(forward, lambda *arguments: 1 / 0))
    hand.touch(code="mine")
    hand.press("step")
    assert hand.stage.error.startswith("ZeroDivisionError")


def test_the_laboratory_solves_what_it_should_and_not_what_it_cannot():
    assert demos.playground(units=4, epochs=500).history["accuracy"][-1] > 0.97
    assert demos.playground(units=1, epochs=500).history["accuracy"][-1] < 0.85
    equal = demos.playground(init="all equal", epochs=50).network.layers[0].params["W"]
    assert np.allclose(equal, equal[:, :1]), "equal weights stay equal"
    zero = demos.playground(init="all zero", epochs=50)
    assert not zero.network.layers[0].params["W"].any()
    linear = demos.playground(activation="none", hidden_layers=3, epochs=300)
    assert linear.history["accuracy"][-1] < 0.75


def test_divergence_is_said_and_drawn():
    recipe = dict(activation="none", hidden_layers=3, units=16, learning_rate=3.0, pace=20)
    hand = Hand(demos.playground(data="spirals", init="He", **recipe))
    for _ in range(20):
        hand.press("step")
        assert not hand.stage.error
        if "diverged" in hand.stage.status:
            break
    else:
        pytest.fail("it did not diverge")


@pytest.mark.parametrize("batch_size", [1, 10, 50, _playground.M])
def test_a_picture_stands_for_no_more_steps_than_a_button_can_wait_for(batch_size):
    demo = demos.playground(batch_size=batch_size, pace=20)
    demo.advance()
    assert 1 <= demo.state.epochs <= 20
    assert demo.state.epochs * _playground.M / batch_size <= _playground.MOST_STEPS


def test_points_are_placed_by_click():
    hand = Hand(demos.playground())
    plane = hand.demo.axes["plane"]

    def click(x, y):
        across, up = plane.transData.transform((x, y))
        hand.point((across, hand.demo.figure.bbox.height - up))

    click(0.5, 0.5)
    assert not hand.demo.state.points and "my points" in hand.stage.status
    hand.touch(data="my points")
    hand.press("step")
    assert "both classes" in hand.stage.status
    click(0.5, 0.5)
    hand.touch(point_class=0)
    click(-0.5, -0.5)
    assert [k for *_, k in hand.demo.state.points] == [1, 0]
    assert np.allclose(
        [p[:2] for p in hand.demo.state.points], [(0.5, 0.5), (-0.5, -0.5)], atol=0.02
    )
    hand.press("step", times=30)
    assert hand.demo.history["accuracy"][-1] == 1.0
    hand.press("clear")
    assert not hand.demo.state.points
