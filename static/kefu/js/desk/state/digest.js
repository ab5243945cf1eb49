/**
 * What a digest (docs/protocol.md) says of the rows that are known. Pure functions.
 *
 *   hasMissed(digest, rows)       whether something was missed: a name in it that we do not know, or one of ours that it
 *                                 does not name, or another count of what is unread at the same event
 *   queueBy(digest, known, rows)  { order, gone } the queue as the server has it, of whom we know; and of those that stood
 *                                 in it until now (`known`) who left it without our hearing of it
 */
import { isHeld } from "./moves.js";

const MOST_NAMED = 200; // of those who wait

export function hasMissed({ queue = [], after, marks = {} }, rows) {
  if (queue.some((id) => rows.get(id)?.state !== "queued")) return true;
  if (!after) return false;
  if (Object.keys(after).some((id) => !rows.has(id))) return true;
  const held = [...rows.values()].filter(isHeld);
  return held.some(({ conversation: id, seq, unread }) =>
    !(id in after) || seq === after[id] && (marks[id]?.[2] ?? unread) !== unread // reading has no number
  );
}

/** Who is named among the events is mine by now, and they say so; who stands too far back to be named waits on. */
export function queueBy({ queue: named, after = {} }, known, rows) {
  const isWaiting = (id) => rows.get(id)?.state === "queued", since = (id) => rows.get(id)?.queued_at ?? 0;
  const order = named.filter(isWaiting), names = new Set(named), last = since(order.at(-1));
  const isBehind = (id) => named.length >= MOST_NAMED && since(id) >= last;
  return { order, gone: known.filter((id) => isWaiting(id) && !names.has(id) && !(id in after) && !isBehind(id)) };
}
