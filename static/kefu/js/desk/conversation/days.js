/**
 * The day of the message at the upper edge, in sight while one scrolls.
 *
 *   showDays({ log, thread, formats, mark })      mark: the element that says it
 */
const STAYS = 1500;

export function showDays({ log, thread, formats, mark }) {
  let asked = 0, fading = 0;

  /** The first row that reaches below the edge: heights are asked of a few rows, not of all. */
  function rowAt(edge) {
    const rows = thread.list.shown();
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].node.getBoundingClientRect().bottom > edge) high = middle;
      else low = middle + 1;
    }
    return rows[low];
  }

  function show() {
    asked = 0;
    const edge = log.getBoundingClientRect().top, row = rowAt(edge + 1), own = row?.node.querySelector(".day");
    const isHere = own && own.getBoundingClientRect().bottom > edge;
    mark.classList.toggle("shown", Boolean(row) && !isHere && !thread.atEnd());
    if (row) mark.textContent = formats.day((row.message ?? row.line).at);
    clearTimeout(fading);
    fading = setTimeout(() => mark.classList.remove("shown"), STAYS);
  }

  log.addEventListener("scroll", () => (asked ||= requestAnimationFrame(show)), { passive: true });
}
