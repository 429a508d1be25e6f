"""The exercises: the references are right, mistakes are named, and nothing takes a lesson down."""

import functools
import inspect
import json
import math
import os
import subprocess
import sys
import time

import lessons
import nbformat
import numpy as np
import pytest
import test_exercises_interpretation
import test_exercises_mini_batch
import test_exercises_softmax
from conftest import ROOT
from scipy.optimize import approx_fprime
from scipy.special import expit, xlog1py, xlogy
from sklearn.metrics import log_loss

from course_lib import exercises
from course_lib.exercises import (
    check,
    engine,
    exercise_ids,
    grade,
    hint,
    neuron,
    progress,
    quiz,
    record,
    solution,
)


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


# --- The engine ----------------------------------------------------------------------------------

MODULES = exercises.LESSONS
ALL = {exercise.id: exercise for module in MODULES.values() for exercise in module.EXERCISES}
MISTAKES = [
    pytest.param(exercise.id, mistake.slug, function, id=f"{exercise.id}-{mistake.slug}-{number}")
    for exercise in ALL.values()
    for mistake in exercise.misconceptions
    for number, function in enumerate((mistake.function, *mistake.variants))
]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Keep the record of each test to itself."""
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(record, "unsaved", {})
    return tmp_path / "state"


def one_line(name):
    """Return the last expression of a reference: what it returns, or puts into a named result."""
    *_, before, last = inspect.getsource(ALL[name].reference).strip().splitlines()
    result = last.strip().removeprefix("return ")
    return before.split(" = ")[1] if result.isidentifier() else result


@pytest.mark.parametrize(("name", "slug", "function"), MISTAKES)
def test_each_misconception_is_recognised_as_itself(name, slug, function):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug)
    assert set(verdict.details) >= {"input", "got", "expected"}
    assert verdict.details["input"] in verdict.message
    assert one_line(name) not in verdict.message, "gives the solution away"
    assert len(verdict.message) < 600


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
def test_an_exercise_is_complete(exercise):
    slugs = [mistake.slug for mistake in exercise.misconceptions]
    assert len(slugs) == len(set(slugs)) >= 5
    assert len(exercise.hints) == 3 and exercise.insight and exercise.explanation
    for text in [*exercise.hints, *(mistake.sentence for mistake in exercise.misconceptions)]:
        assert one_line(exercise.id) not in text
    assert grade(exercise.id, exercise.reference).status == "passed"


def entropy_loop(y, y_hat):
    total = 0.0
    for t, p in zip(y, y_hat, strict=True):
        p = min(max(p, 1e-15), 1 - 1e-15)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return total / len(y)


def gradients_loop(X, y, y_hat):
    dw, db = np.zeros(X.shape[1]), 0.0
    for i in range(len(y)):
        dw += (y_hat[i] - y[i]) * X[i]
        db += y_hat[i] - y[i]
    return [dw / len(y), db / len(y)]


def sigmoid_masks(z):
    z = np.asarray(z)
    out = np.empty(z.shape, dtype=np.result_type(z, np.float32))
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    out[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    return out


def sigmoid_silenced(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def relu_masks(Z):
    A = np.array(Z)
    A[A < 0] = 0
    return A


def relu_grad_masks(Z):
    slope = np.zeros(np.shape(Z))
    slope[Z > 0] = 1
    return slope


def init_loop(n_in, n_out, rng):
    W = np.zeros((n_in, n_out))
    for i in range(n_in):
        for j in range(n_out):
            W[i, j] = rng.normal() / math.sqrt(n_in)
    return W, np.zeros(n_out)


def init_uniform(variance):
    def init(n_in, n_out, rng):
        limit = math.sqrt(3 * variance(n_in, n_out))
        return rng.uniform(-limit, limit, size=(n_in, n_out)), np.zeros((n_out,))

    return init


def forward_loop(X, W1, b1, W2, b2):
    rows = []
    for x in X:
        z1 = np.array([sum(x * W1[:, j]) + b1[j] for j in range(len(b1))])
        z2 = np.array([sum(np.tanh(z1) * W2[:, 0]) + b2[0]])
        rows.append((z1, np.tanh(z1), z2, expit(z2)))
    return tuple(map(np.array, zip(*rows, strict=True)))


def backward_averaged_last(X, y, W2, Z1, A1, P):
    m = X.shape[0]
    dZ2 = P - y.reshape(-1, 1)
    dZ1 = np.multiply(np.outer(dZ2, W2), 1 - np.power(A1, 2))
    dW1, dW2 = np.dot(X.T, dZ1) / m, np.dot(A1.T, dZ2) / m
    return dW1, np.sum(dZ1, axis=0) / m, dW2, np.mean(dZ2, axis=0)


def backward_loop(X, y, W2, Z1, A1, P):
    dW1, db1 = np.zeros((X.shape[1], len(W2))), np.zeros(len(W2))
    dW2, db2 = np.zeros(W2.shape), np.zeros(1)
    for x, t, z, a, p in zip(X, y, Z1, A1, P, strict=True):
        dz2 = p - t
        dz1 = W2[:, 0] * dz2 / np.cosh(z) ** 2
        dW2 += a[:, None] * dz2
        db2 += dz2
        dW1 += np.outer(x, dz1)
        db1 += dz1
    return [g / len(y) for g in (dW1, db1, dW2, db2)]


def backward_einsum(X, y, W2, Z1, A1, P):
    d2 = (P[:, 0] - y) / y.size
    d1 = np.einsum("i,j,ij->ij", d2, W2[:, 0], 1 - A1 * A1)
    return np.einsum("ij,ik->jk", X, d1), np.einsum("ij->j", d1), A1.T @ d2[:, None], [d2.sum()]


def slopes_with_unit_vectors(f, w, h):
    steps = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([(f(w + e) - f(w - e)) / (2 * h) for e in steps]).reshape(w.shape)


def slopes_of_two_copies(f, w, h):
    grad = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        up, down = w.astype(float), w.astype(float)
        up[j] += h
        down[j] -= h
        grad[j] = 0.5 * (f(up) - f(down)) / h
    return grad


def slopes_of_the_flat(f, w, h):
    flat, grad = w.ravel().astype(float), []
    for j in range(len(flat)):
        before = flat[j]
        flat[j] += h
        above = f(flat.reshape(w.shape))
        flat[j] -= 2 * h
        grad.append((above - f(flat.reshape(w.shape))) / (2 * h))
        flat[j] = before
    return np.reshape(grad, w.shape)


RIGHT = {
    "sigmoid": [
        expit,
        sigmoid_masks,
        sigmoid_silenced,
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: np.exp(-np.logaddexp(0, -z)),
        functools.partial(lambda scale, z: expit(scale * z), 1),
        np.vectorize(lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0),
    ],
    "forward": [
        lambda X, w, b: expit(np.einsum("ij,j->i", X, w) + b),
        lambda X, w, b: expit((X * w).sum(axis=1) + b),
        lambda X, w, b: expit(np.dot(w, X.T) + b),
        lambda X, w, b: np.array([expit(sum(x * w) + b) for x in X]),
        lambda X, w, b: expit(np.matmul(X, w[:, None]) + b).ravel(),
    ],
    "binary_cross_entropy": [
        entropy_loop,
        lambda y, p: float(log_loss(y, p, labels=[0, 1])),
        lambda y, p: (
            -np.mean(
                np.where(y == 1, np.log(np.maximum(p, 1e-15)), np.log(np.maximum(1 - p, 1e-15)))
            )
        ),
        lambda y, p: -np.sum(np.log(np.where(y == 1, p, 1 - p) + 1e-12)) / y.size,
    ],
    "gradients": [
        gradients_loop,
        lambda X, y, p: (np.einsum("ij,i->j", X, p - y) / len(y), (p - y).sum() / len(y)),
        lambda X, y, p: (np.mean(X * (p - y)[:, None], axis=0), np.mean(p - y)),
        lambda X, y, p: ((p - y) @ X / X.shape[0], np.average(p - y)),
    ],
    "gradient_step": [
        lambda w, b, dw, db, learning_rate: [w - learning_rate * dw, b - learning_rate * db],
        lambda w, b, dw, db, rate: (np.add(w, -rate * dw), b + -rate * db),
        lambda w, b, dw, db, rate: (
            np.array([w[i] - rate * dw[i] for i in range(len(w))]),
            b - rate * db,
        ),
        lambda w, b, dw, db, rate: tuple(v - rate * d for v, d in ((w, dw), (b, db))),
    ],
    "relu": [
        relu_masks,
        lambda Z: np.where(Z > 0, Z, 0),
        lambda Z: Z * (Z > 0),
        lambda Z: (Z + np.abs(Z)) / 2,
        lambda Z: np.clip(Z, 0, None),
        lambda Z: np.maximum(0, Z),
        np.vectorize(lambda z: max(0.0, z)),
    ],
    "relu_grad": [
        relu_grad_masks,
        lambda Z: np.where(Z > 0, 1, 0),
        lambda Z: Z > 0,
        lambda Z: (Z >= 0).astype(float),
        lambda Z: np.heaviside(Z, 0.5),
        lambda Z: (np.sign(Z) + 1) / 2,
        lambda Z: np.array([1.0 if z > 0 else 0.0 for z in Z.ravel()]).reshape(Z.shape),
    ],
    "tanh_grad": [
        lambda Z: (1 - np.tanh(Z)) * (1 + np.tanh(Z)),
        lambda Z: 4 * expit(2 * Z) * expit(-2 * Z),
        lambda Z: 1 / np.cosh(np.clip(Z, -300, 300)) ** 2,
        lambda Z: 1 - np.square(2 * expit(2 * Z) - 1),
        np.vectorize(lambda z: 1 - math.tanh(z) ** 2),
    ],
    "init_weights": [
        init_loop,
        init_uniform(lambda n_in, n_out: 1 / n_in),
        init_uniform(lambda n_in, n_out: 2 / n_in),
        init_uniform(lambda n_in, n_out: 2 / (n_in + n_out)),
        lambda n_in, n_out, rng: [
            rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in),
            np.zeros(n_out),
        ],
        lambda n_in, n_out, rng: (
            rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out)),
            0 * np.arange(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.choice([-1, 1], (n_in, n_out)) / n_in**0.5,
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.spawn(1)[0].normal(0, n_in**-0.5, (n_in, n_out)),
            np.zeros(n_out),
        ),
    ],
    "forward_two_layers": [
        forward_loop,
        lambda X, W1, b1, W2, b2: [
            Z1 := np.dot(X, W1) + b1.reshape(1, -1),
            A1 := 2 * expit(2 * Z1) - 1,
            Z2 := np.dot(A1, W2) + b2,
            expit(Z2),
        ],
        lambda X, W1, b1, W2, b2: (
            Z1 := np.einsum("ij,jk->ik", X, W1) + b1,
            A1 := np.tanh(Z1),
            Z2 := (A1 @ W2[:, 0] + b2)[:, None],
            (1 + np.tanh(Z2 / 2)) / 2,
        ),
        lambda X, W1, b1, W2, b2: (
            Z1 := (W1.T @ X.T + b1[:, None]).T,
            A1 := np.tanh(Z1),
            Z2 := np.sum(A1 * W2.T, axis=1, keepdims=True) + b2,
            np.exp(-np.logaddexp(0, -Z2)),
        ),
    ],
    "backward_two_layers": [backward_averaged_last, backward_loop, backward_einsum],
    "numerical_gradient": [
        slopes_with_unit_vectors,
        slopes_of_two_copies,
        slopes_of_the_flat,
    ],
}
CORRECT = [
    pytest.param(name, f, id=f"{name}-{i}") for name, fs in RIGHT.items() for i, f in enumerate(fs)
]


@pytest.mark.parametrize(("name", "function"), CORRECT)
def test_right_answers_in_other_forms_pass(name, function):
    verdict = grade(name, function)
    assert verdict.status == "passed", verdict.message
    assert verdict.misconception is None


def test_every_exercise_has_right_answers_of_several_kinds():
    lessons = test_exercises_softmax, test_exercises_mini_batch, test_exercises_interpretation
    right = RIGHT | {name: forms for lesson in lessons for name, forms in lesson.RIGHT.items()}
    assert right.keys() == ALL.keys() and min(map(len, right.values())) >= 3


def test_passing_says_what_was_verified_and_adds_one_remark():
    message = grade("forward", ALL["forward"].reference).message
    for word in ("float32", "extreme", "dtype", "changed", ALL["forward"].insight):
        assert word in message
    assert "loop" in grade("forward", RIGHT["forward"][3]).message
    listed = grade("forward", lambda X, w, b: expit(X @ w + b).tolist())
    assert listed.status == "passed" and "list" in listed.message
    widened = grade("forward", lambda X, w, b: expit(X.astype(float) @ w + b)).message
    assert "float32" in widened.splitlines()[-1] and "dtype" not in widened


def naive(z):
    return 1 / (1 + np.exp(-z))


def step_in_place(w, b, dw, db, rate):
    dw *= rate
    return w - dw, b - rate * db


def returns_in_the_loop(X, w, b):
    for x in X:
        return expit(x @ w + b)


def cut_in_place(y, y_hat):
    np.clip(y_hat, 1e-12, 1 - 1e-12, out=y_hat)
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def relu_in_a_loop(Z):
    for row in np.atleast_2d(Z):
        for j in range(len(row)):
            if row[j] < 0:
                row[j] = 0
    return Z


def draws_each_unit_alike(n_in, n_out, rng):
    w = rng.normal(size=n_in) / np.sqrt(n_in)
    return np.array([w] * n_out).T, np.zeros(n_out)


def seeds_for_itself(n_in, n_out, rng):
    rng = np.random.default_rng(42)
    return rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out)


def forward_overwrites(X, W1, b1, W2, b2):
    Z1 = X @ W1
    Z1 += b1
    A1 = np.tanh(Z1, out=Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, expit(Z2)


def backward(dZ2=lambda y, P: (P - y) / len(y), dA1=lambda dZ2, W2: dZ2 @ W2.T, **more):
    """Return backpropagation as a student writes it, with one step another."""
    slope = more.get("slope", lambda Z1, A1: 1 - A1**2)
    db = more.get("db", lambda dZ: np.sum(dZ, axis=0))

    def backward_two_layers(X, y, W2, Z1, A1, P):
        d2 = dZ2(y.reshape(-1, 1), P)
        d1 = dA1(d2, W2) * slope(Z1, A1)
        return np.dot(X.T, d1), db(d1), np.dot(A1.T, d2), db(d2)

    return backward_two_layers


def backward_with_a_vector(X, y, W2, Z1, A1, P):
    d2 = (P - y) / len(y)
    d1 = np.dot(d2, W2.T) * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0), A1.T @ d2, d2.sum(axis=0)


def backward_that_steps(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dW2, db2 = A1.T @ dZ2, dZ2.sum(axis=0)
    W2 = W2 - dW2
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, dZ1.sum(axis=0), dW2, db2


def backward_averages_biases(X, y, W2, Z1, A1, P):
    dZ2 = (P - y[:, None]) / len(y)
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return X.T @ dZ1, np.mean(dZ1, axis=0), A1.T @ dZ2, np.mean(dZ2, axis=0)


def slopes(quotient, copy=lambda w: w.astype(float), restore=True):
    """Return a numerical gradient as a student writes it, with one step another."""

    def numerical_gradient(f, w, h):
        w, grad = copy(w), np.zeros(w.shape)
        for j in np.ndindex(w.shape):
            old = w[j]
            here = f(w)
            w[j] = old + h
            plus = f(w)
            w[j] = old - h
            minus = f(w)
            if restore:
                w[j] = old
            grad[j] = quotient(plus, here, minus, h)
        return grad

    return numerical_gradient


def slopes_of_rows(f, w, h):
    grad = np.zeros_like(w, dtype=float)
    for i in range(w.shape[0]):
        e = np.zeros_like(w, dtype=float)
        e[i] = h
        grad[i] = (f(w + e) - f(w - e)) / (2 * h)
    return grad


def slopes_of_the_first(f, w, h):
    for j in np.ndindex(w.shape):
        e = np.zeros(w.shape)
        e[j] = h
        return (f(w + e) - f(w - e)) / (2 * h)


# What students write who make these mistakes in their own way, several of them at once.
STUDENTS = [
    ("sigmoid", lambda z: 1 / (1 + np.e**-z), "overflow"),
    ("sigmoid", lambda z: 1 / (1 + np.exp(z)), "wrong-sign"),
    ("sigmoid", lambda z: np.exp(-z) / (1 + np.exp(-z)), "wrong-sign"),
    ("sigmoid", lambda z: naive(z) * (1 - naive(z)), "derivative"),
    ("sigmoid", lambda z: 1 / (1 + math.exp(-z)), "one-number-only"),
    ("sigmoid", lambda z: (z > 0) * 1.0, "thresholded"),
    ("sigmoid", lambda z: naive(np.clip(z, -20, 20)), "clipped-too-early"),
    ("sigmoid", lambda z: naive(np.clip(z, -10, 10)), "clipped-too-early"),
    (
        "sigmoid",
        lambda z: np.where(z < 0, np.exp(z) / (np.exp(z) + 1), naive(z)),
        "computes-both-halves",
    ),
    ("sigmoid", lambda z: np.round(expit(z)).astype(int), "thresholded"),
    ("forward", lambda X, w, b: naive(np.dot(X, w)), "bias-forgotten"),
    ("forward", lambda X, w, b: naive(X @ w.reshape(-1, 1) + b), "column"),
    ("forward", lambda X, w, b: naive(np.dot(w, X) + b), "transposed"),
    ("forward", lambda X, w, b: np.dot(X, w) + b, "no-activation"),
    ("forward", lambda X, w, b: X @ w, "wrong-numbers"),
    ("forward", returns_in_the_loop, "first-example-only"),
    ("forward", lambda X, w, b: naive(np.sum(X * w, axis=0) + b), "sum-over-examples"),
    ("forward", lambda X, w, b: (expit(X @ w + b) >= 0.5).astype(float), "thresholded"),
    (
        "binary_cross_entropy",
        lambda y, p: np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
        "wrong-sign",
    ),
    ("binary_cross_entropy", lambda y, p: -sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "summed"),
    (
        "binary_cross_entropy",
        lambda y, p: -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p)),
        "log2",
    ),
    ("binary_cross_entropy", lambda y, p: -np.mean(y * np.log(p)), "ones-only"),
    (
        "binary_cross_entropy",
        lambda y, p: -(xlogy(y, p) + xlog1py(1 - y, -p)).mean(),
        "log-of-zero",
    ),
    ("binary_cross_entropy", cut_in_place, "changes-its-input"),
    ("gradients", lambda X, y, p: (X.T @ (y - p), np.sum(y - p)), "wrong-sign"),
    ("gradients", lambda X, y, p: (X.T @ (p - y), (p - y).sum()), "missing-mean"),
    ("gradients", lambda X, y, p: (X.T @ (p - y)[:, None] / len(y), np.mean(p - y)), "dw-column"),
    ("gradients", lambda X, y, p: (X.T @ (p - y)[:, None], np.sum(p - y)), "wrong-shape"),
    ("gradients", lambda X, y, p: (np.dot(X, p - y) / len(y), np.mean(p - y)), "not-transposed"),
    ("gradients", lambda X, y, p: X.T @ (p - y) / len(y), "dw-only"),
    ("gradient_step", lambda w, b, dw, db, r: (w + r * dw, b + r * db), "ascent"),
    ("gradient_step", step_in_place, "changes-its-input"),
    ("gradient_step", lambda w, b, dw, db, r: np.append(w - r * dw, b - r * db), "wrong-type"),
    ("relu", lambda Z: 0 if Z < 0 else Z, "one-number-only"),
    ("relu", lambda Z: Z.max(), "largest-only"),
    ("relu", lambda Z: Z.clip(0, 1), "clipped-at-one"),
    ("relu", lambda Z: np.sqrt(Z**2), "absolute"),
    ("relu", lambda Z: np.where(Z < 0, Z, 0), "smallest"),
    ("relu", lambda Z: np.logaddexp(0, Z), "softplus"),
    ("relu", relu_in_a_loop, "changes-its-input"),
    ("relu", np.tanh, "wrong-numbers"),
    ("relu_grad", lambda Z: 1.0 if Z > 0 else 0.0, "one-number-only"),
    ("relu_grad", lambda Z: np.where(Z > 0, Z, 0), "relu-itself"),
    ("relu_grad", lambda Z: Z / np.abs(Z), "minus-one"),
    ("relu_grad", lambda Z: Z * 0 + 1, "one-everywhere"),
    ("relu_grad", lambda Z: 1 - np.where(Z >= 0, 1, 0), "sides-swapped"),
    ("relu_grad", lambda Z: np.where(Z == 0, 2, Z > 0), "kink"),
    ("tanh_grad", lambda A: 1 - A * A, "takes-Z-for-A"),
    ("tanh_grad", lambda Z: np.tanh(Z) - np.tanh(Z) ** 2, "sigmoid-recipe"),
    ("tanh_grad", lambda Z: expit(Z) * (1 - expit(Z)), "sigmoid-grad"),
    ("tanh_grad", lambda Z: np.cosh(Z) ** -2.0, "overflow"),
    ("tanh_grad", lambda Z: -(1 - np.tanh(Z) ** 2), "wrong-sign"),
    (
        "init_weights",
        lambda i, o, rng: (rng.standard_normal((i, o)), np.zeros(o)),
        "not-scaled",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.standard_normal((i, o)) * 0.01, np.zeros(o)),
        "fixed-scale",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.standard_normal((i, o)) / i, np.zeros(o)),
        "variance-for-deviation",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.normal(0, o**-0.5, (i, o)), np.zeros(o)),
        "scaled-by-units",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.uniform(-(i**-0.5), i**-0.5, (i, o)), np.zeros(o)),
        "limit-for-deviation",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.random((i, o)) / np.sqrt(i), np.zeros(o)),
        "not-centred",
    ),
    ("init_weights", lambda i, o, rng: (rng.normal(0, 3, (i, o)), np.zeros(o)), "too-wide"),
    ("init_weights", lambda i, o, rng: (rng.normal(0, 0.05, (i, o)), np.zeros(o)), "too-narrow"),
    ("init_weights", lambda i, o, rng: (np.zeros((i, o)), np.zeros(o)), "all-zero"),
    ("init_weights", lambda i, o, rng: (np.ones((i, o)) / i, np.zeros(o)), "all-equal"),
    ("init_weights", draws_each_unit_alike, "units-alike"),
    ("init_weights", seeds_for_itself, "own-generator"),
    (
        "init_weights",
        lambda i, o, rng: (np.random.randn(i, o) / np.sqrt(i), np.zeros(o)),
        "not-repeatable",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.normal(0, i**-0.5, (o, i)), np.zeros(o)),
        "transposed",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.normal(0, i**-0.5, (i, o)), np.zeros((1, o))),
        "b-shape",
    ),
    (
        "init_weights",
        lambda i, o, rng: (rng.normal(0, i**-0.5, (i, o)), np.ones(o)),
        "b-not-zero",
    ),
    ("init_weights", lambda i, o, rng: rng.normal(0, i**-0.5, (i, o)), "weights-only"),
    (
        "init_weights",
        lambda i, o, rng: (rng.normal(0, i**-0.5, i * o), np.zeros(o)),
        "wrong-shape",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (
            Z1 := W1.T @ X.T + b1.reshape(-1, 1),
            A1 := np.tanh(Z1),
            Z2 := W2.T @ A1 + b2,
            expit(Z2),
        ),
        "examples-in-columns",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := expit(Z1),
            Z2 := A1 @ W2 + b2,
            expit(Z2),
        ),
        "sigmoid-on-hidden",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := A1 @ W2 + b2,
            naive(Z2),
        ),
        "overflow",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (Z1 := X @ W1, A1 := np.tanh(Z1), Z2 := A1 @ W2, naive(Z2)),
        "biases-forgotten",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := A1 @ W2 + b2,
            np.tanh(Z2),
        ),
        "tanh-on-output",
    ),
    (
        "forward_two_layers",
        lambda X, W1, b1, W2, b2: (
            Z1 := X @ W1 + b1,
            A1 := np.tanh(Z1),
            Z2 := (A1 @ W2 + b2).ravel(),
            expit(Z2),
        ),
        "flat-output",
    ),
    ("forward_two_layers", forward_overwrites, "A1-for-Z1"),
    ("backward_two_layers", backward(slope=lambda Z1, A1: 1), "derivative-forgotten"),
    ("backward_two_layers", backward(slope=lambda Z1, A1: 1 - Z1**2), "square-of-Z1"),
    ("backward_two_layers", backward(slope=lambda Z1, A1: 1 - np.tanh(A1) ** 2), "slope-at-A1"),
    ("backward_two_layers", backward(slope=lambda Z1, A1: Z1 > 0), "relu-slope"),
    ("backward_two_layers", backward(slope=lambda Z1, A1: A1 - A1**2), "sigmoid-slope"),
    ("backward_two_layers", backward(dZ2=lambda y, P: P - y), "missing-mean"),
    ("backward_two_layers", backward(dZ2=lambda y, P: (y - P) / len(y)), "wrong-sign"),
    (
        "backward_two_layers",
        backward(dZ2=lambda y, P: ((1 - y) / (1 - P) - y / P) / len(y)),
        "slope-of-loss-alone",
    ),
    ("backward_two_layers", backward(dA1=lambda dZ2, W2: dZ2), "W2-forgotten"),
    ("backward_two_layers", backward(db=np.sum), "bias-one-number"),
    ("backward_two_layers", backward(db=lambda dZ: dZ), "bias-not-summed"),
    (
        "backward_two_layers",
        backward(db=lambda dZ: np.sum(dZ, axis=0, keepdims=True)),
        "bias-keepdims",
    ),
    ("backward_two_layers", backward(db=lambda dZ: np.sum(dZ, axis=1)), "bias-wrong-axis"),
    ("backward_two_layers", backward_averages_biases, "averaged-twice"),
    ("backward_two_layers", backward_with_a_vector, "broadcast"),
    ("backward_two_layers", backward_that_steps, "steps-too-early"),
    ("numerical_gradient", slopes(lambda up, f, down, h: (up - f) / h), "forward-difference"),
    ("numerical_gradient", slopes(lambda up, f, down, h: (f - down) / h), "forward-difference"),
    (
        "numerical_gradient",
        slopes(lambda up, f, down, h: (up - f) / (2 * h)),
        "forward-over-two-steps",
    ),
    ("numerical_gradient", slopes(lambda up, f, down, h: (up - down) / h), "divided-by-h"),
    ("numerical_gradient", slopes(lambda up, f, down, h: (up - down) / 2 * h), "brackets-missing"),
    ("numerical_gradient", slopes(lambda up, f, down, h: up - down), "not-divided"),
    (
        "numerical_gradient",
        slopes(lambda up, f, down, h: (up - down) / (2 * h), restore=False),
        "not-restored",
    ),
    (
        "numerical_gradient",
        slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=lambda w: w),
        "changes-its-input",
    ),
    (
        "numerical_gradient",
        slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=np.copy),
        "whole-numbers",
    ),
    ("numerical_gradient", slopes_of_rows, "rows-at-once"),
    ("numerical_gradient", slopes_of_the_first, "first-only"),
    (
        "numerical_gradient",
        lambda f, w, h: np.array([(f(w + h) - f(w - h)) / (2 * h)]),
        "all-at-once",
    ),
    (
        "numerical_gradient",
        lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-6),
        "own-step",
    ),
    ("numerical_gradient", lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-15), "step-too-small"),
]


@pytest.mark.parametrize(("name", "function", "slug"), STUDENTS)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message
    assert one_line(name) not in verdict.message


def test_the_message_shows_the_smallest_input_that_went_wrong():
    verdict = grade("sigmoid", lambda z: 1 / (1 + np.exp(z)))
    assert verdict.message.splitlines() == [
        "It falls where it should rise. Look at the sign of the exponent.",
        "sigmoid(z=0.7)",
        "gave 0.3318",
        "expected 0.6682",
    ]


def test_a_changed_argument_is_named():
    assert "`dw`" in grade("gradient_step", step_in_place).message
    assert "`y_hat`" in grade("binary_cross_entropy", cut_in_place).message


def test_random_answers_are_judged_by_what_they_have_in_common():
    def draw(n, rng):
        return rng.normal(size=n)

    exercise = engine.Exercise(
        reference=draw,
        probes=[
            ("five", (5, np.random.default_rng(0))),
            ("the same seed", (9, np.random.default_rng(0))),
        ],
        misconceptions=[
            engine.Misconception("squared", "Squares?", lambda n, rng: rng.normal(size=n) ** 2)
        ],
        hints=("", "", ""),
        insight="",
        explanation="",
        properties={
            "five": [
                ("wrong-shape", "Wrong shape.", lambda v, n, rng: np.shape(v) == (n,)),
                ("squared", "No draw is negative.", lambda v, n, rng: v.min() < 0),
            ],
            "the same seed": [
                ("other", "Others.", lambda v, five, n, rng: set(five) <= set(v), "five"),
            ],
        },
    )
    assert engine.grade(exercise, lambda n, rng: rng.normal(size=n)[::-1]).status == "passed"
    assert engine.grade(exercise, lambda n, rng: rng.normal(size=2)).misconception == "wrong-shape"
    assert engine.grade(exercise, lambda n, rng: abs(rng.normal(size=n))).misconception == "squared"
    unseeded = np.random.default_rng()
    assert engine.grade(exercise, lambda n, rng: draw(n, unseeded)).misconception == "other"


# --- What students also do -----------------------------------------------------------------------


class Hostile(Exception):
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt

    def __eq__(self, other):
        raise SystemExit

    __repr__ = __str__ = __bool__ = __len__ = lambda self: 1 / 0
    __hash__ = None


class HostileNumber(float):
    __repr__ = __str__ = __format__ = lambda self, *_: 1 / 0


def hangs(z):
    while True: pass  # fmt: skip # noqa: E701


def hangs_lazily(z):
    while True:
        np.exp(z)
    yield


def hangs_and_catches(z):
    while True:
        try:
            while True:
                np.exp(z)
        except:  # noqa: E722
            pass


def recurses(z):
    return recurses(z)


def prints_much(z):
    for _ in range(5000):
        print(z)
    return z


def raises(error):
    def function(z):
        raise error

    return function


@pytest.mark.parametrize("function", [hangs, hangs_lazily, hangs_and_catches])
def test_an_endless_loop_ends(function, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    start = time.monotonic()
    verdict = grade("sigmoid", function)
    assert (verdict.status, verdict.misconception) == ("raised", "never-ends")
    assert time.monotonic() - start < 2


def test_students_get_five_seconds():
    assert engine.SECONDS == 5


@pytest.mark.parametrize(
    ("function", "status", "words"),
    [
        (recurses, "raised", "calls itself without end"),
        (raises(SystemExit), "raised", "exit()"),
        (raises(KeyboardInterrupt), "raised", "interrupted"),
        (raises(ZeroDivisionError("division by zero")), "raised", "divided by zero"),
        (raises(Hostile()), "raised", "Hostile"),
        (lambda z: np.zeros((10**6, 10**6)), "raised", "memory"),
        (lambda z: undefined, "raised", "misspelt"),  # noqa: F821
        (lambda: 1, "raised", "Its arguments should be sigmoid(Z)"),
        (dict, "raised", "TypeError"),
        (prints_much, "wrong", "other numbers"),
        (lambda z: np.broadcast_to(0.0, 10**12), "wrong", "far too large"),
        (lambda z: Hostile(), "wrong", "of type Hostile"),
        (lambda z: [Hostile()], "wrong", "of type list"),
        (lambda z: HostileNumber(3), "wrong", "gave 3"),
        (lambda z: np.full(1, None), "wrong", "of object"),
        (lambda z: "0.5", "wrong", "of type str; expected a number"),
        (lambda z: {"a": z}, "wrong", "of type dict"),
        (lambda z: (i for i in range(3)), "wrong", "one by one"),
        (lambda z: z * np.nan, "wrong", "not finite"),
        (lambda z: 10**5000, "wrong", "of type int"),
        (lambda z: None if np.ndim(z) else expit(z), "wrong", "without `return`"),
        (abs, "wrong", "gave 0.7"),
        (0.5, "wrong", "not a function"),
        (print, "wrong", "prints its result"),
        (None, "not attempted", "Define it"),
        (..., "not attempted", "Define it"),
        (raises(NotImplementedError), "not attempted", "nothing yet"),
        (lambda z: None, "not attempted", "nothing yet"),
        (lambda z: ..., "not attempted", "nothing yet"),
        (lambda z: (..., ...), "not attempted", "nothing yet"),
    ],
)
def test_whatever_comes_gets_a_verdict(function, status, words, capsys):
    verdict = grade("sigmoid", function)
    assert verdict.status == status, verdict
    assert words in verdict.message
    assert len(verdict.message) < 800
    assert capsys.readouterr() == ("", ""), "what it prints stays out of the notebook"


def test_an_exception_is_told_with_the_students_own_line():
    def sigmoid(z):
        e = np.exp(-z)
        return 1 / (1 + e[7])

    verdict = grade("sigmoid", sigmoid)
    assert verdict.status == "raised"
    assert "in line 3 of your function, `return 1 / (1 + e[7])`" in verdict.message
    assert verdict.details["error"] == "IndexError"


def test_debuggers_and_settings_stay_as_they_were(monkeypatch):
    def tracer(frame, event, argument):
        return None

    before = sys.gettrace()
    with np.errstate(all="raise"):
        sys.settrace(tracer)
        try:
            verdict = grade("sigmoid", lambda z: np.seterr(all="ignore") and naive(z))
            after = sys.gettrace()
        finally:
            sys.settrace(before)
        assert after is tracer
        assert set(np.geterr().values()) == {"raise"}
    assert verdict.status == "passed"
    assert grade("sigmoid", naive).misconception == "overflow", "settings do not leak"


def test_a_verdict_comes_at_once():
    start = time.perf_counter()
    for name, exercise in ALL.items():
        grade(name, exercise.misconceptions[-1].function)
    assert time.perf_counter() - start < 0.3 * len(ALL)


# --- Record, hints, quiz -------------------------------------------------------------------------


def test_grading_writes_nothing_and_untouched_stubs_leave_no_trace(state):
    grade("sigmoid", naive)
    check("sigmoid", lambda z: ...)
    assert not state.exists()


def test_progress_is_kept_and_what_was_passed_stays_passed(state):
    assert f"0 of {len(ALL)} " in repr(progress())
    assert "✓ sigmoid: passed" in repr(check("sigmoid", expit))
    assert "✗ sigmoid: wrong" in repr(check("sigmoid", naive))
    assert [path.name for path in state.iterdir()] == ["progress.json"]
    ask = "from course_lib.exercises import progress; print(progress())"
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert f"1 of {len(ALL)} " in answer.stdout and "✓ sigmoid" in answer.stdout, (
        "survives a restart"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"null",
        b'{"sigmoid": 3}',
        b'{"sigmoid": {"tries": "x"}}',
        b'{"sigmoid": {"hints": Infinity, "passed": 1}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_does_not_stop_anybody(state, content):
    state.mkdir()
    (state / "progress.json").write_bytes(content)
    assert f"0 of {len(ALL)} " in repr(progress())
    assert "Hint 1 of 3" in repr(hint("sigmoid"))
    check("sigmoid", expit)
    assert f"1 of {len(ALL)} " in repr(progress())


def test_a_sound_entry_survives_a_damaged_neighbour(state):
    check("sigmoid", expit)
    stored = json.loads((state / "progress.json").read_text())
    (state / "progress.json").write_text(json.dumps(stored | {"forward": [1]}))
    assert f"1 of {len(ALL)} " in repr(progress())


def test_where_nothing_can_be_written_the_lesson_goes_on(state):
    state.write_text("a file where the folder should be")
    check("sigmoid", expit)
    assert "Hint 1" in repr(hint("forward")) and "Hint 2" in repr(hint("forward"))
    assert f"1 of {len(ALL)} " in repr(progress()) and "cannot be kept" in repr(progress())


def test_progress_can_be_carried_to_another_machine(state, tmp_path, monkeypatch):
    check("sigmoid", expit)
    file = tmp_path / "mine.json"
    assert "Saved" in repr(progress(save=file))
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "elsewhere"))
    check("forward", RIGHT["forward"][0])
    assert f"2 of {len(ALL)} " in repr(progress(load=file)) and f"2 of {len(ALL)} " in repr(
        progress()
    )
    assert "no progress" in repr(progress(load=tmp_path / "nothing.json"))
    assert "Could not save" in repr(progress(save=file / "below"))


def test_hints_come_one_at_a_time_and_the_solution_after_a_try():
    hints = [repr(hint("gradients")) for _ in range(4)]
    assert [text[:11] for text in hints] == ["Hint 1 of 3", "Hint 2 of 3"] + 2 * ["Hint 3 of 3"]
    check("gradients", lambda X, y, y_hat: ...)
    assert "after a try" in repr(solution("gradients"))
    check("gradients", lambda X, y, y_hat: 0)
    told = repr(solution("gradients"))
    assert one_line("gradients") in told and ALL["gradients"].explanation in told


@pytest.mark.parametrize(
    "function", [lambda i: check(i, None), lambda i: grade(i, None), hint, solution]
)
def test_a_misspelt_id_is_answered_with_the_nearest(function):
    with pytest.raises(ValueError, match="Did you mean 'sigmoid'"):
        function("sigmod")


def test_what_students_wrote_is_escaped():
    def sigmoid(z):
        raise ValueError("<script>alert(1)</script>")

    shown = check("sigmoid", sigmoid)._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert 'role="status"' in shown


@pytest.mark.parametrize("number", MODULES)
def test_the_quiz_explains_every_option_and_reads_as_text(number):
    questions = MODULES[number].QUIZ
    assert 4 <= len(questions) <= 6
    for question in questions:
        assert sum(right for _, right, _ in question.options) == 1
        assert len(question.options) > 2 and all(why for _, _, why in question.options)
    bundle = quiz(number)._repr_mimebundle_()
    assert lessons.WIDGET in bundle
    for question in questions:
        assert question.text in bundle["text/plain"]
        assert all(option in bundle["text/plain"] for option, _, _ in question.options)
    output = nbformat.v4.new_output("display_data", data=bundle)
    cell = nbformat.v4.new_code_cell("quiz()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    lessons.normalise(notebook)
    assert list(notebook.cells[0].outputs[0].data) == ["text/plain"]


def test_a_quiz_that_is_not_there_says_which_are():
    with pytest.raises(ValueError, match=f"expected one of {', '.join(MODULES)}"):
        quiz(1)


# --- In the lessons ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", MODULES)
def test_untouched_stubs_score_nothing_and_references_everything(number):
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    stubs = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and "exercise" in cell["metadata"].get("tags", ())
    ]
    space = {"np": np}
    for stub in stubs:
        exec(stub, space)
    ids = [exercise.id for exercise in MODULES[number].EXERCISES]
    for name in ids:
        assert grade(name, space[name]).status == "not attempted", name
        assert (
            inspect.signature(space[name]).parameters.keys()
            == (inspect.signature(ALL[name].reference).parameters.keys())
            or name == "sigmoid"
        )  # the library's argument is a matrix, the lesson's any z
        assert space[name].__doc__
        check(name, space[name])
    assert f"0 of {len(ids)} " in repr(progress())
    for name in ids:
        check(name, ALL[name].reference)
    assert f"{len(ids)} of {len(ids)} " in repr(progress())
    assert exercise_ids()[: len(ids)] == ids or number != "01"
