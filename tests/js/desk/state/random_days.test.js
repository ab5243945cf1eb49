import assert from "node:assert/strict";
import { keeps, NONE } from "../../../../static/kefu/js/desk/state/filter.js";
import { createModel } from "../../../../static/kefu/js/desk/state/model.js";
import { arrange } from "../../../../static/kefu/js/desk/state/order.js";

/** The same numbers for the same seed. */
function dice(seed) {
  let state = seed;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  return { below: (n) => Math.floor(next() * n), one: (list) => list[Math.floor(next() * list.length)] };
}

const ME = { id: "bob", name: "Bob", load: 0, cap: 10 };
const OTHER = { id: "dave", name: "Dave" };

/** What the server keeps of a conversation, moved by each act as its statements do. */
function conversation(id, at) {
  return {
    conversation: id,
    seq: 1,
    unanswered: 0,
    state: "queued",
    agent: null,
    customer: { id: `customer ${id}`, name: id },
    opened_at: at,
    queued_at: at,
    assigned_at: null,
    ended_at: null,
    waiting_since: null,
    wrote_at: null,
    unread: 0,
    handed_by: null,
    last: null,
    note: null,
  };
}

/** Whoever holds it next has at least one thing to read. */
const forNextHolder = (row) => ({ unread: Math.max(1, row.unanswered) });

const ACTS = {
  asks(row, at) {
    Object.assign(row, { wrote_at: at, waiting_since: row.waiting_since ?? at, unread: row.unread + 1 });
    Object.assign(row, { last: { from: "customer", text: "?", at }, note: null, unanswered: row.unanswered + 1 });
  },
  answers(row, at) {
    Object.assign(row, { waiting_since: null, unread: 0, handed_by: null, unanswered: 0 });
    Object.assign(row, { last: { from: "agent", author: row.agent.id, text: "!", at }, note: null });
  },
  notes(row, at) {
    Object.assign(row, { last: row.last && { ...row.last, at }, note: "psst" });
  },
  comes: (row, at) => Object.assign(row, { state: "active", agent: ME, assigned_at: at }),
  goes(row, at) {
    Object.assign(row, { state: "active", agent: OTHER, assigned_at: at, handed_by: "Bob" }, forNextHolder(row));
  },
  is_handed(row, at) {
    Object.assign(row, { state: "active", agent: ME, assigned_at: at, handed_by: "Dave" }, forNextHolder(row));
  },
  returns: (row) => Object.assign(row, { state: "queued", agent: null, handed_by: null }, forNextHolder(row)),
  ends: (row, at) => Object.assign(row, { state: "ended", ended_at: at, waiting_since: null }),
  reads: (row) => Object.assign(row, { unread: 0, handed_by: null }),
};

/** What may happen to a conversation in its state. */
function possible({ state, agent }) {
  if (state === "ended") return [];
  if (state === "queued") return ["asks", "asks", "comes", "comes", "ends"];
  if (agent === OTHER) return ["asks", "answers", "is_handed", "returns", "ends"];
  return ["asks", "asks", "asks", "answers", "answers", "notes", "goes", "returns", "ends", "reads", "reads"];
}

/** From the day's log alone: who is where, and the three orders as they are described to agents. */
function expected(log) {
  const stories = Map.groupBy(log, ({ id }) => id);
  const of = (id, ...acts) => stories.get(id).filter(({ act }) => acts.includes(act));
  const lastOf = (id, ...acts) => of(id, ...acts).at(-1)?.at ?? -1;
  const place = (id) => of(id, "opens", "comes", "goes", "is_handed", "returns", "ends").at(-1).act;
  const holder = (id) => of(id, "comes", "goes", "is_handed", "returns").at(-1)?.act;
  const held = ["comes", "is_handed"];
  const ids = [...stories.keys()];
  const active = ids.filter((id) => held.includes(place(id)));
  const waits = (id) => of(id, "asks").find(({ at }) => at > lastOf(id, "answers"))?.at ?? null;
  const written = (id) => Math.max(lastOf(id, "asks", "answers", "notes"), -1);
  const fresh = (id) => {
    const handed = lastOf(id, "is_handed");
    return handed === lastOf(id, ...held) && handed > lastOf(id, "reads", "answers");
  };
  const unread = (id) => {
    const moved = lastOf(id, "goes", "is_handed", "returns"), seen = lastOf(id, "reads", "answers");
    const since = (moment) => of(id, "asks").filter(({ at }) => at > moment);
    if (seen > moved) return since(seen).length;
    const owed = since(lastOf(id, "answers")).filter(({ at }) => at < moved).length;
    return (moved < 0 ? 0 : Math.max(1, owed)) + since(moved).length;
  };
  const newestFirst = (key) => (one, other) => key(other) - key(one);
  const byWait = (one, other) => {
    const [a, b] = [waits(one), waits(other)];
    if (a !== null && b !== null) return a - b;
    return (a === null) - (b === null) || newestFirst(latest)(one, other);
  };
  const latest = (id) =>
    stories.get(id).some(({ act }) => ["asks", "answers"].includes(act))
      ? written(id)
      : lastOf(id, "comes", "goes", "is_handed");
  const asked = (id) => of(id, "asks").length ? lastOf(id, "asks") : of(id, "opens")[0].at;
  const orders = {
    waiting: byWait,
    latest: newestFirst(asked),
    newest: newestFirst((id) => lastOf(id, ...held, "goes")),
  };
  const onTop = (one, other) => fresh(other) - fresh(one);
  const sorted = (list, order) => [...list].sort((one, other) => onTop(one, other) || order(one, other));
  return {
    active: Object.fromEntries(Object.entries(orders).map(([name, order]) => [name, sorted(active, order)])),
    unread: sorted(active.filter((id) => unread(id)), orders.waiting),
    unanswered: sorted(active.filter((id) => waits(id) !== null), orders.waiting),
    ended: ids.filter((id) => place(id) === "ends" && held.includes(holder(id))).sort(
      newestFirst((id) => lastOf(id, "ends")),
    ),
    queue: ids.filter((id) => ["opens", "returns"].includes(place(id))).sort(
      newestFirst((id) => -of(id, "opens")[0].at),
    ),
  };
}

function shown(model) {
  const names = (rows) => rows.map((row) => row.conversation);
  const active = (sort, ...states) => names(arrange(model.active().filter(keeps({ ...NONE, states })), sort));
  return {
    active: { waiting: active("waiting"), latest: active("latest"), newest: active("newest") },
    unread: active("waiting", "unread"),
    unanswered: active("waiting", "waiting"),
    ended: names(model.ended()),
    queue: names(model.waiting()),
  };
}

/** A day of acts in random order; frames come late, twice, or only with a later one, and at last with a whole state. */
function day(seed, steps) {
  const random = dice(seed), model = createModel(), rows = new Map(), log = [], late = [];
  model.load({ me: ME, rows: [], queue: [], colleagues: [] });

  function tell(row) {
    const frame = { t: "any", conversation: row.conversation, row: structuredClone(row) };
    if (random.below(5)) model.apply(frame);
    else late.push(frame);
    if (!random.below(8)) model.apply(frame);
  }

  for (let at = 1; at <= steps; at++) {
    const open = [...rows.values()].filter((row) => row.state !== "ended");
    if (open.length < 3 || !random.below(6)) {
      const row = conversation(`c${rows.size}`, at);
      rows.set(row.conversation, row);
      log.push({ id: row.conversation, act: "opens", at });
      tell(row);
      continue;
    }
    const row = random.one(open), act = random.one(possible(row));
    ACTS[act](row, at);
    row.seq += 1;
    log.push({ id: row.conversation, act, at });
    tell(row);
  }
  late.reverse().forEach((frame) => model.apply(frame)); // old ones change nothing
  for (const row of rows.values()) model.apply({ t: "any", conversation: row.conversation, row });
  return { model, log };
}

Deno.test("after any day every list stands as its log says, in each of the orders", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { model, log } = day(seed, 40 + seed * 4);
    assert.deepEqual(shown(model), expected(log), `day ${seed}`);
  }
});
