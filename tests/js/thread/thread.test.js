import { fit } from "../../../static/kefu/js/thread/contents/image.js";
import { compare, createThread, position } from "../../../static/kefu/js/thread/thread.js";
import { createFormats, createTexts, newId } from "../../../static/kefu/js/base/page.js";
import { lastText } from "../../../static/kefu/js/desk/lists/row.js";
import { addressOf } from "../stand_ins/examples.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

const rows = (...places) => places.map((place) => ({ place }));

Deno.test("messages stand by conversation, then by number; what is unsent stands last", () => {
  const unsent = [Number.MAX_SAFE_INTEGER, 0, 1];
  const places = [unsent, [2, 1, 0], [1, 2, 0], [-1, 9, 0], [1, 1, 0]].sort(compare);
  equal(places, [[-1, 9, 0], [1, 1, 0], [1, 2, 0], [2, 1, 0], unsent]);
});

Deno.test("a line about message 3 stands after message 3 and before message 4", () => {
  const list = rows([1, 3, 0], [1, 4, 0]);
  equal(position(list, [1, 3, 17]), 1);
});

Deno.test("a late message finds its place in the middle", () => {
  equal(position(rows([1, 1, 0], [1, 2, 0], [1, 4, 0]), [1, 3, 0]), 2);
  equal(position([], [1, 1, 0]), 0);
});

Deno.test("pictures are made smaller, never larger", () => {
  equal(fit(1600, 1000), { width: 240, height: 150 });
  equal(fit(40, 30), { width: 40, height: 30 });
  equal(fit(null, null), {});
});

Deno.test("of extreme pictures a part shows that one can see and click", () => {
  equal(fit(1080, 12000), { width: 80, height: 300 });
  equal(fit(1, 6000), { width: 80, height: 300 });
  equal(fit(6000, 1), { width: 240, height: 80 });
});

Deno.test("texts get their values; a missing text is a mistake", () => {
  const t = createTexts({ queue: "You are number %(position)s in the queue" });
  equal(t("queue", { position: 3 }), "You are number 3 in the queue");
  let failed = false;
  try {
    t("nothing");
  } catch {
    failed = true;
  }
  equal(failed, true);
  equal(t("queue"), "You are number  in the queue");
});

Deno.test("of what a newer server says a page knows whether it has the words", () => {
  const t = createTexts({ line_joined: "%(agent)s joined", line_ended: "It has ended" });
  equal(t.known("line_joined", { agent: "Li" }), "Li joined");
  equal(t.known("line_ended"), "It has ended");
  equal([t.known("line_reviewed", { agent: "Li" }), t.known("line_joined", { by: "Li" })], [null, null]);
});

Deno.test("days and sizes are told in the reader's words", () => {
  const formats = createFormats("zh-hans");
  const noon = new Date(2026, 4, 20, 12).getTime();
  equal(formats.day(noon, noon + 3600e3), "今天");
  equal(formats.day(noon - 86_400e3, noon), "昨天");
  equal(formats.day(noon + 86_400e3, noon), "明天");
  equal(formats.day(noon + 5 * 86_400e3, noon).includes("5月25日"), true);
  equal(formats.day(noon - 5 * 86_400e3, noon).includes("5月15日"), true);
  const sizes = [12, 2000, 1_000_000, 1_600_000, 10_485_760].map(formats.size);
  equal(sizes, ["12 B", "2 KB", "977 KB", "1.5 MB", "10 MB"]);
});

Deno.test("ids are UUIDs", () => {
  equal(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(newId()), true);
  equal(newId() === newId(), false);
});

/** As much of a page as the thread needs: a tree of elements that has no size. */
class Element {
  constructor(tag) {
    Object.assign(this, { tag, children: [], attributes: {}, style: {}, className: "", parent: null });
    Object.assign(this, { scrollTop: 0, scrollHeight: 1000, clientHeight: 100 }); // tall enough: nothing older is asked
    this.classList = {
      contains: (name) => this.className.split(" ").includes(name),
      toggle: (name, on) => (this.className = `${this.className.replace(` ${name}`, "")}${on ? ` ${name}` : ""}`),
    };
  }
  get firstChild() {
    return this.children[0];
  }
  get content() {
    return { firstElementChild: this };
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }
  append(...kids) {
    kids.forEach((kid) => this.insertBefore(kid, null));
  }
  replaceChildren(...kids) {
    this.children = [];
    this.append(...kids);
  }
  prepend(kid) {
    this.insertBefore(kid, this.children[0] ?? null);
  }
  insertBefore(kid, next) {
    if (kid instanceof Element) kid.parent = this;
    this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, kid);
  }
  remove() {
    this.parent.children.splice(this.parent.children.indexOf(this), 1);
  }
  querySelector(selector) {
    const is = (node) => selector === `.${node.className}` || selector === node.tag;
    const inside = this.children.filter((child) => child instanceof Element);
    return inside.find(is) ?? inside.map((child) => child.querySelector(selector)).find(Boolean) ?? null;
  }
  find(className) {
    const inside = this.children.filter((child) => child instanceof Element);
    return inside.flatMap((child) => [...(child.className === className ? [child] : []), ...child.find(className)]);
  }
  setAttribute(name, value) {
    if (name === "class") this.className = value;
    else this.attributes[name] = value;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  getBoundingClientRect() {
    return { top: 0, bottom: 0 };
  }
  cloneNode() {
    return new Element(this.tag);
  }
  after() {}
  addEventListener(name, listener) {
    this[`on${name}`] = listener;
  }
}

Object.assign(globalThis, {
  document: {
    hidden: true,
    createElement: (tag) => new Element(tag),
    createDocumentFragment: () => new Element("fragment"),
    getElementById: () => new Element("svg"),
    addEventListener() {},
  },
  window: { addEventListener() {} },
  ResizeObserver: class {
    observe() {}
  },
  requestAnimationFrame: () => 0,
  cancelAnimationFrame() {},
});

/** As a page's configuration names the modules. */
const scriptOf = (kind) => new URL(`../../../static/kefu/js/thread/contents/${kind}.js`, import.meta.url).href;
const CONTENTS = Object.fromEntries(["text", "image", "file"].map((kind) => [kind, scriptOf(kind)]));

/** An agent's thread, and what stands in it. */
function agentThread(more = {}) {
  const box = new Element("div");
  const t = (key) => key;
  const thread = createThread({
    box,
    me: "agent",
    contents: CONTENTS,
    t,
    formats: createFormats("en"),
    isLooking: () => false,
    author: () => "",
    ...more,
  });
  const shown = () => box.find("bubble").map((bubble) => bubble.textContent);
  const states = () => box.children.map((node) => node.querySelector("time").parent.textContent.match(/[a-z]+$/)?.[0]);
  const buttons = () => ["retry", "delete"].filter((name) => box.find(name).length);
  const days = () => box.find("day").map((node) => node.textContent);
  const scrollToTop = () => box.onscroll(Object.assign(box, { scrollTop: 0 }));
  return { box, thread, shown, states, buttons, days, scrollToTop };
}

const AT = new Date(2026, 4, 20, 12).getTime();
const stored = (n, text, more = {}) => ({
  conversation: "c",
  n,
  from: "agent",
  name: "Li",
  kind: "text",
  text,
  at: AT,
  ...more,
});
const unsent = (text, more = {}) => ({ cid: "x", at: AT, status: "sending", body: { kind: "text", text }, ...more });

Deno.test("a message that came back with the history stands once, although it still waits in the outbox", () => {
  const { thread, shown, states } = agentThread();
  thread.pending(unsent("X"));
  thread.load([stored(1, "Hello"), stored(2, "X", { cid: "x" }), stored(3, "Y")], false);
  thread.pending(unsent("X"));
  equal(shown(), ["Hello", "X", "Y"]);
  equal(states(), ["sent", "sent", "sent"]);
});

Deno.test("the same when it comes with an older page", async () => {
  const fetchOlder = () =>
    Promise.resolve({ messages: [stored(1, "Hello"), stored(2, "X", { cid: "x" })], more: false });
  const { thread, shown, scrollToTop } = agentThread({ fetchOlder });
  thread.pending(unsent("X"));
  thread.load([stored(3, "Y")], true);
  equal(shown(), ["Y", "X"]);
  scrollToTop();
  await new Promise((resolve) => setTimeout(resolve));
  equal(shown(), ["Hello", "X", "Y"]);
});

Deno.test("what can never be sent is not offered to be tried again", () => {
  const { thread, buttons } = agentThread();
  thread.pending(unsent("X", { status: "failed" }));
  equal(buttons(), ["retry", "delete"]);
  thread.pending(unsent("X", { status: "failed", hopeless: true }));
  equal(buttons(), ["delete"]);
});

const settled = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("a young message waits once for the end of its recall, however often it is painted", async () => {
  let waiting = 0;
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (callback, after) => {
    waiting++;
    return real(callback, after > 10_000 ? 0 : after);
  };
  const { thread } = agentThread({ onRecall() {}, now: () => AT, recalls: ["text"] });
  thread.load([stored(1, "Hello")], false);
  for (let read = 1; read < 9; read++) thread.upsert(stored(1, "Hello", { read }));
  globalThis.setTimeout = real;
  equal(waiting, 1);
  thread.clear();
  await settled();
});

Deno.test("a recall is offered of the kinds that can be taken back, not of those that stay or that the page does not know", () => {
  const { box, thread } = agentThread({ now: () => AT, recalls: ["text", "location"] });
  const kinds = ["text", "offer", "location", "song"];
  thread.load(kinds.map((kind, at) => stored(at + 1, "Green tea: 12.50", { kind })), false);
  const offered = box.children.map((row) => row.querySelector(".recall") !== null);
  thread.clear(); // with what waits for the end of a recall
  equal(offered, [true, false, true, false]);
});

Deno.test("chosen files are let go of when they are stored, dropped, or not shown any more", async () => {
  const { createObjectURL, revokeObjectURL } = URL;
  const held = new Set();
  URL.createObjectURL = (file) => held.add(`blob:${file.name}`) && `blob:${file.name}`;
  URL.revokeObjectURL = (address) => held.delete(address);
  const { thread } = agentThread();
  for (const name of ["stored", "dropped", "left"]) {
    thread.pending({ cid: name, at: AT, status: "sending", body: { kind: "file" }, file: { name, size: 1 } });
  }
  equal(held.size, 3);
  await settled(50); // the module of attachments comes
  thread.upsert(stored(1, "", { cid: "stored", kind: "file", file: { url: "/files/1", name: "stored", size: 1 } }));
  thread.remove("dropped");
  equal([...held], ["blob:left"]);
  thread.clear();
  equal(held.size, 0);
  Object.assign(URL, { createObjectURL, revokeObjectURL });
});

Deno.test("what failed is not offered to be sent again where somebody else writes now", () => {
  let may = true;
  const { thread, buttons } = agentThread({ mayRetry: () => may });
  thread.pending(unsent("X", { status: "failed" }));
  equal(buttons(), ["retry", "delete"]);
  may = false;
  thread.repaintUnsent();
  equal(buttons(), ["delete"]);
});

Deno.test("after midnight today is called yesterday", () => {
  let day = "today";
  const formats = { ...createFormats("en"), day: () => day };
  const { thread, days } = agentThread({ formats });
  thread.load([stored(1, "Hello")], false);
  day = "yesterday";
  thread.newDay();
  equal(days(), ["yesterday"]);
});

/** As docs/adding.md shows it. */
const WITH_PLACES = { ...CONTENTS, location: addressOf("static/kefu/js/thread/contents/location.js") };
const place = (latitude) => ({ kind: "location", content: { latitude, longitude: 121.5 } });
const links = (box) => box.find("location").map((link) => link.attributes.href);

Deno.test("a kind is shown by its words until its module is there, and anew when its content changes", async () => {
  const { box, thread, shown } = agentThread({ contents: WITH_PLACES });
  thread.load([stored(1, "Warehouse 3", place(31.25))], false);
  equal([shown(), links(box)], [["Warehouse 3"], []]);
  await settled(50);
  equal([shown(), links(box)], [["Warehouse 3"], ["geo:31.25,121.5"]]);
  thread.upsert(stored(1, "Warehouse 3", place(32)));
  equal(links(box), ["geo:32,121.5"]);
  thread.upsert(stored(1, "", { kind: "location", content: {}, recalled: true }));
  equal([shown(), links(box)], [["recalled"], []]);
});

Deno.test("of a kind that the page does not know the words are shown, or the file", async () => {
  const { box, thread, shown } = agentThread();
  const song = { kind: "song", content: { seconds: 8 }, file: { url: "/files/1", name: "song.mp3", size: 2048 } };
  thread.load([stored(1, "Warehouse 3", place(31.25)), stored(2, "", song)], false);
  await settled(50);
  equal([shown(), links(box)], [["Warehouse 3", "song.mp32 KB"], []]);
});

Deno.test("content that a newer server made, and the page's module cannot show, keeps its words", async () => {
  const { box, thread, shown } = agentThread({ contents: WITH_PLACES });
  const { warn } = console, warned = [];
  console.warn = (kind) => warned.push(kind);
  thread.load([stored(1, "Warehouse 3", { kind: "location", content: null })], false);
  await settled(50);
  thread.upsert(stored(2, "Warehouse 4", { kind: "location" }));
  thread.upsert(stored(3, "Warehouse 5", place(31)));
  console.warn = warn;
  equal([shown(), links(box)], [["Warehouse 3", "Warehouse 4", "Warehouse 5"], ["geo:31,121.5"]]);
  equal(warned, ["location", "location"]);
});

Deno.test("what is not sent yet is shown as it will be", async () => {
  const { box, thread, shown } = agentThread({ contents: WITH_PLACES });
  thread.pending({ cid: "x", at: AT, status: "sending", body: { text: "Here", ...place(31.25) } });
  await settled(50);
  equal([shown(), links(box)], [["Here"], ["geo:31.25,121.5"]]);
  thread.pending({ cid: "y", at: AT, status: "queued", body: { kind: "file", name: "left.pdf", file: "id" } });
  equal(shown(), ["Here", "left.pdf"]);
});

Deno.test("a list says what stands for a kind before its words; of what it does not know the words, or that it is a file", () => {
  const marks = { image: "[Picture]", file: "[File]", location: "[Location]" };
  const said = (kind, text) => lastText({ kind, text }, (key) => key, marks);
  equal(said("location", "Warehouse 3"), "[Location] Warehouse 3");
  equal([said("image", ""), said("file", ""), said("file", "the bill")], ["[Picture]", "[File]", "[File] the bill"]);
  equal([said("song", "La la"), said("song", ""), said("text", "Hello"), said("text", "")], [
    "La la",
    "[File]",
    "Hello",
    "recalled",
  ]);
});
