"""What settings of a user's own would break in a lesson, as it usually is again."""

import os
import sys

import numpy as np

USUAL = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}  # NumPy's own


def printable():
    """Let a terminal that has no ✓ or σ, as with cp1252 or the C locale, show ? instead of ending.

    A notebook's output, which knows all characters, stays as it is.
    """
    raises = getattr(sys.stdout, "errors", None) in ("strict", "surrogateescape")  # as with C
    if raises and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")


def usual_arithmetic():
    """Put NumPy's answer to an overflow back to the usual one, and say so if it was another.

    Lessons show an overflow on purpose, and small numbers that become 0 are right.
    """
    if np.geterr() != USUAL:
        print("np.seterr had another setting; NumPy's usual one, which lessons need, is back.")
        np.seterr(**USUAL)


def on_binder():
    """Say on Binder, and nowhere else, what is lost there and how to keep it."""
    if any(name.startswith("BINDER_") for name in os.environ):
        print(
            "You are on Binder: what you write is lost after ten idle minutes.\n"
            "Keep the notebook with File → Download.\n"
            'Keep what you have solved with progress(save="progress.json"), and download that file '
            "as well;\n"
            'next time drag it in and run progress(load="progress.json").'
        )
