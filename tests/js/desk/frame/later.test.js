import assert from "node:assert/strict";
import { openDesk } from "../../stand_ins/desk.js";

/** A module that does not come when it is first asked for. */
const AWAY = 'if (!import.meta.url.endsWith("?1")) throw new Error("away");';
const FEATURE = "export const install = (desk) => ({ at: desk.agentId });//";

Deno.test("a feature that did not come says so, and comes with the next call; then it is there once", async () => {
  const { desk, toasts } = openDesk(), feature = desk.later(new URL(`data:text/javascript,${AWAY}${FEATURE}`));
  assert.equal(await feature(), null);
  assert.deepEqual(toasts, ["not_loaded"]);
  const [first, second] = await Promise.all([feature(), feature()]);
  assert.deepEqual([first, first === second, toasts.length], [{ at: "bob" }, true, 1]);
});
