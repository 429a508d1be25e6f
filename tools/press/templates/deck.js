// Sets each slide in the largest type in which all of it is seen, then hands over to reveal.js.
const SIZES = [30, 28, 26, 24, 22, 20, 18, 17, 16];

function fits(body) {
  return [body, ...body.querySelectorAll("pre")].every(
    (box) => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth,
  );
}

function fit(body) {
  const size = SIZES.find((size) => {
    body.style.setProperty("--size", `${size}px`);
    return fits(body);
  });
  if (size === undefined) console.error(`${body.closest("section").id} is too full for a slide`);
}

async function start() {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode()));
  document.querySelectorAll(".body").forEach(fit);
  document.body.classList.remove("measuring");
  const deck = new Reveal({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    transition: "none",
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    defaultTiming: 0, // for the slides beyond the path; the others have theirs
    // Space and page keys, which is what clickers send, keep to the path; ↓ leaves it.
    keyboard: { 32: () => deck.right(), 34: () => deck.right(), 33: () => deck.left() },
    plugins: [RevealNotes],
  });
  await deck.initialize();
  window.deck = deck;
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"]] },
  svg: { fontCache: "local" },
  options: { enableMenu: false },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(start) },
};
