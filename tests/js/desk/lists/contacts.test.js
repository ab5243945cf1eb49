import assert from "node:assert/strict";
import { dave, NOW, openDesk, row, settled } from "../../stand_ins/desk.js";
import { standingTime } from "../../stand_ins/time.js";

const carol = { id: "carol", name: "Carol" }, erin = { id: "erin", name: "Erin" };
const past = (conversation, customer) => row(conversation, { customer, state: "ended", ended_at: NOW, mine: true });

Deno.test("recent customers are asked for with their tab, and open what was said", async () => {
  const asked = [];
  const first = { customer: carol, row: past("old", carol), opens: true, open: { mine: false, agent: "Dave" } };
  const second = { customer: erin, row: past("older", erin), opens: true, open: null };
  const contacts = (list, before) => {
    asked.push([list, before]);
    return before ? { contacts: [first, second], more: false } : { contacts: [first], more: true };
  };
  const { desk, page } = openDesk({ rows: [], contacts });
  assert.deepEqual(asked, []);
  page.click("#tab-recent");
  await settled();
  const names = () => page.all("#recent .row-name").map((node) => node.textContent);
  assert.deepEqual(names(), ["Carol"]);
  assert.equal(page.$("#recent .row-state").textContent, "open_with Dave");
  page.click("#recent .list-more");
  await settled();
  assert.deepEqual([names(), asked.at(-1)], [["Carol", "Erin"], ["recent", "old"]]);
  page.click(page.all("#recent .row-link")[1]);
  page.goTo("#c-older");
  assert.equal(desk.current, "older");
  assert.equal(desk.model.ended().length, 0, "it is none of today's");
});

Deno.test("what colleagues ended opens to be read, what they hold says so, and what goes on here is where it leads", async () => {
  const daves = { agent: { id: "dave", name: "Dave" }, channel: { id: "web", kind: "web", name: "Shop" } };
  const person = (name) => ({ id: name, name });
  const contact = (name, fields, more) => {
    const customer = person(name), found = row(`with ${name}`, { customer, ...daves, ...fields });
    return { customer, row: found, opens: true, writes: true, open: null, ...more };
  };
  const over = { state: "ended", ended_at: NOW };
  const ann = contact("Ann", over), ben = contact("Ben", over, { writes: false });
  const cid = contact("Cid", {}, { opens: false, open: { conversation: "with Cid", mine: false, agent: "Dave" } });
  const dot = contact("Dot", over, { open: { conversation: "q", mine: false, agent: null } });
  const eve = { customer: person("Eve"), row: null, opens: false, writes: false, open: null };
  const contacts = () => ({ contacts: [ann, ben, cid, dot, eve], more: false });
  const { desk, page, toasts } = openDesk({
    rows: [],
    queue: [row("q", { ...daves, agent: null, state: "queued", queued_at: NOW, customer: person("Dot") })],
    contacts,
  });
  page.click("#tab-recent");
  await settled();
  const links = () => page.all("#recent .row-link"),
    bar = () => ["#again-button", "#again-not"].map((id) => page.$(id).hidden);
  const open = (at) => {
    page.click(links()[at]);
    page.goTo(links()[at].hash);
    page.frames();
  };
  open(0);
  assert.deepEqual([desk.current, page.$("#again-bar").hidden, bar()], ["with Ann", false, [false, true]]);
  open(1);
  assert.deepEqual([desk.current, bar()], ["with Ben", [true, false]]);
  open(3);
  assert.equal(desk.current, "q");
  page.click(links()[2]);
  page.click(links()[4]);
  assert.deepEqual([desk.current, toasts], ["q", ["contact_elsewhere Cid Dave", "contact_never Eve"]]);
  assert.deepEqual(links().map((link) => link.getAttribute("aria-disabled")), [null, null, "true", null, "true"]);
});

Deno.test("a star is on every row of the customer, at once, and comes off again where the server says no", async () => {
  const { desk, page, sent, toasts } = openDesk({
    rows: [row("one", { customer: carol }), row("two", { customer: erin })],
    queue: [],
    stars: ["erin"],
  });
  const stars = () => page.all("#rows-active .row-star").map((node) => node.getAttribute("aria-pressed"));
  assert.deepEqual(stars(), ["false", "true"]);
  page.goTo("#c-one");
  desk.act("star");
  assert.deepEqual(stars(), ["true", "true"]);
  assert.deepEqual(sent.at(-1), { t: "customer.star", customer: "carol", on: true });
  desk.take({ t: "customer.starred", customer: "erin", on: false });
  assert.deepEqual(stars(), ["true", "false"]);
  desk.answers["customer.star"] = () => {
    throw { text: "no" };
  };
  page.click(page.all("#rows-active .row-star")[1]);
  assert.deepEqual(stars(), ["true", "true"]);
  await settled();
  assert.deepEqual([stars(), toasts], [["true", "false"], ["no"]]);
});

Deno.test("colleagues stand by who can take something, and get the open conversation with one press", async () => {
  const away = { ...dave, id: "erin", name: "Erin", status: "away", reason: "Meal" };
  const { desk, page } = openDesk({ colleagues: [away, dave] });
  page.click("#tab-team");
  await settled();
  assert.deepEqual(page.all("#rows-team .team-state").map((node) => node.textContent), [
    "status_online",
    "status_away_reason Meal",
  ]);
  assert.equal(page.$("#rows-team .team-groups").textContent, "Sales");
  const buttons = () => page.all("#rows-team .team-hand-over").map((node) => node.hidden);
  assert.deepEqual(buttons(), [true, true]);
  page.goTo("#c-one");
  assert.deepEqual(buttons(), [false, false]);
  page.click("#rows-team .team-hand-over");
  assert.equal(page.$("#colleagues input:checked").value, "dave");
  desk.take({ t: "agent.status", agent: { ...dave, status: "offline" } });
  assert.deepEqual(buttons(), [false, true]);
});

Deno.test("a list that takes its time says that it is coming", async () => {
  const time = standingTime();
  let come;
  const { page } = openDesk({ rows: [], contacts: () => new Promise((resolve) => (come = resolve)) });
  page.click("#tab-recent");
  time.pass(299);
  assert.equal(page.all("#recent .skeleton").length, 0);
  time.pass(1);
  assert.ok(page.all("#recent .skeleton").length > 0);
  time.stop();
  come({ contacts: [], more: false });
  await settled();
  assert.equal(page.all("#recent .skeleton").length, 0);
});
