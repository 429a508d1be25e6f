// What lies beside a deck that was opened by a double click. Browsers let no such page fetch a file,
// but scripts may come from files: `make slides` packs each file of a figure into one that hands it
// over, as text where it is a script, else in base64. A worker has no such scripts and asks its page.
const packed = (() => {
  const waiting = {}, addresses = {};

  async function content(name) {
    const told = new Promise((resolve, reject) => (waiting[name] = { resolve, reject }));
    if (!globalThis.document) {
      postMessage({ want: name });
      return told;
    }
    const script = document.createElement("script");
    script.onerror = () => waiting[name].reject(new Error(`${name} is not beside this deck`));
    script.src = `${document.body.dataset.figures}packed/${name}.js`;
    document.head.append(script);
    return told.finally(() => script.remove());
  }

  // The address of a script or a style that is in memory. What it refers to gets one before, in the
  // two forms that a bundler knows, too: an import, and a URL beside the script's own.
  const address = (name) => (addresses[name] ??= inMemory(name));
  async function inMemory(name) {
    let source = await content(name);
    for (const [all, from, beside] of source.matchAll(
      /from "(\.[^"]+)"|new URL\("([^"]+\.\w+)", import\.meta\.url\)/g,
    )) {
      const to = await address(new URL(from ?? beside, `packed:/${name}`).pathname.slice(1));
      source = source.replace(all, from ? `from "${to}"` : `"${to}"`);
    }
    const type = name.endsWith(".css") ? "text/css" : "text/javascript";
    return URL.createObjectURL(new Blob([source], { type }));
  }

  const take = (name, text) => waiting[name].resolve(text);
  const lack = (name, why) => waiting[name].reject(new Error(why));
  return { address, content, take, lack };
})();
