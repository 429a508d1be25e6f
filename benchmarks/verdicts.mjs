// node verdicts.mjs PYTHON TESTS LESSON EVERY: the verdicts of tests/verdicts.py in Pyodide, as JSON.
//
// PYTHON is a folder that tools/press/in_browser has filled, TESTS the folder tests/.
import { loadPyodide } from "../tools/press/node_modules/pyodide/pyodide.mjs";

const [folder, tests, lesson, every] = process.argv.slice(2);
const python = await loadPyodide({
  packages: ["course-lib", "tqdm"],
  packageBaseUrl: `${folder}/`,
  lockFileURL: `${folder}/pyodide-lock.json`,
  env: { HOME: "/home/pyodide", MPLBACKEND: "agg" },
});
python.FS.mkdirTree("/tests");
python.FS.mount(python.FS.filesystems.NODEFS, { root: tests }, "/tests");
const told = python.runPython(`
import json
import sys

sys.path.append("/tests")
sys.dont_write_bytecode = True
from course_lib.browser import floats, matmul

assert matmul.install()
floats.install()
from verdicts import verdicts

json.dumps(verdicts("${lesson}", ${every}))
`);
console.log(told);
