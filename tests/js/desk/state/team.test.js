import assert from "node:assert/strict";
import { dave, openDesk, settled } from "../../stand_ins/desk.js";

Deno.test("while somebody looks at the colleagues, they are asked for with each digest", async () => {
  let asked = 0;
  const { desk, page } = openDesk();
  const colleagues = [{ ...dave, status: "away" }, { ...dave, id: "erin", name: "Erin" }];
  desk.server.colleagues = () => (asked++, Promise.resolve({ groups: {}, colleagues }));
  desk.take({ t: "digest" });
  assert.equal(asked, 0, "nobody looks");
  page.click("#tab-team");
  await settled();
  assert.deepEqual([asked, page.all("#rows-team .row-name").map((node) => node.textContent)], [1, [
    "Erin1003",
    "Dave1003",
  ]]);
  colleagues.pop();
  desk.take({ t: "digest" });
  await settled();
  assert.deepEqual([asked, desk.model.colleagues().map(({ id, status }) => [id, status])], [2, [["dave", "away"]]]);
  page.click("#tab-mine");
  page.click("#transfer-button");
  await settled();
  assert.equal(asked, 3);
});
