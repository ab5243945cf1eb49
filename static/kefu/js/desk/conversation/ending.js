/**
 * Ends conversations, after five seconds in which it can be undone; only then is the command sent. Leaving the page
 * sends it at once, with keepalive, so that the browser finishes it.
 *
 *   const endings = createEndings({ send(id) → Promise, sendLeaving(id), onChange(id) });
 *   endings.start(id), undo(id) → was one pending, has(id), secondsLeft(id)
 *   gatheredEndings(desk, { one, several, onChange(id), onFailed(refused) })   the same, with what is due at nearly the
 *                                 same time in one command; the names of both; refused: of several, each with the
 *                                 customer's name as it was at the start, else nobody
 *   install(desk)                 desk.endings, the buttons and the key; tells not_ended(refused) of several
 */
import { $ } from "../../base/page.js";

export const UNDO_FOR = 5000;
const GATHER = 50; // several that were ended with one click are due within some milliseconds

export function createEndings({ send, sendLeaving, onChange, now = Date.now }) {
  const pending = new Map();

  function clear(id) {
    clearTimeout(pending.get(id).timer);
    pending.delete(id);
  }

  async function commit(id) {
    pending.get(id).sent = true;
    onChange(id);
    await send(id);
    if (pending.delete(id)) onChange(id);
  }

  globalThis.addEventListener?.("pagehide", () => {
    for (const [id, { sent }] of pending) {
      if (!sent) sendLeaving(id);
      clear(id);
    }
  });

  return {
    start(id) {
      if (pending.has(id)) return;
      pending.set(id, { due: now() + UNDO_FOR, sent: false, timer: setTimeout(() => commit(id), UNDO_FOR) });
      onChange(id);
    },
    undo(id) {
      if (!pending.has(id) || pending.get(id).sent) return false;
      clear(id);
      onChange(id);
      return true;
    },
    has: (id) => pending.has(id),
    secondsLeft(id) {
      const one = pending.get(id);
      return one && !one.sent ? Math.max(0, Math.ceil((one.due - now()) / 1000)) : 0;
    },
  };
}

/** What is due at nearly the same time is one command; `soon` calls back after the others. */
function together(send, soon) {
  let ids = [], sent = null;

  function flush() {
    const due = ids;
    [ids, sent] = [[], null];
    return send(due);
  }

  return (id) => {
    ids.push(id);
    return sent ??= new Promise((done) => soon(() => done(flush())));
  };
}

export function gatheredEndings(desk, { one, several, onChange, onFailed }) {
  const names = new Map(); // who was taken over meanwhile is on the desk no more
  const frame = ([conversation, ...others]) =>
    others.length ? { t: several, conversations: [conversation, ...others] } : { t: one, conversation };

  async function send(ids) {
    const answer = await desk.command(frame(ids)), refused = answer?.refused ?? [];
    if (!answer || refused.length) {
      onFailed(refused.map((one) => ({ ...one, name: names.get(one.conversation) ?? "" })));
    }
  }

  const endings = createEndings({
    send: together(send, (act) => setTimeout(act, GATHER)),
    sendLeaving: together((ids) => desk.server.lastWord(frame(ids)), queueMicrotask),
    onChange(id) {
      if (!endings.has(id)) names.delete(id);
      onChange(id);
    },
  });

  function start(id) {
    if (!endings.has(id)) names.set(id, desk.model.row(id)?.customer.name ?? "");
    endings.start(id);
  }
  return { ...endings, start };
}

export function install(desk) {
  const { t, toast } = desk, button = $("#end-button"), undo = $("#end-undo");
  const endings = gatheredEndings(desk, {
    one: "conversation.end",
    several: "conversations.end",
    onChange: desk.repaint,
    onFailed: (refused) => refused.length && desk.tell("not_ended", refused),
  });

  function end() {
    endings.start(desk.current);
    undo.focus();
  }

  button.addEventListener("click", end);
  undo.addEventListener("click", () => endings.undo(desk.current) && desk.act("reply"));
  desk.key("end", () => button.hidden ? false : end());
  /** What a short message offers to undo was done last. */
  desk.key("undo", () => {
    const offered = [...document.querySelectorAll("#toasts [data-undo]")].at(-1);
    if (offered) offered.click();
    else if (endings.secondsLeft(desk.current)) undo.click();
    else return false;
  });
  /** A customer who writes meanwhile still needs an answer. */
  desk.on("asked", ({ conversation, customer }) => {
    if (endings.undo(conversation)) toast(t("ending_stopped", { name: customer.name }));
  });
  desk.endings = { ...endings, undoFor: UNDO_FOR };
}
