"""The digits that demos learn from."""

from functools import cache

import numpy as np

from course_lib.data import load_images


@cache
def first_digits(m, m_test):
    """Return the first images of MNIST, from 0 to 1, with their labels: X, y, X_test, y_test."""
    digits = load_images("mnist", raw=True)
    X, X_test = digits.X_train[:m] / np.float32(255), digits.X_test[:m_test] / np.float32(255)
    return X, digits.y_train[:m], X_test, digits.y_test[:m_test]
