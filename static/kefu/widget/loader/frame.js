/**
 * The chat in a frame of our own origin, made when it is first needed, and a private line to it.
 *
 *   warm(), later(work)       make it; in a moment when the page has nothing better to do
 *   post(type, data)          waits until the frame greets (greet); hangUp(word) ends the line
 *   language(), speak(tag)    of the chat
 *   follow(event)             what another tab of the site wrote
 *   leave()                   the button goes
 */
import { count, describe, host, make, panel, title } from "./button.js";
import { config } from "./config.js";
import { emit } from "./events.js";
import { key, load, lose, save } from "./memory.js";
import { close, isOpen, isQuiet } from "./opening.js";

const waiting = [];
let chosen, port, clock;
let told; // the page that the frame knows
export let frame;

export function post(type, data) {
  if (port) port.postMessage({ t: type, d: data });
  else waiting.push([type, data]);
}

export function language() {
  const wanted = chosen || load().lang || document.documentElement.lang || navigator.language;
  if (/^zh/i.test(wanted)) return /hant|tw|hk|mo/i.test(wanted) ? "zh-hant" : "zh-hans";
  return /^en/i.test(wanted) ? "en" : config.locale;
}

const address = () => config.chat + language();

/** The frame's moment: a page without a chat in it has better things to do. */
export function later(work) {
  (window.requestIdleCallback || setTimeout)(work);
}

export function warm() {
  if (frame || !host) return;
  frame = make(panel, "iframe", {
    allow: "clipboard-write;autoplay",
    referrerpolicy: "strict-origin",
    src: address(),
  });
  describe();
  clock = setInterval(look, 1000);
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
  const hello = { k: "kefu:hello", fresh: true, saved: load(), page: look(), open: isOpen, quiet: isQuiet };
  port = line.port1;
  port.onmessage = ({ data }) => heard[data.t](data.d, data.p);
  from.postMessage(hello, config.origin, [line.port2]);
  waiting.splice(0).forEach((one) => post(...one));
}

const heard = {
  /** A frame of somebody who has left meanwhile, in another tab, writes nothing. */
  save(patch, person) {
    if (load().person !== person) return;
    if (patch.lang) chosen = 0;
    save({ ...load(), ...patch });
    describe();
  },
  load() {
    post("loaded", load());
  },
  close,
  unread: count,
  event(told) {
    emit(told.name, told.data);
  },
};

/** With a last word to a frame that listens. One that is put back into the page begins anew. */
export function hangUp(word) {
  if (port && word) post(word);
  port = null;
}

export function speak(tag) {
  chosen = tag;
  if (frame) frame.src = address();
  if (host) describe();
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
  else if (load().live) later(warm);
}
