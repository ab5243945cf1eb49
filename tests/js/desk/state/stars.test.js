import assert from "node:assert/strict";
import { openDesk, row, settled } from "../../stand_ins/desk.js";

Deno.test("all stars are asked for when a digest counts others, and not with every one", async () => {
  let asked = 0, stars = ["erin"];
  const { desk } = openDesk({ rows: [row("one", { customer: { id: "carol", name: "Carol" } })], stars: ["carol"] });
  desk.server.stars = () => (asked++, stars ? Promise.resolve({ stars }) : Promise.reject(new Error("away")));
  const digest = async (...count) => {
    desk.take({ t: "digest", stars: count });
    await settled();
    return [asked, desk.stars.has("carol"), desk.stars.has("erin")];
  };
  assert.deepEqual(await digest(1, 5), [1, false, true]);
  assert.deepEqual(await digest(1, 5), [1, false, true]);
  stars = null;
  assert.deepEqual(await digest(0, null), [2, false, true]);
  stars = [];
  assert.deepEqual(await digest(0, null), [3, false, false], "what did not come is asked for again");
  desk.take({ t: "digest" });
  assert.equal(asked, 3, "an older server counts none");
});
