"""The neuron that learns zeros, beside scikit-learn's scores and losses."""

import numpy as np
from scipy.special import expit
from sklearn.metrics import accuracy_score, log_loss, precision_score, recall_score

from course_lib import demos


def test_the_digit_neuron_is_judged_as_scikit_learn_judges():
    demo = demos.digit_neuron(steps=10, threshold=0.3)
    zero, said = demo.truth == 0, demo.y_hat >= 0.3
    expected = [score(zero, said) for score in (accuracy_score, precision_score, recall_score)]
    assert np.allclose(demo.scores(), expected)
    surprise = np.abs(zero - demo.y_hat)
    assert surprise[demo.worst].min() >= np.sort(surprise)[-3]


def test_the_digit_neuron_learns_by_full_batch_descent():
    demo, start = demos.digit_neuron(seed=2, learning_rate=0.3, steps=3), demos.digit_neuron(seed=2)
    W, b = (start.network.layers[0].params[k].astype(float) for k in ("W", "b"))
    losses, X = [], demo.X.astype(float)
    for _ in range(3):
        p = expit(X @ W + b)[:, 0]
        losses.append(log_loss(demo.y, p))
        W, b = W - 0.3 * X.T @ (p - demo.y)[:, None] / len(X), b - 0.3 * (p - demo.y).mean()
    assert np.allclose(demo.losses, losses, rtol=1e-4)
    assert np.allclose(demo.network.layers[0].params["W"], W, atol=1e-4)
