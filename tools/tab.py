"""Run lessons in JupyterLite, in a real browser, and measure: `make run ARGS=--browser`.

Each cell is run in its turn, as *Run All* does. What it prints is compared with what is stored.
"""

import contextlib
import functools
import json
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chromium import QUIET, find_browser

SITE = Path(__file__).resolve().parents[1] / "dist" / "site"
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
# A cell by its id: run it, and return its outputs; the kernel is asked, so all of it has come.
RUN = """async (id) => {
    const { content } = jupyterapp.shell.currentWidget;
    const at = content.widgets.findIndex((cell) => cell.model.id === id);
    content.activeCellIndex = at;
    content.deselectAll();
    await jupyterapp.commands.execute('notebook:run-cell');
    return content.widgets[at].model.outputs.toJSON();
}"""
HEAP = """async () => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const code = 'import pyodide_js; print(pyodide_js._module.HEAPU8.length)';
    const asked = kernel.requestExecute({ code, store_history: false });
    let told = '';
    asked.onIOPub = (message) => { told += message.content.text ?? ''; };
    await asked.done;
    return Number(told);
}"""


class Quiet(SimpleHTTPRequestHandler):
    """A server that keeps its log to itself."""

    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def page_of(folder):
    """Serve a folder on this machine; give its address, and a page of a fresh browser."""
    from playwright.sync_api import sync_playwright

    handler = functools.partial(Quiet, directory=str(folder))
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        tempfile.TemporaryDirectory() as profile,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = find_browser(playwright)
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=path, args=QUIET
        )
        context.set_default_timeout(0)
        try:
            yield f"http://127.0.0.1:{server.server_port}", context.pages[0]
        finally:
            context.close()
            server.shutdown()


def printed(outputs):
    """Return the text of a cell's outputs, without bars of progress, which are not stored."""
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in outputs
        if output.get("name") != "stderr"
    ]
    return "".join("".join(text) for text in texts).strip()


def run(path, site=SITE):
    """Run a lesson; return what was measured as a dictionary."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    took, heaps, errors, other = {}, {}, [], []
    with page_of(site) as (address, page):
        start = time.perf_counter()
        page.goto(f"{address}/lite/lab/index.html?path={path.name}")
        page.wait_for_function(IDLE)
        page.evaluate(HEAP)  # it answers
        ready = time.perf_counter() - start
        for cell in code:
            begun = time.perf_counter()
            outputs = page.evaluate(RUN, cell["id"])
            took[cell["id"]] = time.perf_counter() - begun
            heaps[cell["id"]] = page.evaluate(HEAP)  # it never shrinks
            wrong = [one["evalue"] for one in outputs if one["output_type"] == "error"]
            errors += [f"{cell['id']}: {one}" for one in wrong]
            if not wrong and printed(outputs) != printed(cell["outputs"]):
                other.append(cell["id"])
    return {
        "ready": ready,
        "cells": len(code),
        "seconds": sum(took.values()),
        "slowest": max(took, key=took.get),
        "slowest seconds": max(took.values()),
        "megabytes": max(heaps.values()) / 1e6,
        "heaviest": max(heaps, key=heaps.get),
        "errors": errors,
        "other": other,
    }


def run_all(paths):
    """Run lessons, and print what was measured; return whether all cells ran."""
    row = "{:18}{:>8}{:>7}{:>10}  {:30}{:32}{}"
    print(row.format("notebook", "ready", "cells", "run all", "slowest cell", "heap", "prints"))
    failed = False
    for path in paths:
        told = run(path)
        slowest = f"{told['slowest seconds']:.1f} s in {told['slowest']}"
        alike = f"as stored but for {len(told['other'])}: {', '.join(told['other'])}"
        print(
            row.format(
                path.stem,
                f"{told['ready']:.1f} s",
                told["cells"],
                f"{told['seconds']:.0f} s",
                slowest,
                f"{told['megabytes']:.0f} MB in {told['heaviest']}",
                alike if told["other"] else "as stored",
            ),
            flush=True,
        )
        for error in told["errors"]:
            print(f"    {error}")
        failed |= bool(told["errors"])
    return not failed
