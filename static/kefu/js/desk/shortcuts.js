/**
 * Keys of the desk, by their place on the keyboard (event.code), so that an input method cannot change them.
 * No bare letters: an agent types all day.
 *
 *   createShortcuts(actions)      see KEYS for their names; an action that returns false leaves the key to the browser
 *   actionOf(event, isTyping)     the name of the action, or null (pure)
 */
const KEYS = {
  "Alt+ArrowDown": "next",
  "Alt+ArrowUp": "previous",
  "Alt+KeyU": "longest",
  "Alt+KeyA": "accept",
  "Alt+KeyR": "reply",
  "Alt+KeyN": "note",
  "Alt+KeyT": "transfer",
  "Alt+KeyE": "end",
  F6: "region",
  "Shift+F6": "regionBack",
  Escape: "back",
};

export function actionOf(event, isTyping) {
  if (event.isComposing || event.repeat && event.code !== "ArrowDown" && event.code !== "ArrowUp") return null;
  if (!isTyping && event.key === "?" && !event.altKey && !event.ctrlKey && !event.metaKey) return "help";
  if (event.ctrlKey || event.metaKey) return null;
  const name = [event.altKey && "Alt", event.shiftKey && "Shift", event.code].filter(Boolean).join("+");
  return KEYS[name] ?? null;
}

const isField = (node) => node.matches?.("input, textarea, select, [contenteditable]") ?? false;

export function createShortcuts(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const name = actionOf(event, isField(event.target));
    if (!name) return;
    if (actions[name]() !== false) event.preventDefault();
  });
}
