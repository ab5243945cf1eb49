/**
 * The list of waiting conversations: who, since when, why. A click opens it to read; button, double click and key accept.
 *
 *   install(desk)                 after the painter of rows, accepting, discards and the queue's filters
 */
import { $ } from "../../base/page.js";
import { narrowed } from "../state/waiting.js";
import { createKeyedList } from "./keyed.js";
import { addressOf } from "./list.js";
import { createSeveral, free } from "./queue_many.js";
import { createRoving } from "./roving.js";

export function install(desk) {
  const { accepting, announcer, clock, discards, model, queueFilter, t } = desk, box = $("#rows-queue");
  const list = createKeyedList({ box, create: createRow(desk), paint });
  const roving = createRoving({ box, selector: ".row-link" });
  const several = createSeveral({ desk, shown, repaintAll });
  let scheduled = false;

  function paint(node, row) {
    paintRow(desk, node, row);
    several.paint(node, row);
  }

  function shown() {
    return narrowed(model.waiting(), queueFilter.details, queueFilter.value(), clock.now());
  }

  function draw() {
    scheduled = false;
    const n = model.waiting().length, rows = shown();
    list.show(rows);
    showNumbers(n, rows.length);
    several.show(rows);
    roving.refresh();
  }

  function show() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(draw);
  }

  function repaintAll() {
    list.each((node, row) => row && paint(node, row));
    several.show();
  }

  function tick() {
    if (box.closest("[role=tabpanel]").hidden) return;
    if (queueFilter.value().longer) show();
    list.each((node, row) => desk.painter.tickQueued(node, row, queueFilter.details.of(row.conversation)));
  }

  /** Whoever is open to be read, else whoever has waited longest. */
  function acceptNext() {
    const ids = free(model.waiting(), discards).filter((id) => !accepting.has(id));
    const next = ids.includes(desk.current) ? desk.current : ids[0];
    if (next) accepting.accept(next);
    else announcer.say(t("queue_empty"));
  }

  desk.changes(({ queue }) => queue && show());
  desk.second(tick);
  desk.on("queue_narrowed", () => {
    show();
    repaintAll();
  });
  for (const moment of ["accepting", "discarding", "marked"]) desk.on(moment, list.repaint);
  desk.on("opened", (id, before) => [id, before].forEach(list.repaint));
  desk.key("accept", acceptNext);
}

/** A new row, with what its buttons and keys do. */
function createRow({ accepting, discards }) {
  const template = $("#queue-template");
  return ({ conversation: id }) => {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".row-link", node).href = addressOf(id);
    $(".queue-accept", node).addEventListener("click", () => accepting.accept(id));
    $(".queue-discard", node).addEventListener("click", () => discards.start([id]));
    node.addEventListener("dblclick", (event) => {
      if (event.target.closest(".row-link")) accepting.accept(id);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" || !event.target.matches(".row-link")) return;
      event.preventDefault();
      discards.start([id]);
    });
    return node;
  };
}

function paintRow({ accepting, current, discards, painter, queueFilter }, node, row) {
  const id = row.conversation, leaves = discards.has(id), link = $(".row-link", node);
  painter.paintQueued(node, row, queueFilter.details.of(id));
  node.dataset.leaves = String(leaves);
  // aria-disabled and not disabled: a disabled button would lose the focus.
  $(".queue-accept", node).setAttribute("aria-disabled", String(accepting.has(id) || leaves));
  if (id === current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

function showNumbers(all, shown) {
  const count = $("#count-queue");
  count.textContent = all;
  count.dataset.some = String(all > 0);
  $("#empty-queue").hidden = all > 0;
  $("#empty-queue-filter").hidden = !all || shown > 0;
  showTools(all > 0);
}

/** Whoever works by keys is at the tab when nobody waits any more. */
function showTools(isShown) {
  const tools = $("#queue-tools"), hadFocus = !isShown && tools.contains(document.activeElement);
  tools.hidden = !isShown;
  if (hadFocus) $("#tab-queue").focus();
}
