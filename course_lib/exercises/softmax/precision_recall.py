"""One class of several: how far its name can be trusted, and how many of its images are found."""

import numpy as np

from course_lib.by_hand.softmax import precision_recall
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import numbers, then

_THREE = numbers((50, 9, 4), (2, 70, 12), (7, 3, 30), dtype=int)
_FOUR = numbers((900, 31, 17, 5), (12, 940, 26, 8), (44, 19, 850, 3), (26, 1, 2, 18), dtype=int)
_TEN = 3 + np.arange(100).reshape(10, 10) ** 2 % 37 + 400 * np.eye(10, dtype=int)
_NEVER_RIGHT = numbers((9, 4, 1), (3, 0, 5), (2, 6, 7), dtype=int)
_NEVER_CALLED = numbers((20, 3, 0), (5, 30, 0), (6, 2, 0), dtype=int)


def _over(part, whole):
    """Divide as the reference does: 0 where there is nothing to divide by."""
    return part / whole if whole else 0.0


def _with(precision=None, recall=None):
    """Return an answer of which one number, or both, is another than it should be.

    Each is a function of how many are right, called c, there of c, and of the whole matrix.
    """

    def precision_recall(matrix, c):
        counts = int(matrix[c, c]), int(matrix[:, c].sum()), int(matrix[c].sum()), matrix
        right, called, there, _ = counts
        return (
            precision(*counts) if precision else _over(right, called),
            recall(*counts) if recall else _over(right, there),
        )

    return precision_recall


def _either(wrong):
    """Return the three answers that have a wrong number first, second, or twice."""
    return _with(wrong, wrong), _with(wrong), _with(None, wrong)


def _both(precision, recall):
    """Return the three answers that have one wrong number, or the other, or both."""
    return _with(precision, recall), _with(precision), _with(None, recall)


def _each(*changes):
    """Return answers in which both numbers are changed alike."""
    return [then(precision_recall, lambda *pair, f=f: tuple(map(f, pair))) for f in changes]


def _classes(matrix):
    """Give both numbers of each class, as two vectors."""
    return np.array([precision_recall(matrix, c) for c in range(len(matrix))]).T


def _never(value):
    """Return an answer with another value than 0 for a class that does not occur."""
    return _with(
        lambda right, called, there, _: right / called if called else value,
        lambda right, called, there, _: right / there if there else value,
    )


class PrecisionRecall(Exercise):
    reference = precision_recall
    on_error = {
        "values to unpack": "A matrix of more than two classes has longer rows, and more of them. "
        "It should work for any number of classes.",
    }
    probes = [
        Probe("three classes, class 1", (_THREE, 1)),
        Probe("class 0", (_THREE, 0)),
        Probe("two classes", (numbers((85, 6), (11, 40), dtype=int), 1)),
        Probe("a rare class", (_FOUR, 3)),
        Probe("ten classes", (_TEN, 7)),
        Probe("a class that is never right", (_NEVER_RIGHT, 1)),
        Probe("read-only", (_FOUR, 2), read_only=True),
        Probe("extreme: a class without a mistake", (np.diag([4, 8, 6]), 2), extreme=True),
        Probe("extreme: never predicted", (_NEVER_CALLED, 2), extreme=True, may_warn=True),
        Probe("extreme: no image of it", (_NEVER_CALLED.T, 2), extreme=True, may_warn=True),
    ]

    precision_only = mistake(
        lambda matrix, c: precision_recall(matrix, c)[0],
        says="It returns the precision only; the recall is asked for as well, after it.",
    )
    recall_only = mistake(
        lambda matrix, c: precision_recall(matrix, c)[1],
        says="It returns the recall only; the precision is asked for as well, before it.",
    )

    @mistake
    def swapped(matrix, c):
        """Precision and recall have changed places. The truth is in the rows: which of the two
        looks along a row, and which comes first?"""
        return precision_recall(matrix, c)[::-1]

    array = mistake(
        then(precision_recall, lambda *pair: np.array(pair)),
        then(precision_recall, lambda *pair: [pair]),
        says="It returns one thing with both in it, an array or a list; expected two numbers, as "
        "`return a, b` gives them.",
    )
    same_twice = mistake(
        lambda matrix, c: precision_recall(matrix, c)[:1] * 2,
        lambda matrix, c: precision_recall(matrix, c)[1:] * 2,
        says="Both numbers are the same one. One of the two looks along a row of the matrix, the "
        "other down a column.",
    )
    f1 = mistake(
        *_either(lambda right, called, there, _: _over(2 * right, called + there)),
        lambda matrix, c: _over(2 * matrix[c, c], matrix[c].sum() + matrix[:, c].sum()),
        lambda matrix, c: (
            *precision_recall(matrix, c),
            _over(2 * matrix[c, c], matrix[c].sum() + matrix[:, c].sum()),
        ),
        says="There is F1, which makes one number of the two. Asked for are precision and recall "
        "themselves.",
    )
    all_mistakes = mistake(
        *_either(
            lambda right, called, there, matrix: _over(right, right + matrix.sum() - matrix.trace())
        ),
        says="The mistakes of all classes count. One number asks for those that were called c "
        "and are not, the other for those that are c and were called something else.",
    )
    mixed = mistake(
        *_either(lambda right, called, there, _: _over(right, called + there - right)),
        *_either(lambda right, called, there, _: _over(right, called + there)),
        lambda matrix, c: (v := np.mean(precision_recall(matrix, c)), v),
        lambda matrix, c: np.prod(precision_recall(matrix, c)),
        lambda matrix, c: _over(
            int(matrix[c, c]), int(matrix[c].sum() + matrix[:, c].sum() - matrix[c, c])
        ),
        lambda matrix, c: np.mean(precision_recall(matrix, c)),
        says="Row and column of the class are mixed in one number. Precision asks the column "
        "alone, recall the row alone.",
    )
    accuracy = mistake(
        *_either(lambda right, called, there, matrix: matrix.trace() / matrix.sum()),
        *_both(
            lambda right, called, there, matrix: _over(int(matrix.trace()), called),
            lambda right, called, there, matrix: _over(int(matrix.trace()), there),
        ),
        lambda matrix, c: matrix.trace() / matrix.sum(),
        says="The whole diagonal is counted, as accuracy does. Of class c, a single entry of it "
        "is right.",
    )
    binary_accuracy = mistake(
        *_either(
            lambda right, called, there, matrix: (
                (matrix.sum() - called - there + 2 * right) / matrix.sum()
            )
        ),
        says="It counts as right what is not c and not called c. Neither precision nor recall "
        "looks at these.",
    )
    divided_by_the_whole = mistake(
        *_either(lambda right, called, there, matrix: right / matrix.sum()),
        *_either(lambda right, called, there, matrix: _over(right, int(matrix.trace()))),
        *_either(lambda right, called, there, matrix: right / len(matrix)),
        *_both(
            lambda right, called, there, matrix: called / matrix.sum(),
            lambda right, called, there, matrix: there / matrix.sum(),
        ),
        says="It is divided by more than the class: by all images, or by all that are right. One "
        "number asks those that were called c, the other those that are c.",
    )
    not_divided = mistake(
        *_either(lambda right, called, there, _: right),
        *_both(lambda right, called, there, _: called, lambda right, called, there, _: there),
        lambda matrix, c: (matrix[:, c].sum() - matrix[c, c], matrix[c].sum() - matrix[c, c]),
        says="It counts. Asked for are two shares, from 0 to 1.",
    )
    diagonal_left_out = mistake(
        *_both(
            lambda right, called, there, _: _over(right, called - right),
            lambda right, called, there, _: _over(right, there - right),
        ),
        lambda matrix, c: (
            np.divide(matrix[c, c], matrix[:, c].sum() - matrix[c, c]),
            np.divide(matrix[c, c], matrix[c].sum() - matrix[c, c]),
        ),
        says="It compares what is right with what is wrong. A share compares it with both "
        "together.",
    )
    mistakes_in_place_of_right = mistake(
        *_both(
            lambda right, called, there, _: 1 - _over(right, called),
            lambda right, called, there, _: 1 - _over(right, there),
        ),
        *_both(
            lambda right, called, there, _: _over(called - right, called),
            lambda right, called, there, _: _over(there - right, there),
        ),
        *_both(
            lambda right, called, there, _: _over(there - right, there),
            lambda right, called, there, _: _over(called - right, called),
        ),
        says="This is the share that is wrong; expected is the share that is right.",
    )
    other_classes = mistake(
        *_both(
            lambda right, called, there, matrix: _over(
                matrix.sum() - called - there + right, matrix.sum() - called
            ),
            lambda right, called, there, matrix: _over(
                matrix.sum() - called - there + right, matrix.sum() - there
            ),
        ),
        _with(
            lambda right, called, there, matrix: _over(
                matrix.sum() - called - there + right, matrix.sum() - there
            )
        ),
        says="This is how well the *other* classes are told, as specificity says it: how often "
        "what is not c is not called c.",
    )
    not_the_diagonal = mistake(
        *(
            _both(
                lambda right, called, there, matrix, i=i: _over(matrix[i, i], called),
                lambda right, called, there, matrix, i=i: _over(matrix[i, i], there),
            )[k]
            for i in (0, 1, -1)
            for k in range(3)
        ),
        lambda matrix, c: (
            _over(matrix[:, c].max(), matrix[:, c].sum()),
            _over(matrix[c].max(), matrix[c].sum()),
        ),
        says="What is counted as right does not stand where row c meets column c.",
    )
    wrong_class = mistake(
        lambda matrix, c: precision_recall(matrix, c - 1),
        lambda matrix, c: precision_recall(matrix, 0),
        lambda matrix, c: precision_recall(matrix, 1),
        lambda matrix, c: precision_recall(matrix, -1),
        lambda matrix, c: precision_recall(matrix, (c + 1) % len(matrix)),
        says="These are the numbers of another class than c: rows and columns count from 0.",
    )
    two_classes_only = mistake(
        lambda matrix, c: (
            _over(matrix[c, c], matrix[c, c] + matrix[c - 1, c]),
            _over(matrix[c, c], matrix[c, c] + matrix[c, c - 1]),
        ),
        lambda matrix, c: (
            _over(matrix[1, 1], matrix[1, 1] + matrix[0, 1]),
            _over(matrix[1, 1], matrix[1, 1] + matrix[1, 0]),
        ),
        lambda matrix, c: (
            _over(matrix[c, c], matrix[c, c] + matrix[0, c]),
            _over(matrix[c, c], matrix[c, c] + matrix[c, 0]),
        ),
        lambda matrix, c: (
            _over(matrix[c, c], matrix[c, c] + matrix[1 - c, c]),
            _over(matrix[c, c], matrix[c, c] + matrix[c, 1 - c]),
        ),
        lambda matrix, c: precision_recall(matrix[:2, :2], 0),
        lambda matrix, c: (
            _over(matrix[c, c], matrix[c, c] + matrix[(c + 1) % len(matrix), c]),
            _over(matrix[c, c], matrix[c, c] + matrix[c, (c + 1) % len(matrix)]),
        ),
        says="It looks at one other class only. A class may be mistaken for each of the others.",
    )
    one_side_only = mistake(
        lambda matrix, c: (
            _over(matrix[c, c], matrix[: c + 1, c].sum()),
            _over(matrix[c, c], matrix[c, : c + 1].sum()),
        ),
        lambda matrix, c: (
            _over(matrix[c, c], matrix[c:, c].sum()),
            _over(matrix[c, c], matrix[c, c:].sum()),
        ),
        lambda matrix, c: (
            _over(matrix[c, c], matrix[:-1, c].sum()),
            _over(matrix[c, c], matrix[c, :-1].sum()),
        ),
        lambda matrix, c: (
            _over(int(matrix[c, c]), max(int(matrix[-1, c]), 1)),
            _over(int(matrix[c, c]), max(int(matrix[c, -1]), 1)),
        ),
        says="A part of the row and of the column is left out: sum the whole of each.",
    )
    diagonal_twice = mistake(
        *_both(
            lambda right, called, there, _: _over(right, called + right),
            lambda right, called, there, _: _over(right, there + right),
        ),
        says="What is right is counted twice below the line: a whole row or column has it in it.",
    )

    @mistake.also(
        lambda matrix, c: _classes(matrix),
        lambda matrix, c: list(zip(*_classes(matrix), strict=True)),
    )
    def every_class(matrix, c):
        """It gives a number for each class; asked for is class c alone."""
        return tuple(_classes(matrix))

    @mistake
    def averaged_over_classes(matrix, c):
        """These are means over all classes, as the macro average is; asked for is class c alone."""
        return tuple(_classes(matrix).mean(axis=1))

    percent = mistake(
        *_each(lambda v: 100 * v, lambda v: round(100 * v, 1), lambda v: round(100 * v, 2)),
        *_each(lambda v: round(100 * v)),
        says="This is in percent; expected are numbers from 0 to 1.",
    )
    whole_numbers = mistake(
        *_both(
            lambda right, called, there, _: right // max(called, 1),
            lambda right, called, there, _: right // max(there, 1),
        ),
        says="It is 1 only where nothing is wrong, else 0: the division leaves out what is behind "
        "the point.",
    )
    largest_for_sum = mistake(
        lambda matrix, c: (
            _over(matrix[c, c], matrix[:, c].max()),
            _over(matrix[c, c], matrix[c].max()),
        ),
        says="It is divided by the largest number of a row or a column; expected is the sum.",
    )
    rounded = mistake(
        *_each(lambda v: round(v, 2), lambda v: round(v, 3), lambda v: round(v, 4)),
        *_each(lambda v: round(v, 1), round),
        says="It is rounded. Keep all digits; format them where you print.",
    )
    upside_down = mistake(
        *_both(
            lambda right, called, there, _: _over(called, right),
            lambda right, called, there, _: _over(there, right),
        ),
        lambda matrix, c: (
            np.divide(matrix[:, c].sum(), matrix[c, c]),
            np.divide(matrix[c].sum(), matrix[c, c]),
        ),
        says="The fraction stands on its head: the part is divided by the whole.",
    )
    one_added = mistake(
        *_both(
            lambda right, called, there, _: right / (called + 1),
            lambda right, called, there, _: right / (there + 1),
        ),
        *_both(
            lambda right, called, there, _: (right + 1) / (called + 2),
            lambda right, called, there, _: (right + 1) / (there + 2),
        ),
        *(
            pair
            for little in (1e-3, 1e-4, 1e-5, 1e-6)
            for pair in _both(
                lambda right, called, there, _, little=little: right / (called + little),
                lambda right, called, there, _, little=little: right / (there + little),
            )
        ),
        says="A number is added below the line, against division by 0, and now every class pays "
        "for it.",
    )
    undefined = mistake(
        _never(np.nan),
        *_both(
            lambda right, called, there, _: right / called if called else np.nan,
            lambda right, called, there, _: right / there if there else np.nan,
        ),
        lambda matrix, c: (
            np.divide(matrix[c, c], matrix[:, c].sum()),
            np.divide(matrix[c, c], matrix[c].sum()),
        ),
        _with(
            lambda right, called, there, _: right / called,
            lambda right, called, there, _: right / there,
        ),
        _never(None),
        says="Right, but where a class is never predicted, or none of it is there, it divides by "
        "0. The task says what to return then.",
    )
    never_is_one = mistake(
        _never(1.0),
        _never(-1),
        _never(np.inf),
        says="Right, but for a class that is never predicted, or that none is of, the task asks "
        "for 0.",
    )

    @mistake
    def changes_its_input(matrix, c):
        """It changes the matrix, which it should only read. Work on a copy."""
        right = matrix[c, c]
        matrix[c, c] = 0
        return right / (right + matrix[:, c].sum()), right / (right + matrix[c].sum())

    hints = (
        "Which entry counts the images of class c that were called c? Both numbers begin with it.",
        "Those that were *called* c stand in one column of the matrix, those that *are* c in one "
        "row. Sum each.",
        "Two divisions of the same entry, `matrix[c, c]`: by the sum of `matrix[:, c]`, and by "
        "that of `matrix[c]`. An `if` for a sum of 0.",
    )
    insight = "Down a column: can I trust the name? Along a row: is it found?"
    explanation = (
        "The entry on the diagonal, divided by its column for precision and by its row for "
        "recall. Where a sum is 0, the entry is 0 as well, and dividing by 1 gives 0."
    )
