import assert from "node:assert/strict";
import { createWhen } from "../../../../static/kefu/js/desk/state/when.js";

const NOW = new Date(2026, 10, 30, 12, 5).getTime(); // a Monday
const at = (...parts) => new Date(...parts).getTime();

Deno.test("moments are told as people say them", () => {
  const { when, moment } = createWhen("zh-hans"), { when: english } = createWhen("en");
  assert.equal(when(at(2026, 10, 30, 2, 8), NOW), "今天 02:08");
  assert.equal(when(at(2026, 10, 29, 14, 2), NOW), "昨天 14:02");
  assert.equal(when(at(2026, 10, 27, 14, 2), NOW), "周五 14:02");
  assert.equal(when(at(2026, 10, 23, 9, 0), NOW), "11-23 09:00");
  assert.equal(when(at(2025, 10, 29, 0, 0), NOW), "2025-11-29");
  assert.equal(english(at(2026, 10, 27, 0, 2), NOW), "Fri 00:02");
  const days = [
    at(2026, 10, 30, 2, 8),
    at(2026, 10, 29, 23, 59),
    at(2026, 10, 24),
    at(2026, 10, 23, 9),
    at(2025, 11, 31),
  ];
  assert.deepEqual(days.map((day) => moment(day, NOW)), ["02:08", "昨天", "周二", "11-23", "2025-12-31"]);
});
