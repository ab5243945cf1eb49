import assert from "node:assert/strict";
import { NOW, openDesk, row } from "../../stand_ins/desk.js";
import { presenceOf } from "../../../../static/kefu/js/desk/state/presence.js";

Deno.test("who was heard of within the last digests is there", () => {
  assert.equal(presenceOf(NOW - 50_000, NOW).isHere, true);
  assert.deepEqual(presenceOf(NOW - 180_000, NOW), { isHere: false, away: 180_000 });
  assert.equal(presenceOf(NOW + 5000, NOW).away, 0);
});

Deno.test("digests, the state, another page and a message say that a customer is there, and nothing makes it older", () => {
  const { desk } = openDesk({ rows: ["one", "two", "three"].map((id) => row(id)), seen: { one: NOW - 600_000 } });
  const isHere = (id) => desk.presence.of(id)?.isHere ?? null;
  assert.deepEqual(["one", "two", "three"].map(isHere), [false, null, null]);
  desk.take({ t: "digest", now: NOW, seen: { one: NOW - 1000, two: NOW - 600_000 } });
  desk.take({ t: "digest", now: NOW, seen: { one: NOW - 900_000 } });
  assert.deepEqual(["one", "two", "three"].map(isHere), [true, false, null]);
  desk.take({ t: "customer.moved", conversation: "two" });
  const message = { conversation: "three", n: 1, from: "customer", kind: "text", text: "Hi", at: NOW };
  desk.take({ t: "message.posted", conversation: "three", seq: 2, message });
  assert.deepEqual(["one", "two", "three"].map(isHere), [true, true, true]);
});

Deno.test("whoever is handed to me is there since the last message, and of what ended only the present is known", () => {
  const { desk } = openDesk({ rows: [], queue: [] });
  const told = (fields) => ({ t: "any", conversation: "new", row: row("new", { ...fields, wrote_at: NOW - 180_000 }) });
  desk.take(told({ seq: 2, handed_by: "Dave" }));
  assert.deepEqual(desk.presence.of("new"), { isHere: false, away: 180_000 });
  desk.take(told({ seq: 3, state: "ended", ended_at: NOW }));
  assert.equal(desk.presence.of("new"), null);
  desk.take({ t: "digest", now: NOW, seen: { new: NOW - 1000 } });
  assert.equal(desk.presence.of("new").isHere, true);
  const agent = { id: "dave", name: "Dave" };
  desk.take({
    ...told({ seq: 2, agent }),
    conversation: "his",
    row: row("his", { seq: 2, agent, wrote_at: NOW - 180_000 }),
  });
  desk.take({ t: "digest", now: NOW, seen: { his: NOW - 180_000 } });
  assert.equal(desk.presence.of("his"), null, "a colleague's customer may be back long since");
});

Deno.test("the head says it in words", () => {
  const { desk, page } = openDesk({ seen: { one: NOW - 180_000 } });
  page.goTo("#c-one");
  assert.match(page.$("#pane-here").textContent, /customer_left/);
  desk.take({ t: "customer.moved", conversation: "one" });
  assert.match(page.$("#pane-here").textContent, /customer_here/);
});
