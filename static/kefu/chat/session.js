/**
 * The page's session: fills it with what the server knows, and begins anew where the browser belongs to somebody else
 * now.
 *
 *   createSession(chat) → {
 *     openOutbox(),                     // the person is known
 *     resume(start),                    // the server's answer to a session, after each reconnection anew
 *     follow(saved),                    // another tab wrote: what was read there is read; this page is theirs
 *     leave(),                          // the site signed its visitor out
 *     forget(),                         // begins anew with whoever is kept; of a person who left nothing stays
 *     fetchOlder(first)                 // of thread.js
 *   }
 */
import { local, session } from "../js/base/page.js";
import { createOutbox } from "../js/live/outbox.js";

export function createSession(chat) {
  const { config, state, view, cursors } = chat;
  const outboxKey = () => `kefu.outbox.${config.channel}.${chat.visitor.person}`;

  function follow(saved) {
    if (!chat.visitor.person) return;
    if (chat.visitor.isOther(saved)) return forget();
    chat.unread.seenElsewhere(saved.seen || []);
  }

  /** Told to the server at once, because what the page keeps of it may be overwritten by another tab. */
  function leave() {
    chat.visitor.leave();
    chat.host.saved = {};
    forget();
  }

  function forget() {
    if (chat.host.saved.person !== chat.visitor.person) {
      local.removeItem(outboxKey());
      session.removeItem(chat.draftKey());
    }
    chat.host.save = () => {}; // an answer may come before the page is gone
    chat.live.sleep();
    location.reload();
  }

  function openOutbox() {
    const { thread } = chat;
    chat.outbox = createOutbox({
      key: outboxKey(),
      send: chat.send,
      onStatus: (item) => item.status === "sent" ? thread.upsert(item.message) : thread.pending(item),
    });
    chat.outbox.pending().forEach(thread.pending);
  }

  function resume(start) {
    const { thread, outbox } = chat;
    Object.assign(state, { face: start.face, desk: start.desk, row: null });
    thread.clear();
    cursors.clear();
    thread.load(start.messages, start.more);
    if (start.row) {
      cursors.set(start.row.conversation, start.row.seq);
      chat.applyRow(start.row);
    }
    start.lines.forEach(chat.line);
    if (state.isOver()) greet(start);
    outbox.pending().forEach(thread.pending);
    chat.unread.count(start.messages, state.row);
    const stored = state.row && thread.last(state.row.conversation);
    if (stored) chat.receipts.tell(state.row.conversation, { delivered: stored.n });
    view.show();
    chat.live.start();
    outbox.pump();
    thread.end();
    chat.host.tell("event", { name: "ready" });
  }

  /** Not a stored message: it has no number, and leaves when the server's own greeting comes. */
  function greet({ welcome, now }) {
    if (!welcome) return;
    const { name } = state.face;
    const message = { conversation: "welcome", n: 0, cid: "welcome", from: "system", name, kind: "text" };
    chat.thread.upsert({ ...message, text: welcome, at: now });
  }

  async function fetchOlder(first) {
    const before = first ? `?before=${encodeURIComponent(`${first.conversation}:${first.n}`)}` : "";
    const answer = await fetch(config.urls.messages + before, { headers: chat.visitor.headers() });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  return { openOutbox, resume, follow, leave, forget, fetchOlder };
}
