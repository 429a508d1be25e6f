"""What several exercises of this lesson need."""

import numpy as np

from course_lib.activations import softmax
from course_lib.by_hand.softmax import one_hot
from course_lib.exercises.shared import labels, numbers

PROBABILITIES = numbers(
    (0.2, 0.5, 0.3), (0.7, 0.2, 0.1), (0.2, 0.35, 0.45), (0.25, 0.3, 0.45), (0.2, 0.1, 0.7)
)
LABELS = labels(2, 0, 2, 1, 0)
TWO_CLASSES = labels(0, 1, 1), numbers((0.8, 0.2), (0.4, 0.6), (0.9, 0.1))
TEN_CLASSES = labels(7, 4), softmax(np.sin(np.arange(20.0)).reshape(2, 10))
# Losses of float32 are compared less strictly: log(p + 1e-7), as some books have it, passes.
FLOAT32 = PROBABILITIES.astype(np.float32)


def of_truth(y, P):
    """Pick the probability of each true class."""
    return P[np.arange(len(y)), y]


def targets(y, P):
    """Give the one-hot rows of the labels."""
    return one_hot(y, P.shape[1])
