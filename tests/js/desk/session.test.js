import assert from "node:assert/strict";
import { bob, openDesk, row, settled } from "../stand_ins/desk.js";
import { install } from "../../../static/kefu/js/desk/session.js";
import { install as absence } from "../../../static/kefu/js/desk/frame/absence.js";
import { createStreams } from "../../../static/kefu/js/live/streams.js";

const alice = { ...bob, id: "alice" };

/** A desk on a connection that does what the test says; `asks` is what it was asked for. */
function session({ state = () => ({ me: bob, rows: [], queue: [], colleagues: [], now: 1 }), again = true } = {}) {
  const asks = [];
  let link = null, live = null, retry = null;
  const connect = (options) => {
    link = options;
    const { cursors, left, onFrame: apply, onGone } = options;
    const streams = createStreams({ cursors, left, apply, onGone, fetchAfter: () => Promise.resolve({}) });
    live = { streams, start: () => asks.push("start"), sleep: () => asks.push("sleep"), lossy: () => {} };
    return live;
  };
  const prepare = (desk) => {
    desk.connection = {
      state: (name) => asks.push(name),
      outdated: () => asks.push("outdated"),
      signedOut: () => asks.push("signed out"),
      onRetry: (act) => (retry = act),
    };
    Object.assign(desk.server, {
      headers: () => ({}),
      state: () => (asks.push("state"), Promise.resolve().then(state)),
      stillSignedIn: () => Promise.resolve(again),
    });
    install(desk, connect);
  };
  const { desk, toasts } = openDesk({ features: [prepare, absence] });
  asks.length = 0;
  return { desk, link, asks, toasts, retry: () => retry() };
}

Deno.test("the desk follows what it holds, and nothing that was never its own", () => {
  const { desk, link } = session();
  assert.deepEqual([...link.cursors], [["one", 1]]);
  const theirs = row("one", { seq: 2, agent: { id: "dave", name: "Dave" } });
  desk.live.streams.take({ t: "conversation.transferred", conversation: "one", seq: 2, row: theirs });
  assert.deepEqual([...link.cursors], []);
  assert.deepEqual([...link.left], [["one", 2]]);
});

Deno.test("after a break the lists are asked for, and not at the first greeting", async () => {
  const { link, asks } = session();
  link.onFrame({ t: "ready", me: bob, now: 1 });
  await settled();
  assert.deepEqual(asks, []);
  link.onFrame({ t: "ready", me: bob, now: 1 });
  await settled();
  assert.deepEqual(asks, ["state"]);
});

Deno.test("a digest with something unknown asks for the lists, but not again and again", async () => {
  const { desk, link, asks } = session();
  const digest = { t: "digest", me: bob, queue: ["strange"], after: { one: 1 }, now: 1 };
  link.onDigest(digest);
  link.onDigest({ ...digest, queue: [], after: { one: 1 } });
  await settled();
  assert.deepEqual(asks, ["state"]);
  assert.deepEqual(desk.model.active(), []);
});

Deno.test("what went elsewhere during the break is said once the lists are there", async () => {
  const { desk, link, toasts } = session();
  link.onFrame({ t: "ready", me: bob, now: 1 });
  desk.tell("offline");
  link.onFrame({ t: "ready", me: bob, now: 1 });
  assert.deepEqual(toasts, []);
  await settled();
  assert.deepEqual(toasts, ["went_elsewhere 1"]);
});

Deno.test("somebody else's greeting, digest or state ends this desk", async () => {
  const { link, asks } = session({ state: () => ({ me: alice, rows: [], queue: [], colleagues: [] }) });
  assert.equal(link.knows({ me: alice }), false);
  link.onDigest({ t: "digest", me: alice });
  assert.deepEqual(asks.splice(0), ["sleep", "signed out"]);
  link.onFrame({ t: "ready", me: bob, now: 1 });
  link.onFrame({ t: "ready", me: bob, now: 1 });
  await settled();
  assert.deepEqual(asks, ["state", "sleep", "signed out"]);
});

Deno.test("who signed in again goes on, once; a second refusal so soon is the end", async () => {
  const { link, asks } = session();
  link.onReset("auth");
  await settled();
  assert.deepEqual(asks.splice(0), ["start"]);
  link.onReset("auth");
  await settled();
  assert.deepEqual(asks, ["sleep", "signed out"]);
});

Deno.test("who did not sign in again is signed out; a page that is too old is told so", async () => {
  const { link, asks } = session({ again: false });
  link.onReset("auth");
  await settled();
  link.onReset("refused");
  assert.deepEqual(asks, ["sleep", "signed out", "outdated"]);
});

Deno.test("a conversation that is no longer this agent's is forgotten", () => {
  const { desk, link } = session();
  const gone = [];
  desk.on("gone", (id) => gone.push(id));
  link.onGone("one");
  assert.deepEqual([gone, desk.model.row("one")], [["one"], null]);
});

Deno.test("trying now begins the connection anew", () => {
  const { asks, retry } = session();
  retry();
  assert.deepEqual(asks, ["sleep", "start"]);
});
