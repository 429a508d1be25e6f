"""Is my curve right? A run beside the curves of 20 runs of the right code."""

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from course_lib._checks import require

CURVES = Path(__file__).with_name("curves.json")
OUTSIDE = 0.005  # a chance below this is outside the band
LEAST = 0.01  # the spread of the logarithm of a loss, at least: a hundredth of the loss


@dataclass(frozen=True)
class Comparison:
    """What `compare` says of a run.

    Attributes
    ----------
    place : str
        "inside", "below" or "above" the band.
    chance : float
        How likely the right code is to stray so far or further, at the most.
    epoch : int
        Where the loss is furthest from the others', counted from 1.
    name : str
        The training, as it was asked for.
    panels : dict
        Numbers for the picture, which `plots.over_band` draws.
    of : str
        What is furthest from the others': "loss", or one of `marks`.
    """

    place: str
    chance: float
    epoch: int
    name: str
    panels: dict = field(repr=False)
    of: str = "loss"

    def __str__(self):
        """Return the result in one or two sentences."""
        said = "less than 0.1 %" if self.chance < 0.001 else f"{self.chance:.1%}".replace("%", " %")
        if self.place == "inside":
            return (
                f"Inside the band of {self.name}: the right code strays so far with a chance of "
                f"{said}. That is no proof that yours is right."
            )
        where = f"furthest in epoch {self.epoch}"
        if self.of != "loss":
            where = f"not by its loss but by this: {self.of}"
        return (
            f"{self.place.capitalize()} the band of {self.name}, {where}; with the right code the "
            f"chance of that is {said}. Are the data, the sizes and the rate those of the lesson? "
            "If so, `diagnose` may know why."
        )

    def _repr_html_(self):
        """Return the result as a box."""
        side = "#009E73" if self.place == "inside" else "#D55E00"
        style = f"border-left:4px solid {side};padding:0.3em 1em;margin:0.5em 0"
        return f'<div style="{style}">{escape(str(self))}</div>'


def curves():
    """Return the stored curves by name: what they are of, which epochs, and the losses.

    Returns
    -------
    dict
        For each training ``about``, ``epochs``, ``loss``, one row a run, and its `marks`, by name
        a number for each run.
    """
    return json.loads(CURVES.read_text(encoding="utf-8"))


def compare(history, name):
    r"""Compare a run with 20 runs of the right code, of other seeds.

    At each stored epoch the logarithm of the loss is set against the mean :math:`\mu` and the
    standard deviation s of those n = 20 runs: :math:`t = (\ln L - \mu) / (s \sqrt{1 + 1/n})`. The
    chance is that of the largest \|t\| by Student's distribution with 5 degrees of freedom, times
    the number of epochs (Bonferroni's bound, so it is at most that). Below 0.5 % the run is
    outside. Source: prediction intervals, e.g. Hahn and Meeker (1991), "Statistical Intervals". 19
    degrees, those of normal numbers, are too many: of 40 right runs, each against the 19 others, 2
    would stray as 1 in 1,000 should. Where a history has looks, what a curve hides counts as well,
    as further epochs would: see `marks`.

    Parameters
    ----------
    history : History, or sequence of float
        What `train` returned, or the training loss of each epoch, the mean over its batches, from
        the first epoch on. What comes after the lesson's last epoch is not looked at.
    name : str
        Which training: one of ``curves()``, such as "lesson-04-784-128-10".

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        Where there is no training of that name, or no loss.

    Examples
    --------
    >>> print(compare([0.7] * 1000, "lesson-02-2-5-1").place)
    above
    """
    stored = curves()
    require(name in stored, f"name is {name!r}; expected one of {', '.join(stored)}.")
    losses = _losses(history)
    epochs = [epoch for epoch in stored[name]["epochs"] if epoch <= len(losses)]
    runs = np.array(stored[name]["loss"])[:, : len(epochs)]
    mine = losses[np.array(epochs) - 1]
    t = strays(mine, runs)
    found, theirs = marks(history), stored[name]["marks"]
    both = [mark for mark in theirs if mark in found]
    hidden = strays(
        np.array([found[mark] for mark in both]),
        np.array([theirs[mark] for mark in both]).reshape(-1, len(runs)).T,
    )
    all_t = np.concatenate([t, hidden])
    # What a curve hides speaks where the curve itself does not.
    spoken = t if chance_of(t) < OUTSIDE else all_t
    worst, chance = int(np.argmax(np.abs(spoken))), chance_of(all_t)
    place = "inside" if chance >= OUTSIDE else "below" if all_t[worst] < 0 else "above"
    panels = {"name": name, "epochs": epochs, "loss": mine.tolist(), "runs": runs.tolist()}
    epoch, of = epochs[int(np.argmax(np.abs(t)))], ["loss"] * len(t) + both
    return Comparison(place, chance, epoch, name, panels, of[worst])


def marks(history):
    r"""Return what a run's looks tell that its losses may hide, by name.

    - The size of each matrix's gradient at the first step, :math:`\|dW\|`: an optimiser such as
      Adam divides out a factor on it, so that no curve shows it.
    - The share of looks, but the first, at which a bias of the last layer is not 0: none where
      biases are never updated.
    - The share of the first batches looked at that are different, by their targets: 1 over their
      number where each epoch has the same order.
    - With all examples at once, what the first step lowered the loss by, over what it lowers on a
      straight slope, :math:`-\langle dW, \Delta W \rangle`: twice as much where dW is halved.

    Parameters
    ----------
    history : History, or sequence of float

    Returns
    -------
    dict from str to float
        Empty where there are no looks.
    """
    looks = getattr(history, "looks", ())
    if not looks:
        return {}
    first = looks[0]
    found = {
        f"the gradient of matrix {i} at the first step": size
        for i, size in enumerate(first["gradients"], start=1)
    }
    if len(looks) > 1 and first.get("bias") is not None:
        moved = [bool(look["bias"]) for look in looks[1:]]
        found["the share of looks at which a last bias is not 0"] = float(np.mean(moved))
    losses, downhill = history.loss, first.get("downhill")
    if len(losses) > 1 and np.isclose(losses[0], first["loss"], rtol=1e-6):  # all at once
        if downhill:
            found["what the first step gains, over its slope"] = (losses[0] - losses[1]) / downhill
    elif len(looks) > 1:
        different = {look["order"] for look in looks}
        found["the share of first batches that are different"] = len(different) / len(looks)
    return found


def strays(mine, runs):
    """Return how far a run is from others at each epoch, in standard deviations of a new run.

    Parameters
    ----------
    mine : ndarray, shape (epochs,)
        Losses. One that is not finite is infinitely far.
    runs : ndarray, shape (n, epochs)
        The losses of others.

    Returns
    -------
    ndarray, shape (epochs,)
    """
    logs = np.log(runs)
    spread = np.maximum(logs.std(axis=0, ddof=1), LEAST) * np.sqrt(1 + 1 / len(runs))
    with np.errstate(all="ignore"):
        t = (np.log(mine) - logs.mean(axis=0)) / spread
    return np.where(np.isnan(t), np.inf, t)


def chance_of(t):
    """Return how likely the largest of `t` is under right code, at the most.

    Parameters
    ----------
    t : ndarray
        As `strays` returns it.

    Returns
    -------
    float
    """
    # Student's distribution with 5 degrees of freedom: Abramowitz and Stegun (1964), 26.7.4.
    angle = np.arctan(np.abs(t).max() / np.sqrt(5))
    sine, cosine = np.sin(angle), np.cos(angle)
    inside = 2 / np.pi * (angle + sine * cosine * (1 + 2 / 3 * cosine**2))
    return float(min(1.0, len(t) * max(0.0, 1 - inside)))


def _losses(history):
    """Return the losses of a history or of a sequence as an array, or say what is wrong."""
    said = f"history is of type {type(history).__name__}; expected what train returned, or losses."
    try:
        losses = np.asarray(getattr(history, "loss", history), dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(said) from None
    require(losses.ndim == 1, said)
    if getattr(history, "stopped", "").startswith("Training diverged"):
        losses = np.append(losses, np.inf)
    require(len(losses), "history holds no loss; expected one for each epoch, from the first on.")
    return losses
