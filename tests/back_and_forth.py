"""A lesson whose cells are run out of order, or whose trainings are stopped: what fails, and how.

python tests/back_and_forth.py notebooks/01_neuron.ipynb --orders 20
python tests/back_and_forth.py notebooks/01_neuron.ipynb --stopped
"""

import argparse
import contextlib
import io
import json
import os
import random
import sys
import time
import traceback
import types
import warnings
from pathlib import Path

LIGHT = 0.5  # seconds that a cell took: going back is tried with those, since it takes many
STEPS = 4  # cells that a going back consists of


def main():
    """Print a line of JSON for each cell that failed without saying what to run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lesson", type=Path)
    parser.add_argument("--orders", type=int, default=0)
    parser.add_argument("--stopped", action="store_true")
    args = parser.parse_args()
    import matplotlib

    matplotlib.use("agg")
    from course_lib import training

    cells = json.loads(args.lesson.read_text(encoding="utf-8"))["cells"]
    cells = [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]
    notebook = sys.modules["__main__"] = types.ModuleType("__main__")
    notebook.display = lambda *_, **__: types.SimpleNamespace(update=lambda figure: None)
    if args.stopped:
        training.train = stopped(training.train)
    plans = going_back(len(cells), args.orders)
    light, failed, tried = [], [], 0
    for k, (name, source) in enumerate(cells):
        for chance in plans.get(k, ()):
            earlier = [chance.choice(light) for _ in range(STEPS)] if light else []
            failed += in_a_copy(notebook, [cells[i] for i in sorted(earlier)] + [(name, source)])
            tried += 1
        start = time.perf_counter()
        if fault := run(notebook, name, source):
            failed.append(fault)
        if time.perf_counter() - start < LIGHT:
            light.append(k)
    print(json.dumps({"cells": len(cells), "orders": tried, "failed": failed}))


def going_back(n, orders):
    """Choose before which cells somebody goes back, and with what chance."""
    plans = {}
    for seed in range(orders):
        chance = random.Random(seed)
        plans.setdefault(chance.randrange(1, n), []).append(chance)
    return plans


def stopped(train):
    """Return a `train` that a stop button ends after two epochs, or after one."""

    def hurried(*args, on_epoch=None, **settings):
        def stop(network, history):
            if on_epoch is not None:
                on_epoch(network, history)
            if len(history.loss) >= min(2, settings["epochs"]):
                raise KeyboardInterrupt

        return train(*args, on_epoch=stop, **settings)

    return hurried


def run(notebook, name, source):
    """Run a cell; return what went wrong, unless it says what to run."""
    from matplotlib import pyplot

    from course_lib._again import ABOVE, what_to_run
    from course_lib.data import put_away

    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(source, f"<{name}>", "exec"), vars(notebook))
    except Exception as error:
        told = what_to_run(error, source, vars(notebook)) or ""
        if ABOVE in told or put_away().TELL in str(error):
            return None
        return [name, traceback.format_exception_only(error)[-1].strip()[:300]]
    finally:
        pyplot.close("all")
    return None


def in_a_copy(notebook, cells):
    """Run cells in a copy of this process, which forgets them; return what went wrong."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        faults = [fault for cell in cells if (fault := run(notebook, *cell))]
        order = " → ".join(name for name, _ in cells)
        os.write(writing, json.dumps([[*fault, order] for fault in faults]).encode()[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        answer = said.read()
    os.waitpid(child, 0)
    return json.loads(answer)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
