"""Which constants of the lessons could change without a test noticing.

python benchmarks/mutate_lessons.py --each 13 --save
python benchmarks/mutate_lessons.py 02 --each 5 --seed 7

Constants of the lessons' code (rates, sizes, seeds, thresholds) are drawn at random, as many from
each lesson. One at a time is altered: a seed becomes the next one, a whole number a tenth more and
at least one, any other number a tenth more. The tests of the lessons then run on this copy up to
the first that fails: outputs, numbers in the prose, pictures (`tests/conftest.py`). A change that
none of them notices is named. `--save` writes the table to `results/`, where lessons that were not
asked for keep theirs.
"""

import argparse
import ast
import itertools
import os
import platform
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from lessons import lessons  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
AT_A_TIME = 2  # as many lessons as the course's memory budget is meant for
SEEDS = {"seed", "random_state", "rng", "default_rng"}
LOOKS = {"figsize", "dpi", "alpha", "fontsize", "lw", "linewidth", "ms", "markersize", "s", "num"}


@dataclass(frozen=True)
class Mutant:
    """One constant of one cell, and what it becomes."""

    lesson: Path
    cell: str
    line: int
    start: int  # in bytes, as Python's parser counts
    end: int
    old: str
    new: str

    def apply(self, notebook):
        """Alter the constant in a notebook."""
        (cell,) = (cell for cell in notebook.cells if cell.id == self.cell)
        lines = cell.source.split("\n")
        text = lines[self.line - 1].encode()
        assert text[self.start : self.end] == self.old.encode()
        lines[self.line - 1] = (text[: self.start] + self.new.encode() + text[self.end :]).decode()
        cell.source = "\n".join(lines)
        return lines[self.line - 1].strip()


def mutants(lesson):
    """List what could be altered in a lesson."""
    return mutants_of(nbformat.read(lesson, as_version=4).cells, lesson)


def mutants_of(cells, lesson):
    """List the constants in the code of cells, but for axes, small indices and looks."""
    found = []
    for cell in cells:
        if cell.cell_type != "code" or "exercise" in cell.metadata.get("tags", ()):
            continue
        # A magic or a semicolon at the end is IPython's; what remains has to be Python.
        source = re.sub(r"^(\s*)%.*$", r"\1pass", cell.source, flags=re.MULTILINE)
        tree = ast.parse(source)
        names = said_of(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
                continue
            name = names.get(node, "")
            if name in LOOKS or (node.value in (0, 1, 2) and name not in SEEDS):
                continue
            line = source.split("\n")[node.lineno - 1].encode()
            old = line[node.col_offset : node.end_col_offset].decode()
            place = (node.lineno, node.col_offset, node.end_col_offset)
            found.append(Mutant(lesson, cell.id, *place, old, altered(node.value, name)))
    return found


def said_of(tree):
    """Map each constant to the keyword, the called function or the name that it is given to.

    How many points a curve or a surface is drawn with is a matter of looks: the third argument of
    `linspace`, `steps` of `plots.boundary` and `plots.loss_surface`.
    """
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            places = {2: "num"} if called == "linspace" else {}
            pairs = [(places.get(i, called), value) for i, value in enumerate(node.args)]
            drawn = called in ("boundary", "loss_surface")  # how fine the drawing is
            pairs += [
                ("num" if drawn and k.arg == "steps" else k.arg, k.value) for k in node.keywords
            ]
        elif isinstance(node, ast.Assign):
            pairs = [(getattr(node.targets[0], "id", ""), node.value)]
        else:
            continue
        for name, value in pairs:
            inside = ast.walk(value) if isinstance(value, ast.Tuple | ast.List) else [value]
            for constant in inside:  # a call's word for it is nearer than that of the assignment
                if isinstance(node, ast.Call) or constant not in names:
                    names[constant] = name
    return names


def altered(value, name):
    """Return another value, near enough to be a slip."""
    if name in SEEDS:
        return str(value + 1)
    if isinstance(value, int):
        return str(value + max(1, value // 10))
    return repr(float(f"{1.1 * value:.6g}"))


def noticed(mutant, folder):
    """Return what the tests of a lesson say first of a mutant, or None; and its altered line."""
    notebook = nbformat.read(mutant.lesson, as_version=4)
    line = mutant.apply(notebook)
    path = Path(tempfile.mkdtemp(dir=folder)) / mutant.lesson.name
    nbformat.write(notebook, path)
    code, output = tests_of(path)
    if code == 0:
        return None, line
    if code != 1:  # neither passed nor failed: nothing was tested
        raise SystemExit(f"{mutant.lesson.name} [{mutant.cell}] {line}\n{output}")
    failed = re.search(r"^FAILED \S*::(.*?)(?: - .*)?$", output, re.MULTILINE)
    return (failed[1] if failed else "failed"), line


def tests_of(path):
    """Run the tests of one notebook up to the first that fails."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-cov", "-p", "no:cacheprovider"]
    command += [
        "--rootdir",
        str(ROOT),
        "-c",
        str(ROOT / "pyproject.toml"),
        "--tb=no",
        "-rf",
        "--color=no",
    ]
    done = subprocess.run(
        [*command, "tests/conftest.py", str(path)],
        cwd=ROOT, env=os.environ | threads, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def chosen(names, each, seed):
    """Draw as many mutants from each lesson, never two of one constant."""
    for lesson in lessons(names):
        rng = np.random.default_rng([seed, int(lesson.stem[:2])])
        every = mutants(lesson)
        for i in sorted(rng.permutation(len(every))[:each].tolist()):
            yield every[i]


def heading(title, rows):
    """Return the lines above a result: when, on what, and how many of the mutants were noticed."""
    noticed = sum(by is not None for _, by in rows)
    return [
        f"## {title}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}; Python {platform.python_version()}; "
        f"{len(rows)} mutants, {noticed} noticed ({100 * noticed / len(rows):.1f} %)",
    ]


def table(columns, rows):
    """Return the lines of a table; a row is a pair, the text of its cells and what noticed it."""
    lines = [f"| {' | '.join(columns)} | noticed by |", "|---" * (len(columns) + 1) + "|"]
    for cells, by in rows:
        text = f"| {' | '.join(cells)} | {by or '**nothing**'} |"
        lines.append(text.replace("`|`", "`\\|`"))
    return lines


def sections(rows):
    """Return the result as Markdown: name of each lesson → its section."""
    found = {}
    for name in dict.fromkeys(mutant.lesson.stem for mutant, _, _ in rows):
        own = [
            ((mutant.cell, mutant.old, f"`{line}`"), by)
            for mutant, line, by in rows
            if mutant.lesson.stem == name
        ]
        lines = [*heading(name, own), "", *table(("cell", "was", "the line is now"), own)]
        found[name] = "\n".join(lines) + "\n"
    return found


def page(new, old=""):
    """Return the page of results, in which sections that are new take the place of old ones."""
    parts = {part.split("\n")[0]: f"## {part.strip()}\n" for part in old.split("\n## ")[1:]} | new
    counts = [re.search(r"(\d+) mutants, (\d+) noticed", part).groups() for part in parts.values()]
    total, noticed = (sum(map(int, column)) for column in zip(*counts, strict=True))
    title = (
        "# Constants of the lessons that were altered, and whether a test noticed\n\n"
        f"{noticed} of {total} noticed ({100 * noticed / total:.1f} %). "
        "Made by `make mutants ARGS=--save`.\n"
    )
    return "\n".join([title, *(parts[name] for name in sorted(parts))])


def save(new):
    """Write sections of lessons to the page of results."""
    file = RESULTS / "mutants.md"
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(page(new, old), encoding="utf-8")


def main():
    """Read the command line, try the mutants and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lesson", nargs="*")
    parser.add_argument("--each", type=int, default=13, help="mutants of each lesson (13)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument("--save", action="store_true", help="write results/mutants.md")
    args = parser.parse_args()
    drawn = list(chosen(args.lesson, args.each, args.seed))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_A_TIME) as pool:
        # A test that fails anyway would notice everything.
        unaltered = [Path(folder) / lesson.name for lesson in lessons(args.lesson)]
        for path in unaltered:
            path.write_bytes((ROOT / "notebooks" / path.name).read_bytes())
        for path, (code, output) in zip(unaltered, pool.map(tests_of, unaltered), strict=True):
            if code:
                raise SystemExit(f"{path.name} fails as it is:\n{output}")
        tried = pool.map(lambda mutant: (mutant, *noticed(mutant, folder)), drawn)
        # Lesson by lesson, so that a run that is cut off keeps what it found.
        for name, group in itertools.groupby(tried, lambda row: row[0].lesson.stem):
            rows = []
            for mutant, by, line in group:
                rows.append((mutant, line, by))
                print(f"{name} [{mutant.cell}] {line}: {by or 'NOT NOTICED'}", flush=True)
            if args.save:
                save(sections(rows))


if __name__ == "__main__":
    main()
