"""python -m press editions|slides|site|pdf [folder]: what the make targets of these names call."""

import argparse
import importlib
from pathlib import Path

from press import ROOT

parser = argparse.ArgumentParser(prog="press")
parser.add_argument("what", choices=("editions", "slides", "site", "pdf"))
parser.add_argument("folder", nargs="?", type=Path, help="default: dist/ and the same name")
arguments = parser.parse_args()
folder = arguments.folder or ROOT / "dist" / arguments.what
written = importlib.import_module(f"press.{arguments.what}").make(folder.resolve())
print(f"{len(written)} files in {folder}")
