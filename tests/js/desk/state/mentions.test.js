import assert from "node:assert/strict";
import { matching, mentioned, namesIn, queryAt } from "../../../../static/kefu/js/desk/state/mentions.js";

const li = { id: "li", name: "小李", number: "1001" }, lizi = { id: "lizi", name: "小李子", number: "1002" };
const anna = { id: "anna", name: "Anna", number: "2001" }, other = { id: "other", name: "小李", number: "1003" };

Deno.test("what follows an @ is asked for, and no address is", () => {
  const at = (text) => queryAt(text, text.length);
  assert.deepEqual(at("@"), { from: 0, word: "" });
  assert.deepEqual(at("请@小"), { from: 1, word: "小" });
  assert.deepEqual(at("请＠小"), { from: 1, word: "小" });
  for (const text of ["", "小李", "anna@shop", "@小李 看", "a.b@", "@@"]) assert.equal(at(text), null, text);
  assert.deepEqual(queryAt("请@小李", 3), { from: 1, word: "小" });
});

Deno.test("names that begin with it stand first, numbers count from their beginning", () => {
  assert.deepEqual(matching([li, anna, lizi], "李").map(({ id }) => id), ["li", "lizi"]);
  assert.deepEqual(matching([li, anna], "an").map(({ id }) => id), ["anna"]);
  assert.deepEqual(matching([li, lizi, anna], "200").map(({ id }) => id), ["anna"]);
  assert.deepEqual(matching([{ ...anna, name: "Joanna" }, anna], "an").map(({ name }) => name), ["Anna", "Joanna"]);
  assert.equal(matching(Array.from({ length: 20 }, () => li), "").length, 8);
});

Deno.test("the longest name that fits is meant, and of two of one name the chosen one", () => {
  assert.deepEqual(namesIn("问@小李子和@小李,@王", ["小李", "小李子"]), [{ at: 1, name: "小李子" }, {
    at: 6,
    name: "小李",
  }]);
  assert.deepEqual(mentioned("@小李子 @小李 @小李", [li, lizi, anna]), ["lizi", "li"]);
  assert.deepEqual(mentioned("@小李", [li, other], [other]), ["other"]);
  assert.deepEqual(mentioned("小李", [li]), []);
});

Deno.test("an address names nobody, nor does the beginning of a longer word, nor what stands inside of a name", () => {
  const shop = { ...anna, id: "shop", name: "shop" }, ann = { ...anna, id: "ann", name: "Ann" };
  const odd = { ...anna, id: "odd", name: "Li@shop" };
  for (const text of ["carol@shop", "a.b@shop.example", "c_d@shop", "@shopping", "@@shop", "@shop2"]) {
    assert.deepEqual(mentioned(text, [shop]), [], text);
  }
  assert.deepEqual(mentioned("@Anna", [ann]), []);
  assert.deepEqual(mentioned("(@Ann), ask", [ann, anna]), ["ann"]);
  assert.deepEqual(mentioned("请@Ann看一下@小李明天", [ann, li]), ["ann", "li"]);
  assert.deepEqual(mentioned("@Li@shop", [odd, shop]), ["odd"]);
});

Deno.test("two colleagues of one name are both meant where both were chosen, and where nobody says which", () => {
  assert.deepEqual(mentioned("@小李 @小李", [li, other], [li, other]), ["li", "other"]);
  assert.deepEqual(mentioned("@小李", [li, other], [li, other]), ["other"], "chosen anew instead");
  assert.deepEqual(mentioned("@小李", [li, other]), ["li", "other"], "a draft of before a reload");
});
