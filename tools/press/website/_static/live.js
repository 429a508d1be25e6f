// Demos that run in the page itself: "Run it here" starts Python in a worker, once for all figures.
import { figures, makeModel, python, tell } from "./python.js";
import qrcode from "./qrcode.js";
import stage from "./stage.js";

const mebi = (bytes) => (bytes / 1e6).toFixed(1);

function element(parent, tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.textContent = text;
  return parent.appendChild(made);
}

class Figure {
  constructor(line) {
    this.line = line;
    this.told = JSON.parse(line.dataset.live); // figure, call, setup and files
    this.name = this.told.figure;
    const above = (one) => one.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING;
    this.picture = [...document.querySelectorAll(".cell_output")].filter(above).at(-1);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.textContent = "Run it here";
    this.button.addEventListener("click", () => this.bar || this.run(""));
    line.querySelector(".choices").prepend(this.button);
    this.note = element(line, "span", { class: "note", role: "status" });
  }

  run(query) {
    this.clear();
    this.button.setAttribute("aria-disabled", "true"); // "disabled" would take the focus away
    this.note.textContent = "Python is on its way …";
    this.bar ??= element(this.line, "progress", { "aria-label": "Loading Python", max: 1, value: 0 });
    this.size ??= element(this.line, "span", { class: "size" });
    python();
    tell({ figure: this.name, show: { ...this.told, query } });
  }

  clear() {
    this.close?.();
    this.box?.remove();
    this.close = this.model = this.box = null;
  }

  progress(got, all) {
    if (!this.bar) return;
    this.bar.max = Math.max(got, all) || 1;
    this.bar.value = got;
    // What a server packs does not say how large it is.
    this.size.textContent = got > all ? `${mebi(got)} MB` : `${mebi(got)} of ${mebi(all)} MB`;
  }

  settle(note = "") {
    this.note.textContent = note;
    this.bar?.remove();
    this.size?.remove();
    this.bar = this.size = null;
    this.button.removeAttribute("aria-disabled");
  }

  fail(why) {
    if (!this.bar && !this.model) return;
    this.clear(); // the next Python knows nothing of it
    if (this.picture) this.picture.hidden = false;
    const again = `To try again, press “${this.button.textContent}”.`;
    this.settle(`Python could not go on: ${why.trim().split("\n").at(-1)}. ${again}`);
  }

  take({ fault, address, ...news }) {
    if (fault) return this.settle(fault);
    if (this.model) this.model.take(news);
    else if (!news.controls) return; // the last word of a demo that gave way to another
    else {
      this.model = makeModel((change) => tell({ figure: this.name, change }));
      this.model.take(news);
      this.settle("It runs above.");
      this.button.textContent = "Start again";
      if (this.picture) this.picture.hidden = true;
      this.box = element(document.createElement("div"), "div", { class: "live-figure" });
      this.line.before(this.box);
      this.close = stage.render({ model: this.model, el: this.box });
    }
    if (address !== undefined) tellAddress(`#${this.name}?${address}`);
  }
}

// The state in the address, at most twice a second: browsers refuse more.
let next = null, shown = "";
const alone = document.body.dataset.alone !== undefined; // a page that holds one demo and its code
function tellAddress(hash) {
  if (!next) {
    setTimeout(() => {
      shown = next;
      next = null;
      history.replaceState(history.state, "", shown);
      if (alone) showCode();
    }, 500);
  }
  next = hash;
}

function follow(always) {
  const [, name, query] = location.hash.match(/^#([\w-]+)(?:\?(.*))?$/) ?? [];
  const figure = figures.get(name) ?? (always && [...figures.values()][0]);
  if (!figure || (query === undefined && !always)) return;
  if (!alone) figure.line.scrollIntoView({ block: "center" });
  figure.run(query ?? "");
}

// The QR code of a page's address, for the room; where the state is too long for one, without it.
function showCode() {
  const place = document.querySelector(".code");
  for (const address of [location.href, location.href.split("#")[0]]) {
    const code = qrcode(0, "L");
    code.addData(address);
    try {
      code.make();
    } catch {
      continue;
    }
    place.querySelector("img").src = code.createDataURL(4);
    place.querySelector("a").href = place.querySelector("a").textContent = address;
    return;
  }
}

document.querySelectorAll(".live[data-live]").forEach((line) => {
  const figure = new Figure(line);
  figures.set(figure.name, figure);
});
addEventListener("hashchange", () => location.hash !== shown && follow(alone));
if (alone) showCode();
follow(alone);
