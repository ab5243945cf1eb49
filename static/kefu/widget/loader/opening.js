/**
 * Opens and closes the panel. On phones the chat takes the whole screen, holds the page still and has an entry of its
 * own in the page's history, so that the back key closes it.
 *
 *   open(quiet), close(), toggle(), fit(), back(event)
 */
import { button, describe, entry, panel } from "./button.js";
import { emit } from "./events.js";
import { heard, opened, post, warm } from "./frame.js";
import { isOurs, keep } from "./memory.js";

// A phone lies down too, and a keyboard leaves a tablet little height.
export const phone = matchMedia("(max-width:480px),(max-height:480px)");
let overflow; // the page's own, while we hold its scrolling

/** Keeps the composer above the keyboard of a phone, which a frame cannot see itself, and the page below it still. */
export function fit() {
  const full = !panel.hidden && phone.matches;
  const view = full && window.visualViewport;
  const page = document.documentElement.style;
  panel.style.height = view ? view.height + "px" : "";
  panel.style.top = view ? view.offsetTop + "px" : "";
  button.hidden = full;
  if (full && overflow == null) {
    overflow = page.overflow;
    page.overflow = "hidden";
  } else if (!full && overflow != null) {
    page.overflow = overflow;
    overflow = null;
  }
}

export function open(quiet) {
  if (!panel.hidden) return;
  warm();
  keep(1);
  panel.hidden = false;
  // An entry of our own: the back key of a phone closes the chat. Where a button does, it stays behind: sites take each
  // way back for a visit, and put a page there without what was typed.
  if (phone.matches && !isOurs()) history.pushState({ ...history.state, kefu: 1 }, "");
  fit();
  describe();
  opened(quiet === true);
  emit("open");
}

export function close() {
  if (panel.hidden) return;
  keep("");
  panel.hidden = true;
  fit();
  describe();
  button.focus();
  post("close");
  emit("close");
}

heard.close = close;

/** From our entry back to the one below it, the same page: to the site it is as if it were not there. */
export function back(event) {
  const left = entry;
  describe();
  if (left !== location.href || entry) return;
  event.stopImmediatePropagation();
  if (panel.hidden) history.back();
  else close();
}

export function toggle() {
  (panel.hidden ? open : close)();
}
