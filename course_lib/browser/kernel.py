"""What a kernel in a browser needs before the first cell: PYTHONSTARTUP names this file."""


def start():
    """Give `@` its loops, the record its lock, and checks their warnings."""
    from tqdm import tqdm

    from course_lib.browser import floats, matmul, tabs

    matmul.install()
    floats.install()
    tabs.install()
    tqdm.monitor_interval = 0  # it would be a thread, and there are none


if __name__ == "__main__":
    start()
    del start
