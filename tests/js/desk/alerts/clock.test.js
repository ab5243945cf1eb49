import assert from "node:assert/strict";
import { createClock, roughly, spoken, waited, waitingLevel } from "../../../../static/kefu/js/desk/alerts/clock.js";

Deno.test("a reply is due after a minute and late after three", () => {
  assert.equal(waitingLevel(null, 500_000), "");
  assert.equal(waitingLevel(0, 59_999), "");
  assert.equal(waitingLevel(0, 60_000), "wait");
  assert.equal(waitingLevel(0, 179_999), "wait");
  assert.equal(waitingLevel(0, 180_000), "late");
});

Deno.test("the clock follows the server, not the agent's computer", () => {
  let local = 1_000_000;
  const clock = createClock(() => local);
  clock.sync(5_000_000);
  local += 1500;
  assert.equal(clock.now(), 5_001_500);
  clock.sync(undefined);
  assert.equal(clock.now(), 5_001_500);
});

Deno.test("a wait is told in units, so that nobody takes it for a time of day", () => {
  const told = (duration) => waited(duration, "zh-hans");
  assert.deepEqual([0, 58_000, 155_000, 180_000].map(told), ["0秒", "58秒", "2分钟35秒", "3分钟"]);
  assert.deepEqual([3_755_000, 7_200_000].map(told), ["1小时2分钟", "2小时"]);
  assert.equal(waited(-4000, "en"), "0s"); // the server's clock was corrected meanwhile
  assert.equal(waited(155_000, "en"), "2m 35s");
  assert.equal(waited(155_000, "zh-hant", { exact: false }), "2 分鐘");
  assert.equal(waited(3_755_000, "zh-hans", { exact: false }), "1小时2分钟");
});

Deno.test("durations are said in the reader's language, in steps that do not chatter", () => {
  assert.equal(spoken(155_000, "en"), "2 minutes 30 seconds");
  assert.equal(spoken(0, "en"), "0 seconds");
  assert.equal(spoken(120_000, "zh-hans"), "2分钟");
  assert.equal(roughly(754_000, "en"), "12 min");
  assert.equal(roughly(7_200_000, "en"), "2 hr");
});
