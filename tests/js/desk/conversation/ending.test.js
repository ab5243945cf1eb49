import assert from "node:assert/strict";
import { standingTime } from "../../stand_ins/time.js";
import { createEndings, UNDO_FOR } from "../../../../static/kefu/js/desk/conversation/ending.js";

Deno.test("ending can be undone until it is sent", async () => {
  const sent = [], time = standingTime();
  let release;
  const endings = createEndings({
    now: time.now,
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
  time.pass(UNDO_FOR - 1);
  assert.deepEqual(sent, []);
  assert.equal(endings.secondsLeft("two"), 1);
  time.pass(1);
  assert.deepEqual(sent, ["two"]);
  assert.ok(!endings.undo("two"));
  assert.equal(endings.secondsLeft("two"), 0);
  release();
  await null;
  await null;
  assert.ok(!endings.has("two"));
  time.stop();
});

Deno.test("closing the page sends what could still be undone", () => {
  const sent = [];
  const endings = createEndings({ send: () => {}, sendLeaving: (id) => sent.push(id), onChange: () => {} });
  endings.start("one");
  globalThis.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(sent, ["one"]);
  assert.ok(!endings.has("one"));
});
