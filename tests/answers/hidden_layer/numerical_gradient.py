"""What students write for `numerical_gradient`: right in other forms, and wrong in their own."""

import numpy as np


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


RIGHT = [slopes_with_unit_vectors, slopes_of_two_copies, slopes_of_the_flat]

# The function, and the mistake that is to be recognised.
WRONG = [
    (slopes(lambda up, f, down, h: (up - f) / h), "forward-difference"),
    (slopes(lambda up, f, down, h: (f - down) / h), "forward-difference"),
    (slopes(lambda up, f, down, h: (up - f) / (2 * h)), "forward-over-two-steps"),
    (slopes(lambda up, f, down, h: (up - down) / h), "divided-by-h"),
    (slopes(lambda up, f, down, h: (up - down) / 2 * h), "brackets-missing"),
    (slopes(lambda up, f, down, h: up - down), "not-divided"),
    (slopes(lambda up, f, down, h: (up - down) / (2 * h), restore=False), "not-restored"),
    (slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=lambda w: w), "changes-its-input"),
    (slopes(lambda up, f, down, h: (up - down) / (2 * h), copy=np.copy), "whole-numbers"),
    (slopes_of_rows, "rows-at-once"),
    (slopes_of_the_first, "first-only"),
    (lambda f, w, h: np.array([(f(w + h) - f(w - h)) / (2 * h)]), "all-at-once"),
    (lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-6), "own-step"),
    (lambda f, w, h: slopes_with_unit_vectors(f, w, 1e-15), "step-too-small"),
]
