import assert from "node:assert/strict";
import { keeps, NONE, offered, toggled } from "../../../../static/kefu/js/desk/state/filter.js";

const row = (conversation, fields = {}) => ({
  conversation,
  unread: 0,
  waiting_since: null,
  customer: { id: conversation, name: conversation },
  channel: { id: "web", name: "Shop" },
  last: { text: "hello" },
  note: null,
  ...fields,
});

const rows = [
  row("ann", { unread: 2, waiting_since: 5 }),
  row("ben", { unread: 1, channel: { id: "h5", name: "Phone" } }),
  row("cid", { last: { text: "运费多少？" }, note: "Ｖip" }),
  row("dot", { customer: { id: "dot", name: "刘先生", tags: ["vip"] }, last: null }),
];

const shown = (filter, more) =>
  rows.filter(keeps({ ...NONE, ...filter }, more)).map(({ conversation }) => conversation).join(" ");

Deno.test("of one kind any will do, of several kinds all must hold", () => {
  assert.equal(shown({}), "ann ben cid dot");
  assert.equal(shown({ states: ["waiting", "unread"] }), "ann ben");
  assert.equal(shown({ states: ["unread"], channels: ["h5"] }), "ben");
  assert.equal(shown({ channels: ["web", "h5"], tags: ["vip"] }), "dot");
  assert.equal(shown({ groups: ["phones"] }, { groups: { phones: { name: "Phones", channels: ["h5"] } } }), "ben");
  assert.equal(shown({ states: ["starred"] }, { isStarred: (id) => id === "cid" }), "cid");
});

Deno.test("words are found in the name, the last message and the note, however they are written", () => {
  assert.equal(shown({}, { words: "运费" }), "cid");
  assert.equal(shown({}, { words: " ANN " }), "ann");
  assert.equal(shown({}, { words: "vip" }), "cid");
  assert.equal(shown({}, { words: "先生" }), "dot");
  assert.equal(shown({ states: ["unread"] }, { words: "hello" }), "ann ben");
});

const tagsOf = ({ customer }) => customer.tags ? [{ id: "vip", name: "VIP" }] : [];

Deno.test("what can be chosen is what the rows have, each once, and a second press takes it off", () => {
  assert.deepEqual(offered(rows, tagsOf), {
    channels: [{ id: "h5", name: "Phone" }, { id: "web", name: "Shop" }],
    tags: [{ id: "vip", name: "VIP" }],
  });
  const on = toggled(NONE, "states", "unread");
  assert.deepEqual([on.states, toggled(on, "states", "unread").states], [["unread"], []]);
});
