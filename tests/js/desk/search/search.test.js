import assert from "node:assert/strict";
import { openDesk, row, settled } from "../../stand_ins/desk.js";
import { isSearchKey } from "../../../../static/kefu/js/desk/search/search.js";
import "../../../../static/kefu/js/desk/search/dialog.js"; // so that it comes at once
import { counts, isPart } from "../../../../static/kefu/js/desk/search/results.js";

const key = (more) => ({ code: "KeyK", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, ...more });
const found = (conversation, hits, ns, fields = {}) => ({
  row: row(conversation, fields),
  hits,
  found: ns.map((n) => ({ n, at: 0, from: "customer", name: "Carol", note: false, text: ["", "tea", " please"] })),
});

/** The dialog, open over a desk whose server finds what it is told. */
async function open(answer) {
  const all = openDesk(), shown = [], asked = [];
  all.desk.pane.showMessage = (conversation, n) => shown.push([conversation, n]);
  all.desk.server.search = (words, after) => {
    asked.push([words, after]);
    return typeof answer === "function" ? answer(after) : Promise.resolve(answer);
  };
  all.page.click("#search-button");
  assert.equal(all.page.$("#search-dialog").open, true, "at once, whatever has to come");
  await settled();
  const type = async (words) => {
    all.page.type("#search-input", words);
    all.page.press(all.page.$("#search-input"), "Enter");
    await settled();
  };
  const active = () => all.page.$("#search-input").getAttribute("aria-activedescendant");
  const press = (name) => all.page.press(all.page.$("#search-input"), name);
  return { ...all, shown, asked, type, active, press, dialog: all.page.$("#search-dialog") };
}

Deno.test("the key is Ctrl+K or ⌘K, and no other", () => {
  assert.ok(isSearchKey(key({})) && isSearchKey(key({ ctrlKey: false, metaKey: true })));
  assert.ok(!isSearchKey(key({ altKey: true })) && !isSearchKey(key({ shiftKey: true })));
  assert.ok(!isSearchKey(key({ ctrlKey: false })) && !isSearchKey(key({ isComposing: true })));
});

Deno.test("what was found is chosen by keys, and opens at its place", async () => {
  const { page, type, press, active, dialog, desk, shown } = await open({
    contacts: [{ id: "c", name: ["", "Tea", " Ltd"], detail: [], at: 0, row: row("one") }],
    conversations: [],
    messages: [found("one", 2, [7, 3])],
    next: null,
  });
  assert.equal(dialog.open, true);
  await type("tea");
  assert.deepEqual(page.all("#search-results mark").map((node) => node.textContent), ["Tea", "tea", "tea"]);
  assert.equal(active(), "search-contact-c");
  press("ArrowDown");
  press("ArrowDown");
  assert.equal(active(), "search-message-one-3");
  press("ArrowDown");
  assert.equal(active(), "search-contact-c", "in a circle");
  press("ArrowUp");
  press("Enter");
  assert.deepEqual([dialog.open, desk.current, shown], [false, "one", [["one", 3]]]);
});

Deno.test("a conversation that is not on the desk opens to be read, and stands in no list", async () => {
  const ended = { state: "ended", agent: { id: "dave", name: "Dave" }, ended_at: 1, end: null };
  const { page, type, press, desk, shown } = await open({ messages: [found("far", 1, [9], ended)], next: null });
  await type("tea");
  press("Enter");
  assert.deepEqual([desk.current, shown], ["far", [["far", 9]]]);
  assert.equal(page.$("#pane-name").textContent, "Carol");
  assert.equal(page.$("#composer").hidden, true);
  assert.deepEqual(desk.model.mine().map(({ conversation }) => conversation), ["one"]);
});

Deno.test("kinds are counted, one can be looked at alone, and further back is asked for", async () => {
  const { page, type, asked } = await open((after) =>
    Promise.resolve(
      after ? { messages: [found("two", 1, [1])], next: null } : {
        contacts: [],
        conversations: [{ name: ["", "Tea"], channel: ["Shop"], row: row("one") }],
        messages: [found("one", 4, [4])],
        next: "3.1",
      },
    )
  );
  await type("tea");
  const count = (kind) => page.$(`[data-search-kind=${kind}] span`).textContent;
  assert.deepEqual([count("contacts"), count("conversations"), count("messages")], ["0", "1", "4+"]);
  page.click("[data-search-kind=messages]");
  assert.equal(page.all("#search-results [role=option]").length, 1);
  page.click("#search-more");
  await settled();
  assert.deepEqual(asked, [["tea", null], ["tea", "3.1"]]);
  assert.equal(page.all("#search-results [role=option]").length, 2);
  assert.equal(page.$("#search-more").hidden, true);
  page.click("[data-search-kind=contacts]");
  assert.equal(page.$("#search-none").hidden, false);
  assert.deepEqual(counts(null), { contacts: 0, conversations: 0, messages: 0 });
});

Deno.test("nothing found, a failure and too few letters each have their sentence", async () => {
  let fails = true;
  const { page, type } = await open(() =>
    fails
      ? Promise.reject(Object.assign(new Error("503"), { text: "too slow" }))
      : Promise.resolve({ messages: [], next: null })
  );
  assert.equal(page.$("#search-hint").hidden, false);
  await type("t");
  assert.equal(page.$("#search-short").hidden, false);
  await type("tea");
  assert.equal(page.$("#search-failed-text").textContent, "too slow");
  fails = false;
  page.click("#search-again");
  await settled();
  assert.equal(page.$("#search-failed").hidden, true);
  assert.equal(page.$("#search-none-text").textContent, "search_none tea");
});

Deno.test("a full page says that there may be more", () => {
  const answer = { contacts: Array(8), conversations: Array(19), messages: [], next: "2900.7" };
  assert.deepEqual(["contacts", "conversations", "messages"].map((kind) => isPart(kind, answer)), [true, false, true]);
});
