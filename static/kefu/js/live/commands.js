/**
 * Commands and their answers: over the socket while one stands, otherwise by POST, each answered once.
 *
 *   createCommands({
 *     urls, headers,                    // of createLive()
 *     socket(),                         // the carrier that can send, or none
 *     onSilence(since),                 // a command was not answered for long
 *     onAuth(),                         // the session or token is not valid any more
 *   }) → {
 *     command(frame),                   // Promise<ack frame>; rejects with a Refusal
 *     answered(frame),                  // whether this frame was an answer
 *     repeat()                          // what waits for an answer of the socket, by POST
 *   }
 */
import { late, newId, storable } from "../base/page.js";
import { Refusal } from "./refusal.js";

const CARRIERS = new URL("./carriers.js", import.meta.url);
const ACK_WITHIN = 8000;

export function createCommands({ urls, headers, socket, onSilence, onAuth }) {
  const waiting = new Map(); // id → command whose answer is awaited on the socket

  function settle(entry, frame) {
    waiting.delete(entry.frame.id);
    clearTimeout(entry.timer);
    if (frame.t === "ack") entry.resolve(frame);
    else entry.reject(new Refusal(frame.code, frame.text, frame.t === "refused" && !frame.retry));
  }

  function overSocket(entry) {
    const sentAt = Date.now();
    waiting.set(entry.frame.id, entry);
    entry.timer = setTimeout(() => {
      overHttp(entry);
      onSilence(sentAt);
    }, ACK_WITHIN);
    socket().send(entry.frame);
  }

  async function overHttp(entry) {
    waiting.delete(entry.frame.id);
    clearTimeout(entry.timer);
    try {
      const { post } = await late(CARRIERS);
      settle(entry, await post(urls.command, headers, entry.frame, Refusal));
    } catch (error) {
      if (error.code === "auth") onAuth();
      entry.reject(error instanceof Refusal ? error : new Refusal("network", "", false));
    }
  }

  /** One character that cannot be stored would make the whole command unreadable. */
  const readable = (frame) =>
    Object.fromEntries(
      Object.entries(frame).map(([name, value]) => [name, typeof value === "string" ? storable(value) : value]),
    );

  return {
    command: (frame) =>
      new Promise((resolve, reject) => {
        const entry = { frame: { ...readable(frame), id: frame.id || newId() }, resolve, reject };
        if (socket()) overSocket(entry);
        else overHttp(entry);
      }),
    /** Whether the frame was an answer. */
    answered(frame) {
      const entry = waiting.get(frame.id);
      if (entry) settle(entry, frame);
      return entry || frame.t === "ack" || frame.t === "refused"; // its command was answered by POST meanwhile
    },
    repeat: () => [...waiting.values()].forEach(overHttp),
  };
}
