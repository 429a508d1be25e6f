"""What a kernel in a browser needs before the first cell: PYTHONSTARTUP names this file."""


def start():
    """Give `@` its loops, and the images their place."""
    import pyodide_js
    from tqdm import tqdm

    from course_lib.browser import floats, matmul

    matmul.install()
    floats.install()
    tqdm.monitor_interval = 0  # it would be a thread, and there are none
    config = pyodide_js._api.config
    for name in config.images:
        folder, _, file = f"/images/{name}".rpartition("/")
        pyodide_js.FS.mkdirTree(folder)
        # Read from the server when it is opened, a piece at a time.
        pyodide_js.FS.createLazyFile(folder, file, config.imagesURL + name, True, False)


if __name__ == "__main__":
    start()
    del start
