/**
 * Marks tables that fit their place (`data-fits`): they scroll with the page, under a sticky head. Wider ones scroll
 * sideways in their box, as all do without this script.
 *
 *   watchTables(root)   the lists in that part of the page, from now on
 */
const sizes = new ResizeObserver((changes) => {
  for (const box of new Set(changes.map(({ target }) => target.closest(".table-scroll")))) {
    if (box) box.toggleAttribute("data-fits", box.firstElementChild.offsetWidth <= box.clientWidth + 1);
  }
});

export function watchTables(root) {
  for (const box of root.querySelectorAll(".list .table-scroll")) {
    sizes.observe(box);
    sizes.observe(box.firstElementChild);
  }
}
