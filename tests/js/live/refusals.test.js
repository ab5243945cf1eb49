import assert from "node:assert/strict";
import { createLive } from "../../../static/kefu/js/live/live.js";

const named = (count) => new Map(Array.from({ length: count }, (_, at) => [`c${at}x`, at + 1]));

/** A browser whose server answers each hello as `greet(after)` says: a frame, or a status of the stream and the poll. */
function browser(greet) {
  const heard = [];
  class Socket {
    constructor() {
      setTimeout(() => this.onopen());
    }
    send(text) {
      const { t, after } = JSON.parse(text);
      if (t !== "hello") return;
      heard.push(Object.keys(after));
      setTimeout(() => this.onmessage?.({ data: JSON.stringify(greet(after)) }));
    }
    close() {}
  }
  const nothing = { addEventListener() {}, removeEventListener() {} };
  Object.assign(globalThis, {
    WebSocket: Socket,
    location: new URL("http://desk.test/"),
    document: { hidden: false, ...nothing },
    window: nothing,
    fetch: (_, { body }) => {
      heard.push(Object.keys(JSON.parse(body).after));
      return Promise.resolve(new Response("{}", { status: 400 }));
    },
  });
  return heard;
}

function connect(cursors) {
  const told = [];
  const over = Promise.withResolvers();
  const live = createLive({
    urls: { socket: "/ws", stream: "/stream", poll: "/poll" },
    hello: () => ({}),
    headers: () => ({}),
    cursors,
    onFrame() {},
    onState: (state) => {
      told.push(state);
      if (state === "online") over.resolve();
    },
    onReset: (reason) => {
      told.push(reason);
      over.resolve();
    },
  });
  live.start();
  return over.promise.then(() => {
    live.sleep();
    return told;
  });
}

const READY = { t: "ready", now: Date.now() }, REFUSED = { t: "error", code: "bad_frame", text: "" };

Deno.test("a hello names five hundred conversations at most, those that moved last", async () => {
  const heard = browser(() => READY);
  await connect(named(2000));
  assert.equal(heard[0].length, 500);
  assert.equal(heard[0].at(-1), "c1999x");
});

Deno.test("a hello that is refused is said once more without cursors", async () => {
  const heard = browser((after) => Object.keys(after).length ? REFUSED : READY);
  assert.deepEqual(await connect(named(3)), ["connecting", "connecting", "online"]);
  assert.deepEqual(heard.map((names) => names.length), [3, 0]);
});

Deno.test("what is refused without cursors too is not tried for ever", async () => {
  const heard = browser(() => REFUSED);
  assert.deepEqual(await connect(named(3)), ["connecting", "connecting", "refused"]);
  assert.deepEqual(heard.map((names) => names.length), [3, 0]);
});

for (const mode of ["stream", "poll"]) {
  Deno.test(`the same by ${mode}`, async () => {
    sessionStorage.setItem("kefu.mode", mode);
    const heard = browser(() => REFUSED);
    assert.deepEqual(await connect(named(3)), ["connecting", "connecting", "refused"]);
    assert.deepEqual(heard.map((names) => names.length), [3, 0]);
    sessionStorage.removeItem("kefu.mode");
  });
}
