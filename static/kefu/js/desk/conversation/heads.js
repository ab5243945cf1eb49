/**
 * What stands where a conversation begins and the customer had one before it: when that was, with whom, how it ended, and
 * the way into it.
 *
 *   const heads = createHeads({ desk, thread, onRead(), onBeginning(id) });
 *   heads.set(id, head | null)    the conversation begins in the thread; before it was the one of the head, or none
 *   heads.has(id)                 whether it begins there
 *   heads.above(id)               the conversation before it, or undefined
 *   heads.shown(id)               its messages are in the thread now
 *   heads.clear()
 */
import { h } from "../../base/page.js";
import { lineText } from "./lines.js";

const FIRST = -1; // before all that happened in the conversation

export function createHeads({ desk, thread, onRead, onBeginning }) {
  const { t, model, when } = desk, known = new Map(), buttons = new Map();

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

  function set(id, head) {
    if (known.has(id)) return;
    known.set(id, head);
    if (!head) return;
    const above = head.conversation, open = () => thread.last(above) ? onBeginning(above) : onRead();
    const button = h("button", { type: "button", class: "past-open", onclick: open }, t("read_earlier"));
    buttons.set(above, button);
    const node = h("div", { class: "past" }, h("span", {}, textOf(id, head)), button);
    thread.line({ conversation: id, after: 0, seq: FIRST, at: head.ended_at, node });
    if (thread.last(above)) shown(above);
  }

  function shown(id) {
    const button = buttons.get(id);
    if (button) button.textContent = t("to_its_beginning");
  }

  return {
    set,
    shown,
    has: (id) => known.has(id),
    above: (id) => known.get(id)?.conversation,
    clear() {
      known.clear();
      buttons.clear();
    },
  };
}
