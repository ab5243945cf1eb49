import assert from "node:assert/strict";
import { newPassword } from "../../../static/kefu/js/console/passwords.js";

Deno.test("a suggested password is long, plain to read, and never the same", () => {
  const made = Array.from({ length: 200 }, newPassword);
  for (const password of made) assert.match(password, /^([a-hjkmnp-z2-4679]{4}-){3}[a-hjkmnp-z2-4679]{4}$/);
  assert.equal(new Set(made).size, 200);
});
