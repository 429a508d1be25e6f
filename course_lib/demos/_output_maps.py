"""The output weights of a network, a map of the hidden units for each class."""

from dataclasses import dataclass

import numpy as np

from course_lib.activations import softmax

from ._explore import check
from .kit.controls import RESET, Choice, Whole, setting
from .kit.demo import Demo, called
from .kit.figures import new_figure, png
from .kit.marks import Polygons, Text, coloured, minus

N_SAID = 3  # units that the words name


@dataclass
class State:
    """Which two classes are compared."""

    of: int = setting(0, Whole(), "The class whose map is shown, from 0")
    beside: int = setting(1, Whole(), "The class that it is compared with, from 0")


class OutputMaps(Demo):
    """Choose a class and see which hidden units vote for it, and which against.

    Parameters
    ----------
    network : Network
        784 inputs, one hidden layer of up to 100 units, one output for each class.
    class_names : list of str

    Notes
    -----
    `link` calls both as the notebook does, or by the names of these arguments where they have no
    name there.
    """

    name, title = "output_maps", "Votes of the hidden units for each class"
    alt = (
        "Three maps of the hidden units, each cell with a number: the weights that lead to the "
        "chosen class, those that lead to another one, and the first less the second. Blue cells "
        "with a plus vote for, red ones with a minus against."
    )
    State, rows = State, 3

    def __init__(self, network, class_names, **state):
        check(network, softmax, class_names)
        self.given = [called(network, "network"), called(class_names, "class_names")]
        self.names = tuple(map(str, class_names))
        self.W = network.layers[-1].params["W"]
        self.side = int(np.ceil(len(self.W) ** 0.5))
        classes = tuple(enumerate(self.names))
        self.controls = dict(
            of=Choice("class", classes), beside=Choice("beside it", classes), reset=RESET
        )
        super().__init__(**state)

    def link(self):
        """Return the Python call that makes a demo in exactly this state."""
        _, _, state = super().link().partition("(")
        given = [*self.given, *filter(None, [state[:-1]])]
        return f"demos.{self.name}({', '.join(given)})"

    def make_figure(self):
        """Frame three maps."""
        figure = new_figure(820, 330)
        axes = dict(zip(("of", "beside", "difference"), figure.subplots(1, 3), strict=True))
        for ax in axes.values():
            self._frame(ax, top=-1.2)  # leaves room for the name, which changes
        return figure, axes

    def marks(self):
        """Draw the two maps and their difference, each under its name."""
        of, beside = self.W[:, self.state.of], self.W[:, self.state.beside]
        names = self.names[self.state.of], self.names[self.state.beside]
        maps = zip((*names, "difference"), (of, beside, of - beside), strict=True)
        return [
            (self.axes[panel], [*self._cells(values, 13), self._title(name)])
            for panel, (name, values) in zip(self.axes, maps, strict=True)
        ]

    def words(self):
        """Name the units with the loudest votes, and those between the two classes."""
        of, beside = self.W[:, self.state.of], self.W[:, self.state.beside]
        name, other = self.names[self.state.of], self.names[self.state.beside]
        gap = of - beside
        j = np.abs(gap).argmax()
        between = (
            f"Between {name} and {other} unit {j} tells most: {of[j]:+.2f} and {beside[j]:+.2f}."
        )
        return minus(
            f"For {name}: {said(of, np.argsort(-of)[:N_SAID])}.\n"
            f"Against {name}: {said(of, np.argsort(of)[:N_SAID])}.\n{between}"
        )

    def static(self):
        """Show the maps of all classes, where none can be chosen."""
        if self.state != State():
            return super().static()
        rows = -(-len(self.names) // 5)
        figure = new_figure(1000, 235 * rows)
        axes = figure.subplots(rows, 5, squeeze=False).ravel()
        for ax, name, values in zip(axes, self.names, self.W.T, strict=False):
            self._frame(ax)
            ax.set_title(name, fontsize=12)
            for k, mark in enumerate(self._cells(values, 11)):
                mark.draw(ax, 2 + k / 1000)
            ax.label_outer()
        for ax in axes[len(self.names) :]:
            ax.set_axis_off()
        return png(figure)

    def _frame(self, ax, top=-0.5):
        places = np.arange(self.side)
        ax.set(xlim=(-0.5, self.side - 0.5), ylim=(self.side - 0.5, top), aspect="equal")
        ax.spines[:].set_visible(False)
        ax.set(xticks=places, xticklabels=[f"+{k}" for k in places])
        ax.set(yticks=places, yticklabels=self.side * places, xlabel="unit: row + column")

    def _cells(self, values, size):
        """Return coloured cells and their numbers: the sign is in the number, too."""
        limit = np.abs(self.W).max() or 1.0
        rows, columns = np.divmod(np.arange(len(values)), self.side)
        corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        cells = np.column_stack([columns, rows])[:, np.newaxis] + corners
        yield Polygons(cells, coloured(values, "RdBu", (-1.6 * limit, 1.6 * limit)), "#FFFFFF")
        size = size * min(1, 5 / self.side)
        for row, column, value in zip(rows, columns, values, strict=True):
            yield Text((column, row), minus(f"{value.round(1) + 0:+.1f}"), size=size)

    def _title(self, name):
        return Text((self.side / 2 - 0.5, -0.85), name, size=14)


def said(values, units):
    """List units with their votes, in words."""
    return ", ".join(f"unit {j} ({values[j]:+.2f})" for j in units)


output_maps = OutputMaps.function()
