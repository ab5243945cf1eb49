import assert from "node:assert/strict";
import { keeps, NONE } from "../../../../static/kefu/js/desk/state/filter.js";
import { arrange, longestWaiting, neighbour } from "../../../../static/kefu/js/desk/state/order.js";

const row = (conversation, fields = {}) => ({
  conversation,
  waiting_since: null,
  unread: 0,
  last: { at: 0 },
  wrote_at: 0,
  assigned_at: 0,
  ...fields,
});
const ids = (rows) => rows.map(({ conversation }) => conversation).join(" ");

const rows = [
  row("answered", { last: { at: 900 }, wrote_at: 90, assigned_at: 300 }),
  row("waits", { waiting_since: 500, last: { at: 500 }, wrote_at: 500, assigned_at: 100, unread: 1 }),
  row("older", { last: { at: 100 }, wrote_at: 100, assigned_at: 400 }),
  row("longest", { waiting_since: 200, last: { at: 800 }, wrote_at: 800, assigned_at: 200 }),
];

Deno.test("who waits comes first, the longest wait before the others, the answered by their latest message", () => {
  assert.equal(ids(arrange(rows, "waiting")), "longest waits answered older");
});

Deno.test("the other two orders: the customer's latest message, and newest access, which messages do not move", () => {
  assert.equal(ids(arrange(rows, "latest")), "longest waits older answered");
  assert.equal(ids(arrange(rows, "newest")), "older answered longest waits");
});

Deno.test("filters keep the unread, or those that wait for a reply", () => {
  const shown = (states) => ids(arrange(rows.filter(keeps({ ...NONE, states })), "waiting"));
  assert.equal(shown(["unread"]), "waits");
  assert.equal(shown(["waiting"]), "longest waits");
});

Deno.test("equal rows stand in the same order in every window, and the input is left alone", () => {
  const same = [row("b"), row("a"), row("c")];
  assert.equal(ids(arrange(same, "waiting")), "a b c");
  assert.equal(ids(same), "b a c");
});

Deno.test("a conversation in which the customer has not written is placed by its beginning", () => {
  const mine = row("x", { last: { at: 999 }, wrote_at: null, opened_at: 300 });
  assert.equal(ids(arrange([mine, ...rows], "latest")), "longest waits x older answered");
});

Deno.test("the longest wait, or nobody", () => {
  assert.equal(longestWaiting(rows).conversation, "longest");
  assert.equal(longestWaiting([rows[0]]), null);
});

Deno.test("next and previous stay inside the list", () => {
  assert.equal(neighbour(["a", "b", "c"], "b", 1), "c");
  assert.equal(neighbour(["a", "b", "c"], "c", 1), "c");
  assert.equal(neighbour(["a", "b", "c"], "a", -1), "a");
  assert.equal(neighbour(["a", "b", "c"], null, 1), "a");
  assert.equal(neighbour(["a", "b", "c"], "gone", -1), "c");
  assert.equal(neighbour([], "a", 1), null);
});

Deno.test("what a colleague handed over stands on top in every order", () => {
  const rows = [
    row("late", { waiting_since: 1, last: { at: 9 } }),
    row("handed", { waiting_since: null, unread: 1, handed_by: "Dave", last: { at: 2 } }),
  ];
  for (const sort of ["waiting", "latest", "newest"]) {
    assert.deepEqual(arrange(rows, sort).map((one) => one.conversation), ["handed", "late"]);
  }
  const unread = rows.filter(keeps({ ...NONE, states: ["unread"] }));
  assert.deepEqual(arrange(unread, "waiting").map((one) => one.conversation), ["handed"]);
});
