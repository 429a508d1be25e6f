"""python -m press editions|slides|site|lite|pdf: what the make targets of these names call."""

import argparse
import importlib
from pathlib import Path

from press import ROOT

parser = argparse.ArgumentParser(prog="press")
parser.add_argument("what", choices=("editions", "slides", "site", "lite", "pdf"))
parser.add_argument("--lesson", default="", help="slides of this one alone: 02")
parser.add_argument("--minutes", type=int, default=45, help="length of the lecture: 45 or 90")
parser.add_argument("--yours", type=Path, help="a file with what you changed on the slides")
parser.add_argument("--print", action="store_true", help="the slides as PDF too, and their plans")
given = parser.parse_args()
folder, options = ROOT / "dist" / {"lite": "site/lite"}.get(given.what, given.what), {}
if given.what == "slides":
    options = dict(names=given.lesson.split(), minutes=given.minutes, yours=given.yours)
    options["printed"] = given.print
written = importlib.import_module(f"press.{given.what}").make(folder, **options)
print(f"{len(written)} files in {folder}")
