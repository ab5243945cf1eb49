/**
 * Opens and changes the current conversation; the address fragment holds it, so that the browser's back key works.
 *
 *   install(desk)                 after the lists, the pane and the panel
 *   desk.navigation.go(id, { focus }), desk.navigation.close()
 */
import { $ } from "../../base/page.js";
import { addressOf } from "../lists/list.js";
import { neighbour } from "../state/order.js";

export function install(desk) {
  const { model, list, lists, customer, reply } = desk;
  const onePane = matchMedia("(max-width: 767px)"), byFinger = matchMedia("(pointer: coarse)");

  /** Other fragments, like that of the skip link, leave open what is open. */
  function opened() {
    const { hash } = location;
    if (hash.startsWith("#c-")) return hash.slice(3); // ids need no encoding; whatever else is written there is none
    return hash ? desk.current : null;
  }

  const mayOpen = (row) => Boolean(row) && (row.mine || row.state === "queued");

  /** Mine, waiting and visited ones open; the one that is open stays when it goes to somebody else, so that nothing
   * vanishes while it is read. */
  function openFromAddress() {
    const wanted = opened(), before = desk.current;
    const id = wanted === before || mayOpen(model.row(wanted)) || model.visits(wanted) ? wanted : null;
    if (id !== before) desk.open(id);
  }

  function go(id, { focus = false } = {}) {
    if (id !== opened()) location.hash = addressOf(id);
    openFromAddress(); // at once: browsers tell of the new address later
    if (focus) focusReply();
  }

  function close() {
    history.replaceState(null, "", location.pathname);
    openFromAddress();
    list.focusCurrent();
  }

  /** A phone's keyboard would cover what the agent wants to read first. */
  function focusReply() {
    if (!byFinger.matches) setTimeout(() => reply.focus());
  }

  function step(by) {
    const id = neighbour(list.ids(), desk.current, by);
    if (!id) return false;
    lists.select("mine");
    const inList = $("#lists").contains(document.activeElement);
    go(id);
    if (inList) setTimeout(() => list.focusCurrent());
  }

  function openNth(n) {
    const id = list.ids()[n - 1];
    if (!id) return false;
    lists.select("mine");
    go(id, { focus: true });
  }

  function moveRegion(by) {
    const panels = desk.panels();
    const at = panels.findIndex(({ node }) => node.contains(document.activeElement));
    panels[(at + by + panels.length) % panels.length].focus();
  }

  function back() {
    if (customer.close()) return;
    if (onePane.matches && desk.current) close();
    else list.focusCurrent();
  }

  addEventListener("hashchange", openFromAddress);
  $("#pane-back").addEventListener("click", close);
  $("#rows-active").addEventListener("click", (event) => {
    if (event.target.closest(".row-link") && !event.ctrlKey && !event.metaKey) focusReply();
  });

  desk.key("next", () => step(1));
  desk.key("previous", () => step(-1));
  for (let n = 1; n <= 9; n++) desk.key(`row${n}`, () => openNth(n));
  desk.key("region", () => moveRegion(1));
  desk.key("regionBack", () => moveRegion(-1));
  desk.key("back", back);
  desk.on("began", openFromAddress);
  desk.navigation = { go, close };
}
