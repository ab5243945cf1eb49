import { standingTime } from "../../stand_ins/time.js";
import { createTypists } from "../../../../static/kefu/js/desk/state/typists.js";
import assert from "node:assert/strict";

Deno.test("a typist is forgotten after seven seconds without a word, and each change is told once", () => {
  const time = standingTime(), changed = [];
  try {
    const typists = createTypists({ onChange: (id) => changed.push(id) });
    typists.set("one", "Carol");
    typists.set("one", "Carol");
    assert.deepEqual([typists.has("one"), typists.name("one"), typists.text("one"), changed.length], [
      true,
      "Carol",
      "",
      1,
    ]);
    typists.set("one", "Carol", "Is there");
    time.pass(5000);
    typists.set("one", "Carol", "Is there");
    assert.deepEqual([typists.text("one"), changed.length], ["Is there", 2]);
    time.pass(5000);
    assert.equal(typists.has("one"), true);
    time.pass(3000);
    assert.deepEqual([typists.has("one"), typists.text("one"), changed.length], [false, "", 3]);
    typists.set("two", null);
    assert.equal(changed.length, 3);
  } finally {
    time.stop();
  }
});
