import assert from "node:assert/strict";
import { t } from "../../stand_ins/desk.js";
import { lineText, readOnlyText } from "../../../../static/kefu/js/desk/conversation/lines.js";

Deno.test("what happened is told with names, and without words where there is nothing to tell", () => {
  const names = { from: "Bob", to: "Dave" };
  assert.equal(lineText({ say: { key: "transferred", names } }, t), "line_transferred Bob Dave");
  assert.equal(lineText({ say: { key: "requeued", names: {} } }, t), "line_requeued");
  assert.equal(lineText({ say: null }, t), "");
  const end = { key: "ended_by_name", names: { by: "Bob" } };
  assert.equal(readOnlyText({ state: "ended", end }, { t }), "line_ended_by_name Bob");
  assert.equal(readOnlyText({ state: "ended", end: { key: "ended_idle", names: {} } }, { t }), "line_ended_idle");
});
