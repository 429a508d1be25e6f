"""A simulated student works through the five lessons in a real JupyterLab, in a real browser.

python benchmarks/bench_student.py [--save] [all | half | slow | untouched]

It writes answers of its own (tests/student_answers.py) into the cells of the exercises and chooses
Run All, lesson by lesson, with one record of progress. Each answer counts how often it is called,
but for the checks: so a milestone is seen to be met by *these* functions. At the end
`my_network.py` is run in an empty folder, with NumPy alone.

`half` leaves every second exercise as it was, `slow` has loops where one can write loops, and
`untouched` is for comparison. `--save` writes the table to `results/student.md`.
"""

import argparse
import ast
import inspect
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tools")]

import student_answers  # noqa: E402
from browser import browser, clear, open_notebook, run_all, running_lab  # noqa: E402

from course_lib import exercises  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
NAMES = [path.stem for path in sorted((ROOT / "notebooks").glob("0*.ipynb"))]
LESSON_OF = {e.id: n for n, module in exercises.LESSONS.items() for e in module.EXERCISES}
# Calls that the checks make are not counted: while one runs, `sys.grading` is above 0.
BEGIN = """
import sys
from course_lib.exercises import engine, sandbox

sys.grading = 0


def watched(*given, run=sandbox.run, **more):
    sys.grading += 1
    try:
        return run(*given, **more)
    finally:
        sys.grading -= 1


engine.run = sandbox.run = watched
"""
END = """
import json

from course_lib.exercises import collect, kept

calls = {name: getattr(f, "calls", 0) for name, (f, _) in kept.passed.items()}
print("CALLS", json.dumps(calls))
collect("my_network.py")
"""


def answer_of(name, slow):
    """Return the source of an answer that counts its calls, and takes earlier ones from `mine`."""
    source = student_answers.SLOW.get(name) if slow else None
    source = source or inspect.getsource(getattr(student_answers, name))
    source = textwrap.dedent(source).strip()
    (function,) = ast.parse(source).body
    lines, place = source.split("\n"), function.body[0].lineno - 1
    lines[place:place] = [
        '    if not getattr(sys, "grading", 0):',
        f'        {name}.calls = getattr({name}, "calls", 0) + 1',
    ]
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} - {name}
    earlier = sorted(part for part in used if LESSON_OF.get(part, "99") < LESSON_OF[name])
    taken = [f'{part} = mine("{part}")' for part in earlier]
    return "\n".join(["import sys", "", *taken, "", *lines])


def solved(path, chosen, slow):
    """Write the answers into the exercises of a lesson, and what watches them around it."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "exercise" in cell["metadata"].get("tags", ()):
            name = ast.parse("".join(cell["source"])).body[-1].name
            if name in chosen:
                cell["source"] = answer_of(name, slow)
    first = next(i for i, c in enumerate(notebook["cells"]) if c["cell_type"] == "code")
    for place, name, source in ((first, "begin", BEGIN), (len(notebook["cells"]) + 1, "end", END)):
        cell = dict(cell_type="code", id=f"student-{name}", metadata={}, source=source.strip())
        notebook["cells"].insert(place, cell | dict(outputs=[], execution_count=None))
    path.write_text(json.dumps(notebook), encoding="utf-8")
    clear(path)


def texts(notebook):
    """Give all text that the cells of a notebook put out."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            yield "".join(output.get("text", ""))
            yield "".join(output.get("data", {}).get("text/plain", ""))


def work(way, folder, data):
    """Work through the lessons; return a row for each: seconds, whose functions, milestone."""
    ids = exercises.exercise_ids()
    chosen = {"all": ids, "slow": ids, "half": ids[::2], "untouched": []}[way]
    course, rows = folder / "course", []
    for name in ("notebooks", "tools"):
        ignore = shutil.ignore_patterns("__pycache__", ".*", "node_modules")
        shutil.copytree(ROOT / name, course / name, ignore=ignore)
    for name in NAMES:
        solved(course / "notebooks" / f"{name}.ipynb", chosen, way == "slow")
    with browser(folder) as context, running_lab(course, folder, data) as lab:
        for name in NAMES:
            page = context.new_page()
            open_notebook(lab, page, name)
            begin = time.perf_counter()
            run_all(lab, page, name, seconds=1200)
            took = time.perf_counter() - begin
            said = "\n".join(texts(lab.notebook(name)))
            for kernel in lab.ask("api/sessions"):
                lab.forget(f"api/sessions/{kernel['id']}")
            page.close()
            rows.append(judged(name, said, chosen) | {"seconds": took})
            print(json.dumps(rows[-1]), flush=True)
        shutil.copy(lab.folder / "my_network.py", folder / "my_network.py")
    return rows


def judged(name, said, chosen):
    """Say what a lesson's outputs tell of its exercises and its milestone."""
    calls = json.loads(re.search(r"CALLS (.*)", said)[1])
    module = exercises.LESSONS[name[:2]]
    own = [e.id for e in module.EXERCISES if e.id in chosen]
    refused = [e for e in own if f"✓ {e}: passed" not in said]
    needs = getattr(module, "MILESTONE", None) and module.MILESTONE.needs
    milestone = re.search(r"(. Milestone \d: .*)", said)
    return {
        "lesson": name,
        "own": len(own),
        "refused": refused,
        "aside": sorted(set(re.findall(r"^(.*): the course's, as yours", said, re.MULTILINE))),
        "milestone": milestone[1] if milestone else "",
        "idle": [n for n in needs or () if n in chosen and not calls.get(n)],
    }


def trained(folder, data):
    """Run `my_network.py` in an empty folder, with NumPy alone; return accuracy and seconds."""
    with tempfile.TemporaryDirectory() as empty:
        shutil.copy(folder / "my_network.py", empty)
        # Where the course and all else but NumPy cannot be found.
        guard = "import sys, runpy; sys.modules.update(dict.fromkeys(('course_lib', 'scipy')))"
        run = f"{guard}; sys.argv[:] = ['my_network.py', {str(Path(data) / 'mnist')!r}]"
        run += "; runpy.run_path('my_network.py', run_name='__main__')"
        begin = time.perf_counter()
        command = [sys.executable, "-I", "-c", run]
        done = subprocess.run(command, cwd=empty, capture_output=True, text=True, check=True)
    accuracy = float(re.search(r"test accuracy: ([\d.]+)%", done.stdout)[1])
    return accuracy, time.perf_counter() - begin


def table(way, rows, accuracy, took):
    """Write what came out as Markdown."""
    lines = [
        f"## {way}",
        "",
        "| lesson | answers of their own | stepped aside | never called | milestone | seconds |",
        "|---|--:|---|---|---|--:|",
    ]
    for row in rows:
        cells = (
            row["lesson"], row["own"], "; ".join(row["aside"]), ", ".join(row["idle"]),
            row["milestone"], f"{row['seconds']:.0f}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, "", f"`my_network.py` alone: {accuracy}% in {took:.0f} s.", ""])


def main():
    """Work through the lessons in the ways asked for, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ways", nargs="*", default=["all", "half", "slow", "untouched"])
    parser.add_argument("--save", action="store_true", help="write results/student.md")
    given = parser.parse_args()
    data = os.environ.get("COURSE_DATA", "")
    tables, wrong = [], []
    for way in given.ways:
        with tempfile.TemporaryDirectory() as folder:
            rows = work(way, Path(folder), data)
            accuracy, took = trained(Path(folder), data)
        tables.append(table(way, rows, accuracy, took))
        print(tables[-1])
        wrong += [f"{way}: {row['lesson']}: {row['refused']}" for row in rows if row["refused"]]
        if way == "all":
            wrong += [
                f"{row['lesson']}: {row['milestone']}"
                for row in rows
                if row["milestone"] and (row["idle"] or "by your own code" not in row["milestone"])
            ]
        if accuracy < 97:
            wrong.append(f"{way}: my_network.py reaches {accuracy}%")
    if given.save:
        head = (
            "# `make student`: a simulated student in JupyterLab\n\n"
            f"{datetime.now(UTC):%Y-%m-%d}; Python {platform.python_version()}; "
            f"{os.cpu_count()} cores\n"
        )
        (RESULTS / "student.md").write_text("\n".join([head, *tables]), encoding="utf-8")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
