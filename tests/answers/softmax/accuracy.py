"""What students write for `accuracy`: right in other forms, and wrong in their own."""

from collections import Counter

import numpy as np
from sklearn.metrics import accuracy_score


def accuracy_loop(y, P):
    right = 0
    for label, row in zip(y, P, strict=True):
        if list(row).index(max(row)) == label:
            right += 1
    return right / len(y)


def accuracy_counter(y, P):
    hits = Counter(bool(row.argmax() == label) for row, label in zip(P, y, strict=True))
    return hits[True] / len(y)


class Accuracy:
    def predict(self, P):
        return np.argmax(P, axis=1)

    def __call__(self, y, P):
        return np.average(np.equal(self.predict(P), y))


def accuracy_of_maxima(labels, probs):
    # right where no probability is above that of the truth
    truth = probs[np.arange(len(labels)), labels]
    return np.count_nonzero(truth >= probs.max(axis=1)) / labels.size


def returns_early(y, P):
    correct = 0
    for i in range(len(y)):
        if np.argmax(P[i]) == y[i]:
            correct += 1
        return correct / len(y)


def overwrites(y, P):
    for i in range(len(y)):
        correct = int(np.argmax(P[i]) == y[i])
    return correct / len(y)


def divides_each_time(y, P):
    correct = 0
    for i in range(len(y)):
        correct += P[i].argmax() == y[i]
        correct = correct / len(y)
    return correct


def rounds_down(y, P):
    return np.sum(np.argmax(P, axis=1) == y) // len(y)


def sorts(y, P):
    return np.mean(np.sort(P, axis=1)[:, -1] == y)


def argsort_all(y, P):
    return np.mean(P.argsort(axis=1) == y[:, None])


def identity(y, P):
    return float(P.argmax(axis=1) is y)


def precision(y, P):
    guess = P.argmax(axis=1)
    return np.mean([np.mean(y[guess == k] == k) for k in np.unique(guess)])


def topk(y, P):
    two = np.argsort(P, axis=1)[:, -2:]
    return np.mean([y[i] in two[i] for i in range(len(y))])


def right_acc2(y, P):
    correct = 0
    for label, row in zip(y.tolist(), P.tolist(), strict=True):
        correct += row.index(max(row)) == label
    return correct / len(y)


def wrote_every_entry(y, P):
    return np.mean((P > 0.5) == np.eye(P.shape[1])[y])


def wrote_probability_of_the_truth(y, P):
    return P[np.arange(len(y)), y].mean()


def wrote_first_example_only(y, P):
    hits = 0
    for i in range(len(y)):
        if P[i].argmax() == y[i]:
            hits += 1
        return hits / len(y)


def one_less(y, P):
    correct = 0
    for i in range(len(y) - 1):
        correct += np.argmax(P[i]) == y[i]
    return correct / len(y)


RIGHT = [
    accuracy_loop,
    lambda y, P: accuracy_score(y, P.argmax(axis=1)),
    lambda y, P: (np.argmax(P, axis=-1) == y).sum() / len(y),
    lambda y, P: 1 - np.count_nonzero(P.argmax(1) - y) / len(y),
    lambda y, P: float(sum(P[i].argmax() == y[i] for i in range(len(y)))) / y.size,
    accuracy_counter,
    Accuracy(),
    accuracy_of_maxima,
    lambda y, P: np.sum(np.where(P.argmax(axis=1) == y, 1, 0)) / len(y),
    lambda y, P: 1.0 - np.mean(P.argmax(1) != y),
    lambda y, P: np.mean(
        [max(range(len(p)), key=p.__getitem__) == k for p, k in zip(P, y, strict=True)]
    ),
    lambda y, P: (np.eye(P.shape[1])[y] * np.eye(P.shape[1])[P.argmax(axis=1)]).sum() / len(y),
    right_acc2,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (lambda y, P: np.mean(np.argmax(P, axis=1) == np.argmax(y, axis=1)), "one-hot-expected"),
    (lambda y, P: (y.argmax(1) == P.argmax(1)).sum() / len(y), "one-hot-expected"),
    (lambda y, P: sum(P.argmax(axis=1) == y), "counted"),
    (lambda y, P: np.mean(P.argmax(axis=1) == y) * 100, "percent"),
    (lambda y, P: np.mean(P.argmax(axis=1)[:, None] == y), "broadcast"),
    (lambda y, P: np.mean(P.argmax(axis=1) == y.reshape(-1, 1)), "broadcast"),
    (lambda y, P: (np.argmax(P, axis=0) == y).mean(), "wrong-axis"),
    (lambda y, P: (np.argmax(P) == y).mean(), "largest-of-all"),
    (lambda y, P: np.mean(P[np.arange(len(y)), y] >= 0.5), "above-one-half"),
    (lambda y, P: np.mean(np.round(P) == np.eye(P.shape[1])[y]), "every-entry"),
    (lambda y, P: np.mean(np.max(P, axis=1) == y), "largest-not-its-place"),
    (lambda y, P: np.array_equal(P.argmax(axis=1), y), "all-or-nothing"),
    (lambda y, P: sum(P.argmax(axis=1) == y) // len(y), "all-or-nothing"),
    (lambda y, P: P.argmax(axis=1) == y, "not-averaged"),
    (lambda y, P: np.mean(P.argmax(axis=1) != y), "error-rate"),
    (lambda y, P: round(float(np.mean(P.argmax(axis=1) == y)), 3), "rounded"),
    (returns_early, "first-example-only"),
    (overwrites, "last-example-only"),
    (divides_each_time, "divided-in-the-loop"),
    (rounds_down, "all-or-nothing"),
    (sorts, "largest-not-its-place"),
    (argsort_all, "every-class"),
    (identity, "largest-not-its-place"),
    (precision, "mean-recall"),
    (topk, "top-two"),
    (lambda y, P: np.mean(np.argmax(y) == np.argmax(P)), "largest-of-all"),
    (lambda y, P: float(np.argmax(P) == np.argmax(y)), "largest-of-all"),
    (lambda y, P: np.mean(y.argmax(axis=1) == P.argmax(axis=1)) * 100, "one-hot-expected"),
    (lambda y, P: np.mean(P.argmax(axis=1) == y) * 100, "percent"),
    (lambda y, P: f"{np.mean(P.argmax(axis=1) == y):.2%}", "wrong-type"),
    (lambda y, P: round(100 * np.mean(P.argmax(axis=1) == y), 1), "percent"),
    (lambda y, P: np.sum(P.argmax(axis=1) == y) / P.size, "wrong-total"),
    (lambda y, P: np.mean(np.round(P) == y[:, None]), "every-entry"),
    (lambda y, P: np.mean(P.argmax(axis=1) - y == 0) / len(y), "divided-twice"),
    (lambda y, P: np.mean(P == y[:, None]), "largest-not-its-place"),
    (lambda y, P: np.mean(P[np.arange(len(y)), y]), "probability-of-the-truth"),
    (lambda y, P: np.sum(np.abs(P.argmax(axis=1) - y)) / len(y), "differences"),
    (lambda y, P: 1 - np.sum(np.abs(P.argmax(axis=1) - y)) / len(y), "differences"),
    (lambda y, P: np.mean(np.argmax(P, axis=1).astype(bool) & y.astype(bool)), "error-rate"),
    (lambda y, P: (P.argmax(axis=1) == y).all(), "all-or-nothing"),
    (lambda y, P: (P.argmax(axis=1) == y).any(), "one-is-enough"),
    (lambda y, P: (np.mean(P.argmax(axis=1) == y), P.argmax(axis=1)), "wrong-type"),
    (lambda y, P: len(P.argmax(axis=1) == y) / len(y), "always-one"),
    (lambda y, P: np.count_nonzero(P.argmax(axis=1) == y) / 10, "wrong-total"),
    (lambda y, P: np.mean(P.argmax(axis=1) == np.argmax(P, axis=1)), "always-one"),
    (lambda y, P: np.mean(P.max(axis=1)), "confidence"),
    (lambda y, P: np.mean(1 - np.abs(1 - P[np.arange(len(y)), y])), "probability-of-the-truth"),
    (wrote_every_entry, "every-entry"),
    (wrote_probability_of_the_truth, "probability-of-the-truth"),
    (wrote_first_example_only, "first-example-only"),
    (lambda y, P: accuracy_score(y, np.argmin(P, axis=1)), "least-probable"),
    (lambda y, P: accuracy_score(y, 1 + np.argmax(P, axis=1)), "labels-from-one"),
    (one_less, "one-left-out"),
]


def seen_set_based(y, P):
    return len(set(P.argmax(axis=1)) & set(y)) / len(set(y))


def seen_inverted_counts_wrong(y, P):
    pred = P.argmax(axis=1)
    return np.sum(pred == y) / np.sum(pred != y)


WRONG += [
    (seen_set_based, "sets-compared"),
    (seen_inverted_counts_wrong, "odds"),
]

WRONG += [
    (lambda y, P: np.sum(P.argmax(axis=1) == y) / max(len(y) - 1, 1), "other-divisor"),
    (lambda y, P: 100 * np.mean(P[np.arange(len(y)), y]), "probability-of-the-truth"),
]


def sums_along_the_examples(y, P):
    return np.sum(np.argmax(P, axis=0) == y) / len(y)


WRONG += [(sums_along_the_examples, "wrong-axis")]


def counts_along_the_examples(y, P):
    predicted = np.argmax(P, axis=0)
    hits = 0
    for i in range(min(len(predicted), len(y))):
        if predicted[i] == y[i]:
            hits += 1
    return hits / len(y)


WRONG += [(counts_along_the_examples, "wrong-axis")]


def sets_the_count(y, P):
    correct = 0
    for i in range(len(y)):
        if P[i].argmax() == y[i]:
            correct = +1
    return correct / len(y)


WRONG += [
    (sets_the_count, "set-to-one"),
    (lambda y, P: np.mean(P.argmax(axis=1) >= y), "compared-by-size"),
    (lambda y, P: np.mean(np.isin(P.argmax(axis=1), y)), "sets-compared"),
    (lambda y, P: np.mean(P.argmax(axis=1) * y), "wrong-numbers"),
]
