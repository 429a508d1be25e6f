"""What students write for `init_weights`: right in other forms, and wrong in their own."""

import math

import numpy as np


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


def draws_each_unit_alike(n_in, n_out, rng):
    w = rng.normal(size=n_in) / np.sqrt(n_in)
    return np.array([w] * n_out).T, np.zeros(n_out)


def seeds_for_itself(n_in, n_out, rng):
    rng = np.random.default_rng(42)
    return rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out)


RIGHT = [
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
    lambda n_in, n_out, rng: (rng.choice([-1, 1], (n_in, n_out)) / n_in**0.5, np.zeros(n_out)),
    lambda n_in, n_out, rng: (
        rng.spawn(1)[0].normal(0, n_in**-0.5, (n_in, n_out)),
        np.zeros(n_out),
    ),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (
        lambda n_in, n_out, rng: {
            "W": rng.normal(0, n_in**-0.5, (n_in, n_out)),
            "b": np.zeros(n_out),
        },
        "wrong-type",
    ),
    (
        lambda n_in, n_out, rng: (
            rng.normal(size=(n_in, n_out)) * 1.8 / np.sqrt(n_in),
            np.zeros(n_out),
        ),
        "too-wide",
    ),
    (lambda i, o, rng: (rng.standard_normal((i, o)), np.zeros(o)), "not-scaled"),
    (lambda i, o, rng: (rng.standard_normal((i, o)) * 0.01, np.zeros(o)), "fixed-scale"),
    (lambda i, o, rng: (rng.standard_normal((i, o)) / i, np.zeros(o)), "variance-for-deviation"),
    (lambda i, o, rng: (rng.normal(0, o**-0.5, (i, o)), np.zeros(o)), "scaled-by-units"),
    (
        lambda i, o, rng: (rng.uniform(-(i**-0.5), i**-0.5, (i, o)), np.zeros(o)),
        "limit-for-deviation",
    ),
    (lambda i, o, rng: (rng.random((i, o)) / np.sqrt(i), np.zeros(o)), "not-centred"),
    (lambda i, o, rng: (rng.normal(0, 3, (i, o)), np.zeros(o)), "too-wide"),
    (lambda i, o, rng: (rng.normal(0, 0.05, (i, o)), np.zeros(o)), "too-narrow"),
    (lambda i, o, rng: (np.zeros((i, o)), np.zeros(o)), "all-zero"),
    (lambda i, o, rng: (np.ones((i, o)) / i, np.zeros(o)), "all-equal"),
    (draws_each_unit_alike, "units-alike"),
    (seeds_for_itself, "own-generator"),
    (lambda i, o, rng: (np.random.randn(i, o) / np.sqrt(i), np.zeros(o)), "not-repeatable"),
    (lambda i, o, rng: (rng.normal(0, i**-0.5, (o, i)), np.zeros(o)), "transposed"),
    (lambda i, o, rng: (rng.normal(0, i**-0.5, (i, o)), np.zeros((1, o))), "b-shape"),
    (lambda i, o, rng: (rng.normal(0, i**-0.5, (i, o)), np.ones(o)), "b-not-zero"),
    (lambda i, o, rng: rng.normal(0, i**-0.5, (i, o)), "weights-only"),
    (lambda i, o, rng: (rng.normal(0, i**-0.5, i * o), np.zeros(o)), "wrong-shape"),
]
