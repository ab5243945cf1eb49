import assert from "node:assert/strict";
import { everyMidnight } from "../../../static/kefu/js/base/page.js";

/** A clock that stands until it is asked to go on; timers ring by it. */
function clock(now, callback) {
  const { setTimeout } = globalThis, { now: real } = Date, RealDate = Date;
  const timers = [];
  globalThis.setTimeout = (ring, after) => timers.push({ ring, at: now + after });
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [now]));
    }
    static now = () => now;
  };
  const goTo = (moment) => {
    for (let next; (next = timers.findIndex(({ at }) => at <= moment)) >= 0;) {
      const [{ ring, at }] = timers.splice(next, 1);
      now = at;
      ring();
    }
    now = moment;
  };
  try {
    callback(goTo);
  } finally {
    Object.assign(globalThis, { setTimeout, Date: RealDate });
    Date.now = real;
  }
}

Deno.test("each midnight of the reader is told, and nothing before", () => {
  const at = (day, hour, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
  let told = 0;
  clock(at(29, 9), (goTo) => {
    everyMidnight(() => told++);
    goTo(at(29, 23, 59));
    assert.equal(told, 0);
    goTo(at(30, 0, 1));
    assert.equal(told, 1);
    goTo(at(30, 23, 59));
    assert.equal(told, 1);
    goTo(at(32, 0, 1));
    assert.equal(told, 3);
  });
});
