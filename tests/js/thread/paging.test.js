import { openPage } from "../stand_ins/page.js";
import assert from "node:assert/strict";

const AT = new Date(2026, 4, 20, 12).getTime();
const stored = (n) => ({ conversation: "c", n, from: "customer", kind: "text", text: `Text ${n}`, at: AT + n });
const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** The module of pages is there, and has done what it was asked. */
async function settled() {
  await import("../../../static/kefu/js/thread/paging.js");
  await new Promise((resolve) => setTimeout(resolve));
}

/** A thread of `count` messages at the server, of which it has the last hundred at first. */
async function open(count, { fails = 0 } = {}) {
  const page = openPage("widget/chat/chat.html"), box = page.$("#log"), asked = [];
  globalThis.ResizeObserver = class {
    constructor(told) {
      this.observe = told; // the box has the height that it has
    }
  };
  const { createThread } = await import("../../../static/kefu/js/thread/thread.js");
  const { createFormats } = await import("../../../static/kefu/js/base/page.js");
  const read = [];
  const thread = createThread({
    box,
    me: "agent",
    t: (key, { count } = {}) => count ? `${key} ${count}` : key,
    formats: createFormats("en"),
    author: () => "",
    isLooking: () => true,
    onRead: ({ n }) => read.push(n),
    fetchOlder(first) {
      asked.push(first.n);
      if (fails-- > 0) return Promise.reject(new Error("no network"));
      const from = Math.max(1, first.n - 100);
      return Promise.resolve({ messages: numbers(from, first.n - 1).map(stored), more: from > 1 });
    },
  });
  thread.load(numbers(Math.max(1, count - 99), count).map(stored), count > 100);
  for (let frame = 0; frame < 3; frame++) page.frames(); // the end was reached
  const scroll = (top) => (box.scrollTop = top, page.fire(box, "scroll"), settled());
  const shown = () => box.children.map((node) => Number(node.querySelector(".bubble").textContent.split(" ")[1]));
  return { page, box, thread, shown, asked, read, scroll, pill: () => page.$(".pill") };
}

Deno.test("a page holds four hundred messages at most, however far one scrolls back", async () => {
  const { shown, scroll, asked } = await open(800);
  assert.deepEqual(shown(), numbers(701, 800));
  for (let turn = 0; turn < 12; turn++) await scroll(0);
  assert.equal(shown().length, 400);
  assert.ok(shown()[0] < 400);
  assert.deepEqual(shown(), numbers(shown()[0], shown()[0] + 399));
  assert.deepEqual(asked, asked.toSorted((one, other) => other - one));
});

Deno.test("and back again, until the newest", async () => {
  const { shown, scroll, box } = await open(800);
  for (let turn = 0; turn < 12; turn++) await scroll(0);
  for (let turn = 0; turn < 12; turn++) await scroll(box.scrollHeight - box.clientHeight - 250);
  assert.equal(shown().at(-1), 800);
  assert.ok(shown().length <= 400);
});

Deno.test("the end is one step away: what was scrolled out comes back, and is read", async () => {
  const { thread, shown, scroll, read } = await open(800);
  for (let turn = 0; turn < 12; turn++) await scroll(0);
  thread.end();
  assert.deepEqual(shown(), numbers(701, 800));
  assert.deepEqual(read, [800]);
  assert.equal(thread.atEnd(), true);
});

Deno.test("an older page that did not come is asked for at the next scroll, and the last one only once", async () => {
  const { scroll, asked, shown } = await open(150, { fails: 1 });
  await scroll(0);
  await scroll(0);
  await scroll(0);
  await scroll(0);
  assert.deepEqual(asked, [51, 51]);
  assert.deepEqual(shown(), numbers(1, 150));
});

Deno.test("a page that has been open for long gives its oldest messages away", async () => {
  const { thread, shown } = await open(100);
  for (const n of numbers(101, 405)) thread.upsert(stored(n));
  await settled();
  assert.ok(shown().length <= 400);
  assert.equal(shown().at(-1), 405);
  assert.equal(thread.find("c", 1).text, "Text 1");
});

Deno.test("who reads further up is told how many came, and is not moved", async () => {
  const { thread, scroll, pill, read, box } = await open(100);
  await scroll(300);
  for (const n of [101, 102]) thread.upsert(stored(n));
  assert.equal(pill().hidden, false);
  assert.equal(pill().textContent, "new_messages 2");
  assert.equal(box.scrollTop, 300);
  assert.deepEqual(read, [100]);
  pill().click();
  assert.equal(pill().hidden, true);
  assert.deepEqual(read, [100, 102]);
});

Deno.test("a cleared thread forgets who it was, and its numbers begin anew", async () => {
  const { thread, shown } = await open(100);
  thread.clear();
  assert.deepEqual([shown(), thread.last(), thread.find("c", 1)], [[], null, null]);
  thread.load([stored(7)], false);
  assert.deepEqual(shown(), [7]);
  assert.equal(thread.last().n, 7);
});
