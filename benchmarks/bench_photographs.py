"""How many photographs of digits are named rightly? `make bench-photographs`.

tests/photographs.py draws 200 test digits with each disturbance alone, 200 without any, and 28 with
each pair, so that every disturbance is in 224 of those; the three pairs that come out worst are
drawn 200 times more. A small network, sure of the same digits drawn plainly, names them. Seeds are
none that tests or thresholds have seen. Prints Markdown; ARGS="--save" writes it to
`results/photographs.md`.
"""

import argparse
import datetime
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from photographs import KINDS, Reader  # noqa: E402

from course_lib.data import load_images  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "photographs.md"
SEED, ALONE, TOGETHER, WORST = 900, 200, 28, 3


def main():
    """Print the table, and write it down if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true")
    save = parser.parse_args().save
    text = table(Reader(load_images(offline=True, raw=True)))
    print(text)
    if save:
        RESULT.write_text(text, encoding="utf-8")


def table(reader):
    """Return the table as Markdown."""
    rows = []
    for name, plain in (("nothing, scanned", True), ("nothing, photographed", False)):
        rows.append((name, reader.rightly_named(SEED + plain, lambda k: (), ALONE, plain), None))
    every = [*combinations(KINDS, 2)]
    right = reader.rightly_named(SEED + 2, lambda k: every[k % len(every)], TOGETHER * len(every))
    pairs = {pair: right[i :: len(every)] for i, pair in enumerate(every)}
    for i, kind in enumerate(KINDS):
        alone = reader.rightly_named(SEED + 100 + i, lambda k, kind=kind: (kind,), ALONE)
        both = np.concatenate([right for pair, right in pairs.items() if kind in pair])
        rows.append((kind.__name__.replace("_", " "), alone, both))
    # Of few photographs the worst pair is so by chance, too: those that follow are new ones.
    again = []
    for i, pair in enumerate(sorted(pairs, key=lambda pair: pairs[pair].sum())[:WORST]):
        seen = f"{pairs[pair].sum()} of {TOGETHER}"
        more = reader.rightly_named(SEED + 200 + i, lambda k, pair=pair: pair, ALONE)
        names = " and ".join(kind.__name__.replace("_", " ") for kind in pair)
        again.append(f"| {names} | {seen} | {share(more)} |")
    return "\n".join(
        [
            "## Photographs of digits that are named rightly",
            "",
            f"{datetime.date.today()}; seeds from {SEED}. A refusal counts as wrong. Of two things "
            f"at once {share(right)} are right.",
            "",
            f"| what is in the picture | alone, of {ALONE} | with each of the others, "
            f"of {TOGETHER * (len(KINDS) - 1)} |",
            "|---|--:|--:|",
            *(
                f"| {name} | {share(alone)} | {share(both) if both is not None else ''} |"
                for name, alone, both in rows
            ),
            "",
            f"| the worst pairs | of {TOGETHER} in this table | of {ALONE} more |",
            "|---|--:|--:|",
            *again,
            "",
        ]
    )


def share(right):
    """Write down how many are right, in per cent."""
    return f"{100 * right.mean():.1f}%"


if __name__ == "__main__":
    main()
