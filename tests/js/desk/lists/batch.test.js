import assert from "node:assert/strict";
import { bob, NOW, openDesk, row, settled } from "../../stand_ins/desk.js";
import { standingTime } from "../../stand_ins/time.js";
import { toneFor } from "../../../../static/kefu/js/desk/alerts/repeat.js";

const person = (name) => ({ id: name, name });
const three = () => [
  row("a", { customer: person("Ann"), unread: 1, n: 4 }),
  row("b", { customer: person("Ben"), n: 7 }),
  row("c", { customer: person("Cid"), unread: 3, n: 9 }),
];
const click = (page, id, part = ".row-link") =>
  page.click(
    page.all("#rows-active .row").find((one) => one.querySelector(".row-link").hash === `#c-${id}`).querySelector(part),
  );

Deno.test("chosen rows are read together, as far as they were seen", async () => {
  const { desk, page, sent, said } = openDesk({ rows: three() });
  page.click("#batch-button");
  assert.equal(page.$("#batch-read").disabled, true);
  click(page, "a");
  click(page, "b");
  assert.equal(desk.current, null, "a row is chosen, not opened");
  assert.equal(page.$("#batch-count").textContent, "chosen_many 2");
  page.click("#batch-read");
  await settled();
  assert.deepEqual(sent, [{ t: "conversations.read", read: { a: 4 } }]);
  assert.deepEqual([said.at(-1), page.$("#batch-bar").hidden], ["all_read", true]);
});

Deno.test("all that the filter shows end in one command after five seconds, and what goes on is listed with its reason", async () => {
  const time = standingTime(), { desk, page, sent } = openDesk({ rows: three() });
  desk.answers["conversations.end"] = () => ({
    refused: [{ conversation: "c", code: "not_yours", text: "Somebody took it" }],
  });
  page.click("#batch-button");
  page.$("#batch-all").checked = true;
  page.fire("#batch-all", "change");
  page.click("#batch-end");
  assert.ok(["a", "b", "c"].every(desk.endings.has));
  desk.endings.undo("b");
  time.pass(5000);
  time.pass(50);
  time.stop();
  await settled();
  await settled();
  assert.deepEqual(sent, [{ t: "conversations.end", conversations: ["a", "c"] }]);
  assert.equal(page.$("#report-dialog").open, true);
  assert.deepEqual(page.all("#report-dialog li").map((node) => node.textContent), ["CidSomebody took it"]);
});

Deno.test("chosen rows are handed over in one command, and those that stay are listed with the reason", async () => {
  const { desk, page, sent, toasts } = openDesk({ rows: three() });
  desk.answers["conversations.transfer"] = () => ({
    refused: [{ conversation: "c", code: "agent_unavailable", text: "Nobody can take it" }],
  });
  page.click("#batch-button");
  assert.equal(page.$("#batch-transfer").disabled, true);
  click(page, "a");
  click(page, "c");
  page.click("#batch-transfer");
  await settled();
  assert.equal(page.$("#transfer-title").textContent, "transfer_many 2");
  page.click("#transfer-kinds [data-kind=groups]");
  assert.equal(page.$("#colleagues .colleague-name").textContent, "Sales");
  assert.equal(page.$("#colleagues .colleague-state").textContent, "group_room 1 9");
  const radio = page.$("#colleagues input");
  radio.checked = true;
  page.fire(radio, "change");
  page.$("#transfer-note").value = "lunch";
  page.click("#transfer-submit");
  await settled();
  assert.deepEqual(sent, [{ t: "conversations.transfer", conversations: ["a", "c"], to: "sales", note: "lunch" }]);
  assert.deepEqual(toasts, ["transferred_many 1"]);
  assert.deepEqual(page.all("#report-dialog li").map((node) => node.textContent), ["CidNobody can take it"]);
  assert.deepEqual([page.$("#transfer-dialog").open, page.$("#batch-bar").hidden], [false, true]);
});

Deno.test("what is open is closed when it is marked as unread, and counts as unread in every window", async () => {
  const { desk, page, sent } = openDesk({ rows: three() });
  page.goTo("#c-b");
  desk.act("unread");
  await settled();
  assert.deepEqual(sent, [{ t: "conversation.mark_unread", conversation: "b" }]);
  desk.take({ t: "unread", conversation: "b", unread: 1, handed_by: null });
  page.frames();
  assert.equal(desk.model.row("b").unread, 1);
});

Deno.test("above the limit two ways out are offered, and below it none", () => {
  const { desk, page } = openDesk({ rows: three(), me: { ...bob, load: 12, cap: 10 } });
  assert.equal(page.$("#over-menu").hidden, false);
  page.click("#over-batch");
  assert.equal(page.$("#batch-bar").hidden, false);
  desk.take({ t: "agent.load", agent: { ...bob, load: 10, cap: 10 } });
  assert.equal(page.$("#over-menu").hidden, true);
});

Deno.test("what rings again: who waits too long, then what just came, then a message", () => {
  const unread = row("a", { unread: 1, waiting_since: NOW - 1000 }), late = { ...unread, waiting_since: NOW - 200_000 };
  assert.equal(toneFor([], new Set(), NOW), null);
  assert.equal(toneFor([row("a")], new Set(["a"]), NOW), null);
  assert.equal(toneFor([unread], new Set(), NOW), "message");
  assert.equal(toneFor([unread], new Set(["a"]), NOW), "conversation");
  assert.equal(toneFor([unread, late], new Set(["a"]), NOW), "overdue");
});

Deno.test("a row's menu says what its item would do with the star", () => {
  const { page } = openDesk({ rows: three(), stars: ["Ann"] });
  const words = (id) => (click(page, id, ".row-more"), page.$("#row-menu [data-star]").textContent);
  assert.deepEqual([words("a"), words("b")], ["star_remove", "star_add"]);
});
