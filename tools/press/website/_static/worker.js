// Python beside the page: Pyodide, course_lib, and messages to and from its demos.
import { loadPyodide } from "../python/pyodide.mjs";

// Whatever is fetched is counted, so that the page can say how far it is.
const fetched = fetch;
let got = 0, all = 0, told = 0;
const count = () => {
  if (Date.now() - told < 100) return;
  told = Date.now();
  postMessage({ got, all });
};
globalThis.fetch = async (...what) => {
  const answer = await fetched(...what);
  if (!answer.ok || !answer.body) return answer;
  // A packed answer says how long it is packed, and arrives unpacked.
  if (!answer.headers.get("content-encoding")) all += Number(answer.headers.get("content-length"));
  const counting = new TransformStream({
    transform(piece, out) {
      got += piece.length;
      count();
      out.enqueue(piece);
    },
  });
  return new Response(answer.body.pipeThrough(counting), answer);
};

const start = async () => {
  const python = await loadPyodide({
    packages: ["course-lib"],
    env: { HOME: "/home/pyodide", MPLBACKEND: "agg", COURSE_OFFLINE: "1" },
  });
  postMessage({ got, all: got });
  const page = python.pyimport("course_lib.browser.page");
  page.start((figure, news) =>
    postMessage({ figure, news: news.toJs({ dict_converter: Object.fromEntries }) }),
  );
  return { python, page };
};

let last = start(); // one thing after the other
onmessage = ({ data: { figure, show, change } }) => {
  last = last.then(async ({ python, page }) => {
    if (show) page.show(figure, show.call, show.query, show.setup ?? "");
    else page.take(figure, python.toPy(change));
    return { python, page };
  });
  last.catch((error) => postMessage({ failed: String(error) }));
};
