// Predictions: how many hands each option got. Nothing leaves the page.
function votes(deck) {
  document.querySelectorAll(".votes:not([data-of])").forEach((list) => {
    const inputs = [...list.querySelectorAll("input")], buttons = [...list.querySelectorAll("button")];
    // The bars of a prediction stand here, and again where its answer comes on another slide.
    const again = document.querySelectorAll(`.votes[data-of="${list.closest("section").id}"]`);
    const draw = () => {
      const hands = inputs.map((input) => Math.max(0, Number(input.value)));
      const most = Math.max(1, ...hands);
      for (const place of [list, ...again]) {
        place.querySelectorAll(".bar span").forEach((bar, i) => (bar.style.width = `${(100 * hands[i]) / most}%`));
        place.querySelectorAll("output").forEach((output, i) => (output.value = hands[i] || ""));
      }
    };
    inputs.forEach((input, i) => {
      input.addEventListener("input", draw);
      // Enter leads to the next option; a clicker's keys and Escape go back to the deck.
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && inputs[i + 1]) return inputs[i + 1].focus();
        if (!["Enter", "Escape", "PageDown", "PageUp"].includes(event.key)) return;
        input.blur();
        event.preventDefault();
        event.stopPropagation();
        if (event.key === "PageDown") deck.next();
        if (event.key === "PageUp") deck.prev();
      });
    });
    // A volunteer's choice, in place of hands.
    buttons.forEach((button) =>
      button.addEventListener("click", () => {
        const was = button.getAttribute("aria-pressed") === "true";
        buttons.forEach((one) => one.setAttribute("aria-pressed", one === button && !was));
        button.blur();
      }),
    );
  });
}
