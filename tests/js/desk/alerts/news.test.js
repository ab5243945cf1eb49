import assert from "node:assert/strict";
import { bob, openDesk, row, settled, waiting } from "../../stand_ins/desk.js";
import { install as alerts } from "../../../../static/kefu/js/desk/alerts/alerts.js";
import { install as preferences } from "../../../../static/kefu/js/desk/frame/preferences.js";

const QUEUE_NEWS_AFTER = 2000;

/** A desk in a window that nobody looks at; its timers ring when they are told. */
function away(state = {}) {
  const news = [], tones = [], timers = [], counted = [];
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (act, after) => timers.push({ act, after });
  const outside = (desk) => {
    desk.tabs = { leads: () => true };
    desk.sound = { play: (name) => tones.push(name) };
    desk.title = { news: (text) => news.push(text), unread: (n) => counted.push(n) };
  };
  const all = openDesk({ features: [preferences, outside, alerts], ...state });
  globalThis.setTimeout = real;
  document.hidden = true;
  const during = (act) => {
    globalThis.setTimeout = (then, after) => timers.push({ act: then, after });
    act();
    globalThis.setTimeout = real;
  };
  const ring = (after) => during(() => timers.filter((one) => one.after === after).forEach(({ act }) => act()));
  const take = (frame) => during(() => all.desk.take(frame));
  return { ...all, news, tones, counted, ring, take };
}

const question = { conversation: "one", n: 2, from: "customer", kind: "text", text: "Green?" };
const posted = (fields = {}, message = question) => ({
  t: "message.posted",
  conversation: "one",
  message,
  row: row("one", { seq: 2, unread: 1, ...fields }),
});

Deno.test("a customer's message is a tone, a title and a sentence, and the unread are counted", async () => {
  const { take, news, tones, counted, said } = away();
  take(posted());
  await settled();
  assert.deepEqual([news, tones, said], [["Carol: Green?"], ["message"], ["message_from Carol"]]);
  assert.equal(counted.at(-1), 1);
});

Deno.test("what is written elsewhere, by colleagues or by myself, is no news", () => {
  const { take, news } = away();
  take(posted({}, { ...question, from: "agent", author: "bob" }));
  take(posted({ seq: 3, agent: { id: "dave", name: "Dave" } }));
  assert.deepEqual(news, []);
});

Deno.test("the message that one is looking at makes no noise", () => {
  const { desk, take, news, tones } = away();
  desk.open("one");
  document.hidden = false;
  take(posted());
  assert.deepEqual([news, tones], [[], []]);
});

Deno.test("who comes to me is news, unless this desk asked for it", () => {
  const { desk, take, news } = away({ queue: [waiting("q1", 5), waiting("q2", 6)] });
  const assigned = (id) => ({ t: "conversation.assigned", conversation: id, row: row(id, { seq: 2 }) });
  desk.expected.add("q1");
  take(assigned("q1"));
  take(assigned("q2"));
  assert.deepEqual(news, ["new_conversation Carol"]);
});

Deno.test("what a colleague hands over is said with who did it", () => {
  const { take, news, toasts } = away({ rows: [] });
  take({ t: "conversation.transferred", conversation: "one", row: row("one", { seq: 2, handed_by: "Dave" }) });
  assert.deepEqual([news, toasts], [["handed_over Dave Carol"], ["handed_over Dave Carol"]]);
});

Deno.test("who waits is news a moment later, if they still wait and I have room", () => {
  const queued = (id) => ({ t: "conversation.queued", conversation: id, row: waiting(id, 5) });
  const free = away();
  free.take(queued("new"));
  assert.deepEqual(free.news, []);
  free.ring(QUEUE_NEWS_AFTER);
  assert.deepEqual(free.news, ["new_conversation Carol"]);

  const taken = away();
  taken.take(queued("new"));
  taken.take({ t: "queue.left", conversation: "new" });
  taken.ring(QUEUE_NEWS_AFTER);
  assert.deepEqual(taken.news, []);

  for (const me of [{ ...bob, load: 10 }, { ...bob, status: "away" }]) {
    const busy = away({ me });
    busy.take(queued("new"));
    busy.ring(QUEUE_NEWS_AFTER);
    assert.deepEqual(busy.news, []);
  }
});
