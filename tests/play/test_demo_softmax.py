"""Ten logits and their probabilities, beside SciPy's."""

import numpy as np
from hands import Hand
from scipy.special import softmax

from course_lib import demos


def test_softmax_is_that_of_scipy_and_the_naive_formula_breaks():
    demo = demos.softmax(temperature=0.5)
    z, P, naive = demo.probabilities()
    assert np.allclose(z, 2 * np.array(demo.state.logits))
    assert np.allclose(P, softmax(z)) and np.allclose(naive, P)
    big = demos.softmax(factor=1000)
    z, P, naive = big.probabilities()
    assert np.isfinite(P).all() and np.isclose(P.sum(), 1) and P.argmax() == z.argmax()
    assert np.isnan(naive).any() and "nan" in big.words()


def test_a_slider_moves_one_logit_and_presets_move_all():
    hand = Hand(demos.softmax(presets={"mine": range(10)}))
    before = hand.demo.state.logits
    hand.touch(z4=-3.5)
    assert hand.demo.state.logits == (*before[:4], -3.5, *before[5:])
    assert hand.value("preset")[1] == "set by hand"
    hand.touch(preset="mine")
    assert hand.demo.state.logits == tuple(map(float, range(10)))
    assert hand.value("preset")[1] == "mine" and hand.value("z9")[1] == 9
