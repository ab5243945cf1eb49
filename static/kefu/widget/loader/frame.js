/**
 * The chat in a frame of our own origin, made in the panel when it is first needed, and a private line to it. Neither
 * opens nor closes: what the chat asks for is in `heard`, to which opening.js adds "close".
 *
 *   warm(), later(work)       make it; in a moment when the page has nothing better to do
 *   post(type, data)          waits until the frame greets (greet); hangUp(word) ends the line
 *   opened(isQuiet)           tells it that the panel is open: quietly where the visitor did nothing for it
 *   speak(tag)                the site chose a language
 *   follow(event)             what another tab of the site wrote
 *   leave()                   the button goes
 */
import { choose, count, describe, host, language, make, panel, title } from "./button.js";
import { config } from "./config.js";
import { emit } from "./events.js";
import { key, load, lose, save } from "./memory.js";

const waiting = [];
let frame, port, clock, quiet;
let told; // the page that the frame knows

export const heard = {
  /** A frame of somebody who has left meanwhile, in another tab, writes nothing. */
  save(patch, person) {
    if (load().person !== person) return;
    save({ ...load(), ...patch });
    if (patch.lang) choose();
  },
  load() {
    post("loaded", load());
  },
  unread: count,
  event({ name, data }) {
    emit(name, data);
  },
};

export function post(type, data) {
  if (port) port.postMessage({ t: type, d: data });
  else waiting.push([type, data]);
}

export function warm() {
  if (frame || !host) return;
  frame = make(panel, "iframe", {
    allow: "clipboard-write;autoplay",
    referrerpolicy: "strict-origin",
    src: config.chat + language(),
  });
  describe();
  clock = setInterval(look, 1000);
}

/** As soon as the page has nothing better to do: a conversation is under way, and the number of unread messages shows; or
 * the server does not know yet that somebody was signed out. */
export function wake() {
  if (load().live || load().left) (window.requestIdleCallback || setTimeout)(warm);
}

export function opened(isQuiet) {
  quiet = isQuiet;
  if (!quiet) frame.focus();
  post("open", quiet);
}

/** Where the visitor is. Sites change address and title without a word to anybody: we look. */
function look() {
  describe();
  const page = { url: location.href.split("#")[0], title, referrer: document.referrer };
  const now = page.url + title;
  if (port && now !== told) post("page", page);
  told = now;
  return page;
}

/** Exactly our origin and exactly our frame; then a private line to it. */
export function greet(event) {
  const from = frame && frame.contentWindow;
  if (event.origin !== config.origin || !from || event.source !== from || event.data !== "kefu:ready") return;
  const line = new MessageChannel();
  port = null;
  const hello = { k: "kefu:hello", fresh: true, saved: load(), page: look(), open: !panel.hidden, quiet };
  port = line.port1;
  port.onmessage = ({ data }) => heard[data.t](data.d, data.p);
  from.postMessage(hello, config.origin, [line.port2]);
  waiting.splice(0).forEach((one) => post(...one));
}

/** With a last word to a frame that listens. One that is put back into the page begins anew. */
export function hangUp(word) {
  if (port && word) post(word);
  port = null;
}

export function speak(tag) {
  choose(tag);
  if (frame) frame.src = config.chat + language();
}

export function leave() {
  clearInterval(clock);
  frame = port = null;
}

/** Another tab of the site wrote: what was read or said there, or that the visitor is somebody else now. */
export function follow(event) {
  if (event.key && event.key !== key) return;
  if (!event.newValue) lose();
  if (port) post("saved", load());
  else wake();
}
