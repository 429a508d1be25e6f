// What every widget of the course needs; Python puts it before the script of each.

function add(parent, tag, attributes = {}, text = "") {
  const child = document.createElement(tag);
  child.textContent = text;
  child.dataset.lmSuppressShortcuts = "true"; // Jupyter leaves our keys alone; Notebook looks here
  Object.entries(attributes).forEach(([name, value]) => child.setAttribute(name, value));
  return parent.appendChild(child);
}
