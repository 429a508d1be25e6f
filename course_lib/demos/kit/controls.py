"""What can be set: the parameters of a demo, each declared once, and the controls on its page.

A parameter is a field of the demo's state: its default, what it may be, and a few words about it::

    w1: float = setting(-1.0, Slider("weight w₁", -5.0, 5.0, 0.1))

The control on the page, the check of an argument, and the signature and help of the demo's function
all follow from that line.
"""

import difflib
import inspect
import math
from dataclasses import dataclass, field, fields
from textwrap import fill

from course_lib._checks import require, whole_number

# --- What a parameter may be ---------------------------------------------------------------------
# Each can `take` a value, or refuse it in a sentence, and say what is `allowed`. All but `Whole`
# are controls: `spec` describes them to the browser; `from_browser` takes what comes from there.


@dataclass(frozen=True)
class Whole:
    """A whole number from 0 to `most`, without a control."""

    most: float = math.inf

    @property
    def allowed(self):
        """The values, in words."""
        return "" if self.most == math.inf else f"up to {self.most}"

    def take(self, name, value):
        """Return the value, or refuse it in a sentence."""
        value = whole_number(name, value, at_least=0)
        require(value <= self.most, f"{name} is {value}; expected at most {self.most}.")
        return value


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`, moved by `step`."""

    label: str
    low: float
    high: float
    step: float

    @property
    def digits(self):
        """Decimals that the step needs."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    @property
    def allowed(self):
        """The values, in words."""
        return f"from {self.low:g} to {self.high:g}"

    def spec(self):
        """Describe the control to the browser."""
        return {"kind": "slider", **vars(self), "digits": self.digits}

    def take(self, name, value):
        """Return the value, or refuse it in a sentence."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        require(
            number and self.low <= value <= self.high,
            f"{name} is {value!r}; expected a number {self.allowed}.",
        )
        return value

    def from_browser(self, name, value):
        """Round as the slider shows it: 0.1 + 0.2 is a little more than 0.3."""
        return round(self.take(name, value), self.digits)


@dataclass(frozen=True)
class Choice:
    """One of some options: a list (``sliding=True``: a slider over it; ``tabs=True``: tabs).

    `options` holds values, or pairs of a value and the words for it.
    """

    label: str
    options: tuple
    sliding: bool = False
    tabs: bool = False

    @property
    def pairs(self):
        """Values with their words."""
        return [o if isinstance(o, tuple) else (o, _words(o)) for o in self.options]

    @property
    def allowed(self):
        """The values, in words."""
        *firsts, last = [_listed(*pair) for pair in self.pairs]
        return f"{', '.join(firsts)} or {last}"

    def spec(self):
        """Describe the control to the browser."""
        kind = "slider" if self.sliding else "tabs" if self.tabs else "choice"
        return {"kind": kind, "label": self.label, "options": [list(pair) for pair in self.pairs]}

    def take(self, name, value):
        """Return the value, or refuse it in a sentence."""
        values = [option for option, _ in self.pairs]
        near = []
        if isinstance(value, str):
            near = difflib.get_close_matches(value, map(str, values), 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        known = ", ".join(map(repr, values))
        require(value in values, f"{name} is {value!r}; expected one of {known}.{hint}")
        return values[values.index(value)]

    from_browser = take


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    label: str
    allowed = ""

    def spec(self):
        """Describe the control to the browser."""
        return {"kind": "check", "label": self.label}

    def take(self, name, value):
        """Return the value, or refuse it in a sentence."""
        require(isinstance(value, bool), f"{name} is {value!r}; expected True or False.")
        return value

    from_browser = take


def _words(value):
    return f"{value:g}" if isinstance(value, float) else str(value)


def _listed(value, words):
    if isinstance(value, str):
        return f'"{value}"'
    return _words(value) if words == _words(value) else f"{_words(value)} ({words})"


# --- What can be done ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """Something to do: the demo's method of the control's name."""

    label: str

    def spec(self):
        """Describe the control to the browser."""
        return {"kind": "button", "label": self.label}


@dataclass(frozen=True)
class Upload:
    """A file of the user's: the demo's method of the control's name gets the bytes."""

    label: str
    accept: str
    limit: int = 5_000_000

    def spec(self):
        """Describe the control to the browser."""
        return {"kind": "file", **vars(self)}


PLAY, RESET = Button("Start"), Button("Reset")


# --- Parameters ----------------------------------------------------------------------------------


def setting(default, control=None, about=""):
    """Declare a parameter: a field of a state.

    `default` is a value, or a function that makes one; `control` is what it may be, where that can
    be said so; `about` is its description, without a full stop, in place of the control's label.
    """
    value = {"default_factory": default} if callable(default) else {"default": default}
    return field(**value, metadata={"control": control, "about": about})


def shown(State, *names):
    """Return the controls of a state's parameters by name: of these, or of all that have one."""
    controls = {f.name: f.metadata["control"] for f in fields(State)}
    return {n: controls[n] for n in names or controls if hasattr(controls[n], "spec")}


def with_parameters(doc, State):
    """Return a docstring with the parameters of a state added to its own."""
    head, *notes = doc.partition("\n\nNotes\n")
    title = "" if "\nParameters\n" in head else "\n\nParameters\n----------"
    return "".join([head, title, *(f"\n{_entry(f)}" for f in fields(State)), *notes])


def parameters(State):
    """Return the parameters of a state, as a signature wants them."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(n, keyword, default=value) for n, value in vars(State()).items()]


def _entry(f):
    """Describe a field as numpydoc does."""
    control, about = f.metadata["control"], f.metadata["about"]
    about = about or control.label[0].upper() + control.label[1:]
    allowed = control.allowed if control else ""
    text = f"{about}: {allowed}." if allowed else f"{about}."
    kind = getattr(f.type, "__name__", f.type)
    return f"{f.name} : {kind}\n" + fill(text, 96, initial_indent="    ", subsequent_indent="    ")
