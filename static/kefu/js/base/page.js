/**
 * What all scripts of a page share, one instance a page: elements, texts and formats, storage, late modules. Imports
 * nothing.
 *
 * Building pieces of a page. Text is only ever set as text: there is no way to insert HTML here.
 *
 *   $(selector, root)           the first match
 *   h(tag, attributes, ...kids) an element; true sets an empty attribute, null, undefined and false leave it out;
 *                               `onclick` and other functions become event listeners; null kids are left out
 *   icon(name)                  a copy of the drawing in <template id="icon-name"> (rendered by the server)
 *   empty(node)                 removes what is inside
 *   composes(event)             a key that belongs to an input method (Safari tells of the last one by its code alone)
 *
 * Texts and formats in the reader's language. The server renders the texts a page uses (`config.texts`).
 *
 *   createTexts(texts)     t(key, values): the text, with %(name)s replaced; an unknown key throws. t.known(key, values) is
 *                          for keys that a server says, which may be newer than the page: null where the key is unknown
 *                          or a value is missing
 *   createFormats(locale)  { clock(ms), day(ms), dateTime(ms), size(bytes), sameDay(a, b) }
 *                          day: "yesterday", "today" and "tomorrow" in the reader's words, weekday and date otherwise
 *
 *   everyMidnight(callback)  in the reader's zone; late by as long as the computer slept
 *
 * Storage that never throws, and ids that need no secure page.
 *
 *   local, session              getItem / setItem / removeItem; in memory where the browser refuses storage
 *                               (then `durable` is false)
 *   readJson(area, key, other)  the stored value, or `other`
 *   writeJson(area, key, value) stores it; null removes it
 *   storable(text)              without what no database and no JSON takes: NUL, halves of characters
 *   newId()                     a random UUID; on plain HTTP crypto.randomUUID is missing
 *
 * Browsers that block third-party data throw on any access to storage inside a cross-site frame.
 *
 * Modules that most readers never need.
 *
 *   late(new URL("…/name.js", import.meta.url))    a promise of the module, which may fail; then it may be asked for again
 *   insist(url, onFailure)      the same, until it comes
 *                               Such a module comes as one file with what it imports and the page has not
 *                               (core/web/scripts.py). Nothing that it imports asks for it: hashed names cannot go in a circle.
 *   pause(ms)                   a promise
 */
export const $ = (selector, root = document) => root.querySelector(selector);

export function h(tag, attributes = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if ((value ?? false) !== false) node.setAttribute(name, value);
  }
  node.append(...kids.filter((kid) => kid != null));
  return node;
}

const LATE_WITHIN = 10_000;
const AGAIN_AFTER = 2000;
const failures = new Map(); // address → how many

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Browsers remember that a module did not come: another try needs another address. */
export async function late({ href }) {
  const failed = failures.get(href);
  try {
    const module = await Promise.race([import(failed ? `${href}?${failed}` : href), pause(LATE_WITHIN)]);
    if (module) return module;
  } catch {
    // told below
  }
  failures.set(href, (failed ?? 0) + 1);
  throw new Error(`no ${href}`);
}

export async function insist(url, onFailure = () => {}) {
  for (;;) {
    try {
      return await late(url);
    } catch {
      onFailure();
      await pause(AGAIN_AFTER);
    }
  }
}

export function icon(name) {
  return document.getElementById(`icon-${name}`).content.firstElementChild.cloneNode(true);
}

export function empty(node) {
  while (node.firstChild) node.firstChild.remove();
  return node;
}

export const composes = (event) => event.isComposing || event.keyCode === 229;

export function createTexts(texts) {
  const filled = (key, values, missing) => texts[key].replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? missing());

  function t(key, values = {}) {
    if (!(key in texts)) throw new Error(`no text for ${key}`);
    return filled(key, values, () => "");
  }

  t.known = (key, values = {}) => {
    let isWhole = key in texts;
    const text = isWhole && filled(key, values, () => (isWhole = false, ""));
    return isWhole ? text : null;
  };
  return t;
}

const DAY = 86_400_000;

export function createFormats(locale) {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
  const near = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", weekday: "short" });
  const far = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", day: "numeric" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", hour12: false });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);

  function day(time, now = Date.now()) {
    const ago = Math.round((midnight(now) - midnight(time)) / DAY); // rounded: days with a clock change are not 24 h
    if (Math.abs(ago) < 2) return relative.format(-ago, "day");
    return (ago > 300 ? far : near).format(time);
  }

  function size(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
    return `${+(bytes / 1024 / 1024).toFixed(1)} MB`;
  }

  return {
    clock: clock.format,
    day,
    dateTime: full.format,
    size,
    sameDay: (one, other) => midnight(one) === midnight(other),
  };
}

export function everyMidnight(callback) {
  setTimeout(() => {
    everyMidnight(callback);
    callback();
  }, new Date().setHours(24, 0, 1, 0) - Date.now());
}

function open(name) {
  const memory = new Map();
  let real = null;
  try {
    real = globalThis[name];
    real.getItem("kefu");
  } catch {
    real = null; // refused: this page lives from memory
  }
  return {
    durable: Boolean(real),
    getItem: (key) => memory.has(key) ? memory.get(key) : real ? real.getItem(key) : null,
    setItem(key, value) {
      try {
        real.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value); // refused or full
      }
    },
    removeItem(key) {
      memory.delete(key);
      if (real) real.removeItem(key);
    },
  };
}

export const local = open("localStorage");
export const session = open("sessionStorage");

export function readJson(area, key, other = null) {
  try {
    return JSON.parse(area.getItem(key)) ?? other;
  } catch {
    return other; // somebody else's value under our key
  }
}

export function writeJson(area, key, value) {
  if (value === null) area.removeItem(key);
  else area.setItem(key, JSON.stringify(value));
}

export const storable = (text) => text.replace(/[\0\p{Cs}]/gu, "");

export function newId() {
  const digit = () => (crypto.getRandomValues(new Uint8Array(1))[0] % 16).toString(16);
  return "........-....-4...-8...-............".replace(/\./g, digit);
}
