"""What is made of the lessons for teaching: editions, slides, a website, handouts.

Each module has a `make(target)` that writes into the folder `target` and returns what it wrote;
``python -m press slides`` calls that of `slides` with ``dist/slides``.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(__file__).parent / "node_modules"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
