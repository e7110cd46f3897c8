// What a reader adds to the page: pointing at a mark, sorting and finding rows.
// The page is whole without it: nothing here makes a number, and each control stays hidden until this runs.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tip = document.getElementById("tip");
  const said = document.getElementById("said");

  all(".needs-script").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
  });

  // Pointing: the mark's sentence beside it, and its series alone in colour. A click keeps it.
  let kept = null;
  function pick(chart, series) {
    chart.classList.toggle("has-pick", series !== null);
    all("[data-series]", chart).forEach((mark) => mark.classList.toggle("is-pick", mark.dataset.series === series));
  }
  const hasSeries = (chart) => new Set(all("path[data-series]:not([data-value])", chart).map((line) => line.dataset.series)).size > 1;
  function show(text, box) {
    tip.textContent = text;
    tip.hidden = false;
    const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), document.documentElement.clientWidth - tip.offsetWidth - 8);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above < 4 ? box.bottom + 8 : above}px`;
  }
  function hide() {
    tip.hidden = true;
    all(".is-read").forEach((mark) => mark.classList.remove("is-read"));
  }
  // A disc's number lies above it and has no sentence of its own: the mark below it has.
  function markAt(event) {
    const found = event.target.closest?.(".chart [data-series]");
    if (!found || found.dataset.label) return found;
    return document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.dataset?.label) || found;
  }
  document.addEventListener("pointerover", (event) => {
    const mark = markAt(event);
    if (!mark) return hide();
    const chart = mark.closest(".chart");
    if (kept !== chart && hasSeries(chart)) pick(chart, mark.dataset.series);
    if (mark.dataset.label) show(mark.dataset.label, mark.getBoundingClientRect());
    else hide();
  });
  document.addEventListener("pointerout", (event) => {
    const chart = event.target.closest?.(".chart");
    if (chart && kept !== chart && !chart.contains(event.relatedTarget)) pick(chart, null);
  });
  document.addEventListener("click", (event) => {
    const mark = markAt(event);
    if (kept) pick(kept, null);
    const chart = mark?.closest(".chart");
    kept = chart && hasSeries(chart) && kept !== chart ? chart : null;
    if (kept) pick(kept, mark.dataset.series);
  });
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });

  // The same by keyboard: a chart takes the focus, the arrows go from mark to mark, and each is read out.
  all(".exhibit .drawing").forEach((drawing) => {
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "group");
    const name = drawing.closest(".exhibit").querySelector("h3").id;
    drawing.setAttribute("aria-labelledby", name);
    drawing.setAttribute("aria-description", "Arrow keys go from mark to mark");
    let at = -1;
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") return leave();
      if (!step) return;
      event.preventDefault();
      const chart = all(".chart", drawing).find((one) => one.getClientRects().length);
      const marks = all("[data-label]", chart);
      if (!marks.length) return;
      at = (at + step + marks.length) % marks.length;
      hide();
      marks[at].classList.add("is-read");
      if (hasSeries(chart)) pick(chart, marks[at].dataset.series);
      show(marks[at].dataset.label, marks[at].getBoundingClientRect());
      said.textContent = marks[at].dataset.label;
    });
    function leave() {
      at = -1;
      hide();
      all(".chart", drawing).forEach((chart) => pick(chart, null));
    }
    drawing.addEventListener("blur", leave);
  });

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

  // Small multiples: find, one group, another order.
  all(".cells").forEach((list) => {
    const form = list.closest(".exhibit").querySelector("form");
    const found = form.querySelector(".found");
    const cells = all(".cell", list);
    const orders = {
      "": () => 0,
      exports: (one, other) => other.dataset.exports - one.dataset.exports,
      imports: (one, other) => other.dataset.imports - one.dataset.imports,
      surplus: (one, other) => other.dataset.balance - one.dataset.balance,
      deficit: (one, other) => one.dataset.balance - other.dataset.balance,
    };
    form.addEventListener("input", () => {
      const words = form.elements.find.value.trim().toLowerCase();
      const group = form.elements.group.value;
      const shown = cells.filter((cell) => {
        const isIn = !group || (group === "*" ? cell.matches(".is-group") : cell.dataset.group === group);
        cell.hidden = !(isIn && cell.dataset.name.toLowerCase().includes(words));
        return !cell.hidden;
      });
      list.append(...[...cells].sort(orders[form.elements.order.value]));
      found.textContent = shown.length < cells.length ? `${shown.length} of ${cells.length}` : "";
    });
  });

  // Statements: find words; the verdict is chosen by the style sheet, and counted here.
  all(".claims").forEach((table) => {
    const form = table.closest(".exhibit").querySelector("form");
    const claims = all("tr[data-verdict]", table);
    const choose = () => {
      const words = form.elements.find.value.trim().toLowerCase();
      claims.forEach((claim) => (claim.hidden = !claim.textContent.toLowerCase().includes(words)));
      const sections = [...table.tBodies];
      sections.forEach((section) => (section.hidden = false));
      const shown = claims.filter((claim) => claim.getClientRects().length);
      sections.forEach((section) => (section.hidden = !shown.some((claim) => section.contains(claim))));
      form.querySelector(".found").textContent = shown.length < claims.length ? `${shown.length} of ${claims.length}` : "";
    };
    form.elements.find.addEventListener("input", choose);
    all("[name=verdict]").forEach((verdict) => verdict.addEventListener("change", choose));
  });
})();
