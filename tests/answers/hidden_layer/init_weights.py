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


class Init:
    gain = 1.0

    def __call__(self, fan_in, fan_out, rng):
        W = rng.standard_normal(size=(fan_in, fan_out))
        W *= self.gain / np.sqrt(fan_in)
        return W, np.zeros(shape=fan_out)


def init_truncated(n_in, n_out, rng):
    W = rng.normal(size=(n_in, n_out))
    while (far := np.abs(W) > 2).any():
        W[far] = rng.normal(size=far.sum())
    return W / np.sqrt(n_in), np.zeros(n_out)


def init_orthogonal(n_in, n_out, rng):
    A = rng.normal(size=(max(n_in, n_out), min(n_in, n_out)))
    Q, _ = np.linalg.qr(A)
    Q = Q if n_in >= n_out else Q.T
    return Q * np.sqrt(Q.size / n_in / min(Q.shape)), np.zeros(n_out)


def ones_for_biases(n_in, n_out, rng):
    return rng.normal(0, n_in**-0.5, (n_in, n_out)), np.full(n_out, 0.1)


def bias_for_each_input(n_in, n_out, rng):
    return rng.normal(0, n_in**-0.5, (n_in, n_out)), np.zeros(n_in)


def one_row_for_all(n_in, n_out, rng):
    w = rng.normal(0, n_in**-0.5, n_out)
    return np.tile(w, (n_in, 1)), np.zeros(n_out)


def fills_with_one_draw(n_in, n_out, rng):
    W = np.zeros((n_in, n_out))
    W[:] = rng.normal() / np.sqrt(n_in)
    return W, np.zeros(n_out)


def new_generator_each_time(n_in, n_out, rng):
    rng = np.random.default_rng()
    return rng.normal(0, n_in**-0.5, (n_in, n_out)), np.zeros(n_out)


def old_seed(n_in, n_out, rng):
    np.random.seed(1)
    return np.random.randn(n_in, n_out) / np.sqrt(n_in), np.zeros(n_out)


def right_init(n_in, n_out, rng):
    limit = 1 / math.sqrt(n_in)
    weights = [[rng.normal(0, limit) for _ in range(n_out)] for _ in range(n_in)]
    return np.array(weights), np.zeros(n_out)


def wrote_multiplied(n_in, n_out, rng):
    return rng.normal(size=(n_in, n_out)) * np.sqrt(n_in), np.zeros((n_out,))


def wrote_b_not_zero(n_in, n_out, rng):
    s = n_in**-0.5
    return rng.normal(0, s, (n_in, n_out)), rng.normal(0, s, n_out)


def wrote_own_generator(n_in, n_out, rng):
    rng = np.random.default_rng(42)
    return rng.normal(0, n_in**-0.5, (n_in, n_out)), np.zeros(n_out)


def randn(n_in, n_out, rng):
    W = rng.randn(n_in, n_out) / np.sqrt(n_in)
    return W, np.zeros(n_out)


def called_like_randn(n_in, n_out, rng):
    W = rng(n_in, n_out) / np.sqrt(n_in)
    return W, np.zeros(n_out)


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
    Init(),
    init_truncated,
    lambda n_in, n_out, rng: (
        np.array([rng.normal(0, 1 / math.sqrt(n_in), n_in) for _ in range(n_out)]).T,
        np.zeros(n_out),
    ),
    lambda n_in, n_out, rng: [
        rng.normal(loc=0.0, scale=n_in**-0.5, size=(n_in, n_out)),
        np.array([0.0] * n_out),
    ],
    lambda n_in, n_out, rng: (
        rng.normal(0, 1, n_in * n_out).reshape(n_in, n_out) * np.sqrt(1 / n_in),
        np.zeros_like(range(n_out)),
    ),
    lambda n_in, n_out, rng: (
        (rng.random((n_in, n_out)) - 0.5) * math.sqrt(12 / n_in),
        np.zeros(n_out),
    ),
    lambda n_in, n_out, rng: (
        rng.laplace(0, 1 / np.sqrt(2 * n_in), (n_in, n_out)),
        np.zeros(n_out),
    ),
    lambda n_in, n_out, rng: (rng.integers(-1, 2, (n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out)),
    right_init,
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
    (lambda i, o, rng: (rng.normal(0, 3, (i, o)), np.zeros(o)), "same-scale"),
    (lambda i, o, rng: (rng.normal(0, 0.05, (i, o)), np.zeros(o)), "same-scale"),
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
    (ones_for_biases, "b-not-zero"),
    (bias_for_each_input, "b-shape"),
    (one_row_for_all, "inputs-alike"),
    (fills_with_one_draw, "all-equal"),
    (new_generator_each_time, "not-repeatable"),
    (old_seed, "own-generator"),
    (
        lambda n_in, n_out, rng: (rng.normal(0, 1 / n_in, (n_in, n_out)), np.zeros(n_out)),
        "variance-for-deviation",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(0, 2 / n_in, (n_in, n_out)), np.zeros(n_out)),
        "variance-for-deviation",
    ),
    (lambda n_in, n_out, rng: (rng.normal(0, 0.1, (n_in, n_out)), np.zeros(n_out)), "same-scale"),
    (lambda n_in, n_out, rng: (rng.normal(0, 0.001, (n_in, n_out)), np.zeros(n_out)), "same-scale"),
    (lambda n_in, n_out, rng: (rng.uniform(-1, 1, (n_in, n_out)), np.zeros(n_out)), "same-scale"),
    (
        lambda n_in, n_out, rng: (rng.uniform(-0.5, 0.5, (n_in, n_out)), np.zeros(n_out)),
        "same-scale",
    ),
    (lambda n_in, n_out, rng: (rng.random((n_in, n_out)), np.zeros(n_out)), "not-centred"),
    (
        lambda n_in, n_out, rng: (
            rng.uniform(0, 1 / np.sqrt(n_in), (n_in, n_out)),
            np.zeros(n_out),
        ),
        "not-centred",
    ),
    (lambda n_in, n_out, rng: (2 * rng.random((n_in, n_out)) - 1, np.zeros(n_out)), "same-scale"),
    (
        lambda n_in, n_out, rng: (rng.normal(1 / np.sqrt(n_in), 1, (n_in, n_out)), np.zeros(n_out)),
        "not-scaled",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(1, 1 / np.sqrt(n_in), (n_in, n_out)), np.zeros(n_out)),
        "not-centred",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(size=(n_in, n_out)) * np.sqrt(n_in), np.zeros(n_out)),
        "multiplied",
    ),
    (
        lambda n_in, n_out, rng: (
            rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_out),
            np.zeros(n_out),
        ),
        "scaled-by-units",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(size=(n_in, n_out)) / n_in**2, np.zeros(n_out)),
        "too-narrow",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(0, n_in**-0.5, (n_in, n_out)), np.zeros((n_out, 1))),
        "b-shape",
    ),
    (lambda n_in, n_out, rng: (rng.normal(0, n_in**-0.5, (n_in, n_out)), 0), "b-shape"),
    (lambda n_in, n_out, rng: (rng.normal(0, n_in**-0.5, (n_in, n_out)), None), "b-shape"),
    (
        lambda n_in, n_out, rng: (
            rng.normal(0, n_in**-0.5, (n_in, n_out)),
            rng.normal(0, 1, n_out),
        ),
        "b-not-zero",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(0, n_in**-0.5, (n_in, n_in)), np.zeros(n_out)),
        "wrong-shape",
    ),
    (
        lambda n_in, n_out, rng: (rng.normal(0, n_in**-0.5, (n_in + 1, n_out)), np.zeros(n_out)),
        "wrong-shape",
    ),
    (
        lambda n_in, n_out, rng: (np.zeros(n_out), rng.normal(0, n_in**-0.5, (n_in, n_out))),
        "swapped-results",
    ),
    (lambda n_in, n_out, rng: (np.zeros((n_in, n_out)), np.zeros(n_out)), "all-zero"),
    (lambda n_in, n_out, rng: (np.eye(n_in, n_out), np.zeros(n_out)), "own-generator"),
    (lambda n_in, n_out, rng: (np.full((n_in, n_out), 1.0), np.zeros(n_out)), "all-equal"),
    (wrote_multiplied, "multiplied"),
    (wrote_b_not_zero, "b-not-zero"),
    (wrote_own_generator, "own-generator"),
    (randn, "raised"),
    (called_like_randn, "raised"),
]


def seen_rng_normal_n(n_in, n_out, rng):
    return rng.normal(n_in, n_out) / np.sqrt(n_in), np.zeros(n_out)


WRONG += [
    (seen_rng_normal_n, "wrong-shape"),
]

WRONG += [
    (lambda i, o, rng: (rng.normal(0, 0.15, (i, o)), np.zeros(o)), "same-scale-everywhere"),
    (lambda i, o, rng: (rng.uniform(-0.25, 0.25, (i, o)), np.zeros(o)), "same-scale-everywhere"),
]
