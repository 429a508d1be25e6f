// In the worker of a deck that is a file: what Python would fetch is asked of the page.
import createPyodideModule from "../python/pyodide.asm.mjs";

const PLACE = "packed:/", waiting = {};

addEventListener("message", (event) => {
  const { file, text, missing } = event.data;
  if (!file) return;
  event.stopImmediatePropagation(); // not for a demo
  if (missing) waiting[file].reject(new Error(missing));
  else waiting[file].resolve(text);
});

const bytes = (text) =>
  Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt());

globalThis.fetch = async (address) => {
  const file = String(address.url ?? address).slice(PLACE.length);
  const told = new Promise((resolve, reject) => (waiting[file] = { resolve, reject }));
  postMessage({ want: file });
  const content = bytes(await told);
  const type = file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(content, { headers: { "content-type": type, "content-length": content.length } });
};

globalThis.handed = { place: PLACE, createPyodideModule };
