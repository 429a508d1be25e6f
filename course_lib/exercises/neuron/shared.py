"""What several exercises of this lesson need."""

import numpy as np

from course_lib.exercises.shared import numbers


def naive_sigmoid(z):
    """The formula that overflows for very negative z."""
    return 1 / (1 + np.exp(-z))


def exp_over_one_plus_exp(z):
    """The formula that overflows for very positive z."""
    return np.exp(z) / (1 + np.exp(z))


def both_halves(z):
    """Both formulas, computed everywhere."""
    return np.where(z >= 0, naive_sigmoid(z), exp_over_one_plus_exp(z))


EXAMPLES = numbers(0.5, -1, 2, 1, 0, -0.5, -2, 1.5, 1, 0.3, 0.8, -1.2).reshape(4, 3)
WEIGHTS = numbers(0.4, -0.6, 1.1)
TARGETS, OUTPUTS = numbers(1, 0, 1, 1, 0), numbers(0.9, 0.2, 0.6, 0.3, 0.7)
