// The theme's arrows that open a part of the list of pages have no name.
document.querySelectorAll("summary:has(.toctree-toggle)").forEach((summary) => {
  const { textContent } = summary.closest("li").querySelector("a");
  summary.setAttribute("aria-label", `Pages of ${textContent}`);
});

// A formula that is wider than its box scrolls there, and the keyboard has to reach it.
window.addEventListener("load", async () => {
  await window.MathJax?.startup.promise;
  document.querySelectorAll("div.math").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  });
});
