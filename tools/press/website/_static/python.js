// Python in a worker, once for all figures of a page, and what a figure's front end talks to.
export const figures = new Map(); // by name: what a page shows of a demo
let worker = null;

// anywidget's model, as far as stage.js sees it.
export function makeModel(send) {
  const state = {}, listeners = {};
  let changed = {};
  const call = (name) => [...(listeners[`change:${name}`] ?? [])].forEach((f) => f());
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = changed[name] = value;
      call(name);
    },
    save_changes() {
      if (Object.keys(changed).length) send(changed);
      changed = {};
    },
    on: (event, f) => (listeners[event] ??= []).push(f),
    off: (event, f) => (listeners[event] = listeners[event].filter((other) => other !== f)),
    take(news) {
      Object.assign(state, news);
      Object.keys(news).forEach(call);
    },
  };
}

export function python() {
  if (worker) return worker;
  const type = location.protocol === "file:" ? "classic" : "module"; // all that a browser allows there
  worker = new Worker(new URL("worker.js", import.meta.url), { type });
  worker.onmessage = ({ data: { figure, news, failed, got, all, want } }) => {
    if (want) return hand(want);
    if (news) return figures.get(figure)?.take(news);
    figures.forEach((one) => (failed ? one.fail(failed) : one.progress(got, all)));
    if (failed) worker.terminate(), (worker = null);
  };
  worker.onerror = (event) => worker.onmessage({ data: { failed: event.message || "no worker" } });
  return worker;
}

// Of a page that is a file, the worker asks what it would fetch of a server.
async function hand(file) {
  const told = await packed.content(file).then((text) => ({ text }), ({ message }) => ({ missing: message }));
  tell({ file, ...told });
}

export const tell = (message) => worker?.postMessage(message);
