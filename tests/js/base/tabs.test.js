import assert from "node:assert/strict";
import { leader } from "../../../static/kefu/js/base/tabs.js";

Deno.test("a visible window leads before a hidden one, then the oldest, and the silent ones not at all", () => {
  const peer = (id, visible, at) => ({ id, visible, at });
  assert.equal(leader([peer("a", false, 0), peer("b", true, 0)], 1000), "b");
  assert.equal(leader([peer("b", true, 0), peer("a", true, 0)], 1000), "a");
  assert.equal(leader([peer("a", true, 0), peer("b", false, 0)], 10_000), "b");
  assert.equal(leader([peer("a", false, 0)], 100_000), null);
});
