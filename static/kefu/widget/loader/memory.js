/**
 * The only module that reads and writes the site's storage, for the frame too, which may be refused its own. Never
 * throws: where storage is refused, values last as long as the page.
 *
 *   load() → { token, visitor, person, live, seen, lang, left }, {} at first;  save(value);  lose(), of what the page
 *                  remembers. left: the token of whoever was signed out, until the server knows
 *   keep(open)     1 or "": whether the chat is open in this tab, for the site's next page; without a value it tells
 *   isOurs()       whether the page stands on our entry in its history
 */
import { config } from "./config.js";

export const key = "kefu:" + config.channel;
let memory = {};

export function load() {
  try {
    return JSON.parse(localStorage.getItem(key)) || memory;
  } catch (_) {
    return memory;
  }
}

export function save(value) {
  memory = value;
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (_) {
    // Refused: this page remembers until it is left.
  }
}

/** Another tab threw all away. */
export function lose() {
  memory = {};
}

/** This tab's: the chat stays open when its page changes. */
export function keep(open) {
  try {
    if (open == null) return sessionStorage.getItem(key);
    sessionStorage.setItem(key, open);
  } catch (_) {
    // Refused: it is closed on the next page.
  }
}

export function isOurs() {
  return history.state && history.state.kefu;
}
