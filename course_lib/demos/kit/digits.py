"""The digits that demos learn from."""

from functools import cache

from course_lib.data import load_images


@cache
def first_digits(m, m_test):
    """Return the first images of MNIST, from 0 to 1, with their labels: X, y, X_test, y_test."""
    digits = load_images("mnist")
    return digits.X_train[:m], digits.y_train[:m], digits.X_test[:m_test], digits.y_test[:m_test]
