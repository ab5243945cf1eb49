import assert from "node:assert/strict";
import { openDesk } from "../../stand_ins/desk.js";
import { moved } from "../../../../static/kefu/js/desk/frame/columns.js";

Deno.test("an edge stays within its limits", () => {
  assert.equal(moved(300, 20.4, [240, 400]), 320);
  assert.equal(moved(300, 500, [240, 400]), 400);
  assert.equal(moved(300, -500, [240, 400]), 240);
});

Deno.test("widths are kept, and a double click forgets one", () => {
  const { desk, page } = openDesk(), columns = page.$(".columns");
  desk.preferences.set("widths", { lists: 260, panel: 400 });
  assert.equal(columns.style["--lists-width"], "260px");
  page.fire("#edge-lists", "dblclick");
  assert.deepEqual(desk.preferences.get("widths"), { panel: 400 });
  assert.equal(columns.style["--lists-width"], "");
});

Deno.test("the customer is folded away until wanted again", () => {
  const { desk, page } = openDesk(),
    columns = page.$(".columns"),
    isFolded = () => columns.getAttribute("data-folded") !== null;
  page.goTo("#c-one");
  assert.equal(isFolded(), false);
  page.click("#panel-close");
  assert.equal(isFolded(), true);
  assert.equal(desk.preferences.get("panel"), false);
  page.click("#panel-toggle");
  assert.equal(isFolded(), false);
});
