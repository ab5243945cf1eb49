/**
 * What stands where a conversation begins and the customer had one before it: when that was, with whom, how it ended, and
 * the way into it. The words fold the messages of that one away, and unfold them.
 *
 *   const heads = createHeads({ desk, thread, log, onRead(), onBeginning(id) });
 *   heads.set(id, head | null)    the conversation begins in the thread; before it was the one of the head, or none
 *   heads.has(id)                 whether it begins there
 *   heads.above(id)               the conversation before it, or undefined
 *   heads.shown(id)               its messages are in the thread now
 *   heads.oldest(message)         the oldest message that is known, also where it is folded away: { conversation, n }
 *   heads.folded(id), heads.unfold(id)
 *   heads.clear()
 */
import { h } from "../../base/page.js";
import { lineText } from "./lines.js";

const FIRST = -1; // before all that happened in the conversation

export function createHeads({ desk, thread, log, onRead, onBeginning }) {
  const { t, model, when } = desk, { list } = thread, known = new Map(), buttons = new Map(), away = new Map();

  function textOf(id, { opened_at, agent, channel, end }) {
    const isLast = id === desk.current, isElsewhere = channel.id !== model.row(desk.current)?.channel.id;
    const parts = [
      t(isLast ? "last_conversation" : "earlier_conversation"),
      when(opened_at),
      agent && t("with_agent", { name: agent.name }),
      isElsewhere && channel.name,
      lineText({ say: end }, t),
    ];
    return parts.filter(Boolean).join(" · ");
  }

  const isThere = (id) => away.has(id) || Boolean(thread.last(id));

  function set(id, head) {
    if (known.has(id)) return;
    known.set(id, head);
    if (!head) return;
    const above = head.conversation, open = () => isThere(above) ? onBeginning(above) : onRead();
    const words = h("span", {}, textOf(id, head));
    const label = h("button", { type: "button", class: "past-fold", onclick: () => toggle(above) }, words);
    const button = h("button", { type: "button", class: "past-open", onclick: open }, t("read_earlier"));
    buttons.set(above, { label, button });
    const node = h("div", { class: "past" }, label, button);
    thread.line({ conversation: id, after: 0, seq: FIRST, at: head.ended_at, node });
    look(above);
  }

  function look(id) {
    const { label, button } = buttons.get(id) ?? {};
    if (!label) return;
    label.setAttribute("aria-expanded", String(!away.has(id) && isThere(id)));
    if (isThere(id)) button.textContent = t("to_its_beginning");
  }

  function toggle(id) {
    if (!isThere(id)) return onRead();
    if (away.has(id)) unfold(id);
    else fold(id);
  }

  /** The head under the conversation stays where the reader has it. */
  function inPlace(id, change) {
    const edge = () => buttons.get(id)?.label.getBoundingClientRect().top ?? 0, before = edge();
    log.setAttribute("aria-busy", "true");
    change();
    log.scrollTop += edge() - before;
    log.removeAttribute("aria-busy");
    look(id);
  }

  /** The way to the one before it stays. */
  const isOf = (id) => ({ message, line }) => (message ?? line).conversation === id && line?.seq !== FIRST;

  function fold(id) {
    const rows = list.rows.filter(isOf(id));
    inPlace(id, () => rows.forEach(list.take));
    away.set(id, rows);
    look(id);
  }

  function unfold(id) {
    const rows = away.get(id);
    if (!rows) return;
    away.delete(id);
    inPlace(id, () => rows.forEach(list.insert));
  }

  function oldest(first) {
    const rows = away.get(known.get(first.conversation)?.conversation);
    return rows ? oldest(rows.find(({ message }) => message).message) : first;
  }

  return {
    set,
    shown: look,
    oldest,
    unfold,
    folded: (id) => away.has(id),
    has: (id) => known.has(id),
    above: (id) => known.get(id)?.conversation,
    clear: () => [known, buttons, away].forEach((map) => map.clear()),
  };
}
