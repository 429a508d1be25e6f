"""The scales of first weights, and what they do to the first losses."""

import numpy as np
import pytest
from hands import Hand

from course_lib import demos
from course_lib.losses import softmax_cross_entropy


def test_scales_do_to_the_first_loss_what_the_lesson_says():
    published, mended = demos.first_weights(), demos.first_weights(scale_1=1 / 28, scale_2=1 / 8)
    Z = published.network.forward(published.X)
    assert np.isclose(published.loss_now, softmax_cross_entropy(published.y, Z)[0])
    assert published.loss_now > 5 and abs(mended.loss_now - np.log(10)) < 0.3
    assert published.slope < 0.1 < 0.2 < mended.slope


@pytest.mark.long
def test_an_earlier_run_stays_until_it_is_forgotten():
    hand = Hand(demos.first_weights())
    hand.press("step", times=3)
    losses = list(hand.demo.losses)
    hand.touch(scale_2=0.3)
    assert hand.demo.earlier == [losses] and hand.demo.state.steps == 0
    hand.press("forget")
    assert not hand.demo.earlier
