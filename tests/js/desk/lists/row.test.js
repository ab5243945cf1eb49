import assert from "node:assert/strict";
import { prefixOf } from "../../../../static/kefu/js/desk/lists/row.js";

const t = (key, { name = "" } = {}) => `${key} ${name}`.trim();
const colleague = (id) => ({ me: null, dave: "Dave" })[id] ?? (id === "me" ? null : "");
const prefix = (last) => prefixOf(last, t, colleague);

Deno.test("a row says who wrote last: I, a colleague by name, or the customer, who needs no word", () => {
  assert.equal(prefix({ from: "agent", author: "me" }), "me_prefix");
  assert.equal(prefix({ from: "agent", author: "dave" }), "colleague_prefix Dave");
  assert.equal(prefix({ from: "agent", author: "gone" }), "");
  assert.equal(prefix({ from: "customer", author: null }), "");
  assert.equal(prefix(null), "");
});
