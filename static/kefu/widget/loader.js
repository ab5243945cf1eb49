/*
 * The loader: what a site owner's page carries. A button in a Shadow DOM, and the chat in a frame of our own origin,
 * made when it is first needed. widget/loader/render.py puts the channel's configuration in the place of CONFIG and sends all
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
  // The snippet may stand twice in a page, and a site may run it again whenever it changes the page.
  if (stub && stub.version) return stub.mend && stub.mend();
  // A page that is nowhere (a sandbox without allow-same-origin, a file): no browser shows a frame of ours in it.
  if (origin === "null" || (config.sites && !config.sites.includes(origin))) {
    return console.warn("kefu: this chat is not allowed on " + origin);
  }
  const script = document.currentScript;
  const key = "kefu:" + config.channel;
  const listeners = {};
  const waiting = [];
  // A phone lies down too, and a keyboard leaves a tablet little height.
  const phone = window.matchMedia("(max-width:480px),(max-height:480px)");
  let memory = {};
  let unread = 0;
  let isOpen = false;
  let isQuiet = false;
  let chosen, host, root, button, badge, panel, frame, port, clock;
  let entry; // the address, while the page stands on our entry in its history
  let overflow; // the page's own, while we hold its scrolling
  let title; // the page's own
  let shown; // the title that we left there
  let told; // the page that the frame knows

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
    const wanted = chosen || load().lang || document.documentElement.lang || navigator.language;
    if (/^zh/i.test(wanted)) return /hant|tw|hk|mo/i.test(wanted) ? "zh-hant" : "zh-hans";
    return /^en/i.test(wanted) ? "en" : config.locale;
  }

  function describe() {
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

  function post(type, data) {
    if (port) port.postMessage({ t: type, d: data });
    else waiting.push([type, data]);
  }

  function address() {
    return config.chat + language();
  }

  /** The frame's moment: a page without a chat in it has better things to do. */
  function later(work) {
    (window.requestIdleCallback || setTimeout)(work);
  }

  function warm() {
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

  /** Another tab of the site wrote: what was read or said there, or that the visitor is somebody else now. */
  function follow(event) {
    if (event.key && event.key !== key) return;
    if (!event.newValue) memory = {};
    if (port) post("saved", load());
    else if (load().live) later(warm);
  }

  /** Exactly our origin and exactly our frame; then a private line to it. */
  function greet(event) {
    const from = frame && frame.contentWindow;
    if (event.origin !== config.origin || !from || event.source !== from || event.data !== "kefu:ready") return;
    const line = new MessageChannel();
    port = null;
    const hello = { k: "kefu:hello", fresh: true, saved: load(), page: look(), open: isOpen, quiet: isQuiet };
    port = line.port1;
    port.onmessage = ({ data }) => heard[data.t](data.d, data.p);
    from.postMessage(hello, config.origin, [line.port2]);
    waiting.splice(0).forEach((one) => post(one[0], one[1]));
  }

  const heard = {
    /** A frame of somebody who has left meanwhile, in another tab, writes nothing. */
    save(patch, person) {
      if (load().person !== person) return;
      if (patch.lang) chosen = 0;
      save(Object.assign({}, load(), patch));
      describe();
    },
    load() {
      post("loaded", load());
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

  /** Keeps the composer above the keyboard of a phone, which a frame cannot see itself, and the page below it still. */
  function fit() {
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

  /** This tab's: the chat stays open when its page changes. */
  function keep(open) {
    try {
      if (open == null) return sessionStorage.getItem(key);
      if (open) sessionStorage.setItem(key, 1);
      else sessionStorage.removeItem(key);
    } catch (_) {
      return;
    }
  }

  function isOurs() {
    return history.state && history.state.kefu;
  }

  function open(quiet) {
    if (isOpen) return;
    warm();
    isOpen = true;
    isQuiet = quiet === true;
    keep(1);
    panel.hidden = false;
    // An entry of our own: the back key of a phone closes the chat. Where a button does, it stays behind: sites take each
    // way back for a visit, and put a page there without what was typed.
    if (phone.matches && !isOurs()) history.pushState(Object.assign({}, history.state, { kefu: 1 }), "");
    fit();
    describe();
    if (!isQuiet) frame.focus();
    post("open", isQuiet);
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    keep(0);
    panel.hidden = true;
    fit();
    describe();
    button.focus();
    post("close");
    emit("close");
  }

  /** From our entry back to the one below it, the same page: to the site it is as if it were not there. */
  function back(event) {
    const left = entry;
    describe();
    if (left !== location.href || entry) return;
    event.stopImmediatePropagation();
    if (isOpen) close();
    else history.back();
  }

  function toggle() {
    (isOpen ? close : open)();
  }

  function watch(method) {
    const view = window.visualViewport;
    window[method]("message", greet);
    window[method]("storage", follow);
    window[method]("popstate", back, true);
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

  /** Sites replace what stands in their page. A frame that is put back begins anew. */
  function mend() {
    if (!host || host.isConnected) return;
    port = null;
    document.documentElement.appendChild(host);
  }

  function boot() {
    if (host) return mend();
    // Not into the body: sites replace it, and a transformed one would carry us along.
    host = make(document.documentElement, "div", { id: "kefu-" + config.channel });
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
    if (load().live) later(warm);
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
      clearInterval(clock);
      const gone = host;
      host = frame = port = null;
      gone.remove();
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
  kefu.mend = mend;

  function start() {
    window.kefu = kefu;
    new MutationObserver(mend).observe(document.documentElement, { childList: true });
    if (!script || !script.hasAttribute("data-manual")) boot();
    ((stub && stub.q) || []).forEach((call) => kefu(...call));
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})(CONFIG);
