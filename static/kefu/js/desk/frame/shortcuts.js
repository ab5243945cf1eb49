/**
 * Keys of the desk, by their place on the keyboard (event.code), so that an input method cannot change them.
 * No bare letters: an agent types all day. Option writes characters on macOS, so letters have other modifiers there.
 *
 *   install(desk)                 see KEYS for the names of desk.key(); an action that returns false leaves the key to
 *                                 the browser; F6 and Esc move through the page and are always on
 *   actionOf(event, isTyping, isMac)    the name of the action, or null (pure)
 *   showModifiers(root, isMac)          the keys of this keyboard into the help
 */
import { $, composes } from "../../base/page.js";

const LETTERS = {
  KeyU: "longest",
  KeyA: "accept",
  KeyR: "reply",
  KeyN: "note",
  KeyT: "transfer",
  KeyE: "end",
  KeyS: "star",
  KeyM: "unread",
  KeyZ: "undo",
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`Digit${n}`, `row${n}`])),
};
const KEYS = {
  "Alt+ArrowDown": "next",
  "Alt+ArrowUp": "previous",
  F6: "region",
  "Shift+F6": "regionBack",
  Escape: "back",
};
const ALWAYS = new Set(["region", "regionBack", "back"]);
const SYMBOLS = { letters: "⌃⇧", arrows: "⌥", search: "⌘K" };

export const onMac = () => /Mac|iPad|iPhone/.test(navigator.userAgentData?.platform || navigator.platform || "");

/** With a modifier, too, a keyboard may write a character: é, ñ, €, or a dead key that waits for the next one. */
const writes = ({ key }) => key === "Dead" || (key.length === 1 && !/^[a-z0-9]$/i.test(key));

function chord(event) {
  const held = { Ctrl: event.ctrlKey, Alt: event.altKey, Shift: event.shiftKey, Meta: event.metaKey };
  return [...Object.keys(held).filter((name) => held[name]), ""].join("+");
}

export function actionOf(event, isTyping, isMac = false) {
  if (composes(event) || event.getModifierState?.("AltGraph")) return null;
  if (event.repeat && event.code !== "ArrowDown" && event.code !== "ArrowUp") return null;
  const held = chord(event);
  if (!isTyping && event.key === "?" && (held === "" || held === "Shift+")) return "help";
  if (isTyping && writes(event)) return null;
  if (held === (isMac ? "Ctrl+Shift+" : "Alt+") && event.code in LETTERS) return LETTERS[event.code];
  return KEYS[held + event.code] ?? null;
}

const isField = (node) => node.matches?.("input, textarea, select, [contenteditable]") ?? false;

export function showModifiers(root, isMac) {
  if (!isMac) return;
  for (const key of root.querySelectorAll("[data-modifier]")) key.textContent = SYMBOLS[key.dataset.modifier];
}

export function install(desk) {
  const isMac = onMac(), isOn = () => desk.preferences.get("shortcuts");
  showModifiers(document, isMac);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const name = actionOf(event, isField(event.target), isMac);
    if (!name || !(isOn() || ALWAYS.has(name))) return;
    if (desk.act(name) !== false) event.preventDefault();
  });
  desk.key("help", () => $("#help-dialog").showModal());
}
