import assert from "node:assert/strict";
import { axisText, largestShown, runs, ticks } from "../../../static/kefu/js/console/charts.js";

Deno.test("the axis has a few rounded steps from zero to above the largest value", () => {
  assert.deepEqual(ticks(6, "count"), [0, 2, 4, 6]);
  assert.deepEqual(ticks(9, "count"), [0, 3, 6, 9]);
  assert.deepEqual(ticks(1234, "count"), [0, 500, 1000, 1500]);
  assert.deepEqual(ticks(95, "seconds"), [0, 30, 60, 90, 120]);
  assert.deepEqual(ticks(1, "share"), [0, 0.25, 0.5, 0.75, 1]);
});

Deno.test("where nothing happened there is still an axis, and conversations are never halved", () => {
  assert.deepEqual(ticks(0, "count"), [0, 1]);
  assert.deepEqual(ticks(0, "seconds"), [0, 1]);
  assert.deepEqual(ticks(1, "count"), [0, 1]);
  assert.deepEqual(ticks(3, "count"), [0, 1, 2, 3]);
});

Deno.test("every largest value has a place on the axis", () => {
  for (const unit of ["count", "seconds", "share"]) {
    for (let largest = 1; largest < 2_000_000; largest = Math.ceil(largest * 1.37)) {
      const steps = ticks(largest, unit);
      assert.ok(steps.at(-1) >= largest, `${largest} ${unit}`);
      assert.ok(steps.length <= 7, `${largest} ${unit} has ${steps.length} steps`);
    }
  }
});

Deno.test("one night does not press all other days to the ground, and counts are never cut", () => {
  assert.equal(largestShown([60, 75, 40, 79_200, 90, 55, 70], "seconds"), 90);
  assert.equal(largestShown([60, 75, 40, 200, 90], "seconds"), 200);
  assert.equal(largestShown([60, 79_200], "seconds"), 60);
  assert.equal(largestShown([79_200], "seconds"), 79_200);
  assert.equal(largestShown([0, 0, 0, 0, 8], "seconds"), 8);
  assert.equal(largestShown([], "seconds"), 0);
  assert.equal(largestShown([1, 1, 1, 1, 500], "count"), 500);
});

Deno.test("axis texts: grouped numbers, shares, minutes and hours", () => {
  assert.equal(axisText(12000, "count", "en"), "12,000");
  assert.equal(axisText(0.25, "share", "en"), "25%");
  const durations = { hours: "%(n)sh", minutes: "%(n)sm", seconds: "%(n)ss", two: "%(larger)s %(smaller)s" };
  assert.equal(axisText(90, "seconds", "en", durations), "1m 30s");
  assert.equal(axisText(3600, "seconds", "en", durations), "1h");
});

Deno.test("a line does not cross a day without a value", () => {
  assert.deepEqual(runs([1, 2, null, 3, null, null, 4, 5]), [[0, 1], [3], [6, 7]]);
  assert.deepEqual(runs([null, null]), []);
  assert.deepEqual(runs([0]), [[0]]);
});
