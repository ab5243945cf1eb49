/**
 * The choice of emoji, drawn when it is first asked for.
 *
 *   showEmoji(box, onPick)   fills the box; arrow keys move, Enter or a click picks
 */
import { h } from "../js/base/page.js";

const COLUMNS = 8;
const EMOJI = [
  ..."😀😃😄😁😆😅🤣😂🙂😉😊😇🥰😍🤩😘😋😜🤪🤗🤭🤫🤔🤐😐😑😏🙄😬😌😔😪😴😷🤒🤧🥵🥶🤯😎🤓😕😟🙁😮😳🥺😢😭😱😓😩😡🤬💩",
  ..."👋👌🤞🤙👈👉👆👇👍👎👊👏🙌🙏💪🤝💋💔💕💖💯💢💥💦💤🎉🎁🎂🌹🌸🍀🌙⭐🌈🔥🍎🍉🍜🍚🍻🍵🐶🐱🐼🐷🐻🚗🏠💰💳📦🚚📱💻⏰✅❌❓❗",
];

export function showEmoji(box, onPick) {
  const buttons = EMOJI.map((face, at) => h("button", { type: "button", tabindex: at ? -1 : 0 }, face));
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
  box.append(...buttons);
  box.addEventListener("click", (event) => {
    if (event.target.tagName === "BUTTON") onPick(event.target.textContent);
  });
  box.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const mirrored = getComputedStyle(box).direction === "rtl" && event.key.match(/Left|Right/) ? -1 : 1;
    const next = buttons[at + steps[event.key] * mirrored];
    if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
