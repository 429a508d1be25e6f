// node snapshot.mjs FOLDER: keeps the memory of Python as it is after its start, from the core in FOLDER.
//
// A page that takes it up need not start Python itself, which is a fifth of what a figure waits for.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "../node_modules/pyodide/pyodide.mjs";

const folder = process.argv[2];
const python = await loadPyodide({
  indexURL: folder,
  _makeSnapshot: true,
  env: {
    HOME: "/home/pyodide",
    MPLBACKEND: "agg",
    COURSE_OFFLINE: "1",
    COURSE_DATA: "/live",
    PYTHONHASHSEED: "0", // the same input gives the same bytes
  },
});
writeFileSync(`${folder}/snapshot.bin`, gzipSync(python.makeMemorySnapshot(), { level: 9 }));
