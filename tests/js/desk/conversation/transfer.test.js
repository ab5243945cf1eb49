import assert from "node:assert/strict";
import { isFull, matches, rank } from "../../../../static/kefu/js/desk/conversation/transfer.js";

Deno.test("colleagues who can take it come first, the least busy before the others", () => {
  const agent = (number, status, load) => ({ number, name: `n${number}`, status, load, cap: 10 });
  const order = rank([
    agent("1", "offline", 0),
    agent("2", "online", 9),
    agent("3", "away", 0),
    agent("4", "online", 1),
  ]);
  assert.deepEqual(order.map(({ number }) => number), ["4", "2", "3", "1"]);
  assert.ok(matches(agent("1002", "online", 0), " N10"));
  assert.ok(!matches(agent("1002", "online", 0), "x"));
});

Deno.test("who hands over is told of a colleague at the limit", () => {
  assert.ok(isFull({ load: 10, cap: 10 }));
  assert.ok(!isFull({ load: 9, cap: 10 }));
  assert.ok(!isFull(undefined));
});
