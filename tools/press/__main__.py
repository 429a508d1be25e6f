"""python -m press editions|slides|site|lite|pdf: what the make targets of these names call."""

import argparse
import importlib

from press import ROOT

parser = argparse.ArgumentParser(prog="press")
parser.add_argument("what", choices=("editions", "slides", "site", "lite", "pdf"))
what = parser.parse_args().what
folder = ROOT / "dist" / ("site/lite" if what == "lite" else what)
written = importlib.import_module(f"press.{what}").make(folder)
print(f"{len(written)} files in {folder}")
