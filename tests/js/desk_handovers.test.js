import assert from "node:assert/strict";
import { createHandovers, noteOf } from "../../static/kefu/js/desk/handovers.js";

function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

Deno.test("a hand-over is remembered until the conversation is opened, also by the next page", () => {
  const area = storage(), changed = [];
  const make = () => createHandovers({ key: "handed", area, onChange: (id) => changed.push(id) });
  const one = make();
  one.add("a", { by: "Dave", note: "angry" });
  one.add("b", { by: "Dave", note: "" });
  assert.deepEqual(make().of("a"), { by: "Dave", note: "angry" });
  one.opened("a");
  one.opened("a");
  assert.equal(make().of("a"), null);
  one.keep(["c"]);
  assert.equal(make().of("b"), null);
  assert.deepEqual(changed, ["a", "b", "a", "b"]);
});

Deno.test("the note of a transfer is the one of the same moment, not one from before", () => {
  const last = { note: true, text: "angry", at: 1000 };
  assert.equal(noteOf({ at: 1002 }, { last }), "angry");
  assert.equal(noteOf({ at: 90_000 }, { last }), "");
  assert.equal(noteOf({ at: 1002 }, { last: { ...last, note: false } }), "");
  assert.equal(noteOf({ at: 1002 }, { last: null }), "");
});
