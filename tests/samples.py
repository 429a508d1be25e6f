"""Of many tests that are alike, the ones that each of the three loops runs."""

import pytest

# Exercises whose slips are thousands: looking through them takes seconds, more than for all others
# together, so that `make quick` does without.
LARGE = ("train_neuron", "mend_neuron", "train_two_layers", "mend_backward")
LARGE += ("mend_softmax_training", "train_network", "mend_epoch", "occlusion_map")


def sample(number, test=4, quick=8):
    """Give the marks of one of many: `quick` runs one in so many, `test` more, and `test-long` all.

    Parameters
    ----------
    number : int
        Its place among its like: the first is in each loop.
    test, quick : int
        One in how many; without `quick` none.
    """
    if number % test:
        return [pytest.mark.long]
    return [pytest.mark.slow] if not quick or number % quick else []


def sampled(values, test=1, quick=None):
    """Mark values to test, one after the other, as `sample` says."""
    return [pytest.param(v, marks=sample(i, test, quick)) for i, v in enumerate(values)]
