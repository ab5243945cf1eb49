/**
 * The desk's model, as plain data: conversations, the queue, colleagues and the agent.
 * Frames and acknowledgements of docs/protocol.md go in, the caller learns what changed. No DOM, no network.
 *
 *   const model = createModel();
 *   model.asking()                a whole state is asked for
 *   model.load(state)             the answer; replaces everything but what frames told since it was asked for
 *   model.everything()            the change that says so
 *   model.apply(frame)            → {rows: Set of ids, queue: bool, me: bool, colleagues: bool, unknown: bool};
 *                                 the change says what is another now, `unknown` that something was missed
 *   model.put(row)                a row that came with an acknowledgement; same answer
 *   model.team(agents)            all the colleagues, as they were asked for; same answer
 *   model.answered(id)            a reply is on its way: nobody waits for me there any more; same answer
 *   model.unanswered(id)          … it could not be sent; same answer
 *   model.active() / ended() / mine() both / waiting() / colleagues()
 *   model.colleague(id)           the name of another agent, "" of one who is gone, null of myself
 *   model.visit(row)              it is opened from another list: row(id) knows it, though none of these lists has it;
 *                                 model.visits(id)
 *   model.row(id), model.me, model.unread()
 *   model.serves                  whether a group of mine serves customers: without one, nothing comes to me
 *   model.follows(id)             mine and going on, or waiting: what happens to it concerns this desk
 *   model.cursors()               [id, seq] of those
 */

import { hasMissed, queueBy } from "./digest.js";
import { isHeld } from "./moves.js";

const MOST_ENDED = 100, STAYS = 86_400_000; // of those that ended, in a whole state: the latest of a day

const nothing = () => ({ rows: new Set(), queue: false, me: false, colleagues: false, unknown: false });

/** Ids of those who wait, the longest first; `since(id)` says since when. */
function createQueue(since) {
  let ids = [];
  return {
    ids: () => ids,
    has: (id) => ids.includes(id),
    set: (order) => (ids = order),
    enter(id) {
      if (ids.includes(id)) return;
      const at = ids.findIndex((one) => since(one) > since(id));
      ids.splice(at < 0 ? ids.length : at, 0, id);
    },
    leave(id) {
      const at = ids.indexOf(id);
      if (at >= 0) ids.splice(at, 1);
      return at >= 0;
    },
  };
}

/** Marks only move forward, and have no number: a row that was made before a receipt may arrive after it. */
function furthest(row, known) {
  const further = (name) => Math.max(row[name] ?? 0, known[name] ?? 0);
  return { delivered: further("delivered"), read: further("read") };
}

const tagsIn = (row) => row.customer?.tags;

/** Rows that come with messages do not name the customer's tags; and such a row may overtake one that does. */
const namesTags = (row, known) => tagsIn(row) !== undefined && !(known?.tagged_at > row.seq);
const withTags = (row, tags, tagged_at) => ({ ...row, tagged_at, customer: { ...row.customer, tags } });
const withKnownTags = (row, known) =>
  namesTags(row, known) ? { ...row, tagged_at: row.seq } : withTags(row, tagsIn(known ?? {}), known?.tagged_at);
const newestTags = (known, old) => namesTags(old, known) ? withTags(known, tagsIn(old), old.seq) : known;

const isPast = (row, now) => row.mine && row.state === "ended" && !(row.ended_at < now - STAYS);

/** The latest first; of those that ended together the order is the same in every window. */
const byEnd = (one, other) => other.ended_at - one.ended_at || (one.conversation < other.conversation ? -1 : 1);

/** The rows of a whole state, each as the newest that is known, and those that only frames told meanwhile. */
function wholeRows(state, before, told, claim) {
  const rows = new Map();
  for (const row of [...state.rows, ...state.queue]) {
    const known = rows.get(row.conversation) ?? before.get(row.conversation);
    rows.set(row.conversation, known?.seq > row.seq ? newestTags(known, row) : claim(row, known));
  }
  for (const id of told) if (!rows.has(id) && before.has(id)) rows.set(id, before.get(id));
  return rows;
}

export function createModel() {
  const rows = new Map(), visited = new Map(), colleagues = new Map(), answering = new Map();
  const told = new Set(); // by frames, since a whole state was asked for
  const isWaiting = (id) => rows.get(id)?.state === "queued";
  const queue = createQueue((id) => rows.get(id)?.queued_at ?? 0);
  let me = null, serves = true, now = 0; // by the server's clock, as it was told last

  /** `mine` differs from receiver to receiver, so it is worked out here and not sent with a frame. */
  const isMine = ({ agent }) => agent != null && agent.id === me?.id;
  const claim = (row, known) => withKnownTags({ ...row, mine: isMine(row) }, known);

  /** Frames may come late or twice: a row older than the one we have is dropped. */
  function put(incoming, change = nothing()) {
    if (!incoming) return change;
    const id = incoming.conversation, known = rows.get(id);
    if (known && incoming.seq < known.seq) {
      return namesTags(incoming, known) ? patch(id, newestTags(known, incoming), change) : change;
    }
    const row = claim(incoming, known);
    answering.delete(id);
    if (known) Object.assign(row, furthest(row, known));
    rows.set(id, row);
    told.add(id);
    change.rows.add(id);
    if (row.state === "queued") queue.enter(id);
    else if (!queue.leave(id)) return change;
    change.queue = true;
    return change;
  }

  function setMe(agent, change) {
    if (agent) [me, change.me] = [agent, true];
  }

  function digest(frame, change) {
    setMe(frame.me, change);
    serves = frame.serves ?? serves;
    change.unknown = hasMissed(frame, rows);
    if (!frame.queue) return;
    const known = queue.ids(), { order, gone } = queueBy(frame, known, rows);
    for (const id of gone) change.rows.add(id) && rows.delete(id);
    queue.set(order);
    change.unknown ||= gone.length > 0;
    change.queue = order.join() !== known.join();
  }

  function agent(one, change) {
    if (me && one.id === me.id) return setMe(one, change);
    colleagues.set(one.id, one);
    change.colleagues = true;
  }

  const appliers = {
    ready: (frame, change) => setMe(frame.me, change),
    digest,
    "queue.left"(frame, change) {
      if (queue.leave(frame.conversation)) change.queue = true;
      if (rows.get(frame.conversation)?.state === "queued") rows.delete(frame.conversation);
      change.rows.add(frame.conversation);
    },
    unread(frame, change) {
      patch(frame.conversation, { unread: frame.unread, handed_by: frame.handed_by }, change);
    },
    receipt(frame, change) {
      const row = rows.get(frame.conversation);
      if (row) patch(frame.conversation, furthest(row, frame), change);
    },
  };

  function patch(id, fields, change) {
    const row = rows.get(id);
    if (!row) return change;
    rows.set(id, { ...row, ...fields });
    change.rows.add(id);
    return change;
  }

  /** The server's next row of the conversation tells what is true; until then the agent works on as if it were sent. */
  function answered(id, change = nothing()) {
    const since = rows.get(id)?.waiting_since;
    if (since == null) return change;
    answering.set(id, since);
    return patch(id, { waiting_since: null }, change);
  }

  function unanswered(id, change = nothing()) {
    if (answering.has(id)) patch(id, { waiting_since: answering.get(id) }, change);
    answering.delete(id);
    return change;
  }

  const follows = (id) => rows.has(id) && (isHeld(rows.get(id)) || queue.has(id));
  const having = (test) => [...rows.values()].filter(test);
  const active = () => having(isHeld);
  const ended = () => having((row) => isPast(row, now)).sort(byEnd).slice(0, MOST_ENDED);
  return {
    /** A whole state is asked for: what frames tell from now on is newer than the answer. */
    asking: () => told.clear(),
    load(state) {
      me = state.me;
      now = state.now ?? now;
      serves = state.serves ?? true;
      const fresh = wholeRows(state, rows, told, claim);
      [rows, answering, colleagues].forEach((map) => map.clear());
      fresh.forEach((row, id) => rows.set(id, row));
      queue.set(state.queue.map((row) => row.conversation).filter(isWaiting));
      [...told].filter(isWaiting).forEach(queue.enter);
      told.clear();
      for (const agent of state.colleagues) colleagues.set(agent.id, agent);
    },
    apply(frame) {
      const change = nothing();
      now = frame.now ?? now;
      appliers[frame.t]?.(frame, change);
      if (frame.agent?.status) agent(frame.agent, change); // somebody as colleagues see them, whatever is told of them
      for (const one of frame.agents ?? []) agent(one, change);
      if (frame.row && frame.t !== "ready") put(frame.row, change);
      return change;
    },
    put: (row) => put(row),
    team(agents) {
      colleagues.clear();
      for (const one of agents) colleagues.set(one.id, one);
      return { ...nothing(), colleagues: true };
    },
    everything: () => ({ rows: new Set(rows.keys()), queue: true, me: true, colleagues: true, all: true }),
    answered: (id) => answered(id),
    unanswered: (id) => unanswered(id),
    visit: (row) => visited.set(row.conversation, claim(row)),
    forget: (id) => [rows, visited].forEach((map) => map.delete(id)),
    visits: (id) => visited.has(id),
    row: (id) => rows.get(id) ?? visited.get(id) ?? null,
    active,
    ended,
    mine: () => [...active(), ...ended()],
    waiting: () => queue.ids().map((id) => rows.get(id)).filter(Boolean),
    colleagues: () => [...colleagues.values()],
    colleague: (id) => id === me.id ? null : colleagues.get(id)?.name ?? "",
    unread: () => having(isHeld).reduce((sum, row) => sum + row.unread, 0),
    follows,
    cursors: () => having((row) => follows(row.conversation)).map((row) => [row.conversation, row.seq]),
    get me() {
      return me;
    },
    get serves() {
      return serves;
    },
  };
}
