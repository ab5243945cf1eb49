import { openPage } from "../stand_ins/page.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;
const OURS = "https://desk.test";
const texts = (label) => ({ label, title: "Chat" });
let phone = false;

globalThis.CONFIG = {
  channel: "shop",
  origin: OURS,
  version: "1",
  locale: "zh-hans",
  color: "#123456",
  onColor: "#ffffff",
  side: "end",
  x: 20,
  y: 20,
  text: "",
  icon: "M0 0",
  chat: `${OURS}/chat/shop/?lang=`,
  texts: { "zh-hans": texts("聊天"), "zh-hant": texts("聊天室"), en: texts("Chat with us") },
  sites: null,
};
globalThis.STYLE = "";

/** A site's page, its loader not yet booted. The modules are there once, as in a page that was never left. */
openPage("widget/chat/closed.html");
const history = { state: null, pushed: [] };
Object.assign(globalThis, {
  origin: "https://shop.test",
  matchMedia: () => ({
    get matches() {
      return phone;
    },
  }),
});
globalThis.CSSStyleSheet = class {
  replaceSync() {}
};
Object.defineProperty(globalThis, "history", { value: history, configurable: true });
history.pushState = (state) => history.pushed.push(history.state = state);
history.back = () => history.pushed.push("back");
Object.assign(document, { readyState: "complete", referrer: "", title: "Shop" });
document.documentElement.lang = "en";
document.currentScript = { hasAttribute: () => true, nonce: "" }; // data-manual
location.href = "https://shop.test/tea#top";
const queued = [];
globalThis.window.kefu = { q: [["on", "open", () => queued.push("open")]] };
await import("../../../static/kefu/widget/loader/loader.js");
const { kefu } = globalThis.window;

/** What was posted before has arrived. */
async function moment() {
  for (let turn = 0; turn < 3; turn++) {
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port2.onmessage = resolve;
      port1.postMessage("");
    });
    port1.close();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const root = () => document.documentElement.children.find((node) => node.id === "kefu-shop")?.shadowRoot;
const button = () => root().querySelector(".b"), panel = () => root().querySelector(".p");
const frame = () => root().querySelector("iframe");
const dispatch = (type, event) => {
  for (const listener of globalThis.window.listeners.get(type) ?? []) listener(event);
};
const OPTIONS = { sanitizeOps: false, sanitizeResources: false };

/** The chat in the frame greets, and hears what the loader says. */
function greet({ from = OURS, source } = {}) {
  const heard = [];
  frame().contentWindow ??= {};
  frame().contentWindow.postMessage = (hello, _, [port]) => {
    Object.assign(heard, { hello, port });
    port.onmessage = ({ data }) => heard.push(data.d === undefined ? data.t : [data.t, data.d]);
  };
  dispatch("message", { origin: from, source: source ?? frame().contentWindow, data: "kefu:ready" });
  return heard;
}

/** Each begins on a page where nothing is stored and nothing shown. */
function step(name, work) {
  Deno.test(name, OPTIONS, async () => {
    kefu("boot");
    try {
      await work();
    } finally {
      for (const area of [localStorage, sessionStorage]) {
        for (const key of Object.keys(area)) area.removeItem(key);
      }
      dispatch("storage", { key: null, newValue: null });
      kefu("shutdown");
      phone = false;
      Object.assign(history, { state: null, pushed: [] });
    }
  });
}

Deno.test("nothing is shown and nothing can be asked before the site says so, where it said it would", () => {
  equal(root(), undefined);
  assert.throws(() => kefu("open"), /not booted/);
  assert.throws(() => kefu("dance"), /unknown command/);
});

step("a button named in the page's language, and nothing is loaded or stored until it is wanted", () => {
  equal([button().getAttribute("aria-label"), panel().hidden, frame()], ["Chat with us", true, null]);
  equal([Object.keys(localStorage), Object.keys(sessionStorage)], [[], []]);
  button().onclick();
  equal([panel().hidden, button().getAttribute("aria-expanded"), frame().src], [false, "true", undefined]);
  equal(frame().getAttribute("src"), `${OURS}/chat/shop/?lang=en`);
  panel().onkeydown({ key: "Escape" });
  equal([panel().hidden, button().getAttribute("aria-expanded")], [true, "false"]);
});

step("only our frame from our origin is spoken with, and hears what was said before it was there", async () => {
  kefu("message", "Hello");
  equal(greet({ from: "https://evil.test" }).hello, undefined);
  equal(greet({ source: {} }).hello, undefined);
  const heard = greet();
  equal([heard.hello.open, heard.hello.page], [true, { url: "https://shop.test/tea", title: "Shop", referrer: "" }]);
  await moment();
  equal(heard.slice(-2), [["open", false], ["message", "Hello"]]);
  kefu("close");
  await moment();
  equal(heard.at(-1), "close");
});

step("what the chat keeps is kept by the page, for this person alone", async () => {
  kefu("open");
  const { port } = greet();
  port.postMessage({ t: "save", d: { person: "carol", live: true } });
  await moment();
  equal(JSON.parse(localStorage.getItem("kefu:shop")), { person: "carol", live: true });
  port.postMessage({ t: "save", d: { live: false }, p: "somebody who has left" });
  port.postMessage({ t: "save", d: { seen: ["c", 2] }, p: "carol" });
  await moment();
  equal(JSON.parse(localStorage.getItem("kefu:shop")), { person: "carol", live: true, seen: ["c", 2] });
  kefu("logout");
  equal(localStorage.getItem("kefu:shop"), "{}");
});

step("a sign-out is said to the chat, and its token kept until the server knows it", async () => {
  const kept = () => JSON.parse(localStorage.getItem("kefu:shop"));
  kefu("open");
  const heard = greet();
  heard.port.postMessage({ t: "save", d: { person: "carol", token: "old", live: true } });
  await moment();
  kefu("logout");
  await moment();
  equal([heard.at(-1), kept()], ["logout", { left: "old" }]);
  heard.port.postMessage({ t: "save", d: { live: false }, p: "carol" });
  await moment();
  equal(kept(), { left: "old" });
  equal(greet().hello.saved, { left: "old" });
});

step("where no chat was loaded yet, one is, and finds it kept", async () => {
  localStorage.setItem("kefu:shop", JSON.stringify({ person: "carol", token: "old" }));
  equal(frame(), null);
  kefu("logout");
  kefu("logout");
  await moment();
  equal(greet().hello.saved, { left: "old" });
});

step("what an earlier page could not tell brings the chat, and nothing else does", async () => {
  kefu("shutdown");
  localStorage.setItem("kefu:shop", JSON.stringify({ left: "old" }));
  kefu("boot");
  await moment();
  equal([Boolean(frame()), panel().hidden], [true, true]);
});

step("how many messages wait stands on the button and, in a hidden page, in its title", async () => {
  const counts = [], listen = (count) => counts.push(count);
  kefu("on", "unread", listen);
  kefu("open");
  const { port } = greet();
  kefu("close");
  document.hidden = true;
  port.postMessage({ t: "unread", d: 2 });
  port.postMessage({ t: "unread", d: 2 });
  await moment();
  equal([button().getAttribute("aria-label"), document.title], ["Chat with us (2)", "(2) Shop"]);
  port.postMessage({ t: "unread", d: 0 });
  await moment();
  equal([button().getAttribute("aria-label"), document.title, counts], ["Chat with us", "Shop", [2, 0]]);
  kefu("off", "unread", listen);
  document.hidden = false;
});

step("on a phone the back key closes the chat, and the page stands still behind it", () => {
  phone = true;
  document.documentElement.style.overflow = "auto";
  kefu("open");
  equal([history.pushed, document.documentElement.style.overflow], [[{ kefu: 1 }], "hidden"]);
  equal(button().hidden, true);
  history.state = null;
  let stopped = 0;
  dispatch("popstate", { stopImmediatePropagation: () => stopped++ });
  equal([panel().hidden, stopped, document.documentElement.style.overflow], [true, 1, "auto"]);
  equal(button().hidden, false);
  dispatch("popstate", { stopImmediatePropagation: () => stopped++ });
  equal(stopped, 1, "where the site goes back itself nobody stands in its way");
});

step("another tab's word reaches the chat, and a conversation begun there brings it", async () => {
  localStorage.setItem("kefu:shop", JSON.stringify({ live: true }));
  dispatch("storage", { key: "another", newValue: "1" });
  await moment();
  equal(frame(), null);
  dispatch("storage", { key: "kefu:shop", newValue: "1" });
  await moment();
  const heard = greet();
  dispatch("storage", { key: "kefu:shop", newValue: "1" });
  await moment();
  equal(heard.at(-1), ["saved", { live: true }]);
});

step("a language that was chosen is the chat's, and one that we do not speak is a mistake", () => {
  kefu("locale", "zh-hant");
  equal(button().getAttribute("aria-label"), "聊天室");
  assert.throws(() => kefu("locale", "fr"), /unknown locale/);
  kefu("locale", "en");
});

step("a site that replaces its page keeps the button, and whoever listened before hears", async () => {
  document.documentElement.children.find((node) => node.id === "kefu-shop").remove();
  equal(root(), undefined);
  kefu.mend();
  assert.ok(button());
  kefu("hide");
  kefu("show");
  kefu("toggle");
  await moment();
  equal([panel().hidden, queued.includes("open")], [false, true]);
});
