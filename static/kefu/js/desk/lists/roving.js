/**
 * A list is one stop of the Tab key; arrows, Home and End move inside it.
 *
 *   const roving = createRoving({ box, selector, isShown(node), onMove() });
 *   roving.refresh()              after nodes came or went
 *   roving.focus(node)            moves the stop and the focus
 *   walkInRows(box)               right and left lead from a row to its buttons and back
 */
export function createRoving({ box, selector, isShown = () => true, onMove = () => {} }) {
  const shown = () => [...box.querySelectorAll(selector)].filter(isShown);
  let stop = null;

  function refresh() {
    const nodes = shown();
    if (!nodes.includes(stop)) stop = nodes.find((node) => node.ariaCurrent === "true") ?? nodes[0] ?? null;
    for (const node of nodes) node.tabIndex = node === stop ? 0 : -1;
  }

  function focus(node) {
    if (!node) return;
    stop = node;
    refresh();
    node.focus();
  }

  function target(key, nodes) {
    const at = nodes.indexOf(document.activeElement);
    if (at < 0) return null;
    return { ArrowDown: nodes[at + 1], ArrowUp: nodes[at - 1], Home: nodes[0], End: nodes.at(-1) }[key];
  }

  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const node = target(event.key, shown());
    if (!node) return;
    event.preventDefault();
    onMove();
    focus(node);
  });
  box.addEventListener("focusin", (event) => {
    if (!event.target.matches(selector) || event.target === stop) return;
    stop = event.target;
    refresh();
  });
  return {
    refresh,
    focus,
    get stop() {
      return stop;
    },
  };
}

const STOPS = ".row-link, .row-choose, .row-star, .row-more";

export function walkInRows(box) {
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], row = event.target.closest(".row");
    if (!step || !row || event.altKey || event.ctrlKey || event.metaKey) return;
    const stops = [...row.querySelectorAll(STOPS)], at = stops.indexOf(document.activeElement);
    event.preventDefault();
    stops[at + step]?.focus(); // a box that is not shown takes none
    if (document.activeElement === stops[at]) stops[at + 2 * step]?.focus();
  });
}
