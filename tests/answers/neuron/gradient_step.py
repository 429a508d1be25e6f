"""What students write for `gradient_step`: right in other forms, and wrong in their own."""

import numpy as np


def step_in_place(w, b, dw, db, rate):
    dw *= rate
    return w - dw, b - rate * db


RIGHT = [
    lambda w, b, dw, db, learning_rate: [w - learning_rate * dw, b - learning_rate * db],
    lambda w, b, dw, db, rate: (np.add(w, -rate * dw), b + -rate * db),
    lambda w, b, dw, db, rate: (
        np.array([w[i] - rate * dw[i] for i in range(len(w))]),
        b - rate * db,
    ),
    lambda w, b, dw, db, rate: tuple(v - rate * d for v, d in ((w, dw), (b, db))),
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda w, b, dw, db, r: (w + r * dw, b + r * db), "ascent"),
    (step_in_place, "changes-its-input"),
    (lambda w, b, dw, db, r: np.append(w - r * dw, b - r * db), "wrong-type"),
]
