/**
 * Lets the edges between the columns be moved, with the pointer or the keyboard; where they stand is remembered.
 *
 *   install(desk)
 *   moved(width, by, [least, most])   the width of a column after its edge moved (pure)
 */
import { $ } from "../../base/page.js";

const LIMITS = { lists: [240, 400], panel: [264, 520] };
const STEP = 16;

export const moved = (width, by, [least, most]) => Math.round(Math.min(most, Math.max(least, width + by)));

export function install(desk) {
  const { preferences } = desk, columns = $(".columns");
  const isRightToLeft = () => getComputedStyle(columns).direction === "rtl";

  function draw() {
    for (const name of Object.keys(LIMITS)) {
      const width = preferences.get("widths")[name];
      columns.style.setProperty(`--${name}-width`, width ? `${width}px` : "");
    }
  }

  function keep(name, width) {
    const { [name]: _before, ...others } = preferences.get("widths");
    preferences.set("widths", width ? { ...others, [name]: width } : others);
  }

  function edge(name) {
    const node = $(`#edge-${name}`), column = $(`#${name}`), limits = LIMITS[name];
    const widthNow = () => Math.round(column.getBoundingClientRect().width);
    /** The list grows with its edge, the panel against it. */
    const sign = () => (name === "lists" ? 1 : -1) * (isRightToLeft() ? -1 : 1);
    let from = null;

    function tell() {
      node.setAttribute("aria-valuenow", String(widthNow()));
    }

    function show(width) {
      columns.style.setProperty(`--${name}-width`, `${width}px`);
      tell();
    }

    node.addEventListener("focus", tell);
    node.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, width: widthNow(), to: null };
      node.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    node.addEventListener("pointermove", ({ clientX }) => {
      if (from) show(from.to = moved(from.width, (clientX - from.x) * sign(), limits));
    });
    function letGo() {
      if (from?.to) keep(name, from.to);
      from = null;
    }

    node.addEventListener("pointerup", letGo);
    node.addEventListener("lostpointercapture", letGo);
    node.addEventListener("dblclick", () => keep(name, null));
    node.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      keep(name, moved(widthNow(), by * sign(), limits));
      tell();
    });
  }

  preferences.onChange((name) => name === "widths" && draw());
  draw();
  Object.keys(LIMITS).forEach(edge);
}
