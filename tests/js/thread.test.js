import { compare, fit, position } from "../../static/kefu/js/thread.js";
import { createFormats, createTexts, newId } from "../../static/kefu/js/page.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

const rows = (...places) => places.map((place) => ({ place }));

Deno.test("messages stand by conversation, then by number; what is unsent stands last", () => {
  const unsent = [Number.MAX_SAFE_INTEGER, 0, 1];
  const places = [unsent, [2, 1, 0], [1, 2, 0], [-1, 9, 0], [1, 1, 0]].sort(compare);
  equal(places, [[-1, 9, 0], [1, 1, 0], [1, 2, 0], [2, 1, 0], unsent]);
});

Deno.test("a line about message 3 stands after message 3 and before message 4", () => {
  const list = rows([1, 3, 0], [1, 4, 0]);
  equal(position(list, [1, 3, 17]), 1);
});

Deno.test("a late message finds its place in the middle", () => {
  equal(position(rows([1, 1, 0], [1, 2, 0], [1, 4, 0]), [1, 3, 0]), 2);
  equal(position([], [1, 1, 0]), 0);
});

Deno.test("pictures are made smaller, never larger", () => {
  equal(fit(1600, 1000), { width: 240, height: 150 });
  equal(fit(40, 30), { width: 40, height: 30 });
  equal(fit(null, null), {});
});

Deno.test("texts get their values; a missing text is a mistake", () => {
  const t = createTexts({ queue: "You are number %(position)s in the queue" });
  equal(t("queue", { position: 3 }), "You are number 3 in the queue");
  let failed = false;
  try {
    t("nothing");
  } catch {
    failed = true;
  }
  equal(failed, true);
});

Deno.test("days and sizes are told in the reader's words", () => {
  const formats = createFormats("zh-hans");
  const noon = new Date(2026, 4, 20, 12).getTime();
  equal(formats.day(noon, noon + 3600e3), "今天");
  equal(formats.day(noon - 86_400e3, noon), "昨天");
  equal(formats.day(noon - 5 * 86_400e3, noon).includes("5月15日"), true);
  equal([formats.size(12), formats.size(2000), formats.size(10485760)], ["12 B", "2 KB", "10 MB"]);
});

Deno.test("ids are UUIDs also where the browser cannot make them", () => {
  const real = crypto.randomUUID;
  crypto.randomUUID = undefined;
  const id = newId();
  crypto.randomUUID = real;
  equal(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id), true);
});
