"""The clinic: trainings that went wrong, to be examined, named and healed.

A patient is a network with its data, its history and the code that made them. Three wards have
five beds each; a seed of your own deals the illnesses of a ward to its beds and draws the rest, so
that your neighbour's patient is another. The student examines, names the cause (`Patient.check`)
and treats it (`Patient.treat`): the treatment runs, and has to reach the cause. What helps against
a symptom alone is called a patch, by its name.
"""

import copy
import difflib
import numbers
from functools import cached_property

import numpy as np

from course_lib._checks import require, whole_number
from course_lib.clinic import data, drugs, network, training
from course_lib.clinic.case import PARTS, examined, right
from course_lib.doctor import FINDINGS
from course_lib.exercises import Box, record
from course_lib.layers import Dense
from course_lib.plots import checkup

__all__ = ["Patient", "beds", "patient"]

WARDS = {
    module.__name__.rpartition(".")[2]: module.ILLNESSES for module in (data, network, training)
}
BEDS = 5  # in each ward
SLUGS = {find.__name__.replace("_", "-"): find for find in FINDINGS}
# What a treatment may cost.
MOST = {"epochs": 5000, "examples": 5000, "weights": 100_000}
BLUE, RED, GREY = "#0072B2", "#D55E00", "#7F7F7F"


def beds():
    """Return the beds of each ward: a list of ids, by the ward's name.

    Examples
    --------
    >>> beds()["network"]
    ['06', '07', '08', '09', '10']
    """
    return {
        ward: [f"{BEDS * place + k + 1:02}" for k in range(BEDS)]
        for place, ward in enumerate(WARDS)
    }


def patient(bed, seed=None):
    """Return the patient in a bed, as your seed has it.

    Parameters
    ----------
    bed : str
        From "01" to "15": 01 to 05 is the ward of data, 06 to 10 that of networks, 11 to 15 that of
        training.
    seed : int
        A number of your own.

    Returns
    -------
    Patient

    Raises
    ------
    ValueError
        Where there is no such bed, or the seed is no whole number, 0 or more.

    Examples
    --------
    >>> p = patient("07", seed=7)
    >>> p.ward, p.X.shape, len(p.history.loss) > 0
    ('network', (250, 2), True)
    """
    known = [name for ward in beds().values() for name in ward]
    name = f"{bed:02}" if isinstance(bed, numbers.Integral) else bed
    require(
        isinstance(name, str) and name in known,
        f'bed is {bed!r}; expected one from "01" to "{known[-1]}", in quotes.',
    )
    require(
        seed is not None,
        f'patient("{name}") needs a seed, a whole number of your own: '
        f'patient("{name}", seed=7). Your neighbour takes another.',
    )
    seed = whole_number("seed", seed, at_least=0)
    ward, illness = dealt(name, seed)
    rng, plan, case, report = illness.draw(seed, int(name))
    found = Patient(name, ward, seed, illness, plan, f"rng = {rng}\n{illness.code}")
    found.case, found._report = case, report
    return found


def as_slug(cause):
    """Return the name of a cause as the doctor writes it."""
    return cause.strip().lower().replace("_", "-").replace(" ", "-")


def dealt(bed, seed):
    """Return the ward of a bed, and the illness that a seed deals to it.

    The next seed deals another one, so that neighbours' differ.
    """
    place, within = divmod(int(bed) - 1, BEDS)
    ward = list(WARDS)[place]
    return ward, WARDS[ward][(within + seed) % BEDS]


class Patient:
    """A training that went wrong.

    Attributes
    ----------
    bed, ward, seed
        Which patient it is.
    complaint : str
        What is wrong, in the patient's words.
    code : str
        What made it: these lines ran.
    network, history : Network, History
        After training.
    X, y, X_val, y_val : ndarray
        Training and validation examples, as they were given to `train`.
    X_all, y_all : ndarray
        All examples, as they came from the file.
    layers, loss, optimizer, epochs, batch_size, l2, patience
        What the training began with; the layers are a fresh copy each time.
    """

    def __init__(self, bed, ward, seed, illness, plan, code=""):
        self.bed, self.ward, self.seed, self.code = bed, ward, seed, code
        self.complaint = illness.complaint
        self._illness, self._plan = illness, plan
        self._named = self._healed = False

    def __getattr__(self, name):
        if name in (*PARTS, "X_all", "y_all"):
            value = getattr(self._plan, name)
            return _copied(value) if name == "layers" else value
        raise AttributeError(f"A patient has no {name!r}; dir(p) lists what it has.")

    def __dir__(self):
        """List the parts of the plan as well."""
        return [*super().__dir__(), *PARTS, "X_all", "y_all"]

    @cached_property
    def case(self):
        """What `doctor.diagnose` wants to know, by name: ``diagnose(**p.case)``."""
        return self._plan.run()

    @property
    def network(self):
        """The network after training."""
        return self.case["network"]

    @property
    def history(self):
        """What the training recorded."""
        return self.case["history"]

    @cached_property
    def _report(self):
        return examined(self.case)

    @property
    def panels(self):
        """The numbers of the instruments, as `plots.checkup` draws them."""
        return self._report.panels

    @property
    def right(self):
        """The shares of the training and of the validation examples that are right."""
        return right(self.network, self.X, self.y), right(self.network, self.X_val, self.y_val)

    def _facts(self):
        loss, (here, there) = self.history.loss, self.right
        ran = f"{len(loss)} of {self.epochs} epochs" if loss else "no epoch"
        losses = f", loss {loss[0]:.3g} → {loss[-1]:.3g}" if loss else ""
        return f"{ran}{losses}; right: {here:.0%} in training, {there:.0%} in validation"

    def _box(self):
        said = f"“{self.complaint}”\n{self._facts()}\n\n{self.code}"
        return Box(f"Patient {self.bed}, {self.ward} ward, seed {self.seed}", said, BLUE)

    def __repr__(self):
        return repr(self._box())

    def _repr_html_(self):
        return self._box()._repr_html_()

    def examine(self, axes):
        """Draw what the instruments show, without a name for it.

        Parameters
        ----------
        axes : sequence of four matplotlib.axes.Axes
            Losses; first loss; layer by layer; updates over weights. See `plots.checkup`.
        """
        return checkup(self.panels, axes)

    def check(self, cause=...):
        """Say whether this is the cause, in the doctor's words for it, such as "units-dead"."""
        if cause is ... or (isinstance(cause, str) and cause.strip() in ("", "...", "…")):
            ask = "check() lists the names that a cause may have; hint() says where to look."
            if cause is ...:
                ask = "One of these: " + ", ".join(sorted(SLUGS)) + "."
            return Box(f"○ Patient {self.bed}: no cause named yet", ask, GREY)
        require(isinstance(cause, str), f"cause is {cause!r}; expected a name in quotes.")
        slug = as_slug(cause)
        if slug not in SLUGS:
            close = difflib.get_close_matches(slug, SLUGS, n=1, cutoff=0)[0]
            raise ValueError(f"cause is {cause!r}, which the doctor has no name for. "
                             f'Did you mean "{close}"?')  # fmt: skip
        self._named |= slug == self._illness.cause
        self._note(tries=1)
        if slug == self._illness.cause:
            found = next((f for f in self._report.findings if f.slug == slug), None)
            said = f"{found.sentence} ({found.numbers()}.)" if found else ""
            after = "Healed already." if self._healed else "Now treat it: treat(…)."
            return Box(f"✓ Patient {self.bed}: {slug} it is", f"{said} {after}", BLUE)
        return Box(f"✗ Patient {self.bed}: not {slug}", self._not(slug), RED)

    def _not(self, slug):
        for finding in self._report.findings:
            if finding.slug == slug:
                return (
                    f"It is there ({finding.numbers()}), and it is a consequence: something else "
                    "brings it about. What would have to be wrong for this to happen?"
                )
        meaning = " ".join(SLUGS[slug].__doc__.partition("\n")[0].split())
        return (
            f"That would be: {meaning} The instruments do not show it. hint() says where to look."
        )

    def hint(self):
        """Show the next of three ways to look; after the last it stays at the last."""
        hints = self._illness.hints
        number = min(record.note(f"patient {self.bed}", hints=1)["hints"], len(hints))
        return Box(f"Hint {number} of {len(hints)} for patient {self.bed}", hints[number - 1])

    def treat(self, **changes):
        """Train once more with these parts changed, and say what that has done.

        Parameters
        ----------
        **changes
            Any of `X`, `y`, `X_val`, `y_val`, `layers`, `loss`, `optimizer`, `epochs`,
            `batch_size`, `l2` and `patience`.

        Returns
        -------
        Treatment
            Or a box that says so where nothing was changed.

        Raises
        ------
        ValueError
            Where a part is none of these, or cannot be used.
        """
        treatment = self.tried(changes)
        if treatment is None:
            said = "Nothing was changed. What would you change? treat(epochs=200), say."
            return Box(f"○ Patient {self.bed}: not treated yet", said, GREY)
        self._healed |= treatment.healed
        self._note(tries=1)
        return treatment

    def tried(self, changes):
        """Return what a treatment does, without a note of it; None where nothing is changed."""
        plan = self._treated(changes)
        if not drugs.taken(self._plan, plan):
            return None
        after = Patient(self.bed, self.ward, self.seed, self._illness, plan)
        return Treatment(self, after)

    def _treated(self, changes):
        for name in changes:
            if name not in PARTS:
                close = difflib.get_close_matches(name, PARTS, n=1, cutoff=0.3)
                meant = f" Did you mean {close[0]}?" if close else ""
                if "rate" in name:
                    meant = " The rate is the optimiser's: optimizer=Adam(0.01)."
                raise ValueError(
                    f"treat has no {name!r}; expected one of {', '.join(PARTS)}.{meant}"
                )
        plan = self._plan.changed(**changes)
        for name in ("X", "y", "X_val", "y_val"):
            array = np.asarray(getattr(plan, name))
            require(
                array.dtype.kind in "fiub", f"{name} has dtype {array.dtype}; expected numbers."
            )
            require(
                array.ndim and len(array) <= MOST["examples"],
                f"{name} has shape {array.shape}; expected {MOST['examples']} examples at most.",
            )
            plan = plan.changed(**{name: array})
        epochs = whole_number("epochs", plan.epochs)
        require(
            epochs <= MOST["epochs"],
            f"epochs is {epochs}; a treatment has {MOST['epochs']} at most.",
        )
        if "layers" in changes:
            layers = getattr(plan.layers, "layers", plan.layers)  # a network's
            require(
                isinstance(layers, (list, tuple)),
                f"layers is of type {type(layers).__name__}; expected a list, such as "
                "[Dense(2, 8, rng=rng), Tanh(), Dense(8, 1, rng=rng)].",
            )
            weights = sum(layer.params["W"].size for layer in layers if isinstance(layer, Dense))
            require(weights <= MOST["weights"], f"The layers have {weights} weights; a treatment "
                    f"has {MOST['weights']} at most.")  # fmt: skip
            plan = plan.changed(layers=_copied(list(layers)))
        if "optimizer" in changes:
            require(
                hasattr(plan.optimizer, "step") and hasattr(plan.optimizer, "learning_rate"),
                f"optimizer is {plan.optimizer!r}; expected one such as Adam(0.01).",
            )
        return plan

    def _note(self, **changes):
        """Remember the patient; it is cured where its cause was named and its treatment healed."""
        cured = self._named and self._healed
        said = f"seed {self.seed}: {self._illness.cause}" if cured else ""
        record.note(f"patient {self.bed}", passed=cured, source=said, **changes)


class Treatment:
    """What a treatment has done; shows itself as a box.

    Attributes
    ----------
    healed : bool
    patch : str or None
        What treats a symptom alone, by its name.
    drugs : list of str
        What was changed, by name.
    before, after : Patient
    message : str
    """

    def __init__(self, before, after):
        self.before, self.after, illness = before, after, before._illness
        plan_before, plan = before._plan, after._plan
        self.drugs = drugs.taken(plan_before, plan)
        self.healed, self.patch = False, None
        ill = next((f for f in after._report.findings if f.slug == illness.cause), None)
        if slip := _forgotten(plan_before, plan):
            self.message = slip
        elif ill:
            self._refuse(f"The doctor still finds: {ill.sentence} ({ill.numbers()}.)")
        elif slip := _untrue(plan_before, plan):
            self.message = slip
        elif after.right[1] < illness.goal:
            self._not_yet(after)
        else:
            self.healed = True
            self.message = self._remarks(after)

    def _refuse(self, because):
        patches = self.before._illness.patches
        known = [name for name in self.drugs if name in patches]
        self.patch = (known or self.drugs)[0]
        why = patches.get(self.patch, f"{drugs.DRUGS[self.patch]} The cause is as it was.")
        self.message = f"{why}\n{because}"

    def _not_yet(self, after):
        illness = self.before._illness
        share = (
            f"{after.right[1]:.0%} of the validation examples are right; a healthy training gets "
            f"{illness.goal:.0%} at least."
        )
        if all(name in illness.patches for name in self.drugs):
            self._refuse(share)
            return
        found = after._report.findings
        also = f" The doctor finds now: {found[0].sentence}" if found else ""
        self.message = f"The cause is gone, but {share}{also}"

    def _remarks(self, after):
        rest = ", ".join(f.slug for f in after._report.findings)
        beside = f" The doctor also remarks: {rest}." if rest else ""
        asked = "" if self.before._named else ' And what was it? check("…") names the cause.'
        return f"The cause is gone.{beside}{asked}"

    @property
    def title(self):
        """The verdict in a few words."""
        if self.healed:
            return f"✓ Patient {self.before.bed}: healed"
        if self.patch:
            return f"✗ Patient {self.before.bed}: a patch of the symptom, {self.patch}"
        return f"✗ Patient {self.before.bed}: not healed"

    def _box(self):
        facts = f"before: {self.before._facts()}\nafter:  {self.after._facts()}"
        return Box(self.title, f"{self.message}\n{facts}", BLUE if self.healed else RED)

    def __repr__(self):
        return repr(self._box())

    def _repr_html_(self):
        return self._box()._repr_html_()


def _copied(layers):
    return copy.deepcopy(layers)


def _forgotten(first, plan):
    """Say that inputs were scaled for training and not for validation, or the other way round."""
    scaled = [
        len(new) == len(old) and not np.array_equal(new, old) and drugs.linear(old, new)
        for old, new in ((first.X, plan.X), (first.X_val, plan.X_val))
    ]
    same = plan.X is first.X, plan.X_val is first.X_val
    if scaled[0] and same[1]:
        return (
            "You changed X and left X_val as it was: the network is judged on inputs of another "
            "scale. Give both: X=…, X_val=…."
        )
    if scaled[1] and same[0]:
        return "You changed X_val and left X as it was. Give both: X=…, X_val=…."
    return ""


def _untrue(first, plan):
    """Say that labels no longer belong to their examples: a cure changes no truth.

    Columns of the inputs are brought to mean 0 and spread 1, as those that were loaded are, so that
    scaled inputs are known again; each example then has the label of the nearest one that was
    loaded.
    """
    X, y = (np.concatenate([getattr(plan, n), getattr(plan, f"{n}_val")]) for n in ("X", "y"))
    if X.ndim != 2 or X.shape[1:] != first.X_all.shape[1:] or not np.isfinite(X).all():
        return "X has another shape, or numbers that are not finite: these are not the examples."
    rows = [_standard(X, X), _standard(first.X_all, first.X_all)]
    places = np.concatenate([_nearest(part, rows[1]) for part in np.array_split(rows[0], 20)])
    near = np.abs(rows[0] - rows[1][places]).max(axis=1) < 0.25
    if near.mean() < 0.9:
        return "These are not the examples that came from the file: X and X_val are others."
    agree = float((first.y_all[places] == y).mean())
    if agree >= 0.9:
        return ""
    return (
        f"Of these examples {agree:.0%} have the label that they had in the file. "
        "A label is a fact: it can be put back in its place, and not be changed."
    )


def _standard(X, like):
    spread = like.std(axis=0)
    return (X - like.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _nearest(some, others):
    """Return for each row of `some` the place of the nearest of `others`."""
    return ((some[:, np.newaxis] - others) ** 2).sum(axis=2).argmin(axis=1)
