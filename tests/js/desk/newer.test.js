import { bob, dave, NOW, openDesk, row, settled } from "../stand_ins/desk.js";
import { deskTexts } from "../stand_ins/texts.js";
import assert from "node:assert/strict";

const UNKNOWN = "Something happened here that this page cannot tell yet. Reload it to read it.";
const line = (seq, say) => ({ conversation: "one", seq, after: 1, at: NOW, say });
const event = (seq, more) => ({ t: "conversation.reviewed", conversation: "one", seq, ...more });
const message = (n, more) => ({
  conversation: "one",
  n,
  from: "customer",
  name: "Carol",
  text: "Tea?",
  at: NOW,
  ...more,
});

/** The desk as it was opened before the server became a newer one. */
async function open(more = {}) {
  const all = openDesk({ words: deskTexts(), ...more });
  all.page.goTo("#c-one");
  await settled();
  const said = (selector) => all.page.all(selector).map((node) => node.textContent);
  const shown = () => {
    all.page.frames();
    return document.documentElement.textContent;
  };
  return { ...all, said, shown };
}

/** No word of a programmer's on a screen. */
const isClean = (text) => assert.doesNotMatch(text, /undefined|null|NaN|%\(|object Object/);

Deno.test("a line that the page does not know is a sentence, and one of an older server none", async () => {
  const { desk, said, shown } = await open();
  desk.take(event(2, { row: row("one", { seq: 2 }), line: line(2, { key: "reviewed", names: { by: "Dave" } }) }));
  desk.take(event(3, { row: row("one", { seq: 3 }), line: line(3, { key: "assigned", names: { who: "Dave" } }) }));
  desk.take(event(4, { row: row("one", { seq: 4 }), line: line(4, undefined) }));
  desk.take(event(5, { row: row("one", { seq: 5 }), line: line(5, { key: "assigned", names: { agent: "Dave" } }) }));
  desk.take(event(6, { row: row("one", { seq: 6 }), line: line(6, { key: "requeued" }) }));
  assert.deepEqual(said("#log .line p"), [UNKNOWN, UNKNOWN, "Assigned to Dave", "Back in the queue"]);
  isClean(shown());
});

Deno.test("the same where they come with the history", async () => {
  const all = openDesk({ words: deskTexts() });
  const lines = [line(2, { key: "reviewed", names: {} }), line(3, { key: "opened", names: {} })];
  all.pages.set("one", { messages: [message(1, { kind: "text" })], lines, more: false });
  all.page.goTo("#c-one");
  await settled();
  const lined = all.page.all("#log .line p").map((node) => node.textContent);
  assert.deepEqual(lined, [UNKNOWN, "The conversation was opened"]);
});

Deno.test("a message of an unknown kind by somebody unknown stands by its words, in the thread and in the list", async () => {
  const { desk, page, said, shown } = await open();
  const one = message(2, { kind: "song", from: "robot", text: "La la", content: { seconds: 8 }, file: null });
  const last = { from: "robot", kind: "song", text: "La la", at: NOW, author: null };
  desk.take({ t: "message.posted", conversation: "one", seq: 2, message: one, row: row("one", { seq: 2, last }) });
  isClean(shown());
  assert.deepEqual(said("#log .bubble"), ["La la"]);
  assert.equal(page.$("#rows-active .row-last").textContent, "La la");
});

Deno.test("an end, a state and a channel that the page does not know leave neutral sentences", async () => {
  const { desk, page, shown } = await open();
  const readOnly = () => page.$("#read-only").hidden ? "" : page.$("#read-only-text").textContent;
  desk.take(event(2, { row: row("one", { seq: 2, state: "paused", channel: { kind: "fax", name: "Fax" } }) }));
  isClean(shown());
  assert.equal(readOnly(), "This page is older than the server. Reload it to go on; drafts are kept.");
  for (const [seq, end] of [[3, { key: "ended_robot", names: {} }], [4, { key: "ended_by_name" }], [5, null]]) {
    desk.take(event(seq, { row: row("one", { seq, state: "ended", end }) }));
    assert.equal(readOnly(), "The conversation has ended");
  }
  desk.take(event(6, { row: row("one", { seq: 6, end: undefined }) }));
  assert.equal(readOnly(), "");
  isClean(shown());
});

Deno.test("a status that the page does not know has a neutral word, and can be handed to", async () => {
  const { desk, page, said, shown } = await open({ colleagues: [{ ...dave, status: "focused" }] });
  desk.take({ t: "agent.status", agent: { ...bob, status: "focused" } });
  assert.equal(page.$("#status-label").textContent, "Another status");
  page.click("#transfer-button");
  assert.deepEqual(said("#colleagues .colleague-state"), ["Another status"]);
  assert.equal(page.$("#colleagues input").disabled, false);
  isClean(shown());
});

Deno.test("frames of another time change nothing that they do not say", async () => {
  const { desk, page, shown } = await open();
  const before = shown();
  for (
    const frame of [
      { t: "weather", conversation: "one" },
      { t: "conversation.shared", conversation: "one", agent: { id: "erin", name: "Erin" } },
      { t: "receipt", conversation: "gone", delivered: 1, read: 1 },
      { t: "unread", conversation: "gone", unread: 1 },
      { t: "typing", conversation: "gone", on: false },
    ]
  ) desk.take(frame);
  assert.equal(shown(), before);
  page.click("#transfer-button");
  assert.deepEqual(page.all("#colleagues .colleague-name").map((node) => node.textContent), ["Dave"]);
});
