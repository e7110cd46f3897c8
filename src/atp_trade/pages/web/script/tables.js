// Tables: sort by a column, within the groups or through all of them; find rows.
all(".report-table").forEach((table) => {
  const exhibit = table.closest(".exhibit");
  const heads = all("thead th[data-key]", table);
  const bodies = all("tbody", table);
  const rows = all("tbody tr", table).map((row, order) => ({ row, order, home: row.parentElement }));
  const members = rows.filter(({ row }) => row.matches(".member"));
  const flat = document.createElement("tbody");
  const grouped = exhibit.querySelector("[name=grouped]");
  const found = exhibit.querySelector(".found");
  let sorted = null;
  let rising = false;

  const value = ({ row }, column) =>
    column === 0 ? row.cells[0].textContent : row.cells[column].dataset.value === "None" ? null : Number(row.cells[column].dataset.value);
  function compare(one, other) {
    if (sorted === null) return one.order - other.order;
    const [a, b] = [value(one, sorted), value(other, sorted)];
    if (a === null || b === null) return (a === null) - (b === null);
    const difference = sorted === 0 ? a.localeCompare(b, "en") : a - b;
    return (rising ? difference : -difference) || one.order - other.order;
  }
  function arrange() {
    const keep = !grouped || grouped.checked;
    table.classList.toggle("flat", !keep);
    bodies.forEach((body) => (body.hidden = !keep));
    rows.filter(({ row }) => !row.matches(".member")).forEach(({ row, home }) => home.append(row));
    [...members].sort(compare).forEach(({ row, home }) => (keep ? home : flat).append(row));
    if (keep) flat.remove();
    else table.append(flat);
  }
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = column === 0;
      if (sorted !== column) [sorted, rising] = [column, first];
      else if (rising === first) rising = !first;
      else sorted = null;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (sorted !== null) head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      arrange();
    });
  });
  grouped?.addEventListener("change", arrange);
  exhibit.querySelector("[name=find]").addEventListener("input", (event) => {
    const words = event.target.value.trim().toLowerCase();
    const hits = members.filter(({ row }) => {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(words);
      return !row.hidden;
    });
    found.textContent = words ? `${hits.length} of ${members.length} rows` : "";
  });
});
