import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";
import { keepShown, watchReturns } from "../../../static/kefu/js/console/returning.js";

openPage("console/base.html");
const shown = [];
globalThis.history = { state: { htmx: true }, replaceState: (state) => shown.push(history.state = state) };

const field = (name, value, more = {}) => ({ name, type: "hidden", value, defaultValue: value, ...more });
const select = (chosen, drawn) => {
  const options = [0, 1, 2].map((at) => ({ selected: at === chosen, defaultSelected: at === drawn }));
  return { type: "select-one", options, selectedIndex: chosen };
};

/** A form as the server draws it, with what the browser brought back. */
function form(version, ...controls) {
  const hidden = [field("version", version), field("shown", `of ${version}`)];
  return {
    id: "",
    hidden,
    elements: [...hidden, ...controls],
    getAttribute: () => "/console/groups/g/",
    querySelectorAll: () => hidden,
  };
}

const comeBack = (version, ...controls) => {
  const drawn = form(version, ...controls);
  document.forms = [drawn];
  for (const listener of window.listeners.get("pageshow").splice(0)) listener({});
  watchReturns(() => true);
  return drawn.hidden.map(({ value }) => value);
};

Deno.test("with the first letter the version that is shown is kept, once, beside what others keep", () => {
  watchReturns(() => true);
  keepShown(form("1"));
  keepShown(form("1"));
  const kept = { "/console/groups/g/": { version: "1", shown: "of 1" } };
  assert.deepEqual(shown, [{ htmx: true, shown: kept }]);
});

for (
  const [what, control] of [
    ["words", field("name", "Sales and more", { type: "text", defaultValue: "Sales" })],
    ["a tick", { type: "checkbox", checked: true, defaultChecked: false }],
    ["a choice", select(2, 1)],
    ["a choice where none was drawn", select(1, null)],
  ]
) {
  Deno.test(`what the browser brings back is of the version that was shown then: ${what}`, () => {
    assert.deepEqual(comeBack("4", control), ["1", "of 1"]);
  });
}

Deno.test("a form that stands as the server drew it is of the version that it says", () => {
  const drawn = [field("name", "Sales", { type: "text" }), select(1, 1), select(0, null)];
  assert.deepEqual(comeBack("4", ...drawn, { type: "checkbox", checked: true, defaultChecked: true }), ["4", "of 4"]);
});

Deno.test("so is one into which nothing was typed here", () => {
  history.state = { htmx: true };
  assert.deepEqual(comeBack("4", field("name", "x", { type: "text", defaultValue: "y" })), ["4", "of 4"]);
});
