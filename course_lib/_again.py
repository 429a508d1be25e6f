"""Which cell to run, said below an error that comes of the order in which cells ran."""

import re
import sys


def _stub(argument):
    """Stand for what a student has not written yet."""
    ...


def _bare_stub(argument): ...


EMPTY = {_stub.__code__.co_code, _bare_stub.__code__.co_code}
ABOVE = "choose Run → Run All Above Selected Cell, then run this cell again."


def tell():
    """From now on, say below such an error what to run; outside of Jupyter do nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.events.register("post_run_cell", _after)  # once, however often it is asked for


def _after(result):
    code, error = result.info.raw_cell, result.error_in_exec
    if error is not None and (said := what_to_run(error, code, sys.modules["__main__"].__dict__)):
        print(said)


def what_to_run(error, code, known):
    """Return what to run again after an error of a cell, or None.

    Parameters
    ----------
    error : BaseException
    code : str
        The cell's.
    known : dict
        The notebook's names and their values.
    """
    if isinstance(error, KeyboardInterrupt):
        return (
            "You stopped this cell. What it sets is missing, only begun, or from a run before: run "
            "it again before the cells below it."
        )
    if isinstance(error, NameError):
        return f"If a cell further up sets {error.name or 'this name'}, {ABOVE}"
    mentioned, todo = set(), set(re.findall(r"\w+", code or ""))
    while todo:  # and what its functions use, and theirs
        mentioned.add(name := todo.pop())
        used = getattr(getattr(known.get(name), "__code__", None), "co_names", ())
        todo |= set(used) - mentioned
    empty = sorted(name for name in mentioned if _is_stub(known.get(name)))
    if empty:
        return (
            f"{', '.join(empty)} is empty at the moment: its cell ran last. The cell below it with "
            f'mine("{empty[0]}") gives a function that works; or {ABOVE}'
        )
    return None


def _is_stub(value):
    code = getattr(value, "__code__", None)
    if code is None or code.co_code not in EMPTY or code.co_names:
        return False
    return all(isinstance(const, (str, type(None), type(...))) for const in code.co_consts)
