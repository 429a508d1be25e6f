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

// Demos that run in the deck: where a server serves it. From a file a browser starts no Python.
async function figures(deck) {
  const where = document.body.dataset.figures;
  if (location.protocol === "file:" || !where) {
    const why = where ? "Moves where a server shows this deck" : "Moves in the notebook";
    document.querySelectorAll("figure[data-live]").forEach((figure) => keysBelongTo(figure, why));
    return;
  }
  const { follow } = await import(new URL(`${where}_static/figure.js`, location));
  follow(deck, keysBelongTo);
}

function keysBelongTo(figure, words) {
  const line = figure.querySelector(".whose-keys") ?? figure.appendChild(document.createElement("p"));
  line.className = "whose-keys";
  line.setAttribute("role", "status");
  line.textContent = words;
}

// What is printed for students is the path alone: ?print-pdf&path
const asked = new URLSearchParams(location.search);
if (asked.has("path")) document.querySelectorAll(".beyond").forEach((slide) => slide.remove());

async function start() {
  await document.fonts.ready;
  // Beneath the path the size of type depends on pictures, which say theirs in the page.
  document.querySelectorAll(".body").forEach(fit);
  document.body.classList.remove("measuring");
  const deck = new Reveal({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    transition: "none",
    controlsTutorial: false, // arrows that jump draw the eye from what is said
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    // Space and page keys, which is what clickers send, keep to the path; ↓ leaves it. S opens the
    // speaker's view.
    keyboard: {
      32: () => deck.right(), 34: () => deck.right(), 33: () => deck.left(), 83: () => speaker(deck),
    },
  });
  deck.addKeyBinding({ key: "S", description: "Speaker's view" }, () => speaker(deck));
  await deck.initialize();
  votes(deck);
  window.deck = deck;
  figures(deck);
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"]], macros: { mark: ["\\boxed{#1}", 1] } },
  svg: { fontCache: "local" },
  options: { enableMenu: false },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(start) },
};
