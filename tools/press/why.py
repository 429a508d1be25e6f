"""The page "Why does it not learn?": each finding of the doctor in its own words, with a picture.

The sentences are those of `doctor`, the pictures its instruments on a training that has just this
wrong with it. Where the clinic has no such training, the page has the words alone.
"""

import re

import matplotlib.pyplot as plt

from course_lib import clinic, plots
from course_lib.doctor import FINDINGS

ABOUT = """# Why does it not learn?

`diagnose`, of `course_lib.doctor`, looks at a network, its data and its training, measures, and
changes nothing. Here is everything that it can say, the most fundamental first: what comes
later is often a consequence of what comes before. Where the [clinic](teaching.md#the-clinic)
has a training with just this trouble, its instruments stand beside the words: the losses, the
first loss beside that of zero outputs, spread and gradient layer by layer, and updates over
weights, with a line at a thousandth.
"""
ALT = (
    "Instruments of a training with {}: losses by epoch, first loss, sizes by layer, and updates "
    "over weights by epoch."
)


def page(folder):
    """Write the pictures into a folder beside the page; return the page as Markdown.

    Parameters
    ----------
    folder : Path
    """
    folder.mkdir(parents=True)
    ill = {one.cause: one for ward in clinic.WARDS.values() for one in ward}
    parts = [ABOUT]
    for find in FINDINGS:
        slug = find.__name__.replace("_", "-")
        meaning, _, test = find.__doc__.partition("\n\n")
        parts += [f"## {slug}", plain(meaning)]
        if slug in ill:
            report = ill[slug].draw(0)[-1]
            finding = next(f for f in report.findings if f.slug == slug)
            parts += [f"> {finding.sentence} ({finding.numbers()}.)", picture(folder, slug, report)]
            parts += [f"**Try:** {finding.advice}"]
        parts.append(f"**How it is judged.** {plain(test)}")
    return "\n\n".join(parts) + "\n"


def picture(folder, slug, report):
    """Draw the instruments; return the line of Markdown that shows them."""
    figure, axes = plt.subplots(1, 4, figsize=(12.5, 2.8), layout="constrained")
    plots.checkup(report.panels, axes)
    figure.savefig(folder / f"{slug}.png", dpi=100)
    plt.close(figure)
    return f"![{ALT.format(slug)}]({folder.name}/{slug}.png)"


def plain(text):
    """Turn a docstring's paragraph into Markdown."""
    text = re.sub(r":math:`([^`]*)`", r"$\1$", " ".join(text.split()))
    return re.sub(r"``([^`]*)``", r"`\1`", text)
