"""What a kernel in a browser needs before the first cell: PYTHONSTARTUP names this file."""

import gc


def start():
    """Give `@` its loops, the record its lock, checks their warnings; let cells clear up."""
    from IPython import get_ipython
    from tqdm import tqdm

    from course_lib.browser import floats, matmul, tabs

    matmul.install()
    floats.install()
    tabs.install()
    tqdm.monitor_interval = 0  # it would be a thread, and there are none
    clear_up(get_ipython().events)


def clear_up(events):
    """Free after each cell what refers to itself, as figures do: 5 MB each, which nobody needs.

    Python would come to it in the end; but the memory of a tab only grows, a fifth at a time.
    What is there before the first cell stays there, and is not searched.
    """
    gc.freeze()
    events.register("post_run_cell", lambda _: gc.collect())


if __name__ == "__main__":
    start()
    del start
