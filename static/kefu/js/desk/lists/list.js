/**
 * The list of my conversations: active and ended, each folds.
 *
 * The order follows the chosen sort, but never under the agent's hand: while the pointer is over the list, or within
 * 1.5 s of a key in it, rows stay where they are and a button offers the new order.
 *
 *   install(desk)                 after the painter of rows; drawn once per frame, however much changes
 *   desk.list.ids()               as they stand, the active ones
 *   desk.list.focusCurrent()
 *   desk.lists                    the tabs "mine", "queue", "recent", "starred" and "team" (frame/tablist.js)
 */
import { $, everyMidnight } from "../../base/page.js";
import { createTablist } from "../frame/tablist.js";
import { createKeyedList } from "./keyed.js";
import { arrange } from "../state/order.js";
import { createRoving, walkInRows } from "./roving.js";

const HAND_OFF_AFTER = 1500;

export const addressOf = (id) => `#c-${id}`;

export function install(desk) {
  const { filters, model, painter, preferences, t } = desk;
  const lists = createTablist($("#lists [role=tablist]"), { onSelect: (name) => desk.tell("listed", name) });
  const scroller = $("#mine-scroll"), template = $("#row-template"), reordered = $("#reordered");
  const sort = $("#sort"), fold = $("#fold-active"), section = $("#section-active");
  let selected = null, pointerOver = false, keyAt = -HAND_OFF_AFTER, scheduled = false, late = 0;

  function create(row) {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".row-link", node).href = addressOf(row.conversation);
    $(".row-star", node).addEventListener("click", () => desk.stars.toggle(model.row(row.conversation).customer.id));
    return node;
  }
  function paint(node, row) {
    painter.paint(node, row);
    markSelected(node, row.conversation === selected);
  }
  const active = createKeyedList({ box: $("#rows-active"), create, paint });
  const ended = createKeyedList({ box: $("#rows-ended"), create, paint });
  const roving = createRoving({
    box: scroller,
    selector: ".row-link",
    isShown: (node) => node.closest("details")?.open ?? !section.hidden,
    onMove: () => (keyAt = performance.now()),
  });

  function markSelected(node, isSelected) {
    const link = $(".row-link", node);
    if (isSelected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  const underHand = () => pointerOver || performance.now() - keyAt < HAND_OFF_AFTER;

  function draw({ force = false } = {}) {
    scheduled = false;
    const mine = model.active(), past = model.ended().filter(shown({ past: true }));
    const rows = arrange(mine.filter(shown()), preferences.get("sort"));
    const settled = active.show(rows, { keepOrder: !force && underHand() });
    ended.show(past);
    reordered.hidden = settled;
    if (!settled) offerLater();
    $("#count-mine").textContent = $("#count-active").textContent = mine.length;
    $("#count-ended").textContent = past.length;
    $("#empty-active").hidden = rows.length > 0;
    $("#empty-active-text").textContent = mine.length ? t("none_in_filter") : t("none_active");
    roving.refresh();
    desk.tell("drawn");
  }

  /** Nothing vanishes while it is read. */
  function shown(which) {
    const keep = filters.keep(which);
    return (row) => row.conversation === selected || keep(row);
  }

  /** Keys leave no event when they stop: look again once the hand is off for certain. */
  function offerLater() {
    clearTimeout(late);
    late = setTimeout(() => underHand() ? offerLater() : draw(), HAND_OFF_AFTER);
  }

  function show() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => draw());
  }

  walkInRows(scroller);
  scroller.addEventListener("pointerenter", (event) => (pointerOver = event.pointerType === "mouse"));
  scroller.addEventListener("pointerleave", () => {
    pointerOver = false;
    show();
  });
  reordered.addEventListener("click", () => draw({ force: true }));
  fold.addEventListener("click", () => unfold(section.hidden));
  $("#section-ended").addEventListener("toggle", () => roving.refresh());
  sort.value = preferences.get("sort");
  sort.addEventListener("change", () => preferences.set("sort", sort.value));
  preferences.onChange((name) => {
    if (name !== "sort") return;
    sort.value = preferences.get("sort"); // it may have been chosen in another window
    draw({ force: true });
  });

  everyMidnight(() => [active, ended].forEach((list) => list.each((node, row) => painter.paint(node, row))));

  function unfold(isOpen) {
    section.hidden = !isOpen;
    fold.setAttribute("aria-expanded", String(isOpen));
    roving.refresh();
  }

  function repaint(id) {
    active.repaint(id);
    ended.repaint(id);
  }

  function tick() {
    active.each((node, row) => {
      if (row.waiting_since != null) painter.tick(node, row);
    });
  }

  function select(id) {
    const nodesOf = (id) => [active.node(id), ended.node(id)].filter(Boolean);
    for (const node of nodesOf(selected)) markSelected(node, false);
    for (const node of nodesOf(id)) markSelected(node, true);
    selected = id;
    if (id && model.row(id)?.state === "ended") $("#section-ended").open = true;
    else if (id) unfold(true);
    const node = active.node(id) ?? ended.node(id);
    if (node) node.scrollIntoView({ block: "nearest" });
  }

  function focusCurrent() {
    const node = active.node(selected) ?? ended.node(selected);
    if (node) roving.focus($(".row-link", node));
    else if (roving.stop?.isConnected) roving.focus(roving.stop);
    else $("#tab-mine").focus();
  }

  desk.changes(({ rows, all }) => (rows.size || all) && show());
  desk.second(tick);
  desk.on("filtered", () => draw({ force: true }));
  desk.on("marked", repaint);
  desk.on("presence", repaint);
  desk.on("opened", (id, before) => {
    if (id === before) return;
    select(id);
    if (before) repaint(before); // its draft shows now
    if (id) repaint(id);
  });
  desk.panel($("#lists"), () => lists.selected === "mine" ? focusCurrent() : $(`#tab-${lists.selected}`).focus());
  const ids = () => [...$("#rows-active").querySelectorAll(".row-link")].map((link) => link.hash.slice(3));
  Object.assign(desk, { lists, list: { ids, focusCurrent } });
}
