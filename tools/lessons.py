"""Hand out, open, run and store the lessons: what the Makefile calls, and Windows users directly.

python tools/lessons.py lab --no-browser     options that are not ours go on to JupyterLab
python tools/lessons.py copy
python tools/lessons.py fresh 02
python tools/lessons.py run [--browser] [01 …]
python tools/lessons.py execute [01 …]
python tools/lessons.py prove 02
"""

import argparse
import base64
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "notebooks"
MINE = ROOT / "my_notebooks"

# Where students run a lesson a progress bar helps; in a stored output it is noise.
KERNEL_ENV = {"TQDM_DISABLE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
# Processors add in different orders, and what is trained on such sums can differ by a digit that is
# printed. Outputs are stored, and compared, with the arithmetic that every x86 of ten years has.
if platform.machine() in ("x86_64", "AMD64"):
    KERNEL_ENV |= {"OPENBLAS_CORETYPE": "Haswell", "NPY_ENABLE_CPU_FEATURES": "X86_V3"}

# What the course promises on two quiet cores, in seconds. Slower machines need more: that is said.
BUDGETS = {"01": 12, "02": 35, "03": 35, "04": 50, "05": 25}
CELL_SECONDS = 12
STAND_IN_SECONDS = 30
# In megabytes. "Own" is what a kernel shares with no other process.
OWN_MEGABYTES = 450
PEAK_MEGABYTES = 650
PAUSE = 0.05  # seconds between two looks at a kernel's memory: what comes and goes faster is missed


class Refusal(Exception):
    """A reason to stop that the user has to know; its text is the whole message."""


# --- Finding and handing out lessons -------------------------------------------------------------


def lessons(names=()):
    """Paths of the named lessons ("02", "2" or "02_hidden_layer"), of all when none is named."""
    found = sorted(LESSONS.glob("*.ipynb"))
    if not found:
        raise Refusal(f"There are no lessons in {LESSONS}. Is this a complete copy of the course?")
    return [_lesson(name, found) for name in names] or found


def _lesson(name, found):
    wanted = Path(name).stem
    for path in found:
        number = path.stem.split("_")[0]
        if wanted == path.stem or wanted.zfill(2) == number:
            return path
    known = ", ".join(path.stem for path in found)
    if not name:
        raise Refusal(f"Which lesson? Say for example NB={found[0].stem[:2]}. Lessons: {known}.")
    raise Refusal(f"There is no lesson {name!r}. Lessons: {known}.")


def copy():
    """Copy into my_notebooks/ what is not there yet; a student's own work is never overwritten."""
    try:
        MINE.mkdir(exist_ok=True)
        for lesson in lessons():
            mine = MINE / lesson.name
            if not mine.exists():
                shutil.copyfile(lesson, mine)
                print(f"New in {MINE.name}/: {mine.name}")
    except OSError as error:
        raise Refusal(
            f"{MINE} cannot be written to ({error.strerror}). Copy the course to a folder of your "
            "own."
        ) from None


def fresh(name):
    """Copy one lesson again and keep the file that was there under a free name."""
    (lesson,) = lessons([name])
    MINE.mkdir(exist_ok=True)
    mine = MINE / lesson.name
    if mine.exists():
        number = 1
        while (kept := mine.with_stem(f"{mine.stem}_old{number}")).exists():
            number += 1
        mine.rename(kept)
        print(f"Your file is now {MINE.name}/{kept.name}.")
    shutil.copyfile(lesson, mine)
    print(f"{MINE.name}/{mine.name} is a fresh copy.")


def lab(options):
    """Open JupyterLab on the student's copy of the first lesson, data at hand."""
    if importlib.util.find_spec("course_lib") is None:
        raise Refusal(
            f"This Python ({sys.executable}) has no course_lib. Use the environment you made for "
            "the course, or install it from the course's folder: python -m pip install -e ."
        )
    copy()
    # It says which source it used, or why the stand-in; the lessons run either way.
    subprocess.run([sys.executable, "-m", "course_lib.data", "mnist"], cwd=ROOT, check=False)
    first = MINE / lessons()[0].name
    command = [sys.executable, "-m", "jupyterlab", str(first), *options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers: Jupyter refuses to start as root otherwise
    # tools/jupyter switches off the "official news" prompt that would cover the first lesson, for
    # this run alone: the user's own settings are not touched.
    paths = [str(ROOT / "tools" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")]
    env = os.environ | {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_PREFER_ENV_PATH": "1",  # our kernel wins over one that the user registered
    }
    env.setdefault("PYTHONSTARTUP", str(ROOT / "tools" / "jupyter" / "startup.py"))
    env |= places_for_jupyter()
    sys.stdout.flush()
    if os.name == "nt":  # exec on Windows returns to the prompt while the server still runs
        return subprocess.run(command, env=env, check=False).returncode
    os.execve(sys.executable, command, env)


def places_for_jupyter():
    """Return settings for folders that JupyterLab can write to, where the user's own it cannot."""
    from jupyter_core import paths

    folders = {
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir,
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir,
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir,
    }
    try:
        for folder in folders.values():
            Path(folder()).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder()):
                pass
        return {}
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        reason = getattr(error, "strerror", None) or error
    try:
        place = tempfile.mkdtemp(prefix="from-one-neuron-")
    except OSError:
        raise Refusal(
            f"JupyterLab can write nowhere: not in your home ({reason}), nor in a folder for what "
            "is temporary. Set HOME or TMPDIR to a folder that can be written to."
        ) from None
    print(
        f"JupyterLab cannot write in your home ({reason}). For this time its settings are in "
        f"{place}; set HOME, or {', '.join(folders)}, to keep them."
    )
    return {
        name: str(Path(place, name.lower())) for name in (*folders, "IPYTHONDIR", "MPLCONFIGDIR")
    }


# --- Running them --------------------------------------------------------------------------------

# Asked of the kernel after the last cell. ru_maxrss counts bytes on macOS, kilobytes elsewhere.
PROBE = """
import json, re, sys
if sys.platform == "linux":  # which hands `ru_maxrss` down from the process that starts another
    with open("/proc/self/status") as status:
        peak = int(re.search(r"VmHWM:\\s+([0-9]+)", status.read())[1]) * 1024
elif sys.platform == "win32":
    import psutil
    peak = psutil.Process().memory_info().peak_wset
else:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
sources = {value.source for value in list(globals().values())
           if (type(value).__module__, type(value).__name__) == ("course_lib.data", "Images")}
print(json.dumps({"megabytes": peak / 1e6, "sources": sorted(sources)}))
"""


@dataclass
class Run:
    """What one pass over a notebook showed."""

    cells: int = 0
    cell: str = ""  # the one at work
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_cell: str = ""
    own: float = 0.0  # megabytes
    own_cell: str = ""
    megabytes: float = 0.0
    sources: list[str] = field(default_factory=list)
    error: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def stand_in(self):
        """Whether some images stood in for data that could not be had."""
        return any("standing in for" in source for source in self.sources)


def own_megabytes(pid):
    """Return the memory of a process that it reads from no file and shares with nobody.

    Linux tells it apart. Elsewhere it is what psutil calls USS, which also counts files that are
    mapped and that no other process reads at that time: the images, up to 220 MB a data set.
    """
    if sys.platform.startswith("linux"):
        # Cheap to read, unlike `smaps`, for which the process would have to stand still.
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        kilobytes = re.findall(r"^(?:RssAnon|VmSwap):\s+([0-9]+)", text, re.MULTILINE)
        return sum(map(int, kilobytes)) * 1024 / 1e6
    import psutil

    return psutil.Process(pid).memory_full_info().uss / 1e6


@contextmanager
def watched(pid, result):
    """Keep the largest memory of a process in `result`, and the cell that it was seen in.

    It is looked at from outside, while a cell runs and after it: what a cell gives back counts too.
    """
    ended = threading.Event()

    def look():
        with suppress(Exception):  # the process has just ended: its cell is the one to tell
            own, cell = own_megabytes(pid), result.cell
            if own > result.own:
                result.own, result.own_cell = own, cell

    def keep_looking():
        while not ended.wait(PAUSE):
            look()

    watcher = threading.Thread(target=keep_looking, daemon=True)
    watcher.start()
    try:
        yield look
    finally:
        ended.set()
        watcher.join()


def run(notebook, folder, judge=None):
    """Execute the notebook in memory, outputs and counts included, and measure.

    `judge` is called after the last cell. It gets a function that runs code in the kernel and
    returns the JSON that this prints. What it returns are the result's `faults`.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError
    from nbformat.v4 import new_code_cell

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        timeout=None,
        extra_arguments=["--log-level=ERROR"],  # of the kernel's own remarks, only errors
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
    )
    result = Run()
    with (
        tempfile.TemporaryDirectory() as state,  # a record of progress of its own, empty
        client.setup_kernel(env=os.environ | KERNEL_ENV | {"COURSE_STATE": state}),
        watched(client.km.provisioner.pid, result) as look,
    ):
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count, result.cell = [], None, cell.id
            start = time.perf_counter()
            try:
                client.execute_cell(cell, index)
            except (CellControlSignal, DeadKernelError) as error:
                what = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()[-1]
                result.error = f"cell {cell.id!r}, the one after [{result.cells}]: {what}"
                return result
            seconds = time.perf_counter() - start
            look()
            result.cells += 1
            result.seconds += seconds
            if seconds > result.slowest:
                result.slowest, result.slowest_cell = seconds, cell.id

        def ask(code):
            notebook.cells.append(new_code_cell(code))
            client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
            outputs = notebook.cells.pop().outputs
            text = "".join(out.text for out in outputs if out.get("name") == "stdout")
            return json.loads(text.splitlines()[-1])

        result.faults = judge(ask) if judge else []
        answer = ask(PROBE)
    result.megabytes, result.sources = answer["megabytes"], answer["sources"]
    return result


def run_all(names):
    """Run the lessons, print measure beside budget, and say which of them failed.

    Memory of its own over the budget is a failure. Seconds are only said, as they depend on the
    machine, and so is the peak, which counts pages of files that the system can take back.
    """
    import nbformat

    row = "{:18}{:>5}  {:14}{:34}{:34}{:16}{}"
    print(
        row.format(
            "notebook", "cells", "seconds", "slowest cell", "own memory", "peak (RSS)", "data"
        )
    )
    failed = []
    for path in lessons(names):
        result = run(nbformat.read(path, as_version=4), path.parent)
        if result.error:
            failed.append(path.name)
            print(f"{path.stem:18}{'-':>5}  FAILED in {result.error}", flush=True)
            continue
        total = STAND_IN_SECONDS if result.stand_in else BUDGETS.get(path.stem[:2], 60)
        heavy = result.own > OWN_MEGABYTES
        slow = result.seconds > total or result.slowest > CELL_SECONDS
        if heavy:
            failed.append(path.name)
        print(
            row.format(
                path.stem,
                result.cells,
                f"{result.seconds:.1f} of {total}",
                f"{result.slowest:.1f} of {CELL_SECONDS} in {result.slowest_cell}",
                f"{result.own:.0f} of {OWN_MEGABYTES} MB in {result.own_cell}",
                f"{result.megabytes:.0f} of {PEAK_MEGABYTES} MB",
                " ".join(result.sources) or "no images",
            )
            + "  TOO MUCH MEMORY" * heavy
            + "  over its peak" * (result.megabytes > PEAK_MEGABYTES)
            + "  over its time" * slow,
            flush=True,
        )
    if failed:
        raise Refusal(f"Failed: {', '.join(failed)}.")


def run_in_browser(names):
    """Run the lessons of `make lite` in a browser, and print what was measured."""
    import tab

    if not (tab.SITE / "lite").exists():
        raise Refusal("There is no dist/site/lite yet: `make lite` makes it.")
    if importlib.util.find_spec("playwright") is None:
        raise Refusal("A browser is driven by Playwright, which `make .venv/.test` installs.")
    if not tab.run_all(lessons(names)):
        raise Refusal("Some cells failed.")


# --- Storing them --------------------------------------------------------------------------------

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Without the version: it would change with every patch release of Python.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
WIDGET = "application/vnd.jupyter.widget-view+json"
# What stands below the stored picture of a demo, or a stored quiz, until its cell runs here.
STILL = {
    "text/markdown": "Not live yet: run this cell to use it. Where nothing ran before, choose "
    "*Run → Run All Above Selected Cell* first."
}
# README.md shows these cells' pictures.
PICTURES = {"01_neuron": ("hundred", "template")}
PICTURE_FOLDER = ROOT / ".github" / "pictures"
# Metadata that only records when, or how somebody's window looked.
PASSING = ("execution", "ExecuteTime", "collapsed", "scrolled")
# A path of this machine, or the address of an object: other readers' outputs would differ.
MACHINE = re.compile(
    r"(?<![\w.:/])(?:/(?:home|Users|root|tmp|var|usr|opt)/|[A-Z]:\\)\S*|\b0x[0-9a-f]{8,}"
)


# Asked of the kernel after the last cell. All digits come back, and no name of the lesson is taken.
VALUES = """
def _value(expression):
    try:
        return float(eval(expression, globals()))
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"

print(__import__("json").dumps([_value(expression) for expression in {expressions!r}]))
"""


def numbers_judge(notebook, path):
    """Return a judge for `run`: whether the numbers in the prose of a lesson hold."""
    import prose

    def judge(ask):
        def evaluate(expressions):
            return ask(VALUES.format(expressions=expressions))

        return prose.faults(notebook.cells, prose.table(path), evaluate)

    return judge


def execute_all(names):
    """Re-run the lessons in place and store outputs that are the same for everybody.

    What is stored is what the code gives, numbers and pictures; whether the numbers in the prose
    hold is asked of the same run.
    """
    import nbformat

    from course_lib._files import replacing

    refused = faulty = False
    for path in lessons(names):
        notebook = nbformat.read(path, as_version=4)
        before = {cell.id: cell.get("outputs") for cell in notebook.cells}
        result = run(notebook, path.parent, numbers_judge(notebook, path))
        try:
            if result.error:
                raise Refusal(f"it fails in {result.error}")
            if result.stand_in:
                raise Refusal(
                    "it ran on the stand-in, and stored outputs must show the real data. Set "
                    "COURSE_DATA to a folder that holds it, or let `make lab` download it."
                )
            normalise(notebook)
        except Refusal as why:
            refused = True
            print(f"{path.name}: left as it was, {why}", flush=True)
            continue
        text = nbformat.writes(notebook) + "\n"
        changed = text != path.read_text(encoding="utf-8")
        with replacing(path) as unfinished:
            unfinished.write_bytes(text.encode())
        for cell_id, png in pictures(notebook, path.stem).items():
            with replacing(PICTURE_FOLDER / f"{cell_id}.png") as unfinished:
                unfinished.write_bytes(png)
        others = [c.id for c in notebook.cells if c.get("outputs") != before[c.id]]
        what = f"stored; other outputs: {', '.join(others) or 'none'}" if changed else "unchanged"
        print(f"{path.name}: {what} ({result.seconds:.0f} s)", *result.faults, sep="\n  ")
        sys.stdout.flush()
        faulty |= bool(result.faults)
    if refused:
        raise Refusal("Not every lesson was stored.")
    if faulty:
        raise Refusal("A number in the prose does not hold.")


def prove(name):
    """Execute one lesson as `execute` does, then test what holds for every stored lesson.

    Not by running it once more, in other orders: `make whole` does.
    """
    (path,) = lessons([name])
    try:
        execute_all([name])
    finally:
        form = ["-m", "pytest", "-q", "-m", "not whole", "tests/repo/test_notebooks.py"]
        form += ["-k", path.stem]
        failed = subprocess.run([sys.executable, *form], cwd=ROOT, check=False).returncode
    return failed


def pictures(notebook, name):
    """Return the pictures of a lesson that README.md shows: {cell's id: PNG}."""
    return {
        cell.id: base64.b64decode(output.data["image/png"])
        for cell in notebook.cells
        if cell.id in PICTURES.get(name, ())
        for output in cell.outputs
        if "image/png" in output.get("data", ())
    }


def normalise(notebook):
    """Strip what differs between two runs or two machines; refuse what must not be stored."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.kernelspec = KERNELSPEC
    notebook.metadata.language_info = LANGUAGE_INFO
    for cell in notebook.cells:
        for key in PASSING:
            cell.metadata.pop(key, None)
        for output in list(cell.get("outputs", ())):
            data = output.get("data", {})
            if WIDGET in data and len(data) > 1:
                del data[WIDGET]
                cell.outputs.insert(cell.outputs.index(output) + 1, still_note())
            if WIDGET in data:
                raise Refusal(f"cell {cell.id!r} shows a widget and nothing that could be stored.")
            if "image/png" in data:
                data["image/png"] = without_png_notes(data["image/png"])
            if machine := machine_traces(output):
                raise Refusal(f"an output of cell {cell.id!r} names this machine: {machine}")


def still_note():
    """Return the output that tells of a stored picture that running its cell moves it."""
    import nbformat

    return nbformat.v4.new_output("display_data", data=STILL)


def is_still_note(output):
    """Tell that output from those of the code."""
    kind = "text/markdown"
    return "".join(output.get("data", {}).get(kind, ())) == STILL[kind]  # a file holds its lines


def machine_traces(output):
    """Return the first path or memory address in an output's text, or None."""
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", ())]
    texts += [str(text) for kind, text in output.get("data", {}).items() if "image/" not in kind]
    here = "|".join(re.escape(str(path)) for path in (ROOT, sys.prefix, tempfile.gettempdir()))
    for text in texts:
        if match := MACHINE.search(text) or re.search(here, text):
            return match[0]
    return None


def without_png_notes(encoded):
    """Drop the text and time chunks of a PNG: program, version, date."""
    png = base64.b64decode(encoded)
    kept, position = [png[:8]], 8
    while position < len(png):  # a chunk is length (4 bytes), type (4), data, checksum (4)
        end = position + 12 + int.from_bytes(png[position : position + 4], "big")
        if png[position + 4 : position + 8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            kept.append(png[position:end])
        position = end
    return base64.b64encode(b"".join(kept)).decode("ascii")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lab", help="open the course in JupyterLab", add_help=False)
    commands.add_parser("copy", help="copy new lessons to my_notebooks/")
    commands.add_parser("fresh", help="copy one lesson again").add_argument("lesson")
    running = commands.add_parser("run", help="run and measure")
    running.add_argument("lesson", nargs="*")
    running.add_argument("--browser", action="store_true", help="in JupyterLite, of `make lite`")
    commands.add_parser("execute", help="run and store outputs").add_argument("lesson", nargs="*")
    commands.add_parser("prove", help="execute one lesson and test it").add_argument("lesson")
    args, rest = parser.parse_known_args()
    if rest and args.command != "lab":
        parser.error(f"unknown options: {' '.join(rest)}")
    try:
        match args.command:
            case "lab":
                return lab(rest)
            case "copy":
                return copy()
            case "fresh":
                return fresh(args.lesson)
            case "run":
                return (run_in_browser if args.browser else run_all)(args.lesson)
            case "execute":
                return execute_all(args.lesson)
            case "prove":
                return prove(args.lesson)
    except Refusal as sentence:
        print(sentence, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
