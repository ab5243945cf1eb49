import assert from "node:assert/strict";
import { openDesk, row } from "../../stand_ins/desk.js";
import { install } from "../../../../static/kefu/js/desk/state/receipts.js";

const GATHERED = 300;
const gathered = () => new Promise((resolve) => setTimeout(resolve, GATHERED));

async function desk(state = {}) {
  const all = openDesk({ features: [install], ...state });
  await gathered();
  const told = () => all.whispers.splice(0).map(({ t: _, ...receipt }) => receipt);
  return { ...all, told };
}

const posted = (n) => ({
  t: "message.posted",
  conversation: "one",
  message: { conversation: "one", n, from: "customer" },
  row: row("one", { seq: n, n }),
});

Deno.test("what the desk holds when it begins has been delivered to it", async () => {
  const { told } = await desk({ rows: [row("one", { n: 4 }), row("two", { n: 0 })] });
  assert.deepEqual(told(), [{ conversation: "one", delivered: 4 }]);
});

Deno.test("a burst of messages is one receipt, with what was read of it", async () => {
  const { desk: one, told } = await desk();
  told();
  for (const n of [2, 3, 4]) one.take(posted(n));
  one.receipts.read("one", 3);
  await gathered();
  assert.deepEqual(told(), [{ conversation: "one", delivered: 4, read: 3 }]);
});

Deno.test("nothing is told twice, and after a new connection everything once more", async () => {
  const { desk: one, told } = await desk();
  one.receipts.delivered("one", 1);
  await gathered();
  assert.deepEqual(told(), [{ conversation: "one", delivered: 1 }]);
  one.take({ t: "ready", me: one.model.me });
  await gathered();
  assert.deepEqual(told(), [{ conversation: "one", delivered: 1 }]);
});

Deno.test("what changed hands is read anew when it comes back", async () => {
  const { desk: one, told } = await desk();
  told();
  const theirs = row("one", { seq: 2, agent: { id: "dave", name: "Dave" } });
  one.take({ t: "conversation.transferred", conversation: "one", row: theirs });
  one.take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 3 }) });
  await gathered();
  assert.deepEqual(told(), [{ conversation: "one", delivered: 1 }]);
});
