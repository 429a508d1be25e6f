"""What a training run recorded, one entry an epoch."""

import json
from dataclasses import dataclass, field, fields, replace
from itertools import zip_longest

from course_lib._checks import whole_number


@dataclass
class History:
    """What happened, one entry an epoch.

    Attributes
    ----------
    loss : list of float
        Mean training loss over the epoch's examples, each counted *before* the update that its
        batch leads to. Full batch, ``loss[0]`` is the loss of the initial weights and ``loss[-1]``
        the loss *before* the last update.
    validation_loss, validation_accuracy : list of float
        Taken *after* the epoch's last update; empty without validation data.
    stopped : str
        Why training ended early, as a sentence; empty where it did not.
    best : list of ndarray or None
        With early stopping, `Network.values` after the best epoch so far.
    looks : list of dict
        What `doctor.diagnose` reads: sizes of weights, gradients and updates at the first step of
        an epoch, or of one in some, see `_watch.look`. ``looks[0]["loss"]`` is the loss of the
        first batch before any step.
    l2 : float
        Strength of the penalty on large weights.
    """

    loss: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    stopped: str = ""
    best: list | None = field(default=None, repr=False, compare=False)
    looks: list = field(default_factory=list, repr=False, compare=False)
    l2: float = field(default=0.0, repr=False, compare=False)

    def record(self, loss, validation=None):
        """Add an epoch: its loss and, where there are validation data, loss and accuracy there."""
        self.loss.append(loss)
        if validation is not None:
            self.validation_loss.append(validation[0])
            self.validation_accuracy.append(validation[1])

    def latest(self):
        """Return the newest loss and accuracy as text, for a progress bar."""
        shown = {"loss": f"{self.loss[-1]:.4f}"}
        if self.validation_accuracy:
            shown["accuracy"] = f"{self.validation_accuracy[-1]:.2%}"
        return shown

    def copy(self):
        """Return a history to go on with, which has not stopped."""
        lists = {name: list(v) for name, v in vars(self).items() if isinstance(v, list)}
        return replace(self, **lists, stopped="")

    def table(self, every=1):
        """Return a line of text for each epoch, or for one in `every` and the last.

        Parameters
        ----------
        every : int

        Returns
        -------
        str
        """
        every, last = whole_number("every", every), len(self.loss)
        lines = ["epoch  loss" + "    validation  accuracy" * bool(self.validation_loss)]
        rows = zip_longest(self.loss, self.validation_loss, self.validation_accuracy)
        for epoch, (loss, *validation) in enumerate(rows, start=1):
            if epoch % every == 0 or epoch == last:
                judged = "  {:10.4f}  {:8.2%}".format(*validation) if self.validation_loss else ""
                lines.append(f"{epoch:5}  {loss:.4f}{judged}")
        return "\n".join(lines + [self.stopped] * bool(self.stopped))

    def to_json(self):
        """Return everything but `best` as JSON text."""
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)} | {"best": None})

    @classmethod
    def from_json(cls, text):
        """Return the history that `to_json` has written."""
        return cls(**json.loads(text))
