"""What an illness of the clinic is: a plan of a training, and what is known of its cause."""

import contextlib
import copy
import inspect
import io
import textwrap
from collections import defaultdict
from dataclasses import dataclass, fields, replace

import numpy as np

from course_lib.doctor import diagnose
from course_lib.network import Network, labels
from course_lib.training import train

ATTEMPTS = 8  # one in fifty draws is not ill enough to be told from a healthy training


@dataclass(frozen=True)
class Plan:
    """A training before it runs: what `train` is given, and the examples as they were loaded.

    Attributes
    ----------
    X, y, X_val, y_val : ndarray
        Training and validation examples.
    layers : list of layers
        Before training.
    loss, optimizer, epochs, batch_size, l2, patience
        As in `training.train`.
    X_all, y_all : ndarray
        All examples as they came from the file.
    """

    X: np.ndarray
    y: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray
    layers: list
    loss: object
    optimizer: object
    epochs: int
    X_all: np.ndarray
    y_all: np.ndarray
    batch_size: int | None = 20
    l2: float = 0.0
    patience: int | None = None

    def changed(self, **given):
        """Return a plan with other parts."""
        return replace(self, **given)

    def run(self):
        """Train a copy of the layers; return the arguments of `doctor.diagnose`."""
        network, optimizer = Network(copy.deepcopy(self.layers)), copy.copy(self.optimizer)
        optimizer.memory = defaultdict(dict)
        validation = self.X_val, self.y_val
        # What `train` has to say of a sick run, the patient's box says.
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            history = train(
                network, self.X, self.y, loss=self.loss, optimizer=optimizer, epochs=self.epochs,
                batch_size=self.batch_size, rng=np.random.default_rng(0), l2=self.l2,
                validation=validation, patience=self.patience,
            )  # fmt: skip
        return dict(
            network=network, X=self.X, y=self.y, loss=self.loss, optimizer=optimizer,
            history=history, validation=validation,
        )  # fmt: skip


def right(network, X, y):
    """Return the share of examples that a network gets right; 0 where it gives no numbers."""
    with np.errstate(all="ignore"):
        Z = network.forward(np.asarray(X))
    return float((labels(Z) == y).mean()) if np.isfinite(Z).all() else 0.0


@dataclass(frozen=True)
class Illness:
    """A cause and what is said of it, and a function that plans a training that has it.

    Attributes
    ----------
    cause : str
        The slug of the doctor's finding.
    complaint : str
        What the patient says.
    hints : tuple of str
        Three, each a way to look.
    goal : float
        Share of the validation examples that has to be right after a treatment.
    patches : dict from str to str
        What helps against a symptom, by the drug's name in `drugs`, and why it is no cure.
    plan : function of a Generator
    """

    cause: str
    complaint: str
    hints: tuple
    goal: float
    patches: dict
    plan: object

    @property
    def code(self):
        """The lines that plan the training, as they are run."""
        _, body = inspect.getsource(self.plan).split("(rng):\n", 1)
        body = textwrap.dedent(body).replace("return Plan(", "plan = Plan(").rstrip()
        return body.removesuffix("# fmt: skip").rstrip()

    def draw(self, *seed):
        """Return the first plan, over the attempts at this seed, whose cause the doctor names.

        Returns
        -------
        str
            The generator that drew it.
        Plan
        arguments : dict
            Of `doctor.diagnose`.
        report : Report
        """
        for attempt in range(ATTEMPTS):
            rng = f"np.random.default_rng({[*seed, attempt]})"
            plan = self.plan(np.random.default_rng([*seed, attempt]))
            arguments = plan.run()
            report = examined(arguments)
            if report.findings and report.findings[0].slug == self.cause:
                break
        return rng, plan, arguments, report


def illness(cause, complaint, hints, goal, patches):
    """Make an `Illness` of a function that plans a training."""

    def made(plan):
        return Illness(cause, complaint, hints, goal, patches, plan)

    return made


def examined(arguments):
    """Return the doctor's report on a training."""
    arguments = dict(arguments)
    return diagnose(arguments.pop("network"), arguments.pop("X"), arguments.pop("y"), **arguments)


PARTS = tuple(field.name for field in fields(Plan) if not field.name.endswith("_all"))


def dartboard(m, rng, rings=3):
    """Draw points of a disc of radius 1 in rings around its centre, one class each.

    Parameters
    ----------
    m : int
        Examples, as many of each class as divide.
    rng : numpy.random.Generator
    rings : int

    Returns
    -------
    X : ndarray of float64, (m, 2)
    y : ndarray of int64, (m,)
        From 0, the innermost, in random order.
    """
    y = rng.permutation(np.arange(m) % rings)
    radius, angle = (y + rng.uniform(0.15, 0.85, m)) / rings, rng.uniform(0, 2 * np.pi, m)
    return radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)]), y
