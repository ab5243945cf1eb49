import { standingTime } from "../stand_ins/time.js";
import { follow } from "../../../static/kefu/chat/preview.js";
import assert from "node:assert/strict";

/** A chat with a conversation under way; time passes by the second. */
function writing({ mode = "socket", command = () => Promise.resolve({}) } = {}) {
  const time = standingTime(1_000_000), { now } = Date, told = [];
  Date.now = time.now;
  const row = { conversation: "one", state: "active" };
  const chat = {
    state: { desk: { preview: true }, row, isLatest: (id) => chat.state.row.conversation === id },
    live: {
      mode,
      lossy: (frame) => told.push(frame),
      command(frame) {
        told.push(frame);
        return command();
      },
    },
    composer: { text: () => chat.text, isComposing: () => chat.composes },
    text: "",
    composes: false,
    told,
    texts: () => told.splice(0).map(({ on, text }) => (on ? text : null)),
    pass(seconds) {
      for (let second = 0; second < seconds; second++) time.pass(1000);
    },
    write(text) {
      chat.text = text;
      follow(chat);
    },
    close() {
      chat.write("");
      chat.pass(10); // the module's loop is over
      Object.assign(globalThis, { Date: Object.assign(Date, { now }) });
      time.stop();
    },
  };
  return chat;
}

function step(name, options, work) {
  Deno.test(name, async () => {
    const chat = writing(options);
    try {
      await work(chat);
    } finally {
      chat.close();
    }
  });
}

step("what is written is told at once and then once a second, and that it was emptied", {}, (chat) => {
  chat.write("I");
  assert.deepEqual(chat.told, [{ t: "typing", conversation: "one", on: true, text: "I" }]);
  for (const text of ["Is", "Is t", "Is th"]) chat.write(text);
  assert.equal(chat.told.length, 1);
  chat.pass(1);
  assert.deepEqual(chat.texts(), ["I", "Is th"]);
  chat.text = "  \n";
  chat.pass(3);
  assert.deepEqual(chat.texts(), [null]);
  chat.write("Again");
  assert.deepEqual(chat.texts(), ["Again"]);
});

step("what stands still is told again while somebody may come back to it, and not for ever", {}, (chat) => {
  chat.write("Is there tea");
  chat.pass(11);
  assert.deepEqual(chat.texts(), ["Is there tea", "Is there tea", "Is there tea"]);
  chat.pass(60);
  assert.equal(chat.texts().at(-1), null);
  chat.pass(60);
  assert.deepEqual(chat.texts(), []);
  chat.write("Is there tea?");
  assert.deepEqual(chat.texts(), ["Is there tea?"]);
});

step("of a long text the end is told, in whole characters", {}, (chat) => {
  chat.write(`${"x".repeat(600)}🍵\ud83c`);
  const [text] = chat.texts();
  assert.deepEqual([[...text].length, text.startsWith("…x"), text.isWellFormed()], [500, true, true]);
  assert.ok(text.includes("🍵"));
});

step("letters that are still to become characters are not told", {}, (chat) => {
  chat.composes = true;
  chat.write("wo yao tui");
  chat.pass(5);
  assert.deepEqual(chat.texts(), []);
  chat.text = "我要退";
  chat.composes = false;
  chat.pass(1);
  assert.deepEqual(chat.texts(), ["我要退"]);
});

step("nothing is told once it is switched off, while one waits, or after the end", {}, (chat) => {
  chat.write("One");
  chat.state.desk = { open: true };
  chat.text = "One two";
  chat.pass(2);
  assert.deepEqual(chat.texts(), ["One", null]);
  chat.state.desk = { preview: true };
  for (const state of ["queued", "ended"]) {
    chat.state.row = { conversation: "one", state };
    chat.write("Three");
    chat.pass(2);
    assert.deepEqual(chat.texts(), []);
  }
  chat.state.row = { conversation: "two", state: "active" };
  chat.write("Four");
  assert.equal(chat.told[0].conversation, "two");
});

const pending = Promise.withResolvers();

step("without a socket it is told every three seconds, one after the other", {
  mode: "stream",
  command: () => pending.promise,
}, async (chat) => {
  chat.write("One");
  chat.text = "One two";
  chat.pass(6);
  assert.deepEqual(chat.texts(), ["One"]);
  pending.reject(new Error("no network"));
  await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
  chat.pass(3);
  assert.deepEqual(chat.texts(), ["One two"]);
  chat.live.mode = "socket";
  await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
});
