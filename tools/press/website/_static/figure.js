// Demos on slides: each starts two slides ahead, and the arrow keys go to the deck or to the figure.
import { figures, makeModel, python, tell } from "./python.js";
import stage from "./stage.js";

const AHEAD = 2;

class SlideFigure {
  constructor(box, name, deck, keysBelongTo) {
    [this.box, this.name, this.deck] = [box, name, deck];
    this.say = (words) => keysBelongTo(box, words);
    this.told = JSON.parse(box.dataset.live);
  }

  start() {
    if (this.asked) return;
    this.asked = true;
    this.say("Python is on its way …");
    python();
    const { query, ...show } = this.told;
    tell({ figure: this.name, show: { ...show, query } });
  }

  progress(got, all) {
    if (this.asked && !this.model) this.say(`Python is on its way: ${Math.round((100 * got) / (all || 1))} %`);
  }

  fail(why) {
    this.say(`Picture only: ${why.trim().split("\n").at(-1)}`);
    this.living?.remove();
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
    if (event.key === "PageDown") this.deck.right();
    if (event.key === "PageUp") this.deck.left();
    event.preventDefault();
    event.stopPropagation();
  }

  tellKeys(inside) {
    this.say(inside ? "Keys: the figure. Esc: back to the deck" : "Keys: the deck. Tab: into the figure");
  }
}

export function follow(deck, keysBelongTo) {
  const style = document.head.appendChild(document.createElement("link"));
  [style.rel, style.href] = ["stylesheet", new URL("stage.css", import.meta.url)];
  document.querySelectorAll("figure[data-live]").forEach((box) => {
    const name = box.closest("section").id;
    figures.set(name, new SlideFigure(box, name, deck, keysBelongTo));
  });
  const look = () => {
    const here = deck.getIndices().h;
    document.activeElement.closest?.(".living") && document.activeElement.blur();
    figures.forEach((figure) => {
      const away = deck.getIndices(figure.box.closest("section")).h - here;
      if (away >= 0 && away <= AHEAD) figure.start();
    });
  };
  deck.on("slidechanged", look);
  look();
}
