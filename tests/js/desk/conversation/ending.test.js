import assert from "node:assert/strict";
import { createEndings, UNDO_FOR } from "../../../../static/kefu/js/desk/conversation/ending.js";

Deno.test("ending can be undone until it is sent", async () => {
  const sent = [];
  let release;
  const endings = createEndings({
    send: (id) => new Promise((resolve) => (sent.push(id), release = resolve)),
    sendLeaving: (id) => sent.push(`leaving ${id}`),
    onChange: () => {},
  });
  endings.start("one");
  endings.start("one");
  endings.start("two");
  assert.equal(endings.secondsLeft("one"), UNDO_FOR / 1000);
  assert.ok(endings.undo("one"));
  assert.ok(!endings.undo("one"));
  await new Promise((resolve) => setTimeout(resolve, UNDO_FOR + 100));
  assert.deepEqual(sent, ["two"]);
  assert.ok(!endings.undo("two"));
  assert.equal(endings.secondsLeft("two"), 0);
  release();
  await null;
  await null;
  assert.ok(!endings.has("two"));
});

Deno.test("closing the page sends what could still be undone", () => {
  const sent = [];
  const endings = createEndings({ send: () => {}, sendLeaving: (id) => sent.push(id), onChange: () => {} });
  endings.start("one");
  globalThis.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(sent, ["one"]);
  assert.ok(!endings.has("one"));
});
