// The theme's arrows that open a part of the list of pages have no name.
document.querySelectorAll("summary:has(.toctree-toggle)").forEach((summary) => {
  const { textContent } = summary.closest("li").querySelector("a");
  summary.setAttribute("aria-label", `Pages of ${textContent}`);
});
