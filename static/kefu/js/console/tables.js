/**
 * Tables that fit are part of the page: it scrolls, and their heads stay in sight. One that is wider than its place
 * scrolls sideways in it, as every table does without this script.
 */
const sizes = new ResizeObserver((changes) => {
  for (const box of new Set(changes.map(({ target }) => target.closest(".table-scroll")))) {
    if (box) box.toggleAttribute("data-fits", box.firstElementChild.offsetWidth <= box.clientWidth + 1);
  }
});

/** Looks after the lists in that part of the page. */
export function watchTables(root) {
  for (const box of root.querySelectorAll(".list .table-scroll")) {
    sizes.observe(box);
    sizes.observe(box.firstElementChild);
  }
}
