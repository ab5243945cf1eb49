import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";

const page = openPage("console/base.html");
const { listenToHtmx } = await import("../../../static/kefu/js/console/htmx.js");
listenToHtmx({ toast: () => {}, text: (name) => name, opened: () => {} });

const dialog = page.$("#dialog"), form = document.createElement("form"), link = document.createElement("a");
document.body.append(link);

function isSwapped(target, elt) {
  const detail = { target, requestConfig: { elt }, shouldSwap: true };
  page.fire(document.body, "htmx:beforeSwap", { detail });
  return detail.shouldSwap;
}

Deno.test("a question opens in the dialog, and what it is answered with comes in its place", () => {
  assert.ok(isSwapped(dialog, link));
  dialog.open = true;
  dialog.replaceChildren(form);
  assert.ok(isSwapped(dialog, form));
});

Deno.test("a question that was asked for earlier does not come in the place of the one that is open", () => {
  dialog.open = true;
  assert.ok(!isSwapped(dialog, link));
  assert.ok(isSwapped(document.body, link), "elsewhere everything is swapped");
});
