// Pointing: over lines, the year nearest to the pointer with all series that have it; over other marks, the nearest
// mark's sentence. The same by keyboard, read out.
const tip = document.getElementById("tip");
const said = document.getElementById("said");
const SVG = "http://www.w3.org/2000/svg";
// How far from a mark it still counts as pointed at, in pixels: beside lines, nearly on it.
const NEAR = 24, ON = 4;
const linesOf = (chart) => all("path[data-years]", chart);
const marksOf = (chart) => all("[data-label]", chart);
const isShown = (element) => element.getClientRects().length > 0;

// A line's vertices: what each says, and where it is on the screen.
function verticesOf(line) {
  const place = line.getScreenCTM();
  const { series, unit, years, values, says } = line.dataset;
  const steps = line.getAttribute("d").match(/[MLC][^MLC]*/g);
  const shown = values.split(" "), texts = says?.split("|");
  return years.split(" ").map((year, at) => {
    const [x, y] = steps[at].match(/-?[\d.]+/g).slice(-2).map(Number);
    const inBillions = unit === "billion dollars";
    const amount = (inBillions ? shown[at] / 1000 : Number(shown[at])).toLocaleString("en-US", inBillions ? { minimumFractionDigits: 1, maximumFractionDigits: 1 } : {});
    const told = `${amount.replace(/^-0\.0$/, "0.0").replace("-", "−")} ${unit}`.trim();
    return { line, series, year: Number(year), told, says: texts?.[at], text: texts?.[at] || `${series}, ${year}: ${told}`, ...new DOMPoint(x, y).matrixTransform(place).toJSON() };
  });
}
const nearest = (found, distance) => found.reduce((one, other) => (!one || distance(other) < distance(one) ? other : one), null);

function show(lines, box) {
  tip.replaceChildren(...lines);
  tip.hidden = false;
  const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${Math.min(above < 4 ? box.bottom + 8 : above, innerHeight - tip.offsetHeight - 4)}px`;
}
function part(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
// One series in its colour, the others pale; a drawing of one series stays as it is.
function pick(chart, series) {
  const drawn = all("[data-series]", chart);
  const several = new Set(linesOf(chart).map((line) => line.dataset.series)).size > 1;
  chart.classList.toggle("has-pick", several && series !== null);
  drawn.forEach((mark) => mark.classList.toggle("is-pick", mark.dataset.series === series));
}
function hide() {
  if (tip.hidden) return;
  tip.hidden = true;
  all(".pointer").forEach((drawn) => drawn.remove());
  all(".is-read").forEach((mark) => mark.classList.remove("is-read"));
  all(".has-pick").forEach((chart) => pick(chart, null));
}
function readMark(mark) {
  hide();
  mark.classList.add("is-read");
  pick(mark.closest(".chart"), mark.dataset.series ?? null);
  show([mark.dataset.label], mark.getBoundingClientRect());
}
// A vertex with those of the other lines in its year, from the top of the drawing to its bottom.
function readVertex(vertex) {
  hide();
  const chart = vertex.line.closest(".chart");
  const others = linesOf(chart).filter((line) => line !== vertex.line).map((line) => verticesOf(line).find((one) => one.year === vertex.year));
  const together = [vertex, ...others.filter(Boolean)].sort((one, other) => one.y - other.y);
  pick(chart, vertex.series);
  point(vertex.says ? [vertex] : together);
  const lines = together.map((one) => part(one === vertex ? "b" : "div", `${one.series}: ${one.told}`));
  show(vertex.says ? [vertex.says] : [part("div", vertex.year), ...lines], { left: vertex.x, right: vertex.x, width: 0, top: vertex.y - 6, bottom: vertex.y + 6 });
}
// A dot on each vertex, in the colour of its line.
function point(vertices) {
  vertices.forEach(({ line, x, y }) => {
    const at = new DOMPoint(x, y).matrixTransform(line.getScreenCTM().inverse());
    const dot = document.createElementNS(SVG, "path");
    dot.setAttribute("class", "pointer");
    dot.setAttribute("d", `M${at.x} ${at.y}h0`);
    dot.setAttribute("stroke", getComputedStyle(line).stroke);
    line.parentNode.append(dot);
  });
}

// Where keys lead is brought into the window first, below the bar. The scroll hides what was read before.
function bringIn(box, read) {
  const bar = document.querySelector(".contents").offsetHeight, before = scrollY;
  if (box.top < bar) window.scrollBy(0, box.top - bar - 8);
  else if (box.bottom > innerHeight) window.scrollBy(0, box.bottom + 8 - innerHeight);
  if (scrollY === before) read();
  else document.addEventListener("scroll", read, { once: true });
}

function pointAt(event) {
  const chart = event.target.closest?.(".chart");
  if (!chart) return hide();
  const lines = linesOf(chart);
  const far = (mark) => {
    const box = mark.getBoundingClientRect();
    return Math.hypot(Math.max(box.left - event.clientX, 0, event.clientX - box.right), Math.max(box.top - event.clientY, 0, event.clientY - box.bottom));
  };
  const mark = nearest(marksOf(chart), far);
  if (mark && far(mark) <= (lines.length ? ON : NEAR)) return readMark(mark);
  if (!lines.length) return hide();
  const vertices = lines.flatMap(verticesOf);
  const near = Math.min(...vertices.map((one) => Math.abs(one.x - event.clientX)));
  const ofYear = vertices.filter((one) => Math.abs(one.x - event.clientX) < near + 1);
  readVertex(nearest(ofYear, (one) => Math.abs(one.y - event.clientY)));
}
document.addEventListener("pointermove", pointAt);
document.addEventListener("pointerdown", pointAt);
document.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

// A drawing takes the focus. Over lines, left and right go by year and up and down by series; over other marks, all four
// go from mark to mark.
all(".exhibit .drawing").forEach((drawing) => {
  const charts = () => all(".chart", drawing).filter(isShown);
  const hasLines = linesOf(drawing).length > 0;
  if (!hasLines && !marksOf(drawing).length) return;
  drawing.tabIndex = 0;
  drawing.setAttribute("role", "group");
  drawing.setAttribute("aria-labelledby", drawing.closest(".exhibit").querySelector("h3").id);
  drawing.setAttribute("aria-description", hasLines ? "Left and right arrow keys go by year, up and down by series, Home and End to the first and last year" : "Arrow keys go from mark to mark, Home and End to the first and last");
  let series = -1, year = null, at = -1;
  const go = (place, step, count) => (place < 0 ? (step > 0 ? 0 : count - 1) : (place + step + count) % count);
  const along = { ArrowRight: 1, ArrowLeft: -1 }, across = { ArrowDown: 1, ArrowUp: -1 };
  drawing.addEventListener("keydown", (event) => {
    const { key } = event;
    const isEnd = key === "Home" || key === "End";
    if (!isEnd && !along[key] && !across[key]) return;
    event.preventDefault();
    const lines = charts().flatMap(linesOf);
    if (!lines.length) {
      const marks = charts().flatMap(marksOf);
      if (!marks.length) return;
      at = isEnd ? (key === "Home" ? 0 : marks.length - 1) : go(at, along[key] || across[key], marks.length);
      const mark = marks[at];
      bringIn(mark.getBoundingClientRect(), () => readMark(mark));
      said.textContent = mark.dataset.label;
      return;
    }
    if (across[key] || series < 0) series = go(series, across[key] || 1, lines.length);
    const vertices = verticesOf(lines[series]);
    const place = year === null ? -1 : vertices.indexOf(nearest(vertices, (one) => Math.abs(one.year - year)));
    const next = isEnd ? (key === "Home" ? 0 : vertices.length - 1) : along[key] ? go(place, along[key], vertices.length) : Math.max(place, 0);
    const vertex = vertices[next];
    year = vertex.year;
    bringIn({ top: vertex.y - 6, bottom: vertex.y + 6 }, () => readVertex(verticesOf(vertex.line)[next]));
    said.textContent = vertex.text;
  });
  function leave() {
    series = at = -1;
    year = null;
    hide();
  }
  drawing.addEventListener("blur", leave);
});
