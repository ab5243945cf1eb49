import assert from "node:assert/strict";
import { openPage } from "../../stand_ins/page.js";
import { standingTime } from "../../stand_ins/time.js";
import { createToasts } from "../../../../static/kefu/js/desk/alerts/announcer.js";

function open() {
  const page = openPage("workbench/desk/desk.html"), time = standingTime(), said = [];
  const toast = createToasts({
    box: page.$("#toasts"),
    template: page.$("#toast-template"),
    announcer: { say: (text) => said.push(text), alarm: (text) => said.push(text) },
    pane: page.$("#pane"),
    head: page.$(".pane-head"),
  });
  const hover = () => {
    const node = page.$(".toast");
    node.matches = (selector) =>
      selector.includes(":hover") || Object.getPrototypeOf(node).matches.call(node, selector);
  };
  return { page, time, toast, hover };
}

Deno.test("whoever points at a short message keeps it, but no way back that leads nowhere any more", () => {
  const { page, time, toast, hover } = open();
  toast("handed over", { action: "open", onAction() {}, lasts: 5000 });
  hover();
  time.pass(5000);
  assert.equal(page.all(".toast").length, 1);
  page.$(".toast").remove();
  toast("three end", { action: "undo", onAction() {}, lasts: 5000, undoes: true });
  hover();
  time.pass(5000);
  assert.equal(page.all(".toast").length, 0);
  time.stop();
});

Deno.test("what failed looks like it, and the keyboard goes back to where it was", () => {
  const { page, time, toast } = open(), input = page.$("#reply");
  toast("not saved", { bad: true });
  assert.ok(page.$(".toast").classList.contains("toast-bad"));
  toast("three end", { action: "undo", onAction() {}, undoes: true });
  const undo = page.$("[data-undo]");
  input.focus();
  document.activeElement = undo;
  page.fire(undo, "focusin", { relatedTarget: input });
  page.click(undo);
  assert.equal(document.activeElement, input);
  time.stop();
});
