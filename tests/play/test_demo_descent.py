"""The descent over two weights, beside SciPy's slopes and scikit-learn's optimum."""

import numpy as np
import pytest
from hands import Hand
from scipy.optimize import approx_fprime
from sklearn.linear_model import LinearRegression, LogisticRegression

from course_lib import demos
from course_lib.demos import _descent


@pytest.mark.parametrize("loss", _descent.LOSSES)
def test_descent_goes_against_the_slope_of_its_map(loss):
    demo = demos.descent(loss=loss, learning_rate=0.1, steps=5, start=(1.5, 0.5))
    path, losses = demo.walk()
    assert len(path) == 6 and np.allclose(losses, [demo.loss_at(*w) for w in path])
    for here, there in zip(path, path[1:], strict=False):
        slope = approx_fprime(here, lambda w: demo.loss_at(*w), 1e-7)
        assert np.allclose(there, here - 0.1 * slope, atol=1e-6)


def test_a_long_walk_ends_where_scikit_learn_ends():
    walk = demos.descent(learning_rate=4.0, steps=100)
    best = LogisticRegression(C=np.inf, tol=1e-10).fit(walk.X, walk.y)
    assert np.allclose(walk.walk()[0][-1], best.coef_[0], atol=0.05)
    assert np.isclose(walk.bias, best.intercept_[0], atol=0.01)
    line = demos.descent(loss="squared error", learning_rate=0.2, steps=100)
    best = LinearRegression().fit(line.X, line.y)
    assert np.allclose(line.walk()[0][-1], best.coef_, atol=1e-3)
    assert np.isclose(line.bias, best.intercept_)


def test_divergence_is_said_and_ends_the_walk():
    demo = demos.descent(loss="squared error", learning_rate=1.0, steps=100)
    assert demo.diverged and "Diverged after" in demo.words()
    assert not demo.advance() and len(demo.walk()[1]) < 100
    # The largest curvature of the map tells the rate from which on it must.
    curvature = 2 * np.linalg.eigvalsh(demo.X.T @ demo.X / len(demo.X)).max()
    assert not demos.descent(loss="squared error", learning_rate=0.5, steps=100).diverged
    assert 0.5 < 2 / curvature < 1.0


def test_a_click_on_the_map_starts_there():
    hand = Hand(demos.descent(steps=0))
    ground = hand.demo.axes["ground"]
    x, y = ground.transData.transform((2.0, -3.0))
    hand.point((x, hand.demo.figure.bbox.height - y))
    assert np.allclose(hand.demo.state.start, (2, -3), atol=0.05)
    assert "step 0: w = (2" in hand.stage.words
