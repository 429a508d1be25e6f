// Python beside the page: Pyodide, course_lib, and messages to and from its demos.
import { count, loadPyodide } from "../python/start.mjs";

// Where all of it lies: beside this script, unless a page that is a file hands it over.
const { place, createPyodideModule } = globalThis.handed ?? { place: new URL("..", import.meta.url).href };

// The page is told how far it is, ten times a second.
let told = 0;
count.told = () => {
  if (Date.now() - told < 100) return;
  told = Date.now();
  postMessage({ got: count.got, all: count.all });
};

// Python as it was after its start: tools/press/in_browser/snapshot.mjs made it, and says its settings.
const memory = async () => {
  const packed = await fetch(`${place}python/snapshot.bin`);
  return new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
};

const start = async () => {
  const python = await loadPyodide({
    indexURL: `${place}python/`,
    createPyodideModule,
    packages: ["course-lib"],
    _loadSnapshot: memory(),
  });
  postMessage({ got: count.got, all: count.got });
  const page = python.pyimport("course_lib.browser.page");
  page.start((figure, news) =>
    postMessage({ figure, news: news.toJs({ dict_converter: Object.fromEntries }) }),
  );
  return { python, page };
};

// What a demo needs beside the library: images, and networks that were trained beforehand.
const bring = async (python, file) => {
  const path = `/live/${file}`;
  if (python.FS.analyzePath(path).exists) return;
  const answer = await fetch(`${place}live/${file}`);
  if (!answer.ok) throw new Error(`${file} did not come: ${answer.status}`);
  const content = new Uint8Array(await answer.arrayBuffer());
  python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  python.FS.writeFile(path, content);
};

const started = start();
started.catch((error) => postMessage({ failed: String(error) }));
onmessage = async ({ data: { figure, show, change } }) => {
  const { python, page } = await started;
  try {
    if (!show) return page.take(figure, python.toPy(change));
    const files = show.files.split(" ").filter(Boolean).map((file) => bring(python, file));
    const fault = await Promise.all(files).then(() => "", (error) => error.message);
    if (fault) postMessage({ figure, news: { fault } }); // the other figures go on
    else page.show(figure, show.call, show.query, show.setup);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
