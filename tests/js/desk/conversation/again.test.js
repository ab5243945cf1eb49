import assert from "node:assert/strict";
import { openDesk, row, settled } from "../../stand_ins/desk.js";

const ended = (fields) =>
  row("old", { state: "ended", ended_at: 5, channel: { id: "web", kind: "web", name: "Shop" }, ...fields });
const carol = { customer: { id: "carol", name: "Carol" }, channel: { id: "web", kind: "web", name: "Shop" } };

function open(rows, answer) {
  const made = openDesk({ rows, serves: true });
  made.desk.answers["conversation.begin"] = answer;
  made.page.goTo("#c-old");
  made.page.frames();
  return made;
}

Deno.test("to whom nobody talks is written again, in a new conversation, and that is no news", async () => {
  const { desk, page, sent, toasts } = open([ended(carol)], (frame) => {
    const begun = row("new", { ...carol, seq: 3 });
    desk.take({ t: "conversation.assigned", conversation: "new", row: begun });
    assert.equal(frame.conversation, "old");
    return { row: begun };
  });
  const news = [];
  desk.on("got", (_row, { isAsked }) => news.push(isAsked));
  assert.equal(page.$("#again-bar").hidden, false);
  page.click("#again-button");
  page.click("#again-button");
  await settled();
  page.goTo(location.hash);
  assert.equal(desk.current, "new");
  assert.deepEqual(news, [true]);
  assert.equal(sent.length, 1);
  assert.deepEqual(toasts, ["began_hint Carol"]);
  assert.equal(desk.expected.size, 0);
  page.goTo("#c-old");
  page.frames();
  assert.equal(page.$("#again-bar").hidden, true, "it is written in the new one");
});

Deno.test("a refusal is told, and the button is free again", async () => {
  const { page, toasts } = open([ended(carol)], () => {
    throw { code: "already_open", text: "Dave is talking to this customer." };
  });
  page.click("#again-button");
  await settled();
  assert.deepEqual(toasts, ["Dave is talking to this customer."]);
  assert.equal(page.$("#again-button").getAttribute("aria-disabled"), "false");
});
