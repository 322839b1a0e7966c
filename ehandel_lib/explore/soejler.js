// A table of bars: each group's name is a button, so that a bar is opened by mouse and by keyboard alike.
// All text comes in as data and is written as text, never as markup.

function cell(row, tag, text, className) {
  const element = row.appendChild(document.createElement(tag));
  element.className = className;
  element.textContent = text;
  return element;
}

function open(model, name) {
  model.set("klik", { navn: name, nummer: (model.get("klik").nummer || 0) + 1 });
  model.save_changes();
}

function bar(row, group) {
  const track = cell(row, "td", "", "ehandel-spor").appendChild(document.createElement("div"));
  track.className = "ehandel-soejle";
  track.style.width = `${100 * (group.grad ?? 0)}%`;
  if (group.grad === null) track.parentElement.append(group.aarsag);
  track.setAttribute("aria-hidden", "true");
}

function line(model, body, group) {
  const row = body.appendChild(document.createElement("tr"));
  const head = cell(row, "th", "", "ehandel-navn");
  head.scope = "row";
  if (group.kan_aabnes) {
    const button = head.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = group.navn;
    button.addEventListener("click", () => open(model, group.navn));
    row.addEventListener("click", (event) => event.target === button || open(model, group.navn));
    row.classList.add("ehandel-aaben");
  } else {
    head.textContent = group.navn;
  }
  bar(row, group);
  group.tal.forEach((text) => cell(row, "td", text, "ehandel-tal"));
}

function render({ model, el }) {
  const table = el.appendChild(document.createElement("table"));
  table.className = "ehandel-soejler";
  const draw = () => {
    // a redraw must not throw a keyboard user back to the top of the page
    const hadFocus = table.contains(document.activeElement);
    table.replaceChildren();
    cell(table, "caption", model.get("titel"), "");
    const top = table.appendChild(document.createElement("thead")).appendChild(document.createElement("tr"));
    model.get("hoveder").forEach((text) => (cell(top, "th", text, "").scope = "col"));
    const body = table.appendChild(document.createElement("tbody"));
    model.get("grupper").forEach((group) => line(model, body, group));
    if (hadFocus) table.querySelector("button")?.focus();
  };
  model.on("change:grupper", draw);
  draw();
}

export default { render };
