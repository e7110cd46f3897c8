// Pointing: the mark's sentence beside it, and its series alone in colour. A click keeps it.
const tip = document.getElementById("tip");
const said = document.getElementById("said");
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
