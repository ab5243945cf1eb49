/**
 * What stands in the site's page, in a Shadow DOM: the button with the number of unread messages, and the panel, which
 * is hidden while the chat is closed. Draws only: what a click does, loader.js says.
 *
 *   draw(), remove()          the nodes host, button and panel; host is there in between
 *   make(parent, tag, attributes)
 *   describe()                says everything anew: language, names, number, title of the page
 *   count(unread)
 *   language(), choose(tag)   of button and chat; 0 leaves the choice to visitor, page and browser
 *   title, entry              as of the last describe(): the page's own title; its address, while it stands on our
 *                             entry in its history
 */
import { config } from "./config.js";
import { emit } from "./events.js";
import { isOurs, load } from "./memory.js";

export const script = document.currentScript;
let unread = 0;
let chosen, badge;
let shown; // the title that we left there
export let title, entry;
export let host, button, panel;

export function make(parent, tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/" + (/svg|path/.test(tag) ? "2000/svg" : "1999/xhtml"), tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return parent.appendChild(node);
}

export function language() {
  const wanted = chosen || load().lang || document.documentElement.lang || navigator.language;
  if (/^zh/i.test(wanted)) return /hant|tw|hk|mo/i.test(wanted) ? "zh-hant" : "zh-hans";
  return /^en/i.test(wanted) ? "en" : config.locale;
}

export function choose(tag) {
  chosen = tag;
  if (host) describe();
}

export function describe() {
  host.lang = language();
  const texts = config.texts[host.lang];
  entry = isOurs() && location.href;
  button.setAttribute("aria-label", texts.label + (unread ? " (" + unread + ")" : ""));
  button.setAttribute("aria-expanded", !panel.hidden);
  panel.setAttribute("aria-label", texts.title);
  if (panel.firstChild) panel.firstChild.title = texts.title;
  badge.hidden = !unread || !panel.hidden;
  badge.textContent = unread > 99 ? "99+" : unread;
  if (document.title !== shown) title = document.title;
  shown = unread && document.hidden ? "(" + unread + ") " + title : title;
  if (document.title !== shown) document.title = shown;
}

export function count(now) {
  if (now === unread) return;
  unread = now;
  describe();
  emit("unread", now);
}

export function draw() {
  // Not into the body: sites replace it, and a transformed one would carry us along.
  host = make(document.documentElement, "div", { id: "kefu-" + config.channel });
  const root = host.attachShadow({ mode: "open" });
  const style = STYLE;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch (_) {
    make(root, "style", script && { nonce: script.nonce }).textContent = style;
  }
  const values = { c: config.color, f: config.onColor, x: config.x + "px", y: config.y + "px" };
  for (const name in values) host.style.setProperty("--" + name, values[name]);
  const side = config.side === "start" ? " s" : "";
  button = make(root, "button", { type: "button", class: "b" + side, "aria-haspopup": "dialog" });
  make(make(button, "svg", { viewBox: "0 0 24 24", "aria-hidden": true }), "path", { d: config.icon });
  if (config.text) make(button, "span").textContent = config.text;
  badge = make(button, "i");
  panel = make(root, "div", { role: "dialog", class: "p" + side, hidden: "" });
  describe();
}

export function remove() {
  host.remove();
  host = null;
  unread = 0;
}
