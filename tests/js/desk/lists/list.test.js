import assert from "node:assert/strict";
import { NOW, openDesk, row } from "../../stand_ins/desk.js";

const names = (page, list = "active") =>
  page.all(`#rows-${list} .row-link`).map((link) => link.hash.replace("#c-", ""));

/** Three of mine; the second has waited longest. */
function desk(rows = [
  row("a", { waiting_since: NOW - 5000, last: { from: "customer", kind: "text", text: "A", at: NOW - 5000 } }),
  row("b", { waiting_since: NOW - 90_000, unread: 2 }),
  row("c", { last: { from: "agent", author: "bob", kind: "text", text: "C", at: NOW - 1000 } }),
  row("z", { state: "ended", ended_at: NOW }),
]) {
  return openDesk({ rows });
}

Deno.test("mine stand in their order, the ended ones apart, with their numbers", () => {
  const { page } = desk();
  assert.deepEqual(names(page), ["b", "a", "c"]);
  assert.deepEqual(names(page, "ended"), ["z"]);
  assert.deepEqual(["mine", "active", "ended"].map((name) => page.$(`#count-${name}`).textContent), ["3", "3", "1"]);
  assert.equal(page.$("#empty-active").hidden, true);
});

Deno.test("a row says who it is, what came last, how much is unread and how urgent it is", () => {
  const { page } = desk();
  const [b, a, c] = page.all("#rows-active .row");
  assert.equal(b.querySelector(".row-name").textContent, "Carol");
  assert.equal(b.querySelector(".row-badge").textContent, "2");
  assert.equal(b.dataset.level, "wait");
  assert.equal(a.querySelector(".row-last").textContent, "A");
  assert.equal(c.querySelector(".row-prefix").textContent, "me_prefix");
  assert.match(b.querySelector(".row-link").getAttribute("aria-label"), /^Carol, unread_spoken 2, waiting_spoken/);
});

Deno.test("a new message moves its row, and only in the next frame", () => {
  const { desk: one, page } = desk();
  one.take({ t: "message.posted", conversation: "b", row: row("b", { seq: 2, waiting_since: null }) });
  assert.deepEqual(names(page), ["b", "a", "c"]);
  page.frames();
  assert.equal(names(page)[0], "a");
});

Deno.test("under the agent's hand rows stay, and a button offers the new order", () => {
  const { desk: one, page } = desk();
  page.fire("#mine-scroll", "pointerenter", { pointerType: "mouse" });
  one.take({ t: "message.posted", conversation: "b", row: row("b", { seq: 2, waiting_since: null }) });
  page.frames();
  assert.equal(names(page)[0], "b");
  assert.equal(page.$("#reordered").hidden, false);
  page.click("#reordered");
  assert.equal(names(page)[0], "a");
  assert.equal(page.$("#reordered").hidden, true);
  page.fire("#mine-scroll", "pointerleave");
});

Deno.test("the chosen order and filter hold at once, and an empty filter says so", () => {
  const { desk: one, page } = desk();
  page.fire(page.$("#filter-popup").parentElement, "menu:open");
  const unread = page.$("#filter-popup input[value=unread]");
  unread.checked = true;
  page.fire(unread, "change");
  assert.deepEqual(names(page), ["b"]);
  one.take({ t: "unread", conversation: "b", unread: 0 });
  page.frames();
  assert.deepEqual(names(page), []);
  assert.equal(page.$("#empty-active-text").textContent, "none_in_filter");
  assert.deepEqual(one.preferences.get("filters").states, ["unread"]);
  page.click("#filter-chips .filter-chip");
  assert.deepEqual(names(page), ["b", "a", "c"]);
});

Deno.test("a draft shows in the list while another conversation is open", () => {
  const { page } = desk();
  page.goTo("#c-a");
  page.type("#reply", "Yes, green");
  page.frames();
  const last = () => page.all("#rows-active .row")[1].querySelector(".row-last").textContent;
  assert.equal(last(), "A");
  page.goTo("#c-c");
  page.frames();
  assert.equal(last(), "Yes, green");
});

Deno.test("the open one is marked, for the eye and for the ear", () => {
  const { page } = desk();
  page.goTo("#c-c");
  assert.deepEqual(page.all("[aria-current=true]").map((link) => link.hash), ["#c-c"]);
  page.goTo("#c-z");
  assert.equal(page.$("#section-ended").open, true);
});

Deno.test("the list is one stop of the Tab key, and arrows move inside it", () => {
  const { page } = desk();
  const links = page.all("#rows-active .row-link");
  assert.deepEqual(links.map((link) => link.tabIndex), [0, -1, -1]);
  links[0].focus();
  page.press(links[0], "ArrowDown");
  assert.equal(document.activeElement, links[1]);
  page.press(links[1], "End");
  assert.equal(document.activeElement, links[2]);
});

Deno.test("somebody who types is shown in place of the last message", () => {
  const { desk: one, page } = desk();
  const last = () => page.all("#rows-active .row")[0].querySelector(".row-last").textContent;
  one.take({ t: "typing", conversation: "b", on: true });
  assert.equal(last(), "typing_short");
  one.take({ t: "typing", conversation: "b", on: false });
  assert.equal(last(), "Is there tea?");
});

Deno.test("what is written and not sent stands in its place, marked, and no screen reader hears it", () => {
  const { desk: one, page } = desk();
  const node = page.all("#rows-active .row")[0], label = node.querySelector(".row-link").getAttribute("aria-label");
  const shown = () => [".row-prefix", ".row-last"].map((part) => node.querySelector(part).textContent);
  const isMarked = () => node.querySelector(".row-last").getAttribute("data-unsent");
  one.take({ t: "typing", conversation: "b", on: true, text: "And gre" });
  assert.deepEqual([shown(), isMarked()], [["typing_short", "And gre"], "true"]);
  one.take({ t: "typing", conversation: "b", on: true, text: "And green?" });
  assert.deepEqual(shown(), ["typing_short", "And green?"]);
  assert.equal(node.querySelector(".row-link").getAttribute("aria-label"), label);
  one.take({ t: "typing", conversation: "b", on: false });
  assert.deepEqual([shown(), isMarked()], [["", "Is there tea?"], null]);
});

Deno.test("a note stands beside what the customer said, and in its place only for who has not opened it yet", () => {
  const last = { from: "customer", kind: "text", text: "And green tea?", at: NOW };
  const { page } = desk([
    row("mine", { last, note: "be kind" }),
    row("handed", { last, note: "wants a refund", handed_by: "Dave" }),
    row("plain", { last, note: null }),
  ]);
  const shown = (node) => [".row-prefix", ".row-last"].map((part) => node.querySelector(part).textContent);
  const [handed, mine, plain] = page.all("#rows-active .row");
  assert.deepEqual(shown(handed), ["note_prefix", "wants a refund"]);
  assert.deepEqual(shown(mine), ["", "And green tea?"]);
  assert.deepEqual([handed, mine, plain].map((node) => node.querySelector(".row-note").hidden), [true, false, true]);
});

Deno.test("a row shows two tags of its customer and how many more, and each change of one at once", () => {
  const tag = (id, name, color = "grey") => ({ id, name, color });
  const carol = { id: "carol", name: "Carol", tags: ["c", "a", "gone", "b"] };
  const { desk, page, sent } = openDesk({
    rows: [row("one", { customer: carol }), row("two", { customer: { ...carol, tags: [] } })],
    tags: { mark: "1", tags: [tag("a", "Ann", "red"), tag("b", "Ben"), tag("c", "Cid")] },
  });
  const tags = () => page.all("#rows-active .row-line .row-tag").map((node) => node.textContent).join(" ");
  assert.equal(tags(), "Ann Ben +1");
  assert.equal(page.$("#rows-active .row-tag").dataset.color, "red");
  assert.match(page.$("#rows-active .row-link").getAttribute("aria-label"), /tags_spoken Ann · Ben · Cid/);
  desk.take({ t: "tag.changed", tag: tag("a", "Zoe"), mark: "2" });
  assert.equal(tags(), "Ben Cid +1");
  desk.take({ t: "tag.deleted", tag: "b", mark: "3" });
  assert.equal(tags(), "Cid Zoe");
  desk.take({
    t: "customer.changed",
    conversation: "one",
    row: row("one", { seq: 2, customer: { ...carol, tags: [] } }),
  });
  page.frames();
  assert.equal(tags(), "");
  desk.take({ t: "digest", tags: "3" });
  assert.deepEqual(sent, []);
  desk.take({ t: "digest", tags: "4" });
  assert.deepEqual(sent, [{ t: "resync" }], "a change was missed");
  desk.take({ t: "message.posted", conversation: "three", row: row("three") });
  desk.take({ t: "digest", tags: "3" });
  assert.equal(sent.length, 2, "and of whom it knows no tags it asks");
});

Deno.test("the list is narrowed to the customers with a tag", () => {
  const { desk, page } = openDesk({
    rows: [row("one", { customer: { id: "carol", name: "Carol", tags: ["vip"] } }), row("two")],
    tags: { mark: "1", tags: [{ id: "vip", name: "VIP", color: "red" }, { id: "other", name: "Other", color: "red" }] },
  });
  desk.preferences.set("filters", { states: [], channels: [], tags: ["vip"], groups: [] });
  page.frames();
  assert.deepEqual(names(page), ["one"]);
  assert.equal(page.$(".filter-chip").textContent, "VIP");
  desk.take({ t: "tag.changed", tag: { id: "vip", name: "Gold", color: "red" }, mark: "2" });
  assert.equal(page.$(".filter-chip").textContent, "Gold");
  desk.preferences.set("filters", { states: ["waiting"], channels: [], tags: ["vip", "other"], groups: [] });
  desk.take({ t: "tag.changed", tag: { id: "other", name: "Silver", color: "red" }, mark: "3" });
  assert.equal(page.all(".filter-chip").at(-1).textContent, "Silver", "that nobody here has");
  desk.take({ t: "tag.deleted", tag: "vip", mark: "4" });
  assert.deepEqual(desk.preferences.get("filters").tags, ["other"]);
  assert.deepEqual(page.all(".filter-chip").map((chip) => chip.textContent), ["state_waiting", "Silver"]);
  desk.load({ me: desk.model.me, rows: [row("two")], queue: [], colleagues: [], tags: { mark: "5", tags: [] } });
  assert.deepEqual(desk.preferences.get("filters").tags, [], "deleted while this desk was away");
});

Deno.test("an order that is chosen in another window is the order here, and the field says so", () => {
  const { page } = desk();
  localStorage.setItem("kefu.desk.bob", JSON.stringify({ sort: "newest" }));
  for (const heard of window.listeners.get("storage")) heard({ key: "kefu.desk.bob" });
  assert.equal(page.$("#sort").value, "newest");
  assert.deepEqual(names(page), ["a", "b", "c"]);
});
