/**
 * Orders of the list. Pure functions over rows (docs/protocol.md, § Objects).
 *
 *   arrange(rows, sort)           a new array
 *   longestWaiting(rows)          the row that has waited longest, or null
 *   neighbour(ids, current, step) the id `step` places further, staying inside the list
 */

const latest = (row) => row.last?.at ?? row.assigned_at ?? row.opened_at ?? 0;
const asked = (row) => row.wrote_at ?? row.opened_at ?? 0;
const accessed = (row) => row.assigned_at ?? row.opened_at ?? 0;

/** What a colleague handed over stands on top until it is opened, whatever the order. */
const byHandOver = (one, other) => Boolean(other.handed_by) - Boolean(one.handed_by);

/** Unanswered before answered; among the unanswered the longest wait first; the answered by their latest message. */
function byWaiting(one, other) {
  if (one.waiting_since != null && other.waiting_since != null) return one.waiting_since - other.waiting_since;
  if (one.waiting_since != null) return -1;
  if (other.waiting_since != null) return 1;
  return byLatest(one, other);
}

function byLatest(one, other) {
  return latest(other) - latest(one);
}

/** The customer's latest message, or the beginning of what an agent began: my own replies move nothing. */
function byAsking(one, other) {
  return asked(other) - asked(one);
}

/** This order does not move when messages are sent, for those who work through their list from top to bottom. */
function byAccess(one, other) {
  return accessed(other) - accessed(one);
}

const SORTS = { waiting: byWaiting, latest: byAsking, newest: byAccess };
/** Rows that compare equal are told apart by their id, so that two tabs show the same order. */
export function arrange(rows, sort) {
  const compare = SORTS[sort] ?? byWaiting;
  return [...rows].sort((one, other) =>
    byHandOver(one, other) || compare(one, other) || (one.conversation < other.conversation ? -1 : 1)
  );
}

export function longestWaiting(rows) {
  let longest = null;
  for (const row of rows) {
    if (row.waiting_since != null && (!longest || row.waiting_since < longest.waiting_since)) longest = row;
  }
  return longest;
}

export function neighbour(ids, current, step) {
  if (!ids.length) return null;
  const at = ids.indexOf(current);
  if (at < 0) return ids[step > 0 ? 0 : ids.length - 1];
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
}
