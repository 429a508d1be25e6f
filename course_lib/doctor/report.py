"""What the doctor says: findings, and the report that holds them."""

from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    slug : str
        Its name, which does not change: "inputs-unscaled".
    sentence : str
        What is wrong.
    evidence : dict from str to float
        The numbers that show it, by name.
    advice : str
        What to try.
    """

    slug: str
    sentence: str
    evidence: dict
    advice: str

    def numbers(self):
        """Return the evidence as text."""
        return ", ".join(f"{name} {value:.4g}" for name, value in self.evidence.items())

    def __str__(self):
        """Return everything but the slug, in three sentences."""
        return f"{self.sentence} ({self.numbers()}.) {self.advice}"


@dataclass(frozen=True)
class Report:
    """What `diagnose` found, the most fundamental first; shows itself as a box in a notebook.

    Attributes
    ----------
    findings : tuple of Finding
        Empty where nothing was found. What comes later may be a consequence of what comes first.
    panels : dict
        Numbers for the picture, which `plots.checkup` draws.
    """

    findings: tuple
    panels: dict = field(default_factory=dict, repr=False)

    @property
    def healthy(self):
        """Whether nothing was found."""
        return not self.findings

    @property
    def heading(self):
        """What the box says first."""
        n = len(self.findings)
        if not n:
            return "Nothing found. That is no proof: look at the curves, and at some mistakes."
        return (
            f"{n} finding{'s' * (n > 1)}, the most fundamental first. Treat one, then look again."
        )

    def __str__(self):
        """Return the report as text."""
        found = [f"{i}. {f.slug}: {f}" for i, f in enumerate(self.findings, start=1)]
        return "\n".join([self.heading, *found])

    def _repr_html_(self):
        """Return the report as a box."""
        rows = "".join(
            f"<li><b>{escape(f.sentence)}</b> <code>{escape(f.slug)}</code><br>"
            f"{escape(f.numbers())}<br><i>Try:</i> {escape(f.advice)}</li>"
            for f in self.findings
        )
        side = "#009E73" if self.healthy else "#D55E00"
        style = f"border-left:4px solid {side};padding:0.3em 1em;margin:0.5em 0"
        return f'<div style="{style}">{escape(self.heading)}<ol>{rows}</ol></div>'
