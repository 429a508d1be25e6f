// node precompile.mjs FOLDER: gives the wheels and the standard library in FOLDER byte code.
//
// Pyodide itself makes it, so that the machine needs no Python of that version; a browser then need
// not compile what it imports, which halves its start. `course_lib` keeps its sources beside it,
// for `solution` shows them. Times and order are fixed: the same input gives the same bytes.
import { loadPyodide } from "../node_modules/pyodide/pyodide.mjs";

const python = await loadPyodide();
python.FS.mkdirTree("/work");
python.FS.mount(python.FS.filesystems.NODEFS, { root: process.argv[2] }, "/work");
python.runPython(`
import importlib.util
import io
import pathlib
import re
import warnings
import zipfile
from importlib import _bootstrap_external

warnings.simplefilter("ignore")  # what others' code is written like


# matplotlib lists all fonts at each start; those of PDF, and pictures for windows, are not needed here.
unused = re.compile(r"matplotlib/mpl-data/(fonts/afm|fonts/pdfcorefonts|images|sample_data)/")


def byte_code(source, name):
    code = compile(source, name, "exec", dont_inherit=True)
    unchecked = _bootstrap_external._code_to_hash_pyc(code, importlib.util.source_hash(source), False)
    return bytes(unchecked)


def convert(path):
    ours, out = path.name.startswith("course_lib-"), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        def add(name, data):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            new.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)

        for name in old.namelist():
            if unused.match(name):
                continue
            data = old.read(name)
            try:
                made = name.endswith(".py") and ".data/" not in name and byte_code(data, name)
            except (SyntaxError, ValueError):  # a template, or a test of what cannot be read
                made = None
            if made and ours:
                folder, _, file = name.rpartition("/")
                add(f"{folder}/__pycache__/{file[:-3]}.cpython-314.pyc", made)
            if made and not ours:
                add(name + "c", made)
            elif not name.endswith("/"):
                add(name, data)
    path.write_bytes(out.getvalue())


for path in sorted(pathlib.Path("/work").iterdir()):
    if path.suffix in (".whl", ".zip"):
        convert(path)
`);
