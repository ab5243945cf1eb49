import assert from "node:assert/strict";
import { createDesk } from "../../../static/kefu/js/desk/desk.js";
import { isHeld, moveOf } from "../../../static/kefu/js/desk/state/moves.js";
import { bob, row, waiting } from "../stand_ins/desk.js";

/** The kernel without any feature: no page, no network. */
function kernel({ rows = [row("one")], queue = [] } = {}) {
  const told = [], toasts = [], sent = [];
  const desk = createDesk({ t: (name) => name, toast: (text) => toasts.push(text) });
  desk.live = { command: (frame) => (sent.push(frame), Promise.resolve({ t: "ack" })) };
  for (const name of ["message", "line", "got", "lost", "waits", "opened", "marked", "began", "loaded"]) {
    desk.on(name, (...facts) => told.push([name, ...facts]));
  }
  desk.begin({ me: bob, rows, queue, colleagues: [] });
  told.length = 0;
  return { desk, told, toasts, sent };
}

const assigned = (id, fields) => ({
  t: "conversation.assigned",
  conversation: id,
  row: row(id, { seq: 9, ...fields }),
});
const theirs = { agent: { id: "dave", name: "Dave" } };

Deno.test("a row that becomes mine, is handed to me, leaves me or waits is told as that", () => {
  const mine = { mine: true, state: "active" }, queued = { mine: false, state: "queued" };
  const moves = (before, now) => Object.entries(moveOf(before, now)).filter(([, is]) => is).map(([name]) => name);
  assert.deepEqual(moves(null, mine), ["isNew"]);
  assert.deepEqual(moves(queued, { ...mine, handed_by: "Dave" }), ["isNew", "isHanded"]);
  assert.deepEqual(moves(mine, { ...mine, handed_by: "Dave" }), ["isHanded"]);
  assert.deepEqual(moves({ ...mine, handed_by: "Dave" }, { ...mine, handed_by: "Dave" }), []);
  assert.deepEqual(moves(mine, { mine: true, state: "ended" }), ["isLost"]);
  assert.deepEqual(moves(mine, queued), ["isLost", "isWaiting"]);
  assert.deepEqual(moves(queued, queued), []);
  assert.equal(isHeld(null), false);
});

Deno.test("features hear of frames by their name, with the row as it is afterwards", () => {
  const { desk } = kernel();
  const heard = [];
  desk.on("unread", (frame, now) => heard.push([frame.unread, now.unread]));
  desk.take({ t: "unread", conversation: "one", unread: 3 });
  desk.take({ t: "a frame of tomorrow" });
  assert.deepEqual(heard, [[3, 3]]);
});

Deno.test("a message and a line are told whichever frame brings them, before the frame itself", () => {
  const { desk, told } = kernel();
  const order = [];
  desk.on("message", () => order.push("message"));
  desk.on("message.recalled", () => order.push("frame"));
  desk.changes(() => order.push("change"));
  desk.take({ t: "message.recalled", conversation: "one", message: { n: 1 }, line: { seq: 2 } });
  assert.deepEqual(told, [["message", { n: 1 }], ["line", { seq: 2 }]]);
  assert.deepEqual(order, ["message", "frame", "change"]);
});

Deno.test("what comes to me is told once, and whether this desk asked for it", () => {
  const { desk, told } = kernel({ queue: [waiting("q1", 5), waiting("q2", 6)] });
  desk.expected.add("q1");
  desk.take(assigned("q1"));
  desk.take(assigned("q1"));
  desk.take(assigned("q2"));
  assert.deepEqual(told.map(([name, { conversation }, { isAsked }]) => [name, conversation, isAsked]), [
    ["got", "q1", true],
    ["got", "q2", false],
  ]);
  assert.equal(desk.expected.size, 0);
});

Deno.test("what leaves me is told, and so is what enters the queue", () => {
  const { desk, told } = kernel();
  desk.take(assigned("one", theirs));
  desk.take({ t: "conversation.queued", conversation: "new", row: waiting("new", 5) });
  assert.deepEqual(told.map(([name, { conversation }]) => [name, conversation]), [["lost", "one"], ["waits", "new"]]);
});

Deno.test("an answer changes the model as a frame does", async () => {
  const { desk, told } = kernel();
  const changes = [];
  desk.changes(({ rows, me }) => changes.push([...rows, me]));
  desk.live.command = () => Promise.resolve({ row: row("two"), me: { ...bob, load: 2 }, message: { n: 1 } });
  await desk.command({ t: "conversation.accept" });
  assert.deepEqual(changes, [[true], ["two", false]]);
  assert.deepEqual(told, [["message", { n: 1 }]]);
  assert.equal(desk.model.me.load, 2);
});

Deno.test("a refusal becomes a sentence, unless the feature knows better", async () => {
  const { desk, toasts } = kernel();
  desk.live.command = ({ text }) => Promise.reject({ code: "no", text });
  assert.equal(await desk.command({ text: "It has ended." }), null);
  assert.equal(await desk.command({}), null);
  assert.deepEqual(toasts, ["It has ended.", "not_done"]);
  assert.equal(await desk.command({}, ({ code }) => code), "no");
  await assert.rejects(desk.ask({}).catch((refusal) => Promise.reject(new Error(refusal.code))), /no/);
});

Deno.test("one conversation is open at a time, and who listens knows which one was", () => {
  const { desk, told } = kernel();
  desk.open("one");
  desk.open(null);
  assert.equal(desk.current, null);
  assert.deepEqual(told, [["opened", "one", null], ["opened", null, "one"]]);
});

Deno.test("keys, regions and seconds are the features'", () => {
  const { desk } = kernel();
  let seconds = 0;
  desk.second(() => seconds++);
  desk.tick();
  desk.tick();
  assert.equal(seconds, 2);
  desk.key("end", () => false);
  desk.key("reply", () => {});
  assert.equal(desk.act("end"), false);
  assert.notEqual(desk.act("reply"), false);
  const lists = { hidden: false }, log = { hidden: false }, form = { hidden: true };
  desk.panel(lists, () => {});
  desk.panel(log, () => {}, () => desk.current !== null);
  desk.panel(form, () => {}, () => true);
  assert.deepEqual(desk.panels().map(({ node }) => node), [lists]);
  desk.open("one");
  assert.deepEqual(desk.panels().map(({ node }) => node), [lists, log]);
});

Deno.test("only what I hold and what goes on can be written in", () => {
  const { desk } = kernel({ rows: [row("one"), row("two", { state: "ended" }), row("three", theirs)] });
  assert.deepEqual(["one", "two", "three", "unknown"].map(desk.canWrite), [true, false, false, false]);
});
