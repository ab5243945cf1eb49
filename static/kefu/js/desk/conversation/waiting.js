/**
 * The bar under a waiting conversation that is open to be read: accept it, or remove it as a nuisance.
 *
 *   install(desk)                 after the pane, accepting and discards
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { accepting, discards, model } = desk, bar = $("#waiting-bar");
  const accept = $("#waiting-accept"), discard = $("#waiting-discard");

  function show() {
    const id = desk.current, waits = model.row(id)?.state === "queued" && !discards.has(id);
    bar.hidden = !waits || !model.serves;
    accept.setAttribute("aria-disabled", String(accepting.has(id)));
  }

  accept.addEventListener("click", () => accepting.accept(desk.current));
  discard.addEventListener("click", () => discards.start([desk.current]));
  for (const moment of ["opened", "accepting", "discarding", "loaded"]) desk.on(moment, show);
  desk.changes(show);
}
