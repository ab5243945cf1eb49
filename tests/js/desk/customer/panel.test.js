import assert from "node:assert/strict";
import { openDesk, row, settled } from "../../stand_ins/desk.js";

Deno.test("the customer of the open conversation is asked for once, and again when looking at another page", async () => {
  const { desk, page, asked } = openDesk({ rows: [row("one"), row("two")] });
  page.goTo("#c-one");
  desk.open("one");
  await settled();
  desk.take({ t: "customer.moved", conversation: "one" });
  desk.take({ t: "customer.moved", conversation: "two" });
  assert.deepEqual(asked, ["/customers/one/", "/customers/one/"]);
});

Deno.test("times are told in the reader's zone", async () => {
  const { desk, page, customers } = openDesk();
  const time = document.createElement("time"), at = new Date(2026, 10, 30, 9, 5);
  time.setAttribute("datetime", time.dateTime = at.toISOString());
  customers.set("one", [time]);
  page.goTo("#c-one");
  await settled();
  const shown = page.$("#customer time");
  assert.deepEqual([shown.textContent, shown.title], [desk.when(at.getTime()), desk.formats.dateTime(at)]);
});

Deno.test("details that could not be loaded are asked for by a button, and with the next connection", async () => {
  const { desk, page, asked, customers } = openDesk();
  customers.set("one", new Error("no network"));
  page.goTo("#c-one");
  await settled();
  page.click("#customer button");
  await settled();
  desk.tell("online");
  desk.tell("online");
  await settled();
  assert.equal(asked.length, 3);
});

Deno.test("the answer for a conversation that was left meanwhile is dropped", async () => {
  const { page, customers } = openDesk({ rows: [row("one"), row("two")] });
  const one = document.createElement("b"), two = document.createElement("i");
  customers.set("one", [one]).set("two", [two]);
  page.goTo("#c-one");
  page.goTo("#c-two");
  await settled();
  assert.deepEqual([page.$("#customer b"), page.$("#customer i")], [null, two]);
  page.goTo("#c-one");
  page.goTo("");
  await settled();
  assert.equal(page.$("#customer b"), null);
});

Deno.test("no conversation, no customer", async () => {
  const { page, asked } = openDesk();
  page.goTo("#c-one");
  await settled();
  page.goTo("");
  assert.equal(asked.length, 1);
  assert.match(page.$("#customer").textContent, /Details of the customer appear here/);
});

Deno.test("on a wide page the panel is no drawer that could be closed", () => {
  const { desk, page } = openDesk();
  page.click("#panel-toggle");
  assert.equal(desk.customer.close(), false);
});

Deno.test("where the keyboard was, it is after the panel was read anew", async () => {
  const { desk, page, customers } = openDesk(), named = (id) => Object.assign(document.createElement("button"), { id });
  customers.set("one", [named("first"), named("second"), named("third")]);
  page.goTo("#c-one");
  await settled();
  page.$("#second").focus();
  customers.set("one", [named("first"), named("third")]);
  desk.take({ t: "customer.moved", conversation: "one" });
  await settled();
  assert.equal(document.activeElement.id, "third");
});
