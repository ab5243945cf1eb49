import assert from "node:assert/strict";
import { createModel } from "../../../../static/kefu/js/desk/state/model.js";

const bob = { id: "bob", name: "Bob", number: "1002", status: "online", reason: "", since: 0, load: 1, cap: 10 };
const dave = { ...bob, id: "dave", name: "Dave", number: "1003" };

function row(conversation, fields = {}) {
  return {
    conversation,
    seq: 1,
    state: "active",
    agent: { id: "bob", name: "Bob" },
    mine: true,
    queued_at: 100,
    ended_at: null,
    unread: 0,
    delivered: 0,
    read: 0,
    ...fields,
  };
}

const waiting = (conversation, queuedAt, seq = 1) =>
  row(conversation, { state: "queued", agent: null, mine: false, queued_at: queuedAt, seq });

function desk(rows = [row("one")], queue = [waiting("q1", 100), waiting("q2", 300)]) {
  const model = createModel();
  model.load({ me: bob, rows, queue, colleagues: [dave] });
  return model;
}

const names = (rows) => rows.map(({ conversation }) => conversation);

Deno.test("the state fills the lists", () => {
  const model = desk([row("one", { unread: 2 }), row("two", { state: "ended", ended_at: 5 })]);
  assert.deepEqual(names(model.active()), ["one"]);
  assert.deepEqual(names(model.ended()), ["two"]);
  assert.deepEqual(names(model.waiting()), ["q1", "q2"]);
  assert.equal(model.unread(), 2);
});

Deno.test("a frame is mine when its agent is me, whatever it says itself", () => {
  const model = desk();
  model.apply({ t: "conversation.assigned", row: row("q1", { seq: 2, mine: false }) });
  assert.deepEqual(names(model.active()), ["one", "q1"]);
  assert.deepEqual(names(model.waiting()), ["q2"]);
});

Deno.test("what frames told while a whole state was under way outlives a state that is older", () => {
  const model = desk([], []);
  model.asking();
  model.apply({ t: "conversation.assigned", row: row("new", { seq: 5 }) });
  model.apply({ t: "conversation.queued", row: waiting("next", 50) });
  model.load({ me: bob, rows: [], queue: [], colleagues: [dave] });
  assert.deepEqual(names(model.active()), ["new"]);
  assert.deepEqual(names(model.waiting()), ["next"]);
  model.asking();
  model.load({ me: bob, rows: [], queue: [], colleagues: [dave] });
  assert.deepEqual([...names(model.active()), ...names(model.waiting())], [], "and no longer");
});

Deno.test("a state that names a conversation twice means the newer row", () => {
  const model = desk([row("one", { seq: 5 })], [waiting("one", 100, 4), waiting("q2", 300)]);
  assert.deepEqual([names(model.active()), names(model.waiting())], [["one"], ["q2"]]);
});

Deno.test("a conversation that somebody else holds leaves my lists", () => {
  const model = desk();
  const change = model.apply({
    t: "conversation.transferred",
    row: row("one", { seq: 2, agent: { id: "dave", name: "Dave" } }),
  });
  assert.deepEqual(names(model.active()), []);
  assert.ok(change.rows.has("one"));
});

Deno.test("an older row than the known one changes nothing", () => {
  const model = desk([row("one", { seq: 7, unread: 3 })]);
  const change = model.apply({ t: "message.posted", row: row("one", { seq: 6, unread: 9 }) });
  assert.equal(model.row("one").unread, 3);
  assert.equal(change.rows.size, 0);
});

Deno.test("who was given back keeps the waiting time and so the place in the queue", () => {
  const model = desk();
  model.apply({ t: "conversation.queued", row: waiting("between", 200) });
  assert.deepEqual(names(model.waiting()), ["q1", "between", "q2"]);
});

Deno.test("leaving the queue forgets who waited, but not a conversation that I just got", () => {
  const model = desk();
  model.put(row("q1", { seq: 2 }));
  model.apply({ t: "queue.left", conversation: "q1" });
  model.apply({ t: "queue.left", conversation: "q2" });
  assert.deepEqual(names(model.waiting()), []);
  assert.equal(model.row("q1").state, "active");
  assert.equal(model.row("q2"), null);
});

Deno.test("the digest is the order of the queue, and shows what was missed", () => {
  const model = desk();
  const change = model.apply({ t: "digest", queue: ["q2", "q1"], after: { one: 1 }, me: { ...bob, load: 5 } });
  assert.deepEqual(names(model.waiting()), ["q2", "q1"]);
  assert.equal(model.me.load, 5);
  assert.ok(change.queue);
  assert.ok(!change.unknown);
  assert.ok(model.apply({ t: "digest", queue: ["q2", "new"], after: { one: 1 } }).unknown);
  assert.ok(model.apply({ t: "digest", queue: [], after: { one: 1, strange: 3 } }).unknown);
  assert.ok(model.apply({ t: "digest", queue: [], after: {} }).unknown);
});

Deno.test("a digest that counts other unread messages at the same event shows that reading was missed", () => {
  const model = desk([row("one", { seq: 4, unread: 2 })], []);
  const digest = (seq, unread) => ({ t: "digest", queue: [], after: { one: seq }, marks: { one: [0, 0, unread] } });
  assert.ok(!model.apply(digest(4, 2)).unknown);
  assert.ok(model.apply(digest(4, 0)).unknown);
  assert.ok(!model.apply(digest(3, 0)).unknown, "a digest that was overtaken");
  assert.ok(!model.apply({ ...digest(4), marks: { one: [0, 0] } }).unknown, "of an older server");
});

Deno.test("whom a digest does not name any more is gone from the queue, and what is mine by now is not forgotten", () => {
  const model = desk([], [waiting("q1", 100), waiting("q2", 200), waiting("q3", 300)]);
  const change = model.apply({ t: "digest", queue: ["q3"], after: { q2: 5, q3: 1 } });
  assert.deepEqual(names(model.waiting()), ["q3"]);
  assert.deepEqual([model.row("q1"), model.row("q2").state], [null, "queued"], "its events say what became of it");
  assert.ok(change.unknown && change.queue && change.rows.has("q1"));
});

Deno.test("who stands behind those whom a digest can name is kept in mind", () => {
  const all = Array.from({ length: 203 }, (_, at) => waiting(`q${at}`, at));
  const model = desk([], all), ids = names(all);
  const change = model.apply({ t: "digest", queue: ids.slice(0, 200), after: {} });
  assert.equal(change.unknown, false);
  assert.equal(model.waiting().length, 200);
  assert.ok(model.apply({ t: "digest", queue: ids.slice(1, 201), after: {} }).unknown, "q0 left unheard");
  assert.deepEqual(names(model.waiting()), ids.slice(1, 201));
});

Deno.test("what ended stays for a day, and of a busy one the latest hundred, in one order for all windows", () => {
  const day = 86_400_000, ended = (id, at) => row(id, { state: "ended", ended_at: at });
  const model = createModel(), rows = [ended("b", 5), ended("a", 5), ended("old", 1)];
  model.load({ me: bob, rows, queue: [], colleagues: [], now: day });
  assert.deepEqual(names(model.ended()), ["a", "b", "old"]);
  model.apply({ t: "digest", now: day + 2, me: bob, queue: [], after: {} });
  assert.deepEqual(names(model.ended()), ["a", "b"]);
  for (let n = 0; n < 150; n++) model.put(ended(`c${n}`, 100 + n));
  assert.equal(model.ended().length, 100);
  assert.equal(model.ended()[0].conversation, "c149");
});

Deno.test("receipts only move forward, unread is absolute", () => {
  const model = desk([row("one", { delivered: 5, read: 4, unread: 3 })]);
  model.apply({ t: "receipt", conversation: "one", delivered: 3, read: 6 });
  model.apply({ t: "unread", conversation: "one", unread: 0 });
  assert.equal(model.row("one").delivered, 5);
  assert.equal(model.row("one").read, 6);
  assert.equal(model.unread(), 0);
});

Deno.test("a status is mine or a colleague's", () => {
  const model = desk();
  assert.ok(model.apply({ t: "agent.status", agent: { ...bob, status: "away" } }).me);
  assert.ok(model.apply({ t: "agent.status", agent: { ...dave, status: "busy" } }).colleagues);
  assert.equal(model.me.status, "away");
  assert.equal(model.colleagues()[0].status, "busy");
});

Deno.test("the loads of several come in one frame, mine among them", () => {
  const model = desk();
  const change = model.apply({ t: "agent.load", agents: [{ ...dave, load: 7 }, { ...bob, load: 4 }] });
  assert.ok(change.me && change.colleagues);
  assert.equal(model.me.load, 4);
  assert.equal(model.colleagues()[0].load, 7);
});

Deno.test("whoever gets my reply waits for me no more, before the server says so", () => {
  const model = desk([row("one", { waiting_since: 5, seq: 3 })]);
  assert.deepEqual([...model.answered("one").rows], ["one"]);
  assert.equal(model.row("one").waiting_since, null);
  model.put(row("one", { waiting_since: 9, seq: 5 }));
  assert.equal(model.row("one").waiting_since, 9);
  assert.equal(model.unanswered("one").rows.size, 0);
});

Deno.test("a reply that could not be sent leaves the customer waiting since before", () => {
  const model = desk([row("one", { waiting_since: 5 })]);
  model.answered("one");
  model.unanswered("one");
  assert.equal(model.row("one").waiting_since, 5);
});

Deno.test("a hand-over is on the row until this desk has read it, in whichever window", () => {
  const model = desk([row("one", { unread: 1, handed_by: "Dave" })]);
  model.apply({ t: "unread", conversation: "one", unread: 1, handed_by: "Dave" });
  assert.equal(model.row("one").handed_by, "Dave");
  model.apply({ t: "unread", conversation: "one", unread: 0, handed_by: null });
  assert.equal(model.row("one").handed_by, null);
  assert.equal(model.unread(), 0);
});

Deno.test("whether anything can come to me is told by the state, and by digests when it changes", () => {
  const model = createModel();
  model.load({ me: bob, serves: false, rows: [], queue: [], colleagues: [] });
  assert.equal(model.serves, false);
  assert.equal(model.apply({ t: "digest", me: bob, serves: true, queue: [], after: {} }).me, true);
  assert.equal(model.serves, true);
});

Deno.test("a customer's tags stay where a message's row names none, and come though it was faster than they", () => {
  const customer = { id: "carol", name: "Carol" }, vip = { ...customer, tags: ["vip"] };
  const model = desk([row("one", { customer: vip })], []), tags = () => model.row("one").customer.tags;
  model.apply({ t: "message.posted", row: row("one", { seq: 3, customer, unread: 1 }) });
  assert.deepEqual([tags(), model.unread()], [["vip"], 1]);
  const change = model.apply({
    t: "customer.changed",
    row: row("one", { seq: 2, customer: { ...customer, tags: [] } }),
  });
  assert.deepEqual([tags(), [...change.rows], model.unread()], [[], ["one"], 1]);
  model.apply({ t: "customer.changed", row: row("one", { seq: 1, customer: vip }) });
  assert.deepEqual(tags(), [], "and not what is older");
  model.load({ me: bob, rows: [row("one", { seq: 3, customer: vip })], queue: [], colleagues: [dave] });
  assert.deepEqual(tags(), ["vip"]);
});
