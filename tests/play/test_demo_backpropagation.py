"""The walk through a network, beside SciPy's slopes of its loss."""

import numpy as np
from scipy.optimize import approx_fprime
from sklearn.metrics import log_loss

from course_lib import demos
from course_lib.demos import _backpropagation


def test_the_walk_shows_the_slopes_of_its_own_loss():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=13)
    for y in (0, 1):
        made = dict(x1=0.7, x2=-1.3, y=y)
        numbers = demos.backpropagation(**made, weights=tuple(weights)).numbers()

        def loss(weights, made=made):
            return demos.backpropagation(**made, weights=tuple(weights)).numbers()["loss"]

        slopes = [*numbers["dW1"].ravel(), *numbers["dz1"], *numbers["dW2"], numbers["dz2"]]
        assert np.allclose(slopes, approx_fprime(weights, loss, 1e-7), atol=1e-6)
        assert np.isclose(numbers["loss"], log_loss([y], [numbers["p"]], labels=[0, 1]))


def test_a_number_is_shown_when_the_walk_has_come_to_it():
    seen = []
    for stop in range(_backpropagation.STOPS + 1):
        (_, drawn), *_ = demos.backpropagation(stop=stop).marks()
        texts = [mark.text for mark in drawn if hasattr(mark, "text")]
        seen.append((sum("a = " in t for t in texts), sum("∂" in t for t in texts)))
    # per hidden unit one activation; ∂z and output weights, then per hidden unit ∂z and 2 weights
    assert seen == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 0),
        (3, 0),
        (3, 0),
        (3, 4),
        (3, 7),
        (3, 10),
        (3, 13),
    ]
