/**
 * Charts of the reports, drawn as SVG from the JSON beside a real table:
 * <figure data-chart><figcaption>…</figcaption><script type="application/json">…</script><table>…</table></figure>
 *
 * { kind: "line", unit: "count" | "share" | "seconds", locale, durations, summary, labels: [short], titles: [long],
 *   series: [{ name, look, values: [number | null], texts: [string] }] }
 *
 * `look` names a class of charts.css (colour and dashes), so themes and print need no script. What the cursor says are
 * the server's own texts: the same as in the table. Without a script the table alone is shown.
 *
 * One day on which somebody waited overnight would press all others to the ground: of lengths of time, what is far
 * beyond the rest stands at the upper edge with a mark and its value.
 */
import { durationText } from "../base/durations.js";

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 260, TOP = 12, BOTTOM = 28, RIGHT = 16;
const LETTER = 7.2, WIDE_LETTER = 12.4; // the width of a digit of the axis, and of a Chinese character
const LABEL_ROOM = 64;
const STEPS_OF_TIME = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
const USUAL_SHARE = 0.75, FAR_BEYOND = 8; // so many times what three of four days keep below

/** Rounded steps from zero to above the largest value; about four of them. */
export function ticks(largest, unit) {
  const step = stepOf(largest / 4, unit), found = [0];
  while (found.at(-1) < largest || found.length === 1) found.push(Number((found.at(-1) + step).toFixed(6)));
  return found;
}

function stepOf(least, unit) {
  if (unit === "seconds") return STEPS_OF_TIME.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
  if (!(least > 0)) return unit === "share" ? 0.25 : 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= least * 0.999999);
  return unit === "count" ? Math.max(1, Math.ceil(step)) : step;
}

/** The largest value that has a place on the axis: all of them, but for lengths of time that are far beyond the rest. */
export function largestShown(values, unit) {
  const rising = values.toSorted((one, other) => one - other), largest = rising.at(-1) ?? 0;
  if (unit !== "seconds") return largest;
  const usual = rising[Math.floor((rising.length - 1) * USUAL_SHARE)] ?? 0;
  return usual > 0 ? rising.findLast((value) => value <= usual * FAR_BEYOND) : largest;
}

/** How much room a text needs. */
const widthOf = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? WIDE_LETTER : LETTER), 0);

/** A value as the axis writes it: 1,200 · 40% · 1m 30s. */
export function axisText(value, unit, locale, durations) {
  if (unit === "share") return new Intl.NumberFormat(locale, { style: "percent" }).format(value);
  return unit === "seconds" ? durationText(value, durations) : new Intl.NumberFormat(locale).format(value);
}

/** Runs of neighbours that have a value: a line does not cross a day without one. */
export function runs(values) {
  const found = [];
  values.forEach((value, at) => {
    if (value === null) return;
    if (at > 0 && values[at - 1] !== null) found.at(-1).push(at);
    else found.push([at]);
  });
  return found;
}

function node(tag, attributes, parent, text = null) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== null) made.textContent = text;
  parent.append(made);
  return made;
}

class LineChart {
  constructor(figure) {
    this.figure = figure;
    this.data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    this.hidden = new Set();
    this.canvas = document.createElement("div");
    this.canvas.className = "chart-canvas";
    this.tip = document.createElement("div");
    this.tip.className = "chart-tip";
    this.tip.setAttribute("role", "status");
    figure.querySelector("figcaption").after(this.canvas);
    this.canvas.after(this.legend());
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.canvas);
    this.draw();
  }

  get shown() {
    return this.data.series.filter((each) => !this.hidden.has(each));
  }

  resized() {
    if (!this.figure.isConnected) this.observer.disconnect();
    else if (Math.round(this.canvas.clientWidth) !== this.width) this.draw();
  }

  legend() {
    const list = document.createElement("ul");
    list.className = "chart-legend";
    for (const each of this.data.series) {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = `chart-key ${each.look}`;
      button.setAttribute("aria-pressed", "true");
      const sample = node("svg", { viewBox: "0 0 24 8", width: 24, height: 8, "aria-hidden": "true" }, button);
      node("path", { d: "M0 4H24", class: "chart-line" }, sample);
      button.append(each.name);
      button.addEventListener("click", () => this.toggle(each, button));
      item.append(button);
      list.append(item);
    }
    return list;
  }

  /* The last line stays: an empty chart says nothing. */
  toggle(series, button) {
    if (this.hidden.has(series)) this.hidden.delete(series);
    else if (this.shown.length > 1) this.hidden.add(series);
    button.setAttribute("aria-pressed", String(!this.hidden.has(series)));
    this.draw();
  }

  draw() {
    const { labels, unit, locale, durations, summary } = this.data;
    this.width = Math.round(this.canvas.clientWidth);
    if (!this.width) return;
    const values = this.shown.flatMap((each) => each.values).filter((value) => value !== null);
    const steps = ticks(largestShown(values, unit), unit);
    const texts = steps.map((step) => axisText(step, unit, locale, durations));
    this.left = Math.max(...texts.map(widthOf)) + 12;
    this.top = steps.at(-1);
    this.inner = { width: this.width - this.left - RIGHT, height: HEIGHT - TOP - BOTTOM };
    this.x = (at) =>
      this.left + (labels.length > 1 ? this.inner.width * at / (labels.length - 1) : this.inner.width / 2);
    this.y = (value) => TOP + this.inner.height * (1 - Math.min(1, value / this.top));
    this.svg = document.createElementNS(NS, "svg");
    const size = { viewBox: `0 0 ${this.width} ${HEIGHT}`, height: HEIGHT, class: "chart" };
    for (const [name, value] of Object.entries({ ...size, role: "img", "aria-label": summary, tabindex: 0 })) {
      this.svg.setAttribute(name, value);
    }
    this.axes(steps, texts);
    for (const each of this.shown) this.line(each);
    this.cursor = node("line", { y1: TOP, y2: TOP + this.inner.height, class: "chart-cursor" }, this.svg);
    this.canvas.replaceChildren(this.svg, this.tip);
    this.leave();
    this.wire();
  }

  axes(steps, texts) {
    const { labels } = this.data,
      every = Math.ceil(labels.length * LABEL_ROOM / Math.max(LABEL_ROOM, this.inner.width));
    steps.forEach((step, at) => {
      const y = this.y(step);
      node("line", { x1: this.left, x2: this.width - RIGHT, y1: y, y2: y, class: "chart-grid" }, this.svg);
      node("text", { x: this.left - 8, y: y + 4, "text-anchor": "end" }, this.svg, texts[at]);
    });
    for (let at = labels.length - 1; at >= 0; at -= every) {
      const x = Math.min(this.x(at), this.width - labels[at].length * LETTER / 2);
      node("text", { x, y: HEIGHT - 8, "text-anchor": "middle" }, this.svg, labels[at]);
    }
  }

  line(series) {
    const group = node("g", { class: series.look }, this.svg), few = series.values.length <= 31;
    const place = (at) => `${this.x(at).toFixed(1)} ${this.y(series.values[at]).toFixed(1)}`;
    for (const run of runs(series.values)) {
      if (run.length > 1) node("path", { d: `M${run.map(place).join("L")}`, class: "chart-line" }, group);
      for (const at of few || run.length === 1 ? run : []) {
        node("circle", { cx: this.x(at), cy: this.y(series.values[at]), r: 2.5, class: "chart-dot" }, group);
      }
    }
    const beyond = series.values.flatMap((value, at) => value > this.top ? [at] : []);
    this.beyond(series, beyond.sort((one, other) => series.values[other] - series.values[one]), group);
  }

  /* An arrow at the edge, and the value that the line does not reach: the largest first, as many as have room. */
  beyond(series, days, group) {
    const taken = [];
    for (const at of days) {
      const x = this.x(at), text = series.texts[at], width = widthOf(text);
      node("path", { d: `M${x} ${TOP - 6}l5 8h-10z`, class: "chart-beyond" }, group);
      const from = x + 8 + width <= this.width ? x + 8 : x - 8 - width, until = from + width;
      if (taken.some(([begin, end]) => from < end && until > begin)) continue;
      node("text", { x: from, y: TOP + 3 }, group, text);
      taken.push([Math.min(from, x - 6), Math.max(until, x + 6)]);
    }
  }

  wire() {
    const last = this.data.labels.length - 1;
    const bounded = (at) => Math.max(0, Math.min(last, at));
    const nearest = (x) => bounded(Math.round((x - this.left) / this.inner.width * last));
    this.svg.addEventListener("pointermove", (event) => this.point(nearest(event.offsetX)));
    this.svg.addEventListener("pointerleave", () => this.leave());
    this.svg.addEventListener("blur", () => this.leave());
    this.svg.addEventListener("keydown", (event) => {
      const targets = { ArrowLeft: (this.at ?? last + 1) - 1, ArrowRight: (this.at ?? -1) + 1, Home: 0, End: last };
      if (!(event.key in targets) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.point(bounded(targets[event.key]));
    });
  }

  /* Say what stands at one day. */
  point(at) {
    if (this.at === at) return;
    this.at = at;
    const x = this.x(at), heading = document.createElement("strong");
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    this.cursor.classList.add("chart-cursor-on");
    heading.textContent = this.data.titles[at];
    this.tip.replaceChildren(heading, ...this.shown.map((each) => this.row(each, at)));
    this.tip.classList.add("chart-tip-on");
    const width = this.tip.offsetWidth, beside = x > this.width / 2 ? x - width - 12 : x + 12;
    this.tip.style.setProperty("translate", `${Math.max(4, Math.min(this.width - width - 4, beside))}px ${TOP}px`);
  }

  row(series, at) {
    const row = document.createElement("span"),
      name = document.createElement("span"),
      text = document.createElement("b");
    row.className = `chart-tip-row ${series.look}`;
    name.textContent = series.name;
    text.textContent = series.texts[at];
    row.append(name, text);
    return row;
  }

  leave() {
    this.at = null;
    this.cursor.classList.remove("chart-cursor-on");
    this.tip.classList.remove("chart-tip-on");
    this.tip.replaceChildren();
  }
}

const KINDS = { line: LineChart };

/** Draw the charts that are not drawn yet. */
export function draw(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]:not([data-drawn])")) {
    figure.dataset.drawn = "";
    new KINDS[figure.dataset.chart](figure);
  }
}

/* Now, and whenever htmx brought a new fragment. */
if (globalThis.document) {
  draw(document);
  document.addEventListener("htmx:afterSettle", () => draw(document));
}
