/**
 * Opening and closing. On phones the chat takes the whole screen, holds the page still and has an entry of its own in the
 * page's history, so that the back key closes it.
 *
 *   open(quiet), close(), toggle(), fit(), back(event)
 *   isOurs()                  whether the page stands on our entry
 */
import { button, describe, entry, panel } from "./button.js";
import { emit } from "./events.js";
import { frame, post, warm } from "./frame.js";
import { keep } from "./memory.js";

// A phone lies down too, and a keyboard leaves a tablet little height.
export const phone = matchMedia("(max-width:480px),(max-height:480px)");
let overflow; // the page's own, while we hold its scrolling
export let isOpen = false;
export let isQuiet = false;

/** Keeps the composer above the keyboard of a phone, which a frame cannot see itself, and the page below it still. */
export function fit() {
  const full = isOpen && phone.matches;
  const view = full && window.visualViewport;
  const page = document.documentElement.style;
  panel.style.height = view ? view.height + "px" : "";
  panel.style.top = view ? view.offsetTop + "px" : "";
  button.classList.toggle("o", full);
  if (full && overflow == null) {
    overflow = page.overflow;
    page.overflow = "hidden";
  } else if (!full && overflow != null) {
    page.overflow = overflow;
    overflow = null;
  }
}

export function isOurs() {
  return history.state && history.state.kefu;
}

export function open(quiet) {
  if (isOpen) return;
  warm();
  isOpen = true;
  isQuiet = quiet === true;
  keep(1);
  panel.hidden = false;
  // An entry of our own: the back key of a phone closes the chat. Where a button does, it stays behind: sites take each
  // way back for a visit, and put a page there without what was typed.
  if (phone.matches && !isOurs()) history.pushState({ ...history.state, kefu: 1 }, "");
  fit();
  describe();
  if (!isQuiet) frame.focus();
  post("open", isQuiet);
  emit("open");
}

export function close() {
  if (!isOpen) return;
  isOpen = false;
  keep("");
  panel.hidden = true;
  fit();
  describe();
  button.focus();
  post("close");
  emit("close");
}

/** From our entry back to the one below it, the same page: to the site it is as if it were not there. */
export function back(event) {
  const left = entry;
  describe();
  if (left !== location.href || entry) return;
  event.stopImmediatePropagation();
  if (isOpen) close();
  else history.back();
}

export function toggle() {
  (isOpen ? close : open)();
}
