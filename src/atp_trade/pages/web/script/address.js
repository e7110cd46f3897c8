// Every choice is in the address, after the place: #chart-c?data_year=2003&table-2.order=deficit. What is as it was at
// first is left out. Such an address can be sent, and the back button goes back through the choices.
const controls = all(".exhibit :is(input, select)[name]");
const homeOf = (control) => control.closest(".exhibit").id;
const nameOf = (control) => {
  const home = homeOf(control);
  return control.name.startsWith(`${home}.`) ? control.name : `${home}.${control.name}`;
};
const isChecked = (control) => control.type === "radio" || control.type === "checkbox";
// The choices as they were at first: of a select, the first option unless one is marked.
const first = (control) =>
  isChecked(control) ? control.defaultChecked : control.options ? (all("[selected]", control)[0] || control.options[0]).value : control.defaultValue;
const now = (control) => (isChecked(control) ? control.checked : control.value);
let place = "";

function chosen() {
  const found = new URLSearchParams();
  controls.forEach((control) => {
    if (now(control) === first(control) || (control.type === "radio" && !control.checked)) return;
    const name = nameOf(control);
    const value = control.type === "checkbox" ? (control.checked ? "yes" : "no") : control.value;
    found.set(name.startsWith(`${place}.`) ? name.slice(place.length + 1) : name, value);
  });
  return found.toString();
}
function write(event) {
  if (!controls.includes(event.target)) return;
  place = homeOf(event.target);
  const query = chosen();
  const address = `#${place}${query && "?"}${query}`;
  if (address === location.hash) return;
  // A word that is being typed is one choice, not one for each letter.
  history[event.target.type === "search" ? "replaceState" : "pushState"](null, "", address);
}
function read() {
  const [anchor, query] = location.hash.slice(1).split("?");
  place = anchor;
  const wanted = new Map([...new URLSearchParams(query || "")].map(([name, value]) => [name.includes(".") ? name : `${place}.${name}`, value]));
  const before = controls.map(now);
  controls.forEach((control) => {
    const value = wanted.get(nameOf(control));
    if (control.type === "radio") control.checked = value === undefined ? control.defaultChecked : control.value === value;
    else if (control.type === "checkbox") control.checked = value === undefined ? control.defaultChecked : value === "yes";
    else control.value = value === undefined ? first(control) : value;
    if (control.options && control.selectedIndex < 0) control.value = first(control);
  });
  // A value that no radio button has leaves the first choice.
  controls.filter((control) => control.type === "radio" && control.defaultChecked).forEach((control) => {
    if (!controls.some((other) => other.name === control.name && homeOf(other) === homeOf(control) && other.checked)) control.checked = true;
  });
  // The page hears of it when all controls are set.
  controls.filter((control, at) => now(control) !== before[at]).forEach((control) => {
    ["input", "change"].forEach((kind) => control.dispatchEvent(new Event(kind, { bubbles: true })));
  });
  if (query !== undefined) document.getElementById(place)?.scrollIntoView();
}
// What the script itself sets while it reads an address is no new choice.
let isReading = false;
function follow() {
  isReading = true;
  read();
  isReading = false;
}
document.addEventListener("change", (event) => isReading || write(event));
document.addEventListener("input", (event) => isReading || (event.target.type === "search" && write(event)));
window.addEventListener("popstate", follow);
window.addEventListener("pageshow", follow);
