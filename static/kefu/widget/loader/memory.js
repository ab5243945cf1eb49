/**
 * What is kept in the page's own storage: a frame inside another site may be refused every kind of it.
 *
 *   load() → { token, visitor, person, live, seen, lang }, {} at first;  save(value)
 *   keep(open)     1 or "": whether the chat is open in this tab, for the site's next page; without a value it tells
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

/** Whether the page stands on our entry in its history. */
export function isOurs() {
  return history.state && history.state.kefu;
}
