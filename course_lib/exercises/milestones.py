"""Milestones: what a lesson's functions reach together, beside goal and published figure."""

import math
import numbers
import operator
from dataclasses import dataclass, field

SIGNS = {"≤": operator.le, "≥": operator.ge}


@dataclass(frozen=True)
class Milestone:
    """What is to be reached, and by which functions.

    Attributes
    ----------
    needs : tuple of str
        Ids of the exercises; it counts where all of these functions are the student's own.
    goals : dict from str to (sign, number)
        Figure → "≤" or "≥" and its goal. At least so much of something that ends with "accuracy"
        is a share, from 0 to 1.
    published : dict from str to float
        Figure → what others have reached.
    """

    needs: tuple
    goals: dict
    published: dict = field(default_factory=dict)


def judge(milestone, figures):
    """Compare figures with their goals.

    Parameters
    ----------
    milestone : Milestone
    figures : dict from str to float

    Returns
    -------
    bool
        Whether all goals are met.
    list of str
        A line for each figure.

    Raises
    ------
    ValueError
        Where a figure is missing, unknown, or nothing that can be compared.
    """
    asked = ", ".join(f"{name}=…" for name in milestone.goals)
    if figures.keys() != milestone.goals.keys():
        came = ", ".join(f"{name}=…" for name in figures) or "nothing"
        raise ValueError(f"The figures are {came}; expected {asked}.")
    met, lines = [], []
    for name, (sign, goal) in milestone.goals.items():
        value = _checked(name, figures[name])
        met.append(SIGNS[sign](value, goal))
        said = "✓ met" if met[-1] else "✗ not met"
        published = milestone.published.get(name)
        beside = f", published {shown(name, published)}" if published is not None else ""
        lines.append(
            f"{_words(name)} {shown(name, value)}: {said} (goal {sign} {shown(name, goal)}{beside})"
        )
    return all(met), lines


def _checked(name, value):
    """Return a figure as a float, or say what is wrong with it."""
    if getattr(value, "ndim", 0) == 0 and hasattr(value, "item"):
        value = value.item()  # NumPy's numbers, and arrays of a single one without an axis
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise ValueError(f"{name} is of type {type(value).__name__}; expected one number.")
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}; expected a number. Did the training diverge?")
    if name.endswith("accuracy") and not 0 <= value <= 1:
        percent = f" Did you mean {value / 100:.4g}?" if 1 < value <= 100 else ""
        raise ValueError(f"{name} is {value:.4g}; expected a share, from 0 to 1.{percent}")
    return float(value)


def shown(name, value):
    """Write a figure: a share in percent, a loss with four digits."""
    return f"{value:.2%}" if name.endswith("accuracy") else f"{value:.4f}"


def _words(name):
    return name.replace("_", " ")


def summary(figures):
    """Write figures on one line."""
    return ", ".join(f"{_words(name)} {shown(name, value)}" for name, value in figures.items())
