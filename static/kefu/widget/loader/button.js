/**
 * What stands in the site's page: a button with the number of unread messages, and the panel, in a Shadow DOM.
 *
 *   boot(), shutdown()        make it and take it away; mend() puts it back where the site replaced its page
 *   host, root, button, panel its nodes
 *   describe()                says everything anew: language, names, number, title of the page
 *   count(unread)
 */
import { config } from "./config.js";
import { emit } from "./events.js";
import { follow, frame, greet, hangUp, language, later, leave, warm } from "./frame.js";
import { keep, load } from "./memory.js";
import { back, close, fit, isOpen, isOurs, open, phone, toggle } from "./opening.js";

export const script = document.currentScript;
let unread = 0;
let badge;
let shown; // the title that we left there
export let title; // the page's own
export let entry; // the address, while the page stands on our entry in its history
export let host, root, button, panel;

export function make(parent, tag, attributes) {
  const space = /svg|path/.test(tag) ? "2000/svg" : "1999/xhtml";
  const node = document.createElementNS("http://www.w3.org/" + space, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  parent.appendChild(node);
  return node;
}

export function describe() {
  const texts = config.texts[language()];
  entry = isOurs() && location.href;
  host.lang = language();
  button.setAttribute("aria-label", texts.label + (unread ? " (" + unread + ")" : ""));
  button.setAttribute("aria-expanded", isOpen);
  panel.setAttribute("aria-label", texts.title);
  if (frame) frame.title = texts.title;
  badge.hidden = !unread || isOpen;
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

function watch(method) {
  const view = window.visualViewport;
  window[method]("message", greet);
  window[method]("storage", follow);
  window[method]("popstate", back, true);
  if (view) ["resize", "scroll"].forEach((name) => view[method](name, fit));
}

/** Sites replace what stands in their page. */
export function mend() {
  if (!host || host.isConnected) return;
  hangUp();
  document.documentElement.appendChild(host);
}

export function boot() {
  if (host) return mend();
  // Not into the body: sites replace it, and a transformed one would carry us along.
  host = make(document.documentElement, "div", { id: "kefu-" + config.channel });
  root = host.attachShadow({ mode: "open" });
  const style = STYLE;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch (_) {
    make(root, "style", script && script.nonce ? { nonce: script.nonce } : {}).textContent = style;
  }
  const values = { c: config.color, f: config.onColor, x: config.x + "px", y: config.y + "px" };
  for (const name in values) host.style.setProperty("--" + name, values[name]);
  const side = config.side === "start" ? " s" : "";
  button = make(root, "button", { type: "button", class: "b" + side, "aria-haspopup": "dialog" });
  make(make(button, "svg", { viewBox: "0 0 24 24", "aria-hidden": true }), "path", { d: config.icon });
  if (config.text) make(button, "span").textContent = config.text;
  badge = make(button, "i");
  panel = make(root, "div", { role: "dialog", class: "p" + side, hidden: "" });
  button.onclick = toggle;
  button.onpointerenter = warm;
  panel.onkeydown = (event) => event.key === "Escape" && close();
  watch("addEventListener");
  describe();
  // A conversation is under way: the number of unread messages shows at once.
  if (load().live) later(warm);
  if (keep() && !phone.matches) open(true);
}

export function shutdown() {
  close();
  watch("removeEventListener");
  leave();
  const gone = host;
  host = null;
  gone.remove();
  unread = 0;
}
