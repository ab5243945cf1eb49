import assert from "node:assert/strict";
import { createAlerts, noteOf } from "../../../../static/kefu/js/desk/alerts/alerts.js";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function desk() {
  const shown = [], open = new Map(), toasts = [], rows = new Map();
  globalThis.Notification = class {
    static permission = "granted";
    constructor(heading, { body, tag }) {
      shown.push(`${heading} | ${body}`);
      open.set(this.tag = tag, heading);
    }
    close() {
      open.delete(this.tag);
    }
  };
  const alerts = createAlerts({
    t: (key, values = {}) => [key, ...Object.values(values)].join(" "),
    tabs: { leads: () => true },
    preferences: { get: () => true },
    sound: { play() {} },
    title: { news() {}, unread() {} },
    announcer: { say() {} },
    toast: (text, { action, lasts }) => toasts.push([text, action, lasts]),
    rowOf: (id) => rows.get(id) ?? null,
    isWatching: () => false,
    onOpen() {},
  });
  return { alerts, shown, open, toasts, rows };
}

const row = (from, text) => ({ conversation: "c", customer: { name: "Carol" }, last: { from, kind: "text", text } });

Deno.test("the notification of a new conversation quotes its question and not the greeting", async () => {
  const { alerts, shown, rows } = desk();
  alerts.conversation(row("system", "Welcome"));
  rows.set("c", row("customer", "Is there tea?"));
  alerts.message(rows.get("c"), { kind: "text", text: "Is there tea?" });
  await pause(450);
  assert.deepEqual(shown, ["new_conversation Carol | Is there tea?"]);
  alerts.message(rows.get("c"), { kind: "text", text: "Hello?" });
  assert.equal(shown.at(-1), "Carol | Hello?");
});

Deno.test("without a question it quotes nothing", async () => {
  const { alerts, shown } = desk();
  alerts.conversation(row("system", "Welcome"));
  await pause(450);
  assert.deepEqual(shown, ["new_conversation Carol | "]);
});

Deno.test("a hand-over says who and why for ten seconds, with a way to open it", () => {
  const { alerts, shown, toasts } = desk();
  const handed = (one) => ({ ...one, handed_by: "Dave", assigned_at: 1002, last: { ...one.last, at: 1000 } });
  const note = row("agent", "angry");
  alerts.handed(handed({ ...note, note: note.last.text }));
  alerts.handed(handed(row("customer", "x")));
  assert.deepEqual(toasts, [
    ["handed_note handed_over Dave Carol angry", "open", 10_000],
    ["handed_over Dave Carol", "open", 10_000],
  ]);
  assert.equal(shown[0], "handed_over Dave Carol | angry");
});

Deno.test("the note of a hand-over is the one of the same moment, not one from before", () => {
  const last = { text: "hello", at: 1000 }, note = "angry";
  assert.equal(noteOf({ assigned_at: 1002, last, note }), "angry");
  assert.equal(noteOf({ assigned_at: 1002, last: null, note }), "angry");
  assert.equal(noteOf({ assigned_at: 90_000, last, note }), "");
  assert.equal(noteOf({ assigned_at: 1002, last, note: null }), "");
  assert.equal(noteOf({ assigned_at: 1002, last: null, note: null }), "");
});

Deno.test("a note that names me stays told until it is seen, whatever the customer writes", () => {
  const { alerts, open } = desk(), mine = { ...row("customer", "Hello?"), unread: 1 };
  alerts.mention(mine, "Dave named you", "look");
  alerts.message(mine, { kind: "text", text: "Hello?" });
  assert.deepEqual([...open.values()], ["Dave named you", "Carol"]);
  alerts.unread(0, [{ ...mine, unread: 0 }]);
  assert.deepEqual([...open.values()], ["Dave named you"]);
  alerts.mentionSeen("c");
  assert.equal(open.size, 0);
});
