// node verdicts.mjs PYTHON TESTS LESSON EVERY: the verdicts of tests/verdicts.py in Pyodide, as JSON.
//
// PYTHON is a folder that tools/press/in_browser has filled, TESTS the folder tests/.
import v8 from "node:v8";

import { loadPyodide } from "../tools/press/node_modules/pyodide/pyodide.mjs";

// Products are fused, as in a browser: Node has that by itself from 21 on.
v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
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
