/**
 * The loader: what a site owner's page carries. A button in a Shadow DOM, and the chat in a frame of our own origin,
 * made when it is first needed. widget/loader/render.py joins these modules to one classic script, with the channel's
 * configuration. Until somebody opens the chat it stores nothing and asks for nothing more.
 *
 * Commands: kefu("boot" | "shutdown" | "open" | "close" | "toggle" | "show" | "hide" | "logout"),
 * kefu("message", text), kefu("locale", "zh-hans" | "zh-hant" | "en"), kefu("on" | "off", event, listener) with the
 * events ready, open, close, unread (count), message ({ text, name, at }), conversation ({ id, state }).
 * With `data-manual` on the script nothing is shown before kefu("boot").
 */
import { button, count, draw, host, panel, remove, script } from "./button.js";
import { config } from "./config.js";
import { listeners } from "./events.js";
import { follow, greet, hangUp, leave, post, speak, wake, warm } from "./frame.js";
import { keep, load, save } from "./memory.js";
import { back, close, fit, open, phone, toggle } from "./opening.js";

const stub = window.kefu;

function watch(method) {
  const view = window.visualViewport;
  window[method]("message", greet);
  window[method]("storage", follow);
  window[method]("popstate", back, true);
  if (view) {
    view[method]("resize", fit);
    view[method]("scroll", fit);
  }
}

/** Puts the button back: sites replace what stands in their page. */
function mend() {
  if (!host || host.isConnected) return;
  hangUp();
  document.documentElement.appendChild(host);
}

function boot() {
  if (host) return mend();
  draw();
  button.onclick = toggle;
  button.onpointerenter = warm;
  panel.onkeydown = (event) => event.key === "Escape" && close();
  watch("addEventListener");
  wake();
  if (keep() && !phone.matches) open(true);
}

const commands = {
  boot,
  open,
  close,
  toggle,
  show() {
    host.hidden = false;
  },
  hide() {
    close();
    host.hidden = true;
  },
  message(text) {
    open();
    post("message", text);
  },
  locale(tag) {
    if (!config.texts[tag]) throw new Error("kefu: unknown locale " + tag);
    speak(tag);
  },
  logout() {
    save({ left: load().token || load().left });
    hangUp("logout");
    wake();
    count(0);
  },
  shutdown() {
    close();
    watch("removeEventListener");
    leave();
    remove();
  },
  on(name, listener) {
    (listeners[name] = listeners[name] || []).push(listener);
  },
  off(name, listener) {
    listeners[name] = (listeners[name] || []).filter((one) => one !== listener);
  },
};

function kefu(name, ...values) {
  if (!Object.keys(commands).includes(name)) throw new Error("kefu: unknown command " + name);
  if (!host && !/boot|on|off|locale/.test(name)) throw new Error("kefu: not booted");
  commands[name](...values);
}
kefu.version = config.version;
kefu.mend = mend;

function start() {
  window.kefu = kefu;
  new MutationObserver(mend).observe(document.documentElement, { childList: true });
  if (!script || !script.hasAttribute("data-manual")) boot();
  ((stub && stub.q) || []).forEach((call) => kefu(...call));
}

// The snippet may stand twice in a page, and a site may run it again whenever it changes the page.
if (stub && stub.version) {
  if (stub.mend) stub.mend();
} else if (origin === "null" || (config.sites && !config.sites.includes(origin))) {
  // A page that is nowhere (a sandbox without allow-same-origin, a file): no browser shows a frame of ours in it.
  console.warn("kefu: this chat is not allowed on " + origin);
} else if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
