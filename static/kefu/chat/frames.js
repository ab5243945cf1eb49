/**
 * Applies the server's frames to the chat's parts: messages, rows, digests, the state of the connection. Frames of
 * unknown kinds are passed over.
 *
 *   createFrames(chat) → {
 *     onFrame(frame), onDigest(frame), onState(state, attempt),      // of live.js
 *     applyRow(row),                    // what is known of a conversation now
 *     line(what)                        // what happened between the messages
 *   }
 */
import { local } from "../js/base/page.js";

export function createFrames(chat) {
  const { t, state, view, cursors } = chat;

  /** A newer server may tell more than this page knows. */
  function line(what) {
    const text = what?.say && t.known(`line_${what.say.key}`, what.say.names);
    if (text) chat.thread.line({ ...what, text });
  }

  function onFrame(frame) {
    const { thread } = chat;
    if (frame.t === "message.posted") applyMessage(frame.message);
    else if (frame.t === "message.recalled") thread.upsert(frame.message);
    else if (frame.t === "receipt") thread.cursors(frame.conversation, frame);
    else if (frame.t === "typing") {
      if (state.isOver() || !state.isLatest(frame.conversation)) return;
      view.typing(frame.on, frame.name);
      if (frame.on) setAway(false);
    } else if (frame.t === "queue.position") {
      if (state.isLatest(frame.conversation)) state.row.position = frame.position;
      view.show();
    } else if (frame.row) {
      if (frame.line) view.typing(false); // whoever typed has left, or nobody could
      applyRow(frame.row);
      line(frame.line);
    }
  }

  function applyRow(next) {
    if (!state.apply(next)) return;
    if (!cursors.has(next.conversation)) cursors.set(next.conversation, 0);
    chat.thread.cursors(next.conversation, next);
    chat.host.save({ live: !state.isOver() });
    chat.host.tell("event", { name: "conversation", data: { id: next.conversation, state: next.state } });
    view.show();
  }

  function applyMessage(message) {
    const { thread, outbox, host } = chat;
    outbox.seen(message);
    if (message.from === "system") thread.remove("welcome");
    const known = thread.find(message.conversation, message.n);
    thread.upsert(message);
    if (known || message.from === "customer") return;
    if (message.from === "agent" && state.isLatest(message.conversation)) setAway(false);
    view.typing(false);
    chat.receipts.tell(message.conversation, { delivered: message.n });
    if (chat.isLooking() && thread.atEnd()) return;
    chat.unread.add(message);
    host.tell("event", { name: "message", data: { text: message.text, name: message.name, at: message.at } });
  }

  /** Whoever writes is not away, whatever the last digest said. */
  function setAway(away) {
    state.setAway(away);
    view.show();
  }

  function onDigest(frame) {
    state.desk = frame.desk || state.desk;
    const { conversation } = state.row || {};
    // Written before the last event, it tells of somebody who has written since, or of another one.
    if (frame.after[conversation] >= cursors.get(conversation)) setAway(frame.away.includes(conversation));
    view.show();
  }

  function onState(now, attempt) {
    const gone = now === "offline" || (now === "connecting" && attempt > 1);
    const unsent = chat.outbox.pending();
    const words = t(navigator.onLine ? "interrupted" : "offline");
    if (now === "online") {
      chat.resets = 0;
      chat.outbox.pump();
      chat.receipts.all();
    }
    if (!gone) view.banner("");
    else if (unsent.some((item) => item.file || !local.durable)) view.banner(`${words} ${t("keep_open")}`);
    else view.banner(words);
  }

  return { onFrame, onDigest, onState, applyRow, line };
}
