// The browser's own radio buttons in a fieldset, which keyboards and screen readers know.

function render({ model, el }) {
  model.get("questions").forEach(({ text, options, picture, alt }, number) => {
    const group = add(el, "fieldset", { class: "course-quiz" });
    const name = `quiz-${Math.random()}`; // what makes one group of its buttons
    add(group, "legend", {}, `${number + 1}. ${text}`);
    if (picture) add(group, "img", { src: picture, alt });
    const buttons = options.map(([option]) => {
      const label = add(group, "label");
      const button = add(label, "input", { type: "radio", name });
      add(label, "span", {}, option);
      return button;
    });
    const answer = add(group, "div", { class: "course-quiz-answer" });
    const said = add(answer, "div", { role: "status" });
    const words = options.map(([, right, why]) => `${right ? "✓ Right." : "✗ Not quite."} ${why}`);
    const chosen = model.get("chosen")[number]; // before, in this kernel or an earlier one
    if (chosen >= 0) [buttons[chosen].checked, said.textContent] = [true, words[chosen]];
    options.forEach((option, i) => {
      // Unseen, each makes room for itself: nothing moves when one of them is shown.
      add(answer, "div", { "aria-hidden": true, style: "visibility: hidden" }, words[i]);
      buttons[i].addEventListener("change", () => {
        said.textContent = words[i];
        model.set("chosen", model.get("chosen").map((old, j) => (j === number ? i : old)));
        model.save_changes();
      });
    });
  });
}

export default { render };
