/**
 * Where the agent had read to when the conversation was opened: a mark before the first new message, and a button that
 * leads up to it as long as it is out of sight. Where there are more new messages than a page has, the button asks for
 * the page of the first one; whoever scrolls up to it finds the mark there, too.
 *
 *   const unread = createUnread({ thread, log, t, button, jump(count, before) });
 *   unread.open(row)              another conversation, as it was before it was read
 *   unread.show()                 messages of it came into the thread
 *   jump(count, before)           → Promise: those around the first of so many, the last that the customer wrote before a
 *                                 number; its number, or null
 *   firstUnread(messages, count)  the number of the first one, or null where nothing was read before it, or it is not among
 *                                 them (pure)
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

export function createUnread({ thread, log, t, button, jump }) {
  let count = 0, conversation = null, last = 0, node = null, isFar = false;

  function open(row) {
    [count, conversation, last, node, isFar] = [row?.unread ?? 0, row?.conversation, row?.n ?? 0, null, false];
    look();
  }

  /** Those of the conversation, from somewhere to the last one when it was opened. */
  function loaded() {
    const all = thread.list.rows.map(({ message }) => message);
    return all.filter((message) => message?.conversation === conversation && message.n <= last);
  }

  function show() {
    if (!count || thread.list.away) return;
    const messages = loaded(), n = firstUnread(messages, count);
    isFar = n === null && messages[0]?.n > 1;
    button.textContent = t("to_first_unread", { n: count });
    if (n !== null) mark(messages.find((one) => one.n === n));
    requestAnimationFrame(() => requestAnimationFrame(look));
  }

  function mark({ n, at }) {
    count = 0;
    node = h("div", { class: "unread-mark" }, h("span", {}, t("new_below")));
    thread.line({ conversation, after: n - 1, seq: AFTER_ALL, at, node });
  }

  /** Whoever has seen the mark once needs no way to it. */
  function look() {
    const isAbove = Boolean(node) && node.getBoundingClientRect().bottom < log.getBoundingClientRect().top;
    button.hidden = !isAbove && !isFar;
    if (!isAbove && node?.isConnected) node = null;
  }

  async function go() {
    if (isFar) await goFar();
    else node?.scrollIntoView({ block: "start" });
    log.focus({ preventScroll: true });
    requestAnimationFrame(look);
  }

  async function goFar() {
    const id = conversation, found = await jump(count, last + 1);
    if (!found || id !== conversation) return;
    isFar = false;
    mark(thread.find(id, found));
  }

  log.addEventListener("scroll", () => (node || isFar) && look(), { passive: true });
  button.addEventListener("click", go);
  return { open, show };
}
