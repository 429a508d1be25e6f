"""What is made of the lessons for teaching: editions, slides, a website, handouts.

Each module has a `make(target)` that writes into the folder `target` and returns what it wrote;
``python -m press slides`` calls that of `slides` with ``dist/slides``.
"""

import contextlib
import tempfile
from pathlib import Path

import lessons
import nbformat

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(__file__).parent / "node_modules"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def stored(path):
    """Read a lesson for print and the web: without what it tells those who could run a cell."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if not lessons.is_still_note(out)]
    return notebook


@contextlib.contextmanager
def replacing(folder):
    """Give an empty folder; what was made there takes the place of `folder` once all went well."""
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as beside:
        new = Path(beside) / "new"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(Path(beside) / "old")
        new.rename(folder)
