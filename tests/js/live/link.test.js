import { createLive } from "../../../static/kefu/js/live/live.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;
const OPTIONS = { sanitizeOps: false, sanitizeResources: false };
const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
const READY = { t: "ready", now: 5_000_000 };

/** Until all has happened that needs no time: modules that are there come, answers are read. */
async function moment() {
  for (let turn = 0; turn < 3; turn++) {
    await import("../../../static/kefu/js/live/carriers.js");
    await new Promise((resolve) => real.setTimeout(resolve));
  }
}

/** A browser with a clock that only `pass()` moves; `sockets` says which of them are let through by the network. */
function browser({ sockets = () => true, post = () => [500, ""] } = {}) {
  const opened = [], asked = [], states = [], frames = [], resets = [], timers = new Map(), listeners = new Map();
  let clock = 0, made = 0;
  class Socket {
    constructor() {
      this.sent = [];
      opened.push(this);
      this.passes = sockets(opened.length);
      setTimeout(() => this.passes ? this.onopen() : this.onclose?.({ code: 1006 }));
    }
    send(text) {
      const frame = JSON.parse(text);
      this.sent.push(frame);
      if (frame.t === "hello") setTimeout(() => this.tell(READY));
    }
    tell(frame) {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
    close() {
      this.isClosed = true;
    }
  }
  const heard = { addEventListener: (name, act) => listeners.set(name, act), removeEventListener() {} };
  Object.assign(globalThis, {
    WebSocket: Socket,
    location: new URL("http://desk.test/"),
    document: { hidden: false, ...heard },
    window: heard,
    setTimeout: (act, after) => timers.set(++made, { act, at: clock + (after ?? 0) }) && made,
    clearTimeout: (id) => timers.delete(id),
    fetch(url, { body, signal }) {
      asked.push([url, JSON.parse(body)]);
      const [status, answer] = post(url, JSON.parse(body), asked.length);
      if (status) return Promise.resolve(new Response(answer && JSON.stringify(answer), { status }));
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    },
  });
  sessionStorage.removeItem("kefu.mode");
  const live = createLive({
    urls: { socket: "/ws", command: "/command", stream: "/stream", poll: "/poll" },
    hello: () => ({ token: "t" }),
    headers: () => ({}),
    cursors: new Map([["c", 3]]),
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onReset: (reason) => resets.push(reason),
  });
  /** Timers that are due within so many milliseconds. */
  async function pass(milliseconds) {
    for (const until = clock + milliseconds;;) {
      await moment();
      const [id, next] = [...timers].sort(([, one], [, other]) => one.at - other.at)[0] ?? [];
      if (!next || next.at > until) return (clock = until);
      clock = Math.max(clock, next.at);
      timers.delete(id);
      next.act();
    }
  }
  const end = () => (live.sleep(), Object.assign(globalThis, real));
  return { live, opened, asked, states, frames, resets, listeners, pass, end };
}

Deno.test("a socket greets with where the page stands, and answers commands by their number", OPTIONS, async () => {
  const { live, opened, asked, states, pass, end } = browser();
  live.start();
  await pass(10);
  equal(states, ["connecting", "online"]);
  equal([opened[0].sent[0].token, opened[0].sent[0].after], ["t", { c: 3 }]);
  assert.ok(Math.abs(live.now() - READY.now) < 1000, "the server's clock");
  const answer = live.command({ t: "message.post", text: "tea\0\ud83d" });
  const { id, text } = opened[0].sent.at(-1);
  equal(text, "tea", "what cannot be stored would make all of it unreadable");
  opened[0].tell({ t: "ack", id, row: 1 });
  equal((await answer).row, 1);
  const refused = live.command({ t: "conversation.end" });
  opened[0].tell({ t: "refused", id: opened[0].sent.at(-1).id, code: "not_yours", text: "No." });
  await assert.rejects(refused, { code: "not_yours", permanent: true, message: "No." });
  equal(asked, []);
  end();
});

Deno.test("a command that a dead socket took is sent by POST, and the socket is given up", OPTIONS, async () => {
  const { live, opened, asked, states, pass, end } = browser({ post: () => [200, { t: "ack", message: 7 }] });
  live.start();
  await pass(10);
  const answer = live.command({ t: "message.post", text: "tea" });
  await pass(8000);
  equal((await answer).message, 7);
  equal(asked.map(([url, { t }]) => [url, t]), [["/command", "message.post"]]);
  equal([opened[0].isClosed, states.at(-1)], [true, "connecting"]);
  end();
});

Deno.test(
  "where sockets are forbidden the page listens to a stream, and a socket that comes through takes over",
  OPTIONS,
  async () => {
    let forbidden = true;
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(READY)}\n\n`)),
    });
    const all = browser({ sockets: () => !forbidden });
    globalThis.fetch = () => Promise.resolve(new Response(stream));
    all.live.start();
    await all.pass(3000);
    equal([all.live.state, all.live.mode], ["online", "stream"]);
    equal(sessionStorage.getItem("kefu.mode"), "stream");
    const tried = all.opened.length;
    forbidden = false;
    await all.pass(15_000);
    assert.ok(all.opened.length > tried);
    equal([all.live.state, all.live.mode], ["online", "socket"]);
    all.end();
  },
);

Deno.test("a session that is over ends the link, and who asks then is told why", OPTIONS, async () => {
  const one = browser();
  one.live.start();
  await one.pass(10);
  one.opened[0].onclose({ code: 4401 });
  equal(one.resets, ["auth"]);
  await one.pass(60_000);
  equal(one.opened.length, 1);
  const other = browser({ sockets: () => false, post: () => [401, null] });
  other.live.start();
  await assert.rejects(other.live.command({ t: "message.post" }), { code: "auth" });
  equal(other.resets, ["auth"]);
  other.end();
});

Deno.test("what may be lost goes over a socket only, but for receipts", OPTIONS, async () => {
  const { live, opened, asked, pass, end } = browser();
  live.lossy({ t: "typing", on: true });
  live.lossy({ t: "receipt", read: 1 });
  live.start();
  await pass(10);
  live.lossy({ t: "typing", on: false });
  equal([opened[0].sent.map(({ t }) => t), asked], [["hello", "typing"], []]);
  end();
});

Deno.test("a digest tells receipts and places again that were lost", OPTIONS, async () => {
  const { live, opened, frames, pass, end } = browser();
  live.start();
  await pass(10);
  opened[0].tell({ t: "digest", after: { c: 3 }, marks: { c: [4, 2] }, positions: { c: 9 } });
  opened[0].tell({ t: "digest", after: {} });
  const told = frames.filter(({ t }) => t !== "ready");
  equal(told, [{ t: "receipt", conversation: "c", delivered: 4, read: 2 }, {
    t: "queue.position",
    conversation: "c",
    position: 9,
  }]);
  end();
});

Deno.test("a link that is silent for long is given up; back from sleep it is looked at at once", OPTIONS, async () => {
  const { live, opened, states, listeners, pass, end } = browser();
  live.start();
  await pass(10);
  await pass(40_000);
  equal([opened[0].isClosed, opened.length], [true, 1]);
  listeners.get("online")({ type: "online" });
  await pass(10);
  equal([opened.length, states.at(-1)], [2, "online"]);
  listeners.get("offline")();
  equal(states.at(-1), navigator.onLine === false ? "offline" : "connecting");
  end();
});
