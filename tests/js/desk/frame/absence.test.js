import assert from "node:assert/strict";
import { createAbsence } from "../../../../static/kefu/js/desk/frame/absence.js";

function desk() {
  const kept = new Map(), lost = [];
  const area = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  return { lost, open: () => createAbsence({ key: "held", area, onLost: (n) => lost.push(n) }) };
}

const rows = (...ids) => ids.map((conversation) => ({ conversation, state: "active" }));

Deno.test("what went elsewhere while nobody was there is told once, to the page that slept", () => {
  const { lost, open } = desk(), page = open();
  page.adopt(rows("a", "b", "c"));
  page.begins();
  page.moved("a", false); // told late
  page.adopt(rows("c"));
  page.adopt(rows("c"));
  assert.deepEqual(lost, [2]);
});

Deno.test("… and to a page opened afterwards", () => {
  const { lost, open } = desk();
  open().adopt(rows("a", "b"));
  open().adopt([{ conversation: "a", state: "ended" }]);
  open().adopt([]);
  assert.deepEqual(lost, [1]);
});

Deno.test("what happened before one's eyes, and at signing out, is no news", () => {
  const { lost, open } = desk(), page = open();
  page.adopt(rows("a", "b"));
  page.moved("a", false);
  page.moved("c", true);
  page.forget();
  open().adopt([]);
  assert.deepEqual(lost, []);
});
