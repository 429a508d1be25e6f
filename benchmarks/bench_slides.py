"""Axe on every slide of the five decks, on both paths and on both sizes of a projector.

python benchmarks/bench_slides.py [--save]

Each slide is judged as it is seen, with all its fragments shown; so is the speaker's view beside
each slide of the path. What is found is counted by impact, the smallest included. `--save` writes
the table to `results/slides.md`.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tools")]

from browser import SIZES, axe_on_slides, speaker_of  # noqa: E402
from press import LESSONS, slides  # noqa: E402
from press.pdf import opened  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "slides.md"
IMPACTS = ("minor", "moderate", "serious", "critical")


def table(browser, folder):
    """Yield the lines of the table: what axe finds in each deck."""
    yield "| deck | minutes | window | slides | " + " | ".join(IMPACTS) + " |"
    yield "|---|--:|---|--:|" + "--:|" * len(IMPACTS)
    for minutes in (45, 90):
        slides.make(folder, minutes=minutes, alive=False)
        for path in LESSONS:
            for width, height in SIZES:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto((folder / f"{path.stem}.html").as_uri())
                page.wait_for_function("window.deck && deck.isReady()")
                n = page.evaluate("deck.getTotalSlides()")
                yield line(path.stem, minutes, f"{width} × {height}", n, axe_on_slides(page))
                page.close()
            yield line(path.stem, minutes, "speaker's view", *beside(browser, folder, path.stem))


def beside(browser, folder, name):
    """Return how many slides the path has, and what axe finds in the speaker's view of each."""
    page = browser.new_page()
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("window.deck && deck.isReady()")
    view, n = speaker_of(page), page.evaluate("deck.getHorizontalSlides().length")
    found = axe_on_slides(page, view)
    view.close()
    page.close()
    return n, found


def line(name, minutes, window, n, found):
    """Return a line of the table; say what was found, at once."""
    for one in found:
        print(*one, file=sys.stderr)
    counts = Counter(impact for _, _, impact, _ in found)
    numbers = " | ".join(str(counts[impact]) for impact in IMPACTS)
    return f"| {name} | {minutes} | {window} | {n} | {numbers} |"


def main():
    """Judge all slides and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help="write results/slides.md")
    given = parser.parse_args()
    begun = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, opened() as browser:
        lines = []
        for one in table(browser, Path(folder) / "slides"):
            print(one, flush=True)
            lines.append(one)
    took = (datetime.now(UTC) - begun).total_seconds() / 60
    about = f"{begun:%Y-%m-%d}; axe-core in Chromium; {os.cpu_count()} cores, {took:.0f} minutes"
    about += "\n\nViolations, by impact; each slide with all its fragments shown."
    text = "\n".join(["# `make bench-slides`: axe on every slide", "", about, "", *lines, ""])
    if given.save:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
