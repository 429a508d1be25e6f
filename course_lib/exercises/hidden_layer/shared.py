"""What several exercises of this lesson need."""

from course_lib.exercises.engine import Probe
from course_lib.exercises.shared import float32, numbers

# One element that is an array: `if` and `max` can deal with it, and masks can as well.
SHAPES = [
    Probe("one element", (numbers(0.7, shape=(1, 1)),)),
    Probe("a vector", (numbers(-2, -0.5, 1.5, 3),)),
    Probe("a matrix", (numbers(-3, -1, 0.5, 2, -0.2, 12, shape=(2, 3)),)),
    Probe("read-only float32", float32(numbers(-4, -0.25, 3)), read_only=True),
]
EXAMPLES = numbers(0.5, -1, 2, 1.5, 0.3, -0.5, -2, 1, 0.8, 0.2, -1.2, 0.4, shape=(4, 3))
FIRST_W = numbers(
    *(0.4, -0.6, 1.1, 0.2, -0.9),
    *(0.7, 0.3, -0.5, 1.2, 0.1),
    *(-0.8, 0.9, 0.6, -0.3, 0.5),
    shape=(3, 5),
)
FIRST_B = numbers(0.1, -0.2, 0.3, 0.4, -0.1)
SECOND_W = numbers(1.5, -0.7, 0.8, -1.1, 0.6, shape=(5, 1))
SECOND_B = numbers(-0.4)


def network(m, n_in, n_hidden):
    """Give a batch and the parameters of a network, cut to size."""
    return (
        EXAMPLES[:m, :n_in],
        FIRST_W[:n_in, :n_hidden],
        FIRST_B[:n_hidden],
        SECOND_W[:n_hidden],
        SECOND_B,
    )
