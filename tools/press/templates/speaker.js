// The speaker's view: a window of its own, filled from the deck's page. It needs no server.
const minutes = (seconds) => {
  const whole = Math.abs(Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

function speaker(deck) {
  const view = window.open("", "speaker", "width=1280,height=900");
  if (!view) return alert("The browser did not allow the speaker's window. Allow it, and press S again.");
  view.focus();
  if (view.deck === deck) return;
  view.deck = deck;
  const page = view.document;
  page.head.replaceChildren(); // of a deck that was here before
  const sections = JSON.parse(document.getElementById("sections").textContent);
  const path = deck.getHorizontalSlides().map((stack) => stack.querySelector("section"));
  const planned = path.map((slide) => Number(slide.dataset.timing));
  const whole = planned.reduce((a, b) => a + b, 0);
  let begin = null, held = 0; // when the clock started, and what it showed when it was stopped

  page.documentElement.lang = "en-GB";
  page.title = `Speaker's view: ${document.title}`;
  // Styles as they are, MathJax's among them, which has put its own into the page.
  document.querySelectorAll("link[rel=stylesheet], style").forEach((style) => {
    const copy = page.importNode(style, true);
    if (copy.href) copy.href = style.href;
    page.head.append(copy);
  });
  const own = page.head.appendChild(page.createElement("link"));
  [own.rel, own.href] = ["stylesheet", new URL("assets/speaker.css", location).href];
  page.body.className = "speaker";
  page.body.innerHTML = `
    <header class="bar" aria-label="Clock and type"><h1 class="heard">Speaker's view</h1>
      <span class="clock">0:00</span> <span class="against" role="status"></span> <span class="out"></span>
      <button type="button" data-do="clock">Start the clock</button>
      <button type="button" data-do="reset">0:00</button>
      <button type="button" data-do="smaller" aria-label="Smaller type">A−</button>
      <button type="button" data-do="larger" aria-label="Larger type">A+</button>
      <button type="button" data-do="prev">← Back</button>
      <button type="button" data-do="next">Next →</button>
    </header>
    <main tabindex="0" aria-label="Notes"><h2 class="section"></h2><div class="notes"></div><div class="lesson"></div></main>
    <aside aria-label="Slides and plan">
      <h2>Now<span class="presses" role="status"></span></h2><div class="view now" aria-hidden="true"></div>
      <div class="hands"></div>
      <h2>Next</h2><div class="view after" aria-hidden="true"></div>
      <h2>Plan</h2><div class="plan" tabindex="0" aria-label="Plan"><table><tbody></tbody></table></div>
    </aside>`;
  const get = (selector) => page.querySelector(selector);
  const rows = sections.map((one) => {
    const row = get("tbody").insertRow();
    [one.begins, `${one.takes} min`, one.heading + (one.optional ? " (can be left out)" : "")].forEach((text) => {
      row.insertCell().textContent = text;
    });
    return row;
  });

  const elapsed = () => held + (begin === null ? 0 : (Date.now() - begin) / 1000);
  const at = () => deck.getIndices().h;
  const miniature = (box, slide) => {
    box.replaceChildren();
    if (!slide) return;
    const copy = page.importNode(slide.querySelector(".frame"), true);
    copy.querySelectorAll("img").forEach((image) => (image.src = new URL(image.getAttribute("src"), location).href));
    copy.querySelectorAll(".living").forEach((living) => living.remove());
    copy.querySelectorAll(".fragment").forEach((part) => part.classList.remove("fragment"));
    copy.querySelectorAll("input, button").forEach((part) => (part.tabIndex = -1));
    box.append(copy);
  };
  // The room sees less than the miniature: as many presses are to come.
  const presses = (slide) => {
    const parts = [...slide.querySelectorAll(".fragment")], hidden = parts.filter((part) => !part.matches(".visible"));
    const n = new Set(hidden.map((part) => part.dataset.fragmentIndex)).size;
    get(".presses").textContent = n ? `: ${n} ${n > 1 ? "presses" : "press"} to come` : parts.length ? ": all is shown" : "";
  };
  // Hands are counted here as well as on the slide.
  const hands = (slide) => {
    const options = [...slide.querySelectorAll(".votes:not([data-of]) li")];
    get(".hands").replaceChildren(...options.map((option) => {
      const there = option.querySelector("input"), here = page.importNode(there, true), label = page.createElement("label");
      here.value = there.value;
      here.addEventListener("input", () => {
        there.value = here.value;
        there.dispatchEvent(new Event("input"));
        miniature(get(".now"), slide);
      });
      label.append(...[...option.querySelector("button").childNodes].map((part) => page.importNode(part, true)), here);
      return label;
    }));
  };
  const tick = () => {
    get(".clock").textContent = `${minutes(elapsed())} of ${minutes(whole)}`;
    // As long as this slide has time left, nobody is behind; ahead is who leaves one early.
    const from = planned.slice(0, at()).reduce((a, b) => a + b, 0), to = from + planned[at()];
    const gap = elapsed() > to ? elapsed() - to : elapsed() < from ? elapsed() - from : 0;
    const idle = begin === null && !held;
    get(".against").textContent = idle ? "" : gap ? `${minutes(gap)} ${gap > 0 ? "behind" : "ahead"}` : "on time";
    const here = Number(path[at()].dataset.section);
    const left = sections.filter((one, k) => one.optional && k > here);
    get(".out").textContent =
      gap > 60 && left.length ? `Leave out: ${left.map((one) => `${one.heading} (${one.takes} min)`).join(", ")}` : "";
  };
  const turned = () => {
    const slide = path[at()];
    const { heading, begins, takes } = sections[slide.dataset.section];
    const inside = path.filter((one) => one.dataset.section === slide.dataset.section);
    get(".section").textContent =
      `${heading} (minutes ${begins} to ${begins + takes}, slide ${inside.indexOf(slide) + 1} of ${inside.length})`;
    get(".notes").innerHTML = slide.querySelector("aside.notes").innerHTML;
    get(".lesson").replaceChildren(
      ...[...document.querySelectorAll(`#${CSS.escape(slide.id)}-lesson .prose`)].map((prose) => page.importNode(prose, true)),
    );
    miniature(get(".now"), slide);
    miniature(get(".after"), path[at() + 1]);
    presses(slide);
    hands(slide);
    rows.forEach((row, k) => row.setAttribute("aria-current", k === Number(slide.dataset.section)));
    get("main").scrollTop = 0;
    // What is done goes out of sight above.
    get(".plan").scrollTop = rows[slide.dataset.section].offsetTop - rows[0].offsetTop;
    tick();
  };
  const type = (by) => {
    const now = parseFloat(view.getComputedStyle(page.documentElement).getPropertyValue("--type"));
    page.documentElement.style.setProperty("--type", `${Math.min(48, Math.max(14, now + by))}px`);
  };
  const start = () => {
    if (begin === null) begin = Date.now();
    get("[data-do=clock]").textContent = "Stop the clock";
  };
  const does = {
    clock() {
      if (begin === null) return start();
      [held, begin] = [elapsed(), null];
      get("[data-do=clock]").textContent = "Start the clock";
    },
    reset() {
      [held, begin] = [0, begin === null ? null : Date.now()];
      tick();
    },
    smaller: () => type(-2),
    larger: () => type(2),
    prev: () => deck.prev(),
    next: () => deck.next(),
  };
  page.querySelectorAll("button").forEach((button) => (button.onclick = () => does[button.dataset.do]()));
  page.addEventListener("keydown", (event) => {
    const keys = {
      ArrowRight: () => deck.right(), PageDown: () => deck.right(), " ": () => deck.right(),
      ArrowLeft: () => deck.left(), PageUp: () => deck.left(),
      ArrowDown: () => deck.down(), ArrowUp: () => deck.up(), "+": () => type(2), "-": () => type(-2),
    };
    if (!keys[event.key] || (event.key === " " && event.target.closest("button"))) return;
    if (event.target.matches("input") && !event.key.startsWith("Page")) return;
    event.preventDefault();
    keys[event.key]();
  });
  // The clock starts with the first slide that is turned, unless somebody started it before.
  deck.on("slidechanged", () => (view.closed ? 0 : (held || start(), turned())));
  for (const name of ["fragmentshown", "fragmenthidden"]) deck.on(name, () => view.closed || presses(path[at()]));
  const clock = setInterval(() => (view.closed ? clearInterval(clock) : tick()), 500);
  turned();
  own.onload = turned; // only then is it known where the rows of the plan are
}
