import assert from "node:assert/strict";
import { createTranscripts } from "../../../../static/kefu/js/desk/state/transcripts.js";

Deno.test("a transcript keeps what arrived while its first page was on the way", async () => {
  let answer;
  const transcripts = createTranscripts({ fetchPage: () => new Promise((resolve) => (answer = resolve)) });
  const loading = transcripts.load("one");
  transcripts.message({ conversation: "one", n: 3, text: "new" });
  answer({ messages: [{ n: 1 }, { n: 2 }], lines: [{ seq: 1 }], more: true });
  const { messages, lines, more } = await loading;
  assert.deepEqual(messages.map(({ n }) => n), [1, 2, 3]);
  assert.equal(lines.length, 1);
  assert.ok(more);
  const again = await transcripts.load("one"); // from memory: fetchPage would not answer
  assert.equal(again.messages.length, 3);
});

Deno.test("a transcript that could not be loaded is asked for again", async () => {
  let tries = 0;
  const transcripts = createTranscripts({
    fetchPage: () => tries++ ? Promise.resolve({ messages: [], lines: [], more: false }) : Promise.reject(new Error()),
  });
  await assert.rejects(transcripts.load("one"));
  assert.deepEqual(await transcripts.load("one"), { messages: [], lines: [], more: false });
});

Deno.test("who asks while the answer is under way gets the same one, and another request only where it may be lost", async () => {
  const answers = [];
  let time = 0;
  const transcripts = createTranscripts({
    fetchPage: () => new Promise((resolve) => answers.push(resolve)),
    now: () => time,
  });
  const both = [transcripts.load("one"), transcripts.load("one")];
  assert.equal(answers.length, 1);
  time = 60_000;
  both.push(transcripts.load("one"));
  assert.equal(answers.length, 2);
  answers.forEach((answer) => answer({ messages: [{ n: 1 }], lines: [], more: false }));
  for (const { messages } of await Promise.all(both)) assert.deepEqual(messages, [{ n: 1 }]);
});
