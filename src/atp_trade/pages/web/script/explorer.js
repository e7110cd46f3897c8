// The explorer: find, one group, another order; and the chosen member large, with its numbers, below its row.
all(".explorer").forEach((exhibit) => {
  const form = exhibit.querySelector("form");
  const panel = exhibit.querySelector(".panel");
  const chart = panel.querySelector(".chart");
  const lists = all(".cells", exhibit);
  const cells = all(".cell", exhibit);
  const line = (cell, flow) => cell.querySelector(`.key-${flow}`).dataset;
  const values = (cell, flow) => line(cell, flow).values.split(" ").map(Number);
  const name = (cell) => cell.querySelector("h4").textContent;
  const falling = (flow) => (one, other) => values(other, flow).at(-1) - values(one, flow).at(-1);
  const orders = {
    "": () => 0,
    exports: falling("exports"),
    imports: falling("imports"),
    surplus: falling("balance"),
    deficit: (one, other) => falling("balance")(other, one),
    name: (one, other) => name(one).localeCompare(name(other), "en"),
  };

  // All other countries together are no partner to be ranked: they stay last.
  const isLast = (cell) => "isLast" in cell.dataset;
  const choose = () => {
    const words = form.elements.find.value.trim().toLowerCase();
    const group = form.elements.group.value;
    cells.forEach((cell) => (cell.hidden = !name(cell).toLowerCase().includes(words) || (group !== "" && cell.dataset.group !== group)));
    const order = orders[form.elements.order.value];
    lists.forEach((list) => list.append(...cells.filter((cell) => list.contains(cell)).sort((one, other) => isLast(one) - isLast(other) || order(one, other))));
    showOne();
    const found = cells.filter(isShown).length;
    form.querySelector(".found").textContent = words || group ? (found ? `${found} found` : "no partner found: others are in the rest of the world") : "";
  };
  const isShown = (cell) => cell.getClientRects().length > 0;
  const chosen = () => exhibit.querySelector("[name=member]:checked").closest(".cell");
  // If the chosen one is not among those that are shown, the first of these is large.
  const showOne = () => {
    const first = isShown(chosen()) ? null : all(".cell", exhibit).find(isShown);
    if (!first) return place();
    first.querySelector("input").checked = true;
    draw();
  };
  const place = () => {
    const cell = chosen();
    cell.after(panel);
    panel.hidden = !isShown(cell);
  };

  const svg = (tag, attributes, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([attribute, value]) => made.setAttribute(attribute, value));
    made.textContent = text;
    return made;
  };
  const part = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text, ...attributes });
  const millions = (value) => value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace("-", "\u2212");
  // The small drawing again, as wide as there is room, between gridlines and years.
  const left = 11, width = 88, top = 8, height = 230;
  const draw = () => {
    const cell = chosen();
    const years = line(cell, "balance").years.split(" ");
    const drawn = cell.querySelector("svg").cloneNode(true);
    const [, , across, down] = drawn.getAttribute("viewBox").split(" ");
    const ticks = drawn.dataset.ticks.split(" ").map((tick) => tick.split(":"));
    drawn.prepend(svg("path", { class: "grid", d: ticks.map(([, y]) => `M0,${y}H${across}`).join("") }));
    Object.entries({ x: `${left}%`, y: top, width: `${width}%`, height }).forEach(([attribute, value]) => drawn.setAttribute(attribute, value));
    chart.replaceChildren(
      ...ticks.map(([text, y]) => svg("text", { x: `${left - 1}%`, y: top + (y * height) / down + 4, "text-anchor": "end" }, text)),
      ...years.map((year, at) => svg("text", { x: `${left + (width * (at + 0.5)) / years.length}%`, y: top + height + 20, "text-anchor": "middle" }, year)),
      drawn,
    );
    panel.querySelector("h4").textContent = `${name(cell)}, ${years[0]} to ${years.at(-1)}, billions of current dollars`;
    const rows = years.map((year, at) => {
      const row = part("tr", "");
      row.append(part("th", year, { scope: "row" }), ...["exports", "imports", "balance"].map((flow) => part("td", millions(values(cell, flow)[at]), { className: "n" })));
      return row;
    });
    panel.querySelector("tbody").replaceChildren(...rows);
    place();
  };

  form.addEventListener("input", choose);
  exhibit.addEventListener("change", ({ target, isTrusted }) => {
    if (target.name === "which") showOne();
    if (target.name !== "member") return;
    // What was pressed stays where it is while the drawing above or below it moves.
    const before = target.getBoundingClientRect().top;
    draw();
    if (isTrusted) window.scrollBy(0, target.getBoundingClientRect().top - before);
  });
  draw();
});
