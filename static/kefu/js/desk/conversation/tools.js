/**
 * What can be done with a message: its buttons stand in the message that the pointer, the finger or the keyboard is at.
 *
 *   install(desk)                 after the pane; Up and Down go from message to message, Ctrl+C copies, a phone number that
 *                                 is clicked is copied, too
 */
import { h } from "../../base/page.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function install(desk) {
  const { t } = desk, { log, thread } = desk.pane;
  const bar = h("span", { class: "message-tools" }, tool("copy", copy));
  let at = null;

  function tool(name, act) {
    return h("button", { type: "button", class: `tool-${name}`, onclick: () => at && act(at.message) }, t(name));
  }

  const rowOf = (node) => thread.list.shown().find((row) => row.node === node);

  function reach(node) {
    const row = node && rowOf(node);
    if (row?.message && row === at && row.node.contains(bar)) return;
    at = row?.message && wordsOf(row.message) ? row : null;
    if (at) at.node.querySelector(".meta").append(bar);
    else bar.remove();
  }

  const wordsOf = ({ recalled, text, file }) => recalled ? "" : text || file?.name || "";

  function copy(message) {
    desk.copy(wordsOf(message));
  }

  function step(by) {
    const nodes = thread.list.shown().filter(({ message }) => message).map(({ node }) => node);
    const from = nodes.indexOf(document.activeElement), to = from < 0 ? nodes.length - 1 : from + by;
    nodes[to]?.focus();
    return to >= 0 && to < nodes.length;
  }

  function onKey(event) {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event, isHere = target === log || rowOf(target);
    if (!isHere || altKey || shiftKey) return;
    if ((ctrlKey || metaKey) && key === "c") {
      if (at && target === at.node && String(getSelection()) === "") copy(at.message);
    } else if (!ctrlKey && !metaKey && key in STEPS && step(STEPS[key])) event.preventDefault();
  }

  log.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "touch") reach(target.closest(".message"));
  });
  log.addEventListener("focusin", ({ target }) => reach(target.closest(".message")));
  log.addEventListener("keydown", onKey);
  log.addEventListener("click", (event) => {
    reach(event.target.closest(".message"));
    const phone = event.target.closest("a");
    if (!phone?.getAttribute("href")?.startsWith("tel:")) return;
    event.preventDefault();
    desk.copy(phone.textContent, t("copied_what", { what: phone.textContent }));
  });
  desk.on("opened", () => bar.remove());
}
