// Every choice is in the address, after the place: #chart-c?data_year=2003&table-2.order=smallest. What is as it was at
// first is left out. Such an address can be sent, and the back button goes back through the choices.
const controls = all(".exhibit :is(input, select)[name]");
const homeOf = (control) => control.closest(".exhibit").id;
// A name is said without its exhibit at the exhibit's own place.
const inFull = (name, place) => (name.includes(".") ? name : `${place}.${name}`);
const inShort = (name, place) => (name.startsWith(`${place}.`) ? name.slice(place.length + 1) : name);
const nameOf = (control) => inFull(control.name, homeOf(control));
const isPressed = (control) => control.type === "radio" || control.type === "checkbox";
// The choices as they were at first: of a select, the first option.
const first = (control) => (isPressed(control) ? control.defaultChecked : control.options ? control.options[0].value : control.defaultValue);
const now = (control) => (isPressed(control) ? control.checked : control.value);

function chosen() {
  const differing = controls.filter((control) => now(control) !== first(control) && (control.type !== "radio" || control.checked));
  return new Map(differing.map((control) => [nameOf(control), control.type === "checkbox" ? (control.checked ? "yes" : "no") : control.value]));
}
function addressOf(place, choices) {
  const query = new URLSearchParams([...choices].map(([name, value]) => [inShort(name, place), value])).toString();
  return `#${place}${query && "?"}${query}`;
}
function parts(address) {
  const [place] = address.slice(1).split("?");
  const query = address.slice(place.length + 2);
  return [place, new Map([...new URLSearchParams(query)].map(([name, value]) => [inFull(name, place), value]))];
}
// A place is reached by an address or a link. What is folded or hidden there opens when it hears of it.
function reach(place) {
  const target = document.getElementById(place);
  if (!target) return;
  target.dispatchEvent(new Event("reached", { bubbles: true }));
  // Nothing above it may change its height afterwards.
  while (waiting.length) layOut();
  target.scrollIntoView();
  target.focus({ preventScroll: true });
}
function set(control, value) {
  if (value === undefined) value = control.type === "radio" ? null : control.type === "checkbox" ? (first(control) ? "yes" : "no") : first(control);
  if (control.type === "radio") control.checked = value === null ? control.defaultChecked : control.value === value;
  else if (control.type === "checkbox") control.checked = value === "yes";
  else control.value = value;
  if (control.options && control.selectedIndex < 0) control.value = first(control);
}

// What the script itself sets while it reads an address is no new choice.
let isReading = false;
function read() {
  const [place, wanted] = parts(location.hash);
  const before = controls.map(now);
  controls.forEach((control) => set(control, wanted.get(nameOf(control))));
  // A value that no radio button has leaves the first choice.
  const isChosen = (control) => controls.some((other) => nameOf(other) === nameOf(control) && other.checked);
  controls.filter((control) => control.type === "radio" && control.defaultChecked && !isChosen(control)).forEach((control) => (control.checked = true));
  // The page hears of it when all controls are set.
  isReading = true;
  controls.filter((control, at) => now(control) !== before[at]).forEach((control) => {
    ["input", "change"].forEach((kind) => control.dispatchEvent(new Event(kind, { bubbles: true })));
  });
  isReading = false;
  reach(place);
}
// The box whose word was the last choice: a word that is being typed is one choice, not one for each letter.
let typedIn = null;
function write(event) {
  if (isReading || !controls.includes(event.target)) return;
  const address = addressOf(homeOf(event.target), chosen());
  if (address === location.hash) return;
  history[typedIn === event.target ? "replaceState" : "pushState"](null, "", address);
  typedIn = event.target.type === "search" ? event.target : null;
}
document.addEventListener("change", write);
document.addEventListener("input", (event) => event.target.type === "search" && write(event));
window.addEventListener("popstate", () => {
  typedIn = null;
  read();
});
// A page that the browser had kept is as its reader left it.
window.addEventListener("pageshow", (event) => event.persisted || read());
// A link to another place keeps the choices.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [place, choices] = parts(link.hash);
  // A link that chooses shows all of what it chose.
  const kept = [...chosen()].filter(([name]) => !choices.size || !name.startsWith(`${place}.`));
  const address = addressOf(place, new Map([...kept, ...choices]));
  if (address === link.hash && address !== location.hash) return;
  event.preventDefault();
  if (address === location.hash) reach(place);
  else location.hash = address;
});
