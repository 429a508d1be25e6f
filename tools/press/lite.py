"""The lessons in JupyterLite: a folder that any web server serves, with nothing to install.

Python is that of the website's live figures, and so are the images, in folders beside this one.
What students write stays in their browser.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from press import LESSONS, in_browser, replacing
from press.in_browser import figures

LAB = Path(sys.prefix, "share", "jupyter", "labextensions")
EXTENSIONS = (
    in_browser.KERNEL_EXTENSION,
    LAB / "@jupyter-widgets" / "jupyterlab-manager",
    LAB / "anywidget",
)
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
HERE = """*In this tab* nothing is installed and nothing is sent anywhere. Your work stays in this
browser until you clear its data: `save_my_work.ipynb` packs it into one ZIP. Keep a lesson open in
one tab: where two have saved it, you are asked which version stays. Three things differ: NumPy
warns of no overflow here, also where the text shows its warning; there is one core, so that a cell
that trains takes several times as long, and ends with slightly other weights, hence numbers; and
what ends a long cell is *Kernel → Restart Kernel*."""
# IPython runs this file when the kernel starts.
START = "/lib/python3.14/site-packages/course_lib/browser/kernel.py"
TIME = 1577836800  # the same bytes, whenever
NO_PYTHON = (
    "Python did not start in this tab, and no cell will run. Check the connection, and load the "
    "page again; your work is kept. What it said: "
)
NO_ROOM = (
    "This browser has no room left for your work. What you see is still here: keep it with "
    "File → Download, make room on this computer, and save again."
)
# What JupyterLite lacks, in its own scripts and pages: where, what stands there, what shall stand.
MENDS = (
    # Its kernel asks once whether a service worker leads to the browser's files, mostly before that
    # is known. Then it would keep progress in memory alone, and lose it with the tab.
    (
        "extensions/@jupyterlite/pyodide-kernel-extension/static/*.js",
        r"(\w)=(!!\(\(null==(\w)\?void 0:\3\.enabled\)\|\|crossOriginIsolated\))",
        r"\1=(navigator.serviceWorker&&await \3?.ready.catch(()=>{}),\2)",
    ),
    # A file that could not be kept, as on a full disk, had no answer, for which the kernel waits.
    (
        "build/*.js",
        r"(await this\._driveContentsProcessor\.processDriveRequest\((\w)\));",
        r"\1.catch(()=>({failed:true}));",
    ),
    (
        "**/service-worker.js",
        r"new Response\(JSON\.stringify\((\w)\.response\)\)",
        r"new Response(JSON.stringify(\1.response),{status:\1.response?.failed?507:200})",
    ),
    # That a kernel did not start stood in a log alone, and its cells would wait for ever.
    (
        "extensions/@jupyterlite/pyodide-kernel-extension/static/*.js",
        r"(\.then\(this\._ready\.resolve\.bind\(this\._ready\)\)\.catch\((\w)=>\{)",
        r"\1window.pythonFailed?.(\2.message),",
    ),
    # A browser's error says nothing when there is no room, and so JupyterLab's box was empty.
    (
        "*/index.html",
        r"<head>",
        f"""<head>
    <script>
      window.pythonFailed = (why) => {{
        const box = document.createElement("dialog"), form = document.createElement("form");
        const text = document.createElement("p"), close = document.createElement("button");
        text.textContent = "{NO_PYTHON}" + String(why).trim().split("\\\\n").at(-1);
        close.textContent = "Close";
        form.method = "dialog";
        form.append(text, close);
        box.append(form);
        document.body.append(box);
        box.showModal();
      }};
      const {{ get }} = Object.getOwnPropertyDescriptor(DOMException.prototype, "message");
      Object.defineProperty(DOMException.prototype, "message", {{ get() {{
        return this.name === "QuotaExceededError" ? "{NO_ROOM}" : get.call(this);
      }} }});
    </script>""",
    ),
)


def make(folder):
    """Build the lessons in a folder, and what they need in folders beside it; return its files."""
    if not ready():
        sys.exit("JupyterLite is not here yet: `make lite` installs it, with npm.")
    with replacing(folder.parent / "python") as python:
        packages = in_browser.stock(python, lessons=True)
    with replacing(folder.parent / "live") as live:
        images = figures.store(live, lessons=True)
    build(folder, packages, images)
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def ready():
    """Tell whether all is installed that a build needs."""
    return importlib.util.find_spec("jupyterlite_pyodide_kernel") and in_browser.PYODIDE.exists()


def build(folder, packages, images):
    """Build the lessons in a folder; `packages` and `images` are what lies in those beside it."""
    with tempfile.TemporaryDirectory() as aside, replacing(folder) as made:
        source = Path(aside)
        (source / "contents").mkdir()
        for path in LESSONS:
            put(lesson(path), source / "contents" / path.name)
        put(saving(), source / "contents" / "save_my_work.ipynb")
        plugin = "/".join(in_browser.KERNEL_EXTENSION.parts[-2:]) + ":kernel"
        settings = {plugin: kernel(packages, images)}
        config = {"appName": "From One Neuron", "exposeAppInBrowser": True}
        config |= {"litePluginSettings": settings}
        write(source / "jupyter-lite.json", {"jupyter-config-data": config})
        options = {
            "lite_dir": str(source),
            "output_dir": str(made),
            "contents": [str(source / "contents")],
            "apps": ["lab", "notebooks"],
            "federated_extensions": [str(path) for path in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "source_date_epoch": TIME,
        }
        write(source / "jupyter_lite_config.json", {"LiteBuildConfig": options})
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--log-level=ERROR"]
        done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"JupyterLite was not built:\n{done.stdout}{done.stderr}")
        mend(made)


def mend(folder):
    """Put into JupyterLite's scripts and pages what they lack."""
    for places, old, new in MENDS:
        found = 0
        for path in folder.glob(places):
            text, n = re.subn(old, new, path.read_text(encoding="utf-8"))
            if n:
                path.write_text(text, encoding="utf-8", newline="\n")
            found += n
        if not found:
            sys.exit(f"JupyterLite is another one than tools/press/lite.py mends: no {old}")


def lesson(path):
    """Return a lesson that says what is so in a browser, in place of what it says of Binder."""
    notebook = nbformat.read(path, as_version=4)
    title = notebook.cells[0]
    title.source = re.sub(r"\n\n\*On Binder\*.*", "", title.source, flags=re.DOTALL) + "\n\n" + HERE
    return notebook


def put(notebook, path):
    """Write a notebook for the kernel of the browser."""
    notebook.metadata.kernelspec = KERNEL
    write(path, notebook)  # texts in one piece: no server joins their lines, and contents need it
    os.utime(path, (TIME, TIME))


def saving():
    """Return the notebook that packs a student's work."""
    text = (
        "# Save my work\n\nWhat you write stays in this browser, on this computer, until you clear "
        "its data. To take it with you, save the lessons that are open (*File → Save All*), run "
        "the cell below and press on the link. On a computer of your own, put the lessons and the "
        "folder `progress` into `my_notebooks/`, and run "
        '`progress(load="progress/progress.json")` in one of them.'
    )
    code = "from course_lib.browser import work\n\nwork.save()"
    cells = [new_markdown_cell(text, id="about"), new_code_cell(code, id="save")]
    return nbformat.v4.new_notebook(cells=cells)


def kernel(packages, images):
    """Return the settings of the kernel."""
    return {
        "pyodideUrl": "./../python/start.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": "./../python/pyodide-lock.json",
            "imagesURL": "./../live/",
            "images": [name for name in images if "mnist/" in name],
            "packages": list(packages),
            "env": {
                "HOME": "/home/pyodide",
                "PYTHONSTARTUP": START,
                "COURSE_DATA": "/images",
                "COURSE_OFFLINE": "1",
                "COURSE_STATE": "/drive/progress",
            },
        },
    }


def write(path, value):
    """Write a value as JSON."""
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
