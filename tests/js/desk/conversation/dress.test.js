import assert from "node:assert/strict";
import { NOW, openDesk, row, settled } from "../../stand_ins/desk.js";
import { linesOf } from "../../../../static/kefu/js/desk/conversation/dress.js";
import { firstUnread } from "../../../../static/kefu/js/desk/conversation/unread.js";

const message = (n, text, fields = {}) => ({
  conversation: "one",
  n,
  from: "customer",
  name: "Carol",
  kind: "text",
  text,
  at: NOW + n,
  ...fields,
});
const mine = (n, text, fields = {}) => message(n, text, { from: "agent", author: "bob", name: "Bob", ...fields });

async function open(messages, fields = {}) {
  const all = openDesk({ rows: [row("one", { n: messages.length, ...fields }), row("two")] });
  all.pages.set("one", { messages, lines: [], more: false });
  all.desk.copies = [];
  all.desk.copy = (words, said) => all.desk.copies.push([words, said]);
  all.page.goTo("#c-one");
  await settled();
  const bubbles = () => all.page.all("#log .bubble").map((bubble) => bubble.textContent);
  return { ...all, bubbles };
}

Deno.test("a text is as long as its lines, and Chinese takes twice the room", () => {
  assert.equal(linesOf("tea"), 1);
  assert.equal(linesOf("茶\n\n茶"), 3);
  assert.equal(linesOf("茶".repeat(39)), 2);
  assert.equal(linesOf("t".repeat(76)), 1);
});

Deno.test("a long text folds, and stays as the agent left it", async () => {
  const long = "茶\n".repeat(20);
  const { page, desk } = await open([message(1, long), message(2, "short"), mine(3, long)]);
  const [button, own] = page.all(".unfold");
  assert.deepEqual([button.textContent, page.all(".folded").length], ["unfold", 2]);
  page.click(button);
  assert.deepEqual([button.textContent, page.all(".folded").length], ["fold", 1]);
  page.click(own);
  desk.take({ t: "receipt", conversation: "one", delivered: 3, read: 3 });
  assert.equal(page.all(".folded").length, 0);
});

Deno.test("who recalled is said, and the author can write it anew", async () => {
  const { page, desk, bubbles } = await open([
    message(1, "oops"),
    mine(2, "wrong"),
    mine(3, "theirs", { author: "dave", name: "Dave" }),
  ]);
  for (
    const [n, from] of [[1, message], [2, mine], [
      3,
      (n, text, more) => mine(n, text, { author: "dave", name: "Dave", ...more }),
    ]]
  ) {
    desk.take({
      t: "message.recalled",
      conversation: "one",
      message: from(n, "", { recalled: true }),
      row: row("one", { seq: 1 + n }),
    });
  }
  assert.deepEqual(bubbles(), ["recalled_other", "recalled_mine · edit_again", "recalled_by Dave"]);
  page.click(".edit-again");
  assert.equal(page.$("#reply").value, "wrong");
});

Deno.test("what was recalled before this page knew it is said without its words", async () => {
  const { page, bubbles } = await open([mine(1, "", { recalled: true })]);
  assert.deepEqual([bubbles(), page.all(".edit-again").length], [["recalled_mine"], 0]);
});

Deno.test("what the account says by itself stands on the right, named so", async () => {
  const { page } = await open([message(1, "Welcome", { from: "system", name: "" }), message(2, "Hi")]);
  assert.equal(page.$(".message.system .author").textContent, "automatic");
});

Deno.test("a message is copied by its button, by Ctrl+C and a phone number by a click", async () => {
  const { page, desk } = await open([message(1, "green"), message(2, "black"), message(3, "", { recalled: true })]);
  globalThis.getSelection = () => "";
  const [first, second, gone] = page.all("#log .message"), log = page.$("#log");
  page.fire(first.querySelector(".bubble"), "pointerover", { pointerType: "mouse" });
  page.click(first.querySelector(".tool-copy"));
  page.fire(gone, "pointerover", { pointerType: "mouse" });
  assert.equal(page.all(".tool-copy").length, 0);
  log.focus();
  page.press(log, "ArrowUp");
  page.press(gone, "ArrowUp");
  assert.equal(document.activeElement, second);
  page.press(second, "c", { ctrlKey: true });
  page.press(second, "ArrowDown");
  assert.equal(document.activeElement, gone);
  const phone = document.createElement("a");
  phone.href = "tel:13800138000";
  phone.setAttribute("href", "tel:13800138000");
  phone.append("138 0013 8000");
  second.querySelector(".bubble").append(phone);
  page.click(phone);
  assert.deepEqual(desk.copies, [["green", undefined], ["black", undefined], [
    "138 0013 8000",
    "copied_what 138 0013 8000",
  ]]);
});

Deno.test("new is what came after the agent had read, unless all of it is", () => {
  const talk = [message(1, "a"), mine(2, "b"), message(3, "c"), message(4, "d", { recalled: true }), message(5, "e")];
  assert.equal(firstUnread(talk, 2), 3);
  assert.equal(firstUnread(talk, 1), 5);
  assert.equal(firstUnread(talk, 0), null);
  assert.equal(firstUnread([message(1, "", { from: "system" }), message(2, "a")], 1), null);
  assert.equal(firstUnread(talk, 9), null);
});

Deno.test("the first new message has a mark over it, which the next opening has not", async () => {
  const { page } = await open([message(1, "a"), mine(2, "b"), message(3, "c")], { unread: 1 });
  const lines = () => page.all("#log .message").map((node) => node.querySelector(".unread-mark, .bubble").textContent);
  assert.deepEqual(lines(), ["a", "b", "new_below", "c"]);
});

Deno.test("the head says when the customer wrote, and how long it has gone on", async () => {
  const { page, desk } = await open([message(1, "a"), mine(9, "b")], { opened_at: NOW - 35 * 60_000 });
  assert.equal(page.$("#pane-times").textContent, "customer_wrote today 12:00 · lasts 35 min");
  const again = { seq: 2, state: "queued", agent: null, opened_at: NOW - 7_200_000, queued_at: NOW - 60_000 };
  desk.take({ t: "conversation.queued", conversation: "one", row: row("one", again) });
  assert.equal(page.$("#pane-times").textContent, "customer_wrote today 12:00 · waiting_spoken 1 min");
  const over = { seq: 3, state: "ended", opened_at: NOW - 7_200_000, ended_at: NOW, end: { key: "ended_idle" } };
  desk.take({ t: "conversation.ended", conversation: "one", row: row("one", over) });
  assert.equal(page.$("#pane-times").textContent, "customer_wrote today 12:00 · lasted 2 hr");
});

Deno.test("the menu of the head copies a link, leads to a day, and does what has no button on a phone", async () => {
  const { page, desk, toasts } = await open([message(1, "a")]);
  globalThis.location.href = "https://kefu.example/desk/#c-one";
  page.click("#copy-link");
  assert.deepEqual(desk.copies, [["https://kefu.example/desk/#c-one", "link_copied"]]);
  const asked = [];
  desk.server.pageAt = (id, place) => Promise.resolve((asked.push([id, place]), { at: null, conversation: id }));
  page.$("#jump-day").value = "2026-11-20";
  page.$("#jump-form").requestSubmit();
  await settled();
  assert.deepEqual(asked, [["one", { since: new Date(2026, 10, 20).getTime() }]]);
  assert.deepEqual(toasts, ["nothing_since"]);
  page.click("#pane-popup [data-act=transfer]");
  assert.equal(page.$("#transfer-dialog").open, true);
});
