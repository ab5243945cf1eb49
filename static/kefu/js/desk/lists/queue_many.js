/**
 * Several of those who wait: chosen by their boxes, all that the filter shows by one, and accepted or removed together.
 *
 *   const several = createSeveral({ desk, shown(), repaintAll() });   shown(): the rows that the filter leaves
 *   several.paint(node, row)      the box of a row
 *   several.show()                after the rows or the choice changed; who is not shown any more is not chosen
 *   free(rows, discards)          the ids of those that are not on their way out
 */
import { $, composes } from "../../base/page.js";

export const free = (rows, discards) => rows.map(({ conversation }) => conversation).filter((id) => !discards.has(id));

export function createSeveral({ desk, shown, repaintAll }) {
  const { accepting, discards, t } = desk, chosen = new Set();
  const bar = $("#queue-many"), button = $("#queue-many-button"), all = $("#queue-all");
  const acts = ["#queue-accept-many", "#queue-discard-many"].map((id) => $(id));
  let isOn = false;

  function paint(node, { conversation, customer: { name } }) {
    const box = $(".queue-choose", node);
    box.hidden = !isOn;
    node.dataset.many = String(isOn);
    box.checked = chosen.has(conversation);
    box.setAttribute("aria-label", t("choose_named", { name }));
  }

  function choose(id, isChosen) {
    if (isChosen) chosen.add(id);
    else chosen.delete(id);
  }

  function show(rows = shown()) {
    for (const id of chosen) if (!rows.some(({ conversation }) => conversation === id)) chosen.delete(id);
    bar.hidden = !isOn || !rows.length;
    all.checked = rows.length > 0 && chosen.size === rows.length;
    all.indeterminate = chosen.size > 0 && !all.checked;
    $("#queue-chosen").textContent = t("chosen_many", { n: chosen.size });
    for (const act of acts) act.setAttribute("aria-disabled", String(!chosen.size));
  }

  function turn(on) {
    isOn = on;
    chosen.clear();
    button.setAttribute("aria-pressed", String(on));
    repaintAll();
  }

  function finish() {
    turn(false);
    button.focus();
  }

  /** The choice in the order of the queue; it is over then. */
  function take() {
    const ids = free(shown(), discards).filter((id) => chosen.has(id));
    if (ids.length) finish();
    return ids;
  }

  button.addEventListener("click", () => turn(!isOn));
  $("#queue").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || composes(event) || !isOn) return;
    event.preventDefault();
    event.stopPropagation();
    finish();
  });
  all.addEventListener("change", () => {
    for (const id of free(shown(), discards)) choose(id, all.checked);
    repaintAll();
  });
  $("#rows-queue").addEventListener("change", ({ target }) => {
    choose($(".row-link", target.closest(".row")).hash.slice(3), target.checked);
    show();
  });
  acts[0].addEventListener("click", () => accepting.acceptAll(take()));
  acts[1].addEventListener("click", () => discards.start(take()));
  return { paint, show };
}
