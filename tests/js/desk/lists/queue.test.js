import assert from "node:assert/strict";
import { NOW, openDesk, row, settled, waiting } from "../../stand_ins/desk.js";
import { standingTime } from "../../stand_ins/time.js";

const queue = () => [waiting("q1", 100), waiting("q2", 200)];
const accepted = (frame) => ({ row: row(frame.conversation, { seq: 5 }) });

Deno.test("who waits stands in order, with a number", () => {
  const { desk, page } = openDesk({ queue: queue() });
  assert.equal(page.all("#rows-queue .row").length, 2);
  assert.equal(page.$("#count-queue").textContent, "2");
  desk.take({ t: "queue.left", conversation: "q1" });
  desk.take({ t: "queue.left", conversation: "q2" });
  page.frames();
  assert.equal(page.$("#count-queue").textContent, "0");
  assert.equal(page.$("#empty-queue").hidden, false);
});

Deno.test("who is accepted opens, is mine and is no news", async () => {
  const { desk, page, sent, toasts } = openDesk({ queue: queue() });
  const news = [];
  desk.on("got", (_row, { isAsked }) => news.push(isAsked));
  desk.answers["conversation.accept"] = (frame) => {
    desk.take({ t: "conversation.assigned", conversation: frame.conversation, ...accepted(frame) });
    return accepted(frame);
  };
  page.click(page.all(".queue-accept")[0]);
  await settled();
  assert.deepEqual(sent, [{ t: "conversation.accept", conversation: "q1" }]);
  assert.deepEqual(news, [true]);
  page.goTo(location.hash);
  assert.equal(desk.current, "q1");
  assert.deepEqual(toasts, []);
});

Deno.test("a double click is one command, and the button keeps the focus meanwhile", async () => {
  const { desk, page, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = accepted;
  const [button] = page.all(".queue-accept");
  page.click(button);
  page.click(button);
  assert.equal(button.getAttribute("aria-disabled"), "true");
  await settled();
  assert.equal(sent.length, 1);
});

Deno.test("what was read while it waited is read once it is mine", async () => {
  const { desk, page, pages, whispers } = openDesk({ queue: queue() });
  const message = { conversation: "q1", n: 1, cid: "1", from: "customer", kind: "text", text: "Tea?", at: NOW };
  pages.set("q1", { messages: [message], lines: [], more: false });
  page.goTo("#c-q1");
  await settled();
  desk.answers["conversation.accept"] = accepted;
  const read = () => whispers.filter(({ t, read }) => t === "receipt" && read).map(({ conversation }) => conversation);
  assert.deepEqual(read(), []);
  page.click(page.all(".queue-accept")[0]);
  for (let turn = 0; turn < 500 && !read().length; turn++) await new Promise((done) => setTimeout(done, 10));
  assert.deepEqual(read(), ["q1"]);
});

Deno.test("the key accepts the next who was not asked for, and says when nobody waits", async () => {
  const { desk, said, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = accepted;
  desk.act("accept");
  desk.act("accept");
  desk.act("accept");
  await settled();
  assert.deepEqual(sent.map(({ conversation }) => conversation), ["q1", "q2"]);
  assert.deepEqual(said, ["queue_empty"]);
});

Deno.test("at the limit accepting asks, and is sent again when it is meant", async () => {
  for (const meant of [true, false]) {
    const { desk, page, sent, toasts } = openDesk({ queue: queue() });
    desk.answers["conversation.accept"] = (frame) => {
      if (!frame.above) throw { code: "above_cap", text: "10/10?" };
      return accepted(frame);
    };
    desk.act("accept");
    await settled();
    assert.equal(page.$("#above-dialog").open, true);
    assert.equal(page.$("#above-text").textContent, "10/10?");
    page.$("#above-dialog").returnValue = meant ? "above" : "";
    page.$("#above-dialog").close();
    await settled();
    const above = sent.filter(({ t }) => t === "conversation.accept").map((frame) => frame.above ?? false);
    assert.deepEqual(above, meant ? [false, true] : [false]);
    assert.deepEqual(toasts, []);
  }
});

Deno.test("who was faster is told, the lists are asked for, and a later coming is news again", async () => {
  const { desk, toasts, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = () => {
    throw { code: "taken", text: "Dave was faster." };
  };
  desk.act("accept");
  await settled();
  assert.deepEqual(toasts, ["Dave was faster."]);
  assert.equal(sent.at(-1).t, "resync");
  assert.equal(desk.expected.size, 0);
});

const choose = (page, at) => {
  const check = page.all(".queue-choose")[at];
  check.checked = true;
  page.fire(check, "change");
};

Deno.test("several are accepted in the order of the queue, and what was not is listed with its reason", async () => {
  const { desk, page, sent, toasts } = openDesk({ queue: [...queue(), waiting("q3", 300)] });
  desk.answers["conversation.accept"] = (frame) => {
    if (frame.conversation === "q2") throw { code: "already_taken", text: "Dave was faster." };
    desk.take({ t: "queue.left", conversation: "q2" });
    return accepted(frame);
  };
  page.click("#queue-many-button");
  for (const at of [2, 1, 0]) choose(page, at);
  page.click("#queue-accept-many");
  await settled();
  assert.deepEqual(sent.filter(({ t }) => t !== "resync").map(({ conversation }) => conversation), ["q1", "q2", "q3"]);
  assert.deepEqual(toasts, ["accepted_many 2"]);
  assert.match(page.$("#report-dialog ul").textContent, /CarolDave was faster/);
});

Deno.test("at the limit of several one question is asked, and no stops there", async () => {
  const { desk, page, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = () => {
    throw { code: "above_cap", text: "10/10?" };
  };
  page.click("#queue-many-button");
  choose(page, 0);
  choose(page, 1);
  page.click("#queue-accept-many");
  await settled();
  page.$("#above-dialog").returnValue = "";
  page.$("#above-dialog").close();
  await settled();
  assert.deepEqual(sent.filter(({ t }) => t === "conversation.accept").map(({ conversation }) => conversation), ["q1"]);
  assert.equal(page.all("#report-dialog li").length, 2);
});

Deno.test("a nuisance leaves after five seconds, unless it is undone", async () => {
  const time = standingTime();
  try {
    const { desk, page, sent, toasts } = openDesk({ queue: queue() });
    page.click(page.all(".queue-discard")[0]);
    assert.equal(page.all(".queue-row")[0].dataset.leaves, "true");
    assert.match(toasts[0], /^discards_one/);
    desk.discards.undo("q1");
    page.click(page.all(".queue-discard")[1]);
    time.pass(5000);
    time.pass(50);
    await Promise.resolve();
    assert.deepEqual(sent, [{ t: "conversation.discard", conversation: "q2" }]);
  } finally {
    time.stop();
  }
});

Deno.test("filters narrow what is shown, and say so when nothing is left", () => {
  const { desk, page } = openDesk({ queue: [waiting("q1", NOW - 600_000), waiting("q2", NOW - 1000)] });
  const detail = { why: "full", groups: ["g1"], page: {} };
  desk.queueFilter.details.take({
    waiting: [{ ...detail, conversation: "q1", earlier: 2 }, { ...detail, conversation: "q2", earlier: 0, groups: [] }],
    groups: [{ id: "g1", name: "Sales" }],
  });
  const ask = (name, value) => {
    page.$(`#queue-${name}`).value = value;
    page.fire(`#queue-${name}`, "change");
    page.frames();
  };
  const shown = () => page.all("#rows-queue .row-link").map((link) => link.href.slice(-2));
  for (const [name, value, left] of [["longer", "5", ["q1"]], ["known", "no", []], ["longer", "", ["q2"]]]) {
    ask(name, value);
    assert.deepEqual(shown(), left);
    assert.equal(page.$("#empty-queue-filter").hidden, left.length > 0);
  }
  page.click("#queue-reset");
  page.frames();
  ask("group", "g1");
  assert.deepEqual(shown(), ["q1"]);
  assert.equal(page.$("#count-queue").textContent, "2", "the tab counts all");
});

Deno.test("many nuisances are one command, and whom a colleague took meanwhile is listed", async () => {
  const time = standingTime(), { desk, page, sent } = openDesk({ queue: queue() });
  desk.answers["conversations.discard"] = () => ({
    refused: [{ conversation: "q1", code: "already_taken", text: "Dave was faster" }],
  });
  desk.discards.start(["q1", "q2"]);
  desk.take({ t: "queue.left", conversation: "q1" });
  time.pass(5000);
  time.pass(50);
  time.stop();
  await settled();
  assert.deepEqual(sent, [{ t: "conversations.discard", conversations: ["q1", "q2"] }, { t: "resync" }]);
  assert.deepEqual(page.all("#report-dialog li").map((node) => node.textContent), ["CarolDave was faster"]);
});

Deno.test("whoever works by keys goes on where a row was, and at the tab when nobody waits", () => {
  const { desk, page } = openDesk({ queue: queue() }), [first, second] = page.all("#rows-queue .row-link");
  first.focus();
  desk.take({ t: "queue.left", conversation: "q1" });
  page.frames();
  assert.equal(document.activeElement, second);
  desk.take({ t: "queue.left", conversation: "q2" });
  page.frames();
  assert.equal(document.activeElement, page.$("#tab-queue"));
});

Deno.test("choosing several ends with Esc or with what is done, and the keyboard is at its button", async () => {
  const { page, sent } = openDesk({ queue: queue() }), button = page.$("#queue-many-button");
  page.click(button);
  page.press(page.$("#queue-all"), "Escape");
  assert.equal(button.getAttribute("aria-pressed"), "false");
  assert.equal(document.activeElement, button);
  page.click(button);
  page.$("#queue-all").checked = true;
  page.fire("#queue-all", "change");
  page.$("#queue-accept-many").focus();
  page.click("#queue-accept-many");
  assert.equal(document.activeElement, button);
  await settled();
  assert.equal(sent.length, 2);
});

Deno.test("the filter goes with Esc, and with a press elsewhere", () => {
  const { page } = openDesk({ queue: queue() }), filter = page.$("#queue-filter");
  filter.open = true;
  page.press(page.$("#queue-channel"), "Escape");
  assert.deepEqual([filter.open, document.activeElement], [false, filter.querySelector("summary")]);
  filter.open = true;
  page.fire("#queue-channel", "pointerdown");
  assert.equal(filter.open, true);
  page.fire("#pane", "pointerdown");
  assert.equal(filter.open, false);
});
