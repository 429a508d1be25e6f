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

// Demos that run in the deck start two slides ahead, and nothing of Python is loaded before. The first
// look is at the address, before the deck is there.
const AHEAD = 2;
const columns = [...document.querySelectorAll(".slides > section")];
const columnOf = (element) => columns.findIndex((column) => column.contains(element));
const demos = [...document.querySelectorAll("figure[data-live]")];

function figures(here) {
  const where = document.body.dataset.figures;
  document.activeElement.closest(".living") && document.activeElement.blur();
  demos.forEach(async (box) => {
    const say = (words) => keysBelongTo(box, words);
    if (!where) return say("Moves in the notebook");
    const away = columnOf(box) - here;
    if (away < 0 || away > AHEAD || box.dataset.asked) return;
    box.dataset.asked = "true";
    try {
      const name = "_static/figure.js", file = location.protocol === "file:";
      const address = file ? await packed.address(name) : new URL(where + name, location);
      (await import(address)).start(box, say);
    } catch {
      say("Moves where a server shows this deck");
    }
  });
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

// No line begins with the comma that follows a formula.
function keep(formula) {
  const after = formula.nextSibling;
  if (after?.nodeType !== Node.TEXT_NODE || !/^[,.;:?!)]/.test(after.data)) return;
  const kept = document.createElement("span");
  kept.style.whiteSpace = "nowrap";
  formula.before(kept);
  after.splitText(1);
  kept.append(formula, after);
}

async function start() {
  await document.fonts.ready;
  document.querySelectorAll("mjx-container:not([display])").forEach(keep);
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
  deck.on("slidechanged", ({ indexh }) => figures(indexh));
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"]], macros: { mark: ["\\boxed{#1}", 1] } },
  svg: { fontCache: "local" },
  options: { enableMenu: false },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(start) },
};

if (!asked.has("print-pdf")) figures(Math.max(0, columnOf(document.getElementById(location.hash.slice(2)))));
