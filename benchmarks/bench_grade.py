"""How long does a class of 1,000 take to grade? `make bench-grade`.

A twentieth of what is handed in is mangled, twenty notebooks are hostile. The grader is killed when
half is done and started once more; then every student has a row, nothing was graded twice, and
whoever is right has passed. ARGS="--dask" does the same on a local cluster of two worker processes,
one of which is killed in its place. Prints Markdown; with ARGS="--save" it also goes to `results/`.
"""

import argparse
import csv
import datetime
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_training import RESULTS, ROOT, table

sys.path.insert(0, str(ROOT / "tests"))

from a_class import write_class

from course_lib.grade_class import process

CLUSTER = """
import sys, joblib
from distributed import Client, LocalCluster
from course_lib.grade_class import grade_class

if __name__ == "__main__":
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        print(*(worker.process.pid for worker in cluster.workers.values()), flush=True)
        with joblib.parallel_config(backend="dask"):
            print(grade_class(*sys.argv[1:]))
"""


def done(kept):
    """Count what is graded by now."""
    return len(kept.read_bytes().splitlines()) if kept.exists() else 0


def wait_until(kept, number, running):
    """Wait until so many are graded, and say whether it is still at work."""
    while done(kept) < number and running.poll() is None:
        time.sleep(0.2)
    return running.poll() is None


def grade_twice(folder, marks, size):
    """Grade, kill the grader half way, and grade once more; return what was kept of the first."""
    line = [sys.executable, "-m", "course_lib.grade_class", str(folder), "--csv", str(marks)]
    first = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL)
    if wait_until(marks.with_suffix(".jsonl"), size // 2, first):
        first.send_signal(signal.SIGKILL)
    first.wait()
    kept = done(marks.with_suffix(".jsonl"))
    second = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    return f"{kept} kept when it was killed; then: {second.stdout.splitlines()[0]}"


def grade_on_a_cluster(folder, marks, size):
    """Grade on two workers, and kill one of them half way."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "on_a_cluster.py"
        script.write_text(CLUSTER, encoding="utf-8")
        running = subprocess.Popen(
            [sys.executable, str(script), str(folder), str(marks)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        victim = int(running.stdout.readline().split()[0])
        if wait_until(marks.with_suffix(".jsonl"), size // 2, running):
            os.kill(victim, signal.SIGKILL)
        said = running.communicate()[0]
    if running.returncode:
        raise RuntimeError("the cluster ended before the class was graded")
    return f"one of two workers killed half way; then: {said.splitlines()[0]}"


def faults(marks, expected):
    """List what is wrong with the marks: lost, twice, or not what has to become of it."""
    with marks.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [] if len(rows) == len(expected) else [f"{len(rows)} rows"]
    for row in rows:
        wanted = expected[row["student"]]
        if wanted == "unreadable":
            found += [row["student"]] if row["notes"] == "" or "passed" in row.values() else []
            continue
        found += [
            f"{row['student']}: {name} is {row[name]}"
            for name, passed in wanted.items()
            if (row[name] == "passed") != passed
        ]
    lines = marks.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    twice = len(lines) - len({json.loads(line)["sha256"] for line in lines})
    return found + ([f"{twice} twice"] if twice else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--save", action="store_true", help=f"write to {RESULTS.name}/ as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, marks = Path(place) / "class", Path(place) / "marks.csv"
        expected = write_class(folder, arguments.size)
        how = grade_on_a_cluster if arguments.dask else grade_twice
        start = time.perf_counter()
        said = how(folder, marks, arguments.size)
        seconds = time.perf_counter() - start
        wrong = faults(marks, expected)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    where = "a cluster of two workers" if arguments.dask else "one machine"
    text = f"## A class of {arguments.size:,} on {where}\n\n"
    text += f"{datetime.date.today()}; {os.cpu_count()} cores. Fences: {process.fences()}.\n\n"
    text += table(
        ["", "measured"],
        [
            ["time", f"{seconds / 60:.1f} minutes"],
            ["load of the machine beside it", f"{os.getloadavg()[2]:.1f}"],
            ["memory of the largest process", f"{memory:.0f} MB"],
            ["rows that are not as they have to be", len(wrong)],
        ],
    )
    text += f"\n{said}\n" + "".join(f"- {fault}\n" for fault in wrong[:10])
    print(text)
    if arguments.save:
        RESULTS.mkdir(exist_ok=True)
        name = "grade_dask.md" if arguments.dask else "grade.md"
        (RESULTS / name).write_text(text, encoding="utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
