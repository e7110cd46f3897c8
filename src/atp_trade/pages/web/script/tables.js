// Tables: put the rows into an order, by the list of orders or a head, which are one and the same; find rows.
all(".report-table").forEach((table) => {
  const exhibit = table.closest(".exhibit");
  const order = exhibit.querySelector("[name=order]");
  const find = exhibit.querySelector("[name=find]");
  const heads = all("thead th", table);
  const [last, change] = [heads.length - 2, heads.length - 1];
  // For each order its column, and whether the column rises.
  const orders = { largest: [last, false], smallest: [last, true], rise: [change, false], fall: [change, true], name: [0, true] };
  // The rows that have no rank stay at the end, whatever the order.
  const kinds = ["block-head", "member", "residual", "group", "total"];
  const groups = [...table.tBodies].map((body) => ({ body, rows: [...body.rows] }));
  const rows = groups.flatMap((group) => group.rows).filter((row) => !row.matches(".block-head"));
  const kind = (row) => kinds.indexOf(row.className);
  const number = (cell) => Number(cell.textContent.replaceAll(",", "").replace("\u2212", "-"));

  function compare(one, other, column, rises) {
    const [a, b] = [one.cells[column], other.cells[column]];
    if (!column) return a.textContent.localeCompare(b.textContent, "en");
    const [low, high] = rises ? [number(a), number(b)] : [number(b), number(a)];
    // A number that is missing comes last.
    return Number.isNaN(number(a)) - Number.isNaN(number(b)) || low - high;
  }
  function arrange() {
    const [column, rises] = orders[order.value] ?? [];
    table.classList.toggle("is-sorted", column !== undefined);
    heads.forEach((head, at) => {
      if (at === column) head.setAttribute("aria-sort", rises ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    groups.forEach(({ body, rows }) => {
      const ranked = column === undefined ? rows : rows.toSorted((one, other) => kind(one) - kind(other) || compare(one, other, column, rises));
      body.append(...ranked);
    });
  }
  heads.forEach((head, at) => {
    const cycle = ["", ...Object.keys(orders).filter((name) => orders[name][0] === at)];
    if (cycle.length === 1) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      order.value = cycle[(cycle.indexOf(order.value) + 1) % cycle.length];
      order.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  order.addEventListener("change", arrange);
  find.addEventListener("input", () => {
    const words = find.value.trim().toLowerCase();
    rows.forEach((row) => (row.hidden = !row.cells[0].textContent.toLowerCase().includes(words)));
    const shown = rows.filter((row) => !row.hidden);
    exhibit.querySelector(".found").textContent = words ? `${shown.length} of ${rows.length} rows` : "";
  });
});
