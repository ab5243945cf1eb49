/*
 * The loader: what a site owner's page carries. A button in a Shadow DOM, and the chat in a frame of our own origin,
 * made when it is first needed. widget/loader.py puts the channel's configuration in the place of CONFIG and sends all
 * this as one script. Until somebody opens the chat it stores nothing and asks for nothing more.
 *
 * Commands: kefu("boot" | "shutdown" | "open" | "close" | "toggle" | "show" | "hide" | "logout"),
 * kefu("message", text), kefu("locale", "zh-hans" | "zh-hant" | "en"), kefu("on" | "off", event, listener) with the
 * events ready, open, close, unread (count), message ({ text, name, at }), conversation ({ id, state }).
 * With `data-manual` on the script nothing is shown before kefu("boot").
 */
(function (config) {
  "use strict";
  const stub = window.kefu;
  // The snippet may stand twice in a page.
  if (stub && stub.version) return;
  const script = document.currentScript;
  const key = "kefu:" + config.channel;
  const listeners = {};
  const waiting = [];
  const phone = window.matchMedia("(max-width:480px)");
  let memory = {};
  let unread = 0;
  let isOpen = false;
  let chosen, host, root, button, badge, panel, frame, port, pushed;

  // The page's own storage: a frame inside another site may be refused every kind of storage.
  function load() {
    try {
      return JSON.parse(localStorage.getItem(key)) || memory;
    } catch (_) {
      return memory;
    }
  }

  function save(value) {
    memory = value;
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch (_) {
      // Refused: this page remembers until it is left.
      return;
    }
  }

  function emit(name, data) {
    // Later, so that a mistake of the site's own code goes to its console and does not stop us.
    (listeners[name] || []).forEach((listener) => setTimeout(() => listener(data)));
  }

  function make(parent, tag, attributes) {
    const space = /svg|path/.test(tag) ? "2000/svg" : "1999/xhtml";
    const node = document.createElementNS("http://www.w3.org/" + space, tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    parent.appendChild(node);
    return node;
  }

  function language() {
    const wish = chosen || load().lang || document.documentElement.lang || navigator.language;
    if (/^zh/i.test(wish)) return /hant|tw|hk|mo/i.test(wish) ? "zh-hant" : "zh-hans";
    return /^en/i.test(wish) ? "en" : config.locale;
  }

  function describe() {
    const texts = config.texts[language()];
    host.lang = language();
    button.setAttribute("aria-label", texts.label + (unread ? " (" + unread + ")" : ""));
    button.setAttribute("aria-expanded", isOpen);
    panel.setAttribute("aria-label", texts.title);
    if (frame) frame.title = texts.title;
    badge.hidden = !unread || isOpen;
    badge.textContent = unread > 99 ? "99+" : unread;
    const title = document.title.replace(/^\(\d+\)\s/, "");
    const next = unread && document.hidden ? "(" + unread + ") " + title : title;
    if (next !== document.title) document.title = next;
  }

  function post(type, data) {
    if (port) port.postMessage({ t: type, d: data });
    else waiting.push([type, data]);
  }

  function address() {
    return config.chat + language();
  }

  function warm() {
    if (frame) return;
    frame = make(panel, "iframe", {
      allow: "clipboard-write;autoplay",
      referrerpolicy: "strict-origin",
      src: address(),
    });
    describe();
  }

  /** Exactly our origin and exactly our frame; then a private line to it. */
  function greet(event) {
    const from = frame && frame.contentWindow;
    if (event.origin !== config.origin || !from || event.source !== from || event.data !== "kefu:ready") return;
    const line = new MessageChannel();
    port = line.port1;
    port.onmessage = (told) => heard[told.data.t](told.data.d);
    const page = { url: location.href.split("#")[0], title: document.title, referrer: document.referrer };
    from.postMessage({ k: "kefu:hello", saved: load(), page, open: isOpen }, config.origin, [line.port2]);
    waiting.splice(0).forEach((one) => post(one[0], one[1]));
  }

  const heard = {
    save(patch) {
      if (patch.lang) chosen = 0;
      save(Object.assign({}, load(), patch));
      describe();
    },
    close,
    unread(count) {
      if (count === unread) return;
      unread = count;
      describe();
      emit("unread", count);
    },
    event(told) {
      emit(told.name, told.data);
    },
  };

  /** Keeps the composer above the keyboard of a phone, which a frame cannot see itself. */
  function fit() {
    const view = window.visualViewport;
    const full = isOpen && phone.matches && view;
    panel.style.height = full ? view.height + "px" : "";
    panel.style.top = full ? view.offsetTop + "px" : "";
    document.documentElement.style.overflow = isOpen && phone.matches ? "hidden" : "";
  }

  function open() {
    if (isOpen) return;
    warm();
    isOpen = true;
    panel.hidden = false;
    if (phone.matches) {
      // The back key of a phone closes the chat.
      history.pushState(history.state, "");
      pushed = true;
    }
    button.classList.toggle("o", phone.matches);
    fit();
    describe();
    frame.focus();
    post("open");
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    panel.hidden = true;
    button.classList.remove("o");
    fit();
    describe();
    button.focus();
    post("close");
    emit("close");
    if (pushed) {
      pushed = false;
      history.back();
    }
  }

  function back() {
    pushed = false;
    close();
  }

  function toggle() {
    (isOpen ? close : open)();
  }

  function watch(method) {
    const view = window.visualViewport;
    window[method]("message", greet);
    window[method]("popstate", back);
    if (view) ["resize", "scroll"].forEach((name) => view[method](name, fit));
  }

  function addStyle() {
    const style = STYLE;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
    } catch (_) {
      make(root, "style", script && script.nonce ? { nonce: script.nonce } : {}).textContent = style;
    }
  }

  function boot() {
    if (host) return;
    host = make(document.body, "div", { id: "kefu-" + config.channel });
    root = host.attachShadow({ mode: "open" });
    addStyle();
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
    if (load().live) (window.requestIdleCallback || setTimeout)(warm);
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
      chosen = tag;
      if (frame) frame.src = address();
      if (host) describe();
    },
    logout() {
      save({});
      if (port) post("logout");
      port = null;
      heard.unread(0);
    },
    shutdown() {
      close();
      watch("removeEventListener");
      host.remove();
      host = frame = port = null;
      unread = 0;
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

  function start() {
    window.kefu = kefu;
    if (!script || !script.hasAttribute("data-manual")) boot();
    ((stub && stub.q) || []).forEach((call) => kefu(...call));
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})(CONFIG);
