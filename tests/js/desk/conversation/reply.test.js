import assert from "node:assert/strict";
import { NOW, openDesk, row, settled } from "../../stand_ins/desk.js";

async function open(rows = [row("one", { waiting_since: NOW - 5000 }), row("two", { customer: { name: "Erin" } })]) {
  const all = openDesk({ rows });
  let n = 1;
  all.desk.answers["message.post"] = ({ id, conversation, text, note }) => ({
    message: { conversation, n: ++n, cid: id, from: "agent", author: "bob", kind: "text", text, note, at: NOW },
  });
  all.page.goTo("#c-one");
  await settled();
  return all;
}
const texts = (sent) => sent.map(({ conversation, text, note }) => [conversation, text, Boolean(note)]);
const submit = (page) => page.click("#send-button");

Deno.test("a reply goes to the open conversation, and nobody waits there any more", async () => {
  const { desk, page, sent } = await open();
  page.type("#reply", "Yes, green tea");
  submit(page);
  assert.equal(desk.model.row("one").waiting_since, null);
  await settled();
  assert.deepEqual(texts(sent), [["one", "Yes, green tea", false]]);
  assert.equal(page.$("#reply").value, "");
  assert.deepEqual(page.all("#log .bubble").map((bubble) => bubble.textContent), ["Yes, green tea"]);
});

Deno.test("Enter sends, and Shift+Enter does not", async () => {
  const { page, sent } = await open();
  page.type("#reply", "Yes");
  page.press("#reply", "Enter", { shiftKey: true });
  page.press("#reply", "Enter", { isComposing: true });
  await settled();
  assert.deepEqual(texts(sent), []);
  page.press("#reply", "Enter");
  await settled();
  assert.deepEqual(texts(sent), [["one", "Yes", false]]);
});

Deno.test("a note is for colleagues: it is marked, the customer waits on, and the next text is a reply again", async () => {
  const { desk, page, sent, whispers } = await open();
  page.click("#note-toggle");
  assert.equal(page.$("#composer").dataset.mode, "note");
  assert.equal(page.$("#note-hint").hidden, false);
  page.type("#reply", "difficult");
  submit(page);
  await settled();
  assert.deepEqual(texts(sent), [["one", "difficult", true]]);
  assert.equal(desk.model.row("one").waiting_since, NOW - 5000);
  assert.equal(page.$("#composer").dataset.mode, "reply");
  assert.deepEqual(whispers.filter(({ t }) => t === "typing"), []);
});

Deno.test("the customer sees typing here, not elsewhere, and its end when another conversation opens", async () => {
  const { page, whispers } = await open();
  page.type("#reply", "Y");
  page.goTo("#c-two");
  const typing = whispers.filter(({ t }) => t === "typing").map(({ conversation, on }) => [conversation, on]);
  assert.deepEqual(typing, [["one", true], ["one", false]]);
  page.goTo("#c-one");
  page.type("#reply", "");
});

Deno.test("each conversation keeps its draft, replies and notes apart", async () => {
  const { page } = await open();
  page.type("#reply", "for one");
  page.click("#note-toggle");
  page.type("#reply", "note on one");
  page.goTo("#c-two");
  assert.equal(page.$("#reply").value, "");
  assert.equal(page.$("#reply").placeholder, "reply_to Erin");
  page.goTo("#c-one");
  assert.equal(page.$("#reply").value, "for one");
  page.click("#note-toggle");
  assert.equal(page.$("#reply").value, "note on one");
  page.type("#reply", "");
  page.click("#note-toggle");
  page.type("#reply", "");
});

Deno.test("there is nothing to write with where nothing can be sent", async () => {
  const { desk, page } = await open([row("one", { state: "ended", ended_at: NOW }), row("two")]);
  assert.equal(page.$("#composer").hidden, true);
  assert.equal(page.$("#reply").disabled, true);
  page.goTo("#c-two");
  assert.equal(page.$("#composer").hidden, false);
  page.goTo("#");
  history.replaceState(null, "", "/desk/");
  page.goTo("");
  assert.equal(desk.act("reply"), false);
  assert.equal(desk.act("note"), false);
});

Deno.test("files that were chosen are told in the list, and forgotten when the conversation is lost", async () => {
  const { desk, page } = await open();
  page.$("#image-input").files = [];
  page.fire("#image-input", "change", {});
  const file = { name: "tea.pdf", type: "application/pdf", size: 10 };
  page.$("#file-input").files = [file];
  page.fire("#file-input", "change");
  await settled();
  assert.equal(desk.reply.chosen("one"), "tea.pdf");
  page.goTo("#c-two");
  assert.equal(desk.reply.chosen("one"), "tea.pdf");
  const agent = { id: "dave", name: "Dave" };
  desk.take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 2, agent }) });
  assert.equal(desk.reply.chosen("one"), "");
});

Deno.test("what cannot be sent is said aloud, and the customer waits as before", async () => {
  const { desk, page, said } = await open();
  desk.answers["message.post"] = () => {
    throw Object.assign(new Error("no"), { code: "ended", text: "It has ended.", permanent: true });
  };
  const { error } = console;
  console.error = () => {};
  page.type("#reply", "Yes");
  submit(page);
  await settled();
  console.error = error;
  assert.deepEqual(said, ["send_failed_spoken It has ended."]);
  assert.equal(desk.model.row("one").waiting_since, NOW - 5000);
  assert.equal(page.all("#log .message.failed").length, 1);
  desk.outbox.pending("one").forEach(({ cid }) => desk.outbox.drop(cid));
});
