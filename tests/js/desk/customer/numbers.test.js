import assert from "node:assert/strict";
import { numbersIn } from "../../../../static/kefu/js/desk/customer/numbers.js";

Deno.test("phones, orders, parcels and addresses are found as people write them", () => {
  const cases = {
    "手机13800138000，谢谢": ["13800138000"],
    "我的电话是 138 0013 8000": ["13800138000"],
    "１３８００１３８０００": ["13800138000"],
    "订单 202611300012345 还没到": ["202611300012345"],
    "顺丰SF1234567890123": ["SF1234567890123"],
    "JD-2026-11300001": ["JD-2026-11300001"],
    "写信到 carol@example.com": ["carol@example.com"],
    "要 2 件，每件 199.00 元": [],
    "2026年11月30日 15:30": [],
    "https://shop.example/item/123456789": [],
  };
  for (const [text, found] of Object.entries(cases)) assert.deepEqual(numbersIn(text), found, text);
});

Deno.test("what is written to hold the desk up does not", () => {
  const began = performance.now();
  for (const text of ["㏂", "a", ".", "1-", "a@", "www."]) numbersIn(text.repeat(4000));
  assert.ok(performance.now() - began < 1000);
});
