// The browser's own radio buttons in a fieldset, which keyboards and screen readers know.

function render({ model, el }) {
  model.get("questions").forEach(({ text, options }, number) => {
    const group = add(el, "fieldset", { class: "course-quiz" });
    const name = `quiz-${Math.random()}`; // what makes one group of its buttons
    add(group, "legend", {}, `${number + 1}. ${text}`);
    const buttons = options.map(([option]) => {
      const label = add(group, "label");
      const button = add(label, "input", { type: "radio", name });
      add(label, "span", {}, option);
      return button;
    });
    const answer = add(group, "div", { class: "course-quiz-answer" });
    const said = add(answer, "div", { role: "status" });
    options.forEach(([, right, why], i) => {
      const words = `${right ? "✓ Right." : "✗ Not quite."} ${why}`;
      // Unseen, each makes room for itself: nothing moves when one of them is shown.
      add(answer, "div", { "aria-hidden": true, style: "visibility: hidden" }, words);
      buttons[i].addEventListener("change", () => (said.textContent = words));
    });
  });
}

export default { render };
