import { openPage } from "../stand_ins/page.js";
import { createComposer } from "../../../static/kefu/js/composer/composer.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

function open({ byFinger = false, key = "one", maxLength = 20, sendKey } = {}) {
  const page = openPage("widget/chat/chat.html"), sent = [], typing = [], kept = new Map();
  globalThis.matchMedia = () => ({ matches: byFinger, addEventListener() {} });
  const chosen = [];
  const tray = {
    files: () => chosen.slice(),
    take: (files) => (chosen.push(...files), true),
    clear: () => (chosen.length = 0),
    turn() {},
  };
  const draft = { key };
  const composer = createComposer({
    form: page.$("#form"),
    input: page.$("#text"),
    drop: document.body,
    openTray: () => tray,
    counter: page.$("#counter"),
    button: page.$("#send"),
    picker: page.$("#picker"),
    t: (text, { count }) => `${text} ${count}`,
    maxLength,
    sendKey,
    draftKey: () => draft.key,
    area: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, text) => kept.set(name, text),
      removeItem: (name) => kept.delete(name),
    },
    onSend: (text, files) => sent.push([text, ...files.map(({ name }) => name)]),
    onTyping: (on) => typing.push(on),
  });
  composer.restore();
  return { page, composer, sent, typing, kept, draft };
}

Deno.test("there is nothing to send until something can be seen or a file is chosen", async () => {
  const { page, sent, composer } = open();
  const button = page.$("#send");
  equal(button.disabled, true);
  page.type("#text", " \n ");
  equal(button.disabled, true);
  page.type("#text", " tea ");
  equal(button.disabled, false);
  page.click("#send");
  equal([sent, composer.text(), button.disabled], [[["tea"]], "", true]);
  await composer.take([{ name: "a.pdf" }]);
  composer.refresh();
  equal(button.disabled, false);
  page.click("#send");
  equal(sent.at(-1), ["", "a.pdf"]);
});

Deno.test("near the limit the letters that are left are told, and beyond it nothing is sent", () => {
  const { page, sent } = open();
  const counter = page.$("#counter");
  page.type("#text", "x".repeat(17));
  equal(counter.hidden, true);
  page.type("#text", `${"x".repeat(17)}👩🏽`);
  equal([counter.hidden, counter.textContent], [false, "characters_left 1"], "as people count");
  page.type("#text", "x".repeat(22));
  equal([counter.textContent, counter.classList.contains("over")], ["characters_over 2", true]);
  page.press("#text", "Enter");
  equal([page.$("#send").disabled, sent], [true, []]);
});

Deno.test("Enter sends and Ctrl+Enter makes a line, or the other way round, and where fingers write too", () => {
  for (const [options, plain, mod] of [[{}, 1, 0], [{ sendKey: () => "mod" }, 0, 1], [{ byFinger: true }, 0, 1]]) {
    const one = open(options), other = open(options);
    one.page.type("#text", "tea");
    one.page.press("#text", "Enter");
    equal(one.sent.length, plain, JSON.stringify(options));
    other.page.type("#text", "tea");
    other.page.press("#text", "Enter", { ctrlKey: true });
    equal(other.sent.length, mod, JSON.stringify(options));
    if (!mod) equal(other.composer.text(), "tea\n");
  }
});

Deno.test("the Enter that confirms a character of an input method sends nothing", () => {
  const { page, sent, composer } = open();
  page.type("#text", "cha");
  page.fire("#text", "compositionstart");
  equal(composer.isComposing(), true);
  page.press("#text", "Enter");
  page.fire("#text", "compositionend", { timeStamp: 1e6 - 10 }); // Safari tells of the key afterwards
  page.press("#text", "Enter");
  page.press("#text", "Enter", { keyCode: 229, timeStamp: 2e6 });
  equal(sent, []);
  page.press("#text", "Enter", { timeStamp: 2e6 });
  equal(sent, [["cha"]]);
});

Deno.test("a draft stays with its conversation, and goes when it is sent", () => {
  const { page, composer, kept, draft } = open();
  page.type("#text", "to one");
  draft.key = "two";
  composer.restore();
  equal(composer.text(), "");
  composer.insert("to two");
  draft.key = "one";
  composer.restore();
  equal([composer.text(), kept.get("two")], ["to one", "to two"]);
  page.click("#send");
  equal([...kept.keys()], ["two"]);
});

Deno.test("that somebody types is told once, and that they stopped when the field is left, emptied or sent", () => {
  const { page, typing } = open();
  page.type("#text", "t");
  page.type("#text", "te");
  page.fire("#text", "blur");
  page.fire("#text", "blur");
  equal(typing, [true, false]);
  page.type("#text", "tea");
  page.type("#text", "");
  equal(typing, [true, false, true, false]);
  page.type("#text", "tea");
  page.click("#send");
  equal(typing, [true, false, true, false, true, false]);
});

Deno.test("a picture is pasted as a file, and a text that an office program also gives as a picture as text", async () => {
  const { page, sent } = open();
  const paste = (types, ...files) => page.fire("#text", "paste", { clipboardData: { types, files } });
  equal(paste(["text/plain", "text/html", "Files"], { name: "a.png" }).defaultPrevented, false);
  equal(paste(["text/plain"]).defaultPrevented, false);
  equal(paste(["Files"], { name: "b.png" }).defaultPrevented, true);
  await null;
  page.type("#text", "look");
  page.click("#send");
  equal(sent, [["look", "b.png"]]);
});

Deno.test("files are dropped where it says so, and a page that is not for them does not open them", async () => {
  const { page, sent, composer } = open();
  const dataTransfer = { types: ["Files"], files: [{ name: "a.pdf" }] };
  const drop = (type, more = dataTransfer) => page.fire(document.body, type, { dataTransfer: more });
  equal(drop("dragover").defaultPrevented, true);
  equal(document.body.classList.contains("over"), true);
  equal(drop("drop", { types: ["text/plain"], files: [] }).defaultPrevented, false);
  equal([drop("drop").defaultPrevented, document.body.classList.contains("over")], [true, false]);
  await null;
  composer.disable(true);
  equal(drop("drop").defaultPrevented, false, "a chat that is switched off takes none");
  composer.disable(false);
  page.click("#send");
  equal(sent, [["", "a.pdf"]]);
});
