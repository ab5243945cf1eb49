import assert from "node:assert/strict";
import { bob, dave, openDesk, row, settled } from "../../stand_ins/desk.js";
import { isFull, matches, rank } from "../../../../static/kefu/js/desk/conversation/transfer.js";

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

Deno.test("who hands over is told of a colleague at the limit", () => {
  assert.ok(isFull({ load: 10, cap: 10 }));
  assert.ok(!isFull({ load: 9, cap: 10 }));
  assert.ok(!isFull(undefined));
});

const erin = { ...bob, id: "erin", name: "Erin", number: "1004", load: 10 };
const frank = { ...bob, id: "frank", name: "Frank", number: "1005", status: "offline" };

function open(more = {}) {
  const all = openDesk({ colleagues: [frank, erin, dave], ...more });
  all.page.goTo("#c-one");
  all.page.click("#transfer-button");
  const names = () => all.page.all("#colleagues .colleague-name").map((node) => node.textContent);
  const choose = (id) => {
    const radio = all.page.$(`#colleagues input[value=${id}]`);
    radio.checked = true;
    all.page.fire(radio, "change");
  };
  return { ...all, names, choose, dialog: all.page.$("#transfer-dialog") };
}

Deno.test("the dialog offers colleagues, finds them by name, and nobody who is offline", () => {
  const { page, names } = open();
  assert.deepEqual(names(), ["Dave", "Erin", "Frank"]);
  assert.equal(page.$("#colleagues input[value=frank]").disabled, true);
  page.type("#transfer-find", "eri");
  assert.deepEqual(names(), ["Erin"]);
  page.type("#transfer-find", "fra");
  assert.equal(page.$("#transfer-nobody").hidden, false);
});

Deno.test("it is sent to whom was chosen, with the note, and the dialog closes", async () => {
  const { page, sent, toasts, choose, dialog } = open();
  assert.equal(page.$("#transfer-submit").disabled, true);
  choose("dave");
  page.$("#transfer-note").value = " angry ";
  page.click("#transfer-submit");
  assert.equal(page.$("#transfer-submit").disabled, true);
  await settled();
  assert.deepEqual(sent, [{ t: "conversation.transfer", conversation: "one", to: "dave", note: "angry" }]);
  assert.deepEqual(toasts, ["transferred"]);
  assert.equal(dialog.open, false);
});

Deno.test("a colleague at the limit can be chosen, and the dialog says so", () => {
  const { page, choose } = open();
  choose("erin");
  assert.equal(page.$("#transfer-above").hidden, false);
  choose("dave");
  assert.equal(page.$("#transfer-above").hidden, true);
});

Deno.test("Enter in the search chooses the only one who is found, and sends nothing", () => {
  const { page, sent } = open();
  page.type("#transfer-find", "dav");
  page.fire("#transfer-find", "keydown", { key: "Enter" });
  assert.deepEqual([page.$("#colleagues input:checked").value, page.$("#transfer-submit").disabled], ["dave", false]);
  assert.deepEqual(sent, []);
});

Deno.test("a refusal stands in the dialog", async () => {
  const { desk, page, choose, dialog } = open();
  desk.answers["conversation.transfer"] = () => {
    throw { code: "offline", text: "Dave has left." };
  };
  choose("dave");
  page.click("#transfer-submit");
  await settled();
  assert.equal(page.$("#transfer-error span").textContent, "Dave has left.");
  assert.deepEqual([dialog.open, page.$("#transfer-submit").disabled], [true, false]);
});

Deno.test("who comes or goes meanwhile is seen, and the choice stays", () => {
  const { desk, page, names, choose } = open();
  choose("dave");
  desk.take({ t: "agent.status", agent: { ...frank, status: "online", load: 0 } });
  assert.deepEqual(names(), ["Frank", "Dave", "Erin"]);
  assert.equal(page.$("#colleagues input:checked").value, "dave");
});

Deno.test("the dialog closes when somebody else takes the conversation away", () => {
  const { desk, dialog } = open();
  desk.take({
    t: "conversation.transferred",
    conversation: "one",
    row: row("one", { seq: 2, agent: { id: "dave", name: "Dave" } }),
  });
  assert.equal(dialog.open, false);
});

Deno.test("the key opens it only where there is something to hand over", () => {
  const { desk, page } = openDesk({ rows: [row("one", { state: "ended", ended_at: 5 })] });
  page.goTo("#c-one");
  assert.equal(desk.act("transfer"), false);
});
