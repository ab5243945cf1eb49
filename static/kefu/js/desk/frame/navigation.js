/**
 * Which conversation is open, and how one gets to another. The address says it, so that the browser's back key works.
 *
 *   const navigation = createNavigation({ model, list, lists, pane, panel, reply });
 *   navigation.go(id, { focus }), close(), step(by), moveRegion(by), back(), openFromAddress()
 */
import { $ } from "../../base/page.js";
import { addressOf } from "../lists/list.js";
import { neighbour } from "../state/order.js";

export function createNavigation({ model, list, lists, pane, panel, reply }) {
  const onePane = matchMedia("(max-width: 767px)"), byFinger = matchMedia("(pointer: coarse)");

  /** Other fragments, like that of the skip link, leave open what is open. */
  function opened() {
    const { hash } = location;
    if (hash.startsWith("#c-")) return decodeURIComponent(hash.slice(3));
    return hash ? pane.current : null;
  }

  /** Only mine open; the one that is open stays when it goes to somebody else, so that nothing vanishes while read. */
  function openFromAddress() {
    const wanted = opened(), before = pane.current;
    const id = wanted === before || model.row(wanted)?.mine ? wanted : null;
    if (id === before) return;
    pane.open(id);
    panel.show(id);
    list.select(id);
    if (before) list.repaint(before); // its draft shows now
    if (id) list.repaint(id);
  }

  function go(id, { focus = false } = {}) {
    if (id !== opened()) location.hash = addressOf(id);
    else openFromAddress();
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
    const id = neighbour(list.ids(), pane.current, by);
    if (!id) return false;
    lists.select("mine");
    const inList = $("#lists").contains(document.activeElement);
    go(id);
    if (inList) setTimeout(() => list.focusCurrent());
  }

  function moveRegion(by) {
    const inConversation = [[$("#logs"), pane.focusLog], [$("#composer"), reply.focus], [$("#panel"), panel.focus]];
    const regions = [
      [$("#lists"), () => lists.selected === "mine" ? list.focusCurrent() : $("#tab-queue").focus()],
      ...(pane.current ? inConversation : []),
    ].filter(([node]) => !node.hidden);
    const at = regions.findIndex(([node]) => node.contains(document.activeElement));
    regions[(at + by + regions.length) % regions.length][1]();
  }

  function back() {
    if (panel.close()) return;
    if (onePane.matches && pane.current) close();
    else list.focusCurrent();
  }

  addEventListener("hashchange", openFromAddress);
  $("#pane-back").addEventListener("click", close);
  $("#rows-active").addEventListener("click", (event) => {
    if (event.target.closest(".row-link") && !event.ctrlKey && !event.metaKey) focusReply();
  });

  return { go, close, step, moveRegion, back, openFromAddress };
}
