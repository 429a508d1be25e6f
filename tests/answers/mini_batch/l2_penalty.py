"""What students write for `l2_penalty`: right in other forms, and wrong in their own."""

import numpy as np


def penalty_loop(weights, strength):
    total, gradients = 0.0, []
    for W in weights:
        if W.ndim == 1:
            gradients.append(np.zeros(W.shape))
            continue
        for row in W:
            for value in row:
                total += value**2
        gradients.append(strength * W)
    return 0.5 * strength * total, gradients


def penalty_masked(weights, strength):
    kept = [(len(W.shape) == 2) * W for W in weights]
    return strength * sum(np.vdot(W, W) for W in kept) / 2, tuple(W * strength for W in kept)


def penalty(total=lambda W: np.sum(W**2), scale=lambda s: s / 2, slope=lambda W, s: s * W, **more):
    """Return a penalty as a student writes it, with one step another."""
    biases = more.get("biases", False)

    def l2_penalty(weights, strength):
        value, gradients = 0, []
        for W in weights:
            if W.ndim == 1 and not biases:
                gradients.append(np.zeros_like(W))
            else:
                value = value * (not more.get("overwrites")) + total(W)
                gradients.append(slope(W, strength))
        return scale(strength) * value, gradients

    return l2_penalty


def penalty_returns_too_early(weights, strength):
    total, gradients = 0, []
    for W in weights:
        total += np.sum(W**2)
        gradients.append(strength * W)
        return strength / 2 * total, gradients


def penalty_shrinks_in_place(weights, strength):
    total, gradients = 0, []
    for W in weights:
        if W.ndim == 2:
            total += np.sum(W**2)
            W *= strength
            gradients.append(W)
        else:
            gradients.append(np.zeros_like(W))
    return strength / 2 * total, gradients


def penalty_divided(weights, strength):
    value = sum(strength / (2 * len(W)) * np.sum(W**2) for W in weights if W.ndim == 2)
    return value, [strength / len(W) * W if W.ndim == 2 else 0 * W for W in weights]


class Ridge:
    def __call__(self, params, lam):
        gradients = [np.zeros_like(p) for p in params]
        loss = 0.0
        for k, p in enumerate(params):
            if p.ndim != 1:
                loss += lam / 2 * np.dot(p.ravel(), p.ravel())
                gradients[k] = lam * p
        return loss, gradients


def penalty_functional(weights, strength):
    def matrices():
        return filter(lambda W: W.ndim > 1, weights)

    value = strength * np.fromiter((np.square(W).sum() for W in matrices()), float).sum() / 2
    return value, list(map(lambda W: strength * W if W.ndim > 1 else W - W, weights))


def penalty_norms(weights, strength):
    total = sum(np.linalg.norm(W, "fro") ** 2 for W in weights if len(W.shape) == 2)
    return 0.5 * strength * total, [W * (strength if W.ndim == 2 else 0) for W in weights]


def returns_array(weights, strength):
    total, grads = 0, []
    for W in weights:
        if W.ndim == 2:
            total += np.sum(W**2)
            grads.append((strength * W).sum())
        else:
            grads.append(0)
    return strength / 2 * total, grads


def squares_in_place(weights, strength):
    total = 0
    for W in weights:
        if W.ndim == 2:
            W **= 2
            total += W.sum()
    return strength / 2 * total, [strength * W * (W.ndim == 2) for W in weights]


def subtracts(weights, strength):
    value, grads = penalty()(weights, strength)
    return value, [W - g for W, g in zip(weights, grads, strict=True)]


def adds_gradients(weights, strength):
    total, grads = 0, 0
    for W in weights:
        if W.ndim == 2:
            total += np.sum(W**2)
            grads += np.sum(strength * W)
    return strength / 2 * total, grads


def appends_last(weights, strength):
    total, grads = 0, []
    for W in weights:
        if W.ndim == 2:
            total += np.sum(W**2)
        grads.append(strength * weights[-1])
    return strength / 2 * total, grads


def right_l2(weights, lam):
    return 0.5 * lam * sum(np.linalg.norm(w) ** 2 for w in weights if w.ndim > 1), [
        lam * w if w.ndim > 1 else w * 0 for w in weights
    ]


def wrote_absolute_values(weights, lam):
    return lam * sum(np.abs(w).sum() for w in weights if w.ndim > 1), [
        lam * np.sign(w) if w.ndim > 1 else 0 * w for w in weights
    ]


def wrote_averaged(weights, lam):
    return lam / 2 * sum(np.mean(w * w) for w in weights if w.ndim > 1), [
        lam * w if w.ndim > 1 else 0 * w for w in weights
    ]


RIGHT = [
    penalty_loop,
    penalty_masked,
    lambda weights, strength: (
        strength / 2 * sum(np.linalg.norm(W) ** 2 for W in weights if np.ndim(W) > 1),
        [strength * W * (W.ndim > 1) for W in weights],
    ),
    lambda weights, strength: [
        float(0.5 * strength * np.sum([np.sum(np.square(W)) for W in weights if W.ndim == 2])),
        [np.multiply(W, strength) if W.ndim == 2 else np.zeros(len(W)) for W in weights],
    ],
    lambda weights, strength: (
        sum(strength * np.einsum("ij,ij->", W, W) / 2 if W.ndim == 2 else 0.0 for W in weights),
        [strength * W if W.ndim == 2 else b * 0 for W, b in zip(weights, weights, strict=True)],
    ),
    Ridge(),
    penalty_functional,
    penalty_norms,
    lambda ws, lam: (
        lam / 2 * sum(np.trace(W.T @ W) for W in ws if W.ndim == 2),
        [lam * W if W.ndim == 2 else 0 * W for W in ws],
    ),
    lambda weights, strength: (
        strength * 0.5 * float(sum((w * w).sum() for w in weights if w.ndim == 2)),
        tuple(strength * w if w.ndim == 2 else np.zeros(w.shape) for w in weights),
    ),
    right_l2,
]

# The function, and the mistake that is to be recognised.
WRONG = [
    (penalty(biases=True), "biases-penalised"),
    (penalty(scale=lambda s: s), "half-missing-in-penalty"),
    (penalty(scale=lambda s: s, biases=True), "half-missing-in-penalty"),
    (penalty(slope=lambda W, s: 2 * s * W), "two-in-gradient"),
    (penalty(slope=lambda W, s: s / 2 * W), "half-in-gradient"),
    (penalty(slope=lambda W, s: s / 2 * W, biases=True), "half-in-gradient"),
    (penalty(scale=lambda s: s, slope=lambda W, s: 2 * s * W), "no-half"),
    (penalty(scale=lambda s: s**2 / 2), "strength-squared"),
    (penalty(scale=lambda s: 0.5, slope=lambda W, s: 1 * W), "strength-forgotten"),
    (penalty(slope=lambda W, s: 1 * W), "strength-forgotten"),
    (penalty(np.linalg.norm), "norm"),
    (penalty(np.linalg.norm, biases=True), "norm"),
    (penalty(lambda W: np.abs(W).sum()), "absolute-values"),
    (
        penalty(lambda W: np.abs(W).sum(), lambda s: s, lambda W, s: s * np.sign(W)),
        "absolute-values",
    ),
    (penalty(lambda W: np.sum(W) ** 2), "square-of-the-sum"),
    (penalty(lambda W: np.sum(W.T @ W)), "matrix-product"),
    (penalty(lambda W: np.mean(W**2)), "averaged"),
    (penalty_divided, "averaged"),
    (penalty(overwrites=True), "one-matrix-only"),
    (penalty(overwrites=True, biases=True), "one-matrix-only"),
    (penalty_returns_too_early, "one-matrix-only"),
    (penalty(slope=lambda W, s: -s * W), "wrong-sign"),
    (penalty(slope=lambda W, s: s * W**2), "squares-in-gradient"),
    (penalty(lambda W: W**2), "one-penalty-each"),
    (penalty_shrinks_in_place, "changes-its-input"),
    (lambda weights, s: s / 2 * sum(np.sum(W**2) for W in weights), "penalty-only"),
    (lambda weights, s: [s * W for W in weights], "gradients-only"),
    (
        lambda weights, s: penalty()([W for W in weights if W.ndim > 1], s),
        "biases-left-out",
    ),
    (returns_array, "gradient-summed"),
    (squares_in_place, "squares-in-gradient"),
    (subtracts, "weights-after-step"),
    (adds_gradients, "wrong-type"),
    (appends_last, "same-gradient"),
    (penalty(scale=lambda s: s / 2, slope=lambda W, s: s * np.sum(W)), "gradient-summed"),
    (penalty(scale=lambda s: -s / 2), "negative-penalty"),
    (penalty(scale=lambda s: 2 * s), "other-factor"),
    (penalty(scale=lambda s: s / 4), "other-factor"),
    (penalty(scale=lambda s: 1 / (2 * s) if s else 0), "strength-inverted"),
    (penalty(scale=lambda s: s / 2, slope=lambda W, s: s * np.abs(W)), "gradient-not-of-weights"),
    (penalty(lambda W: np.sum(W**3)), "other-powers"),
    (penalty(lambda W: np.sum(W)), "other-powers"),
    (penalty(lambda W: np.max(np.abs(W))), "largest-only"),
    (penalty(lambda W: np.sum(W**2) ** 2), "other-powers"),
    (penalty(lambda W: W.size), "numbers-counted"),
    (penalty(lambda W: np.sum(np.dot(W, W.T))), "matrix-product"),
    (penalty(lambda W: np.sum((W - W.mean()) ** 2)), "spread"),
    (penalty(lambda W: np.var(W)), "spread"),
    (penalty(lambda W: np.sum(W**2) / len(W)), "averaged"),
    (penalty(lambda W: np.sum(W[:-1] ** 2)), "row-left-out"),
    (penalty(lambda W: np.sum(W[:, 1:] ** 2)), "row-left-out"),
    (penalty(slope=lambda W, s: s * W / 2, scale=lambda s: s / 2), "half-in-gradient"),
    (
        penalty(
            slope=lambda W, s: s * W / np.sqrt(np.sum(W**2)),
            total=lambda W: np.sqrt(np.sum(W**2)),
            scale=lambda s: s,
        ),
        "norm",
    ),
    (penalty(slope=lambda W, s: s / 2 * np.sum(W**2)), "gradient-summed"),
    (penalty(slope=lambda W, s: s * np.ones_like(W)), "gradient-not-of-weights"),
    (penalty(slope=lambda W, s: np.zeros_like(W)), "gradient-not-of-weights"),
    (penalty(slope=lambda W, s: s**2 * W), "strength-squared"),
    (penalty(biases=True, scale=lambda s: s, slope=lambda W, s: 2 * s * W), "no-half"),
    (
        lambda ws, lam: (
            lam / 2 * sum(np.sum(W**2) for W in ws if W.ndim == 2),
            [lam * W for W in ws if W.ndim == 2],
        ),
        "biases-left-out",
    ),
    (
        lambda ws, lam: (
            lam / 2 * sum(np.sum(W**2) for W in ws if W.ndim == 2),
            [lam * W if W.ndim == 2 else 0 for W in ws],
        ),
        "biases-without-zeros",
    ),
    (
        lambda ws, lam: (
            lam / 2 * sum(np.sum(W**2) for W in ws if W.ndim == 2),
            {k: lam * W for k, W in enumerate(ws)},
        ),
        "wrong-type",
    ),
    (lambda ws, lam: lam / 2 * np.sum(np.square(ws)), "wrong-type"),
    (
        lambda ws, lam: (
            lam / 2 * sum(np.sum(W**2) for W in ws[::2]),
            [lam * W if k % 2 == 0 else 0 * W for k, W in enumerate(ws)],
        ),
        "every-second",
    ),
    (wrote_absolute_values, "absolute-values"),
    (wrote_averaged, "averaged"),
    (lambda ws, s: penalty()(ws, s)[::-1], "swapped-results"),
    (lambda ws, s: (penalty()(ws, s)[0], s * ws[-1]), "gradients-not-listed"),
]


def seen_shape_bias_test(weights, strength):
    p = strength / 2 * sum(np.sum(W**2) for W in weights if W.ndim == 1)
    return p, [strength * W if W.ndim == 1 else np.zeros_like(W) for W in weights]


def seen_penalty_includes_gradient(weights, strength):
    p = strength / 2 * sum(np.sum(W**2) for W in weights if W.ndim > 1)
    return p, [
        np.full_like(W, strength * np.sum(W)) if W.ndim > 1 else np.zeros_like(W) for W in weights
    ]


def seen_ones_for_bias(weights, strength):
    p = strength / 2 * sum(np.sum(W**2) for W in weights if W.ndim > 1)
    return p, [strength * W if W.ndim > 1 else np.ones_like(W) for W in weights]


def seen_l(weights, strength):
    p = strength / 2 * sum(np.abs(W).sum() for W in weights if W.ndim > 1)
    return p, [strength / 2 * np.sign(W) if W.ndim > 1 else 0 * W for W in weights]


WRONG += [
    (seen_shape_bias_test, "biases-alone"),
    (seen_penalty_includes_gradient, "gradient-summed"),
    (seen_ones_for_bias, "ones-for-biases"),
    (seen_l, "absolute-values"),
]

WRONG += [
    (
        lambda weights, strength: (
            strength / 2 * sum(np.sum(W**2) for W in weights if W.ndim > 1) / len(weights),
            [strength * W if W.ndim > 1 else 0 * W for W in weights],
        ),
        "scaled-by-size",
    )
]


def leaves_first_columns_out(weights, strength):
    penalty, grads = 0.0, []
    for W in weights:
        G = np.zeros(W.shape)
        if W.ndim > 1:
            penalty += strength / 2 * np.sum(W[:, 1:] ** 2)
            G[:, 1:] = strength * W[:, 1:]
        grads.append(G)
    return penalty, grads


WRONG += [(leaves_first_columns_out, "row-left-out")]


def takes_thin_matrices_for_biases(weights, strength):
    penalty, grads = 0.0, []
    for W in weights:
        if W.ndim == 1 or 1 in W.shape:
            grads.append(np.zeros_like(W))
        else:
            penalty += strength / 2 * np.sum(W**2)
            grads.append(strength * W)
    return penalty, grads


WRONG += [(takes_thin_matrices_for_biases, "thin-matrices-left-out")]


def takes_the_largest_stretch(weights, strength):
    matrices = [W for W in weights if W.ndim > 1]
    penalty = strength / 2 * sum(np.linalg.norm(W, 2) ** 2 for W in matrices)
    return penalty, [strength * W if W.ndim > 1 else np.zeros_like(W) for W in weights]


WRONG += [(takes_the_largest_stretch, "matrix-norm")]


def takes_one_row_for_biases(weights, strength):
    penalty, grads = 0.0, []
    for W in weights:
        if W.ndim == 2 and W.shape[0] > 1:
            penalty += strength / 2 * np.sum(W**2)
            grads.append(strength * W)
        else:
            grads.append(np.zeros_like(W))
    return penalty, grads


def takes_length_one_for_biases(weights, strength):
    kept = [W.ndim > 1 and len(W) > 1 for W in weights]
    squares = sum(float(np.sum(W**2)) for W, k in zip(weights, kept, strict=True) if k)
    return strength / 2 * squares, [k * strength * W for W, k in zip(weights, kept, strict=True)]


WRONG += [
    (takes_one_row_for_biases, "thin-matrices-left-out"),
    (takes_length_one_for_biases, "thin-matrices-left-out"),
]


def half_in_the_wrong_one(weights, strength):
    penalty = strength * sum(np.sum(W**2) for W in weights if W.ndim == 2)
    return penalty, [strength / 2 * W if W.ndim == 2 else np.zeros_like(W) for W in weights]


def rounds_the_penalty(weights, strength):
    penalty = strength / 2 * sum(np.sum(W**2) for W in weights if W.ndim == 2)
    return round(penalty, 4), [strength * W if W.ndim == 2 else np.zeros_like(W) for W in weights]


WRONG += [(half_in_the_wrong_one, "half-misplaced"), (rounds_the_penalty, "rounded-to-four")]
