/**
 * The list of waiting conversations: who, since when, why. A click opens it to read; button, double click and key accept.
 *
 *   install(desk)                 after the painter of rows, accepting, discards and the queue's filters
 */
import { $ } from "../../base/page.js";
import { narrowed } from "../state/waiting.js";
import { createKeyedList } from "./keyed.js";
import { addressOf } from "./list.js";
import { createRoving } from "./roving.js";

export function install(desk) {
  const { accepting, announcer, clock, discards, model, painter, queueFilter, t } = desk;
  const box = $("#rows-queue"), template = $("#queue-template"), count = $("#count-queue"), bar = $("#queue-many");
  const chosen = new Set();
  let scheduled = false, many = false;

  function create({ conversation: id }) {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".row-link", node).href = addressOf(id);
    $(".queue-accept", node).addEventListener("click", () => accepting.accept(id));
    $(".queue-discard", node).addEventListener("click", () => discards.start([id]));
    $(".queue-choose", node).addEventListener("change", ({ target }) => choose(id, target.checked));
    node.addEventListener("dblclick", (event) => {
      if (event.target.closest(".row-link")) accepting.accept(id);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" || !event.target.matches(".row-link")) return;
      event.preventDefault();
      discards.start([id]);
    });
    return node;
  }

  function paint(node, row) {
    const id = row.conversation, leaves = discards.has(id);
    painter.paintQueued(node, row, queueFilter.details.of(id));
    node.dataset.leaves = String(leaves);
    // aria-disabled and not disabled: a disabled button would lose the focus.
    $(".queue-accept", node).setAttribute("aria-disabled", String(accepting.has(id) || leaves));
    const check = $(".queue-choose", node), link = $(".row-link", node);
    check.hidden = !many;
    node.dataset.many = String(many);
    check.checked = chosen.has(id);
    check.setAttribute("aria-label", t("choose_named", { name: row.customer.name }));
    if (id === desk.current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const list = createKeyedList({ box, create, paint });
  const roving = createRoving({ box, selector: ".row-link" });

  const shown = () => narrowed(model.waiting(), queueFilter.details, queueFilter.value(), clock.now());
  const free = (rows) => rows.map(({ conversation }) => conversation).filter((id) => !discards.has(id));

  function draw() {
    scheduled = false;
    const all = model.waiting(), rows = shown();
    list.show(rows);
    count.textContent = all.length;
    count.dataset.some = String(all.length > 0);
    $("#empty-queue").hidden = all.length > 0;
    $("#empty-queue-filter").hidden = !all.length || rows.length > 0;
    $("#queue-tools").hidden = !all.length;
    for (const id of chosen) if (!rows.some((row) => row.conversation === id)) chosen.delete(id);
    showChoice(rows);
    roving.refresh();
  }

  function show() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(draw);
  }

  function repaintAll() {
    list.each((node, row) => row && paint(node, row));
    showChoice(shown());
  }

  function choose(id, isChosen) {
    if (isChosen) chosen.add(id);
    else chosen.delete(id);
    showChoice(shown());
  }

  function showChoice(rows) {
    const all = $("#queue-all");
    bar.hidden = !many || !rows.length;
    all.checked = rows.length > 0 && chosen.size === rows.length;
    all.indeterminate = chosen.size > 0 && !all.checked;
    $("#queue-chosen").textContent = t("chosen_many", { n: chosen.size });
    for (const id of ["#queue-accept-many", "#queue-discard-many"]) {
      $(id).setAttribute("aria-disabled", String(!chosen.size));
    }
  }

  function setMany(isMany) {
    many = isMany;
    chosen.clear();
    $("#queue-many-button").setAttribute("aria-pressed", String(many));
    repaintAll();
  }

  /** The choice in the order of the queue; it is over then. */
  function takeChoice() {
    const ids = free(shown()).filter((id) => chosen.has(id));
    if (ids.length) setMany(false);
    return ids;
  }

  function tick() {
    if (box.closest("[role=tabpanel]").hidden) return;
    if (queueFilter.value().longer) show();
    list.each((node, row) => painter.tickQueued(node, row, queueFilter.details.of(row.conversation)));
  }

  /** Whoever is open to be read, else whoever has waited longest. */
  function acceptNext() {
    const ids = free(model.waiting()).filter((id) => !accepting.has(id));
    const next = ids.includes(desk.current) ? desk.current : ids[0];
    if (next) accepting.accept(next);
    else announcer.say(t("queue_empty"));
  }

  const repaint = (id) => list.node(id) && list.repaint(id);
  $("#queue-many-button").addEventListener("click", () => setMany(!many));
  $("#queue-all").addEventListener("change", ({ target }) => {
    for (const id of free(shown())) choose(id, target.checked);
    repaintAll();
  });
  $("#queue-accept-many").addEventListener("click", () => accepting.acceptAll(takeChoice()));
  $("#queue-discard-many").addEventListener("click", () => discards.start(takeChoice()));

  desk.changes(({ queue }) => queue && show());
  desk.second(tick);
  desk.on("queue_narrowed", () => {
    show();
    repaintAll();
  });
  desk.on("accepting", repaint);
  desk.on("discarding", repaint);
  desk.on("marked", repaint);
  desk.on("opened", (id, before) => [id, before].forEach((each) => each && repaint(each)));
  desk.key("accept", acceptNext);
}
