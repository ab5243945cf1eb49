import assert from "node:assert/strict";
import { openDesk } from "../../stand_ins/desk.js";
import { actionOf } from "../../../../static/kefu/js/desk/frame/shortcuts.js";

const alt = (code, key, more = {}) => ({ code, key, altKey: true, ...more });
const control = (code, more = {}) => ({ code, key: code.slice(-1), ctrlKey: true, shiftKey: true, ...more });

Deno.test("keys are known by their place, and never while an input method composes", () => {
  assert.equal(actionOf(alt("KeyU", "u"), true), "longest");
  assert.equal(actionOf(alt("KeyA", "q"), true), "accept"); // a French keyboard
  assert.equal(actionOf(alt("KeyU", "u", { isComposing: true }), true), null);
  assert.equal(actionOf(alt("KeyU", "Process", { keyCode: 229 }), true), null);
  assert.equal(actionOf({ code: "Escape", key: "Escape", keyCode: 229 }, true), null);
  assert.equal(actionOf({ code: "KeyU", key: "u" }, false), null);
});

Deno.test("in a text field nothing that writes a character is a shortcut", () => {
  const written = { KeyE: "ęé€", KeyU: "üû", KeyN: "ñń", KeyA: "åąä", KeyT: "†ț", KeyR: "®" };
  for (const [code, characters] of Object.entries(written)) {
    for (const isMac of [true, false]) {
      for (const key of [...characters, "Dead"]) assert.equal(actionOf(alt(code, key), true, isMac), null, key);
    }
  }
});

Deno.test("AltGr writes characters, too, however the system tells of it", () => {
  assert.equal(actionOf(alt("KeyA", "a", { ctrlKey: true }), false), null);
  assert.equal(actionOf(alt("KeyA", "a", { getModifierState: (name) => name === "AltGraph" }), false), null);
});

Deno.test("a Mac has other modifiers for letters, because Option writes", () => {
  assert.equal(actionOf(control("KeyE"), true, true), "end");
  assert.equal(actionOf(control("KeyE"), true, false), null);
  assert.equal(actionOf(alt("KeyE", "e"), false, true), null);
  assert.equal(actionOf(alt("ArrowDown", "ArrowDown"), true, true), "next");
});

Deno.test("the keys that move through the page need no letter", () => {
  assert.equal(actionOf({ code: "F6", key: "F6", shiftKey: true }, true), "regionBack");
  assert.equal(actionOf({ code: "Escape", key: "Escape" }, true), "back");
});

Deno.test("one key takes back what ends or is removed, while that can be done", () => {
  assert.equal(actionOf(alt("KeyZ", "z"), true), "undo");
  const { desk } = openDesk();
  desk.open("one");
  desk.act("end");
  desk.act("undo");
  assert.equal(desk.endings.has("one"), false);
  assert.equal(desk.act("undo"), false);
});

Deno.test("the help opens by its sign, but not while somebody types one", () => {
  const sign = { code: "Slash", key: "?", shiftKey: true };
  assert.equal(actionOf(sign, false), "help");
  assert.equal(actionOf(sign, true), null);
});

Deno.test("a held key repeats for moving, not for accepting", () => {
  assert.equal(actionOf(alt("ArrowDown", "ArrowDown", { repeat: true }), false), "next");
  assert.equal(actionOf(alt("KeyA", "a", { repeat: true }), false), null);
});
