"""Ten logits and the probabilities that softmax makes of them."""

from dataclasses import dataclass

import numpy as np

from course_lib import activations, plots
from course_lib._checks import require

from .kit.controls import RESET, Choice, Slider, setting, shown
from .kit.demo import Demo
from .kit.figures import new_figure, png
from .kit.marks import Text, bars, minus

K = 10
PRESETS = {
    "a 3, perhaps a 5": (0.5, -2.0, 1.0, 4.0, -1.5, 3.0, -0.5, 0.0, 2.5, 1.5),
    "torn between 4 and 9": (-2.0, -1.0, 0.0, -1.0, 3.0, 0.5, -1.0, 0.5, 1.0, 2.5),
    "all alike": (0.0,) * K,
}
SET_BY_HAND = "set by hand"
FACTORS = (1, 10, 100, 1000)


@dataclass
class State:
    """What the picture shows."""

    logits: tuple = setting(PRESETS["a 3, perhaps a 5"], about="Ten numbers")
    temperature: float = setting(
        1.0,
        Choice("temperature", (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0), sliding=True),
        "What the logits are divided by",
    )
    factor: int = setting(
        1,
        Choice("logits times", FACTORS, sliding=True),
        "What they are multiplied with, to see the naive formula overflow",
    )

    def __post_init__(self):
        logits = np.asarray(self.logits, dtype=float).ravel()
        require(
            logits.size == K and np.isfinite(logits).all(),
            f"logits has shape {np.shape(self.logits)}; expected ten finite numbers.",
        )
        self.logits = tuple(logits.tolist())


def _logit(k):
    def read(state):
        return state.logits[k]

    def write(state, value):
        state.logits = (*state.logits[:k], value, *state.logits[k + 1 :])

    return property(read, write)


for _k in range(K):  # each slider moves one of them
    setattr(State, f"z{_k}", _logit(_k))


class Softmax(Demo):
    """Move ten logits and a temperature, and see ten probabilities respond.

    Parameters
    ----------
    presets : dict from name to ten numbers, optional
        Further logits to choose from, such as those that a network gives for an image.
    """

    name, title = "softmax", "Ten logits, ten probabilities"
    alt = (
        "Left, ten logits as bars; in the middle, their softmax, probabilities that add up to 1; "
        "right, what the naive formula makes of the same logits."
    )
    State, rows = State, 2

    def __init__(self, presets=None, **state):
        self.presets = {**PRESETS, **(presets or {})}
        for logits in self.presets.values():
            State(logits)  # which says what is wrong with it
        sliders = {f"z{k}": Slider(f"logit of {k}", -10.0, 10.0, 0.5) for k in range(K)}
        self.controls = dict(
            preset=Choice("preset", (SET_BY_HAND, *self.presets)),
            **shown(State),
            **sliders,
            reset=RESET,
        )
        super().__init__(**state)

    def _value(self, name):
        if name != "preset":
            return super()._value(name)
        same = [name for name, z in self.presets.items() if State(z).logits == self.state.logits]
        return same[0] if same else SET_BY_HAND

    def changed(self, name):
        """Take over the preset that was chosen."""
        if name == "preset" and self.state.preset != SET_BY_HAND:
            self.state.logits = State(self.presets[self.state.preset]).logits

    def probabilities(self):
        """Return the scaled logits, their softmax, and what the naive formula gives."""
        z = self.state.factor * np.array(self.state.logits) / self.state.temperature
        with np.errstate(all="ignore"):
            naive = np.exp(z) / np.exp(z).sum()
        return z, activations.softmax(z[np.newaxis])[0], naive

    def make_figure(self):
        """Frame three sets of bars."""
        figure = new_figure(820, 330)
        logits, stable, naive = figure.subplots(1, 3)
        logits.set(xlim=(-10.5, 10.5), title="Logits", xlabel="logit (as set)", ylabel="class")
        logits.axvline(0, color="black", lw=0.8)
        stable.set(xlim=(0, 1.3), title="Softmax", xlabel="probability")
        naive.set(xlim=(0, 1.3), title="The naive formula", xlabel="probability")
        for ax in (logits, stable, naive):
            ax.set(ylim=(9.6, -0.6), yticks=range(K))
        for ax in (stable, naive):
            ax.set_xticks((0, 0.5, 1))
        return figure, {"logits": logits, "stable": stable, "naive": naive}

    def marks(self):
        """Draw the bars with their numbers; what is no number is said in words."""
        _, P, naive = self.probabilities()
        logits = bars(np.array(self.state.logits), plots.GREY)
        top = P.argmax()
        stable, other = bars(P, plots.BLUE), bars(np.nan_to_num(naive), plots.ORANGE)
        for k in range(K):
            mark = " ◀" if k == top and P[k] > 0.11 else ""
            stable.append(Text((P[k] + 0.03, k), f"{P[k]:.3f}{mark}", align="left", size=12))
            words = "nan" if np.isnan(naive[k]) else f"{naive[k]:.3f}"
            other.append(Text((np.nan_to_num(naive[k]) + 0.03, k), words, align="left", size=12))
        return [
            (self.axes["logits"], logits),
            (self.axes["stable"], stable),
            (self.axes["naive"], other),
        ]

    def static(self):
        """Show three temperatures, where none can be chosen."""
        if self.state != State():
            return super().static()
        figure = new_figure(820, 300)
        for ax, temperature in zip(figure.subplots(1, 3), (0.5, 1.0, 4.0), strict=True):
            P = Softmax(temperature=temperature).probabilities()[1]
            ax.barh(range(K), P, 0.7, color=plots.BLUE)
            for k, p in enumerate(P):
                ax.text(p + 0.02, k, f"{p:.3f}", va="center", fontsize=8.5)
            ax.set(xlim=(0, 1.15), ylim=(9.6, -0.6), yticks=range(K), xlabel="probability")
            ax.set_title(f"temperature {temperature:g}")
        figure.axes[0].set_ylabel("class")
        return png(figure)

    def words(self):
        """Give the sum and say what became of the naive formula."""
        z, P, naive = self.probabilities()
        lines = f"softmax: highest {P.max():.4f} for class {P.argmax()}, sum {P.sum():.6f}\n"
        if np.isnan(naive).any():
            largest = minus(f"exp({z.max():.0f})")
            return lines + f"naive: {largest} is infinite, and infinite over infinite is nan."
        return lines + "naive: the same, as long as no exponential overflows."


softmax = Softmax.function()
