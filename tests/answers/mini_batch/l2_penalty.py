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
    (penalty(lambda W: W**2), "wrong-shape"),
    (penalty_shrinks_in_place, "changes-its-input"),
    (lambda weights, s: s / 2 * sum(np.sum(W**2) for W in weights), "penalty-only"),
    (lambda weights, s: [s * W for W in weights], "gradients-only"),
    (
        lambda weights, s: penalty()([W for W in weights if W.ndim > 1], s),
        "biases-left-out",
    ),
]
