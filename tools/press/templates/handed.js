// The worker of a deck that is a file: this, behind packed.js, and then the one that servers have. A
// browser starts no module there and fetches nothing; so what Python would fetch is asked of the page.
const PLACE = "packed:/";
let early = []; // what the page says before Python's own script listens

addEventListener("message", (event) => {
  const { file, text, missing } = event.data;
  if (file || early) event.stopImmediatePropagation();
  if (!file) return early?.push(event);
  if (missing) packed.lack(file, missing);
  else packed.take(file, text);
});

const bytes = (text) =>
  Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt());

// Pyodide wants a module, whose scripts are imported as they are here, and tells it by this.
globalThis.importScripts = () => {
  throw new TypeError("a worker of modules");
};

globalThis.fetch = async (address) => {
  const file = String(address.url ?? address).slice(PLACE.length);
  const content = bytes(await packed.content(file));
  const type = file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(content, { headers: { "content-type": type, "content-length": content.length } });
};

(async () => {
  const core = await import(await packed.address("python/pyodide.asm.mjs"));
  globalThis.handed = { place: PLACE, createPyodideModule: core.default };
  await import(await packed.address("_static/worker.mjs"));
  const events = early;
  early = null;
  events.forEach((event) => onmessage(event));
})().catch((error) => postMessage({ failed: String(error) }));
