/**
 * Who waits and may be accepted. Accept by button, by double click, or the next one by key.
 *
 *   const queue = createQueue({ model, painter, onAccept(id) → Promise });
 *   queue.show(), queue.tick(), queue.acceptNext() → false when nobody waits
 */
import { $ } from "../../base/page.js";
import { createKeyedList } from "./keyed.js";
import { createRoving } from "./roving.js";

export function createQueue({ model, painter, onAccept }) {
  const box = $("#rows-queue"), template = $("#queue-template"), count = $("#count-queue");
  const asked = new Set();
  let scheduled = false;

  function create(row) {
    const node = template.content.firstElementChild.cloneNode(true), id = row.conversation;
    $(".queue-accept", node).addEventListener("click", () => accept(id));
    node.addEventListener("dblclick", (event) => {
      if (!event.target.closest(".queue-accept")) accept(id);
    });
    return node;
  }
  const list = createKeyedList({ box, create, paint: (node, row) => painter.paintQueued(node, row) });
  const roving = createRoving({ box, selector: ".queue-accept" });

  /** A double click on the button is one wish, not two. */
  async function accept(id) {
    if (asked.has(id)) return;
    asked.add(id);
    setBusy(id, true);
    try {
      await onAccept(id);
    } finally {
      asked.delete(id);
      setBusy(id, false);
    }
  }

  /** aria-disabled and not disabled: a disabled button would lose the focus. */
  function setBusy(id, busy) {
    const node = list.node(id);
    if (node) $(".queue-accept", node).setAttribute("aria-disabled", String(busy));
  }

  function draw() {
    scheduled = false;
    const rows = model.waiting();
    list.show(rows);
    count.textContent = rows.length;
    count.dataset.some = String(rows.length > 0);
    $("#empty-queue").hidden = rows.length > 0;
    roving.refresh();
  }

  return {
    show() {
      if (scheduled) return;
      scheduled = true;
      requestAnimationFrame(draw);
    },
    tick() {
      if (!box.closest("[role=tabpanel]").hidden) list.each((node, row) => painter.tickQueued(node, row));
    },
    acceptNext() {
      const next = model.waiting().find((row) => !asked.has(row.conversation));
      if (next) accept(next.conversation);
      return Boolean(next);
    },
  };
}
