"""How long loading MNIST takes, and how much memory at its peak: `python benchmarks/bench_data.py`.

Each measurement is a fresh process, so that its peak is its own and nothing is warm but the
system's file cache; the table shows the median time and the highest memory of five. Budgets for
float32: the first time, when the file is made that later loads map, 2 s; from then on 0.05 s.
The time starts after the imports of Python and NumPy. Memory is that of the whole process, with
both, after every pixel has been read once: at its peak (RSS), and what it shares with no other.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5

CHILD = """
import json, os, sys, time
from course_lib.data import load_images
start = time.perf_counter()
images = load_images(raw=sys.argv[1] == "raw", offline=True)
seconds = time.perf_counter() - start
total = images.X_train.sum() + images.X_test.sum()
sys.path.insert(0, "tools")
from lessons import own_megabytes
own_mb = own_megabytes(os.getpid())
try:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
except ImportError:  # Windows
    import psutil
    peak_mb = psutil.Process().memory_info().peak_wset / 1e6
print(json.dumps([seconds, own_mb, peak_mb, images.source]))
"""


def measure(cache, form):
    """Load once in a fresh process; return seconds, its own and its peak memory, and the source."""
    environ = {**os.environ, "COURSE_CACHE": str(cache)}
    environ.pop("COURSE_DATA", None)
    command = [sys.executable, "-c", CHILD, form]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def find_mnist():
    """Return a folder with the packed files of MNIST: COURSE_DATA, ../shared/data or the cache."""
    sys.path.insert(0, str(ROOT))
    from course_lib import data

    folders = [Path(os.environ.get("COURSE_DATA") or ROOT.parent / "shared" / "data")]
    folders.append(data._cache_folder())
    for folder in folders:
        paths = [folder / "mnist" / f"{file}.gz" for file in data.N_BYTES]
        if all(path.is_file() for path in paths):
            return paths
    sys.exit("MNIST is not here; run `python -m course_lib.data mnist` first.")


def main():
    """Measure both forms of the files and both types of pixels, and print a Markdown table."""
    paths = find_mnist()
    print("| MNIST from the cache | pixels | seconds | own memory | peak (RSS) |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for packing in ("packed (.gz)", "unpacked"):
            cache = Path(folder, packing[:6])
            (cache / "mnist").mkdir(parents=True)
            for path in paths:
                blob = path.read_bytes()
                name = path.name if packing.startswith("packed") else path.stem
                content = blob if packing.startswith("packed") else gzip.decompress(blob)
                (cache / "mnist" / name).write_bytes(content)
            for form, pixels in (
                ("raw", "uint8"),
                ("float", "float32, the first time"),
                ("float", "float32, again"),
            ):
                runs = []
                for _ in range(RUNS):
                    if "first" in pixels:
                        for made in (cache / "mnist").glob("*.float32"):
                            made.unlink()
                    runs.append(measure(cache, form))
                assert all("read from the cache" in source for *_, source in runs)
                seconds = statistics.median(run[0] for run in runs)
                own, peak = (max(run[column] for run in runs) for column in (1, 2))
                print(
                    f"| {packing} | {pixels} | {seconds:.3f} | {own:.0f} MB | {peak:.0f} MB |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
