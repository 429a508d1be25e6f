"""Why does it not learn? An examination of a network, its data and its training.

`diagnose` reads and measures; it changes nothing. Its findings are in `data`, `build` (the network)
and `run` (the training), one function each, whose docstring says how it judges and by which
threshold. `Log` collects for a loop of your own what `train` keeps in its history. `compare` draws
a run over the band of the right code's.
"""

import contextlib

import numpy as np

from course_lib import _speed
from course_lib.doctor import build, data, run
from course_lib.doctor.chart import Chart
from course_lib.doctor.compare import Comparison, compare, curves
from course_lib.doctor.log import Log
from course_lib.doctor.report import Finding, Report

__all__ = ["Comparison", "Finding", "Log", "Report", "compare", "curves", "diagnose"]

# The most fundamental first: what comes later may be a consequence of what comes before.
FINDINGS = (
    data.inputs_not_finite,
    data.inputs_constant,
    data.labels_one_class,
    data.labels_off_by_one,
    build.loss_does_not_fit,
    build.output_squashed,
    build.wrong_gradient,
    data.inputs_unscaled,
    data.labels_out_of_step,
    data.sorted_by_class,
    data.validation_overlaps_training,
    build.weights_equal,
    build.no_nonlinearity,
    build.weights_too_large,
    build.weights_too_small,
    build.initial_loss_off,
    build.exploding_gradients,
    build.vanishing_gradients,
    run.batches_all_alike,
    run.penalty_too_strong,
    run.diverged,
    run.rate_too_high,
    run.rate_too_low,
    build.units_dead,
    build.units_saturated,
    data.metric_misleads,
    run.stopped_too_early,
    run.under_fitting,
    run.over_fitting,
)

# These need no outputs.
ABOUT_DATA = [
    f for f in FINDINGS if f.__module__ == data.__name__ and f is not data.metric_misleads
]


def diagnose(network, X, y, *, loss, optimizer=None, history=None, validation=None):
    """Look for the reason why a network does not learn, or not what it should.

    Parameters
    ----------
    network : Network
        As it is now, before training or after; not changed.
    X, y : array_like, shapes (m, n_in) and (m,) or (m, n_out)
        The examples that it was trained on, or will be, as they were given to `train`.
    loss : function ``(y, Z) -> (value, dZ)``
    optimizer : optional
        Needed for findings about the rate.
    history : History or Log, optional
        What `train` returned, or what a loop of your own has logged; needed for what happened
        before now.
    validation : pair of arrays ``(X, y)``, optional

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        Where arrays are not numbers, or not of the shapes that the network was made for.

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib.layers import Dense, Tanh
    >>> from course_lib.losses import sigmoid_cross_entropy
    >>> from course_lib.network import Network
    >>> from course_lib.toys import circles
    >>> rng = np.random.default_rng(0)
    >>> X, y = circles(200, rng)
    >>> network = Network([Dense(2, 5, rng=rng), Tanh(), Dense(5, 1, rng=rng)])
    >>> diagnose(network, X, y, loss=sigmoid_cross_entropy).healthy
    True
    >>> diagnose(network, 255 * X, y, loss=sigmoid_cross_entropy).findings[0].slug
    'inputs-unscaled'
    """
    with _speed.steady(), np.errstate(all="ignore"):
        chart = Chart(network, X, y, loss, optimizer, history, validation)
        found = []
        for find in FINDINGS:
            # What is sick may refuse to be measured; the other findings stand all the same.
            with contextlib.suppress(ValueError, TypeError, IndexError, ArithmeticError):
                if find in _needs(chart) and (finding := find(chart)):
                    found.append(Finding(find.__name__.replace("_", "-"), *finding))
        return Report(tuple(_in_order(found, chart)), chart.panels())


def _in_order(found, chart):
    """Put first what names the trouble best, where one finding brings another with it.

    In a deep stack it is the product over the layers, not a single one's weights; where the last
    layer alone is too large, it is the first loss; and a loss that is large, but not out of all
    bounds, comes of the rate.
    """
    if len(found) < 2:
        return found
    weights = ("weights-too-large", "weights-too-small")
    rules = []
    if build.fades(chart) > build.VANISHED:  # it was not the first weights that made units flat
        rules += [(flat, "vanishing-gradients") for flat in ("units-dead", "units-saturated")]
    for flat, share in (("units-dead", "dead"), ("units-saturated", "saturated")):
        if chart.looks and max(chart.looks[0][share], default=0) >= 0.5:  # before any step
            rules += [(flat, "rate-too-high"), (flat, "rate-too-low")]
    if len(chart.dense) >= build.DEEP:
        rules += [("exploding-gradients", "initial-loss-off")]
        rules += [("vanishing-gradients", "initial-loss-off")]
        rules += [
            (deep, w) for deep in ("exploding-gradients", "vanishing-gradients") for w in weights
        ]
    if build.last_alone(chart):
        rules += [("initial-loss-off", "weights-too-large")]
    if not chart.looks:  # the weights are the last ones, which over-fitting has made large
        rules += [("over-fitting", "weights-too-large")]
    if not chart.broken and not chart.stopped:
        rules += [("rate-too-high", "diverged")]
    for earlier, later in rules:
        slugs = [finding.slug for finding in found]
        if {earlier, later} <= set(slugs) and slugs.index(earlier) > slugs.index(later):
            found.insert(slugs.index(later), found.pop(slugs.index(earlier)))
    return found


def _needs(chart):
    """Return the findings that can be asked about, given what is there to compute with."""
    if len(chart.finite) < 2:
        return FINDINGS[:1]
    if chart.refusal:  # no loss, so nothing but the data can be judged
        return [*ABOUT_DATA, build.loss_does_not_fit, build.no_nonlinearity]
    if chart.broken:
        return [
            *ABOUT_DATA, build.loss_does_not_fit, build.output_squashed, build.wrong_gradient,
            build.weights_equal, build.no_nonlinearity, build.weights_too_large,
            build.weights_too_small, build.initial_loss_off, build.exploding_gradients,
            run.batches_all_alike, run.diverged, run.rate_too_high,
        ]  # fmt: skip
    return FINDINGS
