/**
 * Where the agent had read to when the conversation was opened: a mark before the first new message, and a button that
 * leads up to it as long as it is out of sight.
 *
 *   const unread = createUnread({ thread, log, t, button });
 *   unread.open(row)              another conversation, as it was before it was read
 *   unread.show(messages)         its messages stand in the thread
 *   firstUnread(messages, count)  the number of the first one, or null where nothing was read before it (pure)
 */
import { h } from "../../base/page.js";

const AFTER_ALL = Number.MAX_SAFE_INTEGER; // of what happened after the same message

export function firstUnread(messages, count) {
  let left = count;
  for (let at = messages.length - 1; at >= 0 && left > 0; at--) {
    const { from, recalled, n } = messages[at];
    if (from !== "customer" || recalled) continue;
    left--;
    if (!left) return messages.slice(0, at).some(({ from }) => from !== "system") ? n : null;
  }
  return null;
}

export function createUnread({ thread, log, t, button }) {
  let count = 0, node = null;

  function open(row) {
    count = row?.unread ?? 0;
    node = null;
    look();
  }

  function show(messages) {
    const n = firstUnread(messages, count);
    if (n === null) return;
    const { conversation, at } = messages.find((one) => one.n === n);
    node = h("div", { class: "unread-mark" }, h("span", {}, t("new_below")));
    thread.line({ conversation, after: n - 1, seq: AFTER_ALL, at, node });
    button.textContent = t("to_first_unread", { n: count });
    requestAnimationFrame(() => requestAnimationFrame(look));
  }

  /** Whoever has seen the mark once needs no way to it. */
  function look() {
    const isAbove = Boolean(node) && node.getBoundingClientRect().bottom < log.getBoundingClientRect().top;
    button.hidden = !isAbove;
    if (!isAbove && node?.isConnected) node = null;
  }

  function go() {
    node?.scrollIntoView({ block: "start" });
    log.focus({ preventScroll: true });
    requestAnimationFrame(look);
  }

  log.addEventListener("scroll", () => node && look(), { passive: true });
  button.addEventListener("click", go);
  return { open, show };
}
