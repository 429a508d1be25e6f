"""Labels as rows with a single 1."""

import numpy as np

from course_lib.by_hand.softmax import one_hot
from course_lib.exercises.engine import Exercise, Probe, mistake
from course_lib.exercises.shared import column, labels


def _with_ones_at(places):
    def with_ones(y, n):
        Y = np.zeros((len(y), n))
        Y[places(y)] = 1
        return Y

    return with_ones


class OneHot(Exercise):
    reference = one_hot
    probes = [
        Probe("one label", (labels(2), 3)),
        Probe("four labels", (labels(2, 0, 1, 0), 3)),
        Probe("as many labels as classes", (labels(1, 2, 0), 3)),
        Probe("classes that do not come", (labels(0, 3, 0, 1), 6)),
        Probe("read-only labels of digits", (labels(7, 2, 1, 0, 4, 1, 4, 9), 10), read_only=True),
    ]

    @mistake
    def hard_coded_ten(y, n):
        """It always has ten columns. Take their number from `n_classes`."""
        return one_hot(y, 10)

    @mistake.also(
        lambda y, n: one_hot(np.unique(y, return_inverse=True)[1], len(np.unique(y))),
        lambda y, n: one_hot(y, len(np.unique(y))),
        lambda y, n: one_hot(y, len(y)),
    )
    def classes_from_labels(y, n):
        """It takes the number of classes from `y`, in which some may be missing. `n_classes` tells
        how many there are."""
        return one_hot(y, y.max() + 1)

    @mistake
    def transposed(y, n):
        """Examples have become columns; expected one row for each label."""
        return one_hot(y, n).T

    row_and_column_swapped = mistake(
        _with_ones_at(lambda y: (y, np.arange(len(y)))),
        says="The two indices have changed places: the first says which row, the second which "
        "column.",
    )

    @mistake
    def first_row_only(y, n):
        """All ones land in the first rows: a place in the flat array is counted over the rows
        before as well. Give row and column."""
        Y = np.zeros((len(y), n))
        Y.flat[y] = 1
        return Y

    @mistake.also(
        lambda y, n: one_hot(y + 1, n),
        lambda y, n: one_hot(y, n + 1)[:, 1:],
        lambda y, n: one_hot(y + 1, n + 2)[:, :n],
    )
    def labels_from_one(y, n):
        """The ones are a column off: labels and columns both count from 0."""
        return one_hot(y - 1, n)

    @mistake.also(lambda y, n: one_hot(y + 1, n + 1))
    def one_class_too_many(y, n):
        """There is a column too many: the labels run from 0 to n_classes - 1."""
        return one_hot(y, n + 1)

    @mistake.also(lambda y, n: one_hot(y, n).sum(axis=0))
    def one_row_for_all(y, n):
        """All labels share a single row; each wants one of its own."""
        return one_hot(y, n).max(axis=0)

    @mistake.also(
        lambda y, n: one_hot(y[:1], n), lambda y, n: one_hot(y, n) * (column(range(len(y))) == 0)
    )
    def first_label_only(y, n):
        """It looks at the first label only."""
        return one_hot(y[0], n)

    whole_rows = mistake(
        _with_ones_at(lambda y: y),
        says="It fills whole rows with ones. Besides the row, say which column.",
    )
    every_row_alike = mistake(
        _with_ones_at(lambda y: (slice(None), y)),
        says="Every row gets the ones of all labels. Pair each row with its own label: "
        "np.arange(m) counts the rows.",
    )

    @mistake
    def not_picked(y, n):
        """This is the whole identity matrix. Pick from its rows, one for each label."""
        return np.eye(n)

    @mistake.also(
        lambda y, n: _with_ones_at(lambda y: (np.arange(n), y))(y, n),
        lambda y, n: _with_ones_at(lambda y: (range(n), y[:n]))(y, n),
        lambda y, n: np.append(one_hot(y, n)[:n], np.zeros((len(y[n:]), n)), axis=0),
    )
    def rows_of_classes(y, n):
        """It counts its rows up to `n_classes`; there is a row for each label, of which there may
        be more, or fewer."""
        Y = np.zeros((n, n))
        Y[np.arange(n), y] = 1
        return Y

    @mistake
    def not_a_column(y, n):
        """Labels and column numbers are compared one to one. Each label is to meet the numbers of
        all columns."""
        return (y == np.arange(n)).astype(float)

    @mistake
    def ones_left_from_before(y, n):
        """The ones of the labels before are still there. Begin each row with zeros."""
        return np.maximum.accumulate(one_hot(y, n))

    @mistake.also(
        lambda y, n: _with_ones_at(lambda y: (np.arange(len(y)), np.arange(len(y))))(y, n)
    )
    def row_number_for_label(y, n):
        """Each row has its 1 in the column of its own number: the labels have no part in it."""
        return np.eye(len(y), n)

    @mistake
    def numbered_anew(y, n):
        """np.unique numbers the labels that occur, from 0 on, so that a label ends in the column of
        another."""
        return one_hot(np.unique(y, return_inverse=True)[1], n)

    @mistake.also(
        lambda y, n: np.ones((len(y), n)),
        lambda y, n: np.tile(column(y), (1, n)),
        lambda y, n: np.tile(column(y) / n, (1, n)),
    )
    def all_columns_alike(y, n):
        """All columns of a row are alike. The label should choose one of them."""
        return np.zeros((len(y), n))

    @mistake
    def flat(y, n):
        """It is one long row; expected a row for each label."""
        return one_hot(y, n).ravel()

    @mistake.also(*(lambda y, n, e=e: (1 - e) * one_hot(y, n) + e / n for e in (0.2, 0.05, 0.01)))
    def smoothed(y, n):
        """Other classes get a little of the 1, which is called label smoothing. Here a row has a
        single 1, and zeros."""
        return 0.9 * one_hot(y, n) + 0.1 / n

    @mistake.also(lambda y, n: y / n, lambda y, n: y / (n - 1))
    def labels_again(y, n):
        """These are the labels again; expected a row for each."""
        return y.copy()

    @mistake.also(
        lambda y, n: one_hot(y, n)[np.newaxis], lambda y, n: one_hot(y, n)[:, :, np.newaxis]
    )
    def extra_axis(y, n):
        """Its result has three axes; expected two, (m, n_classes)."""
        return one_hot(column(y), n)

    one_label_left_out = mistake(
        lambda y, n: one_hot(y, n) * (column(range(len(y))) < len(y) - 1),
        lambda y, n: one_hot(y, n) * (column(range(len(y))) > 0),
        says="The last row, or the first, has no 1. Where does the loop over the labels begin, and "
        "where does it end?",
    )
    one_class_left_out = mistake(
        lambda y, n: one_hot(y, n) * (np.arange(n) > 0),
        lambda y, n: one_hot(y, n) * (np.arange(n) < n - 1),
        says="The first class, or the last, never gets its 1. Where does the loop over the classes "
        "begin, and where does it end?",
    )

    @mistake.also(lambda y, n: one_hot(y, n) * column(y + 1))
    def label_in_place_of_one(y, n):
        """The columns are right, but it writes the label there, or its number. Write a 1."""
        Y = np.zeros((len(y), n))
        Y[np.arange(len(y)), y] = y
        return Y

    @mistake
    def inverted(y, n):
        """Zeros and ones have changed places."""
        return 1 - one_hot(y, n)

    @mistake
    def minus_ones(y, n):
        """Where the label is not, it writes -1; expected 0."""
        return 2 * one_hot(y, n) - 1

    @mistake.also(
        lambda y, n: (np.arange(n) < column(y)).astype(float),
        lambda y, n: (np.arange(n) >= column(y)).astype(float),
    )
    def filled_up(y, n):
        """It goes on writing ones beside the label's column; only that one is hot."""
        return (np.arange(n) <= column(y)).astype(float)

    hints = (
        "Each of the n_classes possible rows stands in the identity matrix, np.eye(n_classes).",
        "An array of whole numbers between square brackets picks rows, in its order and as often "
        "as they are named.",
        "Which row of the identity matrix has its 1 at k? Pick that row for every label at once.",
    )
    insight = "Seen as a distribution, such a row is sure: all the probability is on one class."
    explanation = "Row k of the identity matrix has its 1 in column k; the labels pick the rows."
