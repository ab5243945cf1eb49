import assert from "node:assert/strict";
import { openDesk, settled } from "../../stand_ins/desk.js";
import { h } from "../../../../static/kefu/js/base/page.js";

const button = (attributes) => h("button", { type: "button", ...attributes });

/** The panel of a conversation with one field, opened to be edited (templates/workbench/customer_panel/_noted.html). */
async function editing(field, tag) {
  const { desk, page, customers, sent, asked } = openDesk(),
    input = Object.assign(h(tag, { name: field }), { value: "" });
  const theirs = h("div", { class: "noted-theirs", hidden: true }, h("p", {}));
  theirs.append(...["theirs", "mine"].map((name) => button({ "data-keep": name })));
  const form = h("form", { class: "noted-form", hidden: true }, input, h("p", { class: "field-error" }), theirs);
  const place = h("div", { "data-field": field }, button({ class: "noted-value" }), form);
  customers.set("one", [h("div", { class: "customer", "data-of": "one" }, place)]);
  page.goTo("#c-one");
  await settled();
  page.click(".noted-value");
  return { desk, page, input, form, theirs, sent, asked };
}

Deno.test("who sees masked what somebody else noted meanwhile can keep it, and not replace it", async () => {
  const { desk, page, input, form, theirs, sent, asked } = await editing("phone", "input");
  const masked = { by: "Dave", values: { phone: "138****8000" } };
  desk.answers["customer.change"] = () => ({ theirs: masked, customer: { hidden: ["email", "phone"] } });
  input.value = "139";
  page.press(input, "Enter");
  await settled();
  const [keepTheirs, useMine] = theirs.querySelectorAll("button");
  assert.deepEqual([theirs.hidden, keepTheirs.hidden, useMine.hidden], [false, false, true]);
  assert.match(theirs.textContent, /138\*{4}8000.*139/);
  page.click(keepTheirs);
  assert.ok(form.hidden);
  await new Promise((done) => setTimeout(done, 60)); // as long as several changes are gathered
  assert.deepEqual([sent.length, asked.length], [1, 2], "the panel shows what is there");
});

Deno.test("a choice is saved at once by pointer, and by keys when it is left", async () => {
  const { page, input, sent } = await editing("gender", "select");
  page.press(input, "ArrowDown");
  input.value = "female";
  page.fire(input, "change");
  assert.deepEqual(sent, []);
  page.press(input, "ArrowDown");
  input.value = "other";
  page.fire(input, "change");
  page.press(input, "Enter");
  await settled();
  assert.deepEqual(sent.map(({ values }) => values), [{ gender: "other" }]);
  page.click(".noted-value");
  page.fire(input, "pointerdown");
  input.value = "male";
  page.fire(input, "change");
  await settled();
  assert.equal(sent.length, 2);
});

Deno.test("half a character, which no database takes, keeps the rest of a note from nobody", async () => {
  const { page, input, sent } = await editing("note", "textarea");
  input.value = "tea\ud83d";
  page.press(input, "Enter", { ctrlKey: true });
  await settled();
  assert.deepEqual(sent.map(({ values }) => values), [{ note: "tea" }]);
});
