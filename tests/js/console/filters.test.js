import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";

const page = openPage("parts/_filters.html");
const form = page.$("form");
const fields = Object.fromEntries(
  [["q", "search"], ["since", "date"], ["status", "select-one"], ["seen", "checkbox"]].map(([name, type]) => {
    const field = document.createElement("input");
    Object.assign(field, { name, type, validity: { valid: true } });
    form.append(field);
    return [name, field];
  }),
);
const list = document.createElement("div");
list.className = "filter-chips";
document.body.append(list);

/** The chips of these fields, as the server draws them. */
function showChips(...names) {
  list.replaceChildren(...names.map((name) => {
    const chip = document.createElement("a");
    Object.assign(chip, { className: "chip", id: `chip-${name}` });
    chip.setAttribute("data-clears", name);
    return chip;
  }));
}

/** What htmx hears: the page's own listeners come first, and may keep an event from it. */
let heard = 0, submitted = 0;
form.addEventListener("submit", () => submitted++);

const { chipAfterwards, watchFilters } = await import("../../../static/kefu/js/console/filters.js");
watchFilters();

function hears(act) {
  const before = heard;
  act();
  return heard > before;
}
document.documentElement.addEventListener("input", () => heard++);

/** What is sent for the bar while the address says `search`. */
function sent(search, parameters) {
  Object.assign(location, { search });
  page.fire(document.body, "htmx:configRequest", { detail: { elt: form, parameters } });
  return parameters;
}

Deno.test("a date that is half typed waits, and so do the letters on the way to a word", () => {
  let stopped = 0;
  const event = (target, more = {}) => ({ target, stopPropagation: () => stopped++, ...more });
  const [changed] = document.listeners.get("input");
  changed(event(fields.q));
  changed(event(fields.since));
  assert.equal(stopped, 0);
  changed(event(fields.q, { isComposing: true }));
  fields.since.validity = { valid: false };
  changed(event(fields.since));
  assert.equal(stopped, 2);
  changed(event(document.body, { isComposing: true }));
  assert.equal(stopped, 2, "elsewhere nothing is kept from anybody");
  fields.since.validity = { valid: true };
});

Deno.test("a word that an input method has finished is searched for", () => {
  assert.ok(hears(() => page.fire(fields.q, "compositionend")));
  assert.ok(!hears(() => page.fire(list, "compositionend")));
});

Deno.test("while a date is half typed, the list keeps the day of its address", () => {
  fields.since.validity = { valid: false };
  assert.deepEqual(sent("?since=2026-01-05", { q: "li", since: "" }), { q: "li", since: "2026-01-05" });
  assert.deepEqual(sent("", { q: "li", since: "" }), { q: "li" });
  fields.since.validity = { valid: true };
  assert.deepEqual(sent("?since=2026-01-05", { since: "" }), { since: "" });
});

Deno.test("a chip is taken away without leaving the page, and the keyboard goes on at the next one", () => {
  showChips("q", "status", "seen");
  fields.status.value = "online";
  fields.seen.checked = true;
  const event = page.fire(page.$("#chip-status"), "click");
  assert.ok(event.defaultPrevented);
  assert.deepEqual([fields.status.value, submitted], ["", 1]);
  showChips("q", "seen");
  assert.equal(chipAfterwards().id, "chip-seen");
  assert.equal(chipAfterwards(), null, "once");

  page.fire(page.$("#chip-seen"), "click");
  assert.deepEqual([fields.seen.checked, submitted], [false, 2]);
  showChips("q");
  assert.equal(chipAfterwards().id, "chip-q", "the last one, where there is none behind it");
  page.fire(page.$("#chip-q"), "click");
  showChips();
  assert.equal(chipAfterwards(), null);
});

Deno.test("a chip opens in another tab like any link", () => {
  showChips("q");
  assert.ok(!page.fire(page.$("#chip-q"), "click", { ctrlKey: true }).defaultPrevented);
  assert.equal(submitted, 3);
});

Deno.test("what is clicked in a list while the next filter is on its way is done in the list that comes", () => {
  const list = document.createElement("div"), head = document.createElement("a"), done = [];
  list.className = "list";
  head.setAttribute("hx-push-url", "true");
  head.id = "sort-name";
  list.append(head);
  document.body.append(list);
  head.addEventListener("click", () => done.push(head.id));
  const asks = () => page.fire(document.body, "htmx:confirm", { detail: { elt: head } }).defaultPrevented;
  const answers = (successful) => page.fire(document.body, "htmx:afterRequest", { detail: { elt: form, successful } });
  assert.ok(!asks());
  form.classList.add("htmx-request");
  assert.ok(asks());
  answers(false); // another filter took its place
  assert.deepEqual(done, []);
  form.classList.remove("htmx-request");
  answers(true);
  answers(true);
  assert.deepEqual(done, ["sort-name"], "once");
});
