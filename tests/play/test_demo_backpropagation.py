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


def test_in_a_narrow_window_every_number_stands_whole_in_some_part():
    """Each as wide as fits beside the open file browser once its letters have shrunk to 11."""
    demo = demos.backpropagation(stop=_backpropagation.STOPS)
    renderer = demo.figure.canvas.get_renderer()
    for _, drawn in demo.marks():
        for mark in drawn:
            if hasattr(mark, "text"):
                mark.draw(demo.axes, 2)
    letters = [text for text in demo.axes.texts if "run" not in text.get_text()]
    sizes = [text.get_fontsize() * demo.figure.dpi / 72 for text in letters]
    assert len(letters) == 5 + 2 + 3 * 3 + 3 + 2 + 9 * 2 and min(sizes) >= 12.5 - 1e-9
    for text in letters:
        box = text.get_window_extent(renderer)
        top, bottom = _backpropagation.HEIGHT - box.y1, _backpropagation.HEIGHT - box.y0
        assert [
            part
            for part in demo.parts()
            if part[0] <= box.x0 and box.x1 <= part[0] + part[2]
            and part[1] <= top and bottom <= part[1] + part[3]
        ], text.get_text()  # fmt: skip
    assert max(part[2] for part in demo.parts()) * 11 / 12.5 < 290
