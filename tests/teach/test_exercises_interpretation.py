"""The exercises of lesson 5: the references are right, and so is what is said to students."""

from collections import Counter

import numpy as np
import pytest
from autograd import grad
from reference import DEFINITIONS, frozen, network
from scipy import special
from scipy.optimize import approx_fprime
from sklearn.metrics import confusion_matrix
from test_interpretation import built

import course_lib.interpretation as library
from course_lib import losses
from course_lib.exercises import grade
from course_lib.exercises import interpretation as lesson

ALL = {exercise.id: exercise for exercise in lesson.EXERCISES}
rng = np.random.default_rng(17)
X = frozen(rng.uniform(size=(4, 6)))


def test_the_exercises_are_those_of_the_lesson_in_its_order():
    assert {name: " ".join(exercise.arguments) for name, exercise in ALL.items()} == {
        "hidden_activations": "X W1 b1",
        "class_evidence": "a1 W2 b2 c",
        "saliency": "net x c",
        "occlusion_map": "predict image c size",
        "most_confused": "matrix k",
    }
    assert list(ALL)[::4] == ["hidden_activations", "most_confused"]


def test_what_the_library_has_is_not_written_twice():
    assert ALL["occlusion_map"].reference is library.occlusion_map


def test_hidden_activations_are_logistic_functions_of_weighted_sums():
    net, weights = built((6, 5, 3))
    (W1, b1), _ = weights
    A1 = lesson.hidden_activations(X, W1, b1)
    for i, j in np.ndindex(4, 5):
        assert np.isclose(A1[i, j], special.expit(sum(X[i] * W1[:, j]) + b1[j]), rtol=1e-13)
    np.testing.assert_array_equal(A1, library.activations_of(net, X)[1])
    assert special.expit(0) == 0.5 and special.expit(1).round(2) == 0.73, "what a message says"


def test_evidence_adds_up_to_the_logit_of_the_network():
    net, weights = built((6, 5, 3))
    votes, b = library.unit_evidence(net, X)
    for i, c in np.ndindex(4, 3):
        a1 = special.expit(X[i] @ weights[0][0] + weights[0][1])
        contributions, score = lesson.class_evidence(a1, *weights[1], c)
        np.testing.assert_allclose(contributions, votes[i, :, c], atol=1e-14)
        assert abs(contributions.sum() + b[c] - score) <= 1e-10
        assert abs(score - net.forward(X)[i, c]) <= 1e-10


@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_saliency_is_the_size_of_the_slope_of_the_logit(name):
    net, weights = built((6, 5, 4, 3), name)
    for c, x in enumerate(X[:3]):

        def logit(x, c=c):
            return network(weights, x[np.newaxis], DEFINITIONS[name])[0, c]

        found = lesson.saliency(net, x, c)
        assert np.abs(found - np.abs(grad(logit)(np.array(x)))).max() <= 1e-8
        np.testing.assert_allclose(found, np.abs(approx_fprime(x, logit, 1e-7)), atol=1e-5)
        np.testing.assert_array_equal(found, library.saliency(net, x[np.newaxis], c)[0])


def test_the_most_confused_are_the_most_common_pairs():
    y, predicted = rng.integers(5, size=400), rng.integers(5, size=400)
    counts = Counter((t, p) for t, p in zip(y, predicted, strict=True) if t != p)
    found = lesson.most_confused(frozen(confusion_matrix(y, predicted)), 7)
    assert [count for *_, count in found] == [count for _, count in counts.most_common(7)]
    assert all(counts[t, p] == count for t, p, count in found)
    assert lesson.most_confused(np.array([[5, 2], [3, 6]]), 2) == [(1, 0, 3), (0, 1, 2)]
    assert {type(value) for entry in found for value in entry} == {int}


def test_float32_stays_float32():
    net, weights = built((6, 5, 3))
    (W1, b1), (W2, b2) = [[a.astype(np.float32) for a in pair] for pair in weights]
    A1 = lesson.hidden_activations(X.astype(np.float32), W1, b1)
    results = A1, *lesson.class_evidence(A1[0], W2, b2, 1)
    results += (lesson.saliency(net, X[0].astype(np.float32), 1),)
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


# --- What students write -------------------------------------------------------------------------


def activations_loop(X, W1, b1):
    A1 = np.zeros((len(X), W1.shape[1]))
    for i, x in enumerate(X):
        for j in range(W1.shape[1]):
            A1[i, j] = special.expit(sum(x * W1[:, j]) + b1[j])
    return A1


def evidence_loop(a1, W2, b2, c):
    contributions, score = [], b2[c]
    for a, w in zip(a1, W2, strict=True):
        contributions.append(a * w[c])
        score += a * w[c]
    return contributions, score


def saliency_by_hand(net, x, c):
    """The chain rule, layer by layer, without backward."""
    net.forward(x.reshape(1, -1))
    slope = np.eye(net.layers[-1].params["W"].shape[1], dtype=x.dtype)[c]
    for layer in net.layers[::-1]:
        slope = layer.params["W"] @ slope if layer.params else slope * layer.f_grad(layer.Z[0])
    return abs(slope)


def saliency_by_differences(net, x, c, h=1e-4):
    steps = h * np.eye(len(x))
    above, below = (net.forward(x.astype(float) + s)[:, c] for s in (steps, -steps))
    return np.abs(above - below) / (2 * h)


def saliency_with(dZ_of=None, then=np.abs, **more):
    """Return saliency as a student writes it, with one step another."""

    def saliency(net, x, c):
        Z = net.forward(x.reshape(1, -1))
        dZ = np.zeros(Z.shape, dtype=Z.dtype)
        dZ[:, c] = 1
        dX = net.backward(dZ if dZ_of is None else dZ_of(Z, c), **({"input_gradient": True} | more))
        return then(dX[0])

    return saliency


def occlusion_loop(start=lambda i, h: max(0, i - h), stop=lambda i, h: i + h + 1, fill=0, **more):
    """Return occlusion as a student writes it, with one step another."""
    compare = more.get("compare", lambda before, after, c: before[c] - after[c])
    rows = more.get("rows", lambda size: range(28))

    def occlusion_map(predict, image, c, size):
        h, before = more.get("half", lambda size: size // 2)(size), predict(image.reshape(1, -1))[0]
        drop, patched = np.zeros((28, 28)), image.copy()
        for i in rows(size):
            for j in rows(size):
                if more.get("fresh", True):
                    patched = image.copy() if more.get("copy", True) else image
                patched[start(i, h) : stop(i, h), start(j, h) : stop(j, h)] = fill
                drop[i, j] = compare(before, predict(patched.reshape(1, 784))[0], c)
        return drop

    return occlusion_map


def occlusion_padded(predict, image, c, size):
    h = size // 2
    patches = []
    for i in range(28):
        for j in range(28):
            framed = np.pad(image, h)
            framed[i : i + size, j : j + size] = 0
            patches.append(framed[h : h + 28, h : h + 28].ravel())
    after = predict(np.array(patches))[:, c]
    return np.reshape(predict(image.ravel()[None])[:, c] - after, (28, 28))


def occlusion_masks(predict, image, c, size):
    row, column = np.indices((28, 28))
    p = predict(image[None].reshape(1, -1))[0, c]
    return np.array(
        [
            [
                p - predict(np.where(far, image, 0).reshape(1, -1))[0, c]
                for j in range(28)
                for far in [np.maximum(abs(row - i), abs(column - j)) > size / 2]
            ]
            for i in range(28)
        ]
    )


def confused_by_argsort(matrix, k):
    wrong = matrix.astype(float)
    np.fill_diagonal(wrong, -1)
    order = np.argsort(wrong, axis=None)[::-1][:k]
    rows, columns = np.unravel_index(order, wrong.shape)
    return [(i, j, matrix[i, j]) for i, j in zip(rows, columns, strict=True)]


def confused_by_loops(matrix, k):
    pairs = []
    for i in range(len(matrix)):
        for j in range(len(matrix)):
            if i != j:
                pairs.append((matrix[i][j], i, j))
    pairs.sort(reverse=True)
    return [(i, j, count) for count, i, j in pairs[:k]]


def confused_by_maxima(matrix, k):
    wrong, found = matrix - np.diag(np.diag(matrix)), []
    for _ in range(k):
        i, j = divmod(wrong.argmax(), len(wrong))
        found.append([i, j, wrong[i, j]])
        wrong[i, j] = 0
    return found


def confused_by_counter(matrix, k):
    counts = Counter({(i, j): n for (i, j), n in np.ndenumerate(matrix) if i != j})
    return tuple((i, j, n) for (i, j), n in counts.most_common(k))


RIGHT = {
    "hidden_activations": [
        activations_loop,
        lambda X, W, b: special.expit(np.dot(X, W) + b),
        lambda X, W, b: 1 / (1 + np.exp(-np.clip(X @ W + b, -500, 500))),
        lambda X, W, b: np.array([special.expit(W.T @ x + b) for x in X]),
        lambda X, W, b: special.expit(W.T @ X.T + b[:, None]).T,
        lambda X, W, b: 0.5 + 0.5 * np.tanh((np.einsum("ij,jk->ik", X, W) + b.reshape(1, -1)) / 2),
    ],
    "class_evidence": [
        evidence_loop,
        lambda a1, W2, b2, c: (a1 * W2[:, c], (a1 @ W2 + b2)[c]),
        lambda a1, W2, b2, c: [W2.T[c] * a1, float(np.dot(a1, W2[:, c]) + b2[c])],
        lambda a1, W2, b2, c: ((np.diag(a1) @ W2)[:, c], sum(a1 * W2[:, c]) + b2[c]),
        lambda a1, W2, b2, c: (np.multiply(a1, W2.take(c, axis=1)), b2[c] + W2[:, c].dot(a1)),
    ],
    "saliency": [
        saliency_with(),
        saliency_by_hand,
        saliency_by_differences,
        saliency_with(then=lambda g: np.sqrt(g**2)),
        saliency_with(then=lambda g: np.maximum(g, -g)),
        lambda net, x, c: library.saliency(net, x[None, :], c).ravel(),
        saliency_with(lambda Z, c: (np.arange(Z.shape[1]) == c)[None].astype(Z.dtype)),
        saliency_with(lambda Z, c: -np.eye(Z.shape[1], dtype=Z.dtype)[c : c + 1]),
    ],
    "occlusion_map": [
        occlusion_loop(),
        occlusion_loop(stop=lambda i, h: min(28, i + h + 1)),
        occlusion_padded,
        occlusion_masks,
    ],
    "most_confused": [
        confused_by_argsort,
        confused_by_loops,
        confused_by_maxima,
        confused_by_counter,
        lambda matrix, k: sorted(lesson._pairs(matrix)[::-1], key=lambda p: p[2], reverse=True)[:k],
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


def loss_as_in_training(net, x, c):
    Z = net.forward(x[None])
    _, dZ = losses.softmax_cross_entropy(np.array([c]), Z)
    return np.abs(net.backward(dZ, input_gradient=True))[0]


def saliency_of_the_weights(net, x, c):
    dZ = np.zeros_like(net.forward(x[None]))
    dZ[0, c] = 1
    net.backward(dZ)
    return np.abs(net.layers[0].grads["W"]).sum(axis=1)


def without_the_hidden_layer(net, x, c):
    return np.abs(net.layers[0].params["W"] @ net.layers[-1].params["W"][:, c])


def occlusion_in_numpy_modulo(predict, image, c, size):
    h, before, drop = size // 2, predict(image.reshape(1, -1))[0, c], np.zeros((28, 28))
    for i, j in np.ndindex(28, 28):
        patched = image.copy()
        patched[np.ix_(np.arange(i - h, i + h + 1) % 28, np.arange(j - h, j + h + 1) % 28)] = 0
        drop[i, j] = before - predict(patched.reshape(1, -1))[0, c]
    return drop


def confused_with_the_diagonal(matrix, k):
    order = np.argsort(matrix.ravel())[::-1][:k]
    return [(*np.unravel_index(i, matrix.shape), matrix.flat[i]) for i in order]


def confused_diagonal_removed(matrix, k):
    np.fill_diagonal(matrix, 0)
    return confused_by_argsort(matrix, k)


def confused_columns_first(matrix, k):
    n = len(matrix)
    pairs = [(t, p, matrix[p, t]) for t in range(n) for p in range(n) if t != p]
    return sorted(pairs, key=lambda pair: pair[2], reverse=True)[:k]


def confused_upwards(matrix, k):
    n = len(matrix)
    pairs = [(t, p, matrix[t, p]) for t in range(n) for p in range(n) if t != p]
    return sorted(pairs, key=lambda pair: pair[2])[-k:]


def confused_in_rates(matrix, k):
    rates = matrix / matrix.sum(axis=1, keepdims=True)
    return [(i, j, rates[i, j]) for i, j, _ in confused_by_argsort(rates, k)]


def confused_both_ways(matrix, k):
    both = matrix + matrix.T
    n = len(both)
    pairs = [(i, j, both[i, j]) for i in range(n) for j in range(i + 1, n)]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]


def confused_same_pair_twice(matrix, k):
    """Looks a count up again: equal ones give the same place twice."""
    counts = sorted(count for _, _, count in lesson._pairs(matrix))[::-1][:k]
    return [(*map(int, np.argwhere(matrix == count)[0]), count) for count in counts]


# What students write who make these mistakes in their own way, several of them at once.
STUDENTS = [
    ("hidden_activations", lambda X, W, b: np.dot(X, W) + b, "scores"),
    ("hidden_activations", lambda X, W, b: np.matmul(X, W), "scores"),
    ("hidden_activations", lambda X, W, b: 1 / (1 + np.exp(-X @ W + b)), "bias-subtracted"),
    ("hidden_activations", lambda X, W, b: 1 / (1 + np.exp(-X @ W)) + b, "bias-outside"),
    ("hidden_activations", lambda X, W, b: special.expit(X.dot(W)), "bias-forgotten"),
    ("hidden_activations", lambda X, W, b: np.tanh(X.dot(W) + b), "tanh"),
    ("hidden_activations", lambda X, W, b: np.maximum(0, X.dot(W) + b), "relu"),
    ("hidden_activations", lambda X, W, b: special.softmax(X @ W + b, axis=1), "softmax"),
    ("hidden_activations", lambda X, W, b: special.expit(X @ W + b) > 0.5, "on-or-off"),
    ("hidden_activations", lambda X, W, b: np.round(special.expit(X @ W + b)), "on-or-off"),
    ("hidden_activations", lambda X, W, b: special.expit(W.T @ X.T + b[:, None]), "transposed"),
    ("hidden_activations", lambda X, W, b: special.expit(np.dot(X, W.T) + b), "weights-transposed"),
    ("hidden_activations", lambda X, W, b: 1 / (1 + np.exp(-(X @ W + b))), "overflow"),
    ("hidden_activations", lambda X, W, b: 1 / (1 + np.exp(X @ W + b)), "mirrored"),
    (
        "hidden_activations",
        lambda X, W, b: special.expit(X @ W + b) * special.expit(-X @ W - b),
        "slope",
    ),
    ("class_evidence", lambda a, W, b, c: (a * W[:, c], a @ W[:, c]), "bias-forgotten"),
    ("class_evidence", lambda a, W, b, c: (a * W[:, c], np.sum(a * W[:, c]) + b), "bias-of-all"),
    ("class_evidence", lambda a, W, b, c: (a * W[:, c] + b[c], a @ W[:, c] + b[c]), "bias-in-each"),
    (
        "class_evidence",
        lambda a, W, b, c: (a * W[c], sum(a * W[c]) + b[c]),
        "row-in-place-of-column",
    ),
    (
        "class_evidence",
        lambda a, W, b, c: (a * W.T[c], special.softmax(a @ W + b)[c]),
        "probability",
    ),
    ("class_evidence", lambda a, W, b, c: (a[:, None] * W, (a @ W + b)[c]), "every-class"),
    ("class_evidence", lambda a, W, b, c: (a @ W[:, c] + b[c], a * W[:, c]), "swapped-results"),
    ("class_evidence", lambda a, W, b, c: a * W[:, c], "contributions-only"),
    ("class_evidence", lambda a, W, b, c: a @ W[:, c] + b[c], "score-only"),
    ("class_evidence", lambda a, W, b, c: (W[:, c], a @ W[:, c] + b[c]), "weights-alone"),
    (
        "class_evidence",
        lambda a, W, b, c: (abs(a * W[:, c]), sum(a * W[:, c]) + b[c]),
        "absolute",
    ),
    ("saliency", loss_as_in_training, "slope-of-the-loss"),
    ("saliency", saliency_with(then=lambda g: g), "absolute-forgotten"),
    ("saliency", saliency_with(lambda Z, c: np.ones(Z.shape)), "all-classes"),
    ("saliency", saliency_with(lambda Z, c: np.eye(10, dtype=Z.dtype)[[c]]), "hard-coded-ten"),
    ("saliency", saliency_with(lambda Z, c: np.eye(Z.shape[1])[[Z.argmax()]]), "predicted-class"),
    (
        "saliency",
        saliency_with(
            lambda Z, c: (p := special.softmax(Z))[0, c] * (np.eye(Z.shape[1])[[c]] - p),
        ),
        "slope-of-the-probability",
    ),
    ("saliency", saliency_with(then=lambda g: np.abs(g) / np.max(np.abs(g))), "normalised"),
    ("saliency", lambda net, x, c: np.abs(x * saliency_with()(net, x, c)), "gradient-times-input"),
    ("saliency", lambda net, x, c: saliency_with()(net, x, c)[None], "extra-axis"),
    ("saliency", saliency_of_the_weights, "gradient-of-the-weights"),
    ("saliency", lambda net, x, c: net.layers[0].params["W"], "wrong-shape"),
    (
        "saliency",
        lambda net, x, c: saliency_with()(net, x.reshape(1, 784)[0], c),
        "hard-coded-784",
    ),
    ("occlusion_map", occlusion_loop(fill=1), "patched-with-another-grey"),
    ("occlusion_map", occlusion_loop(start=lambda i, h: i - h), "lost-at-the-edge"),
    ("occlusion_map", occlusion_loop(stop=lambda i, h: i + h), "one-too-small"),
    ("occlusion_map", occlusion_loop(stop=lambda i, h: i + h + 2), "one-too-large"),
    (
        "occlusion_map",
        occlusion_loop(lambda i, h: i, lambda i, h: i + 2 * h + 1),
        "not-centred",
    ),
    ("occlusion_map", occlusion_loop(half=lambda size: size), "size-as-radius"),
    ("occlusion_map", occlusion_loop(half=lambda size: 2), "size-ignored"),
    ("occlusion_map", occlusion_loop(compare=lambda p, q, c: q[c] - p[c]), "wrong-sign"),
    ("occlusion_map", occlusion_loop(compare=lambda p, q, c: q[c]), "probability-after"),
    ("occlusion_map", occlusion_loop(compare=lambda p, q, c: abs(p[c] - q[c])), "only-positive"),
    ("occlusion_map", occlusion_loop(compare=lambda p, q, c: p.max() - q.max()), "wrong-class"),
    (
        "occlusion_map",
        occlusion_loop(compare=lambda p, q, c: np.log(p[c]) - np.log(max(q[c], 1e-12))),
        "logarithms",
    ),
    ("occlusion_map", occlusion_loop(fresh=False), "patches-accumulate"),
    ("occlusion_map", occlusion_loop(copy=False), "patches-accumulate"),
    (
        "occlusion_map",
        occlusion_loop(rows=lambda size: range(size // 2, 28 - size // 2)),
        "edge-left-out",
    ),
    ("occlusion_map", occlusion_in_numpy_modulo, "wraps-around"),
    ("occlusion_map", lambda *a: occlusion_padded(*a).ravel(), "not-folded"),
    ("occlusion_map", lambda *a: occlusion_padded(*a).T, "transposed"),
    ("most_confused", confused_with_the_diagonal, "diagonal-counted"),
    ("most_confused", confused_diagonal_removed, "changes-its-input"),
    ("most_confused", confused_columns_first, "transposed"),
    ("most_confused", confused_upwards, "ascending"),
    ("most_confused", lambda m, k: confused_by_loops(m, None), "k-ignored"),
    ("most_confused", lambda m, k: [p[:2] for p in confused_by_loops(m, k)], "count-missing"),
    ("most_confused", lambda m, k: [p[2] for p in confused_by_loops(m, k)], "count-only"),
    ("most_confused", lambda m, k: [p[::-1] for p in confused_by_loops(m, k)], "count-first"),
    ("most_confused", lambda m, k: np.array(confused_by_loops(m, k)), "array"),
    ("most_confused", confused_in_rates, "rates"),
    ("most_confused", confused_both_ways, "both-directions-added"),
    ("most_confused", confused_same_pair_twice, "equal-counts"),
    ("most_confused", lambda m, k: iter(confused_by_loops(m, k)), "wrong-type"),
]


@pytest.mark.parametrize(("name", "function", "slug"), STUDENTS)
def test_students_own_ways_to_be_wrong_get_a_sensible_name(name, function, slug):
    verdict = grade(name, function)
    assert (verdict.status, verdict.misconception) == ("wrong", slug), verdict.message


def test_without_the_input_gradient_the_line_is_shown():
    verdict = grade("saliency", saliency_with(input_gradient=False))
    assert verdict.status == "raised" and "then(dX[0])" in verdict.message
