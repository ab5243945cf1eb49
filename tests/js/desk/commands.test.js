import assert from "node:assert/strict";
import { createEndings, UNDO_FOR } from "../../../static/kefu/js/desk/conversation/ending.js";
import { endText, lineText } from "../../../static/kefu/js/desk/conversation/lines.js";
import { leader } from "../../../static/kefu/js/desk/frame/tabs.js";
import { createTranscripts } from "../../../static/kefu/js/desk/state/transcripts.js";
import { isFull, matches, rank } from "../../../static/kefu/js/desk/conversation/transfer.js";
import { createWishes } from "../../../static/kefu/js/desk/commands.js";

Deno.test("a visible window leads before a hidden one, then the oldest, and the silent ones not at all", () => {
  const peer = (id, visible, at) => ({ id, visible, at });
  assert.equal(leader([peer("a", false, 0), peer("b", true, 0)], 1000), "b");
  assert.equal(leader([peer("b", true, 0), peer("a", true, 0)], 1000), "a");
  assert.equal(leader([peer("a", true, 0), peer("b", false, 0)], 10_000), "b");
  assert.equal(leader([peer("a", false, 0)], 100_000), null);
});

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

Deno.test("what happened is told with names, and without words where there is nothing to tell", () => {
  const t = (name, values = {}) => [name, ...Object.values(values)].join(" ");
  const names = { from: "Bob", to: "Dave" };
  assert.equal(lineText({ say: { key: "transferred", names } }, t), "line_transferred Bob Dave");
  assert.equal(lineText({ say: { key: "requeued", names: {} } }, t), "line_requeued");
  assert.equal(lineText({ say: null }, t), "");
  assert.equal(endText({ cause: "agent", name: "Bob" }, t), "line_ended_by_name Bob");
  assert.equal(endText({ cause: "idle" }, t), "line_ended_idle");
  assert.equal(endText({ cause: "from the future" }, t), "line_ended_plain");
});

Deno.test("ending can be undone until it is sent", async () => {
  const sent = [];
  let release;
  const endings = createEndings({
    send: (id) => new Promise((resolve) => (sent.push(id), release = resolve)),
    sendLeaving: (id) => sent.push(`leaving ${id}`),
    onChange: () => {},
  });
  endings.start("one");
  endings.start("one");
  endings.start("two");
  assert.equal(endings.secondsLeft("one"), UNDO_FOR / 1000);
  assert.ok(endings.undo("one"));
  assert.ok(!endings.undo("one"));
  await new Promise((resolve) => setTimeout(resolve, UNDO_FOR + 100));
  assert.deepEqual(sent, ["two"]);
  assert.ok(!endings.undo("two"));
  assert.equal(endings.secondsLeft("two"), 0);
  release();
  await null;
  await null;
  assert.ok(!endings.has("two"));
});

Deno.test("closing the page sends what could still be undone", () => {
  const sent = [];
  const endings = createEndings({ send: () => {}, sendLeaving: (id) => sent.push(id), onChange: () => {} });
  endings.start("one");
  globalThis.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(sent, ["one"]);
  assert.ok(!endings.has("one"));
});

Deno.test("a transcript keeps what arrived while its first page was on the way", async () => {
  let answer;
  const transcripts = createTranscripts({ fetchPage: () => new Promise((resolve) => (answer = resolve)) });
  const loading = transcripts.load("one");
  transcripts.message({ conversation: "one", n: 3, text: "new" });
  answer({ messages: [{ n: 1 }, { n: 2 }], lines: [{ seq: 1 }], more: true });
  const { messages, lines, more } = await loading;
  assert.deepEqual(messages.map(({ n }) => n), [1, 2, 3]);
  assert.equal(lines.length, 1);
  assert.ok(more);
  const again = await transcripts.load("one"); // from memory: fetchPage would not answer
  assert.equal(again.messages.length, 3);
});

Deno.test("a transcript that could not be loaded is asked for again", async () => {
  let tries = 0;
  const transcripts = createTranscripts({
    fetchPage: () => tries++ ? Promise.resolve({ messages: [], lines: [], more: false }) : Promise.reject(new Error()),
  });
  await assert.rejects(transcripts.load("one"));
  assert.deepEqual(await transcripts.load("one"), { messages: [], lines: [], more: false });
});

Deno.test("at the limit accepting asks, and is sent again when it is meant", async () => {
  for (const meant of [true, false]) {
    const sent = [], asked = [], toasts = [];
    const wishes = createWishes({
      live: {
        command(frame) {
          sent.push(frame.above ?? false);
          return frame.above ? Promise.resolve({ row: {} }) : Promise.reject({ code: "above_cap", text: "10/10?" });
        },
      },
      t: (key) => key,
      take: () => {},
      toast: (text) => toasts.push(text),
      asks: (text) => (asked.push(text), Promise.resolve(meant)),
    });
    assert.equal(Boolean(await wishes.accept("one")), meant);
    assert.deepEqual(sent, meant ? [false, true] : [false]);
    assert.deepEqual(asked, ["10/10?"]);
    assert.deepEqual(toasts, []);
  }
});

Deno.test("who hands over is told of a colleague at the limit", () => {
  assert.ok(isFull({ load: 10, cap: 10 }));
  assert.ok(!isFull({ load: 9, cap: 10 }));
  assert.ok(!isFull(undefined));
});
