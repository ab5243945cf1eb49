import assert from "node:assert/strict";
import { NOW, openDesk, row, settled } from "../../stand_ins/desk.js";

const message = (n, text, fields = {}) => ({
  conversation: "one",
  n,
  from: "customer",
  name: "Carol",
  kind: "text",
  text,
  at: NOW,
  ...fields,
});
const bubbles = (page) => page.all("#log .bubble").map((bubble) => bubble.textContent);

async function open({ messages = [message(1, "Is there tea?")], lines = [], ...state } = {}) {
  const all = openDesk(state);
  all.pages.set("one", { messages, lines, more: false });
  all.page.goTo("#c-one");
  await settled();
  return all;
}

Deno.test("an open conversation shows who it is and what was said", async () => {
  const { page } = await open({ messages: [message(1, "Is there tea?"), message(2, "Green?")] });
  assert.equal(page.$("#pane-body").hidden, false);
  assert.equal(page.$("#pane-empty").hidden, true);
  assert.equal(page.$("#pane-name").textContent, "Carol");
  assert.deepEqual(bubbles(page), ["Is there tea?", "Green?"]);
  assert.equal(document.body.dataset.view, "pane");
});

Deno.test("what comes meanwhile is added here, and nothing of another conversation", async () => {
  const { desk, page } = await open();
  desk.take({ t: "message.posted", conversation: "one", message: message(2, "Black?"), row: row("one", { seq: 2 }) });
  desk.take({ t: "message.posted", conversation: "two", message: message(3, "Milk?", { conversation: "two" }) });
  desk.take({
    t: "conversation.requeued",
    line: { conversation: "one", after: 2, seq: 3, say: { key: "requeued" }, at: 1 },
  });
  assert.deepEqual(bubbles(page), ["Is there tea?", "Black?"]);
  assert.deepEqual(page.all("#log .line").map((line) => line.querySelector("p").textContent), ["line_requeued"]);
});

Deno.test("what the customer has read shows at once", async () => {
  const { desk, page } = await open({ messages: [message(1, "Yes", { from: "agent", author: "bob" })] });
  const state = () => page.$("#log .state").textContent;
  assert.equal(state(), "sent");
  desk.take({ t: "receipt", conversation: "one", delivered: 1, read: 1 });
  assert.equal(state(), "read");
});

Deno.test("who types is named under the messages until the message is there", async () => {
  const { desk, page } = await open();
  desk.take({ t: "typing", conversation: "one", on: true });
  assert.deepEqual([page.$("#typing").hidden, page.$("#typing-text").textContent], [false, "typing_named Carol"]);
  desk.take({ t: "message.posted", conversation: "one", message: message(2, "Hm"), row: row("one", { seq: 2 }) });
  assert.equal(page.$("#typing").hidden, true);
});

const unsent = (page) => page.$("#unsent").hidden ? null : page.$("#unsent-text").textContent;

Deno.test("what is written and not sent stands below the messages, and outside of what is read out", async () => {
  const { desk, page } = await open();
  const write = (text) => desk.take({ t: "typing", conversation: "one", on: Boolean(text), text });
  write("<b>Bla");
  assert.deepEqual([unsent(page), page.$("#typing-text").textContent], ["<b>Bla", "typing_unsent Carol"]);
  assert.deepEqual([page.$("#unsent").getAttribute("aria-live"), page.$("#log #unsent")], ["off", null]);
  write("Black?");
  assert.deepEqual([unsent(page), bubbles(page)], ["Black?", ["Is there tea?"]]);
  write("");
  assert.deepEqual([unsent(page), page.$("#typing").hidden], [null, true]);
});

Deno.test("it goes when it was sent, the conversation is over, or somebody else's", async () => {
  const messages = { t: "message.posted", message: message(2, "Black?") };
  for (
    const frame of [
      { ...messages, row: row("one", { seq: 2 }) },
      { t: "conversation.ended", row: row("one", { seq: 2, state: "ended" }) },
      { t: "conversation.transferred", row: row("one", { seq: 2, agent: { id: "dave", name: "Dave" } }) },
    ]
  ) {
    const { desk, page } = await open();
    desk.take({ t: "typing", conversation: "one", on: true, text: "Black?" });
    assert.equal(unsent(page), "Black?");
    desk.take({ conversation: "one", seq: 2, ...frame });
    assert.equal(unsent(page), null, frame.t);
    desk.take({ t: "typing", conversation: "one", on: true, text: "Too late" });
    assert.equal(unsent(page), frame.t === "message.posted" ? "Too late" : null, frame.t);
    desk.take({ t: "typing", conversation: "one", on: false });
  }
});

Deno.test("whoever ends has five seconds, and the customer's word stops it", async () => {
  const { desk, page, sent, toasts } = await open();
  page.click("#end-button");
  assert.deepEqual([page.$("#end-bar").hidden, page.$("#composer").hidden], [false, true]);
  assert.equal(page.$("#end-text").textContent, "ends_in 5");
  page.click("#end-undo");
  assert.deepEqual([page.$("#end-bar").hidden, page.$("#composer").hidden], [true, false]);
  desk.act("end");
  desk.take({ t: "message.posted", conversation: "one", message: message(2, "Wait"), row: row("one", { seq: 2 }) });
  assert.equal(page.$("#end-bar").hidden, true);
  assert.deepEqual(toasts, ["ending_stopped Carol"]);
  assert.deepEqual(sent, []);
});

Deno.test("what is not mine any more can be read, and the page says why", async () => {
  const { desk, page } = await open();
  const agent = { id: "dave", name: "Dave" };
  desk.take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 2, agent }) });
  assert.match(page.$("#read-only-text").textContent, /^read_only_other Dave/);
  assert.deepEqual([page.$("#composer").hidden, page.$("#end-button").hidden], [true, true]);
  desk.take({
    t: "conversation.ended",
    conversation: "one",
    row: row("one", { seq: 3, state: "ended", end: { key: "ended_idle" } }),
  });
  assert.equal(page.$("#read-only-text").textContent, "line_ended_idle");
});

Deno.test("a conversation that comes back to me is read anew", async () => {
  const { desk, page, pages } = await open();
  const agent = { id: "dave", name: "Dave" };
  desk.take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 2, agent }) });
  pages.set("one", { messages: [message(7, "Never mind")], lines: [], more: false });
  desk.transcripts.forget("one");
  desk.take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 3 }) });
  await settled();
  assert.deepEqual(bubbles(page), ["Never mind"]);
});

Deno.test("messages that could not be loaded come with the next connection", async () => {
  const all = openDesk();
  let fails = true;
  const page = all.desk.server.page;
  all.desk.transcripts.load = (id) => fails ? Promise.reject(new Error("away")) : page(id);
  all.pages.set("one", { messages: [message(1, "Tea?")], lines: [], more: false });
  all.page.goTo("#c-one");
  await settled();
  assert.equal(all.page.$("#log-failed").hidden, false);
  fails = false;
  all.desk.tell("online");
  await settled();
  assert.equal(all.page.$("#log-failed").hidden, true);
  assert.deepEqual(bubbles(all.page), ["Tea?"]);
});

Deno.test("taking a message back is asked of the server", async () => {
  const { page, sent } = await open({ messages: [message(1, "Oops", { from: "agent", author: "bob" })] });
  page.click("#log .recall");
  assert.deepEqual(sent, [{ t: "message.recall", conversation: "one", n: 1 }]);
});

Deno.test("a wait shows in the head, with its urgency", async () => {
  const { page } = await open({ rows: [row("one", { waiting_since: NOW - 200_000 })] });
  assert.deepEqual([page.$("#pane-waiting").hidden, page.$("#pane-waiting").dataset.level], [false, "late"]);
  assert.equal(page.$("#pane-waiting-time").textContent, "3m 20s");
});
