"""Are the verdicts of the exercises the same in a browser? `make bench-verdicts`, half an hour.

All known answers, right and wrong, are checked in Pyodide, which Node runs, and here. It needs a
folder with Pyodide's packages in COURSE_PYODIDE. Prints Markdown; with ARGS="--save" it also goes
to `results/`.
"""

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_training import RESULTS, ROOT, table

sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tools"))

from press import in_browser
from verdicts import verdicts

SCRIPT = Path(__file__).with_name("verdicts.mjs")


def in_pyodide(python, lesson, every=1):
    """Return the verdicts on answers to a lesson's exercises in Pyodide; `python` is its folder."""
    command = ["node", SCRIPT, python, ROOT / "tests", lesson, str(every)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def differences(here, there):
    """List what came out in another way there: name, here, there."""
    return [(name, here[name], told) for name, told in there.items() if told != here[name]]


def main():
    """Compare, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    parser.add_argument("--lessons", nargs="+", default=["01", "02", "03", "04", "05"])
    arguments = parser.parse_args()
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as place:
        in_browser.stock(Path(place), lessons=True)
        for lesson in arguments.lessons:
            here, there = verdicts(lesson), in_pyodide(place, lesson)
            found = differences(here, there)
            rows.append([lesson, len(here), len(there), len(found)])
            wrong += found
    text = "## Verdicts in a browser\n\n"
    text += f"{datetime.date.today()}; Pyodide {in_browser.release()}. Answers that need SciPy or "
    text += "scikit-learn are compared where the folder of packages has these.\n\n"
    text += table(["lesson", "answers", "compared", "other verdict"], rows)
    text += "".join(f"- {name}: {here} here, {there} there\n" for name, here, there in wrong)
    print(text)
    if arguments.save:
        (RESULTS / "verdicts.md").write_text(text, encoding="utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
