// What a reader adds to the page: pointing at a mark, sorting and finding rows.
// The page is whole without it: nothing here makes a number, and each control stays hidden until this runs.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

all(".needs-script").forEach((form) => {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
});

// Once the first screen is shown, each exhibit is laid out when there is time: the scroll bar then tells how much there
// is, and a picture of the whole page has all of it.
const waiting = all(".exhibit");
const layOut = () => waiting.shift()?.classList.add("is-laid-out");
const whenIdle = window.requestIdleCallback ?? ((next) => setTimeout(next, 20));
function layOutWhenIdle() {
  layOut();
  if (waiting.length) whenIdle(layOutWhenIdle);
}
// Who comes back is put where they were, which has to be there by then.
if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") while (waiting.length) layOut();
window.addEventListener("load", () => whenIdle(layOutWhenIdle));

// The list of all contents closes when a reader has chosen from it, or looks elsewhere.
const contents = document.querySelector(".all-exhibits");
document.addEventListener("click", (event) => {
  if (!contents.contains(event.target) || event.target.closest("a")) contents.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") contents.open = false;
});
