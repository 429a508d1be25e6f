"""The reference solutions agree with independent ones, and with what the lessons promise."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit
from sklearn.metrics import log_loss

from course_lib.exercises import neuron


@pytest.fixture
def example():
    """Draw a small problem; the arrays cannot be written to."""
    rng = np.random.default_rng(7)
    X, w, y = rng.normal(size=(6, 3)), rng.normal(size=3), np.array([0.0, 1, 1, 0, 1, 0])
    for array in (X, w, y):
        array.flags.writeable = False
    return X, w, 0.3, y


def test_forward_is_the_logistic_function_of_the_weighted_sum(example):
    X, w, b, _ = example
    assert np.allclose(neuron.forward(X, w, b), expit([x @ w + b for x in X]), rtol=1e-14)
    lesson = neuron.forward(np.array([[2, 3], [0, 0]]), np.array([0, 1]), 4)
    assert lesson.round(3).tolist() == [0.999, 0.982]


def test_binary_cross_entropy_is_scikit_learns_log_loss(example):
    X, w, b, y = example
    y_hat = neuron.forward(X, w, b)
    assert np.isclose(neuron.binary_cross_entropy(y, y_hat), log_loss(y, y_hat), rtol=1e-12)
    assert np.isfinite(neuron.binary_cross_entropy(np.array([1, 0]), np.array([0.0, 1.0])))


def test_gradients_are_the_slopes_of_the_mean_loss(example):
    X, w, b, y = example
    dw, db = neuron.gradients(X, y, neuron.forward(X, w, b))
    slopes = approx_fprime(
        np.append(w, b), lambda v: log_loss(y, expit(X @ v[:3] + v[3])), epsilon=1e-7
    )
    assert np.allclose([*dw, db], slopes, atol=1e-6)
    dw, db = neuron.gradients(np.array([[1, 2], [3, 4]]), np.array([0, 1]), np.array([0.5, 0.5]))
    assert dw.tolist() == [-0.5, -0.5] and db == 0


def test_gradient_step_goes_downhill_and_leaves_its_arguments_alone():
    w, dw = np.array([1.0, 2.0]), np.array([0.1, -0.2])
    new_w, new_b = neuron.gradient_step(w, 0.5, dw, 0.3, 0.5)
    assert np.allclose(new_w, [0.95, 2.1]) and np.isclose(new_b, 0.35)
    assert w.tolist() == [1, 2] and dw.tolist() == [0.1, -0.2]


def test_float32_stays_float32(example):
    X, w, _, y = (np.asarray(a, dtype=np.float32) for a in example)
    y_hat = neuron.forward(X, w, 0.0)
    dw, db = neuron.gradients(X, y, y_hat)
    new_w, _ = neuron.gradient_step(w, 0.0, dw, db, 0.1)
    assert {y_hat.dtype, dw.dtype, db.dtype, new_w.dtype} == {np.dtype(np.float32)}
