"""From `make lab` to the first picture of lesson 1, and what a lesson's first cell imports.

python benchmarks/bench_start.py --save

A real browser opens what `make lab` opens and chooses Run All. Cold: nothing of Python, the course
and the browser is in the system's memory, as after a restart (Linux), Matplotlib has not yet
listed its fonts, and the browser has never been here. Warm: the same again, median of three.
The second table runs each lesson's first cell in processes like a kernel, median of five, and says
which packages take how much of it. `--save` writes both to `results/`.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "tools")]

from browser import TOKEN, browser, clear, running_lab  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
LESSON = "01_neuron"
CHROMIUM = "/usr/lib/chromium"  # where Debian has it
WARM, FRESH = 3, 5  # starts; processes for each lesson's imports

# The milliseconds until a cell has its number, and until a picture is drawn, from the click on.
PICTURE = """() => new Promise((done) => {
  const start = performance.now();
  let imported = null;
  const look = () => {
    const prompts = [...document.querySelectorAll(".jp-InputPrompt")];
    if (imported === null && prompts.some((e) => e.textContent.trim() === "[1]:"))
      imported = performance.now() - start;
    const picture = document.querySelector(".jp-OutputArea-output img");
    if (picture?.complete && picture.naturalWidth) done([imported, performance.now() - start]);
    else requestAnimationFrame(look);
  };
  look();
})"""


def forget(*folders):
    """Ask the system to drop the files of these folders from its memory; Linux alone can."""
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                file = os.open(path, os.O_RDONLY)
                try:
                    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                finally:
                    os.close(file)


def start(folder, data):
    """Go from `make lab` to the picture; return the seconds of each stage."""
    course = folder / "course"
    shutil.rmtree(course, ignore_errors=True)
    shutil.copytree(ROOT / "tools", course / "tools", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "notebooks", course / "notebooks")
    clear(course / "notebooks" / f"{LESSON}.ipynb")  # the first picture is this run's
    times = [time.perf_counter()]
    with running_lab(course, folder, data) as lab:
        times.append(time.perf_counter())
        with browser(folder) as context:
            page = context.pages[0]
            times.append(time.perf_counter())
            page.goto(f"{lab.url}/lab/tree/{LESSON}.ipynb?token={TOKEN}")
            page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            times.append(time.perf_counter())
            page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
            times.append(time.perf_counter())
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
            imported, drawn = page.evaluate(PICTURE)
    stages = [after - before for before, after in zip(times, times[1:], strict=False)]
    return [*stages, imported / 1000, (drawn - imported) / 1000]


STAGES = (
    "server: data looked for, JupyterLab answers", "browser starts", "page: first cell is there",
    "kernel is ready", "first cell: imports", "second cell: the picture",
)  # fmt: skip


def starts():
    """Return a Markdown table: the stages of a cold start and of warm ones."""
    data = os.environ.get("COURSE_DATA", "")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MPLCONFIGDIR"] = str(Path(folder, "matplotlib"))
        if hasattr(os, "posix_fadvise"):
            forget(
                sys.prefix, sys.base_prefix, ROOT / "course_lib", CHROMIUM, *filter(None, [data])
            )
        cold, *warm = (start(Path(folder), data) for _ in range(1 + WARM))
    middle = [statistics.median(times) for times in zip(*warm, strict=True)]
    lines = ["| stage | cold | warm |", "|---|--:|--:|"]
    for stage, first, later in zip(STAGES, cold, middle, strict=True):
        lines.append(f"| {stage} | {first:.1f} s | {later:.1f} s |")
    lines.append(f"| in all | {sum(cold):.1f} s | {sum(middle):.1f} s |")
    return "\n".join(lines)


# What a kernel has loaded before the first cell comes.
LIKE_A_KERNEL = """
import os, sys, time
import IPython, ipykernel.kernelapp, ipykernel.ipkernel
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
sys.stderr.write("begins\\n")
start = time.perf_counter()
exec(sys.argv[1])
print(time.perf_counter() - start)
"""


def imports():
    """Return a Markdown table: seconds of each lesson's first cell, and of the packages in it."""
    lines = ["| lesson | first cell | of it |", "|---|--:|---|"]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        code = next(cell.source for cell in cells if cell.cell_type == "code")
        runs = [fresh(code).stdout for _ in range(FRESH)]
        middle = statistics.median(float(run.split()[-1]) for run in runs)
        most = packages(fresh(code, "-X", "importtime").stderr)
        said = ", ".join(f"{name} {share:.0%}" for name, share in most)
        lines.append(f"| {path.stem} | {middle:.2f} s | {said} |")
    return "\n".join(lines)


def fresh(code, *options):
    """Run a cell in a process of its own."""
    command = [sys.executable, *options, "-c", LIKE_A_KERNEL, code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def packages(report, most=5):
    """Return the packages that take most of what `-X importtime` reports: pairs of name, share."""
    own, line = Counter(), r"import time: +(\d+) \| +\d+ \| +(\S+)"
    for micros, name in re.findall(line, report.partition("begins")[2]):
        own[name.partition(".")[0]] += int(micros)
    return [(name, micros / own.total()) for name, micros in own.most_common(most)]


def main():
    """Measure, print, and keep where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    arguments = parser.parse_args()
    head = f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {platform.system()}; "
    head += f"Python {platform.python_version()}"
    text = f"## From `make lab` to the first picture\n\n{head}\n\n{starts()}\n\n"
    text += f"### What the first cells import\n\n{imports()}\n"
    print(text)
    if arguments.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "start.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
