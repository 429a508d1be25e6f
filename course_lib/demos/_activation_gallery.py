"""Activations and their derivatives, side by side."""

from dataclasses import dataclass

import numpy as np

from course_lib import activations, plots

from .kit.controls import RESET, Choice, Slider, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure, png
from .kit.marks import Line, Points, Polygons, Text, minus

Z = np.linspace(-6, 6, 481)
FLAT = 0.01  # under this slope a unit learns next to nothing
WIDE = 0.5  # a narrower stretch is the bottom of a dip, not saturation
PAIRS = {  # in the order in which lessons meet them
    "step": (lambda Z: (Z > 0).astype(float), np.zeros_like),
    "identity": (lambda Z: Z, np.ones_like),
} | {
    name: (getattr(activations, name), getattr(activations, f"{name}_grad"))
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu")
}
NAMES = tuple((name, name.replace("_", " ")) for name in PAIRS)
NONE = "nothing"


@dataclass
class State:
    """What the picture shows."""

    activation: str = setting("tanh", Choice("activation", NAMES))
    beside: str = setting("relu", Choice("beside it", (NONE, *NAMES)), "Another, to compare")
    z: float = setting(1.0, Slider("pre-activation z", -6.0, 6.0, 0.1))


class ActivationGallery(Demo):
    """Compare ten activations and their derivatives, two at a time."""

    name, title = "activation_gallery", "Ten activations and their derivatives"
    alt = (
        "Left, one or two activations over the pre-activation z with the tangent at the chosen z; "
        "right, their derivatives. Where the first one is saturated, the ground is grey."
    )
    State, rows = State, 2
    controls = shown(State) | dict(reset=RESET)

    def make_figure(self):
        """Frame function and derivative."""
        figure = new_figure(820, 330)
        function, slope = figure.subplots(1, 2)
        function.set(xlim=(-6, 6), ylim=(-1.5, 3), title="Activation", ylabel="$f(z)$")
        slope.set(xlim=(-6, 6), ylim=(-0.3, 1.4), title="Its derivative", ylabel="$f'(z)$")
        for ax in (function, slope):
            ax.set_xlabel("pre-activation $z$")
            ax.grid(alpha=0.3)
        return figure, {"function": function, "slope": slope}

    def chosen(self):
        """Return what is drawn: name, function and derivative, one or two of them."""
        names = [self.state.activation, self.state.beside]
        return [(name, *PAIRS[name]) for name in dict.fromkeys(names) if name != NONE]

    def marks(self):
        """Draw the curves, the tangent, and where the first is flat."""
        function, slope = [], []
        _, _, f_grad = self.chosen()[0]
        for low, high in runs(np.abs(f_grad(Z)) < FLAT):
            for marks, (bottom, top) in ((function, (-1.5, 3)), (slope, (-0.3, 1.4))):
                corners = [(low, bottom), (high, bottom), (high, top), (low, top)]
                marks.append(Polygons([corners], np.array([[127, 127, 127, 50]], np.uint8)))
            if high - low > 1.5:
                slope.append(Text(((low + high) / 2, 1.25), "saturated", size=12))
        z = np.array([self.state.z])
        for k, (_, f, f_grad) in enumerate(self.chosen()):
            colour, dash = plots.COLOURS[k], plots.DASHES[k]
            function.append(Line(np.column_stack([Z, _cut(f(Z))]), colour, 2.5, dash))
            slope.append(Line(np.column_stack([Z, _cut(f_grad(Z))]), colour, 2.5, dash))
            here, rise = f(z)[0], f_grad(z)[0]
            ends = z[0] + np.array([-1, 1])
            tangent = np.column_stack([ends, here + rise * (ends - z[0])])
            function.append(Line(tangent, "#000000", 1.2))
            marker = plots.MARKERS[2 * k]
            function.append(Points([(z[0], here)], "#000000", marker, 5, colour))
            slope.append(Points([(z[0], rise)], "#000000", marker, 5, colour))
        return [(self.axes["function"], function), (self.axes["slope"], slope)]

    def words(self):
        """Give value and slope at z."""
        z, lines = np.array([self.state.z]), []
        for (name, f, f_grad), line in zip(self.chosen(), ("solid", "dashed"), strict=False):
            words = f"{name.replace('_', ' ')} ({line}): f({z[0]:.1f}) = {f(z)[0]:.4f}"
            lines.append(minus(f"{words}, f′({z[0]:.1f}) = {f_grad(z)[0]:.4f}"))
        return "\n".join(lines)

    def static(self):
        """Show all ten, where none can be chosen."""
        if self.state != State():
            return super().static()
        figure = new_figure(820, 380)
        for ax, (name, (f, f_grad)) in zip(figure.subplots(2, 5).flat, PAIRS.items(), strict=True):
            for low, high in runs(np.abs(f_grad(Z)) < FLAT):
                ax.axvspan(low, high, color=plots.GREY, alpha=0.2, lw=0)
            ax.plot(Z, _cut(f(Z)), color=plots.BLUE, lw=2, label="$f(z)$")
            ax.plot(Z, _cut(f_grad(Z)), color=plots.ORANGE, lw=2, ls="--", label="$f'(z)$")
            ax.set(xlim=(-6, 6), ylim=(-1.5, 3), title=name.replace("_", " "), xticks=(-5, 0, 5))
            ax.grid(alpha=0.3)
            ax.label_outer()
        figure.axes[1].legend(fontsize=8.5, loc="lower right")
        figure.supxlabel(f"pre-activation $z$ (grey: slope under {FLAT})", fontsize=10)
        return png(figure)


def runs(flags):
    """Return the wide stretches of `Z`, as (low, high), where the flags hold."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags, [0]]).astype(int)))
    ends = [(Z[start], Z[end - 1]) for start, end in edges.reshape(-1, 2)]
    return [(low, high) for low, high in ends if high - low > WIDE]


def _cut(values):
    # The step's jump is no line.
    jumps = np.abs(np.diff(values, append=values[-1])) > 0.5
    return np.where(jumps, np.nan, values)


activation_gallery = ActivationGallery.function()
