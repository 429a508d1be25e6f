"""What tabs of one browser share: the lock of a file, which the system gives elsewhere."""

import asyncio
import contextlib

from course_lib.exercises import record


def install():
    """Let one tab at a time write a student's record from now on."""
    record.locked = locked


@contextlib.contextmanager
def locked(path, seconds=10):
    """Hold the lock of a file; the browser takes it back when the tab is closed.

    Python waits for it in the middle of a cell, which not every browser can do. Where it cannot, or
    nobody gives the lock back in time, the work goes on without.

    Parameters
    ----------
    path : Path
    seconds : float
        How long to wait.
    """
    from js import Promise, navigator
    from pyodide.ffi import can_run_sync, create_once_callable, run_sync

    if not (can_run_sync() and navigator.locks):
        yield
        return
    got, held = asyncio.Future(), Promise.withResolvers()

    def hold(lock):
        if not got.done():
            got.set_result(lock)
        return held.promise  # the browser keeps the lock for as long as this is open

    navigator.locks.request(str(path), create_once_callable(hold))
    try:
        with contextlib.suppress(TimeoutError):
            run_sync(asyncio.wait_for(got, seconds))
        yield
    finally:
        held.resolve()
