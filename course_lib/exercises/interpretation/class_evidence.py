"""Which unit speaks for which class."""

import numpy as np

from course_lib.activations import sigmoid, softmax
from course_lib.by_hand.interpretation import class_evidence
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import float32, numbers, then

_a1 = numbers(0.91372856, 0, 0.42190433, 0.7053)
_W2 = numbers((1.4, -2.1, 0.5), (0.8, 0.3, -0.6), (-0.9, 1.6, 1.1), (0.2, 0.7, -1.3))
_b2 = numbers(0.25, -0.4, 0.6)


def _with_score(score):
    return lambda a1, W2, b2, c: (a1 * W2[:, c], score(a1 @ W2 + b2, a1, W2, b2, c))


def _with_contributions(contributions):
    return lambda a1, W2, b2, c: (contributions(a1, W2, b2, c), a1 @ W2[:, c] + b2[c])


class ClassEvidence(Exercise):
    reference = class_evidence
    probes = [
        Probe("two units", (_a1[::2], _W2[::2], _b2, 1)),
        Probe("four units, one of them at 0", (_a1, _W2, _b2, 2)),
        Probe("as many units as classes", (_a1[[0, 2, 3]], _W2[[0, 2, 3]], _b2, 1)),
        Probe("read-only float32", float32(_a1, _W2, _b2, 1), read_only=True),
    ]

    @mistake
    def score_only(*arguments):
        """It returns the score only; which unit gave how much is asked for as well."""
        return class_evidence(*arguments)[1]

    @mistake
    def contributions_only(*arguments):
        """It returns the contributions only; what they add up to is asked for as well."""
        return class_evidence(*arguments)[0]

    swapped_results = mistake(
        then(class_evidence, lambda contributions, score: (score, contributions)),
        says="Contributions and score have changed places.",
    )

    @mistake.also(
        lambda a1, W2, b2, c: (W2 @ a1, W2[c] @ a1 + b2[c]),
        lambda a1, W2, b2, c: (
            said := a1[: len(W2[c])] * W2[c][: len(a1)],
            said.sum() + b2[c],
        ),
    )
    def row_in_place_of_column(a1, W2, b2, c):
        """It reads row c of `W2`, the votes of one unit for all classes. A class is a column: what
        all units say for it."""
        return class_evidence(a1, W2.T, b2, c)

    @mistake.also(
        lambda a1, W2, b2, c: (a1 @ W2, a1 @ W2 + b2),
        _with_score(lambda Z, *_: Z),
        _with_contributions(lambda a1, W2, b2, c: a1[:, np.newaxis] * W2),
    )
    def every_class(a1, W2, b2, c):
        """It does so for all classes; asked for is class c alone."""
        return (a1[:, np.newaxis] * W2, a1 @ W2 + b2)

    @mistake.also(
        lambda a1, W2, b2, c: (a1 @ W2 + b2, (a1 @ W2 + b2)[c]),
        lambda a1, W2, b2, c: (a1 @ W2, (a1 @ W2)[c]),
    )
    def scores_for_contributions(a1, W2, b2, c):
        """The first result has a number for each class, the scores: there the units are added up
        already. Asked for is what each unit gives to class c."""
        return (a1 @ W2, (a1 @ W2 + b2)[c])

    @mistake.also(
        lambda a1, W2, b2, c: class_evidence(a1, W2, b2, 0),
        lambda a1, W2, b2, c: class_evidence(a1, W2, b2, c - 1),
        lambda a1, W2, b2, c: class_evidence(a1, W2, b2, c + 1),
        lambda a1, W2, b2, c: class_evidence(a1, W2, b2, -1),
        lambda a1, W2, b2, c: class_evidence(a1, W2, b2, 1),
    )
    def wrong_class(a1, W2, b2, c):
        """These are the votes for another class than c."""
        return class_evidence(a1, W2, b2, (a1 @ W2 + b2).argmax())

    bias_forgotten = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c]),
        says="The score lacks the bias of the class: contributions alone do not make the logit.",
    )
    bias_of_all = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2),
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2.sum()),
        says="It adds the biases of all classes; the score of c has that of c alone.",
    )
    bias_of_another_class = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2[0]),
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + b2[c - 2]),
        says="The bias is that of another class than c.",
    )

    @mistake.also(
        _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] + b2[c]),
        lambda a1, W2, b2, c: (v := a1 * W2[:, c] + b2[c], v.sum() + b2[c]),
    )
    def bias_in_each(a1, W2, b2, c):
        """The bias is in every contribution, so it counts once for each unit. It belongs to no
        unit: add it once, to the sum."""
        return (v := a1 * W2[:, c] + b2[c], v.sum())

    bias_spread = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] + b2[c] / len(a1)),
        says="The bias is shared out among the units; it belongs to none of them, and stays apart.",
    )
    bias_as_a_unit = mistake(
        _with_contributions(lambda a1, W2, b2, c: np.append(a1 * W2[:, c], b2[c])),
        says="The bias stands among the contributions; one entry for each unit is expected.",
    )
    bias_once_a_unit = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] + len(a1) * b2[c]),
        says="The score counts the bias once for every unit. Add it once, outside of the loop.",
    )
    bias_subtracted = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] - b2[c]),
        _with_score(lambda Z, a1, W2, b2, c: a1 @ W2[:, c] * b2[c]),
        says="The bias is subtracted, or multiplied; it should be added.",
    )
    score_of_winner = mistake(
        _with_score(lambda Z, a1, W2, b2, c: Z.max()),
        _with_score(lambda Z, a1, W2, b2, c: Z[0]),
        says="The contributions are right; the score is that of another class.",
    )
    score_for_each_unit = mistake(
        _with_score(lambda Z, a1, W2, b2, c: a1 * W2[:, c] + b2[c]),
        _with_score(lambda Z, a1, W2, b2, c: a1 * W2[:, c]),
        says="The score has an entry for each unit; expected their sum, one number.",
    )
    added_up = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1 @ W2[:, c]),
        says="The contributions are added up already; one for each unit is expected.",
    )
    last_unit_only = mistake(
        lambda a1, W2, b2, c: (a1[-1] * W2[-1, c], a1[-1] * W2[-1, c] + b2[c]),
        _with_contributions(lambda a1, W2, b2, c: a1[-1] * W2[-1, c]),
        lambda a1, W2, b2, c: (a1[0] * W2[0, c], a1[0] * W2[0, c] + b2[c]),
        says="A single unit's contribution comes back. Does a loop overwrite it, or return too "
        "early?",
    )
    column = mistake(
        _with_contributions(lambda a1, W2, b2, c: (a1 * W2[:, c])[:, np.newaxis]),
        _with_contributions(lambda a1, W2, b2, c: (a1 * W2[:, c])[np.newaxis]),
        says="The contributions have an axis too many; expected a vector, (n_hidden,).",
    )
    each_with_each = mistake(
        _with_contributions(lambda a1, W2, b2, c: np.outer(a1, W2[:, c])),
        says="Each activation meets each weight, in a table. A unit's activation belongs to its "
        "own weight.",
    )
    plus_for_times = mistake(
        lambda a1, W2, b2, c: (v := a1 + W2[:, c], v.sum() + b2[c]),
        _with_contributions(lambda a1, W2, b2, c: a1 + W2[:, c]),
        says="Activations and weights are added; a vote is their product.",
    )
    slope_too = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1**2 * W2[:, c]),
        _with_contributions(lambda a1, W2, b2, c: a1 * (1 - a1) * W2[:, c]),
        says="The contributions have a factor too many, another activation or a slope.",
    )
    sign_turned = mistake(
        _with_contributions(lambda a1, W2, b2, c: -a1 * W2[:, c]),
        says="The contributions have the wrong signs: what speaks for the class is positive.",
    )
    mean_activation = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1.mean() * W2[:, c]),
        says="All units are taken to be on alike, by the mean. Each has its own activation.",
    )
    rounded = mistake(
        *(
            lambda a1, W2, b2, c, d=d: tuple(
                np.round(part, d) for part in class_evidence(a1, W2, b2, c)
            )
            for d in (2, 3)
        ),
        *(
            _with_contributions(lambda a1, W2, b2, c, d=d: np.round(a1 * W2[:, c], d))
            for d in (2, 3)
        ),
        says="It is rounded. Keep all digits; format them where you print.",
    )
    weights_alone = mistake(
        _with_contributions(lambda a1, W2, b2, c: W2[:, c].copy()),
        lambda a1, W2, b2, c: (W2[:, c].copy(), W2[:, c].sum() + b2[c]),
        says="These are the weights alone. A vote counts as much as its unit is on: at 0, nothing.",
    )

    @mistake.also(
        lambda a1, W2, b2, c: class_evidence((a1 > 0) * 1.0, W2, b2, c),
        _with_contributions(lambda a1, W2, b2, c: (a1 > 0.5) * W2[:, c]),
    )
    def on_or_off(a1, W2, b2, c):
        """It counts a unit as fully on or off; its activation says how much."""
        return class_evidence((a1 > 0.5) * 1.0, W2, b2, c)

    activations_alone = mistake(
        _with_contributions(lambda a1, *_: a1.copy()),
        says="These are the activations alone: how much a unit is on, not for which class it "
        "votes.",
    )

    @mistake
    def activated_again(a1, W2, b2, c):
        """It applies the sigmoid to `a1`, but these are activations already."""
        return class_evidence(sigmoid(a1), W2, b2, c)

    probability = mistake(
        _with_score(lambda Z, a1, W2, b2, c: softmax(Z[np.newaxis])[0, c]),
        _with_score(lambda Z, a1, W2, b2, c: sigmoid(Z[c])),
        _with_score(lambda Z, a1, W2, b2, c: np.tanh(Z[c])),
        says="The score has been squashed. Contributions add up to the logit, as it comes.",
    )
    absolute = mistake(
        _with_contributions(lambda a1, W2, b2, c: np.abs(a1 * W2[:, c])),
        lambda a1, W2, b2, c: (v := np.abs(a1 * W2[:, c]), v.sum() + b2[c]),
        says="The signs are lost: a negative contribution speaks against the class.",
    )
    only_positive = mistake(
        _with_contributions(lambda a1, W2, b2, c: np.maximum(a1 * W2[:, c], 0)),
        lambda a1, W2, b2, c: (v := np.maximum(a1 * W2[:, c], 0), v.sum() + b2[c]),
        says="Negative contributions are cut off. They speak against the class, and without them "
        "the sum is not the logit.",
    )
    against_the_others = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1 * (W2[:, c] - W2.mean(axis=1))),
        _with_contributions(
            lambda a1, W2, b2, c: a1 * (W2[:, c] - np.delete(W2, c, axis=1).mean(axis=1))
        ),
        _with_contributions(
            lambda a1, W2, b2, c: a1 * (W2[:, c] - np.delete(W2, c, axis=1).max(axis=1))
        ),
        _with_contributions(
            lambda a1, W2, b2, c: a1 * (2 * W2[:, c] - W2.sum(axis=1)),
        ),
        says="What a unit says for other classes is subtracted from what it says for c. Asked for "
        "is what adds up to the score of c.",
    )
    shares = mistake(
        _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] / (a1 @ W2[:, c])),
        _with_contributions(lambda a1, W2, b2, c: a1 * W2[:, c] / (a1 @ W2[:, c] + b2[c])),
        _with_contributions(lambda a1, W2, b2, c: softmax((a1 * W2[:, c])[np.newaxis])[0]),
        says="The contributions are shares of their sum; leave them in units of the logit, in "
        "which they add up.",
    )
    averaged = mistake(
        _with_score(lambda Z, a1, W2, b2, c: (a1 * W2[:, c]).mean() + b2[c]),
        _with_score(lambda Z, a1, W2, b2, c: ((a1 * W2[:, c]).sum() + b2[c]) / len(a1)),
        says="The score is a mean; a logit is a sum.",
    )
    sorted = mistake(
        _with_contributions(lambda a1, W2, b2, c: np.sort(a1 * W2[:, c])),
        _with_contributions(lambda a1, W2, b2, c: np.sort(a1 * W2[:, c])[::-1]),
        says="The contributions are sorted, and which unit made which is lost.",
    )

    @mistake
    def changes_its_input(a1, W2, b2, c):
        """It changes `a1`, which it should only read. Make a new array."""
        a1 *= W2[:, c]
        return a1, a1.sum() + b2[c]

    loops_are_slow = False  # those over units cost little

    hints = (
        "What a unit says for a class is how much it is on, times its weight to that class.",
        "Which part of W2 holds the weights of all units to class c? Units are rows, classes are "
        "columns.",
        "Multiply element by element, a1 * …, and do not sum yet. The score is the sum and, once,"
        " the bias of c.",
    )
    insight = "It is exact, and tells who voted how. Why a unit was on is another question."
    explanation = "Each activation times its weight to class c; they and the bias make the logit."
