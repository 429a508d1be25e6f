"""Schedules: values at telling steps, properties, and the door."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import quick, says

from course_lib.schedules import constant, cosine, exponential, step_decay


def test_a_constant_is_constant():
    assert {constant(0.1)(step) for step in range(100)} == {0.1}


def test_step_decay_drops_every_so_many_steps():
    rates = [step_decay(0.8, 0.5, 3)(step) for step in range(9)]
    assert rates == [0.8] * 3 + [0.4] * 3 + [0.2] * 3


@quick
@given(st.integers(2, 50), st.integers(0, 49))
def test_cosine_warms_up_falls_and_ends_at_nothing(steps, warm_up):
    warm_up = min(warm_up, steps - 1)
    rate = cosine(0.3, steps, warm_up)
    rates = np.array([rate(step) for step in range(steps + 3)])
    assert np.isclose(rates.max(), 0.3) and rates.argmax() == warm_up
    assert (np.diff(rates[: warm_up + 1]) > 0).all() and (np.diff(rates[warm_up:]) <= 0).all()
    assert np.allclose(rates[steps:], 0) and (rates[:steps] > 0).all()
    middle = (warm_up + steps) / 2
    assert math.isclose(rate(middle), 0.15), "half way down at half time"


def test_exponential_goes_from_low_to_high_by_equal_factors():
    rate = exponential(1e-4, 1.0, 9)
    rates = [rate(step) for step in range(9)]
    assert np.allclose(rates, np.geomspace(1e-4, 1, 9), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: constant(0), "learning_rate is 0"),
        (lambda: step_decay(0.1, 2, 5), "factor is 2; expected below 1, like 0.5."),
        (lambda: step_decay(0.1, 0.5, 0), "every is 0"),
        (lambda: cosine(0.1, 10, warm_up=10), "warm_up is 10; expected fewer than the 10 steps"),
        (lambda: cosine(0.1, 2.5), "steps is 2.5"),
        (lambda: exponential(1, 0.1, 5), "expected low to be the smaller one"),
        (lambda: exponential(0.1, 1, 1), "steps is 1"),
    ],
)
def test_what_makes_no_schedule_is_refused(make, words):
    with pytest.raises(ValueError) as refusal:
        make()
    says(refusal, words)
