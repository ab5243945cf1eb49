import { backOff } from "../../../static/kefu/js/live/refusal.js";
import { createStreams } from "../../../static/kefu/js/live/streams.js";
import { createFollowing } from "../../../static/kefu/js/desk/state/following.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

const frame = (seq, conversation = "c") => ({ t: "message.posted", conversation, seq });

/** Streams over a table that knows every event; `applied` is what the page got. */
function streams({ known = {}, whole = false, table = {}, gone = [], fails = 0 } = {}) {
  const applied = [];
  const asked = [];
  const forgotten = [];
  const left = new Map();
  const cursors = new Map(Object.entries(known));
  const made = createStreams({
    cursors,
    left,
    whole,
    apply: (one) => applied.push(one.seq ? `${one.conversation}${one.seq}` : one.t),
    fetchAfter(after) {
      asked.push(after);
      if (fails-- > 0) return Promise.reject(new Error("no network"));
      const frames = Object.entries(after).flatMap(([conversation, seq]) =>
        (table[conversation] || []).filter((number) => number > seq).map((number) => frame(number, conversation))
      );
      return Promise.resolve({ frames, gone });
    },
    onGone: (conversation) => forgotten.push(conversation),
  });
  const { follow, leave } = createFollowing({ cursors, left, streams: made });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { ...made, follow, leave, applied, asked, cursors, forgotten, settled };
}

Deno.test("frames in order are applied at once", () => {
  const one = streams({ known: { c: 3 } });
  [4, 5].forEach((seq) => one.take(frame(seq)));
  equal(one.applied, ["c4", "c5"]);
  equal(one.cursors.get("c"), 5);
});

Deno.test("a frame that came before is dropped", () => {
  const one = streams({ known: { c: 3 } });
  [2, 3, 4, 4].forEach((seq) => one.take(frame(seq)));
  equal(one.applied, ["c4"]);
});

Deno.test("frames after a hole wait until the hole is filled", async () => {
  const one = streams({ known: { c: 1 }, table: { c: [1, 2, 3, 4, 5] } });
  [4, 5].forEach((seq) => one.take(frame(seq)));
  equal(one.applied, []);
  await one.settled();
  equal(one.applied, ["c2", "c3", "c4", "c5"]);
  equal(one.asked, [{ c: 1 }]);
});

Deno.test("one question asks for the holes of several conversations", async () => {
  const one = streams({ known: { a: 1, b: 1 }, table: { a: [2, 3], b: [2, 3] } });
  one.take(frame(3, "a"));
  one.take(frame(3, "b"));
  await one.settled();
  equal(one.asked, [{ a: 1, b: 1 }]);
  equal(one.applied, ["a2", "a3", "b2", "b3"]);
});

Deno.test("a hole that the server cannot fill is jumped over", async () => {
  const one = streams({ known: { c: 1 }, table: { c: [] } });
  one.take(frame(4));
  await one.settled();
  equal(one.applied, ["c4"]);
  equal(one.cursors.get("c"), 4);
});

Deno.test("a digest shows what was lost without any later frame", async () => {
  const one = streams({ known: { c: 1 }, table: { c: [2, 3] } });
  one.compare({ c: 3 });
  await one.settled();
  equal(one.applied, ["c2", "c3"]);
  one.compare({ c: 3 });
  await one.settled();
  equal(one.asked.length, 1);
});

Deno.test("without a network the hole stays, and the next digest asks again", async () => {
  const one = streams({ known: { c: 1 }, table: { c: [2, 3] }, fails: 1 });
  one.take(frame(3));
  await one.settled();
  equal(one.applied, []);
  one.compare({ c: 3 });
  await one.settled();
  equal(one.applied, ["c2", "c3"]);
});

Deno.test("an unknown conversation starts at its frame for agents, at its beginning for visitors", async () => {
  const agent = streams();
  agent.take(frame(7));
  equal(agent.applied, ["c7"]);
  const visitor = streams({ whole: true, table: { c: [1, 2] } });
  visitor.take(frame(2));
  await visitor.settled();
  equal(visitor.applied, ["c1", "c2"]);
});

Deno.test("a conversation that is no longer mine is forgotten", async () => {
  const one = streams({ known: { c: 1 }, gone: ["c"] });
  one.compare({ c: 9 });
  await one.settled();
  equal(one.forgotten, ["c"]);
  equal(one.cursors.has("c"), false);
});

Deno.test("a conversation that was left is not named again, and what came before stays old", () => {
  const one = streams({ known: { c: 3 } });
  one.leave("c");
  equal([...one.cursors], []);
  [2, 3].forEach((seq) => one.take(frame(seq)));
  equal(one.applied, []);
  one.take(frame(4));
  equal(one.applied, ["c4"]);
});

Deno.test("a conversation that comes back shows what happened while it was away", async () => {
  const one = streams({ known: { c: 3 }, table: { c: [1, 2, 3, 4, 5, 6] } });
  one.leave("c");
  one.take(frame(6));
  await one.settled();
  equal(one.applied, ["c4", "c5", "c6"]);
  one.leave("c");
  one.follow("c", 9);
  equal(one.cursors.get("c"), 6);
});

Deno.test("what is held back keeps a conversation from being left", async () => {
  const one = streams({ known: { c: 3 }, table: { c: [4, 5, 6] } });
  one.take(frame(6));
  one.leave("c");
  await one.settled();
  equal(one.applied, ["c4", "c5", "c6"]);
});

Deno.test("a great many holes are asked for in several questions", async () => {
  const many = Array.from({ length: 1100 }, (_, at) => `c${at}x`);
  const one = streams({
    known: Object.fromEntries(many.map((name) => [name, 1])),
    table: Object.fromEntries(many.map((name) => [name, [2]])),
  });
  one.compare(Object.fromEntries(many.map((name) => [name, 2])));
  await one.settled();
  equal(one.asked.map((after) => Object.keys(after).length), [500, 500, 100]);
  equal(one.applied.length, 1100);
});

Deno.test("the conversations that moved last are named last", () => {
  const one = streams({ known: { a: 1, b: 1, c: 1 } });
  one.take(frame(2, "a"));
  equal([...one.cursors.keys()], ["b", "c", "a"]);
});

Deno.test("frames without a number pass through", () => {
  const one = streams();
  one.take({ t: "typing", conversation: "c" });
  equal(one.applied, ["typing"]);
});

Deno.test("the back-off grows to half a minute and is never nothing", () => {
  equal([backOff(0, 1), backOff(1, 1), backOff(20, 1), backOff(5, 0)], [500, 1000, 30_000, 100]);
});
