import assert from "node:assert/strict";
import { NOW, openDesk, row, settled as once } from "../../stand_ins/desk.js";

const message = (conversation, n) => ({
  conversation,
  n,
  from: "customer",
  name: "Carol",
  kind: "text",
  text: `${conversation} ${n}`,
  at: NOW + n,
});
const head = (conversation) => ({
  conversation,
  channel: { id: "shop", name: "Shop" },
  agent: { id: "dave", name: "Dave" },
  opened_at: NOW,
  ended_at: NOW,
  end: { key: "ended_idle", names: {} },
  n: 1,
});
const numbers = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

async function settled() {
  for (let turn = 0; turn < 6; turn++) await once();
}

/** The time line of Carol at a server: conversations in order, each with so many messages; the last is open. */
async function open(lengths, fields = {}) {
  const ids = Object.keys(lengths), last = ids.at(-1), asked = [];
  function page(id, { before: until, after, around: place, unread }) {
    const most = lengths[id], at = ids.indexOf(id), around = unread ? until - unread : place;
    const before = unread ? undefined : until;
    const from = around ? around - 25 : after !== undefined ? after + 1 : (before ?? most + 1) - 50;
    const first = Math.max(1, from), to = Math.min(most, before ? before - 1 : from + 49);
    asked.push([id, { before, after, around }]);
    return Promise.resolve({
      conversation: id,
      at: around ?? null,
      messages: numbers(first, to).map((n) => message(id, n)),
      lines: to === most
        ? [{ conversation: id, after: most, seq: 9, at: NOW, say: { key: `end_of_${id}`, names: {} } }]
        : [],
      more: first > 1,
      newer: to < most,
      earlier: first === 1 && at ? head(ids[at - 1]) : null,
      later: to === most && at < ids.length - 1 ? head(ids[at + 1]) : null,
    });
  }
  const all = openDesk({
    rows: [row(last, { channel: { id: "shop", kind: "web", name: "Shop" }, n: lengths[last], ...fields })],
  });
  const { page: browser, desk } = all, log = browser.$("#log");
  Object.assign(desk.server, { page: (id, before) => page(id, { before: before ?? undefined }), pageAt: page });
  browser.goTo(`#c-${last}`);
  await settled();
  log.scrollTop = 400; // somewhere in the middle: nothing is asked for
  const shown = () =>
    log.children.map((node) => (node.querySelector(".bubble") ?? node.querySelector("p, span"))?.textContent);
  const scroll = async (top) => {
    log.scrollTop = top;
    browser.fire(log, "wheel", { deltaY: top ? 1 : -1 });
    browser.fire(log, "scroll");
    await settled();
  };
  return { ...all, log, asked, shown, scroll, newest: browser.$("#newest-button") };
}

Deno.test("above the beginning stands the conversation before, once the agent has scrolled up", async () => {
  const { shown, scroll, asked, page } = await open({ one: 2, two: 1, three: 1 });
  assert.deepEqual(asked.map(([id]) => id), ["three"]);
  assert.deepEqual(shown(), [
    "last_conversation · today 12:00 · with_agent Dave · line_ended_idle",
    "three 1",
    "line_end_of_three",
  ]);
  await scroll(0);
  assert.deepEqual(asked.map(([id]) => id), ["three", "two"]);
  await scroll(0);
  assert.deepEqual(shown().filter((text) => !text.includes("·")), [
    ...["one 1", "one 2", "line_end_of_one", "two 1", "line_end_of_two", "three 1", "line_end_of_three"],
  ]);
  assert.deepEqual(page.all(".past-open").map((button) => button.textContent), [
    "to_its_beginning",
    "to_its_beginning",
  ]);
  await scroll(0);
  assert.equal(asked.length, 3);
});

Deno.test("above one that was just begun, in which nothing is written yet, too", async () => {
  for (const way of ["scroll", "button"]) {
    const { shown, scroll, page } = await open({ one: 1, two: 2, three: 0 });
    if (way === "scroll") await scroll(0);
    else page.click(".past-open");
    await settled();
    await scroll(0);
    assert.deepEqual(shown().filter((text) => !text.includes("·")), [
      ...["one 1", "line_end_of_one", "two 1", "two 2", "line_end_of_two", "line_end_of_three"],
    ], way);
  }
});

Deno.test("what is read before by its button comes at once", async () => {
  const { shown, page } = await open({ one: 2, two: 1 });
  page.click(".past-open");
  await settled();
  assert.deepEqual(shown().slice(0, 2), ["one 1", "one 2"]);
});

Deno.test("a jump shows what stands around, goes on both ways, and comes home", async () => {
  const { desk, shown, scroll, log, newest } = await open({ one: 200, two: 120 });
  assert.equal(await desk.pane.showMessage("one", 100), true);
  await settled();
  assert.deepEqual(shown(), numbers(75, 124).map((n) => `one ${n}`));
  assert.equal(log.children.filter((node) => node.classList.contains("hit")).length, 1);
  assert.equal(newest.hidden, false);
  await scroll(0);
  assert.equal(shown()[0], "one 25");
  for (let turn = 0; turn < 9; turn++) await scroll(650);
  assert.equal(shown().at(-1), "line_end_of_two");
  assert.ok(shown().includes("two 1"));
  assert.equal(newest.hidden, true);
});

Deno.test("what comes meanwhile is counted, and shown at home", async () => {
  const { desk, page, shown, newest } = await open({ one: 200, two: 1 });
  await desk.pane.showMessage("one", 50);
  desk.take({
    t: "message.posted",
    conversation: "two",
    message: message("two", 2),
    row: row("two", { seq: 2, n: 2 }),
  });
  assert.equal(newest.textContent, "back_to_news 1");
  assert.equal(shown().includes("two 2"), false);
  page.click(newest);
  await settled();
  assert.deepEqual(shown().filter((text) => text.startsWith("two")), ["two 1", "two 2"]);
  assert.equal(newest.hidden, true);
});

Deno.test("what is loaded is jumped to where it stands, and a place that does not come is told", async () => {
  const { desk, asked, toasts, newest } = await open({ one: 200, two: 60 });
  assert.equal(await desk.pane.showMessage("two", 20), true);
  assert.equal(newest.hidden, true);
  assert.equal(asked.length, 1);
  desk.server.pageAt = () => Promise.reject(new Error("no network"));
  assert.ok(!(await desk.pane.showMessage("one", 20)));
  assert.deepEqual(toasts, ["jump_failed"]);
});

Deno.test("a conversation that was read far back opens again with its newest messages, and goes back without asking", async () => {
  const { desk, page, scroll, log, shown, asked } = await open({ one: 10_000 });
  for (let turn = 0; turn < 20; turn++) await scroll(0);
  const times = asked.length;
  page.goTo("");
  page.goTo("#c-one");
  await settled();
  assert.ok(log.children.length <= 102, `${log.children.length}`);
  assert.deepEqual(shown().slice(-2), ["one 10000", "line_end_of_one"]);
  desk.open("one");
  await settled();
  log.scrollTop = 400;
  for (let turn = 0; turn < 4; turn++) await scroll(0);
  assert.ok(shown().includes("one 9850"));
  assert.equal(asked.length, times);
});

Deno.test("no more than four hundred messages stand in the page, however far one goes through ten thousand", async () => {
  const { desk, scroll, log, shown } = await open({ one: 10_000, two: 1 });
  let most = 0;
  for (let turn = 0; turn < 40; turn++) {
    await scroll(0);
    most = Math.max(most, log.children.length);
  }
  await desk.pane.showMessage("one", 5000);
  for (let turn = 0; turn < 30; turn++) {
    await scroll(650);
    most = Math.max(most, log.children.length);
  }
  assert.ok(shown().includes("one 6400"));
  assert.ok(most > 300 && most <= 460, `${most}`);
});

Deno.test("the words of an earlier conversation fold it away and bring it back, where it stood", async () => {
  const { desk, shown, scroll, page, asked } = await open({ one: 60, two: 2, three: 1 });
  const label = (n) => page.all(".past-fold")[n], isOpen = (n) => label(n).getAttribute("aria-expanded");
  assert.deepEqual([page.all(".past-fold").length, isOpen(0)], [1, "false"]);
  page.click(label(0));
  await settled();
  assert.deepEqual([isOpen(0), isOpen(1)], ["false", "true"], "the one above is not loaded");
  const whole = shown();
  page.click(label(1));
  assert.equal(isOpen(1), "false");
  assert.deepEqual(shown().filter((text) => /^two|of_two/.test(text)), []);
  await scroll(0);
  assert.deepEqual(asked.map(([id]) => id), ["three", "two", "one"], "what is above it comes all the same, once");
  page.click(label(0));
  await scroll(0);
  assert.equal(asked.length, 3, "and no more of what is folded away");
  page.click(label(0));
  page.click(label(1));
  assert.deepEqual(shown().slice(-whole.length), whole);
  page.click(label(1));
  assert.equal(await desk.pane.showMessage("two", 1), true);
  assert.equal(isOpen(1), "true", "a jump unfolds");
});

Deno.test("of more new messages than a page has the first is jumped to, and the mark stands before it", async () => {
  const { desk, page, log, scroll, asked } = await open({ one: 700 }, { unread: 620 });
  const button = page.$("#unread-button"), marks = () => page.all(".unread-mark").length;
  page.frames();
  page.frames();
  assert.deepEqual([button.hidden, button.textContent, marks()], [false, "to_first_unread 620", 0]);
  desk.take({
    t: "message.posted",
    conversation: "one",
    message: message("one", 701),
    row: row("one", { seq: 2, n: 701, unread: 621 }),
  });
  page.click(button);
  await settled();
  page.frames();
  const at = log.children.findIndex((node) => node.querySelector(".unread-mark"));
  assert.equal(log.children[at + 1].querySelector(".bubble").textContent, "one 81");
  assert.equal(log.children[at - 1].querySelector(".bubble").textContent, "one 80");
  assert.deepEqual([button.hidden, asked[1][1].around, marks()], [true, 81, 1]);
  for (let turn = 0; turn < 5; turn++) await scroll(650);
  assert.equal(marks(), 1);
});

Deno.test("who scrolls up to the first of many new messages finds the mark, too", async () => {
  const { page, log, scroll } = await open({ one: 300 }, { unread: 120 });
  for (let turn = 0; turn < 4; turn++) await scroll(0);
  const at = log.children.findIndex((node) => node.querySelector(".unread-mark"));
  assert.equal(log.children[at + 1].querySelector(".bubble").textContent, "one 181");
  assert.equal(page.all(".unread-mark").length, 1);
});
