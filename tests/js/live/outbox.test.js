import { createOutbox } from "../../../static/kefu/js/live/outbox.js";
import { Refusal } from "../../../static/kefu/js/live/refusal.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

const OPTIONS = { sanitizeOps: false, sanitizeResources: false };
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** An outbox over a storage of its own, and a server that answers when it is told to. */
function office(stored = {}) {
  const values = new Map(Object.entries(stored));
  const area = {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
  };
  const calls = [];
  const told = [];
  const send = (item) => new Promise((resolve, reject) => calls.push({ text: item.body.text, item, resolve, reject }));
  const open = () =>
    createOutbox({ key: "k", area, send, onStatus: (item) => told.push(`${item.body.text} ${item.status}`) });
  return { values, calls, told, open, texts: () => calls.map((call) => call.text) };
}

Deno.test("messages of a conversation go one after the other", OPTIONS, async () => {
  const { calls, texts, open } = office();
  const box = open();
  box.add({ body: { text: "one" } });
  box.add({ body: { text: "two" } });
  await turn();
  equal(texts(), ["one"]);
  calls[0].resolve({ n: 1 });
  await turn();
  equal(texts(), ["one", "two"]);
});

Deno.test("one conversation's trouble does not hold up another's", OPTIONS, async () => {
  const { calls, texts, open } = office();
  const box = open();
  box.add({ conversation: "a", body: { text: "to a" } });
  box.add({ conversation: "b", body: { text: "to b" } });
  await turn();
  equal(texts(), ["to a", "to b"]);
  calls[0].reject(new Refusal("network", "", false));
  calls[1].resolve({ n: 1 });
  await turn();
  equal(box.pending().map((item) => [item.body.text, item.status]), [["to a", "queued"]]);
});

Deno.test("a refusal for good fails the message and lets the next one go", OPTIONS, async () => {
  const { calls, texts, told, open } = office();
  const box = open();
  box.add({ body: { text: "bad" } });
  box.add({ body: { text: "good" } });
  await turn();
  calls[0].reject(new Refusal("too_long", "Too long.", true));
  await turn();
  equal(texts(), ["bad", "good"]);
  equal(told.includes("bad failed"), true);
  equal(box.pending()[0].error, "Too long.");
});

Deno.test("what was refused for what it is stays hopeless, also after a reload", OPTIONS, async () => {
  for (const [code, hopeless] of [["file_refused", true], ["too_large", true], ["not_yours", false]]) {
    const { values, calls, open } = office();
    const box = open();
    box.add({ body: { text: "x", file: "f1" } });
    await turn();
    calls[0].reject(new Refusal(code, "", true));
    await turn();
    equal(box.pending()[0].hopeless, hopeless);
    equal(office(Object.fromEntries(values)).open().pending()[0].hopeless, hopeless);
  }
});

Deno.test("a failed message is sent again with the same id when the user asks", OPTIONS, async () => {
  const { calls, open } = office();
  const box = open();
  const { cid } = box.add({ body: { text: "again" } });
  await turn();
  calls[0].reject(new Refusal("forbidden", "", true));
  await turn();
  box.retry(cid);
  await turn();
  equal(calls[1].item.cid, cid);
});

Deno.test("the frame of a message confirms it when the answer was lost", OPTIONS, async () => {
  const { texts, told, open } = office();
  const box = open();
  const { cid } = box.add({ body: { text: "one" } });
  box.add({ body: { text: "two" } });
  await turn();
  box.seen({ cid, n: 1 });
  await turn();
  equal(texts(), ["one", "two"]);
  equal(told.filter((line) => line === "one sent").length, 1);
});

Deno.test("what was not confirmed survives a reload, in order", OPTIONS, async () => {
  const { values, open } = office();
  const box = open();
  box.add({ body: { text: "one" } });
  box.add({ body: { text: "two" } });
  await turn();
  const later = office(Object.fromEntries(values));
  const again = later.open();
  equal(again.pending().map((item) => item.body.text), ["one", "two"]);
  again.pump();
  await turn();
  equal(later.texts(), ["one"]);
});

Deno.test("a file is kept in memory only, until it is uploaded", OPTIONS, async () => {
  const { values, calls, open } = office();
  const box = open();
  box.add({ body: { text: "", kind: "file" }, file: { name: "a.pdf", size: 3 } });
  await turn();
  equal(values.has("k"), false);
  calls[0].item.body.file = "f1";
  calls[0].reject(new Refusal("network", "", false));
  await turn();
  equal(JSON.parse(values.get("k"))[0].body.file, "f1");
});

Deno.test("a dropped message is gone, also from storage, and the lane goes on", OPTIONS, async () => {
  const { values, calls, texts, open } = office();
  const box = open();
  const { cid } = box.add({ body: { text: "one" } });
  await turn();
  box.drop(cid);
  calls[0].reject(new Refusal("network", "", false));
  await turn();
  equal(values.has("k"), false);
  box.add({ body: { text: "two" } });
  await turn();
  equal(texts(), ["one", "two"]);
});

Deno.test("a refusal that says later fails after eight tries, a missing network never", OPTIONS, async () => {
  for (const [code, status] of [["busy", "failed"], ["network", "queued"]]) {
    const { calls, open } = office();
    const box = open();
    box.add({ body: { text: "x" } });
    for (let at = 0; at < 8; at++) {
      await turn();
      calls[at].reject(new Refusal(code, "", false));
      await turn();
      box.pump();
    }
    await turn();
    equal(box.pending()[0].status === "failed" ? "failed" : "queued", status);
  }
});

Deno.test("two tabs write only what is theirs", OPTIONS, async () => {
  const { values, open } = office();
  const first = open();
  const second = open();
  first.add({ body: { text: "of the first" } });
  const { cid } = second.add({ body: { text: "of the second" } });
  await turn();
  second.drop(cid);
  equal(JSON.parse(values.get("k")).map((item) => item.body.text), ["of the first"]);
});
