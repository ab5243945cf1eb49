import assert from "node:assert/strict";
import { openDesk, row, settled, waiting } from "../../stand_ins/desk.js";

const queue = () => [waiting("q1", 100), waiting("q2", 200)];
const accepted = (frame) => ({ row: row(frame.conversation, { seq: 5 }) });

Deno.test("who waits stands in order, with a number", () => {
  const { desk, page } = openDesk({ queue: queue() });
  assert.equal(page.all("#rows-queue .row").length, 2);
  assert.equal(page.$("#count-queue").textContent, "2");
  desk.take({ t: "queue.left", conversation: "q1" });
  desk.take({ t: "queue.left", conversation: "q2" });
  page.frames();
  assert.equal(page.$("#count-queue").textContent, "0");
  assert.equal(page.$("#empty-queue").hidden, false);
});

Deno.test("who is accepted opens, is mine and is no news", async () => {
  const { desk, page, sent, toasts } = openDesk({ queue: queue() });
  const news = [];
  desk.on("got", (_row, { isAsked }) => news.push(isAsked));
  desk.answers["conversation.accept"] = (frame) => {
    desk.take({ t: "conversation.assigned", conversation: frame.conversation, ...accepted(frame) });
    return accepted(frame);
  };
  page.click(page.all(".queue-accept")[0]);
  await settled();
  assert.deepEqual(sent, [{ t: "conversation.accept", conversation: "q1" }]);
  assert.deepEqual(news, [true]);
  page.goTo(location.hash);
  assert.equal(desk.current, "q1");
  assert.deepEqual(toasts, []);
});

Deno.test("a double click is one command, and the button keeps the focus meanwhile", async () => {
  const { desk, page, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = accepted;
  const [button] = page.all(".queue-accept");
  page.click(button);
  page.click(button);
  assert.equal(button.getAttribute("aria-disabled"), "true");
  await settled();
  assert.equal(sent.length, 1);
});

Deno.test("the key accepts the next who was not asked for, and says when nobody waits", async () => {
  const { desk, said, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = accepted;
  desk.act("accept");
  desk.act("accept");
  desk.act("accept");
  await settled();
  assert.deepEqual(sent.map(({ conversation }) => conversation), ["q1", "q2"]);
  assert.deepEqual(said, ["queue_empty"]);
});

Deno.test("at the limit accepting asks, and is sent again when it is meant", async () => {
  for (const meant of [true, false]) {
    const { desk, page, sent, toasts } = openDesk({ queue: queue() });
    desk.answers["conversation.accept"] = (frame) => {
      if (!frame.above) throw { code: "above_cap", text: "10/10?" };
      return accepted(frame);
    };
    desk.act("accept");
    await settled();
    assert.equal(page.$("#above-dialog").open, true);
    assert.equal(page.$("#above-text").textContent, "10/10?");
    page.$("#above-dialog").returnValue = meant ? "above" : "";
    page.$("#above-dialog").close();
    await settled();
    const above = sent.filter(({ t }) => t === "conversation.accept").map((frame) => frame.above ?? false);
    assert.deepEqual(above, meant ? [false, true] : [false]);
    assert.deepEqual(toasts, []);
  }
});

Deno.test("who was faster is told, the lists are asked for, and a later coming is news again", async () => {
  const { desk, toasts, sent } = openDesk({ queue: queue() });
  desk.answers["conversation.accept"] = () => {
    throw { code: "taken", text: "Dave was faster." };
  };
  desk.act("accept");
  await settled();
  assert.deepEqual(toasts, ["Dave was faster."]);
  assert.equal(sent.at(-1).t, "resync");
  assert.equal(desk.expected.size, 0);
});
