// Python in a worker, by a connection that may break: what came by half is asked for again, as a whole.
import { loadPyodide as load } from "./pyodide.mjs";

const TRIES = 4;
const PAUSE = 1000; // milliseconds before the next one

// How much has come, of how much; `told` is called with each piece.
export const count = { got: 0, all: 0, told() {} };

// Pyodide goes on waiting where its core did not come, or something else in its place; without a
// package it starts.
let giveUp;
const never = new Promise((_, reject) => (giveUp = reject));
never.catch(() => {});
const core = (address) => /\/(pyodide[.-][^/]*|python_stdlib\.zip|snapshot\.bin)$/.test(address);
const streaming = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...of) =>
  streaming(...of).catch((error) => {
    giveUp(error);
    throw error;
  });

const fetched = globalThis.fetch;
async function whole(what, how, mine) {
  const answer = await fetched(what, how);
  if (!answer.ok && core(answer.url)) throw new Error(`${answer.url}: ${answer.status}`);
  if (!answer.ok || !answer.body) return answer;
  // A packed answer says how long it is packed, and arrives unpacked.
  if (!answer.headers.get("content-encoding")) mine.all = Number(answer.headers.get("content-length"));
  count.all += mine.all;
  const pieces = [], reader = answer.body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    pieces.push(value);
    mine.got += value.length;
    count.got += value.length;
    count.told();
  }
  return new Response(new Blob(pieces), answer);
}
globalThis.fetch = async (what, how) => {
  for (let tries = 1; ; tries += 1) {
    const mine = { got: 0, all: 0 };
    try {
      return await whole(what, how, mine);
    } catch (error) {
      if (tries === TRIES) {
        if (!String(what.url ?? what).endsWith(".whl")) giveUp(error);
        throw error;
      }
      count.got -= mine.got;
      count.all -= mine.all;
      how = { ...how, cache: "reload" }; // not the half that the browser may have kept
      await new Promise((wait) => setTimeout(wait, PAUSE));
    }
  }
};

// A file of images comes when Python opens it, which waits: only such a request makes it wait.
function bring(address) {
  for (let tries = 1; ; tries += 1) {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.responseType = "arraybuffer";
    try {
      request.send();
    } catch (error) {
      if (tries === TRIES) throw error;
      continue;
    }
    if (request.status !== 200) throw new Error(`${address}: ${request.status}`);
    return new Uint8Array(request.response);
  }
}

function onDemand(FS, path, address) {
  FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  FS.writeFile(path, "");
  const { node } = FS.lookupPath(path);
  const open = () => {
    if (node.usedBytes) return;
    try {
      node.contents = bring(address);
    } catch (error) {
      console.warn(String(error));
      throw new FS.ErrnoError(29); // "I/O error": Python goes on, with an exception
    }
    node.usedBytes = node.contents.length;
  };
  node.stream_ops = { ...node.stream_ops, open };
}

// Pyodide only logs that a package did not come. Here that is tried once more, and then an error.
async function complete(python, names) {
  const needed = new Set(), wrong = [];
  const need = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    python.lockfile.packages[name].depends.forEach((other) => need(other.replaceAll("_", "-")));
  };
  names.forEach(need);
  const errorCallback = (text) => wrong.push(text);
  await python.loadPackage([...needed], { errorCallback, messageCallback() {} });
  if (wrong.length) throw new Error(wrong.at(-1));
}

// As Pyodide's, and `images` are files that the kernel of lessons gets from `imagesURL` on demand.
export async function loadPyodide({ images = [], imagesURL, ...options }) {
  const python = await Promise.race([load(options), never]);
  try {
    await complete(python, options.packages);
  } catch (error) {
    if (!imagesURL) throw error; // a figure offers to try again; a lesson's cell says what is missing
    console.error(String(error));
  }
  images.forEach((name) => onDemand(python.FS, `/images/${name}`, imagesURL + name));
  return python;
}
