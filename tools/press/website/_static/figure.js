// A demo on a slide: the arrow keys go to the deck or to the figure.
import { figures, makeModel, python, tell } from "./python.js";
import stage from "./stage.js";

class SlideFigure {
  constructor(box, name, say) {
    [this.box, this.name, this.say] = [box, name, say];
    this.told = JSON.parse(box.dataset.live);
  }

  start() {
    this.say("Python is on its way …");
    python();
    const { query, ...show } = this.told;
    tell({ figure: this.name, show: { ...show, query } });
  }

  progress(got) {
    if (!this.model) this.say(`Python is on its way: ${(got / 1e6).toFixed(1)} MB`);
  }

  fail(why) {
    this.say(`Picture only: ${why.trim().split("\n").at(-1)}`);
    this.living?.remove();
    this.box.querySelector("img").removeAttribute("aria-hidden");
    figures.delete(this.name); // what comes for others is nothing to this one
  }

  take({ fault, address, ...news }) {
    if (fault) return this.fail(fault);
    if (this.model) return this.model.take(news);
    this.model = makeModel((change) => tell({ figure: this.name, change }));
    this.model.take(news);
    this.living = this.box.appendChild(document.createElement("div"));
    this.living.className = "living";
    this.box.querySelector("img").setAttribute("aria-hidden", "true");
    stage.render({ model: this.model, el: this.living });
    this.living.addEventListener("focusin", () => this.tellKeys(true));
    this.living.addEventListener("focusout", () => this.tellKeys(false));
    // Before the figure hears of them: out of it, and a clicker's keys, which always turn slides.
    this.living.addEventListener("keydown", (event) => this.leave(event), true);
    this.tellKeys(false);
  }

  leave(event) {
    if (!["Escape", "PageDown", "PageUp"].includes(event.key)) return;
    if (event.key === "Escape") document.activeElement.blur();
    if (event.key === "PageDown") window.deck.right();
    if (event.key === "PageUp") window.deck.left();
    event.preventDefault();
    event.stopPropagation();
  }

  tellKeys(inside) {
    this.say(inside ? "Keys: the figure. Esc: back to the deck" : "Keys: the deck. Tab: into the figure");
  }
}

const style = document.head.appendChild(document.createElement("link"));
[style.rel, style.href] = ["stylesheet", new URL("stage.css", import.meta.url)];

export function start(box, say) {
  const name = box.closest("section").id;
  figures.set(name, new SlideFigure(box, name, say));
  figures.get(name).start();
}
