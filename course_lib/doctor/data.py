"""Findings about the data: inputs, labels, and how the two belong together.

Each function takes a chart and returns None, or what is wrong, the numbers that show it and what to
try. Its name is the finding's slug; its docstring states the test, the threshold and the source.
"""

import numpy as np

from course_lib._checks import LARGE, root_mean_square
from course_lib._watch import constant_loss
from course_lib.doctor.chart import neighbours

SEES, SURE = 2.5, 4  # standard deviations above shuffled labels


def inputs_not_finite(chart):
    """Any NaN or infinite number among inputs or targets, for training or validation.

    One such number makes the loss NaN and, after one step, every weight. Threshold: a single one.
    Source: arithmetic of IEEE 754; DeepLocalize (Wardat et al. 2021) looks for it after each layer.
    """
    arrays = {"inputs": chart.X, "targets": chart.y}
    if chart.validation:
        arrays |= dict(
            zip(("validation inputs", "validation targets"), chart.validation, strict=True)
        )
    counts = {name: int(A.size - np.isfinite(A).sum()) for name, A in arrays.items()}
    if not (wrong := {name: n for name, n in counts.items() if n}):
        return None
    return (
        f"There are NaN or infinite numbers among the {' and the '.join(wrong)}.",
        {f"not finite among {name}": n for name, n in wrong.items()},
        "Find the examples with ~np.isfinite(X).all(axis=1), and mend or leave out what made them.",
    )


def inputs_constant(chart):
    """Inputs that say nothing: all rows alike, or columns that never change.

    Threshold: 99 % of the sampled rows equal to one of them; or the numbers of a column spread by
    less than 1e-6 of their size, or of the size of all inputs, in 95 % of the columns of images; of
    their own size in any column of up to 20 but one of ones, which is a bias. A column without
    variance has no part in any gradient but the bias's. Source: the checks of input data in
    TheDeepChecker (Ben Braiek and Khomh 2023).
    """
    x = chart.x
    alike = max((x == row).all(axis=1).mean() for row in (x[0], x[len(x) // 2], x[-1]))
    few = x.shape[1] <= 20
    size = np.sqrt((x**2).mean(axis=0))
    if not few:
        size = np.maximum(size, root_mean_square(x))
    still = (x.std(axis=0) <= 1e-6 * size) & ~(x == 1).all(axis=0)
    if alike < 0.99 and still.mean() < (1e-9 if few else 0.95):
        return None
    return (
        "The inputs are (almost) the same for all examples."
        if alike >= 0.99 or still.all()
        else "Some inputs never change from one example to the next.",
        {"share of equal rows": alike, "share of constant columns": float(still.mean())},
        "Look at some rows of X: was it overwritten, cast to whole numbers, or divided twice?",
    )


def inputs_unscaled(chart):
    """Inputs far from size 1: their root mean square is above 5, or the largest below 0.05.

    Standardised inputs have root mean square 1, pixels from 0 to 1 about 0.3, pixels up to 255 some
    80 to 110. The gradient of the first weights grows with the inputs, so no rate suits them and
    the biases alike. Source: LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp", section
    4.3; DeepFD and TheDeepChecker have the same fault.
    """
    size, largest = root_mean_square(chart.x), float(np.abs(chart.x).max())
    columns = np.abs(chart.x).max(axis=0)
    uneven = chart.x.shape[1] <= 20 and columns.max() > 300 * columns[columns > 0].min(
        initial=np.inf
    )
    if size <= LARGE and largest >= 0.05 and not uneven:
        return None
    if not largest:
        return None
    way = "large" if size > LARGE else "small" if largest < 0.05 else "unlike each other"
    return (
        f"The inputs are not scaled: they are too {way}.".replace("too unlike", "unlike"),
        {"root mean square": size, "largest": largest},
        "Bring them to about 1: X / 255 for pixels, else (X - X.mean(axis=0)) / X.std(axis=0).",
    )


def labels_one_class(chart):
    """All labels, or all but 0.5 % of them, are one class.

    The best answer is then a constant, and nothing can be learned. Source: arithmetic.
    """
    if chart.labels is None or chart.regression:
        return None
    share = np.unique(chart.labels, return_counts=True)[1].max() / len(chart.labels)
    if share < 0.995:
        return None
    return (
        "The labels are all of one class." if share == 1 else "Almost all labels are of one class.",
        {"share of the commonest class": share},
        "Look at np.unique(y, return_counts=True): was a slice taken from sorted data, or text "
        "compared with numbers?",
    )


def labels_off_by_one(chart):
    """Labels that count from 1, or from -1: they fill 1 … K where 0 … K - 1 is meant.

    Threshold: the smallest label is 1 and the largest the number of outputs, or one less with no
    class between left out; or labels 1 and 2 for one output; or the smallest is -1 and there are no
    other negative ones, for three classes or more. With validation examples also: their labels
    agree with the answers better, by half of the examples, after a shift by one. Source:
    arithmetic.
    """
    if chart.labels is None or chart.regression:
        return None
    values, n_out = np.unique(chart.labels), chart.n_out
    low, high = values[0], values[-1]
    filled = len(values) == high - low + 1
    over = low == 1 and high == n_out and len(values) > 1
    spare = low == 1 and n_out > 2 and high == n_out - 1 and filled and n_out != 10
    spare |= low == 1 and n_out == 11 and high == 10
    two = n_out == 1 and low == 1 and high == 2
    under = low == -1 and filled and len(values) > 2
    shift = 0 if over or spare or two or under else _shifted(chart)
    if not (over or spare or two or under or shift):
        return None
    if shift:
        return (
            "The training labels are one class off from the validation labels.",
            {"validation right": chart.judged[1], "right after the shift": shift},
            "Prepare both sets of labels with the same lines.",
        )
    return (
        f"The labels run from {low} to {high}; classes are counted from 0.",
        {"smallest label": low, "largest label": high, "outputs": n_out},
        f"Train on y - {low}" if low > 0 else "Train on y + 1, and give every class an output.",
    )


def _shifted(chart):
    """Return the share of validation examples right after a shift by one, if that is the cure."""
    if not chart.validation or chart.n_out < 3 or chart.refusal or chart.broken:
        return 0
    t = chart.classes(chart.validation[1])
    if t is None:
        return 0
    guess = chart.guess(
        chart.network.copy().astype(float).forward(chart.validation[0].astype(float)), t
    )
    right = [((guess + s) % chart.n_out == t).mean() for s in (-1, 0, 1)]
    best = max(right[0], right[2])
    return float(best) if best > right[1] + 0.5 else 0


def labels_out_of_step(chart):
    r"""Inputs and labels that do not belong together, as after one was shuffled without the other.

    Three tests must all see nothing: whether the nearest neighbour's label tells an example's own,
    whether the nearest ones together do, as many as half the root of the sample, and whether linear
    fits to two halves of the sample tell each other's labels. Each score is compared with 100
    shuffles of the labels; it sees something from 2.5 standard deviations on, and above all of
    them, which happens by chance once in 160 or less. Where none is beyond 4, other examples are
    asked too, if there are as many, and the mean of both counts, times the root of 2. At least 40
    examples, and 15 that are not of the commonest class: fewer tell too little. What a network has
    learned from them tells more: see `_carries_over`. Or some part is out of step, see
    `_from_somewhere_on`. Or the batches of a `Log`, or those of your own in `train`, had for a
    fifth of the inputs another target than the examples have. Source: permutation tests, Good
    (2005); nearest neighbours, Cover and Hart (1967).
    """
    if (paired := chart.paired) < 0.8:
        return (
            "The batches give inputs the labels of other examples.",
            {"inputs with their own label, share": paired},
            "Shuffle with one permutation, and take the same rows of X and of y for a batch.",
        )
    if len(chart.targets) < 40 or not np.ptp(chart.targets, axis=0).any():
        return None
    if not chart.regression and len(chart.targets) - chart.targets.sum(axis=0).max() < 15:
        return None
    scores = _scores(chart.x, chart.targets)
    if max(scores.values()) > SURE or _carries_over(chart):
        return _from_somewhere_on(chart)
    if max(scores.values()) > SEES and len(chart.others) == len(chart.x):
        more = _scores(chart.X[chart.others].astype(np.float64), chart.columns(chart.others))
        scores = {name: (z + more[name]) / np.sqrt(2) for name, z in scores.items()}
    if max(scores.values()) > SEES:
        return None
    return (
        "Inputs and labels do not belong together: labels tell no more than shuffled ones would.",
        {f"deviations ({name})": z for name, z in scores.items()},
        "Look at some examples beside their labels, then at each line that shuffles, sorts or "
        "slices: one permutation has to serve X and y.",
    )


def _from_somewhere_on(chart):
    """Say that some quarter of the examples, in their order, is out of step with its labels.

    One quarter's labels are told by more than 8 standard deviations, another's by none of the three
    tests, though no class is nearly alone there; at least 200 examples.
    """
    quarters = np.array_split(np.arange(len(chart.x)), 4)
    shares = [chart.targets[part].mean(axis=0).max() for part in quarters]
    if len(chart.x) < 200 or chart.regression or max(shares) > 0.8:
        return None
    told = [max(_scores(chart.x[part], chart.targets[part]).values()) for part in quarters]
    if max(told) < 2 * SURE or min(told) > SEES:
        return None
    return (
        "Some of the inputs and labels do not belong together: one quarter of them, in the order "
        "that they stand in, tells no more than shuffled ones would.",
        {f"deviations (quarter {i})": z for i, z in enumerate(told, start=1)},
        "Look at some examples beside their labels, from each quarter: was one row lost, or were "
        "files put together in two orders?",
    )


def _scores(x, targets):
    """Return by how many standard deviations each test sees more than in shuffled labels.

    At most 2.5 where shuffled ones reached as much: scores of a rare class have a long tail.
    """
    Y, m = targets - targets.mean(axis=0), len(targets)
    rng = np.random.default_rng(4)
    shuffles = [rng.permutation(m) for _ in range(100)]
    ranks = neighbours(x, max(1, round(np.sqrt(m) / 2)))
    near = [float((Y[p] * Y[p][ranks[:, 0]]).sum()) for p in (slice(None), *shuffles)]
    some = [float((Y[p] * Y[p][ranks].sum(axis=1)).sum()) for p in (slice(None), *shuffles)]
    order, told = rng.permutation(m), np.zeros_like(Y)
    halves = order[: m // 2], order[m // 2 :]
    for fit, test in (halves, halves[::-1]):
        told[test] = _linear(x[fit], Y[fit], x[test])
    line = [float((told * Y).sum())]
    for _ in range(100):
        line.append(sum(float((told[h] * Y[rng.permutation(h)]).sum()) for h in halves))
    tests = {"nearest neighbour": near, "nearest ones": some, "linear fit": line}
    return {name: _deviations(*values) for name, values in tests.items()}


def _linear(x, Y, others):
    """Return what a linear fit to `x` and `Y`, with a ridge of a tenth of the trace, says."""
    mean = x.mean(axis=0)
    K = (x - mean) @ (x - mean).T
    if not K.any():
        return np.zeros((len(others), Y.shape[1]))
    ridge = K + 0.1 * np.trace(K) / len(x) * np.eye(len(x))
    return (others - mean) @ ((x - mean).T @ np.linalg.solve(ridge, Y - Y.mean(axis=0)))


def _carries_over(chart):
    """Tell whether the network is right on other examples more often than a constant answer.

    By 3 standard deviations, and, as on its own examples, by a quarter of what a constant answer
    gets wrong: then the labels it has learned from belong to their inputs. Few groups of alike
    examples may be right together by chance. Or that its loss there was a fifth below the constant
    answer's, now or in some epoch, which rules out that it was right by chance.
    """
    if not chart.validation or chart.refusal or chart.broken or validation_overlaps_training(chart):
        return False
    y = chart.validation[1]
    losses = chart.judged[0], *getattr(chart.history, "validation_loss", ())
    if min(losses) < 0.8 * constant_loss(chart.loss, y, chart.n_out):
        return True
    t, right = chart.classes(y), chart.judged[1]
    if t is None or right is None:
        return False
    constant = np.unique(t, return_counts=True)[1].max() / len(t)
    least = constant + (1 - constant) / 4
    chance = constant + 3 * np.sqrt(constant * (1 - constant) / len(t))
    return right > max(chance, least) and chart.right > least


def _deviations(score, *shuffled):
    """Return how many standard deviations `score` is above shuffled ones."""
    z = float((score - np.mean(shuffled)) / (np.std(shuffled) or 1))
    return z if score > max(shuffled) else min(z, SEES)


def sorted_by_class(chart):
    """Examples that stand in order of their class.

    The labels change from one example to the next less than half as often as in a random order, and
    by 4 standard deviations less; or less than three quarters as often, by 8, as where groups of
    classes follow each other; at least 20 examples. It does harm where batches or splits are
    taken in order. Source: the number of runs, Wald and Wolfowitz (1940).
    """
    if chart.labels is None or chart.regression or chart.m < 20:
        return None
    y = chart.labels
    share = np.unique(y, return_counts=True)[1] / len(y)
    chance = 1 - (share**2).sum()
    changes, pairs = float((y[1:] != y[:-1]).mean()), len(y) - 1
    if not chance or changes > 3 / 4 * chance:
        return None
    sure = (chance - changes) * np.sqrt(pairs / (chance * (1 - chance)))
    if sure < (4 if changes <= chance / 2 else 8):
        return None
    return (
        "The examples are sorted by class.",
        {"changes of label, share": changes, "in a random order": chance},
        "Shuffle once, X and y with one permutation, before anything is split or cut into batches.",
    )


def validation_overlaps_training(chart):
    """Validation examples that are among the training examples, to the last bit of float32.

    Threshold: 2 % of them and two at least; up to 20 columns beyond three times the share of
    training examples that are twice among themselves, for a table of four points repeats itself by
    nature, while longer rows that are equal were copied, as examples of a rare class are before a
    split. Source: arithmetic; Kaufman et al. (2012), "Leakage in data mining".
    """
    if not chart.validation:
        return None
    ours, theirs = _marks(chart.X), _marks(chart.validation[0])
    known = set(ours)
    shared = sum(mark in known for mark in theirs)
    twice = 1 - len(known) / len(ours) if chart.X.shape[1] <= 20 else 0
    if shared < 2 or shared / len(theirs) < 0.02 + 3 * twice:
        return None
    return (
        "Validation examples are among the training examples, so validation measures memory.",
        {"share of validation examples": shared / len(theirs)},
        "Split once, by one permutation cut in two, before anything else is done.",
    )


def _marks(X):
    return [hash(row.tobytes()) for row in np.ascontiguousarray(X, dtype=np.float32)]


def metric_misleads(chart):
    """Accuracy that a constant answer has as well: one class is frequent, and always the answer.

    Threshold: the commonest class has 70 % of the labels, the network is right on no more than 2
    points beyond that, and the mean share right by class is below that of a coin between the
    classes plus 0.15. Source: balanced accuracy, Brodersen et al. (2010).
    """
    if chart.right is None or chart.regression or not chart.trained:
        return None
    t = chart.classes(chart.t)
    values, counts = np.unique(t, return_counts=True)
    share = counts.max() / len(t)
    if len(values) < 2 or share < 0.7 or share > 0.995 or chart.right > share + 0.02:
        return None
    guess = chart.guess(chart.outputs[-1], t)
    balanced = float(np.mean([(guess[t == c] == c).mean() for c in values]))
    if balanced > 1 / len(values) + 0.15:
        return None
    return (
        "The accuracy is that of always answering the commonest class.",
        {"right": chart.right, "commonest class": share, "mean over the classes": balanced},
        "Judge by the confusion matrix, recall and precision; then give the rare class more "
        "examples, or the network more training.",
    )
