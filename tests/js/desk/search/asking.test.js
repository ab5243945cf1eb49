import assert from "node:assert/strict";
import { createAsking } from "../../../../static/kefu/js/desk/search/asking.js";

const page = (texts, next = null) => ({ contacts: [], conversations: [], messages: texts, next });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Answers are given by hand, in any order. */
function start() {
  const asked = [], states = [];
  const ask = (words, after) => new Promise((answer, refuse) => asked.push({ words, after, answer, refuse }));
  const asking = createAsking({ ask, show: (state) => states.push(state), wait: 5 });
  return { asking, asked, states, last: () => states.at(-1) };
}

Deno.test("who types on is not asked for each letter, and an answer that was overtaken is dropped", async () => {
  const { asking, asked, last } = start();
  asking.type("退款");
  asking.type("退款申");
  await pause(10);
  asking.type("退款申请");
  await pause(10);
  assert.deepEqual(asked.map(({ words }) => words), ["退款申", "退款申请"]);
  asked[1].answer(page(["new"]));
  asked[0].answer(page(["old"]));
  await pause(0);
  assert.deepEqual([last().phase, last().answer.messages], ["found", ["new"]]);
  asking.type("退款申请 ");
  await pause(10);
  assert.equal(asked.length, 2, "a blank more is no other question");
});

Deno.test("nothing is asked for what is too short, and what was under way is forgotten", async () => {
  const { asking, asked, last } = start();
  asking.type("茶 a");
  assert.equal(last().phase, "short");
  asking.type("红茶");
  await pause(10);
  asking.type("");
  asked[0].answer(page(["late"]));
  await pause(0);
  assert.deepEqual([last().phase, last().answer, asked.length], ["empty", null, 1]);
  asking.type("🙂a");
  await pause(10);
  assert.equal(asked.length, 2, "characters count, not their halves");
  asking.stop();
});

Deno.test("a failure says why, keeps what is shown, and is asked again", async () => {
  const { asking, asked, last } = start();
  asking.type("订单");
  asking.now();
  asked[0].answer(page([{ hits: 1 }], "7.9"));
  await pause(0);
  asking.more();
  assert.deepEqual([asked[1].after, last().isMore, last().phase], ["7.9", true, "loading"]);
  asked[1].refuse(Object.assign(new Error("503"), { text: "too slow" }));
  await pause(0);
  assert.deepEqual([last().phase, last().error.text, last().answer.messages.length], ["failed", "too slow", 1]);
  asking.more();
  asked[2].answer(page([{ hits: 2 }]));
  await pause(0);
  assert.deepEqual([last().answer.messages, last().answer.next], [[{ hits: 1 }, { hits: 2 }], null]);
  asking.more();
  assert.equal(asked.length, 3, "there is no further page");
});
